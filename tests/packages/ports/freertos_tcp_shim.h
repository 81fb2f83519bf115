/* freertos_tcp_shim.h: so much of FreeRTOS-Plus-TCP's interface, over POSIX, as
   port/freertos_tcp.h uses. Each of its headers is a file that includes this
   one: See freertos_tcp.sh. */
#ifndef FREERTOS_TCP_SHIM_H
#define FREERTOS_TCP_SHIM_H

#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef long BaseType_t;
typedef uint32_t TickType_t;
#define pdTRUE 1
#define pdFALSE 0
#define configTICK_RATE_HZ ((TickType_t)1000)
#define pdMS_TO_TICKS(ms) ((TickType_t)(ms))
#define xTaskGetTickCount() ((TickType_t)shim_millis())
#define vTaskDelay(ticks) ((void)poll(NULL, 0, (int)(ticks)))

#define pdFREERTOS_ERRNO_EINTR 4
#define pdFREERTOS_ERRNO_EWOULDBLOCK 11
#define pdFREERTOS_ERRNO_ENOMEM 12
#define pdFREERTOS_ERRNO_ENOSPC 28
#define pdFREERTOS_ERRNO_ENOTCONN 128
#define FREERTOS_AF_INET 2
#define FREERTOS_SOCK_STREAM 1
#define FREERTOS_IPPROTO_TCP 6
#define FREERTOS_SO_RCVTIMEO 0
#define FREERTOS_SO_SNDTIMEO 1
#define FREERTOS_SHUT_RDWR 2
#define FREERTOS_INVALID_SOCKET ((Socket_t)0)
#define FreeRTOS_htons htons

enum { eCLOSED, eCONNECT_SYN, eESTABLISHED, eCLOSE_WAIT };

typedef struct shim_socket { int fd; bool is_closed; } *Socket_t;
struct freertos_sockaddr {
  uint8_t sin_len, sin_family;
  uint16_t sin_port;
  union { uint32_t ulIP_IPv4; } sin_address;
};

static SHIM_UNUSED uint32_t FreeRTOS_inet_addr(const char *text) {
  struct in_addr address;
  return inet_pton(AF_INET, text, &address) == 1 ? address.s_addr : 0;
}

static SHIM_UNUSED uint32_t FreeRTOS_gethostbyname(const char *host) {
  uint32_t addresses[2];
  return shim_resolve(host, addresses) ? addresses[0] : 0;
}

static SHIM_UNUSED Socket_t FreeRTOS_socket(int family, int type,
                                            int protocol) {
  Socket_t one = (Socket_t)calloc(1, sizeof *one);
  (void)protocol;
  one->fd = socket(family, type, 0);
  (void)fcntl(one->fd, F_SETFL, O_NONBLOCK);
  return one;
}

static SHIM_UNUSED BaseType_t FreeRTOS_setsockopt(Socket_t one, int level,
                                                  int name, const void *value,
                                                  size_t size) {
  (void)one, (void)level, (void)name, (void)size;
  if (*(const TickType_t *)value != 0) abort();  /* it would block */
  return 0;
}

static SHIM_UNUSED BaseType_t FreeRTOS_connect(
    Socket_t one, const struct freertos_sockaddr *to, size_t size) {
  struct sockaddr_in address;
  (void)size;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = to->sin_port;
  address.sin_addr.s_addr = to->sin_address.ulIP_IPv4;
  if (connect(one->fd, (struct sockaddr *)&address, sizeof address) == 0)
    return 0;
  one->is_closed = errno != EINPROGRESS;
  return -pdFREERTOS_ERRNO_EWOULDBLOCK;
}

static SHIM_UNUSED BaseType_t FreeRTOS_connstatus(Socket_t one) {
  struct pollfd item = { one->fd, POLLOUT, 0 };
  char byte;
  ssize_t n;
  if (one->is_closed) return eCLOSED;
  if (poll(&item, 1, 0) <= 0) return eCONNECT_SYN;
  n = recv(one->fd, &byte, 1, MSG_PEEK);
  one->is_closed = n < 0 && errno != EAGAIN;
  return one->is_closed ? eCLOSED : n == 0 ? eCLOSE_WAIT : eESTABLISHED;
}

static SHIM_UNUSED BaseType_t FreeRTOS_issocketconnected(Socket_t one) {
  return FreeRTOS_connstatus(one) == eESTABLISHED;
}

static SHIM_UNUSED BaseType_t FreeRTOS_rx_size(Socket_t one) {
  int count = 0;
  return ioctl(one->fd, FIONREAD, &count) == 0 ? count : -1;
}

static SHIM_UNUSED BaseType_t FreeRTOS_send(Socket_t one, const void *data,
                                            size_t size, int flags) {
  ssize_t n = send(one->fd, data, size, flags | MSG_NOSIGNAL);
  if (n >= 0) return n;
  if (errno == EAGAIN) return -pdFREERTOS_ERRNO_ENOSPC;
  one->is_closed = true;
  return -pdFREERTOS_ERRNO_ENOTCONN;
}

static SHIM_UNUSED BaseType_t FreeRTOS_recv(Socket_t one, void *buffer,
                                            size_t size, int flags) {
  ssize_t n = recv(one->fd, buffer, size, flags);
  if (n > 0) return n;
  if (n < 0 && errno == EAGAIN) return -pdFREERTOS_ERRNO_EWOULDBLOCK;
  if (n < 0) one->is_closed = true;
  return -pdFREERTOS_ERRNO_ENOTCONN;
}

static SHIM_UNUSED BaseType_t FreeRTOS_shutdown(Socket_t one, int how) {
  return shutdown(one->fd, how);
}

static SHIM_UNUSED BaseType_t FreeRTOS_closesocket(Socket_t one) {
  (void)close(one->fd);
  free(one);
  return 1;
}

#endif
