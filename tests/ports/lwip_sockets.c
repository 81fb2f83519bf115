/* The contract of litellm_port, held against port/lwip_sockets.h.
   tests/ports/lwip.sh builds and runs this. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#if __has_include(<mbedtls/ssl.h>)     /* only compiled */
#include "port/mbedtls.h"
#endif
#include "port/lwip_sockets.h"
#include <lwip/dns.h>
#include <lwip/tcp.h>
#define PORT litellm_lwip_sockets
#include "lwip.h"

/* Of three clients one is skipped, one has no socket, one has data to read. */
static void waits_for_any(void) {
  static litellm_client idle, client;
  litellm_client *clients[3];
  litellm_event events[3];
  uint32_t begin;
  if (!dial_server()) return;
  memset(events, 0, sizeof events);
  client.link_ = (litellm_link *)link_;
  clients[0] = NULL;
  clients[1] = &idle;
  clients[2] = &client;
  CHECK_INT(litellm_lwip_sockets_fd(&idle), -1);
  CHECK(litellm_lwip_sockets_fd(&client) >= 0);
  events[1].wait = events[2].wait = LITELLM_WAIT_READ;
  events[1].wait_ms = events[2].wait_ms = 20000;
  server_write("x");
  begin = port->millis();
  litellm_lwip_sockets_wait_any(clients, events, 3);
  CHECK(port->millis() - begin < 10000);
  events[1].wait_ms = 1;                     /* the time of another one */
  events[2].wait = 0;
  litellm_lwip_sockets_wait_any(clients, events, 3);
  litellm_lwip_sockets_wait_any(clients, events, 1);
  CHECK(port->millis() - begin < 10000);
  port->close(link_);
}

int main(void) {
  begin();
  contract();
  RUN(waits_for_any);
  free(link_);
  return check_failures != 0;
}
