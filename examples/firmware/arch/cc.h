/* arch/cc.h: what lwIP wants to know of compiler and board. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include "board.h"

#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(text) do { print(text); for (;;) {} } while (0)
#define LWIP_RAND() network_random()

uint32_t network_random(void);
uint16_t network_dns_port(void);

#endif /* ARCH_CC_H */
