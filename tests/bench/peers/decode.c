/* Answers into a struct of 8 fields, or into a list of 600 of them. The peers
   parse, look each field up, check its type and range, and copy the strings, as
   one writes it by hand. */
#include "peers.h"

enum { ANSWERS = 1000, LISTS = 3, ITEMS = 600, STRINGS_OF_A_BOOK = 3 };

static struct text answer, copies;         /* of it, one for each of a run */
static size_t times;                       /* how many of them */
static char *own_strings[ITEMS * STRINGS_OF_A_BOOK];
static size_t string_count;

static size_t make_fields(void) {
  print(&answer, "%s", one_book);
  open_client();
  return times = ANSWERS;
}

static size_t make_list(void) {
  answer = books(ITEMS);
  open_client();
  times = LISTS;
  return LISTS * ITEMS;
}

static void find_number(double number) { find(&number, sizeof number); }

static void find_books(size_t count) {
  if (!checking) return;
  for (const struct book *book = shelf.books.items; count--; book++) {
    find(book->name, strlen(book->name));
    find_number(book->year);
    find_number(book->rating);
    find_number(book->price);
    find_number((double)book->genre);
    find_number(book->in_print);
    find(book->isbn, strlen(book->isbn));
    find(book->summary, strlen(book->summary));
  }
}

/* It unescapes in place. */
static void prepare_ours(void) {
  copies.len = 0;
  for (size_t i = 0; i < times; i++) add(&copies, answer.ptr, answer.len);
}

static void run_ours(const litellm_type *type, void *output, size_t count) {
  size_t mark = client.arena.used;
  for (size_t i = 0; i < times; i++) {
    document.ptr = copies.ptr + i * answer.len;
    document.len = answer.len;
    if (counted_decode(type, output) != LITELLM_OK) fail("ours");
    find_books(count);
    litellm_arena_reset(&client.arena, mark);
  }
}

static void fields_ours(void) { run_ours(&book_type, shelf.books.items, 1); }
static void list_ours(void) { run_ours(&shelf_type, &shelf, ITEMS); }

/* ---- the peers ----------------------------------------------------------- */

static const char *copy(const char *string) {
  size_t size = strlen(string) + 1;
  char *made = (char *)malloc(size);
  if (!made) fail("out of memory");
  memcpy(made, string, size);
  return own_strings[string_count++] = made;
}

/* Ends an answer. */
static void drop_strings(size_t count) {
  find_books(count);
  while (string_count) free(own_strings[--string_count]);
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

static void book_cjson(const cJSON *object, struct book *book) {
  book->name = string_of(object, "name");
  book->year =
      year_in_range(member(object, "year", cJSON_IsNumber)->valueint);
  book->rating = member(object, "rating", cJSON_IsNumber)->valuedouble;
  book->price = member(object, "price", cJSON_IsNumber)->valuedouble;
  book->genre =
      genre_of(member(object, "genre", cJSON_IsString)->valuestring);
  book->in_print = cJSON_IsTrue(member(object, "in_print", cJSON_IsBool));
  book->isbn = string_of(object, "isbn");
  book->summary = string_of(object, "summary");
}

static void fields_cjson(void) {
  for (size_t i = 0; i < times; i++) {
    cJSON *root = cJSON_ParseWithLength(answer.ptr, answer.len);
    book_cjson(root, shelf.books.items);
    cJSON_Delete(root);
    drop_strings(1);
  }
}

static void list_cjson(void) {
  for (size_t i = 0; i < times; i++) {
    cJSON *root = cJSON_ParseWithLength(answer.ptr, answer.len);
    const cJSON *item, *list = member(root, "books", cJSON_IsArray);
    struct book *book = shelf.books.items;
    cJSON_ArrayForEach(item, list) book_cjson(item, book++);
    cJSON_Delete(root);
    drop_strings((size_t)(book - shelf.books.items));
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

static void book_yyjson(yyjson_val *object, struct book *book) {
  book->name = text_of(object, "name");
  book->year = year_in_range(
      yyjson_get_int(value_of(object, "year", yyjson_is_int)));
  book->rating = yyjson_get_num(value_of(object, "rating", yyjson_is_num));
  book->price = yyjson_get_num(value_of(object, "price", yyjson_is_num));
  book->genre =
      genre_of(yyjson_get_str(value_of(object, "genre", yyjson_is_str)));
  book->in_print = yyjson_get_bool(value_of(object, "in_print",
                                            yyjson_is_bool));
  book->isbn = text_of(object, "isbn");
  book->summary = text_of(object, "summary");
}

static void fields_yyjson(void) {
  for (size_t i = 0; i < times; i++) {
    yyjson_doc *doc = yyjson_read(answer.ptr, answer.len, 0);
    book_yyjson(yyjson_doc_get_root(doc), shelf.books.items);
    yyjson_doc_free(doc);
    drop_strings(1);
  }
}

static void list_yyjson(void) {
  for (size_t i = 0; i < times; i++) {
    yyjson_doc *doc = yyjson_read(answer.ptr, answer.len, 0);
    yyjson_val *item, *list = value_of(yyjson_doc_get_root(doc), "books",
                                       yyjson_is_arr);
    struct book *book = shelf.books.items;
    size_t at, most;
    yyjson_arr_foreach(list, at, most, item) book_yyjson(item, book++);
    yyjson_doc_free(doc);
    drop_strings((size_t)(book - shelf.books.items));
  }
}
#endif

#define KIND(name)                                                            \
  static const variant name##_variants[] = {                                  \
    { "ours", prepare_ours, name##_ours },                                    \
    CJSON_VARIANT(name##_cjson) YYJSON_VARIANT(name##_yyjson)                 \
  };
KIND(fields)
KIND(list)

KINDS({ "fields", make_fields, VARIANTS(fields_variants) },
      { "list", make_list, VARIANTS(list_variants) });
