/* voice.c: a question is sent while it is spoken, and answered aloud while the
   answer is made. Neither is ever in memory as a whole: what the microphone
   gives and what the loudspeaker takes lie in one ring of 4 KiB. */
#include "board.h"
#include "main.h"

enum { RATE = 8000 };               /* samples a second */

#define HEARD(FIELD) FIELD(CHARS(200), text, NULL)
LITELLM_MODEL(heard, HEARD);
static struct heard heard;

#define REPLY(ARG) ARG(STRING, question)
LITELLM_CALL(reply, REPLY, .prompt = "Answer in a sentence: {question}",
             .collect_text = true);

/* Gives the form a window full of samples at a time, for few packets. */
static litellm_result record(void *source, void *buffer, size_t size,
                             size_t *got) {
  bool more = sound_is_on();        /* before the last ones are taken */
  (void)source;
  *got = microphone_read(buffer, size);
  return *got > 0 ? LITELLM_OK : more ? LITELLM_AGAIN : LITELLM_END;
}

/* A recording that has begun with the connection still to be made would have
   to wait for it: a handshake takes longer than the ring. */
static litellm_result connect_first(litellm_client *client) {
  litellm_event event;
  litellm_result result;
  do {
    result = litellm_client_warm(client, &event);
    turn(event.wait_ms);
  } while (result == LITELLM_AGAIN);
  print_ms("handshake: ", client->stats.handshake_ms);
  return result;
}

/* The rest of a call that has begun. */
static litellm_result finish(litellm_client *client, litellm_result result) {
  litellm_event event;
  while (result == LITELLM_OK || result == LITELLM_AGAIN)
    result = step(client, &event);
  return result;
}

static litellm_result listen(litellm_client *client) {
  const litellm_transcription form = {
    .model = setting("transcription_model", "whisper-1"), .sample_rate = RATE };
  litellm_transfer transfer;
  litellm_result result;
  litellm_transfer_transcribe(&transfer, &form);
  transfer.pull = record;
  transfer.reply_type = &heard_type;
  transfer.reply = &heard;
  print("speak now\n");
  microphone_start(RATE, setting_number("record_ms", 2000) * (RATE / 1000));
  result = finish(client, litellm_transfer_start(client, &transfer));
  sound_stop();
  return result;
}

/* As long as the loudspeaker has no room, litellm_next is not called, and the
   server has to wait. */
static void play(litellm_str samples) {
  for (;;) {
    size_t taken = loudspeaker_write(samples.ptr, samples.len);
    samples.ptr += taken;
    samples.len -= taken;
    if (samples.len == 0) return;
    turn(1);
  }
}

static litellm_result speak(litellm_client *client, const char *text) {
  const litellm_speech speech = {
    .model = setting("speech_model", "tts-1"), .input = text,
    .voice = "alloy", .format = "pcm" };
  litellm_transfer transfer;
  litellm_event event;
  litellm_result result;
  litellm_transfer_speak(&transfer, &speech);
  loudspeaker_start(setting_number("speech_rate", RATE));
  result = litellm_transfer_start(client, &transfer);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = step(client, &event);
    if (result == LITELLM_OK) play(event.text);
  }
  loudspeaker_end();
  while (sound_is_on()) turn(1);
  return result;
}

/* Listens, asks and speaks, by one connection. */
litellm_result converse(litellm_client *client) {
  const struct reply_arguments arguments = { .question = heard.text };
  const litellm_request request = { .call = reply_call,
                                    .arguments = &arguments };
  litellm_response response;
  litellm_result result = connect_first(client);
  if (result == LITELLM_OK) result = listen(client);
  if (result == LITELLM_END) {
    print_line("heard: ", heard.text);
    result = finish(client, litellm_start(client, &request));
  }
  if (result == LITELLM_END)
    result = litellm_client_response(client, &response);
  if (result == LITELLM_OK) {
    print_line("says: ", response.content);
    litellm_client_retain_response(client);
    result = speak(client, response.content);
    litellm_client_release_responses(client);
  }
  sound_report();
  return result;
}
