/* Streams by libcurl at once, in one thread, for streams.py:

     streams_curl URL STREAMS TURNS cJSON|yyjson

   It reads STREAMS at once, TURNS times, and prints how many bytes of text
   came. */
#include "events.h"
#include <curl/curl.h>
#include <stdio.h>

struct stream {
  CURL *curl;
  struct kept kept;
};

static const char body[] =
    "{\"model\":\"m\",\"stream\":true,\"stream_options\":"
    "{\"include_usage\":true},\"messages\":"
    "[{\"role\":\"user\",\"content\":\"hi\"}]}";
static unsigned long text_bytes;
static on_event handle;

static void take(const char *text, size_t len) {
  (void)text;
  text_bytes += len;
}

static size_t on_data(char *data, size_t size, size_t len, void *stream) {
  (void)size;
  lines(&((struct stream *)stream)->kept, data, len, handle);
  return len;
}

static void open_stream(struct stream *stream, const char *url,
                        struct curl_slist *headers) {
  stream->curl = curl_easy_init();
  curl_easy_setopt(stream->curl, CURLOPT_URL, url);
  curl_easy_setopt(stream->curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(stream->curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(stream->curl, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(stream->curl, CURLOPT_WRITEDATA, stream);
}

static int read_all(CURLM *multi, struct stream *streams, size_t count) {
  CURLMsg *message;
  int running, rest, good = 1;
  for (size_t i = 0; i < count; i++)
    curl_multi_add_handle(multi, streams[i].curl);
  while (!curl_multi_perform(multi, &running) && running)
    if (curl_multi_poll(multi, NULL, 0, 1000, NULL)) break;
  while ((message = curl_multi_info_read(multi, &rest)))
    if (message->data.result) {
      fprintf(stderr, "%s\n", curl_easy_strerror(message->data.result));
      good = 0;
    }
  for (size_t i = 0; i < count; i++)
    curl_multi_remove_handle(multi, streams[i].curl);
  return good && !running;
}

int main(int argc, char **argv) {
  char url[200];
  struct curl_slist *headers;
  struct stream *streams;
  size_t count;
  CURLM *multi;
  int good = 1;
  if (argc != 5) return 2;
#ifdef PEER_CJSON
  if (!strcmp(argv[4], "cJSON")) handle = event_cjson;
#endif
#ifdef PEER_YYJSON
  if (!strcmp(argv[4], "yyjson")) handle = event_yyjson;
#endif
  count = strtoul(argv[2], NULL, 10);
  streams = (struct stream *)calloc(count, sizeof *streams);
  if (!handle || !streams) return 2;
  snprintf(url, sizeof url, "%s/v1/chat/completions", argv[1]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init();
  headers = curl_slist_append(NULL, "Content-Type: application/json");
  for (size_t i = 0; i < count; i++) open_stream(&streams[i], url, headers);
  for (int turns = atoi(argv[3]); good && turns > 0; turns--)
    good = read_all(multi, streams, count);
  printf("%lu\n", text_bytes);
  return !good;
}
