/* The contract of litellm_port, held against port/freertos_tcp.h. */
#include "shim.h"

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#ifdef USE_TLS
#include "port/mbedtls.h"
#endif
#include "port/freertos_tcp.h"

int64_t litellm_freertos_unix_time(void) { return 0; }
bool litellm_freertos_entropy(void *bytes, size_t size) {
  return shim_random(bytes, size);
}

#define PORT litellm_freertos_tcp
#define CONTEXT NULL
#define LIMITS ONE_ADDRESS
#include "contract.h"

int main(int count, char **arguments) {
  contract(count, arguments);
  return check_failures != 0;
}
