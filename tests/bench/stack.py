#!/usr/bin/env python3
"""Worst-case stack of each public function, its whole call chain.

    stack.py [-v]      -v: with the chains

Reads GCC's -fcallgraph-info=su on a Cortex-M4 at -Os, without TLS. Errors are
a chain above LIMIT, recursion, a frame whose size is not known, and a call
through any pointer but the port's, the field tables' and the callbacks'. What
the port or the user does behind their pointers comes on top; a field
table's function only returns an address.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
CC = os.environ.get("ARM", "arm-none-eabi-") + "gcc"
VERSION = subprocess.run([CC, "-dumpversion"], capture_output=True,
                         text=True).stdout.strip()
# Measured with gcc 12; version 14 makes some frames larger, 1052 in all.
LIMIT = 1024 if VERSION.startswith("12.") else 1088
LIBC = dict.fromkeys(["memchr", "memcmp", "memcpy", "memmove", "memset",
                      "strlen"], 32)
POINTERS = re.compile(r"port->|fields\(|api_key_callback\(|hook\(|handler\("
                      r"|configure\(|output_parser\(")
SOURCE = """#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#define ARGUMENTS(ARG) ARG(STRING, genre) ARG(INT, count)
LITELLM_CALL(typed_call, ARGUMENTS, .model = "m", .prompt = "{genre}{count}");
litellm_result (*const use)(litellm_client *, litellm_response *, const char *,
                            int) = typed_call;
litellm_result (*const use_start)(litellm_client *, const char *,
                                  int) = typed_call_start;
"""


class Graph:
    def __init__(self):
        self.frames, self.calls, self.public, self.bad = {}, {}, [], []

    def read(self, text):
        nodes = r'node: { title: "([^"]+)" label: "([^"]+)"( shape)?'
        for title, label, outside in re.findall(nodes, text):
            if outside:
                continue
            size = re.search(r"(\d+) bytes \(([^)]+)\)", label)
            if not size or size.group(2) not in ("static", "dynamic,bounded"):
                self.bad.append("%s: frame is not bounded" % title)
            self.frames[title] = int(size.group(1)) if size else 0
            if ":" not in title or "typed_call" in title:
                self.public.append(title)
        edges = (r'edge: { sourcename: "([^"]+)" targetname: "([^"]+)" '
                 r'label: "([^"]*)"')
        for source, target, where in re.findall(edges, text):
            if target == "__indirect_call":
                self.check_pointer(source, where)
            else:
                self.calls.setdefault(source, set()).add(target)

    def check_pointer(self, source, where):
        path, line = where.rsplit(":", 2)[:2]
        with open(path) as file:
            lines = file.read().splitlines()
        if not POINTERS.search(" ".join(lines[int(line) - 2:int(line) + 1])):
            self.bad.append("%s calls through a pointer at %s" %
                            (source, where))

    def deepest(self, name, above=()):
        """(bytes, chain) of the deepest chain from `name` down."""
        if name in above:
            self.bad.append("recursion: %s" % " ".join(above + (name,)))
            return 0, ()
        if name not in self.frames:
            if name not in LIBC:
                self.bad.append("%s: not known" % name)
            return LIBC.get(name, 0), (name,)
        below = max((self.deepest(call, above + (name,))
                     for call in sorted(self.calls.get(name, ()))),
                    default=(0, ()))
        return self.frames[name] + below[0], (name,) + below[1]


def callgraph(source=SOURCE):
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([CC, "-mcpu=cortex-m4", "-mthumb", "-Os", "-std=c99",
                        "-I" + ROOT, "-x", "c", "-c",
                        "-fcallgraph-info=su", "-o", directory + "/stack.o",
                        "-"], input=source, text=True, check=True)
        name = [n for n in os.listdir(directory) if n.endswith(".ci")][0]
        with open(os.path.join(directory, name)) as file:
            return file.read()


def main():
    graph = Graph()
    graph.read(callgraph())
    rows = sorted(((graph.deepest(name), name) for name in graph.public),
                  reverse=True)
    print("| Stack, Cortex-M4 `-Os`, no TLS, the port's own on top | bytes |")
    print("|---|--:|")
    for (size, chain), name in rows:
        print("| `%s` | %d |" % (name.split(":")[-1], size))
        if "-v" in sys.argv:
            for call in chain:
                print("    %5d %s" % (graph.frames.get(call, LIBC.get(call)),
                                      call.split(":")[-1]))
        if size > LIMIT:
            graph.bad.append("%s: %d bytes, at most %d" % (name, size, LIMIT))
    for text in sorted(set(graph.bad)):
        print("not ok %s" % text)
    if rows and not graph.bad:
        print("ok no chain above %d bytes" % LIMIT)
    sys.exit(1 if graph.bad else 0)


if __name__ == "__main__":
    main()
