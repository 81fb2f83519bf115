/* What a program does with the header, for the compile matrix: every kind of
   every macro where the language has designators, tables by hand elsewhere. */
#include "litellm_call.h"
#include "litellm_call.h"    /* a second time changes nothing */

/* A platform's own macros must not get into the kinds. */
#define CHARS(x) 1 +
#define BOOL 7
#define LIST +++

#if !defined(__cplusplus) || __cplusplus >= 202002L

#define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "K")
LITELLM_ENUM(unit, UNIT);

#define AUTHOR(FIELD) FIELD(STRING, name, "Name") FIELD(INT, born, NULL)
LITELLM_MODEL(author, AUTHOR);

#if LITELLM_FLOAT
#define DOUBLES(FIELD) FIELD(DOUBLE, price, "Price")
#define DOUBLE_ARGUMENTS(ARG) ARG(DOUBLE, ratio) ARG(OPTIONAL(DOUBLE), limit)
#else
#define DOUBLES(FIELD)
#define DOUBLE_ARGUMENTS(ARG)
#endif

#define BOOK(FIELD)                                                           \
  FIELD(CHARS(24), title, "Inline") FIELD(STRING, blurb, "Borrowed")          \
  FIELD(STRING_VIEW, view, "View") FIELD(BYTES, cover, "Bytes")               \
  FIELD(BOOL, read, "Bool") FIELD(INT, year, "Year")                          \
  FIELD(INT64, isbn, "ISBN") FIELD(ENUM(unit), shade, "Enum")                 \
  FIELD(MODEL(author), by, "Struct") FIELD(OPTIONAL(INT), pages, "Optional")  \
  FIELD(OPTIONAL(MODEL(author)), translator, NULL)                            \
  FIELD(OPTIONAL(CHARS(8)), note, NULL)                                       \
  FIELD(LIST(STRING, 4), tags, "List") FIELD(LIST(INT, 3), parts, NULL)       \
  FIELD(LIST(MODEL(author), 2), editors, NULL)                                \
  FIELD(LIST(CHARS(7), 3), codes, NULL) DOUBLES(FIELD)
LITELLM_MODEL(book, BOOK);

#define EVERYTHING(ARG)                                                       \
  ARG(STRING, genre) ARG(STRING_VIEW, view) ARG(BYTES, photo) ARG(BOOL, brief)\
  ARG(INT, count) ARG(INT64, serial) ARG(ENUM(unit), scale)                   \
  ARG(MODEL(book), sample) ARG(OPTIONAL(INT), most)                           \
  ARG(OPTIONAL(STRING), hint) ARG(OPTIONAL(MODEL(author)), idol)              \
  ARG(LIST(STRING), words) ARG(LIST(INT), numbers)                            \
  ARG(LIST(MODEL(book)), shelf) ARG(LISTS(STRING), groups)                    \
  ARG(PART, part) ARG(MESSAGES, history) DOUBLE_ARGUMENTS(ARG)
LITELLM_CALL(everything, EVERYTHING, .model = "m", .prompt = "{genre}");
LITELLM_CALL(nothing, LITELLM_NO_ARGUMENTS, .model = "m", .prompt = "Hi");

/* The signature that the manual promises. */
litellm_result (*everything_signature)(
    litellm_client *, litellm_response *, const char *, litellm_str,
    litellm_bytes, bool, int, int64_t, enum unit, const struct book *,
    const int *, const char *const *, const struct author *,
    const char *const *, size_t, const int *, size_t, const struct book *,
    size_t, const litellm_list *, size_t, const litellm_part *,
    const litellm_message *
#if LITELLM_FLOAT
    , double, const double *
#endif
    ) = everything;
litellm_result (*nothing_signature)(litellm_client *, litellm_response *)
    = nothing;
litellm_result (*nothing_start_signature)(litellm_client *) = nothing_start;

#define FIND(ARG) ARG(STRING, genre) ARG(COMPUTED(INT), count)
struct book_case { int height; };
LITELLM_CALL_PARSED(struct book_case, book_shelf, FIND, .prompt = "{genre}");
litellm_result (*book_shelf_signature)(litellm_client *, struct book_case *,
                                       const char *) = book_shelf;
litellm_result (*book_shelf_start_signature)(
    litellm_client *, struct book_case *, const char *) = book_shelf_start;

#if LITELLM_MODELS
#define NOVEL(FIELD)                                                          \
  FIELD(CHARS_IN(2, 9), code, "Bounds") FIELD(INT_IN(1450, 2100), year, NULL) \
  FIELD(INT64_IN(0, 9), serial, NULL)                                         \
  FIELD(FROM_ARGUMENT(STRING), genre, NULL)                                   \
  FIELD(EXAMPLE(STRING, "Dune"), title, "Example")                            \
  FIELD(EXAMPLE(CHARS(8), "x"), tag, NULL)                                    \
  FIELD(LIST_IN(CHARS(8), 1, 3), tags, "Least and most")
LITELLM_MODEL(book_text, NOVEL);
LITELLM_CALL_MODEL(book_text, book_novel, FIND, .prompt = "Hi",
                   .max_validation_retries = 1);
LITELLM_CALL_VALUE(LIST(INT, 4), book_primes, FIND, .prompt = "Hi");
litellm_result (*book_novel_signature)(litellm_client *, struct book_text *,
                                       const char *) = book_novel;
litellm_result (*book_primes_start_signature)(
    litellm_client *, struct book_primes_value *, const char *)
    = book_primes_start;
#endif

#if LITELLM_TOOLS
#define SENSOR(FIELD) FIELD(STRING, name, "Which")
LITELLM_TOOL(unit_sensor, "Reads", SENSOR, author) {
  result->name = args->name;
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(unit_time, NULL, LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("12:30");
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &unit_sensor_tool,
                                             &unit_time_tool, NULL };
LITELLM_CALL(unit_ask, FIND, .prompt = "{genre}", .tools = tools,
             .tool_choice = "auto", .max_turns = 3);
litellm_result (*unit_ask_signature)(litellm_client *, litellm_response *,
                                     const char *) = unit_ask;
#endif

#else

struct hand_arguments { const char *genre; int count; };

static const litellm_field *hand_fields(void) {
  static const litellm_field rows[] = {
    { "genre", NULL, NULL, offsetof(struct hand_arguments, genre),
      LITELLM_KIND_STRING },
    { "count", NULL, NULL, offsetof(struct hand_arguments, count),
      LITELLM_KIND_INT },
    { NULL, NULL, NULL, sizeof(struct hand_arguments), 0 }
  };
  return rows;
}

/* What is left out is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const litellm_call_desc nothing_call = { hand_fields, "m", "Hi" };

#endif

/* Refused before anything is touched: the object need not be linked to a
   platform. */
int main(void) {
  static litellm_client client;
  static unsigned char memory[16];
  static litellm_client_desc desc;           /* zeroed */
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.base_url = "http://localhost";
  if (litellm_call_check(&nothing_call, NULL) != LITELLM_OK) return 2;
  return litellm_client_init(&client, &desc) == LITELLM_ERROR_NO_PORT ? 0 : 1;
}
