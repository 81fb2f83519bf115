#!/usr/bin/env python3
"""Mirascope and this library side by side: what do both send?

    run.py PYTHON [NAME...]      PYTHON has Mirascope and LiteLLM

Each program of docs/from-mirascope.md, the Python before an example and the
example, runs against a scripted gateway of its own, which records the bodies.
They are compared as JSON.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/compile"))
import readme  # noqa: E402

PAGE = (ROOT / "docs/from-mirascope.md").read_text("utf-8")
PAIR = re.compile(r"^```python\n((?:(?!```).*\n)*)```\n+"
                  r"<!-- example (.*) -->$", re.M)
PROGRAMS = readme.Text(readme.IN_README, PAGE)

# What the page says is different, or cannot be compared.
DIFFER = {
    "model": "the tool's name, strict",
    "value": "the tool's name, strict",
    "facts": "Mirascope appends a message",
    "shown": "additionalProperties",
}
NOT_RUN = {
    "partial": "Mirascope: a tool; this: response_format",
    "corrected": "the prompt has the mistakes; this adds messages",
    "agent": "OpenAI's rules refuse Mirascope's second request: a result's name",
}


class Gateway:
    """The scripted gateway, and what it was asked."""

    def __init__(self, folder, name):
        self.log = folder / "log"
        file = folder / "ports"
        for old in self.log, file:
            old.unlink(missing_ok=True)
        self.server = subprocess.Popen(
            [sys.executable, ROOT / "tests/gateway/scripted.py", "--plain",
             "--ports-file", file, "--log", self.log, "--model",
             readme.ANSWERS.get(name, readme.BOOK)],
            stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not file.exists():
            if self.server.poll() is not None or time.monotonic() > until:
                sys.exit("the scripted gateway does not start")
            time.sleep(0.02)
        port = re.search(r"^PLAIN=(\d+)", file.read_text(), re.M)[1]
        self.url = f"http://localhost:{port}"

    def bodies(self):
        self.server.terminate()
        self.server.wait()
        if not self.log.exists():
            return []
        return [json.loads(json.loads(line)["body"])
                for line in self.log.read_text("utf-8").splitlines()]


class Python:
    """One process for all programs, as importing LiteLLM takes seconds."""

    LOOP = """
import json, os, runpy, sys, traceback
for line in sys.stdin:
    file, url = json.loads(line)
    os.environ["OPENAI_BASE_URL"] = os.environ["OPENAI_API_BASE"] = url
    try:
        runpy.run_path(file)
        why = ""
    except Exception:
        why = traceback.format_exc()
    sys.stdout.flush()
    print(json.dumps(why), file=sys.stderr, flush=True)
"""

    def __init__(self, python, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [python, "-c", self.LOOP], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, "OPENAI_API_KEY": "sk-none",
                 "LITELLM_LOCAL_MODEL_COST_MAP": "True"})

    def run(self, program, url):
        file = self.folder / "program.py"
        file.write_text(program, encoding="utf-8")
        print(json.dumps([str(file), url + "/v1"]), file=self.process.stdin,
              flush=True)
        for line in self.process.stderr:
            if line.startswith('"'):
                return json.loads(line)
        return "Python ended"


def run_c(name, url, folder):
    program = PROGRAMS.program(name).replace(readme.LOCAL, url)
    (folder / "main.c").write_text(program, encoding="utf-8")
    return readme.run(f"cc -I'{ROOT}' main.c && ./a.out", folder)


def difference(ours, theirs, path="$"):
    """Where two JSON values part, empty if they do not."""
    if type(ours) is not type(theirs):
        return f"{path}: {ours!r}, Mirascope {theirs!r}"
    if isinstance(ours, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key not in ours or key not in theirs:
                return (f"{path}.{key}: only Mirascope has it"
                        if key in theirs else
                        f"{path}.{key}: Mirascope lacks it")
            if found := difference(ours[key], theirs[key], f"{path}.{key}"):
                return found
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{path}: {len(ours)} items, Mirascope {len(theirs)}"
        for at, pair in enumerate(zip(ours, theirs)):
            if found := difference(*pair, f"{path}[{at}]"):
                return found
    elif ours != theirs:
        return f"{path}: {ours!r}, Mirascope {theirs!r}"
    return ""


def compare(name, program, python, folder):
    gateway = Gateway(folder, name)
    status, printed = run_c(name, gateway.url, folder)
    ours = gateway.bodies()
    if status or not ours:
        return f"the C: exit {status}, {printed}"
    gateway = Gateway(folder, name)
    why = python.run(program, gateway.url)
    theirs = gateway.bodies()
    if why or not theirs:
        return f"the Python: {why or 'it asks nothing'}"
    found = difference(ours, theirs)
    if name not in DIFFER:
        return found
    return "" if found else "no difference, where the page says one"


def main():
    names = sys.argv[2:]
    prelude = re.search(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)[1]
    pairs = {name: program for program, name in PAIR.findall(PAGE)}
    for name in [*DIFFER, *NOT_RUN]:
        if name not in pairs:
            sys.exit(f"{name} is no pair of the page")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        python = Python(sys.argv[1], folder)
        for name, program in pairs.items():
            if name in NOT_RUN or names and name not in names:
                continue
            why = compare(name, prelude + "\n\n" + program, python, folder)
            failed = failed or bool(why)
            why = why.strip().replace("\n", "|")
            print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)
        python.process.kill()
    sys.exit(failed)


if __name__ == "__main__":
    main()
