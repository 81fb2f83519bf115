/* response_model: the answer is a struct that is checked while it arrives.
   See example.h for how to build and run it. */
#include "example.h"

#define SHELF(VALUE)                                                          \
  VALUE(SHELF_FICTION, "fiction") VALUE(SHELF_SCIENCE, "science")
LITELLM_ENUM(shelf, SHELF);

#define AUTHOR(FIELD)                                                         \
  FIELD(STRING, name, "Full name")                                            \
  FIELD(OPTIONAL(INT), born, "Year of birth")
LITELLM_MODEL(author, AUTHOR);

#define BOOK(FIELD)                                                           \
  FIELD(CHARS(48), title, "Without the subtitle")                             \
  FIELD(INT_IN(1450, 2100), year, "Of the first edition")                     \
  FIELD(ENUM(shelf), shelf, "Where it stands")                                \
  FIELD(LIST(MODEL(author), 3), authors, "All of them")                       \
  FIELD(LIST_IN(STRING, 1, 4), themes, "In a word each")
LITELLM_MODEL(book, BOOK);

/* If an answer does not fit, the model is told why and answers again. */
#define FIND_BOOK(ARG) ARG(STRING, topic)
LITELLM_CALL_MODEL(book, find_book, FIND_BOOK,
                   .prompt = "Name a well-known book about {topic}.",
                   .max_validation_retries = 2);

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_result result;
  struct book book;
  size_t i;
  open_client(&client, memory, sizeof memory);
  result = find_book(&client, &book, count > 1 ? words[1] : "dragons");
  if (result == LITELLM_OK) {
    printf("%s (%d), %s\n", book.title, book.year, shelf_names[book.shelf]);
    for (i = 0; i < book.authors.count; i++) {
      printf("by %s", book.authors.items[i].name);
      if (book.authors.items[i].born.set)
        printf(", born %d", book.authors.items[i].born.value);
      putchar('\n');
    }
    for (i = 0; i < book.themes.count; i++)
      printf("%s%s", i > 0 ? ", " : "on ", book.themes.items[i]);
    putchar('\n');
  }
  return close_client(&client, result);
}
