"""Work spread over a Ray cluster: one that is running, or a local one for the time it is needed.

Knows nothing of the work. Needs the extra ``gazette[ray]``. Files are read by whichever node gets them, so on a cluster
of several machines the paths given must be the same everywhere.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeVar

from rag.errors import EngineError, SettingsError
from rag.settings import IngestSettings

A = TypeVar("A")
B = TypeVar("B")

IN_FLIGHT_PER_CORE = 2
"""Items handed out for every core: one is worked on while the next one travels."""

MAX_RETRIES = 3
"""Times an item is done again whose worker process died, before the run is given up."""

_STORE_BYTES = 256_000_000
"""Ray's shared memory on this machine; a few batches of vectors and texts are there at a time."""

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is reported to Ray's makers
    "RAY_USAGE_STATS_PROMPT_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # a local cluster stays on the loopback address, on Linux too
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or Ray warns of a change to come
    # Ray asks for a cloud's metadata service even where it reports nothing: a proxy nobody runs keeps that inside.
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost"),
}
"""Environment of a local cluster's own processes."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Started here, processes get ``_QUIET``; this process has its own environment back afterwards."""
    before = {name: os.environ.get(name) for name in _QUIET}
    os.environ.update(_QUIET)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class RayEngine:
    """An ``Engine`` over Ray. Connects when first used."""

    def __init__(self, settings: IngestSettings) -> None:
        """Only looks whether Ray is installed.

        Raises:
            SettingsError: it is not.
        """
        if find_spec("ray") is None:
            raise SettingsError(
                "ingest.engine = 'ray': the package ray is not installed; pip install 'gazette[ray]', or use "
                "`--engine local` (GAZETTE_INGEST__ENGINE)"
            )
        self._settings = settings
        self._ray: Any = None
        self._is_ours = False

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """``work`` of every item, in order; a worker that dies is replaced and its item done again.

        Raises:
            EngineError: no cluster, or an item killed every worker that tried it.
            GazetteError: whatever the work raised.
        """
        ray = self._connected()
        shared = ray.put(work)
        remote = ray.remote(num_cpus=1, max_retries=MAX_RETRIES)(_call)
        most = self.size * IN_FLIGHT_PER_CORE
        under_way: deque[Any] = deque()
        remaining = iter(items)
        try:
            while True:
                while len(under_way) < most and (item := next(remaining, _END)) is not _END:
                    under_way.append(remote.remote(shared, item))
                if not under_way:
                    return
                yield self._result(partial(ray.get, under_way.popleft()))
        finally:
            for reference in under_way:
                ray.cancel(reference, force=False)

    @property
    def size(self) -> int:
        """Cores of the cluster."""
        return max(int(self._connected().cluster_resources().get("CPU", 1)), 1)

    def submit(self, work: Callable[[A], B], item: A) -> Future[B]:
        """``work`` of one item on any worker; done again where its worker dies.

        The future fails with EngineError where it killed every worker that tried it, else with what the work raised.
        """
        remote = self._connected().remote(num_cpus=1, max_retries=MAX_RETRIES)(_call)
        told: Future[B] = Future()
        reference = remote.remote(work, item)

        def hand_over(done: Future[B]) -> None:
            if not told.set_running_or_notify_cancel():
                return
            try:
                told.set_result(self._result(done.result))
            except Exception as error:  # noqa: BLE001 - belongs to whoever waits for the future
                told.set_exception(error)

        reference.future().add_done_callback(hand_over)
        return told

    def close(self) -> None:
        """Leave the cluster; a local one ends with it."""
        if self._ray is not None and self._is_ours:
            self._ray.shutdown()
        self._ray = None

    def _result(self, get: Callable[[], B]) -> B:
        from ray.exceptions import RayError, RayTaskError

        try:
            return get()
        except RayTaskError as error:
            raise error.cause from error
        except RayError as error:
            told = str(error).strip().splitlines()[0]
            raise EngineError(
                f"ray: {told}; what was reported done is kept, start it again to go on, or use `--engine local`"
            ) from error

    def _connected(self) -> Any:
        if self._ray is None:
            where = self._settings.ray_address or "on this machine"
            try:
                with nullcontext() if self._settings.ray_address else _quiet():
                    self._ray = self._started()
            except (ConnectionError, RuntimeError, ValueError, OSError) as error:
                raise EngineError(
                    f"ray: no cluster {where}: {error}; see GAZETTE_INGEST__RAY_ADDRESS and "
                    "GAZETTE_INGEST__RAY_WORKERS, or use `--engine local`"
                ) from error
        return self._ray

    def _started(self) -> Any:
        import ray  # reads its environment when imported

        logging.getLogger("ray").setLevel(logging.ERROR)  # it tells how it starts; errors reach us as exceptions
        if ray.is_initialized():  # by the program around us, which also ends it
            return ray
        own = {
            "num_cpus": self._settings.ray_workers or None,
            "object_store_memory": _STORE_BYTES,
            "include_dashboard": False,
        }
        ray.init(
            address=self._settings.ray_address or "local",
            namespace="gazette",
            log_to_driver=False,
            configure_logging=False,
            **({} if self._settings.ray_address else own),
        )
        self._is_ours = True
        return ray


_END: Any = object()


def _call(work: Callable[[A], B], item: A) -> B:
    return work(item)
