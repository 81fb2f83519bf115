/* json_mode: any JSON object as the answer, and a walk through one whose keys
   nobody knows beforehand. How to build and run it: see example.h. */
#include "example.h"

/* OpenAI wants the word JSON in the prompt. */
#define FACTS(ARG) ARG(STRING, thing)
LITELLM_CALL(facts, FACTS, .json_mode = true,
             .prompt = "The main facts about {thing} as a flat JSON object.");

/* A line for each token; the tokenizer works in `text` itself. */
static litellm_result walk(char *text, size_t size) {
  litellm_json json = { 0 };
  litellm_span span = { text, size };
  litellm_token token;
  litellm_result result;
  while ((result = litellm_json_next(&json, &span, true, &token)) ==
         LITELLM_OK) {
    if (token.kind == LITELLM_TOKEN_TRUE) printf("yes");
    if (token.kind == LITELLM_TOKEN_FALSE) printf("no");
    if (token.kind == LITELLM_TOKEN_NULL) printf("unknown");
    print(token.text);
    if (token.kind == LITELLM_TOKEN_KEY && token.last) printf(": ");
    else if (token.last) putchar('\n');
  }
  return result;
}

int main(int count, char **words) {
  static unsigned char memory[16384];
  static char text[4096];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = facts(&client, &response, count > 1 ? words[1] : "the moon");
  if (result == LITELLM_OK && response.content_size <= sizeof text) {
    memcpy(text, response.content, response.content_size);
    if (walk(text, response.content_size) != LITELLM_END)
      puts("That is no JSON.");
  }
  return close_client(&client, result);
}
