#!/usr/bin/env python3
"""The examples of the gateway's other paths against the real one, with its own
TLS and behind nginx: eSpeak NG speaks, PocketSphinx listens, LiteLLM is
between. What comes is what the openai package gets. Started by with_gateway.sh.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
VENV = pathlib.Path(os.environ["LITELLM_CA_FILE"]).parent / "venv/bin/python"
SERVERS = [(name, os.environ[variable]) for name, variable in
           (("LiteLLM", "LITELLM_BASE_URL"), ("nginx", "LITELLM_NGINX_URL"))]
TEXTS = ["a fat cat", "a cat sat on the mat", "the moon is round"]
QUESTION = "Open the door."

# What the package gets, and a question with 16,000 samples a second.
SDK = """
import json, os, ssl, sys, httpx, openai
sys.path.insert(0, "tests/gateway")
import voice
folder, question, *texts = sys.argv[1:]
trust = ssl.create_default_context(cafile=os.environ["LITELLM_CA_FILE"])
client = openai.OpenAI(base_url=os.environ["LITELLM_BASE_URL"] + "/v1",
    api_key=os.environ["LITELLM_API_KEY"],
    http_client=httpx.Client(verify=trust, trust_env=False))
def say(text, kind):
    return client.audio.speech.create(model="tts-1", voice="alloy", input=text,
                                      response_format=kind).content
pcm = say(question, "pcm")
samples = voice.resample(pcm, voice.SPOKEN, voice.HEARD)
for name, data in (("question.wav", voice.wav(samples, voice.HEARD)),
                   ("said.pcm", pcm), ("said.wav", say(question, "wav")),
                   ("hello.pcm", say("Hello from mock \\u00e9\\U0001f600", "pcm"))):
    open(os.path.join(folder, name), "wb").write(data)
with open(os.path.join(folder, "question.wav"), "rb") as file:
    heard = client.audio.transcriptions.create(model="whisper-1", file=file)
def near(a, b):
    return sum(x * y for x, y in zip(a, b))
vectors = [one.embedding for one in client.embeddings.create(
    model="upstream-embed", input=texts).data]
print(json.dumps({"models": [one.id for one in client.models.list().data],
    "heard": heard.text,
    "near": [round(near(vectors[0], one), 6) for one in vectors[1:]]}))
"""

failed = False


def report(name, why):
    global failed
    failed = failed or bool(why)
    print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)


def check(name, command, model, wanted, typed=b"", status=0):
    """`wanted`: all of the standard output, or a part of an error."""
    try:
        done = subprocess.run(
            command, input=typed, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=120,
            env={**os.environ, "LITELLM_MODEL": model})
    except (OSError, subprocess.TimeoutExpired) as mistake:
        report(name, repr(mistake))
        return
    good = done.returncode == status and (
        wanted in done.stderr if status else done.stdout == wanted)
    report(name, "" if good else f"exit {done.returncode}, {len(done.stdout)} "
           f"bytes: {done.stdout[:200]!r} {done.stderr!r}")


def check_server(server, folder, sdk):
    def example(name, *words):
        return [ROOT / "build/asan/examples" / name, *words]

    def read(name):
        return (folder / name).read_bytes()

    def ask(*words):
        return [ROOT / "build/examples/ask", *words]

    question, text = folder / "question.wav", sdk["heard"].encode() + b"\n"
    models = "".join(name + "\n" for name in sdk["models"]).encode()
    near = "".join(f"{value:.2f}  {other}\n" for value, other in
                   zip(sdk["near"], TEXTS[1:])).encode()
    check(f"{server}: models", example("models"), "",
          b"gateway is ready\n" + models)
    check(f"{server}: ask --list-models", ask("--list-models"), "", models)
    check(f"{server}: ask --health", ask("--health"), "", b"ready\n")
    check(f"{server}: embed", example("embed", *TEXTS), "upstream-embed", near)
    check(f"{server}: vectors of another size", example("embed", "a", "b"),
          "embed", b"SCHEMA", status=1)
    check(f"{server}: tokens", example("tokens", "How many is this?"),
          "smollm2", b"5\n")
    check(f"{server}: speak", example("speak", QUESTION), "tts-1",
          read("said.pcm"))
    check(f"{server}: ask --speak", ask("--speak", folder / "ours.wav",
                                        QUESTION), "", b"")
    report(f"{server}: ask --speak, the file",
           "" if read("ours.wav") == read("said.wav") else "another")
    check(f"{server}: transcribe, in chunks", example("transcribe", question),
          "whisper-1", b"  0.0 s  " + text)
    check(f"{server}: ask --transcribe, with a length",
          ask("--transcribe", question), "", text)
    check(f"{server}: ask --transcribe, in chunks", ask("--transcribe=-"), "",
          text, typed=read("question.wav"))
    check(f"{server}: refused as too large", ask(
        "-m", "upstream-deaf", "--transcribe", question), "", b"TOO_LARGE",
        status=2)
    check(f"{server}: voice", example("voice", question), "echo",
          read("hello.pcm"))


def main():
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        done = subprocess.run([VENV, "-c", SDK, name, QUESTION, *TEXTS],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        report("the openai package", done.stderr.decode()[-500:]
               if done.returncode else "")
        if failed:
            sys.exit(1)
        sdk = json.loads(done.stdout)
        report("what was said is what was heard", "" if sdk["heard"] ==
               "open the door" else sdk["heard"])
        for server, url in SERVERS:
            os.environ["LITELLM_BASE_URL"] = url
            check_server(server, folder, sdk)
    sys.exit(failed)


if __name__ == "__main__":
    main()
