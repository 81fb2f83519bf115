/* board_sound.c: a microphone and a loudspeaker, 16 bits a sample, one of them
   at a time.

   The microphone is simulated, as the board has none: its samples are a
   sawtooth that rises. The loudspeaker is the second serial port, which gets
   the samples as bytes. A timer's interrupt moves eight samples at a time, as
   many as the chip's ADC and serial port hold, between them and a ring; the
   main loop is at the ring's other end. */
#include "board.h"

#define CLOCK_GATE_UARTS_TIMERS REGISTER(0x400FE104)
#define CLOCK_GATE_PINS REGISTER(0x400FE108)
#define PINS_D_FUNCTION REGISTER(0x40007420)
#define PINS_D_DIGITAL REGISTER(0x4000751C)
#define UART_DATA REGISTER(0x4000D000)
#define UART_BAUD REGISTER(0x4000D024)
#define UART_BAUD_FRACTION REGISTER(0x4000D028)
#define UART_LINE REGISTER(0x4000D02C)
#define UART_CONTROL REGISTER(0x4000D030)
#define TIMER_MODE REGISTER(0x40030004)
#define TIMER_CONTROL REGISTER(0x4003000C)
#define TIMER_INTERRUPT_MASK REGISTER(0x40030018)
#define TIMER_INTERRUPT_CLEAR REGISTER(0x40030024)
#define TIMER_RELOAD REGISTER(0x40030028)
#define INTERRUPTS_0_TO_31 REGISTER(0xE000E100)

enum {
  RING = 4096,                      /* bytes; a power of two */
  BLOCK = 8,                        /* samples an interrupt */
  PERIODIC = 2, TIMED_OUT = 1, TIMER_INTERRUPT = 19,
  EIGHT_BITS_WITH_FIFO = 0x70, ENABLED = 0x301
};

static enum { OFF, RECORDING, FILLING, PLAYING } volatile state;
static volatile bool ended;         /* the loop will put in no more */
static volatile uint8_t ring[RING];
static volatile uint32_t in, out;   /* bytes that ever went into it, and out */
static uint32_t to_record;          /* samples still to come */
static uint32_t recorded, lost, fullest, played, underruns;

/* The first, second, ... sample: 1, 3, 6, 10, ... */
static uint16_t sample(void) {
  static uint16_t value, step;
  if (recorded == 0) value = step = 0;
  recorded++;
  return value = (uint16_t)(value + ++step);
}

static void record_block(void) {
  unsigned i;
  for (i = 0; i < BLOCK && to_record > 0; i++, to_record--) {
    uint16_t now = sample();
    if (in - out == RING) {
      lost++;
      continue;
    }
    ring[in % RING] = (uint8_t)now;
    ring[(in + 1) % RING] = (uint8_t)(now >> 8);
    in += 2;
  }
  if (in - out > fullest) fullest = in - out;
  if (to_record == 0) state = OFF;
}

/* A speech that comes too slowly goes on when half of the ring is full. */
static void play_block(void) {
  uint32_t size = in - out;
  bool last = ended;
  if (state == FILLING && !last && size < RING / 2) return;
  state = PLAYING;
  if (size > 2 * BLOCK) size = 2 * BLOCK;
  if (size < 2 * BLOCK && !last) {
    underruns++;
    state = FILLING;
    return;
  }
  for (; size > 0; size--, out++, played++) UART_DATA = ring[out % RING];
  if (last && in == out) state = OFF;
}

void sound_interrupt(void);
void sound_interrupt(void) {
  TIMER_INTERRUPT_CLEAR = TIMED_OUT;
  if (state == RECORDING) record_block();
  else if (state != OFF) play_block();
  if (state == OFF) TIMER_CONTROL = 0;
}

/* At 921600 baud a block is out before the next one comes. */
static void start(uint32_t rate) {
  CLOCK_GATE_UARTS_TIMERS |= 0x10002u;
  CLOCK_GATE_PINS |= 8;
  PINS_D_FUNCTION |= 0xC;
  PINS_D_DIGITAL |= 0xC;
  UART_CONTROL = 0;
  UART_BAUD = 3;                    /* 50 MHz / 16 / 921600 = 3 + 25 / 64 */
  UART_BAUD_FRACTION = 25;
  UART_LINE = EIGHT_BITS_WITH_FIFO;
  UART_CONTROL = ENABLED;
  in = out = 0;
  ended = false;
  TIMER_MODE = PERIODIC;
  TIMER_RELOAD = CPU_HZ / rate * BLOCK - 1;
  TIMER_INTERRUPT_MASK = TIMED_OUT;
  INTERRUPTS_0_TO_31 = 1u << TIMER_INTERRUPT;
  TIMER_CONTROL = 1;
}

void microphone_start(uint32_t rate, uint32_t samples) {
  sound_stop();
  recorded = lost = fullest = 0;
  to_record = samples;
  state = samples ? RECORDING : OFF;
  start(rate);
}

size_t microphone_read(void *bytes, size_t size) {
  bool more = state == RECORDING;
  size_t there = in - out, i;
  if (size > RING / 2) size = RING / 2;
  if (there < size) size = more ? 0 : there;
  for (i = 0; i < size; i++) ((uint8_t *)bytes)[i] = ring[(out + i) % RING];
  out += size;
  return size;
}

void loudspeaker_start(uint32_t rate) {
  sound_stop();
  played = underruns = 0;
  start(rate);
  state = FILLING;
}

size_t loudspeaker_write(const void *bytes, size_t size) {
  size_t room = RING - (in - out), i;
  if (size > room) size = room;
  for (i = 0; i < size; i++)
    ring[(in + i) % RING] = ((const uint8_t *)bytes)[i];
  in += size;
  return size;
}

void loudspeaker_end(void) { ended = true; }

bool sound_is_on(void) { return state != OFF; }

void sound_stop(void) {
  TIMER_CONTROL = 0;
  state = OFF;
}

static void print_count(const char *what, uint32_t number) {
  print(what);
  print_number(number);
}

void sound_report(void) {
  print_count("samples recorded: ", recorded);
  print_count(", lost: ", lost);
  print_count("\nsamples played: ", played / 2);
  print_count(", underruns: ", underruns);
  print("\n");
  report("ring", fullest, RING);
}
