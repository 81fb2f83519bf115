/* Framing: how long a body is. Without the blanks and lists that LITELLM_COMPAT
   accepts, which make a proof take minutes. */
#define LITELLM_COMPAT 0
#include "proof.h"

/* PROOF chunk_size: --unwind 20
   FAILS WITH: left > UINT32_MAX >> 4 -> left > UINT32_MAX >> 3

   Any line of up to 18 bytes has the value of its digits, or is refused. */
void chunk_size(void) {
  size_t len = any_size_to(18), i;
  char *line = any_text(len, 18);
  litellm__http http;
  uint64_t value = 0;
  http.state = LITELLM__HTTP_SIZE;
  litellm_result result = litellm__http_size(&http, line, len);
  PROVE(result == LITELLM_OK || result == LITELLM_ERROR_HTTP);
  if (result != LITELLM_OK) return;
  for (i = 0; i < len && litellm__hex(line[i]) >= 0; i++) {
    value = value << 4 | (unsigned)litellm__hex(line[i]);
    PROVE(value <= UINT32_MAX);
  }
  PROVE(i > 0 && value == http.left && (i == len || line[i] == ';'));
  PROVE(http.state == (value ? LITELLM__HTTP_COUNTED
                             : LITELLM__HTTP_TRAILERS));
}

/* PROOF content_length: --unwind 30
   FAILS WITH: h->left != number)) break; -> h->left > number)) break;

   With any value of up to 4 bytes, behind another one or none. */
void content_length(void) {
  static litellm_client client;
  litellm__http *http = &client.http_;
  size_t len = any_size_to(4), first = 0, last = len;
  char line[20] = "Content-Length:", *value = line + 15;
  bool again = nondet_bool();
  uint32_t before = nondet_u32(), number = 0;
  for (size_t i = 0; i < len; i++) value[i] = nondet_char();
  http->status = 200;
  http->left = before;
  http->flags = again ? LITELLM__FRAMING_LENGTH : 0;
  litellm_result result = litellm__http_field(&client, line, 15 + len);
  while (first < len && litellm__is_space(value[first])) first++;
  while (last > first && litellm__is_space(value[last - 1])) last--;
  bool good = last > first;
  for (; first < last; first++) {
    good = good && litellm__is_digit(value[first]);
    number = number * 10 + (uint32_t)(value[first] - '0');
  }
  good = good && (!again || before == number);
  PROVE(result == (good ? LITELLM_OK : LITELLM_ERROR_HTTP));
  if (!good) return;
  PROVE(http->left == number && http->flags & LITELLM__FRAMING_LENGTH);
}

/* PROOF status_line: --unwind 14
   FAILS WITH: status > 599 || -> status > 699 ||

   Any line of up to 14 bytes; behind it is its CR. */
void status_line(void) {
  size_t len = any_size_to(14);
  char *line = any_text(len + 1, 15);
  litellm__http http;
  line[len] = '\r';
  litellm_result result = litellm__http_status(&http, line, len);
  if (result == LITELLM_OK)
    PROVE(http.status >= 100 && http.status <= 599 && len >= 12);
}
