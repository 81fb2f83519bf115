/* What the end-to-end programs share: a case as a row of a table, and how to
   run it. Only the public API is used. */
#ifndef E2E_H
#define E2E_H

#define _POSIX_C_SOURCE 200809L
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "port/posix.h"

#include <stdlib.h>

#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
#define HAS_TLS13 1
#else
#define HAS_TLS13 0
#endif

/* One call. What is left out is not checked, but content: a row without it
   says that there is none. */
struct test {
  const char *at;            /* URL, or the name of a listener */
  const char *model;         /* NULL: a model that answers; the fault is in the
                                connection, and so the next call has it too */
  litellm_result result;
  const char *content;       /* whole; "*": any but none */
  const char *note;          /* what makes it another test than its like */
  bool stream;
  litellm_result also;       /* as right as .result, where both can be */
  /* the answer */
  const char *reasoning, *refusal, *finish;
  const char *tools;         /* "name(arguments) name(arguments)" */
  unsigned total_tokens;
  /* the failure */
  int phase, status;
  const char *where, *message;       /* message: a part of it */
  const char *type, *api_code;
  uint32_t tls_flags;                /* all of these are set */
  uint32_t retry_least, retry_most;  /* milliseconds */
  bool at_init;                      /* the client cannot be made */
  /* the client */
  const char *ca;            /* a file; NULL: the usual one; "": none */
  const char *host;          /* NULL: localhost */
  const char *scheme;        /* NULL: https */
  const char *pin, *next_pin;        /* a key's name in pins.txt, or "wrong" */
  void (*configure)(mbedtls_ssl_config *config, void *user_data);
  const char *key;           /* NULL: the usual one; "": none */
  const char *prompt;        /* NULL: "Hi" */
  const litellm_params *params;
  const litellm_name_value *headers;
  bool in_clear;
  uint32_t connect_ms, first_byte_ms, idle_ms, total_ms;
  uint8_t retries;           /* 0: none */
  uint32_t takes_most;       /* milliseconds the call may take */
};

static int failed;

static void report(bool good, const char *name, const char *why) {
  if (!good) failed++;
  printf(good ? "ok %s\n" : "not ok %s: %s\n", name, why);
  fflush(stdout);
}

/* ---- what the table's names stand for ----------------------------------- */

static const char *folder;           /* of certificates and pins.txt */
static const char *ports;            /* file of NAME=PORT */
static const char *usual_ca;         /* path */
static const char *usual_key = "sk-e2e-0123456789abcdef-secret";
static const char *usual_model;      /* one that answers ... */
static const char *usual_content;    /* ... this; "*": anything */

static const char *path_of(const char *name) {
  static char path[512];
  if (strchr(name, '/')) return name;
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

/* The value of NAME=VALUE in a file, NULL when it is not there. */
static const char *look_up(const char *file, const char *name) {
  static char line[256];
  FILE *stream = fopen(file, "r");
  size_t n = strlen(name);
  while (stream && fgets(line, sizeof line, stream))
    if (strncmp(line, name, n) == 0 && line[n] == '=') {
      line[strcspn(line, "\n")] = '\0';
      (void)fclose(stream);
      return line + n + 1;
    }
  if (stream) (void)fclose(stream);
  return NULL;
}

/* A file's bytes, malloc'ed at their size and a NUL; NULL: not readable. */
static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  long length;
  *size = 0;
  if (!file) return NULL;
  if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0) {
    rewind(file);
    bytes = (char *)calloc((size_t)length + 1, 1);
    if (bytes) *size = fread(bytes, 1, (size_t)length, file);
  }
  (void)fclose(file);
  return bytes;
}

static const uint8_t *read_pin(const char *name, uint8_t bytes[32]) {
  const char *hex;
  unsigned i, byte;
  if (!name) return NULL;
  memset(bytes, 0x5A, 32);
  hex = strcmp(name, "wrong") ? look_up(path_of("pins.txt"), name) : NULL;
  for (i = 0; hex && i < 32 && sscanf(hex + 2 * i, "%2x", &byte) == 1; i++)
    bytes[i] = (uint8_t)byte;
  return bytes;
}

/* ---- a client ------------------------------------------------------------ */

struct bench {
  litellm_client client;
  litellm_client_desc desc;
  litellm_tls tls;
  char url[512];
  uint8_t pin[32], next_pin[32];
  char *ca;
  unsigned char *memory;     /* malloc'ed, so that one byte more is seen */
};

/* Everything but memory; false when there is no such listener. */
static bool describe(struct bench *b, const struct test *t) {
  const char *port = strstr(t->at, "://") ? "" : look_up(ports, t->at);
  const char *ca = t->ca ? t->ca : usual_ca;
  size_t size;
  memset(b, 0, sizeof *b);
  if (!port) return false;
  if (*port)
    (void)snprintf(b->url, sizeof b->url, "%s://%s:%s",
                   t->scheme ? t->scheme : "https",
                   t->host ? t->host : "localhost", port);
  else (void)snprintf(b->url, sizeof b->url, "%s", t->at);
  b->desc.port = &litellm_posix_tls;
  b->desc.base_url = b->url;
  b->desc.api_key = !t->key ? usual_key : *t->key ? t->key : NULL;
  b->desc.headers = t->headers;
  b->desc.allow_key_over_http = t->in_clear;
  if (*ca) {
    b->ca = read_file(path_of(ca), &size);
    if (!b->ca) {
      (void)printf("# cannot read %s\n", path_of(ca));
      return false;
    }
    b->desc.ca = b->ca;
    if (strstr(ca, ".der")) b->desc.ca_size = size;
  }
  b->desc.pin = read_pin(t->pin, b->pin);
  b->desc.next_pin = read_pin(t->next_pin, b->next_pin);
  b->tls.configure = t->configure;
  if (t->configure) b->desc.tls = &b->tls;
  b->desc.max_retries = t->retries ? t->retries : LITELLM_NO_RETRIES;
  b->desc.connect_timeout_ms = t->connect_ms ? t->connect_ms : 10000;
  b->desc.first_byte_timeout_ms = t->first_byte_ms ? t->first_byte_ms : 60000;
  b->desc.idle_timeout_ms = t->idle_ms ? t->idle_ms : 20000;
  b->desc.total_timeout_ms = t->total_ms ? t->total_ms : 120000;
  return true;
}

/* With an arena of exactly `arena` bytes, whatever the rest takes. */
static litellm_result open_client(struct bench *b, size_t arena) {
  size_t size = 256;
  litellm_result result;
  for (;;) {
    free(b->memory);
    b->memory = (unsigned char *)calloc(size, 1);
    b->desc.memory = b->memory;
    b->desc.memory_size = size;
    result = litellm_client_init(&b->client, &b->desc);
    if (result == LITELLM_ERROR_NO_MEMORY)
      size += b->client.error.bytes_missing;
    else if (result == LITELLM_OK && b->client.arena.size != arena) {
      size = size - b->client.arena.size + arena;
      litellm_client_close(&b->client);
    } else return result;
  }
}

static void close_client(struct bench *b) {
  litellm_client_close(&b->client);
  litellm_tls_free(&b->tls);
  free(b->memory);
  free(b->ca);
  b->memory = NULL;
  b->ca = NULL;
}

/* The key must be nowhere when a call is over. */
static bool left_behind(const struct bench *b) {
  const char *key = b->desc.api_key;
  size_t n = key ? strlen(key) : 0, i;
  for (i = 0; n && i + n <= b->desc.memory_size; i++)
    if (memcmp(b->memory + i, key, n) == 0) return true;
  return false;
}

/* ---- a call -------------------------------------------------------------- */

#define ONE_ARGUMENT(ARG) ARG(STRING_VIEW, text)
LITELLM_CALL(say, ONE_ARGUMENT, .model = "none", .prompt = "{text}");

/* What the events told. */
struct heard {
  char *text;                /* malloc'ed, NUL-terminated */
  size_t len, room;
  unsigned tools, finishes, usages;
};

static void hear(struct heard *h, litellm_str text) {
  if (h->room < h->len + text.len + 1) {
    h->room = (h->len + text.len) * 2 + 64;
    h->text = (char *)realloc(h->text, h->room);
    if (!h->text) abort();
  }
  if (text.len) memcpy(h->text + h->len, text.ptr, text.len);
  h->len += text.len;
  h->text[h->len] = '\0';
}

/* The call as a main loop makes it. */
static litellm_result poll_call(struct bench *b, const litellm_request *request,
                                struct heard *heard,
                                litellm_response *response) {
  litellm_event event;
  litellm_result result = litellm_start(&b->client, request);
  if (result != LITELLM_OK) return result;
  for (;;) {
    result = litellm_next(&b->client, &event);
    if (result == LITELLM_AGAIN) {
      (void)poll(NULL, 0, event.wait_ms > 0 ? 1 : 0);
      continue;
    }
    if (result != LITELLM_OK) break;
    if (!heard) continue;
    if (event.kind == LITELLM_EVENT_TEXT) hear(heard, event.text);
    if (event.kind == LITELLM_EVENT_TOOL_CALL) heard->tools++;
    if (event.kind == LITELLM_EVENT_FINISH) heard->finishes++;
    if (event.kind == LITELLM_EVENT_USAGE) heard->usages++;
  }
  if (response) (void)litellm_client_response(&b->client, response);
  return result == LITELLM_END ? LITELLM_OK : result;
}

/* Nothing expected is the same as anything. */
static bool same(const char *expected, const char *got, const char *name,
                 char *why, size_t size) {
  if (!expected || (got && strcmp(expected, got) == 0)) return true;
  (void)snprintf(why, size, "%s is \"%.200s\", not \"%.200s\"", name,
                 got ? got : "(NULL)", expected);
  return false;
}

/* Whether the response is what the row says; else `why` tells. */
static bool check_response(const struct test *t, const litellm_response *r,
                           char *why, size_t size) {
  char calls[512] = "";
  size_t i, n = 0;
  for (i = 0; i < r->tool_call_count && n < sizeof calls; i++)
    n += (size_t)snprintf(calls + n, sizeof calls - n, "%s%s(%s)",
                          i ? " " : "", r->tool_calls[i].name,
                          r->tool_calls[i].arguments);
#define WANT(expected, got)                                                   \
  if (!same(expected, got, #got, why, size)) return false;
  if (t->content && strcmp(t->content, "*") == 0) {
    WANT(r->content_size ? NULL : "any", r->content)
  } else if (t->content) {
    WANT(t->content, r->content)
  } else {
    WANT(r->content_size ? "" : NULL, r->content)
  }
  if (r->content && r->content_size != strlen(r->content)) {
    (void)snprintf(why, size, "content_size is wrong");
    return false;
  }
  WANT(t->reasoning, r->reasoning)
  WANT(t->refusal, r->refusal)
  WANT(t->finish, r->finish_reason)
  WANT(t->tools, calls)
  if (t->total_tokens &&
      (!r->has_usage || r->usage.total_tokens != t->total_tokens)) {
    (void)snprintf(why, size, "%u tokens", (unsigned)r->usage.total_tokens);
    return false;
  }
  return true;
}

static bool check_error(const struct test *t, const litellm_error *e,
                        char *why, size_t size) {
  char line[1024];
  litellm_error_print(e, line, sizeof line);
  if (strstr(line, usual_key) ||
      (e->message && strstr(e->message, usual_key))) {
    (void)snprintf(why, size, "the key is in the error");
    return false;
  }
  if (t->phase && (int)e->phase != t->phase) {
    (void)snprintf(why, size, "phase is %s, not %s: %s",
                   litellm_phase_name(e->phase),
                   litellm_phase_name((litellm_phase)t->phase), line);
    return false;
  }
  if (t->status && e->http_status != t->status) {
    (void)snprintf(why, size, "status is %d, not %d", e->http_status,
                   t->status);
    return false;
  }
  WANT(t->where, e->subject)
  WANT(t->type, e->type)
  WANT(t->api_code, e->api_code)
  if (t->message && !(e->message && strstr(e->message, t->message)))
    WANT(t->message, e->message)
  if ((e->tls_flags & t->tls_flags) != t->tls_flags) {
    (void)snprintf(why, size, "tls_flags are %lx", (unsigned long)e->tls_flags);
    return false;
  }
  if (t->retry_most && (e->retry_after_ms < t->retry_least ||
                        e->retry_after_ms > t->retry_most)) {
    (void)snprintf(why, size, "retry_after_ms is %lu",
                   (unsigned long)e->retry_after_ms);
    return false;
  }
  return true;
}

/* One call of a row by litellm_run or, with `polled`, by litellm_next. */
static bool call_once(struct bench *b, const struct test *t, const char *model,
                      bool polled, char *why, size_t size) {
  struct say_arguments arguments = LITELLM__ZERO;
  litellm_request request = LITELLM__ZERO;
  litellm_response response = LITELLM__ZERO;
  struct heard heard = LITELLM__ZERO;
  litellm_result result;
  uint32_t began = litellm_posix.millis();
  bool good = true;
  arguments.text = litellm_str_from(t->prompt ? t->prompt : "Hi");
  request.call = say_call;
  request.arguments = &arguments;
  request.call.model = model;
  request.call.params = t->params;
  request.stream = t->stream;
  request.call.collect_text = true;
  result = polled ? poll_call(b, &request, &heard, &response)
                  : litellm_run(&b->client, &response, &request);
  began = litellm_posix.millis() - began;
  if ((result != t->result && (!t->also || result != t->also)) ||
      result != b->client.error.code) {
    char line[512];
    litellm_error_print(&b->client.error, line, sizeof line);
    (void)snprintf(why, size, "want %s, got %s, in the error %s",
                   litellm_result_name(t->result), litellm_result_name(result),
                   line);
    good = false;
  } else if (result == LITELLM_OK) {
    good = check_response(t, &response, why, size);
  } else {
    good = check_error(t, &b->client.error, why, size);
  }
  /* Of a call that failed the response keeps what fitted. */
  if (good && polled && response.content &&
      (heard.len < response.content_size ||
       (result == LITELLM_OK && heard.len != response.content_size) ||
       (response.content_size &&
        memcmp(heard.text, response.content, response.content_size)))) {
    (void)snprintf(why, size, "the events' text is \"%.200s\"",
                   heard.text ? heard.text : "");
    good = false;
  }
  if (good && polled && result == LITELLM_OK &&
      (heard.tools != response.tool_call_count ||
       heard.finishes != (response.finish_reason != NULL) ||
       heard.usages != response.has_usage)) {
    (void)snprintf(why, size, "events: %u calls, %u finishes, %u usages",
                   heard.tools, heard.finishes, heard.usages);
    good = false;
  }
  if (good && t->takes_most && began > t->takes_most) {
    (void)snprintf(why, size, "took %lu ms", (unsigned long)began);
    good = false;
  }
  if (good && left_behind(b)) {
    (void)snprintf(why, size, "the key stays in memory");
    good = false;
  }
  free(heard.text);
  return good;
}

/* A row: the call as a blocking one, polled, and then one that works on the
   same client. */
LITELLM_UNUSED static void run_test(const struct test *t) {
  static const struct test usual = LITELLM__ZERO;
  char name[256], why[2048] = "";
  struct bench b;
  struct test after = usual;
  litellm_result result;
  bool good;
  (void)snprintf(name, sizeof name, "%.120s %.60s%s%s%s", t->at,
                 t->model ? t->model : "connection", t->stream ? " stream" : "",
                 t->note ? ", " : "", t->note ? t->note : "");
  if (!describe(&b, t)) {
    if (strstr(t->at, "IPV6")) printf("# no IPv6 here\n");
    else report(false, name, "no such listener");
    free(b.ca);
    return;
  }
  result = open_client(&b, 16384);
  if (result != LITELLM_OK || t->at_init) {
    good = t->at_init && result == t->result &&
           check_error(t, &b.client.error, why, sizeof why);
    if (!*why) {
      char line[512];
      litellm_error_print(&b.client.error, line, sizeof line);
      (void)snprintf(why, sizeof why, "init gave %s: %s",
                     litellm_result_name(result), line);
    }
  } else {
    const char *model = t->model ? t->model : usual_model;
    good = call_once(&b, t, model, false, why, sizeof why) &&
           call_once(&b, t, model, true, why, sizeof why);
    if (good && t->model) {
      char reason[2000];
      after.at = t->at;
      after.content = usual_content;
      good = call_once(&b, &after, usual_model, false, reason, sizeof reason);
      if (!good) (void)snprintf(why, sizeof why, "the next call: %s", reason);
    }
  }
  report(good, name, why);
  close_client(&b);
}

#endif /* E2E_H */
