#!/usr/bin/env python3
"""One call over TLS as a process: CPU time, time and memory, in turn.

    processes.py ROUNDS COMMANDS FOLDER PORTS

scripted_run.py starts the gateway and gives the last two. COMMANDS is a JSON
object of name: command, in which {url}, {ca}, {model} and {body} stand for
themselves; its last line of output is a JSON object of name: rounds of CPU
seconds, seconds and KiB.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import time

MODEL = "answer:Try The Name of the Wind by Patrick Rothfuss."
BODY = json.dumps({"model": MODEL, "stream": True,
                   "stream_options": {"include_usage": True},
                   "messages": [{"role": "user", "content": "A book?"}]})


def once(command, environment):
    """CPU time is that of the children; time(1) is so small that the memory is
    the command's own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "-q", "-f", "%M", *command],
                          capture_output=True, text=True, env=environment)
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or "Rothfuss" not in done.stdout:
        sys.exit(f"{command[0]}: {done.stdout}{done.stderr}")
    return (after.ru_utime + after.ru_stime - before.ru_utime
            - before.ru_stime, seconds, int(done.stderr.split()[-1]))


def main():
    rounds, commands, folder, ports = sys.argv[1:]
    port = dict(line.split("=") for line
                in pathlib.Path(ports).read_text().split())["GOOD_TLS12"]
    values = {"{url}": f"https://localhost:{port}", "{ca}": f"{folder}/ca.pem",
              "{model}": MODEL, "{body}": BODY}
    environment = {"PATH": os.environ["PATH"], "LITELLM_API_KEY": "k"}
    commands = {name: [values.get(word, word.replace("{url}", values["{url}"]))
                       for word in command]
                for name, command in json.loads(commands).items()}
    results = {name: [] for name in commands}
    for turn in range(int(rounds) + 1):
        for name, command in commands.items():
            result = once(command, environment)
            if turn:                            # the first fills the caches
                results[name].append(result)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
