/* winsock_shim.h: as much of POSIX over Winsock 2 as shim.h and contract.h use.
   It stands for their POSIX headers. */
#ifndef WINSOCK_SHIM_H
#define WINSOCK_SHIM_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <bcrypt.h>
#include <io.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define MSG_NOSIGNAL 0
#define SHUT_WR SD_SEND
#define close closesocket
#define poll(items, count, ms) WSAPoll(items, count, ms)
#define write(s, data, size) send((SOCKET)(s), data, (int)(size), 0)
#define setsockopt(s, level, name, value, size)                               \
  (setsockopt)(s, level, name, (const char *)(value), size)

static ssize_t getrandom(void *bytes, size_t size, unsigned flags) {
  (void)flags;
  return BCryptGenRandom(NULL, (PUCHAR)bytes, (ULONG)size,
                         BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0
    ? (ssize_t)size : -1;
}

#endif
