/* ask: asks a model from the shell.

     ask [OPTION]... PROMPT...      the words are joined by blanks
     ask --speak FILE PROMPT...
     ask --list-models | --health | --transcribe FILE

   Standard input, if it is no terminal, goes behind the words; "-" as a word
   reads it in any case. Options may stand anywhere up to "--", as --model M or
   --model=M.

   -m, --model M       else $LITELLM_MODEL, else gpt-4o-mini
   -s, --system TEXT   a system message before the prompt
   -f, --file FILE     its text goes behind the words; repeatable
   --image FILE|URL    an image for the prompt; repeatable
   --json              asks for a JSON object
   --schema FILE       asks for JSON of this schema
   --temperature T     0 to 2
   --max-tokens N
   --param NAME=JSON   any other parameter, as --param 'stop=["\n"]'; repeatable
   --base-url URL      the server, else $LITELLM_BASE_URL, else $OPENAI_BASE_URL
   -H, --header 'NAME: VALUE'   another header; repeatable
   --ca FILE           the CA to trust, PEM or DER, else $LITELLM_CA_FILE, else
                       the system's certificates
   --timeout SECONDS   for the whole call
   --send-key-in-clear allows a key over http://
   --verbose           prints reasoning, tokens and cost to standard error
   --list-models       prints the server's models
   --health            tells whether LiteLLM is ready, by the exit status too
   --speak FILE        the words as audio, by tts-1 if there is no --model; the
                       end of FILE says the format, "-" is standard output
   --transcribe FILE   prints what is said in it, by whisper-1
   -h, --help
   --version

   The key comes from $LITELLM_API_KEY or, unless the server is that of
   $LITELLM_BASE_URL, from $OPENAI_API_KEY: other users can see command lines.
   The answer goes to standard output while it arrives, the rest to standard
   error. Exit status:

   0  the model has answered
   1  wrong usage
   2  the request cannot be made: a file, an argument, a parameter, memory
   3  the server was not reached: name, connection, time limit, certificate
   4  the server reported an error, or its reply was not valid
   5  the model refused, or stopped early (see --max-tokens)

   cc -I. examples/ask.c -lmbedtls -lmbedx509 -lmbedcrypto */
#define _POSIX_C_SOURCE 200809L        /* for port/posix.h with -std=c99 */
#define LITELLM_EXTRAS 1
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/mbedtls.h"
#include "port/posix.h"

#include <stdlib.h>
#include <unistd.h>

enum { USAGE = 1, LOCAL = 2, NETWORK = 3, SERVER = 4, INCOMPLETE = 5 };
enum { MOST = 32 };          /* of each option that is repeatable */
/* A window as large as a TLS record takes fewer system calls. */
enum { WINDOW = 16384, MEMORY = LITELLM_MEMORY(litellm_posix_tls_link, WINDOW,
                                               65536, 0) };

static struct {
  const char *model, *system, *base_url, *ca, *audio;
  char instead;              /* of a chat: the letter of an option */
  litellm_str prompt;
  litellm_params params;
  litellm_name_value json[MOST + 1], headers[MOST + 1];
  const char *images[MOST], *files[MOST];
  size_t json_count, header_count, image_count, file_count;
  uint32_t timeout_ms;
  bool json_mode, clear, verbose, read_input;
} options;

static const char usage[] =
  "ask [-m|--model M] [-s|--system TEXT] [-f|--file FILE] [--image FILE|URL]\n"
  "    [--json] [--schema FILE] [--temperature T] [--max-tokens N]\n"
  "    [--param NAME=JSON] [--base-url URL] [-H|--header 'NAME: VALUE']\n"
  "    [--ca FILE] [--timeout SECONDS] [--send-key-in-clear] [--verbose]\n"
  "    [-h|--help] [--version] [--speak FILE] PROMPT...|-\n"
  "    | --list-models | --health | --transcribe FILE\n";

/* The letter, where it is an option too, is in `letters`. */
static const struct option { const char *name; char letter; bool value; }
known[] = {
  { "model", 'm', true }, { "system", 's', true }, { "file", 'f', true },
  { "image", 'i', true }, { "json", 'j', false }, { "schema", 'S', true },
  { "temperature", 't', true }, { "max-tokens", 'n', true },
  { "param", 'p', true }, { "base-url", 'b', true }, { "header", 'H', true },
  { "ca", 'c', true }, { "timeout", 'T', true },
  { "send-key-in-clear", 'k', false }, { "verbose", 'v', false },
  { "list-models", 'l', false }, { "health", 'e', false },
  { "speak", 'P', true }, { "transcribe", 'R', true },
  { "help", 'h', false }, { "version", 'V', false }
};
static const char letters[] = "msfHh";

static int complain(int status, const char *what, const char *which) {
  fprintf(stderr, "ask: %s%s%s\n", what, *which ? ": " : "", which);
  return status;
}

/* Reads the rest of a file and adds a NUL; ptr is NULL and errno is set if
   that fails. The caller may free it. */
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

/* An environment variable; NULL if it is not set or empty. */
static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* ---- the command line -------------------------------------------------- */

/* The option that a word names; NULL: none. */
static const struct option *find_option(const char *word) {
  bool is_long = word[1] == '-';
  size_t n = is_long ? strcspn(word + 2, "=") : 0, i;
  if (!is_long && (word[2] || !strchr(letters, word[1]))) return NULL;
  for (i = 0; i < sizeof known / sizeof known[0]; i++)
    if (is_long ? strlen(known[i].name) == n &&
                  memcmp(word + 2, known[i].name, n) == 0
                : known[i].letter == word[1]) return &known[i];
  return NULL;
}

/* Adds to the prompt, on a line of its own if `on_line`. */
static int append(litellm_str text, bool on_line) {
  size_t before = options.prompt.len;
  char *whole = (char *)realloc((void *)(uintptr_t)options.prompt.ptr,
                                before + text.len + 2);
  if (!whole) return complain(LOCAL, "the prompt", strerror(errno));
  if (before) whole[before++] = on_line ? '\n' : ' ';
  if (text.len) memcpy(whole + before, text.ptr, text.len);
  whole[before + text.len] = '\0';
  options.prompt.ptr = whole;
  options.prompt.len = before + text.len;
  return 0;
}

/* Cuts NAME and value apart and adds them to one of the lists. */
static int add_pair(char *text, char mark, const char *needs,
                    litellm_name_value *list, size_t *count) {
  char *value = strchr(text, mark);
  if (!value || value == text) return complain(USAGE, needs, text);
  if (*count == MOST) return complain(USAGE, "too many of an option", text);
  *value++ = '\0';
  if (mark == ':') value += strspn(value, " ");
  list[*count].name = text;
  list[(*count)++].value = value;
  return 0;
}

static int add_param(char *text) {
  options.params.extra_body = options.json;
  return add_pair(text, '=', "--param needs NAME=JSON", options.json,
                  &options.json_count);
}

static int add_header(char *text) {
  return add_pair(text, ':', "--header needs 'NAME: VALUE'", options.headers,
                  &options.header_count);
}

static int add_to(const char **list, size_t *count, const char *value) {
  if (*count == MOST) return complain(USAGE, "too many files", value);
  list[(*count)++] = value;
  return 0;
}

static int read_schema(const char *name) {
  static const char format[] =
      "response_format={\"type\":\"json_schema\",\"json_schema\":"
      "{\"name\":\"answer\",\"strict\":true,\"schema\":%s}}";
  litellm_str schema = read_file(name);
  char *text;
  if (!schema.ptr) {
    fprintf(stderr, "ask: --schema: %s: %s\n", name, strerror(errno));
    return LOCAL;
  }
  if (!litellm_json_valid(schema))
    return complain(LOCAL, "--schema: not JSON", name);
  text = (char *)malloc(sizeof format + schema.len);
  if (!text) return complain(LOCAL, "--schema", strerror(errno));
  (void)sprintf(text, format, schema.ptr);
  free((void *)(uintptr_t)schema.ptr);
  return add_param(text);
}

static int set_number(char letter, const char *value) {
  char *end;
  double number = strtod(value, &end);
  if (end == value || *end || number - number != 0)
    return complain(USAGE, "not a number", value);
  if (letter == 't') {
    options.params.temperature.value = number;
    options.params.temperature.set = true;
  } else if (letter == 'n') {
    if (number != (double)(int32_t)(number < 1e9 ? number : 0))
      return complain(USAGE, "--max-tokens needs a whole number", value);
    options.params.max_tokens.value = (int32_t)number;
    options.params.max_tokens.set = true;
  } else {
    if (number < 0.001 || number > 4e6)
      return complain(USAGE, "--timeout needs seconds, up to 4000000", value);
    options.timeout_ms = (uint32_t)(number * 1000);
  }
  return 0;
}

static int set_option(char letter, char *value) {
  switch (letter) {
    case 'm': options.model = value; break;
    case 's': options.system = value; break;
    case 'b': options.base_url = value; break;
    case 'c': options.ca = value; break;
    case 'j': options.json_mode = true; break;
    case 'k': options.clear = true; break;
    case 'v': options.verbose = true; break;
    case 'p': return add_param(value);
    case 'H': return add_header(value);
    case 'S': return read_schema(value);
    case 'f': return add_to(options.files, &options.file_count, value);
    case 'i': return add_to(options.images, &options.image_count, value);
    case 'l': case 'e': case 'P': case 'R':
      if (options.instead) return complain(USAGE, "one thing at a time", "");
      options.instead = letter;
      options.audio = value;
      break;
    case 'h': exit(fputs(usage, stdout) < 0 ? LOCAL : 0);
    case 'V': exit(puts("litellm_call " LITELLM_VERSION) < 0 ? LOCAL : 0);
    default: return set_number(letter, value);
  }
  return 0;
}

/* Sorts the words: options are set, the others begin the prompt. */
static int read_words(int count, char **words) {
  bool options_end = false;
  int i, status = 0;
  for (i = 1; i < count && status == 0; i++) {
    char *word = words[i], *value = strchr(word, '=');
    const struct option *option;
    if (strcmp(word, "-") == 0 && !options_end) {
      options.read_input = true;
    } else if (strcmp(word, "--") == 0 && !options_end) {
      options_end = true;
    } else if (*word != '-' || options_end) {
      status = append(litellm_str_from(word), false);
    } else {
      option = find_option(word);
      if (!option)
        return complain(USAGE, "unknown option: see --help, or put -- before a "
                        "prompt that begins so", word);
      if (word[1] == '-' && value && !option->value)
        return complain(USAGE, "takes no value", word);
      value = word[1] == '-' && value ? value + 1
            : option->value ? words[++i] : NULL;       /* NULL ends words */
      if (option->value && !value)
        return complain(USAGE, "needs a value", word);
      status = set_option(option->letter, value);
    }
  }
  return status;
}

/* Whether the prompt's words, files and input say something. */
static bool is_blank(litellm_str text) {
  for (; text.len > 0; text.ptr++, text.len--)
    if (!strchr(" \t\r\n", *text.ptr) || !*text.ptr) return false;
  return true;
}

static int read_prompt(void) {
  litellm_str text = { NULL, 0 };
  size_t i;
  int status = 0;
  for (i = 0; i < options.file_count && status == 0; i++) {
    text = read_file(options.files[i]);
    if (!text.ptr) {
      fprintf(stderr, "ask: --file: %s: %s\n", options.files[i],
              strerror(errno));
      return LOCAL;
    }
    status = append(text, true);
    free((void *)(uintptr_t)text.ptr);
  }
  errno = 0;
  if (options.read_input || (!isatty(STDIN_FILENO) && errno != EBADF)) {
    text = read_all(stdin);
    if (!text.ptr) return complain(LOCAL, "standard input", strerror(errno));
    if (status == 0 && text.len > 0) status = append(text, true);
    free((void *)(uintptr_t)text.ptr);
  }
  if (status == 0 && is_blank(options.prompt))
    return complain(USAGE, "the prompt is empty: see --help", "");
  return status;
}

/* The key; one for OpenAI goes neither to LiteLLM nor over http://. */
static const char *find_key(bool gateway) {
  const char *key = setting("LITELLM_API_KEY");
  if (!key && !gateway &&
      (options.clear || starts_with(options.base_url, "https://")))
    key = setting("OPENAI_API_KEY");
  return key;
}

static int read_options(int count, char **words, const char **key) {
  const char *gateway = setting("LITELLM_BASE_URL");
  int status;
  options.base_url = gateway ? gateway : setting("OPENAI_BASE_URL");
  status = read_words(count, words);
  if (status != 0) return status;
  if (!options.base_url || !*options.base_url)
    return complain(USAGE, "set --base-url or LITELLM_BASE_URL", "");
  *key = find_key(options.base_url == gateway);
  if (!options.instead && !options.model)
    options.model = setting("LITELLM_MODEL");
  if (!options.instead || options.instead == 'P') return read_prompt();
  return options.prompt.len ? complain(USAGE, "takes no prompt", "") : 0;
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
      fprintf(stderr, "ask: --ca: %s: %s\n", name, strerror(errno));
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
      part->text = litellm_str_from(name);
    } else {
      litellm_str file = read_file(name);
      if (!file.ptr) {
        fprintf(stderr, "ask: --image: %s: %s\n", name, strerror(errno));
        return LOCAL;
      }
      part->bytes.ptr = file.ptr;
      part->bytes.len = file.len;
    }
  }
  return 0;
}

/* Prints a text up to `end` with the options' names for the library's. */
static void print_renamed(const char *text, const char *end) {
  static const char *const names[][2] = {
    { "base_url", "--base-url" }, { "set .ca or .pin", "give --ca" },
    { "set .allow_key_over_http", "give --send-key-in-clear" },
    { "a header of the caller's", "a --header" },
    { "given twice, reserved or without LITELLM_SET",
      "given twice or reserved" },
    { "name it in the tag", "--image knows PNG, JPEG, GIF, WebP and HEIC" },
    { "raise .max_turns", "no tool can be called here" }
  };
  while (text < end) {
    size_t i = 0, most = sizeof names / sizeof names[0];
    while (i < most && !starts_with(text, names[i][0])) i++;
    if (i == most) {
      (void)putc(*text++, stderr);
    } else {
      (void)fputs(names[i][1], stderr);
      text += strlen(names[i][0]);
    }
  }
}

static int failed(const litellm_error *error) {
  static const char *const subjects[][2] = {
    { "model", "--model" }, { "ca", "--ca" }, { "api_key", "LITELLM_API_KEY" }
  };
  litellm_error named = *error;
  char line[1024], *server;
  size_t i;
  for (i = 0; error->subject && i < sizeof subjects / sizeof *subjects; i++)
    if (strcmp(error->subject, subjects[i][0]) == 0)
      named.subject = subjects[i][1];
  litellm_error_print(&named, line, sizeof line);
  server = strstr(line, "; server: ");
  if (!server) server = line + strlen(line);
  fputs("ask: ", stderr);
  print_renamed(line, server);
  fprintf(stderr, "%s\n", server);
  /* The ranges of LITELLM_RESULTS: caller and template, JSON and HTTP,
     transport and TLS, API. */
  return error->code > -40 ? LOCAL : error->code > -80 ? SERVER
       : error->code > -120 ? NETWORK : SERVER;
}

static bool line_open[2];    /* on standard output, on standard error */

/* A server's text is not to command a terminal: control characters, C0, DEL and
   C1, go as they are to files and pipes only. Texts hold whole characters. */
static void write_text(FILE *to, litellm_str text) {
  bool terminal = isatty(fileno(to));
  size_t i;
  if (text.len == 0) return;
  for (i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    bool high = c == 0xC2 && i + 1 < text.len &&
                ((unsigned char)text.ptr[i + 1] & 0xE0) == 0x80;
    if (terminal &&
        (high || (c < ' ' && c != '\n' && c != '\t') || c == 0x7F)) {
      i += high;
      c = '?';
    }
    (void)putc(c, to);
  }
  (void)fflush(to);
  line_open[to == stderr] = text.ptr[text.len - 1] != '\n';
}

static void end_lines(void) {
  if (line_open[0]) (void)fputs("\n", stdout);
  if (line_open[1]) (void)fputs("\n", stderr);
  line_open[0] = line_open[1] = false;
}

static void show(const litellm_event *event, int *status) {
  if (event->kind == LITELLM_EVENT_TEXT) write_text(stdout, event->text);
  if (event->kind == LITELLM_EVENT_REASONING && options.verbose)
    write_text(stderr, event->text);
  if (event->kind == LITELLM_EVENT_REFUSAL) {
    write_text(stderr, event->text);
    *status = INCOMPLETE;
  }
  if (event->kind == LITELLM_EVENT_TOOL_CALL) {  /* of --param tools=... */
    end_lines();
    write_text(stdout, litellm_str_from(event->tool_call->name));
    (void)putchar(' ');
    write_text(stdout, litellm_str_from(event->tool_call->arguments));
    (void)putchar('\n');
    line_open[0] = false;
  }
}

static void show_cost(const litellm_client *client,
                      const litellm_response *response, uint32_t ms) {
#define OR_NONE(text) ((text) ? (text) : "-")
  char line[1024];
  (void)snprintf(line, sizeof line,
                 "model %s, finish %s, %lu ms, %lu bytes of memory",
                 OR_NONE(response->model), OR_NONE(response->finish_reason),
                 (unsigned long)ms, (unsigned long)client->arena.peak);
  write_text(stderr, litellm_str_from(line));
  end_lines();
  if (response->has_usage)
    fprintf(stderr, "tokens: %lu prompt (%lu cached), %lu answer "
            "(%lu reasoning)\n", (unsigned long)response->usage.prompt_tokens,
            (unsigned long)response->usage.cached_tokens,
            (unsigned long)response->usage.completion_tokens,
            (unsigned long)response->usage.reasoning_tokens);
#if LITELLM_GATEWAY_INFO
  (void)snprintf(line, sizeof line, "dollars %s, call %s, deployment %s",
                 OR_NONE(response->cost), OR_NONE(response->call_id),
                 OR_NONE(response->model_id));
  write_text(stderr, litellm_str_from(line));
  end_lines();
#endif
}

static int ask(litellm_client *client, const litellm_request *request) {
  litellm_event event;
  litellm_response response;
  uint32_t start = litellm_posix.millis();
  int status = 0;
  litellm_result result = litellm_start(client, request);
  if (result != LITELLM_OK) return failed(&client->error);
  while ((result = litellm_next(client, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_OK) show(&event, &status);
    else litellm_wait(client, &event);
  }
  end_lines();
  if (result != LITELLM_END) return failed(&client->error);
  if (litellm_client_response(client, &response) != LITELLM_OK)
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

/* ---- what is no chat --------------------------------------------------- */

#define HEARD(FIELD) FIELD(STRING, text, NULL)
LITELLM_MODEL(heard, HEARD);

static litellm_result write_name(void *unused, const void *name, size_t size) {
  (void)unused;
  (void)size;
  write_text(stdout, litellm_str_from((const char *)name));
  end_lines();
  return LITELLM_OK;
}

static litellm_result write_audio(void *file, const void *bytes, size_t size) {
  return fwrite(bytes, 1, size, (FILE *)file) == size
      ? LITELLM_OK : LITELLM_ERROR_CANCELLED;
}

static litellm_result read_audio(void *file, void *buffer, size_t size,
                                 size_t *got) {
  *got = fread(buffer, 1, size, (FILE *)file);
  return *got ? LITELLM_OK
       : ferror((FILE *)file) ? LITELLM_ERROR_CANCELLED : LITELLM_END;
}

/* As many as are left, so that the server is told; 0: it is a pipe. */
static uint32_t bytes_of(FILE *file) {
  long size = fseek(file, 0, SEEK_END) ? 0 : ftell(file);
  if (fseek(file, 0, SEEK_SET) || size < 0 || size > INT32_MAX) return 0;
  return (uint32_t)size;
}

static bool is_param(const char *name) {
  size_t i;
  for (i = 0; i < options.json_count; i++)
    if (strcmp(options.json[i].name, name) == 0) return true;
  return false;
}

static void speak(litellm_transfer *transfer, litellm_speech *speech) {
  const char *end = strrchr(options.audio, '.');
  speech->model = options.model ? options.model : "tts-1";
  speech->input = options.prompt.ptr;
  speech->extra = options.json;
  if (!is_param("voice")) speech->voice = "alloy";
  if (end && !is_param("response_format")) speech->format = end + 1;
  litellm_transfer_speak(transfer, speech);
  transfer->sink = write_audio;
}

static void transcribe(litellm_transfer *transfer, struct heard *heard,
                       litellm_transcription *form) {
  const char *slash = strrchr(options.audio, '/');
  form->model = options.model ? options.model : "whisper-1";
  form->file_name = slash ? slash + 1 : options.audio;
  litellm_transfer_transcribe(transfer, form);
  transfer->pull = read_audio;
  transfer->reply_type = &heard_type;
  transfer->reply = heard;
}

/* Makes the transfer that was asked for. */
static int transfer(litellm_client *client) {
  litellm_transfer transfer = { .path = "/health/readiness",
                                .max_retries = LITELLM_NO_RETRIES };
  litellm_speech speech = { .voice = NULL };
  litellm_transcription form = { .model = NULL };
  struct heard heard = { NULL };
  bool speaks = options.instead == 'P';
  FILE *file = !options.audio || strcmp(options.audio, "-") == 0
      ? speaks ? stdout : stdin : fopen(options.audio, speaks ? "wb" : "rb");
  litellm_result result;
  if (!file) return complain(LOCAL, options.audio, strerror(errno));
  if (options.instead == 'l') {
    litellm_transfer_models(&transfer);
    transfer.sink = write_name;
  } else if (speaks) {
    speak(&transfer, &speech);
    transfer.sink_data = file;
  } else if (options.audio) {
    transcribe(&transfer, &heard, &form);
    transfer.source = file;
    transfer.pull_size = bytes_of(file);
  }
  result = litellm_transfer_run(client, &transfer);
  if (result == LITELLM_OK && heard.text) {
    write_text(stdout, litellm_str_from(heard.text));
    end_lines();
  }
  if (options.instead == 'e' && result == LITELLM_OK) puts("ready");
  if (ferror(file) || fflush(speaks ? file : stdout) != 0)
    return complain(LOCAL, options.audio ? options.audio : "standard output",
                    strerror(errno));
  return result == LITELLM_OK ? 0 : failed(&client->error);
}

int main(int argument_count, char **arguments) {
  static unsigned char memory[MEMORY];
  static litellm_part parts[MOST + 1];
  static litellm_client_desc desc = { .port = &litellm_posix_tls,
                                      .memory = memory,
                                      .memory_size = sizeof memory,
                                      .window_size = WINDOW };
  litellm_client client;
  litellm_message user = { .role = LITELLM_ROLE_USER };
  litellm_message system = { .role = LITELLM_ROLE_SYSTEM, .next = &user };
  /* The prompt is a message, not a template: a user may type braces. */
  litellm_request request = {
    .call = { .model = "gpt-4o-mini", .params = &options.params },
    .messages = &user, .stream = LITELLM_STREAMS };
  int status = read_options(argument_count, arguments, &desc.api_key);
  if (status != 0) return status;
  desc.base_url = options.base_url;
  desc.headers = options.headers;
  desc.allow_key_over_http = options.clear;
  desc.total_timeout_ms = desc.first_byte_timeout_ms = desc.idle_timeout_ms =
      options.timeout_ms;
  request.call.json_mode = options.json_mode;
  if (!starts_with(options.base_url, "http://")) status = find_ca(&desc);
  if (status == 0 && options.image_count > 0) status = make_parts(parts);
  if (status != 0) return status;

  user.content = options.prompt;
  if (options.image_count > 0) {
    user.parts = parts;
    user.part_count = options.image_count + 1;
  }
  if (options.system) {
    system.content = litellm_str_from(options.system);
    request.messages = &system;
  }
  if (options.model) request.call.model = options.model;
  if (litellm_client_init(&client, &desc) != LITELLM_OK) {
    (void)failed(&client.error);
    return LOCAL;            /* nothing was sent */
  }
  status = options.instead ? transfer(&client) : ask(&client, &request);
  litellm_client_close(&client);
  return status;
}
