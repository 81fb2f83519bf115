/* Models, health and embeddings: at every split, in arenas of every size. */
#if !defined(LITELLM_EXTRAS) && (!defined(LITELLM_MODELS) || LITELLM_MODELS)
#define LITELLM_EXTRAS 1
#endif
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

#if LITELLM_EXTRAS

static litellm_client client;
static litellm_client_desc desc;
static char reply[4096];

static const char *replies(unsigned nth) {
  (void)nth;
  return reply;
}

static void begin(const char *status, const char *body) {
  (void)snprintf(reply, sizeof reply, "HTTP/1.1 %s\r\nContent-Length: %u\r\n"
                 "\r\n%s", status, (unsigned)strlen(body), body);
  server_reset(replies);
  desc = server_desc();
  desc.model = "default";
  desc.window_size = 128;
  desc.max_retries = LITELLM_NO_RETRIES;
}

static litellm_result run(const litellm_transfer *t) {
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  return litellm_transfer_run(&client, t);
}

/* ---- models and health -------------------------------------------------- */

static const char list[] =
  "{\"data\":[{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1,"
  "\"owned_by\":\"openai\",\"more\":{\"id\":\"no\"}},"
  "{\"object\":\"model\",\"id\":\"a\\u00e9 b\"},{\"id\":7},"
  "{\"id\":\"\"}],\"object\":\"list\",\"id\":\"no\"}";

static void check_names(const char *const *names) {
  CHECK_TEXT(names[0], "gpt-4o");
  CHECK_TEXT(names[1], "a\303\251 b");
  CHECK_TEXT(names[2], "");
  CHECK(names[3] == NULL);
}

static void models(void) {
  for (size_t split = 0; split < 200; split++) {
    const char *const *names = NULL;
    litellm_transfer t;
    check_at("split %d", (int)split);
    begin("200 OK", list);
    server.read_size = split;
    litellm_transfer_models(&t, &names);
    if (CHECK_INT(run(&t), LITELLM_OK)) check_names(names);
    CHECK(!strncmp(server.last, "GET /v1/models HTTP/1.1\r\n", 25));
    server_end(&client);
  }
}

static void models_in_arenas(void) {
  litellm_result result = LITELLM_ERROR_NO_MEMORY;
  const char *const *names = NULL;
  litellm_transfer t;
  size_t size = sizeof(litellm_link) + 2 + 128;
  litellm_transfer_models(&t, &names);
  for (; result != LITELLM_OK && size < 4096; size++) {
    unsigned char *memory = (unsigned char *)check_alloc(size);
    check_at("%d bytes", (int)size);
    begin("200 OK", list);
    desc.memory = memory;
    desc.memory_size = size;
    result = litellm_client_init(&client, &desc);
    if (result == LITELLM_OK) result = litellm_transfer_run(&client, &t);
    if (result == LITELLM_OK) check_names(names);
    else CHECK_INT(result, LITELLM_ERROR_NO_MEMORY);
    if (result != LITELLM_OK) CHECK(client.error.bytes_missing > 0);
    server_end(&client);
    free(memory);
  }
  CHECK_INT(result, LITELLM_OK);
}

static void faults(void) {
  static const struct {
    const char *status, *body;
    litellm_result result;
  } cases[] = {
    { "200 OK", "{\"data\":[]}", LITELLM_OK },
    { "200 OK", "{\"data\":[{\"id\":\"x\"", LITELLM_ERROR_TRUNCATED },
    { "200 OK", "", LITELLM_ERROR_TRUNCATED },
    { "200 OK", "<html>", LITELLM_ERROR_JSON },
    { "401 No", "{\"error\":{\"message\":\"no\",\"code\":\"401\"}}",
      LITELLM_ERROR_AUTHENTICATION },
    { "404 No", "<html>", LITELLM_ERROR_NOT_FOUND },
    { "503 No", "", LITELLM_ERROR_OVERLOADED },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const *names = NULL;
    litellm_transfer t;
    check_at("%s %s", cases[i].status, cases[i].body);
    begin(cases[i].status, cases[i].body);
    litellm_transfer_models(&t, &names);
    CHECK_INT(run(&t), cases[i].result);
    CHECK((names != NULL) == (cases[i].result == LITELLM_OK));
    server_end(&client);
  }
}

static void health(void) {
  for (int ready = 0; ready < 2; ready++) {
    const char *line = ready ? "GET /health/readiness HTTP/1.1\r\n"
                             : "GET /health/liveliness HTTP/1.1\r\n";
    litellm_transfer t;
    litellm_transfer_health(&t, ready);
    begin("200 OK", "\"I'm alive!\"");
    CHECK_INT(run(&t), LITELLM_OK);
    CHECK(!strncmp(server.last, line, strlen(line)));
    server_end(&client);
    begin("503 Service Unavailable", "{\"detail\":\"no database\"}");
    desc.max_retries = 3;
    CHECK_INT(run(&t), LITELLM_ERROR_OVERLOADED);
    CHECK_INT(server.requests, 1);
    server_end(&client);
  }
}

/* ---- embeddings -------------------------------------------------------- */

#if LITELLM_FLOAT

static const char *const inputs[] = { "a \"b\"", "c" };
#define VECTORS(a, b)                                                          \
  "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"embedding\":["   \
  a "],\"index\":0},{\"embedding\":[" b "]}],\"model\":\"m\","                 \
  "\"usage\":{\"prompt_tokens\":2,\"embedding\":[9]}}"

static void embeddings(void) {
  static const float wanted[] = { 0.1f, -0.25f, 1e-3f, 0.0f, -1.0f, 0.999999f };
  static const int8_t wanted_bytes[] = { 13, -32, 0, 0, -127, 127 };
  for (size_t split = 0; split < 250; split++)
    for (int extra = 0; extra < 2; extra++) {
      static const litellm_name_value more[] = {
        { "dimensions", "3" }, { "user", "\"u\"" }, { NULL, NULL } };
      float vectors[6];
      int8_t bytes[6];
      litellm_embedding e;
      litellm_transfer t;
      memset(&e, 0, sizeof e);
      check_at("split %d", (int)split);
      e.inputs = inputs;
      e.count = 2;
      e.size = 3;
      e.vectors = vectors;
      e.bytes = bytes;
      if (extra) {
        e.model = "m";
        e.extra = more;
      }
      begin("200 OK", VECTORS("0.1,-0.25,1e-3", "0,-1.0,9.99999E-1"));
      server.read_size = split;
      server.send_size = split;
      litellm_transfer_embed(&t, &e);
      CHECK_INT(run(&t), LITELLM_OK);
      CHECK(!memcmp(vectors, wanted, sizeof wanted));
      CHECK(!memcmp(bytes, wanted_bytes, sizeof bytes));
      CHECK_TEXT(strstr(server.last, "\r\n\r\n") + 4, extra
          ? "{\"model\":\"m\",\"dimensions\":3,\"user\":\"u\","
            "\"encoding_format\":\"float\",\"input\":[\"a \\\"b\\\"\",\"c\"]}"
          : "{\"model\":\"default\",\"encoding_format\":\"float\","
            "\"input\":[\"a \\\"b\\\"\",\"c\"]}");
      server_end(&client);
    }
}

/* All floats are those that the C library makes, but for one unit. */
static void floats(void) {
  static const char *const numbers[] = {
    "0", "-0", "1", "3.4028234e38", "1e39", "-1e400", "1.2e-38", "1e-40",
    "0.33333333333333333", "-0.0078125", "16777217", "123456789.125",
    "5e-324" };
  for (size_t i = 0; i < 2000; i++) {
    char text[64], body[256];
    float got = 7, wanted;
    litellm_embedding e;
    litellm_transfer t;
    uint32_t a, b;
    if (i < sizeof numbers / sizeof *numbers)
      (void)snprintf(text, sizeof text, "%s", numbers[i]);
    else
      (void)snprintf(text, sizeof text, "%.17g",
                     (double)(int64_t)check_random() / 9.3e18);
    check_at("%s", text);
    wanted = strtof(text, NULL);
    if (wanted > -1.17549435e-38f && wanted < 1.17549435e-38f)
      wanted = *text == '-' ? -0.0f : 0.0f;
    (void)snprintf(body, sizeof body, "{\"data\":[{\"embedding\":[%s]}]}",
                   text);
    begin("200 OK", body);
    memset(&e, 0, sizeof e);
    e.inputs = inputs;
    e.count = e.size = 1;
    e.vectors = &got;
    litellm_transfer_embed(&t, &e);
    CHECK_INT(run(&t), LITELLM_OK);
    memcpy(&a, &got, 4);
    memcpy(&b, &wanted, 4);
    CHECK(a - b + 1 <= 2);
    server_end(&client);
  }
}

#define VECTOR "{\"embedding\":[1,2,3]}"

static void misfits(void) {
  static const char *const bodies[] = {
    VECTORS("1,2", "1,2,3"), VECTORS("1,2,3", "1,2,3,4"), VECTORS("", "1,2,3"),
    "{\"data\":[]}", "{}", "{\"data\":[" VECTOR "]}",
    "{\"data\":[" VECTOR ",{\"embedding\":\"AAAA\"}]}",
    "{\"data\":[" VECTOR "," VECTOR "," VECTOR "]}" };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    float *vectors = (float *)check_alloc(6 * sizeof *vectors);
    litellm_embedding e;
    litellm_transfer t;
    check_at("%s", bodies[i]);
    begin("200 OK", bodies[i]);
    memset(&e, 0, sizeof e);
    e.inputs = inputs;
    e.count = 2;
    e.size = 3;
    e.vectors = vectors;
    litellm_transfer_embed(&t, &e);
    CHECK_INT(run(&t), LITELLM_ERROR_SCHEMA);
    server_end(&client);
    free(vectors);
  }
}
#endif

int main(void) {
  CHECK_RUN(models);
  CHECK_RUN(models_in_arenas);
  CHECK_RUN(faults);
  CHECK_RUN(health);
#if LITELLM_FLOAT
  CHECK_RUN(embeddings);
  CHECK_RUN(floats);
  CHECK_RUN(misfits);
#endif
  return check_failures != 0;
}

#else

int main(void) {
  puts("ok transfers # skipped, LITELLM_EXTRAS is 0");
  return 0;
}
#endif
