/* Transfers of every kind and the replies to them: two splits and windows send
   and give the same; the client works again. The input is how it is played, a
   text to send, up to a byte 0xFF, and the reply. */
#define LITELLM_EXTRAS 1
#include "fuzz.h"
#include "models.h"
#include "tests/drivers/peer.h"

enum { BYTES, SINK, NAMES, EMBED, STRUCT, SPEAK, TRANSCRIBE, KINDS };
enum { SIZE = 3, COUNT = 2 };

static struct { size_t kind, most, full, known; litellm_str text; } how;

/* What a transfer gave one way. */
struct gave {
  litellm_result result;
  struct text bytes;         /* that came, or the numbers */
  struct text sent;          /* the body, out of its chunks */
  size_t at, calls;          /* of the text, given; of the callbacks */
};
static struct gave *now;

static litellm_result give(void *source, void *buffer, size_t size,
                           size_t *got) {
  size_t left = how.text.len - now->at;
  if (++now->calls % 3 == 2) return LITELLM_AGAIN;
  if (!left) return LITELLM_END;
  if (size > left) size = left;
  if (how.most && size > how.most) size = how.most;
  memcpy(buffer, how.text.ptr + now->at, size);
  now->at += size;
  *got = size;
  (void)source;
  return LITELLM_OK;
}

static litellm_result take(void *sink_data, const void *bytes, size_t size) {
  (void)sink_data;
  if (++now->calls % 3 == 2) return LITELLM_AGAIN;
  text_add(&now->bytes, bytes, size);
  return how.full && now->bytes.len > how.full ? LITELLM_ERROR_NO_MEMORY
                                               : LITELLM_OK;
}

/* The body of a whole request. */
static void check_body(const struct peer *peer) {
  litellm_str body = peer_body(peer);
  now->sent.len = 0;
  if (!peer_chunked(peer)) {
    text_add(&now->sent, body.ptr, body.len);
  } else {
    const char *at = body.ptr, *end = body.ptr + body.len;
    size_t len = 1;
    while (len) {
      char head[9];
      PROMISE(end - at >= 12);
      memcpy(head, at, 8);
      head[8] = 0;
      len = strtoul(head, NULL, 16);
      PROMISE(len <= (size_t)(end - at) - 12 && !memcmp(at + 8, "\r\n", 2) &&
              !memcmp(at + 10 + len, "\r\n", 2));
      text_add(&now->sent, at + 10, len);
      at += 12 + len;
    }
    PROMISE(at == end);
  }
  if (how.kind == EMBED || how.kind == SPEAK) {
    body.ptr = now->sent.ptr;
    body.len = now->sent.len;
    PROMISE(litellm_json_valid(body));
  }
}

/* Whether the callbacks or the arena have ended it. */
static void run(litellm_client *client, const char *text, struct gave *gave) {
  const litellm_speech speech = { .model = "m", .input = text, .voice = "v" };
  const char *const inputs[COUNT] = { text, "other" };
  static float vectors[COUNT * SIZE];
  static int8_t small[COUNT * SIZE];
  const litellm_embedding embedding = { .model = "m", .inputs = inputs,
      .count = COUNT, .size = SIZE, .vectors = vectors, .bytes = small };
  const litellm_transcription form = { .model = "m", .sample_rate = 8000 };
  litellm_transfer t = { .path = "/x" };
  litellm_event event;
  size_t steps = 0;
  void *output = malloc(words_type.size);
  if (!output) die("out of memory", "");
  now = gave;
  memset(vectors, 0, sizeof vectors);
  if (how.kind == NAMES) litellm_transfer_models(&t);
  if (how.kind == EMBED) litellm_transfer_embed(&t, &embedding);
  if (how.kind == SPEAK) litellm_transfer_speak(&t, &speech);
  if (how.kind == TRANSCRIBE) litellm_transfer_transcribe(&t, &form);
  if (how.kind == TRANSCRIBE || how.kind == SINK || how.kind == BYTES) {
    t.pull = give;
    if (how.known) t.pull_size = (uint32_t)how.text.len;
  }
  if (how.kind == STRUCT || how.kind == TRANSCRIBE) {
    t.reply_type = &words_type;
    t.reply = output;
  }
  if (how.kind == SINK || how.kind == NAMES) t.sink = take;
  gave->result = litellm_transfer_start(client, &t);
  while (gave->result == LITELLM_OK || gave->result == LITELLM_AGAIN) {
    gave->result = litellm_next(client, &event);
    PROMISE(steps++ < 1000000);
    if (gave->result == LITELLM_AGAIN) litellm_wait(client, &event);
    if (gave->result != LITELLM_OK) continue;
    PROMISE(event.kind == LITELLM_EVENT_BYTES && event.text.len);
    text_add(&gave->bytes, event.text.ptr, event.text.len);
  }
  PROMISE(litellm_next(client, &event) == gave->result);
  if (gave->result == LITELLM_END && how.kind == EMBED)
    text_add(&gave->bytes, (const char *)vectors, sizeof vectors);
  if (gave->result == LITELLM_END && t.reply_type) {
    size_t size = litellm_encode(&words_type, output, NULL, 0);
    char *json = malloc(size);
    if (!json) die("out of memory", "");
    PROMISE(litellm_encode(&words_type, output, json, size) == size);
    text_add(&gave->bytes, json, size);
    free(json);
  }
  free(output);
}

static void play(litellm_str reply, struct peer script, size_t window,
                 size_t room, struct gave *gave) {
  static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  static const litellm_str hi = { good, sizeof good - 1 };
  const litellm_transfer again = { .path = "/" };
  size_t size = peer_overhead(window) + room;
  void *memory = malloc(size);
  char *text = malloc(how.text.len + 1);
  litellm_client client;
  litellm_client_desc desc;
  if (!memory || !text) die("out of memory", "");
  if (how.text.len) memcpy(text, how.text.ptr, how.text.len);
  text[how.text.len] = 0;
  memset(gave, 0, sizeof *gave);
  script.replies = &reply;
  script.count = 1;
  script.told = check_body;
  desc = peer_client(&script, memory, size, window);
  desc.reuse_within_ms = LITELLM_NO_REUSE;
  PROMISE(litellm_client_init(&client, &desc) == LITELLM_OK);
  run(&client, text, gave);
  script.replies = &hi;
  script.given = 0;
  script.reset = false;
  script.told = NULL;
  if (room >= 4096)
    PROMISE(litellm_transfer_run(&client, &again) == LITELLM_OK);
  litellm_client_close(&client);
  text_free(&script.request);
  free(text);
  free(memory);
}

/* Before a failure more may have come one way than the other. */
static void compare(const struct gave *a, const struct gave *b) {
  size_t len = a->bytes.len < b->bytes.len ? a->bytes.len : b->bytes.len;
  if (a->result != b->result)
    fprintf(stderr, "%s, %s\n", litellm_result_name(a->result),
            litellm_result_name(b->result));
  PROMISE(a->result == b->result);
  PROMISE(!len || !memcmp(a->bytes.ptr, b->bytes.ptr, len));
  if (a->result != LITELLM_END) return;
  PROMISE(a->bytes.len == b->bytes.len && text_same(&a->sent, &b->sent));
}

/* A reply with a head of its own, or one whose head is made up too. */
static litellm_str make_reply(size_t framing, struct text *text) {
  litellm_str body = take_part();
  char head[64];
  if (framing % 4 == 3) {
    text_puts(text, "HTTP/1.1 ");
  } else {
    text_puts(text, framing & 4 ? "HTTP/1.1 413 No\r\n"
                                : "HTTP/1.1 200 OK\r\n");
    (void)snprintf(head, sizeof head, framing % 4 == 1
        ? "Transfer-Encoding: chunked\r\n\r\n%lx\r\n" : framing % 4 == 2
        ? "\r\n" : "Content-Length: %lu\r\n\r\n", (unsigned long)body.len);
    text_puts(text, head);
  }
  text_add(text, body.ptr, body.len);
  if (framing % 4 == 1) text_puts(text, "\r\n0\r\n\r\n");
  body.ptr = text->ptr;
  body.len = text->len;
  return body;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct text text = { NULL, 0, 0 };
  struct peer whole, split;
  struct gave first, second;
  litellm_str reply;
  size_t framing, window, room, flags;
  input_begin(data, size);
  how.kind = take_byte() % KINDS;
  framing = take_byte();
  window = 64 + 16 * take_byte();
  memset(&whole, 0, sizeof whole);
  whole.step = (size_t)-1;
  split = whole;
  split.first = take_byte();
  split.step = 1 + take_byte();
  flags = take_byte();
  split.again = flags & 1;
  split.uneven = flags & 2;
  split.reset = whole.reset = flags & 4;
  how.known = flags & 8;
  how.most = 8 * (flags >> 4);
  how.full = 16 * take_byte();
  room = 64 * take_byte();
  if (!room) room = 65536;
  how.text = take_part();
  reply = make_reply(framing, &text);
  /* A longer line of a head is cut at the window. */
  play(reply, whole, framing % 4 == 3 ? window : 4096, room, &first);
  play(reply, split, window, room, &second);
  compare(&first, &second);
  text_free(&first.bytes);
  text_free(&first.sent);
  text_free(&second.bytes);
  text_free(&second.sent);
  text_free(&text);
  return 0;
}
