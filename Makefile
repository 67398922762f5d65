# Everything by name: `make demo` first, `make test` for all tests. Needs Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all unit lint types format bench templates coverage pictures hosts pyodide programs clean

# Some machines forbid Python to keep what it has compiled: then each of hundreds of processes compiles all of it anew.
PYTEST := PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest
# Two at a time, file by file, in the order of tests/conftest.py: what takes long comes first.
AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder
# The stamps stand for "installed as pyproject.toml says"; they lie inside the environment and go with it.
RUN := .venv/.installed
DEV := .venv/.installed-dev

help:
	@echo 'make demo       environment, install, demo/plan.xlsx: the published case C1 and actuals out of three downloads'
	@echo 'make test       environment, hosts (LibreOffice, Japanese font, poppler, Chromium, Node), the tests: 20 minutes on two cores'
	@echo 'make test-all   the same with the long ones, which try more variants: before a release'
	@echo 'make unit       the quick tests that need no host'
	@echo 'make lint       mypy: types; ruff: faults and format;  make format repairs'
	@echo 'make bench      speed against other writers, growth, single cells, Excel functions, mail rounds'
	@echo 'make templates  writes workbook_templates/*.xlsx from their text sources'
	@echo 'make coverage   writes docs/coverage.md: where each id of the domain page is met'
	@echo 'make pictures   draws the pictures of the README'
	@echo 'make clean      removes .venv and what the tests left'

$(RUN): pyproject.toml scripts/venv.sh
	@sh scripts/venv.sh data
	@touch $@

$(DEV): pyproject.toml scripts/venv.sh
	@sh scripts/venv.sh dev
	@touch $(RUN) $@

demo: $(RUN)
	@.venv/bin/xl-kpi demo

hosts:
	@sh scripts/hosts.sh

pyodide: $(DEV)
	@sh scripts/pyodide.sh

programs: $(DEV)
	@sh scripts/programs.sh

test: $(DEV) hosts pyodide programs
	@$(PYTEST) $(AT_ONCE) -m 'not long'

test-all: $(DEV) hosts pyodide programs
	@$(PYTEST) $(AT_ONCE)

unit: $(DEV)
	@$(PYTEST) $(AT_ONCE) -m 'not host and not slow'

lint: types
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: $(DEV)
	@.venv/bin/mypy

format: $(DEV)
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: $(DEV)
	@.venv/bin/python -m benchmarks

coverage: $(DEV)
	@.venv/bin/python -m scripts.coverage

pictures: $(DEV) hosts
	@.venv/bin/python scripts/pictures.py

templates: $(RUN)
	@.venv/bin/python -m workbook_templates

clean:
	rm -rf .venv .pytest_cache .hypothesis .ruff_cache .mypy_cache build dist *.egg-info
