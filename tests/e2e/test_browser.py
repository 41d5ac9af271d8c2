"""Pages in a real browser (Debian's Chromium, `make system`): they render offline, and newspaper text never runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rag.export import summaries_html
from tests.conftest import ROOT, SEEDS
from tests.unit.export.columns import CutPage

HOSTILE = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"


def _rendered(browser: str, address: str, profile: Path) -> str:
    """The page as the browser built it, with every name but this machine's unresolvable."""
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
    quiet = ("--disable-background-networking", "--disable-component-update")
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    done = subprocess.run(
        (
            *(browser, *flags, *quiet, offline, f"--user-data-dir={profile}"),
            *("--virtual-time-budget=10000", "--dump-dom", address),
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_the_documentation_page_shows_every_route_without_a_network(browser: str, service: str, tmp_path: Path) -> None:
    page = _rendered(browser, f"{service}/docs", tmp_path)
    for route in ("/v1/documents", "/v1/articles", "/v1/search", "/v1/answers", "/v1/summaries", "/v1/verifications"):
        assert f'data-path="{route}"' in page


def test_a_hostile_headline_is_shown_and_never_runs(browser: str, tmp_path: Path) -> None:
    row = {
        "article_id": "art_1",
        "document": HOSTILE,
        "kind": "article",
        "title": HOSTILE,
        "style": "brief",
        "abstained": False,
        "abstention": None,
        "summary": HOSTILE,
        "claims": [],
        "citations": [],
        "dropped": [],
        "model": "extractive",
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0},
    }
    page = tmp_path / "summaries.html"
    page.write_text(summaries_html([row]), encoding="utf-8")
    shown = _rendered(browser, page.as_uri(), tmp_path / "profile")
    assert "<title>ran</title>" not in shown
    assert "<img" not in shown
    assert "&lt;img src=x onerror" in shown


def test_the_page_of_a_cut_shows_the_source_as_it_is_and_every_piece_labelled(browser: str, tmp_path: Path) -> None:
    source, page = next(SEEDS.glob("004_*.txt")), tmp_path / "cut.html"
    command = (sys.executable, "-c", "from rag.cli import main; main()", "segment", str(source), "--html")
    subprocess.run((*command, "--out", str(page)), cwd=ROOT, check=True, timeout=60)
    shown = CutPage(_rendered(browser, page.as_uri(), tmp_path / "profile"))
    assert "".join(shown.source) == source.read_bytes().decode("utf-8")
    assert len(shown.labels) == sum(name.startswith("d0p") and name[3:].isdigit() for name in shown.ids) > 5
    for key, labels in shown.labels.items():
        assert labels[0].startswith(f"{key.removeprefix('d0p')} "), labels
    assert any(len(labels) > 1 for labels in shown.labels.values())  # pieces run into each other on this page
    assert any("存疑" in labels[0] for labels in shown.labels.values())
