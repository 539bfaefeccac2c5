# make run    a virtual environment, the package in it, and the pictures of logs/ on port 8080
# make test   lint, types and tests, with all that they need
# make bench  what the README says about speed, measured here

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types tests unplugged bench tools clean

run: $(VENV)/installed
	$(BIN)/watcher serve logs

test: tools lint types tests

lint: $(VENV)/installed-test
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(VENV)/installed-test
	$(BIN)/mypy

tests: $(VENV)/installed-test
	$(BIN)/pytest

# The same without change events, as far as files, the worker and daemons go.
unplugged: $(VENV)/installed-test
	WATCHER_TEST_WITHOUT_WATCHDOG=1 $(BIN)/pytest -r fE $(addprefix tests/test_, $(addsuffix .py, \
	  tailer follow_restart pipeline worker kept state daemon live))

bench: $(VENV)/installed-test
	$(BIN)/python -m benchmarks render
	$(BIN)/python -m benchmarks latency
	$(BIN)/python -m benchmarks ingest
	$(BIN)/python -m benchmarks follow

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "watcher needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python cannot make virtual environments here: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/installed-test: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable ".[test,fast]"
	@touch $@

# What some tests need, where this machine lets us install it; those that miss it skip and say so.
tools:
	@test "$$(id -u)" = 0 && command -v apt-get >/dev/null || exit 0; missing=; \
	for tool in chromium systemd-analyze logrotate gcc pngcheck; do \
	  command -v $$tool >/dev/null || missing="$$missing $${tool%-analyze}"; \
	done; \
	test -z "$$missing" || { apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $$missing >/dev/null; } || true
