"""`kill -9` of a real process at every step of every write: what was acknowledged stays, nothing is doubled.

The short form of `make torture`: one kill a kind of fail-point and step, each of which must have fired.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

EXPECTED = {
    "first ingest": {
        "Ledger.put_pending",
        "ChromaVectorIndex.upsert",
        "TantivyLexicalIndex.upsert",
        "Ledger.mark_ready",
    },
    "replace": {"Ledger.put_pending", "Ledger.mark_ready", "ChromaVectorIndex.delete", "Ledger.purge"},
    "re-cut": {"Ledger.put_pending", "Ledger.mark_ready", "Ledger.purge"},
    "alias": {"Ledger.add_source", "Ledger.rename"},
    "turn": {"Ledger.add_source"},
    "add": {"Ledger.put_pending", "Ledger.mark_ready"},
    "delete": {"Ledger.tombstone", "ChromaVectorIndex.delete", "TantivyLexicalIndex.delete", "Ledger.purge"},
    "repair": {"ChromaVectorIndex.upsert", "TantivyLexicalIndex.upsert", "ChromaVectorIndex.delete"},
    "erase": {"Ledger.tombstone", "Ledger.compact", "rename"},
}


def test_killed_at_every_step_the_stores_agree_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.torture.nursery", str(tmp_path), "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert not [kill for kill in kills if kill["faults"]]
    for step, points in EXPECTED.items():
        killed = {kill["point"] for kill in kills if kill["step"] == step}
        assert killed >= {f"before {point}" for point in points}, step
        assert "commit" in killed, step
