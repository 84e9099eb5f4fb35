"""Boards of their own for these tests: they count requests, and what other tests write fills further pages."""

from collections.abc import Iterator

import pytest

from tests.integration.board import Board


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A running django-spirit board that only this module writes on."""
    with Board(tmp_path_factory.mktemp("spirit")) as running:
        yield running
