/* The functions of a client in any order, on two clients that are made, closed
   and made again: each says what it should in that state, and what it hands
   out stays as long as the header says. The input is a byte for each call, and
   bytes for what it takes. */
#include "made_reply.h"
#include "models.h"
#include "tests/drivers/peer.h"

enum { HELD = 16, HISTORY = 6000 };
struct side {
  litellm_client client;
  void *memory;
  bool open, under_way;
  struct peer peer;
  litellm_str reply;
  void *output;
  const litellm_type *model;
  litellm_messages list;
  litellm_arena arena;
  unsigned char *history;
  /* Texts that must stay: the first `kept` of them over the next calls. */
  struct { const char *ptr, *copy; } held[HELD];
  size_t holds, kept;
};
static struct side sides[2];
static struct side *side;    /* whose turn it is */

/* ---- texts that were handed out ------------------------------------------ */

static void touch(const char *text) {
  if (text) PROMISE(strlen(text) < 1000000);
}

static void hold(const char *text) {
  if (!text || side->holds == HELD) return;
  side->held[side->holds].ptr = text;
  side->held[side->holds++].copy = exactly(text, strlen(text) + 1);
}

static void check_held(void) {
  for (size_t i = 0; i < side->holds; i++)
    PROMISE(!strcmp(side->held[i].ptr, side->held[i].copy));
}

static void let_go(size_t down_to) {
  check_held();
  while (side->holds > down_to)
    free((void *)(uintptr_t)side->held[--side->holds].copy);
}

static void touch_response(const litellm_response *response) {
  const litellm_message *message = response->turns;
  PROMISE(response->content && !response->content[response->content_size]);
  touch(response->reasoning);
  touch(response->refusal);
  touch(response->finish_reason);
  touch(response->id);
  touch(response->model);
  touch(response->thinking_blocks);
  touch(response->call_id);
  touch(response->cost);
  for (size_t i = 0; i < response->tool_call_count; i++) {
    touch(response->tool_calls[i].id);
    touch(response->tool_calls[i].name);
    touch(response->tool_calls[i].arguments);
  }
  for (; message; message = message->next) {
    touch(message->tool_call_id);
    touch(message->reasoning);
    for (size_t i = 0; i < message->tool_call_count; i++)
      touch(message->tool_calls[i].arguments);
  }
}

/* 1: of a call that fails behind a misfit the message is not read. It may point
   to where the misfit's text was before other texts grew. */
#define STALE_MESSAGE 1

static void touch_error(void) {
  litellm_error error = side->client.error;
  char line[200];
  if (STALE_MESSAGE && side->model && error.code != LITELLM_ERROR_SCHEMA)
    error.message = NULL;
  touch(error.message);
  touch(error.type);
  touch(error.api_code);
  touch(error.request_id);
  litellm_error_print(&error, line, sizeof line);
  PROMISE(strlen(line) < sizeof line);
}

/* ---- tools: what may be called in a handler ------------------------------ */

#define F(FIELD) FIELD(STRING, city, NULL) FIELD(OPTIONAL(INT), n, NULL)
LITELLM_TOOL(f, "Gives a point", F, point) {
  litellm_client *client = &side->client;
  litellm_response response;
  struct words words;
  switch (args->city[0]) {
    case '!': return LITELLM_ERROR_ARGUMENT;
    case '^': return LITELLM_ERROR_CANCELLED;
    case '~': litellm_cancel(client); break;
    case '?':
      PROMISE(litellm_run(client, NULL, &client->request_) ==
              LITELLM_ERROR_BUSY);
      PROMISE(litellm_client_response(client, &response) ==
              LITELLM_ERROR_BUSY);
      PROMISE(litellm_decode(client, &words_type, litellm_str_from("{}"),
                             &words) == LITELLM_ERROR_BUSY);
      litellm_client_retain_response(client);
      touch(litellm_client_error(client));
      break;
    default: break;
  }
  result->x = args->n.value;
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(g, NULL, LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("a text that is cut off somewhere");
  return LITELLM_OK;
}
static const litellm_tool by_hand = { .name = "h" };
static const litellm_tool *const tools[] = { &f_tool, &g_tool, &by_hand, NULL };

#define ARGS(ARG) ARG(STRING, a) ARG(MESSAGES, history)
LITELLM_CALL(templated, ARGS, .model = "m", .tools = tools, .max_turns = 2,
             .prompt = "SYSTEM: x\nMESSAGES: {history}\nUSER: {a}");

/* ---- the other end: one reply for all turns ------------------------------ */

static litellm_result connect_again(void *link, const litellm_endpoint *to,
                                    uint32_t remaining_ms) {
  peer_of(link)->given = 0;
  return peer_connect(link, to, remaining_ms);
}

/* Reads what the link points to: it must be there. */
static void wait_there(void *link, unsigned what, uint32_t ms) {
  if (link) PROMISE(((litellm_link *)link)->desc != NULL);
  (void)what;
  (void)ms;
}

static void check_body(const struct peer *peer) {
  PROMISE(litellm_json_valid(peer_body(peer)));
}

static void new_reply(void) {
  struct text text = { NULL, 0, 0 };
  made_reply(&text);
  free((void *)(uintptr_t)side->reply.ptr);
  side->reply.ptr = exactly(text.ptr, text.len);
  side->reply.len = text.len;
  text_free(&text);
}

/* ---- what is called ------------------------------------------------------ */

/* What a client says that is closed, its memory gone. */
static void close_client(void) {
  litellm_client *client = &side->client;
  litellm_response response;
  litellm_event event;
  let_go(0);
  side->kept = 0;
  litellm_client_close(client);
  free(side->memory);
  side->memory = NULL;
  memset(&event, 0, sizeof event);
  PROMISE(litellm_next(client, &event) != LITELLM_OK);
  litellm_cancel(client);
  litellm_wait(client, &event);
  PROMISE(litellm_client_response(client, &response) ==
          LITELLM_ERROR_NOT_OPEN);
  touch_response(&response);
  PROMISE(litellm_set_tool_result(client, litellm_str_from("x")) ==
          LITELLM_ERROR_ARGUMENT);
  PROMISE(litellm_run(client, &response, &client->request_) ==
          LITELLM_ERROR_NOT_OPEN);
  touch(litellm_client_error(client));
  litellm_client_close(client);
  side->open = side->under_way = false;
}

static void open_client(void) {
  static litellm_port port;
  size_t window = 64 + take_byte() * 4, room = take_byte() * 40;
  size_t size = peer_overhead(window) + room;
  litellm_client_desc desc;
  litellm_response response;
  close_client();
  side->memory = malloc(size);               /* as it is, for MSan */
  if (!side->memory) die("out of memory", "");
  side->peer.replies = &side->reply;
  side->peer.count = 1;
  side->peer.first = take_byte();
  side->peer.step = 1 + take_byte();
  side->peer.again = side->peer.step & 1;
  side->peer.told = check_body;
  port = peer_port;
  port.connect = connect_again;
  port.wait = wait_there;
  desc = peer_client(&side->peer, side->memory, size, window);
  desc.port = &port;
  desc.model = "the client's";
  PROMISE(litellm_client_init(&side->client, &desc) == LITELLM_OK);
  side->open = true;
  PROMISE(litellm_client_response(&side->client, &response) == LITELLM_OK);
  touch_response(&response);
}

static const litellm_request *new_request(void) {
  static struct templated_arguments arguments[2];
  static litellm_request requests[2];
  struct templated_arguments *args = &arguments[side - sides];
  litellm_request *request = &requests[side - sides];
  litellm_call_desc *call = &request->call;
  size_t how = take_byte(), limits = take_byte();
  memset(request, 0, sizeof *request);
  if (how & 64) {
    *call = templated_call;
    args->a = "{x}";
    args->history = side->list.first;
    request->arguments = args;
  } else {
    call->prompt = "hello";
    call->max_turns = limits & 3;
    call->max_validation_retries = limits >> 2 & 1;
    call->max_result_bytes = 20;
    if (how & 2) call->tools = tools;
  }
  if (how & 1) call->model = "m";
  if (how & 32) request->messages = side->list.first;
  call->output_mode = (uint8_t)((limits >> 3 & 3) % 3);
  call->max_tool_calls = (uint8_t)(limits >> 5);
  call->collect_text = how & 8;
  request->stream = how & 4;
  free(side->output);
  side->output = NULL;
  side->model = how & 16 ? models[limits >> 5] : NULL;
  if (!side->model) return request;
  call->response_model = side->model;
  request->output = side->output = malloc(side->model->size);
  if (!side->output) die("out of memory", "");
  return request;
}

/* All of the struct that the call fills in, its strings too. */
static void touch_struct(void) {
  size_t size = side->model ? litellm_encode(side->model, side->output, NULL, 0)
                            : 0;
  litellm_str json = { NULL, size };
  char *copy = malloc(size + 1);
  if (!copy) die("out of memory", "");
  json.ptr = copy;
  if (size) {
    PROMISE(litellm_encode(side->model, side->output, copy, size) == size);
    PROMISE(litellm_json_valid(json));
  }
  free(copy);
}

static void ended(litellm_result result) {
  litellm_event event;
  PROMISE(result < 0 || result == LITELLM_END);
  PROMISE(litellm_next(&side->client, &event) == result);
  side->under_way = false;
  if (result < 0) touch_error();
  if (result == LITELLM_END || result == LITELLM_ERROR_SCHEMA) touch_struct();
}

static void start(void) {
  const litellm_request *request;
  litellm_result result;
  if (side->under_way) {
    result = litellm_start(&side->client, &side->client.request_);
    PROMISE(result == LITELLM_ERROR_BUSY);
    return;
  }
  let_go(side->kept);
  request = new_request();
  result = litellm_start(&side->client, request);
  if (result == LITELLM_OK) side->under_way = true;
  else ended(result);
}

static void next(size_t times, bool answer) {
  litellm_client *client = &side->client;
  litellm_event event;
  while (side->under_way && times-- > 0) {
    litellm_result result = litellm_next(client, &event);
    if (result == LITELLM_AGAIN) {
      litellm_wait(client, &event);
      continue;
    }
    if (result != LITELLM_OK) {
      ended(result);
      return;
    }
    PROMISE(event.kind != LITELLM_EVENT_NONE);
    PROMISE(utf8_whole(event.text));
    if (event.tool_call) {
      touch(event.tool_call->id);
      touch(event.tool_call->name);
      touch(event.tool_call->arguments);
    }
    if (event.kind == LITELLM_EVENT_PARTIAL) touch_struct();
    if (event.kind == LITELLM_EVENT_TOOL_CALL && answer)
      (void)litellm_set_tool_result(client, litellm_str_from("by hand"));
  }
}

static void respond(void) {
  litellm_response response;
  litellm_result result = litellm_client_response(&side->client, &response);
  touch_response(&response);
  if (side->under_way) PROMISE(result == LITELLM_ERROR_BUSY);
  if (side->under_way || !side->open) return;
  hold(response.content);
  hold(response.reasoning);
  hold(response.finish_reason);
  if (response.tool_call_count) hold(response.tool_calls->arguments);
  if (result == LITELLM_OK)
    (void)litellm_messages_add_response(&side->list, &side->arena, &response);
}

static void run(void) {
  litellm_response response;
  const litellm_request *request;
  litellm_result result;
  let_go(side->kept);
  request = new_request();
  result = litellm_run(&side->client, &response, request);
  PROMISE(result <= 0 && result == side->client.error.code);
  if (result == LITELLM_OK || (result == LITELLM_ERROR_NO_MEMORY &&
                               side->client.result_ == LITELLM_END))
    ended(LITELLM_END);                      /* the response did not fit */
  else
    ended(result);
  touch_error();
  touch_response(&response);
}

static void decode(void) {
  static const char json[] = "{\"a\":\"some \\u0077ords\"}";
  struct words *words = malloc(sizeof *words);
  litellm_result result;
  if (!words) die("out of memory", "");
  result = litellm_decode(&side->client, &words_type,
                          litellm_str_from(json + take_byte() % 2), words);
  if (side->under_way) PROMISE(result == LITELLM_ERROR_BUSY);
  if (result == LITELLM_OK) hold(words->a);
  free(words);
}

static void add_message(size_t how) {
  litellm_arena *arena = &side->arena;
  litellm_message *message = litellm_messages_add(
      &side->list, arena, (litellm_role)(how % 5), litellm_str_from("text"));
  litellm_part *parts;
  if (message && message->role == LITELLM_ROLE_TOOL)
    message->tool_call_id = litellm_arena_copy(arena, litellm_str_from("id"));
  if (!message || !(how & 1)) return;
  parts = litellm_arena_alloc(arena, 2 * sizeof *parts);
  if (!parts) return;
  memset(parts, 0, 2 * sizeof *parts);
  parts[0].text = litellm_str_from("not in the arena");
  parts[1].text = litellm_str_from(
      litellm_arena_copy(arena, litellm_str_from("in it")));
  message->parts = parts;
  message->part_count = 2;
}

static void prune(size_t how) {
  const litellm_message *message;
  if (side->under_way) return;               /* its request points there */
  litellm_messages_prune(&side->list, &side->arena, how & 3,
                         how & 4 ? 1000 : 0);
  for (message = side->list.first; message; message = message->next) {
    const unsigned char *at = (const unsigned char *)message;
    PROMISE(at >= side->history && at < side->history + side->arena.used);
    if (message->content.ptr)
      PROMISE(!message->content.ptr[message->content.len]);
    PROMISE((message->next == NULL) == (message == side->list.last));
  }
}

static void cancel(void) {
  bool under_way = side->under_way;
  litellm_cancel(&side->client);
  litellm_cancel(&side->client);
  if (under_way) ended(LITELLM_ERROR_CANCELLED);
}

static void one_call(size_t how) {
  litellm_client *client = &side->client;
  switch (how & 15) {
    case 0: open_client(); break;
    case 1: close_client(); break;
    case 2: if (!side->under_way) new_reply(); break;
    case 3: case 4: start(); break;
    case 5: case 6: case 7: case 8: next(1 + 3 * (how >> 4), how & 16); break;
    case 9: cancel(); break;
    case 10: respond(); break;
    case 11: if (side->under_way) start(); else run(); break;
    case 12: decode(); break;
    case 13:
      if (how & 16) {
        litellm_client_release_responses(client);
        side->kept = 0;
      } else {
        litellm_client_retain_response(client);
        if (!side->under_way) side->kept = side->holds;
      }
      break;
    case 14: add_message(how >> 4); break;
    default: prune(how >> 4); break;
  }
  check_held();
  if (side->open) PROMISE(client->arena.used <= client->arena.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t calls = 0;
  input_begin(data, size);
  memset(sides, 0, sizeof sides);
  for (side = sides; side < sides + 2; side++) {
    side->history = malloc(HISTORY);
    if (!side->history) die("out of memory", "");
    litellm_arena_init(&side->arena, side->history, HISTORY);
    new_reply();
    open_client();
  }
  while (input.len && calls++ < 300) {
    size_t how = take_byte();
    side = &sides[how >> 7];
    one_call(how & 127);
  }
  for (side = sides; side < sides + 2; side++) {
    close_client();
    free(side->history);
    free(side->output);
    free((void *)(uintptr_t)side->reply.ptr);
    text_free(&side->peer.request);
  }
  return 0;
}
