# Needs python3 (3.11 or newer) and make; everything else is installed in .venv from pyproject.toml and constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
OUT ?= out
# numeric libraries must not fight over the cores, and runs must be repeatable
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: demo test lint bench constraints clean browser postgis office pango

demo: $(VENV)/.run
	$(BIN)/cardio demo --out $(OUT)/demo

test: $(VENV)/.dev browser postgis office pango
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist worksteal -q --durations=15

lint: $(VENV)/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/.dev
	$(PIP) install -q -c constraints.txt -e ".[dev,peers]"
	$(BIN)/python -m tests.benchmarks.reading
	$(BIN)/python -m tests.benchmarks.run tests/studies/rodez/study.yaml --data ../shared/data/rodez
	$(BIN)/python -m tests.benchmarks.run tests/studies/geneva/study.yaml --data ../shared/data/geneva
	$(BIN)/python -m tests.benchmarks.city 3k --time-limit 45
	$(BIN)/python -m tests.benchmarks.city 10k --time-limit 60
	$(BIN)/python -m tests.benchmarks.graph ../shared/data/geneva/geneva_layers.gpkg --layer streets
	$(BIN)/python -m tests.benchmarks.graph ../shared/data/street_networks/liege_1656.parquet
	$(BIN)/python -m tests.benchmarks.graph ../shared/data/street_networks/*.parquet

# the system browser for the map tests: Debian's own package, only when missing and only as root
browser:
	@sh tests/install_browser.sh

# the system PostgreSQL with PostGIS for the tests of tables: as above; the tests start a server of their own
postgis:
	@sh tests/install_postgis.sh

# the system LibreOffice for the tests that recalculate workbooks: as above
office:
	@sh tests/install_libreoffice.sh

# the libraries with which WeasyPrint lays out the PDF of the report: as above
pango:
	@sh tests/install_pango.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cardio needs Python 3.11 or newer: set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e ".[dev]"
	@touch $@ $(VENV)/.run

# writes what is installed now; names no index address
constraints: $(VENV)/.dev
	{ head -1 constraints.txt; $(PIP) freeze --exclude-editable; } > constraints.new && mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) $(OUT) build *.egg-info
