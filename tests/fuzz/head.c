/* URL, key and headers: a client refuses them, or sends a head of exactly the
   lines there should be, in every window. The input is the URL, the key, the
   name of its header, a header's name and value, the model, with 0xFF between;
   what is empty is not given. */
#include "fuzz.h"
#include "tests/drivers/peer.h"

static const char *take_words(void) {
  litellm_str part = take_part();
  char *words = malloc(part.len + 1);
  if (!words) die("out of memory", "");
  if (part.len) memcpy(words, part.ptr, part.len);
  words[part.len] = '\0';
  if (*words) return words;
  free(words);
  return NULL;
}

/* Lines of a head, each ended by CRLF; dies of any other control character,
   and of more than two blanks in the first. */
static size_t head_lines(const struct text *head) {
  size_t lines = 0, blanks = 0, start = 0;
  for (size_t i = 0; i < head->len; i++) {
    unsigned char byte = (unsigned char)head->ptr[i];
    if (lines == 0 && byte == ' ') blanks++;
    if (byte == '\r') {
      PROMISE(i + 1 < head->len && head->ptr[i + 1] == '\n');
      if (i == start) return lines;
      lines++;
      start = ++i + 1;
    } else {
      PROMISE(byte == '\t' || (byte >= ' ' && byte != 0x7F));
      PROMISE(i != start || byte != ' ');
    }
  }
  PROMISE(blanks == 2);
  die("a head without end", "");
  return 0;
}

static litellm_result send_with(litellm_client_desc desc,
                                const litellm_call_desc *call,
                                struct peer *peer) {
  litellm_request request = { .call = *call };
  litellm_client client;
  litellm_result result;
  size_t size = 16384 + desc.window_size;
  desc.memory = malloc(size);
  desc.memory_size = size;
  desc.port_context = peer;
  if (!desc.memory) die("out of memory", "");
  result = litellm_client_init(&client, &desc);
  PROMISE(result == client.error.code);
  if (result != LITELLM_OK) {
    PROMISE(litellm_run(&client, NULL, &request) == result);
  } else {
    result = litellm_run(&client, NULL, &request);
    PROMISE(result < 0);                     /* the peer says nothing */
  }
  litellm_client_close(&client);
  free(desc.memory);
  return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *words[6];
  litellm_name_value of_client[2], of_call[2];
  litellm_client_desc desc;
  litellm_call_desc call = { .prompt = "hello" };
  litellm_error error;
  litellm_result result;
  struct peer peer, again;
  size_t flags;
  memset(of_client, 0, sizeof of_client);
  memset(of_call, 0, sizeof of_call);
  memset(&peer, 0, sizeof peer);
  input_begin(data, size);
  flags = take_byte();
  desc = peer_client(&peer, NULL, 0, 64 + take_byte());
  peer.uneven = true;
  again = peer;
  for (size_t i = 0; i < 6; i++) words[i] = take_words();
  desc.base_url = words[0];
  desc.api_key = words[1];
  desc.api_key_header = words[2];
  desc.allow_key_over_http = flags & 1;
  if (words[3] && words[4]) {
    litellm_name_value *pair = flags & 2 ? of_call : of_client;
    pair->name = words[3];
    pair->value = words[4];
  }
  if (flags & 4) desc.headers = of_client;
  if (flags & 8) call.headers = of_call;
  call.model = words[5];
  result = send_with(desc, &call, &peer);
  desc.window_size = 1024;
  PROMISE(send_with(desc, &call, &again) == result);
  PROMISE(text_same(&peer.request, &again.request));
  if (peer.given) {
    size_t lines = head_lines(&peer.request);
    static const char first[] = "POST /";
    PROMISE(!memcmp(peer.request.ptr, first, sizeof first - 1));
    PROMISE(lines == 6 + (size_t)(desc.api_key != NULL) +
                     (size_t)(desc.headers && of_client->name) +
                     (size_t)(call.headers && of_call->name));
    PROMISE(call.model == NULL ||
            litellm_call_check(&call, &error) == LITELLM_OK);
    PROMISE(litellm_json_valid(peer_body(&peer)));
  }
  text_free(&peer.request);
  text_free(&again.request);
  for (size_t i = 0; i < 6; i++) free((void *)(uintptr_t)words[i]);
  return 0;
}
