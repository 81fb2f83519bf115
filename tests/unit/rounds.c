/* Calls of several rounds: tools, re-asks, response models, and what a caller
   sees and may do meanwhile. A test is a transcript: what each request must
   say, what the server replies, the events, the end. In all of it ' stands
   for ". */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"
#include "tests/unit/same_json.h"

#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_STREAMS && LITELLM_TEMPLATES

/* ---- the server -------------------------------------------------------- */

/* One exchange. `replies` has a line for each thing in the reply:
     say TEXT        think TEXT      sign SIGNATURE      refuse TEXT
     call ID NAME ARGUMENTS          use PROMPT COMPLETION
     finish REASON   (else stop, or tool_calls when there are some) */
typedef struct exchange {
  const char *wants;         /* members of the request's body, see same_json */
  const char *replies;
} exchange;

static const exchange *script;       /* the exchanges that are played */
static size_t script_count, script_at;
static bool streamed;
static char reply[65536];

static void put(const char *text) { strcat(reply, text); }

/* Text as it stands in a JSON string. */
static void put_escaped(const char *text, size_t len) {
  char *out = reply + strlen(reply);
  for (; len; text++, len--) {
    if (*text == '"' || *text == '\\') *out++ = '\\';
    *out++ = *text;
  }
  *out = 0;
}

static void put_member(const char *name, const char *text, size_t len) {
  put("\"");
  put(name);
  put("\":\"");
  put_escaped(text, len);
  put("\"");
}

/* The length of a line, and where its `nth` word begins. */
static size_t line_of(const char *text) { return strcspn(text, "\n"); }

static const char *word(const char *line, unsigned nth) {
  for (; nth; nth--) {
    line += strcspn(line, " \n");
    line += *line == ' ';
  }
  return line;
}

/* The line of this sort after `from`, or NULL. */
static const char *line_with(const char *from, const char *sort) {
  size_t len = strlen(sort);
  while (from && *from) {
    if (!strncmp(from, sort, len) && from[len] == ' ') return from;
    from = strchr(from, '\n');
    if (from) from++;
  }
  return NULL;
}

static void put_finish(const char *replies) {
  const char *finish = line_with(replies, "finish");
  if (finish) put_member("finish_reason", finish + 7, line_of(finish) - 7);
  else if (line_with(replies, "call"))
    put("\"finish_reason\":\"tool_calls\"");
  else put("\"finish_reason\":\"stop\"");
}

static void put_usage(const char *replies) {
  const char *use = line_with(replies, "use");
  long prompt, completion;
  if (!use) return;
  prompt = strtol(word(use, 1), NULL, 10);
  completion = strtol(word(use, 2), NULL, 10);
  (void)sprintf(reply + strlen(reply), ",\"usage\":{\"prompt_tokens\":%ld,"
                "\"completion_tokens\":%ld,\"total_tokens\":%ld}",
                prompt, completion, prompt + completion);
}

/* But for its first brace. */
static void put_call(const char *line, bool whole) {
  const char *id = word(line, 1), *name = word(line, 2), *end;
  put_member("id", id, strcspn(id, " "));
  put(",\"type\":\"function\",\"function\":{");
  put_member("name", name, strcspn(name, " \n"));
  put(",");
  end = word(line, 3);
  put_member("arguments", end, whole ? line_of(end) : 0);
  put("}}");
}

/* Where a text is split in two, between two characters. */
static size_t half_of(const char *text, size_t len) {
  size_t half = len / 2;
  while (half && (text[half] & 0xC0) == 0x80) half--;
  return half;
}

static const struct { const char *sort, *member; } texts[] = {
  { "say", "content" }, { "think", "reasoning_content" },
  { "refuse", "refusal" }
};

static const char *plain_reply(const char *replies) {
  const char *line;
  size_t i;
  (void)strcpy(reply, "HTTP/1.1 200 OK\r\n"
               "Content-Type: application/json\r\n\r\n"
               "{\"id\":\"r1\",\"choices\":[{\"index\":0,\"message\":{"
               "\"role\":\"assistant\"");
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if ((line = line_with(replies, texts[i].sort)) != NULL) {
      put(",");
      put_member(texts[i].member, word(line, 1),
                 line_of(word(line, 1)));
    }
  if ((line = line_with(replies, "sign")) != NULL) {
    put(",\"thinking_blocks\":[{\"type\":\"thinking\",");
    put_member("signature", line + 5, line_of(line) - 5);
    put("}]");
  }
  if ((line = line_with(replies, "call")) != NULL) put(",\"tool_calls\":[{");
  while (line) {
    put_call(line, true);
    line = line_with(line + 1, "call");
    put(line ? ",{" : "]");
  }
  put("},");
  put_finish(replies);
  put("}]");
  put_usage(replies);
  put("}");
  return reply;
}

static void put_delta(const char *member, const char *text, size_t len) {
  put("data: {\"choices\":[{\"index\":0,\"delta\":{");
  put_member(member, text, len);
  put("}}]}\n\n");
}

static void put_arguments(unsigned index, const char *text, size_t len) {
  (void)sprintf(reply + strlen(reply), "data: {\"choices\":[{\"index\":0,"
                "\"delta\":{\"tool_calls\":[{\"index\":%u,\"function\":{",
                index);
  put_member("arguments", text, len);
  put("}}]}}]}\n\n");
}

/* The same in pieces. */
static const char *streamed_reply(const char *replies) {
  const char *line, *text;
  unsigned calls = 0;
  size_t i, half;
  (void)strcpy(reply, "HTTP/1.1 200 OK\r\n"
               "Content-Type: text/event-stream\r\n\r\n"
               "data: {\"id\":\"r1\",\"choices\":[{\"index\":0,\"delta\":{"
               "\"role\":\"assistant\",\"content\":\"\"}}]}\n\n");
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if ((line = line_with(replies, texts[i].sort)) != NULL) {
      text = word(line, 1);
      half = half_of(text, line_of(text));
      put_delta(texts[i].member, text, half);
      put_delta(texts[i].member, text + half, line_of(text) - half);
    }
  if ((line = line_with(replies, "sign")) != NULL) {
    put("data: {\"choices\":[{\"index\":0,\"delta\":{\"thinking_blocks\":["
        "{\"type\":\"thinking\",\"thinking\":\"\",");
    put_member("signature", line + 5, line_of(line) - 5);
    put("}]}}]}\n\n");
  }
  for (line = line_with(replies, "call"); line;
       line = line_with(line + 1, "call")) {
    (void)sprintf(reply + strlen(reply), "data: {\"choices\":[{\"index\":0,"
                  "\"delta\":{\"tool_calls\":[{\"index\":%u,", calls);
    put_call(line, false);
    put("]}}]}\n\n");
    text = word(line, 3);
    half = half_of(text, line_of(text));
    put_arguments(calls, text, half);
    put_arguments(calls++, text + half, line_of(text) - half);
  }
  put("data: {\"choices\":[{\"index\":0,\"delta\":{},");
  put_finish(replies);
  put("}]}\n\n");
  if (line_with(replies, "use")) {
    put("data: {\"choices\":[]");
    put_usage(replies);
    put("}\n\n");
  }
  put("data: [DONE]\n\n");
  return reply;
}

/* Checks the request, and makes the reply to it. */
static const char *serve(void) {
  const exchange *now = script + script_at;
  const char *body = fake.sent + fake_body_at();
  if (!CHECK(script_at < script_count)) return "";
  script_at++;
  if (now->wants) same_json(body, strlen(body), now->wants, true, __LINE__);
  return streamed ? streamed_reply(quoted(now->replies))
                  : plain_reply(quoted(now->replies));
}

/* ---- a call ------------------------------------------------------------ */

static litellm_client client;
static litellm_request request;
static litellm_response response;
static char events[8192];            /* what the caller saw, a line each */
static char ran[1024];               /* the handlers that ran */
static const char *moments;          /* what the hook is told of, or NULL */
static char hooked[2048];
static litellm_str long_text;        /* what read_log gives */
/* What the caller does at an event, or NULL. */
static void (*act)(litellm_stream *stream, const litellm_event *event);
static bool acted;                   /* a call of litellm_answer failed */

/* Goes on with the last line if that is of the same sort. */
static void see(const char *sort, const char *text, size_t len, bool more) {
  static char last[16];
  size_t used = strlen(events), i;
  bool same = more && used && !strcmp(last, sort);
  if (used + len + 32 > sizeof events) exit(2);
  if (same) used--;
  else used += (size_t)sprintf(events + used, len ? "%s " : "%s", sort);
  for (i = 0; i < len; i++)
    events[used++] = (char)(text[i] == '"' ? '\'' : text[i]);
  events[used] = '\n';
  events[used + 1] = 0;
  (void)snprintf(last, sizeof last, "%s", sort);
}

static void see_call(const char *sort, const litellm_tool_call *call,
                     litellm_str text) {
  char line[4096];
  int n = snprintf(line, sizeof line, "%s %s%s%.*s", call->name,
                   call->arguments, text.len ? " -> " : "", (int)text.len,
                   text.len ? text.ptr : "");
  see(sort, line, (size_t)n, false);
}

static void see_event(const litellm_event *event) {
  static const litellm_str none = { NULL, 0 };
  char usage[32];
  switch (event->kind) {
    case LITELLM_TEXT:
      see("text", event->text.ptr, event->text.len, true); break;
    case LITELLM_REASONING:
      see("think", event->text.ptr, event->text.len, true); break;
    case LITELLM_REFUSAL:
      see("refuse", event->text.ptr, event->text.len, true); break;
    case LITELLM_PARTIAL:
      see("partial", event->text.ptr, event->text.len, true); break;
    case LITELLM_FINISH:
      see("finish", event->text.ptr, event->text.len, false); break;
    case LITELLM_REASK:
      see("reask", event->text.ptr, event->text.len, false); break;
    case LITELLM_TOOL_CALL: see_call("call", event->tool_call, none); break;
    case LITELLM_TOOL_ANSWER:
      see_call("answer", event->tool_call, event->text); break;
    case LITELLM_USAGE:
      (void)sprintf(usage, "%lu+%lu",
                    (unsigned long)event->usage->prompt_tokens,
                    (unsigned long)event->usage->completion_tokens);
      see("use", usage, strlen(usage), false);
      break;
    default:
      /* Only streams have them, the call itself comes in both. */
      CHECK(event->kind == LITELLM_TOOL_BEGIN ||
            event->kind == LITELLM_TOOL_ARGUMENTS);
  }
}

static unsigned char memory[32768];

static void begin(const exchange *exchanges, size_t count) {
  litellm_client_desc desc = fake_desc("http://h");
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.window_size = 128;
  desc.user = ran;
  fake_reset("", 0);
  fake.serve = serve;
  script = exchanges;
  script_count = count;
  script_at = 0;
  *events = *ran = 0;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static void end(void) {
  litellm_client_close(&client);
  CHECK_INT(fake.opened, fake.closed);
  CHECK_TEXT(fake.wrong, NULL);
}

/* Goes on until the end. */
static litellm_result follow(litellm_stream *stream) {
  litellm_event event;
  litellm_result result;
  do {
    fake.in_call = true;
    result = litellm_next(stream, &event);
    fake.in_call = false;
    if (result == LITELLM_AGAIN) litellm_wait(stream, &event);
    if (result != LITELLM_OK) continue;
    see_event(&event);
    if (act) act(stream, &event);
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  return result;
}

static litellm_result polled(void) {
  litellm_stream stream;
  litellm_result result = litellm_start(&stream, &client, &request);
  if (result == LITELLM_OK) result = follow(&stream);
  CHECK_INT(client.error.code, result == LITELLM_END ? LITELLM_OK : result);
  if (result == LITELLM_END) result = LITELLM_OK;
  CHECK_INT(litellm_stream_response(&stream, &response), LITELLM_OK);
  return result;
}

/* ---- tools ------------------------------------------------------------- */

#define SCALE(VALUE) VALUE(CELSIUS, "celsius") VALUE(KELVIN, "K")
LITELLM_ENUM(scale, SCALE);

#define READING(FIELD) FIELD(INT, value, NULL) FIELD(ENUM(scale), unit, NULL)
LITELLM_MODEL(reading, READING);

static void note(void *user, const char *text) {
  char *log = (char *)user;
  (void)snprintf(log + strlen(log), sizeof ran - strlen(log), "%s\n", text);
}

#define READ_SENSOR(FIELD)                                                    \
  FIELD(STRING, name, "Which one") FIELD(OPTIONAL(ENUM(scale)), unit, NULL)
LITELLM_TOOL(read_sensor, "Read a sensor", READ_SENSOR, reading) {
  note(user, args->name);
  result->value = args->unit.set && args->unit.value == KELVIN ? 294 : 21;
  result->unit = args->unit.set ? args->unit.value : CELSIUS;
  return LITELLM_OK;
}

LITELLM_TOOL_TEXT(tell_time, "Tell the time", LITELLM_NO_ARGUMENTS) {
  note(user, "time");
  *result = litellm_str_of("12:30");
  return LITELLM_OK;
}

/* What its arguments say is what it gives. */
#define ECHO(FIELD) FIELD(STR, text, NULL)
LITELLM_TOOL_TEXT(echo, NULL, ECHO) {
  *result = args->text;
  return LITELLM_OK;
}

LITELLM_TOOL_TEXT(read_log, "Read the log", LITELLM_NO_ARGUMENTS) {
  *result = long_text;
  return LITELLM_OK;
}

LITELLM_TOOL_TEXT(open_door, "Open the door", LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_of("the door is locked");
  return LITELLM_ERROR_PERMISSION;
}

LITELLM_TOOL(break_down, "Break down", LITELLM_NO_ARGUMENTS, reading) {
  result->value = 7;
  return LITELLM_ERROR_ARGUMENT;
}

LITELLM_TOOL_TEXT(say_nothing, "Say nothing", LITELLM_NO_ARGUMENTS) {
  return LITELLM_ERROR_NETWORK;
}

LITELLM_TOOL_TEXT(stop_all, "Stop", LITELLM_NO_ARGUMENTS) {
  note(user, "stop");
  return LITELLM_ERROR_CANCELLED;
}

static const litellm_tool ask_person = { "ask_person", "Ask a person",
  NULL, NULL, NULL };

static const litellm_tool *const tools[] = {
  &read_sensor_tool, &tell_time_tool, &echo_tool, &read_log_tool,
  &open_door_tool, &break_down_tool, &say_nothing_tool, &stop_all_tool,
  &ask_person, NULL };

#define GO "{'role':'user','content':'Go'}"
#define CALLS(list)                                                           \
  ",{'role':'assistant','content':null,'tool_calls':[" list "]}"
#define CALL(id, name, arguments)                                             \
  "{'id':'" id "','type':'function','function':{'name':'" name                \
  "','arguments':'" arguments "'}}"
#define TOLD(id, text)                                                        \
  ",{'role':'tool','content':'" text "','tool_call_id':'" id "'}"
#define MESSAGES(list) "{'messages':[" GO list "]}"

static const litellm_call agent = { .model = "m", .prompt = "Go",
                                    .tools = tools, .max_rounds = 5 };

typedef struct transcript {
  const char *name;
  const litellm_call *call;
  exchange exchanges[6];     /* those there are */
  const char *events, *ran;
  litellm_result result;
  const char *content;       /* or the struct of the response model */
} transcript;

/* A way to play a transcript: every one must give the same. */
enum { STREAMED = 1, BLOCKING = 2, PIECES = 4, WAYS = 8 };

static void play(const transcript *t, int way) {
  size_t count = 0;
  litellm_result result;
  check_at("%s%s%s%s", t->name, way & STREAMED ? ", streamed" : "",
           way & BLOCKING ? ", blocking" : "", way & PIECES ? ", pieces" : "");
  while (count < 6 && t->exchanges[count].replies) count++;
  streamed = (way & STREAMED) != 0;
  begin(t->exchanges, count);
  if (way & PIECES) {
    fake.send_size = fake.read_size = 7;
    fake.again_every = 3;
  }
  memset(&request, 0, sizeof request);
  request.call = t->call;
  request.stream = streamed;
  request.keep_text = true;
  result = way & BLOCKING ? litellm_run(&client, &response, &request)
                          : polled();
  CHECK_INT(result, t->result);
  CHECK_INT(script_at, count);
  if (!(way & BLOCKING)) CHECK_TEXT(events, t->events);
  CHECK_TEXT(ran, t->ran ? t->ran : "");
  if (t->content) CHECK_TEXT(response.content, t->content);
  end();
}

static void play_all(const transcript *t, size_t count) {
  size_t i;
  int way;
  for (i = 0; i < count; i++)
    for (way = 0; way < WAYS; way++) play(&t[i], way);
}
#define PLAY(table) play_all(table, sizeof table / sizeof table[0])

static void test_tools(void) {
  static const transcript table[] = {
    { "no call", &agent, { { MESSAGES(""), "say Hello\nuse 3 1" } },
      "text Hello\nfinish stop\nuse 3+1\n", NULL, LITELLM_OK, "Hello" },
    { "one call", &agent, {
      { MESSAGES(""), "call c1 read_sensor {'name':'t1'}\nuse 10 2" },
      { MESSAGES(CALLS(CALL("c1", "read_sensor", "{\\'name\\':\\'t1\\'}"))
                 TOLD("c1", "{\\'value\\':21,\\'unit\\':\\'celsius\\'}")),
        "say It is 21.\nuse 20 5" } },
      "call read_sensor {'name':'t1'}\nfinish tool_calls\nuse 10+2\n"
      "answer read_sensor {'name':'t1'} -> {'value':21,'unit':'celsius'}\n"
      "text It is 21.\nfinish stop\nuse 20+5\n", "t1\n",
      LITELLM_OK, "It is 21." },
    { "text beside it, no arguments", &agent, {
      { MESSAGES(""), "say Let me see.\ncall c1 tell_time " },
      { MESSAGES(",{'role':'assistant','content':'Let me see.','tool_calls':["
                 CALL("c1", "tell_time", "") "]}" TOLD("c1", "12:30")),
        "say Noon." } },
      "text Let me see.\ncall tell_time \nfinish tool_calls\n"
      "answer tell_time  -> 12:30\ntext Noon.\nfinish stop\n", "time\n",
      LITELLM_OK, "Noon." },
    { "three calls", &agent, {
      { MESSAGES(""), "call a tell_time {}\ncall b echo {'text':'x y'}\n"
        "call c read_sensor {'name':'n','unit':'k'}" },
      { MESSAGES(CALLS(CALL("a", "tell_time", "{}") ","
                       CALL("b", "echo", "{\\'text\\':\\'x y\\'}") ","
                       CALL("c", "read_sensor",
                            "{\\'name\\':\\'n\\',\\'unit\\':\\'k\\'}"))
                 TOLD("a", "12:30") TOLD("b", "x y")
                 TOLD("c", "{\\'value\\':294,\\'unit\\':\\'K\\'}")),
        "say Done" } },
      "call tell_time {}\ncall echo {'text':'x y'}\n"
      "call read_sensor {'name':'n','unit':'k'}\nfinish tool_calls\n"
      "answer tell_time {} -> 12:30\nanswer echo {'text':'x y'} -> x y\n"
      "answer read_sensor {'name':'n','unit':'k'} -> "
      "{'value':294,'unit':'K'}\ntext Done\nfinish stop\n", "time\nn\n",
      LITELLM_OK, "Done" },
    { "three rounds", &agent, {
      { MESSAGES(""), "call a tell_time {}" },
      { MESSAGES(CALLS(CALL("a", "tell_time", "{}")) TOLD("a", "12:30")),
        "say Hm.\ncall b echo {'text':'2'}" },
      { MESSAGES(CALLS(CALL("a", "tell_time", "{}")) TOLD("a", "12:30")
                 ",{'role':'assistant','content':'Hm.','tool_calls':["
                 CALL("b", "echo", "{\\'text\\':\\'2\\'}") "]}"
                 TOLD("b", "2")), "say Done" } },
      "call tell_time {}\nfinish tool_calls\nanswer tell_time {} -> 12:30\n"
      "text Hm.\ncall echo {'text':'2'}\nfinish tool_calls\n"
      "answer echo {'text':'2'} -> 2\ntext Done\nfinish stop\n", "time\n",
      LITELLM_OK, "Done" }
  };
  PLAY(table);
}

#endif

int main(void) {
#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_STREAMS && LITELLM_TEMPLATES
  CHECK_RUN(test_tools);
#endif
  fake_free();
  return check_failures != 0;
}
