#!/usr/bin/env python3
"""What the header costs: flash and RAM on a Cortex-M4, per feature switch.

    size.py [--top[=N]] [--update FILE | --check FILE]

Prints the table and fails when a row is above tests/bench/size.limits.
  --top     also the N (30) largest functions and tables
  --update  writes the table into FILE between its SIZE markers
  --check   fails when the table in FILE is not this one

Compiled with -Os for Thumb-2, without TLS and error texts; text, rodata and
data of the whole object count, also of functions a program would not use. The
rows of programs show what a linker keeps of the header for one.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PREFIX = os.environ.get("ARM", "arm-none-eabi-")
FLAGS = ["-mcpu=cortex-m4", "-mthumb", "-Os", "-std=c99", "-I" + ROOT]
IMPLEMENTATION = """#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
"""
BEGIN, END = "<!-- BEGIN SIZE -->", "<!-- END SIZE -->"
SWITCHES = ["TEMPLATES", "FORMAT", "MEDIA", "STREAMS", "TOOLS", "MODELS",
            "FLOAT", "HOOKS", "REUSE", "RETRIES",
            "GATEWAY_INFO", "COMPAT"]
NEEDS = {"TEMPLATES": ["FORMAT", "MEDIA"], "MODELS": ["TOOLS"]}   # go off too
STRUCTS = ["client", "response"]
EXTRAS = "-DLITELLM_EXTRAS=1"


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s\n%s" % (" ".join(command), done.stderr))
    return done.stdout


def compile_with(off, directory, source, *flags, name="size.o"):
    """The object of `source` with the switches `off` at 0."""
    obj = os.path.join(directory, name)
    run(PREFIX + "gcc", *FLAGS, *flags,
        *["-DLITELLM_%s=%d" % (s, s not in off) for s in SWITCHES],
        "-DLITELLM_ERROR_TEXTS=%d" % ("ERROR_TEXTS" not in off),
        "-x", "c", "-c", "-o", obj, "-", text=source)
    return obj


def flash_of(obj):
    text, data, bss = run(PREFIX + "size", obj).splitlines()[1].split()[:3]
    if int(bss):
        sys.exit("size.py: %s bytes of static RAM: the header has none" % bss)
    return int(text) + int(data)


def flash_with(off, directory, *flags):
    return flash_of(compile_with(off, directory, IMPLEMENTATION, *flags))


def linked_with(off, directory, program, *flags):
    """Flash of the header in a program, whose own is not counted."""
    header = compile_with(off, directory, IMPLEMENTATION,
                          "-ffunction-sections", "-fdata-sections", *flags)
    with open(os.path.join(ROOT, "tests/bench", program)) as file:
        user = compile_with(off, directory, file.read(), *flags,
                            name="program.o")
    both = os.path.join(directory, "both.o")
    run(PREFIX + "ld", "-r", "--gc-sections", "-e", "program", "-o", both,
        user, header)
    return flash_of(both) - flash_of(user)


def struct_sizes(directory):
    obj = compile_with([], directory, '#include "litellm_call.h"\n' + "".join(
        "const char size_of_%s[sizeof(litellm_%s)] = { 1 };\n" % (s, s)
        for s in STRUCTS))
    found = {}
    for line in run(PREFIX + "nm", "-S", obj).splitlines():
        match = re.match(r"\w+ (\w+) \w size_of_(\w+)$", line)
        if match:
            found[match.group(2)] = int(match.group(1), 16)
    return found


def compiler():
    """Other compilers make other sizes: the table names its own."""
    return run(PREFIX + "gcc", "--version").split(" (")[0] + " " + run(
        PREFIX + "gcc", "-dumpversion").strip()


def off_with(switch):
    return [switch] + NEEDS.get(switch, [])


def table(directory):
    """([markdown line], {limit name: bytes})"""
    lean = ["ERROR_TEXTS"]
    flash, structs = flash_with(lean, directory), struct_sizes(directory)
    texts = flash_with([], directory)
    rows = [("everything", flash, "")]
    for switch in SWITCHES:
        off = off_with(switch)
        size = flash_with(off + lean, directory)
        rows.append((" and ".join("`LITELLM_%s 0`" % s for s in off), size,
                     "-%d" % (flash - size)))
    gateway_off = ["FORMAT", "COMPAT", "FLOAT", "MEDIA"] + lean
    plain_off = SWITCHES + lean
    gateway = flash_with(gateway_off, directory)
    plain = flash_with(plain_off, directory)
    linked = linked_with(plain_off, directory, "plain_chat.c")
    gateway_linked = linked_with(gateway_off, directory, "gateway.c")
    rows.append(("gateway profile: streams, tools, models, templates",
                 gateway, "-%d" % (flash - gateway)))
    rows.append(("the same, linked into a program with a tool and a model",
                 gateway_linked, "-%d" % (flash - gateway_linked)))
    rows.append(("plain chat: all switches 0", plain,
                 "-%d" % (flash - plain)))
    rows.append(("the same, linked into a program with one call", linked,
                 "-%d" % (flash - linked)))
    rows.append(("`LITELLM_ERROR_TEXTS 1`", texts, "+%d" % (texts - flash)))
    extras = flash_with(lean, directory, EXTRAS) - flash
    transfer = (linked_with(lean, directory, "transfer.c", EXTRAS) -
                linked_with(lean, directory, "transfer.c"))
    rows.append(("`LITELLM_EXTRAS 1`", flash + extras, "+%d" % extras))
    rows.append(("the same, linked into a program with a transfer of its own",
                 flash + transfer, "+%d" % transfer))
    lines = ["| Flash, Cortex-M4 `-Os`, no TLS, no error texts (%s) | bytes | |"
             % compiler(), "|---|--:|--:|"]
    lines += ["| %s | %d | %s |" % row for row in rows]
    lines += ["", "| RAM | bytes |", "|---|--:|",
              "| heap, static RAM | 0 |"]
    lines += ["| `litellm_%s` | %d |" % (s, structs[s]) for s in STRUCTS]
    lines += ["| I/O window, default of `.window_size` | 1024 |"]
    return lines, {"everything": flash, "gateway linked": gateway_linked,
                   "plain chat linked": linked, "extras": extras,
                   "a transfer linked": transfer, "state": structs["client"]}


def top(directory, count):
    obj = compile_with(["ERROR_TEXTS"], directory, IMPLEMENTATION)
    symbols = []
    for line in run(PREFIX + "nm", "-S", "--size-sort", obj).splitlines():
        size, kind, name = line.split()[1:]
        symbols.append((int(size, 16), kind, name))
    for size, kind, name in reversed(symbols[-count:]):
        print("%6d %s %s" % (size, kind, name))


def limits():
    found = {}
    with open(os.path.join(ROOT, "tests/bench/size.limits")) as file:
        for line in file:
            match = re.match(r"([a-z ]+?)\s+(\d+)$", line.strip())
            if match:
                found[match.group(1)] = int(match.group(2))
    return found


def splice(text, lines):
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        sys.exit("size.py: no %s ... %s" % (BEGIN, END))
    return (text[:begin + len(BEGIN)] + "\n" + "\n".join(lines) + "\n" +
            text[end:])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--top", nargs="?", type=int, const=30)
    parser.add_argument("--update", metavar="FILE")
    parser.add_argument("--check", metavar="FILE")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        lines, sizes = table(directory)
        print("\n".join(lines))
        if options.top:
            print()
            top(directory, options.top)
    print()
    for name, limit in limits().items():
        good = sizes[name] <= limit
        failed |= not good
        print("%s %s: %d bytes, at most %d" % ("ok" if good else "not ok",
                                               name, sizes[name], limit))
    for path in filter(None, [options.update, options.check]):
        with open(path, encoding="utf-8") as file:
            old = file.read()
        new = splice(old, lines)
        if options.check and "(%s)" % compiler() not in old:
            print("ok %s: not compared, from another compiler" % path)
        elif options.check and new != old:
            print("not ok %s: stale, run size.py --update %s" % (path, path))
            failed = True
        if options.update and new != old:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
