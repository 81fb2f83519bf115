/* What the model may call, and the call. In a tab of its own, because Arduino
   writes prototypes above the first function of an .ino file, and there the
   types that these macros make do not exist yet. */
#ifndef CALLS_H
#define CALLS_H

#include <litellm_call.h>
#include "arduino_secrets.h"

#define SCALE(VALUE) VALUE(SCALE_CELSIUS, "C") VALUE(SCALE_FAHRENHEIT, "F")
LITELLM_ENUM(scale, SCALE);

#define READING(FIELD) FIELD(INT, degrees, "In the scale that was asked for")
LITELLM_MODEL(reading, READING);

#define READ_SENSOR(FIELD)                                                    \
  FIELD(STRING, room, "Which room") FIELD(ENUM(scale), scale, NULL)
LITELLM_TOOL(read_sensor, "Reads a thermometer", READ_SENSOR, reading) {
  int celsius = strcmp(args->room, "attic") == 0 ? 31 : 20;
  (void)user_data;
  result->degrees =
      args->scale == SCALE_CELSIUS ? celsius : celsius * 9 / 5 + 32;
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &read_sensor_tool, NULL };

#define ASK(ARG) ARG(STRING, question) ARG(ENUM(scale), scale)
LITELLM_CALL(ask, ASK, .model = SECRET_MODEL,
             .prompt = "{question} Answer in degrees {scale}.",
             .tools = tools, .max_turns = 3);

#endif
