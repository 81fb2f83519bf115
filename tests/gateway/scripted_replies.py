"""What the scripted gateway answers: one row of SCRIPTS for each script.

A script takes the request and gives the steps of its answer: bytes are one
write, a number is a sleep in seconds, and an End says what becomes of the
connection. Without an End the connection is kept for the next request.
"""

import email.utils
import enum
import json
import time

from openai_rules import load, problems


class End(enum.Enum):
    CLOSE = "closed in order"        # close_notify, FIN, then wait a little
    RESET = "reset"                  # RST; whatever the client sends is lost
    WAIT = "left to the client"      # say nothing more until it goes away
    STALE = "next request dropped"   # keep it, but RST on the next request


CLOSE, RESET, WAIT, STALE = End

# The one text of all scripts that test framing: two-, three- and four-byte
# characters, a quote and a line end, so that a bad split cannot pass.
TEXT = 'Grüße, "world" – 😀\nbye'
ALPHABET = "abcdefghijklmnopqrstuvwxyz012345"   # 32: divides every size below
REASONS = {200: "OK", 307: "Temporary Redirect", 400: "Bad Request",
           401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           405: "Method Not Allowed", 408: "Request Timeout",
           413: "Payload Too Large", 429: "Too Many Requests",
           500: "Internal Server Error", 502: "Bad Gateway",
           503: "Service Unavailable"}


# ---- HTTP -------------------------------------------------------------------

def head(status, *lines):
    start = f"HTTP/1.1 {status} {REASONS.get(status, '')}"
    lines = (start, "server: scripted", *lines, "", "")
    return "\r\n".join(lines).encode()


def reply(body, status=200, kind="application/json", *lines):
    """A whole answer with its length; body is bytes, text or a JSON value."""
    if not isinstance(body, (bytes, str)):
        body = compact(body)
    if isinstance(body, str):
        body = body.encode()
    return head(status, f"content-type: {kind}", *lines,
                f"content-length: {len(body)}") + body


def chunked_head(kind="application/json"):
    return head(200, f"content-type: {kind}", "Transfer-Encoding: chunked")


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST = b"0\r\n\r\n"


def pieces(data, size):
    return [data[i:i + size] for i in range(0, len(data), size)]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pattern(size):
    return (ALPHABET * (size // len(ALPHABET) + 1))[:size]


# ---- chat replies, key orders as the gateway has them -----------------------

USAGE = {"completion_tokens": 7, "prompt_tokens": 5, "total_tokens": 12}


def chat(r, content=TEXT, finish="stop", **message):
    return {"id": "chatcmpl-scripted", "created": 1780000000,
            "model": r.model, "object": "chat.completion",
            "choices": [{"finish_reason": finish, "index": 0,
                         "message": {"content": content, "role": "assistant",
                                     **message}}],
            "usage": USAGE}


def body(r):
    return compact(chat(r)).encode()


def call(name, arguments, number=1):
    if not isinstance(arguments, str):
        arguments = compact(arguments)
    return {"function": {"arguments": arguments, "name": name},
            "id": f"call_{number}", "type": "function"}


def tool_round(r):
    """Ask for a tool until its result is among the messages, then say it."""
    results = [m["content"] for m in r.json.get("messages", [])
               if m.get("role") == "tool"]
    if results:
        return [reply(chat(r, "The tool said: " + str(results[-1])))]
    name = r.argument or r.json["tools"][0]["function"]["name"]
    return [reply(chat(r, None, "tool_calls", tool_calls=[call(name, {})]))]


# ---- streams ----------------------------------------------------------------

def frame(value):
    return f"data: {compact(value)}\n\n".encode()


DONE = b"data: [DONE]\n\n"
PING = b": ping\n\n"
STREAM_ERROR = (b'data: {"error": {"message": "litellm.APIConnectionError: '
                b'\\u00e9\\ud83d\\ude00 broke", "type": null, "param": null, '
                b'"code": "500"}}\n\n')


def delta(r, finish=None, **fields):
    choice = {"index": 0, "delta": fields}
    if finish:
        choice = {"finish_reason": finish, **choice}
    return frame({"id": "chatcmpl-scripted", "created": 1780000000,
                  "model": r.model, "object": "chat.completion.chunk",
                  "choices": [choice]})


def texts(r, text=TEXT, size=3):
    first, *rest = pieces(text, size) or [""]
    return [delta(r, content=first, role="assistant"),
            *(delta(r, content=piece) for piece in rest)]


def usage(r, choices=({"index": 0, "delta": {}},)):
    return frame({"id": "chatcmpl-scripted", "created": 1780000000,
                  "model": r.model, "object": "chat.completion.chunk",
                  "choices": list(choices), "usage": USAGE})


def ending(r, reason="stop"):
    return [delta(r, reason), usage(r), DONE]


def whole(r, text=TEXT):
    return texts(r, text) + ending(r)


def sse(frames, last=LAST, gap=0):
    """Each frame in a chunk and a write of its own, gap seconds apart."""
    yield chunked_head("text/event-stream; charset=utf-8")
    for data in frames:
        yield chunk(data)
        if gap:
            yield gap
    yield last


def tool_fragments(r):
    """Two calls side by side; arguments come first and the index last."""
    def part(index, arguments, **start):
        function = {"arguments": arguments, **start.pop("function", {})}
        return delta(r, tool_calls=[{**start, "function": function,
                                     "type": "function", "index": index}])
    return [delta(r, content="", role="assistant"),
            part(0, "", id="call_1", function={"name": "get_weather"}),
            part(0, '{"ci'), part(0, 'ty":"K\u00f6ln"'),
            part(1, "", id="call_2", function={"name": "get_time"}),
            part(0, "}"), part(1, '{"zone":'), part(1, '"CET"}'),
            *ending(r, "tool_calls")]


def big_stream(r, events, size=1024):
    """events deltas of size characters, 16 chunks a write."""
    yield chunked_head("text/event-stream; charset=utf-8")
    data = chunk(delta(r, content=pattern(size)))
    for start in range(0, events, 16):
        yield data * min(16, events - start)
    yield b"".join(map(chunk, ending(r))) + LAST


def nasty(data, kind):
    """Sizes in odd spellings, and writes that end at every bad place.

    The body is cut after each byte above 0x7f, so inside characters; each
    chunk is then written as size digit, rest of size line up to CR, LF and
    data, CR, LF.
    """
    yield chunked_head(kind)
    cuts = [i + 1 for i, byte in enumerate(data) if byte > 0x7f]
    for i, (start, end) in enumerate(zip([0] + cuts, cuts + [len(data)])):
        size = b"%03X" % (end - start)
        yield size[:1]
        yield size[1:] + (b';note="a;b"\r' if i % 2 else b"\r")
        yield b"\n" + data[start:end]
        yield b"\r"
        yield b"\n"
        yield 0.001
    yield b"0"
    yield b"\r"
    yield b"\nx-trailer: ignored\r\n\r"
    yield b"\n"


# ---- a server with rules, for requests with tools and response models --------

def by_the_rules(answer, lax=False):
    """A script that answers requests as OpenAI wants them, streamed or not,
    and refuses all others, unless it is lax."""
    def script(r):
        wrong = [] if lax else list(problems(load(r.body)))
        if wrong:
            return error(400, "; ".join(wrong), "invalid_request_error")
        message, finish = answer(r)
        if not r.json.get("stream"):
            return [reply(chat(r, finish=finish, **message))]
        thoughts = {key: message[key] for key in message.keys() &
                    {"reasoning_content", "thinking_blocks"}}
        return sse([*([delta(r, **thoughts)] if thoughts else []),
                    *texts(r, message["content"] or ""),
                    *call_fragments(r, message.get("tool_calls", [])),
                    delta(r, finish), *last_frames(r)])
    return script


def say_last(r):
    """answer:TEXT with the last message's text for {last} in it."""
    last = r.json["messages"][-1]["content"]
    return {"content": r.argument.replace("{last}", str(last))}, "stop"


def make_calls(r):
    """calls:[[NAME, ARGUMENTS], ...], where arguments that are a text are
    sent as they are; ids are numbered on over the whole conversation. A third
    item is the id, null for none. calls:{"calls":[...], "text":..., "thought":
    ...} sends more beside them."""
    spec = json.loads(r.argument)
    if isinstance(spec, list):
        spec = {"calls": spec}
    number = sum(len(message.get("tool_calls", ()))
                 for message in r.json["messages"])
    made = []
    for name, arguments, *id in spec["calls"]:
        number += 1
        made.append(call(name, arguments, number))
        if id == [None]:
            del made[-1]["id"]
        elif id:
            made[-1]["id"] = id[0]
    message = {"content": spec.get("text"), "tool_calls": made}
    if "thought" in spec:
        message["reasoning_content"] = spec["thought"]
        message["thinking_blocks"] = [{"type": "thinking", "signature": "c2ln",
                                       "thinking": spec["thought"]}]
    return message, "tool_calls"


def call_fragments(r, calls):
    """Calls by turns, a few bytes of each at a time."""
    begin = [{**each, "function": {**each["function"], "arguments": ""}}
             for each in calls]
    rest = [pieces(each["function"]["arguments"], 5) for each in calls]
    for index, each in enumerate(begin):
        yield delta(r, tool_calls=[{"index": index, **each}])
    for turn in range(max(map(len, rest), default=0)):
        for index, each in enumerate(rest):
            if turn < len(each):
                yield delta(r, tool_calls=[{
                    "index": index, "function": {"arguments": each[turn]}}])


def last_frames(r):
    wanted = (r.json.get("stream_options") or {}).get("include_usage")
    return [usage(r, ()), DONE] if wanted else [DONE]


# ---- errors -----------------------------------------------------------------

def error(status, message, kind="None", code=None, *lines):
    """The gateway's own shape of an error."""
    return [reply({"error": {"message": message, "type": kind,
                             "param": "None", "code": code or str(status)}},
                  status, "application/json", *lines)]


def rate_limit(*lines):
    return error(429, "litellm.RateLimitError: scripted", "throttling_error",
                 None, *lines)


def html(status, title):
    return [reply(f"<html>\r\n<head><title>{title}</title></head>\r\n"
                  f"<body><center><h1>{title}</h1></center></body></html>\r\n",
                  status, "text/html")]


def number(r, default):
    return float(r.argument) if r.argument else default


def date(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


def cut(data, part):
    return data[:int(len(data) * part)]


def end_of(r):
    return End[r.argument.upper() or "CLOSE"]


def wrong_length(r, more):
    """A reply of which the head says more bytes than come, or fewer."""
    data = body(r)
    return [head(200, "content-type: application/json",
                 f"content-length: {len(data) + more}") + data, CLOSE]


def raw(r):
    """raw:NAME or raw:NAME:N: a file's bytes, all at once or N a write."""
    name, _, size = r.argument.partition(":")
    data = r.stored(name)
    return [*pieces(data, int(size or 0) or len(data) or 1), CLOSE]


def echo(r):
    return r.body.decode(errors="replace")


def slow_read(r):
    """Makes the client's writes block: nothing is read for a while."""
    yield number(r, 1.0)
    r.read_body()
    yield reply(chat(r, f"{len(r.body)} bytes"))


LITELLM_HEADERS = (
    "x-litellm-call-id: 85009fa1-73dc-459b-a918-89e331eca55f",
    "x-litellm-model-id: deployment-1", "x-litellm-model-group: scripted",
    "x-litellm-model-api-base: https://upstream.invalid/v1",
    "x-litellm-version: 1.100.5", "x-litellm-response-cost: 1.25e-05",
    "x-litellm-key-spend: 0.0375", "x-litellm-response-duration-ms: 812.5",
    "x-litellm-overhead-duration-ms: 4.679", "x-litellm-attempted-retries: 1",
    "x-litellm-attempted-fallbacks: 0", "x-ratelimit-limit-requests: 100",
    "x-ratelimit-remaining-requests: 99", "x-ratelimit-reset-requests: 6m0s",
    "x-ratelimit-limit-tokens: 40000", "x-ratelimit-remaining-tokens: 39988",
    "x-ratelimit-reset-tokens: 2ms", "llm_provider-content-length: 3",
    "llm_provider-content-encoding: gzip", "llm_provider-retry-after: 9",
    "llm_provider-transfer-encoding: chunked", "llm_provider-set-cookie: a=b")

SCRIPTS = {
    # Whole replies
    "hello": lambda r: [reply(chat(r))],
    "say": lambda r: [reply(chat(r, r.argument))],
    "echo": lambda r: [reply(chat(r, echo(r)))],
    "echo-head": lambda r: [reply(chat(r, r.head))],
    "length": lambda r: [reply(chat(r, finish="length"))],
    "tools": lambda r: [reply(chat(r, None, "tool_calls", tool_calls=[
        call("get_weather", {"city": "Köln"}),
        call("get_time", {"zone": "CET"}, 2)]))],
    "tool-round": tool_round,
    "answer": by_the_rules(say_last),
    "calls": by_the_rules(make_calls),
    "lax-answer": by_the_rules(say_last, lax=True),
    "lax-calls": by_the_rules(make_calls, lax=True),
    "reasoning": lambda r: [reply(chat(r, reasoning_content="Hmm."))],
    "refusal": lambda r: [reply(chat(r, None, refusal="I will not."))],
    "headers": lambda r: [reply(chat(r), 200, "application/json",
                                *LITELLM_HEADERS)],
    "big": lambda r: [reply(chat(r, pattern(int(number(r, 1024)))))],
    "big-1m": lambda r: [reply(chat(r, pattern(1 << 20)))],
    "big-10k-one-record": lambda r: [reply(chat(r, pattern(10240)))],
    "big-20k-header": lambda r: [reply(chat(r), 200, "application/json",
                                       "x-long: " + pattern(20480))],

    # Framing that is right, and hard
    "chunked": lambda r: [chunked_head() + chunk(body(r)) + LAST],
    "chunked-1": lambda r: [chunked_head(), *map(chunk, pieces(body(r), 1)),
                            LAST],
    "chunked-nasty": lambda r: nasty(body(r), "application/json"),
    "close-delimited": lambda r: [
        head(200, "content-type: application/json", "connection: close"),
        body(r), CLOSE],
    "connection-close": lambda r: [
        reply(chat(r), 200, "application/json", "Connection: close"), CLOSE],
    "continue-100": lambda r: [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n",
        reply(chat(r))],
    "http10": lambda r: [
        reply(chat(r)).replace(b"HTTP/1.1", b"HTTP/1.0", 1), CLOSE],
    "no-reason": lambda r: [reply(chat(r)).replace(b" OK", b" ", 1)],
    "surplus": lambda r: [reply(chat(r)) + b"HTTP/1.1 200 OK\r\n", CLOSE],

    # Time, and connections that end; most take :SECONDS
    "slow-head": lambda r: [number(r, 1.0), reply(chat(r))],
    "slow-body": lambda r: [cut(reply(chat(r)), .7), number(r, 1.0),
                            reply(chat(r))[len(cut(reply(chat(r)), .7)):]],
    "slow-read": slow_read,
    "drip": lambda r: (step for byte in pieces(reply(chat(r)), 1)
                       for step in (byte, number(r, 0.001))),
    "silence": lambda r: [WAIT],
    "silence-in-head": lambda r: [cut(reply(chat(r)), .1), WAIT],
    "silence-in-body": lambda r: [cut(reply(chat(r)), .7), WAIT],
    "close": lambda r: [CLOSE],
    "reset": lambda r: [RESET],
    "reset-body": lambda r: [cut(reply(chat(r)), .7), 0.05, RESET],
    "idle-close": lambda r: [reply(chat(r)), number(r, 0.2), CLOSE],
    "stale": lambda r: [reply(chat(r)), STALE],
    "break": lambda r: [reply(chat(r)).partition(b"orld")[0], 0.05,
                        end_of(r)],
    "early-401": lambda r: [*error(401, "Authentication Error, scripted",
                                   "auth_error", None, "Connection: close"),
                            CLOSE],
    "early-401-reset": lambda r: [*error(401, "Authentication Error, scripted",
                                         "auth_error", None,
                                         "Connection: close"), 0.05, RESET],
    "early-413": lambda r: [*html(413, "413 Request Entity Too Large"), CLOSE],

    # Framing that is wrong
    "cut-head": lambda r: [cut(reply(chat(r)), .1), CLOSE],
    "cut-body": lambda r: [cut(reply(chat(r)), .7), CLOSE],
    "cut": lambda r: [reply(chat(r))[:int(number(r, 1))], CLOSE],
    "wrong-length": lambda r: wrong_length(r, int(number(r, 7))),
    "cut-chunk": lambda r: [
        cut(chunked_head() + chunk(body(r)), .7), CLOSE],
    "cut-last-chunk": lambda r: [chunked_head() + chunk(body(r)), CLOSE],
    "bad-chunk": lambda r: [
        chunked_head() + chunk(body(r)[:9]) + b"zz\r\n", CLOSE],
    "two-lengths": lambda r: [
        reply(chat(r), 200, "application/json", "Content-Length: 5")],
    "length-and-chunked": lambda r: [
        head(200, "content-type: application/json", "content-length: 5",
             "transfer-encoding: chunked") + chunk(body(r)) + LAST],
    "bare-lf": lambda r: [reply(chat(r)).replace(b"\r\n", b"\n")],
    "obs-fold": lambda r: [reply(chat(r), 200, "application/json",
                                 "x-folded: one", " two")],
    "endless-head": lambda r: [head(200)[:-2],
                               *[b"x-more: %s\r\n" % (b"." * 1000)] * 100,
                               WAIT],
    "not-http": lambda r: [b"220 mail.example ESMTP ready\r\n", CLOSE],
    "gzip": lambda r: [reply(b"\x1f\x8b\x08\0\0\0\0\0", 200,
                             "application/json", "content-encoding: gzip")],

    # Replies without a chat reply in them
    "redirect": lambda r: [reply(b"", 307, "text/plain",
                                 "location: https://elsewhere.invalid/v1/")],
    "empty-200": lambda r: [reply(b"")],
    "status-204": lambda r: [head(204)],
    "no-choices": lambda r: [reply({"id": "x", "object": "list", "data": []})],
    "empty-choices": lambda r: [reply({**chat(r), "choices": []})],
    "html-200": lambda r: html(200, "LiteLLM API - Swagger UI"),
    "html-502": lambda r: html(502, "502 Bad Gateway"),
    "bad-json": lambda r: [reply(body(r).replace(b":0,", b":NaN,", 1))],
    "cut-json": lambda r: [reply(cut(body(r), .7))],
    "error-200": lambda r: [reply({"error": {"message": "in a 200",
                                             "type": None, "param": None,
                                             "code": 503}})],

    # Streams
    "stream-text": lambda r: sse(whole(r)),
    "stream-say": lambda r: sse(whole(r, r.argument)),
    "stream-echo": lambda r: sse(whole(r, echo(r))),
    "stream-tools": lambda r: sse(tool_fragments(r)),
    "stream-reasoning": lambda r: sse([
        delta(r, reasoning_content="Hm", role="assistant"),
        delta(r, reasoning_content="m."), *whole(r)]),
    "stream-1": lambda r: [
        chunked_head("text/event-stream"),
        *(chunk(byte) for byte in pieces(b"".join(whole(r)), 1)), LAST],
    "stream-nasty": lambda r: nasty(b"".join(whole(r)), "text/event-stream"),
    "stream-crlf": lambda r: sse(data.replace(b"\n", b"\r\n")
                                 for data in whole(r)),
    "stream-ping": lambda r: sse([PING, *(data for text in whole(r)
                                          for data in (text, PING))], gap=.02),
    "stream-slow": lambda r: sse(whole(r), gap=number(r, 0.2)),
    "stream-drip": lambda r: (step for data in sse(whole(r))
                              for byte in pieces(data, 1)
                              for step in (byte, number(r, 0.0005))),
    "stream-close": lambda r: [
        head(200, "content-type: text/event-stream", "connection: close"),
        *whole(r), CLOSE],
    "stream-usage": lambda r: sse([*texts(r), delta(r, "stop"),
                                   usage(r, ()), DONE]),
    "stream-silence": lambda r: [*sse(texts(r), last=b""), WAIT],
    "stream-cut": lambda r: [*sse(texts(r), last=b""), CLOSE],
    "stream-reset": lambda r: [*sse(texts(r), last=b""), 0.05, RESET],
    "stream-break": lambda r: [*sse(texts(r)[:3], last=b""), 0.05,
                               end_of(r)],
    "stream-cut-done": lambda r: [*sse(whole(r), last=b""), CLOSE],
    "stream-no-done": lambda r: sse([*texts(r), delta(r, "stop")]),
    "stream-no-finish": lambda r: sse([*texts(r), DONE]),
    "stream-no-end": lambda r: sse(texts(r)),
    "stream-error": lambda r: sse([*texts(r), STREAM_ERROR]),
    "stream-error-done": lambda r: sse([*texts(r), STREAM_ERROR, DONE]),
    "stream-error-first": lambda r: sse([PING, STREAM_ERROR, DONE]),
    "stream-empty": lambda r: sse([DONE]),
    "stream-10m": lambda r: big_stream(r, 10240),
    "stream-big": lambda r: big_stream(r, int(number(r, 64))),

    # Error bodies that are not the gateway's own
    "error-1": lambda r: [reply({"detail": "Not Found"}, 404)],
    "error-2": lambda r: [reply({"detail": {"error": {
        "message": "nested", "type": "t", "param": None, "code": "400"}}},
        400)],
    "error-2-text": lambda r: [reply({"detail": {"error": "nested"}}, 400)],
    "error-3": lambda r: [reply({"detail": [{
        "type": "missing", "loc": ["body", "x"], "msg": "Field required",
        "input": {}}]}, 422)],
    "error-4": lambda r: [reply({"type": "error", "error": {
        "type": "overloaded_error", "message": "Overloaded"},
        "request_id": "req_1"}, 529)],
    "error-5": lambda r: [reply({"error": {
        "code": 429, "message": "Quota exceeded",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"retryDelay": "34s"}]}}, 429)],
    "error-5-list": lambda r: [reply([{"error": {
        "code": 429, "message": "Quota exceeded",
        "status": "RESOURCE_EXHAUSTED"}}], 429)],
    "error-6": lambda r: [reply({"error": "model not found"}, 404)],
    "error-7": lambda r: [reply({
        "object": "error", "message": "old vLLM", "type": "BadRequestError",
        "param": None, "code": 400}, 400)],
    "error-8": lambda r: [reply({"message": "lower case"}, 403)],
    "error-8-upper": lambda r: [reply({"Message": "upper case"}, 403)],
    "error-8-msg": lambda r: [reply({"msg": "short"}, 403)],
    "error-9": lambda r: [
        head(500, "content-type: text/plain; charset=utf-8",
             "Connection: close"), b"Internal Server Error", CLOSE],
    "error-10": lambda r: html(503, "503 Service Temporarily Unavailable"),
    "error-11": lambda r: [reply(b"", 500)],

    # Errors a program branches on
    "authentication": lambda r: error(
        401, "Authentication Error, Invalid proxy server token passed",
        "auth_error"),
    "permission": lambda r: error(
        403, "key not allowed to access model", "key_model_access_denied"),
    "not-found": lambda r: error(404, "litellm.NotFoundError: no such model"),
    "budget": lambda r: error(
        429, "Budget has been exceeded! Current cost: 2, Max budget: 1",
        "budget_exceeded"),
    "quota": lambda r: error(429, "You exceeded your current quota",
                             "insufficient_quota", "insufficient_quota"),
    "context-window": lambda r: error(
        400, "litellm.ContextWindowExceededError: litellm.BadRequestError: "
        "This model's maximum context length is 8192 tokens"),
    "content-policy": lambda r: error(
        400, "litellm.ContentPolicyViolationError: scripted"),
    "overloaded": lambda r: error(
        529, "litellm.InternalServerError: AnthropicException - Overloaded",
        "overloaded_error"),
    "status": lambda r: error(int(number(r, 500)), "scripted status"),

    # Errors that say when, or whether, to come again
    "rate-limit": lambda r: rate_limit(),
    "retry-after": lambda r: rate_limit(f"retry-after: {r.argument or 1}"),
    "retry-after-ms": lambda r: rate_limit(
        f"retry-after-ms: {r.argument or 50}"),
    "retry-after-date": lambda r: rate_limit(
        f"retry-after: {date(number(r, 2))}"),
    "retry-after-provider": lambda r: rate_limit(
        f"llm_provider-retry-after: {r.argument or 1}"),
    "should-retry": lambda r: error(400, "come again", "None", None,
                                    "x-should-retry: true"),
    "should-not-retry": lambda r: error(503, "stay away", "None", None,
                                        "x-should-retry: false"),

    "raw": raw,
}

# These answer as soon as the model is known, before the body has been read.
EARLY = {"early-401", "early-401-reset", "early-413", "slow-read"}
