/* cc.h: arch/cc.h, as the Pico SDK's. */
#ifndef PICO_ARCH_CC_H
#define PICO_ARCH_CC_H

#include <stdlib.h>
typedef int sys_prot_t;
#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(text) abort()
#define LWIP_RAND() ((u32_t)rand())

#endif
