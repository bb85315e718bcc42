# Two commands matter on a fresh machine: `make demo` and `make test`. Both set everything up by themselves.
.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check run bench bench-pdf bench-changes bench-gaps bench-recheck bench-watch bench-load torture torture-archive torture-crawl torture-leaders lock docs clean

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHARED ?=
JOBS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=
N ?= 1000
TIMES ?= 50

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(VENV)/.ready    ## make the virtual environment from the hashed pins

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Parallax needs Python 3.11 or newer; run: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup      ## crawl three days of a sample web on loopback and print the third day's digest
	@$(BIN)/python -m tests.world_demo --home var/demo

test: setup      ## run every test, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

coverage: setup  ## which lines the tests run; takes twice as long as `make test`
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

check: setup     ## format, lint, types, layers, migrations, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/docs tests/migrations

run: setup       ## one crawl of the live catalogue and its digest; needs PARALLAX_CONTACT
	@$(BIN)/parallax init && { $(BIN)/parallax crawl; status=$$?; test $$status -eq 2 || $(BIN)/parallax digest; \
	test $$status -eq 3 || exit $$status; echo "Some channels did not answer; the digest begins with them."; }

bench: setup     ## measure extraction, topics and changes, peers beside them; SHARED=DIR holds the pages and the gold
	@$(BIN)/python bench/extraction.py $(SHARED)
	@$(BIN)/python bench/topics.py $(SHARED)
	@$(BIN)/python bench/changes.py $(SHARED)

bench-pdf: setup ## read whole and damaged PDFs with two libraries and our reader; SHARED=DIR holds the files; BENCH_ARGS="--write docs/DOCUMENTS.md"
	@$(BIN)/python -m bench.pdf $(SHARED) $(BENCH_ARGS)

bench-gaps: setup ## poll 200 simulated feeds for 30 simulated days and compare the gaps with the truth
	@$(BIN)/python -m bench.gaps $(BENCH_ARGS)

bench-changes: setup ## a hundred simulated days of planted edits, removals and noise; BENCH_ARGS="--part tuning --days 20 --seed 7"
	@$(BIN)/python -m bench.changes_world $(BENCH_ARGS)

bench-watch: setup ## twenty outlets over simulated months, 40 swaps of templates: what the watch tells, and what it tells wrongly
	@$(BIN)/python -m tests.watch_simulation

bench-recheck: setup ## a simulated week of looks again over 100,000 articles; BENCH_ARGS="--write docs/RECHECKS.md"
	@$(BIN)/python -m bench.recheck $(BENCH_ARGS)

bench-load: setup ## 500 and 2,000 channels on one machine, and how cost grows (50 minutes); BENCH_ARGS=--write puts it into docs/
	@$(BIN)/python -m bench.load $(BENCH_ARGS)

torture: setup   ## kill processes N times (1000) at random moments, then disks, locks and databases; look for what was lost
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.torture --kills $(N)

torture-crawl: setup ## the crawls on SQLite alone: 300 kills
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.torture --kills 300 --only crawls-sqlite

torture-archive: setup ## a writer of the archive alone, killed N times (300) on each database
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.torture.archive --kills $(if $(filter file,$(origin N)),300,$(N))
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.torture.archive --kills $(if $(filter file,$(origin N)),300,$(N)) --postgres

torture-leaders: setup ## four schedulers at once on each database, TIMES times (50), the leader killed
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.leaders --times $(TIMES)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.leaders --times $(TIMES) --postgres

docs: setup      ## make the generated pages anew
	$(BIN)/python -m storage.data_page > docs/DATA.md
	$(BIN)/python -m publish.exports_page > docs/EXPORTS.md
	$(BIN)/python -m outlets.page > docs/OUTLETS.md
	$(BIN)/python -m parallax.settings_doc > docs/SETTINGS.md
	$(BIN)/python -m parallax.cli_doc > docs/CLI.md
	$(BIN)/python -m tests.docs.room_map
	$(BIN)/python -m tests.docs.thresholds_table

lock:            ## compile the pins anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --strip-extras --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --strip-extras --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements-dev.lock

clean:           ## remove what was built, keep the virtual environment
	rm -rf dist build var .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
