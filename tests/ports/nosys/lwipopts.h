/* lwipopts.h: port/lwipopts.h, with a loopback interface and with memory for
   a server beside the client. */
#define PBUF_POOL_SIZE 10
#define MEMP_NUM_UDP_PCB (2 + DNS_TABLE_SIZE)
#define MEM_SIZE 16000
#define LWIP_IPV6 1
#define LWIP_STATS 1
#include "../../../port/lwipopts.h"
#undef LWIP_HAVE_LOOPIF
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#undef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB 4
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG 24
#undef MEM_ALIGNMENT
#define MEM_ALIGNMENT 8
