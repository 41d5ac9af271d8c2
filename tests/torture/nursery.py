"""Forks a child for every kill and another to look at what it left: the heavy imports are paid for once.

No store is ever opened in this process itself, so nothing but memory is inherited.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import chromadb  # noqa: F401 - imported before forking, so that no child imports it
import tantivy  # noqa: F401

from tests.torture.failpoints import Failpoints
from tests.torture.world import STEPS, State, faults, use_fakes


def in_child(work: Callable[[], None], log: Path) -> int:
    """Run something in a forked process; its wait status. Whatever it raises is written to ``log``."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - a child that fails must not go on as its parent
            log.write_text(traceback.format_exc(), encoding="utf-8")
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1]


class Nursery:
    """Kills one step of ``STEPS`` at a time, over copies of what the steps before left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seconds: dict[int, float] = {}
        use_fakes()

    def before(self, step: int) -> Path:
        """The data folder as it is before a step."""
        made = self.folder / f"before-{step}"
        if not made.exists():
            building = self.folder / "building"
            if step:
                shutil.copytree(self.before(step - 1), building)
                self._whole(STEPS[step - 1][1], building)
            else:
                building.mkdir()
            building.rename(made)
        return made

    def _whole(self, work: Callable[[Path], None], store: Path) -> None:
        log = self.folder / "log"
        if in_child(lambda: work(store), log):
            raise RuntimeError(log.read_text(encoding="utf-8"))

    def points(self, step: int) -> list[str]:
        """What a step passes when nothing kills it."""
        store, told = self.folder / "counting", self.folder / "points.json"
        shutil.copytree(self.before(step), store)

        def work() -> None:
            points = Failpoints(self.folder / "mark")
            points.install()
            STEPS[step][1](store)
            told.write_text(json.dumps(points.passed), encoding="utf-8")

        self._whole(lambda _: work(), store)
        shutil.rmtree(store)
        found: list[str] = json.loads(told.read_text(encoding="utf-8"))
        return found

    def kill(self, step: int, number: int, *, again: bool) -> list[str]:
        """Kill a step at its ``number``-th point and look at what is there; what is wrong.

        With ``again`` the step is then done as if nothing had happened, and looked at once more.
        """
        name, work, _ = STEPS[step]
        store, mark, log = self.folder / "killed", self.folder / "mark", self.folder / "log"
        shutil.copytree(self.before(step), store)

        def armed() -> None:
            Failpoints(mark, number).install()
            work(store)

        mark.unlink(missing_ok=True)
        status = in_child(armed, log)
        found = [] if os.WIFSIGNALED(status) and os.WTERMSIG(status) == 9 and mark.is_file() else ["not killed"]
        before = STEPS[step - 1][2] if step else State()
        after = STEPS[step][2]
        mends = name == "repair"
        found += self.look(store, [before, after], mend=mends)
        if again:
            found += self.again(step, store)
        shutil.rmtree(store)
        return found

    def again(self, step: int, store: Path) -> list[str]:
        """Do a step to the end, over whatever is there; what is wrong then."""
        self._whole(STEPS[step][1], store)
        return self.look(store, [STEPS[step][2]], mend=False)

    def seconds(self, step: int) -> float:
        """How long a step takes when nothing kills it, opening included."""
        if step not in self._seconds:
            store = self.folder / "timed"
            shutil.copytree(self.before(step), store)
            began = time.monotonic()
            self._whole(STEPS[step][1], store)
            self._seconds[step] = time.monotonic() - began
            shutil.rmtree(store)
        return self._seconds[step]

    def look(self, store: Path, allowed: list[State], *, mend: bool) -> list[str]:
        """What is wrong with what is in a data folder."""
        told = self.folder / "faults.json"

        def look() -> None:
            told.write_text(json.dumps(faults(store, allowed, mend=mend), ensure_ascii=False), encoding="utf-8")

        self._whole(lambda _: look(), store)
        found: list[str] = json.loads(told.read_text(encoding="utf-8"))
        return found


def main(folder: Path, every: int) -> None:
    """Kill at every point and do each step again (``every`` 1), or at the first of each name, before it is done."""
    nursery = Nursery(folder)
    for step, (name, _, _) in enumerate(STEPS):
        points = nursery.points(step)
        # After one call is before the next: the short form takes only the latter.
        named = {point: at for at, point in reversed([*enumerate(points)]) if not point.startswith("after")}
        first = sorted(named.values())
        chosen = range(len(points)) if every else first
        for at in chosen:
            row = {"step": name, "point": points[at], "faults": nursery.kill(step, at + 1, again=bool(every))}
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
