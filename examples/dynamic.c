/* dynamic: a call that is completed at run time: a computed field, messages,
   parameters and metadata. How to build and run it: see example.h. */
#include "example.h"

static litellm_result configure(litellm_request *request, void *arguments,
                                void *user);

/* `shelf` is no parameter of recommend: configure sets it. */
#define RECOMMEND(ARG)                                                        \
  ARG(STRING, genre) ARG(INT, age) ARG(COMPUTED(STRING), shelf)
LITELLM_CALL(recommend, RECOMMEND, .configure = configure,
             .prompt = "SYSTEM: You stand at the {shelf} shelf.\n"
                       "USER: Recommend a {genre} book.");

/* What the reader has said before, as a device would know it. */
static const litellm_message taste = {
  .role = LITELLM_USER, .content = { "No dragons, please.", 19 } };

/* The gateway keeps the metadata with its record of the call. */
static const litellm_pair tags[] = {
  { "metadata", "{\"tags\":[\"library\"]}" }, { NULL, NULL } };
static const litellm_params careful = {
  .temperature = LITELLM_SET(0), .json = tags };
static const litellm_params playful = {
  .temperature = LITELLM_SET(1.25), .json = tags };

static litellm_result configure(litellm_request *request, void *arguments,
                                void *user) {
  struct recommend_arguments *args = (struct recommend_arguments *)arguments;
  (void)user;                          /* litellm_client_desc.user */
  if (args->age < 0) return LITELLM_ERROR_ARGUMENT;    /* ends the call */
  args->shelf = args->age < 12 ? "children's" : "adults'";
  request->params = args->age < 12 ? &careful : &playful;
  request->messages = &taste;
  return LITELLM_OK;
}

int main(int count, char **words) {
  static unsigned char memory[16384];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = recommend(&client, &response, "fantasy",
                     count > 1 ? atoi(words[1]) : 40);
  if (result == LITELLM_OK) puts(response.content);
  return close_client(&client, result);
}
