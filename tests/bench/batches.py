"""A batch of extractive summaries over many articles: how fast, and whether its memory stays where it is.

The real command over real stores; only the embedder is a fake, as summaries need none. Articles are those of
``scale.py``. Processor time and memory are read from /proc whenever the command says how far it is, of the process that
was started and of those that summarise for it.

python -m tests.bench.batches [--articles 10000] [--folder DIR] [--lines | --summarise html]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.cli import main as gazette_command
from tests.bench.scale import sentences, write_articles
from tests.torture.gazette import Gazette
from tests.torture.world import use_fake_embedder

PARTS = 4
"""Figures are told after each quarter of the articles, and at the end."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A command and the processes it started, at one moment; memory in MiB without what they share."""

    cpu_seconds: float
    own_mib: int
    workers_mib: tuple[int, ...]


def filled(folder: Path, articles: int) -> Gazette:
    """A data folder with so many records; one that is there already is used as it is."""
    gazette = Gazette(folder / "store", __spec__.name)
    if not (folder / "store").exists():
        write_articles(folder / "articles.jsonl", sentences(None), articles)
        done = gazette.run("ingest", str(folder / "articles.jsonl"))
        if done.returncode:
            raise SystemExit(done.stderr)
    return gazette


def requests(folder: Path, articles: int, *, by_line: bool) -> Path:
    """One line that asks for all summaries, or a line an article."""
    bodies: list[dict[str, object]] = [{"document": f"r{at}"} for at in range(articles)] if by_line else [{"all": True}]
    fixed = {"method": "POST", "url": "/v1/summaries"}
    lines = (
        json.dumps({"custom_id": f"c{at}", **fixed, "body": {**body, "max_chars": 200}})
        for at, body in enumerate(bodies)
    )
    path = folder / "requests.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def watched(process: subprocess.Popen[str], articles: int) -> Iterator[dict[str, object]]:
    """Figures of each part of the work, from what the command says; the last ones when it has written its file."""
    assert process.stderr is not None
    parts = [articles * part // PARTS for part in range(1, PARTS)]
    before: tuple[int, Seen] | None = None
    for line in process.stderr:
        done, seen = told(line), look(process.pid)
        if before is None:
            before = done, seen
            yield {"what": f"at {done}", "CPU s": round(seen.cpu_seconds, 1), "MiB": seen.own_mib}
        if parts and done >= parts[0]:
            parts.pop(0)
            at, then = before
            before = done, seen
            yield {
                "what": f"{at}-{done}",
                "articles a CPU second": round((done - at) / (seen.cpu_seconds - then.cpu_seconds), 1),
                "MiB": seen.own_mib,
                "MiB of workers": seen.workers_mib,
            }
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    yield {
        "what": "the whole command",
        "status": process.returncode,
        "articles a CPU second": round(articles / (used.ru_utime + used.ru_stime), 1),
        "most resident MiB of any process": used.ru_maxrss >> 10,
    }


def told(line: str) -> int:
    """How many a line of the command says are done, an event or plain."""
    if line.startswith("{"):
        return int(json.loads(line).get("done", 0))
    words = re.match(r"\w+: (\d+) of", line)
    return int(words[1]) if words else 0


def look(pid: int) -> Seen:
    """A process and its children now."""
    tree = [pid, *children(pid)]
    cpu = sum(cpu_seconds(one) for one in tree)
    own, *workers = [own_mib(one) for one in tree]
    return Seen(cpu, own, tuple(sorted(one for one in workers if one > 30)))


def children(pid: int) -> list[int]:
    """Processes that one started."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(word) for thread in threads for word in (thread / "children").read_text().split()]
    except OSError:  # it ended meanwhile
        return []
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, its ended children included."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")


def own_mib(pid: int) -> int:
    """Memory that is this process's alone, MiB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) >> 10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where the collection is made; kept, and used again as it is")
    parser.add_argument("--lines", action="store_true", help="a line an article instead of one line for all")
    parser.add_argument("--summarise", choices=["jsonl", "md", "html"], help="`summarise --all` to such a file instead")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="gazette-batches-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        gazette = filled(folder, given.articles)
        asked = requests(folder, given.articles, by_line=given.lines)
        print(json.dumps({"load": os.getloadavg()[0], "articles": given.articles}), flush=True)
        words = ("batch", "start", str(asked), "--json", "--out", str(folder / "out.jsonl"))
        if given.summarise:
            words = ("summarise", "--all", "--max-chars", "190", "--out", str(folder / f"out.{given.summarise}"))
        began, process = time.perf_counter(), gazette.start(*words)
        for row in watched(process, given.articles):
            print(json.dumps(row, ensure_ascii=False), flush=True)
        rate = given.articles / (time.perf_counter() - began)
        print(json.dumps({"articles a second, by the clock": round(rate, 1), "load": os.getloadavg()[0]}), flush=True)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].startswith("-"):  # a command of Gazette, in a process of its own
        use_fake_embedder()
        gazette_command()
    else:
        main()
