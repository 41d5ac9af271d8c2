"""What a digest makes of many articles: each accounted for, copies told once, what belongs together in one group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evals.measures.measure import MeanMeasure, Outcome, RatioMeasure, Reply, Score, missing
from evals.samples.sample import Json, Sample


def article_ids(sample: Sample, reply: Reply) -> dict[str, str | None]:
    """The article of the reply that holds each gold item's character; None where none does."""
    found: dict[str, str | None] = {}
    for item in sample.gold["items"]:
        found[item["item"]] = next((one["article_id"] for one in reply["articles"] if _holds(one, item)), None)
    return found


def _holds(article: Json, item: Json) -> bool:
    inside = any(start <= item["at"] < end for start, end in article["source_spans"])
    return article["document"] == item["file"] and inside


def _accounted(reply: Reply) -> Counter[str]:
    """How often each article stands in the coverage."""
    coverage = reply["coverage"]
    return Counter([*coverage["used"], *coverage["merged"], *(one["article_id"] for one in coverage["left_out"])])


def _story_of(reply: Reply) -> dict[str, int]:
    """The story that tells each article, itself or as one merged into it."""
    told = enumerate(reply["stories"])
    return {name: at for at, story in told for name in (story["article_id"], *story["merged"])}


@dataclass(frozen=True)
class CoverageComplete(RatioMeasure):
    """Share of the articles asked for that stand in the coverage exactly once: used, merged or left out."""

    name = "coverage_complete"
    source = "Own: used + merged + left out = all articles asked for (README.md)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Accounted for once, over all; an article of the coverage that nobody asked for counts against it."""
        if sample.task != "digest":
            return None
        if "error" in reply:
            return missing(reply)
        accounted, wanted = _accounted(reply), list(article_ids(sample, reply).values())
        once = sum(name is not None and accounted[name] == 1 for name in wanted)
        strangers = len(set(accounted) - {name for name in wanted if name})
        return self.share(once, len(wanted) + strangers)


@dataclass(frozen=True)
class CopiesMerged(RatioMeasure):
    """Share of pairs of articles carrying one report that one story tells."""

    name = "copies_merged"
    source = "Own: near-duplicates merged with their source count (README.md)"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Pairs in one story, over all."""
        pairs = sample.gold.get("copies") if sample.task == "digest" else None
        if not pairs:
            return None
        if "error" in reply:
            return missing(reply)
        ids, stories = article_ids(sample, reply), _story_of(reply)
        told = [[stories.get(ids[name] or "", None) for name in pair] for pair in pairs]
        return self.share(sum(one == other and one is not None for one, other in told), len(told))


@dataclass(frozen=True)
class GroupingF(MeanMeasure):
    """B-cubed F of a digest's groups over the articles it tells: does each stand with those it belongs with?

    An item's first label says what it must stand with, its others what it may. What is shown under one heading is one
    group, 其他 too; copies count once.
    """

    name = "grouping_f"
    source = "B-cubed, Bagga and Baldwin 1998; labels that may be shared after Amigó et al. 2009"

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """Harmonic mean of the means of both."""
        if sample.task != "digest":
            return None
        if "error" in reply:
            return missing(reply)
        ids, groups = article_ids(sample, reply), _group_of(reply)
        copies = {pair[1] for pair in sample.gold["copies"]}
        items = [one for one in sample.gold["items"] if one["item"] not in copies]
        where = {one["item"]: groups.get(ids[one["item"]] or "", f"absent {one['item']}") for one in items}
        if not items:
            return None
        precision = recall = 0.0
        for item in items:
            beside = [one for one in items if where[one["item"]] == where[item["item"]]]
            wanted = [one for one in items if one["groups"][0] == item["groups"][0]]
            precision += sum(bool({*one["groups"]} & {*item["groups"]}) for one in beside) / len(beside)
            recall += sum(where[one["item"]] == where[item["item"]] for one in wanted) / len(wanted)
        return Score(2 * precision * recall / (precision + recall) / len(items))


def _group_of(reply: Reply) -> dict[str, str]:
    """The group of each article told."""
    found: dict[str, str] = {}
    for at, group in enumerate(reply["groups"]):
        for number in group["stories"]:
            story = reply["stories"][number]
            found |= dict.fromkeys((story["article_id"], *story["merged"]), f"group {at}")
    return found
