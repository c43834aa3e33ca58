# make run: install what is missing and serve the course. make test: run all tests. The others: see README.md.
HOST        ?= 127.0.0.1
PORT        ?= 8501
PYTHON      ?= python3
TORCH_INDEX ?=
BIN         := .venv/bin

.PHONY: run dev test check tour bench checkpoints clean
.DELETE_ON_ERROR:

run: .venv/.installed
	@$(BIN)/python tools/serve.py --host $(HOST) --port $(PORT)

# The same, but it takes over files as they are edited.
dev: .venv/.installed
	@$(BIN)/python tools/serve.py --host $(HOST) --port $(PORT) --dev

# Tests start hundreds of interpreters, which should not compile the same files again and again.
unexport PYTHONDONTWRITEBYTECODE
TWO_AT_A_TIME = $(BIN)/python -m pytest -n 2 --dist loadgroup

# Then what kills processes or measures time: trainings in a row on one core, the rest in a row on the other.
test: .venv/.installed-dev
	@rm -rf build/traces
	@$(TWO_AT_A_TIME) -m "not alone"; failed=$$?; $(TWO_AT_A_TIME) -m alone && exit $$failed

check: .venv/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(TWO_AT_A_TIME) -m "not slow and not browser and not alone"

tour: .venv/.installed-dev
	@$(BIN)/python -m tools.tour

# Writes dated results to benchmarks/results/.
bench: .venv/.installed-dev
	@$(BIN)/python -m benchmarks

# Trains the models that come with the repository once more, each from its card; one that was stopped goes on. Some
# with make checkpoints MODELS="vae-mnist gan-mnist"; all of them take a day on one core. A worse one takes no place.
MODELS ?=
checkpoints: .venv/.installed
	@$(BIN)/python -m tools.checkpoints $(MODELS)

clean:
	rm -rf .venv build

# The stamps are newer than the lists of packages they stand for, so nothing is installed twice.
.venv/.installed: requirements.txt constraints.txt
	@$(PYTHON) tools/install.py --torch-index "$(TORCH_INDEX)" requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@$(BIN)/python tools/install.py requirements-dev.txt
	@touch $@
