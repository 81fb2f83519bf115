#!/usr/bin/env python3
"""Starts the scripted gateway, runs a program against it, checks its log.

    scripted_run.py PROGRAM [ARGUMENT...]

PROGRAM gets the folder of certificates and the file of ports as its last two
arguments. Its lines go through; one more says whether the requests that
arrived were sound.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GATEWAY = HERE.parent / "gateway"
sys.path.append(str(GATEWAY))
sys.dont_write_bytecode = True

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
        wanted = dict((name.lower(), value.strip()) for name, _, value
                      in heads).get("x-session")
        if wanted and wanted != ("resumed" if request["resumed"] else "full"):
            yield f"session not {wanted}: {request['listener']}"
        # mbedTLS sends addresses too, which servers are to ignore.
        if request["tls"] and request["sni"] not in ("localhost", "127.0.0.1",
                                                     "::1"):
            yield f"sni {request['sni']}"
    if not count:
        yield "no request arrived"


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certificates(folder)
        ports, log = folder / "ports", folder / "requests.log"
        with open(folder / "server.log", "w", encoding="utf-8") as errors:
            server = subprocess.Popen(
                [sys.executable, GATEWAY / "scripted.py", "--dir", folder,
                 "--ports-file", ports, "--log", log], stderr=errors)
        try:
            until = time.monotonic() + 30
            while not ports.exists():
                if server.poll() is not None or time.monotonic() > until:
                    sys.exit("the scripted gateway does not start:\n"
                             + (folder / "server.log").read_text())
                time.sleep(0.05)
            status = subprocess.run([*sys.argv[1:], folder, ports]).returncode
        except OSError as problem:
            sys.exit(f"{sys.argv[1]} cannot be run: {problem}")
        finally:
            server.terminate()
            server.wait()
        mistakes = list(dict.fromkeys(wrong_requests(log)))
        if mistakes:
            print("not ok requests as they arrived:", "; ".join(mistakes[:5]))
        else:
            print("ok requests as they arrived")
    # A signal's number, as the shell would say it.
    sys.exit(status if status > 0 else 128 - status if status else
             bool(mistakes))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
