/* What a call gave, as one JSON object on a line. */
#ifndef RECORD_H
#define RECORD_H

#include "driver.h"

/* `, "name": "text"`; what is absent is left out. */
static void log_words(struct text *lines, const char *name,
                      const char *words) {
  if (!words) return;
  text_puts(lines, ", \"");
  text_puts(lines, name);
  text_puts(lines, "\": ");
  text_string(lines, litellm_str_from(words));
}

static void log_usage(struct text *lines, const litellm_usage *usage) {
  text_puts(lines, ", \"usage\": {\"prompt_tokens\": ");
  text_number(lines, (long long)usage->prompt_tokens);
  text_puts(lines, ", \"completion_tokens\": ");
  text_number(lines, (long long)usage->completion_tokens);
  text_puts(lines, ", \"total_tokens\": ");
  text_number(lines, (long long)usage->total_tokens);
  text_puts(lines, "}");
}

static void log_tool_call(struct text *lines, const litellm_tool_call *call) {
  size_t start = lines->len;
  if (!call->id || !call->name || !call->arguments)
    die("a tool call with a NULL", "");
  log_words(lines, "id", *call->id ? call->id : NULL);
  log_words(lines, "name", *call->name ? call->name : NULL);
  log_words(lines, "arguments", call->arguments);
  /* In a list the first comma is one too many. */
  if (start && lines->ptr[start - 1] == '{') {
    memmove(lines->ptr + start, lines->ptr + start + 2,
            lines->len - start - 2);
    lines->len -= 2;
  }
  text_puts(lines, "}");
}

static void log_error(struct text *lines, const litellm_error *error) {
  struct text inside = { NULL, 0, 0 };
  if (error->code == LITELLM_OK) return;
  if (error->code == LITELLM_ERROR_REDIRECT) {
    log_words(lines, "location", error->message);
    return;
  }
  log_words(&inside, "type", error->type);
  log_words(&inside, "code", error->api_code);
  log_words(&inside, "message", error->message);
  if (inside.len) {
    text_puts(lines, ", \"error\": {");
    text_add(lines, inside.ptr + 2, inside.len - 2);
    text_puts(lines, "}");
  }
  text_free(&inside);
  if (error->code == LITELLM_ERROR_JSON ||
      error->code == LITELLM_ERROR_JSON_DEPTH ||
      error->code == LITELLM_ERROR_SCHEMA) {
    text_puts(lines, ", \"offset\": ");
    text_number(lines, (long long)error->position);
  }
  if (error->code == LITELLM_ERROR_NO_MEMORY) {
    text_puts(lines, ", \"missing\": ");
    text_number(lines, (long long)error->bytes_missing);
  }
}

static void log_record(struct text *lines, litellm_result result,
                       const litellm_error *error,
                       const litellm_response *response) {
  text_puts(lines, "{\"result\": \"");
  text_puts(lines, litellm_result_name(result));
  text_puts(lines, "\", \"phase\": \"");
  text_puts(lines, litellm_phase_name(error->phase));
  text_puts(lines, "\"");
  if (error->http_status) {
    text_puts(lines, ", \"status\": ");
    text_number(lines, error->http_status);
  }
  if (response->content_size) {
    litellm_str content = { response->content, response->content_size };
    if (content.ptr[content.len]) die("content without its NUL", "");
    text_puts(lines, ", \"content\": ");
    text_string(lines, content);
  }
  log_words(lines, "reasoning", response->reasoning);
  log_words(lines, "refusal", response->refusal);
  log_words(lines, "finish_reason", response->finish_reason);
  for (size_t i = 0; i < response->tool_call_count; i++) {
    text_puts(lines, i ? ", {" : ", \"tool_calls\": [{");
    log_tool_call(lines, response->tool_calls + i);
  }
  if (response->tool_call_count) text_puts(lines, "]");
  if (response->has_usage) log_usage(lines, &response->usage);
  log_error(lines, error);
  text_puts(lines, "}\n");
}

#endif
