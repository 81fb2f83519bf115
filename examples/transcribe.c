/* transcribe: a WAV file, as if it were a microphone, as text. The file's head
   is skipped: only samples are sent, as they come, behind a head of our own.

     transcribe hello.wav

   LITELLM_MODEL must be one that listens, as whisper-1. See example.h for how
   to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

#define SEGMENT(FIELD)                                                        \
  FIELD(DOUBLE, start, NULL) FIELD(DOUBLE, end, NULL)                         \
  FIELD(STRING, text, NULL)
LITELLM_MODEL(segment, SEGMENT);
#define TRANSCRIPT(FIELD)                                                     \
  FIELD(OPTIONAL(STRING), language, NULL) FIELD(STRING, text, NULL)           \
  FIELD(LIST(MODEL(segment), 32), segments, NULL)
LITELLM_MODEL(transcript, TRANSCRIPT);

enum { WAV_HEAD = 44, RATE = 16000, TEN_MS = RATE / 100 * 2 };

/* Gives what a microphone would have recorded since it was asked last. */
static litellm_result record(void *source, void *buffer, size_t size,
                             size_t *got) {
  static bool ready;
  ready = !ready;
  if (!ready) return LITELLM_AGAIN;          /* it is asked again in 10 ms */
  if (size > TEN_MS) size = TEN_MS;
  *got = fread(buffer, 1, size, (FILE *)source);
  return *got ? LITELLM_OK : LITELLM_END;
}

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  static const litellm_name_value fields[] = {
      { "response_format", "verbose_json" }, { NULL, NULL } };
  const litellm_transcription form = { .sample_rate = RATE, .fields = fields };
  struct transcript transcript;
  litellm_client client;
  litellm_transfer transfer;
  litellm_result result;
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (!file || fseek(file, WAV_HEAD, SEEK_SET)) {
    fprintf(stderr, "usage: transcribe FILE.wav\n");
    return 1;
  }
  open_client(&client, memory, sizeof memory);
  litellm_transfer_transcribe(&transfer, &form);
  transfer.pull = record;
  transfer.source = file;
  transfer.reply_type = &transcript_type;
  transfer.reply = &transcript;
  result = litellm_transfer_run(&client, &transfer);
  (void)fclose(file);
  for (size_t i = 0; i < transcript.segments.count && !result; i++)
    printf("%5.1f s  %s\n", transcript.segments.items[i].start,
           transcript.segments.items[i].text);
  return close_client(&client, result);
}
