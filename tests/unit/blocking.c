/* The blocking call, and who owns the client when: busy, cancel, keep. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define REPLY(content) "HTTP/1.1 200 OK\r\n\r\n"                               \
  "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"message\":{\"content\":\""       \
  content "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":9}}"

static const litellm_call hello = { .model = "m", .prompt = "Hi" };

#define GREET(ARG) ARG(STRING, name) ARG(INT, times)
LITELLM_CALL(greet, GREET, .model = "m", .prompt = "{name} {times}");

static litellm_client client;
static litellm_response response;
static litellm_request request;

static void begin(const char *reply) {
  litellm_client_desc desc = fake_desc("http://h");
  fake_reset(reply, strlen(reply));
  memset(&request, 0, sizeof request);
  request.call = &hello;
  request.keep_text = true;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static void end(void) {
  litellm_client_close(&client);
  CHECK_INT(fake.opened, fake.closed);
  CHECK_TEXT(fake.wrong, NULL);
}

static void test_run(void) {
  begin(REPLY("hello"));
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "hello");
  CHECK_INT(response.content_size, 5);
  CHECK_TEXT(response.finish_reason, "stop");
  CHECK_TEXT(response.id, "c1");
  CHECK(response.has_usage && response.usage.total_tokens == 9);
  CHECK_INT(client.error.code, LITELLM_OK);
  CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_OK);
  request.keep_text = false;                 /* who wants a response keeps it */
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "hello");
  end();
}

/* Of a plain reply only choice 0 is kept, also behind another. */
static void test_choices(void) {
  begin("HTTP/1.1 200 OK\r\n\r\n{\"choices\":[{\"finish_reason\":\"length\","
        "\"message\":{\"content\":\"b\",\"refusal\":\"r\"},\"index\":1},"
        "{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\","
        "\"index\":0}]}");
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "a");
  CHECK_TEXT(response.finish_reason, "stop");
  CHECK(response.refusal == NULL);
  end();
}

/* wait gets what next said, and only wait is where time passes. */
static void test_waits(void) {
  begin(REPLY("hello"));
  fake.resolving = 2;
  fake.connecting = 3;
  fake.read_size = 1;
  fake.send_size = 1;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_INT(fake.waits, 5);
  CHECK_INT(fake.now, 5);
  CHECK_TEXT(response.content, "hello");
  end();
}

static void test_arguments(void) {
  litellm_call broken = hello;
  litellm_error error;
  uint32_t total;
  begin(REPLY("x"));
  CHECK_INT(litellm_run(&client, &response, NULL), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "call");
  request.call = NULL;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "call");
  request.call = &broken;
  broken.model = NULL;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "model");
  request.model = "run-time";
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK(strstr(fake.sent, "{\"model\":\"run-time\",") != NULL);
  broken.prompt = NULL;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "prompt");
  request.call = &greet_call;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "arguments");
  CHECK_INT(litellm_body(&request, 0, NULL, 0, &total, &error),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(error, "arguments");
  CHECK_INT(fake.opened, 1);
  end();
}

static void test_bad_request_sends_nothing(void) {
  static const struct { const char *prompt; litellm_result result; } bad[] = {
    { "{nobody}", LITELLM_ERROR_TEMPLATE_NAME },
    { "{name", LITELLM_ERROR_TEMPLATE }, { "", LITELLM_ERROR_NO_MESSAGE },
#if LITELLM_TEMPLATES
    { "SYSTEM:\nUSER:\n", LITELLM_ERROR_NO_MESSAGE },
    { "{times:s}", LITELLM_ERROR_TEMPLATE_TYPE },
    { "{name[0]}", LITELLM_ERROR_TEMPLATE_TYPE }
#endif
  };
  struct greet_arguments arguments;
  litellm_call call = greet_call;
  size_t i;
  memset(&arguments, 0, sizeof arguments);
  begin(REPLY("x"));
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    check_at("%s", bad[i].prompt);
    call.prompt = bad[i].prompt;
    request.call = &call;
    request.arguments = &arguments;
    CHECK_INT(litellm_run(&client, &response, &request), bad[i].result);
    CHECK_INT(client.error.code, bad[i].result);
    CHECK_INT(client.error.phase, LITELLM_PHASE_PREPARE);
    CHECK_TEXT(response.content, "");
  }
  CHECK_INT(fake.opened, 0);
  request.call = &hello;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
}

/* ---- cancel ------------------------------------------------------------ */

static litellm_result finish(litellm_stream *stream) {
  litellm_event event;
  litellm_result result;
  do result = litellm_next(stream, &event);
  while (result == LITELLM_OK || result == LITELLM_AGAIN);
  return result;
}

/* After every number of steps; a step is cut small by AGAIN at every third
   port call and single bytes. */
static void test_cancel_anywhere(void) {
  unsigned steps, phases = 0;
  bool ended = false;
  begin(REPLY("hello"));
  fake.resolving = fake.connecting = 2;
  fake.read_size = fake.send_size = 1;
  for (steps = 0; !ended && steps < 5000; steps++) {
    litellm_stream stream;
    litellm_event event;
    litellm_result result = LITELLM_AGAIN;
    unsigned n;
    check_at("after %u steps", steps);
    fake_rewind();
    fake.again_every = 3;
    CHECK_INT(litellm_start(&stream, &client, &request), LITELLM_OK);
    for (n = 0; n < steps && result <= LITELLM_AGAIN; n++)
      result = litellm_next(&stream, &event);
    ended = result == LITELLM_END;
    litellm_cancel(&stream);
    phases |= 1u << client.error.phase;
    litellm_cancel(&stream);
    CHECK_INT(fake.opened, fake.closed);
    CHECK_INT(litellm_next(&stream, &event),
              ended ? LITELLM_END : LITELLM_ERROR_CANCELLED);
    CHECK_INT(client.error.code, ended ? LITELLM_OK : LITELLM_ERROR_CANCELLED);
    CHECK_INT(litellm_stream_response(&stream, &response), LITELLM_OK);
    if (steps % 16 == 0) {
      fake_rewind();
      CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
      CHECK_TEXT(response.content, "hello");
    }
  }
  CHECK(ended);
  for (steps = LITELLM_PHASE_PREPARE; steps <= LITELLM_PHASE_BODY; steps++)
    if (steps != LITELLM_PHASE_HANDSHAKE) {
      check_at("phase %s", litellm_phase_name((litellm_phase)steps));
      CHECK(phases >> steps & 1);
    }
  end();
}

/* ---- busy -------------------------------------------------------------- */

static void test_busy(void) {
  litellm_stream first, second;
  litellm_event event;
  begin(REPLY("hello"));
  fake.read_size = fake.send_size = 5;
  fake.again_every = 3;
  CHECK_INT(litellm_start(&first, &client, &request), LITELLM_OK);
  CHECK_INT(litellm_stream_response(&first, &response), LITELLM_ERROR_BUSY);
  do {
    CHECK_INT(litellm_start(&second, &client, &request), LITELLM_ERROR_BUSY);
    CHECK_INT(litellm_next(&second, &event), LITELLM_ERROR_BUSY);
    CHECK_INT(litellm_stream_response(&second, &response),
              LITELLM_ERROR_BUSY);
    CHECK_INT(litellm_run(&client, &response, &request), LITELLM_ERROR_BUSY);
    CHECK_INT(greet_start(&second, &client, "x", 1), LITELLM_ERROR_BUSY);
    litellm_cancel(&second);                 /* not its call to cancel */
    litellm_client_keep(&client);            /* not now */
  } while (litellm_next(&first, &event) <= LITELLM_AGAIN);
  CHECK_INT(litellm_next(&first, &event), LITELLM_END);
  CHECK_INT(litellm_stream_response(&first, &response), LITELLM_OK);
  CHECK_TEXT(response.content, "hello");
  CHECK_INT(fake.opened, 1);
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
}

/* ---- what stays -------------------------------------------------------- */

static void test_keep(void) {
  const char *first;
  size_t used, round;
  begin(REPLY("first answer"));
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  first = response.content;
  litellm_client_keep(&client);
  used = client.arena.used;
  CHECK(used > 12);
  fake_reset(REPLY("second"), strlen(REPLY("second")));
  for (round = 0; round < 3; round++) {
    CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
    CHECK_TEXT(first, "first answer");
    CHECK_TEXT(response.content, "second");
    CHECK(response.content != first);
  }
  litellm_client_forget(&client);
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK(client.arena.used < used);
  CHECK_TEXT(response.content, "second");
  end();
}

/* The caller's own objects in the arena stay too, when kept. */
static void test_messages_in_the_arena(void) {
  litellm_messages list = { NULL, NULL };
  begin(REPLY("again"));
  CHECK(litellm_messages_add(&list, &client.arena, LITELLM_SYSTEM,
                             litellm_str_of("Be brief.")) != NULL);
  CHECK(litellm_messages_add(&list, &client.arena, LITELLM_USER,
                             litellm_str_of("Hello")) != NULL);
  litellm_client_keep(&client);
  request.call = &hello;
  request.messages = list.first;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK(strstr(fake.sent,
               "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
               "{\"role\":\"system\",\"content\":\"Be brief.\"},"
               "{\"role\":\"user\",\"content\":\"Hello\"}]}") != NULL);
  end();
}

/* An argument struct that goes out of scope before it is sent. */
static litellm_result start_and_leave(litellm_stream *stream) {
  int times = 7;
  return greet_start(stream, &client, "Ada", times);
}

static void overwrite_the_stack(void) {
  volatile char stack[4096];
  size_t i;
  for (i = 0; i < sizeof stack; i++) stack[i] = 0x55;
}

static void test_start_copies(void) {
  litellm_stream stream;
  begin(REPLY("hello"));
  fake.send_size = 3;
  CHECK_INT(start_and_leave(&stream), LITELLM_OK);
  overwrite_the_stack();
  CHECK_INT(finish(&stream), LITELLM_END);
  CHECK(strstr(fake.sent, "\"content\":\"Ada 7\"") != NULL);
#if LITELLM_STREAMS
  CHECK(strstr(fake.sent, "\"stream\":true") != NULL);
#endif
  CHECK_INT(greet(&client, &response, "Bob", -1), LITELLM_OK);
  CHECK(strstr(fake.sent, "\"content\":\"Bob -1\"") != NULL);
  CHECK(strstr(fake.sent, "\"stream\"") == NULL);
  CHECK_TEXT(response.content, "hello");
  end();
}

/* Data that changes between counting and sending is an error, never a wrong
   length. */
static void test_changed(void) {
  static char text[3000];
  litellm_stream stream;
  litellm_event event;
  litellm_message message;
  litellm_call listed = { .model = "m" };
  size_t to, n;
  for (to = 0; to < 4; to++) {
    static const size_t lengths[] = { 0, 10, 2999, 1500 };
    check_at("%lu bytes", (unsigned long)lengths[to]);
    begin(REPLY("hello"));
    memset(text, 'a', sizeof text);
    memset(&message, 0, sizeof message);
    message.content.ptr = text;
    message.content.len = 2000;
    request.call = &listed;
    request.messages = &message;
    fake.again_every = 3;
    fake.send_size = 10;
    CHECK_INT(litellm_start(&stream, &client, &request), LITELLM_OK);
    for (n = 0; n < 3; n++) (void)litellm_next(&stream, &event);
    message.content.len = lengths[to];
    CHECK_INT(finish(&stream), LITELLM_ERROR_CHANGED);
    CHECK(!fake_request_whole());
    CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_OK);
    end();
  }
}

/* ---- life -------------------------------------------------------------- */

static void test_close(void) {
  litellm_stream stream;
  litellm_event event;
  begin(REPLY("hello"));
  fake.again_every = 3;
  CHECK_INT(litellm_start(&stream, &client, &request), LITELLM_OK);
  CHECK_INT(litellm_next(&stream, &event), LITELLM_AGAIN);
  CHECK_INT(fake.opened, 1);
  litellm_client_close(&client);             /* in the middle of a call */
  CHECK_INT(fake.closed, 1);
  litellm_client_close(&client);
  CHECK(litellm_run(&client, &response, &request) < 0);
  CHECK_INT(fake.opened, 1);
  begin(REPLY("hello"));                     /* and made again */
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
  memset(&client, 0, sizeof client);
  litellm_client_close(&client);             /* never made */
}

/* A failed call does not stick to the next. */
/* Closing gives up a call at any of its steps: nothing goes out behind it, and
   no key stays in the memory. */
static void test_close_amid(void) {
  litellm_stream stream;
  litellm_event event;
  unsigned steps, n;
  for (steps = 0; steps < 12; steps++) {
    litellm_client_desc desc = fake_desc("http://h");
    litellm_result result = LITELLM_OK;
    size_t i;
    check_at("after %u steps", steps);
    begin(REPLY("Hi"));
    end();
    fake.again_every = 2;
    fake.send_size = 40;
    desc.api_key = "sk-secret";
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    CHECK_INT(litellm_start(&stream, &client, &request), LITELLM_OK);
    for (n = 0; n < steps && result >= LITELLM_OK; n++)
      result = litellm_next(&stream, &event);
    litellm_client_close(&client);
    n = fake.calls;
    if (result != LITELLM_END) result = LITELLM_ERROR_CANCELLED;
    CHECK_INT(litellm_next(&stream, &event), result);
    CHECK_INT(litellm_next(&stream, &event), result);
    litellm_cancel(&stream);
    CHECK_INT(fake.calls, n);
    end();
    for (i = 0; i + 9 <= desc.memory_size; i++)
      if (!memcmp((const char *)desc.memory + i, "sk-secret", 9)) break;
    CHECK(i + 9 > desc.memory_size);
  }
}

static void test_error_is_forgotten(void) {
  begin("HTTP/1.1 429 No\r\nretry-after: 3\r\n\r\n"
        "{\"error\":{\"message\":\"slow\",\"type\":\"t\",\"code\":\"429\"}}");
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_RATE_LIMIT);
  CHECK_INT(client.error.status, 429);
  CHECK_TEXT(client.error.message, "slow");
  CHECK_TEXT(litellm_client_error(&client), "slow");
#if LITELLM_GATEWAY_HEADERS
  CHECK_INT(client.error.retry_after_ms, 3000);
#endif
  fake_reset(REPLY("hello"), strlen(REPLY("hello")));
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_INT(client.error.code, LITELLM_OK);
  CHECK_INT(client.error.status, 200);
  CHECK(client.error.message == NULL);
  CHECK_INT(client.error.retry_after_ms, 0);
  end();
}

int main(void) {
  CHECK_RUN(test_run);
  CHECK_RUN(test_choices);
  CHECK_RUN(test_waits);
  CHECK_RUN(test_arguments);
  CHECK_RUN(test_bad_request_sends_nothing);
  CHECK_RUN(test_cancel_anywhere);
  CHECK_RUN(test_busy);
  CHECK_RUN(test_keep);
  CHECK_RUN(test_messages_in_the_arena);
  CHECK_RUN(test_start_copies);
  CHECK_RUN(test_changed);
  CHECK_RUN(test_close);
  CHECK_RUN(test_close_amid);
  CHECK_RUN(test_error_is_forgotten);
  fake_free();
  return check_failures != 0;
}
