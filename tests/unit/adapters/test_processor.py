"""Precision and threads follow the processor, unless they are asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.adapters.processor import (
    ONE_THREAD_TOKENS,
    chosen_precision,
    embedding_precisions,
    offered,
    settle_onednn,
    share_out,
    usable_cores,
    usable_threads,
)


@pytest.mark.parametrize(
    ("offered", "name", "why"),
    [
        ({"avx512_bf16"}, "bfloat16", "in hardware: avx512_bf16"),
        ({"avx512_bf16", "amx_bf16", "amx_tile"}, "bfloat16", "in hardware: amx_bf16, avx512_bf16"),
        ({"avx2"}, "float32", "none of amx_bf16, avx512_bf16"),
    ],
)
def test_the_faster_precision_of_the_processor_is_chosen(
    monkeypatch: pytest.MonkeyPatch, offered: set[str], name: str, why: str
) -> None:
    monkeypatch.setattr("rag.adapters.processor.offered", lambda: offered)
    monkeypatch.setattr("rag.adapters.processor.tiles_described", lambda: True)
    chosen = chosen_precision("auto")
    assert chosen.name == name
    assert why in chosen.why


@pytest.mark.parametrize("asked", ["bfloat16", "float32"])
def test_a_precision_that_is_asked_for_is_taken_and_its_setting_named(asked: str) -> None:
    assert chosen_precision(asked).name == asked
    assert "GAZETTE_EMBEDDER__PRECISION" in chosen_precision(asked).why


@pytest.mark.parametrize(
    ("offered", "passages", "questions"),
    [
        ({"avx512_bf16", "amx_bf16", "amx_tile", "avx512_vnni"}, "bfloat16", "int8"),
        ({"avx512_vnni"}, "int8", "int8"),
        ({"avx2"}, "float32", "float32"),
    ],
)
def test_integers_are_chosen_where_they_are_multiplied_in_hardware_and_the_model_was_measured(
    monkeypatch: pytest.MonkeyPatch, offered: set[str], passages: str, questions: str
) -> None:
    monkeypatch.setattr("rag.adapters.processor.offered", lambda: offered)
    monkeypatch.setattr("rag.adapters.processor.tiles_described", lambda: True)
    chosen = embedding_precisions("auto", is_measured=True)
    assert (chosen.passages, chosen.questions) == (passages, questions)
    assert "int8" not in (one := embedding_precisions("auto", is_measured=False)).passages + one.questions
    assert embedding_precisions("int8", is_measured=False).passages == "int8"


def test_what_the_processor_can_do_is_read_where_torch_reads_it() -> None:
    """Here: a processor with AVX2 at least, and torch agrees on what it names alike."""
    import torch

    told = {name for name, has in torch.cpu.get_capabilities().items() if has}
    shared = {"avx2", "avx512_bf16", "avx512_vnni", "amx_tile", "amx_bf16"}
    assert offered() & shared == told & shared


def test_there_are_never_more_threads_than_cores() -> None:
    assert usable_threads(0) == usable_threads(usable_cores() + 7) == usable_cores()
    assert usable_threads(1) == 1


def test_few_kernels_are_kept_unless_somebody_set_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "7")
    monkeypatch.setenv("LRU_CACHE_CAPACITY", "")
    monkeypatch.delenv("LRU_CACHE_CAPACITY")
    settle_onednn()
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "7"
    assert int(os.environ["LRU_CACHE_CAPACITY"]) < 1024


HIDDEN = {"avx512_bf16", "amx_bf16", "amx_tile"}


@pytest.fixture
def hypervisor(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine that announces AMX and hides what its tiles are like."""
    monkeypatch.setattr("rag.adapters.processor.offered", lambda: HIDDEN)
    monkeypatch.setattr("rag.adapters.processor.tiles_described", lambda: False)
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "")  # so that it is put back
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA")
    return monkeypatch


def test_tiles_that_a_hypervisor_hides_are_not_used_and_that_is_told(hypervisor: pytest.MonkeyPatch) -> None:
    settle_onednn()
    assert os.environ["ONEDNN_MAX_CPU_ISA"] == "AVX512_CORE_FP16"
    chosen = chosen_precision("auto")
    assert chosen.name == "float32"
    assert "announces AMX but not" in chosen.why


def test_what_somebody_set_for_the_processor_stays(hypervisor: pytest.MonkeyPatch) -> None:
    hypervisor.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    settle_onednn()
    assert os.environ["ONEDNN_MAX_CPU_ISA"] == "AVX2"


def test_tiles_that_are_described_are_left_to_the_library(hypervisor: pytest.MonkeyPatch) -> None:
    hypervisor.setattr("rag.adapters.processor.tiles_described", lambda: True)
    settle_onednn()
    assert "ONEDNN_MAX_CPU_ISA" not in os.environ


def test_a_product_in_the_chosen_precision_does_not_end_the_process() -> None:
    code = (
        "from rag.adapters.processor import settle_onednn\n"
        "settle_onednn()\n"
        "import torch\n"
        "rows = torch.ones(64, 384, dtype=torch.bfloat16)\n"
        "print(torch.nn.functional.linear(rows, rows[:32]).float().sum().item())\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONEDNN")}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) == 64 * 32 * 384


def test_a_question_runs_on_one_thread_and_an_ingest_beside_it_on_its_own_number() -> None:
    import torch

    with ThreadPoolExecutor(1) as ingest:
        ingest.submit(share_out, ONE_THREAD_TOKENS + 1, 2).result()
        share_out(ONE_THREAD_TOKENS, 2)
        assert torch.get_num_threads() == 1
        assert ingest.submit(torch.get_num_threads).result() == 2
