/* Doubles against the C library: shortest text, exact digits, parsing.

     numbers [COUNT]     random values a test

   Without COUNT 200000, or 10000 where a sanitizer makes each slow. With few
   of them also fewer of the fixed values. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"

#if LITELLM_FLOAT
#include <float.h>
#include <math.h>

#ifdef __SANITIZE_ADDRESS__
static unsigned long count = 5000;
#else
static unsigned long count = 200000;
#endif

/* ---- the functions under test -------------------------------------------- */

static litellm__decimal decimal;

static uint64_t parsed(unsigned long long digits, int power) {
  return litellm__double_round(&decimal, digits, power, power);
}

/* ---- values ------------------------------------------------------------ */

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static const double edges[] = {
  1, 0.1, 0.5, 1.5, 2.5, 0.125, 0.375, 9.5, 99.5, 0.3, 1.0 / 3, 2.0 / 3, 100,
  1e15, 1e16, 1e17, 123456789012345680.0, 1e21, 1e22, 1e23, 9.5e-5, 1e-4,
  1e-5, 0.0001, 0.00001234, 9007199254740991.0, 9007199254740992.0,
  9007199254740994.0, 18014398509481984.0, 4.35, 0.285, 1.005, 2.675,
  5e-324, 1e-323, 2.2250738585072009e-308, 2.2250738585072014e-308,
  2.2250738585072011e-308, 1.7976931348623157e308, 1.7976931348623155e308,
  5.684341886080802e-14, 9.5367431640625e-07, 8.41e21, 2.0919495182368195e19,
  2.6153245263757307e19, 6.631236846766476e-316, 3.2378839133029012895883e-319,
  4503599627370496.5, 4503599627370497.5, 1e100, 1e-100, 9999999999999998.0,
  99999.5, 999999.5, 9999995, 0.99999949, 0.9999995, 1.7800590868057611e-307
};
#define EDGES (sizeof edges / sizeof edges[0])
#define POWERS_OF_TWO (1074u + 1024u)
#define POWERS_OF_TEN (323u + 309u)
#define FIXED (EDGES + 3 * POWERS_OF_TWO + 3 * POWERS_OF_TEN)

/* The number of the value to take after number i. */
static unsigned long after(unsigned long i) {
  unsigned long step = FIXED / (count + 1);
  if (i < EDGES || i >= FIXED || step == 0) return i + 1;
  return i + step + (step % 3 == 0);         /* not always a power itself */
}

/* Value number i: the edges, powers of two and of ten and their neighbours,
   then random ones of all magnitudes, subnormal, whole and short decimal. */
static double value_at(unsigned long i) {
  unsigned long long random;
  char text[32];
  if (i < EDGES) return edges[i];
  i -= (unsigned long)EDGES;
  if (i < 3 * POWERS_OF_TWO) {
    uint64_t bits = bits_of(ldexp(1.0, (int)(i / 3) - 1074));
    return double_of(bits + i % 3 - (i % 3 == 2 ? 3 : 0));
  }
  i -= 3 * POWERS_OF_TWO;
  if (i < 3 * POWERS_OF_TEN) {
    (void)sprintf(text, "1e%d", (int)(i / 3) - 323);
    return double_of(bits_of(strtod(text, NULL)) + i % 3 -
                     (i % 3 == 2 ? 3 : 0));
  }
  random = check_random();
  switch (i % 5) {
    case 0: return double_of(random & 0x000FFFFFFFFFFFFFu);
    case 1: return (double)(random >> (11 + random % 53));
    case 2:
      (void)sprintf(text, "%llue-%u", random >> (30 + random % 34),
                    (unsigned)(random % 12));
      return strtod(text, NULL);
    default:
      random &= 0x7FFFFFFFFFFFFFFFu;
      return random >> 52 == 0x7FF ? 1.0 : double_of(random);
  }
}

/* The C library's, but for a value that newlib takes for its neighbour. */
static double from_text(const char *text) {
#ifdef __NEWLIB__
  if (!strcmp(text, "22250738585072011e-324")) return 2.2250738585072011e-308;
#endif
  return strtod(text, NULL);
}

/* ---- shortest ---------------------------------------------------------- */

/* Whether digits * 10^power reads back as `value`. */
static int reads_back(unsigned long long digits, int power, double value) {
  char text[48];
  (void)sprintf(text, "%llue%d", digits, power);
  return strtod(text, NULL) == value;
}

/* The fewest digits that read back, of these the nearest; from `n` on. */
static unsigned long long reference(double value, int *point, int *n) {
  char text[48];
  for (; ; ++*n) {
    unsigned long long digits = 0, up;
    const char *c = text;
    int power;
    (void)sprintf(text, "%.*e", *n - 1, value);
    for (; *c != 'e'; c++)
      if (*c != '.') digits = digits * 10 + (unsigned long long)(*c - '0');
    power = atoi(c + 1) - *n + 1;
    *point = power + *n;
    if (reads_back(digits, power, value)) return digits;
    /* Next to a power of two the nearest may be below and not read back,
       where the one above does. */
    up = digits + 1;
    if (reads_back(up, power, value)) return up;
  }
}

static void test_shortest(void) {
  unsigned long i;
  for (i = 0; i < FIXED + count && check_bad < 10; i = after(i)) {
    double value = fabs(value_at(i));
    int point, n, wanted_point, wanted_n = 1;
    unsigned long long digits, wanted;
    if (value == 0 || value > DBL_MAX) continue;
    /* 15 digits always survive: their end tells the shortest below. */
    if (value >= DBL_MIN && i >= FIXED) wanted_n = 15;
    litellm__decimal_shortest(&decimal, bits_of(value));
    n = decimal.count;
    point = decimal.point;
    digits = litellm__decimal_integer(&decimal, n);
    CHECK(parsed(digits, point - n) == bits_of(value));
    while (digits % 10 == 0) { digits /= 10; n--; }
    wanted = reference(value, &wanted_point, &wanted_n);
    while (wanted % 10 == 0) { wanted /= 10; wanted_n--; }
    check_at("%.17g (%llu, %d digits)", value, digits, n);
    CHECK_INT(digits, wanted);
    CHECK_INT(point, wanted_point);
    CHECK_INT(n, wanted_n);
  }
}

/* ---- digits ------------------------------------------------------------ */

static void test_digits(void) {
  unsigned long i;
  for (i = 0; i < FIXED + count && check_bad < 10; i = after(i)) {
    double value = fabs(value_at(i));
    int n = (int)(i % 19) + 1, point;
    unsigned long long digits, wanted = 0;
    char text[64];
    const char *c = text;
    if (value == 0 || value > DBL_MAX) continue;
    (void)sprintf(text, "%.*e", n - 1, value);
    for (; *c != 'e'; c++)
      if (*c != '.') wanted = wanted * 10 + (unsigned long long)(*c - '0');
    litellm__decimal_start(&decimal, bits_of(value), n, LITELLM__ROUND_NEAREST);
    digits = litellm__decimal_integer(&decimal, n);
    point = decimal.point;
    check_at("%s of %.17g", text, value);
    CHECK(digits == wanted);
    CHECK_INT(point, atoi(c + 1) + 1);
  }
}

/* ---- parsing ----------------------------------------------------------- */

static void parse_one(unsigned long long digits, int power) {
  char text[48];
  (void)sprintf(text, "%llue%d", digits, power);
  check_at("%s", text);
  CHECK(parsed(digits, power) == bits_of(from_text(text)));
}

static void test_parsing(void) {
  static const struct { unsigned long long digits; int power; } hard[] = {
    { 0, 0 }, { 0, 999 }, { 1, -400 }, { 1, 400 }, { 1, 309 }, { 1, 308 },
    { 18, 307 }, { 17976931348623157, 292 }, { 17976931348623158, 292 },
    { 17976931348623159, 292 }, { 1797693134862315807, 290 },
    { 1797693134862315808, 290 }, { 22250738585072011, -324 },
    { 22250738585072014, -324 }, { 4940656458412465, -339 },
    { 2470328229206232720, -342 }, { 2470328229206232721, -342 },
    { 2470328229206232730, -342 }, { 2, -324 }, { 3, -324 },
    { 24703282292, -334 },
    { 9007199254740993, 0 }, { 9007199254740995, 0 }, { 9007199254740992, 0 },
    { 18446744073709551615u, 0 }, { 9999999999999999999u, 0 },
    { 9999999999999999999u, 289 }, { 9999999999999999999u, -342 },
    { 9999999999999999999u, -343 }, { 9223372036854775809u, 0 },
    { 10000000000000000u, -16 }, { 8388608, 0 }, { 3518437208883201171u, 13 },
    { 62459, 3 }, { 5, -324 }, { 74109846876186981, -323 }
  };
  unsigned long i;
  for (i = 0; i < sizeof hard / sizeof hard[0]; i++)
    parse_one(hard[i].digits, hard[i].power);
  for (i = 0; i < count && check_bad < 10; i++) {
    unsigned long long digits = check_random();
    unsigned drop = (unsigned)(check_random() % 19);
    for (; drop || digits >= 10000000000000000000u; drop -= drop > 0)
      digits /= 10;
    parse_one(digits, (int)(check_random() % 680) - 360);
  }
  /* Halfway between two doubles, and one beside it. */
  for (i = 0; i < count / 4 && check_bad < 10; i++) {
    unsigned long long odd = (check_random() >> 10) | 1 |
                             ((unsigned long long)1 << 53);
    parse_one(odd, 0);
    parse_one(odd * 10 + 1, -1);
    parse_one(odd * 10 - 1, -1);
    parse_one(odd * 125, -3);                /* odd / 8 */
    parse_one(odd * 5, -1);                  /* odd / 2 */
  }
}

/* ---- through templates ------------------------------------------------- */

struct one_argument { double v; };

static const litellm_field *one_fields(void) {
  static const litellm_field rows[] = {
    { "v", NULL, NULL, 0, LITELLM_KIND_DOUBLE },
    { NULL, NULL, NULL, sizeof(struct one_argument), 0 }
  };
  return rows;
}

/* What the template makes of `value`. */
static const char *print(const char *prompt, double value, size_t *size) {
  static const char before[] =
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"";
  static char body[8192];
  struct one_argument arguments;
  litellm_call_desc call;
  litellm_request request;
  litellm_result result;
  uint32_t total;
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  arguments.v = value;
  call.fields = one_fields;
  call.model = "m";
  call.prompt = prompt;
  request.call = call;
  request.arguments = &arguments;
  result = litellm_request_body(&request, 0, body, sizeof body, &total, NULL);
  if (!CHECK_INT(result, LITELLM_OK) || total < sizeof before + 4) {
    *size = 0;
    return body;
  }
  *size = total - (sizeof before - 1) - 4;   /* "}]} */
  return body + sizeof before - 1;
}

#if LITELLM_FORMAT
/* 1 to 40 digits in each format, all of them in one template. */
static void test_formats(void) {
  static const char *const formats[] = { "e", "f", "g", "E", "G" };
  unsigned long i, step = (FIXED + count) / (count < 4000 ? count + 1 : 4000);
  for (i = 0; i < FIXED + count && check_bad < 10; i += step) {
    double value = value_at(i);
    char prompt[512], wanted[4096];
    size_t p = 0, w = 0, f, size;
    const char *got;
    if (fabs(value) > DBL_MAX || value != value) continue;
    if (i % 2) value = -value;
    for (f = 0; f < sizeof formats / sizeof formats[0]; f++) {
      unsigned digits = (unsigned)(check_random() % 41);
      char c_format[16];
      p += (size_t)sprintf(prompt + p, "{v:.%u%s} ", digits, formats[f]);
      (void)sprintf(c_format, "%%.%u%s", digits, formats[f]);
      w += (size_t)sprintf(wanted + w, c_format, value);
      wanted[w++] = ' ';
    }
    (void)sprintf(prompt + p, "{v:.3%%}.");
    if (fabs(value) < 1e300)
      w += (size_t)sprintf(wanted + w, "%.3f%%.", value * 100);
    else
      prompt[p] = 0, prompt[p - 1] = 0, w--;
    got = print(prompt, value, &size);
    check_at("%s of %.17g", prompt, value);
    check_same(got, size, wanted, w, __LINE__);
  }
}
#endif

/* As Python's repr: the shortest digits, with an exponent from 1e16 on and
   below 1e-4. */
static void test_repr(void) {
  static const struct { double value; const char *text; } table[] = {
    { 0, "0.0" }, { -0.0, "-0.0" }, { 1, "1.0" }, { -1.5, "-1.5" },
    { 0.1, "0.1" }, { 100, "100.0" }, { 1e15, "1000000000000000.0" },
    { 9999999999999998.0, "9999999999999998.0" }, { 1e16, "1e+16" },
    { 1.5e16, "1.5e+16" }, { 123456789012345680.0, "1.2345678901234568e+17" },
    { 0.0001, "0.0001" }, { 0.00012, "0.00012" }, { 0.00001, "1e-05" },
    { 1.25e-7, "1.25e-07" }, { 5e-324, "5e-324" }, { 1e100, "1e+100" },
    { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 5.684341886080802e-14, "5.684341886080802e-14" },
    { 2e-44, "2e-44" }, { 1e22, "1e+22" }, { 1e23, "1e+23" },
    { 9007199254740993.0, "9007199254740992.0" },
    { 0.30000000000000004, "0.30000000000000004" }
  };
  size_t i, size;
  const char *got;
  for (i = 0; i < sizeof table / sizeof table[0]; i++) {
    got = print("{v}", table[i].value, &size);
    check_at("%s", table[i].text);
    check_same(got, size, table[i].text, strlen(table[i].text), __LINE__);
  }
  got = print("{v}", HUGE_VAL, &size);
  check_same(got, size, "inf", 3, __LINE__);
  got = print("{v}", -HUGE_VAL, &size);
  check_same(got, size, "-inf", 4, __LINE__);
  got = print("{v}", double_of((uint64_t)0x7FF8 << 48), &size);
  check_same(got, size, "nan", 3, __LINE__);
}

int main(int argc, char **argv) {
  if (argc > 1) count = strtoul(argv[1], NULL, 10);
  CHECK_RUN(test_parsing);
  CHECK_RUN(test_digits);
  CHECK_RUN(test_shortest);
#if LITELLM_FORMAT
  CHECK_RUN(test_formats);
#endif
  CHECK_RUN(test_repr);
  return check_failures != 0;
}

#else

int main(void) {
  printf("ok numbers # skipped, LITELLM_FLOAT 0\n");
  return 0;
}

#endif
