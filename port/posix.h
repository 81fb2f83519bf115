/* posix.h: the port for Linux, the BSDs and macOS. Include it after
   litellm_call.h and set litellm_client_desc.port to &litellm_posix. See
   port/mbedtls.h for TLS.

   It needs POSIX.1-2001, which plain cc, -std=gnu99 and C++ make visible. With
   glibc and -std=c99, compile with -D_POSIX_C_SOURCE=200809L or define that
   before the first #include.

   connect blocks in getaddrinfo to resolve a name (options in resolv.conf limit
   the time); nothing else blocks but wait. error.port_code is errno, but with
   ERROR_RESOLVE it is getaddrinfo's code: See gai_strerror. */
#ifndef LITELLM_POSIX_H
#define LITELLM_POSIX_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/posix.h"
#endif

/* This is not too late: musl tests the macros in each header. macOS does too,
   and there _POSIX_C_SOURCE alone would hide SO_NOSIGPIPE. */
#if defined(__STRICT_ANSI__) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#if defined(__APPLE__) && !defined(_DARWIN_C_SOURCE)
#define _DARWIN_C_SOURCE 1
#endif

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__) && defined(__has_include)
#if __has_include(<sys/random.h>)
#include <sys/random.h>
#endif
#endif

#if !defined(EAI_NONAME) || !defined(CLOCK_MONOTONIC)
#error "no POSIX: use -std=gnu99 or -D_POSIX_C_SOURCE=200809L (see posix.h)"
#else

#ifdef MSG_NOSIGNAL
#define LITELLM__POSIX_NO_SIGNAL MSG_NOSIGNAL
#else
#define LITELLM__POSIX_NO_SIGNAL 0     /* uses SO_NOSIGPIPE instead */
#endif

/* The link; all zeros: closed. */
typedef struct litellm_posix_link {
  litellm_link base;
  struct addrinfo *found;    /* getaddrinfo's list while connecting, or NULL */
  struct addrinfo *next;     /* next address of the list to try, or NULL */
  uint32_t until_ms;         /* deadline of the current attempt */
  int fd;
  bool is_open;              /* fd is valid */
} litellm_posix_link;

static uint32_t litellm_posix_millis(void) {
  struct timespec now = { 0, 0 };
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u +
                    (uint64_t)now.tv_nsec / 1000000u);
}

static int64_t litellm_posix_unix_time(void) {
  time_t now = time(NULL);
  return now > 0 ? (int64_t)now : 0;
}

/* Also false soon after boot, while the kernel lacks entropy: waiting for it
   would block. No signal interrupts a read of 256 bytes or less. */
static bool litellm_posix_entropy(void *bytes, size_t size) {
  unsigned char *at = (unsigned char *)bytes;
  ssize_t n;
  int fd;
#ifdef GRND_NONBLOCK                   /* ENOSYS before Linux 3.17 */
  for (; size > 0; at += n, size -= (size_t)n)
    if ((n = getrandom(at, size < 256 ? size : 256, GRND_NONBLOCK)) < 0) break;
  if (size == 0 || errno != ENOSYS) return size == 0;
#endif
  fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  for (; fd >= 0 && size > 0; at += n, size -= (size_t)n)
    if ((n = read(fd, at, size < 256 ? size : 256)) <= 0) break;
  if (fd >= 0) (void)close(fd);
  return size == 0;
}

/* Returns 0 or a code for litellm_link. */
static int litellm__posix_resolve(litellm_posix_link *link,
                                  const litellm_endpoint *endpoint) {
  struct addrinfo hints;
  char service[8];
  int code;
  (void)snprintf(service, sizeof service, "%u", (unsigned)endpoint->port);
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  do code = getaddrinfo(endpoint->host, service, &hints, &link->found);
  while (code == EAI_SYSTEM && errno == EINTR);
  if (code != 0) link->found = NULL;
  link->next = link->found;
  return code == EAI_SYSTEM ? errno : code;
}

/* Begins to connect to an address. Returns 0 or errno. */
static int litellm__posix_begin(litellm_posix_link *link,
                                const struct addrinfo *address) {
  int type = address->ai_socktype, flags, one = 1;
#ifdef SOCK_CLOEXEC                    /* no race with a fork */
  type |= SOCK_CLOEXEC;
#endif
  link->fd = socket(address->ai_family, type, address->ai_protocol);
  if (link->fd < 0) return errno;
  link->is_open = true;
  flags = fcntl(link->fd, F_GETFL);
  if (flags < 0 || fcntl(link->fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      fcntl(link->fd, F_SETFD, FD_CLOEXEC) != 0) return errno;
#if defined(SO_NOSIGPIPE) || !defined(MSG_NOSIGNAL)
  (void)setsockopt(link->fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
#endif
  /* The library sends whole windows; Nagle would only delay the last one. */
  (void)setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(link->fd, address->ai_addr, address->ai_addrlen) == 0) return 0;
  /* The attempt continues after EINTR too. */
  return errno == EINPROGRESS || errno == EINTR ? 0 : errno;
}

/* Returns the outcome: 0, errno, or EINPROGRESS if there is none yet. */
static int litellm__posix_outcome(const litellm_posix_link *link) {
  struct pollfd item = { link->fd, POLLOUT, 0 };
  int code = 0;
  socklen_t size = sizeof code;
  if (poll(&item, 1, 0) <= 0)          /* the last address has no deadline */
    return link->next &&
           (int32_t)(litellm_posix_millis() - link->until_ms) >= 0
      ? ETIMEDOUT : EINPROGRESS;
  return getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0
    ? errno : code;
}

static void litellm_posix_close(void *link_) {
  litellm_posix_link *link = (litellm_posix_link *)link_;
  if (link->is_open) (void)close(link->fd);
  if (link->found) freeaddrinfo(link->found);
  link->is_open = false;
  link->found = link->next = NULL;
}

static litellm_result litellm_posix_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_posix_link *link = (litellm_posix_link *)link_;
  const struct addrinfo *one;
  uint32_t began = litellm_posix_millis(), took, count = 0;
  int code;
  if (!link->found) {
    link->base.resolving = true;
    link->base.code = litellm__posix_resolve(link, endpoint);
    if (link->base.code != 0) return LITELLM_ERROR_RESOLVE;
    link->base.resolving = false;
  }
  for (;;) {
    if (link->is_open) {
      code = litellm__posix_outcome(link);
      if (code == EINPROGRESS) return LITELLM_AGAIN;
      if (code == 0) break;
    } else {
      if (!link->next) return LITELLM_ERROR_CONNECT;
      for (count = 0, one = link->next; one; one = one->ai_next) count++;
      link->until_ms = litellm_posix_millis();
      took = link->until_ms - began;   /* the resolver may be slow */
      if (took < remaining_ms) link->until_ms += (remaining_ms - took) / count;
      code = litellm__posix_begin(link, link->next);
      link->next = link->next->ai_next;
      if (code == 0) continue;
    }
    /* Reports the first failure: the first address was the best. */
    if (link->base.code == 0) link->base.code = code;
    if (link->is_open) (void)close(link->fd);
    link->is_open = false;
  }
  link->base.code = 0;
  freeaddrinfo(link->found);
  link->found = link->next = NULL;
  return LITELLM_OK;
}

/* Returns the result for a send or recv that failed. */
static litellm_result litellm__posix_failed(void *link) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return LITELLM_AGAIN;
  ((litellm_link *)link)->code = errno;
  return errno == ECONNRESET || errno == EPIPE ? LITELLM_ERROR_CONNECTION_CLOSED
                                               : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_posix_send(
    void *link, const void *data, size_t size, size_t *sent) {
  ssize_t n = send(((litellm_posix_link *)link)->fd, data, size,
                   LITELLM__POSIX_NO_SIGNAL);
  if (n < 0) return litellm__posix_failed(link);
  *sent = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_AGAIN;
}

static litellm_result litellm_posix_recv(
    void *link, void *buffer, size_t size, size_t *received) {
  ssize_t n = recv(((litellm_posix_link *)link)->fd, buffer, size, 0);
  if (n < 0) return litellm__posix_failed(link);
  *received = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_END;
}

static void litellm_posix_wait(void *link_, unsigned what, uint32_t ms) {
  const litellm_posix_link *link = (const litellm_posix_link *)link_;
  struct pollfd item = { -1, 0, 0 };   /* poll ignores -1 */
  if (ms > 60000) ms = 60000;
  if (link && link->next) {
    int32_t left = (int32_t)(link->until_ms - litellm_posix_millis());
    if (left < (int32_t)ms) ms = left > 0 ? (uint32_t)left : 0;
  }
  if (link && link->is_open && what != 0) item.fd = link->fd;
  if (what & LITELLM_WAIT_READ) item.events = POLLIN;
  if (what & LITELLM_WAIT_WRITE) item.events = (short)(item.events | POLLOUT);
  (void)poll(&item, 1, (int)ms);
}

LITELLM_UNUSED static const litellm_port litellm_posix = {
  sizeof(litellm_posix_link), false, litellm_posix_connect, litellm_posix_send,
  litellm_posix_recv, litellm_posix_close, litellm_posix_wait,
  litellm_posix_millis, litellm_posix_unix_time, litellm_posix_entropy, NULL,
  NULL };

#ifdef LITELLM_MBEDTLS
LITELLM_MBEDTLS(litellm_posix_tls, litellm_posix, litellm_posix_link);
#endif

#endif /* POSIX is visible */
#endif /* LITELLM_POSIX_H */
