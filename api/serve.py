"""Runs the service until it is told to stop. Knows nothing of routes."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
from contextlib import closing
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.garbage import looked_at_once
from api.logs import configure, say_listening
from api.stopping import Stopping
from rag.errors import AccessError, SettingsError
from rag.ledgers import find_ledger
from rag.settings import Settings

MARGIN_SECONDS = 2
"""After the grace, for last events and replies to leave; then connections are closed."""


KEPT_OPEN_SECONDS = 75
"""An idle connection stays open longer than the 5 s of httpx and the SDKs over it or the 60 s of common proxies, so
that they close it. Else a request is now and then sent on a connection that is just being closed."""


class _Server(uvicorn.Server):
    """Stops in order at the first signal, sooner at the second, and dies of the third. None of the first two is raised
    again when it has stopped: being stopped is no failure.
    """

    def __init__(self, config: uvicorn.Config, stopping: Stopping) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._signals = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """A signal came, in the thread of the event loop."""
        self._signals += 1
        if self._signals > 2:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self.should_exit = True
        loop = asyncio.get_running_loop()
        # Woken at once: a handler may run while the loop waits for something to happen.
        loop.call_soon_threadsafe(self._stopping.begin)


def listening_as(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the server deals with connections and with its end."""
    return uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEPT_OPEN_SECONDS,
        timeout_graceful_shutdown=math.ceil(settings.serve.grace_seconds) + MARGIN_SECONDS,
    )


def serve(settings: Settings) -> None:
    """Listen on ``serve.host`` and ``serve.port`` until SIGINT or SIGTERM; the address goes to stderr.

    Raises:
        SettingsError: the host is no address, or the port cannot be bound.
        AccessError: the host is no loopback address, and no key was made.
        GazetteError: the pipeline could not be opened.
    """
    host = _address(settings)
    listening = _bound(host, settings.serve.port)
    configure(settings.serve)
    failures: list[Exception] = []

    def stop(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    app = create_app(settings, on_failure=stop, url=_url(host, listening))
    server = _Server(listening_as(app, settings), app.state.stopping)
    with listening, looked_at_once():
        say_listening(_url(host, listening), settings.serve)
        server.run(sockets=[listening])
    if failures:
        raise failures[0]


def _address(settings: Settings) -> str:
    """The address to bind.

    Raises:
        SettingsError: the host is none.
        AccessError: others reach it, and there is no key by which to tell them apart.
    """
    serving = settings.serve
    if serving.address is None:
        raise SettingsError(
            f"serve.host = {serving.host!r}: not an address; give one of this machine's (127.0.0.1, ::1, localhost; "
            "0.0.0.0 for all of them) with --host or GAZETTE_SERVE__HOST"
        )
    if not serving.is_loopback and not _has_key(settings):
        raise AccessError(
            f"serve.host = {serving.host!r}: others reach this address, and there is no key by which to tell who may; "
            "make one first: gazette keys create --name NAME --scope read"
        )
    return str(serving.address)


def _has_key(settings: Settings) -> bool:
    ledger = find_ledger(settings)
    if ledger is None:
        return False
    with closing(ledger):
        return ledger.keys.any_in_force()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"serve.port = {port}: {host} port {port} cannot be bound ({error.strerror}); choose another with --port "
            "or GAZETTE_SERVE__PORT (0: any free one)"
        ) from error


def _url(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    # Every address of this machine is called by the one that never leaves it.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
