/* lwip_sockets.h: the port for lwIP's sockets (lwIP 2.1 on), where lwIP has its
   own thread: with an RTOS, or on Linux. Include it after litellm_call.h and
   set litellm_client_desc.port to &litellm_lwip_sockets. See port/mbedtls.h for
   TLS.

   The firmware must define what lwIP does not provide, or it does not link:

     int64_t litellm_lwip_unix_time(void)
       Seconds since 1970, from SNTP or a clock chip; 0: not known yet.
     bool litellm_lwip_entropy(void *bytes, size_t size)
       Random bytes fit for keys, from a hardware generator; false: none. Weaker
       sources make keys that can be guessed.

   The clock is lwIP's sys_now(). connect blocks to resolve a name (lwIP gives
   up after some seconds); nothing else blocks but wait. error.port_code is
   lwIP's errno, but with ERROR_RESOLVE it is EAI_*. For many calls at once
   there are litellm_lwip_sockets_fd and _wait_any: See docs/many.md. */
#ifndef LITELLM_LWIP_SOCKETS_H
#define LITELLM_LWIP_SOCKETS_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/lwip_sockets.h"
#endif

#include <string.h>
#include <lwip/errno.h>
#include <lwip/netdb.h>
#include <lwip/sockets.h>
#include <lwip/sys.h>

#if !LWIP_SOCKET || !LWIP_SOCKET_SELECT || !LWIP_DNS || !LWIP_TCP
#error "lwipopts.h: LWIP_SOCKET, _SOCKET_SELECT, _DNS and _TCP must be 1"
#endif

#if !defined(LWIP_PROVIDE_ERRNO) && !defined(LWIP_ERRNO_STDINCLUDE) &&         \
  !defined(LWIP_ERRNO_INCLUDE) && !defined(errno)
#error "lwipopts.h: no errno: set LWIP_ERRNO_STDINCLUDE or LWIP_PROVIDE_ERRNO"
#endif

#ifdef __cplusplus
extern "C" {
#endif
extern int64_t litellm_lwip_unix_time(void);
extern bool litellm_lwip_entropy(void *bytes, size_t size);
#ifdef __cplusplus
}
#endif

/* The link; all zeros: closed. */
typedef struct litellm_lwip_sockets_link {
  litellm_link base;
  uint32_t until_ms;         /* deadline of the current address */
  int family;                /* of the current address */
  bool more;                 /* the name may have an address of the other one */
  bool ended;                /* lwIP reports the end only once */
} litellm_lwip_sockets_link;

static uint32_t litellm_lwip_sockets_millis(void) { return sys_now(); }

/* The socket of a link; -1: none is open. */
static int litellm__lwip_socket(const void *link) {
  return link ? (int)((const litellm_link *)link)->handle - 1 : -1;
}

static void litellm_lwip_sockets_close(void *link_) {
  litellm_lwip_sockets_link *link = (litellm_lwip_sockets_link *)link_;
  if (link->base.handle) (void)lwip_close(litellm__lwip_socket(link));
  link->base.handle = 0;
  link->more = link->ended = false;
}

/* Resolves the name to one address, the second time of the other family, and
   begins to connect to it. Returns 0 or a code for litellm_link. */
static int litellm__lwip_sockets_begin(litellm_lwip_sockets_link *link,
                                       const litellm_endpoint *endpoint) {
  struct addrinfo hints, *found = NULL;
  int code, fd, one = 1;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_family = link->base.code == 0 ? AF_UNSPEC
                  : link->family == AF_INET ? AF_INET6 : AF_INET;
  code = lwip_getaddrinfo(endpoint->host, NULL, &hints, &found);
  if (code != 0) return code;
#if LWIP_IPV4 && LWIP_IPV6
  {
    ip_addr_t literal;
    link->more = link->base.code == 0 && !ipaddr_aton(endpoint->host, &literal);
  }
#endif
  link->base.resolving = false;
  link->family = found->ai_family;
  /* sockaddr_in6 has the port at the same offset. */
  ((struct sockaddr_in *)(void *)found->ai_addr)->sin_port =
      lwip_htons(endpoint->port);
  fd = lwip_socket(link->family, SOCK_STREAM, 0);
  link->base.handle = fd + 1;
  code = 0;
  if (fd < 0 || lwip_ioctl(fd, FIONBIO, &one) != 0 ||
      lwip_connect(fd, found->ai_addr, found->ai_addrlen) != 0)
    code = errno;
  lwip_freeaddrinfo(found);
  return code == EINPROGRESS ? 0 : code;
}

/* What lwip_select waits for. */
typedef struct litellm__lwip_sets {
  fd_set to_read, to_write;
  int end;                   /* behind the highest socket */
} litellm__lwip_sets;

static void litellm__lwip_set(litellm__lwip_sets *sets, const void *link,
                              unsigned what) {
  int fd = what ? litellm__lwip_socket(link) : -1;
  if (fd < 0) return;
  if (what & LITELLM_WAIT_READ) FD_SET(fd, &sets->to_read);
  if (what & LITELLM_WAIT_WRITE) FD_SET(fd, &sets->to_write);
  if (sets->end <= fd) sets->end = fd + 1;
}

/* Returns whether a socket becomes ready within `ms`. */
static bool litellm__lwip_select(litellm__lwip_sets *sets, uint32_t ms) {
  struct timeval time;
  time.tv_sec = (long)(ms / 1000);
  time.tv_usec = (long)(ms % 1000) * 1000;
  return lwip_select(sets->end, &sets->to_read, &sets->to_write, NULL,
                     &time) > 0;
}

static bool litellm__lwip_sockets_ready(const void *link, unsigned what,
                                        uint32_t ms) {
  litellm__lwip_sets sets;
  memset(&sets, 0, sizeof sets);
  litellm__lwip_set(&sets, link, what);
  return litellm__lwip_select(&sets, ms);
}

/* Returns the outcome of connecting: 0, errno, or EINPROGRESS if not known. */
static int litellm__lwip_sockets_outcome(
    const litellm_lwip_sockets_link *link) {
  int code = 0;
  socklen_t size = sizeof code;
  if (!litellm__lwip_sockets_ready(link, LITELLM_WAIT_WRITE, 0))
    return link->more && (int32_t)(sys_now() - link->until_ms) >= 0
      ? ETIMEDOUT : EINPROGRESS;
  return lwip_getsockopt(litellm__lwip_socket(link), SOL_SOCKET, SO_ERROR,
                         &code, &size) != 0 ? errno : code;
}

static litellm_result litellm_lwip_sockets_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_lwip_sockets_link *link = (litellm_lwip_sockets_link *)link_;
  uint32_t began = sys_now(), took, left;
  int code, one = 1;
  bool more;
  for (;;) {
    if (!link->base.handle) {
      code = litellm__lwip_sockets_begin(link, endpoint);
      link->until_ms = sys_now();
      took = link->until_ms - began;   /* the resolver may be slow */
      if (took < remaining_ms) link->until_ms += (remaining_ms - took) / 2;
    } else {
      code = litellm__lwip_sockets_outcome(link);
      if (code == 0) break;
      if (code == EINPROGRESS) {
        left = link->until_ms - sys_now();
        if (link->more) link->base.wait_ms = left - 1 < INT32_MAX ? left : 1;
        return LITELLM_AGAIN;
      }
    }
    if (code == 0) continue;
    /* Reports the first failure: the first address was the best. */
    if (link->base.code == 0) link->base.code = code;
    more = link->more;
    litellm_lwip_sockets_close(link);
    if (!more) return link->base.resolving ? LITELLM_ERROR_RESOLVE
                                           : LITELLM_ERROR_CONNECT;
  }
  link->base.code = 0;
  /* The library sends whole windows; Nagle would only delay the last one. */
  (void)lwip_setsockopt(litellm__lwip_socket(link), IPPROTO_TCP, TCP_NODELAY,
                        &one, sizeof one);
  return LITELLM_OK;
}

/* Returns the result for a send or recv that failed. */
static litellm_result litellm__lwip_sockets_failed(void *link) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return LITELLM_AGAIN;
  ((litellm_link *)link)->code = errno;
  return errno == ECONNRESET || errno == ENOTCONN
             ? LITELLM_ERROR_CONNECTION_CLOSED
             : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_lwip_sockets_send(
    void *link, const void *data, size_t size, size_t *sent) {
  ssize_t n = lwip_send(litellm__lwip_socket(link), data, size, 0);
  if (n < 0) return litellm__lwip_sockets_failed(link);
  *sent = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_AGAIN;
}

static litellm_result litellm_lwip_sockets_recv(
    void *link_, void *buffer, size_t size, size_t *received) {
  litellm_lwip_sockets_link *link = (litellm_lwip_sockets_link *)link_;
  ssize_t n = link->ended
      ? 0 : lwip_recv(litellm__lwip_socket(link), buffer, size, 0);
  if (n < 0) return litellm__lwip_sockets_failed(link);
  *received = (size_t)n;
  link->ended = n == 0;
  return n > 0 ? LITELLM_OK : LITELLM_END;
}

static void litellm_lwip_sockets_wait(void *link, unsigned what, uint32_t ms) {
  (void)litellm__lwip_sockets_ready(link, what, ms < 60000 ? ms : 60000);
}

/* The socket of a client on this port, with TLS or without, for your own
   lwip_select; -1: none is open. Another step may open another one. */
LITELLM_UNUSED static int litellm_lwip_sockets_fd(
    const litellm_client *client) {
  return litellm__lwip_socket(client->link_);
}

/* As litellm_wait, until one of `count` clients can go on. `events` are those
   of their last steps, which returned AGAIN; a NULL client is skipped. */
LITELLM_UNUSED static void litellm_lwip_sockets_wait_any(
    litellm_client *const *clients, const litellm_event *events,
    size_t count) {
  litellm__lwip_sets sets;
  uint32_t ms = 60000;
  bool any = false;
  size_t i;
  memset(&sets, 0, sizeof sets);
  for (i = 0; i < count; i++) {
    if (!clients[i]) continue;
    any = true;
    if (events[i].wait_ms < ms) ms = events[i].wait_ms;
    litellm__lwip_set(&sets, clients[i]->link_, events[i].wait);
  }
  if (any) (void)litellm__lwip_select(&sets, ms);
}

LITELLM_UNUSED static const litellm_port litellm_lwip_sockets = {
  sizeof(litellm_lwip_sockets_link), false, litellm_lwip_sockets_connect,
  litellm_lwip_sockets_send, litellm_lwip_sockets_recv,
  litellm_lwip_sockets_close, litellm_lwip_sockets_wait,
  litellm_lwip_sockets_millis, litellm_lwip_unix_time, litellm_lwip_entropy,
  NULL, NULL };

#ifdef LITELLM_MBEDTLS
LITELLM_MBEDTLS(litellm_lwip_sockets_tls, litellm_lwip_sockets,
                litellm_lwip_sockets_link);
#endif

#endif /* LITELLM_LWIP_SOCKETS_H */
