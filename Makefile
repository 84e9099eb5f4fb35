# Every target does its own set-up: python3 (3.11+), make and git are enough.
.PHONY: install run test check unit lint model bench

install:
	@sh scripts/install.sh

run: install
	@.venv/bin/listener demo

# what CI runs: style, types, layers, then every test
test: install
	@sh scripts/test.sh

unit: install
	@.venv/bin/python -m pytest -n auto --dist worksteal tests/unit tests/contract

lint: install
	@sh scripts/lint.sh

# trains the shipped classifier anew from data/ and writes classifiers/artefact
model: install
	@.venv/bin/python -m classifiers.build
