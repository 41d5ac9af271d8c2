from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.adapters import tiktoken as adapter
from rag.adapters.tiktoken import count_tokens
from rag.errors import ModelUnavailableError


def test_tokens_are_counted_without_any_network() -> None:
    adapter._encoding.cache_clear()

    assert count_tokens(["", "hello world", "你好"]) == [0, 2, 1]


def test_strings_of_special_tokens_count_as_plain_text() -> None:
    assert count_tokens(["<|endoftext|>"])[0] > 1


def test_the_environment_is_as_before_also_when_many_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/somewhere/else")
    adapter._encoding.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: count_tokens(["报纸"]), range(8)))

    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/somewhere/else"


def test_a_missing_encoding_is_an_error_and_not_a_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(adapter, "find_spec", lambda name: type("Spec", (), {"origin": str(tmp_path / "__init__.py")}))
    adapter._encoding.cache_clear()

    with pytest.raises(ModelUnavailableError, match="reinstall litellm"):
        count_tokens(["报纸"])
    adapter._encoding.cache_clear()
