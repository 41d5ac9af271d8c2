"""A data folder that may not be written: what would change it is a typed error, what reads it works, nothing moves.

Real commands in processes of their own, without the right to override permission bits where the tests run as root.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMMAND = """
import sys
from rag.cli import main
from tests.torture.world import use_fakes

use_fakes()
sys.argv = ["gazette", *sys.argv[1:]]
main()
"""

WITHOUT_OVERRIDE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
"""Root obeys permission bits then, as everybody else does anyhow."""

HOLD = """
import sys, time
from pathlib import Path
from rag.ledger import StoreLock

lock = StoreLock.acquire(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(120)
"""


def command(store: Path, *words: str, may_write: bool = False) -> subprocess.CompletedProcess[str]:
    limited = [] if may_write or os.getuid() else WITHOUT_OVERRIDE
    line = [*limited, sys.executable, "-c", COMMAND, "--store", str(store), *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)


def state(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def set_writable(folder: Path, writable: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod((0o755 if path.is_dir() else 0o644) if writable else (0o555 if path.is_dir() else 0o444))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A corpus of one document, read-only from then on."""
    folder = tmp_path_factory.mktemp("read-only")
    (folder / "a.txt").write_text("大桥昨日通车\n粮食喜获丰收", encoding="utf-8")
    made = command(folder / "store", "ingest", str(folder / "a.txt"), may_write=True)
    assert made.returncode == 0, made.stderr
    set_writable(folder / "store", False)
    yield folder / "store"
    set_writable(folder / "store", True)


@pytest.mark.parametrize(
    "words",
    [["ingest", str(ROOT / "README.md")], ["delete", "doc_x"], ["recut"], ["forget", "--all-deleted"], ["doctor"]],
    ids=lambda words: words[0],
)
def test_what_would_change_it_is_a_typed_error_that_names_folder_and_remedy(store: Path, words: list[str]) -> None:
    before = state(store)
    refused = command(store, *words)
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        f"gazette: data folder {store}: Permission denied; set GAZETTE_STORE__PATH to a wr"
    )
    assert state(store) == before


def test_a_search_finds_with_both_legs_and_says_that_it_reads_a_copy(store: Path) -> None:
    before = state(store)
    found = command(store, "search", "大桥何时通车", "--json", "--explain")
    assert found.returncode == 0, found.stderr
    reply = json.loads(found.stdout)
    assert reply["results"][0]["text"] == "大桥昨日通车"
    assert set(reply["results"][0]["legs"]) == {"dense", "lexical"}
    assert "degraded" not in reply
    assert f"{store} cannot be written: reading a copy" in found.stderr
    assert state(store) == before


@pytest.mark.parametrize(("words", "shown"), [(["documents"], "a.txt"), (["articles"], "粮食喜获丰收")])
def test_what_lists_it_works(store: Path, words: list[str], shown: str) -> None:
    listed = command(store, *words)
    assert listed.returncode == 0, listed.stderr
    assert shown in listed.stdout


def test_a_folder_that_another_process_writes_is_not_copied(store: Path) -> None:
    set_writable(store, True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            set_writable(store, False)
            refused = command(store, "search", "大桥")
        finally:
            other.kill()
            set_writable(store, True)
            (store / "lock.pid").unlink(missing_ok=True)
            set_writable(store, False)
    assert refused.returncode == 1
    assert f"is in use by process {other.pid}" in refused.stderr
    assert command(store, "search", "大桥").returncode == 0
