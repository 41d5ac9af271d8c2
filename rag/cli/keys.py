"""`gazette keys`: keys to the service, made, listed, revoked. Works beside a running service, which sees it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import click

from rag.cli.session import echo_json, find_ledger_to_read, load_settings

if TYPE_CHECKING:
    from rag.ledger import Ledger
    from rag.models import AccessKey, AccessScope
    from rag.serialise import Json
    from rag.settings import Settings

_SCOPES = ("read", "write", "admin")
_NO_KEYS = (
    "no keys yet for data folder {}: on this machine the service asks for none; "
    "`gazette keys create --name NAME --scope read` makes one"
)


@click.group()
def keys() -> None:
    """Keys to the HTTP service. Once one is made, every request needs one."""


@keys.command()
@click.option("--name", required=True, help="Who or what the key is for.")
@click.option(
    "--scope",
    type=click.Choice(_SCOPES),
    required=True,
    help="read: look and ask; write: also upload, delete, correct, start batches; admin: also see to the service.",
)
@click.option("--collection", metavar="NAME", help="The only collection the key opens (default: the one in use).")
@click.option("--requests-per-minute", type=click.IntRange(1), metavar="N", help="At most so many requests a minute.")
@click.option("--tokens-per-day", type=click.IntRange(1), metavar="N", help="At most so many model tokens a day (UTC).")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def create(
    name: str,
    scope: str,
    collection: str | None,
    requests_per_minute: int | None,
    tokens_per_day: int | None,
    as_json: bool,
) -> None:
    """Make a key and print it. It is shown this once: only its digest is kept."""
    if not name.strip() or not name.isprintable():
        raise click.BadParameter(f"{name!r} has nothing to read, or signs that cannot be", param_hint="--name")
    settings = load_settings(collection=collection)
    with _ledger_made(settings) as ledger:
        key, secret = ledger.keys.create(
            name.strip(),
            cast("AccessScope", scope),
            settings.store.collection,
            requests_per_minute=requests_per_minute,
            tokens_per_day=tokens_per_day,
        )
    if as_json:
        echo_json({**_shape(key, 0), "key": secret})
        return
    click.echo(secret)
    click.echo(
        f"{key.key_id}: {key.scope} on collection {key.collection!r}, for {key.name}; keep it now, it is not shown "
        "again. Send it as `Authorization: Bearer …` or `X-API-Key: …`.",
        err=True,
    )


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> None:
    """List the keys of all collections, how they begin, and when each was last used; never a key itself."""
    today = datetime.now(UTC).date()
    with find_ledger_to_read() as ledger:
        shapes = [_shape(key, ledger.keys.spent(key.key_id, today)) for key in ledger.keys.all()] if ledger else []
    if as_json:
        echo_json(shapes)
        return
    for shape in shapes:
        click.echo(_line(shape))
    if not shapes:
        click.echo(_NO_KEYS.format(load_settings().store.path), err=True)


@keys.command()
@click.argument("key", metavar="KEY_ID|NAME")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def revoke(key: str, as_json: bool) -> None:
    """End a key at once and for good. The service goes on asking for keys, also when the last one is revoked."""
    with _ledger_made(load_settings()) as ledger:
        revoked = ledger.keys.revoke(key)
        spent = ledger.keys.spent(revoked.key_id, datetime.now(UTC).date())
        left = ledger.keys.any_in_force()
    if as_json:
        echo_json(_shape(revoked, spent))
        return
    click.echo(f"revoked {revoked.key_id} ({revoked.name})", err=True)
    if not left:
        click.echo("no key is left, so nobody can use the service: `gazette keys create`, or `keys clear`", err=True)


@keys.command()
@click.confirmation_option("--yes", prompt="Remove every key, so that the service on this machine asks for none?")
def clear() -> None:
    """Remove every key: a service on this machine asks for none then; one that others reach lets nobody in."""
    with _ledger_made(load_settings()) as ledger:
        click.echo(f"removed {ledger.keys.clear()} keys", err=True)


@contextmanager
def _ledger_made(settings: Settings) -> Iterator[Ledger]:
    """The ledger to write to, made where there is none yet: keys come before the first page."""
    from rag.ledger import Ledger, StoreLock
    from rag.ledgers import find_ledger, ledger_url

    ledger = find_ledger(settings)
    if ledger is None:
        # Nobody else can be making it just now: the lock sees to that.
        with StoreLock.acquire(settings.store.path):
            ledger = Ledger.open(ledger_url(settings))
    try:
        yield ledger
    finally:
        ledger.close()


def _shape(key: AccessKey, spent: int) -> Json:
    times = {name: time.isoformat() if time else None for name, time in _times(key).items()}
    return {**asdict(key), **times, "tokens_today": spent}


def _times(key: AccessKey) -> dict[str, datetime | None]:
    return {"created": key.created, "last_used": key.last_used, "revoked": key.revoked}


def _line(shape: Json) -> str:
    limits = []
    if shape["requests_per_minute"]:
        limits.append(f"{shape['requests_per_minute']} requests a minute")
    if shape["tokens_per_day"]:
        limits.append(f"{shape['tokens_today']} of {shape['tokens_per_day']} tokens today")
    used = f"last used {shape['last_used'][:16]}" if shape["last_used"] else "never used"
    state = f"revoked {shape['revoked'][:16]}" if shape["revoked"] else used
    parts = [f"{shape['prefix']}…", shape["scope"], shape["collection"], *limits, state]
    return f"{shape['key_id']}  {shape['name']}  ({', '.join(parts)})"
