/* A program of plain chat, for size.py: what a linker keeps of the header. */
#include "litellm_call.h"

#define ASK(ARG) ARG(STRING, question)
LITELLM_CALL(ask, ASK, .model = "gpt-4o-mini", .prompt = "{question}");

const char *program(litellm_client *client, const litellm_client_desc *desc,
                    litellm_response *response, const char *question) {
  litellm_client_init(client, desc);
  return ask(client, response, question) == LITELLM_OK
             ? response->content : litellm_client_error(client);
}
