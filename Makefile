# One word for each need; `make help` lists them. Needs Python 3.11+, Node 20.19+ and make, nothing else.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
# The lock file of the page needs npm 11; an older npm fetches it for these commands only.
NPM ?= $(shell [ "$$(npm --version 2>/dev/null | cut -d. -f1)" -ge 11 ] 2>/dev/null && echo npm || echo npx --yes npm@11)
UV = .venv/bin/python -m uv
UV_VERSION = 0.13.8
COMPILE = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header
RUN = .venv/bin/python
PYTEST = $(RUN) -m pytest -q
REPORTS = var/reports
SETUP = .venv/stamp embedded_ui/node_modules/stamp embedded_ui/dist/stamp
PAGE_SOURCES = $(shell find embedded_ui -path embedded_ui/node_modules -prune -o -path embedded_ui/dist -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup demo run smoke test test-sqlite test-postgres test-browser test-ui test-long lint lint-app lint-page bench types schema \
	screenshots check-shopify test-woocommerce plugin requirements chromium clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

setup: $(SETUP)  ## Install what is needed into .venv and embedded_ui/node_modules, and build the page

demo: $(SETUP)  ## Try everything here: app, sandbox store, storefront and roster; Ctrl-C stops it
	@$(RUN) -m scripts.demo

run: $(SETUP)  ## The processes of production (Procfile), settings from the environment
	@.venv/bin/honcho start

smoke: $(SETUP)  ## The merchant's whole way in under a minute, checked against the sandbox's own books
	@$(RUN) -m scripts.smoke

test: $(SETUP) chromium  ## All tests: on SQLite, on PostgreSQL, in the browser, of the page
	@rm -rf $(REPORTS)
	@$(MAKE) --no-print-directory test-sqlite test-postgres test-browser test-ui
	@$(RUN) -m scripts.sum_reports $(REPORTS)

test-sqlite: $(SETUP)
	$(PYTEST) -n 3 -m "not browser and not long" --db=sqlite --junitxml=$(REPORTS)/sqlite.xml

test-postgres: $(SETUP)
	$(PYTEST) -n 3 -m "not browser and not long" --db=postgres --ignore=tests/ops --ignore=tests/sandbox --junitxml=$(REPORTS)/postgres.xml

test-browser: $(SETUP) chromium
	$(PYTEST) -m "browser and not long" --junitxml=$(REPORTS)/browser.xml

test-ui: $(SETUP)
	cd embedded_ui && $(NPM) run --silent test -- --reporter=default --reporter=junit \
		--outputFile.junit=../$(REPORTS)/page.xml

test-long: $(SETUP) chromium  ## The tests that take many minutes: more seeds, more faults, larger tables
	$(PYTEST) -m long --db=sqlite
	$(PYTEST) -m long --db=postgres

lint: $(SETUP)  ## Style, types, import rules, lock files, generated files
	@$(MAKE) --no-print-directory -j 2 lint-app lint-page

lint-app: $(SETUP)
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m scripts.check_locks

lint-page: $(SETUP)
	$(RUN) -m scripts.api_types --check
	cd embedded_ui && $(NPM) run --silent typecheck && $(NPM) run --silent lint && $(NPM) run --silent types:check

bench: $(SETUP)  ## Figures as JSON lines; ONLY=name for one, QUICK=1 for small loads
	@$(RUN) -m bench

types: $(SETUP)  ## Make the page's TypeScript types out of the API's description
	$(RUN) -m scripts.api_types
	cd embedded_ui && $(NPM) run --silent types

schema: $(SETUP)  ## Take a newer Admin schema: make schema VERSION=2027-01
	@$(RUN) -m scripts.schema $(VERSION)

screenshots: $(SETUP) chromium  ## Take the pictures of docs/screenshots again
	@$(RUN) -m scripts.screenshots

check-shopify: $(SETUP)  ## Try the assumptions about Shopify on a development store of yours
	@$(RUN) -m scripts.check_shopify

test-woocommerce: $(SETUP)  ## The main job on a real WooCommerce store: WOO_URL, WOO_KEY, WOO_SECRET
	@$(RUN) -m scripts.try_woocommerce

plugin: .venv/stamp  ## The companion plugin as a zip for WordPress: make plugin APP_URL=https://app.example.com
	@$(RUN) -m scripts.build_plugin "$(APP_URL)" --out dist/shoutcode.zip

requirements: .venv/stamp  ## Lock newer versions of the Python packages, for every platform and Python
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -c requirements.txt -o requirements-dev.txt

chromium: .venv/stamp
	@$(RUN) -m scripts.chromium

clean:  ## Remove everything that was installed, built or stored here
	rm -rf .venv var embedded_ui/node_modules embedded_ui/dist

.venv/stamp: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) \
		&& $(UV) pip install --quiet --require-hashes -r requirements-dev.txt \
		|| .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

embedded_ui/node_modules/stamp: embedded_ui/package-lock.json
	@command -v node >/dev/null || { echo "Node 20.19 or newer is needed: https://nodejs.org"; exit 1; }
	@cd embedded_ui && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

embedded_ui/dist/stamp: embedded_ui/node_modules/stamp $(PAGE_SOURCES)
	@cd embedded_ui && $(NPM) run --silent build
	@touch $@
