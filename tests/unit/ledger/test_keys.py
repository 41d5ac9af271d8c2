"""Keys in the ledger: a secret opens only its own key, and stands in no row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from rag.errors import AccessError, NotFoundError
from rag.ledger import Ledger
from rag.ledger.schema import SCHEMA_VERSION, access_keys, key_spending

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


def test_a_secret_finds_its_key_and_nothing_else_does(ledger: Ledger) -> None:
    key, secret = ledger.keys.create("desk", "write", "news", requests_per_minute=5, tokens_per_day=100)
    other, _ = ledger.keys.create("reader", "read", "default")
    found = ledger.keys.find(secret, NOON)
    assert found is not None
    assert (found.key, found.tokens_used) == (key, 0)
    for wrong in (
        "",
        secret[:-1],
        secret + "x",
        secret.upper(),
        key.key_id,
        other.key_id,
        key.prefix,
        "\ud800",
        "密钥",
    ):
        assert ledger.keys.find(wrong, NOON) is None


def test_every_secret_is_256_random_bits_and_is_kept_nowhere(ledger: Ledger, tmp_path: Path) -> None:
    secrets = {ledger.keys.create(f"key {at}", "read", "default")[1] for at in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) >= len("gaz_") + 43 for secret in secrets)
    ledger.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [secret for secret in secrets if secret[10:].encode() in stored]


def test_a_revoked_key_opens_nothing_and_its_name_is_free_again(ledger: Ledger) -> None:
    key, secret = ledger.keys.create("desk", "read", "default")
    with pytest.raises(AccessError, match=rf"{key.key_id}.*'desk'"):
        ledger.keys.create("desk", "read", "default")
    revoked = ledger.keys.revoke("desk")
    assert revoked.key_id == key.key_id
    assert revoked.revoked is not None
    assert ledger.keys.find(secret, NOON) is None
    with pytest.raises(NotFoundError, match=r"'desk'.*keys list"):
        ledger.keys.revoke("desk")
    again, _ = ledger.keys.create("desk", "read", "default")
    assert ledger.keys.revoke(again.key_id).key_id == again.key_id


def test_revoking_the_last_key_leaves_the_door_shut_and_clearing_opens_it(ledger: Ledger) -> None:
    assert not ledger.keys.any_made()
    key, _ = ledger.keys.create("desk", "read", "news")
    assert (ledger.keys.any_made(), ledger.keys.any_in_force(), ledger.keys.collections()) == (True, True, {"news"})
    ledger.keys.revoke(key.key_id)
    assert (ledger.keys.any_made(), ledger.keys.any_in_force(), ledger.keys.collections()) == (True, False, set())
    assert ledger.keys.clear() == 1
    assert not ledger.keys.any_made()


def test_tokens_are_counted_by_day_and_survive_a_restart(ledger: Ledger, tmp_path: Path) -> None:
    key, secret = ledger.keys.create("desk", "read", "default", tokens_per_day=100)
    ledger.keys.spend(key.key_id, 60, NOON)
    ledger.keys.spend(key.key_id, 30, NOON + timedelta(hours=11))
    ledger.keys.spend(key.key_id, 7, NOON + timedelta(hours=12))
    again = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    today, tomorrow = again.keys.find(secret, NOON), again.keys.find(secret, NOON + timedelta(days=1))
    assert today is not None
    assert tomorrow is not None
    assert (today.tokens_used, tomorrow.tokens_used) == (90, 7)
    assert again.keys.spent(key.key_id, date(2026, 3, 6)) == 90
    again.close()


def test_last_used_is_kept_to_the_minute(ledger: Ledger) -> None:
    def last_used() -> datetime | None:
        return ledger.keys.all()[0].last_used

    key, _ = ledger.keys.create("desk", "read", "default")
    assert last_used() is None
    ledger.keys.touch(key, NOON)
    ledger.keys.touch(ledger.keys.all()[0], NOON + timedelta(seconds=59))
    assert last_used() == NOON
    ledger.keys.touch(ledger.keys.all()[0], NOON + timedelta(seconds=60))
    assert last_used() == NOON + timedelta(seconds=60)


def test_a_ledger_of_version_4_is_brought_up_to_this_one_with_all_it_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    ledger = Ledger.open(url)
    ledger.save_answer("default", "ans_1", {"answer": "kept"})
    ledger.close()
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    connection.executescript("DROP TABLE access_keys; DROP TABLE key_spending; UPDATE schema_version SET version = 4")
    connection.close()
    upgraded = Ledger.open(url)
    assert upgraded.answer("default", "ans_1").record == {"answer": "kept"}
    _, secret = upgraded.keys.create("desk", "read", "default")
    assert upgraded.keys.find(secret, NOON)
    with upgraded._connection() as reading:
        for table in (access_keys, key_spending):
            reading.execute(select(table))
    upgraded.close()
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    assert connection.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA_VERSION,)]
    connection.close()
