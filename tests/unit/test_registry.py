"""The tables of kinds."""

import pytest

from listener import registry
from listener.errors import ConfigError


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_every_kind_of_source_can_be_had_and_knows_its_name(kind: str) -> None:
    assert getattr(registry.source_class(kind), "kind", None) == kind


@pytest.mark.parametrize("kind", registry.PUBLISHERS)
def test_every_publisher_can_be_had_and_knows_its_name(kind: str) -> None:
    assert getattr(registry.publisher_class(kind), "kind", None) == kind


@pytest.mark.parametrize("kind", registry.RESPONDERS)
def test_every_responder_can_be_had(kind: str) -> None:
    assert callable(registry.responder_class(kind))


def test_an_unknown_kind_comes_with_the_nearest_names() -> None:
    with pytest.raises(ConfigError, match=r'^kind: "fede" is no kind of source \(did you mean feed\b') as caught:
        registry.source_class("fede")
    assert caught.value.exit_code == 2


def test_a_kind_like_no_other_comes_with_all_names() -> None:
    with pytest.raises(ConfigError, match=r"known: .*spirit"):
        registry.publisher_class("ąęć")
