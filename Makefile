# make run: the whole system on a fresh machine with Python ≥ 3.11 and Node ≥ 20. make test: everything.
# Nothing here needs root. Any variable can be given: make run PYTHON=python3.12 PORT=8010

PYTHON ?= python3
NODE ?= node
NPM ?= npm
VENV ?= .venv
BIN := $(VENV)/bin
FONTS_DIR ?= fonts
TESTS ?=
STARTING ?=

READY := $(VENV)/.ready
VENDORED := static/vendor/.ready
CATALOGUES := $(wildcard inspection/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

TICKETS ?= 1000000
SMALL ?= 60000
MUCH ?=
BENCH ?=

.PHONY: run test bench check format fonts translations settings ready clean

run: ready
	@$(BIN)/flask --app app inspection start $(STARTING)

test: ready
	@$(BIN)/python tools/run_tests.py $(NODE) $(TESTS)

bench: ready
	@$(BIN)/python -m tests.bench.run --city $(TICKETS) --beside $(SMALL) $(if $(MUCH),--much $(MUCH)) $(BENCH)

check: ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fonts:
	@sh tools/fetch_fonts.sh $(FONTS_DIR)

translations: ready
	@$(BIN)/python tools/catalogue.py
	@$(MAKE) --no-print-directory ready

settings: ready
	@grep -v '^|' docs/settings.md > docs/.settings.new && $(BIN)/flask --app app inspection settings >> docs/.settings.new
	@mv docs/.settings.new docs/settings.md

ready: $(READY) $(VENDORED) $(COMPILED)

$(READY): requirements.txt
	@$(PYTHON) tools/machine.py python
	@$(PYTHON) -m venv $(VENV)
	@echo "installing the Python packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENDORED): static/package-lock.json tools/vendor.mjs
	@$(PYTHON) tools/machine.py node $(NODE)
	@$(NPM) ci --prefix static --no-audit --no-fund --silent
	@$(NODE) tools/vendor.mjs
	@touch $@

%.mo: %.po $(READY)
	@$(BIN)/pybabel --quiet compile -d inspection/translations

clean:
	rm -rf $(VENV) static/node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
