/* The contract of litellm_port, held against port/arduino.h and a Client that
   works as an ESP32's. */
#include "shim.h"

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/arduino.h"
#include <WiFi.h>

extern "C" unsigned long millis(void) { return shim_millis(); }
extern "C" void delay(unsigned long ms) {
  struct timespec time = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
  (void)nanosleep(&time, NULL);
}

static WiFiClient net;

#define PORT litellm_arduino
#define CONTEXT static_cast<Client *>(&net)
#define LIMITS (NO_RESET | ONE_ADDRESS | NO_CODE | NO_ENTROPY)
#include "contract.h"

/* What only the Client could obey. */
static void refuses_trust_it_cannot_obey(void) {
  static unsigned char memory[2048];
  litellm_client client;
  litellm_client_desc mine = desc;
  mine.port = &litellm_arduino_secure;
  mine.base_url = "https://gateway";
  mine.memory = memory;
  mine.memory_size = sizeof memory;
  CHECK_INT(litellm_client_init(&client, &mine), LITELLM_OK);
  litellm_client_close(&client);
  mine.clock_required = true;
  CHECK_INT(litellm_client_init(&client, &mine), LITELLM_ERROR_ARGUMENT);
  CHECK(strstr(litellm_client_error(&client), "the Client") != NULL);
  mine.clock_required = false;
  mine.ca = "a CA";
  CHECK_INT(litellm_client_init(&client, &mine), LITELLM_ERROR_ARGUMENT);
  mine.ca = NULL;
  mine.port_context = NULL;
  CHECK_INT(litellm_client_init(&client, &mine), LITELLM_ERROR_ARGUMENT);
}

int main(int count, char **arguments) {
  contract(count, arguments);
  CHECK_RUN(refuses_trust_it_cannot_obey);
  return check_failures != 0;
}
