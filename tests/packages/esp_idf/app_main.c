/* app_main.c: what the IDF does before and after app_main. */
#include <unistd.h>

extern void app_main(void);

int main(void) {
  app_main();
  return (int)sleep(60);       /* the example's task ends the program */
}
