"""Settings that keep these tests fast."""

import pytest

from listener.http import HttpPolicy
from tests.integration.http.site import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def policy() -> HttpPolicy:
    return HttpPolicy(contact="ops@example.com", retries=0, jitter=0.0)
