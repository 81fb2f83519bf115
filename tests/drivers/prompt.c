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

#ifndef LITELLM_VALUE_DEPTH
#define LITELLM_VALUE_DEPTH 64
#endif
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
static bool any_null;

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
  return LITELLM_KIND_STR;
}

static struct shape *shape_new(litellm_kind kind) {
  struct shape *shape = take(sizeof *shape);
  shape->kind = kind;
  shape->otherwise = LITELLM_KIND_STR;
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
  bool media = (a->kind == LITELLM_KIND_STR || a->kind == LITELLM_KIND_BYTES ||
                a->mixed_media) &&
               (b->kind == LITELLM_KIND_STR || b->kind == LITELLM_KIND_BYTES ||
                b->mixed_media);
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
      shape->nullable = any_null = true;
      return shape;
    case BOOLEAN: return shape_new(LITELLM_KIND_BOOL);
    case INTEGER: return shape_new(LITELLM_KIND_INT64);
    case NUMBER: return shape_new(LITELLM_KIND_DOUBLE);
    case STRING: return shape_new(LITELLM_KIND_STR);
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
    shape->item = shape_new(LITELLM_KIND_STR);
  if (shape->item) shape_settle(shape->item);
  for (; member; member = member->next) shape_settle(member);
}

struct stored {
  litellm_kind kind;
  size_t size;
  const litellm_detail *detail;
};

static const litellm_detail *detail_new(struct stored of, size_t capacity,
                                        litellm_field const *(*fields)(void),
                                        const char *const *names) {
  litellm_detail *detail = take(sizeof *detail);
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
    row->detail = stored.detail;
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
  return kind == LITELLM_KIND_STR || kind == LITELLM_KIND_BYTES ||
         kind == LITELLM_KIND_MESSAGES;
}

static struct stored store(struct shape *shape) {
  struct stored stored = { shape->kind, 0, NULL }, item;
  switch (shape->kind) {
    case LITELLM_KIND_STR: stored.size = sizeof(litellm_str); break;
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

/* ---- from values to memory ----------------------------------------------- */

static litellm_bytes bytes_of(const struct value *value) {
  litellm_bytes bytes = { NULL, 0 };
  const struct value *hex = dom_member(value, "$hex");
  struct text text = { NULL, 0, 0 };
  unsigned byte;
  if (!hex) return bytes;
  for (size_t i = 0; i + 1 < hex->text.len; i += 2) {
    char pair[3] = { hex->text.ptr[i], hex->text.ptr[i + 1], 0 };
    char rest, put;
    if (sscanf(pair, "%2x%c", &byte, &rest) != 1) fail("ARGUMENT");
    put = (char)byte;
    text_add(&text, &put, 1);
  }
  if (hex->text.len % 2) fail("ARGUMENT");
  bytes.ptr = take_text(text.ptr, text.len).ptr;
  bytes.len = text.len;
  text_free(&text);
  return bytes;
}

static litellm_part part_of(const struct value *value,
                            const struct shape *shape) {
  litellm_part part;
  const struct value *text = dom_member(value, "$text");
  memset(&part, 0, sizeof part);
  part.kind = shape->mixed_media ? shape->media : LITELLM_PART_TEXT;
  if (text) part.text = text->text;
  else if (value->kind == STRING) part.text = value->text;
  else part.bytes = bytes_of(value);
  return part;
}

static const char *words_of(const struct value *value) {
  if (!value) return "";
  if (!is_text(value) || !name_fits(value->text)) {
    fail("ARGUMENT");
    return "";
  }
  return take_words(value->text);
}

static void add_tool_calls(litellm_message *message,
                           const struct value *list) {
  const struct value *item = list->first;
  litellm_tool_call *calls = take(list->count * sizeof *calls);
  message->tool_calls = calls;
  message->tool_call_count = list->count;
  for (; item; item = item->next, calls++) {
    const struct value *function = dom_member(item, "function");
    calls->id = words_of(dom_member(item, "id"));
    calls->name = words_of(function ? dom_member(function, "name") : NULL);
    calls->arguments =
      words_of(function ? dom_member(function, "arguments") : NULL);
  }
}

/* Content that is a list: text parts and image URLs. */
static void add_parts(litellm_message *message, const struct value *list) {
  const struct value *item = list->first;
  litellm_part *parts = take(list->count * sizeof *parts);
  message->parts = parts;
  message->part_count = list->count;
  for (; item; item = item->next, parts++) {
    const struct value *text = dom_member(item, "text");
    const struct value *image = dom_member(item, "image_url");
    const struct value *detail = image ? dom_member(image, "detail") : NULL;
    if (image) text = dom_member(image, "url");
    parts->kind = image ? LITELLM_PART_IMAGE : LITELLM_PART_TEXT;
    if (is_text(text)) parts->text = text->text;
    else fail("ARGUMENT");
    if (detail) parts->option = words_of(detail);
  }
}

static const litellm_message *history_of(const struct value *value) {
  const litellm_message *first = NULL, **end = &first;
  const struct value *item = value->first;
  for (; item; item = item->next) {
    litellm_message *message = take(sizeof *message);
    const struct value *content = dom_member(item, "content");
    const struct value *calls = dom_member(item, "tool_calls");
    const struct value *id = dom_member(item, "tool_call_id");
    message->role = (litellm_role)role_of(item);
    if (is_text(content)) message->content = content->text;
    else if (content && content->kind == ARRAY) add_parts(message, content);
    else if (content && content->kind != NIL) fail("ARGUMENT");
    if (calls && calls->kind == ARRAY) add_tool_calls(message, calls);
    if (id) message->tool_call_id = words_of(id);
    *end = message;
    end = &message->next;
  }
  return first;
}

static void put(void *to, const void *bytes, size_t size) {
  memcpy(to, bytes, size);
}

static void fill(const struct shape *shape, const struct value *value,
                 char *to);

static void fill_list(const struct shape *shape, const struct value *value,
                      char *to) {
  const struct value *item = value->first;
  size_t size = shape->item->by_pointer ? sizeof(void *) : shape->item->size;
  litellm_list list;
  char *items = take(value->count * size);
  list.items = value->count ? items : NULL;
  list.count = value->count;
  for (; item; item = item->next, items += size) fill(shape->item, item, items);
  put(to, &list, sizeof list);
}

static void fill_enum(const struct shape *shape, const struct value *value,
                      char *to) {
  const struct value *which = dom_member(value, "value");
  int number = which && which->kind == INTEGER ? (int)which->integer : -1;
  if (number < 0 || (size_t)number >= shape->name_count) fail("ARGUMENT");
  put(to, &number, sizeof number);
}

static double double_of(const struct value *value) {
  const struct value *special = dom_member(value, "$double");
  return special ? strtod(take_words(special->text), NULL) : value->number;
}

/* Writes the value as its shape says; the memory is zeroed. */
static void fill(const struct shape *shape, const struct value *value,
                 char *to) {
  const struct shape *member = shape->members;
  if (value->kind == NIL) return;
  if (shape->by_pointer) {
    char *item = take(shape->size);
    put(to, &item, sizeof item);
    to = item;
  }
  switch (shape->kind) {
    case LITELLM_KIND_STR: put(to, &value->text, sizeof value->text); break;
    case LITELLM_KIND_BOOL: put(to, &value->truth, sizeof value->truth); break;
    case LITELLM_KIND_INT64:
      put(to, &value->integer, sizeof value->integer);
      break;
    case LITELLM_KIND_DOUBLE: {
      double number = double_of(value);
      put(to, &number, sizeof number);
      break;
    }
    case LITELLM_KIND_BYTES: {
      litellm_bytes bytes = bytes_of(value);
      put(to, &bytes, sizeof bytes);
      break;
    }
    case LITELLM_KIND_PART: {
      litellm_part part = part_of(value, shape);
      put(to, &part, sizeof part);
      break;
    }
    case LITELLM_KIND_MESSAGES: {
      const litellm_message *first = history_of(value);
      put(to, &first, sizeof first);
      break;
    }
    case LITELLM_KIND_ENUM: fill_enum(shape, value, to); break;
    case LITELLM_KIND_LIST: fill_list(shape, value, to); break;
    default:
      for (; member; member = member->next) {
        const struct value *found = value->first;
        while (found->key.len != member->name.len ||
               memcmp(found->key.ptr, member->name.ptr, found->key.len))
          found = found->next;
        fill(member, found, to + member->offset);
      }
  }
}

/* ---- rendering ----------------------------------------------------------- */

static size_t window;
static bool whole_body;

/* The check of the descriptor must not refuse what can be sent. It may where
   a value is null, which prints nothing under a spec of another kind too. */
static void compare_check(const litellm_request *request) {
  litellm_error error;
  litellm_result result = litellm_check(request->call, &error);
  if (result != LITELLM_OK && !any_null)
    die("litellm_check refuses what renders", litellm_result_name(result));
}

/* The body in windows must be the body at once. */
static void compare_windows(const litellm_request *request, const char *body,
                            uint32_t total) {
  litellm_error error;
  for (uint32_t at = 0; window && at < total; at += (uint32_t)window) {
    size_t size = total - at < window ? total - at : window;
    char *piece = exactly(body, size);
    uint32_t again = 0;
    memset(piece, '#', size);
    if (litellm_body(request, at, piece, size, &again, &error) != LITELLM_OK)
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

/* A peer that takes 1, 2, 3, ... bytes a time, with pauses, and ends the
   connection when it has the body. */
struct peer {
  litellm_link head;
  struct text taken;
  size_t next, idle;
};

static struct peer *the_peer;
static size_t send_window, body_size;

/* Where the body begins, 0 as long as it does not. */
static size_t body_of(const struct text *taken) {
  for (size_t i = 0; i + 4 <= taken->len; i++)
    if (!memcmp(taken->ptr + i, "\r\n\r\n", 4)) return i + 4;
  return 0;
}

static litellm_result peer_connect(void *link, const litellm_peer *peer,
                                   uint32_t remaining_ms) {
  (void)peer;
  (void)remaining_ms;
  the_peer = link;
  return LITELLM_OK;
}

static litellm_result peer_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  struct peer *peer = link;
  size_t most = ++peer->next % 97;
  if (!most) return LITELLM_AGAIN;
  *sent = size < most ? size : most;
  text_add(&peer->taken, data, *sent);
  peer->idle = 0;
  return LITELLM_OK;
}

static litellm_result peer_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  struct peer *peer = link;
  size_t head = body_of(&peer->taken);
  (void)buffer;
  (void)size;
  (void)received;
  /* Reads come between the writes too. */
  if (++peer->idle < 100 && (!head || peer->taken.len < head + body_size))
    return LITELLM_AGAIN;
  return LITELLM_END;
}

static void peer_close(void *link) { (void)link; }

static void peer_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  (void)what;
  (void)ms;
}

static uint32_t peer_millis(void) { return 0; }

static int64_t peer_unix_time(void) { return 0; }

static bool peer_entropy(void *bytes, size_t size) {
  memset(bytes, 4, size);
  return true;
}

static const litellm_port peer_port = {
  sizeof(struct peer), false, peer_connect, peer_send, peer_recv, peer_close,
  peer_wait, peer_millis, peer_unix_time, peer_entropy
};

/* What a call sends must be the body, wherever its windows end. */
static void compare_sent(const litellm_request *request, const char *body,
                         uint32_t total) {
  litellm_client_desc desc;
  litellm_client client;
  size_t size = send_window + 4096, head;
  char *memory = malloc(size);
  const struct text *taken;
  if (!memory) die("out of memory", "");
  memset(&desc, 0, sizeof desc);
  desc.port = &peer_port;
  desc.base_url = "http://gateway.test:4000";
  desc.memory = memory;
  desc.memory_size = size;
  desc.window_size = send_window;
  the_peer = NULL;
  body_size = total;
  if (litellm_client_init(&client, &desc) != LITELLM_OK)
    die("init", litellm_result_name(client.error.code));
  litellm_run(&client, NULL, request);
  if (!the_peer) die("no connection", litellm_result_name(client.error.code));
  taken = &the_peer->taken;
  head = body_of(taken);
  if (!head || taken->len - head != total ||
      memcmp(taken->ptr + head, body, total)) {
    text_print(taken, stderr);
    die("\nwhat is sent is not the body",
        litellm_result_name(client.error.code));
  }
  text_free(&the_peer->taken);
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
  result = litellm_body(request, 0, NULL, 0, &total, &error);
  if (result != LITELLM_OK) {
    if (error.code != result) die("error.code is not the result", "");
    print_error(litellm_result_name(result), error.position);
    return;
  }
  body = malloc(total);
  if (!body) die("out of memory", "");
  memset(body, '#', total);
  if (litellm_body(request, 0, body, total, &again, &error) != LITELLM_OK ||
      again != total) die("count and fill differ", "");
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
  struct shape *shape, *member;
  litellm_call call;
  litellm_request request;
  char *memory;
  memset(&document, 0, sizeof document);
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  tables_used = path.len = 0;
  failure = NULL;
  any_null = false;
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
  template_words = take_words(template->text);
  shape = shape_of_object(arguments);
  if (shape && shape->kind == LITELLM_KIND_MODEL) {
    shape_settle(shape);
    /* As a generated call's arguments have them. */
    for (member = shape->members; member; member = member->next)
      member->by_pointer = member->kind == LITELLM_KIND_MODEL ||
                           member->kind == LITELLM_KIND_PART;
    call.fields = table_of(shape);
    memory = take(shape->size);
    fill(shape, arguments, memory);
    call.model = "m";
    call.prompt = template_words;
    request.call = &call;
    request.arguments = memory;
  }
  if (!request.call && !failure) failure = "ARGUMENT";
  if (failure) print_error(failure, 0);
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
