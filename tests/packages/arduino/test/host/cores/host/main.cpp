/* main.cpp: runs a sketch, its loop() for HOST_LOOP_MS. */
#include <Arduino.h>

#include <time.h>
#include <unistd.h>

HostSerial Serial;

extern "C" unsigned long millis(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint32_t>(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

extern "C" void delay(unsigned long ms) { usleep(ms * 1000); }
extern "C" void pinMode(uint8_t, uint8_t) {}
extern "C" void digitalWrite(uint8_t, uint8_t) {}

int main() {
  const char *limit = getenv("HOST_LOOP_MS");
  setup();
  uint32_t begin = static_cast<uint32_t>(millis());
  uint32_t ms = limit ? static_cast<uint32_t>(atoi(limit)) : 0;
  do loop();
  while (static_cast<uint32_t>(millis()) - begin < ms);
  return 0;
}
