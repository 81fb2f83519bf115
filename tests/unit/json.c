/* The tokenizer: the same tokens and texts for every split of the input, from
   buffers of the exact size. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"

/* The tokens as a text: { } [ ] T F N, #number, "string", 'key', each with a
   blank behind it, then the result and the offset. */
typedef struct tokens {
  char text[8192];
  size_t used;
  bool open;                 /* inside a string, key or number */
} tokens;

static void put(tokens *t, const char *text, size_t len) {
  if (t->used + len >= sizeof t->text) { printf("not ok: long\n"); exit(1); }
  memcpy(t->text + t->used, text, len);
  t->used += len;
  t->text[t->used] = 0;
}

static void check_piece(const litellm_json_token *token) {
  size_t i = 0;
  bool valid = true;
  for (; valid && i < token->text.len;)
    i += litellm__utf8(token->text.ptr + i, token->text.len - i, &valid);
  CHECK(valid);                              /* whole characters only */
}

static void put_token(tokens *t, const litellm_json_token *token) {
  static const char *const marks[] = {
    "?", "{ ", "} ", "[ ", "] ", "'", "\"", "#", "T ", "F ", "N "
  };
  const char *mark = marks[token->kind];
  if (token->kind != LITELLM_JSON_KEY &&
      token->kind != LITELLM_JSON_STRING &&
      token->kind != LITELLM_JSON_NUMBER) {
    CHECK(!t->open);
    put(t, mark, 2);
    return;
  }
  CHECK(token->first == !t->open);
  if (token->first) put(t, mark, 1);
  check_piece(token);
  put(t, token->text.ptr, token->text.len);
  t->open = !token->last;
  if (token->last) {
    if (token->kind != LITELLM_JSON_NUMBER) put(t, mark, 1);
    put(t, " ", 1);
  }
}

/* Reads `len` bytes from a buffer of just that size. */
static litellm_result feed(litellm_json_reader *json, tokens *t,
                           const char *text, size_t len, bool ended) {
  char *copy = (char *)check_alloc(len);
  litellm_input span;
  litellm_result result;
  litellm_json_token token;
  if (len) memcpy(copy, text, len);
  span.ptr = copy;
  span.len = len;
  memset(&token, 0, sizeof token);
  while ((result = litellm_json_next(json, &span, ended, &token)) ==
         LITELLM_OK)
    put_token(t, &token);
  if (result == LITELLM_AGAIN) CHECK_INT(span.len, 0);
  free(copy);
  return result;
}

/* Feeds pieces that end at `a` and `b`, or of `step` bytes each. */
static void tokenize(tokens *t, const char *text, size_t len, size_t a,
                     size_t b, size_t step) {
  litellm_json_reader json;
  litellm_result result = LITELLM_AGAIN;
  char end[64];
  size_t at = 0, n;
  memset(&json, 0, sizeof json);
  memset(t, 0, sizeof *t);
  while (result == LITELLM_AGAIN && at < len) {
    n = step ? step : at < a ? a - at : at < b ? b - at : len - at;
    if (n > len - at) n = len - at;
    result = feed(&json, t, text + at, n, false);
    at += n;
  }
  if (result == LITELLM_AGAIN) result = feed(&json, t, "", 0, true);
  (void)snprintf(end, sizeof end, "%s@%lu",
                 result == LITELLM_END ? "END" :
                 result == LITELLM_ERROR_JSON ? "JSON" : "?",
                 (unsigned long)json.offset);
  put(t, end, strlen(end));
}

static void every_split(const char *text, size_t len, const char *wanted,
                        size_t wanted_len) {
  static tokens t;
  size_t a, b;
  check_at("[%.*s] at once", (int)len, text);
  tokenize(&t, text, len, len, len, 0);
  if (!check_same(t.text, t.used, wanted, wanted_len, __LINE__)) return;
  for (a = 1; a < 5; a++) {
    check_at("[%.*s] by %lu", (int)len, text, (unsigned long)a);
    tokenize(&t, text, len, 0, 0, a);
    check_same(t.text, t.used, wanted, wanted_len, __LINE__);
  }
  for (a = 0; a <= len; a++)
    for (b = len > 60 ? len : a; b <= len; b++) {
      check_at("[%.*s] split at %lu and %lu", (int)len, text,
               (unsigned long)a, (unsigned long)b);
      tokenize(&t, text, len, a, b, 0);
      check_same(t.text, t.used, wanted, wanted_len, __LINE__);
    }
}

static const struct { const char *text, *wanted; } documents[] = {
  { "{}", "{ } " },
  { "[]", "[ ] " },
  { " \t\r\n[ ] \n", "[ ] " },
  { "null", "N " }, { "true", "T " }, { "false", "F " },
  { "0", "#0 " }, { "-0", "#-0 " }, { "-12.50e+10 ",
    "#-12.50e+10 " }, { "[1E-2,0.1]", "[ #1E-2 #0.1 ] " },
  { "\"\"", "\"\" " },
  { "{\"\":\"\"}", "{ '' \"\" } " },
  { "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\"],\"b\" : {} }",
    "{ 'a' [ #1 #-2.5e3 T N \"x\303\251\" ] 'b' { } } " },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\"\\/\b\f\n\r\t\" " },
  { "\"\\u0041\\u00E9\\u20ac\\uFFFF\"",
    "\"A\303\251\342\202\254\357\277\277\" " },
  { "\"\\ud83d\\ude00\"", "\"\360\237\230\200\" " },
  { "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"",
    "\"\360\220\200\200\364\217\277\277\" " },
  { "\"\303\251 \342\202\254 \360\237\230\200 \177\"",
    "\"\303\251 \342\202\254 \360\237\230\200 \177\" " },
  { "[\"a\",\"b\\n\",{\"k\\u00e9\":\"v\"}]",
    "[ \"a\" \"b\n\" { 'k\303\251' \"v\" } ] " },
  /* Duplicate keys are the reader's business. */
  { "{\"a\":1,\"a\":2}", "{ 'a' #1 'a' #2 } " }
};

static void test_documents(void) {
  char wanted[256];
  size_t i;
  for (i = 0; i < sizeof documents / sizeof documents[0]; i++) {
    size_t len = strlen(documents[i].text);
    int size = sprintf(wanted, "%sEND@%lu", documents[i].wanted,
                       (unsigned long)len);
    every_split(documents[i].text, len, wanted, (size_t)size);
  }
}

static void test_nul(void) {
  static const char wanted[] = "{ 'a\0' \"\0\" } END@20";
  every_split("{\"a\\u0000\":\"\\u0000\"}", 20, wanted, sizeof wanted - 1);
}

/* ---- ill-formed text --------------------------------------------------- */

#define R "\357\277\275"     /* U+FFFD */

/* The four tables of the Unicode standard, chapter 3, "U+FFFD substitution of
   maximal subparts", and what escapes can do. */
static const struct { const char *inside, *wanted; } replaced[] = {
  { "\300\257\340\200\277\360\201\202A", R R R R R R R R "A" },
  { "\355\240\200\355\277\277\355\257A", R R R R R R R R "A" },
  { "\364\221\222\223\377A\200\277B", R R R R R "A" R R "B" },
  { "\341\200\342\360\221\222\361\277A", R R R R "A" },
  { "\341\200", R }, { "\360\237\230", R }, { "\302", R },
  { "x\302y", "x" R "y" },
  { "\377\376", R R }, { "\360\237\230\\n", R "\n" },
  { "\342\202\\u20ac", R "\342\202\254" },
  { "\\ud83d", R }, { "\\ude00", R }, { "\\ud83dx", R "x" },
  { "\\ud83d\\ud83d\\ude00", R "\360\237\230\200" },
  { "\\ude00\\ud83d", R R }, { "\\ud83d\\n", R "\n" },
  { "\\ud83d\\\\", R "\\" }, { "\\ud83d\\u0041", R "A" },
  { "\\ud83d\\u20ac", R "\342\202\254" }, { "\\udfff\\udfff", R R },
  { "\\ud83d\303\251", R "\303\251" }, { "\\ud83d\303", R R },
  { "\\ud83d\\ud83d", R R }, { "a\\udbffb\\udc00c", "a" R "b" R "c" },
  { "\355\240\275\355\270\200", R R R R R R }   /* a pair as two UTF-8 */
};

static void test_replacement(void) {
  char text[128], wanted[256];
  size_t i;
  for (i = 0; i < sizeof replaced / sizeof replaced[0]; i++) {
    (void)sprintf(text, "\"%s\"", replaced[i].inside);
    (void)sprintf(wanted, "\"%s\" END@%lu", replaced[i].wanted,
                  (unsigned long)strlen(text));
    every_split(text, strlen(text), wanted, strlen(wanted));
    (void)sprintf(text, "{\"%s\":1}", replaced[i].inside);
    (void)sprintf(wanted, "{ '%s' #1 } END@%lu", replaced[i].wanted,
                  (unsigned long)strlen(text));
    every_split(text, strlen(text), wanted, strlen(wanted));
  }
}

/* ---- errors ------------------------------------------------------------ */

static const struct { const char *text; unsigned offset; } wrong[] = {
  { "", 0 }, { "  ", 2 }, { "[1,]", 3 }, { "{\"a\" 1}", 5 },
  { "{\"a\":}", 5 }, { "{\"a\":1,}", 7 }, { "{\"a\"}", 4 }, { "{,}", 1 },
  { "{1:2}", 1 }, { "{]", 1 }, { "[}", 1 }, { "[1}", 2 }, { "[1 2]", 3 },
  { "[,1]", 1 }, { "]", 0 }, { "}", 0 }, { "1 2", 2 }, { "{}{}", 2 },
  { "nul", 3 }, { "tru1", 3 }, { "nulll", 4 }, { "True", 0 }, { "NaN", 0 },
  { "[NaN]", 1 }, { "Infinity", 0 }, { "-Infinity", 1 }, { "01", 1 },
  { "-01", 2 }, { "-", 1 }, { "1.", 2 }, { "1.e1", 2 }, { "1e", 2 },
  { "1e+", 3 }, { "+1", 0 }, { ".5", 0 }, { "0x1", 1 }, { "[1.2.3]", 4 },
  { "\"abc", 4 }, { "\"a\\x\"", 3 }, { "\"\\u12g4\"", 5 }, { "\"\\u12\"", 5 },
  { "\"a\nb\"", 2 }, { "\"a\tb\"", 2 }, { "\"\\", 2 }, { "\"\\u", 3 },
  { "\"\\ud83d\\x\"", 8 }, { "[", 1 }, { "{", 1 }, { "{\"a", 3 },
  { "{\"a\":", 5 }, { "[1,", 3 }, { "'a'", 0 }, { "/**/1", 0 },
  { "\357\273\277{}", 0 }, { "[\"a\" \"b\"]", 5 }, { "\v1", 0 }, { "1\f", 1 },
  { "[\302\2401]", 1 }, { "{\"a\":1 \"b\":2}", 7 }
};

static void test_errors(void) {
  static tokens t;
  char wanted[64];
  size_t i, a;
  for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    size_t len = strlen(wrong[i].text);
    (void)sprintf(wanted, "JSON@%u", wrong[i].offset);
    for (a = 0; a <= len; a++) {
      const char *end;
      check_at("[%s] split at %lu", wrong[i].text, (unsigned long)a);
      tokenize(&t, wrong[i].text, len, a, len, 0);
      end = strrchr(t.text, '@');
      while (end > t.text && end[-1] >= 'A' && end[-1] <= 'Z') end--;
      CHECK_TEXT(end, wanted);
    }
    check_at("[%s]", wrong[i].text);
    CHECK(!litellm_json_valid(litellm_str_from(wrong[i].text)));
  }
}

/* What failed stays failed, what ended stays ended. */
static void test_after_the_end(void) {
  litellm_json_reader json;
  litellm_input span = { NULL, 0 };
  litellm_json_token token;
  char text[] = "[] ";
  memset(&json, 0, sizeof json);
  span.ptr = text;
  span.len = 3;
  CHECK_INT(litellm_json_next(&json, &span, false, &token), LITELLM_OK);
  CHECK_INT(litellm_json_next(&json, &span, false, &token), LITELLM_OK);
  CHECK_INT(litellm_json_next(&json, &span, false, &token), LITELLM_AGAIN);
  CHECK_INT(litellm_json_next(&json, &span, true, &token), LITELLM_END);
  CHECK_INT(litellm_json_next(&json, &span, true, &token), LITELLM_END);
  CHECK_INT(json.offset, 3);
}

/* ---- depth ------------------------------------------------------------- */

static litellm_result nested(size_t levels, bool objects, uint32_t *offset) {
  char *text = (char *)check_alloc(levels * 7 + 1);
  litellm_json_reader json;
  litellm_input span;
  litellm_json_token token;
  litellm_result result;
  size_t i;
  *text = 0;
  for (i = 0; i < levels; i++)
    strcat(text, objects && i % 2 ? "{\"a\":" : "[");
  if (!(objects && levels % 2 == 0)) strcat(text, "");
  else strcat(text, "1");
  for (i = levels; i-- > 0;) strcat(text, objects && i % 2 ? "}" : "]");
  memset(&json, 0, sizeof json);
  span.ptr = text;
  span.len = strlen(text);
  while ((result = litellm_json_next(&json, &span, true, &token)) ==
         LITELLM_OK) {}
  *offset = json.offset;
  free(text);
  return result;
}

static void test_depth(void) {
  uint32_t offset;
  size_t levels;
  int objects;
  CHECK(LITELLM_MAX_JSON_DEPTH >= 64);
  for (objects = 0; objects < 2; objects++)
    for (levels = 1; levels < LITELLM_MAX_JSON_DEPTH + 10; levels++) {
      check_at("%lu levels", (unsigned long)levels);
      if (levels <= LITELLM_MAX_JSON_DEPTH) {
        CHECK_INT(nested(levels, objects != 0, &offset), LITELLM_END);
      } else {
        CHECK_INT(nested(levels, objects != 0, &offset),
                  LITELLM_ERROR_JSON_DEPTH);
        CHECK_INT(offset, objects ? LITELLM_MAX_JSON_DEPTH / 2 * 6 +
                                        LITELLM_MAX_JSON_DEPTH % 2
                                  : LITELLM_MAX_JSON_DEPTH);
      }
    }
}

/* ---- litellm_json_valid ------------------------------------------------ */

/* From memory that cannot be written, and no longer than said. */
static void test_valid(void) {
  size_t i, n;
  for (i = 0; i < sizeof documents / sizeof documents[0]; i++) {
    const char *text = documents[i].text;
    size_t len = strlen(text);
    check_at("[%s]", text);
    CHECK(litellm_json_valid(litellm_str_from(text)));
    if (*text == '{' || *text == '[' || *text == '"')
      for (n = 0; n < len; n++) {
        litellm_str cut;
        char *copy = (char *)check_alloc(n);
        if (n) memcpy(copy, text, n);
        cut.ptr = copy;
        cut.len = n;
        check_at("[%.*s]", (int)n, text);
        CHECK(!litellm_json_valid(cut));
        free(copy);
      }
  }
  for (i = 0; i < sizeof replaced / sizeof replaced[0]; i++) {
    char text[128];
    (void)sprintf(text, "[\"%s\"]", replaced[i].inside);
    check_at("%s", text);
    CHECK(litellm_json_valid(litellm_str_from(text)));
  }
}

/* A long string comes through in bounded pieces, whatever its size. */
static void test_long_string(void) {
  litellm_json_reader json;
  litellm_input span;
  litellm_json_token token;
  litellm_result result;
  char chunk[1024];
  size_t round, bytes = 0;
  memset(&json, 0, sizeof json);
  memset(&token, 0, sizeof token);
  for (round = 0; round <= 100; round++) {
    memset(chunk, 'x', sizeof chunk);
    if (round == 0) chunk[0] = '"';
    if (round == 100) chunk[1023] = '"';
    span.ptr = chunk;
    span.len = sizeof chunk;
    while ((result = litellm_json_next(&json, &span, round == 100, &token)) ==
           LITELLM_OK) bytes += token.text.len;
    CHECK_INT(result, round == 100 ? LITELLM_END : LITELLM_AGAIN);
  }
  CHECK_INT(bytes, 101 * 1024 - 2);
}

int main(void) {
  CHECK_RUN(test_documents);
  CHECK_RUN(test_nul);
  CHECK_RUN(test_replacement);
  CHECK_RUN(test_errors);
  CHECK_RUN(test_after_the_end);
  CHECK_RUN(test_depth);
  CHECK_RUN(test_valid);
  CHECK_RUN(test_long_string);
  return check_failures != 0;
}
