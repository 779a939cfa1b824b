# Two commands are enough: `make demo` and `make test`. CI calls the same `make test`.

# The first Python on the PATH that is new enough; `make setup PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
BIN := .venv/bin
INSTALLED := .venv/installed
UV := uv==0.13.9
NEO4J := tools/neo4j/server.py
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-nightly check format neo4j neo4j-stop bench bench-large bench-lastfm bench-gowalla bench-delicious bench-ciao bench-feed bench-opening bench-moods bench-load bench-bulk bench-kill bench-kill-neo4j bench-crash bench-search bench-sessions bench-mixed clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## make .venv and install the pinned requirements (5 GB, most of it torch)
	@:

demo: setup ## a village of people, loaded, learnt and served on 127.0.0.1:8000 (or PORT=...)
	@$(BIN)/resonance demo --port $(PORT)

test: setup ## every check and test: format, lint, types, import rules, known vulnerabilities, pytest
	@TMPDIR=$$(tools/scratch) $(MAKE) --no-print-directory -j3 _tests-neo4j _tests-web _tests-feed _checks \
		_tests-model _tests-browser _tests-rest _tests-graph _tests-graph-too

# Side by side, the longest first, so that no processor waits at the end: one more than CI's two
# processors, since servers, browsers and whoever kills them wait for each other now and then.
.PHONY: _checks _tests-browser _tests-feed _tests-graph _tests-graph-too _tests-model _tests-neo4j _tests-rest _tests-web
_checks:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	MYPYPATH=tools/neo4j $(BIN)/mypy tools/neo4j
	MYPYPATH=tools/audit $(BIN)/mypy tools/audit
	$(BIN)/mypy tools/fuzz tools/picture
	$(BIN)/lint-imports
	$(BIN)/python tools/audit/audit.py

_tests-graph:
	$(BIN)/pytest -m "not neo4j" tests/graph --ignore-glob='*/test_[a-i]*.py'

_tests-graph-too:
	$(BIN)/pytest -m "not neo4j" $(wildcard tests/graph/test_[a-i]*.py)

_tests-web:
	$(BIN)/pytest -m "not neo4j" tests/web --ignore=tests/web/browser

_tests-browser:
	$(BIN)/pytest -m "not neo4j" tests/web/browser

_tests-feed:
	$(BIN)/pytest -m "not neo4j" tests/feed tests/social tests/contract

# They load torch.
_tests-model:
	$(BIN)/pytest -m "not neo4j" tests/gnn tests/bench

# Whatever no other line names.
_tests-rest:
	$(BIN)/pytest -m "not neo4j" $(patsubst %,--ignore=tests/%,bench contract feed gnn graph social web)

# REPORT=FILE: write there, as JUnit's XML, what ran. Tests of the model and of its yardsticks load
# torch and no server.
_tests-neo4j:
	$(BIN)/pytest -m neo4j --ignore=tests/gnn --ignore=tests/bench $(REPORT:%=--junitxml=%)

test-nightly: setup ## the tests with twenty times as many drawn examples (an hour or more)
	RESONANCE_TEST_PROFILE=nightly TMPDIR=$$(tools/scratch) $(BIN)/pytest

check: test ## the same door as test

format: setup ## put the code in its one format, and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

neo4j: _python ## a real Neo4j without Docker (Java, Maven): fetch, start, print the address
	@$(PYTHON) $(NEO4J) fetch
	@$(PYTHON) $(NEO4J) start

neo4j-stop: _python ## end that Neo4j; its data stays
	@$(PYTHON) $(NEO4J) stop

bench: setup ## all that the bars name at 100,000 and a million engagements, beside peers (some 15 minutes)
	@$(call SUITE,)

bench-large: setup ## the same at ten million, too (hours)
	@$(call SUITE,--engagements 100000 --engagements 1000000 --engagements 10000000)

# With ARGS after its own options; with NEO4J_URI set, that server too.
SUITE = run=.data/bench/$$(date -u +%Y%m%d-%H%M%S) && mkdir -p .data/bench && \
	$(BIN)/python -m bench.suite $(1) --json $$run.json --html $$run.html $(NEO4J_URI:%=--store %) $(ARGS) \
	|| { echo "see $$run.html" >&2; exit 1; }

bench-lastfm: setup ## baselines and model on HetRec Last.fm, seeds 0 to 2
	$(BIN)/python -m bench.yardsticks lastfm

bench-gowalla: setup ## the same on Gowalla, in LightGCN's split
	$(BIN)/python -m bench.yardsticks gowalla

bench-delicious: setup ## the same on HetRec Delicious, in the split of its files
	$(BIN)/python -m bench.yardsticks delicious

bench-ciao: setup ## the same on Ciao, each user's latest likes held out
	$(BIN)/python -m bench.yardsticks ciao

bench-moods: setup ## what the mood lexicon covers of the terms that were observed
	$(BIN)/python -m bench.moods

bench-load: setup ## how fast a million edges are loaded into the embedded graph
	$(BIN)/python -m bench.load

bench-bulk: setup ## what our checks add to Neo4j's own bulk import of a million edges (Java, make neo4j)
	$(BIN)/python -m bench.bulk

bench-kill: setup ## loads killed at 50 random moments, run again and compared
	$(BIN)/python -m bench.kill

bench-kill-neo4j: setup ## the same on a Neo4j of its own (make neo4j fetches what it needs)
	$(BIN)/python -m bench.kill --engine neo4j

bench-crash: setup ## servers killed at 50 random moments under a mixed load; nothing answered is lost
	$(BIN)/python -m bench.crash

bench-feed: setup ## what a page takes on 20,000 people, and how feeds differ
	$(BIN)/python -m bench.feed

bench-opening: setup ## how long the feed page takes to open in a browser (Debian's chromium)
	$(BIN)/python -m bench.opening

bench-search: setup ## what a search takes on 20,000 people, and whether it finds what was just written
	$(BIN)/python -m bench.search

bench-sessions: setup ## 10,000 people page through feeds while others like, post and delete (hours)
	$(BIN)/python -m bench.sessions

bench-mixed: setup ## 16 clients write and read at once over HTTP; an oracle says what must have become of it
	$(BIN)/python -m bench.mixed

clean: ## remove caches and build leftovers, not .venv and not .data
	rm -rf build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: _python
_python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is not on the PATH: install it" \
		"(Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.13)," \
		"or name one: make PYTHON=/path/to/python3" >&2; exit 1; }

# The stamp comes last, so that an install which was cut off is taken up again.
$(INSTALLED): requirements.txt pyproject.toml | _python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11: name a newer one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module: install it" \
		"(Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "installing into .venv (about 5 GB the first time, most of it torch)"
	@# uv fetches and unpacks many at once, which pip does one by one; what it keeps it links to from
	@# .venv. It reads none of pip's settings: where it finds no way pip does it.
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet $(UV) && \
		UV_CACHE_DIR=$${UV_CACHE_DIR:-.venv/cache} $(BIN)/uv pip install --python $(BIN)/python \
		--system-certs -r requirements.txt || \
		$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps -e .
	@touch $@
