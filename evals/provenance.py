"""Where a run came from: settings and their fingerprint, versions, commit, hashes of data. Secrets are masked."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import rag
from rag.revisions import revision
from rag.settings import Settings

Json = dict[str, Any]

_PACKAGES = ("gazette", "torch", "sentence-transformers", "chromadb", "tantivy", "litellm", "ir-measures", "sacrebleu")
_ELSEWHERE = ("store", "cache", "ledger", "chroma", "serve", "eval")
"""Groups that say where things are, not how they work; they do not shape the fingerprint."""


def settings_record(settings: Settings) -> Json:
    """Every setting, and a fingerprint of those that shape replies."""
    full = settings.model_dump(mode="json")
    digest = sha256(json.dumps(_shaping(full), sort_keys=True).encode()).hexdigest()[:16]
    return {"fingerprint": digest, **full}


def changed_settings(settings: Settings) -> dict[str, str]:
    """What shapes replies and is not as it stands by default: ``group.name`` and its value; secrets are masked."""
    default = Settings.model_construct().model_dump(mode="json")
    return {
        f"{group}.{name}": str(value)
        for group, values in _shaping(settings.model_dump(mode="json")).items()
        for name, value in values.items()
        if value != default[group][name]
    }


def asked_over(summary: Json) -> list[str]:
    """The data named and each setting changed, as words; runs made before these were recorded have neither."""
    changed = [f"{name}={value}" for name, value in (summary.get("changed") or {}).items()]
    return [*filter(None, [summary.get("given")]), *changed]


def _shaping(full: Json) -> Json:
    return {group: values for group, values in full.items() if group not in _ELSEWHERE}


def versions() -> Json:
    """Python, ours, and the packages that shape replies."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "code": revision()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def commit() -> Json:
    """The commit our code is at and whether it was changed since; both null outside a checkout."""
    root = Path(rag.__file__).parent.parent
    if not (root / ".git").exists():
        return {"git": None, "dirty": None}
    try:
        head = _git(root, "rev-parse", "HEAD")
        return {"git": head, "dirty": bool(_git(root, "status", "--porcelain", "--untracked-files=no"))}
    except (OSError, subprocess.CalledProcessError):
        return {"git": None, "dirty": None}


def data_hashes(files: Iterable[Path]) -> list[Json]:
    """Path and SHA-256 of each file."""
    return [{"path": str(path), "sha256": sha256(path.read_bytes()).hexdigest()} for path in files]


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
