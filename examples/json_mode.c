/* json_mode: the answer is a JSON object with keys that are not known before.
   See example.h for how to build and run it. */
#include "example.h"

/* OpenAI requires the word JSON in the prompt. */
#define FACTS(ARG) ARG(STRING, thing)
LITELLM_CALL(facts, FACTS, .prompt =
             "The main facts about {thing} as a flat JSON object.",
             .json_mode = true);

/* Prints a line per member; the tokenizer unescapes strings in `text`. */
static litellm_result walk(char *text, size_t size) {
  litellm_json_reader json = { 0 };
  litellm_input span = { text, size };
  litellm_json_token token;
  litellm_result result;
  while ((result = litellm_json_next(&json, &span, true, &token)) ==
         LITELLM_OK) {
    if (token.kind == LITELLM_JSON_TRUE) printf("yes");
    if (token.kind == LITELLM_JSON_FALSE) printf("no");
    if (token.kind == LITELLM_JSON_NULL) printf("unknown");
    print(token.text);
    if (token.kind == LITELLM_JSON_KEY && token.last) printf(": ");
    else if (token.last) putchar('\n');
  }
  return result;
}

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  static char text[4096];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = facts(&client, &response, count > 1 ? words[1] : "the moon");
  if (result == LITELLM_OK && response.content_size <= sizeof text) {
    memcpy(text, response.content, response.content_size);
    if (walk(text, response.content_size) != LITELLM_END)
      puts("This is not JSON.");
  }
  return close_client(&client, result);
}
