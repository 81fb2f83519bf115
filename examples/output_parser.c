/* output_parser: a call returns what your function makes of the answer: of its
   text, or of a response model. See example.h for how to build and run it. */
#include "example.h"

struct color { unsigned red, green, blue; };

/* What this returns, the call returns. */
static litellm_result parse_color(const litellm_response *response,
                                  const void *model, void *output) {
  struct color *color = (struct color *)output;
  const char *at = strchr(response->content, '#');
  (void)model;                         /* no response model */
  return at && sscanf(at, "#%2x%2x%2x", &color->red, &color->green,
                      &color->blue) == 3 ? LITELLM_OK : LITELLM_ERROR_SCHEMA;
}

#define COLOR_OF(ARG) ARG(STRING, thing)
LITELLM_CALL_PARSED(struct color, color_of, COLOR_OF,
                    .prompt = "The color of {thing}, as in #ff8800?",
                    .output_parser = parse_color);

#define SCORES(FIELD) FIELD(LIST_IN(INT, 1, 8), points, "0 to 10")
LITELLM_MODEL(scores, SCORES);

static litellm_result parse_mean(const litellm_response *response,
                                 const void *model, void *output) {
  const struct scores *scores = (const struct scores *)model;
  double sum = 0;
  size_t i;
  (void)response;
  for (i = 0; i < scores->points.count; i++) sum += scores->points.items[i];
  *(double *)output = sum / (double)scores->points.count;
  return LITELLM_OK;
}

#define RATE(ARG) ARG(STRING, text)
LITELLM_CALL_PARSED(double, rate, RATE, .prompt = "Three readers rate: {text}",
                    .output_parser = parse_mean,
                    .response_model = &scores_type);

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY];
  litellm_client client;
  struct color color;
  double mean;
  litellm_result result;
  open_client(&client, memory, sizeof memory);
  result = color_of(&client, &color, "an orange");
  if (result == LITELLM_OK) {
    printf("red %u, green %u, blue %u\n", color.red, color.green, color.blue);
    result = rate(&client, &mean, "It was a dark and stormy night.");
  }
  if (result == LITELLM_OK) printf("%.2f points\n", mean);
  return close_client(&client, result);
}
