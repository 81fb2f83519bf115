/* kconfig.h: the answers of Kconfig, of ESP-IDF or Zephyr, as the switches of
   litellm_call.h. Their build files name it in LITELLM_CALL_CONFIG_FILE, so
   that all files see the same switches. */
#ifndef LITELLM_KCONFIG_H
#define LITELLM_KCONFIG_H

#ifdef ESP_PLATFORM          /* Zephyr includes its answers everywhere */
#include "sdkconfig.h"
#endif

/* A bool that is off is not defined. */
#ifndef CONFIG_LITELLM_TEMPLATES
#define LITELLM_TEMPLATES 0
#endif
#ifndef CONFIG_LITELLM_FORMAT
#define LITELLM_FORMAT 0
#endif
#ifndef CONFIG_LITELLM_MEDIA
#define LITELLM_MEDIA 0
#endif
#ifndef CONFIG_LITELLM_STREAMS
#define LITELLM_STREAMS 0
#endif
#ifndef CONFIG_LITELLM_MODELS
#define LITELLM_MODELS 0
#endif
#ifndef CONFIG_LITELLM_TOOLS
#define LITELLM_TOOLS 0
#endif
#ifndef CONFIG_LITELLM_REUSE
#define LITELLM_REUSE 0
#endif
#ifndef CONFIG_LITELLM_RETRIES
#define LITELLM_RETRIES 0
#endif
#ifndef CONFIG_LITELLM_HOOKS
#define LITELLM_HOOKS 0
#endif
#ifndef CONFIG_LITELLM_FLOAT
#define LITELLM_FLOAT 0
#endif
#ifndef CONFIG_LITELLM_GATEWAY_INFO
#define LITELLM_GATEWAY_INFO 0
#endif
#ifndef CONFIG_LITELLM_COMPAT
#define LITELLM_COMPAT 0
#endif
#ifdef CONFIG_LITELLM_EXTRAS
#define LITELLM_EXTRAS 1
#endif
#ifndef CONFIG_LITELLM_ERROR_TEXTS
#define LITELLM_ERROR_TEXTS 0
#endif

#define LITELLM_WINDOW_BYTES CONFIG_LITELLM_WINDOW_BYTES
#define LITELLM_MAX_JSON_DEPTH CONFIG_LITELLM_MAX_JSON_DEPTH
#define LITELLM_MAX_MODEL_DEPTH CONFIG_LITELLM_MAX_MODEL_DEPTH
#define LITELLM_MAX_HEAD_BYTES CONFIG_LITELLM_MAX_HEAD_BYTES
#define LITELLM_MAX_ERROR_BYTES CONFIG_LITELLM_MAX_ERROR_BYTES

#endif /* LITELLM_KCONFIG_H */
