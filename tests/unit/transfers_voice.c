/* Speech and transcription: what is sent and what comes, at every split. */
#include "tests/unit/transfers.h"

#if LITELLM_EXTRAS

/* ---- speech ------------------------------------------------------------ */

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
      "{\"model\":\"tts-1\",\"voice\":\"nova\",\"response_format\":\"pcm\","
      "\"input\":\"Hi\",\"speed\":1.5}" },
    { { NULL, "Hi", NULL, NULL, NULL },
      "{\"model\":\"default\",\"input\":\"Hi\"}" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t split = 0; split < 64; split++) {
      check_at("%d, split %d", (int)i, (int)split);
      begin(CHUNKED AUDIO "0\r\n\r\n");
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
    { CHUNKED AUDIO, LITELLM_ERROR_TRUNCATED },
    { CHUNKED "8\r\nRIFF", LITELLM_ERROR_TRUNCATED },
    { CHUNKED AUDIO "x\r\n", LITELLM_ERROR_HTTP },
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
  begin(CHUNKED AUDIO "0\r\n\r\n");
  server.read_size = 1;
  desc.total_timeout_ms = 3000;
  CHECK_INT(speak(&hi, 2), LITELLM_ERROR_TIMEOUT);
}

/* ---- transcription ----------------------------------------------------- */

static const char samples[] =
  "0123456789 samples of a microphone that never stops, many more than a "
  "window of 128 bytes has room for, and then some more of them.";
#define SEGMENT(FIELD)                                                         \
  FIELD(INT, start, NULL) FIELD(CHARS(16), text, NULL)
LITELLM_MODEL(segment, SEGMENT);
#define TRANSCRIPT(FIELD)                                                      \
  FIELD(STRING, text, NULL) FIELD(OPTIONAL(STRING), language, NULL)            \
  FIELD(LIST(MODEL(segment), 4), segments, NULL)
LITELLM_MODEL(transcript, TRANSCRIPT);
static struct transcript transcript;

static const litellm_name_value english[] = { { "language", "en" },
                                              { NULL, NULL } };
static const litellm_transcription form = { NULL, NULL, 16000, english };

static litellm_result transcribe(uint32_t size) {
  litellm_transfer t;
  litellm_transfer_transcribe(&t, &form);
  t.pull = give;
  t.source = &given;
  t.pull_size = size;
  t.reply_type = &transcript_type;
  t.reply = &transcript;
  return run(&t);
}

#define BOUNDARY "--7d1c0a5e93b2f846"
#define FORM                                                                   \
  "\r\n" BOUNDARY "\r\nContent-Disposition: form-data; "                      \
  "name=\"model\"\r\n\r\ndefault\r\n" BOUNDARY                                 \
  "\r\nContent-Disposition: form-data; "                                       \
  "name=\"language\"\r\n\r\nen\r\n" BOUNDARY "\r\nContent-Disposition: "      \
  "form-data; name=\"file\"; filename=\"audio.wav\"\r\n\r\n"
#define WAV(riff, data)                                                        \
  "RIFF" riff "WAVEfmt \020\0\0\0\1\0\1\0\200\076\0\0"                    \
  "\0\175\0\0\2\0\020\0data" data
#define TEXT                                                                   \
  "HTTP/1.1 200 OK\r\nContent-Length: 78\r\n\r\n{\"text\":\"Hello.\","      \
  "\"segments\":[{\"id\":0,\"start\":5,\"text\":\"Hello.\",\"tokens\":[1]}]}"

static void transcriptions(void) {
  static const char known[] = WAV("\247\0\0\0", "\203\0\0\0");
  static const char unknown[] = WAV("\377\377\377\377", "\333\377\377\377");
  CHECK_INT(sizeof samples - 1, 131);
  for (unsigned length = 0; length < 2; length++)
    for (size_t split = 0; split < 80; split++) {
      const char *body;
      size_t size, head = sizeof FORM - 1;
      check_at("%u, split %d", length, (int)split);
      begin_giving(samples, TEXT);
      server.read_size = split;
      server.send_size = split;
      give_most = split;
      waits = 3;
      CHECK_INT(transcribe(length ? sizeof samples - 1 : 0), LITELLM_OK);
      CHECK_TEXT(transcript.text, "Hello.");
      CHECK(!transcript.language.set);
      CHECK_INT(transcript.segments.count, 1);
      CHECK_TEXT(transcript.segments.items[0].text, "Hello.");
      body = sent_body(&size);
      if (CHECK_INT(size, head + 44 + 131 + sizeof BOUNDARY + 5)) {
        check_same(body, head, FORM, head, __LINE__);
        CHECK(!memcmp(body + head, length ? known : unknown, 44));
        CHECK(!memcmp(body + head + 44, samples, 131));
        CHECK(!memcmp(body + head + 44 + 131, "\r\n" BOUNDARY "--\r\n", size -
                      head - 44 - 131));
      }
      CHECK(strstr(server.last, "Content-Type: multipart/form-data; "
                   "boundary=7d1c0a5e93b2f846\r\n") != NULL);
      server_end(&client);
    }
}

/* No name ends its line, no text its part. A whole file gets no head. */
static void form_names(void) {
  static const litellm_name_value ends[] = {
    { "prompt", "\r\n" BOUNDARY "\r\nContent-Disposition: form-data; "
                "name=\"model\"\r\n\r\nexpensive" }, { NULL, NULL } };
  static const litellm_name_value more[] = { { "prompt", "1\r\n2" },
                                             { NULL, NULL } };
  static const litellm_name_value odd[] = { { "a\"b", "1" }, { NULL, NULL } };
  static const struct { litellm_transcription form; const char *sent; }
      cases[] = {
    { { "whisper-1", "a b;\xC3\xA9.mp3", 0, more },
      "\r\n" BOUNDARY "\r\nContent-Disposition: form-data; name=\"model\""
      "\r\n\r\nwhisper-1\r\n" BOUNDARY "\r\nContent-Disposition: form-data; "
      "name=\"prompt\"\r\n\r\n1\r\n2\r\n" BOUNDARY
      "\r\nContent-Disposition: form-data; name=\"file\"; "
      "filename=\"a b;\xC3\xA9.mp3\"\r\n\r\n0123" },
    { { NULL, "a\".mp3", 0, NULL }, NULL },
    { { NULL, "a\rb.mp3", 0, NULL }, NULL },
    { { NULL, "a\nb.mp3", 0, NULL }, NULL },
    { { NULL, NULL, 0, odd }, NULL },
    { { NULL, NULL, 0, ends }, NULL },
    { { BOUNDARY, NULL, 0, NULL }, NULL },
    { { NULL, NULL, 0, NULL },
      "\r\n" BOUNDARY "\r\nContent-Disposition: form-data; name=\"model\""
      "\r\n\r\ndefault\r\n" BOUNDARY "\r\nContent-Disposition: form-data; "
      "name=\"file\"; filename=\"audio.wav\"\r\n\r\n0123" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    litellm_transfer t;
    const char *body;
    size_t size, len;
    check_at("%d", (int)i);
    begin_giving("0123", TEXT);
    litellm_transfer_transcribe(&t, &cases[i].form);
    t.pull = give;
    t.source = &given;
    t.reply_type = &transcript_type;
    t.reply = &transcript;
    CHECK_INT(run(&t), cases[i].sent ? LITELLM_OK : LITELLM_ERROR_PARAMS);
    if (!cases[i].sent) continue;
    body = sent_body(&size);
    len = strlen(cases[i].sent);
    if (CHECK(size > len)) check_same(body, len, cases[i].sent, len, __LINE__);
    server_end(&client);
  }
}

static void transcription_faults(void) {
  static const struct {
    const char *says;
    unsigned fails;
    uint32_t size;
    litellm_result result;
  } cases[] = {
    { STATUS("413"), 0, 0, LITELLM_ERROR_TOO_LARGE },
    { STATUS("401"), 0, 131, LITELLM_ERROR_AUTHENTICATION },
    { NULL, 2, 0, LITELLM_ERROR_NETWORK },
    { NULL, 2, 131, LITELLM_ERROR_NETWORK },
    { NULL, 0, 200, LITELLM_ERROR_REQUEST_CHANGED },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t split = 0; split < 80; split++) {
      check_at("%d, split %d", (int)i, (int)split);
      begin_giving(samples, TEXT);
      desc.max_retries = 2;
      server.send_size = split;
      give_most = split;
      says = cases[i].says;
      fails = cases[i].fails;
      CHECK_INT(transcribe(cases[i].size), cases[i].result);
      CHECK_INT(server.opened, 1);
      server_end(&client);
    }
}

/* Bytes that would end the file's part are not sent, however they come. */
static void boundary_pulled(void) {
  static const struct { const char *bytes; bool sent; } cases[] = {
    { "a\r\n" BOUNDARY "\r\nb", false },
    { "7d1c0a5e93b2f847d1c0a5e93b2f846", false },
    { "77d1c0a5e93b2f846", false },
    { "7d1c0a5e93b2f84", true },
    { "7d1c0a5e93b2f847d1c0a5e93b2f84", true },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t split = 0; split < 40; split++)
      for (unsigned length = 0; length < 2; length++) {
        check_at("%d, split %d", (int)i, (int)split);
        begin_giving(cases[i].bytes, TEXT);
        give_most = split;
        CHECK_INT(transcribe(length ? (uint32_t)strlen(given) : 0),
                  cases[i].sent ? LITELLM_OK : LITELLM_ERROR_ARGUMENT);
        if (!cases[i].sent && LITELLM_ERROR_TEXTS)
          CHECK_TEXT(client.error.subject, "pull");
        server_end(&client);
      }
}

int main(void) {
  CHECK_RUN(speech);
  CHECK_RUN(speech_faults);
  CHECK_RUN(transcriptions);
  CHECK_RUN(form_names);
  CHECK_RUN(transcription_faults);
  CHECK_RUN(boundary_pulled);
  return check_failures != 0;
}
#endif
