/* recommend_book: a prompt as a typed C function, and what a call of it costs.
   See example.h for how to build and run it. */
#include "example.h"

/* The client names the model. */
#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
static const litellm_params brief = { .max_tokens = LITELLM_SET(64) };
LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
             .prompt = "Recommend a {genre} book", .params = &brief);

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
#if LITELLM_GATEWAY_INFO
  if (response->cost) printf("price      %6s dollars\n", response->cost);
#endif
}

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_response response;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = recommend_book(&client, &response, "fantasy");
  if (result == LITELLM_OK) {
    puts(response.content);
    print_cost(&client, &response);
  }
  return close_client(&client, result);
}
