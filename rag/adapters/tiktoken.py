"""Counts the tokens of texts as large language models count them, for prompt budgets only. Knows nothing of prompts.

The encoding is o200k_base, whose file litellm carries; it is read from there and never fetched. Models with another
vocabulary count a little otherwise, so budgets keep a margin.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import ModelUnavailableError

if TYPE_CHECKING:
    import tiktoken

ENCODING = "o200k_base"
_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"  # sha1 of the encoding's address, the name tiktoken's cache gives it
_VARIABLE = "TIKTOKEN_CACHE_DIR"
_loading = Lock()


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens of each text; special-token strings count as the plain text they are.

    Raises:
        ModelUnavailableError: litellm is not installed, or came without the encoding's file.
    """
    with _loading:  # the variable below belongs to the whole process
        encoding = _encoding()
    return [len(encoding.encode(text, disallowed_special=())) for text in texts]


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = str(_folder())
    try:
        return tiktoken.get_encoding(ENCODING)
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before


def _folder() -> Path:
    """The folder of encodings inside litellm; checked first, for where the file is missing tiktoken would fetch it."""
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        raise ModelUnavailableError(
            f"token counts need litellm, which carries {ENCODING}: pip install litellm==1.106.2"
        )
    folder = Path(spec.origin).parent / "litellm_core_utils" / "tokenizers"
    if not (folder / _FILE).is_file():
        raise ModelUnavailableError(
            f"token counts need {ENCODING}: {folder / _FILE} is missing; reinstall litellm==1.106.2"
        )
    return folder
