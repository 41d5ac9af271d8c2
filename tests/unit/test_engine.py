"""Where work is done: here, lazily and in order; Ray only where it is installed."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from importlib.machinery import ModuleSpec

import pytest

from rag.adapters import ray as ray_adapter
from rag.adapters.ray import RayEngine
from rag.engine import LocalEngine, ProcessSpread
from rag.errors import SettingsError
from rag.settings import IngestSettings


def test_the_local_engine_takes_an_item_when_its_result_is_asked_for() -> None:
    taken: list[int] = []

    def items() -> object:
        for number in range(3):
            taken.append(number)
            yield number

    results = LocalEngine().map(str, items())  # type: ignore[arg-type]
    assert taken == []
    assert (next(results), taken) == ("0", [0])
    assert list(results) == ["1", "2"]


def test_without_ray_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(ray_adapter, "find_spec", absent)
    with pytest.raises(SettingsError, match=r"pip install 'gazette\[ray\]'"):
        RayEngine(IngestSettings())


def test_processes_do_work_and_one_that_died_is_replaced() -> None:
    spread = ProcessSpread(1)
    try:
        assert spread.submit(abs, -3).result() == 3
        with pytest.raises(BrokenProcessPool):
            spread.submit(os._exit, 1).result()
        assert spread.submit(abs, -4).result() == 4
    finally:
        spread.close()
