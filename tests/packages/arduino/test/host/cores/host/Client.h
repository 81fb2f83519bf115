/* Client.h: the interface of Arduino, as far as port/arduino.h uses it. */
#ifndef HOST_CLIENT_H
#define HOST_CLIENT_H

#include <stddef.h>
#include <stdint.h>

class Client {
 public:
  virtual ~Client() {}
  virtual int connect(const char *host, uint16_t port) = 0;
  virtual size_t write(const uint8_t *data, size_t size) = 0;
  virtual int available() = 0;
  virtual int read(uint8_t *buffer, size_t size) = 0;
  virtual void stop() = 0;
  virtual uint8_t connected() = 0;
};

#endif
