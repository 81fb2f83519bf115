/* An answer into a struct of 8 fields. The peers parse, look each field up,
   check its type and range, and copy the strings, as one writes it by hand. */
#include "peers.h"

enum { TIMES = 1000, STRINGS_OF_A_BOOK = 3 };

static struct book read_book;
static char *copies;                       /* of the document, one for a run */
static char *strings_of_book[STRINGS_OF_A_BOOK];
static size_t string_count;

static size_t make_fields(void) {
  copies = (char *)malloc(TIMES * sizeof one_book);
  if (!copies) fail("out of memory");
  open_client();
  return TIMES;
}

static void find_number(double number) { find(&number, sizeof number); }

static void find_book(void) {
  if (!checking) return;
  find(read_book.name, strlen(read_book.name));
  find_number(read_book.year);
  find_number(read_book.rating);
  find_number(read_book.price);
  find_number((double)read_book.genre);
  find_number(read_book.in_print);
  find(read_book.isbn, strlen(read_book.isbn));
  find(read_book.summary, strlen(read_book.summary));
}

/* It unescapes in place. */
static void prepare_ours(void) {
  for (size_t i = 0; i < TIMES; i++)
    memcpy(copies + i * sizeof one_book, one_book, sizeof one_book);
}

static void run_ours(void) {
  size_t mark = client.arena.used;
  for (size_t i = 0; i < TIMES; i++) {
    document.ptr = copies + i * sizeof one_book;
    document.len = sizeof one_book - 1;
    if (counted_decode(&book_type, &read_book) != LITELLM_OK) fail("ours");
    find_book();
    litellm_arena_reset(&client.arena, mark);
  }
}

/* ---- the peers ----------------------------------------------------------- */

static const char *copy(const char *string) {
  size_t size = strlen(string) + 1;
  char *made = (char *)malloc(size);
  if (!made) fail("out of memory");
  memcpy(made, string, size);
  return strings_of_book[string_count++] = made;
}

static void drop_copies(void) {
  while (string_count) free(strings_of_book[--string_count]);
}

static enum genre genre_of(const char *name) {
  static const char *const names[] = { "fantasy", "science", "crime",
                                       "history" };
  int i = 0;
  while (i < 4 && strcmp(names[i], name)) i++;
  if (i == 4) fail("genre");
  return (enum genre)i;
}

static int year_in_range(int year) {
  if (year < 1450 || year > 2100) fail("year");
  return year;
}

#ifdef PEER_CJSON
static const cJSON *member(const cJSON *object, const char *name,
                           cJSON_bool (*is)(const cJSON *)) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  if (!is(item)) fail(name);
  return item;
}

static const char *string_of(const cJSON *object, const char *name) {
  return copy(member(object, name, cJSON_IsString)->valuestring);
}

static void run_cjson(void) {
  for (size_t i = 0; i < TIMES; i++) {
    cJSON *root = cJSON_ParseWithLength(one_book, sizeof one_book - 1);
    read_book.name = string_of(root, "name");
    read_book.year =
        year_in_range(member(root, "year", cJSON_IsNumber)->valueint);
    read_book.rating = member(root, "rating", cJSON_IsNumber)->valuedouble;
    read_book.price = member(root, "price", cJSON_IsNumber)->valuedouble;
    read_book.genre =
        genre_of(member(root, "genre", cJSON_IsString)->valuestring);
    read_book.in_print =
        cJSON_IsTrue(member(root, "in_print", cJSON_IsBool));
    read_book.isbn = string_of(root, "isbn");
    read_book.summary = string_of(root, "summary");
    cJSON_Delete(root);
    find_book();
    drop_copies();
  }
}
#endif

#ifdef PEER_YYJSON
static yyjson_val *value_of(yyjson_val *object, const char *name,
                            bool (*is)(yyjson_val *)) {
  yyjson_val *value = yyjson_obj_get(object, name);
  if (!is(value)) fail(name);
  return value;
}

static const char *text_of(yyjson_val *object, const char *name) {
  return copy(yyjson_get_str(value_of(object, name, yyjson_is_str)));
}

static void run_yyjson(void) {
  for (size_t i = 0; i < TIMES; i++) {
    yyjson_doc *doc = yyjson_read(one_book, sizeof one_book - 1, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    read_book.name = text_of(root, "name");
    read_book.year =
        year_in_range(yyjson_get_int(value_of(root, "year", yyjson_is_int)));
    read_book.rating =
        yyjson_get_num(value_of(root, "rating", yyjson_is_num));
    read_book.price = yyjson_get_num(value_of(root, "price", yyjson_is_num));
    read_book.genre =
        genre_of(yyjson_get_str(value_of(root, "genre", yyjson_is_str)));
    read_book.in_print =
        yyjson_get_bool(value_of(root, "in_print", yyjson_is_bool));
    read_book.isbn = text_of(root, "isbn");
    read_book.summary = text_of(root, "summary");
    yyjson_doc_free(doc);
    find_book();
    drop_copies();
  }
}
#endif

static const variant variants[] = {
  { "ours", prepare_ours, run_ours },
  CJSON_VARIANT(run_cjson) YYJSON_VARIANT(run_yyjson)
};

KINDS({ "fields", make_fields, VARIANTS(variants) });
