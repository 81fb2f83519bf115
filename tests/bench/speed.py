#!/usr/bin/env python3
"""Counts the instructions of tests/bench/work.c and holds them to a limit.

    speed.py [--update]

Prints a table and fails where a count is above its limit in speed.limits by
more than 2 %, or by more than half for another compiler than the one that the
file names: counts are those of x86-64 at -O2, by callgrind, and repeat. One row
is of a Cortex-M4 at -Os, by QEMU. --update writes the file.
"""

import argparse
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMITS = HERE / "speed.limits"
ROWS = [                     # what, of which size, per what
    ("chunks", 500, "tokenizer, chunks of a stream, per byte"),
    ("text", 100000, "tokenizer, one long string, per byte"),
    ("numbers", 5000, "tokenizer, numbers, per byte"),
    ("stream", 500, "stream, per event of 374 bytes with a text"),
    ("reply", 100000, "whole reply, per byte"),
    ("thoughts", 200, "stream, per event with signed thoughts"),
    ("fragments", 200, "stream, per event with arguments"),
    ("calls", 50, "stream, per tool call in three events"),
    ("history", 100000, "request, history of 400-byte messages, per byte"),
    ("value", 100000, "request, one value in a template, per byte"),
    ("strings", 1000, "request, list of 23-byte strings, per byte"),
    ("image", 1000000, "request, image, per byte"),
    ("tools", 100, "request, 100 tools, per byte"),
    ("arguments", 100000, "request, a tool call's arguments, per byte"),
    ("fields", 1, "answer into a struct of 8 fields"),
    ("structs", 100, "answer into a list of such structs, per item"),
    ("streamed-structs", 20, "the same, in events of 4 bytes, per item"),
]
ON_BOARD = ("board", "stream", "the same stream on a Cortex-M4 at -Os, per event")
BOARD = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard",
         "-mfpu=fpv4-sp-d16", "--specs=rdimon.specs", "-nostartfiles",
         "-std=c99", "-Os", "-I.", "-T", "tests/cross/cortex_m.ld",
         "tests/cross/cortex_m.c", "tests/bench/work.c"]


def compiler():
    """The version, as gcc 12."""
    said = subprocess.run([*os.environ.get("CC", "cc").split(), "--version"],
                          capture_output=True, text=True, check=True).stdout
    name = "clang" if "clang" in said else "gcc"
    return f"{name} {re.search(r'([0-9]+)[.][0-9]', said).group(1)}"


def count(program, what, size):
    """Instructions for a unit."""
    with tempfile.NamedTemporaryFile("r") as log:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--toggle-collect=counted_*",
             "--callgrind-out-file=/dev/null", f"--log-file={log.name}",
             program, what, str(size)],
            stdout=subprocess.PIPE, text=True, check=True,
            env={**os.environ, "LD_BIND_NOW": "1"})
        found = re.search(r"Collected : (\d+)", log.read())
    return int(found.group(1)) / int(done.stdout)


def count_on_board(program, what):
    """Instructions for a unit: the difference between 10 and 30."""
    told = subprocess.run(["qemu-system-arm", "--help"], capture_output=True,
                          text=True, check=True).stdout
    one_by_one = (["-accel", "tcg,one-insn-per-tb=on"]
                  if "one-insn-per-tb" in told else ["-singlestep"])
    counts = []
    for size in 10, 30:
        with tempfile.NamedTemporaryFile("r") as log:
            subprocess.run(
                ["tests/cross/cortex_m.sh", program, what, str(size)],
                cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env={
                    **os.environ, "QEMU": " ".join(
                        [*one_by_one, "-d", "exec,nochain", "-D", log.name])})
            counts.append(sum(line.startswith("Trace") for line in
                              itertools.dropwhile(
                                  lambda line: "counted_" not in line, log)))
    return (counts[1] - counts[0]) / 20


def limits():
    lines = [line.split() for line in LIMITS.read_text().splitlines()
             if line and line[0] != "#"]
    return (" ".join(lines[0]),
            {what: float(most) for what, most in lines[1:]})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/work"
        subprocess.run([*os.environ.get("CC", "cc").split(), "-std=c99", "-O2",
                        f"-I{ROOT}", "-o", program,
                        HERE / "work.c"], check=True)
        counts = {what: count(program, what, size) for what, size, _ in ROWS}
        program = f"{folder}/board"
        subprocess.run([*BOARD, "-o", program], cwd=ROOT, check=True)
        name, what, words = ON_BOARD
        counts[name] = count_on_board(program, what)
        rows = [(what, words) for what, _, words in ROWS] + [(name, words)]
    if options.update:
        head = [line for line in LIMITS.read_text().splitlines()
                if line.startswith("#")]
        LIMITS.write_text("\n".join(
            head + [compiler()] +
            [f"{what:17} {counts[what]:.1f}" for what, _ in rows]) + "\n")
    usual, most = limits()
    margin = 1.02 if compiler() == usual else 1.5
    for what, words in rows:
        fits = counts[what] <= most[what] * margin
        print(f"{'ok' if fits else 'not ok'} {words}: {counts[what]:.1f} "
              f"instructions, at most {most[what] * margin:.1f}")
    sys.exit(any(counts[what] > most[what] * margin for what in counts))


if __name__ == "__main__":
    main()
