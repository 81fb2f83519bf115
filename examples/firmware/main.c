/* main.c: a weather station that lets a language model speak.

   The model may read the station's sensors. What it says is printed on the
   serial port as it is written, over verified TLS, and at the end what that
   took of flash and RAM. The loop never blocks: see work(). */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/lwip_raw.h"
#include "port/mbedtls.h"
#include "board.h"

#include <mbedtls/platform.h>

/* A tool: its arguments, its result, and what it does. */
#define PLACE(VALUE) VALUE(INDOORS, "indoors") VALUE(OUTDOORS, "outdoors")
LITELLM_ENUM(place, PLACE);
#define READ_SENSOR(FIELD) FIELD(ENUM(place), place, "Where to measure")
#define READING(FIELD) FIELD(INT, celsius, "Air temperature")
LITELLM_MODEL(reading, READING);
LITELLM_TOOL(read_sensor, "Reads a thermometer", READ_SENSOR, reading) {
  result->celsius = sensor_celsius(args->place == OUTDOORS);
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &read_sensor_tool, NULL };

/* The prompt, as a function with typed arguments. */
#define ADVISE(ARG) ARG(STRING, town) ARG(INT, words)
LITELLM_CALL(advise, ADVISE,
  .prompt = "SYSTEM: You are the voice of a weather station in {town}.\n"
            "USER: What shall I wear? At most {words} words.",
  .tools = tools, .max_turns = 4);

extern const unsigned char ca_der[], ca_der_end[];          /* ca.c */

static litellm_client client;
static unsigned char memory[CLIENT_MEMORY];

/* What the main loop does all the time; a product's own work goes here. */
static void work(void) {
  network_poll();
  watchdog_feed();
}

static void pause(uint32_t ms) {
  uint32_t from = clock_millis();
  while (clock_millis() - from < ms) {
    clock_sleep();
    work();
  }
}

static void show(const litellm_event *event) {
  switch (event->kind) {
    case LITELLM_EVENT_TEXT:
      print_bytes(event->text.ptr, event->text.len);
      break;
    case LITELLM_EVENT_TOOL_CALL:
      print("[");
      print(event->tool_call->name);
      print(event->tool_call->arguments);
      break;
    case LITELLM_EVENT_TOOL_RESULT:
      print(" gave ");
      print_bytes(event->text.ptr, event->text.len);
      print("]\n");
      break;
    default: break;
  }
}

/* A board that sleeps between its calls keeps this in memory that lasts. */
static unsigned char session[LITELLM_TLS_SESSIONS ? 1024 : 1];

static void print_ms(const char *what, uint32_t ms) {
  print(what);
  print_number(ms);
  print(" ms\n");
}

/* One call, a step of it in each turn of the loop. */
static litellm_result ask(void) {
  const struct advise_arguments arguments = { .town = "Oslo", .words = 20 };
  const litellm_request request = {
    .call = advise_call, .arguments = &arguments,
    .stream = setting_number("stream", 1) };
  litellm_event event;
  litellm_result result = litellm_start(&client, &request);
  uint32_t handshake_ms = 0;
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (result == LITELLM_OK) show(&event);
    if (handshake_ms < client.stats.handshake_ms)
      handshake_ms = client.stats.handshake_ms;      /* of a later turn: 0 */
    if (result == LITELLM_AGAIN && event.wait_ms > 0) clock_sleep();
    work();
  }
  print("\n");
  print_ms("handshake: ", handshake_ms);
  return result;
}

static void print_error(void) {
  char line[256];
  litellm_error_print(&client.error, line, sizeof line);
  print("error: ");
  print(line);
  print("\n");
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
    if (ask() == LITELLM_END) {
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
void litellm_lwip_wait(uint32_t ms) {
  if (ms > 0) clock_sleep();
  work();
}

int64_t litellm_lwip_unix_time(void) {
  uint32_t started = setting_number("time", 0);
  return started ? started + clock_millis() / 1000 : 0;
}

bool litellm_lwip_entropy(void *bytes, size_t size) {
  return random_bytes(bytes, size);
}
