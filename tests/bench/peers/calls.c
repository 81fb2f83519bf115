/* Calls of this library in one process, for calls.py beside chat.c and chat.py:

     calls URL CA MODEL PROMPT CALLS kept|new|warm

   They stream. Each is made on the connection of the one before, which "warm"
   means too, or, with "new", on a new one that resumes its session. The key is
   in LITELLM_API_KEY. The microseconds to the first text of each call go to
   stderr. */
#define _POSIX_C_SOURCE 200809L
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "port/posix.h"
#include <stdlib.h>

#define SAY(ARG) ARG(STRING, text)
LITELLM_CALL(say, SAY, .prompt = "{text}");

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static char *read_all(const char *path) {
  static char text[65536];
  FILE *file = fopen(path, "r");
  if (!file) exit(2);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static litellm_result call(litellm_client *client, const char *prompt) {
  litellm_event event;
  litellm_result result = say_start(client, prompt);
  double began = now(), first = 0;
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(client, &event);
    if (result != LITELLM_OK || event.kind != LITELLM_EVENT_TEXT) continue;
    if (first == 0) first = now();
    fwrite(event.text.ptr, 1, event.text.len, stdout);
    fflush(stdout);
  }
  fprintf(stderr, "%.0f\n", first - began);
  puts("");
  return result;
}

int main(int argc, char **argv) {
  static unsigned char memory[8192], session[2048];
  static litellm_client client;
  litellm_client_desc desc = {
    .port = &litellm_posix_tls, .api_key = getenv("LITELLM_API_KEY"),
    .memory = memory, .memory_size = sizeof memory,
    .tls_session = session, .tls_session_size = sizeof session };
  if (argc != 7) return 2;
  desc.base_url = argv[1];
  desc.ca = read_all(argv[2]);
  desc.model = argv[3];
  if (!strcmp(argv[6], "new")) desc.reuse_within_ms = LITELLM_NO_REUSE;
  if (litellm_client_init(&client, &desc) != LITELLM_OK) return 1;
  for (int left = atoi(argv[5]); left > 0; left--)
    if (call(&client, argv[4]) != LITELLM_END) {
      fprintf(stderr, "%s\n", litellm_client_error(&client));
      return 1;
    }
  litellm_client_close(&client);
  return 0;
}
