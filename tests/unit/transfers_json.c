/* Models, health and embeddings: at every split, in arenas of every size. */
#include "tests/unit/transfers.h"

#if LITELLM_EXTRAS

/* ---- models and health -------------------------------------------------- */

static const char list[] =
  "{\"data\":[{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1,"
  "\"owned_by\":\"openai\",\"more\":{\"id\":\"no\"}},"
  "{\"object\":\"model\",\"id\":\"a\\u00e9 b\",\"i\":\"no\",\"id2\":\"no\"},"
  "{\"id\":7},"
  "{\"id\":\"\"}],\"object\":\"list\",\"id\":\"no\"}";

/* Each name, and what separates them. */
#define NAMES "gpt-4o|a\303\251 b|"

static litellm_result add_name(void *sink_data, const void *name, size_t size) {
  CHECK_INT(strlen((const char *)name), size);
  if (size && take(sink_data, name, size) == LITELLM_AGAIN)
    return LITELLM_AGAIN;
  taken[taken_size++] = '|';
  return LITELLM_OK;
}

static void models(void) {
  for (size_t split = 0; split < 200; split++) {
    litellm_transfer t;
    check_at("split %d", (int)split);
    begin_body("200 OK", list);
    server.read_size = split;
    waits = (unsigned)split % 3;
    litellm_transfer_models(&t);
    t.sink = add_name;
    t.sink_data = taken;
    taken_size = 0;
    CHECK_INT(run(&t), LITELLM_OK);
    check_same(taken, taken_size, NAMES, sizeof NAMES - 1, __LINE__);
    CHECK(!strncmp(server.last, "GET /v1/models HTTP/1.1\r\n", 25));
    server_end(&client);
  }
}

static void models_as_events(void) {
  litellm_transfer t;
  litellm_event event;
  litellm_result result;
  char names[64] = "";
  begin_body("200 OK", list);
  litellm_transfer_models(&t);
  open_client();
  CHECK_INT(litellm_transfer_start(&client, &t), LITELLM_OK);
  while ((result = litellm_next(&client, &event)) != LITELLM_END) {
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    if (result != LITELLM_OK) continue;
    CHECK_INT(event.kind, LITELLM_EVENT_BYTES);
    CHECK_INT(event.text.len, strlen(event.text.ptr));
    (void)strcat(strcat(names, event.text.ptr), "|");
  }
  CHECK_TEXT(names, NAMES);
  server_end(&client);
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
    litellm_transfer t;
    check_at("%s %s", cases[i].status, cases[i].body);
    begin_body(cases[i].status, cases[i].body);
    litellm_transfer_models(&t);
    CHECK_INT(run(&t), cases[i].result);
    server_end(&client);
  }
}

static void health(void) {
  litellm_transfer t = { .path = "/health/readiness",
                         .max_retries = LITELLM_NO_RETRIES };
  begin_body("200 OK", "{\"status\":\"healthy\"}");
  CHECK_INT(run(&t), LITELLM_OK);
  server_end(&client);
  begin_body("503 Service Unavailable", "{\"detail\":\"no database\"}");
  desc.max_retries = 3;
  CHECK_INT(run(&t), LITELLM_ERROR_OVERLOADED);
  CHECK_INT(server.requests, 1);
  server_end(&client);
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
      e.vectors = extra ? NULL : vectors;
      e.bytes = bytes;
      if (extra) {
        e.model = "m";
        e.extra = more;
      }
      begin_body("200 OK", VECTORS("0.1,-0.25,1e-3", "0,-1.0,9.99999E-1"));
      server.read_size = split;
      server.send_size = split;
      litellm_transfer_embed(&t, &e);
      CHECK_INT(run(&t), LITELLM_OK);
      CHECK(extra || !memcmp(vectors, wanted, sizeof wanted));
      CHECK(!memcmp(bytes, wanted_bytes, sizeof bytes));
      CHECK_TEXT(strstr(server.last, "\r\n\r\n") + 4, extra
          ? "{\"model\":\"m\","
            "\"input\":[\"a \\\"b\\\"\",\"c\"],\"dimensions\":3,\"user\":\"u\"}"
          : "{\"model\":\"default\","
            "\"input\":[\"a \\\"b\\\"\",\"c\"]}");
      server_end(&client);
    }
}

/* All floats are those that the C library makes, but for one unit. */
static void floats(void) {
  static const char *const numbers[] = {
    "0", "-0", "1", "3.4028234e38", "1e39", "-1e400", "1.2e-38", "1e-40",
    "0.33333333333333333", "-0.0078125", "16777217", "123456789.125",
    "5e-324", "1e-9999", "1e9999" };
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
    begin_body("200 OK", body);
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

/* What is not JSON or the library's own is refused, as a chat's extra_body. */
static void extras(void) {
  static const litellm_name_value cases[] = {
    { "dimensions", "3,\"x\":1" }, { "dimensions", "" }, { "dimensions", "{" },
    { "model", "\"m\"" }, { "input", "\"x\"" } };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    litellm_name_value extra[2];
    float vector;
    litellm_embedding e;
    litellm_transfer t;
    check_at("%s: %s", cases[i].name, cases[i].value);
    begin_body("200 OK", "{}");
    memset(&e, 0, sizeof e);
    memset(extra, 0, sizeof extra);
    extra[0] = cases[i];
    e.inputs = inputs;
    e.count = e.size = 1;
    e.vectors = &vector;
    e.extra = extra;
    litellm_transfer_embed(&t, &e);
    CHECK_INT(run(&t), LITELLM_ERROR_PARAMS);
    CHECK_WHERE(client.error, cases[i].name);
    CHECK_INT(server.requests, 0);
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
    begin_body("200 OK", bodies[i]);
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
  CHECK_RUN(models_as_events);
  CHECK_RUN(faults);
  CHECK_RUN(health);
#if LITELLM_FLOAT
  CHECK_RUN(embeddings);
  CHECK_RUN(floats);
  CHECK_RUN(extras);
  CHECK_RUN(misfits);
#endif
  return check_failures != 0;
}
#endif
