/* The contract of litellm_port, held against port/zephyr.h. */
#include "shim.h"

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/zephyr.h"

int64_t litellm_zephyr_unix_time(void) { return 0; }

#define PORT litellm_zephyr
#define CONTEXT NULL
#define LIMITS 0
#include "contract.h"

int main(int count, char **arguments) {
  contract(count, arguments);
  return check_failures != 0;
}
