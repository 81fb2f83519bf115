/* The tokenizer, a byte at a time from any state on: what holds after each
   byte, if it held before, holds for every document. */
#define BYTE_BY_BYTE
#define LITELLM_MAX_JSON_DEPTH 9     /* of two bytes, one of them not full */
#include "proof.h"

/* Whether text is the begin of a character that is not whole. */
static bool begins_character(const char *text, size_t len) {
  bool valid;
  return litellm__utf8(text, len, &valid) == len && !valid;
}

static bool is_character(const char *text, size_t len) {
  bool valid;
  return len > 0 && len <= 4 && litellm__utf8(text, len, &valid) == len &&
         valid;
}

/* What is always so between two calls, and at first. */
static bool is_state(const litellm_json_reader *json) {
  unsigned state = json->state_, at = json->at_;
  bool text = state >= LITELLM__JSON_STRING;
  if (state > LITELLM__JSON_HEX || json->depth_ > LITELLM_MAX_JSON_DEPTH)
    return false;
  bool object = litellm__json_in_object(json);
  if (state == LITELLM__JSON_KEY_FIRST || state == LITELLM__JSON_KEY ||
      state == LITELLM__JSON_COLON || (text && json->in_key_))
    if (!object) return false;
  if (state == LITELLM__JSON_FIRST && (object || !json->depth_)) return false;
  if (state == LITELLM__JSON_WORD && !(at < 15 && 0x7BCE >> at & 1))
    return false;                            /* the second letter or later */
  if (state == LITELLM__JSON_NUMBER &&
      (at < LITELLM__NUMBER_MINUS || at > LITELLM__NUMBER_EXPONENT))
    return false;
  if ((state == LITELLM__JSON_WORD || state == LITELLM__JSON_NUMBER) &&
      json->in_key_) return false;
  if (state == LITELLM__JSON_HEX &&          /* 1, then up to three digits */
      json->code_ != 1 && json->code_ >> 4 != 1 && json->code_ >> 8 != 1 &&
      json->code_ >> 12 != 1) return false;
  if (!text) return !json->pending_ && !json->carried_ && !json->high_;
  if (json->high_)
    return json->high_ >> 10 == 0xD800 >> 10 && !json->pending_ &&
           !json->carried_;
  if (json->pending_) return is_character(json->carry_, json->carried_);
  return !json->carried_ || (state == LITELLM__JSON_STRING &&
                             json->carried_ < 4 &&
                             begins_character(json->carry_, json->carried_));
}

static bool is_whole(litellm_str text) {
  bool valid = true;
  size_t at = 0;
  while (at < text.len && valid)
    at += litellm__utf8(text.ptr + at, text.len - at, &valid);
  return valid && at == text.len;
}

static litellm_json_reader any_reader(void) {
  litellm_json_reader json;
  return json;
}

static void step(unsigned from, unsigned to, size_t most) {
  litellm_json_reader json, before;
  litellm_json_token token;
  litellm_input input;
  bool ended = nondet_bool();
  size_t len = any_size_to(most);
  char *text = any_text(len, most);
  memset(&json, 0, sizeof json);
  PROVE(is_state(&json));                    /* the first one */
  json = any_reader();
  json.begun_ = nondet_bool();               /* a bool is 0 or 1 */
  json.in_key_ = nondet_bool();
  json.pending_ = nondet_bool();
  ASSUME(is_state(&json) && json.state_ >= from && json.state_ <= to);
  before = json;
  input.ptr = text;
  input.len = len;
  litellm_result result = litellm_json_next(&json, &input, ended, &token);
  PROVE(input.ptr + input.len == text + len && input.len <= len);
  PROVE(json.offset == before.offset + (uint32_t)(len - input.len));
  if (result == LITELLM_OK) {
    PROVE(token.kind > LITELLM_JSON_NONE && token.kind <= LITELLM_JSON_NULL);
    PROVE(is_whole(token.text));
    PROVE(!token.text.len || token.text.ptr == json.carry_ ||
          (token.text.ptr >= text && token.text.ptr + token.text.len <=
                                         input.ptr));
    PROVE(is_state(&json));
  } else if (result == LITELLM_AGAIN) {
    PROVE(!input.len && !ended && is_state(&json));
  } else if (result == LITELLM_END) {
    PROVE(!input.len && ended && json.state_ == LITELLM__JSON_AFTER &&
          !json.depth_);
  } else {
    PROVE(result == LITELLM_ERROR_JSON || result == LITELLM_ERROR_JSON_DEPTH);
    PROVE((result == LITELLM_ERROR_JSON_DEPTH) <=
          (json.depth_ == LITELLM_MAX_JSON_DEPTH));
  }
}

/* PROOF json_between: --unwind 5 --unwindset
   litellm__json_escape.0:10,litellm_json_next.0:3,litellm__json_piece.0:3
   FAILS WITH: level >= LITELLM_MAX_JSON_DEPTH -> level > LITELLM_MAX_JSON_DEPTH

   A byte, or none, between tokens. */
void json_between(void) { step(0, LITELLM__JSON_AFTER, 1); }

/* PROOF json_scalar: --unwind 5 --unwindset
   litellm__json_escape.0:10,litellm_json_next.0:3,litellm__json_piece.0:3
   FAILS WITH: json->at_ = (uint8_t)at; -> json->at_ = (uint8_t)(at + 1);

   In a number or word. */
void json_scalar(void) { step(LITELLM__JSON_WORD, LITELLM__JSON_NUMBER, 1); }

/* PROOF json_string: --unwind 5 --unwindset
   litellm__json_escape.0:10,litellm_json_next.0:3,litellm__json_piece.0:3
   FAILS WITH: input->ptr - out < json->carried_ -> false

   In a string or key. */
void json_string(void) { step(LITELLM__JSON_STRING, LITELLM__JSON_HEX, 1); }

/* ALL json_two_bytes: --unwind 6 --unwindset
   litellm__json_escape.0:10,litellm_json_next.0:4,litellm__json_piece.0:5
   FAILS WITH: input->ptr - out < json->carried_ -> input->ptr - out < 0

   Text is unescaped in place, and never overtakes what is read. */
void json_two_bytes(void) { step(LITELLM__JSON_STRING, LITELLM__JSON_HEX, 2); }

/* PROOF json_skip: --unwind 11
   FAILS WITH: input->len < 4) return -> input->len < 3) return

   Of up to 10 bytes: all or nothing of a value is skipped. */
void json_skip(void) {
  litellm_json_reader json = any_reader();
  litellm_input input;
  size_t len = any_size_to(10);
  char *text = any_text(10, 10);
  json.begun_ = json.in_key_ = json.pending_ = false;
  ASSUME(is_state(&json));
  json.state_ = nondet_bool() ? LITELLM__JSON_VALUE : LITELLM__JSON_FIRST;
  uint32_t offset = json.offset;
  input.ptr = text;
  input.len = len;
  bool value = json.state_ == LITELLM__JSON_VALUE;
  litellm__json_skip(&json, &input);
  size_t n = len - input.len;
  PROVE(input.ptr == text + n && n <= len);
  PROVE(json.offset == offset + (uint32_t)n);
  if (!n) return;
  PROVE(value && json.state_ == LITELLM__JSON_AFTER);
  PROVE(text[n - 1] == (*text == '"' ? '"' : 'l') && n >= 2);
}
