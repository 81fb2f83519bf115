/* voice: a question in a WAV file is answered aloud.

     voice question.wav | aplay -f S16_LE -r 24000

   LITELLM_MODEL answers, whisper-1 listens, tts-1 speaks. See example.h for how
   to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

#define HEARD(FIELD) FIELD(CHARS(1000), text, NULL)
LITELLM_MODEL(heard, HEARD);
#define REPLY(ARG) ARG(STRING, question)
LITELLM_CALL(answer, REPLY, .prompt = "Answer in a sentence: {question}");

static litellm_result record(void *source, void *buffer, size_t size,
                             size_t *got) {
  *got = fread(buffer, 1, size, (FILE *)source);
  return *got ? LITELLM_OK : LITELLM_END;
}

static litellm_result play(void *sink_data, const void *bytes, size_t size) {
  return fwrite(bytes, 1, size, (FILE *)sink_data) == size
      ? LITELLM_OK : LITELLM_ERROR_NO_MEMORY;
}

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  const litellm_transcription form = { .model = "whisper-1" };
  litellm_speech speech = { .model = "tts-1", .voice = "alloy",
                            .format = "pcm" };
  struct heard heard;
  litellm_client client;
  litellm_response response;
  litellm_transfer transfer;
  litellm_result result;
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (!file) {
    fprintf(stderr, "usage: voice FILE.wav\n");
    return 1;
  }
  open_client(&client, memory, sizeof memory);
  litellm_transfer_transcribe(&transfer, &form);
  transfer.pull = record;
  transfer.source = file;
  transfer.reply_type = &heard_type;
  transfer.reply = &heard;
  result = litellm_transfer_run(&client, &transfer);
  (void)fclose(file);
  if (result == LITELLM_OK) result = answer(&client, &response, heard.text);
  if (result == LITELLM_OK) {
    litellm_client_retain_response(&client);
    speech.input = response.content;
    litellm_transfer_speak(&transfer, &speech);
    transfer.sink = play;
    transfer.sink_data = stdout;
    result = litellm_transfer_run(&client, &transfer);
  }
  return close_client(&client, result);
}
