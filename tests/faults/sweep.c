/* Every call of a table, with every size of memory from 0 to success, with
   every port call failing once or for good, and with AGAIN in between. What
   must hold: the right code, one close for each connection, no byte beyond
   the memory given, and a client that works again. */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define OK_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define OK_SSE "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define EVENT(json) "data: " json "\n\n"
#define DELTA(json) EVENT("{\"choices\":[{\"index\":0,\"delta\":" json "}]}")

/* ---- the calls --------------------------------------------------------- */

enum { HELLO, STREAMED, HISTORY, TYPED, PARAMETERS, IMAGE,       /* request */
       AGENT, AGENT_STREAMED, MODEL, MODEL_STREAMED };
enum { LENGTH = 0, UNTIL_CLOSE = -1 };   /* framing, else bytes of a chunk */

typedef struct sweep_case {
  const char *name;
  litellm_result result;
  const char *content;       /* must be in what it gives, or NULL */
  int request, framing;
  bool early;                /* the server replies at once */
  const char *head, *body;
  const char *second;        /* body of the reply to a second turn */
} sweep_case;

static const char hi[] =
  "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
  "\"role\":\"assistant\",\"content\":\"Hi \\u00e9\\ud83d\\ude00\"},"
  "\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":7}}";
#define HI "Hi \303\251\360\237\230\200"

static const char unauthorized[] =
  "{\"error\":{\"message\":\"Authentication Error, No api key passed in.\","
  "\"type\":\"auth_error\",\"param\":\"None\",\"code\":\"401\"}}";

static char long_head[6000];

static const sweep_case cases[] = {
  { "plain", LITELLM_END, HI, HELLO, LENGTH, false, OK_JSON, hi, NULL },
  { "chunked", LITELLM_END, "chunked text", HELLO, 30, false, OK_JSON,
    "{\"choices\":[{\"message\":{\"content\":\"chunked text\","
    "\"reasoning_content\":\"hmm\"},\"finish_reason\":\"length\"}],"
    "\"id\":\"x\" }", NULL },
#if LITELLM_STREAMS
  { "streamed text", LITELLM_END, "one two\n", STREAMED, UNTIL_CLOSE, false,
    OK_SSE, ": comment\n"
    EVENT("{\"id\":\"s\",\"choices\":[{\"delta\":{\"content\":\"\"}}]}")
    DELTA("{\"content\":\"one \"}")
    "data: {\"choices\":[{\"delta\":{\"content\":\"two\\n\"}}]}\r\n\r\n"
    EVENT("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}")
    EVENT("{\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
          "\"completion_tokens\":4,\"total_tokens\":7}}")
    EVENT("[DONE]"), NULL },
#if LITELLM_TOOLS
  { "streamed tools", LITELLM_END,
    "id:t0|name:get|arguments:{\"a\":1}|id:t1|name:put|arguments:{}"
    "|finish:tool_calls", STREAMED, 83, false, OK_SSE,
    DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"t0\",\"function\":"
          "{\"name\":\"get\",\"arguments\":\"\"}}]}")
    DELTA("{\"tool_calls\":[{\"index\":0,\"function\":"
          "{\"arguments\":\"{\"}}]}")
    DELTA("{\"tool_calls\":[{\"function\":{\"arguments\":\"{}\",\"name\":"
          "\"put\"},\"id\":\"t1\",\"index\":1},"
          "{\"index\":0,\"function\":{\"arguments\":\"\\\"a\\\":1}\"}}]}")
    EVENT("{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")
    EVENT("[DONE]"), NULL },
#endif
  { "error in a stream", LITELLM_ERROR_SERVER, "some", STREAMED, 50, false,
    OK_SSE, DELTA("{\"content\":\"some\"}")
    EVENT("{\"error\":{\"message\":\"upstream went away\",\"type\":"
          "\"server_error\",\"code\":\"500\"}}"), NULL },
  { "cut stream", LITELLM_ERROR_TRUNCATED, "half", STREAMED, UNTIL_CLOSE,
    false, OK_SSE, DELTA("{\"content\":\"half\"}")
    "data: {\"choices\":[{\"de", NULL },
#endif
#if LITELLM_TOOLS
  { "tools", LITELLM_END,
    "id:a|name:f|arguments:{\"x\": 1}|id:b|name:g|arguments:{}"
    "|id:c|name:h|arguments:|finish:tool_calls", HELLO, UNTIL_CLOSE, false,
    OK_JSON, "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":["
    "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\","
    "\"arguments\":\"{\\\"x\\\": 1}\"}},"
    "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\","
    "\"arguments\":\"{}\"}},"
    "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"h\"}}]},"
    "\"finish_reason\":\"tool_calls\"}]}", NULL },
#endif
#if LITELLM_TOOLS && LITELLM_MODELS
  { "tool loop", LITELLM_END, "three times two", AGENT, LENGTH, false, OK_JSON,
    "{\"id\":\"1\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
    "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{"
    "\"name\":\"repeat\",\"arguments\":\"{\\\"text\\\":\\\"ab\\\",\\\"times"
    "\\\":3}\"}},{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":"
    "\"repeat\",\"arguments\":\"{}\"}},{\"id\":\"c\",\"type\":\"function\","
    "\"function\":{\"name\":\"fetch\",\"arguments\":\"\"}}]},"
    "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"total_tokens\":7}}",
    "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"three times two\"},"
    "\"finish_reason\":\"stop\"}]}" },
  { "re-ask", LITELLM_END, "fit: $.size", MODEL, 40, false, OK_JSON,
    "{\"choices\":[{\"index\":0,\"message\":{\"content\":"
    "\"{\\\"name\\\":\\\"a box\\\"}\"},\"finish_reason\":\"stop\"}]}",
    "{\"choices\":[{\"index\":0,\"message\":{\"content\":"
    "\"{\\\"name\\\":\\\"a larger box\\\",\\\"size\\\":12}\"},"
    "\"finish_reason\":\"stop\"}]}" },
  { "never fits", LITELLM_ERROR_SCHEMA, NULL, MODEL, LENGTH, false, OK_JSON,
    "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"No.\"}}]}",
    "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Never.\"}}]}" },
#if LITELLM_STREAMS
  { "streamed tool loop", LITELLM_END, "done", AGENT_STREAMED, 83, false,
    OK_SSE,
    DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"t0\",\"function\":"
          "{\"name\":\"repeat\",\"arguments\":\"\"}}]}")
    DELTA("{\"tool_calls\":[{\"index\":0,\"function\":"
          "{\"arguments\":\"{\\\"text\\\":\\\"x\\\",\\\"times\\\":\"}}]}")
    DELTA("{\"tool_calls\":[{\"index\":0,\"function\":"
          "{\"arguments\":\"4}\"}}]}")
    EVENT("{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")
    EVENT("[DONE]"),
    DELTA("{\"content\":\"do\"}") DELTA("{\"content\":\"ne\"}")
    EVENT("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}")
    EVENT("[DONE]") },
  { "streamed re-ask", LITELLM_END, "fit: $",
    MODEL_STREAMED, LENGTH, false, OK_SSE,
    DELTA("{\"content\":\"I do not know\"}") EVENT("[DONE]"),
    DELTA("{\"content\":\"{\\\"size\\\":1,\\\"name\\\":\\\"a\"}")
    DELTA("{\"content\":\"bc\\\"}\"}") EVENT("[DONE]") },
#endif
#endif
  { "401", LITELLM_ERROR_AUTHENTICATION, NULL, HELLO, LENGTH, false,
    "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"
    "x-litellm-call-id: 1234\r\n", unauthorized, NULL },
  { "429", LITELLM_ERROR_RATE_LIMIT, NULL, HELLO, 60, false,
    "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n"
    "Retry-After: 7\r\n", "{\"error\":{\"message\":\"litellm.RateLimitError: "
    "slow down, please\",\"type\":null,\"param\":null,\"code\":\"429\"}}",
    NULL },
  { "502", LITELLM_ERROR_SERVER, NULL, HELLO, UNTIL_CLOSE, false,
    "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n",
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    "<body><h1>502 Bad Gateway</h1></body></html>\r\n", NULL },
  { "redirect", LITELLM_ERROR_REDIRECT, NULL, HELLO, LENGTH, false,
    "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://other/v1\r\n", "",
    NULL },
  { "interim", LITELLM_END, "old server", TYPED, UNTIL_CLOSE, false,
    "HTTP/1.1 100 Continue\r\n\r\n"
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.0 200\r\n",
    "{\"choices\":[{\"message\":{\"content\":\"old server\"}}]}", NULL },
  { "not a chat", LITELLM_ERROR_UNEXPECTED_REPLY, NULL, HELLO, LENGTH, false,
    OK_JSON,
"{\"status\":\"healthy\"}", NULL },
  { "bad JSON", LITELLM_ERROR_JSON, NULL, HELLO, LENGTH, false, OK_JSON,
    "{\"choices\":[{\"message\":NaN}] }", NULL },
  { "long head", LITELLM_END, "after a long head", PARAMETERS, LENGTH, false,
    long_head,
    "{\"choices\":[{\"message\":{\"content\":\"after a long head\"}}]}", NULL },
  { "big request", LITELLM_END, HI, HISTORY, LENGTH, false, OK_JSON, hi, NULL },
#if LITELLM_MEDIA
  { "image", LITELLM_END, HI, IMAGE, 7, false, OK_JSON, hi, NULL },
#endif
  { "early 401", LITELLM_ERROR_AUTHENTICATION, NULL, HISTORY, LENGTH, true,
    "HTTP/1.1 401 Unauthorized\r\n", unauthorized, NULL }
};
#define CASES (sizeof cases / sizeof cases[0])

/* A reply of a case as the server sends it. */
static const char *reply_of(const sweep_case *c, const char *body) {
  static char reply[16384];
  size_t left = strlen(body), n;
  char *out = reply + sprintf(reply, "%s", c->head);
  if (c->framing == LENGTH)
    (void)sprintf(out, "Content-Length: %lu\r\n\r\n%s", (unsigned long)left,
                  body);
  else if (c->framing == UNTIL_CLOSE)
    (void)sprintf(out, "\r\n%s", body);
  else {
    out += sprintf(out, "Transfer-Encoding: chunked\r\n\r\n");
    for (; left; left -= n, body += n) {
      n = left < (size_t)c->framing ? left : (size_t)c->framing;
      out += sprintf(out, "%lx;name=value\r\n%.*s\r\n", (unsigned long)n,
                     (int)n, body);
    }
    (void)sprintf(out, "0\r\nTrailer: yes\r\n\r\n");
  }
  return reply;
}

/* ---- the requests ------------------------------------------------------ */

#define TYPED_ARGUMENTS(ARG) ARG(STRING, genre) ARG(INT, count)
LITELLM_CALL(typed, TYPED_ARGUMENTS, .model = "m",
             .prompt = "SYSTEM: Be brief.\nUSER: {count} {genre} books");

#if LITELLM_MEDIA
#define IMAGE_ARGUMENTS(ARG) ARG(BYTES, photo)
LITELLM_CALL(image, IMAGE_ARGUMENTS, .model = "m",
             .prompt = "What is this? {photo:image}");
#endif

static const litellm_name_value more_json[] = {
  { "top_k", "40" }, { "metadata", "{\"tags\":[\"a\",\"b\"]}" }, { NULL, NULL }
};
static const litellm_name_value more_headers[] = {
  { "x-litellm-tags", "a,b" }, { NULL, NULL }
};
static const litellm_call_desc hello = { .model = "m", .prompt = "Say hi." };
static const litellm_call_desc listed = { .model = "m" };
static litellm_params params;
static litellm_call_desc parameters = { .model = "m", .prompt = "Hi",
  .params = &params, .headers = more_headers };

#if LITELLM_TOOLS && LITELLM_MODELS
#define REPEAT(FIELD) FIELD(STRING, text, NULL) FIELD(INT, times, NULL)
#define REPEATED(FIELD) FIELD(CHARS(20), text, NULL) FIELD(STRING, last, NULL)
LITELLM_MODEL(repeated, REPEATED);
LITELLM_TOOL(repeat, "Repeat a text", REPEAT, repeated) {
  int i;
  for (i = 0; i < args->times && strlen(result->text) < 10; i++)
    (void)strcat(result->text, args->text);
  result->last = args->text;
  return LITELLM_OK;
}
LITELLM_TOOL_TEXT(fetch, "Fetch", LITELLM_NO_ARGUMENTS) {
  *result = litellm_str_from("a result of some length");
  return LITELLM_OK;
}
static const litellm_tool *const agent_tools[] = { &repeat_tool, &fetch_tool,
                                                   NULL };
static const litellm_call_desc agent = { .model = "m", .prompt = "Go",
  .tools = agent_tools, .max_turns = 3, .max_result_bytes = 20 };

#define BOX(FIELD) FIELD(STRING, name, NULL) FIELD(INT, size, NULL)
LITELLM_MODEL(box, BOX);
static struct box box;
static const litellm_call_desc boxed = { .model = "m", .prompt = "A box",
  .response_model = &box_type, .max_validation_retries = 1 };
#endif

static litellm_message history[40];
static unsigned char png[3000];

static void prepare(void) {
  static const char tail[] = "\r\nX-Litellm-Model-Id: 77\r\n";
  static char text[600];
  size_t i, n = (size_t)sprintf(long_head, "HTTP/1.1 200 OK\r\n"
                                "X-Litellm-Call-Id: 42\r\nX-Long: ");
  memset(long_head + n, 'x', 5000);
  memcpy(long_head + n + 5000, tail, sizeof tail);
  memset(text, 'a', sizeof text);
  for (i = 0; i < 40; i++) {
    history[i].role = i % 2 ? LITELLM_ROLE_ASSISTANT : LITELLM_ROLE_USER;
    history[i].content.ptr = text;
    history[i].content.len = 15 * i;
    history[i].next = i + 1 < 40 ? &history[i + 1] : NULL;
  }
  memcpy(png, "\211PNG\r\n\032\n", 8);
  params.max_tokens.set = true;
  params.max_tokens.value = 100;
  params.extra_body = more_json;
}

/* ---- one call ---------------------------------------------------------- */

/* All that a call gave, as one text: equal texts, equal outcomes. */
typedef struct outcome {
  litellm_result result;
  size_t missing;
  char text[2048];           /* content, or what the events said */
  char error[700];           /* message */
} outcome;

static void add(outcome *o, const char *label, const char *text, size_t len) {
  size_t used = strlen(o->text);
  if (!text) return;
  (void)snprintf(o->text + used, sizeof o->text - used, "%s%.*s", label,
                 (int)len, text);
}

static void add_text(outcome *o, const char *label, const char *text) {
  if (text) add(o, label, text, strlen(text));
}

static void add_call(outcome *o, const litellm_tool_call *call) {
  add_text(o, "|id:", call->id);
  add_text(o, "|name:", call->name);
  add_text(o, "|arguments:", call->arguments);
}

static void add_usage(outcome *o, const litellm_usage *usage) {
  char text[64];
  (void)snprintf(text, sizeof text, "|usage:%lu,%lu,%lu",
                 (unsigned long)usage->prompt_tokens,
                 (unsigned long)usage->completion_tokens,
                 (unsigned long)usage->total_tokens);
  add_text(o, "", text);
}

static void add_response(outcome *o, const litellm_response *r) {
  const litellm_message *round;
  size_t i;
  for (round = r->turns; round; round = round->next) {
    for (i = 0; i < round->tool_call_count; i++)
      add_call(o, &round->tool_calls[i]);
    add(o, "|round:", round->content.ptr, round->content.len);
    add_text(o, "|of:", round->tool_call_id);
  }
  if (r->content) add(o, "content:", r->content, r->content_size);
  add_text(o, "|reasoning:", r->reasoning);
  add_text(o, "|refusal:", r->refusal);
  for (i = 0; i < r->tool_call_count; i++) add_call(o, &r->tool_calls[i]);
  add_text(o, "|finish:", r->finish_reason);
  add_text(o, "|id:", r->id);
  if (r->has_usage) add_usage(o, &r->usage);
#if LITELLM_GATEWAY_INFO
  add_text(o, "|call id:", r->call_id);
  add_text(o, "|model id:", r->model_id);
#endif
}

static litellm_result start(const sweep_case *c, litellm_client *client,
                            bool keep) {
  static struct typed_arguments typed_values;
#if LITELLM_MEDIA
  static struct image_arguments image_values;
#endif
  litellm_request request;
  if (c->request == TYPED && !keep)
    return typed_start(client, "fantasy", 3);
  memset(&request, 0, sizeof request);
  request.stream = c->request == STREAMED || c->request == AGENT_STREAMED ||
                   c->request == MODEL_STREAMED;
  request.call = hello;
  if (c->request == HISTORY) {
    request.call = listed;
    request.messages = history;
  } else if (c->request == PARAMETERS) {
    request.call = parameters;
  } else if (c->request == TYPED) {
    typed_values.genre = "fantasy";
    typed_values.count = 3;
    request.call = typed_call;
    request.arguments = &typed_values;
#if LITELLM_MEDIA
  } else if (c->request == IMAGE) {
    image_values.photo.ptr = png;
    image_values.photo.len = sizeof png;
    request.call = image_call;
    request.arguments = &image_values;
#endif
#if LITELLM_TOOLS && LITELLM_MODELS
  } else if (c->request == AGENT || c->request == AGENT_STREAMED) {
    request.call = agent;
  } else if (c->request == MODEL || c->request == MODEL_STREAMED) {
    request.call = boxed;
    request.output = &box;
#endif
  }
  request.call.collect_text |= keep;
  return litellm_start(client, &request);
}

/* The events of a call, or with `keep` its response. */
static void call(const sweep_case *c, litellm_client *client, bool keep,
                 outcome *o) {
  litellm_event event;
  litellm_response response;
  litellm_result got;
  memset(o, 0, sizeof *o);
  o->result = start(c, client, keep);
  while (o->result == LITELLM_OK || o->result == LITELLM_AGAIN) {
    fake.in_call = true;
    o->result = litellm_next(client, &event);
    fake.in_call = false;
    if (o->result == LITELLM_AGAIN) {
      CHECK(event.kind == LITELLM_EVENT_NONE);
      CHECK((event.wait_ms > 0) == (event.wait != 0));
      CHECK(event.wait <= 3);
      fake_wait(client->link_, event.wait, event.wait_ms);
    }
    if (o->result != LITELLM_OK || keep) continue;
    CHECK(event.kind != LITELLM_EVENT_NONE);
    if (event.kind == LITELLM_EVENT_TOOL_CALL) add_call(o, event.tool_call);
    else if (event.kind == LITELLM_EVENT_USAGE) add_usage(o, event.usage);
    else add(o, event.kind == LITELLM_EVENT_FINISH ? "|finish:" : "",
             event.text.ptr, event.text.len);
  }
  if (o->result == LITELLM_ERROR_BUSY) printf("not ok: busy\n"), exit(1);
  CHECK_INT(litellm_next(client, &event), o->result);
  got = litellm_client_response(client, &response);
#if LITELLM_TOOLS && LITELLM_MODELS
  if (o->result == LITELLM_END &&
      (c->request == MODEL || c->request == MODEL_STREAMED))
    add_text(o, "|box:", box.name);
#endif
  if (keep) {
    add_response(o, &response);
    if (o->result == LITELLM_END && got != LITELLM_OK) o->result = got;
  }
  if (o->result != LITELLM_END) {
    CHECK_INT(client->error.code, o->result);
    if (client->error.message)
      (void)snprintf(o->error, sizeof o->error, "%s", client->error.message);
    o->missing = client->error.bytes_missing;
  }
}

enum { WINDOW = 128 };

static litellm_result init(litellm_client *client, void *memory,
                           size_t size) {
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &fake_port;
  desc.base_url = "http://host:4000";
  desc.api_key = "sk-secret-key";
  desc.allow_key_over_http = true;
  desc.reuse_within_ms = LITELLM_NO_REUSE;
  desc.max_retries = LITELLM_NO_RETRIES;
  desc.memory = memory;
  desc.memory_size = size;
  desc.window_size = WINDOW;
  return litellm_client_init(client, &desc);
}

static const sweep_case *served;

/* A second turn has an answer of the model in its request. */
static const char *serve(void) {
  return reply_of(served, strstr(fake.sent, "\"role\":\"assistant\"")
                              ? served->second : served->body);
}

static void script(const sweep_case *c) {
  const char *reply = reply_of(c, c->body);
  fake_reset(reply, strlen(reply));
  fake.early = c->early;
  served = c;
  if (c->second) fake.serve = serve;
}

static void close_client(litellm_client *client) {
  litellm_client_close(client);
  CHECK_INT(fake.closed, fake.opened);
  CHECK(fake.wrong == NULL || (printf("# %s\n", fake.wrong), 0));
}

static void check_outcome(const outcome *got, const outcome *wanted) {
  CHECK_INT(got->result, wanted->result);
  CHECK_TEXT(got->text, wanted->text);
  CHECK_TEXT(got->error, wanted->error);
}

/* What the case gives when nothing is in its way; checked against the table
   once. `request` gets a copy of what was sent. */
static char *undisturbed(const sweep_case *c, bool keep, outcome *o) {
  static unsigned char memory[16384];
  litellm_client client;
  char *request;
  script(c);
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  call(c, &client, keep, o);
  CHECK_INT(o->result, c->result);
  if (c->content) CHECK(strstr(o->text, c->content) != NULL);
  request = (char *)check_alloc(fake.sent_size + 1);
  memcpy(request, fake.sent, fake.sent_size + 1);
  close_client(&client);
  return request;
}

/* ---- memory ------------------------------------------------------------ */

/* A call with `size` bytes of memory. True: it was enough. */
static bool with_memory(const sweep_case *c, bool keep, size_t size,
                        const outcome *wanted, size_t *missing) {
  void *memory = check_alloc(size);
  litellm_client client;
  litellm_result result;
  outcome first, second;
  bool enough = false;
  script(c);
  *missing = 0;
  result = init(&client, size ? memory : (void *)&client, size);
  if (result != LITELLM_OK) {
    CHECK_INT(result, LITELLM_ERROR_NO_MEMORY);
    CHECK_INT(client.error.code, LITELLM_ERROR_NO_MEMORY);
    *missing = client.error.bytes_missing;
    call(c, &client, keep, &first);
    CHECK_INT(first.result, LITELLM_ERROR_NO_MEMORY);
    CHECK_INT(fake.opened, 0);
  } else {
    call(c, &client, keep, &first);
    call(c, &client, keep, &second);         /* the client works again */
    CHECK_INT(second.result, first.result);
    CHECK_TEXT(second.text, first.text);
    CHECK_TEXT(second.error, first.error);
    CHECK(client.arena.peak <= client.arena.size);
    enough = first.result == wanted->result &&
             !strcmp(first.text, wanted->text) &&
             !strcmp(first.error, wanted->error);
    /* An error may come with less of its text than it has, without its code, or
       with the first bytes of the body, where its message has no room. */
    if (!enough && first.result == LITELLM_ERROR_NO_MEMORY)
      *missing = client.error.bytes_missing;
    else if (!enough && wanted->result != LITELLM_END) {
      size_t len = strlen(first.error);
      CHECK(first.result == wanted->result ||
            first.result == LITELLM_ERROR_API);
      if (strncmp(first.error, c->body, len))
        check_same(first.error, len, wanted->error, len, __LINE__);
    } else
      check_outcome(&first, wanted);
  }
  if (!enough && first.result == LITELLM_ERROR_NO_MEMORY)
    CHECK(*missing > 0 && *missing < 100000);
  close_client(&client);
  free(memory);
  return enough;
}

static void memory_sweep(const sweep_case *c, bool keep) {
  outcome wanted;
  size_t size = 0, missing, rounds, more;
  bool enough = false;
  free(undisturbed(c, keep, &wanted));
  for (; !enough && size < 16384; size++) {
    check_at("%s, %s, %lu bytes", c->name, keep ? "kept" : "events",
             (unsigned long)size);
    enough = with_memory(c, keep, size, &wanted, &missing);
    if (enough || !missing) continue;
    /* What is missing helps, at last. */
    for (rounds = 0, more = size; missing && rounds < 12; rounds++) {
      more += missing;
      (void)with_memory(c, keep, more, &wanted, &missing);
    }
    CHECK(missing == 0);
  }
  CHECK(enough);
}

static void test_memory(void) {
  size_t i;
  for (i = 0; i < CASES; i++) {
    memory_sweep(&cases[i], false);
    memory_sweep(&cases[i], true);
  }
}

/* `missing` of init is exact: that much is enough, one byte less is not. */
static void test_init_memory(void) {
  litellm_client client;
  size_t size, whole;
  char *memory;
  CHECK_INT(init(&client, check_case, 0), LITELLM_ERROR_NO_MEMORY);
  whole = client.error.bytes_missing;
  for (size = 0; size <= whole; size++) {
    check_at("%lu bytes", (unsigned long)size);
    memory = (char *)check_alloc(whole);
    if (size < whole) {
      CHECK_INT(init(&client, memory, size), LITELLM_ERROR_NO_MEMORY);
      CHECK_INT(size + client.error.bytes_missing, whole);
    } else {
      CHECK_INT(init(&client, memory, size), LITELLM_OK);
    }
    free(memory);
  }
}

/* ---- faults ------------------------------------------------------------ */

/* What a call may end with when the port failed: the code when nothing of the
   reply was there yet, else what was there decides. */
static bool may_end(const sweep_case *c, const outcome *o,
                    const outcome *wanted, size_t reply_bytes) {
  litellm_result code = fake.fail_with == LITELLM_END
                            ? LITELLM_ERROR_CONNECTION_CLOSED
                            : fake.fail_with;
  if (o->result == wanted->result && !strcmp(o->text, wanted->text))
    return true;
  /* After a failed write the port is read, and then it is its word. */
  if (reply_bytes == 0)
    return o->result == code || (fake.failing == FAKE_SEND &&
                                 o->result == LITELLM_ERROR_CONNECTION_CLOSED);
  if (o->result == LITELLM_ERROR_TRUNCATED) return true;
  /* Of an error reply the status is known, the text perhaps not. */
  if (c->result < LITELLM_ERROR_JSON && c->result != LITELLM_ERROR_TRUNCATED)
    return o->result == c->result || o->result <= LITELLM_ERROR_HTTP_STATUS;
  /* Without a length the orderly end may be the real one. */
  if (fake.fail_with != LITELLM_END || c->framing != UNTIL_CLOSE) return false;
  return o->result == LITELLM_ERROR_JSON ||
         o->result == LITELLM_ERROR_EMPTY_REPLY ||
         (o->result == LITELLM_END &&
          !strncmp(o->text, wanted->text, strlen(o->text)));
}

static void with_fault(const sweep_case *c, bool keep, const outcome *wanted,
                       const char *request, litellm_client *client) {
  unsigned fail_at = fake.fail_at;
  outcome o;
  size_t got;
  check_at("%s, %s, call %u of %s fails %s with %s%s", c->name,
           keep ? "kept" : "events", fake.fail_at,
           fake.failing == FAKE_CONNECT ? "connect" :
           fake.failing == FAKE_SEND ? "send" : "recv",
           fake.fail_for_good ? "for good" : "once",
           litellm_result_name(fake.fail_with),
           fake.early ? ", early" : "");
  fake_rewind();
  call(c, client, keep, &o);
  got = fake.at;
  if (!may_end(c, &o, wanted, got)) {
    CHECK_INT(o.result, wanted->result);
    CHECK_TEXT(o.text, wanted->text);
  }
  fake.fail_at = 0;
  call(c, client, keep, &o);                 /* works again */
  check_outcome(&o, wanted);
  if (!c->early) CHECK_TEXT(fake.sent, request);
  fake.fail_at = fail_at;
  CHECK(fake.closed >= 1 && fake.opened - fake.closed <= 1);
  CHECK(fake.wrong == NULL || (printf("# %s\n", fake.wrong), 0));
}

static void fault_sweep(const sweep_case *c, bool keep) {
  static const struct { int failing; litellm_result with; } faults[] = {
    { FAKE_CONNECT, LITELLM_ERROR_RESOLVE },
    { FAKE_CONNECT, LITELLM_ERROR_CONNECT },
    { FAKE_SEND, LITELLM_ERROR_CONNECTION_CLOSED },
    { FAKE_SEND, LITELLM_ERROR_NETWORK },
    { FAKE_RECV, LITELLM_END },
    { FAKE_RECV, LITELLM_ERROR_CONNECTION_CLOSED },
    { FAKE_RECV, LITELLM_ERROR_NETWORK }
  };
  static unsigned char memory[16384];
  outcome wanted;
  litellm_client client;
  char *request = undisturbed(c, keep, &wanted);
  unsigned count[FAKE_CALLS];
  size_t i;
  script(c);
  fake.resolving = fake.connecting = 1;
  fake.read_size = 23;
  fake.send_size = c->request == HISTORY || c->request == IMAGE ? 0 : 61;
  if (c->early) fake.send_size = 61;
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  {
    outcome again;
    call(c, &client, keep, &again);
    check_outcome(&again, &wanted);
    memcpy(count, fake.count, sizeof count);
  }
  for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    fake.failing = faults[i].failing;
    fake.fail_with = faults[i].with;
    for (fake.fail_at = 1; fake.fail_at <= count[fake.failing] + 1;
         fake.fail_at++) {
      fake.fail_for_good = false;
      with_fault(c, keep, &wanted, request, &client);
      fake.fail_for_good = true;
      with_fault(c, keep, &wanted, request, &client);
    }
  }
  fake.fail_at = 0;
  close_client(&client);
  free(request);
}

static void test_faults(void) {
  size_t i;
  for (i = 0; i < CASES; i++) {
    fault_sweep(&cases[i], false);
    fault_sweep(&cases[i], true);
  }
}

/* A server that answers at once and closes: the failed write is not what is
   told, but the answer. */
static void test_write_fails_after_early_reply(void) {
  static unsigned char memory[16384];
  const sweep_case *c = &cases[CASES - 1];
  litellm_client client;
  outcome o;
  unsigned n;
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  for (n = 1; n <= 3; n++) {
    check_at("send %u fails", n);
    script(c);
    fake.failing = FAKE_SEND;
    fake.fail_at = n;
    fake.fail_for_good = true;
    fake.fail_with = LITELLM_ERROR_CONNECTION_CLOSED;
    call(c, &client, true, &o);
    CHECK_INT(o.result, LITELLM_ERROR_AUTHENTICATION);
  }
  close_client(&client);
}

/* ---- AGAIN ------------------------------------------------------------- */

static void again_sweep(const sweep_case *c, bool keep) {
  static unsigned char memory[16384];
  litellm_client client;
  outcome wanted, o;
  char *request = undisturbed(c, keep, &wanted);
  unsigned every, calls = fake.calls;
  for (every = 2; every <= calls + 1; every++) {
    check_at("%s, %s, AGAIN at every call %u", c->name,
             keep ? "kept" : "events", every);
    script(c);
    fake.again_every = every;
    CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
    call(c, &client, keep, &o);
    check_outcome(&o, &wanted);
    if (!c->early) CHECK_TEXT(fake.sent, request);
    close_client(&client);
  }
  free(request);
}

static void test_again(void) {
  size_t i;
  for (i = 0; i < CASES; i++) {
    again_sweep(&cases[i], false);
    again_sweep(&cases[i], true);
  }
}

/* Each way to cut what is sent and what comes gives the same. */
static void test_pieces(void) {
  static const size_t sizes[] = { 1, 2, 3, 5, 7, 11, 16, 31, 64, 127, 128 };
  static unsigned char memory[16384];
  litellm_client client;
  outcome wanted, o;
  char *request;
  size_t i, n;
  int keep;
  for (i = 0; i < CASES; i++)
    for (keep = 0; keep < 2; keep++) {
      request = undisturbed(&cases[i], keep != 0, &wanted);
      for (n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
        check_at("%s, %lu bytes a time", cases[i].name,
                 (unsigned long)sizes[n]);
        script(&cases[i]);
        fake.read_size = fake.send_size = sizes[n];
        CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
        call(&cases[i], &client, keep != 0, &o);
        check_outcome(&o, &wanted);
        if (!cases[i].early) CHECK_TEXT(fake.sent, request);
        close_client(&client);
      }
      free(request);
    }
}

int main(void) {
  prepare();
  CHECK_RUN(test_init_memory);
  CHECK_RUN(test_memory);
  CHECK_RUN(test_pieces);
  CHECK_RUN(test_again);
  CHECK_RUN(test_faults);
  CHECK_RUN(test_write_fails_after_early_reply);
  fake_free();
  return check_failures != 0;
}
