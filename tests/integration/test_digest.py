"""Digests over the sample pages and pages made here: coverage, citations, copies, conflicts, what is new, kills."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import rag.pipeline
from rag.build import build_pipeline
from rag.cli import gazette
from rag.models import Digest, DigestRequest, Filters
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.conftest import SEEDS

REPORT = (
    "5月3日,甘泉县清水镇水库竣工,总投资3.2亿元,可灌溉农田2万亩,惠及群众15万人。水库自2021年开工,历时三年,由省水利设计院设计,"
    "建设者先后完成土石方12万方,浇筑混凝土8万方,安装闸门6扇,全部工程一次验收合格。"
)
PAGES = {
    "a.md": ("# 清水镇水库竣工\n\n" + REPORT, "甲报", "2024-05-04"),
    "b.md": ("# 水库竣工\n\n" + REPORT.replace("惠及群众15万人", "惠及群众18万人"), "乙报", "2024-05-05"),
    "c.md": ("# 乡村书屋开放\n\n甘泉县石门镇乡村书屋5月6日开放,藏书8000册,读者可以免费借阅。", "甲报", "2024-05-06"),
    "d.md": ("# 图书捐赠\n\n近日,市图书馆向石门镇捐赠图书500册。", None, None),
}  # fmt: skip


def _ingest(pipeline: Pipeline, folder: Path, names: list[str]) -> None:
    for name in names:
        text, paper, day = PAGES[name]
        (folder / name).write_text(text)
        given = {key: value for key, value in (("paper", paper), ("date", day)) if value}
        (folder / f"{name}.meta.json").write_text(json.dumps(given))
    asyncio.run(pipeline.ingest([folder]))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Pipeline, Path]]:
    folder = tmp_path / "pages"
    folder.mkdir()
    pipeline = build_pipeline(Settings.load(store={"path": tmp_path / "store"}))
    yield pipeline, folder
    pipeline.close()


def _digest(pipeline: Pipeline, **request: Any) -> Digest:
    return asyncio.run(pipeline.digest(DigestRequest(**request))).digest


def _asked(pipeline: Pipeline) -> set[str]:
    return {article.article_id for article, _ in pipeline.articles(limit=1000) if article.kind != "furniture"}


def _everything(digest: Digest) -> list[str]:
    coverage = digest.coverage
    return [*coverage.used, *coverage.merged, *(one.article_id for one in coverage.left_out)]


def _check(digest: Digest, pipeline: Pipeline) -> None:
    text = digest.text or ""
    for claim in digest.claims:
        assert text[claim.start : claim.end] == claim.text
        assert claim.verdict == "supported"
        assert claim.citations
    for citation in digest.citations:
        source = pipeline.document(citation.document_id).text
        assert "".join(source[start:end] for start, end in citation.source_spans) == citation.quote


def test_every_article_of_the_sample_pages_is_accounted_for_once(seed_pipeline: Pipeline) -> None:
    digest = _digest(seed_pipeline)
    assert sorted(_everything(digest)) == sorted(_asked(seed_pipeline))
    assert len(digest.coverage.used) >= 30
    _check(digest, seed_pipeline)


@pytest.mark.parametrize("max_chars", [60, 400, 1500])
def test_a_limited_digest_keeps_its_length_and_says_what_it_left_out(seed_pipeline: Pipeline, max_chars: int) -> None:
    digest = _digest(seed_pipeline, max_chars=max_chars)
    assert len(digest.text or "") <= max_chars
    assert sorted(_everything(digest)) == sorted(_asked(seed_pipeline))
    assert {one.reason for one in digest.coverage.left_out} == {"over_length"}
    _check(digest, seed_pipeline)


def test_a_digest_of_one_document_covers_that_document(seed_pipeline: Pipeline) -> None:
    name = sorted(path.name for path in SEEDS.glob("*.txt"))[3]
    mine = {
        article.article_id
        for article, document in seed_pipeline.articles(limit=1000)
        if document == name and article.kind != "furniture"
    }
    assert set(_everything(_digest(seed_pipeline, filters=Filters(document=name)))) == mine


def test_copies_are_told_once_with_their_sources_and_what_they_print_otherwise(made: tuple[Pipeline, Path]) -> None:
    pipeline, folder = made
    _ingest(pipeline, folder, ["a.md", "b.md", "c.md"])
    digest = _digest(pipeline)
    report = next(story for story in digest.stories if story.independent_sources == 2)
    assert len(report.merged) == 1
    assert len(digest.stories) == 2
    assert sorted(_everything(digest)) == sorted(_asked(pipeline))
    said = [digest.claims[at].text for conflict in digest.conflicts for at in conflict.claims]
    assert any("15万人" in text for text in said)
    assert any("18万人" in text for text in said)
    _check(digest, pipeline)


def test_a_date_range_leaves_out_the_undated_and_says_so(made: tuple[Pipeline, Path]) -> None:
    pipeline, folder = made
    _ingest(pipeline, folder, list(PAGES))
    digest = _digest(pipeline, filters=Filters("2024-05-05", "2024-05-06"))
    days = {article.article_id: article.published for article, _ in pipeline.articles() if article.kind != "furniture"}
    undated = {name for name, day in days.items() if day is None}
    outside = {name for name, day in days.items() if day == "2024-05-04"}
    assert {one.article_id for one in digest.coverage.left_out if one.reason == "undated"} == undated
    assert digest.undated_left_out == len(undated) == 1
    assert set(_everything(digest)) == _asked(pipeline) - outside


def test_what_was_remembered_is_no_news_and_what_was_not_is(made: tuple[Pipeline, Path]) -> None:
    pipeline, folder = made
    _ingest(pipeline, folder, ["a.md", "c.md"])
    first = asyncio.run(pipeline.digest(DigestRequest(since_last=True)))
    assert len(first.digest.coverage.used) == 2
    assert asyncio.run(pipeline.digest(DigestRequest(since_last=True))).digest == first.digest
    pipeline.remember(first)
    assert _digest(pipeline, since_last=True).nothing_new
    assert not _digest(pipeline, since_last=True, filters=Filters(place="石门镇")).nothing_new
    _ingest(pipeline, folder, ["b.md", "d.md"])
    second = _digest(pipeline, since_last=True)
    assert [one.reason for one in second.coverage.left_out] == ["told_before"]
    assert len(second.coverage.used) == 1


def test_new_bytes_of_a_page_bring_only_its_new_articles(made: tuple[Pipeline, Path]) -> None:
    pipeline, folder = made
    _ingest(pipeline, folder, ["c.md", "d.md"])
    pipeline.remember(asyncio.run(pipeline.digest(DigestRequest(since_last=True))))
    (folder / "d.md").write_text(PAGES["d.md"][0] + "\n")
    asyncio.run(pipeline.ingest([folder]))
    assert _digest(pipeline, since_last=True).nothing_new
    gone = next(one for one in pipeline.documents() if one.document == "c.md")
    asyncio.run(pipeline.delete(gone.document_id))
    _ingest(pipeline, folder, ["c.md"])
    assert _digest(pipeline, since_last=True).nothing_new
    (folder / "d.md").write_text(PAGES["d.md"][0].replace("500册", "700册"))
    asyncio.run(pipeline.ingest([folder]))
    assert len(_everything(_digest(pipeline, since_last=True))) == 1


# --- the command ---


def _run(store: Path, *arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(gazette, ["--store", str(store), *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_is_fit_for_cron_and_loses_nothing_to_a_kill(
    made: tuple[Pipeline, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, folder = made
    _ingest(pipeline, folder, ["a.md", "c.md"])
    pipeline.close()
    store, outs = tmp_path / "store", [tmp_path / f"digest.{suffix}" for suffix in ("md", "html", "jsonl", "docx")]
    command = ["digest", "--since", "last", *(part for out in outs for part in ("--out", out))]

    def killed(_self: Pipeline, _digested: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rag.pipeline.Pipeline, "remember", killed)
        assert _run(store, *command)[0] != 0
    first = [out.read_bytes() for out in outs]
    assert _run(store, *command)[0] == 0
    assert [out.read_bytes() for out in outs] == first
    status, _, talk = _run(store, *command)
    assert (status, "nothing new" in talk) == (0, True)
    assert [out.read_bytes() for out in outs] == first
    assert json.loads(_run(store, "digest", "--since", "last", "--json")[1])["nothing_new"] is True


def test_the_command_writes_json_and_refuses_what_it_cannot_write(made: tuple[Pipeline, Path], tmp_path: Path) -> None:
    pipeline, folder = made
    _ingest(pipeline, folder, ["a.md", "b.md", "c.md"])
    pipeline.close()
    store = tmp_path / "store"
    status, out, _ = _run(store, "digest", "--topic", "水库", "--json")
    found = json.loads(out)
    assert status == 0
    assert len(found["coverage"]["used"]) + len(found["coverage"]["merged"]) == 2
    outs = [tmp_path / f"timeline.{suffix}" for suffix in ("md", "html", "docx")]
    status, out, _ = _run(store, "timeline", "水库", "--json", *(part for path in outs for part in ("--out", path)))
    line = json.loads(out)
    assert status == 0
    assert [entry["date"] for entry in line["entries"]] == sorted(entry["date"] for entry in line["entries"])
    assert {"2024-05-03", "2021"} <= {entry["date"] for entry in line["entries"]}
    assert all(line["timeline"][claim["start"] : claim["end"]] == claim["text"] for claim in line["claims"])
    assert line["conflicts"]
    assert all(path.stat().st_size for path in outs)
    assert _run(store, "digest", "--out", tmp_path / "digest.xyz")[0] == 2
    assert _run(store, "digest", "--topic", " ")[0] == 2
    assert _run(store, "digest", "--document", "absent")[0] == 1
