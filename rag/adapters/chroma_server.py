"""A collection on a Chroma server (`chroma run`): connected when needed, again after any error, never waited for long.

Looks like Chroma's own collection to ``chroma.py``. Knows nothing of what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from rag.errors import SettingsError

WRITE_PATIENCE = 12
"""A batch of 512 vectors takes a loaded server about this many times as long as one question."""


class ServerCollection:
    """One collection, made if missing. Safe to share between threads.

    A server that was restarted with an empty folder no longer knows the collection: it is made again, empty, and what
    it lacks is for the ledger to tell.
    """

    def __init__(self, url: str, name: str, configuration: Mapping[str, Any], timeout_seconds: float) -> None:
        """Not connected yet: a server that is down is no reason not to open the rest.

        Raises:
            SettingsError: the URL names no server.
        """
        parts = urlsplit(url)
        if parts.hostname is None or parts.scheme not in ("http", "https"):
            raise SettingsError(f"GAZETTE_CHROMA__URL = {url!r} is not a URL such as http://127.0.0.1:8000")
        self._host, self._is_secure = parts.hostname, parts.scheme == "https"
        self._port = parts.port or (443 if self._is_secure else 80)
        self._name = name
        self._configuration = configuration
        self._timeout_seconds = timeout_seconds
        self._connected: dict[float, tuple[Any, Any]] = {}
        self._lock = Lock()

    def count(self) -> int:
        """Records held."""
        count: int = self._call("count", 1)
        return count

    def get(self, **asked: Any) -> Any:
        """As Chroma's."""
        return self._call("get", 1, **asked)

    def query(self, **asked: Any) -> Any:
        """As Chroma's."""
        return self._call("query", 1, **asked)

    def upsert(self, **given: Any) -> None:
        """As Chroma's."""
        self._call("upsert", WRITE_PATIENCE, **given)

    def delete(self, **given: Any) -> None:
        """As Chroma's."""
        self._call("delete", WRITE_PATIENCE, **given)

    def close(self) -> None:
        """Drop the connections; a later call connects anew."""
        with self._lock:
            for server, _ in self._connected.values():
                server._session.close()
            self._connected = {}

    def _call(self, method: str, patience: int, **arguments: Any) -> Any:
        from chromadb.errors import NotFoundError

        try:
            return getattr(self._collection(patience), method)(**arguments)
        except NotFoundError:
            self.close()
            return getattr(self._collection(patience), method)(**arguments)
        except BaseException:
            self.close()
            raise

    def _collection(self, patience: int) -> Any:
        limit = self._timeout_seconds * patience
        with self._lock:
            if limit not in self._connected:
                self._connected[limit] = self._connect(limit)
            return self._connected[limit][1]

    def _connect(self, limit: float) -> tuple[Any, Any]:
        """Chroma's client waits for ever and asks the server five things first, so its parts are put together here."""
        import httpx
        from chromadb.api import ServerAPI
        from chromadb.api.models.Collection import Collection
        from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings, System

        system = System(
            Settings(
                _env_file=None,  # Chroma would read a `.env` of the current folder
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=self._host,
                chroma_server_http_port=self._port,
                chroma_server_ssl_enabled=self._is_secure,
            )
        )
        server = system.instance(ServerAPI)
        server._session.timeout = httpx.Timeout(limit, connect=min(limit, self._timeout_seconds))
        system.start()
        try:
            model = server.get_or_create_collection(
                self._name, configuration=self._configuration, tenant=DEFAULT_TENANT, database=DEFAULT_DATABASE
            )
        except BaseException:
            server._session.close()
            raise
        return server, Collection(client=server, model=model, embedding_function=None, data_loader=None)
