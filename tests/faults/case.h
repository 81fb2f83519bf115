/* A case of sweep.h, and what it gave as a text. */
#ifndef CASE_H
#define CASE_H

#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_port.h"

#define OK_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

enum { LENGTH = 0, UNTIL_CLOSE = -1 };   /* framing, else bytes of a chunk */

typedef struct sweep_case {
  const char *name;
  litellm_result result;
  const char *content;       /* must be in what it gives, or NULL */
  int request, framing;
  bool early;                /* the server replies at once */
  const char *head, *body;
  const char *second;        /* body of the reply to a second turn */
} sweep_case;

/* All that a call gave, as one text: equal texts, equal outcomes. */
typedef struct outcome {
  litellm_result result;
  size_t missing;
  char text[2048];           /* content, or what the events said */
  char error[700];           /* message */
} outcome;

static void add(outcome *o, const char *label, const char *text, size_t len) {
  size_t used = strlen(o->text);
  if (!text) return;
  (void)snprintf(o->text + used, sizeof o->text - used, "%s%.*s", label,
                 (int)len, text);
}

static void add_text(outcome *o, const char *label, const char *text) {
  if (text) add(o, label, text, strlen(text));
}

#endif
