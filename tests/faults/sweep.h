/* Every call of the table `cases`, with every size of memory from 0 to success,
   with every port call failing once or for good, and with AGAIN in between.
   What must hold: the right code, one close for each connection, no byte beyond
   the memory given, and a client that works again. Include behind the table,
   start, which begins a call, and add_output. */
#ifndef SWEEP_H
#define SWEEP_H

#define CASES (sizeof cases / sizeof cases[0])

/* A reply of a case as the server sends it. */
static const char *reply_of(const sweep_case *c, const char *body) {
  static char reply[16384];
  size_t left = strlen(body), n;
  char *out = reply + sprintf(reply, "%s", c->head);
  if (c->framing == LENGTH)
    (void)sprintf(out, "Content-Length: %lu\r\n\r\n%s", (unsigned long)left,
                  body);
  else if (c->framing == UNTIL_CLOSE)
    (void)sprintf(out, "\r\n%s", body);
  else {
    out += sprintf(out, "Transfer-Encoding: chunked\r\n\r\n");
    for (; left; left -= n, body += n) {
      n = left < (size_t)c->framing ? left : (size_t)c->framing;
      out += sprintf(out, "%lx;name=value\r\n%.*s\r\n", (unsigned long)n,
                     (int)n, body);
    }
    (void)sprintf(out, "0\r\nTrailer: yes\r\n\r\n");
  }
  return reply;
}

/* ---- one call ---------------------------------------------------------- */

static void add_call(outcome *o, const litellm_tool_call *call) {
  add_text(o, "|id:", call->id);
  add_text(o, "|name:", call->name);
  add_text(o, "|arguments:", call->arguments);
}

static void add_usage(outcome *o, const litellm_usage *usage) {
  char text[64];
  (void)snprintf(text, sizeof text, "|usage:%lu,%lu,%lu",
                 (unsigned long)usage->prompt_tokens,
                 (unsigned long)usage->completion_tokens,
                 (unsigned long)usage->total_tokens);
  add_text(o, "", text);
}

static void add_response(outcome *o, const litellm_response *r) {
  const litellm_message *round;
  size_t i;
  for (round = r->turns; round; round = round->next) {
    for (i = 0; i < round->tool_call_count; i++)
      add_call(o, &round->tool_calls[i]);
    add(o, "|round:", round->content.ptr, round->content.len);
    add_text(o, "|of:", round->tool_call_id);
  }
  if (r->content) add(o, "content:", r->content, r->content_size);
  add_text(o, "|reasoning:", r->reasoning);
  add_text(o, "|refusal:", r->refusal);
  for (i = 0; i < r->tool_call_count; i++) add_call(o, &r->tool_calls[i]);
  add_text(o, "|finish:", r->finish_reason);
  add_text(o, "|id:", r->id);
  if (r->has_usage) add_usage(o, &r->usage);
#if LITELLM_GATEWAY_INFO
  add_text(o, "|call id:", r->call_id);
  add_text(o, "|model id:", r->model_id);
#endif
}

/* The events of a call, or with `keep` its response. */
static void call(const sweep_case *c, litellm_client *client, bool keep,
                 outcome *o) {
  litellm_event event;
  litellm_response response;
  litellm_result got;
  memset(o, 0, sizeof *o);
  o->result = start(c, client, keep, o);
  while (o->result == LITELLM_OK || o->result == LITELLM_AGAIN) {
    fake.in_call = true;
    o->result = litellm_next(client, &event);
    fake.in_call = false;
    if (o->result == LITELLM_AGAIN) {
      CHECK(event.kind == LITELLM_EVENT_NONE);
      CHECK(event.wait ? event.wait_ms > 0
                       : !event.wait_ms || LITELLM_EXTRAS);    /* a full sink */
      CHECK(event.wait <= 3);
      fake_wait(client->link_, event.wait, event.wait_ms);
    }
    if (o->result != LITELLM_OK || keep) continue;
    CHECK(event.kind != LITELLM_EVENT_NONE);
    if (event.kind == LITELLM_EVENT_TOOL_CALL) add_call(o, event.tool_call);
    else if (event.kind == LITELLM_EVENT_USAGE) add_usage(o, event.usage);
    else add(o, event.kind == LITELLM_EVENT_FINISH ? "|finish:" : "",
             event.text.ptr, event.text.len);
  }
  if (o->result == LITELLM_ERROR_BUSY) printf("not ok: busy\n"), exit(1);
  CHECK_INT(litellm_next(client, &event), o->result);
  got = litellm_client_response(client, &response);
  if (o->result == LITELLM_END) add_output(c, o);
  if (keep) {
    add_response(o, &response);
    if (o->result == LITELLM_END && got != LITELLM_OK) o->result = got;
  }
  if (o->result != LITELLM_END) {
    CHECK_INT(client->error.code, o->result);
    if (client->error.message)
      (void)snprintf(o->error, sizeof o->error, "%s", client->error.message);
    o->missing = client->error.bytes_missing;
  }
}

enum { WINDOW = 128 };

static litellm_result init(litellm_client *client, void *memory,
                           size_t size) {
  litellm_client_desc desc;
  memset(&desc, 0, sizeof desc);
  desc.port = &fake_port;
  desc.base_url = "http://host:4000";
  desc.api_key = "sk-secret-key";
  desc.allow_key_over_http = true;
  desc.reuse_within_ms = LITELLM_NO_REUSE;
  desc.max_retries = LITELLM_NO_RETRIES;
  desc.memory = memory;
  desc.memory_size = size;
  desc.window_size = WINDOW;
  return litellm_client_init(client, &desc);
}

static const sweep_case *served;

/* A second turn has an answer of the model in its request. */
static const char *serve(void) {
  return reply_of(served, strstr(fake.sent, "\"role\":\"assistant\"")
                              ? served->second : served->body);
}

static void script(const sweep_case *c) {
  const char *reply = reply_of(c, c->body);
  fake_reset(reply, strlen(reply));
  fake.early = c->early;
  served = c;
  if (c->second) fake.serve = serve;
}

static void close_client(litellm_client *client) {
  litellm_client_close(client);
  CHECK_INT(fake.closed, fake.opened);
  CHECK(fake.wrong == NULL || (printf("# %s\n", fake.wrong), 0));
}

static void check_outcome(const outcome *got, const outcome *wanted) {
  CHECK_INT(got->result, wanted->result);
  CHECK_TEXT(got->text, wanted->text);
  CHECK_TEXT(got->error, wanted->error);
}

/* What the case gives when nothing is in its way; checked against the table
   once. `request` gets a copy of what was sent. */
static char *undisturbed(const sweep_case *c, bool keep, outcome *o) {
  static unsigned char memory[16384];
  litellm_client client;
  char *request;
  script(c);
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  call(c, &client, keep, o);
  CHECK_INT(o->result, c->result);
  if (c->content) CHECK(strstr(o->text, c->content) != NULL);
  request = (char *)check_alloc(fake.sent_size + 1);
  memcpy(request, fake.sent, fake.sent_size + 1);
  close_client(&client);
  return request;
}

/* ---- memory ------------------------------------------------------------ */

/* A call with `size` bytes of memory. True: it was enough. */
static bool with_memory(const sweep_case *c, bool keep, size_t size,
                        const outcome *wanted, size_t *missing) {
  void *memory = check_alloc(size);
  litellm_client client;
  litellm_result result;
  outcome first, second;
  bool enough = false;
  script(c);
  *missing = 0;
  result = init(&client, size ? memory : (void *)&client, size);
  if (result != LITELLM_OK) {
    CHECK_INT(result, LITELLM_ERROR_NO_MEMORY);
    CHECK_INT(client.error.code, LITELLM_ERROR_NO_MEMORY);
    *missing = client.error.bytes_missing;
    call(c, &client, keep, &first);
    CHECK_INT(first.result, LITELLM_ERROR_NO_MEMORY);
    CHECK_INT(fake.opened, 0);
  } else {
    call(c, &client, keep, &first);
    call(c, &client, keep, &second);         /* the client works again */
    CHECK_INT(second.result, first.result);
    CHECK_TEXT(second.text, first.text);
    CHECK_TEXT(second.error, first.error);
    CHECK(client.arena.peak <= client.arena.size);
    enough = first.result == wanted->result &&
             !strcmp(first.text, wanted->text) &&
             !strcmp(first.error, wanted->error);
    /* An error may come with less of its text than it has, without its code, or
       with the first bytes of the body, where its message has no room. */
    if (!enough && first.result == LITELLM_ERROR_NO_MEMORY)
      *missing = client.error.bytes_missing;
    else if (!enough && wanted->result != LITELLM_END) {
      size_t len = strlen(first.error);
      CHECK(first.result == wanted->result ||
            first.result == LITELLM_ERROR_API);
      if (strncmp(first.error, c->body, len))
        check_same(first.error, len, wanted->error, len, __LINE__);
    } else
      check_outcome(&first, wanted);
  }
  if (!enough && first.result == LITELLM_ERROR_NO_MEMORY)
    CHECK(*missing > 0 && *missing < 100000);
  close_client(&client);
  free(memory);
  return enough;
}

static void memory_sweep(const sweep_case *c, bool keep) {
  outcome wanted;
  size_t size = 0, missing, rounds, more;
  bool enough = false;
  free(undisturbed(c, keep, &wanted));
  for (; !enough && size < 16384; size++) {
    check_at("%s, %s, %lu bytes", c->name, keep ? "kept" : "events",
             (unsigned long)size);
    enough = with_memory(c, keep, size, &wanted, &missing);
    if (enough || !missing) continue;
    /* What is missing helps, at last. */
    for (rounds = 0, more = size; missing && rounds < 12; rounds++) {
      more += missing;
      (void)with_memory(c, keep, more, &wanted, &missing);
    }
    CHECK(missing == 0);
  }
  CHECK(enough);
}

/* Transfers have no response. */
static void each_case(void (*test)(const sweep_case *c, bool keep)) {
  size_t i;
  int keep;
  for (i = 0; i < CASES; i++)
    for (keep = 0; keep < (LITELLM_EXTRAS ? 1 : 2); keep++)
      test(&cases[i], keep != 0);
}

static void test_memory(void) { each_case(memory_sweep); }

/* `missing` of init is exact: that much is enough, one byte less is not. */
static void test_init_memory(void) {
  litellm_client client;
  size_t size, whole;
  char *memory;
  CHECK_INT(init(&client, check_case, 0), LITELLM_ERROR_NO_MEMORY);
  whole = client.error.bytes_missing;
  for (size = 0; size <= whole; size++) {
    check_at("%lu bytes", (unsigned long)size);
    memory = (char *)check_alloc(whole);
    if (size < whole) {
      CHECK_INT(init(&client, memory, size), LITELLM_ERROR_NO_MEMORY);
      CHECK_INT(size + client.error.bytes_missing, whole);
    } else {
      CHECK_INT(init(&client, memory, size), LITELLM_OK);
    }
    free(memory);
  }
}

/* ---- faults ------------------------------------------------------------ */

/* What a call may end with when the port failed: the code when nothing of the
   reply was there yet, else what was there decides. */
static bool may_end(const sweep_case *c, const outcome *o,
                    const outcome *wanted, size_t reply_bytes) {
  litellm_result code = fake.fail_with == LITELLM_END
                            ? LITELLM_ERROR_CONNECTION_CLOSED
                            : fake.fail_with;
  if (o->result == wanted->result && !strcmp(o->text, wanted->text))
    return true;
  /* After a failed write the port is read, and then it is its word. */
  if (reply_bytes == 0)
    return o->result == code || (fake.failing == FAKE_SEND &&
                                 o->result == LITELLM_ERROR_CONNECTION_CLOSED);
  if (o->result == LITELLM_ERROR_TRUNCATED) return true;
  /* Of an error reply the status is known, the text perhaps not. */
  if (c->result < LITELLM_ERROR_JSON && c->result != LITELLM_ERROR_TRUNCATED)
    return o->result == c->result || o->result <= LITELLM_ERROR_HTTP_STATUS;
  /* Without a length the orderly end may be the real one. */
  if (fake.fail_with != LITELLM_END || c->framing != UNTIL_CLOSE) return false;
  return o->result == LITELLM_ERROR_JSON ||
         o->result == LITELLM_ERROR_EMPTY_REPLY ||
         (o->result == LITELLM_END &&
          !strncmp(o->text, wanted->text, strlen(o->text)));
}

static void with_fault(const sweep_case *c, bool keep, const outcome *wanted,
                       const char *request, litellm_client *client) {
  unsigned fail_at = fake.fail_at;
  outcome o;
  size_t got;
  check_at("%s, %s, call %u of %s fails %s with %s%s", c->name,
           keep ? "kept" : "events", fake.fail_at,
           fake.failing == FAKE_CONNECT ? "connect" :
           fake.failing == FAKE_SEND ? "send" : "recv",
           fake.fail_for_good ? "for good" : "once",
           litellm_result_name(fake.fail_with),
           fake.early ? ", early" : "");
  fake_rewind();
  call(c, client, keep, &o);
  got = fake.at;
  if (!may_end(c, &o, wanted, got)) {
    CHECK_INT(o.result, wanted->result);
    CHECK_TEXT(o.text, wanted->text);
  }
  fake.fail_at = 0;
  call(c, client, keep, &o);                 /* works again */
  check_outcome(&o, wanted);
  if (!c->early) CHECK_TEXT(fake.sent, request);
  fake.fail_at = fail_at;
  CHECK(fake.closed >= 1 && fake.opened - fake.closed <= 1);
  CHECK(fake.wrong == NULL || (printf("# %s\n", fake.wrong), 0));
}

static void fault_sweep(const sweep_case *c, bool keep) {
  static const struct { int failing; litellm_result with; } faults[] = {
    { FAKE_CONNECT, LITELLM_ERROR_RESOLVE },
    { FAKE_CONNECT, LITELLM_ERROR_CONNECT },
    { FAKE_SEND, LITELLM_ERROR_CONNECTION_CLOSED },
    { FAKE_SEND, LITELLM_ERROR_NETWORK },
    { FAKE_RECV, LITELLM_END },
    { FAKE_RECV, LITELLM_ERROR_CONNECTION_CLOSED },
    { FAKE_RECV, LITELLM_ERROR_NETWORK }
  };
  static unsigned char memory[16384];
  outcome wanted;
  litellm_client client;
  char *request = undisturbed(c, keep, &wanted);
  unsigned count[FAKE_CALLS];
  size_t i;
  script(c);
  fake.resolving = fake.connecting = 1;
  fake.read_size = 23;
  fake.send_size = strlen(request) > 4000 ? 0 : 61;
  if (c->early) fake.send_size = 61;
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  {
    outcome again;
    call(c, &client, keep, &again);
    check_outcome(&again, &wanted);
    memcpy(count, fake.count, sizeof count);
  }
  for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    fake.failing = faults[i].failing;
    fake.fail_with = faults[i].with;
    for (fake.fail_at = 1; fake.fail_at <= count[fake.failing] + 1;
         fake.fail_at++) {
      fake.fail_for_good = false;
      with_fault(c, keep, &wanted, request, &client);
      fake.fail_for_good = true;
      with_fault(c, keep, &wanted, request, &client);
    }
  }
  fake.fail_at = 0;
  close_client(&client);
  free(request);
}

static void test_faults(void) { each_case(fault_sweep); }

/* A server that answers at once and closes: the failed write is not what is
   told, but the answer. */
static void test_write_fails_after_early_reply(void) {
  static unsigned char memory[16384];
  const sweep_case *c = &cases[CASES - 1];
  litellm_client client;
  outcome o;
  unsigned n;
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  for (n = 1; n <= 3; n++) {
    check_at("send %u fails", n);
    script(c);
    fake.failing = FAKE_SEND;
    fake.fail_at = n;
    fake.fail_for_good = true;
    fake.fail_with = LITELLM_ERROR_CONNECTION_CLOSED;
    call(c, &client, true, &o);
    CHECK_INT(o.result, LITELLM_ERROR_AUTHENTICATION);
  }
  close_client(&client);
}

/* A call in ample memory that goes as one that nothing disturbed. */
static void check_as_undisturbed(const sweep_case *c, bool keep,
                                 const char *request, const outcome *wanted) {
  static unsigned char memory[16384];
  litellm_client client;
  outcome o;
  CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
  call(c, &client, keep, &o);
  check_outcome(&o, wanted);
  if (!c->early) CHECK_TEXT(fake.sent, request);
  close_client(&client);
}

/* ---- AGAIN ------------------------------------------------------------- */

static void again_sweep(const sweep_case *c, bool keep) {
  outcome wanted;
  char *request = undisturbed(c, keep, &wanted);
  unsigned every, calls = fake.calls;
  /* With callbacks that say AGAIN too, 2 would keep each send from going on. */
  for (every = LITELLM_EXTRAS ? 3 : 2; every <= calls + 1; every++) {
    check_at("%s, %s, AGAIN at every call %u", c->name,
             keep ? "kept" : "events", every);
    script(c);
    fake.again_every = every;
    check_as_undisturbed(c, keep, request, &wanted);
  }
  free(request);
}

static void test_again(void) { each_case(again_sweep); }

/* Each way to cut what is sent and what comes gives the same. */
static void pieces_sweep(const sweep_case *c, bool keep) {
  static const size_t sizes[] = { 1, 2, 3, 5, 7, 11, 16, 31, 64, 127, 128 };
  outcome wanted;
  char *request = undisturbed(c, keep, &wanted);
  size_t n;
  for (n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
    check_at("%s, %lu bytes a time", c->name, (unsigned long)sizes[n]);
    script(c);
    fake.read_size = fake.send_size = sizes[n];
    check_as_undisturbed(c, keep, request, &wanted);
  }
  free(request);
}

static void test_pieces(void) { each_case(pieces_sweep); }

/* Each place in the reply where it is cut in two gives the same; where it ends
   there, or all is silent from there on, it is no success. */
static void splits_sweep(const sweep_case *c, bool keep) {
  static unsigned char memory[16384];
  litellm_client client;
  outcome wanted, o;
  size_t n, size;
  free(undisturbed(c, keep, &wanted));
  size = fake.reply_size;
  for (n = 1; n < size && size < 4000; n++) {
    check_at("%s, cut at byte %lu", c->name, (unsigned long)n);
    CHECK_INT(init(&client, memory, sizeof memory), LITELLM_OK);
    script(c);
    fake.cut_at = n;
    call(c, &client, keep, &o);
    check_outcome(&o, &wanted);
    script(c);
    fake.hold_at = n;
    call(c, &client, keep, &o);
    CHECK(o.result == LITELLM_ERROR_TIMEOUT || o.result == wanted.result ||
          o.result == LITELLM_ERROR_HTTP_STATUS || c->result < 0);
    close_client(&client);
  }
}

static void test_splits(void) { each_case(splits_sweep); }

static int sweep(void) {
  CHECK_RUN(test_init_memory);
  CHECK_RUN(test_memory);
  CHECK_RUN(test_pieces);
  CHECK_RUN(test_splits);
  CHECK_RUN(test_again);
  CHECK_RUN(test_faults);
  CHECK_RUN(test_write_fails_after_early_reply);
  fake_free();
  return check_failures != 0;
}

#endif
