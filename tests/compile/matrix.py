#!/usr/bin/env python3
"""Compiles the header for every compiler, standard and switch.

    matrix.py [--all] [PART]

--all: also all combinations of switches, for hours of the night. PART is
`objects`, what compiles, or `units`, the unit tests with each switch off.

One line a test, "ok NAME" or "not ok NAME: reason"; exit 1 when one failed.
Skipped, and said so: compilers and mbedTLS versions that are not installed,
and unit tests of which a switch leaves nothing.
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
SWITCHES = ["TEMPLATES", "FORMAT", "MEDIA", "STREAMS", "TOOLS", "MODELS",
            "FLOAT", "HOOKS", "REUSE", "RETRIES",
            "GATEWAY_INFO", "COMPAT", "EXTRAS", "ERROR_TEXTS"]
NEEDS = {"TEMPLATES": {"FORMAT", "MEDIA"},
         "MODELS": {"TOOLS", "EXTRAS"}}      # go off too
C, CXX = ["c99", "c11", "c17", "c2x"], ["c++11", "c++14", "c++17", "c++20"]
LIBC = {"memchr", "memcmp", "memcpy", "memmove", "memset", "strlen"}
BELOW = {"litellm_below"}          # the port below TLS
IMPLEMENTATION = "#define LITELLM_CALL_IMPLEMENTATION\n"
MULTIARCH = subprocess.run(["gcc", "-print-multiarch"], capture_output=True,
                           text=True).stdout.strip()
ARM = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-Os", "-std=c99"]
AVR = ["avr-gcc", "-mmcu=atmega2560", "-Os", "-std=c99"]
XTENSA = ["xtensa-lx106-elf-gcc", "-isystem",
          "/usr/lib/xtensa-lx106-elf/include", "-Os", "-std=c99"]
RV32 = ["riscv64-unknown-elf-gcc", "--specs=picolibc.specs", "-march=rv32imc",
        "-mabi=ilp32", "-Os", "-std=c99"]
TLS = {"mbedTLS 2.28": "/usr/include",
       "mbedTLS 3.6": os.path.join(ROOT, "build/mbedtls-3.6/include")}


class Failed(Exception):
    pass


class Skipped(Exception):
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
    if not any(re.match(r"(_ZL\d+)?litellm_call_check", name) and kind == wanted
               for name, kind in table):
        raise Failed("the implementation is not there")
    needs = {name for name, kind in table if kind == "U"} - LIBC - BELOW
    needs = {name for name in needs
             if not name.startswith(("mbedtls_", "psa_"))}
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


def test_user_file(compiler):
    """What a file without the implementation takes, by MSVC's command line."""
    return lambda directory: run([*compiler, "/c", "/W4", "/WX", "-I" + ROOT,
                                  "-o", os.path.join(directory, "a.obj"), "--",
                                  USER])


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
                      "#define TALK(FIELD) FIELD(CHARS(%d), text, 0)\n"
                      "LITELLM_MODEL(talk, TALK);\n" % size)
            except Failed:
                if fits:
                    raise
            else:
                if not fits:
                    raise Failed("compiles")
    return test


def test_bounds(compiler):
    """Bounds that the tables cannot hold, or that say something else than is
    written, do not compile."""
    def test(directory):
        for kind, fits in (
                ("INT_IN(-2147483647 - 1, 2147483647)", True),
                ("INT_IN(0, 5)", True), ("INT_IN(-5, 0)", True),
                ("INT64_IN(5, 5)", True), ("CHARS_IN(0, 3)", True),
                ("LIST_IN(INT, 0, 3)", True), ("DOUBLE_IN(0.1, 0.9)", True),
                ("DOUBLE_IN(0, 1e300)", True), ("DOUBLE_IN(-1, 1)", True),
                ("INT_IN(0, 2147483648)", False),
                ("INT64_IN(-2147483649, 0)", False),
                ("INT64_IN(0, 9223372036854775807)", False),
                ("INT_IN(0, 0)", False), ("INT_IN(5, 4)", False),
                ("INT_IN(0.5, 1)", False), ("INT_IN(0, 1.5)", False),
                ("CHARS_IN(4, 3)", False), ("LIST_IN(INT, 4, 3)", False)):
            try:                             # -w: it is no mere warning
                build(compiler, directory, '#include "litellm_call.h"\n'
                      "#define TALK(FIELD) FIELD(%s, value, 0)\n"
                      "LITELLM_MODEL(talk, TALK);\n" % kind,
                      [] if fits else ["-w"])
            except Failed as failure:
                if fits:
                    raise Failed("%s: %s" % (kind, failure))
            else:
                if not fits:
                    raise Failed("%s compiles" % kind)
    return test


def test_argument(compiler, flags=()):
    """An argument of a wrong type does not compile, with what the manual tells
    to give older compilers."""
    def test(directory):
        for arguments, fits in (("client, response, \"x\", 1", True),
                                ("client, response, 42, 1", False),
                                ("client, response, client, 1", False),
                                ("client, response, \"x\", \"y\"", False),
                                ("response, client, \"x\", 1", False)):
            source = ('#include "litellm_call.h"\n'
                      "#define ASK(ARG) ARG(STRING, text) ARG(INT, count)\n"
                      'LITELLM_CALL(book_ask, ASK, .prompt = "{text}");\n'
                      "litellm_result book_run(litellm_client *,"
                      " litellm_response *);\n"
                      "litellm_result book_run(litellm_client *client,"
                      " litellm_response *response) {"
                      " return book_ask(%s); }\n" % arguments)
            try:
                run([*compiler, *flags, "-I" + ROOT, "-x",
                     "c++" if "++" in compiler[0] else "c", "-c", "-o",
                     os.path.join(directory, "a.o"), "-"], input=source)
            except Failed:
                if fits:
                    raise
            else:
                if not fits:
                    raise Failed(arguments + " compiles")
    return test


def test_example(compiler, path):
    """An example compiles as C++; before C++20 designators are extensions."""
    def test(_):
        run([*compiler, "-Wall", "-Wextra", "-Werror", "-Wpedantic",
             "-Wno-missing-field-initializers",
             *([] if "c++20" in compiler[1] else ["-Wno-pedantic"]),
             "-I" + ROOT, "-x", "c++", "-fsyntax-only",
             path])
    return test


def test_old_gxx(directory):
    """g++ before 8 says one sentence of each call, and nothing of the rest."""
    old = ["g++", "-U__GNUC__", "-D__GNUC__=7", "-std=c++11", *STRICT,
           "-I" + ROOT, "-x", "c++", "-c", "-o",
           os.path.join(directory, "a.o"), "-"]
    call = ("#define ASK(ARG) ARG(STRING, text)\n"
            'LITELLM_CALL(ask, ASK, .model = "m", .params = 0);\n')
    run(old, input='#include "litellm_call.h"\n')
    done = subprocess.run(old, capture_output=True, text=True,
                          input='#include "litellm_call.h"\n' + call)
    said = re.findall("(?:error|warning): (.*)", done.stderr)
    if len(said) != 1 or "put the calls into a .c file" not in said[0]:
        raise Failed("; ".join(said) or "compiles")


def test_alike(compiler, switch):
    """All structs are alike under every switch."""
    def test(directory):
        sizes = [
            run([*compiler, "-I" + ROOT, *off_flags(off), "-S", "-o", "-",
                 "-x", "c", "-"], input='#include "litellm_call.h"\n' + "".join(
                     "char %s_size[sizeof(litellm_%s)];\n" % (s, s) for s in
                     ("client", "client_desc", "request", "response", "params",
                      "error")))
            for off in ((), closed([switch]))]
        if sizes[0] != sizes[1]:
            raise Failed("a struct has another size")
    return test


def test_depth(compiler):
    """Files that disagree on LITELLM_MAX_JSON_DEPTH do not link."""
    def test(directory):
        run([*compiler, *off_flags(()), "-I" + ROOT, "-x", "c", "-c", "-o",
             directory + "/i.o", "-"],
            input=IMPLEMENTATION + '#include "litellm_call.h"\n')
        user = build(compiler, directory, "",
                     [*off_flags(()), "-DLITELLM_MAX_JSON_DEPTH=32"], "user")
        try:
            run([compiler[0], "-no-pie", "-o", directory + "/program", user,
                 directory + "/i.o"])
        except Failed:
            return
        raise Failed("links")
    return test


def test_unit(path, off):
    """What is left with switches off passes its tests."""
    def test(directory):
        program = os.path.join(directory, "unit")
        # -O0: compiling takes longer than running.
        run(["gcc", "-std=c99", "-O0", *STRICT, *off_flags(off), "-I" + ROOT,
             "-o", program, path, "-lm"])
        done = subprocess.run([program, "50"], capture_output=True,
                              text=True, errors="replace")
        bad = [line for line in done.stdout.splitlines()
               if line.startswith("not ok")]
        if bad or done.returncode:
            raise Failed("; ".join(bad)[:300] or
                         "exit status %d" % done.returncode)
        if not re.search("^ok(?!.*# skipped)", done.stdout, re.M):
            raise Skipped("no test is left")
    return test


def test_tls(compiler, flags):
    """TLS over a port of one's own takes and gives no other name."""
    def test(directory):
        obj = build(compiler, directory, IMPLEMENTATION +
                    '#include "litellm_call.h"\n#include "port/mbedtls.h"\n'
                    "extern const litellm_port litellm_below;\n"
                    "LITELLM_MBEDTLS(litellm_over, litellm_below, litellm_link);\n"
                    "extern const litellm_port *const litellm_above;\n"
                    "const litellm_port *const litellm_above = &litellm_over;\n",
                    flags)
        check_symbols(obj, compiler, False)
    return test


def test_replay(compiler, flags):
    """Recording and playing compile everywhere."""
    def test(directory):
        build(compiler, directory, IMPLEMENTATION +
              '#include "litellm_call.h"\n#include "port/replay.h"\n', flags)
    return test


def test_tls_order(compiler, flags, headers):
    """The ready-made port is there, whichever header came first."""
    def test(directory):
        build(compiler, directory, IMPLEMENTATION + '#include "litellm_call.h"'
              "\n" + "".join('#include "port/%s.h"\n' % h for h in headers) +
              "extern const litellm_port *const litellm_above;\n"
              "const litellm_port *const litellm_above = &litellm_posix_tls;\n",
              [*flags, "-D_POSIX_C_SOURCE=200809L"])
    return test


def tls_tests():
    for version, include in TLS.items():
        if not os.path.exists(include + "/mbedtls/ssl.h"):
            yield "%s # skipped, no headers" % version, None
            continue
        flags = ["-isystem", include] if include != "/usr/include" else []
        for compiler, standard in (("gcc", "c99"), ("clang", "c11"),
                                   ("g++", "c++11"), ("clang++", "c++20")):
            title = "%s %s %s" % (version, compiler, standard)
            command = host(compiler, standard, 64)
            yield title, test_tls(command, flags)
            for headers in (["posix", "mbedtls"], ["mbedtls", "posix"]):
                yield "%s, %s first" % (title, headers[0]), \
                    test_tls_order(command, flags, headers)
            for define in ("ERROR_TEXTS=0",
                           "INSECURE_SKIP_CERTIFICATE_CHECKS=1"):
                yield "%s, %s" % (title, define), test_tls(
                    command, [*flags, "-DLITELLM_" + define])


def name(off):
    return "".join(", %s 0" % s for s in off) if len(off) < len(SWITCHES) \
        else ", all 0"


def object_tests(all_of_it):
    """(name, test) of what is compiled."""
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
        for files in "01":
            yield title + ", LITELLM_REPLAY_FILES " + files, test_replay(
                command, ["-DLITELLM_REPLAY_FILES=" + files])
    # No division in hardware: its helpers come from the compiler.
    yield "arm cortex-m0", test_object(cortex_m0, libc_only=False)
    yield "arm hard float", test_object(
        ARM + ["-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"])
    for title, command in ("xtensa", XTENSA), ("rv32", RV32):
        for off in (), SWITCHES:
            yield title + name(off), test_object(command, off_flags(off),
                                                 libc_only=False)
    gcc, gxx = host("gcc", "c99", 64), host("g++", "c++17", 64)
    yield "macros of others", test_object(gcc + [
        "-D%s=1,2" % word for word in (
            "ERROR NONE ROOT CALL PART X T FIRST LAST NOTHING USAGE INDEX "
            "LENGTH CHOICE MESSAGE DELETE IN OUT OK NAME KEY").split()])
    yield "arm, long enums", test_object(ARM + ["-fno-short-enums"])
    yield "gcc, short enums", test_object(gcc + ["-fshort-enums"])
    yield "program, -flto", test_program(gcc, gxx, ["-flto", "-O2"])
    yield "clang-cl c11", test_user_file(["clang", "--driver-mode=cl",
                                          "/std:c11"])
    yield "program of two files", test_program(gcc, gxx)
    yield "program, all 0", test_program(gcc, gxx, off_flags(SWITCHES))
    yield "configuration file", test_config_file(gcc)
    yield "struct of 64 KiB", test_too_large(gcc)
    for title, command in matrix[:4]:
        yield "bounds, " + title, test_bounds(command)
    types = ["-Werror=int-conversion", "-Werror=incompatible-pointer-types"]
    for command in gcc, host("clang", "c11", 64):
        yield "argument, " + command[0], test_argument(command, types)
    yield "argument, g++", test_argument(host("g++", "c++20", 64))
    for path in sorted(glob.glob(ROOT + "/examples/*.c")):
        for compiler, standard in itertools.product(("g++", "clang++"), CXX):
            yield ("%s as C++, %s %s" % (os.path.basename(path), compiler,
                                         standard),
                   test_example([compiler, "-std=" + standard], path))
    yield "g++ before 8", test_old_gxx
    for bad in (["-DLITELLM_TEMPLATES=0", "-DLITELLM_MEDIA=1"],
                ["-DLITELLM_MAX_JSON_DEPTH=7"],
                ["-DLITELLM_MAX_JSON_DEPTH=256"], ["-DLITELLM_MAX_MODEL_DEPTH=0"]):
        yield "contradiction " + bad[0][2:], test_contradiction(gcc, bad)
    for switch in SWITCHES:
        yield "alike without " + switch, test_alike(gcc, switch)
    yield "another depth", test_depth(gcc)
    yield from tls_tests()


def unit_tests():
    for path in sorted(glob.glob(ROOT + "/tests/unit/*.c") +
                       glob.glob(ROOT + "/tests/faults/*.c")):
        unit = os.path.basename(path)
        if not unit.startswith(("posix_", "tls_")):
            for off in off_sets([1]):
                yield unit + name(off), test_unit(path, off)


def one(job):
    title, test = job
    if test is None:
        return "ok " + title
    with tempfile.TemporaryDirectory() as directory:
        try:
            test(directory)
        except FileNotFoundError as missing:
            return "ok %s # skipped, no %s" % (title, missing.filename)
        except Skipped as reason:
            return "ok %s # skipped, %s" % (title, reason)
        except Failed as failure:
            return "not ok %s: %s" % (title, failure)
    return "ok " + title


def main():
    parts = [word for word in sys.argv[1:] if word != "--all"]
    if any(part not in ("objects", "units") for part in parts):
        sys.exit("usage: matrix.py [--all] [objects|units]")
    jobs = []
    if parts != ["units"]:
        jobs += object_tests("--all" in sys.argv)
    if parts != ["objects"]:
        jobs += unit_tests()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for line in pool.map(one, jobs):
            print(line, flush=True)
            failed += line.startswith("not ok")
    sys.exit(1 if failed else 0)


assert shutil.which("gcc"), "matrix.py: no gcc"
main()
