"""What integration tests share: a board that is installed once, and started once a run."""

from collections.abc import Iterator

import pytest

from tests.integration.board import Board


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A running django-spirit board with an account that may post (board.admin). Tests add topics of their own."""
    with Board(tmp_path_factory.mktemp("spirit")) as running:
        yield running
