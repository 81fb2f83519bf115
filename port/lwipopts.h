/* lwipopts.h: a small lwIP (2.1 on) for one TLS client without an operating
   system: Ethernet, DHCP, DNS, TCP. Put it into the include path, and define
   what you want to change before including it or on the command line. */
#ifndef LITELLM_LWIPOPTS_H
#define LITELLM_LWIPOPTS_H

/* ---- what there is ------------------------------------------------------ */

/* The main loop runs the stack: no threads, so nothing to lock. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
/* The APIs for threads. The raw API is always there. */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

#define LWIP_IPV4 1
#ifndef LWIP_IPV6                /* costs about 20 KiB of flash */
#define LWIP_IPV6 0
#endif
#define LWIP_ARP 1
#define LWIP_TCP 1
#define LWIP_UDP 1               /* for DHCP and DNS */
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_RAW 0
/* Answers pings: a board that does not is hard to find. */
#define LWIP_ICMP 1
/* Packets to and from a gateway fit into Ethernet frames: no fragments. */
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_IPV6_REASS 0
#define LWIP_IPV6_FRAG 0
/* Address conflicts are DHCP's to detect: saves 5 s at startup. */
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_DOES_ARP_CHECK 0    /* the name before 2.2 */

/* ---- memory ------------------------------------------------------------- */

#define MEM_ALIGNMENT 4
/* The largest segment that fits an Ethernet frame. Smaller ones cost more
   packets, and each packet takes at least one pbuf. */
#ifndef TCP_MSS
#define TCP_MSS 1460
#endif
/* What the gateway may send unacknowledged. With two segments it need not wait
   for a delayed ACK. More is faster over long distances. */
#ifndef TCP_WND
#define TCP_WND (2 * TCP_MSS)
#endif
/* Pbufs for received packets; a large packet takes three. A small buffer wastes
   less on small packets, such as those of streamed answers. */
#ifndef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 512
#endif
/* The window, and two more, which port/lwip_raw.h requires for ACKs, ARP, DHCP
   and DNS while the window is full. */
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE 10
#endif
/* Bytes sent but not acknowledged: a TLS record of 2 KiB and more. */
#ifndef TCP_SND_BUF
#define TCP_SND_BUF (2 * TCP_MSS)
#endif
/* The pieces these bytes are in: at most one per TLS record and per segment. */
#define TCP_SND_QUEUELEN 8
#define MEMP_NUM_TCP_SEG TCP_SND_QUEUELEN
/* Allocates what is written, not a full segment for more to be appended: the
   port sends at once. */
#define TCP_OVERSIZE 0
/* Heap: copies of TCP_SND_BUF with headers, and a DHCP, DNS or ARP packet. */
#ifndef MEM_SIZE
#define MEM_SIZE (TCP_SND_BUF + 1280)
#endif
/* The connection, and one that is still closing. */
#define MEMP_NUM_TCP_PCB 2
#define MEMP_NUM_TCP_PCB_LISTEN 1    /* none listens; a pool needs one entry */
#define TCP_LISTEN_BACKLOG 0
/* One for DHCP, and one per DNS query. */
#ifndef MEMP_NUM_UDP_PCB
#define MEMP_NUM_UDP_PCB (1 + DNS_TABLE_SIZE)
#endif
/* Drops out-of-order segments, which are sent again, instead of holding pbufs
   that the missing segment needs. */
#define TCP_QUEUE_OOSEQ 0
/* One packet waits for ARP's answer; a newer one replaces it. */
#define ARP_QUEUEING 0
#define ARP_TABLE_SIZE 4         /* router, DNS server, and two more */
/* Pbufs that refer to memory elsewhere; copied data needs none. */
#define MEMP_NUM_PBUF 2

/* ---- names -------------------------------------------------------------- */

/* One host is resolved; a cancelled query keeps its row a few seconds. */
#ifndef DNS_TABLE_SIZE
#define DNS_TABLE_SIZE 2
#endif
#define DNS_MAX_SERVERS 2        /* as many as DHCP sets */
#ifndef DNS_MAX_NAME_LENGTH
#define DNS_MAX_NAME_LENGTH 96   /* with its NUL */
#endif
/* DNS ids and ports must be unguessable: LWIP_RAND in arch/cc.h must be truly
   random. TLS would refuse a forged address, but that costs a call. */

/* ---- left out, to be small ---------------------------------------------- */

/* Counters for all protocols. With LWIP_STATS 1, MEM_STATS and MEMP_STATS show
   the peaks, from which to choose these sizes. */
#ifndef LWIP_STATS
#define LWIP_STATS 0
#endif
#define LWIP_HAVE_LOOPIF 0

#endif /* LITELLM_LWIPOPTS_H */
