"""A started service tells nothing of what it is asked: canaries in everything that comes in, none in what it logs."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.scripted_model import fails, scripted_model
from tests.integration.service_process import service

CANARY = "丹顶鹤0xC0FFEE"
PAGE = f"{CANARY}展\n\n昨日开幕的展览共有1280件展品。\n".encode()


def test_no_canary_of_what_came_in_is_logged(tmp_path: Path) -> None:
    ascii_canary = "C0FFEE-canary"
    broken = fails(500, f"the prompt was {CANARY} {ascii_canary}")
    with scripted_model(broken) as model:
        named = {"MODEL__NAME": "openai/m", "MODEL__API_BASE": model.api_base, "MODEL__MAX_RETRIES": "1"}
        fallback = f'[{{"name": "openai/n", "api_base": "{model.api_base}"}}]'
        with service(
            tmp_path / "s", SERVE__LOG_FORMAT="json", SERVE__LOG_LEVEL="debug", MODEL__FALLBACKS=fallback, **named
        ) as running:
            running.ready()
            headers = {"X-Request-Id": f"{ascii_canary} x", "Authorization": f"Bearer {ascii_canary}", "X-Other": "x"}
            with httpx.Client(base_url=running.url, headers=headers, timeout=60) as client:
                files = [("files", (f"{CANARY}.txt", PAGE)), ("files", (f"{CANARY}.xls", b"\x00\x01"))]
                assert client.post("/v1/documents", files=files).status_code == 207
                asked = client.post("/v1/answers", json={"question": f"{CANARY}的展览有多少件展品？"})
                streamed = client.post("/v1/answers", json={"question": f"{CANARY}?", "stream": True})
                client.get(f"/v1/documents/{ascii_canary}")
                client.get(f"/{ascii_canary}")
                figures = client.get("/metrics").text
            running.process.send_signal(signal.SIGINT)
            assert running.ended() == 0
    assert asked.status_code == 503
    assert CANARY in asked.json()["detail"]  # told to who asked, with the id by which the log has it
    assert "event: error" in streamed.text
    log = "".join(running.lines)
    for told in (log, figures):
        assert not [word for word in (CANARY, "丹顶鹤", "C0FFEE", "1280", "展品") if word in told]
    lines = running.log()
    answered = [line for line in lines if line.get("route") == "/v1/answers"]
    assert [line["status"] for line in answered] == [503, 200]
    assert answered[0]["request_id"] == asked.headers["x-request-id"] == asked.json()["request_id"]
    turned = [line for line in lines if "turning to the next model" in line["message"]]
    assert turned
    assert all(str(line["message"]).startswith("ModelUnavailableError from InternalServerError") for line in turned)
    samples = {
        (sample.name, sample.labels.get("model"), sample.labels.get("outcome")): sample.value
        for family in text_string_to_metric_families(figures)
        for sample in family.samples
    }
    assert samples["gazette_model_calls_total", "openai/m", "InternalServerError"] == 2
    assert samples["gazette_model_retries_total", "openai/m", None] == 2


def test_in_a_terminal_only_what_is_wrong_is_told(tmp_path: Path) -> None:
    with service(tmp_path / "s") as running:
        running.ready()
        running.process.send_signal(signal.SIGINT)
        assert running.ended() == 0
    assert [line.startswith("Gazette listens on") for line in running.lines] == [True]
