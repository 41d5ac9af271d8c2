"""One request straight through the ASGI interface: bodies streaming in, replies streaming out, clients leaving."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

from fastapi import FastAPI
from starlette.types import Message, Scope


class Call:
    """A request whose body comes in ``chunks``; after it the client stays until ``hang_up``."""

    def __init__(self, method: str, path: str, chunks: Iterable[bytes], headers: dict[str, str]) -> None:
        self.chunks = list(chunks)
        self.taken = 0
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self.on_send: Callable[[Message], None] = lambda message: None
        self.scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (name.lower().encode(), value.encode()) for name, value in {"host": "127.0.0.1:8000", **headers}.items()
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }

    @classmethod
    def of_json(cls, path: str, body: Any) -> Call:
        return cls("POST", path, [json.dumps(body).encode()], {"content-type": "application/json"})

    def hang_up(self) -> None:
        self.left.set()

    async def receive(self) -> Message:
        if self.taken < len(self.chunks):
            self.taken += 1
            more = self.taken < len(self.chunks)
            return {"type": "http.request", "body": self.chunks[self.taken - 1], "more_body": more}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        self.on_send(message)

    async def through(self, app: FastAPI) -> None:
        await app(self.scope, self.receive, self.send)

    async def hung_up(self, app: FastAPI, when: Callable[[], bool]) -> None:
        """Sent, and given up as soon as that holds."""
        task = asyncio.create_task(self.through(app))
        while not when():
            await asyncio.sleep(0.001)
        self.hang_up()
        await task

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def events(stream: bytes) -> list[tuple[str, Any]]:
    """Server-sent events by the rules of the HTML standard, comments left out."""
    found: list[tuple[str, Any]] = []
    for block in stream.decode().split("\n\n"):
        fields = [line.partition(":") for line in block.split("\n") if line and not line.startswith(":")]
        if not fields:
            continue
        values = [(name, value.removeprefix(" ")) for name, _, value in fields]
        data = "\n".join(value for name, value in values if name == "data")
        found.append((next(value for name, value in values if name == "event"), json.loads(data)))
    return found
