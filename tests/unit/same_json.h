/* JSON compared as data: a text becomes a sorted list of lines, one for each
   scalar and empty value, as `$.messages[0].role "user"`. What a test wants
   has ' for ". Include after litellm_call.h and check.h. */
#ifndef SAME_JSON_H
#define SAME_JSON_H

enum { SAME_LINES = 400, SAME_TEXT = 65536, SAME_DEPTH = 24 };

typedef struct same_lines {
  char *line[SAME_LINES];
  size_t count, used;
  char text[SAME_TEXT];
} same_lines;

static void same_limit(const char *what) {
  printf("not ok same_json: too much %s\n", what);
  exit(2);
}

static void same_add(same_lines *lines, const char *text, size_t len) {
  if (lines->used + len >= SAME_TEXT) same_limit("text");
  memcpy(lines->text + lines->used, text, len);
  lines->used += len;
  lines->text[lines->used] = 0;
}

/* A new line with its path: at each level a key, or else an index. */
static void same_begin(same_lines *lines, char keys[][64],
                       const size_t *index, size_t depth) {
  char number[24];
  size_t i;
  if (lines->count == SAME_LINES) same_limit("lines");
  lines->line[lines->count++] = lines->text + ++lines->used;
  same_add(lines, "$", 1);
  for (i = 1; i <= depth; i++) {
    if (*keys[i]) {
      same_add(lines, ".", 1);
      same_add(lines, keys[i], strlen(keys[i]));
    } else {
      (void)sprintf(number, "[%lu]", (unsigned long)index[i]);
      same_add(lines, number, strlen(number));
    }
  }
  same_add(lines, " ", 1);
}

static int same_order(const void *a, const void *b) {
  char *const *left = (char *const *)a, *const *right = (char *const *)b;
  return strcmp(*left, *right);
}

/* False: `text` is not valid JSON. */
static bool same_read(same_lines *lines, const char *text, size_t len) {
  char keys[SAME_DEPTH][64];
  size_t index[SAME_DEPTH], depth = 0;
  bool array[SAME_DEPTH], empty = false;
  litellm_json json;
  litellm_span span;
  litellm_token token;
  litellm_result result;
  char *copy = (char *)check_alloc(len + 1);
  memcpy(copy, text, len);
  memset(&json, 0, sizeof json);
  memset(keys, 0, sizeof keys);
  memset(index, 0, sizeof index);
  lines->count = lines->used = 0;
  array[0] = false;
  span.ptr = copy;
  span.len = len;
  while ((result = litellm_json_next(&json, &span, true, &token)) ==
         LITELLM_OK) {
    bool close = token.kind == LITELLM_TOKEN_OBJECT_END ||
                 token.kind == LITELLM_TOKEN_ARRAY_END;
    if (token.kind == LITELLM_TOKEN_KEY) {
      size_t at = token.first ? 0 : strlen(keys[depth]);
      if (at + token.text.len >= sizeof keys[0]) same_limit("key");
      memcpy(keys[depth] + at, token.text.ptr, token.text.len);
      keys[depth][at + token.text.len] = 0;
      empty = false;
      continue;
    }
    if (close) {
      depth--;
      if (empty) {
        same_begin(lines, keys, index, depth);
        same_add(lines, token.kind == LITELLM_TOKEN_ARRAY_END ? "[]" : "{}",
                 2);
      }
      empty = false;
    } else if (token.kind == LITELLM_TOKEN_OBJECT ||
               token.kind == LITELLM_TOKEN_ARRAY) {
      if (++depth == SAME_DEPTH) same_limit("depth");
      array[depth] = token.kind == LITELLM_TOKEN_ARRAY;
      *keys[depth] = 0;
      index[depth] = 0;
      empty = true;
      continue;
    } else {
      bool string = token.kind == LITELLM_TOKEN_STRING;
      bool whole = !string && token.kind != LITELLM_TOKEN_NUMBER;
      empty = false;
      if (whole || token.first) same_begin(lines, keys, index, depth);
      if (string && token.first) same_add(lines, "\"", 1);
      if (token.text.len)
        same_add(lines, token.text.ptr, token.text.len);
      else if (whole)
        same_add(lines, token.kind == LITELLM_TOKEN_TRUE ? "true" :
                 token.kind == LITELLM_TOKEN_FALSE ? "false" : "null", 5);
      if (!whole && !token.last) continue;
      if (string) same_add(lines, "\"", 1);
    }
    if (array[depth]) index[depth]++;
  }
  free(copy);
  qsort(lines->line, lines->count, sizeof lines->line[0], same_order);
  return result == LITELLM_END;
}

/* Whether a line is about a member at the top of `wanted`. */
static bool same_asked(const same_lines *wanted, const char *line) {
  size_t i, len = 2 + strcspn(line + 2, ".[ ");
  for (i = 0; i < wanted->count; i++)
    if (!strncmp(wanted->line[i], line, len) &&
        strchr(".[ ", wanted->line[i][len])) return true;
  return false;
}

/* A text of a test's table with its quotes; valid until it is called a few
   times more. */
CHECK_UNUSED static const char *quoted(const char *text) {
  static char ring[4][8192];
  static unsigned turn;
  char *out = ring[++turn % 4];
  size_t i = 0;
  if (strlen(text) >= sizeof ring[0]) same_limit("quoted text");
  do out[i] = (char)(text[i] == '\'' ? '"' : text[i]);
  while (text[i++]);
  return out;
}

/* Checks that JSON is as `wanted`; with `part` only the members at the top
   that `wanted` has, where "<none>" stands for a member that is not there. */
CHECK_UNUSED static void same_json(const char *got, size_t size,
                                   const char *wanted, bool part, int at) {
  static same_lines got_lines, wanted_lines;
  size_t i = 0, k = 0;
  if (!same_read(&wanted_lines, quoted(wanted), strlen(wanted))) {
    check_that(0, "the test's own JSON is not valid", at);
    return;
  }
  if (!same_read(&got_lines, got, size)) {
    check_same(got, size, "valid JSON", 10, at);
    return;
  }
  for (;;) {
    const char *line = i < got_lines.count ? got_lines.line[i] : NULL;
    const char *want = k < wanted_lines.count ? wanted_lines.line[k] : NULL;
    if (line && part && !same_asked(&wanted_lines, line)) {
      i++;
    } else if (want && part && strstr(want, " \"<none>\"")) {
      k++;
    } else if (!line && !want) {
      return;
    } else if (!line || !want || strcmp(line, want)) {
      check_text(line ? line : "no more", want ? want : "no more", at);
      return;
    } else {
      i++;
      k++;
    }
  }
}

#endif
