/* WiFiClientSecure.h: has the interface of a client with TLS, and no TLS: what
   is tested is the port over it. */
#ifndef HOST_WIFI_CLIENT_SECURE_H
#define HOST_WIFI_CLIENT_SECURE_H

#include "WiFi.h"

class WiFiClientSecure : public WiFiClient {
 public:
  void setCACert(const char *) {}
};

#endif
