#!/usr/bin/env python3
"""examples/ask.c as a user has it, against the scripted gateway.

    ask.py ASK CERTIFICATES PORTS

Started by scripted_run.py. ASK may be a command of several words, as
"qemu-arm-static build/static/ask-arm".
"""

import base64
import json
import os
import pathlib
import pty
import shlex
import struct
import subprocess
import sys

ASK, FOLDER, PORTS = shlex.split(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
PORT = dict(line.strip().split("=") for line in open(PORTS, encoding="utf-8"))
GOOD = f"https://localhost:{PORT['GOOD']}"
KEY = "sk-ask-0123456789abcdef"
TEXT = 'Grüße, "world" – 😀\nbye'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

failed = False


def ask(*words, url=GOOD, typed=None, **more):
    environment = {"PATH": os.environ["PATH"], "LITELLM_BASE_URL": url,
                   "LITELLM_API_KEY": KEY,
                   "LITELLM_CA_FILE": str(FOLDER / "ca.pem"), **more}
    stdin = {"stdin": subprocess.DEVNULL} if typed is None else {
        "input": typed}
    return subprocess.run([*ASK, *words], env=environment, **stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", timeout=60)


def check(name, done, status, out=None, error=""):
    """error: a part of what stands on standard error."""
    global failed
    why = ""
    if done.returncode != status:
        why = f"exit {done.returncode}, not {status}: {done.stderr!r}"
    elif out is not None and done.stdout != out:
        why = f"printed {done.stdout[:500]!r}"
    elif error not in done.stderr:
        why = f"said {done.stderr!r}"
    elif KEY in done.stdout + done.stderr:
        why = "the key is shown"
    failed = failed or bool(why)
    print(f"not ok ask {name}: {why}" if why else f"ok ask {name}", flush=True)


def on_a_terminal(*words):
    """What ask prints to a terminal."""
    ours, its = pty.openpty()
    with subprocess.Popen(
            [*ASK, *words], stdin=subprocess.DEVNULL, stdout=its, stderr=its,
            env={"PATH": os.environ["PATH"], "LITELLM_BASE_URL": GOOD,
                 "LITELLM_API_KEY": KEY,
                 "LITELLM_CA_FILE": str(FOLDER / "ca.pem")}) as process:
        os.close(its)
        text = b""
        try:
            while piece := os.read(ours, 1024):
                text += piece
        except OSError:                # Linux's end of a terminal
            pass
        os.close(ours)
    return subprocess.CompletedProcess(
        ASK, process.returncode, text.decode().replace("\r\n", "\n"), "")


def check_body(name, done, sound):
    """What was sent: the script echoes it."""
    try:
        why = "" if sound(json.loads(done.stdout)) else done.stdout[:500]
    except (ValueError, LookupError, TypeError) as mistake:
        why = f"{mistake!r}: {done.stdout[:500]} {done.stderr}"
    check(name, done, 0) if not why else check(f"{name}: {why}", done, -1)


def check_options(echo):
    """What the options and the environment make of a request."""
    (FOLDER / "note.txt").write_text("a note\n")
    (FOLDER / "schema.json").write_text('{"type": "object"}')

    def content(body):
        return body["messages"][-1]["content"]

    check("help", ask("-h"), 0, error="")
    check("help anywhere", ask("Hi", "--help", url=""), 0)
    check("version", ask("--version"), 0, ask("--version").stdout)
    check_body("options anywhere", ask("a", "-m", "stream-echo", "b", "-s",
                                       "S", "--", "-c", "-"),
               lambda body: content(body) == "a b -c -" and
               body["messages"][0]["content"] == "S")
    check_body("values after =", ask("--model=stream-echo", "--system=x=y",
                                     "--max-tokens=3", "a=b"),
               lambda body: content(body) == "a=b" and
               body["messages"][0]["content"] == "x=y" and
               body["max_tokens"] == 3)
    check_body("input behind the words", ask(*echo, "a", "b", typed="c\nd\n"),
               lambda body: content(body) == "a b\nc\nd\n")
    check_body("input alone", ask(*echo, typed="c"),
               lambda body: content(body) == "c")
    check_body("files and input", ask(
        *echo, "-f", str(FOLDER / "note.txt"), "a", "--file",
        str(FOLDER / "note.txt"), typed="c"),
        lambda body: content(body) == "a\na note\n\na note\n\nc")
    check_body("JSON", ask(*echo, "--json", "a"),
               lambda body: body["response_format"] == {"type": "json_object"})
    check_body("schema", ask(*echo, "--schema", str(FOLDER / "schema.json"),
                             "a"),
               lambda body: body["response_format"]["json_schema"] ==
               {"name": "answer", "strict": True, "schema":
                {"type": "object"}})
    done = ask("-m", "echo-head", "--header", "X-One:  a: b", "-H", "x-two:",
               "Hi", LITELLM_API_KEY="")
    check("headers", done,
          0 if "\nX-One: a: b\nx-two: \n" in done.stdout else -1)
    openai = {"LITELLM_API_KEY": "", "OPENAI_API_KEY": "sk-openai"}

    def head(**more):
        return ask("-m", "echo-head", "Hi", **more)

    for name, sent, key in (
            ("OPENAI_*", head(url="", OPENAI_BASE_URL=GOOD, **openai), True),
            ("not to LiteLLM", head(**openai), False),
            ("LITELLM_* first", head(OPENAI_BASE_URL="x", LITELLM_API_KEY="k",
                                     OPENAI_API_KEY="sk-openai"), False),
            ("not over http", head(
                url="", OPENAI_BASE_URL=f"http://localhost:{PORT['PLAIN']}",
                **openai), False)):
        check(f"key of OPENAI_API_KEY, {name}", sent,
              0 if ("Bearer sk-openai" in sent.stdout) == key else -1)


def check_other_paths():
    """What is no chat."""
    spoken, asked = FOLDER / "spoken.mp3", FOLDER / "asked.wav"
    size = 8000
    asked.write_bytes(struct.pack(
        "<4sI8sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVEfmt ", 16, 1, 1, 16000,
        32000, 2, 16, b"data", size) + bytes(size))
    heard = "4000 samples, 16000 a second\n"
    check("models", ask("--list-models"), 0, "gpt-4o-mini\ntts-1\nwhisper-1\n")
    check("health", ask("--health"), 0, "ready\n")
    check("health of a server that is down", ask(
        "--health", url=f"https://localhost:{PORT['REFUSED']}"), 3, "",
        "CONNECT")
    check("speak", ask("--speak", str(spoken), "Good", "morning."), 0, "")
    check("speak: the file", ask("--version"),
          0 if spoken.read_bytes() == b"Good morning." * 3 else -1)
    check("speak to standard output", ask("--speak=-", typed="Hi"), 0,
          "HiHiHi")
    check("speak with another voice", ask(
        "--speak=-", "--param", 'voice="nova"', "--param", "speed=2", "Hi"),
        0, "HiHiHi")
    check("speak into nothing", ask("--speak", "/nowhere/x.mp3", "Hi"), 2, "",
          "/nowhere/x.mp3: No such file")
    check("speak to a full disk", ask("--speak", "/dev/full", "Hi"), 2, "",
          "/dev/full: No space")
    check("speak nothing", ask("--speak=-"), 1, "", "the prompt is empty")
    check("no voice", ask("--speak=-", "no voice"), 4, "", "no voice")
    check("transcribe", ask("--transcribe", str(asked)), 0, heard)
    with open(asked, "rb") as pipe:
        done = subprocess.run(
            ["sh", "-c", 'cat | "$@"', "sh", *ASK, "--transcribe", "-"],
            stdin=pipe, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", timeout=60, env={
                "PATH": os.environ["PATH"], "LITELLM_BASE_URL": GOOD,
                "LITELLM_API_KEY": KEY,
                "LITELLM_CA_FILE": str(FOLDER / "ca.pem")})
    check("transcribe a pipe", done, 0, heard)
    check("transcribe nothing", ask("--transcribe", "/nowhere"), 2, "",
          "/nowhere: No such file")
    check("transcribe a folder", ask("--transcribe", str(FOLDER)), 2, "",
          "Is a directory")
    check("too long", ask("-m", "small", "--transcribe", str(asked)), 2, "",
          "the audio is too long")
    check("two things", ask("--health", "--list-models"), 1, "",
          "one thing at a time")
    check("a prompt too many", ask("--health", "Hi"), 1, "", "takes no prompt")


def main():
    (FOLDER / "image.png").write_bytes(PNG)
    echo = "--model", "stream-echo"

    check("hello", ask("--model", "hello", "Hi"), 0, TEXT + "\n")
    check("stream", ask("--model", "stream-text", "Hi"), 0, TEXT + "\n")
    check("model of the environment",
          ask("Hi", LITELLM_MODEL="say:from there"), 0, "from there\n")
    check("address on the command line",
          ask("--base-url", GOOD + "/v1", "--ca", str(FOLDER / "ca.der"),
              "--model", "say:x", "Hi", url="", LITELLM_CA_FILE=""), 0, "x\n")
    rude = "say:a\x1b]0;owned\x07b\u009b31m\x7fé\tc"
    check("control characters to a pipe", ask("--model", rude, "Hi"), 0,
          rude[4:] + "\n")
    check("control characters to a terminal",
          on_a_terminal("--model", rude, "Hi"), 0, "a?]0;owned?b?31m?é\tc\n")
    check("verbose", ask("--verbose", "--model", "stream-reasoning", "Hi"), 0,
          TEXT + "\n", "Hmm.")
    check("tools", ask("--model", "tools", "Hi"), 0,
          'get_weather {"city":"Köln"}\nget_time {"zone":"CET"}\n')

    check_body("words and parameters", ask(
        *echo, "--system", "Be {brief}.", "--temperature", "0",
        "--max-tokens", "9", "--param", 'stop=["\\n"]', "--param",
        'metadata={"a":"b"}', "a", "{b}", "c"),
        lambda body: body["temperature"] == 0 and body["max_tokens"] == 9 and
        body["stop"] == ["\n"] and body["metadata"] == {"a": "b"} and
        body["stream"] and
        body["messages"] == [{"role": "system", "content": "Be {brief}."},
                             {"role": "user", "content": "a {b} c"}])
    check_body("standard input", ask(*echo, "-", typed="USER: é😀\n{x}\n"),
               lambda body: body["messages"] ==
               [{"role": "user", "content": "USER: é😀\n{x}\n"}])
    check_body("images", ask(*echo, "--image", str(FOLDER / "image.png"),
                             "--image", "https://x.invalid/a.jpg", "What?"),
               lambda body: [part.get("image_url", {}).get("url")
                             for part in body["messages"][0]["content"]] ==
               [None, "data:image/png;base64," +
                base64.b64encode(PNG).decode(), "https://x.invalid/a.jpg"])

    check_options(echo)
    check("no prompt", ask(), 1, "")
    check("no prompt on a terminal", on_a_terminal("-m", "hello"), 1)
    for blank in "", " ", "\n \t\n":
        check(f"blank prompt {blank!r}", ask(blank), 1, "", "empty")
        check(f"blank input {blank!r}", ask("-", typed=blank), 1, "", "empty")
    for words in (("--nonsense", "x", "Hi"), ("Hi", "--nonsense"),
                  ("Hi", "-x"), ("-mm", "Hi"), ("Hi", "-5"), ("--mode", "x"),
                  ("--modelx=y", "Hi"), ("---model", "x", "Hi")):
        check("unknown option " + " ".join(words), ask(*words), 1, "",
              "unknown option")
    for words in ("Hi", "--model"), ("Hi", "-m"), ("Hi", "--timeout"):
        check("no value " + " ".join(words), ask(*words), 1, "",
              "needs a value: " + words[1])
    check("a value too many", ask("--json=x", "Hi"), 1, "", "takes no value")
    for option, number in (("--max-tokens", "many"), ("--temperature", "nan"),
                           ("--max-tokens", "9" * 20),
                           ("--max-tokens", "1.5"), ("--timeout", "0"),
                           ("--timeout", "-1"), ("--timeout", "soon"),
                           ("--timeout", "1e30")):
        check("no number " + number, ask(option, number, "Hi"), 1, "")
    check("no server named", ask("Hi", url=""), 1, "")
    check("no CA file", ask("--ca", "/nowhere", "Hi"), 2, "",
          "--ca: /nowhere")
    check("bad CA", ask("--ca", str(FOLDER / "garbage.pem"), "Hi"), 2, "",
          "BAD_CA")
    check("bad parameter", ask("--param", "stop=[", "Hi"), 2, "", "PARAMS")
    check("no image", ask("--image", "/nowhere.png", "Hi"), 2, "", "/nowhere")
    check("bad address", ask("Hi", url="ftp://x"), 2, "",
          "--base-url: http:// or https:// is missing")
    check("key in clear", ask("Hi", url=f"http://localhost:{PORT['PLAIN']}"),
          2, "", "give --send-key-in-clear: LITELLM_API_KEY")
    check("bad header", ask("-H", "Host: x", "Hi"), 2, "",
          "a --header is malformed or reserved: Host")
    check("no header", ask("-H", "Host", "Hi"), 1, "", "--header needs")
    check("bad parameter's message", ask("--param", "n=1", "Hi"), 2, "",
          "given twice or reserved: n")
    check("no schema", ask("--schema", "/nowhere", "Hi"), 2, "", "/nowhere")
    check("bad schema", ask("--schema", str(FOLDER / "ca.pem"), "Hi"), 2, "",
          "not JSON")
    check("time limit", ask("--timeout", "0.3", "-m", "slow-head:3", "Hi"), 3, "",
          "TIMEOUT")
    check("key in clear, allowed", ask(
        "--send-key-in-clear", "--model", "say:x", "Hi",
        url=f"http://localhost:{PORT['PLAIN']}"), 0, "x\n")
    check("expired certificate",
          ask("Hi", url=f"https://localhost:{PORT['EXPIRED']}"), 3, "",
          "CERTIFICATE")
    check("refused", ask("Hi", url=f"https://localhost:{PORT['REFUSED']}"), 3,
          "", "CONNECT: cannot connect")
    check("empty model", ask("--model=", "Hi"), 2, "",
          "out of range: --model")
    check("no such host", ask("Hi", url="https://no-such-host.invalid"), 3, "",
          "RESOLVE")
    check("authentication", ask("--model", "authentication", "Hi"), 4, "",
          "AUTHENTICATION")
    check("error in a stream", ask("--model", "stream-error", "Hi"), 4,
          TEXT + "\n", "é😀 broke")
    check("cut", ask("--model", "stream-cut", "Hi"), 4, TEXT + "\n",
          "TRUNCATED")
    check("length", ask("--model", "length", "Hi"), 5, TEXT + "\n", "length")
    check("refusal", ask("--model", "refusal", "Hi"), 5, "", "I will not.")
    check("large answer", ask("--model", "stream-big:1024", "Hi"), 0,
          "abcdefghijklmnopqrstuvwxyz012345" * 32768 + "\n")
    check_other_paths()
    sys.exit(failed)


if __name__ == "__main__":
    main()
