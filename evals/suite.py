"""A suite: which data, which settings, which measures, which gates. Read from YAML; knows nothing of running."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.errors import SuiteError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """One kind of samples. ``data``: ``gold`` comes with Gazette, ``given`` is what ``--data`` names."""

    kind: str
    data: Literal["gold", "given"]


class Gate(_Strict):
    """A bound on a measure, over all samples or over one type."""

    measure: str
    min: float | None = None
    max: float | None = None
    type: str | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.min is None) == (self.max is None):
            raise ValueError("give either min or max")
        return self

    @property
    def bound(self) -> str:
        """As printed."""
        return f">= {self.min:g}" if self.min is not None else f"<= {self.max:g}"

    @property
    def label(self) -> str:
        """Measure, and type where it is of one."""
        return f"{self.measure} [{self.type}]" if self.type else self.measure

    def passes(self, value: float) -> bool:
        """Whether the value keeps to the bound."""
        return value >= self.min if self.min is not None else value <= (self.max if self.max is not None else value)


class Suite(_Strict):
    """What is run under one name."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    about: str
    parts: tuple[Part, ...] = Field(min_length=1)
    settings: dict[str, dict[str, Any]] = Field(default_factory=dict)
    measures: tuple[str, ...] = Field(min_length=1)
    gates: tuple[Gate, ...] = ()
    parallel: int = Field(4, ge=1, le=64, description="Samples asked at the same time.")

    @model_validator(mode="after")
    def _gates_are_measured(self) -> Self:
        unknown = [gate.measure for gate in self.gates if gate.measure not in self.measures]
        if unknown:
            raise ValueError(f"gates on measures that the suite does not take: {', '.join(unknown)}")
        return self


def suite_names() -> list[str]:
    """The suites that come with Gazette."""
    return sorted(one.name.removesuffix(".yaml") for one in _folder().iterdir() if one.name.endswith(".yaml"))


def load_suite(name: str) -> Suite:
    """A suite by name, or from a YAML file.

    Raises:
        SuiteError: there is none of that name, or it is malformed.
    """
    if name.endswith((".yaml", ".yml")):
        path = Path(name)
        if not path.is_file():
            raise SuiteError(f"{name}: no such file")
        return _parse(path.read_text("utf-8"), name)
    if name not in suite_names():
        raise SuiteError(f"no suite {name!r}; there are {', '.join(suite_names())}, or give a .yaml file")
    return _parse((_folder() / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")


def _folder() -> Any:
    return files("evals") / "suites"


def _parse(text: str, place: str) -> Suite:
    try:
        return Suite.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise SuiteError(f"{place}: not YAML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'suite'}: {one['msg']}" for one in error.errors())
        raise SuiteError(f"{place}: {faults}") from error


def parse_overrides(pairs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """``group.key=value`` flags as settings groups; values are read as YAML (``0.4``, ``true``, ``text``).

    Raises:
        SuiteError: one has not that form.
    """
    groups: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        group, dot, key = name.partition(".")
        if not (equals and dot and group and key):
            raise SuiteError(f"--set {pair}: wanted group.key=value, such as retrieve.dense_weight=0")
        groups.setdefault(group, {})[key] = yaml.safe_load(value)
    return groups
