/* A port that plays one scripted server: it takes a request, gives the reply
   after it, one a connection, and fails where it is told. Include after
   litellm_call.h and check.h. There is one of it: `fake`, reset by
   fake_reset. */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

enum { FAKE_CONNECT, FAKE_SEND, FAKE_RECV, FAKE_CALLS };

#define FAKE_FOR_EVER 0xFFFFFFFFu

static struct {
  /* The script. */
  const char *reply;
  size_t reply_size;
  const char *(*serve)(void);/* makes the reply to the request in `sent` */
  litellm_result ending;     /* after the reply, LITELLM_OK: an orderly end */
  bool early;                /* replies without waiting for the request */
  size_t read_size;          /* bytes a recv gives at most, 0: all */
  size_t cut_at;             /* a recv also stops here, 0: nowhere */
  size_t hold_at;            /* silent from here on, 0: nowhere */
  bool deaf;                 /* send takes nothing ... */
  bool busy;                 /* ... as there is more to compute */
  uint32_t look_ms;          /* connect wants to be called after so long */
  size_t send_size;          /* bytes a send takes at most, 0: all */
  unsigned resolving;        /* AGAINs of connect at the name ... */
  unsigned connecting;       /* ... and after it ... */
  unsigned securing;         /* ... and in the handshake */
  int failing;               /* FAKE_SEND ...: fails at call fail_at, from 1 */
  unsigned fail_at;          /* 0: never */
  bool fail_for_good;
  litellm_result fail_with;
  unsigned again_every;      /* every nth call says AGAIN, 0: none */
  uint32_t step_ms;          /* the clock goes on by that at each call */
  uint32_t tick_ms;          /* ... and at each look at it */
  uint32_t start_ms;         /* of the clock, set before fake_reset */

  /* What happened. */
  uint32_t now;
  char *sent;                /* the last connection's request, NUL-terminated */
  size_t sent_size, sent_room;
  size_t at;                 /* of the reply, given */
  unsigned count[FAKE_CALLS];
  unsigned calls, waits, waits_only;         /* ... without a link */
  unsigned opened, closed;   /* connections */
  bool begun, open, broken;
  bool served;               /* `serve` was asked on this connection */
  size_t again_size;         /* what a send that said AGAIN had, 0: none */
  char again_data[64];
  bool in_call;              /* of litellm_next, when no wait is allowed */
  const char *wrong;         /* the port's contract was broken, or NULL */
  char host[64];             /* of the last connect */
  uint16_t port;
  bool secure;
} fake;

typedef struct fake_link { litellm_link head; uint32_t canary; } fake_link;

static void fake_wrong(const char *what) {
  if (!fake.wrong) fake.wrong = what;
}

/* Room for `size` bytes more of the request, and its NUL. */
static void fake_room(size_t size) {
  if (fake.sent_size + size >= fake.sent_room) {
    fake.sent_room = 2 * (fake.sent_size + size) + 1024;
    fake.sent = (char *)realloc(fake.sent, fake.sent_room);
    if (!fake.sent) exit(2);
  }
  fake.sent[fake.sent_size] = 0;
}

/* Keeps the script, forgets what happened. */
CHECK_UNUSED static void fake_rewind(void) {
  fake.now = fake.start_ms;
  fake.at = fake.sent_size = 0;
  memset(fake.count, 0, sizeof fake.count);
  fake.calls = fake.waits = fake.waits_only = fake.opened = fake.closed = 0;
  fake.begun = fake.open = fake.broken = false;
  fake.again_size = 0;
  fake.wrong = NULL;
  fake_room(0);
}

/* A new script: gives `reply` and ends the connection in order. */
CHECK_UNUSED static void fake_reset(const char *reply, size_t size) {
  char *sent = fake.sent;
  size_t room = fake.sent_room;
  uint32_t start = fake.start_ms;
  memset(&fake, 0, sizeof fake);
  fake.sent = sent;
  fake.sent_room = room;
  fake.start_ms = start;
  fake.reply = reply;
  fake.reply_size = size;
  fake_rewind();
}

CHECK_UNUSED static void fake_free(void) {
  free(fake.sent);
  fake.sent = NULL;
  fake.sent_room = 0;
}

/* The head's end in what was sent, 0: not there yet. */
static size_t fake_body_at(void) {
  const char *end = strstr(fake.sent, "\r\n\r\n");
  return end ? (size_t)(end - fake.sent) + 4 : 0;
}

static bool fake_request_whole(void) {
  static const char last[] = "00000000\r\n\r\n";
  size_t body = fake_body_at();
  const char *length;
  if (!body) return false;
  if (strstr(fake.sent, "\r\nTransfer-Encoding: chunked\r\n"))
    return fake.sent_size > body &&
           !strcmp(fake.sent + fake.sent_size - (sizeof last - 1), last);
  length = strstr(fake.sent, "Content-Length: ");
  return length && fake.sent_size - body ==
                       (size_t)strtoul(length + 16, NULL, 10);
}

/* What is asked for next: LITELLM_OK to go on. */
static litellm_result fake_turn(void *link, int which) {
  fake_link *own = (fake_link *)link;
  fake.calls++;
  fake.count[which]++;
  fake.now += fake.step_ms;
  if (own->canary != 0) fake_wrong("the link was written over");
  if (fake.fail_at && which == fake.failing &&
      (fake.count[which] == fake.fail_at ||
       (fake.fail_for_good && fake.count[which] > fake.fail_at))) {
    fake.broken = true;
    own->head.code = 104;
    return fake.fail_with;
  }
  if (fake.again_every && fake.calls % fake.again_every == 0)
    return LITELLM_AGAIN;
  return LITELLM_OK;
}

static litellm_result fake_connect(void *link, const litellm_endpoint *peer,
                                   uint32_t remaining_ms) {
  fake_link *own = (fake_link *)link;
  litellm_result turn;
  if (fake.open) fake_wrong("connect on an open connection");
  if (!fake.begun) {
    fake.begun = true;
    fake.opened++;
    fake.broken = fake.served = false;
    fake.at = fake.sent_size = fake.again_size = 0;
    if (!own->head.resolving) fake_wrong("connect without resolving set");
  }
  if (remaining_ms == 0) fake_wrong("connect without time left");
  own->head.wait_ms = fake.look_ms;
  (void)snprintf(fake.host, sizeof fake.host, "%s", peer->host);
  fake.port = peer->port;
  fake.secure = peer->secure;
  turn = fake_turn(link, FAKE_CONNECT);
  if (turn != LITELLM_OK) {
    if (turn == LITELLM_ERROR_CONNECT) own->head.resolving = false;
    return turn;
  }
  if (fake.count[FAKE_CONNECT] <= fake.resolving) return LITELLM_AGAIN;
  own->head.resolving = false;
  if (fake.count[FAKE_CONNECT] <= fake.resolving + fake.connecting)
    return LITELLM_AGAIN;
  own->head.securing = fake.securing > 0;
  if (fake.count[FAKE_CONNECT] <= fake.resolving + fake.connecting +
                                      fake.securing) return LITELLM_AGAIN;
  fake.open = true;
  return LITELLM_OK;
}

static litellm_result fake_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  litellm_result turn;
  size_t n;
  if (!fake.open) fake_wrong("send on a closed connection");
  if (size == 0) fake_wrong("send of nothing");
  n = size < sizeof fake.again_data ? size : sizeof fake.again_data;
  if (fake.again_size && (size != fake.again_size ||
                          memcmp(data, fake.again_data, n)))
    fake_wrong("send of something else after AGAIN");
  memcpy(fake.again_data, data, n);
  fake.again_size = size;
  turn = fake_turn(link, FAKE_SEND);
  if (turn != LITELLM_OK) return turn;
  if (fake.broken) return LITELLM_ERROR_CONNECTION_CLOSED;
  if (fake.busy) ((litellm_link *)link)->wait = 0;
  if (fake.deaf) return LITELLM_AGAIN;
  if (fake.send_size && size > fake.send_size) size = fake.send_size;
  fake_room(size);
  memcpy(fake.sent + fake.sent_size, data, size);
  fake.sent_size += size;
  fake.sent[fake.sent_size] = 0;
  *sent = size;
  fake.again_size = 0;
  return LITELLM_OK;
}

static litellm_result fake_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  litellm_result turn;
  size_t n;
  if (!fake.open) fake_wrong("recv on a closed connection");
  if (size == 0) fake_wrong("recv into nothing");
  turn = fake_turn(link, FAKE_RECV);
  if (turn != LITELLM_OK) return turn;
  if (fake.broken && !fake.early) return LITELLM_ERROR_CONNECTION_CLOSED;
  if (!fake.early && !fake_request_whole()) return LITELLM_AGAIN;
  if (fake.serve && !fake.served) {
    fake.served = true;
    fake.reply = fake.serve();
    fake.reply_size = strlen(fake.reply);
  }
  n = fake.reply_size - fake.at;
  if (n == 0)
    return fake.ending == LITELLM_OK ? LITELLM_END : fake.ending;
  if (fake.hold_at && n > fake.hold_at - fake.at) n = fake.hold_at - fake.at;
  if (n == 0) return LITELLM_AGAIN;
  if (n > size) n = size;
  if (fake.read_size && n > fake.read_size) n = fake.read_size;
  if (fake.cut_at > fake.at && n > fake.cut_at - fake.at)
    n = fake.cut_at - fake.at;
  memcpy(buffer, fake.reply + fake.at, n);
  fake.at += n;
  *received = n;
  return LITELLM_OK;
}

static void fake_close(void *link) {
  (void)link;
  if (!fake.begun) fake_wrong("close without connect");
  else fake.closed++;
  fake.begun = fake.open = false;
}

static void fake_wait(void *link, unsigned what, uint32_t ms) {
  if (!link) fake.waits_only++;
  if (fake.in_call) fake_wrong("litellm_next waits");
  if (what > (LITELLM_WAIT_READ | LITELLM_WAIT_WRITE))
    fake_wrong("wait for something unknown");
  if (!what && !ms) return;                  /* there is more to compute */
  fake.waits++;
  /* What is said by AGAIN on purpose is over at once, a server that stays
     silent lasts as long as it can. */
  fake.now += fake.again_every || fake.resolving || fake.connecting ||
              !fake.open || (fake.at < fake.reply_size &&
                             fake.at != fake.hold_at) ? 1 : ms;
  if (fake.waits > 1000000) { printf("not ok: endless wait\n"); exit(1); }
}

static uint32_t fake_millis(void) {
  fake.now += fake.tick_ms;
  return fake.now;
}

static int64_t fake_unix_time(void) { return 1790000000; }

static bool fake_entropy(void *bytes, size_t size) {
  memset(bytes, 0x5A, size);
  return true;
}

CHECK_UNUSED static const litellm_port fake_port = {
  sizeof(fake_link), false, fake_connect, fake_send, fake_recv, fake_close,
  fake_wait, fake_millis, fake_unix_time, fake_entropy, NULL, NULL };

/* Takes TLS on itself. */
CHECK_UNUSED static const litellm_port fake_secure_port = {
  sizeof(fake_link), true, fake_connect, fake_send, fake_recv, fake_close,
  fake_wait, fake_millis, fake_unix_time, fake_entropy, NULL, NULL };

/* A client's description over this port, with memory of its own. */
CHECK_UNUSED static litellm_client_desc fake_desc(const char *url) {
  static unsigned char memory[65536];
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &fake_port;
  desc.base_url = url;
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.allow_key_over_http = true;
  /* One request on one connection; server.h has what goes beyond. */
  desc.reuse_within_ms = LITELLM_NO_REUSE;
  desc.max_retries = LITELLM_NO_RETRIES;
  return desc;
}

/* Whether the head of the last request has this line; `line` without CRLF. */
CHECK_UNUSED static bool fake_sent_line(const char *line) {
  size_t len = strlen(line), body = fake_body_at(), at;
  for (at = 0; at + len + 2 <= body; at++)
    if ((at == 0 || fake.sent[at - 1] == '\n') &&
        !memcmp(fake.sent + at, line, len) &&
        !memcmp(fake.sent + at + len, "\r\n", 2)) return true;
  return false;
}

#endif
