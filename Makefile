# make demo    sets up .venv and runs the main job on the sample domain
# make test    sets up .venv and runs every test
# make check   what CI runs: lint, types, tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test check lint types clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "steep needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (torch and transformers: some hundred megabytes; a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)
	@rm -rf demo && mkdir demo && cp -R examples/harbor/documents examples/harbor/questions.jsonl examples/harbor/steep.toml demo/
	@$(BIN)/steep run --project demo
	@echo "The project is in demo/: try  $(BIN)/steep ask -C demo \"…\"  or  $(BIN)/steep serve -C demo"

test: $(STAMP)
	@$(BIN)/python -m pytest -q

lint: $(STAMP)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

check: lint types test

clean:
	@rm -rf demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
