"""Keeps what was answered, with what it was made from, and gives it back. Knows nothing of how answers are made."""

from __future__ import annotations

from rag.asking import Answered, Asked
from rag.ledger import Ledger
from rag.models import AnswerRecord
from rag.record import kept_record, record_json, record_of
from rag.settings import Settings


class Recording:
    """The records of one collection's answers, made with these settings by this revision of our code."""

    def __init__(self, ledger: Ledger, settings: Settings, revision: str) -> None:
        self._ledger = ledger
        self._collection = settings.store.collection
        self._settings = settings
        self._revision = revision

    def keep(self, answered: Answered, asked: Asked, replay_of: str | None = None) -> None:
        """Record an answer as it was given, unless who asked wants it not kept."""
        if not asked.keep:
            return
        record = record_of(
            answered.answer,
            query=answered.query,
            history=asked.history,
            ranking=answered.ranking,
            draft=answered.draft,
            settings=self._settings,
            revision=self._revision,
            replay_of=replay_of,
        )
        self._ledger.save_answer(self._collection, record.answer_id, record_json(record))

    def record(self, answer_id: str) -> AnswerRecord:
        """An answer as it was given, with what it was made from.

        Raises:
            NotFoundError: no answer has this id.
        """
        return kept_record(self._ledger.answer(self._collection, answer_id))
