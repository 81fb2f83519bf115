/* stream: an answer as it is written, from a loop that never blocks.
   How to build and run it: see example.h. */
#include "example.h"

#define TELL(ARG) ARG(STRING, topic) ARG(INT, words)
static const litellm_params brief = { .max_tokens = LITELLM_SET(64) };
LITELLM_CALL(tell, TELL, .params = &brief,
             .prompt = "SYSTEM: You are brief.\n"
                       "USER: Tell me of {topic} in {words} words.");

int main(void) {
  static unsigned char memory[8192];
  litellm_client client;
  litellm_stream stream;
  litellm_event event;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  tell_start(&stream, &client, "the sea", 20);
  while ((result = litellm_next(&stream, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_AGAIN)
      litellm_wait(&stream, &event);   /* or do something else meanwhile */
    else if (event.kind == LITELLM_TEXT)
      print(event.text);
  }
  putchar('\n');
  return close_client(&client, result);
}
