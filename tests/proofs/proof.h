/* What the proofs share. Above each stands a comment that run.py reads:

     PROOF name: options of cbmc            ALL name: one that takes longer
     FAILS WITH: what is in the header -> what makes the proof fail */

#ifndef PROOF_H
#define PROOF_H

#define LITELLM_CALL_IMPLEMENTATION
#define LITELLM_CALL_STATIC
#include "litellm_call.h"
#include <stdlib.h>

#ifdef BYTE_BY_BYTE
/* Where what cbmc has for sizes that it does not know takes minutes. */
void *memcpy(void *to, const void *from, size_t size) {
  for (size_t i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}

void *memmove(void *to, const void *from, size_t size) {
  if ((char *)to < (const char *)from) return memcpy(to, from, size);
  while (size-- > 0) ((char *)to)[size] = ((const char *)from)[size];
  return to;
}
#endif

bool nondet_bool(void);
char nondet_char(void);
int nondet_int(void);
uint8_t nondet_byte(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
int64_t nondet_i64(void);
size_t nondet_size(void);

#define ASSUME(condition) __CPROVER_assume(condition)
#define PROVE(condition) __CPROVER_assert(condition, #condition)

/* Any text of that size, of at most `most` bytes, and no byte behind it. */
static char *any_text(size_t size, size_t most) {
#ifdef BYTE_BY_BYTE
  const size_t room = most;
#else
  const size_t room = size;
#endif
  char *block = malloc(room);
  ASSUME(block != NULL && size <= most);
  return block + room - size;
}

static size_t any_size_to(size_t most) {
  size_t size = nondet_size();
  ASSUME(size <= most);
  return size;
}

#endif
