/* The blocking call, and who owns the client when: busy, cancel, keep. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define REPLY(content) "HTTP/1.1 200 OK\r\n\r\n"                               \
  "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"message\":{\"content\":\""       \
  content "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":9}}"

static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };

#define GREET(ARG) ARG(STRING, name) ARG(INT, times)
LITELLM_CALL(greet, GREET, .model = "m", .prompt = "{name} {times}");

static litellm_client client;
static litellm_response response;
static litellm_request request;

static void begin(const char *reply) {
  litellm_client_desc desc = fake_desc("http://h");
  fake_reset(reply, strlen(reply));
  memset(&request, 0, sizeof request);
  request.call = hello;
  request.call.collect_text = true;
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
  request.call.collect_text = false;         /* who wants a response keeps it */
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "hello");
  end();
}

#if LITELLM_STREAMS
LITELLM_CALL(long_story, GREET, .model = "m", .prompt = "{name} {times}",
             .stream = true);

/* A blocking call that is a stream on the wire. */
static void test_stream(void) {
  begin("HTTP/1.1 200 OK\r\n\r\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"one \"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"two\"}}]}\n\n"
        "data: [DONE]\n\n");
  CHECK_INT(long_story(&client, &response, "Ada", 2), LITELLM_OK);
  CHECK_TEXT(response.content, "one two");
  CHECK(strstr(fake.sent, ",\"stream\":true,") != NULL);
  CHECK_INT(greet(&client, &response, "Ada", 2), LITELLM_OK);
  CHECK(strstr(fake.sent, "\"stream\"") == NULL);
  end();
}
#endif

#if LITELLM_COMPAT
static void test_thoughts_in_content(void) {
  begin(REPLY("<think>Hm</think>\\nhello"));
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "hello");
  CHECK_TEXT(response.reasoning, "Hm");
  request.call.thoughts_in_content = true;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "<think>Hm</think>\nhello");
  CHECK(response.reasoning == NULL);
  end();
}
#endif

/* Of a plain reply only choice 0 is kept, also behind another. */
static void test_choices(void) {
  begin("HTTP/1.1 200 OK\r\n\r\n{\"choices\":[{\"index\":1,\"message\":"
        "{\"content\":\"b\",\"refusal\":\"r\"},\"finish_reason\":\"length\"},"
        "{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\","
        "\"index\":0}]}");
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "a");
  CHECK_TEXT(response.finish_reason, "stop");
  CHECK(response.refusal == NULL);
  end();
}

#if LITELLM_TOOLS
/* More tool calls than are counted fail as such: more memory would not help. */
static void test_too_many_calls(void) {
  static char reply[24000];
  unsigned count, i;
  for (count = 254; count < 258; count++) {
    char *to = reply;
    check_at("%u calls", count);
    to += sprintf(to, "HTTP/1.1 200 OK\r\n\r\n{\"choices\":[{\"message\":{"
                      "\"tool_calls\":[");
    for (i = 0; i < count; i++)
      to += sprintf(to, "%s{\"id\":\"c%u\",\"function\":{\"name\":\"f\","
                          "\"arguments\":\"{}\"}}", &","[!i], i);
    (void)sprintf(to, "]}}]}");
    begin(reply);
    CHECK_INT(litellm_run(&client, &response, &request),
              count < 256 ? LITELLM_OK : LITELLM_ERROR_TOO_MANY_CALLS);
    CHECK_INT(client.error.bytes_missing, 0);
    CHECK_INT(response.tool_call_count, count < 256 ? count : 255);
    end();
  }
}
#endif

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
  litellm_error error;
  uint32_t total;
  begin(REPLY("x"));
  request.call.model = NULL;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "model");
  request.call.model = "run-time";
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK(strstr(fake.sent, "{\"model\":\"run-time\",") != NULL);
  request.call.prompt = NULL;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "prompt");
  request.call = greet_call;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "arguments");
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(error, "arguments");
  request.call.model = "";
  CHECK_INT(litellm_call_check(&request.call, &error), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(error, "model");
  request.call = hello;
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
            LITELLM_OK);
  CHECK_INT(litellm_request_body(&request, total, (char *)&error, sizeof error,
                                 &total, NULL), LITELLM_OK);
  CHECK_INT(error.code, LITELLM_OK);         /* nothing was written */
  CHECK_INT(fake.opened, 1);
  end();
}

static void test_bad_request_sends_nothing(void) {
  static const struct { const char *prompt; litellm_result result; } bad[] = {
    { "{nobody}", LITELLM_ERROR_TEMPLATE_NAME },
    { "{name", LITELLM_ERROR_TEMPLATE }, { "", LITELLM_ERROR_NO_MESSAGE },
#if LITELLM_TEMPLATES
    { "SYSTEM:\nUSER:\n", LITELLM_ERROR_NO_MESSAGE },
    { "{name[0]}", LITELLM_ERROR_TEMPLATE_TYPE },
#endif
#if LITELLM_FORMAT
    { "{times:s}", LITELLM_ERROR_TEMPLATE_TYPE }
#endif
  };
  struct greet_arguments arguments;
  size_t i;
  memset(&arguments, 0, sizeof arguments);
  begin(REPLY("x"));
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    check_at("%s", bad[i].prompt);
    request.call = greet_call;
    request.call.prompt = bad[i].prompt;
    request.arguments = &arguments;
    CHECK_INT(litellm_run(&client, &response, &request), bad[i].result);
    CHECK_INT(client.error.code, bad[i].result);
    CHECK_INT(client.error.phase, LITELLM_PHASE_PREPARE);
    CHECK_TEXT(response.content, "");
  }
  CHECK_INT(fake.opened, 0);
  request.call = hello;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
}

/* ---- cancel ------------------------------------------------------------ */

static litellm_result finish(void) {
  litellm_event event;
  litellm_result result;
  do result = litellm_next(&client, &event);
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
    litellm_event event;
    litellm_result result = LITELLM_AGAIN;
    unsigned n;
    check_at("after %u steps", steps);
    fake_rewind();
    fake.again_every = 3;
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    for (n = 0; n < steps && result <= LITELLM_AGAIN; n++)
      result = litellm_next(&client, &event);
    ended = result == LITELLM_END;
    litellm_cancel(&client);
    phases |= 1u << client.error.phase;
    litellm_cancel(&client);
    CHECK_INT(fake.opened, fake.closed);
    CHECK_INT(litellm_next(&client, &event),
              ended ? LITELLM_END : LITELLM_ERROR_CANCELLED);
    CHECK_INT(client.error.code, ended ? LITELLM_OK : LITELLM_ERROR_CANCELLED);
    CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
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
  litellm_event event;
  begin(REPLY("hello"));
  fake.read_size = fake.send_size = 5;
  fake.again_every = 3;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  do {
    CHECK_INT(litellm_client_response(&client, &response),
              LITELLM_ERROR_BUSY);
    CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_BUSY);
    CHECK_TEXT(litellm_client_error(&client),
               litellm_result_text(LITELLM_ERROR_BUSY));
    CHECK_INT(litellm_run(&client, &response, &request), LITELLM_ERROR_BUSY);
    CHECK_INT(greet_start(&client, "x", 1), LITELLM_ERROR_BUSY);
    litellm_client_retain_response(&client); /* not now */
  } while (litellm_next(&client, &event) <= LITELLM_AGAIN);
  CHECK_INT(litellm_next(&client, &event), LITELLM_END);
  CHECK_INT(client.error.code, LITELLM_OK);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
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
  litellm_client_retain_response(&client);
  used = client.arena.used;
  CHECK(used > 12);
  fake_reset(REPLY("second"), strlen(REPLY("second")));
  for (round = 0; round < 3; round++) {
    CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
    CHECK_TEXT(first, "first answer");
    CHECK_TEXT(response.content, "second");
    CHECK(response.content != first);
  }
  litellm_client_release_responses(&client);
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK(client.arena.used < used);
  CHECK_TEXT(response.content, "second");
  end();
}

/* The caller's own objects in the arena stay too, when kept. */
static void test_messages_in_the_arena(void) {
  litellm_messages list = { NULL, NULL };
  begin(REPLY("again"));
  CHECK(litellm_messages_add(&list, &client.arena, LITELLM_ROLE_SYSTEM,
                             litellm_str_from("Be brief.")) != NULL);
  CHECK(litellm_messages_add(&list, &client.arena, LITELLM_ROLE_USER,
                             litellm_str_from("Hello")) != NULL);
  litellm_client_retain_response(&client);
  request.call = hello;
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
static litellm_result start_and_leave(void) {
  int times = 7;
  return greet_start(&client, "Ada", times);
}

static void overwrite_the_stack(void) {
  volatile char stack[4096];
  size_t i;
  for (i = 0; i < sizeof stack; i++) stack[i] = 0x55;
}

static void test_start_copies(void) {
  begin(REPLY("hello"));
  fake.send_size = 3;
  CHECK_INT(start_and_leave(), LITELLM_OK);
  overwrite_the_stack();
  CHECK_INT(finish(), LITELLM_END);
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

/* Thoughts that must go back are only kept when something is. */
static void test_thoughts_not_kept(void) {
  begin("HTTP/1.1 200 OK\r\n\r\n{\"choices\":[{\"message\":{\"content\":"
        "\"a\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":"
        "\"Hm\",\"signature\":\"s\"}]}}]}");
  request.call.collect_text = false;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  CHECK_INT(finish(), LITELLM_END);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
  CHECK_TEXT(response.content, "");
  CHECK_TEXT(response.thinking_blocks, NULL);
  end();
}

/* A port that says END when it is to send: as if the connection was closed. */
static void test_end_of_sending(void) {
  begin(REPLY("hello"));
  fake.failing = FAKE_SEND;
  fake.fail_at = 1;
  fake.fail_with = LITELLM_END;
  CHECK_INT(litellm_run(&client, &response, &request),
            LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK_INT(client.error.phase, LITELLM_PHASE_FIRST_BYTE);
  end();
}

/* Data that changes between counting and sending is an error, never a wrong
   length. */
static void test_changed(void) {
  static char text[3000];
  litellm_event event;
  litellm_message message;
  litellm_call_desc listed = { .model = "m" };
  size_t to, n;
  for (to = 0; to < 4; to++) {
    static const size_t lengths[] = { 0, 10, 2999, 1500 };
    check_at("%lu bytes", (unsigned long)lengths[to]);
    begin(REPLY("hello"));
    memset(text, 'a', sizeof text);
    memset(&message, 0, sizeof message);
    message.content.ptr = text;
    message.content.len = 2000;
    request.call = listed;
    request.messages = &message;
    fake.again_every = 3;
    fake.send_size = 10;
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    for (n = 0; n < 3; n++) (void)litellm_next(&client, &event);
    message.content.len = lengths[to];
    CHECK_INT(finish(), LITELLM_ERROR_REQUEST_CHANGED);
    CHECK(!fake_request_whole());
    CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_OK);
    end();
  }
  check_at("a role that there is not");
  begin(REPLY("hello"));
  request.call = listed;
  request.messages = &message;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  memset(&message.role, 0x7F, sizeof message.role);
  CHECK_INT(finish(), LITELLM_ERROR_ARGUMENT);
  CHECK_INT(client.error.phase, LITELLM_PHASE_SEND);
  CHECK_WHERE(client.error, "message role");
  CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_ARGUMENT);
  end();
}

/* ---- life -------------------------------------------------------------- */

/* The client is not open, whatever its last call said. */
static void not_open(void) {
  litellm_event event;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_ERROR_NOT_OPEN);
  CHECK_TEXT(litellm_client_error(&client),
             litellm_result_text(LITELLM_ERROR_NOT_OPEN));
  CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_NOT_OPEN);
  CHECK_INT(litellm_client_response(&client, &response),
            LITELLM_ERROR_NOT_OPEN);
  memset(&event, 0, sizeof event);
  litellm_wait(&client, &event);
#if LITELLM_MODELS
  CHECK_INT(litellm_decode(&client, NULL, litellm_str_from("{}"), NULL),
            LITELLM_ERROR_NOT_OPEN);
#endif
}

static void test_close(void) {
  litellm_client_desc desc = fake_desc("http://h");
  litellm_event event;
  begin(REPLY("hello"));
  fake.again_every = 3;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  CHECK_INT(litellm_next(&client, &event), LITELLM_AGAIN);
  CHECK_INT(fake.opened, 1);
  litellm_client_close(&client);             /* in the middle of a call */
  CHECK_INT(fake.closed, 1);
  CHECK_INT(fake.waits_only, 0);
  event.wait_ms = 7;
  litellm_wait(&client, &event);             /* only time passes */
  CHECK_INT(fake.waits_only, 1);
  litellm_client_close(&client);
  not_open();
  CHECK_INT(fake.opened, 1);
  begin(REPLY("hello"));                     /* and made again */
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
  memset(&client, 0, sizeof client);
  litellm_client_close(&client);             /* never made */
  litellm_cancel(&client);
  CHECK_INT(litellm_next(&client, &event), LITELLM_ERROR_NOT_OPEN);
  not_open();
  desc.base_url = "h";
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_URL);
  litellm_cancel(&client);                   /* not made */
  CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_URL);
  CHECK_INT(litellm_next(&client, &event), LITELLM_ERROR_URL);
  begin(REPLY("hello"));                     /* made, not called */
  CHECK_INT(litellm_next(&client, &event), LITELLM_END);
  litellm_cancel(&client);
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
}

/* A failed call does not stick to the next. */
/* Closing gives up a call at any of its steps: nothing goes out behind it, and
   no key stays in the memory. */
static void test_close_amid(void) {
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
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    for (n = 0; n < steps && result >= LITELLM_OK; n++)
      result = litellm_next(&client, &event);
    litellm_client_close(&client);
    n = fake.calls;
    if (result != LITELLM_END) result = LITELLM_ERROR_CANCELLED;
    CHECK_INT(litellm_next(&client, &event), result);
    CHECK_INT(litellm_next(&client, &event), result);
    litellm_cancel(&client);
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
  CHECK_INT(client.error.http_status, 429);
  CHECK_TEXT(client.error.message, "slow");
  CHECK(strstr(litellm_client_error(&client),
               LITELLM_ERROR_TEXTS ? "; server: slow" : "-124 slow") != NULL);
#if LITELLM_GATEWAY_INFO
  CHECK_INT(client.error.retry_after_ms, 3000);
#endif
  fake_reset(REPLY("hello"), strlen(REPLY("hello")));
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_INT(client.error.code, LITELLM_OK);
  CHECK_INT(client.error.http_status, 200);
  CHECK(client.error.message == NULL);
  CHECK_INT(client.error.retry_after_ms, 0);
  end();
}

int main(void) {
  CHECK_RUN(test_run);
#if LITELLM_STREAMS
  CHECK_RUN(test_stream);
#endif
  CHECK_RUN(test_choices);
#if LITELLM_TOOLS
  CHECK_RUN(test_too_many_calls);
#endif
#if LITELLM_COMPAT
  CHECK_RUN(test_thoughts_in_content);
#endif
  CHECK_RUN(test_waits);
  CHECK_RUN(test_arguments);
  CHECK_RUN(test_bad_request_sends_nothing);
  CHECK_RUN(test_cancel_anywhere);
  CHECK_RUN(test_busy);
  CHECK_RUN(test_keep);
  CHECK_RUN(test_messages_in_the_arena);
  CHECK_RUN(test_start_copies);
  CHECK_RUN(test_thoughts_not_kept);
  CHECK_RUN(test_end_of_sending);
  CHECK_RUN(test_changed);
  CHECK_RUN(test_close);
  CHECK_RUN(test_close_amid);
  CHECK_RUN(test_error_is_forgotten);
  fake_free();
  return check_failures != 0;
}
