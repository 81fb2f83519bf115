"""Transcripts of calls: from a file of calls/ to what the driver `calls`
reads, and from what it prints to the verdict. See README.md."""

import itertools
import json
import pathlib
import re
import sys

from wire import (ORDERS, Failure, function, grow, spoken, streamed, text,
                  whole, wire)

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "gateway"))
sys.dont_write_bytecode = True

from openai_rules import load, problems  # noqa: E402

WAYS = ["schema", "prompt", "tool"]     # to ask for a response model
SCHEMA = "Answer with one JSON object that fits this schema: "
REASK = "The answer does not fit: {}. Answer again, in whole."


# ---- models, tools, calls ---------------------------------------------------

def kind(words, names):
    """A field's kind, as C's macros write it: "LIST(MODEL(point), 3)"."""
    name, _, inside = words.removesuffix(")").partition("(")
    name = name.removesuffix("_IN")
    inside, *numbers = re.split(r",\s*(?=[^)]*$)", inside)
    numbers = [word.strip("'") for word in numbers]
    if name in ("ENUM", "MODEL"):
        return names[inside]
    if name == "EXAMPLE":
        return {**kind(inside, names), "example": numbers[0]}
    made = {"kind": name}
    if name in ("LIST", "OPTIONAL", "FROM_ARGUMENT"):
        made["item"] = kind(inside, names)
    elif inside:
        numbers.insert(0, inside)
    if numbers:
        numbers = list(map(json.loads, numbers))
        made.update(least=numbers[0] if len(numbers) > 1 else 0,
                    most=numbers[-1])
    if name == "CHARS":
        made["room"] = made["most"]
        made["most"] *= len(numbers) > 1
    return made


def model(fields, names):
    """{"x": "INT", "y": ["INT", "description"]}, or a model's name."""
    if isinstance(fields, str):
        return names[fields]
    rows = []
    for name, words in fields.items():
        words, told = words if isinstance(words, list) else (words, None)
        rows.append({"name": name, "description": told, **kind(words, names)})
    return {"kind": "MODEL", "fields": rows}


class Names:
    """What stands before the first transcript of a file."""

    def __init__(self, lines):
        self.kinds, self.tools, self.calls = {}, [], {}
        for line in lines:
            word, name, rest = line.split(" ", 2)
            value = json.loads(grow(rest))
            if word == "enum":
                self.kinds[name] = {"kind": "ENUM", "names": value}
            elif word == "model":
                self.kinds[name] = model(value, self.kinds)
            elif word == "call":
                self.calls[name] = self.call(value)
            else:
                self.tools.append(self.tool(name, value))

    def tool(self, name, tool):
        tool = {"arguments": {}, **tool, "name": name}
        for part in "arguments", "result":
            if tool.get(part) is not None:
                tool[part] = model(tool[part], self.kinds)
        if isinstance(tool.get("gives"), dict):
            tool["gives"] = json.dumps(tool["gives"])
        return tool

    def call(self, value):
        call = {"prompt": "Go", **self.calls.get(value.get("like"), {}),
                **value}
        if "value" in call:
            call["answer"] = {"value": call.pop("value")}
        if "answer" in value or "value" in value:
            call["answer"] = model(call["answer"], self.kinds)
        if "params" in value:
            call["params"] = {key: json.dumps(each) for key, each in
                              value["params"].items()}
        return call

    def call_of(self, line):
        """`NAME`, `NAME {more}` or `{...}`."""
        name, _, more = line.partition(" ")
        return self.call(json.loads(grow(line)) if line[0] == "{" else
                         {"like": name, **json.loads(grow(more or "{}"))})


# ---- texts that hold thoughts -------------------------------------------------

TAGS = "think|thinking|thought|reasoning"
THOUGHTS = re.compile(rf"\s*<({TAGS})>(.*?)(?:</\1>\s*|\Z)", re.DOTALL)
LONE_END = re.compile(rf"(?!.*<(?:{TAGS})>)()(.*?)</(?:{TAGS})>\s*",
                      re.DOTALL)


def parted(said):
    """What is said, its thoughts taken out of the text; `loose`: only its end
    tells that it began with some, which events could not know."""
    text = "".join(said["texts"].get("content", ""))
    begin, end = THOUGHTS.match(text), LONE_END.match(text)
    if not (begin or end):
        return said
    texts = {name: pieces for name, pieces in said["texts"].items()
             if name != "content"}
    thoughts = [*texts.pop("reasoning_content", ()), (begin or end)[2]]
    return {**said, "loose": not begin, "texts": {
        "reasoning_content": thoughts, **texts,
        "content": [text[(begin or end).end():]]}}


# ---- transcripts ------------------------------------------------------------

class Play:
    """One conversation: what the server says, what the caller does, and all
    that should come of it."""

    def __init__(self, lines, call):
        self.call = call
        self.replies, self.acts, self.fills, self.log = [], [], [], []
        self.sent, self.end, self.waiting = {}, "OK", []
        self.loose = False
        self.messages = [*call.get("sends", {}).get("messages", [
            {"role": "user", "content": call["prompt"]}])]
        for is_reply, group in itertools.groupby(
                map(grow, lines), lambda line: line.startswith(">")):
            if is_reply:
                self.reply(list(group))
            for line in () if is_reply else group:
                line = line.replace("↵", "\n")
                self.line(line, *line.split(" ", 1))

    def reply(self, lines):
        """The request before it, the reply, and what it is to the caller."""
        self.log.append({"model": "m", **self.call.get("sends", {}),
                         "messages": [*self.messages], **self.sent})
        how = lines.pop(0)[3:] if lines[0].startswith(">>") else None
        lines = [line[2:] for line in lines]
        self.replies.append((how, lines))
        self.sent = {}
        if how:
            return
        said = parted(spoken(lines))
        self.loose |= said.get("loose", False)
        self.log += self.events(said)
        self.messages.append(message(said))
        self.waiting = [call for call in said["calls"]]

    def events(self, said):
        typed = self.call.get("answer") and self.call.get("output_mode") != "tool"
        words = {"reasoning_content": "think", "refusal": "refuse",
                 "content": "partial" if typed else "text"}
        for name, pieces in said["texts"].items():
            if any(pieces):
                yield f"{words[name]} {''.join(pieces)}"
        for _, name, arguments in said["calls"]:
            yield f"call {name} {arguments}"
        yield "finish " + said["finish"]
        if said["use"]:
            yield "use {prompt_tokens} {completion_tokens}".format(
                **said["use"])

    def line(self, line, word, rest=""):
        if word == "sent":
            self.sent = load(rest)
        elif word == "fill":
            self.fills.append(line)
        elif word == "@":
            self.act(*rest.split(": ", 1))
        elif word.isupper():
            self.end = line
        else:
            self.log.append(line)
        if word == "told":
            self.result(rest.partition(" ")[2])
        if word == "reask":
            self.log[-1] = f"reask {REASK.format(rest)}"
            self.reask(REASK.format(rest))

    def result(self, told):
        """The next call's, for the model."""
        for call in self.waiting[:1]:
            self.messages.append({"role": "tool", "content": told,
                                  "tool_call_id": call[0]})
        del self.waiting[:1]

    def reask(self, told):
        if all(name != "answer" for _, name, _ in self.waiting):
            self.messages.append({"role": "user", "content": told})
        while self.waiting:
            self.result(told if self.waiting[0][1] == "answer" else "not run")

    def act(self, at, says):
        """`EVENT: cancel` or `EVENT: RESULT TEXT`, TEXT being an answer. The
        driver puts in the call's arguments for $arguments."""
        word, _, says = says.partition(" ")
        self.acts.append({"at": at} if word == "cancel" else
                         {"at": at, "says": None if says == "$null" else says})
        index = max(i for i, line in enumerate(self.log, 1)
                    if str(line).split(" ")[:len(at.split())] == at.split())
        while self.log[index:] and str(self.log[index]).startswith("answer"):
            index += 1
        if word == "cancel":
            del self.log[index:]
        else:
            self.log.insert(index, f"answer {word}")

    def for_driver(self, order):
        """`order` of a stream's keys, None: a plain reply."""
        def spell(said):
            return streamed(said, order) if order else whole(said)
        return {"stream": bool(order), "acts": self.acts, "replies": [
            (wire(how, lines)[0] if how else spell(spoken(lines))).decode()
            for how, lines in self.replies]}

    # ---- the verdict

    def judge(self, stream, printed):
        """`printed`: the values that the driver printed."""
        *printed, record = printed
        untold = set() if "value " in str(self.log) else {"value"}
        if self.call.get("output_mode") == "tool":   # of a tool, only in streams
            untold.add("partial")
        log, fills = [], []
        if self.loose:
            untold |= {"partial", "text", "think"}
        for line in printed:
            word, _, rest = line.partition(" ")
            if word == "sent":
                log.append(legal(load(rest)))
            elif word == "fill":
                fills += [line] * (fills[-1:] != [line])
            elif word not in untold:
                log.append(line)
        wanted_log = [line for line in self.log if not self.loose or
                      str(line).split(" ")[0] not in untold]
        for wanted, got in itertools.zip_longest(wanted_log, log):
            if isinstance(wanted, dict) and isinstance(got, dict):
                wanted = whole_request(wanted, stream, got)
            if self.named(wanted) != self.named(got):
                differ(wanted, got)
        if stream and self.fills and self.fills != fills:
            differ(self.fills, fills)
        self.judge_record(record)

    def named(self, line):
        """A line of a call, by the name of the tool that it finds."""
        word, _, rest = str(line).partition(" ")
        name = self.tool_of(rest.partition(" ")[0])
        return f"{word} {name} {rest.partition(' ')[2]}" \
            if isinstance(line, str) and word in ("call", "told") else line

    def tool_of(self, name):
        short = name.removeprefix("functions.").lower()
        for tool in self.call.get("tools") or ():
            if tool.lower() == short:
                return tool
        return name

    def judge_record(self, record):
        told = record["result"]
        if "error" in record:
            told += " " + record["error"].get("message", "")
        if "offset" in record:
            told += f" @{record['offset']}"
        end = self.end.removesuffix("…")
        if told != end and not (end != self.end and told.startswith(end)):
            differ(self.end, told)
        wanted, use = {}, [line.split(" ")[1:] for line in self.log
                           if str(line).startswith("use ")]
        if use:
            prompt, completion = (sum(map(int, part)) for part in zip(*use))
            wanted["usage"] = {"prompt_tokens": prompt,
                               "completion_tokens": completion,
                               "total_tokens": prompt + completion}
        how, lines = self.replies[-1] if self.replies else ("none", [])
        if not how:
            wanted.update(properties(parted(spoken(lines))))
        got = {name: record[name] for name in record.keys() & {
            "usage", "content", "reasoning", "refusal", "finish_reason",
            "tool_calls"} if not how or name == "usage"}
        for call in (*wanted.get("tool_calls", ()), *got.get("tool_calls", ())):
            call["name"] = self.tool_of(call.get("name", ""))
        if wanted != got and told != "CANCELLED":
            differ(wanted, got)


def legal(body):
    """The request, with a schema in its messages as JSON."""
    for wrong in problems(plain(body)):
        raise Failure(f"{wrong}: {json.dumps(body)}")
    for one in body["messages"]:
        start, _, schema = (one["content"] or "").partition(SCHEMA)
        if schema and not start:
            one["content"] = load(schema)
    return body


ECHOED = {"extra_content", "provider_specific_fields", "reasoning_details"}


def plain(value):
    """The request without what goes back to gateways as it came."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()
                if name not in ECHOED}
    return list(map(plain, value)) if isinstance(value, list) else value


def allow(wanted, got):
    """`wanted` with what there is in the place of "*", maybe nothing."""
    if wanted == "*":
        return got
    if isinstance(wanted, dict) and isinstance(got, dict):
        return {name: allow(value, got.get(name))
                for name, value in wanted.items()
                if value != "*" or name in got}
    if isinstance(wanted, list) and isinstance(got, list) and \
            len(wanted) == len(got):
        return list(map(allow, wanted, got))
    return wanted


def whole_request(wanted, stream, got):
    """With what need not be told each time."""
    wanted = {"stream": True, "stream_options": {"include_usage": True},
              **wanted}
    if not stream:
        del wanted["stream"], wanted["stream_options"]
    for name in {"tools", "response_format"} & got.keys():
        wanted.setdefault(name, "*")
    return {name: allow(value, got.get(name))
            for name, value in wanted.items() if value != "-"}


def properties(said):
    """Of the response."""
    texts = {"content": "content", "reasoning": "reasoning_content",
             "refusal": "refusal"}
    made = {name: "".join(said["texts"].get(key, ""))
            for name, key in texts.items()}
    made["finish_reason"] = said["finish"]
    made["tool_calls"] = [dict(zip(("id", "name", "arguments"), call))
                          for call in said["calls"]]
    return {name: value for name, value in made.items() if value}


def message(said):
    """As it goes back to the server."""
    content = "".join(said["texts"].get("content", ""))
    made = {"role": "assistant", "content": content}
    if said["calls"]:
        made["content"] = content or None
        made["tool_calls"] = [
            function((call[0], re.sub(r"[^\w-]", "_", call[1], flags=re.ASCII)
                      [:64]), valid(call[2])) for call in said["calls"]]
    if said["blocks"]:
        made["thinking_blocks"] = said["blocks"]
    elif said["calls"] and any(said["texts"].get("reasoning_content", ())):
        made["reasoning_content"] = "".join(said["texts"]["reasoning_content"])
    return made


def valid(arguments):
    """As they came if they are JSON, else as a JSON string."""
    try:
        json.loads(arguments or "{}")
        return arguments or "{}"
    except ValueError:
        return text(arguments)


def differ(wanted, got):
    """Of objects only the members that differ."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        wanted, got = ({name: value for name, value in one.items()
                        if value != other.get(name)}
                       for one, other in ((wanted, got), (got, wanted)))
    raise Failure(f"\nwant {text(wanted)}\ngot  {text(got)}")


# ---- files ------------------------------------------------------------------

ROW = re.compile(r"(?P<said>.*?) -> (?P<failure>[^{].*? @\d+)? ?(?P<value>.*)")


class Case:
    """A block of a file: one conversation, or rows `ANSWER -> VALUE` and
    `ANSWER -> MESSAGE @OFFSET VALUE`."""

    def __init__(self, block, names):
        self.title, call, *lines = block.rstrip("\n").split("\n")
        self.call, self.tools = names.call_of(call), names.tools
        plays = [lines]
        if ROW.fullmatch(lines[0]):
            plays = [self.row(**ROW.fullmatch(line).groupdict())
                     for line in lines]
        self.plays = [(order, Play(lines, self.call))
                      for lines in plays for order in self.orders(lines)]

    @staticmethod
    def row(said, failure, value):
        lines = [f"> say {said}"] + [f"value {value}"] * bool(value)
        return [*lines, f"SCHEMA {failure}"] if failure else lines

    def orders(self, lines):
        """A plain reply, and streams: of structs with the keys of a choice in
        each order; where bytes are told, as these are."""
        raw = {line.split()[1] for line in lines if line.startswith(">> ")}
        if not raw & {"stream", "events"}:
            yield None
        if "json" not in raw:
            typed = self.call.get("answer") and not raw
            yield from list(ORDERS)[:None if typed else 1]

    def for_driver(self):
        call = {**self.call,
                "output_mode": WAYS.index(self.call.get("output_mode", "schema"))}
        return json.dumps({
            "tools": self.tools, "call": call,
            "plays": [play.for_driver(order) for order, play in self.plays]
        }).encode()

    def judge(self, printed):
        starts = [at for at, value in enumerate(printed) if value == "play"]
        if len(starts) != len(self.plays):
            raise Failure(f"{len(starts)} plays")
        for (order, play), start, end in zip(self.plays, starts,
                                              [*starts[1:], None]):
            try:
                play.judge(bool(order), printed[start + 1:end])
            except Failure as failure:
                way = f"stream, {order}" if order else "plain"
                said = play.replies[0][1]
                raise Failure(f"{way}, {said}: {failure}") from None


def cases(path):
    lines = re.sub(r"^#.*\n|^\n", "", path.read_text(encoding="utf-8"),
                   flags=re.MULTILINE)
    start, *blocks = re.split(r"^=== ", lines, flags=re.MULTILINE)
    names = Names(start.splitlines())
    for block in blocks:
        yield Case(block, names)
