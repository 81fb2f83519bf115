/* super_loop: a firmware's main loop calls a model and still feeds its watchdog
   in time, because no step of the call blocks.
   See example.h for how to build and run it. */
#include "example.h"

/* Simulates a watchdog that must be fed once a second. (The port for POSIX
   blocks in getaddrinfo only, which has to be faster than that.) */
static uint32_t fed_ms, longest_ms;
static void feed_watchdog(void) {
  uint32_t now = litellm_posix.millis();
  if (now - fed_ms > longest_ms) longest_ms = now - fed_ms;
  fed_ms = now;
  if (longest_ms > 1000) abort();
}

static void sleep_until_interrupt(void) {
  (void)poll(NULL, 0, 1);
}

#define NAME_STAR(ARG) ARG(STRING, color)
LITELLM_CALL(name_star, NAME_STAR, .prompt = "Name a {color} star.");

enum state { IDLE, ASKING, DONE };

/* One turn of the loop: advances the call by a step. */
static enum state turn(enum state state, litellm_client *client,
                       litellm_result *result) {
  litellm_event event;
  if (state == IDLE) {
    name_star_start(client, "red");
    return ASKING;
  }
  *result = litellm_next(client, &event);
  if (*result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT)
    print(event.text);
  return *result == LITELLM_OK || *result == LITELLM_AGAIN ? ASKING : DONE;
}

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_result result = LITELLM_OK;
  enum state state = IDLE;
  open_client(&client, memory, sizeof memory);
  fed_ms = litellm_posix.millis();
  while (state != DONE) {
    feed_watchdog();
    state = turn(state, &client, &result);
    if (result == LITELLM_AGAIN) sleep_until_interrupt();
  }
  printf("\nthe watchdog was fed %s\n", longest_ms < 1000 ? "in time" : "late");
  return close_client(&client, result);
}
