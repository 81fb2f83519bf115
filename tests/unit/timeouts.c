/* Time limits, on a clock of the test's: each in its phase, to the
   millisecond, over the clock's wrap; and what AGAIN says to wait for. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define REPLY "HTTP/1.1 200 OK\r\n\r\n"                                        \
  "{\"choices\":[{\"message\":{\"content\":\"ok\"},"                           \
  "\"finish_reason\":\"stop\"}]}"
enum { CONNECT_MS = 1000, FIRST_BYTE_MS = 2000, IDLE_MS = 300,
       TOTAL_MS = 5000 };

static const uint32_t clocks[] = { 0, 12345, 0x7FFFFF00u, 0xFFFFFFFFu,
                                   0xFFFFFF00u, 0xFFFFFC18u, 0xFFFFF000u };
#define CLOCKS (sizeof clocks / sizeof clocks[0])

static litellm_client client;
static litellm_event event;

static const litellm_timeouts *timeouts;     /* of the call */

static void begin(uint32_t clock) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  fake.start_ms = clock;
  fake_reset(REPLY, strlen(REPLY));
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.timeouts = timeouts;
  desc.connect_timeout_ms = CONNECT_MS;
  desc.first_byte_timeout_ms = FIRST_BYTE_MS;
  desc.idle_timeout_ms = IDLE_MS;
  desc.total_timeout_ms = TOTAL_MS;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
}

static litellm_result next(void) {
  litellm_result result;
  do result = litellm_next(&client, &event); while (result == LITELLM_OK);
  return result;
}

/* Stuck now: the limit comes in `ms`, not before, and in this phase. */
static void limit_in(uint32_t ms, litellm_phase phase, unsigned wait) {
  CHECK_INT(next(), LITELLM_AGAIN);
  CHECK_INT(event.wait_ms, ms);
  CHECK_INT(event.wait, wait);
  fake.now += ms - 1;
  CHECK_INT(next(), LITELLM_AGAIN);
  CHECK_INT(event.wait_ms, 1);
  fake.now++;
  CHECK_INT(next(), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(next(), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.code, LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.phase, phase);
  CHECK_INT(fake.opened, 1);
  CHECK_INT(fake.closed, 1);
  CHECK_INT(client.stats.total_ms, fake.now - fake.start_ms);
}

/* The error names the limit. */
static void named(const char *subject) {
  if (LITELLM_ERROR_TEXTS) CHECK_TEXT(client.error.subject, subject);
}

static void test_connect_limits(void) {
  size_t i;
  for (i = 0; i < CLOCKS; i++) {
    check_at("clock at %lx", (unsigned long)clocks[i]);
    begin(clocks[i]);
    fake.resolving = FAKE_FOR_EVER;
    limit_in(CONNECT_MS, LITELLM_PHASE_RESOLVE, LITELLM_WAIT_WRITE);
    begin(clocks[i]);
    fake.connecting = FAKE_FOR_EVER;
    limit_in(CONNECT_MS, LITELLM_PHASE_CONNECT, LITELLM_WAIT_WRITE);
    /* One limit for the name and the connection. */
    begin(clocks[i]);
    fake.resolving = 1;
    fake.connecting = 1000000;
    CHECK_INT(next(), LITELLM_AGAIN);
    fake.now += 400;
    CHECK_INT(next(), LITELLM_AGAIN);
    fake.now += 500;
    limit_in(CONNECT_MS - 900, LITELLM_PHASE_CONNECT, LITELLM_WAIT_WRITE);
  }
}

/* A port that looks again of itself, as for another address, or computes. */
static void test_ports_wishes(void) {
  begin(0);
  fake.connecting = FAKE_FOR_EVER;
  fake.look_ms = 7;
  CHECK_INT(next(), LITELLM_AGAIN);
  CHECK_INT(event.wait, LITELLM_WAIT_WRITE);
  CHECK_INT(event.wait_ms, 7);
  fake.now += CONNECT_MS - 3;
  CHECK_INT(next(), LITELLM_AGAIN);
  CHECK_INT(event.wait_ms, 3);
  litellm_client_close(&client);
  begin(0);
  fake.deaf = fake.busy = true;
  CHECK_INT(next(), LITELLM_AGAIN);
  CHECK_INT(event.wait, 0);
  CHECK_INT(event.wait_ms, 0);
  litellm_client_close(&client);
}

static void test_send_limit(void) {
  size_t i;
  for (i = 0; i < CLOCKS; i++) {
    check_at("clock at %lx", (unsigned long)clocks[i]);
    begin(clocks[i]);
    fake.deaf = true;
    limit_in(IDLE_MS, LITELLM_PHASE_SEND,
             LITELLM_WAIT_READ | LITELLM_WAIT_WRITE);
    /* Each byte that goes out starts it anew. */
    begin(clocks[i]);
    fake.deaf = true;
    CHECK_INT(next(), LITELLM_AGAIN);
    fake.now += IDLE_MS - 10;
    fake.deaf = false;
    fake.send_size = 1;
    fake.again_every = 3;
    CHECK_INT(next(), LITELLM_AGAIN);
    fake.again_every = 0;
    fake.deaf = true;
    limit_in(IDLE_MS, LITELLM_PHASE_SEND,
             LITELLM_WAIT_READ | LITELLM_WAIT_WRITE);
  }
}

static void test_reply_limits(void) {
  static const struct { const char *until; litellm_phase phase; } holds[] = {
    { "HTTP/1.1 2", LITELLM_PHASE_HEAD },
    { "HTTP/1.1 200 OK\r\n\r\n{\"choices\"", LITELLM_PHASE_BODY }
  };
  size_t i, j;
  for (i = 0; i < CLOCKS; i++) {
    check_at("clock at %lx", (unsigned long)clocks[i]);
    begin(clocks[i]);
    fake.hold_at = FAKE_FOR_EVER;
    fake.reply_size = 0;
    fake.ending = LITELLM_AGAIN;
    limit_in(FIRST_BYTE_MS, LITELLM_PHASE_FIRST_BYTE, LITELLM_WAIT_READ);
    for (j = 0; j < sizeof holds / sizeof holds[0]; j++) {
      check_at("clock at %lx, after %s", (unsigned long)clocks[i],
               holds[j].until);
      begin(clocks[i]);
      fake.hold_at = strlen(holds[j].until);
      limit_in(IDLE_MS, holds[j].phase, LITELLM_WAIT_READ);
      /* Each byte starts it anew. */
      begin(clocks[i]);
      fake.hold_at = strlen(holds[j].until) - 1;
      CHECK_INT(next(), LITELLM_AGAIN);
      fake.now += IDLE_MS - 1;
      fake.hold_at++;
      limit_in(IDLE_MS, holds[j].phase, LITELLM_WAIT_READ);
    }
  }
}

/* The handshake's limit is within that of the whole connection. */
static void test_handshake_limit(void) {
  static const litellm_timeouts part = { .handshake_ms = 400 };
  size_t i;
  for (i = 0; i < CLOCKS; i++) {
    check_at("clock at %lx", (unsigned long)clocks[i]);
    for (timeouts = NULL;; timeouts = &part) {
      begin(clocks[i]);
      fake.connecting = 1;
      fake.securing = 1000000;
      CHECK_INT(next(), LITELLM_AGAIN);
      fake.now += 500;
      limit_in(timeouts ? 400 : CONNECT_MS - 500, LITELLM_PHASE_HANDSHAKE,
               LITELLM_WAIT_WRITE);
      named(timeouts ? "handshake_timeout_ms" : "connect_timeout_ms");
      if (timeouts) break;
    }
    begin(clocks[i]);
    fake.connecting = 1;
    fake.securing = 1000000;
    CHECK_INT(next(), LITELLM_AGAIN);
    fake.now += 800;
    limit_in(CONNECT_MS - 800, LITELLM_PHASE_HANDSHAKE, LITELLM_WAIT_WRITE);
    named("connect_timeout_ms");
  }
  timeouts = NULL;
}

/* A call's limits stand for the client's, one by one; the error names them. */
static void test_limits_of_call(void) {
  static const struct {
    litellm_timeouts timeouts;
    uint32_t ms;
    int held;                /* 0: in connect, 1: before the reply, 2: in it */
    const char *subject;
  } rows[] = {
    { { 0, 0, 0, 0, 0 }, CONNECT_MS, 0, "connect_timeout_ms" },
    { { 70, 0, 0, 0, 0 }, 70, 0, "connect_timeout_ms" },
    { { 0, 0, 0, 0, 80 }, 80, 0, "total_timeout_ms" },
    { { 0, 9, 0, 9, 0 }, FIRST_BYTE_MS, 1, "first_byte_timeout_ms" },
    { { 9, 9, 60, 9, 0 }, 60, 1, "first_byte_timeout_ms" },
    { { 0, 0, 0, 0, 0 }, IDLE_MS, 2, "idle_timeout_ms" },
    { { 9, 9, 9, 90, 0 }, 90, 2, "idle_timeout_ms" },
    { { 9, 9, 9, 900, 95 }, 95, 2, "total_timeout_ms" },
  };
  static const litellm_phase phases[] = {
    LITELLM_PHASE_CONNECT, LITELLM_PHASE_FIRST_BYTE, LITELLM_PHASE_HEAD };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    timeouts = &rows[i].timeouts;
    begin(0xFFFFFFF0u);
    if (rows[i].held == 0) fake.connecting = FAKE_FOR_EVER;
    if (rows[i].held == 1) fake.reply_size = 0, fake.ending = LITELLM_AGAIN;
    if (rows[i].held == 2) fake.hold_at = 3;
    limit_in(rows[i].ms, phases[rows[i].held],
             rows[i].held ? LITELLM_WAIT_READ : LITELLM_WAIT_WRITE);
    named(rows[i].subject);
  }
  timeouts = NULL;
}

/* After an interim reply the server may think as long as before it. */
static void test_interim_limit(void) {
  static const char reply[] = "HTTP/1.1 103 Early Hints\r\n\r\n" REPLY;
  size_t i;
  for (i = 0; i < CLOCKS; i++) {
    check_at("clock %lu", (unsigned long)clocks[i]);
    begin(clocks[i]);
    fake.reply = reply;
    fake.reply_size = sizeof reply - 1;
    fake.hold_at = sizeof reply - sizeof REPLY;
    limit_in(FIRST_BYTE_MS, LITELLM_PHASE_FIRST_BYTE, LITELLM_WAIT_READ);
  }
}

/* A server that drips is stopped by the total limit. */
static void test_total_limit(void) {
  size_t i;
  for (i = 0; i < CLOCKS; i++) {
    unsigned drops;
    check_at("clock at %lx", (unsigned long)clocks[i]);
    begin(clocks[i]);
    fake.hold_at = 1;
    for (drops = 1; drops < 20; drops++) {   /* 19 * 250 ms */
      CHECK_INT(next(), LITELLM_AGAIN);
      CHECK_INT(event.wait_ms, IDLE_MS);
      fake.now += 250;
      fake.hold_at++;
    }
    limit_in(TOTAL_MS - 19 * 250, LITELLM_PHASE_BODY, LITELLM_WAIT_READ);
  }
}

/* A limit that was long passed when the caller comes back is one, too, if
   nothing came meanwhile: its own time is not the server's. */
static void test_late_caller(void) {
  begin(0);
  fake.now += CONNECT_MS + 1;
  while (litellm_next(&client, &event) == LITELLM_AGAIN) {}
  CHECK_INT(event.kind, LITELLM_EVENT_TEXT);
  fake.now += IDLE_MS + 1;
  CHECK_INT(next(), LITELLM_END);
  begin(0xFFFFFF00u);
  fake.hold_at = 5;
  CHECK_INT(next(), LITELLM_AGAIN);
  fake.now += 0x70000000u;
  CHECK_INT(next(), LITELLM_ERROR_TIMEOUT);
  /* And before the first step: nothing was opened. */
  begin(0);
  fake.now += TOTAL_MS;
  CHECK_INT(next(), LITELLM_ERROR_TIMEOUT);
  CHECK_INT(fake.opened, fake.closed);
}

static void test_defaults(void) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  static const struct { int hold; uint32_t ms; } limits[] = {
    { 0, 10000 }, { 1, 120000 }, { 2, 60000 }
  };
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  size_t i;
  memset(&request, 0, sizeof request);
  request.call = hello;
  for (i = 0; i < 3; i++) {
    fake.start_ms = 0;
    fake_reset(REPLY, strlen(REPLY));
    if (limits[i].hold == 0) fake.resolving = FAKE_FOR_EVER;
    if (limits[i].hold == 1) fake.reply_size = 0, fake.ending = LITELLM_AGAIN;
    if (limits[i].hold == 2) fake.hold_at = 3;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    CHECK_INT(next(), LITELLM_AGAIN);
    CHECK_INT(event.wait_ms, limits[i].ms);
    litellm_client_close(&client);
    CHECK_INT(fake.closed, 1);
  }
}

/* The times of the statistics, with a clock that goes 7 ms a port call. */
static void test_stats(void) {
  size_t i;
  for (i = 0; i < CLOCKS; i++) {
    const litellm_stats *stats = &client.stats;
    check_at("clock at %lx", (unsigned long)clocks[i]);
    begin(clocks[i]);
    fake.step_ms = 7;
    fake.resolving = fake.connecting = 1;
    while (next() == LITELLM_AGAIN) {}
    CHECK_INT(next(), LITELLM_END);
    CHECK_INT(stats->connect_ms, 21);
    CHECK(stats->first_byte_ms > 21 && stats->first_byte_ms < 100);
    CHECK(stats->total_ms >= stats->first_byte_ms);
    CHECK_INT(stats->total_ms, fake.now - fake.start_ms);
    CHECK_INT(stats->bytes_sent, fake.sent_size);
    CHECK_INT(stats->bytes_received, fake.reply_size);
  }
}

/* The blocking call sleeps in the port and times out as well. */
static void test_blocking(void) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  size_t i;
  memset(&request, 0, sizeof request);
  request.call = hello;
  desc.first_byte_timeout_ms = FIRST_BYTE_MS;
  for (i = 0; i < CLOCKS; i++) {
    check_at("clock at %lx", (unsigned long)clocks[i]);
    fake.start_ms = clocks[i];
    fake_reset("", 0);
    fake.ending = LITELLM_AGAIN;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_TIMEOUT);
    CHECK_INT(fake.now - fake.start_ms, FIRST_BYTE_MS);
    CHECK_INT(client.error.phase, LITELLM_PHASE_FIRST_BYTE);
    CHECK_INT(fake.closed, 1);
  }
}

int main(void) {
  CHECK_RUN(test_connect_limits);
  CHECK_RUN(test_ports_wishes);
  CHECK_RUN(test_send_limit);
  CHECK_RUN(test_reply_limits);
  CHECK_RUN(test_handshake_limit);
  CHECK_RUN(test_limits_of_call);
  CHECK_RUN(test_interim_limit);
  CHECK_RUN(test_total_limit);
  CHECK_RUN(test_late_caller);
  CHECK_RUN(test_defaults);
  CHECK_RUN(test_stats);
  CHECK_RUN(test_blocking);
  fake_free();
  return check_failures != 0;
}
