"""`kill -9` of `gazette digest --since last` between its file and the record of it.

The short form of `python -m tests.torture.telling`, which dies at every point.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.telling import faults_after


@pytest.mark.parametrize("point", ["after write", "commit of record"])
def test_killed_before_it_is_recorded_the_next_digest_loses_and_doubles_nothing(tmp_path: Path, point: str) -> None:
    assert not faults_after(point, tmp_path)
