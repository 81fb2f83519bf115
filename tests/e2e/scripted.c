/* End to end against the scripted gateway: every fault, over real TLS.

     scripted CERTIFICATES PORTS

   CERTIFICATES is the folder that certificates.sh made, PORTS the file of
   scripted.py. Started by scripted_run.py. */
#include "e2e.h"

#define TEXT "Grüße, \"world\" – 😀\nbye"
#define AT(listener, script) .at = listener, .model = script
#define GOOD(script) AT("GOOD", script)
#define SAYS(text) .content = text
#define FAILS(code) .result = LITELLM_ERROR_##code

static const litellm_name_value line_feed[] = {
  { "x-trace", "one\nx-two: two" }, { NULL, NULL } };
static const litellm_name_value blank_name[] = {
  { "x trace", "one" }, { NULL, NULL } };
static const litellm_name_value traced[] = { { "x-trace", "one" },
                                             { NULL, NULL } };

/* Checks of a firmware's own, as a bundle of CAs makes: one that finds nothing
   wrong, one that finds something, and one that fails. */
static int trusts_all(void *user_data, mbedtls_x509_crt *certificate, int depth,
                      uint32_t *flags) {
  (void)user_data; (void)certificate; (void)depth;
  *flags = 0;
  return 0;
}

static int trusts_none(void *user_data, mbedtls_x509_crt *certificate,
                       int depth, uint32_t *flags) {
  (void)user_data; (void)certificate; (void)depth;
  *flags |= MBEDTLS_X509_BADCERT_OTHER;
  return 0;
}

static int cannot_tell(void *user_data, mbedtls_x509_crt *certificate,
                       int depth, uint32_t *flags) {
  (void)user_data; (void)certificate; (void)depth; (void)flags;
  return MBEDTLS_ERR_X509_FATAL_ERROR;
}

static void trust_all(mbedtls_ssl_config *config, void *user_data) {
  mbedtls_ssl_conf_verify(config, trusts_all, user_data);
}

static void trust_none(mbedtls_ssl_config *config, void *user_data) {
  mbedtls_ssl_conf_verify(config, trusts_none, user_data);
}

static void tell_nothing(mbedtls_ssl_config *config, void *user_data) {
  mbedtls_ssl_conf_verify(config, cannot_tell, user_data);
}

static const struct test tests[] = {
  /* answers */
  { GOOD("hello"), SAYS(TEXT), .finish = "stop", .total_tokens = 12 },
  { GOOD("say:{\"year\":1999}"), SAYS("{\"year\":1999}") },
  { GOOD("length"), SAYS(TEXT), .finish = "length" },
  { GOOD("tools"), .finish = "tool_calls", .total_tokens = 12,
    .tools = "get_weather({\"city\":\"Köln\"}) get_time({\"zone\":\"CET\"})" },
  { GOOD("reasoning"), SAYS(TEXT), .reasoning = "Hmm." },
  { GOOD("refusal"), .refusal = "I will not." },
  { GOOD("headers"), SAYS(TEXT) },
  { GOOD("big:8192"), SAYS("*") },
  { GOOD("big-10k-one-record"), SAYS("*") },
  { GOOD("big-20k-header"), SAYS(TEXT) },
  { GOOD("chunked"), SAYS(TEXT) },
  { GOOD("chunked-1"), SAYS(TEXT) },
  { GOOD("chunked-nasty"), SAYS(TEXT) },
  { GOOD("close-delimited"), SAYS(TEXT) },
  { GOOD("connection-close"), SAYS(TEXT) },
  { GOOD("continue-100"), SAYS(TEXT) },
  { GOOD("http10"), SAYS(TEXT) },
  { GOOD("no-reason"), SAYS(TEXT) },
  { GOOD("surplus"), SAYS(TEXT) },
  { GOOD("slow-head:0.3"), SAYS(TEXT) },
  { GOOD("slow-body:0.3"), SAYS(TEXT) },
  { GOOD("drip"), SAYS(TEXT) },
  { GOOD("idle-close"), SAYS(TEXT) },
  { GOOD("stale"), SAYS(TEXT) },
  { GOOD("hello"), SAYS(TEXT), .note = "header", .headers = traced },

  /* streams */
  { GOOD("stream-text"), SAYS(TEXT), .stream = true, .finish = "stop",
    .total_tokens = 12 },
  { GOOD("stream-text"), SAYS(TEXT), .note = "not asked for" },
  { GOOD("hello"), SAYS(TEXT), .stream = true, .note = "not given" },
  { GOOD("stream-say:twenty"), SAYS("twenty"), .stream = true },
  { GOOD("stream-tools"), .stream = true, .finish = "tool_calls",
    .tools = "get_weather({\"city\":\"Köln\"}) get_time({\"zone\":\"CET\"})" },
  { GOOD("stream-reasoning"), SAYS(TEXT), .stream = true, .reasoning = "Hmm." },
  { GOOD("stream-1"), SAYS(TEXT), .stream = true },
  { GOOD("stream-nasty"), SAYS(TEXT), .stream = true },
  { GOOD("stream-crlf"), SAYS(TEXT), .stream = true },
  { GOOD("stream-ping"), SAYS(TEXT), .stream = true },
  { GOOD("stream-slow:0.03"), SAYS(TEXT), .stream = true },
  { GOOD("stream-drip"), SAYS(TEXT), .stream = true },
  { GOOD("stream-close"), SAYS(TEXT), .stream = true },
  { GOOD("stream-usage"), SAYS(TEXT), .stream = true, .total_tokens = 12 },
  { GOOD("stream-cut-done"), SAYS(TEXT), .stream = true },
  { GOOD("stream-no-done"), SAYS(TEXT), .stream = true },
  { GOOD("stream-no-finish"), SAYS(TEXT), .stream = true },
  { GOOD("stream-cut"), FAILS(TRUNCATED), .stream = true,
    .phase = LITELLM_PHASE_BODY },
  { GOOD("stream-reset"), FAILS(TRUNCATED), .stream = true },
  { GOOD("stream-no-end"), FAILS(TRUNCATED), .stream = true },
  { GOOD("stream-empty"), FAILS(EMPTY_REPLY), .stream = true },
  { GOOD("stream-error"), FAILS(SERVER), .stream = true, .status = 200,
    .message = "é😀 broke", .api_code = "500" },
  { GOOD("stream-error-done"), FAILS(SERVER), .stream = true,
    .api_code = "500" },
  { GOOD("stream-error-first"), FAILS(SERVER), .stream = true,
    .message = "é😀 broke" },

  /* framing that is wrong */
  { GOOD("close"), FAILS(CONNECTION_CLOSED),
    .phase = LITELLM_PHASE_FIRST_BYTE },
  { GOOD("reset"), FAILS(CONNECTION_CLOSED),
    .phase = LITELLM_PHASE_FIRST_BYTE },
  { GOOD("reset-body"), FAILS(TRUNCATED), .phase = LITELLM_PHASE_BODY },
  { GOOD("cut-head"), FAILS(TRUNCATED), .phase = LITELLM_PHASE_HEAD },
  { GOOD("cut-body"), FAILS(TRUNCATED), .phase = LITELLM_PHASE_BODY },
  { GOOD("cut-chunk"), FAILS(TRUNCATED) },
  { GOOD("cut-last-chunk"), FAILS(TRUNCATED) },
  { GOOD("bad-chunk"), FAILS(HTTP) },
  { GOOD("two-lengths"), FAILS(HTTP) },
  { GOOD("length-and-chunked"), SAYS(TEXT) },
  { GOOD("bare-lf"), FAILS(HTTP) },
  { GOOD("obs-fold"), SAYS(TEXT) },
  { GOOD("not-http"), FAILS(HTTP) },
  { GOOD("endless-head"), FAILS(HEAD_TOO_LARGE) },
  { GOOD("gzip"), FAILS(CONTENT_ENCODING), .status = 200 },

  /* no chat reply */
  { GOOD("redirect"), FAILS(REDIRECT), .status = 307,
    .message = "https://elsewhere.invalid/v1/" },
  { GOOD("empty-200"), FAILS(EMPTY_REPLY) },
  { GOOD("status-204"), FAILS(EMPTY_REPLY), .status = 204 },
  { GOOD("no-choices"), FAILS(UNEXPECTED_REPLY) },
  { GOOD("empty-choices"), FAILS(EMPTY_REPLY) },
  { GOOD("html-200"), FAILS(UNEXPECTED_REPLY), .message = "Swagger" },
  { GOOD("bad-json"), FAILS(JSON) },
  { GOOD("cut-json"), FAILS(JSON), .also = LITELLM_ERROR_TRUNCATED },
  { GOOD("error-200"), FAILS(OVERLOADED), .status = 200, .api_code = "503",
    .message = "in a 200" },

  /* error bodies */
  { GOOD("error-1"), FAILS(NOT_FOUND), .status = 404, .message = "Not Found" },
  { GOOD("error-2"), FAILS(API), .status = 400, .message = "nested",
    .type = "t", .api_code = "400" },
  { GOOD("error-2-text"), FAILS(API), .status = 400, .message = "nested" },
  { GOOD("error-3"), FAILS(API), .status = 422, .message = "Field required" },
  { GOOD("error-4"), FAILS(OVERLOADED), .status = 529, .message = "Overloaded",
    .type = "overloaded_error" },
  { GOOD("error-5"), FAILS(RATE_LIMIT), .status = 429, .api_code = "429",
    .message = "Quota exceeded" },
  { GOOD("error-5-list"), FAILS(RATE_LIMIT), .status = 429,
    .message = "Quota exceeded" },
  { GOOD("error-6"), FAILS(NOT_FOUND), .status = 404,
    .message = "model not found" },
  { GOOD("error-7"), FAILS(API), .status = 400, .message = "old vLLM",
    .type = "BadRequestError", .api_code = "400" },
  { GOOD("error-8"), FAILS(PERMISSION), .status = 403,
    .message = "lower case" },
  { GOOD("error-8-upper"), FAILS(PERMISSION), .status = 403,
    .message = "upper case" },
  { GOOD("error-8-msg"), FAILS(PERMISSION), .status = 403,
    .message = "short" },
  { GOOD("error-9"), FAILS(SERVER), .status = 500,
    .message = "Internal Server Error" },
  { GOOD("error-10"), FAILS(OVERLOADED), .status = 503,
    .message = "503 Service Temporarily Unavailable" },
  { GOOD("error-11"), FAILS(SERVER), .status = 500 },
  { GOOD("html-502"), FAILS(SERVER), .status = 502,
    .message = "502 Bad Gateway" },
  { GOOD("no such script"), FAILS(NOT_FOUND), .status = 400,
    .message = "Invalid model name", .type = "invalid_request_error" },

  /* kinds of errors */
  { GOOD("authentication"), FAILS(AUTHENTICATION), .status = 401,
    .type = "auth_error", .api_code = "401" },
  { GOOD("permission"), FAILS(PERMISSION), .status = 403 },
  { GOOD("not-found"), FAILS(NOT_FOUND), .status = 404 },
  { GOOD("budget"), FAILS(BUDGET), .status = 429, .type = "budget_exceeded" },
  { GOOD("quota"), FAILS(BUDGET), .status = 429,
    .api_code = "insufficient_quota" },
  { GOOD("context-window"), FAILS(CONTEXT_WINDOW), .status = 400,
    .message = "8192 tokens" },
  { GOOD("content-policy"), FAILS(CONTENT_POLICY), .status = 400 },
  { GOOD("overloaded"), FAILS(OVERLOADED), .status = 529 },
  { GOOD("status:503"), FAILS(OVERLOADED), .status = 503 },
  { GOOD("status:500"), FAILS(SERVER), .status = 500,
    .message = "scripted status" },
  { GOOD("status:408"), FAILS(SERVER), .status = 408 },
  { GOOD("rate-limit"), FAILS(RATE_LIMIT), .status = 429,
    .type = "throttling_error" },
  /* sent again; each row is called twice */
  { GOOD("status:503 >> hello"), SAYS(TEXT), .retries = 2 },
  { GOOD("status:408 >> status:409 >> hello"), SAYS(TEXT), .retries = 2 },
  { GOOD("status:500 >> status:502 >> status:503"), FAILS(OVERLOADED),
    .retries = 2 },
  { GOOD("close >> hello"), SAYS(TEXT), .retries = 1 },
  { GOOD("reset >> hello"), SAYS(TEXT), .retries = 1 },
  { GOOD("empty-200 >> hello"), SAYS(TEXT), .retries = 1 },
  { GOOD("stream-error-first >> stream-text"), SAYS(TEXT), .stream = true,
    .retries = 1 },
  { GOOD("retry-after-ms:50 >> hello"), SAYS(TEXT), .retries = 1,
    .takes_most = 400 },
  { GOOD("retry-after:1 >> hello"), SAYS(TEXT), .retries = 1,
    .takes_most = 1900 },
  { AT("REFUSED", NULL), FAILS(CONNECT), .retries = 1,
    .phase = LITELLM_PHASE_CONNECT, .note = "twice" },
  { GOOD("retry-after:7"), FAILS(RATE_LIMIT), .retry_least = 7000,
    .retry_most = 7000 },
  { GOOD("retry-after-ms:50"), FAILS(RATE_LIMIT), .retry_least = 50,
    .retry_most = 50 },
  { GOOD("retry-after-date:5"), FAILS(RATE_LIMIT), .retry_least = 2000,
    .retry_most = 5000 },
  { GOOD("retry-after-provider:3"), FAILS(RATE_LIMIT), .retry_least = 3000,
    .retry_most = 3000 },

  /* limits */
  { GOOD("silence"), FAILS(TIMEOUT), .phase = LITELLM_PHASE_FIRST_BYTE,
    .first_byte_ms = 300, .takes_most = 2000 },
  { GOOD("silence-in-head"), FAILS(TIMEOUT), .phase = LITELLM_PHASE_HEAD,
    .idle_ms = 300, .takes_most = 2000 },
  { GOOD("silence-in-body"), FAILS(TIMEOUT), .phase = LITELLM_PHASE_BODY,
    .idle_ms = 300, .takes_most = 2000 },
  { GOOD("stream-silence"), FAILS(TIMEOUT), .phase = LITELLM_PHASE_BODY,
    .stream = true, .idle_ms = 300, .takes_most = 2000 },
  { GOOD("drip:0.01"), FAILS(TIMEOUT), .total_ms = 700, .takes_most = 2500 },
  { .at = "MUTE", FAILS(TIMEOUT), .phase = LITELLM_PHASE_HANDSHAKE,
    .connect_ms = 300, .takes_most = 2000 },
  { .at = "PLAIN", FAILS(TIMEOUT), .phase = LITELLM_PHASE_HANDSHAKE,
    .connect_ms = 300, .takes_most = 2000, .note = "TLS to no TLS" },

  /* connections that work */
  { AT("GOOD_TLS12", "hello"), SAYS(TEXT) },
#if HAS_TLS13
  { AT("GOOD_TLS13", "hello"), SAYS(TEXT) },
  { AT("GOOD_TLS13", "stream-text"), SAYS(TEXT), .stream = true },
#else
  { .at = "GOOD_TLS13", FAILS(TLS), .phase = LITELLM_PHASE_HANDSHAKE },
#endif
  { AT("PLAIN_IPV6", "hello"), SAYS(TEXT), .host = "[::1]", .scheme = "http",
    .in_clear = true },
  { AT("GOOD_RSA", "hello"), SAYS(TEXT), .ca = "rsa-ca.pem" },
#if MBEDTLS_VERSION_NUMBER != 0x03060600     /* Debian 13's has a bug */
  { AT("GOOD_RSA_TLS12", "hello"), SAYS(TEXT), .ca = "rsa-ca.pem" },
#else
  { .at = "GOOD_RSA_TLS12", FAILS(TLS), .phase = LITELLM_PHASE_HANDSHAKE,
    .ca = "rsa-ca.pem" },
#endif
  { AT("CHAIN", "hello"), SAYS(TEXT) },
  { AT("ALPN", "hello"), SAYS(TEXT) },
  { AT("HELLO_RETRY", "hello"), SAYS(TEXT) },
  { AT("OLD_CIPHERS", "hello"), SAYS(TEXT) },
  { AT("RECORDS_SMALL", "hello"), SAYS(TEXT) },
  { AT("RECORDS_SMALL", "big:8192"), SAYS("*") },
  { AT("RECORDS_4K", "big:8192"), SAYS("*") },
  { AT("RECORDS_16K", "big:8192"), SAYS("*") },
  { AT("RECORDS_16K", "stream-nasty"), SAYS(TEXT), .stream = true },
  { AT("NO_NOTIFY", "hello"), SAYS(TEXT) },
  { GOOD("hello"), SAYS(TEXT), .ca = "ca.der", .note = "CA as DER" },
#if MBEDTLS_VERSION_NUMBER >= 0x03060000
  { GOOD("hello"), SAYS(TEXT), .host = "127.0.0.1", .note = "address" },
  { AT("GOOD_IPV6", "hello"), SAYS(TEXT), .host = "[::1]",
    .note = "address" },
#else
  /* This mbedTLS does not compare addresses: it must refuse. */
  { .at = "GOOD", FAILS(CERTIFICATE), .host = "127.0.0.1", .note = "address",
    .tls_flags = MBEDTLS_X509_BADCERT_CN_MISMATCH },
#endif

  /* certificates to refuse */
  { .at = "WRONG_HOST", FAILS(CERTIFICATE), .phase = LITELLM_PHASE_HANDSHAKE,
    .tls_flags = MBEDTLS_X509_BADCERT_CN_MISMATCH },
  { .at = "EXPIRED", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_EXPIRED },
  { .at = "NOT_YET_VALID", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_FUTURE },
  { .at = "SELF_SIGNED", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED },
  { .at = "UNKNOWN_CA", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED },
  { .at = "WRONG_USAGE", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_EXT_KEY_USAGE },
  { .at = "CHAIN_SHORT", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED },
  { .at = "CHAIN_EXPIRED", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_EXPIRED },
  { .at = "NOT_A_CA", FAILS(CERTIFICATE),
    .tls_flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED },
  { .at = "CRITICAL", FAILS(CERTIFICATE), .phase = LITELLM_PHASE_HANDSHAKE },
  { .at = "GOOD", FAILS(CERTIFICATE), .ca = "other-ca.pem",
    .note = "another CA" },
  { .at = "CLIENT_CERT", FAILS(TLS) },
  { .at = "OLD_TLS", FAILS(TLS), .phase = LITELLM_PHASE_HANDSHAKE },

  /* what to trust */
  { .at = "GOOD", FAILS(NO_CA), .ca = "", .at_init = true, .note = "no CA" },
  { .at = "GOOD", FAILS(BAD_CA), .ca = "garbage.pem", .at_init = true,
    .note = "CA of garbage", .where = "ca" },
  { .at = "GOOD", FAILS(BAD_CA), .ca = "broken.pem", .at_init = true,
    .note = "CA of broken PEM" },
  { .at = "GOOD", FAILS(BAD_CA), .ca = "empty.pem", .at_init = true,
    .note = "empty CA" },
  { .at = "GOOD", FAILS(BAD_CA), .ca = "cut.der", .at_init = true,
    .note = "CA of cut DER" },
  { GOOD("hello"), SAYS(TEXT), .pin = "PIN_GOOD", .note = "CA and pin" },
  { GOOD("hello"), SAYS(TEXT), .pin = "PIN_GOOD", .ca = "",
    .note = "pin alone" },
  { GOOD("hello"), SAYS(TEXT), .pin = "wrong", .next_pin = "PIN_GOOD",
    .note = "CA and next pin" },
  { GOOD("hello"), SAYS(TEXT), .pin = "wrong", .next_pin = "PIN_GOOD", .ca = "",
    .note = "next pin alone" },
  { GOOD("hello"), SAYS(TEXT), .next_pin = "PIN_GOOD", .ca = "",
    .note = "no pin but a next one" },
  { .at = "GOOD", FAILS(CERTIFICATE), .pin = "wrong",
    .note = "CA and wrong pin" },
  { .at = "GOOD", FAILS(CERTIFICATE), .pin = "wrong", .ca = "",
    .note = "wrong pin alone" },
  { .at = "GOOD", FAILS(CERTIFICATE), .pin = "wrong", .next_pin = "wrong",
    .ca = "", .note = "two wrong pins" },
  { .at = "GOOD", FAILS(CERTIFICATE), .pin = "PIN_CA", .ca = "",
    .note = "pin of the CA" },
  { .at = "CHAIN", FAILS(CERTIFICATE), .pin = "PIN_INTERMEDIATE", .ca = "",
    .note = "pin of the intermediate" },
  { AT("CHAIN", "hello"), SAYS(TEXT), .pin = "PIN_CHAIN", .ca = "",
    .note = "pin alone" },
  { AT("SELF_SIGNED", "hello"), SAYS(TEXT), .pin = "PIN_SELF_SIGNED",
    .ca = "", .note = "pin alone" },
  { AT("GOOD_TLS12", "hello"), SAYS(TEXT), .pin = "PIN_GOOD", .ca = "",
    .note = "pin alone" },
  { .at = "SELF_SIGNED", FAILS(CERTIFICATE), .pin = "PIN_SELF_SIGNED",
    .note = "pin, but a CA too" },
  { .at = "UNKNOWN_CA", FAILS(CERTIFICATE), .pin = "PIN_UNKNOWN_CA",
    .note = "pin, but a CA too" },
  { .at = "WRONG_HOST", FAILS(CERTIFICATE), .pin = "PIN_WRONG_HOST", .ca = "",
    .note = "pin alone", .tls_flags = MBEDTLS_X509_BADCERT_CN_MISMATCH },
  { .at = "EXPIRED", FAILS(CERTIFICATE), .pin = "PIN_EXPIRED", .ca = "",
    .note = "pin alone", .tls_flags = MBEDTLS_X509_BADCERT_EXPIRED },

  /* a check of .configure is one more, not instead */
  { AT("UNKNOWN_CA", "hello"), SAYS(TEXT), .configure = trust_all, .ca = "",
    .note = "own check" },
  { .at = "GOOD", FAILS(CERTIFICATE), .configure = trust_none,
    .tls_flags = MBEDTLS_X509_BADCERT_OTHER, .note = "own check refuses" },
  { .at = "GOOD", FAILS(CERTIFICATE), .configure = tell_nothing,
    .tls_flags = MBEDTLS_X509_BADCERT_NOT_TRUSTED, .note = "own check fails" },
  { .at = "EXPIRED", FAILS(CERTIFICATE), .configure = trust_all,
    .tls_flags = MBEDTLS_X509_BADCERT_EXPIRED, .note = "own check" },
  { .at = "EXPIRED", FAILS(CERTIFICATE), .configure = trust_all, .ca = "",
    .tls_flags = MBEDTLS_X509_BADCERT_EXPIRED, .note = "own check, no CA" },
  { .at = "NOT_YET_VALID", FAILS(CERTIFICATE), .configure = trust_all,
    .tls_flags = MBEDTLS_X509_BADCERT_FUTURE, .note = "own check" },
  { .at = "CHAIN_EXPIRED", FAILS(CERTIFICATE), .configure = trust_all,
    .tls_flags = MBEDTLS_X509_BADCERT_EXPIRED, .note = "own check" },
  { GOOD("hello"), SAYS(TEXT), .configure = trust_all, .pin = "PIN_GOOD",
    .note = "own check and pin" },
  { .at = "GOOD", FAILS(CERTIFICATE), .configure = trust_all, .pin = "wrong",
    .tls_flags = MBEDTLS_X509_BADCERT_OTHER, .note = "own check, wrong pin" },
  { .at = "GOOD", FAILS(CERTIFICATE), .configure = trust_all, .pin = "wrong",
    .ca = "", .note = "own check, wrong pin, no CA" },
  { .at = "UNKNOWN_CA", FAILS(CERTIFICATE), .configure = trust_none,
    .pin = "PIN_UNKNOWN_CA", .ca = "", .note = "own check refuses, pin" },

  /* connections that fail */
  { .at = "REFUSED", FAILS(CONNECT), .phase = LITELLM_PHASE_CONNECT },
  { .at = "CLOSED", FAILS(CONNECTION_CLOSED),
    .phase = LITELLM_PHASE_HANDSHAKE },
  { .at = "RESET", FAILS(CONNECTION_CLOSED), .also = LITELLM_ERROR_CONNECT },
  { .at = "CUT_HANDSHAKE", FAILS(CONNECTION_CLOSED),
    .phase = LITELLM_PHASE_HANDSHAKE },
  { .at = "GARBAGE", FAILS(TLS), .phase = LITELLM_PHASE_HANDSHAKE },
  { .at = "HTTP_400", FAILS(TLS), .phase = LITELLM_PHASE_HANDSHAKE },
  { .at = "ALERT", FAILS(TLS), .phase = LITELLM_PHASE_HANDSHAKE },
  { .at = "CUT", FAILS(TRUNCATED) },
  { AT("NO_NOTIFY", "close-delimited"), FAILS(TRUNCATED),
    .phase = LITELLM_PHASE_BODY },
  { .at = "GOOD", FAILS(RESOLVE), .host = "no-such-host.invalid",
    .phase = LITELLM_PHASE_RESOLVE },

  /* no TLS, and keys */
  { AT("PLAIN", "hello"), SAYS(TEXT), .scheme = "http",
    .in_clear = true },
  { AT("PLAIN", "stream-nasty"), SAYS(TEXT), .scheme = "http",
    .in_clear = true, .stream = true },
  { AT("PLAIN", "hello"), SAYS(TEXT), .scheme = "http", .key = "",
    .note = "no key" },
  { .at = "PLAIN", FAILS(KEY_OVER_HTTP), .scheme = "http", .at_init = true,
    .where = "api_key" },
  { .at = "HTTP_400", FAILS(API), .scheme = "http", .in_clear = true,
    .status = 400, .message = "plain HTTP here", .note = "no TLS" },
  { .at = "GOOD", FAILS(HEADER), .key = "sk-1\r\nx-evil: 1", .at_init = true,
    .note = "CR LF in the key", .where = "api_key" },
  { .at = "GOOD", FAILS(HEADER), .key = "sk-1\n", .at_init = true,
    .note = "LF in the key", .where = "api_key" },
  { .at = "GOOD", FAILS(HEADER), .headers = line_feed, .at_init = true,
    .note = "LF in a header" },
  { .at = "GOOD", FAILS(HEADER), .headers = blank_name, .at_init = true,
    .note = "blank in a header's name" }
};

/* ---- large requests and replies ------------------------------------------ */

enum { MIB = 1 << 20, ARENA = 4096 };

static uint32_t hash(uint32_t value, const char *bytes, size_t size) {
  while (size--) value = (value ^ (unsigned char)*bytes++) * 16777619u;
  return value;
}

/* The body as litellm_request_body gives it. */
static uint32_t hash_of_body(const litellm_request *request, uint32_t *total) {
  static char window[65536];
  uint32_t value = 2166136261u, offset = 0, n;
  litellm_error error;
  do {
    if (litellm_request_body(request, offset, window, sizeof window, total,
                             &error))
      return 0;
    n = *total - offset < sizeof window ? *total - offset : sizeof window;
    value = hash(value, window, n);
    offset += n;
  } while (offset < *total);
  return value;
}

/* Sends a body and compares what the server heard, without keeping it. */
static void echo(const char *name, const char *at, bool stream,
                 const litellm_message *history, litellm_str value) {
  struct test t = { .at = at };
  struct bench b;
  struct say_arguments arguments = { .text = value };
  litellm_request request = {
    .call = say_call, .arguments = &arguments, .messages = history,
    .stream = stream };
  litellm_event event;
  litellm_result result;
  uint32_t wanted, total = 0, got = 2166136261u, bytes = 0;
  char why[512] = "", line[400];
  if (!describe(&b, &t) || open_client(&b, ARENA) != LITELLM_OK) {
    report(false, name, "no client");
    close_client(&b);
    return;
  }
  request.call.model = stream ? "stream-echo" : "echo";
  wanted = hash_of_body(&request, &total);
  result = litellm_start(&b.client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&b.client, &event);
    if (result == LITELLM_AGAIN) (void)poll(NULL, 0, 1);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT) {
      got = hash(got, event.text.ptr, event.text.len);
      bytes += (uint32_t)event.text.len;
    }
  }
  litellm_error_print(&b.client.error, line, sizeof line);
  if (result != LITELLM_END)
    (void)snprintf(why, sizeof why, "%s", line);
  else if (bytes != total || got != wanted || total < MIB)
    (void)snprintf(why, sizeof why, "%lu of %lu bytes came back, %s",
                   (unsigned long)bytes, (unsigned long)total,
                   got == wanted ? "the same" : "not the same");
  report(!*why, name, why);
  close_client(&b);
}

static litellm_message *make_history(size_t count, char *text, size_t each) {
  litellm_message *list = (litellm_message *)calloc(count, sizeof *list);
  size_t i;
  if (!list) abort();
  for (i = 0; i < count; i++) {
    list[i].role = i % 2 ? LITELLM_ROLE_ASSISTANT : LITELLM_ROLE_USER;
    list[i].content.ptr = text + i * each;
    list[i].content.len = each;
    list[i].next = i + 1 < count ? &list[i + 1] : NULL;
  }
  return list;
}

/* A reply of a mebibyte that nobody keeps. */
static void big_reply(const char *at, const char *model, bool stream) {
  struct test t = { .at = at, .stream = stream };
  struct bench b;
  litellm_request request = { .call = say_call, .stream = stream };
  struct say_arguments arguments = { .text = { "Hi", 2 } };
  struct heard heard = { NULL, 0, 0, 0, 0, 0 };
  char name[128], why[512] = "";
  size_t i;
  request.call.model = model;
  request.arguments = &arguments;
  (void)snprintf(name, sizeof name, "%s %s not kept", at, model);
  if (!describe(&b, &t) || open_client(&b, ARENA) != LITELLM_OK)
    (void)snprintf(why, sizeof why, "no client");
  else if (poll_call(&b, &request, &heard, NULL) != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (heard.len != MIB)
    (void)snprintf(why, sizeof why, "%lu bytes", (unsigned long)heard.len);
  for (i = 0; !*why && i < heard.len; i++)
    if (heard.text[i] != "abcdefghijklmnopqrstuvwxyz012345"[i % 32])
      (void)snprintf(why, sizeof why, "wrong at %lu", (unsigned long)i);
  report(!*why, name, why);
  free(heard.text);
  close_client(&b);
}

/* Too little memory for a reply that is kept: what is missing is told, with at
   most a window and some records more, and the client lives on. */
static void no_memory(const char *model, bool stream) {
  struct test t = { GOOD(model), .stream = stream, FAILS(NO_MEMORY) };
  struct test large = { GOOD(model), .stream = stream, .content = "*" };
  struct test small = { GOOD("hello"), SAYS(TEXT) };
  struct bench b;
  char name[128], why[2048] = "";
  size_t missing = 0;
  bool good;
  (void)snprintf(name, sizeof name, "GOOD %s in too little memory", model);
  good = describe(&b, &t) && open_client(&b, ARENA) == LITELLM_OK &&
         call_once(&b, &t, model, false, why, sizeof why);
  missing = good ? b.client.error.bytes_missing : 0;
  good = good && call_once(&b, &small, "hello", false, why, sizeof why) &&
         call_once(&b, &t, model, true, why, sizeof why);
  if (good && (missing == 0 || b.client.error.bytes_missing == 0)) {
    (void)snprintf(why, sizeof why, "nothing is missing");
    good = false;
  }
  report(good, name, why);
  litellm_client_close(&b.client);

  (void)snprintf(name, sizeof name, "GOOD %s with what was missing", model);
  good = missing && open_client(&b, ARENA + missing) == LITELLM_OK &&
         call_once(&b, &large, model, false, why, sizeof why);
  report(good, name, why);
  litellm_client_close(&b.client);

  (void)snprintf(name, sizeof name, "GOOD %s with 2 KiB less", model);
  good = missing && open_client(&b, ARENA + missing - 2048) == LITELLM_OK &&
         call_once(&b, &t, model, false, why, sizeof why);
  report(good, name, why);
  close_client(&b);
}

/* A server that answers, or is slow, while a mebibyte is sent to it. */
static void large_request(const struct test *t, litellm_str value) {
  struct test row = *t;
  char *text = (char *)malloc(value.len + 1);
  if (!text) abort();
  memcpy(text, value.ptr, value.len);
  text[value.len] = '\0';
  row.prompt = text;
  run_test(&row);
  free(text);
}

static const struct test early[] = {
  { GOOD("early-401"), FAILS(AUTHENTICATION), .status = 401, .note = "1 MiB",
    .type = "auth_error", .message = "scripted" },
  { GOOD("early-401-reset"), FAILS(AUTHENTICATION), .status = 401,
    .note = "1 MiB" },
  { GOOD("early-413"), FAILS(TOO_LARGE), .status = 413, .note = "1 MiB",
    .message = "413 Request Entity Too Large" },
  { .at = "GOOD_TLS12", FAILS(AUTHENTICATION), .status = 401, .note = "1 MiB",
    .model = "early-401" },
  { .at = "PLAIN", FAILS(AUTHENTICATION), .status = 401, .note = "1 MiB",
    .model = "early-401", .scheme = "http", .in_clear = true },
  { GOOD("slow-read:0.5"), SAYS("*"), .note = "1 MiB" }
};
/* The window of TCP holds some megabytes. */
static const struct test stuck = {
  GOOD("slow-read:30"), FAILS(TIMEOUT), .phase = LITELLM_PHASE_SEND,
  .idle_ms = 300, .takes_most = 5000, .note = "32 MiB" };

/* A key from a callback that holds what may not be in a header. */
static litellm_str key_with_nul(void *user_data) {
  litellm_str key = { "sk-1\0x", 6 };
  (void)user_data;
  return key;
}

static void key_callback(void) {
  struct test t = { GOOD("hello"), FAILS(HEADER), .where = "api_key" };
  struct bench b;
  char why[2048] = "";
  bool good = describe(&b, &t);
  b.desc.api_key = NULL;
  b.desc.api_key_callback = key_with_nul;
  good = good && open_client(&b, ARENA) == LITELLM_OK &&
         call_once(&b, &t, "hello", false, why, sizeof why);
  report(good, "GOOD hello, NUL in the key", why);
  close_client(&b);
}

/* Given up at any event: the client is free at once. */
static void cancel(void) {
  struct test t = { GOOD("stream-slow:0.05"), SAYS(TEXT) };
  struct bench b;
  struct say_arguments arguments = { .text = { "Hi", 2 } };
  litellm_request request = {
    .call = say_call, .arguments = &arguments, .stream = true };
  litellm_event event;
  litellm_result result, busy;
  char why[2048] = "";
  bool good = describe(&b, &t) && open_client(&b, ARENA) == LITELLM_OK;
  request.call.model = t.model;
  result = litellm_start(&b.client, &request);
  busy = litellm_start(&b.client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&b.client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT) break;
    if (result == LITELLM_AGAIN) (void)poll(NULL, 0, 1);
  }
  litellm_cancel(&b.client);
  report(good && busy == LITELLM_ERROR_BUSY &&
         b.client.error.code == LITELLM_ERROR_CANCELLED &&
         call_once(&b, &t, "hello", false, why, sizeof why),
         "GOOD stream-slow, cancelled", why);
  close_client(&b);
}

/* Two clients with one configuration, but pins of their own, one after the
   other and at a time; a third with another CA. */
static void shared(void) {
  struct test t = { GOOD("hello"), SAYS(TEXT) };
  struct test pinned = { GOOD("hello"), FAILS(CERTIFICATE), .pin = "wrong",
                         .phase = LITELLM_PHASE_HANDSHAKE };
  struct bench a, b, c;
  litellm_tls tls = LITELLM__ZERO;
  char why[2048] = "";
  bool good = describe(&a, &t) && describe(&b, &pinned) && describe(&c, &t);
  free(b.ca);
  b.ca = NULL;
  b.desc.ca = a.desc.ca;
  a.desc.tls = b.desc.tls = c.desc.tls = &tls;
  good = good && open_client(&a, ARENA) == LITELLM_OK &&
         open_client(&b, ARENA) == LITELLM_OK &&
         open_client(&c, ARENA) == LITELLM_ERROR_ARGUMENT &&
         strcmp(c.client.error.subject, "tls") == 0 &&
         call_once(&a, &t, "hello", false, why, sizeof why) &&
         call_once(&b, &pinned, "hello", true, why, sizeof why) &&
         call_once(&a, &t, "hello", true, why, sizeof why);
  litellm_client_close(&a.client);
  good = good && call_once(&b, &pinned, "hello", true, why, sizeof why) &&
         open_client(&a, ARENA) == LITELLM_OK &&
         call_once(&a, &t, "hello", false, why, sizeof why);
  close_client(&a);
  close_client(&b);
  litellm_tls_free(&tls);
  /* Free again for any. */
  good = good && open_client(&c, ARENA) == LITELLM_OK &&
         call_once(&c, &t, "hello", false, why, sizeof why);
  close_client(&c);
  litellm_tls_free(&tls);
  report(good, "GOOD hello, two clients and one litellm_tls", why);
}

#if HAS_TLS13
/* A session ticket comes before the request has gone out, as in a main loop
   that has other work too. mbedTLS tells of it in the middle of sending. */
static void signal_tickets(mbedtls_ssl_config *config, void *user_data) {
#if MBEDTLS_VERSION_NUMBER < 0x04000000        /* 4 always tells of it */
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      config, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
  (void)config; (void)user_data;
}

static void ticket(void) {
  struct test t = { AT("GOOD_TLS13", "hello"), SAYS(TEXT),
                    .configure = signal_tickets,
                    .idle_ms = 5000, .first_byte_ms = 5000 };
  struct bench b;
  struct say_arguments arguments = { .text = { "Hi", 2 } };
  litellm_request request = { .call = say_call, .arguments = &arguments };
  litellm_event event;
  litellm_result result;
  char why[512] = "";
  bool good = describe(&b, &t) && open_client(&b, ARENA) == LITELLM_OK;
  request.call.model = t.model;
  result = litellm_start(&b.client, &request);
  while (good && (result == LITELLM_OK || result == LITELLM_AGAIN)) {
    result = litellm_next(&b.client, &event);
    if (result != LITELLM_AGAIN) continue;
    if (event.wait_ms) litellm_wait(&b.client, &event);
    (void)poll(NULL, 0, 20);
  }
  if (result != LITELLM_END)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (b.client.stats.total_ms > 3000)
    (void)snprintf(why, sizeof why, "took %lu ms",
                   (unsigned long)b.client.stats.total_ms);
  report(good && !*why, "GOOD_TLS13 hello, ticket while sending", why);
  close_client(&b);
}
#endif

/* Calls of one client: it shakes hands once, or each time if the server does
   not say where a reply ends, or closes what it kept. */
static void reuse(const char *at, const char *model, bool stream, bool kept) {
  struct test t = { .at = at, .model = model, SAYS(TEXT), .stream = stream };
  struct bench b;
  char name[128], why[2048] = "";
  unsigned i, shaken = 0;
  bool good = describe(&b, &t) && open_client(&b, 16384) == LITELLM_OK;
  for (i = 0; good && i < 4; i++) {
    good = call_once(&b, &t, model, i % 2 != 0, why, sizeof why);
    shaken += b.client.stats.handshake_ms > 0;
  }
  if (good && (kept ? shaken > 1 : shaken < 3))
    (void)snprintf(why, sizeof why, "%u handshakes", shaken);
  (void)snprintf(name, sizeof name, "%s %s%s, four times", at, model,
                 stream ? " stream" : "");
  report(good && !*why, name, why);
  close_client(&b);
}

/* A session that is resumed, in a client of its own, or not, as something is
   different. The gateway's log tells; scripted_run.py compares. */
static void session(const char *at, const char *what, bool resumed) {
  static unsigned char kept[2048];
  static const litellm_name_value full[] = { { "x-session", "full" },
                                             { NULL, NULL } };
  static const litellm_name_value short_one[] = { { "x-session", "resumed" },
                                                  { NULL, NULL } };
  struct test t = { .at = at, .model = "hello", SAYS(TEXT), .headers = full };
  struct bench b;
  char name[128], why[2048] = "";
  unsigned i;
  bool good = true;
  memset(kept, 0, sizeof kept);
  for (i = 0; good && i < 2; i++) {
    if (i == 1 && resumed) t.headers = short_one;
    if (i == 1 && !strcmp(what, "another CA file")) t.ca = "ca.der";
    if (i == 1 && !strcmp(what, "a pin")) t.pin = "PIN_GOOD";
    if (i == 1 && !strcmp(what, "another host")) t.host = "127.0.0.1";
    if (i == 1 && !strcmp(what, "a byte that tipped")) kept[700 % 200] ^= 1;
    if (i == 1 && !strcmp(what, "bundled trust")) t.configure = trust_all;
    good = describe(&b, &t);
    b.desc.tls_session = kept;
    b.desc.tls_session_size = strcmp(what, "no room") ? sizeof kept : 200;
    b.desc.reuse_within_ms = LITELLM_NO_REUSE;
    good = good && open_client(&b, 16384) == LITELLM_OK &&
           call_once(&b, &t, t.model, i != 0, why, sizeof why);
    close_client(&b);
  }
  (void)snprintf(name, sizeof name, "%s session, %s", at, what);
  report(good, name, why);
}

/* The handshake ahead of the call, then a sleep. */
static void warm(void) {
  struct test t = { GOOD("hello"), SAYS(TEXT) };
  struct bench b;
  char why[2048] = "";
  litellm_event event;
  litellm_result result = LITELLM_AGAIN;
  bool good = describe(&b, &t) && open_client(&b, 16384) == LITELLM_OK;
  while (good && result == LITELLM_AGAIN) {
    result = litellm_client_warm(&b.client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(&b.client, &event);
  }
  good = good && result == LITELLM_OK && b.client.stats.handshake_ms > 0 &&
         call_once(&b, &t, t.model, false, why, sizeof why) &&
         b.client.stats.handshake_ms == 0 &&
         litellm_client_sleep(&b.client) == LITELLM_OK &&
         call_once(&b, &t, t.model, true, why, sizeof why) &&
         b.client.stats.handshake_ms > 0;
  report(good, "GOOD hello, connected ahead", why);
  close_client(&b);
}

/* What the gateway says in headers. */
#define SAME(expected, got) same(expected, got, #got, why, sizeof why)
static void gateway_headers(void) {
  struct test t = { GOOD("headers"), SAYS(TEXT) };
  struct bench b;
  struct say_arguments arguments = { .text = { "Hi", 2 } };
  litellm_request request = { .call = say_call, .arguments = &arguments };
  litellm_response r;
  char why[512] = "";
  request.call.model = t.model;
  if (!describe(&b, &t) || open_client(&b, 16384) != LITELLM_OK)
    (void)snprintf(why, sizeof why, "no client");
  else if (litellm_run(&b.client, &r, &request) != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (SAME("85009fa1-73dc-459b-a918-89e331eca55f", r.call_id) &&
           SAME("deployment-1", r.model_id) && SAME("1.25e-05", r.cost) &&
           SAME("scripted", r.model_group) && SAME("0.0375", r.key_spend) &&
           SAME("1", r.attempted_retries) && SAME("0", r.attempted_fallbacks) &&
           SAME("4.679", r.overhead_ms) && SAME("99", r.remaining_requests) &&
           SAME("39988", r.remaining_tokens) &&
           r.cost_nanodollars != 12500)(void)
      snprintf(why, sizeof why, "%ld nano-dollars", (long)r.cost_nanodollars);
  report(!*why, "GOOD headers, all of them", why);
  close_client(&b);
}

int main(int argc, char **argv) {
  size_t i;
  char *text;
  litellm_str value, huge;
  litellm_message *history;
  if (argc != 3) return 2;
  folder = argv[1];
  ports = argv[2];
  usual_ca = "ca.pem";
  usual_model = "hello";
  usual_content = TEXT;
  printf("# mbedTLS %s, TLS 1.3 %s\n", MBEDTLS_VERSION_STRING,
         HAS_TLS13 ? "on" : "off");
  for (i = 0; i < sizeof tests / sizeof *tests; i++) run_test(&tests[i]);

  text = (char *)malloc(32 * MIB);
  if (!text) abort();
  for (i = 0; i < 32 * MIB; i++) text[i] = (char)(' ' + i * 7 % 95);
  value.ptr = huge.ptr = text;
  value.len = MIB;
  huge.len = 32 * MIB;
  history = make_history(4096, text, 256);
  for (i = 0; i < sizeof early / sizeof *early; i++)
    large_request(&early[i], value);
  large_request(&stuck, huge);
  echo("GOOD 1 MiB sent as one value", "GOOD", false, NULL, value);
  echo("GOOD 1 MiB sent as history", "GOOD", true, history,
       litellm_str_from(""));
  echo("GOOD_TLS12 1 MiB sent as history", "GOOD_TLS12", false, history,
       litellm_str_from("!"));
  free(history);
  free(text);

  big_reply("GOOD", "big-1m", false);
  big_reply("GOOD", "stream-big:1024", true);
  big_reply("RECORDS_16K", "big-1m", false);
  big_reply("RECORDS_SMALL", "big-1m", false);
  big_reply("GOOD_TLS12", "big-1m", false);
  no_memory("big:20000", false);
  no_memory("big-10k-one-record", false);
  no_memory("stream-big:16", true);
  gateway_headers();
  key_callback();
  cancel();
  shared();
  session("GOOD", "the same", LITELLM_TLS_SESSIONS);
  session("GOOD_TLS12", "the same", LITELLM_TLS_SESSIONS);
  session("GOOD", "another CA file", false);
  session("GOOD", "a pin", false);
  session("GOOD", "a byte that tipped", false);
  session("GOOD", "bundled trust", false);
  session("GOOD", "no room", false);
#if HAS_TLS13
  session("GOOD_TLS13", "the same", LITELLM_TLS_SESSIONS);
  session("GOOD", "another host", false);
#endif
  warm();
  reuse("GOOD", "hello", false, true);
  reuse("GOOD", "chunked", false, true);
  reuse("GOOD", "stream-text", true, true);
  reuse("GOOD_TLS12", "hello", false, true);
  reuse("RECORDS_SMALL", "stream-text", true, true);
  reuse("GOOD", "connection-close", false, false);
  reuse("GOOD", "close-delimited", false, false);
  reuse("GOOD", "http10", false, false);
  reuse("GOOD", "surplus", false, false);
  reuse("GOOD", "idle-close", false, false);
  reuse("GOOD", "stale", false, false);
#if HAS_TLS13
  ticket();
#endif
  return failed != 0;
}
