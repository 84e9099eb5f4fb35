"""One workplace for each way in, shared by the tests of a module; each test makes tickets of its own."""

from collections.abc import Iterator

import pytest

from tests.integration.slack.workplace import Workplace, quick_folder, workplace


@pytest.fixture(scope="module", params=["socket", "http"])
def _open(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with quick_folder(tmp_path_factory) as folder, workplace(request.param, folder) as opened:
        yield opened


@pytest.fixture
def work(_open: Workplace) -> Iterator[Workplace]:
    """With nothing on the screens. Whatever a test does, Slack's rules were kept."""
    _open.deliver()
    _open.slack.forget()
    _open.board.up.clear()
    yield _open
    assert _open.slack.complaints == []
