# The only door: everything that is done to this project is a target here.

.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -c
MAKEFLAGS += --no-print-directory

SEEDS ?= 50
SEED ?=
TESTS ?= tests
WORKERS ?= 2
PYTHON ?= python3
ENVIRONMENT := .venv/.synced
BIN := .venv/bin
SOURCES := shared services cli tools tests benchmarks

export PYTHON

.PHONY: help setup run test spark check format simulate bench reference up down logs clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(ENVIRONMENT) ## Install what uv.lock names into .venv (the others do it when needed)

run: $(ENVIRONMENT) ## Bring a dirty year of flights home on an embedded cluster, and show it
	@$(BIN)/argosy demo

test: $(ENVIRONMENT) ## Run all tests; what cannot run here is listed with its reason (TESTS=path)
	@$(BIN)/pytest -rs --no-fold-skipped -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

spark: $(ENVIRONMENT) ## Run the table engines' tests on Spark, too; installs 456 MB, needs Java 17
	@sh tools/setup.sh --group spark
	@$(BIN)/pytest tests/contract/test_table_engines.py tests/integration/test_table_engine.py

check: $(ENVIRONMENT) ## Lint, formatting, types, import law, taste
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/python tools/tidy.py

format: $(ENVIRONMENT) ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

simulate: $(ENVIRONMENT) ## Run the simulation: SEEDS=1000 for many worlds, SEED=7 to replay one
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

bench: $(ENVIRONMENT) ## Run every measurement of benchmarks/, one after the other
	@sh tools/setup.sh --group bench
	@for each in benchmarks/[a-z]*.py; do $(BIN)/python -m "benchmarks.$$(basename "$$each" .py)"; done

reference: $(ENVIRONMENT) ## Write docs/reference anew from the code
	@$(BIN)/python tools/reference.py

up: ## Start the local cluster: Kafka, PostgreSQL, services, Prometheus, Grafana (AGENTS=3)
	@docker compose up --build --detach --scale agent-worker=$(or $(AGENTS),3)

down: ## Stop the local cluster; what it stored stays
	@docker compose down

logs: ## Follow the local cluster's logs
	@docker compose logs --follow --tail 50

clean: ## Remove what was installed, built and stored in this folder
	@rm -rf .venv .cache .argosy .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

$(ENVIRONMENT): uv.lock pyproject.toml $(wildcard */pyproject.toml services/*/pyproject.toml)
	@sh tools/setup.sh
