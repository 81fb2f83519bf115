/* Characters and numbers. */
#include "proof.h"

/* PROOF utf8_read: --unwind 6
   FAILS WITH: if (lead == 0xED) high = 0x9F; -> if (lead == 0xED) high = 0xBF;

   Of any 1 to 4 bytes none behind the last is read; what is well-formed is a
   scalar value in its shortest form. */
void utf8_read(void) {
  size_t len = any_size_to(4), size;
  char *text, out[4];
  bool valid;
  ASSUME(len > 0);
  text = any_text(len, 4);
  size = litellm__utf8(text, len, &valid);
  PROVE(size >= 1 && size <= len);
  if (!valid) return;
  uint32_t code = size == 1 ? (unsigned char)text[0]
                            : (unsigned char)text[0] & (0x7Fu >> size);
  for (size_t i = 1; i < size; i++)
    code = code << 6 | ((unsigned char)text[i] & 63u);
  PROVE(code <= 0x10FFFF && !(code >= 0xD800 && code < 0xE000));
  PROVE(litellm__encode_utf8(code, out) == size);
  for (size_t i = 0; i < size; i++) PROVE(out[i] == text[i]);
}

/* PROOF utf8_written: --unwind 6
   FAILS WITH: c < 0x800 ? 2 -> c < 0x801 ? 2

   Every scalar value is written as one well-formed character. */
void utf8_written(void) {
  uint32_t code = nondet_u32();
  char out[4];
  bool valid;
  ASSUME(code <= 0x10FFFF && !(code >= 0xD800 && code < 0xE000));
  size_t size = litellm__encode_utf8(code, out);
  PROVE(size >= 1 && size <= 4);
  PROVE(litellm__utf8(out, size, &valid) == size && valid);
}

/* PROOF number_never_wraps: --unwind 14 --unsigned-overflow-check
   FAILS WITH: value > (UINT32_MAX - 9) / 10 -> value > UINT32_MAX / 10

   Of any 12 bytes. Content-Length, ports and dates are read by this. */
void number_never_wraps(void) {
  size_t len = any_size_to(12);
  (void)litellm__parse_uint(any_text(len, 12), len);
}

/* PROOF number_is_right: --unwind 6
   FAILS WITH: uint32_t value = len ? 0 : UINT32_MAX; -> uint32_t value = 0;

   Any 4 bytes. */
void number_is_right(void) {
  size_t len = any_size_to(4);
  char *text = any_text(len, 4);
  uint32_t wanted = 0;
  bool digits = len > 0;
  for (size_t i = 0; i < len; i++) {
    digits = digits && text[i] >= '0' && text[i] <= '9';
    wanted = wanted * 10 + (uint32_t)(text[i] - '0');
  }
  PROVE(litellm__parse_uint(text, len) == (digits ? wanted : UINT32_MAX));
}

/* PROOF duration: --unwind 16
   FAILS WITH: unit, 4000000); -> unit, UINT32_MAX);

   Retry-After of any 14 bytes is at most 4000 s and a part of a second. */
void duration(void) {
  size_t len = any_size_to(14);
  uint32_t unit = nondet_bool() ? 1 : 1000;
  PROVE(litellm__parse_duration(any_text(len, 14), len, unit) <= 4000000 + 999);
}

/* PROOF retry_date: --unwind 6
   FAILS WITH: left % 86400 < 4000 -> left % 86400 <= 4000

   A Retry-After of 29 bytes, whatever they are, is below 4000 s at any time. */
void retry_date(void) {
  PROVE(litellm__ms_until_date(any_text(29, 29), nondet_i64()) < 4000000);
}

/* ALL retry_date_is_right: --unwind 6
   FAILS WITH: minute * 60 -> minute * 61

   A date within the next hour, of two days; one is in 2106, above 2^32. */
void retry_date_is_right(void) {
  char *date = any_text(29, 29);
  uint32_t hour = nondet_u32(), minute = nondet_u32(), second = nondet_u32();
  int64_t day = nondet_bool() ? (int64_t)49711 * 86400 : 0;
  uint32_t ahead = nondet_u32();
  ASSUME(hour < 24 && minute < 60 && second < 60 && ahead <= 3600);
  int64_t then = day + hour * 3600 + minute * 60 + second;
  date[17] = (char)('0' + hour / 10);
  date[18] = (char)('0' + hour % 10);
  date[20] = (char)('0' + minute / 10);
  date[21] = (char)('0' + minute % 10);
  date[23] = (char)('0' + second / 10);
  date[24] = (char)('0' + second % 10);
  ASSUME(then > ahead);
  PROVE(litellm__ms_until_date(date, then - ahead) == ahead * 1000);
}
