# The two commands of a newcomer are `make run` and `make test`; both set up whatever they need.
.PHONY: run serve setup setup-test check texts test test-sqlite test-postgresql test-browser test-server test-alone soak bench
.DEFAULT_GOAL := run

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
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy hub
	.venv/bin/djlint templates --lint --quiet
	PATH="$$PATH:.venv/bin" node node_modules/eslint/bin/eslint.js static/js tests/js

texts: setup-test   ## collect the sentences to be translated
	.venv/bin/pybabel -q extract -F deploy/babel.cfg --no-location --no-wrap --sort-output -o .venv/messages.pot .
	.venv/bin/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date -w 120 -N -i .venv/messages.pot -d hub/translations

# The slow parts share the cores; what measures milliseconds runs alone afterwards.
test: check         ## every check, as in CI: needs PostgreSQL, Redis and Chromium on this machine
	@PATH="$$PATH:.venv/bin" node --test --test-reporter=dot $$(find tests/js -name '*.test.js')
	@$(MAKE) --no-print-directory -k -j3 --output-sync=target test-server test-postgresql test-browser test-sqlite; \
		first=$$?; $(MAKE) --no-print-directory test-alone && exit $$first

APART := --ignore=tests/browser --ignore=tests/server
NO_DATA := --ignore=tests/text --ignore=tests/docs --ignore=tests/feed/transport --ignore=tests/test_architecture.py
SERVICES := $(PY) tests/services.py --

test-sqlite:
	@echo "tests on SQLite"
	@nice .venv/bin/pytest -q --durations=15 $(APART)

test-postgresql:
	@echo "tests on PostgreSQL and Redis"
	@nice $(SERVICES) .venv/bin/pytest -q --durations=15 -m "not once" $(APART) $(NO_DATA)

test-browser:
	@echo "tests in the browser"
	@nice .venv/bin/pytest -q --durations=15 tests/browser

test-server:
	@echo "tests against real server processes"
	@.venv/bin/pytest -q --durations=15 -m "not alone" tests/server
	@$(SERVICES) .venv/bin/pytest -q --durations=15 -m "not alone" tests/server

test-alone:
	@echo "attacks, and what has to happen within a second"
	@.venv/bin/pytest -q --durations=15 -m alone tests/server
	@$(SERVICES) .venv/bin/pytest -q --durations=15 -m alone tests/server

LIVELY := $(addprefix tests/browser/test_,two_people.py three_ways.py tabs.py resilience.py restore.py)

soak: setup-test    ## the full counts, before a release
	@HUB_SOAK_KILLS=100 .venv/bin/pytest -q --timeout=7200 tests/server
	@$(SERVICES) env HUB_SOAK_KILLS=100 .venv/bin/pytest -q --timeout=7200 tests/server
	@HUB_TEST_TRANSPORT=stock .venv/bin/pytest -q tests/server
	@HUB_TEST_TRANSPORT=stock .venv/bin/pytest -q $(LIVELY)

bench: setup-test   ## measurements; prints figures and fails nothing
	@$(PY) -m bench.pages
	@$(PY) -m bench.text_speed
	@$(PY) -m bench.transport
	@$(PY) -m bench.library
	@$(SERVICES) $(PY) -m bench.library
	@$(PY) -m bench.search_speed --documents 50000
	@$(SERVICES) sh -c 'BENCH_DATABASE_URL=$$HUB_TEST_DATABASE_URL $(PY) -m bench.search_speed --documents 50000'
	@$(PY) -m bench.search_acks
	@$(SERVICES) $(PY) -m bench.search_acks
	@$(PY) -m bench.suggestion_pause
	@if [ -f ../shared/bench/search/evaluate.py ]; then $(PY) ../shared/bench/search/evaluate.py bench/search_adapter.py:Hub --split dev; fi
