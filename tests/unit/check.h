/* Checks for the test programs: "ok NAME" or "not ok NAME: reason" a test, in
   main: CHECK_RUN(test_of_this); ... return check_failures != 0; */
#ifndef CHECK_H
#define CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__)
#define CHECK_UNUSED __attribute__((unused))
#define CHECK_PRINTF(nth, first)                                              \
  __attribute__((unused, format(printf, nth, first)))
#else
#define CHECK_UNUSED
#define CHECK_PRINTF(nth, first)
#endif

static const char *check_test;     /* the test that runs */
static char check_case[256];       /* what of its table is tried */
static int check_bad;              /* what failed in this test */
static int check_failures;         /* tests that failed */

/* Names the case, for the message of a check that fails. */
CHECK_PRINTF(1, 2) static void check_at(const char *format, ...) {
  va_list list;
  char *c;
  va_start(list, format);
  (void)vsnprintf(check_case, sizeof check_case, format, list);
  va_end(list);
  for (c = check_case; *c; c++)
    if ((unsigned char)*c < 0x20) *c = '|';
}

CHECK_UNUSED static int check_that(int good, const char *what, int line) {
  if (good) return 1;
  if (check_bad < 20) {
    if (check_bad == 0) printf("not ok %s: line %d: ", check_test, line);
    else printf("  and line %d: ", line);
    for (; *what; what++) putchar((unsigned char)*what < 0x20 ? '|' : *what);
    printf("%s%s\n", *check_case ? " at " : "", check_case);
  }
  fflush(stdout);
  check_bad++;
  return 0;
}

/* 1 when the `size` bytes `got` are those of `wanted`. */
CHECK_UNUSED static int check_same(const char *got, size_t size,
                                   const char *wanted, size_t wanted_size,
                                   int line) {
  char text[1024];
  if (size == wanted_size && !memcmp(got, wanted, size)) return 1;
  (void)snprintf(text, sizeof text, "got [%.*s] wanted [%.*s]",
                 size > 400 ? 400 : (int)size, got,
                 wanted_size > 400 ? 400 : (int)wanted_size, wanted);
  return check_that(0, text, line);
}

CHECK_UNUSED static void check_run(const char *name, void (*test)(void)) {
  check_test = name;
  check_case[0] = 0;
  check_bad = 0;
  test();
  if (check_bad) check_failures++;
  else printf("ok %s\n", name);
  fflush(stdout);
}

#define CHECK(condition) check_that((condition) != 0, #condition, __LINE__)
#define CHECK_INT(got, wanted)                                                \
  check_int((long long)(got), (long long)(wanted), #got, __LINE__)
#define CHECK_TEXT(got, wanted)                                               \
  check_text((got), (wanted), __LINE__)
/* What error.subject names; without LITELLM_ERROR_TEXTS it need not. */
#define CHECK_WHERE(error, text)                                              \
  (void)(LITELLM_ERROR_TEXTS ? CHECK_TEXT((error).subject, (text)) : 1)
#define CHECK_RUN(test) check_run(#test, test)

CHECK_UNUSED static int check_int(long long got, long long wanted,
                                  const char *what, int line) {
  char text[256];
  if (got == wanted) return 1;
  (void)snprintf(text, sizeof text, "%s is %lld, wanted %lld", what, got,
                 wanted);
  return check_that(0, text, line);
}

CHECK_UNUSED static int check_text(const char *got, const char *wanted,
                                   int line) {
  if (got == NULL || wanted == NULL) {
    if (got == wanted) return 1;
    if (got == NULL) got = "(null)";
    if (wanted == NULL) wanted = "(null)";
  }
  return check_same(got, strlen(got), wanted, strlen(wanted), line);
}

/* `size` bytes that end where the sanitizer's wall begins. Never NULL. */
CHECK_UNUSED static void *check_alloc(size_t size) {
  void *memory = malloc(size);
  if (!memory && size) exit(2);
  return memory;
}

/* A repeatable random number (xorshift64*). */
CHECK_UNUSED static unsigned long long check_random(void) {
  static unsigned long long state = 0x9E3779B97F4A7C15u;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545F4914F6CDD1Du;
}

#endif
