"""A full disk and a read-only folder: a typed error that names path and remedy, and a store that still answers.

A real small file system where the tests may mount one (root), a real limit on file sizes where not; reading is tried as
a user who may not write.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILL = """
import resource, signal, sys
from pathlib import Path
from rag.errors import StoreError
from tests.fakes import make_document
from tests.torture.world import opened, use_fakes

use_fakes()
store, limit = Path(sys.argv[1]), int(sys.argv[2])
with opened(store) as stores:
    stores.index.ingest([make_document("大桥昨日通车")])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    with opened(store) as stores:
        for number in range(1000):
            text = "\\n".join(f"第{number}批第{line}条" + "长" * 400 for line in range(100))
            stores.index.ingest([make_document(text, name=f"{number}.txt")])
except StoreError as error:
    print("typed:", error)
else:
    raise SystemExit("the disk never filled")
"""

READ = """
import sys
from pathlib import Path
from rag.ledgers import open_ledger
from tests.torture.world import settings_of

ledger = open_ledger(settings_of(Path(sys.argv[1])))
print("documents", len(ledger.documents("default")))
ledger.close()
"""

AFTER = """
import sys
from pathlib import Path
from rag.models import Query
from tests.torture.world import opened, use_fakes

use_fakes()
with opened(Path(sys.argv[1])) as stores:
    texts = [document.text for document in stores.ledger.documents("default")]
    print("agree", stores.index.check().is_empty, "texts", "大桥昨日通车" in texts)
"""


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _still_there(store: Path) -> None:
    read = run(READ, str(store))
    assert read.returncode == 0, read.stderr
    assert int(read.stdout.split()[1]) >= 1


def test_a_file_system_that_fills_up_gives_a_typed_error_and_stays_readable(small: Path) -> None:
    filled = run(FILL, str(small / "store"), "0")
    assert filled.returncode == 0, filled.stderr
    assert "typed:" in filled.stdout
    assert str(small) in filled.stdout
    _still_there(small / "store")
    grown = subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=False, capture_output=True)
    assert grown.returncode == 0, grown.stderr
    after = run(AFTER, str(small / "store"))
    assert after.stdout == "agree True texts True\n", after.stderr


def test_a_limit_on_file_sizes_gives_a_typed_error_and_stays_readable(tmp_path: Path) -> None:
    filled = run(FILL, str(tmp_path / "store"), "600000")
    assert filled.returncode == 0, filled.stderr
    assert str(tmp_path) in filled.stdout
    _still_there(tmp_path / "store")
    after = run(AFTER, str(tmp_path / "store"))
    assert after.stdout == "agree True texts True\n", after.stderr
