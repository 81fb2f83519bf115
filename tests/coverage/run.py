#!/usr/bin/env python3
"""What the tests run of the header and the ports, by clang's own counts.

    run.py [--list] [--again] DIR

DIR has the programs of tests/, built with -fprofile-instr-generate
-fcoverage-mapping, in unit/, small/, plain/, extras/, faults/, drivers/ and
e2e/. They run here. A side of a branch counts once, in however many programs
it is compiled. What no test takes is in uncovered.txt, a line a side: file,
function, T or F, the condition and, behind a bar, why. A limit that does not
hold is a test that fails; so is a side that is missing there, and a line that
is no longer true.
--list prints the missing lines. --again only reads what the last run left.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# At least so many percent of functions, lines, and sides of branches.
LIMITS = {"litellm_call.h": (100, 99.5, 98), "port/posix.h": (100, 0, 90),
          "port/mbedtls.h": (100, 0, 90), "port/replay.h": (100, 100, 100)}


def programs_of(directory, *folders):
    return [program for folder in folders
            for program in sorted((directory / folder).iterdir())
            if not program.suffix]


def run_one(command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, cwd=ROOT)
    if done.returncode:
        print(f"not ok {command[0]} {command[-1]}: exit status "
              f"{done.returncode}")
    return not done.returncode


def run(directory):
    """Runs all programs; False: one of them failed."""
    raw = directory / "raw"
    raw.mkdir(exist_ok=True)
    for old in raw.iterdir():
        old.unlink()
    os.environ["LLVM_PROFILE_FILE"] = str(raw / "%4m.profraw")
    # What is not in the repository must not make a difference.
    os.environ.pop("CORPUS", None)
    # What waits most is first.
    commands = [[ROOT / "tests/e2e/scripted_run.py", directory / "e2e/scripted"],
                [sys.executable, ROOT / "tests/vectors/run.py", "--drivers",
                 directory / "drivers", "--once"]]
    commands += [[program, "100"] for program in
                 programs_of(directory, "faults", "unit", "small", "plain",
                             "extras")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return all([*pool.map(run_one, commands)])


def export(directory):
    data = directory / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "-o", data,
                    *sorted((directory / "raw").iterdir())], check=True)
    programs = programs_of(directory, "faults", "unit", "small", "plain",
                           "extras", "drivers", "e2e")
    done = subprocess.run(
        ["llvm-cov", "export", "-instr-profile", data, programs[0],
         *(f"-object={program}" for program in programs[1:])],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["data"][0]


def sides_of(report, name):
    """{place: [a function, times true, times false]} of a file. What a macro
    makes several times is one place."""
    sides = collections.defaultdict(lambda: ["~", 0, 0])
    for function in report["functions"]:
        title = function["name"].rpartition(":")[2]
        for branch in function.get("branches", []):
            if function["filenames"][branch[6]].endswith("/" + name):
                side = sides[tuple(branch[:4])]
                side[0] = min(side[0], title)
                side[1] += branch[4]
                side[2] += branch[5]
    return sides


def lines_of(file):
    """How many percent of a file's lines run, as `llvm-cov show` counts them: a
    line that any program runs. The summary counts what a macro makes of one
    line several times."""
    starts = collections.defaultdict(list)
    for segment in file["segments"]:
        starts[segment[0]].append(segment)
    before, ran, all_lines = None, 0, 0
    for line in range(1, max(starts) + 1):
        counts = [count for _, _, count, has, entry, gap in starts[line]
                  if has and entry and not gap]
        if before and before[3]:
            counts.append(before[2])
        all_lines += bool(counts)
        ran += any(counts)
        before = starts[line][-1] if starts[line] else before
    return 100 * ran / all_lines


def source(lines, place):
    first, begin, last, end = place
    text = "\n".join(lines[first - 1:last])
    cut = len(lines[last - 1]) - end + 1
    return " ".join(text[begin - 1:len(text) - cut].split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("dir", type=pathlib.Path)
    options = parser.parse_args()
    directory = options.dir.resolve()
    good, missing = options.again or run(directory), set()
    report = export(directory)
    for name, limits in LIMITS.items():
        lines = (ROOT / name).read_text(encoding="utf-8").split("\n")
        sides = sides_of(report, name)
        never = [(name, times[0], "TF"[side - 1], source(lines, place))
                 for place, times in sides.items()
                 for side in (1, 2) if not times[side]]
        missing |= set(never)
        file = next(file for file in report["files"]
                    if file["filename"].endswith("/" + name))
        for what, got, limit in zip(
                ("functions", "lines", "sides of branches"),
                (file["summary"]["functions"]["percent"], lines_of(file),
                 100 - 50 * len(never) / len(sides)), limits):
            good = good and got >= limit
            print(f"{'ok' if got >= limit else 'not ok'} {name}, {what}: "
                  f"{got:.1f} %, at least {limit} %")
    known = (HERE / "uncovered.txt").read_text(encoding="utf-8")
    listed = {tuple(line.rpartition(" | ")[0].split(" ", 3))
              for line in known.splitlines() if line and line[0] != "#"}
    for side in sorted(listed - missing):
        print(f"not ok {' '.join(side)}: a test takes it")
    for side in sorted(missing - listed):
        print(f"{' '.join(side)} | " if options.list else
              f"not ok {' '.join(side)}: no test takes it, no reason is given")
    if missing == listed:
        print(f"ok {len(listed)} sides that no test takes have a reason")
    sys.exit(not (good and missing == listed))


if __name__ == "__main__":
    main()
