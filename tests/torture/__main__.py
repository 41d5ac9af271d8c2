"""`make torture`: kills at random moments of random steps for as long as is asked, each looked at and done again.

    python -m tests.torture [SECONDS] [SEED]

Prints the seed, a line for every fault, and a count; exits 1 if there was a fault.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.torture.nursery import Nursery
from tests.torture.world import STEPS, State


def main(seconds: float, seed: int) -> int:
    """Torture for at least ``seconds``; how many faults there were."""
    print(f"seed {seed}", flush=True)
    chance, began, faults, kills, finished = random.Random(seed), time.monotonic(), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        nursery = Nursery(Path(folder))
        while time.monotonic() - began < seconds:
            step = chance.randrange(len(STEPS))
            killed, found = _one(nursery, step, chance.random())
            kills, finished = kills + killed, finished + (not killed)
            for fault in found:
                faults += 1
                print(f"{STEPS[step][0]}: {fault}", flush=True)
    print(f"{kills} kills, {finished} times too late, {faults} faults, {time.monotonic() - began:.0f} s", flush=True)
    return faults


def _one(nursery: Nursery, step: int, share: float) -> tuple[bool, list[str]]:
    """One step killed at a share of its duration; whether it was, and what is wrong then."""
    _, work, after = STEPS[step]
    before = STEPS[step - 1][2] if step else State()
    store = nursery.folder / "tortured"
    shutil.copytree(nursery.before(step), store)
    delay = share * nursery.seconds(step)
    pid = os.fork()
    if pid == 0:
        try:
            work(store)
        finally:
            os._exit(0)
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    killed = os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    found = nursery.look(store, [before, after] if killed else [after], mend=killed and STEPS[step][0] == "repair")
    found += nursery.again(step, store)
    shutil.rmtree(store)
    return killed, found


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(bool(main(float(given[0] if given else 600), int(given[1]) if given[1:] else int(time.time()))))
