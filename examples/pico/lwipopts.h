/* lwipopts.h: lwIP as the Pico SDK's Wi-Fi driver wants it. */
#ifndef PICO_LWIPOPTS_H
#define PICO_LWIPOPTS_H

#define NO_SYS 1
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ETHERNET 1
#define LWIP_ICMP 1
#define LWIP_RAW 1
#define LWIP_UDP 1
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_TCP 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_LINK_CALLBACK 1
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_TX_SINGLE_PBUF 1
#define LWIP_CHKSUM_ALGORITHM 3
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_DOES_ACD_CHECK 0

/* malloc is not for interrupts, where threadsafe_background runs lwIP. */
#define MEM_LIBC_MALLOC 0
#define MEM_ALIGNMENT 4
#define MEM_SIZE 4000
#define TCP_MSS 1460
#define TCP_WND (8 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
#define MEMP_NUM_TCP_SEG 32
#define PBUF_POOL_SIZE 24        /* the window, and what lwip_raw.h wants */

/* The clock: main.c has set_unix_time. One timer more is for SNTP. */
#define SNTP_SERVER_DNS 1
#define SNTP_SET_SYSTEM_TIME(seconds) set_unix_time(seconds)
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)
#ifndef __ASSEMBLER__
extern void set_unix_time(unsigned long seconds);
#endif

#endif /* PICO_LWIPOPTS_H */
