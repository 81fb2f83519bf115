/* models: whether the gateway is ready, and which models it has.
   See example.h for how to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY];
  const char *const *names;
  litellm_client client;
  litellm_transfer transfer;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  litellm_transfer_health(&transfer, true);
  result = litellm_transfer_run(&client, &transfer);
  if (result == LITELLM_OK) {
    puts("gateway is ready");
    litellm_transfer_models(&transfer, &names);
    result = litellm_transfer_run(&client, &transfer);
  }
  if (result == LITELLM_OK)
    while (*names) puts(*names++);
  return close_client(&client, result);
}
