/* How connections fail on real sockets: each fault in clear and by TLS, from
   the scripted gateway and from nginx before it, in a blocking call and in one
   by litellm_next, without a retry, with one, and with another server.

     network CERTIFICATES PORTS

   Started by scripted_run.py --network. */
#include "e2e.h"

#include <arpa/inet.h>
#include <sys/wait.h>

#define TEXT "Grüße, \"world\" – 😀\nbye"
#define HALF "Grüße, \"w"                /* where some scripts break */

/* What is connected to, by way of the relay. */
enum { PLAIN = 1, TLS = 2, NGINX = 4, NGINX_TLS = 8,
       CLEAR = PLAIN | NGINX, SECURE = TLS | NGINX_TLS,
       DIRECT = PLAIN | TLS, PROXIED = NGINX | NGINX_TLS,
       ALL = DIRECT | PROXIED };

static const struct front {
  unsigned bit;
  const char *name, *listener;
  const char *prefix;        /* of listeners like it */
} fronts[] = {
  { PLAIN, "plain", "PLAIN", "" }, { TLS, "TLS", "GOOD", "" },
  { NGINX, "nginx", "NGINX", "NGINX_" },
  { NGINX_TLS, "nginx TLS", "NGINX_TLS", "NGINX_TLS_" }
};

enum { NO_SESSION, FULL, RESUMED };      /* .session */

/* A call that has the fault, and another one without it by the same client. */
struct fault {
  const char *name;
  unsigned fronts;
  /* the fault */
  const char *relay;         /* its line, without a port; NULL: "pass" */
  const char *script;        /* NULL: a good one */
  const char *instead;       /* the listener, without the front's prefix, that
                                takes the server's place; no connection is kept
                                then; NULL: none */
  bool stream;
  int session;               /* what becomes of the one of the first call */
  bool first;                /* a call without the fault goes before ... */
  const char *first_script;  /* ... of this script, NULL: a good one ... */
  unsigned pause_ms;         /* ... by so much */
  litellm_timeouts limits;
  /* what comes of it */
  litellm_result result;
  int phase;
  int status;
  const char *text;          /* delivered; NULL: none, or all after OK */
  unsigned bytes;            /* of HTTP, received; 0: not looked at */
  unsigned attempts;         /* without a retry, as a connection that was kept
                                is replaced; 0: 1 */
  bool lasting;              /* is not tried again */
  unsigned connections;      /* in all calls without a retry; 0: 2 */
};

#define FAILS(in, code)                                                       \
  .result = LITELLM_ERROR_##code, .phase = LITELLM_PHASE_##in
/* Long enough for what is to work on a busy machine. */
#define LIMIT(name, ms) .limits = { .name##_ms = ms }

static const struct fault faults[] = {
  /* no connection */
  { "nobody listens", ALL, "refuse", FAILS(CONNECT, CONNECT),
    .connections = 1 },
  { "no SYN is answered", ALL, "full", FAILS(CONNECT, TIMEOUT),
    LIMIT(connect, 1500), .connections = 1 },
  { "closed when accepted", SECURE, "close 0",
    FAILS(HANDSHAKE, CONNECTION_CLOSED) },
  { "closed when accepted", CLEAR, "close 0",
    FAILS(FIRST_BYTE, CONNECTION_CLOSED) },
  { "reset when accepted", SECURE, "reset 0",
    FAILS(HANDSHAKE, CONNECTION_CLOSED) },
  { "reset when accepted", CLEAR, "reset 0",
    FAILS(FIRST_BYTE, CONNECTION_CLOSED) },
  { "silent when accepted", SECURE, "stall 0", FAILS(HANDSHAKE, TIMEOUT),
    LIMIT(connect, 1500) },
  { "silent when accepted", CLEAR, "stall 0", FAILS(FIRST_BYTE, TIMEOUT),
    LIMIT(first_byte, 600) },

  /* in the handshake: in the first record, in the certificates */
  { "closed in the hello", SECURE, "close 40",
    FAILS(HANDSHAKE, CONNECTION_CLOSED) },
  { "closed in the handshake", SECURE, "close 500",
    FAILS(HANDSHAKE, CONNECTION_CLOSED) },
  { "reset in the handshake", SECURE, "reset 500",
    FAILS(HANDSHAKE, CONNECTION_CLOSED) },
  { "silent in the handshake", SECURE, "stall 500", FAILS(HANDSHAKE, TIMEOUT),
    LIMIT(handshake, 1000) },
  { "bytes one by one", ALL, "drip", .connections = 1 },
  { "stream, bytes one by one", ALL, "drip", .stream = true,
    .connections = 1 },

  /* before the reply */
  { "closed before the reply", DIRECT, .script = "close",
    FAILS(FIRST_BYTE, CONNECTION_CLOSED) },
  { "closed before the reply", PROXIED, .script = "close",
    FAILS(BODY, SERVER), .status = 502, .connections = 1 },
  { "reset before the reply", DIRECT, .script = "reset",
    FAILS(FIRST_BYTE, CONNECTION_CLOSED) },
  { "reset before the reply", PROXIED, .script = "reset",
    FAILS(BODY, SERVER), .status = 502, .connections = 1 },
  { "silent before the reply", ALL, .script = "silence",
    FAILS(FIRST_BYTE, TIMEOUT), LIMIT(first_byte, 600) },
  { "nginx finds no server", PROXIED, .instead = "DOWN",
    FAILS(BODY, SERVER), .status = 502 },
  { "nginx waits no longer", PROXIED, .script = "silence",
    .instead = "IMPATIENT", FAILS(BODY, SERVER), .status = 504 },

  /* in the reply */
  { "closed after a byte", DIRECT, .script = "cut:1", FAILS(HEAD, TRUNCATED),
    .bytes = 1 },
  { "closed in the head", DIRECT, .script = "cut:40", FAILS(HEAD, TRUNCATED),
    .bytes = 40 },
  { "closed in the head", PROXIED, .script = "cut:40", FAILS(BODY, SERVER),
    .status = 502, .connections = 1 },
  { "closed early in the body", DIRECT, .script = "cut:120",
    FAILS(BODY, TRUNCATED), .bytes = 120 },
  { "closed in the body", ALL, .script = "break:close",
    FAILS(BODY, TRUNCATED), .text = HALF },
  { "reset in the body", ALL, .script = "break:reset", FAILS(BODY, TRUNCATED),
    .text = HALF },
  { "silent in the head", DIRECT, .script = "silence-in-head",
    FAILS(HEAD, TIMEOUT), LIMIT(idle, 600) },
  { "silent in the head", PROXIED, .script = "silence-in-head",
    FAILS(FIRST_BYTE, TIMEOUT), LIMIT(first_byte, 600) },
  { "silent in the body", ALL, .script = "break:wait",
    FAILS(BODY, TIMEOUT), LIMIT(idle, 600), .text = HALF },
  { "nginx waits no longer for the body", PROXIED, .script = "break:wait",
    .instead = "IMPATIENT", FAILS(BODY, TRUNCATED), .text = HALF },

  /* in a stream */
  { "stream closed", ALL, .script = "stream-break:close", .stream = true,
    FAILS(BODY, TRUNCATED), .text = HALF },
  { "stream reset", ALL, .script = "stream-break:reset", .stream = true,
    FAILS(BODY, TRUNCATED), .text = HALF },
  { "stream silent", ALL, .script = "stream-break:wait", .stream = true,
    FAILS(BODY, TIMEOUT), LIMIT(idle, 600), .text = HALF },

  /* a length that is wrong */
  { "length too great", ALL, .script = "wrong-length:7",
    FAILS(BODY, TRUNCATED), .text = TEXT },
  { "length too small", ALL, .script = "wrong-length:-7",
    FAILS(BODY, TRUNCATED), .text = TEXT },
  { "two lengths", DIRECT, .script = "two-lengths", FAILS(HEAD, HTTP),
    .lasting = true },

  /* slow */
  { "a byte a millisecond", ALL, .script = "drip", .connections = 1 },
  { "stream, a byte each half a millisecond", ALL, .script = "stream-drip",
    .stream = true, .connections = 1 },
  { "too slow for the call", ALL, .script = "drip:0.02", LIMIT(total, 600),
    .result = LITELLM_ERROR_TIMEOUT, .lasting = true },

  /* a connection that was kept */
  { "kept", ALL, .first = true, .connections = 1 },
  { "kept, closed when idle", DIRECT, .first = true,
    .first_script = "idle-close:0.05", .pause_ms = 400 },
  { "kept, closed by nginx", PROXIED, .first = true, .pause_ms = 1200 },
  { "kept, reset by the next request", DIRECT, .first = true,
    .first_script = "stale", .attempts = 2 },
  { "kept, too old for us", ALL, .first = true, .pause_ms = 1600 },

  /* certificates and sessions */
  { "another good certificate", SECURE, .instead = "CHAIN", .first = true,
    .connections = 3 },
  { "a wrong certificate", SECURE, .instead = "WRONG_HOST", .first = true,
    FAILS(HANDSHAKE, CERTIFICATE), .lasting = true, .connections = 3 },
  { "session resumed", SECURE, .session = RESUMED, .first = true,
    .connections = 3 },
  { "session refused", SECURE, .session = FULL, .instead = "CHAIN",
    .first = true, .connections = 3 },
  { "session refused, a wrong certificate", SECURE, .session = FULL,
    .instead = "WRONG_HOST", .first = true, FAILS(HANDSHAKE, CERTIFICATE),
    .lasting = true, .connections = 3 }
};

/* ---- the relay ----------------------------------------------------------- */

static int control = -1;
static unsigned relay_port, accepted;

static void must(bool good, const char *what) {
  if (good) return;
  perror(what);
  exit(2);
}

/* What becomes of connections from now on: see relay.py. */
static void tell_relay(const char *line, const char *listener) {
  char text[128];
  size_t n = 0;
  int size = snprintf(text, sizeof text, "%s %s\n", line,
                      look_up(ports, listener));
  must(send(control, text, (size_t)size, 0) == size, "relay");
  do must(recv(control, text + n, 1, 0) == 1, "relay");
  while (text[n] != '\n' && ++n < sizeof text - 1);
  text[n] = '\0';
  must(sscanf(text, "%u %u", &relay_port, &accepted) == 2, text);
}

static void open_relay(void) {
  const char *port = look_up(ports, "RELAY");
  struct sockaddr_in to;
  must(port != NULL, "RELAY");
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((uint16_t)atoi(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  control = socket(AF_INET, SOCK_STREAM, 0);
  must(connect(control, (struct sockaddr *)&to, sizeof to) == 0, "relay");
}

/* ---- a case -------------------------------------------------------------- */

/* What may help: another attempt, or a server of .fallback_urls. */
enum help { NOTHING, RETRY, OTHER };
static const struct mode { bool polled; enum help help; } modes[] = {
  { false, NOTHING }, { true, NOTHING }, { false, RETRY }, { true, RETRY },
  { true, OTHER }
};

/* One of a fault's: at a front, in a mode. */
struct variant {
  const struct fault *fault;
  const struct front *front;
  bool polled;
  enum help help;
  unsigned number;
  /* What the hook counts and does. */
  unsigned attempts;
  bool mends;
};

static void watch(litellm_hook_point point, int32_t value, void *user_data) {
  struct variant *v = (struct variant *)user_data;
  (void)value;
  if (point == LITELLM_HOOK_START) v->attempts++;
  if (point == LITELLM_HOOK_RETRY && v->mends)
    tell_relay("pass", v->front->listener);
}

/* A call; true if it gives this. */
static bool call(struct bench *b, struct variant *v, const char *model,
                 const struct fault *f, bool again, char *why, size_t size) {
  static const litellm_name_value sessions[][2] = {
    { { NULL, NULL }, { NULL, NULL } },
    { { "x-session", "full" }, { NULL, NULL } },
    { { "x-session", "resumed" }, { NULL, NULL } } };
  struct say_arguments arguments = { .text = { "Hi", 2 } };
  litellm_request request = { .call = say_call, .arguments = &arguments,
                              .stream = f->stream };
  litellm_response response = LITELLM__ZERO;
  struct heard heard = LITELLM__ZERO;
  const litellm_error *e = &b->client.error;
  litellm_result result, wanted = again ? LITELLM_OK : f->result;
  const char *text = wanted == LITELLM_OK ? TEXT : f->text ? f->text : "", *got;
  unsigned attempts = (f->attempts ? f->attempts : 1) + again;
  char line[512];
  bool good;
  request.call.model = model;
  request.call.timeouts = &f->limits;
  request.call.collect_text = true;
  if (f->session) request.call.headers = sessions[f->session];
  v->attempts = 0;
  result = v->polled ? poll_call(b, &request, &heard, &response)
                     : litellm_run(&b->client, &response, &request);
  got = v->polled ? heard.text ? heard.text : "" : response.content;
  litellm_error_print(e, line, sizeof line);
  good = result == wanted && v->attempts == attempts &&
         got && strcmp(got, text) == 0 && e->code == result &&
         e->retries == (again && v->help == RETRY) &&
         (result == LITELLM_OK ||
          ((!f->phase || (int)e->phase == f->phase) &&
           e->http_status == (e->phase < LITELLM_PHASE_BODY ? 0
                              : f->status ? f->status : 200))) &&
         (!f->bytes || again || b->client.stats.bytes_received == f->bytes);
  if (!good)
    (void)snprintf(why, size, "%s after %u attempts and %lu bytes, not %s "
                   "after %u; text \"%.100s\", not \"%.100s\": %s",
                   litellm_result_name(result), v->attempts,
                   (unsigned long)b->client.stats.bytes_received,
                   litellm_result_name(wanted), attempts,
                   got ? got : "(none)", text, line);
  free(heard.text);
  return good;
}

/* The first call, the one with the fault, the next one. */
static bool calls(struct bench *b, struct variant *v, char *why, size_t size) {
  const struct fault *f = v->fault;
  const struct fault good = { .stream = f->stream },
                     first = { .session = f->session ? FULL : NO_SESSION };
  const char *hello = f->stream ? "stream-text" : "hello";
  char model[128], other[32], reason[1024];
  unsigned wanted = f->connections ? f->connections : 2;
  /* A caller that has seen a text gets no other one. Another server is asked if
     this one is at fault. */
  bool again = v->help == RETRY ? !f->lasting && !(v->polled && f->text)
               : v->help == OTHER &&
                 (f->status ||
                  (f->phase && f->phase < LITELLM_PHASE_FIRST_BYTE));
  if (f->first && !call(b, v, f->first_script ? f->first_script : "hello",
                        &first, false, reason, sizeof reason)) {
    (void)snprintf(why, size, "the first call: %s", reason);
    return false;
  }
  (void)poll(NULL, 0, (int)f->pause_ms);
  (void)snprintf(model, sizeof model, v->help ? "%s >> %s:%u" : "%s",
                 f->script ? f->script : hello, hello, v->number);
  (void)snprintf(other, sizeof other, "%s%s", v->front->prefix,
                 f->instead ? f->instead : "");
  tell_relay(f->relay ? f->relay : "pass",
             f->instead ? other : v->front->listener);
  v->mends = again && v->help == RETRY && (f->relay || f->instead);
  if (!call(b, v, model, f, again, why, size)) return false;
  v->mends = false;
  tell_relay("pass", v->front->listener);
  if (!call(b, v, hello, &good, false, reason, sizeof reason)) {
    (void)snprintf(why, size, "the next call: %s", reason);
    return false;
  }
  tell_relay("pass", v->front->listener);
  if (v->help || accepted == wanted) return true;
  (void)snprintf(why, size, "%u connections, not %u", accepted, wanted);
  return false;
}

static void run_variant(struct variant *v) {
  const struct fault *f = v->fault;
  bool secure = (v->front->bit & SECURE) != 0, good;
  struct bench b;
  struct test t = { .in_clear = !secure, .retries = v->help == RETRY };
  unsigned char session[2048] = { 0 };
  char name[256], why[2048] = "no client", url[128], other[128];
  const char *others[2] = { other, NULL };
  open_relay();
  tell_relay("pass", v->front->listener);
  (void)snprintf(url, sizeof url, "%s://localhost:%u",
                 secure ? "https" : "http", relay_port);
  (void)snprintf(other, sizeof other, "%s://localhost:%s",
                 secure ? "https" : "http",
                 look_up(ports, v->front->listener));
  t.at = url;
  good = describe(&b, &t);
  b.desc.hook = watch;
  b.desc.user_data = v;
  if (v->help == OTHER) b.desc.fallback_urls = others;
  if (f->instead || f->session) b.desc.reuse_within_ms = LITELLM_NO_REUSE;
  if (f->session) {
    b.desc.tls_session = session;
    b.desc.tls_session_size = sizeof session;
  }
  good = good && open_client(&b, 8192) == LITELLM_OK &&
         calls(&b, v, why, sizeof why);
  (void)snprintf(name, sizeof name, "%s: %s%s%s", v->front->name, f->name,
                 v->polled ? ", polled" : "",
                 v->help == RETRY ? ", retried"
                 : v->help == OTHER ? ", another server" : "");
  report(good, name, why);
  close_client(&b);
  (void)close(control);
}

/* Most of the time is waiting, so they run many at a time: each process takes
   every so many of them. */
enum { PROCESSES = 24 };

static void run_share(unsigned share) {
  unsigned number = 0;
  size_t i, k, m;
  for (i = 0; i < sizeof faults / sizeof *faults; i++)
    for (k = 0; k < sizeof fronts / sizeof *fronts; k++)
      for (m = 0; m < sizeof modes / sizeof *modes; m++) {
        struct variant v = { .fault = &faults[i], .front = &fronts[k],
                             .polled = modes[m].polled,
                             .help = modes[m].help };
        if (!(v.fault->fronts & v.front->bit)) continue;
        if (v.help && v.fault->result == LITELLM_OK) continue;
        v.number = number++;
        if (v.number % PROCESSES == share) run_variant(&v);
      }
}

int main(int argc, char **argv) {
  unsigned share, bad = 0;
  int status;
  if (argc != 3) return 2;
  folder = argv[1];
  ports = argv[2];
  usual_ca = "ca.pem";
  for (share = 0; share < PROCESSES; share++) {
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child) continue;
    run_share(share);
    exit(failed != 0);
  }
  while (wait(&status) > 0) bad += status != 0;
  return bad != 0;
}
