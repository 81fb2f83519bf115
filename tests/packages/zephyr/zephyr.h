/* zephyr.h: so much of Zephyr's interface, over POSIX, as port/zephyr.h and
   examples/zephyr use. Each of Zephyr's headers is a file that includes this
   one: See zephyr.sh. */
#ifndef ZEPHYR_SHIM_H
#define ZEPHYR_SHIM_H

#include "tests/packages/ports/shim.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#define k_uptime_get_32 shim_millis
#define k_uptime_get() ((int64_t)shim_millis())
#define K_MSEC(ms) (ms)
static SHIM_UNUSED int32_t k_sleep(uint32_t ms) {
  (void)poll(NULL, 0, (int)ms);
  return 0;
}
#define printk printf

static SHIM_UNUSED int sys_csrand_get(void *bytes, size_t size) {
  return shim_random(bytes, size) ? 0 : -EIO;
}

struct sntp_time { uint64_t seconds; uint32_t fraction; };
static SHIM_UNUSED int sntp_simple(const char *server, uint32_t ms,
                                   struct sntp_time *now) {
  now->seconds = (uint64_t)time(NULL);
  return server && ms ? 0 : -EINVAL;
}

#define zsock_addrinfo addrinfo
#define zsock_pollfd pollfd
#define ZSOCK_POLLIN POLLIN
#define ZSOCK_POLLOUT POLLOUT
#define zsock_socket socket
#define zsock_fcntl fcntl
#define zsock_setsockopt setsockopt
#define zsock_connect connect
#define zsock_send(fd, data, size, flags) send(fd, data, size, MSG_NOSIGNAL)
#define zsock_recv recv
#define zsock_poll poll
#define zsock_close close

static SHIM_UNUSED int zsock_getaddrinfo(const char *host, const char *service,
                                         const struct addrinfo *hints,
                                         struct addrinfo **found) {
  uint32_t addresses[2];
  int count = shim_resolve(host, addresses);
  *found = NULL;
  while (count-- > 0) {
    struct addrinfo *one = (struct addrinfo *)calloc(1, sizeof *one);
    struct sockaddr_in *address =
        (struct sockaddr_in *)calloc(1, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)atoi(service));
    address->sin_addr.s_addr = addresses[count];
    one->ai_family = AF_INET;
    one->ai_socktype = hints->ai_socktype;
    one->ai_addr = (struct sockaddr *)address;
    one->ai_addrlen = sizeof *address;
    one->ai_next = *found;
    *found = one;
  }
  return *found ? 0 : -2;              /* DNS_EAI_NONAME */
}

static SHIM_UNUSED void zsock_freeaddrinfo(struct addrinfo *found) {
  while (found) {
    struct addrinfo *next = found->ai_next;
    free(found->ai_addr);
    free(found);
    found = next;
  }
}

#endif
