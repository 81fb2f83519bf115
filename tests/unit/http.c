/* HTTP framing: each reply at once, in reads of one byte and cut in two at
   every place, with the same outcome. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define JSON(content)                                                         \
  "{\"choices\":[{\"message\":{\"content\":\"" content "\"},"                 \
  "\"finish_reason\":\"stop\"}]}"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
/* 65 bytes. */
#define AB JSON("ab")
#define LENGTH "Content-Length: 65\r\n"
#define CHUNK "41\r\n" AB "\r\n"
#define LAST "0\r\n\r\n"
#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X256 X64 X64 X64 X64
#define SSE OK_HEAD "Content-Type: text/event-stream\r\n"
#define EVENT(json) "data: " json "\n\n"
#define DELTA(content)                                                        \
  EVENT("{\"choices\":[{\"delta\":{\"content\":\"" content "\"}}]}")
#define FINISH                                                                \
  EVENT("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}")

#define FRAGMENT(index, arguments)                                            \
  EVENT("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":" index          \
        ",\"function\":{\"arguments\":\"" arguments "\"}}]}}]}")

static const struct { litellm_result result; const char *content, *reply; }
replies[] = {
  /* The status line. */
  { LITELLM_OK, "ab", OK_HEAD LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", "HTTP/1.1 200\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", "HTTP/1.1 200 \r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", "HTTP/1.1 201 Created: all of it\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", "HTTP/1.0 200 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", "HTTP/1.0 200 OK\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.0 200 OK\r\n" CHUNKED "\r\n" CHUNK LAST },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/2.0 200 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 20 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 2000 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 099 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 600 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1  200 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 2x0 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "http/1.1 200 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "ICY 200 OK\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", "\r\n" OK_HEAD LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 200 O\1K\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "HTTP/1.1 200 OK\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, "SSH-2.0-OpenSSH_9.2\r\n" },
  /* Header lines. */
  { LITELLM_OK, "ab", OK_HEAD "A:\r\nB: \t x\ty \t\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "cONTENT-lENGTH:65\r\n\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "A: \303\251\200\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "X-Content-Length: 7\r\nContent-Lengt: 8\r\n"
    LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "Long: " X256 X256 "\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD LENGTH "Long: " X256 "\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A : x\r\n" LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "A: x\r\n y\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD " A: x\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A: x\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A: x\ry\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A: x\1\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A: x\177\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD ": x\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "A b: x\r\n" LENGTH "\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD LENGTH "\n" AB },
  /* The length. */
  { LITELLM_OK, "ab", OK_HEAD LENGTH LENGTH "\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "Content-Length: 0065\r\n\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD LENGTH "\r\n" AB "beyond" },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD LENGTH "Content-Length: 66\r\n\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD LENGTH CHUNKED "\r\n" CHUNK LAST },
  { LITELLM_OK, "ab", OK_HEAD CHUNKED LENGTH "\r\n" CHUNK LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Content-Length: -1\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Content-Length: +65\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Content-Length: 65x\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Content-Length: 0x41\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Content-Length:\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD
    "Content-Length: 99999999999999999999999\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Content-Length: 18446744073709551681"
    "\r\n\r\n" AB },                         /* 65 beyond 2^64 */
  { LITELLM_ERROR_TRUNCATED, "ab", OK_HEAD "Content-Length: 66\r\n\r\n" AB },
  { LITELLM_ERROR_TRUNCATED, NULL, OK_HEAD LENGTH "\r\n" },
  /* Chunks. */
  { LITELLM_OK, "ab", OK_HEAD CHUNKED "\r\n" CHUNK LAST },
  { LITELLM_OK, "ab", OK_HEAD "Transfer-Encoding:CHUNKED\r\n\r\n" CHUNK LAST },
  { LITELLM_OK, "ab", OK_HEAD CHUNKED "\r\n0000000000000041\r\n" AB "\r\n"
    "0000000000000000\r\n\r\n" },
  { LITELLM_OK, "ab", OK_HEAD CHUNKED "\r\n41;a=\"b c\";d\r\n" AB "\r\n"
    "0;e\r\nTrailer: x\r\nLong: " X256 X256 "\r\n\r\n" },
  { LITELLM_OK, "ab", OK_HEAD CHUNKED "\r\n" CHUNK "0\r\n" },
  { LITELLM_OK, "ab", OK_HEAD CHUNKED "\r\n" CHUNK LAST "beyond" },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n00000000000000041\r\n" AB
    "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n41;" X256 "x\r\n" AB "\r\n"
    LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\nx\r\n" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n0x41\r\n" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n-41\r\n" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n\r\n" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n;a\r\n" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n41\n" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n41\rx" AB "\r\n" LAST },
  { LITELLM_ERROR_HTTP, "ab", OK_HEAD CHUNKED "\r\n41\r\n" AB "x\r\n" LAST },
  { LITELLM_ERROR_HTTP, "ab", OK_HEAD CHUNKED "\r\n41\r\n" AB "\n" LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\nffffffffffffffff\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED "\r\n10000000000000041\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD CHUNKED CHUNKED "\r\n" CHUNK LAST },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Transfer-Encoding: gzip\r\n\r\n" AB },
  { LITELLM_ERROR_HTTP, NULL, OK_HEAD "Transfer-Encoding: gzip, chunked\r\n"
    "\r\n" CHUNK LAST },
  { LITELLM_ERROR_TRUNCATED, "ab", OK_HEAD CHUNKED "\r\n" CHUNK },
  { LITELLM_ERROR_TRUNCATED, "ab", OK_HEAD CHUNKED "\r\n" CHUNK "0" },
  { LITELLM_ERROR_TRUNCATED, NULL, OK_HEAD CHUNKED "\r\n" },
  { LITELLM_ERROR_TRUNCATED, NULL, OK_HEAD CHUNKED "\r\n44" },
  /* Interim and empty replies. */
  { LITELLM_OK, "ab", "HTTP/1.1 100 Continue\r\n\r\n" OK_HEAD LENGTH "\r\n"
    AB },
  { LITELLM_OK, "ab", "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n"
    "Content-Length: 5\r\n\r\nHTTP/1.1 100\r\n\r\n" OK_HEAD LENGTH "\r\n" AB },
  { LITELLM_ERROR_EMPTY_REPLY, NULL, "HTTP/1.1 204 No Content\r\n\r\n" },
  { LITELLM_ERROR_EMPTY_REPLY, NULL, OK_HEAD "Content-Length: 0\r\n\r\n" },
  { LITELLM_ERROR_EMPTY_REPLY, NULL, OK_HEAD CHUNKED "\r\n" LAST },
  { LITELLM_ERROR_EMPTY_REPLY, NULL, OK_HEAD "\r\n" },
  { LITELLM_ERROR_REDIRECT, NULL, "HTTP/1.1 308 Moved\r\n"
    "Location: https://other/\r\nContent-Length: 3\r\n\r\nxyz" },
  { LITELLM_ERROR_REDIRECT, NULL, "HTTP/1.1 302 Found\r\n\r\n" },
  { LITELLM_ERROR_CONNECTION_CLOSED, NULL, "" },
  { LITELLM_ERROR_TRUNCATED, NULL, "HTTP/1.1 2" },
  { LITELLM_ERROR_TRUNCATED, NULL, OK_HEAD },
  { LITELLM_ERROR_TRUNCATED, NULL, OK_HEAD LENGTH "\r" },
  /* What is in it. */
  { LITELLM_OK, "ab", OK_HEAD "Content-Type: application/vnd.x+json; a=b\r\n"
    "Content-Encoding: identity\r\n\r\n" AB },
  { LITELLM_OK, "ab", OK_HEAD "Content-Type:\r\n\r\n" AB },
  { LITELLM_ERROR_UNEXPECTED_REPLY, NULL,
    OK_HEAD "Content-Type: text/html\r\n\r\n"
    "<html>hi</html>" },
  { LITELLM_ERROR_CONTENT_ENCODING, NULL,
    OK_HEAD "Content-Encoding: gzip\r\n\r\n"
    "\037\213" },
  { LITELLM_ERROR_HTTP_STATUS, NULL, "HTTP/1.1 500 Oops\r\n"
    "Content-Encoding: br\r\n\r\n\037\213" },
#if LITELLM_STREAMS
  /* Ends of streams. */
  { LITELLM_OK, "ab", SSE "\r\n" DELTA("a") DELTA("b") FINISH
    EVENT("[DONE]") },
  { LITELLM_OK, "ab", SSE CHUNKED "\r\n"
    "3c\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"ab\"}}]}\n\n"
    "data: [DONE]\r\n" },                    /* cut behind [DONE] */
  { LITELLM_OK, "ab", SSE "\r\n" DELTA("ab") EVENT("[DONE]  ")
    "data: {rubbish" },
  { LITELLM_OK, "ab", SSE "\r\n" DELTA("ab") "data:[DONE]" },
  { LITELLM_OK, "ab", SSE "\r\n" DELTA("ab") FINISH },
  { LITELLM_ERROR_TRUNCATED, "ab", SSE "\r\n" DELTA("ab") },
  { LITELLM_ERROR_TRUNCATED, "ab", SSE "\r\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ab" },
  { LITELLM_ERROR_TRUNCATED, "ab", SSE CHUNKED "\r\n"
    "2f\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"ab\"}}]}\n\r\n" },
  { LITELLM_ERROR_EMPTY_REPLY, NULL, SSE "\r\n" EVENT("[DONE]") },
  { LITELLM_ERROR_EMPTY_REPLY, NULL, SSE "\r\n"
    EVENT("{\"choices\":[]}") EVENT("[DONE]") },
#endif
#if LITELLM_TOOLS && LITELLM_STREAMS
  { LITELLM_OK, NULL, SSE "\r\n" FRAGMENT("0,\"id\":\"a\"", "")
    FRAGMENT("1,\"id\":\"b\"", "{}") FRAGMENT("0", "{}") EVENT("[DONE]") },
#endif
#if LITELLM_TOOLS
  { LITELLM_OK, NULL, OK_HEAD "\r\n{\"choices\":[{\"message\":{\"tool_calls\":"
    "[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":"
    "[1, \"y\"]}}}]}}]}" },
#endif
  { LITELLM_ERROR_JSON, NULL, OK_HEAD "\r\n{\"choices\":NaN}" }
};
#define REPLIES (sizeof replies / sizeof replies[0])

typedef struct outcome {
  litellm_result result;
  uint32_t position;
  char content[64], message[600];
} outcome;

enum { WINDOW = 128 };

static void exchange(outcome *o) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  litellm_client_desc desc = fake_desc("http://h");
  litellm_client client;
  litellm_response response;
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.collect_text = true;
  request.stream = LITELLM_STREAMS;
  desc.window_size = WINDOW;
  memset(o, 0, sizeof *o);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  o->result = litellm_run(&client, &response, &request);
  o->position = client.error.position;
  if (response.content)
    (void)snprintf(o->content, sizeof o->content, "%s", response.content);
  if (client.error.message)
    (void)snprintf(o->message, sizeof o->message, "%s", client.error.message);
  litellm_client_close(&client);
  CHECK_INT(fake.opened, 1);
  CHECK_INT(fake.closed, 1);
}

static void same(const outcome *got, const outcome *wanted) {
  CHECK_INT(got->result, wanted->result);
  CHECK_INT(got->position, wanted->position);
  CHECK_TEXT(got->content, wanted->content);
  CHECK_TEXT(got->message, wanted->message);
}

static void every_read(const char *reply, size_t size, outcome *first) {
  outcome o;
  size_t cut;
  fake_reset(reply, size);
  exchange(first);
  for (cut = 1; cut < size; cut++) {
    fake_reset(reply, size);
    fake.cut_at = cut;
    exchange(&o);
    if (check_bad > 20) return;
    same(&o, first);
  }
  for (cut = 1; cut < 4; cut++) {
    fake_reset(reply, size);
    fake.read_size = cut;
    exchange(&o);
    same(&o, first);
  }
}

static void test_replies(void) {
  size_t i;
  outcome o;
  for (i = 0; i < REPLIES; i++) {
    check_at("%s", replies[i].reply);
    every_read(replies[i].reply, strlen(replies[i].reply), &o);
    CHECK_INT(o.result, replies[i].result);
    CHECK_TEXT(o.content, replies[i].content ? replies[i].content : "");
  }
}

static void test_details(void) {
  static const char nul[] = OK_HEAD "A: x\0y\r\n" LENGTH "\r\n" AB;
  static const char redirect[] = "HTTP/1.1 307 Go\r\nLocation: /elsewhere\r\n"
                                 "\r\n";
  static const char nan[] = OK_HEAD "\r\n  {\"choices\":NaN}";
  static const char page[] = "HTTP/1.1 503 No\r\nContent-Type: text/plain\r\n"
                             "\r\nupstream connect error";
  outcome o;
  check_at("a NUL in a value");
  every_read(nul, sizeof nul - 1, &o);
  CHECK_INT(o.result, LITELLM_ERROR_HTTP);
  check_at("redirect");
  every_read(redirect, sizeof redirect - 1, &o);
  CHECK_TEXT(o.message, "/elsewhere");
  check_at("NaN");
  every_read(nan, sizeof nan - 1, &o);
  CHECK_INT(o.result, LITELLM_ERROR_JSON);
  CHECK_INT(o.position, 13);
  check_at("plain text");
  every_read(page, sizeof page - 1, &o);
  CHECK_TEXT(o.message, "upstream connect error");
}

/* How long to wait, by the port's clock: its time of day is 14:13:20. */
static void test_retry_after(void) {
#if LITELLM_GATEWAY_INFO
  static const struct { const char *value; uint32_t ms; } headers[] = {
    { "3", 3000 }, { "1.5", 1500 }, { "-1", 0 }, { "soon", 0 }, { "", 0 },
    { "1.5x", 0 }, { "1.x", 0 }, { "3\r\nRetry-After-Ms: 20", 20 },
    { "3\r\nllm_provider-retry-after: 20", 3000 },
    { "Mon, 21 Sep 2026 14:14:20 GMT", 60000 },
    { "Mon, 21 Sep 2026 14:13:20 GMT", 0 },
    { "Mon, 21 Sep 2026 14:13:19 GMT", 0 },
    { "Mon, 21 Sep 2026 14:15:xx GMT", 0 },
    { "Mon, 21 Sep 2026 14:x5:00 GMT", 0 },
    { "Mon, 21 Sep 2026 14:14:80 GMT", 0 },
    { "29 bytes that are not a date.", 0 }
  };
  size_t i;
  for (i = 0; i < sizeof headers / sizeof headers[0]; i++) {
    static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
    char reply[200];
    litellm_client_desc desc = fake_desc("http://h");
    litellm_client client;
    litellm_request request;
    check_at("%s", headers[i].value);
    (void)snprintf(reply, sizeof reply, "HTTP/1.1 429 No\r\nRetry-After: %s\r\n"
                   "\r\n{}", headers[i].value);
    fake_reset(reply, strlen(reply));
    memset(&request, 0, sizeof request);
    request.call = hello;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    CHECK(litellm_run(&client, NULL, &request) < 0);
    CHECK_INT(client.error.retry_after_ms, headers[i].ms);
    litellm_client_close(&client);
  }
#endif
}

/* A date's time of day, at the port's. 2^32 is in 2106, at 06:28:16. */
static void test_retry_dates(void) {
  static const struct { const char *date; int64_t now; uint32_t ms; }
  dates[] = {
    { "Mon, 21 Sep 2026 14:14:20 GMT", 1790000000, 60000 },
    { "Mon, 21 Sep 2026 14:14:20 GMT", 0, 0 },       /* no clock */
    { "Mon, 21 Sep 2026 14:14:20 GMT", -1, 0 },
    { "Tue, 22 Sep 2026 00:00:09 GMT", 1790035199, 10000 },
    { "Sun, 07 Feb 2106 06:28:46 GMT", 4294967295, 31000 },
    { "Sun, 07 Feb 2106 06:28:46 GMT", 4294967296, 30000 },
    { "Mon, 08 Feb 2106 00:00:09 GMT", 4295030399, 10000 },
    { "Wed, 16 Mar 2242 12:57:32 GMT", 8589934592, 60000 }
  };
  size_t i;
  for (i = 0; i < sizeof dates / sizeof dates[0]; i++) {
    check_at("%s, row %u", dates[i].date, (unsigned)i);
    CHECK_INT(litellm__ms_until_date(dates[i].date, dates[i].now),
              dates[i].ms);
  }
}

/* An end of TLS that hides what came is told; what the head waits for, too. */
static void test_ends_of_tls(void) {
  static const litellm_result ends[] = { LITELLM_ERROR_TLS,
                                         LITELLM_ERROR_TLS_RECORD };
  static const char *const replies_cut[] = { OK_HEAD, OK_HEAD LENGTH "\r\n{",
                                             OK_HEAD "\r\n" AB };
  size_t i, k;
  for (i = 0; i < 2; i++)
    for (k = 0; k < 3; k++) {
      outcome o;
      check_at("%s", replies_cut[k]);
      fake_reset(replies_cut[k], strlen(replies_cut[k]));
      fake.ending = ends[i];
      exchange(&o);
      CHECK_INT(o.result, ends[i]);
    }
}

#if LITELLM_GATEWAY_INFO
/* Costs, as billionths. */
static void test_costs(void) {
  static const struct { const char *text; int64_t nanodollars; } costs[] = {
    { "0", 0 }, { "0.0", 0 }, { "1", 1000000000 }, { "1.35e-05", 13500 },
    { "0.0000000019", 1 }, { "1e+2", 100000000000 },
    { "999999999.999999999", 999999999999999999 }, { "1000000000", -1 },
    { "1e-30", 0 }, { "1e-31", -1 }, { "1e+9", -1 }, { "1e2", -1 },
    { "1e10", -1 },
    { "1e", -1 }, { "1e-", -1 }, { "1ex", -1 }, { "", -1 }, { "-1", -1 },
    { ".5", -1 }, { "None", -1 }
  };
  size_t i;
  for (i = 0; i < sizeof costs / sizeof costs[0]; i++) {
    check_at("%s", costs[i].text);
    CHECK(litellm__parse_nanodollars(costs[i].text) == costs[i].nanodollars);
  }
  CHECK(litellm__parse_nanodollars(NULL) == -1);
}
#endif

/* Heads of 63 KiB are read, of more than 64 KiB are not; in many lines or in
   one. */
static void test_long_heads(void) {
  static char reply[80000];
  static const struct { size_t bytes, line; litellm_result result; } heads[] = {
    { 64500, 100, LITELLM_OK }, { 64500, 64500, LITELLM_OK },
    { 64500, 126, LITELLM_OK }, { 64500, 127, LITELLM_OK },
    { 64500, 128, LITELLM_OK }, { 64500, 129, LITELLM_OK },
    { 70000, 100, LITELLM_ERROR_HEAD_TOO_LARGE },
    { 70000, 70000, LITELLM_ERROR_HEAD_TOO_LARGE }
  };
  static const size_t reads[] = { 0, 1, 100, 127, 128, 129 };
  size_t i, j, n, at;
  outcome o;
  for (i = 0; i < sizeof heads / sizeof heads[0]; i++) {
    n = (size_t)sprintf(reply, OK_HEAD);
    for (at = 0; at + heads[i].line <= heads[i].bytes; at += heads[i].line) {
      n += (size_t)sprintf(reply + n, "X: ");
      memset(reply + n, 'x', heads[i].line - 5);
      n += heads[i].line - 5;
      n += (size_t)sprintf(reply + n, "\r\n");
    }
    n += (size_t)sprintf(reply + n, LENGTH "\r\n" AB);
    for (j = 0; j < sizeof reads / sizeof reads[0]; j++) {
      check_at("%lu bytes in lines of %lu, reads of %lu",
               (unsigned long)heads[i].bytes, (unsigned long)heads[i].line,
               (unsigned long)reads[j]);
      fake_reset(reply, n);
      fake.read_size = reads[j];
      exchange(&o);
      CHECK_INT(o.result, heads[i].result);
    }
  }
}

/* Runs a call to its good end, which gives so many bytes of text. */
static void check_text_size(litellm_client *client, size_t size) {
  litellm_event event;
  litellm_result result;
  size_t text = 0;
  while ((result = litellm_next(client, &event)) <= LITELLM_AGAIN &&
         result >= 0)
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT)
      text += event.text.len;
  CHECK_INT(result, LITELLM_END);
  CHECK_INT(text, size);
}

/* A reply of 1 MiB in small memory: not kept it only comes through, kept the
   error tells what is missing. */
static void test_long_reply(void) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  size_t size = 1 << 20, n;
  char *reply = (char *)check_alloc(size + 200);
  litellm_client_desc desc = fake_desc("http://h");
  litellm_client client;
  litellm_request request;
  litellm_result result;
  int again;
  n = (size_t)sprintf(reply, OK_HEAD "\r\n{\"choices\":[{\"message\":"
                      "{\"content\":\"");
  memset(reply + n, 'x', size);
  n += size;
  n += (size_t)sprintf(reply + n, "\"},\"finish_reason\":\"stop\"}]}");
  fake_reset(reply, n);
  memset(&request, 0, sizeof request);
  request.call = hello;
  desc.memory_size = 4096 + LITELLM_WINDOW_BYTES;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  for (again = 0; again < 2; again++) {
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    check_text_size(&client, size);
    request.call.collect_text = true;
    result = litellm_run(&client, NULL, &request);
    CHECK_INT(result, LITELLM_ERROR_NO_MEMORY);
    CHECK(client.error.bytes_missing > size - 4096 &&
          client.error.bytes_missing < size + 4096);
    request.call.collect_text = false;
  }
  litellm_client_close(&client);
  free(reply);
}

/* A reply 1xx that comes while the request is sent does not end the sending:
   what was in the window is rendered again, wherever it was cut. */
static void interim_at(size_t window, size_t send_size, size_t at,
                       const char *interim) {
  static const litellm_name_value headers[] = { { "X-Long",
    "a value that makes the head longer than the smaller windows are" },
    { NULL, NULL } };
  static char reply[512], text[700], body[1024];
  litellm_client_desc desc = fake_desc("http://h");
  litellm_client client;
  litellm_request request;
  litellm_message message;
  litellm_error error;
  litellm_event event;
  litellm_result result;
  uint32_t total;
  size_t i;
  unsigned steps = 0;
  for (i = 0; i < sizeof text - 1; i++) text[i] = (char)('a' + i % 26);
  memset(&message, 0, sizeof message);
  message.content = litellm_str_from(text);
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = "Hi";
  request.messages = &message;
  desc.headers = headers;
  desc.window_size = window;
  (void)snprintf(reply, sizeof reply, "%s" OK_HEAD "\r\n{\"choices\":[{"
                 "\"message\":{\"content\":\"ok\"},\"finish_reason\":"
                 "\"stop\"}]}", interim);
  fake_reset(reply, strlen(reply));
  fake.send_size = send_size;
  fake.again_every = 3;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  do {
    if (fake.sent_size >= at) {
      fake.early = true;
      fake.hold_at = fake_request_whole() ? 0 : strlen(interim);
    }
    result = litellm_next(&client, &event);
  } while ((result == LITELLM_OK || result == LITELLM_AGAIN) &&
           steps++ < 5000);
  CHECK_INT(result, LITELLM_END);
  CHECK_INT(litellm_request_body(&request, 0, body, sizeof body, &total,
                                 &error), LITELLM_OK);
  CHECK_INT(fake.sent_size, fake_body_at() + total);
  check_same(fake.sent + fake_body_at(), fake.sent_size - fake_body_at(), body,
             total, __LINE__);
  CHECK_TEXT(fake.wrong, NULL);
  CHECK_INT(client.stats.bytes_sent, fake.sent_size);
  litellm_client_close(&client);
}

static void test_interim(void) {
  static const char *const interims[] = {
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
    "HTTP/1.1 100 Continue\r\n\r\n" };
  static const size_t windows[] = { 64, 300, 1024 }, sends[] = { 1, 23, 0 };
  size_t i, w, k, at;
  for (i = 0; i < 2; i++)
    for (w = 0; w < 3; w++)
      for (k = 0; k < 3; k++)
        for (at = 0; at < 1000; at += 37) {
          check_at("interim %u, window %u, sends of %u, after %u bytes",
                   (unsigned)i, (unsigned)windows[w], (unsigned)sends[k],
                   (unsigned)at);
          interim_at(windows[w], sends[k], at, interims[i]);
          if (check_bad > 10) return;
        }
}

static size_t stream_size = (size_t)10 << 20;

#if LITELLM_STREAMS
/* A stream of any length goes through the window, and leaves nothing. */
static void test_long_stream(void) {
  static const char chunk[] = "data: {\"choices\":[{\"index\":0,\"delta\":"
                              "{\"content\":\"0123456789\"}}]}\n\n";
  static const char head[] = "HTTP/1.1 200 OK\r\n"
                             "Content-Type: text/event-stream\r\n\r\n";
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  size_t count = stream_size / (sizeof chunk - 1), used, i;
  char *reply = (char *)check_alloc(stream_size + 200), *end = reply;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_client client;
  litellm_request request;
  end += sprintf(end, "%s", head);
  for (i = 0; i < count; i++, end += sizeof chunk - 1)
    memcpy(end, chunk, sizeof chunk - 1);
  end += sprintf(end, "data: [DONE]\n\n");
  fake_reset(reply, (size_t)(end - reply));
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.stream = true;
  desc.memory_size = 512 + LITELLM_WINDOW_BYTES;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  used = client.arena.used;
  check_text_size(&client, count * 10);
  CHECK_INT(client.arena.used, used);
  litellm_client_close(&client);
  free(reply);
}

#endif

/* The argument: thousands of bytes of the long stream. */
int main(int count, char **words) {
  if (count > 1) stream_size = (size_t)strtoul(words[1], NULL, 10) * 1000;
  CHECK_RUN(test_replies);
  CHECK_RUN(test_details);
  CHECK_RUN(test_interim);
  CHECK_RUN(test_retry_after);
  CHECK_RUN(test_retry_dates);
  CHECK_RUN(test_ends_of_tls);
#if LITELLM_GATEWAY_INFO
  CHECK_RUN(test_costs);
#endif
  CHECK_RUN(test_long_heads);
  CHECK_RUN(test_long_reply);
#if LITELLM_STREAMS
  CHECK_RUN(test_long_stream);
#endif
  fake_free();
  return check_failures != 0;
}
