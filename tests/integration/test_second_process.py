"""A second process on a folder in use: told at once by whom, before anything heavy is imported; looking still works."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

HOLD = """
import sys, time
from pathlib import Path
from rag.ledger import StoreLock
lock = StoreLock.acquire(Path(sys.argv[1]), "http://127.0.0.1:9")
print("held", flush=True)
time.sleep(300)
"""

TIMED = """
import sys, time
sys.argv[0] = "gazette"
began = time.process_time()
from rag.cli import main
try:
    main()
finally:
    heavy = [name for name in ("torch", "chromadb", "tantivy", "transformers", "litellm") if name in sys.modules]
    print(f"cpu {time.process_time() - began:.2f} heavy {heavy}", file=sys.stderr)
"""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A data folder that another process holds, and its pid."""
    store = tmp_path / "store"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(store)], stdout=subprocess.PIPE, text=True, cwd=ROOT) as one:
        try:
            assert one.stdout is not None
            assert one.stdout.readline() == "held\n"
            yield store, one.pid
        finally:
            one.kill()


def gazette(store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", TIMED, "--store", str(store), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "README.md"),
        ("delete", "doc_1"),
        ("forget", "doc_1"),
        ("doctor", "--repair"),
        ("search", "大桥"),
        ("ask", "大桥"),
        ("summarise", "--all"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_that_needs_the_folder_is_refused_with_pid_url_and_remedy(
    held: tuple[Path, int], words: tuple[str, ...]
) -> None:
    store, pid = held
    done = gazette(store, *words)
    assert done.returncode == 1
    assert f"in use by process {pid}, a service at http://127.0.0.1:9" in done.stderr
    assert "GAZETTE_STORE__PATH" in done.stderr
    assert "heavy []" in done.stderr
    # Processor time, not the clock: the machine of the test may be busy with others.
    spent = re.search(r"cpu ([\d.]+)", done.stderr)
    assert spent is not None
    assert float(spent[1]) < 1


def test_doctor_beside_a_process_says_who_holds_the_folder_and_what_can_be_said(held: tuple[Path, int]) -> None:
    store, pid = held
    done = gazette(store, "doctor", "--json")
    findings = {row["check"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert findings["holder"]["ok"]
    assert f"process {pid}" in findings["holder"]["detail"]
    assert not findings["service"]["ok"]
    assert done.returncode == 1


def test_doctor_and_commands_that_look_work_beside_a_running_service(tmp_path: Path) -> None:
    store = tmp_path / "store"
    code = "import sys; from rag.cli import main; sys.argv[0] = 'gazette'; main()"
    command = [sys.executable, "-c", code, "--store", str(store), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as service:
        try:
            assert service.stderr is not None
            assert "listens on" in service.stderr.readline()
            findings: dict[str, dict[str, object]] = {}
            for _ in range(120):
                done = gazette(store, "doctor", "--json")
                findings = {row["check"]: row for row in map(json.loads, done.stdout.splitlines())}
                if findings.get("service", {}).get("ok"):
                    break
                time.sleep(1)
            assert findings["service"]["ok"], findings
            assert f"process {service.pid}" in str(findings["holder"]["detail"])
            assert "0 documents" in str(findings["ledger"]["detail"])
            assert gazette(store, "documents").returncode == 0
        finally:
            service.terminate()
            service.wait(120)
