/* Start-up of a test program on QEMU's mps2-an386. Files, standard output and
   the command line are the host's, by semihosting. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who may use the floating-point unit. */
#define CPACR (*(volatile uint32_t *)(uintptr_t)0xE000ED88)

extern char bss_begin[], bss_end[], stack_top[];
extern void initialise_monitor_handles(void);
int main(int argc, char **argv);

/* For newlib's exit: a compiler's start-up files would bring it. */
void _fini(void) { }

/* The host does it: semihosting's call `number`. */
static int host(int number, const void *block) {
  register int r0 __asm__("r0") = number;
  register const void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

/* Any fault ends the run as a test that failed, with the stacked address. */
static void report_fault(const uint32_t *frame) {
  static const uint32_t failed[2] = { 0x20026, 1 };    /* exit status 1 */
  static char text[] = "not ok: a fault at 0x00000000\n";
  int i;
  for (i = 0; i < 8; i++)
    text[sizeof text - 3 - (unsigned)i] =
        "0123456789abcdef"[frame[6] >> 4 * i & 15];
  host(0x04, text);                                    /* SYS_WRITE0 */
  host(0x20, failed);                                  /* SYS_EXIT_EXTENDED */
  for (;;) { }
}

__attribute__((naked)) static void fault(void) {
  __asm__ volatile("mov r0, sp\n bx %0" :: "r"(report_fault) : "r0");
}

__attribute__((noreturn)) void reset(void) {
  static char line[1024], *argv[32];
  struct { char *text; uint32_t size; } words = { line, sizeof line };
  int argc = 0;
  char *word;
#ifdef __ARM_FP
  CPACR |= 0xF00000u;
  __asm__ volatile("dsb\n isb");
#endif
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  initialise_monitor_handles();
  /* The emulator's own console may lose the end of what it reads. */
  if (!freopen("/dev/stdin", "r", stdin)) exit(2);
  host(0x15, &words);                                  /* SYS_GET_CMDLINE */
  for (word = strtok(line, " "); word && argc < 31; word = strtok(NULL, " "))
    argv[argc++] = word;
  exit(main(argc, argv));
}

__attribute__((section(".vectors"), used))
static const struct {
  void *stack;
  void (*handlers[15])(void);
} vectors = { stack_top,
              { reset, fault, fault, fault, fault, fault, fault, fault, fault,
                fault, fault, fault, fault, fault, fault } };
