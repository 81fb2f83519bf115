/* Chat: every call of this table through sweep.h. */
#include "tests/faults/case.h"

#define OK_SSE "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define EVENT(json) "data: " json "\n\n"
#define DELTA(json) EVENT("{\"choices\":[{\"index\":0,\"delta\":" json "}]}")

/* ---- the calls --------------------------------------------------------- */

enum { HELLO, STREAMED, HISTORY, TYPED, PARAMETERS, IMAGE,       /* request */
       AGENT, AGENT_STREAMED, MODEL, MODEL_STREAMED };

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

static litellm_result start(const sweep_case *c, litellm_client *client,
                            bool keep, outcome *o) {
  static struct typed_arguments typed_values;
#if LITELLM_MEDIA
  static struct image_arguments image_values;
#endif
  litellm_request request;
  (void)o;
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

/* The struct that the answer went to. */
static void add_output(const sweep_case *c, outcome *o) {
#if LITELLM_TOOLS && LITELLM_MODELS
  if (c->request == MODEL || c->request == MODEL_STREAMED)
    add_text(o, "|box:", box.name);
#else
  (void)c;
  (void)o;
#endif
}

#include "tests/faults/sweep.h"

int main(void) {
  prepare();
  return sweep();
}
