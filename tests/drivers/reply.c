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

#include "driver.h"

struct source {
  litellm_str bytes;
  size_t at, first, step;    /* the first read ends at `first` */
  bool again, reset;
  bool sent, paused;         /* since the last read */
};

/* ---- a port whose peer is a file ----------------------------------------- */

struct file_link {
  litellm_link head;
};

static struct source *source_of(void *link) {
  return ((struct file_link *)link)->head.context;
}

static litellm_result file_connect(void *link, const litellm_peer *peer,
                                   uint32_t remaining_ms) {
  if (!source_of(link) || !peer->host || !remaining_ms)
    die("connect without what it needs", "");
  return LITELLM_OK;
}

static litellm_result file_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  if (!data || !size) die("nothing to send", "");
  source_of(link)->sent = true;
  *sent = size;
  return LITELLM_OK;
}

static litellm_result file_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  struct source *source = source_of(link);
  size_t most;
  if (!buffer || !size) die("no room to receive", "");
  /* A server reads the request first, then answers. */
  if (source->sent || (source->again && !source->paused)) {
    source->sent = false;
    source->paused = true;
    return LITELLM_AGAIN;
  }
  source->paused = false;
  if (source->at == source->bytes.len)
    return source->reset ? LITELLM_ERROR_CLOSED : LITELLM_END;
  most = source->at < source->first ? source->first - source->at
                                    : source->step;
  if (most > source->bytes.len - source->at)
    most = source->bytes.len - source->at;
  if (most > size) most = size;
  memcpy(buffer, source->bytes.ptr + source->at, most);
  source->at += most;
  *received = most;
  return LITELLM_OK;
}

static void file_close(void *link) { (void)link; }

static void file_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  (void)what;
  (void)ms;
}

static uint32_t file_millis(void) { return 0; }

static int64_t file_unix_time(void) { return 0; }

static bool file_entropy(void *bytes, size_t size) {
  memset(bytes, 4, size);
  return true;
}

static const litellm_port file_port = {
  sizeof(struct file_link), false, file_connect, file_send, file_recv,
  file_close, file_wait, file_millis, file_unix_time, file_entropy
};

/* ---- what is printed ----------------------------------------------------- */

static const char *event_name(litellm_event_kind kind) {
  switch (kind) {
    case LITELLM_TEXT: return "text";
    case LITELLM_REASONING: return "reasoning";
    case LITELLM_REFUSAL: return "refusal";
    case LITELLM_TOOL_CALL: return "tool_call";
    case LITELLM_FINISH: return "finish";
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
  if (log->open != LITELLM_NOTHING) text_puts(&log->lines, "\"}\n");
  log->open = LITELLM_NOTHING;
}

/* `, "name": "text"`; what is absent is left out. */
static void log_words(struct text *lines, const char *name,
                      const char *words) {
  if (!words) return;
  text_puts(lines, ", \"");
  text_puts(lines, name);
  text_puts(lines, "\": ");
  text_string(lines, litellm_str_of(words));
}

static void log_usage(struct text *lines, const litellm_usage *usage) {
  text_puts(lines, ", \"usage\": {\"prompt_tokens\": ");
  text_number(lines, (long long)usage->prompt_tokens);
  text_puts(lines, ", \"completion_tokens\": ");
  text_number(lines, (long long)usage->completion_tokens);
  text_puts(lines, ", \"total_tokens\": ");
  text_number(lines, (long long)usage->total_tokens);
  text_puts(lines, "}");
}

static void log_tool_call(struct text *lines, const litellm_tool_call *call) {
  size_t start = lines->len;
  if (!call->id || !call->name || !call->arguments)
    die("a tool call with a NULL", "");
  log_words(lines, "id", *call->id ? call->id : NULL);
  log_words(lines, "name", *call->name ? call->name : NULL);
  log_words(lines, "arguments", call->arguments);
  /* In a list the first comma is one too many. */
  if (start && lines->ptr[start - 1] == '{') {
    memmove(lines->ptr + start, lines->ptr + start + 2,
            lines->len - start - 2);
    lines->len -= 2;
  }
  text_puts(lines, "}");
}

static void log_event(struct log *log, const litellm_event *event) {
  bool text = event->kind == LITELLM_TEXT || event->kind == LITELLM_REFUSAL ||
              event->kind == LITELLM_REASONING;
  if (event->kind == LITELLM_NOTHING || event->kind > LITELLM_USAGE)
    die("no such event kind", "");
  if (event->text.len && !utf8_whole(event->text))
    die("a piece is not whole UTF-8", "");
  if (event->kind == LITELLM_TOOL_BEGIN ||
      event->kind == LITELLM_TOOL_ARGUMENTS) return;
  if (event->kind == LITELLM_TEXT)
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
  } else if (event->kind == LITELLM_TOOL_CALL) {
    log_tool_call(&log->lines, event->tool_call);
    text_puts(&log->lines, "\n");
  } else if (event->kind == LITELLM_FINISH) {
    text_puts(&log->lines, ", \"finish_reason\": ");
    text_string(&log->lines, event->text);
    text_puts(&log->lines, "}\n");
  } else {
    log_usage(&log->lines, event->usage);
    text_puts(&log->lines, "}\n");
  }
}

static void log_error(struct text *lines, const litellm_error *error) {
  struct text inside = { NULL, 0, 0 };
  if (error->code == LITELLM_OK) return;
  if (error->code == LITELLM_ERROR_REDIRECT) {
    log_words(lines, "location", error->message);
    return;
  }
  log_words(&inside, "type", error->type);
  log_words(&inside, "code", error->api_code);
  log_words(&inside, "message", error->message);
  if (inside.len) {
    text_puts(lines, ", \"error\": {");
    text_add(lines, inside.ptr + 2, inside.len - 2);
    text_puts(lines, "}");
  }
  text_free(&inside);
  if (error->code == LITELLM_ERROR_JSON ||
      error->code == LITELLM_ERROR_JSON_DEPTH) {
    text_puts(lines, ", \"offset\": ");
    text_number(lines, (long long)error->position);
  }
  if (error->code == LITELLM_ERROR_NO_MEMORY) {
    text_puts(lines, ", \"missing\": ");
    text_number(lines, (long long)error->missing);
  }
}

static void log_record(struct text *lines, litellm_result result,
                       const litellm_error *error,
                       const litellm_response *response) {
  text_puts(lines, "{\"result\": \"");
  text_puts(lines, litellm_result_name(result));
  text_puts(lines, "\", \"phase\": \"");
  text_puts(lines, litellm_phase_name(error->phase));
  text_puts(lines, "\"");
  if (error->status) {
    text_puts(lines, ", \"status\": ");
    text_number(lines, error->status);
  }
  if (response->content_size) {
    litellm_str content = { response->content, response->content_size };
    if (content.ptr[content.len]) die("content without its NUL", "");
    text_puts(lines, ", \"content\": ");
    text_string(lines, content);
  }
  log_words(lines, "reasoning", response->reasoning);
  log_words(lines, "refusal", response->refusal);
  log_words(lines, "finish_reason", response->finish_reason);
  for (size_t i = 0; i < response->tool_call_count; i++) {
    text_puts(lines, i ? ", {" : ", \"tool_calls\": [{");
    log_tool_call(lines, response->tool_calls + i);
  }
  if (response->tool_call_count) text_puts(lines, "]");
  if (response->has_usage) log_usage(lines, &response->usage);
  log_error(lines, error);
  text_puts(lines, "}\n");
}

/* ---- one call ------------------------------------------------------------ */

static char *memory;
static size_t memory_size, window;
static bool blocking, plain;

static void check_record(litellm_result result, const litellm_error *error) {
  if (error->code != result && !(result == LITELLM_END && !error->code))
    die("error.code is not the result", litellm_result_name(error->code));
}

static void run(struct source *source, struct log *log) {
  static const litellm_call call = { .model = "m", .prompt = "hello" };
  litellm_client_desc desc;
  litellm_client client;
  litellm_request request;
  litellm_response response;
  litellm_stream stream;
  litellm_event event;
  litellm_error error;
  litellm_result result;
  size_t left = source->bytes.len * 8 + 1000;    /* steps; more is a hang */
  memset(&desc, 0, sizeof desc);
  memset(&request, 0, sizeof request);
  memset(&response, 0, sizeof response);
  desc.port = &file_port;
  desc.port_context = source;
  desc.base_url = "http://gateway.test:4000";
  desc.memory = memory;
  desc.memory_size = memory_size;
  desc.window_size = window;
  result = litellm_client_init(&client, &desc);
  if (result != LITELLM_OK) die("init", litellm_result_name(result));
  request.call = &call;
  request.stream = !plain;
  request.keep_text = true;
  source->at = 0;
  source->sent = source->paused = false;
  if (blocking) {
    result = litellm_run(&client, &response, &request);
    error = client.error;
  } else {
    litellm_result got;
    result = litellm_start(&stream, &client, &request);
    while (result == LITELLM_OK || result == LITELLM_AGAIN) {
      result = litellm_next(&stream, &event);
      if (result == LITELLM_OK) log_event(log, &event);
      if (!left--) die("no end in sight", "");
    }
    close_line(log);
    error = client.error;
    got = litellm_stream_response(&stream, &response);
    if (got != LITELLM_OK && result == LITELLM_END) {
      result = got;
      error = client.error;
    }
    if (!error.missing && log->content.len != response.content_size)
      die("the content is not as long as the texts", "");
    if (!error.missing && log->content.len &&
        memcmp(log->content.ptr, response.content, log->content.len))
      die("the content is not the texts together", "");
  }
  check_record(result, &error);
  if (result == LITELLM_END) result = LITELLM_OK;
  log_record(&log->lines, result, &error, &response);
  litellm_client_close(&client);
}

/* ---- the sweep ----------------------------------------------------------- */

static void compare(struct source *source, const struct log *whole) {
  struct log log;
  memset(&log, 0, sizeof log);
  log.join = true;
  run(source, &log);
  if (!text_same(&log.lines, &whole->lines)) {
    fprintf(stderr, "first read %lu, then %lu each:\n",
            (unsigned long)source->first, (unsigned long)source->step);
    text_print(&log.lines, stderr);
    fprintf(stderr, "but at once:\n");
    text_print(&whole->lines, stderr);
    exit(1);
  }
  text_free(&log.lines);
  text_free(&log.content);
}

static void sweep(struct source *source, const struct log *whole) {
  size_t size = source->bytes.len, step = sweep_step(size);
  source->first = source->step = 1;
  compare(source, whole);
  for (size_t k = 1; k < size; k += step) {
    source->first = k;
    source->step = size;
    compare(source, whole);
  }
}

static void use(void) {
  die("reply [--split N] [--window N] [--arena N] [--call] [--plain] "
      "[--again] [--reset] [--join] [--every-split] FILE", "");
}

/* What a client takes from its memory block beside the arena. */
static size_t overhead(void) {
  return sizeof(struct file_link) +
         (window ? window : LITELLM_WINDOW_BYTES) + 256;
}

int main(int count, char **words) {
  struct source source;
  struct log log;
  size_t arena = (size_t)256 * 1024;
  bool every = false;
  memset(&source, 0, sizeof source);
  memset(&log, 0, sizeof log);
  for (int i = 1; i < count; i++) {
    const char *word = words[i];
    if (!strcmp(word, "--split"))
      source.step = option_number(word, words[++i], 1);
    else if (!strcmp(word, "--window"))
      window = option_number(word, words[++i], 64);
    else if (!strcmp(word, "--arena"))
      arena = option_number(word, words[++i], 0);
    else if (!strcmp(word, "--call")) blocking = true;
    else if (!strcmp(word, "--plain")) plain = true;
    else if (!strcmp(word, "--again")) source.again = true;
    else if (!strcmp(word, "--reset")) source.reset = true;
    else if (!strcmp(word, "--join")) log.join = true;
    else if (!strcmp(word, "--every-split")) every = log.join = true;
    else if (!source.bytes.ptr) source.bytes = read_file(word);
    else use();
  }
  if (!source.bytes.ptr) use();
  if (!source.step) source.step = source.bytes.len;
  source.first = source.step;
  memory_size = overhead() + arena;
  memory = malloc(memory_size);
  if (!memory) die("out of memory", "");
  run(&source, &log);
  if (every) sweep(&source, &log);
  text_print(&log.lines, stdout);
  text_free(&log.lines);
  text_free(&log.content);
  free(memory);
  free((void *)(uintptr_t)source.bytes.ptr);
  return 0;
}
