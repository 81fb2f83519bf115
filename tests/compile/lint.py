#!/usr/bin/env python3
"""The form of the sources: columns, blanks, tags of the manual, scripts."""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COLUMNS = 80
FOLDERS = "port", "examples", "tests", ".ci"

failed = False


def report(name, complaints):
    global failed
    complaints = list(complaints)
    failed = failed or bool(complaints)
    print(f"not ok {name}: {'; '.join(map(str, complaints[:20]))}"
          if complaints else f"ok {name}")


def sources():
    """Every file that is written by hand, with its lines."""
    files = [file for file in ROOT.iterdir() if file.is_file()]
    for folder in FOLDERS:
        files += (ROOT / folder).rglob("*")
    for file in sorted(files):
        if file.is_file() and "__pycache__" not in file.parts and (
                file.suffix in (".c", ".h", ".py", ".sh", ".yaml", ".md") or
                file.name in ("Makefile", "run")):
            yield file, file.read_text(encoding="utf-8").split("\n")


def mark(file, number):
    return f"{file.relative_to(ROOT)}:{number}"


def lines(wrong, *suffixes):
    return (mark(file, number) for file, text in sources()
            if not suffixes or file.suffix in suffixes
            for number, line in enumerate(text, 1) if wrong(line))


def tags():
    """The manual's list is the sections there are, in both halves."""
    text = (ROOT / "litellm_call.h").read_text(encoding="utf-8")
    banner = re.compile(r"^/\* ==== >>(.*?)( \(implementation\))? =+", re.M)
    found = banner.findall(text)
    declared = [tag for tag, half in found if not half]
    implemented = [tag for tag, half in found if half]
    contents = text.partition("CONTENTS")[2].partition("\n\n")[0]
    listed = re.findall(r"^ +>>((?:\w+ ?)+)", contents, re.M)
    listed = [tag.strip() for tag in listed]
    if listed != declared:
        yield f"the manual lists {listed}, the sections are {declared}"
    both = [tag for tag in declared if tag in implemented]
    if both != [tag for tag in implemented if tag in both]:
        yield "the two halves differ in order"


def scripts():
    """What shellcheck calls an error, and what sh cannot read."""
    files = [file for file, text in sources()
             if file.suffix == ".sh" or file.name == "run"]
    if not shutil.which("shellcheck"):
        yield "no shellcheck here"
        return
    done = subprocess.run(["shellcheck", "-S", "error", "-f", "gcc", *files],
                          stdout=subprocess.PIPE, text=True)
    yield from done.stdout.splitlines()


def python():
    for file, text in sources():
        if file.suffix == ".py":
            try:
                compile("\n".join(text), file, "exec")
            except SyntaxError as mistake:
                yield mistake


def main():
    report("at most 80 columns",
           lines(lambda line: len(line) > COLUMNS, ".c", ".h"))
    report("no tabs in C", lines(lambda line: "\t" in line, ".c", ".h"))
    report("no blanks at the end of a line",
           lines(lambda line: line != line.rstrip()))
    report("a line end at the end of a file",
           (mark(file, len(text)) for file, text in sources() if text[-1]))
    word = "TO" + "DO"
    report("nothing left " + word.lower(), lines(lambda line: word in line))
    report("tags of the header", tags())
    report("shell scripts", scripts())
    report("python scripts", python())
    sys.exit(failed)


if __name__ == "__main__":
    main()
