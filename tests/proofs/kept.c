/* The texts kept of a reply: after any steps on three texts all of them are
   what was put there, and nothing outside the arena was touched. That four
   steps of any lengths are right is tried out by tests/unit/kept.c. */
#define BYTE_BY_BYTE
#include "proof.h"

enum { TEXTS = 3, STEPS = 2, PIECE = 1, LONGEST = STEPS * PIECE, ROOM = 35 };

struct text { bool is; size_t len; char bytes[LONGEST]; };

static litellm_client client;
static unsigned char memory[ROOM];
static struct text texts[TEXTS];

static unsigned any_tag(void) {
  unsigned tag = nondet_u32();
  ASSUME(tag < TEXTS);
  return tag;
}

static void append(void) {
  unsigned tag = any_tag();
  struct text *text = &texts[tag];
  char piece[PIECE];
  size_t len = any_size_to(PIECE);
  for (size_t i = 0; i < PIECE; i++) piece[i] = nondet_char();
  litellm__keep(&client, tag, piece, len);
  if (client.missing_) return;
  for (size_t i = 0; i < len; i++) text->bytes[text->len + i] = piece[i];
  text->len += len;
  text->is = true;
}

static void drop(void) {
  unsigned tag = any_tag();
  litellm__kept_drop(&client, tag);
  texts[tag].is = false;
  texts[tag].len = 0;
}

static void rename(void) {
  unsigned tag = any_tag(), new_tag = any_tag();
  ASSUME(tag != new_tag);
  litellm__kept_retag(&client, tag, new_tag);
  if (!texts[tag].is) return;
  texts[new_tag] = texts[tag];
  texts[tag].is = false;
  texts[tag].len = 0;
}

/* PROOF kept_texts: --unwind 4 --unwindset memcpy.0:17,memmove.0:20
   FAILS WITH: used += sizeof record + 1; -> used += sizeof record;

   Any two steps: an append of a byte or none, a drop, a rename. */
void kept_texts(void) {
  litellm_arena *arena = &client.arena;
  arena->memory = memory;
  arena->size = any_size_to(ROOM);
  arena->used = client.records_ = 0;
  for (size_t step = 0; step < STEPS; step++) {
    unsigned what = any_tag();
    if (what == 0) append();
    else if (what == 1) drop();
    else rename();
    PROVE(arena->used <= arena->size);
  }
  unsigned tag = any_tag();
  size_t len, k = nondet_size();
  const char *text = litellm__kept(&client, tag, &len);
  PROVE((text != NULL) == texts[tag].is);
  if (!text) return;
  PROVE(len == texts[tag].len && !text[len]);
  ASSUME(k < len);
  PROVE(text[k] == texts[tag].bytes[k]);
}
