"""The service on a real port in this process, over a pipeline the test has opened."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from rag.pipeline import Pipeline
from rag.settings import Settings


@contextmanager
def started(pipeline: Pipeline, settings: Settings | None = None) -> Iterator[str]:
    """Serve ``pipeline``, by its own settings if by no others; the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(settings or pipeline.settings, pipeline, url=url)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive(), "the service did not stop"
