#!/usr/bin/env python3
"""Calls over TLS in one process: CPU time, time to the first text, and what
goes over the wire.

    calls.py ROUNDS COMMANDS FOLDER PORTS

scripted_run.py starts the gateway and gives the last two. COMMANDS is a JSON
object of name: command, in which {url}, {ca}, {model}, {calls} and {connection}
stand for themselves. The last line of output is a JSON object of name: object
of

    cpu         seconds of each round of CALLS calls on one connection
    first       seconds to the first text on a connection that is open: of
                each round the median, without the first call
    wire        of a first call, one on its connection, one on a new one after
                it: bytes sent, bytes received, segments sent, round trips

A round trip is TCP's handshake, or what the client says and the server's
answer to it. Segments are those with data, as the kernel counts them.
"""

import json
import os
import pathlib
import resource
import socket
import statistics
import struct
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "gateway"))
sys.dont_write_bytecode = True

import relay  # noqa: E402

CALLS, WIRE_ROUNDS = 20, 5
MODEL = "answer:Try The Name of the Wind by Patrick Rothfuss."
DATA_SEGMENTS_IN = 152              # offset in struct tcp_info of Linux


class Counted(relay.Connection):
    """Counts what it forwards."""
    sent = received = segments = trips = 0

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.said, self.last = False, 0
        Counted.trips += 1

    def forward(self, to, data):
        if to is self.server:
            Counted.sent += len(data)
            self.said = True
            info = self.client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO,
                                          256)
            count, = struct.unpack_from("I", info, DATA_SEGMENTS_IN)
            Counted.segments += count - self.last
            self.last = count
        else:
            Counted.received += len(data)
            Counted.trips += self.said
            self.said = False
        return super().forward(to, data)


def run(command, values, calls, connection):
    """CPU seconds of the process, and seconds to each first text."""
    values = {**values, "{calls}": str(calls), "{connection}": connection}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [values.get(word, word) for word in command], capture_output=True,
        text=True, env={"PATH": os.environ["PATH"], "LITELLM_API_KEY": "k"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or done.stdout.count("Rothfuss") != calls:
        sys.exit(f"{command[0]}: {done.stdout}{done.stderr}")
    return (after.ru_utime + after.ru_stime - before.ru_utime
            - before.ru_stime, [int(us) / 1e6 for us in done.stderr.split()])


def wire(command, values, port):
    """What each kind of call takes: the difference of two runs, medians as the
    kernel may join segments."""
    through = relay.Relay()
    through.carrier = Counted
    through.obey("pass", port)
    values = {**values, "{url}": f"https://localhost:{through.port}"}

    def counted(calls, connection):
        Counted.sent = Counted.received = Counted.segments = Counted.trips = 0
        run(command, values, calls, connection)
        time.sleep(0.3)                 # for what ends the connections
        return (Counted.sent, Counted.received, Counted.segments,
                Counted.trips)

    def middle(calls, connection):
        runs = [counted(calls, connection) for _ in range(WIRE_ROUNDS)]
        return [statistics.median_low(column) for column in zip(*runs)]
    kinds = [middle(1, "kept")]
    for connection in "kept", "new":
        one, two = middle(1, connection), middle(2, connection)
        kinds.append([b - a for a, b in zip(one, two)])
    return kinds


def main():
    rounds, commands, folder, ports = sys.argv[1:]
    port = dict(line.split("=") for line
                in pathlib.Path(ports).read_text().split())["GOOD_TLS12"]
    values = {"{url}": f"https://localhost:{port}", "{ca}": f"{folder}/ca.pem",
              "{model}": MODEL}
    commands = json.loads(commands)
    results = {name: {"cpu": [], "first": [], "wire": wire(command, values,
                                                           port)}
               for name, command in commands.items()}
    for _ in range(int(rounds)):
        for name, command in commands.items():
            cpu, _ = run(command, values, CALLS, "kept")
            _, firsts = run(command, values, CALLS, "warm")
            results[name]["cpu"].append(cpu)
            results[name]["first"].append(statistics.median(firsts[1:]))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
