#!/usr/bin/env python3
"""Compiles the programs of the README and of the header's manual, as printed.

A program of the README is a C block after a line <!-- example NAME -->, one
of the manual stands between >>example NAME and <<example. In parentheses
after NAME: macros for it, as (LITELLM_TLS 1). The README's table of macros is
held against the header too.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADER = (ROOT / "litellm_call.h").read_text(encoding="utf-8")
FLAGS = ("-Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Werror").split()
TLS_LIBS = ["-lmbedtls", "-lmbedx509", "-lmbedcrypto"]
NAMED = r"example ([^(\n]*?) *(?:\(([^)\n]*)\))? *"
IN_README = re.compile(rf"^<!-- {NAMED}-->\n```c\n(.*?)^```$", re.M | re.S)
IN_HEADER = re.compile(rf"^ *>>{NAMED}\n(.*?)^ *<<example", re.M | re.S)
# What a program leaves to its reader, and what a part of one is put between.
REST = 'const char ca_pem[] = "";\nint adc(const char *name);\n' \
       'int adc(const char *name) { return name[0]; }\n'
BEFORE = ('#define LITELLM_CALL_IMPLEMENTATION\n#include "litellm_call.h"\n'
          'int adc(const char *name);\n')
AFTER = "int main(void) { return 0; }\n"

failed = False


def report(good, name, why=""):
    global failed
    failed = failed or not good
    print(f"ok {name}" if good else f"not ok {name}: {why}")


def build(compiler, standard, source, macros, folder):
    """The compiler's complaint, empty if there is none."""
    if "main(" not in source:
        source = BEFORE + source + AFTER
    (folder / "program.c").write_text(source, encoding="utf-8")
    (folder / "rest.c").write_text("extern const char ca_pem[];\n" + REST,
                                   encoding="utf-8")
    defines = ["-D" + "=".join(macro.split()) for macro in macros]
    tls = "-DLITELLM_TLS=1" in defines
    done = subprocess.run(
        [compiler, "-std=" + standard, *FLAGS, *defines, "-I", ROOT,
         "-o", folder / "program", folder / "program.c", folder / "rest.c",
         *(TLS_LIBS if tls else [])],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout or ("" if done.returncode == 0 else "it failed")


def defaults():
    """The macros that a user may set, with their values."""
    pattern = r"^#ifndef (LITELLM_[A-Z_]+)\b[^#]*\n#define \1 (\d+)$"
    return dict(re.findall(pattern, HEADER, re.M))


def main():
    programs = [("README", *found.groups())
                for found in IN_README.finditer(README)]
    programs += [("manual", *found.groups())
                 for found in IN_HEADER.finditer(HEADER)]
    for where in "README", "manual":
        report(any(program[0] == where for program in programs),
               f"{where} has a program", "none was found")
    with tempfile.TemporaryDirectory() as folder:
        for where, name, macros, text in programs:
            macros = [macro for macro in (macros or "").split(",") if macro]
            for compiler in "gcc", "clang":
                if not shutil.which(compiler):
                    report(False, f"{where}: {name}", f"no {compiler} here")
                    continue
                for standard in "gnu99", "gnu17":
                    complaint = build(compiler, standard,
                                      textwrap.dedent(text), macros,
                                      pathlib.Path(folder))
                    report(not complaint,
                           f"{where}: {name}, {compiler} {standard}",
                           complaint)
    listed = dict(re.findall(r"^\| `(LITELLM_[A-Z_]+)` \| (\d+) \|", README,
                             re.M))
    report(listed == defaults(), "README lists the macros and defaults",
           sorted(listed.items() ^ defaults().items()))
    sys.exit(failed)


if __name__ == "__main__":
    main()
