/* prompt [--window N] [--send N] [--body]

   Reads one JSON object a line, {"template": ..., "arguments": {...}}, and
   prints for each one line: the "messages" of the request as they would be
   sent, or {"error": CODE_NAME, "offset": n}.

   The kinds of the arguments follow from the JSON: string, 64-bit int, double
   (a number with point or exponent), bool, null (an absent string), array (a
   list), object (a struct), a list of message objects (a history). Further:
     {"$hex": "89504e47"}              bytes
     {"$text": "hello"}                a ready text part
     {"$double": "nan"}                a double that JSON cannot say
     {"$enum": ["low", "high"], "value": 1}     an enum by its names
   --window N also renders the body N bytes at a time and compares
   --send N   also sends it, through an I/O window of N bytes, 64 or more, to a
              peer that takes some of them, and compares
   --body     prints the whole body instead of its messages */

#ifndef LITELLM_MAX_MODEL_DEPTH
#define LITELLM_MAX_MODEL_DEPTH 64
#endif
#include "fill.h"
#include "peer.h"

/* ---- rendering ----------------------------------------------------------- */

static size_t window, send_window;
static bool whole_body;

/* The check of the descriptor must not refuse what can be sent. It may where
   the JSON does not tell the kind that the template wants. */
static void compare_check(const litellm_request *request) {
  litellm_error error;
  litellm_result result = litellm_call_check(&request->call, &error);
  if (result != LITELLM_OK && !guessed)
    die("litellm_call_check refuses what renders", litellm_result_name(result));
}

/* The body in windows must be the body at once. Each window renders all before
   it: they are wider where that would be more than 4 MiB. */
static void compare_windows(const litellm_request *request, const char *body,
                            uint32_t total) {
  litellm_error error;
  size_t least = (size_t)((uint64_t)total * total >> 22);
  size_t step = window > least ? window : least;
  for (uint32_t at = 0; window && at < total; at += (uint32_t)step) {
    size_t size = total - at < step ? total - at : step;
    char *piece = exactly(body, size);
    uint32_t again = 0;
    memset(piece, '#', size);
    if (litellm_request_body(request, at, piece, size, &again, &error) !=
        LITELLM_OK)
      die("a window fails", litellm_result_name(error.code));
    if (again != total) die("a window has another total", "");
    if (memcmp(piece, body + at, size)) {
      fprintf(stderr, "at %lu: %.*s\n", (unsigned long)at, (int)size, piece);
      die("a window has other bytes", "");
    }
    free(piece);
  }
}

/* ---- sending ------------------------------------------------------------- */

/* What a call sends must be the body, wherever its windows end. */
static void compare_sent(const litellm_request *request, const char *body,
                         uint32_t total) {
  size_t size = send_window + 4096;
  char *memory = malloc(size);
  struct peer peer = { .uneven = true };
  litellm_client_desc desc = peer_client(&peer, memory, size, send_window);
  litellm_client client;
  litellm_str sent;
  if (!memory) die("out of memory", "");
  if (litellm_client_init(&client, &desc) != LITELLM_OK)
    die("init", litellm_result_name(client.error.code));
  litellm_run(&client, NULL, request);
  sent = peer_body(&peer);
  if (sent.len != total || memcmp(sent.ptr, body, total)) {
    text_print(&peer.request, stderr);
    die("\nwhat is sent is not the body",
        litellm_result_name(client.error.code));
  }
  text_free(&peer.request);
  litellm_client_close(&client);
  free(memory);
}

/* Prints the value of "messages": from its bracket to the one that fits. */
static void print_messages(const char *body, size_t size) {
  static const char start[] = "\"messages\":";
  size_t at = 0, depth = 0, from;
  bool quoted = false;
  while (at + sizeof start - 1 < size &&
         memcmp(body + at, start, sizeof start - 1)) at++;
  from = at += sizeof start - 1;
  for (; at < size; at++) {
    if (body[at] == '"') quoted = !quoted;
    if (quoted && body[at] == '\\') at++;
    else if (!quoted && strchr("[{", body[at])) depth++;
    else if (!quoted && strchr("]}", body[at]) && --depth == 0) break;
  }
  if (at >= size) die("no messages in the body", "");
  fwrite(body + from, 1, at + 1 - from, stdout);
  putchar('\n');
}

static void print_error(const char *name, size_t offset) {
  printf("{\"error\": \"%s\", \"offset\": %lu}\n", name,
         (unsigned long)offset);
}

static void render(const litellm_request *request) {
  litellm_error error;
  uint32_t total = 0, again = 0;
  litellm_result result;
  char *body;
  memset(&error, 0, sizeof error);
  result = litellm_request_body(request, 0, NULL, 0, &total, &error);
  if (result != LITELLM_OK) {
    if (error.code != result) die("error.code is not the result", "");
    print_error(litellm_result_name(result), error.position);
    return;
  }
  body = malloc(total);
  if (!body) die("out of memory", "");
  memset(body, '#', total);
  if (litellm_request_body(request, 0, body, total, &again, &error) !=
          LITELLM_OK ||
      again != total)
    die("count and fill differ", "");
  compare_check(request);
  compare_windows(request, body, total);
  if (send_window) compare_sent(request, body, total);
  if (memchr(body, '\n', total)) die("a line end in the body", "");
  if (whole_body) printf("%.*s\n", (int)total, body);
  else print_messages(body, total);
  free(body);
}

static void run(litellm_str line) {
  static const struct value none = { .kind = OBJECT };
  struct dom dom;
  struct value document;
  const struct value *template, *arguments;
  litellm_request request;
  memset(&document, 0, sizeof document);
  memset(&request, 0, sizeof request);
  tables_used = path.len = 0;
  failure = NULL;
  guessed = false;
  if (!dom_read(&dom, line, &document)) {
    print_error(dom.bad, dom.at);
    return;
  }
  template = dom_member(&document, "template");
  arguments = dom_member(&document, "arguments");
  if (!arguments) arguments = &none;
  if (!is_text(template) || !name_fits(template->text) ||
      arguments->kind != OBJECT) {
    print_error("ARGUMENT", 0);
    return;
  }
  request.call.model = "m";
  request.call.prompt = take_words(template->text);
  if (!fill_arguments(arguments, &request)) print_error(failure, 0);
  else render(&request);
}

int main(int count, char **words) {
  litellm_str all;
  size_t start = 0, end;
  for (int i = 1; i < count; i++) {
    if (!strcmp(words[i], "--window"))
      window = option_number(words[i], words[i + 1], 1), i++;
    else if (!strcmp(words[i], "--send"))
      send_window = option_number(words[i], words[i + 1], 64), i++;
    else if (!strcmp(words[i], "--body")) whole_body = true;
    else die("prompt [--window N] [--send N] [--body] < LINES", "");
  }
  all = read_file("-");
  for (; start < all.len; start = end + 1) {
    litellm_str line;
    for (end = start; end < all.len && all.ptr[end] != '\n'; end++) continue;
    line.ptr = all.ptr + start;
    line.len = end - start;
    if (line.len) run(line);
    fflush(stdout);
    dom_release();
  }
  text_free(&path);
  free((void *)(uintptr_t)all.ptr);
  return 0;
}
