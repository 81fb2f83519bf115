/* WiFi.h: a network that is always there, and its client. */
#ifndef HOST_WIFI_H
#define HOST_WIFI_H

#include <Arduino.h>
#include <Client.h>

#define WL_CONNECTED 3

struct HostWiFi {
  int begin(const char *, const char *) { return WL_CONNECTED; }
  int status() { return WL_CONNECTED; }
};
extern HostWiFi WiFi;

class WiFiClient : public Client {
 public:
  int connect(const char *host, uint16_t port);
  size_t write(const uint8_t *data, size_t size);
  int available();
  int read(uint8_t *buffer, size_t size);
  void stop();
  uint8_t connected();

 private:
  int fd = -1;
};

#endif
