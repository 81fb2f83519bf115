#!/usr/bin/env python3
"""Mirascope and this library side by side: what both send, and print.

    run.py PYTHON [WORD...]      PYTHON has Mirascope and LiteLLM

Runs the pairs of docs/from-mirascope.md and of pairs/, or those with a WORD in
their name, against the scripted gateway, which records the requests.
README.md tells how a pair is written.
"""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests/compile"))
import readme  # noqa: E402

PAGES = [ROOT / "docs/from-mirascope.md",
         *sorted((HERE / "pairs").glob("*.md"))]
IMPLEMENTATION = "#define LITELLM_CALL_IMPLEMENTATION\n"
NOTHING = object()


# ---- the pages -------------------------------------------------------------

@dataclasses.dataclass
class Pair:
    name: str
    answer: str                 # a script of tests/gateway/scripted.md
    python: str
    c: str
    differences: list = dataclasses.field(default_factory=list)
    of_all: list = ()           # differences of many pairs of the page


TOKEN = re.compile(r"^```(?P<language>python|c)\n(?P<code>.*?)^```$|"
                   r"^##+ (?P<title>[^\n]*)$|"
                   r"^<!-- gateway (?P<gateway>[^\n]*) -->$|"
                   r"^<!-- example (?P<example>[^\n]*) -->$|"
                   r"^\| where \| here \| Mirascope \| why \|\n\|[-|]+\|\n"
                   r"(?P<rows>(?:\|[^\n]*\n)+)", re.M | re.S)


def value_of(cell):
    return NOTHING if cell == "—" else cell.strip("`")


def rows_of(text):
    for line in text.replace(r"\|", "\0").splitlines():
        where, here, there, why = (
            cell.strip().replace("\0", "|")
            for cell in line.strip().strip("|").split("|"))
        if not why:
            sys.exit(f"no reason: {line}")
        yield where.strip("`"), value_of(here), value_of(there)


def pairs_of(page):
    """What a page's Python blocks and the C after them are together. What
    stands before the first heading is a part of all; a table in a section
    without a pair is about all."""
    text = page.read_text("utf-8")
    examples = readme.Text(readme.IN_README, text)
    before, of_all = {"python": "", "c": ""}, []
    found, title, example, answer, python = [], "", "", readme.BOOK, ""
    default, table = answer, of_all
    for token in TOKEN.finditer(text):
        if token["title"]:
            if not title:
                default = answer
            title, example, answer, python = token["title"], "", default, ""
            table = of_all
        elif token["gateway"]:
            answer = token["gateway"]
        elif token["example"]:
            example = token["example"]
        elif token["rows"]:
            table += rows_of(token["rows"])
        elif not title:
            before[token["language"]] = token["code"]
        elif token["language"] == "python":
            python = token["code"]
        elif python:
            name = example or title
            found.append(Pair(
                f"{page.stem}: {name}",
                readme.ANSWERS.get(example, answer),
                before["python"] + "\n\n" + python,
                examples.program(example) if example else
                program(before["c"], token["code"])))
            table = found[-1].differences
            example, python = "", ""
    for pair in found:
        pair.of_all = of_all
    return found


def program(before, code):
    declared, run = readme.Text.parts(code)
    return (readme.BEFORE + before + declared +
            readme.MAIN % (textwrap.indent(run, "  "), readme.LOCAL))


# ---- the three processes ---------------------------------------------------

class Gateway:
    """A scripted gateway, and what it was asked."""

    def __init__(self, folder):
        self.log, file = folder / "log", folder / "ports"
        folder.mkdir()
        self.log.touch()
        self.seen = 0
        self.server = subprocess.Popen(
            [sys.executable, ROOT / "tests/gateway/scripted.py", "--plain",
             "--ports-file", file, "--log", self.log],
            stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not file.exists():
            if self.server.poll() is not None or time.monotonic() > until:
                sys.exit("the scripted gateway does not start")
            time.sleep(0.02)
        port = re.search(r"^PLAIN=(\d+)", file.read_text(), re.M)[1]
        self.url = f"http://localhost:{port}"

    def url_of(self, answer):
        return f"{self.url}/as/{urllib.parse.quote(answer, safe='')}/v1"

    def requests(self):
        """The bodies since the last time, with the headers of a pair's own."""
        lines = self.log.read_text("utf-8").splitlines()
        new, self.seen = lines[self.seen:], len(lines)
        for request in map(json.loads, new):
            own = sorted(line for line in request["headers"]
                         if line.lower().startswith("x-pair"))
            yield {**json.loads(request["body"]),
                   **({"headers": own} if own else {})}


    def stop(self):
        self.server.terminate()
        self.server.wait()


class Python:
    """One process for all programs, as importing LiteLLM takes seconds."""

    LOOP = """
import contextlib, io, json, os, runpy, sys, traceback
import litellm
litellm.suppress_debug_info = True
for line in sys.stdin:
    file, url = json.loads(line)
    os.environ["OPENAI_BASE_URL"] = os.environ["OPENAI_API_BASE"] = url
    printed, error, trace = io.StringIO(), None, ""
    with contextlib.redirect_stdout(printed):
        try:
            runpy.run_path(file)
        except Exception as mistake:
            error = type(mistake).__name__
            trace = "".join(traceback.format_exception_only(mistake))
    print(json.dumps([printed.getvalue(), error, trace]), flush=True)
"""

    def __init__(self, python, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [python, "-W", "ignore", "-c", self.LOOP], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENAI_API_KEY": "sk-none",
                 "LITELLM_LOCAL_MODEL_COST_MAP": "True"})

    def run(self, program, url):
        file = self.folder / f"program{time.monotonic_ns()}.py"
        file.write_text(program, encoding="utf-8")
        print(json.dumps([str(file), url]), file=self.process.stdin,
              flush=True)
        line = self.process.stdout.readline()
        return json.loads(line) if line else ["", "Ended", "Python ended"]


class C:
    """The programs, compiled beside one object with the library."""

    FLAGS = [*readme.FLAGS, "-Wno-unused", "-std=gnu99", "-O0", f"-I{ROOT}"]

    def __init__(self, folder, pairs):
        self.folder = folder
        self.library = folder / "library.o"
        self.compile(self.library, IMPLEMENTATION +
                     '#include "litellm_call.h"\n#include "port/posix.h"\n',
                     "-c")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            self.why = dict(zip((pair.name for pair in pairs),
                                pool.map(self.build, pairs)))

    def compile(self, file, text, *flags):
        source = file.with_suffix(".c")
        source.write_text(text, encoding="utf-8")
        return subprocess.run(
            [*shlex.split(os.environ.get("CC", "cc")), *self.FLAGS, "-o", file, source,
             *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True).stdout

    def file(self, pair):
        return self.folder / re.sub(r"\W", "_", pair.name)

    def build(self, pair):
        """With the gateway's address as its argument."""
        text = pair.c.replace(IMPLEMENTATION, "")
        text = text.replace("int main(void)", "int main(int count, char **url)")
        text = text.replace(f'"{readme.LOCAL}"', "count > 1 ? url[1] : NULL")
        return self.compile(self.file(pair), text, self.library)

    def run(self, pair, url):
        if self.why[pair.name]:
            return "", "does not compile", self.why[pair.name]
        try:
            done = subprocess.run(
                [self.file(pair), url], timeout=30, encoding="utf-8",
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except subprocess.TimeoutExpired:
            return "", "does not end", ""
        return (done.stdout, done.stderr.partition(":")[0] or
                f"exit {done.returncode}" if done.returncode else None,
                done.stderr)


# ---- comparing -------------------------------------------------------------

def record(requests, printed, error):
    """What a side did: its first request, others, what it printed."""
    return {**(inlined(requests[0]) if requests else {}),
            **{str(at): inlined(request)
               for at, request in enumerate(requests[1:], 2)},
            **({"printed": printed} if printed else {}),
            **({"error": error} if error else {})}


def inlined(value, names=None):
    """JSON with what a schema refers to in its place."""
    if isinstance(value, list):
        return [inlined(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    names = {**(names or {}), **value.get("$defs", {})}
    if "$ref" in value:
        return inlined(names[value["$ref"].rpartition("/")[2]], names)
    return {key: inlined(item, names) for key, item in value.items()
            if key != "$defs"}


def differences(here, there, path=""):
    """(where, here, there), for all places where two JSON values part."""
    if isinstance(here, dict) and isinstance(there, dict):
        for key in sorted(here.keys() | there.keys()):
            yield from differences(here.get(key, NOTHING),
                                   there.get(key, NOTHING),
                                   f"{path}.{key}" if path else key)
    elif isinstance(here, list) and isinstance(there, list):
        for at in range(max(len(here), len(there))):
            yield from differences(*(side[at] if at < len(side) else NOTHING
                                     for side in (here, there)),
                                   f"{path}[{at}]")
    elif here != there or isinstance(here, bool) != isinstance(there, bool):
        yield path, here, there


def is_said(value, said):
    """Whether a table's cell says a value: as JSON, or how that begins."""
    if value is NOTHING or said is NOTHING:
        return value is said
    text = json.dumps(value, ensure_ascii=False)
    return text.startswith(said[:-3]) if said.endswith("...") else text == said


def shown(value):
    return "—" if value is NOTHING else f"`{json.dumps(value, ensure_ascii=False)}`"


def says(row, where, here, there):
    pattern = re.escape(row[0]).replace(r"\*", ".*")
    return re.fullmatch(pattern, where) and is_said(here, row[1]) and \
        is_said(there, row[2])


def complaints(found, pair, used):
    """What differs and is in no table, and what is and does not differ. Adds
    to the rows that are used."""
    for difference in found:
        rows = [row for row in [*pair.differences, *pair.of_all]
                if says(row, *difference)]
        used.update(map(id, rows[:1]))
        if not rows:
            where, here, there = difference
            yield f"| `{where}` | {shown(here)} | {shown(there)} |"
    for row in pair.differences:
        if id(row) not in used:
            yield f"{row[0]} does not differ so"


def compare(pair, c, python, gateway, used):
    # What Mirascope sends is not always what OpenAI takes.
    lax = re.sub(r"(?:^|(?<= ))(calls|answer):", r"lax-\1:", pair.answer)
    sides, whys = [], []
    for run, what, answer in ((c.run, pair, pair.answer),
                              (python.run, pair.python, lax)):
        printed, error, why = run(what, gateway.url_of(answer))
        sides.append(record(list(gateway.requests()), printed, error))
        whys.append(why)
    if sides == [{}, {}]:
        return ["neither side did a thing"]
    if len({"model" in side for side in sides}) == 2:
        for side in sides:          # only one side has asked
            side.pop("model", None)
    found = list(complaints(differences(*sides), pair, used))
    return found + [why for why in whys if found and why]


def main():
    words = sys.argv[2:]
    pairs = [pair for page in PAGES for pair in pairs_of(page)]
    names = [pair.name for pair in pairs]
    for name in names:
        if names.count(name) > 1:
            sys.exit(f"two pairs are called {name}")
    pairs = [pair for pair in pairs
             if not words or any(word in pair.name for word in words)]
    failed, used = False, set()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        gateway = Gateway(folder / "gateway")
        python = Python(sys.argv[1], folder)
        try:
            c = C(folder, pairs)
            for pair in pairs:
                found = compare(pair, c, python, gateway, used)
                failed = failed or bool(found)
                print(f"not ok {pair.name}: " + "\n    ".join(found) if found
                      else f"ok {pair.name}", flush=True)
        finally:
            gateway.stop()
            python.process.kill()
    for row in {id(row): row for pair in pairs for row in pair.of_all}.values():
        if not words and id(row) not in used:
            print(f"not ok {row[0]}: differs so in no pair of the page")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
