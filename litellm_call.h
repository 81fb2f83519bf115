/* litellm_call.h 0.2.0 - a prompt as a typed C function, on any chip
   Calls language models through a LiteLLM gateway, or any server with the
   OpenAI chat API. No heap, no globals, no dependencies. TLS is a port.
   MIT License, at the end of this file. */

/* ==== >>manual ===========================================================

   Do this in ONE C file:            #define LITELLM_CALL_IMPLEMENTATION
   then, there and in all others:    #include "litellm_call.h"

     http://   cc main.c                                     port/posix.h
     https://  cc main.c -lmbedtls -lmbedx509 -lmbedcrypto   + port/mbedtls.h

   - A prompt becomes a C function whose arguments the compiler checks.
   - The answer is text, a stream, or your struct, checked as it arrives.
   - The model can call your functions; the library runs the loop.
   - Requests and replies of any size pass through one window of 1 KiB.
   - A main loop can advance a call step by step. No step blocks, but on POSIX
     and lwIP's sockets the one that looks a host name up.
   - TLS is verified, or the call fails. README.md lists flash and RAM.

   >>example first call
     #define LITELLM_CALL_IMPLEMENTATION
     #include "litellm_call.h"
     #include "port/posix.h"
     #include <stdio.h>

     #define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
     LITELLM_CALL(recommend_book, RECOMMEND_BOOK, .model = "ollama/llama3.2",
                  .prompt = "Recommend a {genre} book");

     int main(void) {
       static unsigned char memory[8192];
       litellm_client client;
       litellm_response response;
       litellm_client_init(&client, &(litellm_client_desc){
           .port = &litellm_posix, .base_url = "http://localhost:4000",
           .memory = memory, .memory_size = sizeof memory });
       if (recommend_book(&client, &response, "fantasy") == LITELLM_OK)
         puts(response.content);
       else
         fprintf(stderr, "%s\n", litellm_client_error(&client));
     }

   A gateway: pip install 'litellm[proxy]' && litellm --model ollama/llama3.2
   You need not check litellm_client_init: the call returns the same error.
   For TLS, change three lines. ca.h defines ca, the certificate of the CA in
   PEM; README.md has the command that generates it:
   >>example TLS (changes first call)
      #include "port/posix.h"
     +#include "port/mbedtls.h"
     +#include "ca.h"
     -      .port = &litellm_posix, .base_url = "http://localhost:4000",
     +      .port = &litellm_posix_tls, .base_url = "https://gateway", .ca = ca,

   CONTENTS  search for the tag; D: it is declared, I: it is implemented
     >>manual           D -  this text
     >>configuration    D -  switches and capacities
     >>version          D -  and what must agree on it
     >>text             D I  views, characters, word lists
     >>arena            D I  bump allocator with save and reset
     >>errors           D I  results, phases, the error record
     >>json scalars     - I  a piece of a string, number or word
     >>json tokenizer   D I  incremental, strict, in place
     >>numbers          - I  exact decimals, shortest doubles
     >>writer           - I  renders a window of a text
     >>fields           D I  tables that describe structs
     >>formatting       - I  Python's format specs
     >>values as JSON   - I  structs and lists to JSON
     >>schema           - I  JSON Schema of a struct
     >>template lexer   - I  fields, paths, specs and tags
     >>content parts    - I  images, audio, documents
     >>history          - I  lists of messages in an arena
     >>messages         D I  a message, and its form on the wire
     >>tools            D -  functions that the model may call
     >>parameters       D -  temperature and the rest
     >>templates        - I  sections, roles and what they print
     >>body             - I  the request as JSON
     >>checks           - I  what is refused before it is sent
     >>kept texts       - I  what stays of a reply
     >>misfits          - I  why an answer does not fit
     >>decoded values   - I  scalars into a struct
     >>decoder          - I  JSON tokens into a struct
     >>decoding         - I  the object in a text, its strings, its end
     >>headers          - I  what those of a reply say
     >>http             - I  head, chunks, length
     >>event stream     - I  server-sent events
     >>chat keys        - I  the keys of replies that are read
     >>chat texts       - I  content, reasoning, short texts
     >>thoughts         - I  those between tags in the content
     >>tool calls       - I  calls from their fragments
     >>chat reader      - I  choices, deltas, usage
     >>api errors       - I  which error an API reported
     >>error line       - I  one line on an error
     >>port             D -  what a platform provides
     >>client           D I  a connection and its memory
     >>reuse            - I  the same connection for the next request
     >>bodies           - I  what a transfer sends
     >>request head     - I  method, path, headers
     >>connection       - I  connecting, sending, deadlines
     >>reply            - I  from bytes to events
     >>received bodies  - I  what a transfer gets
     >>response         D I  what a call gave
     >>turns           - I  asking the model again
     >>running tools    - I  handlers and their results
     >>answers          - I  structs, re-asks, parsers
     >>retries          - I  sending a request again
     >>call             D I  descriptors, requests, events
     >>running          - I  steps, to the end of a call
     >>transfers        D I  other paths of the gateway
     >>models           - I  names and health of models
     >>embeddings       - I  vectors
     >>speech           - I  texts that are spoken
     >>transcription    - I  audio that is written down
     >>macros           D -  LITELLM_CALL, LITELLM_MODEL, ...
     >>kinds            D -  how a kind becomes a member and a row
     >>internals        D -  private types

   HOW IT WORKS  The library renders the request one window at a time, as often
   as needed: first to count its bytes, then to send them. It reads the reply
   one window at a time with parsers that can stop at any byte. So only what you
   keep takes memory. litellm_request_body shows what will be sent.

   MEMORY  The client works in one block of yours. It holds the port's link (for
   port/mbedtls.h also mbedTLS's contexts), the window (.window_size) and the
   arena: the answer, a struct's strings, tool calls and their results, and a
   decoder if the call has a struct or a tool. LITELLM_MEMORY adds that up.
   These bytes are enough for the examples here with texts of 1 KiB on a 64-bit
   CPU; smaller CPUs need less:

     text, http://    2560          a struct, http://  2048
     text, https://   4608          a tool, http://    3584

   A response is valid until the next call on its client resets the arena, or
   longer if litellm_client_retain_response keeps it. client.arena.peak is the
   high-water mark. A call that runs out of memory fails with ERROR_NO_MEMORY,
   and the message says how many bytes to add. mbedTLS has its own heap.

   WITHOUT BLOCKING  name_start begins a call; litellm_next advances it by one
   step and returns OK with an event, AGAIN, END or an error:
   >>example stream
     litellm_event event;
     recommend_book_start(&client, "fantasy");
     for (;;) switch (litellm_next(&client, &event)) {
       case LITELLM_OK:
         if (event.kind == LITELLM_EVENT_TEXT) print(event.text);
         break;
       case LITELLM_AGAIN: feed_watchdog(); break;   // nothing has arrived
       case LITELLM_END:   return true;              // the answer is complete
       default:            return false;             // see litellm_client_error
     }

   An event's text is valid until the next litellm_next. After LITELLM_AGAIN,
   event.wait and event.wait_ms say what to wait for and how long; litellm_wait
   does that. litellm_cancel ends a call at any time.

   TEMPLATES  A prompt is text with {fields}. A role at the start of a line
   begins a message; a prompt without roles is one user message.

     SYSTEM: You know {topic}.
     MESSAGES: {history}
     USER:
       Describe {item.name} in {count} words.
       {photo:image(detail=low)}

     {a.b[2].c}       members and items, at any depth
     {{ }}            literal braces
     {x:>8.2f}        fill, align, sign, #, 0, width, grouping, precision and
                      type of Python's format(); {x!r} JSON, {x!s} plain text
     {xs:list}        one item per line; {groups:lists}: a blank line between
     {x:text} {x:image} {x:audio} {x:document} {x:part}   content parts; add
                      an s for a list; images come from bytes or a URL
     {:cache_control} marks the part before it

   Values are inserted verbatim: braces and roles in them mean nothing. Common
   indentation is removed, sections are trimmed, empty ones are dropped. null
   prints nothing; structs and lists print as JSON. litellm_call_check tells you
   at boot whether a template fits its arguments.

   ANSWERS AS STRUCTS  One table defines the struct, the JSON schema that the
   model must follow, and the decoder that checks the answer:
   >>example struct
     #define BOOK(FIELD)                                                      \
       FIELD(CHARS(40), title, "Title of the book")                           \
       FIELD(INT_IN(1450, 2100), year, "Year of first publication")
     LITELLM_MODEL(book, BOOK);

     #define FIND_BOOK(ARG) ARG(STRING, topic)
     LITELLM_CALL_MODEL(book, find_book, FIND_BOOK, .model = "ollama/llama3.2",
                        .prompt = "A book about {topic}");

     struct book book;
     if (find_book(&client, &book, "dragons") == LITELLM_OK)
       printf("%s (%d)\n", book.title, book.year);

   An answer that does not fit fails with ERROR_SCHEMA; the message gives the
   JSON path, what was expected and what arrived. With .max_validation_retries
   the model reads this message and answers again. A call begun by name_start
   reports LITELLM_EVENT_PARTIAL as the struct fills in. LITELLM_CALL_VALUE asks
   for one value, .json_mode for any object; LITELLM_CALL_PARSED returns what
   your .output_parser makes of the response.

   TOOLS  LITELLM_TOOL defines a function that the model can call. Its result is
   a LITELLM_MODEL too, here with an INT celsius:
   >>example tool
     #define READ_SENSOR(FIELD) FIELD(STRING, name, "Which sensor")
     LITELLM_TOOL(read_sensor, "Reads a thermometer", READ_SENSOR, reading) {
       result->celsius = adc(args->name);
       return LITELLM_OK;
     }
     static const litellm_tool *const tools[] = { &read_sensor_tool, NULL };
     LITELLM_CALL(ask, ASK, .prompt = "{question}", .tools = tools,
                  .max_turns = 5);

   With .max_turns above 0, the call runs the tools, tells the model their
   results and asks again until the model answers. The model also learns of
   unknown tools, bad arguments and failed handlers. On LITELLM_EVENT_TOOL_CALL,
   litellm_set_tool_result can answer for the handler, so a person may refuse.
   litellm_messages_add_response copies the whole exchange to a history.

   AT RUN TIME  .configure runs first and may change the request: its copy of
   the descriptor (request->call.model, .params, .tools), its messages and its
   COMPUTED arguments. The client's .hook sees each stage, for logs and meters.

   ERRORS  Functions return LITELLM_OK (0), a negative error, or a positive
   status (AGAIN, END). litellm_client_error(&client) is one line of all that
   is known: print it before you use the client again. client.error has the same
   facts as members, but no keys or prompts. A failed call leaves the client
   usable. litellm_error_transient(&client.error) says whether the same call may
   succeed later; docs/errors.md is about the others.

   MONEY  response.usage and cost_nanodollars are of all turns and re-asks. The
   cost of a plain reply is in one of LiteLLM's headers. A stream's headers come
   too early for it: LiteLLM puts it into the usage if its litellm_settings have
   include_cost_in_streaming_usage: true.
   A call that is given up, by a timeout or litellm_cancel, goes on costing
   until the model is done, unless it is a stream: then the gateway sees that
   nobody reads. A stream's first byte comes with the model's first word, that
   of a plain reply with the last; .first_byte_timeout_ms must be enough for it.
   So choose .stream in a blocking call for long answers, and where you give up
   early. It loses the cost, without the setting above, and more bytes arrive.

   SECURITY  The server's certificate must match .ca or .pin, the host name and
   the port's clock, or the call fails. A key is sent over http:// only if
   .allow_key_over_http is set. One from .api_key_callback is not stored, and
   leaves the window as soon as it is sent. Headers must not contain CR, LF or
   NUL.

   PORTS  port/posix.h: Linux, BSD, macOS. port/lwip_raw.h, lwip_sockets.h: lwIP
   without and with an RTOS. port/winsock.h: Windows. port/mbedtls.h: TLS over
   any. port/replay.h: records and plays. lwipopts.h, mbedtls_config.h: small
   configurations. A port is a table of functions (>>port); a modem that does
   TLS sets .secure.

   THREADS  There are no globals, so each thread can have its own clients. Never
   call the library from an interrupt, an lwIP callback or a hook: a callback
   gets ERROR_BUSY from the client that runs it. mbedTLS with TLS 1.3 needs
   MBEDTLS_THREADING_C if several threads use it.

   C++  From C++11 on. A temporary has no address, so fill in a variable,
   litellm_client_desc desc = {}, member by member. Designators in LITELLM_CALL
   must follow the order of litellm_call_desc. g++ before 8 lacks them: put the
   calls into a .c file, in functions that C++ declares extern "C". docs/cpp.md
   has programs.

   CONNECTIONS  A connection serves the turns of a call and the calls after it,
   as long as it is idle for less than .reuse_within_ms and it is certain where
   the last reply ended. One that the server has closed meanwhile is replaced
   without a word. The socket, and the TLS buffers, stay until then: so close a
   client that you do not use, or call litellm_client_sleep. LITELLM_NO_REUSE
   closes after each request. litellm_client_warm connects ahead of a call.

   RETRIES  A request that fails is sent again, .max_retries times, if it may
   succeed then: nobody answered, the connection broke, a limit expired but the
   total one, or the status was 408, 409, 429 or above 499; not if a budget is
   used up, nor once an event of its reply was reported. The delay is what the
   server asks for, else 0.5 s, doubled each time up to 8 s, less some jitter.
   event.wait_ms has it, client.error the reason, and the hook sees each retry.
   A delay beyond the total timeout ends the call at once. The gateway is told
   not to retry too, unless a header of yours, x-litellm-num-retries, asks for
   more. A reply that was lost may be billed twice.
   When no retry is left, or none would help, the next of .fallback_models is
   asked at once: if the model may have been at fault, not the network or the
   key. response.fell_back says why the one before the last was given up.
   A server of .fallback_urls takes over when the one before it cannot be
   reached or says 5xx: at once, and uncounted, until all were asked. It stays
   for 5 minutes; then the next call tries .base_url again.

   OTHER PATHS  With LITELLM_EXTRAS 1, a litellm_transfer is a GET or POST of
   any path: speech, transcription, embeddings, models. See docs/voice.md.

   LIMITS  One call at a time per client. No redirects or proxies; HTTP/1.1
   only. Names and templates are NUL-terminated UTF-8. Bodies are smaller than
   4 GiB. A struct that a model fills in has at most 32 fields,
   LITELLM_MAX_MODEL_DEPTH levels, names of at most 48 bytes and less than
   64 KiB. Templates lack Python's type n, !a, nested specs, more than 40 digits
   of precision, and widths above 32767. */

/* Under -std=c99, glibc hides sockets and clocks from port/posix.h unless this
   macro is defined before the first system header, which is included below. */
#if defined(LITELLM_CALL_IMPLEMENTATION) && defined(__STRICT_ANSI__) &&       \
  defined(__linux__) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif

/* ==== >>configuration ==================================================== */

/* A file with your #defines, read before the defaults:
     -DLITELLM_CALL_CONFIG_FILE='"my_litellm_config.h"' */
#ifdef LITELLM_CALL_CONFIG_FILE
#include LITELLM_CALL_CONFIG_FILE
#endif

#ifndef LITELLM_CALL_H
#define LITELLM_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Feature switches, each 0 or 1; `make size` shows what each one costs. With
   LITELLM_TEMPLATES 0: one user message, with texts and numbers for {name}. */
#ifndef LITELLM_TEMPLATES        /* roles, paths, specs, lists, structs */
#define LITELLM_TEMPLATES 1
#endif
#ifndef LITELLM_FORMAT           /* {x:>8.2f} {x!r}: Python's format specs */
#define LITELLM_FORMAT LITELLM_TEMPLATES
#endif
#ifndef LITELLM_MEDIA            /* images, audio, documents, content parts */
#define LITELLM_MEDIA LITELLM_TEMPLATES
#endif
#ifndef LITELLM_STREAMS          /* server-sent events */
#define LITELLM_STREAMS 1
#endif
#ifndef LITELLM_MODELS           /* answers and tool arguments as structs */
#define LITELLM_MODELS 1
#endif
#ifndef LITELLM_TOOLS            /* tools, their loop, calls in histories */
#define LITELLM_TOOLS LITELLM_MODELS
#endif
#ifndef LITELLM_HOOKS            /* litellm_client_desc.hook */
#define LITELLM_HOOKS 1
#endif
#ifndef LITELLM_FLOAT            /* doubles, without an FPU or soft-float */
#define LITELLM_FLOAT 1
#endif
#ifndef LITELLM_REUSE            /* keeps the connection for the next request */
#define LITELLM_REUSE 1
#endif
#ifndef LITELLM_RETRIES          /* sends a request again that failed */
#define LITELLM_RETRIES 1
#endif
#ifndef LITELLM_GATEWAY_INFO     /* x-litellm-*, rate limits, retry-after, and
                                    error codes from the error's wording */
#define LITELLM_GATEWAY_INFO 1
#endif
#ifndef LITELLM_COMPAT           /* replies that LiteLLM itself never sends */
#define LITELLM_COMPAT 1
#endif
#ifndef LITELLM_EXTRAS           /* the gateway's other paths: >>transfers */
#define LITELLM_EXTRAS 0
#endif
#ifndef LITELLM_ERROR_TEXTS      /* a sentence for each result */
#define LITELLM_ERROR_TEXTS 1
#endif

/* 1: TLS ports check no certificate. For a test bench, never for a product. */
#ifndef LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS
#define LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS 0
#endif

/* Unix time of your build: an earlier clock is not set. Default: 2025-01-01. */
#ifndef LITELLM_BUILD_TIME
#define LITELLM_BUILD_TIME 1735689600
#endif

/* Capacities */
#ifndef LITELLM_WINDOW_BYTES      /* default of .window_size */
#define LITELLM_WINDOW_BYTES 1024
#endif
#ifndef LITELLM_MAX_JSON_DEPTH    /* nesting levels of a reply, 8 to 255 */
#define LITELLM_MAX_JSON_DEPTH 64
#endif
#ifndef LITELLM_MAX_MODEL_DEPTH   /* levels of a struct, to or from JSON */
#define LITELLM_MAX_MODEL_DEPTH 8
#endif
#ifndef LITELLM_MAX_HEAD_BYTES    /* status line and headers of a reply */
#define LITELLM_MAX_HEAD_BYTES 65536
#endif
#ifndef LITELLM_MAX_ERROR_BYTES   /* kept of a server's error message */
#define LITELLM_MAX_ERROR_BYTES 512
#endif

#if LITELLM_MAX_JSON_DEPTH < 8 || LITELLM_MAX_JSON_DEPTH > 255
#error "LITELLM_MAX_JSON_DEPTH: a chat reply needs 8 levels, a byte counts 255"
#endif
#if LITELLM_MAX_MODEL_DEPTH < 1 || LITELLM_MAX_MODEL_DEPTH > 255
#error "LITELLM_MAX_MODEL_DEPTH must be 1 to 255"
#endif
#if LITELLM_MEDIA && !LITELLM_TEMPLATES
#error "LITELLM_MEDIA needs LITELLM_TEMPLATES: set LITELLM_MEDIA to 0 too"
#endif
#if LITELLM_TOOLS && !LITELLM_MODELS
#error "LITELLM_TOOLS needs LITELLM_MODELS: set LITELLM_TOOLS to 0 too"
#endif
#if LITELLM_EXTRAS && !LITELLM_MODELS
#error "LITELLM_EXTRAS needs LITELLM_MODELS: set LITELLM_EXTRAS to 0 too"
#endif
#if LITELLM_FORMAT && !LITELLM_TEMPLATES
#error "LITELLM_FORMAT needs LITELLM_TEMPLATES: set LITELLM_FORMAT to 0 too"
#endif

#ifdef LITELLM_CALL_STATIC
#define LITELLM_API static
#else
#define LITELLM_API extern
#endif

/* Lets generated functions stay unused, where the compiler supports it. */
#ifndef LITELLM_UNUSED
#if defined(__GNUC__) || defined(__clang__)
#define LITELLM_UNUSED __attribute__((unused))
#else
#define LITELLM_UNUSED
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ==== >>version ========================================================== */

#define LITELLM_VERSION_MAJOR 0
#define LITELLM_VERSION_MINOR 2
#define LITELLM_VERSION_PATCH 0
#define LITELLM_VERSION "0.2.0"
#define LITELLM_VERSION_AT_LEAST(major, minor, patch)                         \
  (LITELLM_VERSION_MAJOR * 65536L + LITELLM_VERSION_MINOR * 256L +            \
   LITELLM_VERSION_PATCH >= (major) * 65536L + (minor) * 256L + (patch))

/* Files compiled with different versions, or with different values of the one
   setting that changes the layout of structs, do not link. */
#define LITELLM__PASTE(name, major, minor, depth)                             \
  name##_##major##_##minor##_##depth
#define LITELLM__LAYOUT(name, ...) LITELLM__PASTE(name, __VA_ARGS__)
#define litellm_client_init                                                   \
  LITELLM__LAYOUT(litellm_client_init, LITELLM_VERSION_MAJOR,                 \
                  LITELLM_VERSION_MINOR, LITELLM_MAX_JSON_DEPTH)

/* ==== >>text ============================================================== */

/* Borrowed text: `len` bytes at `ptr`, not NUL-terminated. {0} is empty. */
typedef struct litellm_str {
  const char *ptr;
  size_t len;
} litellm_str;

/* Borrowed bytes, such as an image in flash. */
typedef struct litellm_bytes {
  const void *ptr;
  size_t len;
} litellm_bytes;

/* A borrowed list: `count` contiguous items at `items`. */
typedef struct litellm_list {
  const void *items;
  size_t count;
} litellm_list;

/* Initialises a litellm_str with a string literal. */
#define LITELLM_STR(literal) { "" literal, sizeof(literal) - 1 }
/* Returns a view of the C string `text`; NULL gives the empty view. */
LITELLM_API litellm_str litellm_str_from(const char *text);

/* ==== >>arena ============================================================ */

/* A bump allocator. A reset to a mark frees everything allocated since. */
typedef struct litellm_arena {
  unsigned char *memory;
  size_t size;       /* bytes at `memory` */
  size_t used;       /* bytes in use: a mark for litellm_arena_reset */
  size_t peak;       /* high-water mark of `used` */
} litellm_arena;

/* Makes an arena of `size` bytes at `memory`, which the caller keeps. */
LITELLM_API void litellm_arena_init(litellm_arena *arena, void *memory,
                                    size_t size);
/* Returns `size` zeroed bytes aligned for any object, valid until a reset to a
   mark below them. If they do not fit: NULL, and the arena is unchanged. */
LITELLM_API void *litellm_arena_alloc(litellm_arena *arena, size_t size);
/* Returns a NUL-terminated copy of `text`; NULL if it does not fit. */
LITELLM_API const char *litellm_arena_copy(litellm_arena *arena,
                                           litellm_str text);
/* Frees everything allocated since `used` was `mark`. */
LITELLM_API void litellm_arena_reset(litellm_arena *arena, size_t mark);

/* ==== >>errors =========================================================== */

/* X(name, number, text): 0 is success, a positive number is not an error, and
   negative numbers are errors in ranges by layer. Numbers are never reused. */
#define LITELLM_RESULTS(X)                                                    \
  X(OK, 0, "success")                                                         \
  X(AGAIN, 1, "not finished yet: call litellm_wait, then litellm_next again") \
  X(END, 2, "the call is finished")                                           \
  /* the caller */                                                            \
  X(ERROR_ARGUMENT, -1, "an argument is missing or out of range")             \
  X(ERROR_NO_MEMORY, -2, "not enough memory")                                 \
  X(ERROR_BUSY, -3, "the client has a call under way: finish or cancel it")   \
  X(ERROR_CANCELLED, -4, "the caller cancelled the call")                     \
  X(ERROR_NO_PORT, -5, "no port: set .port, for example to &litellm_posix")   \
  X(ERROR_URL, -6, "bad base_url: expected http(s)://host[:port][/path]")     \
  X(ERROR_HEADER, -7, "a header of the caller's is malformed or reserved")    \
  X(ERROR_KEY_OVER_HTTP, -8,                                                  \
    "no key is sent over http://: use https:// or set .allow_key_over_http")  \
  X(ERROR_REQUEST_CHANGED, -9, "the request is no longer the one begun")      \
  X(ERROR_PARAMS, -10,                                                        \
    "bad parameter: not JSON, given twice, reserved or without LITELLM_SET")  \
  X(ERROR_TOO_LARGE, -11, "the request body is too large")                    \
  X(ERROR_NOT_OPEN, -12, "the client is not open: call litellm_client_init")  \
  /* the template */                                                          \
  X(ERROR_TEMPLATE, -20, "syntax error in the template")                      \
  X(ERROR_TEMPLATE_NAME, -21, "the template names an unknown argument")       \
  X(ERROR_TEMPLATE_TYPE, -22, "the spec or tag does not fit the argument")    \
  X(ERROR_TEMPLATE_INDEX, -23, "list index out of range")                     \
  X(ERROR_MEDIA_TYPE, -24, "no URL, and no known media type")                 \
  X(ERROR_NO_MESSAGE, -25, "every section is empty: no message to send")      \
  /* JSON and typed data */                                                   \
  X(ERROR_JSON, -40, "the reply is not valid JSON")                           \
  X(ERROR_JSON_DEPTH, -41,                                                    \
    "the reply is nested too deeply: raise LITELLM_MAX_JSON_DEPTH")           \
  X(ERROR_SCHEMA, -50, "the answer does not match the response model")        \
  X(ERROR_REFUSAL, -51, "the model refused to answer")                        \
  X(ERROR_TOOL_LIMIT, -52, "the model kept calling tools: raise .max_turns")  \
  X(ERROR_TOO_MANY_CALLS, -53, "one reply holds more than 255 tool calls")    \
  /* HTTP */                                                                  \
  X(ERROR_HTTP, -60, "the server broke the HTTP framing rules")               \
  X(ERROR_TRUNCATED, -61, "the reply was cut off")                            \
  X(ERROR_CONTENT_ENCODING, -62,                                              \
    "the reply is compressed: disable that in the server or proxy")           \
  X(ERROR_REDIRECT, -63, "the server redirects: change base_url")             \
  X(ERROR_HTTP_STATUS, -64, "an error status without an API error")           \
  X(ERROR_UNEXPECTED_REPLY, -65, "not a chat completion: check base_url")     \
  X(ERROR_EMPTY_REPLY, -66, "the model's reply is empty: try again")          \
  X(ERROR_HEAD_TOO_LARGE, -67, "response headers over LITELLM_MAX_HEAD_BYTES")\
  X(ERROR_SERVER, -68, "the server failed: try again later")                  \
  /* transport */                                                             \
  X(ERROR_RESOLVE, -80, "host name not found: check base_url and DNS")        \
  X(ERROR_CONNECT, -81, "cannot connect: is the server up, the port right?")  \
  X(ERROR_CONNECTION_CLOSED, -82, "the connection was closed or reset")       \
  X(ERROR_TIMEOUT, -83, "a time limit expired")                               \
  X(ERROR_NETWORK, -84, "network error")                                      \
  /* TLS */                                                                   \
  X(ERROR_TLS, -100, "TLS failed: does that port speak TLS?")                 \
  X(ERROR_CERTIFICATE, -101, "the server's certificate was refused")          \
  X(ERROR_CLOCK_NOT_SET, -102,                                                \
    "the clock is not set: certificates cannot be checked")                   \
  X(ERROR_NO_CA, -103, "nothing to trust: set .ca or .pin")                   \
  X(ERROR_BAD_CA, -104, "cannot read the CA: give PEM, or DER with its size") \
  X(ERROR_NO_TLS_PORT, -105,                                                  \
    "https:// needs a TLS port: include port/mbedtls.h "                      \
    "and use &litellm_posix_tls")                                             \
  X(ERROR_TLS_RECORD, -106, "a TLS record is larger than the port's buffer")  \
  X(ERROR_TLS_MEMORY, -107, "TLS ran out of memory: enlarge its heap")        \
  /* the API */                                                               \
  X(ERROR_API, -120, "the API reported an error")                             \
  X(ERROR_AUTHENTICATION, -121, "the API key is missing or wrong")            \
  X(ERROR_PERMISSION, -122, "the API key is not permitted to do this")        \
  X(ERROR_NOT_FOUND, -123, "no such model or path: check model and base_url") \
  X(ERROR_RATE_LIMIT, -124, "too many requests: try again later")             \
  X(ERROR_BUDGET, -125, "the budget is used up")                              \
  X(ERROR_CONTEXT_WINDOW, -126, "the prompt is too long for the model")       \
  X(ERROR_CONTENT_POLICY, -127, "refused by a content policy")                \
  X(ERROR_OVERLOADED, -128, "the server is overloaded: try again later")

typedef enum litellm_result {
#define LITELLM__X(name, number, text) LITELLM_##name = number,
  LITELLM_RESULTS(LITELLM__X)
#undef LITELLM__X
  LITELLM__RESULT_IS_SIGNED = -32767
} litellm_result;

/* The phase that a call is in, or in which it failed. */
#define LITELLM_PHASES(X)                                                     \
  X(IDLE, "idle") X(PREPARE, "prepare") X(RESOLVE, "resolve")                 \
  X(CONNECT, "connect") X(HANDSHAKE, "handshake") X(SEND, "send")             \
  X(FIRST_BYTE, "first byte") X(HEAD, "head") X(BODY, "body")                 \
  X(TOOLS, "tools") X(RETRY, "retry")

typedef enum litellm_phase {
#define LITELLM__X(name, text) LITELLM_PHASE_##name,
  LITELLM_PHASES(LITELLM__X)
#undef LITELLM__X
  LITELLM__PHASES
} litellm_phase;

/* Why a server's certificate was refused: bits of litellm_error.tls_flags. */
#define LITELLM_CERTIFICATE_EXPIRED 0x1u
#define LITELLM_CERTIFICATE_REVOKED 0x2u
#define LITELLM_CERTIFICATE_HOST 0x4u            /* issued to another host */
#define LITELLM_CERTIFICATE_UNKNOWN_CA 0x8u
#define LITELLM_CERTIFICATE_PIN 0x100u           /* its key matches no pin */
#define LITELLM_CERTIFICATE_NOT_YET_VALID 0x200u
#define LITELLM_CERTIFICATE_USAGE 0x3800u        /* not issued for servers */
#define LITELLM_CERTIFICATE_WEAK 0x1C000uL       /* weak hash or key */

/* Everything known about a failure. Strings are valid as long as a response's,
   `subject` as long as the request's. Holds no key and no rendered prompt. */
typedef struct litellm_error {
  litellm_result code;       /* LITELLM_OK: no failure */
  litellm_phase phase;
  int http_status;           /* HTTP status; 0: none received */
  int32_t port_code;         /* errno or the stack's code; 0: none */
  int32_t tls_code;          /* the TLS library's code; 0: none */
  uint32_t tls_flags;        /* LITELLM_CERTIFICATE_*; 0: none */
  uint32_t position;         /* byte offset in the template or the reply */
  uint32_t received;         /* bytes of reply body, without HTTP framing */
  uint32_t retry_after_ms;   /* delay the server asked for; 0: none. In phase
                                RETRY, that before the next attempt */
  size_t bytes_missing;      /* NO_MEMORY: bytes to add */
  const char *subject;       /* the member or argument at fault, or NULL; in a
                                template, the text from the bad field on */
  const char *message;       /* the API's message, the redirect target, what
                                did not fit, the refusal, or the port's hint */
  const char *type;          /* the API's error type, or NULL */
  const char *api_code;      /* the API's error code, or NULL */
  const char *request_id;    /* x-litellm-call-id, or NULL */
  uint8_t retries;           /* times that the request was sent again */
} litellm_error;

/* Returns "NO_MEMORY" for LITELLM_ERROR_NO_MEMORY, "OK" for LITELLM_OK. This
   and the next two return "" if LITELLM_ERROR_TEXTS is 0. */
LITELLM_API const char *litellm_result_name(litellm_result result);
/* Returns one sentence: what went wrong or what to do. */
LITELLM_API const char *litellm_result_text(litellm_result result);
/* Returns "first byte" for LITELLM_PHASE_FIRST_BYTE. */
LITELLM_API const char *litellm_phase_name(litellm_phase phase);
/* Returns whether the same call may succeed later, after retry_after_ms: the
   network, the server or a limit of its failed, not what was asked. */
LITELLM_API bool litellm_error_transient(const litellm_error *error);
/* Writes one NUL-terminated line, cut to `size` bytes: the code, its text, the
   subject, bytes missing, what the server said, phase, status, codes, offset.
   With LITELLM_ERROR_TEXTS 0: the code's number and what the server said. */
LITELLM_API void litellm_error_print(const litellm_error *error, char *buffer,
                                     size_t size);

/* ==== >>json tokenizer =================================================== */

typedef enum litellm_json_token_kind {
  LITELLM_JSON_NONE,
  LITELLM_JSON_OBJECT, LITELLM_JSON_OBJECT_END,
  LITELLM_JSON_ARRAY, LITELLM_JSON_ARRAY_END,
  LITELLM_JSON_KEY,          /* in pieces, like a string */
  LITELLM_JSON_STRING,       /* in pieces; `last` marks the last one */
  LITELLM_JSON_NUMBER,       /* in pieces, as written */
  LITELLM_JSON_TRUE, LITELLM_JSON_FALSE, LITELLM_JSON_NULL
} litellm_json_token_kind;

/* `text` is valid until the next call: it points into the input or, if a
   character was split, into the tokenizer. Pieces hold whole characters. */
typedef struct litellm_json_token {
  litellm_json_token_kind kind;
  bool first, last;          /* begins, ends its key, string or number */
  litellm_str text;
} litellm_json_token;

/* Unread input. Strings are unescaped in place, over what has been read. */
typedef struct litellm_input {
  char *ptr;
  size_t len;
} litellm_input;

/* An incremental tokenizer for one RFC 8259 document; {0} starts one. Strict,
   but ill-formed UTF-8 and lone surrogates become U+FFFD. */
typedef struct litellm_json_reader {
  uint32_t offset;           /* bytes read so far */
  uint32_t code_;            /* value of an unfinished \u escape */
  uint16_t high_;            /* high surrogate waiting for its low one */
  uint8_t state_, depth_;
  uint8_t at_;               /* position in a number or word */
  uint8_t carried_;          /* bytes in carry_ */
  bool in_key_, begun_;
  bool pending_;             /* carry_ is the next piece */
  char carry_[4];            /* an unfinished character */
  uint8_t stack_[(LITELLM_MAX_JSON_DEPTH + 7) / 8];
} litellm_json_reader;

/* Reads the next token. LITELLM_AGAIN: the input is used up, pass more;
   LITELLM_END: `input_ended`, and the document is complete. Else ERROR_JSON or
   ERROR_JSON_DEPTH, with `offset` at the offending byte. */
LITELLM_API litellm_result litellm_json_next(
    litellm_json_reader *json, litellm_input *input, bool input_ended,
    litellm_json_token *token);
/* Returns whether `text` is exactly one JSON value. */
LITELLM_API bool litellm_json_valid(litellm_str text);

/* ==== >>fields =========================================================== */

/* One description of data serves everything: rows of (name, kind, offset). The
   macros below write the rows; a generator can write them too. */
typedef enum litellm_kind {
  LITELLM_KIND_NONE,
  LITELLM_KIND_STRING,       /* const char *; NULL is null */
  LITELLM_KIND_STRING_VIEW,  /* litellm_str; ptr NULL is null */
  LITELLM_KIND_CHARS,        /* char[size], NUL-terminated, inline */
  LITELLM_KIND_BYTES,        /* litellm_bytes; ptr NULL is null */
  LITELLM_KIND_BOOL,         /* bool */
  LITELLM_KIND_INT,          /* signed integer of type->size bytes, or int */
  LITELLM_KIND_INT64,        /* int64_t */
  LITELLM_KIND_DOUBLE,       /* IEEE double */
  LITELLM_KIND_ENUM,         /* enum; type->names */
  LITELLM_KIND_MODEL,        /* struct; type->fields */
  LITELLM_KIND_POINTER,      /* pointer to the item; NULL is null */
  LITELLM_KIND_OPTIONAL,     /* { value; bool set; }, `set` at type->at */
  LITELLM_KIND_LIST,         /* inline { items[capacity]; count; }; if capacity
                                is 0, a litellm_list */
  LITELLM_KIND_PART,         /* litellm_part */
  LITELLM_KIND_MESSAGES,     /* const litellm_message *; NULL is empty */
  LITELLM_KIND_FROM_ARGUMENT /* the item, copied from the call's argument of
                                the same name, not asked of the model */
} litellm_kind;

struct litellm_field;

/* What a kind needs beyond its name; NULL for kinds that need nothing. */
typedef struct litellm_type {
  uint8_t kind;              /* of the item, for kinds that hold one */
  uint16_t size;             /* bytes of the item, or of the value itself */
  uint16_t capacity;         /* LIST: most items; ENUM: number of names */
  uint16_t at;               /* offset of a LIST's count, an OPTIONAL's set */
  const struct litellm_type *item;                  /* type of the item */
  const struct litellm_field *(*fields)(void);      /* MODEL */
  const char *const *names;                         /* ENUM */
  /* Bounds of data from a model, inclusive; both 0: any. Value of an integer,
     bytes of a CHARS, items of a LIST. */
  int32_t minimum, maximum;
  const char *example;       /* JSON for the schema, or NULL */
  const double *range;       /* DOUBLE: { minimum, maximum }, or NULL: any */
} litellm_type;

typedef struct litellm_field {
  const char *name;          /* NULL ends a table */
  const char *description;   /* for schemas, or NULL */
  const litellm_type *type;
  uint16_t offset;           /* bytes from the start of the struct */
  uint8_t kind;              /* litellm_kind */
} litellm_field;

/* ==== >>messages ========================================================= */

typedef enum litellm_role {
  LITELLM_ROLE_USER, LITELLM_ROLE_SYSTEM, LITELLM_ROLE_DEVELOPER,
  LITELLM_ROLE_ASSISTANT,
  LITELLM_ROLE_TOOL          /* "tool" on the wire */
} litellm_role;

/* A tool call that the model made. Strings are NUL-terminated. */
typedef struct litellm_tool_call {
  const char *id;            /* "" if the model sent none; histories need one */
  const char *name;
  const char *arguments;     /* JSON text, as the model wrote it; "": none. A
                                NUL becomes U+FFFD, in id and name too */
  const char *extra;         /* more members, which some models want back, as
                                JSON, ",\"extra_content\":{...}"; or NULL */
} litellm_tool_call;

typedef enum litellm_part_kind {
  LITELLM_PART_TEXT, LITELLM_PART_IMAGE, LITELLM_PART_AUDIO,
  LITELLM_PART_DOCUMENT
} litellm_part_kind;

/* A content part. Media come from `bytes`, or from the URL in `text`. */
typedef struct litellm_part {
  litellm_part_kind kind;
  litellm_str text;          /* TEXT: the text; media: a URL (not for audio) */
  litellm_bytes bytes;       /* media; ptr NULL: none */
  litellm_str option;        /* image: detail; audio: format; document: media
                                type; empty: by magic number, not sent */
  litellm_str name;          /* document: file name; empty: document.pdf */
  bool cache;                /* ends what Claude may cache: a cache_control */
} litellm_part;

/* A message in a linked list. Its pointers are borrowed until the call ends. */
typedef struct litellm_message {
  litellm_role role;
  litellm_str content;               /* ptr NULL and no parts: null */
  const litellm_part *parts;         /* replaces content */
  size_t part_count;
  const litellm_tool_call *tool_calls;   /* ASSISTANT: made by it */
  size_t tool_call_count;
  const char *tool_call_id;          /* TOOL: the call that it answers */
  /* The thoughts before tool calls, which some models want back with them. */
  const char *reasoning;
  const char *thinking_blocks;       /* replaces it: Claude's, as JSON */
  const char *reasoning_details;     /* OpenRouter's, a JSON list */
  const char *name;                  /* of who speaks, or NULL */
  const struct litellm_message *next;
} litellm_message;

/* A list under construction in an arena; {0} is empty. Pass `first` to a call
   or to a template's MESSAGES: section. */
typedef struct litellm_messages {
  litellm_message *first, *last;
} litellm_messages;

/* Appends a message with a copy of `content`; set its other members as needed.
   It takes sizeof(litellm_message), 52 bytes on a 32-bit CPU and 104 on a
   64-bit one, and its text with a NUL, each rounded up to a multiple of 8. If
   the arena is full: NULL, and list and arena are unchanged. */
LITELLM_API litellm_message *litellm_messages_add(
    litellm_messages *list, litellm_arena *arena, litellm_role role,
    litellm_str content);

struct litellm_response;
/* Appends copies of a call's tool turns and its assistant message with tool
   calls, which take a litellm_tool_call each (16 bytes, 32) and four texts. If
   the arena is full: false, and list and arena are unchanged. `arena` must not
   be the client's. */
LITELLM_API bool litellm_messages_add_response(
    litellm_messages *list, litellm_arena *arena,
    const struct litellm_response *response);
/* Drops the oldest exchanges, a user's message and all up to the next one,
   until at most `max_count` messages and `max_bytes` of the arena remain (0: no
   limit), and moves the others down. So no answer loses its question, and no
   tool result its call. Leading system and developer messages stay, and an
   exchange at the end that has no answer yet. `arena` must start with the list
   and hold nothing after it: each message first, then its members' data. */
LITELLM_API void litellm_messages_prune(litellm_messages *list,
                                        litellm_arena *arena,
                                        size_t max_count, size_t max_bytes);
/* Takes back the last message, for instance after a call that failed, and frees
   all that `arena` holds from it on. An empty list stays as it is. */
LITELLM_API void litellm_messages_drop_last(litellm_messages *list,
                                            litellm_arena *arena);

/* ==== >>tools ============================================================ */

/* A function that the model may call. LITELLM_TOOL defines one. */
typedef struct litellm_tool {
  const char *name;          /* at most 64 of A-Z a-z 0-9 _ - */
  const char *description;   /* for the model, or NULL */
  const litellm_type *arguments;     /* the MODEL it takes; NULL: none */
  const litellm_type *result;        /* the MODEL it fills in; NULL: a
                                        litellm_str with text or JSON */
  /* Gets decoded and checked arguments and a zeroed result, both valid until
     it returns. What `result` points to must stay valid until the next tool
     runs, in memory of the program's own: client.arena gives none during a
     call. An error is told to the model, with the text of `result` if that is a
     litellm_str and set; ERROR_CANCELLED ends the call. LITELLM_AGAIN: the tool
     is slow; the next step asks it again with equal arguments, event.wait_ms is
     10, and no limit applies meanwhile. `user_data` is
     litellm_client_desc.user_data. NULL: See litellm_set_tool_result. */
  litellm_result (*handler)(const void *arguments, void *result,
                            void *user_data);
  bool cache;                /* ends what Claude may cache: a cache_control. In
                                a copy of what LITELLM_TOOL defines */
} litellm_tool;

/* ==== >>parameters ======================================================= */

/* Set these with LITELLM_SET: .temperature = LITELLM_SET(0.2). A bare value is
   ERROR_PARAMS, but a bare 0 or false counts as not set. */
typedef struct litellm_optional_int { int64_t value; bool set; }
    litellm_optional_int;
typedef struct litellm_optional_bool { bool value; bool set; }
    litellm_optional_bool;
typedef struct litellm_optional_double { double value; bool set; }
    litellm_optional_double;
#define LITELLM_SET(value) { (value), true }

/* A named parameter or header; a NULL name ends an array of them. */
typedef struct litellm_name_value {
  const char *name;
  const char *value;
} litellm_name_value;

/* Unset parameters are not sent, nor is parallel_tool_calls without tools. */
typedef struct litellm_params {
  litellm_optional_double temperature;         /* 0 to 2 */
  litellm_optional_double top_p;               /* 0 to 1 */
  litellm_optional_double frequency_penalty;   /* -2 to 2 */
  litellm_optional_double presence_penalty;    /* -2 to 2 */
  litellm_optional_int max_tokens;
  litellm_optional_int max_completion_tokens;
  litellm_optional_int seed;
  litellm_optional_bool drop_params;   /* gateway: drop what a model lacks */
  litellm_optional_bool stream_usage;  /* false: ask for no usage in streams, as
                                          some servers refuse stream_options */
  litellm_optional_bool parallel_tool_calls;
  const char *reasoning_effort;        /* "low", "medium", "high", ... */
  const char *user;
  const char *const *stop;             /* strings, ended by NULL */
  /* Any other parameter, including LiteLLM's own, as {name, JSON text}.
     ERROR_PARAMS: a name that is repeated, set above, or written by the call
     itself (tools, tool_choice and response_format if it has any), and model,
     messages, stream, stream_options and n. */
  const litellm_name_value *extra_body;
} litellm_params;

/* ==== >>port ============================================================= */

/* What a caller waits for, as bits. */
enum { LITELLM_WAIT_READ = 1, LITELLM_WAIT_WRITE = 2 };

/* Where to connect. `host` is NUL-terminated; an IPv6 literal has no brackets.
   `secure`: the URL is https://, so the port must do TLS. */
typedef struct litellm_endpoint {
  const char *host;
  uint16_t port;
  bool secure;
} litellm_endpoint;

struct litellm_client_desc;

/* The head of every port's link. The link is the port's own struct in the
   client's memory, zeroed once and kept across connections. */
typedef struct litellm_link {
  /* Set by the client: its descriptor, with port_context and trust anchors. */
  const struct litellm_client_desc *desc;
  /* Set by a port that fails. */
  int32_t code;              /* errno or the stack's code */
  int32_t tls_code;          /* the TLS library's code */
  uint32_t tls_flags;        /* LITELLM_CERTIFICATE_* */
  const char *message;       /* what to change, or NULL; stays while the link
                                does */
  /* Set by connect. */
  bool resolving;            /* still resolving the name; initially true */
  bool securing;             /* in the TLS handshake; initially false */
  uint32_t wait_ms;          /* after AGAIN, milliseconds within which connect
                                must be called again; 0: no limit */
  int32_t handle;            /* its descriptor + 1; 0: none is open, or the port
                                has none that poll or select take */
  /* What AGAIN waits for: LITELLM_WAIT_*, which the client sets before a call
     and the port may change; 0: call again at once. */
  uint8_t wait;
} litellm_link;

/* A platform, as a const table. Only wait may block; connect may too if the
   platform has only a blocking resolver. */
typedef struct litellm_port {
  size_t link_size;          /* bytes of the link */
  bool secure;               /* if endpoint->secure is set, does TLS and obeys
                                ca, pin, next_pin and clock_required of
                                link->desc, or fails */
  /* Called until it returns something other than AGAIN. `remaining_ms`, above
     0, is the time left to connect; each address gets a share of it. Returns
     OK, AGAIN, ERROR_RESOLVE, ERROR_CONNECT; a secure port also TLS errors. */
  litellm_result (*connect)(void *link, const litellm_endpoint *endpoint,
                            uint32_t remaining_ms);
  /* Sends or copies 1 to `size` bytes and returns OK with their number in
     *sent; or AGAIN, ERROR_CONNECTION_CLOSED, ERROR_NETWORK. After AGAIN, the
     next call passes the same bytes and size. */
  litellm_result (*send)(void *link, const void *data, size_t size,
                         size_t *sent);
  /* Returns OK with 1 to `size` in *received; AGAIN; END: closed in order;
     ERROR_CONNECTION_CLOSED: reset; ERROR_NETWORK. Arrived data comes first. */
  litellm_result (*recv)(void *link, void *buffer, size_t size,
                         size_t *received);
  /* Frees what connect allocated. Called after every connect, failed or not. */
  void (*close)(void *link);
  /* Sleeps up to `ms`, but not after `what` (LITELLM_WAIT_*) is ready; 0 and a
     NULL link never are. Only blocking calls and litellm_wait use it. */
  void (*wait)(void *link, unsigned what, uint32_t ms);
  uint32_t (*millis)(void);  /* monotonic, wraps at 2^32 */
  int64_t (*unix_time)(void);/* seconds; 0: the clock is not set */
  /* Writes random bytes fit for keys; false: none available. */
  bool (*entropy)(void *bytes, size_t size);
  /* May be NULL. litellm_client_init calls init, for instance to parse the CA,
     and returns its error; litellm_client_close calls free. */
  litellm_result (*init)(void *link, const litellm_endpoint *endpoint);
  void (*free)(void *link);
} litellm_port;

/* ==== >>client =========================================================== */

/* Stages of a call at which litellm_client_desc.hook runs, and its `value`. For
   times, litellm_client.stats is up to date. */
typedef enum litellm_hook_point {
  LITELLM_HOOK_START,        /* bytes of the request body, at each attempt */
  LITELLM_HOOK_SENT,         /* bytes of head and body */
  LITELLM_HOOK_FIRST_BYTE,   /* milliseconds since the turn began */
  LITELLM_HOOK_EVENT,        /* its litellm_event_kind */
  LITELLM_HOOK_TURN,         /* number of a new turn, from 2 (tools, re-ask) */
  LITELLM_HOOK_RETRY,        /* number of the next attempt, from 2, or 1 of a
                                fallback model; the client's error says why,
                                and in how many ms */
  LITELLM_HOOK_END           /* the litellm_result; LITELLM_END: success. Also
                                for a request refused before it was sent */
} litellm_hook_point;

struct litellm_tls;          /* defined by the port that does TLS */

/* Describes a client; 0 means the default. litellm_client_init copies it; what
   its pointers reach must outlive the client. */
typedef struct litellm_client_desc {
  const litellm_port *port;  /* required */
  void *port_context;        /* for ports that need one */
  /* Required: https://host[:port][/path][?query]. /chat/completions is added
     to a path without it; no path is /v1. */
  const char *base_url;
  const char *const *fallback_urls;  /* ended by NULL: servers with the same key
                                and CA, asked in this order when the one before
                                fails; all https or all http */
  const char *model;         /* for calls and requests that name none */

  const char *api_key;       /* sent as "Authorization: Bearer ..." */
  /* Replaces api_key. Called once per attempt; the view must stay valid until
     the next such call. Never stored. */
  litellm_str (*api_key_callback)(void *user_data);
  const char *api_key_header;  /* sends the bare key under this name instead */
  const litellm_name_value *headers; /* more headers, ended by {NULL} */
  bool allow_key_over_http;  /* allows a key over http:// */

  const void *ca;            /* PEM text, or DER; one certificate or several */
  size_t ca_size;            /* bytes of DER, or of PEM with its final NUL; 0:
                                `ca` is NUL-terminated PEM */
  const uint8_t *pin;        /* 32 bytes: SHA-256 of the server's public key
                                (SubjectPublicKeyInfo), with or without a CA */
  const uint8_t *next_pin;   /* also accepted, for key rollover */
  bool clock_required;       /* fail if the clock is not set; false: then use
                                LITELLM_BUILD_TIME instead */
  struct litellm_tls *tls;   /* more settings: See the TLS port; or NULL */
  void *tls_session;         /* where a TLS port keeps the last session, for the
                                next connection to resume; zeroed at first. See
                                port/mbedtls.h; NULL: nowhere */
  size_t tls_session_size;   /* its bytes */
  /* Runs at each stage; gets no texts and no keys. Must not call the client. */
  void (*hook)(litellm_hook_point point, int32_t value, void *user_data);
  void *user_data;           /* for the callbacks and the tool handlers */

  void *memory;              /* required: link, window, arena */
  size_t memory_size;        /* if too small, init says by how much */
  size_t window_size;        /* 64 bytes or more; 0: LITELLM_WINDOW_BYTES */

  /* Limits, in the order of litellm_timeouts, which a call may have instead. */
  uint32_t connect_timeout_ms;       /* resolve to handshake; 0: 10000 */
  uint32_t handshake_timeout_ms;     /* part of that for TLS; 0: all of it */
  uint32_t first_byte_timeout_ms;    /* while the model thinks; 0: 120000 */
  uint32_t idle_timeout_ms;          /* between bytes; 0: 60000 */
  uint32_t total_timeout_ms;         /* of each turn of a call; 0: 600000 */
  uint32_t reuse_within_ms;          /* a connection idle for less serves the
                                        next request; 0: 1500, as servers close
                                        theirs after 2 to 5 s. LITELLM_NO_REUSE:
                                        each request has its own */
  uint8_t max_retries;               /* of calls that set none; 0: 2;
                                        LITELLM_NO_RETRIES: none */
} litellm_client_desc;

#define LITELLM_NO_REUSE 0xFFFFFFFFu       /* for .reuse_within_ms */
#define LITELLM_NO_RETRIES 255             /* for .max_retries */

/* Bytes of .memory that are enough, as a constant: for a port whose link is of
   type `link` and a window of `window` bytes; for answers, tool calls and their
   results of `texts` bytes in all turns; and if there is a struct or a tool,
   for structs of at most `structs` bytes, else 0:
     static unsigned char memory[LITELLM_MEMORY(
         litellm_posix_tls_link, LITELLM_WINDOW_BYTES, 2048, 0)]; */
#define LITELLM_MEMORY(link, window, texts, structs)                          \
  (sizeof(link) + (window) + (texts) + 1024 /* host, ids, headers */ +        \
   ((structs) ? sizeof(litellm__decoder) + (texts) + 2 * (size_t)(structs)    \
              : 0))

/* What the last call took: bytes and total_ms of all turns, the other times, in
   milliseconds, of the last turn. */
typedef struct litellm_stats {
  uint32_t bytes_sent, bytes_received;       /* HTTP bytes, before TLS */
  uint32_t connect_ms, handshake_ms;
  uint32_t first_byte_ms;    /* from the start of the turn to the reply */
  uint32_t total_ms;
} litellm_stats;

/* A connection, its memory, and the call under way: one at a time. Do not call
   its functions from interrupts. >>internals has the members; you may read
   arena, error and stats. During a call, arena gives no memory. */
typedef struct litellm_client litellm_client;

/* Makes a client; sends nothing. Close a client before you make it again.
   ERROR_ARGUMENT (See error.subject), ERROR_NO_PORT, ERROR_URL, ERROR_HEADER,
   ERROR_KEY_OVER_HTTP, ERROR_NO_TLS_PORT, ERROR_NO_MEMORY (See
   error.bytes_missing), and from the port ERROR_NO_CA, ERROR_BAD_CA, ERROR_TLS,
   ERROR_TLS_MEMORY. */
LITELLM_API litellm_result litellm_client_init(litellm_client *client,
                                               const litellm_client_desc *desc);
/* Cancels the call, disconnects, frees the CA. A new init may follow. */
LITELLM_API void litellm_client_close(litellm_client *client);
/* Closes an idle connection in order, before the radio or the CPU goes off. The
   next call makes a new one. ERROR_BUSY: a call is under way. */
LITELLM_API litellm_result litellm_client_sleep(litellm_client *client);
/* Keeps arena contents across calls until litellm_client_release_responses. */
LITELLM_API void litellm_client_retain_response(litellm_client *client);
LITELLM_API void litellm_client_release_responses(litellm_client *client);
/* Returns litellm_error_print's line on the last failure. It is in the client's
   memory and valid until the client is used again. During a call it is only the
   text of the result. */
LITELLM_API const char *litellm_client_error(litellm_client *client);

/* ==== >>response ========================================================= */

typedef struct litellm_usage {
  uint32_t prompt_tokens, completion_tokens, total_tokens;
  uint32_t cached_tokens;            /* part of the prompt's */
  uint32_t reasoning_tokens;         /* part of the completion's */
} litellm_usage;

/* The result of a call. All pointers reach into the client's arena and are
   valid until the next call on it (See litellm_client_retain_response). Strings
   are NUL-terminated, or NULL if the reply had none; content is never NULL. */
typedef struct litellm_response {
  const char *content;       /* the answer or ""; may contain NULs */
  size_t content_size;       /* bytes, without the final NUL */
  const char *reasoning;
  const char *refusal;
  const char *finish_reason; /* "stop", "length", "tool_calls", ... */
  const char *id;
  const char *model;
  const litellm_tool_call *tool_calls;
  size_t tool_call_count;
  const char *thinking_blocks;       /* signed thoughts before tool calls */
  const char *reasoning_details;     /* the same of OpenRouter */
  const litellm_message *turns;      /* tool turns before the answer, or NULL */
  bool has_usage;
  const char *base_url;      /* of the server that answered */
  uint8_t retries;           /* requests sent again, in all turns */
  litellm_result fell_back;  /* error of the model before the last one; OK: none
                                of .fallback_models was asked */
  litellm_usage usage;       /* of all turns */
  /* LiteLLM's headers */
  const char *call_id;       /* x-litellm-call-id */
  const char *model_id;      /* x-litellm-model-id, the deployment */
  const char *model_group;   /* x-litellm-model-group */
  const char *cost;          /* x-litellm-response-cost, in dollars, of the last
                                turn; or the usage's */
  const char *key_spend;     /* x-litellm-key-spend, in dollars */
  const char *attempted_retries, *attempted_fallbacks;
  const char *overhead_ms;   /* x-litellm-overhead-duration-ms */
  const char *remaining_requests, *remaining_tokens;   /* x-ratelimit-* */
  int64_t cost_nanodollars;  /* of all turns that told their cost, in 1e-9
                                dollars; -1: none did */
} litellm_response;

/* ==== >>call ============================================================= */

struct litellm_request;

/* How a call asks for its response model. */
typedef enum litellm_output_mode {
  LITELLM_OUTPUT_SCHEMA,     /* response_format, strict json_schema */
  LITELLM_OUTPUT_PROMPT,     /* json_object, schema in a system message */
  LITELLM_OUTPUT_TOOL        /* a tool "answer" that the model must call */
} litellm_output_mode;

/* Limits of one call, in milliseconds; 0: the client's. */
typedef struct litellm_timeouts {
  uint32_t connect_ms, handshake_ms, first_byte_ms, idle_ms, total_ms;
} litellm_timeouts;

/* A call's descriptor: const, in flash. */
typedef struct litellm_call_desc {
  const litellm_field *(*fields)(void);      /* of the arguments struct */
  const char *model;                 /* NULL: the client's */
  const char *prompt;                /* the template, or NULL */
  const litellm_params *params;
  const litellm_name_value *headers; /* more headers, ended by {NULL} */
  const litellm_tool *const *tools;  /* ended by NULL */
  const char *tool_choice;           /* "auto", "none", "required", a tool's
                                        name; NULL: not sent. ERROR_ARGUMENT
                                        if no tool can satisfy it */
  bool strict_tools;         /* send strict schemas for tool arguments */
  uint8_t max_turns;         /* most requests while tools run; 0: tool calls are
                                reported but not run, or are ERROR_TOOL_LIMIT
                                if a response model is asked for */
  uint8_t max_tool_calls;    /* tools run in all turns; 0: 32 */
  uint8_t max_repeats;       /* runs of one tool with equal arguments; 0: 3. The
                                model is told that the next one is not run */
  uint16_t max_result_bytes; /* of a tool's result; 0: 4096. A cut is marked */
  bool json_mode;            /* ask for any JSON object; OpenAI then requires
                                the word JSON in the prompt */
  bool collect_text;         /* keep texts for the response and a history;
                                implied if litellm_run gets a response */
  bool thoughts_in_content;  /* leave <think>...</think> in a text's content;
                                else it is reasoning */
  bool stream;               /* a blocking call too asks for server-sent events:
                                See MONEY in the manual */
  uint8_t output_mode;               /* litellm_output_mode */
  uint8_t max_validation_retries;    /* times the model is told why its answer
                                        does not fit, and asked again */
  uint8_t max_retries;       /* times that each of the requests is sent again:
                                See RETRIES in the manual; 0: the client's;
                                LITELLM_NO_RETRIES: none */
  const char *const *fallback_models;        /* ended by NULL; the next is asked
                                        if a model fails: See RETRIES in the
                                        manual. It stays for all later turns */
  const litellm_timeouts *timeouts;  /* NULL: the client's */
  /* Makes the caller's value of a response and of the response model, if there
     is one (else `model` is NULL). The call returns its result. */
  litellm_result (*output_parser)(const litellm_response *response,
                                  const void *model, void *output);
  /* Runs before anything is rendered. May change the request, its copy of this
     descriptor, and its COMPUTED arguments. An error ends the call. */
  litellm_result (*configure)(struct litellm_request *request,
                              void *arguments, void *user_data);
  const litellm_type *response_model;        /* the MODEL to fill in */
} litellm_call_desc;

/* A call to make: a copy of a descriptor, which .configure may change, and what
   is known at run time. litellm_start copies the request; what its pointers
   reach is borrowed until the call ends. */
typedef struct litellm_request {
  litellm_call_desc call;
  const void *arguments;             /* the struct that call.fields describe */
  const litellm_message *messages;   /* after the template's, or instead */
  void *output;                      /* for the output parser or, without one,
                                        the response model; NULL without both */
  bool stream;               /* ask for server-sent events (LITELLM_STREAMS) */
  const litellm_message *turns_;     /* private */
} litellm_request;

typedef enum litellm_event_kind {
  LITELLM_EVENT_NONE,
  LITELLM_EVENT_TEXT,        /* text: a piece of the answer */
  LITELLM_EVENT_REASONING,   /* text: a piece of the model's thoughts */
  LITELLM_EVENT_REFUSAL,     /* text: a piece of a refusal */
  LITELLM_EVENT_TOOL_BEGIN,  /* tool_call: a new one; text: its arguments ... */
  LITELLM_EVENT_TOOL_ARGUMENTS,  /* ... and more of them */
  LITELLM_EVENT_TOOL_CALL,   /* tool_call: a complete one; also "answer", the
                                struct of LITELLM_OUTPUT_TOOL */
  LITELLM_EVENT_TOOL_RESULT, /* tool_call, text: what the model is told */
  LITELLM_EVENT_PARTIAL,     /* text: a piece of the answer, instead of TEXT;
                                the struct has grown. Strings start as NULL and
                                grow; a list counts an item once it begins */
  LITELLM_EVENT_VALIDATION_RETRY,  /* text: why the answer did not fit */
  LITELLM_EVENT_FINISH,      /* text: the finish reason */
  LITELLM_EVENT_USAGE,       /* usage */
  LITELLM_EVENT_BYTES        /* text: bytes that a transfer gets, of any kind */
} litellm_event_kind;

/* What litellm_next reports. Pieces hold whole UTF-8 characters. */
typedef struct litellm_event {
  litellm_event_kind kind;
  litellm_str text;                          /* until the next litellm_next */
  const litellm_tool_call *tool_call;        /* until the next litellm_next */
  const litellm_usage *usage;                /* in the client */
  /* After LITELLM_AGAIN: what to wait for (LITELLM_WAIT_*; 0: only time), and
     milliseconds until the next deadline. 0: call again at once; one step did
     not compute or read all there was, as in a handshake or a fast reply. */
  unsigned wait;
  uint32_t wait_ms;
} litellm_event;

/* Begins a call; sends nothing yet. Errors in the request itself are returned
   here or by the first litellm_next. ERROR_BUSY changes nothing: the call under
   way goes on.
   A call ends when litellm_start returns an error, litellm_next LITELLM_END or
   an error, or with litellm_cancel. Until then everything the request points to
   is borrowed, as each turn renders it again: arguments, messages and their
   parts, parameters, headers, tools, and the output. */
LITELLM_API litellm_result litellm_start(litellm_client *client,
                                         const litellm_request *request);
/* Makes progress without blocking. LITELLM_OK: `event` is filled in;
   LITELLM_AGAIN: nothing yet (See event->wait); LITELLM_END: success, the
   response is ready; else the error, also in client->error. After a call, its
   END or error is returned again; before the first call, LITELLM_END. */
LITELLM_API litellm_result litellm_next(litellm_client *client,
                                        litellm_event *event);
/* Blocks after LITELLM_AGAIN for as long as `event` says, by the port's wait.
   With no call under way, only time passes. */
LITELLM_API void litellm_wait(litellm_client *client,
                              const litellm_event *event);
#if LITELLM_TOOLS
/* Answers the tool call of the last TOOL_CALL event with a copy of `text`; its
   handler does not run. So a person can refuse a call. A call with neither a
   result nor a handler ends the turns; the response holds it. ERROR_NO_MEMORY;
   ERROR_ARGUMENT: no such call, or `text` is NULL. */
LITELLM_API litellm_result litellm_set_tool_result(litellm_client *client,
                                                   litellm_str text);
#endif
#if LITELLM_REUSE
/* Connects ahead of the next call, as while a person still speaks: a step, as
   litellm_next makes them. LITELLM_OK: it is connected; LITELLM_AGAIN: not yet
   (See event->wait); else the error, also in client->error. A call that starts
   meanwhile goes on with the connection. One that is not used within
   .reuse_within_ms was made in vain. ERROR_BUSY: a call is under way. */
LITELLM_API litellm_result litellm_client_warm(litellm_client *client,
                                               litellm_event *event);
#endif
/* Cancels a call and closes its connection; callbacks may do so. Wipes the
   window, which invalidates the texts of events. */
LITELLM_API void litellm_cancel(litellm_client *client);
/* Gets the response of a call that is over; after an error, what came before.
   Get it before you allocate in client.arena. ERROR_BUSY: it is under way;
   ERROR_NO_MEMORY: the tool calls do not fit. */
LITELLM_API litellm_result litellm_client_response(litellm_client *client,
                                                   litellm_response *response);
/* The blocking call: start, then next and the port's wait until the end, then
   the response, for which texts are kept unless `response` is NULL. */
LITELLM_API litellm_result litellm_run(litellm_client *client,
                                       litellm_response *response,
                                       const litellm_request *request);

/* Checks that a descriptor can be sent: template against fields, parameters,
   headers. For boot and for tests; `error` may be NULL. */
LITELLM_API litellm_result litellm_call_check(const litellm_call_desc *call,
                                              litellm_error *error);
/* Renders the request body, except for what .configure and the client's model
   would change: `size` bytes from `offset` on into `buffer` (NULL and 0: none),
   and the length of the whole body into *total. */
LITELLM_API litellm_result litellm_request_body(
    const litellm_request *request, uint32_t offset, char *buffer, size_t size,
    uint32_t *total, litellm_error *error);

#if LITELLM_MODELS
/* Decodes JSON text, such as a tool call's arguments, into `output`, a struct
   of `model`. Strings go to the client's arena and live as long as a response.
   ERROR_SCHEMA: error.message has the path, what was expected and what arrived,
   error.position the offset. ERROR_NO_MEMORY. A failure leaves nothing in the
   arena: its message and the strings of `output` live until the client is used
   again. The client must be idle. */
LITELLM_API litellm_result litellm_decode(litellm_client *client,
                                          const litellm_type *model,
                                          litellm_str text, void *output);
#endif
#if LITELLM_TEMPLATES || LITELLM_MODELS
/* Writes the struct `value` of `model` as JSON: at most `size` bytes, no NUL.
   Returns the full length; 0: nested deeper than LITELLM_MAX_MODEL_DEPTH. */
LITELLM_API size_t litellm_encode(const litellm_type *model,
                                  const void *value, char *buffer, size_t size);
#endif

/* Called by the generated functions. */
LITELLM_API litellm_result litellm__run_call(
    litellm_client *client, litellm_response *response,
    const litellm_call_desc *call, void *output, const void *arguments);
LITELLM_API litellm_result litellm__start_copy(
    litellm_client *client, const litellm_call_desc *call, void *output,
    const void *arguments, size_t size);

/* ==== >>transfers ========================================================= */

struct litellm__writer;

/* A request to another path of the gateway, with the client's trust, key,
   limits, retries and connection. Fill it in, or begin with a function below;
   0 means the default. litellm_transfer_start copies it; what its pointers
   reach is borrowed until the transfer ends. */
typedef struct litellm_transfer {
  const char *path;          /* "/v1/models", where /v1 is the path of base_url
                                if it has one; "/health/readiness" is beside
                                /v1 */
  const char *content_type;  /* of the body; NULL: application/json */
  const litellm_name_value *headers; /* more headers, ended by {NULL} */
  const litellm_timeouts *timeouts;  /* NULL: the client's */
  uint8_t max_retries;       /* as in litellm_call_desc */

  /* With a body it is a POST, else a GET. */
  const void *body;          /* bytes, or a struct of body_type ... */
  size_t body_size;          /* ... bytes of it, if these are bytes */
  const litellm_type *body_type;     /* sent as JSON */
  /* Instead of a body or behind it: gives 1 to `size` bytes and returns OK with
     their number in *got; AGAIN: nothing yet, it is asked again within 10 ms;
     END: that was all; an error ends the transfer. What it gave is gone: then
     the request is not sent again. */
  litellm_result (*pull)(void *source, void *buffer, size_t size, size_t *got);
  void *source;              /* its first argument */
  uint32_t pull_size;        /* bytes that it gives; 0: unknown, so they go out
                                in chunks, one a window. Some servers refuse
                                chunks. ERROR_REQUEST_CHANGED: it gave less */

  /* The reply goes into a struct, or to `sink`, or into events. */
  const litellm_type *reply_type;    /* of a JSON object; ERROR_SCHEMA: it does
                                        not fit */
  void *reply;               /* the struct; strings live as long as a
                                response's */
  /* Takes all `size` bytes and returns OK; AGAIN: none, it is called again
     within 10 ms; an error, as when it is full, ends the transfer. */
  litellm_result (*sink)(void *sink_data, const void *bytes, size_t size);
  void *sink_data;           /* its first argument */

  /* Private: renders the body; what goes behind the bytes that are pulled;
     reads what of a JSON reply is under a key, NULL at its end. */
  void (*put_)(struct litellm__writer *w, const litellm_client *client);
  const char *behind_, *key_;
  litellm_result (*read_)(litellm_client *client, bool ended);
  litellm_result (*token_)(litellm_client *client,
                           const litellm_json_token *token);
} litellm_transfer;

#if LITELLM_EXTRAS
/* Begins a transfer, as litellm_start a call: go on with litellm_next. Without
   .reply_type and .sink, LITELLM_EVENT_BYTES has the reply as it comes; for as
   long as you do not call litellm_next, the server has to wait. A status above
   399 is an error with the server's message. ERROR_ARGUMENT, ERROR_HEADER,
   ERROR_NO_MEMORY, ERROR_BUSY. */
LITELLM_API litellm_result litellm_transfer_start(
    litellm_client *client, const litellm_transfer *transfer);
/* The blocking form. Bytes that go nowhere are dropped. */
LITELLM_API litellm_result litellm_transfer_run(
    litellm_client *client, const litellm_transfer *transfer);

/* These fill in a transfer, of which you may then set .timeouts, .headers and
   .max_retries. */

/* Lists models: each name goes to .sink, or comes as LITELLM_EVENT_BYTES, and
   has a NUL behind it. One must fit into the client's memory, not all. */
LITELLM_API void litellm_transfer_models(litellm_transfer *transfer);
#endif

/* Texts to turn into vectors, and where these go: into one of two arrays of
   count * size numbers, in the order of the texts. */
typedef struct litellm_embedding {
  const char *model;         /* NULL: the client's */
  const char *const *inputs; /* the texts */
  size_t count;              /* of them, 1 or more */
  size_t size;               /* numbers of a vector; else ERROR_SCHEMA */
  float *vectors;            /* or NULL */
  int8_t *bytes;             /* in 127ths, for numbers from -1 to 1; or NULL */
  const litellm_name_value *extra;   /* more members of the request, as
                                        litellm_params.extra_body:
                                        "dimensions", "256" */
} litellm_embedding;

#if LITELLM_EXTRAS && LITELLM_FLOAT
/* Computes embeddings, which the transfer borrows. */
LITELLM_API void litellm_transfer_embed(litellm_transfer *transfer,
                                        const litellm_embedding *embedding);
#endif

/* A text to speak. */
typedef struct litellm_speech {
  const char *model;         /* NULL: the client's */
  const char *input;
  const char *voice;         /* "alloy" */
  const char *format;        /* "mp3", "wav", "pcm", ...; NULL: the model's */
  const litellm_name_value *extra;   /* as of an embedding: "speed", "1.5" */
} litellm_speech;

#if LITELLM_EXTRAS
/* Speaks a text, which the transfer borrows: the audio comes as
   LITELLM_EVENT_BYTES, or goes to .sink, while it is made. */
LITELLM_API void litellm_transfer_speak(litellm_transfer *transfer,
                                        const litellm_speech *speech);
#endif

/* Audio to write down. */
typedef struct litellm_transcription {
  const char *model;         /* NULL: the client's */
  const char *file_name;     /* its end tells the format; NULL: "audio.wav".
                                ERROR_PARAMS: it has quotes, backslashes or
                                control characters */
  uint32_t sample_rate;      /* above 0: what is pulled are samples, mono, of 16
                                bits, the low byte first, and get the head of a
                                WAV file; 0: it is a whole file */
  const litellm_name_value *fields;  /* more of the form, as text, ended by
                                        {NULL}: "language", "en". Nothing may
                                        hold the form's boundary, 16 characters:
                                        ERROR_PARAMS; of what is pulled,
                                        ERROR_ARGUMENT */
} litellm_transcription;

#if LITELLM_EXTRAS
/* Writes audio down, by a form that the transfer borrows. Set .pull, .source
   and, if the gateway wants a length, .pull_size; the text is a member of the
   reply's JSON object, for .reply_type. */
LITELLM_API void litellm_transfer_transcribe(
    litellm_transfer *transfer, const litellm_transcription *transcription);
#endif

/* ==== >>macros =========================================================== */

/* LITELLM_CALL(name, ARGS, .model = ..., .prompt = ..., ...);

   with  #define ARGS(ARG) ARG(STRING, genre) ARG(INT, count)  defines

     struct name_arguments { const char *genre; int count; };
     static const litellm_call_desc name_call;
     litellm_result name(litellm_client *, litellm_response *,
                         const char *genre, int count);
     litellm_result name_start(litellm_client *,
                               const char *genre, int count);

   name_start asks for a stream. It copies the arguments struct into the arena;
   what its pointers reach is borrowed until the call ends. ARGS may be
   LITELLM_NO_ARGUMENTS.

   kind             parameter
   STRING           const char *
   STRING_VIEW      litellm_str
   BYTES            litellm_bytes
   BOOL             bool
   INT              int
   INT64            int64_t
   DOUBLE           double
   ENUM(unit)       enum unit
   MODEL(book)      const struct book *
   OPTIONAL(INT)    const int *            NULL: null
   LIST(kind)       const item *, size_t   for a MODEL, an array of structs
   LISTS(kind)      const litellm_list *, size_t   lists of the kind
   PART             const litellm_part *   NULL: null
   MESSAGES         const litellm_message *  the first of a history
   COMPUTED(kind)   none: .configure sets the member

   C compilers older than gcc 14 only warn about an argument of the wrong type:
   -Werror=int-conversion -Werror=incompatible-pointer-types. C++ needs a
   descriptor's members in order, and g++ 8 or clang++. */
#define LITELLM_NO_ARGUMENTS(ARG)

#define LITELLM_CALL(call_name, ARGS, ...)                                    \
  LITELLM__CALL_TABLES(call_name, ARGS, __VA_ARGS__)                          \
  LITELLM__CALL_FUNCTIONS(call_name, ARGS,                                    \
                          litellm_response *litellm__response, ,              \
                          litellm__response, NULL)

/* LITELLM_CALL_MODEL(book, name, ARGS, .model = ..., .prompt = ..., ...);

   fills in the struct of a LITELLM_MODEL:

     litellm_result name(litellm_client *, struct book *, const char *genre);
     litellm_result name_start(litellm_client *,
                               struct book *, const char *genre);

   The struct is borrowed until the call ends; its strings are valid as long as
   a response. To get the response too (usage, cost, finish reason), use
   litellm_run on name_call with .output. */
#define LITELLM_CALL_MODEL(model_name, call_name, ARGS, ...)                  \
  LITELLM__CALL_TABLES(call_name, ARGS, __VA_ARGS__,                          \
                       .response_model = &model_name##_type)                  \
  LITELLM__CALL_OUTPUT(call_name, ARGS, struct model_name)

/* LITELLM_CALL_VALUE(INT, name, ARGS, ...); the same for one value of a field
   kind: struct name_value { int value; }. */
#define LITELLM_CALL_VALUE(kind, call_name, ARGS, ...)                        \
  struct call_name##_value {                                                  \
    LITELLM__APPLY(MEMBER, value, NULL, LITELLM__FIELD_OF_##kind) };          \
  LITELLM__TABLE(call_name##_value,                                           \
                 LITELLM__APPLY(TYPE, value, NULL, LITELLM__FIELD_OF_##kind), \
                 LITELLM__APPLY(ROW, value, NULL, LITELLM__FIELD_OF_##kind)); \
  LITELLM_CALL_MODEL(call_name##_value, call_name, ARGS, __VA_ARGS__)

/* LITELLM_CALL_PARSED(struct author, name, ARGS, .output_parser = parse, ...);
   the same for a value of any type that an output parser makes. */
#define LITELLM_CALL_PARSED(output_type, call_name, ARGS, ...)                \
  LITELLM__CALL_TABLES(call_name, ARGS, __VA_ARGS__)                          \
  LITELLM__CALL_OUTPUT(call_name, ARGS, output_type)

#define LITELLM__CALL_TABLES(call_name, ARGS, ...)                            \
  struct call_name##_arguments { char litellm__none;                          \
                                 ARGS(LITELLM__ARG_MEMBER) };                 \
  LITELLM_UNUSED static const litellm_field *call_name##_fields(void) {       \
    typedef struct call_name##_arguments litellm__owner;                      \
    ARGS(LITELLM__ARG_TYPE)                                                   \
    static const litellm_field litellm__rows[] = {                            \
      ARGS(LITELLM__ARG_ROW)                                                  \
      { NULL, NULL, NULL, LITELLM__SIZE(litellm__owner), 0 } };               \
    return litellm__rows;                                                     \
  }                                                                           \
  LITELLM__CAN_CALL                                                           \
  LITELLM__SOME_MEMBERS                                                       \
  static const litellm_call_desc call_name##_call = {                         \
    LITELLM__MEMBERS(call_name##_fields, __VA_ARGS__) };                      \
  LITELLM__ALL_MEMBERS
#define LITELLM__CALL_OUTPUT(call_name, ARGS, output_type)                    \
  LITELLM__CALL_FUNCTIONS(call_name, ARGS, output_type *litellm__output,      \
                          LITELLM__COMMA output_type *litellm__output,        \
                          NULL, litellm__output)
#define LITELLM__COMMA ,

/* g++ before 8 cannot skip members between designators. */
#if defined(__cplusplus) && defined(__GNUC__) && __GNUC__ < 8 &&              \
  !defined(__clang__)
#define LITELLM__CAN_CALL                                                     \
  static_assert(false, "LITELLM_CALL needs g++ 8: put the calls into a .c "   \
                       "file that includes litellm_call.h as well");
#define LITELLM__MEMBERS(function, ...) function
#else
#define LITELLM__CAN_CALL
#define LITELLM__MEMBERS(function, ...) .fields = function, __VA_ARGS__
#endif

/* g++ warns about members that have no designator, gcc does not. */
#if defined(__cplusplus) && defined(__GNUC__)
#define LITELLM__SOME_MEMBERS                                                 \
  _Pragma("GCC diagnostic push")                                              \
  _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define LITELLM__ALL_MEMBERS _Pragma("GCC diagnostic pop")
#else
#define LITELLM__SOME_MEMBERS
#define LITELLM__ALL_MEMBERS
#endif

/* `out` and `start_out` declare the parameter that receives the answer. */
#define LITELLM__CALL_FUNCTIONS(call_name, ARGS, out, start_out, response,    \
                                output_at)                                    \
  LITELLM_UNUSED static litellm_result call_name(                             \
      litellm_client *litellm__client, out ARGS(LITELLM__ARG_PARAMETER)) {    \
    struct call_name##_arguments litellm__arguments = LITELLM__ZERO;          \
    ARGS(LITELLM__ARG_SET)                                                    \
    return litellm__run_call(litellm__client, response, &call_name##_call,    \
                             output_at, &litellm__arguments);                 \
  }                                                                           \
  LITELLM_UNUSED static litellm_result call_name##_start(                     \
      litellm_client *litellm__client                                         \
      start_out ARGS(LITELLM__ARG_PARAMETER)) {                               \
    struct call_name##_arguments litellm__arguments = LITELLM__ZERO;          \
    ARGS(LITELLM__ARG_SET)                                                    \
    return litellm__start_copy(litellm__client,                               \
                               &call_name##_call, output_at,                  \
                               &litellm__arguments,                           \
                               sizeof litellm__arguments);                    \
  }                                                                           \
  struct call_name##_arguments

/* LITELLM_ENUM(unit, UNIT); with
     #define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "K")
   defines enum unit and its names on the wire. */
#define LITELLM_ENUM(enum_name, VALUES)                                       \
  enum enum_name { VALUES(LITELLM__ENUMERATOR) };                             \
  static const char *const enum_name##_names[] = {                            \
    VALUES(LITELLM__ENUM_NAME) NULL };                                        \
  LITELLM_UNUSED static const litellm_type enum_name##_type = {               \
    LITELLM_KIND_ENUM, (uint16_t)sizeof(enum enum_name),                      \
    (uint16_t)(sizeof enum_name##_names / sizeof enum_name##_names[0] - 1),   \
    0, NULL, NULL, enum_name##_names, 0, 0, NULL, NULL }
#define LITELLM__ENUMERATOR(value, text) value,
#define LITELLM__ENUM_NAME(value, text) text,

/* LITELLM_MODEL(book, BOOK); with
     #define BOOK(FIELD) FIELD(STRING, title, "Title") FIELD(INT, year, "Year")
   defines struct book and its table, book_type: for arguments, response models
   and tools. Members are inline; strings are borrowed.

   kind                   member
   STRING                 const char *
   STRING_VIEW            litellm_str
   CHARS(bytes)           char[bytes + 1]
   CHARS_IN(least, most)  the same, bounds in bytes
   BOOL                   bool
   INT, INT64, DOUBLE     int, int64_t, double
   INT_IN(least, most)    the same with 32-bit bounds, not both 0; also INT64_IN
   DOUBLE_IN(least, most) the same with any finite bounds
   ENUM(unit)             enum unit
   MODEL(author)          struct author
   OPTIONAL(kind)         struct { kind value; bool set; }
   LIST(kind, most)       struct { kind items[most]; size_t count; }
   LIST_IN(kind, least, most)   the same with a minimum count
   EXAMPLE(kind, text)    a text, number or BOOL with an example for the model,
                          "Dune"
   FROM_ARGUMENT(kind)    kind, copied from the call's argument of the same name
                          and kind, not asked of the model; not in nested
                          models or tools
   BYTES                  litellm_bytes, for templates only

   OPTIONAL and LIST cannot hold _IN kinds, OPTIONAL, LIST, EXAMPLE or
   FROM_ARGUMENT. To nest these, use a MODEL with one field.

   A model's answer may have numbers and bools as strings, strings as numbers or
   bools, whole numbers as 3.0, enums in any case, lists and objects as strings
   that hold them. A NUL fits a STRING_VIEW only. Unknown keys are skipped; of
   equal keys all must fit, and the last one counts. Thoughts, fences and prose
   around the object are skipped.

   A struct has less than 64 KiB, its names at most 48 bytes. */
#define LITELLM_MODEL(model_name, FIELDS)                                     \
  LITELLM__MODEL(model_name, , FIELDS)
#define LITELLM__MODEL(model_name, first, FIELDS)                             \
  struct model_name { first FIELDS(LITELLM__FIELD_MEMBER) };                  \
  LITELLM__TABLE(model_name, FIELDS(LITELLM__FIELD_TYPE),                     \
                 FIELDS(LITELLM__FIELD_ROW))
/* A size that does not compile above 65535, the most that tables can hold. */
#define LITELLM__SIZE(type)                                                   \
  (uint16_t)(sizeof(type) * sizeof(char[sizeof(type) - 1 < 65535u ? 1 : -1]))
#define LITELLM__TABLE(model_name, types, rows)                               \
  LITELLM_UNUSED static const litellm_field *model_name##_fields(void) {      \
    typedef struct model_name litellm__owner;                                 \
    types                                                                     \
    static const litellm_field litellm__rows[] = {                            \
      rows                                                                    \
      { NULL, NULL, NULL, LITELLM__SIZE(litellm__owner), 0 } };               \
    return litellm__rows;                                                     \
  }                                                                           \
  LITELLM_UNUSED static const litellm_type model_name##_type = {              \
    LITELLM_KIND_MODEL, LITELLM__SIZE(struct model_name), 0, 0, NULL,         \
    model_name##_fields, NULL, 0, 0, NULL, NULL }

/* LITELLM_TOOL(read_sensor, "Read a sensor by name", READ_SENSOR, reading) {
     result->value = adc(args->name);
     return LITELLM_OK;
   }
   defines a function that a model may call, `const litellm_tool
   read_sensor_tool`. `args` is a struct read_sensor_arguments with the fields
   READ_SENSOR (LITELLM_NO_ARGUMENTS: none), `result` a struct of the
   LITELLM_MODEL reading, `user_data` litellm_client_desc.user_data. In
   LITELLM_TOOL_TEXT (no model), `result` is a litellm_str for text or JSON. */
#define LITELLM_TOOL(tool_name, description, FIELDS, model_name)              \
  LITELLM__TOOL(tool_name, description, FIELDS, struct model_name,            \
                &model_name##_type)
#define LITELLM_TOOL_TEXT(tool_name, description, FIELDS)                     \
  LITELLM__TOOL(tool_name, description, FIELDS, litellm_str, NULL)
#define LITELLM__TOOL(tool_name, text, FIELDS, result_type, result_model)     \
  LITELLM__MODEL(tool_name##_arguments, char litellm__none;, FIELDS);         \
  static litellm_result tool_name##_run(                                      \
      const struct tool_name##_arguments *args, result_type *result,          \
      void *user_data);                                                       \
  static litellm_result tool_name##_handler(const void *litellm__args,        \
                                            void *litellm__result,            \
                                            void *litellm__user) {            \
    return tool_name##_run(                                                   \
        (const struct tool_name##_arguments *)litellm__args,                  \
        (result_type *)litellm__result, litellm__user);                       \
  }                                                                           \
  LITELLM_UNUSED static const litellm_tool tool_name##_tool = {               \
    #tool_name, text, &tool_name##_arguments_type, result_model,              \
    tool_name##_handler, false };                                             \
  static litellm_result tool_name##_run(                                      \
      LITELLM_UNUSED const struct tool_name##_arguments *args,                \
      LITELLM_UNUSED result_type *result, LITELLM_UNUSED void *user_data)

/* ==== >>kinds ============================================================= */

#ifdef __cplusplus
#define LITELLM__ZERO {}
#else
#define LITELLM__ZERO { 0 }
#endif
#define LITELLM__ALIGN_UP(size)                                               \
  (((size) + offsetof(struct litellm__align_size, value) - 1) /               \
   offsetof(struct litellm__align_size, value) *                              \
   offsetof(struct litellm__align_size, value))

/* The first macro that sees a kind pastes it to a prefix, so that a platform's
   macro of the same name cannot expand in between. An item is (C type, name
   suffix, kind, type). An argument or a field puts a class before its item; the
   class says how to write it. */
#define LITELLM__ITEM_STRING const char *, , LITELLM_KIND_STRING, NULL
#define LITELLM__ITEM_STRING_VIEW litellm_str, , LITELLM_KIND_STRING_VIEW, NULL
#define LITELLM__ITEM_CHARS(size) char, [(size) + 1], LITELLM_KIND_CHARS, NULL
#define LITELLM__ITEM_BYTES litellm_bytes, , LITELLM_KIND_BYTES, NULL
#define LITELLM__ITEM_BOOL bool, , LITELLM_KIND_BOOL, NULL
#define LITELLM__ITEM_INT int, , LITELLM_KIND_INT, NULL
#define LITELLM__ITEM_INT64 int64_t, , LITELLM_KIND_INT64, NULL
#define LITELLM__ITEM_DOUBLE double, , LITELLM_KIND_DOUBLE, NULL
#define LITELLM__ITEM_PART litellm_part, , LITELLM_KIND_PART, NULL
#define LITELLM__ITEM_ENUM(type) enum type, , LITELLM_KIND_ENUM, &type##_type
#define LITELLM__ITEM_MODEL(type)                                             \
  struct type, , LITELLM_KIND_MODEL, &type##_type

/* The lower bound. Does not compile if bounds are not integers, exceed 32 bits,
   are reversed, or are both 0, which means any. */
#define LITELLM__LEAST(least, most)                                           \
  ((least) + (int)sizeof(char[((least) | (most)) != 0 && (least) <= (most) && \
     (int64_t)(least) >= INT32_MIN && (int64_t)(most) <= INT32_MAX ? 1 : -1]) \
   - 1)

/* The kinds that can have an example. */
#define LITELLM__EXAMPLE_OF_STRING LITELLM__ITEM_STRING
#define LITELLM__EXAMPLE_OF_STRING_VIEW LITELLM__ITEM_STRING_VIEW
#define LITELLM__EXAMPLE_OF_CHARS(size) LITELLM__ITEM_CHARS(size)
#define LITELLM__EXAMPLE_OF_BOOL LITELLM__ITEM_BOOL
#define LITELLM__EXAMPLE_OF_INT LITELLM__ITEM_INT
#define LITELLM__EXAMPLE_OF_INT64 LITELLM__ITEM_INT64
#define LITELLM__EXAMPLE_OF_DOUBLE LITELLM__ITEM_DOUBLE

#define LITELLM__ARG_OF_STRING LITELLM__PLAIN, LITELLM__ITEM_STRING
#define LITELLM__ARG_OF_STRING_VIEW LITELLM__PLAIN, LITELLM__ITEM_STRING_VIEW
#define LITELLM__ARG_OF_BYTES LITELLM__PLAIN, LITELLM__ITEM_BYTES
#define LITELLM__ARG_OF_BOOL LITELLM__PLAIN, LITELLM__ITEM_BOOL
#define LITELLM__ARG_OF_INT LITELLM__PLAIN, LITELLM__ITEM_INT
#define LITELLM__ARG_OF_INT64 LITELLM__PLAIN, LITELLM__ITEM_INT64
#define LITELLM__ARG_OF_DOUBLE LITELLM__PLAIN, LITELLM__ITEM_DOUBLE
#define LITELLM__ARG_OF_ENUM(type) LITELLM__PLAIN, LITELLM__ITEM_ENUM(type)
#define LITELLM__ARG_OF_MODEL(type) LITELLM__POINTER, LITELLM__ITEM_MODEL(type)
#define LITELLM__ARG_OF_PART LITELLM__POINTER, LITELLM__ITEM_PART
#define LITELLM__ARG_OF_MESSAGES                                              \
  LITELLM__PLAIN, const litellm_message *, , LITELLM_KIND_MESSAGES, NULL
#define LITELLM__ARG_OF_COMPUTED(item) LITELLM__COMPUTED, LITELLM__ARG_OF_##item
#define LITELLM__ARG_OF_OPTIONAL(item) LITELLM__POINTER, LITELLM__ITEM_##item
#define LITELLM__ARG_OF_LIST(item) LITELLM__VIEW, LITELLM__ITEM_##item
#define LITELLM__ARG_OF_LISTS(item) LITELLM__VIEWS, LITELLM__ITEM_##item

#define LITELLM__FIELD_OF_STRING LITELLM__PLAIN, LITELLM__ITEM_STRING
#define LITELLM__FIELD_OF_STRING_VIEW LITELLM__PLAIN, LITELLM__ITEM_STRING_VIEW
#define LITELLM__FIELD_OF_CHARS(size) LITELLM__PLAIN, LITELLM__ITEM_CHARS(size)
#define LITELLM__FIELD_OF_BYTES LITELLM__PLAIN, LITELLM__ITEM_BYTES
#define LITELLM__FIELD_OF_BOOL LITELLM__PLAIN, LITELLM__ITEM_BOOL
#define LITELLM__FIELD_OF_INT LITELLM__PLAIN, LITELLM__ITEM_INT
#define LITELLM__FIELD_OF_INT64 LITELLM__PLAIN, LITELLM__ITEM_INT64
#define LITELLM__FIELD_OF_DOUBLE LITELLM__PLAIN, LITELLM__ITEM_DOUBLE
#define LITELLM__FIELD_OF_ENUM(type) LITELLM__PLAIN, LITELLM__ITEM_ENUM(type)
#define LITELLM__FIELD_OF_MODEL(type) LITELLM__PLAIN, LITELLM__ITEM_MODEL(type)
#define LITELLM__FIELD_OF_OPTIONAL(item)                                      \
  LITELLM__SETTABLE, 0, LITELLM__ITEM_##item
#define LITELLM__FIELD_OF_LIST(item, capacity)                                \
  LITELLM__INLINE_LIST, 0, capacity, LITELLM__ITEM_##item
#define LITELLM__FIELD_OF_LIST_IN(item, least, most)                          \
  LITELLM__INLINE_LIST, LITELLM__LEAST(least, most), most, LITELLM__ITEM_##item
#define LITELLM__FIELD_OF_CHARS_IN(least, most)                               \
  LITELLM__BOUNDED, LITELLM__LEAST(least, most), most, NULL,                  \
  LITELLM__ITEM_CHARS(most)
#define LITELLM__FIELD_OF_INT_IN(least, most)                                 \
  LITELLM__BOUNDED, LITELLM__LEAST(least, most), most, NULL, LITELLM__ITEM_INT
#define LITELLM__FIELD_OF_INT64_IN(least, most)                               \
  LITELLM__BOUNDED, LITELLM__LEAST(least, most), most, NULL, LITELLM__ITEM_INT64
#define LITELLM__FIELD_OF_DOUBLE_IN(least, most)                              \
  LITELLM__RANGE, least, most, LITELLM__ITEM_DOUBLE
#define LITELLM__FIELD_OF_EXAMPLE(item, text)                                 \
  LITELLM__BOUNDED, 0, 0, text, LITELLM__EXAMPLE_OF_##item
#define LITELLM__FIELD_OF_FROM_ARGUMENT(item)                                 \
  LITELLM__FROM_ARGUMENT, LITELLM__ITEM_##item

#define LITELLM__ARG_MEMBER(kind, name)                                       \
  LITELLM__APPLY(MEMBER, name, NULL, LITELLM__ARG_OF_##kind)
#define LITELLM__ARG_PARAMETER(kind, name)                                    \
  LITELLM__APPLY(PARAMETER, name, NULL, LITELLM__ARG_OF_##kind)
#define LITELLM__ARG_SET(kind, name)                                          \
  LITELLM__APPLY(SET, name, NULL, LITELLM__ARG_OF_##kind)
#define LITELLM__ARG_TYPE(kind, name)                                         \
  LITELLM__APPLY(TYPE, name, NULL, LITELLM__ARG_OF_##kind)
#define LITELLM__ARG_ROW(kind, name)                                          \
  LITELLM__APPLY(ROW, name, NULL, LITELLM__ARG_OF_##kind)
#define LITELLM__FIELD_MEMBER(kind, name, text)                               \
  LITELLM__APPLY(MEMBER, name, text, LITELLM__FIELD_OF_##kind)
#define LITELLM__FIELD_TYPE(kind, name, text)                                 \
  LITELLM__APPLY(TYPE, name, text, LITELLM__FIELD_OF_##kind)
#define LITELLM__FIELD_ROW(kind, name, text)                                  \
  LITELLM__APPLY(ROW, name, text, LITELLM__FIELD_OF_##kind)

#define LITELLM__APPLY(what, name, text, ...)                                 \
  LITELLM__APPLY_(what, name, text, __VA_ARGS__)
#define LITELLM__APPLY_(what, name, text, style, ...)                         \
  style##_##what(name, text, __VA_ARGS__)

/* name, text, then the item: c (C type), s (suffix), k (kind), d (type). Inline
   lists and optionals put n (capacity) before it. */
#define LITELLM__ROW_OF(name, text, k, d)                                     \
  { #name, text, d, (uint16_t)offsetof(litellm__owner, name), k },
#define LITELLM__TYPE_OF(prefix, name, k, size, n, at, d)                     \
  LITELLM__TYPE_IN(prefix, name, k, size, n, at, d, 0, 0, NULL)
#define LITELLM__TYPE_IN(prefix, name, k, size, n, at, d, least, most, json)  \
  LITELLM_UNUSED static const litellm_type prefix##name =                     \
    { k, (uint16_t)(size), n, (uint16_t)(at), d, NULL, NULL,                  \
      least, most, json, NULL };

#define LITELLM__PLAIN_MEMBER(name, text, c, s, k, d) c name s;
#define LITELLM__PLAIN_PARAMETER(name, text, c, s, k, d) , c name
#define LITELLM__PLAIN_SET(name, text, c, s, k, d)                            \
  litellm__arguments.name = name;
#define LITELLM__PLAIN_TYPE(name, text, c, s, k, d)                           \
  LITELLM__TYPE_OF(litellm__type_, name, k, sizeof(c s), 0, 0, NULL)
#define LITELLM__PLAIN_ROW(name, text, c, s, k, d)                            \
  LITELLM__ROW_OF(name, text, k,                                              \
    k == LITELLM_KIND_CHARS ? &litellm__type_##name : d)

/* `x` is an example. */
#define LITELLM__BOUNDED_MEMBER(name, text, lo, hi, x, c, s, k, d) c name s;
#define LITELLM__BOUNDED_TYPE(name, text, lo, hi, x, c, s, k, d)              \
  LITELLM__TYPE_IN(litellm__type_, name, k, sizeof(c s), 0, 0, NULL, lo, hi, x)
#define LITELLM__BOUNDED_ROW(name, text, lo, hi, x, c, s, k, d)               \
  LITELLM__ROW_OF(name, text, k, &litellm__type_##name)

#define LITELLM__RANGE_MEMBER(name, text, lo, hi, c, s, k, d) c name s;
#define LITELLM__RANGE_TYPE(name, text, lo, hi, c, s, k, d)                   \
  static const double litellm__range_##name[2] = { lo, hi };                  \
  static const litellm_type litellm__type_##name =                            \
    { k, (uint16_t)sizeof(c s), 0, 0, d, NULL, NULL, 0, 0, NULL,              \
      litellm__range_##name };
#define LITELLM__RANGE_ROW(name, text, lo, hi, c, s, k, d)                    \
  LITELLM__ROW_OF(name, text, k, &litellm__type_##name)

#define LITELLM__FROM_ARGUMENT_MEMBER(name, text, c, s, k, d) c name s;
#define LITELLM__FROM_ARGUMENT_TYPE LITELLM__POINTER_TYPE
#define LITELLM__FROM_ARGUMENT_ROW(name, text, c, s, k, d)                    \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_FROM_ARGUMENT, &litellm__type_##name)

/* Like the argument it wraps, but without a parameter. */
#define LITELLM__COMPUTED_MEMBER(name, text, style, ...)                      \
  style##_MEMBER(name, text, __VA_ARGS__)
#define LITELLM__COMPUTED_PARAMETER(name, text, ...)
#define LITELLM__COMPUTED_SET(name, text, ...)
#define LITELLM__COMPUTED_TYPE(name, text, style, ...)                        \
  style##_TYPE(name, text, __VA_ARGS__)
#define LITELLM__COMPUTED_ROW(name, text, style, ...)                         \
  style##_ROW(name, text, __VA_ARGS__)

#define LITELLM__POINTER_MEMBER(name, text, c, s, k, d) c const *name;
#define LITELLM__POINTER_PARAMETER(name, text, c, s, k, d) , c const *name
#define LITELLM__POINTER_SET(name, text, c, s, k, d)                          \
  litellm__arguments.name = name;
#define LITELLM__POINTER_TYPE(name, text, c, s, k, d)                         \
  LITELLM__TYPE_OF(litellm__type_, name, k, sizeof(c), 0, 0, d)
#define LITELLM__POINTER_ROW(name, text, c, s, k, d)                          \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_POINTER, &litellm__type_##name)

#define LITELLM__VIEW_MEMBER(name, text, c, s, k, d) litellm_list name;
#define LITELLM__VIEW_PARAMETER(name, text, c, s, k, d)                       \
  , c const *name, size_t name##_count
#define LITELLM__VIEW_SET(name, text, c, s, k, d)                             \
  litellm__arguments.name.items = name;                                       \
  litellm__arguments.name.count = name##_count;
#define LITELLM__VIEW_TYPE(name, text, c, s, k, d)                            \
  LITELLM__TYPE_OF(litellm__type_, name, k, sizeof(c), 0, 0, d)
#define LITELLM__VIEW_ROW(name, text, c, s, k, d)                             \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_LIST, &litellm__type_##name)

#define LITELLM__VIEWS_MEMBER(name, text, c, s, k, d) litellm_list name;
#define LITELLM__VIEWS_PARAMETER(name, text, c, s, k, d)                      \
  , const litellm_list *name, size_t name##_count
#define LITELLM__VIEWS_SET LITELLM__VIEW_SET
#define LITELLM__VIEWS_TYPE(name, text, c, s, k, d)                           \
  LITELLM__TYPE_OF(litellm__item_type_, name, k, sizeof(c), 0, 0, d)          \
  LITELLM__TYPE_OF(litellm__type_, name, LITELLM_KIND_LIST,                   \
    sizeof(litellm_list), 0, 0, &litellm__item_type_##name)
#define LITELLM__VIEWS_ROW LITELLM__VIEW_ROW

#define LITELLM__SETTABLE_MEMBER(name, text, n, c, s, k, d)                   \
  struct { c value s; bool set; } name;
#define LITELLM__SETTABLE_TYPE(name, text, n, c, s, k, d)                     \
  LITELLM__TYPE_OF(litellm__type_, name, k, sizeof(c s), 0, sizeof(c s), d)
#define LITELLM__SETTABLE_ROW(name, text, n, c, s, k, d)                      \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_OPTIONAL, &litellm__type_##name)

#define LITELLM__INLINE_LIST_MEMBER(name, text, lo, n, c, s, k, d)            \
  struct { c items[n] s; size_t count; } name;
#define LITELLM__INLINE_LIST_TYPE(name, text, lo, n, c, s, k, d)              \
  LITELLM__TYPE_IN(litellm__type_, name, k, sizeof(c s), n,                   \
    LITELLM__ALIGN_UP((n) * sizeof(c s)), d, lo, n, NULL)
#define LITELLM__INLINE_LIST_ROW(name, text, lo, n, c, s, k, d)               \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_LIST, &litellm__type_##name)

/* ==== >>internals ========================================================= */

struct litellm__align_size { char first; size_t value; };

typedef struct litellm__resume_point {  /* where rendering of a window starts */
  uint32_t at;               /* offset of the message in the request */
  uint32_t section;          /* offset of its section in the template, or the
                                number of the tool */
  const litellm_message *message;    /* in a list, or NULL */
  uint8_t stage, wrote;
  uint32_t text_index;       /* text in the message, from 1; 0: its start */
  uint32_t text_at;          /* offset in the request ... */
  size_t text_source;        /* ... of this byte of that text */
  /* The last list or struct in the message: its number, from 1, the item that
     was begun last, and the number of texts in the items before that. */
  uint32_t list;
  uint16_t item, item_texts;
} litellm__resume_point;

typedef struct litellm__http {
  uint32_t left;             /* bytes left of the body or chunk */
  uint32_t head_bytes;       /* bytes of the head, or of a chunk's framing */
  uint16_t status;
  uint8_t state, flags, type, retry;
  uint8_t raw;               /* state of the excerpt that is kept */
  bool skipping;             /* to the end of a line */
} litellm__http;

#define LITELLM__FRAMES 8    /* known nesting levels of a chat reply */
#define LITELLM__MAX_NAME 48         /* bytes of a field's or enum's name */

typedef struct litellm__chat_reader {  /* finds tokens in the table of keys */
  uint16_t skip;             /* open levels of an unknown value */
  uint8_t depth;             /* open levels of known values ... */
  uint8_t open[LITELLM__FRAMES + 1]; /* ... and their rows, from index 1 */
  uint8_t row;               /* row of the next value */
  uint8_t key_len;
  char key[26];              /* the longest known key, and a byte more */
} litellm__chat_reader;

enum {                       /* litellm_client.state_ */
  LITELLM__CLIENT_CLOSED, LITELLM__CLIENT_IDLE, LITELLM__CLIENT_BUSY
};

enum {                       /* litellm_client.use_, of the connection */
  LITELLM__LINK_CLOSED, LITELLM__LINK_IDLE,
  LITELLM__LINK_WARMING,     /* being made ahead of a request */
  LITELLM__LINK_NEW, LITELLM__LINK_REUSED    /* it serves a request */
};

enum {                       /* litellm_client.step_ */
  LITELLM__STEP_READ, LITELLM__STEP_CALLS, LITELLM__STEP_USAGE,
  LITELLM__STEP_END
};

typedef struct litellm__frame {      /* an object or list being decoded */
  const litellm_type *type;          /* of the MODEL or LIST */
  unsigned char *at;         /* the struct or list */
  uint32_t seen;             /* bit set of rows, or number of items */
  uint8_t row;               /* row of the next value; 255: unknown */
} litellm__frame;

typedef struct litellm__parsed_number {  /* a number, parsed digit by digit */
  uint64_t digits;           /* without trailing zeros */
  int32_t power;             /* power of ten of the last of them */
  int32_t place;             /* power of ten of the last digit read */
  int32_t exponent;
  uint8_t at;                /* last state, as in litellm_json_reader.at_ */
  bool negative, down;       /* signs of the number and of its exponent */
  bool lost;                 /* has more digits than fit */
} litellm__parsed_number;

/* Where a value goes. */
typedef struct litellm__slot {
  unsigned char *at;
  const litellm_type *type;
  unsigned char *set;        /* of an OPTIONAL, or NULL */
  unsigned char *count;      /* of the list it is in, or NULL ... */
  size_t index;              /* ... and where in there */
  size_t size;               /* of a CHARS */
  int32_t bound;             /* that the value violates */
  uint8_t kind;
} litellm__slot;

typedef struct litellm__decoder {    /* decodes JSON text into a struct */
  uint8_t state;
  uint8_t depth;             /* open frames */
  uint8_t kind;              /* of the token */
  uint16_t len;              /* bytes in scratch, or of a CHARS so far */
  uint32_t before;           /* bytes of text before the object */
  uint32_t at;               /* offset of the token in the object */
  const litellm_type *model;
  void *output;
  litellm_json_reader json;
  litellm_json_reader inner; /* in a string that holds an object or list */
  bool nested;               /* in such a string */
  bool inside;               /* the value itself does not fit */
  const char *why;           /* it does not fit, and ... */
  litellm__slot misfit;      /* ... where */
  char scratch[LITELLM__MAX_NAME];   /* a key or scalar, as much as fits */
  litellm__parsed_number number;
  litellm__frame frames[LITELLM_MAX_MODEL_DEPTH];
} litellm__decoder;

typedef struct litellm__transfer {   /* one that is under way, in the arena */
  litellm_transfer its;      /* defaults resolved */
  uint32_t before;           /* bytes of the body that are rendered */
  uint8_t matched;           /* bytes of a boundary that were pulled last */
  uint32_t at;               /* bytes that were pulled */
  size_t vectors, numbers;   /* read of an embedding's reply */
  litellm__parsed_number number;     /* of a vector */
  const char *key;           /* the rest of key_ behind the key at hand; NULL:
                                another */
  litellm_str piece;         /* of the reply, to be given */
  bool spent;                /* bytes were pulled, or given to the sink */
} litellm__transfer;

/* Each turn zeroes the members from phase_ to before started_, each call those
   to before link_. Small members come first, where access takes less code. */
struct litellm_client {
  litellm_arena arena;       /* rest of the memory: responses live here */
  uint8_t phase_, step_, flags_;
  bool other_;               /* reading a choice that is not ours */
  uint8_t message_;          /* ID_DELTA or ID_WHOLE: which one is being read */
  uint8_t counts_;           /* the first of the two that had content */
  uint8_t line_, sse_, payload_;             /* event stream */
  uint8_t text_;             /* above 0: the event at hand is no JSON */
  uint8_t calls_, shown_;    /* tool calls */
  uint8_t running_;          /* the tool call being answered */
  uint8_t capturing_;        /* tag of the text that gets JSON as it comes */
  uint8_t reasoning_, thinking_;
  uint8_t content_;          /* where in the content: before or in thoughts */
  uint8_t tag_, tag_len_;    /* a tag of thoughts, and its bytes that came */
  bool drop_;                /* drop the rest of the current value */
  bool told_;                /* an event of the reply was reported */
  litellm__http http_;
  litellm_result result_;    /* of the finished call */
  char *in_;                 /* unread part of the window */
  size_t in_len_;
  litellm_input body_in_;    /* body bytes being read */
  litellm_input data_;       /* payload bytes being read */
  litellm_str rest_;         /* of a piece of the content, to be read */
  uint32_t number_;          /* integer being read */
  size_t records_;           /* arena offset of the kept texts ... */
  size_t grown_;             /* ... of the one that grew last */
  size_t settled_;           /* ... of the first whose address may change */
  size_t call_at_;           /* ... of the last tool call's first one */
  size_t missing_;           /* bytes that did not fit there */
  litellm__chat_reader reader_;
  int16_t index_;            /* of a fragment's tool call; -1: unknown */
  litellm_json_reader json_;
  uint32_t since_;           /* clock at the last progress */
  uint32_t body_, total_, offset_;   /* bytes: body, head and body, sent */
  size_t pending_, sent_;    /* bytes in the window, and sent of them */
  litellm_str key_;
  litellm__resume_point resume_;
  litellm_usage usage_;
  litellm_tool_call call_;   /* the one last shown in an event */

  uint32_t started_;         /* clock at the start of the turn */
  litellm_error error;       /* of the last call; `code` is BUSY after a second
                                call was refused */
  litellm_stats stats;       /* of the last call */
  litellm_request request_;
  uint8_t turn_;             /* from 0 */
  uint8_t tool_runs_;        /* number of tool calls run */
  uint8_t validation_retries_;
  uint8_t retries_;          /* requests sent again */
  int16_t fell_back_;        /* the litellm_result for it, or 0 */
  litellm_message *last_turn_;       /* the last of request_.turns_ */
  litellm_usage spent_;      /* in earlier turns */
  int64_t cost_;             /* of earlier turns, as far as it is known */
  litellm__decoder *decoder_;        /* in the arena, if one is needed */

  litellm_link *link_;
  char *window_;
  litellm_client_desc desc_; /* defaults resolved */
  litellm_endpoint peer_;
  const char *const *more_urls_;     /* behind the one in use */
  const char *url_;          /* in use */
  const char *path_;         /* of it, behind host[:port] ... */
  const char *query_;        /* ... and from the ? on, or "" */
  size_t retained_;          /* arena mark; what is below it is the caller's */
  uint32_t idle_since_;      /* clock when the connection became idle */
  uint32_t key_hash_;        /* of the key that was sent on it */
  uint32_t url_since_;       /* clock when url_ was taken */
  uint8_t state_;
  uint8_t reads_;            /* reads left in the current step */
  uint8_t use_;              /* of the connection */
  bool has_path_;
  uint8_t calling_;          /* callbacks of the program's that run */
  uint16_t path_len_;        /* before /chat/completions */
};

#ifdef __cplusplus
}
#endif

#endif /* LITELLM_CALL_H */

/* ######################################################################### */
#if defined(LITELLM_CALL_IMPLEMENTATION) && !defined(LITELLM__IMPLEMENTED)
#define LITELLM__IMPLEMENTED

#include <string.h>

#ifdef LITELLM_CALL_STATIC
#define LITELLM__DEF LITELLM_UNUSED static
#else
#define LITELLM__DEF
#endif

/* Keeps big frames out of their callers' frames, and gcc from repeating code
   that is longer than its call. */
#if defined(__GNUC__) || defined(__clang__)
#define LITELLM__NOINLINE __attribute__((noinline))
#else
#define LITELLM__NOINLINE
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if !defined(CHAR_BIT) && defined(__CHAR_BIT__) && __CHAR_BIT__ != 8
#error "litellm_call.h needs bytes of 8 bits"
#endif

/* ==== >>text (implementation) ============================================= */

LITELLM__DEF litellm_str litellm_str_from(const char *text) {
  litellm_str str;
  str.ptr = text;
  str.len = text ? strlen(text) : 0;
  return str;
}

static bool litellm__is_digit(char c) { return c >= '0' && c <= '9'; }

static bool litellm__is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static char litellm__lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool litellm__equal(const char *a, const char *b) {
  size_t n = strlen(a);
  return strlen(b) == n && !memcmp(a, b, n);
}

/* Whether a text starts with `word`, ignoring case. */
static bool litellm__starts_nocase(const char *ptr, size_t len,
                                   const char *word) {
  for (; *word; ptr++, len--, word++)
    if (!len || litellm__lower(*ptr) != litellm__lower(*word)) return false;
  return true;
}

/* Whether a text equals `word`, ignoring case. */
static bool litellm__equal_nocase(const char *ptr, size_t len,
                                  const char *word) {
  return strlen(word) == len && litellm__starts_nocase(ptr, len, word);
}

/* A word list is a string of NUL-terminated words; an empty one ends it. */

/* The word at `index`, counted from 0. */
static const char *litellm__word(const char *words, size_t index) {
  for (; index > 0; index--) words += strlen(words) + 1;
  return words;
}

/* The position of a word in a list, counted from 1; 0: not found. `any_case`
   ignores case. */
static LITELLM__NOINLINE unsigned litellm__find_word(
    const char *words, const char *ptr, size_t len, bool any_case) {
  unsigned number = 1;
  for (; *words; words += strlen(words) + 1, number++)
    if (any_case ? litellm__equal_nocase(ptr, len, words)
                 : strlen(words) == len && !memcmp(words, ptr, len))
      return number;
  return 0;
}

/* Whether a text contains `word`, ignoring case. */
static LITELLM__NOINLINE bool litellm__contains_nocase(
    const char *ptr, size_t len, const char *word) {
  for (; len > 0; ptr++, len--)
    if (litellm__starts_nocase(ptr, len, word)) return true;
  return false;
}

/* Maps an escape letter to its character or, with `back` 1, a character to its
   escape letter; 0: there is none. */
static char litellm__json_escape(char c, size_t back) {
  static const char pairs[] = "\"\"n\n\\\\t\tr\r//b\bf\f";   /* by frequency */
  for (size_t i = 0; i < sizeof pairs - 1; i += 2)
    if (pairs[i + back] == c) return pairs[i + 1 - back];
  return 0;
}

/* Writes a byte as it appears in a JSON string; returns the length. */
static size_t litellm__escape(char c, char out[6]) {
  out[0] = c;
  if ((unsigned char)c >= ' ' && c != '"' && c != '\\') return 1;
  out[0] = '\\';
  out[1] = litellm__json_escape(c, 1);
  if (out[1]) return 2;
  memcpy(out + 1, "u00", 3);
  out[4] = (char)('0' + (c >> 4));
  out[5] = "0123456789abcdef"[c & 15];
  return 6;
}

static int litellm__hex(char c) {
  if (litellm__is_digit(c)) return c - '0';
  c = litellm__lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The length of the first character. If it is ill-formed, *valid is false and
   the length is what one U+FFFD replaces (Unicode's maximal subpart). */
static size_t litellm__utf8(const char *text, size_t len, bool *valid) {
  unsigned lead = (unsigned char)text[0], low = 0x80, high = 0xBF;
  size_t need = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  *valid = lead < 0x80;
  if (*valid || lead < 0xC2 || lead > 0xF4) return 1;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < need; i++) {
    unsigned c = i < len ? (unsigned char)text[i] : 0;
    if (c < low || c > high) return i;
    low = 0x80;
    high = 0xBF;
  }
  *valid = true;
  return need;
}

/* Runs of bytes are read eight at a time, unless the compiler optimises for
   size. That needs its builtin and a little-endian byte order. */
#if defined(__OPTIMIZE_SIZE__) || !defined(__GNUC__) || \
    !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#define LITELLM__EIGHTS 0
#define LITELLM__CTZ(bits) 0
#define LITELLM__BSWAP(bits) (bits)
#else
#define LITELLM__EIGHTS 1
#define LITELLM__CTZ(bits) (size_t)__builtin_ctzll(bits)
#define LITELLM__BSWAP(bits) __builtin_bswap64(bits)
#endif
#define LITELLM__EACH(byte) (UINT64_MAX / 255 * (byte))    /* in all eight */

/* How many bytes before the last seven are printable ASCII but for quotation
   mark and backslash. Flipping bit 1 moves the mark below all others. The
   lowest bit of `other` is that of the first other byte; a borrow may set
   higher ones. */
static inline size_t litellm__plain_eights(const char *text, size_t len) {
  for (size_t n = 0; ; n += 8) {
    uint64_t v;
    if (len - n < 8) return n;
    memcpy(&v, text + n, sizeof v);
    uint64_t other = (v | ((v ^ LITELLM__EACH(2)) - LITELLM__EACH('!')) |
                      ((v ^ LITELLM__EACH('\\')) - LITELLM__EACH(1))) &
                     LITELLM__EACH(0x80);
    if (other) return n + LITELLM__CTZ(other) / 8;
  }
}

/* The length of the whole characters at the beginning of a text that need no
   escape in a JSON string. The last begins before offset `most`. */
static LITELLM__NOINLINE size_t litellm__plain_run(const char *text, size_t len,
                                                   size_t most) {
  size_t n = 0, end = len < most ? len : most;
  if (LITELLM__EIGHTS && len == SIZE_MAX) {  /* look for the NUL first */
    if (end > 256) end = 256;
    const char *nul = (const char *)memchr(text, 0, end);
    if (nul) len = end = (size_t)(nul - text);
  }
  while (n < end) {
    unsigned c = 0;
    if (LITELLM__EIGHTS) n += litellm__plain_eights(text + n, end - n);
    for (; n < end; n++) {
      c = (unsigned char)text[n];            /* as litellm__plain_eights */
      if ((c ^ 2) - '!' >= 0x80 - '!' || c == '\\') break;
    }
    if (n == end || c < 0x80) break;
    bool valid = false;
    size_t bytes = litellm__utf8(text + n, len - n, &valid);
    if (!valid) break;
    n += bytes;
  }
  return n;
}

static size_t litellm__encode_utf8(uint32_t c, char out[4]) {
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = n; --i > 0; c >>= 6) out[i] = (char)(0x80 | (c & 63));
  out[0] = (char)(n > 1 ? (0xF00u >> n | c) : c);
  return n;
}

static uint32_t litellm__min(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Parses a text of decimal digits only; UINT32_MAX: anything else, overflow. */
static uint32_t litellm__parse_uint(const char *text, size_t len) {
  uint32_t value = len ? 0 : UINT32_MAX;
  for (; len > 0; text++, len--) {
    if (!litellm__is_digit(*text) || value > (UINT32_MAX - 9) / 10)
      return UINT32_MAX;
    value = value * 10 + (uint32_t)(*text - '0');
  }
  return value;
}

/* ==== >>arena (implementation) =========================================== */

union litellm__widest { void *p; uint64_t i; long l; double d; };
struct litellm__aligned { char first; union litellm__widest widest; };
#define LITELLM__ALIGN offsetof(struct litellm__aligned, widest)

LITELLM__DEF void litellm_arena_init(litellm_arena *arena, void *memory,
                                     size_t size) {
  memset(arena, 0, sizeof *arena);
  arena->memory = (unsigned char *)memory;
  arena->size = memory ? size : 0;
}

/* Bytes to skip so that the next object is aligned. */
static size_t litellm__padding(const litellm_arena *arena) {
  uintptr_t at = (uintptr_t)arena->memory + arena->used;
  return (size_t)((LITELLM__ALIGN - at % LITELLM__ALIGN) % LITELLM__ALIGN);
}

/* Rounds a size up to the alignment. */
static size_t litellm__align_up(size_t size) {
  return (size + LITELLM__ALIGN - 1) / LITELLM__ALIGN * LITELLM__ALIGN;
}

LITELLM__DEF void *litellm_arena_alloc(litellm_arena *arena, size_t size) {
  size_t padding = litellm__padding(arena);
  size_t left = arena->size - arena->used;
  if (padding > left || size > left - padding) return NULL;
  unsigned char *object = arena->memory + arena->used + padding;
  arena->used += padding + size;
  if (arena->used > arena->peak) arena->peak = arena->used;
  memset(object, 0, size);
  return object;
}

LITELLM__DEF const char *litellm_arena_copy(litellm_arena *arena,
                                            litellm_str text) {
  if (text.len == SIZE_MAX) return NULL;
  char *copy = (char *)litellm_arena_alloc(arena, text.len + 1);
  if (copy && text.len) memcpy(copy, text.ptr, text.len);
  return copy;
}

LITELLM__DEF void litellm_arena_reset(litellm_arena *arena, size_t mark) {
  if (mark < arena->used) arena->used = mark;
}

/* ==== >>errors (implementation) ========================================== */

/* The text, or NULL if LITELLM_ERROR_TEXTS is 0: then it takes no flash. */
#define LITELLM__TEXT(text) (LITELLM_ERROR_TEXTS ? (text) : (const char *)NULL)

/* The word for a result in a list that has the order of LITELLM_RESULTS. */
static const char *litellm__result_word(const char *words,
                                        litellm_result result) {
  static const int8_t numbers[] = {
#define LITELLM__X(name, number, text) number,
    LITELLM_RESULTS(LITELLM__X)
#undef LITELLM__X
  };
  size_t i = 0;
  if (!words) return "";
  while (i < sizeof numbers && numbers[i] != (int)result) i++;
  return litellm__word(words, i);
}

LITELLM__DEF const char *litellm_result_name(litellm_result result) {
#define LITELLM__X(name, number, text) #name "\0"
  const char *name = litellm__result_word(
      LITELLM__TEXT(LITELLM_RESULTS(LITELLM__X) "UNKNOWN"), result);
#undef LITELLM__X
  return result < 0 && name[0] == 'E' ? name + sizeof "ERROR_" - 1 : name;
}

LITELLM__DEF const char *litellm_result_text(litellm_result result) {
#define LITELLM__X(name, number, text) text "\0"
  return litellm__result_word(
      LITELLM__TEXT(LITELLM_RESULTS(LITELLM__X) "unknown"), result);
#undef LITELLM__X
}

LITELLM__DEF const char *litellm_phase_name(litellm_phase phase) {
#define LITELLM__X(name, text) text "\0"
  const char *names = LITELLM__TEXT(LITELLM_PHASES(LITELLM__X) "unknown");
#undef LITELLM__X
  return !names ? ""
       : litellm__word(names, phase < LITELLM__PHASES
                                  ? (size_t)phase : (size_t)LITELLM__PHASES);
}

LITELLM__DEF bool litellm_error_transient(const litellm_error *error) {
  switch (error->code) {
    case LITELLM_ERROR_TRUNCATED: case LITELLM_ERROR_EMPTY_REPLY:
    case LITELLM_ERROR_SERVER:
    case LITELLM_ERROR_RESOLVE: case LITELLM_ERROR_CONNECT:
    case LITELLM_ERROR_CONNECTION_CLOSED: case LITELLM_ERROR_TIMEOUT:
    case LITELLM_ERROR_NETWORK:
    case LITELLM_ERROR_CLOCK_NOT_SET: case LITELLM_ERROR_TLS_MEMORY:
    case LITELLM_ERROR_RATE_LIMIT: case LITELLM_ERROR_OVERLOADED:
      return true;
    default:
      return false;
  }
}

/* ==== >>json scalars (implementation) ==================================== */

enum {                       /* litellm_json_reader.state_ */
  LITELLM__JSON_VALUE,       /* expects a value */
  LITELLM__JSON_FIRST,       /* expects a value or the end of an array */
  LITELLM__JSON_KEY_FIRST,   /* expects a key or the end of an object */
  LITELLM__JSON_KEY,         /* expects a key */
  LITELLM__JSON_COLON,
  LITELLM__JSON_AFTER,       /* expects a comma or an end */
  LITELLM__JSON_WORD,        /* inside true, false or null */
  LITELLM__JSON_NUMBER,
  LITELLM__JSON_STRING,      /* this and the next: in a string or key */
  LITELLM__JSON_ESCAPE,
  LITELLM__JSON_HEX
};
enum {                       /* litellm_json_reader.at_: where in a number */
  LITELLM__NUMBER_NOTHING, LITELLM__NUMBER_MINUS, LITELLM__NUMBER_ZERO,
  LITELLM__NUMBER_INT, LITELLM__NUMBER_POINT, LITELLM__NUMBER_FRACTION,
  LITELLM__NUMBER_E, LITELLM__NUMBER_SIGN, LITELLM__NUMBER_EXPONENT,
  /* the set of states in which a number is complete */
  LITELLM__NUMBER_WHOLE = 1 << LITELLM__NUMBER_ZERO | 1 << LITELLM__NUMBER_INT |
                          1 << LITELLM__NUMBER_FRACTION |
                          1 << LITELLM__NUMBER_EXPONENT
};
enum {                       /* what reading one byte of a token did; bits */
  LITELLM__BYTE_MORE = 0,    /* needs more bytes */
  LITELLM__BYTE_READY = 1,   /* carry_ holds a character */
  LITELLM__BYTE_AGAIN = 2,   /* the byte is to be read again */
  LITELLM__BYTE_END = 4, LITELLM__BYTE_BAD = 8
};

/* The state of the number grammar after reading `c` in state `n`;
   NUMBER_NOTHING: `c` cannot follow. */
static unsigned litellm__json_digit(unsigned n, char c) {
  bool whole = n == LITELLM__NUMBER_ZERO || n == LITELLM__NUMBER_INT;
  if (litellm__is_digit(c)) {
    if (n <= LITELLM__NUMBER_MINUS)
      return c == '0' ? LITELLM__NUMBER_ZERO : LITELLM__NUMBER_INT;
    if (n == LITELLM__NUMBER_INT) return n;
    if (n >= LITELLM__NUMBER_E) return LITELLM__NUMBER_EXPONENT;
    if (n >= LITELLM__NUMBER_POINT) return LITELLM__NUMBER_FRACTION;
  } else if (c == '.') {
    if (whole) return LITELLM__NUMBER_POINT;
  } else if (c == 'e' || c == 'E') {
    if (whole || n == LITELLM__NUMBER_FRACTION) return LITELLM__NUMBER_E;
  } else if (c == '-' || c == '+') {
    if (n == LITELLM__NUMBER_E) return LITELLM__NUMBER_SIGN;
    if (n == LITELLM__NUMBER_NOTHING && c == '-') return LITELLM__NUMBER_MINUS;
  }
  return LITELLM__NUMBER_NOTHING;
}

/* true, false and null; at_ is the offset of the byte expected next. */
static const char litellm__json_words[] = "true\0false\0null";

/* Puts a character into carry_, which outlives the input. */
static unsigned litellm__json_put(litellm_json_reader *json, uint32_t code) {
  json->high_ = 0;
  json->carried_ = (uint8_t)litellm__encode_utf8(code, json->carry_);
  return LITELLM__BYTE_READY;
}

/* Reads one digit of a \u escape. code_ starts at 1, so that bit 16 is set
   after four digits. */
static unsigned litellm__json_hex(litellm_json_reader *json, char c) {
  int digit = litellm__hex(c);
  uint32_t code = json->code_ << 4 | (uint32_t)digit;
  bool low = (code & 0x1FC00) == 0x1DC00;
  if (digit < 0) return LITELLM__BYTE_BAD;
  if (code < 0x10000) {
    json->code_ = code;
    return LITELLM__BYTE_MORE;
  }
  if (json->high_ && !low)                   /* for the lone surrogate before */
    return litellm__json_put(json, 0xFFFD) | LITELLM__BYTE_AGAIN;
  json->state_ = LITELLM__JSON_STRING;
  if ((code & 0x1FC00) == 0x1D800) {
    json->high_ = (uint16_t)code;
    return LITELLM__BYTE_MORE;
  }
  if (!low) code &= 0xFFFF;
  else if (!json->high_) code = 0xFFFD;
  else code = 0x10000 + ((json->high_ & (uint32_t)0x3FF) << 10) +
              (code & 0x3FF);
  return litellm__json_put(json, code);
}

/* Reads as much of a word as there is. */
static unsigned litellm__json_word(litellm_json_reader *json,
                                   litellm_input *input) {
  const char *word = litellm__json_words + json->at_;
  char *c = input->ptr, *end = c + input->len;
  while (*word && c < end && *c == *word) {
    c++;
    word++;
  }
  input->ptr = c;
  input->len = (size_t)(end - c);
  json->at_ = (uint8_t)(word - litellm__json_words);
  return !*word ? LITELLM__BYTE_END : c < end ? LITELLM__BYTE_BAD
                                              : LITELLM__BYTE_MORE;
}

/* Reads as much of a number as there is; the end of input ends it, too. */
static unsigned litellm__json_number(litellm_json_reader *json,
                                     litellm_input *input, bool ended) {
  char *c = input->ptr, *end = c + input->len;
  unsigned at = json->at_;
  for (bool run = false; c < end; c++) {     /* a run of digits in one state */
    if (run && litellm__is_digit(*c)) continue;
    unsigned next = litellm__json_digit(at, *c);
    if (!next) break;
    run = next == at;
    at = next;
  }
  input->ptr = c;
  input->len = (size_t)(end - c);
  json->at_ = (uint8_t)at;
  if (c == end && !ended) return LITELLM__BYTE_MORE;
  return LITELLM__NUMBER_WHOLE >> at & 1 ? LITELLM__BYTE_END
                                         : LITELLM__BYTE_BAD;
}

/* Reads one byte of a string or key. */
static LITELLM__NOINLINE unsigned litellm__json_byte(litellm_json_reader *json,
                                                     char c) {
  bool valid = true, escape = json->state_ == LITELLM__JSON_ESCAPE;
  if (json->state_ == LITELLM__JSON_HEX) return litellm__json_hex(json, c);
  if (escape && c == 'u') {
    json->code_ = 1;
    json->state_ = LITELLM__JSON_HEX;
    return LITELLM__BYTE_MORE;
  }
  if (escape && !(c = litellm__json_escape(c, 0))) return LITELLM__BYTE_BAD;
  if (json->high_ && (escape || c != '\\'))
    return litellm__json_put(json, 0xFFFD) | LITELLM__BYTE_AGAIN;
  if (!escape && !json->carried_) {
    if ((unsigned char)c < 0x20) return LITELLM__BYTE_BAD;
    if (c == '\\') {
      json->state_ = LITELLM__JSON_ESCAPE;
      return LITELLM__BYTE_MORE;
    }
  }
  json->state_ = LITELLM__JSON_STRING;
  json->carry_[json->carried_++] = c;
  if (litellm__utf8(json->carry_, json->carried_, &valid) < json->carried_)
    return litellm__json_put(json, 0xFFFD) | LITELLM__BYTE_AGAIN;
  return valid ? LITELLM__BYTE_READY : LITELLM__BYTE_MORE;
}

/* Reads as much of a string or key as there is and returns the end of its text.
   It is unescaped in place, so that the output never overtakes the input. A
   character that is longer than the bytes it had in this input (U+FFFD for one
   byte) would: it is a piece of its own, in carry_. So is a NUL, for C strings.
   */
static char *litellm__json_string(litellm_json_reader *json,
                                  litellm_input *input, unsigned *did) {
  char *out = input->ptr;
  while (input->len && !json->pending_) {
    if (json->state_ == LITELLM__JSON_STRING &&
        !(json->carried_ | json->high_)) {
      size_t n = litellm__plain_run(input->ptr, input->len, input->len);
      if (out < input->ptr) memmove(out, input->ptr, n);
      out += n;
      input->ptr += n;
      input->len -= n;
      if (!input->len) break;
      if (*input->ptr == '"') {
        input->ptr++;
        input->len--;
        *did = LITELLM__BYTE_END;
        break;
      }
    }
    *did = litellm__json_byte(json, *input->ptr);
    if (*did == LITELLM__BYTE_BAD) break;
    if (!(*did & LITELLM__BYTE_AGAIN)) {
      input->ptr++;
      input->len--;
    }
    if (!(*did & LITELLM__BYTE_READY)) continue;
    json->pending_ = input->ptr - out < json->carried_ || !json->carry_[0];
    if (json->pending_) continue;
    memcpy(out, json->carry_, json->carried_);
    out += json->carried_;
    json->carried_ = 0;
  }
  return out;
}

/* Reads a piece of a word, number, string or key. */
static litellm_result litellm__json_piece(
    litellm_json_reader *json, litellm_input *input, bool ended,
    litellm_json_token *token) {
  char *start = input->ptr, *out = start;
  unsigned did = LITELLM__BYTE_MORE;
  if (json->state_ >= LITELLM__JSON_STRING) {
    out = litellm__json_string(json, input, &did);
    token->kind = json->in_key_ ? LITELLM_JSON_KEY : LITELLM_JSON_STRING;
  } else if (json->state_ == LITELLM__JSON_NUMBER) {
    did = litellm__json_number(json, input, ended);
    token->kind = LITELLM_JSON_NUMBER;
    out = input->ptr;
  } else {                                   /* at_ is 4, 10 or 15 at its end */
    did = litellm__json_word(json, input);
    token->kind =
        (litellm_json_token_kind)(LITELLM_JSON_NUMBER + json->at_ / 4);
  }
  if (did == LITELLM__BYTE_BAD && out == start) return LITELLM_ERROR_JSON;
  token->text.ptr = start;
  token->text.len = (size_t)(out - start);
  token->last = (did & LITELLM__BYTE_END) != 0;
  if (token->last) {
    json->state_ = json->in_key_ ? LITELLM__JSON_COLON : LITELLM__JSON_AFTER;
  } else if (out == start) {
    if (!json->pending_) return LITELLM_AGAIN;
    token->text.ptr = json->carry_;
    token->text.len = json->carried_;
    json->pending_ = false;
    json->carried_ = 0;
  }
  token->first = !json->begun_;
  json->begun_ = true;
  return LITELLM_OK;
}

/* ==== >>json tokenizer (implementation) ================================== */

static bool litellm__json_in_object(const litellm_json_reader *json) {
  unsigned level = json->depth_ - 1u;
  return json->depth_ && ((json->stack_[level / 8] >> (level % 8)) & 1);
}

static LITELLM__NOINLINE litellm_result litellm__json_open(
    litellm_json_reader *json, bool object) {
  unsigned level = json->depth_, bit = 1u << (level % 8);
  uint8_t *bits = &json->stack_[level / 8];
  if (level >= LITELLM_MAX_JSON_DEPTH) return LITELLM_ERROR_JSON_DEPTH;
  *bits = (uint8_t)(object ? *bits | bit : *bits & ~bit);
  json->depth_++;
  json->state_ = object ? LITELLM__JSON_KEY_FIRST : LITELLM__JSON_FIRST;
  return LITELLM_OK;
}

/* Reads a bracket. LITELLM_AGAIN: `c` is no bracket, but begins a number or a
   word. */
static litellm_result litellm__json_bracket(
    litellm_json_reader *json, char c, litellm_json_token *token) {
  unsigned state = json->state_;
  if (c == '}' || c == ']') {
    bool object = litellm__json_in_object(json);
    if (!json->depth_ || object != (c == '}') ||
        (state != LITELLM__JSON_AFTER && state != LITELLM__JSON_FIRST &&
         state != LITELLM__JSON_KEY_FIRST)) return LITELLM_ERROR_JSON;
    json->depth_--;
    json->state_ = LITELLM__JSON_AFTER;
    token->kind = object ? LITELLM_JSON_OBJECT_END : LITELLM_JSON_ARRAY_END;
    return LITELLM_OK;
  }
  if (state > LITELLM__JSON_FIRST) return LITELLM_ERROR_JSON;
  if (c == '{' || c == '[') {
    token->kind = c == '{' ? LITELLM_JSON_OBJECT : LITELLM_JSON_ARRAY;
    return litellm__json_open(json, c == '{');
  }
  bool number = c == '-' || litellm__is_digit(c);
  if (!number && c != 't' && c != 'f' && c != 'n') return LITELLM_ERROR_JSON;
  json->in_key_ = json->begun_ = false;
  json->at_ = c == 'f' ? 5 : c == 'n' ? 11 : 0;
  json->state_ = number ? LITELLM__JSON_NUMBER : LITELLM__JSON_WORD;
  return LITELLM_AGAIN;
}

/* Most strings and keys need no unescaping and end in the input: they are taken
   whole, a key with its colon. */
static void litellm__json_whole(litellm_json_reader *json, litellm_input *input,
                                litellm_json_token *token) {
  size_t n = litellm__plain_eights(input->ptr, input->len);
  if (n == input->len || input->ptr[n] != '"') return;
  token->kind = json->in_key_ ? LITELLM_JSON_KEY : LITELLM_JSON_STRING;
  token->text.ptr = input->ptr;
  token->text.len = n++;
  token->first = token->last = true;
  json->state_ = json->in_key_ ? LITELLM__JSON_COLON : LITELLM__JSON_AFTER;
  if (json->in_key_ && n < input->len && input->ptr[n] == ':') {
    json->state_ = LITELLM__JSON_VALUE;
    n++;
  }
  input->ptr += n;
  input->len -= n;
}

/* Reads one byte outside strings, numbers and words. */
static litellm_result litellm__json_structure(
    litellm_json_reader *json, litellm_input *input,
    litellm_json_token *token) {
  char c = *input->ptr;
  unsigned state = json->state_;
  if (c == '"' && state <= LITELLM__JSON_KEY) {
    json->in_key_ = state >= LITELLM__JSON_KEY_FIRST;
    json->begun_ = false;
    json->state_ = LITELLM__JSON_STRING;
  } else if (c == ',' && state == LITELLM__JSON_AFTER && json->depth_) {
    json->state_ = litellm__json_in_object(json) ? LITELLM__JSON_KEY
                                                 : LITELLM__JSON_VALUE;
  } else if (c == ':' && state == LITELLM__JSON_COLON) {
    json->state_ = LITELLM__JSON_VALUE;
  } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
    litellm_result result = litellm__json_bracket(json, c, token);
    if (result != LITELLM_OK) return result;
  }
  input->ptr++;
  input->len--;
  if (LITELLM__EIGHTS && json->state_ == LITELLM__JSON_STRING)
    litellm__json_whole(json, input, token);
  return token->kind ? LITELLM_OK : LITELLM_AGAIN;
}

LITELLM__DEF litellm_result litellm_json_next(
    litellm_json_reader *json, litellm_input *input, bool input_ended,
    litellm_json_token *token) {
  const char *start = input->ptr;
  litellm_result result = LITELLM_AGAIN;
  memset(token, 0, sizeof *token);
  while (result == LITELLM_AGAIN && input->len &&
         json->state_ < LITELLM__JSON_WORD)
    result = litellm__json_structure(json, input, token);
  if (result == LITELLM_AGAIN && json->state_ >= LITELLM__JSON_WORD)
    result = litellm__json_piece(json, input, input_ended, token);
  if (result == LITELLM_AGAIN && input_ended)
    result = json->state_ == LITELLM__JSON_AFTER && !json->depth_
                 ? LITELLM_END : LITELLM_ERROR_JSON;
  json->offset += (uint32_t)(input->ptr - start);
  return result;
}

/* Skips a value, behind its key's colon, if it is a string without escapes that
   ends in the input, or null. */
static void litellm__json_skip(litellm_json_reader *json,
                               litellm_input *input) {
  size_t n = 0;
  if (json->state_ != LITELLM__JSON_VALUE || input->len < 4) return;
  if (*input->ptr == '"') {
    n = 1 + litellm__plain_eights(input->ptr + 1, input->len - 1);
    if (n == input->len || input->ptr[n] != '"') return;
    n++;
  } else if (!memcmp(input->ptr, "null", 4)) {
    n = 4;
  } else {
    return;
  }
  json->state_ = LITELLM__JSON_AFTER;
  json->offset += (uint32_t)n;
  input->ptr += n;
  input->len -= n;
}

/* The text may be in flash, where it cannot be unescaped in place: so it is
   copied, a bite at a time. */
LITELLM__DEF bool litellm_json_valid(litellm_str text) {
  litellm_json_reader json;
  litellm_json_token token;
  litellm_input input = { NULL, 0 };
  litellm_result result;
  char bite[LITELLM__EIGHTS ? 128 : 16];
  memset(&json, 0, sizeof json);
  do {
    if (!input.len && text.len) {
      input.ptr = bite;
      input.len = text.len < sizeof bite ? text.len : sizeof bite;
      memcpy(bite, text.ptr, input.len);
      text.ptr += input.len;
      text.len -= input.len;
    }
    result = litellm_json_next(&json, &input, !text.len, &token);
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  return result == LITELLM_END;
}

/* ==== >>numbers (implementation) ========================================= */

enum { LITELLM__DIGITS = 20 };         /* of an int64_t with its sign */

/* Writes an integer to the end of `digits` and returns its start. Divides in
   steps of 32 bits, as few chips can divide 64 bits. */
static char *litellm__digits(int64_t number, char digits[LITELLM__DIGITS]) {
  uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  uint32_t high = (uint32_t)(size >> 32), low = (uint32_t)size;
  char *at = digits + LITELLM__DIGITS;
  do {
    uint32_t middle = high % 10 << 16 | low >> 16;
    uint32_t last = middle % 10 << 16 | (low & 0xFFFF);
    high /= 10;
    low = middle / 10 << 16 | last / 10;
    *--at = (char)('0' + last % 10);
  } while (high | low);
  if (number < 0) *--at = '-';
  return at;
}

/* An exact decimal is an integer of up to 1,026 bits: a double multiplied by a
   power of ten, in small steps. It is held in 16-bit parts, lowest first, and
   is then converted to digits in place, four per part, right-aligned. */
#define LITELLM__PARTS (LITELLM_FLOAT ? 78 : 20)

typedef struct litellm__decimal {
  uint8_t used;              /* parts in use */
  uint8_t base;              /* of the digits */
  int point;                 /* they are 0.ddd * 10^point */
  int count;                 /* of them, without leading zeros */
  uint16_t part[LITELLM__PARTS];
} litellm__decimal;

static void litellm__decimal_set(litellm__decimal *d, uint64_t value,
                                 size_t at) {
  memset(d, 0, sizeof *d);
  for (d->used = (uint8_t)at; value; value >>= 16)
    d->part[d->used++] = (uint16_t)value;
}

static unsigned litellm__decimal_divide(litellm__decimal *d, uint32_t divisor) {
  uint32_t rest = 0;
  for (size_t i = d->used; i-- > 0; rest %= divisor) {
    rest = rest << 16 | d->part[i];
    d->part[i] = (uint16_t)(rest / divisor);
  }
  while (d->used && !d->part[d->used - 1]) d->used--;
  return (unsigned)rest;
}

/* The digit at position i; 0 beyond the last. */
static unsigned litellm__decimal_digit(const litellm__decimal *d, int i) {
  unsigned at = LITELLM__PARTS * 4 - (unsigned)d->count + (unsigned)i;
  if ((unsigned)i >= (unsigned)d->count) return 0;
  unsigned digit = d->part[at / 4];
  for (at = ~at & 3; at; at--) digit /= d->base;
  return digit % d->base;
}

/* Converts the integer to digits in base 2, 8, 10 or 16. */
static void litellm__decimal_split(litellm__decimal *d, unsigned base) {
  uint16_t *part = d->part + LITELLM__PARTS;
  uint32_t square = (uint32_t)base * base;
  d->base = (uint8_t)base;
  while (d->used)
    *--part = (uint16_t)litellm__decimal_divide(d, square * square);
  d->count = (int)(d->part + LITELLM__PARTS - part) * 4;
  while (d->count && !litellm__decimal_digit(d, 0)) d->count--;
  d->point = d->count;
}

static void litellm__decimal_multiply(litellm__decimal *d, uint32_t factor,
                                      uint32_t add) {
  for (size_t i = 0; i < d->used; i++, add >>= 16) {
    add += d->part[i] * factor;
    d->part[i] = (uint16_t)add;
  }
  if (add) d->part[d->used++] = (uint16_t)add;
}

/* Multiplies by 2^power or 5^power; true if a remainder was lost. */
static bool litellm__decimal_scale(litellm__decimal *d, unsigned base,
                                   int power) {
  bool lost = false;
  while (power) {
    unsigned factor = base;
    int step = 1;
    if (power > 5 || power < -5) {
      factor = base == 2 ? 64 : 15625;
      step = 6;
    }
    if (power > 0) {
      litellm__decimal_multiply(d, factor, 0);
      power -= step;
    } else {
      if (litellm__decimal_divide(d, factor)) lost = true;
      power += step;
    }
  }
  return lost;
}

#define LITELLM__DOUBLE_INFINITY ((uint64_t)0x7FF << 52)

/* Splits a finite double into an integer and a power of two. */
static uint64_t litellm__double_split(uint64_t bits, int *exponent) {
  uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
  int e = (int)((uint32_t)(bits >> 52) & 0x7FF);
  if (e) mantissa |= (uint64_t)1 << 52;
  else e = 1;
  *exponent = e - 1075;
  return mantissa;
}

/* The bits of the double nearest to value * 5^fives * 2^twos, ties to even. `d`
   is scratch space. */
static uint64_t litellm__double_round(litellm__decimal *d, uint64_t value,
                                      int fives, int twos) {
  /* Parts below the binary point. A division by 5 takes log2(5)/16 < 1/6 of a
     part from the 64 bits that must remain. */
  size_t zeros = fives < 0 ? 5 + (unsigned)-fives / 6 : 4, i;
  if (!value || fives < -343) return 0;
  if (fives > 309) return LITELLM__DOUBLE_INFINITY;
  litellm__decimal_set(d, value, zeros);
  bool lost = litellm__decimal_scale(d, 5, fives);
  unsigned shift = 0;
  while (!(d->part[d->used - 1] << shift >> 15)) shift++;
  litellm__decimal_multiply(d, 1u << shift, 0);
  twos -= (int)shift;
  for (i = 0; i + 4 < d->used; i++) lost |= d->part[i] != 0;
  twos += (int)(i - zeros) * 16 + 1086;      /* the biased exponent */
  for (; i < d->used; i++)
    value = value >> 16 | (uint64_t)d->part[i] << 48;
  if (twos > 2046) return LITELLM__DOUBLE_INFINITY;
  value |= lost;
  for (; twos < 1; twos++)                   /* subnormal: fewer bits remain */
    value = value >> 1 | (value & 1);
  unsigned rest = (unsigned)value & 2047;
  /* The top bit of the mantissa, and a carry out of it, add to the exponent. */
  value = (value >> 11) + ((uint64_t)(twos - 1) << 52);
  return value + (rest > 1024 || (rest == 1024 && (value & 1)));
}

enum {                       /* how a double is converted to digits */
  LITELLM__ROUND_NEAREST,    /* the first `count` digits */
  LITELLM__ROUND_UP,         /* the same, rounded up */
  LITELLM__ROUND_FIXED       /* up to `count` digits after the point */
};

/* Converts a double times 10^power to digits, rounded half to even, or up. */
static void litellm__decimal_round(litellm__decimal *d, uint64_t bits,
                                   int power, bool up) {
  int exponent;
  /* Two more bits tell whether the lost part is below, at or above a half. */
  litellm__decimal_set(d, litellm__double_split(bits, &exponent) << 2, 0);
  exponent += power;
  if (exponent > 0) litellm__decimal_scale(d, 2, exponent);
  bool lost = litellm__decimal_scale(d, 5, power);
  if (exponent < 0) lost |= litellm__decimal_scale(d, 2, exponent);
  unsigned rest = litellm__decimal_divide(d, 4) * 2 + lost;
  if (up ? rest : rest > 4 - (d->part[0] & 1u))
    litellm__decimal_multiply(d, 1, 1);
  litellm__decimal_split(d, 10);
}

static void litellm__decimal_start(litellm__decimal *d, uint64_t bits,
                                   int count, unsigned how) {
  uint32_t exponent = (uint32_t)(bits >> 52);
  int point = 1;
  /* An estimate of 1 + floor(log10), from the exponent; never too high. If it
     is too low, the loop below runs once more. */
  if (bits)
    point = (int)((exponent * 30103 + 4631) / 100000) - (exponent ? 307 : 323);
  if (how == LITELLM__ROUND_FIXED) {
    point = 0;
    if (exponent >= 1075) count = 0;         /* an integer */
  }
  do {
    litellm__decimal_round(d, bits, count - point++, how == LITELLM__ROUND_UP);
  } while (d->count > count && how != LITELLM__ROUND_FIXED);
  d->point = how == LITELLM__ROUND_FIXED ? d->count - count : point - 1;
}

/* The first `count` digits, as an integer. */
static uint64_t litellm__decimal_integer(const litellm__decimal *d, int count) {
  uint64_t digits = 0;
  for (int i = 0; i < count; i++)
    digits = digits * 10 + litellm__decimal_digit(d, i);
  return digits;
}

/* The shortest digits that read back as `bits` (finite, sign cleared); of
   several, the nearest. Rounding up is tried too: doubles above a power of two
   are twice as far apart as those below it, so the next decimal up may read
   back where the nearest one does not. The search starts at 15 digits, which
   every normal double keeps. */
static LITELLM__NOINLINE void litellm__decimal_shortest(litellm__decimal *d,
                                                        uint64_t bits) {
  unsigned way = bits >> 52 ? 2 * 15 : 2 * 1;
  for (;; way++) {
    int count = (int)(way / 2);
    litellm__decimal_start(d, bits, count, way & 1);
    uint64_t digits = litellm__decimal_integer(d, count);
    int power = d->point - count;
    if (way == 2 * 17 ||
        litellm__double_round(d, digits, power, power) == bits) break;
  }
  litellm__decimal_start(d, bits, (int)(way / 2), way & 1);
}

/* ==== >>writer (implementation) ========================================== */

/* Renders a text and keeps only its bytes [from, to), the window. Rendering may
   stop once it is past the window: see litellm__full. To start a later window
   without rendering from the beginning, `mark` records the last message, and
   the text in it, that began before the end of this window. */
typedef struct litellm__writer {
  litellm_result result;     /* the first error, or LITELLM_OK */
  bool check;                /* check mode: only types are known, values are
                                NULL */
  bool quoted;               /* JSON is being written into a JSON string ... */
  bool bare;                 /* ... unless it is the whole text itself */
  uint8_t limit_state;       /* 1: `room` limits JSON; 3: nothing is written */
  bool seeking;              /* skip everything before the mark's text */
  /* The content parts of a message. */
  bool survey;               /* only count them */
  bool plain;                /* write one as a plain string */
  bool rich;                 /* one of them is not just text */
  bool cached;               /* the last one has a cache_control */
  uint8_t parts;             /* how many there were; stops at 2 */
  char *out;                 /* the window; NULL: only count */
  uint32_t from, to;
  uint32_t at;               /* offset of the next byte */
  uint32_t position;         /* template offset, of the error if there is one */
  const char *subject;
  litellm__resume_point *resume;  /* where the next window can start, or NULL */
  litellm__resume_point current;  /* the current place */
  const litellm_name_value *raw;  /* raw parameters still to be written */
  size_t limit_left;         /* characters of JSON that may still be written */
} litellm__writer;

enum {                       /* litellm__resume_point.stage; before: 0 */
  LITELLM__STAGE_TOOLS = 1, LITELLM__STAGE_TEMPLATE, LITELLM__STAGE_MESSAGES,
  LITELLM__STAGE_TURNS
};

static bool litellm__one_of(char c, const char *set) {
  while (*set && *set != c) set++;
  return *set != 0;
}

static void litellm__fail(litellm__writer *w, litellm_result result,
                          const char *subject) {
  if (w->result != LITELLM_OK) return;
  w->result = result;
  w->subject = subject;
}

/* The same outside of a writer. */
static litellm_result litellm__blame(
    litellm_error *error, litellm_result result, const char *subject) {
  error->subject = subject;
  return result;
}

#define LITELLM__BLAME(error, result, where)                                  \
  (LITELLM_ERROR_TEXTS ? litellm__blame(error, result, where) : (result))

static bool litellm__full(const litellm__writer *w) {
  return w->result != LITELLM_OK || w->at >= w->to;
}

/* Skips `len` bytes of output; false if nothing may be written. */
static bool litellm__advance(litellm__writer *w, size_t len) {
  if (w->seeking || w->result != LITELLM_OK) return false;
  if (len >= UINT32_MAX - w->at) {
    litellm__fail(w, LITELLM_ERROR_TOO_LARGE, NULL);
    return false;
  }
  w->at += (uint32_t)len;
  return true;
}

/* Appends bytes. The only function that writes to the window. */
static inline void litellm__put_bytes(litellm__writer *w, const char *bytes,
                                      size_t len) {
  uint32_t at = w->at;
  if (!litellm__advance(w, len) || !w->out) return;
  uint32_t begin = at < w->from ? w->from : at;
  uint32_t end = litellm__min(w->at, w->to);
  if (begin < end)
    memcpy(w->out + (begin - w->from), bytes + (begin - at),
           (size_t)(end - begin));
}

/* Appends JSON that has no control characters, escaped if it goes into a JSON
   string. */
static void litellm__put_literal_n(litellm__writer *w, const char *bytes,
                                   size_t len) {
  if (!w->quoted || w->bare) {
    litellm__put_bytes(w, bytes, len);
    return;
  }
  for (; len; bytes++, len--) {
    if (LITELLM_FORMAT && w->limit_state && (*bytes & 0xC0) != 0x80) {
      if (w->limit_left) w->limit_left--;
      else w->limit_state = 3;
    }
    if (LITELLM_FORMAT && w->limit_state > 1) continue;
    if (*bytes == '"' || *bytes == '\\') litellm__put_bytes(w, "\\", 1);
    litellm__put_bytes(w, bytes, 1);
  }
}

static void litellm__put_literal(litellm__writer *w, const char *text) {
  litellm__put_literal_n(w, text, strlen(text));
}

static void litellm__put_char(litellm__writer *w, char c) {
  litellm__put_literal_n(w, &c, 1);
}

static LITELLM__NOINLINE void litellm__put_integer(litellm__writer *w,
                                                   int64_t number) {
  char digits[LITELLM__DIGITS], *at = litellm__digits(number, digits);
  litellm__put_literal_n(w, at, (size_t)(digits + sizeof digits - at));
}


/* Records that the next window can start here. */
static void litellm__save_resume_point(litellm__writer *w) {
  if (LITELLM_FORMAT && w->limit_state) return;
  if (w->resume && !w->seeking && w->at <= w->to) *w->resume = w->current;
}

/* Whether a text ends at offset `at`. A NUL-terminated text has the length
   SIZE_MAX: its end is found while writing, so a long text is not scanned
   twice. */
static bool litellm__text_ends(const char *text, size_t len, size_t at) {
  return at >= len || (len == SIZE_MAX && !text[at]);
}

/* Appends text as the inside of a JSON string, made valid UTF-8. A text that
   began in an earlier window resumes at the mark's source offset, which keeps
   rendering linear in its length. */
static void litellm__put_escaped(litellm__writer *w, const char *text,
                                 size_t len) {
  size_t i = 0;
  w->current.text_index++;
  if (w->seeking) {
    if (w->resume->text_index != w->current.text_index ||
        w->resume->text_source > len)
      return;
    w->seeking = false;
    w->at = w->resume->text_at;
    i = w->resume->text_source;
  }
  for (;;) {
    w->current.text_at = w->at;
    w->current.text_source = i;
    litellm__save_resume_point(w);
    if (litellm__text_ends(text, len, i) || litellm__full(w)) return;
    size_t n = litellm__plain_run(text + i, len == SIZE_MAX ? len : len - i,
                                  (size_t)litellm__min(w->to - w->at,
                                                       UINT16_MAX));
    if (n) {
      litellm__put_literal_n(w, text + i, n);
    } else {
      bool valid;
      char escape[6];
      n = litellm__utf8(text + i, len - i, &valid);
      if (valid)
        litellm__put_literal_n(w, escape, litellm__escape(text[i], escape));
      else
        litellm__put_literal_n(w, "\xEF\xBF\xBD", 3);
    }
    i += n;
  }
}

/* Appends `format` with each % replaced by the JSON-escaped text. */
static void litellm__put_fmt_n(litellm__writer *w, const char *format,
                               const char *text, size_t len) {
  for (; *format; format++) {
    size_t n = 0;
    while (format[n] && format[n] != '%') n++;
    litellm__put_literal_n(w, format, n);
    format += n;
    if (!*format) return;
    litellm__put_escaped(w, text, len);
  }
}

static void litellm__put_fmt(litellm__writer *w, const char *format,
                             const char *text) {
  litellm__put_fmt_n(w, format, text ? text : "", SIZE_MAX);
}

static void litellm__put_string(litellm__writer *w, const char *text,
                                size_t len) {
  litellm__put_fmt_n(w, "\"%\"", text, len);
}

static const char litellm__base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Up to three bytes as four characters. */
static void litellm__base64_quad(const uint8_t *bytes, size_t len,
                                 char quad[4]) {
  uint32_t three = (uint32_t)bytes[0] << 16;
  if (len > 1) three |= (uint32_t)bytes[1] << 8;
  if (len > 2) three |= bytes[2];
  quad[0] = litellm__base64[three >> 18];
  quad[1] = litellm__base64[three >> 12 & 63];
  quad[2] = len > 1 ? litellm__base64[three >> 6 & 63] : '=';
  quad[3] = len > 2 ? litellm__base64[three & 63] : '=';
}

/* Three bytes each as four characters. */
static void litellm__base64_quads(const uint8_t *bytes, uint32_t quads,
                                  char *out) {
  /* Two at once read eight bytes, so that a third must be behind them. */
  for (; LITELLM__EIGHTS && quads > 2; quads -= 2, bytes += 6, out += 8) {
    uint64_t v;
    memcpy(&v, bytes, sizeof v);
    v = LITELLM__BSWAP(v);
    out[0] = litellm__base64[v >> 58];
    out[1] = litellm__base64[v >> 52 & 63];
    out[2] = litellm__base64[v >> 46 & 63];
    out[3] = litellm__base64[v >> 40 & 63];
    out[4] = litellm__base64[v >> 34 & 63];
    out[5] = litellm__base64[v >> 28 & 63];
    out[6] = litellm__base64[v >> 22 & 63];
    out[7] = litellm__base64[v >> 16 & 63];
  }
  for (; quads; quads--, bytes += 3, out += 4)
    litellm__base64_quad(bytes, 3, out);
}

/* Appends bytes as Base64; only those inside the window are converted. */
static LITELLM__NOINLINE void litellm__put_base64(
    litellm__writer *w, const uint8_t *bytes, size_t len) {
  size_t quads = len / 3 + (len % 3 != 0);
  uint32_t start = w->at;
  for (size_t k = 0; k < 4; k++)
    if (!litellm__advance(w, quads)) return;
  if (!w->out || w->at <= w->from) return;
  uint32_t end = w->at;
  size_t i = w->from > start ? (size_t)((w->from - start) / 4) : 0;
  w->at = start + (uint32_t)i * 4;
  while (w->at < litellm__min(end, w->to)) {
    uint32_t whole = w->at < w->from ? 0 : (w->to - w->at) / 4;
    whole = litellm__min(whole, (uint32_t)(len / 3 - i));
    char *out = w->out + (whole ? w->at - w->from : 0), quad[4];
    w->at += whole * 4;
    litellm__base64_quads(bytes + i * 3, whole, out);
    i += (size_t)whole;
    if (whole) continue;
    litellm__base64_quad(bytes + i * 3, len - i * 3, quad);
    litellm__put_bytes(w, quad, 4);
    i++;
  }
  w->at = end;
}

/* ==== >>fields (implementation) ========================================== */

/* A typed value: its address (NULL: null, or only the type is known), type. */
typedef struct litellm__value {
  const void *at;
  const litellm_type *type;
  uint8_t kind;
} litellm__value;

static const void *litellm__offset(const void *base, size_t offset) {
  return base ? (const unsigned char *)base + offset : NULL;
}

/* Follows pointers and optionals to the value itself. */
static void litellm__dereference(litellm__value *value) {
  while (value->kind == LITELLM_KIND_POINTER ||
         value->kind == LITELLM_KIND_OPTIONAL ||
         value->kind == LITELLM_KIND_FROM_ARGUMENT) {
    const litellm_type *type = value->type;
    if (value->at) {
      const void *pointer = value->at;
      bool set = true;
      if (value->kind == LITELLM_KIND_POINTER)
        memcpy(&pointer, value->at, sizeof pointer);
      else if (value->kind == LITELLM_KIND_OPTIONAL)
        memcpy(&set, litellm__offset(value->at, type->at), sizeof set);
      value->at = set ? pointer : NULL;
    }
    value->kind = type->kind;
    value->type = type->item;
  }
}

/* The row of that name, or NULL. */
static const litellm_field *litellm__find_field(const litellm_field *rows,
                                                const char *name, size_t len) {
  for (; rows && rows->name; rows++)         /* most differ in the first byte */
    if (len && *rows->name == *name && strlen(rows->name) == len &&
        !memcmp(rows->name, name, len)) return rows;
  return NULL;
}

static LITELLM__NOINLINE void litellm__member(
    litellm__value *value, const void *owner, const litellm_field *field) {
  value->at = litellm__offset(owner, field->offset);
  value->kind = field->kind;
  value->type = field->type;
  litellm__dereference(value);
}

static litellm_list litellm__list_of(const litellm__value *value) {
  litellm_list list = { NULL, 0 };
  const litellm_type *type = value->type;
  if (!value->at) return list;
  if (!type->capacity) {
    memcpy(&list, value->at, sizeof list);
    return list;
  }
  list.items = value->at;
  memcpy(&list.count, litellm__offset(value->at, type->at),
         sizeof list.count);
  if (list.count > type->capacity) list.count = type->capacity;
  return list;
}

static void litellm__item(litellm__value *item, const litellm__value *list,
                          const void *items, size_t index) {
  const litellm_type *type = list->type;
  item->at = litellm__offset(items, index * type->size);
  item->kind = type->kind;
  item->type = type->item;
  litellm__dereference(item);
}

static size_t litellm__scalar_size(unsigned kind, const litellm_type *type) {
  return kind == LITELLM_KIND_BOOL ? sizeof(bool)
       : kind == LITELLM_KIND_INT64 || kind == LITELLM_KIND_DOUBLE
             ? sizeof(int64_t)
       : type ? type->size : sizeof(int);
}

static int64_t litellm__integer_of(const litellm__value *value) {
  int8_t i8; int16_t i16; int32_t i32; int64_t i64;
  switch (litellm__scalar_size(value->kind, value->type)) {
    case 1: memcpy(&i8, value->at, 1); return i8;
    case 2: memcpy(&i16, value->at, 2); return i16;
    case 4: memcpy(&i32, value->at, 4); return i32;
    default: memcpy(&i64, value->at, sizeof i64); return i64;
  }
}

/* The text of a string, enum or bool; ptr NULL: null. Its length may be
   SIZE_MAX, see litellm__text_ends. */
static litellm_str litellm__text_of(const litellm__value *value) {
  litellm_str text = { NULL, 0 };
  bool truth;
  int64_t index;
  if (!value->at) return text;
  switch (value->kind) {
    case LITELLM_KIND_STRING:
      memcpy(&text.ptr, value->at, sizeof text.ptr);
      break;
    case LITELLM_KIND_CHARS:
      text.ptr = (const char *)value->at;
      break;
    case LITELLM_KIND_STRING_VIEW: case LITELLM_KIND_BYTES:
      memcpy(&text, value->at, sizeof text);
      return text;
    case LITELLM_KIND_BOOL:
      memcpy(&truth, value->at, sizeof truth);
      text.ptr = truth ? "true" : "false";
      break;
    case LITELLM_KIND_ENUM:
      index = litellm__integer_of(value);
      if (index >= 0 && index < value->type->capacity)
        text.ptr = value->type->names[index];
      break;
    default:
      break;
  }
  if (text.ptr) text.len = SIZE_MAX;
  return text;
}

#define LITELLM__SET_OF(kind) (1u << LITELLM_KIND_##kind)

static LITELLM__NOINLINE bool litellm__is_text(unsigned kind) {
  return ((LITELLM__SET_OF(STRING) | LITELLM__SET_OF(STRING_VIEW) |
           LITELLM__SET_OF(CHARS) | LITELLM__SET_OF(ENUM)) >> kind) & 1;
}

static bool litellm__is_null(const litellm__value *value) {
  return !value->at ||
         ((litellm__is_text(value->kind) ||
           value->kind == LITELLM_KIND_BYTES) && !litellm__text_of(value).ptr);
}

/* ==== >>formatting (implementation) ====================================== */

/* The kinds that {name} can print. */
#define LITELLM__PRINTABLE                                                    \
  (LITELLM__SET_OF(STRING) | LITELLM__SET_OF(STRING_VIEW) |                   \
   LITELLM__SET_OF(CHARS) |                                                   \
   LITELLM__SET_OF(ENUM) | LITELLM__SET_OF(BOOL) | LITELLM__SET_OF(INT) |     \
   LITELLM__SET_OF(INT64) | (LITELLM_FLOAT * LITELLM__SET_OF(DOUBLE)))

enum {                       /* parts of a format spec */
  LITELLM__SPEC_ALIGN,       /* '0': implied by a zero before the width */
  LITELLM__SPEC_SIGN, LITELLM__SPEC_Z, LITELLM__SPEC_ALTERNATE,
  LITELLM__SPEC_ZERO, LITELLM__SPEC_GROUP, LITELLM__SPEC_PRECISION,
  LITELLM__SPEC_TYPE, LITELLM__SPEC_PARTS
};

/* How a value is formatted. */
enum {
  LITELLM__AS_NOTHING, LITELLM__AS_TEXT, LITELLM__AS_JSON,
  LITELLM__AS_CHARACTER, LITELLM__AS_INTEGER, LITELLM__AS_DOUBLE
};

/* A format spec: the text after the colon of a field, as in Python. */
typedef struct litellm__spec {
  bool used;                 /* there is a spec */
  char convert;
  uint8_t style;             /* LITELLM__AS_*, of the current value */
  uint8_t given;             /* one bit per part */
  char part[LITELLM__SPEC_PARTS];    /* each part as written, or 0 */
  uint16_t width, precision;
  const char *fill;          /* one character */
  size_t fill_len;
} litellm__spec;

static const litellm__spec litellm__plain_spec =
    { false, 0, 0, 0, { 0 }, 0, 0, " ", 1 };

/* A zero before the width means '=' where the default is '>'. */
static LITELLM__NOINLINE unsigned litellm__spec_align(const litellm__spec *spec,
                                                      unsigned usual) {
  unsigned align = (unsigned char)spec->part[LITELLM__SPEC_ALIGN];
  if (align == '0') return usual == '>' ? '=' : usual;
  return align ? align : usual;
}

/* Pads a text of `len` columns: before it, or behind if `align` has BEHIND. */
enum { LITELLM__BEHIND = 0x80 };
static void litellm__put_fill(litellm__writer *w, const litellm__spec *spec,
                              size_t len, unsigned align) {
  size_t pad = spec->width > len ? spec->width - len : 0, before = pad;
  if ((align & 0x7F) == '<') before = 0;
  if ((align & 0x7F) == '^') before /= 2;
  if (align & LITELLM__BEHIND) before = pad - before;
  for (; before && !litellm__full(w); before--)
    litellm__put_escaped(w, spec->fill, spec->fill_len);
}

/* A number, ready to be written. */
typedef struct litellm__number {
  bool dot;
  uint8_t group;             /* digits between separators, 0: all */
  char head[4];              /* the sign or 0, then the prefix of the base */
  char tail[6];              /* exponent, percent sign, nan or inf */
  int whole, fraction;       /* digits before and after the point */
  int point;                 /* of those before it, the ones that are not
                                padding zeros */
  litellm__decimal digits;
} litellm__number;

/* Formats a double, given as its bits with the sign cleared. */
static void litellm__set_double(litellm__number *n, const litellm__spec *spec,
                                uint64_t bits) {
  litellm__decimal *d = &n->digits;
  const char *part = spec->part;
  char type = litellm__lower(part[LITELLM__SPEC_TYPE]);
  bool general = !type || type == 'g', scientific = type == 'e';
  int digits = (int)spec->precision, most = 16, i;
  if (type == '%' && bits >> 52 < 0x7FF) {
    n->tail[0] = type;
    bits = litellm__double_split(bits, &i) * 100;
    bits = litellm__double_round(d, bits, 0, i);   /* rounded like a
                                                      multiplication */
  }
  if (bits >> 52 >= 0x7FF) {
    bool nan = bits << 12 != 0;
    memcpy(n->tail, &"infnanINFNAN"[(type == part[LITELLM__SPEC_TYPE] ? 0 : 6) +
                                    (nan ? 3 : 0)], 3);
    if (type == '%') n->tail[3] = type;
    if (nan) n->head[0] = 0;
    n->group = 0;
    return;
  }
  if (!type && !part[LITELLM__SPEC_PRECISION]) {
    litellm__decimal_shortest(d, bits);
    digits = 0;
  } else {
    if (!part[LITELLM__SPEC_PRECISION]) digits = 6;
    if (general && !digits) digits = 1;
    most = digits - !type;
    digits += scientific;
    if (general || scientific) {
      litellm__decimal_start(d, bits, digits, LITELLM__ROUND_NEAREST);
    } else {
      litellm__decimal_start(d, bits, digits, LITELLM__ROUND_FIXED);
      digits += d->point;
    }
  }
  if (general && (!digits || !part[LITELLM__SPEC_ALTERNATE]))
    for (digits = d->count ? d->count : 1;
         digits > 1 && !litellm__decimal_digit(d, digits - 1);) digits--;
  if (!d->count && part[LITELLM__SPEC_Z]) n->head[0] = 0;
  n->point = d->point;
  if (general) scientific = n->point > most || n->point < -3;
  if (scientific) {
    int size = n->point - 1;
    n->tail[0] = (char)(part[LITELLM__SPEC_TYPE] - type + 'e');
    n->tail[1] = '+';
    if (size < 0) {
      n->tail[1] = '-';
      size = -size;
    }
    for (i = size < 100 ? 3 : 4; i > 1; size /= 10)
      n->tail[i--] = (char)('0' + size % 10);
    n->point = 1;
  }
  n->whole = n->point > 0 ? n->point : 1;
  n->fraction = digits > n->point ? digits - n->point : !type && !scientific;
  n->dot = n->fraction || part[LITELLM__SPEC_ALTERNATE];
}

static void litellm__set_number(litellm__number *n, const litellm__spec *spec,
                                const litellm__value *value) {
  litellm__decimal *d = &n->digits;
  char type = litellm__lower(spec->part[LITELLM__SPEC_TYPE]);
  unsigned base = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' ? 16 : 10;
  bool floating = LITELLM_FLOAT && (!LITELLM_FORMAT ||
                                    value->kind == LITELLM_KIND_DOUBLE);
  memset(n, 0, sizeof *n);
  if (spec->part[LITELLM__SPEC_GROUP]) n->group = base == 10 ? 3 : 4;
  uint64_t size = (uint64_t)litellm__integer_of(value);
  if (size >> 63) {
    n->head[0] = '-';
    size = floating ? size << 1 >> 1 : 0 - size;
  }
  if (LITELLM_FLOAT && (floating || spec->style == LITELLM__AS_DOUBLE)) {
    if (!floating) size = litellm__double_round(d, size, 0, 0);
    litellm__set_double(n, spec, size);
    return;
  }
  litellm__decimal_set(d, size, 0);
  litellm__decimal_split(d, base);
  n->point = d->count;
  n->whole = d->count ? d->count : 1;
  if (base != 10 && spec->part[LITELLM__SPEC_ALTERNATE]) n->head[1] = '0';
  n->head[2] = spec->part[LITELLM__SPEC_TYPE];
}

static LITELLM__NOINLINE void litellm__put_number(
    litellm__writer *w, const litellm__spec *spec,
    const litellm__value *value) {
  litellm__number n;
  unsigned align = litellm__spec_align(spec, '>');
  const char *head = n.head;
  size_t len;
  if (w->seeking && !spec->width) return;
  litellm__set_number(&n, spec, value);
  if (!n.head[0] && spec->part[LITELLM__SPEC_SIGN] != '-')
    n.head[0] = spec->part[LITELLM__SPEC_SIGN];
  if (!n.head[0]) head++;
  for (;; n.whole++) {
    len = strlen(head) + (size_t)(n.whole + n.dot + n.fraction) +
          strlen(n.tail);
    if (n.group) len += (size_t)((n.whole - 1) / n.group);
    if (len >= spec->width || align != '=' || *spec->fill != '0') break;
  }
  if (align != '=') litellm__put_fill(w, spec, len, align);
  litellm__put_literal(w, head);
  if (align == '=') litellm__put_fill(w, spec, len, align);
  for (int i = 0;; i++) {
    if (i == n.whole && n.dot) litellm__put_char(w, '.');
    if (i == n.whole + n.fraction) break;
    if (n.group && i && i < n.whole && (n.whole - i) % n.group == 0)
      litellm__put_char(w, spec->part[LITELLM__SPEC_GROUP]);
    unsigned digit = litellm__decimal_digit(&n.digits, i + n.point - n.whole);
    litellm__put_char(w, (char)(digit < 10 ? '0' + digit : digit - 10 +
        (spec->part[LITELLM__SPEC_TYPE] == 'X' ? 'A' : 'a')));
  }
  litellm__put_literal(w, n.tail);
  litellm__put_fill(w, spec, len, align | LITELLM__BEHIND);
}

/* ==== >>values as JSON (implementation) ================================== */

/* A function of its own, so that a number needs no stack for a text. */
static LITELLM__NOINLINE void litellm__put_text_value(
    litellm__writer *w, const litellm__value *value, bool json) {
  litellm_str text = litellm__text_of(value);
  if (json && value->kind != LITELLM_KIND_BOOL)
    litellm__put_string(w, text.ptr, text.len);
  else
    litellm__put_escaped(w, text.ptr, text.len);
}

/* Appends a scalar as JSON or, if not `json`, as a template prints it. */
static void litellm__put_scalar(litellm__writer *w,
                                const litellm__value *value, bool json) {
  bool null = litellm__is_null(value);
  if (LITELLM_FLOAT && json && !null && value->kind == LITELLM_KIND_DOUBLE) {
    uint64_t bits = (uint64_t)litellm__integer_of(value);
    null = (~bits & LITELLM__DOUBLE_INFINITY) == 0;
  }
  if (null) {
    if (json) litellm__put_literal(w, "null");
  } else if (litellm__is_text(value->kind) ||
             value->kind == LITELLM_KIND_BOOL) {
    litellm__put_text_value(w, value, json);
  } else if (LITELLM__PRINTABLE >> value->kind & 1) {
    if (LITELLM_FLOAT && value->kind == LITELLM_KIND_DOUBLE)
      litellm__put_number(w, &litellm__plain_spec, value);
    else
      litellm__put_integer(w, litellm__integer_of(value));
  } else {
    litellm__fail(w, LITELLM_ERROR_TEMPLATE_TYPE, NULL);
  }
}

/* Enters member or item `index`; false if there is none. */
static bool litellm__enter_value(litellm__value *value, size_t index,
                                 const char **key) {
  if (value->kind == LITELLM_KIND_LIST) {
    litellm_list list = litellm__list_of(value);
    *key = NULL;
    if (index >= list.count) return false;
    litellm__item(value, value, list.items, index);
  } else {
    const litellm_field *row = value->type->fields() + index;
    *key = row->name;
    if (!row->name) return false;
    litellm__member(value, value->at, row);
  }
  return true;
}

/* Appends any value, without recursion: each member is reached from the root
   again, so a level costs only an index on the stack. The first `lines` levels
   are lists whose items are separated by line feeds, with scalars as a template
   prints them; everything below, or all if `lines` is negative, is compact
   JSON. */
static void litellm__put_value(litellm__writer *w, const litellm__value *root,
                               int lines) {
  litellm__value value = *root;
  litellm__resume_point *here = &w->current;
  const uint32_t before = here->text_index;
  size_t next[LITELLM_MAX_MODEL_DEPTH + 2], i;
  const char *key;
  int depth = 0;
  for (;;) {
    bool list = value.kind == LITELLM_KIND_LIST;
    if ((list || value.kind == LITELLM_KIND_MODEL) && value.at) {
      if (depth - (lines < 0 ? 0 : lines) == LITELLM_MAX_MODEL_DEPTH) {
        litellm__fail(w, LITELLM_ERROR_TEMPLATE_TYPE,
                      LITELLM__TEXT("LITELLM_MAX_MODEL_DEPTH"));
        return;
      }
      w->quoted = true;
      if (depth >= lines) litellm__put_char(w, list ? '[' : '{');
      next[depth] = 0;
      if (!depth++ && lines >= 0) {
        here->list++;
        here->item = here->item_texts = 0;
        /* A later window begins with the item that the resume point is in. */
        if (w->seeking && w->resume->list == here->list) {
          next[0] = w->resume->item;
          here->text_index += w->resume->item_texts;
        }
      }
    } else {
      w->quoted = depth > lines;
      litellm__put_scalar(w, &value, w->quoted &&
                          (depth || value.kind != LITELLM_KIND_DOUBLE));
    }
    for (;; depth--) {
      if (!depth || litellm__full(w)) {
        w->quoted = false;
        return;
      }
      value = *root;
      for (i = 0; (int)i + 1 < depth; i++)
        litellm__enter_value(&value, next[i] - 1, &key);
      list = value.kind == LITELLM_KIND_LIST;
      if (litellm__enter_value(&value, next[i]++, &key)) break;
      if (depth > lines) litellm__put_char(w, list ? ']' : '}');
    }
    uint32_t texts = here->text_index - before;
    if (depth == 1 && lines >= 0 && (next[0] | texts) <= UINT16_MAX) {
      here->item = (uint16_t)(next[0] - 1);
      here->item_texts = (uint16_t)texts;
    }
    w->quoted = depth > lines;
    if (next[i] > 1) {
      if (w->quoted) litellm__put_char(w, ',');
      else litellm__put_escaped(w, "\n\n", (size_t)(lines - depth + 1));
    }
    if (key) {
      litellm__put_string(w, key, SIZE_MAX);
      litellm__put_char(w, ':');
    }
  }
}

/* The precision: the maximum number of characters. */
static size_t litellm__max_chars(const litellm__spec *spec) {
  return spec->part[LITELLM__SPEC_PRECISION] ? spec->precision : SIZE_MAX;
}

/* Appends text cut to the precision and padded to the width, both in code
   points, which are counted only as far as needed. */
static LITELLM__NOINLINE void litellm__format_text(
    litellm__writer *w, const litellm__spec *spec, litellm_str text,
    unsigned usual) {
  size_t i = 0, points = 0, most = litellm__max_chars(spec);
  size_t enough = most != SIZE_MAX ? most : spec->width;
  unsigned align = litellm__spec_align(spec, usual);
  bool valid;
  while (points < enough && !litellm__text_ends(text.ptr, text.len, i)) {
    i += litellm__utf8(text.ptr + i, text.len - i, &valid);
    points++;
  }
  litellm__put_fill(w, spec, points, align);
  litellm__put_escaped(w, text.ptr, points == most ? i : text.len);
  litellm__put_fill(w, spec, points, align | LITELLM__BEHIND);
}

/* Appends a value as JSON, cut and padded like text. Padding needs a first pass
   that counts. A value that is cut cannot resume in a later window. */
static void litellm__format_json(litellm__writer *w, const litellm__spec *spec,
                                 const litellm__value *value) {
  size_t points = 0, most = litellm__max_chars(spec);
  unsigned align = litellm__spec_align(spec, '<');
  bool seeking = w->seeking;
  if (spec->width) {
    w->limit_state = 3;
    w->limit_left = SIZE_MAX;
    w->seeking = false;
    litellm__put_value(w, value, -1);
    w->seeking = seeking;
    points = SIZE_MAX - w->limit_left;
    if (points > most) points = most;
  }
  litellm__put_fill(w, spec, points, align);
  w->limit_state = most < SIZE_MAX;
  w->limit_left = most;
  litellm__put_value(w, value, -1);
  w->limit_state = 0;
  litellm__put_fill(w, spec, points, align | LITELLM__BEHIND);
}

/* Appends the character of a code point. */
static LITELLM__NOINLINE void litellm__format_character(
    litellm__writer *w, const litellm__spec *spec, int64_t value) {
  char bytes[4];
  litellm_str text;
  if (value < 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    litellm__fail(w, LITELLM_ERROR_TEMPLATE_TYPE, LITELLM__TEXT("character"));
    return;
  }
  text.ptr = bytes;
  text.len = litellm__encode_utf8((uint32_t)value, bytes);
  litellm__format_text(w, spec, text, '>');
}

static unsigned litellm__spec_style(const litellm__spec *spec, unsigned kind) {
  /* For each style, the parts of a spec that it allows, one bit per part. */
  static const uint8_t allowed[] = { 0, 0xD1, 0xD1, 0x91, 0xBB, 0xFF };
  char type = spec->part[LITELLM__SPEC_TYPE];
  bool text = litellm__is_text(kind);
  unsigned plain = LITELLM__PRINTABLE >> kind & 1, style = LITELLM__AS_NOTHING;
  if (!plain && kind != LITELLM_KIND_LIST && kind != LITELLM_KIND_MODEL)
    return style;
  if (!LITELLM_FORMAT) return text ? LITELLM__AS_TEXT : LITELLM__AS_JSON;
  if (spec->convert || text ||
      (kind == LITELLM_KIND_BOOL && (!type || type == 's'))) {
    if ((!type || type == 's') && spec->part[LITELLM__SPEC_ALIGN] != '=')
      style = spec->convert == 'r' || (spec->convert && !text)
                  ? LITELLM__AS_JSON : LITELLM__AS_TEXT;
  } else if (!plain) {
    if (!spec->used) style = LITELLM__AS_JSON;
  } else if (litellm__one_of(type, "eEfFgG%") ||
             (!type && kind == LITELLM_KIND_DOUBLE)) {
    if (LITELLM_FLOAT && spec->precision <= 40) style = LITELLM__AS_DOUBLE;
  } else if (kind != LITELLM_KIND_DOUBLE && type != 's') {
    if (type == 'c') style = LITELLM__AS_CHARACTER;
    else if (!type || type == 'd' || spec->part[LITELLM__SPEC_GROUP] != ',')
      style = LITELLM__AS_INTEGER;
  }
  return spec->given & ~(unsigned)allowed[style] ? 0 : style;
}

/* Appends a value as its spec or conversion says. */
static void litellm__format(litellm__writer *w, const litellm__spec *spec,
                            const litellm__value *value) {
  if (spec->style == LITELLM__AS_JSON)
    litellm__format_json(w, spec, value);
  else if (spec->style == LITELLM__AS_TEXT)
    litellm__format_text(w, spec, litellm__text_of(value), '<');
  else if (spec->style == LITELLM__AS_CHARACTER)
    litellm__format_character(w, spec, litellm__integer_of(value));
  else
    litellm__put_number(w, spec, value);
}

/* Renders the first `to` bytes of a struct as JSON. Returns the offset reached,
   at least `to` if there is more; 0: nested too deep. */
static LITELLM__NOINLINE size_t litellm__encode(
    const litellm_type *model, const void *value, char *out, size_t to) {
  litellm__writer w;
  litellm__value root;
  root.at = value;
  root.type = model;
  root.kind = LITELLM_KIND_MODEL;
  memset(&w, 0, sizeof w);
  w.out = out;
  w.to = (uint32_t)to;
  w.bare = true;
  litellm__put_value(&w, &root, -1);
  return w.result == LITELLM_OK ? (size_t)w.at : 0;
}

#if LITELLM_TEMPLATES || LITELLM_MODELS
LITELLM__DEF size_t litellm_encode(
    const litellm_type *model, const void *value, char *buffer, size_t size) {
  size_t len = litellm__encode(model, value, NULL, SIZE_MAX);
  if (len) litellm__encode(model, value, buffer, size < len ? size : len);
  return len;
}
#endif

/* ==== >>schema (implementation) ========================================== */

/* The type inside a row's optionals and lists. *room: size of a CHARS. */
static void litellm__leaf(const litellm_field *row, litellm__value *leaf,
                          size_t *room) {
  leaf->at = NULL;
  leaf->kind = row->kind;
  leaf->type = row->type;
  *room = row->type ? row->type->size : 0;
  while (leaf->kind == LITELLM_KIND_OPTIONAL ||
         leaf->kind == LITELLM_KIND_LIST) {
    *room = leaf->type->size;
    leaf->kind = leaf->type->kind;
    leaf->type = leaf->type->item;
  }
}

/* The first row from `row` on that the model has to fill in. */
static const litellm_field *litellm__requested_row(const litellm_field *row) {
  while (row->kind == LITELLM_KIND_FROM_ARGUMENT) row++;
  return row;
}

/* Appends a text with its #s replaced by two numbers of 64 bits, of `kind`. */
static LITELLM__NOINLINE void litellm__put_numbers(
    litellm__writer *w, const char *text, const void *numbers, unsigned kind) {
  litellm__value value;
  value.at = numbers;
  value.type = NULL;
  value.kind = (uint8_t)kind;
  for (;; text++, value.at = litellm__offset(value.at, sizeof(int64_t))) {
    size_t n = 0;
    while (text[n] && text[n] != '#') n++;
    litellm__put_literal_n(w, text, n);
    text += n;
    if (!*text) return;
    litellm__put_scalar(w, &value, true);
  }
}

/* The same with two integers. */
static void litellm__put_fmt_ints(litellm__writer *w, const char *text,
                                  int32_t least, int32_t most) {
  int64_t numbers[2];
  numbers[0] = least;
  numbers[1] = most;
  litellm__put_numbers(w, text, numbers, LITELLM_KIND_INT64);
}

/* Appends the bounds of a number, if it has any. */
static void litellm__put_bounds(litellm__writer *w, const char *text,
                                const litellm_type *type) {
  if (LITELLM_FLOAT && type && type->range)
    litellm__put_numbers(w, text, type->range, LITELLM_KIND_DOUBLE);
  else if (type && (type->minimum || type->maximum))
    litellm__put_fmt_ints(w, text, type->minimum, type->maximum);
}

enum { LITELLM__MAX_ROWS = 32 };       /* the bits of litellm__frame.seen */

/* Appends a name to a list. `format` begins with a comma, for all but the
   first. */
static void litellm__put_next(litellm__writer *w, const char *format, bool any,
                              const char *name) {
  size_t len = strlen(name);
  if (len > LITELLM__MAX_NAME) litellm__fail(w, LITELLM_ERROR_ARGUMENT, name);
  litellm__put_fmt_n(w, &format[!any], name, len);
}

/* Appends the description of a row, extended by what strict schemas have no
   keyword for: the length of a text, an example. */
static void litellm__put_description(
    litellm__writer *w, const litellm_field *row, bool text, size_t room) {
  const char *example = row->type ? row->type->example : NULL;
  const char *before = "";
  if (!row->description && !text && !example) return;
  litellm__put_literal(w, "\"description\":\"");
  if (row->description) {
    litellm__put_escaped(w, row->description, SIZE_MAX);
    before = ". ";
  }
  if (text) {
    litellm__put_literal(w, before);
    if (row->kind == LITELLM_KIND_CHARS && row->type->minimum)
      litellm__put_fmt_ints(w, "# to # bytes", row->type->minimum,
                            (int32_t)room - 1);
    else
      litellm__put_fmt_ints(w, "At most # bytes", (int32_t)room - 1, 0);
    before = ". ";
  }
  if (example) {
    litellm__put_literal(w, before);
    litellm__put_literal(w, "Example: ");
    litellm__put_escaped(w, example, SIZE_MAX);
  }
  litellm__put_literal(w, "\",");
}

/* Appends the schema of a row, up to its innermost type or to the rows of a
   struct. Returns the optionals and lists that are still open, two bits each.
   If not `strict`, a field is optional when `required` does not have it. */
static unsigned litellm__open_schema(litellm__writer *w,
                                     const litellm_field *row, bool strict,
                                     litellm__value *leaf) {
  static const uint8_t types[] = { 6, 0, 0, 0, 6, 1, 2, 2, 3, 4, 5 };
  const litellm_type *type = row->type;
  unsigned kind = row->kind, open = 0;
  size_t room;
  litellm__leaf(row, leaf, &room);
  litellm__put_description(w, row, leaf->kind == LITELLM_KIND_CHARS, room);
  for (; kind == LITELLM_KIND_OPTIONAL || kind == LITELLM_KIND_LIST;
       kind = type->kind, type = type->item) {
    if (kind == LITELLM_KIND_LIST) {
      litellm__put_fmt_ints(w, "\"type\":\"array\",\"minItems\":#,"
                               "\"maxItems\":#,\"items\":{",
                            type->minimum, type->capacity);
    } else if (strict)
      litellm__put_literal(w, "\"anyOf\":[{");
    else
      continue;
    open = open << 2 | (kind == LITELLM_KIND_LIST ? 1u : 2u);
  }
  unsigned which = kind < sizeof types ? types[kind] : 6;
  if (which == 6)                            /* a model cannot send it */
    litellm__fail(w, LITELLM_ERROR_ARGUMENT, row->name);
  litellm__put_literal(w, "\"type\":\"");
  litellm__put_literal(w, litellm__word(
      "string\"\0boolean\"\0integer\"\0number\"\0string\",\"enum\":[\0"
      "object\",\"properties\":{\0", which));
  if (which == 2 || which == 3)
    litellm__put_bounds(w, ",\"minimum\":#,\"maximum\":#", type);
  if (which == 4) {
    for (unsigned i = 0; i < type->capacity; i++)
      litellm__put_next(w, ",\"%\"", i > 0, type->names[i]);
    litellm__put_char(w, ']');
  }
  return open;
}

/* Ends the schema of a struct, except for its closing brace. */
static void litellm__close_rows(litellm__writer *w, const litellm_field *row,
                                bool strict) {
  const litellm_field *first = row;
  bool any = false;
  litellm__put_literal(w, "},\"required\":[");
  for (; row && (row = litellm__requested_row(row))->name; row++) {
    if (row - first >= LITELLM__MAX_ROWS)
      litellm__fail(w, LITELLM_ERROR_ARGUMENT, row->name);
    if (!strict && row->kind == LITELLM_KIND_OPTIONAL) continue;
    litellm__put_next(w, ",\"%\"", any, row->name);
    any = true;
  }
  litellm__put_literal(w, "],\"additionalProperties\":false");
}

/* Appends the JSON Schema of a struct, without recursion. A strict schema is
   what OpenAI demands: all fields are required, optional ones may be null. */
static LITELLM__NOINLINE void litellm__put_schema(
    litellm__writer *w, const litellm_type *model, bool strict) {
  const litellm_field *rows[LITELLM_MAX_MODEL_DEPTH];
  unsigned open[LITELLM_MAX_MODEL_DEPTH], depth = 0;
  bool comma = false;
  litellm__value leaf;
  size_t room;
  litellm__put_literal(w, "{\"type\":\"object\",\"properties\":{");
  rows[0] = model ? model->fields() : NULL;
  open[0] = 0;
  while (!litellm__full(w)) {
    const litellm_field *row = rows[depth];
    if (row) row = rows[depth] = litellm__requested_row(row);
    if (row && row->name) {
      litellm__put_next(w, ",\"%\":{", comma, row->name);
      open[depth] = litellm__open_schema(w, row, strict, &leaf);
      comma = leaf.kind != LITELLM_KIND_MODEL;
      if (!comma) {
        if (++depth == LITELLM_MAX_MODEL_DEPTH) {
          litellm__fail(w, LITELLM_ERROR_ARGUMENT,
                        LITELLM__TEXT("LITELLM_MAX_MODEL_DEPTH"));
          return;
        }
        rows[depth] = leaf.type->fields();
        open[depth] = 0;
        continue;
      }
    } else {
      if (depth) litellm__leaf(rows[depth - 1], &leaf, &room);
      litellm__close_rows(w, !row ? NULL : depth ? leaf.type->fields()
                                                 : model->fields(), strict);
      comma = true;
      if (!depth) break;
      depth--;
    }
    for (; open[depth]; open[depth] >>= 2)
      litellm__put_literal(
          w, (open[depth] & 3) == 1 ? "}" : "},{\"type\":\"null\"}]");
    litellm__put_literal(w, "}");
    rows[depth]++;
  }
  litellm__put_literal(w, "}");
}

/* ==== >>template lexer (implementation) =================================== */

enum { LITELLM__ROLE_MESSAGES = LITELLM_ROLE_TOOL + 1, LITELLM__ROLE_NONE };

/* In upper case these are the role words of templates, except "tool". */
static const char litellm__role_words[] =
    "user\0system\0developer\0assistant\0tool\0messages\0";

enum {                       /* litellm__template.kind */
  LITELLM__LEX_END, LITELLM__LEX_TEXT, LITELLM__LEX_FIELD
};

/* Tags, in the order of the names in litellm__lex_tag. `:list` prints the items
   of one level of lists, `:lists` of two. From `:text` on a tag makes content
   parts, each plural one part per item. */
enum {
  LITELLM__TAG_NONE, LITELLM__TAG_LIST, LITELLM__TAG_LISTS,
  LITELLM__TAG_TEXT, LITELLM__TAG_IMAGE = LITELLM__TAG_TEXT + 2,
  LITELLM__TAG_CACHE_CONTROL = LITELLM__TAG_TEXT + 10
};

/* A template, its current section, and the piece that was read last. */
typedef struct litellm__template {
  uint8_t role;              /* litellm_role, or LITELLM__ROLE_MESSAGES */
  uint8_t kind, tag;
  litellm__spec spec;        /* FIELD */
  litellm__writer *w;
  const char *text;          /* NUL-terminated */
  const litellm_field *fields;
  const void *arguments;
  size_t at;                 /* offset after the piece */
  size_t begin, end;         /* of the section, trimmed */
  size_t next;               /* offset of the next section */
  size_t indent, indent_len; /* the indentation that its lines share */
  litellm_str option[2];     /* TEXT: [0], the text; FIELD: its tag's options */
  litellm__value value;      /* FIELD */
} litellm__template;

static void litellm__fail_type(litellm__template *t) {
  litellm__fail(t->w, LITELLM_ERROR_TEMPLATE_TYPE,
                LITELLM__TEXT(t->text + t->w->position));
}

static void litellm__fail_syntax(litellm__template *t, const char *subject) {
  litellm__fail(t->w, LITELLM_ERROR_TEMPLATE, subject);
}

static size_t litellm__name_len(const char *text) {
  for (size_t n = 0;; n++) {
    char c = litellm__lower(text[n]);
    if ((c < 'a' || c > 'z') && c != '_' && (unsigned char)c < 0x80 &&
        (!n || !litellm__is_digit(c))) return n;
  }
}

/* Reads a name and looks up its row. */
static void litellm__lex_name(litellm__template *t, const void *owner,
                              const litellm_field *rows) {
  const char *name = t->text + t->at;
  size_t n = litellm__name_len(name);
  const litellm_field *field = litellm__find_field(rows, name, n);
  if (!n)
    litellm__fail_syntax(t, LITELLM__TEXT("field name"));
  else if (!field)
    litellm__fail(t->w, LITELLM_ERROR_TEMPLATE_NAME,
                  LITELLM__TEXT(t->text + t->w->position));
  else
    litellm__member(&t->value, owner, field);
  t->at += n;
}

/* Reads the next character if it is in `set`; returns 0 otherwise. */
static char litellm__lex_one(litellm__template *t, const char *set) {
  char c = t->text[t->at];
  if (!litellm__one_of(c, set)) return 0;
  t->at++;
  return c;
}

/* Reads a decimal number, 0 if there is none; false: there is none. */
static bool litellm__lex_number(litellm__template *t, uint32_t *number) {
  size_t start = t->at;
  while (litellm__is_digit(t->text[t->at])) t->at++;
  *number = t->at > start
      ? litellm__parse_uint(t->text + start, t->at - start) : 0;
  return t->at > start;
}

/* Reads the [n] and .name that follow a name. */
static void litellm__lex_path(litellm__template *t) {
  litellm__value *value = &t->value;
  uint32_t index = 0;
  char c;
  while (t->w->result == LITELLM_OK &&
         (c = litellm__lex_one(t, ".[")) != 0) {
    if (c == '[' &&
        (!litellm__lex_number(t, &index) || !litellm__lex_one(t, "]"))) {
      litellm__fail_syntax(t, LITELLM__TEXT("index"));
    } else if (value->kind != (c == '.' ? LITELLM_KIND_MODEL
                                        : LITELLM_KIND_LIST)) {
      litellm__fail_type(t);
    } else if (c == '.') {
      litellm__lex_name(t, value->at, value->type->fields());
    } else {
      litellm_list list = litellm__list_of(value);
      uint32_t count = (uint32_t)list.count;
      if (!value->at)
        count = value->type->capacity ? value->type->capacity : UINT32_MAX;
      if (index >= count)
        litellm__fail(t->w, LITELLM_ERROR_TEMPLATE_INDEX,
                      LITELLM__TEXT(t->text + t->w->position));
      else
        litellm__item(value, value, list.items, (size_t)index);
    }
  }
}

/* [[fill]align][sign][z][#][0][width][grouping][.precision][type] */
static void litellm__lex_spec(litellm__template *t) {
  const char *text = t->text + t->at;
  const char *set = "<>^=\0+- \0z\0#\0" "0\0,_\0.\0sdboxXceEfFgG%";
  litellm__spec *spec = &t->spec;
  char *part = spec->part;
  uint32_t number;
  bool valid;
  size_t n = litellm__utf8(text, t->end - t->at, &valid);
  bool filled = *text && *text != '{' && litellm__one_of(text[n], "<>^=");
  spec->used = true;
  if (filled) {
    spec->fill = text;
    spec->fill_len = n;
    t->at += n;
  }
  for (size_t i = 0; i < LITELLM__SPEC_PARTS; i++, set += strlen(set) + 1) {
    part[i] = litellm__lex_one(t, set);
    if (part[i]) spec->given = (uint8_t)(spec->given | 1u << i);
    if (i != LITELLM__SPEC_ZERO && (i != LITELLM__SPEC_PRECISION || !part[i]))
      continue;
    if ((!litellm__lex_number(t, &number) && i == LITELLM__SPEC_PRECISION) ||
        number > INT16_MAX)    /* they are counted by int */
      litellm__fail_syntax(t, LITELLM__TEXT("spec"));
    if (i == LITELLM__SPEC_ZERO) spec->width = (uint16_t)number;
    else spec->precision = (uint16_t)number;
  }
  if (!part[LITELLM__SPEC_ZERO]) return;
  if (!filled) spec->fill = "0";
  if (!part[LITELLM__SPEC_ALIGN]) part[LITELLM__SPEC_ALIGN] = '0';
}

/* Reads a tag, up to its options or the end of the field; 0: there is none. */
static unsigned litellm__lex_tag(litellm__template *t) {
  const char *text = t->text + t->at;
  size_t n = litellm__name_len(text);
  unsigned tag = 0;
  if (litellm__one_of(text[n], "(}"))
    tag = litellm__find_word("list\0lists\0text\0texts\0image\0images\0audio\0"
                             "audios\0document\0documents\0part\0parts\0"
                             "cache_control\0", text, n, false);
  if (tag) t->at += n;
  return tag;
}

/* Reads the (name=value,...) that follows a tag. */
static void litellm__lex_options(litellm__template *t) {
  static const char names[][11] = {
    "detail\0", "format\0", "type\0name\0", "", "type\0ttl\0"
  };
  size_t group = ((size_t)t->tag - LITELLM__TAG_IMAGE) / 2, n;
  bool good = t->tag >= LITELLM__TAG_IMAGE;
  while (good) {
    const char *text = t->text + t->at;
    unsigned slot = litellm__find_word(names[group], text,
                                       n = litellm__name_len(text), false);
    litellm_str *option = &t->option[slot > 1];
    t->at += n;
    good = slot && !option->len && litellm__lex_one(t, "=");
    if (!good) break;
    option->ptr = text + n + 1;
    while (t->at < t->end &&
           !litellm__one_of(t->text[t->at], ",){} \t\r\n\v\f")) t->at++;
    option->len = (size_t)(t->text + t->at - option->ptr);
    good = option->len &&
           (group || litellm__find_word("auto\0low\0high\0", option->ptr,
                                        option->len, false));
    if (!litellm__lex_one(t, ",")) break;
  }
  if (!good || !litellm__lex_one(t, ")"))
    litellm__fail_syntax(t, LITELLM__TEXT("option"));
}

/* Reads what follows a path: a conversion, a tag with options, or a spec. */
static void litellm__lex_format(litellm__template *t) {
  if (LITELLM_FORMAT && litellm__lex_one(t, "!")) {
    t->spec.convert = litellm__lex_one(t, "rs");
    if (!t->spec.convert)
      litellm__fail_syntax(t, LITELLM__TEXT("conversion"));
  }
  if (litellm__lex_one(t, ":") && t->text[t->at] != '}') {
    if (!t->spec.convert) t->tag = (uint8_t)litellm__lex_tag(t);
    if (LITELLM_FORMAT && !t->tag) litellm__lex_spec(t);
  }
  if (!LITELLM_FORMAT && !t->tag && t->text[t->at] != '}')
    litellm__fail_syntax(t, LITELLM__TEXT("LITELLM_FORMAT is 0"));
  if (!LITELLM_MEDIA && t->tag >= LITELLM__TAG_TEXT)
    litellm__fail_syntax(t, LITELLM__TEXT("LITELLM_MEDIA is 0"));
  else if (LITELLM_MEDIA && t->tag && litellm__lex_one(t, "("))
    litellm__lex_options(t);
}

/* Reads the field {path...} whose brace is at t->at. */
static void litellm__lex_field(litellm__template *t) {
  bool named = !LITELLM_TEMPLATES || t->text[t->at + 1] != ':';
  t->kind = LITELLM__LEX_FIELD;
  t->at++;
  if (named) litellm__lex_name(t, t->arguments, t->fields);
  if (LITELLM_TEMPLATES) {
    t->spec = litellm__plain_spec;
    memset(t->option, 0, sizeof t->option);
    if (named) litellm__lex_path(t);
    if (t->w->result == LITELLM_OK) litellm__lex_format(t);
    if (named == (t->tag == LITELLM__TAG_CACHE_CONTROL))
      litellm__fail_syntax(t, LITELLM__TEXT("field name"));
  }
  if (t->at >= t->end || t->text[t->at++] != '}')
    litellm__fail_syntax(t, LITELLM__TEXT("field"));
  if (!LITELLM_TEMPLATES && !(LITELLM__PRINTABLE >> t->value.kind & 1))
    litellm__fail_type(t);
}

/* Reads the next piece of a section: a run of text, or a field. */
static void litellm__lex(litellm__template *t) {
  const char *text = t->text;
  size_t start = t->at;
  t->kind = LITELLM__LEX_END;
  t->tag = LITELLM__TAG_NONE;
  if (t->w->result != LITELLM_OK) return;    /* t->at may be past the NUL */
  if (LITELLM_TEMPLATES && text[start] == '\r' && text[start + 1] == '\n')
    start++;
  t->w->position = (uint32_t)start;
  t->at = start;
  if (start >= t->end) return;
  t->kind = LITELLM__LEX_TEXT;
  t->option[0].ptr = text + start;
  char c = text[start];
  if (c == '{' && text[start + 1] != '{') {
    litellm__lex_field(t);
    return;
  }
  t->at++;
  if (c == '{' || c == '}') {
    if (text[t->at++] != c) litellm__fail_syntax(t, LITELLM__TEXT("brace"));
    t->option[0].len = 1;
    return;
  }
  for (; t->at < t->end && c != '\n'; t->at++) {
    c = text[t->at];
    if (c == '{' || c == '}' || c == '\n' || c == '\r') break;
  }
  t->option[0].len = t->at - start;
  if (!LITELLM_TEMPLATES || text[t->at - 1] != '\n') return;
  /* Skip the next line's indentation; if it is blank, all its white space. */
  while (litellm__is_space(text[t->at]) && text[t->at] != '\n') t->at++;
  if (text[t->at] != '\n') t->at = start + t->option[0].len + t->indent_len;
}

/* ==== >>content parts (implementation) =================================== */

/* The type of media by its magic number, or NULL. Each row is a part kind, a
   type and its magic numbers. A length precedes each; plus 0x80: it is at
   offset 8 of a RIFF file; plus 0x90: at offset 8, after "ftyp". */
static const char *litellm__media_type(const litellm_part *part) {
  const char *m =
      "\1png\0" "\10\211PNG\r\n\32\n\0"
      "\1jpeg\0" "\3\377\330\377\0"
      "\1gif\0" "\6GIF87a\6GIF89a\0"
      "\1webp\0" "\204WEBP\0"
      "\1heic\0" "\224heic\224heix\224hevc\224hevx\224heim\224heis\0"
      "\1heif\0" "\224mif1\224msf1\0"
      "\2wav\0" "\204WAVE\0"
      "\2mp3\0" "\3ID3\2\377\373\2\377\372\2\377\363\2\377\362\0"
      "\3application/pdf\0" "\4%PDF\0";
  const char *bytes = (const char *)part->bytes.ptr;
  while (*m) {
    unsigned kind = (unsigned char)*m;
    const char *name = m + 1;
    for (m = name + strlen(name) + 1; *m; m++) {
      size_t n = *m & 15, at = *m & 0x80 ? 8 : 0;
      bool ftyp = *m++ & 0x10;
      if (kind == (unsigned)part->kind && part->bytes.len >= at + n &&
          !memcmp(bytes + at, m, n) &&
          (!at || !memcmp(bytes + (ftyp ? 4 : 0), ftyp ? "ftyp" : "RIFF", 4)))
        return name;
      m += n - 1;
    }
    m++;
  }
  return NULL;
}

static bool litellm__is_url(litellm_str text) {
  size_t n = 0;
  while (n < text.len && text.ptr[n] != ':') n++;
  return n < text.len && litellm__find_word("http\0https\0gs\0data\0",
                                            text.ptr, n, true);
}

/* Counts a part and, unless parts are only counted, begins it. The object stays
   open, as a cache_control may follow. */
static bool litellm__open_part(litellm__writer *w, bool text) {
  if (w->parts < 2) w->parts++;
  w->cached = false;
  if (!text) w->rich = true;
  if (w->survey) return false;
  if (!LITELLM_MEDIA || w->plain) return true;
  litellm__put_literal(w, &"},{\"type\":\""[w->parts > 1 ? 0 : 2]);
  if (text) litellm__put_literal(w, "text\",\"text\":\"");
  return true;
}

static void litellm__end_text(litellm__writer *w) {
  if (!w->plain) litellm__put_char(w, '"');
}

/* Appends the members of a media part. */
static void litellm__put_media(litellm__writer *w, const litellm_part *part,
                               litellm_str type) {
  litellm_str option = part->option;
  bool document = part->kind == LITELLM_PART_DOCUMENT;
  bool bytes = part->bytes.ptr != NULL;
  litellm__put_literal(w, litellm__word(
      "image_url\",\"image_url\":{\"url\":\"\0"
      "input_audio\",\"input_audio\":{\"data\":\"\0"
      "file\",\"file\":{\"file_data\":\"\0file\",\"file\":{\"file_id\":\"",
      (size_t)part->kind - 1 + (document && !bytes &&
                        !litellm__starts_nocase(part->text.ptr, part->text.len,
                                                "data:"))));
  if (part->kind == LITELLM_PART_AUDIO)
    option = type;
  else if (!bytes)
    litellm__put_escaped(w, part->text.ptr, part->text.len);
  else
    litellm__put_fmt_n(w, document ? "data:%;base64,"
                                   : "data:image/%;base64,",
                       type.ptr, type.len);
  if (bytes)
    litellm__put_base64(w, (const uint8_t *)part->bytes.ptr, part->bytes.len);
  if (document) {
    option = part->name;
    if (bytes && !option.len) option = litellm_str_from("document.pdf");
  }
  if (option.len)
    litellm__put_fmt_n(w, litellm__word(
        "\",\"detail\":\"%\0\",\"format\":\"%\0\",\"filename\":\"%",
        (size_t)part->kind - 1), option.ptr, option.len);
  litellm__put_literal(w, "\"}");
}

/* Marks the part or tool before as the end of what may be cached. An option
   may name another type than the default, and a time to live. */
static LITELLM__NOINLINE void litellm__put_cached(litellm__writer *w,
                                                  const litellm_str *option) {
  w->rich = w->cached = true;
  if (w->survey) return;
  litellm__put_literal(w, ",\"cache_control\":{\"type\":\"");
  if (option && option->len)
    litellm__put_escaped(w, option->ptr, option->len);
  else
    litellm__put_literal(w, "ephemeral");
  if (option && option[1].len)
    litellm__put_fmt_n(w, "\",\"ttl\":\"%", option[1].ptr, option[1].len);
  litellm__put_literal(w, "\"}");
}

static void litellm__put_part(litellm__writer *w, const litellm_part *part) {
  litellm_str type = { NULL, 0 };
  if (part->kind == LITELLM_PART_TEXT) {
    if (litellm__text_ends(part->text.ptr, part->text.len, 0)) return;
    if (litellm__open_part(w, true)) {
      litellm__put_escaped(w, part->text.ptr, part->text.len);
      litellm__end_text(w);
    }
    if (part->cache) litellm__put_cached(w, NULL);
    return;
  }
  if (part->bytes.ptr ? !part->bytes.len : !part->text.ptr) return;
  if (part->kind != LITELLM_PART_IMAGE) type = part->option;
  if (!type.len && part->bytes.ptr)
    type = litellm_str_from(litellm__media_type(part));
  if (part->bytes.ptr ? !type.len : part->kind == LITELLM_PART_AUDIO ||
                                    !litellm__is_url(part->text))
    litellm__fail(w, LITELLM_ERROR_MEDIA_TYPE, NULL);
  else if (litellm__open_part(w, false))
    litellm__put_media(w, part, type);
  if (part->cache) litellm__put_cached(w, NULL);
}

static void litellm__put_cache_control(litellm__template *t) {
  if (!t->w->parts || t->w->cached)
    litellm__fail_syntax(t, LITELLM__TEXT("no part before"));
  else
    litellm__put_cached(t->w, t->option);
}

/* Appends the part that a tag makes of one value. `:part` takes a part as it
   is, the other tags set its kind and options. */
static void litellm__put_tagged(litellm__template *t,
                                const litellm__value *value) {
  litellm_part part;
  unsigned kind = ((unsigned)t->tag - LITELLM__TAG_TEXT) / 2;
  bool as_it_is = kind > LITELLM_PART_DOCUMENT, wrong = as_it_is;
  memset(&part, 0, sizeof part);
  if (value->kind == LITELLM_KIND_PART) {
    if (!value->at) return;
    memcpy(&part, value->at, sizeof part);
    wrong = !as_it_is &&
            (kind == LITELLM_PART_TEXT) != (part.kind == LITELLM_PART_TEXT);
  } else if (value->kind == LITELLM_KIND_BYTES && kind) {
    if (value->at) memcpy(&part.bytes, value->at, sizeof part.bytes);
  } else if (litellm__is_text(value->kind)) {
    part.text = litellm__text_of(value);
    wrong |= t->w->check && kind == LITELLM_PART_AUDIO;      /* audio has no URL
                                                                form */
  } else {
    wrong = true;
  }
  if (!as_it_is) {
    part.kind = (litellm_part_kind)kind;
    part.option = t->option[0];
    part.name = t->option[1];
  }
  if (wrong) litellm__fail_type(t);
  else litellm__put_part(t->w, &part);
  if (LITELLM_ERROR_TEXTS && t->w->result == LITELLM_ERROR_MEDIA_TYPE)
    t->w->subject = t->text + t->w->position;
}

/* Appends the parts of a tag; a plural makes one per item. */
static LITELLM__NOINLINE void litellm__put_tag(litellm__template *t) {
  litellm__value value = t->value;
  litellm_list list = { NULL, 1 };
  bool plural = (t->tag - LITELLM__TAG_TEXT) & 1;
  if (t->tag == LITELLM__TAG_CACHE_CONTROL) {
    litellm__put_cache_control(t);
    return;
  }
  if (plural) {
    if (value.kind == LITELLM_KIND_LIST) list = litellm__list_of(&value);
    else litellm__fail_type(t);
    if (t->w->check) list.count = 1;
  }
  for (size_t i = 0; i < list.count && !litellm__full(t->w); i++) {
    if (plural) litellm__item(&value, &t->value, list.items, i);
    litellm__put_tagged(t, &value);
  }
  if (t->w->check) litellm__open_part(t->w, false);
}

/* ==== >>history (implementation) ========================================== */

LITELLM__DEF litellm_message *litellm_messages_add(
    litellm_messages *list, litellm_arena *arena, litellm_role role,
    litellm_str content) {
  size_t mark = arena->used;
  litellm_message *message =
      (litellm_message *)litellm_arena_alloc(arena, sizeof *message);
  if (!message) return NULL;
  message->role = role;
  if (content.ptr) {
    message->content.ptr = litellm_arena_copy(arena, content);
    message->content.len = content.len;
    if (!message->content.ptr) {
      litellm_arena_reset(arena, mark);
      return NULL;
    }
  }
  if (list->last) list->last->next = message;
  else list->first = message;
  list->last = message;
  return message;
}

/* Offsets of the pointers in a message (the texts it owns first), in a tool
   call and in a part. */
#define LITELLM__AT(type, member) (uint8_t)offsetof(litellm_##type, member)
static const uint8_t litellm__in_message[] = {
  LITELLM__AT(message, tool_call_id), LITELLM__AT(message, reasoning),
  LITELLM__AT(message, thinking_blocks),
  LITELLM__AT(message, reasoning_details), LITELLM__AT(message, content.ptr),
  LITELLM__AT(message, parts), LITELLM__AT(message, tool_calls),
  LITELLM__AT(message, name), LITELLM__AT(message, next)
};
static const uint8_t litellm__in_call[] = {
  LITELLM__AT(tool_call, id), LITELLM__AT(tool_call, name),
  LITELLM__AT(tool_call, arguments), LITELLM__AT(tool_call, extra)
};
static const uint8_t litellm__in_part[] = {
  LITELLM__AT(part, text.ptr), LITELLM__AT(part, bytes.ptr),
  LITELLM__AT(part, option.ptr), LITELLM__AT(part, name.ptr)
};
#undef LITELLM__AT

/* Copies those of an object's `n` texts, given by offset, that are set. */
static bool litellm__copy_texts(litellm_arena *arena, const void *from,
                                void *to, const uint8_t *at, size_t n) {
  for (; n > 0; at++, n--) {
    const char *text;
    memcpy(&text, (const char *)from + *at, sizeof text);
    if (!text) continue;
    text = litellm_arena_copy(arena, litellm_str_from(text));
    if (!text) return false;
    memcpy((char *)to + *at, &text, sizeof text);
  }
  return true;
}

/* Adds a copy of a message, its tool calls and the thoughts before them. */
static bool litellm__add_copy(litellm_messages *list, litellm_arena *arena,
                              const litellm_message *from) {
  litellm_message *to =
      litellm_messages_add(list, arena, from->role, from->content);
  litellm_tool_call *calls;
  size_t n = from->tool_call_count;
  if (!to || !LITELLM_TOOLS) return to != NULL;
  if (n) {
    calls = (litellm_tool_call *)litellm_arena_alloc(arena,
                                                     n * sizeof *calls);
    if (!calls) return false;
    to->tool_calls = calls;
    to->tool_call_count = n;
    for (size_t i = 0; i < n; i++)
      if (!litellm__copy_texts(arena, &from->tool_calls[i], &calls[i],
                               litellm__in_call, sizeof litellm__in_call))
        return false;
  }
  return litellm__copy_texts(arena, from, to, litellm__in_message,
                             n ? 4 : 1);
}

/* Makes a zeroed message of what a model said. Copies no texts. */
static void litellm__as_message(litellm_message *message,
                                const litellm_response *response) {
  message->role = LITELLM_ROLE_ASSISTANT;
  if (response->content_size || !response->tool_call_count) {
    message->content.ptr = response->content;
    message->content.len = response->content_size;
  }
  message->tool_calls = response->tool_calls;
  message->tool_call_count = response->tool_call_count;
  message->reasoning = response->reasoning;
  message->thinking_blocks = response->thinking_blocks;
  message->reasoning_details = response->reasoning_details;
}

LITELLM__DEF bool litellm_messages_add_response(
    litellm_messages *list, litellm_arena *arena,
    const litellm_response *response) {
  const litellm_messages before = *list;
  const litellm_message *from = response->turns;
  size_t mark = arena->used;
  litellm_message answer;
  memset(&answer, 0, sizeof answer);
  litellm__as_message(&answer, response);
  for (; from; from = from->next)
    if (!litellm__add_copy(list, arena, from)) break;
  if (!from && litellm__add_copy(list, arena, &answer)) return true;
  *list = before;
  if (list->last) list->last->next = NULL;
  litellm_arena_reset(arena, mark);
  return false;
}

/* A gap in an arena: `size` bytes that end at `end`, about to be removed. */
typedef struct litellm__gap {
  const litellm_arena *arena;
  const unsigned char *end;
  size_t size;
} litellm__gap;

/* The writable address of what lies after the gap; NULL: `at` does not. */
static unsigned char *litellm__behind(const litellm__gap *gap, const void *at) {
  const litellm_arena *arena = gap->arena;
  return (uintptr_t)at < (uintptr_t)gap->end ||
         (uintptr_t)at >= (uintptr_t)(arena->memory + arena->used)
             ? NULL
             : arena->memory + ((uintptr_t)at - (uintptr_t)arena->memory);
}

/* Adjusts those of an object's `n` pointers that point past the gap. */
static void litellm__move_down(const litellm__gap *gap, void *object,
                               const uint8_t *at, size_t n) {
  for (; n > 0; at++, n--) {
    unsigned char *place = (unsigned char *)object + *at;
    const unsigned char *pointer;
    memcpy(&pointer, place, sizeof pointer);
    if (!litellm__behind(gap, pointer)) continue;
    pointer -= gap->size;
    memcpy(place, &pointer, sizeof pointer);
  }
}

/* The same for an array of objects, if it is past the gap itself. */
static void litellm__move_all_down(const litellm__gap *gap, const void *array,
                                   size_t count, size_t size,
                                   const uint8_t *at, size_t n) {
  unsigned char *object = litellm__behind(gap, array);
  for (; object && count > 0; object += size, count--)
    litellm__move_down(gap, object, at, n);
}

static litellm_message *litellm__next_message(const litellm_message *message) {
  litellm_message *next;
  memcpy(&next, &message->next, sizeof next);
  return next;
}

/* Removes the messages from *link up to `end` and moves everything after them,
   and the pointers to it, down. */
static void litellm__forget_messages(
    litellm_messages *list, litellm_arena *arena, litellm_message **link,
    litellm_message *end) {
  unsigned char *to = (unsigned char *)*link, *from = (unsigned char *)end;
  litellm_message *message = end, *next;
  litellm__gap gap;
  gap.arena = arena;
  gap.end = from;
  gap.size = (size_t)(from - to);
  for (; message; message = next) {
    if (LITELLM_TOOLS)
      litellm__move_all_down(&gap, message->tool_calls,
                             message->tool_call_count,
                             sizeof *message->tool_calls, litellm__in_call,
                             sizeof litellm__in_call);
    if (LITELLM_MEDIA)
      litellm__move_all_down(&gap, message->parts, message->part_count,
                             sizeof *message->parts, litellm__in_part,
                             sizeof litellm__in_part);
    next = litellm__next_message(message);
    litellm__move_down(&gap, message, litellm__in_message,
                       sizeof litellm__in_message);
  }
  list->last = (litellm_message *)(void *)((unsigned char *)list->last -
                                           gap.size);
  memmove(to, from, arena->used - (size_t)(from - arena->memory));
  arena->used -= gap.size;
}

LITELLM__DEF void litellm_messages_prune(litellm_messages *list,
                                         litellm_arena *arena,
                                         size_t max_count, size_t max_bytes) {
  for (;;) {
    litellm_message **link = &list->first;
    size_t count = 0;
    for (litellm_message *message = list->first; message;
         message = litellm__next_message(message))
      count++;
    if ((!max_count || count <= max_count) &&
        (!max_bytes || arena->used <= max_bytes)) return;
    while (*link && ((*link)->role == LITELLM_ROLE_SYSTEM ||
                     (*link)->role == LITELLM_ROLE_DEVELOPER))
      link = (litellm_message **)(void *)&(*link)->next;
    if (!*link) return;
    litellm_message *end = litellm__next_message(*link);
    while (end && end->role != LITELLM_ROLE_USER)
      end = litellm__next_message(end);
    if (end) {
      litellm__forget_messages(list, arena, link, end);
    } else {
      if (list->last->role != LITELLM_ROLE_ASSISTANT ||
          list->last->tool_call_count) return;
      while (*link) litellm_messages_drop_last(list, arena);
    }
  }
}

LITELLM__DEF void litellm_messages_drop_last(litellm_messages *list,
                                             litellm_arena *arena) {
  litellm_message *last = list->last, *before = NULL, *message = list->first;
  if (!last) return;
  for (; message != last; message = litellm__next_message(message))
    before = message;
  if (before) before->next = NULL;
  else list->first = NULL;
  list->last = before;
  litellm_arena_reset(arena, (uintptr_t)last - (uintptr_t)arena->memory);
}

/* ==== >>messages (implementation) ========================================= */

/* bits of litellm__resume_point.wrote */
enum {
  LITELLM__WROTE_OBJECT = 1, LITELLM__WROTE_MESSAGE = 2,
  LITELLM__WROTE_STRING = 4, /* arguments as a string */
  LITELLM__WROTE_PARTS = 8   /* a list of parts, not a string */
};

/* Begins a message and records that a window can start here. */
static void litellm__begin_message(
    litellm__writer *w, const litellm_message *message, unsigned role) {
  w->current.at = w->at;
  w->current.message = message;
  w->current.text_index = 0;
  w->current.list = 0;
  litellm__save_resume_point(w);
  bool first = !w->current.wrote;
  w->current.wrote = LITELLM__WROTE_OBJECT | LITELLM__WROTE_MESSAGE;
  if (!w->plain) w->current.wrote |= LITELLM__WROTE_PARTS;
  litellm__put_fmt(w, &",{\"role\":\"%\",\"content\":"[first],
                   litellm__word(litellm__role_words, role));
  w->parts = 0;
}

/* Arguments without blanks in front; "{}" for none. No strlen, as windows ask
   again and again. */
static const char *litellm__arguments(const char *text) {
  size_t n = 0;
  while (text && litellm__is_space(*text)) text++;
  while (text && n < sizeof "null" && text[n]) n++;
  bool none = !n || (LITELLM_COMPAT &&
                     litellm__find_word("null\0none\0", text, n, true));
  return none ? "{}" : text;
}

/* Appends the name of a tool that a model called, made legal: APIs refuse a
   history with another. */
static LITELLM__NOINLINE void litellm__put_tool_name(litellm__writer *w,
                                                     const char *name) {
  char legal[64];
  size_t n = 0;
  for (; name && n < sizeof legal && name[n]; n++) {
    char c = litellm__lower(name[n]);
    legal[n] = (c >= 'a' && c <= 'z') || litellm__is_digit(c) || c == '-'
                   ? name[n] : '_';
  }
  litellm__put_escaped(w, legal, n);
}

/* Appends a call's arguments: as they came if they are JSON, else as a JSON
   string, so that what the model is told of them fits. They are not validated
   again in every window: a mark in them knows which it was. */
static void litellm__put_arguments(litellm__writer *w, const char *text) {
  bool string = false;
  text = litellm__arguments(text);
  if (w->seeking)
    string = w->resume->text_index == w->current.text_index + 1 &&
             w->resume->wrote & LITELLM__WROTE_STRING;
  else if (w->at <= w->to)   /* the next window may start here */
    string = !litellm_json_valid(litellm_str_from(text));
  if (string) {
    w->quoted = true;
    w->current.wrote |= LITELLM__WROTE_STRING;
    litellm__put_string(w, text, SIZE_MAX);
    w->current.wrote &= (uint8_t)~LITELLM__WROTE_STRING;
    w->quoted = false;
  } else {
    litellm__put_escaped(w, text, SIZE_MAX);
  }
}

static void litellm__put_parts(litellm__writer *w, const litellm_part *parts,
                               size_t count) {
  w->plain = false;
  litellm__put_char(w, '[');
  for (size_t i = 0; i < count && !litellm__full(w); i++)
    litellm__put_part(w, &parts[i]);
  litellm__put_literal(w, w->parts ? "}]" : "]");
}

/* Appends the members that only messages with tool calls and results have. */
static void litellm__put_tool_members(litellm__writer *w,
                                      const litellm_message *message) {
  const litellm_tool_call *call = message->tool_calls;
  if (message->tool_call_count) {
    litellm__put_literal(w, ",\"tool_calls\":[");
    for (size_t i = 0; i < message->tool_call_count && !litellm__full(w); i++) {
      litellm__put_fmt(w, &",{\"id\":\"%"[!i], call[i].id);
      litellm__put_literal(w, "\",\"type\":\"function\",\"function\":{"
                              "\"name\":\"");
      litellm__put_tool_name(w, call[i].name);
      litellm__put_literal(w, "\",\"arguments\":\"");
      litellm__put_arguments(w, call[i].arguments);
      litellm__put_literal(w, "\"}");
      if (call[i].extra) litellm__put_literal(w, call[i].extra);
      litellm__put_char(w, '}');
    }
    litellm__put_char(w, ']');
  }
  if (message->tool_call_id)
    litellm__put_fmt(w, ",\"tool_call_id\":\"%\"", message->tool_call_id);
  if (message->reasoning_details) {
    litellm__put_literal(w, ",\"reasoning_details\":");
    litellm__put_literal(w, message->reasoning_details);
  }
  if (message->thinking_blocks) {
    litellm__put_literal(w, ",\"thinking_blocks\":[");
    litellm__put_literal(w, message->thinking_blocks);
    litellm__put_char(w, ']');
  } else if (message->tool_call_count && message->reasoning) {
    litellm__put_fmt(w, ",\"reasoning_content\":\"%\"", message->reasoning);
  }
}

static void litellm__put_message(litellm__writer *w,
                                 const litellm_message *message) {
  if (LITELLM_MEDIA && message->parts)
    litellm__put_parts(w, message->parts, message->part_count);
  else if (message->content.ptr)
    litellm__put_string(w, message->content.ptr, message->content.len);
  else
    litellm__put_literal(w, "null");
  if (LITELLM_TOOLS) litellm__put_tool_members(w, message);
  if (message->name) litellm__put_fmt(w, ",\"name\":\"%\"", message->name);
  litellm__put_char(w, '}');
}

static void litellm__put_message_list(litellm__writer *w,
                                      const litellm_message *message) {
  for (; message && !litellm__full(w); message = message->next) {
    if ((unsigned)message->role > LITELLM_ROLE_TOOL) {
      litellm__fail(w, LITELLM_ERROR_ARGUMENT, LITELLM__TEXT("message role"));
      return;
    }
    litellm__begin_message(w, message, (unsigned)message->role);
    litellm__put_message(w, message);
  }
}

/* ==== >>templates (implementation) ======================================== */

static bool litellm__is_blank(char c) { return c == ' ' || c == '\t'; }

/* The role whose word begins the line at `at`; *behind: after the colon. */
static unsigned litellm__role_at(const litellm__template *t, size_t at,
                                 size_t *behind) {
  size_t n = 0;
  while (litellm__is_blank(t->text[at])) at++;
  const char *word = t->text + at;
  while (word[n] >= 'A' && word[n] <= 'Z') n++;
  unsigned role = word[n] != ':' ? 0 : litellm__find_word(
      litellm__role_words, word, n, true);
  if (!role-- || role == LITELLM_ROLE_TOOL) return LITELLM__ROLE_NONE;
  *behind = at + n + 1;
  return role;
}

/* Opens the section that begins at line `at` and ends before the next role. */
static void litellm__open_section(litellm__template *t, size_t at) {
  const char *text = t->text;
  size_t unused, end, n;
  t->begin = at;
  t->role = (uint8_t)litellm__role_at(t, at, &t->begin);
  t->indent_len = SIZE_MAX;
  /* The line with the role word has no indentation. */
  for (bool first = t->role != LITELLM__ROLE_NONE; text[at]; first = false) {
    for (end = at; litellm__is_space(text[end]) && text[end] != '\n';) end++;
    if (text[end] && text[end] != '\n' && !first) {
      if (t->indent_len == SIZE_MAX) t->indent = at;
      for (n = 0; n < t->indent_len && litellm__is_blank(text[at + n]) &&
                  text[at + n] == text[t->indent + n];) n++;
      t->indent_len = n;
    }
    while (text[end] && text[end] != '\n') end++;
    at = text[end] ? end + 1 : end;
    if (litellm__role_at(t, at, &unused) != LITELLM__ROLE_NONE) break;
  }
  t->next = t->end = at;
  while (t->begin < t->end && litellm__is_space(text[t->begin])) t->begin++;
  while (t->begin < t->end && litellm__is_space(text[t->end - 1])) t->end--;
}

/* Whether the piece, which has no part tag, prints anything; white space in the
   template does not count. Fails if the kind of the value does not allow its
   spec, which check mode finds without values. */
static LITELLM__NOINLINE bool litellm__prints(litellm__template *t) {
  litellm__value value = t->value;
  litellm__spec *spec = &t->spec;
  bool many = t->w->check;
  size_t i;
  if (t->kind == LITELLM__LEX_TEXT) {
    for (i = 0; i < t->option[0].len; i++)
      if (!litellm__is_space(t->option[0].ptr[i])) return true;
    return false;
  }
  if (litellm__is_null(&value) && !many) return false;
  for (i = t->tag; i && value.kind == LITELLM_KIND_LIST; i--) {
    litellm_list list = litellm__list_of(&value);
    many |= list.count > 1;
    litellm__item(&value, &value, list.count ? list.items : NULL, 0);
  }
  spec->style = (uint8_t)litellm__spec_style(spec, value.kind);
  if (i || !spec->style) litellm__fail_type(t);
  if (many || litellm__is_null(&value)) return many;
  if (spec->style != LITELLM__AS_TEXT || spec->width) return true;
  litellm_str text = litellm__text_of(&value);
  return !litellm__text_ends(text.ptr, text.len, 0) &&
         litellm__max_chars(spec) > 0;
}

/* Walks the section and writes it as plain text or as parts, or only counts its
   parts. A run of text is a part only if it prints something: it is read until
   that is known, and then again to be written. */
static void litellm__put_content(litellm__template *t) {
  litellm__writer *w = t->w;
  size_t run = t->begin;
  bool open = false;
  w->parts = 0;
  t->at = run;
  do {
    litellm__lex(t);
    if (t->kind == LITELLM__LEX_END || t->tag >= LITELLM__TAG_TEXT) {
      if (LITELLM_MEDIA && open && !w->survey) litellm__end_text(w);
      if (LITELLM_MEDIA && t->tag) litellm__put_tag(t);
      open = false;
      run = t->at;
      continue;
    }
    bool prints = litellm__prints(t);
    if (!open) {
      open = prints;
      if (open && litellm__open_part(w, true)) t->at = run;
    } else if (w->survey) {
      continue;
    } else if (t->kind == LITELLM__LEX_TEXT) {
      litellm__put_escaped(w, t->option[0].ptr, t->option[0].len);
    } else if (!prints) {
      continue;
    } else if (LITELLM_FORMAT && (t->spec.used || t->spec.convert)) {
      litellm__format(w, &t->spec, &t->value);
    } else {
      litellm__put_value(w, &t->value, t->tag);
    }
  } while (t->kind != LITELLM__LEX_END && !litellm__full(w));
}

/* Appends the history of a MESSAGES: section, from the message `from` on if it
   is not NULL. */
static void litellm__put_history(litellm__template *t,
                                 const litellm_message *from) {
  const litellm_message *first = NULL;
  t->at = t->begin;
  litellm__lex(t);
  if (t->kind != LITELLM__LEX_FIELD)
    litellm__fail_syntax(t, LITELLM__TEXT("MESSAGES wants one field"));
  else if (t->value.kind != LITELLM_KIND_MESSAGES || t->tag ||
           t->spec.convert || t->spec.used)
    litellm__fail_type(t);
  else if (t->value.at)
    memcpy(&first, t->value.at, sizeof first);
  litellm__lex(t);
  if (t->kind != LITELLM__LEX_END)
    litellm__fail_syntax(t, LITELLM__TEXT("MESSAGES wants one field"));
  litellm__put_message_list(t->w, from ? from : first);
}

/* Appends a section as a message, unless it is empty. A mark in it knows if its
   parts are a list. */
static void litellm__put_section(litellm__template *t) {
  litellm__writer *w = t->w;
  if (w->seeking) {
    w->plain = !(w->resume->wrote & LITELLM__WROTE_PARTS);
  } else {
    w->survey = true;
    w->rich = false;
    litellm__put_content(t);
    w->survey = false;
    if (!w->parts || w->check || w->result != LITELLM_OK) return;
    w->plain = w->parts == 1 && !w->rich;
  }
  litellm__begin_message(w, NULL, t->role);
  litellm__put_literal(w, w->plain ? "\"" : "[");
  litellm__put_content(t);
  litellm__put_literal(w, w->plain ? "\"}" : "}]}");
}

/* Appends the whole prompt as one message: LITELLM_TEMPLATES is 0. */
static void litellm__put_prompt(litellm__template *t) {
  litellm__writer *w = t->w;
  litellm__begin_message(w, NULL, LITELLM_ROLE_USER);
  litellm__put_char(w, '"');
  do {
    litellm__lex(t);
    if (t->kind == LITELLM__LEX_TEXT)
      litellm__put_escaped(w, t->option[0].ptr, t->option[0].len);
    else if (t->kind == LITELLM__LEX_FIELD)
      litellm__put_scalar(w, &t->value, false);
  } while (t->kind != LITELLM__LEX_END && !litellm__full(w));
  litellm__put_literal(w, "\"}");
}

/* Appends the messages of the template, from the section of the mark on. */
static void litellm__put_template(litellm__writer *w,
                                  const litellm_request *request,
                                  const litellm_message *from) {
  litellm__template t;
  memset(&t, 0, sizeof t);
  t.w = w;
  t.text = request->call.prompt;
  if (!t.text || !*t.text) return;
  if (request->call.fields) t.fields = request->call.fields();
  t.arguments = request->arguments;
  if (!LITELLM_TEMPLATES) {
    t.end = strlen(t.text);
    litellm__put_prompt(&t);
    return;
  }
  t.next = (size_t)w->current.section;
  while (!litellm__full(w) && t.text[t.next]) {
    w->current.section = (uint32_t)t.next;
    litellm__open_section(&t, t.next);
    if (t.role == LITELLM__ROLE_MESSAGES) {
      litellm__put_history(&t, from);
    } else if (t.role != LITELLM__ROLE_NONE || !t.text[t.next]) {
      if (t.role == LITELLM__ROLE_NONE) t.role = LITELLM_ROLE_USER;
      litellm__put_section(&t);
    } else if (t.begin < t.end) {
      w->position = (uint32_t)t.begin;
      litellm__fail_syntax(&t, LITELLM__TEXT("text before a role"));
    }
    from = NULL;
  }
}

/* ==== >>body (implementation) ============================================ */

/* The name of a parameter, which no raw one that is to come may have too. */
static LITELLM__NOINLINE void litellm__put_param(litellm__writer *w,
                                                 const char *name) {
  const litellm_name_value *pair = w->raw;
  for (; pair && pair->name; pair++)
    if (litellm__equal(pair->name, name))
      litellm__fail(w, LITELLM_ERROR_PARAMS, name);
  litellm__put_fmt(w, ",\"%\":", name);
}

/* The typed parameters: where their values are. Behind the value of an
   optional stands whether it is set. Without `tools` the last row is not
   sent. */
static void litellm__put_params(litellm__writer *w,
                                const litellm_params *params, bool tools) {
#define LITELLM__PARAM(name, kind)                                            \
  { (uint8_t)offsetof(litellm_params, name), LITELLM_KIND_##kind }
  static const struct { uint8_t at, kind; } rows[] = {
    LITELLM__PARAM(temperature, DOUBLE), LITELLM__PARAM(top_p, DOUBLE),
    LITELLM__PARAM(frequency_penalty, DOUBLE),
    LITELLM__PARAM(presence_penalty, DOUBLE),
    LITELLM__PARAM(max_tokens, INT64),
    LITELLM__PARAM(max_completion_tokens, INT64), LITELLM__PARAM(seed, INT64),
    LITELLM__PARAM(drop_params, BOOL), LITELLM__PARAM(reasoning_effort, STRING),
    LITELLM__PARAM(user, STRING),
    LITELLM__PARAM(parallel_tool_calls, BOOL)
  };
#undef LITELLM__PARAM
  const char *name =
      "temperature\0top_p\0frequency_penalty\0presence_penalty\0"
      "max_tokens\0max_completion_tokens\0seed\0drop_params\0"
      "reasoning_effort\0user\0parallel_tool_calls";
  const char *const *stop;
  for (size_t i = 0; i < sizeof rows / sizeof *rows - !tools; i++) {
    const unsigned char *at = (const unsigned char *)params + rows[i].at;
    litellm__value value;
    value.at = at;
    value.type = NULL;
    value.kind = rows[i].kind;
    bool set = value.kind == LITELLM_KIND_STRING
        ? !litellm__is_null(&value)
        : at[litellm__scalar_size(value.kind, NULL)] != 0;
    if (set && (LITELLM_FLOAT || value.kind != LITELLM_KIND_DOUBLE)) {
      litellm__put_param(w, name);
      litellm__put_scalar(w, &value, true);
    } else if (set || litellm__integer_of(&value)) {
      litellm__fail(w, LITELLM_ERROR_PARAMS, name);  /* without LITELLM_SET */
    }
    name += strlen(name) + 1;
  }
  if (params->stop) {
    litellm__put_param(w, "stop");
    litellm__put_char(w, '[');
    for (stop = params->stop; *stop; stop++)
      litellm__put_fmt(w, &",\"%\""[stop == params->stop], *stop);
    litellm__put_char(w, ']');
  }
}

/* Appends the raw parameters as they are: each must be valid JSON, and none
   that the library writes itself. They are checked when the body is counted. */
static void litellm__put_extra_body(litellm__writer *w) {
  while (w->raw && w->raw->name) {
    const litellm_name_value *pair = w->raw++;
    if (!w->out &&
        (!litellm_json_valid(litellm_str_from(pair->value)) ||
         litellm__find_word("model\0messages\0stream\0stream_options\0n\0",
                            pair->name, strlen(pair->name), false))) {
      litellm__fail(w, LITELLM_ERROR_PARAMS, pair->name);
      return;
    }
    litellm__put_param(w, pair->name);
    litellm__put_literal(w, pair->value);
  }
}

static const char litellm__final_answer_tool[] = "answer";

/* How to ask for the response model; -1: there is none. */
static int litellm__output_mode_of(const litellm_request *request) {
  return LITELLM_MODELS && request->call.response_model
             ? request->call.output_mode
             : -1;
}

/* Appends the schema as a system message, for servers without json_schema. */
static void litellm__put_schema_message(litellm__writer *w,
                                        const litellm_type *model) {
  litellm__put_literal(w, "{\"role\":\"system\",\"content\":\"Answer with one "
                          "JSON object that fits this schema: ");
  w->quoted = true;
  litellm__put_schema(w, model, false);
  w->quoted = false;
  litellm__put_literal(w, "\"}");
  w->current.wrote = LITELLM__WROTE_OBJECT;
}

static void litellm__put_response_format(litellm__writer *w,
                                         const litellm_request *request) {
  int by = litellm__output_mode_of(request);
  bool object = by < 0 ? request->call.json_mode : by == LITELLM_OUTPUT_PROMPT;
  bool schema = by == LITELLM_OUTPUT_SCHEMA;
  if (!object && !schema) return;
  litellm__put_param(w, "response_format");
  litellm__put_literal(w, object ? "{\"type\":\"json_object\"}"
      : "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\","
        "\"strict\":true,\"schema\":");
  if (!LITELLM_MODELS || !schema) return;
  litellm__put_schema(w, request->call.response_model, true);
  litellm__put_literal(w, "}}");
}

/* The tool's object stays open. */
static void litellm__put_tool(litellm__writer *w, const char *name,
                              const char *description, bool strict,
                              const litellm_type *arguments, bool comma) {
  if (!comma) litellm__put_param(w, "tools");
  litellm__put_literal(w, comma ? "}," : "[");
  litellm__put_fmt(w, "{\"type\":\"function\",\"function\":{\"name\":\"%\"",
                   name);
  if (description) litellm__put_fmt(w, ",\"description\":\"%\"", description);
  litellm__put_literal(w, &",\"strict\":true,\"parameters\":"[strict ? 0 : 14]);
  litellm__put_schema(w, arguments, strict);
  litellm__put_char(w, '}');
}

enum {                       /* what a tool_choice is: a word, or a name */
  LITELLM__CHOICE_NAME, LITELLM__CHOICE_AUTO, LITELLM__CHOICE_NONE,
  LITELLM__CHOICE_REQUIRED
};

/* The tools, from that of the resume point on, and with them which must be
   called; false: there are none. A choice that forces a call is for the first
   turn: later the model must be able to answer. */
static bool litellm__put_tools(litellm__writer *w,
                               const litellm_request *request) {
  const char *choice = request->call.tool_choice;
  unsigned word = !choice ? (unsigned)LITELLM__CHOICE_AUTO
      : litellm__find_word("auto\0none\0required\0", choice, strlen(choice),
                           false);
  bool any = w->current.section > 0;
  bool offered = any || word == LITELLM__CHOICE_AUTO ||
                 word == LITELLM__CHOICE_NONE;
  const litellm_tool *const *tool = request->call.tools;
  if (tool) tool += w->current.section;
  for (; tool && *tool && !litellm__full(w); tool++) {
    w->current.stage = LITELLM__STAGE_TOOLS; /* a window can start here */
    w->current.section = (uint32_t)(tool - request->call.tools);
    w->current.at = w->at;
    w->current.text_index = 0;
    litellm__save_resume_point(w);
    litellm__put_tool(w, (*tool)->name, (*tool)->description,
                      request->call.strict_tools, (*tool)->arguments, any);
    if ((*tool)->cache) litellm__put_cached(w, NULL);
    if (word || litellm__equal(choice, (*tool)->name)) offered = true;
    any = true;
  }
  if (!offered && !litellm__full(w))
    litellm__fail(w, LITELLM_ERROR_ARGUMENT, LITELLM__TEXT("tool_choice"));
  if (!any || (request->turns_ && word != LITELLM__CHOICE_NONE))
    choice = NULL;
  if (litellm__output_mode_of(request) == LITELLM_OUTPUT_TOOL) {
    litellm__put_tool(w, litellm__final_answer_tool, "Gives the answer", true,
                      request->call.response_model, any);
    choice = any ? "required" : litellm__final_answer_tool;
    word = any ? LITELLM__CHOICE_REQUIRED : LITELLM__CHOICE_NAME;
    any = true;
  }
  if (any) litellm__put_literal(w, "}]");
  if (!choice) return any;
  litellm__put_param(w, "tool_choice");
  litellm__put_fmt(w, word ? "\"%\"" : "{\"type\":\"function\",\"function\":"
                                       "{\"name\":\"%\"}}", choice);
  return any;
}

/* The body up to its tools. */
static void litellm__put_model(litellm__writer *w,
                               const litellm_request *request) {
  const litellm_params *params = request->call.params;
  litellm__put_fmt(w, "{\"model\":\"%\"", request->call.model);
  if (LITELLM_STREAMS && (request->stream || request->call.stream)) {
    litellm__put_literal(w, ",\"stream\":true");
    if (!params || !params->stream_usage.set || params->stream_usage.value)
      litellm__put_literal(w, ",\"stream_options\":{\"include_usage\":true}");
  }
  litellm__put_response_format(w, request);
}

/* The body up to its messages. */
static LITELLM__NOINLINE void litellm__put_preamble(
    litellm__writer *w, const litellm_request *request) {
  const litellm_params *params = request->call.params;
  w->raw = params ? params->extra_body : NULL;
  if (!w->current.stage) litellm__put_model(w, request);
  bool tools = LITELLM_TOOLS && litellm__put_tools(w, request);
  if (params) litellm__put_params(w, params, tools);
  litellm__put_extra_body(w);
  litellm__put_literal(w, ",\"messages\":[");
  if (litellm__output_mode_of(request) == LITELLM_OUTPUT_PROMPT)
    litellm__put_schema_message(w, request->call.response_model);
  w->current.section = 0;
}

/* Appends the messages and the end of the body, from the writer's current place
   on. */
static void litellm__put_messages(litellm__writer *w,
                                  const litellm_request *request) {
  const litellm_message *from = w->current.message;
  if (w->current.stage < LITELLM__STAGE_MESSAGES) {
    w->current.stage = LITELLM__STAGE_TEMPLATE;
    litellm__put_template(w, request, from);
    from = request->messages;
  }
  if (w->current.stage < LITELLM__STAGE_TURNS) {
    w->current.stage = LITELLM__STAGE_MESSAGES;
    litellm__put_message_list(w, from);
    from = request->turns_;
  }
  w->current.stage = LITELLM__STAGE_TURNS;
  if (LITELLM_MODELS) litellm__put_message_list(w, from);
  if (!(w->current.wrote & LITELLM__WROTE_MESSAGE) && !w->check &&
      !litellm__full(w))
    litellm__fail(w, LITELLM_ERROR_NO_MESSAGE, NULL);
  litellm__put_literal(w, "]}");
}

/* ==== >>checks (implementation) =========================================== */

/* Whether a text may be a header's value: no control characters except tab. */
static bool litellm__is_header_value(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7F)
      return false;
  return true;
}

/* Whether a character may be in a header's name (RFC 9110, tchar). */
static bool litellm__is_token_char(char c) {
  char low = litellm__lower(c);
  return (low >= 'a' && low <= 'z') || litellm__is_digit(c) ||
         litellm__one_of(c, "!#$%&'*+-.^_`|~");
}

static LITELLM__NOINLINE bool litellm__is_header_name(const char *name,
                                                      size_t len) {
  for (size_t i = 0; i < len; i++)
    if (!litellm__is_token_char(name[i])) return false;
  return len > 0;
}

/* Checks the caller's headers. `clear`: none of them may be a key. */
static litellm_result litellm__check_headers(const litellm_name_value *pair,
                                             bool clear, litellm_error *error) {
  for (; pair && pair->name; pair++) {
    size_t len = strlen(pair->name);
    unsigned ours = litellm__find_word("authorization\0content-length\0"
                                       "transfer-encoding\0host\0",
                                       pair->name, len, true);
    if (clear &&
        (ours == 1 || litellm__contains_nocase(pair->name, len, "api-key")))
      return litellm__blame(error, LITELLM_ERROR_KEY_OVER_HTTP, pair->name);
    if (ours > 1 || !pair->value || !litellm__is_header_name(pair->name, len) ||
        !litellm__is_header_value(pair->value, strlen(pair->value)))
      return litellm__blame(error, LITELLM_ERROR_HEADER, pair->name);
  }
  return LITELLM_OK;
}

/* Checks what a request needs before it can be rendered. */
static litellm_result litellm__check_request(const litellm_request *request,
                                             litellm_error *error) {
  const litellm_call_desc *call = &request->call;
  const char *wrong =
      !call->model || !*call->model ? LITELLM__TEXT("model")
      : !call->prompt && !request->messages ? LITELLM__TEXT("prompt")
      : !LITELLM_TOOLS && call->tools
      ? LITELLM__TEXT("tools: LITELLM_TOOLS is 0")
      : !LITELLM_MODELS && call->response_model
      ? LITELLM__TEXT("response_model: LITELLM_MODELS is 0")
      : call->prompt && call->fields && call->fields()->name &&
        !request->arguments ? LITELLM__TEXT("arguments") : "";
  return wrong && !*wrong
      ? LITELLM_OK : litellm__blame(error, LITELLM_ERROR_ARGUMENT, wrong);
}

static litellm_result litellm__writer_result(const litellm__writer *w,
                                             litellm_error *error) {
  if (w->result == LITELLM_OK) return LITELLM_OK;
  error->position = w->position;
  error->subject = w->subject;
  error->phase = LITELLM_PHASE_PREPARE;
  return error->code = w->result;
}

/* Renders the bytes [from, *to) of the body, or counts if `out` is NULL. Sets
   *to to the offset reached. */
static LITELLM__NOINLINE litellm_result litellm__render(
    const litellm_request *request, char *out, uint32_t from, uint32_t *to,
    litellm_error *error) {
  litellm__writer w;
  memset(&w, 0, sizeof w);
  w.out = out;
  w.from = from;
  w.to = *to;
  litellm__put_preamble(&w, request);
  litellm__put_messages(&w, request);
  *to = w.at;
  return litellm__writer_result(&w, error);
}

/* The length of the body. */
static litellm_result litellm__count_body(
    const litellm_request *request, uint32_t *total, litellm_error *error) {
  *total = UINT32_MAX;
  return litellm__render(request, NULL, 0, total, error);
}

LITELLM__DEF litellm_result litellm_request_body(
    const litellm_request *request, uint32_t offset, char *buffer, size_t size,
    uint32_t *total, litellm_error *error) {
  litellm_error unused;
  litellm_result result;
  if (!error) error = &unused;
  memset(error, 0, sizeof *error);
  *total = 0;
  error->code = result = litellm__check_request(request, error);
  if (result == LITELLM_OK)
    result = litellm__count_body(request, total, error);
  if (result != LITELLM_OK || !size || offset >= *total) return result;
  uint32_t end = *total - offset < size ? *total : offset + (uint32_t)size;
  return litellm__render(request, buffer, offset, &end, error);
}

LITELLM__DEF litellm_result litellm_call_check(const litellm_call_desc *call,
                                               litellm_error *error) {
  litellm_error unused;
  litellm_request request;
  litellm__writer w;
  if (!error) error = &unused;
  memset(error, 0, sizeof *error);
  memset(&request, 0, sizeof request);
  request.call = *call;
  /* Members that may be set at run time pass. */
  if (!call->model) request.call.model = "model";
  request.messages = (const litellm_message *)(const void *)call;
  request.arguments = call;
  error->code = litellm__check_request(&request, error);
  if (error->code == LITELLM_OK)
    error->code = litellm__check_headers(call->headers, false, error);
  if (error->code != LITELLM_OK) return error->code;
  request.messages = NULL;
  request.arguments = NULL;
  memset(&w, 0, sizeof w);
  w.to = UINT32_MAX;
  w.check = true;
  litellm__put_preamble(&w, &request);
  litellm__put_messages(&w, &request);
  return litellm__writer_result(&w, error);
}

/* ==== >>kept texts (implementation) ====================================== */

/* Texts kept from a reply are tagged records at the top of the arena: header,
   bytes, NUL. A record that grows moves the records after it; as texts come one
   after the other, there are seldom any. */
enum {
  LITELLM__KEPT_CONTENT, LITELLM__KEPT_REASONING, LITELLM__KEPT_REFUSAL,
  LITELLM__KEPT_FINISH, LITELLM__KEPT_ID, LITELLM__KEPT_MODEL,
  LITELLM__KEPT_GATEWAY,     /* one for each of LiteLLM's headers */
  LITELLM__KEPT_COST = LITELLM__KEPT_GATEWAY + 3,
  /* Of an error: of each sort the better source has the higher tag. */
  LITELLM__KEPT_ROOT_TYPE = LITELLM__KEPT_GATEWAY + 10,
  LITELLM__KEPT_TYPE, LITELLM__KEPT_ROOT_CODE, LITELLM__KEPT_CODE,
  LITELLM__KEPT_RAW, LITELLM__KEPT_ROOT_MESSAGE, LITELLM__KEPT_DETAIL,
  LITELLM__KEPT_ERROR, LITELLM__KEPT_MESSAGE, LITELLM__KEPT_CALL_ID,
  LITELLM__KEPT_CALL_NAME, LITELLM__KEPT_CALL_ARGUMENTS,
  LITELLM__KEPT_CALL_EXTRA, LITELLM__KEPT_DETAILS,
  LITELLM__KEPT_SIGNATURE, LITELLM__KEPT_THOUGHTS,
  LITELLM__KEPT_STRING, LITELLM__KEPT_STRING_VIEW,  /* of a struct, after its
                                                       address */
  LITELLM__KEPT_MISMATCH,    /* why an answer does not fit */
  LITELLM__KEPT_FOLLOWUP,    /* what the model is told about a call */
  LITELLM__KEPT_STRUCT,      /* a struct, aligned within the record */
  LITELLM__KEPT_BLANKS,      /* before a content that may begin with thoughts */
  LITELLM__KEPT_TAGS
};

enum {                       /* litellm__http.raw: of the excerpt, KEPT_RAW */
  LITELLM__RAW_NOTHING, LITELLM__RAW_TEXT, LITELLM__RAW_BLANK,
  LITELLM__RAW_FULL, LITELLM__RAW_BEATEN
};

typedef struct litellm__record {
  size_t len;
  int16_t index;             /* of a tool call on the wire; -1: none */
  uint16_t tag;              /* bits 8 to 15: the tool call, from 1 */
} litellm__record;

/* Reads the record at offset `at`; false after the last one. */
static bool litellm__record_at(litellm_client *s, size_t at,
                               litellm__record *record) {
  const litellm_arena *arena = &s->arena;
  if (at >= arena->used) return false;
  memcpy(record, arena->memory + at, sizeof *record);
  return true;
}

/* The offset behind a record. */
static size_t litellm__record_end(size_t at, const litellm__record *record) {
  return at + sizeof *record + record->len + 1;
}

static const char *litellm__record_text(const litellm_client *s, size_t at) {
  return (const char *)s->arena.memory + at + sizeof(litellm__record);
}

/* The kept texts begin at `offset`. */
static void litellm__records_begin(litellm_client *s, size_t offset) {
  s->records_ = s->grown_ = s->settled_ = s->call_at_ = offset;
}

/* The first record that may be of a tool call. The texts of the last call, and
   of the current fragment (call 0), come after those of all other calls. */
static size_t litellm__call_begin(const litellm_client *s, unsigned call) {
  return call == 0 || call == s->calls_ ? s->call_at_ : s->records_;
}

/* The offset of the record with that tag, or SIZE_MAX. It is mostly the one
   that grew last. */
static size_t litellm__kept_find(litellm_client *s, unsigned tag,
                                 litellm__record *record) {
  size_t at = s->grown_;
  if (litellm__record_at(s, at, record) && record->tag == tag) return at;
  bool of_call = LITELLM_TOOLS && (tag & 255) >= LITELLM__KEPT_CALL_ID &&
                 (tag & 255) <= LITELLM__KEPT_CALL_EXTRA;
  at = of_call ? litellm__call_begin(s, tag >> 8) : s->records_;
  for (; litellm__record_at(s, at, record);
       at = litellm__record_end(at, record))
    if (record->tag == tag) return at;
  record->len = 0;
  return SIZE_MAX;
}

/* The text with that tag; NULL and *len 0: none. `len` may be NULL. */
static const char *litellm__kept(litellm_client *s, unsigned tag, size_t *len) {
  litellm__record record;
  size_t at = litellm__kept_find(s, tag, &record);
  if (len) *len = record.len;
  return at == SIZE_MAX ? NULL : litellm__record_text(s, at);
}

static litellm_str litellm__kept_str(litellm_client *s, unsigned tag) {
  litellm_str text;
  text.ptr = litellm__kept(s, tag, &text.len);
  return text;
}

static litellm_str litellm__kept_of_call(litellm_client *s, unsigned call,
                                         unsigned tag) {
  return litellm__kept_str(s, call << 8 | tag);
}

static bool litellm__same_text(litellm_str a, litellm_str b) {
  return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static bool litellm__kept_is(litellm_client *s, unsigned tag,
                             const char *word) {
  return litellm__same_text(litellm__kept_str(s, tag), litellm_str_from(word));
}

static void litellm__kept_drop(litellm_client *s, unsigned tag) {
  litellm_arena *arena = &s->arena;
  litellm__record record;
  size_t at = litellm__kept_find(s, tag, &record);
  if (at == SIZE_MAX) return;
  size_t size = litellm__record_end(0, &record);
  if (s->grown_ >= at) s->grown_ = s->records_;
  if (s->settled_ > at) s->settled_ = at;
  if (s->call_at_ > at) s->call_at_ -= size;
  else if (s->call_at_ == at) s->call_at_ = s->records_;
  arena->used -= size;
  memmove(arena->memory + at, arena->memory + at + size, arena->used - at);
}

/* Drops the excerpt of a body that turns out to be an answer. */
static void litellm__drop_excerpt(litellm_client *s) {
  if (s->http_.status >= 400 || s->http_.raw >= LITELLM__RAW_FULL) return;
  litellm__kept_drop(s, LITELLM__KEPT_RAW);
  s->http_.raw = LITELLM__RAW_FULL;
}

/* Appends to the record at an offset, or creates one if that is SIZE_MAX; zeros
   if `text` is NULL. What does not fit is counted, so that the error can say
   how much memory was missing. */
static void litellm__keep_at(litellm_client *s, size_t at, unsigned tag,
                             const char *text, size_t len) {
  litellm_arena *arena = &s->arena;
  litellm__record record = { 0, 0, 0 };
  size_t need = at == SIZE_MAX ? len + sizeof record + 1 : len;
  if (s->missing_ || need > arena->size - arena->used) {
    s->missing_ = need < SIZE_MAX - s->missing_ ? s->missing_ + need : SIZE_MAX;
    return;
  }
  if (at == SIZE_MAX) {
    at = arena->used;
    arena->used += sizeof record + 1;
    arena->memory[arena->used - 1] = 0;
    record.tag = (uint16_t)tag;
    record.index = s->index_;
  } else {
    memcpy(&record, arena->memory + at, sizeof record);
  }
  unsigned char *end = arena->memory + at + sizeof record + record.len;
  memmove(end + len, end, (size_t)(arena->memory + arena->used - end));
  if (!text) memset(end, 0, len);
  else if (len) memcpy(end, text, len);
  record.len += len;
  memcpy(arena->memory + at, &record, sizeof record);
  arena->used += len;
  if (arena->used > arena->peak) arena->peak = arena->used;
  s->grown_ = at;
  if (s->settled_ > at) s->settled_ = at;    /* later ones moved */
  if (s->call_at_ > at) s->call_at_ += len;
}

/* Appends to the record with a tag, which is created if needed. */
static void litellm__keep(litellm_client *s, unsigned tag, const char *text,
                          size_t len) {
  litellm__record record;
  if (len + sizeof record + 1 > s->arena.size - s->arena.used)
    litellm__drop_excerpt(s);
  litellm__keep_at(s, litellm__kept_find(s, tag, &record), tag, text, len);
}

/* Gives a record, if it exists, the tag of another, which it replaces. */
static void litellm__kept_retag(litellm_client *s, unsigned tag,
                                unsigned new_tag) {
  litellm__record record;
  if (!litellm__kept(s, tag, NULL)) return;
  litellm__kept_drop(s, new_tag);
  size_t at = litellm__kept_find(s, tag, &record);
  record.tag = (uint16_t)new_tag;
  record.index = s->index_;
  memcpy(s->arena.memory + at, &record, sizeof record);
}

/* An aligned object in a record, zeroed when created; NULL: no memory. */
static void *litellm__keep_struct(litellm_client *s, unsigned call,
                                  size_t size) {
  const unsigned tag = call << 8 | LITELLM__KEPT_STRUCT;
  if (!litellm__kept(s, tag, NULL))
    litellm__keep(s, tag, NULL, size + LITELLM__ALIGN - 1);
  if (s->missing_) return NULL;
  const char *at = litellm__kept(s, tag, NULL);
  at += (LITELLM__ALIGN - (uintptr_t)at % LITELLM__ALIGN) % LITELLM__ALIGN;
  return s->arena.memory + (at - (const char *)s->arena.memory);
}

/* Appends the text of a record to an older record, which must exist. */
static void litellm__kept_join(litellm_client *s, unsigned tag,
                               unsigned old_tag) {
  size_t len;
  const char *text = litellm__kept(s, tag, &len);
  /* Growing the older record first moves this text up by `len`. */
  if (text) litellm__keep(s, old_tag, text + len, len);
}

/* Appends as many whole characters of an error's text as fit; false: no more
   will. */
static bool litellm__keep_some(litellm_client *s, unsigned tag,
                               const char *text, size_t len) {
  const litellm_arena *arena = &s->arena;
  size_t kept;
  for (; len > 0; text++, len--) {
    litellm__kept(s, tag, &kept);
    if (((unsigned char)*text & 0xC0) != 0x80 &&
        (kept >= LITELLM_MAX_ERROR_BYTES ||
         arena->size - arena->used < sizeof(litellm__record) + 5))
      return false;
    litellm__keep(s, tag, text, 1);
  }
  return true;
}

/* ==== >>misfits (implementation) ========================================== */

/* The frame of the innermost open object or list says where a value goes: it
   has the row or the index. Unknown values open no frame, so a token matters
   only if the tokenizer is exactly as deep as the frames. */
enum {                       /* litellm__decoder.state */
  LITELLM__DECODE_SEEK,
  LITELLM__DECODE_BRACE,     /* after a brace that may begin the object */
  LITELLM__DECODE_READ,
  LITELLM__DECODE_DONE,
  LITELLM__DECODE_FAILED
};
enum {
  LITELLM__ROW_NONE = 255,
  LITELLM__UNFINISHED = 1 << 8  /* set in the tag of the string being read */
};

/* The message is a kept text. */
static void litellm__note_n(litellm_client *s, const char *text, size_t len) {
  litellm__keep_some(s, LITELLM__KEPT_MISMATCH, text, len);
}

static void litellm__note(litellm_client *s, const char *text) {
  litellm__note_n(s, text, strlen(text));
}

static void litellm__note_number(litellm_client *s, int32_t number) {
  char digits[LITELLM__DIGITS], *at = litellm__digits(number, digits);
  litellm__note_n(s, at, (size_t)(digits + sizeof digits - at));
}

/* The length of the longest prefix of whole characters that fits. */
static size_t litellm__utf8_fit(const char *text, size_t len, size_t room) {
  if (len <= room) return len;
  while (room && ((unsigned char)text[room] & 0xC0) == 0x80) room--;
  return room;
}

static bool litellm__bounded(const litellm__slot *v) {
  return v->type && (v->type->minimum || v->type->maximum ||
                     (LITELLM_FLOAT && v->type->range));
}

static LITELLM__NOINLINE void litellm__note_double(litellm_client *s,
                                                   const double *number) {
  litellm__value value;
  litellm__writer w;
  char text[24];             /* -2.2250738585072014e-308 */
  memset(&w, 0, sizeof w);
  w.out = text;
  w.to = sizeof text;
  value.at = number;
  value.type = NULL;
  value.kind = LITELLM_KIND_DOUBLE;
  litellm__put_number(&w, &litellm__plain_spec, &value);
  litellm__note_n(s, text, (size_t)w.at);
}

static void litellm__note_bound(litellm_client *s, const litellm_type *type,
                                bool most) {
  if (LITELLM_FLOAT && type->range)
    litellm__note_double(s, type->range + most);
  else
    litellm__note_number(s, most ? type->maximum : type->minimum);
}

static void litellm__note_expected(litellm_client *s, const litellm__slot *v) {
  static const uint8_t word[] = { 0, 1, 1, 1, 0, 2, 3, 3, 4, 5, 6, 0, 0, 7 };
  const litellm_type *type = v->type;
  unsigned which = v->kind < sizeof word ? word[v->kind] : 0;
  litellm__note(s, litellm__word(
      "no value, as its kind cannot be decoded\0a text\0true or false\0"
      "an integer\0a number\0\0an object\0a list", which));
  if (which == 5)
    for (uint16_t i = 0; i < type->capacity; i++) {
      litellm__note(s, !i ? "\"" : i + 1 < type->capacity ? "\", \""
                                                          : "\" or \"");
      litellm__note(s, type->names[i]);
      if (i + 1 == type->capacity) litellm__note(s, "\"");
    }
  if ((which == 3 || which == 4) && litellm__bounded(v)) {
    litellm__note(s, " from ");
    litellm__note_bound(s, type, false);
    litellm__note(s, " to ");
    litellm__note_bound(s, type, true);
  } else if (which == 3) {
    litellm__note(s, " of ");
    litellm__note_number(s, 8 * (int32_t)litellm__scalar_size(v->kind, type));
    litellm__note(s, " bits");
  }
}

static void litellm__note_actual(litellm_client *s) {
  const litellm__decoder *d = s->decoder_;
  const char *quote = d->kind == LITELLM_JSON_STRING ? "\"" : "";
  size_t shown = litellm__utf8_fit(d->scratch, d->len, 32);
  if (d->kind == LITELLM_JSON_OBJECT || d->kind == LITELLM_JSON_ARRAY) {
    litellm__note(s, d->kind == LITELLM_JSON_OBJECT ? "an object" : "a list");
    return;
  }
  litellm__note(s, quote);
  litellm__note_n(s, d->scratch, shown);
  litellm__note(s, shown < d->len ? "..." : quote);
}

/* Fails at the current value or, if not `inside`, at the object or list around
   it. `why` is the message: @ stands for what `v` expects, # for its bound, $
   for what was received. */
static void litellm__decode_fail(litellm_client *s, bool inside,
                                 const char *why, const litellm__slot *v) {
  litellm__decoder *d = s->decoder_;
  d->state = LITELLM__DECODE_FAILED;
  d->at += d->before;
  d->inside = inside;
  d->why = why;
  if (v) d->misfit = *v;
}

/* Composes the message: a JSON path and, with texts, the reason. This is not
   done where decoding fails, because printing a double takes much stack. */
static void litellm__note_misfit(litellm_client *s) {
  const litellm__decoder *d = s->decoder_;
  const litellm__frame *f = d->frames, *end = f + d->depth;
  const char *why = d->why;
  litellm__note(s, "$");
  for (; f < end && (d->inside || f + 1 < end); f++) {
    if (!f->type->fields) {
      litellm__note(s, "[");
      litellm__note_number(s, (int32_t)f->seen);
      litellm__note(s, "]");
    } else if (f->row != LITELLM__ROW_NONE) {
      litellm__note(s, ".");
      litellm__note(s, f->type->fields()[f->row].name);
    }
  }
  if (!LITELLM_ERROR_TEXTS) return;
  litellm__note(s, ": ");
  for (; *why; why++) {
    if (*why == '@') litellm__note_expected(s, &d->misfit);
    else if (*why == '#') litellm__note_number(s, d->misfit.bound);
    else if (*why == '$') litellm__note_actual(s);
    else litellm__note_n(s, why, 1);
  }
}

/* ==== >>decoded values (implementation) =================================== */

/* The maximum number of bytes or items that a bound and the room allow. */
static size_t litellm__limit_of(const litellm_type *type, size_t room) {
  return type && type->maximum > 0 && (uint32_t)type->maximum < room
             ? (size_t)type->maximum : room;
}

/* Finds where the current value goes; false: nowhere. */
static bool litellm__decode_slot(litellm_client *s, litellm__slot *v) {
  litellm__decoder *d = s->decoder_;
  memset(v, 0, sizeof *v);
  v->at = (unsigned char *)d->output;
  v->type = d->model;
  v->kind = LITELLM_KIND_MODEL;
  if (!d->depth) return true;
  const litellm__frame *f = &d->frames[d->depth - 1];
  v->at = f->at;
  if (f->type->fields) {
    const litellm_field *row = f->type->fields() + f->row;
    if (f->row == LITELLM__ROW_NONE) return false;
    v->at += row->offset;
    v->type = row->type;
    v->kind = row->kind;
  } else {
    size_t most = litellm__limit_of(f->type, f->type->capacity);
    v->bound = (int32_t)most;
    if (f->seen >= most) {
      litellm__decode_fail(s, false, LITELLM__TEXT(
                          "expected at most # items, got more"), v);
      return false;
    }
    v->index = (size_t)f->seen;
    v->count = v->at + f->type->at;
    v->size = f->type->size;
    v->at += v->index * v->size;
    v->kind = f->type->kind;
    v->type = f->type->item;
  }
  while (v->kind == LITELLM_KIND_OPTIONAL) {
    v->set = v->at + v->type->at;
    v->size = v->type->size;
    v->kind = v->type->kind;
    v->type = v->type->item;
  }
  if (v->type && v->kind == LITELLM_KIND_CHARS) v->size = v->type->size;
  if (v->kind == LITELLM_KIND_LIST && !v->type->capacity)
    v->kind = LITELLM_KIND_NONE;
  return true;
}

/* Marks a value as present, when its first byte comes. */
static void litellm__decode_set_present(const litellm__slot *v, bool set) {
  size_t count = v->index + 1;
  if (v->count) memcpy(v->count, &count, sizeof count);
  if (v->set) memcpy(v->set, &set, sizeof set);
}

/* Moves on to the next item after a whole value. */
static void litellm__decode_next(litellm__decoder *d) {
  litellm__frame *f = &d->frames[d->depth - 1];
  if (!f->type->fields) f->seen++;
}

/* Reads one byte of a number. Zeros are counted when a digit follows them. */
static void litellm__parsed_number_add(litellm__parsed_number *n, char c) {
  unsigned digit = (unsigned)(c - '0') & 15;
  n->at = (uint8_t)litellm__json_digit(n->at, c);
  if (n->at == LITELLM__NUMBER_MINUS) n->negative = true;
  if (n->at == LITELLM__NUMBER_SIGN) n->down = c == '-';
  if (n->at == LITELLM__NUMBER_EXPONENT && n->exponent < 100000000)
    n->exponent = n->exponent * 10 + (int32_t)digit;
  if (n->at == LITELLM__NUMBER_FRACTION) n->place--;
  else if (n->at == LITELLM__NUMBER_INT) n->power++;
  else return;
  if (!digit) return;
  if (!n->digits) n->power = n->place;
  for (; n->power > n->place; n->power--) {
    n->lost |= n->digits > (UINT64_MAX - 9) / 10;
    if (n->lost) return;
    n->digits *= 10;
  }
  n->digits += digit;
}

/* Collects a key or scalar. len stops one above the room, which marks it as too
   long. A text that is not a number stays none. */
static void litellm__decode_collect(litellm__decoder *d,
                                    const litellm_json_token *token) {
  const char *text = token->text.ptr;
  size_t len = token->text.len;
  if (token->first) {
    d->len = 0;
    memset(&d->number, 0, sizeof d->number);
  }
  if (token->kind != LITELLM_JSON_KEY)
    for (size_t i = 0; i < len && (d->number.at || i + d->len == 0); i++)
      litellm__parsed_number_add(&d->number, text[i]);
  if (d->len > sizeof d->scratch) return;
  size_t room = sizeof d->scratch - d->len;
  if (len) memcpy(d->scratch + d->len, text, len < room ? len : room);
  d->len = (uint16_t)(d->len + (len <= room ? len : room + 1));
}

static void litellm__decode_store(const litellm__slot *v, int64_t value) {
  int8_t i8 = (int8_t)value;
  int16_t i16 = (int16_t)value;
  int32_t i32 = (int32_t)value;
  switch (litellm__scalar_size(v->kind, v->type)) {
    case 1: memcpy(v->at, &i8, 1); break;
    case 2: memcpy(v->at, &i16, 2); break;
    case 4: memcpy(v->at, &i32, 4); break;
    default: memcpy(v->at, &value, sizeof value);
  }
}

/* The bits of the double nearest to digits * 10^power. */
static LITELLM__NOINLINE uint64_t litellm__double_parse(uint64_t digits,
                                                        int power) {
  litellm__decimal d;
  return litellm__double_round(&d, digits, power, power);
}

/* A bound to compare with; for a double its bits as an integer, which has the
   same order. */
static int64_t litellm__bound_of(const litellm__slot *v, bool most) {
  int64_t bits;
  if (!LITELLM_FLOAT || !v->type->range)
    return most ? v->type->maximum : v->type->minimum;
  memcpy(&bits, v->type->range + most, sizeof bits);
  return bits < 0 ? -(bits & INT64_MAX) : bits;
}

/* Stores the collected number; false if it is not one or does not fit. Digits
   of a double after the 19th or 20th are dropped. */
static bool litellm__decode_number(const litellm__parsed_number *n,
                                   const litellm__slot *v) {
  uint64_t size = n->digits;
  uint64_t limit =
      (uint64_t)1 << (8 * litellm__scalar_size(v->kind, v->type) - 1);
  int32_t power = n->power + (n->down ? -n->exponent : n->exponent);
  if (!(LITELLM__NUMBER_WHOLE >> n->at & 1)) return false;
  if (LITELLM_FLOAT && v->kind == LITELLM_KIND_DOUBLE) {
    size = litellm__double_parse(size, power < -999 ? -999 :
                                       power > 999 ? 999 : (int)power);
    limit = LITELLM__DOUBLE_INFINITY - n->negative;
  } else if (size) {                         /* no fraction, no overflow */
    if (n->lost || power < 0) return false;
    for (; power > 0; power--) {
      if (size > UINT64_MAX / 10) return false;
      size *= 10;
    }
  }
  if (size > limit - !n->negative) return false;
  int64_t value = n->negative && size ? -(int64_t)(size - 1) - 1
                                      : (int64_t)size;
  if (litellm__bounded(v) && (value < litellm__bound_of(v, false) ||
                              value > litellm__bound_of(v, true))) return false;
  if (v->kind == LITELLM_KIND_DOUBLE)
    value = (int64_t)(size | (uint64_t)n->negative << 63);
  litellm__decode_store(v, value);
  return true;
}

/* Stores the index of a name; an exact match wins over one in another case. */
static bool litellm__decode_enum(const litellm__decoder *d,
                                 const litellm__slot *v) {
  bool found = false;
  for (uint16_t i = 0; i < v->type->capacity; i++) {
    const char *name = v->type->names[i];
    if (d->len > sizeof d->scratch ||
        !litellm__equal_nocase(d->scratch, d->len, name) ||
        (found && memcmp(name, d->scratch, d->len))) continue;
    litellm__decode_store(v, i);
    found = true;
  }
  return found;
}

/* Stores the collected scalar; false if it does not fit. */
static LITELLM__NOINLINE bool litellm__decode_scalar(
    const litellm__decoder *d, const litellm__slot *v) {
  unsigned word;
  switch (v->kind) {
    case LITELLM_KIND_BOOL:
      word = litellm__find_word("true\0false\0", d->scratch, d->len, false);
      if (word) litellm__decode_store(v, word == 1);
      return word > 0;
    case LITELLM_KIND_DOUBLE:
      if (!LITELLM_FLOAT) return false;
      /* fallthrough */
    case LITELLM_KIND_INT: case LITELLM_KIND_INT64:
      return litellm__decode_number(&d->number, v);
    case LITELLM_KIND_ENUM:
      return d->kind == LITELLM_JSON_STRING && litellm__decode_enum(d, v);
    default:
      return false;
  }
}

/* ==== >>decoder (implementation) ========================================== */

/* Stores a piece of text: for CHARS in the struct, for the others in a kept
   text that begins with the address of the member. Its tag has UNFINISHED until
   the text is whole. */
static void litellm__decode_text(
    litellm_client *s, const litellm_json_token *token, litellm__slot *v) {
  litellm__decoder *d = s->decoder_;
  unsigned tag = v->kind == LITELLM_KIND_STRING_VIEW ? LITELLM__KEPT_STRING_VIEW
                                                     : LITELLM__KEPT_STRING;
  unsigned open = tag | LITELLM__UNFINISHED;
  litellm_str text = token->text;
  if (token->first) {
    d->len = 0;
    litellm__decode_set_present(v, true);
  }
  const char *why = LITELLM__TEXT("expected @ without NUL");
  bool fits = v->kind == LITELLM_KIND_STRING_VIEW || !text.len || *text.ptr;
  if (fits && v->kind == LITELLM_KIND_CHARS) {
    size_t most = litellm__limit_of(v->type, v->size - 1u);
    size_t n = litellm__utf8_fit(text.ptr, text.len, most - d->len);
    if (n) memcpy(v->at + d->len, text.ptr, n);
    d->len = (uint16_t)(d->len + n);
    v->at[d->len] = 0;
    v->bound = (int32_t)most;
    why = LITELLM__TEXT("expected at most # bytes, got more");
    fits = n == text.len;
    if (fits && token->last && v->type && v->type->minimum > d->len) {
      v->bound = v->type->minimum;
      why = LITELLM__TEXT("expected at least # bytes, got less");
      fits = false;
    }
  } else if (fits) {
    if (token->first)                        /* none can have this tag */
      litellm__keep_at(s, SIZE_MAX, open, (const char *)&v->at, sizeof v->at);
    litellm__keep(s, open, text.ptr, text.len);
    if (token->last) {
      litellm__record record;
      size_t at = litellm__kept_find(s, open, &record);
      record.tag = (uint16_t)tag;
      if (at != SIZE_MAX)
        memcpy(s->arena.memory + at, &record, sizeof record);
    }
  }
  if (!fits) litellm__decode_fail(s, true, why, v);
}

/* Reads a piece of a scalar. */
static LITELLM__NOINLINE void litellm__decode_value(
    litellm_client *s, const litellm_json_token *token) {
  litellm__decoder *d = s->decoder_;
  bool null = token->kind == LITELLM_JSON_NULL;
  litellm__slot v;
  if (!litellm__decode_slot(s, &v)) return;
  if (!null && v.kind >= LITELLM_KIND_STRING && v.kind <= LITELLM_KIND_CHARS) {
    litellm__decode_text(s, token, &v);
  } else if (LITELLM_COMPAT && token->kind == LITELLM_JSON_STRING &&
             token->first && token->text.len && !d->nested &&
             (v.kind == LITELLM_KIND_MODEL || v.kind == LITELLM_KIND_LIST) &&
             litellm__one_of(*token->text.ptr, "{[")) {
    memset(&d->inner, 0, sizeof d->inner);
    d->nested = true;
    return;
  } else {
    litellm__decode_collect(d, token);
    if (!token->last) return;
    if (null ? v.set != NULL : litellm__decode_scalar(d, &v))
      litellm__decode_set_present(&v, !null);
    else
      litellm__decode_fail(s, true, LITELLM__TEXT("expected @, got $"), &v);
  }
  if (token->last && d->state == LITELLM__DECODE_READ) litellm__decode_next(d);
}

/* Enters an object or list. */
static void litellm__decode_open(litellm_client *s, bool object) {
  litellm__decoder *d = s->decoder_;
  litellm__frame *f = &d->frames[d->depth];
  litellm__slot v;
  size_t rows = 0;
  if (!litellm__decode_slot(s, &v)) return;
  if (v.kind != (object ? LITELLM_KIND_MODEL : LITELLM_KIND_LIST)) {
    litellm__decode_fail(s, true, LITELLM__TEXT("expected @, got $"), &v);
    return;
  }
  if (object)
    while (v.type->fields()[rows].name) rows++;
  if (rows > LITELLM__MAX_ROWS || d->depth == LITELLM_MAX_MODEL_DEPTH) {
    litellm__decode_fail(s, true, rows > LITELLM__MAX_ROWS
        ? LITELLM__TEXT("more than 32 fields")
        : LITELLM__TEXT("deeper than LITELLM_MAX_MODEL_DEPTH"), &v);
    return;
  }
  litellm__decode_set_present(&v, true);
  f->type = v.type;
  f->at = v.at;
  f->seen = 0;
  f->row = LITELLM__ROW_NONE;
  if (!object) memset(v.at + v.type->at, 0, sizeof(size_t));
  else if (d->depth) memset(v.at, 0, v.type->size);
  d->depth++;
}

static LITELLM__NOINLINE void litellm__decode_close(litellm_client *s) {
  litellm__decoder *d = s->decoder_;
  litellm__frame *f = &d->frames[d->depth - 1];
  const litellm_type *type = f->type;
  litellm__slot v;
  if (type->fields) {
    const litellm_field *row = type->fields();
    for (f->row = 0; row->name; row++, f->row++) {
      if (f->seen >> f->row & 1 || row->kind == LITELLM_KIND_OPTIONAL ||
          row->kind == LITELLM_KIND_FROM_ARGUMENT) continue;
      litellm__decode_slot(s, &v);
      litellm__decode_fail(s, true, LITELLM__TEXT("missing, expected @"), &v);
      return;
    }
  } else {
    v.bound = type->minimum;
    if (v.bound > 0 && f->seen < (uint32_t)v.bound) {
      litellm__decode_fail(s, false, LITELLM__TEXT(
                          "expected at least # items, got less"), &v);
      return;
    }
  }
  if (--d->depth) litellm__decode_next(d);
  else d->state = LITELLM__DECODE_DONE;
}

/* Looks up a key; one that is too long for scratch is unknown. */
static void litellm__decode_key(litellm__decoder *d) {
  litellm__frame *f = &d->frames[d->depth - 1];
  const litellm_field *rows = f->type->fields(), *row = NULL;
  f->row = LITELLM__ROW_NONE;
  if (d->len <= sizeof d->scratch)
    row = litellm__find_field(rows, d->scratch, d->len);
  if (!row || row->kind == LITELLM_KIND_FROM_ARGUMENT) return;
  f->row = (uint8_t)(row - rows);
  f->seen |= (uint32_t)1 << f->row;
}

static void litellm__decode_token(litellm_client *s,
                                  litellm_json_token *token) {
  litellm__decoder *d = s->decoder_;
  unsigned depth = d->json.depth_;
  if (LITELLM_COMPAT && d->nested) depth += d->inner.depth_;
  bool open = token->kind == LITELLM_JSON_OBJECT ||
              token->kind == LITELLM_JSON_ARRAY;
  bool close = token->kind == LITELLM_JSON_OBJECT_END ||
               token->kind == LITELLM_JSON_ARRAY_END;
  if (depth + close != d->depth + (unsigned)open) return;
  d->kind = (uint8_t)token->kind;
  if (open) {
    litellm__decode_open(s, token->kind == LITELLM_JSON_OBJECT);
  } else if (close) {
    litellm__decode_close(s);
  } else if (token->kind == LITELLM_JSON_KEY) {
    litellm__decode_collect(d, token);
    if (token->last) litellm__decode_key(d);
  } else {
    if (token->kind >= LITELLM_JSON_TRUE)
      token->text = litellm_str_from(litellm__word(
          litellm__json_words, (size_t)token->kind - LITELLM_JSON_TRUE));
    litellm__decode_value(s, token);
  }
}

/* ==== >>decoding (implementation) ========================================= */

/* Fails because the text itself is invalid. */
static void litellm__decode_broken(litellm_client *s, const char *what) {
  litellm__decoder *d = s->decoder_;
  unsigned state = d->json.state_;
  const unsigned between = 1u << LITELLM__JSON_AFTER | 1u << LITELLM__JSON_KEY |
                           1u << LITELLM__JSON_KEY_FIRST;
  d->at = d->json.offset;
  litellm__decode_fail(s, !(between >> state & 1) &&
                          !(state >= LITELLM__JSON_STRING && d->json.in_key_),
                       what, NULL);
}

/* Walks the decoder's kept texts. As these move, the pointers in the struct are
   set again, from the first text on that moved or is still being read; or the
   texts are dropped. */
static void litellm__decode_records(litellm_client *s, bool drop) {
  size_t at = drop ? s->records_ : s->settled_;
  bool settled = true;
  litellm__record record;
  while (litellm__record_at(s, at, &record)) {
    const char *kept = litellm__record_text(s, at);
    unsigned tag = record.tag & ~(unsigned)LITELLM__UNFINISHED;
    litellm_str text;
    void *target;
    if (settled && !drop) s->settled_ = at;
    if (tag >= LITELLM__KEPT_STRING && tag <= LITELLM__KEPT_MISMATCH) {
      if (drop) {
        litellm__kept_drop(s, record.tag);
        continue;
      }
      if (tag != record.tag) settled = false;
      if (tag != LITELLM__KEPT_MISMATCH) {
        memcpy(&target, kept, sizeof target);
        text.ptr = kept + sizeof target;
        text.len = record.len - sizeof target;
        memcpy(
            target, &text,
            tag == LITELLM__KEPT_STRING_VIEW ? sizeof text : sizeof text.ptr);
      }
    }
    at = litellm__record_end(at, &record);
  }
}

/* Drops the texts of an earlier answer. Other kept texts may move. */
static void litellm__decode_forget(litellm_client *s) {
  litellm__decode_records(s, true);
}

/* Prepares to decode one answer into `output`, which is zeroed. */
static void litellm__decode_begin(litellm_client *s,
                                  const litellm_type *model, void *output) {
  litellm__decode_forget(s);
  memset(s->decoder_, 0, sizeof *s->decoder_);
  s->decoder_->model = model;
  s->decoder_->output = output;
  memset(output, 0, model->size);
}

/* Reads a byte before the object. A brace begins it if followed by white space,
   a quote or a closing brace. */
static void litellm__decode_seek(litellm_client *s, char c) {
  litellm__decoder *d = s->decoder_;
  if (d->state == LITELLM__DECODE_BRACE &&
      (litellm__is_space(c) || c == '"' || c == '}')) {
    d->state = LITELLM__DECODE_READ;
    d->before--;
    d->json.offset = 1;
    litellm__kept_drop(s, LITELLM__KEPT_MISMATCH);     /* of one before */
    litellm__json_open(&d->json, true);
    litellm__decode_open(s, true);
  } else {
    d->state = c == '{' ? LITELLM__DECODE_BRACE : LITELLM__DECODE_SEEK;
    d->before++;
  }
}

/* Reads a piece of a string that holds an object or list. The tokens in it take
   the place of `token`. */
static void litellm__decode_nested(litellm_client *s,
                                   litellm_json_token *token) {
  litellm__decoder *d = s->decoder_;
  litellm_input input;
  litellm_result result = LITELLM_OK;
  bool last = token->last;
  input.ptr = (char *)(uintptr_t)token->text.ptr;      /* ours to overwrite */
  input.len = token->text.len;
  while (d->state == LITELLM__DECODE_READ && result == LITELLM_OK) {
    result = litellm_json_next(&d->inner, &input, last, token);
    if (result == LITELLM_OK) litellm__decode_token(s, token);
  }
  if (last) d->nested = false;
  if (result < LITELLM_OK)             /* at the string: an offset in it would
                                          depend on pieces and escapes */
    litellm__decode_fail(s, true, LITELLM__TEXT("not valid JSON"), NULL);
}

/* Goes back to seeking after an object that broke, or ended, before one of its
   keys fitted: it was prose. Its misfit is told if no other object follows. */
static void litellm__decode_retry(litellm__decoder *d) {
  d->before += d->json.offset;
  memset(&d->json, 0, sizeof d->json);
  d->depth = 0;
  d->nested = false;
  d->state = LITELLM__DECODE_SEEK;
}

/* Decodes a piece of text; litellm__decode_end reports errors. The text is
   copied in small pieces, as strings are unescaped in place. Returns how many
   bytes are left behind the object. */
static size_t litellm__decode(litellm_client *s, const char *text, size_t len) {
  litellm__decoder *d = s->decoder_;
  for (;;) {
    char bite[LITELLM__EIGHTS ? 128 : 32];
    litellm_json_token token;
    litellm_input input;
    for (; len && d->state <= LITELLM__DECODE_BRACE; text++, len--) {
      litellm__decode_seek(s, *text);
      if (d->state > LITELLM__DECODE_BRACE) break;
    }
    if (d->state != LITELLM__DECODE_READ) return len;
    size_t n = len < sizeof bite ? len : sizeof bite;
    if (d->json.state_ < LITELLM__JSON_WORD) {
      size_t skip = 0;                       /* what is between tokens */
      while (skip < n && (litellm__is_space(text[skip]) || text[skip] == ',' ||
                          text[skip] == ':')) skip++;
      d->at = d->json.offset + (uint32_t)skip;
    }
    if (n) memcpy(bite, text, n);
    input.ptr = bite;
    input.len = n;
    litellm_result result = litellm_json_next(&d->json, &input, false, &token);
    n -= input.len;
    text += n;
    len -= n;
    if (result == LITELLM_OK) {
      if (!LITELLM_COMPAT || !d->nested) litellm__decode_token(s, &token);
      if (LITELLM_COMPAT && d->nested) litellm__decode_nested(s, &token);
    } else if (result != LITELLM_AGAIN) {
      litellm__decode_broken(s, result == LITELLM_ERROR_JSON
          ? LITELLM__TEXT("not valid JSON")
          : LITELLM__TEXT("deeper than LITELLM_MAX_JSON_DEPTH"));
    } else if (!len) {
      return 0;
    }
    if (d->state != LITELLM__DECODE_FAILED) continue;
    litellm__note_misfit(s);
    if (LITELLM_COMPAT && d->depth == 1 && !d->frames[0].seen)
      litellm__decode_retry(d);
  }
}

/* Sets the struct's pointers to the strings decoded so far. */
static void litellm__decode_texts(litellm_client *s) {
  litellm__decode_records(s, false);
}

/* Ends decoding: LITELLM_OK, ERROR_SCHEMA, ERROR_NO_MEMORY. */
static litellm_result litellm__decode_end(litellm_client *s) {
  litellm__decoder *d = s->decoder_;
  if (d->state == LITELLM__DECODE_READ)
    litellm__decode_broken(s, LITELLM__TEXT(
        litellm__kept_is(s, LITELLM__KEPT_FINISH, "length")
            ? "the answer was cut: finish reason length"
            : "the answer ends in the middle"));
  if (d->state != LITELLM__DECODE_DONE &&
      !litellm__kept(s, LITELLM__KEPT_MISMATCH, NULL)) {
    if (d->state < LITELLM__DECODE_READ)
      litellm__decode_fail(s, true, LITELLM__TEXT(
                          "expected a JSON object, got none"), NULL);
    litellm__note_misfit(s);
  }
  litellm__decode_texts(s);
  s->error.message = litellm__kept(s, LITELLM__KEPT_MISMATCH, NULL);
  if (s->missing_) return LITELLM_ERROR_NO_MEMORY;
  if (d->state == LITELLM__DECODE_DONE) return LITELLM_OK;
  s->error.position = d->at;
  return LITELLM_ERROR_SCHEMA;
}

/* ==== >>headers (implementation) ========================================= */

/* The headers that are read, in the order of the list below. */
enum {
  LITELLM__HEADER_UNKNOWN, LITELLM__HEADER_LENGTH, LITELLM__HEADER_CODING,
  LITELLM__HEADER_ENCODING, LITELLM__HEADER_LOCATION,
  LITELLM__HEADER_CONNECTION, LITELLM__HEADER_SHOULD_RETRY,
  LITELLM__HEADER_RETRY,
  LITELLM__HEADER_RETRY_MS = LITELLM__HEADER_RETRY + 2, LITELLM__HEADER_GATEWAY
};
static const char litellm__headers[] =
    "content-length\0transfer-encoding\0content-encoding\0location\0"
    "connection\0x-should-retry\0"
#if LITELLM_GATEWAY_INFO
    /* Of these the later ones win. */
    "llm_provider-retry-after\0retry-after\0retry-after-ms\0"
    /* In the order of the tags from LITELLM__KEPT_GATEWAY on; "x-litellm"
       precedes those that begin with a hyphen. */
    "-call-id\0-model-id\0-model-group\0-response-cost\0-key-spend\0"
    "-attempted-retries\0-attempted-fallbacks\0-overhead-duration-ms\0"
    "x-ratelimit-remaining-requests\0x-ratelimit-remaining-tokens\0"
#endif
    ;

/* Milliseconds until "Sun, 06 Nov 1994 08:49:37 GMT", by its time of day. Few
   chips divide 64 bits; 2^32 s are 23296 s more than whole days. */
static uint32_t litellm__ms_until_date(const char *date, int64_t now) {
  uint32_t hour = litellm__parse_uint(date + 17, 2);
  uint32_t minute = litellm__parse_uint(date + 20, 2);
  uint32_t left = litellm__parse_uint(date + 23, 2);
  if ((hour | minute | left) > 63 || now <= 0) return 0;
  uint32_t day = (uint32_t)(now >> 32) * 23296 + (uint32_t)now % 86400;
  left += hour * 3600 + minute * 60 + 86400 - day % 86400;
  return left % 86400 < 4000 ? left % 86400 * 1000 : 0;
}

/* Parses "1.5", in units of `unit` ms, to milliseconds; 0: not a number. */
static uint32_t litellm__parse_duration(const char *text, size_t len,
                                        uint32_t unit) {
  uint32_t value = 0;
  for (; len && litellm__is_digit(*text); text++, len--)
    value = litellm__min(value * 10 + (uint32_t)(*text - '0') * unit, 4000000);
  if (!len || *text != '.') return len ? 0 : value;
  while (--len && litellm__is_digit(*++text))
    value += (uint32_t)(*text - '0') * (unit /= 10);
  return len ? 0 : value;
}

/* A header of the gateway's: how long to wait, or one that is kept. */
static void litellm__http_gateway(litellm_client *s, unsigned id,
                                  const char *value, size_t len) {
  litellm__http *h = &s->http_;
  if (id > LITELLM__HEADER_RETRY_MS) {
    id = id - LITELLM__HEADER_GATEWAY + LITELLM__KEPT_GATEWAY;
    if (!litellm__kept(s, id, NULL)) litellm__keep(s, id, value, len);
    return;
  }
  uint32_t ms =
      len == 29 ? litellm__ms_until_date(value, s->desc_.port->unix_time())
                : litellm__parse_duration(
                      value, len, id == LITELLM__HEADER_RETRY_MS ? 1 : 1000);
  if (!ms || id < h->retry) return;
  h->retry = (uint8_t)id;
  s->error.retry_after_ms = ms;
}

/* ==== >>http (implementation) ============================================ */

enum {                       /* litellm__http.state */
  LITELLM__HTTP_STATUS, LITELLM__HTTP_FIELDS, LITELLM__HTTP_SIZE,
  LITELLM__HTTP_CHUNK_END, LITELLM__HTTP_TRAILERS,  /* states up to here read
                                                       lines */
  LITELLM__HTTP_COUNTED, LITELLM__HTTP_UNTIL_CLOSE, LITELLM__HTTP_DONE
};
enum {                       /* litellm__http.flags */
  LITELLM__FRAMING_LENGTH = 1, LITELLM__FRAMING_ENCODED = 2,
  LITELLM__FRAMING_CHUNKED = 4, LITELLM__FRAMING_HTTP10 = 8,
  LITELLM__FRAMING_FIELD = 16,         /* the last field was about framing */
  LITELLM__FRAMING_CLOSE = 32          /* the connection ends with the reply */
};
enum {                       /* more of them: what x-should-retry says */
  LITELLM__SHOULD_RETRY = 64, LITELLM__SHOULD_NOT_RETRY = 128
};
enum {                       /* litellm__http.type */
  LITELLM__BODY_UNKNOWN, LITELLM__BODY_JSON, LITELLM__BODY_SSE,
  LITELLM__BODY_OTHER
};

static uint32_t litellm__now(const litellm_client *s) {
  return s->desc_.port->millis();
}

static litellm_result litellm__set_phase(litellm_client *s,
                                         litellm_phase phase) {
  s->phase_ = (uint8_t)phase;
  s->since_ = litellm__now(s);
  return LITELLM_OK;
}

static litellm_result litellm__http_status(litellm__http *h, const char *line,
                                           size_t len) {
  uint32_t status = len < 12 ? 0 : litellm__parse_uint(line + 9, 3);
  if (status < 100 || status > 599 || memcmp(line, "HTTP/1.", 7) ||
      (line[7] | 1) != '1' || line[8] != ' ' || !litellm__is_space(line[12]))
    return LITELLM_ERROR_HTTP;
  h->flags = LITELLM__FRAMING_FIELD;
  if (line[7] == '0')
    h->flags |= LITELLM__FRAMING_HTTP10 | LITELLM__FRAMING_CLOSE;
  h->status = (uint16_t)status;
  h->state = LITELLM__HTTP_FIELDS;
  return LITELLM_OK;
}

/* A length, or a list of the same one, as two servers in a row make it. */
static litellm_result litellm__http_length(litellm__http *h, const char *text,
                                           size_t len) {
  for (;; text++, len--) {                   /* over a comma */
    size_t n = LITELLM_COMPAT ? 0 : len;
    for (; len && litellm__is_space(*text); text++) len--;
    while (n < len && litellm__is_digit(text[n])) n++;
    uint32_t number = litellm__parse_uint(text, n);
    if (number == UINT32_MAX ||
        (h->flags & LITELLM__FRAMING_LENGTH && h->left != number)) break;
    h->left = number;
    h->flags |= LITELLM__FRAMING_LENGTH;
    for (text += n, len -= n; len && litellm__is_space(*text); text++) len--;
    if (!LITELLM_COMPAT || !len) return LITELLM_OK;
    if (*text != ',') break;
  }
  return LITELLM_ERROR_HTTP;
}

static litellm_result litellm__http_field(litellm_client *s, const char *line,
                                          size_t len) {
  litellm__http *h = &s->http_;
  size_t n = 0;
  while (n < len && litellm__is_token_char(line[n])) n++;
  if (!n || n == len || line[n] != ':') return LITELLM_ERROR_HTTP;
  const char *value = line + n + 1;
  len -= n + 1;
  for (; len && litellm__is_space(*value); value++) len--;
  while (len && litellm__is_space(value[len - 1])) len--;
  if (h->status < 200) return LITELLM_OK;    /* an interim response */
  if (LITELLM_GATEWAY_INFO && litellm__starts_nocase(line, n, "x-litellm-")) {
    line += 9;
    n -= 9;
  }
  unsigned id = litellm__find_word(litellm__headers, line, n, true);
  h->flags &= (uint8_t)~LITELLM__FRAMING_FIELD;
  if (id == LITELLM__HEADER_LENGTH || id == LITELLM__HEADER_CODING)
    h->flags |= LITELLM__FRAMING_FIELD;
  switch (id) {
    case LITELLM__HEADER_LENGTH:
      return litellm__http_length(h, value, len);
    case LITELLM__HEADER_CODING:
      if (litellm__equal_nocase(value, len, "identity")) break;
      if (h->flags & (LITELLM__FRAMING_HTTP10 | LITELLM__FRAMING_CHUNKED) ||
          !litellm__equal_nocase(value, len, "chunked"))
        return LITELLM_ERROR_HTTP;
      h->flags |= LITELLM__FRAMING_CHUNKED;
      break;
    case LITELLM__HEADER_ENCODING:
      if (len && !litellm__find_word("identity\0none\0utf-8\0", value, len,
                                     true))
        h->flags |= LITELLM__FRAMING_ENCODED;
      break;
    case LITELLM__HEADER_LOCATION:
      if (h->status / 100 != 3) break;
      litellm__kept_drop(s, LITELLM__KEPT_RAW);
      litellm__keep(s, LITELLM__KEPT_RAW, value, len);
      break;
    case LITELLM__HEADER_CONNECTION:
      if (LITELLM_REUSE && litellm__contains_nocase(value, len, "close"))
        h->flags |= LITELLM__FRAMING_CLOSE;
      break;
    case LITELLM__HEADER_SHOULD_RETRY:
      if (LITELLM_RETRIES && litellm__equal_nocase(value, len, "true"))
        h->flags |= LITELLM__SHOULD_RETRY;
      else if (LITELLM_RETRIES)
        h->flags |= LITELLM__SHOULD_NOT_RETRY;
      break;
    default:
      if (LITELLM_GATEWAY_INFO && id) litellm__http_gateway(s, id, value, len);
      break;
  }
  return LITELLM_OK;
}

/* Ends the head: decides how the body is framed and what the status means. */
static litellm_result litellm__http_head_end(litellm_client *s) {
  litellm__http *h = &s->http_;
  unsigned flags = h->flags;
  h->state = LITELLM__HTTP_STATUS;
  if (h->status < 200)                       /* interim: another head follows */
    return s->in_len_ ? LITELLM_OK : litellm__set_phase(
        s, s->offset_ < s->total_ ? LITELLM_PHASE_SEND
                                  : LITELLM_PHASE_FIRST_BYTE);
  h->head_bytes = 0;
  /* RFC 9112, 6.3: of chunks and a length the chunks count, but a server that
     sends both is not trusted to know where its reply ends. */
  if (LITELLM_REUSE && !(flags & LITELLM__FRAMING_CHUNKED) ==
                       !(flags & LITELLM__FRAMING_LENGTH))
    h->flags |= LITELLM__FRAMING_CLOSE;
  h->state = flags & LITELLM__FRAMING_CHUNKED ? LITELLM__HTTP_SIZE
           : flags & LITELLM__FRAMING_LENGTH ? LITELLM__HTTP_COUNTED
           : LITELLM__HTTP_UNTIL_CLOSE;
  s->error.http_status = (int)h->status;
  if (h->status / 100 == 3) {
    s->error.message = litellm__kept(s, LITELLM__KEPT_RAW, NULL);
    return LITELLM_ERROR_REDIRECT;
  }
  if (flags & LITELLM__FRAMING_ENCODED)
    return h->status >= 400 ? LITELLM_ERROR_HTTP_STATUS
                            : LITELLM_ERROR_CONTENT_ENCODING;
  if (h->status == 204) return LITELLM_ERROR_EMPTY_REPLY;
  return litellm__set_phase(s, LITELLM_PHASE_BODY);
}

/* Parses the size of a chunk and ignores extensions. */
static litellm_result litellm__http_size(litellm__http *h, const char *line,
                                         size_t len) {
  uint32_t left = 0;
  size_t i;
  for (; LITELLM_COMPAT && len && litellm__is_space(*line); line++) len--;
  for (i = 0; i < len; i++) {
    int digit = litellm__hex(line[i]);
    if (digit < 0) break;
    if (i == 16 || left > UINT32_MAX >> 4) return LITELLM_ERROR_HTTP;
    left = left << 4 | (uint32_t)digit;
  }
  bool some = i > 0;
  while (LITELLM_COMPAT && i < len && litellm__is_space(line[i])) i++;
  if (!some || (i < len && line[i] != ';')) return LITELLM_ERROR_HTTP;
  h->left = left;
  h->state = left ? LITELLM__HTTP_COUNTED : LITELLM__HTTP_TRAILERS;
  return LITELLM_OK;
}

/* Reads a line of the head or of the chunk framing. LITELLM_AGAIN: it is not
   whole yet. Of a line longer than the window only the beginning is used, if
   that is enough; all of it is checked. */
static LITELLM__NOINLINE litellm_result litellm__http_line(litellm_client *s) {
  litellm__http *h = &s->http_;
  const char *line = s->in_;
  bool size =
      h->state == LITELLM__HTTP_SIZE || h->state == LITELLM__HTTP_COUNTED;
  bool skipped = h->skipping;
  size_t len = 0;
  while (len < s->in_len_ && line[len] != '\n') len++;
  bool whole = len < s->in_len_;
  if (!whole && len < s->desc_.window_size) return LITELLM_AGAIN;
  size_t taken = whole ? len + 1 : len - 1;  /* the last byte may be the CR */
  s->in_ += taken;
  s->in_len_ -= taken;
  h->head_bytes += (uint32_t)taken;
  if (h->head_bytes > (size ? 258 : LITELLM_MAX_HEAD_BYTES))
    return size ? LITELLM_ERROR_HTTP : LITELLM_ERROR_HEAD_TOO_LARGE;
  if ((whole && (!len || line[len - 1] != '\r')) ||
      !litellm__is_header_value(line, --len)) return LITELLM_ERROR_HTTP;
  h->skipping = !whole;
  if (skipped) return LITELLM_OK;
  switch (h->state) {
    case LITELLM__HTTP_STATUS:               /* a CRLF may come before it */
      return len ? litellm__http_status(h, line, len) : LITELLM_OK;
    case LITELLM__HTTP_FIELDS:
      if (!len) return litellm__http_head_end(s);
      /* Obsolete folding is skipped unless it could change the framing. */
      if (*line == ' ' || *line == '\t')
        return h->flags & LITELLM__FRAMING_FIELD ? LITELLM_ERROR_HTTP
                                                 : LITELLM_OK;
      return whole ? litellm__http_field(s, line, len) : LITELLM_OK;
    case LITELLM__HTTP_SIZE:
      return litellm__http_size(h, line, len);
    case LITELLM__HTTP_CHUNK_END:
      h->state = LITELLM__HTTP_SIZE;
      h->head_bytes = 0;
      return len ? LITELLM_ERROR_HTTP : LITELLM_OK;
    default:
      if (!len) h->state = LITELLM__HTTP_DONE;
      return LITELLM_OK;
  }
}

/* Sets body_in_ to the next body bytes in the window. LITELLM_AGAIN: the window
   is empty; LITELLM_END: the body is complete. */
static litellm_result litellm__http_body(litellm_client *s) {
  litellm__http *h = &s->http_;
  for (;;) {
    if (h->state == LITELLM__HTTP_COUNTED && !h->left)
      h->state = h->flags & LITELLM__FRAMING_CHUNKED ? LITELLM__HTTP_CHUNK_END
                                                     : LITELLM__HTTP_DONE;
    if (h->state >= LITELLM__HTTP_COUNTED && !h->skipping) break;
    litellm_result result = litellm__http_line(s);
    if (result != LITELLM_OK) return result;
  }
  size_t n = s->in_len_;
  if (h->state == LITELLM__HTTP_DONE) return LITELLM_END;
  if (!n) return LITELLM_AGAIN;
  if (h->state == LITELLM__HTTP_COUNTED) {
    if (n > h->left) n = (size_t)h->left;
    h->left -= (uint32_t)n;
  }
  s->body_in_.ptr = s->in_;
  s->body_in_.len = n;
  s->in_ += n;
  s->in_len_ -= n;
  s->error.received += (uint32_t)n;
  return LITELLM_OK;
}

/* What the end of the connection means for the reply. */
static litellm_result litellm__http_closed(litellm_client *s,
                                           litellm_result how) {
  litellm__http *h = &s->http_;
  if (s->phase_ <= LITELLM_PHASE_FIRST_BYTE)
    return how == LITELLM_END ? LITELLM_ERROR_CONNECTION_CLOSED : how;
  if (how == LITELLM_ERROR_TLS || how == LITELLM_ERROR_TLS_RECORD) return how;
  if (h->state != LITELLM__HTTP_TRAILERS &&
      (h->state != LITELLM__HTTP_UNTIL_CLOSE || how != LITELLM_END))
    return LITELLM_ERROR_TRUNCATED;
  h->state = LITELLM__HTTP_DONE;
  if (LITELLM_REUSE) h->flags |= LITELLM__FRAMING_CLOSE;
  return LITELLM_END;
}

/* ==== >>event stream (implementation) ==================================== */

enum {                       /* litellm_client.flags_ */
  LITELLM__REPLY_DONE = 0x01,  /* [DONE] came */
  LITELLM__REPLY_CHOICES = 0x02, /* a "choices" key came */
  LITELLM__REPLY_CHOICE = 0x04,  /* choice 0 came */
  LITELLM__REPLY_ERROR = 0x08,
  LITELLM__REPLY_USAGE = 0x10,
  LITELLM__REPLY_TEXT = 0x20,  /* there was some text */
  LITELLM__REPLY_RESTART = 0x40, /* what was decoded were thoughts */
  LITELLM__REPLY_TOO_MANY = 0x80 /* more tool calls than can be counted */
};
enum {                       /* litellm_client.payload_ */
  LITELLM__PAYLOAD_NONE, LITELLM__PAYLOAD_BEGUN, LITELLM__PAYLOAD_ENDED
};

enum {                       /* litellm_client.line_; below COLON the bytes
                                of its name that are as in "data:" or, from
                                ERROR on, in "error:" */
  LITELLM__LINE_DATA = 4, LITELLM__LINE_ERROR = 8,
  LITELLM__LINE_COLON = LITELLM__LINE_ERROR + 6, LITELLM__LINE_VALUE,
  LITELLM__LINE_IGNORE
};
enum {                       /* litellm_client.sse_ */
  LITELLM__SSE_CR = 1,       /* the previous byte was a CR */
  LITELLM__SSE_DATA = 2      /* the event has data */
};

/* The state after a byte of a line's name. llama.cpp sends errors as lines of
   their own. */
static unsigned litellm__sse_name(litellm_client *s, unsigned line, char c) {
  if (LITELLM_COMPAT && !line && c == 'e') line = LITELLM__LINE_ERROR;
  if (c != "data:\0\0\0error:"[line]) return LITELLM__LINE_IGNORE;
  if (c != ':') return line + 1;
  if (line > LITELLM__LINE_ERROR) s->flags_ |= LITELLM__REPLY_ERROR;
  return LITELLM__LINE_COLON;
}

/* The number of bytes before the first CR, LF or lower control character. One
   of the latter only splits a piece in two. */
static size_t litellm__line_run(const char *at, size_t len) {
  size_t n = 0;
  for (; LITELLM__EIGHTS && len - n >= 16; n += 16) {
    uint64_t v[2];
    memcpy(v, at + n, sizeof v);
    if ((((v[0] - LITELLM__EACH('\r' + 1)) & ~v[0]) |
         ((v[1] - LITELLM__EACH('\r' + 1)) & ~v[1])) & LITELLM__EACH(0x80))
      break;
  }
  while (n < len && (unsigned char)at[n] > '\r') n++;
  return n;
}

/* Reads body_in_ up to the next piece of payload, which data_ is set to.
   LITELLM_END: an event is complete; LITELLM_AGAIN: the input is empty. */
static LITELLM__NOINLINE litellm_result litellm__sse(litellm_client *s) {
  char *at = s->body_in_.ptr, *end = at + s->body_in_.len;
  unsigned line = s->line_, flags = s->sse_;
  litellm_result result = LITELLM_AGAIN;
  while (at < end && result == LITELLM_AGAIN) {
    char c = *at;
    unsigned before = flags;
    if (LITELLM__EIGHTS && !line && end - at > 5 && !memcmp(at, "data:", 5)) {
      at += 5;
      flags &= ~(unsigned)LITELLM__SSE_CR;
      line = LITELLM__LINE_COLON;
      continue;
    }
    if (line == LITELLM__LINE_COLON) {
      line = LITELLM__LINE_VALUE;
      flags |= LITELLM__SSE_DATA;
      if (c == ' ') at++;
      if (!(before & LITELLM__SSE_DATA)) continue;
      s->data_.ptr = (char *)(uintptr_t)"\n";   /* joins two; only read */
      s->data_.len = 1;
      result = LITELLM_OK;
      continue;
    }
    s->data_.ptr = at++;
    flags &= ~(unsigned)LITELLM__SSE_CR;
    if (c == '\r') flags |= LITELLM__SSE_CR;
    if (c == '\r' || c == '\n') {
      if (c == '\n' && before & LITELLM__SSE_CR) continue;
      if (line == LITELLM__LINE_DATA) flags |= LITELLM__SSE_DATA;
      if (!line && flags & LITELLM__SSE_DATA) {
        flags &= ~(unsigned)LITELLM__SSE_DATA;
        result = LITELLM_END;
      }
      line = 0;
    } else if (line == LITELLM__LINE_VALUE) {
      at += litellm__line_run(at, (size_t)(end - at));
      s->data_.len = (size_t)(at - s->data_.ptr);
      result = LITELLM_OK;
    } else if (line < LITELLM__LINE_COLON) {
      line = litellm__sse_name(s, line, c);
    }
  }
  s->body_in_.ptr = at;
  s->body_in_.len = (size_t)(end - at);
  s->line_ = (uint8_t)line;
  s->sse_ = (uint8_t)flags;
  return result;
}

/* ==== >>chat keys (implementation) ======================================== */

/* The keys that are read of replies, streamed or not, and of error bodies. Each
   key belongs to a table and may open another one. Its id is the tag of a kept
   text, or one of these. */
enum {
  /* up to ID_WHOLE: around a message */
  LITELLM__ID_NOTHING = LITELLM__KEPT_TAGS,
  LITELLM__ID_CHOICES, LITELLM__ID_INDEX, LITELLM__ID_DELTA, LITELLM__ID_WHOLE,
  LITELLM__ID_REASONING, LITELLM__ID_CALLS, LITELLM__ID_FUNCTION_CALL,
  LITELLM__ID_CALL_INDEX, LITELLM__ID_BLOCK, LITELLM__ID_THINKING,
  LITELLM__ID_SIGNATURE, LITELLM__ID_REDACTED,
  LITELLM__ID_PROVIDER_FIELDS, LITELLM__ID_EXTRA_CONTENT,
  LITELLM__ID_USAGE, LITELLM__ID_PROMPT, LITELLM__ID_COMPLETION,
  LITELLM__ID_TOTAL, LITELLM__ID_CACHED, LITELLM__ID_THOUGHT
};
#if LITELLM_COMPAT
#define LITELLM__IF_COMPAT(...) __VA_ARGS__
#else
#define LITELLM__IF_COMPAT(...)
#endif
#if LITELLM_TOOLS
#define LITELLM__IF_TOOLS(...) __VA_ARGS__
#else
#define LITELLM__IF_TOOLS(...)
#endif
#if LITELLM_GATEWAY_INFO && LITELLM_STREAMS
#define LITELLM__IF_COST(...) __VA_ARGS__
#else
#define LITELLM__IF_COST(...)
#endif
/* A list for each table: X(name, table that it opens, id, which of equal keys
   counts). Longer names come first, so that a search ends at the first shorter
   one: most keys of a chunk are long and unknown. */
#define LITELLM__KEYS_OF_NONE(X)                                              \
  X("", ROOT, ID_NOTHING, LAST)
#define LITELLM__KEYS_OF_ROOT(X)                                              \
  LITELLM__IF_COMPAT(                                                         \
    X("error_code", NONE, KEPT_ROOT_CODE, LAST)                               \
    X("error_msg", NONE, KEPT_ROOT_MESSAGE, LAST)                             \
    X("base_resp", DETAIL, ID_NOTHING, LAST))                                 \
  X("choices", CHOICE, ID_CHOICES, LAST)                                      \
  X("message", NONE, KEPT_ROOT_MESSAGE, LAST)                                 \
  X("detail", DETAIL, KEPT_DETAIL, FIRST)                                     \
  LITELLM__IF_COMPAT(X("x_groq", GROQ, ID_NOTHING, LAST))                     \
  X("model", NONE, KEPT_MODEL, FIRST)                                         \
  X("usage", USAGE, ID_USAGE, LAST)                                           \
  X("error", ERROR, KEPT_ERROR, LAST)                                         \
  X("type", NONE, KEPT_ROOT_TYPE, LAST)                                       \
  X("code", NONE, KEPT_ROOT_CODE, LAST)                                       \
  LITELLM__IF_COMPAT(X("msg", NONE, KEPT_ROOT_MESSAGE, LAST))                 \
  X("id", NONE, KEPT_ID, FIRST)
#define LITELLM__KEYS_OF_CHOICE(X)                                            \
  X("finish_reason", NONE, KEPT_FINISH, LAST)                                 \
  X("message", MESSAGE, ID_WHOLE, LAST)                                       \
  X("index", NONE, ID_INDEX, LAST)                                            \
  X("delta", MESSAGE, ID_DELTA, LAST)                                         \
  LITELLM__IF_COMPAT(                                                         \
    X("error", ERROR, KEPT_ERROR, LAST)                                       \
    X("usage", USAGE, ID_USAGE, LAST))
#define LITELLM__KEYS_OF_MESSAGE(X)                                           \
  X("reasoning_content", NONE, KEPT_REASONING, LAST)                          \
  LITELLM__IF_TOOLS(                                                          \
    X("reasoning_details", NONE, KEPT_DETAILS, LAST)                          \
    X("thinking_blocks", THINKING, ID_BLOCK, LAST)                            \
    LITELLM__IF_COMPAT(                                                       \
      X("function_call", FUNCTION, ID_FUNCTION_CALL, LAST))                   \
    X("tool_calls", CALL, ID_CALLS, LAST))                                    \
  LITELLM__IF_COMPAT(X("reasoning", NONE, ID_REASONING, LAST))                \
  X("content", PART, KEPT_CONTENT, LAST)                                      \
  X("refusal", NONE, KEPT_REFUSAL, LAST)
#define LITELLM__KEYS_OF_PART(X)                                              \
  LITELLM__IF_COMPAT(X("thinking", THOUGHTS, KEPT_REASONING, LAST))           \
  X("text", NONE, KEPT_CONTENT, LAST)
#define LITELLM__KEYS_OF_THOUGHTS(X)                                          \
  X("text", NONE, KEPT_REASONING, LAST)
#define LITELLM__KEYS_OF_CALL(X)                                              \
  X("provider_specific_fields", NONE, ID_PROVIDER_FIELDS, LAST)               \
  X("extra_content", NONE, ID_EXTRA_CONTENT, LAST)                            \
  LITELLM__IF_COMPAT(X("arguments", NONE, KEPT_CALL_ARGUMENTS, LAST))         \
  X("function", FUNCTION, ID_NOTHING, LAST)                                   \
  X("index", NONE, ID_CALL_INDEX, LAST)                                       \
  LITELLM__IF_COMPAT(X("name", NONE, KEPT_CALL_NAME, LAST))                   \
  X("id", NONE, KEPT_CALL_ID, LAST)
#define LITELLM__KEYS_OF_FUNCTION(X)                                          \
  X("arguments", NONE, KEPT_CALL_ARGUMENTS, LAST)                             \
  X("name", NONE, KEPT_CALL_NAME, LAST)
#define LITELLM__KEYS_OF_THINKING(X)                                          \
  X("signature", NONE, ID_SIGNATURE, LAST)                                    \
  X("thinking", NONE, ID_THINKING, LAST)                                      \
  X("data", NONE, ID_REDACTED, LAST)
#define LITELLM__KEYS_OF_USAGE(X)                                             \
  X("completion_tokens_details", DETAILS, ID_NOTHING, LAST)                   \
  X("prompt_tokens_details", DETAILS, ID_NOTHING, LAST)                       \
  X("completion_tokens", NONE, ID_COMPLETION, LAST)                           \
  X("prompt_tokens", NONE, ID_PROMPT, LAST)                                   \
  X("total_tokens", NONE, ID_TOTAL, LAST)                                     \
  LITELLM__IF_COST(X("cost", NONE, KEPT_COST, LAST))
#define LITELLM__KEYS_OF_DETAILS(X)                                           \
  X("reasoning_tokens", NONE, ID_THOUGHT, LAST)                               \
  X("cached_tokens", NONE, ID_CACHED, LAST)
#define LITELLM__KEYS_OF_GROQ(X)                                              \
  X("usage", USAGE, ID_USAGE, LAST)
#define LITELLM__KEYS_OF_ERROR(X)                                             \
  X("message", DETAIL, KEPT_MESSAGE, LAST)                                    \
  X("type", NONE, KEPT_TYPE, LAST)                                            \
  X("code", NONE, KEPT_CODE, LAST)
#define LITELLM__KEYS_OF_DETAIL(X)                                            \
  LITELLM__IF_COMPAT(X("status_msg", NONE, KEPT_DETAIL, FIRST))               \
  X("message", NONE, KEPT_DETAIL, FIRST)                                      \
  X("error", ERROR, KEPT_DETAIL, FIRST)                                       \
  X("msg", NONE, KEPT_DETAIL, FIRST)
#define LITELLM__KEY_TABLES(T, X)                                             \
  T(NONE, X) T(ROOT, X) T(CHOICE, X) T(MESSAGE, X) T(PART, X)                 \
  LITELLM__IF_TOOLS(T(CALL, X) T(FUNCTION, X) T(THINKING, X))                 \
  T(USAGE, X) T(DETAILS, X) T(ERROR, X) T(DETAIL, X)                          \
  LITELLM__IF_COMPAT(T(THOUGHTS, X) T(GROQ, X))
#define LITELLM__KEYS_OF(table, X) LITELLM__KEYS_OF_##table(X)
#define LITELLM__KEYS(X) LITELLM__KEY_TABLES(LITELLM__KEYS_OF, X)
#define LITELLM__KEY_LAST 0
#define LITELLM__KEY_FIRST 0x80        /* a bit of the id */

/* What is taken of a key ... */
#define LITELLM__KEY_ONE(name, child, id, which) + 1
#define LITELLM__KEY_SIZE(name, child, id, which) + (int)sizeof name - 1
#define LITELLM__KEY_NAME(name, child, id, which) name
#define LITELLM__KEY_LENGTH(name, child, id, which) sizeof name - 1,
#define LITELLM__KEY_CHILD(name, child, id, which) LITELLM__IN_##child,
#define LITELLM__KEY_ID(name, child, id, which)                               \
  LITELLM__##id | LITELLM__KEY_##which,
/* ... and of a table: its number, the row where it begins, and where its names
   begin. The END of a table only moves the next one on. */
#define LITELLM__KEYS_TABLE(table, X) LITELLM__IN_##table,
#define LITELLM__KEYS_ROW(table, X) LITELLM__KEY_ROW_##table,
#define LITELLM__KEYS_ROWS(table, X)                                          \
  LITELLM__KEY_ROW_##table, LITELLM__KEY_ROW_END_##table =                    \
      LITELLM__KEY_ROW_##table - 1 LITELLM__KEYS_OF_##table(X),
#define LITELLM__KEYS_NAME(table, X) LITELLM__KEY_AT_##table,
#define LITELLM__KEYS_NAMES(table, X)                                         \
  LITELLM__KEY_AT_##table, LITELLM__KEY_AT_END_##table =                      \
      LITELLM__KEY_AT_##table - 1 LITELLM__KEYS_OF_##table(X),

enum { LITELLM__KEY_TABLES(LITELLM__KEYS_TABLE, ) LITELLM__KEY_TABLE_COUNT };
enum {
  LITELLM__KEY_TABLES(LITELLM__KEYS_ROWS, LITELLM__KEY_ONE)
  LITELLM__UNKNOWN_KEY
};
enum {
  LITELLM__KEY_TABLES(LITELLM__KEYS_NAMES, LITELLM__KEY_SIZE)
  LITELLM__KEY_BYTES
};
static const uint8_t litellm__key_rows[] = {
  LITELLM__KEY_TABLES(LITELLM__KEYS_ROW, ) LITELLM__UNKNOWN_KEY };
static const uint16_t litellm__key_starts[] = {
  LITELLM__KEY_TABLES(LITELLM__KEYS_NAME, ) };
static const char litellm__key_names[] = LITELLM__KEYS(LITELLM__KEY_NAME);
static const uint8_t litellm__key_lengths[] = {
  LITELLM__KEYS(LITELLM__KEY_LENGTH) };
/* The table that each row opens; none for unknown keys, after the last row. */
static const uint8_t litellm__key_tables[] = {
  LITELLM__KEYS(LITELLM__KEY_CHILD) LITELLM__IN_NONE };
static const uint8_t litellm__key_ids[] = {
  LITELLM__KEYS(LITELLM__KEY_ID) LITELLM__ID_NOTHING };

/* The row of a table's key. Case is ignored: some servers write "Message". */
static unsigned litellm__key_row(unsigned table, const char *key, size_t len) {
  const char *name = litellm__key_names + litellm__key_starts[table];
  unsigned row = litellm__key_rows[table], end = litellm__key_rows[table + 1];
  for (; row < end && litellm__key_lengths[row] >= len;
       name += litellm__key_lengths[row++]) {
    if (litellm__key_lengths[row] > len) continue;
    size_t n = 0;
    while (n < len &&
           (key[n] == name[n] || litellm__lower(key[n]) == name[n])) n++;
    if (n == len) return row;
  }
  return LITELLM__UNKNOWN_KEY;
}

/* Notes the row of a key, which may come in pieces. */
static void litellm__read_key(litellm__chat_reader *r,
                              const litellm_json_token *token) {
  const char *key = token->text.ptr;
  size_t len = token->text.len, room;
  if (!token->first || !token->last) {
    if (token->first) r->key_len = 0;
    room = sizeof r->key - r->key_len;       /* one more than the longest key */
    if (len > room) len = room;
    memcpy(r->key + r->key_len, key, len);
    r->key_len = (uint8_t)(r->key_len + len);
    key = r->key;
    len = r->key_len;
  }
  r->row = (uint8_t)litellm__key_row(
      litellm__key_tables[r->open[r->depth]], key, len);
}

/* The id of the row that a token belongs to. */
static unsigned litellm__key_id(
    litellm__chat_reader *r, const litellm_json_token *token) {
  unsigned row = r->skip ? (unsigned)LITELLM__UNKNOWN_KEY : r->row;
  switch (token->kind) {
    case LITELLM_JSON_KEY:
      if (r->skip) break;
      litellm__read_key(r, token);
      return LITELLM__ID_NOTHING;
    case LITELLM_JSON_OBJECT: case LITELLM_JSON_ARRAY:
      if (litellm__key_tables[row] && r->depth < LITELLM__FRAMES)
        r->open[++r->depth] = (uint8_t)row;
      else r->skip++;
      break;
    case LITELLM_JSON_OBJECT_END: case LITELLM_JSON_ARRAY_END:
      if (r->skip) { r->skip--; break; }
      row = r->open[r->depth--];
      r->row = r->open[r->depth];
      break;
    default: break;
  }
  return litellm__key_ids[row];
}

/* ==== >>chat texts (implementation) ======================================= */

static bool litellm__is_sse(const litellm_client *s) {
  return LITELLM_STREAMS && s->http_.type == LITELLM__BODY_SSE;
}

/* A piece of the answer's text, of its thoughts or of a refusal. */
static LITELLM__NOINLINE void litellm__chat_text(
    litellm_client *s, litellm_str text, unsigned tag, litellm_event *event) {
  s->flags_ |= LITELLM__REPLY_TEXT;
  if (s->request_.call.collect_text)
    litellm__keep(s, tag, text.ptr, text.len);
  event->kind = tag == LITELLM__KEPT_CONTENT ? LITELLM_EVENT_TEXT
              : tag == LITELLM__KEPT_REASONING ? LITELLM_EVENT_REASONING
              : LITELLM_EVENT_REFUSAL;
  event->text = text;
}

/* Keeps a short text. Of duplicates the last wins, but the first of those that
   come in every chunk, and the first of a list of details. */
static void litellm__chat_short(litellm_client *s,
                                const litellm_json_token *token,
                                unsigned tag, bool first) {
  const char *text = token->text.ptr;
  size_t len = token->text.len;
  if (!len) return;          /* words have no text */
  if (tag == LITELLM__KEPT_FINISH && s->other_) return;
  if ((tag == LITELLM__KEPT_ERROR || tag == LITELLM__KEPT_TYPE ||
       tag == LITELLM__KEPT_CODE || tag == LITELLM__KEPT_MESSAGE) &&
      (token->kind == LITELLM_JSON_STRING || *text != '0'))
    s->flags_ |= LITELLM__REPLY_ERROR;       /* not by {}, null or 0 */
  if (token->first) {
    if (tag >= LITELLM__KEPT_ROOT_MESSAGE && tag <= LITELLM__KEPT_MESSAGE) {
      litellm__kept_drop(s, LITELLM__KEPT_RAW);  /* it replaces the raw bytes */
      s->http_.raw = LITELLM__RAW_BEATEN;
    }
    s->drop_ = first && litellm__kept(s, tag, NULL);
    if (!s->drop_) litellm__kept_drop(s, tag);
  }
  if (s->drop_) return;
  if (tag >= LITELLM__KEPT_ROOT_TYPE && tag <= LITELLM__KEPT_MESSAGE)
    s->drop_ = !litellm__keep_some(s, tag, text, len);
  else
    litellm__keep(s, tag, text, len);
}

/* Reads an integer into number_; true when it is complete. */
static bool litellm__chat_number(litellm_client *s,
                                 const litellm_json_token *token) {
  const char *c = token->text.ptr;
  size_t left = token->text.len;
  if (token->kind != LITELLM_JSON_NUMBER) return false;
  if (token->first) { s->number_ = 0; s->drop_ = false; }
  for (; left; c++, left--) {
    s->drop_ |= !litellm__is_digit(*c);      /* fractions are cut off */
    if (!s->drop_)
      s->number_ = litellm__min(s->number_, (UINT32_MAX - 9) / 10) * 10 +
                   (uint32_t)(*c - '0');
  }
  return token->last;
}

/* ==== >>thoughts (implementation) ========================================= */

/* Some models put their thoughts into the content, between tags; some servers
   leave out the first tag. What goes before the answer is reasoning. Of bytes
   that may become a tag only the number is kept: the tag says which they are.
   */
enum {                       /* litellm_client.content_ */
  LITELLM__CONTENT_START,    /* blanks at most came */
  LITELLM__CONTENT_TEXT, LITELLM__CONTENT_THOUGHTS, LITELLM__CONTENT_BEHIND,
  LITELLM__CONTENT_ANSWER    /* the text behind thoughts */
};
enum { LITELLM__TAGS = 4 };  /* that open; each one's end is as many later */
static const char litellm__tags[] =
    "<think>\0<thinking>\0<thought>\0<reasoning>\0"
    "</think>\0</thinking>\0</thought>\0</reasoning>\0";

/* Whether `c` goes on with a tag that may be here; thoughts end only with
   their own. */
static bool litellm__match_tag(litellm_client *s, char c) {
  unsigned tag = 0, end = 2 * LITELLM__TAGS;
  if (s->content_ > LITELLM__CONTENT_THOUGHTS || (!s->tag_len_ && c != '<'))
    return false;
  if (s->content_ == LITELLM__CONTENT_THOUGHTS) tag = s->tag_, end = tag + 1;
  const char *now = litellm__word(litellm__tags, s->tag_);
  for (; tag < end; tag++) {
    const char *word = litellm__word(litellm__tags, tag);
    if (word[s->tag_len_] != c || memcmp(word, now, s->tag_len_)) continue;
    s->tag_ = (uint8_t)tag;
    s->tag_len_++;
    return true;
  }
  return false;
}

/* At the end of a tag; false: it is text. */
static bool litellm__end_tag(litellm_client *s) {
  bool opens = s->tag_ < LITELLM__TAGS;
  if (opens && s->content_ == LITELLM__CONTENT_TEXT) {
    s->content_ = LITELLM__CONTENT_ANSWER;
    return false;
  }
  s->tag_len_ = 0;
  if (opens) {
    s->content_ = LITELLM__CONTENT_THOUGHTS;
    s->tag_ = (uint8_t)(s->tag_ + LITELLM__TAGS);
    return true;
  }
  if (s->content_ != LITELLM__CONTENT_THOUGHTS) {      /* none came before */
    s->flags_ |= LITELLM__REPLY_RESTART;
    litellm__kept_retag(s, LITELLM__KEPT_CONTENT, LITELLM__KEPT_REASONING);
  }
  s->content_ = LITELLM__CONTENT_BEHIND;
  return true;
}

/* The bytes that looked like the beginning of a tag but are text. */
static litellm_str litellm__no_tag(litellm_client *s) {
  litellm_str text;
  text.ptr = litellm__word(litellm__tags, s->tag_);
  text.len = s->tag_len_;
  s->tag_len_ = 0;
  if (!s->content_) s->content_ = LITELLM__CONTENT_TEXT;
  return text;
}

/* The next text of the content, up to where another kind begins. */
static litellm_str litellm__content_text(litellm_client *s) {
  litellm_str *in = &s->rest_, text = { NULL, 0 };
  for (; in->len; in->ptr++, in->len--) {
    char c = *in->ptr;
    if (litellm__match_tag(s, c)) {
      if (litellm__word(litellm__tags, s->tag_)[s->tag_len_] ||
          litellm__end_tag(s)) continue;
      in->ptr++;
      in->len--;
      return litellm__no_tag(s);
    }
    if (s->tag_len_) return litellm__no_tag(s);
    if (!(s->content_ % LITELLM__CONTENT_BEHIND)) {    /* blanks may come */
      if (litellm__is_space(c)) {
        if (!s->content_)
          litellm__keep(s, LITELLM__KEPT_BLANKS, &c, 1);
        continue;
      }
      if (!s->content_++) text = litellm__kept_str(s, LITELLM__KEPT_BLANKS);
      if (text.len) return text;
    }
    /* After the first byte only a '<' matters. */
    const char *tag = (const char *)memchr(in->ptr + 1, '<', in->len - 1);
    text = *in;
    if (tag) text.len = (size_t)(tag - text.ptr);
    in->ptr += text.len;
    in->len -= text.len;
    return text;
  }
  return text;
}

/* Reads rest_, a piece of the content, up to the first event. At the `end` of
   the content, the bytes held back are text. */
static void litellm__chat_content(litellm_client *s, bool end,
                                  litellm_event *event) {
  litellm_str text = s->rest_;
  if (text.len) s->flags_ |= LITELLM__REPLY_TEXT;
  if (LITELLM_COMPAT && (s->request_.call.response_model ||
                         !s->request_.call.thoughts_in_content))
    text = end && s->tag_len_ ? litellm__no_tag(s) : litellm__content_text(s);
  else
    s->rest_.len = 0;
  if (text.len)
    litellm__chat_text(s, text, s->content_ == LITELLM__CONTENT_THOUGHTS
                           ? LITELLM__KEPT_REASONING : LITELLM__KEPT_CONTENT,
                       event);
}

/* ==== >>tool calls (implementation) ======================================= */

/* Whether the fragment repeats a whole call, as some servers do at the end. */
static bool litellm__repeats_call(litellm_client *s, unsigned call) {
  litellm_str now = litellm__kept_str(s, LITELLM__KEPT_CALL_ARGUMENTS);
  litellm_str old =
      litellm__kept_of_call(s, call, LITELLM__KEPT_CALL_ARGUMENTS);
  return LITELLM_COMPAT && now.len && litellm__same_text(now, old) &&
         litellm_json_valid(now);
}

/* The tool call that a fragment continues; 0: it begins one, as always in a
   plain reply. A known id decides, unless it comes with another index and a
   name: some servers send the function's name as id. Otherwise the index
   decides or, without one, the last call is meant; but a new id and name begin
   a new call, and so does a new name behind whole arguments. */
static unsigned litellm__call_of_fragment(litellm_client *s) {
  litellm_str id = litellm__kept_str(s, LITELLM__KEPT_CALL_ID);
  litellm_str name = litellm__kept_str(s, LITELLM__KEPT_CALL_NAME);
  bool indexed = s->index_ != -1;
  unsigned found = indexed ? 0 : s->calls_;
  litellm__record record;
  if (!litellm__is_sse(s)) return 0;
  size_t at = s->records_;
  if (!id.len && indexed && litellm__record_at(s, s->call_at_, &record) &&
      record.index == s->index_) at = s->call_at_;     /* mostly the last */
  for (; litellm__record_at(s, at, &record);
       at = litellm__record_end(at, &record)) {
    unsigned call = record.tag >> 8;
    if (!call || (record.tag & 255) != LITELLM__KEPT_CALL_ID) continue;
    bool there = indexed && record.index == s->index_;
    if (!LITELLM_COMPAT && there) return call;
    if (id.len && record.len == id.len &&
        !memcmp(litellm__record_text(s, at), id.ptr, id.len) &&
        (there || !indexed || !name.len || litellm__repeats_call(s, call)))
      return call;
    if (there) found = call;
  }
  if (!LITELLM_COMPAT || !found) return found;
  litellm_str its_id = litellm__kept_of_call(s, found, LITELLM__KEPT_CALL_ID);
  litellm_str its_name =
      litellm__kept_of_call(s, found, LITELLM__KEPT_CALL_NAME);
  litellm_str arguments =
      litellm__kept_of_call(s, found, LITELLM__KEPT_CALL_ARGUMENTS);
  bool same = litellm__same_text(name, its_name);
  if (id.len && its_id.len && (name.len || !indexed)) return 0;
  if (!name.len || !its_name.len) return found;
  if (!arguments.len) return indexed || same ? found : 0;
  if (!litellm_json_valid(arguments)) return found;
  return indexed && same &&
         (litellm__repeats_call(s, found) ||
          !litellm__kept_str(s, LITELLM__KEPT_CALL_ARGUMENTS).len) ? found : 0;
}

static void litellm__forget_call(litellm_client *s, unsigned call) {
  for (unsigned tag = LITELLM__KEPT_CALL_ID;
       tag <= LITELLM__KEPT_CALL_EXTRA; tag++)
    litellm__kept_drop(s, call << 8 | tag);
}

/* Gets tool call number `call`; false: it was dropped. */
static bool litellm__tool_call(litellm_client *s, unsigned call,
                               litellm_tool_call *out) {
  size_t at = litellm__call_begin(s, call);
  litellm__record record;
  memset(out, 0, sizeof *out);
  out->name = out->arguments = "";
  for (; litellm__record_at(s, at, &record);
       at = litellm__record_end(at, &record)) {
    const char *text = litellm__record_text(s, at);
    if (record.tag >> 8 != call) continue;
    switch (record.tag & 255) {
      case LITELLM__KEPT_CALL_ID: out->id = text; break;
      case LITELLM__KEPT_CALL_NAME: out->name = text; break;
      case LITELLM__KEPT_CALL_ARGUMENTS: out->arguments = text; break;
      case LITELLM__KEPT_CALL_EXTRA: out->extra = text; break;
      default: break;
    }
  }
  return out->id != NULL;
}

/* The end of a fragment, whose texts are the records of call 0: its call gets
   what of id and name it lacks, and the arguments at their end. */
static LITELLM__NOINLINE void litellm__end_fragment(litellm_client *s,
                                                    litellm_event *event) {
  unsigned call = litellm__call_of_fragment(s);
  bool repeated = call && litellm__repeats_call(s, call);
  size_t piece =
      repeated ? 0 : litellm__kept_str(s, LITELLM__KEPT_CALL_ARGUMENTS).len;
  if (litellm__is_sse(s))
    event->kind =
        call ? LITELLM_EVENT_TOOL_ARGUMENTS : LITELLM_EVENT_TOOL_BEGIN;
  if (!call && s->calls_ == 255)             /* none may be lost unseen */
    s->flags_ |= LITELLM__REPLY_TOO_MANY;
  else if (!call) {
    litellm__record record;
    size_t at = litellm__kept_find(s, LITELLM__KEPT_CALL_ID, &record);
    if (at != SIZE_MAX) s->call_at_ = at;    /* its id was kept first */
    call = ++s->calls_;
  }
  for (unsigned tag = LITELLM__KEPT_CALL_ID;
       tag <= LITELLM__KEPT_CALL_EXTRA; tag++) {
    if (!call) break;
    litellm_str old = litellm__kept_of_call(s, call, tag);
    bool more = tag == LITELLM__KEPT_CALL_ARGUMENTS && !repeated;
    if (LITELLM_COMPAT && tag == LITELLM__KEPT_CALL_NAME)      /* a piece */
      more = !litellm__same_text(old, litellm__kept_str(s, tag)) &&
             !litellm__kept_of_call(s, call, LITELLM__KEPT_CALL_ARGUMENTS).len;
    if (!old.len) litellm__kept_retag(s, tag, call << 8 | tag);
    else if (more) litellm__kept_join(s, tag, call << 8 | tag);
  }
  litellm__forget_call(s, 0);
  s->index_ = -1;
  size_t len =
      litellm__kept_of_call(s, call, LITELLM__KEPT_CALL_ARGUMENTS).len;
  if (litellm__tool_call(s, call, &s->call_) && piece <= len) {
    event->tool_call = &s->call_;
    event->text.ptr = s->call_.arguments + (len - piece);
    event->text.len = piece;
  } else {
    event->kind = LITELLM_EVENT_NONE;
  }
}

/* Keeps text as a part of a JSON string. */
static void litellm__keep_escaped(litellm_client *s, unsigned tag,
                                  litellm_str text) {
  char escape[6];
  for (size_t i = 0; i < text.len; i++)
    litellm__keep(s, tag, escape, litellm__escape(text.ptr[i], escape));
}

/* Begins to keep a value as JSON: arguments that are an object, not a text,
   and what some models want back. A list goes on in each chunk. */
static void litellm__capture(litellm_client *s, unsigned id,
                             const char *begin) {
  unsigned tag = id;
  if (id >= LITELLM__ID_PROVIDER_FIELDS) {
    const char *name = litellm__word(
        ",\"provider_specific_fields\":\0" ",\"extra_content\":",
        id - LITELLM__ID_PROVIDER_FIELDS);
    tag = LITELLM__KEPT_CALL_EXTRA;
    litellm__keep(s, tag, name, strlen(name));
  } else if (id == LITELLM__KEPT_DETAILS) {
    litellm_str list = litellm__kept_str(s, tag);
    if (list.len > 2) {                      /* replaces its bracket */
      size_t at = (size_t)(list.ptr - (const char *)s->arena.memory);
      s->arena.memory[at + list.len - 1] = ',';
      begin = "";
    } else {
      litellm__kept_drop(s, tag);
    }
  } else if (!LITELLM_COMPAT) {
    return;
  }
  s->capturing_ = (uint8_t)tag;
  litellm__keep(s, tag, begin, strlen(begin));
}

/* Reads a token of a tool call. */
static void litellm__chat_call(litellm_client *s,
                               const litellm_json_token *token,
                               unsigned id, litellm_event *event) {
  bool object = token->kind == LITELLM_JSON_OBJECT;
  if (id == LITELLM__ID_CALL_INDEX) {
    if (litellm__chat_number(s, token))
      s->index_ = (int16_t)litellm__min(s->number_, INT16_MAX);
  } else if (id == LITELLM__ID_CALLS || id == LITELLM__ID_FUNCTION_CALL) {
    if (token->kind == LITELLM_JSON_OBJECT_END)
      litellm__end_fragment(s, event);
    if (!object) return;
    s->index_ = id == LITELLM__ID_CALLS ? -1 : -2;
    litellm__keep(s, LITELLM__KEPT_CALL_ID, "", 0);
  } else if (s->reader_.skip) {
    litellm__capture(s, id, object ? "{" : "[");
  } else if (token->kind == LITELLM_JSON_STRING &&
             id <= LITELLM__KEPT_CALL_ARGUMENTS) {
    bool nul = token->text.len && !*token->text.ptr;
    litellm__keep(s, id, nul ? "\xEF\xBF\xBD" : token->text.ptr,
                  nul ? 3 : token->text.len);
  }
}

/* Reads a token of Claude's signed thoughts, which must be sent back unchanged:
   they are kept as JSON. In a stream a block comes in pieces and ends with the
   fragment that has its signature. */
static LITELLM__NOINLINE void litellm__chat_thoughts(
    litellm_client *s, const litellm_json_token *token, unsigned id) {
  const unsigned tag = LITELLM__KEPT_THOUGHTS,
                 signature = LITELLM__KEPT_SIGNATURE;
  size_t len, signed_len;
  litellm__kept(s, signature, &signed_len);
  if (id == LITELLM__ID_BLOCK && token->kind == LITELLM_JSON_OBJECT)
    litellm__keep(s, tag, "", 0);            /* keep it before the signature */
  if (token->kind == LITELLM_JSON_OBJECT_END ? signed_len && !s->thinking_
      : token->text.len && !s->thinking_ && id != LITELLM__ID_SIGNATURE) {
    const char *block = id == LITELLM__ID_REDACTED
        ? "{\"type\":\"redacted_thinking\",\"data\":\""
        : "{\"type\":\"thinking\",\"thinking\":\"";
    litellm__kept(s, tag, &len);
    litellm__keep(s, tag, ",", len > 0);
    litellm__keep(s, tag, block, strlen(block));
    s->thinking_ = (uint8_t)id;
  }
  litellm__keep_escaped(s, id == LITELLM__ID_SIGNATURE ? signature : tag,
                        token->text);
  if (token->kind != LITELLM_JSON_OBJECT_END ||
      !(signed_len || s->thinking_ == LITELLM__ID_REDACTED)) return;
  litellm__keep(s, tag, "\",\"signature\":\"", signed_len ? 15 : 0);
  litellm__kept_join(s, signature, tag);
  litellm__keep(s, tag, "\"}", 2);
  litellm__kept_drop(s, signature);
  s->thinking_ = 0;
}

/* ==== >>chat reader (implementation) ====================================== */

/* A token of the list of choices. Each is ours unless its index says
   otherwise, or one of ours came before it and it has none. */
static void litellm__chat_choice(litellm_client *s,
                                 litellm_json_token_kind kind) {
  if (kind == LITELLM_JSON_ARRAY) {
    s->flags_ |= LITELLM__REPLY_CHOICES;
    s->other_ = false;
    litellm__drop_excerpt(s);
  }
  if (kind != LITELLM_JSON_OBJECT_END) return;
  if (!s->other_) s->flags_ |= LITELLM__REPLY_CHOICE;
  s->other_ = (s->flags_ & LITELLM__REPLY_CHOICE) != 0;
}

static void litellm__chat_usage(litellm_client *s,
                                const litellm_json_token *token, unsigned id) {
  if (id == LITELLM__ID_USAGE) {             /* only a complete one counts */
    if (token->kind == LITELLM_JSON_OBJECT_END)
      s->flags_ |= LITELLM__REPLY_USAGE;
    if (token->kind != LITELLM_JSON_OBJECT) return;
    memset(&s->usage_, 0, sizeof s->usage_);
    s->flags_ &= (uint8_t)~LITELLM__REPLY_USAGE;
  } else if (litellm__chat_number(s, token)) {
    memcpy((char *)&s->usage_ + (id - LITELLM__ID_PROMPT) * sizeof s->number_,
           &s->number_, sizeof s->number_);
  }
}

/* A token inside a choice. Of a delta and a whole message the first that says
   something counts, in all of the reply. */
static void litellm__chat_part(litellm_client *s,
                               const litellm_json_token *token,
                               unsigned id, litellm_event *event) {
  bool object = token->kind == LITELLM_JSON_OBJECT;
  bool text = token->kind == LITELLM_JSON_STRING;
  if (id == LITELLM__ID_INDEX && litellm__chat_number(s, token))
    s->other_ = s->number_ || s->drop_;
  if (object && (id == LITELLM__ID_DELTA || id == LITELLM__ID_WHOLE))
    s->message_ = (uint8_t)id;
  if ((id >= LITELLM__ID_NOTHING && id <= LITELLM__ID_WHOLE) || s->other_ ||
      (s->counts_ && s->counts_ != s->message_)) return;
  if (object || (text && token->text.len)) s->counts_ = s->message_;
  if (LITELLM_TOOLS && id >= LITELLM__ID_BLOCK && id <= LITELLM__ID_REDACTED &&
      s->request_.call.collect_text && (text || id == LITELLM__ID_BLOCK))
    litellm__chat_thoughts(s, token, id);
  switch (id) {
    case LITELLM__ID_BLOCK: case LITELLM__ID_SIGNATURE:
    case LITELLM__ID_REDACTED: break;
    case LITELLM__ID_THINKING:
    case LITELLM__ID_REASONING: case LITELLM__KEPT_REASONING:
      /* Some servers send the same thoughts under several names. */
      if (!text || !token->text.len) break;
      if (!s->reasoning_) s->reasoning_ = (uint8_t)id;
      if (s->reasoning_ == id)
        litellm__chat_text(s, token->text, LITELLM__KEPT_REASONING, event);
      break;
    case LITELLM__KEPT_CONTENT:
      if (!text) break;
      s->rest_ = token->text;
      litellm__chat_content(s, false, event);
      break;
    case LITELLM__KEPT_REFUSAL:
      if (text && token->text.len)
        litellm__chat_text(s, token->text, id, event);
      break;
    default:
      if (LITELLM_TOOLS) litellm__chat_call(s, token, id, event);
      break;
  }
}

/* Reads a token that belongs to a known key. */
static LITELLM__NOINLINE void litellm__chat_known(
    litellm_client *s, const litellm_json_token *token, unsigned id,
    litellm_event *event) {
  bool first = (id & LITELLM__KEY_FIRST) != 0;
  id &= ~(unsigned)LITELLM__KEY_FIRST;
  if (id >= LITELLM__KEPT_FINISH && id <= LITELLM__KEPT_MESSAGE)
    litellm__chat_short(s, token, id, first);
  else if (id >= LITELLM__ID_USAGE) litellm__chat_usage(s, token, id);
  else if (id == LITELLM__ID_CHOICES) litellm__chat_choice(s, token->kind);
  else litellm__chat_part(s, token, id, event);
}

/* Reads one token of the reply; true: it made an event, or left a rest_. Most
   tokens of a chunk belong to keys that do not matter. */
static bool litellm__chat_token(
    litellm_client *s, const litellm_json_token *token, litellm_event *event) {
  unsigned id = litellm__key_id(&s->reader_, token);
  if (!s->reader_.skip) s->capturing_ = 0;
  /* Of a list of errors only the first counts. */
  if (token->kind == LITELLM_JSON_OBJECT_END && s->json_.depth_ == 1 &&
      !(s->json_.stack_[0] & 1)) s->reader_.skip++;
  if (id == LITELLM__ID_NOTHING && !s->capturing_) {
    if (LITELLM__EIGHTS && token->kind == LITELLM_JSON_KEY && token->last &&
        (s->reader_.skip || s->reader_.row == LITELLM__UNKNOWN_KEY))
      litellm__json_skip(&s->json_, &s->data_);
    return false;
  }
  litellm__chat_known(s, token, id, event);
  return event->kind != LITELLM_EVENT_NONE || s->rest_.len;
}

/* ==== >>api errors (implementation) ====================================== */

/* Words in an error's type, code or message that tell its kind, the most
   reliable first; only their beginnings. The digit is subtracted from
   ERROR_API. */
static const char litellm__error_words[] =
    "5budget_exc\0" "5budget has been ex\0" "5exceededbudget\0"
    "5crossed budget\0" "6contextwindowex\0" "7contentpolicyv\0"
    "3invalid model n\0"
#if LITELLM_COMPAT
    "5insufficient_q\0" "5insufficient b\0" "5insufficient c\0"
    "5exceeded your current q\0" "5exceeded_current_q\0" "5credit b\0"
    "6context length\0" "6context_length\0" "6context size\0"
    "6context window\0" "6exceed context l\0" "6exceed the configured l\0"
    "6number of tokens al\0" "6prompt is too l\0" "6prompt too l\0"
    "6maximum prompt l\0" "6`inputs` t\0" "6maximum model l\0"
    "6range of input l\0" "6input is too l\0" "6input token count\0"
    "6reduce the length\0"
    "7content_policy\0" "7responsibleaip\0" "7content_filter\0"
    "7safety system\0" "8overloaded_e\0" "1authentication_e\0"
    "1invalid_api_key\0" "2permission_e\0" "3not_found_e\0" "4rate_limit_e\0"
#endif
    ;

/* The result for an HTTP status; `other` for those that tell nothing. */
static LITELLM__NOINLINE litellm_result litellm__result_of_status(
    uint32_t status, litellm_result other) {
  static const int8_t kinds[] = {            /* status - 400, result */
    1, LITELLM_ERROR_AUTHENTICATION, 2, LITELLM_ERROR_BUDGET,
    3, LITELLM_ERROR_PERMISSION, 4, LITELLM_ERROR_NOT_FOUND,
    8, LITELLM_ERROR_SERVER, 13, LITELLM_ERROR_TOO_LARGE,
    29, LITELLM_ERROR_RATE_LIMIT, 103, LITELLM_ERROR_OVERLOADED
  };
  if (status == 529) status = 503;
  for (size_t i = 0; i < sizeof kinds; i += 2)
    if (status == 400u + (unsigned)kinds[i])
      return (litellm_result)kinds[i + 1];
  return status / 100 == 5 ? LITELLM_ERROR_SERVER : other;
}

/* The best text of a sort, ignoring those that only say "None". */
static const char *litellm__error_text(litellm_client *s, unsigned best,
                                       unsigned worst) {
  for (; best >= worst; best--) {
    const char *text = litellm__kept(s, best, NULL);
    if (text && !litellm__equal(text, "None")) return text;
  }
  return NULL;
}

/* Decides which error the API reported. */
static litellm_result litellm__api_error(litellm_client *s) {
  litellm_error *error = &s->error;
  uint32_t status = s->http_.status;
  const char *texts[3];
  const char *kind = LITELLM_GATEWAY_INFO ? litellm__error_words : "";
  texts[0] = error->type = litellm__error_text(s, LITELLM__KEPT_TYPE,
                                               LITELLM__KEPT_ROOT_TYPE);
  texts[1] = error->api_code = litellm__error_text(s, LITELLM__KEPT_CODE,
                                                   LITELLM__KEPT_ROOT_CODE);
  texts[2] = error->message = litellm__error_text(s, LITELLM__KEPT_MESSAGE,
                                                  LITELLM__KEPT_RAW);
  if (LITELLM_STREAMS && texts[2] &&
      litellm__starts_nocase(texts[2], 6, "data: "))
    error->message = texts[2] += 6;          /* of an event that is a text */
  for (; *kind; kind += strlen(kind) + 1)
    for (size_t i = 0; i < 3; i++)
      if (texts[i] &&
          litellm__contains_nocase(texts[i], strlen(texts[i]), kind + 1))
        return (litellm_result)(LITELLM_ERROR_API - (*kind - '0'));
  if (status < 400 && texts[1])
    status = litellm__parse_uint(texts[1], strlen(texts[1]));
  return litellm__result_of_status(status,
      s->http_.raw != LITELLM__RAW_BEATEN && !(s->flags_ & LITELLM__REPLY_ERROR)
          ? LITELLM_ERROR_HTTP_STATUS : LITELLM_ERROR_API);
}

/* Keeps the first printable bytes of what may not be JSON. */
static void litellm__keep_raw(litellm_client *s, const char *c, size_t len) {
  const char *end = c + len;
  while (c < end && s->http_.raw < LITELLM__RAW_FULL) {
    char byte = *c;
    if ((unsigned char)byte <= ' ' || byte == 0x7F) {
      if (s->http_.raw) s->http_.raw = LITELLM__RAW_BLANK;
      c++;
      continue;
    }
    if (s->http_.raw == LITELLM__RAW_BLANK) byte = ' ';
    else c++;
    s->http_.raw = litellm__keep_some(s, LITELLM__KEPT_RAW, &byte, 1)
            ? LITELLM__RAW_TEXT : LITELLM__RAW_FULL;
  }
}

/* ==== >>error line (implementation) ======================================= */

static void litellm__print_text(litellm__writer *w, const char *label,
                                const char *text) {
  if (!text) return;
  litellm__put_literal(w, label);
  for (; *text; text++) {    /* one line, no control characters: C0, DEL, C1 */
    bool high = *text == '\xC2' && (text[1] & 0xE0) == 0x80;
    text += high;
    litellm__put_char(w, high || (unsigned char)*text < ' ' || *text == 0x7F
                             ? ' ' : *text);
  }
}

/* Appends what the error is about; of a template only the field, not all that
   follows it. */
static void litellm__print_subject(litellm__writer *w, const char *subject) {
  size_t n = 0;
  if (!subject) return;
  litellm__put_literal(w, ": ");
  while (subject[n] && n < 64 &&
         (*subject != '{' || !n || subject[n - 1] != '}'))
    n++;
  litellm__put_literal_n(w, subject, n);
}

static void litellm__print_number(litellm__writer *w, const char *label,
                                  int64_t number) {
  if (!number) return;
  litellm__put_literal(w, label);
  litellm__put_integer(w, number);
}

/* The words of LITELLM_CERTIFICATE_*, from the lowest bit on. */
static void litellm__print_flags(litellm__writer *w, uint32_t flags) {
  const char *word =
      "expired\0revoked\0wrong host name\0unknown CA\0\0\0\0\0wrong pin\0"
      "not yet valid\0\0wrong key usage\0wrong key usage\0wrong type\0"
      "weak hash\0weak key\0weak key";
  for (uint32_t bit = 1; bit <= 0x10000; bit <<= 1) {
    if (flags & bit && *word) litellm__print_text(w, ": ", word);
    word = litellm__word(word, 1);
  }
  litellm__print_number(w, "; tls flags ", flags);
}

static void litellm__print_error(litellm__writer *w,
                                 const litellm_error *error) {
  litellm__put_literal(w, litellm_result_name(error->code));
  litellm__print_text(w, ": ", litellm_result_text(error->code));
  litellm__print_subject(w, error->subject);
  litellm__print_flags(w, error->tls_flags);
  litellm__print_number(w, "; missing bytes: ", (int64_t)error->bytes_missing);
  litellm__print_text(w, "; server: ", error->message);
  litellm__print_text(w, "; type ", error->type);
  litellm__print_text(w, "; code ", error->api_code);
  if (error->phase != LITELLM_PHASE_IDLE)
    litellm__print_text(w, "; phase ", litellm_phase_name(error->phase));
  litellm__print_number(w, "; status ", error->http_status);
  litellm__print_number(w, "; port code ", error->port_code);
  litellm__print_number(w, "; tls code ", error->tls_code);
  litellm__print_number(w, "; offset ", error->position);
  litellm__print_number(w, "; retry after ms ", error->retry_after_ms);
  litellm__print_number(w, "; retries ", error->retries);
  litellm__print_text(w, "; request ", error->request_id);
}

LITELLM__DEF void litellm_error_print(const litellm_error *error, char *buffer,
                                      size_t size) {
  litellm__writer w;
  if (size == 0) return;
  memset(&w, 0, sizeof w);
  w.out = buffer;
  w.to = (uint32_t)(size - 1);
  if (LITELLM_ERROR_TEXTS) {
    litellm__print_error(&w, error);
  } else {
    litellm__put_integer(&w, error->code);
    litellm__print_text(&w, " ", error->message);
  }
  buffer[litellm__min(w.at, w.to)] = 0;
}

/* ==== >>client (implementation) ========================================== */

static bool litellm__ends(const char *ptr, size_t len, const char *word) {
  size_t n = strlen(word);
  return len >= n && !memcmp(ptr + len - n, word, n);
}

/* The host[:port] in the URL, which path_ follows. */
static const char *litellm__authority(const litellm_client *client) {
  return client->url_ + 7 + client->peer_.secure;
}

/* Parses http(s)://host[:port][/path][?query] and takes it into use. The path
   may be that of the endpoint itself. */
static litellm_result litellm__parse_url(litellm_client *client,
                                         const char *url, litellm_str *host) {
  const char *at = url, *end = at;
  client->url_ = url;
  if (!at) return LITELLM_ERROR_URL;
  size_t n = strlen(at);
  client->peer_.secure = litellm__starts_nocase(at, n, "https://");
  uint32_t port = client->peer_.secure ? 443 : 80;
  if (!client->peer_.secure && !litellm__starts_nocase(at, n, "http://"))
    return LITELLM__BLAME(&client->error, LITELLM_ERROR_URL,
                          "base_url: http:// or https:// is missing");
  at = litellm__authority(client);
  for (; *end; end++)
    if ((unsigned char)(*end - '!') >= 0x7F - '!' ||
        litellm__one_of(*end, "#@\\\"<>"))
      return LITELLM_ERROR_URL;
  for (end = at; *end && *end != '/' && *end != '?';) end++;
  client->path_ = end;
  const char *stop = at;
  while (stop < end && *stop != (*at == '[' ? ']' : ':')) stop++;
  if (*at == '[') {
    if (stop == end) return LITELLM_ERROR_URL;
    at++;
  }
  host->ptr = at;
  host->len = (size_t)(stop - at);
  stop += *stop == ']';
  if (stop < end) {
    n = (size_t)(end - stop) - 1;
    port = *stop == ':' ? litellm__parse_uint(stop + 1, n) : 0;
  }
  /* 0 wraps around and is out of range too. */
  if (host->len - 1 > 252 || port - 1 > 65534) return LITELLM_ERROR_URL;
  client->peer_.port = (uint16_t)port;
  for (stop = end; *stop && *stop != '?';) stop++;
  client->query_ = stop;
  n = (size_t)(stop - end);
  while (n && end[n - 1] == '/') n--;
  client->has_path_ = n > 0;
  if (litellm__ends(end, n, "/chat/completions"))
    n -= sizeof "/chat/completions" - 1;
  client->path_len_ = (uint16_t)n;
  return n > UINT16_MAX ? LITELLM_ERROR_URL : LITELLM_OK;
}

/* Checks all URLs, base_url last, and finds how long their hosts are. */
static litellm_result litellm__check_urls(litellm_client *client,
                                          size_t *longest) {
  const char *const *more = client->desc_.fallback_urls;
  litellm_error *error = &client->error;
  unsigned schemes = 0;
  bool last;
  do {
    litellm_str host = { NULL, 0 };
    last = !LITELLM_RETRIES || !more || !*more;
    litellm_result result = litellm__parse_url(
        client, last ? client->desc_.base_url : *more++, &host);
    if (result != LITELLM_OK && !last)
      error->subject = LITELLM__TEXT("fallback_urls");
    else if (result != LITELLM_OK && !error->subject)
      error->subject = LITELLM__TEXT("base_url");
    if (result != LITELLM_OK) return result;
    schemes |= 1u << client->peer_.secure;
    if (host.len > *longest) *longest = host.len;
  } while (!last);
  return schemes < 3 ? LITELLM_OK
      : LITELLM__BLAME(error, LITELLM_ERROR_URL,
                       "fallback_urls: http and https");
}

/* Whether a key would be sent in cleartext. */
static bool litellm__over_http(const litellm_client *client) {
  return !client->peer_.secure && !client->desc_.allow_key_over_http;
}

/* Resolves all defaults. */
static LITELLM__NOINLINE void litellm__client_defaults(
    litellm_client_desc *desc) {
  if (!desc->window_size) desc->window_size = LITELLM_WINDOW_BYTES;
  if (!desc->connect_timeout_ms) desc->connect_timeout_ms = 10000;
  if (!desc->first_byte_timeout_ms) desc->first_byte_timeout_ms = 120000;
  if (!desc->idle_timeout_ms) desc->idle_timeout_ms = 60000;
  if (!desc->total_timeout_ms) desc->total_timeout_ms = 600000;
  if (!desc->reuse_within_ms) desc->reuse_within_ms = 1500;
  if (!desc->max_retries) desc->max_retries = 2;
}

static LITELLM__NOINLINE litellm_result litellm__client_check(
    litellm_client *client, size_t *host_len) {
  const litellm_client_desc *desc = &client->desc_;
  litellm_error *error = &client->error;
  const litellm_result bad = LITELLM_ERROR_ARGUMENT;
  if (!desc->port) return LITELLM_ERROR_NO_PORT;
  if (!desc->memory) return LITELLM__BLAME(error, bad, "memory");
  if (!LITELLM_HOOKS && desc->hook)
    return LITELLM__BLAME(error, bad, "hook: LITELLM_HOOKS is 0");
  if (desc->window_size < 64)
    return LITELLM__BLAME(error, bad, "window_size");
  litellm_result result = litellm__check_urls(client, host_len);
  if (result != LITELLM_OK) return result;
  if (desc->api_key_header &&
      !litellm__is_header_name(desc->api_key_header,
                               strlen(desc->api_key_header)))
    return LITELLM__BLAME(error, LITELLM_ERROR_HEADER, "api_key_header");
  if (desc->api_key &&
      !litellm__is_header_value(desc->api_key, strlen(desc->api_key)))
    return LITELLM__BLAME(error, LITELLM_ERROR_HEADER, "api_key");
  if ((desc->api_key || desc->api_key_callback) && litellm__over_http(client))
    return LITELLM__BLAME(error, LITELLM_ERROR_KEY_OVER_HTTP, "api_key");
  if (client->peer_.secure && !desc->port->secure)
    return LITELLM_ERROR_NO_TLS_PORT;
  return litellm__check_headers(desc->headers, litellm__over_http(client),
                                error);
}

/* Takes a piece of the memory block. `used` may exceed the size: the excess is
   what is missing. */
static void *litellm__block_alloc(litellm_arena *block, size_t size) {
  block->used += litellm__padding(block);
  unsigned char *piece =
      block->memory + (block->used < block->size ? block->used : 0);
  block->used += size;
  return piece;
}

/* Takes over what the port says of its failure. */
static LITELLM__NOINLINE void litellm__port_failed(litellm_client *client) {
  const litellm_link *link = client->link_;
  client->error.port_code = link->code;
  client->error.tls_code = link->tls_code;
  client->error.tls_flags = link->tls_flags;
  if (link->message) client->error.message = link->message;
}

static void litellm__disconnect(litellm_client *s) {
  if (!s->use_) return;
  (s->desc_.port->close)(s->link_);
  s->link_->handle = 0;
  s->use_ = LITELLM__LINK_CLOSED;
}

/* Takes the next server into use; behind the last one, or if `next` is false,
   the first. */
static LITELLM__NOINLINE void litellm__use_url(litellm_client *s, bool next) {
  const char *url = s->desc_.base_url;
  char *name = (char *)(uintptr_t)s->peer_.host;
  litellm_str host;
  if (next && *s->more_urls_) url = *s->more_urls_++;
  else s->more_urls_ = s->desc_.fallback_urls;
  litellm__disconnect(s);
  s->url_since_ = litellm__now(s);
  (void)litellm__parse_url(s, url, &host);
  memcpy(name, host.ptr, host.len);
  name[host.len] = 0;
}

LITELLM__DEF litellm_result litellm_client_init(
    litellm_client *client, const litellm_client_desc *desc) {
  litellm_error *error = &client->error;
  size_t host_len = 0;
  litellm_arena block;
  memset(client, 0, sizeof *client);
  client->desc_ = *desc;
  litellm__client_defaults(&client->desc_);
  error->code = litellm__client_check(client, &host_len);
  if (error->code != LITELLM_OK) return error->code;
  litellm_arena_init(&block, desc->memory, desc->memory_size);
  litellm_link *link =
      (litellm_link *)litellm__block_alloc(&block, desc->port->link_size);
  char *name = (char *)litellm__block_alloc(&block, host_len + 1);
  error->bytes_missing = block.used + client->desc_.window_size;
  if (error->bytes_missing < block.used) error->bytes_missing = SIZE_MAX;
  if (error->bytes_missing > block.size) {
    error->bytes_missing -= block.size;
    return error->code = LITELLM_ERROR_NO_MEMORY;
  }
  memset(block.memory, 0, block.used);
  client->peer_.host = name;
  client->window_ = name + host_len + 1;
  litellm__use_url(client, false);
  litellm_arena_init(&client->arena, block.memory + error->bytes_missing,
                     block.size - error->bytes_missing);
  error->bytes_missing = 0;
  client->link_ = link;
  link->desc = &client->desc_;
  if (desc->port->init)
    error->code = (desc->port->init)(client->link_, &client->peer_);
  if (error->code == LITELLM_OK) {
    client->state_ = LITELLM__CLIENT_IDLE;
    client->result_ = LITELLM_END;
  } else {
    litellm__port_failed(client);
    client->link_ = NULL;
    error->subject = error->code == LITELLM_ERROR_ARGUMENT
        ? LITELLM__TEXT("tls") : LITELLM__TEXT("ca");
  }
  return error->code;
}

LITELLM__DEF litellm_result litellm_client_sleep(litellm_client *client) {
  if (client->state_ == LITELLM__CLIENT_BUSY || client->calling_)
    return LITELLM_ERROR_BUSY;
  litellm__disconnect(client);
  return LITELLM_OK;
}

LITELLM__DEF void litellm_client_close(litellm_client *client) {
  litellm_cancel(client);
  litellm__disconnect(client);
  if (client->state_ == LITELLM__CLIENT_IDLE && client->desc_.port->free)
    (client->desc_.port->free)(client->link_);
  client->state_ = LITELLM__CLIENT_CLOSED;
  client->arena.size = client->arena.used = 0;
  client->desc_.window_size = 0;
  client->link_ = NULL;
  client->desc_.memory = client->window_ = NULL;
}

LITELLM__DEF void litellm_client_retain_response(litellm_client *client) {
  if (client->state_ != LITELLM__CLIENT_BUSY)
    client->retained_ = client->arena.used;
}

LITELLM__DEF void litellm_client_release_responses(litellm_client *client) {
  client->retained_ = 0;
}

LITELLM__DEF const char *litellm_client_error(litellm_client *client) {
  char *line = client->window_ ? client->window_
                               : (char *)client->desc_.memory;
  size_t size = client->window_ ? client->desc_.window_size
                                : client->desc_.memory_size;
  if (client->state_ == LITELLM__CLIENT_BUSY || !line || size < 64)
    return litellm_result_text(client->error.code);
  litellm_error_print(&client->error, line, size);
  return line;
}

/* ==== >>reuse (implementation) ============================================ */

/* A connection serves the next request if the framing says without doubt where
   the last reply ended, and if nothing came since. What is left of a stream
   behind its last event may still come: it is read before the reuse. */
enum {
  LITELLM__TAIL_MS = 100,    /* waits for that, at most */
  LITELLM__STALE_MS = 1000   /* a connection that ends within this time after
                                the request was closed before it came; later, a
                                model may have been at work */
};

static bool litellm__reuses(const litellm_client *s) {
  return LITELLM_REUSE && s->desc_.reuse_within_ms != LITELLM_NO_REUSE;
}

/* Wipes the window: the key was there. No optimiser may leave this out. */
static LITELLM__NOINLINE void litellm__wipe_window(litellm_client *s) {
  volatile char *at = s->window_;
  for (size_t left = s->desc_.window_size; left > 0; left--) *at++ = 0;
}

/* Skips what the window has of the body. LITELLM_AGAIN: there is more to come,
   perhaps of a line; LITELLM_END: that was all; an error: more than the body
   came. */
static LITELLM__NOINLINE litellm_result litellm__skip_body(litellm_client *s) {
  litellm_result result = LITELLM_OK;
  while (result == LITELLM_OK) result = litellm__http_body(s);
  s->body_in_.len = 0;
  return s->in_len_ && result == LITELLM_END ? LITELLM_ERROR_HTTP : result;
}

/* Whether the connection may serve another request. Not if a document is longer
   than its body: its rest may come in front of the next reply. */
static bool litellm__can_reuse(litellm_client *s) {
  if (!litellm__reuses(s) || s->phase_ != LITELLM_PHASE_BODY ||
      s->offset_ < s->total_ || s->error.code == LITELLM_ERROR_TRUNCATED)
    return false;
  litellm_result result = litellm__skip_body(s);
  return !(s->http_.flags & LITELLM__FRAMING_CLOSE) &&
         (result == LITELLM_END || (result == LITELLM_AGAIN && !s->in_len_ &&
                                    s->step_ >= LITELLM__STEP_CALLS));
}

/* Ends the use of the connection by a turn; keeps it, if that is safe. */
static LITELLM__NOINLINE void litellm__end_turn(litellm_client *s) {
  if (s->use_ < LITELLM__LINK_NEW) return;
  bool keep = litellm__can_reuse(s);
  litellm__wipe_window(s);
  s->idle_since_ = litellm__now(s);
  s->stats.total_ms += s->idle_since_ - s->started_;
  if (keep) s->use_ = LITELLM__LINK_IDLE;
  else litellm__disconnect(s);
}

/* Before a request: reads the rest of the last reply from the idle connection.
   Drops it if it has ended, is too old or has anything else to say. */
static LITELLM__NOINLINE litellm_result litellm__probe(litellm_client *s) {
  litellm_link *link = s->link_;
  uint32_t idle = litellm__now(s) - s->idle_since_;
  if (s->use_ != LITELLM__LINK_IDLE) return LITELLM_OK;
  for (; idle < s->desc_.reuse_within_ms && s->reads_; s->reads_--) {
    size_t received = 0;
    link->wait = LITELLM_WAIT_READ;
    if (s->in_len_) memmove(s->window_, s->in_, s->in_len_);
    litellm_result result = (s->desc_.port->recv)(
        link, s->window_ + s->in_len_, s->desc_.window_size - s->in_len_,
        &received);
    if (result != LITELLM_OK && result != LITELLM_AGAIN) break;
    s->in_ = s->window_;
    s->in_len_ += received;
    litellm_result rest = litellm__skip_body(s);
    if (rest < LITELLM_OK) break;
    if (result == LITELLM_OK || !link->wait) continue;
    if (rest == LITELLM_END) return LITELLM_OK;        /* open and silent */
    if (idle >= LITELLM__TAIL_MS) break;
    link->wait_ms = LITELLM__TAIL_MS - idle;
    return LITELLM_AGAIN;
  }
  litellm__disconnect(s);
  return LITELLM_OK;
}

/* Whether there is a connection on which the same key was sent, or none. */
static bool litellm__may_reuse(litellm_client *s) {
  uint32_t hash = 2166136261u;               /* FNV-1a */
  for (size_t i = 0; i < s->key_.len; i++)
    hash = (hash ^ (unsigned char)s->key_.ptr[i]) * 16777619u;
  bool same = s->use_ && (s->key_hash_ == hash || !s->key_hash_);
  s->key_hash_ = hash;
  if (!same) litellm__disconnect(s);
  return same;
}

/* Whether the request goes out anew, as its connection was closed before it
   came. */
static bool litellm__is_stale(const litellm_client *s, litellm_result result) {
  return LITELLM_REUSE && s->use_ == LITELLM__LINK_REUSED &&
         !s->http_.status && !s->in_len_ &&
         (s->phase_ == LITELLM_PHASE_SEND ||
          s->phase_ == LITELLM_PHASE_FIRST_BYTE) &&
         (result == LITELLM_ERROR_CONNECTION_CLOSED ||
          result == LITELLM_ERROR_NETWORK) &&
         litellm__now(s) - s->since_ <= LITELLM__STALE_MS;
}

/* ==== >>bodies (implementation) =========================================== */

static void litellm__begin_callback(litellm_client *s);
static litellm_result litellm__end_callback(litellm_client *s,
                                            litellm_result result);

/* The prompt of a transfer's request. */
static const char litellm__transfer_mark[] = "transfer";

/* The transfer under way, NULL: it is a call. */
static LITELLM__NOINLINE litellm__transfer *litellm__transfer_of(
    const litellm_client *s) {
  return LITELLM_EXTRAS && s->request_.call.prompt == litellm__transfer_mark
      ? (litellm__transfer *)(uintptr_t)s->request_.arguments : NULL;
}

/* Whether a transfer cannot be sent again. */
static bool litellm__is_spent(const litellm_client *s) {
  const litellm__transfer *t = litellm__transfer_of(s);
  return t && t->spent;
}

/* Whether what comes is a transfer's, and not an error. */
static bool litellm__is_received(const litellm_client *s) {
  return litellm__transfer_of(s) && s->http_.status < 400;
}

static bool litellm__is_chunked(const litellm__transfer *t) {
  return t->its.pull_size == UINT32_MAX;
}

enum {
  LITELLM__CHUNK_HEAD = 10,  /* eight hexadecimal digits, CRLF */
  LITELLM__CHUNK_FRAME = LITELLM__CHUNK_HEAD + 2
};

/* The longest wait before a callback that said AGAIN is called again. */
enum { LITELLM__PULL_MS = 10 };

static LITELLM__NOINLINE void litellm__chunk_head(char *out, uint32_t size) {
  out[8] = '\r';
  out[9] = '\n';
  for (unsigned i = 8; i-- > 0; size >>= 4)
    out[i] = "0123456789abcdef"[size & 15];
}

/* Appends what is rendered of the body. Once its size is known and that of the
   rest is not, it is the first chunk. */
static LITELLM__NOINLINE void litellm__put_body(litellm__writer *w,
                                                const litellm_client *s) {
  const litellm__transfer *t = litellm__transfer_of(s);
  bool chunked = litellm__is_chunked(t) && t->before;
  char head[LITELLM__CHUNK_HEAD];
  litellm__value value;
  if (chunked) {
    litellm__chunk_head(head, t->before - LITELLM__CHUNK_FRAME);
    litellm__put_bytes(w, head, sizeof head);
  }
  w->bare = true;
  if (t->its.put_) {
    t->its.put_(w, s);
  } else if (t->its.body_type) {
    value.at = t->its.body;
    value.type = t->its.body_type;
    value.kind = LITELLM_KIND_MODEL;
    litellm__put_value(w, &value, -1);
  } else {
    litellm__put_bytes(w, (const char *)t->its.body, t->its.body_size);
  }
  if (chunked) litellm__put_literal(w, "\r\n");
}

/* Between the parts of a form. Its first byte does not come again in it. */
#define LITELLM__BOUNDARY "7d1c0a5e93b2f846"

/* Whether bytes hold the boundary, which would end their part: whoever chose
   them could add others. *matched: how much of it the bytes before end with. */
static LITELLM__NOINLINE bool litellm__ends_part(uint8_t *matched,
                                                 const char *bytes,
                                                 size_t len) {
  static const char boundary[] = LITELLM__BOUNDARY;
  for (; len && boundary[*matched]; bytes++, len--) {
    if (*bytes != boundary[*matched]) *matched = 0;
    if (*bytes == boundary[*matched]) ++*matched;
  }
  return !boundary[*matched];
}

/* Fills the window with the next bytes of a body that is pulled, and at last
   with what goes behind them. They cannot be had again after an interim reply
   was read over them. */
static LITELLM__NOINLINE litellm_result litellm__fill_pulled(
    litellm_client *s, litellm__transfer *t) {
  size_t frame = litellm__is_chunked(t) ? LITELLM__CHUNK_FRAME : 0, got = 0;
  size_t size = s->desc_.window_size - frame;
  char *out = s->window_ + (frame ? LITELLM__CHUNK_HEAD : 0);
  uint32_t left = t->its.pull_size - t->at;
  if (s->pending_ != s->sent_) return LITELLM_ERROR_REQUEST_CHANGED;
  s->http_.status = 0;
  s->link_->wait_ms = LITELLM__PULL_MS;
  if (size > left) size = (size_t)left;
  if (left) {
    t->spent = true;
    litellm__begin_callback(s);
    litellm_result result = litellm__end_callback(
        s, t->its.pull(t->its.source, out, size, &got));
    if (result == LITELLM_END) {
      if (!frame) return LITELLM_ERROR_REQUEST_CHANGED;
      got = 0;
      left = 0;
      t->at = UINT32_MAX;
    } else {
      if (result != LITELLM_OK) return result;
      if (!got) return LITELLM_AGAIN;
      t->at += (uint32_t)got;
      if (*t->its.behind_ && litellm__ends_part(&t->matched, out, got))
        return LITELLM__BLAME(&s->error, LITELLM_ERROR_ARGUMENT, "pull");
    }
  }
  if (!left) {
    got = strlen(t->its.behind_);
    memcpy(out, t->its.behind_, got);
    t->its.behind_ = "";
  }
  s->link_->wait_ms = 0;
  s->pending_ = got + frame;
  s->sent_ = 0;
  if (!frame) return LITELLM_OK;
  litellm__chunk_head(s->window_, (uint32_t)got);
  memcpy(out + got, "\r\n", 2);
  uint32_t end = s->offset_ + (uint32_t)s->pending_, rest = s->total_ - end;
  if (rest > s->total_) return LITELLM_ERROR_TOO_LARGE;
  if (!got) {                                /* the last chunk */
    s->body_ -= rest;
    s->total_ = end;
  }
  return LITELLM_OK;
}

/* ==== >>request head (implementation) ===================================== */

static LITELLM__NOINLINE void litellm__put_header(
    litellm__writer *w, const char *name, const char *colon,
    const char *value, size_t len) {
  litellm__put_literal(w, "\r\n");
  litellm__put_literal(w, name);
  litellm__put_literal(w, colon);
  litellm__put_bytes(w, value, len);
}

/* Sent as 0: if the gateway retried too, attempts would multiply. */
static const char litellm__num_retries[] = "x-litellm-num-retries";

#define LITELLM__AGENT                                                        \
  "\r\nUser-Agent: litellm_call/" LITELLM_VERSION "\r\nContent-Type: "
#define LITELLM__IDENTITY "\r\nAccept-Encoding: identity\r\n"

/* Appends the head of the request. */
static void litellm__put_head(litellm__writer *w, const litellm_client *s) {
  static const char endpoint[] = "/v1/chat/completions";
  const char *name = s->desc_.api_key_header;
  const litellm_name_value *pair = s->desc_.headers;
  bool retries = LITELLM_RETRIES && s->request_.call.max_retries;
  unsigned list = 0;
  const litellm__transfer *t = LITELLM_EXTRAS ? litellm__transfer_of(s) : NULL;
  const char *path = t ? t->its.path : endpoint;
  if (!LITELLM_EXTRAS) {
    litellm__put_literal(w, "POST ");
    litellm__put_bytes(w, s->path_, s->path_len_);
    litellm__put_literal(w, endpoint + (s->has_path_ ? 3 : 0));
  } else {                                   /* "/health" is beside "/v1" */
    size_t len = s->path_len_;
    if (litellm__starts_nocase(path, strlen(path), "/v1/"))
      path += s->has_path_ ? 3 : 0;
    else if (len >= 3 && !memcmp(s->path_ + len - 3, "/v1", 3))
      len -= 3;
    litellm__put_literal(w, s->body_ ? "POST " : "GET ");
    litellm__put_bytes(w, s->path_, len);
    litellm__put_literal(w, path);
  }
  litellm__put_literal(w, s->query_);
  litellm__put_literal(w, " HTTP/1.1\r\nHost: ");
  litellm__put_bytes(w, litellm__authority(s),
                     (size_t)(s->path_ - litellm__authority(s)));
  if (!LITELLM_EXTRAS) {
    litellm__put_literal(w, LITELLM__AGENT "application/json"
                            LITELLM__IDENTITY);
  } else {
    litellm__put_literal(w, LITELLM__AGENT);
    litellm__put_literal(w, t ? t->its.content_type : "application/json");
    litellm__put_literal(w, LITELLM__IDENTITY);
  }
  if (!litellm__reuses(s)) litellm__put_literal(w, "Connection: close\r\n");
  if (LITELLM_EXTRAS && t && litellm__is_chunked(t)) {
    litellm__put_literal(w, "Transfer-Encoding: chunked");
  } else {
    litellm__put_literal(w, "Content-Length: ");
    litellm__put_integer(w, s->body_);
  }
  if (s->key_.ptr)
    litellm__put_header(w, name ? name : "Authorization",
                        name ? ": " : ": Bearer ", s->key_.ptr, s->key_.len);
  for (; list < 2; list++, pair = s->request_.call.headers)
    for (; pair && pair->name; pair++) {
      litellm__put_header(w, pair->name, ": ", pair->value,
                          strlen(pair->value));
      if (LITELLM_RETRIES && litellm__equal_nocase(
              pair->name, strlen(pair->name), litellm__num_retries))
        retries = false;
    }
  if (retries) litellm__put_header(w, litellm__num_retries, ": ", "0", 1);
  litellm__put_literal(w, "\r\n\r\n");
}

/* ==== >>connection (implementation) ====================================== */

/* While a call is under way the kept texts end where the arena does, so nobody
   else may allocate there: outside of the library the arena is full. The struct
   that is being decoded gets its string pointers renewed. */
static LITELLM__NOINLINE void litellm__lock_arena(litellm_client *s) {
  if (s->state_ != LITELLM__CLIENT_BUSY) return;
  s->arena.size = s->arena.used;
  if (LITELLM_MODELS) litellm__decode_texts(s);
}

static LITELLM__NOINLINE void litellm__unlock_arena(litellm_client *s) {
  s->arena.size = s->desc_.memory_size - (size_t)(s->arena.memory -
                                      (unsigned char *)s->desc_.memory);
}

/* Before a callback of the program's. It may cancel the call, close the client
   or try to use it. */
static LITELLM__NOINLINE void litellm__begin_callback(litellm_client *s) {
  s->calling_++;
  litellm__lock_arena(s);
}

/* After it: its result, or ERROR_CANCELLED if the call is over, and perhaps the
   memory gone. */
static LITELLM__NOINLINE litellm_result litellm__end_callback(
    litellm_client *s, litellm_result result) {
  if (!s->calling_) return LITELLM_ERROR_CANCELLED;  /* the client is new */
  s->calling_--;
  if (s->state_ != LITELLM__CLIENT_BUSY) return LITELLM_ERROR_CANCELLED;
  litellm__unlock_arena(s);
  return result;
}

static LITELLM__NOINLINE void litellm__hook(litellm_client *s,
                                            unsigned moment, int32_t value) {
  const litellm_client_desc *desc = &s->desc_;
  if (!LITELLM_HOOKS || !desc->hook) return;
  litellm__begin_callback(s);
  desc->hook((litellm_hook_point)moment, value, desc->user_data);
  litellm__end_callback(s, LITELLM_OK);
}

/* The link for a port's function of which AGAIN means to wait for this. The
   functions are called in parentheses: lwIP has macros of their names. */
static litellm_link *litellm__link(const litellm_client *client,
                                   unsigned wait) {
  client->link_->wait = (uint8_t)wait;
  return client->link_;
}

/* A limit of the call or, if it has none, of the client. */
static LITELLM__NOINLINE uint32_t litellm__limit(const litellm_client *s,
                                                 size_t member) {
  const char *own = (const char *)s->request_.call.timeouts;
  const char *usual = (const char *)&s->desc_ +
                      offsetof(litellm_client_desc, connect_timeout_ms);
  uint32_t ms = 0;
  if (own) memcpy(&ms, own + member, sizeof ms);
  if (!ms) memcpy(&ms, usual + member, sizeof ms);
  return ms;
}
#define LITELLM__LIMIT(s, name)                                               \
  litellm__limit(s, offsetof(litellm_timeouts, name##_ms))

/* Milliseconds until the next deadline, 0 if one has passed; the only place
   where times are compared. The deadline of a phase counts only while `waiting`
   for the server. */
static uint32_t litellm__time_left(const litellm_client *s, bool waiting) {
  uint32_t now = litellm__now(s), spent = waiting ? now - s->since_ : 0;
  uint32_t total = LITELLM__LIMIT(s, total), limit, shake;
  if (LITELLM_RETRIES && s->phase_ == LITELLM_PHASE_RETRY)
    limit = s->error.retry_after_ms;
  else if (s->phase_ > LITELLM_PHASE_FIRST_BYTE ||
           s->phase_ == LITELLM_PHASE_SEND)
    limit = LITELLM__LIMIT(s, idle);
  else if (s->phase_ == LITELLM_PHASE_FIRST_BYTE)
    limit = LITELLM__LIMIT(s, first_byte);
  else
    limit = LITELLM__LIMIT(s, connect);
  if (s->phase_ == LITELLM_PHASE_HANDSHAKE) {
    shake = LITELLM__LIMIT(s, handshake);
    if (shake) limit = litellm__min(limit, s->stats.connect_ms + shake);
  }
  now -= s->started_;
  if (spent >= limit || now >= total) return 0;
  return litellm__min(limit - spent, total - now);
}

/* Names the limit that has expired. */
static litellm_result litellm__timed_out(litellm_client *s) {
  if (!LITELLM_ERROR_TEXTS) return LITELLM_ERROR_TIMEOUT;
  bool total = litellm__now(s) - s->started_ >= LITELLM__LIMIT(s, total);
  return LITELLM__BLAME(
      &s->error, LITELLM_ERROR_TIMEOUT,
      total ? "total_timeout_ms"
      : s->phase_ == LITELLM_PHASE_FIRST_BYTE ? "first_byte_timeout_ms"
      : s->phase_ >= LITELLM_PHASE_SEND ? "idle_timeout_ms"
      : s->phase_ == LITELLM_PHASE_HANDSHAKE && LITELLM__LIMIT(s, handshake) &&
            litellm__now(s) - s->since_ < LITELLM__LIMIT(s, connect)
        ? "handshake_timeout_ms" : "connect_timeout_ms");
}

/* Fills the window with the next part of the request. Or once more with what it
   had to send when an interim reply was read into it: a port that has said
   AGAIN wants the same bytes. */
static LITELLM__NOINLINE litellm_result litellm__fill(litellm_client *s) {
  litellm__writer w;
  litellm__transfer *t = LITELLM_EXTRAS ? litellm__transfer_of(s) : NULL;
  size_t size = s->pending_ - s->sent_;
  uint32_t rendered = 0;     /* the rest of a transfer's request is pulled */
  if (LITELLM_EXTRAS && t) {
    rendered = s->total_ - s->body_ + t->before;
    if (s->offset_ >= rendered) return litellm__fill_pulled(s, t);
  }
  if (!size) size = s->desc_.window_size;
  if (s->http_.status) memset(&s->resume_, 0, sizeof s->resume_);
  s->http_.status = 0;
  memset(&w, 0, sizeof w);
  w.out = s->window_;
  w.from = s->offset_;
  w.to = LITELLM_EXTRAS && t ? rendered : s->total_;
  if (w.to - w.from > size) w.to = w.from + (uint32_t)size;
  w.resume = &s->resume_;
  w.current = s->resume_;
  w.current.text_index = 0;
  w.current.list = 0;
  w.seeking = s->resume_.text_index > 0;
  w.at = w.current.at;
  if (!w.current.stage) litellm__put_head(&w, s);
  if (LITELLM_EXTRAS && t) {
    litellm__put_body(&w, s);
  } else {
    if (w.current.stage < LITELLM__STAGE_TEMPLATE)
      litellm__put_preamble(&w, &s->request_);
    litellm__put_messages(&w, &s->request_);
  }
  if (w.result != LITELLM_OK) return litellm__writer_result(&w, &s->error);
  if (w.at < w.to || (w.to == s->total_ && w.at != w.to))
    return LITELLM_ERROR_REQUEST_CHANGED;
  s->pending_ = (size_t)(w.to - w.from);
  s->sent_ = 0;
  return LITELLM_OK;
}

/* Begins to connect. */
static litellm_result litellm__open(litellm_client *s, unsigned use) {
  litellm_link *link = s->link_;
  memset(link, 0, sizeof *link);
  link->desc = &s->desc_;
  link->resolving = true;
  s->use_ = (uint8_t)use;
  s->stats.connect_ms = s->stats.handshake_ms = 0;
  return litellm__set_phase(s, LITELLM_PHASE_RESOLVE);
}

/* Prepares a request: gets the key, computes the total length, and chooses the
   connection. */
static LITELLM__NOINLINE litellm_result litellm__prepare(litellm_client *s) {
  const litellm_client_desc *desc = &s->desc_;
  litellm__writer w;
  if (LITELLM_REUSE && litellm__probe(s) != LITELLM_OK) return LITELLM_AGAIN;
  litellm__begin_callback(s);
  s->key_ = desc->api_key_callback ? desc->api_key_callback(desc->user_data)
                                   : litellm_str_from(desc->api_key);
  if (litellm__end_callback(s, LITELLM_OK) != LITELLM_OK)
    return LITELLM_ERROR_CANCELLED;
  if (!litellm__is_header_value(s->key_.ptr, s->key_.len))
    return LITELLM__BLAME(&s->error, LITELLM_ERROR_HEADER, "api_key");
  memset(&w, 0, sizeof w);
  w.to = UINT32_MAX;
  litellm__put_head(&w, s);
  if (w.at > UINT32_MAX - s->body_) return LITELLM_ERROR_TOO_LARGE;
  s->total_ = w.at + s->body_;
  memset(&s->http_, 0, sizeof s->http_);
  s->in_len_ = 0;
  if (!LITELLM_REUSE || !litellm__may_reuse(s))
    return litellm__open(s, LITELLM__LINK_NEW);
  if (s->use_ == LITELLM__LINK_WARMING) {
    s->use_ = LITELLM__LINK_NEW;
    return litellm__set_phase(s, LITELLM_PHASE_RESOLVE);
  }
  litellm__open(s, LITELLM__LINK_REUSED);
  return litellm__set_phase(s, LITELLM_PHASE_SEND);
}

static litellm_result litellm__connect(litellm_client *s) {
  litellm_link *link = litellm__link(s, LITELLM_WAIT_WRITE);
  link->wait_ms = 0;
  litellm_result result = (s->desc_.port->connect)(link, &s->peer_,
                                    litellm__time_left(s, true) | 1);
  uint32_t spent = litellm__now(s) - s->since_;
  if (!link->resolving && s->phase_ != LITELLM_PHASE_HANDSHAKE) {
    s->phase_ = link->securing ? LITELLM_PHASE_HANDSHAKE
                               : LITELLM_PHASE_CONNECT;
    s->stats.connect_ms = spent;
  }
  if (result != LITELLM_OK) return result;
  s->stats.handshake_ms = spent - s->stats.connect_ms;
  return litellm__set_phase(s, LITELLM_PHASE_SEND);
}

/* Receives into the window, after the bytes not read yet. */
static litellm_result litellm__receive(litellm_client *s) {
  size_t received = 0;
  if (s->in_len_) memmove(s->window_, s->in_, s->in_len_);
  s->in_ = s->window_;
  s->reads_--;               /* a step receives at most once */
  litellm_result result = (s->desc_.port->recv)(
      litellm__link(s, LITELLM_WAIT_READ), s->in_ + s->in_len_,
      s->desc_.window_size - s->in_len_, &received);
  if (result != LITELLM_OK) return result;
  s->in_len_ += received;
  s->stats.bytes_received += (uint32_t)received;
  if (s->phase_ <= LITELLM_PHASE_FIRST_BYTE) {
    s->stats.first_byte_ms = litellm__now(s) - s->started_;
    s->phase_ = LITELLM_PHASE_HEAD;
    litellm__hook(s, LITELLM_HOOK_FIRST_BYTE,
                  (int32_t)s->stats.first_byte_ms);
  }
  return litellm__set_phase(s, (litellm_phase)s->phase_);
}

/* Sends the next part of the request. The first byte of an early reply ends the
   sending, until the reply turns out to be an interim one. If sending fails, a
   reply that came before is still read. */
static litellm_result litellm__send_step(litellm_client *s) {
  size_t sent = 0;
  litellm_result result;
  if (s->offset_ == s->total_) {
    litellm__hook(s, LITELLM_HOOK_SENT, (int32_t)s->total_);
    return litellm__set_phase(s, LITELLM_PHASE_FIRST_BYTE);
  }
  result = litellm__receive(s);
  if (result != LITELLM_AGAIN)
    return result == LITELLM_END ? LITELLM_ERROR_CONNECTION_CLOSED : result;
  if (s->sent_ == s->pending_ || s->http_.status) {
    result = litellm__fill(s);
    if (result != LITELLM_OK) return result;
  }
  litellm_link *link = litellm__link(s, LITELLM_WAIT_WRITE);
  result = (s->desc_.port->send)(link, s->window_ + s->sent_,
                                 s->pending_ - s->sent_, &sent);
  if (link->wait) link->wait |= LITELLM_WAIT_READ;
  if (result == LITELLM_OK) {
    s->sent_ += sent;
    s->offset_ += (uint32_t)sent;
    s->stats.bytes_sent += (uint32_t)sent;
    if (s->sent_ == s->pending_ &&           /* the head was in it */
        s->offset_ - s->pending_ < s->total_ - s->body_)
      litellm__wipe_window(s);
    return litellm__set_phase(s, LITELLM_PHASE_SEND);
  }
  if (result == LITELLM_END || result == LITELLM_ERROR_CONNECTION_CLOSED ||
      result == LITELLM_ERROR_NETWORK)
    return litellm__set_phase(s, LITELLM_PHASE_FIRST_BYTE);
  return result;
}

/* ==== >>reply (implementation) =========================================== */

/* Tells by its first byte what the body is, as labels lie. Blanks and a byte
   order mark come before it. */
static LITELLM__NOINLINE void litellm__sniff(litellm_client *s) {
  litellm_input *in = &s->body_in_;
  for (; in->len && !s->http_.type; in->ptr++, in->len--, s->json_.offset++) {
    char c = *in->ptr;
    if (litellm__is_space(c) || litellm__one_of(c, "\xEF\xBB\xBF")) continue;
    s->http_.type = c == '{' || c == '[' ? LITELLM__BODY_JSON
        : LITELLM_STREAMS && litellm__one_of(c, ":deir") ? LITELLM__BODY_SSE
        : LITELLM__BODY_OTHER;
    break;
  }
}

enum { LITELLM__EXCERPT = 80 };        /* bytes shown of one without choices */

/* Gets more of the body into body_in_, or into the window first; LITELLM_END:
   there is no more. */
static LITELLM__NOINLINE litellm_result litellm__pull(litellm_client *s) {
  litellm_result result = litellm__http_body(s);
  if (result == LITELLM_AGAIN) {
    if (s->phase_ == LITELLM_PHASE_SEND) return LITELLM_OK;
    result = litellm__receive(s);
    return result == LITELLM_OK || result == LITELLM_AGAIN
        ? result : litellm__http_closed(s, result);
  }
  if (result != LITELLM_OK) return result;
  if (LITELLM_EXTRAS && litellm__is_received(s)) return result;
  litellm__sniff(s);
  size_t len = s->body_in_.len;
  if (s->http_.type == LITELLM__BODY_JSON && s->http_.status < 400) {
    /* where the piece begins in the body */
    uint32_t begin = s->error.received - (uint32_t)len;
    size_t most = (size_t)(LITELLM__EXCERPT -
                           litellm__min(begin, LITELLM__EXCERPT));
    if (len > most) len = most;
  }
  if (s->http_.type != LITELLM__BODY_SSE)
    litellm__keep_raw(s, s->body_in_.ptr, len);
  return result;
}

/* Makes one step towards more payload in data_, which the tokenizer reads.
   LITELLM_END: there is no more. */
static litellm_result litellm__payload(litellm_client *s) {
  if (!s->body_in_.len) {
    litellm_result result = litellm__pull(s);
    if (result != LITELLM_OK || !s->body_in_.len) return result;
  }
  if (LITELLM_STREAMS && litellm__is_sse(s)) {
    const char *from = s->body_in_.ptr;
    litellm_result result = litellm__sse(s);
    if (s->http_.status >= 400)              /* nothing behind the last event */
      litellm__keep_raw(s, from, (size_t)(s->body_in_.ptr - from));
    if (result == LITELLM_OK)
      s->payload_ = LITELLM__PAYLOAD_BEGUN;
    else if (result == LITELLM_END && s->payload_ == LITELLM__PAYLOAD_BEGUN)
      s->payload_ = LITELLM__PAYLOAD_ENDED;
    return LITELLM_OK;
  }
  s->payload_ = LITELLM__PAYLOAD_BEGUN;
  s->data_ = s->body_in_;
  s->body_in_.len = 0;
  return LITELLM_OK;
}

/* Decides the result of a complete reply. */
static litellm_result litellm__reply_result(litellm_client *s) {
  bool sse = litellm__is_sse(s);
  if (s->http_.status >= 400 || s->flags_ & LITELLM__REPLY_ERROR)
    return litellm__api_error(s);
  if (s->missing_) return LITELLM_ERROR_NO_MEMORY;
  if (LITELLM_TOOLS && s->flags_ & LITELLM__REPLY_TOO_MANY)
    return LITELLM_ERROR_TOO_MANY_CALLS;
  if (!(s->flags_ & LITELLM__REPLY_CHOICE)) {
    if (s->json_.depth_ && !(s->flags_ & LITELLM__REPLY_DONE))
      return LITELLM_ERROR_TRUNCATED;
    if (!s->http_.type || (s->http_.type != LITELLM__BODY_OTHER &&
                           (sse || s->flags_ & LITELLM__REPLY_CHOICES)))
      return LITELLM_ERROR_EMPTY_REPLY;
    if (s->http_.raw == LITELLM__RAW_BEATEN) return litellm__api_error(s);
    s->error.message = litellm__kept(s, LITELLM__KEPT_RAW, NULL);
    return LITELLM_ERROR_UNEXPECTED_REPLY;
  }
  if (sse && !(s->flags_ & LITELLM__REPLY_DONE) &&
      !litellm__kept(s, LITELLM__KEPT_FINISH, NULL))
    return LITELLM_ERROR_TRUNCATED;
  /* Some gateways turn an upstream error into an empty stream. */
  if (sse && !(s->flags_ & (LITELLM__REPLY_TEXT | LITELLM__REPLY_USAGE)) &&
      !s->calls_ &&
      !litellm__kept_is(s, LITELLM__KEPT_FINISH, "content_filter"))
    return LITELLM_ERROR_EMPTY_REPLY;
  /* Beside tool_calls a function_call, whose index is -2, is dropped. */
  litellm__record record;
  for (size_t at = s->records_; LITELLM_TOOLS && LITELLM_COMPAT &&
       s->calls_ > 1 && litellm__record_at(s, at, &record);
       at = litellm__record_end(at, &record))
    if (record.tag >> 8 && record.index == -2) {
      litellm__forget_call(s, record.tag >> 8);
      break;
    }
  s->step_ = LITELLM__STEP_CALLS;
  litellm__end_turn(s);
  return LITELLM_OK;
}

/* The events after a complete reply: tool calls, finish reason, usage. */
static litellm_result litellm__final_event(litellm_client *s,
                                           litellm_event *event) {
  if (LITELLM_COMPAT && s->step_ == LITELLM__STEP_CALLS && !s->shown_) {
    litellm__chat_content(s, true, event);
    if (event->kind != LITELLM_EVENT_NONE) return LITELLM_OK;
  }
  while (LITELLM_TOOLS && s->shown_ < s->calls_)
    if (litellm__tool_call(s, ++s->shown_, &s->call_)) {
      event->kind = LITELLM_EVENT_TOOL_CALL;
      event->tool_call = &s->call_;
      return LITELLM_OK;
    }
  if (s->step_ == LITELLM__STEP_CALLS) {
    s->step_ = LITELLM__STEP_USAGE;
    event->text.ptr = litellm__kept(s, LITELLM__KEPT_FINISH,
                                    &event->text.len);
    if (event->text.ptr) {
      event->kind = LITELLM_EVENT_FINISH;
      return LITELLM_OK;
    }
  }
  if (s->step_ == LITELLM__STEP_END || !(s->flags_ & LITELLM__REPLY_USAGE))
    return LITELLM_END;
  s->step_ = LITELLM__STEP_END;
  event->kind = LITELLM_EVENT_USAGE;
  event->usage = &s->usage_;
  return LITELLM_OK;
}

enum {                       /* litellm_client.text_: 1 + bytes of "[done]" */
  LITELLM__TEXT_BEGUN = 1, LITELLM__TEXT_DONE = 7, LITELLM__TEXT_OTHER = 8
};

/* Begins to read an event as text, of which `text` came already. The next byte
   is compared with "[done]" from offset `n` on. */
static void litellm__begin_text(litellm_client *s, const char *text, size_t n) {
  s->text_ = (uint8_t)(LITELLM__TEXT_BEGUN + n);
  if (s->http_.status >= 400) return;        /* all bytes are kept already */
  litellm__kept_drop(s, LITELLM__KEPT_RAW);
  s->http_.raw = LITELLM__RAW_NOTHING;
  litellm__keep_raw(s, text, strlen(text));
}

/* Whether the event at hand is a text like [DONE], not a JSON object or
   list. */
static bool litellm__is_event_text(litellm_client *s) {
  litellm_input *data = &s->data_;
  if (s->json_.state_ | s->json_.depth_ | s->text_) return s->text_ > 0;
  for (; data->len; data->ptr++, data->len--, s->json_.offset++) {
    char c = litellm__lower(*data->ptr);
    if (litellm__is_space(c)) continue;
    if (c != '{' && c != '[') litellm__begin_text(s, "", c == 'd');
    break;
  }
  return s->text_ > 0;
}

/* Reads an event that is a text. Of a single word, as a heartbeat sends, only
   "[DONE]" means something; more words are an error's message. */
static litellm_result litellm__event_text(litellm_client *s) {
  if (s->http_.status < 400)
    litellm__keep_raw(s, s->data_.ptr, s->data_.len);
  for (; s->data_.len && s->text_ < LITELLM__TEXT_DONE; s->data_.len--)
    s->text_ = (uint8_t)(
        litellm__lower(*s->data_.ptr++) == "[done]"[s->text_ - 1]
            ? s->text_ + 1 : (int)LITELLM__TEXT_OTHER);
  s->data_.len = 0;
  bool ended = s->payload_ == LITELLM__PAYLOAD_ENDED;
  if (s->text_ != LITELLM__TEXT_DONE && !ended) return LITELLM_AGAIN;
  litellm_str text = litellm__kept_str(s, LITELLM__KEPT_RAW);
  if (s->text_ < LITELLM__TEXT_OTHER) {
    if (s->text_ >= LITELLM__TEXT_DONE - 1) s->flags_ |= LITELLM__REPLY_DONE;
  } else if (s->http_.status < 400 &&
             litellm__contains_nocase(text.ptr, text.len, " ")) {
    s->flags_ |= LITELLM__REPLY_ERROR;
    return LITELLM_END;
  }
  litellm__drop_excerpt(s);
  return LITELLM_END;
}

/* Reads one token. A value that is captured is kept as it came, byte by byte,
   but for the texts of its strings: they are escaped anew, well-formed. */
static litellm_result litellm__next_token(litellm_client *s, bool ended,
                                          litellm_json_token *token) {
  litellm_input *data = &s->data_, input;
  if (!LITELLM_TOOLS || !s->capturing_ || !data->len)
    return litellm_json_next(&s->json_, data, ended, token);
  bool string = s->json_.state_ >= LITELLM__JSON_STRING;
  input.ptr = data->ptr;
  input.len = string ? data->len : 1;
  litellm_result result = litellm_json_next(&s->json_, &input, false, token);
  size_t len = (size_t)(input.ptr - data->ptr);
  if (!string) litellm__keep(s, s->capturing_, data->ptr, len);
  else litellm__keep_escaped(s, s->capturing_, token->text);
  litellm__keep(s, s->capturing_, "\"", string && token->last);
  data->ptr += len;
  data->len -= len;
  return result;
}

/* Reads the reply up to the next event; LITELLM_END: a document is complete. */
static litellm_result litellm__reply_event(litellm_client *s,
                                           litellm_event *event) {
  litellm_json_token token;
  litellm_result result;
  if (s->http_.type == LITELLM__BODY_OTHER || !s->payload_)
    return LITELLM_AGAIN;
  if (LITELLM_COMPAT && s->rest_.len) {
    litellm__chat_content(s, false, event);
    return LITELLM_OK;
  }
  if (LITELLM_STREAMS && litellm__is_sse(s) && litellm__is_event_text(s))
    return litellm__event_text(s);
  bool ended = s->payload_ == LITELLM__PAYLOAD_ENDED;
  do result = litellm__next_token(s, ended, &token);
  while (result == LITELLM_OK ? !litellm__chat_token(s, &token, event)
                              : result == LITELLM_AGAIN && s->data_.len);
  return result;
}

static LITELLM__NOINLINE litellm_result litellm__body_step(
    litellm_client *s, litellm_event *event) {
  bool sse = litellm__is_sse(s);
  if (s->step_ >= LITELLM__STEP_CALLS) return litellm__final_event(s, event);
  litellm_result result = litellm__reply_event(s, event);
  if (result == LITELLM_OK) return result;
  if (result == LITELLM_AGAIN) {
    result = litellm__payload(s);
    if (result == LITELLM_OK || result == LITELLM_AGAIN ||
        s->phase_ != LITELLM_PHASE_BODY) return result;
    if (result == LITELLM_END && s->payload_ == LITELLM__PAYLOAD_BEGUN &&
        (sse ? s->text_ : s->http_.type == LITELLM__BODY_JSON)) {
      s->payload_ = LITELLM__PAYLOAD_ENDED;
      return LITELLM_OK;
    }
  } else if (LITELLM_STREAMS && sse &&
             !(s->flags_ & (LITELLM__REPLY_DONE | LITELLM__REPLY_ERROR))) {
    /* Ignore an event without a document, such as an empty one. */
    if (result == LITELLM_END ||
        !(s->data_.len | s->json_.state_ | s->json_.depth_)) {
      memset(&s->json_, 0, sizeof s->json_);
      memset(&s->reader_, 0, sizeof s->reader_);
      s->text_ = 0;
      s->payload_ = LITELLM__PAYLOAD_NONE;
      return LITELLM_OK;
    }
    if (s->json_.state_ == LITELLM__JSON_FIRST && s->json_.depth_ == 1) {
      litellm__begin_text(s, "[", 1);        /* a word, not a list */
      return LITELLM_OK;
    }
  } else if (result == LITELLM_ERROR_JSON) {
    /* What follows a whole document is read, but does not matter. */
    if (s->json_.state_ == LITELLM__JSON_AFTER && !s->json_.depth_) {
      s->data_.len = 0;
      return LITELLM_OK;
    }
    if (!s->data_.len) result = LITELLM_ERROR_TRUNCATED;
    else litellm__drop_excerpt(s);           /* its size depends on the split */
  }
  if (result < LITELLM_OK && s->http_.status >= 400 &&
      s->http_.type != LITELLM__BODY_OTHER) {
    s->http_.type = LITELLM__BODY_OTHER;     /* read the rest as raw bytes */
    if (sse) litellm__keep_raw(s, s->body_in_.ptr, s->body_in_.len);
    return LITELLM_OK;
  }
  if (result == LITELLM_END || s->http_.status >= 400 ||
      s->flags_ & LITELLM__REPLY_ERROR) return litellm__reply_result(s);
  s->error.position = s->json_.offset;
  return result;
}

/* ==== >>received bodies (implementation) ================================== */

static litellm_result litellm__decode_answer(litellm_client *s);

/* Readies a transfer for an attempt, the first or another. A body of unknown
   size is as large as one may be, until its end comes. */
static LITELLM__NOINLINE litellm_result litellm__prepare_transfer(
    litellm_client *s, litellm__transfer *t) {
  litellm__writer w;
  bool chunked = litellm__is_chunked(t);
  memset(&w, 0, sizeof w);
  w.to = UINT32_MAX;
  memset(&t->before, 0, sizeof *t - offsetof(litellm__transfer, before));
  litellm__put_body(&w, s);
  t->before = w.at + (chunked && w.at ? LITELLM__CHUNK_FRAME : 0);
  if (!chunked) {                            /* size_t may have 16 bits */
    if (t->its.pull_size >= UINT32_MAX - w.at)
      litellm__fail(&w, LITELLM_ERROR_TOO_LARGE, NULL);
    else
      w.at += t->its.pull_size;
    litellm__put_literal(&w, t->its.behind_);
  }
  litellm_result result = litellm__writer_result(&w, &s->error);
  if (result == LITELLM_OK && t->its.reply_type)
    result = litellm__decode_answer(s);
  if (result != LITELLM_OK) return result;
  s->body_ = chunked ? UINT32_MAX - UINT16_MAX : w.at;
  result = litellm__prepare(s);
  if (result == LITELLM_OK)
    litellm__hook(s, LITELLM_HOOK_START, (int32_t)w.at);
  return result;
}

/* After the last byte of the reply. */
static litellm_result litellm__received(litellm_client *s,
                                        litellm__transfer *t) {
  litellm_result result = LITELLM_END;
  if (t->its.reply_type) result = litellm__decode_end(s);
  if (t->its.read_) result = t->its.read_(s, true);
  return result == LITELLM_OK ? LITELLM_END : result;
}

/* Makes one step towards more of a reply, or gives what there is of it. */
static LITELLM__NOINLINE litellm_result litellm__receive_step(
    litellm_client *s, litellm_event *event) {
  litellm__transfer *t = litellm__transfer_of(s);
  litellm_input *in = &s->body_in_;
  litellm_result result = LITELLM_OK;
  s->link_->wait_ms = 0;
  if (!t->piece.len) {
    if (!in->len) {
      result = litellm__pull(s);
      if (result == LITELLM_OK || result == LITELLM_AGAIN) return result;
      if (s->http_.status >= 400 && s->phase_ == LITELLM_PHASE_BODY)
        return LITELLM_OK;                   /* it was an error's head */
      return result == LITELLM_END ? litellm__received(s, t) : result;
    }
    if (t->its.read_) {
      result = t->its.read_(s, false);
    } else {
      t->piece.ptr = in->ptr;
      t->piece.len = in->len;
      in->len = 0;
      if (t->its.reply_type) {
        litellm__decode(s, t->piece.ptr, t->piece.len);
        t->piece.len = 0;
      }
    }
    if (s->missing_) return LITELLM_ERROR_NO_MEMORY;
    if (!t->piece.len) return result == LITELLM_AGAIN ? LITELLM_OK : result;
  }
  if (t->its.sink) {
    t->spent = true;
    litellm__begin_callback(s);
    result = litellm__end_callback(
        s, t->its.sink(t->its.sink_data, t->piece.ptr, t->piece.len));
    if (result == LITELLM_AGAIN)
      litellm__link(s, 0)->wait_ms = LITELLM__PULL_MS;
    if (result != LITELLM_OK) return result;
  } else {
    event->kind = LITELLM_EVENT_BYTES;
    event->text = t->piece;
  }
  t->piece.len = 0;
  return LITELLM_OK;
}

/* ==== >>response (implementation) ======================================== */

/* Parses a decimal like 1.35e-05 to billionths, cut off; -1: not a number. */
static LITELLM__NOINLINE int64_t litellm__parse_nanodollars(const char *text) {
  const char *c = text;
  int digits = 9;
  int64_t value = 0;
  if (!text || !litellm__is_digit(*text)) return -1;
  for (; litellm__is_digit(*c); c++) digits++;
  while (*c && *c++ != 'e') {}
  if (c[-1] == 'e') {
    /* behind its sign, which no server leaves out */
    uint32_t exponent =
        *c && *c < '0' ? litellm__parse_uint(c + 1, strlen(c + 1)) : 99;
    if (exponent > 30) return -1;
    digits += *c == '-' ? -(int)exponent : (int)exponent;
  }
  /* Takes that many digits, padded with zeros. */
  if (digits > 18) return -1;
  for (; digits > 0; digits--) {
    if (*text == '.') text++;
    value *= 10;
    if (litellm__is_digit(*text)) value += *text++ - '0';
  }
  return value;
}

/* The cost of all turns so far; -1: unknown. */
static int64_t litellm__cost(litellm_client *s) {
  int64_t cost = litellm__parse_nanodollars(
      litellm__kept(s, LITELLM__KEPT_COST, NULL));
  return cost < 0 && s->cost_ ? s->cost_ : s->cost_ + cost;
}

/* The members that kept texts go to, in the order of their tags. */
static const uint8_t litellm__response_at[] = {
#define LITELLM__X(name) offsetof(litellm_response, name),
  LITELLM__X(content) LITELLM__X(reasoning) LITELLM__X(refusal)
  LITELLM__X(finish_reason) LITELLM__X(id) LITELLM__X(model)
  LITELLM__X(call_id) LITELLM__X(model_id) LITELLM__X(model_group)
  LITELLM__X(cost) LITELLM__X(key_spend) LITELLM__X(attempted_retries)
  LITELLM__X(attempted_fallbacks) LITELLM__X(overhead_ms)
  LITELLM__X(remaining_requests) LITELLM__X(remaining_tokens)
#undef LITELLM__X
};

/* Makes the list of tool calls, in a record of its own. */
static litellm_result litellm__response_calls(litellm_client *s,
                                              litellm_response *response) {
  litellm_error *error = &s->error;
  size_t lost = s->missing_, thoughts;
  s->missing_ = 0;
  litellm_tool_call *calls = (litellm_tool_call *)litellm__keep_struct(
      s, 0, s->calls_ * sizeof(litellm_tool_call));
  if (!calls && error->code == LITELLM_OK) {
    error->code = LITELLM_ERROR_NO_MEMORY;
    error->bytes_missing = s->missing_;
  }
  s->missing_ = lost;
  if (!calls) return LITELLM_ERROR_NO_MEMORY;
  for (unsigned call = 1; call <= s->calls_; call++) {
    litellm_tool_call *to = &calls[response->tool_call_count];
    if (litellm__tool_call(s, call, to)) response->tool_call_count++;
  }
  response->tool_calls = calls;
  response->thinking_blocks = litellm__kept(s, LITELLM__KEPT_THOUGHTS,
                                            &thoughts);
  if (s->thinking_ || !thoughts)             /* incomplete or not signed */
    response->thinking_blocks = NULL;
  response->reasoning_details = litellm__kept(s, LITELLM__KEPT_DETAILS, NULL);
  return LITELLM_OK;
}

/* Adds the usage of the reply, if it has one. */
static void litellm__add_usage(litellm_usage *sum, const litellm_client *s) {
  if (!(s->flags_ & LITELLM__REPLY_USAGE)) return;
  sum->prompt_tokens += s->usage_.prompt_tokens;
  sum->completion_tokens += s->usage_.completion_tokens;
  sum->total_tokens += s->usage_.total_tokens;
  sum->cached_tokens += s->usage_.cached_tokens;
  sum->reasoning_tokens += s->usage_.reasoning_tokens;
}

static void litellm__clear_response(litellm_response *response) {
  memset(response, 0, sizeof *response);
  response->content = "";
  response->cost_nanodollars = -1;
}

static litellm_result litellm__response(litellm_client *s,
                                        litellm_response *response) {
  litellm__clear_response(response);
  for (unsigned tag = sizeof litellm__response_at; tag-- > 0;) {
    const char *text = litellm__kept(s, tag, &response->content_size);
    if (text) memcpy((char *)response + litellm__response_at[tag], &text,
                     sizeof text);
  }
  if (LITELLM_MODELS) response->turns = s->request_.turns_;
  if (LITELLM_MODELS) response->usage = s->spent_;
  litellm__add_usage(&response->usage, s);
  response->has_usage = s->flags_ & LITELLM__REPLY_USAGE ||
                        response->usage.total_tokens ||
                        response->usage.prompt_tokens;
  response->base_url = s->url_;
  if (LITELLM_RETRIES) response->retries = s->retries_;
  if (LITELLM_RETRIES) response->fell_back = (litellm_result)s->fell_back_;
  if (LITELLM_GATEWAY_INFO)
    response->cost_nanodollars = litellm__cost(s);
  return LITELLM_TOOLS && s->calls_ ? litellm__response_calls(s, response)
                                    : LITELLM_OK;
}

/* LITELLM_OK if a call may start. A client whose init failed has a window_size
   and keeps that error; one that was never made, or is closed, has none. */
static litellm_result litellm__check_idle(litellm_client *s) {
  if (s->state_ == LITELLM__CLIENT_BUSY || s->calling_)
    return s->error.code = LITELLM_ERROR_BUSY;
  if (s->state_ == LITELLM__CLIENT_IDLE) return LITELLM_OK;
  if (!s->desc_.window_size) {
    memset(&s->error, 0, sizeof s->error);
    s->error.code = LITELLM_ERROR_NOT_OPEN;
  }
  return s->result_ = s->error.code;
}

LITELLM__DEF litellm_result litellm_client_response(
    litellm_client *client, litellm_response *response) {
  litellm__clear_response(response);
  if (litellm__check_idle(client) != LITELLM_OK) return client->error.code;
  return litellm__response(client, response);
}

/* ==== >>turns (implementation) =========================================== */

/* Readies the client for a request. An idle connection needs to know how far
   the last reply was read. */
static litellm_result litellm__reset_request(litellm_client *s) {
  litellm__http http = s->http_;
  memset(&s->phase_, 0, offsetof(litellm_client, started_) -
                        offsetof(litellm_client, phase_));
  if (LITELLM_REUSE) s->http_ = http;
  s->index_ = -1;
  litellm__records_begin(s, s->arena.used);
  return litellm__set_phase(s, LITELLM_PHASE_PREPARE);
}

/* Readies the client for a first or further turn. */
static litellm_result litellm__reset_turn(litellm_client *s) {
  litellm__reset_request(s);
  s->started_ = s->since_;
  if (LITELLM_RETRIES) s->error.retries = 0;
  return LITELLM_OK;
}

/* The struct of the response model: with an output_parser, whose output is
   another, it lies behind the decoder. */
static void *litellm__answer(const litellm_client *s) {
  return s->request_.call.output_parser
             ? (char *)s->decoder_ + litellm__align_up(sizeof *s->decoder_)
             : s->request_.output;
}

/* Copies the call's arguments into fields of kind FROM_ARGUMENT. */
static LITELLM__NOINLINE litellm_result litellm__copy_arguments(
    litellm_client *s) {
  const litellm_request *r = &s->request_;
  const litellm_field *row = r->call.response_model->fields();
  for (; row->name; row++) {
    litellm__value to, from;
    if (row->kind != LITELLM_KIND_FROM_ARGUMENT) continue;
    const litellm_field *argument = r->call.fields
        ? litellm__find_field(r->call.fields(), row->name, strlen(row->name))
        : NULL;
    if (argument && r->arguments) {
      litellm__member(&to, litellm__answer(s), row);
      litellm__member(&from, r->arguments, argument);
    }
    if (!argument || !r->arguments || to.kind != from.kind)
      return litellm__blame(&s->error, LITELLM_ERROR_ARGUMENT, row->name);
    if (from.at)
      memcpy((unsigned char *)litellm__answer(s) + row->offset, from.at,
             row->type->size);
  }
  return LITELLM_OK;
}

/* Prepares to decode the answer into the response model. */
static LITELLM__NOINLINE litellm_result litellm__decode_answer(
    litellm_client *s) {
  litellm__decode_begin(s, s->request_.call.response_model, litellm__answer(s));
  return litellm__copy_arguments(s);
}

/* Prepares the body of a turn. */
static litellm_result litellm__begin_turn(litellm_client *s) {
  litellm_result result;
  const litellm_type *model = s->request_.call.response_model;
  if (LITELLM_MODELS && model) {
    result = litellm__decode_answer(s);
    if (result != LITELLM_OK) return result;
  }
  result = litellm__count_body(&s->request_, &s->body_, &s->error);
  if (result == LITELLM_OK)
    litellm__hook(s, LITELLM_HOOK_START, (int32_t)s->body_);
  return result;
}

/* The text that decides whether `call` gets a message: its id or, for 0 (an
   answer in the content), what a validation retry says. */
static const char *litellm__followup_text(litellm_client *s, unsigned call) {
  return litellm__kept(s, call << 8 | (call ? LITELLM__KEPT_CALL_ID
                                            : LITELLM__KEPT_FOLLOWUP), NULL);
}

/* Adds the reply, and what the model is told about it, to the messages of the
   turns. They are placed after the kept texts that they point to. */
static litellm_result litellm__add_turn(litellm_client *s,
                                        const litellm_response *reply) {
  litellm_arena *arena = &s->arena;
  size_t records = arena->used, size = sizeof(litellm_message);
  litellm_message *message;
  for (unsigned call = 0; call <= s->calls_; call++)
    if (litellm__followup_text(s, call)) size += sizeof *message;
  message = (litellm_message *)litellm_arena_alloc(arena, size);
  if (!message) {
    s->missing_ = size;
    return LITELLM_ERROR_NO_MEMORY;
  }
  size_t used = arena->used;
  arena->used = records;                     /* messages are not kept texts */
  if (s->last_turn_) s->last_turn_->next = message;
  else s->request_.turns_ = message;
  litellm__as_message(message, reply);
  for (unsigned call = 0; call <= s->calls_; call++) {
    const char *text = litellm__followup_text(s, call);
    if (!text) continue;
    message->next = message + 1;
    message++;
    message->role = call ? LITELLM_ROLE_TOOL : LITELLM_ROLE_USER;
    if (call) message->tool_call_id = text;
    message->content.ptr = litellm__kept(s, call << 8 | LITELLM__KEPT_FOLLOWUP,
                                         &message->content.len);
    if (!message->content.ptr) message->content = litellm_str_from("not run");
  }
  s->last_turn_ = message;
  arena->used = used;
  return LITELLM_OK;
}

/* Gives ids to tool calls without one: a tool result needs it. */
static void litellm__make_ids(litellm_client *s) {
  char id[] = "call_aaa";
  id[5] = (char)('a' + s->turn_ % 26);
  for (unsigned call = 1; call <= s->calls_; call++) {
    litellm_tool_call its;
    if (!litellm__tool_call(s, call, &its) || *its.id) continue;
    id[6] = (char)('a' + call / 26);
    id[7] = (char)('a' + call % 26);
    litellm__keep(s, call << 8 | LITELLM__KEPT_CALL_ID, id, sizeof id - 1);
  }
}

/* Starts the next turn, with the reply and what the model is told about it as
   messages. Their texts stay where they are, below those of the next turn. */
static LITELLM__NOINLINE litellm_result litellm__next_turn(litellm_client *s) {
  litellm_response reply;
  int64_t cost = LITELLM_GATEWAY_INFO ? litellm__cost(s) : 0;
  if (cost > 0) s->cost_ = cost;
  litellm__decode_forget(s);
  for (unsigned tag = LITELLM__KEPT_FINISH; tag < LITELLM__KEPT_CALL_ID; tag++)
    litellm__kept_drop(s, tag);
  if (LITELLM_TOOLS) litellm__make_ids(s);
  litellm_result result = litellm__response(s, &reply);
  if (result == LITELLM_OK) result = litellm__add_turn(s, &reply);
  if (result != LITELLM_OK) return result;
  s->turn_++;
  litellm__add_usage(&s->spent_, s);
  litellm__reset_turn(s);
  litellm__hook(s, LITELLM_HOOK_TURN, s->turn_ + 1);
  return LITELLM_OK;
}

/* Appends to what the model is told; NULL, for lack of memory, adds nothing. */
static void litellm__followup_add(litellm_client *s, unsigned call,
                                  const char *text) {
  litellm__keep(s, call << 8 | LITELLM__KEPT_FOLLOWUP, text,
                litellm_str_from(text).len);
}

/* ==== >>running tools (implementation) ==================================== */

static const litellm_tool *litellm__find_tool(const litellm_client *s,
                                              const char *name) {
  const litellm_tool *const *tools = s->request_.call.tools, *const *tool;
  for (tool = tools; *tool; tool++)
    if (litellm__equal((*tool)->name, name)) return *tool;
  if (!LITELLM_COMPAT) return NULL;
  if (litellm__starts_nocase(name, strlen(name), "functions.")) name += 10;
  for (tool = tools; *tool; tool++)
    if (litellm__equal_nocase(name, strlen(name), (*tool)->name)) return *tool;
  return NULL;
}

#if LITELLM_TOOLS
LITELLM__DEF litellm_result litellm_set_tool_result(litellm_client *client,
                                                    litellm_str text) {
  if (!client->shown_ || !text.ptr || !client->request_.call.max_turns ||
      client->state_ != LITELLM__CLIENT_BUSY || client->calling_ ||
      client->phase_ != LITELLM_PHASE_BODY)
    return LITELLM_ERROR_ARGUMENT;
  unsigned tag = (unsigned)client->shown_ << 8 | LITELLM__KEPT_FOLLOWUP;
  litellm__kept_drop(client, tag);
  litellm__unlock_arena(client);
  litellm__keep(client, tag, text.ptr, text.len);
  litellm__lock_arena(client);
  if (!client->missing_) return LITELLM_OK;
  client->missing_ = 0;                      /* the call continues without it */
  return LITELLM_ERROR_NO_MEMORY;
}

#endif

/* How often the model has made the current call before. */
static unsigned litellm__count_repeats(litellm_client *s, unsigned call) {
  const litellm_message *message = s->request_.turns_;
  litellm_tool_call other;
  unsigned n = 0;
  for (; message; message = message->next)
    for (unsigned i = 0; i < message->tool_call_count; i++)
      n += litellm__equal(message->tool_calls[i].name, s->call_.name) &&
           litellm__equal(message->tool_calls[i].arguments,
                          s->call_.arguments);
  for (unsigned i = 1; i < call; i++)
    n += litellm__tool_call(s, i, &other) &&
         litellm__equal(other.name, s->call_.name) &&
         litellm__equal(other.arguments, s->call_.arguments);
  return n;
}

/* Keeps the result of a tool, rendered in place, cut to the limit and then
   marked. */
static void litellm__followup_value(litellm_client *s, unsigned call,
                                    const litellm_type *model,
                                    const void *result) {
  const unsigned tag = call << 8 | LITELLM__KEPT_FOLLOWUP;
  size_t limit = s->request_.call.max_result_bytes;
  litellm_arena *arena = &s->arena;
  litellm__record record;
  litellm_str text;
  if (!limit) limit = 4096;
  if (SIZE_MAX == UINT16_MAX && limit == SIZE_MAX) limit--;
  text.ptr = NULL;
  if (model) text.len = litellm__encode(model, result, NULL, limit + 1);
  else memcpy(&text, result, sizeof text);
  if (text.len > limit) text.len = limit + 1;
  litellm__keep(s, tag, text.ptr, text.len);
  if (s->missing_) return;
  char *kept = (char *)arena->memory + arena->used - 1 - text.len;
  if (model) litellm__encode(model, result, kept, text.len);
  size_t cut = text.len - litellm__utf8_fit(kept, text.len, limit);
  if (!cut) return;
  arena->used -= cut;
  arena->memory[arena->used - 1] = 0;
  size_t at = litellm__kept_find(s, tag, &record);
  record.len -= cut;
  memcpy(arena->memory + at, &record, sizeof record);
  litellm__followup_add(s, call, "... [cut]");
}

/* Decodes a call's arguments. Models and servers put {} before them, tags,
   fences or a string around them, and write nothing, null or None for {}. */
static litellm_result litellm__decode_arguments(litellm_client *s,
                                                const litellm_type *model,
                                                void *arguments) {
  const char *text = litellm__arguments(s->call_.arguments);
  litellm__decode_begin(s, model, arguments);
  bool string = LITELLM_COMPAT && *text == '"';
  if (string) s->decoder_->state = LITELLM__DECODE_READ;
  size_t len = strlen(text), left = litellm__decode(s, text, len);
  litellm_result result = litellm__decode_end(s);
  const char *behind = text + len - left;
  while (litellm__is_space(*behind)) behind++;
  if (result != LITELLM_OK || string ||
      (litellm__one_of(*text, LITELLM_COMPAT ? "{<`" : "{") &&
       (!*behind || (LITELLM_COMPAT && litellm__one_of(*behind, "<`")))))
    return result;
  s->error.message = "more than one JSON object";
  return LITELLM_ERROR_SCHEMA;
}

/* Decodes the arguments, runs the tool's handler and keeps its result. */
static litellm_result litellm__run_handler(litellm_client *s, unsigned call,
                                           const litellm_tool *tool) {
  void *arguments = NULL;
  litellm_result code = LITELLM_OK;
  if (tool->arguments) {
    arguments = litellm__keep_struct(s, 1, tool->arguments->size);
    if (!arguments) return LITELLM_ERROR_NO_MEMORY;
    code = litellm__decode_arguments(s, tool->arguments, arguments);
    if (code == LITELLM_ERROR_SCHEMA) {
      litellm__followup_add(s, call, "error: ");
      litellm__followup_add(s, call, s->error.message);
      return LITELLM_OK;
    }
    if (code != LITELLM_OK) return code;
  }
  void *result = litellm__keep_struct(s, 2, tool->result ? tool->result->size
                                                   : sizeof(litellm_str));
  if (!result) return LITELLM_ERROR_NO_MEMORY;
  litellm__begin_callback(s);
  code = tool->handler(arguments, result, s->desc_.user_data);
  code = litellm__end_callback(s, code);
  if (code == LITELLM_ERROR_CANCELLED || code == LITELLM_AGAIN) return code;
  if (code != LITELLM_OK) {
    litellm__followup_add(s, call, "error: ");
    if (tool->result || !((litellm_str *)result)->ptr) {
      litellm__followup_add(s, call, "the tool failed");
      return LITELLM_OK;
    }
  }
  litellm__followup_value(s, call, tool->result, result);
  return LITELLM_OK;
}

/* Runs a tool call. The memory of its arguments is freed afterwards. */
static litellm_result litellm__run_tool(litellm_client *s, unsigned call) {
  const litellm_call_desc *desc = &s->request_.call;
  const litellm_tool *tool = litellm__find_tool(s, s->call_.name);
  litellm__decode_forget(s);
  litellm__tool_call(s, call, &s->call_);
  if (!tool) {
    litellm__followup_add(s, call, "error: there is no tool of that name");
    return LITELLM_OK;
  }
  if (litellm__count_repeats(s, call) >=
      (desc->max_repeats ? desc->max_repeats : 3u)) {
    litellm__followup_add(s, call, "error: not run again: you have made this "
                                   "call before, use what it gave");
    return LITELLM_OK;
  }
  if (s->tool_runs_++ == (desc->max_tool_calls ? desc->max_tool_calls : 32))
    return LITELLM_ERROR_TOOL_LIMIT;
  litellm_result result = litellm__run_handler(s, call, tool);
  if (s->missing_) return LITELLM_ERROR_NO_MEMORY;
  if (result < LITELLM_OK) return result;
  s->error.message = NULL;
  s->error.position = 0;
  litellm__kept_drop(s, 1 << 8 | LITELLM__KEPT_STRUCT);
  litellm__kept_drop(s, 2 << 8 | LITELLM__KEPT_STRUCT);
  litellm__decode_forget(s);
  if (result == LITELLM_AGAIN) {             /* has not run */
    s->tool_runs_--;
    s->running_--;
  }
  return result;
}

/* Runs the next tool call of a reply, or starts the next turn. */
static LITELLM__NOINLINE litellm_result litellm__tools_step(
    litellm_client *s, litellm_event *event) {
  while (s->running_ < s->calls_) {
    unsigned call = ++s->running_;
    if (!litellm__tool_call(s, call, &s->call_)) continue;
    if (!litellm__kept(s, call << 8 | LITELLM__KEPT_FOLLOWUP, NULL)) {
      litellm_result result = litellm__run_tool(s, call);
      if (result != LITELLM_OK) return result;
    }
    event->kind = LITELLM_EVENT_TOOL_RESULT;
    event->tool_call = &s->call_;
    event->text.ptr = litellm__kept(s, call << 8 | LITELLM__KEPT_FOLLOWUP,
                                    &event->text.len);
    return LITELLM_OK;
  }
  return litellm__next_turn(s);
}

/* Whether every tool call of the reply has a handler or a result. */
static bool litellm__can_run_tools(litellm_client *s) {
  for (unsigned call = 1; call <= s->calls_; call++) {
    if (!litellm__tool_call(s, call, &s->call_) ||
        litellm__kept(s, call << 8 | LITELLM__KEPT_FOLLOWUP, NULL)) continue;
    const litellm_tool *tool = litellm__find_tool(s, s->call_.name);
    if (tool && !tool->handler) return false;
  }
  return true;
}

/* ==== >>answers (implementation) ========================================== */

/* The tool call that is the answer, 0: none. Of two the first counts, as it may
   be decoded before the other comes. */
static unsigned litellm__final_answer_call(litellm_client *s) {
  unsigned call = 0;
  if (LITELLM_TOOLS &&
      litellm__output_mode_of(&s->request_) == LITELLM_OUTPUT_TOOL)
    while (++call <= s->calls_)
      if (litellm__kept_is(s, call << 8 | LITELLM__KEPT_CALL_NAME,
                           litellm__final_answer_tool)) return call;
  return 0;
}

/* Shows the decoder what came of the answer. A refusal is kept for the
   error. */
static void litellm__decode_event(litellm_client *s, litellm_event *event) {
  int by = litellm__output_mode_of(&s->request_);
  const litellm__decoder *d = s->decoder_;
  if (by < 0) return;
  if (LITELLM_COMPAT && s->flags_ & LITELLM__REPLY_RESTART &&
      by != LITELLM_OUTPUT_TOOL) {
    s->flags_ &= (uint8_t)~LITELLM__REPLY_RESTART;
    litellm__decode_answer(s);
  }
  if (event->kind == LITELLM_EVENT_REFUSAL && !s->request_.call.collect_text)
    litellm__keep(s, LITELLM__KEPT_REFUSAL, event->text.ptr, event->text.len);
  if (LITELLM_TOOLS && by == LITELLM_OUTPUT_TOOL) {
    size_t len;
    unsigned call = litellm__final_answer_call(s);
    const char *text =
        litellm__kept(s, call << 8 | LITELLM__KEPT_CALL_ARGUMENTS, &len);
    size_t read = (size_t)(d->before + d->json.offset);
    if (!call || len <= read) return;
    litellm__decode(s, text + read, len - read);
    if (event->kind != LITELLM_EVENT_TOOL_BEGIN &&
        event->kind != LITELLM_EVENT_TOOL_ARGUMENTS) return;
  } else {
    if (event->kind != LITELLM_EVENT_TEXT) return;
    litellm__decode(s, event->text.ptr, event->text.len);
  }
  event->kind = LITELLM_EVENT_PARTIAL;
}

/* Ends an answer with a response model. */
static litellm_result litellm__check_answer(litellm_client *s,
                                            litellm_event *event) {
  litellm_error *error = &s->error;
  unsigned call = litellm__final_answer_call(s);
  error->message = litellm__kept(s, LITELLM__KEPT_REFUSAL, NULL);
  if (error->message) return LITELLM_ERROR_REFUSAL;
  if (s->calls_ && !call) return LITELLM_ERROR_TOOL_LIMIT;
  litellm__decode_event(s, event);
  litellm_result result = litellm__decode_end(s);
  if (result == LITELLM_ERROR_SCHEMA &&
      litellm__kept_is(s, LITELLM__KEPT_FINISH, "content_filter"))
    return LITELLM_ERROR_CONTENT_POLICY;
  if (result != LITELLM_ERROR_SCHEMA ||
      litellm__kept_is(s, LITELLM__KEPT_FINISH, "length") ||
      s->validation_retries_ == s->request_.call.max_validation_retries)
    return result;
  s->validation_retries_++;
  /* The newest text, so that those it is made of do not move. */
  litellm__kept_drop(s, call << 8 | LITELLM__KEPT_FOLLOWUP);
  litellm__followup_add(s, call, "The answer does not fit: ");
  litellm__followup_add(s, call,
                        litellm__kept(s, LITELLM__KEPT_MISMATCH, NULL));
  litellm__followup_add(s, call, ". Answer again, in whole.");
  if (s->missing_) return LITELLM_ERROR_NO_MEMORY;
  error->message = NULL;
  error->position = 0;
  event->kind = LITELLM_EVENT_VALIDATION_RETRY;
  event->text.ptr = litellm__kept(s, call << 8 | LITELLM__KEPT_FOLLOWUP,
                                  &event->text.len);
  s->phase_ = LITELLM_PHASE_TOOLS;
  s->running_ = s->calls_;
  return LITELLM_OK;
}

static LITELLM__NOINLINE litellm_result litellm__parse_output(
    litellm_client *s) {
  const litellm_request *r = &s->request_;
  const void *model = r->call.response_model ? litellm__answer(s) : NULL;
  litellm_response response;
  litellm_result result = litellm__response(s, &response);
  if (result == LITELLM_OK) {
    litellm__begin_callback(s);
    result = r->call.output_parser(&response, model, r->output);
    result = litellm__end_callback(s, result);
  }
  return result > LITELLM_OK ? LITELLM_OK : result;
}

/* Ends a reply: the call, or one turn of it. */
static litellm_result litellm__after_reply(litellm_client *s,
                                           litellm_event *event) {
  const litellm_call_desc *call = &s->request_.call;
  litellm_result result = LITELLM_OK;
  if (LITELLM_TOOLS && s->calls_ && call->max_turns && call->tools &&
      !litellm__final_answer_call(s) && litellm__can_run_tools(s)) {
    if (s->turn_ + 1 - s->validation_retries_ >= call->max_turns)
      return LITELLM_ERROR_TOOL_LIMIT;
    s->phase_ = LITELLM_PHASE_TOOLS;
    return LITELLM_OK;
  }
  if (LITELLM_MODELS && call->response_model) {
    result = litellm__check_answer(s, event);
    if (s->phase_ == LITELLM_PHASE_TOOLS) return result;
  }
  if (result == LITELLM_OK && call->output_parser)
    result = litellm__parse_output(s);
  return result == LITELLM_OK ? LITELLM_END : result;
}

/* Makes one step in the body of a reply. */
static LITELLM__NOINLINE litellm_result litellm__reply_step(
    litellm_client *s, litellm_event *event) {
  if (LITELLM_EXTRAS && litellm__is_received(s))
    return litellm__receive_step(s, event);
  litellm_result result = litellm__body_step(s, event);
  if (LITELLM_MODELS && result == LITELLM_OK &&
      event->kind != LITELLM_EVENT_NONE && s->step_ < LITELLM__STEP_CALLS)
    litellm__decode_event(s, event);
  return result == LITELLM_END ? litellm__after_reply(s, event) : result;
}

/* ==== >>retries (implementation) ========================================= */

#define LITELLM__URL_MS 300000u  /* how long another server is remembered */

/* Notes what is known of a failure. */
static LITELLM__NOINLINE void litellm__failed(litellm_client *s,
                                              litellm_result result) {
  litellm_error *error = &s->error;
  error->code = result;
  error->phase = (litellm_phase)s->phase_;
  if (s->use_ > LITELLM__LINK_IDLE) litellm__port_failed(s);
  if (s->missing_) error->bytes_missing = s->missing_;
  if (LITELLM_GATEWAY_INFO)
    error->request_id = litellm__kept(s, LITELLM__KEPT_GATEWAY, NULL);
}

/* Whether the server is at fault, so that another may do better. */
static LITELLM__NOINLINE bool litellm__is_down(const litellm_error *error) {
  return error->code < LITELLM_OK &&
         (error->http_status >= 500 ? litellm_error_transient(error)
          : error->phase > LITELLM_PHASE_PREPARE &&
            error->phase < LITELLM_PHASE_FIRST_BYTE);
}

/* Readies the client to send the request once more, and forgets what came. */
static litellm_result litellm__resend(litellm_client *s) {
  uint8_t retries = s->error.retries;
  litellm__decode_forget(s);
  litellm_arena_reset(&s->arena, s->records_);
  memset(&s->error, 0, sizeof s->error);
  s->error.retries = retries;
  return litellm__reset_request(s);
}

/* Milliseconds until the next attempt: less up to a quarter, so that many
   clients do not come back at once. */
static uint32_t litellm__retry_delay(const litellm_client *s) {
  uint32_t delay = s->error.retry_after_ms;
  uint8_t random;
  if (delay) return delay;
  if (!(s->desc_.port->entropy)(&random, 1)) random = (uint8_t)litellm__now(s);
  delay = s->error.retries < 4 ? 500u << s->error.retries : 8000;
  return delay - (delay >> 2) * random / 256;
}

/* Milliseconds until the same request may succeed; 0: it may not, or not within
   the total limit. */
static uint32_t litellm__may_retry(const litellm_client *s) {
  const litellm_error *error = &s->error;
  unsigned flags = s->http_.flags;
  uint32_t spent = litellm__now(s) - s->started_, delay;
  if (error->retries >= s->request_.call.max_retries ||
      flags & LITELLM__SHOULD_NOT_RETRY ||
      (error->code <= LITELLM_ERROR_BUDGET &&
       error->code >= LITELLM_ERROR_CONTENT_POLICY)) return 0;
  if (!litellm_error_transient(error) &&
      (error->http_status < 400 || !(flags & LITELLM__SHOULD_RETRY)) &&
      (error->http_status != 409 || (error->code != LITELLM_ERROR_API &&
                                     error->code != LITELLM_ERROR_HTTP_STATUS)))
    return 0;
  delay = litellm__retry_delay(s);
  uint32_t total = LITELLM__LIMIT(s, total);
  return spent < total && delay < total - spent ? delay : 0;
}

/* Takes the next model, if there is one and it may do better. */
static bool litellm__fall_back(litellm_client *s) {
  litellm_error *error = &s->error;
  litellm_call_desc *call = &s->request_.call;
  if (!call->fallback_models || !*call->fallback_models ||
      error->phase < LITELLM_PHASE_FIRST_BYTE ||
      error->code == LITELLM_ERROR_AUTHENTICATION ||
      (error->code > LITELLM_ERROR_API && error->http_status < 400 &&
       !litellm_error_transient(error))) return false;
  call->model = *call->fallback_models++;
  s->fell_back_ = (int16_t)error->code;
  error->retries = 0;
  return true;
}

/* Goes back to the first server, after a while or if all failed. */
static void litellm__first_url(litellm_client *s) {
  if (LITELLM_RETRIES && s->more_urls_ != s->desc_.fallback_urls &&
      (litellm__now(s) - s->url_since_ >= LITELLM__URL_MS ||
       litellm__is_down(&s->error)))
    litellm__use_url(s, false);
}

/* Whether a request that failed is sent again later, if nobody saw it. */
static bool litellm__retry(litellm_client *s, litellm_result result) {
  uint32_t total = s->stats.total_ms, delay = 1;     /* at once: in 1 ms */
  if (s->use_ < LITELLM__LINK_NEW || s->told_) return false;
  litellm__failed(s, result);
  bool down = litellm__is_down(&s->error);
  if (!down || !s->more_urls_ || !*s->more_urls_ ||
      !litellm__time_left(s, false)) {
    delay = litellm__may_retry(s);
    if (delay) s->error.retries++;
    else if (!litellm__fall_back(s)) return false;
    else delay = 1;
  }
  s->error.retry_after_ms = delay;
  s->retries_++;
  litellm__end_turn(s);
  s->stats.total_ms = total;                 /* the turn goes on */
  if (down && s->desc_.fallback_urls) litellm__use_url(s, true);
  litellm__link(s, 0)->wait_ms = 0;
  litellm__set_phase(s, LITELLM_PHASE_RETRY);
  litellm__hook(s, LITELLM_HOOK_RETRY, s->error.retries + 1);
  return s->state_ == LITELLM__CLIENT_BUSY;
}

/* Whether a request that failed goes out again, now or later. */
static LITELLM__NOINLINE bool litellm__again(litellm_client *s,
                                             litellm_result result) {
  if (s->state_ != LITELLM__CLIENT_BUSY) return false;
  if (LITELLM_EXTRAS && litellm__is_spent(s)) return false;
  if (!litellm__is_stale(s, result))
    return LITELLM_RETRIES && litellm__retry(s, result);
  litellm__disconnect(s);
  litellm__resend(s);
  return true;
}

/* ==== >>call (implementation) ============================================ */

/* Ends a call, with success or not. */
static litellm_result litellm__finish(litellm_client *s,
                                      litellm_result result) {
  if (s->state_ != LITELLM__CLIENT_BUSY)     /* a callback has ended it */
    return LITELLM_ERROR_CANCELLED;
  litellm__lock_arena(s);
  s->state_ = LITELLM__CLIENT_IDLE;
  litellm__unlock_arena(s);
  s->result_ = result;
  s->error.code = LITELLM_OK;
  if (result != LITELLM_END) litellm__failed(s, result);
  litellm__end_turn(s);
  if (result == LITELLM_ERROR_CANCELLED) litellm__disconnect(s);
  litellm__hook(s, LITELLM_HOOK_END, (int32_t)result);
  return result;
}

/* Claims the client for a new call. */
static litellm_result litellm__call_reset(litellm_client *s) {
  litellm_result result = litellm__check_idle(s);
  if (result != LITELLM_OK) return result;
  litellm__first_url(s);
  memset(&s->started_, 0, offsetof(litellm_client, link_) -
                          offsetof(litellm_client, started_));
  s->state_ = LITELLM__CLIENT_BUSY;
  litellm_arena_reset(&s->arena, s->retained_);
  return litellm__reset_turn(s);
}

/* Allocates an object of the call; NULL: missing_ says how much is missing. */
static void *litellm__call_alloc(litellm_client *s, size_t size) {
  litellm_arena *arena = &s->arena;
  void *object = litellm_arena_alloc(arena, size);
  if (!object)
    s->missing_ = litellm__align_up(litellm__padding(arena) + size -
                                    (arena->size - arena->used));
  litellm__records_begin(s, arena->used);
  return object;
}

/* Resolves the defaults of a request and allocates what its model and tools
   need. */
static litellm_result litellm__equip(litellm_client *s) {
  litellm_call_desc *call = &s->request_.call;
  bool model = LITELLM_MODELS && call->response_model;
  size_t size = litellm__align_up(sizeof *s->decoder_);
  if (!call->model) call->model = s->desc_.model;
  if (LITELLM_RETRIES && !call->max_retries)
    call->max_retries = s->desc_.max_retries;
  if (LITELLM_RETRIES && call->max_retries == LITELLM_NO_RETRIES)
    call->max_retries = 0;
  if (call->output_parser || (LITELLM_TOOLS && call->max_turns) ||
      call->max_validation_retries) call->collect_text = true;
  if (model && call->output_parser) size += call->response_model->size;
  if (model || (LITELLM_TOOLS && call->max_turns))
    s->decoder_ = (litellm__decoder *)litellm__call_alloc(s, size);
  if (s->missing_) return LITELLM_ERROR_NO_MEMORY;
  return model && !litellm__answer(s)
      ? LITELLM__BLAME(&s->error, LITELLM_ERROR_ARGUMENT, "output")
      : LITELLM_OK;
}

static litellm_result litellm__check_transfer(const litellm_transfer *t,
                                              litellm_error *error);

/* Configures and checks a request, and prepares its first turn. */
static litellm_result litellm__begin(litellm_client *s) {
  litellm_request *r = &s->request_;
  const litellm__transfer *t = LITELLM_EXTRAS ? litellm__transfer_of(s) : NULL;
  litellm_result result = s->missing_ ? LITELLM_ERROR_NO_MEMORY : LITELLM_OK;
  if (result == LITELLM_OK && r->call.configure) {
    litellm__begin_callback(s);
    result = r->call.configure(r, (void *)(uintptr_t)r->arguments,
                               s->desc_.user_data);
    result = litellm__end_callback(s, result);
  }
  if (result >= LITELLM_OK) result = litellm__equip(s);
  if (result == LITELLM_OK)
    result = t ? litellm__check_transfer(&t->its, &s->error)
               : litellm__check_request(r, &s->error);
  if (result == LITELLM_OK)
    result = litellm__check_headers(r->call.headers, litellm__over_http(s),
                                    &s->error);
  if (result == LITELLM_OK && !t) result = litellm__begin_turn(s);
  if (result != LITELLM_OK) return litellm__finish(s, result);
  litellm__lock_arena(s);
  return result;
}

LITELLM__DEF litellm_result litellm_start(litellm_client *client,
                                          const litellm_request *request) {
  litellm_result result = litellm__call_reset(client);
  if (result != LITELLM_OK) return result;
  if (request) client->request_ = *request;  /* NULL: empty, so refused */
  return litellm__begin(client);
}

/* As litellm_start, with the descriptor and a copy of the arguments. */
LITELLM__DEF litellm_result litellm__start_copy(
    litellm_client *client, const litellm_call_desc *call, void *output,
    const void *arguments, size_t size) {
  litellm_request *r = &client->request_;
  litellm_result result = litellm__call_reset(client);
  if (result != LITELLM_OK) return result;
  void *copy = litellm__call_alloc(client, size);
  if (copy) memcpy(copy, arguments, size);
  r->call = *call;
  r->arguments = copy;
  r->output = output;
  r->stream = LITELLM_STREAMS;
  return litellm__begin(client);
}

/* ==== >>running (implementation) ========================================= */

static litellm_result litellm__step(litellm_client *s, litellm_event *event) {
  switch (s->phase_) {
    case LITELLM_PHASE_PREPARE:              /* a later turn composes first */
      if (LITELLM_EXTRAS && litellm__transfer_of(s))
        return litellm__prepare_transfer(s, litellm__transfer_of(s));
      return s->body_ ? litellm__prepare(s) : litellm__begin_turn(s);
    case LITELLM_PHASE_RESOLVE: case LITELLM_PHASE_CONNECT:
    case LITELLM_PHASE_HANDSHAKE:
      return litellm__connect(s);
    case LITELLM_PHASE_SEND:
      return litellm__send_step(s);
    case LITELLM_PHASE_RETRY:
      if (LITELLM_RETRIES && litellm__time_left(s, true)) return LITELLM_AGAIN;
      return litellm__resend(s);
    case LITELLM_PHASE_TOOLS:
      if (LITELLM_TOOLS) return litellm__tools_step(s, event);
      if (LITELLM_MODELS) return litellm__next_turn(s);
      return LITELLM_ERROR_TOOL_LIMIT;
    default:
      return litellm__reply_step(s, event);
  }
}

/* After AGAIN: says in the event how long to wait. */
static litellm_result litellm__tell_wait(litellm_client *s,
                                         litellm_event *event) {
  const litellm_link *link = s->link_;
  uint32_t left = litellm__time_left(s, true);
  bool retry = LITELLM_RETRIES && s->phase_ == LITELLM_PHASE_RETRY;
  if (LITELLM_TOOLS && s->phase_ == LITELLM_PHASE_TOOLS) {
    event->wait_ms = 10;                     /* for a slow tool */
    return LITELLM_AGAIN;
  }
  event->wait = link->wait;
  if (event->wait || retry) event->wait_ms = left;
  else if (LITELLM_EXTRAS && litellm__transfer_of(s))  /* a sink has no room */
    event->wait_ms = link->wait_ms;
  if (link->wait_ms)
    event->wait_ms = litellm__min(event->wait_ms, link->wait_ms);
  return left || retry ? LITELLM_AGAIN : litellm__timed_out(s);
}

/* The number of reads in one step, whatever the peer sends: the main loop must
   get its turn, and deadlines must be checked. */
enum { LITELLM__READS = 16 };

/* Makes steps until there is something to say. */
static litellm_result litellm__steps(litellm_client *client,
                                     litellm_event *event) {
  unsigned reads = 0;        /* what reads_ was when the clock was read last */
  client->reads_ = LITELLM__READS;
  do {
    memset(event, 0, sizeof *event);
    /* No deadline applies after the end of a reply: a person may be deciding
       about a tool call. What is in the window takes no time to read. */
    if (!client->reads_) return LITELLM_AGAIN;         /* wait_ms is 0 */
    bool timed = client->step_ < LITELLM__STEP_CALLS &&
        (reads != client->reads_ || client->phase_ != LITELLM_PHASE_BODY);
    reads = client->reads_;
    litellm_result result = timed && !litellm__time_left(client, false)
        ? litellm__timed_out(client) : litellm__step(client, event);
    if (result == LITELLM_AGAIN) {
      result = litellm__tell_wait(client, event);
      if (result == LITELLM_AGAIN) return result;
    }
    if (result < LITELLM_OK && litellm__again(client, result)) continue;
    if (result != LITELLM_OK) return litellm__finish(client, result);
    if (event->kind) {
      client->told_ = true;
      litellm__hook(client, LITELLM_HOOK_EVENT, (int32_t)event->kind);
    }
    if (client->state_ != LITELLM__CLIENT_BUSY)      /* by a callback */
      return LITELLM_ERROR_CANCELLED;
  } while (!event->kind);
  return LITELLM_OK;
}

LITELLM__DEF litellm_result litellm_next(litellm_client *client,
                                         litellm_event *event) {
  memset(event, 0, sizeof *event);
  if (client->state_ != LITELLM__CLIENT_BUSY)
    return client->result_ ? client->result_ : LITELLM_ERROR_NOT_OPEN;
  if (client->calling_) return LITELLM_ERROR_BUSY;
  litellm__unlock_arena(client);
  litellm_result result = litellm__steps(client, event);
  litellm__lock_arena(client);
  return result;
}

#if LITELLM_REUSE
LITELLM__DEF litellm_result litellm_client_warm(litellm_client *client,
                                                litellm_event *event) {
  litellm_result result = litellm__check_idle(client);
  memset(event, 0, sizeof *event);
  if (result != LITELLM_OK) return result;
  client->reads_ = LITELLM__READS;
  if (client->use_ != LITELLM__LINK_WARMING) litellm__first_url(client);
  if (litellm__probe(client) != LITELLM_OK) litellm__disconnect(client);
  if (client->use_ == LITELLM__LINK_IDLE) return LITELLM_OK;
  if (!client->use_) {
    memset(&client->error, 0, sizeof client->error);
    client->request_.call.timeouts = NULL;
    client->missing_ = 0;
    client->key_hash_ = 0;
    litellm__open(client, LITELLM__LINK_WARMING);
    client->started_ = client->since_;
  }
  result = litellm__connect(client);
  if (result == LITELLM_AGAIN) result = litellm__tell_wait(client, event);
  if (result == LITELLM_AGAIN) return result;
  if (result == LITELLM_OK) {
    memset(&client->http_, 0, sizeof client->http_);
    client->http_.state = LITELLM__HTTP_DONE;
    client->idle_since_ = litellm__now(client);
    client->use_ = LITELLM__LINK_IDLE;
  } else {
    litellm__failed(client, result);
    litellm__disconnect(client);
  }
  return result;
}
#endif

LITELLM__DEF void litellm_wait(litellm_client *client,
                               const litellm_event *event) {
  if (client->desc_.port)
    (client->desc_.port->wait)(client->link_, event->wait, event->wait_ms);
}

LITELLM__DEF void litellm_cancel(litellm_client *client) {
  litellm__finish(client, LITELLM_ERROR_CANCELLED);
}

/* To the end of a call that has begun. */
static litellm_result litellm__run(
    litellm_client *client, litellm_response *response, litellm_result result) {
  litellm_event event;
  if (response) {
    litellm__clear_response(response);
    if (result == LITELLM_OK) client->request_.call.collect_text = true;
  }
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(client, &event);
    client->told_ = false;                   /* nobody saw the event */
    if (result == LITELLM_AGAIN) litellm_wait(client, &event);
  }
  if (response && client->state_ == LITELLM__CLIENT_IDLE) {
    litellm_result told = litellm_client_response(client, response);
    if (result == LITELLM_END) result = told;
  }
  return result == LITELLM_END ? LITELLM_OK : result;
}

LITELLM__DEF litellm_result litellm_run(litellm_client *client,
                                        litellm_response *response,
                                        const litellm_request *request) {
  return litellm__run(client, response, litellm_start(client, request));
}

LITELLM__DEF litellm_result litellm__run_call(
    litellm_client *client, litellm_response *response,
    const litellm_call_desc *call, void *output, const void *arguments) {
  litellm_request *r = &client->request_;
  litellm_result result = litellm__call_reset(client);
  if (result == LITELLM_OK) {
    r->call = *call;
    r->arguments = arguments;
    r->output = output;
    result = litellm__begin(client);
  }
  return litellm__run(client, response, result);
}

#if LITELLM_MODELS
LITELLM__DEF litellm_result litellm_decode(litellm_client *client,
                                           const litellm_type *model,
                                           litellm_str text, void *output) {
  litellm_arena *arena = &client->arena;
  size_t records = client->records_, size = arena->size;
  if (litellm__check_idle(client) != LITELLM_OK) return client->error.code;
  memset(&client->error, 0, sizeof client->error);
  litellm__records_begin(client, arena->used);
  /* The decoder borrows the end of the arena. */
  size_t room = ((uintptr_t)arena->memory + size) % LITELLM__ALIGN +
         litellm__align_up(sizeof *client->decoder_);
  client->missing_ =
      room > size - arena->used ? room - (size - arena->used) : 0;
  if (!client->missing_) {
    arena->size -= room;
    client->decoder_ = (litellm__decoder *)(void *)(arena->memory +
                                                    arena->size);
    litellm__decode_begin(client, model, output);
    litellm__decode(client, text.ptr, text.len);
    client->error.code = litellm__decode_end(client);
    arena->size = size;
    if (arena->peak < arena->used + room) arena->peak = arena->used + room;
    if (client->error.code != LITELLM_OK) arena->used = client->records_;
  }
  if (client->missing_) client->error.code = LITELLM_ERROR_NO_MEMORY;
  client->error.bytes_missing = client->missing_;
  litellm__records_begin(client, records);   /* those of the last call */
  return client->error.code;
}
#endif

/* ==== >>transfers (implementation) ======================================== */

/* A path is sent as it is. */
static litellm_result litellm__check_transfer(const litellm_transfer *t,
                                              litellm_error *error) {
  const char *c = t->path ? t->path : "", *type = t->content_type;
  if (*c == '/')
    while ((unsigned char)(*c - '!') < 0x7F - '!') c++;
  if (c == t->path || !t->path || *c)
    return LITELLM__BLAME(error, LITELLM_ERROR_ARGUMENT, "path");
  if (!litellm__is_header_value(type, strlen(type)))
    return LITELLM__BLAME(error, LITELLM_ERROR_HEADER, "content_type");
  return LITELLM_OK;
}

#if LITELLM_EXTRAS
LITELLM__DEF litellm_result litellm_transfer_start(
    litellm_client *client, const litellm_transfer *transfer) {
  litellm_call_desc *call = &client->request_.call;
  litellm_result result = litellm__call_reset(client);
  if (result != LITELLM_OK) return result;
  litellm__transfer *t =
      (litellm__transfer *)litellm__call_alloc(client, sizeof *t);
  if (t) {
    memset(&t->its, 0, sizeof t->its);       /* NULL: empty, so refused */
    if (transfer) t->its = *transfer;
    if (!t->its.behind_) t->its.behind_ = "";
    if (!t->its.content_type) t->its.content_type = "application/json";
    if (!t->its.pull) t->its.pull_size = 0;
    else if (!t->its.pull_size) t->its.pull_size = UINT32_MAX;
    client->request_.arguments = t;
    client->request_.output = t->its.reply;
    call->prompt = litellm__transfer_mark;
    call->response_model = t->its.reply_type;
    call->headers = t->its.headers;
    call->timeouts = t->its.timeouts;
    call->max_retries = t->its.max_retries;
  }
  return litellm__begin(client);
}

LITELLM__DEF litellm_result litellm_transfer_run(
    litellm_client *client, const litellm_transfer *transfer) {
  return litellm__run(client, NULL, litellm_transfer_start(client, transfer));
}
#endif

/* ==== >>models (implementation) =========================================== */

#if LITELLM_EXTRAS
/* Appends the model. The caller's members follow at the end. */
static LITELLM__NOINLINE void litellm__begin_members(
    litellm__writer *w, const litellm_client *s, const char *model,
    const litellm_name_value *extra) {
  litellm__put_fmt(w, "{\"model\":\"%\"",
                   model ? model : s->request_.call.model);
  w->raw = extra;
}

static LITELLM__NOINLINE void litellm__end_members(litellm__writer *w) {
  litellm__put_extra_body(w);
  litellm__put_literal(w, "}");
}

/* Appends a member that is a text, if there is one. */
static void litellm__put_member(litellm__writer *w, const char *name,
                                const char *text) {
  if (!text) return;
  litellm__put_param(w, name);
  litellm__put_string(w, text, SIZE_MAX);
}

static LITELLM__NOINLINE void litellm__fill_in(
    litellm_transfer *transfer, const char *path, const void *body,
    void (*put)(struct litellm__writer *w, const litellm_client *s)) {
  memset(transfer, 0, sizeof *transfer);
  transfer->path = path;
  transfer->body = body;
  transfer->put_ = put;
}

/* Reads what came as JSON. */
static litellm_result litellm__receive_json(litellm_client *s, bool ended) {
  litellm__transfer *t = litellm__transfer_of(s);
  litellm_json_token token;
  litellm_result result;
  do {
    result = litellm_json_next(&s->json_, &s->body_in_, ended, &token);
    if (token.kind == LITELLM_JSON_KEY) {
      if (token.first) t->key = t->its.key_;
      for (size_t i = 0; t->key && i < token.text.len; i++)
        t->key = *t->key && *t->key == token.text.ptr[i] ? t->key + 1 : NULL;
    } else if (result == LITELLM_OK && t->key && !*t->key) {
      result = t->its.token_(s, &token);
    }
  } while (result == LITELLM_OK && !t->piece.len);
  if (ended) {
    if (result == LITELLM_ERROR_JSON) result = LITELLM_ERROR_TRUNCATED;
    if (result == LITELLM_END) result = t->its.token_(s, NULL);
  }
  if (result < LITELLM_OK) s->error.position = s->json_.offset;
  return result;
}

/* {"data":[{"id":"gpt-4o"}]} */
static litellm_result litellm__models_token(litellm_client *s,
                                            const litellm_json_token *token) {
  if (!token || s->json_.depth_ != 3 || token->kind != LITELLM_JSON_STRING)
    return LITELLM_OK;
  litellm__keep(s, LITELLM__KEPT_CONTENT, token->text.ptr, token->text.len);
  if (token->last) {         /* its bytes stay until others are kept */
    litellm__transfer_of(s)->piece =
        litellm__kept_str(s, LITELLM__KEPT_CONTENT);
    litellm__kept_drop(s, LITELLM__KEPT_CONTENT);
  }
  return LITELLM_OK;
}

LITELLM__DEF void litellm_transfer_models(litellm_transfer *transfer) {
  litellm__fill_in(transfer, "/v1/models", NULL, NULL);
  transfer->key_ = "id";
  transfer->token_ = litellm__models_token;
  transfer->read_ = litellm__receive_json;
}
#endif

/* ==== >>embeddings (implementation) ======================================= */

#if LITELLM_EXTRAS && LITELLM_FLOAT
static void litellm__put_embedding(litellm__writer *w,
                                   const litellm_client *s) {
  const litellm_embedding *e =
      (const litellm_embedding *)litellm__transfer_of(s)->its.body;
  litellm__begin_members(w, s, e->model, e->extra);
  litellm__put_param(w, "input");
  litellm__put_literal(w, "[");
  for (size_t i = 0; i < e->count; i++)
    litellm__put_fmt(w, &",\"%\""[!i], e->inputs[i]);
  litellm__put_literal(w, "]");
  litellm__end_members(w);
}

/* Stores a number that was read, by the bits of a float: what is too small for
   one is 0, what is too large is infinite. */
static void litellm__store_float(const litellm__parsed_number *n,
                                 const litellm_embedding *e, size_t at) {
  int32_t power = n->power + (n->down ? -n->exponent : n->exponent);
  uint64_t bits = litellm__double_parse(n->digits, power < -999 ? -999 :
                                        power > 999 ? 999 : (int)power);
  int power_of_two = (int)(bits >> 52) - 1023;
  /* A float with a bit more than it has. */
  uint32_t value = power_of_two < -126 ? 0
                 : power_of_two > 127 ? 0xFF000000
                 : (uint32_t)(bits >> 28) - 0x80000000;
  if (e->bytes) {
    uint32_t part = ((value & 0xFFFFFF) | 0x1000000) * 127;
    part = power_of_two >= 0 ? 127 : power_of_two < -8 ? 0
         : ((part >> (23 - power_of_two)) + 1) >> 1;
    e->bytes[at] = (int8_t)(n->negative ? -(int)part : (int)part);
  }
  value = ((value >> 1) + (value & 1)) | (uint32_t)n->negative << 31;
  if (e->vectors) memcpy(e->vectors + at, &value, sizeof value);
}

/* {"data":[{"embedding":[0.1,-0.2]}]} */
static litellm_result litellm__embedding_token(
    litellm_client *s, const litellm_json_token *token) {
  litellm__transfer *t = litellm__transfer_of(s);
  const litellm_embedding *e = (const litellm_embedding *)t->its.body;
  if (!token)
    return t->vectors == e->count ? LITELLM_OK : LITELLM_ERROR_SCHEMA;
  if (token->kind == LITELLM_JSON_ARRAY_END && s->json_.depth_ == 3 &&
      t->numbers != ++t->vectors * e->size) return LITELLM_ERROR_SCHEMA;
  if (token->kind != LITELLM_JSON_NUMBER || s->json_.depth_ != 4)
    return LITELLM_OK;
  if (token->first) memset(&t->number, 0, sizeof t->number);
  for (size_t i = 0; i < token->text.len; i++)
    litellm__parsed_number_add(&t->number, token->text.ptr[i]);
  if (!token->last) return LITELLM_OK;
  if (t->numbers == e->count * e->size) return LITELLM_ERROR_SCHEMA;
  litellm__store_float(&t->number, e, t->numbers++);
  return LITELLM_OK;
}

LITELLM__DEF void litellm_transfer_embed(litellm_transfer *transfer,
                                         const litellm_embedding *embedding) {
  litellm__fill_in(transfer, "/v1/embeddings", embedding,
                   litellm__put_embedding);
  transfer->key_ = "embedding";
  transfer->token_ = litellm__embedding_token;
  transfer->read_ = litellm__receive_json;
}
#endif

/* ==== >>speech (implementation) =========================================== */

#if LITELLM_EXTRAS
static void litellm__put_speech(litellm__writer *w, const litellm_client *s) {
  const litellm_speech *speech =
      (const litellm_speech *)litellm__transfer_of(s)->its.body;
  litellm__begin_members(w, s, speech->model, speech->extra);
  litellm__put_member(w, "voice", speech->voice);
  litellm__put_member(w, "response_format", speech->format);
  litellm__put_member(w, "input", speech->input);
  litellm__end_members(w);
}

LITELLM__DEF void litellm_transfer_speak(litellm_transfer *transfer,
                                         const litellm_speech *speech) {
  litellm__fill_in(transfer, "/v1/audio/speech", speech, litellm__put_speech);
}
#endif

/* ==== >>transcription (implementation) ==================================== */

#if LITELLM_EXTRAS
/* Appends a part of the form. Its name must not end its line, its text not the
   part. */
static LITELLM__NOINLINE void litellm__put_field(
    litellm__writer *w, const char *file, const char *name, const char *text) {
  litellm__put_literal(w, "\r\n--" LITELLM__BOUNDARY "\r\n"
                          "Content-Disposition: form-data; name=\"");
  litellm__put_literal(w, file);
  litellm__put_literal(w, name);
  litellm__put_literal(w, "\"\r\n\r\n");
  litellm__put_literal(w, text);
  size_t len = strlen(name);
  uint8_t matched = 0;
  if (litellm__plain_run(name, len, len) < len ||
      litellm__ends_part(&matched, text, strlen(text)))
    litellm__fail(w, LITELLM_ERROR_PARAMS, name);
}

/* Appends the head of a WAV file. Of unknown length it says the largest one. */
static void litellm__put_wav(litellm__writer *w, uint32_t rate, uint32_t size) {
  static const uint32_t head[] = { 0x46464952, 0, 0x45564157, 0x20746D66, 16,
                                   0x10001, 0, 0, 0x100002, 0x61746164, 0 };
  uint32_t words[11];
  memcpy(words, head, sizeof words);
  if (size > UINT32_MAX - 36) size = UINT32_MAX - 36;
  words[1] = size + 36;
  words[6] = rate;
  words[7] = rate * 2;
  words[10] = size;
  for (size_t i = 0; i < 44; i++) {
    char byte = (char)(words[i / 4] >> (i % 4 * 8) & 255);
    litellm__put_bytes(w, &byte, 1);
  }
}

static void litellm__put_transcription(litellm__writer *w,
                                       const litellm_client *s) {
  const litellm_transfer *t = &litellm__transfer_of(s)->its;
  const litellm_transcription *form = (const litellm_transcription *)t->body;
  const litellm_name_value *field = form->fields;
  litellm__put_field(w, "", "model",
                     form->model ? form->model : s->request_.call.model);
  for (; field && field->name; field++)
    litellm__put_field(w, "", field->name, field->value);
  litellm__put_field(w, "file\"; filename=\"",
                     form->file_name ? form->file_name : "audio.wav", "");
  if (form->sample_rate)
    litellm__put_wav(w, form->sample_rate, t->pull_size);
}

LITELLM__DEF void litellm_transfer_transcribe(
    litellm_transfer *transfer, const litellm_transcription *transcription) {
  litellm__fill_in(transfer, "/v1/audio/transcriptions", transcription,
                   litellm__put_transcription);
  transfer->content_type = "multipart/form-data; boundary=" LITELLM__BOUNDARY;
  transfer->behind_ = "\r\n--" LITELLM__BOUNDARY "--\r\n";
}
#endif

#ifdef __cplusplus
}
#endif

#endif /* LITELLM_CALL_IMPLEMENTATION */

/* ------------------------------------------------------------------------
   MIT License

   Copyright (c) 2026 The litellm_call authors

   Permission is hereby granted, free of charge, to any person obtaining a
   copy of this software and associated documentation files (the "Software"),
   to deal in the Software without restriction, including without limitation
   the rights to use, copy, modify, merge, publish, distribute, sublicense,
   and/or sell copies of the Software, and to permit persons to whom the
   Software is furnished to do so, subject to the following conditions:

   The above copyright notice and this permission notice shall be included in
   all copies or substantial portions of the Software.

   THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
   IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
   FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
   AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
   LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
   FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
   DEALINGS IN THE SOFTWARE.
   ------------------------------------------------------------------------ */
