/* mbedtls_config.h: a small mbedTLS 3.6 for one TLS client without an operating
   system. Compile mbedTLS and the program with
     -DMBEDTLS_CONFIG_FILE='"port/mbedtls_config.h"'

   Switches, each 0 or 1, set on the command line or before this is included:
     LITELLM_MBEDTLS_TLS13   1: TLS 1.2 and 1.3; 0: only TLS 1.2
     LITELLM_MBEDTLS_RSA     1: RSA signatures in certificates, not only ECDSA
     LITELLM_MBEDTLS_P384    0: P-256 and SHA-256; 1: also P-384 and SHA-384, as
                             some public CAs have in their chains
     LITELLM_MBEDTLS_PEM     1: litellm_client_desc.ca may be PEM, not only DER
     LITELLM_MBEDTLS_SESSIONS  1: .tls_session resumes the last session

   The firmware provides
     - a call of mbedtls_memory_buffer_alloc_init(block, size) at startup
     - with TLS 1.3, mbedtls_psa_external_get_random() (psa/crypto_extra.h) with
       true random bytes, like those of the port's entropy
     - MBEDTLS_PLATFORM_EXIT_MACRO, if the C library has no exit() */
#ifndef LITELLM_MBEDTLS_CONFIG_H
#define LITELLM_MBEDTLS_CONFIG_H

#ifndef LITELLM_MBEDTLS_TLS13
#define LITELLM_MBEDTLS_TLS13 1
#endif
#ifndef LITELLM_MBEDTLS_RSA
#define LITELLM_MBEDTLS_RSA 1
#endif
#ifndef LITELLM_MBEDTLS_P384
#define LITELLM_MBEDTLS_P384 0
#endif
#ifndef LITELLM_MBEDTLS_PEM
#define LITELLM_MBEDTLS_PEM 1
#endif
#ifndef LITELLM_MBEDTLS_SESSIONS
#define LITELLM_MBEDTLS_SESSIONS 0
#endif

/* ---- records ------------------------------------------------------------ */

/* A server may send records of 16 KiB. 4 KiB hold every certificate chain in
   common use, and the records of a server configured for small ones, such as
   nginx with `ssl_buffer_size 4k`. If you cannot configure it: 16384. */
#ifndef MBEDTLS_SSL_IN_CONTENT_LEN
#define MBEDTLS_SSL_IN_CONTENT_LEN 4096
#endif
/* We choose the size of our records; the handshake needs 1 KiB. */
#ifndef MBEDTLS_SSL_OUT_CONTENT_LEN
#define MBEDTLS_SSL_OUT_CONTENT_LEN 2048
#endif

/* ---- the platform ------------------------------------------------------- */

/* One fixed block replaces malloc: it cannot fragment other memory, and
   MBEDTLS_MEMORY_DEBUG measures its peak. */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
/* Without an operating system, only the firmware has random bytes: the port's
   entropy and, for PSA, mbedtls_psa_external_get_random. */
#define MBEDTLS_NO_PLATFORM_ENTROPY
/* No MBEDTLS_HAVE_TIME_DATE: port/mbedtls.h checks a certificate's dates with
   the port's clock. No MBEDTLS_FS_IO, no MBEDTLS_NET_C. */
/* Assembler for big numbers: twice as fast. */
#define MBEDTLS_HAVE_ASM

/* ---- TLS ---------------------------------------------------------------- */

#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_SERVER_NAME_INDICATION   /* one address, many hosts */
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET   /* binds keys to the handshake */
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#if LITELLM_MBEDTLS_RSA
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#endif
#if LITELLM_MBEDTLS_TLS13
#define MBEDTLS_PSA_CRYPTO_C                 /* TLS 1.3 is built on it */
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
/* A handshake holds few keys at a time; the default is 32 slots. */
#define MBEDTLS_PSA_KEY_SLOT_COUNT 8
/* No other program writes to its buffers; else PSA would copy each record. */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
/* Looks like TLS 1.2 to middleboxes that know nothing newer. */
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE    /* required by 3.6's TLS 1.3 */
#define MBEDTLS_HKDF_C
#else
/* Asks the server for records that fit. 3.6 cannot with TLS 1.3: it gives up if
   a server answers. */
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#endif

#if LITELLM_MBEDTLS_SESSIONS
#define MBEDTLS_SSL_SESSION_TICKETS
#if LITELLM_MBEDTLS_TLS13                    /* with fresh keys all the same */
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#endif
#endif

/* ---- certificates ------------------------------------------------------- */

#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_REMOVE_INFO             /* no text descriptions */
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#if LITELLM_MBEDTLS_PEM
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_BASE64_C
#endif

/* ---- ciphers ------------------------------------------------------------ */

/* All TLS 1.3 servers support AES-128-GCM, and nearly all TLS 1.2 servers. */
#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_GCM_C
#define MBEDTLS_AES_ROM_TABLES               /* tables in flash, not in RAM */
#define MBEDTLS_AES_FEWER_TABLES             /* 2 KiB of tables, not 8 */
#if !LITELLM_MBEDTLS_P384
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#endif
#define MBEDTLS_MD_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER               /* slower, but not noticeably */

/* ---- public keys -------------------------------------------------------- */

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM               /* five times as fast, for 1 KiB */
/* No table of multiples of the generator, and a small one while multiplying. 4
   and 1 shorten the handshake by a third but take a kilobyte of heap. */
#ifndef MBEDTLS_ECP_WINDOW_SIZE
#define MBEDTLS_ECP_WINDOW_SIZE 2
#endif
#ifndef MBEDTLS_ECP_FIXED_POINT_OPTIM
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#endif
#if LITELLM_MBEDTLS_P384
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_SMALLER
#endif
#if LITELLM_MBEDTLS_RSA
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15                    /* signatures of CAs */
#define MBEDTLS_PKCS1_V21                    /* signatures of TLS 1.3 servers */
#define MBEDTLS_MPI_MAX_SIZE 512             /* keys of up to 4096 bits */
#define MBEDTLS_MPI_WINDOW_SIZE 1            /* verifying needs few squarings */
#elif LITELLM_MBEDTLS_P384
#define MBEDTLS_MPI_MAX_SIZE 48
#else
#define MBEDTLS_MPI_MAX_SIZE 32
#endif

#endif /* LITELLM_MBEDTLS_CONFIG_H */
