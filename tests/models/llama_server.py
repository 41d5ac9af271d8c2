"""Runs a llama.cpp server on loopback until standard input closes: ``python -m tests.models.llama_server MODEL``.

Prints its address as the first line. A process of its own, so that tests can always end it, and it ends with them.
"""

from __future__ import annotations

import sys

CONTEXT_TOKENS = 4096


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.warmup = False
    params.ui = False
    params.verbosity = 0
    # One thread: llama.cpp's threads wait for each other without sleeping, and on a busy machine two take twenty times
    # as long as one.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    main()
