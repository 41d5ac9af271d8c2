"""The text of one PDF, read in a process that may not take more than so much memory and time. Knows no documents.

There, ``main`` reads the PDF from standard input and writes ``{"pages": […]}`` or ``{"error": …}``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rag.errors import MalformedSourceError

MEMORY_BYTES = 1 << 30
"""Of addresses; interpreter and library take a third of them."""
SECONDS = 120
_TOO_MUCH = f"PDF cannot be read within {MEMORY_BYTES >> 20} MiB of memory: it unpacks into more; re-export it"
_PROGRAM = "import sys; sys.path.insert(0, {!r}); from rag.readers.pdf_alone import main; main()"
# The same package as this one, wherever it was found; and nothing out of the folder the command runs in.
_COMMAND = (sys.executable, "-P", "-c", _PROGRAM.format(str(Path(__file__).resolve().parents[2])))


def pages_alone(content: bytes, source: str) -> list[str]:
    """Each page's text.

    Raises:
        MalformedSourceError: as told by ``rag.readers.pdf.pages_of``; or it takes too much memory or time.
    """
    try:
        done = subprocess.run(_COMMAND, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise MalformedSourceError(source, f"PDF takes longer than {SECONDS} s to read; re-export it") from error
    if done.returncode > 0:
        [*_, last] = ["no reason given", *done.stderr.decode(errors="replace").splitlines()]
        raise MalformedSourceError(source, f"PDF cannot be read in a process of its own ({last})")
    if done.returncode < 0:  # how PDFium ends where it gets no more memory
        raise MalformedSourceError(source, _TOO_MUCH)
    told = json.loads(done.stdout)
    if "error" in told:
        raise MalformedSourceError(source, told["error"])
    return [str(page) for page in told["pages"]]


def main() -> None:
    """Read one PDF within the limits."""
    import resource

    from rag.readers.pdf import pages_of

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told: dict[str, object] = {"pages": pages_of(sys.stdin.buffer.read(), "")}
    except MalformedSourceError as error:
        told = {"error": error.reason}
    except MemoryError:
        told = {"error": _TOO_MUCH}
    sys.stdout.write(json.dumps(told))
