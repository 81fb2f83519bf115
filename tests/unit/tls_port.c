/* port/mbedtls.h over a wire in memory, with a server of mbedTLS at its other
   end: records in pieces, AGAIN and failures at every call, memory that runs
   out, how a connection ends, dates to the second, and what init finds. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "tests/unit/check.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl_cache.h>
#include <time.h>

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define HI "{\"choices\":[{\"message\":{\"content\":\"hi\"}," \
           "\"finish_reason\":\"stop\"}]}"

enum { WIRE = 65536, NOW = 1790000000 };

/* ---- memory ------------------------------------------------------------- */

static struct {
  unsigned count;
  unsigned fail_at;          /* the nth fails, 0: none ... */
  bool for_good;             /* ... and all behind it */
  bool of_server;            /* whose do not fail */
} memory_of;

/* mbedTLS gets all its memory here: its calloc is this one. The compiler must
   not make a calloc of it. */
void *calloc(size_t count, size_t size) {
  static void *(*volatile get)(size_t) = malloc;
  void *memory;
  if (!memory_of.of_server && memory_of.fail_at &&
      (++memory_of.count == memory_of.fail_at ||
       (memory_of.count > memory_of.fail_at && memory_of.for_good)))
    return NULL;
  if (size && count > SIZE_MAX / size) return NULL;
  memory = get(count * size);
  if (memory) memset(memory, 0, count * size);
  return memory;
}

/* ---- the wire ----------------------------------------------------------- */

typedef struct queue { unsigned char bytes[WIRE]; size_t from, to; } queue;

static size_t put(queue *q, const void *data, size_t size) {
  if (size > WIRE - q->to) size = WIRE - q->to;
  memcpy(q->bytes + q->to, data, size);
  q->to += size;
  return size;
}

static size_t take(queue *q, void *data, size_t size) {
  if (size > q->to - q->from) size = q->to - q->from;
  memcpy(data, q->bytes + q->from, size);
  q->from += size;
  if (q->from == q->to) q->from = q->to = 0;
  return size;
}

static struct {
  /* The script. */
  size_t send_size, recv_size;       /* bytes a call moves at most, 0: all */
  unsigned again_every;              /* every nth call says AGAIN, 0: none */
  unsigned fail_at;                  /* the nth call and all behind it */
  size_t part;               /* when the handshake is over send takes so many
                                bytes and then, deaf, none */
  bool deaf;
  bool no_entropy;
  litellm_result init;               /* what init says */
  int64_t unix_time;
  const char *reply;
  bool notify;                       /* the server ends with its alert ... */
  bool cut;                          /* ... or without */
  /* What happened. */
  unsigned calls, sent, opened, closed, inits, frees;
  bool again;                        /* the last call said so */
  uint32_t waited;
  uint32_t now;
  queue to_server, to_client;
  mbedtls_ssl_context ssl;           /* the server's */
  bool serving, done, notified;      /* notified: by the client's alert */
  char request[WIRE];
  size_t request_size;
  size_t told;                       /* bytes the server has sent */
} wire;

static int server_send(void *user_data, const unsigned char *data,
                       size_t size) {
  (void)user_data;
  wire.told += size;
  return (int)put(&wire.to_client, data, size);
}

static int server_recv(void *user_data, unsigned char *data, size_t size) {
  size_t n = take(&wire.to_server, data, size);
  (void)user_data;
  return n ? (int)n : MBEDTLS_ERR_SSL_WANT_READ;
}

static int random_bytes(void *user_data, unsigned char *bytes, size_t size) {
  (void)user_data;
  while (size--) bytes[size] = (unsigned char)(check_random() >> 32);
  return 0;
}

static mbedtls_ssl_config server;
static mbedtls_pk_context key;
static mbedtls_x509_crt chain;
static unsigned char der[2048];
static size_t der_size;

/* A certificate of these names and dates, as PEM if `pem` is not NULL, else at
   the end of `der`, whose size it returns. */
static int sign(const char *name, mbedtls_pk_context *of, const char *issuer,
                mbedtls_pk_context *by, const char *from, const char *to,
                unsigned char *pem, size_t room) {
  mbedtls_x509write_cert writer;
  mbedtls_mpi serial;
  int size;
  mbedtls_x509write_crt_init(&writer);
  mbedtls_mpi_init(&serial);
  CHECK_INT(mbedtls_mpi_lset(&serial, 1), 0);
  mbedtls_x509write_crt_set_subject_key(&writer, of);
  mbedtls_x509write_crt_set_issuer_key(&writer, by);
  CHECK_INT(mbedtls_x509write_crt_set_subject_name(&writer, name), 0);
  CHECK_INT(mbedtls_x509write_crt_set_issuer_name(&writer, issuer), 0);
  CHECK_INT(mbedtls_x509write_crt_set_serial(&writer, &serial), 0);
  CHECK_INT(mbedtls_x509write_crt_set_validity(&writer, from, to), 0);
  mbedtls_x509write_crt_set_md_alg(&writer, MBEDTLS_MD_SHA256);
  if (pem)
    CHECK_INT(mbedtls_x509write_crt_set_basic_constraints(&writer, 1, -1), 0);
  size = pem ? mbedtls_x509write_crt_pem(&writer, pem, room, random_bytes, NULL)
             : mbedtls_x509write_crt_der(&writer, der, sizeof der,
                                         random_bytes, NULL);
  CHECK(pem ? size == 0 : size > 0);
  mbedtls_x509write_crt_free(&writer);
  mbedtls_mpi_free(&serial);
  return size;
}

/* Gives the server one for "h", signed by `issuer`. */
static void certify_by(const char *issuer, mbedtls_pk_context *by,
                       const char *from, const char *to) {
  int size = sign("CN=h", &key, issuer, by, from, to, NULL, 0);
  der_size = size > 0 ? (size_t)size : 0;
  memmove(der, der + sizeof der - der_size, der_size);
  mbedtls_x509_crt_free(&chain);
  mbedtls_x509_crt_init(&chain);
  CHECK_INT(mbedtls_x509_crt_parse_der(&chain, der, der_size), 0);
}

/* The same, signed by itself. */
static void certify(const char *from, const char *to) {
  certify_by("CN=h", &key, from, to);
}

static void make_key(mbedtls_pk_context *made) {
  mbedtls_pk_init(made);
  CHECK_INT(mbedtls_pk_setup(
      made, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), 0);
  CHECK_INT(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*made),
                                random_bytes, NULL), 0);
}

static void make_server(void) {
#ifdef LITELLM__TLS_PSA
  CHECK_INT(psa_crypto_init(), 0);
#endif
  make_key(&key);
  certify("20200101000000", "20490101000000");
  mbedtls_ssl_config_init(&server);
  CHECK_INT(mbedtls_ssl_config_defaults(&server, MBEDTLS_SSL_IS_SERVER,
                                        MBEDTLS_SSL_TRANSPORT_STREAM,
                                        MBEDTLS_SSL_PRESET_DEFAULT), 0);
  mbedtls_ssl_conf_rng(&server, random_bytes, NULL);
  CHECK_INT(mbedtls_ssl_conf_own_cert(&server, &chain, &key), 0);
}

static bool request_is_whole(void) {
  const char *body = strstr(wire.request, "\r\n\r\n");
  const char *length = strstr(wire.request, "Content-Length: ");
  return body && length &&
         wire.request_size - (size_t)(body + 4 - wire.request) ==
             (size_t)strtoul(length + 16, NULL, 10);
}

static void serve_what_came(void) {
  int code = 0;
  size_t size = strlen(wire.reply), at = 0;
  if (!wire.serving) return;
  while (!LITELLM__TLS_IS_OVER(&wire.ssl))
    if (mbedtls_ssl_handshake_step(&wire.ssl)) return;
  while ((code = mbedtls_ssl_read(
              &wire.ssl, (unsigned char *)wire.request + wire.request_size,
              WIRE - 1 - wire.request_size)) > 0)
    wire.request_size += (size_t)code;
  if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) wire.notified = true;
  if (wire.done || !request_is_whole()) return;
  wire.done = true;
  while (at < size && code != 0) {
    code = mbedtls_ssl_write(&wire.ssl, (const unsigned char *)wire.reply + at,
                             size - at);
    if (code > 0) at += (size_t)code;
    else break;
  }
  if (wire.notify) (void)mbedtls_ssl_close_notify(&wire.ssl);
}

/* The server does what it can. */
static void serve(void) {
  memory_of.of_server = true;
  serve_what_came();
  memory_of.of_server = false;
}

/* ---- the client --------------------------------------------------------- */

static litellm_client client;
static litellm_event event;
static unsigned char memory[32768];

/* ---- the port below ----------------------------------------------------- */

typedef struct wire_link { litellm_link head; uint32_t canary; } wire_link;

static litellm_result turn(void *link) {
  wire_link *own = (wire_link *)link;
  CHECK_INT(own->canary, 0);
  CHECK(own->head.desc != NULL);
  wire.calls++;
  if (wire.fail_at && wire.calls >= wire.fail_at) {
    own->head.code = 104;
    return LITELLM_ERROR_NETWORK;
  }
  wire.again = wire.again_every && wire.calls % wire.again_every == 0;
  return wire.again ? LITELLM_AGAIN : LITELLM_OK;
}

static litellm_result wire_connect(void *link, const litellm_endpoint *peer,
                                   uint32_t remaining_ms) {
  litellm_link *head = (litellm_link *)link;
  litellm_result result;
  CHECK(remaining_ms > 0);
  CHECK(head->resolving || wire.opened);
  result = turn(link);
  head->wait_ms = 7;
  if (result != LITELLM_OK) return result;
  head->resolving = false;
  head->wait_ms = 0;
  wire.opened++;
  wire.serving = peer->secure;
  if (wire.serving) {
    memory_of.of_server = true;
    mbedtls_ssl_init(&wire.ssl);
    CHECK_INT(mbedtls_ssl_setup(&wire.ssl, &server), 0);
    mbedtls_ssl_set_bio(&wire.ssl, NULL, server_send, server_recv, NULL);
    memory_of.of_server = false;
  }
  return LITELLM_OK;
}

static litellm_result wire_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  litellm_result result = turn(link);
  if (result != LITELLM_OK) return result;
  if (wire.deaf) return LITELLM_AGAIN;
  if (wire.send_size && size > wire.send_size) size = wire.send_size;
  if (wire.part && client.stats.handshake_ms) {
    size = wire.part;
    wire.part = 0;
    wire.deaf = true;
  }
  *sent = put(&wire.to_server, data, size);
  wire.sent += (unsigned)*sent;
  if (*sent == 0) return LITELLM_AGAIN;
  serve();
  return LITELLM_OK;
}

static litellm_result wire_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  litellm_result result = turn(link);
  if (result != LITELLM_OK) return result;
  if (wire.recv_size && size > wire.recv_size) size = wire.recv_size;
  *received = take(&wire.to_client, buffer, size);
  if (*received) return LITELLM_OK;
  return wire.done && (wire.notify || wire.cut) ? LITELLM_END : LITELLM_AGAIN;
}

static void wire_close(void *link) {
  (void)link;
  wire.closed++;
  if (wire.opened < wire.closed || !wire.serving) return;
  serve();
  mbedtls_ssl_free(&wire.ssl);
  wire.serving = false;
}

static void wire_wait(void *link, unsigned what, uint32_t ms) {
  if (link) CHECK_INT(((wire_link *)link)->canary, 0);
  CHECK_INT(what, link ? LITELLM_WAIT_READ : 0);
  wire.waited += ms;
}

static uint32_t wire_millis(void) { return wire.now++; }
static int64_t wire_unix_time(void) { return wire.unix_time; }

static bool wire_entropy(void *bytes, size_t size) {
  (void)random_bytes(NULL, (unsigned char *)bytes, size);
  return !wire.no_entropy;
}

static litellm_result wire_init(void *link, const litellm_endpoint *peer) {
  CHECK(((wire_link *)link)->head.desc != NULL);
  CHECK(peer->port != 0);
  wire.inits++;
  return wire.init;
}

static void wire_free(void *link) { (void)link; wire.frees++; }

static const litellm_port wire_port = {
  sizeof(wire_link), false, wire_connect, wire_send, wire_recv, wire_close,
  wire_wait, wire_millis, wire_unix_time, wire_entropy, wire_init, wire_free };

LITELLM_MBEDTLS(wire_tls, wire_port, wire_link);

/* ---- calls -------------------------------------------------------------- */

static void rewind_wire(void) {
  memset(&wire, 0, sizeof wire);
  wire.unix_time = NOW;
  wire.reply = OK_HEAD "Content-Length: 65\r\n\r\n" HI;
  wire.notify = true;
}

static litellm_client_desc describe(const char *url) {
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &wire_tls;
  desc.base_url = url;
  desc.ca = der;
  desc.ca_size = der_size;
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.reuse_within_ms = LITELLM_NO_REUSE;   /* rewind_wire forgets them */
  desc.max_retries = LITELLM_NO_RETRIES;
  return desc;
}

#define ASK(ARG) ARG(STRING, question)
LITELLM_CALL(ask, ASK, .model = "m", .prompt = "{question}");
static const char *question = "?";

/* One call, to its end. */
static litellm_result call(void) {
  struct ask_arguments arguments;
  litellm_request request;
  litellm_result result;
  unsigned steps = 0;
  memset(&request, 0, sizeof request);
  arguments.question = question;
  request.call = ask_call;
  request.arguments = &arguments;
  request.call.collect_text = true;
  result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (++steps > 1000000) return LITELLM_ERROR_TIMEOUT;
  }
  return result == LITELLM_END ? LITELLM_OK : result;
}

static litellm_result try_call(const litellm_client_desc *desc) {
  litellm_result result = litellm_client_init(&client, desc);
  if (result == LITELLM_OK) result = call();
  litellm_client_close(&client);
  return result;
}

static bool answered(void) {
  litellm_response response;
  return litellm_client_response(&client, &response) == LITELLM_OK &&
         !strcmp(response.content, "hi");
}

/* ---- what is sent and received ------------------------------------------ */

static unsigned count = 60;

/* In pieces of every size, with AGAIN in between: the server gets the request
   that it gets in one piece, and the alert at the end. */
static void test_pieces(void) {
  static char whole[WIRE], long_question[5000];
  litellm_client_desc desc = describe("https://h");
  size_t size;
  unsigned n;
  memset(long_question, 'q', sizeof long_question - 1);
  question = long_question;
  rewind_wire();
  CHECK_INT(try_call(&desc), LITELLM_OK);
  CHECK(wire.notified);
  size = wire.request_size;
  CHECK(size > sizeof long_question);
  memcpy(whole, wire.request, size);
  for (n = 1; n < count; n++) {
    check_at("%u", n);
    rewind_wire();
    wire.send_size = n % 3 == 0 ? n : n % 3 == 1 ? 0 : 1000 + n;
    wire.recv_size = n % 4 == 0 ? 0 : n % 4 == 1 ? n : 300 + n;
    wire.again_every = 3 + n % 5;
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
    CHECK_INT(call(), LITELLM_OK);
    CHECK(answered());
    litellm_client_close(&client);
    CHECK(wire.request_size == size && !memcmp(wire.request, whole, size));
    CHECK(wire.notified || wire.again);
    CHECK_INT(wire.opened, 1);
    CHECK_INT(wire.closed, 1);
    CHECK_INT(wire.inits, 1);
    CHECK_INT(wire.frees, 1);
  }
  question = "?";
}

/* A window larger than a record goes out in two. */
static void test_large_window(void) {
  static char long_question[20000];
  litellm_client_desc desc = describe("https://h");
  memset(long_question, 'q', sizeof long_question - 1);
  question = long_question;
  desc.window_size = sizeof long_question;
  rewind_wire();
  CHECK_INT(try_call(&desc), LITELLM_OK);
  CHECK(wire.request_size > sizeof long_question);
  question = "?";
}

/* The port below fails at its nth call: its code comes through, in the phase
   where that was, and the client works again. */
static void test_failures(void) {
  litellm_client_desc desc = describe("https://h");
  unsigned n, last = 1, phases = 0;
  rewind_wire();
  CHECK_INT(try_call(&desc), LITELLM_OK);
  last = wire.calls;
  CHECK(last > 10);
  rewind_wire();
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  for (n = 1; n < last && n < count; n++) {
    check_at("%u of %u", n, last);
    rewind_wire();
    wire.fail_at = n;
    if (call() != LITELLM_OK) {
      litellm_error error = client.error;
      CHECK_INT(error.code, error.phase > LITELLM_PHASE_FIRST_BYTE
                                ? LITELLM_ERROR_TRUNCATED
                                : LITELLM_ERROR_NETWORK);
      CHECK_INT(error.port_code, 104);
      CHECK_INT(error.tls_code, 0);
      phases |= 1u << error.phase;
    } else {
      /* When all was there already. */
      CHECK(answered());
    }
    rewind_wire();
    CHECK_INT(call(), LITELLM_OK);
    CHECK_INT(client.error.port_code, 0);
    CHECK(answered());
  }
  CHECK(phases & 1u << LITELLM_PHASE_RESOLVE);
  CHECK(n < last || phases & 1u << LITELLM_PHASE_HANDSHAKE);
  CHECK(n < last || phases & 1u << LITELLM_PHASE_SEND);
  litellm_client_close(&client);
}

/* Memory runs out at the nth piece that init takes, and then at the nth that a
   call takes. The client works again when there is some. mbedTLS does not
   always say that it was memory: not of the server's half of the key exchange,
   and what it cannot verify is not trusted. */
static void test_memory(void) {
  litellm_client_desc desc = describe("https://h");
  litellm_result result;
  unsigned n = 0, tried = 0, told = 0;
  do {
    check_at("init, piece %u", ++n);
    rewind_wire();
    memory_of.count = 0;
    memory_of.fail_at = n;
    result = litellm_client_init(&client, &desc);
    memory_of.fail_at = 0;
    CHECK(result == LITELLM_OK || result == LITELLM_ERROR_TLS_MEMORY);
    CHECK_INT(wire.frees, result != LITELLM_OK);
  } while (result != LITELLM_OK && n < 1000);
  CHECK(n > 1);
  for (n = 1;; n += 1 + n / (1 + count / 4)) {
    check_at("call, piece %u", n);
    rewind_wire();
    memory_of.count = 0;
    memory_of.fail_at = n;
    memory_of.for_good = n % 3 == 0;
    result = call();
    memory_of.fail_at = 0;
    if (memory_of.count < n) break;
    tried++;
    told += result == LITELLM_ERROR_TLS_MEMORY;
    CHECK(result == LITELLM_ERROR_TLS_MEMORY || result == LITELLM_ERROR_TLS ||
          (result == LITELLM_ERROR_CERTIFICATE &&
           client.error.tls_flags == LITELLM_CERTIFICATE_UNKNOWN_CA));
    CHECK_INT(client.error.phase, LITELLM_PHASE_HANDSHAKE);
    CHECK(client.error.tls_code < 0);
    rewind_wire();
    CHECK_INT(call(), LITELLM_OK);
    if (check_bad > 10) break;
  }
  CHECK(told > tried / 2);
  CHECK_INT(result, LITELLM_OK);
  CHECK(answered());
  litellm_client_close(&client);
}

/* ---- sessions ------------------------------------------------------------ */

#if LITELLM_TLS_SESSIONS && defined(MBEDTLS_SSL_CACHE_C)
static unsigned char session[4096];

enum { CLOCK = 1, PIN = 2, NEXT_PIN = 4 };
static unsigned rules;       /* that the client has; PIN: and no CA */
static uint8_t pins[2][32];

static void set_rules(litellm_client_desc *about) {
  mbedtls_x509_crt *own = &chain;
  CHECK_INT(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
                       own->pk_raw.p, own->pk_raw.len, pins[0]), 0);
  about->clock_required = (rules & CLOCK) != 0;
  if (rules & PIN) {
    about->ca = NULL;
    about->ca_size = 0;
    about->pin = pins[0];
  }
  if (rules & NEXT_PIN) about->next_pin = pins[1];
}

/* A call of a new client, so many seconds after NOW. */
static litellm_result session_call(int64_t after, size_t size) {
  litellm_client_desc about = describe("https://h");
  rewind_wire();
  set_rules(&about);
  wire.unix_time = after < -9999 ? 0 : NOW + after;
  about.tls_session = session;
  about.tls_session_size = size;
  return try_call(&about);
}

/* Whether the server sent no certificate. */
static bool was_resumed(void) { return wire.told < der_size + 250; }

static void test_sessions(void) {
  static const struct {
    int64_t after;
    bool resumed, short_lived;
    litellm_result result;
    size_t size;
  } rows[] = {
    { 0, true, false, LITELLM_OK, sizeof session },
    { 86399, true, false, LITELLM_OK, sizeof session },
    { 86400, false, false, LITELLM_OK, sizeof session },
    { -1, false, false, LITELLM_OK, sizeof session },        /* went back */
    { -10000, false, false, LITELLM_OK, sizeof session },    /* is not set */
    { 99, true, true, LITELLM_OK, sizeof session },
    { 100, false, true, LITELLM_ERROR_CERTIFICATE, sizeof session },
    { 0, false, false, LITELLM_OK, 0 }, { 0, false, false, LITELLM_OK, 24 },
    { 0, false, false, LITELLM_OK, 200 },
  };
  mbedtls_ssl_cache_context cache;
  litellm_client_desc desc;
  size_t i, at, whole;
  bool done;
  mbedtls_ssl_cache_init(&cache);
  mbedtls_ssl_conf_session_cache(&server, &cache, mbedtls_ssl_cache_get,
                                 mbedtls_ssl_cache_set);
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  mbedtls_ssl_conf_max_tls_version(&server, MBEDTLS_SSL_VERSION_TLS1_2);
#endif
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_at("row %lu", (unsigned long)i);
    certify("20200101000000", rows[i].short_lived ? "20260921141459"
                                                  : "20490101000000");
    memset(session, 0, sizeof session);
    CHECK_INT(session_call(0, rows[i].size), LITELLM_OK);
    CHECK(!was_resumed());
    CHECK_INT(session_call(rows[i].after, rows[i].size), rows[i].result);
    CHECK(rows[i].result || was_resumed() == rows[i].resumed);
    if (!rows[i].resumed) continue;
    CHECK_INT(session_call(rows[i].after, rows[i].size), LITELLM_OK);
    CHECK(was_resumed());              /* and again */
  }
  /* No byte of it may change; what fails is not offered again. */
  certify("20200101000000", "20490101000000");
  memset(session, 0, sizeof session);
  CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
  for (whole = sizeof session; whole && !session[whole - 1];) whole--;
  CHECK(whole > 100);
  for (at = 0; at < whole; at += at < 24 ? 1 : 91) {
    check_at("byte %lu", (unsigned long)at);
    session[at] ^= 0x10;
    CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
    CHECK(!was_resumed());
  }
  CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
  CHECK(was_resumed());
  /* The same rules must hold. */
  for (i = 0; i < 8 * 8; i += count < 64 ? 3 : 1) {
    const unsigned before = (unsigned)i / 8, after = (unsigned)i % 8;
    if ((before & (PIN | NEXT_PIN)) == NEXT_PIN ||
        (after & (PIN | NEXT_PIN)) == NEXT_PIN) continue;
    check_at("rules %u, then %u", before, after);
    rules = before;
    memset(session, 0, sizeof session);
    CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
    rules = after;
    CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
    CHECK(was_resumed() == (before == after));
  }
  rules = 0;
  /* Too little memory in the middle: the next call works. */
  for (i = 1, done = false; !done; i += 1 + i / (1 + count)) {
    litellm_result result;
    check_at("piece %lu", (unsigned long)i);
    memset(session, 0, sizeof session);
    CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
    memory_of.count = 0;
    memory_of.fail_at = (unsigned)i;
    result = session_call(0, sizeof session);
    memory_of.fail_at = 0;
    done = memory_of.count < i;
    CHECK(result != LITELLM_OK || !done || was_resumed());
    CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
  }
  check_at("a handshake that fails");
  desc = describe("https://h");
  desc.tls_session = session;
  desc.tls_session_size = sizeof session;
  rewind_wire();
  wire.fail_at = 4;                    /* in the handshake */
  CHECK_INT(try_call(&desc), LITELLM_ERROR_NETWORK);
  CHECK_INT(session_call(0, sizeof session), LITELLM_OK);
  CHECK(!was_resumed());
  mbedtls_ssl_conf_session_cache(&server, NULL, NULL, NULL);
#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && defined(MBEDTLS_SSL_PROTO_TLS1_3)
  mbedtls_ssl_conf_max_tls_version(&server, MBEDTLS_SSL_VERSION_TLS1_3);
#endif
  mbedtls_ssl_cache_free(&cache);
}
#endif

/* ---- how a connection ends ---------------------------------------------- */

/* Given up in the middle of a record: nothing may follow the part of it that
   was sent. */
static void test_no_alert_in_a_record(void) {
  litellm_client_desc desc = describe("https://h");
  unsigned sent;
  rewind_wire();
  wire.part = 10;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(ask_start(&client, "?"), LITELLM_OK);
  while (wire.part) CHECK_INT(litellm_next(&client, &event), LITELLM_AGAIN);
  CHECK_INT(event.wait, LITELLM_WAIT_READ | LITELLM_WAIT_WRITE);
  sent = wire.sent;
  wire.deaf = false;
  litellm_cancel(&client);
  CHECK_INT(wire.sent, sent);
  CHECK_INT(wire.request_size, 0);
  CHECK_INT(wire.closed, 1);
  litellm_client_close(&client);
}

/* Given up between records: the server hears the end. */
static void test_alert_between_records(void) {
  litellm_client_desc desc = describe("https://h");
  rewind_wire();
  wire.reply = "";
  wire.notify = false;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(ask_start(&client, "?"), LITELLM_OK);
  while (!wire.done) CHECK_INT(litellm_next(&client, &event), LITELLM_AGAIN);
  CHECK_INT(event.wait, LITELLM_WAIT_READ);
  litellm_cancel(&client);
  CHECK(wire.notified);
  litellm_client_close(&client);
}

/* A reply that ends with the connection needs the server's alert. */
static void test_truncation(void) {
  litellm_client_desc desc = describe("https://h");
  rewind_wire();
  wire.reply = OK_HEAD "\r\n" HI;
  CHECK_INT(try_call(&desc), LITELLM_OK);
  wire.notify = false;
  wire.cut = true;
  wire.done = false;
  wire.request_size = 0;
  CHECK_INT(try_call(&desc), LITELLM_ERROR_TRUNCATED);
}

/* http:// over the same port: no TLS, and an end in order. */
static void test_plain(void) {
  litellm_client_desc desc = describe("http://h");
  desc.ca = NULL;
  rewind_wire();
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  CHECK_INT(put(&wire.to_client, OK_HEAD "\r\n" HI,
                sizeof OK_HEAD "\r\n" HI - 1), sizeof OK_HEAD "\r\n" HI - 1);
  wire.done = true;
  CHECK_INT(call(), LITELLM_OK);
  CHECK(answered());
  CHECK_INT(client.stats.handshake_ms, 0);
  rewind_wire();
  wire.fail_at = 2;
  CHECK_INT(call(), LITELLM_ERROR_NETWORK);
  CHECK_INT(client.error.port_code, 104);
  litellm_client_close(&client);
}

/* ---- trust -------------------------------------------------------------- */

static void test_init(void) {
  static const uint8_t pin[32] = { 1 };
  litellm_client_desc desc = describe("https://h");
  rewind_wire();
  desc.ca = NULL;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NO_CA);
  CHECK(!LITELLM_ERROR_TEXTS || !strcmp(client.error.subject, "ca"));
  CHECK_INT(wire.frees, 1);
  CHECK_INT(ask_start(&client, "?"), LITELLM_ERROR_NO_CA);
  desc.ca = der;
  desc.ca_size = der_size - 1;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_BAD_CA);
  CHECK(client.error.tls_code < 0);
  CHECK_INT(wire.frees, 2);
  litellm_client_close(&client);
  CHECK_INT(wire.frees, 2);
  desc.ca = NULL;
  desc.pin = pin;
  CHECK_INT(try_call(&desc), LITELLM_ERROR_CERTIFICATE);
  CHECK_INT(client.error.phase, LITELLM_PHASE_HANDSHAKE);
  CHECK(client.error.tls_flags & LITELLM_CERTIFICATE_PIN);
  CHECK(!(client.error.tls_flags & LITELLM_CERTIFICATE_UNKNOWN_CA));
  CHECK_INT(wire.inits, 3);
  CHECK_INT(wire.frees, 3);
  wire.init = LITELLM_ERROR_NETWORK;         /* has nothing to free */
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_NETWORK);
  CHECK_INT(wire.frees, 3);
}

/* The certificate must have that name, whatever the URL says. */
static void test_server_name(void) {
  static const struct { const char *url, *name; litellm_result result; }
      rows[] = {
    { "https://h", NULL, LITELLM_OK },
    { "https://10.0.0.1", "h", LITELLM_OK },
    { "https://10.0.0.1", NULL, LITELLM_ERROR_CERTIFICATE },
    { "https://h", "other", LITELLM_ERROR_CERTIFICATE },
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    litellm_client_desc desc = describe(rows[i].url);
    litellm_tls tls;
    check_at("row %lu", (unsigned long)i);
    memset(&tls, 0, sizeof tls);
    tls.server_name = rows[i].name;
    desc.tls = &tls;
    rewind_wire();
    CHECK_INT(try_call(&desc), rows[i].result);
    litellm_tls_free(&tls);
  }
}

/* The server wants a certificate of the client's, signed by itself. */
static void test_identity(void) {
  static unsigned char key_bytes[512], pem[2048], saved[4096], more[2048];
  unsigned char *key_der;
  mbedtls_pk_context other;
  litellm_tls_identity me;
  litellm_client_desc desc = describe("https://h");
  litellm_tls tls;
  size_t key_size;
  int size = mbedtls_pk_write_key_der(&key, key_bytes, sizeof key_bytes);
  CHECK(size > 0);
  key_size = size > 0 ? (size_t)size : 0;
  key_der = key_bytes + sizeof key_bytes - key_size;
  memset(&tls, 0, sizeof tls);
  desc.tls = &tls;
  mbedtls_ssl_conf_ca_chain(&server, &chain, NULL);
  mbedtls_ssl_conf_authmode(&server, MBEDTLS_SSL_VERIFY_REQUIRED);
  rewind_wire();
  CHECK(try_call(&desc) < 0);                /* without one */
  litellm_tls_free(&tls);
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, der, der_size, key_der,
                                      key_size), LITELLM_OK);
  tls.identity = &me;
  desc.tls_session = saved;
  desc.tls_session_size = sizeof saved;
  rewind_wire();
  CHECK_INT(try_call(&desc), LITELLM_OK);
  rewind_wire();
  CHECK_INT(try_call(&desc), LITELLM_OK);    /* by the next client */
  litellm_tls_free(&tls);
  litellm_tls_identity_free(&me);
  /* PEM */
  CHECK_INT(mbedtls_pk_write_key_pem(&key, pem, sizeof pem), 0);
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, der, der_size, pem,
                                      strlen((char *)pem) + 1), LITELLM_OK);
  litellm_tls_identity_free(&me);
  /* what is no certificate, no key, no pair */
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, der, der_size - 1,
                                      key_der, key_size),
            LITELLM_ERROR_ARGUMENT);
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, der, der_size, key_der,
                                      key_size - 1), LITELLM_ERROR_ARGUMENT);
  memcpy(more, der, der_size);
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, more, der_size + 1,
                                      key_der, key_size),
            LITELLM_ERROR_ARGUMENT);
  make_key(&other);
  CHECK_INT(mbedtls_pk_write_key_pem(&other, pem, sizeof pem), 0);
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, der, der_size, pem,
                                      strlen((char *)pem) + 1),
            LITELLM_ERROR_ARGUMENT);
  mbedtls_pk_free(&other);
  memory_of.count = 0;
  memory_of.fail_at = 2;
  CHECK_INT(litellm_tls_identity_init(&me, &wire_tls, der, der_size, key_der,
                                      key_size), LITELLM_ERROR_TLS_MEMORY);
  memory_of.fail_at = 0;
  mbedtls_ssl_conf_ca_chain(&server, NULL, NULL);
  mbedtls_ssl_conf_authmode(&server, MBEDTLS_SSL_VERIFY_NONE);
}

/* DER certificates one behind the other; what is behind a good one does not
   matter. */
static void test_several(void) {
  static unsigned char several[3 * sizeof der];
  litellm_client_desc desc = describe("https://h");
  size_t own = der_size, size;
  mbedtls_pk_context other;
  make_key(&other);
  certify_by("CN=other", &other, "20200101000000", "20490101000000");
  memcpy(several, der, der_size);            /* of nobody who matters */
  size = der_size;
  certify("20200101000000", "20490101000000");
  own = der_size;
  memcpy(several + size, der, own);
  memset(several + size + own, 0, 3);
  desc.ca = several;
  rewind_wire();
  desc.ca_size = size;
  CHECK_INT(try_call(&desc), LITELLM_ERROR_CERTIFICATE);
  rewind_wire();
  desc.ca_size = size + own;
  CHECK_INT(try_call(&desc), LITELLM_OK);
  rewind_wire();
  desc.ca_size = size + own + 3;
  CHECK_INT(try_call(&desc), LITELLM_OK);
  mbedtls_pk_free(&other);
}

/* Of a bundle one certificate that can be read is enough. */
static void test_bundle(void) {
  static const char bad[] = "-----BEGIN CERTIFICATE-----\nMAA=\n"
                            "-----END CERTIFICATE-----\n";
  static const struct { bool before, good, behind; litellm_result result; }
  rows[] = {
    { false, true, false, LITELLM_OK }, { true, true, false, LITELLM_OK },
    { false, true, true, LITELLM_OK }, { true, true, true, LITELLM_OK },
    { true, false, true, LITELLM_ERROR_BAD_CA },
    { false, false, false, LITELLM_ERROR_BAD_CA }
  };
  static unsigned char good[2048], bundle[4096];
  char *text = (char *)bundle;
  size_t i;
  sign("CN=h", &key, "CN=h", &key, "20200101000000", "20490101000000", good,
       sizeof good);
  for (i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
    litellm_client_desc desc = describe("https://h");
    check_at("bundle %lu", (unsigned long)i / 2);
    (void)sprintf(text, "%s%s%s", rows[i / 2].before ? bad : "",
                  rows[i / 2].good ? (char *)good : "",
                  rows[i / 2].behind ? bad : "");
    rewind_wire();
    desc.ca = bundle;
    desc.ca_size = i % 2 ? strlen(text) + 1 : 0;
    CHECK_INT(try_call(&desc), rows[i / 2].result);
    CHECK(!client.error.message);
  }
}

/* What the port hands on to the one below; a wait with a link and without. */
static void test_below(void) {
  litellm_client_desc desc = describe("https://h");
  char byte = 0;
  rewind_wire();
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  memset(&event, 0, sizeof event);
  event.wait = LITELLM_WAIT_READ;
  event.wait_ms = 10;
  litellm_wait(&client, &event);
  wire_tls.wait(NULL, 0, 20);
  CHECK_INT(wire.waited, 30);
  CHECK_INT(wire_tls.unix_time(), NOW);
  CHECK(wire_tls.entropy(&byte, 1));
  litellm_client_close(&client);
}

static void test_no_entropy(void) {
  litellm_client_desc desc = describe("https://h");
  rewind_wire();
  wire.no_entropy = true;
  CHECK_INT(try_call(&desc), LITELLM_ERROR_TLS);
  CHECK_INT(client.error.phase, LITELLM_PHASE_HANDSHAKE);
  CHECK(client.error.tls_code < 0);
}

/* Without a clock the build date stands in, or the call fails. */
static void test_clock(void) {
  litellm_client_desc desc = describe("https://h");
  static const int64_t unset[] = { 0, -1, LITELLM_BUILD_TIME - 1 };
  size_t i;
  for (i = 0; i < sizeof unset / sizeof *unset; i++) {
    check_at("%ld", (long)unset[i]);
    rewind_wire();
    wire.unix_time = unset[i];
    desc.clock_required = true;
    CHECK_INT(try_call(&desc), LITELLM_ERROR_CLOCK_NOT_SET);
    CHECK_INT(client.error.phase, LITELLM_PHASE_HANDSHAKE);
    CHECK_INT(wire.closed, 1);
    rewind_wire();
    wire.unix_time = unset[i];
    desc.clock_required = false;
    CHECK_INT(try_call(&desc), LITELLM_OK);
  }
  rewind_wire();
  wire.unix_time = LITELLM_BUILD_TIME;
  desc.clock_required = true;
  CHECK_INT(try_call(&desc), LITELLM_OK);
}

/* To the second; 1790000000 is 2026-09-21 14:13:20. */
static void test_validity(void) {
  static const struct { const char *from, *to; int64_t now; uint32_t flags; }
  rows[] = {
    { "20200101000000", "20260921141320", NOW, 0 },
    { "20200101000000", "20260921141319", NOW, LITELLM_CERTIFICATE_EXPIRED },
    { "20260921141320", "20300101000000", NOW, 0 },
    { "20260921141321", "20300101000000", NOW,
      LITELLM_CERTIFICATE_NOT_YET_VALID },
    { "20260921141321", "20300101000000", 0, 0 },
    { "20200101000000", "20241231235959", 0, LITELLM_CERTIFICATE_EXPIRED },
    { "20200101000000", "20250101000000", 0, 0 },
    { "20200101000000", "99991231235959", NOW, 0 },
    { "19500101000000", "20300101000000", NOW, 0 }
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    litellm_client_desc desc;
    check_at("%s to %s", rows[i].from, rows[i].to);
    certify(rows[i].from, rows[i].to);
    desc = describe("https://h");
    rewind_wire();
    wire.unix_time = rows[i].now;
    CHECK_INT(try_call(&desc), rows[i].flags ? LITELLM_ERROR_CERTIFICATE
                                             : LITELLM_OK);
    CHECK_INT(client.error.tls_flags, rows[i].flags);
  }
  certify("20200101000000", "20490101000000");
}

/* Two roots of one name: which of their dates count, in 2041. mbedTLS's own
   clock may say otherwise. */
static void test_renewed_roots(void) {
  static const struct { const char *from, *to, *next_from, *next_to;
                        bool same_key; uint32_t flags; } rows[] = {
    { "2020", "2040", "2039", "2049", true, 0 },
    { "2039", "2049", "2020", "2040", true, 0 },
    { "2048", "2049", "2020", "2049", true, 0 },
    { "2020", "2040", "2048", "2049", true, LITELLM_CERTIFICATE_EXPIRED },
    { "2020", "2040", "2021", "2039", true, LITELLM_CERTIFICATE_EXPIRED },
    { "2020", "2040", "2039", "2049", false, LITELLM_CERTIFICATE_EXPIRED }
  };
  static unsigned char bundle[4096];
  mbedtls_pk_context root, other;
  make_key(&root);
  make_key(&other);
  certify_by("CN=root", &root, "20200101000000", "20490101000000");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    litellm_client_desc desc = describe("https://h");
    mbedtls_pk_context *next = rows[i].same_key ? &root : &other;
    char dates[4][15];
    size_t n;
    check_at("roots %lu", (unsigned long)i);
    (void)sprintf(dates[0], "%s0101000000", rows[i].from);
    (void)sprintf(dates[1], "%s0101000000", rows[i].to);
    (void)sprintf(dates[2], "%s0101000000", rows[i].next_from);
    (void)sprintf(dates[3], "%s0101000000", rows[i].next_to);
    sign("CN=root", &root, "CN=root", &root, dates[0], dates[1], bundle,
         sizeof bundle);
    n = strlen((char *)bundle);
    sign("CN=root", next, "CN=root", next, dates[2], dates[3], bundle + n,
         sizeof bundle - n);
    n += strlen((char *)bundle + n);
    rewind_wire();
    wire.unix_time = 2250000000;
    desc.ca = bundle;
    desc.ca_size = i % 2 ? 0 : n + 1;
    CHECK_INT(try_call(&desc),
              rows[i].flags ? LITELLM_ERROR_CERTIFICATE : LITELLM_OK);
    CHECK_INT(client.error.tls_flags, rows[i].flags);
    desc.ca_size = n;                        /* without its NUL */
    CHECK_INT(litellm_client_init(&client, &desc), LITELLM_ERROR_BAD_CA);
    CHECK(client.error.message && strstr(client.error.message, "NUL"));
    litellm_client_close(&client);
  }
  mbedtls_pk_free(&root);
  mbedtls_pk_free(&other);
  certify("20200101000000", "20490101000000");
}

/* Every day of 400 years, against the C library. */
static void test_dates(void) {
  int64_t time;
  for (time = -631152000; time < (int64_t)400 * 366 * 86400; time += 86399) {
    time_t as_libc = (time_t)time;
    struct tm *tm = gmtime(&as_libc);
    mbedtls_x509_time t;
    t.year = tm->tm_year + 1900;
    t.mon = tm->tm_mon + 1;
    t.day = tm->tm_mday;
    t.hour = tm->tm_hour;
    t.min = tm->tm_min;
    t.sec = tm->tm_sec;
    if (!CHECK_INT(litellm__tls_time(&t), time)) break;
  }
}

int main(int argc, char **argv) {
  if (argc > 1) count = (unsigned)strtoul(argv[1], NULL, 10) / 20;
  check_run("make_server", make_server);
  CHECK_RUN(test_pieces);
  CHECK_RUN(test_large_window);
  CHECK_RUN(test_failures);
  CHECK_RUN(test_memory);
#if LITELLM_TLS_SESSIONS && defined(MBEDTLS_SSL_CACHE_C)
  CHECK_RUN(test_sessions);
#endif
  CHECK_RUN(test_no_alert_in_a_record);
  CHECK_RUN(test_alert_between_records);
  CHECK_RUN(test_truncation);
  CHECK_RUN(test_plain);
  CHECK_RUN(test_init);
  CHECK_RUN(test_server_name);
  CHECK_RUN(test_identity);
  CHECK_RUN(test_several);
  CHECK_RUN(test_bundle);
  CHECK_RUN(test_below);
  CHECK_RUN(test_no_entropy);
  CHECK_RUN(test_clock);
  CHECK_RUN(test_validity);
  CHECK_RUN(test_renewed_roots);
  CHECK_RUN(test_dates);
  mbedtls_ssl_config_free(&server);
  mbedtls_x509_crt_free(&chain);
  mbedtls_pk_free(&key);
#ifdef LITELLM__TLS_PSA
  mbedtls_psa_crypto_free();
#endif
  return check_failures != 0;
}
