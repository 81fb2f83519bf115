"""examples/ask.c as one writes it with the openai package, for processes.py:

    chat.py URL CA MODEL PROMPT

It streams; the key is in LITELLM_API_KEY.
"""

import os
import ssl
import sys

import openai

url, ca, model, prompt = sys.argv[1:]
client = openai.OpenAI(
    base_url=url + "/v1", api_key=os.environ["LITELLM_API_KEY"],
    http_client=openai.DefaultHttpxClient(
        verify=ssl.create_default_context(cafile=ca)))
for chunk in client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": prompt}],
        stream=True, stream_options={"include_usage": True}):
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
print()
