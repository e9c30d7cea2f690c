# Two commands for a newcomer: `make demo` and `make test`. `make` alone lists the rest.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' >/dev/null 2>&1 && echo $$p && break; done)
BIN := .venv/bin
SIZE ?= 3000

.DEFAULT_GOAL := help
.PHONY: help demo test dev check docs bench shop spark clean

help: ## List what can be done
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: .venv/runtime.stamp ## Create the demo company, run everything, publish, say what came out
	@$(BIN)/cmw demo create --if-missing --customers $(SIZE)
	@$(BIN)/cmw run

test: .venv/dev.stamp ## Prove it: fast tests, no network
	@$(BIN)/python -m pytest

prove: .venv/dev.stamp ## The slow proofs: servers, killed processes, two clocks, a thousand lives, a real shop, a daemon, pages
	@$(BIN)/python -m pytest -m "slow or servers or browser" --durations=20

dev: .venv/runtime.stamp ## Open Dagster on http://127.0.0.1:3000 with the runs of the demo
	@$(BIN)/cmw dev

check: .venv/dev.stamp ## Lint Python and SQL, check the import rules and the soft size limits
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint dbt_project/models --processes 2
	@$(BIN)/python -m tests.soft_limits

docs: .venv/runtime.stamp ## Write the generated pages: metrics, published tables, keys of a source file; the contract for dbt
	@$(BIN)/python -m ingestion.dbt_contract
	@$(BIN)/python -m orchestration.generated

bench: .venv/dev.stamp .venv-peer/peer.stamp ## Measure speed beside its limit; writes benchmarks/results/ (SIZE=300000: a large company)
	@$(BIN)/python -m benchmarks company --customers $(SIZE)
	@$(BIN)/python -m benchmarks reading

shop: .venv/runtime.stamp ## The same with a B2C shop, in a data folder of its own
	@CMW_HOME=data/shop $(BIN)/cmw demo create --profile shop --if-missing
	@CMW_HOME=data/shop CMW_CONFIG=data/shop/demo/config $(BIN)/cmw run

spark: .venv/dev.stamp .venv-spark/spark.stamp ## Prove that Spark builds the same tables (needs Java 17, ten minutes)
	@$(BIN)/python -m pytest -m spark

clean: ## Remove the environment and the demo's data folder (not your own CMW_HOME)
	rm -rf .venv .venv-spark .venv-peer data

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 was found. Install one of them, or run: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Setting up the environment with $$($(PYTHON) --version) in .venv (a minute or two the first time)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "The venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/runtime.stamp: requirements/runtime.txt pyproject.toml | .venv/bin/python
	@echo "Installing the pinned packages (requirements/runtime.txt)"
	@$(BIN)/python requirements/install.py requirements/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/runtime.stamp
	@echo "Installing what the tests need (requirements/dev.txt)"
	@$(BIN)/python requirements/install.py requirements/dev.txt
	@touch $@

.venv-peer/peer.stamp: requirements/peer.txt | .venv/bin/python
	@echo "Compiling MariaDB's C driver, the peer of reading (requirements/peer.txt)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target .venv-peer -r requirements/peer.txt \
	  || { echo "On Debian or Ubuntu: apt-get install gcc pkg-config libmariadb-dev"; exit 1; }
	@touch $@

.venv-spark/spark.stamp: requirements/spark.txt | .venv/bin/python
	@echo "Installing dbt for Spark in an environment of its own (requirements/spark.txt)"
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python requirements/install.py requirements/spark.txt
	@touch $@
