/* From what ../vectors/calls.py says of a model to the field table that the
   macros write of one, for the driver `calls`. */
#ifndef SPEC_H
#define SPEC_H

#include "shape.h"

/* ---- what there is of a JSON object -------------------------------------- */

static int number_of(const struct value *object, const char *name) {
  const struct value *member = dom_member(object, name);
  return member && member->kind == INTEGER ? (int)member->integer : 0;
}

static bool truth_of(const struct value *object, const char *name) {
  const struct value *member = dom_member(object, name);
  return member && member->truth;
}

/* NULL: there is none. */
static const char *text_of(const struct value *object, const char *name) {
  const struct value *member = dom_member(object, name);
  return is_text(member) ? take_words(member->text) : NULL;
}

/* ---- field tables -------------------------------------------------------- */

static const struct { const char *name; size_t size; } kinds[] = {
  [LITELLM_KIND_STRING] = { "STRING", sizeof(char *) },
  [LITELLM_KIND_STRING_VIEW] = { "STRING_VIEW", sizeof(litellm_str) },
  [LITELLM_KIND_CHARS] = { "CHARS", 0 },
  [LITELLM_KIND_BOOL] = { "BOOL", sizeof(bool) },
  [LITELLM_KIND_INT] = { "INT", sizeof(int) },
  [LITELLM_KIND_INT64] = { "INT64", sizeof(int64_t) },
  [LITELLM_KIND_DOUBLE] = { "DOUBLE", sizeof(double) },
  [LITELLM_KIND_ENUM] = { "ENUM", sizeof(int) },
  [LITELLM_KIND_MODEL] = { "MODEL", 0 },
  [LITELLM_KIND_OPTIONAL] = { "OPTIONAL", 0 },
  [LITELLM_KIND_LIST] = { "LIST", 0 },
  [LITELLM_KIND_FROM_ARGUMENT] = { "FROM_ARGUMENT", 0 }
};

static struct stored field_of(const struct value *spec);

/* A table as LITELLM_MODEL makes it, but with each member on 16 bytes. */
static const litellm_field *(*rows_of(const struct value *list, size_t *size))(
    void) {
  litellm_field *rows = take((list->count + 1) * sizeof *rows), *row = rows;
  const struct value *spec = list->first;
  for (*size = 0; spec; spec = spec->next, row++) {
    struct stored stored = field_of(spec);
    row->name = text_of(spec, "name");
    row->description = text_of(spec, "description");
    row->type = stored.detail;
    row->offset = (uint16_t)*size;
    row->kind = (uint8_t)stored.kind;
    *size += (stored.size + 15) / 16 * 16;
  }
  row->offset = (uint16_t)*size;
  if (*size > UINT16_MAX || tables_used == TABLES) die("too large a model", "");
  tables[tables_used] = rows;
  return accessors[tables_used++];
}

/* What the macro of that kind writes. */
static struct stored field_of(const struct value *spec) {
  const struct value *item = dom_member(spec, "item");
  const struct value *names = dom_member(spec, "names");
  const struct value *fields = dom_member(spec, "fields");
  const char *kind = text_of(spec, "kind");
  int most = number_of(spec, "most");
  struct stored stored = { LITELLM_KIND_FROM_ARGUMENT, 0, NULL }, its;
  litellm_type *detail = take(sizeof *detail);
  while (!kinds[stored.kind].name || strcmp(kinds[stored.kind].name, kind))
    if (--stored.kind == LITELLM_KIND_NONE) die("no such kind", kind);
  its = stored;
  its.size = kinds[stored.kind].size;
  if (item) its = field_of(item);
  if (fields) detail->fields = rows_of(fields, &its.size);
  if (names) detail->names = shape_of_enum(names)->names;
  if (names) detail->capacity = (uint16_t)names->count;
  if (stored.kind == LITELLM_KIND_CHARS)
    its.size = (size_t)number_of(spec, "room") + 1;
  detail->kind = (uint8_t)its.kind;
  detail->size = (uint16_t)its.size;
  detail->item = its.detail;
  if (stored.kind != LITELLM_KIND_DOUBLE) {
    detail->minimum = number_of(spec, "least");
    detail->maximum = most;
  } else if (dom_member(spec, "most")) {
    const struct value *ends[] = { dom_member(spec, "least"),
                                   dom_member(spec, "most") };
    double *range = take(2 * sizeof *range);
    for (int i = 0; i < 2; i++)
      range[i] = ends[i]->kind == NUMBER ? ends[i]->number
                                         : (double)ends[i]->integer;
    detail->range = range;
  }
  detail->example = text_of(spec, "example");
  stored.size = its.size;
  if (stored.kind == LITELLM_KIND_OPTIONAL) {
    detail->at = detail->size;
    stored.size += sizeof(bool);
  } else if (stored.kind == LITELLM_KIND_LIST) {
    detail->capacity = (uint16_t)most;
    detail->at = (uint16_t)LITELLM__ALIGN_UP((size_t)most * its.size);
    stored.size = detail->at + sizeof(size_t);
  }
  stored.detail = detail;
  return stored;
}

static const litellm_type *model_of(const struct value *object,
                                    const char *name) {
  const struct value *spec = dom_member(object, name);
  return spec && spec->kind == OBJECT ? field_of(spec).detail : NULL;
}

#endif
