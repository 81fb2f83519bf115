/* mbedtls_config.h: port/mbedtls_config.h as the Pico SDK can build it. The
   file has the name that pico_mbedtls looks for. */
#ifndef PICO_MBEDTLS_CONFIG_H
#define PICO_MBEDTLS_CONFIG_H

#include <limits.h>                    /* 2.28 wants it */

/* The SDK does not compile mbedTLS's client for TLS 1.3. */
#define LITELLM_MBEDTLS_TLS13 0
#define LITELLM_MBEDTLS_P384 1         /* public authorities use it */
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384

#include "port/mbedtls_config.h"

/* malloc instead of a block of one's own. */
#undef MBEDTLS_PLATFORM_MEMORY
#undef MBEDTLS_MEMORY_BUFFER_ALLOC_C

#ifdef PICO_MBEDTLS_2                  /* SDK 2.1 and before: mbedTLS 2.28 */
#define MBEDTLS_ENTROPY_C
#define MBEDTLS_ENTROPY_HARDWARE_ALT
#define MBEDTLS_CTR_DRBG_C
#endif

#endif /* PICO_MBEDTLS_CONFIG_H */
