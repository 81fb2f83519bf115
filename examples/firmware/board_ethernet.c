/* board_ethernet.c: the chip's Ethernet controller as a network interface of
   lwIP. Frames go through one register, a word at a time; before a frame
   stand two bytes with its length, so that words and frame are out of step by
   two. */
#include "board.h"

#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <netif/ethernet.h>
#include <string.h>

#define CLOCK_GATE_ETHERNET REGISTER(0x400FE108)
#define MAC_INTERRUPT_STATUS REGISTER(0x40048000)
#define MAC_INTERRUPT_MASK REGISTER(0x40048004)
#define MAC_RECEIVE REGISTER(0x40048008)
#define MAC_TRANSMIT REGISTER(0x4004800C)
#define MAC_DATA REGISTER(0x40048010)
#define MAC_ADDRESS_0 REGISTER(0x40048014)
#define MAC_ADDRESS_1 REGISTER(0x40048018)
#define MAC_PACKETS REGISTER(0x40048034)
#define MAC_TRANSMIT_NOW REGISTER(0x40048038)
#define INTERRUPTS_32_TO_63 REGISTER(0xE000E104)

enum {
  RECEIVED = 1,
  RECEIVE_ON = 1, RECEIVE_FLUSH = 0x10,
  TRANSMIT_ON_PADDED_WITH_CRC_BOTH_WAYS = 0x17,
  HEADER = 14, LENGTH = 2, CRC = 4
};

/* Wakes the loop; ethernet_poll does the work and lets the next one come. */
void ethernet_interrupt(void);
void ethernet_interrupt(void) { MAC_INTERRUPT_MASK = 0; }

/* A word at a time out of bytes. */
struct words {
  uint32_t word;
  unsigned filled;
};

static void put_byte(struct words *w, uint8_t byte) {
  w->word |= (uint32_t)byte << (8 * w->filled);
  if (++w->filled < 4) return;
  MAC_DATA = w->word;
  w->word = w->filled = 0;
}

static uint8_t get_byte(struct words *w) {
  uint8_t byte;
  if (w->filled == 0) {
    w->word = MAC_DATA;
    w->filled = 4;
  }
  byte = (uint8_t)w->word;
  w->word >>= 8;
  w->filled--;
  return byte;
}

static err_t ethernet_send(struct netif *interface, struct pbuf *frame) {
  struct words out = { 0, 0 };
  const struct pbuf *part;
  uint16_t payload = (uint16_t)(frame->tot_len - HEADER), i;
  (void)interface;
  while (MAC_TRANSMIT_NOW & 1) {}
  put_byte(&out, (uint8_t)payload);
  put_byte(&out, (uint8_t)(payload >> 8));
  for (part = frame; part; part = part->next)
    for (i = 0; i < part->len; i++)
      put_byte(&out, ((const uint8_t *)part->payload)[i]);
  while (out.filled) put_byte(&out, 0);
  MAC_TRANSMIT_NOW = 1;
  return ERR_OK;
}

/* Takes one frame off the controller; NULL when there is no memory for it:
   TCP will come again with it. */
static struct pbuf *receive(void) {
  struct words in = { 0, 0 };
  struct pbuf *frame, *part;
  uint16_t length, i;
  length = get_byte(&in);
  length = (uint16_t)(length | get_byte(&in) << 8);
  length = (uint16_t)(length - LENGTH - CRC);
  frame = pbuf_alloc(PBUF_RAW, length, PBUF_POOL);
  for (part = frame; part; part = part->next)
    for (i = 0; i < part->len; i++)
      ((uint8_t *)part->payload)[i] = get_byte(&in);
  for (i = frame ? CRC : (uint16_t)(length + CRC); i > 0; i--)
    (void)get_byte(&in);
  return frame;
}

void ethernet_poll(struct netif *interface) {
  while (MAC_PACKETS & 0x3F) {
    struct pbuf *frame = receive();
    if (frame && interface->input(frame, interface) != ERR_OK)
      pbuf_free(frame);
  }
  MAC_INTERRUPT_STATUS = RECEIVED;
  MAC_INTERRUPT_MASK = RECEIVED;
}

/* The address is one for private use; a product has its own in its flash. */
signed char ethernet_start(struct netif *interface) {
  static const uint8_t address[6] = { 0x02, 0, 0, 0x6C, 0x6C, 0x6D };
  CLOCK_GATE_ETHERNET |= 0x50000020u;   /* MAC, PHY, and port F for its LEDs */
  interface->name[0] = 'e';
  interface->name[1] = 'n';
  interface->mtu = 1500;
  interface->hwaddr_len = sizeof address;
  memcpy(interface->hwaddr, address, sizeof address);
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP |
                     NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  interface->output = etharp_output;
  interface->linkoutput = ethernet_send;
  MAC_ADDRESS_0 = address[0] | (uint32_t)address[1] << 8 |
                  (uint32_t)address[2] << 16 | (uint32_t)address[3] << 24;
  MAC_ADDRESS_1 = address[4] | (uint32_t)address[5] << 8;
  MAC_RECEIVE = RECEIVE_FLUSH;
  MAC_RECEIVE = RECEIVE_ON;
  MAC_TRANSMIT = TRANSMIT_ON_PADDED_WITH_CRC_BOTH_WAYS;
  MAC_INTERRUPT_MASK = RECEIVED;
  INTERRUPTS_32_TO_63 = 1u << (42 - 32);
  return ERR_OK;
}
