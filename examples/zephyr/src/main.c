/* Sets the clock, asks a model over https:// and prints the answer.
   docs/zephyr.md has the steps. */
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "port/zephyr.h"

#include <zephyr/net/sntp.h>
#include <zephyr/sys/printk.h>

static const char ca[] = {
#include "ca.inc"
  0                          /* ca.inc ends with a comma */
};

/* ---- the clock, without which an expired certificate would pass -------- */

static int64_t unix_time_at_start;     /* 0: not known yet */

static void set_clock(void) {
  struct sntp_time now;
  while (sntp_simple("pool.ntp.org", 10000, &now) != 0)
    printk("no time from SNTP yet\n");
  unix_time_at_start = (int64_t)now.seconds - k_uptime_get() / 1000;
}

int64_t litellm_zephyr_unix_time(void) {
  return unix_time_at_start ? unix_time_at_start + k_uptime_get() / 1000 : 0;
}

/* ---- the call ---------------------------------------------------------- */

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
             .prompt = "Recommend a {genre} book");

int main(void) {
  static unsigned char memory[4096];
  static litellm_client client;
  litellm_response response;
  set_clock();
  litellm_client_init(&client, &(litellm_client_desc){
      .port = &litellm_zephyr_tls, .base_url = CONFIG_ASK_BASE_URL,
      .model = CONFIG_ASK_MODEL, .api_key = CONFIG_ASK_API_KEY, .ca = ca,
      .clock_required = true, .memory = memory,
      .memory_size = sizeof memory });
  if (recommend_book(&client, &response, "fantasy") == LITELLM_OK)
    printk("%s\n", response.content);
  else
    printk("%s\n", litellm_client_error(&client));
  litellm_client_close(&client);
  return 0;
}
