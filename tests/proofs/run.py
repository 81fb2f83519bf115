#!/usr/bin/env python3
"""Runs the proofs in the *.c beside this file by cbmc.

    run.py [--all] [--mutants] [--jobs N] [--seconds N] CBMC [NAME...]

CBMC is the command. --all takes the proofs that last minutes too. --mutants
changes a copy of the header as each proof says: then the proof must fail. A
proof that takes longer than --seconds, or 6 GB of memory, is not proved.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HEADER = (ROOT / "litellm_call.h").read_text(encoding="utf-8")
PROOF = re.compile(r"/\* (PROOF|ALL) (\w+): (.*?)\n"
                   r"   FAILS WITH: (.*?) -> (.*?)(?: \*/)?\n", re.S)
# A loop that may go on, and a byte outside, are failures too.
CHECKS = ("--bounds-check --pointer-check --pointer-overflow-check "
          "--signed-overflow-check --undefined-shift-check "
          "--div-by-zero-check --unwinding-assertions --slice-formula "
          "--drop-unused-functions").split()
MEMORY = 6 << 30


def proofs():
    for file in sorted(HERE.glob("*.c")):
        text = file.read_text(encoding="utf-8")
        for kind, name, flags, old, new in PROOF.findall(text):
            yield kind, name, [file, "--function", name, *flags.split()], \
                (old, new)


def cbmc(options, command, include):
    """Whether it is proved; None: it could not be tried; and what it says."""
    begin = time.monotonic()
    try:
        done = subprocess.run(
            [*options.cbmc.split(), *command, *CHECKS, "-I", include,
             "-I", ROOT],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=options.seconds, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_AS, (MEMORY, MEMORY)))
    except subprocess.TimeoutExpired:
        return None, [f"took more than {options.seconds} s"], options.seconds
    failed = [line for line in done.stdout.splitlines() if "FAILURE" in line]
    return ({0: True, 10: False}.get(done.returncode),
            failed or done.stdout.splitlines()[-5:],
            time.monotonic() - begin)


def prove(options, name, command, change):
    """A line of the report."""
    if not options.mutants:
        proved, lines, seconds = cbmc(options, command, ROOT)
        if proved:
            return f"ok {name} # {seconds:.1f} s"
        return "\n    ".join([f"not ok {name}: not proved", *lines])
    old, new = change
    if HEADER.count(old) != 1:
        return f"not ok {name}: {old!r} is {HEADER.count(old)} times there"
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "litellm_call.h").write_text(
            HEADER.replace(old, new), encoding="utf-8")
        proved, lines, seconds = cbmc(options, command, folder)
    if proved is False:
        return f"ok {name}, changed # {seconds:.1f} s, {len(lines)} fail"
    return "\n    ".join([f"not ok {name}, changed: does not fail", *lines])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("cbmc")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    good = True
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(prove, options, name, command, change)
                for kind, name, command, change in proofs()
                if (name in options.names if options.names
                    else kind == "PROOF" or options.all)]
        for job in concurrent.futures.as_completed(jobs):
            print(job.result(), flush=True)
            good = good and job.result().startswith("ok")
    sys.exit(not good or not jobs)


if __name__ == "__main__":
    main()
