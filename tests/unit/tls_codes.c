/* What port/mbedtls.h makes of mbedTLS's codes, and of certificates that no
   server sends in the other tests. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "tests/unit/check.h"

enum { NOW = 1790000000 };

static int64_t now;

static litellm_result no_connect(void *link, const litellm_endpoint *peer,
                                 uint32_t remaining_ms) {
  (void)link; (void)peer; (void)remaining_ms;
  return LITELLM_ERROR_CONNECT;
}

static litellm_result no_send(void *link, const void *data, size_t size,
                              size_t *sent) {
  (void)link; (void)data; (void)size; (void)sent;
  return LITELLM_ERROR_NETWORK;
}

static litellm_result no_recv(void *link, void *buffer, size_t size,
                              size_t *received) {
  (void)link; (void)buffer; (void)size; (void)received;
  return LITELLM_ERROR_NETWORK;
}

static void no_close(void *link) { (void)link; }

static void no_wait(void *link, unsigned what, uint32_t ms) {
  (void)link; (void)what; (void)ms;
}

static uint32_t no_millis(void) { return 0; }
static int64_t unix_time(void) { return now; }

static bool no_entropy(void *bytes, size_t size) {
  (void)bytes; (void)size;
  return false;
}

static const litellm_port below = {
  sizeof(litellm_link), false, no_connect, no_send, no_recv, no_close, no_wait,
  no_millis, unix_time, no_entropy, NULL, NULL };

LITELLM_MBEDTLS(above, below, litellm_link);

/* ---- codes -------------------------------------------------------------- */

/* What failed, and whether that was memory. */
static void test_memory(void) {
  static const struct { int code; bool memory; } rows[] = {
    { -0x1180, true }, { -0x2880, true }, { -0x3F80, true }, { -0x4D80, true },
    { -0x5180, true }, { -0x6180, true }, { -0x7F00, true },
    { -0x0010, true },                 /* MPI_ALLOC_FAILED, alone ... */
    { -0x4290, true }, { -0x2390, true },    /* ... and beneath RSA, X509 */
    { -0x006A, true }, { -0x21EA, true },    /* ASN1_ALLOC_FAILED */
    { -141, true },                    /* of PSA */
    { -0x7780, false }, { -0x7200, false }, { -0x2700, false },
    { -0x0066, false }
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    litellm_link link;
    memset(&link, 0, sizeof link);
    check_at("-0x%04X", (unsigned)-rows[i].code);
    CHECK_INT(litellm__tls_failed(&link, rows[i].code),
              rows[i].memory ? LITELLM_ERROR_TLS_MEMORY : LITELLM_ERROR_TLS);
    CHECK_INT(link.tls_code, rows[i].code);
  }
}

enum { SHAKING = LITELLM__TLS_HANDSHAKE, OPEN = LITELLM__TLS_OPEN };
/* A bug of these versions. */
#define BUG (MBEDTLS_VERSION_NUMBER == 0x03060600 ||                          \
             MBEDTLS_VERSION_NUMBER == 0x04010000)

static void test_results(void) {
  static const struct {
    int code;
    uint8_t state;
    litellm_result result;
    litellm_result below;              /* what the port below said */
    uint32_t flags;
    const char *message;               /* begins so */
  } rows[] = {
    { MBEDTLS_ERR_SSL_WANT_READ, OPEN, LITELLM_AGAIN, 0, 0, NULL },
    { MBEDTLS_ERR_SSL_WANT_WRITE, OPEN, LITELLM_AGAIN, 0, 0, NULL },
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    { MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET, OPEN, LITELLM_AGAIN, 0, 0,
      NULL },
#endif
    { MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, OPEN, LITELLM_END, 0, 0, NULL },
    { MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, SHAKING,
      LITELLM_ERROR_CONNECTION_CLOSED, 0, 0, NULL },
    { MBEDTLS_ERR_SSL_CONN_EOF, OPEN, LITELLM_ERROR_NETWORK,
      LITELLM_ERROR_NETWORK, 0, NULL },
    { MBEDTLS_ERR_SSL_CONN_EOF, SHAKING, LITELLM_ERROR_CONNECTION_CLOSED, 0, 0,
      NULL },
    { 0, OPEN, LITELLM_ERROR_CONNECTION_CLOSED, 0, 0, NULL },
    { MBEDTLS_ERR_X509_FATAL_ERROR, SHAKING, LITELLM_ERROR_CERTIFICATE, 0,
      LITELLM_CERTIFICATE_UNKNOWN_CA, NULL },
    { MBEDTLS_ERR_SSL_BAD_INPUT_DATA, SHAKING, LITELLM_ERROR_TLS_RECORD, 0, 0,
      "raise MBEDTLS_SSL_IN_CONTENT_LEN" },
    { MBEDTLS_ERR_SSL_BAD_INPUT_DATA, OPEN, LITELLM_ERROR_TLS_RECORD, 0, 0,
      "raise MBEDTLS_SSL_IN_CONTENT_LEN" },
    { MBEDTLS_ERR_SSL_INVALID_RECORD, OPEN, LITELLM_ERROR_TLS_RECORD, 0, 0,
      "raise MBEDTLS_SSL_IN_CONTENT_LEN" },
    { MBEDTLS_ERR_SSL_INVALID_RECORD, SHAKING, LITELLM_ERROR_TLS, 0, 0, NULL },
    { MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE, SHAKING, LITELLM_ERROR_TLS_RECORD,
      0, 0, "raise MBEDTLS_SSL_IN_CONTENT_LEN" },
    { MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE, OPEN, LITELLM_ERROR_TLS, 0, 0,
      NULL },
    { -0x6600, SHAKING, LITELLM_ERROR_TLS, 0, 0, BUG ? "a bug" : NULL },
    /* Of X509: a certificate that cannot be read, or no memory. */
    { -0x2080, SHAKING, LITELLM_ERROR_CERTIFICATE, 0, 0, NULL },
    { -0x2562, SHAKING, LITELLM_ERROR_CERTIFICATE, 0, 0, NULL },
    { -0x2562, OPEN, LITELLM_ERROR_TLS, 0, 0, NULL },
    { -0x21EA, SHAKING, LITELLM_ERROR_TLS_MEMORY, 0, 0, NULL },
    { -0x2800, SHAKING, LITELLM_ERROR_TLS, 0, 0, NULL },
    { -0x2880, SHAKING, LITELLM_ERROR_TLS_MEMORY, 0, 0, NULL },
    { -0x0066, SHAKING, LITELLM_ERROR_TLS, 0, 0, NULL }
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    litellm_client_desc desc;
    above_link link;
    const char *message = LITELLM_ERROR_TEXTS ? rows[i].message : NULL;
    check_at("-0x%04X, state %u", (unsigned)-rows[i].code, rows[i].state);
    memset(&desc, 0, sizeof desc);
    memset(&link, 0, sizeof link);
    link.tls.base.desc = &desc;
    link.tls.below = &link.below;
    link.tls.state = rows[i].state;
    link.tls.failure = (int16_t)rows[i].below;
    CHECK_INT(litellm__tls_result(&link.tls, rows[i].code), rows[i].result);
    CHECK_INT(link.tls.base.tls_flags, rows[i].flags);
    CHECK_INT(link.tls.base.message != NULL, message != NULL);
    if (message)
      CHECK(strncmp(link.tls.base.message, message, strlen(message)) == 0);
  }
}

/* ---- certificates ------------------------------------------------------- */

static int finds_nothing(void *user_data, mbedtls_x509_crt *certificate,
                         int depth, uint32_t *flags) {
  (void)user_data; (void)certificate; (void)depth; (void)flags;
  return 0;
}

/* What is checked of a certificate made of a bundle's row, which has no bytes
   and no dates, and of one above a pinned one, of no CA. */
static void test_verify(void) {
  static const struct { bool configured; size_t bytes; int depth; int64_t now;
                        uint32_t flags; } rows[] = {
    { true, 0, 1, NOW, 0 }, { true, 1, 1, NOW, LITELLM_CERTIFICATE_EXPIRED },
    { false, 1, 1, NOW, LITELLM_CERTIFICATE_EXPIRED },
    { false, 1, 1, 0, LITELLM_CERTIFICATE_EXPIRED },
    { false, 1, 0, NOW, LITELLM_CERTIFICATE_EXPIRED | LITELLM_CERTIFICATE_PIN }
  };
  static const uint8_t pin[32] = { 1 };
  static unsigned char byte[1];
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    litellm_client_desc desc;
    mbedtls_x509_crt certificate;
    above_link link;
    uint32_t flags = 0;
    check_at("row %lu", (unsigned long)i);
    memset(&desc, 0, sizeof desc);
    memset(&link, 0, sizeof link);
    desc.pin = pin;
    link.tls.base.desc = &desc;
    link.tls.port = &below;
    link.tls.tls = &link.tls.own;
    mbedtls_ssl_config_init(&link.tls.own.config_);
    mbedtls_x509_crt_init(&certificate);
    if (rows[i].configured)
      mbedtls_ssl_conf_verify(&link.tls.own.config_, finds_nothing, NULL);
    if (rows[i].bytes) certificate.raw.p = byte;
    certificate.valid_to.year = 2020;
    certificate.valid_to.mon = certificate.valid_to.day = 1;
    now = rows[i].now;
    CHECK_INT(litellm__tls_verify(&link.tls, &certificate, rows[i].depth,
                                  &flags), 0);
    CHECK_INT(flags, rows[i].flags);
  }
}

int main(void) {
  CHECK_RUN(test_memory);
  CHECK_RUN(test_results);
  CHECK_RUN(test_verify);
  return check_failures != 0;
}
