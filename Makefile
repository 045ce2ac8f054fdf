# 邻里 Linli. `make serve` starts it, `make test` proves it, `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

# Everything lives in this folder: nothing is written to the home folder.
BIN := .venv/bin
export PLAYWRIGHT_BROWSERS_PATH := $(CURDIR)/.venv/browsers
export PYTHONDONTWRITEBYTECODE := 1
export PORT ?= 8000

CATALOGS := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGS:.po=.mo)
STATIC := $(shell find static -type f ! -name '*.gz' ! -name '*.br')
PYTHON_CODE := portal tests scripts bench migrations wsgi.py

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- setting up -----------------------------------------------------------------------------

.PHONY: setup
setup: .venv/run.stamp $(COMPILED) .venv/static.stamp ## make .venv, install the pinned packages, compile translations

.venv/run.stamp: requirements.txt scripts/setup.sh
	@scripts/setup.sh requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt scripts/setup.sh
	@scripts/setup.sh requirements-dev.txt
	@touch .venv/run.stamp $@

.venv/bench.stamp: requirements-bench.txt .venv/dev.stamp
	@scripts/setup.sh requirements-bench.txt
	@touch $@

%.mo: %.po | .venv/run.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.venv/static.stamp: $(STATIC) | .venv/run.stamp
	@find static -name '*.gz' -delete -o -name '*.br' -delete
	@$(BIN)/python -m whitenoise.compress --quiet static
	@touch $@

# --- running --------------------------------------------------------------------------------

.PHONY: serve
serve: setup ## start the portal with its demo on http://127.0.0.1:8000 (PORT=… overrides)
	@LINLI_DEMO=$${LINLI_DEMO:-1} exec $(BIN)/python scripts/serve.py

.PHONY: reset-demo
reset-demo: setup ## start the demo over; the old data go to instance.old/
	@rm -rf instance.old
	@if [ -d instance ]; then mv instance instance.old; fi
	@umask 077 && LINLI_DEMO=1 $(BIN)/flask --app wsgi prepare

# --- checking -------------------------------------------------------------------------------

.PHONY: test
test: .venv/dev.stamp $(COMPILED) .venv/static.stamp ## every test: rules, SQLite, PostgreSQL, a real browser
	@$(BIN)/python scripts/install_browser.py
	@$(BIN)/python -m pytest $(or $(TESTS),--every-part --numprocesses 2 --dist loadfile --no-loadscope-reorder)

.PHONY: sure
sure: static test ## all that CI runs

.PHONY: static
static: format-check lint types contracts translations ## every check that needs no test run

.PHONY: format
format: .venv/dev.stamp ## lay the code out, sort the imports
	@$(BIN)/ruff check --quiet --select I --fix $(wildcard $(PYTHON_CODE))
	@$(BIN)/ruff format $(wildcard $(PYTHON_CODE))

.PHONY: format-check
format-check: .venv/dev.stamp
	@$(BIN)/ruff format --check $(wildcard $(PYTHON_CODE))

.PHONY: lint
lint: .venv/dev.stamp ## ruff
	@$(BIN)/ruff check $(wildcard $(PYTHON_CODE))

.PHONY: types
types: .venv/dev.stamp ## mypy, strict
	@$(BIN)/mypy

.PHONY: contracts
contracts: .venv/dev.stamp ## which package may import which
	@$(BIN)/lint-imports --no-cache

.PHONY: translations
translations: .venv/dev.stamp ## both catalogs complete, nothing fuzzy, placeholders equal
	@$(BIN)/python scripts/messages.py check

.PHONY: messages
messages: .venv/dev.stamp ## bring the catalogs up to date with the code
	@$(BIN)/python scripts/messages.py update

.PHONY: pictures
pictures: .venv/dev.stamp $(COMPILED) ## take the README's pictures anew from the browser tests
	@LINLI_PICTURES=$(CURDIR)/.build/pictures $(BIN)/python -m pytest -q tests/browser
	@mkdir -p docs/pictures && cp .build/pictures/readme/*.png docs/pictures/

.PHONY: roles
roles: setup ## write docs/roles.md from the policy
	@$(BIN)/flask --app wsgi roles docs/roles.md

.PHONY: bench
bench: .venv/bench.stamp $(COMPILED) .venv/static.stamp ## the member list against bare WSGI, Django admin, Flask-Admin
	@$(BIN)/python -m bench

.PHONY: bench-scale
bench-scale: .venv/dev.stamp $(COMPILED) ## a community's pages alone and among 160,000 with a million members
	@$(BIN)/python -m bench.scale

.PHONY: bench-imports
bench-imports: .venv/dev.stamp $(COMPILED) ## a roster of 100,000 through the desk, against storing its cells unchecked
	@$(BIN)/python -m bench.imports

.PHONY: bench-exports
bench-exports: .venv/bench.stamp $(COMPILED) ## 100,000 members into a workbook, against a bare writer
	@$(BIN)/python -m bench.exports

.PHONY: pins
pins: .venv/bench.stamp ## rewrite the requirement files from what is installed
	@$(BIN)/python scripts/pin_requirements.py

.PHONY: clean
clean: ## remove what make made, except the data under instance/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .build $(COMPILED)
	find static -name '*.gz' -delete -o -name '*.br' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
