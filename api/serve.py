"""Runs the service until it is told to stop. Knows nothing of routes."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import ip_address

import uvicorn

from api.app import create_app
from api.logs import configure, say_listening
from rag.errors import SettingsError
from rag.settings import Settings

GRACE_SECONDS = 10
"""How long requests under way may take when the service is told to stop; a longer one is cancelled."""


def serve(settings: Settings) -> None:
    """Listen on ``serve.host`` and ``serve.port`` until SIGINT or SIGTERM; the address goes to stderr.

    Raises:
        SettingsError: the host is not a loopback address, or the port cannot be bound.
        GazetteError: the pipeline could not be opened.
    """
    host = _loopback(settings.serve.host)
    listening = _bound(host, settings.serve.port)
    configure(settings.serve)
    failures: list[Exception] = []

    def stop(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    config = uvicorn.Config(
        create_app(settings, on_failure=stop, url=_url(host, listening)),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    with listening:
        say_listening(_url(host, listening), settings.serve)
        # The server raises the signal again after it has shut down in order; Ctrl-C is how one stops it.
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    if failures:
        raise failures[0]


def _loopback(host: str) -> str:
    """``host`` as an address.

    Raises:
        SettingsError: others could reach it, and the service asks nobody who they are.
    """
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host.strip("[]"))
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise SettingsError(
            f"serve.host = {host!r}: only loopback addresses (127.0.0.1, ::1, localhost) are bound, for the service "
            "does not ask callers who they are; to let others in, put a reverse proxy with authentication in front"
        )
    return str(address)


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
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
