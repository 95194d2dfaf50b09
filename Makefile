# The two commands of a newcomer are `make run` and `make test`; both set up whatever they need.
.PHONY: run serve setup setup-test check texts test cover soak bench bench-large mutants
.DEFAULT_GOAL := run
export TESTS  # as it was typed: names of tests hold brackets and blanks

PY := .venv/bin/python

run: setup          ## serve with demo data on http://127.0.0.1:$${PORT:-5000}
	@exec .venv/bin/flask --app wsgi hub serve --demo

serve: setup        ## serve without demo data
	@exec .venv/bin/flask --app wsgi hub serve

setup:
	@sh deploy/setup.sh run

setup-test:
	@sh deploy/setup.sh test

check: setup-test   ## format, lint, types
	@sh deploy/check.sh

texts: setup-test   ## collect the sentences to be translated
	.venv/bin/pybabel -q extract -F deploy/babel.cfg --no-location --no-wrap --sort-output -o .venv/messages.pot .
	.venv/bin/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date -w 120 -N -i .venv/messages.pot -d hub/translations

test: setup-test    ## every check, as in CI; TESTS=tests/threads: those on both databases; TESTS=failed: the last ones
	@$(PY) -m tests.suite

SERVICES := $(PY) tests/services.py --
LIVELY := $(addprefix tests/browser/test_,two_people.py three_ways.py tabs.py resilience.py restore.py)

soak: setup-test    ## the full counts, before a release
	@HUB_SOAK_KILLS=100 .venv/bin/pytest -q --timeout=7200 tests/server tests/jobs
	@$(SERVICES) env HUB_SOAK_KILLS=100 .venv/bin/pytest -q --timeout=7200 tests/server tests/jobs
	@$(PY) -m tests.suite.cover --check
	@HUB_SOAK_KILLS=100 .venv/bin/pytest -q tests/browser
	@HUB_TEST_TRANSPORT=stock .venv/bin/pytest -q tests/server
	@HUB_TEST_TRANSPORT=stock .venv/bin/pytest -q $(LIVELY)

cover: setup-test   ## choose anew which tests run on PostgreSQL in `make test`: those that send every statement
	@$(PY) -m tests.suite.cover

bench: setup-test   ## measurements; prints figures and fails nothing
	@$(PY) -m bench.pages
	@$(PY) -m bench.light
	@$(PY) -m bench.post_cost
	@$(PY) -m bench.text_speed
	@$(PY) -m bench.transport
	@$(PY) -m bench.library
	@$(SERVICES) $(PY) -m bench.library
	@$(PY) -m bench.search_speed --documents 50000
	@$(SERVICES) sh -c 'BENCH_DATABASE_URL=$$HUB_TEST_DATABASE_URL $(PY) -m bench.search_speed --documents 50000'
	@$(PY) -m bench.search_acks
	@$(SERVICES) $(PY) -m bench.search_acks
	@$(PY) -m bench.suggestion_pause
	@$(PY) -m gevent.monkey --module bench.access_changes
	@$(SERVICES) $(PY) -m gevent.monkey --module bench.access_changes
	@$(PY) -m gevent.monkey --module bench.exports
	@$(PY) -m gevent.monkey --module bench.posting
	@if [ -f ../shared/bench/search/evaluate.py ]; then $(PY) ../shared/bench/search/evaluate.py bench/search_adapter.py:Hub --split dev; $(PY) -m bench.suggestions; fi

bench-large: setup-test ## every page for the largest prefecture after five years, on both databases
	@$(PY) -m bench.large
	@$(SERVICES) $(PY) -m bench.large

mutants: setup-test ## faults put into services one at a time, and which of them no test notices: ONLY=hub/threads KIND=guard MOST=100 SEED=7 AGAIN=1
	@nice $(PY) -m tests.mutants $(if $(ONLY),--only $(ONLY)) $(if $(KIND),--kind $(KIND)) $(if $(MOST),--most $(MOST)) $(if $(SEED),--seed $(SEED)) $(if $(AGAIN),--again)
