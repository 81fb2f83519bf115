/* What the examples share: the library, its port, and a client that is set up
   by environment variables. Build one with

     cc -I. examples/tool.c -lmbedtls -lmbedx509 -lmbedcrypto -o tool

   LITELLM_BASE_URL  the gateway, else http://localhost:4000
   LITELLM_API_KEY   its key
   LITELLM_CA_FILE   the CA to trust, PEM; else the system's certificates
   LITELLM_MODEL     else gpt-4o-mini */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "port/posix.h"

#include <stdlib.h>

/* Of a client: answers of 8 KiB and structs of 1 KiB, and a window as large as
   a TLS record, which takes fewer system calls. */
enum {
  EXAMPLE_WINDOW = 16384,
  EXAMPLE_MEMORY =
      LITELLM_MEMORY(litellm_posix_tls_link, EXAMPLE_WINDOW, 8192, 1024)
};

static inline const char *setting(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value && *value ? value : otherwise;
}

/* The CA's certificates as PEM text, NULL if they cannot be read. */
static inline const char *read_ca(void) {
  static char text[1 << 19];
  FILE *file = fopen(setting("LITELLM_CA_FILE",
                             "/etc/ssl/certs/ca-certificates.crt"), "rb");
  size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file) (void)fclose(file);
  return size > 0 && size < sizeof text - 1 ? text : NULL;
}

/* A client that works in `memory`. If this fails, the first call says so. */
static inline void open_client_over(const litellm_port *port,
                                    litellm_client *client, void *memory,
                                    size_t size) {
  const litellm_client_desc desc = {
      .port = port,
      .base_url = setting("LITELLM_BASE_URL", "http://localhost:4000"),
      .model = setting("LITELLM_MODEL", "gpt-4o-mini"),
      .api_key = setting("LITELLM_API_KEY", NULL), .ca = read_ca(),
      .memory = memory, .memory_size = size, .window_size = EXAMPLE_WINDOW };
  litellm_client_init(client, &desc);
}

static inline void open_client(litellm_client *client, void *memory,
                               size_t size) {
  open_client_over(&litellm_posix_tls, client, memory, size);
}

/* Prints an error, closes the client and returns the exit status. */
static inline int close_client(litellm_client *client, litellm_result result) {
  char line[512];
  bool good = result == LITELLM_OK || result == LITELLM_END;
  if (!good) {
    litellm_error_print(&client->error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
  }
  litellm_client_close(client);
  return good ? 0 : 1;
}

/* Prints a text that has a length and no NUL. */
static inline void print(litellm_str text) {
  if (text.len > 0) (void)fwrite(text.ptr, 1, text.len, stdout);
  (void)fflush(stdout);
}

#endif /* EXAMPLE_H */
