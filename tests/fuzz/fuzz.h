/* What the fuzzers share. An input begins with a few bytes that say how it is
   played; 0, as at its end, is the plain way. A promise that is broken ends
   the program, and libFuzzer keeps the input. */
#ifndef FUZZ_H
#define FUZZ_H

#include "tests/drivers/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static litellm_str input;    /* what is left of it */

static void input_begin(const uint8_t *data, size_t size) {
  input.ptr = (const char *)data;
  input.len = size;
}

/* The next byte of how to play it. */
static size_t take_byte(void) {
  if (!input.len) return 0;
  input.len--;
  return (unsigned char)*input.ptr++;
}

/* What comes before the next byte 0xFF, which no text needs. */
LITELLM_UNUSED static litellm_str take_part(void) {
  const char *end = input.len ? memchr(input.ptr, 0xFF, input.len) : NULL;
  litellm_str part = input;
  if (end) part.len = (size_t)(end - input.ptr);
  input.ptr += part.len + (end != NULL);
  input.len -= part.len + (end != NULL);
  return part;
}

#define PROMISE(condition)                                                    \
  do { if (!(condition)) die("a broken promise", #condition); } while (0)

#endif
