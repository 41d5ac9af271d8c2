"""Real files are damaged one by one: `gazette doctor` finds each, `--repair` mends it, and searches are as before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from rag.adapters.processor import usable_cores
from rag.build import build_pipeline
from rag.errors import StoreError
from rag.ledgers import open_ledger
from rag.settings import Settings
from rag.upkeep import check_up
from tests.integration.stores_on_disk import PASSAGES, Found, searches, settings_of, take_in, write_records
from tests.torture.world import use_fake_embedder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Found]]]:
    """A data folder that nobody damages, and what searches in it give."""
    folder = tmp_path_factory.mktemp("sound")
    with pytest.MonkeyPatch.context() as patched:
        use_fake_embedder(patched.setattr)
        settings = settings_of(folder / "store")
        take_in(settings, write_records(folder / "first.jsonl", PASSAGES // 2))
        shutil.copytree(folder / "store" / "terms", folder / "older terms")
        take_in(settings, write_records(folder / "first.jsonl", PASSAGES))
        yield folder, searches(settings)


@pytest.fixture
def settings(sound: tuple[Path, list[Found]], tmp_path: Path) -> Settings:
    """A copy of it, to be damaged."""
    shutil.copytree(sound[0] / "store", tmp_path / "store")
    return settings_of(tmp_path / "store")


def gone(file: Path) -> None:
    file.unlink()


def half(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def empty(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(0)


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


VECTORS, TERMS = "vector files", "term files"

CASES: list[tuple[str, str, Callable[[Path], None]]] = [
    (VECTORS, "chroma/*/header.bin", half),
    (VECTORS, "chroma/*/data_level0.bin", half),
    (VECTORS, "chroma/*/length.bin", empty),
    (VECTORS, "chroma/*/link_lists.bin", half),
    (VECTORS, "chroma/*/index_metadata.pickle", gone),
    (VECTORS, "chroma/chroma.sqlite3", gone),
    (VECTORS, "chroma/chroma.sqlite3", half),
    (VECTORS, "chroma/chroma.sqlite3", empty),
    (TERMS, "terms/default/*.term", gone),
    (TERMS, "terms/default/*.idx", half),
    (TERMS, "terms/default/*.store", flipped),
    (TERMS, "terms/default/*.pos", gone),
    (TERMS, "terms/default/meta.json", gone),
    (TERMS, "terms/default/.managed.json", half),
]


@pytest.mark.parametrize(
    ("check", "pattern", "damage"), CASES, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_a_damaged_file_is_found_and_mended(
    sound: tuple[Path, list[Found]],
    settings: Settings,
    check: str,
    pattern: str,
    damage: Callable[[Path], None],
) -> None:
    file = sorted(settings.store.path.glob(pattern))[0]
    damage(file)
    bad = [finding for finding in check_up(settings) if not finding.ok]
    assert [finding.check for finding in bad] == [check]
    assert "gazette doctor --repair" in bad[0].detail
    assert all(finding.ok for finding in check_up(settings, repair=True))
    assert all(finding.ok for finding in check_up(settings))
    assert searches(settings) == sound[1]


def test_a_sound_folder_has_no_finding_against_it(settings: Settings) -> None:
    assert all(finding.ok for finding in check_up(settings))


def test_precision_and_threads_are_shown_and_more_workers_than_cores_are_a_finding(settings: Settings) -> None:
    shown = {finding.check: finding.detail for finding in check_up(settings)}
    assert "this processor" in shown["precision"]
    assert shown["threads"].endswith(f"for an ingest, 1 a question, on {usable_cores()} cores")
    many = settings.ingest.model_copy(update={"engine": "ray", "ray_workers": usable_cores() + 1})
    crowded = [one for one in check_up(settings.model_copy(update={"ingest": many})) if not one.ok]
    assert [one.check for one in crowded] == ["threads"]
    assert "GAZETTE_INGEST__RAY_WORKERS" in crowded[0].detail


def test_vector_files_cut_short_are_refused_before_chroma_reads_them(settings: Settings) -> None:
    """Chroma dies of this one (a segmentation fault), or ranks by whatever memory holds."""
    half(next(settings.store.path.glob("chroma/*/header.bin")))
    with pytest.raises(StoreError, match=r"header\.bin: has 50 bytes.*gazette doctor --repair"):
        build_pipeline(settings)


def test_an_older_term_index_put_back_is_found_on_opening_and_mended(
    sound: tuple[Path, list[Found]], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(settings.store.path / "terms")
    shutil.copytree(sound[0] / "older terms", settings.store.path / "terms")
    build_pipeline(settings).close()
    assert f"terms lack {PASSAGES - PASSAGES // 2}" in caplog.text
    assert [finding.check for finding in check_up(settings) if not finding.ok] == ["stores"]
    assert all(finding.ok for finding in check_up(settings, repair=True))
    assert searches(settings) == sound[1]


def test_lost_and_stray_passages_of_equal_number_are_found_and_mended(
    sound: tuple[Path, list[Found]], settings: Settings
) -> None:
    with closing(build_pipeline(settings)) as pipeline:
        stores = pipeline._index._stores
        lost = sorted(stores.vectors.ids())[:3]
        rows = stores.vectors.vectors_of(lost)
        stores.vectors.delete(lost)
        stores.vectors.upsert(["psg_stray1", "psg_stray2", "psg_stray3"], rows)
        stores.terms.upsert({"psg_stray": "第3号大桥"})
    bad = [finding for finding in check_up(settings) if not finding.ok]
    assert [finding.check for finding in bad] == ["stores"]
    assert "vectors lack 3 passages and hold 3 too many, terms lack 0 and hold 1 too many" in bad[0].detail
    assert all(finding.ok for finding in check_up(settings, repair=True))
    assert searches(settings) == sound[1]


def test_rows_that_belong_to_nothing_are_found_and_dropped(settings: Settings) -> None:
    ledger = open_ledger(settings)
    with ledger._engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("UPDATE articles SET version = version + 100000 WHERE version = 1"))
        connection.execute(text("UPDATE sources SET document_id = 'doc_nowhere' WHERE source LIKE '%#r1'"))
        connection.commit()
    ledger.close()
    bad = [finding for finding in check_up(settings) if not finding.ok]
    assert (bad[0].check, bad[0].detail) == ("orphans", "2 rows belong to nothing; run `gazette doctor --repair`")
    check_up(settings, repair=True)
    assert "orphans" not in [finding.check for finding in check_up(settings)]


def test_a_damaged_ledger_is_said_to_need_a_backup_and_is_left_alone(settings: Settings) -> None:
    file = settings.store.path / "ledger.sqlite"
    half(file)
    before = file.read_bytes()
    for repair in (False, True):
        (bad,) = [finding for finding in check_up(settings, repair=repair) if not finding.ok]
        assert bad.check == "ledger file"
        assert "backup" in bad.detail
    assert file.read_bytes() == before
