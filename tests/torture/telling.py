"""`kill -9` of `gazette digest --since last` while its file is written and recorded; only the embedder is fake.

python -m tests.torture.telling            every point at which it can die, looked at and gone on from
python -m tests.torture.telling COMMAND …  the command line, which dies at `DIES_AT` where that is set
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import rag.export
from rag.cli import main
from rag.ledger import Ledger
from tests.torture.failpoints import Failpoints
from tests.torture.gazette import Gazette
from tests.torture.world import use_fake_embedder

MODULE = "tests.torture.telling"
POINTS = ("before write", "after write", "before record", "commit of record", "after record")
"""In the order a run reaches them; one file is written."""

PAGES = (
    "# 水库竣工\n\n5月3日,甘泉县清水镇水库竣工,总投资3.2亿元,可灌溉农田2万亩,惠及群众15万人。",
    "# 书屋开放\n\n5月6日,石门镇乡村书屋开放,藏书8000册,读者可以免费借阅。",
    "# 图书捐赠\n\n5月8日,市图书馆向白河镇中心小学捐赠图书500册,价值2万元。",
)


def install(points: Failpoints) -> None:
    """Put the points around the writing of the file and the recording of what it tells, in this process, for good."""
    written, recorded = rag.export.write_atomic, Ledger.save_told
    recording: list[bool] = []

    def write(*args: Any) -> None:
        points.reach("before write")
        written(*args)
        points.reach("after write")

    def record(*args: Any) -> None:
        points.reach("before record")
        recording.append(True)
        recorded(*args)
        recording.clear()
        points.reach("after record")

    setattr(rag.export, "write_atomic", write)  # noqa: B010 - mypy refuses the assignment
    setattr(Ledger, "save_told", record)  # noqa: B010
    event.listen(Engine, "commit", lambda _: points.reach("commit of record") if recording else None)


def faults_after(point: str, folder: Path) -> list[str]:
    """What is wrong after a digest died at a point, one more page came in, and the digest was asked for again."""
    pages, mark, out = folder / "pages", folder / "mark", folder / "digest.jsonl"
    pages.mkdir()
    gazette = Gazette(folder / "store", MODULE)
    _ingest(gazette, pages, PAGES[:2])
    command = ("digest", "--since", "last", "--out", str(out))
    armed = Gazette(folder / "store", MODULE, DIES_AT=point, DIES_MARK=str(mark))
    status = armed.run(*command).returncode
    if status != -signal.SIGKILL or mark.read_text("utf-8") != point:
        return [f"{point}: the fail-point did not fire (exit {status})"]
    before, recorded = _told(out), gazette.count("select count(*) from told_articles")
    _ingest(gazette, pages, PAGES[2:])
    done = gazette.run(*command)
    after = _told(out)
    # What was recorded is no news; what was not is told again in the same file, along with what came since.
    told = after + (before if recorded else Counter())
    now = gazette.count("select count(*) from told_articles")
    looked_at = {
        "the file is there in part": len(before) == (0 if point == "before write" else 2),
        "the record is there in part, or too early": recorded == (2 if point == "after record" else 0),
        "the next run failed": done.returncode == 0,
        "an article was lost": len(told) == len(PAGES),
        "an article was told twice": set(told.values()) <= {1},
        "not all is recorded once": now == len(PAGES),
        "a draft was left": not list(folder.glob(".*")),
    }
    return [f"{point}: {fault}" for fault, well in looked_at.items() if not well]


def _ingest(gazette: Gazette, folder: Path, pages: tuple[str, ...]) -> None:
    for page in pages:
        (folder / f"{len(list(folder.iterdir()))}.md").write_text(page, encoding="utf-8")
    done = gazette.run("ingest", str(folder))
    if done.returncode:
        raise SystemExit(done.stderr)


def _told(path: Path) -> Counter[str]:
    """How often a digest's file tells each article."""
    return Counter(json.loads(path.read_text("utf-8"))["coverage"]["used"]) if path.exists() else Counter()


def _every_point() -> int:
    faults: list[str] = []
    for point in POINTS:
        with tempfile.TemporaryDirectory() as folder:
            faults += faults_after(point, Path(folder))
        print(point, file=sys.stderr)
    print("\n".join(faults) or f"{len(POINTS)} kills, nothing lost, nothing doubled")
    return int(bool(faults))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        raise SystemExit(_every_point())
    use_fake_embedder()
    if "DIES_AT" in os.environ:
        install(Failpoints(Path(os.environ["DIES_MARK"]), POINTS.index(os.environ["DIES_AT"]) + 1))
    main()
