/* The contract of litellm_port, held against port/posix.h on local sockets.

     cc -I. tests/unit/posix_port.c -o posix_port && ./posix_port

   Prints "ok NAME" a test and exits 1 at the first that fails. Lists of
   addresses come from the test where it matters what is in them. */
#define _XOPEN_SOURCE 700

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int resolve(const char *host, const char *service,
                   const struct addrinfo *hints, struct addrinfo **found);
static void forget(struct addrinfo *found);
#define getaddrinfo resolve
#define freeaddrinfo forget

#include "litellm_call.h"
#include "port/posix.h"

#undef getaddrinfo
#undef freeaddrinfo

#define CHECK(condition)                                                      \
  ((condition) ? (void)0 : fail(#condition, __LINE__))

static void fail(const char *what, int line) {
  printf("not ok line %d: %s (errno %s)\n", line, what, strerror(errno));
  exit(1);
}

/* ---- addresses --------------------------------------------------------- */

static struct {
  struct addrinfo info[3];
  struct sockaddr_in address[3];
  size_t count;              /* of the list to hand out; 0: really resolve */
  int code;                  /* to fail with, 0: do not */
  unsigned delay_ms;         /* it takes */
  int held;                  /* lists handed out and not given back */
} names;

static int resolve(const char *host, const char *service,
                   const struct addrinfo *hints, struct addrinfo **found) {
  int code;
  size_t i;
  if (names.delay_ms) (void)poll(NULL, 0, (int)names.delay_ms);
  if (names.code != 0) return names.code;
  if (names.count == 0) {
    code = getaddrinfo(host, service, hints, found);
    names.held += code == 0;
    return code;
  }
  for (i = 0; i < names.count; i++) {
    names.info[i].ai_socktype = hints->ai_socktype;
    names.info[i].ai_addr = (struct sockaddr *)&names.address[i];
    names.info[i].ai_addrlen = sizeof names.address[i];
    names.info[i].ai_next = i + 1 < names.count ? &names.info[i + 1] : NULL;
  }
  names.held++;
  *found = names.info;
  return 0;
}

static void forget(struct addrinfo *found) {
  names.held--;
  if (found != names.info) freeaddrinfo(found);
}

static void add_address(uint16_t port) {
  memset(&names.info[names.count], 0, sizeof names.info[0]);
  memset(&names.address[names.count], 0, sizeof names.address[0]);
  names.info[names.count].ai_family = AF_INET;
  names.address[names.count].sin_family = AF_INET;
  names.address[names.count].sin_port = htons(port);
  names.address[names.count].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  names.count++;
}

/* ---- the other side ---------------------------------------------------- */

static int listen_at(int family, int backlog, uint16_t *port) {
  struct sockaddr_in6 six;
  struct sockaddr_in four;
  socklen_t size = sizeof six;
  int fd = socket(family, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  memset(&six, 0, sizeof six);
  memset(&four, 0, sizeof four);
  six.sin6_family = AF_INET6;
  six.sin6_addr = in6addr_loopback;
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if ((family == AF_INET6
         ? bind(fd, (struct sockaddr *)&six, sizeof six)
         : bind(fd, (struct sockaddr *)&four, sizeof four)) != 0 ||
      listen(fd, backlog) != 0 ||
      getsockname(fd, (struct sockaddr *)&six, &size) != 0) {
    (void)close(fd);
    return -1;
  }
  /* The port is at the same place in both. */
  *port = ntohs(six.sin6_port);
  return fd;
}

/* A port where nobody listens. */
static uint16_t dead_port(void) {
  uint16_t port = 0;
  int fd = listen_at(AF_INET, 1, &port);
  CHECK(fd >= 0);
  (void)close(fd);
  return port;
}

/* A port that does not answer: its queue is full. Fills the three fds. */
static uint16_t silent_port(int fds[3]) {
  struct sockaddr_in address;
  uint16_t port = 0;
  int i;
  fds[0] = listen_at(AF_INET, 0, &port);
  CHECK(fds[0] >= 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (i = 1; i < 3; i++) {
    fds[i] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fds[i] >= 0);
    CHECK(fcntl(fds[i], F_SETFL, O_NONBLOCK) == 0);
    (void)connect(fds[i], (struct sockaddr *)&address, sizeof address);
  }
  return port;
}

static void close_all(const int *fds, size_t count) {
  size_t i;
  for (i = 0; i < count; i++) (void)close(fds[i]);
}

/* ---- the port ---------------------------------------------------------- */

static const litellm_port *const port = &litellm_posix;
static litellm_posix_link link_;

/* Connects as the library does: until it is no longer AGAIN, or time is up. */
static litellm_result dial(const char *host, uint16_t number, uint32_t ms) {
  litellm_endpoint peer;
  uint32_t start = port->millis(), spent = 0;
  litellm_result result = LITELLM_AGAIN;
  memset(&peer, 0, sizeof peer);
  peer.host = host;
  peer.port = number;
  while (spent < ms) {
    uint32_t left;
    link_.base.wait_ms = 0;
    result = port->connect(&link_, &peer, ms - spent);
    if (result != LITELLM_AGAIN) break;
    spent = port->millis() - start;
    left = link_.base.wait_ms ? link_.base.wait_ms : ms - spent;
    if (spent < ms) port->wait(&link_, LITELLM_WAIT_WRITE, left);
    spent = port->millis() - start;
  }
  return result;
}

/* Connects the link to a new socket, which is given back. */
static int dial_pair(void) {
  uint16_t number = 0;
  int listener = listen_at(AF_INET, 1, &number), fd;
  CHECK(listener >= 0);
  CHECK(dial("127.0.0.1", number, 1000) == LITELLM_OK);
  do fd = accept(listener, NULL, NULL);
  while (fd < 0 && errno == EINTR);
  CHECK(fd >= 0);
  (void)close(listener);
  return fd;
}

static int open_fds(void) {
  int fd, count = 0;
  for (fd = 0; fd < 256; fd++) count += fcntl(fd, F_GETFD) != -1;
  return count;
}

/* Resets the connection, rather than ending it. */
static void reset(int fd) {
  struct linger linger;
  linger.l_onoff = 1;
  linger.l_linger = 0;
  CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
  (void)close(fd);
}

static litellm_result receive(void *buffer, size_t size, size_t *received) {
  litellm_result result;
  do {
    result = port->recv(&link_, buffer, size, received);
    if (result == LITELLM_AGAIN) port->wait(&link_, LITELLM_WAIT_READ, 5000);
  } while (result == LITELLM_AGAIN);
  return result;
}

/* ---- connecting -------------------------------------------------------- */

static void test_connects(void) {
  int fd = dial_pair(), on = 0;
  socklen_t size = sizeof on;
  CHECK(link_.base.handle && link_.base.code == 0 && !link_.base.resolving);
  CHECK(fcntl(link_.base.handle - 1, F_GETFD) & FD_CLOEXEC);
  CHECK(fcntl(link_.base.handle - 1, F_GETFL) & O_NONBLOCK);
  CHECK(getsockopt(link_.base.handle - 1, IPPROTO_TCP, TCP_NODELAY, &on,
                   &size) == 0 && on);
  CHECK(names.held == 0);
  port->close(&link_);
  port->close(&link_);
  (void)close(fd);
}

static void test_connects_by_name(void) {
  uint16_t number = 0;
  int fd = listen_at(AF_INET, 1, &number);
  CHECK(fd >= 0);
  CHECK(dial("localhost", number, 2000) == LITELLM_OK);
  port->close(&link_);
  (void)close(fd);
}

static void test_connects_ipv6(void) {
  uint16_t number = 0;
  int fd = listen_at(AF_INET6, 1, &number);
  if (fd < 0) {
    printf("# no IPv6 here: nothing to see in ");
    return;
  }
  CHECK(dial("::1", number, 2000) == LITELLM_OK);
  port->close(&link_);
  (void)close(fd);
}

static void test_refused(void) {
  CHECK(dial("127.0.0.1", dead_port(), 2000) == LITELLM_ERROR_CONNECT);
  CHECK(link_.base.code == ECONNREFUSED && !link_.base.resolving);
  port->close(&link_);
  CHECK(names.held == 0);
}

static void test_first_address_refused(void) {
  uint16_t number = 0;
  int fd = listen_at(AF_INET, 1, &number);
  CHECK(fd >= 0);
  add_address(dead_port());
  names.info[0].ai_protocol = IPPROTO_UDP;       /* no socket is to be had */
  add_address(dead_port());
  add_address(number);
  CHECK(dial("a.test", 1, 2000) == LITELLM_OK);
  CHECK(link_.base.code == 0);
  CHECK(names.held == 0);
  port->close(&link_);
  (void)close(fd);
}

static void test_first_address_silent(void) {
  uint16_t number = 0;
  int fds[4];
  uint32_t start, took;
  add_address(silent_port(fds));
  fds[3] = listen_at(AF_INET, 1, &number);
  CHECK(fds[3] >= 0);
  add_address(number);
  names.delay_ms = 800;      /* which leaves half of the 400 to each */
  start = port->millis();
  CHECK(dial("a.test", 1, 1200) == LITELLM_OK);
  took = port->millis() - start;
  CHECK(took >= 990 && took < 1200);
  port->close(&link_);
  close_all(fds, 4);
}

static void test_all_addresses_silent(void) {
  int fds[3];
  uint32_t start, took;
  uint16_t number = silent_port(fds);
  add_address(number);
  add_address(number);
  start = port->millis();
  CHECK(dial("a.test", 1, 300) == LITELLM_AGAIN);
  took = port->millis() - start;
  CHECK(took >= 290 && took < 1000);
  CHECK(link_.base.code == ETIMEDOUT);           /* the first one's */
  CHECK(names.held == 1);
  port->close(&link_);       /* in the midst of it */
  CHECK(names.held == 0);
  close_all(fds, 3);
}

static void test_first_failure_is_told(void) {
  add_address(dead_port());
  add_address(dead_port());
  names.info[1].ai_protocol = IPPROTO_UDP;
  CHECK(dial("a.test", 1, 2000) == LITELLM_ERROR_CONNECT);
  CHECK(link_.base.code == ECONNREFUSED);
  port->close(&link_);
}

static void test_no_such_host(void) {
  /* No query is sent for this one. */
  CHECK(dial("not..a.name", 80, 2000) == LITELLM_ERROR_RESOLVE);
  CHECK(link_.base.code != 0 && link_.base.resolving);
  port->close(&link_);
  names.code = EAI_AGAIN;
  CHECK(dial("a.test", 80, 2000) == LITELLM_ERROR_RESOLVE);
  CHECK(link_.base.code == EAI_AGAIN && link_.base.resolving);
  port->close(&link_);
}

static void test_out_of_fds(void) {
  struct rlimit before, none;
  CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
  none = before;
  none.rlim_cur = 0;
  add_address(1);
  CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
  CHECK(dial("a.test", 1, 2000) == LITELLM_ERROR_CONNECT);
  CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(link_.base.code == EMFILE);
  port->close(&link_);
}

/* ---- sending and receiving --------------------------------------------- */

static void test_sends_until_full(void) {
  static char data[65536];
  int fd = dial_pair();
  size_t sent = 0, total = 0, n;
  ssize_t got;
  litellm_result result;
  for (n = 0; n < sizeof data; n++) data[n] = (char)(n * 7);
  for (;;) {
    size_t at = total % sizeof data;
    result = port->send(&link_, data + at, sizeof data - at, &sent);
    if (result != LITELLM_OK) break;
    CHECK(sent >= 1 && sent <= sizeof data - at);
    total += sent;
    CHECK(total < (size_t)1 << 30);
  }
  CHECK(result == LITELLM_AGAIN && total > 0);
  port->wait(&link_, LITELLM_WAIT_WRITE, 10);    /* is full: must not hang */
  for (n = 0; n < total; n += (size_t)got) {
    static char back[65536];
    size_t at = n % sizeof data, want = sizeof data - at;
    if (want > total - n) want = total - n;
    got = recv(fd, back, want, 0);
    CHECK(got > 0 && memcmp(back, data + at, (size_t)got) == 0);
  }
  port->wait(&link_, LITELLM_WAIT_WRITE, 5000);
  CHECK(port->send(&link_, data, 1, &sent) == LITELLM_OK && sent == 1);
  port->close(&link_);
  (void)close(fd);
}

static void test_receives_and_ends(void) {
  char buffer[8];
  size_t n = 0;
  int fd = dial_pair();
  CHECK(port->recv(&link_, buffer, sizeof buffer, &n) == LITELLM_AGAIN);
  CHECK(send(fd, "0123456789", 10, 0) == 10);
  (void)close(fd);
  CHECK(receive(buffer, 8, &n) == LITELLM_OK && n == 8);
  CHECK(memcmp(buffer, "01234567", 8) == 0);
  CHECK(receive(buffer, 8, &n) == LITELLM_OK && n == 2);
  CHECK(receive(buffer, 8, &n) == LITELLM_END);
  CHECK(receive(buffer, 8, &n) == LITELLM_END);
  port->close(&link_);
}

static void test_reset_comes_after_data(void) {
  char buffer[8];
  size_t n = 0;
  int fd = dial_pair();
  CHECK(send(fd, "tail", 4, 0) == 4);
  reset(fd);
  CHECK(receive(buffer, 8, &n) == LITELLM_OK && n == 4);
  CHECK(receive(buffer, 8, &n) == LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK(link_.base.code == ECONNRESET);
  port->close(&link_);
}

/* SIGPIPE has its default action here: it would end this program. */
static void test_sends_to_the_dead(void) {
  size_t n = 0;
  int fd = dial_pair(), tries;
  litellm_result result = LITELLM_OK;
  reset(fd);
  for (tries = 0; tries < 100 && result == LITELLM_OK; tries++)
    result = port->send(&link_, "x", 1, &n);
  CHECK(result == LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK(link_.base.code == ECONNRESET || link_.base.code == EPIPE);
  CHECK(port->send(&link_, "x", 1, &n) == LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK(link_.base.code == EPIPE);
  port->close(&link_);
}

static void test_other_failure(void) {
  size_t n = 0;
  char byte = 0;
  int fd = dial_pair(), file = open("/dev/null", O_RDWR);
  CHECK(file >= 0);
  CHECK(dup2(file, link_.base.handle - 1) == link_.base.handle - 1);
  CHECK(port->recv(&link_, &byte, 1, &n) == LITELLM_ERROR_NETWORK);
  CHECK(link_.base.code == ENOTSOCK);
  CHECK(port->send(&link_, &byte, 1, &n) == LITELLM_ERROR_NETWORK);
  port->close(&link_);
  (void)close(file);
  (void)close(fd);
}

/* ---- waiting ----------------------------------------------------------- */

static uint32_t time_wait(litellm_posix_link *link, unsigned what,
                          uint32_t ms) {
  uint32_t start = port->millis();
  port->wait(link, what, ms);
  return port->millis() - start;
}

static void test_wait(void) {
  int fd = dial_pair();
  uint32_t took = time_wait(&link_, LITELLM_WAIT_READ, 60);
  CHECK(took >= 59 && took < 2000);
  CHECK(time_wait(&link_, LITELLM_WAIT_READ | LITELLM_WAIT_WRITE, 20000) <
        10000);
  CHECK(send(fd, "x", 1, 0) == 1);
  CHECK(time_wait(&link_, LITELLM_WAIT_READ, UINT32_MAX) < 10000);
  took = time_wait(&link_, 0, 60);     /* time, though there is data to read */
  CHECK(took >= 59 && took < 2000);
  CHECK(time_wait(&link_, LITELLM_WAIT_READ, 0) < 1000);
  reset(fd);                 /* which poll would tell unasked */
  took = time_wait(&link_, 0, 60);
  CHECK(took >= 59 && took < 2000);
  port->close(&link_);
  took = time_wait(&link_, LITELLM_WAIT_READ, 60);       /* no connection */
  CHECK(took >= 59 && took < 2000);
  took = time_wait(NULL, LITELLM_WAIT_READ, 60);
  CHECK(took >= 59 && took < 2000);
}

static volatile sig_atomic_t signals;
static void count_signal(int number) { (void)number; signals++; }

/* A signal every 2 ms, whose handler lets no call restart. */
static void test_signals(void) {
  struct sigaction action, before;
  struct itimerval often, never;
  char buffer[64];
  size_t n = 0;
  unsigned round;
  int fd;
  memset(&action, 0, sizeof action);
  memset(&never, 0, sizeof never);
  action.sa_handler = count_signal;
  CHECK(sigaction(SIGALRM, &action, &before) == 0);
  often = never;
  often.it_interval.tv_usec = often.it_value.tv_usec = 2000;
  CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
  for (round = 0; round < 20; round++) {
    uint32_t start = port->millis();
    fd = dial_pair();
    do port->wait(&link_, LITELLM_WAIT_READ, 5);
    while (port->millis() - start < 5);
    CHECK(port->recv(&link_, buffer, sizeof buffer, &n) == LITELLM_AGAIN);
    CHECK(send(fd, "x", 1, 0) == 1);
    CHECK(receive(buffer, sizeof buffer, &n) == LITELLM_OK && n == 1);
    port->close(&link_);
    (void)close(fd);
  }
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  CHECK(sigaction(SIGALRM, &before, NULL) == 0);
  CHECK(signals > 0);
}

/* ---- clocks and entropy ------------------------------------------------ */

static void test_clocks(void) {
  uint32_t before = port->millis();
  int64_t now = (int64_t)time(NULL);
  (void)poll(NULL, 0, 20);
  CHECK(port->millis() - before >= 19 && port->millis() - before < 10000);
  CHECK(port->unix_time() >= now && port->unix_time() < now + 60);
}

static void test_entropy(void) {
  static unsigned char bytes[2][1000];
  size_t i, ones = 0;
  CHECK(port->entropy(bytes[0], 0) && bytes[0][0] == 0);
  CHECK(port->entropy(bytes[0], sizeof bytes[0] - 1));
  CHECK(port->entropy(bytes[1], sizeof bytes[1] - 1));
  CHECK(bytes[0][999] == 0 && bytes[1][999] == 0);
  for (i = 0; i < 8 * 999; i++) ones += bytes[0][i / 8] >> (i % 8) & 1;
  CHECK(ones > 3996 - 450 && ones < 3996 + 450); /* ten standard deviations */
  CHECK(memcmp(bytes[0], bytes[1], 32) != 0);
  CHECK(memcmp(bytes[0] + 256, bytes[1] + 256, 32) != 0);
  CHECK(memcmp(bytes[0], bytes[0] + 256, 32) != 0);
}

static const struct { const char *name; void (*run)(void); } tests[] = {
  { "connects", test_connects },
  { "connects_by_name", test_connects_by_name },
  { "connects_ipv6", test_connects_ipv6 },
  { "refused", test_refused },
  { "first_address_refused", test_first_address_refused },
  { "first_address_silent", test_first_address_silent },
  { "all_addresses_silent", test_all_addresses_silent },
  { "first_failure_is_told", test_first_failure_is_told },
  { "no_such_host", test_no_such_host },
  { "out_of_fds", test_out_of_fds },
  { "sends_until_full", test_sends_until_full },
  { "receives_and_ends", test_receives_and_ends },
  { "reset_comes_after_data", test_reset_comes_after_data },
  { "sends_to_the_dead", test_sends_to_the_dead },
  { "other_failure", test_other_failure },
  { "wait", test_wait },
  { "signals", test_signals },
  { "clocks", test_clocks },
  { "entropy", test_entropy }
};

int main(void) {
  size_t i;
  int before = open_fds();
  CHECK(port->link_size == sizeof link_ && !port->secure);
  for (i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    memset(&names, 0, sizeof names);
    tests[i].run();
    CHECK(open_fds() == before);
    CHECK(names.held == 0);
    printf("ok %s\n", tests[i].name);
    (void)fflush(stdout);
  }
  return 0;
}
