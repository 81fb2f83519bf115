/* esp_idf.h: the port for ESP-IDF (5.1 on), over its lwIP and its mbedTLS.
   Include it after litellm_call.h and set litellm_client_desc.port to
   &litellm_esp_idf. The component litellm_call has the implementation: No file
   of yours defines LITELLM_CALL_IMPLEMENTATION.

   TRUST  With a CA of your own, set .ca. For public servers use the IDF's
   certificate bundle (CONFIG_MBEDTLS_CERTIFICATE_BUNDLE):

     static litellm_tls tls = { .configure = litellm_esp_idf_bundle };
     ... .tls = &tls ...

   Dates and pins are still checked, whatever MBEDTLS_HAVE_TIME_DATE is.

   CLOCK  time(), which SNTP sets. Until then dates are compared with
   LITELLM_BUILD_TIME, or a call fails if .clock_required is set.

   RANDOM BYTES  esp_fill_random. They are fit for keys only while Wi-Fi or
   Bluetooth is on, or after bootloader_random_enable(): With Ethernet alone,
   call that.

   connect blocks to resolve a name; nothing else blocks but wait. */
#ifndef LITELLM_ESP_IDF_H
#define LITELLM_ESP_IDF_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/esp_idf.h"
#endif

#include "sdkconfig.h"
#include "port/mbedtls.h"
#ifdef CONFIG_IDF_TARGET_LINUX
#include "port/posix.h"
LITELLM_MBEDTLS(litellm_esp_idf, litellm_posix, litellm_posix_link);
#else
#include "port/lwip_sockets.h"
LITELLM_MBEDTLS(litellm_esp_idf, litellm_lwip_sockets,
                litellm_lwip_sockets_link);
#endif

#ifdef CONFIG_MBEDTLS_CERTIFICATE_BUNDLE
#include <esp_crt_bundle.h>

/* For litellm_tls.configure: trusts the IDF's bundle. */
LITELLM_UNUSED static void litellm_esp_idf_bundle(mbedtls_ssl_config *config,
                                                  void *user_data) {
  (void)user_data;
  (void)esp_crt_bundle_attach(config);
}
#endif

#endif /* LITELLM_ESP_IDF_H */
