/* Structs for models to fill in: every kind, in every place it can have. */
#ifndef MODELS_H
#define MODELS_H

#include "fuzz.h"

#define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "K")
LITELLM_ENUM(unit, UNIT);
#define POINT(FIELD) FIELD(INT, x, NULL) FIELD(OPTIONAL(INT), y, NULL)
LITELLM_MODEL(point, POINT);
#define EVERY(FIELD)                                                          \
  FIELD(STRING, a, NULL) FIELD(STRING_VIEW, b, NULL) FIELD(CHARS(8), c, NULL) \
  FIELD(CHARS_IN(2, 4), d, NULL) FIELD(BOOL, e, NULL) FIELD(INT, f, NULL)     \
  FIELD(INT_IN(-5, 2100), g, NULL) FIELD(INT64, h, NULL)                      \
  FIELD(INT64_IN(0, 9), i, NULL) FIELD(DOUBLE, j, NULL)                       \
  FIELD(DOUBLE_IN(-0.5, 1), k, NULL) FIELD(ENUM(unit), l, NULL)               \
  FIELD(MODEL(point), m, NULL) FIELD(LIST(STRING, 3), n, NULL)                \
  FIELD(LIST_IN(MODEL(point), 1, 4), o, NULL)
LITELLM_MODEL(every, EVERY);
#define MAYBE(FIELD)                                                          \
  FIELD(OPTIONAL(STRING), a, NULL) FIELD(OPTIONAL(STRING_VIEW), b, NULL)      \
  FIELD(OPTIONAL(CHARS(8)), c, NULL) FIELD(OPTIONAL(BOOL), e, NULL)           \
  FIELD(OPTIONAL(INT), f, NULL) FIELD(OPTIONAL(INT64), h, NULL)               \
  FIELD(OPTIONAL(DOUBLE), j, NULL) FIELD(OPTIONAL(ENUM(unit)), l, NULL)       \
  FIELD(OPTIONAL(MODEL(point)), m, NULL)
LITELLM_MODEL(maybe, MAYBE);
#define LISTS(FIELD)                                                          \
  FIELD(LIST(STRING, 3), a, NULL) FIELD(LIST(STRING_VIEW, 3), b, NULL)        \
  FIELD(LIST(CHARS(8), 2), c, NULL) FIELD(LIST(INT, 3), f, NULL)              \
  FIELD(LIST(DOUBLE, 3), j, NULL) FIELD(LIST(ENUM(unit), 2), l, NULL)         \
  FIELD(LIST(MODEL(maybe), 2), m, NULL)
LITELLM_MODEL(lists, LISTS);
#define INNER(FIELD) FIELD(LIST(MODEL(point), 2), a, NULL)
LITELLM_MODEL(inner, INNER);
#define MIDDLE(FIELD) FIELD(OPTIONAL(MODEL(inner)), a, NULL)
LITELLM_MODEL(middle, MIDDLE);
#define OUTER(FIELD) FIELD(LIST(MODEL(middle), 2), a, NULL)
LITELLM_MODEL(outer, OUTER);
#define NUMBER(FIELD) FIELD(DOUBLE, a, NULL)
LITELLM_MODEL(number, NUMBER);
#define WORDS(FIELD) FIELD(STRING, a, NULL)
LITELLM_MODEL(words, WORDS);
#define NOTHING(FIELD) FIELD(OPTIONAL(INT), a, NULL)
LITELLM_MODEL(nothing, NOTHING);

static const litellm_type *const models[] = {
  &every_type, &maybe_type, &lists_type, &outer_type, &number_type,
  &words_type, &nothing_type, &point_type
};
enum { MODELS = sizeof models / sizeof models[0] };

#endif
