/* transcribe: a WAV file, as if it were a microphone, as text: the samples are
   sent as they come, behind a head of our own.

     transcribe hello.wav

   LITELLM_MODEL must be one that listens, as whisper-1. See example.h for how
   to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"
#include "sound.h"

#define SEGMENT(FIELD)                                                        \
  FIELD(DOUBLE, start, NULL) FIELD(DOUBLE, end, NULL)                         \
  FIELD(STRING, text, NULL)
LITELLM_MODEL(segment, SEGMENT);
#define TRANSCRIPT(FIELD)                                                     \
  FIELD(OPTIONAL(STRING), language, NULL) FIELD(STRING, text, NULL)           \
  FIELD(LIST(MODEL(segment), 32), segments, NULL)
LITELLM_MODEL(transcript, TRANSCRIPT);

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  static const litellm_name_value fields[] = {
      { "response_format", "verbose_json" }, { NULL, NULL } };
  const litellm_transcription form = { .sample_rate = RATE, .fields = fields };
  struct transcript transcript;
  litellm_client client;
  litellm_transfer transfer;
  litellm_result result;
  FILE *microphone = open_microphone(argc > 1 ? argv[1] : NULL);
  if (!microphone) return 1;
  open_client(&client, memory, sizeof memory);
  litellm_transfer_transcribe(&transfer, &form);
  transfer.pull = record;
  transfer.source = microphone;
  transfer.reply_type = &transcript_type;
  transfer.reply = &transcript;
  result = litellm_transfer_run(&client, &transfer);
  (void)fclose(microphone);
  for (size_t i = 0; i < transcript.segments.count && !result; i++)
    printf("%5.1f s  %s\n", transcript.segments.items[i].start,
           transcript.segments.items[i].text);
  return close_client(&client, result);
}
