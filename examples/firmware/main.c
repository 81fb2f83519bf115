/* main.c: the main loop of a device that talks with a language model.

   What it says is in weather.c or voice.c. It is printed on the serial port,
   and at the end what that took of flash and RAM. The loop never blocks: see
   turn(). */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/lwip_raw.h"
#include "port/mbedtls.h"
#include "board.h"
#include "main.h"

#include <mbedtls/platform.h>

extern const unsigned char ca_der[], ca_der_end[];          /* ca.c */

static litellm_client client;
static unsigned char memory[CLIENT_MEMORY];

/* What the main loop does all the time; a product's own work goes here. */
void turn(uint32_t ms) {
  if (ms > 0) clock_sleep();
  network_poll();
  watchdog_feed();
}

litellm_result step(litellm_client *asking, litellm_event *event) {
  litellm_result result = litellm_next(asking, event);
  turn(event->wait_ms);
  return result;
}

static void pause(uint32_t ms) {
  uint32_t from = clock_millis();
  while (clock_millis() - from < ms) turn(1);
}

/* A board that sleeps between its calls keeps this in memory that lasts. */
static unsigned char session[LITELLM_TLS_SESSIONS ? 1024 : 1];

static void print_error(void) {
  char line[256];
  litellm_error_print(&client.error, line, sizeof line);
  print_line("error: ", line);
}

static void print_report(void) {
  print_ms("longest gap: ", watchdog_longest_gap());
  report_board();
  report("arena", client.arena.peak, client.arena.size);
  tls_heap_report();
  report_network();
}

int main(void) {
  const litellm_client_desc desc = {
    .port = &litellm_lwip_raw_tls,
    .base_url = setting("base_url", "https://gateway:4000"),
    .model = setting("model", "gpt-4o-mini"),
    .api_key = setting("api_key", ""),
    .ca = ca_der, .ca_size = (size_t)(ca_der_end - ca_der),
    .tls_session = session, .tls_session_size = sizeof session,
    .memory = memory, .memory_size = sizeof memory,
    .window_size = 512,
    .connect_timeout_ms = setting_number("connect_ms", 0),
    .idle_timeout_ms = setting_number("idle_ms", 0) };
  uint32_t tries = setting_number("tries", 5);
  uint32_t answers = setting_number("answers", 1);
  void *ballast = NULL;

  print("\nlitellm_call on a Cortex-M3\n");
  tls_heap_start();
  network_start();
  while (!network_is_up()) pause(10);

  if (litellm_client_init(&client, &desc) != LITELLM_OK) {
    print_error();
    tries = 0;
  }
  /* For the tests: what happens when the heap of TLS is too small. */
  if (setting_number("ballast", 0))
    ballast = mbedtls_calloc(1, setting_number("ballast", 0));
  for (; tries > 0 && answers > 0; tries--) {
    if (converse(&client) == LITELLM_END) {
      answers--;
      /* Before the radio goes off. */
      if (setting_number("sleep", 0)) litellm_client_sleep(&client);
      continue;
    }
    print_error();
    mbedtls_free(ballast);
    ballast = NULL;
    pause(setting_number("pause_ms", 5000));
  }
  print_report();
  print("end\n");
  while (setting_number("hang", 0)) {}       /* for the watchdog's test */
  for (;;) pause(1000);
}

/* What port/lwip_raw.h asks of the board. */
void litellm_lwip_wait(uint32_t ms) { turn(ms); }

int64_t litellm_lwip_unix_time(void) {
  uint32_t started = setting_number("time", 0);
  return started ? started + clock_millis() / 1000 : 0;
}

bool litellm_lwip_entropy(void *bytes, size_t size) {
  return random_bytes(bytes, size);
}
