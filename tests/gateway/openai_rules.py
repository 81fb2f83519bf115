"""What OpenAI's chat API refuses in a request, as far as this project's
requests can go wrong: problems() tells."""

import json
import re

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
PARAMETERS = {
    "model", "messages", "stream", "stream_options", "temperature", "top_p",
    "frequency_penalty", "presence_penalty", "max_tokens",
    "max_completion_tokens", "seed", "stop", "n", "user", "reasoning_effort",
    "tools", "tool_choice", "parallel_tool_calls", "response_format",
    "metadata", "drop_params"}          # the last is LiteLLM's own
KEYS = {                                # of a message
    "system": {"content", "name"}, "developer": {"content", "name"},
    "user": {"content", "name"},
    "assistant": {"content", "name", "tool_calls", "reasoning_content",
                  "thinking_blocks"},   # the last two are LiteLLM's own
    "tool": {"content", "tool_call_id"}}
PARTS = {"text": {"text"}, "image_url": {"image_url"},
         "input_audio": {"input_audio"}, "file": {"file"}}

# What a strict schema may hold, for each type. Bounds of texts are missing on
# purpose: not all models that know strict schemas take them.
STRICT = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"enum"}, "boolean": set(), "null": set(),
    "integer": {"minimum", "maximum"}, "number": {"minimum", "maximum"}}


def load(text):
    """JSON, without the names that stand twice in an object."""
    def once(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            raise ValueError(f"a name stands twice in {names}")
        return dict(pairs)
    return json.loads(text, object_pairs_hook=once)


def problems(body):
    """What is wrong with a request, a sentence each."""
    for name in body.keys() - PARAMETERS:
        yield f"unknown parameter {name}"
    yield from of_messages(body.get("messages"))
    yield from of_tools(body)
    yield from of_format(body)
    if "stream_options" in body and not body.get("stream"):
        yield "stream_options without stream"


def of_messages(messages):
    if not isinstance(messages, list) or not messages:
        yield "no messages"
        return
    waiting = []                        # ids of calls without their results
    for at, message in enumerate(messages):
        where, role = f"messages[{at}]", message.get("role")
        if role not in KEYS:
            yield f"{where}: role {role}"
            continue
        for key in message.keys() - KEYS[role] - {"role"}:
            yield f"{where}: unknown key {key}"
        if role == "tool":
            if message.get("tool_call_id") not in waiting:
                yield f"{where}: a result of no call"
            else:
                waiting.remove(message["tool_call_id"])
        elif waiting:
            yield f"{where}: results are missing of {waiting}"
            waiting = []
        calls = message.get("tool_calls")
        if calls is not None:
            yield from of_calls(where, calls)
            waiting = [call.get("id") for call in calls]
        yield from of_content(where, message.get("content"), bool(calls))
    if waiting:
        yield f"results are missing of {waiting}"


def of_calls(where, calls):
    if not calls:
        yield f"{where}: tool_calls is empty"
    for call in calls:
        function = call.get("function", {})
        if call.keys() != {"id", "type", "function"} or \
                call["type"] != "function" or not call["id"] or \
                function.keys() != {"name", "arguments"} or \
                not NAME.fullmatch(function["name"]):
            yield f"{where}: {call} is no tool call"
        else:
            try:
                load(function["arguments"])
            except (ValueError, TypeError):
                yield f"{where}: arguments are {function['arguments']!r}"


def of_content(where, content, may_be_null):
    if content is None:
        if not may_be_null:
            yield f"{where}: content is null"
    elif isinstance(content, list):
        for part in content:
            keys = PARTS.get(part.get("type"), set())
            if part.keys() - {"cache_control"} != keys | {"type"}:
                yield f"{where}: {str(part)[:80]} is no content part"
    elif not isinstance(content, str):
        yield f"{where}: content is {content!r}"


def of_tools(body):
    tools, names = body.get("tools"), []
    if tools is None:
        for name in "tool_choice", "parallel_tool_calls":
            if name in body:
                yield f"{name} without tools"
        return
    if not tools:
        yield "tools is empty"
    for tool in tools:
        function = tool.get("function", {})
        name = function.get("name", "")
        where = f"tool {name}"
        names.append(name)
        if tool.keys() - {"cache_control"} != {"type", "function"} or \
                tool["type"] != "function":
            yield f"{where}: keys {sorted(tool)}"
        for key in function.keys() - {"name", "description", "parameters",
                                      "strict"}:
            yield f"{where}: unknown key {key}"
        if not NAME.fullmatch(name):
            yield f"{where}: not a name"
        if not isinstance(function.get("description", ""), str):
            yield f"{where}: description is no text"
        if "parameters" not in function:
            yield f"{where}: no parameters"
        else:
            yield from of_root(where, function["parameters"],
                               function.get("strict"))
    if len(set(names)) < len(names):
        yield f"two tools have one name: {names}"
    choice = body.get("tool_choice", "auto")
    if choice not in ("auto", "none", "required") and choice not in [
            {"type": "function", "function": {"name": name}}
            for name in names]:
        yield f"tool_choice is {choice}"


def of_format(body):
    form = body.get("response_format")
    if form is None or form == {"type": "text"}:
        return
    if form == {"type": "json_object"}:
        if "json" not in json.dumps(body["messages"]).lower():
            yield "json_object without the word JSON in the messages"
        return
    schema = form.get("json_schema", {})
    if form.keys() != {"type", "json_schema"} or \
            form["type"] != "json_schema" or \
            schema.keys() - {"description"} != {"name", "strict", "schema"}:
        yield f"response_format is {str(form)[:200]}"
    elif not NAME.fullmatch(schema["name"]):
        yield f"response_format: {schema['name']} is no name"
    else:
        yield from of_root("response_format", schema["schema"],
                           schema["strict"])


def of_root(where, schema, strict):
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield f"{where}: the schema is not of an object"
    else:
        yield from of_schema(where, schema, strict, 1)


def of_schema(where, schema, strict, depth):
    types = schema.get("type")
    if not isinstance(types, list):
        types = [types]
    if "anyOf" in schema and types == [None]:
        for each in schema["anyOf"]:
            yield from of_schema(where, each, strict, depth)
        types, allowed = [], {"anyOf"}
    elif not set(types) <= STRICT.keys():
        yield f"{where}: type {types}"
        return
    else:
        allowed = {"type"}.union(*(STRICT[each] for each in types))
    for key in schema.keys() - allowed - {"description"}:
        yield f"{where}: unknown keyword {key}"
    if depth > 10:
        yield f"{where}: nested deeper than 10 levels"
    if "object" in types:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            yield f"{where}: no properties"
            return
        required = schema.get("required", [])
        if not set(required) <= properties.keys():
            yield f"{where}: required {required}"
        if strict and sorted(required) != sorted(properties):
            yield f"{where}: strict, and not all are required: {required}"
        if strict and schema.get("additionalProperties") is not False:
            yield f"{where}: strict without additionalProperties false"
        for name, value in properties.items():
            yield from of_schema(f"{where}.{name}", value, strict, depth + 1)
    if "array" in types:
        if not isinstance(schema.get("items"), dict):
            yield f"{where}: no items"
            return
        yield from of_schema(f"{where}[]", schema["items"], strict, depth + 1)
    values = schema.get("enum", ["any"])
    if not values or len(set(map(str, values))) < len(values):
        yield f"{where}: enum {values}"
    if None in values and "null" not in types:
        yield f"{where}: enum has null, the type has not"
