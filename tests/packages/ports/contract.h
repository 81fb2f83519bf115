/* contract.h: what litellm_port promises, held against a port over a shim of
   its SDK, on local sockets. Include it after the port and define before

     PORT      the table
     CONTEXT   litellm_client_desc.port_context
     LIMITS    what the SDK cannot tell, as bits: NO_RESET, no reset from an
               orderly end; ONE_ADDRESS, a second address of a name; NO_CODE,
               why it could not connect; NO_ENTROPY, random bytes

   Prints "ok NAME" or "not ok NAME: reason" a test. */
#ifndef CONTRACT_H
#define CONTRACT_H

#include <poll.h>
#include <pthread.h>
#include <unistd.h>
#include "tests/unit/check.h"

enum { NO_RESET = 1, ONE_ADDRESS = 2, NO_CODE = 4, NO_ENTROPY = 8 };

static const litellm_port *const port = &PORT;
static litellm_client_desc desc;
static void *link_;          /* on the heap, for the sanitizer */
static int listener, peer;   /* the server's sockets; -1: none */

#include "tests/ports/receive.h"

/* ---- the server ---- */

static int listen_at(uint16_t *number) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
      listen(fd, 8) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) exit(2);
  *number = ntohs(address.sin_port);
  return fd;
}

static uint16_t served;      /* the port of the listener */

static void server_close(void) {
  if (peer >= 0) (void)close(peer);
  peer = -1;
}

static void server_reset(void) {
  struct linger none = { 1, 0 };
  (void)setsockopt(peer, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  server_close();
}

static void server_write(const char *text) {
  CHECK_INT(send(peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void *write_later(void *text) {
  (void)usleep(100 * 1000);
  (void)!write(peer, text, strlen((const char *)text));
  return NULL;
}

/* ---- the client ---- */

static litellm_link *fresh(void) {
  if (link_) port->close(link_);
  free(link_);
  link_ = calloc(1, port->link_size);
  if (!link_) exit(2);
  ((litellm_link *)link_)->desc = &desc;
  ((litellm_link *)link_)->resolving = true;
  return (litellm_link *)link_;
}

static litellm_result dial_step(const char *host, uint16_t number,
                                uint32_t ms) {
  litellm_endpoint endpoint;
  memset(&endpoint, 0, sizeof endpoint);
  endpoint.host = host;
  endpoint.port = number;
  ((litellm_link *)link_)->wait_ms = 0;
  return port->connect(link_, &endpoint, ms);
}

static litellm_result dial(const char *host, uint16_t number) {
  litellm_link *link = fresh();
  uint32_t begin = port->millis(), spent = 0;
  for (; spent < 3000; spent = port->millis() - begin) {
    litellm_result result = dial_step(host, number, 3000 - spent);
    if (result != LITELLM_AGAIN) return result;
    port->wait(link_, LITELLM_WAIT_WRITE,
               link->wait_ms ? link->wait_ms : 1000);
  }
  return LITELLM_ERROR_TIMEOUT;
}

/* Connects, and drops whoever else has. */
static bool dial_server(void) {
  struct pollfd waiting = { listener, POLLIN, 0 };
  server_close();
  while (poll(&waiting, 1, 0) > 0) (void)close(accept(listener, NULL, NULL));
  if (!CHECK_INT(dial("127.0.0.1", served), LITELLM_OK)) return false;
  CHECK(!((litellm_link *)link_)->resolving);
  CHECK_INT(((litellm_link *)link_)->code, 0);
  peer = accept(listener, NULL, NULL);
  return CHECK(peer >= 0);
}

/* ---- the tests ---- */

static void connects_sends_and_receives(void) {
  char got[8];
  size_t n = 0;
  if (!dial_server()) return;
  CHECK_INT(port->recv(link_, got, sizeof got, &n), LITELLM_AGAIN);
  CHECK_INT(port->send(link_, "hello", 5, &n), LITELLM_OK);
  CHECK_INT(n, 5);
  CHECK_INT(recv(peer, got, sizeof got, 0), 5);
  server_write("welcome");
  receive_text("welcome");
}

static void refused(void) {
  uint16_t number;
  int fd = listen_at(&number);
  (void)close(fd);
  CHECK_INT(dial("127.0.0.1", number), LITELLM_ERROR_CONNECT);
  CHECK(!((litellm_link *)link_)->resolving);
  CHECK((LIMITS & NO_CODE) || ((litellm_link *)link_)->code != 0);
}

static void no_such_host(void) {
  CHECK_INT(dial("none.test", served), LITELLM_ERROR_RESOLVE);
  CHECK(((litellm_link *)link_)->resolving);
}

static void second_address(void) {
  CHECK_INT(dial("two.test", served), LITELLM_OK);
  CHECK_INT(((litellm_link *)link_)->code, 0);
}

static void ends_in_order(void) {
  char byte;
  size_t n = 0;
  if (!dial_server()) return;
  server_write("tail");
  server_close();
  receive_text("ta");
  receive_text("il");
  CHECK_INT(receive(&byte, 1, &n), LITELLM_END);
  CHECK_INT(receive(&byte, 1, &n), LITELLM_END);
}

/* It sends nothing more, but reads on. */
static void half_closed(void) {
  char got[8];
  size_t n = 0;
  if (!dial_server()) return;
  (void)shutdown(peer, SHUT_WR);
  CHECK_INT(port->send(link_, "hello", 5, &n), LITELLM_OK);
  CHECK_INT(recv(peer, got, sizeof got, 0), 5);
  CHECK_INT(receive(got, 1, &n), LITELLM_END);
}

static void reset(void) {
  char byte;
  size_t n = 0;
  if (!dial_server()) return;
  server_reset();
  CHECK_INT(receive(&byte, 1, &n), LIMITS & NO_RESET
      ? LITELLM_END : LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_ERROR_CONNECTION_CLOSED);
}

static void slow(void) {
  pthread_t thread;
  char text[] = "late";
  uint32_t begin = port->millis(), took;
  if (!dial_server()) return;
  port->wait(link_, LITELLM_WAIT_READ, 60);
  took = port->millis() - begin;
  CHECK(took < 1000);
  if (pthread_create(&thread, NULL, write_later, text)) exit(2);
  receive_text("late");
  (void)pthread_join(thread, NULL);
  CHECK(port->millis() - begin < 1000);
}

/* The peer reads nothing until nothing more can be sent. */
static void sends_until_full(void) {
  static char data[8192], got[65536];
  size_t n = 0, total = 0, arrived = 0;
  unsigned full = 0;
  litellm_result result;
  ssize_t k;
  if (!dial_server()) return;
  while (full < 20) {
    result = port->send(link_, data, sizeof data, &n);
    full = result == LITELLM_OK ? 0 : full + 1;
    if (result == LITELLM_OK) total += n;
    else if (!CHECK_INT(result, LITELLM_AGAIN)) return;
    else port->wait(link_, LITELLM_WAIT_WRITE, 5);
  }
  CHECK(total >= sizeof data);
  port->close(link_);                  /* what was taken still goes out */
  while ((k = recv(peer, got, sizeof got, 0)) > 0) arrived += (size_t)k;
  CHECK_INT(arrived, total);
}

static void waits(void) {
  uint32_t begin;
  if (!dial_server()) return;
  server_write("x");
  begin = port->millis();
  port->wait(link_, LITELLM_WAIT_READ, 20000);
  CHECK(port->millis() - begin < 1000);
  receive_text("x");
  port->wait(link_, LITELLM_WAIT_READ, 0);
  port->wait(link_, 0, 10);
  port->close(link_);
  port->wait(link_, LITELLM_WAIT_READ, 1);       /* without a connection */
  port->wait(NULL, LITELLM_WAIT_READ, 1);        /* without a link */
  CHECK(port->millis() - begin < 1000);
}

/* 2^32 ms after the start, in the middle of what it does. */
static void clock_wraps(void) {
  char byte;
  size_t n = 0;
  uint32_t begin;
  shim.clock_base = 0;
  shim.clock_base = (uint32_t)-30 - port->millis();
  begin = port->millis();
  if (!(LIMITS & ONE_ADDRESS)) CHECK_INT(dial("two.test", served), LITELLM_OK);
  if (!dial_server()) return;
  port->wait(link_, LITELLM_WAIT_READ, 40);
  CHECK_INT(port->recv(link_, &byte, 1, &n), LITELLM_AGAIN);
  while (port->millis() - begin < 50) port->wait(link_, 0, 10);
  CHECK(port->millis() < begin);
  server_write("x");
  receive_text("x");
}

static void no_entropy(void) {
  unsigned char bytes[32] = { 0 }, zeros[32] = { 0 };
  shim.no_entropy = true;
  CHECK(!port->entropy(bytes, sizeof bytes));
  shim.no_entropy = false;
  if (LIMITS & NO_ENTROPY) return;
  CHECK(port->entropy(bytes, sizeof bytes));
  CHECK(memcmp(bytes, zeros, sizeof bytes) != 0);
}

static void closes_at_every_phase(void) {
  size_t n = 0;
  (void)fresh();
  port->close(link_);                  /* before */
  (void)dial_step("two.test", served, 1000);
  port->close(link_);                  /* connecting */
  port->close(link_);
  CHECK_INT(dial("none.test", served), LITELLM_ERROR_RESOLVE);
  port->close(link_);                  /* failed */
  if (!dial_server()) return;
  CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_OK);
  server_write("unread");
  port->close(link_);                  /* with something unread */
}

#define ASK(ARG) ARG(STRING, question)
LITELLM_CALL(ask, ASK, .model = "answer:Yes: {last}", .prompt = "{question}");

/* Against the scripted gateway. */
static const char *gateway;
static void calls(void) {
  static unsigned char memory[8192];
  litellm_client client;
  litellm_response response;
  litellm_client_desc mine = desc;
  mine.base_url = gateway;
  mine.memory = memory;
  mine.memory_size = sizeof memory;
  CHECK_INT(litellm_client_init(&client, &mine), LITELLM_OK);
  if (CHECK_INT(ask(&client, &response, "Is it warm?"), LITELLM_OK))
    CHECK_TEXT(response.content, "Yes: Is it warm?");
  litellm_client_close(&client);
}

static void contract(int count, char **arguments) {
  if (count != 2) exit(2);
  gateway = arguments[1];
  desc.port = port;
  desc.port_context = CONTEXT;
  peer = -1;
  listener = listen_at(&served);
  CHECK_RUN(connects_sends_and_receives);
  CHECK_RUN(refused);
  CHECK_RUN(no_such_host);
  if (!(LIMITS & ONE_ADDRESS)) CHECK_RUN(second_address);
  CHECK_RUN(ends_in_order);
  CHECK_RUN(half_closed);
  CHECK_RUN(reset);
  CHECK_RUN(slow);
  CHECK_RUN(sends_until_full);
  CHECK_RUN(waits);
  CHECK_RUN(clock_wraps);
  CHECK_RUN(no_entropy);
  CHECK_RUN(closes_at_every_phase);
  CHECK_RUN(calls);
  port->close(link_);
  free(link_);
}

#endif
