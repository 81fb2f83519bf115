/* sensor.c: thermometers. These are simulated: the board has none. */
#include "board.h"

int sensor_celsius(bool outdoors) { return outdoors ? -7 : 21; }
