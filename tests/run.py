#!/usr/bin/env python3
"""Runs test commands, some at a time, and adds up what they report.

    run.py [--jobs N] [--timeout SECONDS] COMMAND...

Each COMMAND is one line for the shell. It reports by lines `ok NAME` and
`not ok NAME: reason`, or, when it runs tests itself, by a last line
`N passed, N failed`, which then counts alone. One failure more is counted
for a command that crashes, ends with an error but reports none, takes too
long, or reports no test at all. What a failed command printed is shown in
full. The last line is the sum, `N passed, N failed`.
"""

import argparse
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

LINE = re.compile(r"^(not ok|ok)\b", re.MULTILINE)
TOTAL = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)
GRACE_SECONDS = 30      # for a command to stop the servers it has started

running, lock = set(), threading.Lock()


def end(process):
    """Ends a command and all that is in its process group."""
    for number, seconds in (signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, 5):
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


def count(text):
    """Tests passed and failed, by what a command printed."""
    totals = TOTAL.findall(text)
    if totals:
        return int(totals[-1][0]), int(totals[-1][1])
    words = LINE.findall(text)
    return words.count("ok"), words.count("not ok")


def run(command, timeout):
    """What came of a command: passed, failed, why, seconds, its output."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(["sh", "-c", command], stdout=output,
                                   stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL,
                                   start_new_session=True)
        with lock:
            running.add(process)
        why = ""
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status, why = 0, f"took more than {timeout} s"
            end(process)
        with lock:
            running.discard(process)
        output.seek(0)
        text = output.read().decode(errors="replace")
    passed, failed = count(text)
    if not why and status < 0 or status > 128:
        why = f"ended by signal {status % 128 if status > 0 else -status}"
    elif not why and status != 0 and failed == 0:
        why = f"exit status {status}"
    elif not why and passed + failed == 0:
        why = "reported no test"
    if why:
        failed += 1
    return passed, failed, why, time.monotonic() - begin, text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=float, default=1800)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    def stop(*_):
        with lock:
            processes = list(running)
        for process in processes:
            end(process)
        os._exit(130)
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, stop)

    all_passed = all_failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = {pool.submit(run, command, options.timeout): command
                for command in options.command}
        for job in concurrent.futures.as_completed(jobs):
            passed, failed, why, seconds, text = job.result()
            all_passed += passed
            all_failed += failed
            mark = "FAILED" if failed else "passed"
            tally = f"{failed} of {passed + failed}" if failed else f"{passed}"
            print(f"{mark} {tally:>6} {seconds:6.1f} s  {jobs[job]}")
            if failed:
                print("".join(f"    {line}\n" for line in text.splitlines()),
                      end="")
                if why:
                    print(f"    {why}")
            sys.stdout.flush()
    print(f"{all_passed} passed, {all_failed} failed")
    sys.exit(1 if all_failed or not all_passed else 0)


if __name__ == "__main__":
    main()
