/* Streams of this library at once, in one thread, for streams.py:

     streams_ours URL STREAMS TURNS WINDOW

   It reads STREAMS at once, TURNS times, and prints how many bytes of text
   came. */
#define _POSIX_C_SOURCE 200809L
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/posix.h"

#define SAY(ARG) ARG(STRING, text)
LITELLM_CALL(say, SAY, .model = "m", .prompt = "{text}");

static unsigned long text_bytes;

static void *room(size_t count, size_t size) {
  void *made = calloc(count, size);
  if (!made) exit(2);
  return made;
}

static void check(litellm_client *client, litellm_result result) {
  if (result >= LITELLM_OK) return;
  fprintf(stderr, "%s\n", litellm_client_error(client));
  exit(1);
}

static void open_client(litellm_client *client, const char *url,
                        size_t window) {
  litellm_client_desc desc = {
    .port = &litellm_posix, .base_url = url, .window_size = window,
    .memory_size = LITELLM_MEMORY(litellm_posix_link, window, 0, 0) };
  desc.memory = room(1, desc.memory_size);
  check(client, litellm_client_init(client, &desc));
}

/* Goes on until there is nothing more to read; false: the stream has ended. */
static bool advance(litellm_client *client, struct pollfd *item) {
  litellm_event event;
  litellm_result result;
  do {
    result = litellm_next(client, &event);
    if (result == LITELLM_OK && event.kind == LITELLM_EVENT_TEXT)
      text_bytes += event.text.len;
  } while (result == LITELLM_OK ||
           (result == LITELLM_AGAIN && !event.wait_ms));
  check(client, result);
  item->fd = result == LITELLM_END ? -1 : litellm_posix_fd(client);
  item->events = (short)((event.wait & LITELLM_WAIT_READ ? POLLIN : 0) |
                         (event.wait & LITELLM_WAIT_WRITE ? POLLOUT : 0));
  return result != LITELLM_END;
}

/* Deadlines are looked at once a second. */
static void read_all(litellm_client *clients, struct pollfd *items,
                     size_t count) {
  size_t left = count;
  for (size_t i = 0; i < count; i++) {
    check(&clients[i], say_start(&clients[i], "hi"));
    left -= !advance(&clients[i], &items[i]);
  }
  while (left) {
    int ready = poll(items, (nfds_t)count, 1000);
    for (size_t i = 0; i < count; i++)
      if (items[i].fd >= 0 && (items[i].revents || !ready))
        left -= !advance(&clients[i], &items[i]);
  }
}

int main(int argc, char **argv) {
  size_t count, window;
  litellm_client *clients;
  struct pollfd *items;
  if (argc != 5) return 2;
  count = strtoul(argv[2], NULL, 10);
  window = strtoul(argv[4], NULL, 10);
  clients = (litellm_client *)room(count, sizeof *clients);
  items = (struct pollfd *)room(count, sizeof *items);
  for (size_t i = 0; i < count; i++) open_client(&clients[i], argv[1], window);
  for (int turns = atoi(argv[3]); turns > 0; turns--)
    read_all(clients, items, count);
  printf("%lu\n", text_bytes);
  return 0;
}
