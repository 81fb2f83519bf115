/* What the drivers share: files, growing text, JSON strings out. */
#ifndef DRIVER_H
#define DRIVER_H

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program: wrong use, or a broken promise of the library. */
LITELLM_UNUSED static void die(const char *what, const char *detail) {
  fflush(stdout);
  fprintf(stderr, "%s%s%s\n", what, *detail ? ": " : "", detail);
  exit(3);
}

/* malloc'ed at the exact size, so that an address sanitizer sees one byte too
   many; of size 0 too, which glibc gives a pointer of its own. */
LITELLM_UNUSED static void *exactly(const void *bytes, size_t size) {
  void *copy = malloc(size);
  if (!copy) die("out of memory", "");
  if (size) memcpy(copy, bytes, size);
  return copy;
}

/* ---- UTF-8 --------------------------------------------------------------- */

/* Bytes of the well-formed character that text begins with (Unicode, table
   3-7), 0 if it does not begin with one. */
LITELLM_UNUSED static size_t utf8_size(litellm_str text) {
  const unsigned char *at = (const unsigned char *)text.ptr;
  size_t size = !text.len ? 0 : *at < 0x80 ? 1 : *at < 0xC2 ? 0
              : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : *at < 0xF5 ? 4 : 0;
  if (size > text.len) return 0;
  for (size_t k = 1; k < size; k++)
    if ((at[k] & 0xC0) != 0x80) return 0;
  if (size > 2 && ((*at == 0xE0 && at[1] < 0xA0) ||
                   (*at == 0xED && at[1] > 0x9F) ||
                   (*at == 0xF0 && at[1] < 0x90) ||
                   (*at == 0xF4 && at[1] > 0x8F))) return 0;
  return size;
}

/* Whether text is whole characters: the promise on every piece that the
   library hands out. */
LITELLM_UNUSED static bool utf8_whole(litellm_str text) {
  size_t size;
  while ((size = utf8_size(text)) > 0) {
    text.ptr += size;
    text.len -= size;
  }
  return !text.len;
}

/* ---- growing text -------------------------------------------------------- */

struct text {
  char *ptr;
  size_t len, room;
};

LITELLM_UNUSED static void text_add(struct text *text, const char *bytes,
                                    size_t size) {
  if (text->room - text->len < size) {
    text->room = (text->len + size) * 2;
    text->ptr = realloc(text->ptr, text->room);
    if (!text->ptr) die("out of memory", "");
  }
  if (size) memcpy(text->ptr + text->len, bytes, size);
  text->len += size;
}

LITELLM_UNUSED static void text_puts(struct text *text, const char *words) {
  text_add(text, words, strlen(words));
}

LITELLM_UNUSED static void text_number(struct text *text, long long number) {
  char digits[32];
  snprintf(digits, sizeof digits, "%lld", number);
  text_puts(text, digits);
}

/* The inside of a JSON string. A server's plain error page may be in any
   encoding, and the output must not: other bytes become U+FFFD. */
LITELLM_UNUSED static void text_escape(struct text *text, litellm_str string) {
  while (string.len) {
    size_t size = utf8_size(string), step = size ? size : 1;
    unsigned char byte = (unsigned char)*string.ptr;
    char escape[8];
    if (byte < ' ') {
      snprintf(escape, sizeof escape, "\\u%04x", byte);
      text_add(text, escape, 6);
    } else if (!size) {
      text_puts(text, "\xEF\xBF\xBD");
    } else {
      if (byte == '"' || byte == '\\') text_add(text, "\\", 1);
      text_add(text, string.ptr, size);
    }
    string.ptr += step;
    string.len -= step;
  }
}

LITELLM_UNUSED static void text_string(struct text *text, litellm_str string) {
  text_add(text, "\"", 1);
  text_escape(text, string);
  text_add(text, "\"", 1);
}

LITELLM_UNUSED static bool text_same(const struct text *a,
                                     const struct text *b) {
  return a->len == b->len && (!a->len || !memcmp(a->ptr, b->ptr, a->len));
}

LITELLM_UNUSED static void text_print(const struct text *text, FILE *to) {
  if (text->len) fwrite(text->ptr, 1, text->len, to);
}

LITELLM_UNUSED static void text_free(struct text *text) {
  free(text->ptr);
  memset(text, 0, sizeof *text);
}

/* ---- files and options --------------------------------------------------- */

/* All of a file, "-" for standard input, at its exact size. */
LITELLM_UNUSED static litellm_str read_file(const char *name) {
  FILE *file = strcmp(name, "-") ? fopen(name, "rb") : stdin;
  struct text text = { NULL, 0, 0 };
  char buffer[4096];
  size_t got;
  litellm_str all;
  if (!file) die(name, strerror(errno));
  while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
    text_add(&text, buffer, got);
  if (ferror(file)) die(name, strerror(errno));
  if (file != stdin) fclose(file);
  all.len = text.len;
  all.ptr = exactly(text.ptr, text.len);
  text_free(&text);
  return all;
}

/* The number behind an option; `least` or more. */
LITELLM_UNUSED static size_t option_number(const char *option,
                                           const char *number, size_t least) {
  char *end;
  unsigned long value = number ? strtoul(number, &end, 10) : 0;
  if (!number || !*number || *end || *number == '-' || value < least)
    die(option, "wants a number");
  return (size_t)value;
}

/* How far apart the two-way splits of a sweep are: every byte, unless the
   input is so long that the sweep would read more than 16 MiB. */
LITELLM_UNUSED static size_t sweep_step(size_t size) {
  size_t most = size ? ((size_t)16 << 20) / size + 1 : 1;
  return size / most + 1;
}

#endif
