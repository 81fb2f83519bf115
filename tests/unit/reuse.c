/* One connection for several requests: when it is kept, when it is dropped,
   and that no byte of one reply gets into another. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

#if LITELLM_REUSE

static litellm_client client;
static litellm_response response;
static litellm_client_desc desc;
static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };

static litellm_result call(bool stream) {
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.stream = stream;
  return litellm_run(&client, &response, &request);
}

static void begin(const char *(*serve)(unsigned nth)) {
  server_reset(serve);
  desc = server_desc();
  desc.window_size = 256;
  desc.max_retries = LITELLM_NO_RETRIES;
}

static void open_client(void) {
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

#define JSON(text)                                                             \
  "{\"choices\":[{\"message\":{\"content\":\"" text "\"},"                     \
  "\"finish_reason\":\"stop\"}]}"
#define DELTA "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"}}]}\n\n"
#define FAILURE "data: {\"error\":{\"message\":\"m\"}}\n\n"
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"

/* ---- framing ----------------------------------------------------------- */

static const struct framing_case {
  const char *reply;
  const char *rest;          /* comes later */
  bool reused;
  litellm_result result;
  bool ends;                 /* the server closes then */
} framings[] = {
  { .reply = OK "Content-Length: 65\r\n\r\n" JSON("ok"),
    .reused = true },
  { .reply = OK CHUNKED "\r\n41\r\n" JSON("ok") "\r\n0\r\n\r\n",
    .reused = true },
  { .reply = OK CHUNKED "\r\n41;a=b\r\n" JSON("ok") "\r\n0\r\nX: 1\r\n\r\n",
    .reused = true },
  { .reply = OK "Connection: keep-alive\r\n"
             "Content-Length: 65\r\n\r\n" JSON("ok"),
    .reused = true },
  { .reply = "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n"
    OK "Content-Length: 65\r\n\r\n" JSON("ok"),
    .reused = true },
  { .reply = "HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}",
    .reused = true, .result = LITELLM_ERROR_AUTHENTICATION },
  { .reply = "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
    .reused = true, .result = LITELLM_ERROR_AUTHENTICATION },
  { .reply = OK "Content-Length: 2\r\n\r\nhi",
    .reused = true, .result = LITELLM_ERROR_UNEXPECTED_REPLY },
  /* the client says where it ends, or both do */
  { .reply = OK "\r\n" JSON("ok"),
    .ends = true },
  { .reply = OK "Connection: close\r\nContent-Length: 65\r\n\r\n" JSON("ok") },
  { .reply = OK "connection: Keep-Alive, CLOSE\r\nContent-Length: 65\r\n\r\n"
    JSON("ok") },
  { .reply = OK "Content-Length: 65\r\nConnection: close\r\n\r\n" JSON("ok") },
  { .reply = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
             "Content-Length: 65\r\n\r\n"
    JSON("ok") },
  { .reply = OK "Content-Length: 65\r\n" CHUNKED "\r\n41\r\n" JSON("ok")
    "\r\n0\r\n\r\n" },
  /* no end is seen */
  { .reply = "HTTP/1.1 301 No\r\nLocation: /\r\nContent-Length: 2\r\n\r\n{}",
    .result = LITELLM_ERROR_REDIRECT },
  { .reply = "HTTP/1.1 204 No\r\n\r\n",
    .result = LITELLM_ERROR_EMPTY_REPLY },
  { .reply = OK "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    .result = LITELLM_ERROR_CONTENT_ENCODING },
  { .reply = OK "Content-Length: 65\r\n\r\n{\"choices\":[{\"message\":NaN",
    .result = LITELLM_ERROR_JSON },
  { .reply = OK CHUNKED "\r\n41\r\n",
    .result = LITELLM_ERROR_TRUNCATED, .ends = true },
  { .reply = OK "Content-Length: 56\r\n\r\n"
    "{\"choices\":[{\"message\":{\"content\":\"characters, not bytes",
    .result = LITELLM_ERROR_TRUNCATED, .rest = "\"}}]}" },
  { .reply = OK CHUNKED "\r\n41\r\n" JSON("ok") "\r\n0\r\n",
    .ends = true },
  /* more than was asked for */
  { .reply = OK "Content-Length: 65\r\n\r\n" JSON("ok") "x" },
  { .reply = OK "Content-Length: 65\r\n\r\n" JSON("ok") "\r\n" },
  { .reply = OK "Content-Length: 65\r\n\r\n" JSON("ok"), .rest = "x" },
  { .reply = OK "Content-Length: 65\r\n\r\n" JSON("ok"),
    .rest = OK "Content-Length: 68\r\n\r\n" JSON("wrong") },
  { .reply = OK "Content-Length: 65\r\n\r\n" JSON("ok"), .rest = "",
    .ends = true },
#if LITELLM_STREAMS
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n\r\n0\r\n\r\n",
    .reused = true },
  { .reply = OK "Content-Length: 62\r\n\r\n" DELTA "data: [DONE]\n\n",
    .reused = true },
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n\r\n",
    .rest = "0\r\n\r\n",
    .reused = true },
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n",
    .rest = "\r\n4\r\n: x\n\r\n0\r\n\r\n",
    .reused = true },
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n\r\n",
    .rest = "0\r\n\r\nx" },
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n\r\n",
    .rest = "g\r\n" },
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n\r\n" },
  { .reply = OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n\r\n",
    .rest = "0\r\n\r\n",
    .ends = true },
  { .reply = OK CHUNKED "\r\n21\r\n" FAILURE "\r\n0\r\n\r\n",
    .reused = true, .result = LITELLM_ERROR_API },
  { .reply = OK CHUNKED "\r\n21\r\n" FAILURE "\r\n", .rest = "0\r\n\r\n",
    .result = LITELLM_ERROR_API },
#endif
};

static size_t framing;       /* the row that is played */

static const char *serve_framing(unsigned nth) {
  return nth == 0 ? framings[framing].reply
                  : OK "Content-Length: 66\r\n\r\n" JSON("two");
}

static void test_framings(void) {
  for (framing = 0; framing < sizeof framings / sizeof framings[0];
       framing++) {
    check_at("row %lu: %s", (unsigned long)framing, framings[framing].reply);
    begin(serve_framing);
    server.closes = framings[framing].ends && !framings[framing].rest;
    open_client();
    CHECK_INT(call(LITELLM_STREAMS), framings[framing].result);
    if (!framings[framing].result) CHECK_TEXT(response.content, "ok");
    if (framings[framing].result == LITELLM_ERROR_TRUNCATED)
      CHECK(!server.open);
    server.closes = false;
    if (framings[framing].rest && server.open) {
      server_say(framings[framing].rest);
      server.ended = framings[framing].ends;
    }
    CHECK_INT(call(false), LITELLM_OK);
    CHECK_TEXT(response.content, "two");
    CHECK_INT(server.opened, framings[framing].reused ? 1 : 2);
    CHECK_INT(server.requests, 2);
    server_end(&client);
  }
}

/* ---- time, keys, switches ---------------------------------------------- */

static const char *serve_ok(unsigned nth) {
  static char reply[200];
  char body[100];
  int size = snprintf(body, sizeof body, JSON("number %u"), nth);
  (void)snprintf(reply, sizeof reply, OK "Content-Length: %d\r\n\r\n%s", size,
                 body);
  return reply;
}

static void test_time(void) {
  static const struct { uint32_t within, idle; bool reused; } rows[] = {
    { 0, 0, true }, { 0, 1499, true }, { 0, 1500, false }, { 0, 9999, false },
    { 1, 0, true }, { 1, 1, false }, { 5000, 4999, true },
    { 5000, 5000, false }, { LITELLM_NO_REUSE, 0, false },
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin(serve_ok);
    server.now = 0xFFFFFF00u;                /* over the clock's wrap */
    desc.reuse_within_ms = rows[i].within;
    open_client();
    CHECK_INT(call(false), LITELLM_OK);
    CHECK_INT(strstr(server.last, "\r\nConnection: close\r\n") != NULL,
              rows[i].within == LITELLM_NO_REUSE);
    server.now += rows[i].idle;
    CHECK_INT(call(false), LITELLM_OK);
    CHECK_TEXT(response.content, "number 1");
    CHECK_INT(server.opened, rows[i].reused ? 1 : 2);
    CHECK_INT(client.stats.connect_ms, 0);
    server_end(&client);
  }
}

static litellm_str key;
static unsigned key_calls;

static litellm_str give_key(void *user_data) {
  (void)user_data;
  key_calls++;
  return key;
}

static void test_keys(void) {
  static const struct { const char *one, *two; bool reused; } rows[] = {
    { "sk-1", "sk-1", true }, { "sk-1", "sk-2", false }, { "", "sk-2", false },
    { "sk-1", NULL, false }, { NULL, NULL, true },
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin(serve_ok);
    key_calls = 0;
    desc.api_key_callback = give_key;
    open_client();
    key = litellm_str_from(rows[i].one);
    CHECK_INT(call(false), LITELLM_OK);
    key = litellm_str_from(rows[i].two);
    CHECK_INT(call(false), LITELLM_OK);
    CHECK_INT(server.opened, rows[i].reused ? 1 : 2);
    CHECK_INT(key_calls, 2);
    server_end(&client);
  }
}

/* ---- connections that die ---------------------------------------------- */

static unsigned dies_at;     /* request that is not answered, from 0 */
static unsigned dies_times;
static const char *last_words;

static const char *serve_dying(unsigned nth) {
  return nth >= dies_at && nth < dies_at + dies_times ? last_words
                                                      : serve_ok(nth);
}

static void test_stale(void) {
  static const struct {
    unsigned at, times;
    const char *words;       /* before the end */
    litellm_result end_as;
    uint32_t after_ms;       /* of silence */
    litellm_result result;   /* of the second call */
    unsigned opened, requests;
  } rows[] = {
    { 1, 1, NULL, LITELLM_OK, 0, LITELLM_OK, 2, 3 },
    { 1, 1, NULL, LITELLM_ERROR_CONNECTION_CLOSED, 0, LITELLM_OK, 2, 3 },
    { 1, 1, NULL, LITELLM_ERROR_NETWORK, 1000, LITELLM_OK, 2, 3 },
    /* a model may have been at work */
    { 1, 1, NULL, LITELLM_OK, 1001, LITELLM_ERROR_CONNECTION_CLOSED, 1, 2 },
    /* a reply had begun */
    { 1, 1, "H", LITELLM_OK, 0, LITELLM_ERROR_TRUNCATED, 1, 2 },
    { 1, 1, "\r\n", LITELLM_OK, 0, LITELLM_ERROR_TRUNCATED, 1, 2 },
    { 1, 1, "HTTP/1.1 100 Continue\r\n\r\n", LITELLM_OK, 0,
      LITELLM_ERROR_CONNECTION_CLOSED, 1, 2 },
    /* once */
    { 1, 2, NULL, LITELLM_OK, 0, LITELLM_ERROR_CONNECTION_CLOSED, 2, 3 },
    { 1, 1, NULL, LITELLM_ERROR_TLS, 0, LITELLM_ERROR_TLS, 1, 2 },
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin(serve_dying);
    dies_at = rows[i].at;
    dies_times = rows[i].times;
    last_words = rows[i].words;
    open_client();
    CHECK_INT(call(false), LITELLM_OK);
    server.closes = rows[i].words != NULL;
    server.end_as = rows[i].end_as;
    server.silence_ms = rows[i].after_ms;
    CHECK_INT(call(false), rows[i].result);
    CHECK_INT(server.opened, rows[i].opened);
    CHECK_INT(server.requests, rows[i].requests);
    server.silence_ms = 0;
    server.closes = false;
    CHECK_INT(call(false), LITELLM_OK);      /* works again */
    server_end(&client);
  }
}

/* ---- one reply is not another ------------------------------------------ */

/* Each call is told the number of its request. Whatever happens to the first
   one, the second gets its own answer, or an error. */
static const char *serve_numbered(unsigned nth) {
  static char reply[1000];
  char body[300], text[32];
  int size = snprintf(body, sizeof body, JSON("number %u"), nth);
  if (nth % 3 == 0)
    (void)snprintf(reply, sizeof reply, OK "Content-Length: %d\r\n\r\n%s",
                   size, body);
  else if (nth % 3 == 1 || !LITELLM_STREAMS)
    (void)snprintf(reply, sizeof reply, OK CHUNKED "\r\n%x\r\n%s\r\n0\r\n\r\n",
                   size, body);
  else {
    (void)snprintf(text, sizeof text, "number %u", nth);
    size = snprintf(body, sizeof body,
                    "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n"
                    "data: [DONE]\n\n", text);
    (void)snprintf(reply, sizeof reply, OK CHUNKED "\r\n%x\r\n%s\r\n0\r\n\r\n",
                   size, body);
  }
  return reply;
}

static void check_own(litellm_result result) {
  char wanted[32];
  if (result != LITELLM_OK) return;
  (void)snprintf(wanted, sizeof wanted, "number %u", server.requests - 1);
  CHECK_TEXT(response.content, wanted);
}

static const litellm_result faults[] = {
  LITELLM_ERROR_CONNECTION_CLOSED, LITELLM_ERROR_NETWORK, LITELLM_END,
  LITELLM_AGAIN
};

/* Every call of the port fails, each way, in replies that come in pieces of
   every sort. */
static void test_faults(void) {
  static const size_t sizes[] = { 0, 1, 7, 64 };
  size_t size, fault;
  unsigned at, last = 1, i;
  for (size = 0; size < sizeof sizes / sizeof sizes[0]; size++)
    for (fault = 0; fault < sizeof faults / sizeof faults[0]; fault++)
      for (at = 1; at <= last; at++) {
        check_at("%lu bytes, fault %lu at %u", (unsigned long)sizes[size],
                 (unsigned long)fault, at);
        begin(serve_numbered);
        server.read_size = sizes[size];
        server.send_size = sizes[size] * 3;
        server.fail_at = at;
        server.fail_with = faults[fault];
        open_client();
        for (i = 0; i < 4; i++) check_own(call(i == 2));
        last = server.calls;
        CHECK_INT(call(false), LITELLM_OK);
        check_own(LITELLM_OK);
        server_end(&client);
      }
}

/* Calls that are given up after so many steps, or by a limit. */
static void test_given_up(void) {
  litellm_request request;
  litellm_event event;
  litellm_result result;
  unsigned steps, i;
  bool by_time;
  memset(&request, 0, sizeof request);
  request.call = hello;
  for (steps = 0; steps < 400; steps++) {
    by_time = steps % 2 != 0;
    check_at("after %u steps", steps / 2);
    begin(serve_numbered);
    server.read_size = 3;
    open_client();
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    for (i = 0, result = LITELLM_AGAIN; i < steps / 2; i++)
      if ((result = litellm_next(&client, &event)) != LITELLM_AGAIN &&
          result != LITELLM_OK) break;
    if (by_time) {
      server.now += 700000;
      do result = litellm_next(&client, &event);
      while (result == LITELLM_AGAIN || result == LITELLM_OK);
    } else {
      litellm_cancel(&client);
    }
    for (i = 0; i < 3; i++) {
      CHECK_INT(call(i == 1), LITELLM_OK);
      check_own(LITELLM_OK);
    }
    server_end(&client);
  }
}

/* What is left of a stream comes while the next call, or a connection ahead of
   it, begins: it is read as far as one step goes. */
#if LITELLM_STREAMS
#define COMMENT ": 3456789 123456789 123456789 1\n"

static const char *serve_rest(unsigned nth) {
  return nth % 2 ? serve_ok(nth)
                 : OK CHUNKED "\r\n3e\r\n" DELTA "data: [DONE]\n\n";
}

static void test_rest(void) {
  static const struct {
    size_t read_size;
    unsigned computing;
    const char *rest;
    bool warm, reused;
  } rows[] = {
    { 0, 0, "\r\n0\r\n\r\n", false, true },
    { 1, 0, "\r\n0\r\n\r\n", false, true },
    { 2, 0, "\r\n0\r\n\r\n", false, true },
    { 3, 0, "\r\n0\r\n\r\n", false, true },
    { 4, 0, "\r\n0\r\n\r\n", false, true },
    { 4, 0, "\r\n0\r\n\r\nx", false, false },
    { 8, 0, "\r\n20\r\n" COMMENT "\r\n0\r\n\r\n", false, true },
    { 8, 0, "\r\n80\r\n" COMMENT COMMENT COMMENT COMMENT "\r\n0\r\n\r\n", false,
      false },
    { 0, 3, "\r\n0\r\n\r\n", false, true },
    { 0, 99, "\r\n0\r\n\r\n", false, false },
    { 0, 0, "\r\n0\r\n\r\n", true, true },
    { 0, 0, "\r\n", true, false },
  };
  litellm_event event;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin(serve_rest);
    open_client();
    CHECK_INT(call(true), LITELLM_OK);
    server_say(rows[i].rest);
    server.read_size = rows[i].read_size;
    server.computing = rows[i].computing;
    if (rows[i].warm)
      CHECK_INT(litellm_client_warm(&client, &event), LITELLM_OK);
    CHECK_INT(call(false), LITELLM_OK);
    CHECK_TEXT(response.content, "number 1");
    CHECK_INT(server.opened, rows[i].reused ? 1 : 2);
    server_end(&client);
  }
}
#endif

/* ---- ahead of a call, and after it -------------------------------------- */

static litellm_result warm(unsigned *steps) {
  litellm_event event;
  litellm_result result;
  *steps = 0;
  do {
    result = litellm_client_warm(&client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    ++*steps;
  } while (result == LITELLM_AGAIN);
  return result;
}

/* A hook may not put the client to sleep. */
static void sleep_at_end(litellm_hook_point point, int32_t value,
                         void *user_data) {
  (void)value;
  (void)user_data;
  if (point == LITELLM_HOOK_END)
    CHECK_INT(litellm_client_sleep(&client), LITELLM_ERROR_BUSY);
}

static void test_warm(void) {
  litellm_event event;
  litellm_request request;
  unsigned steps;
  begin(serve_ok);
  server.connecting = 3;
  if (LITELLM_HOOKS) desc.hook = sleep_at_end;
  open_client();
  CHECK_INT(warm(&steps), LITELLM_OK);
  CHECK_INT(steps, 4);
  CHECK_INT(warm(&steps), LITELLM_OK);               /* it is already */
  CHECK_INT(steps, 1);
  CHECK_INT(server.requests, 0);
  CHECK_INT(call(false), LITELLM_OK);
  CHECK_TEXT(response.content, "number 0");
  CHECK_INT(server.opened, 1);
  CHECK_INT(warm(&steps), LITELLM_OK);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
  CHECK_TEXT(response.content, "number 0");          /* still */
  CHECK_INT(server.opened, 1);
  /* the server closes it, or it is too old */
  server.ended = true;
  CHECK_INT(warm(&steps), LITELLM_OK);
  CHECK_INT(server.opened, 2);
  server.now += 1500;
  CHECK_INT(warm(&steps), LITELLM_OK);
  CHECK_INT(server.opened, 3);
  /* put to sleep */
  CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
  CHECK_INT(server.closed, 3);
  CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
  CHECK_INT(server.closed, 3);
  CHECK_INT(call(false), LITELLM_OK);
  CHECK_INT(server.opened, 4);
  /* a call that starts meanwhile goes on with it */
  CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
  server.connecting = 5;
  CHECK_INT(litellm_client_warm(&client, &event), LITELLM_AGAIN);
  CHECK_INT(litellm_client_warm(&client, &event), LITELLM_AGAIN);
  CHECK_INT(call(false), LITELLM_OK);
  CHECK_INT(server.opened, 5);
  /* not during a call */
  memset(&request, 0, sizeof request);
  request.call = hello;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  CHECK_INT(litellm_client_warm(&client, &event), LITELLM_ERROR_BUSY);
  CHECK_INT(litellm_client_sleep(&client), LITELLM_ERROR_BUSY);
  litellm_cancel(&client);
  server_end(&client);
}

static void test_warm_fails(void) {
  static const litellm_timeouts limits = { .connect_ms = 9 };
  litellm_request request;
  unsigned steps;
  begin(serve_ok);
  server.refuses = 1;
  desc.connect_timeout_ms = 700;
  open_client();
  CHECK_INT(warm(&steps), LITELLM_ERROR_CONNECT);
  CHECK_INT(client.error.code, LITELLM_ERROR_CONNECT);
  CHECK_INT(client.error.phase, LITELLM_PHASE_CONNECT);
  CHECK_INT(client.error.port_code, 111);
  CHECK_INT(server.closed, 1);
  CHECK_INT(warm(&steps), LITELLM_OK);
  CHECK_INT(client.error.code, LITELLM_OK);
  /* by the client's limit, not that of the last call */
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.timeouts = &limits;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_INT(litellm_client_sleep(&client), LITELLM_OK);
  server.connecting = 1000000;
  server.now = 0;
  CHECK_INT(warm(&steps), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(server.now, 700);
  server.connecting = 0;
  CHECK_INT(call(false), LITELLM_OK);
  server_end(&client);
}

/* ---- turns --------------------------------------------------------------- */

#if LITELLM_TOOLS

static bool slow;            /* the tool says AGAIN until it is done ... */
static unsigned asked;       /* ... and how often it was asked */

LITELLM_TOOL_TEXT(tell_time, "Tell the time", LITELLM_NO_ARGUMENTS) {
  uint32_t *takes_ms = (uint32_t *)user_data;
  static uint32_t since;
  if (!asked++) since = server.now;
  if (slow && server.now - since < *takes_ms) return LITELLM_AGAIN;
  if (!slow) server.now += *takes_ms;
  asked = 0;
  *result = litellm_str_from("12:30");
  return LITELLM_OK;
}

static const char *serve_tools(unsigned nth) {
  static const char body[] =
      "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"a\","
      "\"function\":{\"name\":\"tell_time\",\"arguments\":\"{}\"}}]}}]}";
  static char reply[400];
  if (nth == 2) return serve_ok(nth);
  (void)snprintf(reply, sizeof reply, OK "Content-Length: %lu\r\n\r\n%s",
                 (unsigned long)strlen(body), body);
  return reply;
}

static void test_turns(void) {
  static const litellm_tool *const tools[] = { &tell_time_tool, NULL };
  static const uint32_t times[] = { 0, 1499, 1500 };
  static const litellm_timeouts limits = { .idle_ms = 50, .total_ms = 60 };
  litellm_request request;
  uint32_t takes_ms;
  size_t i;
  for (i = 0; i < 2 * sizeof times / sizeof times[0]; i++) {
    slow = i >= sizeof times / sizeof times[0];
    takes_ms = times[i % (sizeof times / sizeof times[0])];
    check_at("a tool that takes %lu ms", (unsigned long)takes_ms);
    begin(serve_tools);
    desc.user_data = &takes_ms;
    open_client();
    memset(&request, 0, sizeof request);
    request.call = hello;
    request.call.tools = tools;
    request.call.max_turns = 5;
    request.call.max_tool_calls = 2;
    request.call.timeouts = &limits;         /* they stop no tool */
    CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
    CHECK_TEXT(response.content, "number 2");
    CHECK_INT(server.requests, 3);
    CHECK_INT(server.opened, takes_ms < (slow ? 1490 : 1500) ? 1 : 3);
    CHECK_INT(client.tool_runs_, 2);
    CHECK_INT(client.stats.total_ms, 0);     /* tools do not count */
    server_end(&client);
  }
}
#endif

int main(void) {
  CHECK_RUN(test_framings);
  CHECK_RUN(test_time);
  CHECK_RUN(test_keys);
  CHECK_RUN(test_stale);
  CHECK_RUN(test_faults);
  CHECK_RUN(test_given_up);
#if LITELLM_STREAMS
  CHECK_RUN(test_rest);
#endif
  CHECK_RUN(test_warm);
  CHECK_RUN(test_warm_fails);
#if LITELLM_TOOLS
  CHECK_RUN(test_turns);
#endif
  return check_failures != 0;
}

#else
int main(void) { return 0; }
#endif
