/* lwipopts.h: port/lwipopts.h, smaller and with counters. */
#ifndef FIRMWARE_LWIPOPTS_H
#define FIRMWARE_LWIPOPTS_H

/* Small segments, two of them under way: enough for text, which comes slowly.
   Packets lie in pieces of 256 bytes, so that an ACK takes little. */
#define TCP_MSS 536
#define PBUF_POOL_BUFSIZE 256
#define PBUF_POOL_SIZE 8

/* DHCP tells a name server: network.c wants to know when. */
#define LWIP_NETIF_STATUS_CALLBACK 1
#define DNS_SERVER_PORT network_dns_port()

/* How much of heap and pools was ever used. The rest is not counted. */
#define LWIP_STATS 1
#define MEM_STATS 1
#define MEMP_STATS 1
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define SYS_STATS 0

#include "port/lwipopts.h"

#endif /* FIRMWARE_LWIPOPTS_H */
