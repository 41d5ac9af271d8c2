"""Where work is done: here, lazily and in order; Ray only where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from rag.adapters import ray as ray_adapter
from rag.adapters.ray import RayEngine
from rag.engine import LocalEngine, ProcessSpread
from rag.errors import SettingsError
from rag.settings import IngestSettings
from tests.conftest import ROOT


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


INTERRUPTED = """
import os, signal, threading, time
from rag.engine import ProcessSpread

def interrupts():
    while not done.is_set():
        os.killpg(0, signal.SIGINT)
        time.sleep(0.005)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    done, spread = threading.Event(), ProcessSpread(2)
    threading.Thread(target=interrupts).start()
    try:
        print([one.result() for one in [spread.submit(abs, -number) for number in range(8)]])
    finally:
        done.set()
        spread.close()
"""


def test_an_interrupt_is_for_the_parent_alone_also_while_processes_start(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(INTERRUPTED, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "interrupted.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, start_new_session=True, check=False)
    assert (done.stdout, done.stderr) == ("[0, 1, 2, 3, 4, 5, 6, 7]\n", "")
