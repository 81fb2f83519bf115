#!/usr/bin/env python3
"""Starts the scripted gateway, runs a program against it, checks its log.

    scripted_run.py [--network] PROGRAM [ARGUMENT...]

PROGRAM gets the folder of certificates and the file of ports as its last two
arguments. Its lines go through; one more says whether the requests that
arrived were sound. With --network there is also nginx before the gateway, by
nginx.conf, and relay.py at the port RELAY.
"""

import contextlib
import json
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GATEWAY = HERE.parent / "gateway"
ROOT = HERE.parent.parent
sys.path.insert(0, str(GATEWAY))
sys.dont_write_bytecode = True      # nothing is left behind in the tree

import relay  # noqa: E402
from scripted_paths import PATHS  # noqa: E402


def certificates(folder):
    """The certificates, and some files that only look like a CA."""
    subprocess.run([GATEWAY / "certificates.sh", folder], check=True)
    pem = (folder / "ca.pem").read_text()
    (folder / "garbage.pem").write_text("not a certificate\n" * 20)
    (folder / "broken.pem").write_text(pem.replace("\nM", "\n!M", 1))
    (folder / "empty.pem").write_text("")
    (folder / "cut.der").write_bytes((folder / "ca.der").read_bytes()[:-40])


def wrong_requests(log):
    """What is not as it should be in the requests that arrived whole."""
    count = 0
    for line in log.read_text().splitlines() if log.exists() else []:
        request = json.loads(line)
        count += 1
        heads = [head.partition(":") for head in request["headers"]]
        names = [name.lower() for name, _, _ in heads]
        length = "transfer-encoding" if "transfer-encoding" in names else \
            "content-length"
        for name in "host", length, "content-type", "user-agent":
            if names.count(name) != 1:
                yield f"{names.count(name)} times {name}: {line[:300]}"
        chat = request["path"] == "/v1/chat/completions"
        if (request["method"], request["path"]) not in (
                *PATHS, ("POST", "/v1/chat/completions")):
            yield f"{request['method']} {request['path']}"
        if chat and "body" in request:
            body = json.loads(request["body"])
            if not body["messages"] or not body["model"]:
                yield f"no messages: {line[:300]}"
            if len(request["body"].encode()) != request["body_length"]:
                yield f"length: {line[:300]}"
        values = {name.lower(): value.strip() for name, _, value in heads}
        wanted = values.get("x-session")
        resumed = values.get("x-resumed") == "r" or request["resumed"]
        if wanted and wanted != ("resumed" if resumed else "full"):
            yield f"session not {wanted}: {request['listener']}"
        # mbedTLS sends addresses too, which servers are to ignore.
        if request["tls"] and request["sni"] not in ("localhost", "127.0.0.1",
                                                     "::1"):
            yield f"sni {request['sni']}"
    if not count:
        yield "no request arrived"


def start_gateway(folder, *options):
    """The scripted gateway's process; it writes the file of ports."""
    (folder / "ports").unlink(missing_ok=True)
    with open(folder / "server.log", "w", encoding="utf-8") as errors:
        server = subprocess.Popen(
            [sys.executable, GATEWAY / "scripted.py", "--dir", folder,
             "--ports-file", folder / "ports", *options], stderr=errors)
    until = time.monotonic() + 30
    while not (folder / "ports").exists():
        if server.poll() is not None or time.monotonic() > until:
            server.terminate()
            sys.exit("the scripted gateway does not start:\n"
                     + (folder / "server.log").read_text())
        time.sleep(0.05)
    return server


def free_ports(count):
    """Below those that the kernel gives to outgoing connections, so that none
    is taken between this look and the bind."""
    with contextlib.ExitStack() as held:
        found = []
        while len(found) < count:
            probe = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", random.randrange(20000, 32000)))
                found.append(probe.getsockname()[1])
        return found


def read_ports(folder):
    return dict(line.split("=") for line
                in (folder / "ports").read_text().split())


def run_nginx(folder, port):
    """nginx's process, by the nginx.conf in the folder, when it answers."""
    found = subprocess.run([HERE.parent / "tools/nginx.sh",
                            ROOT / "build/gateway/nginx"],
                           stdout=subprocess.PIPE, text=True)
    if found.returncode:
        sys.exit("nginx cannot be had")
    nginx = subprocess.Popen([found.stdout.strip(), "-p", folder, "-c",
                              "nginx.conf", "-e", folder / "nginx.log"])
    until = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError), \
                socket.create_connection(("127.0.0.1", port)):
            return nginx
        if nginx.poll() is not None or time.monotonic() > until:
            nginx.kill()
            sys.exit("nginx does not start:\n"
                     + (folder / "nginx.log").read_text())
        time.sleep(0.05)


def start_nginx(folder, ports):
    """nginx's process, before the gateway; adds its ports."""
    conf = (HERE / "nginx.conf").read_text()
    own = re.findall(r"listen 127.0.0.1:@(\w+)@", conf)
    ports.update(zip(own, free_ports(len(own))))
    conf = re.sub(r"@(\w+)@", lambda name: str(ports[name[1]]), conf)
    (folder / "nginx.conf").write_text(conf)
    (folder / "tmp").mkdir(exist_ok=True)
    return run_nginx(folder, ports[own[-1]])


def add_network(folder):
    """nginx's process; it and the relay are in the file of ports then."""
    ports = read_ports(folder)
    nginx = start_nginx(folder, ports)
    ports["RELAY"] = relay.serve()
    (folder / "ports").write_text("".join(f"{k}={v}\n" for k, v in ports.items()))
    return nginx


def end(process):
    process.terminate()
    process.wait()


def main(program, network):
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as ends:
        folder = pathlib.Path(name)
        certificates(folder)
        ends.callback(end, start_gateway(folder, "--log",
                                         folder / "requests.log"))
        if network:
            ends.callback(end, add_network(folder))
        try:
            status = subprocess.run([*program, folder,
                                     folder / "ports"]).returncode
        except OSError as problem:
            sys.exit(f"{program[0]} cannot be run: {problem}")
        ends.close()
        mistakes = list(dict.fromkeys(wrong_requests(folder / "requests.log")))
        if mistakes:
            print("not ok requests as they arrived:", "; ".join(mistakes[:5]))
        else:
            print("ok requests as they arrived")
    # A signal's number, as the shell would say it.
    sys.exit(status if status > 0 else 128 - status if status else
             bool(mistakes))


if __name__ == "__main__":
    words = sys.argv[1:]
    wants_network = words[:1] == ["--network"]
    if not words[wants_network:]:
        sys.exit(__doc__)
    main(words[wants_network:], wants_network)
