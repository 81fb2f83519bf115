/* What the tests of transfers share: a client of server.h, a source of bytes
   and a sink. Include it first; with LITELLM_EXTRAS 0 it has a main that says
   so. */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#if !defined(LITELLM_EXTRAS) && (!defined(LITELLM_MODELS) || LITELLM_MODELS)
#define LITELLM_EXTRAS 1
#endif
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/server.h"

#if !LITELLM_EXTRAS

int main(void) {
  puts("ok transfers # skipped, LITELLM_EXTRAS is 0");
  return 0;
}

#else

#define LENGTH(n) "HTTP/1.1 200 OK\r\nContent-Length: " n "\r\n\r\n"
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define STATUS(s) "HTTP/1.1 " s " No\r\nContent-Length: 0\r\n\r\n"

static litellm_client client;
static litellm_client_desc desc;
static const char *reply;

static const char *replies(unsigned nth) {
  (void)nth;
  return reply;
}

static void begin(const char *text) {
  reply = text;
  server_reset(replies);
  desc = server_desc();
  desc.model = "default";
  desc.window_size = 128;
  desc.max_retries = LITELLM_NO_RETRIES;
}

/* The reply is this body, behind a head with its length. */
CHECK_UNUSED static void begin_body(const char *status, const char *body) {
  static char text[4096];
  (void)snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: %u\r\n\r\n"
                 "%s", status, (unsigned)strlen(body), body);
  begin(text);
}

CHECK_UNUSED static void open_client(void) {
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
}

CHECK_UNUSED static litellm_result run(const litellm_transfer *t) {
  open_client();
  return litellm_transfer_run(&client, t);
}

/* ---- where bytes come from and go to ----------------------------------- */

static unsigned waits;       /* calls of give and take that say AGAIN first */
static unsigned fails;       /* the nth call fails, from 1 */
static litellm_result fails_with;
static unsigned cancels;     /* the nth call cancels */
static const char *says;     /* the server, once a callback was called */

static litellm_result fault(void) {
  if (says) {
    server_say(says);
    says = NULL;
  }
  if (cancels && !--cancels) litellm_cancel(&client);
  if (waits) { waits--; return LITELLM_AGAIN; }
  return fails && !--fails ? fails_with : LITELLM_OK;
}

static char taken[1024];
static size_t taken_size;

CHECK_UNUSED static litellm_result take(void *sink_data, const void *bytes,
                                        size_t size) {
  litellm_result result = fault();
  CHECK(sink_data == taken);
  CHECK_INT(litellm_transfer_run(&client, NULL), LITELLM_ERROR_BUSY);
  if (result != LITELLM_OK) return result;
  if (taken_size + size > sizeof taken) return LITELLM_ERROR_NO_MEMORY;
  memcpy(taken + taken_size, bytes, size);
  taken_size += size;
  return LITELLM_OK;
}

static const char *given;    /* all that give gives ... */
static size_t give_at;       /* ... of which so much was had */
static size_t give_most;     /* at a time, 0: all */

CHECK_UNUSED static litellm_result give(void *source, void *buffer, size_t size,
                                        size_t *got) {
  size_t left = strlen(given + give_at);
  litellm_result result = fault();
  CHECK(source == &given);
  if (result != LITELLM_OK) return result;
  if (!left) return LITELLM_END;
  if (size > left) size = left;
  if (give_most && size > give_most) size = give_most;
  memcpy(buffer, given + give_at, size);
  give_at += size;
  *got = size;
  return LITELLM_OK;
}

CHECK_UNUSED static void begin_giving(const char *text, const char *answer) {
  begin(answer);
  given = text;
  give_at = give_most = 0;
  waits = fails = cancels = 0;
  fails_with = LITELLM_ERROR_NETWORK;
  says = NULL;
}

/* The body that was sent, out of its chunks if it has some, and its size. */
CHECK_UNUSED static const char *sent_body(size_t *size) {
  static char body[4096];
  const char *at = strstr(server.last, "\r\n\r\n") + 4;
  *size = 0;
  if (!strstr(server.last, "Transfer-Encoding: chunked")) {
    *size = strtoul(strstr(server.last, "Content-Length: ") + 16, NULL, 10);
    return at;
  }
  for (;;) {
    char *end;
    size_t len = strtoul(at, &end, 16);
    if (!CHECK(!strncmp(end, "\r\n", 2)) || !len) break;
    memcpy(body + *size, end + 2, len);
    *size += len;
    at = end + len + 4;
  }
  body[*size] = 0;
  return body;
}

#endif
#endif
