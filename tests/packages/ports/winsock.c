/* The contract of litellm_port, held against port/winsock.h: Winsock is real,
   names, clock and random bytes are the shim's. */
#include "winsock_shim.h"
#include "shim.h"

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include <fcntl.h>

static int shim_getaddrinfo(const char *host, const char *service,
                            const struct addrinfo *hints,
                            struct addrinfo **found) {
  uint32_t addresses[2];
  struct addrinfo **end = found;
  char text[16];
  int i, count = shim_resolve(host, addresses);
  for (i = 0; i < count; i++) {
    if (!inet_ntop(AF_INET, &addresses[i], text, sizeof text) ||
        getaddrinfo(text, service, hints, end) != 0) exit(2);
    while (*end) end = &(*end)->ai_next;
  }
  return count > 0 ? 0 : EAI_NONAME;
}

/* Each list is of one address: see shim_getaddrinfo. */
static void shim_freeaddrinfo(struct addrinfo *found) {
  struct addrinfo *next;
  for (; found; found = next) {
    next = found->ai_next;
    found->ai_next = NULL;
    freeaddrinfo(found);
  }
}

static NTSTATUS shim_generate(void *bytes, size_t size) {
  return shim_random(bytes, size) ? 0 : -1;
}

#ifdef USE_TLS
#include "port/mbedtls.h"
#endif
#define getaddrinfo shim_getaddrinfo
#define freeaddrinfo shim_freeaddrinfo
#define GetTickCount64 shim_millis
#define BCryptGenRandom(handle, bytes, size, flags) shim_generate(bytes, size)
#include "port/winsock.h"

#define PORT litellm_winsock
#define CONTEXT NULL
/* Wine 8 tells of a reset as of an orderly end. */
#define LIMITS NO_RESET
#include "contract.h"

/* Of two clients the wait is for the one that can go on. */
static void waits_for_any(void) {
  litellm_client one, *clients[3] = { NULL, &one, NULL };
  litellm_event events[3];
  uint32_t begin;
  if (!dial_server()) return;
  memset(&one, 0, sizeof one);
  memset(events, 0, sizeof events);
  one.link_ = link_;
  CHECK(litellm_winsock_fd(&one) != INVALID_SOCKET);
  events[1].wait = LITELLM_WAIT_READ;
  events[1].wait_ms = 60;
  begin = port->millis();
  litellm_winsock_wait_any(clients, events, 3);
  CHECK(port->millis() - begin >= 40);
  server_write("x");
  events[1].wait_ms = 20000;
  litellm_winsock_wait_any(clients, events, 3);
  CHECK(port->millis() - begin < 5000);
  port->close(link_);
  CHECK(litellm_winsock_fd(&one) == INVALID_SOCKET);
}

int main(int count, char **arguments) {
  litellm_link none = { 0 };
  (void)_setmode(1, _O_BINARY);        /* lines end as elsewhere */
  if (litellm_winsock_init(&none, NULL) != LITELLM_OK) return 2;
  contract(count, arguments);
  CHECK_RUN(waits_for_any);
  litellm_winsock_free(&none);
  return check_failures != 0;
}
