/* Raspberry Pi Pico W and Pico 2 W: connects to Wi-Fi, sets the clock, asks a
   model over https:// and prints the answer. docs/pico.md has the steps. */
#include <stdio.h>
#include <lwip/apps/sntp.h>
#include <pico/cyw43_arch.h>
#include <pico/rand.h>
#include <pico/stdlib.h>

/* lwIP runs in an interrupt, which waits while the port works. */
#define LOCK_TCPIP_CORE() cyw43_arch_lwip_begin()
#define UNLOCK_TCPIP_CORE() cyw43_arch_lwip_end()
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "port/lwip_raw.h"
#include "ca.h"

/* ---- what the port needs of the board ---------------------------------- */

void litellm_lwip_wait(uint32_t ms) {
  cyw43_arch_poll();
  cyw43_arch_wait_for_work_until(make_timeout_time_ms(ms));
}

/* The RP2350 has a true generator; the RP2040 only what its ring oscillator
   and timing give. */
bool litellm_lwip_entropy(void *bytes, size_t size) {
  unsigned char *at = bytes;
  while (size > 0) {
    uint64_t random = get_rand_64();
    size_t n = size < sizeof random ? size : sizeof random;
    memcpy(at, &random, n);
    at += n;
    size -= n;
  }
  return true;
}

static volatile uint32_t unix_time_at_start;     /* 0: not known yet */

static uint32_t uptime(void) { return (uint32_t)(time_us_64() / 1000000); }

/* SNTP calls it: See lwipopts.h. */
void set_unix_time(unsigned long seconds) {
  unix_time_at_start = (uint32_t)seconds - uptime();
}

int64_t litellm_lwip_unix_time(void) {
  return unix_time_at_start ? (int64_t)unix_time_at_start + uptime() : 0;
}

/* ---- the call ---------------------------------------------------------- */

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK, .model = MODEL,
             .prompt = "Recommend a {genre} book");

static bool connect_to_wifi(void) {
  if (cyw43_arch_init()) return false;
  cyw43_arch_enable_sta_mode();
  return cyw43_arch_wifi_connect_timeout_ms(
             WIFI_SSID, WIFI_PASSWORD, CYW43_AUTH_WPA2_AES_PSK, 30000) == 0;
}

static void start_clock(void) {
  cyw43_arch_lwip_begin();
  sntp_setoperatingmode(SNTP_OPMODE_POLL);
  sntp_setservername(0, "pool.ntp.org");
  sntp_init();
  cyw43_arch_lwip_end();
  while (!unix_time_at_start) litellm_lwip_wait(100);
}

int main(void) {
  static unsigned char memory[4096];
  static litellm_client client;
  litellm_response response;
  stdio_init_all();
  while (!connect_to_wifi()) puts("no Wi-Fi");
  start_clock();
  litellm_client_init(&client, &(litellm_client_desc){
      .port = &litellm_lwip_raw_tls, .base_url = BASE_URL,
      .api_key = API_KEY, .ca = ca, .clock_required = true,
      .memory = memory, .memory_size = sizeof memory });
  if (recommend_book(&client, &response, "fantasy") == LITELLM_OK)
    puts(response.content);
  else
    puts(litellm_client_error(&client));
  for (;;) tight_loop_contents();
}
