/* URLs: what is taken, and nothing outside the text is read. */
#define BYTE_BY_BYTE
#include "proof.h"

static void parse(const char *start, size_t most) {
  static litellm_client client;
  litellm_str host;
  size_t first = strlen(start), len = first + any_size_to(most);
  char *url = any_text(len + 1, first + most + 1);
  for (size_t i = 0; i < first; i++) url[i] = start[i];
  url[len] = '\0';
  if (litellm__parse_url(&client, url, &host) != LITELLM_OK) return;
  litellm_str authority, prefix;
  prefix.ptr = client.path_;
  prefix.len = client.path_len_;
  authority.ptr = litellm__authority(&client);
  authority.len = (size_t)(prefix.ptr - authority.ptr);
  PROVE(host.len >= 1 && host.len <= 253);
  PROVE(host.ptr >= authority.ptr &&
        host.ptr + host.len <= authority.ptr + authority.len);
  PROVE(prefix.ptr > authority.ptr);
  PROVE(prefix.ptr + prefix.len <= client.query_);
  PROVE(client.query_ <= url + strlen(url));
  PROVE(!*client.query_ || *client.query_ == '?');
  PROVE(client.peer_.port > 0);
  PROVE(!prefix.len || prefix.ptr[0] == '/');
  size_t k = nondet_size();
  ASSUME(k < authority.len);
  PROVE((unsigned char)authority.ptr[k] > ' ' && authority.ptr[k] != '/' &&
        authority.ptr[k] != '?' && authority.ptr[k] != '@' &&
        (unsigned char)authority.ptr[k] < 0x7F);
  ASSUME(host.ptr == authority.ptr && k < host.len);
  PROVE(host.ptr[k] != ':');
}

/* PROOF url: --unwind 20
   FAILS WITH: port - 1 > 65534 -> port > 65535

   http:// and up to 5 bytes. */
void url(void) { parse("http://", 5); }

/* PROOF url_start: --unwind 20
   FAILS WITH: url_ + 7 + client->peer_.secure; -> url_ + 8;

   Up to 7 bytes. */
void url_start(void) { parse("", 7); }
