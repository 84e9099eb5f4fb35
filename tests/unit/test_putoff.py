"""Requests that wait for a later pass, as marks."""

import pytest

from listener.protocols import Request
from listener.putoff import may_wait, put_off, written

BASE = {"Authorization": "Basic geheim", "Accept-Language": "en"}


def test_a_request_comes_back_as_it_was_and_its_secret_is_not_written() -> None:
    headers = {**BASE, "X-Page": "2"}
    request = Request(
        url="https://a.example/2",
        headers=headers,
        tag="list",
        context={"n": "2"},
        conditional=True,
        api=True,
        optional=True,
    )
    mark = written(request, "feed", "1", {"walked": None}, BASE)
    assert "geheim" not in mark
    assert put_off({"later:x": mark, "t:1": "7"}, "feed", BASE) == [("later:x", request, {"walked": None})]
    assert put_off({"later:x": mark}, "phpbb", BASE) == [], "the place is read as another kind now"


def test_the_oldest_comes_first() -> None:
    marks = {f"later:{n}": written(Request(url=str(n)), "feed", f"{9 - n}", {}, {}) for n in range(3)}
    assert [request.url for _, request, _ in put_off(marks, "feed", {})] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("request_", "waits"),
    [
        (Request(url="a"), True),
        (Request(url="a", headers=BASE), True),
        (Request(url="a", headers={"Authorization": "Bearer fresh"}), False),
        (Request(url="a", headers={"XF-Api-Key": "k"}), False),
        (Request(url="a", method="POST", json={"q": 1}), False),
    ],
)
def test_bodies_and_passing_secrets_do_not_wait(request_: Request, waits: bool) -> None:
    assert may_wait(request_, BASE) is waits
