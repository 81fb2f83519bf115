/* Several servers with the same models: which is asked, when the next one is,
   and how long it is remembered. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

#if LITELLM_RETRIES

static litellm_client client;
static litellm_response response;
static litellm_client_desc desc;
static const char *const more[] = { "http://b:81/x?y=1", "http://c", NULL };

#define LENGTH(n) "\r\nContent-Length: " #n "\r\n\r\n"
static const char answer[] = "HTTP/1.1 200 OK" LENGTH(42)
    "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}";
static const char *status;   /* of servers that fail, with its body */
static const char *failing;  /* they */

static const char *serve(unsigned nth) {
  (void)nth;
  return strchr(failing, server.host) ? status : answer;
}

static void begin(void) {
  server_reset(serve);
  desc = server_desc();
  desc.base_url = "http://a";
  desc.fallback_urls = more;
  failing = "";
}

static void open_client(void) {
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static litellm_result ask(const char *prompt) {
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = prompt;
  server.asked[0] = 0;
  return litellm_run(&client, &response, &request);
}

static litellm_result call(void) { return ask("Hi"); }

static void test_order(void) {
  static const struct {
    const char *down;        /* not reached */
    const char *failing, *status;
    const char *asked;
    litellm_result result;
    unsigned retries;        /* of one server */
    uint32_t total_ms;
  } rows[] = {
    { "", "", "", "a", LITELLM_OK, 0, 0 },
    { "a", "", "", "ab", LITELLM_OK, 0, 1 },
    { "ab", "", "", "abc", LITELLM_OK, 0, 2 },
    { "abc", "", "", "abcabcabc", LITELLM_ERROR_CONNECT, 2,
      438 + 875 + 3 * 2 },
    { "", "a", "500 X" LENGTH(2) "{}", "ab", LITELLM_OK, 0, 1 },
    { "", "ac", "529 X" LENGTH(2) "{}", "ab", LITELLM_OK, 0, 1 },
    { "b", "ac", "500 X" LENGTH(2) "{}", "abcabcabc", LITELLM_ERROR_SERVER, 2,
      438 + 875 + 3 * 2 },
    /* another server would say the same */
    { "", "a", "429 X" LENGTH(2) "{}", LITELLM_REUSE ? "a" : "aaa",
      LITELLM_ERROR_RATE_LIMIT, 2, 438 + 875 },
    { "", "a", "401 X" LENGTH(2) "{}", "a", LITELLM_ERROR_AUTHENTICATION, 0,
      0 },
    { "", "a", "400 X" LENGTH(2) "{}", "a", LITELLM_ERROR_HTTP_STATUS, 0, 0 },
#if LITELLM_GATEWAY_INFO
    { "", "a", "500 X" LENGTH(52)
      "{\"error\":{\"type\":\"ContextWindowExceededError\"}}     ", "a",
      LITELLM_ERROR_CONTEXT_WINDOW, 0, 0 },
#endif
  };
  char head[200];
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin();
    server.down = rows[i].down;
    failing = rows[i].failing;
    (void)snprintf(head, sizeof head, "HTTP/1.1 %s", rows[i].status);
    status = head;
    open_client();
    CHECK_INT(call(), rows[i].result);
    CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
    CHECK_INT(client.error.retries, rows[i].result ? rows[i].retries : 0);
    CHECK_INT(client.stats.total_ms, rows[i].total_ms);
    CHECK_TEXT(server.asked, rows[i].asked);
    server_end(&client);
  }
}

/* Each server gets its own host and path. */
static void test_request(void) {
  begin();
  open_client();
  CHECK_INT(call(), LITELLM_OK);
  CHECK_TEXT(response.base_url, "http://a");
  CHECK(strstr(server.last, "POST /v1/chat/completions HTTP/1.1\r\n"
                            "Host: a\r\n") == server.last);
  CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
  server.down = "a";
  CHECK_INT(call(), LITELLM_OK);
  CHECK_TEXT(response.base_url, more[0]);
  CHECK_INT(response.retries, 1);
  CHECK(strstr(server.last, "POST /x/chat/completions?y=1 HTTP/1.1\r\n"
                            "Host: b:81\r\n") == server.last);
  server_end(&client);
}

/* The one that answers is asked first, for 5 minutes or until it fails. */
static void test_memory(void) {
  static const uint32_t starts[] = { 5000, 0xFFFFFF00u };
  size_t i;
  for (i = 0; i < sizeof starts / sizeof starts[0]; i++) {
    begin();
    server.now = starts[i];
    server.down = "a";
    open_client();
    CHECK_INT(call(), LITELLM_OK);
    CHECK_TEXT(server.asked, "ab");
    server.down = "";
    CHECK_INT(call(), LITELLM_OK);           /* on the same connection */
    CHECK_TEXT(server.asked, LITELLM_REUSE ? "" : "b");
    /* a call that never got out says nothing of the server */
    CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
    CHECK_INT(ask("{"), LITELLM_ERROR_TEMPLATE);
    CHECK_INT(call(), LITELLM_OK);
    CHECK_TEXT(server.asked, "b");
    server.now += 299990;
    CHECK_INT(call(), LITELLM_OK);
    CHECK_TEXT(server.asked, "b");
    server.now += 10;
    CHECK_INT(call(), LITELLM_OK);
    CHECK_TEXT(server.asked, "a");
    CHECK_TEXT(response.base_url, "http://a");
    /* none answers: the next call begins anew */
    CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
    server.down = "abc";
    CHECK_INT(call(), LITELLM_ERROR_CONNECT);
    CHECK_TEXT(server.asked, "abcabcabc");
    server.down = "";
    CHECK_INT(call(), LITELLM_OK);
    CHECK_TEXT(server.asked, "a");
    server_end(&client);
  }
}

/* No time is left for another server. */
static void test_total(void) {
  begin();
  server.connecting = 1000000;
  desc.total_timeout_ms = 700;
  open_client();
  CHECK_INT(call(), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.phase, LITELLM_PHASE_RESOLVE);
  CHECK_INT(client.stats.total_ms, 700);
  server_end(&client);
}

#if LITELLM_REUSE
static void test_warm(void) {
  litellm_event event;
  begin();
  server.down = "a";
  open_client();
  CHECK_INT(call(), LITELLM_OK);
  CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
  server.asked[0] = 0;
  CHECK_INT(litellm_client_warm(&client, &event), LITELLM_OK);
  CHECK_TEXT(server.asked, "b");
  server.now += 300000;
  CHECK_INT(litellm_client_warm(&client, &event), LITELLM_ERROR_CONNECT);
  CHECK_TEXT(server.asked, "ba");
  CHECK_INT(call(), LITELLM_OK);
  CHECK_TEXT(server.asked, "ab");
  server_end(&client);
}
#endif

static void test_check(void) {
  static const struct { const char *base, *one, *two, *subject; } rows[] = {
    { "http://a", "http://b", "https://c", "fallback_urls: http and https" },
    { "https://a", "http://b", NULL, "fallback_urls: http and https" },
    { "http://a", "b:80", NULL, "fallback_urls" },
    { "http://a", "http://b", "http://", "fallback_urls" },
    { "a", "http://b", NULL, "base_url: http:// or https:// is missing" },
    { "http://", "http://b", NULL, "base_url" },
  };
  const char *urls[3] = { NULL, NULL, NULL };
  static char host[260] = "http://";
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin();
    desc.base_url = rows[i].base;
    urls[0] = rows[i].one;
    urls[1] = rows[i].two;
    desc.fallback_urls = urls;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_URL);
    CHECK_WHERE(client.error, rows[i].subject);
  }
  /* the longest host has room */
  begin();
  memset(host + 7, 'b', sizeof host - 8);
  urls[0] = host;
  urls[1] = NULL;
  desc.fallback_urls = urls;
  server.down = "a";
  open_client();
  CHECK_INT(call(), LITELLM_OK);
  CHECK_TEXT(response.base_url, host);
  CHECK_TEXT(client.peer_.host, host + 7);
  server_end(&client);
}

int main(void) {
  CHECK_RUN(test_order);
  CHECK_RUN(test_request);
  CHECK_RUN(test_memory);
  CHECK_RUN(test_total);
#if LITELLM_REUSE
  CHECK_RUN(test_warm);
#endif
  CHECK_RUN(test_check);
  return check_failures != 0;
}

#else
int main(void) { return 0; }
#endif
