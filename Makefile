# make demo   install, plan the real road network of Wuhan, say where the map and the report are
# make test   install, all tests, linter, types, import rules
# make quick  the same without the slow tests
# make docs   the documentation site into build/docs, warnings as errors (the tests build it too)
# make lock   resolve the locked versions anew
#
# Needs Python 3.11 or newer and make; uses uv when it is there, pip otherwise.

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
DEMO := demo
DEMO_TIME_LIMIT := 300

# The first Python on the way that is new enough; set PYTHON=... to choose one yourself.
PYTHON ?= $(shell for p in python3 python python3.11 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

ifdef UV
INSTALL := uv pip install --quiet --python $(BIN)/python
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: demo test quick docs lint types imports browser lock clean

demo: $(VENV)/runtime
	@test -f $(DEMO)/project.toml || $(BIN)/metroplan init $(DEMO) --example wuhan
	@$(BIN)/metroplan solve $(DEMO) --time-limit $(DEMO_TIME_LIMIT) --gap 0

test: $(VENV)/dev browser lint types imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

quick: $(VENV)/dev lint types imports
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

docs: $(VENV)/dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "The site stands in build/docs/index.html"

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

imports: $(VENV)/dev
	$(BIN)/lint-imports

# Debian's Chromium draws the maps in the browser tests; where it cannot be had they skip and say so.
browser:
	@if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q 'Noto Sans CJK'; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
			chromium fontconfig fonts-noto-cjk; } >$(VENV)/browser.log 2>&1 \
			|| echo "Chromium could not be installed (see $(VENV)/browser.log): the browser tests will be skipped."; \
	else echo "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk): the browser tests will be skipped."; fi

lock: $(BIN)/python
	$(if $(UV),,$(INSTALL) uv)
	$(if $(UV),uv,$(BIN)/python -m uv) pip compile pyproject.toml --extra scip --group dev --group docs --universal --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate --quiet --upgrade --output-file requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info

# Each file says what the environment holds; it is made again when the versions change.
$(VENV)/runtime: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing metroplan into $(VENV) ..."
	@$(INSTALL) --constraint requirements.lock --editable .
	@touch $@

# GNPy asks for pandas < 3 only for its own command line: it is installed beside the newer one, without dependencies.
$(VENV)/dev: pyproject.toml requirements.lock requirements-optics.lock | $(BIN)/python
	@echo "Installing metroplan and its development tools into $(VENV) ..."
	@$(INSTALL) --requirement requirements.lock
	@$(INSTALL) --no-deps --requirement requirements-optics.lock
	@$(INSTALL) --no-deps --editable .
	@touch $@ $(VENV)/runtime

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "metroplan needs Python 3.11 or newer, and found none:" \
		"'python3' is $$(python3 --version 2>&1 || true). Install one, or say which: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "metroplan needs Python 3.11 or newer;" \
		"$(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@$(if $(UV),uv venv --quiet --python $$(command -v $(PYTHON)) $(VENV),$(PYTHON) -m venv $(VENV)) || { rm -rf $(VENV); \
		echo "The environment could not be made. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
