from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from openai import DEFAULT_CONNECTION_LIMITS

from api.serve import listening_as, serve
from rag.errors import AccessError, SettingsError
from rag.ledger import Ledger
from rag.settings import ServeSettings, Settings, StoreSettings


def _settings(folder: Path, host: str) -> Settings:
    return Settings(store=StoreSettings(path=folder), serve=ServeSettings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2"])
def test_an_address_that_others_reach_is_refused_without_a_key_with_the_command_that_makes_one(
    tmp_path: Path, host: str
) -> None:
    with pytest.raises(AccessError, match="gazette keys create") as refused:
        serve(_settings(tmp_path, host))
    assert repr(host) in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_revoked_key_does_not_open_it(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    ledger.keys.create("desk", "read", "default")
    ledger.keys.revoke("desk")
    ledger.close()
    with pytest.raises(AccessError, match="gazette keys create"):
        serve(_settings(tmp_path, "0.0.0.0"))


@pytest.mark.parametrize("host", ["example.com", "", "127.0.0.1.example.com"])
def test_a_name_is_no_address(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="not an address"):
        serve(_settings(tmp_path, host))


def test_a_service_is_called_by_the_address_it_binds() -> None:
    assert "192.168.1.2" in ServeSettings(host="192.168.1.2").names
    assert "[fe80::1]" in ServeSettings(host="fe80::1").names
    assert "0.0.0.0" not in ServeSettings(host="0.0.0.0").names


def test_an_idle_connection_outlives_the_clients_patience_with_it() -> None:
    config = listening_as(FastAPI(), Settings())
    assert DEFAULT_CONNECTION_LIMITS.keepalive_expiry is not None
    assert config.timeout_keep_alive > 10 * DEFAULT_CONNECTION_LIMITS.keepalive_expiry
