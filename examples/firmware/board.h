/* board.h: what the board offers to the program. QEMU's lm3s6965evb: a
   Cortex-M3 at 50 MHz, 256 KiB flash, 64 KiB RAM, Ethernet, a serial port. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A hardware register. */
#define REGISTER(address) (*(volatile uint32_t *)(address))

enum { CPU_HZ = 50000000 };

/* board_uart.c: the serial port. */
void uart_start(void);
void print(const char *text);
void print_bytes(const char *bytes, size_t size);
void print_number(uint32_t number);
void print_line(const char *what, const char *text);
void print_ms(const char *what, uint32_t ms);

/* board_clock.c: time since the start, and what watches over the loop. */
void clock_start(void);
uint32_t clock_millis(void);
uint32_t clock_ticks(void);         /* of the CPU in this millisecond */
void clock_sleep(void);             /* until an interrupt, 1 ms at most */
void watchdog_feed(void);
uint32_t watchdog_longest_gap(void);

/* board_ethernet.c: the network driver, for netif_add of lwIP. */
struct netif;
signed char ethernet_start(struct netif *interface);
void ethernet_poll(struct netif *interface);

/* board_sound.c: microphone and loudspeaker, one of them at a time. */
void microphone_start(uint32_t rate, uint32_t samples);
/* Exactly `size` bytes (2 KiB at most), or 0, there are not so many yet; less
   only at the end. */
size_t microphone_read(void *bytes, size_t size);
void loudspeaker_start(uint32_t rate);
/* Takes what it has room for, and returns how many bytes that was. */
size_t loudspeaker_write(const void *bytes, size_t size);
void loudspeaker_end(void);         /* nothing more will be written */
bool sound_is_on(void);             /* recording, or not all is played */
void sound_stop(void);
void sound_report(void);

/* settings.c: what differs from device to device, in the flash's last page. */
const char *setting(const char *name, const char *otherwise);
uint32_t setting_number(const char *name, uint32_t otherwise);

/* sensor.c: what the station measures. */
int sensor_celsius(bool outdoors);

/* network.c: lwIP, with an address by DHCP. */
void network_start(void);
bool network_is_up(void);
void network_poll(void);            /* to be called from the main loop */

/* random.c: random bytes. NOT FIT FOR A PRODUCT, see there. */
bool random_bytes(void *bytes, size_t size);

/* tls_heap.c: memory for mbedTLS. */
void tls_heap_start(void);
void tls_heap_report(void);

/* report.c: what the run has used of flash and RAM. */
void report_paint(void *memory, size_t size);
void report(const char *name, size_t used, size_t size);
void report_board(void);
void report_network(void);

#endif /* BOARD_H */
