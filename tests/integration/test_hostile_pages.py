"""Pages made to keep their reader busy."""

import pytest

from listener.markup import text_of, tree
from tests.timing import work_within

HOSTILE = {
    "deep": "<div>" * 100_000 + "x",
    "deep and closed": "<div>" * 20_000 + "x" + "</div>" * 20_000,
    "formatting never closed": "<p><font size=1>x" * 5_000,
    "attributes without end": "<div " + " ".join(f"a{n}=1" for n in range(30_000)) + ">x",
    "only brackets": "<" * 500_000,
    "never finished": "<a " * 30_000,
    "tables": "<table>" * 20_000,
    "nulls": "<div>\x00</div>" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_in_good_time(name: str) -> None:
    with work_within(seconds=10):
        root = tree(HOSTILE[name]).body
        assert root is None or isinstance(text_of(root), str)
