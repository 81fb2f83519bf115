#!/usr/bin/env python3
"""Streams over plain HTTP: CPU time of a process that reads them, in turn.

    streams.py ROUNDS COMMANDS

COMMANDS is a JSON object of name: command, in which {url}, {streams}, {turns}
and {window} stand for themselves. The last line of output is a JSON list of
[words, object of name: CPU seconds of each round].
"""

import concurrent.futures
import contextlib
import json
import re
import resource
import socket
import subprocess
import sys
import time

# Words, streams at once, turns, events of a stream, their bytes, seconds
# between two of them, the window of ours.
WORKS = [
    ("a stream of 4 MB", 1, 1, 4000, 1024, 0, 16384),
    ("20 of them, one after the other", 1, 20, 4000, 1024, 0, 16384),
    ("1,000 streams at once", 1000, 1, 100, 374, 0.03, 1024),
]
HEAD = (b"HTTP/1.1 200 OK\r\ndate: Mon, 01 Jan 2026 00:00:00 GMT\r\n"
        b"server: uvicorn\r\ncontent-type: text/event-stream\r\n"
        b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n")


def chunk(text="", finish=None):
    """A chunk as LiteLLM sends it."""
    return json.dumps({
        "id": "chatcmpl-BpS1wq3Y8vXhGd9uJ2m7bN0KcVfRt", "created": 1751640000,
        "model": "gpt-4o-mini-2024-07-18", "object": "chat.completion.chunk",
        "system_fingerprint": "fp_34a54ae93c", "choices": [
            {"finish_reason": finish, "index": 0, "delta": {"content": text},
             "logprobs": None}],
        "provider_specific_fields": None, "service_tier": "default",
        "citations": None, "stream_options": {"include_usage": True}},
        separators=(",", ":"))


def event(data):
    """The event, which is a chunk of HTTP too."""
    data = f"data: {data}\n\n"
    return f"{len(data):x}\r\n{data}\r\n".encode()


END = event(chunk(finish="stop")) + event("[DONE]") + b"0\r\n\r\n"


def text_of(size):
    """The text that makes a chunk so large."""
    return ("a stream of some words " * 50)[:size - len(chunk())]


def read_request(connection):
    data = b""
    while True:
        got = connection.recv(65536)
        data += got
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.I)
        if length and len(body) >= int(length[1]):
            return
        if not got:
            raise ConnectionError("no request")


def serve(listener, streams, events, size, gap):
    """Answers so many requests at once, an event to each in turn."""
    one = event(chunk(text_of(size)))
    pieces = [HEAD, *[one] * events, END] if gap else \
        [HEAD + one * events + END]
    with contextlib.ExitStack() as ends:
        connections = [ends.enter_context(listener.accept()[0])
                       for _ in range(streams)]
        for connection in connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            read_request(connection)
        for piece in pieces:
            for connection in connections:
                connection.sendall(piece)
            time.sleep(gap)


def serve_turns(listener, turns, *stream):
    with listener:                      # a client must not wait in vain
        for _ in range(turns):
            serve(listener, *stream)


def once(command, streams, turns, events, size, gap, window):
    """CPU seconds of the process; its server is a thread of this one."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=streams)
    listener.settimeout(30)
    values = {"{url}": f"http://127.0.0.1:{listener.getsockname()[1]}",
              "{streams}": str(streams), "{turns}": str(turns),
              "{window}": str(window)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with concurrent.futures.ThreadPoolExecutor() as threads:
        served = threads.submit(serve_turns, listener, turns, streams, events,
                                size, gap)
        done = subprocess.run([values.get(word, word) for word in command],
                              capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{command[0]}: {done.stderr}{served.exception()!r}")
        served.result()
    texts = streams * turns * events * len(text_of(size))
    if done.stdout != f"{texts}\n":
        sys.exit(f"{command[0]}: {texts} bytes of text, not {done.stdout}")
    return (after.ru_utime + after.ru_stime - before.ru_utime
            - before.ru_stime)


def allow_files(count):
    """So many open files, for this process and for those it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < count:
        sys.exit(f"streams.py: a process needs {count} open files, and may "
                 f"have {most}: see ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, most))


def main():
    rounds, commands = sys.argv[1:]
    commands = json.loads(commands)
    allow_files(max(streams for _, streams, *_ in WORKS) + 100)
    results = []
    for words, *work in WORKS:
        spans = {name: [] for name in commands}
        for turn in range(int(rounds) + 1):
            for name, command in commands.items():
                span = once(command, *work)
                if turn:                        # the first fills the caches
                    spans[name].append(span)
        results.append([words, spans])
    print(json.dumps(results))


if __name__ == "__main__":
    main()
