/* ask: a question to a model, from the shell.

     ask [OPTION]... PROMPT...      the words are joined by blanks
     ask [OPTION]... -              the prompt comes from standard input

   --model M           else $LITELLM_MODEL, else gpt-4o-mini
   --system TEXT       what comes before the prompt
   --base-url URL      else $LITELLM_BASE_URL: the gateway
   --ca FILE           whom to trust, PEM or DER; else $LITELLM_CA_FILE, else
                       the system's certificates
   --temperature T     0 to 2
   --max-tokens N
   --param NAME=JSON   any other parameter, as --param 'stop=["\n"]'
   --image FILE|URL    goes with the prompt; can be repeated, as --param can
   --send-key-in-clear allows a key over http://
   --verbose           what was thought and what it cost, on standard error

   The key is taken from $LITELLM_API_KEY only: command lines are for all to
   see. The answer goes to standard output while it arrives, all else to
   standard error. Exit status:

   0  the model has answered
   1  wrong usage
   2  the request cannot be made: a file, an argument, a parameter, memory
   3  no way to the server: name, connection, time limit, certificate
   4  the server reported an error, or sent what is no answer
   5  the model refused, or stopped before its end (see --max-tokens)

   cc -I. -DLITELLM_TLS=1 examples/ask.c -lmbedtls -lmbedx509 -lmbedcrypto */
#define _POSIX_C_SOURCE 200809L        /* for port/posix.h with -std=c99 */
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/posix.h"

#include <stdlib.h>

enum { USAGE = 1, LOCAL = 2, NETWORK = 3, SERVER = 4, INCOMPLETE = 5 };
enum { MOST = 32 };          /* of --param and --image each */

/* No prompt is ever a template: what a user types may hold braces. */
static const litellm_call ask_call = { .model = "gpt-4o-mini" };

static struct {
  const char *model, *system, *base_url, *ca;
  litellm_str prompt;
  litellm_params params;
  litellm_pair json[MOST + 1];
  const char *images[MOST];
  size_t json_count, image_count;
  bool clear, verbose;
} options;

static const char usage[] =
  "ask [--model M] [--system TEXT] [--base-url URL] [--ca FILE]\n"
  "    [--temperature T] [--max-tokens N] [--param NAME=JSON]\n"
  "    [--image FILE|URL] [--send-key-in-clear] [--verbose] PROMPT...|-\n";

static int complain(int status, const char *what, const char *which) {
  fprintf(stderr, "ask: %s%s%s\n", what, *which ? ": " : "", which);
  return status;
}

/* The rest of a file, with a NUL behind it; ptr is NULL and errno is set when
   that fails. The memory stays until the program ends. */
static litellm_str read_all(FILE *file) {
  litellm_str text = { NULL, 0 };
  char *memory = NULL, *more;
  size_t room = 0;
  do {
    if (room - text.len < 2) {
      room = room * 2 + 4096;
      more = (char *)realloc(memory, room);
      if (!more) break;
      memory = more;
    }
    text.len += fread(memory + text.len, 1, room - text.len - 1, file);
    if (ferror(file)) break;
    if (feof(file)) {
      memory[text.len] = '\0';
      text.ptr = memory;
      return text;
    }
  } while (true);
  free(memory);
  text.len = 0;
  return text;
}

static litellm_str read_file(const char *name) {
  litellm_str text = { NULL, 0 };
  FILE *file = fopen(name, "rb");
  if (!file) return text;
  text = read_all(file);
  (void)fclose(file);
  return text;
}

/* What the environment says; NULL when that is nothing. */
static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* ---- the command line -------------------------------------------------- */

static bool join(char **words, int count) {
  size_t size = 1;
  char *text, *at;
  int i;
  for (i = 0; i < count; i++) size += strlen(words[i]) + 1;
  at = text = (char *)malloc(size);
  if (!text) return false;
  for (i = 0; i < count; i++) {
    size_t n = strlen(words[i]);
    if (i > 0) *at++ = ' ';
    memcpy(at, words[i], n);
    at += n;
  }
  options.prompt.ptr = text;
  options.prompt.len = (size_t)(at - text);
  return true;
}

static int add_param(char *text) {
  char *equals = strchr(text, '=');
  if (!equals || equals == text)
    return complain(USAGE, "--param wants NAME=JSON", text);
  if (options.json_count == MOST) return complain(USAGE, "too many", text);
  *equals = '\0';
  options.json[options.json_count].name = text;
  options.json[options.json_count++].value = equals + 1;
  options.params.json = options.json;
  return 0;
}

static int set_option(const char *name, char *value) {
  char *end = value;
  if (strcmp(name, "--model") == 0) options.model = value;
  else if (strcmp(name, "--system") == 0) options.system = value;
  else if (strcmp(name, "--base-url") == 0) options.base_url = value;
  else if (strcmp(name, "--ca") == 0) options.ca = value;
  else if (strcmp(name, "--param") == 0) return add_param(value);
  else if (strcmp(name, "--image") == 0) {
    if (options.image_count == MOST) return complain(USAGE, "too many", name);
    options.images[options.image_count++] = value;
#if LITELLM_FLOAT
  } else if (strcmp(name, "--temperature") == 0) {
    options.params.temperature.value = strtod(value, &end);
    options.params.temperature.set = true;
    if (end == value || *end || options.params.temperature.value -
                                options.params.temperature.value != 0)
      return complain(USAGE, "no number", value);
#endif
  } else if (strcmp(name, "--max-tokens") == 0) {
    errno = 0;
    options.params.max_tokens.value = strtol(value, &end, 10);
    options.params.max_tokens.set = true;
    if (end == value || *end || errno)
      return complain(USAGE, "no number", value);
  } else return complain(USAGE, "unknown option: see --help", name);
  return 0;
}

static int read_options(int count, char **words) {
  int i, status;
  options.model = setting("LITELLM_MODEL");
  options.base_url = setting("LITELLM_BASE_URL");
  for (i = 1; i < count && words[i][0] == '-' && words[i][1]; i++) {
    if (strcmp(words[i], "--") == 0) { i++; break; }
    if (strcmp(words[i], "--verbose") == 0) options.verbose = true;
    else if (strcmp(words[i], "--send-key-in-clear") == 0)
      options.clear = true;
    else {
      char *value = i + 1 < count ? words[i + 1] : NULL;
      if (!value) return complain(USAGE, "needs a value", words[i]);
      status = set_option(words[i++], value);
      if (status != 0) return status;
    }
  }
  if (i == count) return complain(USAGE, "no prompt: see --help", "");
  if (!options.base_url || !*options.base_url)
    return complain(USAGE, "set --base-url or LITELLM_BASE_URL", "");
  if (count - i == 1 && strcmp(words[i], "-") == 0) {
    options.prompt = read_all(stdin);
    if (!options.prompt.ptr)
      return complain(LOCAL, "standard input", strerror(errno));
  } else if (!join(words + i, count - i)) {
    return complain(LOCAL, "the prompt", strerror(errno));
  }
  return 0;
}

/* ---- the call ---------------------------------------------------------- */

static int find_ca(litellm_client_desc *desc) {
  static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",          /* Debian, Arch, Alpine */
    "/etc/pki/tls/certs/ca-bundle.crt",            /* Fedora, RHEL */
    "/etc/ssl/ca-bundle.pem",                      /* openSUSE */
    "/etc/ssl/cert.pem" };                         /* the BSDs, macOS */
  const char *name = options.ca ? options.ca : setting("LITELLM_CA_FILE");
  litellm_str text = { NULL, 0 };
  size_t i;
  if (name) {
    text = read_file(name);
    if (!text.ptr) {
      fprintf(stderr, "ask: %s: %s\n", name, strerror(errno));
      return LOCAL;
    }
  }
  for (i = 0; !text.ptr && i < sizeof bundles / sizeof bundles[0]; i++)
    text = read_file(bundles[i]);
  desc->ca = text.ptr;
  /* DER starts with a SEQUENCE and a long length; PEM is ASCII. */
  if (text.len > 1 && text.ptr[0] == 0x30 && (text.ptr[1] & 0x80))
    desc->ca_size = text.len;
  return 0;
}

static int make_parts(litellm_part *parts) {
  size_t i;
  parts[0].kind = LITELLM_PART_TEXT;
  parts[0].text = options.prompt;
  for (i = 0; i < options.image_count; i++) {
    litellm_part *part = &parts[i + 1];
    const char *name = options.images[i];
    part->kind = LITELLM_PART_IMAGE;
    if (starts_with(name, "http://") || starts_with(name, "https://") ||
        starts_with(name, "data:")) {
      part->text = litellm_str_of(name);
    } else {
      litellm_str file = read_file(name);
      if (!file.ptr) {
        fprintf(stderr, "ask: %s: %s\n", name, strerror(errno));
        return LOCAL;
      }
      part->bytes.ptr = file.ptr;
      part->bytes.len = file.len;
    }
  }
  return 0;
}

static int failed(const litellm_error *error) {
  char line[1024];
  litellm_error_print(error, line, sizeof line);
  /* The ranges of LITELLM_RESULTS: caller and template, JSON and HTTP,
     transport and TLS, the API. */
  return complain(error->code > -40 ? LOCAL : error->code > -80 ? SERVER
                  : error->code > -120 ? NETWORK : SERVER, line, "");
}

static bool line_open[2];    /* on standard output, on standard error */

static void write_text(FILE *to, litellm_str text) {
  if (text.len == 0) return;
  (void)fwrite(text.ptr, 1, text.len, to);
  (void)fflush(to);
  line_open[to == stderr] = text.ptr[text.len - 1] != '\n';
}

static void end_lines(void) {
  if (line_open[0]) (void)fputs("\n", stdout);
  if (line_open[1]) (void)fputs("\n", stderr);
  line_open[0] = line_open[1] = false;
}

static void show(const litellm_event *event, int *status) {
  if (event->kind == LITELLM_TEXT) write_text(stdout, event->text);
  if (event->kind == LITELLM_REASONING && options.verbose)
    write_text(stderr, event->text);
  if (event->kind == LITELLM_REFUSAL) {
    write_text(stderr, event->text);
    *status = INCOMPLETE;
  }
  if (event->kind == LITELLM_TOOL_CALL) {        /* of --param tools=... */
    end_lines();
    printf("%s %s\n", event->tool_call->name, event->tool_call->arguments);
  }
}

static void show_cost(const litellm_client *client,
                      const litellm_response *response, uint32_t ms) {
#define OR_NONE(text) ((text) ? (text) : "-")
  fprintf(stderr, "model %s, finish %s, %lu ms, %lu bytes of memory\n",
          OR_NONE(response->model), OR_NONE(response->finish_reason),
          (unsigned long)ms, (unsigned long)client->arena.peak);
  if (response->has_usage)
    fprintf(stderr, "tokens: %lu prompt (%lu cached), %lu answer "
            "(%lu reasoning)\n", (unsigned long)response->usage.prompt_tokens,
            (unsigned long)response->usage.cached_tokens,
            (unsigned long)response->usage.completion_tokens,
            (unsigned long)response->usage.reasoning_tokens);
#if LITELLM_GATEWAY_HEADERS
  fprintf(stderr, "dollars %s, call %s, deployment %s\n",
          OR_NONE(response->cost), OR_NONE(response->call_id),
          OR_NONE(response->model_id));
#endif
}

static int ask(litellm_client *client, const litellm_request *request) {
  litellm_stream stream;
  litellm_event event;
  litellm_response response;
  uint32_t start = litellm_posix.millis();
  int status = 0;
  litellm_result result = litellm_start(&stream, client, request);
  if (result != LITELLM_OK) return failed(&client->error);
  while ((result = litellm_next(&stream, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_OK) show(&event, &status);
    else litellm_wait(&stream, &event);
  }
  end_lines();
  if (result != LITELLM_END) return failed(&client->error);
  if (litellm_stream_response(&stream, &response) != LITELLM_OK)
    return failed(&client->error);
  if (status == INCOMPLETE) (void)complain(0, "the model refused", "");
  if (response.finish_reason &&
      (strcmp(response.finish_reason, "length") == 0 ||
       strcmp(response.finish_reason, "content_filter") == 0))
    status = complain(INCOMPLETE, "stopped by", response.finish_reason);
  if (options.verbose)
    show_cost(client, &response, litellm_posix.millis() - start);
  if (fflush(stdout) != 0 || ferror(stdout))
    return complain(LOCAL, "standard output", strerror(errno));
  return status;
}

int main(int argument_count, char **arguments) {
  static unsigned char memory[16384];
  static litellm_part parts[MOST + 1];
  static litellm_client_desc desc = { .port = &litellm_posix, .memory = memory,
                                      .memory_size = sizeof memory };
  litellm_client client;
  litellm_message user = { .role = LITELLM_USER };
  litellm_message system = { .role = LITELLM_SYSTEM, .next = &user };
  litellm_request request = { .call = &ask_call, .messages = &user,
                              .stream = LITELLM_STREAMS };
  int status;
  if (argument_count == 2 && strcmp(arguments[1], "--help") == 0)
    return fputs(usage, stdout) < 0 ? LOCAL : 0;
  status = read_options(argument_count, arguments);
  if (status != 0) return status;
  desc.base_url = options.base_url;
  desc.api_key = setting("LITELLM_API_KEY");
  desc.send_key_in_clear = options.clear;
  if (!starts_with(options.base_url, "http://")) status = find_ca(&desc);
  if (status == 0 && options.image_count > 0) status = make_parts(parts);
  if (status != 0) return status;

  user.content = options.prompt;
  if (options.image_count > 0) {
    user.parts = parts;
    user.part_count = options.image_count + 1;
  }
  if (options.system) {
    system.content = litellm_str_of(options.system);
    request.messages = &system;
  }
  request.model = options.model;
  request.params = &options.params;
  if (litellm_client_init(&client, &desc) != LITELLM_OK) {
    (void)failed(&client.error);
    return LOCAL;            /* whatever it is, no byte was sent */
  }
  status = ask(&client, &request);
  litellm_client_close(&client);
  return status;
}
