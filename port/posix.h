/* posix.h: the port for Linux, the BSDs and macOS. Include it after
   litellm_call.h and set litellm_client_desc.port to &litellm_posix. See
   port/mbedtls.h for TLS.

   It needs POSIX.1-2001, which plain cc, -std=gnu99 and C++ make visible. With
   glibc and -std=c99, compile with -D_POSIX_C_SOURCE=200809L or define that
   before the first #include.

   connect blocks in getaddrinfo to resolve a name (options in resolv.conf limit
   the time), unless LITELLM_POSIX_THREADS is 1: then a thread of its own waits
   for the answer, which takes -pthread and malloc. Nothing else blocks but
   wait. error.port_code is errno, but with ERROR_RESOLVE it is getaddrinfo's
   code: See gai_strerror. litellm_posix_fd and litellm_posix_wait_any are for
   many calls at once: See docs/many.md. */
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
#include <stdlib.h>
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

/* 1: resolves names in threads. */
#ifndef LITELLM_POSIX_THREADS
#define LITELLM_POSIX_THREADS 0
#endif
#if LITELLM_POSIX_THREADS
#include <pthread.h>
#endif

/* The link; all zeros: closed. */
typedef struct litellm_posix_link {
  litellm_link base;
  struct litellm__posix_query *query;  /* in a thread, or NULL */
  struct addrinfo *found;    /* getaddrinfo's list while connecting, or NULL */
  struct addrinfo *next;     /* next address of the list to try, or NULL */
  uint32_t until_ms;         /* deadline of the current attempt */
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

/* Returns 0 with a list in *found, or a code for litellm_link. */
static int litellm__posix_look_up(const char *host, uint16_t port,
                                  struct addrinfo **found) {
  struct addrinfo hints;
  char service[8];
  int code;
  (void)snprintf(service, sizeof service, "%u", (unsigned)port);
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  do code = getaddrinfo(host, service, &hints, found);
  while (code == EAI_SYSTEM && errno == EINTR);
  if (code != 0) *found = NULL;
  return code == EAI_SYSTEM ? errno : code;
}

#if LITELLM_POSIX_THREADS
/* ---- a name in a thread -------------------------------------------------- */

/* Belongs to the thread and to the link that asks, which may be closed first:
   the last of the two frees it. */
typedef struct litellm__posix_query {
  struct addrinfo *found;
  int code;
  int ends[2];               /* of a pipe: readable when the answer is there */
  bool left;                 /* by one of the two */
  uint16_t port;
  char host[254];
} litellm__posix_query;

static pthread_mutex_t litellm__posix_lock = PTHREAD_MUTEX_INITIALIZER;

static void litellm__posix_leave(litellm__posix_query *query) {
  bool last;
  (void)pthread_mutex_lock(&litellm__posix_lock);
  last = query->left;
  query->left = true;
  (void)pthread_mutex_unlock(&litellm__posix_lock);
  if (!last) return;
  if (query->found) freeaddrinfo(query->found);
  (void)close(query->ends[0]);
  (void)close(query->ends[1]);
  free(query);
}

static void *litellm__posix_thread(void *query_) {
  litellm__posix_query *query = (litellm__posix_query *)query_;
  ssize_t told;
  query->code = litellm__posix_look_up(query->host, query->port, &query->found);
  told = write(query->ends[1], "", 1);  /* never blocks: the pipe is empty */
  (void)told;
  litellm__posix_leave(query);
  return NULL;
}

/* Returns 0 or errno. */
static int litellm__posix_ask(litellm_posix_link *link,
                              const litellm_endpoint *endpoint) {
  litellm__posix_query *query =
      (litellm__posix_query *)calloc(1, sizeof *query);
  pthread_t thread;
  int code;
  if (!query) return ENOMEM;
  query->port = endpoint->port;
  (void)snprintf(query->host, sizeof query->host, "%s", endpoint->host);
  if (pipe(query->ends) != 0) {
    free(query);
    return errno;
  }
  (void)fcntl(query->ends[0], F_SETFD, FD_CLOEXEC);
  (void)fcntl(query->ends[1], F_SETFD, FD_CLOEXEC);
  link->query = query;
  link->base.handle = query->ends[0] + 1;
  code = pthread_create(&thread, NULL, litellm__posix_thread, query);
  if (code == 0) (void)pthread_detach(thread);
  else query->left = true;             /* there is no thread */
  return code;
}

/* Returns 0, a code for litellm_link, or EINPROGRESS. */
static int litellm__posix_resolve(litellm_posix_link *link,
                                  const litellm_endpoint *endpoint) {
  struct pollfd item = { -1, POLLIN, 0 };
  char byte;
  int code = link->query ? 0 : litellm__posix_ask(link, endpoint);
  link->base.wait = LITELLM_WAIT_READ;
  if (code == 0) {
    item.fd = link->query->ends[0];
    if (poll(&item, 1, 0) <= 0 || read(item.fd, &byte, 1) <= 0)
      return EINPROGRESS;
    code = link->query->code;
    link->found = link->query->found;
    link->query->found = NULL;
  }
  if (link->query) litellm__posix_leave(link->query);
  link->query = NULL;
  link->base.handle = 0;
  link->base.wait = LITELLM_WAIT_WRITE;
  return code;
}
#else
static int litellm__posix_resolve(litellm_posix_link *link,
                                  const litellm_endpoint *endpoint) {
  return litellm__posix_look_up(endpoint->host, endpoint->port, &link->found);
}
#endif

/* ---- connections --------------------------------------------------------- */

/* The socket of a link; -1: none is open. */
static int litellm__posix_socket(const void *link) {
  return link ? (int)((const litellm_link *)link)->handle - 1 : -1;
}

static void litellm__posix_close_socket(litellm_posix_link *link) {
  if (link->base.handle) (void)close(litellm__posix_socket(link));
  link->base.handle = 0;
}

/* Begins to connect to an address. Returns 0 or errno. */
static int litellm__posix_begin(litellm_posix_link *link,
                                const struct addrinfo *address) {
  int type = address->ai_socktype, flags, one = 1, fd;
#ifdef SOCK_CLOEXEC                    /* no race with a fork */
  type |= SOCK_CLOEXEC;
#endif
  fd = socket(address->ai_family, type, address->ai_protocol);
  if (fd < 0) return errno;
  link->base.handle = fd + 1;
  flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return errno;
#if defined(SO_NOSIGPIPE) || !defined(MSG_NOSIGNAL)
  (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
#endif
  /* The library sends whole windows; Nagle would only delay the last one. */
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) return 0;
  /* The attempt continues after EINTR too. */
  return errno == EINPROGRESS || errno == EINTR ? 0 : errno;
}

/* Returns the outcome: 0, errno, or EINPROGRESS if there is none yet. */
static int litellm__posix_outcome(const litellm_posix_link *link) {
  struct pollfd item = { litellm__posix_socket(link), POLLOUT, 0 };
  int code = 0;
  socklen_t size = sizeof code;
  if (poll(&item, 1, 0) <= 0)          /* the last address has no deadline */
    return link->next &&
           (int32_t)(litellm_posix_millis() - link->until_ms) >= 0
      ? ETIMEDOUT : EINPROGRESS;
  return getsockopt(item.fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0
    ? errno : code;
}

static void litellm_posix_close(void *link_) {
  litellm_posix_link *link = (litellm_posix_link *)link_;
#if LITELLM_POSIX_THREADS
  if (link->query) {
    litellm__posix_leave(link->query);
    link->query = NULL;
    link->base.handle = 0;
  }
#endif
  litellm__posix_close_socket(link);
  if (link->found) freeaddrinfo(link->found);
  link->found = link->next = NULL;
}

static litellm_result litellm_posix_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_posix_link *link = (litellm_posix_link *)link_;
  const struct addrinfo *one;
  uint32_t began = litellm_posix_millis(), took, left, count;
  int code;
  if (!link->found) {
    link->base.resolving = true;
    code = litellm__posix_resolve(link, endpoint);
    if (LITELLM_POSIX_THREADS && code == EINPROGRESS) return LITELLM_AGAIN;
    link->base.code = code;
    if (code != 0) return LITELLM_ERROR_RESOLVE;
    link->next = link->found;
    link->base.resolving = false;
  }
  for (;;) {
    if (link->base.handle) {
      code = litellm__posix_outcome(link);
      if (code == 0) break;
      if (code == EINPROGRESS) {
        left = link->until_ms - litellm_posix_millis();
        if (link->next) link->base.wait_ms = left - 1 < INT32_MAX ? left : 1;
        return LITELLM_AGAIN;
      }
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
    litellm__posix_close_socket(link);
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
  ssize_t n = send(litellm__posix_socket(link), data, size,
                   LITELLM__POSIX_NO_SIGNAL);
  if (n < 0) return litellm__posix_failed(link);
  *sent = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_AGAIN;
}

static litellm_result litellm_posix_recv(
    void *link, void *buffer, size_t size, size_t *received) {
  ssize_t n = recv(litellm__posix_socket(link), buffer, size, 0);
  if (n < 0) return litellm__posix_failed(link);
  *received = (size_t)n;
  return n > 0 ? LITELLM_OK : LITELLM_END;
}

/* ---- waiting ------------------------------------------------------------- */

/* What poll waits for; it ignores the socket -1. */
static struct pollfd litellm__posix_item(const void *link, unsigned what) {
  struct pollfd item = { -1, 0, 0 };
  if (what) item.fd = litellm__posix_socket(link);
  if (what & LITELLM_WAIT_READ) item.events = POLLIN;
  if (what & LITELLM_WAIT_WRITE) item.events = (short)(item.events | POLLOUT);
  return item;
}

static void litellm_posix_wait(void *link, unsigned what, uint32_t ms) {
  struct pollfd item = litellm__posix_item(link, what);
  (void)poll(&item, 1, ms < 60000 ? (int)ms : 60000);
}

/* The socket of a client on this port, with TLS or without, for your own poll;
   -1: none is open. Another step may open another one. */
LITELLM_UNUSED static int litellm_posix_fd(const litellm_client *client) {
  return litellm__posix_socket(client->link_);
}

/* As litellm_wait, until one of `count` clients can go on. `events` are those
   of their last steps, which returned AGAIN; a NULL client is skipped. */
LITELLM_UNUSED static void litellm_posix_wait_any(
    litellm_client *const *clients, const litellm_event *events,
    size_t count) {
  enum { MOST = 64 };        /* with more, looks again after 10 ms */
  struct pollfd items[MOST];
  uint32_t ms = count > MOST ? 10 : 60000;
  nfds_t n = 0;
  size_t i;
  for (i = 0; i < count; i++) {
    if (!clients[i]) continue;
    if (events[i].wait_ms < ms) ms = events[i].wait_ms;
    if (n < MOST)
      items[n++] = litellm__posix_item(clients[i]->link_, events[i].wait);
  }
  if (n > 0) (void)poll(items, n, (int)ms);
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
