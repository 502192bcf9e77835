# Sudi. `make demo` and `make test` need only Python 3.11 or newer, make and the package registries.

PYTHON ?= python3
PORT ?= 8000
READERS ?= 400
WORKERS ?= 1
# Where the tests look for the servers that the product may run on.
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres

ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
BIN := $(ROOT).venv/bin
INSTALLED := $(ROOT).venv/.installed
TRANSLATED := $(ROOT).venv/.translated
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# A path given on the command line is the caller's, whatever -C says.
DIGEST_PATH = $(firstword $(wildcard $(PWD)/$(DIGEST)) $(DIGEST))

.PHONY: bench chaos install demo messages morning previews test check format lint types

install: $(INSTALLED) $(TRANSLATED)

$(INSTALLED): $(ROOT)pyproject.toml $(ROOT)constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Sudi needs Python 3.11 or newer; name one: make PYTHON=python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(ROOT).venv
	@echo "Installing the packages that constraints.txt pins into .venv …"
	@cd $(ROOT) && $(PIP) --constraint constraints.txt pip && $(PIP) --constraint constraints.txt --group dev
	@touch $@

$(TRANSLATED): $(INSTALLED) $(wildcard $(ROOT)locale/*/LC_MESSAGES/django.po)
	@cd $(ROOT) && $(BIN)/pybabel --quiet compile --directory locale --domain django
	@touch $@

demo: install
	@cd $(ROOT) && exec $(BIN)/python -m demo --port $(PORT) --readers $(READERS) --workers $(WORKERS) \
		$(if $(ONCE),--once) $(if $(DIGEST),--digest '$(DIGEST_PATH)') $(if $(RATE),--rate $(RATE))

previews: install
	@cd $(ROOT) && $(BIN)/python -m demo.previews

# The desk's morning in a browser, a picture of each step in var/morning.
morning: install
	@cd $(ROOT) && SUDI_PICTURES=$(ROOT)var/morning $(BIN)/python -m pytest tests/demo/test_morning.py

test: install
	@cd $(ROOT) && $(BIN)/python -m pytest --numprocesses 2
	@cd $(ROOT) && if [ "$$CI" = true ] || $(BIN)/python -m tests.services '$(TEST_DATABASE_URL)'; then \
		echo "The tests of statements written in two dialects, on PostgreSQL"; \
		DATABASE_URL='$(TEST_DATABASE_URL)' $(BIN)/python -m pytest --numprocesses 2 -m dialects; fi

bench: install
	@cd $(ROOT) && $(BIN)/python -m benchmark --size $(or $(SIZE),small)

# Kills workers and engine while the sandbox makes trouble; SIZE=full needs PostgreSQL, RabbitMQ and half an hour.
chaos: install
	@cd $(ROOT) && $(BIN)/python -m chaos --size $(or $(SIZE),small)

# The strings of code and templates into the three catalogues; needs gettext.
messages: install
	@cd $(ROOT) && $(BIN)/python manage.py makemessages --locale en --locale zh_Hans --locale zh_Hant \
		--add-location file --no-obsolete --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'

format: install
	@cd $(ROOT) && $(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .

lint: install
	@cd $(ROOT) && $(BIN)/ruff format --check . && $(BIN)/ruff check .
	@cd $(ROOT) && $(BIN)/lint-imports

types: install
	@cd $(ROOT) && $(BIN)/mypy .

check: lint types
	@cd $(ROOT) && $(BIN)/python manage.py makemigrations --check --dry-run
	@cd $(ROOT) && $(BIN)/python manage.py check --fail-level WARNING
	@$(MAKE) --no-print-directory -f $(ROOT)Makefile test
	@$(MAKE) --no-print-directory -f $(ROOT)Makefile chaos SIZE=small
