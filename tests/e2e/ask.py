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
import shlex
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
    return subprocess.run([*ASK, *words], env=environment, input=typed,
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


def check_body(name, done, sound):
    """What was sent: the script echoes it."""
    try:
        why = "" if sound(json.loads(done.stdout)) else done.stdout[:500]
    except (ValueError, LookupError, TypeError) as mistake:
        why = f"{mistake!r}: {done.stdout[:500]} {done.stderr}"
    check(name, done, 0) if not why else check(f"{name}: {why}", done, -1)


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
    check("verbose", ask("--verbose", "--model", "stream-reasoning", "Hi"), 0,
          TEXT + "\n", "Hmm.")
    check("tools", ask("--model", "tools", "Hi"), 0,
          'get_weather {"city":"Köln"}\nget_time {"zone":"CET"}\n')

    check_body("words and parameters", ask(
        *echo, "--system", "Be {brief}.", "--temperature", "0",
        "--max-tokens", "9", "--param", 'stop=["\\n"]', "--param", "n=1",
        "a", "{b}", "c"),
        lambda body: body["temperature"] == 0 and body["max_tokens"] == 9 and
        body["stop"] == ["\n"] and body["n"] == 1 and body["stream"] and
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

    check("no prompt", ask(), 1, "")
    check("unknown option", ask("--nonsense", "x", "Hi"), 1, "")
    for option, number in (("--max-tokens", "many"), ("--temperature", "nan"),
                           ("--max-tokens", "9" * 20)):
        check("no number " + number, ask(option, number, "Hi"), 1, "")
    check("no server named", ask("Hi", url=""), 1, "")
    check("no CA file", ask("--ca", "/nowhere", "Hi"), 2, "", "/nowhere")
    check("bad CA", ask("--ca", str(FOLDER / "garbage.pem"), "Hi"), 2, "",
          "BAD_CA")
    check("bad parameter", ask("--param", "stop=[", "Hi"), 2, "", "PARAMS")
    check("no image", ask("--image", "/nowhere.png", "Hi"), 2, "", "/nowhere")
    check("bad address", ask("Hi", url="ftp://x"), 2, "", "URL")
    check("key in clear", ask("Hi", url=f"http://localhost:{PORT['PLAIN']}"),
          2, "", "KEY_IN_CLEAR")
    check("key in clear, allowed", ask(
        "--send-key-in-clear", "--model", "say:x", "Hi",
        url=f"http://localhost:{PORT['PLAIN']}"), 0, "x\n")
    check("expired certificate",
          ask("Hi", url=f"https://localhost:{PORT['EXPIRED']}"), 3, "",
          "CERTIFICATE")
    check("refused", ask("Hi", url=f"https://localhost:{PORT['REFUSED']}"), 3,
          "", "CONNECT")
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
    sys.exit(failed)


if __name__ == "__main__":
    main()
