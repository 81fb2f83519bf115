"""A DNS server that knows one name, and can fail in the ways one can."""

import socket
import struct
import threading

UNKNOWN = 3                             # the code of "no such name"


class NameServer:
    """Answers `name` with `address` on a port of its own.

    answers: what becomes of the next questions, one item each: an address,
    a code of an error, or None for silence; then always `address`.
    """

    def __init__(self, name, address):
        self.name, self.address, self.answers = name, address, []
        self.asked = 0
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, client = self.sock.recvfrom(512)
            self.asked += 1
            answer = self.answers.pop(0) if self.answers else self.address
            if answer is not None:
                self.sock.sendto(self.reply(question, answer), client)

    def reply(self, question, answer):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        asked = question[12:at + 5]     # with type and class
        if ".".join(labels) != self.name:
            answer = UNKNOWN
        known = isinstance(answer, str)
        flags = 0x8180 | (0 if known else answer)
        head = question[:2] + struct.pack(">HHHHH", flags, 1, known, 0, 0)
        if not known:
            return head + asked
        return head + asked + struct.pack(
            ">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(answer)
