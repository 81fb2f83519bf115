/* Requests that are sent again: after which failures, how long later, how
   often, and that nothing of the failed attempt remains. In replies ' stands
   for ", and # for the length of the body. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

#if LITELLM_RETRIES

static litellm_client client;
static litellm_response response;
static litellm_client_desc desc;
static litellm_call_desc hello = { .model = "m", .prompt = "Hi" };

static const char *script[8];        /* replies, the last again and again; NULL:
                                        the connection closes */
static unsigned script_count;
static uint32_t delays[16];          /* before the attempts */
static unsigned delay_count;
static unsigned hooked[16], hook_count;
static uint32_t hook_takes_ms;

static const char *serve(unsigned nth) {
  static char reply[4000];
  const char *from = script[nth < script_count ? nth : script_count - 1];
  char *end = reply;
  if (!from || strlen(from) >= sizeof reply) return NULL;
  for (; *from; from++)
    if (*from == '#')
      end += sprintf(end, "%lu",
                     (unsigned long)strlen(strstr(from, "\r\n\r\n") + 4));
    else *end++ = *from == '\'' ? '"' : *from;
  *end = 0;
  return reply;
}

static void hook(litellm_hook_point point, int32_t value, void *user_data) {
  (void)user_data;
  if (point != LITELLM_HOOK_RETRY) return;
  CHECK(client.error.code < 0);
  CHECK_INT(client.error.retries + 1, value);
  hooked[hook_count++] = (unsigned)value;
  server.now += hook_takes_ms;
}

static void begin(void) {
  server_reset(serve);
  desc = server_desc();
  desc.window_size = 256;
  if (LITELLM_HOOKS) desc.hook = hook;
  delay_count = hook_count = 0;
  hello.max_retries = 0;
}

static void open_client(void) {
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static void end(void) {
  server_end(&client);
  if (LITELLM_HOOKS) CHECK_INT(hook_count, delay_count);
}

static litellm_result next_event(litellm_event *event) {
  litellm_result result = litellm_next(&client, event);
  if (result != LITELLM_AGAIN) return result;
  if (client.phase_ == LITELLM_PHASE_RETRY) {
    CHECK_INT(event->wait, 0);
    CHECK(event->wait_ms > 0);
    CHECK(client.error.code < 0);
    delays[delay_count++] = event->wait_ms;
    server.now += event->wait_ms - 1;
    CHECK_INT(litellm_next(&client, event), LITELLM_AGAIN);
    CHECK_INT(event->wait_ms, 1);
  }
  litellm_wait(&client, event);
  return result;
}

/* By events. */
static litellm_result call(bool stream) {
  litellm_request request;
  litellm_event event;
  litellm_result result;
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.collect_text = true;
  request.stream = stream;
  result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN)
    result = next_event(&event);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
  return result == LITELLM_END ? LITELLM_OK : result;
}

#define HEAD(status) "HTTP/1.1 " status " X\r\n"
#define LENGTH "Content-Length: #\r\n\r\n"
#define CUT "Content-Length: 999\r\n\r\n"
#define ANSWER HEAD("200") LENGTH                                         \
  "{'choices':[{'message':{'content':'ok'}}]}"
#define FAILS(status) HEAD(status) LENGTH "{}"
#define FAILS_WITH(status, header) HEAD(status) header "\r\n" LENGTH "{}"

/* ---- what is tried again ----------------------------------------------- */

static const struct {
  const char *reply;         /* to the first request; NULL: none */
  bool retried;
  uint32_t delay;            /* of it; 0: of the usual length */
  bool gateway_info;         /* needs it */
} replies[] = {
  { FAILS("408"), true, 0, false }, { FAILS("409"), true, 0, false },
  { FAILS("429"), true, 0, false }, { FAILS("500"), true, 0, false },
  { FAILS("502"), true, 0, false }, { FAILS("503"), true, 0, false },
  { FAILS("529"), true, 0, false }, { FAILS("599"), true, 0, false },
  { HEAD("502") LENGTH "<html>", true, 0, false },
  { HEAD("409") LENGTH "<html>", true, 0, false },
  { FAILS("400"), false, 0, false }, { FAILS("401"), false, 0, false },
  { FAILS("402"), false, 0, false }, { FAILS("403"), false, 0, false },
  { FAILS("404"), false, 0, false }, { FAILS("413"), false, 0, false },
  { FAILS("422"), false, 0, false }, { FAILS("301"), false, 0, false },
  { HEAD("200") LENGTH, true, 0, false },
  { HEAD("200") LENGTH "{}", false, 0, false },
  { HEAD("200") LENGTH "{a", false, 0, false },
  { NULL, true, 0, false },                          /* an early close */
  { "HTTP/1.1", true, 0, false },
  { HEAD("200") CUT "{'choi", true, 0, false },
  { "nonsense\r\n", false, 0, false },
  /* what would fail again */
  { HEAD("429") LENGTH "{'error':{'type':'budget_exceeded'}}\n", false, 0,
    true },
  { HEAD("500") LENGTH
    "{'error':{'type':'ContextWindowExceeded...'}}", false, 0, true },
  { HEAD("500") LENGTH
    "{'error':{'type':'ContentPolicyViolation.'}}\n", false, 0, true },
#if LITELLM_COMPAT
  { HEAD("429") LENGTH "{'error':{'code':'insufficient_quota'}}\n", false,
    0, true },
  { HEAD("409") LENGTH "{'error':{'type':'not_found_error'}}", false, 0, true },
#endif
  /* the server's own opinion */
  { FAILS_WITH("500", "x-should-retry: false"), false, 0, false },
  { FAILS_WITH("400", "X-Should-Retry: true"), true, 0, false },
  { HEAD("402") "x-should-retry: true\r\n" LENGTH "{}", false, 0, false },
  { HEAD("200") "x-should-retry: true\r\n" LENGTH "{}", false, 0, false },
  { FAILS_WITH("429", "Retry-After: 7"), true, 7000, true },
  { FAILS_WITH("429", "Retry-After: 0.3"), true, 300, true },
  { FAILS_WITH("503", "retry-after-ms: 250\r\nRetry-After: 7"), true, 250,
    true },
  { FAILS_WITH("503", "llm_provider-retry-after: 3"), true, 3000, true },
  { FAILS_WITH("503", "Retry-After: Mon, 21 Sep 2026 14:13:25 GMT"), true,
    5000, true },
  { FAILS_WITH("429", "Retry-After: 599"), true, 599000, true },
  { FAILS_WITH("429", "Retry-After: 600"), false, 0, true },
};

static void test_replies(void) {
  size_t i;
  for (i = 0; i < sizeof replies / sizeof replies[0]; i++) {
    if (replies[i].gateway_info && !LITELLM_GATEWAY_INFO) continue;
    check_at("row %lu: %s", (unsigned long)i,
             replies[i].reply ? replies[i].reply : "closed");
    begin();
    script[0] = replies[i].reply;
    script[1] = ANSWER;
    script_count = 2;
    server.closes = replies[i].reply && (!strstr(replies[i].reply, "\r\n\r\n")
                    || strstr(replies[i].reply, CUT));
    open_client();
    if (replies[i].retried) {
      CHECK_INT(call(false), LITELLM_OK);
      CHECK_TEXT(response.content, "ok");
      CHECK_INT(response.retries, 1);
      CHECK_INT(client.error.code, LITELLM_OK);
      CHECK_TEXT(client.error.message, NULL);
      CHECK_INT(delay_count, 1);
      CHECK_INT(delays[0], replies[i].delay ? replies[i].delay : 438);
    } else {
      CHECK(call(false) < 0);
      CHECK_INT(response.retries, 0);
      CHECK_INT(client.error.retries, 0);
      CHECK_INT(delay_count, 0);
    }
    CHECK_INT(server.requests, replies[i].retried ? 2 : 1);
    end();
  }
}

/* Of a failure with its end in sight the connection is kept. */
static void test_same_connection(void) {
  begin();
  script[0] = FAILS("429");
  script[1] = ANSWER;
  script_count = 2;
  open_client();
  CHECK_INT(call(false), LITELLM_OK);
  CHECK_INT(server.opened, LITELLM_REUSE ? 1 : 2);
  CHECK_INT(client.stats.total_ms, 438);
  CHECK(strstr(server.last, "\r\nx-litellm-num-retries: 0\r\n") != NULL);
  end();
}

/* ---- how often --------------------------------------------------------- */

static void test_counts(void) {
  static const struct { uint8_t client, call; unsigned retries; } rows[] = {
    { 0, 0, 2 }, { 0, 1, 1 }, { 0, 5, 5 }, { 5, 0, 5 }, { 5, 1, 1 },
    { LITELLM_NO_RETRIES, 0, 0 }, { LITELLM_NO_RETRIES, 2, 2 },
    { 5, LITELLM_NO_RETRIES, 0 },
  };
  static const uint32_t usual[] = { 438, 875, 1750, 3500, 7000, 7000 };
  size_t i;
  unsigned n;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin();
    server.now = 0xFFFFFE00u;
    server.refuses = 99;
    desc.max_retries = rows[i].client;
    hello.max_retries = rows[i].call;
    open_client();
    CHECK_INT(call(false), LITELLM_ERROR_CONNECT);
    CHECK_INT(client.error.phase, LITELLM_PHASE_CONNECT);
    CHECK_INT(client.error.port_code, 111);
    CHECK_INT(client.error.retries, rows[i].retries);
    CHECK_INT(response.retries, rows[i].retries);
    CHECK_INT(server.opened, rows[i].retries + 1);
    CHECK_INT(delay_count, rows[i].retries);
    for (n = 0; n < delay_count; n++) {
      CHECK_INT(delays[n], usual[n]);
      if (LITELLM_HOOKS) CHECK_INT(hooked[n], n + 2);
    }
    /* and the client works again */
    server.refuses = 0;
    script[0] = ANSWER;
    script_count = 1;
    CHECK_INT(call(false), LITELLM_OK);
    CHECK_INT(response.retries, 0);
    CHECK_INT(strstr(server.last, "num-retries") != NULL, rows[i].retries > 0);
    end();
  }
}

static void test_jitter(void) {
  static const struct { uint8_t random; bool none; uint32_t least, most; }
      rows[] = { { 0, false, 500, 500 }, { 255, false, 376, 376 },
                 { 0, true, 376, 500 } };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin();
    server.refuses = 1;
    server.random = rows[i].random;
    server.no_entropy = rows[i].none;
    script[0] = ANSWER;
    script_count = 1;
    open_client();
    CHECK_INT(call(false), LITELLM_OK);
    CHECK(delays[0] >= rows[i].least && delays[0] <= rows[i].most);
    end();
  }
}

/* All attempts and the time between them are within the total limit. */
static void test_budget(void) {
  static const struct { uint32_t total; unsigned retries; } rows[] = {
    { 438, 0 }, { 439, 1 }, { 1313, 1 }, { 1314, 2 } };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("%lu ms", (unsigned long)rows[i].total);
    begin();
    server.refuses = 99;
    desc.total_timeout_ms = rows[i].total;
    open_client();
    CHECK_INT(call(false), LITELLM_ERROR_CONNECT);
    CHECK_INT(client.error.retries, rows[i].retries);
    end();
  }
}

/* A limit that expires is such a failure, but not the total one. */
static void test_timeouts(void) {
  begin();
  script[0] = ANSWER;
  script_count = 1;
  server.silence_ms = 5000;
  desc.first_byte_timeout_ms = 1000;
  open_client();
  CHECK_INT(call(false), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.retries, 2);
  CHECK_INT(client.error.phase, LITELLM_PHASE_FIRST_BYTE);
  CHECK_INT(client.stats.total_ms, 3 * 1000 + 438 + 875);
  end();
  begin();
  script[0] = ANSWER;
  server.silence_ms = 5000;
  desc.total_timeout_ms = 1000;
  open_client();
  CHECK_INT(call(false), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.retries, 0);
  end();
}

/* ---- what was seen, and what remains ----------------------------------- */

#define PIECE "data: {'choices':[{'delta':{'content':'ok'}}]}\n\n"

static litellm_result run(bool stream) {
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.stream = stream;
  return litellm_run(&client, &response, &request);
}

static void test_events(void) {
#if LITELLM_STREAMS
  begin();
  script[0] = HEAD("200") "\r\n" PIECE;
  script[1] = HEAD("200") "\r\n" PIECE "data: [DONE]\n\n";
  script_count = 2;
  server.closes = true;
  open_client();
  CHECK_INT(call(true), LITELLM_ERROR_TRUNCATED);    /* an event was reported */
  CHECK_INT(client.error.retries, 0);
  CHECK_INT(server.requests, 1);
  end();
  begin();
  server.closes = true;
  open_client();
  CHECK_INT(run(true), LITELLM_OK);                  /* nobody saw it */
  CHECK_TEXT(response.content, "ok");
  CHECK_INT(response.retries, 1);
  delay_count = hook_count;
  end();
  begin();
  script[0] = HEAD("200") "\r\n: comment\n\n";
  server.closes = true;
  open_client();
  CHECK_INT(call(true), LITELLM_OK);                 /* that is none */
  CHECK_INT(response.retries, 1);
  end();
  begin();
  script[0] = HEAD("200") "\r\n"
      "data: {'error':{'message':'m','code':'500'}}\n\n";
  server.closes = true;
  open_client();
  CHECK_INT(call(true), LITELLM_OK);
  CHECK_INT(response.retries, 1);
  end();
#endif
}

/* The hook takes as long as the delay: none is left. */
static void test_slow_hook(void) {
  begin();
  script[0] = FAILS("503");
  script[1] = ANSWER;
  script_count = 2;
  hook_takes_ms = 438;
  open_client();
  CHECK_INT(run(false), LITELLM_OK);
  CHECK_TEXT(response.content, "ok");
  CHECK_INT(client.stats.total_ms, 438);
  hook_takes_ms = 0;
  delay_count = hook_count;
  end();
}

/* Cancelled while it waits. */
static void test_cancel(void) {
  litellm_request request;
  litellm_event event;
  litellm_result result;
  unsigned n;
  for (n = 0; n < 3; n++) {
    begin();
    script[0] = FAILS("503");
    script[1] = ANSWER;
    script_count = 2;
    open_client();
    memset(&request, 0, sizeof request);
    request.call = hello;
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    do result = litellm_next(&client, &event);
    while (result == LITELLM_AGAIN && client.phase_ != LITELLM_PHASE_RETRY);
    CHECK_INT(result, LITELLM_AGAIN);
    if (n == 0) litellm_cancel(&client);
    if (n == 1) server.now += 600000;
    if (n == 2) {
      CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_BUSY);
      server.now += 438;
    }
    while (result == LITELLM_AGAIN || result == LITELLM_OK)
      result = litellm_next(&client, &event);
    CHECK_INT(result, n == 0 ? LITELLM_ERROR_CANCELLED
                      : n == 1 ? LITELLM_ERROR_TIMEOUT : LITELLM_END);
    CHECK_INT(client.error.code, n == 2 ? LITELLM_OK : (int)result);
    CHECK_INT(run(false), LITELLM_OK);
    CHECK_TEXT(response.content, "ok");
    delay_count = hook_count;
    end();
  }
}

/* Every call of the port fails once: the call does not, and takes no more
   memory than one that nothing happens to. */
static void test_faults(void) {
  static const litellm_result ways[] = { LITELLM_ERROR_CONNECTION_CLOSED,
                                         LITELLM_ERROR_NETWORK, LITELLM_END };
  unsigned at, last = 1, way;
  size_t used;
  begin();
  script[0] = ANSWER;
  script_count = 1;
  open_client();
  CHECK_INT(run(false), LITELLM_OK);
  used = client.arena.used;
  end();
  for (way = 0; way < 3; way++)
    for (at = 1; at <= last; at++) {
      check_at("call %u fails, way %u", at, way);
      begin();
      server.read_size = 5;
      server.send_size = 50;
      server.fail_at = at;
      server.fail_with = ways[way];
      open_client();
      CHECK_INT(run(false), LITELLM_OK);
      CHECK_TEXT(response.content, "ok");
      CHECK_INT(client.arena.used, used);
      last = server.calls;
      delay_count = hook_count;
      end();
    }
}

/* ---- other models ------------------------------------------------------ */

static void test_models(void) {
  static const char *const models[] = { "b", "c", NULL };
  static const struct {
    const char *replies[4];
    unsigned count;
    const char *model;       /* that is asked last */
    litellm_result result, fell_back;
    unsigned retries;
    uint8_t max;
  } rows[] = {
    { { ANSWER }, 1, "m", LITELLM_OK, LITELLM_OK, 0, 0 },
    /* first the same once more */
    { { FAILS("500"), FAILS("500"), ANSWER }, 3, "b", LITELLM_OK,
      LITELLM_ERROR_SERVER, 2, 1 },
    { { FAILS("500"), FAILS("429"), ANSWER }, 3, "c", LITELLM_OK,
      LITELLM_ERROR_RATE_LIMIT, 2, LITELLM_NO_RETRIES },
    { { FAILS("404"), FAILS("400"), FAILS("500") }, 3, "c",
      LITELLM_ERROR_SERVER, LITELLM_ERROR_HTTP_STATUS, 2, LITELLM_NO_RETRIES },
    { { FAILS("402"), ANSWER }, 2, "b", LITELLM_OK, LITELLM_ERROR_BUDGET, 1,
      0 },
    { { HEAD("200") LENGTH, ANSWER }, 2, "b", LITELLM_OK,
      LITELLM_ERROR_EMPTY_REPLY, 1, LITELLM_NO_RETRIES },
    { { FAILS("401") }, 1, "m", LITELLM_ERROR_AUTHENTICATION, LITELLM_OK, 0,
      0 },
    { { FAILS("301") }, 1, "m", LITELLM_ERROR_REDIRECT, LITELLM_OK, 0, 0 },
    { { HEAD("200") LENGTH "{}" }, 1, "m", LITELLM_ERROR_UNEXPECTED_REPLY,
      LITELLM_OK, 0, 0 },
  };
  char wanted[32];
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    begin();
    memcpy(script, rows[i].replies, sizeof rows[i].replies);
    script_count = rows[i].count;
    hello.fallback_models = models;
    hello.max_retries = rows[i].max;
    open_client();
    CHECK_INT(call(false), rows[i].result);
    CHECK_INT(response.fell_back, rows[i].fell_back);
    CHECK_INT(response.retries, rows[i].retries);
    CHECK_INT(server.requests, rows[i].retries + 1);
    (void)snprintf(wanted, sizeof wanted, "{\"model\":\"%s\",", rows[i].model);
    CHECK(strstr(server.last, wanted) != NULL);
    delay_count = hook_count;
    end();
  }
  /* no server, no other model */
  begin();
  server.refuses = 99;
  hello.fallback_models = models;
  hello.max_retries = LITELLM_NO_RETRIES;
  open_client();
  CHECK_INT(call(false), LITELLM_ERROR_CONNECT);
  CHECK_INT(response.fell_back, LITELLM_OK);
  CHECK_INT(server.opened, 1);
  end();
  hello.fallback_models = NULL;
}

/* ---- structs, tools, keys ---------------------------------------------- */

#if LITELLM_TOOLS
#define BOX(FIELD) FIELD(STRING, name, NULL) FIELD(LIST(INT, 3), sizes, NULL)
LITELLM_MODEL(box, BOX);

static litellm_str give_key(void *user_data) {
  ++*(unsigned *)user_data;
  return litellm_str_from("sk-1");
}

/* A struct that was half decoded begins anew. */
static void test_struct(void) {
  litellm_request request;
  struct box box;
  unsigned keys = 0;
  begin();
  script[0] = HEAD("200") CUT
      "{'choices':[{'message':{'content':'{\\'name\\':\\'a long na";
  script[1] = HEAD("200") "\r\n{'choices':[{'message':{'content':"
      "'{\\'sizes\\':[1],\\'name\\':\\'box\\'}'}}]}";
  script_count = 2;
  server.closes = true;
  desc.api_key_callback = give_key;
  desc.user_data = &keys;
  open_client();
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.response_model = &box_type;
  request.output = &box;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(box.name, "box");
  CHECK_INT(box.sizes.count, 1);
  CHECK_INT(response.retries, 1);
  CHECK_INT(keys, 2);
  delay_count = hook_count;
  end();
}

LITELLM_TOOL_TEXT(tell_time, "Tell the time", LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("12:30");
  return LITELLM_OK;
}

/* Each turn has its retries; what was answered before stays. */
static void test_turns(void) {
  static const litellm_tool *const tools[] = { &tell_time_tool, NULL };
  litellm_request request;
  begin();
  script[0] = script[1] = script[3] = script[4] = FAILS("500");
  script[2] = HEAD("200") LENGTH "{'choices':[{'message':{'tool_calls':["
      "{'id':'a','function':{'name':'tell_time','arguments':'{}'}}]}}]}";
  script[5] = ANSWER;
  script_count = 6;
  open_client();
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.tools = tools;
  request.call.max_turns = 3;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "ok");
  CHECK_INT(response.retries, 4);
  CHECK_INT(server.requests, 6);
  CHECK(strstr(server.last, "12:30") != NULL);
  CHECK_INT(client.stats.total_ms, 2 * (438 + 875));
  delay_count = hook_count;
  end();
}

/* Whoever retries elsewhere says so. */
static void test_header(void) {
  static const litellm_name_value more[] = { { "X-Litellm-Num-Retries", "3" },
                                             { NULL, NULL } };
  begin();
  script[0] = ANSWER;
  script_count = 1;
  desc.headers = more;
  open_client();
  CHECK_INT(call(false), LITELLM_OK);
  CHECK(strstr(server.last, "X-Litellm-Num-Retries: 3") != NULL);
  CHECK(strstr(server.last, "x-litellm-num-retries") == NULL);
  end();
}
#endif

int main(void) {
  CHECK_RUN(test_replies);
  CHECK_RUN(test_same_connection);
  CHECK_RUN(test_counts);
  CHECK_RUN(test_jitter);
  CHECK_RUN(test_budget);
  CHECK_RUN(test_timeouts);
  CHECK_RUN(test_events);
  CHECK_RUN(test_slow_hook);
  CHECK_RUN(test_cancel);
  CHECK_RUN(test_faults);
  CHECK_RUN(test_models);
#if LITELLM_TOOLS
  CHECK_RUN(test_struct);
  CHECK_RUN(test_turns);
  CHECK_RUN(test_header);
#endif
  return check_failures != 0;
}

#else
int main(void) { return 0; }
#endif
