#!/usr/bin/env python3
"""The unit tests and the vectors on other machines, by QEMU.

    cross.py [--all] [TARGET...]

Builds every tests/unit/*.c and the drivers in build/cross/TARGET and runs
them, without TARGET for all targets. --all also takes tests/faults, more
values, all vectors everywhere, and -O2. What a program prints goes through
with the target's name in it.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = "tests/cross"
STRICT = ("-std=c99 -Wall -Wextra -Wpedantic -Wconversion "
          "-Wsign-conversion -Wshadow -Wcast-qual -Wundef -Wvla -Werror "
          "-I.").split()
# A misaligned access traps, which needs no runtime: these CPUs would hide it.
TRAPS = ["-fsanitize=alignment", "-fsanitize-undefined-trap-on-error"]

# No operating system: newlib, files and output by semihosting.
BOARD = ["arm-none-eabi-gcc", "-mthumb", "--specs=rdimon.specs",
         "-nostartfiles", "-T", f"{HERE}/cortex_m.ld", f"{HERE}/cortex_m.c"]
TARGETS = {         # a compiler, what runs its programs
    "cortex-m4": ([*BOARD, "-mcpu=cortex-m4", "-mfloat-abi=hard",
                   "-mfpu=fpv4-sp-d16"], f"{HERE}/cortex_m.sh"),
    # Of a Cortex-M0 only the code, which neither divides nor has doubles.
    "cortex-m0": ([*BOARD, "-mcpu=cortex-m0"], f"{HERE}/cortex_m.sh"),
    "arm": (["arm-linux-gnueabihf-gcc", "-static"], "qemu-arm-static"),
    # Big-endian.
    "s390x": (["s390x-linux-gnu-gcc", "-static"], "qemu-s390x-static"),
    "riscv64": (["riscv64-linux-gnu-gcc", "-static"], "qemu-riscv64-static"),
}
BOARDS = "cortex-m4", "cortex-m0"
NO_SOCKETS = "posix_"
# Arguments of programs. One target takes all vectors: the big-endian one.
FEW = {"numbers": "200", "template": "20", "http": "1000"}
MANY = {"numbers": "5000", "http": "1000"}
SOME_VECTORS = "json", "choices", "stream", "calls"
ALL_VECTORS = "s390x"


class Failed(Exception):
    pass


def build(target, source, level):
    """The program of a source, both from ROOT on."""
    program = pathlib.Path("build/cross", target, source.parent.name,
                           source.stem)
    (ROOT / program).parent.mkdir(parents=True, exist_ok=True)
    compiler = TARGETS[target][0]
    try:
        done = subprocess.run(
            [*compiler, *STRICT, *TRAPS, level, "-o", program, source, "-lm"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise Failed(f"no {compiler[0]}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines()
                 if re.search("error|undefined", line)]
        raise Failed("; ".join(lines[:3]) or done.stderr[:300])
    return program


def run(*command):
    """What it printed, and its exit status."""
    try:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=400,
                              errors="replace")
    except FileNotFoundError:
        raise Failed(f"no {command[0]}") from None
    except subprocess.TimeoutExpired:
        raise Failed("takes more than 400 s") from None
    return done.stdout, done.returncode


def unit(target, source, everything):
    """Prints the program's lines; whether all of its tests passed."""
    name = f"{target} {source.stem}"
    if target in BOARDS and source.stem.startswith(NO_SOCKETS):
        print(f"ok {name} # skipped, no sockets")
        return True
    program = build(target, source, "-O2" if everything else "-O1")
    arguments = MANY if everything else FEW
    out, status = run(TARGETS[target][1], program,
                      *arguments.get(source.stem, "").split())
    out = re.sub("^(ok|not ok)(:? )", rf"\1 {name}\2", out,
                 flags=re.MULTILINE)
    print(out, end="", flush=True)
    failed = "\nnot ok " in "\n" + out
    if not failed and (status or "ok " not in out):
        raise Failed(f"exit status {status}")
    return not failed


def vectors(target, everything):
    """Each of the data files' cases once."""
    for name in ("json", "prompt", "reply", "calls"):
        build(target, pathlib.Path("tests/drivers", name + ".c"),
              "-O2" if everything else "-O1")
    some = () if everything or target == ALL_VECTORS else SOME_VECTORS
    out, status = run(sys.executable, "tests/vectors/run.py", "--once",
                      "--drivers", f"build/cross/{target}/drivers",
                      "--wrap", TARGETS[target][1], *some)
    last = out.splitlines()[-1] if out else "nothing was printed"
    if status:
        print(out, end="")
        raise Failed(last)
    print(f"ok {target} vectors: {last.partition(',')[0]}")
    return True


def attempt(name, act, *arguments):
    try:
        return act(*arguments)
    except Failed as failure:
        print(f"not ok {name}: {failure}", flush=True)
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("target", nargs="*", choices=[*TARGETS, []],
                        metavar="TARGET", help=", ".join(TARGETS))
    options = parser.parse_args()
    if not options.all:
        os.environ.pop("CORPUS", None)
    folders = ["unit", "faults"] if options.all else ["unit"]
    sources = [source.relative_to(ROOT) for folder in folders
               for source in sorted((ROOT / "tests" / folder).glob("*.c"))
               if not source.stem.startswith("tls_")]
    good = True
    for target in options.target or TARGETS:
        for source in sources:
            good &= attempt(f"{target} {source.stem}", unit, target, source,
                            options.all)
        good &= attempt(f"{target} vectors", vectors, target, options.all)
    sys.exit(not good)


if __name__ == "__main__":
    main()
