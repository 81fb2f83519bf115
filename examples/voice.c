/* voice: a question in a WAV file is answered aloud, in one loop that does not
   block: it is sent as it is recorded, and the answer is played as it comes.
   The model can read a clock.

     voice question.wav | aplay -f S16_LE -r 24000

   LITELLM_MODEL answers, whisper-1 listens, tts-1 speaks. See example.h for how
   to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"
#include "sound.h"

#define HEARD(FIELD) FIELD(CHARS(1000), text, NULL)
LITELLM_MODEL(heard, HEARD);

LITELLM_TOOL_TEXT(read_clock, "Tells the time", LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("a quarter to eight");
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &read_clock_tool, NULL };

#define ANSWER(ARG) ARG(STRING, question)
LITELLM_CALL(answer, ANSWER, .prompt = "Answer in a sentence: {question}",
             .tools = tools, .max_turns = 3, .collect_text = true);

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  const litellm_transcription form = { .model = "whisper-1",
                                       .sample_rate = RATE };
  litellm_speech speech = { .model = "tts-1", .voice = "alloy",
                            .format = "pcm" };
  struct heard heard;
  litellm_client client;
  litellm_response response;
  litellm_transfer transfer;
  litellm_result result;
  FILE *microphone = open_microphone(argc > 1 ? argv[1] : NULL);
  if (!microphone) return 1;
  open_client(&client, memory, sizeof memory);
  litellm_transfer_transcribe(&transfer, &form);
  transfer.pull = record;
  transfer.source = microphone;
  transfer.reply_type = &heard_type;
  transfer.reply = &heard;
  result = loop(&client, litellm_transfer_start(&client, &transfer));
  (void)fclose(microphone);
  if (result == LITELLM_END)
    result = loop(&client, answer_start(&client, heard.text));
  if (result == LITELLM_END &&
      litellm_client_response(&client, &response) == LITELLM_OK) {
    litellm_client_retain_response(&client);
    speech.input = response.content;
    litellm_transfer_speak(&transfer, &speech);
    result = loop(&client, litellm_transfer_start(&client, &transfer));
  }
  return close_client(&client, result);
}
