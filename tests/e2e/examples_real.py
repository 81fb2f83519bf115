#!/usr/bin/env python3
"""Some of build/asan/examples/ against the real gateway: what its mocks and
the small upstream answer, exactly. Started by with_gateway.sh."""

import os
import subprocess
import sys

CASES = [           # example, model, words, typed, printed
    ("stream", "book", [], "", "The Name of the Wind by Patrick Rothfuss\n"),
    ("super_loop", "echo", [], "",
     "Hello from mock é😀\nthe watchdog was fed in time\n"),
    ("json_mode", "book-json", [], "", "title: The Name of the Wind\n"
     "author: Patrick Rothfuss\nyear: 2007\n"),
    ("tool", "upstream-agent",
     ['Do {"room":"hall","color":"red","percent":5}'], "",
     "hall: red at 5 %\n"),
    ("tool_loop", "upstream-agent", [], "",
     "list_sensors({})\n= roof, cellar\nThe tool said: roof, cellar\n"),
    ("agent", "upstream-agent", [],
     'Open {"door":"front"}\ny\nAnd {"door":"safe"}\nn\n',
     'open_door {"door":"front"}? [y/n] * front opens\nThe tool said: open\n'
     'open_door {"door":"safe"}? [y/n] The tool said: The user refused.\n'),
]


def main():
    failed = False
    for name, model, words, typed, printed in CASES:
        try:
            done = subprocess.run(
                [f"build/asan/examples/{name}", *words], input=typed,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                encoding="utf-8", env={**os.environ, "LITELLM_MODEL": model})
            good = done.returncode == 0 and done.stdout == printed
            why = f"exit {done.returncode}: {done.stdout!r}"
        except (OSError, subprocess.TimeoutExpired) as mistake:
            good, why = False, repr(mistake)
        failed = failed or not good
        name = f"example {name}, {model} of the real gateway"
        print(f"ok {name}" if good else f"not ok {name}: {why}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
