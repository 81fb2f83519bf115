/* lwip_raw.h: the port for lwIP's raw API (lwIP 2.1 on), with or without an
   operating system. Include it after litellm_call.h and give &litellm_lwip_raw
   as litellm_client_desc.port.

   The firmware provides what lwIP does not; one that is missing fails to link:

     void litellm_lwip_wait(uint32_t ms)
       Runs the stack: gives it the packets that are there and calls
       sys_check_timeouts(). If that was nothing it may sleep until a packet
       comes, but at most `ms` and sys_timeouts_sleeptime() milliseconds. Only
       blocking calls and litellm_wait use it; a main loop of your own that
       calls litellm_next runs the stack itself. With an operating system it is
       a delay of some milliseconds.
     int64_t litellm_lwip_unix_time(void)
       Seconds since 1970, by SNTP or a clock chip; 0: not known yet.
     bool litellm_lwip_entropy(void *bytes, size_t size)
       Random bytes fit for keys, from a hardware generator; false: none. Keys
       made of anything weaker can be guessed.

   Milliseconds are lwIP's sys_now(). With TLS by a mbedTLS that has PSA the
   firmware also calls psa_crypto_init() before the first call.

   Where lwIP has a thread of its own (NO_SYS 0) each function holds the core's
   lock. Else all calls come from where the stack runs. None comes from lwIP's
   callbacks. error.port_code is an err_t: ERR_VAL with ERROR_RESOLVE means
   that no DNS server knew the name or none answered. */
#ifndef LITELLM_LWIP_RAW_H
#define LITELLM_LWIP_RAW_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/lwip_raw.h"
#endif

#include <string.h>
#include <lwip/dns.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>

#if !LWIP_TCP || !LWIP_DNS || !LWIP_CALLBACK_API
#error "lwipopts.h: LWIP_TCP, LWIP_DNS and LWIP_CALLBACK_API must be 1"
#elif TCP_WND > 0xFFFF
#error "lwipopts.h: TCP_WND above 65535: a chain of pbufs cannot hold it"
/* Two pbufs for ACKs, ARP, DHCP and DNS while nobody reads. */
#elif !MEMP_MEM_MALLOC && TCP_WND > (PBUF_POOL_SIZE - 2) *                    \
  (PBUF_POOL_BUFSIZE - PBUF_LINK_ENCAPSULATION_HLEN - PBUF_LINK_HLEN -        \
   PBUF_IP_HLEN - PBUF_TRANSPORT_HLEN)
#error "lwipopts.h: TCP_WND must fit into two pbufs less than PBUF_POOL_SIZE"
#elif !NO_SYS && !LWIP_TCPIP_CORE_LOCKING
#error "lwipopts.h: the raw API beside threads needs LWIP_TCPIP_CORE_LOCKING"
#endif

#if NO_SYS
#define LITELLM__LWIP_LOCK() ((void)0)
#define LITELLM__LWIP_UNLOCK() ((void)0)
#else
#define LITELLM__LWIP_LOCK() LOCK_TCPIP_CORE()
#define LITELLM__LWIP_UNLOCK() UNLOCK_TCPIP_CORE()
#endif

#ifdef __cplusplus
extern "C" {
#endif
extern void litellm_lwip_wait(uint32_t ms);
extern int64_t litellm_lwip_unix_time(void);
extern bool litellm_lwip_entropy(void *bytes, size_t size);
#ifdef __cplusplus
}
#endif

typedef enum litellm_lwip_raw_state {
  LITELLM__LWIP_IDLE, LITELLM__LWIP_ASKING, LITELLM__LWIP_FOUND,
  LITELLM__LWIP_CONNECTING, LITELLM__LWIP_OPEN, LITELLM__LWIP_FAILED
} litellm_lwip_raw_state;

/* The link; zeroed it is a closed one. */
typedef struct litellm_lwip_raw_link {
  litellm_link base;
  struct litellm_lwip_raw_link *next;  /* of those that ask for a name */
  uintptr_t query;           /* number of the one for the name */
  struct tcp_pcb *pcb;       /* NULL: none, or lwIP has freed it */
  struct pbuf *queue;        /* received and not read yet, or NULL */
  ip_addr_t address;
  uint32_t until_ms;         /* when this address has used its share */
  litellm_lwip_raw_state state;
  err_t error;               /* the latest failure */
  bool more;                 /* the name may have another kind of address */
  bool ended;                /* the peer has nothing more to send */
} litellm_lwip_raw_link;

/* lwIP cannot cancel a query, and may answer it when its link is long gone. So
   the callback gets the query's number, to look up among those who ask. */
static struct { litellm_lwip_raw_link *first; uintptr_t queries; }
    litellm__lwip_raw_names;

/* Takes from that list who asked `query`, or NULL. */
static litellm_lwip_raw_link *litellm__lwip_raw_take(uintptr_t query) {
  litellm_lwip_raw_link **at = &litellm__lwip_raw_names.first, *link;
  while (*at && (*at)->query != query) at = &(*at)->next;
  link = *at;
  if (link) *at = link->next;
  return link;
}

static void litellm__lwip_raw_found(const char *name, const ip_addr_t *address,
                                    void *query) {
  litellm_lwip_raw_link *link = litellm__lwip_raw_take((uintptr_t)query);
  (void)name;
  if (!link) return;
  link->state = address ? LITELLM__LWIP_FOUND : LITELLM__LWIP_FAILED;
  link->error = ERR_VAL;
  if (address) link->address = *address;
}

static err_t litellm__lwip_raw_connected(void *link, struct tcp_pcb *pcb,
                                         err_t error) {
  (void)pcb;
  ((litellm_lwip_raw_link *)link)->state = LITELLM__LWIP_OPEN;
  return error;                        /* always ERR_OK, says lwIP */
}

static err_t litellm__lwip_raw_received(void *link_, struct tcp_pcb *pcb,
                                        struct pbuf *data, err_t error) {
  litellm_lwip_raw_link *link = (litellm_lwip_raw_link *)link_;
  (void)pcb;
  if (!data) link->ended = true;
  else if (link->queue) pbuf_cat(link->queue, data);
  else link->queue = data;
  return error;
}

/* The pcb is gone. */
static void litellm__lwip_raw_broken(void *link_, err_t error) {
  litellm_lwip_raw_link *link = (litellm_lwip_raw_link *)link_;
  link->pcb = NULL;
  link->error = error;
  if (link->state != LITELLM__LWIP_OPEN) link->state = LITELLM__LWIP_FAILED;
}

static err_t litellm__lwip_raw_lingered(void *none, struct tcp_pcb *pcb) {
  (void)none;
  tcp_abort(pcb);
  return ERR_ABRT;
}

/* Closes in order, or with a reset if something is left unread. Its last bytes
   then have 2 seconds (4 ticks), and give way to the next connection. */
static void litellm__lwip_raw_drop(litellm_lwip_raw_link *link) {
  struct tcp_pcb *pcb = link->pcb;
  link->pcb = NULL;
  if (!pcb) return;
  tcp_arg(pcb, NULL);
  tcp_recv(pcb, NULL);
  tcp_err(pcb, NULL);
  tcp_setprio(pcb, TCP_PRIO_MIN);
  tcp_poll(pcb, litellm__lwip_raw_lingered, 4);
  if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
}

/* Asks for the name; when an address has failed, for its other kind. */
static void litellm__lwip_raw_ask(litellm_lwip_raw_link *link,
                                  const char *host) {
  uintptr_t query = link->query = ++litellm__lwip_raw_names.queries;
  u8_t kind = link->base.code == 0 ? LWIP_DNS_ADDRTYPE_DEFAULT
            : IP_IS_V4(&link->address) ? LWIP_DNS_ADDRTYPE_IPV6
                                       : LWIP_DNS_ADDRTYPE_IPV4;
  err_t error;
  link->next = litellm__lwip_raw_names.first;
  litellm__lwip_raw_names.first = link;
  link->state = LITELLM__LWIP_ASKING;
  error = dns_gethostbyname_addrtype(
      host, &link->address, litellm__lwip_raw_found, (void *)query, kind);
  if (error == ERR_INPROGRESS) return; /* or has failed already */
  (void)litellm__lwip_raw_take(query);
  link->error = error;
  link->state = error == ERR_OK ? LITELLM__LWIP_FOUND
              : error == ERR_MEM ? LITELLM__LWIP_IDLE : LITELLM__LWIP_FAILED;
}

static void litellm__lwip_raw_dial(litellm_lwip_raw_link *link,
                                   const litellm_peer *peer, uint32_t ms) {
  struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&link->address));
#if LWIP_IPV4 && LWIP_IPV6
  ip_addr_t literal;
  link->more = link->base.code == 0 && !ipaddr_aton(peer->host, &literal);
#endif
  link->base.resolving = false;
  link->until_ms = sys_now() + ms / 2;
  link->pcb = pcb;
  link->state = LITELLM__LWIP_FAILED;
  link->error = ERR_MEM;
  if (!pcb) return;
  tcp_arg(pcb, link);
  tcp_recv(pcb, litellm__lwip_raw_received);
  tcp_err(pcb, litellm__lwip_raw_broken);
  /* Whole windows are sent, so Nagle could only delay the last one. */
  tcp_nagle_disable(pcb);
  link->error = tcp_connect(pcb, &link->address, peer->port,
                            litellm__lwip_raw_connected);
  if (link->error == ERR_OK) link->state = LITELLM__LWIP_CONNECTING;
  else litellm__lwip_raw_drop(link);
}

static litellm_result litellm_lwip_raw_connect(
    void *link_, const litellm_peer *peer, uint32_t remaining_ms) {
  litellm_lwip_raw_link *link = (litellm_lwip_raw_link *)link_;
  litellm_lwip_raw_state state;
  LITELLM__LWIP_LOCK();
  if (link->state == LITELLM__LWIP_CONNECTING && link->more) {
    link->base.wait_ms = link->until_ms - sys_now();
    if ((int32_t)link->base.wait_ms <= 0) {
      litellm__lwip_raw_drop(link);
      link->error = ERR_TIMEOUT;
      link->state = LITELLM__LWIP_FAILED;
    }
  }
  for (;;) {
    if (link->state == LITELLM__LWIP_IDLE)
      litellm__lwip_raw_ask(link, peer->host);
    if (link->state == LITELLM__LWIP_FOUND)
      litellm__lwip_raw_dial(link, peer, remaining_ms);
    if (link->state != LITELLM__LWIP_FAILED) break;
    /* Of several failures the first is told: that was the best address. */
    if (link->base.code == 0) link->base.code = link->error;
    if (!link->more) break;
    link->more = false;
    link->state = LITELLM__LWIP_IDLE;
  }
  state = link->state;
  LITELLM__LWIP_UNLOCK();
  if (state == LITELLM__LWIP_FAILED)
    return link->base.resolving ? LITELLM_ERROR_RESOLVE
                                : LITELLM_ERROR_CONNECT;
  if (state == LITELLM__LWIP_IDLE) link->base.wait_ms = 100;  /* a full table */
  if (state == LITELLM__LWIP_OPEN) link->base.code = 0;
  return state == LITELLM__LWIP_OPEN ? LITELLM_OK : LITELLM_AGAIN;
}

/* What it means that there is no pcb any more. */
static litellm_result litellm__lwip_raw_failed(litellm_lwip_raw_link *link) {
  link->base.code = link->error;
  return link->error == ERR_RST || link->error == ERR_CLSD
    ? LITELLM_ERROR_CLOSED : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_lwip_raw_send(
    void *link_, const void *data, size_t size, size_t *sent) {
  litellm_lwip_raw_link *link = (litellm_lwip_raw_link *)link_;
  err_t error = ERR_MEM;
  LITELLM__LWIP_LOCK();
  if (link->pcb && size > tcp_sndbuf(link->pcb)) size = tcp_sndbuf(link->pcb);
  /* Where memory is short a part may do; but not while others are under way,
     which will give theirs back. */
  for (; link->pcb && size > 0 && error == ERR_MEM; size /= 2) {
    *sent = size < 0xFFFF ? size : 0xFFFF;
    error = tcp_write(link->pcb, data, (u16_t)*sent, TCP_WRITE_FLAG_COPY);
    if (tcp_sndqueuelen(link->pcb) > 0) break;
  }
  if (error == ERR_OK) (void)tcp_output(link->pcb);
  else if (!link->pcb) error = link->error;
  else link->error = error;
  LITELLM__LWIP_UNLOCK();
  if (error == ERR_OK) return LITELLM_OK;
  if (error == ERR_MEM) return LITELLM_AGAIN;
  return litellm__lwip_raw_failed(link);
}

static litellm_result litellm_lwip_raw_recv(
    void *link_, void *buffer, size_t size, size_t *received) {
  litellm_lwip_raw_link *link = (litellm_lwip_raw_link *)link_;
  litellm_result result = LITELLM_OK;
  LITELLM__LWIP_LOCK();
  if (link->queue) {
    u16_t n = link->queue->tot_len;
    if (size < n) n = (u16_t)size;
    *received = pbuf_copy_partial(link->queue, buffer, n, 0);
    link->queue = pbuf_free_header(link->queue, n);
    if (link->pcb) tcp_recved(link->pcb, n);       /* reopens the window */
  } else {
    result = link->ended ? LITELLM_END
           : link->pcb ? LITELLM_AGAIN : litellm__lwip_raw_failed(link);
  }
  LITELLM__LWIP_UNLOCK();
  return result;
}

static void litellm_lwip_raw_close(void *link_) {
  litellm_lwip_raw_link *link = (litellm_lwip_raw_link *)link_;
  LITELLM__LWIP_LOCK();
  if (link->state == LITELLM__LWIP_ASKING)
    (void)litellm__lwip_raw_take(link->query);
  litellm__lwip_raw_drop(link);
  if (link->queue) pbuf_free(link->queue);
  link->queue = NULL;
  link->state = LITELLM__LWIP_IDLE;
  link->more = link->ended = false;
  LITELLM__LWIP_UNLOCK();
}

/* What is waited for can be there already, as ACKs are, which the link does
   not note. */
static void litellm_lwip_raw_wait(void *link_, unsigned what, uint32_t ms) {
  const litellm_lwip_raw_link *link = (const litellm_lwip_raw_link *)link_;
  LITELLM__LWIP_LOCK();
  if ((what & LITELLM_WAIT_WRITE) && ms > 50) ms = 50;
  if ((what & LITELLM_WAIT_READ) &&
      (link->queue || link->ended || !link->pcb)) ms = 0;
  LITELLM__LWIP_UNLOCK();
  litellm_lwip_wait(ms);
}

static uint32_t litellm_lwip_raw_millis(void) { return sys_now(); }

LITELLM_UNUSED static const litellm_port litellm_lwip_raw = {
  sizeof(litellm_lwip_raw_link), false, litellm_lwip_raw_connect,
  litellm_lwip_raw_send, litellm_lwip_raw_recv, litellm_lwip_raw_close,
  litellm_lwip_raw_wait, litellm_lwip_raw_millis, litellm_lwip_unix_time,
  litellm_lwip_entropy };

#endif /* LITELLM_LWIP_RAW_H */
