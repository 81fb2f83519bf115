/* chaining: an answer as the argument of the next call, where it lies.
   How to build and run it: see example.h. */
#include "example.h"

#define SUMMARIZE(ARG) ARG(STRING, text)
LITELLM_CALL(summarize, SUMMARIZE, .prompt = "Summarize: {text}");

#define TRANSLATE(ARG) ARG(STRING, text) ARG(STRING, language)
LITELLM_CALL(translate, TRANSLATE,
             .prompt = "Translate to {language}: {text}");

static const char text[] =
  "It was the best of times, it was the worst of times, it was the age of "
  "wisdom, it was the age of foolishness.";

int main(void) {
  static unsigned char memory[16384];
  litellm_client client;
  litellm_response summary, french;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = summarize(&client, &summary, text);
  if (result == LITELLM_OK) {
    litellm_client_keep(&client);      /* else the next call takes its place */
    result = translate(&client, &french, summary.content, "French");
  }
  if (result == LITELLM_OK) printf("%s\n%s\n", summary.content, french.content);
  litellm_client_forget(&client);
  return close_client(&client, result);
}
