/* What LITELLM_MEMORY adds up is enough, for answers of every length, with all
   that a gateway says beside them. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

enum { MOST = 4000 };

static char reply[4 * MOST];

static void add(const char *text) { strcat(reply, text); }

static void begin_reply(const char *members) {
  strcpy(reply, "HTTP/1.1 200 OK\r\n");
  add("x-litellm-call-id: 0d3f4a3e-6b9b-4c57-9b3d-5d1f0e7e2a11\r\n"
      "x-litellm-model-id: 27cba2d3f1f2b2ab41cf1ab4b6bb0f6c3a2f1d0e9c8b7a69584"
      "736251403f2e1d\r\n"
      "x-litellm-model-group: gpt-4o-mini\r\n"
      "x-litellm-response-cost: 1.2345678901234567e-05\r\n"
      "x-litellm-key-spend: 0.0123456789012345\r\n"
      "x-litellm-attempted-retries: 0\r\nx-litellm-attempted-fallbacks: 0\r\n"
      "x-litellm-overhead-duration-ms: 12.345\r\nConnection: close\r\n\r\n"
      "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"model\":"
      "\"openrouter/deepseek/deepseek-r1-distill-llama-70b\",\"choices\":"
      "[{\"finish_reason\":\"stop\",\"message\":{");
  add(members);
}

static void add_text(size_t length) {
  size_t at = strlen(reply);
  memset(reply + at, 'a', length);
  reply[at + length] = '\0';
}

static const char *serve(unsigned nth) {
  (void)nth;
  return reply;
}

static litellm_client client;
static litellm_response response;

static litellm_result call(const litellm_request *request, size_t size) {
  litellm_client_desc desc;
  litellm_result result;
  void *memory = check_alloc(size);
  server_reset(serve);
  server.closes = true;
  desc = server_desc();
  desc.base_url = "http://a-host-with-a-long-name.internal.example.com:4000/v1";
  desc.memory = memory;
  desc.memory_size = size;
  desc.window_size = 256;
  desc.max_retries = LITELLM_NO_RETRIES;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  result = litellm_run(&client, &response, request);
  server_end(&client);
  free(memory);
  return result;
}

static litellm_request request(void) {
  litellm_request one;
  memset(&one, 0, sizeof one);
  one.call.model = "m";
  one.call.prompt = "Hi";
  return one;
}

static void test_texts(void) {
  litellm_request one = request();
  size_t length;
  for (length = 0; length <= MOST; length += 97) {
    check_at("%lu bytes", (unsigned long)length);
    begin_reply("\"content\":\"");
    add_text(length);
    add("\"}}]}");
    CHECK_INT(call(&one, LITELLM_MEMORY(litellm_link, 256, length, 0)),
              LITELLM_OK);
  }
}

#if LITELLM_MODELS
#define BOOK(FIELD) FIELD(STRING, title, NULL) FIELD(INT, year, NULL)         \
  FIELD(LIST(STRING, 8), authors, NULL)
LITELLM_MODEL(book, BOOK);

static void test_structs(void) {
  litellm_request one = request();
  struct book book;
  size_t length;
  one.call.response_model = &book_type;
  one.output = &book;
  for (length = 0; length <= MOST; length += 97) {
    check_at("%lu bytes", (unsigned long)length);
    begin_reply("\"content\":\"{\\\"title\\\":\\\"");
    add_text(length);
    /* 44 bytes of JSON around the title */
    add("\\\",\\\"year\\\":1937,\\\"authors\\\":[\\\"a\\\",\\\"b\\\"]}\"}}]}");
    CHECK_INT(call(&one, LITELLM_MEMORY(litellm_link, 256, length + 44,
                                        sizeof book)), LITELLM_OK);
  }
}
#endif

int main(void) {
  CHECK_RUN(test_texts);
#if LITELLM_MODELS
  CHECK_RUN(test_structs);
#endif
  return check_failures != 0;
}
