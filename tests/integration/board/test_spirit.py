"""The source spirit and its publisher against a running board."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from listener.errors import PermanentDelivery, TransientDelivery
from listener.http import Http, converse
from listener.model import Post
from listener.protocols import Conversation, Outcome, OutgoingReply, Published, SourceConfig
from responders.spirit import SpiritPublisher
from sources.spirit import Spirit
from tests.integration.board import Account, Board, Topic
from tests.integration.board.walk import POLICY, Walk

T = TypeVar("T")
OLD = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def ewa(board: Board) -> Account:
    return board.add_user(Account("ewa", "haslo-ewy-1"))


@pytest.fixture(scope="module")
def jan(board: Board) -> Account:
    return board.add_user(Account("jan", "haslo-jana-1"))


@pytest.fixture
def calm(board: Board) -> Iterator[None]:
    board.calm()
    yield
    board.calm()


def config(board: Board, *, password: str | None = None, url: str | None = None) -> SourceConfig:
    options = {"username": board.admin.name, "password": password or board.admin.password}
    return SourceConfig(name="forum", kind="spirit", url=url or board.url, options=options)


def talk(conversation: Conversation[T]) -> T:
    async def work() -> T:
        async with Http(POLICY) as http:
            return await converse(http, conversation, allow_private=True)

    return asyncio.run(work())


def of_topic(walk: Walk, topic: Topic) -> list[Post]:
    return sorted((p for p in walk.posts.values() if p.thread_id == str(topic.id)), key=lambda p: int(p.native_id))


def reply_to(board: Board, topic: Topic, text: str) -> OutgoingReply:
    walk = Walk(Spirit(config(board, url=topic.url)))
    walk.go()
    post = of_topic(walk, topic)[-1]
    return OutgoingReply(text=text, post=post, approved_at=datetime.now(UTC))


def test_every_comment_is_read_as_it_stands(board: Board, ewa: Account, jan: Account) -> None:
    topic = board.add_topic(ewa, "Okna Wintermann – odradzam", "Spóźnili się **3 tygodnie**.\n\nA potem cisza", at=OLD)
    board.add_comment(topic, jan, "> @ewa\n> A potem cisza\n\nU mnie podobnie")
    for number in range(25):
        board.add_comment(topic, jan, f"wpis {number}")
    walk = Walk(Spirit(config(board)))
    walk.go()
    posts = of_topic(walk, topic)
    truth = board.comments(topic)
    assert [p.native_id for p in posts] == [str(one["id"]) for one in truth]
    assert [p.author for p in posts] == [one["author"] for one in truth]
    for post, one in zip(posts, truth, strict=True):
        assert post.published_at is not None
        assert timedelta(0) <= datetime.fromisoformat(one["at"]) - post.published_at < timedelta(minutes=1)
    assert posts[0].text == "Spóźnili się 3 tygodnie.\n\nA potem cisza"
    assert posts[0].thread_title == "Okna Wintermann – odradzam"
    assert (posts[1].text, posts[1].quotes[0].author, posts[1].quotes[0].text) == (
        "U mnie podobnie", "ewa", "A potem cisza",
    )  # fmt: skip


def test_a_quiet_board_costs_one_request(board: Board, jan: Account) -> None:
    board.add_topic(jan, "Spokój", "nic")
    walk = Walk(Spirit(config(board)))
    walk.go()
    walk.go()
    assert walk.read == [board.url]


def test_a_new_comment_leads_back_to_its_topic_only(board: Board, ewa: Account, jan: Account) -> None:
    topic = board.add_topic(ewa, "Ruch", "pierwszy")
    board.add_topic(jan, "Obok", "inny")
    walk = Walk(Spirit(config(board)))
    walk.go()
    board.add_comment(topic, jan, "drugi")
    walk.go()
    assert walk.read == [board.url, topic.url]
    assert [p.text for p in of_topic(walk, topic)] == ["pierwszy", "drugi"]


def test_reading_goes_on_from_the_last_page(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Długi", "początek")
    for number in range(44):
        board.add_comment(topic, ewa, f"wpis {number}")
    walk = Walk(Spirit(config(board)))
    walk.go()
    board.add_comment(topic, ewa, "ostatni")
    walk.go()
    assert walk.read == [board.url, f"{topic.url}?page=3"]
    assert of_topic(walk, topic)[-1].text == "ostatni"
    assert len(of_topic(walk, topic)) == 46


def test_a_removed_comment_is_told(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Znika", "zostaje")
    comment = board.add_comment(topic, ewa, "do usunięcia")
    board.remove(comment.id)
    walk = Walk(Spirit(config(board, url=topic.url)))
    walk.go()
    assert str(comment.id) in walk.gone
    assert [p.text for p in of_topic(walk, topic)] == ["zostaje"]


def test_an_edit_is_seen_when_the_topic_is_read_again(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Zmiana", "przed zmianą")
    walk = Walk(Spirit(config(board, url=topic.url)))
    walk.go()
    board.edit(topic.comment, "po zmianie")
    walk.go()
    assert [p.text for p in of_topic(walk, topic)] == ["po zmianie"]


def test_a_category_can_be_a_source(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "W kategorii", "treść")
    walk = Walk(Spirit(config(board, url=f"{board.url}category/{board.category}/pogaduszki/")))
    walk.go()
    assert [p.text for p in of_topic(walk, topic)] == ["treść"]


# --- answering ------------------------------------------------------------------------------------------------

ANSWER = """Dzień dobry, odpowiadam w imieniu Wintermann.

1. Proszę *nie* czekać_na_nic, szczegóły: https://example.com/a_b_c?x=1
# to nie nagłówek, > to nie cytat
- pierwszy
- drugi [link](x) `kod` <b>nie</b> @ewa :)"""


@pytest.mark.usefixtures("calm")
def test_a_reply_is_posted_and_found(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Skarga", "Okna nieszczelne")
    reply = reply_to(board, topic, ANSWER)
    publisher = SpiritPublisher(config(board))
    assert talk(publisher.find(reply)) is None
    published = talk(publisher.publish(reply))
    last = board.comments(topic)[-1]
    assert published.outcome is Outcome.PUBLISHED
    assert (published.native_id, published.url) == (str(last["id"]), f"{board.url}comment/{last['id']}/find/")
    assert last["author"] == board.admin.name
    assert talk(publisher.find(reply)) == published


@pytest.mark.usefixtures("calm")
def test_a_posted_reply_reads_as_it_was_approved(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Dosłownie", "Pytanie")
    talk(SpiritPublisher(config(board)).publish(reply_to(board, topic, ANSWER)))
    walk = Walk(Spirit(config(board, url=topic.url)))
    walk.go()
    read = of_topic(walk, topic)[-1].text
    # the board shows "- " as the dot of a list
    wanted = [line.removeprefix("- ") for line in ANSWER.split("\n") if line]
    assert [line for line in read.split("\n") if line] == wanted


@pytest.mark.usefixtures("calm")
def test_the_same_reply_sent_twice_stands_once(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Dwa razy", "Pytanie")
    reply = reply_to(board, topic, "Dziękujemy, sprawdzamy.")
    publisher = SpiritPublisher(config(board))
    first = talk(publisher.publish(reply))
    waited = False
    try:
        second: Published | None = talk(publisher.publish(reply))
    except TransientDelivery:  # flood control, where both fell into the same ten seconds
        waited, second = True, talk(publisher.find(reply))
    assert second == first, waited
    assert len(board.comments(topic)) == 2


@pytest.mark.usefixtures("calm")
def test_the_same_words_approved_anew_are_another_reply(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Znowu", "Pytanie")
    reply = reply_to(board, topic, "Dziękujemy za sygnał.")
    publisher = SpiritPublisher(config(board))
    talk(publisher.publish(reply))
    board.add_comment(topic, ewa, "A ja pytam jeszcze raz")
    assert talk(publisher.find(reply_to(board, topic, reply.text))) is None


@pytest.mark.usefixtures("calm")
def test_a_reply_on_the_second_page_is_found(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Przepełniony", "Pytanie")
    for number in range(19):
        board.add_comment(topic, ewa, f"wpis {number}")
    reply = reply_to(board, topic, "Odpowiedź na drugiej stronie")
    publisher = SpiritPublisher(config(board))
    published = talk(publisher.publish(reply))
    board.add_comment(topic, ewa, "dzięki")
    assert talk(publisher.find(reply)) == published


@pytest.mark.usefixtures("calm")
def test_a_closed_topic_is_told(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Zamknięty", "Pytanie")
    reply = reply_to(board, topic, "Za późno")
    board.close(topic)
    with pytest.raises(PermanentDelivery, match="closed"):
        talk(SpiritPublisher(config(board)).publish(reply))


@pytest.mark.usefixtures("calm")
def test_a_topic_that_is_gone_is_told(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Usunięty", "Pytanie")
    reply = reply_to(board, topic, "Nie ma gdzie")
    board.remove_topic(topic)
    with pytest.raises(PermanentDelivery, match=r"gone|taken down"):
        talk(SpiritPublisher(config(board)).publish(reply))


@pytest.mark.usefixtures("calm")
def test_a_wrong_password_is_told(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Hasło", "Pytanie")
    with pytest.raises(PermanentDelivery, match="refused the log-in"):
        talk(SpiritPublisher(config(board, password="nie-to")).publish(reply_to(board, topic, "x")))


@pytest.mark.usefixtures("calm")
def test_too_many_log_ins_mean_wait(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Limit", "Pytanie")
    reply = reply_to(board, topic, "x")
    wrong = SpiritPublisher(config(board, password="nie-to"))
    with pytest.raises(TransientDelivery) as caught:  # noqa: PT012  # which attempt meets the limit is the board's affair
        for _ in range(12):
            try:
                talk(wrong.publish(reply))
            except PermanentDelivery:
                continue
    assert caught.value.retry_after == 300


@pytest.mark.usefixtures("calm")
def test_flood_control_means_wait(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Powódź", "Pytanie")
    publisher = SpiritPublisher(config(board))
    with pytest.raises(TransientDelivery) as caught:  # noqa: PT012  # the board counts in fixed windows of ten seconds
        for number in range(4):
            talk(publisher.publish(reply_to(board, topic, f"odpowiedź {number}")))
    assert caught.value.retry_after == 10


@pytest.mark.usefixtures("calm")
def test_too_long_a_reply_is_not_sent(board: Board, ewa: Account) -> None:
    topic = board.add_topic(ewa, "Za długo", "Pytanie")
    with pytest.raises(PermanentDelivery, match="3000"):
        talk(SpiritPublisher(config(board)).publish(reply_to(board, topic, "a" * 3001)))
    assert len(board.comments(topic)) == 1
