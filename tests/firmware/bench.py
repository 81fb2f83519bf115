"""What the board needs around it: a gateway and a name server on the host."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

from board import Board
from name_server import NameServer

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/firmware"
GATEWAY = ROOT / "tests/gateway/scripted.py"
HOST = "10.0.2.2"                       # the host's loopback, for the board
TALK = "answer:You said: {last}"        # what the variant voice asks for
TOOL_CALL = ('calls:[["read_sensor",{"place":"outdoors"}]]'
             " >> answer:It is {last} there.")


class Bench:
    """The scripted gateway, and boards that ask it."""

    def __init__(self, variant, show=False):
        self.variant, self.show = variant, show
        curve = "p384" if variant == "p384" else "p256"
        self.certificates = BUILD / "certificates" / curve
        self.folder = tempfile.TemporaryDirectory()
        self.ports_file = pathlib.Path(self.folder.name) / "ports"
        self.log = pathlib.Path(self.folder.name) / "requests.log"
        self.names = NameServer("gateway", HOST)
        self.ports, self.server = {}, None

    def __enter__(self):
        self.start_gateway()
        return self

    def __exit__(self, *_):
        self.stop_gateway()
        self.folder.cleanup()

    def start_gateway(self):
        """The first time anywhere, then where it was."""
        self.ports_file.unlink(missing_ok=True)
        errors = pathlib.Path(self.folder.name) / "errors"
        fixed = [f"--port={name}={port}" for name, port in self.ports.items()]
        with open(errors, "w", encoding="utf-8") as file:
            self.server = subprocess.Popen(
                [sys.executable, GATEWAY, "--dir", self.certificates,
                 "--ports-file", self.ports_file, "--log", self.log, *fixed],
                stderr=file)
        until = time.monotonic() + 30
        while not self.ports_file.exists():
            if self.server.poll() is not None or time.monotonic() > until:
                raise OSError("the scripted gateway does not start: "
                              + errors.read_text())
            time.sleep(0.05)
        self.ports = dict(line.split("=") for line in
                          self.ports_file.read_text().split())

    def stop_gateway(self):
        self.server.kill()
        self.server.wait()

    def board(self, listener="GOOD", model="stream-say:Take a coat.",
              **settings):
        """A board that asks `listener` for the script `model`, once."""
        return Board(BUILD / self.variant / "firmware.elf", self.show, **{
            "base_url": f"https://gateway:{self.ports[listener]}",
            "api_key": "sk-board", "model": model, "tries": 1, "pause_ms": 100,
            "dns": HOST, "dns_port": self.names.port, **settings})

    def last_request(self):
        return self.requests()[-1]

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]
