"""Shared by all tests: the sample pages, and no network but loopback (none at all in unit tests)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_socket import disable_socket, socket_allow_hosts

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Unit tests get no sockets; the rest may talk to this machine only."""
    if "tests/unit/" in item.path.as_posix():
        disable_socket(allow_unix_socket=True)
    else:
        socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five sample pages."""
    return SEEDS


@pytest.fixture(scope="session")
def seed_texts() -> dict[str, str]:
    """Every sample page by file name, newlines untouched."""
    return {path.name: path.read_bytes().decode("utf-8") for path in sorted(SEEDS.glob("*.txt"))}
