/* What a request says of types: schemas, tools, response formats. Bodies are
   compared as JSON with what the OpenAI API wants; in all of it ' stands
   for ". */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"
#include "tests/unit/same_json.h"

#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_FLOAT

/* ---- every kind -------------------------------------------------------- */

#define SCALE(VALUE) VALUE(CELSIUS, "celsius") VALUE(KELVIN, "K \"abs\"")
LITELLM_ENUM(scale, SCALE);

#define POINT(FIELD) FIELD(INT, x, "To the right") FIELD(OPTIONAL(INT), y, NULL)
LITELLM_MODEL(point, POINT);
#define LINE(FIELD) FIELD(LIST(MODEL(point), 9), points, NULL)                \
  FIELD(OPTIONAL(MODEL(point)), middle, "Or none")
LITELLM_MODEL(line, LINE);

typedef struct kind_case {
  const litellm_detail *model;
  const char *strict;        /* the only property's schema */
  const char *loose;         /* NULL: the same */
  bool optional;             /* not in `required` of the loose one */
} kind_case;

/* A model with one field. */
#define ONE(name, ...)                                                        \
  struct name { LITELLM__FIELD_MEMBER(__VA_ARGS__) };                         \
  LITELLM__TABLE(name, LITELLM__FIELD_DETAIL(__VA_ARGS__),                    \
                 LITELLM__FIELD_ROW(__VA_ARGS__))

ONE(string, STRING, v, "A name");
ONE(str, STR, v, NULL);
ONE(text, TEXT(5), v, "A code");
ONE(bare_text, TEXT(5), v, NULL);
ONE(text_in, TEXT_IN(2, 6), v, "A code");
ONE(yes, BOOL, v, NULL);
ONE(integer, INT, v, NULL);
ONE(integer64, INT64, v, "Large");
ONE(number, DOUBLE, v, NULL);
ONE(integer_in, INT_IN(1, 10), v, NULL);
ONE(integer_at, INT_IN(5, 5), v, NULL);
ONE(integer_below, INT_IN(-10, 0), v, NULL);
ONE(integer64_in, INT64_IN(-2147483647, 2147483647), v, NULL);
ONE(number_in, DOUBLE_IN(-5, 5), v, "Volts");
ONE(choice, ENUM(scale), v, "One of");
ONE(nested, MODEL(point), v, "Where");
ONE(optional, OPTIONAL(INT), v, "Or none");
ONE(optional_text, OPTIONAL(TEXT(3)), v, NULL);
ONE(optional_enum, OPTIONAL(ENUM(scale)), v, NULL);
ONE(optional_model, OPTIONAL(MODEL(point)), v, NULL);
ONE(list, LIST(STRING, 4), v, "Names");
ONE(list_in, LIST_IN(INT, 1, 2), v, NULL);
ONE(list_enum, LIST(ENUM(scale), 2), v, NULL);
ONE(list_text, LIST_IN(TEXT(6), 2, 3), v, NULL);
ONE(list_model, LIST(MODEL(line), 2), v, NULL);
ONE(example, EXAMPLE(STRING, "Dune"), v, "A title");
ONE(bare_example, EXAMPLE(INT, "42"), v, NULL);
ONE(text_example, EXAMPLE(TEXT(5), "D\"\\1"), v, NULL);
ONE(odd, STRING, v, "\"Quotes\", \\, a\nline, \303\251 and \001");

#define POINT_STRICT                                                          \
  "'type':'object','properties':{'x':{'type':'integer',"                      \
  "'description':'To the right'},"                                            \
  "'y':{'anyOf':[{'type':'integer'},{'type':'null'}]}},"                      \
  "'required':['x','y'],'additionalProperties':false"
#define POINT_LOOSE                                                           \
  "'type':'object','properties':{'x':{'type':'integer',"                      \
  "'description':'To the right'},'y':{'type':'integer'}},"                    \
  "'required':['x'],'additionalProperties':false"
#define SCALES "'type':'string','enum':['celsius','K \\'abs\\'']"
#define ARRAY(least, most, items)                                             \
  "{'type':'array','minItems':" least ",'maxItems':" most ",'items':{" items  \
  "}}"

static const kind_case kinds[] = {
  { &string_detail, "{'type':'string','description':'A name'}", NULL, false },
  { &str_detail, "{'type':'string'}", NULL, false },
  { &text_detail, "{'type':'string','description':'A code. At most 5 bytes'}",
    NULL, false },
  { &bare_text_detail, "{'type':'string','description':'At most 5 bytes'}",
    NULL, false },
  { &text_in_detail, "{'type':'string','description':'A code. 2 to 6 bytes'}",
    NULL, false },
  { &yes_detail, "{'type':'boolean'}", NULL, false },
  { &integer_detail, "{'type':'integer'}", NULL, false },
  { &integer64_detail, "{'type':'integer','description':'Large'}", NULL,
    false },
  { &number_detail, "{'type':'number'}", NULL, false },
  { &integer_in_detail, "{'type':'integer','minimum':1,'maximum':10}", NULL,
    false },
  { &integer_at_detail, "{'type':'integer','minimum':5,'maximum':5}", NULL,
    false },
  { &integer_below_detail, "{'type':'integer','minimum':-10,'maximum':0}",
    NULL, false },
  { &integer64_in_detail, "{'type':'integer','minimum':-2147483647,"
    "'maximum':2147483647}", NULL, false },
  { &number_in_detail, "{'type':'number','description':'Volts','minimum':-5,"
    "'maximum':5}", NULL, false },
  { &choice_detail, "{'description':'One of'," SCALES "}", NULL, false },
  { &nested_detail, "{'description':'Where'," POINT_STRICT "}",
    "{'description':'Where'," POINT_LOOSE "}", false },
  { &optional_detail, "{'description':'Or none','anyOf':[{'type':'integer'},"
    "{'type':'null'}]}", "{'description':'Or none','type':'integer'}", true },
  { &optional_text_detail, "{'description':'At most 3 bytes','anyOf':["
    "{'type':'string'},{'type':'null'}]}",
    "{'description':'At most 3 bytes','type':'string'}", true },
  { &optional_enum_detail, "{'anyOf':[{" SCALES "},{'type':'null'}]}",
    "{" SCALES "}", true },
  { &optional_model_detail, "{'anyOf':[{" POINT_STRICT "},{'type':'null'}]}",
    "{" POINT_LOOSE "}", true },
  { &list_detail, "{'description':'Names','type':'array','minItems':0,"
    "'maxItems':4,'items':{'type':'string'}}", NULL, false },
  { &list_in_detail, ARRAY("1", "2", "'type':'integer'"), NULL, false },
  { &list_enum_detail, ARRAY("0", "2", SCALES), NULL, false },
  { &list_text_detail, "{'description':'At most 6 bytes','type':'array',"
    "'minItems':2,'maxItems':3,'items':{'type':'string'}}", NULL, false },
  { &list_model_detail,
    ARRAY("0", "2", "'type':'object','properties':{'points':"
          ARRAY("0", "9", POINT_STRICT) ",'middle':{'description':'Or none',"
          "'anyOf':[{" POINT_STRICT "},{'type':'null'}]}},"
          "'required':['points','middle'],'additionalProperties':false"),
    ARRAY("0", "2", "'type':'object','properties':{'points':"
          ARRAY("0", "9", POINT_LOOSE) ",'middle':{'description':'Or none',"
          POINT_LOOSE "}},"
          "'required':['points'],'additionalProperties':false"), false },
  { &example_detail, "{'type':'string','description':'A title. Example: Dune'}",
    NULL, false },
  { &bare_example_detail, "{'type':'integer','description':'Example: 42'}",
    NULL, false },
  { &text_example_detail, "{'type':'string','description':"
    "'At most 5 bytes. Example: D\\'\\\\1'}", NULL, false },
  { &odd_detail, "{'type':'string','description':"
    "'\\'Quotes\\', \\\\, a\\nline, \303\251 and \\u0001'}", NULL, false }
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* ---- bodies ------------------------------------------------------------ */

static litellm_request request;
static litellm_call call;
static char body[32768];

/* The body of the request, with its NUL. */
static size_t render(void) {
  litellm_error error;
  uint32_t total = 0;
  CHECK_INT(litellm_body(&request, 0, body, sizeof body - 1, &total, &error),
            LITELLM_OK);
  CHECK(total < sizeof body);
  body[total] = 0;
  return total;
}

static void reset(void) {
  memset(&request, 0, sizeof request);
  memset(&call, 0, sizeof call);
  call.model = "m";
  call.prompt = "Go";
  request.call = &call;
}

/* The schema of a struct around its only property's. */
static const char *schema_of(const kind_case *k, bool strict) {
  static char text[4096];
  (void)sprintf(text, "{'type':'object','properties':{'v':%s},'required':[%s],"
                "'additionalProperties':false}",
                strict || !k->loose ? k->strict : k->loose,
                !strict && k->optional ? "" : "'v'");
  return text;
}

static const char go[] = "{'role':'user','content':'Go'}";

static void test_by_schema(void) {
  char wanted[8192];
  size_t i;
  for (i = 0; i < KINDS; i++) {
    check_at("kind %lu", (unsigned long)i);
    reset();
    call.response_model = kinds[i].model;
    (void)sprintf(wanted, "{'model':'m','response_format':{'type':"
                  "'json_schema','json_schema':{'name':'answer','strict':true,"
                  "'schema':%s}},'messages':[%s]}",
                  schema_of(&kinds[i], true), go);
    same_json(body, render(), wanted, false, __LINE__);
    CHECK_INT(litellm_check(&call, NULL), LITELLM_OK);
  }
}

static void test_by_tool(void) {
  char wanted[8192];
  size_t i;
  for (i = 0; i < KINDS; i++) {
    check_at("kind %lu", (unsigned long)i);
    reset();
    call.response_model = kinds[i].model;
    call.ask_by = LITELLM_BY_TOOL;
    (void)sprintf(wanted, "{'model':'m','tools':[{'type':'function','function'"
                  ":{'name':'answer','description':'Gives the answer','strict'"
                  ":true,'parameters':%s}}],'tool_choice':{'type':'function',"
                  "'function':{'name':'answer'}},'messages':[%s]}",
                  schema_of(&kinds[i], true), go);
    same_json(body, render(), wanted, false, __LINE__);
  }
}

/* The schema in a prompt is the same JSON, inside a string. */
static void test_by_prompt(void) {
  static same_lines lines;
  static const char content[] = "$.messages[0].content \"";
  char wanted[512];
  size_t i, k;
  for (i = 0; i < KINDS; i++) {
    const char *found = NULL;
    check_at("kind %lu", (unsigned long)i);
    reset();
    call.response_model = kinds[i].model;
    call.ask_by = LITELLM_BY_PROMPT;
    call.json_mode = i % 2 != 0;             /* says nothing more */
    (void)sprintf(wanted, "{'response_format':{'type':'json_object'},"
                  "'model':'m','tools':'<none>'}");
    same_json(body, render(), wanted, true, __LINE__);
    CHECK(same_read(&lines, body, strlen(body)));
    for (k = 0; k < lines.count; k++)
      if (!strncmp(lines.line[k], content, sizeof content - 1))
        found = strchr(lines.line[k], '{');
    if (CHECK(found != NULL))
      same_json(found, strlen(found) - 1, schema_of(&kinds[i], false), false,
                __LINE__);
    for (k = 0; k < lines.count; k++)
      if (!strncmp(lines.line[k], "$.messages[0].role", 18))
        CHECK_TEXT(lines.line[k] + 19, "\"system\"");
    CHECK(strstr(body, "{\"role\":\"user\",\"content\":\"Go\"}]}") != NULL);
  }
}

static void test_tools(void) {
  static litellm_tool tool = { "get_it", NULL, NULL, NULL, NULL };
  static const litellm_tool *const tools[] = { &tool, NULL };
  char wanted[8192];
  size_t i;
  int strict;
  for (strict = 0; strict < 2; strict++)
    for (i = 0; i <= KINDS; i++) {
      check_at("kind %lu%s", (unsigned long)i, strict ? ", strict" : "");
      reset();
      call.tools = tools;
      call.strict_tools = strict != 0;
      tool.arguments = i < KINDS ? kinds[i].model : NULL;
      tool.description = i % 2 ? "Gets \"it\"" : NULL;
      (void)sprintf(wanted, "{'model':'m','tools':[{'type':'function',"
                    "'function':{'name':'get_it',%s%s'parameters':%s}}],"
                    "'messages':[%s]}",
                    i % 2 ? "'description':'Gets \\'it\\''," : "",
                    strict ? "'strict':true," : "",
                    i < KINDS ? schema_of(&kinds[i], strict != 0)
                              : "{'type':'object','properties':{},"
                                "'required':[],'additionalProperties':false}",
                    go);
      same_json(body, render(), wanted, false, __LINE__);
    }
}

/* ---- what stands beside ------------------------------------------------ */

LITELLM_TOOL_TEXT(first, "The first", LITELLM_NO_ARGUMENTS) {
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(second, "The second", POINT) { return LITELLM_OK; }

static const litellm_tool *const both[] = { &first_tool, &second_tool, NULL };
static const litellm_tool *const only[] = { &first_tool, NULL };
static const litellm_tool *const none[] = { NULL };

#define TOOL(name, text, parameters)                                          \
  "{'type':'function','function':{'name':'" name "','description':'" text     \
  "','parameters':{" parameters "}}}"
#define NOTHING                                                               \
  "'type':'object','properties':{},'required':[],'additionalProperties':false"
#define FIRST TOOL("first", "The first", NOTHING)
#define SECOND TOOL("second", "The second", POINT_LOOSE)
#define FUNCTION(name) "{'type':'function','function':{'name':'" name "'}}"

static void test_beside(void) {
  static const litellm_pair own_options[] = {
    { "stream_options", "{\"include_usage\":false,\"x\":[1]}" },
    { NULL, NULL } };
  static const litellm_pair more_options[] = {
    { "top_k", "1" }, { "stream_options", " { \"x\" : 1 } " },
    { NULL, NULL } };
  static const litellm_pair empty_options[] = {
    { "stream_options", "{ }" }, { NULL, NULL } };
  static const litellm_pair null_options[] = {
    { "stream_options", "null" }, { NULL, NULL } };
  static const struct {
    const litellm_tool *const *tools, *const *request_tools;
    const char *choice, *request_choice;
    const litellm_pair *json;
    int parallel;            /* 1: true, 2: false */
    bool stream, json_mode;
    const litellm_detail *model;
    int by;
    const char *wanted;      /* members of the body */
  } table[] = {
    { NULL, NULL, NULL, NULL, NULL, 0, false, false, NULL, 0,
      "{'tools':'<none>','tool_choice':'<none>','response_format':'<none>',"
      "'stream':'<none>','stream_options':'<none>',"
      "'parallel_tool_calls':'<none>'}" },
    { both, NULL, NULL, NULL, NULL, 0, false, false, NULL, 0,
      "{'tools':[" FIRST "," SECOND "],'tool_choice':'<none>'}" },
    { both, only, NULL, NULL, NULL, 1, false, false, NULL, 0,
      "{'tools':[" FIRST "],'parallel_tool_calls':true}" },
    { both, none, "required", NULL, NULL, 2, false, false, NULL, 0,
      "{'tools':'<none>','parallel_tool_calls':'<none>'}" },
    { both, NULL, "auto", NULL, NULL, 0, false, false, NULL, 0,
      "{'tool_choice':'auto'}" },
    { both, NULL, "auto", "none", NULL, 0, false, false, NULL, 0,
      "{'tool_choice':'none'}" },
    { both, NULL, "required", NULL, NULL, 0, false, false, NULL, 0,
      "{'tool_choice':'required'}" },
    { both, NULL, NULL, "second", NULL, 0, false, false, NULL, 0,
      "{'tool_choice':" FUNCTION("second") "}" },
    { both, NULL, "AUTO", NULL, NULL, 0, false, false, NULL, 0,
      "{'tool_choice':" FUNCTION("AUTO") "}" },
    { NULL, NULL, NULL, NULL, NULL, 0, false, true, NULL, 0,
      "{'response_format':{'type':'json_object'},'messages':["
      "{'role':'user','content':'Go'}]}" },
    { NULL, NULL, NULL, NULL, NULL, 0, false, true, &str_detail,
      LITELLM_BY_SCHEMA, "{'response_format':{'type':'json_schema',"
      "'json_schema':{'name':'answer','strict':true,'schema':{'type':'object',"
      "'properties':{'v':{'type':'string'}},'required':['v'],"
      "'additionalProperties':false}}}}" },
    { only, NULL, "first", NULL, NULL, 0, false, false, &str_detail,
      LITELLM_BY_TOOL, "{'response_format':'<none>','tool_choice':'required',"
      "'tools':[" FIRST ",{'type':'function','function':{'name':'answer',"
      "'description':'Gives the answer','strict':true,'parameters':{'type':"
      "'object','properties':{'v':{'type':'string'}},'required':['v'],"
      "'additionalProperties':false}}}]}" },
    { NULL, NULL, NULL, NULL, NULL, 0, true, false, NULL, 0,
      "{'stream':true,'stream_options':{'include_usage':true}}" },
    { NULL, NULL, NULL, NULL, own_options, 0, true, false, NULL, 0,
      "{'stream':true,'stream_options':{'include_usage':false,'x':[1]}}" },
    { NULL, NULL, NULL, NULL, more_options, 0, true, false, NULL, 0,
      "{'stream_options':{'include_usage':true,'x':1},'top_k':1}" },
    { NULL, NULL, NULL, NULL, empty_options, 0, true, false, NULL, 0,
      "{'stream_options':{'include_usage':true}}" },
    { NULL, NULL, NULL, NULL, null_options, 0, true, false, NULL, 0,
      "{'stream_options':{'include_usage':true}}" },
    { NULL, NULL, NULL, NULL, more_options, 0, false, false, NULL, 0,
      "{'stream':'<none>','stream_options':'<none>','top_k':1}" }
  };
  static litellm_params params;
  size_t i;
  for (i = 0; i < sizeof table / sizeof table[0]; i++) {
    if (table[i].stream && !LITELLM_STREAMS) continue;
    check_at("row %lu", (unsigned long)i);
    reset();
    memset(&params, 0, sizeof params);
    call.tools = table[i].tools;
    request.tools = table[i].request_tools;
    call.tool_choice = table[i].choice;
    request.tool_choice = table[i].request_choice;
    params.json = table[i].json;
    params.parallel_tool_calls.set = table[i].parallel != 0;
    params.parallel_tool_calls.value = table[i].parallel == 1;
    call.params = &params;
    request.stream = table[i].stream;
    call.json_mode = table[i].json_mode;
    call.response_model = table[i].model;
    call.ask_by = (uint8_t)table[i].by;
    same_json(body, render(), table[i].wanted, true, __LINE__);
  }
}

/* ---- windows ----------------------------------------------------------- */

/* Everything at once, by all three ways to ask. */
static void everything(int by) {
  static const litellm_tool_call calls[] = {
    { "c1", "first", "{}" }, { "c\"2", "second", "{\"x\":\"\303\251\"}" } };
  static const litellm_message messages[] = {
    { LITELLM_ASSISTANT, { "Hm \360\237\230\200", 7 }, NULL, 0, calls, 2, NULL,
      "thought", "sign", &messages[1] },
    { LITELLM_TOOL_RESULT, { "{\"a\":\"b\"}", 9 }, NULL, 0, NULL, 0, "c1",
      NULL, NULL, &messages[2] },
    { LITELLM_TOOL_RESULT, { "", 0 }, NULL, 0, NULL, 0, "c\"2", NULL, NULL,
      NULL } };
  static litellm_tool third = { "third", NULL, NULL, NULL, NULL };
  static const litellm_tool *const tools[] = { &first_tool, &second_tool,
                                               &third, NULL };
  third.arguments = &odd_detail;
  reset();
  call.tools = tools;
  call.strict_tools = by == 1;
  call.response_model = &list_model_detail;
  call.ask_by = (uint8_t)by;
  request.messages = messages;
  request.rounds_ = by == 1 ? NULL : messages;
  request.stream = true;
}

static void test_windows(void) {
  static char piece[32768];
  litellm_error error;
  uint32_t total, at;
  size_t size, whole;
  int by;
  for (by = LITELLM_BY_SCHEMA; by <= LITELLM_BY_TOOL; by++) {
    everything(by);
    whole = render();
    for (size = 1; size <= whole; size += size < 20 ? 1 : size / 3) {
      check_at("by %d, %lu bytes", by, (unsigned long)size);
      for (at = 0; at < whole; at += (uint32_t)size) {
        size_t left = whole - at, wanted = left < size ? left : size;
        memset(piece, 0x55, size + 1);
        CHECK_INT(litellm_body(&request, at, piece, size, &total, &error),
                  LITELLM_OK);
        CHECK_INT(total, whole);
        check_same(piece, wanted, body + at, wanted, __LINE__);
        CHECK_INT(piece[wanted], 0x55);
      }
    }
  }
}

/* The same through the window of a client, of every size. */
static void test_sent(void) {
  static const char reply[] = "HTTP/1.1 200 OK\r\n\r\n{\"choices\":["
                              "{\"message\":{\"content\":\"{}\"}}]}";
  static unsigned char memory[16384];
  static long long output[512];
  litellm_client client;
  size_t size, whole;
  int by;
  for (by = LITELLM_BY_SCHEMA; by <= LITELLM_BY_TOOL; by++) {
    everything(by);
    request.output = output;
    CHECK(list_model_detail.size <= sizeof output);
    whole = render();
    for (size = 64; size < 400; size += 5) {
      litellm_client_desc desc = fake_desc("http://h");
      check_at("by %d, a window of %lu bytes", by, (unsigned long)size);
      desc.memory = memory;
      desc.memory_size = sizeof memory;
      desc.window_size = size;
      fake_reset(reply, sizeof reply - 1);
      CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
      CHECK_INT(litellm_run(&client, NULL, &request), LITELLM_ERROR_SCHEMA);
      check_same(fake.sent + fake_body_at(), fake.sent_size - fake_body_at(),
                 body, whole, __LINE__);
      litellm_client_close(&client);
    }
  }
}

/* ---- errors ------------------------------------------------------------ */

ONE(bytes, BYTES, photo, NULL);
ONE(inner_bytes, MODEL(bytes), inside, NULL);
ONE(d1, INT, n, NULL);
ONE(d2, MODEL(d1), m, NULL);
ONE(d3, LIST(MODEL(d2), 1), m, NULL);
ONE(d4, OPTIONAL(MODEL(d3)), m, NULL);
ONE(d5, MODEL(d4), m, NULL);
ONE(d6, MODEL(d5), m, NULL);
ONE(d7, MODEL(d6), m, NULL);
ONE(d8, MODEL(d7), m, NULL);
ONE(d9, MODEL(d8), m, NULL);

#define FOUR(FIELD, a) FIELD(INT, a##1, NULL) FIELD(INT, a##2, NULL)          \
  FIELD(INT, a##3, NULL) FIELD(INT, a##4, NULL)
#define MANY(FIELD) FOUR(FIELD, a) FOUR(FIELD, b) FOUR(FIELD, c)              \
  FOUR(FIELD, d) FOUR(FIELD, e) FOUR(FIELD, f) FOUR(FIELD, g) FOUR(FIELD, h)
#define TOO_MANY(FIELD) MANY(FIELD) FIELD(INT, last, NULL)
LITELLM_MODEL(many, MANY);
LITELLM_MODEL(too_many, TOO_MANY);

static void test_errors(void) {
  static const struct {
    const litellm_detail *model;
    litellm_result result;
    const char *where;
  } table[] = {
    { &bytes_detail, LITELLM_ERROR_ARGUMENT, "photo" },
    { &inner_bytes_detail, LITELLM_ERROR_ARGUMENT, "photo" },
#if LITELLM_VALUE_DEPTH == 8
    { &d8_detail, LITELLM_OK, NULL },
    { &d9_detail, LITELLM_ERROR_ARGUMENT, "LITELLM_VALUE_DEPTH" },
#endif
    { &many_detail, LITELLM_OK, NULL },
    { &too_many_detail, LITELLM_ERROR_ARGUMENT, "last" }
  };
  static litellm_tool tool = { "t", NULL, NULL, NULL, NULL };
  static const litellm_tool *const tools[] = { &tool, NULL };
  litellm_error error;
  uint32_t total;
  size_t i;
  int by;
  for (i = 0; i < sizeof table / sizeof table[0]; i++)
    for (by = 0; by < 4; by++) {
      check_at("row %lu, by %d", (unsigned long)i, by);
      reset();
      if (by == 3) call.tools = tools;
      else call.response_model = table[i].model;
      call.ask_by = (uint8_t)(by % 3);
      tool.arguments = table[i].model;
      CHECK_INT(litellm_check(&call, &error), table[i].result);
      if (LITELLM_ERROR_TEXTS) CHECK_TEXT(error.where, table[i].where);
      CHECK_INT(litellm_body(&request, 0, body, sizeof body, &total, &error),
                table[i].result);
      if (LITELLM_ERROR_TEXTS) CHECK_TEXT(error.where, table[i].where);
    }
}

#endif

int main(void) {
#if LITELLM_TOOLS && LITELLM_MODELS && LITELLM_FLOAT
  CHECK_RUN(test_by_schema);
  CHECK_RUN(test_by_tool);
  CHECK_RUN(test_by_prompt);
  CHECK_RUN(test_tools);
  CHECK_RUN(test_beside);
  CHECK_RUN(test_windows);
  CHECK_RUN(test_sent);
  CHECK_RUN(test_errors);
#endif
  fake_free();
  return check_failures != 0;
}
