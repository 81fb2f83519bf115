/* structured_stream: a struct fills in while the model writes, and each step of
   the recipe is printed once it is complete.
   See example.h for how to build and run it. */
#include "example.h"

enum { MOST_STEPS = 8 };

#define RECIPE(FIELD)                                                         \
  FIELD(STRING, name, NULL)                                                   \
  FIELD(INT_IN(1, 600), minutes, "From start to plate")                       \
  FIELD(LIST(STRING, MOST_STEPS), steps, "A sentence each")
LITELLM_MODEL(recipe, RECIPE);

#define COOK(ARG) ARG(STRING, dish)
LITELLM_CALL_MODEL(recipe, cook, COOK, .prompt = "How do I cook {dish}?");

/* The last step may still grow. */
static void show(const struct recipe *recipe, bool whole) {
  static size_t shown;
  for (; shown + !whole < recipe->steps.count; shown++)
    printf("%d. %s\n", (int)shown + 1, recipe->steps.items[shown]);
  (void)fflush(stdout);
}

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  litellm_event event;
  litellm_result result;
  struct recipe recipe;
  open_client(&client, memory, sizeof memory);
  cook_start(&client, &recipe, count > 1 ? words[1] : "an egg");
  while ((result = litellm_next(&client, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_AGAIN) litellm_wait(&client, &event);
    else if (event.kind == LITELLM_EVENT_PARTIAL) show(&recipe, false);
  }
  if (result == LITELLM_END) {         /* now all fields are set */
    show(&recipe, true);
    printf("%s takes %d minutes.\n", recipe.name, recipe.minutes);
  }
  return close_client(&client, result);
}
