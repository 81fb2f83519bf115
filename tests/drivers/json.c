/* json [--split N] [--every-split] [--tokens] FILE

   Runs a document through the tokenizer: exits 0 if it accepts it, 1 if not.
   --split N      gives it N bytes at a time
   --every-split  also at each two-way split, with the same tokens
   --tokens       prints the tokens, one JSON object a line, and the error */

#include "driver.h"

static const char *const kind_names[] = {
  "none", "object", "object_end", "array", "array_end", "key", "string",
  "number", "true", "false", "null"
};

/* Appends a token; the pieces of a text become one line. */
static void log_token(struct text *log, const litellm_json_token *token,
                      bool *inside, size_t *began) {
  bool piece = token->kind == LITELLM_JSON_KEY ||
               token->kind == LITELLM_JSON_STRING ||
               token->kind == LITELLM_JSON_NUMBER;
  if (token->kind == LITELLM_JSON_NONE ||
      token->kind > LITELLM_JSON_NULL) die("no such token kind", "");
  if (!piece || token->first) {
    if (*inside) die("a text goes on after its last piece is due", "");
    *began = log->len;
    text_puts(log, "{\"token\": \"");
    text_puts(log, kind_names[token->kind]);
    text_puts(log, piece ? "\", \"text\": \"" : "\"}\n");
  } else if (!*inside) {
    die("a piece that nothing began", "");
  }
  if (!piece) return;
  if (!utf8_whole(token->text)) die("a piece is not whole UTF-8", "");
  text_escape(log, token->text);
  *inside = !token->last;
  if (token->last) text_puts(log, "\"}\n");
}

/* Reads the document as `first` bytes, then `step` at a time. */
static litellm_result run(litellm_str document, size_t first, size_t step,
                          struct text *log) {
  static const litellm_json_reader start;
  litellm_json_reader json = start;
  litellm_result result = LITELLM_AGAIN;
  litellm_json_token token;
  bool inside = false;
  size_t at = 0, size = first, began = 0;
  while (result == LITELLM_AGAIN) {
    bool ended = at == document.len;
    litellm_input span;
    char *copy;
    if (size > document.len - at) size = document.len - at;
    copy = exactly(document.ptr + at, size);
    span.ptr = copy;
    span.len = size;
    while ((result = litellm_json_next(&json, &span, ended, &token)) ==
           LITELLM_OK)
      log_token(log, &token, &inside, &began);
    if (result == LITELLM_AGAIN && span.len) die("AGAIN with bytes left", "");
    if (result == LITELLM_AGAIN && ended) die("AGAIN after the end", "");
    free(copy);
    at += size;
    size = step;
  }
  if (result == LITELLM_END) {
    if (inside) die("the end inside a text", "");
  } else {
    /* How much came of a text before its error depends on the split. */
    if (inside) log->len = began;
    text_puts(log, "{\"error\": \"");
    text_puts(log, litellm_result_name(result));
    text_puts(log, "\", \"offset\": ");
    text_number(log, (long long)json.offset);
    text_puts(log, "}\n");
  }
  return result;
}

static void sweep(litellm_str document, const struct text *whole,
                  litellm_result expected) {
  size_t step = sweep_step(document.len);
  for (size_t k = 0; k <= document.len; k += step) {
    struct text log = { NULL, 0, 0 };
    litellm_result result = k ? run(document, k, document.len, &log)
                              : run(document, 1, 1, &log);
    if (result != expected || !text_same(&log, whole)) {
      fprintf(stderr, "split at %lu:\n", (unsigned long)k);
      text_print(&log, stderr);
      die("not the tokens of the whole", "");
    }
    text_free(&log);
  }
}

int main(int count, char **words) {
  litellm_str document = { NULL, 0 };
  struct text log = { NULL, 0, 0 };
  litellm_result result;
  size_t split = 0;
  bool every = false, print = false;
  for (int i = 1; i < count; i++) {
    if (!strcmp(words[i], "--split"))
      split = option_number(words[i], words[i + 1], 1), i++;
    else if (!strcmp(words[i], "--every-split")) every = true;
    else if (!strcmp(words[i], "--tokens")) print = true;
    else if (!document.ptr) document = read_file(words[i]);
    else die("json [--split N] [--every-split] [--tokens] FILE", "");
  }
  if (!document.ptr)
    die("json [--split N] [--every-split] [--tokens] FILE", "");
  result = run(document, split ? split : document.len,
               split ? split : document.len, &log);
  if (every) sweep(document, &log, result);
  if (litellm_json_valid(document) != (result == LITELLM_END))
    die("litellm_json_valid says otherwise", "");
  if (print) text_print(&log, stdout);
  text_free(&log);
  free((void *)(uintptr_t)document.ptr);
  return result == LITELLM_END ? 0 : 1;
}
