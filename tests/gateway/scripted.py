#!/usr/bin/env python3
"""A gateway that does what no real one can be made to do; see scripted.md.

    scripted.py --ports-file FILE (--dir CERTIFICATES | --plain)
                [--replies FOLDER] [--log FILE] [--port NAME=NUMBER]...
                [--model MODEL]

One thread for each connection, on blocking sockets: so one write of a script
is one TLS record, and the end of a connection is exactly the one asked for.
An event loop's transports decide both by themselves.
"""

import argparse
import base64
import contextlib
import dataclasses
import errno
import itertools
import json
import os
import pathlib
import re
import select
import selectors
import signal
import socket
import ssl
import struct
import sys
import threading
import time
import traceback
import urllib.parse
import warnings

sys.dont_write_bytecode = True      # nothing is left behind in the tree

from scripted_replies import (CLOSE, EARLY, End, RESET,  # noqa: E402
                              SCRIPTS, STALE, WAIT, error, reply)

from scripted_paths import PATHS  # noqa: E402

TLS11, TLS12, TLS13 = (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2,
                       ssl.TLSVersion.TLSv1_3)
PATH = "/v1/chat/completions"
AS = re.compile("/as/([^/]*)/")
CHAIN = " >> "
IDLE_SECONDS = 5                    # as uvicorn, the gateway's own server
LINGER_SECONDS = 2
LONGEST_LOGGED_BODY = 16384
MODEL = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.)*")')


@dataclasses.dataclass
class Listener:
    cert: str = ""                  # a name of certificates.sh; "": no TLS
    least: ssl.TLSVersion = TLS12
    most: ssl.TLSVersion = TLS13
    ciphers: str = ""               # OpenSSL names, for TLS 1.2 and older
    curve: str = ""                 # the only group for the key exchange
    alpn: tuple = ()                # none, as uvicorn
    client_ca: str = ""             # ask for a certificate signed by this
    record: int = 0                 # bytes a record; 0: one write, one record
    part: float = 1.0               # how much of each answer is sent
    notify: bool = True             # say close_notify before closing
    listens: bool = True
    address: str = "127.0.0.1"
    instead: tuple = ()             # steps that replace the TLS handshake


LISTENERS = {
    "PLAIN": Listener(),
    "PLAIN_IPV6": Listener(address="::1"),
    "GOOD": Listener("good"),
    "GOOD_IPV6": Listener("good", address="::1"),
    "GOOD_TLS12": Listener("good", most=TLS12),
    "GOOD_TLS13": Listener("good", least=TLS13),
    "GOOD_RSA": Listener("good-rsa"),
    "GOOD_RSA_TLS12": Listener("good-rsa", most=TLS12),
    "CHAIN": Listener("chain"),
    "ALPN": Listener("good", alpn=("http/1.1",)),
    "HELLO_RETRY": Listener("good", curve="secp384r1"),
    "CLIENT_CERT": Listener("good", client_ca="ca"),

    # Certificates to refuse
    "WRONG_HOST": Listener("wrong-host"),
    "EXPIRED": Listener("expired"),
    "NOT_YET_VALID": Listener("not-yet-valid"),
    "SELF_SIGNED": Listener("self-signed"),
    "UNKNOWN_CA": Listener("unknown-ca"),
    "WRONG_USAGE": Listener("wrong-usage"),
    "CHAIN_SHORT": Listener("chain-short"),
    "CHAIN_EXPIRED": Listener("chain-expired"),
    "NOT_A_CA": Listener("not-a-ca"),
    "CRITICAL": Listener("critical"),

    # Protocols to refuse. OLD_CIPHERS is TLS 1.2 on uvicorn up to 0.17.
    "OLD_TLS": Listener("good", least=TLS11, most=TLS11,
                        ciphers="ALL:@SECLEVEL=0"),
    "OLD_CIPHERS": Listener("good", most=TLS12, ciphers="ECDHE+AES+SHA1"),

    # Records, and TLS that ends badly
    "RECORDS_SMALL": Listener("good", record=512),
    "RECORDS_4K": Listener("good", record=4096),
    "RECORDS_16K": Listener("good", record=16384),
    "CUT": Listener("good", part=0.5, notify=False),
    "NO_NOTIFY": Listener("good", notify=False),

    # No handshake at all; fit for plain HTTP too
    "REFUSED": Listener(listens=False),
    "CLOSED": Listener(instead=(CLOSE,)),
    "RESET": Listener(instead=(RESET,)),
    "MUTE": Listener(instead=(WAIT,)),
    "GARBAGE": Listener(instead=(b"\xa5" * 64, CLOSE)),
    "HTTP_400": Listener(instead=(error(400, "plain HTTP here")[0], CLOSE)),
    "ALERT": Listener(instead=(b"\x15\3\3\0\2\2\x28", CLOSE)),
    "CUT_HANDSHAKE": Listener(instead=(b"\x16\3\3\0\x7a\2\0\0\x76\3\3", CLOSE)),
}


class Gone(Exception):
    """The client has closed the connection, or lost it."""


class Connection:
    """A socket with its TLS, and the steps of a script done on it."""

    def __init__(self, sock, listener):
        self.sock, self.listener, self.tls = sock, listener, None
        self.received, self.unsent = bytearray(), bytearray()
        self.stale = False

    def handshake(self, context):
        self.sock = self.tls = context.wrap_socket(
            self.sock, server_side=True, do_handshake_on_connect=False)
        self.tls.settimeout(30)
        try:
            self.tls.do_handshake()
        except ssl.SSLError:
            self.linger()               # so that our alert arrives
            raise

    def fill(self, seconds=60):
        """Read more of what the client sends."""
        self.sock.settimeout(seconds)
        data = self.sock.recv(65536)
        if not data:
            raise Gone("closed by the client")
        self.received += data

    def write(self, data):
        self.sock.settimeout(60)
        size = self.listener.record
        if not size:
            self.sock.sendall(data)
            return
        self.unsent += data
        while len(self.unsent) >= size:
            self.sock.sendall(self.unsent[:size])
            del self.unsent[:size]

    def flush(self):
        if self.unsent:
            self.sock.sendall(self.unsent)
            self.unsent.clear()

    def play(self, steps):
        """Do the steps; True if the connection lives on."""
        if self.listener.part < 1:
            data = b"".join(step for step in steps if isinstance(step, bytes))
            steps = [data[:int(len(data) * self.listener.part)], CLOSE]
        for step in steps:
            if isinstance(step, bytes):
                self.write(step)
                continue
            self.flush()
            if isinstance(step, End):
                self.end(step)
                return step is STALE
            time.sleep(step)
        self.flush()
        return True

    def end(self, how):
        if how is STALE:
            self.stale = True
        elif how is WAIT:
            while True:
                self.fill(None)
                self.received.clear()
        elif how is RESET:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
            self.sock.close()
        else:
            self.close()

    def close(self):
        if self.tls and self.listener.notify:
            # Room for the alert first: unwrap() must not wait for an answer.
            select.select([], [self.tls], [], 30)
            self.tls.settimeout(0)
            with contextlib.suppress(OSError, ValueError):
                self.tls.unwrap()
        self.linger()

    def linger(self):
        """Say FIN, and read on a while: else the kernel sends an RST that
        can take the answer from a client that is still sending."""
        self.sock.shutdown(socket.SHUT_WR)      # and the end of TLS, if any
        until = time.monotonic() + LINGER_SECONDS
        with contextlib.suppress(TimeoutError):
            while (left := until - time.monotonic()) > 0:
                self.sock.settimeout(left)
                if not self.sock.recv(65536):
                    break
        self.sock.close()


class Request:
    """One request. The body is read when it is asked for, so that a script
    can answer before it has come."""

    def __init__(self, connection, settings, idle):
        self.connection, self.settings = connection, settings
        self.model, self.argument, self.json = "", "", None
        self.file = None            # of a form
        data = connection.received
        while not (end := re.search(rb"\r?\n\r?\n", data)):
            connection.fill(60 if data else idle)
            if connection.stale:
                connection.end(RESET)
                raise Gone("dropped, as the script before said")
        self.head = data[:end.start()].decode("latin-1")
        del data[:end.end()]
        start, *lines = self.head.replace("\r\n", "\n").split("\n")
        self.method, self.path, *_ = (start + "  ").split(" ")
        self.lines = lines
        self.length = int(self.header("content-length") or 0)
        self.chunked = self.header("transfer-encoding") == "chunked"

    def header(self, name):
        for line in self.lines:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return None

    @property
    def body(self):
        return bytes(self.connection.received[:self.length])

    def whole(self):
        return not self.chunked and len(self.connection.received) >= self.length

    def read_chunks(self):
        """Take the chunks apart, so that the body stands there as another."""
        data, body, at = self.connection.received, bytearray(), 0
        while True:
            while (end := data.find(b"\r\n", at)) < 0 or \
                    len(data) < end + int(data[at:end], 16) + 4:
                self.connection.fill()
            size = int(data[at:end], 16)
            body += data[end + 2:end + 2 + size]
            if data[end + 2 + size:end + 4 + size] != b"\r\n":
                raise ValueError("a chunk without an end")
            at = end + 4 + size
            if not size:
                break
        data[:at] = body
        self.length, self.chunked = len(body), False

    def read_body(self):
        if self.chunked:
            self.read_chunks()
        while not self.whole():
            self.connection.fill()

    def peek(self):
        """Take the model as soon as it is seen, the rest unread."""
        while not (found := MODEL.search(self.connection.received)):
            if self.whole():
                return
            self.connection.fill()
        self.model = self.instead() or json.loads(found[1])

    def parse(self):
        """Read all of the body, and take the model from where it belongs."""
        self.read_body()
        self.json = json.loads(self.body.decode(),
                               parse_constant=refuse_constant)
        self.model = self.instead() or self.json["model"]

    def instead(self):
        """What the command line or the path has instead of the model."""
        found = AS.match(self.path)
        return self.settings.model or found and urllib.parse.unquote(found[1])

    def done(self):
        """Take the body off, so that the next request comes to the front."""
        self.read_body()
        del self.connection.received[:self.length]

    def stored(self, name):
        folder = pathlib.Path(self.settings.replies).resolve()
        file = (folder / (name + ".http")).resolve()
        if not file.is_relative_to(folder):
            raise ValueError(f"{name} leads out of the folder of replies")
        return file.read_bytes()


turns = {}                          # how often a chain of scripts was asked for
turns_lock = threading.Lock()


def script_of(model):
    """The script and its argument: "NAME", "NAME:ARGUMENT", or several of
    these with CHAIN between them, of which each request takes the next."""
    chain = model.split(CHAIN)
    with turns_lock:
        turn = turns.get(model, 0)
        turns[model] = turn + 1
    name, _, argument = chain[turn % len(chain)].partition(":")
    return name, argument


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def answer(request):
    """The steps of the answer, and the name of the script."""
    other = PATHS.get((request.method, request.path))
    try:
        if other:
            request.read_body()
            return other(request), other.__name__
    except (ValueError, LookupError, TypeError, struct.error) as mistake:
        return error(400, f"Invalid request: {mistake!r}"), ""
    if not request.path.partition("?")[0].endswith(PATH):
        return [reply({"detail": "Not Found"}, 404)], ""
    if request.method != "POST":
        return [reply({"detail": "Method Not Allowed"}, 405,
                      "application/json", "allow: POST")], ""
    try:
        request.peek()
        if not any(part.partition(":")[0] in EARLY
                   for part in request.model.split(CHAIN)):
            request.parse()
        name, request.argument = script_of(request.model)
        if name not in EARLY and not request.json:
            request.parse()
        if name in SCRIPTS:
            return SCRIPTS[name](request), name
        problem = f"Invalid model name passed in model={request.model}"
    except (ValueError, LookupError, TypeError, AttributeError,
            FileNotFoundError) as mistake:
        problem = f"Invalid request: {mistake!r}"
    return error(400, problem, "invalid_request_error"), ""


def log(settings, number, count, name, request, script):
    if not settings.log:
        return
    tls = request.connection.tls
    line = {"listener": name, "connection": number, "request": count,
            "tls": tls and tls.version(), "resumed": tls and tls.session_reused,
            "sni": getattr(tls, "sni", None),
            "alpn": tls and tls.selected_alpn_protocol(),
            "method": request.method, "path": request.path,
            "script": script, "headers": request.lines,
            "body_length": request.length}
    if request.whole() and request.length <= LONGEST_LOGGED_BODY:
        line["body"] = request.body.decode(errors="replace")
    if request.file:
        line["file"] = base64.b64encode(request.file).decode()
    # One write to a file opened for appending, so that lines stay whole.
    with open(settings.log, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def converse(connection, number, name, settings, say):
    """Answer one request after the other, until the connection ends."""
    for count in itertools.count(1):
        request = Request(connection, settings,
                          IDLE_SECONDS if count > 1 else 60)
        steps, script = answer(request)
        log(settings, number, count, name, request, script)
        say(f"{request.method} {request.path}: {script or 'no script'}")
        if not connection.play(steps):
            return
        request.done()
        if (request.header("connection") or "").lower() == "close":
            connection.close()
            return


def serve(sock, number, name, context, settings):
    def say(text):
        # One write, so that the lines of two threads stay apart.
        sys.stderr.write(f"{name} #{number}: {text}\n")

    listener = LISTENERS[name]
    connection = Connection(sock, listener)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            connection.handshake(context)
        if listener.instead:
            say("no handshake")
            # What the client says first is read, or closing would reset.
            if isinstance(listener.instead[0], bytes):
                connection.fill()
            connection.play(listener.instead)
        else:
            converse(connection, number, name, settings, say)
    except TimeoutError:
        say("closed after silence")
        with contextlib.suppress(OSError):
            connection.close()
    except (Gone, OSError) as problem:
        say(f"ended: {problem}")
    except Exception:               # a script's mistake, not the server's end
        traceback.print_exc()
    finally:
        connection.sock.close()


def tls_context(listener, folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():     # that OLD_TLS is old is its purpose
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = listener.least
        context.maximum_version = listener.most
    context.load_cert_chain(folder / (listener.cert + ".pem"),
                            folder / (listener.cert + ".key"))
    if listener.ciphers:
        context.set_ciphers(listener.ciphers)
    if listener.curve:
        context.set_ecdh_curve(listener.curve)
    if listener.alpn:
        context.set_alpn_protocols(listener.alpn)
    if listener.client_ca:
        context.load_verify_locations(folder / (listener.client_ca + ".pem"))
        context.verify_mode = ssl.CERT_REQUIRED

    def remember(tls, sni, _):
        tls.sni = sni
    context.sni_callback = remember
    return context


def open_socket(listener, port):
    family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
    sock = socket.socket(family)
    try:
        if listener.listens:        # where one that was just stopped did
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((listener.address, port))
        if listener.listens:
            sock.listen(64)
    except OSError:
        sock.close()
        if family == socket.AF_INET6:
            return None             # a machine without IPv6
        raise
    return sock


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dir", type=pathlib.Path,
                        help="where certificates.sh put its files")
    parser.add_argument("--ports-file", required=True, type=pathlib.Path)
    parser.add_argument("--plain", action="store_true",
                        help="only the listeners that need no certificate")
    parser.add_argument("--replies", default=".",
                        help="folder of NAME.http for the script raw:NAME")
    parser.add_argument("--log", help="append a JSON line for each request")
    parser.add_argument("--port", action="append", default=[],
                        help="NAME=NUMBER: put a listener there, not anywhere")
    parser.add_argument("--model", help="answer all requests as if they asked "
                        "for this model")
    settings = parser.parse_args()
    if not settings.dir and not settings.plain:
        parser.error("--dir is needed without --plain")

    # At once, whatever the threads do: nothing here is worth finishing.
    for ending in signal.SIGTERM, signal.SIGINT:
        signal.signal(ending, lambda *_: os._exit(0))
    selector, ports = selectors.DefaultSelector(), {}
    wanted = dict(port.split("=") for port in settings.port)
    kept = []                       # REFUSED holds its port by staying bound
    for name, listener in LISTENERS.items():
        if listener.cert and settings.plain:
            continue
        port = int(wanted.get(name, 0))
        try:
            sock = open_socket(listener, port)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
            sys.exit(f"port {port} is in use: stop what listens there")
        if not sock:
            continue
        kept.append(sock)
        ports[name] = sock.getsockname()[1]
        context = listener.cert and tls_context(listener, settings.dir)
        if listener.listens:
            selector.register(sock, selectors.EVENT_READ, (name, context))

    # Renamed into place, so that whoever waits for it sees all of it.
    partial = settings.ports_file.with_suffix(".partial")
    partial.write_text("".join(f"{k}={v}\n" for k, v in ports.items()))
    partial.replace(settings.ports_file)
    print(f"http://localhost:{ports['PLAIN']} answers; Ctrl-C ends it"
          if "PLAIN" in wanted else
          f"{len(ports)} listeners, in {settings.ports_file}",
          file=sys.stderr, flush=True)

    numbers = itertools.count(1)
    while True:
        for key, _ in selector.select():
            try:
                sock, _ = key.fileobj.accept()
            except OSError:         # the client has already given up
                continue
            threading.Thread(
                target=serve, daemon=True,
                args=(sock, next(numbers), *key.data, settings)).start()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
