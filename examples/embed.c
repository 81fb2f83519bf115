/* embed: which texts mean the same as the first. LITELLM_MODEL must be one for
   embeddings, SIZE the numbers of its vectors.

     embed "a fat cat" "a cat sat on the mat" "the moon is round"

   See example.h for how to build and run it. */
#define LITELLM_EXTRAS 1
#include "example.h"

#ifndef SIZE
#define SIZE 4
#endif
enum { TEXTS = 8 };

/* The product of two vectors of length 1 is 1 if they point the same way. */
static double product(const float *a, const float *b) {
  double sum = 0;
  for (int i = 0; i < SIZE; i++) sum += (double)a[i] * (double)b[i];
  return sum;
}

int main(int argc, char **argv) {
  static unsigned char memory[EXAMPLE_MEMORY];
  static float vectors[TEXTS * SIZE];
  litellm_client client;
  litellm_embedding embedding = {
      .inputs = (const char *const *)(argv + 1), .count = (size_t)argc - 1,
      .size = SIZE, .vectors = vectors };
  litellm_transfer transfer;
  litellm_result result;
  if (argc < 3 || argc > TEXTS + 1) {
    fprintf(stderr, "usage: embed TEXT OTHER...\n");
    return 1;
  }
  open_client(&client, memory, sizeof memory);
  litellm_transfer_embed(&transfer, &embedding);
  result = litellm_transfer_run(&client, &transfer);
  for (int i = 2; i < argc && result == LITELLM_OK; i++)
    printf("%.2f  %s\n", product(vectors, vectors + (i - 1) * SIZE), argv[i]);
  return close_client(&client, result);
}
