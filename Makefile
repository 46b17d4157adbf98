# Everything a person does with this project. `make help` lists it. Needs Python 3.11+ and make, nothing else.
# PYTHON=/path/to/python chooses another interpreter; all paths below are relative, so that spaces and Japanese
# in the folder's name do no harm.
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
# Lives inside the environment: deleting .venv is a full reset.
STAMP := $(VENV)/.installed
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
DEMO := build/demo
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# UTF-8 in every Python that is started here, whatever the console's code page is.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help install demo test check fix bench conformance interop docs dist lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*##/\1:/p' Makefile

install: $(STAMP)  ## create or update .venv from the lock

$(STAMP): requirements.lock pyproject.toml packages/genba-edge/pyproject.toml
	@python="$$(sh distribution/find-python.sh)" || exit 1; \
	if ! $(PY) -c 'import pip' >/dev/null 2>&1; then "$$python" -m venv --clear $(VENV); fi
	$(PY) -m pip install --quiet --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --no-index -e . -e packages/genba-edge
	@date > $(STAMP)

demo: $(STAMP)  ## refine the example factory, take one turn of the loop, share a product between two companies
	@rm -rf $(DEMO)
	@mkdir -p $(DEMO)
	$(PY) examples/factory/generate.py $(DEMO)/factory --seed 7 >$(DEMO)/generated.json
	@status=0; $(BIN)/genba refine $(DEMO)/factory --out $(DEMO)/product || status=$$?; \
	if [ "$$status" -gt 1 ]; then exit "$$status"; fi; \
	if [ ! -s $(DEMO)/product/report.html ]; then echo "no report was written" >&2; exit 1; fi
	$(PY) examples/machine_cell/generate.py $(DEMO)/cell --seed 7 >$(DEMO)/generated-cell.json
	$(PY) examples/machine_cell/turn.py $(DEMO)/cell --out $(DEMO)/turn --seed 7
	$(BIN)/genba demo share --out $(DEMO)/share --yes
	@printf '\nreport / レポート: %s\n' "$$(pwd)/$(DEMO)/product/report.html"

test: $(STAMP)  ## run all tests
	$(PY) -m pytest -n $(PYTEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

# Every step runs, so that one look shows all there is to mend.
check: $(STAMP)  ## format, lint, types, import contracts, sizes, messages, docs
	@failed=; \
	step() { echo "-- $$*"; "$$@" || failed="$$failed\n  $$*"; }; \
	step $(BIN)/ruff format --check --quiet --output-format concise .; \
	step $(BIN)/ruff check --quiet --output-format concise .; \
	step $(BIN)/mypy --strict src; \
	step $(BIN)/mypy --strict packages/genba-edge/src; \
	step $(BIN)/mypy checks distribution docs/build.py; \
	step $(BIN)/lint-imports --no-logo; \
	step $(PY) -m checks; \
	step $(PY) docs/build.py --check; \
	if [ -n "$$failed" ]; then printf "check failed:$$failed\n"; exit 1; fi; echo "check passed"

fix: $(STAMP)  ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## measure against the bars and the peers
	$(PY) benchmarks/run.py

conformance: $(STAMP)  ## run the official kits of the claims and dataspace protocols (needs a JDK and Maven)
	@status=0; $(PY) -m tests.conformance.dcp || status=$$?; $(PY) -m tests.conformance.run && exit $$status

interop: $(STAMP)  ## exchange data with Eclipse EDC in both directions (needs a JDK and Maven)
	$(PY) -m tests.interop.run

docs: $(STAMP)  ## regenerate the generated pages, then docs/ to build/docs/
	$(PY) docs/build.py

dist: $(STAMP)  ## wheel and offline archives for Windows and Linux in dist/
	$(PY) -m distribution $(if $(PYTHON_WINDOWS),--python-windows "$(PYTHON_WINDOWS)") $(DIST_ARGS)

# Versions are taken anew from the registry only with UPGRADE=1; otherwise what is locked stays.
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
lock:  ## resolve pyproject.toml into the lock files
	@test -x $(BIN)/uv || $(MAKE) install
	$(UV_COMPILE) pyproject.toml --all-extras --group dev -o requirements.lock
	$(UV_COMPILE) pyproject.toml --all-extras -c requirements.lock -o requirements-runtime.lock

clean:  ## remove what make made, but not .venv
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
