/* board_uart.c: the first serial port, a PL011, at 115200 baud. */
#include "board.h"

#define CLOCK_GATE_UARTS REGISTER(0x400FE104)
#define CLOCK_GATE_PINS REGISTER(0x400FE108)
#define PINS_A_FUNCTION REGISTER(0x40004420)
#define PINS_A_DIGITAL REGISTER(0x4000451C)
#define UART_DATA REGISTER(0x4000C000)
#define UART_FLAGS REGISTER(0x4000C018)
#define UART_BAUD REGISTER(0x4000C024)
#define UART_BAUD_FRACTION REGISTER(0x4000C028)
#define UART_LINE REGISTER(0x4000C02C)
#define UART_CONTROL REGISTER(0x4000C030)

enum { TRANSMIT_FULL = 1 << 5, EIGHT_BITS_WITH_FIFO = 0x70, ENABLED = 0x301 };

void uart_start(void) {
  CLOCK_GATE_UARTS |= 1;
  CLOCK_GATE_PINS |= 1;
  PINS_A_FUNCTION |= 3;
  PINS_A_DIGITAL |= 3;
  UART_CONTROL = 0;
  UART_BAUD = 27;                   /* 50 MHz / 16 / 115200 = 27 + 8 / 64 */
  UART_BAUD_FRACTION = 8;
  UART_LINE = EIGHT_BITS_WITH_FIFO;
  UART_CONTROL = ENABLED;
}

void print_bytes(const char *bytes, size_t size) {
  for (; size > 0; size--) {
    while (UART_FLAGS & TRANSMIT_FULL) {}
    UART_DATA = (unsigned char)*bytes++;
  }
}

void print(const char *text) {
  size_t size = 0;
  while (text[size]) size++;
  print_bytes(text, size);
}

void print_number(uint32_t number) {
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  print_bytes(digits + at, sizeof digits - at);
}

void print_line(const char *what, const char *text) {
  print(what);
  print(text);
  print("\n");
}

void print_ms(const char *what, uint32_t ms) {
  print(what);
  print_number(ms);
  print(" ms\n");
}
