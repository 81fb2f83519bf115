/* tokens: how many tokens a text has, as LiteLLM counts them: no model is
   asked. A path of its own takes no more than two structs.

     tokens "How many tokens is this?"

   See example.h for how to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

#define QUESTION(FIELD) FIELD(STRING, model, NULL) FIELD(STRING, prompt, NULL)
LITELLM_MODEL(question, QUESTION);
#define COUNT(FIELD) FIELD(INT, total_tokens, NULL)
LITELLM_MODEL(count, COUNT);

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  const struct question question = {
      setting("LITELLM_MODEL", "gpt-4o-mini"), argc > 1 ? argv[1] : "" };
  struct count count;
  const litellm_transfer transfer = {
      .path = "/utils/token_counter",
      .body = &question, .body_type = &question_type,
      .reply_type = &count_type, .reply = &count };
  litellm_client client;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = litellm_transfer_run(&client, &transfer);
  if (result == LITELLM_OK) printf("%d\n", count.total_tokens);
  return close_client(&client, result);
}
