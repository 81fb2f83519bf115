/* lwip_raw.h: the port for lwIP's raw API (lwIP 2.1 on), with or without an
   operating system. Include it after litellm_call.h and set
   litellm_client_desc.port to &litellm_lwip_raw. See port/mbedtls.h for TLS.

   The firmware must define three functions, or it does not link:
     litellm_lwip_wait       runs the stack: passes it the packets that have
       arrived and calls sys_check_timeouts(). If there was nothing to do, it
       may sleep until a packet arrives, at most `ms` or
       sys_timeouts_sleeptime(). Only blocking calls and litellm_wait use it;
       your main loop runs the stack itself. With an OS, delay a few ms.
     litellm_lwip_unix_time  seconds since 1970; 0: not known yet
     litellm_lwip_entropy    random bytes fit for keys, from a hardware
       generator; false: none. Weaker sources make keys that can be guessed.
   The clock is lwIP's sys_now().

   If lwIP has its own thread (NO_SYS 0), each function takes the core lock; if
   not, call the library only where the stack runs. Never call it from an lwIP
   callback. error.port_code is an err_t: ERR_VAL with ERROR_RESOLVE means that
   no DNS server knew the name or answered. */
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

#if TCP_WND > 0xFFFF
#error "lwipopts.h: TCP_WND above 65535: a chain of pbufs cannot hold it"
/* Two pbufs are for ACKs, ARP, DHCP and DNS while nobody reads. */
#elif !MEMP_MEM_MALLOC && TCP_WND > (PBUF_POOL_SIZE - 2) *                    \
  (PBUF_POOL_BUFSIZE - PBUF_LINK_ENCAPSULATION_HLEN - PBUF_LINK_HLEN -        \
   PBUF_IP_HLEN - PBUF_TRANSPORT_HLEN)
#error "lwipopts.h: TCP_WND must fit into two pbufs less than PBUF_POOL_SIZE"
#elif !NO_SYS && !LWIP_TCPIP_CORE_LOCKING
#error "lwipopts.h: the raw API beside threads needs LWIP_TCPIP_CORE_LOCKING"
#endif
#if NO_SYS && !defined(LOCK_TCPIP_CORE)
#define LOCK_TCPIP_CORE() ((void)0)
#define UNLOCK_TCPIP_CORE() ((void)0)
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

enum { LITELLM__LWIP_IDLE, LITELLM__LWIP_ASKING, LITELLM__LWIP_FOUND,
       LITELLM__LWIP_CONNECTING, LITELLM__LWIP_OPEN, LITELLM__LWIP_FAILED };

/* The link; all zeros: closed. */
typedef struct litellm__lwip {
  litellm_link base;
  struct litellm__lwip *next;  /* in the list of links that resolve a name */
  uintptr_t query;           /* number of its DNS query */
  struct tcp_pcb *pcb;       /* NULL: none, or freed by lwIP */
  struct pbuf *queue;        /* received but unread, or NULL */
  ip_addr_t address;
  uint32_t until_ms;         /* deadline of the current address */
  uint8_t state;
  err_t error;               /* the last failure */
  bool more;                 /* the name may have an address of another kind */
  bool ended;                /* the peer will send nothing more */
} litellm__lwip;

/* lwIP cannot cancel a query and may answer it after its link is gone. So the
   callback gets the query's number and looks it up in this list. */
static struct { litellm__lwip *first; uintptr_t queries; } litellm__lwip_names;

/* Removes the link that asked `query` from the list; NULL if there is none. */
static litellm__lwip *litellm__lwip_take(uintptr_t query) {
  litellm__lwip **at = &litellm__lwip_names.first, *link;
  while (*at && (*at)->query != query) at = &(*at)->next;
  link = *at;
  if (link) *at = link->next;
  return link;
}

static void litellm__lwip_found(const char *name, const ip_addr_t *address,
                                void *query) {
  litellm__lwip *link = litellm__lwip_take((uintptr_t)query);
  (void)name;
  if (!link) return;
  link->state = address ? LITELLM__LWIP_FOUND : LITELLM__LWIP_FAILED;
  link->error = ERR_VAL;
  if (address) link->address = *address;
}

static err_t litellm__lwip_open(void *link, struct tcp_pcb *pcb, err_t error) {
  (void)pcb;
  ((litellm__lwip *)link)->state = LITELLM__LWIP_OPEN;
  return error;                        /* always ERR_OK, lwIP says */
}

static err_t litellm__lwip_received(void *link_, struct tcp_pcb *pcb,
                                    struct pbuf *data, err_t error) {
  litellm__lwip *link = (litellm__lwip *)link_;
  (void)pcb;
  if (!data) link->ended = true;
  else if (link->queue) pbuf_cat(link->queue, data);
  else link->queue = data;
  return error;
}

/* lwIP has freed the pcb. */
static void litellm__lwip_broken(void *link_, err_t error) {
  litellm__lwip *link = (litellm__lwip *)link_;
  link->pcb = NULL;
  link->error = error;
  if (link->state != LITELLM__LWIP_OPEN) link->state = LITELLM__LWIP_FAILED;
}

static err_t litellm__lwip_lingered(void *none, struct tcp_pcb *pcb) {
  (void)none;
  tcp_abort(pcb);
  return ERR_ABRT;
}

/* Closes in order, or with a reset if data is unread. The last bytes then get 2
   seconds (4 ticks), but the next connection may evict them. */
static void litellm__lwip_drop(litellm__lwip *link) {
  struct tcp_pcb *pcb = link->pcb;
  link->pcb = NULL;
  if (!pcb) return;
  tcp_recv(pcb, NULL);
  tcp_err(pcb, NULL);
  tcp_setprio(pcb, TCP_PRIO_MIN);
  tcp_poll(pcb, litellm__lwip_lingered, 4);
  if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
}

/* Resolves the name; after a failed address, to its other kind. */
static void litellm__lwip_ask(litellm__lwip *link, const char *host) {
  uintptr_t query = link->query = ++litellm__lwip_names.queries;
  u8_t kind = link->base.code == 0 ? LWIP_DNS_ADDRTYPE_DEFAULT
            : IP_IS_V4(&link->address) ? LWIP_DNS_ADDRTYPE_IPV6
                                       : LWIP_DNS_ADDRTYPE_IPV4;
  err_t error;
  link->next = litellm__lwip_names.first;
  litellm__lwip_names.first = link;
  link->state = LITELLM__LWIP_ASKING;
  error = dns_gethostbyname_addrtype(host, &link->address,
                                     litellm__lwip_found, (void *)query, kind);
  if (error == ERR_INPROGRESS) return; /* or it has failed already */
  (void)litellm__lwip_take(query);
  link->error = error;
  link->state = error == ERR_OK ? LITELLM__LWIP_FOUND
              : error == ERR_MEM ? LITELLM__LWIP_IDLE : LITELLM__LWIP_FAILED;
  if (error == ERR_MEM) link->base.wait_ms = 100;    /* a table is full */
}

static void litellm__lwip_dial(litellm__lwip *link,
                               const litellm_endpoint *endpoint) {
  struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&link->address));
  ip_addr_t literal;
  link->more = LWIP_IPV4 && LWIP_IPV6 && link->base.code == 0 &&
               !ipaddr_aton(endpoint->host, &literal);
  link->base.resolving = false;
  link->pcb = pcb;
  link->error = ERR_MEM;
  link->state = LITELLM__LWIP_FAILED;
  if (!pcb) return;
  tcp_arg(pcb, link);
  tcp_recv(pcb, litellm__lwip_received);
  tcp_err(pcb, litellm__lwip_broken);
  tcp_nagle_disable(pcb);              /* the library sends whole windows */
  link->error = tcp_connect(pcb, &link->address, endpoint->port,
                            litellm__lwip_open);
  if (link->error == ERR_OK) link->state = LITELLM__LWIP_CONNECTING;
}

static litellm_result litellm_lwip_raw_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm__lwip *link = (litellm__lwip *)link_;
  litellm_result result;
  LOCK_TCPIP_CORE();
  for (;;) {
    if (link->state == LITELLM__LWIP_IDLE)
      litellm__lwip_ask(link, endpoint->host);
    if (link->state == LITELLM__LWIP_FOUND) {
      /* Half, since a second address may follow; without `more`, no limit. */
      link->until_ms = sys_now() + remaining_ms / 2;
      litellm__lwip_dial(link, endpoint);
    }
    if (link->more && link->state == LITELLM__LWIP_CONNECTING) {
      link->base.wait_ms = link->until_ms - sys_now();
      if ((int32_t)link->base.wait_ms <= 0) {
        link->error = ERR_TIMEOUT;
        link->state = LITELLM__LWIP_FAILED;
      }
    }
    if (link->state != LITELLM__LWIP_FAILED) break;
    litellm__lwip_drop(link);
    /* Reports the first failure: the first address was the better one. */
    if (link->base.code == 0) link->base.code = link->error;
    if (!link->more) break;
    link->more = false;
    link->state = LITELLM__LWIP_IDLE;
  }
  if (link->state == LITELLM__LWIP_OPEN) link->base.code = 0;
  result = link->state == LITELLM__LWIP_OPEN ? LITELLM_OK
         : link->state != LITELLM__LWIP_FAILED ? LITELLM_AGAIN
         : link->base.resolving ? LITELLM_ERROR_RESOLVE : LITELLM_ERROR_CONNECT;
  UNLOCK_TCPIP_CORE();
  return result;
}

/* Returns the result of a write, or why there is no pcb. */
static litellm_result litellm__lwip_result(litellm__lwip *link) {
  if (link->error == ERR_OK) return LITELLM_OK;
  if (link->error == ERR_MEM) return LITELLM_AGAIN;
  link->base.code = link->error;
  return link->error == ERR_RST || link->error == ERR_CLSD
    ? LITELLM_ERROR_CONNECTION_CLOSED : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_lwip_raw_send(
    void *link_, const void *data, size_t size, size_t *sent) {
  litellm__lwip *link = (litellm__lwip *)link_;
  litellm_result result;
  LOCK_TCPIP_CORE();
  if (link->pcb) {                     /* at most a segment: memory is short */
    size = LWIP_MIN(size, LWIP_MIN(tcp_sndbuf(link->pcb), tcp_mss(link->pcb)));
    link->error = size == 0 ? (err_t)ERR_MEM
        : tcp_write(link->pcb, data, (u16_t)size, TCP_WRITE_FLAG_COPY);
    if (link->error == ERR_OK) (void)tcp_output(link->pcb);
  }
  *sent = size;
  result = litellm__lwip_result(link);
  UNLOCK_TCPIP_CORE();
  return result;
}

static litellm_result litellm_lwip_raw_recv(
    void *link_, void *buffer, size_t size, size_t *received) {
  litellm__lwip *link = (litellm__lwip *)link_;
  litellm_result result = LITELLM_OK;
  LOCK_TCPIP_CORE();
  if (link->queue) {
    u16_t n = (u16_t)LWIP_MIN(size, link->queue->tot_len);
    *received = pbuf_copy_partial(link->queue, buffer, n, 0);
    link->queue = pbuf_free_header(link->queue, n);
    if (link->pcb) tcp_recved(link->pcb, n);         /* reopens the window */
  } else {
    result = link->ended ? LITELLM_END
           : link->pcb ? LITELLM_AGAIN : litellm__lwip_result(link);
  }
  UNLOCK_TCPIP_CORE();
  return result;
}

static void litellm_lwip_raw_close(void *link_) {
  litellm__lwip *link = (litellm__lwip *)link_;
  LOCK_TCPIP_CORE();
  (void)litellm__lwip_take(link->query);
  litellm__lwip_drop(link);
  if (link->queue) pbuf_free(link->queue);
  link->queue = NULL;
  link->state = LITELLM__LWIP_IDLE;
  link->more = link->ended = false;
  UNLOCK_TCPIP_CORE();
}

/* Waits briefly: what the caller waits for may have arrived already. */
static void litellm_lwip_raw_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  (void)what;
  litellm_lwip_wait(ms < 50 ? ms : 50);
}

static uint32_t litellm_lwip_raw_millis(void) { return sys_now(); }

LITELLM_UNUSED static const litellm_port litellm_lwip_raw = {
  sizeof(litellm__lwip), false, litellm_lwip_raw_connect,
  litellm_lwip_raw_send, litellm_lwip_raw_recv, litellm_lwip_raw_close,
  litellm_lwip_raw_wait, litellm_lwip_raw_millis, litellm_lwip_unix_time,
  litellm_lwip_entropy, NULL, NULL };

#ifdef LITELLM_MBEDTLS
LITELLM_MBEDTLS(litellm_lwip_raw_tls, litellm_lwip_raw, litellm__lwip);
#endif

#endif /* LITELLM_LWIP_RAW_H */
