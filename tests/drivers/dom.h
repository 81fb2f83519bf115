/* A strict JSON reader for the driver `prompt`: by hand, because the library's
   tokenizer mends lone surrogates and this one must report them. All it makes
   is malloc'ed at its exact size and freed by dom_release(). */
#ifndef DOM_H
#define DOM_H

#include "driver.h"

enum value_kind { NIL, BOOLEAN, INTEGER, NUMBER, STRING, ARRAY, OBJECT };

struct value {
  enum value_kind kind;
  litellm_str key;           /* of a member */
  litellm_str text;          /* of a string */
  bool truth;
  int64_t integer;
  double number;
  size_t count;              /* of items or members, linked from `first` */
  struct value *first, *last, *next;
};

struct dom {
  const char *text;
  size_t at, len, depth;
  const char *bad;           /* name of the error, NULL: none */
};

/* ---- memory -------------------------------------------------------------- */

struct block {
  struct block *next;
  void *memory;
};

static struct block *blocks;

/* `size` zeroed bytes until dom_release(). */
static void *take(size_t size) {
  struct block *block = calloc(1, sizeof *block);
  if (!block || !(block->memory = malloc(size))) die("out of memory", "");
  memset(block->memory, 0, size);
  block->next = blocks;
  blocks = block;
  return block->memory;
}

static litellm_str take_text(const char *bytes, size_t size) {
  litellm_str text;
  char *copy = take(size);
  if (size) memcpy(copy, bytes, size);
  text.ptr = copy;
  text.len = size;
  return text;
}

/* NUL-terminated. */
static char *take_words(litellm_str text) {
  char *copy = take(text.len + 1);
  if (text.len) memcpy(copy, text.ptr, text.len);
  return copy;
}

static void dom_release(void) {
  while (blocks) {
    struct block *block = blocks;
    blocks = block->next;
    free(block->memory);
    free(block);
  }
}

/* ---- reading ------------------------------------------------------------- */

static int dom_peek(const struct dom *dom) {
  return dom->at < dom->len ? (unsigned char)dom->text[dom->at] : -1;
}

static void dom_blanks(struct dom *dom) {
  int byte = dom_peek(dom);
  while (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') {
    dom->at++;
    byte = dom_peek(dom);
  }
}

static bool dom_fail(struct dom *dom, const char *why) {
  if (!dom->bad) dom->bad = why;
  return false;
}

static bool dom_word(struct dom *dom, const char *word) {
  size_t size = strlen(word);
  if (dom->len - dom->at < size || memcmp(dom->text + dom->at, word, size))
    return false;
  dom->at += size;
  return true;
}

/* The four digits of a \u escape, -1 if they are none. */
static long dom_hex(struct dom *dom) {
  long code = 0;
  for (int i = 0; i < 4; i++, dom->at++) {
    int byte = dom_peek(dom);
    int digit = byte >= '0' && byte <= '9' ? byte - '0'
              : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
              : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

static void dom_utf8(struct text *text, unsigned long code) {
  char bytes[4];
  size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
  for (size_t i = size; i-- > 1; code >>= 6)
    bytes[i] = (char)(0x80 | (code & 0x3F));
  bytes[0] = (char)(lead[size] | code);
  text_add(text, bytes, size);
}

static bool dom_unicode(struct dom *dom, struct text *text) {
  long low, code = dom_hex(dom);
  if (code < 0) return dom_fail(dom, "JSON");
  if (code >= 0xDC00 && code <= 0xDFFF) return dom_fail(dom, "ARGUMENT");
  if (code >= 0xD800 && code <= 0xDBFF) {
    if (!dom_word(dom, "\\u")) return dom_fail(dom, "ARGUMENT");
    low = dom_hex(dom);
    if (low < 0xDC00 || low > 0xDFFF) return dom_fail(dom, "ARGUMENT");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  dom_utf8(text, (unsigned long)code);
  return true;
}

static bool dom_escape(struct dom *dom, struct text *text) {
  static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
  int byte = dom_peek(dom);
  const char *found = byte > 0 ? strchr(names, byte) : NULL;
  dom->at++;
  if (byte == 'u') return dom_unicode(dom, text);
  if (!found) return dom_fail(dom, "JSON");
  text_add(text, bytes + (found - names), 1);
  return true;
}

/* The string whose quote comes next. */
static bool dom_string(struct dom *dom, litellm_str *out) {
  struct text text = { NULL, 0, 0 };
  bool fine = dom_peek(dom) == '"' || dom_fail(dom, "JSON");
  dom->at++;
  while (fine && dom_peek(dom) != '"') {
    if (dom_peek(dom) < ' ') {
      fine = dom_fail(dom, "JSON");
    } else if (dom_peek(dom) == '\\') {
      dom->at++;
      fine = dom_escape(dom, &text);
    } else {
      text_add(&text, dom->text + dom->at++, 1);
    }
  }
  dom->at++;
  if (fine) *out = take_text(text.ptr, text.len);
  text_free(&text);
  return fine;
}

static size_t dom_digits(struct dom *dom) {
  size_t start = dom->at;
  while (dom_peek(dom) >= '0' && dom_peek(dom) <= '9') dom->at++;
  return dom->at - start;
}

/* An integer has 64 bits; with a point or exponent it is a double. */
static bool dom_number(struct dom *dom, struct value *value) {
  size_t start = dom->at;
  char *words;
  bool fine, whole = true;
  if (dom_peek(dom) == '-') dom->at++;
  fine = dom_word(dom, "0") || dom_digits(dom);
  if (dom_word(dom, ".")) {
    whole = false;
    fine = fine && dom_digits(dom);
  }
  if (dom_word(dom, "e") || dom_word(dom, "E")) {
    whole = false;
    if (!dom_word(dom, "+")) dom_word(dom, "-");
    fine = fine && dom_digits(dom);
  }
  if (!fine) return dom_fail(dom, "JSON");
  words = take_words(take_text(dom->text + start, dom->at - start));
  value->kind = whole ? INTEGER : NUMBER;
  errno = 0;
  if (whole) {
    value->integer = strtoll(words, NULL, 10);
    if (errno) return dom_fail(dom, "ARGUMENT");
  } else {
    value->number = strtod(words, NULL);
    if (value->number > 1.7976931348623157e308 ||
        value->number < -1.7976931348623157e308)
      return dom_fail(dom, "ARGUMENT");
  }
  return true;
}

static bool dom_value(struct dom *dom, struct value *value);

/* Links a member or an item; of two members of one name the last counts. */
static void dom_link(struct value *parent, struct value *item) {
  struct value **at = &parent->first;
  while (item->key.ptr && *at &&
         ((*at)->key.len != item->key.len ||
          memcmp((*at)->key.ptr, item->key.ptr, item->key.len)))
    at = &(*at)->next;
  if (item->key.ptr && *at) {
    item->next = (*at)->next;
    if (parent->last == *at) parent->last = item;
    *at = item;
    return;
  }
  if (parent->last) parent->last->next = item;
  else parent->first = item;
  parent->last = item;
  parent->count++;
}

static bool dom_list(struct dom *dom, struct value *value) {
  const char *close = value->kind == OBJECT ? "}" : "]";
  dom->at++;
  dom_blanks(dom);
  if (dom_word(dom, close)) return true;
  do {
    struct value *item = take(sizeof *item);
    dom_blanks(dom);
    if (value->kind == OBJECT) {
      if (!dom_string(dom, &item->key)) return false;
      dom_blanks(dom);
      if (!dom_word(dom, ":")) return dom_fail(dom, "JSON");
    }
    if (!dom_value(dom, item)) return false;
    dom_link(value, item);
    dom_blanks(dom);
  } while (dom_word(dom, ","));
  return dom_word(dom, close) || dom_fail(dom, "JSON");
}

static bool dom_value(struct dom *dom, struct value *value) {
  bool fine;
  int byte;
  dom_blanks(dom);
  byte = dom_peek(dom);
  if (byte == '"') {
    value->kind = STRING;
    return dom_string(dom, &value->text);
  }
  if (byte == '{' || byte == '[') {
    value->kind = byte == '{' ? OBJECT : ARRAY;
    if (++dom->depth > 1000) return dom_fail(dom, "JSON_DEPTH");
    fine = dom_list(dom, value);
    dom->depth--;
    return fine;
  }
  value->kind = NIL;
  if (dom_word(dom, "null")) return true;
  value->kind = BOOLEAN;
  if (dom_word(dom, "false")) return true;
  value->truth = dom_word(dom, "true");
  return value->truth || dom_number(dom, value);
}

/* Reads one document; false with dom->bad and dom->at. */
static bool dom_read(struct dom *dom, litellm_str text, struct value *value) {
  memset(dom, 0, sizeof *dom);
  dom->text = text.ptr;
  dom->len = text.len;
  if (!dom_value(dom, value)) return false;
  dom_blanks(dom);
  return dom->at == dom->len || dom_fail(dom, "JSON");
}

/* The member of that name, or NULL. */
static const struct value *dom_member(const struct value *object,
                                      const char *name) {
  const struct value *member = object->kind == OBJECT ? object->first : NULL;
  while (member && (member->key.len != strlen(name) ||
                    memcmp(member->key.ptr, name, member->key.len)))
    member = member->next;
  return member;
}

#endif
