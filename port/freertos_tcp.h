/* freertos_tcp.h: the port for FreeRTOS-Plus-TCP (V4 on). Include it after
   litellm_call.h and set litellm_client_desc.port to &litellm_freertos_tcp. See
   port/mbedtls.h for TLS: litellm_freertos_tcp_tls. FreeRTOS with lwIP instead
   has port/lwip_sockets.h.

   The firmware must define, or it does not link:

     int64_t litellm_freertos_unix_time(void)
       Seconds since 1970, from SNTP or a clock chip; 0: not known yet.
     bool litellm_freertos_entropy(void *bytes, size_t size)
       Random bytes fit for keys, from a hardware generator; false: none. Weaker
       sources make keys that can be guessed.

   FreeRTOSIPConfig.h: ipconfigUSE_TCP and ipconfigUSE_DNS 1. The clock is the
   tick count, which must have 32 bits; configTICK_RATE_HZ must divide 1000.

   connect blocks to resolve a name, takes its first address, IPv4, and nothing
   else blocks but wait. error.port_code is a pdFREERTOS_ERRNO_*. */
#ifndef LITELLM_FREERTOS_TCP_H
#define LITELLM_FREERTOS_TCP_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/freertos_tcp.h"
#endif

#include <string.h>
#include <FreeRTOS.h>
#include <task.h>
#include <FreeRTOS_IP.h>
#include <FreeRTOS_Sockets.h>
#include <FreeRTOS_DNS.h>

#ifdef __cplusplus
extern "C" {
#endif
extern int64_t litellm_freertos_unix_time(void);
extern bool litellm_freertos_entropy(void *bytes, size_t size);
#ifdef __cplusplus
}
#endif

/* Nobody tells a task that a socket is ready, unless it waits in select, whose
   set takes memory at run time: so it looks again after these. */
enum { LITELLM__FREERTOS_TCP_MS = 20 };

/* The link; all zeros: closed. */
typedef struct litellm_freertos_tcp_link {
  litellm_link base;
  Socket_t socket;
  bool is_open;              /* socket is valid */
} litellm_freertos_tcp_link;

/* Wraps as 2^32 ticks do, because a tick is a whole number of ms. */
static uint32_t litellm_freertos_tcp_millis(void) {
  return (uint32_t)((uint64_t)xTaskGetTickCount() * 1000u /
                    configTICK_RATE_HZ);
}

static void litellm_freertos_tcp_close(void *link_) {
  litellm_freertos_tcp_link *link = (litellm_freertos_tcp_link *)link_;
  if (!link->is_open) return;
  link->is_open = false;
  (void)FreeRTOS_shutdown(link->socket, FREERTOS_SHUT_RDWR);
  (void)FreeRTOS_closesocket(link->socket);
}

/* Begins to connect to the name's first address. */
static litellm_result litellm__freertos_tcp_begin(
    litellm_freertos_tcp_link *link, const litellm_endpoint *endpoint) {
  struct freertos_sockaddr address;
  TickType_t none = 0;
  BaseType_t code;
  memset(&address, 0, sizeof address);
  address.sin_len = sizeof address;
  address.sin_family = FREERTOS_AF_INET;
  address.sin_port = FreeRTOS_htons(endpoint->port);
  address.sin_address.ulIP_IPv4 = FreeRTOS_inet_addr(endpoint->host);
  if (address.sin_address.ulIP_IPv4 == 0)
    address.sin_address.ulIP_IPv4 = FreeRTOS_gethostbyname(endpoint->host);
  if (address.sin_address.ulIP_IPv4 == 0) return LITELLM_ERROR_RESOLVE;
  link->base.resolving = false;
  link->socket = FreeRTOS_socket(FREERTOS_AF_INET, FREERTOS_SOCK_STREAM,
                                 FREERTOS_IPPROTO_TCP);
  if (link->socket == FREERTOS_INVALID_SOCKET) {
    link->base.code = pdFREERTOS_ERRNO_ENOMEM;
    return LITELLM_ERROR_CONNECT;
  }
  link->is_open = true;
  /* 0 makes it a socket that does not block. */
  (void)FreeRTOS_setsockopt(link->socket, 0, FREERTOS_SO_RCVTIMEO, &none,
                            sizeof none);
  (void)FreeRTOS_setsockopt(link->socket, 0, FREERTOS_SO_SNDTIMEO, &none,
                            sizeof none);
  code = FreeRTOS_connect(link->socket, &address, sizeof address);
  if (code == 0 || code == -pdFREERTOS_ERRNO_EWOULDBLOCK) return LITELLM_OK;
  link->base.code = (int32_t)-code;
  return LITELLM_ERROR_CONNECT;
}

static litellm_result litellm_freertos_tcp_connect(
    void *link_, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_freertos_tcp_link *link = (litellm_freertos_tcp_link *)link_;
  litellm_result result;
  BaseType_t state;
  (void)remaining_ms;
  if (!link->is_open) {
    result = litellm__freertos_tcp_begin(link, endpoint);
    if (result != LITELLM_OK) return result;
  }
  if (FreeRTOS_issocketconnected(link->socket) == pdTRUE) return LITELLM_OK;
  state = FreeRTOS_connstatus(link->socket);
  /* It has answered, and ended already. */
  if (state == (BaseType_t)eCLOSE_WAIT) return LITELLM_OK;
  if (state == (BaseType_t)eCLOSED) {  /* refused */
    link->base.code = pdFREERTOS_ERRNO_ENOTCONN;
    return LITELLM_ERROR_CONNECT;
  }
  link->base.wait_ms = LITELLM__FREERTOS_TCP_MS;
  return LITELLM_AGAIN;
}

/* Returns the result for a send or recv that moved nothing. */
static litellm_result litellm__freertos_tcp_failed(
    litellm_freertos_tcp_link *link, BaseType_t code) {
  if (code == 0 || code == -pdFREERTOS_ERRNO_ENOSPC ||
      code == -pdFREERTOS_ERRNO_EWOULDBLOCK || code == -pdFREERTOS_ERRNO_EINTR)
    return LITELLM_AGAIN;
  link->base.code = (int32_t)-code;
  return code == -pdFREERTOS_ERRNO_ENOTCONN ? LITELLM_ERROR_CONNECTION_CLOSED
                                            : LITELLM_ERROR_NETWORK;
}

static litellm_result litellm_freertos_tcp_send(
    void *link_, const void *data, size_t size, size_t *sent) {
  litellm_freertos_tcp_link *link = (litellm_freertos_tcp_link *)link_;
  BaseType_t n = FreeRTOS_send(link->socket, data, size, 0);
  if (n <= 0) return litellm__freertos_tcp_failed(link, n);
  *sent = (size_t)n;
  return LITELLM_OK;
}

static litellm_result litellm_freertos_tcp_recv(
    void *link_, void *buffer, size_t size, size_t *received) {
  litellm_freertos_tcp_link *link = (litellm_freertos_tcp_link *)link_;
  BaseType_t n = FreeRTOS_recv(link->socket, buffer, size, 0);
  if (n > 0) {
    *received = (size_t)n;
    return LITELLM_OK;
  }
  /* Ended in order it waits for our end; reset it is closed. */
  if (n == -pdFREERTOS_ERRNO_ENOTCONN &&
      FreeRTOS_connstatus(link->socket) != (BaseType_t)eCLOSED)
    return LITELLM_END;
  return litellm__freertos_tcp_failed(link, n);
}

/* Returns early if bytes have arrived before it is called. */
static void litellm_freertos_tcp_wait(void *link_, unsigned what,
                                      uint32_t ms) {
  const litellm_freertos_tcp_link *link =
      (const litellm_freertos_tcp_link *)link_;
  if (link && link->is_open && (what & LITELLM_WAIT_READ) &&
      FreeRTOS_rx_size(link->socket) > 0) return;
  if (ms > LITELLM__FREERTOS_TCP_MS) ms = LITELLM__FREERTOS_TCP_MS;
  vTaskDelay(pdMS_TO_TICKS(ms) > 0 ? pdMS_TO_TICKS(ms) : 1);
}

LITELLM_UNUSED static const litellm_port litellm_freertos_tcp = {
  sizeof(litellm_freertos_tcp_link), false, litellm_freertos_tcp_connect,
  litellm_freertos_tcp_send, litellm_freertos_tcp_recv,
  litellm_freertos_tcp_close, litellm_freertos_tcp_wait,
  litellm_freertos_tcp_millis, litellm_freertos_unix_time,
  litellm_freertos_entropy, NULL, NULL };

#ifdef LITELLM_MBEDTLS
LITELLM_MBEDTLS(litellm_freertos_tcp_tls, litellm_freertos_tcp,
                litellm_freertos_tcp_link);
#endif

#endif /* LITELLM_FREERTOS_TCP_H */
