#!/usr/bin/env python3
"""Runs each program of examples/ against the scripted gateway: what it
prints, and the JSON it sends.

    examples.py PROGRAMS DRIVERS CERTIFICATES PORTS

PROGRAMS is the folder of the examples. Of the DRIVERS, typed makes the calls
that no example makes. Started by scripted_run.py.
"""

import base64
import itertools
import json
import os
import pathlib
import re
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests/gateway"))
sys.dont_write_bytecode = True

from openai_rules import load  # noqa: E402

PROGRAMS, DRIVERS = map(pathlib.Path, sys.argv[1:3])
FOLDER, PORTS = pathlib.Path(sys.argv[3]), sys.argv[4]
LOG = FOLDER / "requests.log"
PORT = dict(line.strip().split("=") for line in open(PORTS, encoding="utf-8"))
KEY = "sk-examples-0123456789"

failed = False


def report(name, why):
    global failed
    failed = failed or bool(why)
    print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)


# ---- running one ------------------------------------------------------------

def difference(got, wanted, path=""):
    """Where two JSON values differ, empty when they do not."""
    if type(got) is not type(wanted) and \
            {type(got), type(wanted)} != {int, float}:
        return f"{path} is {got!r}, not {wanted!r}"
    if isinstance(got, dict):
        for key in wanted.keys() - got.keys():
            return f"{path}.{key} is missing"
        for key in got.keys() - wanted.keys():
            return f"{path}.{key} is there: {got[key]!r}"
        pairs = [(f"{path}.{key}", got[key], wanted[key]) for key in wanted]
    elif isinstance(got, list) and len(got) == len(wanted):
        pairs = [(f"{path}[{at}]", *pair)
                 for at, pair in enumerate(zip(got, wanted))]
    else:
        return "" if got == wanted else f"{path} is {got!r}, not {wanted!r}"
    for where, left, right in pairs:
        if why := difference(left, right, where):
            return why
    return ""


def now():
    """The end of the gateway's log."""
    return LOG.stat().st_size if LOG.exists() else 0


def sent(since):
    """The bodies of the requests for chat that have come since then."""
    with open(LOG, encoding="utf-8") as file:
        file.seek(since)
        requests = [json.loads(line) for line in file]
    return [load(request["body"]) for request in requests
            if request["path"].endswith("/chat/completions")]


def run(name, model, out, *wanted, words=(), typed="", status=0, error="",
        note="", at_once=False):
    """out: what is printed, or an expression for it; wanted: the requests,
    without their model, at_once in any order; error: a part of what stands on
    standard error."""
    since = now()
    environment = {"PATH": os.environ["PATH"], "LITELLM_API_KEY": KEY,
                   "LITELLM_BASE_URL": f"https://localhost:{PORT['GOOD']}",
                   "LITELLM_CA_FILE": str(FOLDER / "ca.pem"),
                   "LITELLM_MODEL": model}
    why = ""
    try:
        done = subprocess.run(
            [PROGRAMS / name, *words], env=environment, input=typed,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
            encoding="utf-8", errors="replace")
        got = sent(since)
        if done.returncode != status:
            why = f"exit {done.returncode}, not {status}: {done.stderr!r}" \
                  f" {done.stdout!r}"
        elif done.stdout != out if isinstance(out, str) else \
                not out.fullmatch(done.stdout):
            why = f"printed {done.stdout[:1000]!r}"
        elif error not in done.stderr or (done.stderr and not error):
            why = f"said {done.stderr!r}"
        elif KEY in done.stdout + done.stderr:
            why = "the key is shown"
        elif wanted:
            wanted = [{"model": model, **each} for each in wanted]
            if at_once:
                got.sort(key=str)
                wanted.sort(key=str)
            why = difference(got, wanted, "requests")
    except (OSError, ValueError, subprocess.TimeoutExpired) as mistake:
        why = repr(mistake)
    report(f"example {name}{', ' * bool(note)}{note}", why)


# ---- what is sent -----------------------------------------------------------

def user(content):
    return {"role": "user", "content": content}


def system(content):
    return {"role": "system", "content": content}


def said(content):
    return {"role": "assistant", "content": content}


def called(*calls):
    """An assistant's message: (number, name, arguments as text) each."""
    return {"role": "assistant", "content": None, "tool_calls": [
        {"id": f"call_{number}", "type": "function",
         "function": {"name": name, "arguments": arguments}}
        for number, name, arguments in calls]}


def gave(number, text):
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": text}


def ask(*messages, **more):
    return {"messages": list(messages), **more}


STREAM = {"stream": True, "stream_options": {"include_usage": True}}


def obj(optional=(), **properties):
    """A strict schema, but for the names that may be missing."""
    return {"type": "object", "properties": properties,
            "required": [name for name in properties if name not in optional],
            "additionalProperties": False}


def typed(kind, description=None, **more):
    return {"type": kind, **more,
            **({"description": description} if description else {})}


def null_or(schema, description=None):
    return {"anyOf": [schema, {"type": "null"}],
            **({"description": description} if description else {})}


def array(items, least, most, description=None):
    return typed("array", description, items=items, minItems=least,
                 maxItems=most)


def tool(name, description, parameters, **more):
    return {"type": "function", "function": {
        "name": name, "parameters": parameters, **more,
        **({} if description is None else {"description": description})}}


def by_schema(schema):
    return {"response_format": {"type": "json_schema", "json_schema": {
        "name": "answer", "strict": True, "schema": schema}}}


def calls(*pairs):
    return "calls:" + json.dumps(pairs)


# ---- the examples -----------------------------------------------------------

def streams():
    messages = [system("You are brief."),
                user("Tell me of the sea in 20 words.")]
    run("stream", "answer:Salt, and a far line – 😀.",
        "Salt, and a far line – 😀.\n",
        ask(*messages, max_tokens=64, **STREAM))
    run("stream", "stream-cut", 'Grüße, "world" – 😀\nbye\n', status=1,
        error="TRUNCATED", note="cut")
    run("recommend_book", "headers", re.compile(
        'Grüße, "world" – 😀\nbye\n\n'
        r"sent +\d+ bytes\nreceived +\d+ bytes\narena +\d+ bytes at most\n"
        r"connect +\d+ ms\nhandshake +\d+ ms\nwhole call +\d+ ms\n"
        r"tokens +12, 7 of them the answer\nprice +1.25e-05 dollars\n"),
        ask(user("Recommend a fantasy book"), max_tokens=64))
    run("super_loop", "stream-slow:0.03", 'Grüße, "world" – 😀\nbye\n'
        "the watchdog was fed in time\n",
        ask(user("Name a red star."), **STREAM))
    run("at_once", "answer:Hi", re.compile(
        "((French|Greek|Finnish): Hi\n){3}"),
        *(ask(user(f"Say good morning in {language}."), **STREAM)
          for language in ("French", "Greek", "Finnish")), at_once=True)
    run("super_loop", "status:500", "\nthe watchdog was fed in time\n", status=1,
        error="scripted status", note="error")


def tools():
    lamp = obj(
        room=typed("string", "Where the lamp is"),
        color=typed("string", "Its new color", enum=["off", "white", "red"]),
        percent=null_or({"type": "integer"},
                        "Brightness; null leaves it as it is"))
    command = {
        "tools": [tool("set_lamp", "Switches one lamp", lamp, strict=True)],
        "tool_choice": {"type": "function", "function": {"name": "set_lamp"}}}
    run("tool", calls(
        ["set_lamp", {"room": "hall", "color": "red", "percent": 20}],
        ["set_lamp", {"room": "Küche", "color": "off", "percent": None}]),
        "hall: red at 20 %\nKüche: off\n",
        ask(user("Red light at 20 percent in the hall, please."), **command))
    run("tool", calls(["set_lamp", {"room": "hall", "color": "blue",
                                    "percent": None}]), "",
        status=1, words=["Blue!"], note="a color there is not",
        error='$.color: expected "off", "white" or "red", got "blue"')
    run("tool", calls(["set_lamp", '{"room":"hall"']), "", status=1,
        error="SCHEMA", note="arguments that are cut")
    run("tool", "answer:Which lamp?", "Which lamp?\n", note="text instead")


def tool_loops():
    offered = {"tools": [
        tool("list_sensors", "Names all thermometers", obj()),
        tool("read_sensor", "Reads a thermometer", obj(
            name=typed("string", "A name from list_sensors")))]}
    question = user("Where is it warmest?")
    first = [called((1, "list_sensors", "{}")), gave(1, "roof, cellar")]
    second = [called((2, "read_sensor", '{"name":"roof"}'),
                     (3, "read_sensor", '{"name":"cellar"}')),
              gave(2, '{"celsius":31.5}'), gave(3, '{"celsius":12.25}')]
    run("tool_loop", " >> ".join((
        calls(["list_sensors", {}]),
        calls(["read_sensor", {"name": "roof"}],
              ["read_sensor", {"name": "cellar"}]),
        "answer:On the roof; the cellar has {last}.")),
        "list_sensors({})\n= roof, cellar\n"
        'read_sensor({"name":"roof"})\nread_sensor({"name":"cellar"})\n'
        '= {"celsius":31.5}\n= {"celsius":12.25}\n'
        'On the roof; the cellar has {"celsius":12.25}.\n',
        ask(question, **offered), ask(question, *first, **offered),
        ask(question, *first, *second, **offered))
    run("tool_loop", "answer:Here.", "Here.\n", ask(user("Hi"), **offered),
        words=["Hi"], note="no call")
    run("tool_loop", calls(["list_sensors", {}]), "", status=1,
        error="TOOL_LIMIT", note="no end of calls")


MISTAKES = [                # a call that cannot be run, and a word of why
    ("unknown tool", ["set_sensor", {"name": "roof"}], "no tool"),
    ("handler fails", ["read_sensor", {"name": "attic"}], ""),
    ("argument missing", ["read_sensor", {}], "$.name"),
    ("argument of a wrong type", ["read_sensor", {"name": []}], "$.name"),
    ("no JSON", ["read_sensor", "roof"], ""),
]


def tool_mistakes():
    """The model is told, and the loop goes on."""
    for note, call, word in MISTAKES:
        since = now()
        model = calls(call) + " >> answer:I see. "
        arguments = call[1] if isinstance(call[1], str) else text(call[1])
        try:
            done = subprocess.run(
                [PROGRAMS / "tool_loop"], encoding="utf-8", timeout=60,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={
                    "LITELLM_BASE_URL": f"https://localhost:{PORT['GOOD']}",
                    "LITELLM_CA_FILE": str(FOLDER / "ca.pem"),
                    "LITELLM_MODEL": model})
            told = sent(since)[-1]["messages"][-1]
            why = "" if told["role"] == "tool" and told["content"] and \
                word in told["content"] else str(told)
            if f"{call[0]}({arguments})\n= " not in done.stdout or \
                    not done.stdout.endswith("I see. \n"):
                why = done.stdout + done.stderr
        except (LookupError, OSError, ValueError,
                subprocess.TimeoutExpired) as mistake:
            why = repr(mistake)
        report(f"example tool_loop, {note}", why)


BOOK = obj(
    title=typed("string", "Without the subtitle. At most 48 bytes"),
    year=typed("integer", "Of the first edition", minimum=1450, maximum=2100),
    shelf=typed("string", "Where it stands", enum=["fiction", "science"]),
    authors=array(obj(
        name=typed("string", "Full name"),
        born=null_or({"type": "integer"}, "Year of birth")), 0, 3,
        "All of them"),
    themes=array({"type": "string"}, 1, 4, "In a word each"))
EREWHON = {"title": "Erewhon, or “Over the Range”", "year": 1872,
           "shelf": "fiction",
           "authors": [{"name": "Samuel Butler", "born": 1835},
                       {"name": "An Editor", "born": None}],
           "themes": ["machines", "illness"]}
EREWHON_PRINTED = ("Erewhon, or “Over the Range” (1872), fiction\n"
                   "by Samuel Butler, born 1835\nby An Editor\n"
                   "on machines, illness\n")


def response_models():
    def answer(**other):
        return "answer:" + json.dumps({**EREWHON, **other})

    form = by_schema(BOOK)
    question = user("Name a well-known book about dragons.")
    run("response_model", answer(), EREWHON_PRINTED, ask(question, **form))
    run("response_model", "answer:Sure!\n```json\n" +
        json.dumps(EREWHON, indent=2) + "\n```\nEnjoy.", EREWHON_PRINTED,
        note="in a fence")
    run("response_model", answer(year="1872", shelf="Fiction", isbn=[{}]),
        EREWHON_PRINTED, note="lenient")
    for note, other, word in (
            ("year", {"year": 3000}, "$.year"),
            ("enum", {"shelf": "kitchen"}, "$.shelf"),
            ("list too short", {"themes": []}, "$.themes"),
            ("list too long", {"authors": EREWHON["authors"] * 2},
             "$.authors"),
            ("nested", {"authors": [{"born": 1835}]}, "$.authors[0].name"),
            ("text too long", {"title": "x" * 49}, "$.title")):
        wrong = answer(**other)
        run("response_model", wrong, "", status=1, error=word,
            note=f"never right, {note}")
        model = f"{wrong} >> {answer()}"
        since = now()
        run("response_model", model, EREWHON_PRINTED, note=f"re-ask, {note}")
        bodies = sent(since)
        why = difference(bodies[0], {"model": model, **ask(question, **form)})
        if not why and len(bodies) != 2:
            why = f"{len(bodies)} requests"
        if not why:
            *before, last = bodies[1]["messages"]
            why = difference(before, [
                question, said(wrong.removeprefix("answer:"))])
            if last["role"] != "user" or word not in last["content"]:
                why = f"told {last}"
            why = why or difference(bodies[1]["response_format"],
                                    form["response_format"])
        report(f"example response_model, re-ask, {note}: what is sent", why)
    run("response_model", "refusal", "", status=1, error="REFUSAL",
        note="refused")


def structured_streams():
    form = by_schema(obj(
        name={"type": "string"},
        minutes=typed("integer", "From start to plate", minimum=1,
                      maximum=600),
        steps=array({"type": "string"}, 0, 8, "A sentence each")))
    egg = {"name": "Boiled egg", "minutes": 8,
           "steps": ["Boil water.", "Add the egg – “whole”.", "Wait."]}
    printed = ("1. Boil water.\n2. Add the egg – “whole”.\n3. Wait.\n"
               "Boiled egg takes 8 minutes.\n")
    run("structured_stream", "answer:" + json.dumps(egg), printed,
        ask(user("How do I cook an egg?"), **form, **STREAM))
    run("structured_stream", "answer:" + json.dumps(egg, ensure_ascii=False),
        printed, note="plain UTF-8")
    run("structured_stream", "answer:" + json.dumps({**egg, "minutes": 0}),
        "", status=1, error="$.minutes", note="out of bounds")
    cut = "1. Boil water.\n2. Add the egg – “whole”.\n"
    run("structured_stream", "answer:" + json.dumps({**egg, "minutes": 8,
        "steps": [*egg["steps"], 4, None]}), cut + "3. Wait.\n", status=1,
        error="$.steps[4]", note="a step that is none")
    run("structured_stream", "stream-error", "", status=1, error="broke",
        note="error in the stream")


def others():
    run("json_mode", 'answer:{"radius": 1737.4, "name": "Lünä", "air": null,'
        ' "far": false, "seen": true}',
        "radius: 1737.4\nname: Lünä\nair: unknown\nfar: no\nseen: yes\n",
        ask(user("The main facts about the moon as a flat JSON object."),
            response_format={"type": "json_object"}))
    run("json_mode", "answer:The moon.", "This is not JSON.\n", note="prose")
    run("output_parser", 'answer:It is #ffa500. >> answer:{"points":[7,3,9]}',
        "red 255, green 165, blue 0\n6.33 points\n",
        ask(user("The color of an orange, as in #ff8800?")),
        ask(user("Three readers rate: It was a dark and stormy night."),
            **by_schema(obj(points=array(
                {"type": "integer"}, 1, 8, "0 to 10")))))
    run("output_parser", "answer:Orange!", "", status=1, error="SCHEMA",
        note="no color")
    text = ("It was the best of times, it was the worst of times, it was the "
            "age of wisdom, it was the age of foolishness.")
    run("chaining", "answer:Mixed – 😀. >> answer:Du mixte: {last}",
        "Mixed – 😀.\nDu mixte: Translate to French: Mixed – 😀.\n",
        ask(user("Summarize: " + text)),
        ask(user("Translate to French: Mixed – 😀.")))
    for age, shelf, temperature in ("40", "adults'", 1.25), \
            ("9", "children's", 0):
        run("dynamic", "answer:This one.", "This one.\n", ask(
            system(f"You stand at the {shelf} shelf."),
            user("Recommend a fantasy book."), user("No dragons, please."),
            temperature=temperature, metadata={"tags": ["library"]}),
            words=[age], note=f"at {age}")
    run("dynamic", "hello", "", words=["-1"], status=1, error="ARGUMENT",
        note="configure refuses")


def replays():
    """A record of a call, and what is played of it."""
    file, model = FOLDER / "books.txt", "answer:Dune – 😀."
    run("replay", model, "Dune – 😀.\n", ask(user("Recommend a fantasy book")),
        words=["--record", file], note="recorded")
    text = file.read_text("utf-8")
    report("example replay, the transcript",
           "" if "sent Authorization: ***\\r\\n\n" in text and KEY not in text
           else repr(text))
    since = now()
    run("replay", model, "Dune – 😀.\n", words=["--replay", file],
        note="played")
    run("replay", model, "", words=["--replay", file, "funny"], status=1,
        error="request 1 has `\"content\":\"Recommend a funny book\"}]}`, not "
        "`\"content\":\"Recommend a fantasy book\"}]}`", note="changed")
    file.write_text(text[:len(text) // 2], encoding="utf-8")
    run("replay", model, "", words=["--replay", file], status=1,
        error="cut off", note="cut off")
    run("replay", model, "", words=["--replay", FOLDER], status=1,
        error="no more connections", note="no file")
    run("replay", model, "", status=2, error="usage: ", note="no words")
    report("example replay, no gateway is asked",
           sent(since) and "it is asked")


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3"
    "A0FDAAAAAElFTkSuQmCC")


def images():
    def compare(media, data, address):
        return ask(user([
            {"type": "text", "text": "Which of these is brighter?\n"},
            {"type": "image_url", "image_url": {
                "url": f"data:{media};base64,"
                       + base64.b64encode(data).decode(), "detail": "low"}},
            {"type": "image_url", "image_url": {"url": address}}]))
    run("image", "answer:The second.", "The second.\n",
        compare("image/png", PNG, "https://example.com/sun.jpg"))
    jpeg = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 30
    (FOLDER / "photo.jpg").write_bytes(jpeg)
    run("image", "answer:The first.", "The first.\n",
        compare("image/jpeg", jpeg, "https://x.invalid/a.png"),
        words=[str(FOLDER / "photo.jpg"), "https://x.invalid/a.png"],
        note="from a file")


def agents():
    offered = {"tools": [tool("open_door", "Opens a door of the house", obj(
        door={"type": "string"}))]}
    start = system("You keep a house.")
    first = [user("Open the door."),
             called((1, "open_door", '{"door":"front"}')), gave(1, "open"),
             said("It is open: open.")]
    second = [user("And the safe."),
              called((2, "open_door", '{"door":"safe"}')),
              gave(2, "The user refused."),
              said("No: The user refused..")]
    run("agent", " >> ".join((
        calls(["open_door", {"door": "front"}]), "answer:It is open: {last}.",
        calls(["open_door", {"door": "safe"}]), "answer:No: {last}.",
        "answer:Bye.")),
        'open_door {"door":"front"}? [y/n] * front opens\n'
        "It is open: open.\n"
        'open_door {"door":"safe"}? [y/n] No: The user refused..\n'
        "Bye.\n",
        ask(start, *first[:1], **offered, **STREAM),
        ask(start, *first[:3], **offered, **STREAM),
        ask(start, *first, *second[:1], **offered, **STREAM),
        ask(start, *first, *second[:3], **offered, **STREAM),
        ask(start, *first, *second, user("Thanks."), **offered, **STREAM),
        typed="Open the door.\ny\nAnd the safe.\nn\nThanks.\n")
    turns = 30
    since = now()
    run("agent", "answer:So " + "x" * 300, ("So " + "x" * 300 + "\n") * turns,
        typed="".join(f"Turn {at}\n" for at in range(turns)),
        note="a long talk")
    bodies = sent(since)
    why = "" if len(bodies) == turns else f"{len(bodies)} requests"
    for at, body in enumerate(bodies):
        first, *rest = body["messages"]
        if first != start or rest[-1] != user(f"Turn {at}") or \
                len(rest) > 13 or len(json.dumps(rest)) > 3000:
            why = why or f"turn {at}: {body['messages']}"
        if at == turns - 1 and len(rest) < 5:
            why = why or f"only {len(rest)} messages are left"
    report("example agent, a long talk: what is sent", why)


# ---- calls of all forms -----------------------------------------------------

ALPS = {"title": "Alps", "readings": [
    {"place": "Säntis", "degrees": -12, "unit": "celsius", "note": "snow"},
    {"place": "Bern", "degrees": 4, "unit": "K", "note": None}],
    "days": [1, 2], "mean": -4.5, "final": True, "stamp": 1234567890123}
WRONG = {**ALPS, "title": "The Alps"}
HOT = {**ALPS, "readings": [{**ALPS["readings"][0], "degrees": 61}]}
MEASURED = '{"place":"Bern","degrees":21,"unit":"celsius","note":null}'


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(value):
    return "answer:" + text(value)


def by_tool(value, *before):
    return calls(*before, ["answer", value])


def make(call, model, stream):
    """A call by the driver: its lines, those that bring a piece of the same
    text joined, and the partial structs."""
    done = subprocess.run(
        [DRIVERS / "typed", call, *["stream"] * stream],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        timeout=60, env={"LITELLM_MODEL": model, "LITELLM_BASE_URL":
                         f"http://127.0.0.1:{PORT['PLAIN']}"})
    lines, partial, last = [], [], ""
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "partial":
            partial.append(load(rest))
        elif word == last == "text":
            lines[-1] += rest
        else:
            lines.append(line)
        last = word
    return lines + done.stderr.splitlines(), partial


def within(part, whole):
    """Whether a struct that is being filled in holds nothing else yet than
    the whole one."""
    if isinstance(part, dict):
        return all(within(part[key], whole[key]) for key in part)
    if isinstance(part, list):
        return len(part) <= len(whole) and all(map(within, part, whole))
    return part in (whole, None, 0, "", False, "celsius") or \
        isinstance(part, str) and whole.startswith(part)


def typed_call(note, call, model, *wanted, last=None):
    """wanted: the lines, where a struct is {"value": it}, and a line that ends
    in ... may go on; last: a check of the last request. With and without a
    stream."""
    for stream in False, True:
        since = now()
        try:
            lines, partial = make(call, model, stream)
            # Not streamed, thoughts come after the text.
            lines = sorted((line for line in lines
                            if not line.startswith("usage")),
                           key=lambda line: not line.startswith("reasoning"))
            why = ""
            for line, want in itertools.zip_longest(lines, wanted,
                                                    fillvalue="nothing"):
                if isinstance(want, dict):
                    word, _, rest = line.partition(" ")
                    if word != "value":
                        why = line
                        break
                    whole = load(rest)
                    why = difference(whole, want["value"], "value")
                    first = -1 if ">>" in model else 0
                    if stream and (not partial or not all(
                            within(each, whole) for each in partial[first:])):
                        why = why or f"partial {partial}"
                elif not (line == want or want.endswith("...") and
                          line.startswith(want[:-3])):
                    why = f"{line!r}, not {want!r}"
                if why:
                    break
            body = sent(since)[-1]
            if not why and last and not last(body):
                why = f"sent {body}"
        except (OSError, LookupError, ValueError,
                subprocess.TimeoutExpired) as mistake:
            why = repr(mistake)
        report(f"call {call}, {note}{', stream' * stream}", why)


def typed_calls():
    value, stop, calls_end = {"value": ALPS}, "finish stop", \
        "finish tool_calls"
    said_so = f"content {text(ALPS)}"
    asked = "reask The answer does not fit: "
    title = "$.title: expected at most 6 bytes"
    degrees = "$.readings[0].degrees: expected an integer from -90 to 60"
    for call in "by_schema", "by_prompt", "with_tools":
        typed_call("good", call, answer(ALPS), stop, value, said_so)
        typed_call("wrong, then good", call,
                   f"{answer(WRONG)} >> {answer(ALPS)}",
                   stop, f"{asked}{title}...", stop, value, said_so)
        typed_call("wrong twice", call, answer(HOT),
                   stop, f"{asked}{degrees}...", stop,
                   f"failed SCHEMA {degrees}...")
        typed_call("prose and a fence", call,
                   f"answer:Here {{it}} is:\n```json\n{text(ALPS)}\n```",
                   stop, value, "content Here {it} is:", "```json",
                   text(ALPS), "```")
        typed_call("text", call, "answer:I cannot.", stop,
                   f"{asked}$: expected a JSON object, got none...", stop,
                   "failed SCHEMA $: expected a JSON object, got none")
        typed_call("refused", call, "refusal", "refusal I will not.", stop,
                   "failed REFUSAL ...")
    once = f"call answer {text(ALPS)}"
    typed_call("good", "by_tool", by_tool(ALPS), once, calls_end, value,
               "content ")
    typed_call("wrong, then good", "by_tool",
               f"{by_tool(WRONG)} >> {by_tool(ALPS)}",
               f"call answer {text(WRONG)}", calls_end, f"{asked}{title}...",
               once, calls_end, value, "content ",
               last=lambda body: title in body["messages"][-1]["content"])
    typed_call("text, then good", "by_tool",
               f"answer:Well. >> {by_tool(ALPS)}",
               "text Well.", stop, f"{asked}$: ...", once, calls_end, value,
               "content ")
    typed_call("wrong twice", "by_tool", by_tool(HOT),
               f"call answer {text(HOT)}", calls_end, f"{asked}{degrees}...",
               f"call answer {text(HOT)}", calls_end,
               f"failed SCHEMA {degrees}...")
    measure = ["measure", {"place": "Bern"}]
    steps = 'call measure {"place":"Bern"}', calls_end, \
        f"told measure {MEASURED}"
    typed_call("a tool, then the answer", "with_tools",
               f"{calls(measure)} >> {answer(ALPS)}", *steps, stop, value,
               said_so)
    typed_call("a tool, wrong, good", "with_tools",
               f"{calls(measure)} >> {answer(WRONG)} >> {answer(ALPS)}",
               *steps, stop, f"{asked}{title}...", stop, value, said_so)
    typed_call("a tool, then the answer", "by_tool_too",
               f"{calls(measure)} >> {by_tool(ALPS)}", *steps, once,
               calls_end, value, "content ")
    typed_call("a tool beside a wrong answer", "by_tool_too",
               f"{by_tool(WRONG, measure)} >> {by_tool(ALPS)}",
               steps[0], f"call answer {text(WRONG)}", calls_end,
               f"{asked}{title}...", once, calls_end, value, "content ")
    typed_call("fields of the arguments", "given", answer({"text": "Hi"}),
               stop, {"value": {"text": "Hi", "name": "Zoë", "age": 7}},
               'content {"text":"Hi"}')
    for call, one in (("an_int", -7), ("a_string", "é"), ("a_bool", True),
                      ("an_enum", "K"), ("a_list", [1.5, -2])):
        typed_call("good", call, answer({"value": one}), stop,
                   {"value": {"value": one}}, f"content {text({'value': one})}")
    typed_call("after the model", "counted", answer(ALPS), stop, "value 2",
               said_so)
    typed_call("fails", "counted", answer({**ALPS, "readings": []}), stop,
               "failed ARGUMENT ...")


def tool_calls():
    end = "finish tool_calls"
    bern = 'call measure {"place":"Bern"}'
    measure, long = ["measure", {"place": "Bern"}], ["long_text", {}]
    told = f"told measure {MEASURED}"
    typed_call("no rounds", "told", calls(measure, long), bern,
               "call long_text {}", end, "content ")
    typed_call("two at once, one cut", "loop",
               f"{calls(measure, long)} >> answer:Well.", bern,
               "call long_text {}", end, told, "told long_text xxxxxxxxxx...",
               "text Well.", "finish stop", "content Well.",
               last=lambda body: body["messages"][-1] ==
               gave(2, "x" * 64 + "... [cut]"))
    typed_call("no handler", "loop", calls(["outside", {}]),
               "call outside {}", end, "content ")
    typed_call("a handler ends it", "loop",
               calls(["measure", {"place": "stop"}]),
               'call measure {"place":"stop"}', end, "failed CANCELLED ...")
    typed_call("too many rounds", "loop", calls(measure),
               *[bern, end, told] * 2, bern, end, "failed TOOL_LIMIT ...")
    typed_call("too many calls", "few", calls(measure, long, measure), bern,
               "call long_text {}", bern, end, told, "told long_text x...",
               "failed TOOL_LIMIT ...")
    typed_call("the same again", "once",
               f"{calls(measure)} >> {calls(measure)} >> answer:Well.",
               bern, end, told, bern, end, "told measure error: ...",
               "text Well.", "finish stop", "content Well.")
    typed_call("answered by the caller", "once",
               f"{calls(long)} >> answer:So {{last}}.",
               "call long_text {}", end, "told long_text refused",
               "text So refused.", "finish stop", "content So refused.")
    both = {"calls": [measure], "text": "So. ", "thought": "Hm."}
    typed_call("text and thoughts beside", "loop",
               f"calls:{json.dumps(both)} >> answer:Well.",
               "reasoning Hm.", "text So. ", bern, end, told, "text Well.",
               "finish stop", "content Well.",
               last=lambda body: body["messages"][1] == {
                   **called((1, "measure", '{"place":"Bern"}')),
                   "content": "So. ", "thinking_blocks": [{
                       "type": "thinking", "thinking": "Hm.",
                       "signature": "c2ln"}]})
    typed_call("no arguments at all", "loop",
               f'{calls(["long_text", ""])} >> answer:Well.',
               "call long_text ", end, "told long_text xxx...", "text Well.",
               "finish stop", "content Well.",
               last=lambda body: body["messages"][1] ==
               called((1, "long_text", "{}")))
    typed_call("calls without ids", "loop",
               f'{calls([*measure, None], [*long, None])} >> answer:Well.',
               bern, "call long_text {}", end, told, "told long_text xxx...",
               "text Well.", "finish stop", "content Well.")
    typed_call("calls with one id", "loop",
               f'{calls([*measure, "a"], [*long, "a"])} >> answer:Well.',
               bern, "call long_text {}", end, told, "told long_text xxx...",
               "text Well.", "finish stop", "content Well.")
    typed_call("forced the first time only", "forced",
               f"{calls(measure)} >> answer:Well.", bern, end, told,
               "text Well.", "finish stop", "content Well.",
               last=lambda body: "tool_choice" not in body)


def wav(seconds, rate):
    """A file with the head that a recorder writes."""
    size = int(seconds * rate) * 2
    file = FOLDER / "question.wav"
    file.write_bytes(struct.pack(
        "<4sI8sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVEfmt ", 16, 1, 1, rate,
        rate * 2, 2, 16, b"data", size) + b"\x12\x34" * (size // 2))
    return file


def other_paths():
    question = wav(0.5, 16000)
    run("transcribe", "whisper-1", "  0.0 s  8000 samples, 16000 a second\n",
        words=(question,))
    run("transcribe", "small", "", words=(question,), status=1,
        error="the audio is too long", note="too long")
    run("transcribe", "whisper-1", "", status=1, error="give a WAV file", note="no file")
    offered = {**STREAM, "tools": [tool("read_clock", "Tells the time",
                                        obj())]}
    said = "Answer in a sentence: 8000 samples, 16000 a second"
    run("voice", "answer:{last}.", f"{said}." * 3,
        ask(user(said), **offered), words=(question,))
    time = calls(["read_clock", {}])
    run("voice", f"{time} >> answer:It is {{last}}.",
        "It is a quarter to eight." * 3, ask(user(said), **offered),
        ask(user(said), called((1, "read_clock", "{}")),
            gave(1, "a quarter to eight"), **offered),
        words=(question,), note="of the time")
    run("models", "", "gateway is ready\ngpt-4o-mini\ntts-1\nwhisper-1\n")
    run("tokens", "gpt-4o", "5\n", words=("How many tokens is this?",))
    run("embed", "ada", "0.94  a cat sat on the mat\n"
        "0.00  the moon is round\n",
        words=("a fat cat", "a cat sat on the mat", "the moon is round"))
    run("speak", "tts-1", "Good morning. " * 300,
        words=("Good morning. " * 100,), note="long")
    run("speak", "tts-1", "", words=("no voice",), status=1,
        error="no voice", note="refused")
    run("embed", "ada", "", words=("a fat cat",), status=1, error="usage",
        note="one text")


if __name__ == "__main__":
    typed_calls()
    tool_calls()
    for each in (streams, tools, tool_loops, tool_mistakes, response_models,
                 structured_streams, others, replays, images, agents,
                 other_paths):
        each()
    sys.exit(failed)
