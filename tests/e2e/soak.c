/* Thousands of calls by one client, while its servers are killed and started
   again: each gives its own text or an error that a caller may try again, and
   at the end nothing is open and no memory is taken that was not before.

     soak SERVER URL CA CALLS

   SERVER is "scripted" or "real", and says which models there are. The key is
   in LITELLM_API_KEY. Started by soak.py. */
#include "e2e.h"

#include <dirent.h>

/* Of ASan; gcc has no header for it. */
size_t __sanitizer_get_current_allocated_bytes(void);

#define TEXT "Grüße, \"world\" – 😀\nbye"
#define MOCK "Hello from mock é😀"

/* A model, of which each call is a case in turn. */
static const struct kind {
  const char *model;         /* %u: the number of the call */
  const char *text;          /* the same; NULL: any that has the prompt in it */
  bool stream;
} scripted[] = {
  { "say:%u", "%u", false },
  { "stream-say:%u", "%u", true },
  { "say:%u", "%u", false },
  { "stream-say:%u", "%u", true },
  { "echo", NULL, false },
  { "stream-echo", NULL, true },
  { "chunked", TEXT, false },
  { "stream-nasty", TEXT, true }
}, scripted_rare[] = {
  { "stream-slow:0.02", TEXT, true },
  { "status:503 >> say:%u", "%u", false },
  { "stream-drip", TEXT, true },
  { "slow-body:0.3", TEXT, false },
  { "stream-error-first >> stream-text:%u", TEXT, true }
}, real[] = {
  { "echo", MOCK, false },
  { "echo", MOCK, true },
  { "upstream-echo", NULL, false },
  { "upstream-echo", NULL, true }
}, real_rare[] = {
  { "upstream-long", "*", true },
  { "upstream-pause", "One two three", true }
};
enum { RARE = 100 };         /* one of so many */

#define COUNT(list) (unsigned)(sizeof (list) / sizeof *(list))

/* ---- what is counted ----------------------------------------------------- */

static struct {
  unsigned ok, failed, streams, attempts, retries, connections;
  unsigned failures[256];    /* by -code */
} counts;

static litellm_port counting;

static litellm_result connect_counted(void *link,
                                      const litellm_endpoint *endpoint,
                                      uint32_t remaining_ms) {
  litellm_result result =
      litellm_posix_tls.connect(link, endpoint, remaining_ms);
  if (result == LITELLM_OK) counts.connections++;
  return result;
}

static void watch(litellm_hook_point point, int32_t value, void *user_data) {
  (void)value; (void)user_data;
  if (point == LITELLM_HOOK_START) counts.attempts++;
  if (point == LITELLM_HOOK_RETRY) counts.retries++;
}

/* ---- calls --------------------------------------------------------------- */

/* One call; false if it gave what it may not give. */
static bool call(struct bench *b, const struct kind *k, unsigned number,
                 char *why, size_t size) {
  struct say_arguments arguments = LITELLM__ZERO;
  litellm_request request = { .call = say_call, .arguments = &arguments };
  litellm_response response = LITELLM__ZERO;
  struct heard heard = LITELLM__ZERO;
  litellm_result result;
  char model[128], text[128], prompt[64], line[512];
  const char *got;
  bool polled = number % 3 == 0, good;
#define NUMBERED(out, form)                                                   \
  (void)snprintf(out, sizeof out, strstr(form, "%u") ? "%.*s%u%s" : "%.*s",   \
                 (int)strcspn(form, "%"), form, number,                       \
                 strstr(form, "%u") ? strstr(form, "%u") + 2 : "")
  NUMBERED(model, k->model);
  NUMBERED(text, k->text ? k->text : "");
  (void)snprintf(prompt, sizeof prompt, "Call %u, please.", number);
  arguments.text = litellm_str_from(prompt);
  request.call.model = model;
  request.call.collect_text = true;
  request.stream = k->stream;
  counts.streams += k->stream;
  result = polled ? poll_call(b, &request, &heard, &response)
                  : litellm_run(&b->client, &response, &request);
  got = polled ? heard.text ? heard.text : "" : response.content;
  litellm_error_print(&b->client.error, line, sizeof line);
  if (result == LITELLM_OK) {
    counts.ok++;
    good = got && (!k->text ? strstr(got, prompt) != NULL
                   : strcmp(text, "*") == 0 ? *got != '\0'
                   : strcmp(got, text) == 0);
  } else {
    counts.failed++;
    counts.failures[-(int)result & 255]++;
    good = result < LITELLM_OK && result == b->client.error.code &&
           litellm_error_transient(&b->client.error);
    printf("# call %u: %s\n", number, line);
  }
  if (!good)
    (void)snprintf(why, size, "call %u of %s gives \"%.200s\": %s", number,
                   model, got ? got : "(NULL)", line);
  free(heard.text);
  return good;
}

/* What is open, and taken from the heap and the arena, after a good call. */
struct used {
  unsigned files;
  size_t heap, arena;
};

static bool look(struct bench *b, const struct kind *k, struct used *now,
                 char *why, size_t size) {
  unsigned ok = counts.ok;
  DIR *descriptors;
  do if (!call(b, k, 100000, why, size)) return false;
  while (counts.ok == ok);
  now->arena = b->client.arena.used;
  (void)litellm_client_sleep(&b->client);
  now->heap = __sanitizer_get_current_allocated_bytes();
  now->files = 0;
  descriptors = opendir("/proc/self/fd");
  while (descriptors && readdir(descriptors)) now->files++;
  if (descriptors) (void)closedir(descriptors);
  printf("# %u files, %lu bytes of the heap, %lu of the arena\n", now->files,
         (unsigned long)now->heap, (unsigned long)now->arena);
  return true;
}

static bool all_calls(struct bench *b, bool at_real, unsigned calls, char *why,
                      size_t size) {
  const struct kind *usual = at_real ? real : scripted;
  struct used before = { 0, 0, 0 }, after;
  unsigned i, k;
  for (i = 0; i < calls; i++) {
    bool rare = i % RARE == RARE - 1;
    const struct kind *kind;
    k = rare ? i / RARE : i;
    kind = at_real ? rare ? &real_rare[k % COUNT(real_rare)]
                          : &real[k % COUNT(real)]
                   : rare ? &scripted_rare[k % COUNT(scripted_rare)]
                          : &scripted[k % COUNT(scripted)];
    if (!call(b, kind, 100000 + i, why, size)) return false;
    if (i == calls / 10 && !look(b, usual, &before, why, size)) return false;
  }
  if (!look(b, usual, &after, why, size)) return false;
  if (after.files == before.files && after.heap == before.heap &&
      after.arena == before.arena) return true;
  (void)snprintf(why, size, "something was left");
  return false;
}

int main(int argc, char **argv) {
  unsigned char session[2048] = { 0 };
  struct test t = LITELLM__ZERO;
  struct bench b;
  char why[2048] = "no client";
  uint32_t began = litellm_posix.millis();
  unsigned i;
  bool good;
  static char out[BUFSIZ];
  if (argc != 5) return 2;
  (void)setvbuf(stdout, out, _IOLBF, sizeof out);  /* else it is on the heap */
  folder = ".";
  t.at = argv[2];
  usual_ca = argv[3];
  usual_key = getenv("LITELLM_API_KEY");
  good = describe(&b, &t);
  counting = litellm_posix_tls;
  counting.connect = connect_counted;
  b.desc.port = &counting;
  b.desc.hook = watch;
  b.desc.max_retries = 2;
  b.desc.tls_session = session;
  b.desc.tls_session_size = sizeof session;
  good = good && open_client(&b, 200 * 1024) == LITELLM_OK &&
         all_calls(&b, strcmp(argv[1], "real") == 0,
                   (unsigned)strtoul(argv[4], NULL, 10), why, sizeof why);
  close_client(&b);
  printf("# %u calls, %u streamed: %u answered, %u failed (", counts.ok +
         counts.failed, counts.streams, counts.ok, counts.failed);
  for (i = 0; i < 256; i++)
    if (counts.failures[i])
      printf(" %s %u", litellm_result_name((litellm_result)-(int)i),
             counts.failures[i]);
  printf(" )\n# %u attempts, of which %u retries; %u connections; %lu s\n",
         counts.attempts, counts.retries, counts.connections,
         (unsigned long)(litellm_posix.millis() - began) / 1000);
  report(good, argv[1], why);
  return failed != 0;
}
