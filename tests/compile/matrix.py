#!/usr/bin/env python3
"""Compiles the header for every compiler, standard and switch.

    matrix.py [--all]     --all: also all combinations of switches, for hours
                          of the night

One line a test, "ok NAME" or "not ok NAME: reason"; exit 1 when one failed.
Skipped, and said so: compilers and mbedTLS versions that are not installed.
"""
import concurrent.futures
import glob
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
USER = os.path.join(ROOT, "tests/compile/matrix_user.c")
STRICT = ("-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow "
          "-Wcast-qual -Wundef -Wvla -Werror").split()
# No PIC and no canaries: they bring symbols that are not the header's.
PLAIN = ["-fno-pic", "-fno-stack-protector"]
SWITCHES = ["TEMPLATES", "MEDIA", "STREAMS", "TOOLS", "MODELS", "FLOAT",
            "HOOKS", "GATEWAY_HEADERS", "ERROR_TEXTS"]
NEEDS = {"TEMPLATES": {"MEDIA"}}   # goes off with it
C, CXX = ["c99", "c11", "c17", "c2x"], ["c++11", "c++14", "c++17", "c++20"]
LIBC = {"memcpy", "memmove", "memset", "memcmp", "strlen"}
IMPLEMENTATION = "#define LITELLM_CALL_IMPLEMENTATION\n"
MULTIARCH = subprocess.run(["gcc", "-print-multiarch"], capture_output=True,
                           text=True).stdout.strip()
ARM = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-Os", "-std=c99"]
AVR = ["avr-gcc", "-mmcu=atmega2560", "-Os", "-std=c99"]
TLS = {"mbedTLS 2.28": "/usr/include",
       "mbedTLS 3.6": os.path.join(ROOT, "build/mbedtls-3.6/include")}


class Failed(Exception):
    pass


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines()
                 if re.search(r"error|undefined", line)]
        raise Failed("; ".join(lines[:3]) or done.stderr[:300] or
                     "exit %d" % done.returncode)
    return done.stdout


def build(compiler, directory, before="", flags=(), name="a"):
    """The object of `before` and the user's program."""
    obj = os.path.join(directory, name + ".o")
    language = "c++" if "++" in compiler[0] else "c"
    run([*compiler, *STRICT, *flags, "-I" + ROOT, "-x", language, "-c", "-o",
         obj, "-"], input='%s#include "%s"\n' % (before, USER))
    return obj


def symbols(obj, compiler):
    """[(name, nm's letter)]"""
    tool = compiler[0].replace("gcc", "nm") if "-gcc" in compiler[0] else "nm"
    return [(line.split()[-1], line.split()[-2])
            for line in run([tool, obj]).splitlines()]


def check_symbols(obj, compiler, static):
    """The implementation is there, and takes and gives no other name."""
    table = symbols(obj, compiler)
    mine = re.compile(r"(_Z\d*|_ZL\d*)?(litellm_|main$|everything|nothing|"
                      r"hand_|book|author|unit|mbedtls_|psa_)")
    # Static objects in functions and what compilers make up have a dot.
    wild = {name for name, kind in table
            if kind.isupper() and kind not in "UVW" and not mine.match(name)}
    wild |= {name for name, kind in table
             if kind in "tT" and not mine.match(name) and "." not in name
             and not name.startswith("$") and "get_pc_thunk" not in name}
    if wild:
        raise Failed("not prefixed: " + " ".join(sorted(wild)))
    wanted = "t" if static else "T"
    if not any(re.match(r"(_ZL\d+)?litellm_check", name) and kind == wanted
               for name, kind in table):
        raise Failed("the implementation is not there")
    needs = {name for name, kind in table if kind == "U"} - LIBC
    needs = {name for name in needs if not name.startswith("mbedtls_")}
    if needs:
        raise Failed("needs " + " ".join(sorted(needs)))


def check_macros(compiler, directory, flags):
    """No macro without the prefix is left behind."""
    def macros(text):
        path = os.path.join(directory, "macros.c")
        with open(path, "w") as file:
            file.write(text)
        # The one macro it may set, before any system header.
        out = run([*compiler, *flags, "-D_POSIX_C_SOURCE=200809L",
                   "-I" + ROOT, "-dM", "-E", path])
        return set(re.findall(r"#define (\w+)", out))
    before = macros("#include <stdbool.h>\n#include <stddef.h>\n"
                    "#include <stdint.h>\n#include <string.h>\n")
    after = macros(IMPLEMENTATION + '#include "litellm_call.h"\n')
    wild = {name for name in after - before
            if not name.startswith(("LITELLM_", "litellm_"))}
    if wild:
        raise Failed("macros: " + " ".join(sorted(wild)))


def off_flags(off):
    return ["-DLITELLM_%s=%d" % (s, s not in off) for s in SWITCHES]


def closed(off):
    """`off` with what it needs off too, sorted."""
    return tuple(sorted(set(off).union(*(NEEDS.get(s, ()) for s in off))))


def off_sets(combinations):
    sets = {closed(off) for n in combinations
            for off in itertools.combinations(SWITCHES, n)}
    return sorted(sets | {tuple(sorted(SWITCHES))}, key=lambda s: (len(s), s))


def host(compiler, standard, bits):
    command = [compiler, "-std=" + standard, "-m%d" % bits, *PLAIN]
    if bits == 32:      # without the 32-bit libc's headers the others do
        command += ["-idirafter", "/usr/include/" + MULTIARCH]
    if compiler.startswith("clang"):    # turns memcmp() == 0 into bcmp
        command += ["-fno-builtin-bcmp"]
    return command


# ---- tests: functions of a directory ---------------------------------------

def test_object(compiler, flags=(), static=False, libc_only=True):
    def test(directory):
        before = "#define LITELLM_CALL_STATIC\n" if static else ""
        # Inlined functions leave no symbol to see.
        obj = build(compiler, directory, before + IMPLEMENTATION,
                    [*flags, "-fno-inline"] if static else flags)
        if libc_only:
            check_symbols(obj, compiler, static)
    return test


def test_macros(compiler, flags=()):
    return lambda directory: check_macros(compiler, directory, flags)


def test_program(c, cxx, flags=()):
    """Implementation here, use there; and C++ over a C implementation."""
    def test(directory):
        other = IMPLEMENTATION + '#include "litellm_call.h"\n'
        implementation = os.path.join(directory, "i.o")
        run([*c, *STRICT, *flags, "-I" + ROOT, "-x", "c", "-c", "-o",
             implementation, "-"], input=other)
        for compiler in (c, cxx):
            user = build(compiler, directory, "", flags, "user")
            program = os.path.join(directory, "program")
            run([compiler[0], "-no-pie", "-o", program, user, implementation])
            run([program])
    return test


def test_config_file(compiler):
    def test(directory):
        with open(os.path.join(directory, "my_config.h"), "w") as file:
            file.write("#define LITELLM_STREAMS 0\n"
                       "#define LITELLM_WINDOW_BYTES 512\n")
        build(compiler, directory, IMPLEMENTATION + '#include "litellm_call.h"'
              "\n#if LITELLM_STREAMS || LITELLM_WINDOW_BYTES != 512\n"
              "#error not read\n#endif\n",
              ['-DLITELLM_CALL_CONFIG_FILE="my_config.h"', "-I" + directory])
    return test


def test_contradiction(compiler, defines):
    """An #error says what to do."""
    def test(directory):
        try:
            build(compiler, directory, IMPLEMENTATION, defines)
        except Failed as failure:
            if "#error" in str(failure):
                return
        raise Failed("no #error")
    return test


def test_too_large(compiler):
    """A struct that the tables cannot count does not compile."""
    def test(directory):
        for size, fits in ((65000, True), (66000, False)):
            try:
                build(compiler, directory, IMPLEMENTATION +
                      '#include "litellm_call.h"\n'
                      "#define TALK(FIELD) FIELD(TEXT(%d), text, 0)\n"
                      "LITELLM_MODEL(talk, TALK);\n" % size)
            except Failed:
                if fits:
                    raise
            else:
                if not fits:
                    raise Failed("compiles")
    return test


def test_mixed(compiler, switch):
    """Two files that disagree on a struct do not link."""
    def test(directory):
        off = closed([switch])
        sizes = [
            run([*compiler, "-I" + ROOT, *off_flags(o), "-S", "-o", "-", "-x",
                 "c", "-"], input='#include "litellm_call.h"\n' + "".join(
                     "char %s_size[sizeof(litellm_%s)];\n" % (s, s) for s in
                     ("client", "stream", "response", "params", "error")))
            for o in ((), off)]
        if sizes[0] == sizes[1]:
            return
        run([*compiler, *off_flags(()), "-I" + ROOT, "-x", "c", "-c", "-o",
             directory + "/i.o", "-"],
            input=IMPLEMENTATION + '#include "litellm_call.h"\n')
        user = build(compiler, directory, "", off_flags(off), "user")
        try:
            run([compiler[0], "-no-pie", "-o", directory + "/program", user,
                 directory + "/i.o"])
        except Failed:
            return
        raise Failed("links, though a struct has another size")
    return test


def test_unit(path, off):
    """What is left with switches off passes its tests."""
    def test(directory):
        program = os.path.join(directory, "unit")
        run(["gcc", "-std=c99", "-O1", *STRICT, *off_flags(off), "-I" + ROOT,
             "-o", program, path, "-lm"])
        done = subprocess.run([program, "500"], capture_output=True,
                              text=True, errors="replace")
        bad = [line for line in done.stdout.splitlines()
               if line.startswith("not ok")]
        if bad or done.returncode:           # nothing at all may be left
            raise Failed("; ".join(bad)[:300] or
                         "exit status %d" % done.returncode)
    return test


def tls_tests(all_of_it):
    for version, include in TLS.items():
        if not os.path.exists(include + "/mbedtls/ssl.h"):
            yield "%s # skipped, no headers" % version, None
            continue
        flags = ["-DLITELLM_TLS=1"]
        if include != "/usr/include":
            flags += ["-isystem", include]
        for compiler, standard in (("gcc", "c99"), ("clang", "c11"),
                                   ("g++", "c++11"), ("clang++", "c++20")):
            for off in off_sets([0, 1, 2] if all_of_it else [0, 1]):
                if off and not all_of_it and compiler != "gcc":
                    continue
                yield ("%s %s %s%s" % (version, compiler, standard, name(off)),
                       test_object(host(compiler, standard, 64),
                                   flags + off_flags(off)))
        yield ("%s gcc c99 without checks" % version,
               test_object(host("gcc", "c99", 64), flags + [
                   "-DLITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS=1"]))


def name(off):
    return "".join(", %s 0" % s for s in off) if len(off) < len(SWITCHES) \
        else ", all 0"


def tests(all_of_it):
    """(name, test) of everything."""
    for compilers, standards in ((("gcc", "clang"), C),
                                 (("g++", "clang++"), CXX)):
        for compiler, standard, bits in itertools.product(
                compilers, standards, (64, 32)):
            title = "%s %s %d bit" % (compiler, standard, bits)
            command = host(compiler, standard, bits)
            # Some warnings come only with optimisation.
            yield title, test_object(
                command, ["-O2"] if standard in ("c11", "c++17") else [],
                libc_only=bits == 64)
            yield title + ", static", test_object(command, static=True,
                                                  libc_only=bits == 64)
            if all_of_it:
                yield title + ", all 0", test_object(
                    command, off_flags(SWITCHES), libc_only=bits == 64)
    cortex_m0 = [f.replace("m4", "m0") for f in ARM]
    matrix = [("gcc c99", host("gcc", "c99", 64)),
              ("clang c11", host("clang", "c11", 64)),
              ("g++ c++11", host("g++", "c++11", 64)),
              ("clang++ c++20", host("clang++", "c++20", 64)),
              ("arm", ARM), ("avr", AVR)]
    counts = range(len(SWITCHES) + 1) if all_of_it else [0, 1, 2]
    for title, command in matrix:
        pairwise = counts if title in ("gcc c99", "arm") or all_of_it \
            else [0, 1]
        for off in off_sets(pairwise):
            yield title + name(off), test_object(command, off_flags(off),
                                                 libc_only=title != "avr")
        yield title + ", static, all 0", test_object(
            command, off_flags(SWITCHES), True, title != "avr")
        yield title + ", macros", test_macros(command)
    # No division in hardware: its helpers come from the compiler.
    yield "arm cortex-m0", test_object(cortex_m0, libc_only=False)
    yield "arm hard float", test_object(
        ARM + ["-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"])
    gcc, gxx = host("gcc", "c99", 64), host("g++", "c++17", 64)
    yield "program of two files", test_program(gcc, gxx)
    yield "program, all 0", test_program(gcc, gxx, off_flags(SWITCHES))
    yield "configuration file", test_config_file(gcc)
    yield "struct of 64 KiB", test_too_large(gcc)
    for bad in (["-DLITELLM_TEMPLATES=0"], ["-DLITELLM_JSON_DEPTH=7"],
                ["-DLITELLM_JSON_DEPTH=256"], ["-DLITELLM_VALUE_DEPTH=0"],
                ["-DLITELLM_INSECURE_SKIP_CERTIFICATE_CHECKS=1"]):
        yield "contradiction " + bad[0][2:], test_contradiction(gcc, bad)
    for switch in SWITCHES:
        yield "mixed " + switch, test_mixed(gcc, switch)
    for path in sorted(glob.glob(ROOT + "/tests/unit/*.c") +
                       glob.glob(ROOT + "/tests/faults/*.c")):
        unit = os.path.basename(path)
        if unit != "posix_port.c":
            for off in off_sets([1]):
                yield unit + name(off), test_unit(path, off)
    yield from tls_tests(all_of_it)


def one(job):
    title, test = job
    if test is None:
        return "ok " + title
    with tempfile.TemporaryDirectory() as directory:
        try:
            test(directory)
        except FileNotFoundError as missing:
            return "ok %s # skipped, no %s" % (title, missing.filename)
        except Failed as failure:
            return "not ok %s: %s" % (title, failure)
    return "ok " + title


def main():
    jobs = list(tests("--all" in sys.argv))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for line in pool.map(one, jobs):
            print(line, flush=True)
            failed += line.startswith("not ok")
    sys.exit(1 if failed else 0)


assert shutil.which("gcc"), "matrix.py: no gcc"
main()
