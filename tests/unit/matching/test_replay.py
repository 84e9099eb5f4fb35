"""A changed query shows what it would have caught and lost."""

from listener import matching
from listener.matching import replay
from listener.model import Query
from tests.unit.matching.posts import post


def test_replay_is_a_diff_by_post_and_brand() -> None:
    before = matching.compile([Query(brand="o", expression="=Orlen"), Query(brand="l", expression="Lotos")])
    after = matching.compile([Query(brand="o", expression="Orlen NOT praca"), Query(brand="l", expression="Lotos")])
    posts = [post("kawa w Orlenie"), post("Orlen i Lotos"), post("Orlen praca"), post("nic")]
    diff = replay(before, after, iter(posts))
    assert [change.post.text for change in diff.caught] == ["kawa w Orlenie"]
    assert [change.post.text for change in diff.lost] == ["Orlen praca"]
    assert [mention.query.brand for mention in diff.lost[0].mentions] == ["o"]
    assert (diff.kept, diff.posts) == (2, 4)
