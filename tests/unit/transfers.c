/* Transfers: what is sent and what becomes of the reply, at every split and in
   arenas of every size; callbacks that fail, wait or have no room. */
#include "tests/unit/transfers.h"

#if LITELLM_EXTRAS

static const char *fails_first(unsigned nth) {
  return nth ? reply : "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n";
}

/* ---- paths and heads --------------------------------------------------- */

static void paths(void) {
  static const struct { const char *url, *path, *line; } cases[] = {
    { "http://h", "/v1/models", "GET /v1/models HTTP/1.1\r\n" },
    { "http://h/", "/v1/models", "GET /v1/models HTTP/1.1\r\n" },
    { "http://h/v1", "/v1/models", "GET /v1/models HTTP/1.1\r\n" },
    { "http://h/api/chat/completions", "/v1/models",
      "GET /api/models HTTP/1.1\r\n" },
    { "http://h/p?a=1", "/v1/models", "GET /p/models?a=1 HTTP/1.1\r\n" },
    { "http://h", "/health", "GET /health HTTP/1.1\r\n" },
    { "http://h/v1", "/health", "GET /health HTTP/1.1\r\n" },
    { "http://h/gw/v1", "/health", "GET /gw/health HTTP/1.1\r\n" },
    { "http://h/gw", "/health", "GET /gw/health HTTP/1.1\r\n" },
    { "http://h", "/", "GET / HTTP/1.1\r\n" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    litellm_transfer t = { .path = cases[i].path };
    check_at("%s %s", cases[i].url, cases[i].path);
    begin(LENGTH("0"));
    desc.base_url = cases[i].url;
    desc.api_key = "sk-1";
    open_client();
    CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_OK);
    CHECK(!strncmp(server.last, cases[i].line, strlen(cases[i].line)));
    CHECK(strstr(server.last, "\r\nAuthorization: Bearer sk-1\r\n") != NULL);
    CHECK(strstr(server.last, "\r\nContent-Length: 0\r\n") != NULL);
    server_end(&client);
  }
}

/* ---- a struct to a struct ---------------------------------------------- */

#define QUESTION(FIELD) FIELD(STRING, text, NULL) FIELD(INT, count, NULL)
LITELLM_MODEL(question, QUESTION);
#define ANSWER(FIELD)                                                          \
  FIELD(STRING, word, NULL) FIELD(INT, total, NULL)                            \
  FIELD(LIST(INT, 3), parts, NULL)
LITELLM_MODEL(answer, ANSWER);

static void refused(void) {
  static const litellm_name_value bad[] = { { "Host", "x" }, { NULL, NULL } };
  static const struct { litellm_transfer t; litellm_result result; } cases[] = {
    { { .path = NULL }, LITELLM_ERROR_ARGUMENT },
    { { .path = "models" }, LITELLM_ERROR_ARGUMENT },
    { { .path = "/a b" }, LITELLM_ERROR_ARGUMENT },
    { { .path = "/a\r\nX: y" }, LITELLM_ERROR_ARGUMENT },
    { { .path = "/a", .content_type = "a\r\nb" }, LITELLM_ERROR_HEADER },
    { { .path = "/a", .headers = bad }, LITELLM_ERROR_HEADER },
    { { .path = "/a", .reply_type = &answer_type }, LITELLM_ERROR_ARGUMENT },
  };
  begin(LENGTH("0"));
  open_client();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_at("%d", (int)i);
    CHECK_INT(litellm_transfer_run(&client, &cases[i].t), cases[i].result);
    CHECK_INT(client.error.code, cases[i].result);
  }
  CHECK_INT(litellm_transfer_run(&client, NULL), LITELLM_ERROR_ARGUMENT);
  CHECK_INT(server.opened, 0);
  server_end(&client);
}

static const struct question asked = {
  "A \"long\" text, longer than the window so that it takes several: the quick "
  "brown fox jumps over the lazy dog, and over it again, and once more.", 7 };
#define ASKED                                                                  \
  "\r\n\r\n{\"text\":\"A \\\"long\\\" text, longer than the window so that "   \
  "it takes several: the quick brown fox jumps over the lazy dog, and over it" \
  " again, and once more.\",\"count\":7}"

static void structs(void) {
  struct answer out;
  litellm_transfer t = {
    .path = "/v1/x", .body = &asked, .body_type = &question_type,
    .reply_type = &answer_type, .reply = &out };
  const char *text =
    CHUNKED "1b\r\n{\"word\":\"caf\\u00e9\",\"other\"\r\n"
    "24\r\n:{\"a\":[1,2]},\"total\":12,\"parts\":[1,2\r\n3\r\n,3]\r\n"
    "1\r\n}\r\n0\r\n\r\n";
  for (size_t split = 0; split < 64; split++) {
    check_at("split %d", (int)split);
    begin(text);
    server.read_size = split;
    server.send_size = split;
    open_client();
    CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_OK);
    CHECK_TEXT(out.word, "caf\303\251");
    CHECK_INT(out.total, 12);
    CHECK_INT(out.parts.count, 3);
    CHECK(strstr(server.last, "POST /v1/x HTTP/1.1\r\n") == server.last);
    CHECK(strstr(server.last, "Content-Type: application/json\r\n") != NULL);
    CHECK_TEXT(strstr(server.last, "\r\n\r\n"), ASKED);
    server_end(&client);
  }
}

static void struct_misfits(void) {
  static const struct { const char *reply; litellm_result result; } cases[] = {
    { LENGTH("2") "{}", LITELLM_ERROR_SCHEMA },
    { LENGTH("2") "[]", LITELLM_ERROR_SCHEMA },
    { LENGTH("0"), LITELLM_ERROR_SCHEMA },
    { LENGTH("9") "{\"word\":1", LITELLM_ERROR_SCHEMA },
    { LENGTH("19") "{\"word\":1", LITELLM_ERROR_TRUNCATED },
    { "HTTP/1.1 401 No\r\nContent-Length: 27\r\n\r\n"
      "{\"error\":{\"message\":\"nope\"}}", LITELLM_ERROR_AUTHENTICATION },
    { "HTTP/1.1 404 No\r\nno header\r\n\r\n", LITELLM_ERROR_HTTP },
    { "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
      LITELLM_ERROR_NOT_FOUND },
    { "HTTP/1.1 301 No\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
      LITELLM_ERROR_REDIRECT },
  };
  struct answer out;
  litellm_transfer t = {
    .path = "/v1/x", .reply_type = &answer_type, .reply = &out };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_at("%s", cases[i].reply);
    begin(cases[i].reply);
    server.closes = true;
    open_client();
    CHECK_INT(litellm_transfer_run(&client, &t), cases[i].result);
    if (cases[i].result == LITELLM_ERROR_AUTHENTICATION)
      CHECK_TEXT(client.error.message, "nope");
    server_end(&client);
  }
}

/* Each size of the arena gives NO_MEMORY with what is missing, or success. */
static void arenas(void) {
  struct answer out;
  litellm_transfer t = {
    .path = "/v1/x", .body = &asked, .body_type = &question_type,
    .reply_type = &answer_type, .reply = &out };
  size_t size, least = sizeof(litellm_link) + 2 + 128;
  litellm_result result = LITELLM_ERROR_NO_MEMORY;
  begin(LENGTH("39") "{\"word\":\"cafe\",\"total\":12,\"parts\":[1]} ");
  for (size = least; result != LITELLM_OK && size < 4096; size++) {
    unsigned char *memory = (unsigned char *)check_alloc(size);
    check_at("%d bytes", (int)size);
    server_reset(replies);
    desc.memory = memory;
    desc.memory_size = size;
    result = litellm_client_init(&client, &desc);
    if (result == LITELLM_OK) result = litellm_transfer_run(&client, &t);
    if (result != LITELLM_OK) {
      CHECK_INT(result, LITELLM_ERROR_NO_MEMORY);
      CHECK(client.error.bytes_missing > 0);
    } else {
      CHECK_TEXT(out.word, "cafe");
    }
    server_end(&client);
    free(memory);
  }
  CHECK_INT(result, LITELLM_OK);
}

/* ---- bytes ------------------------------------------------------------- */

static const char audio[] =
  CHUNKED "5\r\nRIFF{\r\n10\r\n0123456789[]abcd\r\n1\r\n!\r\n0\r\n\r\n";
#define AUDIO "RIFF{0123456789[]abcd!"

static void bytes(void) {
  for (size_t split = 0; split < 64; split++) {
    litellm_transfer t = { .path = "/v1/audio/speech", .body = "{}",
                           .body_size = 2 };
    litellm_event event;
    litellm_result result;
    check_at("split %d", (int)split);
    begin(audio);
    server.read_size = split;
    open_client();
    taken_size = 0;
    CHECK_INT(litellm_transfer_start(&client, &t), LITELLM_OK);
    while ((result = litellm_next(&client, &event)) <= LITELLM_AGAIN &&
           result >= LITELLM_OK) {
      if (result == LITELLM_AGAIN) {
        litellm_wait(&client, &event);
        continue;
      }
      CHECK_INT(event.kind, LITELLM_EVENT_BYTES);
      memcpy(taken + taken_size, event.text.ptr, event.text.len);
      taken_size += event.text.len;
    }
    CHECK_INT(result, LITELLM_END);
    check_same(taken, taken_size, AUDIO, sizeof AUDIO - 1, __LINE__);
    CHECK_TEXT(strstr(server.last, "\r\n\r\n"), "\r\n\r\n{}");
    /* the connection goes on */
    CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_OK);
    CHECK_INT(server.opened, LITELLM_REUSE ? 1 : 2);
    server_end(&client);
  }
}

static void sinks(void) {
  litellm_transfer t = { .path = "/v1/audio/speech", .sink = take,
                         .sink_data = taken };
  for (size_t split = 0; split < 64; split++) {
    check_at("split %d", (int)split);
    begin(audio);
    server.read_size = split;
    open_client();
    taken_size = 0;
    waits = 3;
    CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_OK);
    check_same(taken, taken_size, AUDIO, sizeof AUDIO - 1, __LINE__);
    server_end(&client);
  }
  /* one that is full, and what it had is not sent twice */
  for (unsigned nth = 1; nth <= 3; nth++) {
    check_at("full at %u", nth);
    begin(audio);
    desc.max_retries = 2;
    open_client();
    taken_size = 0;
    fails = nth;
    fails_with = LITELLM_ERROR_NO_MEMORY;
    CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_ERROR_NO_MEMORY);
    CHECK_INT(server.requests, 1);
    server_end(&client);
  }
  fails = 0;
  /* one that is never ready */
  begin(audio);
  open_client();
  waits = 1000000;
  CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_ERROR_TIMEOUT);
  server_end(&client);
  waits = 0;
}

/* Cut anywhere in the reply: never a success. */
static void cuts(void) {
  litellm_transfer t = { .path = "/v1/audio/speech" };
  char part[sizeof audio];
  for (size_t len = 1; len < sizeof audio - 1; len++) {
    check_at("%d bytes", (int)len);
    memcpy(part, audio, len);
    part[len] = 0;
    begin(part);
    server.closes = true;
    open_client();
    litellm_result result = litellm_transfer_run(&client, &t);
    /* The last chunk says that all came; its blank line may be missing. */
    if (len < strlen(audio) - 2) CHECK_INT(result, LITELLM_ERROR_TRUNCATED);
    server_end(&client);
  }
}

/* The status counts, even if nothing comes behind the head. */
static void errors_cut(void) {
  litellm_transfer t = { .path = "/v1/x" };
  for (size_t split = 0; split < 20; split++) {
    check_at("split %d", (int)split);
    begin("HTTP/1.1 413 No\r\n\r\n");
    server.closes = true;
    server.end_as = LITELLM_ERROR_CONNECTION_CLOSED;
    server.read_size = split;
    CHECK_INT(run(&t), LITELLM_ERROR_TOO_LARGE);
    server_end(&client);
  }
}

static void retries(void) {
  struct answer out;
  litellm_transfer t = {
    .path = "/v1/x", .body = &asked, .body_type = &question_type,
    .reply_type = &answer_type, .reply = &out };
  begin(LENGTH("39") "{\"word\":\"cafe\",\"total\":12,\"parts\":[1]} ");
  server.serve = fails_first;
  desc.max_retries = 2;
  open_client();
  CHECK_INT(litellm_transfer_run(&client, &t),
            LITELLM_RETRIES ? LITELLM_OK : LITELLM_ERROR_OVERLOADED);
  CHECK_INT(server.requests, LITELLM_RETRIES ? 2 : 1);
  CHECK_TEXT(strstr(server.last, "\r\n\r\n"), ASKED);
  server_end(&client);
}

/* ---- pulled bodies ----------------------------------------------------- */

static const char song[] =
  "A song that is longer than a window of 128 bytes: la la la la la la la la "
  "la la la la la la la la la la la la la la la la la la la la la la la la la "
  "la la la la la la la la la la la la la la la la la la la la la la, la.";

static void pulled(void) {
  for (unsigned known = 0; known < 2; known++)
    for (size_t split = 0; split < 40; split++) {
      litellm_transfer t = {
        .path = "/v1/up", .content_type = "audio/wav", .pull = give,
        .source = &given, .pull_size = known ? sizeof song - 1 : 0 };
      size_t size;
      check_at("%u, split %d", known, (int)split);
      begin_giving(song, LENGTH("0"));
      server.send_size = split;
      give_most = split * 2;
      waits = 2;
      open_client();
      CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_OK);
      CHECK_TEXT(sent_body(&size), song);
      CHECK(strstr(server.last, "Content-Type: audio/wav\r\n") != NULL);
      /* the connection goes on */
      give_at = 0;
      CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_OK);
      CHECK_INT(server.opened, LITELLM_REUSE ? 1 : 2);
      server_end(&client);
    }
}

static void pull_faults(void) {
  static const struct {
    const char *name, *says;
    unsigned fails, cancels;
    uint32_t size;
    litellm_result result;
  } cases[] = {
    { "too large", STATUS("413"), 0, 0, 0, LITELLM_ERROR_TOO_LARGE },
    { "too large, known", STATUS("413"), 0, 0, 500, LITELLM_ERROR_TOO_LARGE },
    { "no key", STATUS("401"), 0, 0, 0, LITELLM_ERROR_AUTHENTICATION },
    { "server down", STATUS("503"), 0, 0, 0, LITELLM_ERROR_OVERLOADED },
    { "fails at once", NULL, 1, 0, 0, LITELLM_ERROR_NETWORK },
    { "fails later", NULL, 2, 0, 0, LITELLM_ERROR_NETWORK },
    { "cancels", NULL, 0, 2, 0, LITELLM_ERROR_CANCELLED },
    { "gives less", NULL, 0, 0, 500, LITELLM_ERROR_REQUEST_CHANGED },
    { "an interim reply", "HTTP/1.1 103 Hints\r\n\r\n", 0, 0, 0, LITELLM_OK },
  };
  const litellm_transfer plain = { .path = "/v1/x" };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t split = 0; split < 24; split++) {
      litellm_transfer t = {
        .path = "/v1/up", .pull = give, .source = &given,
        .pull_size = cases[i].size };
      litellm_result result;
      check_at("%s, split %d", cases[i].name, (int)split);
      begin_giving(song, LENGTH("0"));
      desc.max_retries = 2;
      server.send_size = split;
      says = cases[i].says;
      fails = cases[i].fails;
      cancels = cases[i].cancels;
      open_client();
      result = litellm_transfer_run(&client, &t);
      if (cases[i].result == LITELLM_OK && split)      /* lost in the window */
        CHECK_INT(result, LITELLM_ERROR_REQUEST_CHANGED);
      else
        CHECK_INT(result, cases[i].result);
      CHECK_INT(server.opened, 1);           /* it is not sent again */
      CHECK_INT(litellm_transfer_run(&client, &plain), LITELLM_OK);
      CHECK_INT(server.opened, LITELLM_REUSE && result == LITELLM_OK
                ? 1 : 2);
      server_end(&client);
    }
  /* a source that has nothing for too long */
  {
    litellm_transfer t = { .path = "/v1/up", .pull = give, .source = &given };
    begin_giving(song, LENGTH("0"));
    waits = 1000000;
    open_client();
    CHECK_INT(litellm_transfer_run(&client, &t), LITELLM_ERROR_TIMEOUT);
    server_end(&client);
    waits = 0;
  }
}

/* A source that says OK and gives nothing is asked again. */
static litellm_result hesitate(void *source, void *buffer, size_t size,
                               size_t *got) {
  static unsigned calls;
  return ++calls % 2 ? LITELLM_OK : give(source, buffer, size, got);
}

static litellm_str no_key(void *user_data) {
  (void)user_data;
  return litellm_str_from("a\r\nb");
}

/* What cannot be sent is refused before the first byte, but for a body whose
   size is not known until it is too large. */
static void sizes(void) {
  litellm_transfer t = { .path = "/v1/up", .pull = hesitate, .source = &given };
  litellm_event event;
  litellm_result result;
  size_t size;
  begin_giving(song, LENGTH("0"));
  CHECK_INT(run(&t), LITELLM_OK);
  CHECK_TEXT(sent_body(&size), song);
  server_end(&client);

  t.pull_size = UINT32_MAX - 1;
  t.body = "ab";             /* behind which it is pulled */
  for (t.body_size = 0; t.body_size < 3; t.body_size++) {
    begin_giving(song, LENGTH("0"));
    CHECK_INT(run(&t), LITELLM_ERROR_TOO_LARGE);
    CHECK_INT(server.opened, 0);
    server_end(&client);
  }
  t.body = NULL;
  t.body_size = 0;

  t.pull_size = 0;
  begin_giving(song, LENGTH("0"));
  give_most = 20;
  open_client();
  CHECK_INT(litellm_transfer_start(&client, &t), LITELLM_OK);
  while (give_at < 60)
    CHECK(litellm_next(&client, &event) >= LITELLM_OK);
  client.body_ -= client.total_ - client.offset_ - 50;
  client.total_ = client.offset_ + 50;       /* as after 4 GB */
  while ((result = litellm_next(&client, &event)) == LITELLM_AGAIN)
    litellm_wait(&client, &event);
  CHECK_INT(result, LITELLM_ERROR_TOO_LARGE);
  server_end(&client);

  begin(LENGTH("0"));
  desc.api_key_callback = no_key;
  CHECK_INT(run(&t), LITELLM_ERROR_HEADER);
  server_end(&client);
}

/* Each call of the port fails, or says AGAIN. */
static void port_faults(void) {
  for (unsigned known = 0; known < 2; known++) {
    unsigned nth = 0;
    litellm_result result = LITELLM_ERROR_NETWORK;
    while (result != LITELLM_OK && ++nth < 500) {
      litellm_transfer t = {
        .path = "/v1/up", .pull = give, .source = &given,
        .pull_size = known ? sizeof song - 1 : 0 };
      size_t size;
      check_at("call %u", nth);
      begin_giving(song, LENGTH("0"));
      server.fail_at = nth;
      server.again_every = 3;
      open_client();
      result = litellm_transfer_run(&client, &t);
      if (result == LITELLM_OK) CHECK_TEXT(sent_body(&size), song);
      CHECK(server.calls >= nth || result == LITELLM_OK);
      server_end(&client);
    }
    CHECK_INT(result, LITELLM_OK);
  }
}

int main(void) {
  CHECK_RUN(paths);
  CHECK_RUN(refused);
  CHECK_RUN(structs);
  CHECK_RUN(struct_misfits);
  CHECK_RUN(arenas);
  CHECK_RUN(bytes);
  CHECK_RUN(sinks);
  CHECK_RUN(cuts);
  CHECK_RUN(errors_cut);
  CHECK_RUN(retries);
  CHECK_RUN(pulled);
  CHECK_RUN(pull_faults);
  CHECK_RUN(sizes);
  CHECK_RUN(port_faults);
  return check_failures != 0;
}
#endif
