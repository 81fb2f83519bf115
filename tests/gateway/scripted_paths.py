"""What the scripted gateway answers on its other paths; see scripted.md."""

import email
import email.policy
import json
import math
import struct

from scripted_replies import LAST, chunk, chunked_head, error, pieces, reply


def models(request):
    return [reply({"object": "list", "data": [
        {"id": name, "object": "model", "created": 1, "owned_by": "openai"}
        for name in ("gpt-4o-mini", "tts-1", "whisper-1")]})]


def vector(text):
    """Of length 1, by the vowels in the text."""
    counts = [text.lower().count(letter) for letter in "aeio"]
    length = math.sqrt(sum(count * count for count in counts)) or 1
    return [count / length for count in counts]


def embeddings(request):
    body = json.loads(request.body)
    if body.get("encoding_format", "float") != "float":
        raise ValueError("not floats")
    return [reply({"object": "list", "model": body["model"], "data": [
        {"object": "embedding", "index": at, "embedding": vector(text)}
        for at, text in enumerate(body["input"])]})]


def tokens(request):
    body = json.loads(request.body)
    return [reply({"total_tokens": len(body["prompt"].split()),
                   "request_model": body["model"]})]


def sawtooth(count):
    """Samples of a sawtooth that rises: 1, 3, 6, 10, ..., as many as said."""
    return struct.pack(f"<{count}H", *(n * (n + 1) // 2 & 0xFFFF
                                       for n in range(1, count + 1)))


def speech(request):
    """The text itself, thrice, as samples. For the model sawtooth:N this has
    so many samples; for stalled:N two seconds pass after a quarter of them."""
    body = json.loads(request.body)
    if body["input"] == "no voice" or not body["model"]:
        raise ValueError("no voice")
    model, _, count = body["model"].partition(":")
    data = sawtooth(int(count)) if count else body["input"].encode() * 3
    sent = [chunk(data) for data in pieces(data, 512 if count else 64)]
    if model == "stalled":
        sent.insert(len(sent) // 4, 2)
    return [chunked_head("audio/pcm"), *sent, LAST]


def wav(data):
    """The samples behind the head of a WAV file."""
    if data[:4] != b"RIFF" or data[8:16] != b"WAVEfmt " or \
            struct.unpack("<H", data[20:22]) != (1,) or data[36:40] != b"data":
        raise ValueError("no WAV file")
    return data[44:]


def transcription(request):
    """How many samples of what rate, in the form that is asked for."""
    kind = request.header("content-type")
    form = email.message_from_bytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body,
        policy=email.policy.HTTP)
    parts = {part.get_param("name", header="content-disposition"):
             part.get_payload(decode=True) for part in form.iter_parts()}
    request.file = parts["file"]
    samples = len(wav(request.file)) // 2
    rate, = struct.unpack("<I", request.file[24:28])
    text = f"{samples} samples, {rate} a second"
    if parts["model"] == b"small":
        return error(413, "the audio is too long")
    if parts.get("response_format") == b"text":
        return [reply(text + "\n", 200, "text/plain; charset=utf-8")]
    return [reply({"text": text, "language": "en", "segments": [
        {"id": 0, "start": 0, "end": samples / rate, "text": text}]})]


PATHS = {
    ("GET", "/v1/models"): models,
    ("GET", "/health/liveliness"): lambda request: [reply('"I\'m alive!"')],
    ("GET", "/health/readiness"): lambda request: [reply({"status": "ok"})],
    ("POST", "/v1/embeddings"): embeddings,
    ("POST", "/utils/token_counter"): tokens,
    ("POST", "/v1/audio/speech"): speech,
    ("POST", "/v1/audio/transcriptions"): transcription,
}
