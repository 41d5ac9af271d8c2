"""Keys to the service: made, found again by their secret, revoked, and what was used through each.

A secret is 256 random bits, so nobody can try all of them, and a plain SHA-256 of it is enough: slow hashes and salts
are for passwords, which can be guessed. It is looked up by that digest, of which a caller can steer no single
character, and compared in constant time. Knows nothing of HTTP.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from rag.errors import AccessError, NotFoundError
from rag.ledger.schema import access_keys, key_spending
from rag.models import AccessKey, AccessScope

Connecting = Callable[[], AbstractContextManager[Connection]]

SECRET_BYTES = 32
MARK = "gaz_"
"""How every secret begins, so that programs that look for leaked ones know it."""

_PREFIX_CHARS = len(MARK) + 6
_TOUCH = timedelta(minutes=1)
"""How exact `last used` is: a write for every request would cost more than most requests."""

_COLUMNS = [column for column in access_keys.c if column.name != "digest"]


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key that is in force, and the tokens used through it on the day asked about."""

    key: AccessKey
    tokens_used: int


class KeyBook:
    """Keys of all collections. Safe to use from several threads and processes."""

    def __init__(self, reading: Connecting, writing: Connecting) -> None:
        self._reading = reading
        self._writing = writing

    # --- making ----------------------------------------------------------------------------------------------------

    def create(
        self,
        name: str,
        scope: AccessScope,
        collection: str,
        *,
        requests_per_minute: int | None = None,
        tokens_per_day: int | None = None,
    ) -> tuple[AccessKey, str]:
        """A new key, and its secret, which nothing can show again.

        Raises:
            AccessError: another key in force has this name.
        """
        secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
        key = AccessKey(
            f"key_{secrets.token_hex(8)}",
            name,
            secret[:_PREFIX_CHARS],
            scope,
            collection,
            requests_per_minute,
            tokens_per_day,
            created=datetime.now(UTC),
        )
        with self._writing() as connection:
            same = (access_keys.c.name == name) & access_keys.c.revoked.is_(None)
            if taken := connection.scalar(select(access_keys.c.key_id).where(same)):
                raise AccessError(f"key {taken} has the name {name!r}; revoke it first, or choose another --name")
            connection.execute(insert(access_keys).values(**asdict(key), digest=_digest(secret)))
        return key, secret

    def revoke(self, name: str) -> AccessKey:
        """End a key for good, named by its id, or by its name.

        Raises:
            NotFoundError: no key in force is called so.
        """
        wanted = or_(access_keys.c.key_id == name, access_keys.c.name == name) & access_keys.c.revoked.is_(None)
        with self._writing() as connection:
            row = connection.execute(select(*_COLUMNS).where(wanted)).first()
            if row is None:
                raise NotFoundError(f"no key in force is called {name!r}; `gazette keys list` shows them")
            mine = access_keys.c.key_id == row.key_id
            connection.execute(update(access_keys).where(mine).values(revoked=datetime.now(UTC)))
        return self._one(mine)

    def clear(self) -> int:
        """Remove every key with what was used through it; returns how many there were."""
        with self._writing() as connection:
            connection.execute(delete(key_spending))
            return connection.execute(delete(access_keys)).rowcount

    # --- looking ---------------------------------------------------------------------------------------------------

    def all(self) -> list[AccessKey]:
        """Every key, also revoked ones, in the order in which they were made."""
        with self._reading() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(access_keys.c.created, access_keys.c.key_id))
            return [_key(row) for row in rows]

    def any_made(self) -> bool:
        """Whether a key was ever made: from then on one is asked for, also when the last was revoked."""
        with self._reading() as connection:
            return connection.scalar(select(access_keys.c.key_id).limit(1)) is not None

    def any_in_force(self) -> bool:
        """Whether there is a key that opens the service."""
        with self._reading() as connection:
            there = select(access_keys.c.key_id).where(access_keys.c.revoked.is_(None)).limit(1)
            return connection.scalar(there) is not None

    def collections(self) -> set[str]:
        """The collections that keys in force open."""
        with self._reading() as connection:
            return set(connection.scalars(select(access_keys.c.collection).where(access_keys.c.revoked.is_(None))))

    def find(self, secret: str, now: datetime) -> FoundKey | None:
        """The key in force with this secret; None where there is none."""
        digest = _digest(secret)
        spent = (key_spending.c.key_id == access_keys.c.key_id) & (key_spending.c.day == _day(now))
        query = select(access_keys, func.coalesce(key_spending.c.tokens, 0).label("tokens"))
        query = query.select_from(access_keys.outerjoin(key_spending, spent)).where(access_keys.c.digest == digest)
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None or not compare_digest(row.digest, digest) or row.revoked is not None:
            return None
        return FoundKey(_key(row), int(row.tokens))

    def touch(self, key: AccessKey, now: datetime) -> None:
        """Note that a key was used, unless that stands there to the minute."""
        if key.last_used is None or now - key.last_used >= _TOUCH:
            with self._writing() as connection:
                connection.execute(update(access_keys).where(access_keys.c.key_id == key.key_id).values(last_used=now))

    # --- spending --------------------------------------------------------------------------------------------------

    def spend(self, key_id: str, tokens: int, now: datetime) -> None:
        """Count tokens as used through a key today."""
        mine = (key_spending.c.key_id == key_id) & (key_spending.c.day == _day(now))
        with self._writing() as connection:
            more = update(key_spending).where(mine).values(tokens=key_spending.c.tokens + tokens)
            if not connection.execute(more).rowcount:
                connection.execute(insert(key_spending).values(key_id=key_id, day=_day(now), tokens=tokens))

    def spent(self, key_id: str, day: date) -> int:
        """Tokens used through a key on a day (UTC)."""
        mine = (key_spending.c.key_id == key_id) & (key_spending.c.day == day.isoformat())
        with self._reading() as connection:
            return int(connection.scalar(select(key_spending.c.tokens).where(mine)) or 0)

    def _one(self, wanted: ColumnElement[bool]) -> AccessKey:
        with self._reading() as connection:
            return _key(connection.execute(select(*_COLUMNS).where(wanted)).one())


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _key(row: Any) -> AccessKey:
    names = [column.name for column in _COLUMNS]
    values = {name: getattr(row, name) for name in names}
    return AccessKey(**{**values, **{name: _utc(values[name]) for name in ("created", "last_used", "revoked")}})


def _utc(time: datetime | None) -> datetime | None:
    # SQLite gives times back without their zone; all are written in UTC.
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
