"""An environment with other versions of client programs than the project's, made once and kept between runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def client_python() -> Path:
    """The Python of that environment; it lies in the one the tests run in, so that `make clean` takes both.

    Made anew when the requirements change; an environment whose making was cut short is never taken for one.
    """
    recipe = REQUIREMENTS.read_bytes() + sys.version.encode()
    kept = Path(sys.prefix) / "clients"
    kept.mkdir(exist_ok=True)
    folder = kept / sha256(recipe).hexdigest()[:12]
    python, whole = folder / "bin" / "python", folder / "whole"
    with FileLock(kept / "making.lock"):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            _run("-m", "venv", "--without-pip", str(folder))
            _run("-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "-r", str(REQUIREMENTS))
            whole.touch()
    return python


def _run(*arguments: str) -> None:
    done = subprocess.run((sys.executable, *arguments), capture_output=True, text=True)
    assert done.returncode == 0, f"the environment for client programs could not be made:\n{done.stdout}{done.stderr}"
