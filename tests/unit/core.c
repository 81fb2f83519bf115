/* Views, arena, results and the printed error. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

static void test_views(void) {
  litellm_str str = litellm_str_from(NULL);
  CHECK(str.ptr == NULL && str.len == 0);
  str = litellm_str_from("abc");
  CHECK(str.len == 3 && !memcmp(str.ptr, "abc", 3));
  str = litellm_str_from("");
  CHECK(str.ptr != NULL && str.len == 0);
}

static void test_arena_alignment(void) {
  union { double d; void *p; int64_t i; char bytes[400]; } memory;
  size_t shift, size;
  for (shift = 0; shift < 17; shift++) {
    litellm_arena arena;
    litellm_arena_init(&arena, memory.bytes + shift, 300);
    memset(memory.bytes, 0x5A, sizeof memory.bytes);
    for (size = 0; size < 12; size++) {
      unsigned char *object =
          (unsigned char *)litellm_arena_alloc(&arena, size);
      size_t i;
      check_at("shift %lu, size %lu", (unsigned long)shift,
               (unsigned long)size);
      if (!CHECK(object != NULL)) return;
      CHECK((uintptr_t)object % sizeof(void *) == 0);
      CHECK((uintptr_t)object % sizeof(int64_t) == 0);
      for (i = 0; i < size; i++) CHECK(object[i] == 0);
      CHECK(object + size <= (unsigned char *)memory.bytes + shift + 300);
    }
    CHECK((unsigned char)memory.bytes[shift + 300] == 0x5A);
    if (shift) CHECK((unsigned char)memory.bytes[shift - 1] == 0x5A);
  }
}

/* n bytes fit exactly into n bytes, n + 1 do not and change nothing. */
static void test_arena_exact(void) {
  size_t n;
  for (n = 0; n < 100; n++) {
    char *memory = (char *)check_alloc(n);
    litellm_arena arena, before;
    check_at("%lu bytes", (unsigned long)n);
    litellm_arena_init(&arena, memory, n);
    before = arena;
    CHECK(litellm_arena_alloc(&arena, n + 1) == NULL);
    CHECK(!memcmp(&arena, &before, sizeof arena));
    CHECK(litellm_arena_alloc(&arena, SIZE_MAX) == NULL);
    CHECK(litellm_arena_alloc(&arena, SIZE_MAX - 7) == NULL);
    CHECK(!memcmp(&arena, &before, sizeof arena));
    if (n) {
      CHECK(litellm_arena_alloc(&arena, n) != NULL);
      CHECK_INT(arena.used, n);
      before = arena;
      CHECK(litellm_arena_alloc(&arena, 1) == NULL);
      CHECK(!memcmp(&arena, &before, sizeof arena));
    }
    free(memory);
  }
}

static void test_arena_copy(void) {
  litellm_str text = { "hello", 5 };
  char *memory = (char *)check_alloc(6);
  litellm_arena arena;
  const char *copy;
  litellm_arena_init(&arena, memory, 5);
  CHECK(litellm_arena_copy(&arena, text) == NULL && arena.used == 0);
  litellm_arena_init(&arena, memory, 6);
  copy = litellm_arena_copy(&arena, text);
  CHECK(copy && !strcmp(copy, "hello"));
  text.len = SIZE_MAX;
  CHECK(litellm_arena_copy(&arena, text) == NULL && arena.used == 6);
  litellm_arena_init(&arena, memory, 6);
  text.ptr = NULL;
  text.len = 0;
  copy = litellm_arena_copy(&arena, text);
  CHECK(copy && copy[0] == 0);
  free(memory);
}

static void test_arena_marks(void) {
  unsigned char memory[256];
  litellm_arena arena;
  size_t mark, used;
  litellm_arena_init(&arena, memory, sizeof memory);
  (void)litellm_arena_alloc(&arena, 10);
  mark = arena.used;
  memset(litellm_arena_alloc(&arena, 100), 0xFF, 100);
  used = arena.used;
  CHECK_INT(arena.peak, used);
  litellm_arena_reset(&arena, mark);
  CHECK_INT(arena.used, mark);
  CHECK_INT(arena.peak, used);
  litellm_arena_reset(&arena, used);         /* never grows */
  CHECK_INT(arena.used, mark);
  CHECK(((unsigned char *)litellm_arena_alloc(&arena, 100))[99] == 0);
  CHECK_INT(arena.peak, used);
  litellm_arena_init(&arena, NULL, 100);
  CHECK(litellm_arena_alloc(&arena, 1) == NULL);
}

/* ---- results ----------------------------------------------------------- */

static const struct { int number; const char *name, *text; } results[] = {
#define ROW(name, number, text) { number, #name, text },
  LITELLM_RESULTS(ROW)
#undef ROW
};
#define RESULTS (sizeof results / sizeof results[0])

static void test_result_names(void) {
  size_t i, j;
  for (i = 0; i < RESULTS; i++) {
    litellm_result result = (litellm_result)results[i].number;
    const char *name = litellm_result_name(result);
    const char *text = litellm_result_text(result);
    check_at("%s", results[i].name);
    if (!LITELLM_ERROR_TEXTS) {
      CHECK_TEXT(name, "");
      CHECK_TEXT(text, "");
      continue;
    }
    CHECK_TEXT(name, results[i].name + (results[i].number < 0 ? 6 : 0));
    CHECK_TEXT(text, results[i].text);
    CHECK(strlen(results[i].text) > 3);
    CHECK(results[i].number >= -32767 && results[i].number <= 2);
    for (j = 0; j < i; j++) {
      CHECK(results[i].number != results[j].number);
      CHECK(strcmp(results[i].text, results[j].text) != 0);
    }
  }
  check_at("unknown");
  CHECK(litellm_result_name((litellm_result)-999) != NULL);
  CHECK(litellm_result_text((litellm_result)-999) != NULL);
}

/* The ranges that reference texts and programs may rely on. */
static void test_result_ranges(void) {
  CHECK_INT(LITELLM_OK, 0);
  CHECK(LITELLM_AGAIN > 0 && LITELLM_END > 0);
  CHECK(LITELLM_ERROR_ARGUMENT <= -1 && LITELLM_ERROR_TOO_LARGE >= -19);
  CHECK(LITELLM_ERROR_TEMPLATE <= -20 && LITELLM_ERROR_NO_MESSAGE >= -39);
  CHECK(LITELLM_ERROR_JSON <= -40 && LITELLM_ERROR_SCHEMA >= -59);
  CHECK(LITELLM_ERROR_HTTP <= -60 && LITELLM_ERROR_REDIRECT >= -79);
  CHECK(LITELLM_ERROR_RESOLVE <= -80 && LITELLM_ERROR_NETWORK >= -99);
  CHECK(LITELLM_ERROR_TLS <= -100 && LITELLM_ERROR_CERTIFICATE >= -119);
  CHECK(LITELLM_ERROR_API <= -120 && LITELLM_ERROR_OVERLOADED >= -139);
}

/* Which results pass by themselves. A new one has to go into either list. */
static void test_transient(void) {
  static const char passing[] =
      " ERROR_TRUNCATED ERROR_EMPTY_REPLY ERROR_SERVER ERROR_RESOLVE"
      " ERROR_CONNECT ERROR_CONNECTION_CLOSED ERROR_TIMEOUT ERROR_NETWORK"
      " ERROR_CLOCK_NOT_SET ERROR_TLS_MEMORY ERROR_RATE_LIMIT"
      " ERROR_OVERLOADED ";
  static const char lasting[] =
      " OK AGAIN END ERROR_ARGUMENT ERROR_NO_MEMORY ERROR_BUSY"
      " ERROR_CANCELLED ERROR_NO_PORT ERROR_URL ERROR_HEADER"
      " ERROR_KEY_OVER_HTTP ERROR_REQUEST_CHANGED ERROR_PARAMS"
      " ERROR_TOO_LARGE ERROR_NOT_OPEN ERROR_TEMPLATE ERROR_TEMPLATE_NAME"
      " ERROR_TEMPLATE_TYPE ERROR_TEMPLATE_INDEX ERROR_MEDIA_TYPE"
      " ERROR_NO_MESSAGE ERROR_JSON ERROR_JSON_DEPTH ERROR_SCHEMA"
      " ERROR_REFUSAL ERROR_TOOL_LIMIT ERROR_TOO_MANY_CALLS ERROR_HTTP"
      " ERROR_CONTENT_ENCODING ERROR_REDIRECT ERROR_HTTP_STATUS"
      " ERROR_UNEXPECTED_REPLY ERROR_HEAD_TOO_LARGE ERROR_TLS"
      " ERROR_CERTIFICATE ERROR_NO_CA ERROR_BAD_CA ERROR_NO_TLS_PORT"
      " ERROR_TLS_RECORD ERROR_API ERROR_AUTHENTICATION ERROR_PERMISSION"
      " ERROR_NOT_FOUND ERROR_BUDGET ERROR_CONTEXT_WINDOW"
      " ERROR_CONTENT_POLICY ";
  for (size_t i = 0; i < RESULTS; i++) {
    litellm_error error;
    char word[64];
    memset(&error, 0, sizeof error);
    error.code = (litellm_result)results[i].number;
    (void)sprintf(word, " %s ", results[i].name);
    check_at("%s", results[i].name);
    CHECK(!strstr(passing, word) != !strstr(lasting, word));
    CHECK_INT(litellm_error_transient(&error), strstr(passing, word) != NULL);
  }
}

static void test_phase_names(void) {
  int i, j;
  CHECK(litellm_phase_name((litellm_phase)99) != NULL);
  if (!LITELLM_ERROR_TEXTS) return;
  for (i = 0; i < LITELLM__PHASES; i++)
    for (j = 0; j < i; j++)
      CHECK(strcmp(litellm_phase_name((litellm_phase)i),
                   litellm_phase_name((litellm_phase)j)) != 0);
  CHECK_TEXT(litellm_phase_name(LITELLM_PHASE_FIRST_BYTE), "first byte");
}

/* ---- the printed error ------------------------------------------------- */

static void test_error_print(void) {
  static const struct { const char *part; } parts[] = {
    { "RATE_LIMIT" }, { "the server's words" }, { "a_place" }, { "body" },
    { "a_type" }, { "a_code" }, { "429" }, { "-104" }, { "-9984" }, { "8" },
    { "77777" }, { "55555" }, { "2500" }, { "req-1" }
  };
  litellm_error error;
  char whole[1024];
  size_t size, i;
  memset(&error, 0, sizeof error);
  error.code = LITELLM_ERROR_RATE_LIMIT;
  error.phase = LITELLM_PHASE_BODY;
  error.http_status = 429;
  error.port_code = -104;
  error.tls_code = -9984;
  error.tls_flags = 8;
  error.position = 77777;
  error.bytes_missing = 55555;
  error.retry_after_ms = 2500;
  error.subject = "a_place";
  error.message = "the server's words\r\n\033[31m\177";
  error.type = "a_type";
  error.api_code = "a_code";
  error.request_id = "req-1";
  litellm_error_print(&error, whole, sizeof whole);
  for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (!LITELLM_ERROR_TEXTS && i != 1) continue;
    check_at("%s", parts[i].part);
    CHECK(strstr(whole, parts[i].part) != NULL);
  }
  for (i = 0; whole[i]; i++) CHECK(whole[i] >= ' ' && whole[i] < 0x7F);
  litellm_error_print(&error, NULL, 0);
  for (size = 1; size <= strlen(whole) + 2; size++) {
    char *cut = (char *)check_alloc(size);
    size_t len = size - 1 < strlen(whole) ? size - 1 : strlen(whole);
    check_at("buffer of %lu", (unsigned long)size);
    memset(cut, 'x', size);
    litellm_error_print(&error, cut, size);
    check_same(cut, strlen(cut), whole, len, __LINE__);
    free(cut);
  }
  memset(&error, 0, sizeof error);
  litellm_error_print(&error, whole, sizeof whole);
  CHECK(!strncmp(whole, LITELLM_ERROR_TEXTS ? "OK" : "0", 1));
  if (!LITELLM_ERROR_TEXTS) return;
  error.subject = "{nmae} and more of a template";
  litellm_error_print(&error, whole, sizeof whole);
  CHECK(strstr(whole, ": {nmae}") != NULL);
  CHECK(strstr(whole, "more") == NULL);
  error.subject = "a subject of 64 bytes is told as it is; of a longer one it "
                  "is 64, not these";
  error.tls_flags = LITELLM_CERTIFICATE_UNKNOWN_CA | 0x10;   /* has no word */
  litellm_error_print(&error, whole, sizeof whole);
  CHECK(strstr(whole, "one it is 64: unknown CA; tls flags 24") != NULL);
  error.position = 4000000000u;              /* no sign where none can be */
  error.bytes_missing = 3000000000u;
  litellm_error_print(&error, whole, sizeof whole);
  CHECK(strstr(whole, "4000000000") != NULL);
  CHECK(strstr(whole, "3000000000") != NULL);
}

/* Terminals obey C0, DEL and C1, U+0080 to U+009F: none is printed, and all
   else of a server's text stays. */
static void test_error_on_a_terminal(void) {
  static const struct { const char *text, *printed; } texts[] = {
    { "\033]0;owned\007", " ]0;owned " },
    { "a\xC2\x9B" "31m", "a 31m" }, { "\xC2\x80|\xC2\x9F|", " | |" },
    { "\xC2\xA0|\xC3\x9B|\xE2\x80\x9C|\xF0\x9F\x98\x80",
      "\xC2\xA0|\xC3\x9B|\xE2\x80\x9C|\xF0\x9F\x98\x80" }, { "\xC2", "\xC2" }
  };
  size_t i;
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    litellm_error error;
    char line[256];
    check_at("text %u", (unsigned)i);
    memset(&error, 0, sizeof error);
    error.code = LITELLM_ERROR_API;
    error.message = texts[i].text;
    litellm_error_print(&error, line, sizeof line);
    CHECK(strlen(line) >= strlen(texts[i].printed));
    CHECK_TEXT(line + strlen(line) - strlen(texts[i].printed),
               texts[i].printed);
  }
}

static void never(litellm_hook_point point, int32_t value, void *user_data) {
  (void)point; (void)value; (void)user_data;
  CHECK(!LITELLM_HOOKS);
}

/* What is asked for and was left out is told, not ignored. */
static void test_left_out(void) {
  static const litellm_type model = { LITELLM_KIND_MODEL, 4, 0, 0, NULL, NULL,
                                      NULL, 0, 0, NULL, NULL };
  static const litellm_tool *const tools[] = { NULL };
  litellm_client client;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_call_desc call;
  litellm_error error;
  memset(&call, 0, sizeof call);
  call.prompt = "Hi";
  if (!LITELLM_HOOKS) {
    desc.hook = never;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_ARGUMENT);
    CHECK_WHERE(client.error, "hook: LITELLM_HOOKS is 0");
  }
  if (!LITELLM_MODELS) {
    call.response_model = &model;
    CHECK_INT(litellm_call_check(&call, &error), LITELLM_ERROR_ARGUMENT);
    CHECK_WHERE(error, "response_model: LITELLM_MODELS is 0");
    call.response_model = NULL;
  }
  call.tools = tools;
  CHECK_INT(litellm_call_check(&call, &error),
            LITELLM_TOOLS ? LITELLM_OK : LITELLM_ERROR_ARGUMENT);
  if (!LITELLM_TOOLS) CHECK_WHERE(error, "tools: LITELLM_TOOLS is 0");
}

/* The one line that a program prints first says all. */
static void test_client_error(void) {
  static const litellm_call_desc misspelt = { .model = "m",
                                              .prompt = "{genr}" };
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  static unsigned char memory[4096];
  litellm_client client;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  char missing[32];
  memset(&request, 0, sizeof request);
  if (!LITELLM_ERROR_TEXTS) return;
  desc.memory = memory;
  desc.memory_size = 100;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NO_MEMORY);
  (void)snprintf(missing, sizeof missing, "bytes: %lu",
                 (unsigned long)client.error.bytes_missing);
  CHECK(strstr(litellm_client_error(&client), missing) != NULL);
  desc.window_size = SIZE_MAX - 8;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NO_MEMORY);
  CHECK(client.error.bytes_missing == SIZE_MAX - 100);
  desc.memory_size = sizeof memory;
  desc.window_size = 8;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_ARGUMENT);
  CHECK(strstr(litellm_client_error(&client), ": window_size") != NULL);
  desc.memory = NULL;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_ARGUMENT);
  CHECK_TEXT(litellm_client_error(&client),
             litellm_result_text(LITELLM_ERROR_ARGUMENT));
  desc.memory = memory;
  desc.window_size = 0;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  request.call = misspelt;
  CHECK_INT(litellm_run(&client, NULL, &request),
            LITELLM_ERROR_TEMPLATE_NAME);
  CHECK(strstr(litellm_client_error(&client), ": {genr}") != NULL);
  /* The window of a call under way is not written to. */
  request.call = hello;
  fake_reset("", 0);
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  CHECK(litellm_client_error(&client) != client.window_);
  litellm_client_close(&client);
}

/* A key and a prompt are in no printed error, whatever fails. */
static void test_no_secrets(void) {
  static const char key[] = "sk-very-secret\r", *const replies[] = {
    "HTTP/1.1 401 No\r\n\r\n{\"error\":{\"message\":\"bad key\"}}",
    "HTTP/1.1 200 OK\r\n\r\n{", "HTTP/1.1 200", "", "rubbish\r\n\r\n"
  };
  static const litellm_call_desc call = { .model = "m",
                                          .prompt = "the secret prompt" };
  static unsigned char memory[4096];
  char good_key[sizeof key], text[1024];
  litellm_client client;
  litellm_client_desc desc;
  litellm_request request;
  size_t i;
  memcpy(good_key, key, sizeof key);
  good_key[sizeof key - 2] = 0;
  memset(&request, 0, sizeof request);
  request.call = call;
  memset(&desc, 0, sizeof desc);
  desc.port = &fake_port;
  desc.base_url = "http://h";
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.api_key = key;
  desc.allow_key_over_http = true;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_HEADER);
  litellm_error_print(&client.error, text, sizeof text);
  CHECK(strstr(text, "secret") == NULL);
  CHECK(strstr(litellm_client_error(&client), "secret") == NULL);
  desc.api_key = good_key;
  desc.allow_key_over_http = false;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_KEY_OVER_HTTP);
  litellm_error_print(&client.error, text, sizeof text);
  CHECK(strstr(text, "secret") == NULL);
  desc.allow_key_over_http = true;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  for (i = 0; i < sizeof replies / sizeof replies[0]; i++) {
    check_at("%s", replies[i]);
    fake_reset(replies[i], strlen(replies[i]));
    CHECK(litellm_run(&client, NULL, &request) < 0);
    litellm_error_print(&client.error, text, sizeof text);
    CHECK(strstr(text, "secret") == NULL);
  }
  litellm_client_close(&client);
  fake_free();
}

/* Behind the window that has its head a request leaves no key in memory: not
   while a reply is waited for or read, and not while a person thinks about a
   tool call. */
static void play_key(size_t window, size_t read_size, const char *reply) {
  static const char key[] = "sk-0123456789abcdef";
  static const litellm_call_desc plain = { .model = "m", .prompt = "Hi" };
  static unsigned char memory[8192];
  static char text[500];
  litellm_client client;
  litellm_client_desc desc = fake_desc("http://a-host-of-a-gateway:4000");
  litellm_request request;
  litellm_message message;
  litellm_event event;
  litellm_result result;
  unsigned turns = 0;
  memset(text, 'x', sizeof text - 1);
  memset(&message, 0, sizeof message);
  message.content = litellm_str_from(text);
  memset(&request, 0, sizeof request);
  request.call = plain;
  request.messages = &message;
  request.stream = true;
#if LITELLM_TOOLS
  { static const litellm_tool door = { .name = "open_door" };
    static const litellm_tool *const tools[] = { &door, NULL };
    request.call.tools = tools;
    request.call.max_turns = 2; }
#endif
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.window_size = window;
  desc.api_key = key;
  fake_reset(reply, strlen(reply));
  fake.read_size = read_size;
  fake.send_size = 30;
  fake.again_every = 2;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    size_t i;
    result = litellm_next(&client, &event);
    if (client.offset_ < window && client.phase_ <= LITELLM_PHASE_SEND &&
        fake.open) continue;
    for (i = 0; i < sizeof memory - strlen(key); i++)
      if (!CHECK(memcmp(memory + i, key, strlen(key)) != 0)) return;
#if LITELLM_TOOLS
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TOOL_CALL) {
      turns++;
      (void)litellm_set_tool_result(&client, litellm_str_from("no"));
      fake.reply_size = 0;                   /* of the second turn */
    }
#endif
  }
  CHECK(fake.opened == 1 + turns);
  litellm_client_close(&client);
}

static void test_key_leaves_the_window(void) {
  static const char *const replies[] = {
    "HTTP/1.1 200 OK\r\n\r\n{\"choices\":[{\"message\":{\"tool_calls\":[{"
    "\"id\":\"a\",\"function\":{\"name\":\"open_door\",\"arguments\":"
    "\"{}\"}}]}}]}",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\n\r\n{}" };
  static const size_t windows[] = { 64, 512, 1024, 2048 };
  size_t i, w;
  for (i = 0; i < 2; i++)
    for (w = 0; w < 4; w++) {
      check_at("reply %u, window %u", (unsigned)i, (unsigned)windows[w]);
      play_key(windows[w], 7, replies[i]);
      play_key(windows[w], 0, replies[i]);
    }
}

int main(void) {
  CHECK_RUN(test_views);
  CHECK_RUN(test_arena_alignment);
  CHECK_RUN(test_arena_exact);
  CHECK_RUN(test_arena_copy);
  CHECK_RUN(test_arena_marks);
  CHECK_RUN(test_result_names);
  CHECK_RUN(test_result_ranges);
  CHECK_RUN(test_transient);
  CHECK_RUN(test_phase_names);
  CHECK_RUN(test_error_print);
  CHECK_RUN(test_error_on_a_terminal);
  CHECK_RUN(test_left_out);
  CHECK_RUN(test_client_error);
  CHECK_RUN(test_no_secrets);
  CHECK_RUN(test_key_leaves_the_window);
  return check_failures != 0;
}
