/* The tokenizer: the same tokens for every split. It is the driver `json`,
   whose main has another name here. */
#include "fuzz.h"
#include "tests/drivers/json.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct text whole = { NULL, 0, 0 }, split = { NULL, 0, 0 };
  litellm_result result;
  size_t first, step;
  input_begin(data, size);
  first = take_byte();
  step = 1 + take_byte();
  result = run(input, input.len, 1, &whole);
  PROMISE((result == LITELLM_END) == litellm_json_valid(input));
  PROMISE(run(input, 1, 1, &split) == result && text_same(&split, &whole));
  split.len = 0;
  PROMISE(run(input, first, step, &split) == result);
  PROMISE(text_same(&split, &whole));
  text_free(&whole);
  text_free(&split);
  return 0;
}
