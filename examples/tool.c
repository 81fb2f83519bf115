/* tool: the model turns a sentence into a function call, which is printed but
   not run. See example.h for how to build and run it. */
#include "example.h"

#define COLOR(VALUE)                                                          \
  VALUE(COLOR_OFF, "off") VALUE(COLOR_WHITE, "white") VALUE(COLOR_RED, "red")
LITELLM_ENUM(color, COLOR);

#define LAMP(FIELD)                                                           \
  FIELD(STRING, room, "Where the lamp is")                                    \
  FIELD(ENUM(color), color, "Its new color")                                  \
  FIELD(OPTIONAL(INT), percent, "Brightness; null leaves it as it is")
LITELLM_MODEL(lamp, LAMP);

static const litellm_tool set_lamp = {
  .name = "set_lamp", .description = "Switches one lamp",
  .arguments = &lamp_type };
static const litellm_tool *const tools[] = { &set_lamp, NULL };

/* tool_choice: the model must call this tool. */
#define COMMAND(ARG) ARG(STRING, words)
LITELLM_CALL(command, COMMAND, .prompt = "{words}", .tools = tools,
             .tool_choice = "set_lamp", .strict_tools = true);

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  size_t i;
  open_client(&client, memory, sizeof memory);
  result = command(&client, &response, count > 1 ? words[1] :
                   "Red light at 20 percent in the hall, please.");
  if (result == LITELLM_OK && response.tool_call_count == 0)
    puts(response.content);            /* a model without tools */
  for (i = 0; result == LITELLM_OK && i < response.tool_call_count; i++) {
    const litellm_tool_call *call = &response.tool_calls[i];
    struct lamp lamp;
    result = litellm_decode(&client, set_lamp.arguments,
                            litellm_str_from(call->arguments), &lamp);
    if (result != LITELLM_OK) break;
    printf("%s: %s", lamp.room, color_names[lamp.color]);
    if (lamp.percent.set) printf(" at %d %%", lamp.percent.value);
    putchar('\n');
  }
  return close_client(&client, result);
}
