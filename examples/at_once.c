/* at_once: three calls in one loop, which waits for whichever can go on.
   See example.h for how to build and run it. */
#include "example.h"

enum { CALLS = 3 };

#define GREET(ARG) ARG(STRING, language)
LITELLM_CALL(greet, GREET, .prompt = "Say good morning in {language}.",
             .collect_text = true);

/* Advances a call as far as it goes without waiting. */
static litellm_result advance(litellm_client *client, litellm_event *event) {
  litellm_result result;
  do result = litellm_next(client, event);
  while (result == LITELLM_OK);
  return result;
}

int main(void) {
  static const char *const languages[CALLS] = { "French", "Greek", "Finnish" };
  static unsigned char memory[CALLS][EXAMPLE_MEMORY];
  litellm_client clients[CALLS], *waiting[CALLS];
  litellm_event events[CALLS];
  litellm_response response;
  int status = 0;
  for (int i = 0; i < CALLS; i++) {
    open_client(&clients[i], memory[i], sizeof memory[i]);
    greet_start(&clients[i], languages[i]);
    waiting[i] = &clients[i];
  }
  for (int left = CALLS; left > 0;) {
    for (int i = 0; i < CALLS; i++) {
      if (!waiting[i]) continue;
      litellm_result result = advance(waiting[i], &events[i]);
      if (result == LITELLM_AGAIN) continue;
      litellm_client_response(waiting[i], &response);
      printf("%s: %s\n", languages[i], response.content);
      status |= close_client(waiting[i], result);
      waiting[i] = NULL;
      left--;
    }
    litellm_posix_wait_any(waiting, events, CALLS);
  }
  return status;
}
