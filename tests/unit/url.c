/* From base_url, key and headers to the head of the request. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define REPLY "HTTP/1.1 200 OK\r\n\r\n"                                        \
  "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}"

static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
static litellm_client client;

/* Makes a call with `desc`; what init or the call said. */
static litellm_result try_call(const litellm_client_desc *desc,
                               const litellm_call_desc *call) {
  litellm_request request;
  litellm_result result;
  fake_reset(REPLY, strlen(REPLY));
  memset(&request, 0, sizeof request);
  request.call = *call;
  result = litellm_client_init(&client, desc);
  if (result == LITELLM_OK) result = litellm_run(&client, NULL, &request);
  litellm_client_close(&client);
  CHECK_INT(fake.opened, fake.closed);
  return result;
}

static const struct { const char *url, *path, *host_line, *host;
                      unsigned port; } joins[] = {
  { "http://h", "/v1/chat/completions", "h", "h", 80 },
  { "http://h/", "/v1/chat/completions", "h", "h", 80 },
  { "http://h//", "/v1/chat/completions", "h", "h", 80 },
  { "http://h/v1", "/v1/chat/completions", "h", "h", 80 },
  { "http://h/v1/", "/v1/chat/completions", "h", "h", 80 },
  { "http://h/llm", "/llm/chat/completions", "h", "h", 80 },
  { "http://h/llm/", "/llm/chat/completions", "h", "h", 80 },
  { "http://h/llm/v1", "/llm/v1/chat/completions", "h", "h", 80 },
  { "http://h/llm/v1/", "/llm/v1/chat/completions", "h", "h", 80 },
  { "http://h/v1/chat/completions", "/v1/chat/completions", "h", "h", 80 },
  { "http://h/v1/chat/completions/", "/v1/chat/completions", "h", "h", 80 },
  { "http://h/openai/deployments/x/chat/completions",
    "/openai/deployments/x/chat/completions", "h", "h", 80 },
  { "http://h/v10", "/v10/chat/completions", "h", "h", 80 },
  { "http://h/chat/completions", "/chat/completions", "h", "h", 80 },
  { "http://h/a%20b/~c", "/a%20b/~c/chat/completions", "h", "h", 80 },
  { "http://h?x=/1?", "/v1/chat/completions?x=/1?", "h", "h", 80 },
  { "http://h/?x", "/v1/chat/completions?x", "h", "h", 80 },
  { "http://h:1/?", "/v1/chat/completions?", "h:1", "h", 1 },
  { "http://h/v2/?a=b/", "/v2/chat/completions?a=b/", "h", "h", 80 },
  { "http://h/v2/chat/completions?a=/chat/completions&b=1",
    "/v2/chat/completions?a=/chat/completions&b=1", "h", "h", 80 },
  { "http://h:4000/v1", "/v1/chat/completions", "h:4000", "h", 4000 },
  { "http://h:80", "/v1/chat/completions", "h", "h", 80 },
  { "http://h:65535/x", "/x/chat/completions", "h:65535", "h", 65535 },
  { "https://h", "/v1/chat/completions", "h", "h", 443 },
  { "https://h:443/v1", "/v1/chat/completions", "h", "h", 443 },
  { "https://h:80", "/v1/chat/completions", "h:80", "h", 80 },
  { "http://h:443", "/v1/chat/completions", "h:443", "h", 443 },
  { "HTTP://Host.example/V", "/V/chat/completions", "Host.example",
    "Host.example", 80 },
  { "HTTPS://HOST/v1", "/v1/chat/completions", "HOST", "HOST", 443 },
  { "http://127.0.0.1:8080", "/v1/chat/completions", "127.0.0.1:8080",
    "127.0.0.1", 8080 },
  { "http://[::1]", "/v1/chat/completions", "[::1]", "::1", 80 },
  { "http://[2001:db8::7]:4000/v1", "/v1/chat/completions",
    "[2001:db8::7]:4000", "2001:db8::7", 4000 }
};

static void test_joins(void) {
  size_t i;
  for (i = 0; i < sizeof joins / sizeof joins[0]; i++) {
    litellm_client_desc desc = fake_desc(joins[i].url);
    bool secure = joins[i].url[4] != ':';
    char line[128];
    desc.port = &fake_secure_port;
    check_at("%s", joins[i].url);
    CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
    CHECK_TEXT(fake.host, joins[i].host);
    CHECK_INT(fake.port, joins[i].port);
    CHECK_INT(fake.secure, secure);
    (void)sprintf(line, "POST %s HTTP/1.1", joins[i].path);
    CHECK(fake_sent_line(line));
    (void)sprintf(line, "Host: %s", joins[i].host_line);
    if (!fake_sent_line(line)) {   /* the scheme's own port may be told */
      CHECK_INT(joins[i].port, secure ? 443 : 80);
      (void)sprintf(line, "Host: %s:%u", joins[i].host_line, joins[i].port);
      CHECK(fake_sent_line(line));
    }
  }
}

static void test_bad_urls(void) {
  static char long_host[400], long_path[70000];
  static const char *const bad[] = {
    NULL, "http://", "http:///x", "http://?x", "http://:80", "http://h:0",
    "http://h:65536", "http://h:99999999999", "http://h:8a", "http://h:-1",
    "http://u:p@h", "http://u@h", "http://h#x", "http://h/?x#y",
    "http://h?x=@y", "http://h?x y", "http://h /x", "http://h/x y",
    "http://h/\r\nX: y", "http://h\r\n", "http://h/\n",
    "http://h/\t", "http://h/\177", "http://h\\x", "http://[::1", "http://[]",
    "http://[::1]x", "http://[::1]]", "https://", "http://h/\303\251",
    "http://h/\"x\"", "http://h/<x>", long_host, long_path,
    /* without a scheme */
    "gateway:4000", "localhost:4000/v1", "", "h", "//h", "ftp://h", "http:/h",
    "http//h", "http:h", " http://h", "\"http://h\""
  };
  bool whole = true;
  size_t i;
  memset(long_path, 'a', sizeof long_path - 1);
  memcpy(long_path, "http://h/", 9);
  memset(long_host, 'a', 300);
  memcpy(long_host, "http://", 7);
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    litellm_client_desc desc = fake_desc(bad[i]);
    desc.port = &fake_secure_port;
    check_at("%s", bad[i] ? bad[i] : "(null)");
    CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_URL);
    CHECK_INT(client.error.code, LITELLM_ERROR_URL);
    if (bad[i] && !strcmp(bad[i], "gateway:4000")) whole = false;
    if (whole)
      CHECK_WHERE(client.error, "base_url");
    else
      CHECK_WHERE(client.error, "base_url: http:// or https:// is missing");
    CHECK_INT(fake.opened, 0);
  }
}

/* The rows of docs/providers.md: what goes into base_url and api_key_header,
   and what the server then gets. */
static const struct { const char *url, *header, *path, *key; } providers[] = {
#define BEARER "Authorization: Bearer sk-1"
  { "https://api.openai.com/v1", NULL, "/v1/chat/completions", BEARER },
  { "http://localhost:4000", NULL, "/v1/chat/completions", BEARER },
  { "https://gateway/llm", "x-litellm-api-key", "/llm/chat/completions",
    "x-litellm-api-key: sk-1" },
  { "https://res.openai.azure.com/openai/v1", "api-key",
    "/openai/v1/chat/completions", "api-key: sk-1" },
  { "https://res.openai.azure.com/openai/deployments/dep"
    "?api-version=2024-10-21", "api-key",
    "/openai/deployments/dep/chat/completions?api-version=2024-10-21",
    "api-key: sk-1" },
  { "https://api.anthropic.com/v1", NULL, "/v1/chat/completions", BEARER },
  { "https://generativelanguage.googleapis.com/v1beta/openai/", NULL,
    "/v1beta/openai/chat/completions", BEARER },
  { "https://api.groq.com/openai/v1", NULL, "/openai/v1/chat/completions",
    BEARER },
  { "https://api.mistral.ai/v1", NULL, "/v1/chat/completions", BEARER },
  { "https://api.deepseek.com", NULL, "/v1/chat/completions", BEARER },
  { "https://openrouter.ai/api/v1", NULL, "/api/v1/chat/completions", BEARER },
  { "https://api.together.xyz/v1", NULL, "/v1/chat/completions", BEARER },
  { "https://api.fireworks.ai/inference/v1", NULL,
    "/inference/v1/chat/completions", BEARER },
  { "https://api.x.ai/v1", NULL, "/v1/chat/completions", BEARER },
  { "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", NULL,
    "/compatible-mode/v1/chat/completions", BEARER },
  { "https://api.moonshot.ai/v1", NULL, "/v1/chat/completions", BEARER },
  { "https://api.perplexity.ai/chat/completions", NULL, "/chat/completions",
    BEARER },
  { "http://localhost:11434", NULL, "/v1/chat/completions", BEARER },
  { "http://localhost:8000/v1", NULL, "/v1/chat/completions", BEARER },
  { "http://localhost:8080/v1", NULL, "/v1/chat/completions", BEARER },
  { "http://localhost:1234/v1", NULL, "/v1/chat/completions", BEARER }
};

static void test_providers(void) {
  for (size_t i = 0; i < sizeof providers / sizeof providers[0]; i++) {
    litellm_client_desc desc = fake_desc(providers[i].url);
    char line[128];
    desc.port = &fake_secure_port;
    desc.api_key = "sk-1";
    desc.api_key_header = providers[i].header;
    check_at("%s", providers[i].url);
    CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
    (void)sprintf(line, "POST %s HTTP/1.1", providers[i].path);
    CHECK(fake_sent_line(line));
    CHECK(fake_sent_line(providers[i].key));
    CHECK(!providers[i].header || !fake_sent_line(BEARER));
  }
}

static void test_description(void) {
  litellm_client_desc desc = fake_desc("http://h");
  desc.port = NULL;
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_NO_PORT);
  desc = fake_desc("http://h");
  desc.memory = NULL;
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "memory");
  desc = fake_desc("http://h");
  desc.window_size = 63;
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "window_size");
  desc.window_size = 64;
  CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
  desc = fake_desc("https://h");
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_NO_TLS_PORT);
  CHECK_INT(fake.opened, 0);
}

/* ---- the head ---------------------------------------------------------- */

static size_t lines_with(const char *name) {
  size_t n = strlen(name), at, found = 0, body = fake_body_at();
  for (at = 2; at + n < body; at++)
    found += !memcmp(fake.sent + at - 2, "\r\n", 2) &&
             !memcmp(fake.sent + at, name, n);
  return found;
}

static void test_head(void) {
  static const char *const once[] = {
    "Host: ", "Content-Length: ", "Content-Type: ", "User-Agent: ",
    "Accept-Encoding: ", "Connection: "
  };
  litellm_client_desc desc = fake_desc("http://h");
  size_t windows[] = { 64, 65, 100, 127, 1024, 4096 }, i, j;
  char first[2048];
  for (i = 0; i < sizeof windows / sizeof windows[0]; i++) {
    desc.window_size = windows[i];
    check_at("window %lu", (unsigned long)windows[i]);
    CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
    CHECK(fake_request_whole());
    for (j = 0; j < sizeof once / sizeof once[0]; j++)
      CHECK_INT(lines_with(once[j]), 1);
    CHECK_INT(lines_with("Authorization"), 0);
    CHECK(fake_sent_line("User-Agent: litellm_call/" LITELLM_VERSION));
    CHECK(fake_sent_line("Content-Type: application/json"));
    CHECK(fake_sent_line("Accept-Encoding: identity"));
    CHECK_TEXT(fake.sent + fake_body_at(), "{\"model\":\"m\",\"messages\":[{"
               "\"role\":\"user\",\"content\":\"Hi\"}]}");
    if (i == 0) (void)sprintf(first, "%s", fake.sent);
    else CHECK_TEXT(fake.sent, first);
  }
}

static unsigned asked;
static litellm_str next_key;
static litellm_str ask_key(void *user_data) {
  CHECK(user_data == &asked);
  asked++;
  return next_key;
}

static void test_key(void) {
  static char long_key[3200];
  static const char *const bad[] = { "a\rb", "a\nb", "k\r\nX: y", "\177",
                                     "\1" };
  litellm_client_desc desc = fake_desc("http://h");
  char line[4000];
  size_t i;
  desc.api_key = "sk-1";
  CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
  CHECK(fake_sent_line("Authorization: Bearer sk-1"));
  CHECK_INT(lines_with("Authorization"), 1);
  desc.api_key_header = "x-litellm-api-key";
  CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
  CHECK(fake_sent_line("x-litellm-api-key: sk-1"));
  CHECK_INT(lines_with("Authorization"), 0);
  desc.api_key_header = "bad header";
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_HEADER);
  CHECK_WHERE(client.error, "api_key_header");
  desc.api_key_header = NULL;
  desc.allow_key_over_http = false;
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_KEY_OVER_HTTP);
  CHECK_INT(fake.opened, 0);
  desc.base_url = "https://h";
  desc.port = &fake_secure_port;
  CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
  CHECK(fake_sent_line("Authorization: Bearer sk-1"));
  desc = fake_desc("http://h");
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    check_at("%s", bad[i]);
    desc.api_key = bad[i];
    desc.api_key_callback = NULL;
    CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_HEADER);
    CHECK_WHERE(client.error, "api_key");
    desc.api_key = NULL;
    desc.api_key_callback = ask_key;
    desc.user_data = &asked;
    next_key = litellm_str_from(bad[i]);
    CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_HEADER);
    CHECK_INT(fake.opened, 0);
    CHECK_WHERE(client.error, "api_key");
  }
  check_at("a NUL");
  next_key.ptr = "a\0b";
  next_key.len = 3;
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_HEADER);
  /* A token of 3 KiB goes through several windows; asked for once. */
  memset(long_key, 'k', sizeof long_key - 1);
  next_key = litellm_str_from(long_key);
  desc.window_size = 256;
  asked = 0;
  CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
  CHECK_INT(asked, 1);
  (void)sprintf(line, "Authorization: Bearer %s", long_key);
  CHECK(fake_sent_line(line));
  next_key.ptr = NULL;
  next_key.len = 0;
  CHECK_INT(try_call(&desc, &hello), LITELLM_OK);
  CHECK_INT(lines_with("Authorization"), 0);
  desc.allow_key_over_http = false;
  CHECK_INT(try_call(&desc, &hello), LITELLM_ERROR_KEY_OVER_HTTP);
}

static void test_headers(void) {
  static const litellm_name_value ours[] = {
    { "x-litellm-tags", "a,b" }, { "X-Empty", "" }, { "X-Tab", "a\tb" },
    { "X-Utf8", "\303\251" }, { NULL, NULL }
  };
  static const litellm_name_value theirs[] = { { "x-call", "1" },
                                               { NULL, NULL } };
  static const litellm_name_value bad[] = {
    { "A B", "x" }, { "", "x" }, { "A:", "x" }, { "A\r", "x" },
    { "A\n", "x" }, { "\303\251", "x" }, { "A", "x\r\nB: y" }, { "A", "x\n" },
    { "A", "\r" }, { "A", "\1" }, { "A", "\177" }, { "A", NULL },
    { "Content-Length", "5" }, { "transfer-encoding", "chunked" },
    { "HOST", "x" }
  };
  static const char *const keys[] = {
    "Authorization", "x-api-key", "API-Key", "X-LiteLLM-API-Key"
  };
  litellm_client_desc desc = fake_desc("http://h");
  litellm_call_desc call = hello;
  size_t i;
  desc.headers = ours;
  call.headers = theirs;
  CHECK_INT(try_call(&desc, &call), LITELLM_OK);
  CHECK(fake_sent_line("x-litellm-tags: a,b"));
  CHECK(fake_sent_line("X-Empty: "));
  CHECK(fake_sent_line("X-Tab: a\tb"));
  CHECK(fake_sent_line("X-Utf8: \303\251"));
  CHECK(fake_sent_line("x-call: 1"));
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    litellm_name_value one[2];
    litellm_error error;
    one[0] = bad[i];
    one[1].name = NULL;
    check_at("%s: %s", bad[i].name, bad[i].value ? bad[i].value : "(null)");
    desc.headers = one;
    call.headers = NULL;
    CHECK_INT(try_call(&desc, &call), LITELLM_ERROR_HEADER);
    CHECK_INT(fake.opened, 0);
    desc.headers = NULL;
    call.headers = one;
    CHECK_INT(try_call(&desc, &call), LITELLM_ERROR_HEADER);
    CHECK_TEXT(client.error.subject, bad[i].name);
    CHECK_INT(fake.opened, 0);
    CHECK_INT(litellm_call_check(&call, &error), LITELLM_ERROR_HEADER);
    CHECK_TEXT(error.subject, bad[i].name);
  }
  for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    litellm_name_value one[2];
    one[0].name = keys[i];
    one[0].value = "sk-1";
    one[1].name = NULL;
    check_at("%s", keys[i]);
    desc = fake_desc("http://h");
    desc.headers = one;
    call.headers = NULL;
    CHECK_INT(try_call(&desc, &call), LITELLM_OK);
    desc.allow_key_over_http = false;
    CHECK_INT(try_call(&desc, &call), LITELLM_ERROR_KEY_OVER_HTTP);
    desc.headers = NULL;
    call.headers = one;
    CHECK_INT(try_call(&desc, &call), LITELLM_ERROR_KEY_OVER_HTTP);
    CHECK_TEXT(client.error.subject, keys[i]);
    CHECK_INT(fake.opened, 0);
  }
  check_at("no key");
  desc.headers = ours;
  call.headers = theirs;
  CHECK_INT(try_call(&desc, &call), LITELLM_OK);
}

int main(void) {
  CHECK_RUN(test_joins);
  CHECK_RUN(test_providers);
  CHECK_RUN(test_bad_urls);
  CHECK_RUN(test_description);
  CHECK_RUN(test_head);
  CHECK_RUN(test_key);
  CHECK_RUN(test_headers);
  fake_free();
  return check_failures != 0;
}
