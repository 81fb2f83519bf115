/* Thermometer: the model calls a function of the sketch before it answers. */
#include <WiFi.h>
#include <WiFiClientSecure.h>

#define LITELLM_CALL_IMPLEMENTATION
#include <litellm_call.h>
#include <port/arduino.h>

#include "arduino_secrets.h"
#include "calls.h"

static WiFiClientSecure net;
static litellm_client client;
static unsigned char memory[6144];

void setup() {
  litellm_client_desc desc = {};
  litellm_response response;
  Serial.begin(115200);
  WiFi.begin(SECRET_SSID, SECRET_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(100);

  net.setCACert(SECRET_CA);
  desc.port = &litellm_arduino_secure;
  desc.port_context = static_cast<Client *>(&net);
  desc.base_url = SECRET_URL;
  desc.api_key = SECRET_KEY;
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  litellm_client_init(&client, &desc);

  if (ask(&client, &response, "Is it warm in the attic?", SCALE_FAHRENHEIT) ==
      LITELLM_OK)
    Serial.println(response.content);
  else
    Serial.println(litellm_client_error(&client));
}

void loop() {
}
