"""The heaviest words, merged to pieces."""

import pytest

from classifiers.evidence import _telling, best


@pytest.mark.parametrize(
    ("shares", "pieces"),
    [
        ([], []),
        ([-1.0, 0.0], []),
        ([0.0, 3.0, 0.0], [(1, 1)]),
        ([3.0, 0.0, 0.0, 2.0], [(0, 0), (3, 3)]),
        ([3.0, 0.0, 2.0, 0.5], [(0, 2)]),
        ([1.0, 0, 0, 0, 4.0, 0, 0, 0, 3.0, 0, 0, 0, 3.5, 0, 0, 0, 1.4], [(4, 4), (8, 8), (12, 12)]),
    ],
)
def test_pieces(shares: list[float], pieces: list[tuple[int, int]]) -> None:
    assert best(shares) == pieces


def test_small_words_alone_tell_nothing() -> None:
    norms = ["przy", "drzwiach", ".", "nie", "dziala"]
    assert _telling([(0, 0), (3, 4)], norms) == [(3, 4)]
    assert _telling([(0, 0)], norms) == [(0, 0)]
