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

static const litellm_detail item_detail = { LITELLM_KIND_MODEL, sizeof(item),
  0, 0, NULL, item_fields, NULL, 0, 0, NULL };
static const litellm_detail words_detail = { LITELLM_KIND_STRING,
  sizeof(char *), 0, 0, NULL, NULL, NULL, 0, 0, NULL };
static const litellm_detail items_detail = { LITELLM_KIND_MODEL, sizeof(item),
  0, 0, &item_detail, NULL, NULL, 0, 0, NULL };

#define ROW(member, kind, detail)                                             \
  { #member, NULL, detail, offsetof(values, member), LITELLM_KIND_##kind }
static const litellm_field *value_fields(void) {
  static const litellm_field rows[] = {
    ROW(word, STRING, NULL), ROW(none, STRING, NULL), ROW(text, STRING, NULL),
    ROW(view, STR, NULL), ROW(photo, BYTES, NULL), ROW(yes, BOOL, NULL),
    ROW(number, INT, NULL), ROW(one, MODEL, &item_detail),
    ROW(words, LIST, &words_detail), ROW(items, LIST, &items_detail),
    ROW(history, MESSAGES, NULL),
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
  { "call_1", "lookup", "{\"a\": \"\303\251\\n\"}" }, { "", "other", "" }
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
  history[0].role = LITELLM_USER;
  history[0].content = litellm_str_of("question \"1\"");
  history[0].next = &history[1];
  history[1].role = LITELLM_ASSISTANT;
#if LITELLM_TOOLS
  history[1].tool_calls = calls;
  history[1].tool_call_count = 2;
  history[1].next = &history[2];
  history[2].role = LITELLM_TOOL_RESULT;
  history[2].content = litellm_str_of("42");
  history[2].tool_call_id = "call_1";
  history[2].next = &history[3];
#else
  history[1].next = &history[3];
#endif
  history[3].role = LITELLM_ASSISTANT;
  history[3].content.ptr = long_text;
  history[3].content.len = 1500;
  v.history = history;
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
  "{number:>+20,d}|{word:*^12}|{word!r:>9}|{text:.40}|{yes:>8}|{number:#X}",
  "{one} {words} {items} {one.name} {items[1].count} {words[3]}",
  "USER:\n  List:\n  {words:list}\n\n  {items:list}\n",
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

static litellm_request request_of(litellm_call *call, const char *prompt,
                                  const values *v) {
  litellm_request request;
  memset(call, 0, sizeof *call);
  memset(&request, 0, sizeof request);
  call->model = "m\303\266del";
  call->prompt = prompt;
  call->fields = value_fields;
  request.call = call;
  request.arguments = v;
  return request;
}

/* The whole body in a block of its exact size; NULL: failed. */
static char *body_of(const litellm_request *request, uint32_t *total) {
  litellm_error error;
  char *body;
  if (!CHECK_INT(litellm_body(request, 0, NULL, 0, total, &error),
                 LITELLM_OK)) return NULL;
  body = (char *)check_alloc(*total);
  CHECK_INT(litellm_body(request, 0, body, *total, total, &error), LITELLM_OK);
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

/* litellm_body in windows of every size. */
static void test_windows(void) {
  values v = make_values();
  size_t i, size;
  for (i = 0; i < PROMPTS; i++) {
    litellm_call call;
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
        CHECK_INT(litellm_body(&request, at, window, want, &again, NULL),
                  LITELLM_OK);
        CHECK_INT(again, total);
        check_same(window, want, whole + at, want, __LINE__);
        free(window);
        if (total > 1000 && size < 40) at += (uint32_t)size * 20;
      }
    CHECK_INT(litellm_body(&request, total, NULL, 0, &again, NULL),
              LITELLM_OK);
    free(whole);
  }
}

/* The same through a client, whose windows start where marks say. */
static void test_sent_windows(void) {
  static const size_t sends[] = { 0, 1, 13 };
  static const char reply[] = "HTTP/1.1 200 OK\r\n\r\n{\"choices\":"
                              "[{\"message\":{\"content\":\"ok\"}}]}";
  values v = make_values();
  size_t i, window, s;
  for (i = 0; i < PROMPTS; i++) {
    litellm_call call;
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
  { "{word:>10} {number:05d}", LITELLM_OK, 0 },
  { "SYSTEM: x\nMESSAGES: {history}", LITELLM_OK, 0 },
  { "{one.nam}", LITELLM_ERROR_TEMPLATE_NAME, 0 },
  { "{word.x}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{word[0]}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{word:d}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{number:s}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{number:.2d}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
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
#endif
#if LITELLM_MEDIA
  { "{photo:image} {photo:image(detail=high)}", LITELLM_OK, 0 },
  { "{photo:image(size=3)}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{number:image}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{photo}", LITELLM_ERROR_TEMPLATE_TYPE, 0 },
  { "{:cache_control}", LITELLM_ERROR_TEMPLATE, 0 },
  { "{:image}", LITELLM_ERROR_TEMPLATE, 0 },
#endif
};

/* Found without values, as firmware does at boot, and with them. */
static void test_check(void) {
  values v = make_values();
  size_t i;
  for (i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++) {
    litellm_call call;
    litellm_request request = request_of(&call, descriptors[i].prompt, &v);
    litellm_error error;
    uint32_t total;
    check_at("%s", descriptors[i].prompt);
    CHECK_INT(litellm_check(&call, &error), descriptors[i].result);
    CHECK_INT(error.code, descriptors[i].result);
    if (descriptors[i].position)
      CHECK_INT(error.position, descriptors[i].position);
    CHECK(error.position <= strlen(descriptors[i].prompt));
    CHECK_INT(litellm_check(&call, NULL), descriptors[i].result);
    if (descriptors[i].result == LITELLM_OK)
      CHECK_INT(litellm_body(&request, 0, NULL, 0, &total, &error),
                LITELLM_OK);
    else
      CHECK_INT(litellm_body(&request, 0, NULL, 0, &total, &error),
                descriptors[i].result);
  }
}

/* ---- parameters -------------------------------------------------------- */

/* What stands between the model and the messages. */
static void params_give(const litellm_params *params, const char *wanted) {
  static const char before[] = "{\"model\":\"m\"";
  static const char after[] =
    ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  litellm_call call;
  litellm_request request;
  uint32_t total;
  char *body, all[2048];
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  call.model = "m";
  call.prompt = "Hi";
  call.params = params;
  request.call = &call;
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

static void test_raw_params(void) {
  static const litellm_pair good[] = {
    { "top_k", "40" }, { "metadata", "{\"tags\": [\"a\"]}" },
    { "response_format", "{\"type\":\"json_object\"}" },
    { "logit_bias", " {} " }, { "n", "null" }, { "a\"\\", "1" },
    { NULL, NULL }
  };
  static const litellm_pair bad[] = {
    { "a", "" }, { "a", "{" }, { "a", "1 2" }, { "a", "abc" }, { "a", NULL },
    { "a", "1,\"messages\":[]" }, { "model", "\"x\"" },
    { "messages", "[]" }, { "stream", "true" }
  };
  litellm_params p;
  litellm_call call;
  size_t i;
  memset(&p, 0, sizeof p);
  p.json = good;
  params_give(&p, ",\"top_k\":40,\"metadata\":{\"tags\": [\"a\"]},"
              "\"response_format\":{\"type\":\"json_object\"},"
              "\"logit_bias\": {} ,\"n\":null,\"a\\\"\\\\\":1");
  memset(&call, 0, sizeof call);
  call.model = "m";
  call.prompt = "Hi";
  call.params = &p;
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    litellm_pair one[2];
    litellm_error error;
    one[0] = bad[i];
    one[1].name = NULL;
    p.json = one;
    check_at("%s: %s", bad[i].name, bad[i].value ? bad[i].value : "(null)");
    CHECK_INT(litellm_check(&call, &error), LITELLM_ERROR_PARAMS);
    CHECK_TEXT(error.where, bad[i].name);
  }
}

static void test_stream_params(void) {
  static const litellm_pair own[] = {
    { "stream_options", "{\"include_usage\":false}" }, { NULL, NULL }
  };
  litellm_params p;
  litellm_call call;
  litellm_request request;
  uint32_t total;
  char *body;
  memset(&p, 0, sizeof p);
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  call.model = "m";
  call.prompt = "Hi";
  request.call = &call;
  request.stream = true;
#define STREAM_BODY(options)                                                  \
  "{\"model\":\"m\",\"stream\":true,\"stream_options\":" options
  body = body_of(&request, &total);
  if (body) CHECK(!strncmp(body, STREAM_BODY("{\"include_usage\":true}"),
                           sizeof STREAM_BODY("{\"include_usage\":true}") - 1));
  free(body);
  p.json = own;
  request.params = &p;
  body = body_of(&request, &total);
  if (body) {
    body[total - 1] = 0;
    CHECK(strstr(body, "\"stream_options\":{\"include_usage\":false}") != NULL);
    CHECK(strstr(body, "\"include_usage\":true") == NULL);
  }
  free(body);
}

/* ---- messages ---------------------------------------------------------- */

static void messages_give(const litellm_message *first, const char *wanted) {
  litellm_call call;
  litellm_request request;
  uint32_t total;
  char *body, all[4096];
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  call.model = "m";
  request.call = &call;
  request.messages = first;
  check_at("%s", wanted);
  body = body_of(&request, &total);
  (void)sprintf(all, "{\"model\":\"m\",\"messages\":[%s]}", wanted);
  if (body) check_same(body, total, all, strlen(all), __LINE__);
  free(body);
}

static void test_messages(void) {
  static const struct { litellm_role role; const char *name; } roles[] = {
    { LITELLM_USER, "user" }, { LITELLM_SYSTEM, "system" },
    { LITELLM_DEVELOPER, "developer" }, { LITELLM_ASSISTANT, "assistant" }
  };
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
  m[0].content = litellm_str_of("");
  m[0].next = &m[1];
  m[1].role = LITELLM_ASSISTANT;
  messages_give(m, "{\"role\":\"user\",\"content\":\"\"},"
                "{\"role\":\"assistant\",\"content\":null}");
#if LITELLM_TOOLS
  m[1].tool_calls = calls;
  m[1].tool_call_count = 2;
  m[0].role = LITELLM_TOOL_RESULT;
  m[0].tool_call_id = "call \"1\"";
  messages_give(m, "{\"role\":\"tool\",\"content\":\"\","
    "\"tool_call_id\":\"call \\\"1\\\"\"},{\"role\":\"assistant\","
    "\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
    "\"function\",\"function\":{\"name\":\"lookup\",\"arguments\":"
    "\"{\\\"a\\\": \\\"\303\251\\\\n\\\"}\"}},{\"id\":\"\",\"type\":"
    "\"function\",\"function\":{\"name\":\"other\",\"arguments\":\"{}\"}}]}");
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
  message = litellm_messages_add(&list, &arena, LITELLM_SYSTEM, text);
  CHECK(message && list.first == message && list.last == message);
  CHECK(message->content.ptr != text.ptr && message->content.len == 3);
  message = litellm_messages_add(&list, &arena, LITELLM_USER, text);
  CHECK(message && list.first != message && list.last == message);
  CHECK(list.first->next == message && message->next == NULL);
  for (n = 0; n < 400; n++) {                /* until it is full, and then */
    litellm_messages before = list;
    mark = arena.used;
    if (litellm_messages_add(&list, &arena, LITELLM_USER, text)) continue;
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
  litellm_call call;
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
  request.call = &call;
  request.arguments = &arguments;
  memset(body, 0, room);
  result = litellm_body(&request, 0, body, room - 1, &total, NULL);
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
              magic[i].wanted ? LITELLM_OK : LITELLM_ERROR_MEDIA);
    if (magic[i].wanted) CHECK(strstr(body, magic[i].wanted) != NULL);
  }
}

static void test_parts(void) {
  litellm_part parts[4];
  litellm_message m;
  memset(parts, 0, sizeof parts);
  memset(&m, 0, sizeof m);
  parts[0].kind = LITELLM_PART_TEXT;
  parts[0].text = litellm_str_of("look \"here\"");
  parts[1].kind = LITELLM_PART_IMAGE;
  parts[1].text = litellm_str_of("https://h/a.png");
  parts[1].option = "high";
  parts[2].kind = LITELLM_PART_AUDIO;
  parts[2].bytes.ptr = "ID3";
  parts[2].bytes.len = 3;
  parts[3].kind = LITELLM_PART_DOCUMENT;
  parts[3].bytes.ptr = "%PDF-";
  parts[3].bytes.len = 5;
  parts[3].name = "a.pdf";
  m.parts = parts;
  m.part_count = 4;
  m.content = litellm_str_of("beaten by the parts");
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
  CHECK_RUN(test_sent_windows);
  CHECK_RUN(test_check);
  CHECK_RUN(test_typed_params);
  CHECK_RUN(test_raw_params);
  CHECK_RUN(test_stream_params);
  CHECK_RUN(test_messages);
  CHECK_RUN(test_messages_add);
#if LITELLM_MEDIA
  CHECK_RUN(test_base64);
  CHECK_RUN(test_magic);
  CHECK_RUN(test_parts);
#endif
  fake_free();
  return check_failures != 0;
}
