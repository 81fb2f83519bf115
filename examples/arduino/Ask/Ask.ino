/* Ask: connects to Wi-Fi, asks a model over https:// and prints the answer.
   For ESP32 boards; docs/arduino.md says what others change. */
#include <WiFi.h>
#include <WiFiClientSecure.h>

#define LITELLM_CALL_IMPLEMENTATION
#include <litellm_call.h>
#include <port/arduino.h>

#include "arduino_secrets.h"

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK, .model = SECRET_MODEL,
             .prompt = "Recommend a {genre} book");

static WiFiClientSecure net;
static litellm_client client;
static unsigned char memory[4096];

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

  if (recommend_book(&client, &response, "fantasy") == LITELLM_OK)
    Serial.println(response.content);
  else
    Serial.println(litellm_client_error(&client));
}

void loop() {
}
