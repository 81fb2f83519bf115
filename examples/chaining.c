/* chaining: an answer is the argument of the next call, without a copy.
   See example.h for how to build and run it. */
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
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_response summary, french;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = summarize(&client, &summary, text);
  if (result == LITELLM_OK) {
    /* or the next call overwrites it */
    litellm_client_retain_response(&client);
    result = translate(&client, &french, summary.content, "French");
  }
  if (result == LITELLM_OK) printf("%s\n%s\n", summary.content, french.content);
  litellm_client_release_responses(&client);
  return close_client(&client, result);
}
