"""A backup holds the corpus at one moment, whoever works on it; a restore answers byte for byte as before."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import SEEDS
from tests.integration.service_process import service
from tests.torture.gazette import Gazette

QUESTION = "六安经开区园区非公组织党员有多少人?"


def _ok(gazette: Gazette, *words: str) -> str:
    done = gazette.run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _told(gazette: Gazette) -> list[Any]:
    """Whatever can be asked of a corpus, without what is made anew at every run."""
    answer = json.loads(_ok(gazette, "ask", QUESTION, "--json"))
    for varying in ("id", "timings_ms"):
        del answer[varying]
    found = _ok(gazette, "search", "非公组织党员", "--json"), _ok(gazette, "articles", "--json")
    return [answer, *found]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Gazette, Path, list[Any]]:
    """A data folder, a backup of it, and what it told before."""
    folder = tmp_path_factory.mktemp("backup")
    gazette = Gazette(folder / "store")
    _ok(gazette, "ingest", str(SEEDS))
    before = _told(gazette)
    report = json.loads(_ok(gazette, "backup", str(folder / "kept"), "--json"))
    assert report["vectors"] == report["passages"] > 0
    return gazette, folder / "kept", before


def test_a_restored_folder_answers_byte_for_byte_as_before(filled: tuple[Gazette, Path, list[Any]]) -> None:
    _, kept, before = filled
    restored = Gazette(kept.parent / "restored")
    report = json.loads(_ok(restored, "restore", str(kept), "--json"))
    assert (report["documents"], report["embedded"]) == (5, 0)
    assert _told(restored) == before
    assert "BAD" not in _ok(restored, "doctor")
    again = restored.run("restore", str(kept))
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)


def test_without_vectors_a_restore_embeds_anew(filled: tuple[Gazette, Path, list[Any]]) -> None:
    gazette, kept, before = filled
    _ok(gazette, "backup", str(kept.parent / "small"), "--no-vectors")
    restored = Gazette(kept.parent / "embedded")
    report = json.loads(_ok(restored, "restore", str(kept.parent / "small"), "--json"))
    assert report["embedded"] == report["passages"] > 0
    assert _told(restored) == before


def test_beside_a_service_that_takes_documents_in_the_backup_is_of_one_moment(tmp_path: Path) -> None:
    gazette = Gazette(tmp_path / "store")
    _ok(gazette, "ingest", str(SEEDS))
    with service(tmp_path / "store") as running:
        running.ready()
        stop, taken_in = threading.Event(), list[str]()

        def upload() -> None:
            for at in range(1000):
                if stop.is_set():
                    return
                text = "".join(f"第{at}号第{line}条消息。\n" for line in range(60)).encode()
                httpx.post(f"{running.url}/v1/documents", files=[("files", (f"{at}.txt", text))], timeout=60)
                taken_in.append(f"{at}.txt")

        uploading = threading.Thread(target=upload)
        uploading.start()
        while len(taken_in) < 3:
            stop.wait(0.1)
        acknowledged = set(taken_in)
        report = json.loads(_ok(gazette, "backup", str(tmp_path / "kept"), "--json"))
        stop.set()
        uploading.join()
    restored = Gazette(tmp_path / "restored")
    filled = json.loads(_ok(restored, "restore", str(tmp_path / "kept"), "--json"))
    documents = {json.loads(line)["document"] for line in _ok(restored, "documents", "--json").splitlines()}
    assert acknowledged <= documents
    assert len(documents) == filled["documents"] == report["documents"]
    assert report["vectors"] > 0
    assert "BAD" not in _ok(restored, "doctor")


def test_beside_a_service_with_keys_who_may_read_the_folder_backs_up_every_collection(tmp_path: Path) -> None:
    gazette, word = Gazette(tmp_path / "store"), tmp_path / "store" / "lock.pass"
    keys = {
        name: _ok(gazette, "keys", "create", "--name", name, "--scope", "write", "--collection", name).strip()
        for name in ("default", "other")
    }
    with service(tmp_path / "store") as running:
        running.ready()
        for name, key in keys.items():
            headers = {"Authorization": f"Bearer {key}"}
            files = [("files", (f"{name}.txt", f"{name}水库竣工,总投资三亿元。".encode()))]
            assert httpx.post(f"{running.url}/v1/documents", headers=headers, files=files).json()["passages"] == 1
        report = json.loads(_ok(gazette, "backup", str(tmp_path / "kept"), "--json"))
        assert (report["vectors"], report["passages"]) == (2, 2)
        assert word.stat().st_mode & 0o777 == 0o600
        shown = {"Gazette-Folder-Pass": word.read_text()}
        asked = {
            ("/v1/vectors", "right"): httpx.post(f"{running.url}/v1/vectors", headers=shown, json={"passage_ids": []}),
            ("/v1/vectors", "wrong"): httpx.post(
                f"{running.url}/v1/vectors", headers={"Gazette-Folder-Pass": "x"}, json={"passage_ids": []}
            ),
            ("/v1/search", "right"): httpx.post(f"{running.url}/v1/search", headers=shown, json={"query": "水库"}),
            ("/metrics", "right"): httpx.get(f"{running.url}/metrics", headers=shown),
        }
        assert {which: reply.status_code for which, reply in asked.items()} == {
            ("/v1/vectors", "right"): 200,
            ("/v1/vectors", "wrong"): 401,
            ("/v1/search", "right"): 401,
            ("/metrics", "right"): 401,
        }
    filled = json.loads(_ok(Gazette(tmp_path / "restored"), "restore", str(tmp_path / "kept"), "--json"))
    assert (filled["documents"], filled["embedded"]) == (2, 0)


def test_a_backup_that_was_killed_is_none(filled: tuple[Gazette, Path, list[Any]]) -> None:
    gazette, kept, _ = filled
    target = kept.parent / "killed"
    assert gazette.killed((target / "ledger.sqlite").exists, "backup", str(target))
    refused = Gazette(kept.parent / "never").run("restore", str(target))
    assert (refused.returncode, "stopped before its end" in refused.stderr) == (1, True)
    assert not (kept.parent / "never").exists()


@pytest.mark.parametrize("name", ["ledger.sqlite", "vectors-default.f32"])
def test_a_backup_with_one_bit_turned_is_refused(
    filled: tuple[Gazette, Path, list[Any]], tmp_path: Path, name: str
) -> None:
    _, kept, _ = filled
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for path in kept.iterdir():
        (damaged / path.name).write_bytes(path.read_bytes())
    content = bytearray((damaged / name).read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / name).write_bytes(content)
    refused = Gazette(tmp_path / "never").run("restore", str(damaged))
    assert (refused.returncode, f"{name}: not what was backed up" in refused.stderr) == (1, True)
    assert not (tmp_path / "never").exists()
