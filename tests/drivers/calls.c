/* calls [--once]

   Plays the call that a JSON object on standard input describes against
   replies that it holds too, and prints what happens, a JSON value a line.
   ../vectors/calls.py writes that object, from transcripts that people write,
   and judges what is printed. Then, with the same outcome each time: byte by
   byte, at two-way splits, blocking; and in arenas of every size, until one is
   enough. --once leaves that out. */

#include "fill.h"
#include "peer.h"
#include "record.h"
#include "spec.h"

/* ---- the log ------------------------------------------------------------- */

/* What happens, and of that what a blocking call shows too. */
static struct text log_of[2];
static const char *log_piece;        /* the word of a line that may grow */

/* `"WORD NAME TEXT"`; NAME may be NULL. */
static void note(bool fact, const char *word, const char *name,
                 litellm_str text) {
  size_t start = log_of[0].len;
  log_piece = NULL;
  text_puts(&log_of[0], "\"");
  text_puts(&log_of[0], word);
  if (name) text_puts(&log_of[0], " ");
  if (name) text_escape(&log_of[0], litellm_str_from(name));
  text_puts(&log_of[0], " ");
  text_escape(&log_of[0], text);
  text_puts(&log_of[0], "\"\n");
  if (fact) text_add(&log_of[1], log_of[0].ptr + start, log_of[0].len - start);
}

/* Texts of one sort that follow each other make one line. */
static void note_piece(const char *word, litellm_str text) {
  if (!utf8_whole(text)) die("a piece is not whole UTF-8", word);
  if (log_piece == word) {
    log_of[0].len -= 2;
    text_escape(&log_of[0], text);
    text_puts(&log_of[0], "\"\n");
  } else {
    note(false, word, NULL, text);
  }
  log_piece = word;
}

/* The struct as JSON, until the next. */
static litellm_str json_of(const litellm_type *model, const void *value) {
  static char json[8192];
  litellm_str text = { json, litellm_encode(model, value, json, sizeof json) };
  if (text.len > sizeof json || !litellm_json_valid(text))
    die("a struct that is no JSON", "");
  return text;
}

static void note_request(const struct peer *peer) {
  note(true, "sent", NULL, peer_body(peer));
}

/* ---- tools --------------------------------------------------------------- */

static litellm_result result_of(const struct value *object, const char *name) {
  const char *text = text_of(object, name);
  int result = 0;
  while (text && strcmp(litellm_result_name((litellm_result)result), text))
    if (--result < -999) die("no such result", text);
  return (litellm_result)result;
}

/* Handlers are told no name, so each tool takes one of 16. */
static struct scripted_tool {
  litellm_tool of;
  const struct value *gives;         /* no text: its arguments */
  litellm_result says;
} tools[16];

static litellm_result run_tool(size_t which, const void *arguments,
                               void *result) {
  static unsigned char memory[8192];         /* texts of results */
  static litellm_client client;
  litellm_client_desc desc = peer_client(NULL, memory, sizeof memory, 64);
  const struct scripted_tool *tool = &tools[which];
  litellm_str text = json_of(tool->of.arguments, arguments);
  note(true, "run", tool->of.name, text);
  if (is_text(tool->gives)) text = tool->gives->text;
  if (tool->gives && tool->gives->kind == NIL) return tool->says;
  if (!tool->of.result) {
    memcpy(result, &text, sizeof text);
  } else {
    litellm_client_init(&client, &desc);
    if (litellm_decode(&client, tool->of.result, text, result) != LITELLM_OK)
      die("a tool's result", client.error.message);
  }
  return tool->says;
}

#define HANDLER(n)                                                            \
  static litellm_result handler_##n(const void *arguments, void *result,      \
                                    void *user_data) {                        \
    (void)user_data;                                                          \
    return run_tool(n, arguments, result);                                    \
  }
#define HANDLER_NAME(n) handler_##n,
HEX_(HANDLER, 0x0)
static litellm_result (*const handlers[])(const void *, void *, void *) = {
  HEX_(HANDLER_NAME, 0x0) };

static void read_tools(const struct value *list) {
  const struct value *spec = list->first;
  for (size_t i = 0; spec; spec = spec->next, i++) {
    if (i == 16) die("more than 16 tools", "");
    tools[i].of.name = text_of(spec, "name");
    tools[i].of.description = text_of(spec, "description");
    tools[i].of.arguments = model_of(spec, "arguments");
    tools[i].of.result = model_of(spec, "result");
    if (!truth_of(spec, "outside")) tools[i].of.handler = handlers[i];
    tools[i].says = result_of(spec, "fails");
    tools[i].gives = dom_member(spec, "gives");
  }
}

/* ---- the call ------------------------------------------------------------ */

static litellm_request request;
static litellm_result parser_says;

static litellm_result parse(const litellm_response *response,
                            const void *model, void *output) {
  note(true, "parse", NULL, model ? json_of(request.call.response_model, model)
                                  : litellm_str_from(response->content));
  *(char *)output = 'x';
  return parser_says;
}

/* A list of names, NULL: there is none. */
static const litellm_tool *const *tools_of(const struct value *object) {
  const struct value *list = object ? dom_member(object, "tools") : NULL;
  const litellm_tool **of = list ? take((list->count + 1) * sizeof *of) : NULL;
  const struct value *name = list ? list->first : NULL;
  for (size_t n = 0, i; name; name = name->next)
    for (i = 0; i < 16 && tools[i].of.name; i++)
      if (words_are(name->text, tools[i].of.name)) of[n++] = &tools[i].of;
  return of;
}

/* Parameters as {name: JSON text}; what has a member of its own takes it. */
static const litellm_params *params_of(const struct value *object) {
  const struct value *member = object ? object->first : NULL;
  litellm_params *params = take(sizeof *params);
  litellm_name_value *pair =
      take((object ? object->count + 1 : 1) * sizeof *pair);
  params->extra_body = pair;
  for (; member; member = member->next)
    if (words_are(member->key, "parallel_tool_calls")) {
      params->parallel_tool_calls.set = true;
      params->parallel_tool_calls.value = words_are(member->text, "true");
    } else if (words_are(member->key, "stream_usage")) {
      params->stream_usage.set = true;
      params->stream_usage.value = words_are(member->text, "true");
    } else {
      pair->name = take_words(member->key);
      pair++->value = take_words(member->text);
    }
  return params;
}

static void read_call(const struct value *spec) {
  const struct value *arguments = dom_member(spec, "arguments");
  const struct value *late = dom_member(spec, "request");
  litellm_call_desc *call = &request.call;
  call->model = "m";
  call->prompt = text_of(spec, "prompt");
  call->params = params_of(dom_member(spec, "params"));
  call->tools = tools_of(spec);
  call->tool_choice = text_of(spec, "tool_choice");
  call->strict_tools = truth_of(spec, "strict_tools");
  call->max_turns = (uint8_t)number_of(spec, "max_turns");
  call->max_tool_calls = (uint8_t)number_of(spec, "max_tool_calls");
  call->max_repeats = (uint8_t)number_of(spec, "max_repeats");
  call->max_result_bytes = (uint16_t)number_of(spec, "max_result_bytes");
  call->json_mode = truth_of(spec, "json_mode");
  call->output_mode = (uint8_t)number_of(spec, "output_mode");
  call->max_validation_retries =
      (uint8_t)number_of(spec, "max_validation_retries");
  call->max_retries = (uint8_t)number_of(spec, "max_retries");
  call->response_model = model_of(spec, "answer");
  if (text_of(spec, "parser")) call->output_parser = parse;
  parser_says = result_of(spec, "parser");
  call->collect_text = true;
  if (tools_of(late)) call->tools = tools_of(late);
  if (late && text_of(late, "tool_choice"))
    call->tool_choice = text_of(late, "tool_choice");
  if (arguments && !fill_arguments(arguments, &request))
    die("arguments", failure);
}

/* ---- events -------------------------------------------------------------- */

static bool blocking;
static struct text fills;            /* the structs of the partial events */
static const struct value *acts;     /* what the caller does, in a row ... */
static const struct value *act;      /* ... and what of it is next */

/* An answer, or if there is none: the end of the call. */
static void act_at(litellm_client *client, const litellm_event *event,
                   const char *word) {
  char now[100];
  (void)snprintf(now, sizeof now, "%s%s%s", word, event->tool_call ? " " : "",
                 event->tool_call ? event->tool_call->name : "");
  for (; act && words_are(dom_member(act, "at")->text, now); act = act->next) {
    const struct value *says = dom_member(act, "says");
    litellm_str text = { NULL, 0 };
    if (says && is_text(says)) text = says->text;
    if (says && words_are(text, "$arguments"))
      text = litellm_str_from(event->tool_call->arguments);
    if (!says) litellm_cancel(client);
    else note(false, "answer", NULL,
              litellm_str_from(
                  litellm_result_name(litellm_set_tool_result(client, text))));
  }
}

static void see(litellm_client *client, const litellm_event *event) {
  static const char *const words[] = {
    [LITELLM_EVENT_TEXT] = "text", [LITELLM_EVENT_REASONING] = "think",
    [LITELLM_EVENT_REFUSAL] = "refuse", [LITELLM_EVENT_PARTIAL] = "partial",
    [LITELLM_EVENT_TOOL_CALL] = "call", [LITELLM_EVENT_TOOL_RESULT] = "told",
    [LITELLM_EVENT_VALIDATION_RETRY] = "reask",
    [LITELLM_EVENT_FINISH] = "finish", [LITELLM_EVENT_USAGE] = "use" };
  const litellm_usage *use = event->usage;
  const char *word = words[event->kind];
  char numbers[64];
  litellm_str text = event->text;
  switch (event->kind) {
    case LITELLM_EVENT_TOOL_BEGIN: case LITELLM_EVENT_TOOL_ARGUMENTS: return;
    case LITELLM_EVENT_PARTIAL:
      note_piece(word, text);
      if (request.call.output_parser) break; /* else the output is not it */
      text = json_of(request.call.response_model, request.output);
      text_puts(&fills, "\"fill ");
      text_escape(&fills, text);
      text_puts(&fills, "\"\n");
      break;
    case LITELLM_EVENT_TEXT: case LITELLM_EVENT_REASONING:
    case LITELLM_EVENT_REFUSAL:
      note_piece(word, text);
      break;
    case LITELLM_EVENT_USAGE:
      (void)snprintf(numbers, sizeof numbers, "%lu %lu",
                     (unsigned long)use->prompt_tokens,
                     (unsigned long)use->completion_tokens);
      note(false, word, NULL, litellm_str_from(numbers));
      break;
    case LITELLM_EVENT_TOOL_CALL:
      text = litellm_str_from(event->tool_call->arguments);
      /* fall through */
    default:
      note(false, word, event->tool_call ? event->tool_call->name : NULL,
           text);
  }
  act_at(client, event, word);
}

/* ---- a play -------------------------------------------------------------- */

static struct peer peer;

/* Memory of just that size, with something in it. */
static void *room_for(size_t size) {
  void *room = malloc(size);
  if (!room) die("out of memory", "");
  memset(room, 0xA5, size);
  return room;
}

/* To its end, by events. */
static litellm_result follow(litellm_client *client,
                             litellm_response *response) {
  litellm_result result = litellm_start(client, &request), kept;
  unsigned long left = 1ul << 22;            /* steps; more is a hang */
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    litellm_event event;
    result = litellm_next(client, &event);
    if (result == LITELLM_OK) see(client, &event);
    if (result == LITELLM_AGAIN) litellm_wait(client, &event);
    if (!left--) die("no end in sight", "");
  }
  kept = litellm_client_response(client, response);
  return result == LITELLM_END ? kept : result;
}

static void see_stage(litellm_hook_point point, int32_t value,
                      void *user_data) {
  const litellm_client *client = user_data;
  (void)value;
  if (point == LITELLM_HOOK_RETRY)
    note(true, "retry", NULL,
         litellm_str_from(litellm_result_name(client->error.code)));
}

/* Whether a call that wants no memory works: a failure leaves that much. */
static void check_usable(litellm_client *client) {
  static const litellm_call_desc hi = { .model = "m", .prompt = "Hi" };
  const litellm_request simple = { .call = hi };
  litellm_event event;
  litellm_result result;
  peer.told = NULL;
  peer.given = peer.count++;                 /* the reply behind the others */
  result = litellm_start(client, &simple);
  while (result == LITELLM_OK || result == LITELLM_AGAIN)
    result = litellm_next(client, &event);
  if (result != LITELLM_END)
    die("a client after a failure", litellm_result_name(result));
  peer.told = note_request;
  peer.count--;
}

/* Plays the call on a client with so much memory. Its result, and how much is
   missing. */
static litellm_result play(size_t size, size_t window, size_t *missing) {
  const litellm_type *model =
      request.call.output_parser ? NULL : request.call.response_model;
  void *memory = room_for(size);
  litellm_client_desc desc = peer_client(&peer, memory, size, window);
  litellm_client client;
  litellm_response response;
  litellm_result result;
  size_t start;
  bool made;
  log_of[0].len = log_of[1].len = fills.len = peer.given = 0;
  log_piece = NULL;
  act = acts;
  request.output = room_for(model ? model->size : 1);
  memset(&response, 0, sizeof response);
  if (LITELLM_HOOKS) desc.hook = see_stage;
  desc.user_data = &client;
  result = litellm_client_init(&client, &desc);
  made = result == LITELLM_OK;
  if (made)
    result = blocking ? litellm_run(&client, &response, &request)
                      : follow(&client, &response);
  if (client.error.code != result)
    die("error.code is not the result", litellm_result_name(result));
  if (model && (result == LITELLM_OK || result == LITELLM_ERROR_SCHEMA))
    note(true, "value", NULL, json_of(model, request.output));
  start = log_of[0].len;
  log_record(&log_of[0], result, &client.error, &response);
  text_add(&log_of[1], log_of[0].ptr + start, log_of[0].len - start);
  *missing = client.error.bytes_missing;
  if (result == LITELLM_ERROR_NO_MEMORY && !*missing)
    die("memory is missing, but none is told", "");
  if (made) check_usable(&client);
  litellm_client_close(&client);
  free(memory);
  free(request.output);
  return result;
}

/* ---- many plays ---------------------------------------------------------- */

static const size_t plenty = 32768;  /* bytes of memory */
static struct text wanted[2];        /* the logs of the first play */

static void compare(const char *how, size_t number) {
  if (text_same(&wanted[blocking], &log_of[blocking])) return;
  fprintf(stderr, "%s %lu:\n", how, (unsigned long)number);
  text_print(&log_of[blocking], stderr);
  fprintf(stderr, "but at once:\n");
  text_print(&wanted[blocking], stderr);
  exit(1);
}

/* Byte by byte, and at two-way splits of all replies. */
static void play_splits(void) {
  size_t missing, longest = 0, k;
  for (k = 0; k < peer.count; k++)
    if (longest < peer.replies[k].len) longest = peer.replies[k].len;
  peer.again = peer.uneven = true;
  peer.first = peer.step = 1;
  play(plenty, 64, &missing);
  compare("bytes a read:", 1);
  peer.again = peer.uneven = false;
  peer.step = plenty;
  for (k = 1; k < longest; k += longest / 200 + 1) {
    peer.first = k;
    play(plenty, 0, &missing);
    compare("split at", k);
  }
  peer.first = plenty;
}

/* In memory of more and more bytes, with `step` 0 as many as the client asks
   for: it fails for want of memory, or as it does with plenty of it, until
   nothing is missing. */
static void play_arenas(litellm_result result, size_t step) {
  litellm_result got;
  size_t size = 0, missing;
  for (; size < plenty; size += step ? step : missing ? missing : 1) {
    got = play(size, 64, &missing);
    if (got != LITELLM_ERROR_NO_MEMORY && got != result)
      die("with less memory", litellm_result_name(got));
    if (text_same(&wanted[blocking], &log_of[blocking])) return;
    if (got == LITELLM_OK && !acts) break;
  }
  compare("bytes of memory:", size);
}

/* `step`: between two sizes of memory, 0: just one play. */
static void play_all(const struct value *spec, size_t step) {
  static const char hi[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json"
                           "\r\n\r\n{\"choices\":[{\"message\":{\"content\":"
                           "\"hi\"},\"index\":0}]}";
  const struct value *list = dom_member(spec, "replies"), *text = list->first;
  litellm_str *replies = take((list->count + 1) * sizeof *replies);
  litellm_result result;
  size_t missing, i;
  for (i = 0; text; text = text->next, i++) {
    replies[i].ptr = exactly(text->text.ptr, text->text.len);
    replies[i].len = text->text.len;
  }
  replies[i] = litellm_str_from(hi);
  peer.replies = replies;
  peer.count = i;
  peer.first = peer.step = plenty;
  acts = dom_member(spec, "acts")->first;
  request.stream = truth_of(spec, "stream");
  printf("\"play\"\n");
  result = play(plenty, 0, &missing);
  for (i = 0; i < 2; i++) {
    wanted[i].len = 0;
    text_add(&wanted[i], log_of[i].ptr, log_of[i].len);
  }
  text_print(&fills, stdout);
  text_print(&wanted[0], stdout);
  if (result == LITELLM_OK &&
      litellm_call_check(&request.call, NULL) != LITELLM_OK)
    die("litellm_call_check refuses what works", "");
  if (step) {
    play_splits();
    play_arenas(result, step);
    blocking = !acts;
    if (blocking) play_arenas(result, 0);
    blocking = false;
  }
  for (i = 0; i < peer.count; i++) free((void *)(uintptr_t)replies[i].ptr);
}

int main(int count, char **words) {
  litellm_str all = read_file("-");
  struct value document;
  const struct value *spec;
  struct dom dom;
  unsigned plays = 0;
  bool once = count == 2 && !strcmp(words[1], "--once");
  if (count != 1 + once) die("calls [--once]", "");
  memset(&document, 0, sizeof document);
  if (!dom_read(&dom, all, &document)) die("standard input", dom.bad);
  peer.told = note_request;
  read_tools(dom_member(&document, "tools"));
  read_call(dom_member(&document, "call"));
  /* Of many plays, which are much the same, the first take every size. */
  for (spec = dom_member(&document, "plays")->first; spec; spec = spec->next)
    play_all(spec, once ? 0 : plays++ < 2 ? 1 : 7);
  text_free(&peer.request);
  for (size_t i = 0; i < 2; i++) {
    text_free(&log_of[i]);
    text_free(&wanted[i]);
  }
  text_free(&fills);
  text_free(&path);
  dom_release();
  free((void *)(uintptr_t)all.ptr);
  return 0;
}
