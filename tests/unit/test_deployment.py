"""The image and the compose files name only what there is: paths, settings, commands, packages, versions."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import yaml

from rag.cli import gazette
from rag.settings import Settings
from tests.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = {name: (ROOT / name).read_text("utf-8") for name in ("compose.yaml", "compose.servers.yaml")}
SERVICES: dict[str, dict[str, Any]] = {}
for text in COMPOSE.values():
    for service, shape in yaml.safe_load(text)["services"].items():
        SERVICES.setdefault(service, {}).update(shape)


def test_every_setting_they_name_exists_and_takes_the_value() -> None:
    known = {row["variable"] for row in Settings().rows()}
    named = set(re.findall(r"GAZETTE_[A-Z]+__[A-Z_]+", DOCKERFILE + "".join(COMPOSE.values())))
    assert named
    assert not named - known
    environment = yaml.safe_load(COMPOSE["compose.yaml"])["services"]["gazette"]["environment"]
    assert json.loads(environment["GAZETTE_SERVE__ALLOWED_HOSTS"])


def test_every_path_they_copy_exists_and_reaches_the_image() -> None:
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for path in line.split()[:-1]
    ]  # fmt: skip
    assert copied
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert set(copied) == let_in
    assert not [path for path in copied if not (ROOT / path).exists()]


def test_everything_the_wheel_needs_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages <= set(re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.M))
    assert project["project"]["readme"] in DOCKERFILE
    extras = set(re.findall(r'"\.\[([a-z,]+)\]"', DOCKERFILE)[0].split(","))
    assert extras <= set(project["project"]["optional-dependencies"])


def test_versions_are_those_of_the_makefile_and_the_constraints() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for pinned in re.findall(r'"([a-z]+==[\d.]+)"', DOCKERFILE):
        assert pinned in makefile, pinned
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    chroma = SERVICES["vectors"]["image"].partition(":")[2]
    assert f"chromadb=={chroma}" in constraints
    images = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("FROM ")]
    images += [shape["image"] for shape in SERVICES.values()]
    assert not [image for image in images if not re.search(r":\d+\.\d+", image)]


def test_the_commands_exist() -> None:
    assert re.search(r'^ENTRYPOINT \["gazette"\]$', DOCKERFILE, re.M)
    command = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.M)[0])
    assert gazette.get_command(None, command[0]) is not None  # type: ignore[arg-type]
    for name in re.findall(r"gazette gazette ([a-z]+)", "".join(COMPOSE.values())):
        assert gazette.get_command(None, name) is not None, name  # type: ignore[arg-type]


def test_the_service_runs_as_nobody_special_and_is_looked_after() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.M)
    ours = SERVICES["gazette"]
    assert (ours["read_only"], ours["cap_drop"], ours["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert all(port.startswith("127.0.0.1:") for port in ours["ports"])
    for name, shape in SERVICES.items():
        assert "healthcheck" in shape or (name == "gazette" and "HEALTHCHECK" in DOCKERFILE), name
    volumes = {name for text in COMPOSE.values() for name in yaml.safe_load(text)["volumes"]}
    mounted = {place.partition(":")[0] for shape in SERVICES.values() for place in shape["volumes"]}
    assert mounted == volumes
