/* mbedtls_config.h: port/mbedtls_config.h as this firmware wants it. VARIANT of
   the Makefile chooses. */
#ifndef FIRMWARE_MBEDTLS_CONFIG_H
#define FIRMWARE_MBEDTLS_CONFIG_H

#ifdef FIRMWARE_tls12
#define LITELLM_MBEDTLS_TLS13 0
#endif
#ifdef FIRMWARE_p384
#define LITELLM_MBEDTLS_P384 1
#endif
#ifdef FIRMWARE_sleep
#define LITELLM_MBEDTLS_SESSIONS 1
#endif
#ifdef FIRMWARE_p256_16k
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#endif
#define MBEDTLS_SSL_OUT_CONTENT_LEN 1024     /* requests go in small pieces */
#define LITELLM_MBEDTLS_RSA 0
#define LITELLM_MBEDTLS_PEM 0

#include "port/mbedtls_config.h"

/* Memory comes from tls_heap.c. */
#undef MBEDTLS_MEMORY_BUFFER_ALLOC_C
#define MBEDTLS_PLATFORM_CALLOC_MACRO tls_heap_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO tls_heap_free
#include <stddef.h>
void *tls_heap_calloc(size_t count, size_t size);
void tls_heap_free(void *memory);

/* A kilobyte of heap that makes the handshake a third shorter. */
#undef MBEDTLS_ECP_WINDOW_SIZE
#undef MBEDTLS_ECP_FIXED_POINT_OPTIM
#define MBEDTLS_ECP_WINDOW_SIZE 4
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1
#if LITELLM_MBEDTLS_TLS13
/* Certificates are checked by PSA too: a kilobyte of heap less, for three of
   flash. It has to hold few keys at a time. */
#define MBEDTLS_USE_PSA_CRYPTO
#define MBEDTLS_PSA_KEY_SLOT_COUNT 8
/* Nothing else writes to its buffers: else it would copy each record. */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#else
#undef MBEDTLS_PSA_CRYPTO_C
#undef MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#endif

#endif /* FIRMWARE_MBEDTLS_CONFIG_H */
