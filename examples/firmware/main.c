/* main.c: a weather station that lets a language model speak.

   It asks over verified TLS, prints the answer on the serial port while it is
   written, and says at the end what that took of flash and RAM. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/lwip_raw.h"
#include "board.h"

#include <mbedtls/platform.h>
#include <psa/crypto.h>

#define DESCRIBE(ARG) ARG(STRING, place) ARG(INT, celsius)
LITELLM_CALL(describe, DESCRIBE,
  .prompt = "SYSTEM: You are the voice of a weather station. Be brief.\n"
            "USER: It is {celsius} degrees in {place}. What shall I wear?");

extern const unsigned char ca_der[], ca_der_end[];          /* ca.c */

static litellm_client client;
static litellm_stream stream;
static unsigned char memory[CLIENT_MEMORY];

/* What the main loop does besides: a product does its work here. */
static void work(void) {
  network_poll();
  watchdog_feed();
}

/* What port/lwip_raw.h asks of the board. */
void litellm_lwip_wait(uint32_t ms) {
  (void)ms;
  clock_sleep();
  work();
}

int64_t litellm_lwip_unix_time(void) {
  uint32_t started = setting_number("time", 0);
  return started ? started + clock_millis() / 1000 : 0;
}

bool litellm_lwip_entropy(void *bytes, size_t size) {
  return random_bytes(bytes, size);
}

static void pause(uint32_t ms) {
  uint32_t from = clock_millis();
  while (clock_millis() - from < ms) {
    clock_sleep();
    work();
  }
}

static void show(const litellm_event *event) {
  if (event->kind == LITELLM_TEXT)
    print_bytes(event->text.ptr, event->text.len);
  if (event->kind == LITELLM_FINISH) print("\n");
}

static litellm_result ask(void) {
  const struct describe_arguments arguments = {
    .place = "Oslo", .celsius = -7 };
  const litellm_request request = {
    .call = &describe_call, .arguments = &arguments,
    .stream = setting_number("stream", 1) };
  litellm_event event;
  litellm_result result = litellm_start(&stream, &client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&stream, &event);
    if (result == LITELLM_OK) show(&event);
    if (result == LITELLM_AGAIN) clock_sleep();
    work();
  }
  return result;
}

static void print_error(void) {
  char line[256];
  litellm_error_print(&client.error, line, sizeof line);
  print("\nerror: ");
  print(line);
  print("\n");
}

static void print_report(void) {
  print("handshake: ");
  print_number(client.stats.handshake_ms);
  print(" ms\nlongest gap: ");
  print_number(watchdog_longest_gap());
  print(" ms\n");
  report_board();
  tls_heap_report();
  report("arena", client.arena.peak, client.arena.size);
  report_network();
}

int main(void) {
  const litellm_client_desc desc = {
    .port = &litellm_lwip_raw,
    .base_url = setting("base_url", "https://gateway:4000"),
    .api_key = setting("api_key", ""),
    .model = setting("model", "gpt-4o-mini"),
    .ca = ca_der, .ca_size = (size_t)(ca_der_end - ca_der),
    .memory = memory, .memory_size = sizeof memory,
    .window_size = 512,
    .connect_timeout_ms = setting_number("connect_ms", 0),
    .idle_timeout_ms = setting_number("idle_ms", 0) };
  void *ballast = NULL;
  uint32_t tries = setting_number("tries", 5), number = 1;

  print("\nlitellm_call on a Cortex-M3\n");
  tls_heap_start();
#ifdef MBEDTLS_PSA_CRYPTO_C           /* TLS 1.3 asks it for keys */
  (void)psa_crypto_init();
#endif
  network_start();
  while (!network_is_up()) pause(10);

  if (litellm_client_init(&client, &desc) != LITELLM_OK) {
    print_error();
    tries = 0;
  }
  if (setting_number("ballast", 0))      /* shows what happens when it is low */
    ballast = mbedtls_calloc(1, setting_number("ballast", 0));
  while (tries-- > 0 && ask() != LITELLM_END) {
    print_error();
    mbedtls_free(ballast);
    ballast = NULL;
    pause(setting_number("pause_ms", 5000));
    print("try ");
    print_number(++number);
    print("\n");
  }
  print_report();
  print("end\n");
  for (;;) pause(1000);
}
