/* litellm_call.h 0.1.0 - a prompt as a typed C function, on any chip
   Calls language models through a LiteLLM gateway, or any server with the
   OpenAI chat API. No heap, no globals, no dependencies (TLS: mbedTLS).
   MIT License, at the end of this file. */

/* ==== >>manual ===========================================================

   Do this in one C file, and include the header without the define elsewhere:

       #define LITELLM_CALL_IMPLEMENTATION
       #include "litellm_call.h"

   >>example first call (LITELLM_TLS 1)
   #define LITELLM_CALL_IMPLEMENTATION
   #include "litellm_call.h"
   #include "port/posix.h"
   #include <stdio.h>
   #include <stdlib.h>

   #define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
   LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
                .model = "gpt-4o-mini", .prompt = "Recommend a {genre} book");

   int main(void) {
     extern const char ca_pem[];
     static unsigned char memory[8192];
     litellm_client client;
     litellm_response response;
     litellm_client_init(&client, &(litellm_client_desc){
         .port = &litellm_posix, .base_url = "https://gateway:4000",
         .api_key = getenv("LITELLM_API_KEY"), .ca = ca_pem,
         .memory = memory, .memory_size = sizeof memory });
     if (recommend_book(&client, &response, "fantasy") == LITELLM_OK)
       puts(response.content);
     else
       fprintf(stderr, "%s\n", litellm_client_error(&client));
   }
   <<example

   A failed init needs no test of its own: the call reports it again.

   CONTENTS  search for the tag; the implementation has the same tags in the
   same order
     >>manual          this text
     >>configuration   switches and capacities
     >>version
     >>views           litellm_str, litellm_bytes, litellm_list
     >>arena           memory that goes by marks
     >>errors          results, phases, the error record
     >>json tokenizer  incremental, strict, in place
     >>fields          one description of data for everything
     >>messages        histories, content parts, tool calls
     >>tools           functions that the model may call
     >>parameters      temperature and the rest
     >>port            what a platform provides
     >>client          a connection and its memory
     >>response        what a call gave
     >>call            descriptors, requests, events, running them
     >>macros          LITELLM_CALL, LITELLM_MODEL, LITELLM_TOOL, ...

   HOW IT WORKS  Nothing is ever held whole. The request is rendered a window
   at a time, as often as needed: the first time to count, then to send. The
   reply is read a window at a time: HTTP, event stream, JSON and chat reader
   are steps that stop at any byte. So requests and replies of any size go
   through one window (window_size, 1 KiB). Only what you keep takes memory.

   MEMORY  One block, yours, given to litellm_client_init, which carves: the
   port's link, the TLS context, the window; the rest is client.arena. Each
   call clears the arena and leaves its response there, so a response is valid
   until the next call on its client. litellm_client_keep saves what is there
   from that. arena.peak is the high-water mark. Memory that is too small is
   ERROR_NO_MEMORY with error.missing telling how many bytes to add. A blocking
   call keeps its litellm_stream at the arena's end. mbedTLS has a heap of its
   own.

   WITHOUT BLOCKING  name_start and litellm_next in a main loop:

       for (;;) switch (litellm_next(&stream, &event)) {
         case LITELLM_OK:
           if (event.kind == LITELLM_TEXT)
             uart_write(event.text.ptr, event.text.len);
           break;
         case LITELLM_AGAIN: feed_watchdog(); break;  // see event.wait_ms
         case LITELLM_END:   return true;
         default:            return false;            // see client.error
       }

   An event's text points into the window and is valid until the next call of
   litellm_next. litellm_wait sleeps until there is something to do, where that
   is wanted; litellm_cancel gives a call up at any moment.

   TEMPLATES  Text with {fields}, in sections that begin with a role at the
   start of a line. A template without roles is one user message.

       SYSTEM: You know {topic}.
       MESSAGES: {history}
       USER:
         Describe {item.name} in {count} words.
         {photo:image(detail=low)}

     {a.b[2].c}       members and items, any depth
     {{ }}            braces
     {x:>8.2f}        fill, align, sign, #, 0, width, grouping, precision and
                      types of Python's format()
     {x!r} {x!s}      JSON form, plain form
     {xs:list}        items, a line each; {groups:lists} an empty line between
     {x:text} {x:image} {x:audio} {x:document} {x:part}   content parts, the
                      plural for lists; images from bytes or URLs
     {:cache_control} marks the part before it
   Values are never searched for fields or roles. Common indentation goes,
   ends are stripped, empty sections are dropped. null prints nothing, structs
   and lists print as JSON. litellm_check tells at boot whether a descriptor's
   template fits its arguments.

   ANSWERS AS STRUCTS  LITELLM_CALL_AS makes a function that fills in the
   caller's struct: the model is asked by a JSON schema made from the same
   table, and the answer is decoded and checked while it arrives. What does not
   fit is ERROR_SCHEMA with the path, what was expected and what came;
   .max_reasks asks the model again with that text. LITELLM_CALL_VALUE is for a
   single value, .json_mode for any object, LITELLM_CALL_TO for what an
   .output_parser makes. name_start gives LITELLM_PARTIAL events while the
   struct fills in.

       #define BOOK(FIELD)                                                    \
         FIELD(TEXT(40), title, "Title of the book")                          \
         FIELD(INT_IN(1450, 2100), year, "Year of first publication")
       LITELLM_MODEL(book, BOOK);
       LITELLM_CALL_AS(book, find_book, FIND_BOOK,
                       .model = "gpt-4o-mini", .prompt = "A {genre} book");

       struct book book;
       litellm_result result = find_book(&client, &book, "fantasy");

   TOOLS  LITELLM_TOOL makes a function that the model may call. With
   .max_rounds above 0 a call runs the tools, tells the model what they gave
   and asks again, until it answers. Unknown tools, arguments that do not fit
   and handlers that fail are told to the model. Each step is an event;
   litellm_answer at a TOOL_CALL event answers instead of the handler, so a
   person may refuse. litellm_messages_add_response keeps it all for a history.

       #define READ_SENSOR(FIELD) FIELD(STRING, name, "Which sensor")
       LITELLM_TOOL(read_sensor, "Read a sensor", READ_SENSOR, reading) {
         result->value = adc(args->name);
         return LITELLM_OK;
       }
       static const litellm_tool *const tools[] = { &read_sensor_tool, NULL };
       LITELLM_CALL(ask, ASK, .model = "gpt-4o-mini", .prompt = "{question}",
                    .tools = tools, .max_rounds = 5);

   AT RUN TIME  .configure runs before anything is rendered and may change the
   request: messages, params, tools, COMPUTED arguments. client.hook is told of
   each moment of a call, for logs and meters.

   ERRORS  0 is success, negative numbers are errors in ranges by layer;
   client.error holds all that is known, litellm_error_print makes a line of
   it. No text of the library holds a key or a prompt. A call that failed
   leaves the client usable.

   SECURITY  Certificates are verified against .ca or .pin, with the host name
   and the port's clock, or the call fails. A key is sent over http:// only if
   .send_key_in_clear says so. CR, LF and NUL in anything that becomes a header
   are refused. A key from api_key_callback is never stored; the window it went
   through is wiped.

   PORTS  port/posix.h: Linux, BSD, macOS. port/lwip_raw.h: lwIP's raw API,
   without an operating system or beside one. port/lwip_sockets.h: lwIP's
   sockets. port/lwipopts.h and port/mbedtls_config.h are small configurations
   to begin with. A port is a table of eight functions (>>port) and may do TLS
   itself (.secure).

   LIMITS  One call at a time on a client. A connection serves one request. No
   retries. HTTP/1.1 only, no proxies, no redirects. Names and templates are
   NUL-terminated UTF-8. Bodies below 4 GiB. A struct that a model fills in has
   at most 32 fields, LITELLM_VALUE_DEPTH levels, names of at most 48 bytes and
   less than 64 KiB. Python's format() but for type n, !a, nested specs, and
   more than 40 digits of precision. */

/* Under -std=c99 glibc hides sockets and clocks from port/posix.h unless this
   comes before the first system header, which is here. */
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

/* Feature switches, each 0 or 1. What one costs: `make size`. */
/* 0: the prompt is one user message, {name} prints texts and numbers. */
#ifndef LITELLM_TEMPLATES        /* roles, paths, specs, lists, structs */
#define LITELLM_TEMPLATES 1
#endif
#ifndef LITELLM_MEDIA            /* images, audio, documents, content parts */
#define LITELLM_MEDIA 1
#endif
#ifndef LITELLM_STREAMS          /* server-sent events */
#define LITELLM_STREAMS 1
#endif
#ifndef LITELLM_TOOLS            /* tools, their loop, calls in histories */
#define LITELLM_TOOLS 1
#endif
#ifndef LITELLM_MODELS           /* answers and tool arguments as structs */
#define LITELLM_MODELS 1
#endif
#ifndef LITELLM_HOOKS            /* litellm_client_desc.hook */
#define LITELLM_HOOKS 1
#endif
#ifndef LITELLM_FLOAT            /* doubles, without the FPU or soft-float */
#define LITELLM_FLOAT 1
#endif
#ifndef LITELLM_GATEWAY_HEADERS  /* x-litellm-*, rate limits, retry-after, and
                                    kinds of errors by their words */
#define LITELLM_GATEWAY_HEADERS 1
#endif
#ifndef LITELLM_ERROR_TEXTS      /* a sentence for each result */
#define LITELLM_ERROR_TEXTS 1
#endif
#ifndef LITELLM_TLS              /* https:// by mbedTLS 2.28 or 3.6 */
#define LITELLM_TLS 0
#endif

/* Skips certificate checks. For a bench, never for a product. */
#ifndef LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS
#define LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS 0
#endif

/* Unix time below which the clock cannot be right: set it to your build date.
   The default is 2025-01-01. */
#ifndef LITELLM_EARLIEST_TIME
#define LITELLM_EARLIEST_TIME 1735689600
#endif

/* Capacities. */
#ifndef LITELLM_WINDOW_BYTES      /* default of litellm_client_desc */
#define LITELLM_WINDOW_BYTES 1024
#endif
#ifndef LITELLM_JSON_DEPTH        /* nesting a reply may have, 8 .. 255 */
#define LITELLM_JSON_DEPTH 64
#endif
#ifndef LITELLM_VALUE_DEPTH       /* nesting of a struct, to or from JSON */
#define LITELLM_VALUE_DEPTH 8
#endif
#ifndef LITELLM_MAX_HEAD_BYTES    /* a reply's status line and headers */
#define LITELLM_MAX_HEAD_BYTES 65536
#endif
#ifndef LITELLM_MAX_ERROR_BYTES   /* kept of a server's error message */
#define LITELLM_MAX_ERROR_BYTES 512
#endif

#if LITELLM_JSON_DEPTH < 8 || LITELLM_JSON_DEPTH > 255
#error "LITELLM_JSON_DEPTH: a chat reply needs 8 levels, a byte counts 255"
#endif
#if LITELLM_VALUE_DEPTH < 1 || LITELLM_VALUE_DEPTH > 255
#error "LITELLM_VALUE_DEPTH must be 1 to 255"
#endif
#if LITELLM_MEDIA && !LITELLM_TEMPLATES
#error "LITELLM_MEDIA needs LITELLM_TEMPLATES: set LITELLM_MEDIA to 0 too"
#endif
#if LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS && !LITELLM_TLS
#error "LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS without LITELLM_TLS"
#endif

#if LITELLM_TLS
#include <mbedtls/version.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#endif

#ifdef LITELLM_CALL_STATIC
#define LITELLM_API static
#else
#define LITELLM_API extern
#endif

/* Puts "may stay unused" on generated functions, where it can be said. */
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
#define LITELLM_VERSION_MINOR 1
#define LITELLM_VERSION_PATCH 0
#define LITELLM_VERSION "0.1.0"
#define LITELLM_VERSION_AT_LEAST(major, minor, patch)                         \
  (LITELLM_VERSION_MAJOR * 65536L + LITELLM_VERSION_MINOR * 256L +            \
   LITELLM_VERSION_PATCH >= (major) * 65536L + (minor) * 256L + (patch))

/* Switches that change structs are part of these names: files that disagree
   on them do not link. */
#define LITELLM__PASTE(name, tls, gateway, floats, tools, models, hooks,      \
                       depth, levels)                                         \
  name##_##tls##gateway##floats##tools##models##hooks##_##depth##_##levels
#define LITELLM__LAYOUT(name, ...) LITELLM__PASTE(name, __VA_ARGS__)
#define LITELLM__NAME(name)                                                   \
  LITELLM__LAYOUT(name, LITELLM_TLS, LITELLM_GATEWAY_HEADERS, LITELLM_FLOAT,  \
                  LITELLM_TOOLS, LITELLM_MODELS, LITELLM_HOOKS,               \
                  LITELLM_JSON_DEPTH, LITELLM_VALUE_DEPTH)
#define litellm_client_init LITELLM__NAME(litellm_client_init)
#define litellm_client_close LITELLM__NAME(litellm_client_close)
#define litellm_start LITELLM__NAME(litellm_start)
#define litellm__start_copy LITELLM__NAME(litellm__start_copy)
#define litellm_next LITELLM__NAME(litellm_next)
#define litellm_stream_response LITELLM__NAME(litellm_stream_response)
#define litellm_run LITELLM__NAME(litellm_run)
#define litellm_answer LITELLM__NAME(litellm_answer)
#define litellm_decode LITELLM__NAME(litellm_decode)
#define litellm_check LITELLM__NAME(litellm_check)
#define litellm_body LITELLM__NAME(litellm_body)
#define litellm_json_next LITELLM__NAME(litellm_json_next)

/* ==== >>views ============================================================ */

/* Borrowed text: `len` bytes at `ptr`, no NUL promised. {0} is empty. */
typedef struct litellm_str {
  const char *ptr;
  size_t len;
} litellm_str;

/* Borrowed bytes, as an image in flash. */
typedef struct litellm_bytes {
  const void *ptr;
  size_t len;
} litellm_bytes;

/* A borrowed list: `count` items, one after the other, at `items`. */
typedef struct litellm_list {
  const void *items;
  size_t count;
} litellm_list;

/* The view of a C string; NULL gives the empty view. */
LITELLM_API litellm_str litellm_str_of(const char *text);

/* ==== >>arena ============================================================ */

/* Memory that is taken from the bottom up and given back by mark. */
typedef struct litellm_arena {
  unsigned char *memory;
  size_t size;       /* bytes at `memory` */
  size_t used;       /* a mark: save it, put it back with reset */
  size_t peak;       /* the most that was ever used */
} litellm_arena;

/* Makes an arena over `size` bytes at `memory`, which stay the caller's. */
LITELLM_API void litellm_arena_init(litellm_arena *arena, void *memory,
                                    size_t size);
/* `size` zeroed bytes aligned for any object; NULL, and the arena as it was,
   when they do not fit. Valid until a reset below them. */
LITELLM_API void *litellm_arena_alloc(litellm_arena *arena, size_t size);
/* A NUL-terminated copy of `text`; NULL when it does not fit. */
LITELLM_API const char *litellm_arena_copy(litellm_arena *arena,
                                           litellm_str text);
/* Gives back all that was taken since `used` was `mark`. */
LITELLM_API void litellm_arena_reset(litellm_arena *arena, size_t mark);

/* ==== >>errors =========================================================== */

/* X(name, number, text): 0 is success, above it are answers that are no
   errors, below it errors in ranges by layer. Numbers are never reused. */
#define LITELLM_RESULTS(X)                                                    \
  X(OK, 0, "success")                                                         \
  X(AGAIN, 1, "nothing to do yet: wait as event.wait says, then call again")  \
  X(END, 2, "the end")                                                        \
  /* the caller */                                                            \
  X(ERROR_ARGUMENT, -1, "an argument is missing or out of range: see where")  \
  X(ERROR_NO_MEMORY, -2, "memory too small: give error.missing bytes more")   \
  X(ERROR_BUSY, -3, "the client has a call under way: finish or cancel it")   \
  X(ERROR_CANCELLED, -4, "cancelled by the caller")                           \
  X(ERROR_NO_PORT, -5, "no port: set .port, as &litellm_posix")               \
  X(ERROR_URL, -6, "bad base_url: want http(s)://host[:port][/prefix]")       \
  X(ERROR_HEADER, -7, "no header of the caller's may say that: see where")    \
  X(ERROR_KEY_IN_CLEAR, -8,                                                   \
    "key over http:// refused: use https:// or set .send_key_in_clear")       \
  X(ERROR_CHANGED, -9, "the request's data changed while it was sent")        \
  X(ERROR_PARAMS, -10, "raw parameter: no JSON, or not to be set: see where")  \
  X(ERROR_TOO_LARGE, -11, "a request body of 4 GiB or more: shorten it")      \
  /* the template */                                                          \
  X(ERROR_TEMPLATE, -20, "bad template syntax at error.position")             \
  X(ERROR_TEMPLATE_NAME, -21, "the template names an unknown argument")       \
  X(ERROR_TEMPLATE_TYPE, -22, "a spec or tag does not fit its argument")      \
  X(ERROR_TEMPLATE_INDEX, -23, "a list index is out of range")                \
  X(ERROR_MEDIA, -24, "unknown media: give a known type, or name it")         \
  X(ERROR_NO_MESSAGE, -25, "all sections are empty: no message to send")      \
  /* JSON and typed data */                                                   \
  X(ERROR_JSON, -40, "the reply is not valid JSON at error.position")         \
  X(ERROR_JSON_DEPTH, -41, "reply nested too deep: raise LITELLM_JSON_DEPTH") \
  X(ERROR_SCHEMA, -50, "the answer does not fit the response model")          \
  X(ERROR_REFUSED, -51, "the model refused to answer: see the refusal")       \
  X(ERROR_TOOL_LIMIT, -52, "the model went on calling tools: see max_rounds") \
  /* HTTP */                                                                  \
  X(ERROR_HTTP, -60, "the server broke the HTTP framing rules")               \
  X(ERROR_TRUNCATED, -61, "the reply ended before its end")                   \
  X(ERROR_ENCODING, -62, "compressed reply: switch it off in the front")      \
  X(ERROR_REDIRECT, -63, "redirected: set base_url to error.message")         \
  X(ERROR_STATUS, -64, "an error status without an API error in it")          \
  X(ERROR_NOT_CHAT, -65, "not a chat reply: check base_url")                  \
  X(ERROR_EMPTY_REPLY, -66, "the model's reply is empty: try again")          \
  X(ERROR_HEAD_TOO_LARGE, -67, "headers above LITELLM_MAX_HEAD_BYTES")        \
  /* transport */                                                             \
  X(ERROR_RESOLVE, -80, "the host name was not found: check base_url and DNS")\
  X(ERROR_CONNECT, -81, "no connection: is the server up, the port right?")   \
  X(ERROR_CLOSED, -82, "the connection was closed or reset")                  \
  X(ERROR_TIMEOUT, -83, "a time limit was reached: see error.phase")          \
  X(ERROR_NETWORK, -84, "the network failed: see error.port_code")            \
  /* TLS */                                                                   \
  X(ERROR_TLS, -100, "TLS failed: see error.tls_code")                        \
  X(ERROR_CERTIFICATE, -101, "certificate refused: see error.tls_flags")      \
  X(ERROR_CLOCK_NOT_SET, -102, "the clock is not set: certificates need it")  \
  X(ERROR_NO_CA, -103, "nothing to trust: set .ca or .pin")                   \
  X(ERROR_BAD_CA, -104, "the CA cannot be read: want PEM, or DER with size")  \
  X(ERROR_NO_TLS, -105, "https:// needs LITELLM_TLS 1 or a secure port")      \
  X(ERROR_TLS_RECORD, -106,                                                   \
    "TLS record above the buffer: raise MBEDTLS_SSL_IN_CONTENT_LEN or lower " \
    "the server's record size (nginx: ssl_buffer_size)")                      \
  X(ERROR_TLS_MEMORY, -107, "TLS out of memory: enlarge mbedTLS's heap")      \
  /* the API */                                                               \
  X(ERROR_API, -120, "the API reported an error: see error.message")          \
  X(ERROR_AUTHENTICATION, -121, "the key is missing or wrong")                \
  X(ERROR_PERMISSION, -122, "the key may not do this")                        \
  X(ERROR_NOT_FOUND, -123, "no such model or path: check model and base_url") \
  X(ERROR_RATE_LIMIT, -124, "too many requests: wait error.retry_after_ms")   \
  X(ERROR_BUDGET, -125, "the budget is used up")                              \
  X(ERROR_CONTEXT_WINDOW, -126, "prompt too long for the model: shorten it")  \
  X(ERROR_CONTENT_POLICY, -127, "refused by a content policy")                \
  X(ERROR_OVERLOADED, -128, "the server is overloaded: try again later")

typedef enum litellm_result {
#define LITELLM__X(name, number, text) LITELLM_##name = number,
  LITELLM_RESULTS(LITELLM__X)
#undef LITELLM__X
  LITELLM__RESULT_IS_SIGNED = -32767
} litellm_result;

/* Where a call is, or was when it failed. */
#define LITELLM_PHASES(X)                                                     \
  X(IDLE, "idle") X(PREPARE, "prepare") X(RESOLVE, "resolve")                 \
  X(CONNECT, "connect") X(HANDSHAKE, "handshake") X(SEND, "send")             \
  X(FIRST_BYTE, "first byte") X(HEAD, "head") X(BODY, "body")                 \
  X(TOOLS, "tools")

typedef enum litellm_phase {
#define LITELLM__X(name, text) LITELLM_PHASE_##name,
  LITELLM_PHASES(LITELLM__X)
#undef LITELLM__X
  LITELLM__PHASES
} litellm_phase;

/* All that is known of a failure. Texts live in the client's arena, as the
   response does. Never holds a key or a prompt. */
typedef struct litellm_error {
  litellm_result code;       /* LITELLM_OK: none */
  litellm_phase phase;
  int status;                /* HTTP status, 0 before there is one */
  int32_t port_code;         /* errno or the stack's code, 0: none */
  int32_t tls_code;          /* mbedTLS's code, negative, 0: none */
  uint32_t tls_flags;        /* MBEDTLS_X509_BADCERT_*, 0: none */
  uint32_t position;         /* byte offset in the template or the reply */
  uint32_t received;         /* bytes of reply body, framing taken off */
  uint32_t retry_after_ms;   /* asked for by the server, 0: not */
  size_t missing;            /* NO_MEMORY: bytes to add */
  const char *where;         /* name of the member or argument, or NULL; of a
                                template that does not fit its arguments what
                                is left of it from the field on */
  const char *message;       /* the API's message, a redirect's target, what
                                did not fit, or the refusal */
  const char *type;          /* the API's error type, or NULL */
  const char *api_code;      /* the API's error code, or NULL */
  const char *request_id;    /* x-litellm-call-id, or NULL */
} litellm_error;

/* "NO_MEMORY" for LITELLM_ERROR_NO_MEMORY, "OK" for LITELLM_OK; as all texts
   here "" with LITELLM_ERROR_TEXTS 0. */
LITELLM_API const char *litellm_result_name(litellm_result result);
/* What to change. */
LITELLM_API const char *litellm_result_text(litellm_result result);
/* "first byte" for LITELLM_PHASE_FIRST_BYTE. */
LITELLM_API const char *litellm_phase_name(litellm_phase phase);
/* One line on everything known, NUL-terminated, cut to `size` bytes: the
   code, its text, what the server said, phase, status, codes, positions. With
   LITELLM_ERROR_TEXTS 0 the code's number and what the server said. */
LITELLM_API void litellm_error_print(const litellm_error *error, char *buffer,
                                     size_t size);

/* ==== >>json tokenizer =================================================== */

typedef enum litellm_token_kind {
  LITELLM_TOKEN_NONE,
  LITELLM_TOKEN_OBJECT, LITELLM_TOKEN_OBJECT_END,
  LITELLM_TOKEN_ARRAY, LITELLM_TOKEN_ARRAY_END,
  LITELLM_TOKEN_KEY,         /* in pieces, like a string */
  LITELLM_TOKEN_STRING,      /* in pieces; the last has `last` set */
  LITELLM_TOKEN_NUMBER,      /* in pieces, as written */
  LITELLM_TOKEN_TRUE, LITELLM_TOKEN_FALSE, LITELLM_TOKEN_NULL
} litellm_token_kind;

/* `text` points into the span, or for a character that came in two reads into
   the tokenizer: valid until the next call. Pieces hold whole characters. */
typedef struct litellm_token {
  litellm_token_kind kind;
  bool first, last;          /* of the pieces of one key, string or number */
  litellm_str text;
} litellm_token;

/* A span of input that is read from the front; strings are unescaped in
   place, so what was read is overwritten. */
typedef struct litellm_span {
  char *ptr;
  size_t len;
} litellm_span;

/* An incremental tokenizer for one RFC 8259 document; {0} is its start.
   Ill-formed UTF-8 and lone surrogates come out as U+FFFD, all else is
   strict. */
typedef struct litellm_json {
  uint32_t offset;           /* bytes read so far */
  uint32_t code_;            /* of a \u escape under way */
  uint16_t high_;            /* a surrogate that waits for its other half */
  uint8_t state_, depth_;
  uint8_t at_;               /* in a number or word */
  uint8_t carried_;          /* bytes in carry_ */
  bool in_key_, begun_;
  bool pending_;             /* carry_ is a piece of its own */
  char carry_[4];            /* a character under way */
  uint8_t stack_[(LITELLM_JSON_DEPTH + 7) / 8];
} litellm_json;

/* The next token. LITELLM_AGAIN: the span is used up, come with more;
   LITELLM_END: the document is whole and `input_ended`; else ERROR_JSON or
   ERROR_JSON_DEPTH with `offset` at the offending byte. */
LITELLM_API litellm_result litellm_json_next(litellm_json *json,
                                             litellm_span *span,
                                             bool input_ended,
                                             litellm_token *token);
/* Whether `text` is exactly one JSON value. */
LITELLM_API bool litellm_json_valid(litellm_str text);

/* ==== >>fields =========================================================== */

/* One description of data for everything: rows of (name, kind, offset). The
   macros below write the rows; a generator can write them too. */
typedef enum litellm_kind {
  LITELLM_KIND_NONE,
  LITELLM_KIND_STRING,       /* const char *, NULL is null */
  LITELLM_KIND_STR,          /* litellm_str, ptr NULL is null */
  LITELLM_KIND_TEXT,         /* char[size], NUL-terminated, inline */
  LITELLM_KIND_BYTES,        /* litellm_bytes, ptr NULL is null */
  LITELLM_KIND_BOOL,         /* bool */
  LITELLM_KIND_INT,          /* signed integer of detail->size bytes, or int */
  LITELLM_KIND_INT64,        /* int64_t */
  LITELLM_KIND_DOUBLE,       /* IEEE double */
  LITELLM_KIND_ENUM,         /* enum; detail->names */
  LITELLM_KIND_MODEL,        /* struct; detail->fields */
  LITELLM_KIND_POINTER,      /* pointer to the item, NULL is null */
  LITELLM_KIND_OPTIONAL,     /* { value; bool set; }, flag at detail->at */
  LITELLM_KIND_LIST,         /* inline { items[capacity]; count; }, or with
                                capacity 0 a litellm_list */
  LITELLM_KIND_PART,         /* litellm_part */
  LITELLM_KIND_MESSAGES,     /* const litellm_message *, NULL is empty */
  LITELLM_KIND_GIVEN         /* the item, from the call's argument of that
                                name: the model is not asked for it */
} litellm_kind;

struct litellm_field;

/* What a kind needs beyond its name. NULL for kinds that need nothing. */
typedef struct litellm_detail {
  uint8_t kind;              /* POINTER, OPTIONAL, LIST, GIVEN: of the item */
  uint16_t size;             /* bytes of the item, or of the value itself */
  uint16_t capacity;         /* LIST: most items; ENUM: number of names */
  uint16_t at;               /* LIST: offset of count; OPTIONAL: of set */
  const struct litellm_detail *item;                /* detail of the item */
  const struct litellm_field *(*fields)(void);      /* MODEL */
  const char *const *names;                         /* ENUM */
  /* For data that comes from a model: least and most of a number, bytes of a
     TEXT, items of a LIST; both 0: any. */
  int32_t minimum, maximum;
  const char *example;       /* JSON, for the schema, or NULL */
} litellm_detail;

typedef struct litellm_field {
  const char *name;          /* NULL ends a table */
  const char *description;   /* for schemas, or NULL */
  const litellm_detail *detail;
  uint16_t offset;           /* of the member in its struct */
  uint8_t kind;              /* litellm_kind */
} litellm_field;

/* ==== >>messages ========================================================= */

typedef enum litellm_role {
  LITELLM_USER, LITELLM_SYSTEM, LITELLM_DEVELOPER, LITELLM_ASSISTANT,
  LITELLM_TOOL_RESULT        /* "tool" on the wire */
} litellm_role;

/* A tool call of the model. Texts are NUL-terminated. */
typedef struct litellm_tool_call {
  const char *id;            /* "" when the model gave none: what goes into a
                                history by hand wants one */
  const char *name;
  const char *arguments;     /* JSON text as received, "" for none */
} litellm_tool_call;

typedef enum litellm_part_kind {
  LITELLM_PART_TEXT, LITELLM_PART_IMAGE, LITELLM_PART_AUDIO,
  LITELLM_PART_DOCUMENT
} litellm_part_kind;

/* A content part. Media come from `bytes`, or by URL from `text`. */
typedef struct litellm_part {
  litellm_part_kind kind;
  litellm_str text;          /* TEXT: the text; else a URL (not for audio) */
  litellm_bytes bytes;       /* media; ptr NULL: none */
  const char *option;        /* image: detail; audio: format; document: media
                                type; NULL: by magic number, not sent */
  const char *name;          /* document: file name, NULL: document.pdf */
} litellm_part;

/* A message and the link to the next. All pointers are borrowed until the
   call's request is sent. */
typedef struct litellm_message {
  litellm_role role;
  litellm_str content;               /* ptr NULL and no parts: null */
  const litellm_part *parts;         /* beats content */
  size_t part_count;
  const litellm_tool_call *tool_calls;   /* of an assistant */
  size_t tool_call_count;
  const char *tool_call_id;          /* of a tool result */
  /* What models want back with their tool calls: the thoughts before them. */
  const char *reasoning;
  const char *thinking_blocks;       /* beats it: Claude's, as JSON */
  const struct litellm_message *next;
} litellm_message;

/* A list under construction in an arena; {0} is empty. Give `first` to a call
   or to a template's MESSAGES: section. */
typedef struct litellm_messages {
  litellm_message *first, *last;
} litellm_messages;

/* Appends a message with a copy of `content`. NULL, and list and arena as they
   were, when the arena is full. Fill in more members as needed. */
LITELLM_API litellm_message *litellm_messages_add(litellm_messages *list,
                                                  litellm_arena *arena,
                                                  litellm_role role,
                                                  litellm_str content);

struct litellm_response;
/* Appends copies of what a call said: its assistant message with tool calls,
   and before it the tool rounds of the call. False, and list and arena as they
   were, when the arena is full. `arena` must not be the client's. */
LITELLM_API bool litellm_messages_add_response(
    litellm_messages *list, litellm_arena *arena,
    const struct litellm_response *response);
/* Forgets the oldest messages until at most `max_count` and `max_bytes` of the
   arena are left (0: any), and moves the others down. System and developer
   messages at the front stay; a tool result never loses its call. All of the
   list, and nothing behind it, must have been added to `arena`, which starts
   with it: a message first, then what is put into its members. */
LITELLM_API void litellm_messages_prune(litellm_messages *list,
                                        litellm_arena *arena,
                                        size_t max_count, size_t max_bytes);

/* ==== >>tools ============================================================ */

/* A function that the model may call. LITELLM_TOOL makes one. */
typedef struct litellm_tool {
  const char *name;          /* at most 64 of A-Z a-z 0-9 _ - */
  const char *description;   /* for the model, or NULL */
  const litellm_detail *arguments;   /* of the MODEL it takes, NULL: none */
  const litellm_detail *result;      /* of the MODEL it fills in; NULL: a
                                        litellm_str, text or JSON */
  /* Gets its arguments decoded and checked, and a zeroed result; both live
     until it returns, what the result points to must live until the next call
     of a tool. Any error is told to the model, with the text of `result` if
     that is a litellm_str and set; ERROR_CANCELLED ends the call.
     `user` is litellm_client_desc.user. NULL: see litellm_answer. */
  litellm_result (*handler)(const void *arguments, void *result, void *user);
} litellm_tool;

/* ==== >>parameters ======================================================= */

typedef struct litellm_optional_int { bool set; int64_t value; }
    litellm_optional_int;
typedef struct litellm_optional_bool { bool set; bool value; }
    litellm_optional_bool;
#if LITELLM_FLOAT
typedef struct litellm_optional_double { bool set; double value; }
    litellm_optional_double;
#endif
/* Says a typed parameter: .temperature = LITELLM_SET(0) */
#define LITELLM_SET(value) { true, (value) }

/* A parameter or header by name; a NULL name ends an array of them. */
typedef struct litellm_pair {
  const char *name;
  const char *value;
} litellm_pair;

/* Call parameters. What is not set is not sent. */
typedef struct litellm_params {
#if LITELLM_FLOAT
  litellm_optional_double temperature;         /* 0 to 2 */
  litellm_optional_double top_p;               /* 0 to 1 */
  litellm_optional_double frequency_penalty;   /* -2 to 2 */
  litellm_optional_double presence_penalty;    /* -2 to 2 */
#endif
  litellm_optional_int max_tokens;
  litellm_optional_int max_completion_tokens;
  litellm_optional_int seed;
  litellm_optional_bool drop_params;   /* gateway: drop what a model lacks */
#if LITELLM_TOOLS
  litellm_optional_bool parallel_tool_calls;
#endif
  const char *reasoning_effort;        /* "low", "medium", "high", ... */
  const char *user;
  const char *const *stop;             /* texts, NULL ends them */
  /* Any parameter, LiteLLM's own too, as {name, JSON text}; none that is set
     above or that the call writes itself, as tools. */
  const litellm_pair *json;
} litellm_params;

/* ==== >>port ============================================================= */

/* What a caller waits for. */
enum { LITELLM_WAIT_READ = 1, LITELLM_WAIT_WRITE = 2 };

/* Where to connect to. `host` is NUL-terminated, an IPv6 literal comes without
   its brackets. `secure` is set when the port itself is to do TLS. */
typedef struct litellm_peer {
  const char *host;
  uint16_t port;
  bool secure;
} litellm_peer;

/* The head of every port's link, which is the port's own struct in the
   client's memory: zeroed once, kept over connections. */
typedef struct litellm_link {
  void *context;             /* litellm_client_desc.port_context */
  int32_t code;              /* out: errno or the stack's code of a failure */
  bool resolving;            /* out: connect is still at the name */
  uint32_t wait_ms;          /* out: call a connect that said AGAIN once more
                                after that time at the latest, 0: any time */
} litellm_link;

/* A platform, as a const table. No function may block but wait; connect may
   where the platform resolves names only so. */
typedef struct litellm_port {
  size_t link_size;          /* bytes of the link */
  bool secure;               /* does TLS itself, checks certificates */
  /* Called until it no longer says AGAIN. `remaining_ms`, above 0, is what is
     left of the time to connect: every address gets its share. OK, AGAIN,
     ERROR_RESOLVE, ERROR_CONNECT; a secure port also TLS's errors. */
  litellm_result (*connect)(void *link, const litellm_peer *peer,
                            uint32_t remaining_ms);
  /* Takes 1 .. size bytes (sent or copied) and says OK with *sent, or AGAIN,
     ERROR_CLOSED, ERROR_NETWORK. */
  litellm_result (*send)(void *link, const void *data, size_t size,
                         size_t *sent);
  /* OK with *received in 1 .. size; AGAIN; END: the peer ended in order;
     ERROR_CLOSED: reset; ERROR_NETWORK. What has arrived comes first. */
  litellm_result (*recv)(void *link, void *buffer, size_t size,
                         size_t *received);
  /* Frees what connect took. Called for every connect, also a failed one. */
  void (*close)(void *link);
  /* Sleeps until `what` (LITELLM_WAIT_*, 0: only time) is there, `ms` have
     passed, or earlier. Only blocking calls use it. */
  void (*wait)(void *link, unsigned what, uint32_t ms);
  uint32_t (*millis)(void);  /* monotonic, wraps at 2^32 */
  int64_t (*unix_time)(void);/* seconds, 0: the clock is not set */
  /* Random bytes fit for keys; false: none to be had. */
  bool (*entropy)(void *bytes, size_t size);
} litellm_port;

/* ==== >>client =========================================================== */

/* Moments of a call that litellm_client_desc.hook is told of, and their value.
   Times: litellm_client.stats is up to date. */
typedef enum litellm_moment {
  LITELLM_HOOK_START,        /* bytes of the request's body */
  LITELLM_HOOK_SENT,         /* bytes of head and body */
  LITELLM_HOOK_FIRST_BYTE,   /* ms since the start */
  LITELLM_HOOK_EVENT,        /* its litellm_event_kind */
  LITELLM_HOOK_AGAIN,        /* number of the round that follows, from 2: tools
                                were called, or the answer did not fit */
  LITELLM_HOOK_END           /* the litellm_result, LITELLM_END for success;
                                also of a call that did not start */
} litellm_moment;

/* What a client is made of. Zero means the default; the struct may go after
   init, what its pointers reach must stay as long as the client. */
typedef struct litellm_client_desc {
  const litellm_port *port;  /* needed */
  void *port_context;        /* to the link, for ports that want one */
  const char *base_url;      /* needed: https://host[:port][/prefix][/v1] */
  const char *model;         /* of calls and requests that name none */

  const char *api_key;       /* sent as "Authorization: Bearer ..." */
  /* Instead of api_key: called once an attempt, its view must stay valid until
     the next call of it. Never stored. */
  litellm_str (*api_key_callback)(void *user);
  const char *key_header;    /* sends the bare key under this name instead */
  const litellm_pair *headers;       /* more headers, {NULL} ends them */
  bool send_key_in_clear;    /* allows a key over http:// */

  const void *ca;            /* PEM text, or DER */
  size_t ca_size;            /* bytes of DER; 0: `ca` is PEM with its NUL */
  const uint8_t *pin;        /* 32 bytes: SHA-256 of the server's public key
                                (SubjectPublicKeyInfo), with or without CA */
  const uint8_t *next_pin;   /* also accepted, for the change of keys */
  bool clock_required;       /* no clock is an error; else
                                LITELLM_EARLIEST_TIME stands in */
#if LITELLM_TLS
  /* Last word on the mbedTLS configuration: bundles, opaque keys, secure
     elements. */
  void (*configure)(mbedtls_ssl_config *config, void *user);
  struct litellm_tls *tls;   /* made by litellm_tls_init and shared by the
                                clients of one thread; NULL: its own */
#endif
#if LITELLM_HOOKS
  /* Told of each moment of a call, see litellm_moment. Must not call the
     client. Gets no texts and no keys. */
  void (*hook)(litellm_moment moment, int32_t value, void *user);
#endif
  void *user;                /* to the callbacks and the tools' handlers */

  void *memory;              /* needed: link, TLS context, window, arena */
  size_t memory_size;        /* what is too little, init says */
  size_t window_size;        /* bytes of the I/O window, 64 or more;
                                0: LITELLM_WINDOW_BYTES */

  uint32_t connect_timeout_ms;       /* resolve to handshake, 0: 10000 */
  uint32_t first_byte_timeout_ms;    /* a model may think, 0: 120000 */
  uint32_t idle_timeout_ms;          /* between bytes, 0: 60000 */
  uint32_t total_timeout_ms;         /* whole request, each round of a call
                                        has its own, 0: 600000 */
} litellm_client_desc;

#if LITELLM_TLS
/* Configuration and trust anchors, which clients of one thread may share. */
typedef struct litellm_tls {
  mbedtls_ssl_config config;
  mbedtls_x509_crt ca;
  const litellm_port *port_;
  const uint8_t *pin_, *next_pin_;
  bool has_ca_;
} litellm_tls;

/* Reads port, ca, pins, configure and user of `desc`. ERROR_NO_CA,
   ERROR_BAD_CA, ERROR_TLS, ERROR_TLS_MEMORY; `error` may be NULL. Needs
   litellm_tls_free also after a failure. */
LITELLM_API litellm_result litellm_tls_init(litellm_tls *tls,
                                            const litellm_client_desc *desc,
                                            litellm_error *error);
LITELLM_API void litellm_tls_free(litellm_tls *tls);
#endif

#if LITELLM_TLS
/* What TLS needs of the memory block, beside mbedTLS's own heap. */
typedef struct litellm__tls {
  mbedtls_ssl_context ssl;
} litellm__tls;
#endif

/* What the last call took: bytes and total_ms in all rounds, the other times,
   in milliseconds, in the last one. */
typedef struct litellm_stats {
  uint32_t bytes_sent, bytes_received;       /* of HTTP, before TLS */
  uint32_t connect_ms, handshake_ms;
  uint32_t first_byte_ms;    /* of the reply, since the start of the round */
  uint32_t total_ms;
} litellm_stats;

/* A connection and the memory it works in. One call at a time; its functions
   must not be called from interrupts. */
typedef struct litellm_client {
  litellm_error error;       /* of the last call, see litellm_error */
  litellm_stats stats;       /* of the last call */
  litellm_arena arena;       /* rest of the memory: responses live here */
  void *link_;
  char *window_;
  litellm_client_desc desc_; /* defaults resolved */
  const char *host_;
  litellm_str authority_;    /* host[:port] as in base_url */
  litellm_str prefix_;       /* of the path, without a slash at its end */
  size_t keep_;              /* arena mark: below it the caller's */
#if LITELLM_TLS
  litellm__tls *tls_;
  litellm_tls *shared_;
#endif
  uint16_t port_;
  int16_t io_;               /* the port's failure below TLS */
  uint8_t wait_, phase_;
  bool secure_, whole_path_, ready_, connected_, tls_open_, busy_;
} litellm_client;

/* Makes a client; no byte is sent. ERROR_ARGUMENT (see error.where),
   ERROR_NO_PORT, ERROR_URL, ERROR_HEADER, ERROR_KEY_IN_CLEAR, ERROR_NO_TLS,
   ERROR_NO_CA, ERROR_BAD_CA, ERROR_NO_MEMORY (see error.missing). */
LITELLM_API litellm_result litellm_client_init(litellm_client *client,
                                               const litellm_client_desc *desc);
/* Closes the connection, gives up its call and forgets the CA. The client may
   be init'ed again. */
LITELLM_API void litellm_client_close(litellm_client *client);
/* Makes what the last call left in the arena stay over the next calls;
   litellm_client_forget takes it back. */
LITELLM_API void litellm_client_keep(litellm_client *client);
LITELLM_API void litellm_client_forget(litellm_client *client);
/* The best single text on the last failure: the server's own words if there
   are any, else litellm_result_text. */
LITELLM_API const char *litellm_client_error(const litellm_client *client);

/* ==== >>response ========================================================= */

typedef struct litellm_usage {
  uint32_t prompt_tokens, completion_tokens, total_tokens;
  uint32_t cached_tokens;            /* of the prompt */
  uint32_t reasoning_tokens;         /* of the completion */
} litellm_usage;

/* What a call gave. All pointers reach into the client's arena and stay valid
   until the next call on it (see litellm_client_keep); all texts are
   NUL-terminated; NULL when the reply had none, but content is never NULL. */
typedef struct litellm_response {
  const char *content;       /* the answer or ""; it may hold NULs itself */
  size_t content_size;       /* its bytes, the final NUL not counted */
  const char *reasoning;
  const char *refusal;
  const char *finish_reason; /* "stop", "length", "tool_calls", ... */
  const char *id;
  const char *model;
  const litellm_tool_call *tool_calls;
  size_t tool_call_count;
  const char *thinking_blocks;       /* signed thoughts before tool calls, see
                                        litellm_message */
  const litellm_message *rounds;     /* messages of the tool rounds before the
                                        answer, or NULL */
  bool has_usage;
  litellm_usage usage;       /* of all rounds */
#if LITELLM_GATEWAY_HEADERS
  /* LiteLLM's headers. */
  const char *call_id;       /* x-litellm-call-id */
  const char *model_id;      /* x-litellm-model-id, the deployment */
  const char *model_group;   /* x-litellm-model-group */
  const char *cost;          /* x-litellm-response-cost, in dollars */
  const char *key_spend;     /* x-litellm-key-spend, in dollars */
  const char *attempted_retries, *attempted_fallbacks;
  const char *overhead_ms;   /* x-litellm-overhead-duration-ms */
  const char *remaining_requests, *remaining_tokens;   /* x-ratelimit-* */
  int64_t cost_nano;         /* cost in 1e-9 dollars, -1: not told */
#endif
} litellm_response;

/* ==== >>call ============================================================= */

struct litellm_request;

/* How a call asks for its response model. */
typedef enum litellm_ask_by {
  LITELLM_BY_SCHEMA,         /* response_format, strict json_schema */
  LITELLM_BY_PROMPT,         /* json_object, the schema in a system message */
#if LITELLM_TOOLS
  LITELLM_BY_TOOL            /* a tool "answer" that the model must call */
#endif
} litellm_ask_by;

/* A call's descriptor: const, in flash. */
typedef struct litellm_call {
  const litellm_field *(*fields)(void);      /* of the arguments struct */
  const char *model;                 /* or the request's, or the client's */
  const char *prompt;                /* the template, or NULL */
  const litellm_params *params;
  const litellm_pair *headers;       /* more headers, {NULL} ends them */
#if LITELLM_TOOLS
  const litellm_tool *const *tools;  /* NULL ends them */
  const char *tool_choice;           /* "auto", "none", "required" or a tool's
                                        name; NULL: not sent */
  bool strict_tools;         /* arguments by strict schemas */
  uint8_t max_rounds;        /* above 0 the tools are run, and the model is
                                asked at most so often; 0: calls are told, and
                                are TOOL_LIMIT where a struct is asked for */
  uint8_t max_calls;         /* of tools, in all rounds, 0: 32 */
  uint8_t max_repeats;       /* of a tool with the same arguments, 0: 3; the
                                next is not run, the model is told so */
  uint16_t max_result_bytes; /* of a tool's result, 0: 4096; what is cut off
                                is marked */
#endif
  bool json_mode;                    /* asks for any JSON object; OpenAI wants
                                        the word JSON in the prompt then */
  bool keep_text;                    /* name_start keeps the texts too, for
                                        the response and a history */
#if LITELLM_MODELS
  uint8_t ask_by;                    /* litellm_ask_by */
  uint8_t max_reasks;                /* when the answer does not fit: the model
                                        is told why, and asked again */
#endif
  /* Makes the caller's value of a response, and of the response model if there
     is one (else `model` is NULL). Its result is the call's. */
  litellm_result (*output_parser)(const litellm_response *response,
                                  const void *model, void *output);
  /* Runs before anything is rendered. May change the request (messages, params,
     headers, tools, model, even the call) and, in `arguments`, which are the
     request's, COMPUTED fields. An error ends the call. */
  litellm_result (*configure)(struct litellm_request *request,
                              void *arguments, void *user);
#if LITELLM_MODELS
  const litellm_detail *response_model;      /* of the MODEL to fill in */
#endif
} litellm_call;

/* A call to be made: the descriptor and what is known at run time. */
typedef struct litellm_request {
  const litellm_call *call;          /* needed */
  const void *arguments;             /* the struct that call->fields tells */
  const litellm_message *messages;   /* after the template's, or instead */
  const char *model;                 /* beats call->model */
  const litellm_params *params;      /* beats call->params as a whole */
  const litellm_pair *headers;       /* beats call->headers as a whole */
#if LITELLM_TOOLS
  const litellm_tool *const *tools;  /* beats call->tools */
  const char *tool_choice;           /* beats call->tool_choice */
#endif
  void *output;                      /* what the output parser fills in, else
                                        the struct of the response model; NULL
                                        without both */
  bool stream;                       /* asks for server-sent events; no
                                        matter with LITELLM_STREAMS 0 */
  bool keep_text;                    /* keeps the texts for the response */
  const litellm_message *rounds_;    /* the library's own */
} litellm_request;

typedef enum litellm_event_kind {
  LITELLM_NOTHING,
  LITELLM_TEXT,              /* text: a piece of the answer */
  LITELLM_REASONING,         /* text: a piece of the model's thoughts */
  LITELLM_REFUSAL,           /* text: a piece of a refusal */
  LITELLM_TOOL_BEGIN,        /* tool_call: a new one; text: its arguments ... */
  LITELLM_TOOL_ARGUMENTS,    /* ... and more of them */
  LITELLM_TOOL_CALL,         /* tool_call: one, whole; also "answer", which
                                BY_TOOL is the struct */
  LITELLM_TOOL_ANSWER,       /* tool_call, text: what the model is told */
  LITELLM_PARTIAL,           /* text: a piece of the answer, in place of TEXT;
                                more of the struct is filled in. Strings grow
                                from NULL; a list counts an item from its begin
                                on */
  LITELLM_REASK,             /* text: why the answer did not fit */
  LITELLM_FINISH,            /* text: the finish reason */
  LITELLM_USAGE              /* usage */
} litellm_event_kind;

/* What litellm_next has to say. Pieces hold whole UTF-8 characters. */
typedef struct litellm_event {
  litellm_event_kind kind;
  litellm_str text;          /* until the next call of litellm_next */
  const litellm_tool_call *tool_call;        /* until the next call, too */
  const litellm_usage *usage;                /* in the stream */
  /* With LITELLM_AGAIN: what to wait for (LITELLM_WAIT_*, 0: only time), and
     how long until a limit needs another call; 0: there is more to compute,
     as in a handshake. */
  unsigned wait;
  uint32_t wait_ms;
} litellm_event;

/* A call under way. Its members are the library's own. */
typedef struct litellm__mark {       /* where a window may start to render */
  uint32_t at;               /* offset of the message in the request */
  uint32_t section;          /* template offset of its section */
  const litellm_message *message;    /* in a list, or NULL */
  uint8_t stage, any;
  uint32_t text_index;       /* the text in the message, 0: its start */
  uint32_t text_at;          /* offset in the request ... */
  size_t text_source;        /* ... of this byte of that text */
} litellm__mark;

typedef struct litellm__http {
  uint32_t left;             /* of the body or chunk */
  uint32_t head_bytes;       /* of the head, or of a chunk's framing */
  uint16_t status;
  uint8_t state, flags, type, retry;
  bool skipping;             /* the rest of a line */
} litellm__http;

#define LITELLM__FRAMES 7    /* known levels of a chat reply */
#define LITELLM__MOST_NAME 48        /* bytes of a field's or enum's name */

typedef struct litellm__reader {     /* places tokens in the table of keys */
  uint16_t skip;             /* open levels of an unknown value */
  uint8_t depth;             /* open levels of known ones ... */
  uint8_t open[LITELLM__FRAMES + 1]; /* ... and their rows from 1 on */
  uint8_t row;               /* whose value comes */
  uint8_t key_len;
  char key[27];              /* the longest that is known, and two more */
} litellm__reader;

enum {                       /* litellm_stream.step_ */
  LITELLM__STEP_READ, LITELLM__STEP_SHOW, LITELLM__STEP_CALLS,
  LITELLM__STEP_USAGE, LITELLM__STEP_END
};

#if LITELLM_MODELS
typedef struct litellm__frame {      /* an object or list that is read into */
  const litellm_detail *detail;      /* of the MODEL or LIST */
  unsigned char *at;         /* the struct or list */
  uint32_t came;             /* rows that came, as bits; items, as a number */
  uint8_t row;               /* whose value comes, 255: unknown */
} litellm__frame;

typedef struct litellm__decimals {   /* a number, read digit by digit */
  uint64_t digits;           /* without zeros at the end */
  int32_t power;             /* of ten, of the last of them */
  int32_t place;             /* the same of the last digit that came */
  int32_t exponent;
  uint8_t at;                /* what came last, as litellm_json.at_ */
  bool negative, down;       /* signs of the number and of its exponent */
  bool lost;                 /* more digits than fit */
} litellm__decimals;

typedef struct litellm__decoder {    /* reads JSON text into a struct */
  uint8_t state;
  uint8_t depth;             /* frames that are open */
  uint8_t kind;              /* of the token */
  uint16_t len;              /* bytes in scratch, or of a TEXT so far */
  uint32_t before;           /* bytes of text before the object */
  uint32_t at;               /* where in the object the token began */
  const litellm_detail *model;
  void *output;
  litellm_json json;
  char scratch[LITELLM__MOST_NAME];  /* a key or scalar, as far as it fits */
  litellm__decimals number;
  litellm__frame frames[LITELLM_VALUE_DEPTH];
} litellm__decoder;
#endif

/* Small members first: there the code for their access is short. From phase_
   to before started_ each round starts with zeros. */
typedef struct litellm_stream {
  litellm_client *client_;
  uint8_t phase_, step_, flags_, choice_;
  uint8_t line_, sse_, done_, payload_;      /* event stream */
  uint8_t calls_, calls_before_, shown_;     /* tool calls */
  uint8_t running_;          /* the tool call that is answered */
  bool capturing_;
  uint8_t reasoning_, showing_, thinking_;
  uint8_t raw_;              /* what of a body is kept as it is */
  bool drop_;                /* the rest of the value at hand */
  int16_t index_;            /* of a fragment's tool call, -1: not told */
  char newline_;             /* between two data lines */
  litellm__http http_;
  litellm_result result_;    /* OK: under way */
  char *in_;                 /* unread part of the window */
  size_t in_len_;
  litellm_span span_;        /* body bytes being read */
  litellm_span data_;        /* payload bytes being read */
  uint32_t number_;          /* integer being read */
  size_t records_;           /* arena offset of the kept texts */
  size_t lost_;              /* bytes that did not fit there */
  litellm__reader reader_;
  litellm_json json_;
  uint32_t since_;           /* clock at the last progress */
  uint32_t body_, total_, offset_;   /* bytes of body, of head and body, sent */
  size_t pending_, sent_;    /* bytes in the window, and of them sent */
  litellm_str key_;
  litellm__mark mark_;
  litellm_usage usage;
  litellm_tool_call call_;   /* shown by the last event of one */

  uint32_t started_;         /* clock at the start */
  litellm_request request_;
  uint8_t round_;            /* from 0 */
  uint8_t made_;             /* tool calls that were run */
  uint8_t reasked_;
  litellm_message *last_round_;      /* the last of request_.rounds_ */
  litellm_usage spent_;      /* in the rounds before */
#if LITELLM_MODELS
  void *model_;              /* the struct of the response model */
  size_t fed_;               /* bytes of a tool's arguments it has seen */
  litellm__decoder decoder_;
#endif
} litellm_stream;

/* Begins a call; no byte is sent yet. All errors of the request itself come
   from here or from the first litellm_next. */
LITELLM_API litellm_result litellm_start(litellm_stream *stream,
                                         litellm_client *client,
                                         const litellm_request *request);
/* Makes progress, never blocks. LITELLM_OK: `event` is filled in;
   LITELLM_AGAIN: nothing yet, see event->wait; LITELLM_END: success, the
   response can be had; else the error, also in client->error. */
LITELLM_API litellm_result litellm_next(litellm_stream *stream,
                                        litellm_event *event);
/* Sleeps after LITELLM_AGAIN as event->wait says, by the port's wait: for a
   program that may block. */
LITELLM_API void litellm_wait(litellm_stream *stream,
                              const litellm_event *event);
#if LITELLM_TOOLS
/* Answers the tool call of the last TOOL_CALL event with `text`, which is
   copied: its handler is not run. So a person may refuse a call, and a call
   without a handler be answered. ERROR_NO_MEMORY, ERROR_ARGUMENT. A call that
   has neither ends the rounds: the response holds it. */
LITELLM_API litellm_result litellm_answer(litellm_stream *stream,
                                          litellm_str text);
#endif
/* Gives up a call and closes its connection, also out of a tool's handler.
   The window is wiped: texts of events are gone. */
LITELLM_API void litellm_cancel(litellm_stream *stream);
/* What the call gave so far, in full after LITELLM_END; also after an error,
   with what came before it. ERROR_NO_MEMORY when the list of tool calls does
   not fit. */
LITELLM_API litellm_result litellm_stream_response(litellm_stream *stream,
                                                   litellm_response *response);
/* The blocking call: start, next until the end, and the response, for which it
   keeps the texts, and which may be NULL. The port's wait is used in between.
   Meanwhile a litellm_stream takes its size from the end of the client's
   arena. */
LITELLM_API litellm_result litellm_run(litellm_client *client,
                                       litellm_response *response,
                                       const litellm_request *request);

/* Whether a descriptor can be sent: template against fields, raw parameters
   against JSON, headers. For boot and for tests; `error` may be NULL. */
LITELLM_API litellm_result litellm_check(const litellm_call *call,
                                         litellm_error *error);
/* The request body as it would be sent, but for what .configure changes and
   the client's model: `size` bytes from `offset` on into `buffer` (NULL with
   0: none), and its whole length into *total. */
LITELLM_API litellm_result litellm_body(const litellm_request *request,
                                        uint32_t offset, char *buffer,
                                        size_t size, uint32_t *total,
                                        litellm_error *error);

#if LITELLM_MODELS
/* Fills in the struct `output` of `model` from JSON text, as a tool call's
   arguments; strings go to the client's arena and stay as a response does.
   ERROR_SCHEMA with error.message telling the path, what was expected and what
   came, and error.position; ERROR_NO_MEMORY. The client must be idle. */
LITELLM_API litellm_result litellm_decode(litellm_client *client,
                                          const litellm_detail *model,
                                          litellm_str text, void *output);
#endif
#if LITELLM_TEMPLATES || LITELLM_MODELS || LITELLM_TOOLS
/* The struct `value` of `model` as JSON: at most `size` bytes into `buffer`, no
   NUL. Its whole length; 0: nested deeper than LITELLM_VALUE_DEPTH. */
LITELLM_API size_t litellm_encode(const litellm_detail *model,
                                  const void *value, char *buffer,
                                  size_t size);
#endif

/* Steps of the generated functions. */
LITELLM_API litellm_result litellm__start_copy(litellm_stream *stream,
                                               litellm_client *client,
                                               const litellm_call *call,
                                               void *output,
                                               const void *arguments,
                                               size_t size);

/* ==== >>macros =========================================================== */

/* LITELLM_CALL(name, ARGS, .model = ..., .prompt = ..., ...);

   gives, for  #define ARGS(ARG) ARG(STRING, genre) ARG(INT, count)

     struct name_arguments { const char *genre; int count; };
     static const litellm_call name_call;
     litellm_result name(litellm_client *, litellm_response *,
                         const char *genre, int count);
     litellm_result name_start(litellm_stream *, litellm_client *,
                               const char *genre, int count);

   name_start asks for a stream; its argument struct is copied into the arena,
   what its pointers reach must stay until the request is sent. ARGS may be
   LITELLM_NO_ARGUMENTS.

   kind             parameter
   STRING           const char *
   STR              litellm_str
   BYTES            litellm_bytes
   BOOL             bool
   INT              int
   INT64            int64_t
   DOUBLE           double
   ENUM(unit)       enum unit
   MODEL(book)      const struct book *
   OPTIONAL(INT)    const int *            NULL: null
   LIST(kind)       const item *, size_t   of a MODEL: the structs themselves
   LISTS(kind)      const litellm_list *, size_t   of lists of the kind
   PART             const litellm_part *   NULL: null
   MESSAGES         const litellm_message *  the first of a history
   COMPUTED(kind)   none: .configure sets the member */
#define LITELLM_NO_ARGUMENTS(ARG)

#define LITELLM_CALL(call_name, ARGS, ...)                                    \
  LITELLM__CALL_TABLES(call_name, ARGS, __VA_ARGS__)                          \
  LITELLM__CALL_FUNCTIONS(call_name, ARGS,                                    \
                          litellm_response *litellm__response, ,              \
                          litellm__response, NULL)

/* LITELLM_CALL_AS(book, name, ARGS, .model = ..., .prompt = ..., ...);

   fills in the struct of a LITELLM_MODEL:

     litellm_result name(litellm_client *, struct book *, const char *genre);
     litellm_result name_start(litellm_stream *, litellm_client *,
                               struct book *, const char *genre);

   The struct must stay until the call is over; its strings live in the
   client's arena, as a response does. litellm_run on name_call, with .output,
   gives the response too: usage, cost, finish reason. */
#define LITELLM_CALL_AS(model_name, call_name, ARGS, ...)                     \
  LITELLM__CALL_TABLES(call_name, ARGS, __VA_ARGS__,                          \
                       .response_model = &model_name##_detail)                \
  LITELLM__CALL_OUTPUT(call_name, ARGS, struct model_name)

/* LITELLM_CALL_VALUE(INT, name, ARGS, ...); the same for one value of a kind
   that fields have: struct name_value { int value; }. */
#define LITELLM_CALL_VALUE(kind, call_name, ARGS, ...)                        \
  struct call_name##_value {                                                  \
    LITELLM__DO(MEMBER, value, NULL, LITELLM__F_##kind) };                    \
  LITELLM__TABLE(call_name##_value,                                           \
                 LITELLM__DO(DETAIL, value, NULL, LITELLM__F_##kind),         \
                 LITELLM__DO(ROW, value, NULL, LITELLM__F_##kind));           \
  LITELLM_CALL_AS(call_name##_value, call_name, ARGS, __VA_ARGS__)

/* LITELLM_CALL_TO(struct author, name, ARGS, .output_parser = parse, ...);
   the same for what an output parser makes: any type. */
#define LITELLM_CALL_TO(output_type, call_name, ARGS, ...)                    \
  LITELLM__CALL_TABLES(call_name, ARGS, __VA_ARGS__)                          \
  LITELLM__CALL_OUTPUT(call_name, ARGS, output_type)

#define LITELLM__CALL_TABLES(call_name, ARGS, ...)                            \
  struct call_name##_arguments { char litellm__none;                          \
                                 ARGS(LITELLM__ARG_MEMBER) };                 \
  LITELLM_UNUSED static const litellm_field *call_name##_fields(void) {       \
    typedef struct call_name##_arguments litellm__owner;                      \
    ARGS(LITELLM__ARG_DETAIL)                                                 \
    static const litellm_field litellm__rows[] = {                            \
      ARGS(LITELLM__ARG_ROW)                                                  \
      { NULL, NULL, NULL, LITELLM__SIZE(litellm__owner), 0 } };               \
    return litellm__rows;                                                     \
  }                                                                           \
  LITELLM__SOME_MEMBERS                                                       \
  static const litellm_call call_name##_call = {                              \
    .fields = call_name##_fields, __VA_ARGS__ };                              \
  LITELLM__ALL_MEMBERS
#define LITELLM__CALL_OUTPUT(call_name, ARGS, output_type)                    \
  LITELLM__CALL_FUNCTIONS(call_name, ARGS, output_type *litellm__output,      \
                          LITELLM__COMMA output_type *litellm__output,        \
                          NULL, litellm__output)
#define LITELLM__COMMA ,

/* g++ warns of members that designators leave out, gcc does not. */
#if defined(__cplusplus) && defined(__GNUC__)
#define LITELLM__SOME_MEMBERS                                                 \
  _Pragma("GCC diagnostic push")                                              \
  _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define LITELLM__ALL_MEMBERS _Pragma("GCC diagnostic pop")
#else
#define LITELLM__SOME_MEMBERS
#define LITELLM__ALL_MEMBERS
#endif

/* `out` and `start_out` declare where the answer goes to. */
#define LITELLM__CALL_FUNCTIONS(call_name, ARGS, out, start_out, response,    \
                                output_at)                                    \
  LITELLM_UNUSED static litellm_result call_name(                             \
      litellm_client *litellm__client, out ARGS(LITELLM__ARG_PARAMETER)) {    \
    struct call_name##_arguments litellm__arguments = LITELLM__ZERO;          \
    litellm_request litellm__request = LITELLM__ZERO;                         \
    ARGS(LITELLM__ARG_SET)                                                    \
    litellm__request.call = &call_name##_call;                                \
    litellm__request.arguments = &litellm__arguments;                         \
    litellm__request.output = output_at;                                      \
    return litellm_run(litellm__client, response, &litellm__request);         \
  }                                                                           \
  LITELLM_UNUSED static litellm_result call_name##_start(                     \
      litellm_stream *litellm__stream, litellm_client *litellm__client        \
      start_out ARGS(LITELLM__ARG_PARAMETER)) {                               \
    struct call_name##_arguments litellm__arguments = LITELLM__ZERO;          \
    ARGS(LITELLM__ARG_SET)                                                    \
    return litellm__start_copy(litellm__stream, litellm__client,              \
                               &call_name##_call, output_at,                  \
                               &litellm__arguments,                           \
                               sizeof litellm__arguments);                    \
  }                                                                           \
  struct call_name##_arguments

/* LITELLM_ENUM(unit, UNIT); with
     #define UNIT(VALUE) VALUE(UNIT_CELSIUS, "celsius") VALUE(UNIT_KELVIN, "K")
   gives enum unit and its names on the wire. */
#define LITELLM_ENUM(enum_name, VALUES)                                       \
  enum enum_name { VALUES(LITELLM__ENUMERATOR) };                             \
  static const char *const enum_name##_names[] = {                            \
    VALUES(LITELLM__ENUM_NAME) NULL };                                        \
  LITELLM_UNUSED static const litellm_detail enum_name##_detail = {           \
    LITELLM_KIND_ENUM, (uint16_t)sizeof(enum enum_name),                      \
    (uint16_t)(sizeof enum_name##_names / sizeof enum_name##_names[0] - 1),   \
    0, NULL, NULL, enum_name##_names, 0, 0, NULL }
#define LITELLM__ENUMERATOR(value, text) value,
#define LITELLM__ENUM_NAME(value, text) text,

/* LITELLM_MODEL(book, BOOK); with
     #define BOOK(FIELD) FIELD(STRING, title, "Title") FIELD(INT, year, "Year")
   gives struct book and its table, book_detail: for arguments, response models
   and tools. Members are inline; strings are views.

   kind                   member
   STRING                 const char *
   STR                    litellm_str
   TEXT(bytes)            char[bytes + 1]
   TEXT_IN(least, most)   the same, bounds in bytes
   BOOL                   bool
   INT, INT64, DOUBLE     int, int64_t, double
   INT_IN(least, most)    the same, with bounds that fit 32 bits;
                          INT64_IN, DOUBLE_IN too
   ENUM(unit)             enum unit
   MODEL(author)          struct author
   OPTIONAL(kind)         struct { kind value; bool set; }
   LIST(kind, most)       struct { kind items[most]; size_t count; }
   LIST_IN(kind, least, most)   the same, with at least so many
   EXAMPLE(kind, text)    kind, with an example for the model, "Dune"; of
                          texts, numbers and BOOL
   GIVEN(kind)            kind, from the call's argument of the same name and
                          kind, not in nested models or tools: the model is
                          not asked
   BYTES                  litellm_bytes, for templates only

   What OPTIONAL and LIST hold are kinds without _IN, OPTIONAL, LIST, EXAMPLE
   and GIVEN. A LIST_IN or OPTIONAL of such is a MODEL with one field.

   Models get these as answers: numbers and bools also as strings, strings also
   from numbers and bools, whole numbers also as 3.0, enums in any case.
   Unknown keys are skipped, of two equal keys, both of which must fit, the last
   counts. Fences and prose around the object are skipped; the prose must not
   hold {} or {".

   A struct has less than 64 KiB, its names at most 48 bytes. */
#define LITELLM_MODEL(model_name, FIELDS)                                     \
  LITELLM__MODEL(model_name, , FIELDS)
#define LITELLM__MODEL(model_name, first, FIELDS)                             \
  struct model_name { first FIELDS(LITELLM__FIELD_MEMBER) };                  \
  LITELLM__TABLE(model_name, FIELDS(LITELLM__FIELD_DETAIL),                   \
                 FIELDS(LITELLM__FIELD_ROW))
/* A size, or no compilation: the tables count up to 65535. */
#define LITELLM__SIZE(type)                                                   \
  (uint16_t)(sizeof(type) * sizeof(char[sizeof(type) - 1 < 65535u ? 1 : -1]))
#define LITELLM__TABLE(model_name, details, rows)                             \
  LITELLM_UNUSED static const litellm_field *model_name##_fields(void) {      \
    typedef struct model_name litellm__owner;                                 \
    details                                                                   \
    static const litellm_field litellm__rows[] = {                            \
      rows                                                                    \
      { NULL, NULL, NULL, LITELLM__SIZE(litellm__owner), 0 } };               \
    return litellm__rows;                                                     \
  }                                                                           \
  LITELLM_UNUSED static const litellm_detail model_name##_detail = {          \
    LITELLM_KIND_MODEL, LITELLM__SIZE(struct model_name), 0, 0, NULL,         \
    model_name##_fields, NULL, 0, 0, NULL }

/* LITELLM_TOOL(read_sensor, "Read a sensor by name", READ_SENSOR, reading) {
     result->value = adc(args->name);
     return LITELLM_OK;
   }
   is a function that a model may call, `const litellm_tool read_sensor_tool`:
   `args` is a struct read_sensor_arguments by the fields READ_SENSOR
   (LITELLM_NO_ARGUMENTS: none), `result` a struct of the LITELLM_MODEL reading,
   `user` litellm_client_desc.user. With LITELLM_TOOL_TEXT (no model) `result`
   is a litellm_str to point at text or JSON. */
#define LITELLM_TOOL(tool_name, description, FIELDS, model_name)              \
  LITELLM__TOOL(tool_name, description, FIELDS, struct model_name,            \
                &model_name##_detail)
#define LITELLM_TOOL_TEXT(tool_name, description, FIELDS)                     \
  LITELLM__TOOL(tool_name, description, FIELDS, litellm_str, NULL)
#define LITELLM__TOOL(tool_name, text, FIELDS, result_type, result_detail)    \
  LITELLM__MODEL(tool_name##_arguments, char litellm__none;, FIELDS);         \
  static litellm_result tool_name##_run(                                      \
      const struct tool_name##_arguments *args, result_type *result,          \
      void *user);                                                            \
  static litellm_result tool_name##_handler(const void *litellm__args,        \
                                            void *litellm__result,            \
                                            void *litellm__user) {            \
    return tool_name##_run(                                                   \
        (const struct tool_name##_arguments *)litellm__args,                  \
        (result_type *)litellm__result, litellm__user);                       \
  }                                                                           \
  LITELLM_UNUSED static const litellm_tool tool_name##_tool = {               \
    #tool_name, text, &tool_name##_arguments_detail, result_detail,           \
    tool_name##_handler };                                                    \
  static litellm_result tool_name##_run(                                      \
      LITELLM_UNUSED const struct tool_name##_arguments *args,                \
      LITELLM_UNUSED result_type *result, LITELLM_UNUSED void *user)

#ifdef __cplusplus
#define LITELLM__ZERO {}
#else
#define LITELLM__ZERO { 0 }
#endif
struct litellm__align_size { char first; size_t value; };
#define LITELLM__ALIGN_UP(size)                                               \
  (((size) + offsetof(struct litellm__align_size, value) - 1) /               \
   offsetof(struct litellm__align_size, value) *                              \
   offsetof(struct litellm__align_size, value))

/* A kind is pasted to a prefix by the first macro that sees it, so that a
   platform's own macro of that name cannot get in between. An item is
   (C type, what follows the name, kind, its detail); an argument or a field
   puts a class before its item, and the class says how to write it. */
#define LITELLM__I_STRING const char *, , LITELLM_KIND_STRING, NULL
#define LITELLM__I_STR litellm_str, , LITELLM_KIND_STR, NULL
#define LITELLM__I_TEXT(size) char, [(size) + 1], LITELLM_KIND_TEXT, NULL
#define LITELLM__I_BYTES litellm_bytes, , LITELLM_KIND_BYTES, NULL
#define LITELLM__I_BOOL bool, , LITELLM_KIND_BOOL, NULL
#define LITELLM__I_INT int, , LITELLM_KIND_INT, NULL
#define LITELLM__I_INT64 int64_t, , LITELLM_KIND_INT64, NULL
#define LITELLM__I_DOUBLE double, , LITELLM_KIND_DOUBLE, NULL
#define LITELLM__I_PART litellm_part, , LITELLM_KIND_PART, NULL
#define LITELLM__I_ENUM(type) enum type, , LITELLM_KIND_ENUM, &type##_detail
#define LITELLM__I_MODEL(type)                                                \
  struct type, , LITELLM_KIND_MODEL, &type##_detail

/* What an example may be of. */
#define LITELLM__E_STRING LITELLM__I_STRING
#define LITELLM__E_STR LITELLM__I_STR
#define LITELLM__E_TEXT(size) LITELLM__I_TEXT(size)
#define LITELLM__E_BOOL LITELLM__I_BOOL
#define LITELLM__E_INT LITELLM__I_INT
#define LITELLM__E_INT64 LITELLM__I_INT64
#define LITELLM__E_DOUBLE LITELLM__I_DOUBLE

#define LITELLM__A_STRING LITELLM__PLAIN, LITELLM__I_STRING
#define LITELLM__A_STR LITELLM__PLAIN, LITELLM__I_STR
#define LITELLM__A_BYTES LITELLM__PLAIN, LITELLM__I_BYTES
#define LITELLM__A_BOOL LITELLM__PLAIN, LITELLM__I_BOOL
#define LITELLM__A_INT LITELLM__PLAIN, LITELLM__I_INT
#define LITELLM__A_INT64 LITELLM__PLAIN, LITELLM__I_INT64
#define LITELLM__A_DOUBLE LITELLM__PLAIN, LITELLM__I_DOUBLE
#define LITELLM__A_ENUM(type) LITELLM__PLAIN, LITELLM__I_ENUM(type)
#define LITELLM__A_MODEL(type) LITELLM__POINTER, LITELLM__I_MODEL(type)
#define LITELLM__A_PART LITELLM__POINTER, LITELLM__I_PART
#define LITELLM__A_MESSAGES                                                   \
  LITELLM__PLAIN, const litellm_message *, , LITELLM_KIND_MESSAGES, NULL
#define LITELLM__A_COMPUTED(item) LITELLM__COMPUTED, LITELLM__A_##item
#define LITELLM__A_OPTIONAL(item) LITELLM__POINTER, LITELLM__I_##item
#define LITELLM__A_LIST(item) LITELLM__VIEW, LITELLM__I_##item
#define LITELLM__A_LISTS(item) LITELLM__VIEWS, LITELLM__I_##item

#define LITELLM__F_STRING LITELLM__PLAIN, LITELLM__I_STRING
#define LITELLM__F_STR LITELLM__PLAIN, LITELLM__I_STR
#define LITELLM__F_TEXT(size) LITELLM__PLAIN, LITELLM__I_TEXT(size)
#define LITELLM__F_BYTES LITELLM__PLAIN, LITELLM__I_BYTES
#define LITELLM__F_BOOL LITELLM__PLAIN, LITELLM__I_BOOL
#define LITELLM__F_INT LITELLM__PLAIN, LITELLM__I_INT
#define LITELLM__F_INT64 LITELLM__PLAIN, LITELLM__I_INT64
#define LITELLM__F_DOUBLE LITELLM__PLAIN, LITELLM__I_DOUBLE
#define LITELLM__F_ENUM(type) LITELLM__PLAIN, LITELLM__I_ENUM(type)
#define LITELLM__F_MODEL(type) LITELLM__PLAIN, LITELLM__I_MODEL(type)
#define LITELLM__F_OPTIONAL(item) LITELLM__SETTABLE, 0, LITELLM__I_##item
#define LITELLM__F_LIST(item, capacity)                                       \
  LITELLM__INLINE_LIST, 0, capacity, LITELLM__I_##item
#define LITELLM__F_LIST_IN(item, least, most)                                 \
  LITELLM__INLINE_LIST, least, most, LITELLM__I_##item
#define LITELLM__F_TEXT_IN(least, most)                                       \
  LITELLM__BOUNDED, least, most, NULL, LITELLM__I_TEXT(most)
#define LITELLM__F_INT_IN(least, most)                                        \
  LITELLM__BOUNDED, least, most, NULL, LITELLM__I_INT
#define LITELLM__F_INT64_IN(least, most)                                      \
  LITELLM__BOUNDED, least, most, NULL, LITELLM__I_INT64
#define LITELLM__F_DOUBLE_IN(least, most)                                     \
  LITELLM__BOUNDED, least, most, NULL, LITELLM__I_DOUBLE
#define LITELLM__F_EXAMPLE(item, text)                                        \
  LITELLM__BOUNDED, 0, 0, text, LITELLM__E_##item
#define LITELLM__F_GIVEN(item) LITELLM__GIVEN, LITELLM__I_##item

#define LITELLM__ARG_MEMBER(kind, name)                                       \
  LITELLM__DO(MEMBER, name, NULL, LITELLM__A_##kind)
#define LITELLM__ARG_PARAMETER(kind, name)                                    \
  LITELLM__DO(PARAMETER, name, NULL, LITELLM__A_##kind)
#define LITELLM__ARG_SET(kind, name)                                          \
  LITELLM__DO(SET, name, NULL, LITELLM__A_##kind)
#define LITELLM__ARG_DETAIL(kind, name)                                       \
  LITELLM__DO(DETAIL, name, NULL, LITELLM__A_##kind)
#define LITELLM__ARG_ROW(kind, name)                                          \
  LITELLM__DO(ROW, name, NULL, LITELLM__A_##kind)
#define LITELLM__FIELD_MEMBER(kind, name, text)                               \
  LITELLM__DO(MEMBER, name, text, LITELLM__F_##kind)
#define LITELLM__FIELD_DETAIL(kind, name, text)                               \
  LITELLM__DO(DETAIL, name, text, LITELLM__F_##kind)
#define LITELLM__FIELD_ROW(kind, name, text)                                  \
  LITELLM__DO(ROW, name, text, LITELLM__F_##kind)

#define LITELLM__DO(what, name, text, ...)                                    \
  LITELLM__DO_(what, name, text, __VA_ARGS__)
#define LITELLM__DO_(what, name, text, style, ...)                            \
  style##_##what(name, text, __VA_ARGS__)

/* name, text, then the item: c (C type), s (suffix), k (kind), d (detail);
   for the inline list and the optional n (capacity) before it. */
#define LITELLM__ROW_OF(name, text, k, d)                                     \
  { #name, text, d, (uint16_t)offsetof(litellm__owner, name), k },
#define LITELLM__DETAIL_OF(prefix, name, k, size, n, at, d)                   \
  LITELLM__DETAIL_IN(prefix, name, k, size, n, at, d, 0, 0, NULL)
#define LITELLM__DETAIL_IN(prefix, name, k, size, n, at, d, least, most, json)\
  LITELLM_UNUSED static const litellm_detail prefix##name =                   \
    { k, (uint16_t)(size), n, (uint16_t)(at), d, NULL, NULL,                  \
      least, most, json };

#define LITELLM__PLAIN_MEMBER(name, text, c, s, k, d) c name s;
#define LITELLM__PLAIN_PARAMETER(name, text, c, s, k, d) , c name
#define LITELLM__PLAIN_SET(name, text, c, s, k, d)                            \
  litellm__arguments.name = name;
#define LITELLM__PLAIN_DETAIL(name, text, c, s, k, d)                         \
  LITELLM__DETAIL_OF(litellm__d_, name, k, sizeof(c s), 0, 0, NULL)
#define LITELLM__PLAIN_ROW(name, text, c, s, k, d)                            \
  LITELLM__ROW_OF(name, text, k,                                              \
    k == LITELLM_KIND_TEXT ? &litellm__d_##name : d)

/* `x` is an example. */
#define LITELLM__BOUNDED_MEMBER(name, text, lo, hi, x, c, s, k, d) c name s;
#define LITELLM__BOUNDED_DETAIL(name, text, lo, hi, x, c, s, k, d)            \
  LITELLM__DETAIL_IN(litellm__d_, name, k, sizeof(c s), 0, 0, NULL, lo, hi, x)
#define LITELLM__BOUNDED_ROW(name, text, lo, hi, x, c, s, k, d)               \
  LITELLM__ROW_OF(name, text, k, &litellm__d_##name)

#define LITELLM__GIVEN_MEMBER(name, text, c, s, k, d) c name s;
#define LITELLM__GIVEN_DETAIL LITELLM__POINTER_DETAIL
#define LITELLM__GIVEN_ROW(name, text, c, s, k, d)                            \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_GIVEN, &litellm__d_##name)

/* As the argument in it, but no parameter. */
#define LITELLM__COMPUTED_MEMBER(name, text, style, ...)                      \
  style##_MEMBER(name, text, __VA_ARGS__)
#define LITELLM__COMPUTED_PARAMETER(name, text, ...)
#define LITELLM__COMPUTED_SET(name, text, ...)
#define LITELLM__COMPUTED_DETAIL(name, text, style, ...)                      \
  style##_DETAIL(name, text, __VA_ARGS__)
#define LITELLM__COMPUTED_ROW(name, text, style, ...)                         \
  style##_ROW(name, text, __VA_ARGS__)

#define LITELLM__POINTER_MEMBER(name, text, c, s, k, d) c const *name;
#define LITELLM__POINTER_PARAMETER(name, text, c, s, k, d) , c const *name
#define LITELLM__POINTER_SET(name, text, c, s, k, d)                          \
  litellm__arguments.name = name;
#define LITELLM__POINTER_DETAIL(name, text, c, s, k, d)                       \
  LITELLM__DETAIL_OF(litellm__d_, name, k, sizeof(c), 0, 0, d)
#define LITELLM__POINTER_ROW(name, text, c, s, k, d)                          \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_POINTER, &litellm__d_##name)

#define LITELLM__VIEW_MEMBER(name, text, c, s, k, d) litellm_list name;
#define LITELLM__VIEW_PARAMETER(name, text, c, s, k, d)                       \
  , c const *name, size_t name##_count
#define LITELLM__VIEW_SET(name, text, c, s, k, d)                             \
  litellm__arguments.name.items = name;                                       \
  litellm__arguments.name.count = name##_count;
#define LITELLM__VIEW_DETAIL(name, text, c, s, k, d)                          \
  LITELLM__DETAIL_OF(litellm__d_, name, k, sizeof(c), 0, 0, d)
#define LITELLM__VIEW_ROW(name, text, c, s, k, d)                             \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_LIST, &litellm__d_##name)

#define LITELLM__VIEWS_MEMBER(name, text, c, s, k, d) litellm_list name;
#define LITELLM__VIEWS_PARAMETER(name, text, c, s, k, d)                      \
  , const litellm_list *name, size_t name##_count
#define LITELLM__VIEWS_SET LITELLM__VIEW_SET
#define LITELLM__VIEWS_DETAIL(name, text, c, s, k, d)                         \
  LITELLM__DETAIL_OF(litellm__i_, name, k, sizeof(c), 0, 0, d)                \
  LITELLM__DETAIL_OF(litellm__d_, name, LITELLM_KIND_LIST,                    \
    sizeof(litellm_list), 0, 0, &litellm__i_##name)
#define LITELLM__VIEWS_ROW LITELLM__VIEW_ROW

#define LITELLM__SETTABLE_MEMBER(name, text, n, c, s, k, d)                   \
  struct { c value s; bool set; } name;
#define LITELLM__SETTABLE_DETAIL(name, text, n, c, s, k, d)                   \
  LITELLM__DETAIL_OF(litellm__d_, name, k, sizeof(c s), 0, sizeof(c s), d)
#define LITELLM__SETTABLE_ROW(name, text, n, c, s, k, d)                      \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_OPTIONAL, &litellm__d_##name)

#define LITELLM__INLINE_LIST_MEMBER(name, text, lo, n, c, s, k, d)            \
  struct { c items[n] s; size_t count; } name;
#define LITELLM__INLINE_LIST_DETAIL(name, text, lo, n, c, s, k, d)            \
  LITELLM__DETAIL_IN(litellm__d_, name, k, sizeof(c s), n,                    \
    LITELLM__ALIGN_UP((n) * sizeof(c s)), d, lo, n, NULL)
#define LITELLM__INLINE_LIST_ROW(name, text, lo, n, c, s, k, d)               \
  LITELLM__ROW_OF(name, text, LITELLM_KIND_LIST, &litellm__d_##name)

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

/* ==== >>views (implementation) =========================================== */

LITELLM__DEF litellm_str litellm_str_of(const char *text) {
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

/* Whether a text starts with `word`, which is in lower case, without case. */
static bool litellm__starts(const char *ptr, size_t len, const char *word) {
  for (; *word; ptr++, len--, word++)
    if (!len || litellm__lower(*ptr) != *word) return false;
  return true;
}

/* Names of HTTP compare without case; `word` is in lower case. */
static bool litellm__same(const char *ptr, size_t len, const char *word) {
  return strlen(word) == len && litellm__starts(ptr, len, word);
}

/* The number of a word in a list of words that end in a NUL each, as
   litellm__same; of one that is not there the number of words. */
static unsigned litellm__index_of(const char *words, const char *ptr,
                                  size_t len) {
  unsigned i = 0;
  for (; *words && !litellm__same(ptr, len, words); i++)
    words += strlen(words) + 1;
  return i;
}

/* Whether `word`, in lower case, stands in a text, without case. */
static LITELLM__NOINLINE bool litellm__contains(const char *ptr, size_t len,
                                                const char *word) {
  for (; len > 0; ptr++, len--)
    if (litellm__starts(ptr, len, word)) return true;
  return false;
}

/* The bytes of the first character, or with *valid false the bytes of the
   ill-formed sequence that one U+FFFD replaces (Unicode's maximal subpart). */
static size_t litellm__utf8(const char *text, size_t len, bool *valid) {
  unsigned lead = (unsigned char)text[0], low = 0x80, high = 0xBF;
  size_t need = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, i;
  *valid = lead < 0x80;
  if (*valid || lead < 0xC2 || lead > 0xF4) return 1;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (i = 1; i < need; i++) {
    unsigned c = i < len ? (unsigned char)text[i] : 0;
    if (c < low || c > high) return i;
    low = 0x80;
    high = 0xBF;
  }
  *valid = true;
  return need;
}

static size_t litellm__encode_utf8(uint32_t c, char out[4]) {
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
  for (i = n; --i > 0; c >>= 6) out[i] = (char)(0x80 | (c & 63));
  out[0] = (char)(n > 1 ? (0xF00u >> n | c) : c);
  return n;
}

static uint32_t litellm__min(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* A number of decimal digits and nothing else; UINT32_MAX: it is not one. */
static uint32_t litellm__natural(const char *text, size_t len) {
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

LITELLM__DEF void *litellm_arena_alloc(litellm_arena *arena, size_t size) {
  size_t padding = litellm__padding(arena);
  size_t left = arena->size - arena->used;
  unsigned char *object;
  if (padding > left || size > left - padding) return NULL;
  object = arena->memory + arena->used + padding;
  arena->used += padding + size;
  if (arena->used > arena->peak) arena->peak = arena->used;
  memset(object, 0, size);
  return object;
}

LITELLM__DEF const char *litellm_arena_copy(litellm_arena *arena,
                                            litellm_str text) {
  char *copy;
  if (text.len == SIZE_MAX) return NULL;
  copy = (char *)litellm_arena_alloc(arena, text.len + 1);
  if (copy && text.len) memcpy(copy, text.ptr, text.len);
  return copy;
}

LITELLM__DEF void litellm_arena_reset(litellm_arena *arena, size_t mark) {
  if (mark < arena->used) arena->used = mark;
}

/* ==== >>errors (implementation) ========================================== */

/* The word number `index` of words that end in a NUL each. */
static const char *litellm__word(const char *words, size_t index) {
  for (; index > 0; index--) words += strlen(words) + 1;
  return words;
}

#if LITELLM_ERROR_TEXTS
#define LITELLM__WHERE(name) (name)

/* A word for a result out of a list in the order of LITELLM_RESULTS. */
static const char *litellm__of_result(const char *words,
                                      litellm_result result) {
  static const int8_t numbers[] = {
#define LITELLM__X(name, number, text) number,
    LITELLM_RESULTS(LITELLM__X)
#undef LITELLM__X
  };
  size_t i = 0;
  while (i < sizeof numbers && numbers[i] != (int)result) i++;
  return litellm__word(words, i);
}
#else
#define LITELLM__WHERE(name) ((const char *)NULL)
#endif

LITELLM__DEF const char *litellm_result_name(litellm_result result) {
#if LITELLM_ERROR_TEXTS
#define LITELLM__X(name, number, text) #name "\0"
  const char *name = litellm__of_result(
      LITELLM_RESULTS(LITELLM__X) "UNKNOWN", result);
#undef LITELLM__X
  return result < 0 && name[0] == 'E' ? name + sizeof "ERROR_" - 1 : name;
#else
  (void)result;
  return "";
#endif
}

LITELLM__DEF const char *litellm_result_text(litellm_result result) {
#if LITELLM_ERROR_TEXTS
#define LITELLM__X(name, number, text) text "\0"
  return litellm__of_result(LITELLM_RESULTS(LITELLM__X) "unknown", result);
#undef LITELLM__X
#else
  (void)result;
  return "";
#endif
}

LITELLM__DEF const char *litellm_phase_name(litellm_phase phase) {
#if LITELLM_ERROR_TEXTS
#define LITELLM__X(name, text) text "\0"
  return litellm__word(LITELLM_PHASES(LITELLM__X) "unknown",
                       phase < LITELLM__PHASES ? (size_t)phase
                                               : (size_t)LITELLM__PHASES);
#undef LITELLM__X
#else
  (void)phase;
  return "";
#endif
}

/* ==== >>json tokenizer (implementation) ================================== */

enum {                       /* litellm_json.state_ */
  LITELLM__J_VALUE,          /* a value must come */
  LITELLM__J_FIRST,          /* a value or the end of an array */
  LITELLM__J_KEY_FIRST,      /* a key or the end of an object */
  LITELLM__J_KEY,            /* a key must come */
  LITELLM__J_COLON,
  LITELLM__J_AFTER,          /* a comma or an end */
  LITELLM__J_WORD,           /* inside true, false or null */
  LITELLM__J_NUMBER,
  LITELLM__J_STRING,         /* from here on inside a string or key */
  LITELLM__J_ESCAPE,
  LITELLM__J_HEX
};
enum {                       /* litellm_json.at_: what of a number came last */
  LITELLM__N_NOTHING, LITELLM__N_MINUS, LITELLM__N_ZERO, LITELLM__N_INT,
  LITELLM__N_POINT, LITELLM__N_FRACTION, LITELLM__N_E, LITELLM__N_SIGN,
  LITELLM__N_EXPONENT,
  /* the set of those that it may end with */
  LITELLM__N_WHOLE = 1 << LITELLM__N_ZERO | 1 << LITELLM__N_INT |
                     1 << LITELLM__N_FRACTION | 1 << LITELLM__N_EXPONENT
};
enum {                       /* what a byte of a token did; bits */
  LITELLM__B_MORE = 0,       /* nothing yet */
  LITELLM__B_READY = 1,      /* carry_ holds a character */
  LITELLM__B_AGAIN = 2,      /* the byte is to be read once more */
  LITELLM__B_END = 4, LITELLM__B_BAD = 8
};

static bool litellm__json_in_object(const litellm_json *json) {
  unsigned level = json->depth_ - 1u;
  return json->depth_ && ((json->stack_[level / 8] >> (level % 8)) & 1);
}

static LITELLM__NOINLINE litellm_result litellm__json_open(
    litellm_json *json, bool object) {
  unsigned level = json->depth_, bit = 1u << (level % 8);
  uint8_t *bits = &json->stack_[level / 8];
  if (level >= LITELLM_JSON_DEPTH) return LITELLM_ERROR_JSON_DEPTH;
  *bits = (uint8_t)(object ? *bits | bit : *bits & ~bit);
  json->depth_++;
  json->state_ = object ? LITELLM__J_KEY_FIRST : LITELLM__J_FIRST;
  return LITELLM_OK;
}

/* What of a number `c` is behind `n`; N_NOTHING: no part of it. */
static unsigned litellm__json_digit(unsigned n, char c) {
  bool whole = n == LITELLM__N_ZERO || n == LITELLM__N_INT;
  if (litellm__is_digit(c)) {
    if (n <= LITELLM__N_MINUS)
      return c == '0' ? LITELLM__N_ZERO : LITELLM__N_INT;
    if (n == LITELLM__N_INT) return n;
    if (n >= LITELLM__N_E) return LITELLM__N_EXPONENT;
    if (n >= LITELLM__N_POINT) return LITELLM__N_FRACTION;
  } else if (c == '.') {
    if (whole) return LITELLM__N_POINT;
  } else if (c == 'e' || c == 'E') {
    if (whole || n == LITELLM__N_FRACTION) return LITELLM__N_E;
  } else if (c == '-' || c == '+') {
    if (n == LITELLM__N_E) return LITELLM__N_SIGN;
    if (n == LITELLM__N_NOTHING && c == '-') return LITELLM__N_MINUS;
  }
  return LITELLM__N_NOTHING;
}

/* true, false and null; at_ counts through them, laid end to end. */
static const char litellm__json_words[] = "true\0false\0null";

/* What the character behind a backslash stands for, with `back` 1 what stands
   for a character; 0: nothing. */
static char litellm__json_escape(char c, size_t back) {
  static const char pairs[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  size_t i;
  for (i = 0; i < sizeof pairs - 1; i += 2)
    if (pairs[i + back] == c) return pairs[i + 1 - back];
  return 0;
}

static int litellm__hex(char c) {
  if (litellm__is_digit(c)) return c - '0';
  c = litellm__lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A character is made in carry_, which keeps it from one span to the next. */
static unsigned litellm__json_put(litellm_json *json, uint32_t code) {
  json->high_ = 0;
  json->carried_ = (uint8_t)litellm__encode_utf8(code, json->carry_);
  return LITELLM__B_READY;
}

/* A digit of a \u escape. code_ starts at 1, so four digits fill 17 bits. */
static unsigned litellm__json_hex(litellm_json *json, char c) {
  int digit = litellm__hex(c);
  uint32_t code = json->code_ << 4 | (uint32_t)digit;
  bool low = (code & 0x1FC00) == 0x1DC00;
  if (digit < 0) return LITELLM__B_BAD;
  if (code < 0x10000) {
    json->code_ = code;
    return LITELLM__B_MORE;
  }
  if (json->high_ && !low)                   /* first of the lone one before */
    return litellm__json_put(json, 0xFFFD) | LITELLM__B_AGAIN;
  json->state_ = LITELLM__J_STRING;
  if ((code & 0x1FC00) == 0x1D800) {
    json->high_ = (uint16_t)code;
    return LITELLM__B_MORE;
  }
  if (!low) code &= 0xFFFF;
  else if (!json->high_) code = 0xFFFD;
  else code = 0x10000 + ((json->high_ & (uint32_t)0x3FF) << 10) +
              (code & 0x3FF);
  return litellm__json_put(json, code);
}

/* One byte of a word, number, string or key. */
static LITELLM__NOINLINE unsigned litellm__json_byte(litellm_json *json,
                                                     char c) {
  bool valid = true, escape = json->state_ == LITELLM__J_ESCAPE;
  if (json->state_ == LITELLM__J_WORD) {
    if (c != litellm__json_words[json->at_]) return LITELLM__B_BAD;
    return litellm__json_words[++json->at_] ? LITELLM__B_MORE : LITELLM__B_END;
  }
  if (json->state_ == LITELLM__J_NUMBER) {
    unsigned next = litellm__json_digit(json->at_, c);
    if (!next)
      return LITELLM__N_WHOLE >> json->at_ & 1
                 ? LITELLM__B_END | LITELLM__B_AGAIN : LITELLM__B_BAD;
    json->at_ = (uint8_t)next;
    json->carry_[0] = c;
    json->carried_ = 1;
    return LITELLM__B_READY;
  }
  if (json->state_ == LITELLM__J_HEX) return litellm__json_hex(json, c);
  if (escape && c == 'u') {
    json->code_ = 1;
    json->state_ = LITELLM__J_HEX;
    return LITELLM__B_MORE;
  }
  if (escape && !(c = litellm__json_escape(c, 0))) return LITELLM__B_BAD;
  if (json->high_ && (escape || c != '\\'))
    return litellm__json_put(json, 0xFFFD) | LITELLM__B_AGAIN;
  if (!escape && !json->carried_) {
    if ((unsigned char)c < 0x20) return LITELLM__B_BAD;
    if (c == '"') return LITELLM__B_END;
    if (c == '\\') {
      json->state_ = LITELLM__J_ESCAPE;
      return LITELLM__B_MORE;
    }
  }
  json->state_ = LITELLM__J_STRING;
  json->carry_[json->carried_++] = c;
  if (litellm__utf8(json->carry_, json->carried_, &valid) < json->carried_)
    return litellm__json_put(json, 0xFFFD) | LITELLM__B_AGAIN;
  return valid ? LITELLM__B_READY : LITELLM__B_MORE;
}

/* A piece of a word, number, string or key. Text is unescaped in place: what
   is written stays at or behind the reading point. A character that is longer
   than what of it was in this span, as U+FFFD for one byte, does not fit and
   becomes a piece from carry_. The end of input ends a number. */
static litellm_result litellm__json_piece(litellm_json *json,
                                          litellm_span *span, bool ended,
                                          litellm_token *token) {
  char *start = span->ptr, *out = start;
  unsigned did = LITELLM__B_MORE;
  while ((span->len || ended) && !json->pending_ && !(did & LITELLM__B_END)) {
    did = litellm__json_byte(json, span->len ? *span->ptr : 0);
    if (did == LITELLM__B_BAD) {             /* first what came before it */
      if (out == start) return LITELLM_ERROR_JSON;
      break;
    }
    if (!(did & LITELLM__B_AGAIN)) {
      span->ptr++;
      span->len--;
    }
    if (!(did & LITELLM__B_READY)) continue;
    json->pending_ = span->ptr - out < json->carried_;
    if (json->pending_) continue;
    memcpy(out, json->carry_, json->carried_);
    out += json->carried_;
    json->carried_ = 0;
  }
  /* key, string, number, true, false, null; words end at 4, 10 and 15 */
  token->kind = (litellm_token_kind)(
      json->state_ == LITELLM__J_WORD ? LITELLM_TOKEN_NUMBER + json->at_ / 4
      : LITELLM_TOKEN_STRING - json->in_key_ +
        (json->state_ == LITELLM__J_NUMBER));
  token->text.ptr = start;
  token->text.len = (size_t)(out - start);
  token->last = (did & LITELLM__B_END) != 0;
  if (token->last) {
    json->state_ = json->in_key_ ? LITELLM__J_COLON : LITELLM__J_AFTER;
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

/* The first byte of a value. LITELLM_AGAIN: it is not read yet. */
static litellm_result litellm__json_value(litellm_json *json, char c) {
  json->in_key_ = json->begun_ = false;
  json->at_ = 0;
  if (c == '"') json->state_ = LITELLM__J_STRING;
  if (c == '"' || c == '{' || c == '[')
    return c == '"' ? LITELLM_OK : litellm__json_open(json, c == '{');
  if (c == '-' || litellm__is_digit(c)) {
    json->state_ = LITELLM__J_NUMBER;
    return LITELLM_AGAIN;
  }
  if (c != 't' && c != 'f' && c != 'n') return LITELLM_ERROR_JSON;
  json->at_ = c == 't' ? 0 : c == 'f' ? 5 : 11;
  json->state_ = LITELLM__J_WORD;
  return LITELLM_AGAIN;
}

/* The byte that is not part of a string, number or word. */
static litellm_result litellm__json_structure(litellm_json *json,
                                              litellm_span *span,
                                              litellm_token *token) {
  char c = *span->ptr;
  unsigned state = json->state_;
  bool object = litellm__json_in_object(json);
  litellm_result result = LITELLM_OK;
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
    /* between any two tokens */
  } else if (json->depth_ && c == (object ? '}' : ']') &&
             (state == LITELLM__J_AFTER || state == LITELLM__J_FIRST ||
              state == LITELLM__J_KEY_FIRST)) {
    json->depth_--;
    json->state_ = LITELLM__J_AFTER;
    token->kind = object ? LITELLM_TOKEN_OBJECT_END : LITELLM_TOKEN_ARRAY_END;
  } else if (state == LITELLM__J_AFTER) {
    if (c != ',' || !json->depth_) return LITELLM_ERROR_JSON;
    json->state_ = object ? LITELLM__J_KEY : LITELLM__J_VALUE;
  } else if (state == LITELLM__J_COLON) {
    if (c != ':') return LITELLM_ERROR_JSON;
    json->state_ = LITELLM__J_VALUE;
  } else if (state == LITELLM__J_KEY || state == LITELLM__J_KEY_FIRST) {
    if (c != '"') return LITELLM_ERROR_JSON;
    json->state_ = LITELLM__J_STRING;
    json->in_key_ = true;
    json->begun_ = false;
  } else {
    result = litellm__json_value(json, c);
    if (result != LITELLM_OK) return result;
    if (c != '"')
      token->kind = c == '{' ? LITELLM_TOKEN_OBJECT : LITELLM_TOKEN_ARRAY;
  }
  span->ptr++;
  span->len--;
  return token->kind ? LITELLM_OK : LITELLM_AGAIN;
}

LITELLM__DEF litellm_result litellm_json_next(litellm_json *json,
                                              litellm_span *span,
                                              bool input_ended,
                                              litellm_token *token) {
  const char *start = span->ptr;
  litellm_result result;
  memset(token, 0, sizeof *token);
  do {
    bool number = input_ended && json->state_ == LITELLM__J_NUMBER;
    if (!span->len && !json->pending_ && !number) {
      result = !input_ended ? LITELLM_AGAIN
             : json->state_ == LITELLM__J_AFTER && !json->depth_
             ? LITELLM_END : LITELLM_ERROR_JSON;
      break;
    }
    result = json->state_ < LITELLM__J_WORD
                 ? litellm__json_structure(json, span, token)
                 : litellm__json_piece(json, span, number, token);
  } while (result == LITELLM_AGAIN);
  json->offset += (uint32_t)(span->ptr - start);
  return result;
}

/* Texts in flash cannot be unescaped in place: a copy goes through in bites. */
LITELLM__DEF bool litellm_json_valid(litellm_str text) {
  litellm_json json;
  litellm_token token;
  litellm_span span = { NULL, 0 };
  litellm_result result;
  char bite[16];
  memset(&json, 0, sizeof json);
  do {
    if (!span.len) {
      span.ptr = bite;
      span.len = text.len < sizeof bite ? text.len : sizeof bite;
      if (span.len) {
        memcpy(bite, text.ptr, span.len);
        text.ptr += span.len;
        text.len -= span.len;
      }
    }
    result = litellm_json_next(&json, &span, !text.len, &token);
  } while (result == LITELLM_OK || result == LITELLM_AGAIN);
  return result == LITELLM_END;
}

/* ==== >>numbers (implementation) ========================================= */

#if LITELLM_TEMPLATES || LITELLM_FLOAT

/* Exact decimals are integers of up to 1,026 bits: a double times a power of
   ten, which is small factors and divisors one after the other. They come in
   parts of 16 bits, lowest first, and become digits, four in a part, the last
   part last. */
#define LITELLM__PARTS (LITELLM_FLOAT ? 78 : 20)

typedef struct litellm__decimal {
  uint8_t used;              /* parts of the integer */
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

static unsigned litellm__decimal_divide(litellm__decimal *d,
                                        uint32_t divisor) {
  uint32_t rest = 0;
  size_t i;
  for (i = d->used; i-- > 0; rest %= divisor) {
    rest = rest << 16 | d->part[i];
    d->part[i] = (uint16_t)(rest / divisor);
  }
  while (d->used && !d->part[d->used - 1]) d->used--;
  return (unsigned)rest;
}

/* Digit number i, 0 where there is none. */
static unsigned litellm__decimal_digit(const litellm__decimal *d, int i) {
  unsigned digit, at = LITELLM__PARTS * 4 - (unsigned)d->count + (unsigned)i;
  if ((unsigned)i >= (unsigned)d->count) return 0;
  digit = d->part[at / 4];
  for (at = ~at & 3; at; at--) digit /= d->base;
  return digit % d->base;
}

/* The integer becomes its digits in base 2, 8, 10 or 16. */
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

#if LITELLM_FLOAT

static void litellm__decimal_multiply(litellm__decimal *d, uint32_t factor,
                                      uint32_t add) {
  size_t i;
  for (i = 0; i < d->used; i++, add >>= 16) {
    add += d->part[i] * factor;
    d->part[i] = (uint16_t)add;
  }
  if (add) d->part[d->used++] = (uint16_t)add;
}

/* Times 2^power or 5^power; true: a rest below one is lost. */
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

/* A finite double is this integer * 2^exponent. */
static uint64_t litellm__double_split(uint64_t bits, int *exponent) {
  uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
  int e = (int)((uint32_t)(bits >> 52) & 0x7FF);
  if (e) mantissa |= (uint64_t)1 << 52;
  else e = 1;
  *exponent = e - 1075;
  return mantissa;
}

/* value * 5^fives * 2^twos, rounded half to even, as the bits of a double;
   `d` is the room for it. */
static uint64_t litellm__double_round(litellm__decimal *d, uint64_t value,
                                      int fives, int twos) {
  size_t zeros = fives < 0 ? 54 : 4, i;      /* behind a binary point */
  bool lost;
  unsigned rest;
  if (!value || fives < -343) return 0;
  if (fives > 309) return LITELLM__DOUBLE_INFINITY;
  litellm__decimal_set(d, value, zeros);
  lost = litellm__decimal_scale(d, 5, fives);
  for (; !(d->part[d->used - 1] >> 15); twos--)
    litellm__decimal_multiply(d, 2, 0);
  for (i = 0; i + 4 < d->used; i++) lost |= d->part[i] != 0;
  twos += (int)(i - zeros) * 16 + 1086;      /* the exponent as stored */
  for (; i < d->used; i++)
    value = value >> 16 | (uint64_t)d->part[i] << 48;
  if (twos > 2046) return LITELLM__DOUBLE_INFINITY;
  value |= lost;
  for (; twos < 1; twos++)                   /* subnormal: fewer bits stay */
    value = value >> 1 | (value & 1);
  rest = (unsigned)value & 2047;
  /* The mantissa's top bit, and a carry out of it, go into the exponent. */
  value = (value >> 11) + ((uint64_t)(twos - 1) << 52);
  return value + (rest > 1024 || (rest == 1024 && (value & 1)));
}

enum {                       /* how a double becomes digits */
  LITELLM__NEAREST,          /* the first `count` */
  LITELLM__UP,               /* the same, rounded up */
  LITELLM__FIXED             /* all, to `count` behind the point */
};

/* The digits of a double times 10^power, rounded half to even, or up. */
static void litellm__decimal_round(litellm__decimal *d, uint64_t bits,
                                   int power, bool up) {
  int exponent;
  unsigned rest;
  bool lost;
  /* Two bits more say what is lost against a half. */
  litellm__decimal_set(d, litellm__double_split(bits, &exponent) << 2, 0);
  exponent += power;
  if (exponent > 0) litellm__decimal_scale(d, 2, exponent);
  lost = litellm__decimal_scale(d, 5, power);
  if (exponent < 0) lost |= litellm__decimal_scale(d, 2, exponent);
  rest = litellm__decimal_divide(d, 4) * 2 + lost;
  if (up ? rest : rest > 4 - (d->part[0] & 1u))
    litellm__decimal_multiply(d, 1, 1);
  litellm__decimal_split(d, 10);
}

static void litellm__decimal_start(litellm__decimal *d, uint64_t bits,
                                   int count, unsigned how) {
  uint32_t exponent = (uint32_t)(bits >> 52);
  int point = 1;
  /* 1 + floor(log10) of the power of two that the value is at least, the
     least of all for subnormals: what is too low takes another turn. */
  if (bits)
    point = (int)((exponent * 30103 + 4631) / 100000) - (exponent ? 307 : 323);
  if (how == LITELLM__FIXED) {
    point = 0;
    if (exponent >= 1075) count = 0;         /* nothing stands behind it */
  }
  do {
    litellm__decimal_round(d, bits, count - point++, how == LITELLM__UP);
  } while (d->count > count && how != LITELLM__FIXED);
  d->point = how == LITELLM__FIXED ? d->count - count : point - 1;
}

/* The first `count` digits as an integer. */
static uint64_t litellm__decimal_integer(const litellm__decimal *d,
                                         int count) {
  uint64_t digits = 0;
  int i;
  for (i = 0; i < count; i++)
    digits = digits * 10 + litellm__decimal_digit(d, i);
  return digits;
}

/* The shortest digits that read back as `bits` (sign cleared, finite), and of
   these the nearest. They may be rounded up: above a power of two doubles lie
   twice as far apart as below it, so the next decimal up may read back where
   the nearest, below, does not. 15 digits always survive the way to a normal
   double and back: what they can say needs no search below them. */
static LITELLM__NOINLINE void litellm__decimal_shortest(litellm__decimal *d,
                                                        uint64_t bits) {
  unsigned way = bits >> 52 ? 2 * 15 : 2 * 1;
  for (;; way++) {
    int count = (int)(way / 2), power;
    uint64_t digits;
    litellm__decimal_start(d, bits, count, way & 1);
    digits = litellm__decimal_integer(d, count);
    power = d->point - count;
    if (way == 2 * 17 ||
        litellm__double_round(d, digits, power, power) == bits) break;
  }
  litellm__decimal_start(d, bits, (int)(way / 2), way & 1);
}

#endif /* LITELLM_FLOAT */
#endif

/* ==== >>writer (implementation) ========================================== */

/* Writes the bytes [from, to) of a text that is rendered as a whole. What
   starts behind the window need not be rendered: litellm__full tells. The
   first error stays. */
typedef struct litellm__writer {
  bool check;                /* types only: values are not there */
  bool quoted;               /* JSON goes into a JSON string ... */
  bool bare;                 /* ... but for a value that is a text of its own */
  uint8_t limited;           /* 1: `room` bounds JSON, 3: none is seen */
  /* The parts of a message. */
  bool survey;               /* they are only counted */
  bool plain;                /* as one plain string */
  bool rich;                 /* one is not just text */
  bool cached;               /* the last one has its cache_control */
  char *out;                 /* the window; NULL: only counted */
  uint32_t from, to;
  uint32_t at;               /* where the next byte belongs */
  litellm_result result;
  uint32_t position;         /* in the template; stays after an error */
  const char *where;
  litellm__mark *mark;       /* where the next window may start, or NULL */
  litellm__mark here;        /* where the writing is */
  uint32_t seek_index;       /* above 0: nothing counts before that text */
  size_t room;               /* characters of JSON that may still come */
  size_t parts;
} litellm__writer;

static bool litellm__one_of(char c, const char *set) {
  while (*set && *set != c) set++;
  return *set != 0;
}

static void litellm__fail(litellm__writer *w, litellm_result result,
                          const char *where) {
  if (w->result != LITELLM_OK) return;
  w->result = result;
  w->where = where;
}

static bool litellm__full(const litellm__writer *w) {
  return w->result != LITELLM_OK || (w->at >= w->to && !w->seek_index);
}

/* Makes room for `len` bytes that nobody needs to see. */
static bool litellm__advance(litellm__writer *w, size_t len) {
  if (w->seek_index || w->result != LITELLM_OK) return false;
  if (len >= UINT32_MAX - w->at) {
    litellm__fail(w, LITELLM_ERROR_TOO_LARGE, NULL);
    return false;
  }
  w->at += (uint32_t)len;
  return true;
}

/* The one bounds-checked append. */
static void litellm__put(litellm__writer *w, const char *bytes, size_t len) {
  uint32_t at = w->at, begin, end;
  if (!litellm__advance(w, len) || !w->out) return;
  begin = at < w->from ? w->from : at;
  end = litellm__min(w->at, w->to);
  if (begin < end)
    memcpy(w->out + (begin - w->from), bytes + (begin - at),
           (size_t)(end - begin));
}

/* A piece of JSON without control characters: as it is, or inside a JSON
   string. */
static void litellm__put_json_text(litellm__writer *w, const char *bytes,
                                   size_t len) {
  if (!w->quoted || w->bare) {
    litellm__put(w, bytes, len);
    return;
  }
  for (; len; bytes++, len--) {
#if LITELLM_TEMPLATES
    if (w->limited && (*bytes & 0xC0) != 0x80) {
      if (w->room) w->room--;
      else w->limited = 3;
    }
    if (w->limited > 1) continue;
#endif
    if (*bytes == '"' || *bytes == '\\') litellm__put(w, "\\", 1);
    litellm__put(w, bytes, 1);
  }
}

static void litellm__put_text(litellm__writer *w, const char *text) {
  litellm__put_json_text(w, text, strlen(text));
}

static void litellm__put_char(litellm__writer *w, char c) {
  litellm__put_json_text(w, &c, 1);
}

/* One character that JSON does not take as it is. */
static void litellm__put_escape(litellm__writer *w, unsigned char c) {
  char escape[6] = { '\\', 0, '0', '0', 0, 0 };
  escape[1] = litellm__json_escape((char)c, 1);
  if (!escape[1]) {
    escape[1] = 'u';
    escape[4] = (char)('0' + (c >> 4));
    escape[5] = "0123456789abcdef"[c & 15];
  }
  litellm__put_json_text(w, escape, escape[4] ? 6 : 2);
}

/* Remembers that the next window may start here. */
static void litellm__remember(litellm__writer *w) {
#if LITELLM_TEMPLATES
  if (w->limited) return;
#endif
  if (w->mark && !w->seek_index && w->at <= w->to) *w->mark = w->here;
}

/* Texts of the caller may be long: where only their NUL tells the length, it
   is SIZE_MAX, and nobody looks for it before its time. */
static bool litellm__text_ends(const char *text, size_t len, size_t at) {
  return at >= len || (len == SIZE_MAX && !text[at]);
}

/* Text of the caller inside a JSON string, made valid UTF-8. It starts where
   the mark says: rendering stays linear in its length. */
static void litellm__text(litellm__writer *w, const char *text, size_t len) {
  size_t i = 0;
  w->here.text_index++;
  if (w->seek_index) {
    if (w->seek_index != w->here.text_index || w->mark->text_source > len)
      return;
    w->seek_index = 0;
    w->at = w->mark->text_at;
    i = w->mark->text_source;
  }
  for (;;) {
    size_t start = i, n = 1;
    bool valid = true;
    w->here.text_at = w->at;
    w->here.text_source = i;
    litellm__remember(w);
    if (litellm__text_ends(text, len, i) || litellm__full(w)) return;
    for (; i < len && i - start < w->to - w->at; i += n) {
      unsigned char c = (unsigned char)text[i];
      n = 1;
      if (c < 0x20 || c == '"' || c == '\\') break;
      if (c >= 0x80) n = litellm__utf8(text + i, len - i, &valid);
      if (!valid) break;
    }
    if (i > start) {
      litellm__put_json_text(w, text + start, i - start);
      continue;
    }
    if (valid) litellm__put_escape(w, (unsigned char)text[i]);
    else litellm__put_json_text(w, "\xEF\xBF\xBD", 3);
    i += n;
  }
}

static void litellm__put_string(litellm__writer *w, const char *text,
                                size_t len) {
  litellm__put_char(w, '"');
  litellm__text(w, text, len);
  litellm__put_char(w, '"');
}

/* A format with the text, as in a JSON string, where its % stand. */
static void litellm__put_format(litellm__writer *w, const char *format,
                                const char *text, size_t len) {
  for (; *format; format++) {
    size_t n = 0;
    while (format[n] && format[n] != '%') n++;
    litellm__put(w, format, n);
    format += n;
    if (!*format) return;
    litellm__text(w, text, len);
  }
}

static void litellm__put_name(litellm__writer *w, const char *format,
                              const char *text) {
  litellm__put_format(w, format, text ? text : "", SIZE_MAX);
}

#if LITELLM_MEDIA
/* Base64, made from the bytes that the window shows. */
static LITELLM__NOINLINE void litellm__put_base64(litellm__writer *w,
                                                  const uint8_t *bytes,
                                                  size_t len) {
  static const char alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t quads = len / 3 + (len % 3 != 0), i, k;
  uint32_t start = w->at, end;
  for (k = 0; k < 4; k++)
    if (!litellm__advance(w, quads)) return;
  if (!w->out || w->at <= w->from) return;
  end = w->at;
  i = w->from > start ? (size_t)((w->from - start) / 4) : 0;
  for (w->at = start + (uint32_t)i * 4; w->at < litellm__min(end, w->to); i++) {
    uint32_t three = 0;
    size_t left = len - i * 3;
    char quad[4];
    for (k = 0; k < 3; k++)
      three = three << 8 | (k < left ? bytes[i * 3 + k] : 0u);
    for (k = 0; k < 4; k++, three <<= 6)
      quad[k] = (char)(k > left ? '=' : alphabet[three >> 18 & 63]);
    litellm__put(w, quad, 4);
  }
  w->at = end;
}
#endif

/* ==== >>fields (implementation) ========================================== */

/* A value: where it is (NULL: null, or only its type is known) and what. */
typedef struct litellm__value {
  const void *at;
  const litellm_detail *detail;
  uint8_t kind;
} litellm__value;

static const void *litellm__offset(const void *base, size_t offset) {
  return base ? (const unsigned char *)base + offset : NULL;
}

/* Goes through pointers and optionals to the value itself. */
static void litellm__resolve(litellm__value *value) {
  while (value->kind == LITELLM_KIND_POINTER ||
         value->kind == LITELLM_KIND_OPTIONAL ||
         value->kind == LITELLM_KIND_GIVEN) {
    const litellm_detail *detail = value->detail;
    if (value->at) {
      const void *pointer = value->at;
      bool set = true;
      if (value->kind == LITELLM_KIND_POINTER)
        memcpy(&pointer, value->at, sizeof pointer);
      else if (value->kind == LITELLM_KIND_OPTIONAL)
        memcpy(&set, litellm__offset(value->at, detail->at), sizeof set);
      value->at = set ? pointer : NULL;
    }
    value->kind = detail->kind;
    value->detail = detail->item;
  }
}

/* Finds a row by name. */
static const litellm_field *litellm__find_field(const litellm_field *rows,
                                                const char *name,
                                                size_t len) {
  for (; rows && rows->name; rows++)
    if (strlen(rows->name) == len && !memcmp(rows->name, name, len))
      return rows;
  return NULL;
}

/* Which of these words it is, from 1; 0: none. An empty word ends them. */
static unsigned litellm__word_in(const char *words, const char *text,
                                 size_t len) {
  unsigned index;
  for (index = 1; *words; index++) {
    size_t n = strlen(words);
    if (n == len && !memcmp(words, text, n)) return index;
    words += n + 1;
  }
  return 0;
}

static LITELLM__NOINLINE void litellm__member(litellm__value *value,
                                              const void *owner,
                                              const litellm_field *field) {
  value->at = litellm__offset(owner, field->offset);
  value->kind = field->kind;
  value->detail = field->detail;
  litellm__resolve(value);
}

#if LITELLM_TEMPLATES || LITELLM_TOOLS || LITELLM_MODELS

static litellm_list litellm__list_of(const litellm__value *value) {
  litellm_list list = { NULL, 0 };
  const litellm_detail *detail = value->detail;
  if (!value->at) return list;
  if (!detail->capacity) {
    memcpy(&list, value->at, sizeof list);
    return list;
  }
  list.items = value->at;
  memcpy(&list.count, litellm__offset(value->at, detail->at),
         sizeof list.count);
  if (list.count > detail->capacity) list.count = detail->capacity;
  return list;
}

static void litellm__item(litellm__value *item, const litellm__value *list,
                          const void *items, size_t index) {
  const litellm_detail *detail = list->detail;
  item->at = litellm__offset(items, index * detail->size);
  item->kind = detail->kind;
  item->detail = detail->item;
  litellm__resolve(item);
}

#endif

static size_t litellm__scalar_size(unsigned kind,
                                   const litellm_detail *detail) {
  return kind == LITELLM_KIND_BOOL ? sizeof(bool)
       : kind == LITELLM_KIND_INT64 || kind == LITELLM_KIND_DOUBLE
             ? sizeof(int64_t)
       : detail ? detail->size : sizeof(int);
}

static int64_t litellm__integer_of(const litellm__value *value) {
  int8_t i8; int16_t i16; int32_t i32; int64_t i64;
  switch (litellm__scalar_size(value->kind, value->detail)) {
    case 1: memcpy(&i8, value->at, 1); return i8;
    case 2: memcpy(&i16, value->at, 2); return i16;
    case 4: memcpy(&i32, value->at, 4); return i32;
    default: memcpy(&i64, value->at, sizeof i64); return i64;
  }
}

/* The text of a value that is one: strings, enums, bools. A view without `ptr`
   is null; see litellm__text_ends for its length. */
static litellm_str litellm__text_of(const litellm__value *value) {
  litellm_str text = { NULL, 0 };
  bool truth;
  int64_t index;
  if (!value->at) return text;
  switch (value->kind) {
    case LITELLM_KIND_STRING:
      memcpy(&text.ptr, value->at, sizeof text.ptr);
      break;
    case LITELLM_KIND_TEXT:
      text.ptr = (const char *)value->at;
      break;
    case LITELLM_KIND_STR: case LITELLM_KIND_BYTES:
      memcpy(&text, value->at, sizeof text);
      return text;
    case LITELLM_KIND_BOOL:
      memcpy(&truth, value->at, sizeof truth);
      text.ptr = truth ? "true" : "false";
      break;
    case LITELLM_KIND_ENUM:
      index = litellm__integer_of(value);
      if (index >= 0 && index < value->detail->capacity)
        text.ptr = value->detail->names[index];
      break;
    default:
      break;
  }
  if (text.ptr) text.len = SIZE_MAX;
  return text;
}

#define LITELLM__SET_OF(kind) (1u << LITELLM_KIND_##kind)

static LITELLM__NOINLINE bool litellm__is_text(unsigned kind) {
  return ((LITELLM__SET_OF(STRING) | LITELLM__SET_OF(STR) |
           LITELLM__SET_OF(TEXT) | LITELLM__SET_OF(ENUM)) >> kind) & 1;
}

static bool litellm__is_null(const litellm__value *value) {
  return !value->at ||
         ((litellm__is_text(value->kind) ||
           value->kind == LITELLM_KIND_BYTES) && !litellm__text_of(value).ptr);
}

/* ==== >>formatting (implementation) ====================================== */

/* Kinds that {name} can print. */
#define LITELLM__PRINTABLE                                                    \
  (LITELLM__SET_OF(STRING) | LITELLM__SET_OF(STR) | LITELLM__SET_OF(TEXT) |   \
   LITELLM__SET_OF(ENUM) | LITELLM__SET_OF(BOOL) | LITELLM__SET_OF(INT) |     \
   LITELLM__SET_OF(INT64) | (LITELLM_FLOAT * LITELLM__SET_OF(DOUBLE)))

enum {                       /* the parts of a spec */
  LITELLM__SPEC_ALIGN,       /* '0': by a zero before the width */
  LITELLM__SPEC_SIGN, LITELLM__SPEC_Z, LITELLM__SPEC_ALTERNATE,
  LITELLM__SPEC_ZERO, LITELLM__SPEC_GROUP, LITELLM__SPEC_PRECISION,
  LITELLM__SPEC_TYPE, LITELLM__SPEC_PARTS
};

/* What a spec makes of a value. */
enum {
  LITELLM__AS_NOTHING, LITELLM__AS_TEXT, LITELLM__AS_JSON,
  LITELLM__AS_CHARACTER, LITELLM__AS_INTEGER, LITELLM__AS_DOUBLE
};

/* What stands behind the colon of a field, as Python has it. */
typedef struct litellm__spec {
  bool used;                 /* there is any */
  char convert;
  uint8_t style;             /* of the value at hand */
  uint8_t given;             /* a bit for each part */
  char part[LITELLM__SPEC_PARTS];    /* each as written, or 0 */
  uint16_t width, precision;
  const char *fill;          /* one character */
  size_t fill_len;
} litellm__spec;

#if LITELLM_TEMPLATES || LITELLM_FLOAT

static const litellm__spec litellm__plain =
    { false, 0, 0, 0, { 0 }, 0, 0, " ", 1 };

/* A zero before the width stands for '=' where text would go to the right. */
static LITELLM__NOINLINE unsigned litellm__align(const litellm__spec *spec,
                                                 unsigned usual) {
  unsigned align = (unsigned char)spec->part[LITELLM__SPEC_ALIGN];
  if (align == '0') return usual == '>' ? '=' : usual;
  return align ? align : usual;
}

/* The columns that go before something `len` long, or with BEHIND in `align`
   behind it. */
enum { LITELLM__BEHIND = 0x80 };
static void litellm__put_fill(litellm__writer *w, const litellm__spec *spec,
                              size_t len, unsigned align) {
  size_t pad = spec->width > len ? spec->width - len : 0, before = pad;
  if ((align & 0x7F) == '<') before = 0;
  if ((align & 0x7F) == '^') before /= 2;
  if (align & LITELLM__BEHIND) before = pad - before;
  for (; before && !litellm__full(w); before--)
    litellm__text(w, spec->fill, spec->fill_len);
}

/* A number ready to be written. */
typedef struct litellm__number {
  bool dot;
  uint8_t group;             /* digits between separators, 0: all */
  char head[4];              /* the sign or 0, then the prefix of a base */
  char tail[6];              /* exponent, percent sign, nan or inf */
  int whole, fraction;       /* digits before and behind the point */
  int point;                 /* how many before it are not zeros to fill */
  litellm__decimal digits;
} litellm__number;

#if LITELLM_FLOAT

/* A double, as its bits without the sign, as its spec wants it. */
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
    bits = litellm__double_round(d, bits, 0, i);   /* as multiplication does */
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
      litellm__decimal_start(d, bits, digits, LITELLM__NEAREST);
    } else {
      litellm__decimal_start(d, bits, digits, LITELLM__FIXED);
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

#endif

static void litellm__set_number(litellm__number *n, const litellm__spec *spec,
                                const litellm__value *value) {
  litellm__decimal *d = &n->digits;
  char type = litellm__lower(spec->part[LITELLM__SPEC_TYPE]);
  unsigned base = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' ? 16 : 10;
  bool floating = LITELLM_FLOAT && value->kind == LITELLM_KIND_DOUBLE;
  uint64_t size;
  memset(n, 0, sizeof *n);
  if (spec->part[LITELLM__SPEC_GROUP]) n->group = base == 10 ? 3 : 4;
  size = (uint64_t)litellm__integer_of(value);
  if (size >> 63) {
    n->head[0] = '-';
    size = floating ? size << 1 >> 1 : 0 - size;
  }
#if LITELLM_FLOAT
  if (floating || spec->style == LITELLM__AS_DOUBLE) {
    if (!floating) size = litellm__double_round(d, size, 0, 0);
    litellm__set_double(n, spec, size);
    return;
  }
#endif
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
  unsigned align = litellm__align(spec, '>');
  const char *head = n.head;
  size_t len;
  int i;
  if (w->seek_index && !spec->width) return;
  litellm__set_number(&n, spec, value);
  if (!n.head[0] && spec->part[LITELLM__SPEC_SIGN] != '-')
    n.head[0] = spec->part[LITELLM__SPEC_SIGN];
  if (!n.head[0]) head++;
  for (;; n.whole++) {
    len = strlen(head) + (size_t)(n.whole + n.dot + n.fraction) +
          strlen(n.tail);
    if (n.group && n.whole) len += (size_t)((n.whole - 1) / n.group);
    if (len >= spec->width || align != '=' || *spec->fill != '0') break;
  }
  if (align != '=') litellm__put_fill(w, spec, len, align);
  litellm__put_text(w, head);
  if (align == '=') litellm__put_fill(w, spec, len, align);
  for (i = 0;; i++) {
    unsigned digit;
    if (i == n.whole && n.dot) litellm__put_char(w, '.');
    if (i == n.whole + n.fraction) break;
    if (n.group && i && i < n.whole && (n.whole - i) % n.group == 0)
      litellm__put_char(w, spec->part[LITELLM__SPEC_GROUP]);
    digit = litellm__decimal_digit(&n.digits, i + n.point - n.whole);
    litellm__put_char(w, (char)(digit < 10 ? '0' + digit : digit - 10 +
        (spec->part[LITELLM__SPEC_TYPE] == 'X' ? 'A' : 'a')));
  }
  litellm__put_text(w, n.tail);
  litellm__put_fill(w, spec, len, align | LITELLM__BEHIND);
}

static void litellm__put_integer(litellm__writer *w, int64_t number) {
  litellm__value value;
  value.at = &number;
  value.detail = NULL;
  value.kind = LITELLM_KIND_INT64;
  litellm__put_number(w, &litellm__plain, &value);
}

#else

static void litellm__put_integer(litellm__writer *w, int64_t number) {
  uint64_t size = (uint64_t)number;
  char digits[20], *end = digits + sizeof digits, *at = end;
  if (number < 0) size = 0 - size;
  do {                       /* the long division of bits */
    unsigned rest = 0, i;
    for (i = 0; i < 64; i++) {
      rest = rest << 1 | (unsigned)(size >> 63);
      size <<= 1;
      if (rest < 10) continue;
      rest -= 10;
      size |= 1;
    }
    *--at = (char)('0' + rest);
  } while (size);
  if (number < 0) *--at = '-';
  litellm__put_json_text(w, at, (size_t)(end - at));
}

#endif

/* ==== >>values as JSON (implementation) ================================== */

/* A value that holds no others: as JSON, or as a template prints it. */
static void litellm__put_scalar(litellm__writer *w,
                                const litellm__value *value, bool json) {
  litellm_str text = litellm__text_of(value);
  bool null = litellm__is_null(value);
#if LITELLM_FLOAT
  if (json && !null && value->kind == LITELLM_KIND_DOUBLE) {
    uint64_t bits = (uint64_t)litellm__integer_of(value);
    null = (~bits & LITELLM__DOUBLE_INFINITY) == 0;
  }
#endif
  if (null) {
    if (json) litellm__put_text(w, "null");
  } else if (litellm__is_text(value->kind) && json) {
    litellm__put_string(w, text.ptr, text.len);
  } else if (litellm__is_text(value->kind) ||
             value->kind == LITELLM_KIND_BOOL) {
    litellm__text(w, text.ptr, text.len);
  } else if (LITELLM__PRINTABLE >> value->kind & 1) {
#if LITELLM_TEMPLATES || LITELLM_FLOAT
    litellm__put_number(w, &litellm__plain, value);
#else
    litellm__put_integer(w, litellm__integer_of(value));
#endif
  } else {
    litellm__fail(w, LITELLM_ERROR_TEMPLATE_TYPE, NULL);
  }
}

#if LITELLM_TEMPLATES || LITELLM_TOOLS || LITELLM_MODELS

/* Goes into member or item number `index`; false: there is none. */
static bool litellm__enter_value(litellm__value *value, size_t index,
                                 const char **key) {
  if (value->kind == LITELLM_KIND_LIST) {
    litellm_list list = litellm__list_of(value);
    *key = NULL;
    if (index >= list.count) return false;
    litellm__item(value, value, list.items, index);
  } else {
    const litellm_field *row = value->detail->fields() + index;
    *key = row->name;
    if (!row->name) return false;
    litellm__member(value, value->at, row);
  }
  return true;
}

/* Any value, without recursion: the way to each member starts at the root, so
   a level costs one index. The first `lines` levels are lists whose items
   stand on lines of their own, one that is no list or struct as a template
   prints it; below them, and with `lines` negative, all is compact JSON. */
static void litellm__put_json(litellm__writer *w, const litellm__value *root,
                              int lines) {
  litellm__value value = *root;
  size_t next[LITELLM_VALUE_DEPTH + 2], i;
  const char *key;
  int depth = 0;
  for (;;) {
    bool list = value.kind == LITELLM_KIND_LIST;
    if ((list || value.kind == LITELLM_KIND_MODEL) && value.at) {
      if (depth - (lines < 0 ? 0 : lines) == LITELLM_VALUE_DEPTH) {
        litellm__fail(w, LITELLM_ERROR_TEMPLATE_TYPE,
                      LITELLM__WHERE("LITELLM_VALUE_DEPTH"));
        return;
      }
      w->quoted = true;
      if (depth >= lines) litellm__put_char(w, list ? '[' : '{');
      next[depth++] = 0;
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
    w->quoted = depth > lines;
    if (next[i] > 1) {
      if (w->quoted) litellm__put_char(w, ',');
      else litellm__text(w, "\n\n", (size_t)(lines - depth + 1));
    }
    if (key) {
      litellm__put_string(w, key, SIZE_MAX);
      litellm__put_char(w, ':');
    }
  }
}

#endif

#if LITELLM_TEMPLATES

/* The most characters that a text may have. */
static size_t litellm__most(const litellm__spec *spec) {
  return spec->part[LITELLM__SPEC_PRECISION] ? spec->precision : SIZE_MAX;
}

/* Text cut to the precision and padded to the width, in code points; counted
   no further than needed. */
static LITELLM__NOINLINE void litellm__format_text(
    litellm__writer *w, const litellm__spec *spec, litellm_str text,
    unsigned usual) {
  size_t i = 0, points = 0, most = litellm__most(spec);
  size_t enough = most != SIZE_MAX ? most : spec->width;
  unsigned align = litellm__align(spec, usual);
  bool valid;
  while (points < enough && !litellm__text_ends(text.ptr, text.len, i)) {
    i += litellm__utf8(text.ptr + i, text.len - i, &valid);
    points++;
  }
  litellm__put_fill(w, spec, points, align);
  litellm__text(w, text.ptr, points == most ? i : text.len);
  litellm__put_fill(w, spec, points, align | LITELLM__BEHIND);
}

/* A converted value: its JSON cut and padded like text. To be padded it is
   counted first; when cut it cannot go on in the next window. */
static void litellm__format_json(litellm__writer *w, const litellm__spec *spec,
                                 const litellm__value *value) {
  size_t points = 0, most = litellm__most(spec);
  unsigned align = litellm__align(spec, '<');
  uint32_t seek = w->seek_index;
  if (spec->width) {
    w->limited = 3;
    w->room = SIZE_MAX;
    w->seek_index = 0;
    litellm__put_json(w, value, -1);
    w->seek_index = seek;
    points = SIZE_MAX - w->room;
    if (points > most) points = most;
  }
  litellm__put_fill(w, spec, points, align);
  w->limited = most < SIZE_MAX;
  w->room = most;
  litellm__put_json(w, value, -1);
  w->limited = 0;
  litellm__put_fill(w, spec, points, align | LITELLM__BEHIND);
}

/* The character number `value`. */
static LITELLM__NOINLINE void litellm__format_character(
    litellm__writer *w, const litellm__spec *spec, int64_t value) {
  char bytes[4];
  litellm_str text;
  if (value < 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    litellm__fail(w, LITELLM_ERROR_TEMPLATE_TYPE, LITELLM__WHERE("character"));
    return;
  }
  text.ptr = bytes;
  text.len = litellm__encode_utf8((uint32_t)value, bytes);
  litellm__format_text(w, spec, text, '>');
}

static unsigned litellm__spec_style(const litellm__spec *spec, unsigned kind) {
  /* By style, which parts of a spec, by their order. */
  static const uint8_t allowed[] = { 0, 0xD1, 0xD1, 0x91, 0xBB, 0xFF };
  char type = spec->part[LITELLM__SPEC_TYPE];
  bool text = litellm__is_text(kind);
  unsigned plain = LITELLM__PRINTABLE >> kind & 1, style = LITELLM__AS_NOTHING;
  if (!plain && kind != LITELLM_KIND_LIST && kind != LITELLM_KIND_MODEL)
    return style;
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

/* A value as its spec or conversion has it. */
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

#endif /* LITELLM_TEMPLATES */

/* ==== >>schema (implementation) ========================================== */

#if LITELLM_TOOLS || LITELLM_MODELS

/* The value at the end of a row's optionals and lists. `room`: bytes of a
   TEXT. */
static void litellm__leaf(const litellm_field *row, litellm__value *leaf,
                          size_t *room) {
  leaf->at = NULL;
  leaf->kind = row->kind;
  leaf->detail = row->detail;
  *room = row->detail ? row->detail->size : 0;
  while (leaf->kind == LITELLM_KIND_OPTIONAL ||
         leaf->kind == LITELLM_KIND_LIST) {
    *room = leaf->detail->size;
    leaf->kind = leaf->detail->kind;
    leaf->detail = leaf->detail->item;
  }
}

/* A row that a model is asked for, from `row` on. */
static const litellm_field *litellm__asked(const litellm_field *row) {
  while (row->kind == LITELLM_KIND_GIVEN) row++;
  return row;
}

/* Digits of a bound, at the end of 11 bytes: less stack than for numbers of
   any form. */
static char *litellm__small_digits(int32_t number, char *digits) {
  uint32_t size = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
  char *at = digits + 11;
  do *--at = (char)('0' + size % 10);
  while (size /= 10);
  if (number < 0) *--at = '-';
  return at;
}

/* A text with a number where its first # stands, and another at the next. */
static void litellm__put_range(litellm__writer *w, const char *text,
                               int32_t number, int32_t next) {
  for (;; text++, number = next) {
    char digits[11], *at = litellm__small_digits(number, digits);
    size_t n = 0;
    while (text[n] && text[n] != '#') n++;
    litellm__put_json_text(w, text, n);
    text += n;
    if (!*text) return;
    litellm__put_json_text(w, at, (size_t)(digits + sizeof digits - at));
  }
}

enum { LITELLM__MOST_ROWS = 32 };      /* bits of litellm__frame.came */

/* A name of a list, which is `any` before it. */
static void litellm__put_next(litellm__writer *w, const char *text, bool any) {
  if (strlen(text) > LITELLM__MOST_NAME)
    litellm__fail(w, LITELLM_ERROR_ARGUMENT, text);
  if (any) litellm__put_char(w, ',');
  litellm__put_string(w, text, SIZE_MAX);
}

/* What the model should know of a row: its text, and what the keywords that
   are legal everywhere cannot say. */
static void litellm__put_description(litellm__writer *w,
                                     const litellm_field *row, bool text,
                                     size_t room) {
  const char *example = row->detail ? row->detail->example : NULL;
  const char *before = "";
  if (!row->description && !text && !example) return;
  litellm__put_text(w, "\"description\":\"");
  if (row->description) {
    litellm__text(w, row->description, SIZE_MAX);
    before = ". ";
  }
  if (text) {
    litellm__put_text(w, before);
    if (row->kind == LITELLM_KIND_TEXT && row->detail->minimum)
      litellm__put_range(w, "# to # bytes", row->detail->minimum,
                         (int32_t)room - 1);
    else
      litellm__put_range(w, "At most # bytes", (int32_t)room - 1, 0);
    before = ". ";
  }
  if (example) {
    litellm__put_text(w, before);
    litellm__put_text(w, "Example: ");
    litellm__text(w, example, SIZE_MAX);
  }
  litellm__put_text(w, "\",");
}

/* The schema of a row up to the end of its leaf, or to the rows of a struct;
   the optionals and lists that are open then. A schema that is not strict
   says what is optional by leaving it out of `required`. */
static unsigned litellm__open_schema(litellm__writer *w,
                                     const litellm_field *row, bool strict,
                                     litellm__value *leaf) {
  static const uint8_t types[] = { 6, 0, 0, 0, 6, 1, 2, 2, 3, 4, 5 };
  const litellm_detail *detail = row->detail;
  unsigned kind = row->kind, open = 0, which, i;
  size_t room;
  litellm__leaf(row, leaf, &room);
  litellm__put_text(w, "{");
  litellm__put_description(w, row, leaf->kind == LITELLM_KIND_TEXT, room);
  for (; kind == LITELLM_KIND_OPTIONAL || kind == LITELLM_KIND_LIST;
       kind = detail->kind, detail = detail->item) {
    if (kind == LITELLM_KIND_LIST) {
      litellm__put_range(w, "\"type\":\"array\",\"minItems\":#,"
                            "\"maxItems\":#,\"items\":{",
                         detail->minimum, detail->capacity);
    } else if (strict)
      litellm__put_text(w, "\"anyOf\":[{");
    else
      continue;
    open = open << 2 | (kind == LITELLM_KIND_LIST ? 1u : 2u);
  }
  which = kind < sizeof types ? types[kind] : 6;
  if (which == 6)                            /* nothing a model can send */
    litellm__fail(w, LITELLM_ERROR_ARGUMENT, row->name);
  litellm__put_text(w, "\"type\":\"");
  litellm__put_text(w, litellm__word(
      "string\"\0boolean\"\0integer\"\0number\"\0string\",\"enum\":[\0"
      "object\",\"properties\":{\0", which));
  if ((which == 2 || which == 3) && detail &&
      (detail->minimum || detail->maximum))
    litellm__put_range(w, ",\"minimum\":#,\"maximum\":#", detail->minimum,
                       detail->maximum);
  if (which == 4) {
    for (i = 0; i < detail->capacity; i++)
      litellm__put_next(w, detail->names[i], i > 0);
    litellm__put_char(w, ']');
  }
  return open;
}

/* The end of a struct's schema, but for its brace. */
static void litellm__close_rows(litellm__writer *w, const litellm_field *row,
                                bool strict) {
  const litellm_field *first = row;
  bool any = false;
  litellm__put_text(w, "},\"required\":[");
  for (; row && (row = litellm__asked(row))->name; row++) {
    if (row - first >= LITELLM__MOST_ROWS)
      litellm__fail(w, LITELLM_ERROR_ARGUMENT, row->name);
    if (!strict && row->kind == LITELLM_KIND_OPTIONAL) continue;
    litellm__put_next(w, row->name, any);
    any = true;
  }
  litellm__put_text(w, "],\"additionalProperties\":false");
}

/* The JSON Schema of a struct, without recursion. Strict ones are as OpenAI
   wants them: all is required, what is optional may be null. */
static LITELLM__NOINLINE void litellm__put_schema(litellm__writer *w,
                                                  const litellm_detail *model,
                                                  bool strict) {
  const litellm_field *rows[LITELLM_VALUE_DEPTH];
  unsigned open[LITELLM_VALUE_DEPTH], depth = 0;
  bool comma = false;
  litellm__value leaf;
  size_t room;
  litellm__put_text(w, "{\"type\":\"object\",\"properties\":{");
  rows[0] = model ? model->fields() : NULL;
  open[0] = 0;
  while (!litellm__full(w)) {
    const litellm_field *row = rows[depth];
    if (row) row = rows[depth] = litellm__asked(row);
    if (row && row->name) {
      litellm__put_next(w, row->name, comma);
      litellm__put_char(w, ':');
      open[depth] = litellm__open_schema(w, row, strict, &leaf);
      comma = leaf.kind != LITELLM_KIND_MODEL;
      if (!comma) {
        if (++depth == LITELLM_VALUE_DEPTH) {
          litellm__fail(w, LITELLM_ERROR_ARGUMENT,
                        LITELLM__WHERE("LITELLM_VALUE_DEPTH"));
          return;
        }
        rows[depth] = leaf.detail->fields();
        open[depth] = 0;
        continue;
      }
    } else {
      if (depth) litellm__leaf(rows[depth - 1], &leaf, &room);
      litellm__close_rows(w, !row ? NULL : depth ? leaf.detail->fields()
                                                 : model->fields(), strict);
      comma = true;
      if (!depth) break;
      depth--;
    }
    for (; open[depth]; open[depth] >>= 2)
      litellm__put_text(w, (open[depth] & 3) == 1 ? "}"
                                                  : "},{\"type\":\"null\"}]");
    litellm__put_text(w, "}");
    rows[depth]++;
  }
  litellm__put_text(w, "}");
}

#endif

/* ==== >>templates (implementation) ======================================= */

enum { LITELLM__MESSAGES = LITELLM_TOOL_RESULT + 1, LITELLM__NO_ROLE };

/* In upper case they are the role words, but for "tool". */
static const char litellm__roles[] =
    "user\0system\0developer\0assistant\0tool\0messages";

enum {                       /* litellm__template.kind */
  LITELLM__LEX_END, LITELLM__LEX_TEXT, LITELLM__LEX_FIELD
};

/* Tags by the order of their names. `:list` takes one level of lists off, and
   `:lists` two; from `:text` on they make parts, the plurals one an item. */
enum {
  LITELLM__TAG_NONE, LITELLM__TAG_LIST, LITELLM__TAG_LISTS,
  LITELLM__TAG_TEXT, LITELLM__TAG_IMAGE = LITELLM__TAG_TEXT + 2,
  LITELLM__TAG_CACHE_CONTROL = LITELLM__TAG_TEXT + 10
};

/* A template, the section that is open, and the piece that was read last. */
typedef struct litellm__template {
  uint8_t role;              /* litellm_role, or LITELLM__MESSAGES */
  uint8_t kind, tag;
#if LITELLM_TEMPLATES
  litellm__spec spec;        /* FIELD */
#endif
  litellm__writer *w;
  const char *text;          /* NUL-terminated */
  const litellm_field *fields;
  const void *arguments;
  size_t at;                 /* behind the piece */
  size_t begin, end;         /* of the section, stripped */
#if LITELLM_TEMPLATES
  size_t next;               /* where the next section starts */
  size_t indent, indent_len; /* the indentation its lines share */
#endif
  litellm_str option[2];     /* TEXT: the first is it; FIELD: of its tag */
  litellm__value value;      /* FIELD */
} litellm__template;

static void litellm__fail_type(litellm__template *t) {
  litellm__fail(t->w, LITELLM_ERROR_TEMPLATE_TYPE,
                LITELLM__WHERE(t->text + t->w->position));
}

static void litellm__fail_syntax(litellm__template *t, const char *where) {
  litellm__fail(t->w, LITELLM_ERROR_TEMPLATE, where);
}

#if LITELLM_TEMPLATES

static bool litellm__is_blank(char c) { return c == ' ' || c == '\t'; }

/* The role whose word opens the line at `at`, and what is behind its colon. */
static unsigned litellm__role_at(const litellm__template *t, size_t at,
                                 size_t *behind) {
  const char *word = litellm__roles;
  unsigned role;
  while (litellm__is_blank(t->text[at])) at++;
  for (role = 0; role < LITELLM__NO_ROLE; role++) {
    size_t n = 0;
    while (word[n] && t->text[at + n] == word[n] - 32) n++;
    if (!word[n] && t->text[at + n] == ':' && role != LITELLM_TOOL_RESULT) {
      *behind = at + n + 1;
      break;
    }
    word += strlen(word) + 1;
  }
  return role;
}

/* Opens the section at the line `at`: up to the next role line. */
static void litellm__open_section(litellm__template *t, size_t at) {
  const char *text = t->text;
  size_t unused, end, n;
  bool first;
  t->begin = at;
  t->role = (uint8_t)litellm__role_at(t, at, &t->begin);
  t->indent_len = SIZE_MAX;
  /* The text behind a role word has no indentation. */
  for (first = t->role != LITELLM__NO_ROLE; text[at]; first = false) {
    for (end = at; litellm__is_space(text[end]) && text[end] != '\n';) end++;
    if (text[end] && text[end] != '\n' && !first) {
      if (t->indent_len == SIZE_MAX) t->indent = at;
      for (n = 0; n < t->indent_len && litellm__is_blank(text[at + n]) &&
                  text[at + n] == text[t->indent + n];) n++;
      t->indent_len = n;
    }
    while (text[end] && text[end] != '\n') end++;
    at = text[end] ? end + 1 : end;
    if (litellm__role_at(t, at, &unused) != LITELLM__NO_ROLE) break;
  }
  t->next = t->end = at;
  while (t->begin < t->end && litellm__is_space(text[t->begin])) t->begin++;
  while (t->begin < t->end && litellm__is_space(text[t->end - 1])) t->end--;
}

#endif

static size_t litellm__name_len(const char *text) {
  size_t n;
  for (n = 0;; n++) {
    char c = litellm__lower(text[n]);
    if ((c < 'a' || c > 'z') && c != '_' && (unsigned char)c < 0x80 &&
        (!n || !litellm__is_digit(c))) return n;
  }
}

/* Reads a name and finds its row. */
static void litellm__lex_name(litellm__template *t, const void *owner,
                              const litellm_field *rows) {
  const char *name = t->text + t->at;
  size_t n = litellm__name_len(name);
  const litellm_field *field = litellm__find_field(rows, name, n);
  if (!n)
    litellm__fail_syntax(t, LITELLM__WHERE("field name"));
  else if (!field)
    litellm__fail(t->w, LITELLM_ERROR_TEMPLATE_NAME,
                  LITELLM__WHERE(t->text + t->w->position));
  else
    litellm__member(&t->value, owner, field);
  t->at += n;
}

#if LITELLM_TEMPLATES

/* Takes the next character if it is one of a set, else gives 0. */
static char litellm__lex_one(litellm__template *t, const char *set) {
  char c = t->text[t->at];
  if (!litellm__one_of(c, set)) return 0;
  t->at++;
  return c;
}

/* A decimal number; false: none. */
static bool litellm__lex_number(litellm__template *t, uint32_t *number) {
  size_t start = t->at;
  for (*number = 0; litellm__is_digit(t->text[t->at]); t->at++)
    *number = *number < 100000000
        ? *number * 10 + (uint32_t)(t->text[t->at] - '0') : UINT32_MAX;
  return t->at > start;
}

/* The [n] and .name behind a name. */
static void litellm__lex_path(litellm__template *t) {
  litellm__value *value = &t->value;
  uint32_t index = 0, count;
  char c;
  while (t->w->result == LITELLM_OK &&
         (c = litellm__lex_one(t, ".[")) != 0) {
    if (c == '[' &&
        (!litellm__lex_number(t, &index) || !litellm__lex_one(t, "]"))) {
      litellm__fail_syntax(t, LITELLM__WHERE("index"));
    } else if (value->kind != (c == '.' ? LITELLM_KIND_MODEL
                                        : LITELLM_KIND_LIST)) {
      litellm__fail_type(t);
    } else if (c == '.') {
      litellm__lex_name(t, value->at, value->detail->fields());
    } else {
      litellm_list list = litellm__list_of(value);
      count = (uint32_t)list.count;
      if (!value->at)
        count = value->detail->capacity ? value->detail->capacity : UINT32_MAX;
      if (index >= count)
        litellm__fail(t->w, LITELLM_ERROR_TEMPLATE_INDEX,
                      LITELLM__WHERE(t->text + t->w->position));
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
  size_t n = litellm__utf8(text, t->end - t->at, &valid), i;
  bool filled = *text && *text != '{' && litellm__one_of(text[n], "<>^=");
  spec->used = true;
  if (filled) {
    spec->fill = text;
    spec->fill_len = n;
    t->at += n;
  }
  for (i = 0; i < LITELLM__SPEC_PARTS; i++, set += strlen(set) + 1) {
    part[i] = litellm__lex_one(t, set);
    if (part[i]) spec->given = (uint8_t)(spec->given | 1u << i);
    if (i != LITELLM__SPEC_ZERO && (i != LITELLM__SPEC_PRECISION || !part[i]))
      continue;
    if ((!litellm__lex_number(t, &number) && i == LITELLM__SPEC_PRECISION) ||
        number > UINT16_MAX)
      litellm__fail_syntax(t, LITELLM__WHERE("spec"));
    if (i == LITELLM__SPEC_ZERO) spec->width = (uint16_t)number;
    else spec->precision = (uint16_t)number;
  }
  if (!part[LITELLM__SPEC_ZERO]) return;
  if (!filled) spec->fill = "0";
  if (!part[LITELLM__SPEC_ALIGN]) part[LITELLM__SPEC_ALIGN] = '0';
}

/* The tag that stands here, up to its options or the end of the field. */
static unsigned litellm__lex_tag(litellm__template *t) {
  const char *text = t->text + t->at;
  size_t n = litellm__name_len(text);
  unsigned tag = 0;
  if (litellm__one_of(text[n], "(}"))
    tag = litellm__word_in("list\0lists\0text\0texts\0image\0images\0audio\0"
                           "audios\0document\0documents\0part\0parts\0"
                           "cache_control\0", text, n);
  if (tag) t->at += n;
  return tag;
}

#if LITELLM_MEDIA
/* (name=value,...) behind a tag. */
static void litellm__lex_options(litellm__template *t) {
  static const char names[][11] = {
    "detail\0", "format\0", "type\0name\0", "", "type\0ttl\0"
  };
  size_t group = ((size_t)t->tag - LITELLM__TAG_IMAGE) / 2, n;
  bool good = t->tag >= LITELLM__TAG_IMAGE;
  while (good) {
    const char *text = t->text + t->at;
    unsigned slot = litellm__word_in(names[group], text,
                                     n = litellm__name_len(text));
    litellm_str *option = &t->option[slot > 1];
    t->at += n;
    good = slot && !option->len && litellm__lex_one(t, "=");
    if (!good) break;
    option->ptr = text + n + 1;
    while (t->at < t->end &&
           !litellm__one_of(t->text[t->at], ",){} \t\r\n\v\f")) t->at++;
    option->len = (size_t)(t->text + t->at - option->ptr);
    good = option->len &&
           (group || litellm__word_in("auto\0low\0high\0", option->ptr,
                                      option->len));
    if (!litellm__lex_one(t, ",")) break;
  }
  if (!good || !litellm__lex_one(t, ")"))
    litellm__fail_syntax(t, LITELLM__WHERE("option"));
}
#endif

/* What stands behind a path: conversion, tag with options, or spec. */
static void litellm__lex_format(litellm__template *t) {
  if (litellm__lex_one(t, "!")) {
    t->spec.convert = litellm__lex_one(t, "rs");
    if (!t->spec.convert)
      litellm__fail_syntax(t, LITELLM__WHERE("conversion"));
  }
  if (!litellm__lex_one(t, ":")) return;
  if (!t->spec.convert) t->tag = (uint8_t)litellm__lex_tag(t);
  if (!t->tag && t->text[t->at] != '}') litellm__lex_spec(t);
#if LITELLM_MEDIA
  if (t->tag && litellm__lex_one(t, "(")) litellm__lex_options(t);
#else
  if (t->tag >= LITELLM__TAG_TEXT)
    litellm__fail_syntax(t, LITELLM__WHERE("LITELLM_MEDIA"));
#endif
}

#endif

/* Reads {path...} whose brace is at t->at. */
static void litellm__lex_field(litellm__template *t) {
  bool named = !LITELLM_TEMPLATES || t->text[t->at + 1] != ':';
  t->kind = LITELLM__LEX_FIELD;
  t->at++;
  if (named) litellm__lex_name(t, t->arguments, t->fields);
#if LITELLM_TEMPLATES
  t->spec = litellm__plain;
  memset(t->option, 0, sizeof t->option);
  if (named) litellm__lex_path(t);
  if (t->w->result == LITELLM_OK) litellm__lex_format(t);
  if (named == (t->tag == LITELLM__TAG_CACHE_CONTROL))
    litellm__fail_syntax(t, LITELLM__WHERE("field name"));
#endif
  if (t->at >= t->end || t->text[t->at++] != '}')
    litellm__fail_syntax(t, LITELLM__WHERE("field"));
#if !LITELLM_TEMPLATES
  if (!(LITELLM__PRINTABLE >> t->value.kind & 1)) litellm__fail_type(t);
#endif
}

/* Reads the next piece of a section: a run of text, or a field. */
static void litellm__lex(litellm__template *t) {
  const char *text = t->text;
  size_t start = t->at;
  char c;
  t->kind = LITELLM__LEX_END;
  t->tag = LITELLM__TAG_NONE;
  if (t->w->result != LITELLM_OK) return;    /* it may be behind the NUL */
#if LITELLM_TEMPLATES
  if (text[start] == '\r' && text[start + 1] == '\n') start++;
#endif
  t->w->position = (uint32_t)start;
  t->at = start;
  if (start >= t->end) return;
  t->kind = LITELLM__LEX_TEXT;
  t->option[0].ptr = text + start;
  c = text[start];
  if (c == '{' && text[start + 1] != '{') {
    litellm__lex_field(t);
    return;
  }
  t->at++;
  if (c == '{' || c == '}') {
    if (text[t->at++] != c) litellm__fail_syntax(t, LITELLM__WHERE("brace"));
    t->option[0].len = 1;
    return;
  }
  while (t->at < t->end && !litellm__one_of(text[t->at], "{}\n\r") &&
         text[t->at - 1] != '\n') t->at++;
  t->option[0].len = t->at - start;
#if LITELLM_TEMPLATES
  if (text[t->at - 1] != '\n') return;
  /* The line that follows: without the shared indentation, and one of white
     space only is empty. */
  while (litellm__is_space(text[t->at]) && text[t->at] != '\n') t->at++;
  if (text[t->at] != '\n') t->at = start + t->option[0].len + t->indent_len;
#endif
}

#if LITELLM_TEMPLATES

/* Whether the piece, without a part tag, prints anything; white space of the
   template alone is nothing. Fails where a value cannot be printed so, by its
   kind: that can be told without values. */
static LITELLM__NOINLINE bool litellm__prints(litellm__template *t) {
  litellm__value value = t->value;
  litellm__spec *spec = &t->spec;
  litellm_str text;
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
  text = litellm__text_of(&value);
  return !litellm__text_ends(text.ptr, text.len, 0) &&
         litellm__most(spec) > 0;
}

#endif

#if LITELLM_MEDIA

/* ==== >>content parts (implementation) =================================== */

/* A part as it is written: the public litellm_part with texts as views. */
typedef struct litellm__part {
  unsigned kind;             /* litellm_part_kind */
  litellm_str text, option, name;
  litellm_bytes bytes;
} litellm__part;

/* The type of media by what they begin with, NULL: unknown. Each type is its
   kind, its name and its beginnings; each of them is preceded by its length,
   plus 0x80: at byte 8 of RIFF, or plus 0x90: at byte 8, behind "ftyp". */
static const char *litellm__media_type(const litellm__part *part) {
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
  const char *bytes = (const char *)part->bytes.ptr, *name;
  while (*m) {
    unsigned kind = (unsigned char)*m;
    name = m + 1;
    for (m = name + strlen(name) + 1; *m; m++) {
      size_t n = *m & 15, at = *m & 0x80 ? 8 : 0;
      bool ftyp = *m++ & 0x10;
      if (kind == part->kind && part->bytes.len >= at + n &&
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
  const char *scheme = "http:\0https:\0gs:\0data:\0";
  for (; *scheme; scheme += strlen(scheme) + 1)
    if (litellm__starts(text.ptr, text.len, scheme)) return true;
  return false;
}

/* Counts a part, and unless that is all, opens it for what follows. It stays
   open: cache_control may still go into it. */
static bool litellm__open_part(litellm__writer *w, bool text) {
  w->parts++;
  w->cached = false;
  if (!text) w->rich = true;
  if (w->survey) return false;
  if (w->plain) return true;
  litellm__put_text(w, &"},{\"type\":\""[w->parts > 1 ? 0 : 2]);
  if (text) litellm__put_text(w, "text\",\"text\":\"");
  return true;
}

static void litellm__end_text(litellm__writer *w) {
  if (!w->plain) litellm__put_char(w, '"');
}

/* The inside of a media part. */
static void litellm__put_media(litellm__writer *w, const litellm__part *part,
                               litellm_str type) {
  litellm_str option = part->option;
  bool document = part->kind == LITELLM_PART_DOCUMENT;
  bool bytes = part->bytes.ptr != NULL;
  litellm__put_text(w, litellm__word(
      "image_url\",\"image_url\":{\"url\":\"\0"
      "input_audio\",\"input_audio\":{\"data\":\"\0"
      "file\",\"file\":{\"file_data\":\"\0file\",\"file\":{\"file_id\":\"",
      part->kind - 1 + (document && !bytes &&
                        !litellm__starts(part->text.ptr, part->text.len,
                                         "data:"))));
  if (part->kind == LITELLM_PART_AUDIO)
    option = type;
  else if (!bytes)
    litellm__text(w, part->text.ptr, part->text.len);
  else
    litellm__put_format(w, document ? "data:%;base64,"
                                    : "data:image/%;base64,",
                        type.ptr, type.len);
  if (bytes)
    litellm__put_base64(w, (const uint8_t *)part->bytes.ptr, part->bytes.len);
  if (document) {
    option = part->name;
    if (bytes && !option.len) option = litellm_str_of("document.pdf");
  }
  if (option.len)
    litellm__put_format(w, litellm__word(
        "\",\"detail\":\"%\0\",\"format\":\"%\0\",\"filename\":\"%",
        part->kind - 1), option.ptr, option.len);
  litellm__put_text(w, "\"}");
}

static void litellm__put_part(litellm__writer *w, const litellm__part *part) {
  litellm_str type = { NULL, 0 };
  if (part->kind == LITELLM_PART_TEXT) {
    if (litellm__text_ends(part->text.ptr, part->text.len, 0) ||
        !litellm__open_part(w, true)) return;
    litellm__text(w, part->text.ptr, part->text.len);
    litellm__end_text(w);
    return;
  }
  if (part->bytes.ptr ? !part->bytes.len : !part->text.ptr) return;
  if (part->kind != LITELLM_PART_IMAGE) type = part->option;
  if (!type.len && part->bytes.ptr)
    type = litellm_str_of(litellm__media_type(part));
  if (part->bytes.ptr ? !type.len : part->kind == LITELLM_PART_AUDIO ||
                                    !litellm__is_url(part->text))
    litellm__fail(w, LITELLM_ERROR_MEDIA, NULL);
  else if (litellm__open_part(w, false))
    litellm__put_media(w, part, type);
}

/* The public form of a part. */
static void litellm__put_given(litellm__writer *w, const litellm_part *given) {
  litellm__part part;
  part.kind = (unsigned)given->kind;
  part.text = given->text;
  part.bytes = given->bytes;
  part.option = litellm_str_of(given->option);
  part.name = litellm_str_of(given->name);
  litellm__put_part(w, &part);
}

static void litellm__put_cache_control(litellm__template *t) {
  litellm__writer *w = t->w;
  litellm_str type = t->option[0], ttl = t->option[1];
  if (!w->parts || w->cached) {
    litellm__fail_syntax(t, LITELLM__WHERE("no part before"));
    return;
  }
  w->rich = w->cached = true;
  if (w->survey) return;
  if (!type.len) type = litellm_str_of("ephemeral");
  litellm__put_format(w, ",\"cache_control\":{\"type\":\"%\"", type.ptr,
                      type.len);
  if (ttl.len) litellm__put_format(w, ",\"ttl\":\"%\"", ttl.ptr, ttl.len);
  litellm__put_char(w, '}');
}

/* The part that a tag makes of one value. */
static void litellm__put_tagged(litellm__template *t,
                                const litellm__value *value) {
  litellm__part part;
  litellm_part given;
  unsigned kind = ((unsigned)t->tag - LITELLM__TAG_TEXT) / 2;
  bool any = kind > LITELLM_PART_DOCUMENT;
  memset(&part, 0, sizeof part);
  part.kind = kind;
  part.option = t->option[0];
  part.name = t->option[1];
  if (value->kind == LITELLM_KIND_PART) {
    if (!value->at) return;
    memcpy(&given, value->at, sizeof given);
    if (any) {
      litellm__put_given(t->w, &given);
      return;
    }
    part.text = given.text;
    part.bytes = given.bytes;
    any = (kind == LITELLM_PART_TEXT) != (given.kind == LITELLM_PART_TEXT);
  } else if (value->kind == LITELLM_KIND_BYTES && kind) {
    if (value->at) memcpy(&part.bytes, value->at, sizeof part.bytes);
  } else if (litellm__is_text(value->kind)) {
    part.text = litellm__text_of(value);
    any |= t->w->check && kind == LITELLM_PART_AUDIO;  /* never by URL */
  } else {
    any = true;
  }
  if (any) litellm__fail_type(t);
  else litellm__put_part(t->w, &part);
}

/* The parts of a tag: none, one, or for a plural one for each item. */
static LITELLM__NOINLINE void litellm__put_tag(litellm__template *t) {
  litellm__value value = t->value;
  litellm_list list = { NULL, 1 };
  bool plural = (t->tag - LITELLM__TAG_TEXT) & 1;
  size_t i;
  if (t->tag == LITELLM__TAG_CACHE_CONTROL) {
    litellm__put_cache_control(t);
    return;
  }
  if (plural) {
    if (value.kind == LITELLM_KIND_LIST) list = litellm__list_of(&value);
    else litellm__fail_type(t);
    if (t->w->check) list.count = 1;
  }
  for (i = 0; i < list.count && !litellm__full(t->w); i++) {
    if (plural) litellm__item(&value, &t->value, list.items, i);
    litellm__put_tagged(t, &value);
  }
  if (t->w->check) litellm__open_part(t->w, false);
}

#elif LITELLM_TEMPLATES

static bool litellm__open_part(litellm__writer *w, bool text) {
  (void)text;
  w->parts++;
  return !w->survey;
}

#endif /* LITELLM_MEDIA */

#if LITELLM_TEMPLATES

/* Goes over the open section, and writes it as plain text or as parts, or in a
   survey only counts. Text becomes a part where it prints anything: then it is
   read once more, to be written. */
static void litellm__put_content(litellm__template *t) {
  litellm__writer *w = t->w;
  size_t run = t->begin;
  bool open = false, prints;
  w->parts = 0;
  t->at = run;
  do {
    litellm__lex(t);
    if (t->kind == LITELLM__LEX_END || t->tag >= LITELLM__TAG_TEXT) {
#if LITELLM_MEDIA
      if (open && !w->survey) litellm__end_text(w);
      if (t->tag) litellm__put_tag(t);
#endif
      open = false;
      run = t->at;
      continue;
    }
    prints = litellm__prints(t);
    if (!open) {
      open = prints;
      if (open && litellm__open_part(w, true)) t->at = run;
    } else if (w->survey) {
      continue;
    } else if (t->kind == LITELLM__LEX_TEXT) {
      litellm__text(w, t->option[0].ptr, t->option[0].len);
    } else if (!prints) {
      continue;
    } else if (t->spec.used || t->spec.convert) {
      litellm__format(w, &t->spec, &t->value);
    } else {
      litellm__put_json(w, &t->value, t->tag);
    }
  } while (t->kind != LITELLM__LEX_END && !litellm__full(w));
}

#endif /* LITELLM_TEMPLATES */

/* ==== >>messages (implementation) ======================================== */

LITELLM__DEF litellm_message *litellm_messages_add(litellm_messages *list,
                                                   litellm_arena *arena,
                                                   litellm_role role,
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

/* Where pointers are in a message, its own texts first; in a tool call; and in
   a part. */
#define LITELLM__AT(type, member) (uint8_t)offsetof(litellm_##type, member)
static const uint8_t litellm__in_message[] = {
  LITELLM__AT(message, tool_call_id), LITELLM__AT(message, reasoning),
  LITELLM__AT(message, thinking_blocks), LITELLM__AT(message, content.ptr),
  LITELLM__AT(message, parts), LITELLM__AT(message, tool_calls),
  LITELLM__AT(message, next)
};
#if LITELLM_TOOLS
static const uint8_t litellm__in_call[] = {
  LITELLM__AT(tool_call, id), LITELLM__AT(tool_call, name),
  LITELLM__AT(tool_call, arguments)
};
#endif
#if LITELLM_MEDIA
static const uint8_t litellm__in_part[] = {
  LITELLM__AT(part, text.ptr), LITELLM__AT(part, bytes.ptr),
  LITELLM__AT(part, option), LITELLM__AT(part, name)
};
#endif
#undef LITELLM__AT

#if LITELLM_TOOLS
/* Copies the texts that are there of those at `n` places of an object. */
static bool litellm__copy_texts(litellm_arena *arena, const void *from,
                                void *to, const uint8_t *at, size_t n) {
  for (; n > 0; at++, n--) {
    const char *text;
    memcpy(&text, (const char *)from + *at, sizeof text);
    if (!text) continue;
    text = litellm_arena_copy(arena, litellm_str_of(text));
    if (!text) return false;
    memcpy((char *)to + *at, &text, sizeof text);
  }
  return true;
}
#endif

/* A message with copies of its tool calls, and of the thoughts that led to
   them. */
static bool litellm__add_copy(litellm_messages *list, litellm_arena *arena,
                              const litellm_message *from) {
  litellm_message *to =
      litellm_messages_add(list, arena, from->role, from->content);
#if LITELLM_TOOLS
  litellm_tool_call *calls;
  size_t i, n = from->tool_call_count;
  if (!to) return false;
  if (n) {
    calls = (litellm_tool_call *)litellm_arena_alloc(arena,
                                                     n * sizeof *calls);
    if (!calls) return false;
    to->tool_calls = calls;
    to->tool_call_count = n;
    for (i = 0; i < n; i++)
      if (!litellm__copy_texts(arena, &from->tool_calls[i], &calls[i],
                               litellm__in_call, sizeof litellm__in_call))
        return false;
  }
  return litellm__copy_texts(arena, from, to, litellm__in_message,
                             n ? 3 : 1);
#else
  return to != NULL;
#endif
}

/* What a model said as a message, which is empty before; nothing is copied. */
static void litellm__as_message(litellm_message *message,
                                const litellm_response *response) {
  message->role = LITELLM_ASSISTANT;
  if (response->content_size || !response->tool_call_count) {
    message->content.ptr = response->content;
    message->content.len = response->content_size;
  }
  message->tool_calls = response->tool_calls;
  message->tool_call_count = response->tool_call_count;
  message->reasoning = response->reasoning;
  message->thinking_blocks = response->thinking_blocks;
}

LITELLM__DEF bool litellm_messages_add_response(
    litellm_messages *list, litellm_arena *arena,
    const litellm_response *response) {
  const litellm_messages before = *list;
  const litellm_message *from = response->rounds;
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

/* Bytes that go out of an arena: `size` of them before `end`. */
typedef struct litellm__gap {
  const litellm_arena *arena;
  const unsigned char *end;
  size_t size;
} litellm__gap;

/* What lies in the arena behind a gap, to be written to; NULL: `at` does not
   point there. */
static unsigned char *litellm__behind(const litellm__gap *gap,
                                      const void *at) {
  const litellm_arena *arena = gap->arena;
  return (uintptr_t)at < (uintptr_t)gap->end ||
         (uintptr_t)at >= (uintptr_t)(arena->memory + arena->used)
             ? NULL
             : arena->memory + ((uintptr_t)at - (uintptr_t)arena->memory);
}

/* Moves the pointers at `n` places of an object down that point there. */
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

#if LITELLM_TOOLS || LITELLM_MEDIA
/* The same in an array of objects that may lie there itself. */
static void litellm__move_all_down(const litellm__gap *gap, const void *array,
                                   size_t count, size_t size,
                                   const uint8_t *at, size_t n) {
  unsigned char *object = litellm__behind(gap, array);
  for (; object && count > 0; object += size, count--)
    litellm__move_down(gap, object, at, n);
}
#endif

static litellm_message *litellm__after(const litellm_message *message) {
  litellm_message *next;
  memcpy(&next, &message->next, sizeof next);
  return next;
}

/* Takes the messages [first, end) out of the arena, by moving what is behind
   them, with its pointers, down. */
static void litellm__forget_messages(litellm_messages *list,
                                     litellm_arena *arena,
                                     litellm_message **link,
                                     litellm_message *end) {
  unsigned char *to = (unsigned char *)*link, *from = (unsigned char *)end;
  litellm_message *message = end, *next;
  litellm__gap gap;
  gap.arena = arena;
  gap.end = from;
  gap.size = (size_t)(from - to);
  for (; message; message = next) {
#if LITELLM_TOOLS
    litellm__move_all_down(&gap, message->tool_calls, message->tool_call_count,
                           sizeof *message->tool_calls, litellm__in_call,
                           sizeof litellm__in_call);
#endif
#if LITELLM_MEDIA
    litellm__move_all_down(&gap, message->parts, message->part_count,
                           sizeof *message->parts, litellm__in_part,
                           sizeof litellm__in_part);
#endif
    next = litellm__after(message);
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
    litellm_message **link = &list->first, *end, *message;
    size_t count = 0;
    for (message = list->first; message; message = litellm__after(message))
      count++;
    if ((!max_count || count <= max_count) &&
        (!max_bytes || arena->used <= max_bytes)) return;
    while (*link && ((*link)->role == LITELLM_SYSTEM ||
                     (*link)->role == LITELLM_DEVELOPER))
      link = (litellm_message **)(void *)&(*link)->next;
    /* A result goes with its call, and the last message stays. */
    if (!*link) return;
    end = litellm__after(*link);
    while (end && end->role == LITELLM_TOOL_RESULT)
      end = litellm__after(end);
    if (!end) return;
    litellm__forget_messages(list, arena, link, end);
  }
}

enum {
  LITELLM__STAGE_TEMPLATE = 1, LITELLM__STAGE_MESSAGES, LITELLM__STAGE_ROUNDS
};
enum { LITELLM__ANY_BRACE = 1, LITELLM__ANY_MESSAGE = 2 };  /* mark.any, bits */

/* Begins a message, and remembers that a window may start here. */
static void litellm__begin_message(litellm__writer *w,
                                   const litellm_message *message,
                                   unsigned role) {
  w->here.at = w->at;
  w->here.message = message;
  w->here.text_index = 0;
  litellm__remember(w);
  litellm__put_name(w, &",{\"role\":\"%\",\"content\":"[!w->here.any],
                    litellm__word(litellm__roles, role));
  w->here.any = LITELLM__ANY_BRACE | LITELLM__ANY_MESSAGE;
  w->parts = 0;
}

#if LITELLM_TOOLS
/* Gateways take no other arguments in a history. */
static bool litellm__is_object(const char *arguments) {
  return arguments && *arguments == '{' &&
         litellm_json_valid(litellm_str_of(arguments));
}
#endif

static void litellm__put_message(litellm__writer *w,
                                 const litellm_message *message) {
#if LITELLM_MEDIA || LITELLM_TOOLS
  size_t i;
#endif
#if LITELLM_MEDIA
  if (message->parts) {
    w->plain = false;
    litellm__put_char(w, '[');
    for (i = 0; i < message->part_count && !litellm__full(w); i++)
      litellm__put_given(w, &message->parts[i]);
    litellm__put_text(w, w->parts ? "}]" : "]");
  } else
#endif
  if (message->content.ptr)
    litellm__put_string(w, message->content.ptr, message->content.len);
  else
    litellm__put_text(w, "null");
#if LITELLM_TOOLS
  if (message->tool_call_count) {
    const litellm_tool_call *call = message->tool_calls;
    litellm__put_text(w, ",\"tool_calls\":[");
    for (i = 0; i < message->tool_call_count && !litellm__full(w); i++) {
      litellm__put_name(w, &",{\"id\":\"%"[!i], call[i].id);
      litellm__put_name(w, "\",\"type\":\"function\",\"function\":{\"name\":"
                           "\"%\",\"arguments\":\"", call[i].name);
      litellm__put_name(w, "%\"}}", litellm__is_object(call[i].arguments)
                                      ? call[i].arguments : "{}");
    }
    litellm__put_char(w, ']');
  }
  if (message->tool_call_id)
    litellm__put_name(w, ",\"tool_call_id\":\"%\"", message->tool_call_id);
  if (message->thinking_blocks) {
    litellm__put_text(w, ",\"thinking_blocks\":[");
    litellm__put_text(w, message->thinking_blocks);
    litellm__put_char(w, ']');
  } else if (message->tool_call_count && message->reasoning)
    litellm__put_name(w, ",\"reasoning_content\":\"%\"", message->reasoning);
#endif
  litellm__put_char(w, '}');
}

static void litellm__put_list(litellm__writer *w,
                              const litellm_message *message) {
  for (; message && !litellm__full(w); message = message->next) {
    if ((unsigned)message->role > LITELLM_TOOL_RESULT) {
      litellm__fail(w, LITELLM_ERROR_ARGUMENT, LITELLM__WHERE("message role"));
      return;
    }
    litellm__begin_message(w, message, (unsigned)message->role);
    litellm__put_message(w, message);
  }
}

#if LITELLM_TEMPLATES
/* MESSAGES: one field, a history. `from`: where a window goes on. */
static void litellm__put_history(litellm__template *t,
                                 const litellm_message *from) {
  const litellm_message *first = NULL;
  t->at = t->begin;
  litellm__lex(t);
  if (t->kind != LITELLM__LEX_FIELD)
    litellm__fail_syntax(t, LITELLM__WHERE("MESSAGES wants one field"));
  else if (t->value.kind != LITELLM_KIND_MESSAGES || t->tag ||
           t->spec.convert || t->spec.used)
    litellm__fail_type(t);
  else if (t->value.at)
    memcpy(&first, t->value.at, sizeof first);
  litellm__lex(t);
  if (t->kind != LITELLM__LEX_END)
    litellm__fail_syntax(t, LITELLM__WHERE("MESSAGES wants one field"));
  litellm__put_list(t->w, from ? from : first);
}
#endif

#if LITELLM_TEMPLATES

/* A section as a message, unless it is empty. */
static void litellm__put_section(litellm__template *t) {
  litellm__writer *w = t->w;
  w->survey = true;
  w->rich = false;
  litellm__put_content(t);
  w->survey = false;
  if (!w->parts || w->check || w->result != LITELLM_OK) return;
  w->plain = w->parts == 1 && !w->rich;
  litellm__begin_message(w, NULL, t->role);
  litellm__put_text(w, w->plain ? "\"" : "[");
  litellm__put_content(t);
  litellm__put_text(w, w->plain ? "\"}" : "}]}");
}

#else

/* The prompt as a message. */
static void litellm__put_section(litellm__template *t) {
  litellm__writer *w = t->w;
  litellm__begin_message(w, NULL, LITELLM_USER);
  litellm__put_char(w, '"');
  do {
    litellm__lex(t);
    if (t->kind == LITELLM__LEX_TEXT)
      litellm__text(w, t->option[0].ptr, t->option[0].len);
    else if (t->kind == LITELLM__LEX_FIELD)
      litellm__put_scalar(w, &t->value, false);
  } while (t->kind != LITELLM__LEX_END && !litellm__full(w));
  litellm__put_text(w, "\"}");
}

#endif

/* ==== >>body (implementation) ============================================ */

static const char *litellm__model_of(const litellm_request *request) {
  return request->model ? request->model : request->call->model;
}

static const litellm_params *litellm__params_of(
    const litellm_request *request) {
  return request->params ? request->params : request->call->params;
}

static size_t litellm__blanks(const char *json) {
  size_t n = 0;
  while (json[n] && (unsigned char)json[n] <= ' ') n++;
  return n;
}

static bool litellm__is_stream_options(const litellm_pair *pair) {
  return litellm__equal(pair->name, "stream_options");
}

/* The typed parameters: where they are set, where their values are. */
static void litellm__put_params(litellm__writer *w,
                                const litellm_params *params) {
#define LITELLM__PARAM(name, type, kind)                                      \
  { (uint8_t)offsetof(litellm_params, name),                                  \
    (uint8_t)(offsetof(litellm_params, name) + offsetof(type, value)), kind }
#define LITELLM__PARAM_TEXT(name)                                             \
  { 0, (uint8_t)offsetof(litellm_params, name), LITELLM_KIND_STRING }
  static const struct { uint8_t set, value, kind; } rows[] = {
#if LITELLM_FLOAT
    LITELLM__PARAM(temperature, litellm_optional_double, LITELLM_KIND_DOUBLE),
    LITELLM__PARAM(top_p, litellm_optional_double, LITELLM_KIND_DOUBLE),
    LITELLM__PARAM(frequency_penalty, litellm_optional_double,
                   LITELLM_KIND_DOUBLE),
    LITELLM__PARAM(presence_penalty, litellm_optional_double,
                   LITELLM_KIND_DOUBLE),
#endif
    LITELLM__PARAM(max_tokens, litellm_optional_int, LITELLM_KIND_INT64),
    LITELLM__PARAM(max_completion_tokens, litellm_optional_int,
                   LITELLM_KIND_INT64),
    LITELLM__PARAM(seed, litellm_optional_int, LITELLM_KIND_INT64),
    LITELLM__PARAM(drop_params, litellm_optional_bool, LITELLM_KIND_BOOL),
    LITELLM__PARAM_TEXT(reasoning_effort), LITELLM__PARAM_TEXT(user)
  };
#undef LITELLM__PARAM
#undef LITELLM__PARAM_TEXT
  const char *name =
#if LITELLM_FLOAT
      "temperature\0top_p\0frequency_penalty\0presence_penalty\0"
#endif
      "max_tokens\0max_completion_tokens\0seed\0drop_params\0"
      "reasoning_effort\0user";
  const litellm_pair *pair;
  const char *const *stop;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    const unsigned char *at = (const unsigned char *)params;
    litellm__value value;
    value.at = at + rows[i].value;
    value.detail = NULL;
    value.kind = rows[i].kind;
    if (value.kind == LITELLM_KIND_STRING ? !litellm__is_null(&value)
                                          : at[rows[i].set]) {
      litellm__put_name(w, ",\"%\":", name);
      litellm__put_scalar(w, &value, true);
    }
    name += strlen(name) + 1;
  }
  if (params->stop) {
    litellm__put_text(w, ",\"stop\":[");
    for (stop = params->stop; *stop; stop++)
      litellm__put_name(w, &",\"%\""[stop == params->stop], *stop);
    litellm__put_char(w, ']');
  }
  for (pair = params->json; pair && pair->name; pair++) {
    if (litellm__is_stream_options(pair)) continue;
    litellm__put_name(w, ",\"%\":", pair->name);
    litellm__put_text(w, pair->value);
  }
}

#if LITELLM_STREAMS
/* stream_options: ours, and what the caller's raw JSON says. */
static void litellm__put_stream_options(litellm__writer *w,
                                        const litellm_params *params) {
  const litellm_pair *pair = params ? params->json : NULL;
  litellm__put_text(w, ",\"stream\":true,\"stream_options\":{");
  for (; pair && pair->name; pair++) {
    const char *value = pair->value;
    if (!litellm__is_stream_options(pair)) continue;
    while (*value && *value++ != '{') {}
    if (!litellm__contains(value, strlen(value), "\"include_usage\"")) {
      litellm__put_text(w, "\"include_usage\":true");
      value += litellm__blanks(value);
      if (*value && *value != '}') litellm__put_text(w, ",");
    }
    litellm__put_text(w, *value ? value : "}");
    return;
  }
  litellm__put_text(w, "\"include_usage\":true}");
}
#endif

/* Raw parameters go out as they are: they must be JSON, and not ours. */
static litellm_result litellm__check_params(const litellm_params *params,
                                            litellm_error *error) {
  const litellm_pair *pair = params ? params->json : NULL;
  for (; pair && pair->name; pair++) {
    error->where = pair->name;
    if (!pair->value || !litellm_json_valid(litellm_str_of(pair->value)) ||
        (litellm__is_stream_options(pair) &&
         !litellm__one_of(pair->value[litellm__blanks(pair->value)], "{n")) ||
        litellm__word_in("model\0messages\0stream\0", pair->name,
                         strlen(pair->name))) return LITELLM_ERROR_PARAMS;
  }
  error->where = NULL;
  return LITELLM_OK;
}

#if LITELLM_MODELS
#if LITELLM_TOOLS
static const char litellm__answer_tool[] = "answer";
#endif

/* How the response model is asked for, -1: there is none. */
static int litellm__asked_by(const litellm_request *request) {
  return request->call->response_model ? request->call->ask_by : -1;
}

/* The schema as a message, where no parameter takes it. */
static void litellm__put_schema_message(litellm__writer *w,
                                        const litellm_detail *model) {
  litellm__put_text(w, "{\"role\":\"system\",\"content\":\"Answer with one "
                       "JSON object that fits this schema: ");
  w->quoted = true;
  litellm__put_schema(w, model, false);
  w->quoted = false;
  litellm__put_text(w, "\"}");
  w->here.any = LITELLM__ANY_BRACE;
}
#endif

static void litellm__put_response_format(litellm__writer *w,
                                         const litellm_request *request) {
  bool json = request->call->json_mode;
#if LITELLM_MODELS
  int by = litellm__asked_by(request);
  if (by >= 0) json = by == LITELLM_BY_PROMPT;
  if (by == LITELLM_BY_SCHEMA) {
    litellm__put_text(w, ",\"response_format\":{\"type\":\"json_schema\","
        "\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":");
    litellm__put_schema(w, request->call->response_model, true);
    litellm__put_text(w, "}}");
  }
#endif
  if (json)
    litellm__put_text(w, ",\"response_format\":{\"type\":\"json_object\"}");
}

#if LITELLM_TOOLS
static void litellm__put_tool(litellm__writer *w, const char *name,
                              const char *description, bool strict,
                              const litellm_detail *arguments, bool comma) {
  litellm__put_text(w, comma ? "," : ",\"tools\":[");
  litellm__put_name(w, "{\"type\":\"function\",\"function\":{\"name\":\"%\"",
                    name);
  if (description) litellm__put_name(w, ",\"description\":\"%\"", description);
  litellm__put_text(w, &",\"strict\":true,\"parameters\":"[strict ? 0 : 14]);
  litellm__put_schema(w, arguments, strict);
  litellm__put_text(w, "}}");
}

static LITELLM__NOINLINE void litellm__put_tool_choice(litellm__writer *w,
                                                       const char *choice) {
  if (!choice) return;
  litellm__put_name(w,
      litellm__word_in("auto\0none\0required\0", choice, strlen(choice))
          ? ",\"tool_choice\":\"%\""
          : ",\"tool_choice\":{\"type\":\"function\",\"function\":"
            "{\"name\":\"%\"}}", choice);
}

static const litellm_tool *const *litellm__tools_of(
    const litellm_request *request) {
  return request->tools ? request->tools : request->call->tools;
}

/* The tools, and with them which must be called. A choice that forces a call
   is for the first round: later the model must be able to answer. */
static void litellm__put_tools(litellm__writer *w,
                               const litellm_request *request) {
  const litellm_params *params = litellm__params_of(request);
  const char *choice;
  bool any = false;
  const litellm_tool *const *tool = litellm__tools_of(request);
  for (; tool && *tool; tool++) {
    litellm__put_tool(w, (*tool)->name, (*tool)->description,
                      request->call->strict_tools, (*tool)->arguments, any);
    any = true;
  }
  choice = request->tool_choice ? request->tool_choice
                                : request->call->tool_choice;
  if (!any || (request->rounds_ && !litellm__equal(choice ? choice : "",
                                                   "none"))) choice = NULL;
#if LITELLM_MODELS
  if (litellm__asked_by(request) == LITELLM_BY_TOOL) {
    litellm__put_tool(w, litellm__answer_tool, "Gives the answer", true,
                      request->call->response_model, any);
    choice = any ? "required" : litellm__answer_tool;
    any = true;
  }
#endif
  if (!any) return;
  litellm__put_text(w, "]");
  if (params && params->parallel_tool_calls.set)
    litellm__put_name(w, ",\"parallel_tool_calls\":%",
                      params->parallel_tool_calls.value ? "true" : "false");
  litellm__put_tool_choice(w, choice);
}
#endif

static const litellm_pair *litellm__headers_of(
    const litellm_request *request) {
  return request->headers ? request->headers : request->call->headers;
}

static LITELLM__NOINLINE void litellm__put_preamble(
    litellm__writer *w, const litellm_request *request) {
  const litellm_params *params = litellm__params_of(request);
  litellm__put_name(w, "{\"model\":\"%\"", litellm__model_of(request));
#if LITELLM_STREAMS
  if (request->stream) litellm__put_stream_options(w, params);
#endif
  if (params) litellm__put_params(w, params);
  litellm__put_response_format(w, request);
#if LITELLM_TOOLS
  litellm__put_tools(w, request);
#endif
  litellm__put_text(w, ",\"messages\":[");
#if LITELLM_MODELS
  if (litellm__asked_by(request) == LITELLM_BY_PROMPT)
    litellm__put_schema_message(w, request->call->response_model);
#endif
}

/* Writes what the template says, from where the writer's mark left it. */
static void litellm__put_template(litellm__writer *w,
                                  const litellm_request *request,
                                  const litellm_message *from) {
  litellm__template t;
  memset(&t, 0, sizeof t);
  t.w = w;
  t.text = request->call->prompt;
  if (!t.text || !*t.text) return;
  if (request->call->fields) t.fields = request->call->fields();
  t.arguments = request->arguments;
#if LITELLM_TEMPLATES
  t.next = (size_t)w->here.section;
  while (!litellm__full(w) && t.text[t.next]) {
    w->here.section = (uint32_t)t.next;
    litellm__open_section(&t, t.next);
    if (t.role == LITELLM__MESSAGES) {
      litellm__put_history(&t, from);
    } else if (t.role != LITELLM__NO_ROLE || !t.text[t.next]) {
      if (t.role == LITELLM__NO_ROLE) t.role = LITELLM_USER;
      litellm__put_section(&t);
    } else if (t.begin < t.end) {
      w->position = (uint32_t)t.begin;
      litellm__fail_syntax(&t, LITELLM__WHERE("text before a role"));
    }
    from = NULL;
  }
#else
  (void)from;
  t.end = strlen(t.text);
  litellm__put_section(&t);
#endif
}

/* Writes the body. A writer with a mark goes on where it says. */
static void litellm__put_body(litellm__writer *w,
                              const litellm_request *request) {
  const litellm_message *from;
  if (w->mark) w->here = *w->mark;
  from = w->here.message;
  w->here.text_index = 0;
  if (!w->here.stage) litellm__put_preamble(w, request);
  if (w->here.stage < LITELLM__STAGE_MESSAGES) {
    w->here.stage = LITELLM__STAGE_TEMPLATE;
    litellm__put_template(w, request, from);
    from = request->messages;
  }
  if (w->here.stage < LITELLM__STAGE_ROUNDS) {
    w->here.stage = LITELLM__STAGE_MESSAGES;
    litellm__put_list(w, from);
#if LITELLM_TOOLS || LITELLM_MODELS
    from = request->rounds_;
  }
  w->here.stage = LITELLM__STAGE_ROUNDS;
  litellm__put_list(w, from);
#else
  }
#endif
  if (!(w->here.any & LITELLM__ANY_MESSAGE) && !w->check && !litellm__full(w))
    litellm__fail(w, LITELLM_ERROR_NO_MESSAGE, NULL);
  litellm__put_text(w, "]}");
}

/* A text that may stand in a header: no control character but the tab. */
static bool litellm__header_safe(const char *text, size_t len) {
  size_t i;
  for (i = 0; i < len; i++)
    if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7F)
      return false;
  return true;
}

/* A character that header names are made of. */
static bool litellm__is_token(char c) {
  char low = litellm__lower(c);
  return (low >= 'a' && low <= 'z') || litellm__is_digit(c) ||
         litellm__one_of(c, "!#$%&'*+-.^_`|~");
}

static LITELLM__NOINLINE bool litellm__header_name(const char *name,
                                                   size_t len) {
  size_t i;
  for (i = 0; i < len; i++)
    if (!litellm__is_token(name[i])) return false;
  return len > 0;
}

/* Headers of the caller. `clear`: a key may not be among them. */
static litellm_result litellm__check_pairs(const litellm_pair *pair, bool clear,
                                           litellm_error *error) {
  for (; pair && pair->name; pair++) {
    size_t len = strlen(pair->name);
    unsigned ours = litellm__index_of("content-length\0transfer-encoding\0"
                                      "host\0authorization\0",
                                      pair->name, len);
    error->where = pair->name;
    if (ours < 3) return LITELLM_ERROR_HEADER;
    if (clear && (ours == 3 || litellm__contains(pair->name, len, "api-key")))
      return LITELLM_ERROR_KEY_IN_CLEAR;
    if (!pair->value || !litellm__header_name(pair->name, len) ||
        !litellm__header_safe(pair->value, strlen(pair->value)))
      return LITELLM_ERROR_HEADER;
  }
  error->where = NULL;
  return LITELLM_OK;
}

/* What a request must have before it can be written. */
static litellm_result litellm__check_request(const litellm_request *request,
                                             litellm_error *error) {
  const litellm_call *call = request ? request->call : NULL;
  const char *model;
  error->where = LITELLM__WHERE("call");
  if (!call) return LITELLM_ERROR_ARGUMENT;
  model = litellm__model_of(request);
  error->where = LITELLM__WHERE("model");
  if (!model || !*model) return LITELLM_ERROR_ARGUMENT;
  error->where = LITELLM__WHERE("prompt");
  if (!call->prompt && !request->messages) return LITELLM_ERROR_ARGUMENT;
  error->where = LITELLM__WHERE("arguments");
  if (call->prompt && call->fields && call->fields()->name &&
      !request->arguments) return LITELLM_ERROR_ARGUMENT;
  return litellm__check_params(litellm__params_of(request), error);
}

static litellm_result litellm__writer_result(const litellm__writer *w,
                                             litellm_error *error) {
  if (w->result == LITELLM_OK) return LITELLM_OK;
  error->position = w->position;
  error->where = w->where;
  error->phase = LITELLM_PHASE_PREPARE;
  return error->code = w->result;
}

/* The bytes [from, *to) of the body, without `out` none. *to: where it ends. */
static LITELLM__NOINLINE litellm_result litellm__render(
    const litellm_request *request, char *out, uint32_t from, uint32_t *to,
    litellm_error *error) {
  litellm__writer w;
  memset(&w, 0, sizeof w);
  w.out = out;
  w.from = from;
  w.to = *to;
  litellm__put_body(&w, request);
  *to = w.at;
  return litellm__writer_result(&w, error);
}

/* The length of the body. */
static litellm_result litellm__count_body(const litellm_request *request,
                                          uint32_t *total,
                                          litellm_error *error) {
  *total = UINT32_MAX;
  return litellm__render(request, NULL, 0, total, error);
}

LITELLM__DEF litellm_result litellm_body(const litellm_request *request,
                                         uint32_t offset, char *buffer,
                                         size_t size, uint32_t *total,
                                         litellm_error *error) {
  litellm_error unused;
  litellm_result result;
  uint32_t end;
  if (!error) error = &unused;
  memset(error, 0, sizeof *error);
  *total = 0;
  error->code = result = litellm__check_request(request, error);
  if (result == LITELLM_OK)
    result = litellm__count_body(request, total, error);
  if (result != LITELLM_OK || !size || offset >= *total) return result;
  end = *total - offset < size ? *total : offset + (uint32_t)size;
  return litellm__render(request, buffer, offset, &end, error);
}

LITELLM__DEF litellm_result litellm_check(const litellm_call *call,
                                          litellm_error *error) {
  litellm_error unused;
  litellm_request request;
  litellm__writer w;
  if (!error) error = &unused;
  memset(error, 0, sizeof *error);
  memset(&request, 0, sizeof request);
  request.call = call;
  /* What may come at run time is taken as given. */
  request.model = "model";
  request.messages = (const litellm_message *)(const void *)call;
  request.arguments = call;
  error->code = litellm__check_request(&request, error);
  if (error->code == LITELLM_OK)
    error->code = litellm__check_pairs(call->headers, false, error);
  if (error->code != LITELLM_OK) return error->code;
  request.messages = NULL;
  request.arguments = NULL;
  memset(&w, 0, sizeof w);
  w.to = UINT32_MAX;
  w.check = true;
  litellm__put_body(&w, &request);
  return litellm__writer_result(&w, error);
}

/* ==== >>kept texts (implementation) ====================================== */

/* What a reply leaves lies at the arena's top as records, one behind the
   other: head, text, NUL. A record that grows moves what is behind it, and as
   texts come one after the other that is mostly nothing. */
enum {
  LITELLM__R_CONTENT, LITELLM__R_REASONING, LITELLM__R_REFUSAL,
  LITELLM__R_FINISH, LITELLM__R_ID, LITELLM__R_MODEL,
  LITELLM__R_GATEWAY,        /* one for each of LiteLLM's headers */
  LITELLM__R_COST = LITELLM__R_GATEWAY + 3,
  /* Of an error, of each sort the better ones later. */
  LITELLM__R_ROOT_TYPE = LITELLM__R_GATEWAY + 10,
  LITELLM__R_TYPE, LITELLM__R_ROOT_CODE, LITELLM__R_CODE, LITELLM__R_RAW,
  LITELLM__R_ROOT_MESSAGE, LITELLM__R_DETAIL, LITELLM__R_ERROR,
  LITELLM__R_MESSAGE,
  LITELLM__R_CALL_ID, LITELLM__R_CALL_NAME, LITELLM__R_CALL_ARGUMENTS,
  LITELLM__R_SIGNATURE, LITELLM__R_THOUGHTS,
  LITELLM__R_STRING, LITELLM__R_STR,         /* of a struct, with its address */
  LITELLM__R_MISFIT,         /* why an answer does not fit */
  LITELLM__R_ANSWER,         /* what a tool call is answered */
  LITELLM__R_STRUCT,         /* aligned inside */
  LITELLM__R_TAGS,
  /* Not ours yet: of a choice whose index is to come, or of a `message` that
     a `delta` may beat. */
  LITELLM__R_HELD = 0x80
};

typedef struct litellm__record {
  size_t len;
  int16_t index;             /* of a tool call on the wire, -1: none */
  uint16_t tag;              /* and from bit 8 on the tool call, from 1 */
} litellm__record;

/* The record at `at`; false behind the last one. */
static bool litellm__record_at(litellm_stream *s, size_t at,
                               litellm__record *record) {
  const litellm_arena *arena = &s->client_->arena;
  if (at >= arena->used) return false;
  memcpy(record, arena->memory + at, sizeof *record);
  return true;
}

/* Where the record is, or SIZE_MAX. */
static size_t litellm__find(litellm_stream *s, unsigned tag,
                            litellm__record *record) {
  size_t at = s->records_;
  for (; litellm__record_at(s, at, record);
       at += sizeof *record + record->len + 1)
    if (record->tag == tag) return at;
  record->len = 0;
  return SIZE_MAX;
}

/* A text, NULL and *len 0 when there is none. `len` may be NULL. */
static const char *litellm__kept(litellm_stream *s, unsigned tag,
                                 size_t *len) {
  litellm__record record;
  size_t at = litellm__find(s, tag, &record);
  if (len) *len = record.len;
  return at == SIZE_MAX ? NULL
      : (const char *)s->client_->arena.memory + at + sizeof record;
}

/* Appends to a record, which is made when there is none; without `text` zeros.
   What does not fit is counted, so that the error can say how much memory the
   reply wanted. */
static void litellm__keep(litellm_stream *s, unsigned tag, const char *text,
                          size_t len) {
  litellm_arena *arena = &s->client_->arena;
  litellm__record record;
  size_t at = litellm__find(s, tag, &record), need = len;
  unsigned char *end;
  if (at == SIZE_MAX) need += sizeof record + 1;
  if (s->lost_ || need > arena->size - arena->used) {
    s->lost_ = need < SIZE_MAX - s->lost_ ? s->lost_ + need : SIZE_MAX;
    return;
  }
  if (at == SIZE_MAX) {
    at = arena->used;
    arena->used += sizeof record + 1;
    arena->memory[arena->used - 1] = 0;
    record.tag = (uint16_t)tag;
    record.index = s->index_;
  }
  end = arena->memory + at + sizeof record + record.len;
  memmove(end + len, end, (size_t)(arena->memory + arena->used - end));
  if (!text) memset(end, 0, len);
  else if (len) memcpy(end, text, len);
  record.len += len;
  memcpy(arena->memory + at, &record, sizeof record);
  arena->used += len;
  if (arena->used > arena->peak) arena->peak = arena->used;
}

static void litellm__drop(litellm_stream *s, unsigned tag) {
  litellm_arena *arena = &s->client_->arena;
  litellm__record record;
  size_t at = litellm__find(s, tag, &record), size;
  if (at == SIZE_MAX) return;
  size = sizeof record + record.len + 1;
  arena->used -= size;
  memmove(arena->memory + at, arena->memory + at + size, arena->used - at);
}

/* A record, if there is one, steps in the place of another one. */
static void litellm__rename(litellm_stream *s, unsigned tag,
                            unsigned new_tag) {
  litellm__record record;
  size_t at;
  if (!litellm__kept(s, tag, NULL)) return;
  litellm__drop(s, new_tag);
  at = litellm__find(s, tag, &record);
  record.tag = (uint16_t)new_tag;
  record.index = s->index_;
  memcpy(s->client_->arena.memory + at, &record, sizeof record);
}

#if LITELLM_TOOLS
/* Room for an object as a record, zeroed when it is new; NULL: there is
   none. */
static void *litellm__keep_struct(litellm_stream *s, unsigned call,
                                  size_t size) {
  const char *at;
  const unsigned tag = call << 8 | LITELLM__R_STRUCT;
  if (!litellm__kept(s, tag, NULL))
    litellm__keep(s, tag, NULL, size + LITELLM__ALIGN - 1);
  if (s->lost_) return NULL;
  at = litellm__kept(s, tag, NULL);
  at += (LITELLM__ALIGN - (uintptr_t)at % LITELLM__ALIGN) % LITELLM__ALIGN;
  return s->client_->arena.memory +
         (at - (const char *)s->client_->arena.memory);
}
#endif

#if LITELLM_STREAMS || LITELLM_TOOLS
/* Appends a record's text to an older one's, which is there. */
static void litellm__append(litellm_stream *s, unsigned tag,
                            unsigned old_tag) {
  size_t len;
  const char *text = litellm__kept(s, tag, &len);
  /* It makes room for itself, by moving up. */
  if (text) litellm__keep(s, old_tag, text + len, len);
}
#endif

/* Keeps what fits of an error's text, as whole characters; false when there
   is no room for more. */
static bool litellm__keep_some(litellm_stream *s, unsigned tag,
                               const char *text, size_t len) {
  const litellm_arena *arena = &s->client_->arena;
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

/* ==== >>decoder (implementation) ========================================= */

#if LITELLM_TEMPLATES || LITELLM_MODELS || LITELLM_TOOLS
/* The first bytes of a struct as JSON, up to `to`; where they end at the least,
   0: it is nested too deep. */
static LITELLM__NOINLINE size_t litellm__encode(const litellm_detail *model,
                                                const void *value, char *out,
                                                size_t to) {
  litellm__writer w;
  litellm__value root;
  root.at = value;
  root.detail = model;
  root.kind = LITELLM_KIND_MODEL;
  memset(&w, 0, sizeof w);
  w.out = out;
  w.to = (uint32_t)to;
  w.bare = true;
  litellm__put_json(&w, &root, -1);
  return w.result == LITELLM_OK ? (size_t)w.at : 0;
}

LITELLM__DEF size_t litellm_encode(const litellm_detail *model,
                                   const void *value, char *buffer,
                                   size_t size) {
  size_t len = litellm__encode(model, value, NULL, SIZE_MAX);
  if (len) litellm__encode(model, value, buffer, size < len ? size : len);
  return len;
}
#endif

#if LITELLM_MODELS

/* A value goes where the innermost open object or list says: its frame has the
   row or the index. What is unknown opens no frame, so a token is ours only
   when the tokenizer is just as deep as the frames. */
enum {                       /* litellm__decoder.state */
  LITELLM__D_SEEK,
  LITELLM__D_BRACE,          /* the last byte may begin the object */
  LITELLM__D_READ,
  LITELLM__D_DONE,
  LITELLM__D_FAILED
};
enum {
  LITELLM__NO_ROW = 255,
  LITELLM__OPEN = 1 << 8     /* in the tag of the string that comes */
};

/* Where a value goes to. */
typedef struct litellm__slot {
  unsigned char *at;
  const litellm_detail *detail;
  unsigned char *set;        /* of an OPTIONAL, or NULL */
  unsigned char *count;      /* of the list it is in, or NULL ... */
  size_t index;              /* ... and where in there */
  size_t size;               /* of a TEXT */
  int32_t bound;             /* that was not kept */
  uint8_t kind;
} litellm__slot;

/* The message is a record. */
static void litellm__say_bytes(litellm_stream *s, const char *text,
                               size_t len) {
  litellm__keep_some(s, LITELLM__R_MISFIT, text, len);
}

static void litellm__say(litellm_stream *s, const char *text) {
  litellm__say_bytes(s, text, strlen(text));
}

static void litellm__say_number(litellm_stream *s, int32_t number) {
  char digits[11], *at = litellm__small_digits(number, digits);
  litellm__say_bytes(s, at, (size_t)(digits + sizeof digits - at));
}

/* How much of a text fits as whole characters. */
static size_t litellm__whole(const char *text, size_t len, size_t room) {
  if (len <= room) return len;
  while (room && ((unsigned char)text[room] & 0xC0) == 0x80) room--;
  return room;
}

static bool litellm__bounded(const litellm__slot *v) {
  return v->detail && (v->detail->minimum || v->detail->maximum);
}

#if LITELLM_ERROR_TEXTS
static void litellm__say_expected(litellm_stream *s, const litellm__slot *v) {
  static const uint8_t word[] = { 0, 1, 1, 1, 0, 2, 3, 3, 4, 5, 6, 0, 0, 7 };
  const litellm_detail *detail = v->detail;
  unsigned which = v->kind < sizeof word ? word[v->kind] : 0;
  uint16_t i;
  litellm__say(s, litellm__word(
      "no value, as its kind cannot be decoded\0a text\0true or false\0"
      "an integer\0a number\0\0an object\0a list", which));
  if (which == 5)
    for (i = 0; i < detail->capacity; i++) {
      litellm__say(s, !i ? "\"" : i + 1 < detail->capacity ? "\", \""
                                                           : "\" or \"");
      litellm__say(s, detail->names[i]);
      if (i + 1 == detail->capacity) litellm__say(s, "\"");
    }
  if ((which == 3 || which == 4) && litellm__bounded(v)) {
    litellm__say(s, " from ");
    litellm__say_number(s, detail->minimum);
    litellm__say(s, " to ");
    litellm__say_number(s, detail->maximum);
  } else if (which == 3) {
    litellm__say(s, " of ");
    litellm__say_number(s, 8 * (int32_t)litellm__scalar_size(v->kind, detail));
    litellm__say(s, " bits");
  }
}

static void litellm__say_got(litellm_stream *s) {
  const litellm__decoder *d = &s->decoder_;
  const char *quote = d->kind == LITELLM_TOKEN_STRING ? "\"" : "";
  size_t shown = litellm__whole(d->scratch, d->len, 32);
  if (d->kind == LITELLM_TOKEN_OBJECT || d->kind == LITELLM_TOKEN_ARRAY) {
    litellm__say(s, d->kind == LITELLM_TOKEN_OBJECT ? "an object" : "a list");
    return;
  }
  litellm__say(s, quote);
  litellm__say_bytes(s, d->scratch, shown);
  litellm__say(s, shown < d->len ? "..." : quote);
}
#endif

/* Gives up. The message begins with the path: to the value that comes, or
   without `inside` to the object or list it comes in. Then, with texts, `why`:
   @ is what `v` takes, # its bound, $ what came. */
static void litellm__misfit(litellm_stream *s, bool inside, const char *why,
                            const litellm__slot *v) {
  litellm__decoder *d = &s->decoder_;
  const litellm__frame *f = d->frames, *end = f + d->depth;
  d->state = LITELLM__D_FAILED;
  d->at += d->before;
  litellm__say(s, "$");
  for (; f < end && (inside || f + 1 < end); f++) {
    if (!f->detail->fields) {
      litellm__say(s, "[");
      litellm__say_number(s, (int32_t)f->came);
      litellm__say(s, "]");
    } else if (f->row != LITELLM__NO_ROW) {
      litellm__say(s, ".");
      litellm__say(s, f->detail->fields()[f->row].name);
    }
  }
#if LITELLM_ERROR_TEXTS
  litellm__say(s, ": ");
  for (; *why; why++) {
    if (*why == '@') litellm__say_expected(s, v);
    else if (*why == '#') litellm__say_number(s, v->bound);
    else if (*why == '$') litellm__say_got(s);
    else litellm__say_bytes(s, why, 1);
  }
#else
  (void)why;
  (void)v;
#endif
}

/* The most bytes or items that a bound and its room let in. */
static size_t litellm__upper(const litellm_detail *detail, size_t room) {
  return detail && detail->maximum > 0 && (uint32_t)detail->maximum < room
             ? (size_t)detail->maximum : room;
}

/* Finds out where the value that comes goes to; false: nowhere. */
static bool litellm__decode_slot(litellm_stream *s, litellm__slot *v) {
  litellm__decoder *d = &s->decoder_;
  const litellm__frame *f;
  memset(v, 0, sizeof *v);
  v->at = (unsigned char *)d->output;
  v->detail = d->model;
  v->kind = LITELLM_KIND_MODEL;
  if (!d->depth) return true;
  f = &d->frames[d->depth - 1];
  v->at = f->at;
  if (f->detail->fields) {
    const litellm_field *row = f->detail->fields() + f->row;
    if (f->row == LITELLM__NO_ROW) return false;
    v->at += row->offset;
    v->detail = row->detail;
    v->kind = row->kind;
  } else {
    size_t most = litellm__upper(f->detail, f->detail->capacity);
    v->bound = (int32_t)most;
    if (f->came >= most) {
      litellm__misfit(s, false, LITELLM__WHERE(
                          "expected at most # items, got more"), v);
      return false;
    }
    v->index = (size_t)f->came;
    v->count = v->at + f->detail->at;
    v->size = f->detail->size;
    v->at += v->index * v->size;
    v->kind = f->detail->kind;
    v->detail = f->detail->item;
  }
  while (v->kind == LITELLM_KIND_OPTIONAL) {
    v->set = v->at + v->detail->at;
    v->size = v->detail->size;
    v->kind = v->detail->kind;
    v->detail = v->detail->item;
  }
  if (v->detail && v->kind == LITELLM_KIND_TEXT) v->size = v->detail->size;
  if (v->kind == LITELLM_KIND_LIST && !v->detail->capacity)
    v->kind = LITELLM_KIND_NONE;
  return true;
}

/* There is a value now, or the first of it. */
static void litellm__decode_came(const litellm__slot *v, bool set) {
  size_t count = v->index + 1;
  if (v->count) memcpy(v->count, &count, sizeof count);
  if (v->set) memcpy(v->set, &set, sizeof set);
}

/* It is whole. */
static void litellm__decode_next(litellm__decoder *d) {
  litellm__frame *f = &d->frames[d->depth - 1];
  if (!f->detail->fields) f->came++;
}

/* One more byte of a number. Zeros count once a digit comes behind them. */
static void litellm__decimals_add(litellm__decimals *n, char c) {
  unsigned digit = (unsigned)(c - '0') & 15;
  n->at = (uint8_t)litellm__json_digit(n->at, c);
  if (n->at == LITELLM__N_MINUS) n->negative = true;
  if (n->at == LITELLM__N_SIGN) n->down = c == '-';
  if (n->at == LITELLM__N_EXPONENT && n->exponent < 100000000)
    n->exponent = n->exponent * 10 + (int32_t)digit;
  if (n->at == LITELLM__N_FRACTION) n->place--;
  else if (n->at == LITELLM__N_INT) n->power++;
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

/* Collects a key or scalar. One byte more than fit is counted: that many are
   too many. What is no number never becomes one again. */
static void litellm__decode_collect(litellm__decoder *d,
                                    const litellm_token *token) {
  const char *c = token->text.ptr, *end = c + token->text.len;
  if (token->first) {
    d->len = 0;
    memset(&d->number, 0, sizeof d->number);
  }
  for (; c < end; c++) {
    if (!d->len || d->number.at) litellm__decimals_add(&d->number, *c);
    if (d->len < sizeof d->scratch) d->scratch[d->len] = *c;
    if (d->len <= sizeof d->scratch) d->len++;
  }
}

static void litellm__decode_store(const litellm__slot *v, int64_t value) {
  int8_t i8 = (int8_t)value;
  int16_t i16 = (int16_t)value;
  int32_t i32 = (int32_t)value;
  switch (litellm__scalar_size(v->kind, v->detail)) {
    case 1: memcpy(v->at, &i8, 1); break;
    case 2: memcpy(v->at, &i16, 2); break;
    case 4: memcpy(v->at, &i32, 4); break;
    default: memcpy(v->at, &value, sizeof value);
  }
}

#if LITELLM_FLOAT
/* The double nearest to digits by a power of ten. */
static LITELLM__NOINLINE uint64_t litellm__double_parse(uint64_t digits,
                                                        int power) {
  litellm__decimal d;
  return litellm__double_round(&d, digits, power, power);
}
#endif

/* A bound of a number; of a double as the integer that its bits are, in the
   order of the doubles. */
static int64_t litellm__bound_of(const litellm__slot *v, int32_t bound) {
#if LITELLM_FLOAT
  if (v->kind == LITELLM_KIND_DOUBLE) {
    int64_t bits = (int64_t)litellm__double_parse(
        bound < 0 ? 0u - (uint32_t)bound : (uint32_t)bound, 0);
    return bound < 0 ? -bits : bits;
  }
#endif
  (void)v;
  return bound;
}

/* Stores the number that was collected, if it is one and fits. Of a double,
   digits behind the 19th or 20th are cut. */
static bool litellm__decode_number(const litellm__decimals *n,
                                   const litellm__slot *v) {
  uint64_t size = n->digits;
  uint64_t limit =
      (uint64_t)1 << (8 * litellm__scalar_size(v->kind, v->detail) - 1);
  int32_t power = n->power + (n->down ? -n->exponent : n->exponent);
  int64_t value;
  if (!(LITELLM__N_WHOLE >> n->at & 1)) return false;
#if LITELLM_FLOAT
  if (v->kind == LITELLM_KIND_DOUBLE) {
    size = litellm__double_parse(size, power < -999 ? -999 :
                                       power > 999 ? 999 : (int)power);
    limit = LITELLM__DOUBLE_INFINITY - n->negative;
  } else
#endif
  if (size) {                                /* neither fraction nor wider */
    if (n->lost || power < 0) return false;
    for (; power > 0; power--) {
      if (size > UINT64_MAX / 10) return false;
      size *= 10;
    }
  }
  if (size > limit - !n->negative) return false;
  value = n->negative && size ? -(int64_t)(size - 1) - 1 : (int64_t)size;
  if (litellm__bounded(v) &&
      (value < litellm__bound_of(v, v->detail->minimum) ||
       value > litellm__bound_of(v, v->detail->maximum))) return false;
  if (v->kind == LITELLM_KIND_DOUBLE)
    value = (int64_t)(size | (uint64_t)n->negative << 63);
  litellm__decode_store(v, value);
  return true;
}

/* Stores an index by its name as it is, else in any case. */
static bool litellm__decode_enum(const litellm__decoder *d,
                                 const litellm__slot *v) {
  uint16_t i;
  bool found = false;
  for (i = 0; i < v->detail->capacity; i++) {
    const char *name = v->detail->names[i];
    size_t k = 0, len = strlen(name);
    if (len != d->len || len > sizeof d->scratch) continue;
    while (k < len && litellm__lower(name[k]) == litellm__lower(d->scratch[k]))
      k++;
    if (k < len || (found && memcmp(name, d->scratch, len))) continue;
    litellm__decode_store(v, i);
    found = true;
  }
  return found;
}

/* Stores the scalar that was collected, if it fits. */
static bool litellm__decode_scalar(const litellm__decoder *d,
                                   const litellm__slot *v) {
  unsigned word;
  switch (v->kind) {
    case LITELLM_KIND_BOOL:
      word = litellm__word_in("true\0false\0", d->scratch, d->len);
      if (word) litellm__decode_store(v, word == 1);
      return word > 0;
    case LITELLM_KIND_INT: case LITELLM_KIND_INT64:
#if LITELLM_FLOAT
    case LITELLM_KIND_DOUBLE:
#endif
      return litellm__decode_number(&d->number, v);
    case LITELLM_KIND_ENUM:
      return d->kind == LITELLM_TOKEN_STRING && litellm__decode_enum(d, v);
    default:
      return false;
  }
}

/* A piece of text for a TEXT, in place, or for a record that begins with the
   address of its STRING or STR; while it comes it is open. */
static void litellm__decode_text(litellm_stream *s, const litellm_token *token,
                                 litellm__slot *v) {
  litellm__decoder *d = &s->decoder_;
  unsigned tag = v->kind == LITELLM_KIND_STR ? LITELLM__R_STR
                                             : LITELLM__R_STRING;
  unsigned open = tag | LITELLM__OPEN;
  litellm_str text = token->text;
  if (token->first) {
    d->len = 0;
    litellm__decode_came(v, true);
  }
  if (v->kind == LITELLM_KIND_TEXT) {
    size_t most = litellm__upper(v->detail, v->size - 1u), n;
    n = litellm__whole(text.ptr, text.len, most - d->len);
    if (n) memcpy(v->at + d->len, text.ptr, n);
    d->len = (uint16_t)(d->len + n);
    v->at[d->len] = 0;
    v->bound = (int32_t)most;
    if (n < text.len) {
      litellm__misfit(s, true, LITELLM__WHERE(
                          "expected at most # bytes, got more"), v);
    } else if (token->last && v->detail && v->detail->minimum > d->len) {
      v->bound = v->detail->minimum;
      litellm__misfit(s, true, LITELLM__WHERE(
                          "expected at least # bytes, got less"), v);
    }
    return;
  }
  if (token->first)
    litellm__keep(s, open, (const char *)&v->at, sizeof v->at);
  litellm__keep(s, open, text.ptr, text.len);
  if (token->last) {
    litellm__record record;
    size_t at = litellm__find(s, open, &record);
    record.tag = (uint16_t)tag;
    if (at != SIZE_MAX)
      memcpy(s->client_->arena.memory + at, &record, sizeof record);
  }
}

/* A piece of a scalar. */
static LITELLM__NOINLINE void litellm__decode_value(
    litellm_stream *s, const litellm_token *token) {
  litellm__decoder *d = &s->decoder_;
  bool null = token->kind == LITELLM_TOKEN_NULL;
  litellm__slot v;
  if (!litellm__decode_slot(s, &v)) return;
  if (!null && v.kind >= LITELLM_KIND_STRING && v.kind <= LITELLM_KIND_TEXT) {
    litellm__decode_text(s, token, &v);
  } else {
    litellm__decode_collect(d, token);
    if (!token->last) return;
    if (null ? v.set != NULL : litellm__decode_scalar(d, &v))
      litellm__decode_came(&v, !null);
    else
      litellm__misfit(s, true, LITELLM__WHERE("expected @, got $"), &v);
  }
  if (token->last && d->state == LITELLM__D_READ) litellm__decode_next(d);
}

/* An object or list begins. */
static void litellm__decode_open(litellm_stream *s, bool object) {
  litellm__decoder *d = &s->decoder_;
  litellm__frame *f = &d->frames[d->depth];
  litellm__slot v;
  size_t rows = 0;
  if (!litellm__decode_slot(s, &v)) return;
  if (v.kind != (object ? LITELLM_KIND_MODEL : LITELLM_KIND_LIST)) {
    litellm__misfit(s, true, LITELLM__WHERE("expected @, got $"), &v);
    return;
  }
  if (object)
    while (v.detail->fields()[rows].name) rows++;
  if (rows > LITELLM__MOST_ROWS || d->depth == LITELLM_VALUE_DEPTH) {
    litellm__misfit(s, true, rows > LITELLM__MOST_ROWS
        ? LITELLM__WHERE("more than 32 fields")
        : LITELLM__WHERE("deeper than LITELLM_VALUE_DEPTH"), &v);
    return;
  }
  litellm__decode_came(&v, true);
  f->detail = v.detail;
  f->at = v.at;
  f->came = 0;
  f->row = LITELLM__NO_ROW;
  if (!object) memset(v.at + v.detail->at, 0, sizeof(size_t));
  else if (d->depth) memset(v.at, 0, v.detail->size);
  d->depth++;
}

static void litellm__decode_close(litellm_stream *s) {
  litellm__decoder *d = &s->decoder_;
  litellm__frame *f = &d->frames[d->depth - 1];
  const litellm_detail *detail = f->detail;
  litellm__slot v;
  if (detail->fields) {
    const litellm_field *row = detail->fields();
    for (f->row = 0; row->name; row++, f->row++) {
      if (f->came >> f->row & 1 || row->kind == LITELLM_KIND_OPTIONAL ||
          row->kind == LITELLM_KIND_GIVEN) continue;
      litellm__decode_slot(s, &v);
      litellm__misfit(s, true, LITELLM__WHERE("missing, expected @"), &v);
      return;
    }
  } else {
    v.bound = detail->minimum;
    if (v.bound > 0 && f->came < (uint32_t)v.bound) {
      litellm__misfit(s, false, LITELLM__WHERE(
                          "expected at least # items, got less"), &v);
      return;
    }
  }
  if (--d->depth) litellm__decode_next(d);
  else d->state = LITELLM__D_DONE;
}

/* A key that is too long for scratch is unknown. */
static void litellm__decode_key(litellm__decoder *d) {
  litellm__frame *f = &d->frames[d->depth - 1];
  const litellm_field *rows = f->detail->fields(), *row = NULL;
  f->row = LITELLM__NO_ROW;
  if (d->len <= sizeof d->scratch)
    row = litellm__find_field(rows, d->scratch, d->len);
  if (!row || row->kind == LITELLM_KIND_GIVEN) return;
  f->row = (uint8_t)(row - rows);
  f->came |= (uint32_t)1 << f->row;
}

static void litellm__decode_token(litellm_stream *s, litellm_token *token) {
  litellm__decoder *d = &s->decoder_;
  unsigned depth = d->json.depth_;
  bool open = token->kind == LITELLM_TOKEN_OBJECT ||
              token->kind == LITELLM_TOKEN_ARRAY;
  bool close = token->kind == LITELLM_TOKEN_OBJECT_END ||
               token->kind == LITELLM_TOKEN_ARRAY_END;
  if (depth + close != d->depth + (unsigned)open) return;
  d->kind = (uint8_t)token->kind;
  if (open) {
    litellm__decode_open(s, token->kind == LITELLM_TOKEN_OBJECT);
  } else if (close) {
    litellm__decode_close(s);
  } else if (token->kind == LITELLM_TOKEN_KEY) {
    litellm__decode_collect(d, token);
    if (token->last) litellm__decode_key(d);
  } else {
    if (token->kind >= LITELLM_TOKEN_TRUE)
      token->text = litellm_str_of(litellm__word(
          litellm__json_words, (size_t)token->kind - LITELLM_TOKEN_TRUE));
    litellm__decode_value(s, token);
  }
}

/* The text itself is at fault: in a value, or between two. */
static void litellm__decode_broken(litellm_stream *s, const char *what) {
  litellm__decoder *d = &s->decoder_;
  unsigned state = d->json.state_;
  const unsigned between = 1u << LITELLM__J_AFTER | 1u << LITELLM__J_KEY |
                           1u << LITELLM__J_KEY_FIRST;
  d->at = d->json.offset;
  litellm__misfit(s, !(between >> state & 1) &&
                     !(state >= LITELLM__J_STRING && d->json.in_key_),
                  what, NULL);
}

/* Goes through the decoder's records. They move, so the struct gets pointers
   to its strings anew, and the error to the message; or they are dropped. */
static void litellm__decode_records(litellm_stream *s, bool drop) {
  size_t at = s->records_;
  litellm__record record;
  while (litellm__record_at(s, at, &record)) {
    const char *kept = (const char *)s->client_->arena.memory + at +
                       sizeof record;
    unsigned tag = record.tag & ~(unsigned)LITELLM__OPEN;
    litellm_str text;
    void *target;
    if (tag >= LITELLM__R_STRING && tag <= LITELLM__R_MISFIT) {
      if (drop) {
        litellm__drop(s, record.tag);
        continue;
      }
      if (tag == LITELLM__R_MISFIT) {
        s->client_->error.message = kept;
      } else {
        memcpy(&target, kept, sizeof target);
        text.ptr = kept + sizeof target;
        text.len = record.len - sizeof target;
        memcpy(target, &text, tag == LITELLM__R_STR ? sizeof text
                                                    : sizeof text.ptr);
      }
    }
    at += sizeof record + record.len + 1;
  }
}

/* Forgets what was decoded before. Other records may move. */
static void litellm__decode_forget(litellm_stream *s) {
  litellm__decode_records(s, true);
}

/* Prepares for the text of one answer that fills in `output`, zeroed first. */
static void litellm__decode_begin(litellm_stream *s,
                                  const litellm_detail *model, void *output) {
  litellm__decode_forget(s);
  memset(&s->decoder_, 0, sizeof s->decoder_);
  s->decoder_.model = model;
  s->decoder_.output = output;
  memset(output, 0, model->size);
}

/* Before the object: a brace counts when what follows it may be in one. */
static void litellm__decode_seek(litellm_stream *s, char c) {
  litellm__decoder *d = &s->decoder_;
  if (d->state == LITELLM__D_BRACE &&
      (litellm__is_space(c) || c == '"' || c == '}')) {
    d->state = LITELLM__D_READ;
    d->before--;
    d->json.offset = 1;
    litellm__json_open(&d->json, true);
    litellm__decode_open(s, true);
  } else {
    d->state = c == '{' ? LITELLM__D_BRACE : LITELLM__D_SEEK;
    d->before++;
  }
}

/* Reads a piece; what was wrong is told by litellm__decode_end. The text goes
   through a copy, as strings are unescaped in place; between tokens a byte at
   a time, so that it is known where each one begins. */
static void litellm__decode(litellm_stream *s, const char *text, size_t len) {
  litellm__decoder *d = &s->decoder_;
  for (; len && d->state <= LITELLM__D_BRACE; text++, len--) {
    litellm__decode_seek(s, *text);
    if (d->state > LITELLM__D_BRACE) break;
  }
  while (d->state == LITELLM__D_READ) {
    char bite[32];
    litellm_token token;
    litellm_result result;
    litellm_span span;
    size_t n = len < sizeof bite ? len : sizeof bite;
    if (d->json.state_ < LITELLM__J_WORD) {
      d->at = d->json.offset;
      if (n) n = 1;
    }
    if (n) memcpy(bite, text, n);
    span.ptr = bite;
    span.len = n;
    result = litellm_json_next(&d->json, &span, false, &token);
    n -= span.len;
    text += n;
    len -= n;
    if (result == LITELLM_OK) litellm__decode_token(s, &token);
    else if (result != LITELLM_AGAIN)
      litellm__decode_broken(s, result == LITELLM_ERROR_JSON
          ? LITELLM__WHERE("not valid JSON")
          : LITELLM__WHERE("deeper than LITELLM_JSON_DEPTH"));
    else if (!len) break;
  }
}

/* Puts pointers to the strings decoded so far into the struct. */
static void litellm__decode_texts(litellm_stream *s) {
  litellm__decode_records(s, false);
}

/* The end: LITELLM_OK, ERROR_SCHEMA, ERROR_NO_MEMORY. */
static litellm_result litellm__decode_end(litellm_stream *s) {
  litellm__decoder *d = &s->decoder_;
  const char *reason = litellm__kept(s, LITELLM__R_FINISH, NULL);
  (void)reason;
  if (d->state == LITELLM__D_READ)
    litellm__decode_broken(s, LITELLM__WHERE(
        reason && litellm__equal(reason, "length")
            ? "the answer was cut: finish reason length"
            : "the answer ends in the middle"));
  if (d->state < LITELLM__D_READ)
    litellm__misfit(s, true, LITELLM__WHERE(
                        "expected a JSON object, got none"), NULL);
  litellm__decode_texts(s);
  if (s->lost_) return LITELLM_ERROR_NO_MEMORY;
  if (d->state == LITELLM__D_DONE) return LITELLM_OK;
  s->client_->error.position = d->at;
  return LITELLM_ERROR_SCHEMA;
}

#endif /* LITELLM_MODELS */

/* ==== >>http (implementation) ============================================ */

enum {                       /* litellm__http.state */
  LITELLM__H_STATUS, LITELLM__H_FIELDS, LITELLM__H_SIZE,
  LITELLM__H_CHUNK_END, LITELLM__H_TRAILERS,      /* up to here lines */
  LITELLM__H_COUNTED, LITELLM__H_UNTIL_CLOSE, LITELLM__H_DONE
};
enum {                       /* litellm__http.flags */
  LITELLM__H_HAS_LENGTH = 1, LITELLM__H_ENCODED = 2, LITELLM__H_CHUNKED = 4,
  LITELLM__H_OLD = 8
};
enum { LITELLM__T_JSON, LITELLM__T_SSE, LITELLM__T_OTHER };  /* type */

/* The headers that are read, one behind the other. */
enum {
  LITELLM__N_LENGTH, LITELLM__N_CODING, LITELLM__N_TYPE, LITELLM__N_ENCODING,
  LITELLM__N_LOCATION, LITELLM__N_RETRY, LITELLM__N_RETRY_MS =
  LITELLM__N_RETRY + 2, LITELLM__N_GATEWAY,
  LITELLM__N_UNKNOWN = LITELLM__N_GATEWAY + 10
};
static const char litellm__headers[] =
    "content-length\0transfer-encoding\0content-type\0content-encoding\0"
    "location\0"
#if LITELLM_GATEWAY_HEADERS
    /* The later of these beat the earlier. */
    "llm_provider-retry-after\0retry-after\0retry-after-ms\0"
    /* In the order of the records from LITELLM__R_GATEWAY on; what begins
       with a hyphen stands behind "x-litellm". */
    "-call-id\0-model-id\0-model-group\0-response-cost\0-key-spend\0"
    "-attempted-retries\0-attempted-fallbacks\0-overhead-duration-ms\0"
    "x-ratelimit-remaining-requests\0x-ratelimit-remaining-tokens\0"
#endif
    ;

static uint32_t litellm__now(const litellm_stream *s) {
  return s->client_->desc_.port->millis();
}

static litellm_result litellm__enter(litellm_stream *s, litellm_phase phase) {
  s->phase_ = s->client_->phase_ = (uint8_t)phase;
  s->since_ = litellm__now(s);
  return LITELLM_OK;
}

static litellm_result litellm__http_status(litellm__http *h, const char *line,
                                           size_t len) {
  uint32_t status = len < 12 ? 0 : litellm__natural(line + 9, 3);
  if (status < 100 || status > 599 || memcmp(line, "HTTP/1.", 7) ||
      (line[7] | 1) != '1' || line[8] != ' ' || !litellm__is_space(line[12]))
    return LITELLM_ERROR_HTTP;
  h->flags = line[7] == '0' ? LITELLM__H_OLD : 0;
  h->status = (uint16_t)status;
  h->state = LITELLM__H_FIELDS;
  return LITELLM_OK;
}

#if LITELLM_GATEWAY_HEADERS
/* Milliseconds until a date like "Sun, 06 Nov 1994 08:49:37 GMT", of which
   only the time counts: nobody is to wait for half a day. */
static uint32_t litellm__until(const char *date, int64_t now) {
  uint32_t left = litellm__natural(date + 17, 2) * 3600 +
                  litellm__natural(date + 20, 2) * 60 +
                  litellm__natural(date + 23, 2);
  left = (left + 86400 - (uint32_t)now % 86400) % 86400;
  return now > 0 && left < 4000 ? left * 1000 : 0;
}

/* Milliseconds out of "1.5" in units of `unit` ms; 0: no number. */
static uint32_t litellm__duration(const char *text, size_t len,
                                  uint32_t unit) {
  uint32_t value = 0;
  for (; len && litellm__is_digit(*text); text++, len--)
    value = litellm__min(value * 10 + (uint32_t)(*text - '0') * unit, 4000000);
  if (!len || *text != '.') return len ? 0 : value;
  while (--len && litellm__is_digit(*++text))
    value += (uint32_t)(*text - '0') * (unit /= 10);
  return len ? 0 : value;
}
#endif

static litellm_result litellm__http_field(litellm_stream *s, const char *line,
                                          size_t len) {
  litellm__http *h = &s->http_;
  const char *value;
  unsigned id;
  uint32_t number;
  size_t n = 0;
  while (n < len && litellm__is_token(line[n])) n++;
  if (!n || n == len || line[n] != ':') return LITELLM_ERROR_HTTP;
  value = line + n + 1;
  len -= n + 1;
  for (; len && litellm__is_space(*value); value++) len--;
  while (len && litellm__is_space(value[len - 1])) len--;
  if (h->status < 200) return LITELLM_OK;    /* an interim reply */
#if LITELLM_GATEWAY_HEADERS
  if (litellm__starts(line, n, "x-litellm-")) { line += 9; n -= 9; }
#endif
  id = litellm__index_of(litellm__headers, line, n);
  switch (id) {
    case LITELLM__N_LENGTH:
      number = litellm__natural(value, len);
      if (number == UINT32_MAX ||
          (h->flags & LITELLM__H_HAS_LENGTH && h->left != number))
        return LITELLM_ERROR_HTTP;
      h->left = number;
      h->flags |= LITELLM__H_HAS_LENGTH;
      break;
    case LITELLM__N_CODING:
      if (h->flags & (LITELLM__H_OLD | LITELLM__H_CHUNKED) ||
          !litellm__same(value, len, "chunked")) return LITELLM_ERROR_HTTP;
      h->flags |= LITELLM__H_CHUNKED;
      break;
    case LITELLM__N_TYPE:
      h->type = LITELLM__T_OTHER;
      if (!len || litellm__contains(value, len, "json"))
        h->type = LITELLM__T_JSON;
#if LITELLM_STREAMS
      if (litellm__starts(value, len, "text/event-stream"))
        h->type = LITELLM__T_SSE;
#endif
      break;
    case LITELLM__N_ENCODING:
      if (len && !litellm__same(value, len, "identity"))
        h->flags |= LITELLM__H_ENCODED;
      break;
    case LITELLM__N_LOCATION:
      if (h->status / 100 != 3) break;
      litellm__drop(s, LITELLM__R_RAW);
      litellm__keep(s, LITELLM__R_RAW, value, len);
      break;
#if LITELLM_GATEWAY_HEADERS
    case LITELLM__N_UNKNOWN: break;
    default:
      if (id <= LITELLM__N_RETRY_MS) {
        number = len == 29
            ? litellm__until(value, s->client_->desc_.port->unix_time())
            : litellm__duration(value, len,
                                id == LITELLM__N_RETRY_MS ? 1 : 1000);
        if (!number || id < h->retry) break;
        h->retry = (uint8_t)id;
        s->client_->error.retry_after_ms = number;
        break;
      }
      id = id - LITELLM__N_GATEWAY + LITELLM__R_GATEWAY;
      if (!litellm__kept(s, id, NULL)) litellm__keep(s, id, value, len);
      break;
#endif
  }
  return LITELLM_OK;
}

/* The end of the head: how the body is framed, and what is decided now. */
static litellm_result litellm__http_head_end(litellm_stream *s) {
  litellm__http *h = &s->http_;
  unsigned flags = h->flags;
  h->state = LITELLM__H_STATUS;
  if (h->status < 200) return LITELLM_OK;    /* interim: the head comes yet */
  h->head_bytes = 0;
  h->state = LITELLM__H_UNTIL_CLOSE;
  if (flags & LITELLM__H_HAS_LENGTH) h->state = LITELLM__H_COUNTED;
  if (flags & LITELLM__H_CHUNKED) {
    if (flags & LITELLM__H_HAS_LENGTH) return LITELLM_ERROR_HTTP;
    h->state = LITELLM__H_SIZE;
  }
  s->client_->error.status = (int)h->status;
  if (h->status / 100 == 3) {
    s->client_->error.message = litellm__kept(s, LITELLM__R_RAW, NULL);
    return LITELLM_ERROR_REDIRECT;
  }
  if (flags & LITELLM__H_ENCODED)
    return h->status >= 400 ? LITELLM_ERROR_STATUS : LITELLM_ERROR_ENCODING;
  if (h->status == 204) return LITELLM_ERROR_EMPTY_REPLY;
  return litellm__enter(s, LITELLM_PHASE_BODY);
}

/* A chunk's size. Extensions are ignored. */
static litellm_result litellm__http_size(litellm__http *h, const char *line,
                                         size_t len) {
  uint32_t left = 0;
  size_t i;
  for (i = 0; i < len; i++) {
    int digit = litellm__hex(line[i]);
    if (digit < 0) break;
    if (i == 16 || left > UINT32_MAX >> 4) return LITELLM_ERROR_HTTP;
    left = left << 4 | (uint32_t)digit;
  }
  if (!i || (i < len && line[i] != ';')) return LITELLM_ERROR_HTTP;
  h->left = left;
  h->state = left ? LITELLM__H_COUNTED : LITELLM__H_TRAILERS;
  return LITELLM_OK;
}

/* Takes a line out of the window: of the head or of the framing of chunks.
   LITELLM_AGAIN: more is needed. Of a line that the window cannot hold the
   beginning counts where it is enough, and all is checked. */
static LITELLM__NOINLINE litellm_result litellm__http_line(
    litellm_stream *s) {
  litellm__http *h = &s->http_;
  const char *line = s->in_;
  bool size = h->state == LITELLM__H_SIZE || h->state == LITELLM__H_COUNTED;
  bool whole, skipped = h->skipping;
  size_t len = 0, taken;
  while (len < s->in_len_ && line[len] != '\n') len++;
  whole = len < s->in_len_;
  if (!whole && len < s->client_->desc_.window_size) return LITELLM_AGAIN;
  taken = whole ? len + 1 : len - 1;         /* the last may be the CR */
  s->in_ += taken;
  s->in_len_ -= taken;
  h->head_bytes += (uint32_t)taken;
  if (h->head_bytes > (size ? 258 : LITELLM_MAX_HEAD_BYTES))
    return size ? LITELLM_ERROR_HTTP : LITELLM_ERROR_HEAD_TOO_LARGE;
  if ((whole && (!len || line[len - 1] != '\r')) ||
      !litellm__header_safe(line, --len)) return LITELLM_ERROR_HTTP;
  h->skipping = !whole;
  if (skipped) return LITELLM_OK;
  switch (h->state) {
    case LITELLM__H_STATUS:
      return litellm__http_status(h, line, len);
    case LITELLM__H_FIELDS:
      if (!len) return litellm__http_head_end(s);
      return whole ? litellm__http_field(s, line, len) : LITELLM_OK;
    case LITELLM__H_SIZE:
      return litellm__http_size(h, line, len);
    case LITELLM__H_CHUNK_END:
      h->state = LITELLM__H_SIZE;
      h->head_bytes = 0;
      return len ? LITELLM_ERROR_HTTP : LITELLM_OK;
    default:
      if (!len) h->state = LITELLM__H_DONE;
      return LITELLM_OK;
  }
}

/* The next run of body bytes from the window into span_. LITELLM_AGAIN: the
   window is used up; LITELLM_END: the body is whole. */
static litellm_result litellm__http_body(litellm_stream *s) {
  litellm__http *h = &s->http_;
  size_t n;
  for (;;) {
    litellm_result result;
    if (h->state == LITELLM__H_COUNTED && !h->left)
      h->state = h->flags & LITELLM__H_CHUNKED ? LITELLM__H_CHUNK_END
                                               : LITELLM__H_DONE;
    if (h->state >= LITELLM__H_COUNTED && !h->skipping) break;
    result = litellm__http_line(s);
    if (result != LITELLM_OK) return result;
  }
  n = s->in_len_;
  if (h->state == LITELLM__H_DONE) return LITELLM_END;
  if (!n) return LITELLM_AGAIN;
  if (h->state == LITELLM__H_COUNTED) {
    if (n > h->left) n = (size_t)h->left;
    h->left -= (uint32_t)n;
  }
  s->span_.ptr = s->in_;
  s->span_.len = n;
  s->in_ += n;
  s->in_len_ -= n;
  s->client_->error.received += (uint32_t)n;
  return LITELLM_OK;
}

/* What the end of the connection means for the reply. */
static litellm_result litellm__http_closed(litellm_stream *s,
                                           litellm_result how) {
  litellm__http *h = &s->http_;
  if (s->phase_ <= LITELLM_PHASE_FIRST_BYTE)
    return how == LITELLM_END ? LITELLM_ERROR_CLOSED : how;
  if (how == LITELLM_ERROR_TLS || how == LITELLM_ERROR_TLS_RECORD) return how;
  if (h->state != LITELLM__H_TRAILERS &&
      (h->state != LITELLM__H_UNTIL_CLOSE || how != LITELLM_END))
    return LITELLM_ERROR_TRUNCATED;
  h->state = LITELLM__H_DONE;
  return LITELLM_END;
}

/* ==== >>event stream (implementation) ==================================== */

enum {                       /* litellm_stream.flags_ */
  LITELLM__F_DONE = 0x01,    /* [DONE] came */
  LITELLM__F_CHOICES = 0x02, /* the key came */
  LITELLM__F_CHOICE = 0x04,  /* a choice of ours came */
  LITELLM__F_ERROR = 0x08,
  LITELLM__F_USAGE = 0x10,
  LITELLM__F_TEXT = 0x20     /* it says something */
};
enum {                       /* litellm_stream.payload_ */
  LITELLM__P_NONE, LITELLM__P_BEGUN, LITELLM__P_ENDED
};

#if LITELLM_STREAMS
enum {                       /* litellm_stream.line_; below COLON the bytes
                                of its name that are as in "data:" */
  LITELLM__S_COLON = 5, LITELLM__S_VALUE, LITELLM__S_IGNORE
};
enum {                       /* litellm_stream.sse_ */
  LITELLM__S_CR = 1,         /* the byte before was one */
  LITELLM__S_DATA = 2,       /* the event has data */
  LITELLM__S_BEGUN = 4       /* no BOM any more */
};

/* Reads span_ up to the next run of payload in data_. LITELLM_END: an event is
   whole; LITELLM_AGAIN: the span is used up. */
static LITELLM__NOINLINE litellm_result litellm__sse(litellm_stream *s) {
  char *at = s->span_.ptr, *end = at + s->span_.len;
  unsigned line = s->line_, flags = s->sse_;
  litellm_result result = LITELLM_AGAIN;
  while (at < end && result == LITELLM_AGAIN) {
    char c = *at;
    unsigned before = flags;
    if (line == LITELLM__S_COLON) {
      line = LITELLM__S_VALUE;
      flags |= LITELLM__S_DATA;
      if (c == ' ') at++;
      if (!(before & LITELLM__S_DATA)) continue;
      s->newline_ = '\n';                    /* it joins data lines */
      s->data_.ptr = &s->newline_;
      s->data_.len = 1;
      result = LITELLM_OK;
      continue;
    }
    s->data_.ptr = at++;
    flags &= ~(unsigned)LITELLM__S_CR;
    if (c == '\r') flags |= LITELLM__S_CR;
    if (c == '\r' || c == '\n') {
      if (c == '\n' && before & LITELLM__S_CR) continue;
      if (line == LITELLM__S_COLON - 1) flags |= LITELLM__S_DATA;
      if (!line && flags & LITELLM__S_DATA) {
        flags &= ~(unsigned)LITELLM__S_DATA;
        result = LITELLM_END;
      }
      line = 0;
    } else if (line == LITELLM__S_VALUE) {
      while (at < end && *at != '\r' && *at != '\n') at++;
      s->data_.len = (size_t)(at - s->data_.ptr);
      result = LITELLM_OK;
    } else if ((unsigned char)c < 0xBB || flags & LITELLM__S_BEGUN) {
      flags |= LITELLM__S_BEGUN;
      if (line < LITELLM__S_COLON)
        line = c == "data:"[line] ? line + 1u : (unsigned)LITELLM__S_IGNORE;
    }                                        /* else a byte of the BOM */
  }
  s->span_.ptr = at;
  s->span_.len = (size_t)(end - at);
  s->line_ = (uint8_t)line;
  s->sse_ = (uint8_t)flags;
  return result;
}

/* Reads data_ behind the "[" of what looks like [DONE]. LITELLM_END: it is. */
static litellm_result litellm__sse_done(litellm_stream *s) {
  for (; s->data_.len; s->data_.ptr++, s->data_.len--) {
    if (*s->data_.ptr != "DONE]"[s->done_ - 1]) return LITELLM_ERROR_JSON;
    if (++s->done_ < 6) continue;
    s->flags_ |= LITELLM__F_DONE;
    return LITELLM_END;
  }
  return LITELLM_AGAIN;
}
#endif

/* ==== >>chat reader (implementation) ===================================== */

/* What of a reply is known, streamed or not, and of error bodies: each key
   belongs to a table and may open another one. Its id is a record's tag if it
   is a text to be kept, or one of these. */
enum {
  LITELLM__K_NOTHING = LITELLM__R_TAGS,
  LITELLM__K_CHOICES, LITELLM__K_INDEX, LITELLM__K_DELTA, LITELLM__K_WHOLE,
  LITELLM__K_REASONING, LITELLM__K_CALLS, LITELLM__K_FUNCTION_CALL,
  LITELLM__K_CALL_INDEX, LITELLM__K_BLOCK, LITELLM__K_THINKING,
  LITELLM__K_SIGNATURE, LITELLM__K_REDACTED,
  LITELLM__K_USAGE, LITELLM__K_PROMPT, LITELLM__K_COMPLETION,
  LITELLM__K_TOTAL, LITELLM__K_CACHED, LITELLM__K_THOUGHT
};
/* Tables: a letter each, before the names of their keys. */
#define LITELLM__IN_NONE "\0"
#define LITELLM__IN_TOP "t"
#define LITELLM__IN_ROOT "r"
#define LITELLM__IN_CHOICE "c"
#define LITELLM__IN_MESSAGE "m"
#define LITELLM__IN_PART "p"
#define LITELLM__IN_CALL "l"
#define LITELLM__IN_FUNCTION "f"
#define LITELLM__IN_USAGE "u"
#define LITELLM__IN_DETAILS "s"
#define LITELLM__IN_GROQ "g"
#define LITELLM__IN_ERROR "e"
#define LITELLM__IN_DETAIL "d"
#define LITELLM__IN_THINKING "h"
/* X(table, name, table of its value, id) */
#define LITELLM__KEYS(X)                                                      \
  X(TOP, "", ROOT, K_NOTHING)  /* row 0: the document */                      \
  X(ROOT, "id", NONE, R_ID) X(ROOT, "model", NONE, R_MODEL)                   \
  X(ROOT, "choices", CHOICE, K_CHOICES) X(ROOT, "usage", USAGE, K_USAGE)      \
  X(ROOT, "error", ERROR, R_ERROR) X(ROOT, "detail", DETAIL, R_DETAIL)        \
  X(ROOT, "message", NONE, R_ROOT_MESSAGE)                                    \
  X(ROOT, "msg", NONE, R_ROOT_MESSAGE)                                        \
  X(ROOT, "type", NONE, R_ROOT_TYPE) X(ROOT, "code", NONE, R_ROOT_CODE)       \
  X(CHOICE, "index", NONE, K_INDEX)                                           \
  X(CHOICE, "finish_reason", NONE, R_FINISH)                                  \
  X(CHOICE, "delta", MESSAGE, K_DELTA) X(CHOICE, "message", MESSAGE, K_WHOLE) \
  X(CHOICE, "error", ERROR, R_ERROR)                                          \
  X(MESSAGE, "content", PART, R_CONTENT) X(PART, "text", NONE, R_CONTENT)     \
  X(MESSAGE, "reasoning_content", NONE, R_REASONING)                          \
  X(MESSAGE, "reasoning", NONE, K_REASONING)                                  \
  X(MESSAGE, "refusal", NONE, R_REFUSAL)                                      \
  X(USAGE, "prompt_tokens", NONE, K_PROMPT)                                   \
  X(USAGE, "completion_tokens", NONE, K_COMPLETION)                           \
  X(USAGE, "total_tokens", NONE, K_TOTAL)                                     \
  X(USAGE, "prompt_tokens_details", DETAILS, K_NOTHING)                       \
  X(USAGE, "completion_tokens_details", DETAILS, K_NOTHING)                   \
  X(DETAILS, "cached_tokens", NONE, K_CACHED)                                 \
  X(DETAILS, "reasoning_tokens", NONE, K_THOUGHT)                             \
  X(ERROR, "message", NONE, R_MESSAGE) X(ERROR, "type", NONE, R_TYPE)         \
  X(ERROR, "code", NONE, R_CODE) X(DETAIL, "error", ERROR, R_DETAIL)          \
  X(DETAIL, "msg", NONE, R_DETAIL) X(DETAIL, "message", NONE, R_DETAIL)
#if LITELLM_STREAMS
#define LITELLM__CHUNK_KEYS(X)                                                \
  X(ROOT, "x_groq", GROQ, K_NOTHING) X(GROQ, "usage", USAGE, K_USAGE)        \
  X(USAGE, "cost", NONE, R_COST)
#else
#define LITELLM__CHUNK_KEYS(X)
#endif
#if LITELLM_TOOLS
#define LITELLM__CALL_KEYS(X)                                                 \
  X(MESSAGE, "tool_calls", CALL, K_CALLS)                                     \
  X(MESSAGE, "function_call", FUNCTION, K_FUNCTION_CALL)                      \
  X(CALL, "index", NONE, K_CALL_INDEX) X(CALL, "id", NONE, R_CALL_ID)         \
  X(CALL, "function", FUNCTION, K_NOTHING)                                    \
  X(FUNCTION, "name", NONE, R_CALL_NAME)                                      \
  X(FUNCTION, "arguments", NONE, R_CALL_ARGUMENTS)                            \
  X(MESSAGE, "thinking_blocks", THINKING, K_BLOCK)                            \
  X(THINKING, "thinking", NONE, K_THINKING)                                   \
  X(THINKING, "signature", NONE, K_SIGNATURE)                                 \
  X(THINKING, "data", NONE, K_REDACTED)
#else
#define LITELLM__CALL_KEYS(X)
#endif

static const char litellm__key_names[] =
#define LITELLM__X(table, name, child, id) LITELLM__IN_##table name "\0"
  LITELLM__KEYS(LITELLM__X) LITELLM__CHUNK_KEYS(LITELLM__X)
  LITELLM__CALL_KEYS(LITELLM__X)
#undef LITELLM__X
  ;
/* The tables that open, and behind the last row, of unknown keys, none. */
static const char litellm__key_tables[] =
#define LITELLM__X(table, name, child, id) LITELLM__IN_##child
  LITELLM__KEYS(LITELLM__X) LITELLM__CHUNK_KEYS(LITELLM__X)
  LITELLM__CALL_KEYS(LITELLM__X)
#undef LITELLM__X
  ;
static const uint8_t litellm__key_ids[] = {
#define LITELLM__X(table, name, child, id) LITELLM__##id,
  LITELLM__KEYS(LITELLM__X) LITELLM__CHUNK_KEYS(LITELLM__X)
  LITELLM__CALL_KEYS(LITELLM__X)
#undef LITELLM__X
  LITELLM__K_NOTHING
};
enum { LITELLM__UNKNOWN = sizeof litellm__key_tables - 1 };

/* The id of the row that a token belongs to. Keys match without case: some
   servers write "Message". */
static LITELLM__NOINLINE unsigned litellm__place(
    litellm__reader *r, const litellm_token *token) {
  unsigned row = r->skip ? (unsigned)LITELLM__UNKNOWN : r->row;
  size_t len = token->text.len, room;
  switch (token->kind) {
    case LITELLM_TOKEN_KEY:
      if (r->skip) break;
      if (token->first) {
        r->key[0] = litellm__key_tables[r->open[r->depth]];
        r->key_len = 1;
      }
      room = sizeof r->key - r->key_len;     /* one more than the longest */
      if (len > room) len = room;
      memcpy(r->key + r->key_len, token->text.ptr, len);
      r->key_len = (uint8_t)(r->key_len + len);
      r->row = (uint8_t)litellm__index_of(litellm__key_names, r->key,
                                          r->key_len);
      return LITELLM__K_NOTHING;
    case LITELLM_TOKEN_OBJECT: case LITELLM_TOKEN_ARRAY:
      if (litellm__key_tables[row] && r->depth < LITELLM__FRAMES)
        r->open[++r->depth] = (uint8_t)row;
      else r->skip++;
      break;
    case LITELLM_TOKEN_OBJECT_END: case LITELLM_TOKEN_ARRAY_END:
      if (r->skip) { r->skip--; break; }
      row = r->open[r->depth--];
      r->row = r->open[r->depth];
      break;
    default: break;
  }
  return litellm__key_ids[row];
}

enum {                       /* litellm_stream.raw_ */
  LITELLM__RAW_NOTHING, LITELLM__RAW_TEXT, LITELLM__RAW_BLANK,
  LITELLM__RAW_FULL, LITELLM__RAW_BEATEN
};

static bool litellm__is_sse(const litellm_stream *s) {
  return LITELLM_STREAMS && s->http_.type == LITELLM__T_SSE;
}

enum {                       /* litellm_stream.choice_ */
  LITELLM__C_INDEX = 1,      /* its index is known */
  LITELLM__C_OTHER = 2,      /* and is not 0 */
  LITELLM__C_DELTA = 4,      /* it has a delta */
  LITELLM__C_WHOLE = 8,      /* and this is its message */
  LITELLM__C_LATER = 16      /* one of ours came before it */
};

/* Whether what comes is not of the reply: of another choice, or of a message
   that a delta beat. */
static bool litellm__not_ours(const litellm_stream *s) {
  unsigned both = LITELLM__C_DELTA | LITELLM__C_WHOLE;
  return s->choice_ & LITELLM__C_OTHER || (s->choice_ & both) == both;
}

static void litellm__show(litellm_event *event, unsigned tag) {
  event->kind = tag == LITELLM__R_CONTENT ? LITELLM_TEXT
              : tag == LITELLM__R_REASONING ? LITELLM_REASONING
              : LITELLM_REFUSAL;
}

/* A piece of text of the choice: an event at once, unless it is not known yet
   whether the piece counts. */
static void litellm__chat_text(litellm_stream *s, const litellm_token *token,
                               unsigned tag, litellm_event *event) {
  bool known = (s->choice_ & LITELLM__C_INDEX) != 0, held = false;
  if (litellm__not_ours(s)) return;
  s->flags_ |= LITELLM__F_TEXT;
  if (litellm__is_sse(s)) held = !known || s->choice_ & LITELLM__C_WHOLE;
  else if (!known && s->choice_ & LITELLM__C_LATER) return;
  if (held || s->request_.keep_text)
    litellm__keep(s, held ? tag | LITELLM__R_HELD : tag, token->text.ptr,
                  token->text.len);
  if (held) return;
  litellm__show(event, tag);
  event->text = token->text;
}

/* Keeps a short text. Of duplicates the last counts; but of those that come
   in every chunk the first, and of a list of details the first tells. */
static void litellm__chat_short(litellm_stream *s, const litellm_token *token,
                                unsigned tag) {
  const char *text = token->text.ptr;
  size_t len = token->text.len;
  if (!len || (token->kind != LITELLM_TOKEN_STRING &&
               token->kind != LITELLM_TOKEN_NUMBER)) return;
  if (tag == LITELLM__R_FINISH) tag |= LITELLM__R_HELD;
  if (token->first) {
    if (tag >= LITELLM__R_ROOT_MESSAGE && tag <= LITELLM__R_MESSAGE) {
      litellm__drop(s, LITELLM__R_RAW);   /* it beats the bare bytes */
      s->raw_ = LITELLM__RAW_BEATEN;
    }
    s->drop_ = (tag == LITELLM__R_ID || tag == LITELLM__R_MODEL ||
                tag == LITELLM__R_DETAIL) && litellm__kept(s, tag, NULL);
    if (!s->drop_) litellm__drop(s, tag);
  }
  if (s->drop_) return;
  if (tag >= LITELLM__R_ROOT_TYPE && tag <= LITELLM__R_MESSAGE)
    s->drop_ = !litellm__keep_some(s, tag, text, len);
  else
    litellm__keep(s, tag, text, len);
}

/* An integer; true at its end, with the value in number_. */
static bool litellm__chat_number(litellm_stream *s,
                                 const litellm_token *token) {
  const char *c = token->text.ptr;
  size_t left = token->text.len;
  if (token->kind != LITELLM_TOKEN_NUMBER) return false;
  if (token->first) { s->number_ = 0; s->drop_ = false; }
  for (; left; c++, left--) {
    s->drop_ |= !litellm__is_digit(*c);      /* a fraction's part is cut */
    if (!s->drop_)
      s->number_ = litellm__min(s->number_, (UINT32_MAX - 9) / 10) * 10 +
                   (uint32_t)(*c - '0');
  }
  return token->last;
}

#if LITELLM_TOOLS

static const char *litellm__text_or_empty(const char *text) {
  return text ? text : "";
}

static bool litellm__same_text(const char *a, const char *b) {
  return a && b && litellm__equal(a, b);
}

/* The tool call that a fragment goes on with, 0: a new one, as always in a
   reply that is no stream. An id that is known decides, unless another index
   and a name come with it: some give the function's name as id. Else the
   index, or without one the last call; but not if a new id or name shows that
   a new call begins there. */
static unsigned litellm__call_of_fragment(litellm_stream *s) {
  size_t id_len, name_len, len;
  const char *id = litellm__kept(s, LITELLM__R_CALL_ID, &id_len);
  const char *name = litellm__kept(s, LITELLM__R_CALL_NAME, &name_len);
  unsigned call, found = s->index_ == -1 ? s->calls_ : 0;
  litellm__record record;
  litellm_str arguments;
  const char *its_name;
  bool whole;
  if (!litellm__is_sse(s)) return 0;
  for (call = 1; call <= s->calls_; call++) {
    bool there, same;
    if (litellm__find(s, call << 8 | LITELLM__R_CALL_ID, &record) == SIZE_MAX)
      continue;
    there = s->index_ != -1 && record.index == s->index_;
    same = id_len && litellm__same_text(
        id, litellm__kept(s, call << 8 | LITELLM__R_CALL_ID, NULL));
    if (same && (there || s->index_ == -1 || !name_len)) return call;
    if (there) found = call;
  }
  litellm__kept(s, found << 8 | LITELLM__R_CALL_ID, &len);
  if (!found || (id_len && len)) return 0;
  its_name = litellm__kept(s, found << 8 | LITELLM__R_CALL_NAME, &len);
  if (!name_len || !len) return found;
  arguments.ptr = litellm__kept(s, found << 8 | LITELLM__R_CALL_ARGUMENTS,
                                &arguments.len);
  whole = litellm_json_valid(arguments);
  litellm__kept(s, LITELLM__R_CALL_ARGUMENTS, &len);
  if (litellm__same_text(name, its_name) &&
      (!arguments.len || (s->index_ != -1 && !(len && whole)))) return found;
  return arguments.len && !whole ? found : 0;
}

static void litellm__forget_call(litellm_stream *s, unsigned call) {
  unsigned tag;
  for (tag = LITELLM__R_CALL_ID; tag <= LITELLM__R_CALL_ARGUMENTS; tag++)
    litellm__drop(s, call << 8 | tag);
}

/* Tool call number `call`; false: it was dropped. */
static bool litellm__tool_call(litellm_stream *s, unsigned call,
                               litellm_tool_call *out) {
  out->id = litellm__kept(s, call << 8 | LITELLM__R_CALL_ID, NULL);
  out->name = litellm__text_or_empty(
      litellm__kept(s, call << 8 | LITELLM__R_CALL_NAME, NULL));
  out->arguments = litellm__text_or_empty(
      litellm__kept(s, call << 8 | LITELLM__R_CALL_ARGUMENTS, NULL));
  return out->id != NULL;
}

/* The end of a fragment, whose texts are the records of call 0: its call gets
   what of id and name it lacks, and the arguments at their end. An event, if
   it is known that the choice is ours. */
static LITELLM__NOINLINE void litellm__end_fragment(litellm_stream *s,
                                                    litellm_event *event) {
  unsigned call = litellm__call_of_fragment(s), tag;
  size_t len, piece;
  litellm__kept(s, LITELLM__R_CALL_ARGUMENTS, &piece);
  if (s->choice_ & LITELLM__C_INDEX && !(s->choice_ & LITELLM__C_WHOLE))
    event->kind = call ? LITELLM_TOOL_ARGUMENTS : LITELLM_TOOL_BEGIN;
  if (!call && s->calls_ == 255) s->lost_++;           /* none goes unseen */
  else if (!call) call = ++s->calls_;
  for (tag = LITELLM__R_CALL_ID; tag <= LITELLM__R_CALL_ARGUMENTS; tag++) {
    if (!call) break;
    litellm__kept(s, call << 8 | tag, &len);
    if (!len) litellm__rename(s, tag, call << 8 | tag);
    else if (tag == LITELLM__R_CALL_ARGUMENTS)
      litellm__append(s, tag, call << 8 | tag);
  }
  litellm__forget_call(s, 0);
  s->index_ = -1;
  litellm__kept(s, call << 8 | LITELLM__R_CALL_ARGUMENTS, &len);
  if (litellm__tool_call(s, call, &s->call_) && piece <= len) {
    event->tool_call = &s->call_;
    event->text.ptr = s->call_.arguments + (len - piece);
    event->text.len = piece;
  } else {
    event->kind = LITELLM_NOTHING;
  }
}

/* A token of a tool call. */
static void litellm__chat_call(litellm_stream *s, const litellm_token *token,
                               unsigned id, litellm_event *event) {
  bool object = token->kind == LITELLM_TOKEN_OBJECT;
  if (id == LITELLM__K_CALL_INDEX) {
    if (litellm__chat_number(s, token))
      s->index_ = (int16_t)litellm__min(s->number_, INT16_MAX);
  } else if (id == LITELLM__K_CALLS || id == LITELLM__K_FUNCTION_CALL) {
    if (token->kind == LITELLM_TOKEN_OBJECT_END)
      litellm__end_fragment(s, event);
    if (!object) return;
    s->index_ = id == LITELLM__K_CALLS ? -1 : -2;
    litellm__keep(s, LITELLM__R_CALL_ID, "", 0);
  } else if (token->kind == LITELLM_TOKEN_STRING) {
    litellm__keep(s, id, token->text.ptr, token->text.len);
  } else if (id == LITELLM__R_CALL_ARGUMENTS && s->reader_.skip) {
    /* An object, not its text: the bytes that come are kept as they are. */
    s->capturing_ = true;
    litellm__keep(s, id, object ? "{" : "[", 1);
  }
}

/* A token of Claude's signed thoughts. They go back as they came, so they are
   kept as JSON: in a stream blocks come in pieces, and one ends with the
   fragment that has its signature. */
static LITELLM__NOINLINE void litellm__chat_thoughts(
    litellm_stream *s, const litellm_token *token, unsigned id) {
  const unsigned tag = LITELLM__R_THOUGHTS, signature = LITELLM__R_SIGNATURE;
  const char *c = token->text.ptr;
  size_t left = token->text.len, len, signed_len;
  litellm__kept(s, signature, &signed_len);
  if (id == LITELLM__K_BLOCK && token->kind == LITELLM_TOKEN_OBJECT)
    litellm__keep(s, tag, "", 0);            /* before the signature */
  if (token->kind == LITELLM_TOKEN_OBJECT_END ? signed_len && !s->thinking_
      : left && !s->thinking_ && id != LITELLM__K_SIGNATURE) {
    const char *block = id == LITELLM__K_REDACTED
        ? "{\"type\":\"redacted_thinking\",\"data\":\""
        : "{\"type\":\"thinking\",\"thinking\":\"";
    litellm__kept(s, tag, &len);
    litellm__keep(s, tag, ",", len > 0);
    litellm__keep(s, tag, block, strlen(block));
    s->thinking_ = (uint8_t)id;
  }
  for (; left; c++, left--) {
    char escape[7] = "\\u00";
    bool plain = (unsigned char)*c >= ' ' && *c != '"' && *c != '\\';
    escape[4] = (char)('0' + (*c >> 4));
    escape[5] = "0123456789abcdef"[*c & 15];
    litellm__keep(s, id == LITELLM__K_SIGNATURE ? signature : tag,
                  plain ? c : escape, plain ? 1 : 6);
  }
  if (token->kind != LITELLM_TOKEN_OBJECT_END ||
      !(signed_len || s->thinking_ == LITELLM__K_REDACTED)) return;
  litellm__keep(s, tag, "\",\"signature\":\"", signed_len ? 15 : 0);
  litellm__append(s, signature, tag);
  litellm__keep(s, tag, "\"}", 2);
  litellm__drop(s, signature);
  s->thinking_ = 0;
}

/* Forgets the calls that the choice at hand began. */
static void litellm__forget_calls(litellm_stream *s) {
  while (s->calls_ > s->calls_before_) litellm__forget_call(s, s->calls_--);
}
#else
static void litellm__forget_calls(litellm_stream *s) { (void)s; }
#endif /* LITELLM_TOOLS */

/* Drops the texts of a choice, or with R_HELD what of them is held back. */
static LITELLM__NOINLINE void litellm__drop_texts(litellm_stream *s,
                                                  unsigned held) {
  unsigned tag;
  for (tag = LITELLM__R_CONTENT; tag < LITELLM__R_FINISH; tag++)
    litellm__drop(s, tag | held);
}

#if LITELLM_STREAMS
/* Shows texts that were held back until the end of their choice, one an
   event. False: none is left. */
static bool litellm__show_held(litellm_stream *s, litellm_event *event) {
  litellm__record record;
  size_t at = s->records_, len;
  unsigned tag = s->showing_ & 0x7Fu;
  if (s->showing_) {
    litellm__kept(s, tag, &len);
    if (len) litellm__append(s, s->showing_, tag);
    else if (s->request_.keep_text) litellm__rename(s, s->showing_, tag);
    litellm__drop(s, s->showing_);
    s->showing_ = 0;
  }
  for (; litellm__record_at(s, at, &record);
       at += sizeof record + record.len + 1) {
    if (!(record.tag & LITELLM__R_HELD)) continue;
    s->showing_ = (uint8_t)record.tag;
    litellm__show(event, record.tag & 0x7Fu);
    event->text.ptr =
        (const char *)s->client_->arena.memory + at + sizeof record;
    event->text.len = record.len;
    return true;
  }
  return false;
}
#endif

/* A token of the list of choices. At the end of a choice it is known what of
   it counts. */
static void litellm__chat_choice(litellm_stream *s, litellm_token_kind kind) {
  const unsigned finish = LITELLM__R_FINISH | LITELLM__R_HELD;
  if (kind == LITELLM_TOKEN_ARRAY) {
    s->flags_ |= LITELLM__F_CHOICES;
    s->choice_ = 0;
  }
  if (kind == LITELLM_TOKEN_OBJECT) s->calls_before_ = s->calls_;
  if (kind != LITELLM_TOKEN_OBJECT_END) return;
  if (s->choice_ & LITELLM__C_OTHER) {
    litellm__forget_calls(s);
    litellm__drop(s, finish);
    litellm__drop_texts(s, litellm__is_sse(s) ||
                           s->flags_ & LITELLM__F_CHOICE ? LITELLM__R_HELD : 0);
  } else {
    s->flags_ |= LITELLM__F_CHOICE;
    litellm__rename(s, finish, LITELLM__R_FINISH);
  }
  s->step_ = LITELLM__STEP_SHOW;
  s->choice_ = s->flags_ & LITELLM__F_CHOICE ? LITELLM__C_LATER : 0;
}

static void litellm__chat_usage(litellm_stream *s, const litellm_token *token,
                                unsigned id) {
  if (id == LITELLM__K_USAGE) {              /* half of one is none */
    if (token->kind == LITELLM_TOKEN_OBJECT_END) s->flags_ |= LITELLM__F_USAGE;
    if (token->kind != LITELLM_TOKEN_OBJECT) return;
    memset(&s->usage, 0, sizeof s->usage);
    s->flags_ &= (uint8_t)~LITELLM__F_USAGE;
  } else if (litellm__chat_number(s, token)) {
    memcpy((char *)&s->usage + (id - LITELLM__K_PROMPT) * sizeof s->number_,
           &s->number_, sizeof s->number_);
  }
}

/* A token inside a choice. */
static void litellm__chat_part(litellm_stream *s, const litellm_token *token,
                               unsigned id, litellm_event *event) {
  bool object = token->kind == LITELLM_TOKEN_OBJECT;
  bool text = token->kind == LITELLM_TOKEN_STRING;
#if LITELLM_TOOLS
  if (id >= LITELLM__K_BLOCK && id <= LITELLM__K_REDACTED &&
      s->request_.keep_text && !litellm__not_ours(s) &&
      (text || id == LITELLM__K_BLOCK)) litellm__chat_thoughts(s, token, id);
#endif
  switch (id) {
    case LITELLM__K_INDEX:
      if (!litellm__chat_number(s, token)) break;
      s->choice_ |= LITELLM__C_INDEX;
      if (s->number_ || s->drop_) s->choice_ |= LITELLM__C_OTHER;
      break;
    case LITELLM__K_DELTA:
      if (!object) break;
      s->choice_ |= LITELLM__C_DELTA;
      litellm__forget_calls(s);
      litellm__drop_texts(s, LITELLM__R_HELD);
      break;
    case LITELLM__K_WHOLE:
      s->choice_ = (uint8_t)(object ? s->choice_ | LITELLM__C_WHOLE
                                    : s->choice_ & ~LITELLM__C_WHOLE);
      break;
    case LITELLM__K_BLOCK: case LITELLM__K_SIGNATURE:
    case LITELLM__K_REDACTED: break;
    case LITELLM__K_THINKING:
    case LITELLM__K_REASONING: case LITELLM__R_REASONING:
      /* Some send the same thoughts under several names. */
      if (!text || !token->text.len) break;
      if (!s->reasoning_) s->reasoning_ = (uint8_t)id;
      if (s->reasoning_ == id)
        litellm__chat_text(s, token, LITELLM__R_REASONING, event);
      break;
    case LITELLM__R_CONTENT: case LITELLM__R_REFUSAL:
      if (text && token->text.len) litellm__chat_text(s, token, id, event);
      break;
    default:
#if LITELLM_TOOLS
      if (id != LITELLM__K_NOTHING && !litellm__not_ours(s))
        litellm__chat_call(s, token, id, event);
#endif
      break;
  }
}

/* One token of the reply. What it makes an event of is in `event`. */
static LITELLM__NOINLINE void litellm__chat_token(
    litellm_stream *s, const litellm_token *token, litellm_event *event) {
  unsigned id = litellm__place(&s->reader_, token);
  if (!s->reader_.skip) s->capturing_ = false;
  if (id == LITELLM__R_ERROR &&
      (token->kind == LITELLM_TOKEN_OBJECT || token->text.len))
    s->flags_ |= LITELLM__F_ERROR;
  if (id >= LITELLM__R_FINISH && id <= LITELLM__R_MESSAGE)
    litellm__chat_short(s, token, id);
  else if (id >= LITELLM__K_USAGE) litellm__chat_usage(s, token, id);
  else if (id == LITELLM__K_CHOICES) litellm__chat_choice(s, token->kind);
  else litellm__chat_part(s, token, id, event);
}

/* ==== >>api errors (implementation) ====================================== */

#if LITELLM_GATEWAY_HEADERS
/* Beginnings of words in an error's type, code or message that tell its kind,
   the surest first. The digit before each is what the result is below
   ERROR_API. */
static const char litellm__kinds[] =
    "5budget_exc\0" "5insufficient_q\0" "5budget has been ex\0"
    "5exceededbudget\0" "5crossed budget\0"
    "6contextwindowex\0" "6context_length_ex\0" "6maximum context l\0"
    "6exceed context l\0" "6model's context l\0" "6exceed the configured l\0"
    "6number of tokens al\0" "6prompt is too l\0"
    "7contentpolicyv\0" "7content_policy\0" "7responsibleaip\0"
    "7content_filter\0" "7safety system\0"
    "8overloaded_e\0" "1authentication_e\0" "1invalid_api_key\0"
    "2permission_e\0" "3not_found_e\0" "4rate_limit_e\0";
#else
static const char litellm__kinds[] = "";
#endif

/* What a status tells, as statuses above 400 and the result for each. */
static litellm_result litellm__kind_of_status(uint32_t status) {
  static const int8_t kinds[] = {
    1, LITELLM_ERROR_AUTHENTICATION, 3, LITELLM_ERROR_PERMISSION,
    4, LITELLM_ERROR_NOT_FOUND, 29, LITELLM_ERROR_RATE_LIMIT,
    103, LITELLM_ERROR_OVERLOADED
  };
  size_t i = 0;
  if (status == 529) status = 503;
  while (i < sizeof kinds && status != 400u + (unsigned)kinds[i]) i += 2;
  return i < sizeof kinds ? (litellm_result)kinds[i + 1] : LITELLM_ERROR_API;
}

/* The best text of a sort, without those that only say None. */
static const char *litellm__error_text(litellm_stream *s, unsigned best,
                                       unsigned worst) {
  for (; best >= worst; best--) {
    const char *text = litellm__kept(s, best, NULL);
    if (text && !litellm__equal(text, "None")) return text;
  }
  return NULL;
}

/* What kind of error the API reported. */
static litellm_result litellm__api_error(litellm_stream *s) {
  litellm_error *error = &s->client_->error;
  uint32_t status = s->http_.status;
  const char *texts[3], *kind = litellm__kinds;
  size_t i;
  texts[0] = error->type = litellm__error_text(s, LITELLM__R_TYPE,
                                               LITELLM__R_ROOT_TYPE);
  texts[1] = error->api_code = litellm__error_text(s, LITELLM__R_CODE,
                                                   LITELLM__R_ROOT_CODE);
  texts[2] = error->message = litellm__error_text(s, LITELLM__R_MESSAGE,
                                                  LITELLM__R_RAW);
  if (s->raw_ != LITELLM__RAW_BEATEN && !(s->flags_ & LITELLM__F_ERROR))
    return LITELLM_ERROR_STATUS;
  for (; *kind; kind += strlen(kind) + 1)
    for (i = 0; i < 3; i++)
      if (texts[i] && litellm__contains(texts[i], strlen(texts[i]), kind + 1))
        return (litellm_result)(LITELLM_ERROR_API - (*kind - '0'));
  if (status < 400 && texts[1])
    status = litellm__natural(texts[1], strlen(texts[1]));
  return litellm__kind_of_status(status);
}

/* Keeps the first printable bytes of a body that may not be JSON. */
static void litellm__keep_raw(litellm_stream *s) {
  const char *c = s->span_.ptr, *end = c + s->span_.len;
  while (c < end && s->raw_ < LITELLM__RAW_FULL) {
    char byte = *c;
    if ((unsigned char)byte <= ' ' || byte == 0x7F) {
      if (s->raw_) s->raw_ = LITELLM__RAW_BLANK;
      c++;
      continue;
    }
    if (s->raw_ == LITELLM__RAW_BLANK) byte = ' ';
    else c++;
    s->raw_ = litellm__keep_some(s, LITELLM__R_RAW, &byte, 1)
            ? LITELLM__RAW_TEXT : LITELLM__RAW_FULL;
  }
}

static void litellm__print_text(litellm__writer *w, const char *label,
                                const char *text) {
  if (!text) return;
  litellm__put_text(w, label);
  for (; *text; text++)      /* on one line, and nothing for a terminal */
    litellm__put_char(w, (unsigned char)*text < ' ' || *text == 0x7F ? ' '
                                                                 : *text);
}

#if LITELLM_ERROR_TEXTS
/* Where it is; in a template the field, which is not all that follows. */
static void litellm__print_where(litellm__writer *w, const char *where) {
  size_t n = 0;
  if (!where) return;
  litellm__put_text(w, "; at ");
  while (where[n] && n < 64 && (*where != '{' || !n || where[n - 1] != '}'))
    n++;
  litellm__put_json_text(w, where, n);
}

static void litellm__print_number(litellm__writer *w, const char *label,
                                  int64_t number) {
  if (!number) return;
  litellm__put_text(w, label);
  litellm__put_integer(w, number);
}

/* Why a certificate was refused, in mbedTLS's bits from the lowest on. */
static void litellm__print_flags(litellm__writer *w, uint32_t flags) {
  const char *word =
      "expired\0revoked\0wrong host name\0unknown CA\0\0\0\0\0wrong pin\0"
      "not yet valid\0\0wrong key usage\0wrong key usage\0wrong type\0"
      "weak hash\0weak key\0weak key";
  uint32_t bit;
  for (bit = 1; bit <= 0x10000; bit <<= 1, word = litellm__word(word, 1))
    if (flags & bit && *word) litellm__print_text(w, "; certificate: ", word);
  litellm__print_number(w, "; tls flags ", flags);
}
#endif

LITELLM__DEF void litellm_error_print(const litellm_error *error, char *buffer,
                                      size_t size) {
  litellm__writer w;
  if (size == 0) return;
  memset(&w, 0, sizeof w);
  w.out = buffer;
  w.to = (uint32_t)(size - 1);
#if LITELLM_ERROR_TEXTS
  litellm__put_text(&w, litellm_result_name(error->code));
  litellm__print_text(&w, ": ", litellm_result_text(error->code));
  litellm__print_text(&w, "; server: ", error->message);
  litellm__print_where(&w, error->where);
  if (error->phase != LITELLM_PHASE_IDLE)
    litellm__print_text(&w, "; phase ", litellm_phase_name(error->phase));
  litellm__print_text(&w, "; type ", error->type);
  litellm__print_text(&w, "; code ", error->api_code);
  litellm__print_number(&w, "; status ", error->status);
  litellm__print_number(&w, "; port code ", error->port_code);
  litellm__print_number(&w, "; tls ", error->tls_code);
#if LITELLM_TLS
  /* What 3.6.6 and 4.1.0 say of a server of TLS 1.2 only. */
  if (error->tls_code == -0x6600 &&
      (MBEDTLS_VERSION_NUMBER == 0x03060600 ||
       MBEDTLS_VERSION_NUMBER == 0x04010000))
    litellm__put_text(&w, "; a bug of this mbedTLS with RSA certificates and "
                          "TLS 1.2: update it, or switch TLS 1.3 off");
#endif
  litellm__print_flags(&w, error->tls_flags);
  litellm__print_number(&w, "; position ", error->position);
  litellm__print_number(&w, "; missing ", (int64_t)error->missing);
  litellm__print_number(&w, "; retry after ms ", error->retry_after_ms);
  litellm__print_text(&w, "; request ", error->request_id);
#else
  litellm__put_integer(&w, error->code);
  litellm__print_text(&w, " ", error->message);
#endif
  buffer[litellm__min(w.at, w.to)] = 0;
}

/* ==== >>tls (implementation) ============================================= */

#if LITELLM_TLS

#if MBEDTLS_VERSION_NUMBER < 0x021C0000
#error "litellm_call.h needs mbedTLS 2.28 or 3.6"
#endif
#if !defined(MBEDTLS_SSL_CLI_C) || !defined(MBEDTLS_X509_CRT_PARSE_C)
#error "litellm_call.h needs mbedTLS with SSL_CLI_C and X509_CRT_PARSE_C"
#endif

/* Small buffers ask for small records, by the largest length that both hold.
   Not with TLS 1.3 in the build: mbedTLS 3.6 then ends the handshake. */
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH) &&                               \
  !defined(MBEDTLS_SSL_PROTO_TLS1_3) && MBEDTLS_SSL_IN_CONTENT_LEN < 16384
#if MBEDTLS_SSL_IN_CONTENT_LEN >= 4096 && MBEDTLS_SSL_OUT_CONTENT_LEN >= 4096
#define LITELLM__TLS_FRAGMENT MBEDTLS_SSL_MAX_FRAG_LEN_4096
#elif MBEDTLS_SSL_IN_CONTENT_LEN >= 2048 && MBEDTLS_SSL_OUT_CONTENT_LEN >= 2048
#define LITELLM__TLS_FRAGMENT MBEDTLS_SSL_MAX_FRAG_LEN_2048
#elif MBEDTLS_SSL_IN_CONTENT_LEN >= 1024 && MBEDTLS_SSL_OUT_CONTENT_LEN >= 1024
#define LITELLM__TLS_FRAGMENT MBEDTLS_SSL_MAX_FRAG_LEN_1024
#elif MBEDTLS_SSL_IN_CONTENT_LEN >= 512 && MBEDTLS_SSL_OUT_CONTENT_LEN >= 512
#define LITELLM__TLS_FRAGMENT MBEDTLS_SSL_MAX_FRAG_LEN_512
#endif
#endif

#if MBEDTLS_VERSION_NUMBER < 0x04000000
static int litellm__tls_random(void *user, unsigned char *bytes, size_t size) {
  const litellm_tls *tls = (const litellm_tls *)user;
  return tls->port_->entropy(bytes, size)
      ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}
#endif

/* A date as a number that compares: seconds within the day, days by month. */
static int64_t litellm__date(const mbedtls_x509_time *t) {
  int64_t month = (int64_t)t->year * 12 + t->mon - 1;
  return ((month * 31 + t->day) * 24 + t->hour) * 3600 + t->min * 60L + t->sec;
}

/* The calendar of a Unix time, in the form of the function above. */
static int64_t litellm__date_of(int64_t unix_time) {
  mbedtls_x509_time t;
  int32_t days = (int32_t)(unix_time / 86400);
  int32_t rest = (int32_t)(unix_time % 86400);
  memset(&t, 0, sizeof t);
  for (t.year = 1970;; t.year++) {
    bool leap = t.year % 4 == 0 && (t.year % 100 != 0 || t.year % 400 == 0);
    int32_t length = leap ? 366 : 365;
    if (days >= length) { days -= length; continue; }
    for (t.mon = 1;; t.mon++) {
      int32_t month = t.mon == 2 ? (leap ? 29 : 28)
                    : t.mon == 4 || t.mon == 6 || t.mon == 9 || t.mon == 11
                    ? 30 : 31;
      if (days < month) break;
      days -= month;
    }
    break;
  }
  t.day = (int)days + 1;
  t.hour = (int)(rest / 3600);
  t.min = (int)(rest / 60 % 60);
  t.sec = (int)(rest % 60);
  return litellm__date(&t);
}

static bool litellm__pin_fits(const litellm_tls *tls,
                              const mbedtls_x509_crt *certificate) {
  uint8_t digest[32];
  const mbedtls_md_info_t *md = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  if (!md || mbedtls_md(md, certificate->pk_raw.p, certificate->pk_raw.len,
                        digest)) return false;
  return (tls->pin_ && !memcmp(digest, tls->pin_, sizeof digest)) ||
         (tls->next_pin_ && !memcmp(digest, tls->next_pin_, sizeof digest));
}

/* Dates are compared here, with the port's clock: without HAVE_TIME_DATE
   mbedTLS takes expired certificates, with it it asks a clock that may not be
   the port's. Pins are checked here too. */
static int litellm__tls_verify(void *user, mbedtls_x509_crt *certificate,
                               int depth, uint32_t *flags) {
  const litellm_tls *tls = (const litellm_tls *)user;
  int64_t now = tls->port_->unix_time(), date;
  bool clock = now >= LITELLM_EARLIEST_TIME;
  date = litellm__date_of(clock ? now : LITELLM_EARLIEST_TIME);
  *flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED |
                        MBEDTLS_X509_BADCERT_FUTURE);
  if (litellm__date(&certificate->valid_to) < date)
    *flags |= MBEDTLS_X509_BADCERT_EXPIRED;
  if (clock && litellm__date(&certificate->valid_from) > date)
    *flags |= MBEDTLS_X509_BADCERT_FUTURE;
  if (tls->pin_ || tls->next_pin_) {
    if (!tls->has_ca_) *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    if (depth == 0 && !litellm__pin_fits(tls, certificate))
      *flags |= MBEDTLS_X509_BADCERT_OTHER;
  }
  return 0;
}

static litellm_result litellm__tls_result(litellm_error *error, int code) {
  /* ALLOC_FAILED of PEM, X509, PK, ECP, MD, CIPHER and SSL, in units of 0x80;
     below that of the modules beneath, and of ASN1. */
  static const uint8_t out_of_memory[] = {
    0x1180 / 128, 0x2880 / 128, 0x3F80 / 128, 0x4D80 / 128, 0x5180 / 128,
    0x6180 / 128, 0x7F00 / 128
  };
  unsigned high = (unsigned)-code >> 7, low = (unsigned)-code & 0x7F;
  size_t i = 0;
  error->tls_code = code;
  while (i < sizeof out_of_memory && out_of_memory[i] != high) i++;
  return low == 0x10 || low == 0x6A || i < sizeof out_of_memory
      ? LITELLM_ERROR_TLS_MEMORY : LITELLM_ERROR_TLS;
}

/* Reads the trust anchors. A bundle may hold certificates that this mbedTLS
   cannot read: one that it can is enough. */
static litellm_result litellm__tls_anchors(litellm_tls *tls,
                                           const litellm_client_desc *desc,
                                           litellm_error *error) {
  const unsigned char *ca = (const unsigned char *)desc->ca;
  int code;
  if (!ca)
    return desc->pin || desc->next_pin || desc->configure
        ? LITELLM_OK : LITELLM_ERROR_NO_CA;
  if (desc->ca_size && ca[0] == 0x30)
    code = mbedtls_x509_crt_parse_der_nocopy(&tls->ca, ca, desc->ca_size);
  else
    code = mbedtls_x509_crt_parse(&tls->ca, ca,
        desc->ca_size ? desc->ca_size : strlen((const char *)ca) + 1);
  tls->has_ca_ = true;
  if (code == 0 || (code > 0 && tls->ca.raw.p)) return LITELLM_OK;
  error->where = "ca";
  return litellm__tls_result(error, code) == LITELLM_ERROR_TLS_MEMORY
      ? LITELLM_ERROR_TLS_MEMORY : LITELLM_ERROR_BAD_CA;
}

LITELLM__DEF litellm_result litellm_tls_init(litellm_tls *tls,
                                             const litellm_client_desc *desc,
                                             litellm_error *error) {
  mbedtls_ssl_config *config = &tls->config;
  litellm_error unused;
  litellm_result result;
  int code;
  if (!error) error = &unused;
  memset(tls, 0, sizeof *tls);
  mbedtls_ssl_config_init(config);
  mbedtls_x509_crt_init(&tls->ca);
  tls->port_ = desc->port;
  tls->pin_ = desc->pin;
  tls->next_pin_ = desc->next_pin;
  result = litellm__tls_anchors(tls, desc, error);
  if (result != LITELLM_OK) return result;
  code = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT,
                                     MBEDTLS_SSL_TRANSPORT_STREAM,
                                     MBEDTLS_SSL_PRESET_DEFAULT);
  if (code) return litellm__tls_result(error, code);
#if MBEDTLS_VERSION_NUMBER < 0x03000000
  mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3,
                               MBEDTLS_SSL_MINOR_VERSION_3);
#endif
#if MBEDTLS_VERSION_NUMBER < 0x04000000
  mbedtls_ssl_conf_rng(config, litellm__tls_random, tls);
#endif
  /* Without a chain mbedTLS refuses before it asks about a pin. */
  mbedtls_ssl_conf_ca_chain(config, &tls->ca, NULL);
  mbedtls_ssl_conf_verify(config, litellm__tls_verify, tls);
#if LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS
  mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_NONE);
#else
  mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
#endif
#ifdef LITELLM__TLS_FRAGMENT
  code = mbedtls_ssl_conf_max_frag_len(config, LITELLM__TLS_FRAGMENT);
  if (code) return litellm__tls_result(error, code);
#endif
  if (desc->configure) desc->configure(config, desc->user);
  return LITELLM_OK;
}

LITELLM__DEF void litellm_tls_free(litellm_tls *tls) {
  mbedtls_x509_crt_free(&tls->ca);
  mbedtls_ssl_config_free(&tls->config);
  memset(tls, 0, sizeof *tls);
}

#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define LITELLM__HANDSHAKE_OVER(ssl)                                          \
  ((ssl)->state == MBEDTLS_SSL_HANDSHAKE_OVER)
#else
#define LITELLM__HANDSHAKE_OVER(ssl) mbedtls_ssl_is_handshake_over(ssl)
#endif

static int litellm__tls_send(void *user, const unsigned char *data,
                             size_t size) {
  litellm_client *client = (litellm_client *)user;
  size_t sent = 0;
  litellm_result result =
      (client->desc_.port->send)(client->link_, data, size, &sent);
  if (result == LITELLM_OK) return (int)sent;
  if (result == LITELLM_AGAIN) return MBEDTLS_ERR_SSL_WANT_WRITE;
  client->io_ = (int16_t)result;
  return MBEDTLS_ERR_SSL_CONN_EOF;
}

static int litellm__tls_recv(void *user, unsigned char *data, size_t size) {
  litellm_client *client = (litellm_client *)user;
  size_t received = 0;
  litellm_result result =
      (client->desc_.port->recv)(client->link_, data, size, &received);
  if (result == LITELLM_OK) return (int)received;
  if (result == LITELLM_AGAIN) return MBEDTLS_ERR_SSL_WANT_READ;
  client->io_ = (int16_t)(result == LITELLM_END ? LITELLM_ERROR_CLOSED
                                                : result);
  return MBEDTLS_ERR_SSL_CONN_EOF;
}

/* What mbedTLS said, as one of ours. */
static litellm_result litellm__tls_map(litellm_client *client, int code) {
  litellm_error *error = &client->error;
  if (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE) {
    client->wait_ = code == MBEDTLS_ERR_SSL_WANT_READ ? LITELLM_WAIT_READ
                                                      : LITELLM_WAIT_WRITE;
    return LITELLM_AGAIN;
  }
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
  if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
    client->wait_ = LITELLM_WAIT_READ;
    return LITELLM_AGAIN;
  }
#endif
  if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return LITELLM_END;
  if (code == 0) return LITELLM_ERROR_CLOSED;
  error->tls_code = code;
  if (code == MBEDTLS_ERR_SSL_CONN_EOF && client->io_)
    return (litellm_result)client->io_;
  /* BAD_CERTIFICATE, under two names: the wrong usage. */
  if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED || code == -0x7A00) {
    error->tls_flags = mbedtls_ssl_get_verify_result(&client->tls_->ssl);
    return LITELLM_ERROR_CERTIFICATE;
  }
  /* A record that is longer than the buffer is BAD_INPUT_DATA or
     INVALID_RECORD; 2.28.3 says FEATURE_UNAVAILABLE of such a Certificate
     message. A server without TLS makes INVALID_RECORD too, but not behind the
     handshake. */
  if (code == MBEDTLS_ERR_SSL_BAD_INPUT_DATA ||
      (code == MBEDTLS_ERR_SSL_INVALID_RECORD &&
       client->phase_ > LITELLM_PHASE_HANDSHAKE) ||
      (code == MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE &&
       client->phase_ == LITELLM_PHASE_HANDSHAKE))
    return LITELLM_ERROR_TLS_RECORD;
  return litellm__tls_result(error, code);
}

static litellm_result litellm__tls_open(litellm_client *client) {
  mbedtls_ssl_context *ssl = &client->tls_->ssl;
  int code;
  if (client->desc_.clock_required &&
      client->desc_.port->unix_time() < LITELLM_EARLIEST_TIME)
    return LITELLM_ERROR_CLOCK_NOT_SET;
  client->io_ = 0;
  mbedtls_ssl_init(ssl);
  client->tls_open_ = true;
  code = mbedtls_ssl_setup(ssl, &client->shared_->config);
  if (!code) code = mbedtls_ssl_set_hostname(ssl, client->host_);
  if (code) return litellm__tls_result(&client->error, code);
  mbedtls_ssl_set_bio(ssl, client, litellm__tls_send, litellm__tls_recv, NULL);
  return LITELLM_OK;
}

static void litellm__tls_close(litellm_client *client, bool politely) {
  if (!client->tls_open_) return;
  if (politely) mbedtls_ssl_close_notify(&client->tls_->ssl);
  mbedtls_ssl_free(&client->tls_->ssl);
  client->tls_open_ = false;
}

#endif /* LITELLM_TLS */

/* ==== >>client (implementation) ========================================== */

static bool litellm__ends(const char *ptr, size_t len, const char *word) {
  size_t n = strlen(word);
  return len >= n && !memcmp(ptr + len - n, word, n);
}

/* Reads http(s)://host[:port][/prefix]. The path may name /v1, or the whole of
   the endpoint, which is then taken as it is. */
static litellm_result litellm__parse_url(litellm_client *client,
                                         litellm_str *host) {
  const char *at = client->desc_.base_url, *end = at, *stop;
  uint32_t port;
  size_t n;
  if (!at) return LITELLM_ERROR_URL;
  for (; *end; end++)
    if ((unsigned char)(*end - '!') >= 0x7F - '!' ||
        litellm__one_of(*end, "?#@\\\"<>"))
      return LITELLM_ERROR_URL;
  n = (size_t)(end - at);
  client->secure_ = litellm__starts(at, n, "https://");
  port = client->secure_ ? 443 : 80;
  if (!client->secure_ && !litellm__starts(at, n, "http://"))
    return LITELLM_ERROR_URL;
  at += client->secure_ ? 8 : 7;
  for (end = at; *end && *end != '/';) end++;
  client->authority_.ptr = at;
  client->authority_.len = (size_t)(end - at);
  stop = at;
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
    port = *stop == ':' ? litellm__natural(stop + 1, n) : 0;
  }
  /* Wrapped around, 0 is above the largest. */
  if (host->len - 1 > 252 || port - 1 > 65534) return LITELLM_ERROR_URL;
  client->port_ = (uint16_t)port;
  n = strlen(end);
  while (n && end[n - 1] == '/') n--;
  client->whole_path_ = litellm__ends(end, n, "/chat/completions");
  if (client->whole_path_) n -= sizeof "/chat/completions" - 1;
  else if (litellm__ends(end, n, "/v1")) n -= sizeof "/v1" - 1;
  client->prefix_.ptr = end;
  client->prefix_.len = n;
  return LITELLM_OK;
}

/* Whether a key would go over the wire for all to read. */
static bool litellm__in_clear(const litellm_client *client) {
  return !client->secure_ && !client->desc_.send_key_in_clear;
}

/* All defaults. */
static LITELLM__NOINLINE void litellm__client_defaults(
    litellm_client_desc *desc) {
  if (!desc->window_size) desc->window_size = LITELLM_WINDOW_BYTES;
  if (!desc->connect_timeout_ms) desc->connect_timeout_ms = 10000;
  if (!desc->first_byte_timeout_ms) desc->first_byte_timeout_ms = 120000;
  if (!desc->idle_timeout_ms) desc->idle_timeout_ms = 60000;
  if (!desc->total_timeout_ms) desc->total_timeout_ms = 600000;
}

static LITELLM__NOINLINE litellm_result litellm__client_check(
    litellm_client *client, litellm_str *host) {
  const litellm_client_desc *desc = &client->desc_;
  litellm_error *error = &client->error;
  litellm_result result;
  if (!desc->port) return LITELLM_ERROR_NO_PORT;
  error->where = LITELLM__WHERE("memory");
  if (!desc->memory) return LITELLM_ERROR_ARGUMENT;
  error->where = LITELLM__WHERE("window_size");
  if (desc->window_size < 64) return LITELLM_ERROR_ARGUMENT;
  error->where = LITELLM__WHERE("base_url");
  result = litellm__parse_url(client, host);
  if (result != LITELLM_OK) return result;
  error->where = LITELLM__WHERE("key_header");
  if (desc->key_header &&
      !litellm__header_name(desc->key_header, strlen(desc->key_header)))
    return LITELLM_ERROR_HEADER;
  error->where = LITELLM__WHERE("api_key");
  if (desc->api_key &&
      !litellm__header_safe(desc->api_key, strlen(desc->api_key)))
    return LITELLM_ERROR_HEADER;
  if ((desc->api_key || desc->api_key_callback) && litellm__in_clear(client))
    return LITELLM_ERROR_KEY_IN_CLEAR;
  error->where = NULL;
  if (client->secure_ && !LITELLM_TLS && !desc->port->secure)
    return LITELLM_ERROR_NO_TLS;
  return litellm__check_pairs(desc->headers, litellm__in_clear(client), error);
}

/* Takes a piece of the memory block. `used` goes on above the size: that is
   what is missing. */
static void *litellm__carve(litellm_arena *block, size_t size) {
  unsigned char *piece;
  block->used += litellm__padding(block);
  piece = block->memory + (block->used < block->size ? block->used : 0);
  block->used += size;
  return piece;
}

LITELLM__DEF litellm_result litellm_client_init(
    litellm_client *client, const litellm_client_desc *desc) {
  litellm_error *error = &client->error;
  litellm_str host = { NULL, 0 };
  litellm_arena block;
  char *name;
  memset(client, 0, sizeof *client);
  client->desc_ = *desc;
  litellm__client_defaults(&client->desc_);
  error->code = litellm__client_check(client, &host);
  if (error->code != LITELLM_OK) return error->code;
  litellm_arena_init(&block, desc->memory, desc->memory_size);
  client->link_ = litellm__carve(&block, desc->port->link_size);
#if LITELLM_TLS
  if (client->secure_ && !desc->port->secure) {
    client->tls_ = (litellm__tls *)litellm__carve(&block,
                                                  sizeof *client->tls_);
    client->shared_ = desc->tls ? desc->tls : (litellm_tls *)litellm__carve(
        &block, sizeof *client->shared_);
  }
#endif
  name = (char *)litellm__carve(&block, host.len + 1);
  client->window_ = (char *)block.memory + block.used;
  error->missing = block.used + client->desc_.window_size;
  if (error->missing < block.used) error->missing = SIZE_MAX;
  if (error->missing > block.size) {
    error->missing -= block.size;
    return error->code = LITELLM_ERROR_NO_MEMORY;
  }
  memset(block.memory, 0, block.used);
  memcpy(name, host.ptr, host.len);
  client->host_ = name;
  litellm_arena_init(&client->arena, block.memory + error->missing,
                     block.size - error->missing);
  error->missing = 0;
#if LITELLM_TLS
  if (client->tls_ && !desc->tls) {
    error->code = litellm_tls_init(client->shared_, &client->desc_, error);
    if (error->code != LITELLM_OK) litellm_tls_free(client->shared_);
  }
#endif
  client->ready_ = error->code == LITELLM_OK;
  return error->code;
}

static void litellm__disconnect(litellm_client *client, bool politely) {
#if LITELLM_TLS
  litellm__tls_close(client, politely);
#endif
  (void)politely;
  if (client->connected_) (client->desc_.port->close)(client->link_);
  client->connected_ = false;
}

LITELLM__DEF void litellm_client_close(litellm_client *client) {
  if (!client->ready_) return;
  litellm__disconnect(client, false);
#if LITELLM_TLS
  if (client->tls_ && !client->desc_.tls) litellm_tls_free(client->shared_);
#endif
  memset(client->window_, 0, client->desc_.window_size);
  client->ready_ = client->busy_ = false;
}

LITELLM__DEF void litellm_client_keep(litellm_client *client) {
  if (!client->busy_) client->keep_ = client->arena.used;
}

LITELLM__DEF void litellm_client_forget(litellm_client *client) {
  client->keep_ = 0;
}

LITELLM__DEF const char *litellm_client_error(const litellm_client *client) {
  return client->error.message ? client->error.message
                               : litellm_result_text(client->error.code);
}

/* ==== >>connection (implementation) ====================================== */

static void litellm__hook(const litellm_stream *s, unsigned moment,
                          int32_t value) {
#if LITELLM_HOOKS
  const litellm_client_desc *desc = &s->client_->desc_;
  if (desc->hook) desc->hook((litellm_moment)moment, value, desc->user);
#else
  (void)s; (void)moment; (void)value;
#endif
}

static litellm_result litellm__send(litellm_client *client, const char *data,
                                    size_t size, size_t *sent) {
#if LITELLM_TLS
  if (client->tls_open_) {
    /* After WANT_WRITE the same length must come again: it does, as it is the
       rest of the window cut to what one record takes. */
    int most = mbedtls_ssl_get_max_out_record_payload(&client->tls_->ssl);
    int code;
    if (most > 0 && size > (size_t)most) size = (size_t)most;
    client->wait_ = LITELLM_WAIT_WRITE;
    code = mbedtls_ssl_write(&client->tls_->ssl,
                             (const unsigned char *)data, size);
    if (code > 0) *sent = (size_t)code;
    return code > 0 ? LITELLM_OK : litellm__tls_map(client, code);
  }
#endif
  client->wait_ = LITELLM_WAIT_WRITE;
  return (client->desc_.port->send)(client->link_, data, size, sent);
}

/* The port's functions are called in parentheses: lwIP has macros of these
   names. */
static litellm_result litellm__recv(litellm_client *client, char *data,
                                    size_t size, size_t *received) {
  client->wait_ = LITELLM_WAIT_READ;
#if LITELLM_TLS
  if (client->tls_open_) {
    int code = mbedtls_ssl_read(&client->tls_->ssl, (unsigned char *)data,
                                size);
    if (code > 0) *received = (size_t)code;
    return code > 0 ? LITELLM_OK : litellm__tls_map(client, code);
  }
#endif
  return (client->desc_.port->recv)(client->link_, data, size, received);
}

/* The one place where time is compared: milliseconds until a limit, 0 when
   one is reached. Only who waits for the server minds the limits of phases. */
static uint32_t litellm__time_left(const litellm_stream *s, bool waiting) {
  const litellm_client_desc *desc = &s->client_->desc_;
  uint32_t now = litellm__now(s), limit, spent = now - s->since_;
  uint32_t total = now - s->started_;
  if (!waiting) spent = 0;
  limit = s->phase_ <= LITELLM_PHASE_HANDSHAKE ? desc->connect_timeout_ms
        : s->phase_ == LITELLM_PHASE_FIRST_BYTE ? desc->first_byte_timeout_ms
        : desc->idle_timeout_ms;
  if (spent >= limit || total >= desc->total_timeout_ms) return 0;
  return litellm__min(limit - spent, desc->total_timeout_ms - total);
}

static LITELLM__NOINLINE void litellm__put_field(
    litellm__writer *w, const char *name, const char *colon,
    const char *value, size_t len) {
  litellm__put_text(w, "\r\n");
  litellm__put_text(w, name);
  litellm__put_text(w, colon);
  litellm__put(w, value, len);
}

/* The head of the request. */
static void litellm__put_head(litellm__writer *w, const litellm_stream *s) {
  static const char endpoint[] = "/v1/chat/completions HTTP/1.1\r\nHost: ";
  const litellm_client *client = s->client_;
  const char *name = client->desc_.key_header;
  const litellm_pair *pair = client->desc_.headers;
  unsigned list = 0;
  litellm__put_text(w, "POST ");
  litellm__put(w, client->prefix_.ptr, client->prefix_.len);
  litellm__put_text(w, endpoint + (client->whole_path_ ? 3 : 0));
  litellm__put(w, client->authority_.ptr, client->authority_.len);
  litellm__put_text(w, "\r\nUser-Agent: litellm_call/" LITELLM_VERSION
                       "\r\nContent-Type: application/json\r\n"
                       "Accept-Encoding: identity\r\nConnection: close\r\n"
                       "Content-Length: ");
  litellm__put_integer(w, s->body_);
  if (s->key_.ptr)
    litellm__put_field(w, name ? name : "Authorization",
                       name ? ": " : ": Bearer ", s->key_.ptr, s->key_.len);
  for (; list < 2; list++, pair = litellm__headers_of(&s->request_))
    for (; pair && pair->name; pair++)
      litellm__put_field(w, pair->name, ": ", pair->value,
                         strlen(pair->value));
  litellm__put_text(w, "\r\n\r\n");
}

/* Fills the window with what of the request comes next. */
static LITELLM__NOINLINE litellm_result litellm__fill(litellm_stream *s) {
  litellm_client *client = s->client_;
  litellm__writer w;
  memset(&w, 0, sizeof w);
  w.out = client->window_;
  w.from = s->offset_;
  w.to = s->total_;
  if (w.to - w.from > client->desc_.window_size)
    w.to = w.from + (uint32_t)client->desc_.window_size;
  w.mark = &s->mark_;
  w.seek_index = s->mark_.text_index;
  if (s->mark_.stage) w.at = s->mark_.at;
  else litellm__put_head(&w, s);
  litellm__put_body(&w, &s->request_);
  if (w.result != LITELLM_OK) return litellm__writer_result(&w, &client->error);
  if (w.at < w.to || (w.to == s->total_ && w.at != w.to))
    return LITELLM_ERROR_CHANGED;
  s->pending_ = (size_t)(w.to - w.from);
  s->sent_ = 0;
  return LITELLM_OK;
}

/* Before the first byte of an attempt: the key, and how long it all is. */
static LITELLM__NOINLINE litellm_result litellm__prepare(litellm_stream *s) {
  litellm_client *client = s->client_;
  const litellm_client_desc *desc = &client->desc_;
  litellm_link *link = (litellm_link *)client->link_;
  litellm__writer w;
  s->key_ = desc->api_key_callback ? desc->api_key_callback(desc->user)
                                   : litellm_str_of(desc->api_key);
  client->error.where = LITELLM__WHERE("api_key");
  if (!litellm__header_safe(s->key_.ptr, s->key_.len))
    return LITELLM_ERROR_HEADER;
  client->error.where = NULL;
  memset(&w, 0, sizeof w);
  w.to = UINT32_MAX;
  litellm__put_head(&w, s);
  if (w.at > UINT32_MAX - s->body_) return LITELLM_ERROR_TOO_LARGE;
  s->total_ = w.at + s->body_;
  link->context = desc->port_context;
  link->code = 0;
  link->resolving = true;
  client->connected_ = true;
  return litellm__enter(s, LITELLM_PHASE_RESOLVE);
}

static litellm_result litellm__connect(litellm_stream *s) {
  litellm_client *client = s->client_;
  litellm_link *link = (litellm_link *)client->link_;
  litellm_peer peer;
  litellm_result result;
  peer.host = client->host_;
  peer.port = client->port_;
  peer.secure = client->secure_ && client->desc_.port->secure;
  client->wait_ = LITELLM_WAIT_WRITE;
  link->wait_ms = 0;
  result = (client->desc_.port->connect)(link, &peer,
                                         litellm__time_left(s, true) | 1);
  if (!link->resolving) s->phase_ = LITELLM_PHASE_CONNECT;
  if (result != LITELLM_OK) return result;
  client->stats.connect_ms = litellm__now(s) - s->since_;
#if LITELLM_TLS
  if (client->tls_) {
    s->phase_ = client->phase_ = LITELLM_PHASE_HANDSHAKE;
    return litellm__tls_open(client);
  }
#endif
  return litellm__enter(s, LITELLM_PHASE_SEND);
}

#if LITELLM_TLS
/* A step of the handshake: one has at most one signature or one key exchange
   to compute, which takes a small CPU long enough. */
static litellm_result litellm__handshake(litellm_stream *s) {
  litellm_client *client = s->client_;
  mbedtls_ssl_context *ssl = &client->tls_->ssl;
  int code = mbedtls_ssl_handshake_step(ssl);
  if (code) {
    litellm_result result = litellm__tls_map(client, code);
    return result == LITELLM_END ? LITELLM_ERROR_CLOSED : result;
  }
  client->wait_ = 0;
  if (!LITELLM__HANDSHAKE_OVER(ssl)) return LITELLM_AGAIN;
  client->stats.handshake_ms = litellm__now(s) - s->since_ -
                               client->stats.connect_ms;
  return litellm__enter(s, LITELLM_PHASE_SEND);
}
#endif

/* The end of a round's connection. */
static void litellm__end_round(litellm_stream *s) {
  litellm_client *client = s->client_;
  if (!client->connected_) return;
  client->stats.total_ms += litellm__now(s) - s->started_;
  /* No alert may go between the parts of a record that waits. */
  litellm__disconnect(client, s->step_ >= LITELLM__STEP_CALLS &&
                              s->offset_ == s->total_);
}

/* Receives behind what of the window is not read yet. */
static litellm_result litellm__receive(litellm_stream *s) {
  litellm_client *client = s->client_;
  size_t received = 0;
  litellm_result result;
  if (s->in_len_) memmove(client->window_, s->in_, s->in_len_);
  s->in_ = client->window_;
  result = litellm__recv(client, s->in_ + s->in_len_,
                         client->desc_.window_size - s->in_len_, &received);
  if (result != LITELLM_OK) return result;
  s->in_len_ += received;
  client->stats.bytes_received += (uint32_t)received;
  if (s->phase_ <= LITELLM_PHASE_FIRST_BYTE) {
    client->stats.first_byte_ms = litellm__now(s) - s->started_;
    s->phase_ = LITELLM_PHASE_HEAD;
    litellm__hook(s, LITELLM_HOOK_FIRST_BYTE,
                  (int32_t)client->stats.first_byte_ms);
  }
  return litellm__enter(s, (litellm_phase)s->phase_);
}

/* Sends the next part of the request. A server that answers early is heard:
   its first byte ends the sending. What it said before it broke the connection
   is still read. */
static litellm_result litellm__send_step(litellm_stream *s) {
  litellm_client *client = s->client_;
  size_t sent = 0;
  litellm_result result;
  if (s->sent_ == s->pending_) {
    if (s->offset_ == s->total_) {
      litellm__hook(s, LITELLM_HOOK_SENT, (int32_t)s->total_);
      return litellm__enter(s, LITELLM_PHASE_FIRST_BYTE);
    }
    result = litellm__fill(s);
    if (result != LITELLM_OK) return result;
  }
  result = litellm__receive(s);
  if (result != LITELLM_AGAIN)
    return result == LITELLM_END ? LITELLM_ERROR_CLOSED : result;
  result = litellm__send(client, client->window_ + s->sent_,
                         s->pending_ - s->sent_, &sent);
  if (result == LITELLM_AGAIN) client->wait_ |= LITELLM_WAIT_READ;
  if (result == LITELLM_OK) {
    s->sent_ += sent;
    s->offset_ += (uint32_t)sent;
    client->stats.bytes_sent += (uint32_t)sent;
    return litellm__enter(s, LITELLM_PHASE_SEND);
  }
  if (result == LITELLM_END || result == LITELLM_ERROR_CLOSED ||
      result == LITELLM_ERROR_NETWORK)
    return litellm__enter(s, LITELLM_PHASE_FIRST_BYTE);
  return result;
}

/* ==== >>reply (implementation) =========================================== */

/* More of the body into span_. LITELLM_END: there is no more. */
static LITELLM__NOINLINE litellm_result litellm__pull(litellm_stream *s) {
  litellm_result result;
  while ((result = litellm__http_body(s)) == LITELLM_AGAIN) {
    result = litellm__receive(s);
    if (result == LITELLM_AGAIN) return result;
    if (result != LITELLM_OK) return litellm__http_closed(s, result);
  }
  if (result == LITELLM_OK &&
      (s->http_.status >= 400 || s->http_.type == LITELLM__T_OTHER))
    litellm__keep_raw(s);
  return result;
}

/* More of what the tokenizer reads into data_. LITELLM_END: that was all. */
static litellm_result litellm__payload(litellm_stream *s) {
  litellm_result result;
  do {
#if LITELLM_STREAMS
    if (litellm__is_sse(s) && s->span_.len) {
      result = litellm__sse(s);
      if (result == LITELLM_OK) s->payload_ = LITELLM__P_BEGUN;
      if (result == LITELLM_END && s->payload_ == LITELLM__P_BEGUN) {
        s->payload_ = LITELLM__P_ENDED;
        return LITELLM_OK;
      }
      if (result != LITELLM_AGAIN) return LITELLM_OK;
    } else
#endif
    if (s->span_.len) {
      s->payload_ = LITELLM__P_BEGUN;
      s->data_ = s->span_;
      s->span_.len = 0;
      return LITELLM_OK;
    }
    result = litellm__pull(s);
  } while (result == LITELLM_OK);
  return result;
}

/* The end of the reply: what it came to. */
static litellm_result litellm__conclude(litellm_stream *s) {
  bool sse = litellm__is_sse(s);
  if (s->http_.status >= 400 || s->flags_ & LITELLM__F_ERROR)
    return litellm__api_error(s);
  if (s->lost_) return LITELLM_ERROR_NO_MEMORY;
  if (!(s->flags_ & LITELLM__F_CHOICE)) {
    if (s->json_.depth_ && !(s->flags_ & LITELLM__F_DONE))
      return LITELLM_ERROR_TRUNCATED;
    if (s->http_.type != LITELLM__T_OTHER &&
        (sse || s->flags_ & LITELLM__F_CHOICES || !s->client_->error.received))
      return LITELLM_ERROR_EMPTY_REPLY;
    s->client_->error.message = litellm__kept(s, LITELLM__R_RAW, NULL);
    return LITELLM_ERROR_NOT_CHAT;
  }
  if (sse && !(s->flags_ & LITELLM__F_DONE) &&
      !litellm__kept(s, LITELLM__R_FINISH, NULL))
    return LITELLM_ERROR_TRUNCATED;
  /* So gateways swallow an error of what is behind them. */
  if (sse && !(s->flags_ & (LITELLM__F_TEXT | LITELLM__F_USAGE)) &&
      !s->calls_) return LITELLM_ERROR_EMPTY_REPLY;
#if LITELLM_TOOLS
  if (s->calls_ > 1) {                       /* function_call beside others */
    litellm__record record;
    unsigned call;
    for (call = 1; call <= s->calls_; call++) {
      litellm__find(s, call << 8 | LITELLM__R_CALL_ID, &record);
      if (record.index == -2) litellm__forget_call(s, call);
    }
  }
#endif
  s->step_ = LITELLM__STEP_CALLS;
  litellm__end_round(s);
  return LITELLM_OK;
}

/* What is told once the reply is whole: tool calls, reason, usage. */
static litellm_result litellm__closing(litellm_stream *s,
                                       litellm_event *event) {
#if LITELLM_TOOLS
  while (s->shown_ < s->calls_)
    if (litellm__tool_call(s, ++s->shown_, &s->call_)) {
      event->kind = LITELLM_TOOL_CALL;
      event->tool_call = &s->call_;
      return LITELLM_OK;
    }
#endif
  if (s->step_ == LITELLM__STEP_CALLS) {
    s->step_ = LITELLM__STEP_USAGE;
    event->text.ptr = litellm__kept(s, LITELLM__R_FINISH,
                                    &event->text.len);
    if (event->text.ptr) {
      event->kind = LITELLM_FINISH;
      return LITELLM_OK;
    }
  }
  if (s->step_ == LITELLM__STEP_END || !(s->flags_ & LITELLM__F_USAGE))
    return LITELLM_END;
  s->step_ = LITELLM__STEP_END;
  event->kind = LITELLM_USAGE;
  event->usage = &s->usage;
  return LITELLM_OK;
}

/* One token of the reply, or LITELLM_END: of a document. */
static litellm_result litellm__token(litellm_stream *s, litellm_event *event) {
  litellm_token token;
  litellm_result result;
#if LITELLM_STREAMS
  if (s->done_) return litellm__sse_done(s);
#endif
  if (s->http_.type == LITELLM__T_OTHER || !s->payload_) return LITELLM_AGAIN;
#if LITELLM_TOOLS
  if (s->capturing_ && s->data_.len) {       /* a byte is kept, then read */
    char byte = *s->data_.ptr, raw = byte;
    litellm_span span;
    span.ptr = &byte;
    span.len = 1;
    result = litellm_json_next(&s->json_, &span, false, &token);
    if (!span.len) {
      litellm__keep(s, LITELLM__R_CALL_ARGUMENTS, &raw, 1);
      s->data_.ptr++;
      s->data_.len--;
      if (result == LITELLM_AGAIN) return LITELLM_OK;
    }
  } else
#endif
  result = litellm_json_next(&s->json_, &s->data_,
                             s->payload_ == LITELLM__P_ENDED, &token);
  if (result == LITELLM_OK) litellm__chat_token(s, &token, event);
  return result;
}

static LITELLM__NOINLINE litellm_result litellm__body_step(
    litellm_stream *s, litellm_event *event) {
  bool sse = litellm__is_sse(s);
  litellm_result result;
#if LITELLM_STREAMS
  if (s->step_ == LITELLM__STEP_SHOW && litellm__show_held(s, event))
    return LITELLM_OK;
#endif
  if (s->step_ >= LITELLM__STEP_CALLS) return litellm__closing(s, event);
  s->step_ = LITELLM__STEP_READ;
  result = litellm__token(s, event);
  if (result == LITELLM_OK) return result;
  if (result == LITELLM_AGAIN) {
    result = litellm__payload(s);
    if (result == LITELLM_OK || result == LITELLM_AGAIN ||
        s->phase_ != LITELLM_PHASE_BODY) return result;
    if (result == LITELLM_END && !sse && s->payload_ == LITELLM__P_BEGUN &&
        s->http_.type == LITELLM__T_JSON) {
      s->payload_ = LITELLM__P_ENDED;
      return LITELLM_OK;
    }
#if LITELLM_STREAMS
  } else if (sse && !(s->flags_ & (LITELLM__F_DONE | LITELLM__F_ERROR))) {
    /* An event without a document in it, as an empty one, is none. */
    if (result == LITELLM_END ||
        !(s->data_.len | s->json_.state_ | s->json_.depth_)) {
      memset(&s->json_, 0, sizeof s->json_);
      memset(&s->reader_, 0, sizeof s->reader_);
      s->payload_ = LITELLM__P_NONE;
      return LITELLM_OK;
    }
    if (!s->done_ && s->json_.offset == 1 && s->data_.len &&
        *s->data_.ptr == 'D') {
      s->done_ = 1;
      return LITELLM_OK;
    }
#endif
  } else if (result == LITELLM_ERROR_JSON && !s->data_.len) {
    result = LITELLM_ERROR_TRUNCATED;
  }
  if (result < LITELLM_OK && s->http_.status >= 400 &&
      s->http_.type != LITELLM__T_OTHER) {
    s->http_.type = LITELLM__T_OTHER;        /* the rest is read as it is */
    return LITELLM_OK;
  }
  if (result == LITELLM_END || s->http_.status >= 400 ||
      s->flags_ & LITELLM__F_ERROR) return litellm__conclude(s);
  s->client_->error.position = s->json_.offset;
  return result;
}

/* ==== >>response (implementation) ======================================== */

#if LITELLM_GATEWAY_HEADERS
/* Billionths of a decimal like 1.35e-05, cut; -1: not a number. */
static LITELLM__NOINLINE int64_t litellm__nano(const char *text) {
  const char *c = text;
  int digits = 9;
  int64_t value = 0;
  if (!text || !litellm__is_digit(*text)) return -1;
  for (; litellm__is_digit(*c); c++) digits++;
  while (*c && *c++ != 'e') {}
  if (c[-1] == 'e') {
    uint32_t exponent = *c ? litellm__natural(c + 1, strlen(c + 1)) : 99;
    if (exponent > 30) return -1;
    digits += *c == '-' ? -(int)exponent : (int)exponent;
  }
  /* So many digits are taken; zeros stand for those that are not there. */
  if (digits > 18) return -1;
  for (; digits > 0; digits--) {
    if (*text == '.') text++;
    value *= 10;
    if (litellm__is_digit(*text)) value += *text++ - '0';
  }
  return value;
}
#endif

/* Where the kept texts go, in the order of their records. */
static const uint8_t litellm__response_at[] = {
#define LITELLM__X(name) offsetof(litellm_response, name),
  LITELLM__X(content) LITELLM__X(reasoning) LITELLM__X(refusal)
  LITELLM__X(finish_reason) LITELLM__X(id) LITELLM__X(model)
#if LITELLM_GATEWAY_HEADERS
  LITELLM__X(call_id) LITELLM__X(model_id) LITELLM__X(model_group)
  LITELLM__X(cost) LITELLM__X(key_spend) LITELLM__X(attempted_retries)
  LITELLM__X(attempted_fallbacks) LITELLM__X(overhead_ms)
  LITELLM__X(remaining_requests) LITELLM__X(remaining_tokens)
#endif
#undef LITELLM__X
};

#if LITELLM_TOOLS
/* The list of tool calls, a record of its own. */
static litellm_result litellm__response_calls(litellm_stream *s,
                                              litellm_response *response) {
  litellm_error *error = &s->client_->error;
  litellm_tool_call *calls;
  size_t lost = s->lost_, thoughts;
  unsigned call;
  s->lost_ = 0;
  calls = (litellm_tool_call *)litellm__keep_struct(
      s, 0, s->calls_ * sizeof(litellm_tool_call));
  if (!calls && error->code == LITELLM_OK) {
    error->code = LITELLM_ERROR_NO_MEMORY;
    error->missing = s->lost_;
  }
  s->lost_ = lost;
  if (!calls) return LITELLM_ERROR_NO_MEMORY;
  for (call = 1; call <= s->calls_; call++) {
    litellm_tool_call *to = &calls[response->tool_call_count];
    if (litellm__tool_call(s, call, to)) response->tool_call_count++;
  }
  response->tool_calls = calls;
  response->thinking_blocks = litellm__kept(s, LITELLM__R_THOUGHTS,
                                            &thoughts);
  if (s->thinking_ || !thoughts)             /* not whole, not signed */
    response->thinking_blocks = NULL;
  return LITELLM_OK;
}
#endif

/* Adds what the reply says it used, if it says so. */
static void litellm__add_usage(litellm_usage *sum, const litellm_stream *s) {
  if (!(s->flags_ & LITELLM__F_USAGE)) return;
  sum->prompt_tokens += s->usage.prompt_tokens;
  sum->completion_tokens += s->usage.completion_tokens;
  sum->total_tokens += s->usage.total_tokens;
  sum->cached_tokens += s->usage.cached_tokens;
  sum->reasoning_tokens += s->usage.reasoning_tokens;
}

static void litellm__no_response(litellm_response *response) {
  memset(response, 0, sizeof *response);
  response->content = "";
#if LITELLM_GATEWAY_HEADERS
  response->cost_nano = -1;
#endif
}

static litellm_result litellm__response(litellm_stream *stream,
                                        litellm_response *response) {
  unsigned tag;
  litellm__no_response(response);
  for (tag = sizeof litellm__response_at; tag-- > 0;) {
    const char *text = litellm__kept(stream, tag, &response->content_size);
    if (text) memcpy((char *)response + litellm__response_at[tag], &text,
                     sizeof text);
  }
#if LITELLM_TOOLS || LITELLM_MODELS
  response->rounds = stream->request_.rounds_;
  response->usage = stream->spent_;
#endif
  litellm__add_usage(&response->usage, stream);
  response->has_usage = stream->flags_ & LITELLM__F_USAGE ||
                        response->usage.total_tokens ||
                        response->usage.prompt_tokens;
#if LITELLM_GATEWAY_HEADERS
  response->cost_nano = litellm__nano(response->cost);
#endif
#if LITELLM_TOOLS
  if (stream->calls_) return litellm__response_calls(stream, response);
#endif
  return LITELLM_OK;
}

LITELLM__DEF litellm_result litellm_stream_response(
    litellm_stream *stream, litellm_response *response) {
  litellm__no_response(response);
  if (!stream->client_) return stream->result_;
  if (stream->result_ == LITELLM_OK) return LITELLM_ERROR_BUSY;
  return litellm__response(stream, response);
}

/* ==== >>rounds (implementation) ========================================== */

/* Readies the stream for a first or further request. */
static litellm_result litellm__rewind(litellm_stream *s) {
  size_t from = offsetof(litellm_stream, phase_);
#if LITELLM_TOOLS || LITELLM_MODELS
  litellm__add_usage(&s->spent_, s);
#endif
  memset((unsigned char *)s + from, 0,
         offsetof(litellm_stream, started_) - from);
  s->index_ = -1;
  s->records_ = s->client_->arena.used;
  s->started_ = litellm__now(s);
  return litellm__enter(s, LITELLM_PHASE_PREPARE);
}

#if LITELLM_MODELS
/* Puts the call's arguments into fields of kind GIVEN. */
static LITELLM__NOINLINE litellm_result litellm__give(litellm_stream *s) {
  const litellm_request *r = &s->request_;
  const litellm_field *row = r->call->response_model->fields(), *argument;
  for (; row->name; row++) {
    litellm__value to, from;
    if (row->kind != LITELLM_KIND_GIVEN) continue;
    argument = r->call->fields ? litellm__find_field(r->call->fields(),
                                     row->name, strlen(row->name)) : NULL;
    s->client_->error.where = row->name;
    if (!argument || !r->arguments) return LITELLM_ERROR_ARGUMENT;
    litellm__member(&to, s->model_, row);
    litellm__member(&from, r->arguments, argument);
    if (to.kind != from.kind) return LITELLM_ERROR_ARGUMENT;
    if (from.at)
      memcpy((unsigned char *)s->model_ + row->offset, from.at,
             row->detail->size);
  }
  s->client_->error.where = NULL;
  return LITELLM_OK;
}
#endif

/* All that a round needs before its first byte. */
static litellm_result litellm__compose(litellm_stream *s) {
  litellm_result result;
#if LITELLM_MODELS
  const litellm_detail *model = s->request_.call->response_model;
  s->fed_ = 0;
  if (model) {
    litellm__decode_begin(s, model, s->model_);
    result = litellm__give(s);
    if (result != LITELLM_OK) return result;
  }
#endif
  result = litellm__count_body(&s->request_, &s->body_, &s->client_->error);
  if (result == LITELLM_OK)
    litellm__hook(s, LITELLM_HOOK_START, (int32_t)s->body_);
  return result;
}

#if LITELLM_TOOLS || LITELLM_MODELS

/* The text that makes a message of call number `call`: its id, or for 0, the
   answer in the reply's content, what a re-ask says. */
static const char *litellm__told(litellm_stream *s, unsigned call) {
  return litellm__kept(s, call << 8 | (call ? LITELLM__R_CALL_ID
                                            : LITELLM__R_ANSWER), NULL);
}

/* Adds the reply and what the model is told on it to the messages of the
   rounds. They lie behind the records, whose texts they point to. */
static litellm_result litellm__add_round(litellm_stream *s,
                                         const litellm_response *reply) {
  litellm_arena *arena = &s->client_->arena;
  size_t records = arena->used, used, size = sizeof(litellm_message);
  litellm_message *message;
  unsigned call;
  for (call = 0; call <= s->calls_; call++)
    if (litellm__told(s, call)) size += sizeof *message;
  message = (litellm_message *)litellm_arena_alloc(arena, size);
  if (!message) {
    s->lost_ = size;
    return LITELLM_ERROR_NO_MEMORY;
  }
  used = arena->used;
  arena->used = records;                     /* a message is no record */
  if (s->last_round_) s->last_round_->next = message;
  else s->request_.rounds_ = message;
  litellm__as_message(message, reply);
  for (call = 0; call <= s->calls_; call++) {
    const char *text = litellm__told(s, call);
    if (!text) continue;
    message->next = message + 1;
    message++;
    message->role = call ? LITELLM_TOOL_RESULT : LITELLM_USER;
    if (call) message->tool_call_id = text;
    message->content.ptr = litellm__kept(s, call << 8 | LITELLM__R_ANSWER,
                                         &message->content.len);
    if (!message->content.ptr) message->content = litellm_str_of("not run");
  }
  s->last_round_ = message;
  arena->used = used;
  return LITELLM_OK;
}

#if LITELLM_TOOLS
/* Gives ids to tool calls that have none: a result needs one. */
static void litellm__make_ids(litellm_stream *s) {
  char id[] = "call_aaa";
  unsigned call;
  id[5] = (char)('a' + s->round_ % 26);
  for (call = 1; call <= s->calls_; call++) {
    litellm_tool_call its;
    if (!litellm__tool_call(s, call, &its) || *its.id) continue;
    id[6] = (char)('a' + call / 26);
    id[7] = (char)('a' + call % 26);
    litellm__keep(s, call << 8 | LITELLM__R_CALL_ID, id, sizeof id - 1);
  }
}
#endif

/* Asks the model again, with its reply and what it is told on it as messages.
   The texts stay where they are, under the next round's. */
static LITELLM__NOINLINE litellm_result litellm__next_round(
    litellm_stream *s) {
  litellm_response reply;
  litellm_result result;
  unsigned tag;
#if LITELLM_MODELS
  litellm__decode_forget(s);
#endif
  for (tag = LITELLM__R_FINISH; tag < LITELLM__R_CALL_ID; tag++)
    litellm__drop(s, tag);
#if LITELLM_TOOLS
  litellm__make_ids(s);
#endif
  result = litellm__response(s, &reply);
  if (result == LITELLM_OK) result = litellm__add_round(s, &reply);
  if (result != LITELLM_OK) return result;
  s->round_++;
  litellm__hook(s, LITELLM_HOOK_AGAIN, s->round_ + 1);
  return litellm__rewind(s);
}

#endif

#if LITELLM_MODELS
/* Goes on with an answer. What did not fit into memory is NULL. */
static void litellm__answer_with(litellm_stream *s, unsigned call,
                                 const char *text) {
  litellm__keep(s, call << 8 | LITELLM__R_ANSWER, text,
                litellm_str_of(text).len);
}
#endif

#if LITELLM_TOOLS

static const litellm_tool *litellm__find_tool(const litellm_stream *s,
                                              const char *name) {
  const litellm_tool *const *tool = litellm__tools_of(&s->request_);
  for (; tool && *tool; tool++)
    if (litellm__equal((*tool)->name, name)) return *tool;
  return NULL;
}

LITELLM__DEF litellm_result litellm_answer(litellm_stream *stream,
                                           litellm_str text) {
  unsigned tag;
  if (!stream->client_ || !stream->shown_ || !text.ptr ||
      !stream->request_.call->max_rounds || stream->result_ != LITELLM_OK ||
      stream->phase_ != LITELLM_PHASE_BODY)
    return LITELLM_ERROR_ARGUMENT;
  tag = (unsigned)stream->shown_ << 8 | LITELLM__R_ANSWER;
  litellm__drop(stream, tag);
  litellm__keep(stream, tag, text.ptr, text.len);
  if (!stream->lost_) return LITELLM_OK;
  stream->lost_ = 0;                         /* the call goes on without */
  return LITELLM_ERROR_NO_MEMORY;
}

#if LITELLM_MODELS

/* How often the model has made this call before. */
static unsigned litellm__repeats(litellm_stream *s, unsigned call) {
  const litellm_message *message = s->request_.rounds_;
  litellm_tool_call other;
  unsigned n = 0, i;
  for (; message; message = message->next)
    for (i = 0; i < message->tool_call_count; i++)
      n += litellm__equal(message->tool_calls[i].name, s->call_.name) &&
           litellm__equal(message->tool_calls[i].arguments,
                          s->call_.arguments);
  for (i = 1; i < call; i++)
    n += litellm__tool_call(s, i, &other) &&
         litellm__equal(other.name, s->call_.name) &&
         litellm__equal(other.arguments, s->call_.arguments);
  return n;
}

/* Keeps a tool's result, cut to the limit, with a mark where it is cut. It is
   written where it is kept. */
static void litellm__answer_value(litellm_stream *s, unsigned call,
                                  const litellm_detail *model,
                                  const void *result) {
  const unsigned tag = call << 8 | LITELLM__R_ANSWER;
  size_t limit = s->request_.call->max_result_bytes;
  litellm_arena *arena = &s->client_->arena;
  litellm__record record;
  litellm_str text;
  size_t at, cut;
  char *kept;
  if (!limit) limit = 4096;
  text.ptr = NULL;
  if (model) text.len = litellm__encode(model, result, NULL, limit + 1);
  else memcpy(&text, result, sizeof text);
  if (text.len > limit) text.len = limit + 1;
  litellm__keep(s, tag, text.ptr, text.len);
  if (s->lost_) return;
  kept = (char *)arena->memory + arena->used - 1 - text.len;
  if (model) litellm__encode(model, result, kept, text.len);
  cut = text.len - litellm__whole(kept, text.len, limit);
  if (!cut) return;
  arena->used -= cut;
  arena->memory[arena->used - 1] = 0;
  at = litellm__find(s, tag, &record);
  record.len -= cut;
  memcpy(arena->memory + at, &record, sizeof record);
  litellm__answer_with(s, call, "... [cut]");
}

/* Runs a tool on decoded arguments, and keeps what it gives. */
static litellm_result litellm__run_handler(litellm_stream *s, unsigned call,
                                           const litellm_tool *tool) {
  const char *text = *s->call_.arguments ? s->call_.arguments : "{}";
  void *arguments = NULL, *result;
  litellm_result code = LITELLM_OK;
  if (tool->arguments) {
    arguments = litellm__keep_struct(s, 1, tool->arguments->size);
    if (!arguments) return LITELLM_ERROR_NO_MEMORY;
    litellm__decode_begin(s, tool->arguments, arguments);
    litellm__decode(s, text, strlen(text));
    code = litellm__decode_end(s);
    if (code == LITELLM_ERROR_SCHEMA || !litellm__is_object(text)) {
      litellm__answer_with(s, call, "error: ");
      litellm__answer_with(s, call, code == LITELLM_ERROR_SCHEMA
          ? s->client_->error.message : "more than one JSON object");
      return LITELLM_OK;
    }
    if (code != LITELLM_OK) return code;
  }
  result = litellm__keep_struct(s, 2, tool->result ? tool->result->size
                                                   : sizeof(litellm_str));
  if (!result) return LITELLM_ERROR_NO_MEMORY;
  code = tool->handler(arguments, result, s->client_->desc_.user);
  if (code == LITELLM_ERROR_CANCELLED) return code;
  if (code != LITELLM_OK) {
    litellm__answer_with(s, call, "error: ");
    if (tool->result || !((litellm_str *)result)->ptr) {
      litellm__answer_with(s, call, "the tool failed");
      return LITELLM_OK;
    }
  }
  litellm__answer_value(s, call, tool->result, result);
  return LITELLM_OK;
}

/* Answers a tool call. What its arguments took in the arena is given back. */
static litellm_result litellm__run_tool(litellm_stream *s, unsigned call) {
  const litellm_call *desc = s->request_.call;
  const litellm_tool *tool = litellm__find_tool(s, s->call_.name);
  litellm_result result;
  litellm__decode_forget(s);
  litellm__tool_call(s, call, &s->call_);
  if (!tool) {
    litellm__answer_with(s, call, "error: there is no tool of that name");
    return LITELLM_OK;
  }
  if (litellm__repeats(s, call) >=
      (desc->max_repeats ? desc->max_repeats : 3u)) {
    litellm__answer_with(s, call, "error: not run again: you have made this "
                                  "call before, use what it gave");
    return LITELLM_OK;
  }
  if (s->made_++ == (desc->max_calls ? desc->max_calls : 32))
    return LITELLM_ERROR_TOOL_LIMIT;
  result = litellm__run_handler(s, call, tool);
  if (s->lost_) return LITELLM_ERROR_NO_MEMORY;
  if (result != LITELLM_OK) return result;
  s->client_->error.message = NULL;
  s->client_->error.position = 0;
  litellm__drop(s, 1 << 8 | LITELLM__R_STRUCT);
  litellm__drop(s, 2 << 8 | LITELLM__R_STRUCT);
  litellm__decode_forget(s);
  return LITELLM_OK;
}
#endif

/* One step of answering the tool calls of a reply. */
static LITELLM__NOINLINE litellm_result litellm__tools_step(
    litellm_stream *s, litellm_event *event) {
  while (s->running_ < s->calls_) {
    unsigned call = ++s->running_;
    if (!litellm__tool_call(s, call, &s->call_)) continue;
#if LITELLM_MODELS
    if (!litellm__kept(s, call << 8 | LITELLM__R_ANSWER, NULL)) {
      litellm_result result = litellm__run_tool(s, call);
      if (result != LITELLM_OK) return result;
    }
#endif
    event->kind = LITELLM_TOOL_ANSWER;
    event->tool_call = &s->call_;
    event->text.ptr = litellm__kept(s, call << 8 | LITELLM__R_ANSWER,
                                    &event->text.len);
    return LITELLM_OK;
  }
  return litellm__next_round(s);
}

/* Whether each tool call of the reply can be answered. */
static bool litellm__answerable(litellm_stream *s) {
  unsigned call;
  for (call = 1; call <= s->calls_; call++) {
    const litellm_tool *tool;
    if (!litellm__tool_call(s, call, &s->call_) ||
        litellm__kept(s, call << 8 | LITELLM__R_ANSWER, NULL)) continue;
    tool = litellm__find_tool(s, s->call_.name);
    if (!LITELLM_MODELS || (tool && !tool->handler)) return false;
  }
  return true;
}
#endif

#if LITELLM_MODELS

/* The tool call that is the answer, 0: none. Of two it is the first, as the
   decoder may have read it before the other came. */
static unsigned litellm__answer_call(litellm_stream *s) {
#if LITELLM_TOOLS
  unsigned call = 0;
  if (litellm__asked_by(&s->request_) == LITELLM_BY_TOOL)
    while (++call <= s->calls_)
      if (litellm__same_text(litellm__answer_tool,
              litellm__kept(s, call << 8 | LITELLM__R_CALL_NAME, NULL)))
        return call;
#endif
  (void)s;
  return 0;
}

/* Shows the decoder what came of the answer. A refusal is kept for the error,
   but no piece that lies in the arena itself behind what it would move. */
static void litellm__feed(litellm_stream *s, litellm_event *event) {
  int by = litellm__asked_by(&s->request_);
  if (by < 0) return;
  if (event->kind == LITELLM_REFUSAL && !s->request_.keep_text &&
      !(s->showing_ && litellm__kept(s, LITELLM__R_REFUSAL, NULL)))
    litellm__keep(s, LITELLM__R_REFUSAL, event->text.ptr, event->text.len);
#if LITELLM_TOOLS
  if (by == LITELLM_BY_TOOL) {
    size_t len;
    unsigned call = litellm__answer_call(s);
    const char *text =
        litellm__kept(s, call << 8 | LITELLM__R_CALL_ARGUMENTS, &len);
    if (!call || len <= s->fed_) return;
    litellm__decode(s, text + s->fed_, len - s->fed_);
    s->fed_ = len;
    if (event->kind != LITELLM_TOOL_BEGIN &&
        event->kind != LITELLM_TOOL_ARGUMENTS) return;
  } else
#endif
  {
    if (event->kind != LITELLM_TEXT) return;
    litellm__decode(s, event->text.ptr, event->text.len);
  }
  litellm__decode_texts(s);
  event->kind = LITELLM_PARTIAL;
}

/* The end of an answer with a response model. */
static litellm_result litellm__judge(litellm_stream *s, litellm_event *event) {
  litellm_error *error = &s->client_->error;
  unsigned call = litellm__answer_call(s);
  litellm_result result;
  error->message = litellm__kept(s, LITELLM__R_REFUSAL, NULL);
  if (error->message) return LITELLM_ERROR_REFUSED;
  if (s->calls_ && !call) return LITELLM_ERROR_TOOL_LIMIT;
  litellm__feed(s, event);
  result = litellm__decode_end(s);
  if (result != LITELLM_ERROR_SCHEMA ||
      s->reasked_ == s->request_.call->max_reasks) return result;
  s->reasked_++;
  litellm__answer_with(s, call, "The answer does not fit: ");
  litellm__answer_with(s, call, error->message);
  litellm__answer_with(s, call, ". Answer again, in whole.");
  if (s->lost_) return LITELLM_ERROR_NO_MEMORY;
  error->message = NULL;
  error->position = 0;
  event->kind = LITELLM_REASK;
  event->text.ptr = litellm__kept(s, call << 8 | LITELLM__R_ANSWER,
                                  &event->text.len);
  s->phase_ = s->client_->phase_ = LITELLM_PHASE_TOOLS;
  s->running_ = s->calls_;
  return LITELLM_OK;
}
#endif

static LITELLM__NOINLINE litellm_result litellm__parse_output(
    litellm_stream *s) {
  const litellm_request *r = &s->request_;
  const void *model = NULL;
  litellm_response response;
  litellm_result result;
#if LITELLM_MODELS
  if (r->call->response_model) model = s->model_;
#endif
  result = litellm__response(s, &response);
  if (result == LITELLM_OK)
    result = r->call->output_parser(&response, model, r->output);
  return result > LITELLM_OK ? LITELLM_OK : result;
}

/* The end of a reply: the call's, or that of a round. */
static litellm_result litellm__reply_done(litellm_stream *s,
                                          litellm_event *event) {
  const litellm_call *call = s->request_.call;
  litellm_result result = LITELLM_OK;
  (void)event;
#if LITELLM_TOOLS
  if (s->calls_ && call->max_rounds && litellm__tools_of(&s->request_) &&
#if LITELLM_MODELS
      !litellm__answer_call(s) &&
#endif
      litellm__answerable(s)) {
    if (s->round_ + 1 - s->reasked_ >= call->max_rounds)
      return LITELLM_ERROR_TOOL_LIMIT;
    s->phase_ = s->client_->phase_ = LITELLM_PHASE_TOOLS;
    return LITELLM_OK;
  }
#endif
#if LITELLM_MODELS
  if (call->response_model) result = litellm__judge(s, event);
  if (result != LITELLM_OK || s->phase_ == LITELLM_PHASE_TOOLS) return result;
#endif
  if (result == LITELLM_OK && call->output_parser)
    result = litellm__parse_output(s);
  return result == LITELLM_OK ? LITELLM_END : result;
}

/* One step of a reply's body, and of what follows from it. */
static LITELLM__NOINLINE litellm_result litellm__round_step(
    litellm_stream *s, litellm_event *event) {
  litellm_result result = litellm__body_step(s, event);
#if LITELLM_MODELS
  if (result == LITELLM_OK && event->kind != LITELLM_NOTHING &&
      s->step_ < LITELLM__STEP_CALLS) litellm__feed(s, event);
#endif
  return result == LITELLM_END ? litellm__reply_done(s, event) : result;
}

/* ==== >>call (implementation) ============================================ */

/* The end of a call, good or bad. The key passed through the window. */
static litellm_result litellm__finish(litellm_stream *s,
                                      litellm_result result) {
  litellm_client *client = s->client_;
  litellm_error *error = &client->error;
  if (s->result_ != LITELLM_OK) return s->result_;   /* cancelled before */
  s->result_ = result;
  if (result != LITELLM_END) {
    error->code = result;
    error->phase = (litellm_phase)s->phase_;
    error->port_code = ((litellm_link *)client->link_)->code;
    if (s->lost_) error->missing = s->lost_;
#if LITELLM_GATEWAY_HEADERS
    error->request_id = litellm__kept(s, LITELLM__R_GATEWAY, NULL);
#endif
  }
  litellm__end_round(s);
  memset(client->window_, 0, client->desc_.window_size);
  client->busy_ = false;
  litellm__hook(s, LITELLM_HOOK_END, (int32_t)result);
  return result;
}

/* Takes the client for a new call. */
static litellm_result litellm__claim(litellm_client *client) {
  if (client->busy_) return LITELLM_ERROR_BUSY;
  if (!client->ready_)
    return client->error.code < 0 ? client->error.code
                                  : LITELLM_ERROR_ARGUMENT;
  memset(&client->error, 0, sizeof client->error);
  memset(&client->stats, 0, sizeof client->stats);
  litellm_arena_reset(&client->arena, client->keep_);
  client->busy_ = true;
  return LITELLM_OK;
}

static litellm_result litellm__attach(litellm_stream *s,
                                      litellm_client *client) {
  memset(s, 0, sizeof *s);
  s->result_ = litellm__claim(client);
  if (s->result_ != LITELLM_OK) return s->result_;
  s->client_ = client;
  return litellm__rewind(s);
}

/* A size that, added to the memory, leaves its end aligned as it is. */
static size_t litellm__round_up(size_t size) {
  return (size + LITELLM__ALIGN - 1) / LITELLM__ALIGN * LITELLM__ALIGN;
}

/* Room in the arena for an object of the call; NULL: the call has failed. */
static void *litellm__own(litellm_stream *s, size_t size) {
  litellm_arena *arena = &s->client_->arena;
  void *object = litellm_arena_alloc(arena, size);
  if (!object)
    s->lost_ = litellm__round_up(litellm__padding(arena) + size -
                                 (arena->size - arena->used));
  s->records_ = arena->used;
  return object;
}

/* What the descriptor and the request say has to be so, and what follows. */
static litellm_result litellm__begin(litellm_stream *s,
                                     const litellm_request *request) {
  litellm_client *client = s->client_;
  litellm_error *error = &client->error;
  litellm_request *r = &s->request_;
  litellm_result result = LITELLM_OK;
  if (request) *r = *request;
  if (r->call && r->call->configure)
    result = r->call->configure(r, (void *)(uintptr_t)r->arguments,
                                client->desc_.user);
  if (result >= LITELLM_OK && r->call) {
    result = LITELLM_OK;
    if (!r->model && !r->call->model) r->model = client->desc_.model;
    if (r->call->output_parser || r->call->keep_text) r->keep_text = true;
#if LITELLM_TOOLS
    if (r->call->max_rounds) r->keep_text = true;
#endif
#if LITELLM_MODELS
    if (r->call->max_reasks) r->keep_text = true;
    s->model_ = r->output;
    if (r->call->response_model && r->call->output_parser)
      s->model_ = litellm__own(s, r->call->response_model->size);
    if (s->lost_) result = LITELLM_ERROR_NO_MEMORY;
    error->where = LITELLM__WHERE("output");
    if (result == LITELLM_OK && r->call->response_model && !s->model_)
      result = LITELLM_ERROR_ARGUMENT;
#endif
  }
  if (result == LITELLM_OK) result = litellm__check_request(r, error);
  if (result == LITELLM_OK)
    result = litellm__check_pairs(litellm__headers_of(r),
                                  litellm__in_clear(client), error);
  if (result == LITELLM_OK) result = litellm__compose(s);
  return result == LITELLM_OK ? result : litellm__finish(s, result);
}

LITELLM__DEF litellm_result litellm_start(litellm_stream *stream,
                                          litellm_client *client,
                                          const litellm_request *request) {
  litellm_result result = litellm__attach(stream, client);
  return result == LITELLM_OK ? litellm__begin(stream, request) : result;
}

LITELLM__DEF litellm_result litellm__start_copy(litellm_stream *stream,
                                                litellm_client *client,
                                                const litellm_call *call,
                                                void *output,
                                                const void *arguments,
                                                size_t size) {
  litellm_request request;
  litellm_result result = litellm__attach(stream, client);
  void *copy;
  if (result != LITELLM_OK) return result;
  copy = litellm__own(stream, size);
  if (!copy) return litellm__finish(stream, LITELLM_ERROR_NO_MEMORY);
  memcpy(copy, arguments, size);
  memset(&request, 0, sizeof request);
  request.call = call;
  request.arguments = copy;
  request.output = output;
  request.stream = LITELLM_STREAMS;
  return litellm__begin(stream, &request);
}

static litellm_result litellm__step(litellm_stream *s, litellm_event *event) {
  switch (s->phase_) {
    case LITELLM_PHASE_PREPARE:              /* of a further round: first */
      return s->body_ ? litellm__prepare(s) : litellm__compose(s);
    case LITELLM_PHASE_RESOLVE: case LITELLM_PHASE_CONNECT:
      return litellm__connect(s);
#if LITELLM_TLS
    case LITELLM_PHASE_HANDSHAKE:
      return litellm__handshake(s);
#endif
    case LITELLM_PHASE_SEND:
      return litellm__send_step(s);
#if LITELLM_TOOLS
    case LITELLM_PHASE_TOOLS:
      return litellm__tools_step(s, event);
#elif LITELLM_MODELS
    case LITELLM_PHASE_TOOLS:
      return litellm__next_round(s);
#endif
    default:
      return litellm__round_step(s, event);
  }
}

LITELLM__DEF litellm_result litellm_next(litellm_stream *stream,
                                         litellm_event *event) {
  const litellm_link *link;
  memset(event, 0, sizeof *event);
  if (stream->result_ != LITELLM_OK) return stream->result_;
  link = (const litellm_link *)stream->client_->link_;
  for (;; memset(event, 0, sizeof *event)) {
    /* Nobody is waited for behind a reply's end: a person may think. */
    litellm_result result =
        !stream->client_->busy_ ? LITELLM_ERROR_CANCELLED    /* it was closed */
        : stream->step_ >= LITELLM__STEP_CALLS ||
          litellm__time_left(stream, false)
            ? litellm__step(stream, event) : LITELLM_ERROR_TIMEOUT;
    if (result == LITELLM_AGAIN) {
      uint32_t left = litellm__time_left(stream, true);
      event->wait = stream->client_->wait_;
      if (event->wait) event->wait_ms = left;
      if (link->wait_ms)
        event->wait_ms = litellm__min(event->wait_ms, link->wait_ms);
      if (left) return result;
      result = LITELLM_ERROR_TIMEOUT;
    }
    if (result != LITELLM_OK) return litellm__finish(stream, result);
    if (event->kind == LITELLM_NOTHING) continue;
    litellm__hook(stream, LITELLM_HOOK_EVENT, (int32_t)event->kind);
    return stream->result_;                  /* a handler may have cancelled */
  }
}

LITELLM__DEF void litellm_wait(litellm_stream *stream,
                               const litellm_event *event) {
  litellm_client *client = stream->client_;
  client->desc_.port->wait(client->link_, event->wait, event->wait_ms);
}

LITELLM__DEF void litellm_cancel(litellm_stream *stream) {
  if (stream->result_ == LITELLM_OK && stream->client_)
    litellm__finish(stream, LITELLM_ERROR_CANCELLED);
}

/* The stream of a blocking call stands at the arena's other end meanwhile: it
   would be too much for a small stack. NULL: there is no room. */
static LITELLM__NOINLINE void *litellm__lend(litellm_client *client,
                                             size_t size) {
  litellm_arena *arena = &client->arena;
  size_t left = arena->size - arena->used;
  size_t room = size +
                ((uintptr_t)arena->memory + arena->size) % LITELLM__ALIGN;
  if (room > left) {
    client->error.phase = LITELLM_PHASE_PREPARE;
    client->error.missing = litellm__round_up(room - left);
    client->error.code = LITELLM_ERROR_NO_MEMORY;
    return NULL;
  }
  arena->size -= room;
  arena->peak = arena->used;
  return arena->memory + arena->size;
}

/* Takes it back from an arena that was as `before`. */
static void litellm__take_back(litellm_arena *arena,
                               const litellm_arena *before) {
  arena->peak += before->size - arena->size;
  arena->size = before->size;
  if (arena->peak < before->peak) arena->peak = before->peak;
}

LITELLM__DEF litellm_result litellm_run(litellm_client *client,
                                        litellm_response *response,
                                        const litellm_request *request) {
  litellm_arena before;
  litellm_stream *stream;
  litellm_event *event;
  litellm_result result = litellm__claim(client);
  if (response) litellm__no_response(response);
  if (result != LITELLM_OK) return result;
  client->busy_ = false;
  before = client->arena;
  stream = (litellm_stream *)litellm__lend(client, sizeof *stream +
                                                   sizeof *event);
  if (!stream) return LITELLM_ERROR_NO_MEMORY;
  event = (litellm_event *)(void *)(stream + 1);
  result = litellm_start(stream, client, request);
  if (response) stream->request_.keep_text = true;
  while (result == LITELLM_OK || result == LITELLM_AGAIN) {
    result = litellm_next(stream, event);
    if (result == LITELLM_AGAIN) litellm_wait(stream, event);
  }
  if (response) {
    litellm_result told = litellm_stream_response(stream, response);
    if (result == LITELLM_END) result = told;
  } else if (result == LITELLM_END) {
    result = LITELLM_OK;
  }
  litellm__take_back(&client->arena, &before);
  return result;
}

#if LITELLM_MODELS
LITELLM__DEF litellm_result litellm_decode(litellm_client *client,
                                           const litellm_detail *model,
                                           litellm_str text, void *output) {
  litellm_arena before = client->arena;
  litellm_stream *stream;
  if (client->busy_ || !client->ready_) return LITELLM_ERROR_BUSY;
  memset(&client->error, 0, sizeof client->error);
  stream = (litellm_stream *)litellm__lend(client, sizeof *stream);
  if (!stream) return LITELLM_ERROR_NO_MEMORY;
  memset(stream, 0, sizeof *stream);
  stream->client_ = client;
  stream->records_ = client->arena.used;
  litellm__decode_begin(stream, model, output);
  litellm__decode(stream, text.ptr, text.len);
  client->error.code = litellm__decode_end(stream);
  client->error.missing = stream->lost_;
  litellm__take_back(&client->arena, &before);
  return client->error.code;
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
