"""A model server on loopback that speaks OpenAI's protocol and says what a script tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request; the script's next turn answers it."""

    server: ScriptedModel
    asked: dict[str, Any]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(self.asked)
            self.server.keys.append(self.headers.get("Authorization", ""))
            turn = self.server.script[min(len(self.server.requests), len(self.server.script)) - 1]
        turn(self)

    def end_headers(self) -> None:
        """One request a line: a client that keeps lines open has none left when the test is over."""
        self.send_header("Connection", "close")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Keep quiet."""

    def reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def events(self, pieces: list[str], finish: str | None, usage: tuple[int, int] | None = (100, 20)) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in pieces:
            self._event(
                self._chunk([{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}])
            )
        if finish:
            self._event(self._chunk([{"index": 0, "delta": {}, "finish_reason": finish}]))
            if usage:
                prompt, completion = usage
                counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
                self._event(self._chunk([]) | {"usage": counts})
            self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, chunk: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

    def _chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}


class ScriptedModel(ThreadingHTTPServer):
    """The server: ``script`` turns answer one request each, the last one all further ones."""

    daemon_threads = True

    def __init__(self, script: list[Turn]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.lock = threading.Lock()

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of several scripts."""


@contextmanager
def scripted_model(*script: Turn) -> Iterator[ScriptedModel]:
    server = ScriptedModel(list(script))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(text: str, finish: str = "stop", usage: tuple[int, int] = (100, 20)) -> Turn:
    def turn(exchange: Exchange) -> None:
        prompt, completion = usage
        exchange.reply(
            200,
            {
                "id": "x",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
                "usage": {
                    "prompt_tokens": prompt,
                    "completion_tokens": completion,
                    "total_tokens": prompt + completion,
                },
            },
        )

    return turn


def streams(*pieces: str, finish: str | None = "stop") -> Turn:
    return lambda exchange: exchange.events(list(pieces), finish)


def fails(status: int, message: str = "no", headers: dict[str, str] | None = None) -> Turn:
    return lambda exchange: exchange.reply(status, {"error": {"message": message, "type": "x", "code": None}}, headers)


def hangs(seconds: float) -> Turn:
    return lambda exchange: time.sleep(seconds)


def dribbles(seconds_a_piece: float, pieces: int) -> Turn:
    """Streams forever slowly: every single read is in time, the whole is not."""

    def turn(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", "text/event-stream")
        exchange.end_headers()
        for _ in range(pieces):
            exchange._event(exchange._chunk([{"index": 0, "delta": {"content": " "}, "finish_reason": None}]))
            time.sleep(seconds_a_piece)

    return turn
