/* Connects, sets the clock, asks a model, and says what stack that took.
   docs/esp-idf.md has the steps. */
#include "litellm_call.h"
#include "port/esp_idf.h"

#include <esp_event.h>
#include <esp_log.h>
#include <esp_netif.h>
#include <esp_netif_sntp.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <nvs.h>
#include <nvs_flash.h>
#include <protocol_examples_common.h>

static const char tag[] = "ask";

/* ---- the key, which is in NVS and in no source ------------------------- */

static char key[128];

static void read_key(void) {
  nvs_handle_t storage;
  size_t size = sizeof key;
  ESP_ERROR_CHECK(nvs_open("litellm", NVS_READONLY, &storage));
  ESP_ERROR_CHECK(nvs_get_str(storage, "api_key", key, &size));
  nvs_close(storage);
}

/* ---- the clock, without which an expired certificate would pass -------- */

static void set_clock(void) {
  esp_sntp_config_t config = ESP_NETIF_SNTP_DEFAULT_CONFIG("pool.ntp.org");
  ESP_ERROR_CHECK(esp_netif_sntp_init(&config));
  while (esp_netif_sntp_sync_wait(pdMS_TO_TICKS(10000)) != ESP_OK)
    ESP_LOGW(tag, "no time from SNTP yet");
}

/* ---- the call ---------------------------------------------------------- */

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
             .prompt = "Recommend a {genre} book");

static void ask(void *unused) {
  static unsigned char memory[6144];
  static litellm_tls tls = { .configure = litellm_esp_idf_bundle };
  static litellm_client client;
  litellm_response response;
  (void)unused;
  litellm_client_init(&client, &(litellm_client_desc){
      .port = &litellm_esp_idf, .base_url = CONFIG_ASK_BASE_URL,
      .model = CONFIG_ASK_MODEL, .api_key = key, .tls = &tls,
      .clock_required = true, .memory = memory,
      .memory_size = sizeof memory });
  if (recommend_book(&client, &response, "fantasy") == LITELLM_OK)
    ESP_LOGI(tag, "%s", response.content);
  else
    ESP_LOGE(tag, "%s", litellm_client_error(&client));
  ESP_LOGI(tag, "of the stack %u bytes were never used, of memory %u",
           (unsigned)uxTaskGetStackHighWaterMark(NULL),
           (unsigned)(client.arena.size - client.arena.peak));
  litellm_client_close(&client);
  vTaskDelete(NULL);
}

void app_main(void) {
  ESP_ERROR_CHECK(nvs_flash_init());
  ESP_ERROR_CHECK(esp_netif_init());
  ESP_ERROR_CHECK(esp_event_loop_create_default());
  ESP_ERROR_CHECK(example_connect());  /* Wi-Fi or Ethernet, by menuconfig */
  read_key();
  set_clock();
  xTaskCreate(ask, "ask", 10240, NULL, 5, NULL);
}
