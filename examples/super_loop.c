/* super_loop: firmware's main loop, which asks a model and still feeds its
   watchdog in time, for nothing in it blocks.
   How to build and run it: see example.h. */
#include "example.h"

/* Stands in for the chip's: bites when it was not fed for a second. (A name is
   looked up in this time: getaddrinfo is all of the port that blocks.) */
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

/* One turn: as much as can be done at once. */
static enum state turn(enum state state, litellm_client *client,
                       litellm_stream *stream, litellm_result *result) {
  litellm_event event;
  if (state == IDLE) {
    name_star_start(stream, client, "red");
    return ASKING;
  }
  *result = litellm_next(stream, &event);
  if (*result == LITELLM_OK && event.kind == LITELLM_TEXT) print(event.text);
  return *result == LITELLM_OK || *result == LITELLM_AGAIN ? ASKING : DONE;
}

int main(void) {
  static unsigned char memory[16384];
  static litellm_stream stream;
  litellm_client client;
  litellm_result result = LITELLM_OK;
  enum state state = IDLE;
  open_client(&client, memory, sizeof memory);
  fed_ms = litellm_posix.millis();
  while (state != DONE) {
    feed_watchdog();
    state = turn(state, &client, &stream, &result);
    if (result == LITELLM_AGAIN) sleep_until_interrupt();
  }
  printf("\nthe watchdog waited %s\n", longest_ms < 1000 ? "well" : "long");
  return close_client(&client, result);
}
