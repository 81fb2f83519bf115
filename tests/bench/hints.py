#!/usr/bin/env python3
"""Retunes the LITELLM__NOINLINE hints of the header, by greedy search.

    hints.py [--write] [--only REGEX] [--passes N] [--jobs N]

Tries each function of the implementation with and without its hint, and keeps
what makes "everything" smaller, as size.py compiles it, unless it makes the
deepest chain of stack.py longer than the limit there. A hint that changes
nothing goes. The second pass tries all again, because each hint moves what the
others are worth.

Prints what it would change; --write changes litellm_call.h. --only takes the
functions whose names match. A pass compiles once for each function: for 350
functions six minutes on two idle cores. Hints belong to a compiler: run this
with the one of the size table, last of all, and `make size` afterwards.
"""
import argparse
import concurrent.futures
import os
import re
import sys
import tempfile
import time

import size
import stack

HEADER = os.path.join(size.ROOT, "litellm_call.h")
HINT = "LITELLM__NOINLINE "
COLUMNS = 79
# Storage, hint, type, name, parameters, and what follows on the line.
DEFINITION = re.compile(
    r"^(static|LITELLM__DEF) (%s)?([^\n(=;]*?[ *])(litellm_\w+)\("
    r"([^;{}]*?)\) \{(.*)$" % HINT, re.M)


class Frames(stack.Graph):
    """Only the sizes: the pointers have no file to look into here."""

    def check_pointer(self, source, where):
        pass


def filled(head, indent, words, tail):
    """`head` and the words, from column `indent` on; 4: below the head."""
    lines = [head] if indent == len(head) else [head, " " * indent]
    for number, word in enumerate(words):
        word += tail if number == len(words) - 1 else ","
        if number and len(lines[-1]) + 1 + len(word) <= COLUMNS:
            lines[-1] += " " + word
        elif number:
            lines.append(" " * indent + word)
        else:
            lines[-1] += word
    return lines


def laid_out(match, hinted):
    """The definition's lines, with the hint or without it."""
    storage, _, kind, name, parameters, rest = match.groups()
    head = "%s %s%s%s(" % (storage, HINT if hinted else "", kind, name)
    words = re.split(r",\s+", re.sub(r"\s+", " ", parameters.strip()))
    ways = [(filled(head, indent, words, ") {" + rest), "")
            for indent in (len(head), 4)]
    if rest:                            # all on one line, or the body below
        ways = ways[:1] + [(filled(head, indent, words, ") {"),
                            "\n  %s\n}" % rest[1:-2])
                           for indent in (len(head), 4)]
    fit = [(lines, body) for lines, body in ways
           if max(map(len, lines)) <= COLUMNS and
           (not rest or body or len(lines) == 1)]
    if not fit:
        print("%s: break its lines by hand" % name)
    lines, body = min(fit or ways[-1:], key=lambda way: len(way[0]))
    return "\n".join(lines) + body


class Header:
    def __init__(self):
        with open(HEADER, encoding="utf-8") as file:
            self.text = file.read()
        begin = self.text.index("#define LITELLM__IMPLEMENTED")
        self.functions = list(DEFINITION.finditer(self.text, begin))
        self.hinted = {number for number, match in enumerate(self.functions)
                       if match[2]}

    def name(self, number):
        return self.functions[number][4]

    def with_hints(self, hinted):
        """The text with these hints; what keeps its own stays as it is."""
        text, end = [], 0
        for number in sorted(hinted ^ self.hinted):
            match = self.functions[number]
            text += [self.text[end:match.start()],
                     laid_out(match, number in hinted)]
            end = match.end()
        return "".join(text) + self.text[end:]


class Search:
    def __init__(self, header, jobs):
        self.header, self.jobs = header, jobs
        self.directory = tempfile.TemporaryDirectory()
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self.hinted = set(header.hinted)
        self.flash = self.flash_with(self.hinted)
        self.stack = self.stack_with(self.hinted)

    def flash_with(self, hinted):
        with tempfile.TemporaryDirectory(dir=self.directory.name) as folder:
            return size.flash_of(size.compile_with(
                ["ERROR_TEXTS"], folder,
                "#define LITELLM_CALL_IMPLEMENTATION\n" +
                self.header.with_hints(hinted)))

    def stack_with(self, hinted):
        graph = Frames()
        graph.read(stack.callgraph(stack.SOURCE.replace(
            '#include "litellm_call.h"\n', self.header.with_hints(hinted))))
        return max(graph.deepest(name)[0] for name in graph.public)

    def better(self, number, flash):
        return flash < self.flash or (flash == self.flash and
                                      number in self.hinted)

    def take(self, number, flash):
        """Changes a function's hint if the stack allows it."""
        hinted = self.hinted ^ {number}
        deepest = self.stack_with(hinted)
        if deepest > (max(stack.LIMIT, self.stack) if flash < self.flash
                      else self.stack):
            return False
        print("%+5d  %s %s (stack %d)" % (
            flash - self.flash, "with" if number in hinted else "without",
            self.header.name(number), deepest), flush=True)
        self.hinted, self.flash, self.stack = hinted, flash, deepest
        return True

    def once(self, numbers):
        """Tries each number; whether something changed."""
        before, queue = self.hinted, list(numbers)
        while queue:
            batch, queue = queue[:self.jobs], queue[self.jobs:]
            found = self.pool.map(
                lambda number: self.flash_with(self.hinted ^ {number}), batch)
            good = sorted((flash, number)
                          for flash, number in zip(list(found), batch)
                          if self.better(number, flash))
            while good and not self.take(good[0][1], good[0][0]):
                del good[0]
            # The others were measured without this one.
            queue = [number for _, number in good[1:]] + queue
        return self.hinted != before


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="", metavar="REGEX")
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    header = Header()
    numbers = [number for number in range(len(header.functions))
               if re.search(options.only, header.name(number))]
    begin = time.monotonic()
    search = Search(header, options.jobs)
    flash, deepest = search.flash, search.stack
    seconds = (time.monotonic() - begin) / 2 * len(numbers) / options.jobs
    print("%d functions, about %d s a pass; everything: %d bytes, stack %d, "
          "%d hints" % (len(numbers), seconds, flash, deepest,
                        len(header.hinted)), flush=True)
    for _ in range(options.passes):
        if not search.once(numbers):
            break
    print("everything: %d bytes (%+d), stack %d (%+d), %d hints, %d s" % (
        search.flash, search.flash - flash, search.stack,
        search.stack - deepest, len(search.hinted),
        time.monotonic() - begin))
    if options.write and search.hinted != header.hinted:
        if Header().text != header.text:
            sys.exit("hints.py: litellm_call.h has changed meanwhile")
        with open(HEADER, "w", encoding="utf-8") as file:
            file.write(header.with_hints(search.hinted))


if __name__ == "__main__":
    main()
