#!/usr/bin/python3
"""Answers the questions of Kconfig files as a C header.

    kconfig.py HEADER KCONFIG... [NAME=VALUE...]
    kconfig.py --check KCONFIG     holds it against litellm_call.h

The system's Python has kconfiglib (python3-kconfiglib).
"""

import os
import pathlib
import re
import sys
import tempfile

import kconfiglib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Not to be switched on by a tick in a menu, and a date.
NOT_ASKED = "LITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS", "LITELLM_BUILD_TIME"


def load(files):
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder) / "Kconfig"
        top.write_text("".join(f'source "{pathlib.Path(file).resolve()}"\n'
                               for file in files))
        return kconfiglib.Kconfig(str(top), warn_to_stderr=False)


def answer(files, values, header):
    config = load(files)
    for value in values:
        name, _, text = value.partition("=")
        if name not in config.syms or not config.syms[name].set_value(text):
            sys.exit(f"{name} cannot be {text}")
    config.write_autoconf(header)
    if config.warnings:
        sys.exit("\n".join(config.warnings))


def defaults():
    """The macros that a user may set, with their values, by the header."""
    text = (ROOT / "litellm_call.h").read_text(encoding="utf-8")
    found = dict(re.findall(
        r"^#ifndef (LITELLM_[A-Z_]+)\b[^#]*\n#define \1 (\w+)$", text, re.M))
    found = {name: found.get(value, value) for name, value in found.items()}
    return {name: value for name, value in found.items()
            if value.isdigit() and name not in NOT_ASKED}


def check(file):
    asked = {name: symbol.str_value.replace("y", "1").replace("n", "0")
             for name, symbol in load([file]).syms.items()
             if name.startswith("LITELLM_") and name != "LITELLM_CALL"}
    wrong = sorted(asked.items() ^ defaults().items())
    mapped = set(re.findall(r"#define (LITELLM_[A-Z_]+) ", (
        ROOT / "port/kconfig.h").read_text(encoding="utf-8")))
    wrong += sorted(mapped ^ asked.keys())
    print(f"not ok Kconfig has the header's switches: {wrong}" if wrong
          else "ok Kconfig has the header's switches")
    return bool(wrong)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    os.environ.setdefault("CONFIG_", "CONFIG_")
    if sys.argv[1] == "--check":
        sys.exit(check(sys.argv[2]))
    answer([word for word in sys.argv[2:] if "=" not in word],
           [word for word in sys.argv[2:] if "=" in word], sys.argv[1])
