/* main.h: the main loop, and what it runs. */
#ifndef MAIN_H
#define MAIN_H

#include "litellm_call.h"

/* weather.c or voice.c: one conversation; LITELLM_END: it has succeeded. */
litellm_result converse(litellm_client *client);

/* main.c: a turn of the loop. Sleeps until an interrupt, unless `ms` is 0. */
void turn(uint32_t ms);
/* A step of the call, and a turn of the loop. */
litellm_result step(litellm_client *client, litellm_event *event);

#endif /* MAIN_H */
