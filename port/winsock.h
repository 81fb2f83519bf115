/* winsock.h: the port for Windows (7 on), by Winsock 2. Include it after
   litellm_call.h and before windows.h, and set litellm_client_desc.port to
   &litellm_winsock. See port/mbedtls.h for TLS.

     x86_64-w64-mingw32-gcc main.c -lws2_32 -lbcrypt

   litellm_client_init starts Winsock, litellm_client_close ends it. connect
   blocks in getaddrinfo to resolve a name; nothing else blocks but wait.
   error.port_code is WSAGetLastError's. litellm_winsock_fd and
   litellm_winsock_wait_any are for many calls at once: See docs/many.md. */
#ifndef LITELLM_WINSOCK_H
#define LITELLM_WINSOCK_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/winsock.h"
#endif

#include <winsock2.h>
#include <ws2tcpip.h>
#include <bcrypt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The link; all zeros: closed. */
typedef struct litellm_winsock_link {
  litellm_link base;
  struct addrinfo *found;    /* getaddrinfo's list, or NULL */
  struct addrinfo *next;     /* next address of the list to try, or NULL */
  uint32_t until_ms;         /* deadline of the current attempt */
} litellm_winsock_link;

static uint32_t litellm_winsock_millis(void) {
  return (uint32_t)GetTickCount64();
}

static int64_t litellm_winsock_unix_time(void) { return _time64(NULL); }

static bool litellm_winsock_entropy(void *bytes, size_t size) {
  return BCryptGenRandom(NULL, (PUCHAR)bytes, (ULONG)size,
                         BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}

/* ---- waiting ------------------------------------------------------------- */

/* The socket of a link, which fits in 32 bits; INVALID_SOCKET: none is open. */
static SOCKET litellm__winsock_socket(const void *link) {
  int32_t handle = link ? ((const litellm_link *)link)->handle : 0;
  return handle ? (SOCKET)(handle - 1) : INVALID_SOCKET;
}

/* What select waits for. Unlike WSAPoll before Windows 10, it also tells of an
   attempt to connect that fails. */
typedef struct litellm__winsock_sets {
  fd_set in, out, failed;
} litellm__winsock_sets;

static void litellm__winsock_add(litellm__winsock_sets *sets, const void *link,
                                 unsigned what) {
  SOCKET s = litellm__winsock_socket(link);
  if (!what || s == INVALID_SOCKET || sets->failed.fd_count == FD_SETSIZE)
    return;
  if (what & LITELLM_WAIT_READ) sets->in.fd_array[sets->in.fd_count++] = s;
  if (what & LITELLM_WAIT_WRITE) sets->out.fd_array[sets->out.fd_count++] = s;
  sets->failed.fd_array[sets->failed.fd_count++] = s;
}

/* Returns whether a socket becomes ready within `ms`. */
static bool litellm__winsock_select(litellm__winsock_sets *sets, uint32_t ms) {
  struct timeval limit;
  limit.tv_sec = (long)(ms / 1000);
  limit.tv_usec = (long)(ms % 1000) * 1000;
  if (sets->failed.fd_count)
    return select(0, &sets->in, &sets->out, &sets->failed, &limit) > 0;
  Sleep(ms);                           /* select refuses three empty sets */
  return false;
}

static bool litellm__winsock_ready(const void *link, unsigned what,
                                   uint32_t ms) {
  litellm__winsock_sets sets;
  memset(&sets, 0, sizeof sets);
  litellm__winsock_add(&sets, link, what);
  return litellm__winsock_select(&sets, ms);
}

static void litellm_winsock_wait(void *link, unsigned what, uint32_t ms) {
  (void)litellm__winsock_ready(link, what, ms < 60000 ? ms : 60000);
}

/* The socket of a client on this port, with TLS or without, for your own
   select; INVALID_SOCKET: none is open. Another step may open another one. */
LITELLM_UNUSED static SOCKET litellm_winsock_fd(const litellm_client *client) {
  return litellm__winsock_socket(client->link_);
}

/* As litellm_wait, until one of `count` clients can go on. `events` are those
   of their last steps, which returned AGAIN; a NULL client is skipped. */
LITELLM_UNUSED static void litellm_winsock_wait_any(
    litellm_client *const *clients, const litellm_event *events,
    size_t count) {
  litellm__winsock_sets sets;
  uint32_t ms = count > FD_SETSIZE ? 10 : 60000;     /* some are in no set */
  bool any = false;
  memset(&sets, 0, sizeof sets);
  for (; count > 0; count--, clients++, events++) {
    if (!*clients) continue;
    any = true;
    if (events->wait_ms < ms) ms = events->wait_ms;
    litellm__winsock_add(&sets, (*clients)->link_, events->wait);
  }
  if (any) (void)litellm__winsock_select(&sets, ms);
}

/* ---- connections --------------------------------------------------------- */

static litellm_result litellm_winsock_init(void *link,
                                           const litellm_endpoint *endpoint) {
  WSADATA data;
  (void)endpoint;
  ((litellm_link *)link)->code = WSAStartup(MAKEWORD(2, 2), &data);
  return ((litellm_link *)link)->code == 0 ? LITELLM_OK : LITELLM_ERROR_NETWORK;
}

static void litellm_winsock_free(void *link) {
  (void)link;
  (void)WSACleanup();
}

static void litellm__winsock_close_socket(litellm_winsock_link *link) {
  if (link->base.handle) (void)closesocket(litellm__winsock_socket(link));
  link->base.handle = 0;
}

static void litellm_winsock_close(void *link_) {
  litellm_winsock_link *link = (litellm_winsock_link *)link_;
  litellm__winsock_close_socket(link);
  if (link->found) freeaddrinfo(link->found);
  link->found = link->next = NULL;
}

/* Returns 0 with a list in `found`, or a code for litellm_link. */
static int litellm__winsock_resolve(litellm_winsock_link *link,
                                    const litellm_endpoint *endpoint) {
  struct addrinfo hints;
  char service[8];
  int code;
  (void)snprintf(service, sizeof service, "%u", (unsigned)endpoint->port);
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  code = getaddrinfo(endpoint->host, service, &hints, &link->found);
  link->next = code == 0 ? link->found : (link->found = NULL);
  return code;
}

/* Begins to connect to an address. Returns 0 or a code for litellm_link. */
static int litellm__winsock_begin(litellm_winsock_link *link,
                                  const struct addrinfo *address) {
  SOCKET s = WSASocketW(address->ai_family, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                        WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  u_long one = 1;
  if (s == INVALID_SOCKET) return WSAGetLastError();
  link->base.handle = (int32_t)s + 1;
  /* The library sends whole windows; Nagle would only delay the last one. */
  (void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (char *)&one, sizeof one);
  if (ioctlsocket(s, (long)FIONBIO, &one) == 0 &&
      connect(s, address->ai_addr, (int)address->ai_addrlen) == 0) return 0;
  return WSAGetLastError() == WSAEWOULDBLOCK ? 0 : WSAGetLastError();
}

/* Returns the outcome: 0, a code, or WSAEINPROGRESS if there is none yet. */
static int litellm__winsock_outcome(const litellm_winsock_link *link) {
  int code = 0, size = sizeof code;
  if (!litellm__winsock_ready(link, LITELLM_WAIT_WRITE, 0))
    return link->next &&               /* the last address has no deadline */
           (int32_t)(litellm_winsock_millis() - link->until_ms) >= 0
      ? WSAETIMEDOUT : WSAEINPROGRESS;
  return getsockopt(litellm__winsock_socket(link), SOL_SOCKET, SO_ERROR,
                    (char *)&code, &size) != 0 ? WSAGetLastError() : code;
}

static litellm_result litellm_winsock_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_winsock_link *link = (litellm_winsock_link *)link_;
  const struct addrinfo *one;
  uint32_t began = litellm_winsock_millis(), took, left, count;
  int code;
  if (!link->found) {
    link->base.code = litellm__winsock_resolve(link, endpoint);
    link->base.resolving = link->base.code != 0;
    if (link->base.resolving) return LITELLM_ERROR_RESOLVE;
  }
  for (;;) {
    if (link->base.handle) {
      code = litellm__winsock_outcome(link);
      if (code == 0) break;
      if (code == WSAEINPROGRESS) {
        left = link->until_ms - litellm_winsock_millis();
        if (link->next) link->base.wait_ms = left - 1 < INT32_MAX ? left : 1;
        return LITELLM_AGAIN;
      }
    } else {
      if (!link->next) return LITELLM_ERROR_CONNECT;
      for (count = 0, one = link->next; one; one = one->ai_next) count++;
      link->until_ms = litellm_winsock_millis();
      took = link->until_ms - began;   /* the resolver may be slow */
      if (took < remaining_ms) link->until_ms += (remaining_ms - took) / count;
      code = litellm__winsock_begin(link, link->next);
      link->next = link->next->ai_next;
      if (code == 0) continue;
    }
    /* Reports the first failure: the first address was the best. */
    if (link->base.code == 0) link->base.code = code;
    litellm__winsock_close_socket(link);
  }
  link->base.code = 0;
  return LITELLM_OK;
}

/* Returns the result for a send or recv that failed. */
static litellm_result litellm__winsock_failed(void *link) {
  int code = WSAGetLastError();
  if (code == WSAEWOULDBLOCK) return LITELLM_AGAIN;
  ((litellm_link *)link)->code = code;
  return code == WSAECONNRESET || code == WSAECONNABORTED
    ? LITELLM_ERROR_CONNECTION_CLOSED : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_winsock_send(
    void *link, const void *data, size_t size, size_t *sent) {
  int n = send(litellm__winsock_socket(link), (const char *)data, (int)size, 0);
  if (n < 0) return litellm__winsock_failed(link);
  *sent = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_AGAIN;
}

static litellm_result litellm_winsock_recv(
    void *link, void *buffer, size_t size, size_t *received) {
  int n = recv(litellm__winsock_socket(link), (char *)buffer, (int)size, 0);
  if (n < 0) return litellm__winsock_failed(link);
  *received = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_END;
}

LITELLM_UNUSED static const litellm_port litellm_winsock = {
  sizeof(litellm_winsock_link), false, litellm_winsock_connect,
  litellm_winsock_send, litellm_winsock_recv, litellm_winsock_close,
  litellm_winsock_wait, litellm_winsock_millis, litellm_winsock_unix_time,
  litellm_winsock_entropy, litellm_winsock_init, litellm_winsock_free };

#ifdef LITELLM_MBEDTLS
LITELLM_MBEDTLS(litellm_winsock_tls, litellm_winsock, litellm_winsock_link);
#endif

#endif /* LITELLM_WINSOCK_H */
