/* stream: prints an answer while the model writes it.
   See example.h for how to build and run it. */
#include "example.h"

#define TELL(ARG) ARG(STRING, topic) ARG(INT, words)
static const litellm_params brief = { .max_tokens = LITELLM_SET(64) };
LITELLM_CALL(tell, TELL, .prompt =
             "SYSTEM: You are brief.\n"
             "USER: Tell me of {topic} in {words} words.", .params = &brief);

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_event event;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  tell_start(&client, "the sea", 20);
  while ((result = litellm_next(&client, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_AGAIN)
      litellm_wait(&client, &event);   /* or do something else */
    else if (event.kind == LITELLM_EVENT_TEXT)
      print(event.text);
  }
  putchar('\n');
  return close_client(&client, result);
}
