"""A relay before servers, which breaks connections where it is told to.

A program that opens a connection to the port `serve` returns has a relay of
its own. Each line that it writes there says what becomes of the connections
from then on, and is answered by `PORT ACCEPTED`: where its relay listens, and
how many connections it has accepted:

    pass TO         to the server at port TO
    drip TO         the same, but what the server says comes byte by byte
    close N TO      closed in order once the server has said N bytes; with 0,
                    once the client has said any
    reset N TO      the same by an RST
    stall N TO      the same, but left open
    refuse          nobody listens
    full            no SYN is answered, as the queue of connections is full
"""

import contextlib
import select
import socket
import struct
import threading


def start(work, *arguments):
    threading.Thread(target=work, args=arguments, daemon=True).start()


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    sock.close()


def drain(sock):
    """Read until the other side goes away."""
    with contextlib.suppress(OSError):
        while sock.recv(65536):
            pass
    sock.close()


class Connection:
    """One that was accepted, and its way to the server."""

    def __init__(self, client, how, to, limit):
        self.client, self.how = client, how
        self.limit = limit              # bytes of the server's; None: no limit
        self.server = socket.create_connection(("127.0.0.1", to))
        for sock in client, self.server:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self):
        other = {self.client: self.server, self.server: self.client}
        open_ones = set(other)
        while open_ones:
            for sock in select.select(open_ones, [], [])[0]:
                try:
                    data = sock.recv(65536)
                    if not data:
                        open_ones.remove(sock)
                        other[sock].shutdown(socket.SHUT_WR)
                    elif not self.forward(other[sock], data):
                        return
                except OSError:
                    reset(other[sock])
                    sock.close()
                    return
        self.client.close()
        self.server.close()

    def forward(self, to, data):
        """Send it on; False if that was the last of this connection."""
        if self.limit is not None and (to is self.client or not self.limit):
            self.client.sendall(data[:self.limit])
            self.limit -= min(self.limit, len(data))
            if not self.limit:
                self.end()
                return False
        elif self.how == "drip" and to is self.client:
            for i in range(len(data)):
                to.sendall(data[i:i + 1])
        else:
            to.sendall(data)
        return True

    def end(self):
        self.server.close()
        if self.how == "reset":
            reset(self.client)
            return
        if self.how == "close":
            self.client.shutdown(socket.SHUT_WR)
        drain(self.client)


class Relay:
    carrier = Connection

    def __init__(self):
        self.plan, self.accepted, self.port = (), 0, 0
        self.listener = self.filler = None

    def obey(self, how, *numbers):
        """Do from now on what a line says."""
        *limit, to = map(int, numbers or (0,))
        self.plan = how, to, limit[0] if limit else None
        self.stop()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        if how == "full":               # a queue of one is the least there is
            self.listener.listen(0)
            self.filler = socket.create_connection(("127.0.0.1", self.port))
        elif how != "refuse":
            self.listener.listen(64)
            start(self.accept, self.listener)

    def stop(self):
        for sock in self.listener, self.filler:
            if sock:
                with contextlib.suppress(OSError):  # it was never connected
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()
        self.listener = self.filler = None

    def accept(self, listener):
        with contextlib.suppress(OSError):          # it was closed
            while True:
                client, _ = listener.accept()
                self.accepted += 1
                start(self.carry, client)

    def carry(self, client):
        try:
            connection = self.carrier(client, *self.plan)
        except OSError:                             # no server there
            reset(client)
            return
        with contextlib.suppress(OSError):
            connection.run()

    def command(self, control):
        """Do what the lines of a program say, until it goes away."""
        with control, control.makefile("rw") as lines:
            for line in lines:
                self.obey(*line.split())
                lines.write(f"{self.port} {self.accepted}\n")
                lines.flush()
        self.stop()


def serve():
    """Wait for programs, in threads; returns the port."""
    def wait(sock):
        while True:
            control, _ = sock.accept()
            start(Relay().command, control)

    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(64)
    start(wait, sock)
    return sock.getsockname()[1]
