#!/usr/bin/env python3
"""The form of the sources: columns, blanks, the header's rooms, scripts."""

import collections
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COLUMNS = 80
FOLDERS = ("port", "examples", "tests", "docs", "zephyr", "cmake", "packaging",
           ".ci", ".github")
SUFFIXES = (".c", ".h", ".cpp", ".ino", ".py", ".sh", ".sed", ".yaml", ".yml",
            ".md", ".cmake", ".in", ".mk", ".bb", ".hash", ".json", ".dot")
NAMES = ("Makefile", "run", ".editorconfig", "CMakeLists.txt", "meson.build",
         "Kconfig", "control", "rules", "changelog", "copyright", "usage")

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
                file.suffix in SUFFIXES or file.name in NAMES):
            yield file, file.read_text(encoding="utf-8").split("\n")


def mark(file, number):
    return f"{file.relative_to(ROOT)}:{number}"


def lines(wrong, *suffixes):
    return (mark(file, number) for file, text in sources()
            if not suffixes or file.suffix in suffixes
            for number, line in enumerate(text, 1) if wrong(line))


# ---- the header's form -----------------------------------------------------
#
# A section begins with its banner and ends before the next one, or where its
# half ends. CONTENTS in the manual lists the tags of both halves in their
# order, a line each: the tag, D if it is declared, I if it is implemented, and
# what is in it. A section of both halves is one line; a second line of text
# may follow, without a tag. No blank line stands in between.
#
#   CONTENTS  search for the tag; D: it is declared, I: it is implemented
#     >>manual          D -  this text
#     >>arena           D I  bump allocator with save and reset
#     >>call            D I  descriptors, requests, events, running them
#     >>macros          D -  LITELLM_CALL, LITELLM_MODEL, LITELLM_TOOL, ...
#     >>internals       D -  private types
#     >>numbers         - I  digits to numbers and back
#
# Where to put a section that only one half has is free, as long as the D lines
# alone, and the I lines alone, are in the order of the sections.
#
# A public struct with private ones in it, as the client, is defined in
# >>internals and has its typedef and its comment where a user looks for it.

SECTION_LINES = 300
INTERNALS = "internals"
BANNER = re.compile(r"/\* ==== >>(.+?)( \(implementation\))? =+")
HALF_ENDS = re.compile(r"#endif /\* LITELLM_CALL_(H|IMPLEMENTATION) \*/")
CONTENTS_ROW = re.compile(r"^ +>>(\S.*?) {2,}([D-]) ([I-]) +\S", re.M)


class Section:
    def __init__(self, tag, implemented, number):
        self.tag, self.implemented, self.number = tag, implemented, number
        self.lines = []


def sections_of(text):
    found, inside = [], False
    for number, line in enumerate(text.split("\n"), 1):
        banner = BANNER.match(line)
        if banner:
            found.append(Section(banner[1], bool(banner[2]), number))
        inside = bool(banner) or inside and not HALF_ENDS.match(line)
        if inside:
            found[-1].lines.append(line)
    return found


def code_of(text):
    """The text without comments, strings and directives, in its lines."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    text = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'
                  r"'(?:[^'\\\n]|\\.)+'", blank, text, flags=re.S)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.M)


def long_sections(text):
    for section in sections_of(text):
        if len(section.lines) > SECTION_LINES:
            yield (f"line {section.number}: {section.tag}"
                   f"{' (implementation)' * section.implemented} has "
                   f"{len(section.lines)} lines, at most {SECTION_LINES}")


def differ(half, listed, found):
    """Where a half's list and its sections part."""
    for place in range(max(len(listed), len(found))):
        pair = [(names + [None] * len(found + listed))[place]
                for names in (listed, found)]
        if pair[0] != pair[1]:
            yield (f"CONTENTS, {half}: " + " where ".join(
                f"{verb} {'the end' if name is None else '>>' + name}"
                for verb, name in zip(("lists", "the header has"), pair)))
            return


def contents(text):
    listed = text.partition("CONTENTS")[2].partition("\n\n")[0]
    rows = CONTENTS_ROW.findall(listed)
    tags = re.findall(r"^ +>>", listed, re.M)
    if len(tags) != len(rows) or not rows:
        yield (f"CONTENTS: {len(tags)} tags, {len(rows)} of them as "
               "`>>tag  D I  what is in it` (D or -, I or -)")
    for tag in sorted({row[0] for row in rows
                       if [other[0] for other in rows].count(row[0]) > 1}):
        yield f"CONTENTS lists >>{tag} twice: write D I on one line"
    for tag, declared, implemented in rows:
        if (declared, implemented) == ("-", "-"):
            yield f"CONTENTS: >>{tag} is in neither half"
    sections = sections_of(text)
    for half, mark_at, implemented in (("D", 1, False), ("I", 2, True)):
        yield from differ(half, [row[0] for row in rows
                                 if row[mark_at] == half],
                          [section.tag for section in sections
                           if section.implemented == implemented])


# What defines a private type. A macro may, and `struct litellm__x;` does not.
PRIVATE = (r"\b(?:struct|union|enum)\s+(litellm__\w+)\s*\{|"
           r"\}\s*(litellm__\w+)\s*;|"
           r"\btypedef\b[^;{}]*?\b(litellm__\w+)\b[^;{},]*;|"
           r"\benum\s*\{\s*(LITELLM__\w+)")


def private_types(text):
    """They are in one place, which a user need not read."""
    code = code_of(text).split("\n")
    declared = [section for section in sections_of(text)
                if not section.implemented]
    for section in declared:
        if section.tag == INTERNALS:
            if section is not declared[-1]:
                yield (f"line {section.number}: >>{INTERNALS} must be the last "
                       "section of declarations")
            continue
        begin = section.number - 1
        part = "\n".join(code[begin:begin + len(section.lines)])
        names = {}
        for found in re.finditer(PRIVATE, part):
            number = section.number + part[:found.start(
                found.lastindex)].count("\n")
            names.setdefault(found[found.lastindex], number)
        for name, number in names.items():
            yield (f"line {number}: {name} is private, move it from "
                   f">>{section.tag} to >>{INTERNALS}")


ENUM = re.compile(r"\benum\b\s*(\w*)\s*\{([^{}]*)\}")
ENUMERATOR = re.compile(r"(?:^|,)\s*(LITELLM_\w+)\s*(?=[,=]|$)")


def enums_of(text):
    """[(line, name, [enumerator])] of those that are written out."""
    code = code_of(text)
    for found in ENUM.finditer(code):
        # A comma within parentheses separates no enumerators.
        body = re.sub(r"\([^()]*\)", "", found[2]).strip()
        yield (code[:found.start()].count("\n") + 1, found[1],
               ENUMERATOR.findall(body))


def prefix_of(names):
    """The words that all begin with: LITELLM__HTTP_. Empty: they share none."""
    split = [name.split("_")[:-1] for name in names]
    shared = []
    for words in zip(*split):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return "_".join(shared) + "_" if any(shared[1:]) else ""


def enum_prefixes(text):
    """Each enum of several names has a prefix, which no other enum has."""
    macros = set(re.findall(r"^ *# *define (LITELLM_\w+)", text, re.M))
    enums = list(enums_of(text))
    for number, title, names in enums:
        letter = [name for name in names
                  if re.match(r"LITELLM__?[A-Z]_", name)]
        if letter:
            yield f"line {number}: {letter[0]}: a prefix of one letter"
        for name in macros.intersection(names):
            yield f"line {number}: {name} is an enumerator and a macro"
        prefix = prefix_of(names) if len(names) > 1 else ""
        # The results are what all functions say: LITELLM_OK.
        if len(names) > 2 and not prefix and title != "litellm_result":
            yield (f"line {number}: {names[0]}, {names[1]}, ... share no "
                   "prefix")
        # A name alone is a constant, and may be one of an enum.
        for other, _, others in enums if prefix else ():
            same = [name for name in others if name.startswith(prefix)]
            if other != number and len(others) > 1 and same:
                yield (f"line {number}: {prefix} is also the prefix of "
                       f"{same[0]} in line {other}")


RULES = {
    f"sections of at most {SECTION_LINES} lines": long_sections,
    "CONTENTS lists both halves": contents,
    f"private types only in >>{INTERNALS}": private_types,
    "prefixes of enumerators": enum_prefixes,
}

# A header that keeps all rules, and for each rule what breaks it.
GOOD = """/* ==== >>manual ====
   CONTENTS  search for the tag; D: it is declared, I: it is implemented
     >>manual       D -  this text
     >>json reader  D I  reads
     >>internals    D -  private types
     >>numbers      - I  digits
                         to numbers

   MEMORY  struct litellm__none { int none; }; is no code. */
/* ==== >>json reader ==== */
struct litellm__mark;
#define LITELLM__TABLE(name) \\
  struct litellm__row { int row; }; enum { LITELLM__N_ROW }
typedef struct litellm_reader { struct litellm__mark *mark_; } litellm_reader;
enum { LITELLM_WAIT_READ = MASK(0, 1), LITELLM_WAIT_WRITE };
/* ==== >>internals ==== */
typedef struct litellm__mark { int at; } litellm__mark;
#endif /* LITELLM_CALL_H */
/* ==== >>json reader (implementation) ==== */
static const char quote = '"'; enum { LITELLM__READS = 16 };  // "
/* ==== >>numbers (implementation) ==== */
enum { LITELLM__NUMBER_ZERO, LITELLM__NUMBER_INT };
enum litellm_result { LITELLM_OK, LITELLM_AGAIN, LITELLM_END };
#endif /* LITELLM_CALL_IMPLEMENTATION */
"""
READER = "/* ==== >>json reader ==== */\n"
BAD = [
    (long_sections, READER, READER + "\n" * SECTION_LINES),
    (contents, ">>json reader  D I", ">>json reader  D -"),
    (contents, ">>json reader  D I", ">>json reader  - I"),
    (contents, ">>json reader  D I", ">>json writer  D I"),
    (contents, ">>json reader  D I", ">>json reader"),
    (contents, ">>numbers      - I  digits", ">>numbers      - -  digits"),
    (contents, "     >>internals    D -  private types\n", ""),
    (contents, "D I  reads\n", "D -  reads\n     >>json reader  - I  too\n"),
    (contents, ">>numbers (impl", ">>digits (impl"),
    (contents, "CONTENTS", "SECTIONS"),
    (private_types, READER, READER + "struct litellm__a { int b; };\n"),
    (private_types, READER, READER + "typedef struct { int b; } litellm__a;"),
    (private_types, READER, READER + "typedef unsigned litellm__a;\n"),
    (private_types, READER, READER + "typedef int (*litellm__a)(int b);\n"),
    (private_types, READER, READER + "enum { LITELLM__A_B = 1 };\n"),
    (private_types, "#endif /* LITELLM_CALL_H",
     "/* ==== >>macros ==== */\n#endif /* LITELLM_CALL_H"),
    (enum_prefixes, "LITELLM__READS", "LITELLM__R_EADS"),
    (enum_prefixes, "LITELLM__READS = 16", "LITELLM__NUMBER_A, LITELLM__B"),
    (enum_prefixes, "LITELLM__READS = 16",
     "LITELLM__NUMBER_MORE_A, LITELLM__NUMBER_MORE_B"),
    (enum_prefixes, "LITELLM__READS", "LITELLM__TABLE"),
    (enum_prefixes, "LITELLM__READS", "LITELLM__A, LITELLM__B, LITELLM__C"),
]


def self_test():
    for name, rule in RULES.items():
        for complaint in rule(GOOD):
            yield f"{name}: {complaint}"
    for number, (rule, old, new) in enumerate(BAD):
        if GOOD.count(old) != 1 or not list(rule(GOOD.replace(old, new))):
            yield f"{rule.__name__} misses BAD[{number}]"


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


# Who else says the version, and how. The recipe for Yocto has it in its name.
VERSIONS = {
    "litellm_call.h": r"\A/\* litellm_call\.h (\S+)",
    "idf_component.yml": r'^version: "(.*)"$',
    "library.json": r'"version": "(.*)"',
    "library.properties": r"^version=(.*)$",
    "packaging/buildroot/litellm-call.hash": r"litellm-call-(.*)\.tar\.gz$",
    "packaging/buildroot/litellm-call.mk": r"_VERSION = (.*)$",
    "packaging/debian/changelog": r"\A[\w-]+ \((.*)-\d+\) ",
    "packaging/openwrt/Makefile": r"^PKG_VERSION:=(.*)$",
    "packaging/vcpkg/vcpkg.json": r'"version": "(.*)"',
}
LICENCES = {
    "packaging/buildroot/litellm-call.hash": "sha256",
    "packaging/yocto/*.bb": "md5",
}


def versions(header):
    version = re.search(r'^#define LITELLM_VERSION "(.*)"', header, re.M)[1]
    for name, pattern in VERSIONS.items():
        said = re.findall(pattern, (ROOT / name).read_text("utf-8"), re.M)
        if said != [version]:
            yield f"{name} says {said}, the header {version}"
    recipes = [file.name for file in ROOT.glob("packaging/yocto/*.bb")]
    if recipes != [f"litellm-call_{version}.bb"]:
        yield f"packaging/yocto has {recipes}"
    licence = (ROOT / "LICENSE").read_bytes()
    for pattern, algorithm in LICENCES.items():
        for file in ROOT.glob(pattern):
            if hashlib.new(algorithm, licence).hexdigest() not in \
                    file.read_text("utf-8"):
                yield f"{file.name} has not the {algorithm} of LICENSE"


LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")


def titles(text):
    """The anchors of a document's headings, as GitHub makes them."""
    seen = collections.Counter()
    for title in re.findall(r"^#+ (.+)$", text, re.M):
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        yield anchor + (f"-{seen[anchor]}" if seen[anchor] else "")
        seen[anchor] += 1


def links():
    """Of documents to files and headings that are not there, and pages that the
    index lacks."""
    index = (ROOT / "docs/README.md").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        if f"({page.name})" not in index and page.name != "README.md":
            yield f"docs/README.md lacks {page.name}"
    for file, text in sources():
        if file.suffix != ".md":
            continue
        for path, anchor in LINK.findall("\n".join(text)):
            target = (file.parent / path).resolve() if path else file
            if ":" in path:
                continue
            if not target.exists():
                yield f"{file.relative_to(ROOT)}: {path}"
            elif anchor and anchor not in titles(target.read_text("utf-8")):
                yield f"{file.relative_to(ROOT)}: {path}#{anchor}"


def references():
    """Pages that are made of other files."""
    made = subprocess.run([sys.executable, ROOT / "tests/tools/api.py"],
                          stdout=subprocess.PIPE, text=True)
    page = (ROOT / "docs/api.md").read_text("utf-8")
    if made.returncode or made.stdout != page:
        yield "docs/api.md is not the header's: make docs"
    # Drawn by whose fonts were there, so only the source is compared.
    for source in (ROOT / "docs").glob("*.dot"):
        picture = source.with_suffix(".svg").read_text("utf-8")
        if hashlib.sha256(source.read_bytes()).hexdigest() not in picture:
            yield f"docs/{source.stem}.svg is not {source.name}'s: make docs"


# Words that are meant to be so.
UNUSUAL = "agains,nam,nd,nmae,nulll,rsource"


def spelling():
    if not shutil.which("codespell"):
        yield "no codespell here"
        return
    done = subprocess.run(
        ["codespell", "--ignore-words-list", UNUSUAL,
         *(file for file, _ in sources())], stdout=subprocess.PIPE, text=True)
    yield from (line.replace(f"{ROOT}/", "")
                for line in done.stdout.splitlines())


def python():
    for file, text in sources():
        if file.suffix == ".py":
            try:
                compile("\n".join(text), file, "exec")
            except SyntaxError as mistake:
                yield mistake


def main():
    report("at most 80 columns",
           lines(lambda line: len(line) > COLUMNS, ".c", ".h", ".cpp",
                 ".ino"))
    report("no tabs in C", lines(lambda line: "\t" in line, ".c", ".h", ".cpp", ".ino"))
    report("no blanks at the end of a line",
           lines(lambda line: line != line.rstrip()))
    report("a line end at the end of a file",
           (mark(file, len(text)) for file, text in sources() if text[-1]))
    word = "TO" + "DO"
    report("nothing left " + word.lower(), lines(lambda line: word in line))
    report("the rules of the header's form", self_test())
    header = (ROOT / "litellm_call.h").read_text(encoding="utf-8")
    for name, rule in RULES.items():
        report(name, rule(header))
    report("one version, one licence", versions(header))
    report("documents that are made", references())
    report("links in documents", links())
    report("spelling", spelling())
    report("shell scripts", scripts())
    report("python scripts", python())
    sys.exit(failed)


if __name__ == "__main__":
    main()
