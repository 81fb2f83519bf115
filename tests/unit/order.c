/* Calls in a wrong order, and from a wrong place: each gets its own result and
   changes nothing. And what is freed when: each pointer of a call at its end,
   each pointer of a client when it is closed. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define OK "HTTP/1.1 200 OK\r\n\r\n"
static const char answer[] = OK "{\"choices\":[{\"index\":0,\"message\":{"
  "\"content\":\"{\\\"n\\\":7}\"},\"finish_reason\":\"stop\"}]}";
#if LITELLM_TOOLS
static const char look_twice[] = OK "{\"choices\":[{\"index\":0,\"message\":{"
  "\"content\":null,\"tool_calls\":["
  "{\"id\":\"a\",\"function\":{\"name\":\"look\",\"arguments\":"
  "\"{\\\"text\\\":\\\"abcdefgh\\\"}\"}},"
  "{\"id\":\"b\",\"function\":{\"name\":\"look\",\"arguments\":"
  "\"{\\\"text\\\":\\\"ijk\\\"}\"}}]},\"finish_reason\":\"tool_calls\"}]}";
#endif

enum { MEMORY = 16384 };

static litellm_client client;
static litellm_client_desc desc;
static litellm_response response;
static unsigned char *memory;

static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
LITELLM_CALL(say, LITELLM_NO_ARGUMENTS, .model = "m", .prompt = "Hi");

static litellm_result drive(void) {
  litellm_event event;
  litellm_result result;
  do {
    result = litellm_next(&client, &event);
    if (result == LITELLM_AGAIN && !event.wait) fake.now += event.wait_ms;
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  return result;
}

static litellm_request plain_request(void) {
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call = hello;
  return request;
}

static void begin(void) {
  memory = (unsigned char *)check_alloc(MEMORY);
  desc = fake_desc("http://h");
  desc.memory = memory;
  desc.memory_size = MEMORY;
  fake_reset(answer, strlen(answer));
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static void end(void) {
  litellm_client_close(&client);
  free(memory);
  memory = NULL;
  CHECK_INT(fake.opened, fake.closed);
  CHECK_TEXT(fake.wrong, NULL);
}

/* ---- out of callbacks ---------------------------------------------------- */

enum { NOTHING, ALLOC, NEXT, START, RUN, RESPONSE, DECODE, SET_RESULT, RETAIN,
       RELEASE, ERROR_LINE, WAIT, CANCEL, CLOSE, FREE, AGAIN, MISUSES };
static const char *const misuse_names[] = {
  "nothing", "alloc", "next", "start", "run", "response", "decode",
  "set a result", "retain", "release", "error", "wait", "cancel", "close",
  "close and free", "close and init" };

/* Where: the moments of the hook, then the other callbacks. */
enum { KEY = LITELLM_HOOK_END + 1, CONFIGURE, HANDLER, PARSER, PLACES };

static struct {
  int what, where;
  unsigned times;            /* the place was reached */
  bool inside;
} misuse;

static litellm_result begun(void) {
  litellm_request request = plain_request();
  return litellm_start(&client, &request);
}

#if LITELLM_MODELS
#define BOX(FIELD) FIELD(INT, n, NULL)
LITELLM_MODEL(box, BOX);
#endif

static void misuse_at(int where) {
  bool last = where == LITELLM_HOOK_END;
  litellm_request request = plain_request();
  litellm_event event;
  if (where != misuse.where || misuse.inside) return;
  misuse.inside = true;
  misuse.times++;
  memset(&event, 0, sizeof event);
  switch (misuse.what) {
    case ALLOC:
      CHECK(litellm_arena_alloc(&client.arena, 1) == NULL || last);
      break;
    case NEXT:
      CHECK(last || litellm_next(&client, &event) == LITELLM_ERROR_BUSY);
      break;
    case START: CHECK_INT(begun(), LITELLM_ERROR_BUSY); break;
    case RUN:
      CHECK_INT(litellm_run(&client, &response, &request), LITELLM_ERROR_BUSY);
      break;
    case RESPONSE:
      CHECK_INT(litellm_client_response(&client, &response),
                LITELLM_ERROR_BUSY);
      break;
    case DECODE:
#if LITELLM_MODELS
    { struct box box;
      CHECK_INT(litellm_decode(&client, &box_type, litellm_str_from("{}"),
                               &box), LITELLM_ERROR_BUSY); }
#endif
      break;
    case SET_RESULT:
#if LITELLM_TOOLS
      CHECK_INT(litellm_set_tool_result(&client, litellm_str_from("no")),
                LITELLM_ERROR_ARGUMENT);
#endif
      break;
    case RETAIN: if (!last) litellm_client_retain_response(&client); break;
    case RELEASE: litellm_client_release_responses(&client); break;
    case ERROR_LINE: CHECK(litellm_client_error(&client) != NULL); break;
    case WAIT: litellm_wait(&client, &event); break;
    case CANCEL: litellm_cancel(&client); break;
    case CLOSE: case FREE: case AGAIN:
      litellm_client_close(&client);
      if (misuse.what == FREE) {
        free(memory);
        memory = NULL;
      }
      if (misuse.what == AGAIN) litellm_client_init(&client, &desc);
      break;
    default: break;
  }
  misuse.inside = false;
}

static void hook(litellm_hook_point point, int32_t value, void *user_data) {
  (void)value;
  (void)user_data;
  misuse_at((int)point);
}

static litellm_str key(void *user_data) {
  (void)user_data;
  misuse_at(KEY);
  return litellm_str_from("sk-1");
}

static litellm_result configure(litellm_request *request, void *arguments,
                                void *user_data) {
  (void)request;
  (void)arguments;
  (void)user_data;
  misuse_at(CONFIGURE);
  return LITELLM_OK;
}

static litellm_result parse(const litellm_response *given, const void *model,
                            void *output) {
  (void)given;
  (void)model;
  (void)output;
  misuse_at(PARSER);
  return LITELLM_OK;
}

static unsigned served;

#if LITELLM_TOOLS
#define LOOK(FIELD) FIELD(STRING, text, NULL)
LITELLM_TOOL_TEXT(look, "Looks", LOOK) {
  static char text[9];
  memcpy(text, args->text, strlen(args->text) + 1);
  misuse_at(HANDLER);
  if (memory) *result = litellm_str_from(text);
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &look_tool, NULL };

static const char *good_reply(void) { return served++ ? answer : look_twice; }
#else
static const char *good_reply(void) { served++; return answer; }
#endif

static bool fails_first;

static const char *serve(void) {
  if (!fails_first) return good_reply();
  fails_first = false;
  return "HTTP/1.1 503 X\r\n\r\n{}";
}

/* A conversation with one misuse in one place; false: never got there. */
static bool misused(int what, int where) {
  bool cancels = what >= CANCEL;
  litellm_request request = plain_request();
  litellm_result result;
  memset(&misuse, 0, sizeof misuse);
  misuse.what = what;
  misuse.where = where;
  served = 0;
  fails_first = LITELLM_RETRIES;
  request.call.output_parser = parse;
  request.call.configure = configure;
#if LITELLM_TOOLS
  request.call.tools = tools;
  request.call.max_turns = 4;
#endif
  memory = (unsigned char *)check_alloc(MEMORY);
  desc = fake_desc("http://h");
  desc.memory = memory;
  desc.memory_size = MEMORY;
  desc.max_retries = 1;
  if (LITELLM_HOOKS) desc.hook = hook;
  desc.api_key_callback = key;
  fake_reset(answer, strlen(answer));
  fake.serve = serve;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  result = litellm_start(&client, &request);
  if (result == LITELLM_OK) result = drive();
  /* A client that is made anew in the hook of the start has had no call. */
  CHECK_INT(result, cancels && where != LITELLM_HOOK_END && misuse.times &&
                    !(what == AGAIN && where == LITELLM_HOOK_START)
                        ? LITELLM_ERROR_CANCELLED : LITELLM_END);
  CHECK_INT(fake.opened, fake.closed);
  CHECK_TEXT(fake.wrong, NULL);
#if LITELLM_TOOLS
  if (!cancels)
    CHECK(strstr(fake.sent, "\"tool_call_id\":\"a\"},{\"role\":\"tool\","
                            "\"content\":\"ijk\",\"tool_call_id\":\"b\"}]}"));
#endif
  if (what == FREE && misuse.times) {
    CHECK(memory == NULL);
    return true;
  }
  /* The client works as before. */
  misuse.where = -1;
  served = 1;
  fails_first = false;
  if (what == CLOSE && misuse.times) {
    CHECK_INT(drive(), where == LITELLM_HOOK_END ? LITELLM_END
                                                 : LITELLM_ERROR_CANCELLED);
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  }
  request = plain_request();
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "{\"n\":7}");
  litellm_client_close(&client);
  free(memory);
  return misuse.times > 0;
}

static void test_callbacks(void) {
  int what, where;
  for (where = 0; where < PLACES; where++)
    for (what = 0; what < MISUSES; what++) {
      bool reached;
      check_at("%s in place %d", misuse_names[what], where);
      reached = misused(what, where);
      CHECK(reached || (!LITELLM_HOOKS && where <= LITELLM_HOOK_END) ||
            (!LITELLM_RETRIES && where == LITELLM_HOOK_RETRY) ||
            (!LITELLM_TOOLS &&
             (where == HANDLER || where == LITELLM_HOOK_TURN)));
    }
}

/* ---- in a wrong order ---------------------------------------------------- */

/* A button pressed twice: the call under way goes on. */
static void test_started_twice(void) {
  litellm_request request = plain_request();
  litellm_event event;
  unsigned calls;
  begin();
  fake.again_every = 2;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  while (litellm_next(&client, &event) == LITELLM_OK) {}
  calls = fake.calls;
  CHECK(litellm_arena_alloc(&client.arena, 1) == NULL);
  CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_BUSY);
  CHECK_INT(litellm_start(&client, NULL), LITELLM_ERROR_BUSY);
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_ERROR_BUSY);
  CHECK_INT(say(&client, &response), LITELLM_ERROR_BUSY);
  CHECK_INT(say_start(&client), LITELLM_ERROR_BUSY);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_ERROR_BUSY);
  CHECK_TEXT(response.content, "");
  CHECK_INT(fake.calls, calls);
  CHECK_INT(drive(), LITELLM_END);
  CHECK_INT(fake.opened, 1);
  CHECK_INT(client.error.code, LITELLM_OK);
  CHECK(litellm_arena_alloc(&client.arena, 1) != NULL);
  end();
}

#if LITELLM_TOOLS
/* A tool's result out of time: nobody runs tools, then the call is over. */
static void test_late_result(void) {
  const litellm_str text = litellm_str_from("12");
  litellm_request request = plain_request();
  litellm_event event;
  unsigned turns;
  for (turns = 0; turns < 2; turns++) {
    check_at("%u turns", turns);
    begin();
    fake_reset(look_twice, strlen(look_twice));
    request.call.max_turns = (uint8_t)turns;
    CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
    do while (litellm_next(&client, &event) == LITELLM_AGAIN) {}
    while (event.kind != LITELLM_EVENT_TOOL_CALL);
    CHECK_INT(litellm_set_tool_result(&client, text),
              turns ? LITELLM_OK : LITELLM_ERROR_ARGUMENT);
    CHECK_INT(drive(), LITELLM_END);
    CHECK_INT(litellm_set_tool_result(&client, text), LITELLM_ERROR_ARGUMENT);
    end();
  }
}
#endif

/* Nothing given: a result, no crash. */
static void test_nothing_given(void) {
  litellm_request request;
  litellm_call_desc call;
  litellm_error error;
  uint32_t total;
  begin();
  memset(&request, 0, sizeof request);
  memset(&call, 0, sizeof call);
  CHECK_INT(litellm_start(&client, NULL), LITELLM_ERROR_ARGUMENT);
  CHECK_INT(drive(), LITELLM_ERROR_ARGUMENT);
  CHECK_INT(litellm_run(&client, &response, NULL), LITELLM_ERROR_ARGUMENT);
  CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_ARGUMENT);
  CHECK_INT(litellm_call_check(&call, &error), LITELLM_OK);
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
            LITELLM_ERROR_ARGUMENT);
  request = plain_request();
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  end();
}

/* Each function on a client that is zeroed, whose init failed, or closed. */
static void use_without_client(litellm_result next, litellm_result wanted) {
  litellm_request request = plain_request();
  litellm_event event;
  memset(&event, 0, sizeof event);
  litellm_cancel(&client);
  CHECK_INT(litellm_next(&client, &event), next);
  litellm_wait(&client, &event);
  CHECK_INT(litellm_client_response(&client, &response), wanted);
  CHECK_TEXT(response.content, "");
  CHECK_INT(litellm_start(&client, &request), wanted);
  CHECK_INT(litellm_next(&client, &event), wanted);
  CHECK_INT(litellm_run(&client, &response, &request), wanted);
#if LITELLM_TOOLS
  CHECK_INT(litellm_set_tool_result(&client, litellm_str_from("x")),
            LITELLM_ERROR_ARGUMENT);
#endif
#if LITELLM_MODELS
  { struct box box;
    CHECK_INT(litellm_decode(&client, &box_type, litellm_str_from("{}"), &box),
              wanted); }
#endif
  litellm_client_retain_response(&client);
  litellm_client_release_responses(&client);
  CHECK(litellm_arena_alloc(&client.arena, 1) == NULL);
  CHECK(litellm_client_error(&client) != NULL);
  litellm_client_close(&client);
  CHECK_INT(fake.calls, 0);
}

static void test_no_client(void) {
  fake_reset(answer, strlen(answer));
  check_at("zeroed");
  memset(&client, 0, sizeof client);
  use_without_client(LITELLM_ERROR_NOT_OPEN, LITELLM_ERROR_NOT_OPEN);
  check_at("too small");
  desc = fake_desc("http://h");
  desc.memory = check_alloc(8);              /* not even a link */
  desc.memory_size = 8;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NO_MEMORY);
  use_without_client(LITELLM_ERROR_NOT_OPEN, LITELLM_ERROR_NO_MEMORY);
  free(desc.memory);
  check_at("too small, closed");
  desc.memory = check_alloc(100);            /* no window */
  desc.memory_size = 100;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NO_MEMORY);
  CHECK(litellm_client_error(&client) != NULL);
  litellm_client_close(&client);
  free(desc.memory);
  use_without_client(LITELLM_ERROR_NOT_OPEN, LITELLM_ERROR_NOT_OPEN);
  check_at("nothing in its description");
  memset(&desc, 0, sizeof desc);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NO_PORT);
  use_without_client(LITELLM_ERROR_NOT_OPEN, LITELLM_ERROR_NO_PORT);
  check_at("closed");
  begin();
  end();
  use_without_client(LITELLM_END, LITELLM_ERROR_NOT_OPEN);
}

/* Closed, and its memory freed, at every step of a call. */
static void test_closed_under_way(void) {
  unsigned steps, n;
  litellm_result result = LITELLM_OK;
  for (steps = 0; result != LITELLM_END; steps++) {
    litellm_event event;
    check_at("after %u steps", steps);
    begin();
    fake.read_size = fake.send_size = 3;
    fake.again_every = 2;
    result = begun();
    for (n = 0; n < steps && result != LITELLM_END; n++)
      result = litellm_next(&client, &event);
    litellm_client_close(&client);
    free(memory);
    memset(&event, 0, sizeof event);
    litellm_cancel(&client);
    litellm_wait(&client, &event);
    CHECK_INT(litellm_next(&client, &event), result == LITELLM_END
                  ? LITELLM_END : LITELLM_ERROR_CANCELLED);
    CHECK(litellm_arena_alloc(&client.arena, 1) == NULL);
    CHECK_INT(fake.opened, fake.closed);
    CHECK_TEXT(fake.wrong, NULL);
  }
  CHECK(steps > 20);
}

/* ---- what is freed when -------------------------------------------------- */

#if LITELLM_MODELS
/* The moments up to which something must stay; at each of them all of it is
   freed, and the sanitizer watches. */
enum { ONCE, STARTED, ENDED, NEXT_HANDLER, NEXT_KEY, CLOSED, MOMENTS };

static struct { void *at; int until; } owned[64];

static void *own(const void *bytes, size_t size, int until) {
  size_t i = 0;
  while (i < 63 && owned[i].at) i++;
  owned[i].at = check_alloc(size);
  owned[i].until = until;
  memcpy(owned[i].at, bytes, size);
  return owned[i].at;
}

static const char *own_text(const char *text, int until) {
  return (const char *)own(text, strlen(text) + 1, until);
}

static void reached(int moment) {
  size_t i;
  for (i = 0; i < 64; i++)
    if (owned[i].until == moment) {
      free(owned[i].at);
      owned[i].at = NULL;
    }
}

static litellm_str short_lived_key(void *user_data) {
  (void)user_data;
  reached(NEXT_KEY);
  return litellm_str_from(own_text("sk-2", NEXT_KEY));
}

static void ends(litellm_hook_point point, int32_t value, void *user_data) {
  (void)value;
  (void)user_data;
  if (point == LITELLM_HOOK_END) reached(ENDED);
}

static const char misfit[] = OK "{\"choices\":[{\"index\":0,\"message\":{"
  "\"content\":\"{\\\"n\\\":null}\"},\"finish_reason\":\"stop\"}]}";
static const char *serve_in_turns(void) {
  served++;
#if LITELLM_TOOLS
  if (served == 1) return look_twice;
#endif
  return served == 2 ? misfit : answer;
}

#if LITELLM_TOOLS
static litellm_result look_briefly(const void *arguments, void *result,
                                   void *user_data) {
  const struct look_arguments *args = (const struct look_arguments *)arguments;
  litellm_str *text = (litellm_str *)result;
  (void)user_data;
  reached(NEXT_HANDLER);
  *text = litellm_str_from(own_text(args->text, NEXT_HANDLER));
  return LITELLM_OK;
}
#endif

#define SPEAK(ARG) ARG(STRING, topic)
LITELLM_CALL_MODEL(box, speak, SPEAK, .model = "unused", .prompt = "unused");

/* A request of which every piece is in memory of its own. */
static litellm_request own_request(void) {
  static const litellm_params no_params;
  litellm_request request;
  struct speak_arguments arguments;
  litellm_params params = no_params;
  litellm_name_value pairs[2];
  litellm_message message;
  const char *stop[2];
  memset(&request, 0, sizeof request);
  memset(&arguments, 0, sizeof arguments);
  memset(pairs, 0, sizeof pairs);
  memset(&message, 0, sizeof message);
  request.call = speak_call;
  request.call.model = own_text("mo", ENDED);
  request.call.prompt = own_text("Speak of {topic}", ENDED);
  request.call.max_validation_retries = 1;
  arguments.topic = own_text("stone", ENDED);
  request.arguments = own(&arguments, sizeof arguments, ENDED);
  stop[0] = own_text("halt", ENDED);
  stop[1] = NULL;
  params.stop = (const char *const *)own(stop, sizeof stop, ENDED);
  params.user = own_text("me", ENDED);
  pairs[0].name = own_text("top_k", ENDED);
  pairs[0].value = own_text("40", ENDED);
  params.extra_body =
      (const litellm_name_value *)own(pairs, sizeof pairs, ENDED);
  request.call.params =
      (const litellm_params *)own(&params, sizeof params, ENDED);
  pairs[0].name = own_text("X-Of-Call", ENDED);
  pairs[0].value = own_text("c", ENDED);
  request.call.headers =
      (const litellm_name_value *)own(pairs, sizeof pairs, ENDED);
#if LITELLM_MEDIA
  { litellm_part part;
    memset(&part, 0, sizeof part);
    part.kind = LITELLM_PART_IMAGE;
    part.bytes.ptr = own("\xFF\xD8\xFF", 3, ENDED);
    part.bytes.len = 3;
    message.parts = (const litellm_part *)own(&part, sizeof part, ENDED);
    message.part_count = 1; }
#else
  message.content = litellm_str_from(own_text("and more", ENDED));
#endif
  request.messages =
      (const litellm_message *)own(&message, sizeof message, ENDED);
#if LITELLM_TOOLS
  { litellm_tool tool = look_tool;
    const litellm_tool *list[2];
    tool.name = own_text("look", ENDED);
    tool.description = own_text("Looks", ENDED);
    tool.handler = look_briefly;
    list[0] = (const litellm_tool *)own(&tool, sizeof tool, ENDED);
    list[1] = NULL;
    request.call.tools = (const litellm_tool *const *)own(list, sizeof list,
                                                         ENDED);
    request.call.max_turns = 3; }
#endif
  return request;
}

static void play_owned(unsigned cancel_after) {
  litellm_request request, *brief;
  litellm_client_desc *brief_desc;
  litellm_name_value pairs[2];
  litellm_event event;
  litellm_result result;
  struct box box;
  unsigned steps = 0;
  memset(pairs, 0, sizeof pairs);
  fake_reset(answer, strlen(answer));
  fake.serve = serve_in_turns;
  fake.send_size = 100;
  served = LITELLM_TOOLS ? 0 : 1;
  desc = fake_desc(own_text("http://h/p", CLOSED));
  desc.memory_size = MEMORY;
  desc.memory = memory = (unsigned char *)check_alloc(MEMORY);
  desc.model = own_text("m", CLOSED);
  desc.api_key_callback = short_lived_key;
  desc.api_key_header = own_text("x-key", CLOSED);
  pairs[0].name = own_text("X-Of-Client", CLOSED);
  pairs[0].value = own_text("c", CLOSED);
  desc.headers = (const litellm_name_value *)own(pairs, sizeof pairs, CLOSED);
  if (LITELLM_HOOKS) desc.hook = ends;
  brief_desc = (litellm_client_desc *)own(&desc, sizeof desc, STARTED);
  CHECK_INT(litellm_client_init(&client, brief_desc), LITELLM_OK);
  request = own_request();
  request.output = own(&box, sizeof box, ENDED);
  brief = (litellm_request *)own(&request, sizeof request, STARTED);
  result = litellm_start(&client, brief);
  reached(STARTED);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    if (steps++ == cancel_after) litellm_cancel(&client);
    result = litellm_next(&client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TOOL_CALL &&
        *event.tool_call->id == 'b') {
#if LITELLM_TOOLS
      CHECK_INT(litellm_set_tool_result(
                    &client, litellm_str_from(own_text("by hand", ONCE))),
                LITELLM_OK);
#endif
      reached(ONCE);
    }
  }
  if (!LITELLM_HOOKS) reached(ENDED);
  CHECK_INT(result, steps > cancel_after ? LITELLM_ERROR_CANCELLED
                                         : LITELLM_END);
  reached(NEXT_HANDLER);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
  if (result == LITELLM_END) CHECK_TEXT(response.content, "{\"n\":7}");
  CHECK(litellm_client_error(&client) != NULL);
  CHECK_INT(litellm_decode(&client, &box_type,
                           litellm_str_from(own_text("{\"n\":3}", ONCE)), &box),
            LITELLM_OK);
  reached(ONCE);
  CHECK_INT(box.n, 3);
  CHECK_INT(begun(), LITELLM_OK);
  CHECK_INT(drive(), LITELLM_END);
  litellm_client_close(&client);
  reached(CLOSED);
  reached(NEXT_KEY);
  free(memory);
  memory = NULL;
  CHECK(litellm_client_error(&client) != NULL);
  CHECK_INT(fake.opened, fake.closed);
  CHECK_TEXT(fake.wrong, NULL);
}

static void test_freed_in_time(void) {
  unsigned steps;
  for (steps = 0; steps < 200; steps++) {
    check_at("cancelled after %u steps", steps);
    play_owned(steps);
  }
}
#endif

int main(void) {
  CHECK_RUN(test_started_twice);
#if LITELLM_TOOLS
  CHECK_RUN(test_late_result);
#endif
  CHECK_RUN(test_nothing_given);
  CHECK_RUN(test_no_client);
  CHECK_RUN(test_closed_under_way);
  CHECK_RUN(test_callbacks);
#if LITELLM_MODELS
  CHECK_RUN(test_freed_in_time);
#endif
  fake_free();
  return check_failures != 0;
}
