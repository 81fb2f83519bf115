"""examples/ask.c as one writes it with the openai package, for processes.py and
calls.py:

    chat.py URL CA MODEL PROMPT [CALLS kept|new|warm]

It streams; the key is in LITELLM_API_KEY. Each call is made on the connection
of the one before or, with "new", on a new one. As the package closes it after
a stream, "warm" makes a call without a stream before each. The microseconds to
the first text of each call go to stderr.
"""

import os
import ssl
import sys
import time

import openai

url, ca, model, prompt, *rest = sys.argv[1:]
calls, connection = int(rest[0]) if rest else 1, rest[1:]
limits = openai.DEFAULT_CONNECTION_LIMITS
if connection == ["new"]:
    limits = type(limits)(max_keepalive_connections=0)
client = openai.OpenAI(
    base_url=url + "/v1", api_key=os.environ["LITELLM_API_KEY"],
    http_client=openai.DefaultHttpxClient(
        limits=limits, verify=ssl.create_default_context(cafile=ca)))
messages = [{"role": "user", "content": prompt}]
for _ in range(calls):
    if connection == ["warm"]:
        client.chat.completions.create(model=model, messages=messages)
    began, first = time.monotonic(), None
    for chunk in client.chat.completions.create(
            model=model, messages=messages, stream=True,
            stream_options={"include_usage": True}):
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.monotonic()
            print(chunk.choices[0].delta.content, end="", flush=True)
    print()
    print(round((first - began) * 1e6), file=sys.stderr)
