/* dynamic: a call whose fields, messages, parameters and metadata are set at
   run time. See example.h for how to build and run it. */
#include "example.h"

static litellm_result configure(litellm_request *request, void *arguments,
                                void *user_data);

/* recommend has no parameter `shelf`: configure sets it. */
#define RECOMMEND(ARG)                                                        \
  ARG(STRING, genre) ARG(INT, age) ARG(COMPUTED(STRING), shelf)
LITELLM_CALL(recommend, RECOMMEND, .prompt =
             "SYSTEM: You stand at the {shelf} shelf.\n"
             "USER: Recommend a {genre} book.", .configure = configure);

/* What the device remembers of the reader. */
static const litellm_message taste = {
  .role = LITELLM_ROLE_USER, .content = { "No dragons, please.", 19 } };

/* The gateway stores the metadata in its log of the call. */
static const litellm_name_value tags[] = {
  { "metadata", "{\"tags\":[\"library\"]}" }, { NULL, NULL } };
static const litellm_params careful = {
  .temperature = LITELLM_SET(0), .extra_body = tags };
static const litellm_params playful = {
  .temperature = LITELLM_SET(1.25), .extra_body = tags };

static litellm_result configure(litellm_request *request, void *arguments,
                                void *user_data) {
  struct recommend_arguments *args = (struct recommend_arguments *)arguments;
  (void)user_data;                     /* litellm_client_desc.user_data */
  if (args->age < 0) return LITELLM_ERROR_ARGUMENT;    /* ends the call */
  args->shelf = args->age < 12 ? "children's" : "adults'";
  request->call.params = args->age < 12 ? &careful : &playful;
  request->messages = &taste;
  return LITELLM_OK;
}

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = recommend(&client, &response, "fantasy",
                     count > 1 ? atoi(words[1]) : 40);
  if (result == LITELLM_OK) puts(response.content);
  return close_client(&client, result);
}
