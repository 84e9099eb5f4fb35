"""What a post costs on its way into a ticket, alone and in batches: `python -m benchmarks.batches [--postgres URL]`.

The same complaints, each with a thread and words of its own, are matched, classified by the shipped model, triaged and
stored, so many in one transaction; each opens a ticket. Printed: processor time a post, and as a share of what a post
costs that is taken in alone. postgres: an empty database, in place of SQLite on disk.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.webhooks import complaint
from classifiers import load
from listener.intake import Haul, Intake
from listener.matching import compile as compile_queries
from listener.model import Brand, Post, Query
from listener.storage import Storage
from listener.triage import TriagePolicy

POSTS = 400
SIZES = (1, 5, 20, 100)
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def a_post(source: str, number: int) -> Post:
    """A complaint."""
    url = f"https://forum.example/{source}/{number}"
    text = complaint(number, apart=True)
    return Post(
        source=source, kind="feed", native_id=str(number), url=url, text=text, seen_at=NOW, author=f"klient {number}"
    )


def taken(intake: Intake, source: str, size: int) -> tuple[float, int]:
    """Processor seconds for all posts, so many at once; tickets opened."""
    posts = [a_post(source, number) for number in range(POSTS)]
    before, opened = time.process_time(), 0
    for at in range(0, POSTS, size):
        opened += intake.take(Haul(source=source, posts=tuple(posts[at : at + size])), NOW).opened
    return time.process_time() - before, opened


def main() -> None:
    parser = argparse.ArgumentParser(description="posts alone and in batches")
    parser.add_argument("--postgres", help="URL of an empty database")
    wanted = parser.parse_args()
    model = load()
    with tempfile.TemporaryDirectory() as folder:
        alone = 0.0
        for size in SIZES:
            storage = Storage.open(wanted.postgres or f"sqlite:///{Path(folder) / f'{size}.db'}")
            name = f"in-{size}"
            with storage.begin() as tx:
                tx.sources.configure([(name, "feed", "https://forum.example/")], NOW)
            intake = Intake(
                storage=storage, matcher=compile_queries([Query(brand="w", expression="Wintermann")]),
                classifier=model, brands={"w": Brand(id="w", name="Wintermann")}, policy=TriagePolicy(),
            )  # fmt: skip
            spent, opened = taken(intake, name, size)
            storage.close()
            alone = alone or spent
            print(f"{size:>4} at once: {spent / POSTS * 1000:6.2f} ms a post  {spent / alone:6.1%}  {opened} tickets")


if __name__ == "__main__":
    main()
