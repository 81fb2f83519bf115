/* The contract of litellm_port, held against port/lwip_raw.h, and what only
   lwIP's raw API has. tests/ports/lwip.sh builds and runs this. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/lwip_raw.h"
#if __has_include(<mbedtls/ssl.h>)     /* only compiled */
#include "port/mbedtls.h"
#endif
#define PORT litellm_lwip_raw
#include "lwip.h"

/* The answer comes when the link that asked is gone, and another asks. */
static void late_answer(void) {
  CHECK_INT(dial_step("late.test", SERVED, 1000), LITELLM_AGAIN);
  run(20);
  CHECK(((litellm_link *)link_)->resolving);
  port->close(link_);
  (void)fresh();
  CHECK_INT(dial_step("both.test", SERVED, 1000), LITELLM_AGAIN);
  names_release();
  run(20);
  port->close(link_);
  CHECK_INT(dial("late.test", SERVED, 1000), LITELLM_OK);  /* known by now */
}

#if NO_SYS

static void silent_dns(void) {
  uint32_t begin = port->millis();
  CHECK_INT(dial("silent.test", SERVED, 60000), LITELLM_ERROR_RESOLVE);
  CHECK_INT(((litellm_link *)link_)->code, ERR_VAL);
  CHECK(port->millis() - begin < 60000);
}

/* Cancelled queries fill the table: the next one waits for a row. */
static void full_dns_table(void) {
  char name[] = "silent0.test";
  int i;
  for (i = 0; i < DNS_TABLE_SIZE; i++, name[6]++) {
    (void)fresh();
    CHECK_INT(dial_step(name, SERVED, 1000), LITELLM_AGAIN);
    port->close(link_);
  }
  (void)fresh();
  CHECK_INT(dial_step("four.test", SERVED, 1000), LITELLM_AGAIN);
  CHECK_INT(((litellm_link *)link_)->wait_ms, 100);
  CHECK_INT(dial("six.test", SERVED, 60000), LITELLM_OK);
}

static void no_dns_server(void) {
  ip_addr_t address = *dns_getserver(0);
  dns_setserver(0, NULL);
  CHECK_INT(dial("three.test", SERVED, 1000), LITELLM_ERROR_RESOLVE);
  dns_setserver(0, &address);
}

#if !MEM_LIBC_MALLOC
/* At first there is no memory for a segment. */
static void memory_is_short(void) {
  static char data[TCP_SND_BUF];
  void *held[256];
  size_t n = 0;
  int i, count = 0;
  if (!dial_server()) return;
  while (count < 256 && (held[count] = mem_malloc(100)) != NULL) count++;
  CHECK(count < 256);
  CHECK_INT(port->send(link_, data, sizeof data, &n), LITELLM_AGAIN);
  for (i = 0; i < 20 && i < count; i++) mem_free(held[i]);
  CHECK_INT(port->send(link_, data, sizeof data, &n), LITELLM_OK);
  CHECK(n > 0 && n <= TCP_MSS);
  for (; i < count; i++) mem_free(held[i]);
}
#endif

/* What was closed, though the peer does not end, is not kept for long. */
static void lingers_briefly(void) {
  if (!dial_server()) return;
  server.stays = true;
  port->close(link_);
  run(1000);
  CHECK(server.ended && server.pcb && tcp_active_pcbs != NULL);
  run(2000);
  CHECK(!server.pcb && tcp_active_pcbs == NULL);
}

/* Nor is it in the way of the next. */
static void gives_way(void) {
  int i;
  for (i = 0; i < 20; i++) {
    if (!dial_server()) return;
    server.stays = true;
    port->close(link_);
    run(5);
  }
}

#endif

int main(void) {
  begin();
  contract();
  RUN(late_answer);
#if NO_SYS
  RUN(silent_dns);
  RUN(full_dns_table);
  RUN(no_dns_server);
#if !MEM_LIBC_MALLOC
  RUN(memory_is_short);
#endif
  RUN(lingers_briefly);
  RUN(gives_way);
#endif
  free(link_);
  return check_failures != 0;
}
