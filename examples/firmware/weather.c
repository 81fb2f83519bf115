/* weather.c: a weather station that lets a language model speak. The model may
   read the station's sensors; what it says is printed as it is written. */
#include "board.h"
#include "main.h"

/* A tool: its arguments, its result, and what it does. */
#define PLACE(VALUE) VALUE(INDOORS, "indoors") VALUE(OUTDOORS, "outdoors")
LITELLM_ENUM(place, PLACE);
#define READ_SENSOR(FIELD) FIELD(ENUM(place), place, "Where to measure")
#define READING(FIELD) FIELD(INT, celsius, "Air temperature")
LITELLM_MODEL(reading, READING);
LITELLM_TOOL(read_sensor, "Reads a thermometer", READ_SENSOR, reading) {
  result->celsius = sensor_celsius(args->place == OUTDOORS);
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &read_sensor_tool, NULL };

/* The prompt, as a function with typed arguments. */
#define ADVISE(ARG) ARG(STRING, town) ARG(INT, words)
LITELLM_CALL(advise, ADVISE,
  .prompt = "SYSTEM: You are the voice of a weather station in {town}.\n"
            "USER: What shall I wear? At most {words} words.",
  .tools = tools, .max_turns = 4);

static void show(const litellm_event *event) {
  switch (event->kind) {
    case LITELLM_EVENT_TEXT:
      print_bytes(event->text.ptr, event->text.len);
      break;
    case LITELLM_EVENT_TOOL_CALL:
      print("[");
      print(event->tool_call->name);
      print(event->tool_call->arguments);
      break;
    case LITELLM_EVENT_TOOL_RESULT:
      print(" gave ");
      print_bytes(event->text.ptr, event->text.len);
      print("]\n");
      break;
    default: break;
  }
}

/* One call, a step of it in each turn of the loop. */
litellm_result converse(litellm_client *client) {
  const struct advise_arguments arguments = { .town = "Oslo", .words = 20 };
  const litellm_request request = {
    .call = advise_call, .arguments = &arguments,
    .stream = setting_number("stream", 1) };
  litellm_event event;
  litellm_result result = litellm_start(client, &request);
  uint32_t handshake_ms = 0;
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = step(client, &event);
    if (result == LITELLM_OK) show(&event);
    if (handshake_ms < client->stats.handshake_ms)
      handshake_ms = client->stats.handshake_ms;     /* of a later turn: 0 */
  }
  print("\n");
  print_ms("handshake: ", handshake_ms);
  return result;
}
