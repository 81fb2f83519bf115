/* A peer that never stops sending or taking: in every state of a reply, and of
   sending, one step makes so many calls of the port at most, and the total
   limit holds to one step. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

/* In one step; with each read goes a send at most, and one call connects. */
enum { READS = 16, CALLS = 2 * READS + 1 };
enum { TOTAL_MS = 1000, REPLY_SIZE = 2 << 20 };

#define OK "HTTP/1.1 200 OK\r\n"
#define SSE OK "Content-Type: text/event-stream\r\n"
#define JSON OK "Content-Type: application/json\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"

/* `start`, then `unit` without end. */
static const struct { const char *name, *start, *unit; }
replies[] = {
  { "interim replies", "", "HTTP/1.1 103 E\r\nLink: <a>\r\n\r\n" },
  { "a status line", "HTTP/1.1 200 ", "very well, " },
  { "headers", OK, "X-A: b\r\n" },
  { "one header", OK "X-A: ", "b" },
  { "white space behind a header", OK "X-A:", " " },
  { "trailers", SSE CHUNKED "\r\n0\r\n", "X-A: b\r\n" },
#if LITELLM_STREAMS
  { "comments", SSE "\r\n", ": ping\n\n" },
  { "the size of a chunk", SSE CHUNKED "\r\n", "0" },
  { "a chunk's extension", SSE CHUNKED "\r\n1", ";a=b" },
  { "a trailer", SSE CHUNKED "\r\n0\r\nX-A: ", "b" },
  { "comments in chunks", SSE CHUNKED "\r\n", "1\r\n:\r\n" },
  { "other fields", SSE "\r\n", "id: 1\nevent: x\nretry: 5\n\n" },
  { "blank lines", SSE "\r\n", "\n\n\n\n" },
  { "CR only", SSE "\r\n", "\r" },
  { "no data", SSE "\r\n", "data:\n\n" },
  { "one event", SSE "\r\ndata: {\"a\":\"", "abcdefgh" },
  { "data lines", SSE "\r\ndata: {\n", "data:\n" },
  { "empty chunks", SSE "\r\n", "data: {\"choices\":[]}\n\n" },
  { "other choices", SSE "\r\n",
    "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n\n" },
#endif
  { "an answer", JSON "\r\n{\"choices\":[{\"message\":{\"content\":\"", "x" },
  { "blanks", JSON "\r\n{", " \n" },
  { "an unknown value", JSON "\r\n{\"x\":\"", "abcdefgh" },
  { "unknown keys", JSON "\r\n{\"x\":1", ",\"y\":[{}]" },
  { "another choice", JSON "\r\n{\"choices\":[{\"index\":1,\"message\":{"
    "\"content\":\"", "abcdefgh" },
  { "text that is not kept", JSON "\r\n{\"choices\":[{\"index\":0,\"message\":"
    "{\"tool_calls\":\"", "abcdefgh" },
  { "HTML", OK "Content-Type: text/html\r\n\r\n", "<p>hello" },
  { "an error's body", "HTTP/1.1 500 X\r\nContent-Type: text/html\r\n\r\n",
    "<p>hello" },
  { "an error's message", "HTTP/1.1 500 X\r\nContent-Type: application/json\r\n"
    "\r\n{\"error\":{\"message\":\"", "abcdefgh" }
};

static char reply[REPLY_SIZE];

static void fill(const char *start, const char *unit) {
  size_t at = strlen(start), len = strlen(unit);
  memcpy(reply, start, at);
  for (; len && at + len <= sizeof reply; at += len)
    memcpy(reply + at, unit, len);
  fake_reset(reply, at);
  fake.step_ms = 1;
}

static void play(size_t window, bool stream) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  static litellm_client client;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  litellm_event event;
  litellm_result result;
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.stream = stream;
  desc.window_size = window;
  desc.total_timeout_ms = TOTAL_MS;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  do {
    unsigned reads = fake.count[FAKE_RECV], calls = fake.calls;
    size_t at = fake.at;
    result = litellm_next(&client, &event);
    CHECK(fake.count[FAKE_RECV] - reads <= READS);
    CHECK(fake.calls - calls <= CALLS);
    CHECK(fake.at - at <= READS * window);
    if (result == LITELLM_AGAIN) CHECK_INT(event.wait_ms, 0);
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  CHECK(fake.now <= TOTAL_MS + 2 * READS);
  CHECK(fake.at < fake.reply_size);
  CHECK_INT(fake.opened, fake.closed);
  CHECK(result == LITELLM_ERROR_TIMEOUT ||
        result == LITELLM_ERROR_HEAD_TOO_LARGE ||
        (result == LITELLM_ERROR_HTTP && fake.at < 512 + window));
  litellm_client_close(&client);
}

static void test_replies(void) {
  static const size_t windows[] = { 64, 1024 };
  size_t i, w;
  for (i = 0; i < sizeof replies / sizeof replies[0]; i++)
    for (w = 0; w < 4; w++) {
      check_at("%s, window %u, %s", replies[i].name, (unsigned)windows[w / 2],
               w % 2 ? "stream" : "plain");
      fill(replies[i].start, replies[i].unit);
      play(windows[w / 2], w % 2);
    }
}

/* The peer takes whatever is sent: a long request goes out in steps, too. Also
   between interim replies that never end. */
static void send_long(const char *interim, bool in_time) {
  static char text[200000];
  static litellm_client client;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_message message;
  litellm_request request;
  litellm_call_desc hello;
  litellm_event event;
  litellm_result result;
  memset(text, 'x', sizeof text - 1);
  memset(&hello, 0, sizeof hello);
  memset(&message, 0, sizeof message);
  memset(&request, 0, sizeof request);
  hello.model = "m";
  message.content = litellm_str_from(text);
  request.call = hello;
  request.messages = &message;
  fill("", interim);
  fake.early = *interim;
  if (!*interim) fake.reply_size = 0;
  if (in_time) fake.step_ms = 0;
  fake.read_size = strlen(interim);
  fake.again_every = *interim ? 3 : 0;
  fake.ending = LITELLM_AGAIN;
  desc.total_timeout_ms = TOTAL_MS;
  desc.window_size = 64;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  do {
    unsigned calls = fake.calls;
    size_t sent = fake.sent_size;
    result = litellm_next(&client, &event);
    CHECK(fake.calls - calls <= CALLS);
    CHECK(fake.sent_size - sent <= READS * desc.window_size);
  } while (result == LITELLM_AGAIN && (*interim || !event.wait_ms));
  if (in_time) {
    CHECK_INT(client.phase_, LITELLM_PHASE_FIRST_BYTE);
    CHECK(fake_request_whole());
  } else {
    CHECK(result == LITELLM_ERROR_TIMEOUT ||
          (*interim && result == LITELLM_ERROR_HEAD_TOO_LARGE));
    CHECK(fake.now <= TOTAL_MS + CALLS);
    CHECK(!fake_request_whole());
  }
  litellm_client_close(&client);
  CHECK_TEXT(fake.wrong, NULL);
}

static void test_request(void) {
  send_long("", true);
  send_long("", false);
  send_long("HTTP/1.1 103 E\r\n\r\n", false);
}

int main(void) {
  CHECK_RUN(test_replies);
  CHECK_RUN(test_request);
  fake_free();
  return check_failures != 0;
}
