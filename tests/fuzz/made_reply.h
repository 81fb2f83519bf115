/* Replies made up for `machine`: each byte of the input chooses what comes
   next of these tables, so that most replies say something. */
#ifndef MADE_REPLY_H
#define MADE_REPLY_H

#include "fuzz.h"

/* $ stands for a text, @ for a tool's name, # for a digit up to 3. */
static const char *const members[] = {
  "\"content\":\"$$\"", "\"content\":\"{\\\"a\\\":\\\"$$\"",
  "\"content\":\"$\\\"}\"", "\"content\":null", "\"reasoning_content\":\"$\"",
  "\"reasoning\":\"$$\"", "\"refusal\":\"$\"", "\"role\":\"assistant\"",
  "\"tool_calls\":[{\"index\":#,\"id\":\"i#\",\"function\":{\"name\":\"@\","
    "\"arguments\":\"$\"}}]",
  "\"tool_calls\":[{\"index\":#,\"function\":{\"arguments\":\"$\"}}]",
  "\"tool_calls\":[{\"function\":{\"name\":\"@\",\"arguments\":"
    "{\"city\":\"$\",\"n\":#}}}]",
  "\"tool_calls\":[{\"id\":\"i#\",\"function\":{\"arguments\":\"$\","
    "\"name\":\"@\"}},{\"id\":\"i#\",\"function\":{\"name\":\"@\","
    "\"arguments\":\"$\"}}]",
  "\"function_call\":{\"name\":\"@\",\"arguments\":\"$\"}",
  "\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"$\"}]",
  "\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"$\","
    "\"signature\":\"s\\\"#\"}]",
  "\"tool_calls\":[{\"index\":#,\"id\":\"i#\",\"function\":{\"name\":\"@\"}}]"
};
static const char *const texts[] = {
  "a", "words and words and words and words and words", "\\u00e9",
  "\\ud83d\\ude00", "\\ud800", "\\n", "\\u0000", "", "{}", "1}",
  "{\\\"x\\\":", "{\\\"x\\\":3}", "{\\\"city\\\":\\\"Rome\\\"}",
  "{\\\"city\\\":\\\"!\\\"}", "{\\\"city\\\":\\\"~\\\"}",
  "{\\\"city\\\":\\\"^\\\"}", "{\\\"city\\\":\\\"?\\\"}",
  "{\\\"a\\\":\\\"wo", "rds\\\"}", "\xC3\xA9"
};
static const char *const names[] = { "f", "g", "h", "answer", "nobody" };
/* What stands before, between and behind a choice and its message. */
static const char *const starts[] = {
  "", "\"index\":0,", "\"index\":1,", "\"finish_reason\":null,"
};
static const char *const finishes[] = {
  "", ",\"index\":0", ",\"finish_reason\":\"stop\"", ",\"index\":1"
};
static const char *const ends[] = {
  "", ",\"usage\":{\"total_tokens\":7,\"prompt_tokens\":3}",
  ",\"id\":\"x\",\"model\":\"mm\"", ",\"error\":{\"message\":\"$\",\"code\":#}"
};

#define TAKE(table) table[take_byte() % (sizeof table / sizeof *table)]

static void fill_in(struct text *text, const char *form) {
  for (; *form; form++) {
    if (*form == '$') text_puts(text, TAKE(texts));
    else if (*form == '@') text_puts(text, TAKE(names));
    else if (*form == '#') text_number(text, (long long)(take_byte() % 4));
    else text_add(text, form, 1);
  }
}

static void choice(struct text *text, const char *message) {
  size_t how = take_byte(), count = how >> 6;
  text_puts(text, "{\"choices\":[{");
  text_puts(text, starts[how & 3]);
  fill_in(text, message);
  for (; count > 0; count--) {
    fill_in(text, TAKE(members));
    if (count > 1) text_puts(text, ",");
  }
  text_puts(text, "}");
  text_puts(text, finishes[how >> 2 & 3]);
  text_puts(text, "}]");
  fill_in(text, ends[how >> 4 & 3]);
  text_puts(text, "}");
}

/* A stream, a reply as a whole, or an error; at times with a wrong byte. */
static void made_reply(struct text *text) {
  size_t how = take_byte(), count = take_byte() % 8;
  if (how % 8 == 7) {
    fill_in(text, "HTTP/1.1 429 X\r\nContent-Type: application/json\r\n"
            "x-litellm-call-id: 1#\r\n\r\n"
            "{\"error\":{\"message\":\"$\",\"code\":\"429\"}}");
  } else if (how & 8) {
    fill_in(text, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    while (count-- > 0) {
      fill_in(text, how & 16 ? ": ping\n\ndata: " : "data: ");
      choice(text, take_byte() % 5 ? "\"delta\":{" : "\"message\":{");
      fill_in(text, "\n\n");
    }
    if (how & 32)
      fill_in(text, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":"
              "\"tool_calls\"}]}\n\n");
    if (how & 64) fill_in(text, "data: [DONE]\n\n");
  } else {
    fill_in(text, "HTTP/1.1 200 OK\r\nx-litellm-response-cost: 1.5e-3\r\n\r\n");
    choice(text, "\"message\":{");
  }
  if (how & 128)
    text->ptr[(take_byte() * 256 + take_byte()) % text->len] =
        (char)take_byte();
}

#endif
