/* reply [options] FILE

   Feeds the raw bytes of an HTTP response to a call and prints one JSON object
   a line for each event, and last the record of the call.
   --split N      N bytes a read
   --window N     bytes of the I/O window, 64 or more
   --arena N      bytes of the arena, 262144 if not given
   --call         the blocking form: the record only
   --plain        asks for a whole reply; else for a stream
   --again        every other read says AGAIN
   --reset        after the bytes the connection is reset, not ended
   --join         one line for texts that follow each other
   --every-split  joined, byte by byte and at each two-way split too: exits 1
                  if one of them gives other lines */

#include "peer.h"
#include "record.h"

/* ---- what is printed ----------------------------------------------------- */

static const char *event_name(litellm_event_kind kind) {
  switch (kind) {
    case LITELLM_EVENT_TEXT: return "text";
    case LITELLM_EVENT_REASONING: return "reasoning";
    case LITELLM_EVENT_REFUSAL: return "refusal";
    case LITELLM_EVENT_TOOL_CALL: return "tool_call";
    case LITELLM_EVENT_FINISH: return "finish";
    default: return "usage";
  }
}

struct log {
  struct text lines;
  bool join;
  litellm_event_kind open;   /* of the text line that may still grow */
  struct text content;       /* all texts, to compare with the record */
};

static void close_line(struct log *log) {
  if (log->open != LITELLM_EVENT_NONE) text_puts(&log->lines, "\"}\n");
  log->open = LITELLM_EVENT_NONE;
}

static void log_event(struct log *log, const litellm_event *event) {
  bool text = event->kind == LITELLM_EVENT_TEXT ||
              event->kind == LITELLM_EVENT_REFUSAL ||
              event->kind == LITELLM_EVENT_REASONING;
  if (event->kind == LITELLM_EVENT_NONE || event->kind > LITELLM_EVENT_USAGE)
    die("no such event kind", "");
  if (event->text.len && !utf8_whole(event->text))
    die("a piece is not whole UTF-8", "");
  if (event->kind == LITELLM_EVENT_TOOL_BEGIN ||
      event->kind == LITELLM_EVENT_TOOL_ARGUMENTS) return;
  if (event->kind == LITELLM_EVENT_TEXT)
    text_add(&log->content, event->text.ptr, event->text.len);
  if (!text || !log->join || log->open != event->kind) {
    close_line(log);
    text_puts(&log->lines, "{\"event\": \"");
    text_puts(&log->lines, event_name(event->kind));
    text_puts(&log->lines, text ? "\", \"text\": \"" : "\"");
    if (text) log->open = event->kind;
  }
  if (text) {
    text_escape(&log->lines, event->text);
    if (!log->join) close_line(log);
  } else if (event->kind == LITELLM_EVENT_TOOL_CALL) {
    log_tool_call(&log->lines, event->tool_call);
    text_puts(&log->lines, "\n");
  } else if (event->kind == LITELLM_EVENT_FINISH) {
    text_puts(&log->lines, ", \"finish_reason\": ");
    text_string(&log->lines, event->text);
    text_puts(&log->lines, "}\n");
  } else {
    log_usage(&log->lines, event->usage);
    text_puts(&log->lines, "}\n");
  }
}

/* ---- one call ------------------------------------------------------------ */

static char *memory;
static size_t memory_size, window;
static bool blocking, plain;

static void check_record(litellm_result result, const litellm_error *error) {
  if (error->code != result && !(result == LITELLM_END && !error->code))
    die("error.code is not the result", litellm_result_name(error->code));
}

static void run(struct peer *peer, struct log *log) {
  static const litellm_call_desc call = { .model = "m", .prompt = "hello" };
  litellm_client_desc desc = peer_client(peer, memory, memory_size, window);
  litellm_client client;
  litellm_request request;
  litellm_response response;
  litellm_event event;
  litellm_error error;
  litellm_result result;
  size_t left = peer->replies->len * 8 + 1000;   /* steps; more is a hang */
  memset(&request, 0, sizeof request);
  memset(&response, 0, sizeof response);
  result = litellm_client_init(&client, &desc);
  if (result != LITELLM_OK) die("init", litellm_result_name(result));
  request.call = call;
  request.stream = !plain;
  request.call.collect_text = true;
  peer->given = 0;
  if (blocking) {
    result = litellm_run(&client, &response, &request);
    error = client.error;
  } else {
    litellm_result got;
    result = litellm_start(&client, &request);
    while (result == LITELLM_OK || result == LITELLM_AGAIN) {
      result = litellm_next(&client, &event);
      if (result == LITELLM_OK) log_event(log, &event);
      if (!left--) die("no end in sight", "");
    }
    close_line(log);
    error = client.error;
    got = litellm_client_response(&client, &response);
    if (got != LITELLM_OK && result == LITELLM_END) {
      result = got;
      error = client.error;
    }
    /* Thoughts may be told only by their end, after they were shown. */
    if (!error.bytes_missing && log->content.len < response.content_size)
      die("the content is longer than the texts", "");
    if (!error.bytes_missing && response.content_size &&
        memcmp(log->content.ptr + log->content.len - response.content_size,
               response.content, response.content_size))
      die("the content is not the end of the texts", "");
  }
  check_record(result, &error);
  if (result == LITELLM_END) result = LITELLM_OK;
  log_record(&log->lines, result, &error, &response);
  litellm_client_close(&client);
}

/* ---- the sweep ----------------------------------------------------------- */

static void compare(struct peer *peer, const struct log *whole) {
  struct log log;
  memset(&log, 0, sizeof log);
  log.join = true;
  run(peer, &log);
  if (!text_same(&log.lines, &whole->lines)) {
    fprintf(stderr, "first read %lu, then %lu each:\n",
            (unsigned long)peer->first, (unsigned long)peer->step);
    text_print(&log.lines, stderr);
    fprintf(stderr, "but at once:\n");
    text_print(&whole->lines, stderr);
    exit(1);
  }
  text_free(&log.lines);
  text_free(&log.content);
}

static void sweep(struct peer *peer, const struct log *whole) {
  size_t size = peer->replies->len, step = sweep_step(size);
  peer->first = peer->step = 1;
  compare(peer, whole);
  for (size_t k = 1; k < size; k += step) {
    peer->first = k;
    peer->step = size;
    compare(peer, whole);
  }
}

static void use(void) {
  die("reply [--split N] [--window N] [--arena N] [--call] [--plain] "
      "[--again] [--reset] [--join] [--every-split] FILE", "");
}

int main(int count, char **words) {
  litellm_str bytes = { NULL, 0 };
  struct peer peer;
  struct log log;
  size_t arena = (size_t)256 * 1024;
  bool every = false;
  memset(&peer, 0, sizeof peer);
  memset(&log, 0, sizeof log);
  for (int i = 1; i < count; i++) {
    const char *word = words[i];
    if (!strcmp(word, "--split"))
      peer.step = option_number(word, words[++i], 1);
    else if (!strcmp(word, "--window"))
      window = option_number(word, words[++i], 64);
    else if (!strcmp(word, "--arena"))
      arena = option_number(word, words[++i], 0);
    else if (!strcmp(word, "--call")) blocking = true;
    else if (!strcmp(word, "--plain")) plain = true;
    else if (!strcmp(word, "--again")) peer.again = true;
    else if (!strcmp(word, "--reset")) peer.reset = true;
    else if (!strcmp(word, "--join")) log.join = true;
    else if (!strcmp(word, "--every-split")) every = log.join = true;
    else if (!bytes.ptr) bytes = read_file(word);
    else use();
  }
  if (!bytes.ptr) use();
  peer.replies = &bytes;
  peer.count = 1;
  if (!peer.step) peer.step = bytes.len;
  peer.first = peer.step;
  memory_size = peer_overhead(window) + arena;
  memory = malloc(memory_size);
  if (!memory) die("out of memory", "");
  run(&peer, &log);
  if (every) sweep(&peer, &log);
  text_print(&log.lines, stdout);
  text_free(&log.lines);
  text_free(&log.content);
  text_free(&peer.request);
  free(memory);
  free((void *)(uintptr_t)bytes.ptr);
  return 0;
}
