/* A program that streams, has a tool and gets a struct, for size.py: what a
   linker keeps of the header. */
#include "litellm_call.h"

#define BOOK(FIELD)                                                           \
  FIELD(CHARS(40), title, "Title of the book")                                \
  FIELD(INT_IN(1450, 2100), year, "Year of first publication")
LITELLM_MODEL(book, BOOK);

#define LOOK_UP(FIELD) FIELD(STRING, name, "Which shelf")
LITELLM_TOOL_TEXT(look_up, "Look a shelf up", LOOK_UP) {
  *result = litellm_str_from(args->name);
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &look_up_tool, NULL };

#define FIND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL_MODEL(book, find_book, FIND_BOOK, .model = "gpt-4o-mini",
                   .prompt = "SYSTEM: You know books.\nUSER: A {genre} book",
                   .tools = tools, .max_turns = 4);

litellm_result program(litellm_client *client, const litellm_client_desc *desc,
                       struct book *book, void (*show)(litellm_str text)) {
  litellm_result result;
  litellm_event event;
  litellm_client_init(client, desc);
  find_book_start(client, book, "fantasy");
  while ((result = litellm_next(client, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_AGAIN) litellm_wait(client, &event);
    else if (event.kind == LITELLM_EVENT_PARTIAL) show(event.text);
  }
  return result;
}
