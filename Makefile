# make run    a fresh clone answers in the browser        make lint   ruff, mypy --strict
# make test   everything a test needs, then all tests     make bench  figures beside rivals'
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= 2

# Installing is repeated only when what is to be installed has changed.
WANTED := $(shell cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)
RUN_READY := $(VENV)/run-$(WANTED)
TEST_READY := $(VENV)/test-$(WANTED)

# Bytecode is made on first import: compiling all of torch and transformers ahead takes longer.
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-input \
	--no-compile --prefer-binary --constraint constraints.txt

DEBIAN := chromium fonts-noto-cjk postgresql

.PHONY: run test lint bench clean
.DELETE_ON_ERROR:

run: $(RUN_READY)
	@# Later changes are taken in by `opc run` itself, while it serves.
	[ -f $${DATA_DIR:-data}/index/CURRENT ] || $(BIN)/opc index sync
	exec $(BIN)/opc run $(ARGS)

test: $(TEST_READY)
	@$(call install_debian)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(TEST_READY)
	@for bench in tests/bench/[a-z]*.py; do \
		name=$$(basename $$bench .py); echo "== $$name"; $(BIN)/python -m tests.bench.$$name || exit 1; \
	done

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .mypy_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): | $(BIN)/python
	$(PIP) --editable .
	@rm -f $(VENV)/run-* && touch $@

$(TEST_READY): | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@rm -f $(VENV)/run-* $(VENV)/test-* && touch $@ $(RUN_READY)

# The tests drive a real browser and a real PostgreSQL server.
define install_debian
set -e; \
if command -v chromium >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	&& ls /usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc >/dev/null 2>&1; then exit 0; fi; \
if ! command -v apt-get >/dev/null || [ "$$(id -u)" != 0 ]; then \
	echo "Some tests will be skipped. For all of them: sudo apt-get install $(DEBIAN)"; exit 0; fi; \
export DEBIAN_FRONTEND=noninteractive; \
apt-get update -qq; \
apt-get install -qq -y --no-install-recommends $(DEBIAN) >/dev/null
endef
