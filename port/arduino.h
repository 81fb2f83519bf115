/* arduino.h: the port for Arduino, over any Client: WiFiClient, EthernetClient,
   WiFiClientSecure, WiFiSSLClient, TinyGsmClient. C++ only. Include it after
   litellm_call.h, and in setup()

     static WiFiClientSecure net;                 // net.setCACert(...) first
     desc.port = &litellm_arduino_secure;         // the Client does TLS
     desc.port_context = static_cast<Client *>(&net);

   For http:// and a Client without TLS it is &litellm_arduino.

   TRUST  is the Client's: its setCACert or the like. As the port cannot obey
   .ca, .pin and .clock_required, litellm_client_init refuses them. What of a
   certificate is checked differs between boards: See docs/arduino.md.

   LIMITS of Client  connect blocks, for the name, the connection and the TLS
   handshake, and write may. A reset looks like an orderly end. error.port_code
   is what connect returned. */
#ifndef LITELLM_ARDUINO_H
#define LITELLM_ARDUINO_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/arduino.h"
#endif
#ifndef __cplusplus
#error "port/arduino.h is C++: include it in an .ino or .cpp file"
#endif

#include <Arduino.h>
#include <Client.h>

/* The link; all zeros: closed. */
struct litellm_arduino_link {
  litellm_link base;
  bool is_open;
};

static Client *litellm__arduino_client(const void *link) {
  return static_cast<Client *>(
      static_cast<const litellm_link *>(link)->desc->port_context);
}

/* Refuses what the Client would have to know. */
static litellm_result litellm_arduino_init(void *link,
                                           const litellm_endpoint *endpoint) {
  const litellm_client_desc *desc = static_cast<litellm_link *>(link)->desc;
  const char *message = NULL;
  if (!desc->port_context)
    message = "set .port_context: static_cast<Client *>(&net)";
  else if (endpoint->secure && (desc->ca || desc->pin || desc->next_pin ||
                                desc->clock_required))
    message = "the Client checks certificates: give it the CA";
  static_cast<litellm_link *>(link)->message = message;
  return message ? LITELLM_ERROR_ARGUMENT : LITELLM_OK;
}

static litellm_result litellm_arduino_connect(void *link_,
                                              const litellm_endpoint *endpoint,
                                              uint32_t) {
  litellm_arduino_link *link = static_cast<litellm_arduino_link *>(link_);
  int code = litellm__arduino_client(link)->connect(endpoint->host,
                                                    endpoint->port);
  link->is_open = true;                /* some hold a socket that failed */
  link->base.resolving = code == -2;   /* INVALID_SERVER of Arduino's DNS */
  if (code > 0) return LITELLM_OK;
  link->base.code = code;
  return code == -2 ? LITELLM_ERROR_RESOLVE : LITELLM_ERROR_CONNECT;
}

static litellm_result litellm_arduino_send(void *link, const void *data,
                                           size_t size, size_t *sent) {
  Client *client = litellm__arduino_client(link);
  size_t n = client->write(static_cast<const uint8_t *>(data), size);
  if (n > size) n = 0;                 /* a negative code of some */
  *sent = n;
  if (n > 0) return LITELLM_OK;
  return client->connected() ? LITELLM_AGAIN : LITELLM_ERROR_CONNECTION_CLOSED;
}

/* connected() is asked before available(): What arrives between the two is not
   lost, and an end that comes with the last bytes is seen by the next call. */
static litellm_result litellm_arduino_recv(void *link, void *buffer,
                                           size_t size, size_t *received) {
  Client *client = litellm__arduino_client(link);
  bool open = client->connected() != 0;
  int n = client->available();
  if (n > 0) {
    if (static_cast<size_t>(n) < size) size = static_cast<size_t>(n);
    n = client->read(static_cast<uint8_t *>(buffer), size);
  }
  if (n > 0) *received = static_cast<size_t>(n);
  return n > 0 ? LITELLM_OK : open ? LITELLM_AGAIN : LITELLM_END;
}

static void litellm_arduino_close(void *link_) {
  litellm_arduino_link *link = static_cast<litellm_arduino_link *>(link_);
  if (link->is_open) litellm__arduino_client(link)->stop();
  link->is_open = false;
}

static uint32_t litellm_arduino_millis(void) {
  return static_cast<uint32_t>(millis());
}

/* A Client does not say when it can be written to: 1 ms has to do. */
static void litellm_arduino_wait(void *link_, unsigned what, uint32_t ms) {
  const litellm_arduino_link *link = static_cast<litellm_arduino_link *>(link_);
  Client *client = link && link->is_open && what
      ? litellm__arduino_client(link) : NULL;
  uint32_t begin = litellm_arduino_millis();
  if (client && (what & LITELLM_WAIT_WRITE) && ms > 1) ms = 1;
  while (litellm_arduino_millis() - begin < ms &&
         !(client && (client->available() > 0 || !client->connected())))
    delay(1);
}

/* Only TLS of the library's own would ask. */
static int64_t litellm_arduino_unix_time(void) { return 0; }
static bool litellm_arduino_entropy(void *, size_t) { return false; }

LITELLM_UNUSED static const litellm_port litellm_arduino = {
  sizeof(litellm_arduino_link), false, litellm_arduino_connect,
  litellm_arduino_send, litellm_arduino_recv, litellm_arduino_close,
  litellm_arduino_wait, litellm_arduino_millis, litellm_arduino_unix_time,
  litellm_arduino_entropy, litellm_arduino_init, NULL };

LITELLM_UNUSED static const litellm_port litellm_arduino_secure = {
  sizeof(litellm_arduino_link), true, litellm_arduino_connect,
  litellm_arduino_send, litellm_arduino_recv, litellm_arduino_close,
  litellm_arduino_wait, litellm_arduino_millis, litellm_arduino_unix_time,
  litellm_arduino_entropy, litellm_arduino_init, NULL };

#endif /* LITELLM_ARDUINO_H */
