/* Arduino.h: a core whose board is this machine. It defines the macros of real
   cores that might get in the way. */
#ifndef HOST_ARDUINO_H
#define HOST_ARDUINO_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.1415926535897932384626433832795
#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x0
#define OUTPUT 0x1
#define DEC 10
#define HEX 16
#define LED_BUILTIN 13
#define F(text) (text)
#define bit(b) (1UL << (b))
#define interrupts()
typedef uint8_t byte;
typedef bool boolean;

#ifdef __cplusplus
extern "C" {
#endif
unsigned long millis(void);
void delay(unsigned long ms);
void pinMode(uint8_t pin, uint8_t mode);
void digitalWrite(uint8_t pin, uint8_t value);
#ifdef __cplusplus
}

void setup();
void loop();

struct HostSerial {
  void begin(unsigned long) {}
  size_t write(const uint8_t *data, size_t size) {
    return fwrite(data, 1, size, stdout);
  }
  size_t print(const char *text) { return fputs(text, stdout) >= 0; }
  size_t println(const char *text = "") { return puts(text) >= 0; }
};
extern HostSerial Serial;
#endif

#endif
