/* Kept texts move when an older one grows or goes: the strings of a struct and
   the error's texts follow, whatever comes last. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#if LITELLM_MODELS && LITELLM_STREAMS
#define BOOK(FIELD) FIELD(STRING, title, NULL) FIELD(INT, year, NULL)          \
  FIELD(OPTIONAL(STRING_VIEW), by, NULL)
LITELLM_MODEL(book, BOOK);

#define SSE "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define CHUNK(json) "data: {\"choices\":[{\"index\":0," json "}]}\n\n"
#define SAY(text) CHUNK("\"delta\":{\"content\":\"" text "\"}")
#define THINK(text) CHUNK("\"delta\":{\"reasoning_content\":\"" text "\"}")
#define FINISH(why) CHUNK("\"finish_reason\":\"" why "\"")
#define TITLE SAY("{\\\"title\\\":\\\"The Name of the Wind\\\",")

/* Streams that break off, and the title at their end. */
static const struct { const char *reply, *title; } replies[] = {
  { SSE THINK("Hmm. ") TITLE THINK("Is it the right one?"),
    "The Name of the Wind" },
  { SSE THINK("Hmm. ") SAY("{\\\"title\\\":\\\"The") THINK("Which?")
    SAY(" Name") THINK("Or?"), "The Name" },
  { SSE FINISH("a long reason") TITLE FINISH("x"), "The Name of the Wind" },
  { SSE FINISH("x") TITLE FINISH("a long reason"), "The Name of the Wind" },
  /* What does not fit says nothing about the end of the connection. */
  { SSE THINK("Hmm. ") SAY("{\\\"year\\\":\\\"none\\\",") THINK("Wait."), NULL }
};

static void play(const char *reply, const char *title, size_t read_size) {
  static unsigned char memory[16384];
  litellm_client client;
  litellm_client_desc desc = fake_desc("http://h");
  litellm_request request;
  litellm_event event;
  litellm_result result;
  struct book book;
  memset(&book, 0, sizeof book);
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = "q";
  request.call.collect_text = true;
  request.call.response_model = &book_type;
  request.output = &book;
  request.stream = true;
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  fake_reset(reply, strlen(reply));
  fake.ending = LITELLM_ERROR_CONNECTION_CLOSED;
  fake.read_size = read_size;
  fake.again_every = 2;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (book.title)
      CHECK(title && !strncmp(book.title, title, strlen(book.title)));
  }
  CHECK(result == LITELLM_ERROR_TRUNCATED || strstr(reply, "finish"));
  CHECK_TEXT(book.title, title);
  if (result == LITELLM_ERROR_TRUNCATED) CHECK_TEXT(client.error.message, NULL);
  litellm_client_close(&client);
}

static void test_a_struct_that_moves(void) {
  size_t i, size;
  for (i = 0; i < sizeof replies / sizeof replies[0]; i++)
    for (size = 1; size < 100; size++) {
      check_at("reply %u, reads of %u", (unsigned)i, (unsigned)size);
      play(replies[i].reply, replies[i].title, size);
    }
}

int main(void) {
  CHECK_RUN(test_a_struct_that_moves);
  fake_free();
  return check_failures != 0;
}
#else
int main(void) { return 0; }
#endif
