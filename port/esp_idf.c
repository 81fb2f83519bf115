/* esp_idf.c: what the component litellm_call compiles for all of a program. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "sdkconfig.h"

#ifndef CONFIG_IDF_TARGET_LINUX
#include <esp_random.h>
#include <time.h>

int64_t litellm_lwip_unix_time(void) { return time(NULL); }

bool litellm_lwip_entropy(void *bytes, size_t size) {
  esp_fill_random(bytes, size);
  return true;
}
#endif
