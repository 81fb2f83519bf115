/* Sends one request into nothing, for tests/bench/linear.sh to count:

     send history|value|image BYTES */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- a port without a network ------------------------------------------ */

static unsigned long sent_bytes;
static int reads;            /* in a row: two mean that all is sent */

static litellm_result null_connect(void *link, const litellm_peer *peer,
                                   uint32_t remaining_ms) {
  (void)link;
  (void)peer;
  (void)remaining_ms;
  return LITELLM_OK;
}

static litellm_result null_send(void *link, const void *data, size_t size,
                                size_t *sent) {
  (void)link;
  (void)data;
  reads = 0;
  sent_bytes += size;
  *sent = size;
  return LITELLM_OK;
}

static litellm_result null_recv(void *link, void *buffer, size_t size,
                                size_t *received) {
  (void)link;
  (void)buffer;
  (void)size;
  (void)received;
  return reads++ ? LITELLM_END : LITELLM_AGAIN;
}

static void null_close(void *link) { (void)link; }

static void null_wait(void *link, unsigned what, uint32_t ms) {
  (void)link;
  (void)what;
  (void)ms;
}

static uint32_t null_millis(void) { return 0; }
static int64_t null_unix_time(void) { return 0; }
static bool null_entropy(void *bytes, size_t size) {
  (void)bytes;
  (void)size;
  return false;
}

static const litellm_port null_port = {
  sizeof(litellm_link), false, null_connect, null_send, null_recv, null_close,
  null_wait, null_millis, null_unix_time, null_entropy };

/* ---- what is sent ------------------------------------------------------ */

#define ONE_VALUE(ARG) ARG(STRING, value)
LITELLM_CALL(one_value, ONE_VALUE, .model = "m",
             .prompt = "SYSTEM: Be brief.\nUSER: Sum up: {value} in a line.");
#define ONE_IMAGE(ARG) ARG(BYTES, image)
LITELLM_CALL(one_image, ONE_IMAGE, .model = "m",
             .prompt = "What is this? {image:image}");
static const litellm_call history = { .model = "m" };

enum { MESSAGE_BYTES = 1000 };

/* All that is counted happens in here. */
LITELLM__NOINLINE litellm_result counted(litellm_client *client,
                                         const litellm_request *request);
LITELLM__NOINLINE litellm_result counted(litellm_client *client,
                                         const litellm_request *request) {
  return litellm_run(client, NULL, request);
}

int main(int argc, char **argv) {
  static unsigned char memory[8192];
  size_t size = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, i;
  size_t count = size / MESSAGE_BYTES + 1;
  char *text = (char *)malloc(size + 9);
  litellm_message *messages =
      (litellm_message *)calloc(count, sizeof *messages);
  struct one_value_arguments value;
  struct one_image_arguments image;
  litellm_client_desc desc;
  litellm_client client;
  litellm_request request;
  litellm_result result;
  if (size < 8 || !text || !messages) return 2;
  for (i = 0; i < size; i++) text[i] = "text with \"quotes\"\n"[i % 19];
  text[size] = 0;
  for (i = 0; i < count; i++) {
    size_t at = i * MESSAGE_BYTES;
    messages[i].role = i % 2 ? LITELLM_ASSISTANT : LITELLM_USER;
    messages[i].content.ptr = text + at;
    messages[i].content.len =
        size - at < MESSAGE_BYTES ? size - at : MESSAGE_BYTES;
    messages[i].next = i + 1 < count ? &messages[i + 1] : NULL;
  }
  memset(&request, 0, sizeof request);
  if (argv[1][0] == 'h') {
    request.call = &history;
    request.messages = messages;
  } else if (argv[1][0] == 'v') {
    value.value = text;
    request.call = &one_value_call;
    request.arguments = &value;
  } else {
    memcpy(text, "\211PNG\r\n\032\n", 8);
    image.image.ptr = text;
    image.image.len = size;
    request.call = &one_image_call;
    request.arguments = &image;
  }
  memset(&desc, 0, sizeof desc);
  desc.port = &null_port;
  desc.base_url = "http://h";
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  if (litellm_client_init(&client, &desc) != LITELLM_OK) return 2;
  result = counted(&client, &request);
  printf("%lu\n", sent_bytes);
  free(messages);
  free(text);
  /* Nobody answered: all else is a request that did not go out whole. */
  return result == LITELLM_ERROR_CLOSED && sent_bytes > size ? 0 : 1;
}
