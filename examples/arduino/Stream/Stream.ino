/* Stream: prints the answer while it arrives, and blinks meanwhile: loop() is
   never blocked but while the Client connects. */
#include <WiFi.h>
#include <WiFiClientSecure.h>

#define LITELLM_CALL_IMPLEMENTATION
#include <litellm_call.h>
#include <port/arduino.h>

#include "arduino_secrets.h"

#define TELL(ARG) ARG(STRING, subject)
LITELLM_CALL(tell, TELL, .model = SECRET_MODEL,
             .prompt = "Tell me a story about {subject}");

static WiFiClientSecure net;
static litellm_client client;
static unsigned char memory[4096];
static bool under_way;

void setup() {
  litellm_client_desc desc = {};
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
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
  under_way = tell_start(&client, "a lighthouse") == LITELLM_OK;
  if (!under_way) Serial.println(litellm_client_error(&client));
}

/* One step of the call: prints what has arrived. */
static void step() {
  litellm_event event;
  litellm_result result = litellm_next(&client, &event);
  if (result == LITELLM_AGAIN) return;
  if (result == LITELLM_OK) {
    if (event.kind == LITELLM_EVENT_TEXT)
      Serial.write(reinterpret_cast<const uint8_t *>(event.text.ptr),
                   event.text.len);
    return;
  }
  under_way = false;
  Serial.println();
  if (result != LITELLM_END) Serial.println(litellm_client_error(&client));
}

void loop() {
  digitalWrite(LED_BUILTIN, millis() / 250 % 2 ? HIGH : LOW);
  if (under_way) step();
}
