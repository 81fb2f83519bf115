/* settings.c: what differs from device to device, as the gateway's address
   and the key. It is the flash's last page, which is written apart from the
   program: texts NAME=VALUE, each with a NUL, an empty one at the end. */
#include "board.h"

#include <string.h>

extern const char settings_page[];  /* board.ld */
enum { PAGE_SIZE = 1024 };

/* A page that was never written holds no name: it begins with 0 or 0xFF. */
const char *setting(const char *name, const char *otherwise) {
  const char *at = settings_page, *end = at + PAGE_SIZE;
  size_t length = strlen(name);
  while (at < end && *at && (unsigned char)*at != 0xFF) {
    if (strncmp(at, name, length) == 0 && at[length] == '=')
      return at + length + 1;
    at += strlen(at) + 1;
  }
  return otherwise;
}

uint32_t setting_number(const char *name, uint32_t otherwise) {
  const char *digit = setting(name, NULL);
  uint32_t number = 0;
  if (!digit) return otherwise;
  for (; *digit >= '0' && *digit <= '9'; digit++)
    number = number * 10 + (uint32_t)(*digit - '0');
  return number;
}
