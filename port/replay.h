/* replay.h: writes down what a client and its server say, and plays it again
   without a network, a key or a clock: how to test on a PC what a firmware asks
   and what it makes of the answers. See docs/testing.md. Include it after
   litellm_call.h.

   RECORDING  is a port over any other. It is above TLS, so it sees plain text:

     static litellm_recorder recorder;
     FILE *file = fopen("books.txt", "wb");
     desc.port = litellm_recorder_open(&recorder, &litellm_posix_tls,
                                       litellm_recorder_file, file);

   A chip without files sends the text elsewhere. Close the client before the
   file. A recorder serves one client at a time, as a player does.

   PLAYING  answers as the server did, and compares what the client sends:

     static litellm_player player;
     desc.port = litellm_player_open(&player, text);
     ...                                               // calls
     const char *wrong = litellm_player_close(&player);

   A request that differs fails with ERROR_REQUEST_CHANGED, a text that is no
   transcript with ERROR_ARGUMENT. error.message says where; it shows a piece of
   the request. Time passes only by waiting or, for who polls, by looking at the
   clock, and there are no random bytes: one play is like another.

   SECRETS  Each request header's value and the URL's query become ***, and are
   not compared. In replies, asterisks stand for .api_key. All else is there,
   prompts too: read a transcript before you publish it.

   TRANSCRIPTS  are lines of text; those of a kind join. \r \n \t \0 \xHH \\ are
   escapes. Empty lines and those that begin with # are ignored.

     === https://gateway:443 at 1790000000     a connection; the Unix time
     sent TEXT                 of a request
     > TEXT                    of a reply
     wait                      nothing more had arrived
     ends -82 104              what recv or connect said: its result, and the
                               code of the link
     close                     the client closed the connection */
#ifndef LITELLM_REPLAY_H
#define LITELLM_REPLAY_H

#ifndef LITELLM_CALL_H
#error "include litellm_call.h before port/replay.h"
#endif

/* 1: compiles the functions that take a FILE. */
#ifndef LITELLM_REPLAY_FILES
#define LITELLM_REPLAY_FILES 1
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where in a request its next byte is; all zeros: between two. */
typedef struct litellm__mask {
  uint32_t length, left;     /* of the body; left: to come */
  unsigned line, column;     /* of the head; without CR */
  unsigned matched;          /* bytes at its start that are Content-Length's */
  bool hidden;               /* behind the colon */
} litellm__mask;

static bool litellm__mask_fresh(const litellm__mask *m) {
  return !m->left && !m->line && !m->column;
}

/* Puts what is shown of the next byte of a request into `out`, and returns how
   much. Without `headers`, nothing is of them. */
static size_t litellm__mask_byte(litellm__mask *m, char c, bool headers,
                                 char out[6]) {
  static const char length[] = "Content-Length";
  bool blank = m->column == 0, first = m->line == 0;
  out[0] = c;
  if (m->left) {
    m->left--;
    return 1;
  }
  headers = headers || first;
  if (c == '\r') return headers || blank;
  if (c == '\n') {
    m->line = blank ? 0 : m->line + 1;
    m->left = blank ? m->length : 0;
    m->length = blank ? 0 : m->length;
    m->column = m->matched = 0;
    m->hidden = false;
    return headers || blank;
  }
  if (m->matched == sizeof length - 1 && c >= '0' && c <= '9')
    m->length = m->length * 10 + (uint32_t)(c - '0');
  if (m->hidden) return 0;
  if (m->matched == m->column && length[m->matched] == c) m->matched++;
  m->column++;
  m->hidden = c == (first ? '?' : ':');
  if (m->hidden) memcpy(out, first ? "?***" : ": ***", first ? 5 : 6);
  return !headers ? 0 : m->hidden ? strlen(out) : 1;
}

/* ---- recording ----------------------------------------------------------- */

typedef struct litellm_recorder {
  litellm_port port;         /* must come first */
  struct litellm_recorder *self;
  const litellm_port *under;
  bool (*write)(void *user_data, const char *text, size_t size);
  void *user_data;
  litellm__mask mask;
  const char *key;           /* .api_key, or NULL */
  size_t matched;            /* bytes of it that were received last */
  char side;                 /* of the line under way: s, >; 0: none */
  char last;                 /* its last byte */
  bool open, connected;      /* connected: or it failed */
  bool quiet;                /* nothing more arrived */
  bool failed;               /* `write` did */
} litellm_recorder;

static void litellm__recorder_text(litellm_recorder *s, const char *text) {
  if (!s->write(s->user_data, text, strlen(text))) s->failed = true;
}

/* Ends the line under way, whose last blank an editor could drop. */
static void litellm__recorder_end_line(litellm_recorder *s) {
  if (s->last == ' ') litellm__recorder_text(s, "\\x20");
  if (s->side) litellm__recorder_text(s, "\n");
  s->side = s->last = 0;
}

/* Writes a byte of a request (side s) or a reply (>). The lines of a request
   end between members of its JSON and where those of its texts end, so that a
   change of a prompt shows as a line or two. */
static void litellm__recorder_byte(litellm_recorder *s, char side, char byte) {
  static const char hex[] = "0123456789ABCDEF", from[] = "\\\r\n\t";
  unsigned char c = (unsigned char)byte;
  char text[5] = { '\\', 'x', hex[c >> 4], hex[c & 15], 0 }, last;
  const char *found = strchr(from, c);       /* NUL is the last of them */
  if (s->side != side ||
      (side == 's' && s->last == ',' && (c == '"' || c == '{'))) {
    litellm__recorder_end_line(s);
    s->side = side;
    litellm__recorder_text(s, side == 's' ? "sent " : "> ");
  }
  last = s->last;
  s->last = byte;
  if (last == ' ') litellm__recorder_text(s, " ");
  if (c == ' ') return;                      /* comes with the next byte */
  if (found) {
    text[1] = "\\rnt0"[found - from];
    text[2] = 0;
  } else if (c > ' ' && c != 0x7F) {
    text[0] = byte;
    text[1] = 0;
  }
  litellm__recorder_text(s, text);
  if (c == '\n' || (side == 's' && last == '\\' && c == 'n'))
    litellm__recorder_end_line(s);
}

/* Writes the bytes that could have been the key, but for the last `but`. */
static void litellm__recorder_no_key(litellm_recorder *s, size_t but) {
  for (size_t i = 0; i + but < s->matched; i++)
    litellm__recorder_byte(s, '>', s->key[i]);
  s->matched = but;
}

/* Writes a byte of a reply, once it is certain that it is not of the key. */
static void litellm__recorder_reply(litellm_recorder *s, char c) {
  const char *key = s->key;
  size_t n = s->matched;
  if (!key) {
    litellm__recorder_byte(s, '>', c);
    return;
  }
  /* How many of the bytes that matched still do, together with this one. */
  while (n > 0 && (key[n] != c || memcmp(key, key + s->matched - n, n))) n--;
  litellm__recorder_no_key(s, n);
  if (key[n] != c) {
    litellm__recorder_byte(s, '>', c);
  } else if (!key[++s->matched]) {
    for (; s->matched; s->matched--) litellm__recorder_byte(s, '>', '*');
  }
}

/* Begins a line without TEXT. */
static void litellm__recorder_word(litellm_recorder *s, const char *word) {
  litellm__recorder_no_key(s, 0);
  litellm__recorder_end_line(s);
  if (s->quiet) litellm__recorder_text(s, "wait\n");
  s->quiet = false;
  litellm__recorder_text(s, word);
}

static void litellm__recorder_ends(litellm_recorder *s, const void *link,
                                   litellm_result result) {
  char line[40];
  (void)snprintf(line, sizeof line, "ends %d %ld\n", (int)result,
                 (long)((const litellm_link *)link)->code);
  litellm__recorder_word(s, line);
  s->connected = true;
}

/* The result of a call: a transcript with gaps is worth nothing. */
static litellm_result litellm__recorder_result(litellm_recorder *s, void *link,
                                               litellm_result result) {
  if (!s->failed) return result;
  ((litellm_link *)link)->message = "the transcript cannot be written";
  return LITELLM_ERROR_NETWORK;
}

static litellm_recorder *litellm__recorder(const void *link) {
  return ((const litellm_recorder *)(const void *)
              ((const litellm_link *)link)->desc->port)->self;
}

static litellm_result litellm__recorder_connect(
    void *link, const litellm_endpoint *endpoint, uint32_t remaining_ms) {
  litellm_recorder *s = litellm__recorder(link);
  litellm_result result = (s->under->connect)(link, endpoint, remaining_ms);
  const char *key = ((const litellm_link *)link)->desc->api_key;
  char line[40];
  if (!s->open) {
    s->open = true;
    s->connected = false;
    s->key = key && strlen(key) < 8 ? NULL : key;  /* a word would be hidden */
    memset(&s->mask, 0, sizeof s->mask);
    litellm__recorder_word(s, endpoint->secure ? "=== https://"
                                               : "=== http://");
    litellm__recorder_text(s, endpoint->host);
    (void)snprintf(line, sizeof line, ":%u at %lu\n", (unsigned)endpoint->port,
                   (unsigned long)s->under->unix_time());
    litellm__recorder_text(s, line);
  }
  if (result == LITELLM_OK) s->connected = true;
  else if (result != LITELLM_AGAIN) litellm__recorder_ends(s, link, result);
  return litellm__recorder_result(s, link, result);
}

static litellm_result litellm__recorder_send(void *link, const void *data,
                                             size_t size, size_t *sent) {
  litellm_recorder *s = litellm__recorder(link);
  litellm_result result = (s->under->send)(link, data, size, sent);
  char out[6];
  size_t i, k, n;
  for (i = 0; result == LITELLM_OK && i < *sent; i++) {
    litellm__recorder_no_key(s, 0);
    n = litellm__mask_byte(&s->mask, ((const char *)data)[i], true, out);
    for (k = 0; k < n; k++) litellm__recorder_byte(s, 's', out[k]);
    s->quiet = false;
  }
  return litellm__recorder_result(s, link, result);
}

static litellm_result litellm__recorder_recv(void *link, void *buffer,
                                             size_t size, size_t *received) {
  litellm_recorder *s = litellm__recorder(link);
  litellm_result result = (s->under->recv)(link, buffer, size, received);
  size_t i;
  if (result == LITELLM_OK) {
    /* Not in the middle of a key, which would hide it from this function. */
    if (s->quiet && !s->matched) litellm__recorder_word(s, "");
    for (i = 0; i < *received; i++)
      litellm__recorder_reply(s, ((const char *)buffer)[i]);
  } else if (result != LITELLM_AGAIN) {
    litellm__recorder_ends(s, link, result);
  }
  s->quiet = result == LITELLM_AGAIN;
  return litellm__recorder_result(s, link, result);
}

static void litellm__recorder_close(void *link) {
  litellm_recorder *s = litellm__recorder(link);
  (s->under->close)(link);
  if (!s->connected) litellm__recorder_ends(s, link, LITELLM_AGAIN);
  litellm__recorder_word(s, "close\n");
  s->open = false;
}

/* Makes a port that does what `under` does and writes a transcript by `write`,
   which returns whether that worked; if not, calls fail with ERROR_NETWORK. */
LITELLM_UNUSED static const litellm_port *litellm_recorder_open(
    litellm_recorder *recorder, const litellm_port *under,
    bool (*write)(void *user_data, const char *text, size_t size),
    void *user_data) {
  memset(recorder, 0, sizeof *recorder);
  recorder->port = *under;
  recorder->port.connect = litellm__recorder_connect;
  recorder->port.send = litellm__recorder_send;
  recorder->port.recv = litellm__recorder_recv;
  recorder->port.close = litellm__recorder_close;
  recorder->self = recorder;
  recorder->under = under;
  recorder->write = write;
  recorder->user_data = user_data;
  return &recorder->port;
}

#if LITELLM_REPLAY_FILES
/* A `write` that appends to a FILE, its user_data. */
LITELLM_UNUSED static bool litellm_recorder_file(void *file, const char *text,
                                                 size_t size) {
  return fwrite(text, 1, size, (FILE *)file) == size;
}
#endif

/* ---- playing ------------------------------------------------------------- */

/* What a line is. */
enum { LITELLM__PLAYER_TITLE, LITELLM__PLAYER_SENT, LITELLM__PLAYER_REPLY,
       LITELLM__PLAYER_WAIT, LITELLM__PLAYER_ENDS, LITELLM__PLAYER_CLOSE,
       LITELLM__PLAYER_NONE, LITELLM__PLAYER_OVER };

typedef struct litellm_player {
  litellm_port port;         /* must come first */
  struct litellm_player *self;
  size_t piece;              /* bytes that recv gives at most; 0: as many as
                                arrived together. May be set at any time */
  const char *text, *end;    /* of the line at hand */
  const char *at;            /* what of it is next */
  const char *next;          /* the line behind it */
  unsigned line;             /* its number ... */
  uint8_t word;              /* ... and what it is */
  bool silent;               /* the server says no more, but does not end */
  unsigned requests;         /* so far */
  litellm__mask mask;
  litellm_result result;     /* of all calls, once something is wrong */
  char message[240];         /* what that is; "": nothing */
} litellm_player;

/* The clock of all players, as a port's clock does not know its client. */
static struct {
  int64_t unix_time;
  uint32_t ms, looks;        /* looks: at the clock, without progress */
} litellm__player_clock;

/* Notes what is wrong, if nothing was before. */
static void litellm__player_wrong(litellm_player *s, litellm_result result,
                                  const char *why) {
  if (*s->message) return;
  s->result = result;
  (void)snprintf(s->message, sizeof s->message, "transcript, line %u: %s",
                 s->line, why);
}

/* Takes the next line that is not empty and no comment. */
static void litellm__player_line(litellm_player *s) {
  static const char *const words[] = { "=== ", "sent ", "> ", "wait", "ends ",
                                       "close" };
  size_t n = 0;
  do {
    s->at = s->text = s->end = s->next;
    s->word = LITELLM__PLAYER_OVER;
    if (!*s->next) return;
    s->line++;
    s->end += strcspn(s->end, "\r\n");
    s->next = s->end + strspn(s->end, "\r");
    s->next += *s->next == '\n';
  } while (s->text == s->end || *s->text == '#');
  for (s->word = 0; s->word < LITELLM__PLAYER_NONE; s->word++) {
    n = strlen(words[s->word]);
    if (!strncmp(s->text, words[s->word], n)) break;
  }
  if (s->word < LITELLM__PLAYER_NONE) s->at = s->text += n;
}

/* The next byte of the line's text; -1: not an escape. Each byte is looked at
   only when the one before it is not the line's end. */
static int litellm__player_byte(litellm_player *s) {
  static const char from[] = "\\rnt0", hex[] = "0123456789ABCDEF";
  const char *at = s->at++, *low, *high;
  if (*at != '\\') return (unsigned char)*at;
  low = (const char *)memchr(from, at[1], 5);
  s->at++;
  if (low) return "\\\r\n\t"[low - from];
  high = at[1] == 'x' ? (const char *)memchr(hex, at[2], 16) : NULL;
  low = high ? (const char *)memchr(hex, at[3], 16) : NULL;
  if (!low) return -1;
  s->at += 2;
  return (int)((high - hex) * 16 + (low - hex));
}

/* What the line `ends` says; 0: nothing. */
static litellm_result litellm__player_ends(const litellm_player *s,
                                           int32_t *code) {
  char *end;
  long result = strtol(s->text, &end, 10);
  *code = (int32_t)strtol(end, &end, 10);
  return end > s->end || result < -999 || result > LITELLM_END
      ? LITELLM_OK : (litellm_result)result;
}

/* Reads all of the transcript, so that playing need not look out. */
static void litellm__player_check(litellm_player *s) {
  bool open = false, good;
  int32_t code;
  for (litellm__player_line(s); s->word != LITELLM__PLAYER_OVER;
       litellm__player_line(s)) {
    good = s->word != LITELLM__PLAYER_NONE &&
           open == (s->word != LITELLM__PLAYER_TITLE);
    open = s->word != LITELLM__PLAYER_CLOSE;
    if (s->word == LITELLM__PLAYER_ENDS)
      good = good && litellm__player_ends(s, &code);
    if (s->word == LITELLM__PLAYER_SENT || s->word == LITELLM__PLAYER_REPLY)
      for (good = good && s->at < s->end; good && s->at < s->end;)
        good = litellm__player_byte(s) >= 0;
    if (!good)
      litellm__player_wrong(s, LITELLM_ERROR_ARGUMENT, "ill-formed");
  }
  if (open) litellm__player_wrong(s, LITELLM_ERROR_ARGUMENT, "cut off");
}

static litellm_player *litellm__player(const void *link) {
  return ((const litellm_player *)(const void *)
              ((const litellm_link *)link)->desc->port)->self;
}

/* The result of a call, once something is wrong. */
static litellm_result litellm__player_result(litellm_player *s, void *link) {
  ((litellm_link *)link)->message = s->message;
  return s->result;
}

static litellm_result litellm__player_connect(void *link,
                                              const litellm_endpoint *endpoint,
                                              uint32_t remaining_ms) {
  litellm_player *s = litellm__player(link);
  litellm_result result = LITELLM_OK;
  const char *at = strstr(s->text, " at ");
  (void)endpoint;
  (void)remaining_ms;
  if (s->word == LITELLM__PLAYER_OVER)
    litellm__player_wrong(s, LITELLM_ERROR_REQUEST_CHANGED,
                          "no more connections");
  if (*s->message) return litellm__player_result(s, link);
  if (s->word == LITELLM__PLAYER_TITLE) {
    if (at && at < s->end)
      litellm__player_clock.unix_time = (int64_t)strtoul(at + 4, NULL, 10);
    litellm__player_line(s);
  }
  if (s->word == LITELLM__PLAYER_ENDS)
    result = litellm__player_ends(s, &((litellm_link *)link)->code);
  ((litellm_link *)link)->resolving = result == LITELLM_ERROR_RESOLVE;
  return result == LITELLM_END ? LITELLM_OK : result;
}

/* How much of a text to show: whole characters, up to the end of a header and
   to `stop`. */
static int litellm__player_excerpt(const char *text, size_t size, size_t most,
                                   char stop) {
  size_t n = 0;
  while (n < size && (n < most || (text[n] & 0xC0) == 0x80) &&
         text[n] != '\r' && text[n] != stop) n++;
  return (int)n;
}

/* Says how what is sent differs from the line at hand, from `at` on. */
static void litellm__player_differs(litellm_player *s, const char *at,
                                    const char *sent, size_t size) {
  const char *from = at - s->text > 24 ? at - 24 : s->text;
  char why[200], stop = s->mask.column ? '?' : '\r';  /* no query is shown */
  while (from < at && (*from & 0xC0) == 0x80) from++;
  (void)snprintf(why, sizeof why, "request %u has `%.*s%.*s`, not `%.*s`",
                 s->requests, (int)(at - from), from,
                 litellm__player_excerpt(sent, size, 24, stop), sent,
                 litellm__player_excerpt(from, (size_t)(s->end - from), 48,
                                         '\r'), from);
  litellm__player_wrong(s, LITELLM_ERROR_REQUEST_CHANGED, why);
}

/* Skips what is not compared: the lines of headers, up to the empty one. */
static void litellm__player_skip(litellm_player *s) {
  if (s->at == s->end) litellm__player_line(s);
  while (s->word == LITELLM__PLAYER_SENT && s->mask.line > 0 &&
         s->at == s->text && *s->at != '\\') litellm__player_line(s);
}

static litellm_result litellm__player_send(void *link, const void *data,
                                           size_t size, size_t *sent) {
  litellm_player *s = litellm__player(link);
  const char *bytes = (const char *)data, *at;
  bool fresh = false;
  char out[6];
  size_t i, k, n;
  for (i = 0; i < size && !*s->message; i++) {
    fresh = litellm__mask_fresh(&s->mask);
    if (s->word != LITELLM__PLAYER_SENT) break;
    s->requests += fresh;
    n = litellm__mask_byte(&s->mask, bytes[i], false, out);
    for (k = 0; k < n && s->word == LITELLM__PLAYER_SENT; k++) {
      at = s->at;
      if (litellm__player_byte(s) != (unsigned char)out[k])
        litellm__player_differs(s, at, bytes + i, size - i);
      litellm__player_skip(s);
    }
  }
  if (*s->message) return litellm__player_result(s, link);
  litellm__player_clock.looks = 0;
  *sent = i;
  if (i > 0) return LITELLM_OK;
  /* The client may have kept what it had closed then, and connects anew. */
  if (s->word < LITELLM__PLAYER_ENDS || !fresh) return LITELLM_AGAIN;
  s->silent = false;
  return LITELLM_ERROR_CONNECTION_CLOSED;
}

static litellm_result litellm__player_recv(void *link, void *buffer,
                                           size_t size, size_t *received) {
  litellm_player *s = litellm__player(link);
  size_t n = 0;
  if (*s->message) return litellm__player_result(s, link);
  if (s->piece && size > s->piece) size = s->piece;
  while (n < size && s->word == LITELLM__PLAYER_REPLY) {
    ((char *)buffer)[n++] = (char)litellm__player_byte(s);
    if (s->at == s->end) litellm__player_line(s);
  }
  *received = n;
  if (n > 0) litellm__player_clock.looks = 0;
  if (n > 0) return LITELLM_OK;
  if (s->word == LITELLM__PLAYER_ENDS)
    return litellm__player_ends(s, &((litellm_link *)link)->code);
  if (s->word == LITELLM__PLAYER_CLOSE && !s->silent) return LITELLM_END;
  if (s->word == LITELLM__PLAYER_WAIT) {
    litellm__player_line(s);
    s->silent = s->word == LITELLM__PLAYER_CLOSE;
  }
  return LITELLM_AGAIN;
}

/* Skips what is left of this request and its reply. What follows may be on the
   same connection or on another: that depends on what arrives together. */
static void litellm__player_close(void *link) {
  litellm_player *s = litellm__player(link);
  while (!litellm__mask_fresh(&s->mask) && s->word == LITELLM__PLAYER_SENT)
    litellm__player_line(s);
  while (s->word == LITELLM__PLAYER_REPLY || s->word == LITELLM__PLAYER_WAIT ||
         s->word == LITELLM__PLAYER_ENDS) litellm__player_line(s);
  if (s->word == LITELLM__PLAYER_CLOSE) litellm__player_line(s);
  s->silent = false;
  memset(&s->mask, 0, sizeof s->mask);
}

/* There is always something to read, but when the server says no more. */
static void litellm__player_wait(void *link, unsigned what, uint32_t ms) {
  bool sleeps = !link || !what || litellm__player(link)->silent;
  litellm__player_clock.ms += sleeps ? ms : 1;
}

static uint32_t litellm__player_millis(void) {
  if (++litellm__player_clock.looks > 64) litellm__player_clock.ms++;
  return litellm__player_clock.ms;
}

static int64_t litellm__player_unix_time(void) {
  return litellm__player_clock.unix_time;
}

static bool litellm__player_entropy(void *bytes, size_t size) {
  (void)bytes;
  (void)size;
  return false;
}

/* Makes a port that plays `text`, which must outlive it. Sets all clocks of
   players back. */
LITELLM_UNUSED static const litellm_port *litellm_player_open(
    litellm_player *player, const char *text) {
  const litellm_port port = {
    sizeof(litellm_link), true, litellm__player_connect, litellm__player_send,
    litellm__player_recv, litellm__player_close, litellm__player_wait,
    litellm__player_millis, litellm__player_unix_time, litellm__player_entropy,
    NULL, NULL };
  memset(&litellm__player_clock, 0, sizeof litellm__player_clock);
  memset(player, 0, sizeof *player);
  player->port = port;
  player->self = player;
  player->next = text;
  litellm__player_check(player);
  player->next = text;
  player->line = 0;
  litellm__player_line(player);
  return &player->port;
}

#if LITELLM_REPLAY_FILES
/* The same from a file, which is read into `memory` of `size` bytes. NULL: it
   could not be opened, and the call says so. */
LITELLM_UNUSED static const litellm_port *litellm_player_open_file(
    litellm_player *player, FILE *file, char *memory, size_t size) {
  size_t n = file ? fread(memory, 1, size, file) : 0;
  const litellm_port *port;
  memory[n < size ? n : 0] = 0;
  port = litellm_player_open(player, memory);
  if (!file)
    litellm__player_wrong(player, LITELLM_ERROR_ARGUMENT, "no file");
  if (n == size)
    litellm__player_wrong(player, LITELLM_ERROR_NO_MEMORY, "file too large");
  return port;
}
#endif

/* After the client was closed: NULL if all was played, else what was wrong
   first, valid as long as the player. */
LITELLM_UNUSED static const char *litellm_player_close(
    litellm_player *player) {
  if (player->word != LITELLM__PLAYER_OVER)
    litellm__player_wrong(player, LITELLM_ERROR_REQUEST_CHANGED,
                          "was not played");
  return *player->message ? player->message : NULL;
}

#endif /* LITELLM_REPLAY_H */
