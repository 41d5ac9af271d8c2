"""Keeps what an answer was made from, and tells how a second run of it differs.

Knows nothing of how answers come about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rag.ledger import KeptAnswer
from rag.models import Answer, AnswerRecord, Change, Draft, Filters, Mark, Query, Ranking, Replay, Turn
from rag.serialise import Json, answer_json
from rag.settings import Settings

_GROUPS = ("embedder", "chunk", "retrieve", "answer", "model")
"""Settings that shape an answer; where data lies and how it is served do not."""

_NOT_COMPARED = ("api_key",)
"""Shown masked, so a difference could be neither seen nor meant."""


def record_of(
    answer: Answer,
    *,
    query: Query,
    history: Sequence[Turn],
    ranking: Ranking,
    draft: Draft,
    settings: Settings,
    revision: str,
    replay_of: str | None = None,
) -> AnswerRecord:
    """The record of an answer that was just given."""
    shown = settings.model_dump(mode="json", include=set(_GROUPS))
    for name in _NOT_COMPARED:
        shown["model"].pop(name, None)
    return AnswerRecord(
        answer=answer_json(answer),
        history=tuple(history),
        filters=query.filters,
        evidence=tuple(found.passage.passage_id for found in ranking.evidence),
        prompt=draft.prompt,
        settings=shown,
        revision=revision,
        replay_of=replay_of,
    )


def record_json(record: AnswerRecord) -> Json:
    """A record as the ledger keeps it and commands show it; ``created`` and ``mark`` only where they are known."""
    shape: Json = {
        "answer": record.answer,
        "history": [asdict(turn) for turn in record.history],
        "filters": {name: value for name, value in asdict(record.filters).items() if value is not None},
        "evidence": list(record.evidence),
        "prompt": record.prompt,
        "settings": record.settings,
        "revision": record.revision,
        "replay_of": record.replay_of,
    }
    if record.created is not None:
        shape["created"] = record.created
        shape["mark"] = mark_json(record.mark)
    return shape


def kept_record(kept: KeptAnswer) -> AnswerRecord:
    """A record from what the ledger keeps."""
    shape, mark = kept.record, kept.mark
    return AnswerRecord(
        answer=shape["answer"],
        history=tuple(Turn(**turn) for turn in shape["history"]),
        filters=Filters(**shape["filters"]),
        evidence=tuple(shape["evidence"]),
        prompt=shape["prompt"],
        settings=shape["settings"],
        revision=shape["revision"],
        replay_of=shape["replay_of"],
        created=kept.created.isoformat(timespec="seconds"),
        mark=Mark(**mark | {"answers": tuple(mark["answers"])}) if mark else None,
    )


def mark_json(mark: Mark | None) -> Json | None:
    """A mark, or None where nobody marked the answer."""
    return asdict(mark) | {"answers": list(mark.answers)} if mark else None


def compare(before: AnswerRecord, after: AnswerRecord) -> Replay:
    """How two records of one question differ: what went in, and what came out.

    Ids, times, costs and scores are not compared: they differ between equal answers.
    """
    then, now = before.answer, after.answer
    causes = [
        *_changes({"corpus": then["corpus"], "model": then["model"]}, {"corpus": now["corpus"], "model": now["model"]}),
        *_changes({"prompt": before.prompt, "code": before.revision}, {"prompt": after.prompt, "code": after.revision}),
        *_changes(_flat(before.settings), _flat(after.settings)),
    ]
    effects = [
        *_changes(_read(then), _read(now)),
        *_listed("evidence", before.evidence, after.evidence),
        *_listed("claims", _claims(then), _claims(now)),
        *_listed("quotes", _quotes(then), _quotes(now)),
    ]
    return Replay(before, after, tuple(causes), tuple(effects))


def replay_json(replay: Replay) -> Json:
    """A replay as `gazette replay --json` gives it."""
    return {
        "same": replay.is_same,
        "causes": [asdict(change) for change in replay.causes],
        "effects": [asdict(change) for change in replay.effects],
        "before": replay.before.answer,
        "after": replay.after.answer,
    }


def _read(answer: Json) -> Json:
    """What a reader sees first."""
    return {
        "standalone_question": answer["standalone_question"],
        "answer": answer["answer"],
        "abstention": (answer["abstention"] or {}).get("code"),
        "conflicts": [conflict["reason"] for conflict in answer["conflicts"]],
        "degraded": answer.get("degraded", []),
    }


def _claims(answer: Json) -> list[str]:
    return [f"{claim['verdict']}: {claim['text']}" for claim in answer["claims"]]


def _quotes(answer: Json) -> list[str]:
    cited = answer["citations"] or (answer["abstention"] or {}).get("nearest", [])
    return [f"{one['document']} {one['source_spans']} {one['quote']}" for one in cited]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    names = [*before, *(name for name in after if name not in before)]
    found = [Change(name, before.get(name), after.get(name)) for name in names]
    return [change for change in found if change.before != change.after]


def _listed(name: str, before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """What one list has and the other lacks; equal contents in another order are a change of the whole."""
    if list(before) == list(after):
        return []
    gone, new = [one for one in before if one not in after], [one for one in after if one not in before]
    if gone or new:
        return [Change(name, gone, new)]
    return [Change(f"{name} order", list(before), list(after))]


def _flat(settings: Json) -> Json:
    return {f"{group}.{name}": value for group, fields in settings.items() for name, value in fields.items()}
