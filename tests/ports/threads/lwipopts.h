/* lwipopts.h: lwIP with a thread of its own and with sockets, behind a
   loopback interface. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 0
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_NETCONN 1
#define LWIP_SOCKET 1
#define LWIP_COMPAT_SOCKETS 0    /* Linux has some of these names */
#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_DNS 1
#define LWIP_IPV6_REASS 0        /* no fragments: 64-bit lwIP lacks room */
#define LWIP_IPV6_FRAG 0
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_STATS 1
#define MEM_ALIGNMENT 8
#define MEM_SIZE 64000
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define MEMP_NUM_TCP_PCB 8
#define MEMP_NUM_TCP_SEG 64
#define MEMP_NUM_UDP_PCB 8

#endif
