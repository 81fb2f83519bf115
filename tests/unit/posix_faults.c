/* port/posix.h when the system's calls fail: each of them is one of this
   file's, which fails where a row of a table says so. */
#define _XOPEN_SOURCE 700
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- the system --------------------------------------------------------- */

enum { NOTHING, RESOLVE, SOCKET, GET_FLAGS, SET_FLAGS, SET_CLOSE, OPTION,
       CONNECT, POLL, OUTCOME, SEND, RECV, RANDOM, OPEN, READ, CALLS };

enum { NOBODY = -1 };        /* poll: nothing has come */

static struct {
  /* The script. */
  int failing, code;         /* that call fails with this errno ... */
  bool once;                 /* ... the first time or, if not, for good */
  int below, why;            /* a second one */
  int outcome;               /* of an attempt to connect */
  size_t addresses;          /* of a name */
  uint32_t resolving_ms;
  ssize_t size;              /* most that a transfer moves */
  time_t date;
  /* What happened. */
  unsigned count[CALLS];
  int fds, lists;            /* that are held */
  uint32_t now;
  int timeout, polled;       /* of the last poll, and the fd */
  short events;
} os;

static bool fails(int call) {
  bool second = call && call == os.below;
  os.count[call]++;
  if (!second && (call != os.failing || (os.once && os.count[call] > 1)))
    return false;
  errno = second ? os.why : os.code;
  return true;
}

static struct addrinfo list[2];

static int os_getaddrinfo(const char *host, const char *service,
                          const struct addrinfo *hints,
                          struct addrinfo **found) {
  size_t i;
  CHECK_TEXT(host, "h");
  CHECK_TEXT(service, "443");
  os.now += os.resolving_ms;
  if (fails(RESOLVE)) return os.code == EAI_AGAIN ? EAI_AGAIN : EAI_SYSTEM;
  for (i = 0; i < os.addresses; i++) {
    list[i] = *hints;
    list[i].ai_next = i + 1 < os.addresses ? &list[i + 1] : NULL;
  }
  os.lists++;
  *found = list;
  return 0;
}

static void os_freeaddrinfo(struct addrinfo *found) {
  CHECK(found == list);
  os.lists--;
}

static int os_socket(int family, int type, int protocol) {
  (void)family; (void)type; (void)protocol;
  if (fails(SOCKET)) return -1;
  os.fds++;
  return 7;
}

static int os_close(int fd) {
  CHECK_INT(fd, 7);
  os.fds--;
  return 0;
}

static int os_fcntl(int fd, int command, ...) {
  CHECK_INT(fd, 7);
  return fails(command == F_GETFL ? GET_FLAGS
               : command == F_SETFL ? SET_FLAGS : SET_CLOSE) ? -1 : 0;
}

static int os_setsockopt(int fd, int level, int name, const void *value,
                         socklen_t size) {
  (void)fd; (void)level; (void)name; (void)value; (void)size;
  return fails(OPTION) ? -1 : 0;
}

static int os_getsockopt(int fd, int level, int name, void *value,
                         socklen_t *size) {
  CHECK_INT(fd, 7);
  CHECK(level == SOL_SOCKET && name == SO_ERROR);
  CHECK_INT(*size, sizeof os.outcome);
  if (fails(OUTCOME)) return -1;
  memcpy(value, &os.outcome, sizeof os.outcome);
  return 0;
}

static int os_connect(int fd, const struct sockaddr *address, socklen_t size) {
  (void)fd; (void)address; (void)size;
  return fails(CONNECT) ? -1 : 0;
}

static int os_poll(struct pollfd *item, nfds_t count, int timeout) {
  CHECK_INT(count, 1);
  os.timeout = timeout;
  os.polled = item->fd;
  os.events = item->events;
  if (!fails(POLL)) return 1;
  return os.code == NOBODY ? 0 : -1;
}

static ssize_t moved(int call, size_t size) {
  return fails(call) ? errno ? -1 : 0
       : os.size && (size_t)os.size < size ? os.size : (ssize_t)size;
}

static ssize_t os_send(int fd, const void *data, size_t size, int flags) {
  (void)fd; (void)data; (void)flags;
  return moved(SEND, size);
}

static ssize_t os_recv(int fd, void *buffer, size_t size, int flags) {
  (void)fd; (void)flags;
  memset(buffer, 'x', size);
  return moved(RECV, size);
}

static ssize_t os_getrandom(void *buffer, size_t size, unsigned flags) {
  CHECK(size <= 256 && flags);
  memset(buffer, 'r', size);
  return moved(RANDOM, size);
}

static int os_open(const char *path, int flags, ...) {
  CHECK_TEXT(path, "/dev/urandom");
  CHECK(flags & O_CLOEXEC);
  if (fails(OPEN)) return -1;
  os.fds++;
  return 7;
}

static ssize_t os_read(int fd, void *buffer, size_t size) {
  CHECK_INT(fd, 7);
  CHECK(size <= 256);
  memset(buffer, 'u', size);
  return moved(READ, size);
}

static int os_clock_gettime(clockid_t clock, struct timespec *now) {
  CHECK_INT(clock, CLOCK_MONOTONIC);
  now->tv_sec = (time_t)(os.now / 1000);
  now->tv_nsec = (long)(os.now % 1000) * 1000000;
  return 0;
}

static time_t os_time(time_t *unused) {
  CHECK(unused == NULL);
  return os.date;
}

#define getaddrinfo os_getaddrinfo
#define freeaddrinfo os_freeaddrinfo
#define socket os_socket
#define close os_close
#define fcntl os_fcntl
#define setsockopt os_setsockopt
#define getsockopt os_getsockopt
#define connect os_connect
#define poll os_poll
#define send os_send
#define recv os_recv
#define getrandom os_getrandom
#define open os_open
#define read os_read
#define clock_gettime os_clock_gettime
#define time os_time

#include "port/posix.h"

#undef close
#undef connect
#undef send
#undef recv

/* ---- the port ----------------------------------------------------------- */

static const litellm_port *const port = &litellm_posix;
static litellm_posix_link link_;

static void rewind_os(int failing, int code, bool once) {
  memset(&os, 0, sizeof os);
  os.failing = failing;
  os.code = code;
  os.once = once;
  os.addresses = 1;
  os.now = 4294967000u;                /* milliseconds wrap around soon */
  memset(&link_, 0, sizeof link_);
}

static litellm_result dial(uint32_t ms) {
  litellm_endpoint peer;
  memset(&peer, 0, sizeof peer);
  peer.host = "h";
  peer.port = 443;
  return port->connect(&link_, &peer, ms);
}

static const struct {
  const char *what;
  int failing, code;
  bool once;
  litellm_result result;
  int port_code;
} attempts[] = {
  { "nothing fails", NOTHING, 0, false, LITELLM_OK, 0 },
  { "a signal while resolving", RESOLVE, EINTR, true, LITELLM_OK, 0 },
  { "no file for the resolver", RESOLVE, EMFILE, false,
    LITELLM_ERROR_RESOLVE, EMFILE },
  { "no name server", RESOLVE, EAI_AGAIN, false,
    LITELLM_ERROR_RESOLVE, EAI_AGAIN },
  { "no socket", SOCKET, EMFILE, false, LITELLM_ERROR_CONNECT, EMFILE },
  { "no flags", GET_FLAGS, EBADF, false, LITELLM_ERROR_CONNECT, EBADF },
  { "it would block", SET_FLAGS, EINVAL, false,
    LITELLM_ERROR_CONNECT, EINVAL },
  { "a child would get it", SET_CLOSE, EINVAL, false,
    LITELLM_ERROR_CONNECT, EINVAL },
  { "TCP_NODELAY is unknown", OPTION, ENOPROTOOPT, false, LITELLM_OK, 0 },
  { "as usual", CONNECT, EINPROGRESS, false, LITELLM_OK, 0 },
  { "a signal while connecting", CONNECT, EINTR, false, LITELLM_OK, 0 },
  { "no route", CONNECT, ENETUNREACH, false,
    LITELLM_ERROR_CONNECT, ENETUNREACH },
  { "no answer yet", POLL, NOBODY, false, LITELLM_AGAIN, 0 },
  { "a signal while asking", POLL, EINTR, false, LITELLM_AGAIN, 0 },
  { "no outcome", OUTCOME, ENOTSOCK, false, LITELLM_ERROR_CONNECT, ENOTSOCK }
};

/* Of one address; and of two, of which only the first fails. */
static void test_attempts(void) {
  size_t i;
  for (i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    check_at("%s", attempts[i].what);
    rewind_os(attempts[i].failing, attempts[i].code, attempts[i].once);
    CHECK_INT(dial(1000), attempts[i].result);
    CHECK_INT(link_.base.code, attempts[i].port_code);
    CHECK_INT(link_.base.resolving,
              attempts[i].result == LITELLM_ERROR_RESOLVE);
    CHECK_INT(os.lists, attempts[i].result == LITELLM_AGAIN ||
                            attempts[i].result == LITELLM_ERROR_CONNECT);
    port->close(&link_);
    CHECK_INT(os.lists + os.fds, 0);
    if (attempts[i].result != LITELLM_ERROR_CONNECT) continue;
    rewind_os(attempts[i].failing, attempts[i].code, true);
    os.addresses = 2;
    CHECK_INT(dial(1000), LITELLM_OK);
    CHECK_INT(link_.base.code, 0);
    CHECK_INT(os.fds, 1);
    port->close(&link_);
    CHECK_INT(os.lists + os.fds, 0);
  }
}

static void test_refused_later(void) {
  rewind_os(CONNECT, EINPROGRESS, false);
  os.outcome = ECONNREFUSED;
  CHECK_INT(dial(1000), LITELLM_ERROR_CONNECT);
  CHECK_INT(link_.base.code, ECONNREFUSED);
  port->close(&link_);
  CHECK_INT(os.lists + os.fds, 0);
}

/* The resolver leaves less than no time: the first address gets none, the last
   one what the caller allows. */
static void test_slow_resolver(void) {
  rewind_os(POLL, NOBODY, false);
  os.addresses = 2;
  os.resolving_ms = 800;
  CHECK_INT(dial(500), LITELLM_AGAIN);
  CHECK_INT(os.count[SOCKET], 2);
  CHECK_INT(link_.base.code, ETIMEDOUT);
  port->close(&link_);
  CHECK_INT(os.lists + os.fds, 0);
}

/* A wait lasts as long as asked, but not beyond the attempt at an address,
   and at most a minute. */
static void test_waits(void) {
  static const struct { uint32_t later, wait_ms; } rows[] = {
    { 0, 500 }, { 450, 50 }, { 499, 1 }, { 500, 0 }, { 700, 0 }
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    check_at("%lu ms later", (unsigned long)rows[i].later);
    rewind_os(POLL, NOBODY, false);
    os.addresses = 2;
    CHECK_INT(dial(1000), LITELLM_AGAIN);
    os.now += rows[i].later;
    link_.base.wait_ms = 0;
    CHECK_INT(dial(1000), LITELLM_AGAIN);
    CHECK_INT(link_.base.wait_ms, rows[i].wait_ms);
    port->wait(&link_, LITELLM_WAIT_WRITE, 100);
    CHECK_INT(os.timeout, 100);
    CHECK_INT(os.polled, 7);
    CHECK_INT(os.events, POLLOUT);
    port->wait(&link_, LITELLM_WAIT_READ, 0);
    CHECK_INT(os.events, POLLIN);
    port->wait(&link_, 0, 0);
    CHECK_INT(os.polled, -1);
    port->close(&link_);
  }
  port->wait(NULL, 0, UINT32_MAX);
  CHECK_INT(os.timeout, 60000);
}

/* Code 0: it says that no byte went. */
static void test_transfers(void) {
  static const struct { int code; litellm_result result, sent; } rows[] = {
    { 0, LITELLM_END, LITELLM_AGAIN },
    { EAGAIN, LITELLM_AGAIN, LITELLM_AGAIN },
    { EINTR, LITELLM_AGAIN, LITELLM_AGAIN },
    { ECONNRESET, LITELLM_ERROR_CONNECTION_CLOSED,
      LITELLM_ERROR_CONNECTION_CLOSED },
    { EPIPE, LITELLM_ERROR_CONNECTION_CLOSED, LITELLM_ERROR_CONNECTION_CLOSED },
    { ENOBUFS, LITELLM_ERROR_NETWORK, LITELLM_ERROR_NETWORK }
  };
  char buffer[8];
  size_t i, n;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    int told = rows[i].result < 0 ? rows[i].code : 0;
    check_at("errno %d", rows[i].code);
    rewind_os(RECV, rows[i].code, true);
    CHECK_INT(port->recv(&link_, buffer, 8, &n), rows[i].result);
    CHECK_INT(link_.base.code, told);
    CHECK_INT(port->recv(&link_, buffer, 8, &n), LITELLM_OK);
    CHECK_INT(n, 8);
    rewind_os(SEND, rows[i].code, true);
    CHECK_INT(port->send(&link_, "12345678", 8, &n), rows[i].sent);
    CHECK_INT(link_.base.code, told);
    os.size = 3;
    CHECK_INT(port->send(&link_, "12345678", 8, &n), LITELLM_OK);
    CHECK_INT(n, 3);
  }
}

/* ---- clocks and entropy ------------------------------------------------- */

static void test_clocks(void) {
  rewind_os(NOTHING, 0, false);
  CHECK_INT(port->millis(), 4294967000u);
  CHECK_INT(port->unix_time(), 0);
  os.date = (time_t)-1;                /* as time() fails */
  CHECK_INT(port->unix_time(), 0);
  os.date = 1790000000;
  CHECK_INT(port->unix_time(), 1790000000);
}

/* `from`: what the bytes are, 'r' of getrandom, 'u' of /dev/urandom, which is
   for kernels without that call, 0: there are none. */
static void test_entropy(void) {
  static const struct { int call, code, below, why; ssize_t piece; char from; }
  rows[] = {
    { NOTHING, 0, 0, 0, 0, 'r' }, { NOTHING, 0, 0, 0, 100, 'r' },
    { RANDOM, EAGAIN, 0, 0, 0, 0 },    /* soon after boot */
    { RANDOM, ENOSYS, NOTHING, 0, 0, 'u' },
    { RANDOM, ENOSYS, NOTHING, 0, 100, 'u' },
    { RANDOM, ENOSYS, OPEN, ENOENT, 0, 0 },
    { RANDOM, ENOSYS, READ, EIO, 0, 0 }, { RANDOM, ENOSYS, READ, 0, 0, 0 }
  };
  static const size_t sizes[] = { 1, 256, 257, 600 };
  unsigned char bytes[601];
  size_t i, j;
  for (i = 0; i < sizeof rows / sizeof *rows; i++)
    for (j = 0; j < sizeof sizes / sizeof *sizes; j++) {
      check_at("row %lu, %lu bytes", (unsigned long)i,
               (unsigned long)sizes[j]);
      rewind_os(rows[i].call, rows[i].code, false);
      os.below = rows[i].below;
      os.why = rows[i].why;
      os.size = rows[i].piece;
      memset(bytes, 0, sizeof bytes);
      CHECK_INT(port->entropy(bytes, sizes[j]), rows[i].from != 0);
      if (rows[i].from) {
        CHECK_INT(bytes[0], rows[i].from);
        CHECK_INT(bytes[sizes[j] - 1], rows[i].from);
      }
      CHECK_INT(bytes[sizes[j]], 0);
      CHECK_INT(os.fds, 0);
    }
  errno = ENOSYS;
  rewind_os(NOTHING, 0, false);
  CHECK(port->entropy(bytes, 0));
}

int main(void) {
  CHECK_RUN(test_attempts);
  CHECK_RUN(test_refused_later);
  CHECK_RUN(test_slow_resolver);
  CHECK_RUN(test_waits);
  CHECK_RUN(test_transfers);
  CHECK_RUN(test_clocks);
  CHECK_RUN(test_entropy);
  return check_failures != 0;
}
