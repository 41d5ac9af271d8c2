"""Runs of `gazette eval` as the service shows them: what it lists is what evals wrote, and nothing in a report runs."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.evaluations import REPORT, RUN, Evaluations, policy_of
from evals import record
from evals.record import RunFolder
from evals.report import keep
from evals.runner import run
from tests.unit.evals.conftest import GOOD, MakeJob, make_job

__all__ = ["make_job"]  # the fixture

URL = "/v1/evaluations"


@pytest.fixture
def root(app: FastAPI, tmp_path: Path) -> Path:
    """The folder the service looks into."""
    app.state.evaluations = Evaluations(tmp_path)
    return tmp_path


def _summary(started: str) -> str:
    plain = {"suite": "s", "started": started, "n": 1, "failed": 0, "seconds": 1.0, "model": "m"}
    return json.dumps({**plain, "measures": {}, "gates": []})


def _finished(root: Path, name: str, started: str, report: str | None = None) -> None:
    (root / name).mkdir()
    (root / name / RUN).write_text(_summary(started), "utf-8")
    if report is not None:
        (root / name / REPORT).write_text(report, "utf-8")


def test_both_sides_call_the_files_the_same() -> None:
    assert (RUN, REPORT) == (record.RUN, record.REPORT)


async def test_without_runs_the_list_is_empty(client: httpx.AsyncClient, root: Path) -> None:
    assert (await client.get(URL)).json() == {"items": [], "next": None}


async def test_a_real_run_is_listed_with_its_figures_and_its_report_opens(
    client: httpx.AsyncClient, root: Path, make_job: MakeJob
) -> None:
    folder = RunFolder.create(root, "qa")
    summary = await run(make_job(GOOD), folder)
    keep(folder)
    [item] = (await client.get(URL)).json()["items"]
    assert item["run"] == folder.name
    assert item["n"] == summary["n"]
    assert {name: one["mean"] for name, one in item["measures"].items()} == {
        name: one["mean"] for name, one in summary["measures"].items()
    }
    page = await client.get(item["report"])
    assert page.text == (folder.path / REPORT).read_text("utf-8")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    own = re.search(r"style-src (\S+);", unescape(page.text))
    assert own is not None
    assert f"style-src {own[1]};" in policy, "the page's own policy and ours let in the same style"
    assert policy.endswith("sandbox")
    assert "script-src" not in policy


async def test_a_run_says_what_it_was_asked_over_and_what_was_changed(
    client: httpx.AsyncClient, root: Path, make_job: MakeJob
) -> None:
    job = make_job(GOOD, groups={"answer": {"min_support": 0.61}}, given=Path("data/hard.jsonl"))
    await run(job, RunFolder.create(root, "qa"))
    _finished(root, "older", "2024-03-01T08:00:00+00:00")
    items = {one["run"]: one for one in (await client.get(URL)).json()["items"]}
    assert (items["older"]["data"], items.pop("older")["changed"]) == (None, {})
    [item] = items.values()
    assert item["data"] == "hard.jsonl"
    assert item["changed"]["answer.min_support"] == "0.61"


async def test_the_newest_stands_first_and_a_list_goes_on(client: httpx.AsyncClient, root: Path) -> None:
    for day in (1, 3, 2):
        _finished(root, f"s-{day}", f"2024-03-0{day}T08:00:00+00:00")
    first = (await client.get(URL, params={"limit": 2})).json()
    assert [one["run"] for one in first["items"]] == ["s-3", "s-2"]
    assert first["items"][0]["report"] is None
    rest = (await client.get(URL, params={"after": first["next"]})).json()
    assert ([one["run"] for one in rest["items"]], rest["next"]) == (["s-1"], None)
    assert (await client.get(URL, params={"after": "gone"})).status_code == 404


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"suite": 7}'])
async def test_a_folder_that_is_no_run_is_passed_over_and_logged(
    client: httpx.AsyncClient, root: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    _finished(root, "good", "2024-03-01T08:00:00+00:00")
    (root / "other").mkdir()
    (root / "other" / RUN).write_text(content, "utf-8")
    assert [one["run"] for one in (await client.get(URL)).json()["items"]] == ["good"]
    assert "other" in caplog.text


async def test_nothing_outside_of_the_runs_is_served(client: httpx.AsyncClient, root: Path, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.mkdir()
    (secret / REPORT).write_text("secret", "utf-8")
    (root / "linked").symlink_to(secret)
    for name in ("linked", "..", "%2e%2e", f"..%2f{secret.name}", "a%00b", "gone"):
        reply = await client.get(f"{URL}/{name}/report")
        assert reply.status_code == 404, name
        assert "secret" not in reply.text.replace(secret.name, "")


def test_a_forged_report_may_only_use_its_style() -> None:
    policy = policy_of("<script>x</script><style>a{}</style><img src=//x>")
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; "
        r"frame-ancestors 'none'; sandbox",
        policy,
    )
    assert "style-src 'none'" in policy_of("<p>")
