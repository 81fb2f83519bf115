/* board_start.c: from reset to main. */
#include "board.h"

extern uint32_t stack_begin[], stack_end[];        /* board.ld */
extern uint32_t data_begin[], data_end[], bss_begin[], bss_end[];
extern const uint32_t flash_data[];

int main(void);
void clock_interrupt(void);
void ethernet_interrupt(void);
void sound_interrupt(void) __attribute__((weak));      /* in variant voice */

/* First copies the variables that have a value, clears the others, and paints
   the stack, but for what this function uses of it itself. */
void reset(void) {
  const uint32_t *from = flash_data;
  uint32_t *to;
  for (to = data_begin; to < data_end;) *to++ = *from++;
  for (to = bss_begin; to < bss_end;) *to++ = 0;
  report_paint(stack_begin, (size_t)((char *)__builtin_frame_address(0) -
                                     (char *)stack_begin) - 64);
  clock_start();
  uart_start();
  (void)main();
  for (;;) clock_sleep();
}

/* Stops where a debugger finds it. A product starts again. */
static void fault(void) {
  print("\nfault: stopped\n");
  for (;;) clock_sleep();
}

typedef void (*vector)(void);

/* Exceptions by number; the chip's interrupts begin at 16. */
static const struct {
  uint32_t *stack;
  vector of[64];
} vectors __attribute__((section(".vectors"), used)) = {
  stack_end,
  { [0] = reset, [1] = fault, [2] = fault, [3] = fault, [4] = fault,
    [5] = fault, [14] = clock_interrupt, [15 + 19] = sound_interrupt,
    [15 + 42] = ethernet_interrupt } };
