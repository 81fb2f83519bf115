/* port/replay.h: what a recorder writes, and that a player gives a program the
   same as the server did, or says what has changed. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/replay.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

static litellm_client client;
static litellm_client_desc desc;
static litellm_recorder recorder;
static litellm_player player;

/* ---- transcripts --------------------------------------------------------- */

static char transcript[65536];
static size_t transcript_size, transcript_room;

static bool keep(void *user_data, const char *text, size_t size) {
  CHECK(user_data == transcript);
  if (size > transcript_room - transcript_size) return false;
  memcpy(transcript + transcript_size, text, size);
  transcript_size += size;
  transcript[transcript_size] = 0;
  return true;
}

/* ---- a program ----------------------------------------------------------- */

/* What came of its calls. */
static char log_text[8192];

static void note(const char *format, ...) {
  size_t at = strlen(log_text);
  va_list list;
  va_start(list, format);
  (void)vsnprintf(log_text + at, sizeof log_text - at, format, list);
  va_end(list);
}

static void note_retry(litellm_hook_point point, int32_t value,
                       void *user_data) {
  (void)value;
  (void)user_data;
  if (point == LITELLM_HOOK_RETRY) note("%d: ", client.error.code);
}

static bool polls;                   /* the program, and never waits */

static void ask(const char *prompt, bool stream) {
  litellm_request request;
  litellm_response response;
  litellm_event event;
  litellm_result result, kept;
  unsigned long left = 1000000;
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = prompt;
  request.stream = stream && LITELLM_STREAMS;
  result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT)
      note("%.*s", (int)event.text.len, event.text.ptr);
    if (result == LITELLM_AGAIN && !polls) litellm_wait(&client, &event);
    if (!CHECK(left--)) return;
  }
  kept = litellm_client_response(&client, &response);
  note(" = %d %d, status %d, code %ld, phase %d, retries %d, after %lu\n",
       result, kept, client.error.http_status, (long)client.error.port_code,
       client.error.phase < LITELLM_PHASE_HEAD ? 0 : client.error.phase,
       client.error.retries, (unsigned long)client.error.retry_after_ms);
}

static const char *prompt = "Hi";
static void once(void) { ask(prompt, false); }
static void stream(void) { ask("Hi", true); }
static void twice(void) { ask("Hi, you", false); ask("Two\nlines", true); }

static void thrice(void) { ask("1", false); ask("2", true); ask("3", false); }

static void pause_between(void) {
  ask("One", false);
  (desc.port->wait)(NULL, 0, 2000);
  ask("Two", false);
}

static void warm_up(void) {
#if LITELLM_REUSE
  litellm_event event;
  while (litellm_client_warm(&client, &event) == LITELLM_AGAIN)
    litellm_wait(&client, &event);
#endif
  (desc.port->wait)(NULL, 0, 2000);
  ask("Hi", false);
}

static void at_length(void) {
  static char text[3000];
  memset(text, 'a', sizeof text - 1);
  ask(text, false);
}

static const char *key_text;         /* what each request has */
static litellm_str next_key(void *user_data) {
  static const char *const keys[] = { "sk-12345678", "sk-87654321" };
  unsigned *nth = (unsigned *)user_data;
  return litellm_str_from(key_text ? key_text : keys[(*nth)++ % 2]);
}

/* ---- what servers say ---------------------------------------------------- */

#define KEY "sk-sk-ab12sk-sk-ab"
#define HEAD(n) "HTTP/1.1 200 OK\r\nContent-Length: " #n "\r\n\r\n"
#define JSON(text)                                                            \
  "{\"choices\":[{\"message\":{\"content\":\"" text "\"},"                    \
  "\"finish_reason\":\"stop\"}]}"
#define HI HEAD(65) JSON("Hi")
#define DELTA "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"}}]}\n\n"
#if LITELLM_STREAMS
#define STREAM "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"         \
               "30\r\n" DELTA "\r\n30\r\n" DELTA "\r\n"                       \
               "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
#else
#define STREAM HI
#endif
#define STOPS "HTTP/1.1 200 OK\r\nContent-Le"
#define REFUSE(n) "HTTP/1.1 401 No\r\nContent-Length: " #n "\r\n\r\n"
#define BUSY "HTTP/1.1 429 No\r\nContent-Length: 2\r\nRetry-After: "

static const struct scene {
  const char *name;
  void (*program)(void);
  const char *replies[4];    /* NULL: it closes */
  const char *url;
  bool closes;               /* after each reply */
  bool keys;                 /* another one each time */
  uint32_t silence_ms;       /* before each reply */
  unsigned connecting, refuses;
  litellm_result refuse_with, end_as;
  unsigned fail_at;
  const char *has[3];        /* lines of the transcript */
} scenes[] = {
  { .name = "a call", once, { HI } },
  { .name = "two on one connection", twice, { HI, STREAM } },
  { .name = "three on one connection", thrice, { HI, STREAM, HI } },
  { .name = "two on two", twice, { HI, STREAM }, .closes = true },
  { .name = "two with time between them", pause_between, { HI, HI } },
  { .name = "a connection that is never used", warm_up, { HI } },
  { .name = "another key each time", twice, { HI, HI }, .keys = true },
  { .name = "a stream", stream, { STREAM } },
  { .name = "a slow server", twice, { HI, HI }, .silence_ms = 300,
    .has = { "\nwait\n" } },
  { .name = "a server that says nothing", once, { "", "", "" },
    .has = { "\nwait\nclose\n" } },
  { .name = "a reply that stops", once, { STOPS, STOPS, STOPS },
    .has = { "\n> Content-Le\nwait\nclose\n" } },
  { .name = "a reply that ends", once,
    { "HTTP/1.1 200 OK\r\n\r\n{\"choices\":[" }, .closes = true },
  { .name = "no reply", once, { NULL, NULL, HI } },
  { .name = "a reset", once, { "HTTP/1.1 200 OK\r\n", HI }, .closes = true,
    .end_as = LITELLM_ERROR_CONNECTION_CLOSED, .has = { "\nends -82 0\n" } },
  { .name = "a slow connect", once, { HI }, .connecting = 3 },
  { .name = "a connect that hangs", once, { HI }, .connecting = 100000,
    .has = { "\nends 1 0\nclose\n" } },
  { .name = "a refused connection", once, { HI }, .refuses = 1,
    .has = { "\nends -81 111\nclose\n" } },
  { .name = "a server that is down", once, { HI }, .refuses = 9 },
  { .name = "an unknown host", once, { HI }, .refuses = 9,
    .refuse_with = LITELLM_ERROR_RESOLVE, .has = { "\nends -80 111\n" } },
  { .name = "a send that fails", at_length, { HI, HI, HI }, .fail_at = 7 },
  { .name = "a busy server", once,
    { BUSY "7\r\n\r\n{}", BUSY "Mon, 21 Sep 2026 13:46:45 GMT\r\n\r\n{}",
      HI } },
  { .name = "a wrong key", once, { REFUSE(30) "{\"error\":\"" KEY "\"}" },
    .has = { "\n> {\"error\":\"******************\"}\n" } },
  { .name = "half a key", once, { REFUSE(8) "sk-sk-ab" },
    .has = { "\n> sk-sk-ab\nclose\n" } },
  { .name = "half a key, then more", twice, { REFUSE(8) "sk-sk-ab", HI },
    .has = { "\n> sk-sk-ab\n" } },
  { .name = "a query", once, { HI }, .url = "http://h:81/a/?key=" KEY,
    .has = { "=== http://h:81 at 1790000000\n"
             "sent POST /a/chat/completions?***\\r\\n\n" } },
};

static const struct scene *scene;

static const char *serve(unsigned nth) {
  return nth < 4 ? scene->replies[nth] : NULL;
}

/* Runs the scene's program over this port. */
static void run(const litellm_port *over, const char *key) {
  static unsigned nth;
  nth = 0;
  log_text[0] = 0;
  desc.port = over;
  desc.api_key = key;
  desc.user_data = &nth;
  if (LITELLM_HOOKS) desc.hook = note_retry;
  if (scene->keys) desc.api_key_callback = next_key;
  if (scene->url) desc.base_url = scene->url;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  scene->program();
  litellm_client_close(&client);
}

static void record(const struct scene *which, size_t read_size,
                   size_t send_size) {
  scene = which;
  server_reset(serve);
  server.read_size = read_size;
  server.send_size = send_size;
  server.closes = scene->closes;
  server.silence_ms = scene->silence_ms;
  server.connecting = scene->connecting;
  server.refuses = scene->refuses;
  server.end_as = scene->end_as;
  server.fail_at = scene->fail_at;
  if (scene->refuse_with) server.refuse_with = scene->refuse_with;
  desc = server_desc();
  transcript_size = 0;
  transcript_room = sizeof transcript - 1;
  key_text = NULL;
  run(litellm_recorder_open(&recorder, &server_port, keep, transcript), KEY);
  CHECK_INT(server.opened, server.closed);
  CHECK_TEXT(server.wrong, NULL);
}

/* Plays the transcript without a key, to the same program. */
static const char *play(size_t piece, size_t window) {
  size_t size = strlen(transcript) + 1;
  char *text = (char *)check_alloc(size);
  const litellm_port *plays;
  memcpy(text, transcript, size);
  plays = litellm_player_open(&player, text);
  player.piece = piece;
  desc = server_desc();
  desc.window_size = window;
  key_text = "";
  run(plays, NULL);
  free(text);
  return litellm_player_close(&player);
}

/* ---- tests --------------------------------------------------------------- */

static size_t count_of(const char *text) {
  size_t count = 0;
  const char *at = transcript;
  while ((at = strstr(at, text)) != NULL) at++, count++;
  return count;
}

/* ---- without a client ---------------------------------------------------- */

static litellm_link link_of_one;
static const char *const *pieces;    /* "": nothing arrives; NULL: the end */

static litellm_result take_all(void *link, const void *data, size_t size,
                               size_t *sent) {
  (void)link;
  (void)data;
  *sent = size;
  return LITELLM_OK;
}

static litellm_result give_pieces(void *link, void *buffer, size_t size,
                                  size_t *received) {
  (void)link;
  if (!*pieces) return LITELLM_END;
  *received = strlen(*pieces);
  CHECK(*received <= size);
  memcpy(buffer, *pieces, *received);
  return *pieces++ && *received ? LITELLM_OK : LITELLM_AGAIN;
}

static char every[256];              /* byte */
static litellm_result give_every(void *link, void *buffer, size_t size,
                                 size_t *received) {
  (void)link;
  memcpy(buffer, every, size);
  *received = size;
  return LITELLM_OK;
}

static litellm_result try_connect(const litellm_port *port, const char *key) {
  static const litellm_endpoint peer = { "h", 443, true };
  desc = server_desc();
  desc.port = port;
  desc.api_key = key;
  memset(&link_of_one, 0, sizeof link_of_one);
  link_of_one.desc = &desc;
  link_of_one.resolving = true;
  return (port->connect)(&link_of_one, &peer, 1);
}

static void connect_to(const litellm_port *port, const char *key) {
  CHECK_INT(try_connect(port, key), LITELLM_OK);
  CHECK(!link_of_one.resolving);
}

static void record_over(litellm_result (*recv)(void *, void *, size_t,
                                               size_t *), const char *key) {
  static litellm_port under;
  under = server_port;
  under.send = take_all;
  under.recv = recv;
  server_reset(NULL);
  transcript_size = 0;
  transcript_room = sizeof transcript - 1;
  connect_to(litellm_recorder_open(&recorder, &under, keep, transcript), key);
}

static void send_all(const char *data, size_t size) {
  size_t sent = 0;
  CHECK_INT((desc.port->send)(&link_of_one, data, size, &sent), LITELLM_OK);
  CHECK_INT(sent, size);
}

static litellm_result receive(char *buffer, size_t size, size_t *received) {
  return (desc.port->recv)(&link_of_one, buffer, size, received);
}

static void test_a_transcript(void) {
  static const char request[] =
      "POST /v1/chat/completions?key=1 HTTP/1.1\r\nHost: h\r\n"
      "Authorization: Bearer sk-12345678\r\nX-A: b: c\r\n"
      "Content-Length: 80\r\n\r\n"
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
      "\"content\":\"A,\\\"b\\nC:\\\\ sk-12345678\"}]}"
      "GET / HTTP/1.1\r\nX: ";
  static const char *const reply[] = {
    "", "HTTP/1.1 200 OK\r\nSet-Cookie: a, ", "", "", "\"b\"\r\n\r\nsk-12",
    "", "34", "", "5678sk-1234567", NULL };
  static const char wanted[] =
      "=== https://h:443 at 1790000000\n"
      "sent POST /v1/chat/completions?***\\r\\n\n"
      "sent Host: ***\\r\\n\n"
      "sent Authorization: ***\\r\\n\n"
      "sent X-A: ***\\r\\n\n"
      "sent Content-Length: ***\\r\\n\n"
      "sent \\r\\n\n"
      "sent {\"model\":\"m\",\n"
      "sent \"messages\":[{\"role\":\"user\",\n"
      "sent \"content\":\"A,\\\\\"b\\\\n\n"
      "sent C:\\\\\\\\ sk-12345678\"}]}GET / HTTP/1.1\\r\\n\n"
      "sent X: ***\n"
      "> HTTP/1.1 200 OK\\r\\n\n"
      "> Set-Cookie: a,\\x20\n"
      "wait\n"
      "> \"b\"\\r\\n\n"
      "> \\r\\n\n"
      "> ***********sk-1234567\n"
      "ends 2 0\n"
      "close\n";
  char got[64];
  size_t n;
  pieces = reply;
  record_over(give_pieces, "sk-12345678");
  CHECK_INT(receive(got, sizeof got, &n), LITELLM_AGAIN);
  send_all(request, sizeof request - 1);
  while (receive(got, sizeof got, &n) != LITELLM_END) continue;
  (desc.port->close)(&link_of_one);
  CHECK_TEXT(transcript, wanted);
  connect_to(litellm_player_open(&player, transcript), NULL);
  CHECK_INT((desc.port->unix_time)(), 1790000000);
  CHECK(!(desc.port->entropy)(got, 1));
}

/* What clients do seldom. */
static void test_calls_of_the_port(void) {
  static const char *const reply[] = { "a short key", NULL };
  static const char text[] =
      "=== a\nsent POST /?\n> xyz\nwait\n> y\nclose\n"
      "=== b\nsent PUT\nwait\nclose\n"
      "=== c\nclose\n"
      "=== d\nsent DELETE /\n> z\nclose\n"
      "=== e\n> z\nclose\n"
      "=== f\nends -80 8\nclose\n"
      "=== g\nends -81 9\nclose\n";
  char got[16];
  size_t n = 0;
  uint32_t now;
  pieces = reply;
  record_over(give_pieces, "short");
  CHECK_INT(receive(got, sizeof got, &n), LITELLM_OK);
  (desc.port->close)(&link_of_one);
  CHECK(count_of("\n> a short key\n"));
  /* a query, and a reply to half a request */
  connect_to(litellm_player_open(&player, text), NULL);
  CHECK_INT((desc.port->send)(&link_of_one, "POST /?k=1", 10, &n), LITELLM_OK);
  CHECK_INT(n, 7);
  CHECK_INT((desc.port->send)(&link_of_one, "k=1", 3, &n), LITELLM_AGAIN);
  player.piece = 2;
  CHECK_INT(receive(got, sizeof got, &n), LITELLM_OK);
  check_same(got, n, "xy", 2, __LINE__);
  player.piece = 1000;
  CHECK_INT(receive(got, sizeof got, &n), LITELLM_OK);
  check_same(got, n, "z", 1, __LINE__);
  (desc.port->close)(&link_of_one);
  /* a server that stops to read */
  connect_to(desc.port, NULL);
  send_all("PUT", 3);
  CHECK_INT((desc.port->send)(&link_of_one, " /", 2, &n), LITELLM_AGAIN);
  now = (desc.port->millis)();
  (desc.port->wait)(&link_of_one, LITELLM_WAIT_READ, 500);
  CHECK_INT((desc.port->millis)() - now, 1);
  (desc.port->wait)(&link_of_one, 0, 500);
  (desc.port->wait)(NULL, LITELLM_WAIT_READ, 500);
  CHECK_INT((desc.port->millis)() - now, 1001);
  for (int i = 0; i < 3; i++)
    CHECK_INT(receive(got, sizeof got, &n), LITELLM_AGAIN);
  CHECK_INT((desc.port->send)(&link_of_one, " /", 2, &n), LITELLM_AGAIN);
  (desc.port->wait)(&link_of_one, LITELLM_WAIT_READ, 500);
  CHECK_INT((desc.port->millis)() - now, 1501);
  (desc.port->close)(&link_of_one);
  connect_to(desc.port, NULL);
  CHECK_INT(receive(got, sizeof got, &n), LITELLM_END);
  (desc.port->close)(&link_of_one);
  /* a client that gives up, a server that speaks first */
  connect_to(desc.port, NULL);
  send_all("DEL", 3);
  (desc.port->close)(&link_of_one);
  connect_to(desc.port, NULL);
  CHECK_INT((desc.port->send)(&link_of_one, "P", 1, &n), LITELLM_AGAIN);
  (desc.port->close)(&link_of_one);
  CHECK_INT(try_connect(desc.port, NULL), LITELLM_ERROR_RESOLVE);
  CHECK(link_of_one.resolving && link_of_one.code == 8);
  (desc.port->close)(&link_of_one);
  CHECK_INT(try_connect(desc.port, NULL), LITELLM_ERROR_CONNECT);
  CHECK(!link_of_one.resolving && link_of_one.code == 9);
  (desc.port->close)(&link_of_one);
  CHECK_TEXT(litellm_player_close(&player), NULL);
  /* a change before the query, which is not told */
  connect_to(litellm_player_open(&player, text), NULL);
  CHECK_INT((desc.port->send)(&link_of_one, "GET /?k=1", 9, &n),
            LITELLM_ERROR_REQUEST_CHANGED);
  CHECK_TEXT(player.message,
             "transcript, line 2: request 1 has `GET /`, not `POST /?`");
  CHECK_INT(receive(got, sizeof got, &n), LITELLM_ERROR_REQUEST_CHANGED);
}

/* The clock stands still while there is progress, and is set back. */
static void test_the_clock(void) {
#define EIGHTY                                                                \
  "0123456789012345678901234567890123456789"                                  \
  "0123456789012345678901234567890123456789\n"
  static const char text[] = "=== a\nsent " EIGHTY "> " EIGHTY "close\n";
  char got;
  size_t n;
  for (int time = 0; time < 2; time++) {
    const char *at = strchr(text, '0');
    connect_to(litellm_player_open(&player, text), NULL);
    player.piece = 1;
    for (; *at != '\n'; at++) {
      CHECK_INT((desc.port->millis)(), 0);
      send_all(at, 1);
    }
    for (at += strlen("\n> "); *at != '\n'; at++) {
      CHECK_INT((desc.port->millis)(), 0);
      CHECK_INT(receive(&got, 1, &n), LITELLM_OK);
      CHECK_INT(got, *at);
    }
    for (int i = 0; i < 200; i++) n = (desc.port->millis)();
    CHECK(n > 100);
    (desc.port->close)(&link_of_one);
  }
}

/* Each byte comes back, next to each other one, in requests and replies. */
static void test_each_byte(void) {
  static const char head[] = "POST / HTTP/1.1\r\nContent-Length: 256\r\n\r\n";
  char got[sizeof every];
  size_t n;
  for (unsigned step = 1; step < 256; step += 2) {
    check_at("steps of %u", step);
    for (unsigned i = 0; i < 256; i++) every[i] = (char)(i * step);
    record_over(give_every, NULL);
    send_all(head, sizeof head - 1);
    send_all(every, sizeof every);
    CHECK_INT(receive(got, sizeof got, &n), LITELLM_OK);
    (desc.port->close)(&link_of_one);
    for (size_t i = 0; i < transcript_size; i++)
      CHECK((unsigned char)transcript[i] >= 0x20 || transcript[i] == '\n');
    CHECK_INT(count_of(" \n"), 0);
    connect_to(litellm_player_open(&player, transcript), NULL);
    send_all(head, sizeof head - 1);
    send_all(every, sizeof every);
    CHECK_INT(receive(got, sizeof got, &n), LITELLM_OK);
    check_same(got, n, every, sizeof every, __LINE__);
    (desc.port->close)(&link_of_one);
    CHECK_TEXT(litellm_player_close(&player), NULL);
  }
}

static size_t below(size_t limit) {
  return (size_t)(check_random() % limit);
}

/* Replies with the key or parts of it, in whatever pieces they arrive. */
static unsigned long tries = 2000;
static void test_keys_in_replies(void) {
  static const char key[] = "aabaabaaab";
  for (unsigned long i = 0; i < tries; i++) {
    char texts[12][12], all[256] = "", got[256];
    const char *list[13];
    size_t n, size = 0;
    char *at;
    for (n = 0; n < 12; n++) {
      size_t from = below(10), len = below(3) ? below(11 - from) : 0;
      memcpy(texts[n], key + from, len);
      texts[n][len] = 0;
      list[n] = texts[n];
      strcat(all, texts[n]);
    }
    list[12] = NULL;
    check_at("%s", all);
    while ((at = strstr(all, key)) != NULL) memset(at, '*', sizeof key - 1);
    pieces = list;
    record_over(give_pieces, key);
    while (receive(got, sizeof got, &n) != LITELLM_END) continue;
    (desc.port->close)(&link_of_one);
    for (at = strchr(transcript, '\n'); at; at = strchr(at + 1, '\n'))
      if (at[1] == '>') {
        n = strcspn(at + 3, "\n");
        memcpy(got + size, at + 3, n);
        size += n;
      }
    check_same(got, size, all, strlen(all), __LINE__);
  }
}

/* ---- with a client ------------------------------------------------------- */

static void test_plays_as_recorded(void) {
  static const size_t sizes[][2] = { { 0, 0 }, { 1, 1 }, { 7, 64 } };
  static char wanted[sizeof log_text];
  for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
    for (size_t k = 0; k < 3; k++) {
      check_at("%s, %lu", scenes[i].name, (unsigned long)k);
      polls = false;
      record(&scenes[i], sizes[k][0], sizes[k][1]);
      memcpy(wanted, log_text, sizeof wanted);
      for (size_t n = 0; n < 3 && scenes[i].has[n]; n++)
        CHECK(count_of(scenes[i].has[n]) > 0);
      for (size_t n = 0; n < 12; n++) {
        check_at("%s, %lu, %lu", scenes[i].name, (unsigned long)k,
                 (unsigned long)n);
        polls = n % 2;
        CHECK_TEXT(play(n / 2 % 3, n / 6 ? 64 : 0), NULL);
        CHECK_TEXT(log_text, wanted);
      }
    }
}

/* Whatever the server and the client are given at a time. */
static void test_no_key_is_told(void) {
  for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
    for (size_t n = 0; n < 80; n++) {
      check_at("%s, %lu", scenes[i].name, (unsigned long)n);
      polls = false;
      server_reset(serve);
      record(&scenes[i], n / 2, n);
      CHECK_INT(count_of(KEY), 0);
      CHECK_INT(count_of("sk-12345678") + count_of("sk-87654321"), 0);
      CHECK_INT(count_of("Authorization:"), count_of("Authorization: ***"));
    }
}

#define SENT                                                                  \
  "=== a title\n"                                                             \
  "sent POST /v1/chat/completions HTTP/1.1\\r\\n\n"                           \
  "sent \\r\\n\n"                                                             \
  "sent {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
#define BACK                                                                  \
  "> HTTP/1.1 200 OK\\r\\nContent-Length: 65\\r\\n\\r\\n\n"                   \
  "> " JSON("Hi") "\n"                                                        \
  "close\n"
#define HI_BACK SENT "Hi\"}]}\n" BACK
#define FOUR "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC"
#define CHANGED(nth, sent, recorded)                                          \
  "transcript, line " #nth ": request 1 has `" sent "`, not `" recorded "`",  \
  LITELLM_ERROR_REQUEST_CHANGED
#define WRONG(nth, what) "transcript, line " #nth ": " what

static const struct text_case {
  const char *text;
  const char *wrong;         /* NULL: nothing */
  int result;                /* of the call, litellm_result */
  const char *prompt;        /* if not Hi */
} texts[] = {
  { .text = HI_BACK, NULL, LITELLM_OK },
  { .text = "=== \n# look at 1\r\nsent POST\n"
    "sent  /v1/chat/completions HTTP/1.1\\r\\n\n"
    "\n\r\nsent \\r\\n{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\r\n"
    "sent \"content\":\"Hi\"}]}\nwait\nwait\n" BACK, NULL, LITELLM_OK },
  /* the server answers before it has read all */
  { .text = "=== a\nsent POST\nsent  /v1/chat\n" BACK, NULL, LITELLM_OK },
  { .text = "=== a\nsent POST /v1/chat/completions HTTP/1.1\\r\\n\n"
    "sent Host: ***\\r\\n\n" BACK, NULL, LITELLM_OK },
#if LITELLM_RETRIES
  /* it ends the connection */
  { .text = SENT "Hi\"}]}\nends -82\nclose\n" HI_BACK, NULL, LITELLM_OK },
  { .text = "=== a\nends 2 0\nclose\n" HI_BACK, NULL, LITELLM_OK },
#endif
  /* what has changed */
  { .text = "=== a\nsent POST /a HTTP/1.1\\r\\n\n" BACK,
    CHANGED(2, "POST /v1/chat/completions HTTP", "POST /a HTTP/1.1\\r\\n") },
  { .text = SENT "Hello\"}]}\n" BACK,
    CHANGED(4, "ole\":\"user\",\"content\":\"Hi\"}]}",
            "ole\":\"user\",\"content\":\"Hello\"}]}") },
  { .text = SENT FOUR FOUR FOUR FOUR "\"}]}\n" BACK,
    CHANGED(4, "role\":\"user\",\"content\":\"Hi\"}]}",
            "role\":\"user\",\"content\":\"" FOUR FOUR FOUR) },
  { .text = SENT FOUR FOUR FOUR FOUR "x\"}]}\n" BACK,
    CHANGED(4, "\xC3\xBC\xC3\xBC\xC3\xBC" FOUR FOUR "xa\"}]}",
            "\xC3\xBC\xC3\xBC\xC3\xBC" FOUR FOUR "x\"}]}"),
    FOUR FOUR FOUR FOUR "xa" },
  { .text = SENT FOUR FOUR FOUR FOUR "\"}]}\n" BACK,
    CHANGED(4, FOUR FOUR FOUR "x" FOUR FOUR FOUR, FOUR FOUR FOUR "\"}]}"),
    FOUR FOUR FOUR FOUR "x" FOUR FOUR FOUR FOUR },
  { .text = HI_BACK "\n" HI_BACK, WRONG(9, "was not played"), LITELLM_OK },
  { .text = "=== a\nends -81 111\nclose\n",
    LITELLM_RETRIES ? WRONG(3, "no more connections") : NULL,
    LITELLM_RETRIES ? LITELLM_ERROR_REQUEST_CHANGED : LITELLM_ERROR_CONNECT },
  { .text = "", WRONG(0, "no more connections"),
    LITELLM_ERROR_REQUEST_CHANGED },
  /* no transcripts */
#define NONE(nth) WRONG(nth, "ill-formed"), LITELLM_ERROR_ARGUMENT
  { .text = "\x7f" "ELF", NONE(1) },
  { .text = "> x\n", NONE(1) },
  { .text = "ends 2 0\n", NONE(1) },
  { .text = "=== a\n=== a\nclose\n", NONE(2) },
  { .text = "=== a\nclose\nclose\n", NONE(3) },
  { .text = "=== a\nclose\n> x\n", NONE(3) },
  { .text = "=== a\nsent \nclose\n", NONE(2) },
  { .text = "=== a\n>\nclose\n", NONE(2) },
  { .text = "=== a\n> \\", NONE(2) },
  { .text = "=== a\n> \\q\nclose\n", NONE(2) },
  { .text = "=== a\n> \\x4\nclose\n", NONE(2) },
  { .text = "=== a\n> \\x4g\nclose\n", NONE(2) },
  { .text = "=== a\n> \\xg4\nclose\n", NONE(2) },
  { .text = "=== a\n> \\X44\nclose\n", NONE(2) },
  { .text = "=== a\nends \nclose\n", NONE(2) },
  { .text = "=== a\nends ok\nclose\n", NONE(2) },
  { .text = "=== a\nends 0 0\nclose\n", NONE(2) },
  { .text = "=== a\nends 3 0\nclose\n", NONE(2) },
  { .text = "=== a\nends -1000 0\nclose\n", NONE(2) },
  { .text = "=== a\nends -82\n9\nclose\n", NONE(2) },
  { .text = "=== a\n> x\n", WRONG(2, "cut off"), LITELLM_ERROR_ARGUMENT },
};

static void test_texts(void) {
  scene = &scenes[0];
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    for (size_t piece = 0; piece < 2; piece++) {
      check_at("text %lu: %.60s", (unsigned long)i, texts[i].text);
      polls = false;
      strcpy(transcript, texts[i].text);
      prompt = texts[i].prompt ? texts[i].prompt : "Hi";
      CHECK_TEXT(play(piece, 0), texts[i].wrong);
      CHECK_INT(client.error.code, texts[i].result);
      if (texts[i].result <= LITELLM_ERROR_REQUEST_CHANGED)
        CHECK_TEXT(client.error.message, texts[i].wrong);
    }
  prompt = "Hi";
}

static void test_one_that_is_cut_off(void) {
  static char whole[sizeof transcript];
  record(&scenes[2], 0, 0);
  memcpy(whole, transcript, sizeof whole);
  CHECK_TEXT(play(0, 0), NULL);
  for (size_t size = strlen(whole) - 2; size > 0; size--) {
    check_at("%lu bytes", (unsigned long)size);
    memcpy(transcript, whole, size);
    transcript[size] = 0;
    CHECK(play(0, 0) != NULL);
    CHECK(client.error.code != LITELLM_OK);
  }
}

/* Bytes that are wrong do no harm: ASan or valgrind would say so. */
static void test_changed_bytes(void) {
  static char whole[sizeof transcript];
  static const char bytes[] = "\\\n\r x>=sewc#-1*\0\x7f";
  size_t size;
  record(&scenes[1], 0, 0);
  size = strlen(transcript);
  memcpy(whole, transcript, sizeof whole);
  for (unsigned long i = 0; i < tries; i++) {
    size_t at = below(size);
    memcpy(transcript, whole, size);
    transcript[at] = bytes[below(sizeof bytes)];
    check_at("byte %lu: %d", (unsigned long)at, transcript[at]);
    (void)play(i % 2, 0);
  }
}

static void test_a_transcript_without_room(void) {
  size_t size = 0, room = sizeof transcript - 1;
  scene = &scenes[0];
  for (;; room--) {
    /* The end is written when the call is over. */
    bool fits = room + strlen("\nclose\n") >= size;
    check_at("%lu bytes", (unsigned long)room);
    server_reset(serve);
    desc = server_desc();
    desc.max_retries = LITELLM_NO_RETRIES;
    transcript_size = 0;
    transcript_room = room;
    run(litellm_recorder_open(&recorder, &server_port, keep, transcript), KEY);
    CHECK_INT(client.error.code, fits ? LITELLM_OK : LITELLM_ERROR_NETWORK);
    CHECK_TEXT(client.error.message,
               fits ? NULL : "the transcript cannot be written");
    CHECK_INT(recorder.failed, room < size);
    if (room == 0) break;
    if (size == 0) room = size = transcript_size;
  }
}

#if LITELLM_REPLAY_FILES
static void test_files(void) {
  static char memory[sizeof transcript];
  FILE *file = tmpfile();
  if (!CHECK(file != NULL)) return;
  record(&scenes[0], 0, 0);
  server_reset(serve);
  desc = server_desc();
  run(litellm_recorder_open(&recorder, &server_port, litellm_recorder_file,
                            file), KEY);
  for (size_t size = transcript_size + 2; size > 0; size--) {
    bool fits = size > transcript_size;
    check_at("%lu bytes", (unsigned long)size);
    rewind(file);
    desc = server_desc();
    run(litellm_player_open_file(&player, file, memory, size), NULL);
    CHECK_TEXT(memory, fits ? transcript : "");
    CHECK_TEXT(litellm_player_close(&player),
               fits ? NULL : "transcript, line 0: file too large");
    CHECK_INT(client.error.code, fits ? LITELLM_OK : LITELLM_ERROR_NO_MEMORY);
  }
  desc = server_desc();
  run(litellm_player_open_file(&player, NULL, memory, sizeof memory), NULL);
  CHECK_TEXT(litellm_player_close(&player), "transcript, line 0: no file");
  (void)fclose(file);
}
#endif

int main(int count, char **arguments) {
  if (count > 1) tries = strtoul(arguments[1], NULL, 10);
  CHECK_RUN(test_a_transcript);
  CHECK_RUN(test_calls_of_the_port);
  CHECK_RUN(test_the_clock);
  CHECK_RUN(test_each_byte);
  CHECK_RUN(test_keys_in_replies);
  CHECK_RUN(test_plays_as_recorded);
  CHECK_RUN(test_no_key_is_told);
  CHECK_RUN(test_texts);
  CHECK_RUN(test_one_that_is_cut_off);
  CHECK_RUN(test_changed_bytes);
  CHECK_RUN(test_a_transcript_without_room);
#if LITELLM_REPLAY_FILES
  CHECK_RUN(test_files);
#endif
  return check_failures != 0;
}
