/* The decoder: the same struct, message and position for every split of the
   text, while other texts are kept beside it. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#if LITELLM_MODELS

/* ---- models -------------------------------------------------------------- */

#define UNIT(VALUE) VALUE(CELSIUS, "celsius") VALUE(KELVIN, "K")              \
                    VALUE(SMALL, "k") VALUE(OTHER, "other one")
LITELLM_ENUM(unit, UNIT);
#define PAIR(VALUE) VALUE(PAIR_A, "celsius") VALUE(PAIR_B, "K")
LITELLM_ENUM(pair, PAIR);

#define NONE(FIELD) FIELD(OPTIONAL(INT), none, NULL)
LITELLM_MODEL(none, NONE);
#define BOOLS(FIELD) FIELD(BOOL, a, NULL)
LITELLM_MODEL(bools, BOOLS);
#define INTS(FIELD) FIELD(INT, a, NULL)
LITELLM_MODEL(ints, INTS);
#define YEAR(FIELD) FIELD(INT_IN(1450, 2100), year, NULL)
LITELLM_MODEL(year, YEAR);
#define BELOW(FIELD) FIELD(INT_IN(-20, -3), a, NULL)
LITELLM_MODEL(below, BELOW);
#define INT64S(FIELD) FIELD(INT64, a, NULL)
LITELLM_MODEL(int64s, INT64S);
#define WIDE(FIELD) FIELD(INT64_IN(-5, 2000000000), a, NULL)
LITELLM_MODEL(wide, WIDE);
#define ENUMS(FIELD) FIELD(ENUM(unit), a, NULL)
LITELLM_MODEL(enums, ENUMS);
#define PAIRS(FIELD) FIELD(ENUM(pair), unit, NULL)
LITELLM_MODEL(pairs, PAIRS);
#define TEXTS(FIELD) FIELD(TEXT(8), a, NULL)
LITELLM_MODEL(texts, TEXTS);
#define LEAST(FIELD) FIELD(TEXT_IN(3, 5), a, NULL)
LITELLM_MODEL(least, LEAST);
#define STRINGS(FIELD) FIELD(STRING, a, NULL) FIELD(STR, b, NULL)
LITELLM_MODEL(strings, STRINGS);
#define OPTIONALS(FIELD)                                                      \
  FIELD(OPTIONAL(INT), i, NULL) FIELD(OPTIONAL(TEXT(3)), t, NULL)             \
  FIELD(OPTIONAL(STRING), s, NULL) FIELD(OPTIONAL(MODEL(ints)), m, NULL)      \
  FIELD(OPTIONAL(ENUM(unit)), e, NULL) FIELD(OPTIONAL(BOOL), b, NULL)
LITELLM_MODEL(optionals, OPTIONALS);
#define AUTHOR(FIELD)                                                         \
  FIELD(STRING, name, NULL) FIELD(OPTIONAL(INT), born, NULL)
LITELLM_MODEL(author, AUTHOR);
#define LISTED(FIELD) FIELD(LIST(INT, 3), a, NULL)
LITELLM_MODEL(listed, LISTED);
#define LISTS(FIELD)                                                          \
  FIELD(LIST(STRING, 3), s, NULL) FIELD(LIST(TEXT(3), 2), t, NULL)            \
  FIELD(LIST(BOOL, 2), b, NULL) FIELD(LIST(ENUM(unit), 3), e, NULL)           \
  FIELD(LIST(MODEL(author), 2), m, NULL) FIELD(LIST(STR, 2), v, NULL)
LITELLM_MODEL(lists, LISTS);
#define EDITED(FIELD) FIELD(LIST_IN(MODEL(pairs), 2, 3), items, NULL)
LITELLM_MODEL(edited, EDITED);
#define LETTER(FIELD) FIELD(MODEL(author), by, NULL)                          \
                      FIELD(MODEL(edited), of, NULL) FIELD(INT, n, NULL)
LITELLM_MODEL(letter, LETTER);
#define GIVING(FIELD) FIELD(GIVEN(INT), who, NULL) FIELD(INT, a, NULL)
LITELLM_MODEL(giving, GIVING);
#define LONG_KEY(FIELD)                                                       \
  FIELD(INT, a23456789_123456789_123456789_123456789_12345678, NULL)
LITELLM_MODEL(long_key, LONG_KEY);
#define RAW(FIELD) FIELD(BYTES, raw, NULL)
LITELLM_MODEL(raw, RAW);
#if LITELLM_FLOAT
#define DOUBLES(FIELD) FIELD(DOUBLE, a, NULL)
LITELLM_MODEL(doubles, DOUBLES);
#define UNTIL(FIELD) FIELD(DOUBLE_IN(-2, 3), a, NULL)
LITELLM_MODEL(until, UNTIL);
#endif

/* What the macros do not write: small integers, lists of lists and of
   optionals, pointers, views of lists, a struct in itself, many rows. */
struct by_hand {
  int8_t i8;
  int16_t i16;
  struct { struct { int items[2]; size_t count; } items[2]; size_t count; } l;
  struct { struct { int value; bool set; } items[2]; size_t count; } o;
};
static const litellm_detail d_i8 = {
  LITELLM_KIND_INT, 1, 0, 0, NULL, NULL, NULL, 0, 0, NULL };
static const litellm_detail d_i16 = {
  LITELLM_KIND_INT, 2, 0, 0, NULL, NULL, NULL, 0, 0, NULL };
static const litellm_detail d_inner = {
  LITELLM_KIND_INT, sizeof(int), 2, LITELLM__ALIGN_UP(2 * sizeof(int)),
  NULL, NULL, NULL, 0, 0, NULL };
static const litellm_detail d_outer = {
  LITELLM_KIND_LIST, LITELLM__ALIGN_UP(2 * sizeof(int)) + sizeof(size_t), 2,
  2 * (LITELLM__ALIGN_UP(2 * sizeof(int)) + sizeof(size_t)), &d_inner,
  NULL, NULL, 0, 0, NULL };
static const litellm_detail d_maybe = {
  LITELLM_KIND_INT, sizeof(int), 0, sizeof(int), NULL, NULL, NULL, 0, 0,
  NULL };
static const litellm_detail d_maybes = {
  LITELLM_KIND_OPTIONAL, 2 * sizeof(int), 2, 4 * sizeof(int), &d_maybe,
  NULL, NULL, 0, 0, NULL };
static const litellm_field *by_hand_fields(void) {
  static const litellm_field rows[] = {
    { "i8", NULL, &d_i8, offsetof(struct by_hand, i8), LITELLM_KIND_INT },
    { "i16", NULL, &d_i16, offsetof(struct by_hand, i16), LITELLM_KIND_INT },
    { "l", NULL, &d_outer, offsetof(struct by_hand, l), LITELLM_KIND_LIST },
    { "o", NULL, &d_maybes, offsetof(struct by_hand, o), LITELLM_KIND_LIST },
    { NULL, NULL, NULL, sizeof(struct by_hand), 0 } };
  return rows;
}
static const litellm_detail by_hand_detail = {
  LITELLM_KIND_MODEL, sizeof(struct by_hand), 0, 0, NULL, by_hand_fields,
  NULL, 0, 0, NULL };

static const litellm_detail d_pointer = {
  LITELLM_KIND_INT, sizeof(int), 0, 0, NULL, NULL, NULL, 0, 0, NULL };
static const litellm_field *views_fields(void) {
  static const litellm_field rows[] = {
    { "p", NULL, &d_pointer, 0, LITELLM_KIND_POINTER },
    { "l", NULL, &d_pointer, sizeof(void *), LITELLM_KIND_LIST },
    { NULL, NULL, NULL, 0, 0 } };
  return rows;
}
static const litellm_detail views_detail = {
  LITELLM_KIND_MODEL, sizeof(void *) + sizeof(litellm_list), 0, 0, NULL,
  views_fields, NULL, 0, 0, NULL };

static const litellm_field *deep_fields(void);
static const litellm_detail deep_detail = {
  LITELLM_KIND_MODEL, 8, 0, 0, NULL, deep_fields, NULL, 0, 0, NULL };
static const litellm_detail d_deep = {
  LITELLM_KIND_MODEL, 4, 0, 4, &deep_detail, NULL, NULL, 0, 0, NULL };
static const litellm_field *deep_fields(void) {
  static const litellm_field rows[] = {
    { "d", NULL, &d_deep, 0, LITELLM_KIND_OPTIONAL },
    { NULL, NULL, NULL, 8, 0 } };
  return rows;
}

#define SIX(a, b, c, d, e, f)                                                 \
  MANY_ROW(a) MANY_ROW(b) MANY_ROW(c) MANY_ROW(d) MANY_ROW(e) MANY_ROW(f)
#define MANY_ROW(name) { #name, NULL, NULL, 0, LITELLM_KIND_INT },
#define THIRTY_ONE                                                            \
  SIX(a1, a2, a3, a4, a5, a6) SIX(b1, b2, b3, b4, b5, b6)                     \
  SIX(c1, c2, c3, c4, c5, c6) SIX(d1, d2, d3, d4, d5, d6)                     \
  SIX(e1, e2, e3, e4, e5, e6) MANY_ROW(f1)
static const litellm_field *many_fields(void) {
  static const litellm_field rows[] = {
    THIRTY_ONE MANY_ROW(g1) { NULL, NULL, NULL, 8, 0 } };
  return rows;
}
static const litellm_field *too_many_fields(void) {
  static const litellm_field rows[] = {
    THIRTY_ONE MANY_ROW(g1) MANY_ROW(g2) { NULL, NULL, NULL, 8, 0 } };
  return rows;
}
static const litellm_detail many_detail = {
  LITELLM_KIND_MODEL, 8, 0, 0, NULL, many_fields, NULL, 0, 0, NULL };
static const litellm_detail too_many_detail = {
  LITELLM_KIND_MODEL, 8, 0, 0, NULL, too_many_fields, NULL, 0, 0, NULL };

/* ---- how a text is decoded ----------------------------------------------- */

static unsigned tries = 20000;
static litellm_client client;
static litellm_stream stream;
static unsigned char memory[16384];

/* Reads a piece from a buffer of just its size; another text is kept first, as
   a response does, and moves the strings. */
static void feed(const char *text, size_t len) {
  char *copy = (char *)check_alloc(len);
  if (len) memcpy(copy, text, len);
  litellm__keep(&stream, LITELLM__R_CONTENT, text, len);
  litellm__decode(&stream, copy, len);
  if (len) CHECK(!memcmp(copy, text, len));
  free(copy);
}

static void begin(const litellm_detail *model, void *output) {
  memset(&client, 0, sizeof client);
  memset(&stream, 0, sizeof stream);
  litellm_arena_init(&client.arena, memory, sizeof memory);
  stream.client_ = &client;
  stream.index_ = -1;
  litellm__decode_begin(&stream, model, output);
}

/* The struct as JSON; of a failure the message, " @", the position, a blank
   and the struct. */
static void outcome(const litellm_detail *model, const void *output,
                    char *told, size_t size) {
  litellm_result result = litellm__decode_end(&stream);
  size_t used = 0;
  if (result != LITELLM_OK) {
    CHECK_INT(result, LITELLM_ERROR_SCHEMA);
    used = (size_t)snprintf(told, size, "%s @%lu ",
                            client.error.message ? client.error.message : "",
                            (unsigned long)client.error.position);
  }
  used += litellm_encode(model, output, told + used, size - used - 1);
  if (used >= size) { printf("not ok: long\n"); exit(1); }
  told[used] = 0;
}

/* Feeds pieces that end at `split`, or of `step` bytes each. */
static void decode(const litellm_detail *model, const char *text, size_t len,
                   size_t split, size_t step, char *told, size_t size) {
  void *output = check_alloc(model->size);
  size_t at, n;
  memset(output, 0xA5, model->size);
  begin(model, output);
  for (at = 0; at < len; at += n) {
    n = step ? step : at < split ? split - at : len - at;
    if (n > len - at) n = len - at;
    feed(text + at, n);
  }
  outcome(model, output, told, size);
  free(output);
}

static void every_split(const litellm_detail *model, const char *text,
                        size_t len, const char *wanted) {
  static char first[8192], told[8192];
  char without[256];
  const char *why = *wanted == '$' ? strstr(wanted, ": ") : NULL;
  const char *at = why ? strstr(why, " @") : NULL;
  size_t i;
  check_at("[%s]", text);
  decode(model, text, len, len, 0, first, sizeof first);
  if (!LITELLM_ERROR_TEXTS && why) {         /* the path is all there is */
    (void)snprintf(without, sizeof without, "%.*s%s", (int)(why - wanted),
                   wanted, at ? at : "");
    wanted = without;
  }
  i = *wanted == '{' ? strlen(first) : strlen(wanted);
  check_same(first, strlen(first) < i ? strlen(first) : i, wanted,
             strlen(wanted), __LINE__);
  for (i = 1; i < 4; i++) {
    decode(model, text, len, 0, i, told, sizeof told);
    check_same(told, strlen(told), first, strlen(first), __LINE__);
  }
  for (i = 0; i < len; i++) {
    check_at("[%s] split at %lu", text, (unsigned long)i);
    decode(model, text, len, i, 0, told, sizeof told);
    check_same(told, strlen(told), first, strlen(first), __LINE__);
  }
}

typedef struct row {
  const litellm_detail *model;
  const char *text, *wanted;
} row;

static void check_rows(const row *rows, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    every_split(rows[i].model, rows[i].text, strlen(rows[i].text),
                rows[i].wanted);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows)

/* ---- kinds --------------------------------------------------------------- */

static void bools(void) {
  static const row rows[] = {
    { &bools_detail, "{\"a\":true}", "{\"a\":true}" },
    { &bools_detail, "{\"a\":false}", "{\"a\":false}" },
    { &bools_detail, "{\"a\":\"true\"}", "{\"a\":true}" },
    { &bools_detail, "{\"a\":\"false\"}", "{\"a\":false}" },
    { &bools_detail, "{\"a\":1}",
      "$.a: expected true or false, got 1 @5 {\"a\":false}" },
    { &bools_detail, "{\"a\":\"\"}",
      "$.a: expected true or false, got \"\" @5" },
    { &bools_detail, "{\"a\":null}",
      "$.a: expected true or false, got null @5" },
    { &bools_detail, "{\"a\":[true]}",
      "$.a: expected true or false, got a list @5" },
    { &bools_detail, "{\"a\": {}}",
      "$.a: expected true or false, got an object @6" },
  };
  CHECK_ROWS(rows);
}

static void integers(void) {
  static const row rows[] = {
    { &ints_detail, "{\"a\":0}", "{\"a\":0}" },
    { &ints_detail, "{\"a\":-0}", "{\"a\":0}" },
    { &ints_detail, "{\"a\":42}", "{\"a\":42}" },
    { &ints_detail, "{\"a\":\"42\"}", "{\"a\":42}" },
    { &ints_detail, "{\"a\":\"-42\"}", "{\"a\":-42}" },
    { &ints_detail, "{\"a\":3.0}", "{\"a\":3}" },
    { &ints_detail, "{\"a\":3e2}", "{\"a\":300}" },
    { &ints_detail, "{\"a\":3E+2}", "{\"a\":300}" },
    { &ints_detail, "{\"a\":\"3.0e0\"}", "{\"a\":3}" },
    { &ints_detail, "{\"a\":1200e-2}", "{\"a\":12}" },
    { &ints_detail, "{\"a\":0.0012e4}", "{\"a\":12}" },
    { &ints_detail, "{\"a\":1.05e2}", "{\"a\":105}" },
    { &ints_detail, "{\"a\":0e999999999999}", "{\"a\":0}" },
    { &ints_detail, "{\"a\":0.0e-99999999999999}", "{\"a\":0}" },
    { &ints_detail, "{\"a\":7.00000000000000000000000000000000000000000000}",
      "{\"a\":7}" },
    { &ints_detail, "{\"a\":7000000000000000000000000000000e-30}",
      "{\"a\":7}" },
    { &ints_detail, "{\"a\":2147483647}", "{\"a\":2147483647}" },
    { &ints_detail, "{\"a\":-2147483648}", "{\"a\":-2147483648}" },
    { &ints_detail, "{\"a\":2147483648}",
      "$.a: expected an integer of 32 bits, got 2147483648 @5" },
    { &ints_detail, "{\"a\":-2147483649}",
      "$.a: expected an integer of 32 bits, got -2147483649 @5" },
    { &ints_detail, "{\"a\":1e99999999999999999999}",
      "$.a: expected an integer of 32 bits, got 1e99999999999999999999 @5" },
    { &ints_detail, "{\"a\":3.5}",
      "$.a: expected an integer of 32 bits, got 3.5 @5" },
    { &ints_detail, "{\"a\":1e-1}",
      "$.a: expected an integer of 32 bits, got 1e-1 @5" },
    { &ints_detail, "{\"a\":1.0000000000000000000000000000000000000000001}",
      "$.a: expected an integer of 32 bits, got "
      "1.000000000000000000000000000000... @5" },
    { &ints_detail, "{\"a\":true}",
      "$.a: expected an integer of 32 bits, got true @5" },
    { &ints_detail, "{\"a\":\"\"}",
      "$.a: expected an integer of 32 bits, got \"\" @5" },
    { &ints_detail, "{\"a\":\"1 \"}",
      "$.a: expected an integer of 32 bits, got \"1 \" @5" },
    { &ints_detail, "{\"a\":\"a5\"}",
      "$.a: expected an integer of 32 bits, got \"a5\" @5" },
    { &ints_detail, "{\"a\":\"1-5\"}",
      "$.a: expected an integer of 32 bits, got \"1-5\" @5" },
    { &ints_detail, "{\"a\":\"01\"}",
      "$.a: expected an integer of 32 bits, got \"01\" @5" },
    { &ints_detail, "{\"a\":\"1.\"}",
      "$.a: expected an integer of 32 bits, got \"1.\" @5" },
    { &ints_detail, "{\"a\":\"-\"}",
      "$.a: expected an integer of 32 bits, got \"-\" @5" },
    { &year_detail, "{\"year\":1450}", "{\"year\":1450}" },
    { &year_detail, "{\"year\":2100}", "{\"year\":2100}" },
    { &year_detail, "{\"year\":3000}",
      "$.year: expected an integer from 1450 to 2100, got 3000 @8" },
    { &year_detail, "{\"year\":1449}",
      "$.year: expected an integer from 1450 to 2100, got 1449 @8" },
    { &year_detail, "{\"year\":99999999999999999999}",
      "$.year: expected an integer from 1450 to 2100, got "
      "99999999999999999999 @8" },
    { &below_detail, "{\"a\":-3}", "{\"a\":-3}" },
    { &below_detail, "{\"a\":-2}",
      "$.a: expected an integer from -20 to -3, got -2 @5" },
    { &int64s_detail, "{\"a\":9223372036854775807}",
      "{\"a\":9223372036854775807}" },
    { &int64s_detail, "{\"a\":-9223372036854775808}",
      "{\"a\":-9223372036854775808}" },
    { &int64s_detail, "{\"a\":9223372036854775808}",
      "$.a: expected an integer of 64 bits, got 9223372036854775808 @5" },
    { &int64s_detail, "{\"a\":-9223372036854775809}",
      "$.a: expected an integer of 64 bits, got -9223372036854775809 @5" },
    { &int64s_detail, "{\"a\":9223372036854775807.0}",
      "{\"a\":9223372036854775807}" },
    { &int64s_detail, "{\"a\":92233720368547758070}",
      "$.a: expected an integer of 64 bits, got 92233720368547758070 @5" },
    { &int64s_detail, "{\"a\":922337203685477580e1}",
      "{\"a\":9223372036854775800}" },
    { &wide_detail, "{\"a\":2000000000}", "{\"a\":2000000000}" },
    { &wide_detail, "{\"a\":-5}", "{\"a\":-5}" },
    { &wide_detail, "{\"a\":-6}",
      "$.a: expected an integer from -5 to 2000000000, got -6 @5" },
  };
  CHECK_ROWS(rows);
}

#if LITELLM_FLOAT
static void doubles(void) {
  static const row rows[] = {
    { &doubles_detail, "{\"a\":0}", "{\"a\":0.0}" },
    { &doubles_detail, "{\"a\":-0}", "{\"a\":-0.0}" },
    { &doubles_detail, "{\"a\":0.1}", "{\"a\":0.1}" },
    { &doubles_detail, "{\"a\":\"0.1\"}", "{\"a\":0.1}" },
    { &doubles_detail, "{\"a\":3}", "{\"a\":3.0}" },
    { &doubles_detail, "{\"a\":-1.5e300}", "{\"a\":-1.5e+300}" },
    { &doubles_detail, "{\"a\":5e-324}", "{\"a\":5e-324}" },
    { &doubles_detail, "{\"a\":1e-400}", "{\"a\":0.0}" },
    { &doubles_detail, "{\"a\":1.7976931348623157e308}",
      "{\"a\":1.7976931348623157e+308}" },
    { &doubles_detail, "{\"a\":1e309}",
      "$.a: expected a number, got 1e309 @5" },
    { &doubles_detail, "{\"a\":"
      "0.1000000000000000055511151231257827021181583404541015625}",
      "{\"a\":0.1}" },
    { &doubles_detail, "{\"a\":"
      "1234567890123456789012345678901234567890123456789012345678901234567890"
      "}", "{\"a\":1.2345678901234567e+69}" },
    { &doubles_detail, "{\"a\":"
      "0.00000000000000000000000000000000000000000000000000000000000000000001"
      "}", "{\"a\":1e-68}" },
    { &doubles_detail, "{\"a\":10000000000000000000000000000000000000000}",
      "{\"a\":1e+40}" },
    { &doubles_detail, "{\"a\":\"nan\"}",
      "$.a: expected a number, got \"nan\" @5" },
    { &doubles_detail, "{\"a\":null}",
      "$.a: expected a number, got null @5" },
    { &until_detail, "{\"a\":3}", "{\"a\":3.0}" },
    { &until_detail, "{\"a\":-2.0}", "{\"a\":-2.0}" },
    { &until_detail, "{\"a\":-0.0}", "{\"a\":-0.0}" },
    { &until_detail, "{\"a\":3.0000000000000004}",
      "$.a: expected a number from -2 to 3, got 3.0000000000000004 @5" },
    { &until_detail, "{\"a\":-2.0000000000000004}",
      "$.a: expected a number from -2 to 3, got -2.0000000000000004 @5" },
  };
  CHECK_ROWS(rows);
}

/* As the C library reads them, whatever the exponent. */
static void many_doubles(void) {
  int i;
  check_at("%s", "");
  for (i = 0; i < 3000; i++) {
    char text[64];
    unsigned long long random = check_random();
    struct doubles output;
    double wanted;
    (void)snprintf(text, sizeof text, "{\"a\":%s%llu.%llue%d}",
                   random & 1 ? "-" : "", random >> 34,
                   check_random() >> 40, (int)(check_random() % 660) - 340);
    wanted = strtod(text + 5, NULL);
    begin(&doubles_detail, &output);
    litellm__decode(&stream, text, strlen(text));
    check_at("%s", text);
    if (litellm__decode_end(&stream) == LITELLM_OK)
      CHECK(!memcmp(&output.a, &wanted, sizeof wanted));
    else
      CHECK(wanted > 1e308 || wanted < -1e308);
  }
}
#endif

static void enums(void) {
  static const row rows[] = {
    { &enums_detail, "{\"a\":\"celsius\"}", "{\"a\":\"celsius\"}" },
    { &enums_detail, "{\"a\":\"CELSius\"}", "{\"a\":\"celsius\"}" },
    { &enums_detail, "{\"a\":\"K\"}", "{\"a\":\"K\"}" },
    { &enums_detail, "{\"a\":\"k\"}", "{\"a\":\"k\"}" },
    { &enums_detail, "{\"a\":\"other one\"}", "{\"a\":\"other one\"}" },
    { &enums_detail, "{\"a\":\"kelvin\"}",
      "$.a: expected \"celsius\", \"K\", \"k\" or \"other one\", "
      "got \"kelvin\" @5" },
    { &pairs_detail, "{\"unit\":\"F\"}",
      "$.unit: expected \"celsius\" or \"K\", got \"F\" @8" },
    { &pairs_detail, "{\"unit\":\"\"}",
      "$.unit: expected \"celsius\" or \"K\", got \"\" @8" },
    { &pairs_detail, "{\"unit\":1}",
      "$.unit: expected \"celsius\" or \"K\", got 1 @8" },
    { &pairs_detail, "{\"unit\":\"celsiu\"}",
      "$.unit: expected \"celsius\" or \"K\", got \"celsiu\" @8" },
    { &pairs_detail, "{\"unit\":\"01234567890123456789012345678901\"}",
      "$.unit: expected \"celsius\" or \"K\", got "
      "\"01234567890123456789012345678901\" @8" },
    { &pairs_detail, "{\"unit\":\"0123456789012345678901234567890\\u00e9x\"}",
      "$.unit: expected \"celsius\" or \"K\", got "
      "\"0123456789012345678901234567890... @8" },
    { &pairs_detail, "{\"unit\":\"012345678901234567890123456789012345678901"
      "2345678901234567890123456789\"}",
      "$.unit: expected \"celsius\" or \"K\", got "
      "\"01234567890123456789012345678901... @8" },
  };
  CHECK_ROWS(rows);
}

static void texts(void) {
  static const row rows[] = {
    { &texts_detail, "{\"a\":\"\"}", "{\"a\":\"\"}" },
    { &texts_detail, "{\"a\":\"12345678\"}", "{\"a\":\"12345678\"}" },
    { &texts_detail, "{\"a\":\"123456789\"}",
      "$.a: expected at most 8 bytes, got more @5 {\"a\":\"12345678\"}" },
    { &texts_detail, "{\"a\":\"1234567\xC3\xA9\"}",
      "$.a: expected at most 8 bytes, got more @5 {\"a\":\"1234567\"}" },
    { &texts_detail, "{\"a\":\"\\ud83d\\ude00\\u00e9\"}",
      "{\"a\":\"\xF0\x9F\x98\x80\xC3\xA9\"}" },
    { &texts_detail, "{\"a\":\"\\ud83d\"}", "{\"a\":\"\xEF\xBF\xBD\"}" },
    { &texts_detail, "{\"a\":\"\\ud83d\\ud83d\"}",
      "{\"a\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}" },
    { &texts_detail, "{\"a\":12.50}", "{\"a\":\"12.50\"}" },
    { &texts_detail, "{\"a\":-1e+999}", "{\"a\":\"-1e+999\"}" },
    { &texts_detail, "{\"a\":true}", "{\"a\":\"true\"}" },
    { &texts_detail, "{\"a\":false}", "{\"a\":\"false\"}" },
    { &texts_detail, "{\"a\":123456789}",
      "$.a: expected at most 8 bytes, got more @5" },
    { &texts_detail, "{\"a\":null}", "$.a: expected a text, got null @5" },
    { &texts_detail, "{\"a\":[]}", "$.a: expected a text, got a list @5" },
    { &texts_detail, "{\"a\":\"abc\",\"a\":\"d\"}", "{\"a\":\"d\"}" },
    { &least_detail, "{\"a\":\"abc\"}", "{\"a\":\"abc\"}" },
    { &least_detail, "{\"a\":\"abcde\"}", "{\"a\":\"abcde\"}" },
    { &least_detail, "{\"a\":\"ab\"}",
      "$.a: expected at least 3 bytes, got less @5 {\"a\":\"ab\"}" },
    { &least_detail, "{\"a\":\"abcdef\"}",
      "$.a: expected at most 5 bytes, got more @5 {\"a\":\"abcde\"}" },
    { &strings_detail, "{\"a\":\"x\",\"b\":\"y\"}",
      "{\"a\":\"x\",\"b\":\"y\"}" },
    { &strings_detail, "{\"a\":\"\",\"b\":\"\"}", "{\"a\":\"\",\"b\":\"\"}" },
    { &strings_detail, "{\"b\":1.0,\"a\":false}",
      "{\"a\":\"false\",\"b\":\"1.0\"}" },
    { &strings_detail, "{\"a\":\"p\\u0000q\",\"b\":\"p\\u0000q\"}",
      "{\"a\":\"p\",\"b\":\"p\\u0000q\"}" },
    { &strings_detail, "{\"a\":\"one\",\"b\":\"two\",\"a\":\"three\"}",
      "{\"a\":\"three\",\"b\":\"two\"}" },
    { &strings_detail, "{\"a\":null}", "$.a: expected a text, got null @5" },
    { &strings_detail, "{\"a\":\"caf\\u00e9 \\ud83d\\ude00 "
      "a long text that is kept as it comes, in many pieces\",\"b\":\"z\"}",
      "{\"a\":\"caf\xC3\xA9 \xF0\x9F\x98\x80 "
      "a long text that is kept as it comes, in many pieces\",\"b\":\"z\"}" },
  };
  CHECK_ROWS(rows);
}

static void optionals(void) {
  static const char all[] =
      "{\"i\":1,\"t\":\"abc\",\"s\":\"x\",\"m\":{\"a\":2},\"e\":\"K\","
      "\"b\":true}";
  static const char nothing[] =
      "{\"i\":null,\"t\":null,\"s\":null,\"m\":null,\"e\":null,\"b\":null}";
  static const row rows[] = {
    { &optionals_detail, "{}", nothing },
    { &optionals_detail, nothing, nothing },
    { &optionals_detail, all, all },
    { &optionals_detail, "{\"i\":1,\"i\":null,\"t\":\"a\",\"t\":null,"
      "\"s\":\"x\",\"s\":null,\"m\":{\"a\":2},\"m\":null,\"b\":true}",
      "{\"i\":null,\"t\":null,\"s\":null,\"m\":null,\"e\":null,\"b\":true}" },
    { &optionals_detail, "{\"s\":null,\"s\":\"x\",\"i\":null,\"i\":5}",
      "{\"i\":5,\"t\":null,\"s\":\"x\",\"m\":null,\"e\":null,\"b\":null}" },
    { &optionals_detail, "{\"i\":\"x\"}",
      "$.i: expected an integer of 32 bits, got \"x\" @5 {\"i\":null," },
    { &optionals_detail, "{\"t\":\"abcd\"}",
      "$.t: expected at most 3 bytes, got more @5 "
      "{\"i\":null,\"t\":\"abc\"," },
    { &optionals_detail, "{\"m\":{}}",
      "$.m.a: missing, expected an integer of 32 bits @6" },
    { &optionals_detail, "{\"m\":3}",
      "$.m: expected an object, got 3 @5" },
    { &optionals_detail, "{\"m\":[]}",
      "$.m: expected an object, got a list @5" },
    { &optionals_detail, "{\"e\":3}", "$.e: expected \"celsius\"" },
  };
  CHECK_ROWS(rows);
}

static void lists(void) {
  static const char full[] =
      "{\"s\":[\"a\",\"bc\",\"\"],\"t\":[\"abc\",\"\"],\"b\":[true,false],"
      "\"e\":[\"K\",\"k\",\"celsius\"],\"m\":[{\"name\":\"x\",\"born\":1},"
      "{\"name\":\"y\",\"born\":null}],\"v\":[\"p\",\"q\"]}";
  static const row rows[] = {
    { &listed_detail, "{\"a\":[]}", "{\"a\":[]}" },
    { &listed_detail, "{\"a\":[1]}", "{\"a\":[1]}" },
    { &listed_detail, "{\"a\":[ 1 , \"2\" , 3.0 ]}", "{\"a\":[1,2,3]}" },
    { &listed_detail, "{\"a\":[1,2,3,4]}",
      "$.a: expected at most 3 items, got more @12 {\"a\":[1,2,3]}" },
    { &listed_detail, "{\"a\":[1,2,3,{}]}",
      "$.a: expected at most 3 items, got more @12 {\"a\":[1,2,3]}" },
    { &listed_detail, "{\"a\":[1,2,\"x\"]}",
      "$.a[2]: expected an integer of 32 bits, got \"x\" @10 "
      "{\"a\":[1,2]}" },
    { &listed_detail, "{\"a\":[1,null]}",
      "$.a[1]: expected an integer of 32 bits, got null @8" },
    { &listed_detail, "{\"a\":[1,[2]]}",
      "$.a[1]: expected an integer of 32 bits, got a list @8" },
    { &listed_detail, "{\"a\":{}}", "$.a: expected a list, got an object @5" },
    { &listed_detail, "{\"a\":\"[1]\"}",
      "$.a: expected a list, got \"[1]\" @5" },
    { &listed_detail, "{\"a\":null}", "$.a: expected a list, got null @5" },
    { &listed_detail, "{\"a\":[1,2,3],\"a\":[4]}", "{\"a\":[4]}" },
    { &listed_detail, "{\"a\":[1,2,3],\"a\":[]}", "{\"a\":[]}" },
    { &listed_detail, "{}", "$.a: missing, expected a list @1 {\"a\":[]}" },
    { &lists_detail, full, full },
    { &lists_detail, "{\"t\":[\"abcd\"]}",
      "$.t[0]: expected at most 3 bytes, got more @6" },
    { &lists_detail, "{\"m\":[{\"name\":\"x\"},{\"born\":3}]}",
      "$.m[1].name: missing, expected a text @28" },
    { &lists_detail, "{\"m\":[{\"name\":\"x\"},{\"name\":3,\"born\":[]}]}",
      "$.m[1].born: expected an integer of 32 bits, got a list @36" },
    { &lists_detail, "{\"s\":[\"a\",\"b\"],\"t\":[],\"b\":[],\"e\":[],"
      "\"m\":[{\"name\":\"x\",\"born\":1}],\"v\":[],\"s\":[\"c\"],"
      "\"m\":[{\"name\":\"y\"}]}",
      "{\"s\":[\"c\"],\"t\":[],\"b\":[],\"e\":[],"
      "\"m\":[{\"name\":\"y\",\"born\":null}],\"v\":[]}" },
    { &edited_detail, "{\"items\":[{\"unit\":\"K\"},{\"unit\":\"celsius\"}]}",
      "{\"items\":[{\"unit\":\"K\"},{\"unit\":\"celsius\"}]}" },
    { &edited_detail, "{\"items\":[{\"unit\":\"K\"}]}",
      "$.items: expected at least 2 items, got less @22" },
    { &edited_detail, "{\"items\":[{\"unit\":\"K\"},{\"unit\":\"K\"},"
      "{\"unit\":\"F\"}]}",
      "$.items[2].unit: expected \"celsius\" or \"K\", got \"F\" @44" },
    { &edited_detail, "{\"items\":[{\"unit\":\"K\"},{\"unit\":\"K\"},"
      "{\"unit\":\"K\"},{\"unit\":\"K\"}]}",
      "$.items: expected at most 3 items, got more @49" },
  };
  CHECK_ROWS(rows);
}

static void nested(void) {
  static const char letter[] =
      "{\"by\":{\"name\":\"x\",\"born\":null},\"of\":{\"items\":"
      "[{\"unit\":\"K\"},{\"unit\":\"K\"}]},\"n\":7}";
  static const row rows[] = {
    { &letter_detail, letter, letter },
    { &letter_detail, "{\"by\":{\"name\":\"x\"},\"of\":{}}",
      "$.of.items: missing, expected a list @25" },
    { &letter_detail, "{\"by\":{\"name\":\"x\",\"born\":5},\"by\":{\"name\":"
      "\"y\"},\"n\":1,\"of\":{\"items\":[{\"unit\":\"k\"},{\"unit\":\"K\"}]}}",
      "{\"by\":{\"name\":\"y\",\"born\":null},\"of\":{\"items\":"
      "[{\"unit\":\"K\"},{\"unit\":\"K\"}]},\"n\":1}" },
    { &by_hand_detail,
      "{\"i8\":-128,\"i16\":32767,\"l\":[[1],[2,3]],\"o\":[null,4]}",
      "{\"i8\":-128,\"i16\":32767,\"l\":[[1],[2,3]],\"o\":[null,4]}" },
    { &by_hand_detail, "{\"i8\":128}",
      "$.i8: expected an integer of 8 bits, got 128 @6" },
    { &by_hand_detail, "{\"i16\":-32769}",
      "$.i16: expected an integer of 16 bits, got -32769 @7" },
    { &by_hand_detail, "{\"l\":[[1],[2,\"x\"]]}",
      "$.l[1][1]: expected an integer of 32 bits, got \"x\" @13" },
    { &by_hand_detail, "{\"l\":[[1],[2,3,4]]}",
      "$.l[1]: expected at most 2 items, got more @15" },
    { &views_detail, "{\"p\":3}", "$.p: expected no value, as its kind "
      "cannot be decoded, got 3 @5" },
    { &views_detail, "{\"l\":[3]}", "$.l: expected no value, as its kind "
      "cannot be decoded, got a list @5" },
    { &raw_detail, "{}", "$.raw: missing, expected no value, as its kind "
      "cannot be decoded @1" },
    { &giving_detail, "{\"who\":5,\"a\":1}", "{\"who\":0,\"a\":1}" },
    { &giving_detail, "{\"who\":\"x\"}", "$.a: missing" },
    { &deep_detail, "{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{}"
      "}}}}}}}", "{\"d\":" },
    { &deep_detail, "{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":"
      "{\"d\":{}}}}}}}}}",
      "$.d.d.d.d.d.d.d.d: deeper than LITELLM_VALUE_DEPTH @40" },
    { &many_detail, "{\"a1\":3}", "$.a2: missing" },
    { &too_many_detail, "{\"a1\":3}", "$: more than 32 fields @0" },
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    /* A struct in itself has no JSON that is worth a look. */
    if (rows[i].model == &deep_detail && *rows[i].wanted == '{') continue;
    every_split(rows[i].model, rows[i].text, strlen(rows[i].text),
                rows[i].wanted);
  }
}

/* ---- what is around the object ------------------------------------------- */

static void unknown(void) {
  static const row rows[] = {
    { &ints_detail, "{\"x\":1,\"a\":2,\"y\":\"a\"}", "{\"a\":2}" },
    { &ints_detail, "{\"x\":{\"a\":5,\"b\":[{\"a\":6}]},\"a\":2}",
      "{\"a\":2}" },
    { &ints_detail, "{\"x\":[[{\"a\":3}],null,true],\"a\":2,\"A\":3}",
      "{\"a\":2}" },
    { &ints_detail, "{\"a\":2,\"a\\u0000\":3,\"\":4,\"aa\":5}",
      "{\"a\":2}" },
    { &ints_detail, "{\"\\u0061\":7}", "{\"a\":7}" },
    { &ints_detail, "{\"a\":2,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":3}", "{\"a\":2}" },
    { &long_key_detail,
      "{\"a23456789_123456789_123456789_123456789_12345678\":3}",
      "{\"a23456789_123456789_123456789_123456789_12345678\":3}" },
    { &long_key_detail,
      "{\"a23456789_123456789_123456789_123456789_123456789\":3}",
      "$.a23456789_123456789_123456789_123456789_12345678: missing" },
    { &none_detail, "{\"x\":{\"y\":{\"z\":[]}},\"none\":3,\"u\":{}}",
      "{\"none\":3}" },
  };
  CHECK_ROWS(rows);
}

static void around(void) {
  static const row rows[] = {
    { &ints_detail, "```json\n{\"a\":2}\n```\n", "{\"a\":2}" },
    { &ints_detail, "Here {you} are: {\n \"a\": 2} {\"a\":3} and {",
      "{\"a\":2}" },
    { &ints_detail, "{{\"a\":2}", "{\"a\":2}" },
    { &ints_detail, "{{{ \"a\":2}}}", "{\"a\":2}" },
    { &ints_detail, "[{\"a\":2}]", "{\"a\":2}" },
    { &ints_detail, "\xEF\xBB\xBF{\"a\":2}", "{\"a\":2}" },
    { &ints_detail, "text {\"a\":\"x\"}",
      "$.a: expected an integer of 32 bits, got \"x\" @10" },
    { &none_detail, "so {} it is", "{\"none\":null}" },
    { &ints_detail, "", "$: expected a JSON object, got none @0" },
    { &ints_detail, "no object", "$: expected a JSON object, got none @9" },
    { &ints_detail, "{no object{",
      "$: expected a JSON object, got none @11" },
  };
  CHECK_ROWS(rows);
}

static void cut_off(void) {
  static const row rows[] = {
    { &listed_detail, "{\"a\":[1,", "$.a[1]: the answer ends in the middle @8 "
      "{\"a\":[1]}" },
    { &listed_detail, "{\"a\":[1", "$.a[0]: the answer ends in the middle @7 "
      "{\"a\":[]}" },
    { &listed_detail, "{\"a\":[1 ", "$.a: the answer ends in the middle @8" },
    { &listed_detail, "{\"a\":[1]", "$: the answer ends in the middle @8" },
    { &listed_detail, "{\"a\"", "$.a: the answer ends in the middle @4" },
    { &listed_detail, "{ ", "$: the answer ends in the middle @2" },
    { &listed_detail, "{\"a\":[1],\"b", "$: the answer ends in the middle" },
    { &listed_detail, "{\"x\":{\"a\":[1", "$: the answer ends in the middle" },
    { &texts_detail, "{\"a\":\"b\\u00", "$.a: the answer ends in the middle @11"
      " {\"a\":\"b\"}" },
    { &texts_detail, "{\"a\":\"b\xF0\x9F\x98", "$.a: the answer ends in the "
      "middle @10 {\"a\":\"b\"}" },
    { &texts_detail, "{\"a\":\"b\\ud83d", "$.a: the answer ends in the middle "
      "@13 {\"a\":\"b\"}" },
    { &strings_detail, "{\"a\":\"b", "$.a: the answer ends in the middle @7 "
      "{\"a\":\"b\",\"b\":null}" },
    { &bools_detail, "{\"a\":tru", "$.a: the answer ends in the middle @8" },
    { &ints_detail, "{\"a\":x}", "$.a: not valid JSON @5" },
    { &ints_detail, "{\"a\":01}", "$: not valid JSON @6" },
    { &ints_detail, "{\"a\":-}", "$.a: not valid JSON @6" },
    { &ints_detail, "{\"a\":1,}", "$: not valid JSON @7" },
    { &ints_detail, "{\"a\" 1}", "$.a: not valid JSON @5" },
    { &ints_detail, "{\"a\":\"\\x\"}", "$.a: not valid JSON @7" },
    { &listed_detail, "{\"a\":[1,x]}", "$.a[1]: not valid JSON @8" },
    { &listed_detail, "{\"a\":[1 2]}", "$.a: not valid JSON @8" },
    { &listed_detail, "{\"a\":[1}", "$.a: not valid JSON @7" },
    { &ints_detail, "pre {\"x\":[{\"y\":tru}],\"a\":1}",
      "$: not valid JSON @18" },
    { &texts_detail, "{\"a\":\"b\n\"}", "$.a: not valid JSON @7 "
      "{\"a\":\"b\"}" },
    { &ints_detail, "{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      "[[[[[[[[[[[[[[[[[[[[[[[[", "$: deeper than LITELLM_JSON_DEPTH @68" },
  };
  CHECK_ROWS(rows);
}

static void missing(void) {
  static const row rows[] = {
    { &year_detail, "{}",
      "$.year: missing, expected an integer from 1450 to 2100 @1" },
    { &pairs_detail, "  { } ",
      "$.unit: missing, expected \"celsius\" or \"K\" @4" },
    { &bools_detail, "{\"b\":1}", "$.a: missing, expected true or false @6" },
    { &strings_detail, "{\"a\":\"x\"}", "$.b: missing, expected a text @8 "
      "{\"a\":\"x\",\"b\":null}" },
    { &letter_detail, "{\"by\":{\"name\":\"x\"},\"n\":1}",
      "$.of: missing, expected an object @24" },
  };
  CHECK_ROWS(rows);
}

/* ---- while it comes ------------------------------------------------------ */

/* After each byte the struct is as full as can be, and may be printed. */
static void partial(void) {
  static const char text[] =
      "{\"s\":[\"ab\",\"c\"],\"t\":[\"xy\"],\"b\":[true],\"e\":[],"
      "\"m\":[{\"name\":\"n\",\"born\":12}],\"v\":[]}";
  static const char *const seen[] = {
    "[]", "[\"a\"]", "[\"ab\"]", "[\"ab\",\"c\"]"
  };
  struct lists output;
  char told[512], wanted[512];
  size_t i, stage = 0, n;
  begin(&lists_detail, &output);
  for (i = 0; i < sizeof text - 1; i++) {
    litellm_str whole;
    feed(text + i, 1);
    litellm__decode_texts(&stream);
    n = litellm_encode(&lists_detail, &output, told, sizeof told);
    whole.ptr = told;
    whole.len = n;
    check_at("%.*s", (int)n, told);
    CHECK(litellm_json_valid(whole));
    n = (size_t)snprintf(wanted, sizeof wanted, "{\"s\":%s,",
                         seen[stage + (stage < 3)]);
    if (!memcmp(told, wanted, n) && stage < 3) stage++;
  }
  CHECK_INT(stage, 3);
  CHECK_INT(litellm__decode_end(&stream), LITELLM_OK);
  CHECK_INT(output.m.items[0].born.value, 12);
}

/* Texts with a few bytes changed: whatever comes of them does so for every
   split. */
static void mutated(void) {
  static const row rows[] = {
    { &lists_detail, "{\"s\":[\"a\",\"bc\"],\"t\":[\"abc\",\"\"],\"b\":"
      "[true,false],\"e\":[\"K\"],\"m\":[{\"name\":\"x\",\"born\":1}],"
      "\"v\":[\"p\"]}", NULL },
    { &optionals_detail, "{\"i\":1,\"t\":\"abc\",\"s\":\"x\",\"m\":{\"a\":2"
      "},\"e\":\"K\",\"b\":true}", NULL },
    { &by_hand_detail,
      "{\"i8\":-128,\"i16\":3.0e2,\"l\":[[1],[2,3]],\"o\":[null,4]}", NULL },
    { &int64s_detail, "{\"a\":922337203685.4775807e7}", NULL },
  };
  static const char bytes[] = "{}[]\",:\\ 0179eE+-.tfnu\xC3\xA9\xFF";
  static char text[256], first[4096], told[4096];
  unsigned i, k;
  for (i = 0; i < tries; i++) {
    const row *it = &rows[i % (sizeof rows / sizeof *rows)];
    size_t len = strlen(it->text);
    memcpy(text, it->text, len + 1);
    for (k = 0; k <= i % 3; k++)
      text[check_random() % len] =
          bytes[check_random() % (sizeof bytes - 1)];
    check_at("[%s]", text);
    decode(it->model, text, len, len, 0, first, sizeof first);
    decode(it->model, text, len, 0, 1, told, sizeof told);
    check_same(told, strlen(told), first, strlen(first), __LINE__);
    decode(it->model, text, len, (size_t)(check_random() % len), 0, told,
           sizeof told);
    check_same(told, strlen(told), first, strlen(first), __LINE__);
  }
}

/* ---- the public function ------------------------------------------------- */

static void every_size(void) {
  static const char text[] =
      "{\"by\":{\"name\":\"a name\"},\"n\":1,\"of\":{\"items\":"
      "[{\"unit\":\"k\"},{\"unit\":\"K\"}]}}";
  size_t size, told = 0;
  for (size = 0; size < 8192; size++) {
    litellm_client_desc desc = fake_desc("http://h");
    litellm_client it;
    struct letter letter;
    litellm_result result;
    void *room = check_alloc(size);
    desc.memory = room;
    desc.memory_size = size;
    check_at("%lu bytes", (unsigned long)size);
    if (litellm_client_init(&it, &desc) == LITELLM_OK) {
      memset(&letter, 0xA5, sizeof letter);
      result = litellm_decode(&it, &letter_detail, litellm_str_of(text),
                              &letter);
      CHECK_INT(it.error.code, result);
      if (result == LITELLM_OK) {
        CHECK(told + 8 > size && told < size + 8);   /* alignment */
        CHECK_TEXT(letter.by.name, "a name");
        CHECK(it.arena.peak <= it.arena.size);
        CHECK(it.arena.peak + 8 > it.arena.size);
        free(room);
        return;
      }
      CHECK_INT(result, LITELLM_ERROR_NO_MEMORY);
      CHECK(it.error.missing > 0);
      /* The stream's own room is asked for first. */
      if (letter.n) told = size + it.error.missing;
    }
    free(room);
  }
  check_that(0, "some size is enough", __LINE__);
}

static const char year_message[] = "$.year"
#if LITELLM_ERROR_TEXTS
    ": expected an integer from 1450 to 2100, got 5"
#endif
    ;

static void whole(void) {
  litellm_client_desc desc = fake_desc("http://h");
  struct strings first, second;
  struct year year;
  size_t used;
  fake_reset("", 0);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_decode(&client, &strings_detail,
                           litellm_str_of("{\"a\":\"one\",\"b\":\"two\"}"),
                           &first), LITELLM_OK);
  CHECK_INT(litellm_decode(&client, &strings_detail,
                           litellm_str_of("{\"a\":\"three\",\"b\":\"\"}"),
                           &second), LITELLM_OK);
  CHECK_TEXT(first.a, "one");
  CHECK_INT(first.b.len, 3);
  CHECK(!memcmp(first.b.ptr, "two", 3));
  CHECK_TEXT(second.a, "three");
  CHECK(second.b.ptr != NULL && second.b.len == 0);
  used = client.arena.used;
  CHECK_INT(litellm_decode(&client, &year_detail,
                           litellm_str_of("{\"year\":5}"), &year),
            LITELLM_ERROR_SCHEMA);
  CHECK_INT(client.error.code, LITELLM_ERROR_SCHEMA);
  CHECK_INT(client.error.position, 8);
  CHECK_TEXT(client.error.message, year_message);
  CHECK_TEXT(first.a, "one");
  CHECK(client.arena.used > used);
  client.busy_ = true;
  CHECK_INT(litellm_decode(&client, &year_detail, litellm_str_of("{}"), &year),
            LITELLM_ERROR_BUSY);
  client.busy_ = false;
  litellm_client_close(&client);
  CHECK_INT(litellm_decode(&client, &year_detail, litellm_str_of("{}"), &year),
            LITELLM_ERROR_BUSY);
}

/* The message is cut where memory ends, and the result stays. */
static void message_cut(void) {
  struct year year;
  size_t size;
  check_at("%s", "");
  for (size = 0; size < 100; size++) {
    begin(&year_detail, &year);
    client.arena.size = size;
    litellm__decode(&stream, "{\"year\":5}", 10);
    CHECK_INT(litellm__decode_end(&stream), LITELLM_ERROR_SCHEMA);
    if (client.error.message)
      CHECK(!strncmp(client.error.message,
                     year_message, strlen(client.error.message)));
  }
  CHECK_TEXT(client.error.message, year_message);
}

/* A second answer in the same stream forgets the first. */
static void again(void) {
  struct strings output;
  static const char bad[] = "{\"a\":\"old\",\"b\":null}";
  begin(&strings_detail, &output);
  litellm__decode(&stream, bad, sizeof bad - 1);
  CHECK_INT(litellm__decode_end(&stream), LITELLM_ERROR_SCHEMA);
  CHECK_TEXT(output.a, "old");
  litellm__decode_begin(&stream, &strings_detail, &output);
  litellm__decode(&stream, "{\"b\":\"new\"", 10);
  litellm__decode_texts(&stream);
  CHECK(!output.a);
  CHECK_INT(output.b.len, 3);
  litellm__decode(&stream, ",\"a\":\"x\"}", 9);
  CHECK_INT(litellm__decode_end(&stream), LITELLM_OK);
  CHECK_TEXT(output.a, "x");
}

static void encode(void) {
  static const litellm_str text = { "{\"a\":[1,2,3]}", 13 };
  struct listed listed;
  char buffer[16];
  size_t size;
  begin(&listed_detail, &listed);
  litellm__decode(&stream, text.ptr, text.len);
  CHECK_INT(litellm__decode_end(&stream), LITELLM_OK);
  for (size = 0; size <= sizeof buffer; size++) {
    size_t kept = size < text.len ? size : text.len;
    memset(buffer, '#', sizeof buffer);
    CHECK_INT(litellm_encode(&listed_detail, &listed, buffer, size), text.len);
    CHECK(!memcmp(buffer, text.ptr, kept));
    CHECK(kept == sizeof buffer || buffer[kept] == '#');
  }
  CHECK_INT(litellm_encode(&listed_detail, &listed, NULL, 0), text.len);
}

int main(int count, char **arguments) {
  if (count > 1) tries = (unsigned)strtoul(arguments[1], NULL, 10);
  CHECK_RUN(bools);
  CHECK_RUN(integers);
#if LITELLM_FLOAT
  CHECK_RUN(doubles);
  CHECK_RUN(many_doubles);
#endif
  CHECK_RUN(enums);
  CHECK_RUN(texts);
  CHECK_RUN(optionals);
  CHECK_RUN(lists);
  CHECK_RUN(nested);
  CHECK_RUN(unknown);
  CHECK_RUN(around);
  CHECK_RUN(cut_off);
  CHECK_RUN(missing);
  CHECK_RUN(partial);
  CHECK_RUN(mutated);
  CHECK_RUN(every_size);
  CHECK_RUN(whole);
  CHECK_RUN(message_cut);
  CHECK_RUN(again);
  CHECK_RUN(encode);
  return check_failures != 0;
}

#else

int main(void) {
  return 0;
}

#endif
