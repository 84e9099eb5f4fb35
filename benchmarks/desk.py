"""Two people at the same button, a burst, and a week of sharing.

    python -m benchmarks.desk [--rounds 1000] [--database sqlite|postgresql|both]

Clicks: two people do the same thing to the same ticket at the same moment, so many times, each time by chance a claim,
"X is answering" or a reply; what counts is how often both succeeded (never). Beside it the same race against a desk
that looks before it writes but does not compare versions, to show that the race is one.

Burst: 500 tickets at once through distribution, all at once and one tick a ticket.

Week: tickets of five working days to five equals by each strategy, and beside it by the throw of a die: the largest
difference between two people's totals.
"""

import argparse
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listener.desk import Desk
from listener.distribution import Agent, Given, Staff, Strategy, Team, distribute
from listener.errors import Conflict
from listener.intake import Haul, Intake
from listener.model import Brand, Priority, Ticket, TicketState
from listener.protocols import SuggestionContext
from listener.storage import Storage
from listener.triage import TriagePolicy
from tests.databases import new_database, postgres_server
from tests.fakes import AngryClassifier, NamedMatcher
from tests.making import NOW, a_post

BRANDS = {"wintermann": Brand(id="wintermann", name="Okna Wintermann")}
NAMES = ("ala", "ola", "ula", "ela", "iza")


class NoDrafts:
    """Suggests nothing and finds nothing wrong."""

    def suggest(self, context: SuggestionContext) -> tuple[()]:
        return ()

    def check(self, text: str, context: SuggestionContext, kind: str) -> tuple[()]:
        return ()


@contextmanager
def databases(which: str) -> Iterator[dict[str, str]]:
    """Name -> URL of an empty database of each kind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {} if which == "postgresql" else {"sqlite": f"sqlite:///{folder / 'desk.db'}"}
        if which == "sqlite":
            yield found
            return
        (folder / "server").mkdir()
        with postgres_server(folder / "server") as url:
            yield found | {"postgresql": new_database(url)}


def filled(storage: Storage, tickets: int) -> tuple[Desk, list[Ticket], dict[int, int]]:
    """A desk with so many open tickets; the post of each."""
    with storage.begin() as tx:
        tx.sources.configure([("forum", "site", "index")], NOW)
    intake = Intake(
        storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS, policy=TriagePolicy()
    )
    numbers = range(1, tickets + 1)
    for start in range(0, tickets, 50):
        posts = tuple(
            a_post(str(n), thread_id=str(n), author=f"a{n}", text=f"Wintermann {n * 7919}")
            for n in numbers[start : start + 50]
        )
        intake.take(Haul(source="forum", posts=posts), NOW)
    drafts = NoDrafts()
    desk = Desk(
        storage=storage, brands=BRANDS, suggester=drafts, checker=drafts, can_publish=lambda name: True,
        clock=lambda: NOW,
    )  # fmt: skip
    with storage.read() as tx:
        found = list(tx.tickets.all(0, tickets))
        return desk, found, {ticket.id: tx.posts.of_ticket(ticket.id)[0].id for ticket in found}


def race(storage: Storage, rounds: int) -> tuple[int, int, int]:
    """(rounds that somebody won, rounds that both won, replies twice to one post) of as many rounds."""
    desk, tickets, posts = filled(storage, rounds)
    chance = random.Random(8)
    plan = [(ticket, chance.choice(["claim", "answering", "reply"])) for ticket in tickets]
    wins: list[Counter[int]] = [Counter(), Counter()]
    gate = threading.Barrier(2)

    def person(index: int) -> None:
        name = NAMES[index]
        for ticket, action in plan:
            gate.wait()
            try:
                click(desk, ticket, posts[ticket.id], action, name)
            except Conflict:
                continue
            wins[index][ticket.id] += 1

    threads = [threading.Thread(target=person, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.read() as tx:
        replies = Counter(reply.post_id for reply in tx.replies.latest(2 * rounds))
    both = sum(wins[0][ticket.id] + wins[1][ticket.id] > 1 for ticket in tickets)
    any_ = sum(wins[0][ticket.id] + wins[1][ticket.id] > 0 for ticket in tickets)
    return any_, both, sum(count > 1 for count in replies.values())


def click(desk: Desk, ticket: Ticket, post_id: int, action: str, name: str) -> None:
    """One click of one person."""
    if action == "claim":
        desk.claim(ticket.id, by=name, version=ticket.version, now=NOW)
    elif action == "answering":
        desk.answering(ticket.id, by=name, now=NOW)
    else:
        text = f"Dzień dobry, tu {name}."
        desk.reply(ticket.id, post_id=post_id, text=text, approved_by=name, version=ticket.version, now=NOW)


def careless(storage: Storage, rounds: int) -> int:
    """How often both win where the desk looks whether somebody has the ticket, then writes, each in its own step."""
    with storage.read() as tx:
        tickets = list(tx.tickets.all(0, rounds))
    gate, wins, guard = threading.Barrier(2), Counter[int](), threading.Lock()

    def person(name: str) -> None:
        for ticket in tickets:
            gate.wait()
            with storage.read() as tx:
                seen = tx.tickets.one(ticket.id)
            assert seen
            if (seen.assignee or "").startswith("again"):
                continue
            try:
                with storage.begin() as tx:
                    current = tx.tickets.one(ticket.id)
                    assert current
                    tx.tickets.change(current, NOW, assignee=f"again {name}")
            except Conflict:
                continue
            with guard:
                wins[ticket.id] += 1

    threads = [threading.Thread(target=person, args=(name,)) for name in NAMES[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(count > 1 for count in wins.values())


# --- sharing ------------------------------------------------------------------------------------------------


def waiting(number: int) -> Ticket:
    return Ticket(
        id=number, brand="wintermann", query="W", source="forum", thread_key=str(number), state=TicketState.OPEN,
        priority=Priority.NORMAL, reasons=(), opened_at=NOW, updated_at=NOW,
        first_response_due=NOW + timedelta(minutes=number),
    )  # fmt: skip


def equals(strategy: Strategy) -> Staff:
    team = Team(name="bok", strategy=strategy)
    return Staff(teams=(team,), agents=tuple(Agent(name=name, teams=("bok",), capacity=100) for name in NAMES))


def burst(tickets: int = 500) -> tuple[float, float]:
    """Seconds for a burst, given out at once and one by one."""
    staff = equals(Strategy.LEAST_LOADED)
    crowd = [waiting(number) for number in range(1, tickets + 1)]
    facts: dict[str, Any] = {"given": {}, "away": {}, "now": NOW}
    start = time.perf_counter()
    found = distribute(staff.teams[0], staff, crowd, loads={}, **facts)
    at_once = time.perf_counter() - start
    assert len(found.assignments) == tickets
    loads: Counter[str] = Counter()
    start = time.perf_counter()
    while crowd:
        (one, *_) = distribute(staff.teams[0], staff, crowd, loads=loads, **facts).assignments
        loads[one.user] += 1
        crowd = [ticket for ticket in crowd if ticket.id != one.ticket_id]
    return at_once, time.perf_counter() - start


def by_strategy(strategy: Strategy) -> Callable[[datetime, Counter[str], dict[str, Given]], str]:
    staff = equals(strategy)

    def next_one(now: datetime, loads: Counter[str], given: dict[str, Given]) -> str:
        found = distribute(staff.teams[0], staff, [waiting(1)], loads=loads, given=given, away={}, now=now)
        (one,) = found.assignments
        given[one.user] = Given(count=found.given[one.user], last_at=now)
        return one.user

    return next_one


def week(next_one: Callable[[datetime, Counter[str], dict[str, Given]], str], seed: int) -> tuple[int, int]:
    """(largest difference of totals, largest difference of what two had in hand at once) over a week of chance: about
    60 tickets a day, each in hand for 5 to 120 minutes."""
    chance = random.Random(seed)
    totals, worst = Counter(dict.fromkeys(NAMES, 0)), 0
    given: dict[str, Given] = {}
    for day in range(5):
        now, end = (datetime(2026, 11, 23 + day, hour, tzinfo=UTC) for hour in (7, 15))
        hands: list[tuple[datetime, str]] = []
        while (now := now + timedelta(minutes=chance.expovariate(1 / 8))) < end:
            hands = [(until, name) for until, name in hands if until > now]
            loads = Counter(name for _, name in hands)
            name = next_one(now, loads, given)
            hands.append((now + timedelta(minutes=chance.uniform(5, 120)), name))
            totals[name] += 1
            loads[name] += 1
            worst = max(worst, max(loads[n] for n in NAMES) - min(loads[n] for n in NAMES))
    return max(totals.values()) - min(totals.values()), worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    with databases(options.database) as urls:
        for name, url in urls.items():
            storage = Storage.open(url)
            try:
                won, both, twice = race(storage, options.rounds)
                print(
                    f"{name}: {options.rounds} rounds, {won} won by one, {both} by both, {twice} posts answered twice"
                )
                print(f"{name}: looking first and not comparing, both won {careless(storage, options.rounds)} times")
            finally:
                storage.close()
    at_once, one_by_one = burst()
    print(
        f"burst of 500: {at_once * 1000:.0f} ms at once; one tick a ticket takes {one_by_one / at_once:.0f} times that"
    )
    die = random.Random(1)
    ways: dict[str, Callable[[datetime, Counter[str], dict[str, Given]], str]] = {
        "least_loaded": by_strategy(Strategy.LEAST_LOADED),
        "round_robin": by_strategy(Strategy.ROUND_ROBIN),
        "a die": lambda now, loads, given: die.choice(NAMES),
    }
    for way, next_one in ways.items():
        weeks = [week(next_one, seed) for seed in range(20)]
        totals, hands = max(total for total, _ in weeks), max(hand for _, hand in weeks)
        print(f"{way}: over 20 weeks of 5 equals, totals of a week differ by {totals} at most, hands by {hands}")


if __name__ == "__main__":
    main()
