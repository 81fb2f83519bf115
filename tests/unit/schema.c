/* What a request says of types, where C is needed: the same through every
   window, and what cannot be said. tests/vectors/calls/requests.txt has the
   rest. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_FLOAT

/* ---- models ------------------------------------------------------------ */

#define SCALE(VALUE) VALUE(CELSIUS, "celsius") VALUE(KELVIN, "K \"abs\"")
LITELLM_ENUM(scale, SCALE);

#define POINT(FIELD) FIELD(INT, x, "To the right") FIELD(OPTIONAL(INT), y, NULL)
LITELLM_MODEL(point, POINT);
#define LINE(FIELD) FIELD(LIST(MODEL(point), 9), points, NULL)                \
  FIELD(OPTIONAL(MODEL(point)), middle, "Or none")
LITELLM_MODEL(line, LINE);

/* A model with one field. */
#define ONE(name, ...)                                                        \
  struct name { LITELLM__FIELD_MEMBER(__VA_ARGS__) };                         \
  LITELLM__TABLE(name, LITELLM__FIELD_TYPE(__VA_ARGS__),                      \
                 LITELLM__FIELD_ROW(__VA_ARGS__))

ONE(list_model, LIST(MODEL(line), 2), v, NULL);
ONE(odd, STRING, v, "\"Quotes\", \\, a\nline, \303\251 and \001");

/* ---- bodies ------------------------------------------------------------ */

static litellm_request request;
static char body[32768];

/* The body of the request, with its NUL. */
static size_t render(void) {
  litellm_error error;
  uint32_t total = 0;
  CHECK_INT(litellm_request_body(&request, 0, body, sizeof body - 1, &total,
                                 &error),
            LITELLM_OK);
  CHECK(total < sizeof body);
  body[total] = 0;
  return total;
}

static void reset(void) {
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = "Go";
}

LITELLM_TOOL_TEXT(first, "The first", LITELLM_NO_ARGUMENTS) {
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(second, "The second", POINT) { return LITELLM_OK; }

/* ---- windows ----------------------------------------------------------- */

/* Everything at once, by all three ways to ask. */
static void everything(int by) {
  static const litellm_tool_call calls[] = {
    { .id = "c1", .name = "first", .arguments = "{}" },
    { .id = "c\"2", .name = "second", .arguments = "{\"x\":\"\303\251\"}" } };
  static const litellm_message messages[] = {
    { .role = LITELLM_ROLE_ASSISTANT, .content = { "Hm \360\237\230\200", 7 },
      .tool_calls = calls, .tool_call_count = 2, .reasoning = "thought",
      .thinking_blocks = "sign", .next = &messages[1] },
    { .role = LITELLM_ROLE_TOOL, .content = { "{\"a\":\"b\"}", 9 },
      .tool_call_id = "c1", .next = &messages[2] },
    { .role = LITELLM_ROLE_TOOL, .content = { "", 0 },
      .tool_call_id = "c\"2" } };
  static litellm_tool third = { .name = "third" };
  static const litellm_tool *const tools[] = { &first_tool, &second_tool,
                                               &third, NULL };
  third.arguments = &odd_type;
  reset();
  request.call.tools = tools;
  request.call.strict_tools = by == 1;
  request.call.response_model = &list_model_type;
  request.call.output_mode = (uint8_t)by;
  request.messages = messages;
  request.turns_ = by == 1 ? NULL : messages;
  request.stream = true;
}

static void test_windows(void) {
  static char piece[32768];
  litellm_error error;
  uint32_t total, at;
  size_t size, whole;
  int by;
  for (by = LITELLM_OUTPUT_SCHEMA; by <= LITELLM_OUTPUT_TOOL; by++) {
    everything(by);
    whole = render();
    for (size = 1; size <= whole; size += size < 20 ? 1 : size / 3) {
      check_at("by %d, %lu bytes", by, (unsigned long)size);
      for (at = 0; at < whole; at += (uint32_t)size) {
        size_t left = whole - at, wanted = left < size ? left : size;
        memset(piece, 0x55, size + 1);
        CHECK_INT(litellm_request_body(&request, at, piece, size, &total,
                                       &error),
                  LITELLM_OK);
        CHECK_INT(total, whole);
        check_same(piece, wanted, body + at, wanted, __LINE__);
        CHECK_INT(piece[wanted], 0x55);
      }
    }
  }
}

/* The same through the window of a client, of every size. */
static void test_sent(void) {
  static const char reply[] = "HTTP/1.1 200 OK\r\n\r\n{\"choices\":["
                              "{\"message\":{\"content\":\"{}\"}}]}";
  static unsigned char memory[16384];
  static long long output[512];
  litellm_client client;
  size_t size, whole;
  int by;
  for (by = LITELLM_OUTPUT_SCHEMA; by <= LITELLM_OUTPUT_TOOL; by++) {
    everything(by);
    request.output = output;
    CHECK(list_model_type.size <= sizeof output);
    whole = render();
    for (size = 64; size < 400; size += 5) {
      litellm_client_desc desc = fake_desc("http://h");
      check_at("by %d, a window of %lu bytes", by, (unsigned long)size);
      desc.memory = memory;
      desc.memory_size = sizeof memory;
      desc.window_size = size;
      fake_reset(reply, sizeof reply - 1);
      CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
      CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_SCHEMA);
      check_same(fake.sent + fake_body_at(), fake.sent_size - fake_body_at(),
                 body, whole, __LINE__);
      litellm_client_close(&client);
    }
  }
}

/* ---- errors ------------------------------------------------------------ */

ONE(bytes, BYTES, photo, NULL);
static const litellm_field *part_fields(void) {
  static const litellm_field rows[] = {
    { "seen", NULL, NULL, 0, LITELLM_KIND_PART },
    { NULL, NULL, NULL, sizeof(litellm_part), 0 } };
  return rows;
}
static const litellm_type part_type = {
  LITELLM_KIND_MODEL, sizeof(litellm_part), 0, 0, NULL, part_fields, NULL, 0,
  0, NULL, NULL };
ONE(inner_bytes, MODEL(bytes), inside, NULL);
ONE(d1, INT, n, NULL);
ONE(d2, MODEL(d1), m, NULL);
ONE(d3, LIST(MODEL(d2), 1), m, NULL);
ONE(d4, OPTIONAL(MODEL(d3)), m, NULL);
ONE(d5, MODEL(d4), m, NULL);
ONE(d6, MODEL(d5), m, NULL);
ONE(d7, MODEL(d6), m, NULL);
ONE(d8, MODEL(d7), m, NULL);
ONE(d9, MODEL(d8), m, NULL);

#define FOUR(FIELD, a) FIELD(INT, a##1, NULL) FIELD(INT, a##2, NULL)          \
  FIELD(INT, a##3, NULL) FIELD(INT, a##4, NULL)
#define MANY(FIELD) FOUR(FIELD, a) FOUR(FIELD, b) FOUR(FIELD, c)              \
  FOUR(FIELD, d) FOUR(FIELD, e) FOUR(FIELD, f) FOUR(FIELD, g) FOUR(FIELD, h)
#define TOO_MANY(FIELD) MANY(FIELD) FIELD(INT, last, NULL)
LITELLM_MODEL(many, MANY);
LITELLM_MODEL(too_many, TOO_MANY);

#define LONG_NAME "a_name_of_48_bytes_is_what_a_decoder_still_holds"
#define LONG_KEY(FIELD)                                                       \
  FIELD(INT, a_name_of_48_bytes_is_what_a_decoder_still_holds, NULL)
#define LONGER_KEY(FIELD)                                                     \
  FIELD(INT, a_name_of_48_bytes_is_what_a_decoder_still_holds_, NULL)
LITELLM_MODEL(long_key, LONG_KEY);
LITELLM_MODEL(longer_key, LONGER_KEY);
#define LONGER_WORDS(VALUE)                                                   \
  VALUE(LONGEST, LONG_NAME) VALUE(LONGER, LONG_NAME "_")
LITELLM_ENUM(longer_word, LONGER_WORDS);
ONE(long_word, ENUM(longer_word), word, NULL);

static void test_errors(void) {
  static const struct {
    const litellm_type *model;
    litellm_result result;
    const char *where;
  } table[] = {
    { &bytes_type, LITELLM_ERROR_ARGUMENT, "photo" },
    { &part_type, LITELLM_ERROR_ARGUMENT, "seen" },
    { &inner_bytes_type, LITELLM_ERROR_ARGUMENT, "photo" },
#if LITELLM_MAX_MODEL_DEPTH == 8
    { &d8_type, LITELLM_OK, NULL },
    { &d9_type, LITELLM_ERROR_ARGUMENT, "LITELLM_MAX_MODEL_DEPTH" },
#endif
    { &many_type, LITELLM_OK, NULL },
    { &long_key_type, LITELLM_OK, NULL },
    { &longer_key_type, LITELLM_ERROR_ARGUMENT, LONG_NAME "_" },
    { &long_word_type, LITELLM_ERROR_ARGUMENT, LONG_NAME "_" },
    { &too_many_type, LITELLM_ERROR_ARGUMENT, "last" }
  };
  static litellm_tool tool = { .name = "t" };
  static const litellm_tool *const tools[] = { &tool, NULL };
  litellm_error error;
  uint32_t total;
  size_t i;
  int by;
  for (i = 0; i < sizeof table / sizeof table[0]; i++)
    for (by = 0; by < 4; by++) {
      check_at("row %lu, by %d", (unsigned long)i, by);
      reset();
      if (by == 3) request.call.tools = tools;
      else request.call.response_model = table[i].model;
      request.call.output_mode = (uint8_t)(by % 3);
      tool.arguments = table[i].model;
      CHECK_INT(litellm_call_check(&request.call, &error), table[i].result);
      if (LITELLM_ERROR_TEXTS) CHECK_TEXT(error.subject, table[i].where);
      CHECK_INT(litellm_request_body(&request, 0, body, sizeof body, &total,
                                     &error),
                table[i].result);
      if (LITELLM_ERROR_TEXTS) CHECK_TEXT(error.subject, table[i].where);
    }
}

#endif

int main(void) {
#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_FLOAT
  CHECK_RUN(test_windows);
  CHECK_RUN(test_sent);
  CHECK_RUN(test_errors);
#endif
  fake_free();
  return check_failures != 0;
}
