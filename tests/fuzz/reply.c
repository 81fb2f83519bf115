/* Replies of a server: a call says the same however their bytes come, and its
   client works again. The input is one reply or more with 0xFF between. */
#include "models.h"
#include "play.h"

/* ---- tools --------------------------------------------------------------- */

#define F(FIELD) FIELD(STRING, city, NULL) FIELD(OPTIONAL(INT), n, NULL)
LITELLM_TOOL(f, "Gives a point", F, point) {
  if (args->city[0] == '!') return LITELLM_ERROR_ARGUMENT;
  result->x = args->n.value;
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(g, NULL, LITELLM_NO_ARGUMENTS) {
  result->ptr = "a text that is cut off somewhere";
  result->len = 32;
  return LITELLM_OK;
}
static const litellm_tool by_hand = { .name = "h" };
static const litellm_tool *const tools[] = { &f_tool, &g_tool, &by_hand, NULL };

/* ---- replies ------------------------------------------------------------- */

#define OK "HTTP/1.1 200 OK\r\nContent-Type: "
static const char *const heads[] = {
  "", OK "application/json\r\n\r\n", OK "text/event-stream\r\n\r\n",
  "HTTP/1.1 429 Slow\r\nContent-Type: application/json\r\n\r\n"
};

enum { REPLIES = 4 };
static litellm_str replies[REPLIES];

/* All with the same head, or with their own. */
static size_t take_replies(const char *head) {
  size_t count = 0, size = strlen(head);
  do {
    litellm_str part = take_part();
    char *copy = malloc(size + part.len);
    if (!copy) die("out of memory", "");
    memcpy(copy, head, size);
    if (part.len) memcpy(copy + size, part.ptr, part.len);
    replies[count].ptr = copy;
    replies[count++].len = size + part.len;
  } while (input.len && count < REPLIES);
  return count;
}

/* Whether a window holds every line. Of a longer line of a head only the
   beginning counts, so that another window may say something else. */
static bool holds_lines(size_t window, const struct peer *peer) {
  for (size_t i = 0; i < peer->count; i++)
    for (size_t at = 0, start = 0; at < peer->replies[i].len; at++) {
      if (at - start + 1 >= window) return false;
      if (peer->replies[i].ptr[at] == '\n') start = at + 1;
    }
  return true;
}

enum { STREAM = 1, KEEP = 2, AGAIN = 4, RESET = 8, UNEVEN = 16, TOOLS = 32,
       MODEL = 64, STRICT = 128 };
enum { HEAD = 3, ANSWER = 4, RUN = 8 };      /* of the second flags */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  litellm_request request = { .call = { .model = "m", .prompt = "hello",
                                        .max_result_bytes = 20 } };
  litellm_call_desc *call = &request.call;
  struct way whole = { .window = 4096, .step = (size_t)-1 };
  struct way split = { .window = 0 };
  struct said said, again;
  struct peer peer;
  size_t flags, limits, room, cancel_at, more;
  bool cramped;
  input_begin(data, size);
  flags = take_byte();
  limits = take_byte();
  split.window = 64 + 16 * take_byte();
  split.first = take_byte();
  split.step = 1 + take_byte();
  room = 64 * take_byte();
  cancel_at = take_byte();
  split.again = flags & AGAIN;
  split.uneven = flags & UNEVEN;
  request.stream = flags & STREAM;
  call->collect_text = flags & KEEP;
  call->strict_tools = flags & STRICT;
  if (flags & TOOLS) call->tools = tools;
  call->max_turns = limits & 3;
  call->max_validation_retries = limits >> 2 & 1;
  call->output_mode = (uint8_t)((limits >> 3 & 3) % 3);
  if (flags & MODEL) {
    call->response_model = models[limits >> 5];
    request.output = malloc(call->response_model->size);
    if (!request.output) die("out of memory", "");
  }
  memset(&peer, 0, sizeof peer);
  peer.replies = replies;
  more = take_byte();
  whole.answer = split.answer = more & ANSWER;
  split.run = more & RUN && !(more & ANSWER) && !room && !cancel_at;
  if (split.run) call->collect_text = true;  /* as litellm_run does */
  call->max_tool_calls = (uint8_t)(more >> 4 & 3);
  call->max_repeats = (uint8_t)(more >> 6);
  /* What of an error's text fits depends on where its pieces end. */
  cramped = room != 0;
  if (!room) room = 65536;
  peer.count = take_replies(heads[more & HEAD]);
  if (!(more & HEAD) && !holds_lines(split.window, &peer))
    whole.window = split.window;
  peer.reset = flags & RESET;
  play(&request, &whole, peer, room, cancel_at, &said);
  play(&request, &split, peer, room, cancel_at, &again);
  said.cut = again.cut = cramped && said.result != LITELLM_OK;
  if (!cancel_at) compare(&said, &again);
  said_free(&said);
  said_free(&again);
  while (peer.count > 0) free((void *)(uintptr_t)replies[--peer.count].ptr);
  free(request.output);
  return 0;
}
