"""From what the vectors say to the bytes on the wire."""

import json
import re

CHAT = '{"choices":[{"message":{"content":"hi"}}]}'


class Failure(Exception):
    """What was expected and what came instead."""


ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
PLAIN = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}


def unescape(text):
    def one(match):
        word = match.group(1)
        return bytes.fromhex(word[1:].decode()) if len(word) == 3 \
            else PLAIN[word]
    return ESCAPE.sub(one, text.encode())


def grow(text):
    text = text.replace("<<chat>>", CHAT)
    return re.sub(r"<<(.+?)\*(\d+)>>",
                  lambda m: m.group(1) * int(m.group(2)), text)


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def frame(line):
    word, _, rest = line.partition(" ")
    if word == "delta":
        line = 'data: {"choices":[{"index":0,"delta":%s}]}' % rest
    elif word == "finish":
        line = ('data: {"choices":[{"index":0,"delta":{},'
                '"finish_reason":"%s"}]}' % rest)
    elif line == "done":
        line = "data: [DONE]"
    return (line + "\n\n").encode()


def head(status, kind):
    return f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n".encode()


def with_length(start, body):
    return start + b"content-length: %d\r\n\r\n" % len(body) + body


EVENTS = "text/event-stream; charset=utf-8"


def wire(how, lines):
    """The bytes of a case, and the driver's options for it."""
    words = how.split()
    options = ["--reset"] if "reset" in words else []
    if words[0] == "stream":
        last = b"" if "cut" in words else b"0\r\n\r\n"
        return (head(200, EVENTS) + b"Transfer-Encoding: chunked\r\n\r\n" +
                b"".join(chunk(frame(grow(line))) for line in lines) + last,
                options)
    if words[0] == "json":
        body = grow("\n".join(lines))
        if body.startswith("message "):
            body = ('{"choices":[{"finish_reason":"stop","index":0,'
                    '"message":%s}]}' % body[8:])
        return with_length(head(words[1], "application/json"),
                           body.encode()), options
    body = unescape(grow("".join(lines)))
    if words[0] == "http":
        return body, options
    if words[0] == "events":
        return with_length(head(200, EVENTS), body), options
    if words[0] == "body":
        return with_length(head(words[1], " ".join(words[2:])), body), options
    raise ValueError(how)


# ---- a reply by what it says ------------------------------------------------

TEXTS = {"think": "reasoning_content", "say": "content", "refuse": "refusal"}


def spoken(lines):
    """Texts, signed thoughts, calls, finish reason and usage of a reply, told
    as
        think TEXT      say TEXT      refuse TEXT
        sign SIGNATURE  (of the thoughts before it)   redact DATA
        call ID NAME ARGUMENTS        use PROMPT COMPLETION
        finish REASON
    A line end within a text is a ↵."""
    said = {"texts": {}, "blocks": [], "calls": [], "use": None}
    thoughts = []
    for line in lines:
        word, _, rest = line.replace("↵", "\n").partition(" ")
        if word == "think":
            thoughts.append(rest)
        if word == "sign":
            said["blocks"].append({"type": "thinking", "signature": rest,
                                   "thinking": "".join(thoughts)})
            thoughts = []
        elif word == "redact":
            said["blocks"].append({"type": "redacted_thinking", "data": rest})
        elif word in TEXTS:
            said["texts"].setdefault(TEXTS[word], []).append(rest)
        elif word == "call":
            said["calls"].append((rest + " ").split(" ", 2))
            said["calls"][-1][2] = said["calls"][-1][2][:-1]
        elif word == "use":
            prompt, completion = map(int, rest.split())
            said["use"] = {"prompt_tokens": prompt,
                           "completion_tokens": completion,
                           "total_tokens": prompt + completion}
        elif word == "finish":
            said[word] = rest
        else:
            raise ValueError(line)
    said.setdefault("finish", "tool_calls" if said["calls"] else "stop")
    return said


def function(call, arguments):
    return {"id": call[0], "type": "function",
            "function": {"name": call[1], "arguments": arguments}}


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def whole(said):
    message = {"role": "assistant"}
    for name, pieces in said["texts"].items():
        message[name] = "".join(pieces)
    if said["blocks"]:
        message["thinking_blocks"] = said["blocks"]
    if said["calls"]:
        message["tool_calls"] = [function(call, call[2])
                                 for call in said["calls"]]
    body = {"id": "r1", "choices": [{"index": 0, "message": message,
                                     "finish_reason": said["finish"]}]}
    if said["use"]:
        body["usage"] = said["use"]
    return with_length(head(200, "application/json"), text(body).encode())


def halves(words):
    return words[:len(words) // 2], words[len(words) // 2:]


ORDERS = {                           # of a choice's keys
    "index first": 'data: {"choices":[{"index":0,%s}]}',
    "index last": 'data: {"choices":[{%s,"index":0}]}',
    "no index": 'data: {"choices":[{%s}]}',
}


def streamed(said, order="index first"):
    """The same in pieces: those it is told in, or else two of each."""
    deltas = [{"role": "assistant", "content": ""}]
    for name, pieces in said["texts"].items():
        deltas += [{name: piece} for piece in
                   (pieces if pieces[1:] else halves(pieces[0]))]
    for block in said["blocks"]:
        pieces = [block]
        if "thinking" in block:
            pieces = [{**block, "thinking": half, "signature": None}
                      for half in halves(block["thinking"])]
            pieces.append({**block, "thinking": ""})
        deltas += [{"thinking_blocks": [piece]} for piece in pieces]
    for index, call in enumerate(said["calls"]):
        deltas.append({"tool_calls": [{"index": index, **function(call, "")}]})
        deltas += [{"tool_calls": [{"index": index, "function":
                                    {"arguments": half}}]}
                   for half in halves(call[2])]
    lines = [ORDERS[order] % f'"delta":{text(delta)}' for delta in deltas]
    lines.append("finish " + said["finish"])
    if said["use"]:
        lines.append("data: " + text({"choices": [], "usage": said["use"]}))
    return wire("stream", [*lines, "done"])[0]
