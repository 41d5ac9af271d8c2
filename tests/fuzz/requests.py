"""Requests made from the service's own description by schemathesis, as its command; and what counts as a failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "missing_required_header",
)
"""Left out: that whatever keeps to the schema is taken (dates in order, exactly one of three fields and the like are
told in words, not in the schema, and refused with 422) and that whatever breaks it is refused (`0` for false is taken).
"""


def fuzzed(url: str, folder: Path, *, seconds: int, examples: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Ask every operation with examples, edge cases, made-up values and chains of requests; status 0: no failure.

    Args:
        url: of the service.
        folder: where the command runs.
        seconds: the whole may take, at most.
        examples: of made-up requests for each operation.
        seed: the same requests again.
    """
    command = (
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
        *(f"{url}/openapi.json", "--phases", "examples,coverage,fuzzing,stateful", "--checks", ",".join(CHECKS)),
        *("--max-time", str(seconds), "--max-examples", str(examples), "--seed", str(seed), "--no-shrink"),
        *("--continue-on-failure", "--generation-database", "none", "--request-timeout", "60", "--no-color"),
        *("--suppress-health-check", "all", "--warnings", "off"),
    )
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds + 300, check=False)
