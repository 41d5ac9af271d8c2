"""`kill -9` of real commands in the middle of their work, and a model server that does everything a server can.

The short form of `python -m tests.torture.batches`.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.integration.scripted_model import Exchange, fails, hangs, says, scripted_model
from tests.torture.batches import tortured
from tests.torture.gazette import Gazette

ARTICLES = 230
"""More than from which on processes of their own summarise, so that these are orphaned too."""


def test_killed_in_the_middle_the_output_is_that_of_an_undisturbed_run(tmp_path: Path) -> None:
    assert not tortured(tmp_path, 1, ARTICLES, random.Random(11))


# --- a paid model ----------------------------------------------------------------------------------------------------

COUNT, AT_ONCE = 24, 3
DECLINES = says(json.dumps({"abstain": "not_stated", "claims": []}))


class Script:
    """What happens to the calls for each article: by its number, busy, hanging, cut, wrong in shape, or well."""

    def __init__(self) -> None:
        self.calls: Counter[int] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        (number,) = (int(found) for found in re.findall(r"第(\d+)号", str(exchange.asked["messages"]))[:1])
        self.calls[number] += 1
        first = self.calls[number] == 1
        match number % 6 if first else 0:
            case 1:
                fails(429, headers={"Retry-After": "0.2"})(exchange)
            case 2:
                hangs(3)(exchange)
            case 3:
                exchange.close_connection = True
                exchange.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
            case _:
                (says("I would rather chat") if number % 6 == 4 else DECLINES)(exchange)


def test_every_request_ends_in_one_state_and_no_paid_call_is_repeated_but_those_under_way_at_a_kill(
    tmp_path: Path,
) -> None:
    lines = "\n".join(f"第{number}号消息发布。" for number in range(COUNT))
    (tmp_path / "page.txt").write_text(lines, encoding="utf-8")
    script = Script()
    with scripted_model(script) as server:
        gazette = Gazette(
            tmp_path / "store",
            GAZETTE_MODEL__NAME="openai/some-model",
            GAZETTE_MODEL__API_BASE=server.api_base,
            GAZETTE_MODEL__TIMEOUT_SECONDS="2",
            GAZETTE_MODEL__MAX_RETRIES="0",
            GAZETTE_BATCH__WAIT_SECONDS="0.1",
            GAZETTE_BATCH__CONCURRENCY=str(AT_ONCE),
        )
        assert gazette.run("ingest", str(tmp_path / "page.txt")).returncode == 0
        (tmp_path / "in.jsonl").write_text("\n".join(_requests(gazette)), encoding="utf-8")
        out, errors = str(tmp_path / "out.jsonl"), str(tmp_path / "errors.jsonl")
        words = ("batch", "start", str(tmp_path / "in.jsonl"), "--out", out, "--errors", errors)
        assert gazette.killed(lambda: len(server.requests) >= COUNT // 2, *words)
        assert gazette.run(*words).returncode == 3
    done, failed = (_ids(tmp_path / f"{name}.jsonl") for name in ("out", "errors"))
    assert len(done) + len(failed) == len({*done, *failed}) == COUNT
    assert len(failed) == COUNT // 6
    # Once each; once more after a 429, a hang or a cut; a reply in the wrong shape is asked for twice.
    expected = {number: 2 if number % 6 in (1, 2, 3, 4) else 1 for number in range(COUNT)}
    repeated = {number: script.calls[number] - expected[number] for number in range(COUNT)}
    assert min(repeated.values()) >= 0
    assert sum(repeated.values()) <= 2 * AT_ONCE
    assert sum(count > 0 for count in repeated.values()) <= AT_ONCE


def _requests(gazette: Gazette) -> list[str]:
    rows = gazette.run("articles", "--json").stdout.splitlines()
    ids = [json.loads(row)["article_id"] for row in rows]
    return [
        json.dumps({"custom_id": one, "method": "POST", "url": "/v1/summaries", "body": {"article_id": one}})
        for one in ids
    ]


def _ids(path: Path) -> list[Any]:
    return [json.loads(line)["custom_id"] for line in path.read_text(encoding="utf-8").splitlines()]
