#!/usr/bin/env python3
"""What the firmware takes of flash and RAM, by a run of each variant in QEMU.

    budget.py [--update FILE | --check FILE]

Prints the table and fails when a number is above tests/firmware/budget.limits.
  --update  writes the table into FILE between its FIRMWARE markers
  --check   fails when the table in FILE tells something else

The run says how much of its RAM it needed, the linker's map whose the flash
is. Times are those of a CPU that does 31 million instructions a second.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True          # nothing is left behind in the tree

from bench import BUILD, ROOT, TALK, TOOL_CALL, Bench   # noqa: E402

VARIANTS = {
    "p256": "TLS 1.3 and 1.2",
    "p256-16k": "16 KiB records",
    "p384": "P-384 too",
    "tls12": "TLS 1.2 only",
    "sleep": "resumes after sleep",
    "voice": "listens and speaks",
}
BEGIN, END = "<!-- BEGIN FIRMWARE -->", "<!-- END FIRMWARE -->"
# Whose a section is, by its object's path and its name: the first that fits.
PROGRAM = r"/(main|weather|voice)\.o "
FLASH = {"`litellm_call.h`, its port, program": PROGRAM,
         "mbedTLS": "/mbedtls/", "lwIP": "/lwip/",
         "board and C library": ""}
RAM = {"mbedTLS's heap": r"/tls_heap\.o \.bss\.heap",
       "mbedTLS besides": "/mbedtls/", "lwIP": "/lwip/",
       "client: link, TLS, window, arena": r"/main\.o \.bss\.memory",
       "client and call": PROGRAM,
       "ring of samples": r"/board_sound\.o \.bss\.ring", "board": ""}
REPORTED = {"mbedTLS's heap": "tls heap", "ring of samples": "ring"}
SECTION = re.compile(r"^ (\.(?:text|rodata|vectors|data|bss)\S*|COMMON)\s+"
                     r"0x[0-9a-f]+\s+(0x[0-9a-f]+) (\S+)$", re.M)
USED = re.compile(r"^used (.*): (\d+) of (\d+)$", re.M)
HANDSHAKE = re.compile(r"^handshake: (\d+) ms$", re.M)
GAP = re.compile(r"^longest gap: (\d+) ms$", re.M)


def by_owner(variant):
    """Bytes of flash and of RAM by owner, as the linker's map tells them."""
    text = (BUILD / variant / "firmware.map").read_text()
    text = text[text.index("\nLinker script and memory map"):]
    text = re.sub(r"^( \.\S+)\n +0x", r"\1 0x", text, flags=re.M)
    flash, ram = dict.fromkeys(FLASH, 0), dict.fromkeys(RAM, 0)
    for name, size, path in SECTION.findall(text):
        mark = f"{path} {name}"
        for owners, sizes in (FLASH, flash), (RAM, ram):
            is_ram = name.startswith((".data", ".bss", "COMMON"))
            is_flash = not name.startswith((".bss", "COMMON"))
            if is_ram if sizes is ram else is_flash:
                owner = next(owner for owner, part in owners.items()
                             if re.search(part, mark))
                sizes[owner] += int(size, 16)
    return flash, ram


def run(variant):
    """What two answers took, after a tool call or a recording: {name: (used,
    size)}, {name: milliseconds}. All variants have slept in between: only one
    resumes."""
    listener = "GOOD_TLS12" if variant == "tls12" else "GOOD_TLS13"
    model = TALK if variant == "voice" else TOOL_CALL
    with Bench(variant) as bench, bench.board(
            listener, model, answers=2, tries=2, sleep=1,
            speech_model="sawtooth:16000", time=int(time.time())) as board:
        text = board.wait_for("end\n")
    used = {name: (int(used), int(size))
            for name, used, size in USED.findall(text)}
    first, again = HANDSHAKE.findall(text)
    return used, {"handshake": int(first), "again": int(again),
                  "gap": int(GAP.search(text)[1])}


def column(variant):
    """The rows of a variant: [(name, text)], and what is limited."""
    flash, ram = by_owner(variant)
    used, times = run(variant)

    def reserved(name):
        return f"{used[name][1]} ({used[name][0]})"
    rows = [("**flash, all of it**", f"**{used['flash'][0]}**")]
    rows += [(owner, str(size)) for owner, size in flash.items()]
    rows += [("**RAM, all of it**", f"**{used['ram'][0]}**"),
             ("stack", reserved("stack"))]
    rows += [(owner, reserved(REPORTED[owner])
              if REPORTED.get(owner) in used else str(size))
             for owner, size in ram.items()]
    rows += [("- lwIP's heap", reserved("lwip heap")),
             ("- the client's arena", reserved("arena"))]
    rows += [("handshake", f"{times['handshake'] / 1000:.1f} s"),
             ("- after sleep", f"{times['again'] / 1000:.1f} s"),
             ("longest gap of the main loop",
              f"{times['gap'] / 1000:.1f} s")]
    return rows, {"flash": used["flash"][0], "ram": used["ram"][0],
                  "stack": used["stack"][0], "heap": used["tls heap"][0],
                  "gap": times["gap"], "again": times["again"]}


def compiler():
    """Other compilers make other sizes: the table names its own."""
    name = "arm-none-eabi-gcc"
    return name + " " + subprocess.run(
        [name, "-dumpversion"], check=True, stdout=subprocess.PIPE,
        text=True).stdout.strip()


def table(columns):
    names = [name for name, _ in next(iter(columns.values()))]
    lines = [f"| Cortex-M3 `-Os` ({compiler()}), bytes, in parentheses what a "
             "run used | " + " | ".join(VARIANTS[variant] for variant in columns) + " |",
             "|---|" + "--:|" * len(columns)]
    for row, name in enumerate(names):
        lines.append(f"| {name} | " + " | ".join(
            rows[row][1] for rows in columns.values()) + " |")
    return lines


def limits():
    text = (ROOT / "tests/firmware/budget.limits").read_text()
    return re.findall(r"^(\S+) +([a-z]+) +(\d+)$", text, re.M)


def same(old, new):
    """Numbers may differ by 2 percent, as signatures and clocks do; what a run
    used depends on when packets come."""
    old, new = (re.sub(r" \(\d+\)", "", text) for text in (old, new))
    number = re.compile(r"\d+\.\d+|\d+")
    if number.sub("", old) != number.sub("", new):
        return False
    return all(abs(float(a) - float(b)) <= max(0.2, float(a) / 50)
               for a, b in zip(number.findall(old), number.findall(new)))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--update", metavar="FILE")
    parser.add_argument("--check", metavar="FILE")
    options = parser.parse_args()
    columns, sizes = {}, {}
    for variant in VARIANTS:
        columns[variant], sizes[variant] = column(variant)
    lines = table(columns)
    print("\n".join(lines) + "\n")
    failed = False
    for variant, name, limit in limits():
        good = sizes[variant][name] <= int(limit)
        failed |= not good
        print(f"{'ok' if good else 'not ok'} firmware {variant} {name}: "
              f"{sizes[variant][name]}, at most {limit}")
    for path in filter(None, [options.update, options.check]):
        with open(path, encoding="utf-8") as file:
            before, begin, rest = file.read().partition(BEGIN)
        old, end, after = rest.partition(END)
        if not end:
            sys.exit(f"not ok {path}: no {BEGIN} ... {END}")
        text = "\n" + "\n".join(lines) + "\n"
        good = (path != options.check or same(old, text)
                or compiler() not in old)
        failed |= not good
        print(f"{'ok' if good else 'not ok'} {path}"
              + ("" if good else ": stale, run `make firmware-size`"))
        if path == options.update:
            with open(path, "w", encoding="utf-8") as file:
                file.write(before + begin + text + end + after)
    sys.exit(failed)


if __name__ == "__main__":
    main()
