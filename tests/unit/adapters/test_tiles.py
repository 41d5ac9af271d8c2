"""The instruction CPUID is asked for what no file shows, and answers what files do show."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from rag.adapters import tiles

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="another processor has no CPUID")


def test_the_processor_answers_as_the_system_says_it_is() -> None:
    lines = [line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines()]
    facts = {name.strip(): value.strip() for name, _, value in lines}
    signature = tiles.eax(1)
    stepping, model, family = signature & 15, signature >> 4 & 15 | signature >> 12 & 0xF0, signature >> 8 & 15
    assert (stepping, model) == (int(facts["stepping"]), int(facts["model"]))
    assert family + (signature >> 20 & 0xFF if family == 15 else 0) == int(facts["cpu family"])


@pytest.mark.parametrize(("highest", "palette", "described"), [(0x20, 1, True), (0x20, 0, False), (0x16, 7, False)])
def test_tiles_are_described_where_there_is_a_palette(
    monkeypatch: pytest.MonkeyPatch, highest: int, palette: int, described: bool
) -> None:
    monkeypatch.setattr(tiles, "eax", {0: highest, tiles.TILE_LEAF: palette}.__getitem__)
    assert tiles.tiles_described() is described


def test_where_nothing_may_be_written_and_run_tiles_count_as_not_described(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no page may be written and run")

    monkeypatch.setattr("mmap.mmap", refuse)
    assert not tiles.tiles_described()


def test_another_processor_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    monkeypatch.setattr(tiles, "eax", None)
    assert not tiles.tiles_described()
