"""Log lines on stderr, for people or as JSON, without anything that came from outside.

No line holds a question, a body, a key, newspaper text, a file's name or a model's words: messages are written by our
own code with numbers and names of settings; of an error only its class and where it arose are told, for its message may
quote any of those; what other libraries say is withheld but for where they said it. Knows nothing of routes.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from typing import Any

from api.request_ids import request_id
from rag.settings import ServeSettings

ACCESS = "gazette.access"
"""The logger of access lines."""

_OURS = ("rag", "api", "gazette")
_SERVER = "uvicorn"
_FRAMES = 12
"""Innermost frames told of an error: enough to find the place."""


def configure(settings: ServeSettings) -> None:
    """Send what is logged in this process to stderr, as the settings say; other libraries from a warning on."""
    level = (settings.log_level or ("info" if settings.log_format == "json" else "warning")).upper()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else PlainLines())
    logging.basicConfig(level="ERROR" if level == "ERROR" else "WARNING", handlers=[handler], force=True)
    for room in (*_OURS, _SERVER):
        logging.getLogger(room).setLevel(level)


def say_listening(url: str, settings: ServeSettings) -> None:
    """The first line of a service: where it is. Whoever started it waits for it, so no level hides it."""
    if settings.log_format == "text":
        print(f"Gazette listens on {url} (API: /docs, ready: /readyz)", file=sys.stderr, flush=True)
        return
    told = {"time": _told_time(datetime.now(UTC)), "level": "info", "logger": ACCESS, "message": "listening"}
    print(json.dumps({**told, "url": url}), file=sys.stderr, flush=True)


def _told_time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What may be told of a record."""
    told: dict[str, Any] = {
        "time": _told_time(datetime.fromtimestamp(record.created, UTC)),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _message(record),
    }
    current = request_id()
    if current is not None:
        told["request_id"] = current
    told.update(getattr(record, "access", {}))
    if record.exc_info and record.exc_info[1] is not None:
        told["error"] = _chain(record.exc_info[1])
        told["at"] = _places(record.exc_info[1])
    return told


def _message(record: logging.LogRecord) -> str:
    """The message with what may stand in it; of other libraries, which write anything into theirs, only the place."""
    room = record.name.partition(".")[0]
    if room in _OURS:
        arguments = record.args if isinstance(record.args, tuple) else ()
        return str(record.msg) % tuple(map(_shown, arguments)) if arguments else str(record.msg)
    place = f"{Path(record.pathname).name}:{record.lineno}"
    if room == _SERVER:
        return f"{str(record.msg).strip()} ({place})"
    return f"(message of {place} withheld)"


def _shown(argument: Any) -> Any:
    """An argument of one of our own messages: errors may quote anything, so only their class is told."""
    return _chain(argument) if isinstance(argument, BaseException) else argument


def _chain(error: BaseException) -> str:
    names: list[str] = []
    current: BaseException | None = error
    while current is not None and len(names) < _FRAMES:
        names.append(type(current).__name__)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return " from ".join(names)


def _places(error: BaseException) -> list[str]:
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    lines = [line for _, line in walk_tb(error.__traceback__)]
    return [
        f"{Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
        for frame, line in list(zip(frames, lines, strict=True))[-_FRAMES:]
    ]


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        return json.dumps(fields_of(record), ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """``LEVEL message key=value …``, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        told = fields_of(record)
        head = f"{told.pop('time')} {told.pop('level').upper():7} {told.pop('message')}"
        told.pop("logger")
        rest = " ".join(f"{name}={value}" for name, value in told.items() if value is not None)
        return f"{head} {rest}".rstrip().replace("\n", " ")
