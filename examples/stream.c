/* stream: an answer as it is written, from a loop that never blocks.

     cc -I. -DLITELLM_TLS=1 examples/stream.c \
        -lmbedtls -lmbedx509 -lmbedcrypto -o stream

   LITELLM_BASE_URL, LITELLM_API_KEY, LITELLM_MODEL as in recommend_book.c;
   LITELLM_CA_FILE is needed for https://. */
#define _POSIX_C_SOURCE 200809L        /* for port/posix.h with -std=c99 */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/posix.h"

#include <stdlib.h>

#define TELL(ARG) ARG(STRING, topic) ARG(INT, words)
static const litellm_params brief = { .max_tokens = LITELLM_SET(64) };
LITELLM_CALL(tell, TELL, .params = &brief,
             .prompt = "SYSTEM: You are brief.\n"
                       "USER: Tell me of {topic} in {words} words.");

static char ca[1 << 16];

int main(void) {
  static unsigned char memory[8192];
  FILE *file = fopen(getenv("LITELLM_CA_FILE") ? getenv("LITELLM_CA_FILE")
                                               : "/dev/null", "rb");
  size_t size = file ? fread(ca, 1, sizeof ca - 1, file) : 0;
  litellm_client client;
  litellm_stream stream;
  litellm_event event;
  litellm_result result;
  char line[512];
  if (file) (void)fclose(file);
  litellm_client_init(&client, &(litellm_client_desc){
      .port = &litellm_posix, .base_url = getenv("LITELLM_BASE_URL"),
      .api_key = getenv("LITELLM_API_KEY"), .model = getenv("LITELLM_MODEL"),
      .ca = size ? ca : NULL, .memory = memory, .memory_size = sizeof memory });
  tell_start(&stream, &client, "the sea", 20);
  while ((result = litellm_next(&stream, &event)) != LITELLM_END) {
    if (result == LITELLM_OK) {
      if (event.kind == LITELLM_TEXT)
        (void)fwrite(event.text.ptr, 1, event.text.len, stdout);
      (void)fflush(stdout);
    } else if (result == LITELLM_AGAIN) {
      litellm_wait(&stream, &event);   /* or do something else meanwhile */
    } else {
      litellm_error_print(&client.error, line, sizeof line);
      fprintf(stderr, "%s\n", line);
      break;
    }
  }
  putchar('\n');
  litellm_client_close(&client);
  return result == LITELLM_END ? 0 : 1;
}
