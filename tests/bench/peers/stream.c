/* A streamed reply in memory, from the bytes of HTTP to the pieces of text.
   The peers are what a program with libcurl does: head and chunks taken off,
   here by picohttpparser or llhttp, blocks of 16 KiB, split into lines, a tree
   of each event, choices[0].delta.content of it. */
#include "peers.h"
#include "events.h"

#include <picohttpparser.h>
#ifdef PEER_LLHTTP
#include <llhttp.h>
#endif

enum { EVENTS = 2000, BLOCK = 16384 };

static size_t make_stream(void) {
  receive_stream(EVENTS);
  return EVENTS;
}

static LITELLM__NOINLINE void take(const char *text, size_t len) {
  if (checking) find(text, len);
}

static void prepare_ours(void) {
  reply_at = 0;
  polls = 0;
}

static void run_ours(void) {
  litellm_event event;
  litellm_result result = litellm_start(&client, &request);
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(&client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT)
      take(event.text.ptr, event.text.len);
  }
  if (result != LITELLM_END) fail("ours");
}

/* ---- the peers ----------------------------------------------------------- */

static void run_lines(on_event handle) {
  static char block[BLOCK];
  static struct kept kept;
  struct phr_header headers[32];
  struct phr_chunked_decoder decoder;
  const char *message;
  size_t header_count = 32, message_len, at;
  int minor, status;
  int head = phr_parse_response(reply.ptr, reply.len, &minor, &status,
                                &message, &message_len, headers,
                                &header_count, 0);
  if (head < 0 || status != 200) fail("picohttpparser");
  memset(&decoder, 0, sizeof decoder);
  decoder.consume_trailer = 1;
  kept.len = 0;
  for (at = (size_t)head; at < reply.len;) {
    size_t len = reply.len - at < BLOCK ? reply.len - at : BLOCK;
    memcpy(block, reply.ptr + at, len);      /* recv */
    at += len;
    if (phr_decode_chunked(&decoder, block, &len) == -1)
      fail("picohttpparser");
    lines(&kept, block, len, handle);
  }
}

#ifdef PEER_CJSON
static void run_cjson(void) { run_lines(event_cjson); }
#endif
#ifdef PEER_YYJSON
static void run_yyjson(void) { run_lines(event_yyjson); }
#endif

#if defined PEER_LLHTTP && defined PEER_YYJSON
static struct kept llhttp_kept;

static int on_body(llhttp_t *parser, const char *block, size_t len) {
  (void)parser;
  lines(&llhttp_kept, block, len, event_yyjson);
  return 0;
}

static void run_llhttp(void) {
  static char block[BLOCK];
  llhttp_settings_t settings;
  llhttp_t parser;
  size_t at, len;
  llhttp_settings_init(&settings);
  settings.on_body = on_body;
  llhttp_init(&parser, HTTP_RESPONSE, &settings);
  llhttp_kept.len = 0;
  for (at = 0; at < reply.len; at += len) {
    len = reply.len - at < BLOCK ? reply.len - at : BLOCK;
    memcpy(block, reply.ptr + at, len);      /* recv */
    if (llhttp_execute(&parser, block, len) != HPE_OK) fail("llhttp");
  }
}
#endif

static const variant variants[] = {
  { "ours", prepare_ours, run_ours },
  CJSON_VARIANT(run_cjson) YYJSON_VARIANT(run_yyjson)
#if defined PEER_LLHTTP && defined PEER_YYJSON
  { "llhttp+yyjson", NULL, run_llhttp },
#endif
};

KINDS({ "stream", make_stream, VARIANTS(variants) });
