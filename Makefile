# Two commands do all: `make run` and `make test`. What is fresh is neither installed nor built again.
PYTHON ?= python3

.PHONY: run test soak mutants kills fuzz build bench shots lock tools format clean

run: ## the product with demo data on http://127.0.0.1:8000 (PORT=… for another port; LAN=1: for phones of this network, over HTTPS)
	@PORT="$(PORT)" LAN="$(LAN)" $(PYTHON) .ci/make.py run

test: ## lint, types, import contracts, vectors, client, unit, server, journeys in a real browser
	@$(PYTHON) .ci/make.py test

soak: ## histories of phones under every fault, in memory and over HTTP on both databases (MINUTES=30)
	@MINUTES="$(MINUTES)" $(PYTHON) .ci/make.py soak

mutants: ## planted faults: each must be caught, however long the search
	@$(PYTHON) .ci/make.py mutants

kills: ## the server, its database and the browser killed under work (N=50 times each); photos in an S3
	@N="$(N)" $(PYTHON) .ci/make.py kills

fuzz: ## nonsense at every door of the server (MINUTES=10)
	@MINUTES="$(MINUTES)" $(PYTHON) .ci/make.py fuzz

build: ## environment and client only
	@$(PYTHON) .ci/make.py build

bench: ## how fast it is beside its peers, in tables; then taps, starts and photos on a slowed phone (about 40 minutes)
	@$(PYTHON) .ci/make.py bench

shots: ## the pictures of README.md, taken from the running product
	@$(PYTHON) .ci/make.py shots

lock: ## write the hashed requirements anew from pyproject.toml (needs uv; UPGRADE=--upgrade for newer versions)
	@.ci/lock

tools: ## environment with the developer's tools, and client
	@$(PYTHON) .ci/make.py tools

format: tools ## put the code into its one form
	@.venv/bin/ruff check --fix --quiet
	@.venv/bin/ruff format --quiet
	@.venv/bin/python hatch_build.py npm run --silent format

clean: ## remove what was installed and built; data/ stays
	rm -rf .venv server/web pwa/dist pwa/node_modules
