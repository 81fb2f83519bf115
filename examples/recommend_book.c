/* recommend_book: a prompt as a typed C function, and what calling it costs.

     cc -I. -DLITELLM_TLS=1 examples/recommend_book.c \
        -lmbedtls -lmbedx509 -lmbedcrypto -o recommend_book

   LITELLM_BASE_URL  the gateway, else https://localhost:4000
   LITELLM_API_KEY   its key
   LITELLM_CA_FILE   whom to trust, PEM; else the system's certificates
   LITELLM_MODEL     else gpt-4o-mini */
#define _POSIX_C_SOURCE 200809L        /* for port/posix.h with -std=c99 */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/posix.h"

#include <stdlib.h>

/* No model here: the client's is used. */
#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
static const litellm_params brief = { .max_tokens = LITELLM_SET(64) };
LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
             .prompt = "Recommend a {genre} book", .params = &brief);

static const char *setting(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value && *value ? value : otherwise;
}

/* The certificates as text, NULL when they cannot be read. */
static const char *read_ca(void) {
  static char text[1 << 19];
  FILE *file = fopen(setting("LITELLM_CA_FILE",
                             "/etc/ssl/certs/ca-certificates.crt"), "rb");
  size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file) (void)fclose(file);
  return size > 0 && size < sizeof text - 1 ? text : NULL;
}

static void print_cost(const litellm_client *client,
                       const litellm_response *response) {
  printf("\nsent       %6lu bytes\n",
         (unsigned long)client->stats.bytes_sent);
  printf("received   %6lu bytes\n",
         (unsigned long)client->stats.bytes_received);
  printf("arena      %6lu bytes at most\n", (unsigned long)client->arena.peak);
  printf("connect    %6lu ms\n", (unsigned long)client->stats.connect_ms);
  printf("handshake  %6lu ms\n", (unsigned long)client->stats.handshake_ms);
  printf("whole call %6lu ms\n", (unsigned long)client->stats.total_ms);
  if (response->has_usage)
    printf("tokens     %6lu, %lu of them the answer\n",
           (unsigned long)response->usage.total_tokens,
           (unsigned long)response->usage.completion_tokens);
#if LITELLM_GATEWAY_HEADERS
  if (response->cost) printf("price      %6s dollars\n", response->cost);
#endif
}

int main(void) {
  static unsigned char memory[16384];
  litellm_client client;
  litellm_response response;
  litellm_result result = litellm_client_init(&client, &(litellm_client_desc){
      .port = &litellm_posix,
      .base_url = setting("LITELLM_BASE_URL", "https://localhost:4000"),
      .api_key = setting("LITELLM_API_KEY", NULL),
      .model = setting("LITELLM_MODEL", "gpt-4o-mini"), .ca = read_ca(),
      .memory = memory, .memory_size = sizeof memory });
  if (result == LITELLM_OK)
    result = recommend_book(&client, &response, "fantasy");
  if (result == LITELLM_OK) {
    puts(response.content);
    print_cost(&client, &response);
  } else {
    char line[512];
    litellm_error_print(&client.error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
  }
  litellm_client_close(&client);
  return result == LITELLM_OK ? 0 : 1;
}
