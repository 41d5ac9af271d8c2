"""Settings: one source of truth, and errors a person can act on."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_flag_beats_environment_beats_file_beats_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().serve.port == 8000
    Path("gazette.toml").write_text("[serve]\nport = 1001\nhost = '::1'\n", encoding="utf-8")
    assert Settings.load().serve.port == 1001
    monkeypatch.setenv("GAZETTE_SERVE__PORT", "1002")
    assert Settings.load().serve.port == 1002
    chosen = Settings.load(serve={"port": 1003}).serve
    assert (chosen.port, chosen.host) == (1003, "::1")


def test_a_value_out_of_bounds_names_the_variable_the_value_and_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_RETRIEVE__DENSE_WEIGHT", "3")
    with pytest.raises(
        SettingsError, match=r"retrieve\.dense_weight = '3'.*less than or equal to 1.*GAZETTE_RETRIEVE__"
    ):
        Settings.load()


def test_a_misspelt_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_MODLE__NAME", "extractive")
    with pytest.raises(SettingsError, match="did you mean GAZETTE_MODEL__NAME"):
        Settings.load()


def test_an_unknown_key_in_the_file_is_refused() -> None:
    Path("gazette.toml").write_text("[chunk]\nmax_charz = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"chunk\.max_charz"):
        Settings.load()


def test_a_file_that_is_not_toml_is_named_with_the_place_of_the_mistake() -> None:
    Path("gazette.toml").write_text("bad toml[", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"gazette\.toml: not TOML.*line 1"):
        Settings.load()


def test_rows_tell_where_each_value_comes_from_and_mask_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_MODEL__API_KEY", "sk-very-secret")
    Path("gazette.toml").write_text("[serve]\nport = 1001\n", encoding="utf-8")
    rows = {row["name"]: row for row in Settings.load(store={"path": "x"}).rows({"store": {"path": "x"}})}
    origins = {name: rows[name]["origin"] for name in ("store.path", "model.api_key", "serve.port", "serve.host")}
    assert origins == {
        "store.path": "flag",
        "model.api_key": "environment",
        "serve.port": "gazette.toml",
        "serve.host": "default",
    }
    assert "very-secret" not in str(rows)
