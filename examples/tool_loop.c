/* tool_loop: the model calls functions of this program until it can answer.
   See example.h for how to build and run it. */
#include "example.h"

#define READING(FIELD) FIELD(DOUBLE, celsius, NULL)
LITELLM_MODEL(reading, READING);

/* The model gets to know of an error and can try again. */
#define READ_SENSOR(FIELD) FIELD(STRING, name, "A name from list_sensors")
LITELLM_TOOL(read_sensor, "Reads a thermometer", READ_SENSOR, reading) {
  if (strcmp(args->name, "roof") == 0) result->celsius = 31.5;
  else if (strcmp(args->name, "cellar") == 0) result->celsius = 12.25;
  else return LITELLM_ERROR_ARGUMENT;
  return LITELLM_OK;
}

/* A result that is not a struct is text or JSON. */
LITELLM_TOOL_TEXT(list_sensors, "Names all thermometers",
                  LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("roof, cellar");
  return LITELLM_OK;
}

static const litellm_tool *const tools[] = { &list_sensors_tool,
                                             &read_sensor_tool, NULL };
#define ANSWER(ARG) ARG(STRING, question)
LITELLM_CALL(answer, ANSWER, .prompt = "{question}", .tools = tools,
             .max_turns = 4);

/* Prints the tool calls that came before the answer. */
static void print_rounds(const litellm_message *message) {
  size_t i;
  for (; message; message = message->next) {
    for (i = 0; i < message->tool_call_count; i++)
      printf("%s(%s)\n", message->tool_calls[i].name,
             message->tool_calls[i].arguments);
    if (message->role == LITELLM_ROLE_TOOL) {
      printf("= ");
      print(message->content);
      putchar('\n');
    }
  }
}

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = answer(&client, &response,
                  count > 1 ? words[1] : "Where is it warmest?");
  if (result == LITELLM_OK) {
    print_rounds(response.turns);
    puts(response.content);
  }
  return close_client(&client, result);
}
