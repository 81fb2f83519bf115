/* Calls of several turns, where C is needed: generated functions, handlers,
   histories, hooks. All else is said by the transcripts in
   tests/vectors/calls. In requests and replies ' stands for ". */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_STREAMS && \
  LITELLM_TEMPLATES && LITELLM_ERROR_TEXTS

/* ---- the server -------------------------------------------------------- */

typedef struct exchange {
  const char *wants;         /* stands in the request, NULL: anything */
  const char *reply;         /* a JSON body */
} exchange;

#define REPLY(message) "{'id':'r1','choices':[{'index':0,'message':{"          \
  "'role':'assistant'," message "},'finish_reason':'stop'}]}"
#define SAY(text) REPLY("'content':'" text "'")
#define CALL(id, name, arguments)                                             \
  "{'id':'" id "','type':'function','function':{'name':'" name                \
  "','arguments':'" arguments "'}}"
#define TIME(id) REPLY("'tool_calls':[" CALL(id, "tell_time", "{}") "]")

static const exchange *script;       /* the exchanges that are played */
static size_t script_count, script_at;

static const char *quoted(const char *text) {
  static char out[4096];
  char *end = out;
  CHECK(strlen(text) < sizeof out);
  while ((*end++ = *text == '\'' ? '"' : *text) != '\0') text++;
  return out;
}

/* Checks the request, and makes the reply to it. */
static const char *serve(void) {
  static char reply[4096];
  const exchange *now = script + script_at;
  if (!CHECK(script_at < script_count)) return "";
  script_at++;
  if (now->wants && !CHECK(strstr(fake.sent, quoted(now->wants)) != NULL))
    printf("# %s\n", fake.sent);
  (void)snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nContent-Type: "
                 "application/json\r\n\r\n%s", quoted(now->reply));
  return reply;
}

/* ---- a call ------------------------------------------------------------ */

static litellm_client client;
static litellm_request request;
static litellm_response response;
static char answered[8192];          /* the last result of a tool */
static litellm_str long_text;        /* what read_log gives ... */
static litellm_str entry_text;       /* ... and read_entry */
static unsigned char memory[32768];

static void begin(const exchange *exchanges, size_t count) {
  litellm_client_desc desc = fake_desc("http://h");
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.window_size = 128;
  desc.user_data = &script;
  fake_reset("", 0);
  fake.serve = serve;
  script = exchanges;
  script_count = count;
  script_at = 0;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static void end(void) {
  litellm_client_close(&client);
  CHECK_INT(script_at, script_count);
  CHECK_INT(fake.opened, fake.closed);
  CHECK_TEXT(fake.wrong, NULL);
}

/* Goes on until the end. */
static litellm_result follow(void) {
  litellm_event event;
  litellm_result result;
  do {
    fake.in_call = true;
    result = litellm_next(&client, &event);
    fake.in_call = false;
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TOOL_RESULT)
      (void)snprintf(answered, sizeof answered, "%.*s", (int)event.text.len,
                     event.text.ptr);
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  return result == LITELLM_END ? LITELLM_OK : result;
}

static void polled(const litellm_call_desc *call) {
  memset(&request, 0, sizeof request);
  request.call = *call;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  CHECK_INT(follow(), LITELLM_OK);
  CHECK_INT(litellm_client_response(&client, &response), LITELLM_OK);
}

/* ---- tools ------------------------------------------------------------- */

#define SCALE(VALUE) VALUE(CELSIUS, "celsius") VALUE(KELVIN, "K")
LITELLM_ENUM(scale, SCALE);

LITELLM_TOOL_TEXT(tell_time, "Tell the time", LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("12:30");
  return LITELLM_OK;
}

/* What its arguments say is what it gives. */
#define ECHO(FIELD) FIELD(STRING_VIEW, text, NULL)
LITELLM_TOOL_TEXT(echo, NULL, ECHO) {
  *result = args->text;
  return LITELLM_OK;
}

LITELLM_TOOL_TEXT(read_log, "Read the log", LITELLM_NO_ARGUMENTS) {
  *result = long_text;
  return LITELLM_OK;
}

#define ENTRY(FIELD) FIELD(STRING_VIEW, text, NULL) FIELD(BOOL, done, NULL)
LITELLM_MODEL(entry, ENTRY);
LITELLM_TOOL(read_entry, "Read an entry", LITELLM_NO_ARGUMENTS, entry) {
  result->text = entry_text;
  result->done = true;
  return LITELLM_OK;
}

static const litellm_tool ask_person = {
  .name = "ask_person", .description = "Ask a person" };

static const litellm_tool *const tools[] = {
  &tell_time_tool, &echo_tool, &read_log_tool, &read_entry_tool, &ask_person,
  NULL };

#define GO "{'role':'user','content':'Go'}"
#define CALLS(list)                                                           \
  ",{'role':'assistant','content':null,'tool_calls':[" list "]}"
#define TOLD(id, text)                                                        \
  ",{'role':'tool','content':'" text "','tool_call_id':'" id "'}"

static const litellm_call_desc agent = { .model = "m", .prompt = "Go",
                                         .tools = tools, .max_turns = 5 };

/* ---- long results ------------------------------------------------------ */

/* The answer that the tool gives under a limit. */
static void run_limited(const char *calls, unsigned limit) {
  exchange exchanges[2] = { { NULL, calls }, { NULL, SAY("Done") } };
  litellm_call_desc call = agent;
  call.max_result_bytes = (uint16_t)limit;
  begin(exchanges, 2);
  polled(&call);
  end();
}
#define RUN_LIMITED(tool, limit)                                              \
  run_limited(REPLY("'tool_calls':[" CALL("a", tool, "{}") "]"), limit)

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
    RUN_LIMITED("read_entry", 0);
    CHECK_TEXT(answered, wanted);
    RUN_LIMITED("read_entry", (unsigned)size);
    CHECK_TEXT(answered, wanted);
    RUN_LIMITED("read_entry", (unsigned)size - 1);
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
    long_text = litellm_str_from(text);
    for (limit = 1; limit <= total + 1; limit += limit < 140 ? 1 : 7) {
      size_t len = strlen(marker), kept;
      check_at("%lu bytes before, at most %lu", (unsigned long)before,
               (unsigned long)limit);
      RUN_LIMITED("read_log", (unsigned)limit);
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
  long_text = litellm_str_from(text);
  RUN_LIMITED("read_log", 0);
  CHECK_INT(strlen(answered), 4096 + strlen(marker));
  long_text.len = 4096;
  RUN_LIMITED("read_log", 0);
  CHECK_INT(strlen(answered), 4096);
  check_at("nothing");
  long_text = litellm_str_from(NULL);
  RUN_LIMITED("read_log", 0);
  CHECK_TEXT(answered, "");
}

/* ---- cancelling -------------------------------------------------------- */

LITELLM_TOOL_TEXT(give_up, "Give up", LITELLM_NO_ARGUMENTS) {
  litellm_cancel(&client);
  *result = litellm_str_from("nobody is told");
  return LITELLM_OK;
}

/* A handler may cancel the call it is run by: no event follows. */
static void test_handler_cancels(void) {
  static const exchange exchanges[] = {
    { NULL, REPLY("'tool_calls':[" CALL("a", "give_up", "{}") "]") } };
  static const litellm_tool *const only[] = { &give_up_tool, NULL };
  begin(exchanges, 1);
  memset(&request, 0, sizeof request);
  request.call = agent;
  request.call.tools = only;
  answered[0] = 0;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  CHECK_INT(follow(), LITELLM_ERROR_CANCELLED);
  CHECK_TEXT(answered, "");
  CHECK_INT(client.error.code, LITELLM_ERROR_CANCELLED);
  end();
}

/* ---- histories --------------------------------------------------------- */

/* What a call said goes into a history, and is sent as it was in the call. */
static void test_history(void) {
  static const exchange exchanges[] = {
    { NULL, REPLY("'reasoning_content':'I should look.','thinking_blocks':"
                  "[{'type':'thinking','thinking':'I should look.',"
                  "'signature':'s1='}],'tool_calls':["
                  CALL("a", "tell_time", "{}") ","
                  CALL("b", "echo", "{\\'text\\':\\'x\\'}") "]") },
    { NULL, REPLY("'content':'Wait.','tool_calls':["
                  CALL("c", "ask_person", "{}") "]") } };
#define SPOKEN                                                                \
  "{'role':'assistant','content':null,'tool_calls':["                         \
  CALL("a", "tell_time", "{}") "," CALL("b", "echo", "{\\'text\\':\\'x\\'}")  \
  "],'thinking_blocks':[{'type':'thinking','thinking':'I should look.',"      \
  "'signature':'s1='}]}" TOLD("a", "12:30") TOLD("b", "x")
  static const exchange again[] = {
    { "'messages':[{'role':'user','content':'Hi'}," SPOKEN
      ",{'role':'assistant','content':'Wait.','tool_calls':["
      CALL("c", "ask_person", "{}") "]}" TOLD("c", "red") "," GO "]",
      SAY("Bye") } };
  static const litellm_call_desc rest = { .model = "m", .tools = tools };
  static unsigned char room[4096];
  litellm_arena arena;
  litellm_messages list = { NULL, NULL };
  litellm_message *told;
  check_at("%s", "");
  begin(exchanges, 2);
  polled(&agent);
  CHECK(response.turns != NULL);
  litellm_arena_init(&arena, room, sizeof room);
  CHECK(litellm_messages_add(&list, &arena, LITELLM_ROLE_USER,
                             litellm_str_from("Hi")) != NULL);
  CHECK(litellm_messages_add_response(&list, &arena, &response));
  told = litellm_messages_add(&list, &arena, LITELLM_ROLE_TOOL,
                              litellm_str_from("red"));
  told->tool_call_id = list.first->next->next->next->next
                           ->tool_calls[0].id;
  CHECK(litellm_messages_add(&list, &arena, LITELLM_ROLE_USER,
                             litellm_str_from("Go")) != NULL);
  end();
  memset(memory, 0x55, sizeof memory);     /* the history is on its own */
  begin(again, 1);
  request.call = rest;
  request.call.collect_text = true;
  request.messages = list.first;
  CHECK_INT(litellm_run(&client, &response, &request), LITELLM_OK);
  CHECK_TEXT(response.content, "Bye");
  CHECK(response.turns == NULL);
  end();
}

/* ---- generated functions ----------------------------------------------- */

#define BOOK(FIELD)                                                           \
  FIELD(CHARS(20), title, NULL) FIELD(INT_IN(1450, 2100), year, NULL)         \
  FIELD(OPTIONAL(STRING), by, NULL)
LITELLM_MODEL(book, BOOK);

#define DUNE SAY("{\\'title\\':\\'Dune\\',\\'year\\':1965}")
#define LATE SAY("{\\'title\\':\\'Dune\\',\\'year\\':3000}")
#define TOO_LATE "$.year: expected an integer from 1450 to 2100, got 3000"

/* Plays `exchanges` for a function that is called next. */
#define SCRIPT(...)                                                           \
  static const exchange played[] = { __VA_ARGS__ };                           \
  begin(played, sizeof played / sizeof played[0])

#define FOUND(FIELD)                                                          \
  FIELD(FROM_ARGUMENT(STRING), genre, NULL) FIELD(STRING, title, "Its title") \
  FIELD(FROM_ARGUMENT(ENUM(scale)), unit, NULL)                               \
  FIELD(FROM_ARGUMENT(MODEL(book)), like, NULL)
LITELLM_MODEL(found, FOUND);
#define FIND(ARG)                                                             \
  ARG(STRING, genre) ARG(MODEL(book), like) ARG(ENUM(scale), unit)
LITELLM_CALL_MODEL(found, find, FIND, .model = "m", .prompt = "{genre}");

static const struct book emma = { "Emma", 1815, { NULL, false } };

static void check_found(const struct found *found) {
  CHECK_TEXT(found->genre, "crime");
  CHECK_TEXT(found->title, "X");
  CHECK_INT(found->unit, KELVIN);
  CHECK_TEXT(found->like.title, "Emma");
  CHECK_INT(found->like.year, 1815);
}

/* The cost is that of all turns that told it; its text is the last one's. */
static void test_cost(void) {
#define COSTS(cost, message)                                                  \
  "{'choices':[{'message':{" message "}}],'usage':{'cost':" cost "}}"
#define TIMED(cost) COSTS(cost, "'tool_calls':["                               \
                          CALL("t", "tell_time", "{}") "]")
  static const struct { const char *costs[3]; int64_t sum; } rows[] = {
    { { TIMED("1.5e-05"), TIMED("0.25"), COSTS("1e-9", "'content':'hi'") },
      250015001 },
    { { TIMED("null"), TIMED("0.25"), COSTS("0", "'content':'hi'") },
      250000000 },
    { { TIMED("2e-9"), TIMED("null"), COSTS("null", "'content':'hi'") }, 2 },
    { { TIMED("null"), TIMED("null"), COSTS("3e-9", "'content':'hi'") }, 3 },
    { { TIMED("null"), TIMED("null"), COSTS("0.0", "'content':'hi'") }, 0 },
    { { TIMED("null"), TIMED("null"), COSTS("null", "'content':'hi'") }, -1 }
  };
  static const litellm_tool *const clock[] = { &tell_time_tool, NULL };
  static const litellm_call_desc ask_time = { .model = "m", .prompt = "When?",
    .tools = clock, .max_turns = 3 };
  exchange exchanges[3] = { { NULL, NULL }, { NULL, NULL }, { NULL, NULL } };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    for (size_t k = 0; k < 3; k++) exchanges[k].reply = rows[i].costs[k];
    begin(exchanges, 3);
    for (int again = 0; again < 2; again++) {  /* the next call begins at 0 */
      polled(&ask_time);
      if (LITELLM_GATEWAY_INFO)
        CHECK_INT(response.cost_nanodollars, rows[i].sum);
      if (!again) script_at = 0;
    }
    if (LITELLM_GATEWAY_INFO && i == 0) CHECK_TEXT(response.cost, "1e-9");
    end();
  }
}

/* Usage of which only the prompt's is known, and then none. */
static void test_usage(void) {
  static const exchange exchanges[] = {
    { NULL, "{'choices':[{'message':{'tool_calls':["
            CALL("t", "tell_time", "{}") "]}}],'usage':{'prompt_tokens':5}}" },
    { NULL, SAY("Noon") } };
  begin(exchanges, 2);
  polled(&agent);
  CHECK(response.has_usage);
  CHECK_INT(response.usage.prompt_tokens, 5);
  CHECK_INT(response.usage.total_tokens, 0);
  end();
}

/* A handler that wants no arguments gets none; thoughts whose signature never
   came are not sent back. */
static litellm_result count_up(const void *arguments, void *result,
                               void *user_data) {
  CHECK(arguments == NULL && user_data == &script);
  *(litellm_str *)result = litellm_str_from("1");
  return LITELLM_OK;
}

static void test_bare_handler(void) {
  static const litellm_tool count_tool = { .name = "count",
                                           .handler = count_up };
  static const litellm_tool *const bare[] = { &count_tool, NULL };
  static const exchange exchanges[] = {
    { NULL, REPLY("'thinking_blocks':[{'type':'thinking','thinking':'Hm'}],"
                  "'tool_calls':[" CALL("a", "count", "{\\'x\\':1}") "]") },
    { "'arguments':'{\\'x\\':1}'}}],'reasoning_content':'Hm'}" TOLD("a", "1"),
      SAY("Ok") } };
  litellm_call_desc call = agent;
  call.tools = bare;
  begin(exchanges, 2);
  polled(&call);
  end();
}

/* A result that the memory has no room for leaves the call as it was. */
static void test_large_result(void) {
  static char large[sizeof memory];
  static const exchange exchanges[] = {
    { NULL, TIME("a") }, { TOLD("a", "12:30"), SAY("Ok") } };
  litellm_str text = { large, sizeof large };
  litellm_event event;
  begin(exchanges, 2);
  memset(large, 'x', sizeof large);
  memset(&request, 0, sizeof request);
  request.call = agent;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  do while (litellm_next(&client, &event) == LITELLM_AGAIN) {}
  while (event.kind != LITELLM_EVENT_TOOL_CALL);
  CHECK_INT(litellm_set_tool_result(&client, text), LITELLM_ERROR_NO_MEMORY);
  text.len = SIZE_MAX - sizeof(litellm__record) - 1;   /* all there can be */
  CHECK_INT(litellm_set_tool_result(&client, text), LITELLM_ERROR_NO_MEMORY);
  CHECK_INT(follow(), LITELLM_OK);
  end();
}

static void test_given(void) {
  struct found found;
  {
    SCRIPT({ "'properties':{'title':{'description':'Its title','type':"
             "'string'}},'required':['title'],",
             SAY("{\\'genre\\':\\'no\\',\\'title\\':\\'X\\'}") });
    memset(&found, 0x55, sizeof found);
    CHECK_INT(find(&client, &found, "crime", &emma, KELVIN), LITELLM_OK);
    check_found(&found);
    end();
  }
  {
    SCRIPT({ NULL, SAY("{\\'title\\':\\'X\\'}") });    /* no struct given */
    CHECK_INT(find(&client, &found, "crime", NULL, KELVIN), LITELLM_OK);
    CHECK_TEXT(found.genre, "crime");
    CHECK_TEXT(found.like.title, "");
    end();
  }
  {
    SCRIPT({ "'stream':true", SAY("{\\'title\\':\\'X\\'}") });
    memset(&found, 0x55, sizeof found);
    CHECK_INT(find_start(&client, &found, "crime", &emma, KELVIN),
              LITELLM_OK);
    CHECK_INT(follow(), LITELLM_OK);
    check_found(&found);
    end();
  }
}

#define OTHERS(ARG) ARG(INT, genre) ARG(MODEL(book), like)                    \
  ARG(ENUM(scale), unit)
#define FEWER(ARG) ARG(STRING, genre) ARG(ENUM(scale), unit)
LITELLM_CALL_MODEL(found, find_others, OTHERS, .model = "m", .prompt = "Go");
LITELLM_CALL_MODEL(found, find_fewer, FEWER, .model = "m", .prompt = "Go");
LITELLM_CALL_MODEL(found, find_none, LITELLM_NO_ARGUMENTS, .model = "m",
                   .prompt = "Go");

/* A field that is given, and an argument that is not or of another kind. */
static void test_not_given(void) {
  static const litellm_message go = { .role = LITELLM_ROLE_USER,
                                      .content = { "Go", 2 } };
  struct found found;
  begin(NULL, 0);
  CHECK_INT(find_others(&client, &found, 1, &emma, KELVIN),
            LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "genre");
  CHECK_INT(find_fewer(&client, &found, "x", KELVIN), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "like");
  CHECK_INT(find_none(&client, &found), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "genre");
  memset(&request, 0, sizeof request);       /* no table, then no struct */
  request.call = find_call;
  request.call.prompt = NULL;
  request.messages = &go;
  request.output = &found;
  CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "genre");
  request.call.fields = NULL;
  request.arguments = &found;
  CHECK_INT(litellm_start(&client, &request), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "genre");
  CHECK_INT(fake.opened, 0);
  end();
}

LITELLM_CALL_MODEL(book, get, LITELLM_NO_ARGUMENTS, .model = "m",
                   .prompt = "Go");

/* Failures of a function that gives a struct and no response. */
static void test_typed_failures(void) {
  struct book book;
  int way;
  for (way = 0; way < 4; way++) {
    litellm_result result, wanted = way & 2 ? LITELLM_ERROR_REFUSAL
                                            : LITELLM_ERROR_SCHEMA;
    static const exchange bad[] = { { NULL, LATE } };
    static const exchange refused[] = {
      { NULL, REPLY("'refusal':'I will not'") } };
    check_at("way %d", way);
    begin(way & 2 ? refused : bad, 1);
    if (way & 1) {
      CHECK_INT(get_start(&client, &book), LITELLM_OK);
      result = follow();
    } else {
      result = get(&client, &book);
    }
    CHECK_INT(result, wanted);
    CHECK_INT(client.error.code, wanted);
    if (way & 2) {
      CHECK_TEXT(client.error.message, "I will not");
    } else {
      CHECK_TEXT(client.error.message, TOO_LATE);
      CHECK_INT(client.error.position, 23);
    }
    end();
  }
  CHECK_INT(litellm_set_tool_result(&client, litellm_str_from("x")),
            LITELLM_ERROR_ARGUMENT);
  begin(NULL, 0);
  CHECK_INT(get(&client, NULL), LITELLM_ERROR_ARGUMENT);
  CHECK_WHERE(client.error, "output");
  CHECK_INT(fake.opened, 0);
  end();
}

LITELLM_CALL_VALUE(LIST(CHARS(8), 3), name_all, LITELLM_NO_ARGUMENTS,
                   .model = "m", .prompt = "Go");

/* The struct of the answer, and how often it was made into a number. */
static unsigned parsed;
static litellm_result measure(const litellm_response *told, const void *model,
                              void *measured) {
  parsed++;
  CHECK_INT(strlen(told->content), told->content_size);
  *(int *)measured = ((const struct book *)model)->year;
  return LITELLM_OK;
}
LITELLM_CALL_PARSED(int, year_of, LITELLM_NO_ARGUMENTS, .model = "m",
                    .prompt = "Go", .output_parser = measure,
                    .response_model = &book_type, .max_validation_retries = 1);

/* A parser that says what is no failure, and memory that is not enough for the
   calls that it is shown. */
static litellm_result parser_says;
static litellm_result say_so(const litellm_response *told, const void *model,
                             void *output) {
  CHECK(model == NULL && output == NULL && told->tool_call_count == 1);
  return parser_says;
}

static void test_parser(void) {
  static const exchange exchanges[] = { { NULL, TIME("a") } };
  litellm_call_desc call = { .model = "m", .prompt = "Go",
                             .output_parser = say_so };
  litellm_client_desc desc;
  litellm_result result = LITELLM_ERROR_NO_MEMORY;
  size_t size;
  parser_says = LITELLM_AGAIN;
  for (size = 64; result == LITELLM_ERROR_NO_MEMORY && size < 4096; size++) {
    check_at("%lu bytes", (unsigned long)size);
    begin(exchanges, 1);
    desc = client.desc_;
    desc.memory_size = size;
    litellm_client_close(&client);
    result = litellm_client_init(&client, &desc);
    memset(&request, 0, sizeof request);
    request.call = call;
    if (result == LITELLM_OK) result = litellm_run(&client, NULL, &request);
    script_at = 1;
    end();
  }
  CHECK_INT(result, LITELLM_OK);
}

static void test_values(void) {
  struct name_all_value names;
  int year = 0;
  SCRIPT({ NULL, SAY("{\\'value\\':[\\'a\\',\\'bc\\']}") }, { NULL, LATE },
         { NULL, DUNE }, { NULL, DUNE });
  CHECK_INT(name_all(&client, &names), LITELLM_OK);
  CHECK_INT(names.value.count, 2);
  CHECK_TEXT(names.value.items[1], "bc");
  CHECK_INT(year_of(&client, &year), LITELLM_OK);
  CHECK_INT(year, 1965);
  CHECK_INT(parsed, 1);
  CHECK_INT(year_of_start(&client, &year), LITELLM_OK);
  CHECK_INT(follow(), LITELLM_OK);
  CHECK_INT(parsed, 2);
  end();
}

/* ---- configure --------------------------------------------------------- */

static litellm_result configure_says;
static unsigned configured;

#define DYNAMIC(ARG) ARG(INT, n) ARG(COMPUTED(STRING), word)                  \
  ARG(COMPUTED(LIST(INT)), list)

static litellm_result configure(litellm_request *changed, void *arguments,
                                void *user_data);

LITELLM_CALL(dynamic, DYNAMIC, .model = "m",
             .prompt = "{n} is {word}, {list}", .configure = configure,
             .max_turns = 2);

static litellm_result configure(litellm_request *changed, void *arguments,
                                void *user_data) {
  static const litellm_message more = {
    .role = LITELLM_ROLE_USER, .content = { "More", 4 }
  };
  static const int numbers[] = { 1, 2 };
  static const litellm_params params = { .reasoning_effort = "low" };
  struct dynamic_arguments *a = (struct dynamic_arguments *)arguments;
  configured++;
  CHECK(user_data == &script);
  a->word = a->n % 2 ? "odd" : "even";
  a->list.items = numbers;
  a->list.count = 2;
  changed->messages = &more;
  changed->call.params = &params;
  changed->call.model = "other";
  changed->call.tools = tools;
  changed->call.tool_choice = "required";
  return configure_says;
}

static void test_configure(void) {
  static const exchange exchanges[] = {
    { "'tool_choice':'required','reasoning_effort':'low','messages':["
      "{'role':'user','content':'7 is odd, [1,2]'},"
      "{'role':'user','content':'More'}]}", TIME("a") },
    { "'messages':[{'role':'user','content':'7 is odd, [1,2]'},"
      "{'role':'user','content':'More'}" CALLS(CALL("a", "tell_time", "{}"))
      TOLD("a", "12:30") "]}", SAY("Ok") } };
  int streamed;
  for (streamed = 0; streamed < 2; streamed++) {
    check_at(streamed ? "streamed" : "blocking");
    begin(exchanges, 2);
    configured = 0;
    configure_says = LITELLM_OK;
    if (streamed) {
      CHECK_INT(dynamic_start(&client, 7), LITELLM_OK);
      CHECK_INT(follow(), LITELLM_OK);
    } else {
      CHECK_INT(dynamic(&client, &response, 7), LITELLM_OK);
      CHECK_TEXT(response.content, "Ok");
    }
    CHECK_INT(configured, 1);
    CHECK(strstr(fake.sent, "{\"model\":\"other\",") != NULL);
    end();
    begin(NULL, 0);                          /* its error, before any byte */
    configure_says = LITELLM_ERROR_BUDGET;
    CHECK_INT(streamed ? dynamic_start(&client, 7)
                       : dynamic(&client, &response, 7), LITELLM_ERROR_BUDGET);
    CHECK_INT(client.error.code, LITELLM_ERROR_BUDGET);
    CHECK(client.error.subject == NULL);
    CHECK_INT(fake.opened, 0);
    end();
  }
}

/* ---- hooks ------------------------------------------------------------- */

#if LITELLM_HOOKS
static char told[2048];              /* the moments, a word each */
static int32_t body_bytes, whole_bytes;

static void hook(litellm_hook_point moment, int32_t value, void *user_data) {
  static const char *const names[] = { "start", "sent", "first", "event",
                                       "again", "retry", "end" };
  char *at = told + strlen(told);
  CHECK(user_data == &script);
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
#define THINK REPLY("'reasoning_content':'Hm'")
  static const struct {
    const char *name;
    const litellm_call_desc *call;
    exchange exchanges[2];
    size_t count;
    litellm_result result;
    const char *told;
  } table[] = {
    { "one round", &agent, { { NULL, THINK } }, 1, LITELLM_OK,
      "start sent first event2 event10 end2 " },
    { "two rounds", &agent, { { NULL, TIME("a") }, { NULL, THINK } }, 2,
      LITELLM_OK, "start sent first event6 event10 event7 again2 "
                  "start sent first event2 event10 end2 " },
    { "no struct", &get_call, { { NULL, THINK } }, 1, LITELLM_ERROR_SCHEMA,
      "start sent first event2 event10 end-50 " }
  };
  struct book output;
  litellm_client_desc desc;
  size_t i;
  for (i = 0; i < sizeof table / sizeof table[0]; i++) {
    check_at("%s", table[i].name);
    begin(table[i].exchanges, table[i].count);
    desc = client.desc_;
    desc.hook = hook;
    litellm_client_close(&client);
    *told = 0;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    memset(&request, 0, sizeof request);
    request.call = *table[i].call;
    request.output = &output;
    CHECK_INT(litellm_run(&client, &response, &request), table[i].result);
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
  CHECK_RUN(test_long_results);
  CHECK_RUN(test_struct_results);
  CHECK_RUN(test_handler_cancels);
  CHECK_RUN(test_history);
  CHECK_RUN(test_cost);
  CHECK_RUN(test_usage);
  CHECK_RUN(test_bare_handler);
  CHECK_RUN(test_large_result);
  CHECK_RUN(test_given);
  CHECK_RUN(test_not_given);
  CHECK_RUN(test_typed_failures);
  CHECK_RUN(test_parser);
  CHECK_RUN(test_values);
  CHECK_RUN(test_configure);
#if LITELLM_HOOKS
  CHECK_RUN(test_hooks);
#endif
#endif
  fake_free();
  return check_failures != 0;
}
