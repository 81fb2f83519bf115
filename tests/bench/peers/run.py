#!/usr/bin/env python3
"""This library beside others that do the same work: instructions and times.

    run.py [--update FOLDER] [--allow-missing] [--rounds N] [--build FOLDER]

Prints the tables. --update writes them into FOLDER/performance.md between its
PEERS markers, and the picture to FOLDER/performance.svg. What cannot be had
here is named, and its rows are left out; that fails unless --allow-missing.

Instructions are by callgrind. Times are CPU time, of all libraries in turn in
one process, A B C A B C ...: medians, and the median of the ratios of ours to
each, round by round.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BEGIN, END = "<!-- BEGIN PEERS -->", "<!-- END PEERS -->"
OPENAI = "2.54.0"
CC = os.environ.get("CC", "cc").split()
FLAGS = ["-std=c99", "-O2", f"-I{ROOT}"]
# The name, its packages of which the first has the headers, its library.
PEERS = [
    ("jsmn", ["libjsmn-dev"], []),
    ("cJSON", ["libcjson-dev", "libcjson1"], ["-lcjson"]),
    ("yyjson", ["libyyjson-dev", "libyyjson0"], ["-lyyjson"]),
    ("picohttpparser", ["libpicohttpparser-dev", "libpicohttpparser1"],
     ["-lpicohttpparser"]),
    ("llhttp", ["libllhttp-dev"], ["-l:libllhttp.a"]),
    # The library is the machine's own, which its curl has brought.
    ("libcurl", ["libcurl4-openssl-dev"], ["-l:libcurl.so.4"]),
]
WORKS = [                    # program, work, what must be there, in words
    ("tokens", "chunks", [], "JSON tokens, chunks of a stream, per byte"),
    ("tokens", "text", [], "JSON tokens, one long string, per byte"),
    ("tokens", "numbers", [], "JSON tokens, numbers, per byte"),
    ("stream", "stream", ["picohttpparser"],
     "stream, HTTP to text, per event of 374 bytes"),
    ("request", "history", [], "request, history of 400-byte messages, "
     "per byte"),
    ("request", "image", [], "request, image, per byte"),
    ("request", "tools", [], "request, 100 tools, per byte"),
    ("request", "1000-tools", [], "request, 1,000 tools, the whole"),
    ("decode", "fields", [], "answer into a struct of 8 fields"),
    ("decode", "list", [], "answer into a list of 600 such structs, per item"),
]


def run(*command, **settings):
    done = subprocess.run([str(word) for word in command], text=True,
                          stdout=subprocess.PIPE, **settings)
    if done.returncode:
        sys.exit(f"run.py: {' '.join(map(str, command[:3]))} ... failed")
    return done.stdout


# ---- the peers -------------------------------------------------------------

class Peers:
    """What is there: names with versions, and how to build with them."""

    def __init__(self, build):
        self.build, self.versions, self.missing = build, {}, []
        self.flags, self.libraries = ["-isystem", build / "usr/include"], []
        packages = [package for _, some, _ in PEERS for package in some]
        said = subprocess.run([ROOT / "tests/tools/debs.sh", build, *packages],
                              stdout=subprocess.PIPE, text=True).stdout
        found = dict(line.split() for line in said.splitlines())
        for folder in sorted((build / "usr/lib").glob("*-linux-*")):
            self.libraries += [f"-L{folder}", f"-Wl,-rpath,{folder}"]
            # Where headers depend on the machine, as libcurl's do.
            self.flags += ["-isystem", build / "usr/include" / folder.name]
        for name, some, libraries in PEERS:
            if all(package in found for package in some) and \
                    self.starts(libraries):
                version = found[some[0]].split(":")[-1]
                self.versions[name] = re.match(r"[0-9.]+\d", version)[0]
                self.flags.append(f"-DPEER_{name.upper()}")
                self.libraries += [word for word in libraries
                                   if name != "libcurl"]
            else:
                self.missing.append(name)

    def starts(self, libraries):
        """A later suite's library may want a later libc."""
        with tempfile.TemporaryDirectory() as folder:
            program = f"{folder}/probe"
            done = subprocess.run(
                [*CC, "-x", "c", "-", "-o", program, "-Wl,--no-as-needed",
                 *self.libraries, *libraries], text=True,
                input="int main(void) { return 0; }")
            return not done.returncode and not subprocess.run(
                [program], env={"LD_BIND_NOW": "1"}).returncode

    def compile(self, name, *libraries):
        """A program that loads only the libraries it uses."""
        program = self.build / name
        run(*CC, *FLAGS, *self.flags, "-o", program, HERE / f"{name}.c",
            "-Wl,--as-needed", *self.libraries, *libraries)
        return program


# ---- work within a process -------------------------------------------------

def count(program, work, name):
    with tempfile.NamedTemporaryFile("r") as log:
        run("valgrind", "--tool=callgrind", "--toggle-collect=measured",
            "--callgrind-out-file=/dev/null", f"--log-file={log.name}",
            program, work, "count", name,
            env={**os.environ, "LD_BIND_NOW": "1"})
        return int(re.search(r"Collected : (\d+)", log.read())[1])


def measure(program, work, rounds):
    """[(name, instructions, ns, ours/it by time)], per unit."""
    *names, units = run(program, work, "list").split()
    spans = list(zip(*([float(ns) for ns in line.split()] for line in run(
        program, work, "time", rounds).splitlines())))
    return [(name, count(program, work, name) / int(units),
             statistics.median(own),
             statistics.median(a / b for a, b in zip(spans[0], own)))
            for name, own in zip(names, spans)]


def figure(number):
    return f"{number:,.0f}" if number >= 1000 else \
        f"{number:.0f}" if number >= 100 else f"{number:.1f}"


def ratio_text(ratio):
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def table(results):
    lines = ["| work | library | instructions | ns | ours / it: instructions "
             "| time |", "|---|---|--:|--:|--:|--:|"]
    for words, rows in results:
        for name, instructions, ns, ratio in rows:
            ours = name == "ours"
            lines.append("| %s | %s | %s | %s | %s | %s |" % (
                words if ours else "", f"**{name}**" if ours else name,
                figure(instructions), figure(ns),
                "" if ours else ratio_text(rows[0][1] / instructions),
                "" if ours else ratio_text(ratio)))
    return lines


# ---- processes -------------------------------------------------------------

def commands(peers, ask):
    """{name: command}, ours first; notes what cannot be had."""
    call = ["{url}", "{ca}", "{model}", "A book?"]
    found = {"ours, `examples/ask.c`": [
        str(ask), "--base-url", "{url}", "--ca", "{ca}", "--model", "{model}",
        "A book?"]}
    if {"cJSON", "libcurl"} <= set(peers.versions):
        chat = peers.compile("chat", "-l:libcurl.so.4")
        found["libcurl and cJSON"] = [str(chat), *call]
    found["`curl`, events not parsed"] = [
        "curl", "-sN", "--cacert", "{ca}", "-H", "Authorization: Bearer k",
        "-H", "Content-Type: application/json", "-d", "{body}",
        "{url}/v1/chat/completions"]
    done = subprocess.run([ROOT / "tests/tools/pip.sh", "openai", OPENAI,
                           "python", ROOT / "build/pip"],
                          stdout=subprocess.PIPE, text=True)
    if done.returncode:
        peers.missing.append("openai")
    else:
        peers.versions["openai"] = OPENAI
        found["openai, Python"] = [done.stdout.strip(), str(HERE / "chat.py"),
                                   *call]
    return found


def processes(found, rounds):
    said = run(sys.executable, ROOT / "tests/e2e/scripted_run.py",
               sys.executable, HERE / "processes.py", rounds,
               json.dumps(found))
    results = json.loads(next(line for line in said.splitlines()
                              if line.startswith("{")))
    ours = next(iter(results.values()))
    lines = ["| one call over TLS 1.2, a process | CPU, ms | time, ms "
             "| memory, KiB | ours / it: CPU | time | memory |",
             "|---|--:|--:|--:|--:|--:|--:|"]
    for name, own in results.items():
        middle = [statistics.median(column) for column in zip(*own)]
        ratios = [statistics.median(a / max(b, 1e-6) for a, b in zip(*columns))
                  for columns in zip(zip(*ours), zip(*own))]
        shown = ["" if own is ours else ratio_text(ratio) for ratio in ratios]
        lines.append(f"| {name} | {middle[0] * 1e3:.1f} | "
                     f"{middle[1] * 1e3:.1f} | {middle[2]:,.0f} | "
                     f"{' | '.join(shown)} |")
    return lines


# ---- calls in a process ----------------------------------------------------

MOST_CPU = 1.3              # of libcurl's, for 20 calls


def call_commands(peers, found):
    """{name: command}, of the commands of processes those that make several
    calls; ours first."""
    rest = ["{url}", "{ca}", "{model}", "A book?", "{calls}", "{connection}"]
    ours = peers.compile("calls", "-lmbedtls", "-lmbedx509", "-lmbedcrypto")
    return {"ours": [str(ours), *rest],
            **{name: command[:command.index("{url}")] + rest
               for name, command in found.items()
               if name in ("libcurl and cJSON", "openai, Python")}}


def calls(found, rounds):
    """The tables, and the ratio of ours to libcurl's CPU time or None."""
    said = run(sys.executable, ROOT / "tests/e2e/scripted_run.py",
               sys.executable, HERE / "calls.py", rounds, json.dumps(found))
    results = json.loads(next(line for line in said.splitlines()
                              if line.startswith("{")))
    ours = results["ours"]
    ratios = {name: [statistics.median(a / max(b, 1e-6) for a, b
                                       in zip(ours[key], own[key]))
                     for key in ("cpu", "first")]
              for name, own in results.items()}
    lines = ["| 20 calls on one connection, a process | CPU, ms "
             "| first text, ms | ours / it: CPU | first text |",
             "|---|--:|--:|--:|--:|"]
    for name, own in results.items():
        shown = ["" if own is ours else ratio_text(ratio)
                 for ratio in ratios[name]]
        lines.append(f"| {name} | {statistics.median(own['cpu']) * 1e3:.1f} | "
                     f"{statistics.median(own['first']) * 1e3:.2f} | "
                     f"{' | '.join(shown)} |")
    lines += ["", "| call | library | bytes sent | received | segments sent "
              "| round trips |", "|---|---|--:|--:|--:|--:|"]
    kinds = ("the first", "on its connection", "on a new one after it")
    for kind, words in enumerate(kinds):
        for name, own in results.items():
            lines.append(f"| {words if own is ours else ''} | {name} | " +
                         " | ".join(f"{number:,}"
                                    for number in own["wire"][kind]) + " |")
    return lines, ratios.get("libcurl and cJSON", [None])[0]


# ---- streams ---------------------------------------------------------------

def stream_commands(peers):
    """{name: command}, ours first."""
    rest = ["{url}", "{streams}", "{turns}"]
    found = {"ours": [str(peers.compile("streams_ours")), *rest, "{window}"]}
    trees = [name for name in ("cJSON", "yyjson") if name in peers.versions]
    if "libcurl" in peers.versions and trees:
        program = peers.compile("streams_curl", "-l:libcurl.so.4")
        found.update({f"libcurl and {name}": [str(program), *rest, name]
                      for name in trees})
    return found


def streams(found, rounds):
    said = run(sys.executable, HERE / "streams.py", rounds, json.dumps(found))
    lines = ["| streams over plain HTTP, a process | library | CPU, ms "
             "| ours / it |", "|---|---|--:|--:|"]
    for words, results in json.loads(said.splitlines()[-1]):
        ours = results["ours"]
        for name, own in results.items():
            shown = "" if own is ours else ratio_text(
                statistics.median(a / b for a, b in zip(ours, own)))
            lines.append("| %s | %s | %.1f | %s |" % (
                words if own is ours else "",
                f"**{name}**" if own is ours else name,
                statistics.median(own) * 1e3, shown))
    return lines


# ---- the picture -----------------------------------------------------------

COLORS = {"ours": "#1f6feb", "jsmn": "#8c959f", "cJSON": "#57606a",
          "yyjson": "#afb8c1"}
GRAY = "#d0d7de"
WIDTH, LEFT, BAR = 720, 104, 14


def picture(results):
    """Bars of the instructions; each work has a scale of its own."""
    parts, y = [], 22
    longest = WIDTH - LEFT - 80
    parts.append('<text x="8" y="%d" font-weight="bold">Instructions, each '
                 "work on its own scale: shorter is better</text>" % y)
    for words, rows in results:
        y += 28
        parts.append(f'<text x="8" y="{y}">{words}</text>')
        y += 6
        most = max(row[1] for row in rows)
        for name, instructions, _, _ in rows:
            width = max(instructions / most * longest, 1)
            parts.append(
                f'<text x="{LEFT - 6}" y="{y + BAR - 3}" text-anchor="end">'
                f'{name}</text><rect x="{LEFT}" y="{y}" width="{width:.0f}" '
                f'height="{BAR - 2}" fill="{COLORS.get(name, GRAY)}"/>'
                f'<text x="{LEFT + width + 5:.0f}" y="{y + BAR - 3}">'
                f"{figure(instructions)}</text>")
            y += BAR + 1
    height = y + 10
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
         f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
         'font-family="sans-serif" font-size="12" fill="#24292f">',
         f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
         *parts, "</svg>"]) + "\n"


# ---- all of it -------------------------------------------------------------

def first_version(*command):
    return re.search(r"\d+\.\d[.\d]*", run(*command))[0]


def setting(peers):
    """What the figures depend on."""
    said = run(*CC, "--version")
    compiler = "clang" if "clang" in said else "gcc"
    own = "; ".join(f"{name} {version}" for name, version
                    in peers.versions.items() if name != "libcurl")
    return [f"Ours by {compiler} {first_version(*CC, '--version')} `-O2`, "
            f"x86-64. {own}; curl and libcurl "
            f"{first_version('curl', '--version')}."]


def splice(file, lines):
    text = file.read_text()
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        sys.exit(f"run.py: no {BEGIN} ... {END} in {file}")
    file.write_text("\n".join([head + begin, *lines, end + tail]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--allow-missing", action="store_true")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build/peers")
    options = parser.parse_args()
    peers = Peers(options.build.resolve())
    programs, results = {}, []
    for program, work, needed, words in WORKS:
        if set(needed) & set(peers.missing):
            continue
        if program not in programs:
            programs[program] = peers.compile(program)
        print(f"run.py: {words}", file=sys.stderr)
        results.append((words, measure(programs[program], work,
                                       options.rounds)))
    found = commands(peers, ROOT / "build/examples/ask")
    print("run.py: processes", file=sys.stderr)
    processes_table = processes(found, options.rounds // 2 + 1)
    print("run.py: calls", file=sys.stderr)
    calls_tables, cpu = calls(call_commands(peers, found),
                              options.rounds // 2 + 1)
    print("run.py: streams", file=sys.stderr)
    streams_table = streams(stream_commands(peers), options.rounds // 2 + 1)
    lines = [*setting(peers), "", *table(results), "", *streams_table, "",
             *processes_table, "", *calls_tables]
    print("\n".join(lines))
    for name in peers.missing:
        print(f"missing: {name} cannot be had here, its rows are left out")
    if peers.missing and not options.allow_missing:
        sys.exit(1)
    if cpu and cpu > MOST_CPU:
        sys.exit(f"run.py: 20 calls take {cpu:.2f} of libcurl's CPU time, at "
                 f"most {MOST_CPU}")
    if options.update:
        splice(options.update / "performance.md", lines)
        (options.update / "performance.svg").write_text(picture(results))


if __name__ == "__main__":
    main()
