#!/usr/bin/env python3
"""Runs the drivers over the vectors beside this file.

    run.py [--drivers DIR] [--once] [--wrap COMMAND] [-v] [NAME...]

DIR holds the drivers, build/drivers if not given. --once takes each vector
once instead of at every split, for emulators; --wrap puts a command before
the drivers, as "qemu-arm -L /usr/arm-linux-gnueabi". NAME runs only files
whose path holds one of the names. CORPUS in the environment names a folder
with more documents: json-test-suite/ and litellm-1.100.5/.
Needs nothing but Python 3.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import calls
from wire import Failure, grow, wire

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ARGUMENTS = None                     # of the command line
# The library has no heap: a search for leaks only makes each start slow.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}


def run(driver, *words, data=None, codes=(0,)):
    """A driver's standard output; anything it is not meant to do fails."""
    command = [*shlex.split(ARGUMENTS.wrap),
               str(pathlib.Path(ARGUMENTS.drivers) / driver), *words]
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=600, env=ENVIRONMENT)
    if done.returncode not in codes or (done.stderr and not ARGUMENTS.wrap):
        raise Failure(f"exit {done.returncode}: {shlex.join(command)}\n"
                      + done.stderr.decode(errors="replace")[:6000])
    return done.stdout


def lines_of(data):
    """The JSON of each line. The split is on LF alone: texts hold U+2028."""
    text = data.decode()             # strict: all output is UTF-8
    return [json.loads(line) for line in text.split("\n") if line]


def fits(expected, got):
    """Whether a result's name is one of those allowed: "A|B"."""
    return got in expected.split("|")


# ---- prompts ----------------------------------------------------------------

def same_messages(expected, got):
    """Equal, where an absent content and a null one are the same."""
    def tidy(messages):
        return [{k: v for k, v in m.items() if (k, v) != ("content", None)}
                for m in messages]
    if isinstance(expected, str):    # short for one user message
        expected = [{"role": "user", "content": expected}]
    return tidy(expected) == tidy(got)


def check_prompt(vector, got):
    if "messages" in vector:
        if not isinstance(got, list) or \
                not same_messages(vector["messages"], got):
            raise Failure(f"want {json.dumps(vector['messages'])}\n"
                          f"got  {json.dumps(got)}")
        return
    low, high = 0, 1 << 32
    if "offset" in vector:
        offset = vector["offset"]
        low, high = offset if isinstance(offset, list) else (offset, offset)
    if not isinstance(got, dict) or not fits(vector["error"], got["error"]) \
            or not low <= got["offset"] <= high:
        raise Failure(f"want {vector['error']} at {vector.get('offset')}\n"
                      f"got  {json.dumps(got)}")


WINDOWS = ([], ["--window", "1"], ["--window", "7"], ["--send", "64"],
           ["--window", "64", "--send", "97"])


def prompts(path):
    """All vectors of a file in one run for each window; one by one where the
    whole run does not even end."""
    source = path.read_bytes()
    vectors = lines_of(source)
    answers = []
    for window in WINDOWS[:1] if ARGUMENTS.once else WINDOWS:
        try:
            got = lines_of(run("prompt", *window, data=source))
            if len(got) != len(vectors):
                raise Failure("not a line for each line")
        except (Failure, ValueError):
            got = [None] * len(vectors)
        answers.append((window, got))
    for index, vector in enumerate(vectors):
        yield (f"{path.name}:{index + 1} "
               + (vector.get("note") or vector["template"]),
               lambda vector=vector, index=index: one_prompt(
                   vector, [(w, got[index]) for w, got in answers]))


def one_prompt(vector, answers):
    for window, answer in answers:
        if answer is None:
            line = json.dumps(vector).replace("Infinity", "1e999") + "\n"
            answer = lines_of(run("prompt", *window, data=line.encode()))[0]
        try:
            check_prompt(vector, answer)
        except Failure as failure:
            raise Failure(" ".join([*window, str(failure)])) from None


# ---- JSON documents ---------------------------------------------------------

def with_file(data, act):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return act(file.name)


def sweep():
    return [] if ARGUMENTS.once else ["--every-split"]


def one_document(vector):
    data = vector["text"].encode() if "text" in vector \
        else bytes.fromhex(vector["hex"])
    got = lines_of(with_file(data, lambda name: run(
        "json", "--tokens", *sweep(), name, codes=(0, 1))))
    error = got.pop() if got and "error" in got[-1] else {}
    if "error" in vector:
        if not fits(vector["error"], error.get("error")) or \
                error["offset"] != vector.get("offset", error["offset"]):
            raise Failure(f"want {vector['error']} {vector.get('offset')}\n"
                          f"got  {error}")
        return
    got = [t["token"] if "text" not in t else {t["token"]: t["text"]}
           for t in got]
    if error or got != vector["tokens"]:
        raise Failure(f"want {json.dumps(vector['tokens'])}\n"
                      f"got  {json.dumps(got)} {error}")


def documents(path):
    for index, vector in enumerate(lines_of(path.read_bytes())):
        yield (f"{path.name}:{index + 1} {vector['note']}",
               lambda vector=vector: one_document(vector))


# ---- replies ----------------------------------------------------------------

def reply_cases(path):
    """The cases of a file: see README.md."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"),
                  flags=re.MULTILINE)
    for case in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        title, how, *lines = case.split("\n")
        while not lines[-1]:
            lines.pop()
        cut = lines.index("---")
        data, options = wire(how.removeprefix("> "), lines[:cut])
        yield (title, data, options,
               [json.loads(grow(line)) for line in lines[cut + 1:]])


def replies(path):
    for title, *case in reply_cases(path):
        yield f"{path.name}: {title}", lambda case=case: one_reply(*case)


def matches(expected, got):
    """A value against its pattern: "*", a text that ends in …, or itself."""
    if expected == "*":
        return True
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(matches(expected.get(key), got.get(key))
                   for key in {*expected, *got})
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(matches, expected, got))
    if isinstance(expected, str) and expected.endswith("…"):
        return isinstance(got, str) and got.startswith(expected[:-1])
    return expected == got and isinstance(expected, bool) == \
        isinstance(got, bool)


def joined(events):
    """Texts that follow each other as one; the rest apart."""
    texts = []
    for event in events:
        if event["event"] in ("text", "reasoning", "refusal"):
            if texts and texts[-1]["event"] == event["event"]:
                texts[-1]["text"] += event["text"]
            elif event["text"]:
                texts.append(dict(event))
    return texts


def of_kind(events, kind):
    return [e for e in events if e["event"] == kind]


def check_events(events, record):
    """The events and the record must tell the same."""
    for kind, name in (("text", "content"), ("reasoning", "reasoning"),
                       ("refusal", "refusal")):
        text = "".join(e["text"] for e in of_kind(events, kind))
        if text != record.get(name, ""):
            raise Failure(f"events and record differ in {name}: {text!r}")
    if record["result"] != "OK":     # the rest may not have got that far
        return
    finish = of_kind(events, "finish")
    reason = finish[-1]["finish_reason"] if finish else None
    if reason != record.get("finish_reason"):
        raise Failure(f"events and record differ in finish: {reason!r}")
    usage = of_kind(events, "usage")
    if (usage[-1]["usage"] if usage else None) != record.get("usage"):
        raise Failure(f"events and record differ in usage: {usage}")
    calls = [{k: v for k, v in e.items() if k != "event"}
             for e in of_kind(events, "tool_call")]
    if calls != record.get("tool_calls", []):
        raise Failure(f"events and record differ in calls: {calls}")


def check_record(expected, record):
    expected = {k: v for k, v in expected.items() if v not in ("", [])}
    got = {k: v for k, v in record.items() if v not in ("", [])}
    expected.setdefault("phase", "*")
    if fits(expected["result"], got["result"]):
        expected["result"] = got["result"]
    if not matches(expected, got):
        raise Failure(f"want {json.dumps(expected)[:3000]}\n"
                      f"got  {json.dumps(got)[:3000]}")


def one_reply(data, options, expected):
    record = dict(expected[-1])
    late = record.pop("late", False)

    def act(name):
        whole = lines_of(run("reply", *options, name))
        check_record(record, whole[-1])
        if not late:
            check_events(whole[:-1], whole[-1])
        texts = joined(expected[:-1])
        if texts and texts != joined(whole[:-1]):
            raise Failure(f"want {texts}\ngot  {joined(whole[:-1])}")
        if ARGUMENTS.once:
            return
        # The same at each split, in the smallest window and with pauses.
        for more in (["--every-split"], ["--every-split", "--plain"],
                     ["--window", "64", "--every-split", "--again"],
                     ["--call"], ["--call", "--split", "1", "--again"]):
            again = lines_of(run("reply", *options, *more, name))
            if not same_record(whole[-1], again[-1]):
                raise Failure(f"with {' '.join(more)}\n"
                              f"got  {json.dumps(again[-1])[:3000]}\n"
                              f"want {json.dumps(whole[-1])[:3000]}")
    with_file(data, act)


def same_record(whole, again):
    """Equal, but for the phase, which pauses may change, and a location, in a
    header line that may be longer than the window."""
    def tidy(record):
        return {k: v for k, v in record.items()
                if k not in ("phase", "location")}
    return tidy(whole) == tidy(again)


# ---- calls ------------------------------------------------------------------

def one_call(case):
    words = ["--once"] if ARGUMENTS.once else []
    case.judge(lines_of(run("calls", *words, data=case.for_driver())))


def transcripts(path):
    for case in calls.cases(path):
        yield f"{path.name}: {case.title}", lambda case=case: one_call(case)


# ---- more documents ---------------------------------------------------------

def one_suite_document(path):
    codes = {"y": (0,), "n": (1,), "i": (0, 1)}[path.name[0]]
    words = ["--every-split"] if path.stat().st_size < 4096 else []
    if ARGUMENTS.once:
        words = []
    run("json", *words, str(path), codes=codes)
    if not ARGUMENTS.once:
        run("json", "--split", "1", str(path), codes=codes)


def corpus(folder):
    suite = sorted((folder / "json-test-suite").glob("[yni]_*.json"))
    for path in suite:
        yield f"json-test-suite {path.name}", \
            lambda path=path: one_suite_document(path)
    expected = {}
    for line in lines_of((HERE / "reply" / "corpus.jsonl").read_bytes()):
        expected[line.pop("file")] = line
    for path in sorted((folder / "litellm-1.100.5").glob("*.http")):
        if path.name in expected:
            yield f"litellm-1.100.5 {path.name}", lambda path=path: one_reply(
                path.read_bytes(), [], [expected[path.name]])


# ---- all of it --------------------------------------------------------------

def sources():
    for path in sorted(HERE.glob("json/*.jsonl")):
        yield path, documents
    for path in sorted(HERE.glob("prompt/*.jsonl")):
        yield path, prompts
    for path in sorted(HERE.glob("reply/*.txt")):
        yield path, replies
    for path in sorted(HERE.glob("calls/*.txt")):
        yield path, transcripts


def cases():
    names = ARGUMENTS.names
    for path, read in sources():
        where = str(path.relative_to(HERE).with_suffix(""))
        if not names or any(name in where for name in names):
            yield from read(path)
    folder = os.environ.get("CORPUS")
    if folder and pathlib.Path(folder).is_dir():
        if not names or "corpus" in names:
            yield from corpus(pathlib.Path(folder))
    elif not names:
        print("skipped: the corpus (CORPUS names no folder)")


def outcome(case):
    name, act = case
    try:
        act()
    except Failure as failure:
        return name, str(failure)
    except (ValueError, KeyError, IndexError, AttributeError,
            subprocess.TimeoutExpired) as error:
        return name, repr(error)
    return name, None


def main():
    global ARGUMENTS
    parser = argparse.ArgumentParser()
    parser.add_argument("--drivers", default=str(ROOT / "build" / "drivers"))
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--wrap", default="")
    parser.add_argument("-v", action="store_true")
    parser.add_argument("names", nargs="*")
    ARGUMENTS = parser.parse_args()
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, failure in pool.map(outcome, cases()):
            passed += failure is None
            failed += failure is not None
            if failure:
                print(f"FAILED {name}\n{failure}", flush=True)
            elif ARGUMENTS.v:
                print("passed", name)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
