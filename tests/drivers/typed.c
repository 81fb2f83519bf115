/* typed CALL [stream] - makes one of the calls below over plain HTTP, without
   blocking, and prints its events and its end, a line each:

     text|reasoning|refusal|reask|finish TEXT
     call|told NAME ARGUMENTS|TEXT        a tool call, what the model is told
     partial JSON                         the struct, when it has changed
     usage TOTAL
     value JSON                           after success, the struct
     content TEXT                         after success, the answer's text
     failed CODE WHERE-OR-MESSAGE

   LITELLM_BASE_URL and LITELLM_MODEL say where to and to whom. What should
   come out stands in tests/e2e/examples.py. */
#define _POSIX_C_SOURCE 200809L
#include "driver.h"
#include "port/posix.h"

/* ---- models and tools ---------------------------------------------------- */

#define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "K")
LITELLM_ENUM(unit, UNIT);
#define READING(FIELD)                                                        \
  FIELD(STRING, place, NULL) FIELD(INT_IN(-90, 60), degrees, NULL)            \
  FIELD(ENUM(unit), unit, NULL) FIELD(OPTIONAL(STRING), note, NULL)
LITELLM_MODEL(reading, READING);
#define REPORT(FIELD)                                                         \
  FIELD(CHARS(6), title, NULL) FIELD(LIST(MODEL(reading), 3), readings, NULL) \
  FIELD(LIST_IN(INT, 1, 4), days, NULL) FIELD(DOUBLE, mean, NULL)             \
  FIELD(BOOL, final, NULL) FIELD(INT64, stamp, NULL)
LITELLM_MODEL(report, REPORT);
#define GREETING(FIELD)                                                       \
  FIELD(STRING, text, NULL) FIELD(FROM_ARGUMENT(STRING), name, NULL)          \
  FIELD(FROM_ARGUMENT(INT), age, NULL)
LITELLM_MODEL(greeting, GREETING);

#define MEASURE(FIELD) FIELD(STRING, place, NULL)
LITELLM_TOOL(measure, "Measures", MEASURE, reading) {
  if (strcmp(args->place, "stop") == 0) return LITELLM_ERROR_CANCELLED;
  result->place = args->place;
  result->degrees = 21;
  result->unit = UNIT_CELSIUS;
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(long_text, "Says much", LITELLM_NO_ARGUMENTS) {
  static char text[300];
  memset(text, 'x', sizeof text);
  result->ptr = text;
  result->len = sizeof text;
  return LITELLM_OK;
}
static const litellm_tool outside = { .name = "outside" };
static const litellm_tool *const tools[] = { &measure_tool, &long_text_tool,
                                             &outside, NULL };

/* The number of readings, or an error when there are none. */
static litellm_result count(const litellm_response *response,
                            const void *model, void *output) {
  const struct report *report = (const struct report *)model;
  if (!response->content || report->readings.count == 0)
    return LITELLM_ERROR_ARGUMENT;
  *(size_t *)output = report->readings.count;
  return LITELLM_OK;
}

/* ---- calls --------------------------------------------------------------- */

#define NAMED(ARG) ARG(STRING, name) ARG(INT, age)
#define CALL_AS(model_name, call_name, ...)                                   \
  LITELLM_CALL_MODEL(model_name, call_name, NAMED, .prompt = "Hi", __VA_ARGS__)
#define CALL_VALUE(kind, call_name)                                           \
  LITELLM_CALL_VALUE(kind, call_name, NAMED, .prompt = "Hi")
CALL_AS(report, by_schema, .max_validation_retries = 1);
CALL_AS(report, by_tool, .max_validation_retries = 1,
        .output_mode = LITELLM_OUTPUT_TOOL);
CALL_AS(report, by_prompt, .max_validation_retries = 1,
        .output_mode = LITELLM_OUTPUT_PROMPT);
CALL_AS(report, with_tools, .max_validation_retries = 1, .tools = tools,
        .max_turns = 3);
CALL_AS(report, by_tool_too, .max_validation_retries = 1, .tools = tools,
        .max_turns = 3, .output_mode = LITELLM_OUTPUT_TOOL);
CALL_AS(greeting, given, .max_validation_retries = 0);
CALL_VALUE(INT, an_int);
CALL_VALUE(STRING, a_string);
CALL_VALUE(BOOL, a_bool);
CALL_VALUE(ENUM(unit), an_enum);
CALL_VALUE(LIST(DOUBLE, 3), a_list);
LITELLM_CALL_PARSED(size_t, counted, NAMED, .prompt = "Hi",
                    .response_model = &report_type, .output_parser = count);
LITELLM_CALL(chat, NAMED, .prompt = "Hi");
LITELLM_CALL(told, NAMED, .prompt = "Hi", .tools = tools);
LITELLM_CALL(loop, NAMED, .prompt = "Hi", .tools = tools, .max_turns = 3,
             .max_result_bytes = 64);
LITELLM_CALL(few, NAMED, .prompt = "Hi", .tools = tools, .max_turns = 9,
             .max_tool_calls = 2);
LITELLM_CALL(once, NAMED, .prompt = "Hi", .tools = tools, .max_turns = 9,
             .max_repeats = 1);
LITELLM_CALL(forced, NAMED, .prompt = "Hi", .tools = tools, .max_turns = 3,
             .tool_choice = "measure");

static const struct {
  const char *name; const litellm_call_desc *call;
} calls[] = {
#define ROW(name) { #name, &name##_call }
  ROW(by_schema), ROW(by_tool), ROW(by_prompt), ROW(with_tools),
  ROW(by_tool_too), ROW(given), ROW(an_int), ROW(a_string), ROW(a_bool),
  ROW(an_enum), ROW(a_list), ROW(counted), ROW(chat), ROW(told), ROW(loop),
  ROW(few), ROW(once), ROW(forced) };

/* ---- what comes of one --------------------------------------------------- */

static void line(const char *word, litellm_str text) {
  printf("%s %.*s\n", word, (int)text.len, text.len ? text.ptr : "");
}

static void print_struct(const char *word, const litellm_type *model,
                         const void *value) {
  static char before[4096];
  char text[4096];
  size_t size = litellm_encode(model, value, text, sizeof text - 1);
  if (size >= sizeof text) die("too large", word);
  text[size] = '\0';
  if (strcmp(word, "partial") == 0 && strcmp(text, before) == 0) return;
  printf("%s %s\n", word, text);
  memcpy(before, text, size + 1);
}

static void print_event(litellm_client *client, const litellm_event *event,
                        const litellm_request *request) {
  static const char *const words[] = {
    [LITELLM_EVENT_TEXT] = "text", [LITELLM_EVENT_REASONING] = "reasoning",
    [LITELLM_EVENT_REFUSAL] = "refusal",
    [LITELLM_EVENT_VALIDATION_RETRY] = "reask",
    [LITELLM_EVENT_FINISH] = "finish", [LITELLM_EVENT_USAGE] = NULL };
  const litellm_tool_call *call = event->tool_call;
  if (event->kind == LITELLM_EVENT_PARTIAL) {
    if (!request->call.output_parser)        /* else the output is not it */
      print_struct("partial", request->call.response_model, request->output);
  } else if (event->kind == LITELLM_EVENT_TOOL_CALL) {
    printf("call %s %s\n", call->name, call->arguments);
    if (strcmp(call->name, "long_text") == 0 && request->call.max_repeats)
      litellm_set_tool_result(client, litellm_str_from("refused"));
  } else if (event->kind == LITELLM_EVENT_TOOL_RESULT) {
    printf("told %s %.*s\n", call->name, (int)event->text.len,
           event->text.ptr);
  } else if (event->kind == LITELLM_EVENT_USAGE) {
    printf("usage %lu\n", (unsigned long)event->usage->total_tokens);
  } else if (event->kind != LITELLM_EVENT_TOOL_BEGIN &&
             event->kind != LITELLM_EVENT_TOOL_ARGUMENTS) {
    line(words[event->kind], event->text);
  }
}

static void print_end(litellm_client *client, litellm_result result,
                      const litellm_request *request) {
  const litellm_error *error = &client->error;
  litellm_response response;
  if (result != LITELLM_END) {
    printf("failed %s %s\n", litellm_result_name(result),
           error->message   ? error->message
           : error->subject ? error->subject
                            : "");
    return;
  }
  if (litellm_client_response(client, &response) != LITELLM_OK)
    die("no response", "");
  if (request->call.output_parser == count)
    printf("value %lu\n", (unsigned long)*(const size_t *)request->output);
  else if (request->output)
    print_struct("value", request->call.response_model, request->output);
  line("content", litellm_str_from(response.content));
}

int main(int count_of, char **words) {
  static union {
    struct report report;
    struct greeting greeting;
    char room[1024];
  } output;
  struct chat_arguments arguments = { .name = "Zoë", .age = 7 };
  litellm_request request = { .arguments = &arguments };
  static unsigned char memory[16384];
  litellm_client client;
  litellm_event event;
  litellm_result result;
  size_t i;
  for (i = 0; count_of > 1 && i < sizeof calls / sizeof calls[0]; i++)
    if (strcmp(calls[i].name, words[1]) == 0) request.call = *calls[i].call;
  if (!request.call.prompt) die("typed CALL [stream]", "");
  request.stream = count_of > 2;
  request.call.collect_text = true;
  if (request.call.response_model) request.output = &output;
  memset(&output, 0xA5, sizeof output);
  litellm_client_init(&client, &(litellm_client_desc){
      .port = &litellm_posix, .base_url = getenv("LITELLM_BASE_URL"),
      .model = getenv("LITELLM_MODEL"), .memory = memory,
      .memory_size = sizeof memory });
  result = litellm_start(&client, &request);
  while (result >= LITELLM_OK && result != LITELLM_END) {
    result = litellm_next(&client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    if (result == LITELLM_OK && event.kind != LITELLM_EVENT_NONE)
      print_event(&client, &event, &request);
  }
  print_end(&client, result, &request);
  litellm_client_close(&client);
  return result != LITELLM_END;
}
