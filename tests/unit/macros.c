/* The macros: each kind as parameter, as member of the argument struct, as
   row of the table and as text of the prompt. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

/* A platform's own macros do not get between a kind and its meaning. */
#define CHARS(x) L##x
#define BOOL unsigned
#define STRING 1 2 3
#define LIST(x, y) + +
#define OPTIONAL nothing

#define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "K")
LITELLM_ENUM(unit, UNIT);

#define AUTHOR(FIELD) FIELD(STRING, name, "Name") FIELD(INT, born, NULL)
LITELLM_MODEL(author, AUTHOR);

#define BOOK(FIELD)                                                           \
  FIELD(CHARS(5), title, "Inline") FIELD(STRING_VIEW, view, "View")           \
  FIELD(BOOL, read, "Bool") FIELD(INT64, isbn, "ISBN")                        \
  FIELD(ENUM(unit), shade, "Enum") FIELD(MODEL(author), by, "Struct")         \
  FIELD(OPTIONAL(INT), pages, "Optional")                                     \
  FIELD(OPTIONAL(MODEL(author)), translator, NULL)                            \
  FIELD(OPTIONAL(CHARS(3)), note, NULL) FIELD(OPTIONAL(BOOL), sold, NULL)     \
  FIELD(LIST(STRING, 4), tags, "List") FIELD(LIST(BOOL, 3), flags, NULL)      \
  FIELD(LIST(MODEL(author), 2), editors, NULL)                                \
  FIELD(LIST(CHARS(6), 3), codes, NULL) FIELD(LIST(INT64, 1), sums, NULL)
LITELLM_MODEL(book, BOOK);

static litellm_client client;
static litellm_response response;

/* Makes the client; the content of the message that `call` sent, in JSON. */
static void begin(void) {
  static const char reply[] = "HTTP/1.1 200 OK\r\n\r\n{\"choices\":"
                              "[{\"message\":{\"content\":\"ok\"}}]}";
  litellm_client_desc desc = fake_desc("http://h");
  fake_reset(reply, sizeof reply - 1);
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

static void sent(litellm_result result, const char *wanted, int line) {
  static const char before[] = "\"content\":", after[] = "}]}";
  const char *content = strstr(fake.sent, before);
  size_t size;
  char text[64];
  if (!CHECK_INT(result, LITELLM_OK) || !CHECK(content != NULL)) return;
  content += sizeof before - 1;
  size = strlen(content) - (sizeof after - 1);
  (void)snprintf(text, sizeof text, "line %d", line);
  check_at("%s", text);
  check_same(content, size, wanted, strlen(wanted), line);
}
#define SENT(call, wanted) begin(), sent(call, wanted, __LINE__)

/* ---- scalars ----------------------------------------------------------- */

#define SCALARS(ARG)                                                          \
  ARG(STRING, text) ARG(STRING_VIEW, view) ARG(BOOL, yes) ARG(INT, count)     \
  ARG(INT64, large) ARG(ENUM(unit), scale)
LITELLM_CALL(scalars, SCALARS, .model = "m",
             .prompt = "{text}|{view}|{yes}|{count}|{large}|{scale}");

static void test_scalars(void) {
  litellm_str view = { "abcdef", 3 }, none = { NULL, 0 };
  SENT(scalars(&client, &response, "t", view, true, -3,
               -9223372036854775807 - 1, UNIT_KELVIN),
       "\"t|abc|true|-3|-9223372036854775808|K\"");
  SENT(scalars(&client, &response, NULL, none, false, 2147483647, 0,
               UNIT_CELSIUS),
       "\"||false|2147483647|0|celsius\"");
  SENT(scalars(&client, &response, "x", view, false, 0, 0, (enum unit)7),
       "\"x|abc|false|0|0|\"");
  CHECK_TEXT(response.content, "ok");
}

/* The struct has the C types, and the rows know where and what. */
static void test_table(void) {
  struct scalars_arguments a;
  const litellm_field *rows = scalars_fields();
  static const struct { const char *name; int kind; } wanted[] = {
    { "text", LITELLM_KIND_STRING }, { "view", LITELLM_KIND_STRING_VIEW },
    { "yes", LITELLM_KIND_BOOL }, { "count", LITELLM_KIND_INT },
    { "large", LITELLM_KIND_INT64 }, { "scale", LITELLM_KIND_ENUM }
  };
  size_t offsets[6], i;
  const char *text = "x", **text_member = &a.text;
  litellm_str *view_member = &a.view;
  bool *yes_member = &a.yes;
  int *count_member = &a.count;
  int64_t *large_member = &a.large;
  enum unit *scale_member = &a.scale;
  offsets[0] = (size_t)((char *)text_member - (char *)&a);
  offsets[1] = (size_t)((char *)view_member - (char *)&a);
  offsets[2] = (size_t)((char *)yes_member - (char *)&a);
  offsets[3] = (size_t)((char *)count_member - (char *)&a);
  offsets[4] = (size_t)((char *)large_member - (char *)&a);
  offsets[5] = (size_t)((char *)scale_member - (char *)&a);
  (void)text;
  for (i = 0; i < 6; i++) {
    check_at("%s", wanted[i].name);
    CHECK_TEXT(rows[i].name, wanted[i].name);
    CHECK_INT(rows[i].kind, wanted[i].kind);
    CHECK_INT(rows[i].offset, offsets[i]);
  }
  CHECK(rows[6].name == NULL);
  CHECK(rows == scalars_fields());
  CHECK_INT(unit_type.capacity, 2);
  CHECK_TEXT(unit_type.names[1], "K");
  CHECK_INT(unit_type.size, sizeof(enum unit));
  CHECK_INT(UNIT_KELVIN, 1);
  rows = author_fields();
  CHECK_TEXT(rows[0].name, "name");
  CHECK_TEXT(rows[0].description, "Name");
  CHECK(rows[1].description == NULL && rows[2].name == NULL);
  CHECK(scalars_call.fields == scalars_fields);
  CHECK_INT(litellm_call_check(&scalars_call, NULL), LITELLM_OK);
}

LITELLM_CALL(bare, LITELLM_NO_ARGUMENTS, .model = "m", .prompt = "Hello");

static void test_no_arguments(void) {
  litellm_event event;
  litellm_result result;
  SENT(bare(&client, &response), "\"Hello\"");
  CHECK_TEXT(response.content, "ok");
  begin();
  CHECK_INT(bare_start(&client), LITELLM_OK);
  do result = litellm_next(&client, &event);
  while (result == LITELLM_OK || result == LITELLM_AGAIN);
  CHECK_INT(result, LITELLM_END);
  CHECK(strstr(fake.sent, "\"content\":\"Hello\"") != NULL);
}

/* ---- pointers and lists ------------------------------------------------ */

#define POINTERS(ARG)                                                         \
  ARG(OPTIONAL(INT), most) ARG(OPTIONAL(STRING), hint)                        \
  ARG(OPTIONAL(BOOL), flag) ARG(OPTIONAL(ENUM(unit)), scale)                  \
  ARG(OPTIONAL(MODEL(author)), idol) ARG(MODEL(author), by)
#if LITELLM_TEMPLATES
#define BY_NAME "{by.name}"
#define ADA "Ada"
#else
#define BY_NAME
#define ADA
#endif
LITELLM_CALL(pointers, POINTERS, .model = "m",
             .prompt = "{most}|{hint}|{flag}|{scale}|" BY_NAME);

static void test_optional(void) {
  const int most = 5;
  const char *const hint = "h";
  const bool flag = true;
  const enum unit scale = UNIT_KELVIN;
  const struct author ada = { "Ada", 1815 };
  SENT(pointers(&client, &response, &most, &hint, &flag, &scale, &ada, &ada),
       "\"5|h|true|K|" ADA "\"");
  SENT(pointers(&client, &response, NULL, NULL, NULL, NULL, NULL, NULL),
       "\"||||\"");
}

#if LITELLM_TEMPLATES
#define LISTED(ARG)                                                           \
  ARG(LIST(STRING), words) ARG(LIST(INT), numbers)                            \
  ARG(LIST(ENUM(unit)), units) ARG(LIST(MODEL(author)), people)               \
  ARG(LISTS(STRING), groups) ARG(LIST(STRING_VIEW), views)
LITELLM_CALL(listed, LISTED, .model = "m", .prompt =
  "{words}{numbers}{units}{people}{groups}{views}\n{words[1]} {people[1].born}"
  "\n{numbers:list}\n{groups:lists}");

static void test_lists(void) {
  static const char *const words[] = { "a", NULL, "c\"" };
  static const char *const g1[] = { "x" };
  static const int numbers[] = { -1, 0, 65535 };
  static const enum unit units[] = { UNIT_KELVIN, UNIT_CELSIUS };
  static const struct author people[] = { { "Ada", 1815 }, { NULL, -1 } };
  litellm_list groups[2];
  litellm_str views[1];
  groups[0].items = words;
  groups[0].count = 3;
  groups[1].items = g1;
  groups[1].count = 1;
  views[0].ptr = "view";
  views[0].len = 2;
  SENT(listed(&client, &response, words, 3, numbers, 3, units, 2, people, 2,
              groups, 2, views, 1),
       "\"[\\\"a\\\",null,\\\"c\\\\\\\"\\\"][-1,0,65535]"
       "[\\\"K\\\",\\\"celsius\\\"]"
       "[{\\\"name\\\":\\\"Ada\\\",\\\"born\\\":1815},"
       "{\\\"name\\\":null,\\\"born\\\":-1}]"
       "[[\\\"a\\\",null,\\\"c\\\\\\\"\\\"],[\\\"x\\\"]][\\\"vi\\\"]"
       "\\n -1\\n-1\\n0\\n65535\\na\\n\\nc\\\"\\n\\nx\"");
  begin();
  CHECK_INT(listed(&client, &response, NULL, 0, NULL, 0, NULL, 0, NULL, 0,
                   NULL, 0, NULL, 0), LITELLM_ERROR_TEMPLATE_INDEX);
}

#define SHOWN(ARG) ARG(MODEL(book), b)
LITELLM_CALL(shown, SHOWN, .model = "m", .prompt = "{b}");

/* Every kind of member, printed as compact JSON in the table's order. */
static void test_model(void) {
  struct book b;
  memset(&b, 0, sizeof b);
  SENT(shown(&client, &response, &b),
       "\"{\\\"title\\\":\\\"\\\",\\\"view\\\":null,\\\"read\\\":false,"
       "\\\"isbn\\\":0,\\\"shade\\\":\\\"celsius\\\",\\\"by\\\":"
       "{\\\"name\\\":null,\\\"born\\\":0},\\\"pages\\\":null,"
       "\\\"translator\\\":null,\\\"note\\\":null,\\\"sold\\\":null,"
       "\\\"tags\\\":[],\\\"flags\\\":[],\\\"editors\\\":[],\\\"codes\\\":[],"
       "\\\"sums\\\":[]}\"");
  CHECK_INT(sizeof b.title, 6);              /* 5 bytes and the NUL */
  memcpy(b.title, "Title", 6);
  b.view = litellm_str_from("v");
  b.read = true;
  b.isbn = 9780000000000;
  b.shade = UNIT_KELVIN;
  b.by.name = "Ada";
  b.by.born = 1815;
  b.pages.set = true;
  b.pages.value = 7;
  b.translator.set = true;
  b.translator.value = b.by;
  b.note.set = true;
  memcpy(b.note.value, "n!", 3);
  b.sold.set = true;
  b.tags.count = 2;
  b.tags.items[0] = "t0";
  b.tags.items[1] = "t1";
  b.flags.count = 3;
  b.flags.items[1] = true;
  b.editors.count = 1;
  b.editors.items[0] = b.by;
  b.codes.count = 2;
  memcpy(b.codes.items[0], "code 0", 7);
  memcpy(b.codes.items[1], "c1", 3);
  b.sums.count = 99;                         /* no more than there is room */
  b.sums.items[0] = -5;
  SENT(shown(&client, &response, &b),
       "\"{\\\"title\\\":\\\"Title\\\",\\\"view\\\":\\\"v\\\","
       "\\\"read\\\":true,"
       "\\\"isbn\\\":9780000000000,\\\"shade\\\":\\\"K\\\",\\\"by\\\":"
       "{\\\"name\\\":\\\"Ada\\\",\\\"born\\\":1815},\\\"pages\\\":7,"
       "\\\"translator\\\":{\\\"name\\\":\\\"Ada\\\",\\\"born\\\":1815},"
       "\\\"note\\\":\\\"n!\\\",\\\"sold\\\":false,\\\"tags\\\":[\\\"t0\\\","
       "\\\"t1\\\"],\\\"flags\\\":[false,true,false],\\\"editors\\\":[{"
       "\\\"name\\\":\\\"Ada\\\",\\\"born\\\":1815}],\\\"codes\\\":["
       "\\\"code 0\\\",\\\"c1\\\"],\\\"sums\\\":[-5]}\"");
}

#if LITELLM_FLOAT
#define DOUBLES(ARG)                                                          \
  ARG(DOUBLE, ratio) ARG(OPTIONAL(DOUBLE), limit) ARG(LIST(DOUBLE), series)
#if LITELLM_FORMAT
#define HUNDREDTHS ":.2f"
#define LIMIT "2.67"
#else
#define HUNDREDTHS
#define LIMIT "2.675"
#endif
LITELLM_CALL(doubles, DOUBLES, .model = "m",
             .prompt = "{ratio}|{limit" HUNDREDTHS "}|{series}");

static void test_doubles(void) {
  static const double series[] = { 1, 0.1, -1e300 };
  const double limit = 2.675;
  SENT(doubles(&client, &response, -0.5, &limit, series, 3),
       "\"-0.5|" LIMIT "|[1.0,0.1,-1e+300]\"");
  SENT(doubles(&client, &response, 0, NULL, NULL, 0), "\"0.0||[]\"");
}

/* Bounds and examples, for data that comes from a model. */
#define BOUNDS(FIELD)                                                         \
  FIELD(INT_IN(-5, 9), a, NULL) FIELD(INT64_IN(-5, 9), b, NULL)               \
  FIELD(DOUBLE_IN(-0.5, 9), c, NULL) FIELD(CHARS_IN(2, 9), d, NULL)           \
  FIELD(LIST_IN(CHARS(5), 2, 9), e, NULL) FIELD(EXAMPLE(STRING, "x"), f, NULL)\
  FIELD(EXAMPLE(CHARS(5), "x"), g, NULL) FIELD(FROM_ARGUMENT(INT), h, NULL)
LITELLM_MODEL(bounds, BOUNDS);

static void test_bounds(void) {
  static const struct { int kind, least, most; size_t size; } wanted[] = {
    { LITELLM_KIND_INT, -5, 9, sizeof(int) },
    { LITELLM_KIND_INT64, -5, 9, sizeof(int64_t) },
    { LITELLM_KIND_DOUBLE, 0, 0, sizeof(double) },
    { LITELLM_KIND_CHARS, 2, 9, 10 }, { LITELLM_KIND_LIST, 2, 9, 6 },
    { LITELLM_KIND_STRING, 0, 0, sizeof(char *) },
    { LITELLM_KIND_CHARS, 0, 0, 6 },
    { LITELLM_KIND_FROM_ARGUMENT, 0, 0, sizeof(int) }
  };
  const litellm_field *row = bounds_fields();
  for (size_t i = 0; i < 8; i++, row++) {
    check_at("%s", row->name);
    CHECK_INT(row->kind, wanted[i].kind);
    CHECK_INT(row->type->minimum, wanted[i].least);
    CHECK_INT(row->type->maximum, wanted[i].most);
    CHECK_INT(row->type->size, wanted[i].size);
    CHECK_TEXT(row->type->example, i == 5 || i == 6 ? "x" : NULL);
    CHECK((row->type->range != NULL) == (i == 2));
    if (i == 2)
      CHECK(row->type->range[0] <= -0.5 && row->type->range[0] >= -0.5 &&
            row->type->range[1] <= 9 && row->type->range[1] >= 9);
  }
  CHECK(row->name == NULL);
}
#endif

#define TALK(ARG) ARG(MESSAGES, history) ARG(STRING, question)
LITELLM_CALL(talk, TALK, .model = "m",
             .prompt = "MESSAGES: {history}\nUSER: {question}");

static void test_messages(void) {
  litellm_message first;
  memset(&first, 0, sizeof first);
  first.role = LITELLM_ROLE_ASSISTANT;
  first.content = litellm_str_from("before");
  SENT(talk(&client, &response, &first, "now?"),
       "\"before\"},{\"role\":\"user\",\"content\":\"now?\"");
  SENT(talk(&client, &response, NULL, "now?"), "\"now?\"");
}
#endif

#if LITELLM_MEDIA
#define MIXED(ARG)                                                            \
  ARG(BYTES, photo) ARG(PART, part) ARG(LIST(BYTES), photos)                  \
  ARG(LIST(PART), more)
LITELLM_CALL(mixed, MIXED, .model = "m",
             .prompt = "{photo:image}{part:part}{photos:images}{more:parts}");

static void test_media(void) {
  static const char gif[] = "GIF89a";
#define GIF "{\"type\":\"image_url\",\"image_url\":{\"url\":"                 \
  "\"data:image/gif;base64,R0lGODlh\"}}"
  litellm_bytes photo = { gif, 6 }, photos[2], none = { NULL, 0 };
  litellm_part part, more[2];
  memset(&part, 0, sizeof part);
  part.kind = LITELLM_PART_TEXT;
  part.text = litellm_str_from("text");
  more[0] = more[1] = part;
  photos[0] = photos[1] = photo;
  SENT(mixed(&client, &response, photo, &part, photos, 2, more, 2),
       "[" GIF ",{\"type\":\"text\",\"text\":\"text\"}," GIF "," GIF
       ",{\"type\":\"text\",\"text\":\"text\"}"
       ",{\"type\":\"text\",\"text\":\"text\"}]");
  SENT(mixed(&client, &response, none, &part, NULL, 0, NULL, 0), "\"text\"");
}
#endif

/* ---- by hand ----------------------------------------------------------- */

/* As a generator or C++ writes it; with integers of other sizes. */
struct hand { int8_t tiny; int16_t small; int32_t plain; const char *text; };

static const litellm_type size_1 = { LITELLM_KIND_INT, 1, 0, 0, NULL, NULL,
                                     NULL, 0, 0, NULL, NULL };
static const litellm_type size_2 = { LITELLM_KIND_INT, 2, 0, 0, NULL, NULL,
                                     NULL, 0, 0, NULL, NULL };
static const litellm_type size_4 = { LITELLM_KIND_INT, 4, 0, 0, NULL, NULL,
                                     NULL, 0, 0, NULL, NULL };

static const litellm_field *hand_fields(void) {
  static const litellm_field rows[] = {
    { "tiny", NULL, &size_1, offsetof(struct hand, tiny), LITELLM_KIND_INT },
    { "small", NULL, &size_2, offsetof(struct hand, small), LITELLM_KIND_INT },
    { "plain", NULL, &size_4, offsetof(struct hand, plain), LITELLM_KIND_INT },
    { "text", NULL, NULL, offsetof(struct hand, text), LITELLM_KIND_STRING },
    { NULL, NULL, NULL, sizeof(struct hand), 0 }
  };
  return rows;
}

static void test_by_hand(void) {
  static const litellm_call_desc call = {
    .fields = hand_fields, .model = "m",
    .prompt = "{tiny} {small} {plain} {text}" };
  struct hand arguments = { -128, -32768, -2147483647 - 1, "t" };
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call = call;
  request.arguments = &arguments;
  SENT(litellm_run(&client, &response, &request),
       "\"-128 -32768 -2147483648 t\"");
}

int main(void) {
  CHECK_RUN(test_scalars);
  CHECK_RUN(test_table);
  CHECK_RUN(test_no_arguments);
  CHECK_RUN(test_optional);
#if LITELLM_TEMPLATES
  CHECK_RUN(test_lists);
  CHECK_RUN(test_model);
#if LITELLM_FLOAT
  CHECK_RUN(test_doubles);
  CHECK_RUN(test_bounds);
#endif
  CHECK_RUN(test_messages);
#endif
#if LITELLM_MEDIA
  CHECK_RUN(test_media);
#endif
  CHECK_RUN(test_by_hand);
  fake_free();
  return check_failures != 0;
}
