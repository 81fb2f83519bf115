/* tls_heap.c: the memory that mbedTLS takes its pieces from. It has many small
   ones, so a piece costs 4 bytes here (32 in mbedTLS's own allocator, which
   would do as well: memory_buffer_alloc.h). */
#include "board.h"

#include <mbedtls/platform.h>
#include <string.h>

enum { USED = 1, ALIGNMENT = 8 };

/* Blocks lie one after the other: a word with the block's size and whether it
   is used, then its bytes. Blocks are free or used, neighbours that are free
   become one when memory is looked for. */
static uint32_t heap[TLS_HEAP / 4] __attribute__((aligned(ALIGNMENT)));
static uint32_t *const first = heap + 1, *const end = heap + TLS_HEAP / 4 - 1;
static uint32_t *peak = heap;
static size_t refused;              /* the largest piece that did not fit */

static uint32_t *next(uint32_t *block) { return block + (*block & ~7u) / 4; }

/* The first free block that is large enough. */
static uint32_t *find(size_t size) {
  uint32_t *block;
  for (block = first; block < end; block = next(block)) {
    if (*block & USED) continue;
    while (next(block) < end && !(*next(block) & USED))
      *block += *next(block);
    if (*block >= size) return block;
  }
  return NULL;
}

void *tls_heap_calloc(size_t count, size_t item) {
  uint32_t *block, size;
  if (item != 0 && count > TLS_HEAP / item) count = TLS_HEAP / item + 1;
  size = (uint32_t)((count * item + sizeof size + ALIGNMENT - 1) &
                    ~(size_t)(ALIGNMENT - 1));
  block = find(size);
  if (!block) {
    if (size > refused) refused = size;
    return NULL;
  }
  if (*block > size) block[size / 4] = *block - size;
  *block = size | USED;
  if (next(block) > peak) peak = next(block);
  return memset(block + 1, 0, size - sizeof size);
}

void tls_heap_free(void *memory) {
  if (memory) ((uint32_t *)memory)[-1] &= ~(uint32_t)USED;
}

void tls_heap_start(void) {
  *first = (uint32_t)((char *)end - (char *)first);
}

void tls_heap_report(void) {
  report("tls heap", (size_t)((char *)peak - (char *)heap), sizeof heap);
  if (refused) report("tls heap refused", refused, sizeof heap);
}
