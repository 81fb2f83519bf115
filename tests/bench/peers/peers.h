/* What the programs here share. Each has one kind of work, done by several
   libraries; run.py builds and runs them:

     PROGRAM WORK list           names of the libraries, then units of a run
     PROGRAM WORK count NAME     one run within measured(), for callgrind
     PROGRAM WORK time ROUNDS    for each round, what each took, in ns a unit

   Our side is that of work.c, which speed.py counts too. A PEER_NAME is
   defined for each library that is there. */
#define _POSIX_C_SOURCE 199309L
#define main work_main
#include "tests/bench/work.c"
#undef main
#include <time.h>

/* The rows of the peers that are there. */
#ifdef PEER_CJSON
#include <cjson/cJSON.h>
#define CJSON_VARIANT(run) { "cJSON", NULL, run },
#else
#define CJSON_VARIANT(run)
#endif
#ifdef PEER_YYJSON
#include <yyjson.h>
#define YYJSON_VARIANT(run) { "yyjson", NULL, run },
#else
#define YYJSON_VARIANT(run)
#endif

typedef struct variant {
  const char *name;
  void (*prepare)(void);      /* before each run, not measured; may be NULL */
  void (*run)(void);
} variant;

typedef struct kind {
  const char *name;
  size_t (*make)(void);       /* the input; returns the units of a run */
  const variant *variants;    /* the first is ours */
  size_t count;
} kind;

#define VARIANTS(list) list, sizeof list / sizeof *list

/* What a run has found, so that all can be held against ours. */
static uint32_t found;

static void find(const void *bytes, size_t len) {
  const unsigned char *byte = (const unsigned char *)bytes;
  while (len--) found = (found ^ *byte++) * 16777619u;
}

/* Of a run that is measured only the outcome is wanted. */
static bool checking;

LITELLM__NOINLINE void measured(void (*run)(void));
LITELLM__NOINLINE void measured(void (*run)(void)) { run(); }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double timed(const variant *v) {
  double start;
  if (v->prepare) v->prepare();
  start = now();
  measured(v->run);
  return now() - start;
}

/* All must find what the first one finds. It also warms them up. */
static void check(const kind *k) {
  uint32_t ours = 0;
  checking = true;
  for (size_t i = 0; i < k->count; i++) {
    const variant *v = &k->variants[i];
    found = 2166136261u;
    if (v->prepare) v->prepare();
    v->run();
    if (!i) ours = found;
    if (found != ours) fail(v->name);
  }
  checking = false;
}

static int measure(const kind *k, int argc, char **argv) {
  size_t units = k->make();
  check(k);
  for (size_t i = 0; i < k->count; i++) {
    const variant *v = &k->variants[i];
    if (!strcmp(argv[2], "list")) puts(v->name);
    if (argc == 4 && !strcmp(argv[2], "count") && !strcmp(argv[3], v->name))
      timed(v);
  }
  if (!strcmp(argv[2], "list")) printf("%lu\n", (unsigned long)units);
  if (argc == 4 && !strcmp(argv[2], "time"))
    for (long round = strtol(argv[3], NULL, 10); round > 0; round--)
      for (size_t i = 0; i < k->count; i++)
        printf("%.3f%c", timed(&k->variants[i]) / (double)units,
               i + 1 < k->count ? ' ' : '\n');
  return 0;
}

/* What each program does with the kinds that it names. */
extern const kind kinds[];
extern const size_t kind_count;
#define KINDS(...)                                                            \
  const kind kinds[] = { __VA_ARGS__ };                                       \
  const size_t kind_count = sizeof kinds / sizeof *kinds

int main(int argc, char **argv) {
  request.call.model = "m";
  for (size_t i = 0; argc >= 3 && i < kind_count; i++)
    if (!strcmp(kinds[i].name, argv[1])) return measure(&kinds[i], argc, argv);
  return 2;
}
