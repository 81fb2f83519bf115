/* A user's program, built by each build system: asks the gateway of
   LITELLM_BASE_URL and prints the answer. USE_TLS: with mbedTLS. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#ifdef USE_TLS
#include "port/mbedtls.h"
#endif
#include "port/posix.h"

#include <stdio.h>
#include <stdlib.h>

#define ASK(ARG) ARG(STRING, question)
LITELLM_CALL(ask, ASK, .model = "answer:Yes: {last}", .prompt = "{question}");

int main(void) {
  static unsigned char memory[8192];
  litellm_client client;
  litellm_client_desc desc = {
      .port = &litellm_posix, .base_url = getenv("LITELLM_BASE_URL"),
      .memory = memory, .memory_size = sizeof memory };
  litellm_response response;
#ifdef USE_TLS
  static char ca[8192];
  FILE *file = fopen(getenv("LITELLM_CA_FILE"), "rb");
  if (!file || fread(ca, 1, sizeof ca - 1, file) == 0) return 2;
  (void)fclose(file);
  desc.port = &litellm_posix_tls;
  desc.ca = ca;
#endif
  litellm_client_init(&client, &desc);
  if (ask(&client, &response, "Is it warm?") == LITELLM_OK)
    puts(response.content);
  else
    puts(litellm_client_error(&client));
  litellm_client_close(&client);
  return client.error.code != LITELLM_OK;
}
