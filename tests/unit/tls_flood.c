/* A peer that nobody has authenticated yet sends records that mbedTLS skips,
   as fast as they are read and for ever: one call of litellm_next reads a
   bounded number of them, and the time to connect is kept. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "tests/unit/check.h"

/* What one step may read; and when the test gives it up. */
enum { READS_MOST = 16, GIVE_UP = 100000, CONNECT_MS = 1000 };

static struct {
  const char *record;
  size_t size, at;
  unsigned reads;            /* in this call of litellm_next */
  unsigned most;             /* in any */
  unsigned opened, closed;
  uint32_t now;
} flood;

static litellm_result flood_connect(void *link, const litellm_endpoint *peer,
                                    uint32_t remaining_ms) {
  (void)peer; (void)remaining_ms;
  ((litellm_link *)link)->resolving = false;
  flood.opened++;
  return LITELLM_OK;
}

static litellm_result flood_send(void *link, const void *data, size_t size,
                                 size_t *sent) {
  (void)link; (void)data;
  *sent = size;
  return LITELLM_OK;
}

static litellm_result flood_recv(void *link, void *buffer, size_t size,
                                 size_t *received) {
  size_t n;
  (void)link;
  if (++flood.reads > flood.most) flood.most = flood.reads;
  if (flood.reads > GIVE_UP) return LITELLM_ERROR_CONNECTION_CLOSED;
  for (n = 0; n < size; n++, flood.at = (flood.at + 1) % flood.size)
    ((char *)buffer)[n] = flood.record[flood.at];
  *received = size;
  return LITELLM_OK;
}

static void flood_close(void *link) { (void)link; flood.closed++; }

static void flood_wait(void *link, unsigned what, uint32_t ms) {
  (void)link; (void)what; (void)ms;
}

static uint32_t flood_millis(void) { return flood.now; }
static int64_t flood_unix_time(void) { return 1790000000; }

static bool flood_entropy(void *bytes, size_t size) {
  memset(bytes, 0x5A, size);
  return true;
}

static const litellm_port flood_port = {
  sizeof(litellm_link), false, flood_connect, flood_send, flood_recv,
  flood_close, flood_wait, flood_millis, flood_unix_time, flood_entropy, NULL,
  NULL };

LITELLM_MBEDTLS(flood_tls, flood_port, litellm_link);

/* A call of which each step takes a millisecond. */
static void drown(const char *record, size_t size) {
  static const litellm_call_desc hello = { .model = "m", .prompt = "Hi" };
  static const uint8_t pin[32] = { 0 };
  static unsigned char memory[16384];
  litellm_client_desc desc;
  litellm_client client;
  litellm_request request;
  litellm_event event;
  litellm_result result;
  memset(&flood, 0, sizeof flood);
  flood.record = record;
  flood.size = size;
  memset(&desc, 0, sizeof desc);
  desc.port = &flood_tls;
  desc.base_url = "https://h";
  desc.pin = pin;
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  desc.connect_timeout_ms = CONNECT_MS;
  desc.max_retries = LITELLM_NO_RETRIES;
  CHECK_INT(litellm_client_init(&client, &desc), LITELLM_OK);
  memset(&request, 0, sizeof request);
  request.call = hello;
  CHECK_INT(litellm_start(&client, &request), LITELLM_OK);
  do {
    flood.reads = 0;
    result = litellm_next(&client, &event);
    /* More can be read at once, so nothing is waited for. */
    if (result == LITELLM_AGAIN && flood.reads) CHECK_INT(event.wait_ms, 0);
    flood.now++;
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  CHECK_INT(result, LITELLM_ERROR_TIMEOUT);
  CHECK_INT(client.error.phase, LITELLM_PHASE_HANDSHAKE);
  CHECK(flood.now >= CONNECT_MS && flood.now <= CONNECT_MS + 2);
  CHECK(flood.most <= READS_MOST);
  CHECK(flood.most > 1);
  CHECK_INT(flood.opened, 1);
  CHECK_INT(flood.closed, 1);
  litellm_client_close(&client);
}

static void test_warning_alerts(void) {
  drown("\x15\3\3\0\2\1\x5A", 7);                /* user_canceled */
}

/* What middleboxes want to see of TLS 1.3. */
static void test_change_cipher_spec(void) {
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
  drown("\x14\3\3\0\1\1", 6);
#endif
}

int main(void) {
  CHECK_RUN(test_warning_alerts);
  CHECK_RUN(test_change_cipher_spec);
  return check_failures != 0;
}
