"""The runs of `gazette eval` as files: what a finished run leaves, listed and read. Nothing is measured here.

A run is a folder with ``run.json`` (its figures) and, since it was finished or judged, ``report.html``. Folders are
somebody's files: what is not a run is passed over, and a report is served under a policy that lets nothing in it run.
"""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.common import Reply
from api.schemas import Body, Cursor, PageSize
from rag.errors import NotFoundError
from rag.serialise import Json

RUN, REPORT = "run.json", "report.html"

_NAME = re.compile(r"[\w][\w.-]{0,199}", re.ASCII)
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
_LOG = logging.getLogger(__name__)


class EvaluationQuery(Body):
    """Query of ``GET /v1/evaluations``."""

    limit: PageSize = 100
    after: Cursor = None


class MeasureReply(Reply):
    """A measure's mean over ``n`` samples with its 95 % interval; ``unscored`` could not be judged."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    unscored: int


class GateReply(Reply):
    """A bound a measure must keep; ``passed`` is null where it was not judged."""

    measure: str
    bound: str
    value: float | None
    passed: bool | None


class EvaluationReply(Reply):
    """One finished run.

    ``data``: the name of the folder or file that was given, null for what comes with Gazette. ``changed``: settings
    that were not as they stand by default. ``report``: where its page is; null where none was written.
    """

    run: str
    suite: str
    started: str
    n: int
    failed: int
    seconds: float
    model: str
    data: str | None
    changed: dict[str, str]
    measures: dict[str, MeasureReply]
    gates: list[GateReply]
    report: str | None


class EvaluationsReply(Reply):
    """Finished runs, the newest first."""

    items: list[EvaluationReply]
    next: str | None


@dataclass(frozen=True, slots=True)
class Evaluations:
    """The runs under one folder (``GAZETTE_EVAL__PATH``)."""

    root: Path

    def listed(self, *, limit: int, after: str | None = None) -> list[Json]:
        """Finished runs, the newest first.

        Args:
            limit: so many at most.
            after: name of a run; only what comes behind it.

        Raises:
            NotFoundError: there is no such run to go on from.
        """
        found = [one for path in self.root.glob(f"*/{RUN}") if (one := _read(path)) is not None]
        found.sort(key=lambda one: (one["started"], one["run"]), reverse=True)
        if after is not None:
            names = [one["run"] for one in found]
            if after not in names:
                raise self._missing(after)
            found = found[names.index(after) + 1 :]
        return found[:limit]

    def report(self, name: str) -> str:
        """The page of one run.

        Raises:
            NotFoundError: no such run, or nobody wrote its report.
        """
        path = self.root / name / REPORT
        if not _NAME.fullmatch(name) or not path.is_file() or path.resolve().parent != self.root.resolve() / name:
            raise self._missing(name)
        return path.read_text("utf-8")

    def _missing(self, name: str) -> NotFoundError:
        return NotFoundError(f"no report of a run {name[:80]!r} in {self.root}; `gazette eval run SUITE` makes one")


def policy_of(report: str) -> str:
    """The policy a report is served under: its own style and nothing else, as if it came from nowhere."""
    digests = [b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(report)]
    styles = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    )


def _read(path: Path) -> Json | None:
    """What a list says of a run; None for a folder that is none, which is logged."""
    name = path.parent.name
    try:
        summary = json.loads(path.read_text("utf-8"))
        has_report = (path.parent / REPORT).is_file()
        return _shape(name, summary, f"/v1/evaluations/{name}/report" if has_report else None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _LOG.warning("%s is passed over: it is not the record of a run: %r", path, error)
        return None


def _shape(name: str, summary: Mapping[str, Any], report: str | None) -> Json:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a run")
    measures = {
        label: {key: one[key] for key in ("mean", "low", "high", "n", "unscored")}
        for label, one in summary["measures"].items()
    }
    gates = [{key: one[key] for key in ("measure", "bound", "value", "passed")} for one in summary["gates"]]
    plain = {key: summary[key] for key in ("suite", "started", "n", "failed", "seconds", "model")}
    # Not in runs made before these were recorded.
    given, changed = summary.get("given"), summary.get("changed", {})
    asked = {"data": Path(given).name if given else None, "changed": changed}
    # Checked, for what is in the folder may be of another version: a list must not break over one of its lines.
    checked = EvaluationReply.model_validate(
        {"run": name, **plain, **asked, "measures": measures, "gates": gates, "report": report}
    )
    return checked.model_dump(mode="json")
