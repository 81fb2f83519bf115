/* What is written into a window of a text: the right bytes, none outside. */
#include "proof.h"

/* A writer at any place, with a window of 1 to `most` bytes. */
static litellm__writer any_writer(size_t most) {
  litellm__writer w;
  size_t size = any_size_to(most);
  ASSUME(size > 0);
  memset(&w, 0, sizeof w);
  w.out = any_text(size, most);
  w.from = nondet_u32();
  w.at = nondet_u32();
  ASSUME(w.from <= UINT32_MAX - most);
  w.to = w.from + (uint32_t)size;
  return w;
}

/* PROOF put: --unwind 10
   FAILS WITH: len >= UINT32_MAX - w->at -> len > UINT32_MAX - w->at + 1

   Up to 4 bytes in a window of up to 4. */
void put(void) {
  litellm__writer w = any_writer(4);
  uint32_t at = w.at, k = nondet_u32();
  size_t len = any_size_to(4);
  char *bytes = any_text(len, 4);
  litellm__put_bytes(&w, bytes, len);
  PROVE(w.result == ((uint64_t)at + len < UINT32_MAX
                         ? LITELLM_OK : LITELLM_ERROR_TOO_LARGE));
  if (w.result != LITELLM_OK) return;
  PROVE(w.at == at + len);
  ASSUME(k >= w.from && k < w.to && k >= at && k < w.at);
  PROVE(w.out[k - w.from] == bytes[k - at]);
}

static void base64_of(size_t most, size_t window) {
  static const char alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  litellm__writer w = any_writer(window);
  size_t len = any_size_to(most);
  uint8_t *bytes = (uint8_t *)any_text(len, most);
  uint32_t start = w.at, k = nondet_u32(), three = 0;
  ASSUME(start <= 100 && w.from <= 200);
  litellm__put_base64(&w, bytes, len);
  PROVE(w.at == start + (len + 2) / 3 * 4);
  ASSUME(k >= w.from && k < w.to && k >= start && k < w.at);
  size_t quad = (k - start) / 4, place = (k - start) % 4;
  for (size_t i = quad * 3; i < quad * 3 + 3; i++)
    three = three << 8 | (i < len ? bytes[i] : 0u);
  char wanted = quad * 3 + place > len
      ? '=' : alphabet[three >> (18 - 6 * place) & 63];
  PROVE(w.out[k - w.from] == wanted);
}

/* PROOF base64: --unwind 6 --unwindset
   litellm__put_base64.1:3,litellm__base64_quads.0:1,litellm__base64_quads.1:1
   FAILS WITH: len - i * 3, quad -> len - i * 3 - 1, quad

   Up to 3 bytes in a window of up to 2, too small for four at once. */
void base64(void) { base64_of(3, 2); }

/* ALL base64_quads: --unwind 6 --unwindset
   litellm__put_base64.1:4,litellm__base64_quads.0:1,litellm__base64_quads.1:2
   FAILS WITH: whole, (uint32_t)(len / 3 - i) -> whole, whole

   Up to 4 bytes in a window of up to 5. */
void base64_quads(void) { base64_of(4, 5); }

/* PROOF base64_two: --unwind 10
   FAILS WITH: quads > 2; quads -= 2 -> quads > 1; quads -= 2

   Two quads, or three: of these two at once, which read eight bytes. */
void base64_two(void) {
  char out[12], quad[4];
  unsigned quads = 2 + nondet_u32() % 2, i = nondet_u32(), k = nondet_u32();
  size_t len = quads * 3;
  uint8_t *bytes = (uint8_t *)any_text(len, 9);
  ASSUME(i < quads && k < 4);
  litellm__base64_quads(bytes, quads, out);
  litellm__base64_quad(bytes + i * 3, 3, quad);
  PROVE(out[i * 4 + k] == quad[k]);
}
