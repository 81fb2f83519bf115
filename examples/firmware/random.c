/* random.c: random bytes for TLS.

   THE ONE THING A PRODUCT HAS TO REPLACE. This chip has no source of
   randomness, so this begins with a few bits of timing and the device's
   `seed` setting: whoever guesses them reads the connection. Take a chip with
   a true random number generator and put its bytes where SEED is made; or
   write 32 secret random bytes to each device when it is made, and a new
   value derived from them at each start. */
#include "board.h"

#include <mbedtls/sha256.h>
#include <psa/crypto.h>
#include <string.h>

/* What is behind the bytes: never given out, only its hashes are. */
static struct {
  uint8_t key[32];
  uint32_t count, ticks, millis;
} state;

static void hash(uint8_t digest[32]) {
  state.count++;
  state.ticks = clock_ticks();
  state.millis = clock_millis();
  (void)mbedtls_sha256((const unsigned char *)&state, sizeof state, digest, 0);
}

bool random_bytes(void *bytes, size_t size) {
  uint8_t *at = (uint8_t *)bytes, block[32];
  if (state.count == 0) {                               /* SEED */
    const char *seed = setting("seed", "");
    strncpy((char *)state.key, seed, sizeof state.key);
  }
  while (size > 0) {
    size_t part = size < sizeof block ? size : sizeof block;
    hash(block);
    memcpy(at, block, part);
    at += part;
    size -= part;
    hash(state.key);
  }
  return true;
}

#ifdef MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
/* TLS 1.3 of mbedTLS asks PSA, and PSA asks here. */
psa_status_t mbedtls_psa_external_get_random(
    mbedtls_psa_external_random_context_t *context, uint8_t *output,
    size_t output_size, size_t *output_length) {
  (void)context;
  (void)random_bytes(output, output_size);
  *output_length = output_size;
  return PSA_SUCCESS;
}
#endif
