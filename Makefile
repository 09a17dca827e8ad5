# Needs Python 3.11 to 3.13 and make. Everything else is built into .venv on first use.
SHELL := /bin/sh
BIN := .venv/bin
BENCHMARKS := startup simulator bronze lake serving daily clean_worlds planted_faults sql dashboard scrape peers
INPUTS := pyproject.toml uv.lock infra/bootstrap.sh
# Workers take whole files, in the order of tests/conftest.py; four, since tests often wait for a server.
# PYTEST_ADDOPTS adds options.
PYTEST := $(BIN)/python -m pytest -q --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run stop test test-unit test-long test-spark soak mutation check size docs site diagrams spelling bench world-report up-full down-full pin-digests check-kubernetes sbom licences check-terraform

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/.run ## Install, start the services, take the 30-day world from raw events to KPIs
	@$(BIN)/pqr up
	@$(BIN)/pqr run

.PHONY: install
install: .venv/.run ## Install alone: .venv/bin/pqr and what it needs

stop: ## Stop the services; their data stays
	@if [ -x $(BIN)/pqr ]; then $(BIN)/pqr down; else echo "nothing to stop: not installed"; fi

test: .venv/.test ## Test everything but the long tests, on real services of their own
	@$(PYTEST) -n 4 -m "not slow"

test-unit: .venv/.test ## Test what needs no service: the fastest feedback
	@$(PYTEST) -n 2 -m "not slow" tests/unit

test-long: .venv/.test ## Test everything, the long tests too
	@$(PYTEST) -n 4

test-spark: .venv/.test ## Read the Iceberg tables with Spark: needs Java 17 or newer, installs PySpark (450 MB)
	@infra/bootstrap.sh spark
	@$(BIN)/python -m pytest -q -rs tests/spark

soak: SECONDS := 600
soak: .venv/.test ## Break runs at random and compare what they leave; SECONDS=3600 SEED=1
	@$(BIN)/python -m tests.soak --seconds $(SECONDS) --seed $(or $(SEED),1)

mutation: .venv/.test ## Take each defence away and require a test to notice
	@$(BIN)/python -m tests.mutation

check: .venv/.test ## Lint, format, types, SQL style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project tests/dbt

size: .venv/.test ## Count modules of a run, macros, files and lines; AT=FOLDER measures another checkout
	@$(BIN)/python -m benchmarks.size $(if $(AT),--at $(AT))

docs: .venv/.run ## Build one page with the whole lineage and every column: target/static_index.html
	@$(BIN)/pqr up
	@eval "$$($(BIN)/pqr env)" && $(BIN)/dbt docs generate --select 'fqn:*'
	@$(BIN)/python -m orchestration.transform.docs_page target

site: .venv/.test ## Build the pages of docs/ and a reference made from the code: target/site/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python infra/site/build.py

diagrams: .venv/.test ## Draw docs/diagrams again from the code: needs Graphviz (apt install graphviz)
	@PYTHONPATH=infra/site $(BIN)/python -m diagrams $(if $(CHECK),--check)

spelling: .venv/.test ## Check the spelling of the documents, English and Spanish: needs Node 20 with npm
	@$(BIN)/python infra/site/spelling.py
.PHONY: test-servers
test-servers: .venv/.test ## Run a world on other S3 servers and compare what is served; DAYS=30. cargo builds one of them
	@infra/bootstrap.sh s3
	@! command -v cargo >/dev/null || [ -x $(BIN)/s3s-fs ] || \
		cargo install --quiet s3s-fs@0.14.1 --features binary --root .venv
	@DAYS=$(or $(DAYS),2) $(BIN)/python -m pytest -q -rs tests/servers

bench: .venv/.test ## Run every benchmark; `make bench-NAME` runs one
	@for name in $(BENCHMARKS); do \
		echo "== $$name"; $(BIN)/python -m benchmarks.$$name || failed=1; \
	done; exit $${failed:-0}

# A target of its own, with what the engines need; Spark takes part after `infra/bootstrap.sh spark`.
bench-peers: .venv/.test
	@infra/bootstrap.sh peers
	@$(BIN)/python -m benchmarks.peers

bench-%: .venv/.test
	@$(BIN)/python -m benchmarks.$*

world-report: .venv/.test ## Report how close the simulated world comes to its configuration
	@$(BIN)/python -m simulator.report

.venv/.run: $(INPUTS)
	@infra/bootstrap.sh run

.venv/.test: $(INPUTS)
	@infra/bootstrap.sh test

# OVERLAYS="supabase s3" puts services of your own in the place of the stack's.
COMPOSE := docker compose --env-file .env --file infra/local/compose.yaml $(OVERLAYS:%=--file infra/local/compose.%.yaml)
PROFILES := --profile core --profile bi --profile observability

up-full: .env ## Start the whole stack in containers: needs Docker with Compose 2
	@$(COMPOSE) $(PROFILES) up --build --detach
	@echo "Streamlit http://127.0.0.1:8501  Grafana :3001  Metabase :3000  Prefect :4200  (see infra/local/README.md)"

down-full: .env ## Stop the whole stack; its volumes stay
	@$(COMPOSE) $(PROFILES) down

pin-digests: ## Pin the images of the stack to the content that their tags have now: needs Docker
	@infra/local/pin-digests.sh

check-kubernetes: .venv/.test ## Validate infra/k8s against the schemas of Kubernetes: needs Go
	@infra/k8s/check.sh

check-terraform: .venv/.test ## Validate infra/aws and plan it with a mock: needs Terraform, Go, npm
	@infra/aws/check/check.sh

sbom: .venv/.test ## List what the image installs, with hashes: reports/sbom.cdx.json (CycloneDX)
	@infra/supply.sh sbom reports/sbom.cdx.json

licences: .venv/.test ## List the licences of what the image installs: reports/licences.md
	@infra/supply.sh licences reports/licences.md

.env:
	@infra/local/new-env.sh
