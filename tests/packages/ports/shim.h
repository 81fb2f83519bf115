/* shim.h: what the tests make the shim of an SDK do. Include it first. */
#ifndef SHIM_H
#define SHIM_H

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#define SHIM_UNUSED __attribute__((unused))

static struct {
  uint32_t clock_base;       /* added to the milliseconds */
  bool no_entropy;
} shim;

static SHIM_UNUSED uint32_t shim_millis(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u +
                    (uint64_t)now.tv_nsec / 1000000u) + shim.clock_base;
}

static SHIM_UNUSED bool shim_random(void *bytes, size_t size) {
  return !shim.no_entropy && getrandom(bytes, size, 0) == (ssize_t)size;
}

/* The addresses of a name, IPv4: of two.test the first is refused, and
   none.test has none. Returns how many. */
static SHIM_UNUSED int shim_resolve(const char *host, uint32_t addresses[2]) {
  bool both = strcmp(host, "two.test") == 0;
  struct in_addr one;
  if (strcmp(host, "none.test") == 0) return 0;
  if (both) addresses[0] = htonl(INADDR_LOOPBACK + 1);
  addresses[both] = inet_pton(AF_INET, host, &one) == 1
      ? one.s_addr : htonl(INADDR_LOOPBACK);
  return 1 + both;
}

#endif
