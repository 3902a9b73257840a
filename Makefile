# The commands of this repository. `make help` lists them; docs/install.md tells what they do to the machine.

PYTHON ?= python3
SYSTEM_PACKAGES ?= scripts/system-packages
ISSUE ?=
SECONDS ?= 60
export PYTHON SYSTEM_PACKAGES ISSUE SECONDS

python = .venv/bin/python -m

.NOTPARALLEL:
.PHONY: issue pdf epub serve site test check fuzz faults judge lint golden pictures run-environment test-environment clean help

issue: run-environment ## the newest issue as PDF and EPUB (also: make ISSUE=2026-02)
	@scripts/build pdf epub

pdf: run-environment ## its PDF alone
	@scripts/build pdf

epub: run-environment ## its EPUB alone
	@scripts/build epub

serve: run-environment ## its pages in the browser, and again at each save; Ctrl-C ends it
	.venv/bin/python -m bulletin_press serve $${ISSUE:+"$$ISSUE"}

site: run-environment ## the archive of all issues, into build/site
	.venv/bin/python -m bulletin_press site

test: lint ## all checks, then every test
	$(python) pytest -n auto --dist loadgroup

check: lint ## lint, formatting, types, layers, and the documentation's own tests
	$(python) pytest tests/test_docs.py

fuzz: test-environment ## reads made-up and crippled issues for SECONDS, saves what goes wrong
	$(python) tests.fuzz

faults: test-environment ## shows that it finds planted faults
	$(python) tests.fuzz --faults

judge: test-environment ## has made-up issues laid out, read back, and judged by outside judges
	$(python) tests.judging
	$(python) tests.pages
	$(python) tests.paragraphs
	$(python) tests.paragraphs --issues

lint: test-environment
	$(python) ruff check
	$(python) ruff format --check
	$(python) mypy
	.venv/bin/lint-imports --no-logo

golden: test-environment ## keeps pages and screens of issues as they look now, for the tests
	$(python) tests.golden

pictures: test-environment ## draws the pictures of the reference; needs Chromium
	$(python) scripts.pictures

run-environment:
	@scripts/environment run

test-environment:
	@scripts/environment test

clean: ## removes what was built
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1 == "issue" ? "" : $$1, $$2 }' Makefile
