/* Receiving through the port under test. Include after check.h and the
   declarations of `port`, its table, and `link_`, the link. */
#ifndef RECEIVE_H
#define RECEIVE_H

/* Receives until there is something but AGAIN. */
static litellm_result receive(void *buffer, size_t size, size_t *n) {
  uint32_t begin = port->millis();
  litellm_result result;
  do {
    result = port->recv(link_, buffer, size, n);
    if (result != LITELLM_AGAIN) return result;
    port->wait(link_, LITELLM_WAIT_READ, 1000);
  } while (port->millis() - begin < 5000);
  return LITELLM_ERROR_TIMEOUT;
}

/* `text` is what comes next. */
static void receive_text(const char *text) {
  char buffer[64];
  size_t n = 0, total = 0;
  while (total < strlen(text)) {
    if (!CHECK_INT(receive(buffer + total, strlen(text) - total, &n),
                   LITELLM_OK) || !CHECK(n >= 1)) return;
    total += n;
  }
  (void)check_same(buffer, total, text, strlen(text), __LINE__);
}

#endif
