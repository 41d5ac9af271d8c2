"""Precision and threads follow the processor, unless they are asked for."""

from __future__ import annotations

import os

import pytest

from rag.adapters.processor import bound_kernels, chosen_precision, usable_cores, usable_threads


@pytest.mark.parametrize(
    ("offered", "name", "why"),
    [
        ({"avx512_bf16": True, "amx_bf16": False}, "bfloat16", "in hardware: avx512_bf16"),
        ({"avx512_bf16": True, "amx_bf16": True}, "bfloat16", "in hardware: amx_bf16, avx512_bf16"),
        ({"avx2": True}, "float32", "none of amx_bf16, avx512_bf16"),
    ],
)
def test_the_faster_precision_of_the_processor_is_chosen(
    monkeypatch: pytest.MonkeyPatch, offered: dict[str, bool], name: str, why: str
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: offered)
    chosen = chosen_precision("auto")
    assert chosen.name == name
    assert why in chosen.why


@pytest.mark.parametrize("asked", ["bfloat16", "float32"])
def test_a_precision_that_is_asked_for_is_taken_and_its_setting_named(asked: str) -> None:
    assert chosen_precision(asked).name == asked
    assert "GAZETTE_EMBEDDER__PRECISION" in chosen_precision(asked).why


def test_there_are_never_more_threads_than_cores() -> None:
    assert usable_threads(0) == usable_threads(usable_cores() + 7) == usable_cores()
    assert usable_threads(1) == 1


def test_few_kernels_are_kept_unless_somebody_set_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "7")
    monkeypatch.setenv("LRU_CACHE_CAPACITY", "")
    monkeypatch.delenv("LRU_CACHE_CAPACITY")
    bound_kernels()
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "7"
    assert int(os.environ["LRU_CACHE_CAPACITY"]) < 1024
