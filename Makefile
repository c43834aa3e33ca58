# make run: install what is missing and serve the course. make test: run all tests. The others: see README.md.
HOST        ?= 127.0.0.1
PORT        ?= 8501
PYTHON      ?= python3
TORCH_INDEX ?=
BIN         := .venv/bin

.PHONY: run dev test check tour bench shipped shipped-codes shipped-gan shipped-moons shipped-pixels shipped-cars clean
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

# Trains the models that come with the repository once more, from their recorded seeds.
TRAIN = $(BIN)/python -m genmodels train --fresh --set holdout=0
shipped: .venv/.installed
	$(TRAIN) vae-mnist --keep 0,1,2,5,10 --out checkpoints/shipped/vae-mnist
	$(TRAIN) ae-mnist --keep none --out checkpoints/shipped/ae-mnist
	$(TRAIN) ddpm-points --keep none --out checkpoints/shipped/ddpm-points
	$(TRAIN) ddpm-mnist --epochs 12 --keep none --out checkpoints/local/shipped-ddpm-mnist
	$(BIN)/python -m tools.ship checkpoints/local/shipped-ddpm-mnist
	$(BIN)/python -m tools.measure_samplers

# Those of the page on GANs, the points with their record: about 50 minutes on one core.
shipped-gan: .venv/.installed
	$(TRAIN) gan-points --keep none --out checkpoints/local/shipped-gan-points
	$(BIN)/python -m tools.ship checkpoints/local/shipped-gan-points
	$(PIXELS) gan-mnist --out checkpoints/local/shipped-gan-mnist
	$(BIN)/python -m tools.ship checkpoints/local/shipped-gan-mnist

# Those of the page on moons: an autoencoder and a VAE for each choice of phases, and VAEs of other betas; a minute.
MOONS = $(BIN)/python -m genmodels train --fresh --device cpu --keep none
MOON_SETS = two:0-180 nine:0-22-45-68-90-112-135-158-180
MOON_BETAS = 0.1 0.3 3 10 30
SHIP_MOONS = checkpoints/local/shipped-moons
shipped-moons: .venv/.installed
	@set -e; for kind in ae vae; do \
	  $(MOONS) $$kind-moon-phases --out $(SHIP_MOONS)/$$kind; $(BIN)/python -m tools.ship $(SHIP_MOONS)/$$kind; \
	  for set in $(MOON_SETS); do name=$$kind-moon-phases-$${set%%:*}; \
	    $(MOONS) $$kind-moon-phases --set learned=$${set##*:} --out $(SHIP_MOONS)/$$name; \
	    $(BIN)/python -m tools.ship $(SHIP_MOONS)/$$name $$name; done; done
	@set -e; for beta in $(MOON_BETAS); do name=vae-moon-phases-beta-$$beta; \
	  $(MOONS) vae-moon-phases --set beta=$$beta --out $(SHIP_MOONS)/$$name; \
	  $(BIN)/python -m tools.ship $(SHIP_MOONS)/$$name $$name; done

# The VQ-VAE, codes and prior: about 15 minutes on one core.
shipped-codes: .venv/.installed
	$(PIXELS) vqvae-mnist --out checkpoints/local/shipped-vqvae
	$(BIN)/python -m tools.ship checkpoints/local/shipped-vqvae

# The models of the page on pixels: about four hours on one core.
PIXELS = $(BIN)/python -m genmodels train --fresh --set holdout=0.02 --keep none
SMALL = --epochs 2 --set width=32 --set num_layers=5
SHIP_PIXELS = checkpoints/local/shipped-pixels
shipped-pixels: .venv/.installed
	$(PIXELS) pixelcnn-mnist --epochs 8 --set width=48 --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS)
	$(PIXELS) pixelcnn-mnist --from pixelcnn-mnist --epochs 3 --seed 1 --set width=48 --set learning_rate=0.001 \
	    --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS)
	$(PIXELS) pixelrnn-mnist --epochs 5 --set kind=row --set width=32 --set num_layers=3 --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS)
	$(PIXELS) pixelcnn-mnist $(SMALL) --set num_classes=0 --set dilated=false --set stack=plain --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS) pixelcnn-mnist-plain
	$(PIXELS) pixelcnn-mnist $(SMALL) --set num_classes=0 --set dilated=false --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS) pixelcnn-mnist-gated
	$(PIXELS) pixelcnn-mnist $(SMALL) --set num_classes=0 --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS) pixelcnn-mnist-dilated
	$(PIXELS) pixelcnn-mnist $(SMALL) --out $(SHIP_PIXELS)
	$(BIN)/python -m tools.ship $(SHIP_PIXELS) pixelcnn-mnist-label

# The same for the colour pictures, which have to lie in checkpoints/local/data/cars.
shipped-cars: .venv/.installed
	$(TRAIN) ddpm-cars --keep none --out checkpoints/local/shipped-ddpm-cars
	$(BIN)/python -m tools.ship checkpoints/local/shipped-ddpm-cars

clean:
	rm -rf .venv build

# The stamps are newer than the lists of packages they stand for, so nothing is installed twice.
.venv/.installed: requirements.txt constraints.txt
	@$(PYTHON) tools/install.py --torch-index "$(TORCH_INDEX)" requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@$(BIN)/python tools/install.py requirements-dev.txt
	@touch $@
