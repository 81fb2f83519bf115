/* The contract of litellm_port, held against a port for lwIP. Server and DNS
   server are in the same stack, behind its loopback interface. Include after
   the port and define PORT, the table, before; with NO_SYS time is virtual. */
#ifndef TESTS_LWIP_H
#define TESTS_LWIP_H

#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>
#include "../unit/check.h"

#define LOCALHOST "127.0.0.1"
#define NOBODY "127.0.0.2"             /* packets to there are dropped */
enum { SERVED = 80, REFUSED = 81 };

/* ---- the stack --------------------------------------------------------- */

#if NO_SYS

static uint32_t now_ms = 0xFFFFF000u;  /* wraps soon */
u32_t sys_now(void) { return now_ms; }
unsigned int lwip_port_rand(void) { return (unsigned)check_random(); }

static void lock(void) {}
static void unlock(void) {}
static void start(void) { lwip_init(); }

static void run(uint32_t ms) {
  for (; ms > 0; ms--, now_ms++) {
    netif_poll_all();
    sys_check_timeouts();
  }
}

/* The hook of port/lwip_raw.h. */
void litellm_lwip_wait(uint32_t ms) { run(ms > 0); }

#else

#include <lwip/tcpip.h>

static void lock(void) { LOCK_TCPIP_CORE(); }
static void unlock(void) { UNLOCK_TCPIP_CORE(); }

static void started(void *done) {
  sys_sem_signal((sys_sem_t *)done);
}

static void start(void) {
  sys_sem_t done;
  if (sys_sem_new(&done, 0) != ERR_OK) exit(2);
  tcpip_init(started, &done);
  sys_sem_wait(&done);
  sys_sem_free(&done);
}

static void run(uint32_t ms) { sys_msleep(ms); }

CHECK_UNUSED void litellm_lwip_wait(uint32_t ms) { run(ms < 2 ? ms : 2); }

#endif

/* The other hooks. */
int64_t litellm_lwip_unix_time(void) { return 1800000000; }

bool litellm_lwip_entropy(void *bytes, size_t size) {
  uint8_t *at = (uint8_t *)bytes;
  while (size-- > 0) *at++ = (uint8_t)check_random();
  return true;
}

/* ---- the server -------------------------------------------------------- */

static struct {
  struct tcp_pcb *pcb;       /* of the latest connection, or NULL */
  bool echo;                 /* sends back what it gets */
  bool deaf;                 /* does not read */
  bool stays;                /* does not end when the client does */
  const char *reply;         /* to a request, or NULL */
  size_t bulk;               /* bytes of pattern to send, then it closes */
  struct pbuf *unread;
  size_t received, sent;
  unsigned accepted;
  bool ended;                /* the client has */
  bool wrong;                /* not the pattern */
  char text[1024];           /* what came first */
} server;

static char pattern(size_t at) { return (char)(at * 7 + (at >> 9)); }

/* Writes as much of the bulk as there is room for. */
static void server_go_on(void) {
  char piece[1000];
  size_t i, n;
  if (server.bulk == 0 || !server.pcb) return;
  while (server.sent < server.bulk) {
    n = server.bulk - server.sent;
    if (n > sizeof piece) n = sizeof piece;
    if (n > tcp_sndbuf(server.pcb)) n = tcp_sndbuf(server.pcb);
    for (i = 0; i < n; i++) piece[i] = pattern(server.sent + i);
    if (n == 0 || tcp_write(server.pcb, piece, (u16_t)n,
                            TCP_WRITE_FLAG_COPY) != ERR_OK) {
      (void)tcp_output(server.pcb);
      return;
    }
    server.sent += n;
  }
  (void)tcp_output(server.pcb);
  (void)tcp_close(server.pcb);
  server.pcb = NULL;
}

static void server_read(struct tcp_pcb *pcb, struct pbuf *data) {
  size_t i;
  for (i = 0; i < data->tot_len; i++, server.received++) {
    char c = (char)pbuf_get_at(data, (u16_t)i);
    if (c != pattern(server.received)) server.wrong = true;
    if (server.received < sizeof server.text - 1)
      server.text[server.received] = c;
    if (server.echo) (void)tcp_write(pcb, &c, 1, TCP_WRITE_FLAG_COPY);
  }
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
}

static err_t server_received(void *none, struct tcp_pcb *pcb,
                             struct pbuf *data, err_t error) {
  (void)none;
  if (!data) {
    server.ended = true;
    if (server.stays) return error;
    if (server.pcb == pcb) server.pcb = NULL;
    return tcp_close(pcb);
  }
  if (server.deaf) {
    if (server.unread) pbuf_cat(server.unread, data);
    else server.unread = data;
    return error;
  }
  server_read(pcb, data);
  if (server.reply && strstr(server.text, "\r\n\r\n{")) {
    (void)tcp_write(pcb, server.reply, (u16_t)strlen(server.reply),
                    TCP_WRITE_FLAG_COPY);
    server.pcb = NULL;
    return tcp_close(pcb);
  }
  server_go_on();
  return error;
}

static err_t server_has_sent(void *none, struct tcp_pcb *pcb, u16_t size) {
  (void)none;
  (void)pcb;
  (void)size;
  server_go_on();
  return ERR_OK;
}

static void server_broken(void *none, err_t error) {
  (void)none;
  (void)error;
  server.pcb = NULL;
}

static err_t server_accept(void *none, struct tcp_pcb *pcb, err_t error) {
  (void)none;
  if (error != ERR_OK) return error;
  server.accepted++;
  server.pcb = pcb;
  tcp_recv(pcb, server_received);
  tcp_sent(pcb, server_has_sent);
  tcp_err(pcb, server_broken);
  tcp_nagle_disable(pcb);
  return ERR_OK;
}

static void server_write(const char *text) {
  lock();
  CHECK(server.pcb && tcp_write(server.pcb, text, (u16_t)strlen(text),
                                TCP_WRITE_FLAG_COPY) == ERR_OK);
  (void)tcp_output(server.pcb);
  unlock();
}

static void server_end(void) {
  lock();
  if (server.pcb) (void)tcp_close(server.pcb);
  server.pcb = NULL;
  unlock();
}

static void server_reset(void) {
  lock();
  if (server.pcb) tcp_abort(server.pcb);
  server.pcb = NULL;
  unlock();
}

/* No longer deaf. */
static void server_hear(void) {
  lock();
  server.deaf = false;
  if (server.unread && server.pcb) server_read(server.pcb, server.unread);
  server.unread = NULL;
  unlock();
}

/* ---- the DNS server ---------------------------------------------------- */

static struct {
  struct udp_pcb *pcb;
  struct pbuf *held;         /* the question about late.test */
  ip_addr_t from;
  u16_t from_port;
  unsigned asked;
} names;

static const struct { const char *name; uint8_t v4[4]; bool v6; } hosts[] = {
  { "four.test", { 127, 0, 0, 1 }, false },
  { "six.test", { 0 }, true },         /* ::1 */
  { "both.test", { 127, 0, 0, 2 }, true },
  { "mute.test", { 127, 0, 0, 2 }, false },
  { "late.test", { 127, 0, 0, 1 }, false }
};

/* Answers a question in place: flags, counts and a record behind it. */
static void names_answer(struct pbuf *question, const ip_addr_t *to,
                         u16_t port) {
  static const uint8_t head[10] = { 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1 };
  uint8_t packet[512], *at = packet + 12;
  char name[128] = "";
  size_t i, size = question->tot_len, kind, n;
  struct pbuf *answer;
  (void)pbuf_copy_partial(question, packet, (u16_t)size, 0);
  for (; *at; at += *at + 1) {
    if (*name) strcat(name, ".");
    strncat(name, (const char *)at + 1, *at);
  }
  kind = at[2];                        /* 1: A, 28: AAAA */
  packet[2] = 0x81;
  packet[3] = 0x83;                    /* no such name */
  for (i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
    if (strcmp(name, hosts[i].name) == 0) {
      packet[3] = 0x80;
      if (kind == 1 ? hosts[i].v4[0] == 0 : !hosts[i].v6) break;
      packet[7] = 1;
      n = kind == 1 ? 4 : 16;
      memcpy(packet + size, head, sizeof head);
      packet[size + 3] = (uint8_t)kind;
      packet[size + 10] = 0;
      packet[size + 11] = (uint8_t)n;
      memset(packet + size + 12, 0, n);
      packet[size + 11 + n] = 1;
      if (kind == 1) memcpy(packet + size + 12, hosts[i].v4, 4);
      size += 12 + n;
      break;
    }
  answer = pbuf_alloc(PBUF_TRANSPORT, (u16_t)size, PBUF_RAM);
  if (!answer) exit(2);
  (void)pbuf_take(answer, packet, (u16_t)size);
  (void)udp_sendto(names.pcb, answer, to, port);
  pbuf_free(answer);
}

static void names_asked(void *none, struct udp_pcb *pcb, struct pbuf *question,
                        const ip_addr_t *from, u16_t port) {
  (void)none;
  (void)pcb;
  names.asked++;
  if (pbuf_memfind(question, "\6silent", 7, 0) != 0xFFFF) {
    pbuf_free(question);
  } else if (pbuf_memfind(question, "\4late", 5, 0) != 0xFFFF) {
    if (names.held) pbuf_free(names.held);
    names.held = question;
    names.from = *from;
    names.from_port = port;
  } else {
    names_answer(question, from, port);
    pbuf_free(question);
  }
}

/* The late answer comes. */
CHECK_UNUSED static void names_release(void) {
  lock();
  if (CHECK(names.held != NULL)) {
    names_answer(names.held, &names.from, names.from_port);
    pbuf_free(names.held);
    names.held = NULL;
  }
  unlock();
}

/* ---- the client -------------------------------------------------------- */

static const litellm_port *const port = &PORT;
static void *link_;                    /* on the heap, for the sanitizer */

static litellm_link *fresh(void) {
  free(link_);
  link_ = check_alloc(port->link_size);
  memset(link_, 0, port->link_size);
  ((litellm_link *)link_)->resolving = true;
  return (litellm_link *)link_;
}

/* One call of connect on the link. */
static litellm_result dial_step(const char *host, uint16_t number,
                                uint32_t ms) {
  litellm_endpoint peer;
  memset(&peer, 0, sizeof peer);
  peer.host = host;
  peer.port = number;
  ((litellm_link *)link_)->wait_ms = 0;
  return port->connect(link_, &peer, ms);
}

/* Connects a fresh link; TIMEOUT after `ms`. */
static litellm_result dial(const char *host, uint16_t number, uint32_t ms) {
  litellm_link *link = fresh();
  uint32_t begin = port->millis(), spent;
  for (;;) {
    litellm_result result;
    spent = port->millis() - begin;
    if (spent >= ms) return LITELLM_ERROR_TIMEOUT;
    result = dial_step(host, number, ms - spent);
    if (result != LITELLM_AGAIN) return result;
    spent = ms - spent;
    if (link->wait_ms && link->wait_ms < spent) spent = link->wait_ms;
    port->wait(link_, LITELLM_WAIT_WRITE, spent);
  }
}

/* Connects, and waits until the server knows. */
static bool dial_server(void) {
  unsigned i, before = server.accepted;
  if (!CHECK_INT(dial(LOCALHOST, SERVED, 2000), LITELLM_OK)) return false;
  for (i = 0; i < 1000 && server.accepted == before; i++) run(1);
  return CHECK(server.pcb != NULL);
}

#include "receive.h"

/* After a test: all is closed, nothing is held. */
static void settle(void) {
  unsigned i;
  bool active = true;
  port->close(link_);
  server_hear();
  server_end();
  for (i = 0; i < 10000 && active; i++) {
    lock();
    active = tcp_active_pcbs != NULL;
    unlock();
    if (active) run(1);
  }
  CHECK(!active);
  lock();
#if MEMP_STATS
  CHECK_INT(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
  CHECK_INT(lwip_stats.memp[MEMP_PBUF_POOL]->used, 0);
#endif
#if LWIP_SOCKET
  CHECK_INT(lwip_stats.memp[MEMP_NETCONN]->used, 0);
  CHECK_INT(lwip_stats.memp[MEMP_NETDB]->used, 0);
#endif
  unlock();
  memset(&server, 0, sizeof server);
}

/* ---- connecting -------------------------------------------------------- */

static void connects_and_echoes(void) {
  size_t n = 0;
  uint32_t begin;
  server.echo = true;
  if (!dial_server()) return;
  CHECK_INT(((litellm_link *)link_)->code, 0);
  CHECK(!((litellm_link *)link_)->resolving);
  CHECK_INT(port->recv(link_, &n, sizeof n, &n), LITELLM_AGAIN);
  begin = port->millis();
  CHECK_INT(port->send(link_, "hello", 5, &n), LITELLM_OK);
  CHECK_INT(n, 5);
  receive_text("hello");
  CHECK(port->millis() - begin < 200); /* no timer had to send it */
  port->close(link_);
  run(20);
  CHECK(server.ended);
}

static void connects_by_name(void) {
  CHECK_INT(dial("four.test", SERVED, 2000), LITELLM_OK);
  port->close(link_);
  CHECK_INT(dial("six.test", SERVED, 2000), LITELLM_OK);
  port->close(link_);
  CHECK_INT(dial("::1", SERVED, 2000), LITELLM_OK);
  port->close(link_);
  run(20);
  CHECK_INT(server.accepted, 3);
}

static void refused(void) {
  CHECK_INT(dial(LOCALHOST, REFUSED, 2000), LITELLM_ERROR_CONNECT);
  CHECK(((litellm_link *)link_)->code != 0);
  CHECK(!((litellm_link *)link_)->resolving);
}

/* The first address is silent: the second has its share of the time. */
static void second_address(void) {
  uint32_t begin = port->millis(), took;
  CHECK_INT(dial("both.test", SERVED, 600), LITELLM_OK);
  took = port->millis() - begin;
  CHECK(took >= 290 && took < 500);
  CHECK_INT(((litellm_link *)link_)->code, 0);
}

/* There is no second: what the first came to is told. */
static void no_second_address(void) {
  uint32_t begin = port->millis();
  CHECK_INT(dial("mute.test", SERVED, 600), LITELLM_ERROR_CONNECT);
  CHECK(port->millis() - begin < 550);
  CHECK(((litellm_link *)link_)->code != 0);
  CHECK(!((litellm_link *)link_)->resolving);
}

static void both_addresses_refuse(void) {
  uint32_t begin = port->millis();
  CHECK_INT(dial("both.test", REFUSED, 600), LITELLM_ERROR_CONNECT);
  CHECK(port->millis() - begin < 500);
  CHECK(((litellm_link *)link_)->code != 0);
}

static void unanswered(void) {
  CHECK_INT(dial(NOBODY, SERVED, 300), LITELLM_ERROR_TIMEOUT);
  CHECK(!((litellm_link *)link_)->resolving);
}

static void no_such_host(void) {
  CHECK_INT(dial("none.test", SERVED, 2000), LITELLM_ERROR_RESOLVE);
  CHECK(((litellm_link *)link_)->code != 0);
  CHECK(((litellm_link *)link_)->resolving);
}

/* ---- sending and receiving --------------------------------------------- */

static void sends_until_full(void) {
  static char data[4096];
  size_t total = 0, more, n = 0, i;
  uint32_t begin;
  unsigned full = 0;
  litellm_result result;
  server.deaf = true;
  if (!dial_server()) return;
  do {
    for (i = 0; i < sizeof data; i++) data[i] = pattern(total + i);
    result = port->send(link_, data, sizeof data, &n);
    full = result == LITELLM_OK ? 0 : full + 1;
    if (result == LITELLM_OK) total += n;
    else run(2);
  } while (full < 100);
  CHECK(total >= TCP_WND);
  CHECK_INT(result, LITELLM_AGAIN);
  port->wait(link_, LITELLM_WAIT_WRITE, 10);     /* is full: must not hang */
  server_hear();
  begin = port->millis();
  for (more = total + 50000; total < more;) {
    for (i = 0; i < sizeof data; i++) data[i] = pattern(total + i);
    result = port->send(link_, data, more - total < sizeof data ?
                        more - total : sizeof data, &n);
    if (result == LITELLM_OK) total += n;
    else port->wait(link_, LITELLM_WAIT_WRITE, 1000);
    if (!CHECK(result == LITELLM_OK || result == LITELLM_AGAIN) ||
        !CHECK(port->millis() - begin < 60000)) return;
  }
  port->close(link_);                  /* what was taken still goes out */
  for (i = 0; i < 2000 && !server.ended; i++) run(1);
  CHECK(server.ended && !server.wrong);
  CHECK_INT(server.received, total);
}

/* 1 MiB: the window closes again and again and reopens as it is read. */
static void window_reopens(void) {
  static char data[1500];
  size_t total = 0, n = 0, i;
  bool wrong = false;
  litellm_result result;
  if (!dial_server()) return;
  server.bulk = 1 << 20;
  CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_OK);
  run(50);
  while ((result = receive(data, 1 + total % sizeof data, &n)) == LITELLM_OK) {
    for (i = 0; i < n; i++) wrong = wrong || data[i] != pattern(total + i);
    total += n;
    if (total % 97 == 0) run(20);      /* a slow reader */
  }
  CHECK_INT(result, LITELLM_END);
  CHECK_INT(total, 1 << 20);
  CHECK(!wrong);
}

static void ends_in_order(void) {
  char byte;
  size_t n = 0;
  if (!dial_server()) return;
  server_write("0123456789");
  server_end();
  run(20);
  receive_text("01234567");
  receive_text("89");
  CHECK_INT(receive(&byte, 1, &n), LITELLM_END);
  CHECK_INT(receive(&byte, 1, &n), LITELLM_END);
}

static void reset_comes_after_data(void) {
  char byte;
  size_t n = 0;
  if (!dial_server()) return;
  server_write("tail");
  server_reset();
  run(20);
  receive_text("ta");
  receive_text("il");
  CHECK_INT(receive(&byte, 1, &n), LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK(((litellm_link *)link_)->code != 0);
  CHECK_INT(receive(&byte, 1, &n), LITELLM_ERROR_CONNECTION_CLOSED);
}

static void sends_to_the_dead(void) {
  size_t n = 0;
  if (!dial_server()) return;
  server_write("tail");
  server_reset();
  run(20);
  CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_ERROR_CONNECTION_CLOSED);
  CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_ERROR_CONNECTION_CLOSED);
  receive_text("tail");
  CHECK_INT(receive(&n, 1, &n), LITELLM_ERROR_CONNECTION_CLOSED);
}

static void waits(void) {
  uint32_t begin;
  if (!dial_server()) return;
  server_write("x");
  run(20);                             /* it is there before the wait */
  begin = port->millis();
  port->wait(link_, LITELLM_WAIT_READ, 20000);
  CHECK(port->millis() - begin < 1000);
  receive_text("x");
  port->wait(link_, LITELLM_WAIT_READ, 0);
  port->wait(link_, 0, 10);            /* only time */
  port->close(link_);
  port->wait(link_, LITELLM_WAIT_READ, 1);       /* without a connection */
  port->wait(NULL, LITELLM_WAIT_READ, 1);        /* without a link */
}

/* ---- closing ----------------------------------------------------------- */

static void closes_at_every_phase(void) {
  size_t n = 0;
  (void)fresh();
  port->close(link_);                  /* before */
  (void)dial_step(LOCALHOST, SERVED, 1000);
  port->close(link_);                  /* connecting */
  port->close(link_);
  run(20);
  (void)dial_step(NOBODY, SERVED, 1000);
  port->close(link_);                  /* in vain */
  CHECK_INT(dial(LOCALHOST, REFUSED, 1000), LITELLM_ERROR_CONNECT);
  port->close(link_);                  /* failed */
  if (!dial_server()) return;
  CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_OK);
  server_write("unread");
  run(20);
  port->close(link_);                  /* with something unread */
  run(20);
  CHECK(server.pcb == NULL);
  if (!dial_server()) return;
  server_reset();
  run(20);
  port->close(link_);                  /* reset */
  if (!dial_server()) return;
  server_end();
  run(20);
  port->close(link_);                  /* ended */
}

static void connects_often(void) {
  size_t n = 0;
  int i;
  for (i = 0; i < 40; i++) {
    if (!dial_server()) return;
    CHECK_INT(port->send(link_, "x", 1, &n), LITELLM_OK);
    if (i % 3 == 0) server_end();
    port->close(link_);
  }
}

/* ---- through the library ----------------------------------------------- */

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
             .model = "small", .prompt = "Recommend a {genre} book");

static const char reply[] =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
  "Connection: close\r\n\r\n"
  "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
  "\"content\":\"The Hobbit\"},\"finish_reason\":\"stop\"}]}";

static litellm_result call(const char *url, litellm_client *client,
                           litellm_response *response) {
  static unsigned char memory[8192];
  litellm_client_desc desc;
  litellm_result result;
  memset(&desc, 0, sizeof desc);
  desc.port = port;
  desc.base_url = url;
  desc.api_key = "sk-test";
  desc.allow_key_over_http = true;
  desc.connect_timeout_ms = 300;
  desc.max_retries = LITELLM_NO_RETRIES;
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  CHECK_INT(litellm_client_init(client, &desc), LITELLM_OK);
  result = recommend_book(client, response, "fantasy");
  litellm_client_close(client);
  return result;
}

static void calls(void) {
  litellm_client client;
  litellm_response response;
  server.reply = reply;
  CHECK_INT(call("http://four.test", &client, &response), LITELLM_OK);
  CHECK_TEXT(response.content, "The Hobbit");
  CHECK(strstr(server.text, "Recommend a fantasy book") != NULL);
  CHECK(strstr(server.text, "Authorization: Bearer sk-test") != NULL);
  CHECK_INT(call("http://" NOBODY, &client, &response),
            LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.phase, LITELLM_PHASE_CONNECT);
  CHECK_INT(call("http://none.test", &client, &response),
            LITELLM_ERROR_RESOLVE);
  CHECK_INT(client.error.phase, LITELLM_PHASE_RESOLVE);
  CHECK(client.error.port_code != 0);
  CHECK_INT(call("http://" LOCALHOST ":81", &client, &response),
            LITELLM_ERROR_CONNECT);
  CHECK_INT(client.error.phase, LITELLM_PHASE_CONNECT);
}

/* ---- running them ------------------------------------------------------ */

static void clocks(void) {
  uint32_t begin = port->millis();
  char bytes[4] = "";
  run(20);
  CHECK(port->millis() - begin >= 19 && port->millis() - begin < 10000);
  CHECK_INT(port->unix_time(), 1800000000);
  CHECK(port->entropy(bytes, sizeof bytes));
}

static void (*test_body)(void);

static void test_and_settle(void) {
  (void)fresh();
  test_body();
  settle();
}

#define RUN(test) (test_body = test, check_run(#test, test_and_settle))

/* Brings up the stack and its servers. */
static void begin(void) {
  struct tcp_pcb *pcb;
  ip_addr_t address;
  start();
  lock();
  (void)ipaddr_aton(LOCALHOST, &address);
  dns_setserver(0, &address);
  names.pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
  pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
  if (!names.pcb || udp_bind(names.pcb, IP_ANY_TYPE, 53) != ERR_OK ||
      !pcb || tcp_bind(pcb, IP_ANY_TYPE, SERVED) != ERR_OK) exit(2);
  udp_recv(names.pcb, names_asked, NULL);
  pcb = tcp_listen(pcb);
  if (!pcb) exit(2);
  tcp_accept(pcb, server_accept);
  unlock();
  run(20);
}

static void contract(void) {
  RUN(connects_and_echoes);
  RUN(connects_by_name);
  RUN(refused);
  RUN(second_address);
  RUN(no_second_address);
  RUN(both_addresses_refuse);
  RUN(unanswered);
  RUN(no_such_host);
  RUN(sends_until_full);
  RUN(window_reopens);
  RUN(ends_in_order);
  RUN(reset_comes_after_data);
  RUN(sends_to_the_dead);
  RUN(waits);
  RUN(closes_at_every_phase);
  RUN(connects_often);
  RUN(calls);
  RUN(clocks);
}

#endif
