"""The one Settings. Precedence: explicit argument > environment > ``gazette.toml`` > default.

Environment names: prefix ``GAZETTE_``, groups joined by ``__`` (``GAZETTE_MODEL__NAME``). The only place that reads the
environment or a settings file; everything else is handed what it needs.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, cast

from pydantic import BaseModel, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError
from rag.settings.groups import (
    AnswerSettings,
    BatchSettings,
    CacheSettings,
    ChromaSettings,
    ChunkSettings,
    EmbedderSettings,
    EvalSettings,
    IngestSettings,
    LedgerSettings,
    ModelSettings,
    RetrieveSettings,
    ServeSettings,
    StoreSettings,
    SummariseSettings,
)

SETTINGS_FILE = "gazette.toml"
PREFIX = "GAZETTE_"


class Settings(BaseSettings):
    """All settings, frozen. ``Settings.load()`` turns a bad value into an error naming variable, value and bound."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", toml_file=SETTINGS_FILE, extra="forbid", frozen=True
    )

    store: StoreSettings = StoreSettings()
    cache: CacheSettings = CacheSettings()
    ledger: LedgerSettings = LedgerSettings()
    chroma: ChromaSettings = ChromaSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    chunk: ChunkSettings = ChunkSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    answer: AnswerSettings = AnswerSettings()
    summarise: SummariseSettings = SummariseSettings()
    model: ModelSettings = ModelSettings()
    batch: BatchSettings = BatchSettings()
    ingest: IngestSettings = IngestSettings()
    serve: ServeSettings = ServeSettings()
    eval: EvalSettings = EvalSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then ``gazette.toml``; no ``.env`` and no secrets folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings once.

        Args:
            overrides: groups given on the command line, e.g. ``model={"name": "openai/…"}``; merged over the rest.

        Raises:
            SettingsError: a setting is unknown, malformed or out of bounds; the message names it and what is allowed.
        """
        _refuse_unknown_variables()
        try:
            return cls(**overrides)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{Path(SETTINGS_FILE).absolute()}: not TOML: {error}; mend or remove it") from error
        except ValidationError as error:
            raise SettingsError("\n".join(_describe(problem) for problem in error.errors())) from error

    def rows(self, flags: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, str]]:
        """Every setting as ``{name, variable, value, origin, description}``; secrets are masked.

        Args:
            flags: the groups that were given on the command line, to tell them from the environment.
        """
        in_file = tomllib.loads(Path(SETTINGS_FILE).read_text("utf-8")) if Path(SETTINGS_FILE).is_file() else {}
        in_environment = {name.upper() for name in os.environ}
        rows = []
        for group, name, description in _leaves():
            variable = _variable(group, name)
            origins = (
                ("flag", name in (flags or {}).get(group, {})),
                ("environment", variable in in_environment),
                (SETTINGS_FILE, name in in_file.get(group, {})),
            )
            rows.append(
                {
                    "name": f"{group}.{name}",
                    "variable": variable,
                    "value": str(getattr(getattr(self, group), name)),
                    "origin": next((origin for origin, holds in origins if holds), "default"),
                    "description": description,
                }
            )
        return rows

    @property
    def cache_path(self) -> Path:
        """The cache folder with ``~`` resolved."""
        return self.cache.path.expanduser()


def _describe(problem: Any) -> str:
    path = [str(part) for part in problem["loc"]]
    if problem["type"] == "extra_forbidden":
        return f"{'.'.join(path)} in {SETTINGS_FILE}: no such setting{_nearest(_variable(*path))}"
    where = f"(set {_variable(*path)}, or [{path[0]}] in {SETTINGS_FILE})"
    return f"{'.'.join(path)} = {problem.get('input')!r}: {problem['msg']} {where}"


def _variable(*path: str) -> str:
    return (PREFIX + "__".join(path)).upper()


def _leaves() -> Iterator[tuple[str, str, str]]:
    for group, field in Settings.model_fields.items():
        kind = cast("type[BaseModel]", field.annotation)
        for name, leaf in kind.model_fields.items():
            yield group, name, leaf.description or ""


def _refuse_unknown_variables() -> None:
    """A misspelt variable would otherwise be ignored in silence.

    Raises:
        SettingsError: names the variable and the nearest one that exists.
    """
    known = [_variable(group, name) for group, name, _ in _leaves()]
    for variable in sorted(os.environ):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            raise SettingsError(f"{variable}: no such setting{_nearest(variable.upper())}")


def _nearest(variable: str) -> str:
    known = [_variable(group, name) for group, name, _ in _leaves()]
    near = get_close_matches(variable, known, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else "; `gazette config show` lists them all"
