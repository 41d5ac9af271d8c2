"""Summaries and batches killed at random moments, again and again: the output is the same as undisturbed.

python -m tests.torture.batches [KILLS] [ARTICLES] [SEED]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

from tests.bench.scale import sentences, write_articles
from tests.torture.gazette import Gazette
from tests.torture.world import use_fakes

SUMMARIES = "SELECT count(*) FROM replies"
UNITS = "SELECT count(*) FROM batch_units WHERE state = 'completed'"


def filled(folder: Path, articles: int) -> Gazette:
    """A data folder with so many records, and a request for the summaries of all of them."""
    write_articles(folder / "articles.jsonl", sentences(None), articles)
    request = {"custom_id": "all", "method": "POST", "url": "/v1/summaries", "body": {"all": True, "max_chars": 80}}
    (folder / "requests.jsonl").write_text(json.dumps(request), encoding="utf-8")
    gazette = Gazette(folder / "store")
    done = gazette.run("ingest", str(folder / "articles.jsonl"))
    if done.returncode:
        raise RuntimeError(done.stderr)
    return gazette


def tortured(folder: Path, kills: int, articles: int, chance: random.Random) -> list[str]:
    """Kill both commands at random shares of their work; everything that is not as undisturbed."""
    gazette, found = filled(folder, articles), list[str]()
    outputs = {}
    commands = {
        "summarise": (SUMMARIES, ("summarise", "--all", "--max-chars", "120", "--out")),
        "batch": (UNITS, ("batch", "start", str(folder / "requests.jsonl"), "--out")),
    }
    for name, (query, words) in commands.items():
        out = folder / f"{name}.jsonl"
        for share in sorted(chance.random() for _ in range(kills)):
            wanted = gazette.count(SUMMARIES) + 1 if name == "summarise" else int(share * articles)
            wanted = max(wanted, int(share * articles))
            gazette.killed(lambda q=query, w=wanted: gazette.count(q) >= w, *words, str(out))  # type: ignore[misc]
            if out.exists():
                break  # it was done before it could be killed
        last = gazette.run(*words, str(out))
        if last.returncode:
            found.append(f"{name}: {last.stderr}")
        outputs[name] = out.read_bytes()
    found += _compared(folder, articles, outputs)
    return found


def _compared(folder: Path, articles: int, outputs: dict[str, bytes]) -> list[str]:
    """Against an undisturbed run over the same records in another data folder."""
    (folder / "calm").mkdir()
    calm, wrong = filled(folder / "calm", articles), list[str]()
    for name, words in {
        "summarise": ("summarise", "--all", "--max-chars", "120"),
        "batch": ("batch", "start", str(folder / "calm" / "requests.jsonl")),
    }.items():
        if calm.run(*words).stdout.encode() != outputs[name]:
            wrong.append(f"{name}: the output is not that of an undisturbed run")
    rows = [json.loads(line)["article_id"] for line in outputs["summarise"].splitlines()]
    (line,) = (json.loads(line) for line in outputs["batch"].splitlines())
    items = [item["article_id"] for item in line["response"]["body"]["items"]]
    for name, ids in (("summarise", rows), ("batch", items)):
        if len(ids) != articles or len(set(ids)) != articles:
            wrong.append(f"{name}: {len(ids)} rows of {len(set(ids))} articles, not {articles}")
    return wrong


def main(kills: int, articles: int, seed: int) -> int:
    """How many faults there were."""
    print(f"seed {seed}", flush=True)
    use_fakes()
    with tempfile.TemporaryDirectory() as folder:
        faults = tortured(Path(folder), kills, articles, random.Random(seed))
    for fault in faults:
        print(fault, flush=True)
    print(f"{kills} kills of each command over {articles} articles, {len(faults)} faults", flush=True)
    return len(faults)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(bool(main(*(numbers + [10, 2000, 7][len(numbers) :]))))
