"""``make fuzz``: a service over the sample pages is asked whatever its description allows, and more, for so long.

Usage: python -m tests.fuzz SECONDS [SEED]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from rag.build import build_pipeline
from rag.settings import Settings
from tests.conftest import SEEDS
from tests.fuzz.requests import fuzzed
from tests.integration.started import started


def main() -> int:
    """Run; status 1 when anything failed."""
    seconds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    with tempfile.TemporaryDirectory() as folder:
        pipeline = build_pipeline(Settings.load(store={"path": Path(folder) / "store"}))
        asyncio.run(pipeline.ingest([SEEDS]))
        try:
            with started(pipeline) as url:
                done = fuzzed(url, Path(folder), seconds=seconds, examples=10_000, seed=seed)
        finally:
            pipeline.close()
    print(done.stdout, done.stderr, f"again: make fuzz SECONDS_OF_FUZZ={seconds} SEED={seed}", sep="\n")
    return min(done.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())
