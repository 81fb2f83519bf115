/* From JSON values to field tables: what a generated call has as const tables
   is built here at run time. */
#ifndef SHAPE_H
#define SHAPE_H

#include "dom.h"

/* ---- tables made at run time --------------------------------------------- */

/* A struct's table is had by a function without context, so each struct takes
   one of 256 functions, and the table behind it. */
#define TABLES 256
static const litellm_field *tables[TABLES];
static size_t tables_used;

#define HEX_(X, p)                                                            \
  X(p##0) X(p##1) X(p##2) X(p##3) X(p##4) X(p##5) X(p##6) X(p##7)             \
  X(p##8) X(p##9) X(p##a) X(p##b) X(p##c) X(p##d) X(p##e) X(p##f)
#define HEX(X)                                                                \
  HEX_(X, 0x0) HEX_(X, 0x1) HEX_(X, 0x2) HEX_(X, 0x3)                         \
  HEX_(X, 0x4) HEX_(X, 0x5) HEX_(X, 0x6) HEX_(X, 0x7)                         \
  HEX_(X, 0x8) HEX_(X, 0x9) HEX_(X, 0xa) HEX_(X, 0xb)                         \
  HEX_(X, 0xc) HEX_(X, 0xd) HEX_(X, 0xe) HEX_(X, 0xf)
#define ACCESSOR(n)                                                           \
  static const litellm_field *fields_##n(void) { return tables[n]; }
#define NAME(n) fields_##n,
HEX(ACCESSOR)
static const litellm_field *(*const accessors[TABLES])(void) = { HEX(NAME) };

/* ---- the shape of a value ------------------------------------------------ */

/* What kind a JSON value becomes. The items of a list share one shape, so the
   shapes of all of them are merged. */
struct shape {
  litellm_kind kind;         /* NONE: only nulls, or an empty list's item */
  litellm_kind otherwise;    /* what NONE becomes in the end */
  bool nullable, by_pointer, mixed_media;
  litellm_part_kind media;
  const char **names;        /* ENUM */
  size_t name_count;
  struct shape *item;        /* LIST */
  struct shape *members, *next;      /* MODEL, and the member's next */
  litellm_str name;
  size_t offset, size;       /* once it is laid out: of the member, itself */
};

static const char *template_words;
static struct text path;     /* of the value being looked at */
static const char *failure;  /* name of the error of the arguments */
static bool guessed;         /* of a null, an empty list: its kind */

static void *fail(const char *why) {
  if (!failure) failure = why;
  return NULL;
}

/* What follows `{path` in the template, from `at` on. */
static const char *use_of_path(const char *at) {
  while ((at = strchr(at, '{')) != NULL) {
    at++;
    if (!strncmp(at, path.ptr, path.len) && at[path.len] &&
        strchr(":}!", at[path.len])) return at + path.len;
  }
  return NULL;
}

/* An empty list does not tell its kind: the template's use of it does. */
static litellm_kind kind_by_use(litellm_part_kind *media) {
  const char *use = path.len ? template_words : "";
  *media = LITELLM_PART_IMAGE;
  while ((use = use_of_path(use)) != NULL) {
    const char *back = use - path.len - 1;
    while (back > template_words && strchr(" \t\r\n\v\f", back[-1])) back--;
    if (back - template_words >= 9 && !memcmp(back - 9, "MESSAGES:", 9))
      return LITELLM_KIND_MESSAGES;
    if (!strncmp(use, ":audio", 6)) *media = LITELLM_PART_AUDIO;
    else if (!strncmp(use, ":document", 9)) *media = LITELLM_PART_DOCUMENT;
    else if (!strncmp(use, ":part", 5)) return LITELLM_KIND_PART;
    else if (!strncmp(use, ":lists", 6)) return LITELLM_KIND_LIST;
    else if (strncmp(use, ":image", 6) != 0) continue;
    return LITELLM_KIND_BYTES;
  }
  return LITELLM_KIND_STRING_VIEW;
}

static struct shape *shape_new(litellm_kind kind) {
  struct shape *shape = take(sizeof *shape);
  shape->kind = kind;
  shape->otherwise = LITELLM_KIND_STRING_VIEW;
  return shape;
}

static bool is_text(const struct value *value) {
  return value && value->kind == STRING;
}

static bool words_are(litellm_str text, const char *words) {
  return text.len == strlen(words) && !memcmp(text.ptr, words, text.len);
}

static const char *const roles[] = {
  "user", "system", "developer", "assistant", "tool"
};

/* The role of a message object, -1 if it is none. */
static int role_of(const struct value *value) {
  const struct value *role = dom_member(value, "role");
  const struct value *member = role ? value->first : NULL;
  for (; member; member = member->next)
    if (!words_are(member->key, "role") &&
        !words_are(member->key, "content") &&
        !words_are(member->key, "tool_calls") &&
        !words_are(member->key, "tool_call_id")) return -1;
  for (int i = 0; is_text(role) && i < 5; i++)
    if (words_are(role->text, roles[i])) return i;
  return -1;
}

static bool is_history(const struct value *value) {
  const struct value *item = value->first;
  for (; item; item = item->next)
    if (role_of(item) < 0) return false;
  return value->count > 0;
}

static struct shape *shape_of(const struct value *value);

/* Names must go into C strings. */
static bool name_fits(litellm_str name) {
  return !name.len || !memchr(name.ptr, 0, name.len);
}

static struct shape *shape_of_enum(const struct value *list) {
  struct shape *shape = shape_new(LITELLM_KIND_ENUM);
  const struct value *name = list->first;
  shape->names = take((list->count + 1) * sizeof *shape->names);
  for (; name; name = name->next)
    if (!is_text(name) || !name_fits(name->text)) return fail("ARGUMENT");
    else shape->names[shape->name_count++] = take_words(name->text);
  return shape;
}

static struct shape *shape_of_object(const struct value *value) {
  struct shape *shape, **end;
  const struct value *member = dom_member(value, "$enum");
  size_t mark = path.len;
  if (is_text(dom_member(value, "$hex")))
    return shape_new(LITELLM_KIND_BYTES);
  if (is_text(dom_member(value, "$text")))
    return shape_new(LITELLM_KIND_PART);
  if (is_text(dom_member(value, "$double")))
    return shape_new(LITELLM_KIND_DOUBLE);
  if (member) return shape_of_enum(member);
  shape = shape_new(LITELLM_KIND_MODEL);
  end = &shape->members;
  for (member = value->first; member; member = member->next) {
    if (!name_fits(member->key)) return fail("ARGUMENT");
    if (mark) text_add(&path, ".", 1);
    text_add(&path, member->key.ptr, member->key.len);
    *end = shape_of(member);
    path.len = mark;
    if (!*end) return NULL;
    (*end)->name = member->key;
    end = &(*end)->next;
  }
  return shape;
}

/* One shape for both, or NULL and the failure: a mixed list. */
static struct shape *shape_merge(struct shape *a, struct shape *b) {
  bool media = (a->kind == LITELLM_KIND_STRING_VIEW ||
                a->kind == LITELLM_KIND_BYTES || a->mixed_media) &&
               (b->kind == LITELLM_KIND_STRING_VIEW ||
                b->kind == LITELLM_KIND_BYTES || b->mixed_media);
  struct shape *of_b, **end;
  a->nullable = b->nullable = a->nullable || b->nullable;
  if (b->kind == LITELLM_KIND_NONE) return a;
  if (a->kind == LITELLM_KIND_NONE) return b;
  if (a->kind != b->kind && media) {
    a->kind = LITELLM_KIND_PART;
    a->mixed_media = true;
    return a;
  }
  if (a->kind != b->kind) return fail("ARGUMENT");
  if (a->kind == LITELLM_KIND_LIST) {
    a->item = shape_merge(a->item, b->item);
    return a->item ? a : NULL;
  }
  for (end = &a->members; a->kind == LITELLM_KIND_MODEL && *end;
       end = &(*end)->next) {
    struct shape **found = &b->members, *rest = (*end)->next;
    litellm_str name = (*end)->name;
    while (*found && ((*found)->name.len != name.len ||
                      memcmp((*found)->name.ptr, name.ptr, name.len)))
      found = &(*found)->next;
    if (!*found) return fail("ARGUMENT");
    of_b = *found;
    *found = of_b->next;
    *end = shape_merge(*end, of_b);
    if (!*end) return NULL;
    (*end)->next = rest;
    (*end)->name = name;
  }
  return b->members ? fail("ARGUMENT") : a;
}

static struct shape *shape_of_list(const struct value *value) {
  struct shape *shape = shape_new(LITELLM_KIND_LIST);
  const struct value *item = value->first;
  litellm_part_kind media;
  litellm_kind use = kind_by_use(&media);
  size_t index = 0, mark = path.len;
  if (!item) guessed = true;
  if (is_history(value) || (!item && use == LITELLM_KIND_MESSAGES))
    return shape_new(LITELLM_KIND_MESSAGES);
  shape->item = shape_new(LITELLM_KIND_NONE);
  shape->item->otherwise = use;
  for (; item; item = item->next) {
    struct shape *of_item;
    text_add(&path, "[", 1);
    text_number(&path, (long long)index++);
    text_add(&path, "]", 1);
    of_item = shape_of(item);
    path.len = mark;
    if (!of_item) return NULL;
    shape->item = shape_merge(shape->item, of_item);
    if (!shape->item) return NULL;
  }
  shape->item->media = media;
  return shape;
}

static struct shape *shape_of(const struct value *value) {
  struct shape *shape;
  switch (value->kind) {
    case NIL:
      shape = shape_new(LITELLM_KIND_NONE);
      shape->nullable = guessed = true;
      return shape;
    case BOOLEAN: return shape_new(LITELLM_KIND_BOOL);
    case INTEGER: return shape_new(LITELLM_KIND_INT64);
    case NUMBER: return shape_new(LITELLM_KIND_DOUBLE);
    case STRING: return shape_new(LITELLM_KIND_STRING_VIEW);
    case ARRAY: return shape_of_list(value);
    case OBJECT: break;
  }
  return shape_of_object(value);
}

/* ---- from shapes to tables ----------------------------------------------- */

/* Members of structs within lists may be null in one and not in another. */
static void shape_settle(struct shape *shape) {
  struct shape *member = shape->members;
  if (shape->kind == LITELLM_KIND_NONE) shape->kind = shape->otherwise;
  if (shape->kind == LITELLM_KIND_LIST && !shape->item)
    shape->item = shape_new(LITELLM_KIND_STRING_VIEW);
  if (shape->item) shape_settle(shape->item);
  for (; member; member = member->next) shape_settle(member);
}

struct stored {
  litellm_kind kind;
  size_t size;
  const litellm_type *detail;
};

static const litellm_type *detail_new(struct stored of, size_t capacity,
                                      litellm_field const *(*fields)(void),
                                      const char *const *names) {
  litellm_type *detail = take(sizeof *detail);
  if (of.size > UINT16_MAX || capacity > UINT16_MAX) return fail("ARGUMENT");
  detail->kind = (uint8_t)of.kind;
  detail->size = (uint16_t)of.size;
  detail->capacity = (uint16_t)capacity;
  detail->item = of.detail;
  detail->fields = fields;
  detail->names = names;
  return detail;
}

static struct stored store(struct shape *shape);

/* Lays the members out, each on 16 bytes, and takes an accessor. */
static const litellm_field *(*table_of(struct shape *shape))(void) {
  struct shape *member = shape->members;
  size_t count = 0, at = 0;
  litellm_field *rows, *row;
  for (; member; member = member->next) count++;
  row = rows = take((count + 1) * sizeof *rows);
  for (member = shape->members; member; member = member->next, row++) {
    struct stored stored = store(member);
    row->name = take_words(member->name);
    row->type = stored.detail;
    row->offset = (uint16_t)at;
    row->kind = (uint8_t)stored.kind;
    member->offset = at;
    at += (stored.size + 15) / 16 * 16;
  }
  row->offset = (uint16_t)at;
  shape->size = at;
  if (at > UINT16_MAX || tables_used == TABLES) {
    fail("ARGUMENT");
    return accessors[0];
  }
  tables[tables_used] = rows;
  return accessors[tables_used++];
}

static bool has_null(litellm_kind kind) {
  return kind == LITELLM_KIND_STRING_VIEW || kind == LITELLM_KIND_BYTES ||
         kind == LITELLM_KIND_MESSAGES;
}

static struct stored store(struct shape *shape) {
  struct stored stored = { shape->kind, 0, NULL }, item;
  switch (shape->kind) {
    case LITELLM_KIND_STRING_VIEW: stored.size = sizeof(litellm_str); break;
    case LITELLM_KIND_BYTES: stored.size = sizeof(litellm_bytes); break;
    case LITELLM_KIND_BOOL: stored.size = sizeof(bool); break;
    case LITELLM_KIND_INT64: stored.size = sizeof(int64_t); break;
    case LITELLM_KIND_DOUBLE: stored.size = sizeof(double); break;
    case LITELLM_KIND_PART: stored.size = sizeof(litellm_part); break;
    case LITELLM_KIND_MESSAGES: stored.size = sizeof(void *); break;
    case LITELLM_KIND_ENUM:
      stored.size = sizeof(int);
      stored.detail = detail_new(stored, shape->name_count, NULL,
                                 shape->names);
      break;
    case LITELLM_KIND_LIST:
      item = store(shape->item);
      stored.size = sizeof(litellm_list);
      stored.detail = detail_new(item, 0, NULL, NULL);
      break;
    case LITELLM_KIND_MODEL: {
      const litellm_field *(*fields)(void) = table_of(shape);
      stored.size = shape->size;
      stored.detail = detail_new(stored, 0, fields, NULL);
      break;
    }
    default: fail("ARGUMENT");
  }
  shape->size = stored.size;
  if (shape->nullable && !has_null(shape->kind)) shape->by_pointer = true;
  if (shape->by_pointer) {
    stored.detail = detail_new(stored, 0, NULL, NULL);
    stored.kind = LITELLM_KIND_POINTER;
    stored.size = sizeof(void *);
  }
  return stored;
}

#endif
