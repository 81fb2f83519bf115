/* Structs by tables that are made up: every kind in every place, of any size
   and with any bounds, and JSON that mostly fits. No byte outside a member is
   written, members are within their bounds, and what was decoded and encoded
   decodes to itself. */
#include "fuzz.h"
#include "tests/drivers/peer.h"

enum { MODELS = 4, ROWS = 12, TYPES = 200, NAMES = 4, TOP_SIZE = 4000 };
static litellm_field rows[MODELS][ROWS + 1];
static litellm_type model_types[MODELS], types[TYPES];
static size_t types_used;

static const litellm_field *rows_0(void) { return rows[0]; }
static const litellm_field *rows_1(void) { return rows[1]; }
static const litellm_field *rows_2(void) { return rows[2]; }
static const litellm_field *rows_3(void) { return rows[3]; }
static const litellm_field *(*const rows_of[MODELS])(void) = {
  rows_0, rows_1, rows_2, rows_3
};
static const char *const enum_names[NAMES] = { "a", "Ab", "aB", "celsius" };
static const char *const row_names[ROWS] = {
  "a", "b", "c", "d", "e", "f", "g", "h", "\xC3\xA9", "k\"y", "l",
  "a name of 48 bytes -----------------------------"
};
static const double ranges[][2] = { { -0.5, 1 }, { 0, 1e300 }, { -1e-9, 0 } };

/* ---- tables -------------------------------------------------------------- */

struct item {
  uint8_t kind;
  size_t size, align;
  const litellm_type *type;
};

static litellm_type *new_type(uint8_t kind, size_t size) {
  litellm_type *type;
  if (types_used == TYPES) return NULL;
  type = &types[types_used++];
  memset(type, 0, sizeof *type);
  type->kind = kind;
  type->size = (uint16_t)size;
  return type;
}

/* What a member is, or the item of a list or optional one. */
static struct item take_item(size_t model) {
  static const struct item plain[] = {
    { LITELLM_KIND_STRING, sizeof(char *), sizeof(char *), NULL },
    { LITELLM_KIND_STRING_VIEW, sizeof(litellm_str), sizeof(char *), NULL },
    { LITELLM_KIND_BOOL, sizeof(bool), sizeof(bool), NULL },
    { LITELLM_KIND_INT, sizeof(int), sizeof(int), NULL },
    { LITELLM_KIND_INT64, 8, 8, NULL }, { LITELLM_KIND_DOUBLE, 8, 8, NULL }
  };
  size_t how = take_byte() % 9, inner;
  struct item item = plain[how % 6];
  litellm_type *type;
  if (how == 6) {
    item.kind = LITELLM_KIND_CHARS;
    item.size = 1 + take_byte() % 9;
    item.align = 1;
    item.type = new_type(item.kind, item.size);
    if (!item.type) item = plain[0];
  } else if (how == 7 && model + 1 < MODELS) {
    inner = model + 1 + take_byte() % (MODELS - model - 1);
    item.kind = LITELLM_KIND_MODEL;
    item.type = &model_types[inner];
    item.size = model_types[inner].size;
    item.align = 8;
  } else if (how == 8) {
    type = new_type(LITELLM_KIND_ENUM, (size_t)1 << take_byte() % 4);
    if (!type) return item;
    type->capacity = (uint16_t)(1 + take_byte() % NAMES);
    type->names = enum_names;
    item.kind = LITELLM_KIND_ENUM;
    item.size = item.align = type->size;
    item.type = type;
  }
  return item;
}

static void bound(litellm_type *type, int32_t minimum, int32_t maximum) {
  type->minimum = minimum < maximum ? minimum : maximum;
  type->maximum = maximum;
}

/* Puts an item into an optional or a list, or bounds it. */
static struct item take_member(size_t model) {
  size_t how = take_byte(), capacity;
  struct item item = take_item(model);
  litellm_type *type = NULL;
  if (how & 3) type = new_type(item.kind, item.size);
  if (!type) return item;
  if ((how & 3) == 1) {
    type->at = (uint16_t)item.size;
    type->item = item.type;
    item.kind = LITELLM_KIND_OPTIONAL;
    item.size++;
  } else if ((how & 3) == 2) {
    capacity = item.size > 1000 ? 1 : 1 + take_byte() % 5;
    type->capacity = (uint16_t)capacity;
    type->item = item.type;
    type->at = (uint16_t)((capacity * item.size + 7) / 8 * 8);
    bound(type, (int32_t)(take_byte() % 3), (int32_t)(1 + take_byte() % 6));
    item.kind = LITELLM_KIND_LIST;
    item.size = type->at + sizeof(size_t);
    item.align = 8;
  } else if (item.kind == LITELLM_KIND_CHARS) {
    bound(type, (int32_t)(take_byte() % 4), (int32_t)(take_byte() % 12));
  } else if (item.kind == LITELLM_KIND_DOUBLE) {
    type->range = ranges[how >> 2 & 1];
  } else if (item.kind == LITELLM_KIND_INT ||
             item.kind == LITELLM_KIND_INT64) {
    if (item.kind == LITELLM_KIND_INT)
      item.size = item.align = type->size = (uint16_t)(1 << (how >> 2 & 3));
    if (how & 16)
      bound(type, (int32_t)(take_byte() % 100 * 0x01000001u) - 5,
            (int32_t)(take_byte() << 8));
  } else {
    return item;
  }
  item.type = type;
  return item;
}

static void make_model(size_t model) {
  size_t count = 1 + take_byte() % ROWS, size = 0, n = 0;
  litellm_type *type = &model_types[model];
  memset(rows[model], 0, sizeof rows[model]);
  while (n < count && size < TOP_SIZE) {
    struct item item = take_member(model);
    litellm_field *row = &rows[model][n];
    size = (size + item.align - 1) / item.align * item.align;
    row->name = row_names[n++];
    row->kind = item.kind;
    row->type = item.type;
    row->offset = (uint16_t)size;
    size += item.size;
  }
  memset(type, 0, sizeof *type);
  type->kind = LITELLM_KIND_MODEL;
  type->size = (uint16_t)((size + 7) / 8 * 8);
  type->fields = rows_of[model];
}

/* ---- what members hold --------------------------------------------------- */

/* `set`: it was decoded to its end, so it must be within its bounds. */

struct check {
  unsigned char *seen;       /* the bytes that belong to members */
  const unsigned char *base;
};

static void mark(const struct check *check, const unsigned char *at,
                 size_t size) {
  memset(check->seen + (at - check->base), 1, size);
}

static void check_number(const unsigned char *at, unsigned kind,
                         const litellm_type *type, size_t size) {
  int64_t value = 0;
  double number;
  if (!type) return;
  if (kind == LITELLM_KIND_DOUBLE) {
    memcpy(&number, at, sizeof number);
    if (type->range)
      PROMISE(number >= type->range[0] && number <= type->range[1]);
    return;
  }
  switch (size) {
    case 1: value = *(const int8_t *)at; break;
    case 2: value = *(const int16_t *)(const void *)at; break;
    case 4: value = *(const int32_t *)(const void *)at; break;
    default: value = *(const int64_t *)(const void *)at; break;
  }
  if (kind == LITELLM_KIND_ENUM)
    PROMISE(value >= 0 && value < type->capacity);
  else if (type->minimum || type->maximum)
    PROMISE(value >= type->minimum && value <= type->maximum);
}

static void check_scalar(const unsigned char *at, unsigned kind,
                         const litellm_type *type, size_t size) {
  litellm_str text;
  switch (kind) {
    case LITELLM_KIND_STRING:
      memcpy(&text.ptr, at, sizeof text.ptr);
      PROMISE(text.ptr && utf8_whole(litellm_str_from(text.ptr)));
      break;
    case LITELLM_KIND_STRING_VIEW:
      memcpy(&text, at, sizeof text);
      PROMISE(text.ptr && !text.ptr[text.len] && utf8_whole(text));
      break;
    case LITELLM_KIND_CHARS:
      text = litellm_str_from((const char *)at);
      PROMISE(utf8_whole(text));
      if (type->minimum || type->maximum)
        PROMISE(text.len >= (size_t)type->minimum &&
                (!type->maximum || text.len <= (size_t)type->maximum));
      break;
    case LITELLM_KIND_BOOL: break;
    default: check_number(at, kind, type, size); break;
  }
}

static void check_model(const struct check *check, const unsigned char *at,
                        const litellm_type *model, bool set);

static void check_value(const struct check *check, const unsigned char *at,
                        unsigned kind, const litellm_type *type, size_t size,
                        bool set) {
  if (kind == LITELLM_KIND_MODEL) {
    check_model(check, at, type, set);
    return;
  }
  mark(check, at, size);
  if (kind == LITELLM_KIND_BOOL) PROMISE(*at < 2);
  if (kind == LITELLM_KIND_CHARS) PROMISE(memchr(at, 0, size) != NULL);
  if (set) check_scalar(at, kind, type, size);
}

static size_t size_of(unsigned kind, const litellm_type *type) {
  switch (kind) {
    case LITELLM_KIND_STRING: return sizeof(char *);
    case LITELLM_KIND_STRING_VIEW: return sizeof(litellm_str);
    case LITELLM_KIND_BOOL: return sizeof(bool);
    case LITELLM_KIND_INT64: case LITELLM_KIND_DOUBLE: return 8;
    default: return type ? type->size : sizeof(int);
  }
}

static void check_list(const struct check *check, const unsigned char *at,
                       const litellm_type *type, bool set) {
  size_t count;
  memcpy(&count, at + type->at, sizeof count);
  mark(check, at + type->at, sizeof count);
  PROMISE(count <= type->capacity);
  if (set)
    PROMISE(count >= (size_t)type->minimum && count <= (size_t)type->maximum);
  for (size_t i = 0; i < type->capacity; i++)
    check_value(check, at + i * type->size, type->kind, type->item, type->size,
                set && i < count);
}

static void check_model(const struct check *check, const unsigned char *at,
                        const litellm_type *model, bool set) {
  for (const litellm_field *row = model->fields(); row->name; row++) {
    const unsigned char *member = at + row->offset;
    const litellm_type *type = row->type;
    if (row->kind == LITELLM_KIND_OPTIONAL) {
      PROMISE(member[type->at] < 2);
      mark(check, member + type->at, 1);
      check_value(check, member, type->kind, type->item, type->size,
                  set && member[type->at]);
    } else if (row->kind == LITELLM_KIND_LIST) {
      check_list(check, member, type, set);
    } else {
      check_value(check, member, row->kind, type, size_of(row->kind, type),
                  set);
    }
  }
}

static void check_struct(const litellm_type *model, const unsigned char *at,
                         bool set) {
  struct check check = { calloc(1, model->size), at };
  if (!check.seen) die("out of memory", "");
  check_model(&check, at, model, set);
  for (size_t i = 0; i < model->size; i++)
    if (!check.seen[i]) PROMISE(!at[i]);
  free(check.seen);
}

/* ---- JSON ---------------------------------------------------------------- */

static void put_model(struct text *json, const litellm_type *model);

static void put_value(struct text *json, unsigned kind,
                      const litellm_type *type) {
  static const char *const pieces[] = {
    "a", "\\u00e9", "\\ud83d\\ude00", "\\n", "xyz", "\\u0001", "\xC3\xA9",
    "\\ud800"
  };
  static const char *const numbers[] = {
    "0", "1", "-1", "127", "-128", "255", "2147483647", "-2147483648",
    "9223372036854775807", "-9223372036854775808", "3.0", "1e3", "1e-400",
    "0.1", "-0", "5e-324", "1.7976931348623157e308", "1e999",
    "12345678901234567890123", "0.5"
  };
  static const char *const others[] = { "null", "{}", "[[1]]", "\"1\"" };
  size_t how = take_byte(), count = how % 7;
  if (how > 251) {
    text_puts(json, others[how - 252]);
    return;
  }
  switch (kind) {
    case LITELLM_KIND_MODEL: put_model(json, type); break;
    case LITELLM_KIND_STRING: case LITELLM_KIND_STRING_VIEW:
    case LITELLM_KIND_CHARS:
      text_puts(json, "\"");
      while (count-- > 0) text_puts(json, pieces[take_byte() % 8]);
      text_puts(json, "\"");
      break;
    case LITELLM_KIND_BOOL: text_puts(json, how & 1 ? "true" : "false"); break;
    case LITELLM_KIND_ENUM:
      text_puts(json, "\"");
      text_puts(json, enum_names[how % NAMES]);
      text_puts(json, "\"");
      break;
    default: text_puts(json, numbers[how % 20]); break;
  }
}

static void put_member(struct text *json, const litellm_field *row) {
  const litellm_type *type = row->type;
  if (row->kind == LITELLM_KIND_LIST) {
    text_puts(json, "[");
    for (size_t i = 0, count = take_byte() % 5; i < count; i++) {
      if (i) text_puts(json, ",");
      put_value(json, type->kind, type->item);
    }
    text_puts(json, "]");
  } else if (row->kind == LITELLM_KIND_OPTIONAL) {
    put_value(json, type->kind, type->item);
  } else {
    put_value(json, row->kind, type);
  }
}

/* The largest byte is an unknown key, the next one the same key again. */
static void put_model(struct text *json, const litellm_type *model) {
  const litellm_field *row = model->fields();
  bool any = false;
  text_puts(json, "{");
  while (row->name && json->len < 20000) {
    size_t how = take_byte();
    if (row->kind != LITELLM_KIND_OPTIONAL || !(how & 1)) {
      if (any) text_puts(json, how & 2 ? " , " : ",");
      any = true;
      text_string(json, litellm_str_from(how == 255 ? "unknown" : row->name));
      text_puts(json, how & 4 ? " :\n" : ":");
      put_member(json, row);
    }
    if (how != 254) row++;
  }
  text_puts(json, "}");
}

/* ---- decoding ------------------------------------------------------------ */

static litellm_result decode(litellm_client *client, const litellm_type *model,
                             litellm_str text, size_t room, void **memory,
                             void **output) {
  static struct peer nobody;
  size_t size = peer_overhead(64) + sizeof(litellm__decoder) + room;
  void *copy = exactly(text.ptr, text.len);
  litellm_client_desc desc;
  litellm_result result;
  *memory = malloc(size);
  *output = malloc(model->size);
  if (!*memory || !*output) die("out of memory", "");
  desc = peer_client(&nobody, *memory, size, 64);
  PROMISE(litellm_client_init(client, &desc) == LITELLM_OK);
  text.ptr = copy;
  result = litellm_decode(client, model, text, *output);
  PROMISE(result == client->error.code);
  free(copy);
  return result;
}

static litellm_str encode(const litellm_type *model, const void *value) {
  size_t size = litellm_encode(model, value, NULL, 0);
  char *json = malloc(size);
  litellm_str all = { json, size };
  if (!json) die("out of memory", "");
  PROMISE(size && litellm_encode(model, value, json, size) == size);
  PROMISE(litellm_json_valid(all));
  return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const litellm_type *model = &model_types[0];
  struct text json = { NULL, 0, 0 };
  litellm_client client;
  void *memory, *output;
  litellm_str text;
  litellm_result result;
  size_t room;
  input_begin(data, size);
  types_used = 0;
  for (size_t i = MODELS; i-- > 0;) make_model(i);
  room = take_byte() * 8;
  put_model(&json, model);
  if (take_byte() == 7) json.ptr[take_byte() % json.len] = (char)take_byte();
  text.ptr = json.ptr;
  text.len = json.len;
  result = decode(&client, model, text, room ? room : 100000, &memory,
                  &output);
  PROMISE(result == LITELLM_OK || result == LITELLM_ERROR_SCHEMA ||
          (room && result == LITELLM_ERROR_NO_MEMORY));
  check_struct(model, output, result == LITELLM_OK);
  if (result == LITELLM_OK) {
    void *other_memory, *other;
    litellm_client again;
    litellm_str once = encode(model, output), twice;
    PROMISE(decode(&again, model, once, 100000, &other_memory, &other) ==
            LITELLM_OK);
    twice = encode(model, other);
    PROMISE(once.len == twice.len && !memcmp(once.ptr, twice.ptr, once.len));
    free(other_memory);
    free(other);
    free((void *)(uintptr_t)once.ptr);
    free((void *)(uintptr_t)twice.ptr);
  }
  free(memory);
  free(output);
  text_free(&json);
  return 0;
}
