#!/usr/bin/env python3
"""The firmware in QEMU asks the real LiteLLM proxy and its small model.

    with_gateway.sh DIR litellm.py
    RECORD=FILE with_gateway.sh DIR litellm.py

It is built to trust the gateway's CA. What its serial port says is shown, and
recorded in FILE as an asciicast (version 2).
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True          # nothing is left behind in the tree

from bench import BUILD, HOST, ROOT     # noqa: E402
from board import Board                 # noqa: E402
from name_server import NameServer      # noqa: E402

OUT = BUILD / "litellm"
RECORDED_UNTIL = "used arena: "         # the picture needs no more of the report


def build():
    """The firmware, with the CA of the gateway that runs."""
    OUT.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["openssl", "x509", "-in", os.environ["LITELLM_CA_FILE"], "-outform",
         "DER"], stdout=subprocess.PIPE, check=True).stdout
    ca = OUT / "ca.der"
    if not ca.exists() or ca.read_bytes() != made:
        ca.write_bytes(made)
    own = {name: value for name, value in os.environ.items()
           if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    subprocess.run(["make", "-s", "-C", ROOT / "examples/firmware", f"OUT={OUT}",
                    f"CA={ca}", "firmware"], stdout=subprocess.DEVNULL,
                   env=own, check=True)
    return OUT / "firmware.elf"


def ask(image):
    """What the board said, and [(seconds, text)] of it."""
    names = NameServer("gateway", HOST)
    port = urllib.parse.urlsplit(os.environ["LITELLM_BASE_URL"]).port
    with Board(image, True, base_url=f"https://gateway:{port}",
               api_key=os.environ["LITELLM_API_KEY"],
               model="smollm2-brief", tries=1,
               time=int(time.time()), dns=HOST, dns_port=names.port) as board:
        return board.wait_for("end\n", 120), board.said


def check(text):
    """None, or what is wrong with it."""
    if "error: " in text:
        return "it failed"
    _, _, after = text.partition("network: address 10.0.2.15\n")
    answer, found, report = after.partition("\nhandshake: ")
    if not found or "used ram: " not in report:
        return "it did not come to its end"
    if len(answer.split()) < 3:
        return f"no answer: {answer!r}"
    return None


def record(said, path):
    lines = [{"version": 2, "width": 80, "height": 12}]
    left = "".join(piece for _, piece in said).find(RECORDED_UNTIL)
    for seconds, piece in said:
        piece = piece[:left]
        left -= len(piece)
        lines.append([round(seconds, 3), "o", piece.replace("\n", "\r\n")])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def main():
    text, said = ask(build())
    why = check(text)
    if os.environ.get("RECORD") and not why:
        record(said, pathlib.Path(os.environ["RECORD"]))
    name = "firmware: the real LiteLLM proxy and its model answer"
    print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)
    sys.exit(why is not None)


if __name__ == "__main__":
    main()
