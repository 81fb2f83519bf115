/* Calls of several rounds: tools, re-asks, response models, and what a caller
   sees and may do meanwhile. A test is a transcript: what each request must
   say, what the server replies, the events, the end. In all of it ' stands
   for ". */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"
#include "tests/unit/same_json.h"

#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_STREAMS && \
  LITELLM_TEMPLATES && LITELLM_ERROR_TEXTS

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
  { "think", "reasoning_content" }, { "say", "content" },
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
    const char *text = word(line_with(replies, "think"), 1);
    put(",\"thinking_blocks\":[{\"type\":\"thinking\",");
    put_member("thinking", text, line_of(text));
    put(",");
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
    text = word(line_with(replies, "think"), 1);
    put("data: {\"choices\":[{\"index\":0,\"delta\":{\"thinking_blocks\":["
        "{\"type\":\"thinking\",\"signature\":null,");
    put_member("thinking", text, line_of(text));
    put("}]}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"thinking_blocks\":["
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
static litellm_str long_text;        /* what read_log gives ... */
static litellm_str entry_text;       /* ... and read_entry */
/* What the caller does at an event, or NULL. */
static void (*act)(litellm_stream *stream, const litellm_event *event);

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
  char line[6000];
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
    case LITELLM_PARTIAL:                    /* of a tool, only in streams */
      if (request.call->ask_by != LITELLM_BY_TOOL)
        see("partial", event->text.ptr, event->text.len, true);
      break;
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

#define ENTRY(FIELD) FIELD(STR, text, NULL) FIELD(BOOL, done, NULL)
LITELLM_MODEL(entry, ENTRY);
LITELLM_TOOL(read_entry, "Read an entry", LITELLM_NO_ARGUMENTS, entry) {
  result->text = entry_text;
  result->done = true;
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
  &read_entry_tool,
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

/* Where a response model goes to. */
static union output {
  long long align;
  char room[512];
} output;

static void see_struct(const litellm_call *call, const char *wanted) {
  static char text[1024];
  size_t size = litellm_encode(call->response_model, &output, text,
                               sizeof text);
  same_json(text, size, wanted, false, __LINE__);
}

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
  memset(&output, 0x55, sizeof output);
  request.output = &output;
  result = way & BLOCKING ? litellm_run(&client, &response, &request)
                          : polled();
  CHECK_INT(result, t->result);
  CHECK_INT(script_at, count);
  if (!(way & BLOCKING)) CHECK_TEXT(events, t->events);
  CHECK_TEXT(ran, t->ran ? t->ran : "");
  if (t->content && t->call->response_model) see_struct(t->call, t->content);
  else if (t->content) CHECK_TEXT(response.content, t->content);
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
                 CALL("c1", "tell_time", "{}") "]}" TOLD("c1", "12:30")),
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

/* What goes wrong with a tool is told to the model. */
static void test_failing_tools(void) {
  static const transcript table[] = {
    { "unknown tool", &agent, {
      { NULL, "call a launch {'x':1}" },
      { MESSAGES(CALLS(CALL("a", "launch", "{\\'x\\':1}"))
                 TOLD("a", "error: there is no tool of that name")),
        "say Sorry" } },
      "call launch {'x':1}\nfinish tool_calls\n"
      "answer launch {'x':1} -> error: there is no tool of that name\n"
      "text Sorry\nfinish stop\n", NULL, LITELLM_OK, "Sorry" },
    { "missing argument", &agent, {
      { NULL, "call a read_sensor {'unit':'K'}\ncall b tell_time {}" },
      { NULL, "say Sorry" } },
      "call read_sensor {'unit':'K'}\ncall tell_time {}\nfinish tool_calls\n"
      "answer read_sensor {'unit':'K'} -> error: $.name: missing, expected a "
      "text\nanswer tell_time {} -> 12:30\n"
      "text Sorry\nfinish stop\n", "time\n", LITELLM_OK, "Sorry" },
    { "wrong argument", &agent, {
      { NULL, "call a read_sensor {'name':'t','unit':'F'}" },
      { MESSAGES(CALLS(CALL("a", "read_sensor",
                            "{\\'name\\':\\'t\\',\\'unit\\':\\'F\\'}"))
                 TOLD("a", "error: $.unit: expected \\'celsius\\' or "
                           "\\'K\\', got \\'F\\'")), "say Sorry" } },
      "call read_sensor {'name':'t','unit':'F'}\nfinish tool_calls\n"
      "answer read_sensor {'name':'t','unit':'F'} -> error: $.unit: expected "
      "'celsius' or 'K', got 'F'\ntext Sorry\nfinish stop\n", NULL,
      LITELLM_OK, "Sorry" },
    { "arguments are no JSON", &agent, {
      { NULL, "call a read_sensor t1" }, { NULL, "say Sorry" } },
      "call read_sensor t1\nfinish tool_calls\nanswer read_sensor t1 -> "
      "error: $: expected a JSON object, got none\n"
      "text Sorry\nfinish stop\n", NULL, LITELLM_OK, "Sorry" },
    { "arguments that end early", &agent, {
      { NULL, "call a read_sensor {'name':'t" }, { NULL, "say Sorry" } },
      "call read_sensor {'name':'t\nfinish tool_calls\nanswer read_sensor "
      "{'name':'t -> error: $.name: the answer ends in the middle\n"
      "text Sorry\nfinish stop\n", NULL, LITELLM_OK, "Sorry" },
    { "no arguments where some are needed", &agent, {
      { NULL, "call a echo " }, { NULL, "say Sorry" } },
      "call echo \nfinish tool_calls\nanswer echo  -> error: $.text: missing, "
      "expected a text\ntext Sorry\nfinish stop\n", NULL, LITELLM_OK,
      "Sorry" },
    { "failures", &agent, {
      { NULL, "call a open_door {}\ncall b say_nothing {}\n"
              "call c break_down {}" }, { NULL, "say Sorry" } },
      "call open_door {}\ncall say_nothing {}\ncall break_down {}\n"
      "finish tool_calls\nanswer open_door {} -> error: the door is locked\n"
      "answer say_nothing {} -> error: the tool failed\n"
      "answer break_down {} -> error: the tool failed\n"
      "text Sorry\nfinish stop\n", NULL, LITELLM_OK, "Sorry" },
    { "cancelled", &agent, {
      { NULL, "call a tell_time {}\ncall b stop_all {}\ncall c echo {}" } },
      "call tell_time {}\ncall stop_all {}\ncall echo {}\nfinish tool_calls\n"
      "answer tell_time {} -> 12:30\n", "time\nstop\n",
      LITELLM_ERROR_CANCELLED, "" }
  };
  PLAY(table);
}

static void test_limits(void) {
  static const litellm_call one = { .model = "m", .prompt = "Go",
    .tools = tools, .max_rounds = 1 };
  static const litellm_call two = { .model = "m", .prompt = "Go",
    .tools = tools, .max_rounds = 2 };
  static const litellm_call few = { .model = "m", .prompt = "Go",
    .tools = tools, .max_rounds = 5, .max_calls = 2 };
  static const litellm_call once = { .model = "m", .prompt = "Go",
    .tools = tools, .max_rounds = 5, .max_repeats = 1 };
  static const litellm_call told = { .model = "m", .prompt = "Go",
    .tools = tools };
#define TIME(id) "call " id " tell_time {}"
#define TIMED "answer tell_time {} -> 12:30\n"
#define REFUSED "answer tell_time {} -> error: not run again: you have made " \
  "this call before, use what it gave\n"
  static const transcript table[] = {
    { "one round", &one, { { NULL, "say No\n" TIME("a") } },
      "text No\ncall tell_time {}\nfinish tool_calls\n", NULL,
      LITELLM_ERROR_TOOL_LIMIT, "No" },
    { "one round is enough", &one, { { NULL, "say Yes" } },
      "text Yes\nfinish stop\n", NULL, LITELLM_OK, "Yes" },
    { "two rounds", &two, { { NULL, TIME("a") }, { NULL, TIME("b") } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call tell_time {}\nfinish tool_calls\n", "time\n",
      LITELLM_ERROR_TOOL_LIMIT, "" },
    { "two rounds are enough", &two,
      { { NULL, TIME("a") }, { NULL, "say Yes" } },
      "call tell_time {}\nfinish tool_calls\n" TIMED "text Yes\nfinish stop\n",
      "time\n", LITELLM_OK, "Yes" },
    { "two calls, and one more", &few, {
      { NULL, TIME("a") "\ncall b echo {'text':'x'}\n" TIME("c") } },
      "call tell_time {}\ncall echo {'text':'x'}\ncall tell_time {}\n"
      "finish tool_calls\n" TIMED "answer echo {'text':'x'} -> x\n", "time\n",
      LITELLM_ERROR_TOOL_LIMIT, "" },
    { "two calls in two rounds, and one more", &few, {
      { NULL, TIME("a") }, { NULL, TIME("b") }, { NULL, TIME("c") } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call tell_time {}\nfinish tool_calls\n", "time\ntime\n",
      LITELLM_ERROR_TOOL_LIMIT, "" },
    { "one repeat, in a round", &once, {
      { NULL, TIME("a") "\n" TIME("b") }, { NULL, "say Yes" } },
      "call tell_time {}\ncall tell_time {}\nfinish tool_calls\n" TIMED
      REFUSED "text Yes\nfinish stop\n", "time\n", LITELLM_OK, "Yes" },
    { "other arguments are no repeat", &once, {
      { NULL, TIME("a") "\ncall b tell_time { }" }, { NULL, "say Yes" } },
      "call tell_time {}\ncall tell_time { }\nfinish tool_calls\n" TIMED
      "answer tell_time { } -> 12:30\ntext Yes\nfinish stop\n",
      "time\ntime\n", LITELLM_OK, "Yes" },
    { "three are run, the fourth not", &agent, {
      { NULL, TIME("a") }, { NULL, TIME("b") "\n" TIME("c") },
      { NULL, TIME("d") }, { NULL, "say Yes" } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call tell_time {}\ncall tell_time {}\nfinish tool_calls\n" TIMED TIMED
      "call tell_time {}\nfinish tool_calls\n" REFUSED
      "text Yes\nfinish stop\n", "time\ntime\ntime\n", LITELLM_OK, "Yes" },
    { "no rounds: calls are told", &told, { { NULL, "say Hm\n" TIME("a") } },
      "text Hm\ncall tell_time {}\nfinish tool_calls\n", NULL,
      LITELLM_OK, "Hm" },
    { "nobody to ask", &agent, {
      { NULL, TIME("a") "\ncall b ask_person {'q':1}" } },
      "call tell_time {}\ncall ask_person {'q':1}\nfinish tool_calls\n", NULL,
      LITELLM_OK, "" }
  };
  PLAY(table);
  CHECK_INT(response.tool_call_count, 2);    /* of the last */
  CHECK_TEXT(response.tool_calls[0].id, "a");
  CHECK_TEXT(response.tool_calls[1].name, "ask_person");
  CHECK_TEXT(response.tool_calls[1].arguments, "{\"q\":1}");
  CHECK_TEXT(response.finish_reason, "tool_calls");
}

/* ---- long results ------------------------------------------------------ */

static char answered[8192];

static void take_answer(litellm_stream *stream, const litellm_event *event) {
  (void)stream;
  if (event->kind != LITELLM_TOOL_ANSWER) return;
  memcpy(answered, event->text.ptr, event->text.len);
  answered[event->text.len] = 0;
}

/* The answer that the tool gives under a limit. */
static void run_limited(const char *tool, unsigned limit) {
  static litellm_call call;
  static char calls[64];
  exchange exchanges[2] = { { NULL, calls }, { NULL, "say Done" } };
  memset(&call, 0, sizeof call);
  call.model = "m";
  call.prompt = "Go";
  call.tools = tools;
  call.max_rounds = 2;
  call.max_result_bytes = (uint16_t)limit;
  (void)sprintf(calls, "call a %s {}", tool);
  begin(exchanges, 2);
  streamed = false;
  memset(&request, 0, sizeof request);
  request.call = &call;
  act = take_answer;
  CHECK_INT(polled(), LITELLM_OK);
  act = NULL;
  end();
}

/* A struct of every length, so that its pieces end everywhere. */
static void test_struct_results(void) {
  static char text[200];
  size_t i, size;
  char wanted[256];
  for (i = 0; i < 190; i++) {
    check_at("%lu bytes of text", (unsigned long)i);
    text[i] = 'x';
    entry_text.ptr = text;
    entry_text.len = i;
    size = (size_t)sprintf(wanted, "{\"text\":\"%.*s\",\"done\":true}",
                           (int)i, text);
    run_limited("read_entry", 0);
    CHECK_TEXT(answered, wanted);
    run_limited("read_entry", (unsigned)size);
    CHECK_TEXT(answered, wanted);
    run_limited("read_entry", (unsigned)size - 1);
    (void)sprintf(wanted + size - 1, "... [cut]");
    CHECK_TEXT(answered, wanted);
  }
}

static void test_long_results(void) {
  static const char marker[] = "... [cut]";
  static const char unit[] = "a\303\251\346\274\242\360\237\230\200";
  static char text[6000];
  size_t before, limit, i, total;
  for (before = 0; before < 10; before++) {
    memset(text, 'x', before);
    total = before;
    for (i = 0; i < 20; i++, total += sizeof unit - 1)
      memcpy(text + total, unit, sizeof unit);
    long_text = litellm_str_of(text);
    for (limit = 1; limit <= total + 1; limit += limit < 140 ? 1 : 7) {
      size_t len = strlen(marker), kept;
      check_at("%lu bytes before, at most %lu", (unsigned long)before,
               (unsigned long)limit);
      run_limited("read_log", (unsigned)limit);
      if (limit >= total) {
        CHECK_TEXT(answered, text);
        continue;
      }
      if (!CHECK(strlen(answered) >= len)) continue;
      kept = strlen(answered) - len;
      CHECK_TEXT(answered + kept, marker);
      CHECK(kept <= limit && kept + 4 > limit && !memcmp(answered, text, kept));
      CHECK((text[kept] & 0xC0) != 0x80);
    }
  }
  check_at("by default");
  memset(text, 'y', 5000);
  long_text = litellm_str_of(text);
  run_limited("read_log", 0);
  CHECK_INT(strlen(answered), 4096 + strlen(marker));
  long_text.len = 4096;
  run_limited("read_log", 0);
  CHECK_INT(strlen(answered), 4096);
  check_at("nothing");
  long_text = litellm_str_of(NULL);
  run_limited("read_log", 0);
  CHECK_TEXT(answered, "");
}

/* ---- answers of the caller --------------------------------------------- */

static litellm_result results[8];    /* what litellm_answer said, in a row */
static size_t answers;

static void answer(litellm_stream *stream, const char *text) {
  results[answers++ % 8] = litellm_answer(stream, litellm_str_of(text));
}

/* Says no to the door, and has a person for the rest. */
static void refuse_the_door(litellm_stream *stream,
                            const litellm_event *event) {
  if (event->kind != LITELLM_TOOL_CALL) return;
  if (!strcmp(event->tool_call->name, "open_door"))
    answer(stream, "the user said no");
  if (!strcmp(event->tool_call->name, "ask_person")) answer(stream, "blue");
}

static void answer_late(litellm_stream *stream, const litellm_event *event) {
  if (event->kind == LITELLM_FINISH) answer(stream, "late");
}

static void answer_later(litellm_stream *stream, const litellm_event *event) {
  if (event->kind == LITELLM_USAGE) answer(stream, "later");
}

static void answer_too_late(litellm_stream *stream,
                            const litellm_event *event) {
  if (event->kind == LITELLM_TOOL_ANSWER) answer(stream, "too late");
}

static void answer_early(litellm_stream *stream, const litellm_event *event) {
  if (event->kind == LITELLM_TEXT) answer(stream, "too early");
}

static void answer_twice(litellm_stream *stream, const litellm_event *event) {
  if (event->kind != LITELLM_TOOL_CALL) return;
  answer(stream, "first");
  answer(stream, NULL);
  answer(stream, "");
  answer(stream, "second");
}

/* The answer is the call's own text, which lies in the arena. */
static void answer_itself(litellm_stream *stream, const litellm_event *event) {
  if (event->kind != LITELLM_TOOL_CALL) return;
  answer(stream, event->tool_call->arguments);
  answer(stream, event->tool_call->arguments);
}

static void test_answers(void) {
  static const struct {
    transcript of;
    void (*act)(litellm_stream *stream, const litellm_event *event);
    litellm_result results[4];
    size_t answers;
  } table[] = {
    { { "refused", &agent, {
        { NULL, "call a open_door {}\ncall b tell_time {}\n"
                "call c ask_person {}" },
        { MESSAGES(CALLS(CALL("a", "open_door", "{}") ","
                         CALL("b", "tell_time", "{}") ","
                         CALL("c", "ask_person", "{}"))
                   TOLD("a", "the user said no") TOLD("b", "12:30")
                   TOLD("c", "blue")), "say Ok" } },
        "call open_door {}\ncall tell_time {}\ncall ask_person {}\n"
        "finish tool_calls\nanswer open_door {} -> the user said no\n"
        "answer tell_time {} -> 12:30\nanswer ask_person {} -> blue\n"
        "text Ok\nfinish stop\n", "time\n", LITELLM_OK, "Ok" },
      refuse_the_door, { LITELLM_OK, LITELLM_OK }, 2 },
    { { "late", &agent, { { NULL, "call a tell_time {}" },
                          { NULL, "say Ok" } },
        "call tell_time {}\nfinish tool_calls\nanswer tell_time {} -> late\n"
        "text Ok\nfinish stop\n", NULL, LITELLM_OK, "Ok" },
      answer_late, { LITELLM_OK, LITELLM_ERROR_ARGUMENT }, 2 },
    { { "later", &agent, { { NULL, "call a ask_person {}\nuse 1 1" },
                           { NULL, "say Ok" } },
        "call ask_person {}\nfinish tool_calls\nuse 1+1\n"
        "answer ask_person {} -> later\ntext Ok\nfinish stop\n", NULL,
        LITELLM_OK, "Ok" },
      answer_later, { LITELLM_OK }, 1 },
    { { "too late", &agent, { { NULL, "call a tell_time {}" },
                              { NULL, "say Ok" } },
        "call tell_time {}\nfinish tool_calls\nanswer tell_time {} -> 12:30\n"
        "text Ok\nfinish stop\n", "time\n", LITELLM_OK, "Ok" },
      answer_too_late, { LITELLM_ERROR_ARGUMENT }, 1 },
    { { "too early", &agent, { { NULL, "say x\ncall a tell_time {}" },
                               { NULL, "think Ok" } },
        "text x\ncall tell_time {}\nfinish tool_calls\n"
        "answer tell_time {} -> 12:30\nthink Ok\nfinish stop\n", "time\n",
        LITELLM_OK, "" },
      answer_early, { LITELLM_ERROR_ARGUMENT }, 1 },
    { { "twice", &agent, { { NULL, "call a ask_person {}" },
                           { NULL, "say Ok" } },
        "call ask_person {}\nfinish tool_calls\n"
        "answer ask_person {} -> second\ntext Ok\nfinish stop\n", NULL,
        LITELLM_OK, "Ok" },
      answer_twice, { LITELLM_OK, LITELLM_ERROR_ARGUMENT, LITELLM_OK,
                      LITELLM_OK }, 4 },
    { { "with the call's own text", &agent, {
        { NULL, "call a ask_person {'q':'who?'}" }, { NULL, "say Ok" } },
        "call ask_person {'q':'who?'}\nfinish tool_calls\n"
        "answer ask_person {'q':'who?'} -> {'q':'who?'}\n"
        "text Ok\nfinish stop\n", NULL, LITELLM_OK, "Ok" },
      answer_itself, { LITELLM_OK, LITELLM_OK }, 2 }
  };
  static const litellm_str text = { "x", 1 };
  litellm_stream stream;
  size_t i, k;
  int way;
  for (i = 0; i < sizeof table / sizeof table[0]; i++)
    for (way = 0; way < WAYS; way++) {
      if (way & BLOCKING) continue;
      act = table[i].act;
      answers = 0;
      play(&table[i].of, way);
      for (k = 0; k < table[i].answers && k < answers; k++)
        CHECK_INT(results[k], table[i].results[k]);
      if (act != answer_late && act != answer_early)
        CHECK_INT(answers, table[i].answers);
    }
  act = NULL;
  memset(&stream, 0, sizeof stream);
  CHECK_INT(litellm_answer(&stream, text), LITELLM_ERROR_ARGUMENT);
}

/* ---- choices, sums, histories ------------------------------------------ */

static void test_tool_choice(void) {
  static const litellm_tool *const one[] = { &tell_time_tool, NULL };
  static const litellm_tool *const none[] = { NULL };
#define CHOICE(list, choice) { .model = "m", .prompt = "Go", .tools = list,   \
    .tool_choice = choice, .max_rounds = 3 }
  static const litellm_call required = CHOICE(one, "required");
  static const litellm_call named = CHOICE(one, "tell_time");
  static const litellm_call automatic = CHOICE(one, "auto");
  static const litellm_call never = CHOICE(one, "none");
  static const litellm_call empty = CHOICE(none, "required");
  static const litellm_call without = CHOICE(NULL, "required");
#define ROUNDS(first, second) {                                               \
    { "{'tool_choice':" first "}", TIME("a") },                               \
    { "{'tool_choice':" second "}", "say Ok" } }
#define LOOKED "call tell_time {}\nfinish tool_calls\n" TIMED                 \
  "text Ok\nfinish stop\n"
  static const transcript table[] = {
    { "required", &required, ROUNDS("'required'", "'<none>'"), LOOKED,
      "time\n", LITELLM_OK, "Ok" },
    { "named", &named,
      ROUNDS("{'type':'function','function':{'name':'tell_time'}}",
             "'<none>'"), LOOKED, "time\n", LITELLM_OK, "Ok" },
    { "auto", &automatic, ROUNDS("'auto'", "'<none>'"), LOOKED, "time\n",
      LITELLM_OK, "Ok" },
    { "none", &never, ROUNDS("'none'", "'none'"), LOOKED, "time\n",
      LITELLM_OK, "Ok" },
    { "not said", &agent, ROUNDS("'<none>'", "'<none>'"), LOOKED, "time\n",
      LITELLM_OK, "Ok" },
    { "no tool in the list", &empty,
      { { "{'tool_choice':'<none>','tools':'<none>'}", "say Ok" } },
      "text Ok\nfinish stop\n", NULL, LITELLM_OK, "Ok" },
    { "no list", &without,
      { { "{'tool_choice':'<none>','tools':'<none>'}", "say Ok" } },
      "text Ok\nfinish stop\n", NULL, LITELLM_OK, "Ok" },
    { "a call without tools", &without, { { NULL, "call a tell_time {}" } },
      "call tell_time {}\nfinish tool_calls\n", NULL, LITELLM_OK, "" }
  };
  PLAY(table);
}

/* Usage is that of all rounds, also when not every round tells it. */
static void test_usage(void) {
  static const transcript table[] = {
    { "all", &agent, { { NULL, TIME("a") "\nuse 10 1" },
                       { NULL, TIME("b") "\nuse 20 2" },
                       { NULL, "say Ok\nuse 30 3" } },
      "call tell_time {}\nfinish tool_calls\nuse 10+1\n" TIMED
      "call tell_time {}\nfinish tool_calls\nuse 20+2\n" TIMED
      "text Ok\nfinish stop\nuse 30+3\n", "time\ntime\n", LITELLM_OK, "Ok" },
    { "not the last", &agent, { { NULL, TIME("a") "\nuse 60 6" },
                                { NULL, "say Ok" } },
      "call tell_time {}\nfinish tool_calls\nuse 60+6\n" TIMED
      "text Ok\nfinish stop\n", "time\n", LITELLM_OK, "Ok" }
  };
  size_t i;
  int way;
  for (i = 0; i < 2; i++)
    for (way = 0; way < WAYS; way++) {
      play(&table[i], way);
      CHECK(response.has_usage);
      CHECK_INT(response.usage.prompt_tokens, 60);
      CHECK_INT(response.usage.completion_tokens, 6);
      CHECK_INT(response.usage.total_tokens, 66);
    }
}

/* What a call said goes into a history, and is sent as it was in the call. */
static void test_history(void) {
  static const exchange exchanges[] = {
    { NULL, "think I should look.\nsign s1=\ncall a tell_time {}\n"
            "call b echo {'text':'x'}" },
    { NULL, "say Wait.\ncall c ask_person {}" } };
#define SPOKEN                                                                \
  "{'role':'assistant','content':null,'tool_calls':["                         \
  CALL("a", "tell_time", "{}") "," CALL("b", "echo", "{\\'text\\':\\'x\\'}")  \
  "],'thinking_blocks':[{'type':'thinking','thinking':'I should look.',"      \
  "'signature':'s1='}]}" TOLD("a", "12:30") TOLD("b", "x")
  static const exchange again[] = {
    { "{'messages':[{'role':'user','content':'Hi'}," SPOKEN
      ",{'role':'assistant','content':'Wait.','tool_calls':["
      CALL("c", "ask_person", "{}") "]}" TOLD("c", "red") "," GO "]}",
      "say Bye" } };
  static unsigned char room[4096];
  litellm_arena arena;
  litellm_messages list = { NULL, NULL };
  litellm_message *told;
  for (streamed = false; ; streamed = true) {
    check_at(streamed ? "streamed" : "plain");
    begin(exchanges, 2);
    memset(&request, 0, sizeof request);
    request.call = &agent;
    request.stream = streamed;
    CHECK_INT(polled(), LITELLM_OK);
    CHECK(response.rounds != NULL);
    litellm_arena_init(&arena, room, sizeof room);
    memset(&list, 0, sizeof list);
    CHECK(litellm_messages_add(&list, &arena, LITELLM_USER,
                               litellm_str_of("Hi")) != NULL);
    CHECK(litellm_messages_add_response(&list, &arena, &response));
    told = litellm_messages_add(&list, &arena, LITELLM_TOOL_RESULT,
                                litellm_str_of("red"));
    told->tool_call_id = list.first->next->next->next->next
                             ->tool_calls[0].id;
    CHECK(litellm_messages_add(&list, &arena, LITELLM_USER,
                               litellm_str_of("Go")) != NULL);
    end();
    memset(memory, 0x55, sizeof memory);     /* the history is on its own */
    begin(again, 1);
    {
      static const litellm_call rest = { .model = "m", .tools = tools };
      request.call = &rest;
      request.keep_text = true;
      request.messages = list.first;
      CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
    }
    CHECK_TEXT(response.content, "Bye");
    CHECK(response.rounds == NULL);
    end();
    if (streamed) break;
  }
}

/* ---- response models --------------------------------------------------- */

#define BOOK(FIELD)                                                           \
  FIELD(TEXT(20), title, NULL) FIELD(INT_IN(1450, 2100), year, NULL)          \
  FIELD(OPTIONAL(STRING), by, NULL)
LITELLM_MODEL(book, BOOK);

#define DUNE "{'title':'Dune','year':1965}"
#define IS_DUNE "{'title':'Dune','year':1965,'by':null}"
#define LATE "{'title':'Dune','year':3000}"
#define TOO_LATE "$.year: expected an integer from 1450 to 2100, got 3000"
#define REASK(what)                                                           \
  "The answer does not fit: " what ". Answer again, in whole."
#define ESCAPED_DUNE "{\\'title\\':\\'Dune\\',\\'year\\':1965}"
#define ESCAPED_LATE "{\\'title\\':\\'Dune\\',\\'year\\':3000}"

static const litellm_call by_schema = { .model = "m", .prompt = "Go",
  .response_model = &book_detail };
static const litellm_call by_prompt = { .model = "m", .prompt = "Go",
  .response_model = &book_detail, .ask_by = LITELLM_BY_PROMPT };
static const litellm_call by_tool = { .model = "m", .prompt = "Go",
  .response_model = &book_detail, .ask_by = LITELLM_BY_TOOL };

static void test_models(void) {
  static const transcript table[] = {
    { "by schema", &by_schema, {
      { "{'messages':[" GO "],'tools':'<none>','tool_choice':'<none>'}",
        "say " DUNE "\nuse 1 2" } },
      "partial " DUNE "\nfinish stop\nuse 1+2\n", NULL, LITELLM_OK, IS_DUNE },
    { "by prompt", &by_prompt, {
      { "{'response_format':{'type':'json_object'},'tools':'<none>'}",
        "think Hm\nsay Here: " DUNE " Bye." } },
      "think Hm\npartial Here: " DUNE " Bye.\nfinish stop\n", NULL, LITELLM_OK,
      IS_DUNE },
    { "by tool", &by_tool, {
      { "{'response_format':'<none>','tool_choice':{'type':'function',"
        "'function':{'name':'answer'}}}", "say Sure.\ncall a answer " DUNE } },
      "text Sure.\ncall answer " DUNE "\nfinish tool_calls\n", NULL,
      LITELLM_OK, IS_DUNE },
    { "does not fit", &by_schema, { { NULL, "say " LATE } },
      "partial " LATE "\nfinish stop\n", NULL, LITELLM_ERROR_SCHEMA, NULL },
    { "no answer in it", &by_schema, { { NULL, "say I do not know." } },
      "partial I do not know.\nfinish stop\n", NULL, LITELLM_ERROR_SCHEMA,
      NULL },
    { "nothing at all", &by_schema, { { NULL, "think Hm" } },
      "think Hm\nfinish stop\n", NULL, LITELLM_ERROR_SCHEMA, NULL },
    { "text instead of the tool", &by_tool, { { NULL, "say " DUNE } },
      "text " DUNE "\nfinish stop\n", NULL, LITELLM_ERROR_SCHEMA, NULL },
    { "cut by the limit", &by_schema, {
      { NULL, "say {'title':'Dune','ye\nfinish length" } },
      "partial {'title':'Dune','ye\nfinish length\n", NULL,
      LITELLM_ERROR_SCHEMA, NULL },
    { "refused", &by_schema, { { NULL, "refuse I will not" } },
      "refuse I will not\nfinish stop\n", NULL, LITELLM_ERROR_REFUSED, NULL },
    { "refused the tool", &by_tool, { { NULL, "refuse I will not" } },
      "refuse I will not\nfinish stop\n", NULL, LITELLM_ERROR_REFUSED, NULL },
    { "two answers by tool", &by_tool, {
      { NULL, "call a answer " DUNE "\ncall b answer "
              "{'title':'Wuthering Heights','year':1847}" } },
      "call answer " DUNE "\ncall answer "
      "{'title':'Wuthering Heights','year':1847}\nfinish tool_calls\n", NULL,
      LITELLM_OK, IS_DUNE }
  };
  PLAY(table);
}

/* What did not fit is told to the model, as its tool's result or as a user. */
static void test_reasks(void) {
  static const litellm_call schema = { .model = "m", .prompt = "Go",
    .response_model = &book_detail, .max_reasks = 2 };
  static const litellm_call tool = { .model = "m", .prompt = "Go",
    .response_model = &book_detail, .ask_by = LITELLM_BY_TOOL,
    .max_reasks = 1 };
#define SAID(text) ",{'role':'assistant','content':'" text "'}"
#define USER(text) ",{'role':'user','content':'" text "'}"
#define ANSWERED(id, arguments) CALLS(CALL(id, "answer", arguments))
  static const transcript table[] = {
    { "fits the second time", &schema, {
      { NULL, "say " LATE "\nuse 1 1" },
      { MESSAGES(SAID(ESCAPED_LATE) USER(REASK(TOO_LATE))),
        "say " DUNE "\nuse 2 2" } },
      "partial " LATE "\nfinish stop\nuse 1+1\nreask " REASK(TOO_LATE) "\n"
      "partial " DUNE "\nfinish stop\nuse 2+2\n", NULL, LITELLM_OK, IS_DUNE },
    { "fits the third time", &schema, {
      { NULL, "say " LATE },
      { NULL, "say {'title':'Dune'}" },
      { MESSAGES(SAID(ESCAPED_LATE) USER(REASK(TOO_LATE))
                 SAID("{\\'title\\':\\'Dune\\'}")
                 USER(REASK("$.year: missing, expected an integer from 1450 "
                            "to 2100"))), "say " DUNE } },
      "partial " LATE "\nfinish stop\nreask " REASK(TOO_LATE) "\n"
      "partial {'title':'Dune'}\nfinish stop\nreask "
      REASK("$.year: missing, expected an integer from 1450 to 2100") "\n"
      "partial " DUNE "\nfinish stop\n", NULL, LITELLM_OK, IS_DUNE },
    { "never fits", &schema, {
      { NULL, "say " LATE }, { NULL, "say " LATE }, { NULL, "say " LATE } },
      "partial " LATE "\nfinish stop\nreask " REASK(TOO_LATE) "\n"
      "partial " LATE "\nfinish stop\nreask " REASK(TOO_LATE) "\n"
      "partial " LATE "\nfinish stop\n", NULL, LITELLM_ERROR_SCHEMA, NULL },
    { "refuses the second time", &schema, {
      { NULL, "say " LATE }, { NULL, "refuse No" } },
      "partial " LATE "\nfinish stop\nreask " REASK(TOO_LATE) "\n"
      "refuse No\nfinish stop\n", NULL, LITELLM_ERROR_REFUSED, NULL },
    { "an empty answer", &schema, {
      { NULL, "think Hm" },
      { MESSAGES(SAID("") USER(REASK("$: expected a JSON object, got none"))),
        "say " DUNE } },
      "think Hm\nfinish stop\nreask "
      REASK("$: expected a JSON object, got none") "\n"
      "partial " DUNE "\nfinish stop\n", NULL, LITELLM_OK, IS_DUNE },
    { "by tool", &tool, {
      { NULL, "call a answer " LATE },
      { "{'messages':[" GO ANSWERED("a", ESCAPED_LATE)
        TOLD("a", REASK(TOO_LATE)) "],'tool_choice':{'type':'function',"
        "'function':{'name':'answer'}}}", "call b answer " DUNE } },
      "call answer " LATE "\nfinish tool_calls\nreask " REASK(TOO_LATE) "\n"
      "call answer " DUNE "\nfinish tool_calls\n", NULL, LITELLM_OK, IS_DUNE },
    { "text, then the tool", &tool, {
      { NULL, "say Dune" },
      { MESSAGES(SAID("Dune")
                 USER(REASK("$: expected a JSON object, got none"))),
        "call b answer " DUNE } },
      "text Dune\nfinish stop\nreask "
      REASK("$: expected a JSON object, got none") "\n"
      "call answer " DUNE "\nfinish tool_calls\n", NULL, LITELLM_OK, IS_DUNE },
    { "another tool beside it", &tool, {
      { NULL, "call x look {}\ncall a answer " LATE },
      { MESSAGES(CALLS(CALL("x", "look", "{}") ","
                       CALL("a", "answer", ESCAPED_LATE))
                 TOLD("x", "not run") TOLD("a", REASK(TOO_LATE))),
        "call b answer " DUNE } },
      "call look {}\ncall answer " LATE "\nfinish tool_calls\nreask "
      REASK(TOO_LATE) "\ncall answer " DUNE "\nfinish tool_calls\n", NULL,
      LITELLM_OK, IS_DUNE }
  };
  PLAY(table);
}

static void test_models_with_tools(void) {
#define WITH_TOOLS(by) { .model = "m", .prompt = "Go", .tools = tools,        \
    .max_rounds = 3, .response_model = &book_detail, .ask_by = by,            \
    .max_reasks = 1 }
  static const litellm_call schema = WITH_TOOLS(LITELLM_BY_SCHEMA);
  static const litellm_call prompt = WITH_TOOLS(LITELLM_BY_PROMPT);
  static const litellm_call tool = WITH_TOOLS(LITELLM_BY_TOOL);
#define TIMED_CALL CALLS(CALL("a", "tell_time", "{}")) TOLD("a", "12:30")
  static const transcript table[] = {
    { "by schema", &schema, {
      { NULL, TIME("a") }, { MESSAGES(TIMED_CALL), "say " DUNE } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "partial " DUNE "\nfinish stop\n", "time\n", LITELLM_OK, IS_DUNE },
    { "by prompt", &prompt, {
      { NULL, "say One moment.\n" TIME("a") }, { NULL, "say " DUNE } },
      "partial One moment.\ncall tell_time {}\nfinish tool_calls\n" TIMED
      "partial " DUNE "\nfinish stop\n", "time\n", LITELLM_OK, IS_DUNE },
    { "by tool", &tool, {
      { "{'tool_choice':'required'}", TIME("a") },
      { "{'tool_choice':'required','messages':[" GO TIMED_CALL "]}",
        "call b answer " DUNE } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call answer " DUNE "\nfinish tool_calls\n", "time\n", LITELLM_OK,
      IS_DUNE },
    { "tool, re-ask, tool, answer", &tool, {
      { NULL, TIME("a") }, { NULL, "call b answer " LATE },
      { NULL, TIME("c") }, { NULL, "call d answer " DUNE } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call answer " LATE "\nfinish tool_calls\nreask " REASK(TOO_LATE) "\n"
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call answer " DUNE "\nfinish tool_calls\n", "time\ntime\n", LITELLM_OK,
      IS_DUNE },
    { "tool, re-ask, answer", &schema, {
      { NULL, TIME("a") }, { NULL, "say " LATE },
      { MESSAGES(TIMED_CALL SAID(ESCAPED_LATE) USER(REASK(TOO_LATE))),
        "say " DUNE } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "partial " LATE "\nfinish stop\nreask " REASK(TOO_LATE) "\n"
      "partial " DUNE "\nfinish stop\n", "time\n", LITELLM_OK, IS_DUNE },
    { "too many rounds", &schema, {
      { NULL, TIME("a") }, { NULL, TIME("b") }, { NULL, TIME("c") } },
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call tell_time {}\nfinish tool_calls\n" TIMED
      "call tell_time {}\nfinish tool_calls\n", "time\ntime\n",
      LITELLM_ERROR_TOOL_LIMIT, NULL },
    { "the answer beside a tool", &tool, {
      { NULL, TIME("a") "\ncall b answer " DUNE } },
      "call tell_time {}\ncall answer " DUNE "\nfinish tool_calls\n", NULL,
      LITELLM_OK, IS_DUNE }
  };
  PLAY(table);
}

/* ---- generated functions ----------------------------------------------- */

/* Plays `exchanges` for a function that is called next. */
#define SCRIPT(...)                                                           \
  static const exchange played[] = { __VA_ARGS__ };                           \
  begin(played, sizeof played / sizeof played[0])

#define FOUND(FIELD)                                                          \
  FIELD(GIVEN(STRING), genre, NULL) FIELD(STRING, title, "Its title")         \
  FIELD(GIVEN(ENUM(scale)), unit, NULL) FIELD(GIVEN(MODEL(book)), like, NULL)
LITELLM_MODEL(found, FOUND);
#define FIND(ARG)                                                             \
  ARG(STRING, genre) ARG(MODEL(book), like) ARG(ENUM(scale), unit)
LITELLM_CALL_AS(found, find, FIND, .model = "m", .prompt = "{genre}");

static const struct book emma = { "Emma", 1815, { NULL, false } };

static void check_found(const struct found *found) {
  CHECK_TEXT(found->genre, "crime");
  CHECK_TEXT(found->title, "X");
  CHECK_INT(found->unit, KELVIN);
  CHECK_TEXT(found->like.title, "Emma");
  CHECK_INT(found->like.year, 1815);
}

static void test_given(void) {
  struct found found;
  litellm_stream stream;
  streamed = false;
  {
    SCRIPT({ "{'response_format':{'type':'json_schema','json_schema':{"
             "'name':'answer','strict':true,'schema':{'type':'object',"
             "'properties':{'title':{'type':'string','description':"
             "'Its title'}},'required':['title'],"
             "'additionalProperties':false}}}}",
             "say {'genre':'no','title':'X','unit':'celsius'}" });
    memset(&found, 0x55, sizeof found);
    CHECK_INT(find(&client, &found, "crime", &emma, KELVIN), LITELLM_OK);
    check_found(&found);
    end();
  }
  streamed = true;
  {
    SCRIPT({ "{'stream':true}", "say {'title':'X'}" });
    memset(&found, 0x55, sizeof found);
    CHECK_INT(find_start(&stream, &client, &found, "crime", &emma, KELVIN),
              LITELLM_OK);
    CHECK_INT(follow(&stream), LITELLM_END);
    check_found(&found);
    end();
  }
}

#define OTHERS(ARG) ARG(INT, genre) ARG(MODEL(book), like)                    \
  ARG(ENUM(scale), unit)
#define FEWER(ARG) ARG(STRING, genre) ARG(ENUM(scale), unit)
LITELLM_CALL_AS(found, find_others, OTHERS, .model = "m", .prompt = "Go");
LITELLM_CALL_AS(found, find_fewer, FEWER, .model = "m", .prompt = "Go");
LITELLM_CALL_AS(found, find_none, LITELLM_NO_ARGUMENTS, .model = "m",
                .prompt = "Go");

/* A field that is given, and an argument that is not or of another kind. */
static void test_not_given(void) {
  struct found found;
  begin(NULL, 0);
  CHECK_INT(find_others(&client, &found, 1, &emma, KELVIN),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "genre");
  CHECK_INT(find_fewer(&client, &found, "x", KELVIN), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "like");
  CHECK_INT(find_none(&client, &found), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "genre");
  CHECK_INT(fake.opened, 0);
  end();
}

LITELLM_CALL_AS(book, get, LITELLM_NO_ARGUMENTS, .model = "m",
                .prompt = "Go");

/* Failures of a function that gives a struct and no response. */
static void test_typed_failures(void) {
  struct book book;
  litellm_stream stream;
  int way;
  for (way = 0; way < 4; way++) {
    litellm_result result, wanted = way & 2 ? LITELLM_ERROR_REFUSED
                                            : LITELLM_ERROR_SCHEMA;
    static const exchange bad[] = { { NULL, "say " LATE } };
    static const exchange refused[] = { { NULL, "refuse I will not" } };
    check_at("way %d", way);
    begin(way & 2 ? refused : bad, 1);
    streamed = (way & 1) != 0;
    if (streamed) {
      CHECK_INT(get_start(&stream, &client, &book), LITELLM_OK);
      result = follow(&stream);
    } else {
      result = get(&client, &book);
    }
    CHECK_INT(result, wanted);
    CHECK_INT(client.error.code, wanted);
    if (way & 2) {
      CHECK_TEXT(litellm_client_error(&client), "I will not");
    } else {
      CHECK_TEXT(client.error.message, TOO_LATE);
      CHECK_TEXT(litellm_client_error(&client), TOO_LATE);
      CHECK_INT(client.error.position, 23);
    }
    end();
  }
  begin(NULL, 0);
  CHECK_INT(get(&client, NULL), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "output");
  CHECK_INT(fake.opened, 0);
  end();
}

LITELLM_CALL_VALUE(INT, count_all, LITELLM_NO_ARGUMENTS, .model = "m",
                   .prompt = "Go");
LITELLM_CALL_VALUE(LIST(TEXT(8), 3), name_all, LITELLM_NO_ARGUMENTS,
                   .model = "m", .prompt = "Go");
LITELLM_CALL_VALUE(ENUM(scale), pick, LITELLM_NO_ARGUMENTS, .model = "m",
                   .prompt = "Go", .ask_by = LITELLM_BY_TOOL);
LITELLM_CALL_VALUE(OPTIONAL(STRING), guess, LITELLM_NO_ARGUMENTS, .model = "m",
                   .prompt = "Go", .ask_by = LITELLM_BY_PROMPT);
LITELLM_CALL_VALUE(BOOL, decide, LITELLM_NO_ARGUMENTS, .model = "m",
                   .prompt = "Go", .tools = tools, .max_rounds = 2);

static void test_values(void) {
  struct count_all_value count;
  struct name_all_value names;
  struct pick_value picked;
  struct guess_value guessed;
  struct decide_value decided;
  streamed = false;
  {
    SCRIPT({ NULL, "say {'value': 42}" }, { NULL, "say {'value':['a','bc']}" },
           { NULL, "call x answer {'value':'K'}" },
           { NULL, "say {'value':'maybe'}" }, { NULL, "say {'value':null}" },
           { NULL, TIME("a") }, { NULL, "say {'value':true}" });
    CHECK_INT(count_all(&client, &count), LITELLM_OK);
    CHECK_INT(count.value, 42);
    CHECK_INT(name_all(&client, &names), LITELLM_OK);
    CHECK_INT(names.value.count, 2);
    CHECK_TEXT(names.value.items[1], "bc");
    CHECK_INT(pick(&client, &picked), LITELLM_OK);
    CHECK_INT(picked.value, KELVIN);
    CHECK_INT(guess(&client, &guessed), LITELLM_OK);
    CHECK(guessed.value.set);
    CHECK_TEXT(guessed.value.value, "maybe");
    CHECK_INT(guess(&client, &guessed), LITELLM_OK);
    CHECK(!guessed.value.set);
    CHECK_INT(decide(&client, &decided), LITELLM_OK);
    CHECK_INT(decided.value, true);
    CHECK_TEXT(ran, "time\n");
    end();
  }
}

/* ---- output parsers ---------------------------------------------------- */

static unsigned parsed;              /* how often the parser ran */
static litellm_result parser_says;

/* The number of bytes of the answer, and the year of the book if there is
   one. */
struct measure { size_t bytes; int year; };

static litellm_result measure(const litellm_response *told, const void *model,
                              void *measured) {
  struct measure *to = (struct measure *)measured;
  parsed++;
  to->bytes = told->content_size;
  CHECK_INT(strlen(told->content), told->content_size);
  to->year = model ? ((const struct book *)model)->year : -1;
  return parser_says;
}

LITELLM_CALL_TO(struct measure, plainly, LITELLM_NO_ARGUMENTS, .model = "m",
                .prompt = "Go", .output_parser = measure);
LITELLM_CALL_TO(struct measure, after_model, LITELLM_NO_ARGUMENTS,
                .model = "m", .prompt = "Go", .output_parser = measure,
                .response_model = &book_detail, .max_reasks = 1);
LITELLM_CALL_TO(struct measure, after_tools, LITELLM_NO_ARGUMENTS,
                .model = "m", .prompt = "Go", .output_parser = measure,
                .tools = tools, .max_rounds = 3);

static void test_parsers(void) {
  typedef litellm_result blocking(litellm_client *to, struct measure *output);
  typedef litellm_result starting(litellm_stream *stream, litellm_client *to,
                                  struct measure *output);
  static const struct {
    const char *name;
    blocking *run;
    starting *start;
    exchange exchanges[3];
    size_t count;
    litellm_result says, result;
    size_t bytes;
    int year;
    unsigned parsed;
  } table[] = {
    { "of text", plainly, plainly_start, { { NULL, "say Hello" } }, 1,
      LITELLM_OK, LITELLM_OK, 5, -1, 1 },
    { "of no text", plainly, plainly_start, { { NULL, "think Hm" } }, 1,
      LITELLM_OK, LITELLM_OK, 0, -1, 1 },
    { "that fails", plainly, plainly_start, { { NULL, "say Hello" } }, 1,
      LITELLM_ERROR_PERMISSION, LITELLM_ERROR_PERMISSION, 5, -1, 1 },
    { "of a model", after_model, after_model_start,
      { { NULL, "say " DUNE } }, 1, LITELLM_OK, LITELLM_OK, 28, 1965, 1 },
    { "of a model, that fails", after_model, after_model_start,
      { { NULL, "say " DUNE } }, 1, LITELLM_ERROR_BUDGET, LITELLM_ERROR_BUDGET,
      28, 1965, 1 },
    { "after a re-ask", after_model, after_model_start,
      { { NULL, "say " LATE }, { NULL, "say " DUNE } }, 2, LITELLM_OK,
      LITELLM_OK, 28, 1965, 1 },
    { "of what does not fit", after_model, after_model_start,
      { { NULL, "say " LATE }, { NULL, "say " LATE } }, 2, LITELLM_OK,
      LITELLM_ERROR_SCHEMA, 0, 0, 0 },
    { "after tools", after_tools, after_tools_start,
      { { NULL, "say Hm\n" TIME("a") }, { NULL, "say Noon" } }, 2, LITELLM_OK,
      LITELLM_OK, 4, -1, 1 },
    { "of calls that nobody answers", after_tools, after_tools_start,
      { { NULL, "say Hm\ncall b ask_person {}" } }, 1, LITELLM_OK, LITELLM_OK,
      2, -1, 1 }
  };
  size_t i;
  int way;
  for (i = 0; i < sizeof table / sizeof table[0]; i++)
    for (way = 0; way < 2; way++) {
      struct measure measured = { 0, 0 };
      litellm_result result;
      check_at("%s, %s", table[i].name, way ? "streamed" : "blocking");
      begin(table[i].exchanges, table[i].count);
      streamed = way != 0;
      parsed = 0;
      parser_says = table[i].says;
      if (way) {
        litellm_stream stream;
        CHECK_INT(table[i].start(&stream, &client, &measured), LITELLM_OK);
        result = follow(&stream);
        if (result == LITELLM_END) result = LITELLM_OK;
      } else {
        result = table[i].run(&client, &measured);
      }
      CHECK_INT(result, table[i].result);
      CHECK_INT(client.error.code, table[i].result);
      CHECK_INT(measured.bytes, table[i].bytes);
      CHECK_INT(measured.year, table[i].year);
      CHECK_INT(parsed, table[i].parsed);
      end();
    }
}

/* ---- configure --------------------------------------------------------- */

static litellm_result configure_says;
static unsigned configured;

#define DYNAMIC(ARG) ARG(INT, n) ARG(COMPUTED(STRING), word)                  \
  ARG(COMPUTED(LIST(INT)), list)

static litellm_result configure(litellm_request *changed, void *arguments,
                                void *user);

LITELLM_CALL(dynamic, DYNAMIC, .model = "m",
             .prompt = "{n} is {word}, {list}", .configure = configure,
             .max_rounds = 2);

static litellm_result configure(litellm_request *changed, void *arguments,
                                void *user) {
  static const litellm_message more = { LITELLM_USER, { "More", 4 }, NULL, 0,
    NULL, 0, NULL, NULL, NULL, NULL };
  static const int numbers[] = { 1, 2 };
  static const litellm_params params = { .reasoning_effort = "low" };
  struct dynamic_arguments *a = (struct dynamic_arguments *)arguments;
  configured++;
  CHECK(user == ran);
  a->word = a->n % 2 ? "odd" : "even";
  a->list.items = numbers;
  a->list.count = 2;
  changed->messages = &more;
  changed->params = &params;
  changed->model = "other";
  changed->tools = tools;
  changed->tool_choice = "required";
  return configure_says;
}

static void test_configure(void) {
  static const exchange exchanges[] = {
    { "{'model':'other','reasoning_effort':'low','tool_choice':'required',"
      "'messages':[{'role':'user','content':'7 is odd, [1,2]'},"
      "{'role':'user','content':'More'}]}", TIME("a") },
    { "{'messages':[{'role':'user','content':'7 is odd, [1,2]'},"
      "{'role':'user','content':'More'}" CALLS(CALL("a", "tell_time", "{}"))
      TOLD("a", "12:30") "]}", "say Ok" } };
  litellm_stream stream;
  for (streamed = false; ; streamed = true) {
    check_at(streamed ? "streamed" : "blocking");
    begin(exchanges, 2);
    configured = 0;
    configure_says = LITELLM_OK;
    if (streamed) {
      CHECK_INT(dynamic_start(&stream, &client, 7), LITELLM_OK);
      CHECK_INT(follow(&stream), LITELLM_END);
    } else {
      CHECK_INT(dynamic(&client, &response, 7), LITELLM_OK);
      CHECK_TEXT(response.content, "Ok");
    }
    CHECK_INT(configured, 1);
    end();
    begin(NULL, 0);                          /* its error, before any byte */
    configure_says = LITELLM_ERROR_BUDGET;
    CHECK_INT(streamed ? dynamic_start(&stream, &client, 7)
                       : dynamic(&client, &response, 7), LITELLM_ERROR_BUDGET);
    CHECK_INT(client.error.code, LITELLM_ERROR_BUDGET);
    CHECK(client.error.where == NULL);
    CHECK_INT(fake.opened, 0);
    end();
    if (streamed) break;
  }
}

/* ---- JSON mode, partial structs ---------------------------------------- */

static void test_json_mode(void) {
  static const litellm_call json = { .model = "m", .prompt = "Go",
                                     .json_mode = true };
  static const transcript table[] = {
    { "JSON mode", &json, {
      { "{'response_format':{'type':'json_object'},'messages':[" GO "]}",
        "say {'a':1}" } },
      "text {'a':1}\nfinish stop\n", NULL, LITELLM_OK, "{\"a\":1}" } };
  PLAY(table);
}

static size_t partials, title_bytes;

/* Texts grow, numbers come whole, nothing goes away again. */
static void check_partial(litellm_stream *stream, const litellm_event *event) {
  static const char title[] = "The Left Hand";
  const struct book *book = (const struct book *)(const void *)&output;
  (void)stream;
  if (event->kind != LITELLM_PARTIAL) return;
  partials++;
  CHECK(!strncmp(book->title, title, strlen(book->title)));
  CHECK(strlen(book->title) >= title_bytes);
  title_bytes = strlen(book->title);
  CHECK(book->year == 0 || book->year == 1969);
  if (book->by.set && book->by.value)
    CHECK(!strncmp(book->by.value, "Ursula", strlen(book->by.value)));
}

static void test_partial(void) {
  static const exchange exchanges[] = {
    { NULL, "say ```json {'title':'The Left Hand','year':1969,'by':'Ursula'}"
            "```" } };
  static const exchange tool_exchanges[] = {
    { NULL, "call a answer {'title':'The Left Hand','year':1969,"
            "'by':'Ursula'}" } };
  int way;
  for (way = 0; way < 3; way++) {
    static const litellm_call *const calls[] = { &by_schema, &by_prompt,
                                                 &by_tool };
    size_t piece;
    for (piece = 1; piece < 40; piece += 6) {
      check_at("way %d, %lu bytes a time", way, (unsigned long)piece);
      streamed = true;
      begin(way == 2 ? tool_exchanges : exchanges, 1);
      fake.read_size = piece;
      act = check_partial;
      partials = title_bytes = 0;
      memset(&output, 0x55, sizeof output);
      memset(&request, 0, sizeof request);
      request.call = calls[way];
      request.stream = true;
      request.output = &output;
      CHECK_INT(polled(), LITELLM_OK);
      CHECK(partials >= 2);
      see_struct(calls[way], "{'title':'The Left Hand','year':1969,"
                             "'by':'Ursula'}");
      act = NULL;
      end();
    }
  }
}

/* ---- hooks ------------------------------------------------------------- */

#if LITELLM_HOOKS
static char told[2048];              /* the moments, a word each */
static int32_t body_bytes, whole_bytes;

static void hook(litellm_moment moment, int32_t value, void *user) {
  static const char *const names[] = { "start", "sent", "first", "event",
                                       "again", "end" };
  char *at = told + strlen(told);
  CHECK(user == ran);
  if (moment == LITELLM_HOOK_START) body_bytes = value;
  if (moment == LITELLM_HOOK_SENT) {
    whole_bytes = value;
    CHECK_INT(value, fake.sent_size);
    CHECK_INT(body_bytes, fake.sent_size - fake_body_at());
  }
  if (moment == LITELLM_HOOK_FIRST_BYTE)
    CHECK_INT(value, client.stats.first_byte_ms);
  if (moment >= LITELLM_HOOK_EVENT)
    (void)sprintf(at, "%s%ld ", names[moment], (long)value);
  else
    (void)sprintf(at, "%s ", names[moment]);
}

static void test_hooks(void) {
  static const struct { transcript of; const char *told; } table[] = {
    { { "one round", &agent, { { NULL, "think Hm\nuse 1 1" } }, NULL, NULL,
        LITELLM_OK, "" }, "start sent first event2 event10 event11 end2 " },
    { { "two rounds", &agent, { { NULL, TIME("a") }, { NULL, "think x" } },
        NULL, NULL, LITELLM_OK, "" },
      "start sent first event6 event10 event7 again2 "
      "start sent first event2 event10 end2 " },
    { { "a re-ask", &by_prompt, { { NULL, "think x" } }, NULL, NULL,
        LITELLM_ERROR_SCHEMA, NULL },
      "start sent first event2 event10 end-50 " }
  };
  litellm_client_desc desc;
  size_t i;
  for (i = 0; i < sizeof table / sizeof table[0]; i++) {
    const transcript *t = &table[i].of;
    check_at("%s", t->name);
    streamed = false;
    begin(t->exchanges, t->exchanges[1].replies ? 2 : 1);
    desc = client.desc_;
    desc.hook = hook;
    litellm_client_close(&client);
    *told = 0;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    memset(&request, 0, sizeof request);
    request.call = t->call;
    request.output = &output;
    CHECK_INT(litellm_run(&client, &response, &request), t->result);
    CHECK_TEXT(told, table[i].told);
    CHECK(whole_bytes > body_bytes);
    end();
  }
  begin(NULL, 0);                            /* a call that never starts */
  desc = client.desc_;
  desc.hook = hook;
  litellm_client_close(&client);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  memset(&request, 0, sizeof request);
  *told = 0;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_ERROR_ARGUMENT);
  CHECK_TEXT(told, "end-1 ");
  end();
}
#endif

#endif

int main(void) {
#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_STREAMS && \
  LITELLM_TEMPLATES && LITELLM_ERROR_TEXTS
  CHECK_RUN(test_tools);
  CHECK_RUN(test_failing_tools);
  CHECK_RUN(test_limits);
  CHECK_RUN(test_long_results);
  CHECK_RUN(test_struct_results);
  CHECK_RUN(test_answers);
  CHECK_RUN(test_tool_choice);
  CHECK_RUN(test_usage);
  CHECK_RUN(test_history);
  CHECK_RUN(test_models);
  CHECK_RUN(test_reasks);
  CHECK_RUN(test_models_with_tools);
  CHECK_RUN(test_given);
  CHECK_RUN(test_not_given);
  CHECK_RUN(test_typed_failures);
  CHECK_RUN(test_values);
  CHECK_RUN(test_parsers);
  CHECK_RUN(test_configure);
  CHECK_RUN(test_json_mode);
  CHECK_RUN(test_partial);
#if LITELLM_HOOKS
  CHECK_RUN(test_hooks);
#endif
#endif
  fake_free();
  return check_failures != 0;
}
