/* One piece of work of a given size, for linear.sh and speed.py to count:

     work WHAT SIZE

   It prints the units that the work had, whose nature the table at the end
   names. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

/* ---- a text that grows --------------------------------------------------- */

struct text {
  char *ptr;
  size_t len, size;
};

static void add(struct text *text, const char *bytes, size_t len) {
  while (text->len + len >= text->size) {
    text->size = text->size ? text->size * 2 : 4096;
    text->ptr = (char *)realloc(text->ptr, text->size);
    if (!text->ptr) fail("out of memory");
  }
  memcpy(text->ptr + text->len, bytes, len);
  text->ptr[text->len += len] = 0;
}

/* At most 1023 bytes. */
static void print(struct text *text, const char *format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  add(text, line, (size_t)len);
}

/* Prose of `len` bytes, in JSON if `quote` is an escaped quotation mark. */
static void prose(struct text *text, size_t len, const char *quote) {
  static const char *const words[] = {
    "window ", "the ", "tokenizer ", "of ", "a ", "small ",
    "gateway\xE2\x80\x99s ", "stream, ", "as ", "it ", "came; " };
  for (size_t end = text->len + len, i = 0; text->len + 24 < end; i++) {
    const char *word = words[i % (sizeof words / sizeof *words)];
    add(text, word, strlen(word));
    if (i % 40 == 39) add(text, quote, strlen(quote));
  }
}

/* ---- a port that sends into nothing and receives a reply ----------------- */

static struct text reply;
static size_t reply_at, sent_bytes;
static int polls;            /* since the last send: two when all is sent */

static litellm_result null_connect(void *link, const litellm_endpoint *peer,
                                   uint32_t remaining_ms) {
  (void)link;
  (void)peer;
  (void)remaining_ms;
  return LITELLM_OK;
}

static litellm_result null_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  (void)link;
  (void)data;
  polls = 0;
  sent_bytes += size;
  *sent = size;
  return LITELLM_OK;
}

static litellm_result null_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  size_t left = reply.len - reply_at;
  (void)link;
  if (!polls++) return LITELLM_AGAIN;
  if (!left) return LITELLM_END;
  *received = size < left ? size : left;
  memcpy(buffer, reply.ptr + reply_at, *received);
  reply_at += *received;
  return LITELLM_OK;
}

static void null_close(void *link) { (void)link; }

static void null_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  (void)what;
  (void)ms;
}

static uint32_t null_millis(void) { return 0; }
static int64_t null_unix_time(void) { return 0; }
static bool null_entropy(void *bytes, size_t size) {
  (void)bytes;
  (void)size;
  return false;
}

static const litellm_port null_port = {
  sizeof(litellm_link), false, null_connect, null_send, null_recv, null_close,
  null_wait, null_millis, null_unix_time, null_entropy, NULL, NULL };

/* ---- what is counted ----------------------------------------------------- */

static litellm_client client;
static litellm_request request;
static litellm_input document;

/* All that is counted happens in these. */
LITELLM__NOINLINE void counted_call(void);
LITELLM__NOINLINE void counted_call(void) {
  litellm_event event;
  litellm_result result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN)
    result = litellm_next(&client, &event);
}

LITELLM__NOINLINE litellm_result counted_tokens(void);
LITELLM__NOINLINE litellm_result counted_tokens(void) {
  litellm_json_reader json;
  litellm_json_token token;
  litellm_result result;
  memset(&json, 0, sizeof json);
  do result = litellm_json_next(&json, &document, true, &token);
  while (result == LITELLM_OK);
  return result;
}

LITELLM__NOINLINE litellm_result counted_decode(const litellm_type *type,
                                                void *output);
LITELLM__NOINLINE litellm_result counted_decode(const litellm_type *type,
                                                void *output) {
  litellm_str text;
  text.ptr = document.ptr;
  text.len = document.len;
  return litellm_decode(&client, type, text, output);
}

static void open_client(void) {
  enum { MEMORY = sizeof(void *) > 4 ? 1 << 25 : 1 << 22 };
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &null_port;
  desc.base_url = "http://h";
  desc.memory = malloc(MEMORY);
  desc.memory_size = MEMORY;
  desc.window_size = 1024;
  desc.max_retries = LITELLM_NO_RETRIES;
  if (!desc.memory || litellm_client_init(&client, &desc) != LITELLM_OK)
    fail("no client");
}

/* Makes the call; without a reply it ends when all is sent. */
static void call(void) {
  open_client();
  counted_call();
  if (client.error.code != (reply.len ? LITELLM_OK
                                      : LITELLM_ERROR_CONNECTION_CLOSED)) {
    char line[300];
    litellm_error_print(&client.error, line, sizeof line);
    fail(line);
  }
}

/* ---- requests ------------------------------------------------------------ */

static size_t send_call(void) {
  call();
  return sent_bytes;
}

static size_t send_history(size_t size) {
  enum { MESSAGE = 400 };
  static struct text text;
  size_t count = size / MESSAGE + 1;
  litellm_message *messages =
      (litellm_message *)calloc(count, sizeof *messages);
  if (!messages) fail("out of memory");
  prose(&text, MESSAGE, "\"");
  for (size_t i = 0; i < count; i++) {
    messages[i].role = i % 2 ? LITELLM_ROLE_ASSISTANT : LITELLM_ROLE_USER;
    messages[i].content.ptr = text.ptr;
    messages[i].content.len = text.len;
    if (i) messages[i - 1].next = &messages[i];
  }
  request.messages = messages;
  return send_call();
}

#define ONE_VALUE(ARG) ARG(STRING, value)
LITELLM_CALL(one_value, ONE_VALUE, .model = "m",
             .prompt = "SYSTEM: Be brief.\nUSER: Sum up: {value} in a line.");
static size_t send_value(size_t size) {
  static struct one_value_arguments arguments;
  static struct text text;
  prose(&text, size, "\"");
  arguments.value = text.ptr;
  request.call = one_value_call;
  request.arguments = &arguments;
  return send_call();
}

#define ONE_IMAGE(ARG) ARG(BYTES, image)
LITELLM_CALL(one_image, ONE_IMAGE, .model = "m",
             .prompt = "What is this? {image:image}");
static size_t send_image(size_t size) {
  static struct one_image_arguments arguments;
  static struct text text;
  prose(&text, size, "\"");
  memcpy(text.ptr, "\211PNG\r\n\032\n", 8);
  arguments.image.ptr = text.ptr;
  arguments.image.len = text.len;
  request.call = one_image_call;
  request.arguments = &arguments;
  return send_call();
}

#define STRINGS(ARG) ARG(LIST(STRING), items)
LITELLM_CALL(strings, STRINGS, .model = "m", .prompt = "Sum up: {items:list}");
static size_t send_strings(size_t count) {
  static struct strings_arguments arguments;
  const char **items = (const char **)malloc(count * sizeof *items);
  if (!items) fail("out of memory");
  for (size_t i = 0; i < count; i++) items[i] = "a string of some \"length\"";
  arguments.items.items = items;
  arguments.items.count = count;
  request.call = strings_call;
  request.arguments = &arguments;
  return send_call();
}

/* A tool call's arguments, in a history. */
static size_t send_arguments(size_t size) {
  static struct text text;
  static litellm_message message;
  static litellm_tool_call tool_call;
  print(&text, "{\"a\":\"");
  prose(&text, size, "\\n");
  print(&text, "\"}");
  tool_call.id = "c1";
  tool_call.name = "tool";
  tool_call.arguments = text.ptr;
  message.role = LITELLM_ROLE_ASSISTANT;
  message.tool_calls = &tool_call;
  message.tool_call_count = 1;
  request.messages = &message;
  return send_call();
}

#define UNIT(VALUE) VALUE(METRIC, "metric") VALUE(IMPERIAL, "imperial")
LITELLM_ENUM(unit, UNIT);
#define FORECAST(FIELD)                                                       \
  FIELD(STRING, city, "The name of the city, as \"Paris\"")                   \
  FIELD(INT_IN(0, 14), days, "How many days ahead")                           \
  FIELD(ENUM(unit), units, "Units of the answer")                             \
  FIELD(OPTIONAL(STRING), language, "Language of the answer")
LITELLM_TOOL_TEXT(forecast, "Tells the weather of the next days in words",
                  FORECAST) {
  (void)args;
  *result = litellm_str_from("rain");
  return LITELLM_OK;
}

/* Most models limit tools to 128; a list of more shows how the work grows. */
static size_t send_tools(size_t count) {
  const litellm_tool **tools =
      (const litellm_tool **)calloc(count + 1, sizeof *tools);
  if (!tools) fail("out of memory");
  for (size_t i = 0; i < count; i++) {
    litellm_tool *tool = (litellm_tool *)malloc(sizeof *tool);
    char *name = (char *)malloc(32);
    if (!tool || !name) fail("out of memory");
    snprintf(name, 32, "forecast_%lu", (unsigned long)i);
    memcpy(tool, &forecast_tool, sizeof *tool);
    memcpy((char *)tool + offsetof(litellm_tool, name), &name, sizeof name);
    tools[i] = tool;
  }
  request.call.tools = tools;
  request.call.prompt = "hello";
  return send_call();
}

/* ---- replies ------------------------------------------------------------- */

static void head(const char *type) {
  print(&reply, "HTTP/1.1 200 OK\r\n"
        "date: Mon, 01 Jan 2026 00:00:00 GMT\r\nserver: uvicorn\r\n"
        "content-type: %s\r\ntransfer-encoding: chunked\r\n"
        "x-litellm-call-id: 8d2f0f3e-77a1-4f2c-9a9e-2f0c1d6d0b11\r\n"
        "x-ratelimit-remaining-requests: 9999\r\n\r\n", type);
}

/* One chunk of a stream as LiteLLM sends it. */
static void chunk(struct text *text, const char *delta, const char *finish) {
  print(text, "{\"id\":\"chatcmpl-BpS1wq3Y8vXhGd9uJ2m7bN0KcVfRt\","
        "\"created\":1751640000,\"model\":\"gpt-4o-mini-2024-07-18\","
        "\"object\":\"chat.completion.chunk\","
        "\"system_fingerprint\":\"fp_34a54ae93c\","
        "\"choices\":[{\"finish_reason\":%s,\"index\":0,\"delta\":{%s},"
        "\"logprobs\":null}],\"provider_specific_fields\":null,"
        "\"service_tier\":\"default\",\"citations\":null,"
        "\"stream_options\":{\"include_usage\":true}}", finish, delta);
}

/* The same as an event that is an HTTP chunk. */
static void event(const char *delta, const char *finish) {
  struct text text = { NULL, 0, 0 };
  chunk(&text, delta, finish);
  print(&reply, "%lx\r\ndata: %s\n\n\r\n", (unsigned long)text.len + 8,
        text.ptr);
  free(text.ptr);
}

static size_t stream(const char *finish, size_t units) {
  event("", finish);
  print(&reply, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
  request.call.prompt = "hello";
  request.stream = true;
  call();
  return units;
}

static size_t receive_stream(size_t count) {
  head("text/event-stream");
  for (size_t i = 0; i < count; i++) event("\"content\":\" word\"", "null");
  return stream("\"stop\"", count);
}

static size_t receive_thoughts(size_t count) {
  head("text/event-stream");
  for (size_t i = 0; i < count; i++)
    event("\"reasoning_content\":\" word\",\"thinking_blocks\":"
          "[{\"type\":\"thinking\",\"thinking\":\" word\"}]", "null");
  event("\"content\":\"done\"", "null");
  return stream("\"stop\"", count);
}

/* Arguments in fragments, each with the name. */
static size_t receive_fragments(size_t count) {
  head("text/event-stream");
  for (size_t i = 0; i < count; i++) {
    char delta[200];
    snprintf(delta, sizeof delta,
             "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":"
             "{\"name\":\"lookup\",\"arguments\":\"%s\"}}]",
             i == 0 ? "{\\\"a\\\":\\\"" : i + 1 < count ? "word" : "\\\"}");
    event(delta, "null");
  }
  return stream("\"tool_calls\"", count);
}

static size_t receive_calls(size_t count) {
  head("text/event-stream");
  for (size_t i = 0; i < count * 3; i++) {
    char delta[200];
    unsigned long call = (unsigned long)i / 3;
    if (i % 3)
      snprintf(delta, sizeof delta,
               "\"tool_calls\":[{\"index\":%lu,\"function\":"
               "{\"arguments\":\"%s\"}}]", call,
               i % 3 == 1 ? "{\\\"city\\\":" : "\\\"Paris\\\"}");
    else
      snprintf(delta, sizeof delta,
               "\"tool_calls\":[{\"index\":%lu,\"id\":\"call_%lu\","
               "\"function\":{\"name\":\"lookup\",\"arguments\":\"\"}}]",
               call, call);
    event(delta, "null");
  }
  return stream("\"tool_calls\"", count);
}

static size_t receive_reply(size_t size) {
  struct text text = { NULL, 0, 0 };
  head("application/json");
  print(&text, "{\"id\":\"c\",\"choices\":[{\"message\":{\"content\":\"");
  prose(&text, size, "\\\"");
  print(&text, "\"},\"finish_reason\":\"stop\"}]}");
  print(&reply, "%lx\r\n", (unsigned long)text.len);
  add(&reply, text.ptr, text.len);
  print(&reply, "\r\n0\r\n\r\n");
  request.call.prompt = "hello";
  call();
  return text.len;
}

/* ---- typed answers ------------------------------------------------------- */

#define GENRE(VALUE)                                                          \
  VALUE(FANTASY, "fantasy") VALUE(SCIENCE, "science")                         \
  VALUE(CRIME, "crime") VALUE(HISTORY, "history")
LITELLM_ENUM(genre, GENRE);
#define BOOK(FIELD)                                                           \
  FIELD(STRING, name, NULL) FIELD(INT_IN(1450, 2100), year, NULL)             \
  FIELD(DOUBLE, rating, NULL) FIELD(DOUBLE, price, NULL)                      \
  FIELD(ENUM(genre), genre, NULL) FIELD(BOOL, in_print, NULL)                 \
  FIELD(STRING, isbn, NULL) FIELD(STRING, summary, NULL)
LITELLM_MODEL(book, BOOK);
enum { BOOKS = 800 };
#define SHELF(FIELD) FIELD(LIST(MODEL(book), BOOKS), books, NULL)
LITELLM_MODEL(shelf, SHELF);
static struct shelf shelf;

static const char one_book[] =
    "{\"name\":\"The time of the\",\"year\":1984,\"rating\":4.25,"
    "\"price\":17.99,\"genre\":\"science\",\"in_print\":true,"
    "\"isbn\":\"978-123456789\",\"summary\":\"Made small people the way "
    "under after what little the window good who it.\"}";

static struct text books(size_t count) {
  struct text text = { NULL, 0, 0 };
  if (count > BOOKS) fail("too many books");
  for (size_t i = 0; i < count; i++)
    print(&text, "%s%s", i ? "," : "{\"books\":[", one_book);
  print(&text, "]}");
  return text;
}

static size_t decode(const litellm_type *type, char *json, size_t len,
                     void *output, size_t units) {
  document.ptr = json;
  document.len = len;
  open_client();
  if (counted_decode(type, output) != LITELLM_OK) fail("misfit");
  return units;
}

static size_t decode_fields(size_t count) {
  static struct book book;
  static char json[sizeof one_book];
  (void)count;
  memcpy(json, one_book, sizeof json);
  return decode(&book_type, json, sizeof json - 1, &book, 1);
}

static size_t decode_structs(size_t count) {
  struct text text = books(count);
  return decode(&shelf_type, text.ptr, text.len, &shelf, count);
}

/* The answer in deltas of 4 bytes. */
static size_t stream_structs(size_t count) {
  struct text text = books(count);
  head("text/event-stream");
  for (size_t at = 0; at < text.len; at += 4) {
    struct text delta = { NULL, 0, 0 };
    print(&delta, "\"content\":\"");
    for (size_t i = at; i < at + 4 && i < text.len; i++)
      print(&delta, text.ptr[i] == '"' ? "\\\"" : "%c", text.ptr[i]);
    print(&delta, "\"");
    event(delta.ptr, "null");
    free(delta.ptr);
  }
  request.call.response_model = &shelf_type;
  request.output = &shelf;
  return stream("\"stop\"", count);
}

/* ---- the tokenizer alone ------------------------------------------------- */

static size_t tokenize(struct text *text) {
  size_t len = text->len;
  document.ptr = text->ptr;
  document.len = len;
  if (counted_tokens() != LITELLM_END) fail("no JSON");
  return len;
}

static size_t tokenize_chunks(size_t count) {
  struct text text = { NULL, 0, 0 };
  for (size_t i = 0; i < count; i++) {
    print(&text, i ? "," : "[");
    chunk(&text, "\"content\":\" word\"", "null");
  }
  print(&text, "]");
  return tokenize(&text);
}

static size_t tokenize_text(size_t size) {
  struct text text = { NULL, 0, 0 };
  print(&text, "\"");
  prose(&text, size, "\\\"");
  print(&text, "\"");
  return tokenize(&text);
}

/* Points of a map. */
static void points(struct text *text, size_t count) {
  for (size_t i = 0; i < count; i++)
    print(text, "%s[-65.6136169999999%02lu,43.4204%lu]", i ? "," : "[",
          (unsigned long)i % 100, (unsigned long)i * 7919 % 1000000);
  print(text, "]");
}

static size_t tokenize_numbers(size_t count) {
  struct text text = { NULL, 0, 0 };
  points(&text, count);
  return tokenize(&text);
}

static const struct {
  const char *name;
  size_t (*run)(size_t size);
} works[] = {
  /* bytes of the body, per byte or item of SIZE */
  { "history", send_history }, { "value", send_value },
  { "image", send_image }, { "arguments", send_arguments },
  { "strings", send_strings }, { "tools", send_tools },
  /* deltas, or bytes of the reply */
  { "stream", receive_stream }, { "thoughts", receive_thoughts },
  { "fragments", receive_fragments }, { "calls", receive_calls },
  { "reply", receive_reply },
  /* items */
  { "fields", decode_fields }, { "structs", decode_structs },
  { "streamed-structs", stream_structs },
  /* bytes of the document */
  { "chunks", tokenize_chunks }, { "text", tokenize_text },
  { "numbers", tokenize_numbers },
};

int main(int argc, char **argv) {
  size_t size = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
  request.call.model = "m";
  for (size_t i = 0; size && i < sizeof works / sizeof *works; i++)
    if (!strcmp(works[i].name, argv[1])) {
      printf("%lu\n", (unsigned long)works[i].run(size));
      return 0;
    }
  return 2;
}
