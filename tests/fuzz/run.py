#!/usr/bin/env python3
"""Runs fuzzers, one after the other, for some seconds or inputs each.

    run.py [--seconds N | --runs N] [--seeds] [--keep] DIR [NAME...]

DIR holds the fuzzers; without a NAME all of them run. They begin with the
inputs in corpus/ beside this file, with --seeds also with those that seeds.py
makes of the vectors. What breaks a fuzzer goes to DIR/found/, and with --keep
what else it comes upon, for the next time, to DIR/corpus/. Without --keep the
same inputs are tried each time: as many as --runs says, or as far as the
seconds reach.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LENGTHS = {"machine": 600, "tables": 1000,         # of an input, at most
           "transfer": 1000}
STATS = "stat::number_of_executed_units:"


def folders(options, name, new):
    """Where inputs come from; the first takes what it comes upon."""
    kept = options.dir / "corpus" / name if options.keep else new
    kept.mkdir(parents=True, exist_ok=True)
    return [kept, HERE / "corpus" / name,
            *([options.dir / "seeds" / name] if options.seeds else [])]


def fuzz(options, name, new):
    found = options.dir / "found"
    found.mkdir(exist_ok=True)
    limit = (f"-runs={options.runs}" if options.runs else
             f"-max_total_time={options.seconds}")
    command = [options.dir / name, limit,
               "-timeout=10", f"-max_len={LENGTHS.get(name, 8192)}",
               "-len_control=0", f"-dict={HERE / 'words.dict'}",
               "-verbosity=0", "-close_fd_mask=1", "-print_final_stats=1",
               f"-artifact_prefix={found / name}-",
               *([] if options.keep else ["-seed=1"]),
               *folders(options, name, new)]
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode == 0:
        tried = [line.split()[-1] for line in lines if line.startswith(STATS)]
        print(f"ok {name} # {tried[-1]} inputs", flush=True)
        return True
    print(f"not ok {name}: exit status {done.returncode}")
    print("".join(f"    {line}\n" for line in lines
                  if not line.startswith(("INFO", "stat::"))), flush=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seeds", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.seeds:
        subprocess.run([sys.executable, HERE / "seeds.py",
                        options.dir / "seeds"], check=True)
    names = options.names or sorted(file.stem for file in HERE.glob("*.c"))
    with tempfile.TemporaryDirectory() as new:
        sys.exit(not all([fuzz(options, name, pathlib.Path(new) / name)
                          for name in names]))


if __name__ == "__main__":
    main()
