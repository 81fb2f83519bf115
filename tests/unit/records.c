/* The texts kept of a reply: any four steps on three of them. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "check.h"

enum { TEXTS = 3, PIECE = 2, STEPS = 4, ROOM = 200,
       APPENDS = TEXTS * (PIECE + 1), DROPS = TEXTS,
       RENAMES = TEXTS * (TEXTS - 1), KINDS = APPENDS + DROPS + RENAMES };

struct state {
  litellm_client client;
  unsigned char memory[ROOM];
  struct { bool is; size_t len; char bytes[STEPS * PIECE]; } texts[TEXTS];
  char next;                 /* each byte is another one */
};

/* A step by its number: an append, a drop or a rename. */
static void take(struct state *s, int step) {
  unsigned tag = (unsigned)step % TEXTS, other;
  size_t len = (size_t)step / TEXTS;
  char piece[PIECE];
  if (step < APPENDS) {
    for (size_t i = 0; i < len; i++) piece[i] = s->next++;
    litellm__keep(&s->client, tag, piece, len);
    memcpy(s->texts[tag].bytes + s->texts[tag].len, piece, len);
    s->texts[tag].len += len;
    s->texts[tag].is = true;
    return;
  }
  if (step < APPENDS + DROPS) {
    litellm__kept_drop(&s->client, tag);
  } else {
    other = (tag + 1 + (unsigned)(step - APPENDS - DROPS) / TEXTS) % TEXTS;
    litellm__kept_retag(&s->client, tag, other);
    if (!s->texts[tag].is) return;
    s->texts[other] = s->texts[tag];
  }
  s->texts[tag].is = false;
  s->texts[tag].len = 0;
}

static bool as_wanted(struct state *s) {
  size_t used = 0;
  for (unsigned tag = 0; tag < TEXTS; tag++) {
    size_t len;
    const char *text = litellm__kept(&s->client, tag, &len);
    if ((text != NULL) != s->texts[tag].is || len != s->texts[tag].len ||
        (text && (text[len] || memcmp(text, s->texts[tag].bytes, len))))
      return false;
    if (text) used += sizeof(litellm__record) + len + 1;
  }
  return s->client.arena.used == used;
}

static void test_any_steps(void) {
  static struct state states[STEPS + 1];
  int steps[STEPS], n = 0;
  litellm_arena_init(&states[0].client.arena, states[0].memory, ROOM);
  states[0].next = 'A';
  steps[0] = 0;
  while (n >= 0) {
    if (steps[n] == KINDS) {
      if (--n >= 0) steps[n]++;
      continue;
    }
    states[n + 1] = states[n];
    states[n + 1].client.arena.memory = states[n + 1].memory;
    take(&states[n + 1], steps[n]);
    if (!as_wanted(&states[n + 1])) {
      check_at("step %d of kind %d", n, steps[n]);
      CHECK(false);
    }
    if (n + 1 < STEPS) steps[++n] = 0;
    else steps[n]++;
  }
}

int main(void) {
  CHECK_RUN(test_any_steps);
  return check_failures != 0;
}
