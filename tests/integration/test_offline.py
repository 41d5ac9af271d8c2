"""It works on a plane: ingest, ask, summarise with every socket but loopback refused, also at import time."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.conftest import ROOT, SEEDS

GUARD = textwrap.dedent(
    """
    import sys

    LOCAL = ("127.0.0.1", "::1", "localhost", None, "")
    REFUSED = []

    def refuse(event, args):
        if event in ("socket.connect", "socket.sendto"):
            address = args[1]
            host = address[0] if isinstance(address, tuple) else None
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = args[0]
        else:
            return
        if host not in LOCAL:
            REFUSED.append((event, host))
            raise OSError(f"refused by the test: {event} {host}")

    sys.addaudithook(refuse)
    """
)


def _run(code: str, store: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HF_", "LITELLM_", "GAZETTE_STORE", "http_proxy"))
        },
        "GAZETTE_STORE__PATH": str(store),
    }
    done = subprocess.run(
        [sys.executable, "-c", GUARD + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def test_the_guard_refuses_what_is_not_loopback(tmp_path: Path) -> None:
    done = _run(
        """
        import socket
        try:
            socket.create_connection(("192.0.2.1", 80), timeout=1)
        except OSError as error:
            print(error)
        print(len(REFUSED))
        """,
        tmp_path,
    )
    assert "refused by the test" in done.stdout


def test_ingest_ask_summarise_and_verify_open_no_socket_beyond_this_machine(tmp_path: Path) -> None:
    done = _run(
        f"""
        import sys
        from rag.cli import main

        def gazette(*words):
            sys.argv = ["gazette", *words]
            try:
                main()
            except SystemExit as done:
                assert not done.code, (words, done.code)

        gazette("ingest", {str(SEEDS)!r}, "--json")
        gazette("ask", "六安经开区园区非公组织党员有多少人?", "--json")
        gazette("summarise", "--all", "--out", {str(tmp_path / "s.jsonl")!r})
        gazette("search", "党建", "--json")
        print("refused:", REFUSED)
        """,
        tmp_path / "store",
    )
    assert "1647人" in done.stdout
    assert "refused: []" in done.stdout


def test_importing_every_adapter_and_its_library_opens_no_socket(tmp_path: Path) -> None:
    done = _run(
        """
        import asyncio
        from rag.adapters.tiktoken import count_tokens
        from rag.build import build_pipeline
        from rag.errors import ModelUnavailableError
        from rag.intake import Upload
        from rag.settings import Settings
        print(count_tokens(["今天的报纸"]))
        import chromadb, sentence_transformers, tantivy, tiktoken
        settings = Settings.load(model={"name": "openai/any", "api_base": "http://127.0.0.1:9/v1", "max_retries": 0})
        pipeline = build_pipeline(settings)
        page = Upload("page.txt", "# 通车\\n\\n大桥全长1280米。".encode())
        asyncio.run(pipeline.ingest([], uploads=[page]))
        try:
            asyncio.run(pipeline.ask("大桥全长多少米?"))
        except ModelUnavailableError as error:
            print("nobody listens there:", "127.0.0.1:9" in str(error))
        pipeline.close()
        assert "litellm" in sys.modules
        print("refused:", REFUSED)
        """,
        tmp_path / "store",
    )
    assert "nobody listens there: True" in done.stdout
    assert "refused: []" in done.stdout
