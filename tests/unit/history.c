/* Histories: what goes in, what is forgotten, and that nothing else changes. A
   message says by its number what must stand in it. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"

#if LITELLM_TOOLS

/* ---- messages with a number -------------------------------------------- */

/* Letters of a conversation: s system, d developer, u user, a assistant, c an
   assistant's tool calls, r a tool's result; o a user whose text is not in the
   arena, p one with parts. */
enum { MOST = 40 };

static char kinds[MOST + 1];         /* of the list under test, in order */
static unsigned numbers[MOST];
static size_t count;

static const char *text_of(unsigned number, const char *what) {
  static char ring[4][160];
  static unsigned turn;
  char *text = ring[++turn % 4];
  int n = sprintf(text, "%s of %u ", what, number);
  memset(text + n, '.', number * 7 % 60);
  text[(size_t)n + number * 7 % 60] = 0;
  return text;
}

static const char owned[] = "a text of the caller's own";

static litellm_role role_of(char kind) {
  return kind == 's'                  ? LITELLM_ROLE_SYSTEM
         : kind == 'd'                ? LITELLM_ROLE_DEVELOPER
         : kind == 'a' || kind == 'c' ? LITELLM_ROLE_ASSISTANT
         : kind == 'r'                ? LITELLM_ROLE_TOOL
                                      : LITELLM_ROLE_USER;
}

/* Two parts in the arena, as a caller makes them. */
static bool add_parts(litellm_message *message, litellm_arena *arena,
                      unsigned number) {
  litellm_part *parts =
      (litellm_part *)litellm_arena_alloc(arena, 2 * sizeof *parts);
  size_t i;
  message->name =
      litellm_arena_copy(arena, litellm_str_from(text_of(number, "name")));
  if (!message->name) return false;
  if (!parts) return false;
  message->parts = parts;
  message->part_count = 2;
  for (i = 0; i < 2; i++) {
    const char *text = litellm_arena_copy(
        arena, litellm_str_from(text_of(number, i ? "second" : "first")));
    if (!text) return false;
    parts[i].kind = LITELLM_PART_TEXT;
    parts[i].text = litellm_str_from(text);
  }
  parts[1].name = litellm_str_from(owned);
  return true;
}

/* The tool calls of a message as a call's response has them. */
static void respond(litellm_response *response, unsigned number) {
  static litellm_tool_call calls[2];
  static char texts[8][160];
  size_t i;
  memset(response, 0, sizeof *response);
  response->content = "";
  for (i = 0; i < 2; i++) {
    calls[i].id = strcpy(texts[i], text_of(number, i ? "id 2" : "id"));
    calls[i].name = strcpy(texts[2 + i], text_of(number, "name"));
    calls[i].arguments = strcpy(texts[4 + i], text_of(number, "arguments"));
  }
  response->tool_calls = calls;
  response->tool_call_count = 2;
  if (number % 2) return;
  response->reasoning = strcpy(texts[6], text_of(number, "reasoning"));
  response->thinking_blocks = strcpy(texts[7], text_of(number, "blocks"));
}

/* Adds a message of this kind; false: there is no room. */
static bool add(litellm_messages *list, litellm_arena *arena, char kind,
                unsigned number) {
  litellm_response response;
  litellm_message *message;
  litellm_messages before = *list;
  size_t mark = arena->used;
  bool good = true;
  if (kind == 'c') {
    respond(&response, number);
    return litellm_messages_add_response(list, arena, &response);
  }
  message = litellm_messages_add(
      list, arena, role_of(kind),
      litellm_str_from(kind == 'o' ? NULL : text_of(number, "content")));
  if (!message) return false;
  if (kind == 'o') message->content = litellm_str_from(owned);
  if (kind == 'p') good = add_parts(message, arena, number);
  if (kind == 'r') {
    message->tool_call_id = litellm_arena_copy(
        arena, litellm_str_from(text_of(number, "id")));
    good = message->tool_call_id != NULL;
  }
  if (!good) {                               /* the caller's own undoing */
    *list = before;
    if (list->last) list->last->next = NULL;
    litellm_arena_reset(arena, mark);
  }
  return good;
}

/* A text must be as it was, and in the arena. */
static void check_own(const litellm_arena *arena, const char *text,
                      const char *wanted) {
  if (!CHECK(text != NULL)) return;
  CHECK((uintptr_t)text >= (uintptr_t)arena->memory &&
        (uintptr_t)text + strlen(wanted) <
            (uintptr_t)arena->memory + arena->used);
  CHECK_TEXT(text, wanted);
}

/* Whether the list is what `kinds` and `numbers` say. What is not used of the
   arena is written over, so that nothing may point there. */
static void check_list(const litellm_messages *list,
                       const litellm_arena *arena) {
  const litellm_message *message = list->first, *last = NULL;
  size_t i, k;
  memset(arena->memory + arena->used, 0x55, arena->size - arena->used);
  for (i = 0; i < count; i++, last = message, message = message->next) {
    unsigned number = numbers[i];
    if (!CHECK(message != NULL)) return;
    CHECK_INT(message->role, role_of(kinds[i]));
    if (kinds[i] == 'c') {
      CHECK(message->content.ptr == NULL);
      CHECK_INT(message->tool_call_count, 2);
      for (k = 0; k < message->tool_call_count; k++) {
        const litellm_tool_call *call = &message->tool_calls[k];
        check_own(arena, call->id, text_of(number, k ? "id 2" : "id"));
        check_own(arena, call->name, text_of(number, "name"));
        check_own(arena, call->arguments, text_of(number, "arguments"));
      }
      if (number % 2) {
        CHECK(!message->thinking_blocks && !message->reasoning);
      } else {
        check_own(arena, message->reasoning, text_of(number, "reasoning"));
        check_own(arena, message->thinking_blocks, text_of(number, "blocks"));
      }
      continue;
    }
    CHECK_INT(message->tool_call_count, 0);
    if (kinds[i] == 'o') {
      CHECK(message->content.ptr == owned);
    } else {
      check_own(arena, message->content.ptr, text_of(number, "content"));
      CHECK_INT(message->content.len, strlen(text_of(number, "content")));
    }
    if (kinds[i] == 'p')
      check_own(arena, message->name, text_of(number, "name"));
    if (kinds[i] == 'r')
      check_own(arena, message->tool_call_id, text_of(number, "id"));
#if LITELLM_MEDIA
    CHECK_INT(message->part_count, kinds[i] == 'p' ? 2 : 0);
    for (k = 0; k < message->part_count; k++)
      check_own(arena, message->parts[k].text.ptr,
                text_of(number, k ? "second" : "first"));
    if (kinds[i] == 'p') CHECK(message->parts[1].name.ptr == owned);
#endif
  }
  CHECK(message == NULL);
  CHECK(list->last == last);
}

/* ---- what is forgotten ------------------------------------------------- */

/* Takes the oldest exchange from the expectation; false: the rest must stay. */
static bool forget_group(void) {
  size_t from = 0, to;
  while (from < count && (kinds[from] == 's' || kinds[from] == 'd')) from++;
  to = from + 1;
  while (to < count && !strchr("uop", kinds[to])) to++;
  if (from >= count || (to >= count && kinds[count - 1] != 'a')) return false;
  memmove(numbers + from, numbers + to, (count - to) * sizeof *numbers);
  memmove(kinds + from, kinds + to, count - to + 1);
  count -= to - from;
  return true;
}

static void build(litellm_messages *list, litellm_arena *arena,
                  const char *letters) {
  memset(list, 0, sizeof *list);
  arena->used = 0;
  for (count = 0; letters[count]; count++) {
    numbers[count] = (unsigned)count;
    CHECK(add(list, arena, letters[count], numbers[count]));
  }
  (void)strcpy(kinds, letters);
}

static void test_counts(void) {
  static const struct { const char *all; size_t most; const char *rest; }
  table[] = {
    { "", 1, "" }, { "u", 1, "u" }, { "u", 0, "u" }, { "uauau", 0, "uauau" },
    { "uauau", 5, "uauau" }, { "uauau", 4, "uau" }, { "uauau", 1, "u" },
    { "suaua", 3, "sua" }, { "sduaua", 3, "sd" }, { "sdu", 1, "sdu" },
    { "ssd", 1, "ssd" }, { "usu", 1, "u" }, { "usua", 2, "ua" },
    { "sucrauacra", 6, "suacra" }, { "sucra", 4, "s" }, { "ua", 1, "" },
    { "uucra", 4, "ucra" }, { "uucra", 3, "" }, { "auau", 3, "uau" },
    { "sucrr", 3, "sucrr" }, { "cru", 2, "u" }, { "crcr", 3, "crcr" },
    { "uc", 1, "uc" }, { "uauc", 3, "uc" }, { "uaucr", 1, "ucr" },
    { "opop", 2, "op" }, { "popc", 2, "pc" }, { "scropcr", 4, "spcr" },
    { "sasa", 3, "s" }
  };
  unsigned char *memory = (unsigned char *)check_alloc(8192);
  litellm_arena arena;
  litellm_messages list;
  size_t i;
  litellm_arena_init(&arena, memory, 8192);
  for (i = 0; i < sizeof table / sizeof table[0]; i++) {
    check_at("%s to %lu", table[i].all, (unsigned long)table[i].most);
    build(&list, &arena, table[i].all);
    check_list(&list, &arena);
    litellm_messages_prune(&list, &arena, table[i].most, 0);
    while (table[i].most && count > table[i].most && forget_group()) {}
    CHECK_TEXT(kinds, table[i].rest);
    check_list(&list, &arena);
    if (!count) CHECK_INT(arena.used, 0);
  }
  free(memory);
}

/* A limit in bytes forgets one group after the other, and no more than it
   must; what is free then can be used again. */
static void test_bytes(void) {
  unsigned char *memory = (unsigned char *)check_alloc(16384);
  litellm_arena arena;
  litellm_messages list;
  size_t before;
  litellm_arena_init(&arena, memory, 16384);
  build(&list, &arena, "sduacrrupaocrraoupcru");
  for (;;) {
    check_at("%lu messages", (unsigned long)count);
    before = arena.used;
    litellm_messages_prune(&list, &arena, 0, before);
    check_list(&list, &arena);
    CHECK_INT(arena.used, before);
    if (!forget_group()) break;
    litellm_messages_prune(&list, &arena, 0, before - 1);
    CHECK(arena.used < before);
    check_list(&list, &arena);
  }
  CHECK_TEXT(kinds, "sdu");
  litellm_messages_prune(&list, &arena, 1, 1);
  check_list(&list, &arena);
  free(memory);
}

/* A text of the caller's stays where it is, also above the arena. */
static void test_text_above(void) {
  unsigned char *memory = (unsigned char *)check_alloc(4096 + sizeof owned);
  litellm_messages list = { NULL, NULL };
  litellm_message *last;
  litellm_arena arena;
  char *above = (char *)memory + 4096;
  memcpy(above, owned, sizeof owned);
  litellm_arena_init(&arena, memory, 4096);
  litellm_messages_add(&list, &arena, LITELLM_ROLE_USER,
                       litellm_str_from("first"));
  litellm_messages_add(&list, &arena, LITELLM_ROLE_ASSISTANT,
                       litellm_str_from("answer"));
  last = litellm_messages_add(&list, &arena, LITELLM_ROLE_USER,
                              litellm_str_from("second"));
  if (!CHECK(last != NULL)) return;
  last->content = litellm_str_from(above);
  litellm_messages_prune(&list, &arena, 1, SIZE_MAX);
  CHECK(list.first && list.first == list.last && list.first != last);
  CHECK(list.first->content.ptr == above);
  free(memory);
}

/* The last message goes, and its memory; what is added then takes the same. */
static void test_take_back(void) {
  static const char letters[] = "sduacrroucrap";
  unsigned char *memory = (unsigned char *)check_alloc(8192);
  litellm_message elsewhere;
  litellm_arena arena;
  litellm_messages list;
  size_t used, n;
  litellm_arena_init(&arena, memory, 8192);
  for (n = sizeof letters - 1; n > 0; n--) {
    check_at("%lu messages", (unsigned long)n);
    build(&list, &arena, letters);
    while (count > n) {
      litellm_messages_drop_last(&list, &arena);
      kinds[--count] = 0;
      check_list(&list, &arena);
    }
    used = arena.used;
    CHECK(add(&list, &arena, 'u', 99));
    CHECK(arena.used > used);
    litellm_messages_drop_last(&list, &arena);
    CHECK(arena.used < used + 8);            /* but for the alignment */
    check_list(&list, &arena);
  }
  memset(&elsewhere, 0, sizeof elsewhere);
  used = arena.used;
  list.last->next = &elsewhere;
  list.last = &elsewhere;
  litellm_messages_drop_last(&list, &arena);
  CHECK_INT(arena.used, used);
  check_list(&list, &arena);
  litellm_messages_drop_last(&list, &arena);
  CHECK_INT(arena.used, 0);
  CHECK(!list.first && !list.last);
  litellm_messages_drop_last(&list, &arena);
  CHECK(!list.first && !list.last);
  free(memory);
}

/* A long conversation in little memory. */
static void test_random(void) {
  unsigned char *memory = (unsigned char *)check_alloc(4096);
  litellm_arena arena;
  litellm_messages list = { NULL, NULL };
  unsigned number, turn;
  litellm_arena_init(&arena, memory, 4096);
  count = 0;
  *kinds = 0;
  for (number = turn = 0; turn < 4000; turn++) {
    static const char letters[] = "sduaacccop";
    size_t most = (size_t)(check_random() % 12), results;
    char kind = letters[check_random() % 10];
    check_at("turn %u", turn);
    results = kind == 'c' ? (size_t)(check_random() % 3) : 0;
    for (;; kind = 'r', results--) {
      if (count == MOST || !add(&list, &arena, kind, number)) {
        litellm_messages_prune(&list, &arena, 0, arena.used / 2);
        break;
      }
      kinds[count] = kind;
      kinds[count + 1] = 0;
      numbers[count++] = number++;
      if (!results) break;
    }
    {
      /* What the byte limit took is seen from what is left. */
      size_t left = 0;
      const litellm_message *message;
      for (message = list.first; message; message = message->next) left++;
      while (count > left && forget_group()) {}
    }
    check_list(&list, &arena);
    litellm_messages_prune(&list, &arena, most, 0);
    while (most && count > most && forget_group()) {}
    check_list(&list, &arena);
    if (count && strspn(kinds, "sd") > 4) {  /* begin anew */
      memset(&list, 0, sizeof list);
      arena.used = count = 0;
      *kinds = 0;
    }
  }
  free(memory);
}

/* ---- what goes in ------------------------------------------------------ */

/* With every size of memory: what does not fit leaves all as it was. */
static void test_every_arena(void) {
  static const char letters[] = "sucrrapoc";
  size_t size, i;
  bool whole = false;
  for (size = 0; !whole; size++) {
    unsigned char *memory = (unsigned char *)check_alloc(size);
    unsigned char *copy = (unsigned char *)check_alloc(size);
    litellm_arena arena;
    litellm_messages list = { NULL, NULL };
    litellm_arena_init(&arena, memory, size);
    if (size) memset(memory, 0, size);
    check_at("%lu bytes", (unsigned long)size);
    count = 0;
    for (i = 0; letters[i]; i++) {
      litellm_messages before = list;
      size_t used = arena.used;
      if (used) memcpy(copy, memory, used);
      if (!add(&list, &arena, letters[i], (unsigned)i)) {
        CHECK_INT(arena.used, used);
        CHECK(list.first == before.first && list.last == before.last);
        if (used) CHECK(!memcmp(copy, memory, used));
        break;
      }
      kinds[count] = letters[i];
      numbers[count++] = (unsigned)i;
    }
    whole = !letters[i];
    if (size) check_list(&list, &arena);
    free(memory);
    free(copy);
  }
}

/* A response with turns goes in as a whole or not at all. */
static void test_rounds(void) {
  static const litellm_tool_call calls[] = {
    { "c1", "get", "{\"a\":1}", NULL }, { "", "put", "", NULL } };
  static const litellm_message results[] = {
    { .role = LITELLM_ROLE_TOOL, .content = { "one", 3 }, .tool_call_id = "c1",
      .next = &results[1] },
    { .role = LITELLM_ROLE_TOOL, .content = { "two\0three", 9 },
      .tool_call_id = "", .next = &results[2] },
    { .role = LITELLM_ROLE_USER, .content = { "again", 5 } }
  };
  static const litellm_message round = {
    .role = LITELLM_ROLE_ASSISTANT, .tool_calls = calls, .tool_call_count = 2,
    .reasoning = "thought", .thinking_blocks = "signed", .next = &results[0]
  };
  litellm_response response;
  bool whole = false;
  size_t size;
  memset(&response, 0, sizeof response);
  response.content = "the end";
  response.content_size = 7;
  response.reasoning = "not sent";
  response.turns = &round;
  for (size = 0; !whole; size++) {
    unsigned char *memory = (unsigned char *)check_alloc(size);
    litellm_arena arena;
    litellm_messages list = { NULL, NULL };
    const litellm_message *m;
    size_t used;
    bool one;
    check_at("%lu bytes", (unsigned long)size);
    litellm_arena_init(&arena, memory, size);
    one = litellm_messages_add(&list, &arena, LITELLM_ROLE_USER,
                               litellm_str_from("Hi")) != NULL;
    used = arena.used;
    whole = litellm_messages_add_response(&list, &arena, &response);
    if (!whole) {
      CHECK_INT(arena.used, used);
      CHECK(list.first == list.last);
      if (one) CHECK(list.first->next == NULL);
      free(memory);
      continue;
    }
    m = list.first->next;
    CHECK(m->content.ptr == NULL);
    CHECK_INT(m->tool_call_count, 2);
    CHECK_TEXT(m->tool_calls[0].id, "c1");
    CHECK(m->tool_calls[0].id != calls[0].id);
    CHECK_TEXT(m->tool_calls[0].arguments, "{\"a\":1}");
    CHECK_TEXT(m->tool_calls[1].id, "");
    CHECK_TEXT(m->tool_calls[1].arguments, "");
    CHECK_TEXT(m->reasoning, "thought");
    CHECK_TEXT(m->thinking_blocks, "signed");
    m = m->next;
    CHECK_TEXT(m->content.ptr, "one");
    CHECK_TEXT(m->tool_call_id, "c1");
    m = m->next;
    check_same(m->content.ptr, m->content.len, "two\0three", 9, __LINE__);
    CHECK_TEXT(m->tool_call_id, "");
    m = m->next;
    CHECK_INT(m->role, LITELLM_ROLE_USER);
    m = m->next;
    CHECK_INT(m->role, LITELLM_ROLE_ASSISTANT);
    CHECK_TEXT(m->content.ptr, "the end");
    CHECK(m->reasoning == NULL && m->tool_calls == NULL);
    CHECK(m->next == NULL && list.last == m);
    free(memory);
  }
}

#if LITELLM_MEDIA
/* What a message's and a tool's own members become in the request, in one
   window and in small ones. */
static void test_on_the_wire(void) {
  static const char wanted[] =
      "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{"
      "\"name\":\"a\",\"parameters\":{\"type\":\"object\",\"properties\":{},"
      "\"required\":[],\"additionalProperties\":false}}},"
      "{\"type\":\"function\",\"function\":{\"name\":\"b\",\"parameters\":"
      "{\"type\":\"object\",\"properties\":{},\"required\":[],"
      "\"additionalProperties\":false}},"
      "\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":["
      "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"one\"},"
      "{\"type\":\"text\",\"text\":\"two\","
      "\"cache_control\":{\"type\":\"ephemeral\"}},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://i\"},"
      "\"cache_control\":{\"type\":\"ephemeral\"}}],"
      "\"name\":\"Ada \\\"L\\\"\"},"
      "{\"role\":\"assistant\",\"content\":\"hi\",\"name\":\"bot\"}]}";
  static const litellm_part parts[] = {
    { .kind = LITELLM_PART_TEXT, .text = LITELLM_STR("one") },
    { .kind = LITELLM_PART_TEXT, .text = LITELLM_STR("two"), .cache = true },
    { .kind = LITELLM_PART_TEXT, .text = LITELLM_STR(""), .cache = true },
    { .kind = LITELLM_PART_IMAGE, .text = LITELLM_STR("https://i"),
      .cache = true }
  };
  static const litellm_message answer = { .role = LITELLM_ROLE_ASSISTANT,
    .content = LITELLM_STR("hi"), .name = "bot" };
  static const litellm_message question = { .parts = parts, .part_count = 4,
    .name = "Ada \"L\"", .next = &answer };
  static const litellm_tool a = { .name = "a" },
                            b = { .name = "b", .cache = true };
  static const litellm_tool *const tools[] = { &a, &b, NULL };
  litellm_request request;
  litellm_error error;
  char body[2048];
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.tools = tools;
  request.messages = &question;
  for (size_t window = 1; window < sizeof body - 200; window += 97) {
    uint32_t at = 0, total = 1;
    for (; at < total; at += (uint32_t)window)
      if (!CHECK_INT(litellm_request_body(&request, at, body + at, window,
                                          &total, &error), LITELLM_OK)) return;
    body[total] = 0;
    CHECK_TEXT(body, wanted);
  }
}

#define ASK(ARG) ARG(PART, photo) ARG(STRING, question)
LITELLM_CALL(ask, ASK, .model = "m",
             .prompt = "USER:\n{photo:part}{question}");
LITELLM_CALL(ask_twice, ASK, .model = "m",
             .prompt = "USER:\n{photo:part}{:cache_control}{question}");

/* A part that says so itself, in a template; not twice. */
static void test_in_a_template(void) {
  struct ask_arguments arguments;
  litellm_part photo = { .kind = LITELLM_PART_TEXT,
                         .text = LITELLM_STR("seen"), .cache = true };
  litellm_request request;
  litellm_error error;
  char body[512];
  uint32_t total;
  memset(&request, 0, sizeof request);
  memset(&arguments, 0, sizeof arguments);
  arguments.photo = &photo;
  arguments.question = "?";
  request.call = ask_call;
  request.arguments = &arguments;
  CHECK_INT(litellm_request_body(&request, 0, body, sizeof body, &total,
                                 &error), LITELLM_OK);
  body[total] = 0;
  CHECK_TEXT(body,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
      "{\"type\":\"text\",\"text\":\"seen\","
      "\"cache_control\":{\"type\":\"ephemeral\"}},"
      "{\"type\":\"text\",\"text\":\"?\"}]}]}");
  request.call = ask_twice_call;
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
            LITELLM_ERROR_TEMPLATE);
  photo.cache = false;
  CHECK_INT(litellm_request_body(&request, 0, NULL, 0, &total, &error),
            LITELLM_OK);
}
#endif

#endif

int main(void) {
#if LITELLM_TOOLS
  CHECK_RUN(test_counts);
  CHECK_RUN(test_bytes);
  CHECK_RUN(test_text_above);
  CHECK_RUN(test_random);
  CHECK_RUN(test_every_arena);
  CHECK_RUN(test_rounds);
  CHECK_RUN(test_take_back);
#if LITELLM_MEDIA
  CHECK_RUN(test_on_the_wire);
  CHECK_RUN(test_in_a_template);
#endif
#endif
  return check_failures != 0;
}
