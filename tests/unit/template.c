/* Request bodies: the same bytes through every window, descriptors that are
   refused, parameters, messages, media. What templates mean is told by
   tests/vectors/prompt. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

/* ---- arguments --------------------------------------------------------- */

typedef struct item { const char *name; int count; } item;
typedef struct values {
  const char *word, *none, *text;
  litellm_str view;
  litellm_bytes photo;
  bool yes;
  int number;
  item one;
  litellm_list words, items;
  const litellm_message *history;
  struct { const char *items[2]; size_t count; } few;
  int colour;
  litellm_part seen;
#if LITELLM_FLOAT
  double ratio;
#endif
} values;

static const litellm_field *item_fields(void) {
  static const litellm_field rows[] = {
    { "name", NULL, NULL, offsetof(item, name), LITELLM_KIND_STRING },
    { "count", NULL, NULL, offsetof(item, count), LITELLM_KIND_INT },
    { NULL, NULL, NULL, sizeof(item), 0 }
  };
  return rows;
}

static const litellm_type item_type = { LITELLM_KIND_MODEL, sizeof(item),
  0, 0, NULL, item_fields, NULL, 0, 0, NULL, NULL };
static const litellm_type words_type = { LITELLM_KIND_STRING,
  sizeof(char *), 0, 0, NULL, NULL, NULL, 0, 0, NULL, NULL };
static const litellm_type items_type = { LITELLM_KIND_MODEL, sizeof(item),
  0, 0, &item_type, NULL, NULL, 0, 0, NULL, NULL };

static const litellm_type few_type = { LITELLM_KIND_STRING, sizeof(char *), 2,
  2 * sizeof(char *), NULL, NULL, NULL, 0, 0, NULL, NULL };
static const char *const colours[] = { "red", "green" };
static const litellm_type colour_type = { LITELLM_KIND_ENUM, sizeof(int), 2, 0,
  NULL, NULL, colours, 0, 0, NULL, NULL };

#define ROW(member, kind, detail)                                             \
  { #member, NULL, detail, offsetof(values, member), LITELLM_KIND_##kind }
static const litellm_field *value_fields(void) {
  static const litellm_field rows[] = {
    ROW(word, STRING, NULL), ROW(none, STRING, NULL), ROW(text, STRING, NULL),
    ROW(view, STRING_VIEW, NULL), ROW(photo, BYTES, NULL), ROW(yes, BOOL, NULL),
    ROW(number, INT, NULL), ROW(one, MODEL, &item_type),
    ROW(words, LIST, &words_type), ROW(items, LIST, &items_type),
    ROW(history, MESSAGES, NULL), ROW(few, LIST, &few_type),
    ROW(colour, ENUM, &colour_type), ROW(seen, PART, NULL),
#if LITELLM_FLOAT
    ROW(ratio, DOUBLE, NULL),
#endif
    { NULL, NULL, NULL, sizeof(values), 0 }
  };
  return rows;
}

static char long_text[3001];
static unsigned char photo[700];

#if LITELLM_TOOLS
static litellm_tool_call calls[] = {
  { "call_1", "lookup", "{\"a\": \"\303\251\\n\"}", NULL },
  { "", "other", "", NULL }
};
#endif
static litellm_message history[4];

static values make_values(void) {
  static const char *const words[] = { "alpha", "b\"e\"ta", "",
                                       "\303\251t\303\251" };
  static const item items[] = { { "nut", 3 }, { NULL, -7 } };
  static const char piece[] = "The quick \303\251 fox\n\"said\" \\ "
                              "\360\237\230\200\001 \377 end. ";
  values v;
  size_t i;
  for (i = 0; i < sizeof long_text - 1; i++)
    long_text[i] = piece[i % (sizeof piece - 1)];
  for (i = 0; i < sizeof photo; i++) photo[i] = (unsigned char)(i * 7);
  memcpy(photo, "\211PNG\r\n\032\n", 8);
  memset(&v, 0, sizeof v);
  v.word = "w\303\266rd";
  v.text = long_text;
  v.view.ptr = "view\0nul";
  v.view.len = 8;
  v.photo.ptr = photo;
  v.photo.len = sizeof photo;
  v.yes = true;
  v.number = -1234567;
  v.one = items[0];
  v.words.items = words;
  v.words.count = 4;
  v.items.items = items;
  v.items.count = 2;
  memset(history, 0, sizeof history);
  history[0].role = LITELLM_ROLE_USER;
  history[0].content = litellm_str_from("question \"1\"");
  history[0].next = &history[1];
  history[1].role = LITELLM_ROLE_ASSISTANT;
#if LITELLM_TOOLS
  history[1].tool_calls = calls;
  history[1].tool_call_count = 2;
  history[1].next = &history[2];
  history[2].role = LITELLM_ROLE_TOOL;
  history[2].content = litellm_str_from("42");
  history[2].tool_call_id = "call_1";
  history[2].next = &history[3];
#else
  history[1].next = &history[3];
#endif
  history[3].role = LITELLM_ROLE_ASSISTANT;
  history[3].content.ptr = long_text;
  history[3].content.len = 1500;
  v.history = history;
  v.few.items[0] = v.few.items[1] = "f";
  v.few.count = 2;
  v.colour = -1;                       /* has no name, so is null */
  v.seen.kind = LITELLM_PART_TEXT;
  v.seen.text = litellm_str_from("seen");
#if LITELLM_FLOAT
  v.ratio = -2.5e-7;
#endif
  return v;
}

static const char *const prompts[] = {
  "Hi",
  "{word}",
  "SYSTEM: Be {word}.\nUSER: {number}\nASSISTANT: ok\nDEVELOPER: {view}",
  "USER:\n    Indented {word}\n      more\n\n    end {{brace}}  \n",
  "{text}",
  "USER: a {text} b {text} c\nUSER: {word}",
  "SYSTEM: {none}\nUSER: x{none}y{yes}",
#if LITELLM_TEMPLATES
  "{one} {words} {items} {one.name} {items[1].count} {words[3]}",
  "USER:\n  List:\n  {words:list}\n\n  {items:list}\n",
  "SYSTEM: s\nMESSAGES: {history}\nUSER: {text}\nMESSAGES: {history}",
#endif
#if LITELLM_FORMAT
  "{number:>+20,d}|{word:*^12}|{word!r:>9}|{text:.40}|{yes:>8}|{number:#X}",
  "SYSTEM: s\nMESSAGES: {history}\nUSER: {text:.100}\nMESSAGES: {history}",
#if LITELLM_FLOAT
  "{ratio} {ratio:.20f} {ratio:>30.5e} {number:.3f} {ratio:%}",
#endif
#endif
#if LITELLM_MEDIA
  "Look: {photo:image} and {photo:image(detail=low)} end",
  "{word:text}{photo:image}{text:text}{:cache_control}",
  "USER: {photo:document(type=application/x,name=a\"b)}\nUSER: {words:texts}",
#endif
};
#define PROMPTS (sizeof prompts / sizeof prompts[0])

static litellm_request request_of(litellm_call_desc *call, const char *prompt,
                                  const values *v) {
  litellm_request request;
  memset(call, 0, sizeof *call);
  memset(&request, 0, sizeof request);
  call->model = "m\303\266del";
  call->prompt = prompt;
  call->fields = value_fields;
  request.call = *call;
  request.arguments = v;
  return request;
}

/* The whole body in a block of its exact size; NULL: failed. */
static char *body_of(const litellm_request *request, uint32_t *total) {
  litellm_error error;
  char *body;
  if (!CHECK_INT(litellm_request_body(request, 0, NULL, 0, total, &error),
                 LITELLM_OK)) return NULL;
  body = (char *)check_alloc(*total);
  CHECK_INT(litellm_request_body(request, 0, body, *total, total, &error),
            LITELLM_OK);
  return body;
}

/* ---- windows ----------------------------------------------------------- */

static bool json_valid(const char *text, size_t size) {
  litellm_str view;
  view.ptr = text;
  view.len = size;
  return litellm_json_valid(view);
}

static size_t sizes = 300;     /* of windows, each of them tried */

/* litellm_request_body in windows of every size. */
static void test_windows(void) {
  values v = make_values();
  size_t i, size;
  for (i = 0; i < PROMPTS; i++) {
    litellm_call_desc call;
    litellm_request request = request_of(&call, prompts[i], &v);
    uint32_t total, again, at;
    char *whole;
    check_at("%s", prompts[i]);
    whole = body_of(&request, &total);
    if (!whole) continue;
    CHECK(json_valid(whole, total));
    for (size = 1; size <= total; size += size < sizes ? 1 : 97)
      for (at = 0; at < total; at += (uint32_t)size) {
        size_t want = total - at < size ? total - at : size;
        char *window = (char *)check_alloc(want);
        check_at("%s, window of %lu at %lu", prompts[i], (unsigned long)size,
                 (unsigned long)at);
        CHECK_INT(litellm_request_body(&request, at, window, want, &again,
                                       NULL),
                  LITELLM_OK);
        CHECK_INT(again, total);
        check_same(window, want, whole + at, want, __LINE__);
        free(window);
        if (total > 1000 && size < 40) at += (uint32_t)size * 20;
      }
    CHECK_INT(litellm_request_body(&request, total, NULL, 0, &again, NULL),
              LITELLM_OK);
    free(whole);
  }
}

/* More items than a mark can count: windows then start at the list. */
static void test_long_list(void) {
  enum { ITEMS = 65540 };
  values v = make_values();
  litellm_call_desc call;
  litellm_request request = request_of(&call, "{words:list}", &v);
  const char **words = (const char **)check_alloc(ITEMS * sizeof *words);
  char tail[32];
  uint32_t total, again;
  char *whole = NULL;
  size_t i;
  for (i = 0; i < ITEMS; i++) words[i] = i % 10 ? "a" : "b";
  v.words.items = words;
  v.words.count = ITEMS;
  if (LITELLM_TEMPLATES) whole = body_of(&request, &total);
  if (whole) {
    CHECK(total > 3 * ITEMS);
    CHECK_INT(litellm_request_body(&request, total - (uint32_t)sizeof tail,
                                   tail, sizeof tail, &again, NULL),
              LITELLM_OK);
    check_same(tail, sizeof tail, whole + total - sizeof tail, sizeof tail,
               __LINE__);
  }
  free(whole);
  free((void *)words);
}

/* The same through a client, whose windows start where marks say. */
static void test_sent_windows(void) {
  static const size_t sends[] = { 0, 1, 13 };
  static const char reply[] = "HTTP/1.1 200 OK\r\n\r\n{\"choices\":"
                              "[{\"message\":{\"content\":\"ok\"}}]}";
  values v = make_values();
  size_t i, window, s;
  for (i = 0; i < PROMPTS; i++) {
    litellm_call_desc call;
    litellm_request request = request_of(&call, prompts[i], &v);
    uint32_t total;
    char *whole;
    request.messages = i % 2 ? history : NULL;
    check_at("%s", prompts[i]);
    whole = body_of(&request, &total);
    if (!whole) continue;
    for (window = 64; window < 2300;
         window += window < 96 ? 1 : window < 260 ? 7 : 311)
      for (s = 0; s < 3; s++) {
        litellm_client_desc desc = fake_desc("http://h");
        litellm_client client;
        check_at("%s, window of %lu, sends of %lu", prompts[i],
                 (unsigned long)window, (unsigned long)sends[s]);
        if (s && window % 4) continue;
        fake_reset(reply, sizeof reply - 1);
        fake.send_size = sends[s];
        desc.window_size = window;
        CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
        CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_OK);
        check_same(fake.sent + fake_body_at(),
                   fake.sent_size - fake_body_at(), whole, total, __LINE__);
        litellm_client_close(&client);
        if (check_bad > 20) return;
      }
    free(whole);
  }
}

/* ---- descriptors ------------------------------------------------------- */

static const struct descriptor {
  const char *prompt;
  litellm_result result;
  unsigned position;
} descriptors[] = {
  { "Hi", LITELLM_OK, 0 },
  { "SYSTEM: {word}\nUSER: {{}} {number}", LITELLM_OK, 0 },
  { "ab {wor}", LITELLM_ERROR_TEMPLATE_NAME, 3 },
  { "ab {words2}", LITELLM_ERROR_TEMPLATE_NAME, 3 },
  { "ab {", LITELLM_ERROR_TEMPLATE, 0 },
  { "ab {word", LITELLM_ERROR_TEMPLATE, 0 },
  { "ab } c", LITELLM_ERROR_TEMPLATE, 0 },
  { "ab { word}", LITELLM_ERROR_TEMPLATE, 0 },
  { "ab {}", LITELLM_ERROR_TEMPLATE, 0 },
#if LITELLM_TEMPLATES
  { "text\nUSER: x", LITELLM_ERROR_TEMPLATE, 0 },
  { "{word}\nUSER: x", LITELLM_ERROR_TEMPLATE, 0 },
  { "{one.name} {items[0].count} {words:list}", LITELLM_OK, 0 },
  { "SYSTEM: x\nMESSAGES: {history}", LITELLM_OK, 0 },
  { "{one.nam}", LITELLM_ERROR_TEMPLATE_NAME, 0 },
  { "{word.x}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{word[0]}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{number:list}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{word!a}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{number:n}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{words[x]}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{words[0}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{word:{number}}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{history}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "MESSAGES: {word}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "MESSAGES: {history} x", LITELLM_ERROR_TEMPLATE, 0 },
  { "MESSAGES:", LITELLM_ERROR_TEMPLATE, 0 },
  { "{few[1]}x{colour}", LITELLM_OK, 0 },
  { "{few[2]}", LITELLM_ERROR_TEMPLATE_INDEX, 0 },
#endif
#if LITELLM_FORMAT
  { "{word:>10} {number:05d}", LITELLM_OK, 0 },
  { "{word:d}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{number:s}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{number:.2d}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
#endif
#if LITELLM_TEMPLATES && !LITELLM_MEDIA
  { "{word:text}", LITELLM_ERROR_TEMPLATE, 0 },
#endif
#if LITELLM_MEDIA
  { "{photo:image} {photo:image(detail=high)}", LITELLM_OK, 0 },
  { "{photo:image(size=3)}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{number:image}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{photo}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{seen:part}{seen:text}", LITELLM_OK, 0 },
  { "{:cache_control}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{:image}", LITELLM_ERROR_TEMPLATE, 0 },
#endif
};

/* Found without values, as firmware does at boot, and with them. */
static void test_check(void) {
  values v = make_values();
  size_t i;
  for (i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++) {
    litellm_call_desc call;
    litellm_request request = request_of(&call, descriptors[i].prompt, &v);
    litellm_error error;
    uint32_t total;
    check_at("%s", descriptors[i].prompt);
    CHECK_INT(litellm_call_check(&call, &error), descriptors[i].result);
    CHECK_INT(error.code, descriptors[i].result);
    if (descriptors[i].position)
      CHECK_INT(error.position, descriptors[i].position);
    CHECK(error.position <= strlen(descriptors[i].prompt));
    CHECK_INT(litellm_call_check(&call, NULL), descriptors[i].result);
    if (descriptors[i].result == LITELLM_OK)
      CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
                LITELLM_OK);
    else
      CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
                descriptors[i].result);
  }
}

#if LITELLM_MEDIA
/* Of a part only its value says what it is; of audio in a text, its tag. */
static void test_parts_of_values(void) {
  static const struct { const char *prompt; litellm_result check, body; }
  rows[] = {
    { "{seen:image}", LITELLM_OK, LITELLM_ERROR_TEMPLATE_TYPE },
    { "{word:audio}", LITELLM_ERROR_TEMPLATE_TYPE, LITELLM_ERROR_MEDIA_TYPE }
  };
  values v = make_values();
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    litellm_call_desc call;
    litellm_request request = request_of(&call, rows[i].prompt, &v);
    uint32_t total;
    check_at("%s", rows[i].prompt);
    CHECK_INT(litellm_call_check(&call, NULL), rows[i].check);
    CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, NULL),
              rows[i].body);
  }
}
#endif

/* ---- parameters -------------------------------------------------------- */

/* What stands between the model and the messages. */
static void params_give(const litellm_params *params, const char *wanted) {
  static const char before[] = "{\"model\":\"m\"";
  static const char after[] =
    ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  litellm_call_desc call;
  litellm_request request;
  uint32_t total;
  char *body, all[2048];
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  call.model = "m";
  call.prompt = "Hi";
  call.params = params;
  request.call = call;
  check_at("%s", wanted);
  body = body_of(&request, &total);
  (void)sprintf(all, "%s%s%s", before, wanted, after);
  if (body) check_same(body, total, all, strlen(all), __LINE__);
  free(body);
}

static void test_typed_params(void) {
  static const char *const stop[] = { "a\"", "\n", NULL }, *const none[] = {
    NULL };
  litellm_params p;
#define PARAM(assignment, wanted)                                             \
  memset(&p, 0, sizeof p), (void)(assignment), params_give(&p, wanted)
#define NUMBER(member, number) p.member.set = true, p.member.value = number
  memset(&p, 0, sizeof p);
  params_give(NULL, "");
  params_give(&p, "");
#if LITELLM_FLOAT
  PARAM((NUMBER(temperature, 0), 0), ",\"temperature\":0.0");
  PARAM((NUMBER(temperature, 0.7), 0), ",\"temperature\":0.7");
  PARAM((NUMBER(top_p, 1), 0), ",\"top_p\":1.0");
  PARAM((NUMBER(frequency_penalty, -2), 0), ",\"frequency_penalty\":-2.0");
  PARAM((NUMBER(presence_penalty, 1e-7), 0), ",\"presence_penalty\":1e-07");
#endif
  PARAM((NUMBER(max_tokens, 0), 0), ",\"max_tokens\":0");
  PARAM((NUMBER(max_tokens, 2147483648), 0), ",\"max_tokens\":2147483648");
  PARAM((NUMBER(max_completion_tokens, 5), 0), ",\"max_completion_tokens\":5");
  PARAM((NUMBER(seed, -9223372036854775807 - 1), 0),
        ",\"seed\":-9223372036854775808");
  PARAM((NUMBER(drop_params, true), 0), ",\"drop_params\":true");
  PARAM((NUMBER(drop_params, false), 0), ",\"drop_params\":false");
  PARAM((p.reasoning_effort = "low", 0), ",\"reasoning_effort\":\"low\"");
  PARAM((p.user = "u\n\377", 0), ",\"user\":\"u\\n\357\277\275\"");
  PARAM((p.stop = stop, 0), ",\"stop\":[\"a\\\"\",\"\\n\"]");
  PARAM((p.stop = none, 0), ",\"stop\":[]");
}

#if LITELLM_TOOLS
static const litellm_tool some_tool = { .name = "t" };
static const litellm_tool *const some_tools[] = { &some_tool, NULL };
#endif

static void error_is(const litellm_error *error, litellm_result got,
                     litellm_result wanted, const char *where) {
  CHECK_INT(got, wanted);
  CHECK_INT(error->code, wanted);
  if (LITELLM_ERROR_TEXTS || !where) CHECK_TEXT(error->subject, where);
}

/* What everything that sends this call says of it. */
static void call_gives(const litellm_call_desc *call, litellm_result wanted,
                       const char *where) {
  litellm_client client;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  litellm_error error;
  uint32_t total;
  memset(&request, 0, sizeof request);
  request.call = *call;
  error_is(&error, litellm_call_check(call, &error), wanted, where);
  error_is(&error, litellm_request_body(&request, 0, NULL, 0, &total, &error),
           wanted, where);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  error_is(&client.error, litellm_start(&client, &request), wanted,
           where);
  litellm_client_close(&client);
}

/* A value without LITELLM_SET; 0 cannot be told from nothing. */
static void unset_gives(const litellm_params *params, const char *name) {
  litellm_call_desc call = { .model = "m", .prompt = "Hi" };
  call.params = params;
#if LITELLM_TOOLS
  call.tools = some_tools;
#endif
  check_at("%s", name ? name : "nothing");
  call_gives(&call, name ? LITELLM_ERROR_PARAMS : LITELLM_OK, name);
}

/* Few compilers warn of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const litellm_params by_mistake = { .max_tokens = 64 };
#pragma GCC diagnostic pop

static void test_unset_params(void) {
#define UNSET(member, number)                                                 \
  memset(&p, 0, sizeof p), p.member.value = number, unset_gives(&p, #member)
  litellm_params p;
  fake_reset("", 0);
  unset_gives(&by_mistake, "max_tokens");
  UNSET(max_tokens, 64);
  UNSET(max_completion_tokens, -1);
  UNSET(seed, INT64_MIN);
  UNSET(drop_params, true);
#if LITELLM_TOOLS
  UNSET(parallel_tool_calls, true);
#endif
#if LITELLM_FLOAT
  UNSET(temperature, 1e-300);
  UNSET(top_p, 1);
  UNSET(frequency_penalty, -2);
  UNSET(presence_penalty, 0.5);
#else
  memset(&p, 0, sizeof p);
  p.temperature.set = true;                  /* nothing prints doubles */
  unset_gives(&p, "temperature");
#endif
  memset(&p, 0, sizeof p);
  unset_gives(&p, NULL);
}

static void test_raw_params(void) {
  static const litellm_name_value good[] = {
    { "top_k", "40" }, { "metadata", "{\"tags\": [\"a\"]}" },
    { "response_format", "{\"type\":\"json_object\"}" },
    { "logit_bias", " {} " }, { "a\"\\", "1" },
    { NULL, NULL }
  };
  static const litellm_name_value bad[] = {
    { "a", "" }, { "a", "{" }, { "a", "1 2" }, { "a", "abc" }, { "a", NULL },
    { "a", "1,\"messages\":[]" }, { "model", "\"x\"" },
    { "messages", "[]" }, { "stream", "true" }, { "n", "1" },
    { "stream_options", "{\"include_usage\":true}" }
  };
  litellm_params p;
  litellm_call_desc call;
  size_t i;
  memset(&p, 0, sizeof p);
  p.extra_body = good;
  params_give(&p, ",\"top_k\":40,\"metadata\":{\"tags\": [\"a\"]},"
              "\"response_format\":{\"type\":\"json_object\"},"
              "\"logit_bias\": {} ,\"a\\\"\\\\\":1");
  memset(&call, 0, sizeof call);
  call.model = "m";
  call.prompt = "Hi";
  call.params = &p;
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    litellm_name_value one[2];
    litellm_error error;
    one[0] = bad[i];
    one[1].name = NULL;
    p.extra_body = one;
    check_at("%s: %s", bad[i].name, bad[i].value ? bad[i].value : "(null)");
    CHECK_INT(litellm_call_check(&call, &error), LITELLM_ERROR_PARAMS);
    CHECK_TEXT(error.subject, bad[i].name);
  }
}

/* A name twice: both raw, or one that the call writes itself, which alone is
   for the model and the caller to know. */
static void test_params_twice(void) {
  static const char *const stop[] = { NULL };
  static const struct { const char *name, *value; } raw[] = {
    { "top_k", "40" }, { "temperature", "0.5" }, { "max_tokens", "5" },
    { "drop_params", "true" }, { "user", "\"u\"" }, { "stop", "\"s\"" },
    { "response_format", "{}" }, { "tools", "[]" }, { "tool_choice", "{}" },
    { "parallel_tool_calls", "true" }
  };
  size_t i;
  int both;
  for (i = 0; i < sizeof raw / sizeof raw[0]; i++)
    for (both = 0; both < 2; both++) {
      litellm_call_desc call = { .model = "m", .prompt = "Hi" };
      litellm_params p;
      litellm_name_value pairs[3];
      memset(&p, 0, sizeof p);
      memset(pairs, 0, sizeof pairs);
      pairs[0].name = raw[i].name;
      pairs[0].value = raw[i].value;
      call.params = &p;
      p.extra_body = pairs;
      check_at("%s, %s", raw[i].name, both ? "twice" : "once");
      if (both && i == 0) pairs[1] = pairs[0];
      if (!LITELLM_FLOAT && i == 1) continue;
      if (!LITELLM_TOOLS && i >= 7) continue;
#if LITELLM_FLOAT
      p.temperature.set = both && i == 1;
#endif
      p.max_tokens.set = both && i == 2;
      p.drop_params.set = both && i == 3;
      if (both && i == 4) p.user = "me";
      if (both && i == 5) p.stop = stop;
      call.json_mode = both && i == 6;
#if LITELLM_TOOLS
      if (both && i >= 7) call.tools = some_tools;
      if (both && i == 8) call.tool_choice = "auto";
      p.parallel_tool_calls.set = both && i == 9;
#endif
      call_gives(&call, both ? LITELLM_ERROR_PARAMS : LITELLM_OK,
                 both ? raw[i].name : NULL);
    }
}

#if LITELLM_TOOLS
/* A choice that no tool can satisfy. */
static void test_tool_choice(void) {
  static const struct { const char *choice; bool without, with; } choices[] = {
    { NULL, true, true }, { "auto", true, true }, { "none", true, true },
    { "required", false, true }, { "t", false, true }, { "T", false, false },
    { "", false, false }, { "tt", false, false }
  };
  static const litellm_tool *const none[] = { NULL };
  size_t i;
  int n;
  for (i = 0; i < sizeof choices / sizeof choices[0]; i++)
    for (n = 0; n < 3; n++) {
      litellm_call_desc call = { .model = "m", .prompt = "Hi" };
      bool good = n == 2 ? choices[i].with : choices[i].without;
      check_at("row %lu, tools %d", (unsigned long)i, n);
      call.tool_choice = choices[i].choice;
      if (n) call.tools = n == 2 ? some_tools : none;
      call_gives(&call, good ? LITELLM_OK : LITELLM_ERROR_ARGUMENT,
                 good ? NULL : "tool_choice");
    }
}
#endif

#if LITELLM_STREAMS
static void test_stream_params(void) {
  static const char with[] =
    "\"stream_options\":{\"include_usage\":true},\"messages\"";
  static const char *const wanted[] = { with, with, "\"messages\"" };
  static const char start[] = "{\"model\":\"m\",\"stream\":true,";
  litellm_params p;
  litellm_request request;
  size_t i;
  memset(&p, 0, sizeof p);
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = "Hi";
  request.stream = true;
  for (i = 0; i < 3; i++) {                  /* not said, true, false */
    uint32_t total;
    char *body = body_of(&request, &total);
    check_at("row %lu", (unsigned long)i);
    if (body) {
      CHECK(!strncmp(body, start, sizeof start - 1));
      CHECK(!strncmp(body + sizeof start - 1, wanted[i], strlen(wanted[i])));
    }
    free(body);
    request.call.params = &p;
    p.stream_usage.set = true;
    p.stream_usage.value = i == 0;
  }
}
#endif

/* ---- messages ---------------------------------------------------------- */

static void messages_give(const litellm_message *first, const char *wanted) {
  litellm_call_desc call;
  litellm_request request;
  uint32_t total;
  char *body, all[4096];
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  call.model = "m";
  request.call = call;
  request.messages = first;
  check_at("%s", wanted);
  body = body_of(&request, &total);
  (void)sprintf(all, "{\"model\":\"m\",\"messages\":[%s]}", wanted);
  if (body) check_same(body, total, all, strlen(all), __LINE__);
  free(body);
}

static void test_messages(void) {
  static const struct { litellm_role role; const char *name; } roles[] = {
    { LITELLM_ROLE_USER, "user" }, { LITELLM_ROLE_SYSTEM, "system" },
    { LITELLM_ROLE_DEVELOPER, "developer" },
    { LITELLM_ROLE_ASSISTANT, "assistant" }
  };
#if LITELLM_TOOLS
  static const litellm_tool_call nothing = { NULL, NULL, NULL, NULL };
#endif
  litellm_message m[2];
  char wanted[512];
  size_t i;
  for (i = 0; i < 4; i++) {
    memset(m, 0, sizeof m);
    m[0].role = roles[i].role;
    m[0].content.ptr = "a\0\"\303\251\377b";
    m[0].content.len = 7;
    (void)sprintf(wanted, "{\"role\":\"%s\",\"content\":\"a\\u0000\\\"\303\251"
                  "\357\277\275b\"}", roles[i].name);
    messages_give(m, wanted);
  }
  memset(m, 0, sizeof m);
  m[0].content = litellm_str_from("");
  m[0].next = &m[1];
  m[1].role = LITELLM_ROLE_ASSISTANT;
  messages_give(m, "{\"role\":\"user\",\"content\":\"\"},"
                "{\"role\":\"assistant\",\"content\":null}");
#if LITELLM_TOOLS
  m[1].tool_calls = calls;
  m[1].tool_call_count = 2;
  m[0].role = LITELLM_ROLE_TOOL;
  m[0].tool_call_id = "call \"1\"";
  messages_give(m, "{\"role\":\"tool\",\"content\":\"\","
    "\"tool_call_id\":\"call \\\"1\\\"\"},{\"role\":\"assistant\","
    "\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
    "\"function\",\"function\":{\"name\":\"lookup\",\"arguments\":"
    "\"{\\\"a\\\": \\\"\303\251\\\\n\\\"}\"}},{\"id\":\"\",\"type\":"
    "\"function\",\"function\":{\"name\":\"other\",\"arguments\":\"{}\"}}]}");
  memset(m, 0, sizeof m);
  m[0].role = LITELLM_ROLE_ASSISTANT;
  m[0].tool_calls = &nothing;
  m[0].tool_call_count = 1;
  messages_give(m, "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
    "{\"id\":\"\",\"type\":\"function\",\"function\":{\"name\":\"\","
    "\"arguments\":\"{}\"}}]}");
#endif
}

static void test_messages_add(void) {
  unsigned char memory[4096];
  litellm_messages list = { NULL, NULL };
  litellm_arena arena;
  litellm_message *message;
  size_t n, mark;
  litellm_str text = { "abc", 3 };
  litellm_arena_init(&arena, memory, sizeof memory);
  message = litellm_messages_add(&list, &arena, LITELLM_ROLE_SYSTEM, text);
  CHECK(message && list.first == message && list.last == message);
  CHECK(message->content.ptr != text.ptr && message->content.len == 3);
  message = litellm_messages_add(&list, &arena, LITELLM_ROLE_USER, text);
  CHECK(message && list.first != message && list.last == message);
  CHECK(list.first->next == message && message->next == NULL);
  for (n = 0; n < 400; n++) {                /* until it is full, and then */
    litellm_messages before = list;
    mark = arena.used;
    if (litellm_messages_add(&list, &arena, LITELLM_ROLE_USER, text)) continue;
    CHECK_INT(arena.used, mark);
    CHECK(!memcmp(&before, &list, sizeof list));
    CHECK(list.last->next == NULL);
    return;
  }
  check_that(0, "it never gets full", __LINE__);
}

/* ---- media ------------------------------------------------------------- */

#if LITELLM_MEDIA
typedef struct blob { litellm_bytes data; } blob;
static const litellm_field *blob_fields(void) {
  static const litellm_field rows[] = {
    { "data", NULL, NULL, 0, LITELLM_KIND_BYTES },
    { NULL, NULL, NULL, sizeof(blob), 0 }
  };
  return rows;
}

/* `prompt` over these bytes, the body as a C string; or the error. */
static litellm_result blob_body(const char *prompt, const void *data,
                                size_t size, char *body, size_t room) {
  litellm_call_desc call;
  litellm_request request;
  litellm_result result;
  uint32_t total;
  blob arguments;
  void *copy = check_alloc(size);
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  if (size) memcpy(copy, data, size);
  arguments.data.ptr = size ? copy : "";
  arguments.data.len = size;
  call.fields = blob_fields;
  call.model = "m";
  call.prompt = prompt;
  request.call = call;
  request.arguments = &arguments;
  memset(body, 0, room);
  result = litellm_request_body(&request, 0, body, room - 1, &total, NULL);
  free(copy);
  return result;
}

static void test_base64(void) {
  static const struct { size_t size; const char *text; } lengths[] = {
    { 1, "AA==" }, { 2, "AP8=" }, { 3, "AP8B" }, { 4, "AP8B/g==" },
    { 5, "AP8B/vs=" }, { 6, "AP8B/vsE" }
  };
  char body[512], wanted[64];
  size_t i;
  for (i = 0; i < 6; i++) {
    check_at("%lu bytes", (unsigned long)lengths[i].size);
    CHECK_INT(blob_body("x {data:document(type=text/x)}",
                        "\0\377\1\376\373\4", lengths[i].size, body,
                        sizeof body), LITELLM_OK);
    (void)sprintf(wanted, "\"data:text/x;base64,%s\"", lengths[i].text);
    CHECK(strstr(body, wanted) != NULL);
  }
  check_at("no bytes, no part");
  CHECK_INT(blob_body("x {data:document(type=text/x)}", "", 0, body,
                      sizeof body), LITELLM_OK);
  CHECK(strstr(body, "\"content\":\"x \"") != NULL);
  CHECK_INT(blob_body("{data:image}", "", 0, body, sizeof body),
            LITELLM_ERROR_NO_MESSAGE);
}

/* Bodies up to 4 GiB less 2 bytes. What is counted is not read: there is no
   such photo. */
static void test_huge(void) {
  static const litellm_call_desc huge = { .model = "m" };
  litellm_client_desc desc = fake_desc("http://h");
  litellm_client client;
  litellm_request request;
  litellm_message message;
  litellm_part part;
  uint32_t most = UINT32_MAX - 1, total = 0, last;
  if (SIZE_MAX < UINT32_MAX) return;
  memset(&request, 0, sizeof request);
  memset(&message, 0, sizeof message);
  memset(&part, 0, sizeof part);
  part.kind = LITELLM_PART_DOCUMENT;
  part.option = litellm_str_from("x");
  part.bytes.ptr = "abc";
  part.bytes.len = 3;
  message.parts = &part;
  message.part_count = 1;
  request.call = huge;
  request.messages = &message;
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, NULL),
            LITELLM_OK);
  last = (most - total) / 4;
  part.bytes.len += 3 * (size_t)last;
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &last, NULL),
            LITELLM_OK);
  CHECK_INT(last, total + (most - total) / 4 * 4);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_TOO_LARGE);
  CHECK_INT(client.error.phase, LITELLM_PHASE_PREPARE);    /* with its head */
  part.bytes.len++;
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, NULL),
            LITELLM_ERROR_TOO_LARGE);
  CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_TOO_LARGE);
  part.bytes.len = SIZE_MAX;
  CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_TOO_LARGE);
  CHECK_INT(fake.opened, 0);
  litellm_client_close(&client);
}

static void test_magic(void) {
  static const struct { const char *tag, *bytes; size_t size;
                        const char *wanted; } magic[] = {
    { "image", "\211PNG\r\n\032\n....", 12, "data:image/png;base64," },
    { "image", "\377\330\377\340....", 8, "data:image/jpeg;base64," },
    { "image", "GIF87a......", 12, "data:image/gif;base64," },
    { "image", "GIF89a......", 12, "data:image/gif;base64," },
    { "image", "RIFF\4\0\0\0WEBPVP8 ", 16, "data:image/webp;base64," },
    { "image", "\0\0\0\030ftypheic\0\0\0\0", 16, "data:image/heic;base64," },
    { "image", "\0\0\0\030ftypmif1\0\0\0\0", 16, "data:image/heif;base64," },
    { "image", "BM..........", 12, NULL },
    { "image", "RIFF\4\0\0\0WAVEfmt ", 16, NULL },
    { "image", "<svg></svg>", 11, NULL },
    { "image", "\211PN", 3, NULL }, { "image", "G", 1, NULL },
    { "audio", "RIFF\4\0\0\0WAVEfmt ", 16, "\"format\":\"wav\"" },
    { "audio", "ID3\3\0......", 11, "\"format\":\"mp3\"" },
    { "audio", "\377\373......", 8, "\"format\":\"mp3\"" },
    { "audio", "\377\372......", 8, "\"format\":\"mp3\"" },
    { "audio", "\377\363......", 8, "\"format\":\"mp3\"" },
    { "audio", "\377\362......", 8, "\"format\":\"mp3\"" },
    { "audio", "\377\364......", 8, NULL },
    { "audio", "OggS........", 12, NULL }, { "audio", "I", 1, NULL },
    { "audio", "RIFF\4\0\0\0WEBPVP8 ", 16, NULL },
    { "audio(format=flac)", "fLaC", 4, "\"format\":\"flac\"" },
    { "document", "%PDF-1.7", 8, "data:application/pdf;base64,JVBERi0xLjc=" },
    { "document", "%PD", 3, NULL }, { "document", "PK\3\4....", 8, NULL },
    { "document(type=application/zip)", "PK\3\4", 4,
      "data:application/zip;base64," }
  };
  char prompt[64], body[512];
  size_t i;
  for (i = 0; i < sizeof magic / sizeof magic[0]; i++) {
    check_at("%s %s", magic[i].tag, magic[i].bytes);
    (void)sprintf(prompt, "{data:%s}", magic[i].tag);
    CHECK_INT(blob_body(prompt, magic[i].bytes, magic[i].size, body,
                        sizeof body),
              magic[i].wanted ? LITELLM_OK : LITELLM_ERROR_MEDIA_TYPE);
    if (magic[i].wanted) CHECK(strstr(body, magic[i].wanted) != NULL);
  }
}

static void test_parts(void) {
  litellm_part parts[4];
  litellm_message m;
  memset(parts, 0, sizeof parts);
  memset(&m, 0, sizeof m);
  parts[0].kind = LITELLM_PART_TEXT;
  parts[0].text = litellm_str_from("look \"here\"");
  parts[1].kind = LITELLM_PART_IMAGE;
  parts[1].text = litellm_str_from("https://h/a.png");
  parts[1].option = litellm_str_from("high");
  parts[2].kind = LITELLM_PART_AUDIO;
  parts[2].bytes.ptr = "ID3";
  parts[2].bytes.len = 3;
  parts[3].kind = LITELLM_PART_DOCUMENT;
  parts[3].bytes.ptr = "%PDF-";
  parts[3].bytes.len = 5;
  parts[3].name = litellm_str_from("a.pdf");
  m.parts = parts;
  m.part_count = 4;
  m.content = litellm_str_from("beaten by the parts");
  messages_give(&m, "{\"role\":\"user\",\"content\":["
    "{\"type\":\"text\",\"text\":\"look \\\"here\\\"\"},"
    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/a.png\","
    "\"detail\":\"high\"}},"
    "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"SUQz\","
    "\"format\":\"mp3\"}},"
    "{\"type\":\"file\",\"file\":{\"file_data\":"
    "\"data:application/pdf;base64,JVBERi0=\",\"filename\":\"a.pdf\"}}]}");
}
#endif

int main(int argc, char **argv) {
  size_t most = sizes;
  if (argc > 1) sizes = (size_t)strtoul(argv[1], NULL, 10);
  if (sizes > most) sizes = most;
  CHECK_RUN(test_windows);
  CHECK_RUN(test_long_list);
  CHECK_RUN(test_sent_windows);
  CHECK_RUN(test_check);
  CHECK_RUN(test_typed_params);
  CHECK_RUN(test_unset_params);
  CHECK_RUN(test_raw_params);
  CHECK_RUN(test_params_twice);
#if LITELLM_TOOLS
  CHECK_RUN(test_tool_choice);
#endif
#if LITELLM_STREAMS
  CHECK_RUN(test_stream_params);
#endif
  CHECK_RUN(test_messages);
  CHECK_RUN(test_messages_add);
#if LITELLM_MEDIA
  CHECK_RUN(test_parts_of_values);
  CHECK_RUN(test_base64);
  CHECK_RUN(test_huge);
  CHECK_RUN(test_magic);
  CHECK_RUN(test_parts);
#endif
  fake_free();
  return check_failures != 0;
}
