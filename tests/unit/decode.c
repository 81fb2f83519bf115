/* The decoder, where C is needed: tables by hand, texts that are no UTF-8, many
   of them, and the functions beside it. tests/vectors/calls/decode.txt says
   the rest. */
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

#define INTS(FIELD) FIELD(INT, a, NULL)
LITELLM_MODEL(ints, INTS);
#define YEAR(FIELD) FIELD(INT_IN(1450, 2100), year, NULL)
LITELLM_MODEL(year, YEAR);
#define INT64S(FIELD) FIELD(INT64, a, NULL)
LITELLM_MODEL(int64s, INT64S);
#define PAIRS(FIELD) FIELD(ENUM(pair), unit, NULL)
LITELLM_MODEL(pairs, PAIRS);
#define TEXTS(FIELD) FIELD(CHARS(8), a, NULL)
LITELLM_MODEL(texts, TEXTS);
#define STRINGS(FIELD) FIELD(STRING, a, NULL) FIELD(STRING_VIEW, b, NULL)
LITELLM_MODEL(strings, STRINGS);
#define OPTIONALS(FIELD)                                                      \
  FIELD(OPTIONAL(INT), i, NULL) FIELD(OPTIONAL(CHARS(3)), t, NULL)            \
  FIELD(OPTIONAL(STRING), s, NULL) FIELD(OPTIONAL(MODEL(ints)), m, NULL)      \
  FIELD(OPTIONAL(ENUM(unit)), e, NULL) FIELD(OPTIONAL(BOOL), b, NULL)
LITELLM_MODEL(optionals, OPTIONALS);
#define AUTHOR(FIELD)                                                         \
  FIELD(STRING, name, NULL) FIELD(OPTIONAL(INT), born, NULL)
LITELLM_MODEL(author, AUTHOR);
#define LISTED(FIELD) FIELD(LIST(INT, 3), a, NULL)
LITELLM_MODEL(listed, LISTED);
#define LISTS(FIELD)                                                          \
  FIELD(LIST(STRING, 3), s, NULL) FIELD(LIST(CHARS(3), 2), t, NULL)           \
  FIELD(LIST(BOOL, 2), b, NULL) FIELD(LIST(ENUM(unit), 3), e, NULL)           \
  FIELD(LIST(MODEL(author), 2), m, NULL) FIELD(LIST(STRING_VIEW, 2), v, NULL)
LITELLM_MODEL(lists, LISTS);
#define EDITED(FIELD) FIELD(LIST_IN(MODEL(pairs), 2, 3), items, NULL)
LITELLM_MODEL(edited, EDITED);
#define LETTER(FIELD) FIELD(MODEL(author), by, NULL)                          \
                      FIELD(MODEL(edited), of, NULL) FIELD(INT, n, NULL)
LITELLM_MODEL(letter, LETTER);
#define GIVING(FIELD) FIELD(FROM_ARGUMENT(INT), who, NULL) FIELD(INT, a, NULL)
LITELLM_MODEL(giving, GIVING);
#define RAW(FIELD) FIELD(BYTES, raw, NULL)
LITELLM_MODEL(raw, RAW);
#if LITELLM_FLOAT
#define DOUBLES(FIELD) FIELD(DOUBLE, a, NULL)
LITELLM_MODEL(doubles, DOUBLES);
#endif

/* What the macros do not write: small integers, lists of lists and of
   optionals, pointers, views of lists, a struct in itself, many rows. */
struct by_hand {
  int8_t i8;
  int16_t i16;
  struct { struct { int items[2]; size_t count; } items[2]; size_t count; } l;
  struct { struct { int value; bool set; } items[2]; size_t count; } o;
};
static const litellm_type d_i8 = {
  LITELLM_KIND_INT, 1, 0, 0, NULL, NULL, NULL, 0, 0, NULL, NULL };
static const litellm_type d_i16 = {
  LITELLM_KIND_INT, 2, 0, 0, NULL, NULL, NULL, 0, 0, NULL, NULL };
static const litellm_type d_inner = {
  LITELLM_KIND_INT, sizeof(int), 2, LITELLM__ALIGN_UP(2 * sizeof(int)),
  NULL, NULL, NULL, 0, 0, NULL, NULL };
static const litellm_type d_outer = {
  LITELLM_KIND_LIST, LITELLM__ALIGN_UP(2 * sizeof(int)) + sizeof(size_t), 2,
  2 * (LITELLM__ALIGN_UP(2 * sizeof(int)) + sizeof(size_t)), &d_inner,
  NULL, NULL, 0, 0, NULL, NULL };
static const litellm_type d_maybe = {
  LITELLM_KIND_INT, sizeof(int), 0, sizeof(int), NULL, NULL, NULL, 0, 0,
  NULL, NULL };
static const litellm_type d_maybes = {
  LITELLM_KIND_OPTIONAL, 2 * sizeof(int), 2, 4 * sizeof(int), &d_maybe,
  NULL, NULL, 0, 0, NULL, NULL };
static const litellm_field *by_hand_fields(void) {
  static const litellm_field rows[] = {
    { "i8", NULL, &d_i8, offsetof(struct by_hand, i8), LITELLM_KIND_INT },
    { "i16", NULL, &d_i16, offsetof(struct by_hand, i16), LITELLM_KIND_INT },
    { "l", NULL, &d_outer, offsetof(struct by_hand, l), LITELLM_KIND_LIST },
    { "o", NULL, &d_maybes, offsetof(struct by_hand, o), LITELLM_KIND_LIST },
    { NULL, NULL, NULL, sizeof(struct by_hand), 0 } };
  return rows;
}
static const litellm_type by_hand_type = {
  LITELLM_KIND_MODEL, sizeof(struct by_hand), 0, 0, NULL, by_hand_fields,
  NULL, 0, 0, NULL, NULL };

static const litellm_type d_pointer = {
  LITELLM_KIND_INT, sizeof(int), 0, 0, NULL, NULL, NULL, 0, 0, NULL, NULL };
static const litellm_field *views_fields(void) {
  static const litellm_field rows[] = {
    { "p", NULL, &d_pointer, 0, LITELLM_KIND_POINTER },
    { "l", NULL, &d_pointer, sizeof(void *), LITELLM_KIND_LIST },
    { NULL, NULL, NULL, 0, 0 } };
  return rows;
}
static const litellm_type views_type = {
  LITELLM_KIND_MODEL, sizeof(void *) + sizeof(litellm_list), 0, 0, NULL,
  views_fields, NULL, 0, 0, NULL, NULL };

/* Bounds below the room, and kinds that no model sends. */
struct bounded {
  char c[8];
  struct { int items[3]; size_t count; } l;
  int none;
  litellm_part part;
};
static const litellm_type d_chars = {
  LITELLM_KIND_CHARS, 8, 0, 0, NULL, NULL, NULL, 0, 2, NULL, NULL };
static const litellm_type d_ints = {
  LITELLM_KIND_INT, sizeof(int), 3, LITELLM__ALIGN_UP(3 * sizeof(int)),
  NULL, NULL, NULL, 0, 1, NULL, NULL };
static const litellm_field *bounded_fields(void) {
  static const litellm_field rows[] = {
    { "c", NULL, &d_chars, offsetof(struct bounded, c), LITELLM_KIND_CHARS },
    { "l", NULL, &d_ints, offsetof(struct bounded, l), LITELLM_KIND_LIST },
    { "none", NULL, NULL, offsetof(struct bounded, none), LITELLM_KIND_NONE },
    { "part", NULL, NULL, offsetof(struct bounded, part), LITELLM_KIND_PART },
    { NULL, NULL, NULL, sizeof(struct bounded), 0 } };
  return rows;
}
static const litellm_type bounded_type = {
  LITELLM_KIND_MODEL, sizeof(struct bounded), 0, 0, NULL, bounded_fields,
  NULL, 0, 0, NULL, NULL };

static const litellm_field *loop_fields(void);
static const litellm_type loop_type = {
  LITELLM_KIND_MODEL, sizeof(void *), 0, 0, NULL, loop_fields, NULL, 0, 0,
  NULL, NULL };
static const litellm_type d_loop = {
  LITELLM_KIND_MODEL, sizeof(void *), 0, 0, &loop_type, NULL, NULL, 0, 0,
  NULL, NULL };
static const litellm_field *loop_fields(void) {
  static const litellm_field rows[] = {
    { "next", NULL, &d_loop, 0, LITELLM_KIND_POINTER },
    { NULL, NULL, NULL, sizeof(void *), 0 } };
  return rows;
}

static const litellm_field *deep_fields(void);
static const litellm_type deep_type = {
  LITELLM_KIND_MODEL, 8, 0, 0, NULL, deep_fields, NULL, 0, 0, NULL, NULL };
static const litellm_type d_deep = {
  LITELLM_KIND_MODEL, 4, 0, 4, &deep_type, NULL, NULL, 0, 0, NULL, NULL };
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
static const litellm_type many_type = {
  LITELLM_KIND_MODEL, 8, 0, 0, NULL, many_fields, NULL, 0, 0, NULL, NULL };
static const litellm_type too_many_type = {
  LITELLM_KIND_MODEL, 8, 0, 0, NULL, too_many_fields, NULL, 0, 0, NULL, NULL };

/* ---- how a text is decoded ----------------------------------------------- */

static unsigned tries = 20000;
static litellm_client client;
static unsigned char memory[16384];

/* Reads a piece from a buffer of just its size; another text is kept first, as
   a response does, and moves the strings. */
static void feed(const char *text, size_t len) {
  char *copy = (char *)check_alloc(len);
  if (len) memcpy(copy, text, len);
  litellm__keep(&client, LITELLM__KEPT_CONTENT, text, len);
  litellm__decode(&client, copy, len);
  if (len) CHECK(!memcmp(copy, text, len));
  free(copy);
}

static void begin(const litellm_type *model, void *output) {
  static litellm__decoder decoder;
  memset(&client, 0, sizeof client);
  litellm_arena_init(&client.arena, memory, sizeof memory);
  client.index_ = -1;
  client.decoder_ = &decoder;
  litellm__decode_begin(&client, model, output);
}

/* The struct as JSON; of a failure the message, " @", the position, a blank
   and the struct. */
static void outcome(const litellm_type *model, const void *output,
                    char *told, size_t size) {
  litellm_result result = litellm__decode_end(&client);
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
static void decode(const litellm_type *model, const char *text, size_t len,
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

static void every_split(const litellm_type *model, const char *text,
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
  const litellm_type *model;
  const char *text, *wanted;
} row;

/* ---- what only C can say ------------------------------------------------- */

static void by_hand(void) {
  static const row rows[] = {
    { &by_hand_type,
      "{\"i8\":-128,\"i16\":32767,\"l\":[[1],[2,3]],\"o\":[null,4]}",
      "{\"i8\":-128,\"i16\":32767,\"l\":[[1],[2,3]],\"o\":[null,4]}" },
    { &by_hand_type, "{\"i8\":128}",
      "$.i8: expected an integer of 8 bits, got 128 @6" },
    { &by_hand_type, "{\"i16\":-32769}",
      "$.i16: expected an integer of 16 bits, got -32769 @7" },
    { &by_hand_type, "{\"l\":[[1],[2,\"x\"]]}",
      "$.l[1][1]: expected an integer of 32 bits, got \"x\" @13" },
    { &by_hand_type, "{\"l\":[[1],[2,3,4]]}",
      "$.l[1]: expected at most 2 items, got more @15" },
    { &views_type, "{\"p\":3}", "$.p: expected no value, as its kind "
      "cannot be decoded, got 3 @5" },
    { &views_type, "{\"l\":[3]}", "$.l: expected no value, as its kind "
      "cannot be decoded, got a list @5" },
    { &raw_type, "{}", "$.raw: missing, expected no value, as its kind "
      "cannot be decoded @1" },
    { &bounded_type, "{\"c\":\"abc\"}",
      "$.c: expected at most 2 bytes, got more @5" },
    { &bounded_type, "{\"c\":\"ab\",\"l\":[1,2]}",
      "$.l: expected at most 1 items, got more @17" },
    { &bounded_type, "{\"none\":1}", "$.none: expected no value, as its kind "
      "cannot be decoded, got 1 @8" },
    { &bounded_type, "{\"part\":1}", "$.part: expected no value, as its kind "
      "cannot be decoded, got 1 @8" },
    { &giving_type, "{\"who\":5,\"a\":1}", "{\"who\":0,\"a\":1}" },
    { &giving_type, "{\"who\":\"x\"}", "$.a: missing" },
    { &deep_type, "{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":"
      "{\"d\":{}}}}}}}}}",
      "$.d.d.d.d.d.d.d.d: deeper than LITELLM_MAX_MODEL_DEPTH @40" },
    { &many_type, "{\"a1\":3}", "$.a2: missing" },
    { &too_many_type, "{\"a1\":3}", "$: more than 32 fields @0" },
    { &texts_type, "{\"a\":\"b\xF0\x9F\x98", "$.a: the answer ends in the "
      "middle @10 {\"a\":\"b\"}" },
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++)
    every_split(rows[i].model, rows[i].text, strlen(rows[i].text),
                rows[i].wanted);
}

#if LITELLM_FLOAT
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
    begin(&doubles_type, &output);
    litellm__decode(&client, text, strlen(text));
    check_at("%s", text);
    if (litellm__decode_end(&client) == LITELLM_OK)
      CHECK(!memcmp(&output.a, &wanted, sizeof wanted));
    else
      CHECK(wanted > 1e308 || wanted < -1e308);
  }
}
#endif

/* ---- while it comes ------------------------------------------------------ */

/* Texts with a few bytes changed: whatever comes of them does so for every
   split. */
static void mutated(void) {
  static const row rows[] = {
    { &lists_type, "{\"s\":[\"a\",\"bc\"],\"t\":[\"abc\",\"\"],\"b\":"
      "[true,false],\"e\":[\"K\"],\"m\":[{\"name\":\"x\",\"born\":1}],"
      "\"v\":[\"p\"]}", NULL },
    { &optionals_type, "{\"i\":1,\"t\":\"abc\",\"s\":\"x\",\"m\":{\"a\":2"
      "},\"e\":\"K\",\"b\":true}", NULL },
    { &by_hand_type,
      "{\"i8\":-128,\"i16\":3.0e2,\"l\":[[1],[2,3]],\"o\":[null,4]}", NULL },
    { &int64s_type, "{\"a\":922337203685.4775807e7}", NULL },
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
      result = litellm_decode(&it, &letter_type, litellm_str_from(text),
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
      CHECK(it.error.bytes_missing > 0);
      told = size + it.error.bytes_missing;
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
  int i;
  fake_reset("", 0);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_decode(&client, &strings_type,
                           litellm_str_from("{\"a\":\"one\",\"b\":\"two\"}"),
                           &first), LITELLM_OK);
  CHECK_INT(litellm_decode(&client, &strings_type,
                           litellm_str_from("{\"a\":\"three\",\"b\":\"\"}"),
                           &second), LITELLM_OK);
  CHECK_TEXT(first.a, "one");
  CHECK_INT(first.b.len, 3);
  CHECK(!memcmp(first.b.ptr, "two", 3));
  CHECK_TEXT(second.a, "three");
  CHECK(second.b.ptr != NULL && second.b.len == 0);
  used = client.arena.used;
  CHECK_INT(litellm_decode(&client, &year_type,
                           litellm_str_from("{\"year\":5}"), &year),
            LITELLM_ERROR_SCHEMA);
  CHECK_INT(client.error.code, LITELLM_ERROR_SCHEMA);
  CHECK_INT(client.error.position, 8);
  CHECK_TEXT(client.error.message, year_message);
  CHECK_TEXT(first.a, "one");
  CHECK_INT(client.arena.used, used);        /* given back */
  for (i = 0; i < 1000; i++) {
    CHECK_INT(litellm_decode(&client, &strings_type,
                             litellm_str_from("{\"a\":\"some text\"}"),
                             &second), LITELLM_ERROR_SCHEMA);
    CHECK_TEXT(client.error.message, LITELLM_ERROR_TEXTS
                   ? "$.b: missing, expected a text" : "$.b");
    CHECK_INT(client.arena.used, used);
  }
  CHECK(strstr(litellm_client_error(&client),
               LITELLM_ERROR_TEXTS ? "missing" : "$.b") != NULL);
  client.state_ = LITELLM__CLIENT_BUSY;
  CHECK_INT(litellm_decode(&client, &year_type, litellm_str_from("{}"), &year),
            LITELLM_ERROR_BUSY);
  client.state_ = LITELLM__CLIENT_IDLE;
  litellm_client_close(&client);
  CHECK_INT(litellm_decode(&client, &year_type, litellm_str_from("{}"), &year),
            LITELLM_ERROR_NOT_OPEN);
}

/* The message is cut where memory ends, and the result stays. */
static void message_cut(void) {
  struct year year;
  size_t size;
  check_at("%s", "");
  for (size = 0; size < 100; size++) {
    begin(&year_type, &year);
    client.arena.size = size;
    litellm__decode(&client, "{\"year\":5}", 10);
    CHECK_INT(litellm__decode_end(&client), LITELLM_ERROR_SCHEMA);
    if (client.error.message)
      CHECK(!strncmp(client.error.message,
                     year_message, strlen(client.error.message)));
  }
  CHECK_TEXT(client.error.message, year_message);
}

/* A second answer in the same call forgets the first. */
static void again(void) {
  struct strings output;
  static const char bad[] = "{\"a\":\"old\",\"b\":null}";
  begin(&strings_type, &output);
  litellm__decode(&client, bad, sizeof bad - 1);
  CHECK_INT(litellm__decode_end(&client), LITELLM_ERROR_SCHEMA);
  CHECK_TEXT(output.a, "old");
  litellm__decode_begin(&client, &strings_type, &output);
  litellm__decode(&client, "{\"b\":\"new\"", 10);
  litellm__decode_texts(&client);
  CHECK(!output.a);
  CHECK_INT(output.b.len, 3);
  litellm__decode(&client, ",\"a\":\"x\"}", 9);
  CHECK_INT(litellm__decode_end(&client), LITELLM_OK);
  CHECK_TEXT(output.a, "x");
}

static void encode(void) {
  static const litellm_str text = { "{\"a\":[1,2,3]}", 13 };
  struct listed listed;
  char buffer[16];
  size_t size;
  begin(&listed_type, &listed);
  litellm__decode(&client, text.ptr, text.len);
  CHECK_INT(litellm__decode_end(&client), LITELLM_OK);
  for (size = 0; size <= sizeof buffer; size++) {
    size_t kept = size < text.len ? size : text.len;
    memset(buffer, '#', sizeof buffer);
    CHECK_INT(litellm_encode(&listed_type, &listed, buffer, size), text.len);
    CHECK(!memcmp(buffer, text.ptr, kept));
    CHECK(kept == sizeof buffer || buffer[kept] == '#');
  }
  CHECK_INT(litellm_encode(&listed_type, &listed, NULL, 0), text.len);
}

/* What no template and no JSON can say, and a struct that is in itself. */
static void not_encoded(void) {
  struct loop { struct loop *next; } loop;
  struct raw raw;
  raw.raw.ptr = "x";
  raw.raw.len = 1;
  loop.next = &loop;
  CHECK_INT(litellm_encode(&raw_type, &raw, NULL, 0), 0);
  CHECK_INT(litellm_encode(&loop_type, &loop, NULL, 0), 0);
}

int main(int count, char **arguments) {
  if (count > 1) tries = (unsigned)strtoul(arguments[1], NULL, 10);
  CHECK_RUN(by_hand);
#if LITELLM_FLOAT
  CHECK_RUN(many_doubles);
#endif
  CHECK_RUN(mutated);
  CHECK_RUN(every_size);
  CHECK_RUN(whole);
  CHECK_RUN(message_cut);
  CHECK_RUN(again);
  CHECK_RUN(encode);
  CHECK_RUN(not_encoded);
  return check_failures != 0;
}

#else

int main(void) {
  return 0;
}

#endif
