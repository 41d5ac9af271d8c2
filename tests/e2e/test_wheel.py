"""The built wheel works in an empty environment elsewhere: code, prompts and all, without the source tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEEDS


def _run(*words: str, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GAZETTE_", "PYTHON"))}
    environment["GAZETTE_STORE__PATH"] = str(cwd / "store")
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: what an earlier build left in the tree must not get in."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("rag", "api", "prompts", "evals", "tests", "seeds"):
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / "source" / name)
    build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "./source")
    _run(*build, "--wheel-dir", str(folder), cwd=folder)
    (built,) = folder.glob("gazette-*.whl")
    return built


def test_the_wheel_ingests_and_answers_in_an_empty_environment(tmp_path: Path, wheel: Path) -> None:
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    python = str(home / "bin" / "python")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = home / "lib" / version / "site-packages"
    # Third-party packages are borrowed from the environment of the tests: installing torch again would prove nothing.
    # A path in a .pth file does not run that folder's own .pth files, so the editable install stays out.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", str(wheel), cwd=tmp_path)

    where = _run(
        python, "-c", "import rag, api, prompts; print(rag.__file__, api.__file__, prompts.__file__)", cwd=tmp_path
    )
    assert all(str(home) in path for path in where.split())
    gazette = str(home / "bin" / "gazette")
    _run(gazette, "ingest", str(SEEDS), cwd=tmp_path)
    answer = json.loads(_run(gazette, "ask", "六安经开区园区非公组织党员有多少人?", "--json", cwd=tmp_path))
    assert "1647人" in answer["answer"]
    loaded = (
        "from rag.prompts import load_prompt; print(load_prompt('answer').version, load_prompt('summarise').version)"
    )
    assert _run(python, "-c", loaded, cwd=tmp_path).strip()


def test_the_wheel_carries_no_tests_and_no_sample_pages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    suites = {"evals/suites/seeds.yaml", "evals/gold/seeds/questions.jsonl"}
    assert suites <= set(names)
    assert {"prompts/answer.md", "prompts/summarise.md", "rag/cli/__init__.py", "api/app.py", "api/web/app.js"} <= set(
        names
    )
    assert not [name for name in names if name.startswith(("tests/", "seeds/"))]
