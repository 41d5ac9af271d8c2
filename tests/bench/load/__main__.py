"""A real service under load: what it does, what it refuses, what it takes.

    python -m tests.bench.load --articles 20000 --folder DIR
    python -m tests.bench.load --folder DIR --phases soak --minutes 30
    python -m tests.bench.load --folder DIR --data ../shared/evals --phases idle,crowded,paced

The collection is made once in the folder (see ``tests.bench.load.collection``: made-up vectors, everything else real;
with ``--data``, the texts, questions and vectors are real too).
One JSON object a line, with the machine's load average and what the model alone takes in that minute; where other work
runs beside it, ``CPU ms each`` (of the service's process) over the model's is the figure that counts, not the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from itertools import islice
from pathlib import Path

from tests.bench.load.asking import client
from tests.bench.load.collection import asked_of, made, made_of, questions, records
from tests.bench.load.phases import Phases, Row
from tests.bench.load.reference import model_alone
from tests.bench.load.service import Service, served

PHASES = ("idle", "crowded", "paced", "streams", "overload", "ingesting", "soak")
QUESTIONS = 60_000
CONNECTIONS = 16
PACED_SECONDS = 20
REFERRED = 40
"""Questions for the model alone."""


async def run(service: Service, given: argparse.Namespace) -> None:
    """The phases asked for, each row printed when it is done."""
    async with client(service.url) as opened:
        asked = asked_of(given.data, given.seed) if given.data else iter(questions(QUESTIONS, given.seed))
        reference = model_alone(list(islice(asked, REFERRED)))
        phases = Phases(service, opened, asked, records(given.seed), reference)
        wanted = given.phases.split(",")
        if set(wanted) & {"idle", "overload"}:
            tell(await phases.idle(given.searches))
        if set(wanted) & {"crowded", "overload"}:
            tell(await phases.crowded(given.searches * 4, CONNECTIONS))
        if "paced" in wanted:
            tell(await phases.paced(given.pace, PACED_SECONDS, CONNECTIONS))
        if "streams" in wanted:
            tell(await phases.streams(200))
        if "overload" in wanted:
            tell(await phases.overload())
        if "ingesting" in wanted:
            tell(await phases.ingesting(given.uploads))
        if "soak" in wanted:
            async for row in phases.soak(given.minutes, given.rate):
                tell(row)


def tell(row: Row) -> None:
    """One line."""
    print(json.dumps(row, ensure_ascii=False), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, required=True, help="where the collection is made; kept afterwards")
    parser.add_argument("--data", type=Path, help="a folder of data sets whose texts and questions are used")
    parser.add_argument("--phases", default=",".join(PHASES[:-1]), help=f"some of {', '.join(PHASES)}")
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--pace", type=float, default=50, help="searches a second that are offered in `paced`")
    parser.add_argument("--uploads", type=int, default=3, help="files taken in beside searches")
    parser.add_argument("--minutes", type=float, default=30.0, help="of the soak")
    parser.add_argument("--rate", type=float, default=2.0, help="of the soak, requests a second")
    parser.add_argument("--seed", type=int, default=5, help="other questions and other uploads")
    given = parser.parse_args()
    if unknown := set(given.phases.split(",")) - set(PHASES):
        parser.error(f"no such phase: {', '.join(sorted(unknown))}; there are {', '.join(PHASES)}")
    given.folder.mkdir(parents=True, exist_ok=True)
    store = made_of(given.data, given.folder, given.articles) if given.data else made(given.folder, given.articles)
    with served(store) as service:
        asyncio.run(run(service, given))


if __name__ == "__main__":
    main()
