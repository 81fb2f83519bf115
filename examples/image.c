/* image: images in a prompt, from memory and by URL.
   See example.h for how to build and run it. */
#include "example.h"

/* One red pixel. It can be in flash: base64 is made while sending. */
static const unsigned char pixel[] = {
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d,
  0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
  0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
  0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0xcf, 0xc0, 0x00,
  0x00, 0x03, 0x01, 0x01, 0x00, 0xf7, 0x03, 0x41, 0x43, 0x00, 0x00, 0x00,
  0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82 };

#define COMPARE(ARG) ARG(BYTES, photo) ARG(STRING, address)
LITELLM_CALL(compare, COMPARE,
             .prompt = "USER:\n"
                       "  Which of these is brighter?\n"
                       "  {photo:image(detail=low)}\n"
                       "  {address:image}");

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  static unsigned char photo[1 << 20];
  litellm_bytes bytes = { pixel, sizeof pixel };
  litellm_client client;
  litellm_response response;
  litellm_result result;
  if (count > 1) {                     /* a JPEG, PNG, GIF or WebP file */
    FILE *file = fopen(words[1], "rb");
    bytes.ptr = photo;
    bytes.len = file ? fread(photo, 1, sizeof photo, file) : 0;
    if (file) (void)fclose(file);
  }
  open_client(&client, memory, sizeof memory);
  result = compare(&client, &response, bytes,
                   count > 2 ? words[2] : "https://example.com/sun.jpg");
  if (result == LITELLM_OK) puts(response.content);
  return close_client(&client, result);
}
