"""A small OpenAI look-alike for what LiteLLM's own mocks cannot do.

    upstream.py PORT

The proxy sends it every model named upstream-NAME, as NAME; README.md lists
the names. What a client sees is LiteLLM's own rendering of these replies.
"""

import asyncio
import base64
import json
import struct
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import (JSONResponse, PlainTextResponse, Response,
                                 StreamingResponse)
from starlette.routing import Route

import voice

LONG = "".join(f"{line:09d}\n" for line in range(10000))  # 100,000 bytes
USAGE = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}


def tool_call(index, id, name, arguments):
    function = {"name": name, "arguments": arguments}
    return {"index": index, "id": id, "type": "function", "function": function}


def tool_piece(index, arguments):
    return {"tool_calls": [{"index": index,
                            "function": {"arguments": arguments}}]}


TOOL_CALLS = [
    tool_call(0, "call_a", "get_weather", '{"city":"Zürich","days":3}'),
    tool_call(1, "call_b", "set_led", '{"on":true}'),
]

# The same two calls in pieces: the second begins before the first is whole.
TOOL_DELTAS = [
    {"tool_calls": [tool_call(0, "call_a", "get_weather", "")]},
    tool_piece(0, '{"city":"Zü'),
    {"tool_calls": [tool_call(1, "call_b", "set_led", '{"on"')]},
    tool_piece(0, 'rich","da'),
    tool_piece(1, ":true}"),
    tool_piece(0, 'ys":3}'),
]

# Arguments first, the name with the rest of them.
LATE_NAME_DELTAS = [
    {"tool_calls": [{"index": 0, "id": "call_a", "type": "function",
                     "function": {"arguments": '{"city":'}}]},
    {"tool_calls": [{"index": 0, "function": {"name": "get_weather",
                                              "arguments": '"Oslo"}'}}]},
]


def error(status, message, type, code=None, headers=None):
    body = {"message": message, "type": type, "param": None, "code": code}
    return JSONResponse({"error": body}, status, headers)


ERRORS = {
    "rate-limit": (429, "Too many requests", "rate_limit_error",
                   "rate_limit_exceeded", {"retry-after": "7"}),
    "quota": (429, "You exceeded your current quota", "insufficient_quota",
              "insufficient_quota"),
    "not-found": (404, "The model does not exist", "invalid_request_error",
                  "model_not_found"),
    "server-error": (500, "The server had an error", "server_error"),
    "overloaded": (503, "The engine is overloaded", "server_error"),
    "bad-key": (401, "Incorrect API key provided", "invalid_request_error",
                "invalid_api_key"),
    "context": (400, "This model's maximum context length is 10 tokens",
                "invalid_request_error", "context_length_exceeded"),
}


def echo(request):
    """The request as it came in."""
    return {"content": json.dumps(request, ensure_ascii=False)}


def agent(request):
    """Call the first tool with the JSON object in the user's text; once
    there is a result, report it."""
    last = request["messages"][-1]
    text = last["content"]
    if last["role"] == "tool":
        return {"content": "The tool said: " + text}
    if not request.get("tools"):
        return {"content": "No tool was offered."}
    arguments = text[text.find("{"):text.rfind("}") + 1] or "{}"
    name = request["tools"][0]["function"]["name"]
    return {"content": None,
            "tool_calls": [tool_call(0, "call_a", name, arguments)]}


# The whole answer of each model that gives one.
MESSAGES = {
    "echo": echo,
    "agent": agent,
    "tools": {"content": None, "tool_calls": TOOL_CALLS},
    "tools-late-name": {"content": None, "tool_calls": [
        tool_call(0, "call_a", "get_weather", '{"city":"Oslo"}')]},
    "reasoning": {"reasoning_content": "Six times seven.", "content": "42"},
    "long": {"content": LONG},
    "empty": {"content": ""},
    "cut": {"content": "One two"},
    "pause": {"content": "One two three"},
    "error-mid-stream": {"content": "One two three"},
    "break-mid-stream": {"content": "One two three"},
}


def finish_of(name, message):
    if name == "cut":
        return "length"
    return "tool_calls" if message.get("tool_calls") else "stop"


def deltas_of(name, message):
    """The same answer in pieces."""
    if name == "tools":
        return TOOL_DELTAS
    if name == "tools-late-name":
        return LATE_NAME_DELTAS
    if message.get("tool_calls"):
        return [{"tool_calls": message["tool_calls"]}]
    step = 1000 if name == "long" else 5
    return [{key: text[at:at + step]}
            for key, text in message.items()
            for at in range(0, len(text), step)]


async def frames(name, request, message):
    def frame(choices, **more):
        chunk = {"id": "chatcmpl-upstream", "object": "chat.completion.chunk",
                 "created": 1780000000, "model": name, "choices": choices,
                 **more}
        return f"data: {json.dumps(chunk)}\n\n"

    def choice(delta, reason=None):
        return [{"index": 0, "delta": delta, "finish_reason": reason}]

    yield frame(choice({"role": "assistant", "content": ""}))
    for number, delta in enumerate(deltas_of(name, message)):
        if number == 2 and name == "pause":
            await asyncio.sleep(3)
        if number == 2 and name == "error-mid-stream":
            yield ('data: {"error":{"message":"The engine stopped",'
                   '"type":"server_error","param":null,"code":null}}\n\n')
            return
        if number == 2 and name == "break-mid-stream":
            raise ConnectionError("closes without the last chunk, as meant")
        yield frame(choice(delta))
    yield frame(choice({}, finish_of(name, message)))
    if (request.get("stream_options") or {}).get("include_usage"):
        yield frame([], usage=USAGE)
    yield "data: [DONE]\n\n"


async def chat(http):
    request = await http.json()
    name = request["model"]
    if name not in MESSAGES:
        return error(*ERRORS.get(name, ERRORS["not-found"]))
    message = MESSAGES[name]
    if callable(message):
        message = message(request)
    if request.get("stream"):
        return StreamingResponse(frames(name, request, message),
                                 media_type="text/event-stream")
    choice = {"index": 0, "finish_reason": finish_of(name, message),
              "message": {"role": "assistant", **message}}
    return JSONResponse({"id": "chatcmpl-upstream", "created": 1780000000,
                         "object": "chat.completion", "model": name,
                         "choices": [choice], "usage": USAGE})


async def speech(http):
    request = await http.json()
    samples = voice.speak(request["input"])
    if request.get("response_format", "mp3") == "wav":
        return Response(voice.wav(samples), media_type="audio/wav")

    async def pieces():
        for at in range(0, len(samples), 4800):    # a tenth of a second
            yield samples[at:at + 4800]

    return StreamingResponse(pieces(), media_type="audio/pcm")


async def transcription(http):
    form = await http.form()
    if form["model"] == "deaf":
        return error(413, "The audio is too long", "invalid_request_error")
    text, seconds = voice.listen(await form["file"].read())
    if form.get("response_format") == "text":
        return PlainTextResponse(text + "\n")
    segment = {"id": 0, "start": 0.0, "end": seconds, "text": text}
    more = {"language": "english", "duration": seconds, "segments": [segment]}
    return JSONResponse({"text": text, **(
        more if form.get("response_format") == "verbose_json" else {})})


def vector(text):
    """How often each of some letters stands in a text."""
    counts = [text.lower().count(letter) for letter in "aeio"]
    return [count / (sum(counts) or 1) for count in counts]


async def embeddings(http):
    request = await http.json()
    texts = request["input"]
    data = [vector(text) for text in
            ([texts] if isinstance(texts, str) else texts)]
    if request.get("encoding_format") == "base64":
        data = [base64.b64encode(struct.pack("<4f", *one)).decode()
                for one in data]
    return JSONResponse({"object": "list", "model": request["model"], "data": [
        {"object": "embedding", "index": at, "embedding": one}
        for at, one in enumerate(data)], "usage": USAGE})


async def health(http):
    return JSONResponse({"status": "ok"})


app = Starlette(routes=[
    Route("/v1/chat/completions", chat, methods=["POST"]),
    Route("/v1/audio/speech", speech, methods=["POST"]),
    Route("/v1/audio/transcriptions", transcription, methods=["POST"]),
    Route("/v1/embeddings", embeddings, methods=["POST"]),
    Route("/health", health),
])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]))
