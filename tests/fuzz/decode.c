/* JSON into a struct and back: what was decoded and encoded decodes to itself,
   and the same text as a model's answer gives the same, for every split. */
#include "models.h"
#include "play.h"

static unsigned char memory[65536];

static litellm_result decode(const litellm_type *model, litellm_str text,
                             struct text *json) {
  struct peer nobody;
  litellm_client client;
  litellm_client_desc desc = peer_client(&nobody, memory, sizeof memory, 0);
  litellm_result result;
  void *output = malloc(model->size), *copy = exactly(text.ptr, text.len);
  if (!output) die("out of memory", "");
  memset(output, 0xA5, model->size);
  text.ptr = copy;
  PROMISE(litellm_client_init(&client, &desc) == LITELLM_OK);
  result = litellm_decode(&client, model, text, output);
  PROMISE(result == client.error.code);
  if (result == LITELLM_OK) said_struct(json, model, output);
  else PROMISE(result == LITELLM_ERROR_SCHEMA);
  litellm_client_close(&client);
  free(output);
  free(copy);
  return result;
}

/* The text as the content of a reply. */
static void answer(const litellm_type *model, litellm_str text,
                   const struct way *way, struct said *said) {
  litellm_request request = { .call = { .model = "m", .prompt = "hello" } };
  struct text reply = { NULL, 0, 0 };
  litellm_str replies;
  struct peer peer;
  request.call.response_model = model;
  request.output = malloc(model->size);
  if (!request.output) die("out of memory", "");
  text_puts(&reply, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
            "{\"choices\":[{\"message\":{\"content\":");
  text_string(&reply, text);
  text_puts(&reply, "},\"finish_reason\":\"stop\"}]}");
  replies.ptr = reply.ptr;
  replies.len = reply.len;
  memset(&peer, 0, sizeof peer);
  peer.replies = &replies;
  peer.count = 1;
  play(&request, way, peer, sizeof memory, 0, said);
  text_free(&reply);
  free(request.output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct text once = { NULL, 0, 0 }, twice = { NULL, 0, 0 };
  struct way whole = { .window = 4096, .step = (size_t)-1 };
  struct way split = { .window = 0 };
  struct said said, again;
  const litellm_type *model;
  litellm_result result;
  bool same;
  input_begin(data, size);
  model = models[take_byte() % MODELS];
  split.window = 64 + 16 * take_byte();
  split.step = 1 + take_byte();
  result = decode(model, input, &once);
  if (result == LITELLM_OK) {
    litellm_str json = { once.ptr, once.len };
    PROMISE(decode(model, json, &twice) == LITELLM_OK);
    PROMISE(text_same(&twice, &once));
  }
  answer(model, input, &whole, &said);
  answer(model, input, &split, &again);
  compare(&said, &again);
  /* In a reply each byte of what is not UTF-8 is a U+FFFD of its own, by
     text_string; the library makes one of as many bytes as Unicode says. And
     what is between tags of thoughts is no part of an answer. */
  same = input.len && utf8_whole(input) && !memchr(input.ptr, '<', input.len);
  if (same) PROMISE(said.result == result);
  if (same && result == LITELLM_OK) {
    PROMISE(said.end.len > once.len);
    PROMISE(!memcmp(said.end.ptr + said.end.len - once.len, once.ptr,
                    once.len));
  }
  said_free(&said);
  said_free(&again);
  text_free(&once);
  text_free(&twice);
  return 0;
}
