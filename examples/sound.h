/* A WAV file of 16 bits, mono, as a microphone that says AGAIN until it has
   recorded another 10 ms, and standard output as a loudspeaker. */
#ifndef SOUND_H
#define SOUND_H

#include "example.h"

enum { WAV_HEAD = 44, RATE = 16000, TEN_MS = RATE / 100 * 2 };

/* Behind the head, so that only samples are sent. NULL: there is no file. */
static inline FILE *open_microphone(const char *name) {
  FILE *file = name ? fopen(name, "rb") : NULL;
  if (file && !fseek(file, WAV_HEAD, SEEK_SET)) return file;
  fprintf(stderr, "give a WAV file of %d samples a second\n", RATE);
  if (file) (void)fclose(file);
  return NULL;
}

static inline litellm_result record(void *source, void *buffer, size_t size,
                                    size_t *got) {
  static bool ready;
  ready = !ready;
  if (!ready) return LITELLM_AGAIN;          /* it is asked again in 10 ms */
  if (size > TEN_MS) size = TEN_MS;
  *got = fread(buffer, 1, size, (FILE *)source);
  return *got ? LITELLM_OK : LITELLM_END;
}

/* The main loop of a device, until a step of a dialogue is done. */
static inline litellm_result loop(litellm_client *client,
                                  litellm_result result) {
  litellm_event event;
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_BYTES)
      print(event.text);
  }
  return result;
}

#endif /* SOUND_H */
