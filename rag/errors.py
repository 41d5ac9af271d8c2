"""The exception tree. Every message names the source, the value and the remedy; nothing here is ever swallowed.

GazetteError
├── SettingsError          a setting is missing, out of bounds or unknown
├── ReadError              a source cannot be turned into a document
│   ├── UnknownFormatError     no reader for this suffix or content
│   ├── EncodingError          bytes decode as several encodings, or as none
│   └── MalformedSourceError   the reader knows the format, the content breaks it
├── StoreError             the data folder cannot be used
│   ├── StoreLockedError       another process holds it
│   ├── StoreUnavailableError  a store's server does not answer
│   ├── StoreMismatchError     built with another embedder, dimension or chunker
│   └── NotFoundError          no such document, article or answer
├── ModelError             a model did not do its part
│   ├── ModelUnavailableError  cannot be loaded, reached, or timed out
│   └── ModelOutputError       answered, but not in the shape asked for (after one retry)
├── OverlongError          a text is longer than the model that embeds it reads
├── EngineError            the workers that work is spread over cannot be reached, or died too often
├── BatchError             a batch cannot be made or gone on with as asked
├── AccessError            a key cannot be made so, or the service may not open without one
├── PromptError            a prompt file is missing a part or a variable
├── CorrectionError        the cut of a page cannot be corrected as asked
└── CoverageError          a digest does not account for every article asked for
"""

from __future__ import annotations

from typing import Literal


class GazetteError(Exception):
    """Root of every error Gazette raises on purpose."""


class SettingsError(GazetteError):
    """A setting is missing, out of bounds or unknown."""


class ReadError(GazetteError):
    """A source cannot be turned into a document."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str]]:
        """To be made again in another process."""
        return type(self), (self.source, self.reason)


class UnknownFormatError(ReadError):
    """No reader knows this suffix or content."""


class EncodingError(ReadError):
    """The bytes decode as several encodings, or as none; never guessed into mojibake."""


class MalformedSourceError(ReadError):
    """The reader knows the format, but the content breaks it."""


class StoreError(GazetteError):
    """The data folder cannot be used."""


class StoreLockedError(StoreError):
    """Another process holds the data folder; ``pid`` and ``url`` (of its service) as far as it told them."""

    def __init__(self, message: str, *, pid: int | None = None, url: str | None = None) -> None:
        super().__init__(message)
        self.pid = pid
        self.url = url


class StoreUnavailableError(StoreError):
    """A store's server does not answer, or not in time."""


class StoreMismatchError(StoreError):
    """The index was built with another embedder, dimension or chunker."""


class NotFoundError(StoreError):
    """No such document, article or answer in this collection."""


class ModelError(GazetteError):
    """A model did not do its part."""


Concern = Literal["this_call", "perhaps_every_call", "every_call"]
"""Whom an error of a model meets: a wrong key every call, a text the provider will not take only its own."""


class ModelUnavailableError(ModelError):
    """The model cannot be loaded or reached, or it timed out.

    Args:
        message: which model, where, and what to do.
        is_passing: the same call may succeed later (busy, unreachable, too slow), without anything being changed.
        retry_after_seconds: how long the provider asks callers to wait.
        may_have_cost: the call may have been paid although nothing came of it.
        concerns: whether other calls of this model meet the same error.
    """

    def __init__(
        self,
        message: str,
        *,
        is_passing: bool = False,
        retry_after_seconds: float | None = None,
        may_have_cost: bool = False,
        concerns: Concern = "this_call",
    ) -> None:
        super().__init__(message)
        self.is_passing = is_passing
        self.retry_after_seconds = retry_after_seconds
        self.may_have_cost = may_have_cost
        self.concerns: Concern = concerns


class ModelOutputError(ModelError):
    """The model answered, but not in the shape asked for, also after one retry."""


class OverlongError(GazetteError):
    """A text has more tokens than the model reads; what lies beyond would be dropped in silence.

    Args:
        index: which of the texts.
        tokens: how many it has.
        limit: how many are read.
    """

    def __init__(self, index: int, tokens: int, limit: int) -> None:
        super().__init__(f"text {index} has {tokens} tokens, the model reads {limit}; send it in parts")
        self.index = index
        self.tokens = tokens
        self.limit = limit


class EngineError(GazetteError):
    """The workers that work is spread over cannot be reached, or died too often."""


class BatchError(GazetteError):
    """A batch cannot be made or gone on with as asked: no requests in its file, another model, an unknown price."""


class AccessError(GazetteError):
    """A key cannot be made as asked, or the service may not be opened to others without one."""


class PromptError(GazetteError):
    """A prompt file is missing, lacks a section, or names an unknown variable."""


class CorrectionError(GazetteError):
    """The cut of a page cannot be corrected as asked: words not found, found twice, or nothing to change."""


class CoverageError(GazetteError):
    """A digest does not account for every article asked for, once."""
