#!/usr/bin/env python3
"""Checks the scripted gateway itself, with Python's own TLS and HTTP client.

A script that is not named below has to say TEXT, with status 200 and an
orderly end: over plain HTTP, over TLS, and in records of 512 bytes.
"""

import concurrent.futures
import http.client
import io
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

from scripted_replies import SCRIPTS, TEXT, pattern  # noqa: E402

HERE = pathlib.Path(__file__).parent
LENGTH = {"big": 1024, "big-1m": 1 << 20, "big-10k-one-record": 10240,
          "stream-10m": 10 << 20, "stream-big": 64 << 10}
# Script: (status, a part of the body), or how the connection or the reading
# of the reply ends.
EXPECTED = {
    "continue-100": (103, ""),          # Python takes it for the answer
    "say:a:b": (200, '"content":"a:b"'), "say": (200, '"content":""'),
    "echo": (200, "{\\\"model\\\":"), "echo-head": (200, "POST /prefix/v1/"),
    "stream-say": (200, '"delta":{"content":""'),
    "stream-echo": (200, '"content":"{\\"m"'),
    "tools": (200, '{\\"city\\":\\"Köln\\"}'),
    "tool-round:f": (200, '"name":"f"'), "refusal": (200, "I will not."),
    "tool-round": "closed",             # no tools were offered
    "answer": (400, "unknown parameter pad"), "calls": (400, "no"),
    "lax-answer": (400, "IndexError"), "lax-calls": (400, "JSONDecodeError"),
    'lax-calls:[["f",{}]]': (200, '"name":"f"'),
    "slow-read": (200, '"content":"'), "drip": (200, "Grüße"),
    "silence": "silent", "silence-in-head": "silent",
    "silence-in-body": "silent", "stream-silence": "silent",
    "endless-head": "silent", "close": "closed", "reset": "reset",
    "reset-body": "reset", "stream-reset": "reset",
    "early-401": (401, "auth_error"), "early-413": (413, "Too Large"),
    "early-401-reset": "reset",
    "cut-head": "IncompleteHead", "cut-body": "IncompleteRead",
    "cut": "BadStatusLine", "cut:40": "IncompleteHead",
    "cut:120": "IncompleteRead", "wrong-length": "IncompleteRead",
    "break": "IncompleteRead", "break:reset": "reset", "break:wait": "silent",
    "stream-break": "IncompleteRead", "stream-break:reset": "reset",
    "stream-break:wait": "silent",
    "cut-chunk": "IncompleteRead", "cut-last-chunk": "IncompleteRead",
    "bad-chunk": "IncompleteRead", "stream-cut": "IncompleteRead",
    "stream-cut-done": "IncompleteRead", "not-http": "BadStatusLine",
    # Python reads these without a word.
    "two-lengths": (200, '{"id"'), "length-and-chunked": (200, "Gr"),
    "obs-fold": (200, "Gr"), "bare-lf": (200, "Gr"), "gzip": (200, "\x1f"),
    "redirect": (307, ""), "empty-200": (200, ""), "status-204": (204, ""),
    "no-choices": (200, '"data":[]'), "empty-choices": (200, '"choices":[]'),
    "html-200": (200, "<html>"), "html-502": (502, "<html>"),
    "bad-json": (200, "NaN"), "cut-json": (200, '{"id"'),
    "error-200": (200, '{"error"'),
    "stream-tools": (200, '{\\"ci"'), "stream-no-end": (200, "Gr"),
    "stream-error": (200, "litellm.APIConnectionError"),
    "stream-error-done": (200, "[DONE]"), "stream-empty": (200, "[DONE]"),
    "stream-error-first": (200, ": ping"),
    "error-1": (404, '{"detail":"Not Found"}'), "error-2": (400, "nested"),
    "error-2-text": (400, '{"error":"nested"}'), "error-3": (422, "loc"),
    "error-4": (529, "req_1"), "error-5": (429, '"code":429'),
    "error-5-list": (429, "[{"), "error-6": (404, '{"error":"model'),
    "error-7": (400, '"object":"error"'), "error-8": (403, '{"message"'),
    "error-8-upper": (403, '{"Message"'), "error-8-msg": (403, '{"msg"'),
    "error-9": (500, "Internal Server Error"), "error-10": (503, "<html>"),
    "error-11": (500, ""),
    "authentication": (401, "auth_error"), "permission": (403, "not allowed"),
    "not-found": (404, "NotFoundError"), "budget": (429, "budget_exceeded"),
    "quota": (429, "insufficient_quota"), "rate-limit": (429, "RateLimit"),
    "context-window": (400, "ContextWindowExceededError"),
    "content-policy": (400, "ContentPolicyViolationError"),
    "overloaded": (529, "overloaded_error"), "status": (500, '"code":"500"'),
    "status:418": (418, '"code":"418"'), "retry-after": (429, "RateLimit"),
    "retry-after-ms": (429, "RateLimit"),
    "retry-after-date": (429, "RateLimit"),
    "retry-after-provider": (429, "RateLimit"),
    "should-retry": (400, "again"), "should-not-retry": (503, "away"),
    "raw:small": (200, "raw"), "raw:small:7": (200, "raw"),
    "raw": (400, "FileNotFoundError"), "raw:../x": (400, "leads out"),
    "unknown": (400, "Invalid model name"),
}
# Listener: what becomes of "hello", and what replaces ca.pem.
LISTENERS = {
    "GOOD_RSA": ("TEXT", "rsa-ca"), "GOOD_RSA_TLS12": ("TEXT", "rsa-ca"),
    "WRONG_HOST": ("Hostname mismatch",), "EXPIRED": ("has expired",),
    "NOT_YET_VALID": ("not yet valid",), "SELF_SIGNED": ("self-signed",),
    "UNKNOWN_CA": ("unable to get local issuer",),
    "CHAIN_SHORT": ("unable to get local issuer",),
    "CHAIN_EXPIRED": ("has expired",), "NOT_A_CA": ("CERTIFICATE_VERIFY",),
    "CRITICAL": ("unhandled critical extension",),
    "WRONG_USAGE": ("unsuitable certificate purpose",),
    "OLD_TLS": ("ALERT",), "OLD_CIPHERS": ("HANDSHAKE_FAILURE",),
    "CLIENT_CERT": ("CERTIFICATE_REQUIRED",), "CUT": ("unnotified",),
    "NO_NOTIFY": ("unnotified",), "REFUSED": ("refused",),
    "CLOSED": ("EOF|reset",), "RESET": ("reset",), "MUTE": ("timed out",),
    "GARBAGE": ("WRONG_VERSION_NUMBER",), "HTTP_400": ("WRONG_VERSION",),
    "ALERT": ("HANDSHAKE_FAILURE",), "CUT_HANDSHAKE": ("EOF",),
}
failures = 0


def check(what, right, seen=""):
    global failures
    if not right:
        failures += 1
        print(f"FAIL {what}: {seen}")


def connect(port, ca=None):
    address = "::1" if port in IPV6 else "127.0.0.1"
    sock = socket.create_connection((address, port),
                                    timeout=1 if port == PORTS["MUTE"] else 10)
    if not ca:
        return sock
    context = ssl.create_default_context(cafile=ca)
    return context.wrap_socket(sock, server_hostname="localhost",
                               suppress_ragged_eofs=False)


def request(model, connection="close"):
    body = json.dumps({"model": model, "messages": [], "pad": "x" * 30000},
                      separators=(",", ":")).encode()
    return (f"POST /prefix/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer sk-check\r\nConnection: {connection}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def read(sock):
    """All that comes, and how it ends."""
    data = bytearray()
    try:
        while piece := sock.recv(65536):
            data += piece
        return bytes(data), "closed"
    except TimeoutError:
        return bytes(data), "silent"
    except ConnectionResetError:
        return bytes(data), "reset"
    except ssl.SSLEOFError:                 # Python's word for an RST, too
        return bytes(data), "unnotified"


def parse(data):
    """(status, body), or the name of what is wrong with it."""
    class Wire:
        def makefile(self, _):
            return io.BytesIO(data)
    reply = http.client.HTTPResponse(Wire(), method="POST")
    try:
        if b"\n\n" not in data.replace(b"\r", b""):
            return "IncompleteHead" if data.startswith(b"HTTP") \
                else "BadStatusLine"
        reply.begin()
        return reply.status, reply.read().decode(errors="replace")
    except http.client.HTTPException as problem:
        return type(problem).__name__


def content(body):
    """The message of a reply, or of a stream."""
    if not body.startswith("{"):
        lines = [line[6:] for line in body.splitlines()
                 if line.startswith("data: {")]
        choices = [json.loads(line)["choices"] for line in lines]
        return "".join(choice[0]["delta"].get("content", "")
                       for choice in choices if choice)
    return json.loads(body)["choices"][0]["message"]["content"]


def talk(port, model, ca=None):
    with connect(port, ca) as sock:
        expected = EXPECTED.get(model)
        sock.settimeout(0.3 if expected == "silent" else 10)
        try:
            sock.sendall(request(model))
        except OSError:                     # the early ones
            pass
        return read(sock)


def check_script(where, model, ca=None):
    name = model.partition(":")[0]
    data, end = talk(PORTS[where], model, ca)
    result, expected = parse(data), EXPECTED.get(model)
    what = f"{where} {model}"
    seen = (end, result if len(str(result)) < 900 else str(result)[:900])
    if isinstance(expected, str):
        if expected == "reset" and ca:
            expected = "unnotified"
        check(what, expected in (end, result), seen)
    elif expected:
        check(what, end == "closed" and result[0] == expected[0]
              and expected[1] in result[1], seen)
    elif name in LENGTH:
        text = content(result[1])
        check(what, len(text) == LENGTH[name]
              and text[:1024] == pattern(1024), end)
    else:
        check(what, end == "closed" and result[0] == 200
              and content(result[1]) == TEXT, seen)


def check_listener(name, folder):
    expected, ca = (*LISTENERS.get(name, ("TEXT",)), "ca")[:2]
    plain = name.startswith("PLAIN")
    try:
        with connect(PORTS[name], not plain and folder / (ca + ".pem")) as s:
            s.sendall(request("hello"))
            data, end = read(s)
        seen = end
        if end == "closed":
            seen = "TEXT" if content(parse(data)[1]) == TEXT else parse(data)
        if name in ("GOOD_TLS12", "GOOD_TLS13"):
            check(name, s.version is not None)
    except (OSError, ssl.SSLError) as problem:
        seen = str(problem)
    check(name, any(part in seen for part in expected.split("|")), seen)


def check_reuse(log):
    """Chains, stale connections, and what the log says of reuse."""
    def exchange(sock, model):
        sock.sendall(request(model, "keep-alive"))
        reply = http.client.HTTPResponse(sock, method="POST")
        reply.begin()
        return reply.status, content(reply.read().decode()) \
            if reply.status == 200 else ""
    with connect(PORTS["PLAIN"]) as sock:
        for status in (503, 200, 503, 200):
            seen = exchange(sock, "status:503 >> hello")[0]
            check("chain", seen == status, seen)
        for status in (200, 401):
            seen = exchange(sock, "hello >> early-401")[0]
            check("early chain", seen == status, seen)
    with connect(PORTS["PLAIN"]) as sock:
        check("stale", exchange(sock, "stale") == (200, TEXT))
        sock.sendall(request("hello"))
        check("after stale", read(sock) == (b"", "reset"))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    check("log", lines[-1]["request"] == 1 and
          "Authorization: Bearer sk-check" in lines[-1]["headers"], lines[-1])
    check("log of TLS", any(line["tls"] == "TLSv1.2" and
                            line["sni"] == "localhost" for line in lines))


def check_paths():
    for start, status in (("GET /v1/chat/completions", 405),
                          ("POST /elsewhere", 404),
                          ("POST /a/v1/chat/completions?b=c", 400)):
        with connect(PORTS["PLAIN"]) as sock:
            sock.sendall(f"{start} HTTP/1.1\r\nConnection: close\r\n\r\n"
                         .encode())
            seen = parse(read(sock)[0])
            check(start, seen[0] == status, seen)
    with connect(PORTS["PLAIN"]) as sock:
        sock.sendall(request("hello").replace(b"/prefix", b"/as/status%3A418"))
        check("/as/MODEL/", parse(read(sock)[0])[0] == 418)


with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    subprocess.run([HERE / "certificates.sh", folder], check=True)
    (folder / "small.http").write_bytes(
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nraw")
    with open(folder / "stderr", "wb") as stderr:
        server = subprocess.Popen(
            [HERE / "scripted.py", "--dir", folder, "--replies", folder,
             "--ports-file", folder / "ports", "--log", folder / "log"],
            stderr=stderr)
    try:
        while not (folder / "ports").exists():
            if server.poll() is not None:
                sys.exit((folder / "stderr").read_text())
            time.sleep(0.02)
        PORTS = {key: int(port) for key, port in (
            line.split("=") for line in
            (folder / "ports").read_text().splitlines())}
        IPV6 = {port for key, port in PORTS.items() if "IPV6" in key}
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            done = [pool.submit(check_listener, each, folder)
                    for each in PORTS]
            for model in {**SCRIPTS, **EXPECTED}:
                done += [pool.submit(check_script, "PLAIN", model)]
                done += [pool.submit(check_script, each, model,
                                     folder / "ca.pem")
                         for each in ("GOOD", "RECORDS_SMALL")]
        for each in done:
            each.result()
        check_paths()
        check_reuse(folder / "log")
    finally:
        server.terminate()
        check("SIGTERM", server.wait(5) == 0)
        print((folder / "stderr").read_text() if "-v" in sys.argv else "",
              end="")
print(f"scripted gateway: {len(SCRIPTS)} scripts, {failures} failures")
sys.exit(failures > 0)
