/* End to end against the real gateway: LiteLLM's proxy by its own TLS and
   behind nginx, its mocked models, a small upstream, and one real model.

   Takes LITELLM_BASE_URL, LITELLM_NGINX_URL, LITELLM_API_KEY and
   LITELLM_CA_FILE from the environment. Started by with_gateway.sh. */
#include "e2e.h"

#define AT(url, name) .at = url, .model = name
#define SAYS(text) .content = text
#define FAILS(code) .result = LITELLM_ERROR_##code

static const char weather[] = "get_weather({\"city\":\"Paris\"})";
static const char both_tools[] =
  "get_weather({\"city\":\"Zürich\",\"days\":3}) set_led({\"on\":true})";
static const litellm_params short_answer = {
  .temperature = LITELLM_SET(0), .max_tokens = LITELLM_SET(24) };
static const litellm_name_value color_schema[] = {
  { "response_format",
    "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\","
    "\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":"
    "{\"color\":{\"type\":\"string\",\"enum\":[\"teal\"]}},"
    "\"required\":[\"color\"],\"additionalProperties\":false}}}" },
  { NULL, NULL } };
static const litellm_params teal = {
  .temperature = LITELLM_SET(0), .max_tokens = LITELLM_SET(64),
  .extra_body = color_schema };
static const litellm_name_value traced[] = {
  { "x-litellm-tags", "e2e" }, { NULL, NULL } };

/* Of each front of the gateway. */
static void front(const char *url) {
  char wrong_path[300], with_v1[300], slash[300];
  const struct test tests[] = {
    { AT(url, "echo"), SAYS("Hello from mock é😀"), .finish = "stop",
      .total_tokens = 30 },
    { AT(url, "echo"), SAYS("Hello from mock é😀"), .stream = true,
      .finish = "stop" },
    { AT(with_v1, "echo"), SAYS("Hello from mock é😀") },
    { AT(slash, "echo"), SAYS("Hello from mock é😀"), .headers = traced },
    { AT(url, "book"), SAYS("The Name of the Wind by Patrick Rothfuss") },
    { AT(url, "book-json"), SAYS("{\"title\":\"The Name of the Wind\","
      "\"author\":\"Patrick Rothfuss\",\"year\":2007}"), .stream = true },
    { AT(url, "tools"), SAYS("Let me look."), .tools = weather,
      .finish = "stop" },
    { AT(url, "slow"), SAYS("late") },
    { AT(url, "slow"), FAILS(TIMEOUT), .first_byte_ms = 500,
      .phase = LITELLM_PHASE_FIRST_BYTE, .takes_most = 2500,
      .note = "less time" },
    { AT(url, "upstream-reasoning"), SAYS("42"),
      .reasoning = "Six times seven." },
    { AT(url, "upstream-reasoning"), SAYS("42"), .stream = true,
      .reasoning = "Six times seven." },
    { AT(url, "upstream-tools"), .tools = both_tools, .total_tokens = 12,
      .finish = "tool_calls" },
    { AT(url, "upstream-tools"), .tools = both_tools, .stream = true,
      .finish = "tool_calls" },
    { AT(url, "upstream-tools-late-name"), .stream = true,
      .tools = "get_weather({\"city\":\"Oslo\"})" },
    { AT(url, "upstream-empty") },
    { AT(url, "upstream-cut"), SAYS("One two"), .finish = "length" },
    { AT(url, "upstream-cut"), SAYS("One two"), .finish = "length",
      .stream = true },
    { AT(url, "upstream-pause"), SAYS("One two three"), .stream = true },
    { AT(url, "upstream-pause"), FAILS(TIMEOUT), .stream = true,
      .idle_ms = 500, .phase = LITELLM_PHASE_BODY, .note = "less time" },
    /* Mocked errors */
    { AT(url, "rate-limit"), FAILS(RATE_LIMIT), .status = 429,
      .type = "throttling_error", .api_code = "429" },
    { AT(url, "context-window"), FAILS(CONTEXT_WINDOW), .status = 400,
      .message = "ContextWindowExceededError" },
    { AT(url, "content-policy"), FAILS(CONTENT_POLICY), .status = 400 },
    { AT(url, "timeout"), FAILS(SERVER), .status = 408, .api_code = "408",
      .message = "litellm.Timeout" },
    { AT(url, "server-error"), FAILS(SERVER), .status = 500 },
    { AT(url, "no-such-model"), FAILS(API), .status = 400,
      .message = "There are no healthy deployments for this model" },
    /* The upstream's errors */
    { AT(url, "upstream-rate-limit"), FAILS(RATE_LIMIT), .status = 429,
      .message = "Too many requests" },
    { AT(url, "upstream-rate-limit"), FAILS(RATE_LIMIT), .status = 429,
      .stream = true },
    { AT(url, "upstream-quota"), FAILS(BUDGET), .status = 429,
      .message = "You exceeded your current quota" },
    { AT(url, "upstream-server-error"), FAILS(SERVER), .status = 500 },
    { AT(url, "upstream-overloaded"), FAILS(OVERLOADED), .status = 503 },
    { AT(url, "upstream-bad-key"), FAILS(AUTHENTICATION), .status = 401 },
    { AT(url, "upstream-context"), FAILS(CONTEXT_WINDOW), .status = 400 },
    { AT(url, "upstream-not-found"), FAILS(NOT_FOUND), .status = 404 },
    { AT(url, "upstream-error-mid-stream"), FAILS(SERVER), .status = 200,
      .stream = true, .message = "The engine stopped" },
    { AT(url, "upstream-break-mid-stream"), FAILS(SERVER), .stream = true },
    /* The proxy itself. Without a database it knows no other key, and says
       so in its own way. */
    { .at = url, FAILS(API), .key = "sk-wrong", .status = 400,
      .note = "wrong key" },
    { .at = url, FAILS(SERVER), .key = "", .status = 500,
      .note = "no key" },
    { .at = wrong_path, FAILS(NOT_FOUND), .status = 404,
      .message = "Not Found", .note = "wrong path" },
    { .at = url, FAILS(NO_CA), .ca = "", .at_init = true, .note = "no CA" },
    { .at = url, FAILS(CERTIFICATE), .pin = "wrong", .note = "wrong pin" },
    /* The real model */
    { AT(url, "smollm2"), SAYS("*"), .params = &short_answer,
      .prompt = "Name a color." },
    { AT(url, "smollm2"), SAYS("*"), .params = &short_answer,
      .prompt = "Name a color.", .stream = true },
    { AT(url, "smollm2"), SAYS("*"), .params = &teal, .stream = true,
      .prompt = "Name a color.", .note = "schema" }
  };
  size_t i;
  (void)snprintf(wrong_path, sizeof wrong_path, "%.250s/wrong", url);
  (void)snprintf(with_v1, sizeof with_v1, "%.250s/v1", url);
  (void)snprintf(slash, sizeof slash, "%.250s/", url);
  for (i = 0; i < sizeof tests / sizeof *tests; i++) run_test(&tests[i]);
}

/* What the upstream heard, and a long answer in a small arena. */
static void contents(const char *url) {
  struct test t = { .at = url };
  struct bench b;
  struct say_arguments arguments = {
    .text = litellm_str_from("Say \"é😀\"\n\tto {all}") };
  litellm_request request = { .call = say_call, .arguments = &arguments };
  struct heard heard = { NULL, 0, 0, 0, 0, 0 };
  char name[300], why[512] = "";
  size_t line;
  request.call.model = "upstream-echo";
  request.call.params = &short_answer;
  (void)snprintf(name, sizeof name, "%.200s upstream-echo heard it", url);
  if (!describe(&b, &t) || open_client(&b, 4096) != LITELLM_OK) {
    report(false, name, "no client");
    close_client(&b);
    return;
  }
  if (poll_call(&b, &request, &heard, NULL) != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (!strstr(heard.text, "\"Say \\\"é😀\\\"\\n\\tto {all}\"") ||
           !strstr(heard.text, "\"max_tokens\": 24") ||
           !strstr(heard.text, "\"temperature\": 0"))
    (void)snprintf(why, sizeof why, "%.400s", heard.text);
  report(!*why, name, why);

  heard.len = 0;
  *why = '\0';
  request.call.model = "upstream-long";
  request.stream = true;
  (void)snprintf(name, sizeof name, "%.200s upstream-long not kept", url);
  if (poll_call(&b, &request, &heard, NULL) != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (heard.len != 100000)
    (void)snprintf(why, sizeof why, "%lu bytes", (unsigned long)heard.len);
  for (line = 0; !*why && line < 10000; line++)
    if ((size_t)atol(heard.text + line * 10) != line)
      (void)snprintf(why, sizeof why, "wrong at line %lu",
                     (unsigned long)line);
  report(!*why, name, why);
  free(heard.text);
  close_client(&b);
}

/* The schema holds the model: the answer is the one value it allows. */
static void schema(const char *url) {
  struct test t = { .at = url };
  struct bench b;
  struct say_arguments arguments = { .text = { "Name a color.", 13 } };
  litellm_request request = { .call = say_call, .arguments = &arguments };
  litellm_response response;
  char name[300], why[512] = "";
  request.call.model = "smollm2";
  request.call.params = &teal;
  (void)snprintf(name, sizeof name, "%.200s smollm2 keeps to a schema", url);
  if (!describe(&b, &t) || open_client(&b, 8192) != LITELLM_OK)
    (void)snprintf(why, sizeof why, "no client");
  else if (litellm_run(&b.client, &response, &request) != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (!response.content || !strstr(response.content, "\"teal\"") ||
           !litellm_json_valid(litellm_str_from(response.content)))
    (void)snprintf(why, sizeof why, "%.400s",
                   response.content ? response.content : "(NULL)");
#if LITELLM_GATEWAY_INFO
  else if (!response.call_id || !response.model_id || !response.model_group ||
           !response.key_spend || !response.attempted_retries)
    (void)snprintf(why, sizeof why, "headers of the gateway are missing");
#endif
  report(!*why, name, why);
  close_client(&b);
}

/* ---- typed data ---------------------------------------------------------- */

#define HUE(VALUE) VALUE(HUE_TEAL, "teal") VALUE(HUE_PINK, "pink")
LITELLM_ENUM(hue, HUE);
#define PAINT(FIELD)                                                          \
  FIELD(ENUM(hue), hue, "The color") FIELD(INT_IN(1, 9), layers, "How many")  \
  FIELD(LIST_IN(BOOL, 1, 2), flags, NULL) FIELD(OPTIONAL(BOOL), matt, NULL)
LITELLM_MODEL(paint, PAINT);
static const litellm_params short_object = {
  .temperature = LITELLM_SET(0), .max_tokens = LITELLM_SET(96) };
#define NOTHING(ARG)
LITELLM_CALL_MODEL(paint, mix_paint, NOTHING, .model = "smollm2",
                   .params = &short_object, .prompt = "Describe a paint.");

#define SENSOR(FIELD) FIELD(STRING, name, "Which one")
#define CELSIUS(FIELD) FIELD(DOUBLE, celsius, NULL)
LITELLM_MODEL(celsius, CELSIUS);
LITELLM_TOOL(read_sensor, "Reads a sensor", SENSOR, celsius) {
  result->celsius = strcmp(args->name, "roof") == 0 ? 31.5 : 0;
  return LITELLM_OK;
}
static const litellm_tool *const sensors[] = { &read_sensor_tool, NULL };
LITELLM_CALL(use_sensors, NOTHING, .model = "upstream-agent",
             .tools = sensors, .max_turns = 3,
             .prompt = "Do {{\"name\":\"roof\"}}");

/* One request, by litellm_run or as a stream. */
static void typed_call(const char *url, litellm_request *request,
                       bool (*right)(const litellm_response *response,
                                     const void *output)) {
  struct test t = { .at = url };
  struct bench b;
  litellm_response response;
  litellm_result result;
  char name[300], why[512] = "";
  (void)snprintf(name, sizeof name, "%.200s %s%s", url, request->call.model,
                 request->stream ? " typed, stream" : " typed");
  request->call.collect_text = true;
  if (!describe(&b, &t) || open_client(&b, 16384) != LITELLM_OK) {
    report(false, name, "no client");
    return;
  }
  result = request->stream ? poll_call(&b, request, NULL, &response)
                           : litellm_run(&b.client, &response, request);
  if (result != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if (!right(&response, request->output))
    (void)snprintf(why, sizeof why, "%.400s", response.content);
  report(!*why, name, why);
  close_client(&b);
}

static bool is_paint(const litellm_response *response, const void *output) {
  const struct paint *paint = (const struct paint *)output;
  return response->content[0] == '{' && paint->hue <= HUE_PINK &&
         paint->layers >= 1 && paint->layers <= 9 &&
         paint->flags.count >= 1 && paint->flags.count <= 2;
}

static bool is_roof(const litellm_response *response, const void *output) {
  const litellm_message *round = response->turns;
  (void)output;
  return strcmp(response->content, "The tool said: {\"celsius\":31.5}") == 0 &&
         round && round->tool_call_count == 1 && round->next &&
         round->next->role == LITELLM_ROLE_TOOL;
}

/* The real model fills in a struct, and tools run through the proxy. */
static void typed(const char *url) {
  int i;
  for (i = 0; i < 2; i++) {
    struct paint paint;
    litellm_request mix = { .call = mix_paint_call, .output = &paint,
                            .stream = i };
    litellm_request use = { .call = use_sensors_call, .stream = i };
    typed_call(url, &mix, is_paint);
    typed_call(url, &use, is_roof);
  }
}

/* A mebibyte through proxy and upstream, and back as text. */
static void large(const char *url) {
  enum { MIB = 1 << 20 };
  struct test t = { .at = url };
  struct bench b;
  litellm_request request = { .call = say_call };
  struct say_arguments arguments;
  struct heard heard = { NULL, 0, 0, 0, 0, 0 };
  char name[300], why[512] = "", *text = (char *)malloc(MIB), *at;
  size_t i;
  if (!text) abort();
  for (i = 0; i < MIB; i++) text[i] = (char)('a' + i * 7 % 26);
  arguments.text.ptr = text;
  arguments.text.len = MIB;
  request.call.model = "upstream-echo";
  request.arguments = &arguments;
  (void)snprintf(name, sizeof name, "%.200s 1 MiB there and back", url);
  if (!describe(&b, &t) || open_client(&b, 4096) != LITELLM_OK)
    (void)snprintf(why, sizeof why, "no client");
  else if (poll_call(&b, &request, &heard, NULL) != LITELLM_OK)
    litellm_error_print(&b.client.error, why, sizeof why);
  else if ((at = strstr(heard.text, "ahov")) == NULL)
    (void)snprintf(why, sizeof why, "%.300s", heard.text);
  else if (heard.len - (size_t)(at - heard.text) < MIB ||
           memcmp(at, text, MIB) != 0)
    (void)snprintf(why, sizeof why, "another text came back");
  report(!*why, name, why);
  free(heard.text);
  free(text);
  close_client(&b);
}

int main(void) {
  const char *url = getenv("LITELLM_BASE_URL");
  const char *nginx = getenv("LITELLM_NGINX_URL");
  const char *key = getenv("LITELLM_API_KEY");
  usual_ca = getenv("LITELLM_CA_FILE");
  if (!url || !nginx || !key || !usual_ca) {
    fprintf(stderr, "real: started without with_gateway.sh\n");
    return 2;
  }
  folder = ".";
  usual_key = key;
  usual_model = "book";
  usual_content = "The Name of the Wind by Patrick Rothfuss";
  printf("# mbedTLS %s\n", MBEDTLS_VERSION_STRING);
  front(url);
  front(nginx);
  contents(url);
  contents(nginx);
  schema(url);
  typed(url);
  typed(nginx);
  large(url);
  large(nginx);
  return failed != 0;
}
