/* board_clock.c: the CPU's clock, milliseconds, and a software watchdog. */
#include "board.h"

#define PLL_STATUS REGISTER(0x400FE050)
#define CLOCK_CONFIGURATION REGISTER(0x400FE060)
#define SYSTICK_CONTROL REGISTER(0xE000E010)
#define SYSTICK_RELOAD REGISTER(0xE000E014)
#define SYSTICK_VALUE REGISTER(0xE000E018)
#define RESET_CONTROL REGISTER(0xE000ED0C)

enum { WATCHDOG_MILLIS = 10000 };   /* a loop that needs longer is dead */

/* Main oscillator, 8 MHz crystal: the PLL's 200 MHz by 4. */
#define PLL_BYPASSED 0x01C00B80u
#define PLL_LOCKED 0x40u
#define CPU_FROM_PLL 0x01C00380u
#define RESET_REQUEST 0x05FA0004u

static volatile uint32_t millis, fed_at, longest_gap;

void clock_start(void) {
  CLOCK_CONFIGURATION = PLL_BYPASSED;
  CLOCK_CONFIGURATION = CPU_FROM_PLL | 0x800u;
  while (!(PLL_STATUS & PLL_LOCKED)) {}
  CLOCK_CONFIGURATION = CPU_FROM_PLL;
  SYSTICK_RELOAD = CPU_HZ / 1000 - 1;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 7;              /* on, with interrupt, by the CPU's clock */
}

/* Every millisecond. */
void clock_interrupt(void);
void clock_interrupt(void) {
  millis++;
  if (millis - fed_at < WATCHDOG_MILLIS) return;
  print("\nwatchdog: the main loop hangs\n");
  RESET_CONTROL = RESET_REQUEST;
}

uint32_t clock_millis(void) { return millis; }

uint32_t clock_ticks(void) { return SYSTICK_VALUE; }

void clock_sleep(void) { __asm volatile("wfi"); }

void watchdog_feed(void) {
  uint32_t gap = millis - fed_at;
  if (gap > longest_gap) longest_gap = gap;
  fed_at = millis;
}

uint32_t watchdog_longest_gap(void) { return longest_gap; }
