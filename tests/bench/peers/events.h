/* The events of a stream as a program with libcurl takes them: kept until a
   line is whole, a tree of each event, choices[0].delta.content of it. Who
   includes this defines take(). */
#include <stdlib.h>
#include <string.h>

/* What a program does with a piece of text. */
static void take(const char *text, size_t len);

#ifdef PEER_CJSON
#include <cjson/cJSON.h>
static void event_cjson(const char *json, size_t len) {
  cJSON *root = cJSON_ParseWithLength(json, len);
  const cJSON *choices = cJSON_GetObjectItemCaseSensitive(root, "choices");
  const cJSON *delta = cJSON_GetObjectItemCaseSensitive(
      cJSON_GetArrayItem(choices, 0), "delta");
  const cJSON *text = cJSON_GetObjectItemCaseSensitive(delta, "content");
  if (!root) abort();
  if (cJSON_IsString(text)) take(text->valuestring, strlen(text->valuestring));
  cJSON_Delete(root);
}
#endif

#ifdef PEER_YYJSON
#include <yyjson.h>
static void event_yyjson(const char *json, size_t len) {
  yyjson_doc *doc = yyjson_read(json, len, 0);
  yyjson_val *choices = yyjson_obj_get(yyjson_doc_get_root(doc), "choices");
  yyjson_val *delta = yyjson_obj_get(yyjson_arr_get(choices, 0), "delta");
  yyjson_val *text = yyjson_obj_get(delta, "content");
  if (!doc) abort();
  if (yyjson_is_str(text)) take(yyjson_get_str(text), yyjson_get_len(text));
  yyjson_doc_free(doc);
}
#endif

typedef void (*on_event)(const char *json, size_t len);

/* What is not yet a whole line. */
struct kept {
  char *ptr;
  size_t len, size;
};

/* As a CURLOPT_WRITEFUNCTION. */
static void lines(struct kept *kept, const char *block, size_t len,
                  on_event handle) {
  char *at, *end, *line_end;
  if (kept->len + len > kept->size) {
    kept->size = (kept->len + len) * 2;
    kept->ptr = (char *)realloc(kept->ptr, kept->size);
    if (!kept->ptr) abort();
  }
  memcpy(kept->ptr + kept->len, block, len);
  at = kept->ptr;
  end = at + kept->len + len;
  while ((line_end = (char *)memchr(at, '\n', (size_t)(end - at)))) {
    size_t line = (size_t)(line_end - at);
    if (line && at[line - 1] == '\r') line--;
    if (line > 6 && !memcmp(at, "data: ", 6) && memcmp(at + 6, "[DONE]", 6))
      handle(at + 6, line - 6);
    at = line_end + 1;
  }
  kept->len = (size_t)(end - at);
  memmove(kept->ptr, at, kept->len);
}
