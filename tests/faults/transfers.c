/* Transfers: every one of this table through sweep.h, also with a callback that
   says AGAIN and one that fails. */
#if !defined(LITELLM_EXTRAS) && (!defined(LITELLM_MODELS) || LITELLM_MODELS)
#define LITELLM_EXTRAS 1
#endif
#if defined(LITELLM_EXTRAS) && LITELLM_EXTRAS
#include "tests/faults/case.h"

enum { SPEECH, PLAYED, NAMES, NAMED, EMBEDDING, HEARD, HEARD_KNOWN,
       SILENT, TOO_LONG, FULL };             /* request */

#define VECTORS(a, b)                                                          \
  "{\"object\":\"list\",\"data\":[{\"embedding\":[" a "],\"index\":0},"        \
  "{\"embedding\":[" b "],\"index\":1}],\"usage\":{\"total_tokens\":7}}"
#define TRANSCRIPT                                                             \
  "{\"text\":\"Open the p\\u00f6d bay doors.\",\"language\":\"en\","           \
  "\"duration\":2,\"words\":[{\"word\":\"Open\"}]}"
#define MODELS                                                                 \
  "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4o\",\"owned_by\":\"x\"},"     \
  "{\"owned_by\":\"y\",\"id\":\"caf\\u00e9/1\"},{\"id\":\"z\"}]}"
static const char audio[] =
  "RIFF, samples of some length, with {\"braces\": [1, 2]}, more than a window "
  "of 128 bytes has room for; and then again some, to the end";

static const sweep_case cases[] = {
  { "speech", LITELLM_END, "to the end", SPEECH, 60, false, OK_JSON, audio,
    NULL },
  { "speech to the end", LITELLM_END, "to the end", SPEECH, UNTIL_CLOSE, false,
    "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n", audio, NULL },
  { "played", LITELLM_END, "to the end", PLAYED, 60, false, OK_JSON, audio,
    NULL },
  { "sink full", LITELLM_ERROR_ARGUMENT, NULL, FULL, 60, false, OK_JSON,
    audio, NULL },
  { "models", LITELLM_END, "gpt-4ocaf\303\251/1z", NAMES, LENGTH, false,
    OK_JSON, MODELS, NULL },
  { "models to a sink", LITELLM_END, "|gpt-4o|caf\303\251/1|z", NAMED, 11,
    false, OK_JSON, MODELS, NULL },
#if LITELLM_FLOAT
  { "embeddings", LITELLM_END, "|0.5|-0.25|1e+20|0|", EMBEDDING, LENGTH, false,
    OK_JSON, VECTORS("0.5,-2.5e-1", "1e20,0.0"), NULL },
  { "too few numbers", LITELLM_ERROR_SCHEMA, NULL, EMBEDDING, LENGTH, false,
    OK_JSON, VECTORS("0.5", "1,0"), NULL },
#endif
  { "transcription", LITELLM_END, "|Open the p\303\266d bay doors.|en|", HEARD,
    40, false, OK_JSON, TRANSCRIPT, NULL },
  { "its length known", LITELLM_END, "|Open the p\303\266d bay doors.|en|",
    HEARD_KNOWN, LENGTH, false, OK_JSON, TRANSCRIPT, NULL },
  { "no text", LITELLM_ERROR_SCHEMA, NULL, HEARD, LENGTH, false, OK_JSON,
    "{\"language\":\"en\"}", NULL },
  { "microphone fails", LITELLM_ERROR_ARGUMENT, NULL, SILENT, LENGTH, false,
    OK_JSON, TRANSCRIPT, NULL },
  { "413", LITELLM_ERROR_TOO_LARGE, NULL, TOO_LONG, LENGTH, true,
    "HTTP/1.1 413 Content Too Large\r\n", "", NULL },
  { "early 401", LITELLM_ERROR_AUTHENTICATION, NULL, HEARD, LENGTH, true,
    "HTTP/1.1 401 Unauthorized\r\n",
    "{\"error\":{\"message\":\"no key\",\"code\":\"401\"}}", NULL }
};

/* ---- callbacks --------------------------------------------------------- */

static outcome *said;        /* what the sink got is added to it */
static unsigned called;      /* calls of the callback in this transfer */

static litellm_result play(void *full, const void *bytes, size_t size) {
  if (++called % 3 == 2) return LITELLM_AGAIN;
  if (full && called > 2) return LITELLM_ERROR_ARGUMENT;
  if (full) return LITELLM_AGAIN;
  add(said, "", (const char *)bytes, size);
  return LITELLM_OK;
}

static litellm_result name(void *data, const void *bytes, size_t size) {
  (void)data;
  add(said, "|", (const char *)bytes, size);
  return LITELLM_OK;
}

static litellm_result record(void *fails, void *buffer, size_t size,
                             size_t *got) {
  static size_t at;
  if (!called) at = 0;
  if (++called % 3 == 2) return LITELLM_AGAIN;
  if (fails && called > 4) return LITELLM_ERROR_ARGUMENT;
  if (at == sizeof audio) return LITELLM_END;
  if (size > 50) size = 50;
  if (size > sizeof audio - at) size = sizeof audio - at;
  memcpy(buffer, audio + at, size);
  at += size;
  *got = size;
  return LITELLM_OK;
}

/* ---- the requests ------------------------------------------------------ */

#define WORDS(FIELD)                                                           \
  FIELD(STRING, text, NULL) FIELD(OPTIONAL(STRING), language, NULL)
LITELLM_MODEL(words, WORDS);
static struct words words;
static float vectors[4];

static litellm_result start(const sweep_case *c, litellm_client *client,
                            bool keep, outcome *o) {
  static const litellm_speech speech = { "m", "A \"long\" text to be spoken",
                                         "alloy", "pcm", NULL };
#if LITELLM_FLOAT
  static const char *const texts[] = { "one", "t\"wo" };
  static const litellm_name_value more[] = { { "dimensions", "2" },
                                             { NULL, NULL } };
  static const litellm_embedding embedding = { "m", texts, 2, 2, vectors, NULL,
                                               more };
#endif
  static const litellm_transcription form = { "m", NULL, 8000, NULL };
  litellm_transfer t;
  (void)keep;
  said = o;
  called = 0;
  switch (c->request) {
    case SPEECH: case PLAYED: case FULL:
      litellm_transfer_speak(&t, &speech);
      if (c->request != SPEECH) t.sink = play;
      if (c->request == FULL) t.sink_data = &words;
      break;
    case NAMES: case NAMED:
      litellm_transfer_models(&t);
      if (c->request == NAMED) t.sink = name;
      break;
#if LITELLM_FLOAT
    case EMBEDDING:
      litellm_transfer_embed(&t, &embedding);
      break;
#endif
    default:
      litellm_transfer_transcribe(&t, &form);
      t.pull = record;
      if (c->request == SILENT) t.source = &words;
      if (c->request == HEARD_KNOWN) t.pull_size = sizeof audio;
      t.reply_type = &words_type;
      t.reply = &words;
      break;
  }
  return litellm_transfer_start(client, &t);
}

/* What came into the caller's memory. */
static void add_output(const sweep_case *c, outcome *o) {
  char text[100];
  if (c->request == EMBEDDING) {
    (void)snprintf(text, sizeof text, "|%g|%g|%g|%g|", (double)vectors[0],
                   (double)vectors[1], (double)vectors[2], (double)vectors[3]);
    add_text(o, "", text);
  } else if (c->request == HEARD || c->request == HEARD_KNOWN) {
    add_text(o, "|", words.text);
    add_text(o, "|", words.language.value);
    add_text(o, "|", "");
  }
}

#include "tests/faults/sweep.h"

int main(void) { return sweep(); }

#else
#include <stdio.h>

int main(void) {
  puts("ok transfers # skipped, LITELLM_EXTRAS is 0");
  return 0;
}
#endif
