/* Calls on a peer, and all that they say as text: two ways to play one must
   say the same. */
#ifndef PLAY_H
#define PLAY_H

#include "fuzz.h"
#include "tests/drivers/peer.h"
#include "tests/drivers/record.h"

/* How the bytes come, and who asks for them. Windows are multiples of 16, so
   that all leave as much to the arena. */
struct way {
  size_t window, first, step;
  bool again, uneven;
  bool run;                  /* by litellm_run, which shows no events */
  bool answer;               /* the tools without a handler */
};

struct said {
  litellm_result result;
  bool silent;               /* there were no events */
  bool cut;                  /* the end may say less one way than the other */
  struct text lines;         /* what is over and done */
  struct text open[LITELLM_EVENT_USAGE + 1]; /* texts that still grow */
  struct text end;           /* the record, and the struct as JSON */
};

static void said_free(struct said *said) {
  text_free(&said->lines);
  text_free(&said->end);
  for (size_t i = 0; i <= LITELLM_EVENT_USAGE; i++) text_free(&said->open[i]);
}

/* Where a piece of a text ends depends on the way, so does its place beside
   pieces of other texts. */
static bool grows(litellm_event_kind kind) {
  return kind == LITELLM_EVENT_TEXT || kind == LITELLM_EVENT_REASONING ||
         kind == LITELLM_EVENT_REFUSAL || kind == LITELLM_EVENT_PARTIAL ||
         kind == LITELLM_EVENT_TOOL_ARGUMENTS;
}

static void said_close(struct said *said) {
  for (size_t i = 0; i <= LITELLM_EVENT_USAGE; i++) {
    struct text *text = &said->open[i];
    if (text->len) {
      text_number(&said->lines, (long long)i);
      text_add(&said->lines, text->ptr, text->len);
      text_puts(&said->lines, "\n");
    }
    text->len = 0;
  }
}

static void said_event(struct said *said, const litellm_event *event) {
  litellm_event_kind kind = event->kind;
  PROMISE(kind != LITELLM_EVENT_NONE && kind <= LITELLM_EVENT_USAGE);
  PROMISE(utf8_whole(event->text));
  if (!grows(kind)) {
    said_close(said);
    text_number(&said->lines, (long long)kind);
    if (kind == LITELLM_EVENT_TOOL_CALL || kind == LITELLM_EVENT_TOOL_RESULT)
      log_tool_call(&said->lines, event->tool_call);
    if (kind == LITELLM_EVENT_USAGE) log_usage(&said->lines, event->usage);
    if (kind == LITELLM_EVENT_TOOL_BEGIN) kind = LITELLM_EVENT_TOOL_ARGUMENTS;
  }
  text_add(grows(kind) ? &said->open[kind] : &said->lines, event->text.ptr,
           event->text.len);
}

/* The struct that a call has filled in. */
static void said_struct(struct text *text, const litellm_type *model,
                        const void *value) {
  size_t size = litellm_encode(model, value, NULL, 0), again;
  char *json = exactly(NULL, 0);
  litellm_str all;
  free(json);
  json = malloc(size);
  if (!json) die("out of memory", "");
  again = litellm_encode(model, value, json, size);
  all.ptr = json;
  all.len = size;
  PROMISE(again == size && litellm_json_valid(all));
  text_add(text, json, size);
  free(json);
}

/* Requests are JSON, whatever the model has said before. */
static void check_body(const struct peer *peer) {
  PROMISE(litellm_json_valid(peer_body(peer)));
}

static litellm_result play_events(litellm_client *client,
                                  const litellm_request *request, bool answer,
                                  size_t cancel_at, struct said *said) {
  static const litellm_str by_hand = { "by hand", 7 };
  litellm_result result = litellm_start(client, request);
  litellm_event event;
  size_t events = 0, turns = 0;
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(client, &event);
    PROMISE(turns++ < 1000000);
    if (result == LITELLM_AGAIN) PROMISE(event.kind == LITELLM_EVENT_NONE);
    if (result != LITELLM_OK) continue;
    said_event(said, &event);
    if (answer && event.kind == LITELLM_EVENT_TOOL_CALL &&
        event.tool_call->name[0] == 'h')
      litellm_set_tool_result(client, by_hand);
    if (++events == cancel_at) litellm_cancel(client);
  }
  PROMISE(litellm_next(client, &event) == result);
  return result;
}

/* A client that fails must work again. If more than a reply came, what is left
   may spoil the next one. */
static void check_alive(litellm_client *client, struct peer *peer) {
  static const char hi[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    "{\"choices\":[{\"message\":{\"content\":\"hi\"}}]}";
  const litellm_request request = { .call = { .model = "m",
                                              .prompt = "hello" } };
  const litellm_str reply = { hi, sizeof hi - 1 };
  struct said said;
  litellm_result result;
  bool rest = peer->at < peer->reply.len;
  peer->replies = &reply;
  peer->count = 1;
  peer->given = 0;
  peer->reset = false;
  memset(&said, 0, sizeof said);
  result = play_events(client, &request, false, 0, &said);
  if (rest && result != LITELLM_END) {
    said_free(&said);
    memset(&said, 0, sizeof said);
    result = play_events(client, &request, false, 0, &said);
  }
  PROMISE(result == LITELLM_END);
  PROMISE(said.open[LITELLM_EVENT_TEXT].len == 2);
  said_free(&said);
}

/* A response as part of a history, whole and pruned. */
static void check_history(const litellm_response *response) {
  static unsigned char memory[65536];
  litellm_request request = { .call = { .model = "m", .prompt = "hello" } };
  litellm_messages list = { NULL, NULL };
  litellm_arena arena;
  litellm_error error;
  litellm_arena_init(&arena, memory, sizeof memory);
  if (!litellm_messages_add_response(&list, &arena, response)) return;
  for (size_t keep = 4; keep-- > 0;
       litellm_messages_prune(&list, &arena, keep, 0)) {
    uint32_t total = 0;
    litellm_str body;
    char *bytes;
    request.messages = list.first;
    PROMISE(litellm_request_body(&request, 0, NULL, 0, &total,
                                 &error) == LITELLM_OK);
    bytes = malloc(total);
    if (!bytes) die("out of memory", "");
    PROMISE(litellm_request_body(&request, 0, bytes, total, &total, &error) ==
            LITELLM_OK);
    body.ptr = bytes;
    body.len = total;
    PROMISE(litellm_json_valid(body));
    free(bytes);
  }
}

/* Plays a call on a client of its own, with an arena of `room` bytes. */
static void play(const litellm_request *request, const struct way *way,
                 struct peer script, size_t room, size_t cancel_at,
                 struct said *said) {
  size_t size = peer_overhead(way->window) + room;
  void *memory = malloc(size);
  const litellm_type *model = request->call.response_model;
  litellm_client client;
  litellm_client_desc desc;
  litellm_response response;
  litellm_result got;
  if (!memory) die("out of memory", "");
  script.first = way->first;
  script.step = way->step;
  script.again = way->again;
  script.uneven = way->uneven;
  script.told = check_body;
  desc = peer_client(&script, memory, size, way->window);
  PROMISE(litellm_client_init(&client, &desc) == LITELLM_OK);
  memset(said, 0, sizeof *said);
  if (way->run) {
    said->silent = true;
    said->result = litellm_run(&client, &response, request);
  } else {
    said->result = play_events(&client, request, way->answer, cancel_at,
                               said);
    got = litellm_client_response(&client, &response);
    if (said->result == LITELLM_END) {
      said_close(said);
      said->result = got;
    }
  }
  if (said->result == LITELLM_OK) {
    log_record(&said->end, said->result, &client.error, &response);
    check_history(&response);
  } else {
    PROMISE(said->result == client.error.code);
    log_error(&said->end, &client.error);
  }
  if (model && request->output &&
      (said->result == LITELLM_OK || said->result == LITELLM_ERROR_SCHEMA))
    said_struct(&said->end, model, request->output);
  if (room >= 4096) check_alive(&client, &script);
  litellm_client_close(&client);
  text_free(&script.request);
  free(memory);
}

static bool text_begins(const struct text *a, const struct text *b) {
  size_t len = a->len < b->len ? a->len : b->len;
  return !len || !memcmp(a->ptr, b->ptr, len);
}

/* Before a failure more of a text may have come one way than the other. */
static void compare(const struct said *a, const struct said *b) {
  bool same = a->result == b->result &&
              (b->cut || text_same(&a->end, &b->end)) &&
              (b->silent || text_same(&a->lines, &b->lines));
  for (size_t i = 0; i <= LITELLM_EVENT_USAGE; i++)
    same = same && text_begins(&a->open[i], &b->open[i]);
  if (same) return;
  for (; a; a = b, b = NULL) {
    fprintf(stderr, "%s\n", litellm_result_name(a->result));
    text_print(&a->lines, stderr);
    for (size_t i = 0; i <= LITELLM_EVENT_USAGE; i++)
      if (a->open[i].len) {
        fprintf(stderr, "open %lu: ", (unsigned long)i);
        text_print(&a->open[i], stderr);
        fputc('\n', stderr);
      }
    text_print(&a->end, stderr);
    fputc('\n', stderr);
  }
  die("two ways differ", "");
}

#endif
