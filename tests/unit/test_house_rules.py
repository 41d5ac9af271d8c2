"""Rules of the house that no linter knows: no seed text in the code, a light command line, secrets of nobody."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.ledger import Ledger
from tests.conftest import ROOT

HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "litellm", "tantivy", "tiktoken", "pydantic")
NGRAM = 9
"""Characters: long enough not to be an everyday phrase, short enough to catch any headline."""


def _product_files() -> Iterator[Path]:
    suffixes = (".py", ".md", ".html", ".js", ".css")
    for folder in ("rag", "api", "prompts"):
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)


def _folded(text: str) -> str:
    return re.sub(r"[\s“”\"'‘’「」#*]+", "", text)


def test_no_text_of_the_sample_pages_stands_in_the_product(seed_texts: dict[str, str]) -> None:
    known = {
        folded[at : at + NGRAM]
        for text in seed_texts.values()
        for line in text.splitlines()
        if (folded := _folded(line))
        for at in range(len(folded) - NGRAM + 1)
    }
    for path in _product_files():
        content = path.read_text(encoding="utf-8")
        folded = _folded(content)
        found = {folded[at : at + NGRAM] for at in range(len(folded) - NGRAM + 1)} & known
        assert not {one for one in found if re.search(r"[\u4e00-\u9fff]{4}", one)}, path


def test_no_file_name_or_telling_figure_of_the_sample_pages_stands_in_the_product(seed_texts: dict[str, str]) -> None:
    names = [name.removesuffix(".txt") for name in seed_texts]
    figures = {figure for text in seed_texts.values() for figure in re.findall(r"\d{3,}\.\d+|\d{4,}", text)}
    telling = {figure for figure in figures if not re.fullmatch(r"(19|20)\d\d|12345|[1-9]0+", figure)}
    for path in _product_files():
        content = path.read_text(encoding="utf-8")
        assert not [name for name in names if name in content], path
        numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", content))
        assert not numbers & telling, path


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['gazette', '--help']\n"
        "from rag.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "Usage: gazette" in done.stdout
    assert "heavy: []" in done.stdout


@pytest.mark.parametrize("words", [("batch", "status"), ("batch", "list", "--json"), ("keys", "list")])
def test_looking_into_the_ledger_loads_nothing_but_the_ledger(tmp_path: Path, words: tuple[str, ...]) -> None:
    Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}").close()
    ours = ("rag.adapters", "rag.batch", "rag.build", "rag.pages", "rag.pipeline", "numpy")
    code = (
        "import sys\n"
        "from rag.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"looked_for = {(*set(HEAVY) - {'pydantic'}, *ours)!r}\n"
        "print('heavy:', [name for name in looked_for if name in sys.modules], 'rag.ledger' in sys.modules)"
    )
    command = [sys.executable, "-c", code, "--store", str(tmp_path), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "heavy: [] True" in done.stdout, done.stdout + done.stderr


def test_modules_stay_readable() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("rag", "api", "evals")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not too_long
