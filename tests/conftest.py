"""What all tests share: databases, and how hard property tests try."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from listener.storage import Storage
from tests.databases import new_database, postgres_server

# No deadline: a busy machine would break it. `--hypothesis-profile thorough` is the second run of scripts/test.sh.
settings.register_profile("quick", max_examples=20, deadline=None)
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile("quick")


def pytest_collection_finish() -> None:
    """What was imported stays: the garbage collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a running PostgreSQL server, started when the first test asks for it."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind: a test that takes this runs over both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'listener.db'}"
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    """A fresh storage over each kind of database."""
    opened = Storage.open(database_url)
    yield opened
    opened.close()
