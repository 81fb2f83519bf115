/* zephyr.h: the port for Zephyr's sockets (Zephyr 3.4 on). Include it after
   litellm_call.h and set litellm_client_desc.port to &litellm_zephyr. See
   port/mbedtls.h for TLS: litellm_zephyr_tls.

   The firmware must define, or it does not link:

     int64_t litellm_zephyr_unix_time(void)
       Seconds since 1970, from SNTP or a clock chip; 0: not known yet.
       examples/zephyr has it by SNTP.

   Kconfig: NETWORKING, NET_TCP, NET_SOCKETS, DNS_RESOLVER, and random bytes fit
   for keys: ENTROPY_GENERATOR, on a board that has a driver for it.
   getaddrinfo allocates: With the minimal libc, 2048 bytes of
   COMMON_LIBC_MALLOC_ARENA_SIZE.

   Zephyr's own TLS sockets are no base for a port: Their connect blocks for the
   whole handshake, without a time limit.

   connect blocks to resolve a name (NET_SOCKETS_DNS_TIMEOUT); nothing else
   blocks but wait. error.port_code is errno, but with ERROR_RESOLVE it is
   DNS_EAI_*. */
#ifndef LITELLM_ZEPHYR_H
#define LITELLM_ZEPHYR_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/zephyr.h"
#endif

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>
#if __has_include(<zephyr/random/random.h>)
#include <zephyr/random/random.h>
#else                                  /* before 3.5 */
#include <zephyr/random/rand32.h>
#endif
#ifndef ZVFS_O_NONBLOCK                /* before 3.7 */
#if __has_include(<zephyr/posix/fcntl.h>)
#include <zephyr/posix/fcntl.h>
#else
#include <fcntl.h>
#endif
#define ZVFS_F_GETFL F_GETFL
#define ZVFS_F_SETFL F_SETFL
#define ZVFS_O_NONBLOCK O_NONBLOCK
#endif

#ifdef __cplusplus
extern "C" {
#endif
extern int64_t litellm_zephyr_unix_time(void);
#ifdef __cplusplus
}
#endif

/* The link; all zeros: closed. */
typedef struct litellm_zephyr_link {
  litellm_link base;
  struct zsock_addrinfo *found;  /* the name's addresses while connecting */
  struct zsock_addrinfo *trying; /* the current one of them, or NULL */
  struct zsock_addrinfo *next;   /* the next one to try, or NULL */
  uint32_t until_ms;         /* deadline of the current attempt */
  int fd;
  bool is_open;              /* fd is valid */
} litellm_zephyr_link;

static uint32_t litellm_zephyr_millis(void) { return k_uptime_get_32(); }

static bool litellm_zephyr_entropy(void *bytes, size_t size) {
  return sys_csrand_get(bytes, size) == 0;
}

/* Returns 0 or a code for litellm_link. */
static int litellm__zephyr_resolve(litellm_zephyr_link *link,
                                   const litellm_endpoint *endpoint) {
  struct zsock_addrinfo hints;
  char service[8];
  int code;
  (void)snprintf(service, sizeof service, "%u", (unsigned)endpoint->port);
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  code = zsock_getaddrinfo(endpoint->host, service, &hints, &link->found);
  if (code != 0) link->found = NULL;
  link->next = link->found;
  return code;
}

/* Begins to connect to an address. Returns 0 or errno. */
static int litellm__zephyr_begin(litellm_zephyr_link *link,
                                 const struct zsock_addrinfo *address) {
  int flags, one = 1;
  link->fd = zsock_socket(address->ai_family, SOCK_STREAM, IPPROTO_TCP);
  if (link->fd < 0) return errno;
  link->is_open = true;
  flags = zsock_fcntl(link->fd, ZVFS_F_GETFL, 0);
  if (flags < 0 ||
      zsock_fcntl(link->fd, ZVFS_F_SETFL, flags | ZVFS_O_NONBLOCK) != 0)
    return errno;
  /* The library sends whole windows; Nagle would only delay the last one. */
  (void)zsock_setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (zsock_connect(link->fd, address->ai_addr, address->ai_addrlen) == 0)
    return 0;
  return errno == EINPROGRESS ? 0 : errno;
}

/* Returns the outcome: 0, errno, or EINPROGRESS if there is none yet. connect
   itself says it, because old versions lack SO_ERROR. */
static int litellm__zephyr_outcome(const litellm_zephyr_link *link) {
  if (zsock_connect(link->fd, link->trying->ai_addr,
                    link->trying->ai_addrlen) == 0 || errno == EISCONN)
    return 0;
  if (errno != EALREADY && errno != EINPROGRESS) return errno;
  return link->next && (int32_t)(k_uptime_get_32() - link->until_ms) >= 0
    ? ETIMEDOUT : EINPROGRESS;
}

static void litellm_zephyr_close(void *link_) {
  litellm_zephyr_link *link = (litellm_zephyr_link *)link_;
  if (link->is_open) (void)zsock_close(link->fd);
  if (link->found) zsock_freeaddrinfo(link->found);
  link->is_open = false;
  link->found = link->trying = link->next = NULL;
}

static litellm_result litellm_zephyr_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_zephyr_link *link = (litellm_zephyr_link *)link_;
  const struct zsock_addrinfo *one;
  uint32_t began = k_uptime_get_32(), took, left, count = 0;
  int code;
  if (!link->found) {
    link->base.resolving = true;
    link->base.code = litellm__zephyr_resolve(link, endpoint);
    if (link->base.code != 0) return LITELLM_ERROR_RESOLVE;
    link->base.resolving = false;
  }
  for (;;) {
    if (link->is_open) {
      code = litellm__zephyr_outcome(link);
      if (code == EINPROGRESS) {
        left = link->until_ms - k_uptime_get_32();
        if (link->next) link->base.wait_ms = left - 1 < INT32_MAX ? left : 1;
        return LITELLM_AGAIN;
      }
      if (code == 0) break;
    } else {
      if (!link->next) return LITELLM_ERROR_CONNECT;
      for (count = 0, one = link->next; one; one = one->ai_next) count++;
      link->until_ms = k_uptime_get_32();
      took = link->until_ms - began;   /* the resolver may be slow */
      if (took < remaining_ms) link->until_ms += (remaining_ms - took) / count;
      link->trying = link->next;
      link->next = link->next->ai_next;
      code = litellm__zephyr_begin(link, link->trying);
      if (code == 0) continue;
    }
    /* Reports the first failure: the first address was the best. */
    if (link->base.code == 0) link->base.code = code;
    if (link->is_open) (void)zsock_close(link->fd);
    link->is_open = false;
  }
  link->base.code = 0;
  zsock_freeaddrinfo(link->found);
  link->found = link->trying = link->next = NULL;
  return LITELLM_OK;
}

/* Returns the result for a send or recv that failed. */
static litellm_result litellm__zephyr_failed(void *link) {
  /* The stack is short of buffers for a moment. */
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ||
      errno == ENOMEM) return LITELLM_AGAIN;
  ((litellm_link *)link)->code = errno;
  return errno == ECONNRESET || errno == ENOTCONN || errno == EPIPE ||
         errno == ESHUTDOWN ? LITELLM_ERROR_CONNECTION_CLOSED
                            : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_zephyr_send(
    void *link, const void *data, size_t size, size_t *sent) {
  ssize_t n = zsock_send(((litellm_zephyr_link *)link)->fd, data, size, 0);
  if (n < 0) return litellm__zephyr_failed(link);
  *sent = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_AGAIN;
}

static litellm_result litellm_zephyr_recv(
    void *link, void *buffer, size_t size, size_t *received) {
  ssize_t n = zsock_recv(((litellm_zephyr_link *)link)->fd, buffer, size, 0);
  if (n < 0) return litellm__zephyr_failed(link);
  *received = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_END;
}

static void litellm_zephyr_wait(void *link_, unsigned what, uint32_t ms) {
  const litellm_zephyr_link *link = (const litellm_zephyr_link *)link_;
  struct zsock_pollfd item;
  if (ms > 60000) ms = 60000;
  if (!link || !link->is_open || what == 0) {
    (void)k_sleep(K_MSEC(ms));
    return;
  }
  item.fd = link->fd;
  item.events = item.revents = 0;
  if (what & LITELLM_WAIT_READ) item.events |= ZSOCK_POLLIN;
  if (what & LITELLM_WAIT_WRITE) item.events |= ZSOCK_POLLOUT;
  (void)zsock_poll(&item, 1, (int)ms);
}

LITELLM_UNUSED static const litellm_port litellm_zephyr = {
  sizeof(litellm_zephyr_link), false, litellm_zephyr_connect,
  litellm_zephyr_send, litellm_zephyr_recv, litellm_zephyr_close,
  litellm_zephyr_wait, litellm_zephyr_millis, litellm_zephyr_unix_time,
  litellm_zephyr_entropy, NULL, NULL };

#ifdef LITELLM_MBEDTLS
LITELLM_MBEDTLS(litellm_zephyr_tls, litellm_zephyr, litellm_zephyr_link);
#endif

#endif /* LITELLM_ZEPHYR_H */
