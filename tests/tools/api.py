#!/usr/bin/env python3
"""Prints docs/api.md: what litellm_call.h declares, with its comments.

A comment belongs to the declarations right after it, up to the next comment or
blank line; one that begins with a macro's usage also to those after the blank
line. A function without a comment is a mistake, and ends this.
"""

import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BANNER = re.compile(r"/\* ==== >>(.+?) =+")
# The other sections are the manual, its switches, and private.
FIRST, AFTER = "version", "kinds"
NAME = {
    "function": re.compile(r"\b(litellm_[a-z]\w*)\("),
    "macro": re.compile(r"#define (LITELLM_[A-Z]\w*(?:\([^)]*\))?)"),
    "type": re.compile(r"(?:typedef\s+)?(?:struct|enum|union)\s+(\w+)"),
    "constants": re.compile(r"\b(LITELLM_[A-Z]\w*)"),
}
CODE = re.compile(
    r"\b(?:litellm|LITELLM|ERROR)_\w+(?:\.\w+|\([\w.]*\))?\*?|(?<!\w)\.[a-z]\w+\b|"
    r"\b\w+->\w+|\*\w+\b|\b(?:client|event|error|response)\.\w+|"
    r"\b[a-z]+(?:_[a-z]+)+\b|\bNULL\b|\{0\}|sizeof\(\w+\)")
# A member of the library's own.
PRIVATE = re.compile(r" +[^/]*\b\w+_(\[[^;]*\])?;")
HEAD = """\
# Every public function, macro and type

Made from the comments of [litellm_call.h](../litellm_call.h) by `make docs`;
the manual at the top of the header explains how they go together. `ERROR_X`
stands for `LITELLM_ERROR_X`.

"""


class Group:
    """A comment, and the declarations that it speaks of."""

    def __init__(self, comment, switch):
        self.comment, self.switch, self.items = comment, switch, []

        # How a macro is used: shown as it is.
        usage = re.match(r"LITELLM_\w+(?=\()", comment)
        self.usage = usage and usage[0]

    def title(self):
        return self.usage or self.items[0][1].partition("(")[0]

    def functions(self):
        return [name for kind, name, _ in self.items if kind == "function"]


def sections(lines):
    """[(tag, its lines)] of those that a user reads."""
    found = []
    for line in lines:
        if banner := BANNER.match(line):
            found.append((banner[1], []))
        elif found:
            found[-1][1].append(line)
    tags = [tag for tag, _ in found]
    return found[tags.index(FIRST):tags.index(AFTER)]


def take(lines, at, last):
    """The lines from `at` to one that `last` is true of."""
    end = at
    while not last(lines[end]):
        end += 1
    return lines[at:end + 1]


def declaration(lines, at):
    """(kind, lines) of what begins here."""
    line = lines[at]
    if line.startswith("LITELLM_API"):
        return "function", take(lines, at, lambda each: each.endswith(";"))
    if line.startswith("#define"):
        return "macro", take(lines, at, lambda each: not each.endswith("\\"))
    if line.startswith("typedef") and "{" in line or line.startswith("enum {"):
        end = re.compile(r"(.*\}.*;|    \w+;)(\s*/\*.*)?$")
        kind = "constants" if line.startswith("enum") else "type"
        return kind, take(lines, at, lambda each: end.match(each) and
                          not each.startswith("  LITELLM"))
    if line.startswith("typedef"):
        return "type", [line]
    return "", [line]


def groups(lines):
    """The groups of a section, in its order."""
    found, switches, group, at = [], [], None, 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("/* "):
            comment = take(lines, at, lambda each: each.endswith("*/"))
            at += len(comment)
            text = "\n".join(comment)[3:-2].rstrip()
            group = Group(text, switches[-1] if switches else "")
            found.append(group)
            continue
        kind, taken = declaration(lines, at)
        at += len(taken)
        if line.startswith("#if"):
            switches.append(line.partition(" ")[2])
        elif line.startswith("#endif"):
            switches.pop()
        elif not line and group and not group.usage:
            group = None
        name = kind and NAME[kind].search("\n".join(taken))
        # Also none that a macro writes, as the results: they have a table.
        if not name or "litellm__" in name[1] or "define LITELLM__X" in "".join(taken):
            continue
        if group is None:
            group = Group("", "")
            found.append(group)
        group.items.append((kind, name[1], taken))
    return [group for group in found if group.items]


def prose(comment):
    """Markdown of a comment: names as code, one paragraph after another."""
    for paragraph in re.split(r"\n\s*\n", comment):
        text = " ".join(paragraph.split())
        parts, at = [], 0
        for found in re.finditer(r"`[^`]*`|\"[^\"]*\"|" + CODE.pattern, text):
            parts += [plain(text[at:found.start()]), quoted(found[0])]
            at = found.end()
        text = "".join(parts) + plain(text[at:])
        yield from textwrap.wrap(text, 80, break_on_hyphens=False,
                                 break_long_words=False)
        yield ""


def plain(text):
    return re.sub(r"([*_<>\[\]])", r"\\\1", text)


def quoted(text):
    return text if text[0] == "`" else f"`{text}`"


def prototype(lines):
    text = " ".join(" ".join(lines).removeprefix("LITELLM_API").split())
    if len(text) <= 80:
        return [text]
    head, _, parameters = text.partition("(")
    lines = [head + "("]
    for parameter in parameters.strip().split(", "):
        if lines[1:] and len(lines[-1] + parameter) < 78:
            lines[-1] += f", {parameter}"
        else:
            lines[-1] += "," if lines[1:] else ""
            lines.append("    " + parameter)
    return lines


def shown(kind, name, lines):
    if kind == "function":
        return prototype(lines)
    if kind == "macro":
        return lines if "(" not in name else [f"#define {name}"]
    return [line for line in lines if not PRIVATE.match(line)]


def results(header):
    """The table of LITELLM_RESULTS."""
    table = re.search(r"#define LITELLM_RESULTS\(X\)(.*?)\n\n", header, re.S)
    for name, number, text in re.findall(
            r'X\((\w+), (-?\d+),\s*((?:"[^"]*"\s*)+)\)',
            table[1].replace("\\\n", "")):
        text = "".join(re.findall(r'"([^"]*)"', text))
        yield f"| `LITELLM_{name}` | {number} | {plain(text)} |"


def listed(group):
    """The names that the contents have: not each constant."""
    for kind, name, _ in group.items:
        if kind == "function" or kind == "macro" and (
                "(" in name or name == group.items[0][1]):
            yield name.partition("(")[0]


def page(header):
    contents, body, titles = [], [], []
    for tag, lines in sections(header.split("\n")):
        names, body_of = [], []
        for group in groups(lines):
            functions = group.functions()
            if functions and not group.comment:
                sys.exit(f"{functions[0]}: no comment before it")
            title = group.title()
            # What differs in case alone is numbered.
            anchor = title.lower()
            if seen := titles.count(anchor):
                anchor += f"-{seen}"
            titles.append(title.lower())
            names += [f"[`{name}`](#{anchor})" for name in listed(group)]
            body_of += [f"### {title}", ""]
            if not group.usage:
                body_of += ["```c"]
                for item in group.items:
                    body_of += shown(*item)
                body_of += ["```", ""]
                body_of += prose(group.comment) if group.comment else []
            else:
                text = textwrap.dedent("   " + group.comment)
                body_of += ["```text", *text.split("\n"), "```", ""]
            if title == "LITELLM_RESULTS":
                body_of += ["| result | number | text |", "|---|--:|---|",
                            *results(header), ""]
            if group.switch:
                body_of += [f"Only with `{group.switch}`.", ""]
        if body_of:
            body += [f"## {tag}", "", *body_of]
            contents += [f"- [{tag}](#{tag.replace(' ', '-')})"
                         f"{': ' if names else ''}{', '.join(names)}"]
    return HEAD + "\n".join([*contents, "", *body]).rstrip() + "\n"


if __name__ == "__main__":
    print(page((ROOT / "litellm_call.h").read_text("utf-8")), end="")
