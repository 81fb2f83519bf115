/* The contract of litellm_port, held against port/lwip_sockets.h.
   tests/ports/lwip.sh builds and runs this. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#if __has_include(<mbedtls/ssl.h>)     /* only compiled */
#include "port/mbedtls.h"
#endif
#include "port/lwip_sockets.h"
#include <lwip/dns.h>
#include <lwip/tcp.h>
#define PORT litellm_lwip_sockets
#include "lwip.h"

int main(void) {
  begin();
  contract();
  free(link_);
  return check_failures != 0;
}
