/* report.c: what the run has used. Memory is painted before it is used; how
   far the paint is gone afterwards is what was needed. */
#include "board.h"

#include <lwip/memp.h>
#include <lwip/stats.h>
#include <string.h>

extern const char stack_begin[], stack_end[], bss_end[];     /* board.ld */
extern const char flash_end[], settings_page[], ram_size[];

#define PAINT 0x5AA5C33Cu

void report_paint(void *memory, size_t size) {
  uint32_t *word = (uint32_t *)memory;
  for (; size >= sizeof *word; size -= sizeof *word) *word++ = PAINT;
}

void report(const char *name, size_t used, size_t size) {
  print("used ");
  print(name);
  print(": ");
  print_number((uint32_t)used);
  print(" of ");
  print_number((uint32_t)size);
  print("\n");
}

void report_board(void) {
  const uint32_t *word = (const uint32_t *)(const void *)stack_begin;
  while (*word == PAINT) word++;
  report("flash", (size_t)flash_end, (size_t)settings_page);
  report("ram", (size_t)(bss_end - stack_begin), (size_t)ram_size);
  report("stack", (size_t)(stack_end - (const char *)word),
         (size_t)(stack_end - stack_begin));
}

/* The pools count pieces, not bytes. */
void report_network(void) {
  static const char *const names[] = {
#define LWIP_MEMPOOL(name, count, size, text) text,
#include <lwip/priv/memp_std.h>
  };
  int pool;
  report("lwip heap", lwip_stats.mem.max, lwip_stats.mem.avail);
  for (pool = 0; pool < MEMP_MAX; pool++) {
    const struct stats_mem *stats = memp_pools[pool]->stats;
    print("lwip pool ");
    report(names[pool], stats->max, stats->avail);
  }
}
