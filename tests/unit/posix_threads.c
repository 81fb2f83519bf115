/* port/posix.h with names that are resolved in threads, and several clients in
   one loop. */
#define _POSIX_C_SOURCE 200809L
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

/* ---- a slow resolver ----------------------------------------------------- */

static unsigned resolve_ms;
static int resolve_code;

static void sleep_ms(unsigned ms) {
  struct timespec time;
  time.tv_sec = 0;
  time.tv_nsec = (long)ms * 1000000;
  (void)nanosleep(&time, NULL);
}

static int slow_getaddrinfo(const char *host, const char *service,
                            const struct addrinfo *hints,
                            struct addrinfo **found) {
  sleep_ms(resolve_ms);
  return resolve_code ? resolve_code
                      : getaddrinfo(host, service, hints, found);
}

/* Calls of the system that fail. */
enum { NONE, THREAD, MEMORY, PIPE };
static unsigned failing;

static int fail_pthread_create(pthread_t *thread, const pthread_attr_t *how,
                               void *(*start)(void *), void *data) {
  return failing == THREAD ? EAGAIN
                           : pthread_create(thread, how, start, data);
}

static void *fail_calloc(size_t count, size_t size) {
  return failing == MEMORY ? NULL : calloc(count, size);
}

static int fail_pipe(int ends[2]) {
  errno = EMFILE;
  return failing == PIPE ? -1 : pipe(ends);
}

#define LITELLM_POSIX_THREADS 1
#define getaddrinfo slow_getaddrinfo
#define pthread_create fail_pthread_create
#define calloc fail_calloc
#define pipe fail_pipe
#include "port/posix.h"
#undef pthread_create

/* ---- a server ------------------------------------------------------------ */

enum { CLIENTS = 3 };

static int listener;
static char url[64];

static void listen_somewhere(void) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
      listen(listener, 8) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) exit(2);
  (void)snprintf(url, sizeof url, "http://localhost:%u",
                 (unsigned)ntohs(address.sin_port));
}

/* Takes all clients' requests, then answers the last one first. */
static void *answer_all(void *unused) {
  static const char reply[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"
      "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}";
  int fds[CLIENTS], i;
  char buffer[4096];
  (void)unused;
  for (i = 0; i < CLIENTS; i++) {
    fds[i] = accept(listener, NULL, NULL);
    if (fds[i] < 0 || recv(fds[i], buffer, sizeof buffer, 0) <= 0) exit(2);
  }
  for (i = CLIENTS - 1; i >= 0; i--) {
    sleep_ms(30);
    if (send(fds[i], reply, sizeof reply - 1, MSG_NOSIGNAL) < 0) exit(2);
    (void)close(fds[i]);
  }
  return NULL;
}

/* ---- tests --------------------------------------------------------------- */

static litellm_client clients[CLIENTS];
static unsigned char memory[CLIENTS][8192];

static void open_client(int i) {
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &litellm_posix;
  desc.base_url = url;
  desc.max_retries = LITELLM_NO_RETRIES;
  desc.memory = memory[i];
  desc.memory_size = sizeof memory[i];
  CHECK_INT(litellm_client_init(&clients[i], &desc), LITELLM_OK);
}

static void start(int i) {
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = "Hi";
  request.call.collect_text = true;
  CHECK_INT(litellm_start(&clients[i], &request), LITELLM_OK);
}

static void test_at_once(void) {
  litellm_client *waiting[CLIENTS];
  litellm_event events[CLIENTS];
  litellm_response response;
  char order[CLIENTS + 1] = "";
  unsigned rounds = 0, left = CLIENTS;
  pthread_t server;
  int i;
  resolve_ms = 20;
  if (pthread_create(&server, NULL, answer_all, NULL) != 0) exit(2);
  for (i = 0; i < CLIENTS; i++) {
    open_client(i);
    CHECK_INT(litellm_posix_fd(&clients[i]), -1);
    start(i);
    waiting[i] = &clients[i];
  }
  for (; left && rounds < 10000; rounds++) {
    for (i = 0; i < CLIENTS; i++) {
      litellm_result result;
      if (!waiting[i]) continue;
      do result = litellm_next(waiting[i], &events[i]);
      while (result == LITELLM_OK);
      if (result == LITELLM_AGAIN) {
        CHECK(litellm_posix_fd(waiting[i]) >= 0);
        continue;
      }
      CHECK_INT(result, LITELLM_END);
      CHECK_INT(litellm_client_response(waiting[i], &response), LITELLM_OK);
      CHECK_TEXT(response.content, "ok");
      waiting[i] = NULL;
      order[CLIENTS - left--] = (char)('0' + i);
    }
    litellm_posix_wait_any(waiting, events, CLIENTS);
  }
  CHECK(rounds < 50);                        /* it waits, and not for long */
  (void)pthread_join(server, NULL);
  CHECK_INT(strlen(order), CLIENTS);
  for (i = 0; i < CLIENTS; i++) litellm_client_close(&clients[i]);
}

/* No call of the library blocks. */
static void test_does_not_block(void) {
  litellm_event event;
  uint32_t begin;
  resolve_ms = 300;
  open_client(0);
  start(0);
  begin = litellm_posix_millis();
  CHECK_INT(litellm_next(&clients[0], &event), LITELLM_AGAIN);
  CHECK_INT(event.wait, LITELLM_WAIT_READ);
  CHECK(litellm_posix_millis() - begin < 200);
  CHECK_INT(litellm_next(&clients[0], &event), LITELLM_AGAIN);
  litellm_wait(&clients[0], &event);
  CHECK(litellm_posix_millis() - begin >= 300);
  CHECK_INT(litellm_next(&clients[0], &event), LITELLM_AGAIN);
  litellm_client_close(&clients[0]);
  /* given up while the thread is at it */
  open_client(0);
  start(0);
  begin = litellm_posix_millis();
  CHECK_INT(litellm_next(&clients[0], &event), LITELLM_AGAIN);
  litellm_cancel(&clients[0]);
  litellm_client_close(&clients[0]);
  CHECK(litellm_posix_millis() - begin < 200);
  sleep_ms(600);                             /* the thread frees its part */
}

static void test_fails(void) {
  static const struct { unsigned call; int code; } rows[] = {
    { THREAD, EAGAIN }, { MEMORY, ENOMEM }, { PIPE, EMFILE } };
  litellm_response response;
  size_t i;
  litellm_request request;
  memset(&request, 0, sizeof request);
  request.call.model = "m";
  request.call.prompt = "Hi";
  resolve_ms = 0;
  open_client(0);
  resolve_code = EAI_NONAME;
  CHECK_INT(litellm_run(&clients[0], &response, &request),
            LITELLM_ERROR_RESOLVE);
  CHECK_INT(clients[0].error.port_code, EAI_NONAME);
  CHECK_INT(clients[0].error.phase, LITELLM_PHASE_RESOLVE);
  resolve_code = 0;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    failing = rows[i].call;
    CHECK_INT(litellm_run(&clients[0], &response, &request),
              LITELLM_ERROR_RESOLVE);
    CHECK_INT(clients[0].error.port_code, rows[i].code);
  }
  failing = NONE;
  litellm_client_close(&clients[0]);
  sleep_ms(50);
}

static void test_none_to_wait_for(void) {
  litellm_client *none[2] = { NULL, NULL };
  litellm_event events[2];
  memset(events, 0, sizeof events);
  litellm_posix_wait_any(none, events, 2);
  litellm_posix_wait_any(none, events, 0);
}

/* More than one poll takes: looks again soon. */
static void test_many(void) {
  static litellm_event events[100];
  litellm_client *many[100];
  uint32_t begin = litellm_posix_millis();
  size_t i;
  for (i = 0; i < 100; i++) {
    many[i] = &clients[0];
    events[i].wait = LITELLM_WAIT_READ;
    events[i].wait_ms = 20000;
  }
  litellm_posix_wait_any(many, events, 100);
  CHECK(litellm_posix_millis() - begin < 10000);
}

int main(void) {
  listen_somewhere();
  CHECK_RUN(test_at_once);
  CHECK_RUN(test_does_not_block);
  CHECK_RUN(test_fails);
  CHECK_RUN(test_none_to_wait_for);
  CHECK_RUN(test_many);
  (void)close(listener);
  return check_failures != 0;
}
