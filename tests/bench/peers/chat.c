/* examples/ask.c as one writes it with libcurl and cJSON, for processes.py and
   calls.py:

     chat URL CA MODEL PROMPT [CALLS kept|new|warm]

   It streams; the key is in LITELLM_API_KEY. Each call is made on the
   connection of the one before, which "warm" means too, or, with "new", on a
   new one that resumes its session. The microseconds to the first text of each
   call go to stderr. */
#define _POSIX_C_SOURCE 200809L
#include "events.h"
#include <curl/curl.h>
#include <stdio.h>
#include <time.h>

static struct kept kept;
static double first;         /* when the first text came; 0: not yet */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void take(const char *text, size_t len) {
  if (first == 0) first = now();
  fwrite(text, 1, len, stdout);
  fflush(stdout);
}

static size_t on_data(char *data, size_t size, size_t len, void *unused) {
  (void)size;
  (void)unused;
  lines(&kept, data, len, event_cjson);
  return len;
}

/* The body of the request; the caller frees it. */
static char *body_for(const char *model, const char *prompt) {
  cJSON *root = cJSON_CreateObject(), *message = cJSON_CreateObject();
  char *body;
  cJSON_AddStringToObject(root, "model", model);
  cJSON_AddTrueToObject(root, "stream");
  cJSON_AddTrueToObject(cJSON_AddObjectToObject(root, "stream_options"),
                        "include_usage");
  cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "messages"), message);
  cJSON_AddStringToObject(message, "role", "user");
  cJSON_AddStringToObject(message, "content", prompt);
  body = cJSON_PrintUnformatted(root);
  cJSON_Delete(root);
  return body;
}

/* The messages are made anew for each call, as in a program with history. */
static int call(CURL *curl, const char *model, const char *prompt) {
  char *body = body_for(model, prompt);
  long status = 0;
  double began = now();
  CURLcode result;
  first = 0;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
  result = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  fprintf(stderr, "%.0f\n", first - began);
  puts("");
  free(body);
  return result == CURLE_OK && status == 200;
}

int main(int argc, char **argv) {
  const char *key = getenv("LITELLM_API_KEY");
  char line[512];
  struct curl_slist *headers;
  CURL *curl;
  int left = argc > 5 ? atoi(argv[5]) : 1, good = 1;
  if (argc != 5 && argc != 7) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  curl = curl_easy_init();
  headers = curl_slist_append(NULL, "Content-Type: application/json");
  headers = curl_slist_append(headers, "User-Agent: chat");
  snprintf(line, sizeof line, "Authorization: Bearer %s", key ? key : "");
  headers = curl_slist_append(headers, line);
  snprintf(line, sizeof line, "%s/v1/chat/completions", argv[1]);
  curl_easy_setopt(curl, CURLOPT_URL, line);
  curl_easy_setopt(curl, CURLOPT_CAINFO, argv[2]);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
  if (argc > 6 && !strcmp(argv[6], "new"))
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  while (good && left-- > 0) good = call(curl, argv[3], argv[4]);
  curl_easy_cleanup(curl);
  curl_slist_free_all(headers);
  curl_global_cleanup();
  free(kept.ptr);
  return !good;
}
