# penser-demain: `make run` plays the starting scenarios, `make test` checks everything.
#
#   make run ARGS="--no-serve"     ends after the table, without the dashboard
#   make test PYTHON=python3.13    with another interpreter (3.11 or newer) for a new .venv

PYTHON ?= python3
ARGS ?=

ENVIRONMENT := .venv
ifeq ($(OS),Windows_NT)
    BIN := $(ENVIRONMENT)/Scripts
else
    BIN := $(ENVIRONMENT)/bin
endif
CREATED := $(ENVIRONMENT)/.created
RUN_STAMP := $(ENVIRONMENT)/.installed-run
TEST_STAMP := $(ENVIRONMENT)/.installed-test

# The lock is complete, so nothing is resolved here; a hash that differs stops the installation.
PIP := $(BIN)/python -m pip install --disable-pip-version-check -qq --no-deps
LOCKED := $(PIP) --require-hashes --requirement
ITSELF := $(PIP) --no-build-isolation --editable .

.PHONY: help run test lint format kernels test-other-python browser bundle benchmark lock clean
.DELETE_ON_ERROR:

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{printf "%-24s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## simulate the starting scenarios, print the comparison, open the dashboard
	@$(BIN)/penser-demain start $(ARGS)

test: $(TEST_STAMP) ## everything: style, types, tests, browser, the other Python versions
	$(MAKE) -j 2 lint kernels
	$(MAKE) browser
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
	$(MAKE) test-other-python

lint: $(TEST_STAMP) ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(TEST_STAMP) ## rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test-other-python: $(TEST_STAMP) ## the quick tests on Python 3.11 and on the newest one installed
	$(BIN)/python tests/environment/other_python.py

kernels: $(TEST_STAMP) ## compile the loops of the model once, before many tests ask for them at once
	$(BIN)/python -c 'from simulator.simulation import prime; prime("fil-de-l-eau")'

browser: $(TEST_STAMP) ## a Chromium for the browser tests, where none is found
	$(BIN)/python tests/environment/chromium.py

bundle: $(RUN_STAMP) ## a folder and a zip for a machine without internet: ARGS="--platform windows"
	@$(BIN)/python -m dashboard.bundle $(ARGS)

benchmark: $(TEST_STAMP) ## speed and memory (not part of the tests)
	@$(BIN)/penser-demain benchmark $(ARGS)

lock: $(TEST_STAMP) ## resolve the dependencies again and rewrite both lock files
	$(BIN)/python tests/environment/lock.py --upgrade

clean: ## remove the environments and what tools leave behind; results stay
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(CREATED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "penser-demain needs Python 3.11 or newer; '$(PYTHON)' is" \
	        "$$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
	    exit 1; }
	@echo "Creating $(ENVIRONMENT) (once)"
	@$(PYTHON) -m venv --clear $(ENVIRONMENT)
	@touch $@

$(RUN_STAMP): requirements.lock pyproject.toml $(CREATED)
	@echo "Installing from requirements.lock (once)"
	@$(LOCKED) requirements.lock
	@$(ITSELF)
	@touch $@

$(TEST_STAMP): requirements-test.lock pyproject.toml $(CREATED)
	@echo "Installing from requirements-test.lock (once)"
	@$(LOCKED) requirements-test.lock
	@$(ITSELF)
	@touch $@
