#!/usr/bin/env python3
"""Writes what the fuzzers begin with, a folder each, made of the vectors.

    seeds.py FOLDER

The first bytes of an input say how it is played; see the fuzzers. CORPUS in
the environment names a folder with more: see ../vectors/README.md.
"""

import hashlib
import json
import os
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
sys.path.insert(0, str(VECTORS))
import run as vectors  # noqa: E402
import wire  # noqa: E402

CORPUS = pathlib.Path(os.environ.get("CORPUS", os.devnull))
NEXT = b"\xff"                       # between the parts of an input

# reply.c: flags and limits, and the head it puts before each reply.
STREAM, KEEP, PAUSES, UNEVEN, TOOLS, MODEL = 1, 2, 4, 16, 32, 64
ROUNDS, REASK = 3, 4
RAW, JSON, EVENTS, ANSWER, RUN = 0, 1, 2, 4, 8

# decode.c: a value for each of its models, in their order.
POINT = '{"x":1,"y":-2}'
MAYBE = ('{"a":"s","b":"t","c":"text","e":true,"f":1,"h":2,"j":0.5,'
         f'"l":"K","m":{POINT}}}')
VALUES = (
    '{"a":"s","b":"t","c":"text","d":"abc","e":false,"f":-7,"g":2000,'
    '"h":9007199254740993,"i":9,"j":1e-3,"k":-0.25,"l":"celsius",'
    f'"m":{POINT},"n":["x","\\u00e9\\ud83d\\ude00"],"o":[{POINT},{POINT}]}}',
    MAYBE,
    '{"a":["s","t"],"b":["u"],"c":["v","w"],"f":[1,2,3],"j":[1.5,2],'
    f'"l":["K"],"m":[{MAYBE}]}}',
    f'{{"a":[{{"a":{{"a":[{POINT}]}}}},{{"a":null}}]}}',
    '{"a":1.7976931348623157e308}', '{"a":"words"}', '{"a":null}', POINT)


def chat(**message):
    return json.dumps({"choices": [{"message": message}]}).encode()


def tool_calls(*calls):
    return chat(tool_calls=[
        {"id": f"call_{index}", "type": "function",
         "function": {"name": name, "arguments": arguments}}
        for index, (name, arguments) in enumerate(calls)])


def deltas(*all_of_them):
    return b"".join(wire.frame(f"delta {json.dumps(delta)}")
                    for delta in all_of_them) + wire.frame("done")


def reply(data, flags=0, limits=0, how=RAW, window=0, step=0):
    return bytes([flags, limits, window, 0, step, 0, 0, how]) + data


def raw_replies():
    for path in sorted(VECTORS.glob("reply/*.txt")):
        for _, data, _, _ in vectors.reply_cases(path):
            if len(data) < 6000:
                yield data
    for path in sorted(CORPUS.glob("litellm-*/*.http")):
        yield path.read_bytes()


def replies():
    for data in raw_replies():
        yield reply(data, STREAM, step=6)
        yield reply(data, KEEP | UNEVEN | TOOLS, window=20)
    for later in (b"1.5", b"Sun, 06 Nov 1994 08:49:37 GMT"):
        yield reply(b"HTTP/1.1 429 X\r\nRetry-After: " + later +
                    b"\r\nx-litellm-key-spend: 1\r\n\r\n{}")
    # What once broke a promise.
    yield reply(b"", STREAM, how=EVENTS)
    yield reply(deltas({"tool_calls": [{"index": []}]}), how=EVENTS)
    yield reply(tool_calls(("f", "1")), PAUSES, how=JSON)
    # Rounds of tools, then the answer; fields of a struct as they come.
    rounds = (tool_calls(("f", '{"city":"Paris","n":2}'), ("g", "{}")),
              tool_calls(("f", '{"city":"!"}'), ("none", "[")),
              chat(content=POINT))
    for flags in (TOOLS, TOOLS | STREAM, TOOLS | MODEL):
        for limits in (ROUNDS, ROUNDS | REASK | 7 << 5):
            yield reply(NEXT.join(rounds), flags, limits, JSON, step=4)
        yield reply(NEXT.join((tool_calls(("h", "{}")), rounds[2])), flags,
                    ROUNDS, JSON | ANSWER)
        yield reply(NEXT.join(rounds), flags, ROUNDS, JSON | RUN)
    calls = [{"tool_calls": [{"index": 0, "id": "a", "function":
                              {"name": "f", "arguments": '{"ci'}}]},
             {"tool_calls": [{"index": 0, "function":
                              {"arguments": 'ty":"Rome"}'}}]}]
    yield reply(NEXT.join((deltas(*calls), deltas({"content": POINT}))),
                TOOLS | STREAM | MODEL, ROUNDS | 7 << 5, EVENTS)
    for index, value in enumerate(VALUES):
        for output_mode in range(3):
            limits = index << 5 | output_mode << 3 | REASK
            said = {"content": value} if output_mode < 2 else {"tool_calls": [
                {"index": 0, "id": "a", "function":
                 {"name": "answer", "arguments": value}}]}
            wrong = {"content": "Well: {\"a\": []}"}
            yield reply(chat(**said), MODEL, limits, JSON)
            yield reply(NEXT.join((chat(**wrong), chat(**said))), MODEL,
                        limits, JSON)
            yield reply(NEXT.join((deltas(wrong), deltas(said))),
                        MODEL | STREAM | KEEP, limits, EVENTS, step=8)


def decodings():
    for index, value in enumerate(VALUES):
        yield bytes([index, 4, 2]) + value.encode()
        fenced = f"Here it is:\n```json\n{value}\n```\n"
        yield bytes([index, 0, 0]) + fenced.encode()


def templates():
    for path in sorted(VECTORS.glob("prompt/*.jsonl")):
        lines = vectors.lines_of(path.read_bytes())
        for line in lines[::50] if path.stem == "specs" else lines:
            arguments = json.dumps(line.get("arguments", {}))
            yield (b"\x06\x20" + line["template"].encode() + NEXT +
                   arguments.replace("Infinity", "1e999").encode())


def heads():
    for url in ("http://h", "https://h:4000/v1", "http://[::1]:1/a/",
                "http://h/v1/chat/completions", "http://h/openai/x%20y",
                "http://h?a", "http://h/x/?api-version=1"):
        yield b"\x01\x20" + url.encode()
        yield b"\x0f\x60" + NEXT.join((
            url.encode(), b"sk-1", b"x-key", b"X-Tags", b"a, b", b"gpt"))


def documents():
    for line in vectors.lines_of((VECTORS / "json/tokens.jsonl").read_bytes()):
        yield b"\2\3" + (line["text"].encode() if "text" in line
                         else bytes.fromhex(line["hex"]))
    for path in sorted(CORPUS.glob("json-test-suite/*.json")):
        yield b"\0\0" + path.read_bytes()


def choices():
    """For what takes a byte for each thing that it does: any will do."""
    source = random.Random(1)
    for size in range(20, 1000, 20):
        yield source.randbytes(size)


def main():
    for name, seeds in (("reply", replies), ("decode", decodings),
                        ("template", templates), ("head", heads),
                        ("json", documents), ("machine", choices),
                        ("tables", choices)):
        folder = pathlib.Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        for seed in seeds():
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
