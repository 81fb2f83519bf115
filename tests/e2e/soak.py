#!/usr/bin/env python3
"""Thousands of calls by one client, while what it calls is killed.

    SOAK_CALLS=10000 with_gateway.sh DIR soak.py

So many calls of soak.c go through nginx to the scripted gateway: in turn, each
for a moment, the gateway and nginx are gone. A tenth as many go through nginx
to the real proxy: nginx and the upstream behind the proxy are gone in turn.
"""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True      # nothing is left behind in the tree

from scripted_run import (ROOT, certificates, end, free_ports,  # noqa: E402
                          read_ports, run_nginx, start_gateway, start_nginx)

PROGRAM = ROOT / "build/e2e/soak-system"
CALLS = int(os.environ.get("SOAK_CALLS", 10000))
UP_SECONDS = 2.5
DOWN_SECONDS = 0.4, 0.4, 0.4, 4         # the last is too long for retries


def soak(server, url, ca, calls, key, kills):
    """Run the program; while it runs, each of kills in turn kills a process
    and returns what starts it again."""
    process = subprocess.Popen([PROGRAM, server, url, ca, str(calls)],
                               env={**os.environ, "LITELLM_API_KEY": key})
    count = 0
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(UP_SECONDS)
                break
            restart = kills[count % len(kills)]()
            time.sleep(DOWN_SECONDS[count // len(kills) % len(DOWN_SECONDS)])
            restart()
            count += 1
    finally:
        process.kill()
    print(f"# killed and started again {count} times")
    if not count:
        print(f"not ok {server}: it was over before anything was killed")
    return process.returncode or not count


def handshakes(log):
    """Of nginx's connections, how many are new and how many resumed."""
    kinds = dict(line.split() for line in log.read_text().splitlines())
    resumed = list(kinds.values()).count("r")
    return f"{len(kinds) - resumed} full handshakes, {resumed} resumed"


def scripted(calls):
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as ends:
        folder = pathlib.Path(name)
        certificates(folder)
        fixed = [word for name, port in zip(("PLAIN", "REFUSED"), free_ports(2))
                 for word in ("--port", f"{name}={port}")]
        running = {"gateway": start_gateway(folder, *fixed)}
        ports = read_ports(folder)
        running["nginx"] = start_nginx(folder, ports)
        ends.callback(lambda: [end(one) for one in running.values()])

        def kill(name, *start):
            running[name].kill()
            running[name].wait()
            return lambda: running.update({name: start[0](*start[1:])})
        bad = soak(
            "scripted", f"https://localhost:{ports['NGINX_TLS']}",
            folder / "ca.pem", calls, "sk-soak", [
                lambda: kill("gateway", start_gateway, folder, *fixed),
                lambda: kill("nginx", run_nginx, folder, ports["NGINX_TLS"])])
        print(f"# {handshakes(folder / 'access.log')}")
        return bad


def service(folder, name):
    """Kill one of the gateway's own services; returns what starts it."""
    file = folder / "run" / f"{name}.pid"
    pid = int(file.read_text())
    process = pathlib.Path(f"/proc/{pid}")
    command = process.joinpath("cmdline").read_bytes().split(b"\0")[:-1]
    environment = dict(word.split(b"=", 1) for word in process.joinpath(
        "environ").read_bytes().split(b"\0") if word)
    os.kill(pid, 9)

    def start():
        with open(folder / "log" / f"{name}.log", "ab") as log:
            new = subprocess.Popen(command, env=environment, stdout=log,
                                   stderr=log, stdin=subprocess.DEVNULL,
                                   cwd=folder / "run", start_new_session=True)
        file.write_text(f"{new.pid}\n")
    return start


def real(calls):
    folder = pathlib.Path(os.environ["LITELLM_CA_FILE"]).parent
    return soak("real", os.environ["LITELLM_NGINX_URL"],
                os.environ["LITELLM_CA_FILE"], calls,
                os.environ["LITELLM_API_KEY"],
                [lambda: service(folder, "upstream"),
                 lambda: service(folder, "nginx")])


if __name__ == "__main__":
    worst = [scripted(CALLS), real(CALLS // 10)]
    sys.exit(any(worst))
