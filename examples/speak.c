/* speak: a text as audio on the standard output, while it is made.

     speak "Good morning." | aplay -f S16_LE -r 24000

   LITELLM_MODEL must be one that speaks, as tts-1. See example.h for how to
   build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_speech speech = { .input = argc > 1 ? argv[1] : "Hello.",
                            .voice = setting("VOICE", "alloy"),
                            .format = "pcm" };
  litellm_client client;
  litellm_transfer transfer;
  litellm_event event;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  litellm_transfer_speak(&transfer, &speech);
  result = litellm_transfer_start(&client, &transfer);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    /* As long as the pipe is full, print blocks, and the server waits. */
    if (result == LITELLM_OK) print(event.text);
  }
  return close_client(&client, result);
}
