#!/usr/bin/env python3
"""Compiles and runs the programs of the README, of docs/ and of the header's
manual.

In the README and docs/ a program is the block after a line <!-- example NAME
-->, or a part of a file that another test builds, after <!-- from FILE -->. In
the manual it is the lines after >>example NAME that are indented by 5. In parentheses:

    changes OTHER   the block is a diff of the example OTHER, of the same text
                    or the README
    starts OTHER    it takes the place of OTHER's litellm_client_init

A block without main() is a part of a program. Its last paragraph is run, if
that is no declaration, else the README's for the same NAME. <!-- build NAME -->
comes before the commands that build and run a program, <!-- output NAME -->
before what it prints, where ... stands for the rest of a line. An example
without them is built and prints as the first program does.

The tables of docs/switches.md are held against the header, and the manual's
table of memory is tried.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADER = (ROOT / "litellm_call.h").read_text(encoding="utf-8")
# But the one that lint holds against the header.
DOCS = sorted(set((ROOT / "docs").glob("*.md")) - {ROOT / "docs/api.md"})
FLAGS = "-Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Werror".split()
# C++ before 20 has designators as an extension.
CXX_FLAGS = ["-Wno-pedantic", "-Wno-missing-field-initializers"]
COMPILERS = {"c99": ("gcc", "clang"), "c++11": ("g++", "clang++")}
IN_README = re.compile(
    r"^<!-- (example|build|output) ([^(\n]*?) *(?:\(([^)\n]*)\) )?-->\n"
    r"```\w*\n(.*?)^```$", re.M | re.S)
# Each block of code in docs/, with the line before it.
IN_DOCS = re.compile(r"^([^\n]*)\n```(?:c|cpp|cmake|meson|yaml)\n(.*?)^```$",
                     re.M | re.S)
FROM = re.compile(r"<!-- from (\S+) -->")
IN_MANUAL = re.compile(
    r"^ *>>(example) ([^(\n]*?) *(?:\((.*)\))?\n((?:(?: {5}.*)?\n)+)", re.M)
LOCAL, REMOTE = "http://localhost:4000", "https://gateway"
INIT = re.compile(r"^ *litellm_client_init\(.*?\);\n", re.M | re.S)

FIRST = "first call"
# What the gateway answers, see tests/gateway/scripted.md.
BOOK = 'answer:Try "The Name of the Wind" by Patrick Rothfuss.'
ANSWERS = {
    "struct": 'answer:{"title":"The Hobbit","year":1937}',
    "tool": 'calls:[["read_sensor",{"name":"roof"}]] >> '
            "answer:Yes, it is 31 degrees there.",
    # docs/from-mirascope.md
    "model": 'calls:[["answer",{"title":"The Hobbit","year":1937}]]',
    "value": 'calls:[["answer",{"value":1937}]]',
    "partial": 'calls:[["answer",{"title":"The Hobbit","year":1937}]]',
    "facts": 'answer:{"diameter":3475}',
    "shown": 'calls:[["read_sensor",{"name":"roof"}]]',
    "agent": 'calls:[["read_sensor",{"name":"roof"}]] >> '
             "answer:It has {last} degrees.",
    "corrected": 'calls:[["answer",{"title":"The Hobbit","year":9937}]] >> '
                 'calls:[["answer",{"title":"The Hobbit","year":1937}]]',
}
# The examples in the manual's table of memory; a text has 1 KiB.
LONG = "abcdefghijklmnopqrstuvwxyz012345" * 32
MEMORY = {
    "text, http": (FIRST, "big:1024"),
    "text, https": ("TLS", "big:1024"),
    "a struct, http": ("struct", ANSWERS["struct"]),
    "a tool, http": ("tool", ANSWERS["tool"].partition(">>")[0] +
                     ">> big:1024"),
}
# What the parts leave to their reader, and the main() they get.
BEFORE = """\
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/posix.h"
#include <stdio.h>

litellm_client client;
litellm_response response;

int adc(const char *name) {
  return strcmp(name, "roof") == 0 ? 31 : 0;
}
void print(litellm_str text) {
  (void)!fwrite(text.ptr, 1, text.len, stdout);
}
void feed_watchdog(void) {
  (void)poll(NULL, 0, 1);
}

#define ASK(ARG) ARG(STRING, question)
#define READING(FIELD) FIELD(INT, celsius, NULL)
"""
MAIN = """
static bool part(void) {
%s
  return true;
}

int main(void) {
  static unsigned char memory[8192];
  static litellm_client_desc desc;
  desc.port = &litellm_posix;
  desc.base_url = "%s";
  desc.model = "ollama/llama3.2";
  desc.memory = memory;
  desc.memory_size = sizeof memory;
  litellm_client_init(&client, &desc);
  if (part() && client.error.code == LITELLM_OK) return 0;
  fprintf(stderr, "%%s\\n", litellm_client_error(&client));
  return 1;
}
"""

failed = False


def report(name, why=""):
    global failed
    failed = failed or bool(why)
    print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)


# ---- the programs ----------------------------------------------------------

class Text:
    """The examples, build commands and outputs of a text, by name."""

    def __init__(self, pattern, text):
        self.blocks = {"example": {}, "build": {}, "output": {}}
        for kind, name, how, block in pattern.findall(text):
            if pattern is IN_MANUAL:
                block = textwrap.dedent(block).strip("\n") + "\n"
            self.blocks[kind][name] = how, block

    def names(self):
        return list(self.blocks["example"])

    def program(self, name):
        how, block = self.blocks["example"][name]
        verb, _, other = how.partition(" ")
        base = self if other in self.names() else readme
        if verb == "changes":
            return changed(base.program(other), block)
        if verb == "starts":
            return INIT.sub(lambda _: block, base.program(other), 1)
        if "main(" in block:
            return block
        declared, run = self.parts(block)
        if not run:
            run = readme.parts(readme.blocks["example"][name][1])[1]
        if "LITELLM_CALL" not in declared:
            declared = re.search(r"^#define REC.*?;\n", readme.program(FIRST),
                                 re.M | re.S)[0]
        if "reading)" in declared and "LITELLM_MODEL" not in declared:
            declared = "LITELLM_MODEL(reading, READING);\n" + declared
        return BEFORE + declared + MAIN % (textwrap.indent(run, "  "), LOCAL)

    @staticmethod
    def parts(block):
        """What a part declares, and what of it is run."""
        declared, _, run = ("\n\n" + block).rpartition("\n\n")
        return (block, "") if run.startswith("#") else (declared, run)


def changed(program, diff):
    """The program with a diff of it applied, which has no line numbers."""
    lines, at = program.split("\n"), 0
    for line in diff.splitlines():
        sign, text = line[:1], line[1:]
        if sign == "+":
            lines.insert(at, text)
            at += 1
            continue
        at = lines.index(text, at)
        if sign == "-":
            del lines[at]
        else:
            at += 1
    return "\n".join(lines)


# ---- compiling and running them --------------------------------------------

class Gateways:
    """One scripted gateway for each answer, and the certificates of all."""

    def __init__(self, folder):
        self.folder, self.servers = folder, {}
        subprocess.run([ROOT / "tests/gateway/certificates.sh", folder],
                       check=True)

    def ports(self, answer):
        file = self.folder / f"ports{len(self.servers)}"
        if answer not in self.servers:
            server = subprocess.Popen(
                [sys.executable, ROOT / "tests/gateway/scripted.py", "--dir",
                 self.folder, "--ports-file", file, "--model", answer],
                stderr=subprocess.DEVNULL)
            self.servers[answer] = server, file
            until = time.monotonic() + 30
            while not file.exists():
                if server.poll() is not None or time.monotonic() > until:
                    sys.exit("the scripted gateway does not start")
                time.sleep(0.05)
        lines = self.servers[answer][1].read_text().split()
        return dict(line.split("=") for line in lines)

    def near(self, program, answer):
        """The program with the addresses of the gateway with that answer."""
        ports = self.ports(answer)
        return program.replace(
            LOCAL, f"http://localhost:{ports['PLAIN']}").replace(
            REMOTE, f"https://localhost:{ports['GOOD']}")

    def stop(self):
        for server, _ in self.servers.values():
            server.terminate()
            server.wait()


def write(standard, folder, program):
    file = folder / ("main.c" if standard == "c99" else "main.cc")
    file.write_text(program, encoding="utf-8")
    return file


def compile_as(standard, program, folder):
    """The first complaint of a compiler, empty if there is none."""
    if "ca.h" in program:
        (folder / "ca.h").write_text('static const char ca[] = "";\n')
    source = write(standard, folder, program)
    flags = FLAGS + (CXX_FLAGS if standard == "c++11" else [])
    for compiler in COMPILERS[standard]:
        if not shutil.which(compiler):
            return f"no {compiler} here"
        done = subprocess.run(
            [compiler, "-std=" + standard, *flags, "-c", "-o",
             folder / "main.o", source],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode or done.stdout:
            return f"{compiler}: {done.stdout or 'it failed'}"
    return ""


def run(commands, folder):
    try:
        done = subprocess.run(["sh", "-ec", commands], cwd=folder, timeout=60,
                              stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, errors="replace")
    except subprocess.TimeoutExpired:
        return -1, "it does not end"
    return done.returncode, done.stdout


def prints(got, wanted):
    """Whether a program printed what the README shows."""
    pattern = "".join(
        re.escape(line.removesuffix("...")) +
        (".*" if line.endswith("...") else "") + "\n?"
        for line in wanted.splitlines())
    return re.fullmatch(pattern, got) is not None


def commands_of(name, base, text):
    """The commands for an example, and what they should print: of the text
    itself, else of the README."""
    builds, outputs = ({**readme.blocks[kind], **text.blocks[kind]}
                       for kind in ("build", "output"))
    return (builds.get(name, builds.get(base, builds[FIRST]))[1],
            outputs.get(name, outputs.get(base, outputs[FIRST]))[1])


tried = {}      # the manual has programs of the README


def try_program(text, name, standard, folder, gateways):
    """What is wrong with an example, empty if nothing is."""
    try:
        program = text.program(name)
    except (KeyError, ValueError) as mistake:
        return f"not found: {mistake}"
    if (program, standard) in tried:
        return tried[program, standard]
    commands, wanted = commands_of(
        name, text.blocks["example"][name][0].partition(" ")[2], text)
    if standard == "c++11":
        commands = commands.replace("cc main.c", "g++ -std=c++11 main.cc")
    why = compile_as(standard, program, folder)
    write(standard, folder, gateways.near(program, ANSWERS.get(name, BOOK)))
    status, got = run(commands, folder)
    if not why and (status or not prints(got, wanted)):
        why = f"exit {status}, printed {got!r}"
    tried[program, standard] = why
    return why


def try_memory(folder, gateways):
    """The manual's table of memory."""
    rows = re.findall(r"(\w[\w ]*, https?)://  +(\d+)", HEADER)
    report("manual: memory is listed", "" if {row for row, _ in rows} ==
           MEMORY.keys() else rows)
    for row, size in rows:
        name, answer = MEMORY.get(row, (FIRST, BOOK))
        program = readme.program(name).replace("[8192]", f"[{size}]")
        write("c99", folder, gateways.near(program, answer))
        commands, wanted = commands_of(name, "", readme)
        got = run(commands, folder)[1].strip()
        report(f"manual: {size} bytes for {row}", "" if got == LONG or
               prints(got, wanted) else repr(got))


def standards(name, text):
    if name.startswith("C++"):
        return ["c++11"]
    # What is a part of a program is C and C++.
    whole = text.blocks["example"][name]
    return ["c99"] if whole[0] or "main(" in whole[1] else ["c99", "c++11"]


def try_failure(folder):
    """The README's error line."""
    program = readme.program(FIRST).replace(LOCAL, "http://localhost:1")
    write("c99", folder, program)
    got = run(readme.blocks["build"][FIRST][1], folder)[1]
    report("README: what it prints without a gateway", "" if prints(
        got, readme.blocks["output"]["no gateway"][1]) else repr(got))


def try_wrong_type(folder):
    """The README's flags make an argument of a wrong type an error."""
    flags = re.findall(r"-Werror=[a-z-]+", README)
    program = readme.program(FIRST).replace('"fantasy"', "42")
    write("c99", folder, program)
    for compiler in COMPILERS["c99"]:
        done = subprocess.run([compiler, *flags, "-fsyntax-only",
                               folder / "main.c"], stderr=subprocess.DEVNULL)
        report(f"README: a wrong type does not compile, {compiler}",
               "" if flags and done.returncode else "it does")


# ---- docs/ -----------------------------------------------------------------

def lines_of(text):
    return [line.strip() for line in text.strip().split("\n")]


def try_part(file, block):
    """What is wrong with a block that should be a part of a file."""
    if not (ROOT / file).is_file():
        return "no such file"
    whole, part = lines_of((ROOT / file).read_text("utf-8")), lines_of(block)
    for at in range(len(whole) - len(part) + 1):
        if whole[at:at + len(part)] == part:
            return ""
    return f"its lines are not there: {part[0]}"


def try_docs(folder, gateways):
    for path in DOCS:
        page = path.read_text(encoding="utf-8")
        text = Text(IN_README, page)
        for name in text.names():
            standard = standards(name, text)[0]
            report(f"{path.name}: {name}, {standard}", try_program(
                text, name, standard, folder, gateways))
        for before, block in IN_DOCS.findall(page):
            name = f"{path.name}: {block.strip().partition(chr(10))[0]}"
            if source := FROM.fullmatch(before):
                report(name, try_part(source[1], block))
            elif "<!-- example" not in before:
                report(name, "neither an example nor from a file")


# ---- tables ----------------------------------------------------------------

def defaults():
    """The macros that a user may set, with their values."""
    found = dict(re.findall(
        r"^#ifndef (LITELLM_[A-Z_]+)\b[^#]*\n#define \1 (\w+)$", HEADER, re.M))
    found = {name: found.get(value, value) for name, value in found.items()}
    return {name: value for name, value in found.items() if value.isdigit()}


readme, manual = Text(IN_README, README), Text(IN_MANUAL, HEADER)


def main():
    for title, text in ("README", readme), ("manual", manual):
        report(f"{title} has the first program",
               "" if FIRST in text.names() else "it was not found")
    report("the first programs are the same", "" if readme.program(FIRST) ==
           manual.program(FIRST) else "they differ")
    with tempfile.TemporaryDirectory() as name:
        # An empty folder, as the README's reader has it.
        folder = pathlib.Path(name) / "new"
        (folder / "port").mkdir(parents=True)
        shutil.copy(ROOT / "litellm_call.h", folder)
        for file in (ROOT / "port").iterdir():
            shutil.copy(file, folder / "port")
        (folder.parent / "gateway").mkdir()
        gateways = Gateways(folder.parent / "gateway")
        shutil.copy(gateways.folder / "ca.pem", folder)
        try:
            for title, text in ("README", readme), ("manual", manual):
                for name in text.names():
                    for standard in standards(name, text):
                        report(f"{title}: {name}, {standard}", try_program(
                            text, name, standard, folder, gateways))
            try_docs(folder, gateways)
            try_failure(folder)
            try_memory(folder, gateways)
        finally:
            gateways.stop()
        try_wrong_type(folder)
    switches = (ROOT / "docs/switches.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(LITELLM_[A-Z_]+)` \| (\d+) \|", switches,
                             re.M))
    report("switches.md lists the macros and defaults", ""
           if listed == defaults()
           else sorted(listed.items() ^ defaults().items()))
    sys.exit(failed)


if __name__ == "__main__":
    os.environ.pop("http_proxy", None)
    main()
