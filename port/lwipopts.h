/* lwipopts.h: a small lwIP (2.1 on) for one TLS client without an operating
   system: Ethernet, DHCP, DNS, TCP. Put it into the include path, and define
   what is to be different before including it or on the command line. */
#ifndef LITELLM_LWIPOPTS_H
#define LITELLM_LWIPOPTS_H

/* ---- what there is ------------------------------------------------------ */

/* The main loop runs the stack: no threads, so nothing to lock. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
/* The APIs for threads; the raw API is always there. */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

#define LWIP_IPV4 1
#ifndef LWIP_IPV6                /* about 20 KiB of flash more */
#define LWIP_IPV6 0
#endif
#define LWIP_ARP 1
#define LWIP_TCP 1
#define LWIP_UDP 1               /* for DHCP and DNS */
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_RAW 0
/* Answers to ping: a board that does not is hard to find. */
#define LWIP_ICMP 1
/* A hosted gateway's packets fit into an Ethernet frame: no fragments. */
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_IPV6_REASS 0
#define LWIP_IPV6_FRAG 0
/* Who has this address already is DHCP's to know: saves 5 s at start. */
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_DOES_ARP_CHECK 0    /* its name before 2.2 */

/* ---- memory ------------------------------------------------------------- */

#define MEM_ALIGNMENT 4
/* The largest segment that an Ethernet frame holds: smaller ones cost more
   packets, and a packet takes one pbuf at least. */
#ifndef TCP_MSS
#define TCP_MSS 1460
#endif
/* What the gateway may have under way. With two segments it need not wait for
   a delayed ACK. More is faster over long distances. */
#ifndef TCP_WND
#define TCP_WND (2 * TCP_MSS)
#endif
/* Pbufs for packets that arrive; a large packet takes three. Small ones, as
   streamed answers are made of, waste less of a small pbuf. */
#ifndef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 512
#endif
/* The window, and two (port/lwip_raw.h insists) for ACKs, ARP, DHCP and DNS
   while it is full. */
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE 10
#endif
/* Bytes of ours that are not acknowledged: a TLS record of 2 KiB and more. */
#ifndef TCP_SND_BUF
#define TCP_SND_BUF (2 * TCP_MSS)
#endif
/* The pieces they are in: no more than one a TLS record and one a segment. */
#define TCP_SND_QUEUELEN 8
#define MEMP_NUM_TCP_SEG TCP_SND_QUEUELEN
/* Takes memory for what is written, not for a whole segment that more might
   be written to: the port sends at once. */
#define TCP_OVERSIZE 0
/* The heap: copies of TCP_SND_BUF with their headers, and a DHCP, DNS or ARP
   packet beside them. */
#ifndef MEM_SIZE
#define MEM_SIZE (TCP_SND_BUF + 1280)
#endif
/* The connection, and one that is still closing. */
#define MEMP_NUM_TCP_PCB 2
#define MEMP_NUM_TCP_PCB_LISTEN 1    /* none listens, but a pool wants one */
#define TCP_LISTEN_BACKLOG 0
/* DHCP's, and one a DNS query. */
#ifndef MEMP_NUM_UDP_PCB
#define MEMP_NUM_UDP_PCB (1 + DNS_TABLE_SIZE)
#endif
/* Segments that come out of order are dropped, and sent again, rather than
   holding pbufs that the missing one needs. */
#define TCP_QUEUE_OOSEQ 0
/* A packet waits for ARP's answer, and a newer one takes its place. */
#define ARP_QUEUEING 0
#define ARP_TABLE_SIZE 4         /* router, DNS server, and two more */
/* Pbufs that refer to memory elsewhere: what is copied needs none. */
#define MEMP_NUM_PBUF 2

/* ---- names -------------------------------------------------------------- */

/* One host is asked for; a cancelled query keeps its row a few seconds. */
#ifndef DNS_TABLE_SIZE
#define DNS_TABLE_SIZE 2
#endif
#define DNS_MAX_SERVERS 2        /* as many as DHCP takes over */
#ifndef DNS_MAX_NAME_LENGTH
#define DNS_MAX_NAME_LENGTH 96   /* with its NUL */
#endif
/* Unguessable ids and ports: LWIP_RAND of arch/cc.h must be a real source of
   randomness. TLS would refuse a forged address, but it would cost a call. */

/* ---- left out, to be small ---------------------------------------------- */

/* Counters for every protocol. MEM_STATS and MEMP_STATS with LWIP_STATS 1 tell
   the peaks to size all this by. */
#ifndef LWIP_STATS
#define LWIP_STATS 0
#endif
#define LWIP_HAVE_LOOPIF 0

#endif /* LITELLM_LWIPOPTS_H */
