"""A batch as on a cluster: a ledger on PostgreSQL, vectors on a Chroma server, two Ray nodes, one of which dies."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from rag.adapters import ray as ray_adapter
from tests.integration.chroma_process import Server
from tests.integration.postgres_process import postgres
from tests.integration.scripted_model import Exchange, says, scripted_model
from tests.torture.gazette import Gazette

if find_spec("ray") is None:  # not imported here: it reads its environment when it is
    pytest.skip("needs gazette[ray]", allow_module_level=True)
# Ray leaves sockets and pipes of its own processes to the interpreter's exit.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

COUNT = 30
DECLINES = says(json.dumps({"abstain": "not_stated", "claims": []}))


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A head that does no work, and two nodes with a core each."""
    with ray_adapter._quiet():
        from ray.cluster_utils import Cluster

        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        for _ in range(2):
            made.add_node(num_cpus=1)
        yield made
        made.shutdown()


def test_when_a_node_dies_nothing_is_lost_and_only_its_own_call_is_paid_again(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("\n".join(f"第{at}号消息发布。" for at in range(COUNT)), encoding="utf-8")
    body = {"all": True, "max_chars": 60}
    request = {"custom_id": "all", "method": "POST", "url": "/v1/summaries", "body": body}
    (tmp_path / "in.jsonl").write_text(json.dumps(request), encoding="utf-8")
    (tmp_path / "vectors").mkdir()
    first, _ = cluster.worker_nodes
    killed_at = list[int]()

    def script(exchange: Exchange) -> None:
        time.sleep(0.2)
        DECLINES(exchange)

    vectors = Server()
    with postgres() as ledgers, scripted_model(script) as server:
        vectors.start(tmp_path / "vectors")
        gazette = Gazette(
            tmp_path / "store",
            GAZETTE_LEDGER__URL=ledgers.new_database(),
            GAZETTE_CHROMA__URL=vectors.url,
            GAZETTE_CHROMA__TIMEOUT_SECONDS="20",
            GAZETTE_INGEST__RAY_ADDRESS=cluster.address,
            GAZETTE_MODEL__NAME="openai/some-model",
            GAZETTE_MODEL__API_BASE=server.api_base,
        )
        assert gazette.run("ingest", str(tmp_path / "page.txt")).returncode == 0
        out = str(tmp_path / "out.jsonl")
        words = ("batch", "start", str(tmp_path / "in.jsonl"), "--engine", "ray", "--out", out)
        process = gazette.start(*words)
        while process.poll() is None:
            if len(server.requests) >= COUNT // 3 and not killed_at:
                killed_at.append(len(server.requests))
                cluster.remove_node(first, allow_graceful=False)
            time.sleep(0.05)
        _, told = process.communicate()
        assert process.returncode == 0, told
        vectors.kill()
    assert killed_at
    assert killed_at[0] < COUNT
    (row,) = (json.loads(text) for text in Path(out).read_text(encoding="utf-8").splitlines())
    items = [item["article_id"] for item in row["response"]["body"]["items"]]
    assert len(items) == len(set(items)) == COUNT
    # The node had one core, so one call under way.
    assert COUNT <= len(server.requests) <= COUNT + 1
