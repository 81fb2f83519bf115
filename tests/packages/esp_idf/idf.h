/* idf.h: so much of ESP-IDF's interface, over POSIX, as port/ and examples/
   use. Each of the IDF's headers is a file that includes this one: See
   esp_idf.sh. */
#ifndef IDF_H
#define IDF_H

#include <arpa/inet.h>
#include <errno.h>
#include <mbedtls/ssl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IDF_UNUSED __attribute__((unused))

/* ---- lwIP's sockets ---------------------------------------------------- */

#define LWIP_SOCKET 1
#define LWIP_SOCKET_SELECT 1
#define LWIP_DNS 1
#define LWIP_TCP 1
#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define lwip_socket socket
#define lwip_connect connect
#define lwip_send(fd, data, size, flags) send(fd, data, size, MSG_NOSIGNAL)
#define lwip_recv recv
#define lwip_close close
#define lwip_select select
#define lwip_ioctl ioctl
#define lwip_getsockopt getsockopt
#define lwip_setsockopt setsockopt
#define lwip_getaddrinfo getaddrinfo
#define lwip_freeaddrinfo freeaddrinfo
#define lwip_htons htons
typedef struct in6_addr ip_addr_t;
static IDF_UNUSED int ipaddr_aton(const char *text, ip_addr_t *address) {
  return inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, address) == 1;
}

static IDF_UNUSED uint32_t sys_now(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

/* ---- FreeRTOS ---------------------------------------------------------- */

#define pdMS_TO_TICKS(ms) (ms)
typedef struct { void (*run)(void *); void *user; } idf_task;
static IDF_UNUSED void *idf_task_main(void *task) {
  ((idf_task *)task)->run(((idf_task *)task)->user);
  return NULL;
}
static IDF_UNUSED int xTaskCreate(void (*run)(void *), const char *name,
                                  uint32_t stack, void *user,
                                  unsigned priority, void *handle) {
  static idf_task task;
  pthread_t thread;
  (void)name, (void)stack, (void)priority, (void)handle;
  task.run = run, task.user = user;
  return !pthread_create(&thread, NULL, idf_task_main, &task) &&
         !pthread_detach(thread);
}
static IDF_UNUSED unsigned long uxTaskGetStackHighWaterMark(void *task) {
  (void)task;
  return 0;
}
/* The task of the example is the program. */
#define vTaskDelete(task) exit(0)

/* ---- the rest of the IDF ----------------------------------------------- */

typedef int esp_err_t;
#define ESP_OK 0
#define ESP_ERROR_CHECK(call) ((call) == ESP_OK ? (void)0 : abort())
#define ESP_LOGI(tag, ...) ((void)(tag), printf(__VA_ARGS__), (void)puts(""))
#define ESP_LOGW ESP_LOGI
#define ESP_LOGE ESP_LOGI
static IDF_UNUSED void esp_fill_random(void *bytes, size_t size) {
  if (getrandom(bytes, size, 0) != (ssize_t)size) abort();
}
static IDF_UNUSED esp_err_t esp_netif_init(void) { return ESP_OK; }
static IDF_UNUSED esp_err_t esp_event_loop_create_default(void) {
  return ESP_OK;
}
static IDF_UNUSED esp_err_t example_connect(void) { return ESP_OK; }

typedef struct { const char *server; } esp_sntp_config_t;
#define ESP_NETIF_SNTP_DEFAULT_CONFIG(server) { server }
static IDF_UNUSED esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *one) {
  return one->server ? ESP_OK : -1;
}
static IDF_UNUSED esp_err_t esp_netif_sntp_sync_wait(uint32_t ticks) {
  return ticks ? ESP_OK : -1;
}

typedef int nvs_handle_t;
#define NVS_READONLY 0
#define nvs_close(handle) ((void)(handle))
static IDF_UNUSED esp_err_t nvs_flash_init(void) { return ESP_OK; }
static IDF_UNUSED esp_err_t nvs_open(const char *space, int how,
                                     nvs_handle_t *handle) {
  *handle = how;
  return strcmp(space, "litellm");
}
static IDF_UNUSED esp_err_t nvs_get_str(nvs_handle_t handle, const char *name,
                                        char *text, size_t *size) {
  (void)handle;
  return strcmp(name, "api_key") ||
         snprintf(text, *size, "sk-of-the-device") >= (int)*size;
}

/* As the IDF's: it replaces the verify callback and sees to trust alone. */
static IDF_UNUSED int idf_verify(void *user, mbedtls_x509_crt *certificate,
                                 int depth, uint32_t *flags) {
  (void)user, (void)certificate, (void)depth;
  *flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED |
                        MBEDTLS_X509_BADCERT_FUTURE);
  return 0;
}
static IDF_UNUSED esp_err_t esp_crt_bundle_attach(void *config) {
  static mbedtls_x509_crt bundle;
  mbedtls_x509_crt_init(&bundle);
  if (mbedtls_x509_crt_parse_file(&bundle, getenv("LITELLM_CA_FILE"))) abort();
  mbedtls_ssl_conf_ca_chain(config, &bundle, NULL);
  mbedtls_ssl_conf_verify(config, idf_verify, NULL);
  return ESP_OK;
}

#endif
