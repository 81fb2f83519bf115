/* Prints a request without sending it. USE_TLS: links mbedTLS too. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/posix.h"
#ifdef USE_TLS
#include "port/mbedtls.h"
#endif
#include <stdio.h>

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK, .model = "ollama/llama3.2",
             .prompt = "Recommend a {genre} book");

int main(void) {
  char body[256];
  uint32_t size;
  struct recommend_book_arguments arguments = { .genre = "fantasy" };
  litellm_request request = { .call = recommend_book_call,
                              .arguments = &arguments };
  const litellm_port *port = &litellm_posix;
#ifdef USE_TLS
  port = &litellm_posix_tls;
#endif
  if (litellm_request_body(&request, 0, body, sizeof body, &size, NULL) !=
      LITELLM_OK) return 1;
  printf("%s, TLS %d: %.*s\n", LITELLM_VERSION, port->secure, (int)size, body);
  return 0;
}
