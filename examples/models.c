/* models: whether the gateway is ready, and which models it has.
   See example.h for how to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

static litellm_result show(void *sink_data, const void *name, size_t size) {
  (void)sink_data;
  (void)size;
  return puts((const char *)name) < 0 ? LITELLM_ERROR_NO_MEMORY : LITELLM_OK;
}

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY];
  const litellm_transfer health = { .path = "/health/readiness",
                                    .max_retries = LITELLM_NO_RETRIES };
  litellm_client client;
  litellm_transfer transfer;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = litellm_transfer_run(&client, &health);
  if (result == LITELLM_OK) {
    puts("gateway is ready");
    litellm_transfer_models(&transfer);
    transfer.sink = show;
    result = litellm_transfer_run(&client, &transfer);
  }
  return close_client(&client, result);
}
