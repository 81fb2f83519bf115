/* From JSON values to the memory that the tables of shape.h describe. */
#ifndef FILL_H
#define FILL_H

#include "shape.h"

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
    if (detail) parts->option = litellm_str_from(words_of(detail));
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
    case LITELLM_KIND_STRING_VIEW:
      put(to, &value->text, sizeof value->text);
      break;
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

/* The arguments of a call whose prompt is set, and the table for them. False
   and `failure`: they are none. */
static bool fill_arguments(const struct value *arguments,
                           litellm_request *request) {
  struct shape *shape, *member;
  char *memory;
  template_words = request->call.prompt ? request->call.prompt : "";
  shape = shape_of_object(arguments);
  if (!shape || shape->kind != LITELLM_KIND_MODEL) {
    fail("ARGUMENT");
    return false;
  }
  shape_settle(shape);
  /* As a generated call's arguments have them. */
  for (member = shape->members; member; member = member->next)
    member->by_pointer = member->kind == LITELLM_KIND_MODEL ||
                         member->kind == LITELLM_KIND_PART;
  request->call.fields = table_of(shape);
  memory = take(shape->size);
  fill(shape, arguments, memory);
  request->arguments = memory;
  return !failure;
}

#endif
