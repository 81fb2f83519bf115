#!/usr/bin/env python3
"""Writes prompt/specs.jsonl: what Python's format() says for many specs.

Run it with Python 3.11, whose format() the template language follows, and
only to change the vectors: the file is kept, so that a test run does not
depend on the Python at hand. Where the language differs on purpose, so does
this script: see own_way().
"""

import itertools
import json
import pathlib
import random
import sys

ERROR = "TEMPLATE|TEMPLATE_TYPE"

STRINGS = ["", "a", "ab\n", "Grüße", "😀é", "hello, world"]
INTS = [0, 1, -1, 7, -42, 255, 1234, -12345, 1234567, 65, 128512,
        2**31, 2**53 + 1, 2**63 - 1, -2**63]
BOOLS = [True, False]
DOUBLES = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 0.1, 1.005, 1234.5678,
           -1234567.891, 0.00012345, 9.995, 99999.5, 999999.5, 1e15, 1e16,
           1.5e16, 123456789012345680.0, 1e22, 1e23, 1e-5, 1e-7, 5e-324,
           2.2250738585072014e-308, 1.7976931348623157e308, 1 / 3, 2 / 3,
           3.141592653589793, float("nan"), float("inf"), float("-inf")]

FILLS = ["", "<", ">", "^", "=", "*<", "*>", "*^", "*=", "0>", "0<", " ^",
         "é>", "😀^", "x=", "<<", "^^", ">=", ":>", ",<", "+^", ".>"]
SIGNS = ["", "+", "-", " "]
WIDTHS = ["", "1", "4", "5", "6", "8", "10", "13", "20"]
PRECISIONS = ["", ".0", ".1", ".2", ".3", ".6", ".10", ".17", ".25", ".40"]
INT_TYPES = ["", "d", "b", "o", "x", "X", "c", "e", "f", "g", "%", "E", "G",
             "F"]
DOUBLE_TYPES = ["", "e", "E", "f", "F", "g", "G", "%"]

# Each kind with what it prints and what it refuses, one by one.
BY_HAND = {
    "string": ["", "s", "5", "<5", ">5", "^5", "^6", "05", "<05", ">05",
               ".0", ".1", ".2", "5.1", ">5.2s", "*^9.3s", "😀>4", "é^7",
               "d", "x", "f", "c", "n", "=5", "+", " ", "-", "#", ",", "_",
               "%", "e", "5d", ".", ".x", "5.", "q", "ss", "s5", "5<",
               "<<<", ">-5", "1_0", "0", "00005", "+5", "#5", ",s"],
    "int": ["", "d", "5", "<5", ">5", "^5", "=5", "05", "+", "-", " ", "+d",
            " d", "+05", " 5", "=+8", "*=+8", "x", "X", "o", "b", "#x", "#X",
            "#o", "#b", "#d", "#010x", "#06b", "+#x", "<#8x", "^#9x", "=#9x",
            "08x", ",", "_", ",d", "_d", "_x", "_b", "_o", "#_x", "#_b",
            "012,", "013,", "014,", "010_", "020_x", "#020_b", "15,", "^15,",
            "*=15,", "c", "5c", "^5c", "<3c", "05c", "e", "E", "f", "F", "g",
            "G", "%", ".2f", ".0f", ",.2f", "_.1f", "10.1%", "012.3e",
            ".3g", "#g", "#.3g", "+.1e", ",x", ",b", ",o", "s", "5s", ".2s",
            ".2d", ".2", "n", "q", "+c", "#c", ",c", "_c", ".1c", ",_", "_,",
            ",,", "a", "D", "dd", "5.d", "++", "+ "],
    "bool": ["", "d", "5d", "x", "#x", "b", "o", "05d", "+d", ".1f", "e",
             "%", "7", "<7", ">7", "^7", "*>7", "*^9", "n"],
    "double": ["", "5", "10", "<10", ">10", "^10", "=10", "010", "+", "-",
               " ", "+.2f", " .2f", "e", "E", "f", "F", "g", "G", "%", ".0f",
               ".1f", ".2f", ".3f", ".40f", ".0e", ".1e", ".40e", ".0g",
               ".1g", ".2g", ".17g", ".40g", ".0%", ".1%", ".40%", ".0",
               ".1", ".2", ".5", ".16", ".17", ".40", "#.0f", "#.0e", "#.0g",
               "#g", "#.3g", "#", "#.0", "#.1", "#.0%", ",", "_", ",.2f",
               "_.2f", ",.0f", ",g", ",e", ",%", "012,.1f", "013,.1f",
               "014,.1f", "015,.1f", "020,", "*=+12.1f", "+010.2e", "^12.3g",
               "012", "+012", "08.1%", "d", "x", "b", "o", "c", "s", "n",
               "5d", "q", ".41f", ".41", ".41e", ".41g", ".50%", ".100f",
               ".f", ".", "._2f", "ff", ".2.2f"],
    "enum": ["", "s", "8", ">8", "^9", ".2", "d", "x", "n", "08"],
}

ENUM = {"$enum": ["low", "Über"], "value": 1}


def kind_of(value):
    if isinstance(value, dict):
        return "enum"
    return {str: "string", int: "int", bool: "bool",
            float: "double"}[type(value)]


def precision_of(spec):
    digits = spec.rpartition(".")[2].rstrip("eEfFgG%")
    return int(digits) if "." in spec and digits.isdigit() else 0


def own_way(value, spec):
    """What is printed; ValueError where it is an error."""
    if spec.endswith("n"):
        raise ValueError("no locale")
    if isinstance(value, dict):
        return format(value["$enum"][value["value"]], spec)
    if isinstance(value, bool):
        if spec[-1:] not in tuple("dxXobceEfFgG%"):
            return format("true" if value else "false", spec)
    elif isinstance(value, float) and precision_of(spec) > 40:
        raise ValueError("more digits than 40")
    text = format(value, spec)
    text.encode()                    # the character of a lone surrogate
    return text


def vector(value, spec):
    known = value
    if isinstance(value, float) and repr(value) in ("nan", "inf", "-inf"):
        known = {"$double": repr(value)}
    case = {"template": "[{x:%s}]" % spec, "arguments": {"x": known}}
    try:
        case["messages"] = "[" + own_way(value, spec) + "]"
    except (ValueError, OverflowError, UnicodeEncodeError):
        case["error"] = ERROR
    return case


def by_hand(chance):
    """Each spec of a kind with some values of that kind."""
    values = {}
    for value in STRINGS + INTS + BOOLS + DOUBLES + [ENUM]:
        values.setdefault(kind_of(value), []).append(value)
    for kind, specs in BY_HAND.items():
        for spec in specs:
            most = min(9, len(values[kind]))
            for value in chance.sample(values[kind], most):
                yield value, spec
    for value in DOUBLES:
        for spec in "", ".3", "f", ".1e", "g", "%":
            yield value, spec
    for value in (0, 127, 128, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDFFF, 0xE000,
                  0xFFFF, 0x10000, 0x10FFFF, 0x110000, -1, 2**32 + 65):
        yield value, "c"


def by_chance(chance):
    """Specs put together by chance, most of them right for their kind."""
    for _ in range(400):
        yield chance.choice(INTS), "".join(map(chance.choice, (
            FILLS, SIGNS, ["", "#"], ["", "0"], WIDTHS, ["", ",", "_"],
            [""] * 3 + PRECISIONS[1:3], INT_TYPES)))
    for _ in range(700):
        yield chance.choice(DOUBLES), "".join(map(chance.choice, (
            FILLS, SIGNS, ["", "", "#"], ["", "0"], WIDTHS,
            ["", "", ",", "_"], PRECISIONS, DOUBLE_TYPES)))
    for _ in range(150):
        yield chance.choice(STRINGS), "".join(map(chance.choice, (
            FILLS, ["", "0"], WIDTHS, PRECISIONS[:6], ["", "s"])))
    for _ in range(400):
        mantissa, exponent = chance.random(), chance.randint(-30, 30)
        yield (mantissa * 10.0 ** exponent,
               chance.choice(["", "", "g", "e", "f"] + PRECISIONS))


def main():
    if sys.version_info[:2] != (3, 11):
        sys.exit("the vectors are those of Python 3.11")
    chance = random.Random(4)
    cases = itertools.chain(by_hand(chance), by_chance(chance))
    lines = dict.fromkeys(json.dumps(vector(value, spec), ensure_ascii=False)
                          for value, spec in cases)
    where = pathlib.Path(__file__).parent / "prompt" / "specs.jsonl"
    where.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "vectors in", where)


if __name__ == "__main__":
    main()
