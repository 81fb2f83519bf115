/* The other end, for the drivers: a port that takes a request, then gives its
   next reply, one a connection. */
#ifndef PEER_H
#define PEER_H

#include "driver.h"

struct peer {
  const litellm_str *replies;
  size_t count, given;       /* of them; then there are none */
  size_t first, step;        /* a reply's first read ends at `first` */
  bool again;                /* every other read says AGAIN */
  bool reset;                /* behind a reply, instead of an end */
  bool uneven;               /* takes 1, 2, 3, ... bytes a time, with pauses */
  void (*told)(const struct peer *peer);     /* of each whole request */
  /* What is going on. */
  litellm_str reply;         /* of this connection */
  size_t at, sends;
  bool asked, paused;
  struct text request;
};

static uint32_t peer_now;    /* milliseconds */

struct peer_link {
  litellm_link head;
};

static struct peer *peer_of(void *link) {
  return ((struct peer_link *)link)->head.desc->port_context;
}

/* What follows `mark` in the request, or NULL. */
static const char *peer_behind(const struct peer *peer, const char *mark) {
  size_t len = strlen(mark);
  const struct text *request = &peer->request;
  for (size_t i = 0; i + len <= request->len; i++)
    if (!memcmp(request->ptr + i, mark, len)) return request->ptr + i + len;
  return NULL;
}

/* The request's body, as far as it is there. */
LITELLM_UNUSED static litellm_str peer_body(const struct peer *peer) {
  litellm_str body = { peer_behind(peer, "\r\n\r\n"), 0 };
  if (body.ptr)
    body.len = (size_t)(peer->request.ptr + peer->request.len - body.ptr);
  return body;
}

static bool peer_chunked(const struct peer *peer) {
  const char *end = peer_behind(peer, "\r\nTransfer-Encoding: chunked\r\n");
  return end && end < peer_body(peer).ptr;
}

static bool peer_asked(const struct peer *peer) {
  static const char last[] = "00000000\r\n\r\n";
  const char *length = peer_behind(peer, "\r\nContent-Length: ");
  litellm_str body = peer_body(peer);
  if (peer_chunked(peer))
    return body.len >= sizeof last - 1 &&
           !memcmp(body.ptr + body.len - (sizeof last - 1), last,
                   sizeof last - 1);
  return body.ptr && length && body.len == strtoul(length, NULL, 10);
}

static litellm_result peer_connect(void *link, const litellm_endpoint *to,
                                   uint32_t remaining_ms) {
  struct peer *peer = peer_of(link);
  static const litellm_str none = { NULL, 0 };
  if (!peer || !to->host || !remaining_ms)
    die("connect without what it needs", "");
  peer->reply = peer->given < peer->count ? peer->replies[peer->given] : none;
  peer->given++;
  peer->at = peer->sends = peer->request.len = 0;
  peer->asked = peer->paused = false;
  return LITELLM_OK;
}

static litellm_result peer_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  struct peer *peer = peer_of(link);
  size_t most = peer->uneven ? ++peer->sends % 97 : size;
  if (!data || !size) die("nothing to send", "");
  if (!most) return LITELLM_AGAIN;
  *sent = size < most ? size : most;
  text_add(&peer->request, data, *sent);
  return LITELLM_OK;
}

static litellm_result peer_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  struct peer *peer = peer_of(link);
  size_t most;
  if (!buffer || !size) die("no room to receive", "");
  if (!peer->asked) {                        /* reads come before that too */
    peer->asked = peer_asked(peer);
    if (peer->asked && peer->told) peer->told(peer);
    return LITELLM_AGAIN;
  }
  peer->paused = peer->again && !peer->paused;
  if (peer->paused) return LITELLM_AGAIN;
  if (peer->at == peer->reply.len)
    return peer->reset ? LITELLM_ERROR_CONNECTION_CLOSED : LITELLM_END;
  most = peer->at < peer->first ? peer->first - peer->at : peer->step;
  if (most > peer->reply.len - peer->at) most = peer->reply.len - peer->at;
  if (most > size) most = size;
  memcpy(buffer, peer->reply.ptr + peer->at, most);
  peer->at += most;
  *received = most;
  return LITELLM_OK;
}

static void peer_close(void *link) { (void)link; }

static void peer_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  if (!what) peer_now += ms;                 /* else it is ready at once */
}

static uint32_t peer_millis(void) { return peer_now; }

static int64_t peer_unix_time(void) { return 0; }

static bool peer_entropy(void *bytes, size_t size) {
  memset(bytes, 4, size);
  return true;
}

static const litellm_port peer_port = {
  sizeof(struct peer_link), false, peer_connect, peer_send, peer_recv,
  peer_close, peer_wait, peer_millis, peer_unix_time, peer_entropy, NULL, NULL
};

/* A client's description on a peer, in `memory`. */
static litellm_client_desc peer_client(struct peer *peer, void *memory,
                                       size_t size, size_t window) {
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &peer_port;
  desc.port_context = peer;
  desc.base_url = "http://gateway.test:4000";
  desc.memory = memory;
  desc.memory_size = size;
  desc.window_size = window;
  desc.max_retries = LITELLM_NO_RETRIES;
  return desc;
}

/* What a client takes from its memory beside the arena. */
LITELLM_UNUSED static size_t peer_overhead(size_t window) {
  return sizeof(struct peer_link) + (window ? window : LITELLM_WINDOW_BYTES) +
         256;
}

#endif
