/* Templates and arguments: whatever they are, a body is the same JSON in every
   window, and as it is sent. It is the driver `prompt`, whose main has another
   name here. The input is the template, 0xFF, and the arguments as JSON. */
#include "tests/drivers/prompt.c"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct text line = { NULL, 0, 0 };
  litellm_str all;
  input_begin(data, size);
  window = 1 + take_byte();
  send_window = 64 + take_byte();
  text_puts(&line, "{\"template\":");
  text_string(&line, take_part());
  text_puts(&line, ",\"arguments\":");
  text_add(&line, input.ptr, input.len);
  text_puts(&line, "}");
  all.ptr = line.ptr;
  all.len = line.len;
  run(all);
  dom_release();
  text_free(&line);
  return 0;
}
