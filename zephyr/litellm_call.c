/* litellm_call.c: what the module compiles for all of a program. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
