/* Speech and transcription: what is sent and what comes, at every split. */
#if !defined(LITELLM_MODELS) || LITELLM_MODELS
#define LITELLM_EXTRAS 1
#endif
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

#if LITELLM_EXTRAS

static litellm_client client;
static litellm_client_desc desc;
static const char *reply;

static const char *replies(unsigned nth) {
  (void)nth;
  return reply;
}

static void begin(const char *text) {
  reply = text;
  server_reset(replies);
  desc = server_desc();
  desc.model = "default";
  desc.window_size = 128;
  desc.max_retries = LITELLM_NO_RETRIES;
}

static void open_client(void) {
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

/* ---- speech ------------------------------------------------------------ */

#define AUDIO_HEAD "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define AUDIO "8\r\nRIFF0123\r\n10\r\n{\"not\": \"json\"}!\r\n"
#define AUDIO_BYTES "RIFF0123{\"not\": \"json\"}!"

static char heard[64];
static size_t heard_size;

/* Speaks to the end; the loop lets `slow` seconds pass after each event. */
static litellm_result speak(const litellm_speech *speech, unsigned slow) {
  litellm_transfer t;
  litellm_event event;
  litellm_result result;
  litellm_transfer_speak(&t, speech);
  open_client();
  heard_size = 0;
  result = litellm_transfer_start(&client, &t);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    if (result != LITELLM_OK) continue;
    CHECK_INT(event.kind, LITELLM_EVENT_BYTES);
    CHECK(heard_size + event.text.len <= sizeof heard);
    memcpy(heard + heard_size, event.text.ptr, event.text.len);
    heard_size += event.text.len;
    server.now += slow * 1000;
  }
  server_end(&client);
  return result;
}

static void speech(void) {
  static const litellm_name_value more[] = { { "speed", "1.5" },
                                             { NULL, NULL } };
  static const struct { litellm_speech speech; const char *sent; } cases[] = {
    { { NULL, "Say \"hi\".", "alloy", NULL, NULL },
      "{\"model\":\"default\",\"voice\":\"alloy\","
      "\"input\":\"Say \\\"hi\\\".\"}" },
    { { "tts-1", "Hi", "nova", "pcm", more },
      "{\"model\":\"tts-1\",\"speed\":1.5,\"voice\":\"nova\","
      "\"response_format\":\"pcm\",\"input\":\"Hi\"}" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t split = 0; split < 64; split++) {
      check_at("%d, split %d", (int)i, (int)split);
      begin(AUDIO_HEAD AUDIO "0\r\n\r\n");
      server.read_size = split;
      server.send_size = split;
      CHECK_INT(speak(&cases[i].speech, split % 8), LITELLM_END);
      check_same(heard, heard_size, AUDIO_BYTES, sizeof AUDIO_BYTES - 1,
                 __LINE__);
      CHECK(strstr(server.last, "POST /v1/audio/speech HTTP/1.1\r\n") ==
            server.last);
      CHECK_TEXT(strstr(server.last, "\r\n\r\n") + 4, cases[i].sent);
    }
}

static void speech_faults(void) {
  static const litellm_speech hi = { NULL, "Hi", "alloy", NULL, NULL };
  static const struct { const char *reply; litellm_result result; } cases[] = {
    { AUDIO_HEAD AUDIO, LITELLM_ERROR_TRUNCATED },
    { AUDIO_HEAD "8\r\nRIFF", LITELLM_ERROR_TRUNCATED },
    { AUDIO_HEAD AUDIO "x\r\n", LITELLM_ERROR_HTTP },
    { "HTTP/1.1 400 No\r\nContent-Length: 29\r\n\r\n"
      "{\"error\":{\"message\":\"voice?\"}}", LITELLM_ERROR_API },
    { "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n",
      LITELLM_ERROR_RATE_LIMIT },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t split = 0; split < 64; split++) {
      check_at("%d, split %d", (int)i, (int)split);
      begin(cases[i].reply);
      server.closes = true;
      server.read_size = split;
      CHECK_INT(speak(&hi, 0), cases[i].result);
    }
  /* who listens for too long */
  begin(AUDIO_HEAD AUDIO "0\r\n\r\n");
  server.read_size = 1;
  desc.total_timeout_ms = 3000;
  CHECK_INT(speak(&hi, 2), LITELLM_ERROR_TIMEOUT);
}

int main(void) {
  CHECK_RUN(speech);
  CHECK_RUN(speech_faults);
  return check_failures != 0;
}

#else

int main(void) {
  puts("ok transfers # skipped, LITELLM_EXTRAS needs LITELLM_MODELS");
  return 0;
}
#endif
