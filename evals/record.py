"""The run folder: one record a run, `run.json` and `samples.jsonl`. Knows nothing of how a run is made."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.errors import RunError

Json = dict[str, Any]

RUN = "run.json"
SAMPLES = "samples.jsonl"
PLAN = "plan.json"
JUDGED = "judge.json"
REPORT = "report.html"
CORPORA = "corpora"
"""Folder beside the runs, where built corpora are kept."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run on disk."""

    path: Path

    @classmethod
    def create(cls, root: Path, suite: str) -> RunFolder:
        """A new folder, named by suite, time and chance."""
        now = datetime.now(UTC).strftime("%Y%m%dt%H%M%Sz")
        path = root / f"{suite}-{now}-{secrets.token_hex(3)}"
        path.mkdir(parents=True)
        return cls(path)

    @classmethod
    def find(cls, root: Path, name: str) -> RunFolder:
        """A run by path, by name, or `last`/`SUITE` for the newest (of that suite).

        Raises:
            RunError: there is none.
        """
        path = Path(name)
        if (path / PLAN).is_file() or (path / RUN).is_file():
            return cls(path)
        if (root / name / PLAN).is_file():
            return cls(root / name)
        plans = [plan for plan in root.glob(f"*/{PLAN}") if name in ("last", _plan(plan)["suite"])]
        runs = sorted(plans, key=lambda plan: str(_plan(plan)["started"]))
        if not runs:
            raise RunError(f"no run {name!r} in {root}; give a folder, a run's name, a suite for its newest, or `last`")
        return cls(runs[-1].parent)

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.name

    def summary(self) -> Json:
        """`run.json`.

        Raises:
            RunError: the run is not finished.
        """
        if not (self.path / RUN).is_file():
            raise RunError(f"{self.path} is not finished; go on with `gazette eval run SUITE --resume {self.name}`")
        return dict(json.loads((self.path / RUN).read_text("utf-8")))

    def judged(self) -> Json | None:
        """What a model as judge said of the run; None where none was asked."""
        path = self.path / JUDGED
        return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None

    def plan(self) -> Json:
        """What was to be run: written before the first sample."""
        return _plan(self.path / PLAN)

    def rows(self) -> list[Json]:
        """Every finished sample; a last line cut by a kill is left out, for its sample is asked again."""
        path = self.path / SAMPLES
        if not path.is_file():
            return []
        *lines, tail = path.read_text("utf-8").split("\n")
        rows = [json.loads(line) for line in lines]
        return [*rows, json.loads(tail)] if tail and _whole(tail) else rows

    def append(self, row: Json) -> None:
        """One finished sample, on disk when this returns."""
        with (self.path / SAMPLES).open("a", encoding="utf-8") as out:
            out.write(_line(row))

    def write_rows(self, rows: Iterable[Json]) -> None:
        """All samples in their order, whole or not at all."""
        self._replace(SAMPLES, "".join(map(_line, rows)))

    def write_plan(self, plan: Json) -> None:
        """Before the first sample."""
        self._replace(PLAN, json.dumps(plan, ensure_ascii=False, indent=1))

    def write_summary(self, summary: Json) -> None:
        """After the last sample."""
        self._replace(RUN, json.dumps(summary, ensure_ascii=False, indent=1))

    def write_text(self, name: str, text: str) -> None:
        """A further file of the record."""
        self._replace(name, text)

    def _replace(self, name: str, text: str) -> None:
        draft = self.path / f".{name}.{os.getpid()}"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path / name)


def _plan(path: Path) -> Json:
    return dict(json.loads(path.read_text("utf-8")))


def _line(row: Json) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def in_order(rows: Sequence[Json], ids: Sequence[str]) -> list[Json]:
    """The rows in the order of the ids; rows of other ids are left out."""
    by_id = {row["id"]: row for row in rows}
    return [by_id[name] for name in ids if name in by_id]
