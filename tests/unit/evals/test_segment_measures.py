"""The page measures against a scorer written independently of them: the public definitions, word for word."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.aggregate import figures_by_label
from evals.measures import Bench, Score, build_measures
from evals.samples import Sample

Json = dict[str, Any]
KINDS = ("article", "continuation", "photo_caption", "page_furniture")
FLAGS = ("interleaved", "title_split", "column_label")
NAMES = (
    "bcubed_f", "art_f50", "art_f80", "art_f95", "whole_f80", "hard_f80", "title", "title_read", "headless", "order",
    "furniture_leak", "cross_leak",
)  # fmt: skip


def _page(chance: random.Random, number: int, folder: Path) -> tuple[Json, str, Path]:
    text = "".join(chance.choice("新闻版面甲乙丙丁 \n#*。") for _ in range(400))
    cuts = sorted(chance.sample(range(1, 399), 9))
    stretches = list(zip([0, *cuts], [*cuts, 400], strict=True))
    articles: list[Json] = []
    for index, stretch in enumerate(stretches):
        if articles and chance.random() < 0.3:
            chance.choice(articles)["spans"].append(list(stretch))
            continue
        title = None if chance.random() < 0.3 else f"题{index} 目"
        flags = [flag for flag in FLAGS if chance.random() < 0.3]
        articles.append({"kind": chance.choice(KINDS), "title": title, "flags": flags, "spans": [list(stretch)]})
    path = folder / f"{number}.txt"
    path.write_text(text, encoding="utf-8")
    return {"file": path.name, "articles": articles}, text, path


def _guess(chance: random.Random, gold: Json) -> list[Json]:
    """The gold cut with shifted edges, lost pieces, other kinds and other titles."""
    guess = []
    for article in gold["articles"]:
        if chance.random() < 0.15:
            continue
        spans = [[max(0, s + chance.randint(-6, 6)), min(400, e + chance.randint(-6, 6))] for s, e in article["spans"]]
        spans = [span for span in spans if span[0] < span[1]]
        if chance.random() < 0.2:
            spans.reverse()
        kind = article["kind"] if chance.random() < 0.8 else chance.choice(KINDS)
        kind = "furniture" if kind == "page_furniture" else kind
        title = article["title"] if chance.random() < 0.7 else chance.choice([None, "别的题"])
        guess.append({"kind": kind, "title": title, "spans": spans})
    return guess


def _oracle(golds: list[Json], guesses: list[list[Json]], texts: list[str]) -> dict[str, float]:
    """The scorer that comes with the synthetic pages, restated with sets and matrices."""
    total: Counter[str] = Counter()
    precision, recall = [], []
    for gold, guess, text in zip(golds, guesses, texts, strict=True):
        p, r, counts = _oracle_page(gold["articles"], guess, text)
        precision.append(p)
        recall.append(r)
        total.update(counts)
    p, r = float(np.mean(precision)), float(np.mean(recall))

    def share(part: str, whole: str) -> float:
        return total[part] / total[whole]

    out = {"bcubed_f": 2 * p * r / (p + r)}
    out |= {f"art_f{t}": 2 * total[f"m{t}"] / (total["gold"] + total["guess"]) for t in (50, 80, 95)}
    out |= {
        "whole_f80": share("main80", "main"),
        "hard_f80": share("hard80", "hard"),
        "title": share("right", "titled"),
    }
    out["title_read"] = share("read", "titled")
    out |= {"headless": share("empty", "headless"), "order": share("order", "ordered")}
    return out | {"furniture_leak": share("leak", "furniture"), "cross_leak": share("foreign", "characters")}


def _oracle_page(gold: list[Json], guess: list[Json], text: str) -> tuple[float, float, Counter[str]]:
    good = [not character.isspace() and character not in "#*" for character in text]
    sets = [[{i for s, e in one["spans"] for i in range(s, e) if good[i]} for one in side] for side in (gold, guess)]
    golds, owner = sets[0], np.full(len(text), -1)
    for k in reversed(range(len(guess))):
        owner[sorted(sets[1][k])] = k
    for number, i in enumerate(np.flatnonzero(owner == -1), 2):
        owner[i] = -number
    chars = sorted(set().union(*golds))
    mine = {i: k for k, members in enumerate(golds) for i in members}
    same_gold = np.array([mine[i] for i in chars])
    same_guess = owner[chars]
    a, b = same_gold[:, None] == same_gold[None], same_guess[:, None] == same_guess[None]
    p, r = float(((a & b).sum(1) / b.sum(1)).mean()), float(((a & b).sum(1) / a.sum(1)).mean())
    return p, r, _oracle_counts(gold, guess, golds, sets[1], owner, chars, text)


def _oracle_counts(
    gold: list[Json], guess: list[Json], golds: Any, raw: Any, owner: Any, chars: list[int], text: str
) -> Counter[str]:
    is_text = {"article", "photo_caption", "continuation", "fragment"}
    owned = [{i for i in chars if owner[i] == k} for k in range(len(guess))]
    tg = [k for k, one in enumerate(gold) if one["kind"] in is_text]
    tp = [k for k, one in enumerate(guess) if one["kind"] in is_text and raw[k]]
    pairs = [(len(golds[k] & owned[q]) / len(golds[k] | owned[q]), k, q) for k in tg for q in tp if golds[k] & owned[q]]
    match: dict[int, tuple[int, float]] = {}
    for v, k, q in sorted(pairs, key=lambda pair: -pair[0]):
        if k not in match and q not in {other for other, _ in match.values()}:
            match[k] = (q, v)
    s: Counter[str] = Counter(gold=len(tg), guess=len(tp))
    for t in (50, 80, 95):
        s[f"m{t}"] = sum(v >= t / 100 for _, v in match.values())
    for k in tg:
        if gold[k]["kind"] in ("article", "continuation"):
            well = k in match and match[k][1] >= 0.8
            hard = bool({"interleaved", "title_split"} & set(gold[k]["flags"]))
            s.update(main=1, main80=well, hard=hard, hard80=hard and well)
        close = k in match and match[k][1] >= 0.5
        read = re.sub(r"[\s#*]", "", guess[match[k][0]]["title"] or "") if close else None
        if gold[k]["title"]:
            really = read == re.sub(r"[\s#*]", "", gold[k]["title"])
            s.update(titled=1, right=really or read == "", read=really)
        else:
            s.update(headless=1, empty=read == "")
        if close:
            order = [
                [i for a, e in one["spans"] for i in range(a, e) if i in golds_all(text)]
                for one in (gold[k], guess[match[k][0]])
            ]
            following = dict(zip(order[1], order[1][1:], strict=False))
            if len(order[0]) > 1:
                kept = sum(following.get(x) == y for x, y in zip(order[0], order[0][1:], strict=False))
                s["ordered"] += 1
                s["order"] += kept / (len(order[0]) - 1)  # type: ignore[assignment]
    furniture = [
        i for i in chars if any(i in golds[k] for k, one in enumerate(gold) if one["kind"] == "page_furniture")
    ]
    s.update(furniture=len(furniture), leak=sum(owner[i] in tp for i in furniture))
    for q in tp:
        listed = [i for a, e in guess[q]["spans"] for i in range(a, e)]
        shares = [sum(i in members for i in listed) for members in golds]
        s.update(characters=sum(shares), foreign=sum(shares) - max(shares))
    return s


def golds_all(text: str) -> set[int]:
    return {i for i, character in enumerate(text) if not character.isspace() and character not in "#*"}


@pytest.mark.parametrize("seed", range(5))
def test_the_page_measures_equal_an_independent_scorer(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    pages = [_page(chance, number, tmp_path) for number in range(6)]
    guesses = [_guess(chance, gold) for gold, _, _ in pages]
    wanted = _oracle([gold for gold, _, _ in pages], guesses, [text for _, text, _ in pages])
    for measure in build_measures(NAMES, Bench()):
        rows = []
        for (gold, _, path), guess in zip(pages, guesses, strict=True):
            sample = Sample(path.name, "segment", "page", None, {"path": str(path)}, {"articles": gold["articles"]})
            outcome = measure.score(sample, {"articles": [{**one, "source_spans": one["spans"]} for one in guess]})
            if isinstance(outcome, Score):
                rows.append(outcome.parts)
        assert measure.combine(np.asarray(rows)) == pytest.approx(wanted[measure.name], abs=1e-9), measure.name


def _piece(kind: str, title: str | None, spans: list[list[int]], **more: Any) -> Json:
    return {"kind": kind, "title": title, "spans": spans, "flags": [], **more}


def test_pieces_are_counted_by_what_happened_to_them_with_the_number_of_pieces(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("甲题乙题丙丙丙丙丁丁丁丁戊戊", encoding="utf-8")
    gold = [
        _piece("article", "甲题", [[0, 2], [4, 8]], flags=["interleaved"], kicker="引"),
        _piece("article", "乙题", [[2, 4], [8, 12]], flags=["interleaved", "title_split"]),
        _piece("page_furniture", None, [[12, 14]]),
    ]
    guess = [_piece("article", "甲题", [[0, 2], [4, 8]]), _piece("article", "丁", [[8, 12]])]
    sample = Sample(path.name, "segment", "page", None, {"path": str(path)}, {"articles": gold})
    reply = {"articles": [{**one, "source_spans": one["spans"]} for one in guess]}
    whole, title = build_measures(("whole_f80", "title_read"), Bench())
    rows = []
    for measure in (whole, title):
        outcome = measure.score(sample, reply)
        assert isinstance(outcome, Score)
        rows.append({"by_label": {measure.name: {label: list(row) for label, row in outcome.by_label.items()}}})
    found = figures_by_label(rows, (whole, title), 0)
    assert set(found) == {"article", "interleaved", "kicker", "title_split"}
    assert (found["interleaved"]["whole_f80"]["mean"], found["interleaved"]["whole_f80"]["n"]) == (0.5, 2)
    assert (found["kicker"]["whole_f80"]["mean"], found["title_split"]["whole_f80"]["mean"]) == (1.0, 0.0)
    assert (found["interleaved"]["title_read"]["mean"], found["title_split"]["title_read"]["mean"]) == (0.5, 0.0)


def test_rows_of_runs_before_labels_were_kept_have_none() -> None:
    assert figures_by_label([{"scores": {}}], build_measures(("whole_f80",), Bench()), 0) == {}
