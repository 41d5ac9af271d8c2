"""Looks at the files of a tantivy folder from outside: are all there, and do they hold what was written?

tantivy ends every file with its CRC-32 (`footer.rs`: body, JSON footer, its length, a magic number) but checks it only
when asked, and its Python binding cannot ask. Knows nothing of what the terms stand for.
"""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

from rag.errors import StoreError

_TAIL = struct.Struct("<II")
_MAGIC = 1337
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")


def term_file_damage(folder: Path) -> list[str]:
    """What is wrong with the files of a tantivy folder, one sentence each; empty when nothing is. Reads every byte."""
    if not folder.is_dir():
        return []
    meta = folder / "meta.json"
    if not meta.is_file():
        return [f"{meta}: is missing"] if any(folder.glob("*.store")) else []
    try:
        segments = json.loads(meta.read_bytes())["segments"]
        names = [f"{str(one['segment_id']).replace('-', '')}.{part}" for one in segments for part in _PARTS]
        names += [
            f"{str(one['segment_id']).replace('-', '')}.{one['deletes']['opstamp']}.del"
            for one in segments
            if one.get("deletes")
        ]
    except (ValueError, KeyError, TypeError) as error:
        return [f"{meta}: {type(error).__name__}: {error}"]
    found = [f"{folder / name}: {problem}" for name in names if (problem := _problem(folder / name))]
    managed = folder / ".managed.json"
    if not managed.is_file():
        found.append(f"{managed}: is missing")
    return found


def _problem(file: Path) -> str | None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        raise StoreError(f"term index {file}: {error.strerror}; see that it can be read") from error
    if len(content) < _TAIL.size:
        return "ends in the middle"
    length, magic = _TAIL.unpack(content[-_TAIL.size :])
    if magic != _MAGIC or length > len(content) - _TAIL.size:
        return "ends in the middle"
    body = len(content) - _TAIL.size - length
    try:
        expected = json.loads(content[body : body + length])["crc"]
    except (ValueError, KeyError, TypeError):
        return "ends in the middle"
    return None if zlib.crc32(content[:body]) == expected else "does not hold what was written"
