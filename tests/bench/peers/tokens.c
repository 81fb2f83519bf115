/* JSON to tokens: a chunk of a stream at a time, 20 points of a map at a time,
   or one long string. Ours unescapes in place, so it gets a fresh copy before
   each run. jsmn neither unescapes nor checks UTF-8, and no numbers; cJSON does
   not check UTF-8; yyjson does all. */
#include "peers.h"

#ifdef PEER_JSMN
#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#include <jsmn.h>
#endif

static struct text source, copy;
static size_t document_len, document_count;   /* all are of one length */

static size_t make_chunks(void) {
  document_count = 2000;
  for (size_t i = 0; i < document_count; i++)
    chunk(&source, "\"content\":\" word\"", "null");
  document_len = source.len / document_count;
  return source.len;
}

static size_t make_numbers(void) {
  document_count = 1000;
  for (size_t i = 0; i < document_count; i++) points(&source, 20);
  document_len = source.len / document_count;
  return source.len;
}

static size_t make_text(void) {
  document_count = 1;
  print(&source, "\"");
  prose(&source, 1000000, "\\\"");
  print(&source, "\"");
  return document_len = source.len;
}

static void prepare_ours(void) {
  copy.len = 0;
  add(&copy, source.ptr, source.len);
}

static void run_ours(void) {
  for (size_t i = 0; i < document_count; i++) {
    document.ptr = copy.ptr + i * document_len;
    document.len = document_len;
    if (counted_tokens() != LITELLM_END) fail("ours");
  }
}

#ifdef PEER_JSMN
static void run_jsmn(void) {
  jsmntok_t tokens[64];
  for (size_t i = 0; i < document_count; i++) {
    jsmn_parser parser;
    jsmn_init(&parser);
    if (jsmn_parse(&parser, source.ptr + i * document_len, document_len,
                   tokens, sizeof tokens / sizeof *tokens) < 1)
      fail("jsmn");
  }
}
#endif

#ifdef PEER_CJSON
static void run_cjson(void) {
  for (size_t i = 0; i < document_count; i++) {
    cJSON *root =
        cJSON_ParseWithLength(source.ptr + i * document_len, document_len);
    if (!root) fail("cJSON");
    cJSON_Delete(root);
  }
}
#endif

#ifdef PEER_YYJSON
static void run_yyjson(void) {
  for (size_t i = 0; i < document_count; i++) {
    yyjson_doc *doc =
        yyjson_read(source.ptr + i * document_len, document_len, 0);
    if (!doc) fail("yyjson");
    yyjson_doc_free(doc);
  }
}
#endif

static const variant variants[] = {
  { "ours", prepare_ours, run_ours },
#ifdef PEER_JSMN
  { "jsmn", NULL, run_jsmn },
#endif
  CJSON_VARIANT(run_cjson) YYJSON_VARIANT(run_yyjson)
};

KINDS({ "chunks", make_chunks, VARIANTS(variants) },
      { "text", make_text, VARIANTS(variants) },
      { "numbers", make_numbers, VARIANTS(variants) });
