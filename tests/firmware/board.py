"""The firmware in QEMU: a board with a serial port, a page of settings and a
cable that can be pulled."""

import codecs
import json
import pathlib
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time

SETTINGS_PAGE = 0x3FC00
# Nanoseconds an instruction takes: 2 to the 5th is a little slower than the
# 50 MHz of the chip. While the CPU sleeps the board's time is the host's.
ICOUNT = "shift=5,sleep=on"


class Board:
    def __init__(self, image, show=False, **settings):
        self.show = show
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        page = "".join(f"{name}={value}\0" for name, value in settings.items())
        (folder / "settings").write_bytes(page.encode() + b"\0")
        self.pieces, self.text = queue.Queue(), ""
        self.said, self.started = [], time.monotonic()
        self.errors = folder / "errors"
        self.loudspeaker = folder / "loudspeaker"
        with open(self.errors, "wb") as errors:
            self.start(image, folder, errors)
        threading.Thread(target=self.read, daemon=True).start()

    def start(self, image, folder, errors):
        self.process = subprocess.Popen(
            ["qemu-system-arm", "-M", "lm3s6965evb", "-display", "none",
             "-icount", ICOUNT, "-serial", "stdio",
             "-serial", f"file:{self.loudspeaker}", "-monitor", "none",
             "-qmp", f"unix:{folder / 'qmp'},server=on,wait=off",
             "-nic", "user,id=cable,model=stellaris",
             "-device", f"loader,file={folder / 'settings'},"
             f"addr={SETTINGS_PAGE},force-raw=on",
             "-kernel", str(image)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def read(self):
        """Every byte at once, so that text without a line end is seen too."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        while data := self.process.stdout.read1(4096):
            text = decoder.decode(data)
            self.said.append((time.monotonic() - self.started, text))
            if self.show:
                print(text, end="", file=sys.stderr, flush=True)
            self.pieces.put(text)
        self.pieces.put(None)

    def wait_for(self, text, seconds=60):
        """All that was printed up to and with `text`, since the last one."""
        until = time.monotonic() + seconds
        while text not in self.text:
            try:
                more = self.pieces.get(timeout=until - time.monotonic())
            except (queue.Empty, ValueError):
                more = None
            if more is None:
                raise TimeoutError(f"no {text!r} in {self.text[-1000:]!r}; "
                                   + self.errors.read_text())
            self.text += more
        before, _, self.text = self.text.partition(text)
        return before + text

    def cable(self, plugged):
        """Pulls the network cable or puts it back."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(pathlib.Path(self.folder.name) / "qmp"))
            with sock.makefile("rw", encoding="utf-8") as stream:
                stream.readline()           # the greeting
                for command, arguments in (
                        ("qmp_capabilities", {}),
                        ("set_link", {"name": "cable", "up": plugged})):
                    json.dump({"execute": command, "arguments": arguments},
                              stream)
                    stream.flush()
                    while "return" not in (line := stream.readline()):
                        if "error" in line or not line:
                            raise OSError(f"set_link: {line}")
