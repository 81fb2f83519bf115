/* wifi_client.cpp: as the ESP32's: connect blocks, the rest does not. */
#include "WiFi.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

HostWiFi WiFi;

int WiFiClient::connect(const char *host, uint16_t port) {
  struct addrinfo hints, *found;
  char service[8];
  stop();
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  snprintf(service, sizeof service, "%u", port);
  if (getaddrinfo(host, service, &hints, &found) != 0) return -2;
  fd = socket(AF_INET, SOCK_STREAM, 0);
  int status = ::connect(fd, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  if (status != 0) stop();
  else fcntl(fd, F_SETFL, O_NONBLOCK);
  return status == 0;
}

size_t WiFiClient::write(const uint8_t *data, size_t size) {
  ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) stop();
  return n < 0 ? 0 : static_cast<size_t>(n);
}

int WiFiClient::available() {
  int n = 0;
  if (fd < 0 || ioctl(fd, FIONREAD, &n) != 0) return 0;
  return n;
}

int WiFiClient::read(uint8_t *buffer, size_t size) {
  return static_cast<int>(recv(fd, buffer, size, 0));
}

uint8_t WiFiClient::connected() {
  char byte;
  if (fd < 0) return 0;
  ssize_t n = recv(fd, &byte, 1, MSG_PEEK);
  return n > 0 || (n < 0 && errno == EAGAIN);
}

void WiFiClient::stop() {
  if (fd >= 0) close(fd);
  fd = -1;
}
