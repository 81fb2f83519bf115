/* A port to one scripted server that keeps its connections: bytes go in and
   come out of each in order, so what was left of a reply comes before the next
   one. Include after litellm_call.h and check.h. There is one of it: `server`,
   reset by server_reset. */
#ifndef SERVER_H
#define SERVER_H

enum { SERVER_CONNECT, SERVER_SEND, SERVER_RECV, SERVER_CALLS };

static struct {
  /* The script. */
  const char *(*serve)(unsigned nth);        /* replies to the nth request, from
                                                0; NULL: by closing */
  unsigned connecting;       /* calls of connect that say AGAIN first */
  unsigned refuses;          /* connects that fail then */
  litellm_result refuse_with;
  const char *down;          /* hosts of one letter that refuse, or NULL */
  size_t read_size;          /* bytes a recv gives at most, 0: all */
  size_t send_size;          /* bytes a send takes at most, 0: all */
  unsigned computing;        /* calls of recv that say AGAIN first, without a
                                wait for the network */
  unsigned again_every;      /* every nth call says AGAIN, 0: none */
  unsigned fail_at;          /* the nth call fails, from 1; 0: none */
  litellm_result fail_with;
  bool closes;               /* after each reply */
  uint32_t silence_ms;       /* before each reply */
  uint32_t now;
  bool no_entropy;
  unsigned char random;      /* all its bytes */

  /* What happened. */
  unsigned calls, opened, closed, requests, waits;
  char asked[64];            /* the first letter of each host that was asked */
  char host;                 /* that of the last */
  bool open, broken, ended;  /* ended: behind what it has to say */
  char sent[16384];          /* what came since the connection, and after a
                                request was answered since then */
  size_t sent_size;
  char last[16384];          /* the last whole request */
  char out[65536];           /* what the connection still has to say */
  size_t out_size;
  uint32_t silent_until;
  litellm_result end_as;     /* LITELLM_OK: in order */
  const char *wrong;         /* the port's contract was broken, or NULL */
} server;

static void server_wrong(const char *what) {
  if (!server.wrong) server.wrong = what;
}

CHECK_UNUSED static void server_reset(const char *(*serve)(unsigned nth)) {
  memset(&server, 0, sizeof server);
  server.serve = serve;
  server.now = 5000;
  server.fail_with = LITELLM_ERROR_CONNECTION_CLOSED;
  server.refuse_with = LITELLM_ERROR_CONNECT;
  server.random = 0x80;
}

/* The server says this, asked or not. */
static void server_say(const char *text) {
  size_t size = strlen(text);
  if (server.out_size + size > sizeof server.out) exit(2);
  memcpy(server.out + server.out_size, text, size);
  server.out_size += size;
}

/* The end of the chunks that begin at `at`, 0: they are not whole yet. */
static size_t server_chunks_end(size_t at) {
  for (;;) {
    const char *line = server.sent + at, *end = strstr(line, "\r\n");
    size_t len;
    if (!end) return 0;
    len = strtoul(line, NULL, 16);
    at = (size_t)(end - server.sent) + len + 4;
    if (at > server.sent_size) return 0;
    if (memcmp(server.sent + at - 2, "\r\n", 2))
      server_wrong("a chunk without an end");
    if (!len) return at;
  }
}

/* The end of the first request in `sent`, 0: it is not whole yet. */
static size_t server_request_end(void) {
  const char *end, *length;
  const char *chunked;
  size_t size;
  server.sent[server.sent_size] = 0;
  end = strstr(server.sent, "\r\n\r\n");
  chunked = strstr(server.sent, "Transfer-Encoding: chunked\r\n");
  if (end && chunked && chunked < end)
    return server_chunks_end((size_t)(end - server.sent) + 4);
  length = strstr(server.sent, "Content-Length: ");
  if (!end || !length || length > end) return 0;
  size = (size_t)(end - server.sent) + 4 +
         (size_t)strtoul(length + 16, NULL, 10);
  return size <= server.sent_size ? size : 0;
}

static void server_answer(void) {
  size_t size = server_request_end();
  const char *reply;
  if (!size) return;
  memcpy(server.last, server.sent, size);
  server.last[size] = 0;
  server.sent_size -= size;
  memmove(server.sent, server.sent + size, server.sent_size);
  reply = server.serve(server.requests++);
  if (reply) server_say(reply);
  server.ended = server.closes || !reply;
  server.silent_until = server.now + server.silence_ms;
}

static litellm_result server_turn(void *link) {
  server.calls++;
  if (server.fail_at && server.calls == server.fail_at) {
    server.broken = server.fail_with != LITELLM_AGAIN;
    ((litellm_link *)link)->code = 104;
    return server.fail_with;
  }
  return server.again_every && server.calls % server.again_every == 0
      ? LITELLM_AGAIN : LITELLM_OK;
}

static litellm_result server_connect(void *link, const litellm_endpoint *peer,
                                     uint32_t remaining_ms) {
  litellm_link *head = (litellm_link *)link;
  litellm_result turn;
  bool down = server.down && strchr(server.down, *peer->host);
  if (server.open) server_wrong("connect on an open connection");
  if (!head->resolving) server_wrong("connect without resolving set");
  if (remaining_ms == 0) server_wrong("connect without time left");
  turn = server_turn(link);
  if (turn == LITELLM_AGAIN) return turn;
  if (turn == LITELLM_OK && server.connecting) {
    server.connecting--;
    return LITELLM_AGAIN;
  }
  server.opened++;
  server.open = true;
  server.broken = server.ended = false;
  server.sent_size = server.out_size = 0;
  server.host = *peer->host;
  if (strlen(server.asked) < sizeof server.asked - 1)
    strncat(server.asked, peer->host, 1);
  if (turn == LITELLM_OK && (server.refuses || down)) {
    server.refuses -= server.refuses > 0;
    head->code = 111;
    turn = server.refuse_with;
  }
  head->resolving = turn == LITELLM_ERROR_RESOLVE;
  if (turn != LITELLM_OK && turn != LITELLM_ERROR_RESOLVE)
    return turn == server.refuse_with ? turn : LITELLM_ERROR_CONNECT;
  return turn;
}

static litellm_result server_send(void *link, const void *data, size_t size,
                                  size_t *sent) {
  litellm_result turn = server_turn(link);
  if (!server.open) server_wrong("send on a closed connection");
  if (turn != LITELLM_OK) return turn;
  if (server.broken) return LITELLM_ERROR_CONNECTION_CLOSED;
  if (server.send_size && size > server.send_size) size = server.send_size;
  if (server.sent_size + size >= sizeof server.sent) exit(2);
  memcpy(server.sent + server.sent_size, data, size);
  server.sent_size += size;
  *sent = size;
  server_answer();
  return LITELLM_OK;
}

static litellm_result server_recv(void *link, void *buffer, size_t size,
                                  size_t *received) {
  litellm_result turn = server_turn(link);
  if (!server.open) server_wrong("recv on a closed connection");
  if (turn != LITELLM_OK) return turn;
  if (server.computing) {
    server.computing--;
    ((litellm_link *)link)->wait = 0;
    return LITELLM_AGAIN;
  }
  if (server.broken) return LITELLM_ERROR_CONNECTION_CLOSED;
  if ((int32_t)(server.now - server.silent_until) < 0) return LITELLM_AGAIN;
  if (!server.out_size)
    return !server.ended ? LITELLM_AGAIN
         : server.end_as == LITELLM_OK ? LITELLM_END : server.end_as;
  if (size > server.out_size) size = server.out_size;
  if (server.read_size && size > server.read_size) size = server.read_size;
  memcpy(buffer, server.out, size);
  server.out_size -= size;
  memmove(server.out, server.out + size, server.out_size);
  *received = size;
  return LITELLM_OK;
}

static void server_close(void *link) {
  (void)link;
  server.closed++;
  if (server.opened < server.closed) server.opened = server.closed;
  server.open = false;
}

/* Time passes until there is something, or as long as asked for. */
static void server_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  if (!what && !ms) return;
  if (++server.waits > 100000) { printf("not ok: endless wait\n"); exit(1); }
  if (what && server.silence_ms && ms > server.silence_ms)
    ms = server.silence_ms;
  server.now += what && (server.out_size || server.again_every ||
                         server.connecting) && !server.silence_ms ? 1 : ms;
}

static uint32_t server_millis(void) { return server.now; }

static int64_t server_unix_time(void) { return 1790000000; }

static bool server_entropy(void *bytes, size_t size) {
  memset(bytes, server.random, size);
  return !server.no_entropy;
}

static const litellm_port server_port = {
  sizeof(litellm_link), false, server_connect, server_send, server_recv,
  server_close, server_wait, server_millis, server_unix_time, server_entropy,
  NULL, NULL };

/* A client's description over this port, with memory of its own. */
CHECK_UNUSED static litellm_client_desc server_desc(void) {
  static unsigned char memory[32768];
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &server_port;
  desc.base_url = "http://h";
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.allow_key_over_http = true;
  return desc;
}

/* After a test: closes the client, which must have closed all connections. */
CHECK_UNUSED static void server_end(litellm_client *client) {
  litellm_client_close(client);
  CHECK(!server.open);
  CHECK_INT(server.opened, server.closed);
  CHECK_TEXT(server.wrong, NULL);
}

#endif
