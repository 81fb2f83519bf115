/* bodies: prints a request of each form that tools, response models, streams
   and histories can give it, a line each: the name, a tab, the body. What they
   should be stands in tests/e2e/examples.py. */
#include "driver.h"

/* ---- models and tools ---------------------------------------------------- */

#define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "\"K\"")
LITELLM_ENUM(unit, UNIT);

#define POINT(FIELD) FIELD(INT, x, NULL) FIELD(OPTIONAL(INT), y, "Up")
LITELLM_MODEL(point, POINT);

#define EVERY(FIELD)                                                          \
  FIELD(STRING, string, "A \"text\"\n– 😀")                                   \
  FIELD(STR, str, NULL)                                                       \
  FIELD(TEXT(8), text, "Short")                                               \
  FIELD(TEXT_IN(2, 4), text_in, NULL)                                         \
  FIELD(BOOL, flag, NULL)                                                     \
  FIELD(INT, count, NULL)                                                     \
  FIELD(INT_IN(-5, 2100), bounded, NULL)                                      \
  FIELD(INT64, large, NULL)                                                   \
  FIELD(INT64_IN(0, 9), large_in, NULL)                                       \
  FIELD(DOUBLE, real, NULL)                                                   \
  FIELD(DOUBLE_IN(-1, 1), real_in, NULL)                                      \
  FIELD(ENUM(unit), unit, "Scale")                                            \
  FIELD(MODEL(point), at, "Where")                                            \
  FIELD(OPTIONAL(STRING), note, NULL)                                         \
  FIELD(OPTIONAL(ENUM(unit)), other, "Or null")                               \
  FIELD(OPTIONAL(MODEL(point)), to, NULL)                                     \
  FIELD(LIST(STRING, 3), tags, NULL)                                          \
  FIELD(LIST_IN(MODEL(point), 2, 4), path, "Way")                             \
  FIELD(LIST(ENUM(unit), 2), units, NULL)                                     \
  FIELD(EXAMPLE(STRING, "Dune"), like, "A title")                             \
  FIELD(EXAMPLE(INT, "7"), seven, NULL)                                       \
  FIELD(GIVEN(STRING), given, "Is not asked for")
LITELLM_MODEL(every, EVERY);

#define INNER(FIELD) FIELD(LIST(MODEL(point), 2), points, NULL)
LITELLM_MODEL(inner, INNER);
#define MIDDLE(FIELD) FIELD(OPTIONAL(MODEL(inner)), inner, NULL)
LITELLM_MODEL(middle, MIDDLE);
#define OUTER(FIELD) FIELD(LIST(MODEL(middle), 2), middles, "Deep")
LITELLM_MODEL(outer, OUTER);

#define ONLY_GIVEN(FIELD) FIELD(GIVEN(INT), a, NULL) FIELD(GIVEN(INT), b, NULL)
LITELLM_MODEL(only_given, ONLY_GIVEN);

LITELLM_TOOL_TEXT(bare, NULL, LITELLM_NO_ARGUMENTS) {
  result->ptr = "";
  return LITELLM_OK;
}
LITELLM_TOOL(rich, "Says \"much\"\n– 😀", EVERY, point) {
  result->x = args->count;
  return LITELLM_OK;
}
static const litellm_tool by_hand = { .name = "by-hand_1", .description = "" };
static const litellm_tool deep = { .name = "deep",
                                   .arguments = &outer_detail };
static const litellm_tool *const all_tools[] = { &bare_tool, &rich_tool,
                                                 &by_hand, &deep, NULL };
static const litellm_tool *const one_tool[] = { &bare_tool, NULL };
static const litellm_tool *const no_tool[] = { NULL };

/* ---- parameters and messages --------------------------------------------- */

static const litellm_params serial = {
  .parallel_tool_calls = LITELLM_SET(false) };
#define RAW(row, name, value)                                                 \
  static const litellm_pair row##_pair[] = { { name, value }, { NULL, NULL } };\
  static const litellm_params row = { .json = row##_pair }
RAW(usage_off, "stream_options", " { \"include_usage\" : false } ");
RAW(more_options, "stream_options", "{ \"include_obfuscation\":false }");
RAW(no_options, "stream_options", "{}");
RAW(metadata, "metadata", "{\"tags\":[\"a\"]}");
static const char *const stops[] = { "\n", "END", NULL };
static const litellm_params all_params = {
  .temperature = LITELLM_SET(0), .top_p = LITELLM_SET(0.9),
  .frequency_penalty = LITELLM_SET(-2), .presence_penalty = LITELLM_SET(0.5),
  .max_tokens = LITELLM_SET(1), .max_completion_tokens = LITELLM_SET(2),
  .seed = LITELLM_SET(-3), .drop_params = LITELLM_SET(true),
  .reasoning_effort = "low", .user = "u\"1", .stop = stops };

static const litellm_tool_call calls[] = {
  { "call_1", "bare", "{}" }, { "call_2", "rich", "{\"a\":\"\\n\"}" } };
static const litellm_message last = {
  .role = LITELLM_TOOL_RESULT, .tool_call_id = "call_2",
  .content = { "no \"b\"", 6 } };
static const litellm_message result = {
  .role = LITELLM_TOOL_RESULT, .tool_call_id = "call_1", .next = &last,
  .content = { "", 0 } };
static const litellm_message thinker = {
  .role = LITELLM_ASSISTANT, .tool_calls = calls, .tool_call_count = 2,
  .reasoning = "Hm.", .next = &result, .thinking_blocks =
      "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"c2ln\"}" };
static const litellm_message talker = {
  .role = LITELLM_ASSISTANT, .content = { "Let me see.", 11 },
  .tool_calls = calls, .tool_call_count = 2, .next = &result };

/* ---- calls --------------------------------------------------------------- */

#define CALL(call_name, ...)                                                  \
  LITELLM_CALL(call_name, LITELLM_NO_ARGUMENTS, .model = "m",                 \
               .prompt = "Hi", __VA_ARGS__)
#define CALL_AS(model_name, call_name, ...)                                   \
  LITELLM_CALL_AS(model_name, call_name, LITELLM_NO_ARGUMENTS, .model = "m",  \
                  .prompt = "Hi", __VA_ARGS__)
#define CALL_VALUE(kind, call_name)                                           \
  LITELLM_CALL_VALUE(kind, call_name, LITELLM_NO_ARGUMENTS, .model = "m",     \
                     .prompt = "Hi")
CALL(plain, .params = NULL);
CALL(json, .json_mode = true);
CALL(offers, .tools = all_tools);
CALL(strict, .tools = all_tools, .strict_tools = true, .params = &serial);
CALL(automatic, .tools = one_tool, .tool_choice = "auto");
CALL(none, .tools = one_tool, .tool_choice = "none");
CALL(required, .tools = one_tool, .tool_choice = "required");
CALL(named, .tools = one_tool, .tool_choice = "bare");
CALL_AS(every, as_every, .json_mode = true);
CALL_AS(outer, as_outer, .ask_by = LITELLM_BY_SCHEMA);
CALL_AS(only_given, as_given, .ask_by = LITELLM_BY_SCHEMA);
CALL_AS(point, with_tools, .tools = one_tool);
CALL_AS(point, by_tool, .ask_by = LITELLM_BY_TOOL);
CALL_AS(point, by_tool_too, .ask_by = LITELLM_BY_TOOL, .tools = one_tool);
CALL_AS(point, by_prompt, .ask_by = LITELLM_BY_PROMPT);
CALL_AS(every, every_by_prompt, .ask_by = LITELLM_BY_PROMPT);
CALL_VALUE(INT, an_int);
CALL_VALUE(STRING, a_string);
CALL_VALUE(BOOL, a_bool);
CALL_VALUE(ENUM(unit), an_enum);
CALL_VALUE(LIST(DOUBLE, 3), a_list);

static void show(const char *name, litellm_request request) {
  litellm_error error;
  char body[16384];
  uint32_t total;
  if (litellm_check(request.call, &error) != LITELLM_OK)
    die(name, litellm_result_name(error.code));
  if (litellm_body(&request, 0, body, sizeof body, &total, &error) !=
      LITELLM_OK || total > sizeof body)
    die(name, litellm_result_name(error.code));
  printf("%s\t%.*s\n", name, (int)total, body);
}

int main(void) {
#define SHOW(call_name, ...)                                                  \
  show(#call_name, (litellm_request){ .call = &call_name##_call,              \
                                      __VA_ARGS__ })
#define SHOW_AS(name, call_name, ...)                                         \
  show(name, (litellm_request){ .call = &call_name##_call, __VA_ARGS__ })
  SHOW(plain, .stream = false);
  SHOW_AS("stream", plain, .stream = true);
  SHOW_AS("stream options", plain, .stream = true, .params = &more_options);
  SHOW_AS("empty stream options", plain, .stream = true,
          .params = &no_options);
  SHOW_AS("usage switched off", plain, .stream = true, .params = &usage_off);
  SHOW_AS("stream options, no stream", plain, .params = &more_options);
  SHOW_AS("all parameters", plain, .params = &all_params);
  SHOW_AS("metadata", plain, .params = &metadata);
  SHOW(json, .stream = false);
  SHOW(offers, .stream = false);
  SHOW(strict, .stream = true);
  SHOW(automatic, .stream = false);
  SHOW(none, .stream = false);
  SHOW(required, .stream = false);
  SHOW(named, .stream = false);
  SHOW_AS("choice of the request", named, .tool_choice = "none");
  SHOW_AS("tools of the request", offers, .tools = one_tool);
  SHOW_AS("no tools by the request", named, .tools = no_tool);
  SHOW_AS("history", offers, .tools = one_tool, .messages = &thinker);
  SHOW_AS("history with text", offers, .tools = one_tool,
          .messages = &talker);
  SHOW(as_every, .stream = true);
  SHOW(as_outer, .stream = false);
  SHOW(as_given, .stream = false);
  SHOW(with_tools, .stream = false);
  SHOW(by_tool, .stream = false);
  SHOW(by_tool_too, .stream = false);
  SHOW(by_prompt, .stream = false);
  SHOW(every_by_prompt, .stream = false);
  SHOW(an_int, .stream = false);
  SHOW(a_string, .stream = false);
  SHOW(a_bool, .stream = false);
  SHOW(an_enum, .stream = false);
  SHOW(a_list, .stream = false);
  return 0;
}
