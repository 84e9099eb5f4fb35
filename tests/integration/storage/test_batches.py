"""A batch of posts ends as if each had been taken in alone: over both databases, whatever the posts are."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from listener.alerting import FloodPolicy
from listener.engine.embedded import Embedded  # noqa: F401 - the engine decides how large a batch is
from listener.intake import Haul, Intake
from listener.model import Classification, Intent, Mention, Post, Query, TicketState, Topic, Urgency
from listener.storage import Storage
from listener.storage.engine import engine_for
from listener.storage.schema import metadata
from listener.triage import TriagePolicy
from tests.integration.house.conftest import BRANDS
from tests.making import NOW, a_post, an_opinion, later

QUERIES = tuple(Query(brand="wintermann", expression=name) for name in ("Wintermann", "Okna"))
TOPICS = (Topic.DELIVERY, Topic.QUALITY, Topic.SERVICE)
PLAINTS = (
    "przepuszczają zimno, choć montaż był dopiero w maju",
    "nie domykają się, a serwis od tygodni nie oddzwania",
    "mają porysowane ramy i nikt nie chce za to odpowiadać",
    "są droższe niż w ofercie, którą podpisałem w salonie",
)


class Words:
    """Matches queries by their first word, and reads topics, urgency and praise out of the words of a post."""

    queries = QUERIES
    version = "words"

    def match(self, post: Post) -> tuple[Mention, ...]:
        return tuple(Mention(query=query, spans=(), why="") for query in QUERIES if query.expression in post.text)

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        return [
            an_opinion(
                topics=tuple(topic for topic in TOPICS if topic.value in text),
                intents=(Intent.PRAISE,) if "polecam" in text else (Intent.COMPLAINT,),
                urgency=Urgency.HIGH if "pilne" in text else Urgency.NORMAL,
            )
            for text in texts
        ]


def some_posts(chance: random.Random, count: int) -> list[Post]:
    """Posts of few authors in few threads: copies, edits of what was said, words that match nothing."""
    posts: list[Post] = []
    for number in range(count):
        words = [chance.choice(("Wintermann", "Okna Wintermann", "Cisza")), chance.choice(PLAINTS)]
        words += [topic.value for topic in TOPICS if chance.random() < 0.4]
        words += [word for word in ("pilne", "polecam") if chance.random() < 0.2]
        words += [str(chance.randrange(4))]
        edited = chance.choice(posts).native_id if posts and chance.random() < 0.15 else str(number)
        thread = chance.randrange(8)
        posts.append(
            a_post(
                edited, text=" ".join(words), thread_id=f"t{thread}", thread_url=f"https://forum.example/t{thread}",
                author=chance.choice(("ala", "jan", "ola", None)), url=f"https://forum.example/p{edited}",
                published_at=later(minutes=number), seen_at=later(minutes=number),
            )
        )  # fmt: skip
    return posts


def a_house(url: str) -> tuple[Storage, Intake]:
    storage, words = Storage.open(url), Words()
    with storage.begin() as tx:
        tx.sources.configure([("forum", "spirit", "https://forum.example/")], NOW)
    floods = FloodPolicy(at_least=3, within=timedelta(hours=2))
    intake = Intake(
        storage=storage, matcher=words, classifier=words, brands=BRANDS, policy=TriagePolicy(), floods=floods
    )
    return storage, intake


def resolve_some(storage: Storage, chance: random.Random) -> None:
    """People answer some and close some."""
    with storage.begin() as tx:
        for ticket in tx.tickets.all():
            if ticket.state is not TicketState.RESOLVED and chance.random() < 0.4:
                tx.tickets.change(ticket, later(hours=1), state=TicketState.RESOLVED, first_response_at=later(hours=1))


def all_rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """What the tables hold that a batch writes, in the order of their rows."""
    engine = engine_for(url)
    kept = ("posts", "revisions", "fingerprints", "mentions", "classifications", "tickets", "ticket_posts", "events",
            "audit", "links")  # fmt: skip
    with engine.connect() as connection:
        found = {name: _rows(connection, metadata.tables[name]) for name in kept}
    engine.dispose()
    return found


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    rows = [dict(row._mapping) for row in connection.execute(sa.select(table))]
    return sorted(rows, key=lambda row: [str(row[column.name]) for column in table.primary_key.columns])


@pytest.mark.parametrize("seed", range(2))
def test_a_batch_ends_as_its_posts_one_by_one(database_url: str, tmp_path: Path, seed: int) -> None:
    single_url = f"sqlite:///{tmp_path / 'single.db'}"
    ends = []
    for url, size in ((database_url, 1000), (single_url, 1)):
        chance = random.Random(seed)
        storage, intake = a_house(url)
        for turn in range(2):
            # of one page each post stands once: a later one in place of an earlier
            posts = {f"{turn}-{one.native_id}": one for one in some_posts(chance, 40)}
            page = tuple(replace(one, native_id=native_id) for native_id, one in posts.items())
            for at in range(0, len(page), size):
                intake.take(Haul(source="forum", posts=page[at : at + size]), later(hours=2 * turn))
            resolve_some(storage, chance)
        storage.close()
        ends.append(all_rows(url))
    assert ends[0] == ends[1]
    assert ends[0]["tickets"]
    assert any(row["incident"] for row in ends[0]["tickets"])
