/* pico.h: so much of the Pico SDK's interface as examples/pico uses. Each of
   the SDK's headers is a file that includes this one: See pico.sh. */
#ifndef PICO_SHIM_H
#define PICO_SHIM_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t absolute_time_t;
#define CYW43_AUTH_WPA2_AES_PSK 0x00400004
extern int cyw43_arch_init(void);
extern void cyw43_arch_enable_sta_mode(void);
extern int cyw43_arch_wifi_connect_timeout_ms(const char *ssid,
                                              const char *password,
                                              uint32_t auth, uint32_t ms);
extern void cyw43_arch_poll(void);
extern void cyw43_arch_wait_for_work_until(absolute_time_t until);
extern void cyw43_arch_lwip_begin(void);
extern void cyw43_arch_lwip_end(void);
extern absolute_time_t make_timeout_time_ms(uint32_t ms);
extern uint64_t time_us_64(void);
extern uint64_t get_rand_64(void);
extern bool stdio_init_all(void);
static inline void tight_loop_contents(void) {}

#endif
