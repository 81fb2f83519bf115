/* mbedtls.h: TLS over any other port, with mbedTLS 2.28 or 3.6. Include it
   with that port, after litellm_call.h, and set litellm_client_desc.port to

     &litellm_posix_tls           with port/posix.h
     &litellm_winsock_tls         with port/winsock.h
     &litellm_lwip_raw_tls        with port/lwip_raw.h
     &litellm_lwip_sockets_tls    with port/lwip_sockets.h
     &litellm_zephyr_tls          with port/zephyr.h
     &litellm_freertos_tcp_tls    with port/freertos_tcp.h
     &my_tls                      with your own port, after
                                  LITELLM_MBEDTLS(my_tls, my_port, my_link);

     cc main.c -lmbedtls -lmbedx509 -lmbedcrypto

   TRUST  The server's certificate must match the host name and .ca or a pin of
   litellm_client_desc; both, if both are set. Its dates are compared with the
   clock of the underlying port, however mbedTLS was built.

   SHARING  A client parses its CA once, in litellm_client_init. Clients of one
   thread share the parsed CA if their .tls is the same litellm_tls, initially
   zeroed. The first client fills it in; litellm_tls_free empties it. The others
   must have the same .ca pointer, or their init returns ERROR_ARGUMENT. Their
   pins may differ.

   CONFIGURING  litellm_tls.configure runs last and may change the settings: CA
   bundles, opaque keys, secure elements. A verify callback that it sets runs
   before the date and pin checks and does not replace them.

     static void add_bundle(mbedtls_ssl_config *config, void *user) {
       esp_crt_bundle_attach(config);
     }
     static litellm_tls tls = { .configure = add_bundle };

   MUTUAL TLS  The client proves who it is by a certificate of its own:

     static litellm_tls_identity me;
     static litellm_tls tls = { .identity = &me };
     result = litellm_tls_identity_init(&me, &litellm_posix_tls, certificate,
                                        certificate_size, key, key_size);

   SERVER NAME  litellm_tls.server_name is asked for and must be in the server's
   certificate, instead of the URL's host: as for a gateway with an address but
   no name.

   RESUMING  With litellm_client_desc.tls_session, a new connection resumes the
   last session of the client, in TLS 1.2 by its id or a ticket, in 1.3 by a
   ticket: without certificates and signatures, most of a handshake's time. It
   takes some 300 bytes for TLS 1.3 without the server's certificate, else about
   1,300. The buffer may survive deep sleep or a reboot. It is as secret as what
   was said on the connection. Its session is dropped if the host, the port, the
   CA, the pins, or .configure is another, or the library or mbedTLS was built
   anew; when it is older than LITELLM_TLS_SESSION_SECONDS, or a certificate of
   its chain has expired since; when the clock is not set; and after one use. A
   server that does not know it makes a full handshake.

   MEMORY  mbedTLS's structs take 0.8 KiB of the client's memory on a 32-bit CPU
   with port/mbedtls_config.h, 1.8 KiB on a PC. Everything else, mostly record
   buffers, comes from mbedTLS's own heap.

   RANDOM BYTES  come from the underlying port. With TLS 1.3, mbedTLS 3.6 gets
   them from PSA, which this port starts: See port/mbedtls_config.h for the
   generator that a firmware must provide.

   LIMITS of mbedTLS  It ignores name constraints that are not critical, and
   refuses critical ones. Without a subjectAltName the common name counts. When
   its heap runs out while it verifies a signature it says that nobody trusted
   signed: ERROR_CERTIFICATE, UNKNOWN_CA. A server of TLS 1.3 that changes its
   keys within a reply ends the call with ERROR_TLS.

   KNOWN BUGS of mbedTLS  2.28 does not match IP addresses in certificates: use
   names. 3.6.6 with TLS 1.3 fails (-0x6600) with a server that has only TLS 1.2
   and an RSA certificate. */
#ifndef LITELLM_MBEDTLS_H
#define LITELLM_MBEDTLS_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/mbedtls.h"
#endif

#include <string.h>
#include <mbedtls/version.h>
#include <mbedtls/md.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#if MBEDTLS_VERSION_NUMBER < 0x021C0000
#error "port/mbedtls.h needs mbedTLS 2.28 or 3.6"
#endif
#if !defined(MBEDTLS_SSL_CLI_C) || !defined(MBEDTLS_X509_CRT_PARSE_C)
#error "port/mbedtls.h needs mbedTLS with SSL_CLI_C and X509_CRT_PARSE_C"
#endif
#ifndef MBEDTLS_SSL_SERVER_NAME_INDICATION
#error "port/mbedtls.h needs mbedTLS with SSL_SERVER_NAME_INDICATION"
#endif

#if MBEDTLS_VERSION_NUMBER >= 0x04000000 ||                                   \
  defined(MBEDTLS_SSL_PROTO_TLS1_3) || defined(MBEDTLS_USE_PSA_CRYPTO)
#include <psa/crypto.h>
#define LITELLM__TLS_PSA
#endif

/* 1: compiles the resumption of sessions. */
#ifndef LITELLM_TLS_SESSIONS
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && MBEDTLS_VERSION_NUMBER < 0x04000000
#define LITELLM_TLS_SESSIONS 1
#else
#define LITELLM_TLS_SESSIONS 0
#endif
#endif
/* The oldest session that is resumed. */
#ifndef LITELLM_TLS_SESSION_SECONDS
#define LITELLM_TLS_SESSION_SECONDS 86400
#endif

#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define LITELLM__TLS_PRIVATE(member) member
#define LITELLM__TLS_IS_OVER(ssl) ((ssl)->state == MBEDTLS_SSL_HANDSHAKE_OVER)
#else
#define LITELLM__TLS_PRIVATE(member) MBEDTLS_PRIVATE(member)
#define LITELLM__TLS_IS_OVER(ssl) mbedtls_ssl_is_handshake_over(ssl)
#endif

/* A client's certificate and key; See litellm_tls_identity_init. */
typedef struct litellm_tls_identity {
  mbedtls_x509_crt chain_;
  mbedtls_pk_context key_;
} litellm_tls_identity;

/* litellm_client_desc.tls: configuration and trust anchors of one client, or
   of several in one thread. Zero what you do not set. */
typedef struct litellm_tls {
  /* Runs last, with the first client's user_data; NULL: no changes. */
  void (*configure)(mbedtls_ssl_config *config, void *user_data);
  litellm_tls_identity *identity;    /* of the client; NULL: none */
  const char *server_name;   /* for SNI and the check; NULL: the URL's host */
  mbedtls_ssl_config config_;
  mbedtls_x509_crt ca_;
  const void *from_;         /* the litellm_client_desc.ca it was made from */
  const litellm_port *port_; /* source of entropy */
  bool ready_;
} litellm_tls;

enum { LITELLM__TLS_OFF, LITELLM__TLS_HANDSHAKE, LITELLM__TLS_OPEN,
       LITELLM__TLS_WRITING };         /* part of a record is unsent */

/* The most reads per call: mbedTLS skips some records for as long as they
   arrive. */
enum { LITELLM__TLS_READS = 16 };

/* The link, followed by that of the underlying port. */
typedef struct litellm__mbedtls {
  litellm_link base;
  litellm_link *below;
  const litellm_port *port;  /* the underlying one */
  litellm_tls *tls;          /* the client's, or `own` */
  litellm_tls own;
  mbedtls_ssl_context ssl;
  int64_t valid_until;       /* Unix time when the chain expires */
  uint32_t rules;            /* hash of what the trust in it depends on */
  int16_t failure;           /* error of the underlying port; 0: none */
  uint8_t state;
  uint8_t reads;             /* reads left in the current call */
} litellm__mbedtls;

/* ---- trust -------------------------------------------------------------- */

#if MBEDTLS_VERSION_NUMBER < 0x04000000
static int litellm__tls_random(void *user_data, unsigned char *bytes,
                               size_t size) {
  return ((const litellm_tls *)user_data)->port_->entropy(bytes, size)
      ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}
#endif

/* Unix time of a certificate's date. Years start in March, so that the leap day
   comes last. */
static int64_t litellm__tls_time(const mbedtls_x509_time *t) {
  int32_t year = t->year - (t->mon < 3), month = (t->mon + 9) % 12;
  int32_t days = year * 365 + year / 4 - year / 100 + year / 400 +
                 (month * 153 + 2) / 5 + t->day - 719469;
  return (int64_t)days * 86400 + t->hour * (int32_t)3600 + t->min * 60 + t->sec;
}

static bool litellm__tls_pin_fits(const litellm_client_desc *desc,
                                  const mbedtls_x509_crt *certificate) {
  const mbedtls_md_info_t *md = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  uint8_t digest[32];
  if (!md || mbedtls_md(md, certificate->pk_raw.p, certificate->pk_raw.len,
                        digest)) return false;
  return (desc->pin && !memcmp(digest, desc->pin, sizeof digest)) ||
         (desc->next_pin && !memcmp(digest, desc->next_pin, sizeof digest));
}

/* The name that the server must have. */
static const char *litellm__tls_name(const litellm__mbedtls *s,
                                     const litellm_endpoint *endpoint) {
  return s->tls->server_name ? s->tls->server_name : endpoint->host;
}

static bool litellm__tls_same(const mbedtls_x509_buf *a,
                              const mbedtls_x509_buf *b) {
  return a->len == b->len && !memcmp(a->p, b->p, a->len);
}

/* The flags of a certificate's dates; `now` 0: the clock is not set. */
static uint32_t litellm__tls_dates(const mbedtls_x509_crt *certificate,
                                   int64_t now) {
  uint32_t flags = 0;
  if (litellm__tls_time(&certificate->valid_to) <
      (now ? now : LITELLM_BUILD_TIME)) flags |= MBEDTLS_X509_BADCERT_EXPIRED;
  if (now && litellm__tls_time(&certificate->valid_from) > now)
    flags |= MBEDTLS_X509_BADCERT_FUTURE;
  return flags;
}

/* Checks pins, and dates with the port's clock: without HAVE_TIME_DATE, mbedTLS
   accepts expired certificates; with it, it may use a different clock. */
static int litellm__tls_verify(void *user_data, mbedtls_x509_crt *certificate,
                               int depth, uint32_t *flags) {
  litellm__mbedtls *s = (litellm__mbedtls *)user_data;
  const litellm_client_desc *desc = s->base.desc;
  const mbedtls_ssl_config *config = &s->tls->config_;
  bool trusted = desc->ca != NULL;     /* a pin is then an extra check */
  const mbedtls_x509_crt *other;
  int64_t now = s->port->unix_time(), until;
  uint32_t dates;
  if (config->LITELLM__TLS_PRIVATE(f_vrfy)) {        /* set by `configure` */
    int code = config->LITELLM__TLS_PRIVATE(f_vrfy)(
        config->LITELLM__TLS_PRIVATE(p_vrfy), certificate, depth, flags);
    /* A certificate made from a bundle's row has no dates. */
    if (code || !certificate->raw.p) return code;
    trusted = true;
  }
  if (now < LITELLM_BUILD_TIME) now = 0;
  *flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED |
                        MBEDTLS_X509_BADCERT_FUTURE);
  dates = litellm__tls_dates(certificate, now);
  /* A renewed root has the name and the key of the old one: either counts. */
  other = depth ? &s->tls->ca_ : NULL;
  for (; dates && other && other->raw.p; other = other->next)
    if (litellm__tls_same(&certificate->subject_raw, &other->subject_raw) &&
        litellm__tls_same(&certificate->pk_raw, &other->pk_raw) &&
        !litellm__tls_dates(other, now)) dates = 0;
  *flags |= dates;
  until = litellm__tls_time(&certificate->valid_to);
  if (until > now && until < s->valid_until) s->valid_until = until;
  if (desc->pin || desc->next_pin) {
    if (!trusted) *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    if (depth == 0 && !litellm__tls_pin_fits(desc, certificate))
      *flags |= MBEDTLS_X509_BADCERT_OTHER;
  }
  return 0;
}

static litellm_result litellm__tls_failed(litellm_link *link, int code) {
  /* ALLOC_FAILED of PEM, X509, PK, ECP, MD, CIPHER and SSL, divided by 0x80.
     `low` has that of the modules beneath, and of ASN1. */
  static const uint8_t out_of_memory[] = {
    0x1180 / 128, 0x2880 / 128, 0x3F80 / 128, 0x4D80 / 128, 0x5180 / 128,
    0x6180 / 128, 0x7F00 / 128
  };
  unsigned high = (unsigned)-code >> 7, low = (unsigned)-code & 0x7F;
  size_t i = 0;
  link->tls_code = code;
  while (i < sizeof out_of_memory && out_of_memory[i] != high) i++;
  return low == 0x10 || low == 0x6A || i < sizeof out_of_memory ||
         code == -141                  /* PSA_ERROR_INSUFFICIENT_MEMORY */
      ? LITELLM_ERROR_TLS_MEMORY : LITELLM_ERROR_TLS;
}

/* Parses certificates: DER, one behind the other, which must stay, or PEM with
   its final NUL. Returns how many could not be parsed, or an error: none could.
   */
static int litellm__tls_parse(mbedtls_x509_crt *chain, const void *bytes,
                              size_t size) {
  const unsigned char *at = (const unsigned char *)bytes;
  const mbedtls_x509_crt *last = chain;
  int code;
  if (!size || at[0] != 0x30)
    return mbedtls_x509_crt_parse(chain, at,
                                  size ? size : strlen((const char *)at) + 1);
  for (;;) {
    code = mbedtls_x509_crt_parse_der_nocopy(chain, at, size);
    if (code) return chain->raw.p ? 1 : code;
    while (last->next) last = last->next;
    at += last->raw.len;
    size -= last->raw.len;
    if (!size) return 0;
  }
}

/* Parses the trust anchors. A bundle may hold certificates that this mbedTLS
   cannot parse; one good certificate is enough. */
static litellm_result litellm__tls_anchors(litellm_tls *tls,
                                           litellm_link *link) {
  const litellm_client_desc *desc = link->desc;
  const unsigned char *ca = (const unsigned char *)desc->ca;
  int code;
  if (!ca)
    return desc->pin || desc->next_pin || tls->configure
        ? LITELLM_OK : LITELLM_ERROR_NO_CA;
  code = litellm__tls_parse(&tls->ca_, ca, desc->ca_size);
  if (code >= 0) return LITELLM_OK;    /* so many could not be parsed */
  if (desc->ca_size && ca[0] != 0x30 && ca[desc->ca_size - 1])
    link->message = "PEM with a ca_size needs a final NUL, and counts it";
  return litellm__tls_failed(link, code) == LITELLM_ERROR_TLS_MEMORY
      ? LITELLM_ERROR_TLS_MEMORY : LITELLM_ERROR_BAD_CA;
}

/* With small buffers, asks for records of the largest length that fits both. */
static int litellm__tls_fragment(mbedtls_ssl_config *config) {
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH) &&                               \
  !defined(MBEDTLS_SSL_PROTO_TLS1_3)   /* ends the handshake in 3.6 */
  unsigned least = MBEDTLS_SSL_IN_CONTENT_LEN, length = 4;   /* 256 << it */
  if (least > MBEDTLS_SSL_OUT_CONTENT_LEN) least = MBEDTLS_SSL_OUT_CONTENT_LEN;
  while (length > 0 && 256u << length > least) length--;
  if (MBEDTLS_SSL_IN_CONTENT_LEN < 16384)
    return mbedtls_ssl_conf_max_frag_len(config, (unsigned char)length);
#endif
  (void)config;
  return 0;
}

static litellm_result litellm__tls_make(litellm_tls *tls, litellm_link *link) {
  mbedtls_ssl_config *config = &tls->config_;
  litellm_result result;
  int code;
#ifdef LITELLM__TLS_PSA                /* repeated calls do nothing */
  code = (int)psa_crypto_init();
  if (code) return litellm__tls_failed(link, code);
#endif
  result = litellm__tls_anchors(tls, link);
  if (result != LITELLM_OK) return result;
  code = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT,
                                     MBEDTLS_SSL_TRANSPORT_STREAM,
                                     MBEDTLS_SSL_PRESET_DEFAULT);
  if (!code) code = litellm__tls_fragment(config);
  if (code) return litellm__tls_failed(link, code);
#if MBEDTLS_VERSION_NUMBER < 0x03000000
  mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3,
                               MBEDTLS_SSL_MINOR_VERSION_3);
#endif
#if MBEDTLS_VERSION_NUMBER < 0x04000000
  mbedtls_ssl_conf_rng(config, litellm__tls_random, tls);
#endif
  /* Without a chain, mbedTLS refuses before it calls the pin check. */
  mbedtls_ssl_conf_ca_chain(config, &tls->ca_, NULL);
  mbedtls_ssl_conf_authmode(config, LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS
                                        ? MBEDTLS_SSL_VERIFY_NONE
                                        : MBEDTLS_SSL_VERIFY_REQUIRED);
#if LITELLM_TLS_SESSIONS && defined(MBEDTLS_SSL_PROTO_TLS1_3) &&              \
  MBEDTLS_VERSION_NUMBER >= 0x03060100
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      config, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
  if (tls->identity) {
    code = mbedtls_ssl_conf_own_cert(config, &tls->identity->chain_,
                                     &tls->identity->key_);
    if (code) return litellm__tls_failed(link, code);
  }
  if (tls->configure) tls->configure(config, link->desc->user_data);
  return LITELLM_OK;
}

/* Frees what the clients that shared `tls` used. They must be closed. Other
   clients may use `tls` again; it keeps what you have set. */
LITELLM_UNUSED static void litellm_tls_free(litellm_tls *tls) {
  if (!tls->ready_) return;
  mbedtls_x509_crt_free(&tls->ca_);
  mbedtls_ssl_config_free(&tls->config_);
  tls->ready_ = false;
}

/* ---- the client's own certificate --------------------------------------- */

#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && MBEDTLS_VERSION_NUMBER < 0x04000000
static int litellm__tls_port_random(void *port, unsigned char *bytes,
                                    size_t size) {
  return ((const litellm_port *)port)->entropy(bytes, size)
      ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}
#define LITELLM__TLS_RANDOM                                                   \
  , litellm__tls_port_random, (void *)(uintptr_t)port
#else
#define LITELLM__TLS_RANDOM
#endif

LITELLM_UNUSED static void litellm_tls_identity_free(litellm_tls_identity *me) {
  mbedtls_x509_crt_free(&me->chain_);
  mbedtls_pk_free(&me->key_);
}

/* Parses a certificate with its chain, and its private key, not encrypted: PEM
   with its final NUL, or DER, which must stay. `port` is that of the clients.
   ERROR_ARGUMENT: one cannot be parsed, or they are no pair; ERROR_TLS_MEMORY.
   Free it when the clients are closed. */
LITELLM_UNUSED static litellm_result litellm_tls_identity_init(
    litellm_tls_identity *me, const litellm_port *port, const void *chain,
    size_t chain_size, const void *key, size_t key_size) {
  const unsigned char *bytes = (const unsigned char *)key;
  litellm_link none;
  int code;
  memset(&none, 0, sizeof none);
  mbedtls_x509_crt_init(&me->chain_);
  mbedtls_pk_init(&me->key_);
#ifdef LITELLM__TLS_PSA
  code = (int)psa_crypto_init();
  if (code) return litellm__tls_failed(&none, code);
#endif
  (void)port;
  code = litellm__tls_parse(&me->chain_, chain, chain_size);
  if (!code)
    code = mbedtls_pk_parse_key(&me->key_, bytes, key_size, NULL,
                                0 LITELLM__TLS_RANDOM);
  if (!code)
    code = mbedtls_pk_check_pair(&me->chain_.pk, &me->key_ LITELLM__TLS_RANDOM);
  if (!code) return LITELLM_OK;
  litellm_tls_identity_free(me);
  code = code < 0 ? (int)litellm__tls_failed(&none, code) : 0;
  return code == LITELLM_ERROR_TLS_MEMORY ? LITELLM_ERROR_TLS_MEMORY
                                          : LITELLM_ERROR_ARGUMENT;
}

/* ---- sharing ------------------------------------------------------------ */

static litellm_result litellm__tls_share(litellm__mbedtls *s) {
  litellm_tls *tls = s->tls;
  litellm_result result;
  if (tls->ready_)
    return tls->from_ == s->base.desc->ca ? LITELLM_OK : LITELLM_ERROR_ARGUMENT;
  mbedtls_ssl_config_init(&tls->config_);
  mbedtls_x509_crt_init(&tls->ca_);
  tls->port_ = s->port;
  tls->from_ = s->base.desc->ca;
  tls->ready_ = true;
  result = litellm__tls_make(tls, &s->base);
  if (result != LITELLM_OK) litellm_tls_free(tls);
  return result;
}

static litellm_result litellm__mbedtls_init(litellm__mbedtls *s, void *below,
                                            const litellm_port *port,
                                            const litellm_endpoint *endpoint) {
  litellm_result result = LITELLM_OK;
  s->below = (litellm_link *)below;
  s->port = port;
  s->tls = s->base.desc->tls ? s->base.desc->tls : &s->own;
  *s->below = s->base;
  if (port->init) result = (port->init)(below, endpoint);
  if (result != LITELLM_OK || !endpoint->secure) return result;
  result = litellm__tls_share(s);
  if (result != LITELLM_OK && port->free) (port->free)(below);
  return result;
}

static void litellm__mbedtls_free(void *link) {
  litellm__mbedtls *s = (litellm__mbedtls *)link;
  litellm_tls_free(&s->own);
  if (s->port->free) (s->port->free)(s->below);
}

/* ---- sessions ------------------------------------------------------------ */

#if LITELLM_TLS_SESSIONS
/* Stands in the caller's buffer, at any address, before the session. */
typedef struct litellm__tls_saved {
  int64_t at, until;         /* Unix time: saved, and valid */
  uint32_t size;             /* bytes of the session; 0: none */
  uint32_t check;            /* hash of the rules and all this */
} litellm__tls_saved;

static uint32_t litellm__tls_hash(uint32_t hash, const void *data,
                                  size_t size) {
  const unsigned char *bytes = (const unsigned char *)data;
  while (size--) hash = (hash ^ *bytes++) * 16777619u;       /* FNV-1a */
  return hash;
}

/* What the trust in a session depends on. */
static uint32_t litellm__tls_rules(const litellm__mbedtls *s,
                                   const litellm_endpoint *endpoint) {
  const litellm_client_desc *desc = s->base.desc;
  const litellm_tls_identity *me = s->tls->identity;
  const char *ca = (const char *)desc->ca;
  const char *name = litellm__tls_name(s, endpoint);
  uint32_t about[6];
  uint32_t hash = 2166136261u;
  memset(about, 0, sizeof about);
  about[0] = MBEDTLS_VERSION_NUMBER;
  about[1] = endpoint->port;
  about[2] = (uint32_t)(uintptr_t)s->tls->configure;
  about[3] = LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS;
  about[4] = (uint32_t)(LITELLM_BUILD_TIME);
  about[5] = (desc->pin ? 1u : 0) | (desc->next_pin ? 2u : 0) | (ca ? 4u : 0) |
             (desc->clock_required ? 8u : 0);
  hash = litellm__tls_hash(hash, about, sizeof about);
  hash = litellm__tls_hash(hash, name, strlen(name));
  if (me) hash = litellm__tls_hash(hash, me->chain_.raw.p, me->chain_.raw.len);
  if (ca) hash = litellm__tls_hash(hash, ca, desc->ca_size ? desc->ca_size
                                                           : strlen(ca));
  if (desc->pin) hash = litellm__tls_hash(hash, desc->pin, 32);
  return desc->next_pin ? litellm__tls_hash(hash, desc->next_pin, 32) : hash;
}

static uint32_t litellm__tls_check(const litellm__mbedtls *s,
                                   const litellm__tls_saved *saved) {
  const unsigned char *bytes = (const unsigned char *)s->base.desc->tls_session;
  uint32_t hash = litellm__tls_hash(s->rules, saved,
                                    offsetof(litellm__tls_saved, check));
  return litellm__tls_hash(hash, bytes + sizeof *saved, saved->size);
}

/* Offers the saved session, and drops it: once is enough for a ticket, and what
   a server chokes on is not offered again. */
static void litellm__tls_resume(litellm__mbedtls *s,
                                const litellm_endpoint *endpoint) {
  const litellm_client_desc *desc = s->base.desc;
  unsigned char *bytes = (unsigned char *)desc->tls_session;
  int64_t now = s->port->unix_time();
  litellm__tls_saved saved;
  mbedtls_ssl_session session;
  s->rules = 0;
  s->valid_until = INT64_MAX;
  if (!bytes || desc->tls_session_size <= sizeof saved) return;
  s->rules = litellm__tls_rules(s, endpoint);
  memcpy(&saved, bytes, sizeof saved);
  memset(bytes, 0, sizeof saved);
  if (!saved.size || saved.size > desc->tls_session_size - sizeof saved ||
      saved.check != litellm__tls_check(s, &saved) ||
      now < LITELLM_BUILD_TIME || now < saved.at || now > saved.until ||
      now - saved.at >= LITELLM_TLS_SESSION_SECONDS) return;
  mbedtls_ssl_session_init(&session);
  if (mbedtls_ssl_session_load(&session, bytes + sizeof saved,
                               saved.size) == 0 &&
      mbedtls_ssl_set_session(&s->ssl, &session) == 0)
    s->valid_until = saved.until;      /* no certificate comes, or a new one */
  mbedtls_ssl_session_free(&session);
}

/* Saves the session, after a handshake or a ticket. A buffer that is too small
   stays empty. */
static void litellm__tls_save(litellm__mbedtls *s) {
  const litellm_client_desc *desc = s->base.desc;
  unsigned char *bytes = (unsigned char *)desc->tls_session;
  litellm__tls_saved saved;
  mbedtls_ssl_session session;
  size_t size = 0;
  if (!bytes || desc->tls_session_size <= sizeof saved) return;
  memset(&saved, 0, sizeof saved);
  mbedtls_ssl_session_init(&session);
  if (mbedtls_ssl_get_session(&s->ssl, &session) == 0 &&
      mbedtls_ssl_session_save(&session, bytes + sizeof saved,
                               desc->tls_session_size - sizeof saved,
                               &size) == 0) {
    saved.at = s->port->unix_time();
    saved.until = s->valid_until;
    saved.size = (uint32_t)size;
    saved.check = litellm__tls_check(s, &saved);
  }
  memcpy(bytes, &saved, sizeof saved);
  mbedtls_ssl_session_free(&session);
}

/* Whether a session is whole at the end of the handshake. */
static bool litellm__tls_is_12(const litellm__mbedtls *s) {
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
  return mbedtls_ssl_get_version_number(&s->ssl) == MBEDTLS_SSL_VERSION_TLS1_2;
#else
  (void)s;
  return true;
#endif
}
#endif

/* ---- the connection ----------------------------------------------------- */

static int litellm__tls_send(void *user_data, const unsigned char *data,
                             size_t size) {
  litellm__mbedtls *s = (litellm__mbedtls *)user_data;
  size_t sent = 0;
  litellm_result result = (s->port->send)(s->below, data, size, &sent);
  if (result == LITELLM_OK) return (int)sent;
  if (result == LITELLM_AGAIN) return MBEDTLS_ERR_SSL_WANT_WRITE;
  s->failure = (int16_t)result;
  return MBEDTLS_ERR_SSL_CONN_EOF;
}

static int litellm__tls_recv(void *user_data, unsigned char *data,
                             size_t size) {
  litellm__mbedtls *s = (litellm__mbedtls *)user_data;
  size_t received = 0;
  litellm_result result;
  if (!s->reads) return MBEDTLS_ERR_SSL_WANT_READ;
  s->reads--;
  result = (s->port->recv)(s->below, data, size, &received);
  if (result == LITELLM_OK) return (int)received;
  if (result == LITELLM_AGAIN) return MBEDTLS_ERR_SSL_WANT_READ;
  if (result == LITELLM_END && s->state != LITELLM__TLS_OFF)
    result = LITELLM_ERROR_CONNECTION_CLOSED;  /* no alert came before it */
  s->failure = (int16_t)result;
  return MBEDTLS_ERR_SSL_CONN_EOF;
}

/* Converts what mbedTLS returned or, without TLS, one of the two above. */
static litellm_result litellm__tls_result(litellm__mbedtls *s, int code) {
  litellm_link *link = &s->base;
  bool handshake = s->state == LITELLM__TLS_HANDSHAKE;
  link->code = s->below->code;
  if (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE) {
    link->wait = code == MBEDTLS_ERR_SSL_WANT_WRITE ? LITELLM_WAIT_WRITE
               : s->reads ? LITELLM_WAIT_READ : 0;
    return LITELLM_AGAIN;
  }
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
  if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
#if LITELLM_TLS_SESSIONS
    litellm__tls_save(s);
#endif
    link->wait = 0;
    return LITELLM_AGAIN;
  }
#endif
  if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY && !handshake)
    return LITELLM_END;
  if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ||
      code == MBEDTLS_ERR_SSL_CONN_EOF || code == 0)   /* mbedtls_ssl_read's */
    return s->failure ? (litellm_result)s->failure
                      : LITELLM_ERROR_CONNECTION_CLOSED;
  link->tls_code = code;
  /* BAD_CERTIFICATE, which has two names, means wrong usage. */
  if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED || code == -0x7A00 ||
      code == MBEDTLS_ERR_X509_FATAL_ERROR) {
    link->tls_flags = code == MBEDTLS_ERR_X509_FATAL_ERROR
        ? MBEDTLS_X509_BADCERT_NOT_TRUSTED         /* a check gave up */
        : mbedtls_ssl_get_verify_result(&s->ssl);
    return LITELLM_ERROR_CERTIFICATE;
  }
  /* A record larger than the buffer is BAD_INPUT_DATA or INVALID_RECORD; for a
     Certificate message, 2.28.3 says FEATURE_UNAVAILABLE. A server without TLS
     also causes INVALID_RECORD, but not after the handshake. */
  if (code == MBEDTLS_ERR_SSL_BAD_INPUT_DATA ||
      (code == MBEDTLS_ERR_SSL_INVALID_RECORD && !handshake) ||
      (code == MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE && handshake)) {
    if (LITELLM_ERROR_TEXTS)
      link->message = "raise MBEDTLS_SSL_IN_CONTENT_LEN, or lower the server's "
                      "record size (nginx: ssl_buffer_size)";
    return LITELLM_ERROR_TLS_RECORD;
  }
  if (LITELLM_ERROR_TEXTS && code == -0x6600 &&
      (MBEDTLS_VERSION_NUMBER == 0x03060600 ||
       MBEDTLS_VERSION_NUMBER == 0x04010000))
    link->message = "a bug of this mbedTLS with RSA certificates and TLS 1.2: "
                    "update it, or switch TLS 1.3 off";
  /* X509 cannot read the certificate, as one with a critical extension that it
     does not know; or it has no memory. */
  if (handshake && code <= -0x2080 && code > -0x2800 &&
      litellm__tls_failed(link, code) == LITELLM_ERROR_TLS)
    return LITELLM_ERROR_CERTIFICATE;
  return litellm__tls_failed(link, code);
}

/* Prepares the handshake. */
static litellm_result litellm__tls_open(litellm__mbedtls *s,
                                        const litellm_endpoint *endpoint) {
  int code;
  if (s->base.desc->clock_required &&
      s->port->unix_time() < LITELLM_BUILD_TIME)
    return LITELLM_ERROR_CLOCK_NOT_SET;
  s->state = LITELLM__TLS_HANDSHAKE;
  mbedtls_ssl_init(&s->ssl);
  code = mbedtls_ssl_setup(&s->ssl, &s->tls->config_);
  if (!code)
    code = mbedtls_ssl_set_hostname(&s->ssl, litellm__tls_name(s, endpoint));
  if (code) return litellm__tls_failed(&s->base, code);
#if LITELLM_TLS_SESSIONS
  litellm__tls_resume(s, endpoint);
#endif
  mbedtls_ssl_set_verify(&s->ssl, litellm__tls_verify, s);
  mbedtls_ssl_set_bio(&s->ssl, s, litellm__tls_send, litellm__tls_recv, NULL);
  s->base.wait = 0;
  return LITELLM_AGAIN;
}

/* Connects the underlying port, then takes one handshake step per call. A step
   computes at most one signature or key exchange, slow enough on small CPUs. */
static litellm_result litellm__mbedtls_connect(void *link,
                                               const litellm_endpoint *endpoint,
                                               uint32_t remaining_ms) {
  litellm__mbedtls *s = (litellm__mbedtls *)link;
  litellm_result result;
  int code;
  if (s->state == LITELLM__TLS_OFF) {
    s->failure = 0;
    *s->below = s->base;
    result = (s->port->connect)(s->below, endpoint, remaining_ms);
    s->base = *s->below;
    if (result != LITELLM_OK || !endpoint->secure) return result;
    s->base.securing = true;
    return litellm__tls_open(s, endpoint);
  }
  s->reads = LITELLM__TLS_READS;
  code = mbedtls_ssl_handshake_step(&s->ssl);
  if (code) return litellm__tls_result(s, code);
  s->base.wait = 0;
  if (!LITELLM__TLS_IS_OVER(&s->ssl)) return LITELLM_AGAIN;
  s->state = LITELLM__TLS_OPEN;
#if LITELLM_TLS_SESSIONS
  if (litellm__tls_is_12(s)) litellm__tls_save(s);
#endif
  return LITELLM_OK;
}

static litellm_result litellm__mbedtls_send(void *link, const void *data,
                                            size_t size, size_t *sent) {
  litellm__mbedtls *s = (litellm__mbedtls *)link;
  const unsigned char *bytes = (const unsigned char *)data;
  int code;
  s->reads = LITELLM__TLS_READS;
  if (s->state == LITELLM__TLS_OFF) {
    code = litellm__tls_send(s, bytes, size);
  } else {
    /* After WANT_WRITE, mbedTLS needs the same length again. It gets it: the
       caller repeats its data, which is cut to one record. */
    /* An error is negative and cuts nothing: it comes back from the write. */
    size_t most = (size_t)mbedtls_ssl_get_max_out_record_payload(&s->ssl);
    if (size > most) size = most;
    code = mbedtls_ssl_write(&s->ssl, bytes, size);
    s->state = code > 0 ? LITELLM__TLS_OPEN : LITELLM__TLS_WRITING;
  }
  if (code <= 0) return litellm__tls_result(s, code);
  *sent = (size_t)code;
  return LITELLM_OK;
}

static litellm_result litellm__mbedtls_recv(void *link, void *buffer,
                                            size_t size, size_t *received) {
  litellm__mbedtls *s = (litellm__mbedtls *)link;
  unsigned char *bytes = (unsigned char *)buffer;
  int code;
  s->reads = LITELLM__TLS_READS;
  code = s->state == LITELLM__TLS_OFF ? litellm__tls_recv(s, bytes, size)
                                      : mbedtls_ssl_read(&s->ssl, bytes, size);
  if (code <= 0) return litellm__tls_result(s, code);
  *received = (size_t)code;
  return LITELLM_OK;
}

static void litellm__mbedtls_close(void *link) {
  litellm__mbedtls *s = (litellm__mbedtls *)link;
  /* No alert may come between the parts of a record. */
  if (s->state == LITELLM__TLS_OPEN) (void)mbedtls_ssl_close_notify(&s->ssl);
  if (s->state != LITELLM__TLS_OFF) mbedtls_ssl_free(&s->ssl);
  s->state = LITELLM__TLS_OFF;
  (s->port->close)(s->below);
}

/* ---- the port ----------------------------------------------------------- */

/* Defines the const litellm_port `name`: TLS over the port `under`, whose link
   has the type `under_link`. */
#define LITELLM_MBEDTLS(name, under, under_link)                              \
  typedef struct name##_link {                                                \
    litellm__mbedtls tls;                                                     \
    under_link below;                                                         \
  } name##_link;                                                              \
  static litellm_result name##_init(void *link,                               \
                                    const litellm_endpoint *endpoint) {       \
    name##_link *own = (name##_link *)link;                                   \
    return litellm__mbedtls_init(&own->tls, &own->below, &under, endpoint);   \
  }                                                                           \
  static void name##_wait(void *link, unsigned what, uint32_t ms) {           \
    (under.wait)(link ? &((name##_link *)link)->below : NULL, what, ms);      \
  }                                                                           \
  static uint32_t name##_millis(void) { return under.millis(); }              \
  static int64_t name##_unix_time(void) { return under.unix_time(); }         \
  static bool name##_entropy(void *bytes, size_t size) {                      \
    return under.entropy(bytes, size);                                        \
  }                                                                           \
  LITELLM_UNUSED static const litellm_port name = {                           \
    sizeof(name##_link), true, litellm__mbedtls_connect,                      \
    litellm__mbedtls_send, litellm__mbedtls_recv, litellm__mbedtls_close,     \
    name##_wait, name##_millis, name##_unix_time, name##_entropy,             \
    name##_init, litellm__mbedtls_free }

#ifdef LITELLM_POSIX_H
LITELLM_MBEDTLS(litellm_posix_tls, litellm_posix, litellm_posix_link);
#endif
#ifdef LITELLM_WINSOCK_H
LITELLM_MBEDTLS(litellm_winsock_tls, litellm_winsock, litellm_winsock_link);
#endif
#ifdef LITELLM_LWIP_RAW_H
LITELLM_MBEDTLS(litellm_lwip_raw_tls, litellm_lwip_raw, litellm__lwip);
#endif
#ifdef LITELLM_LWIP_SOCKETS_H
LITELLM_MBEDTLS(litellm_lwip_sockets_tls, litellm_lwip_sockets,
                litellm_lwip_sockets_link);
#endif
#ifdef LITELLM_ZEPHYR_H
LITELLM_MBEDTLS(litellm_zephyr_tls, litellm_zephyr, litellm_zephyr_link);
#endif
#ifdef LITELLM_FREERTOS_TCP_H
LITELLM_MBEDTLS(litellm_freertos_tcp_tls, litellm_freertos_tcp,
                litellm_freertos_tcp_link);
#endif

#endif /* LITELLM_MBEDTLS_H */
