"""Slack under load, through the real slack_sdk against the stand-in of the tests: `python -m benchmarks.slack [part]`.

burst   500 tickets at once. The service is killed with SIGKILL after a third of the cards, started again, and its
        sockets are closed under it. Counted: cards missing, cards twice, refusals for pace. Slack's pace is one message
        a second and channel; --scale says how many times faster the stand-in's clock runs (declared in the output), so
        that it need not take 500 seconds. `--scale 1` takes Slack's own time.
steady  posts one after the other at Slack's own pace: from "post seen" to "card shown", p50 and p99, beside the ticks
        of the engine that a post waits for on the average.
clicks  1,000 times two people press the same thing at the same moment, at random: claim, reply, approve of a form, half
        through Socket Mode, half over signed HTTP. Counted: claims and replies beyond the first.

Figures move with the machine: the time of the bare round trip to the stand-in stands beside them.
"""

import argparse
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from listener.storage import Storage
from responders.slack import make_client
from responders.slack.reception import ACK_WITHIN
from tests.integration.slack import service
from tests.integration.slack.workplace import REPLY, Workplace, workplace
from tests.standins.slack import Message, SlackStandIn

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def running(config: Path, posts: int, every: float, apart: float) -> Iterator[subprocess.Popen[bytes]]:
    """The service as a process."""
    module = "tests.integration.slack.service"
    command = [sys.executable, "-m", module, str(config), str(posts), str(every), str(apart)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def tickets_of(slack: SlackStandIn) -> list[str]:
    """Which ticket each card in the channel is about."""
    return [message.now["blocks"][0]["block_id"].partition(":")[0] for message in slack.parents()]


def burst(tickets: int, scale: float) -> None:
    """All at once, with a kill and a disconnect."""
    apart = 1.0 / scale
    with tempfile.TemporaryDirectory() as folder, SlackStandIn(pace=apart) as slack:
        config = service.config(Path(folder), slack)
        started = time.monotonic()
        with running(config, tickets, 0, apart * 1.05) as first:
            assert slack.wait(lambda: len(slack.parents()) >= tickets // 3, 600), "no third of the cards"
            first.send_signal(signal.SIGKILL)
            first.wait(10)
        at_kill = len(slack.parents())
        with running(config, tickets, 0, apart * 1.05) as second:
            assert slack.wait(lambda: slack.sockets >= 1, 60)
            slack.disconnect("warning", one=False)
            slack.wait(lambda: len(set(tickets_of(slack))) >= tickets, 60 + 3 * tickets * apart)
            took = time.monotonic() - started
            second.send_signal(signal.SIGTERM)
            second.wait(30)
        counts = Counter(tickets_of(slack))
        print(f"burst: {tickets} tickets, Slack's pace {scale:g} times as fast (a message every {apart * 1000:.0f} ms)")
        print(f"  killed after {at_kill} cards; all sockets closed once; {took:.1f} s with two starts of the service")
        print(
            f"  cards {len(counts)} of {tickets}, missing {tickets - len(counts)}, twice {counts.total() - len(counts)}"
        )
        print(f"  refused for pace {slack.limited}, rules of Slack broken {len(slack.complaints)}")


def steady(posts: int, every: float) -> None:
    """One after the other, at Slack's own pace."""
    with tempfile.TemporaryDirectory() as folder, SlackStandIn(pace=1.0) as slack:
        config = service.config(Path(folder), slack)
        with running(config, posts, every, 1.05) as process:
            assert slack.wait(lambda: len(slack.parents()) >= posts, 120 + 2 * posts * every), len(slack.parents())
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        shown = {number: message.shown_at for number, message in zip(tickets_of(slack), slack.parents(), strict=True)}
        storage = Storage.open(f"sqlite:///{folder}/listener.db")
        with storage.read() as tx:
            seen = {f"t{ticket.id}": ticket.opened_at.timestamp() for ticket in tx.tickets.listing(None, posts)}
        storage.close()
        print(f"steady: {posts} posts, one every {every:g} s, Slack's own pace")
        print(f"  post seen to card shown: {spread([shown[key] - seen[key] for key in seen])}")
        print(f"  bare round trip of chat.postMessage: {spread(round_trips())}")


def round_trips(times: int = 50) -> list[float]:
    """What the library and the stand-in cost by themselves."""
    with SlackStandIn() as slack:
        client, took = make_client(slack.bot_token, slack.base_url), []
        for _ in range(times):
            start = time.perf_counter()
            client.chat_postMessage(channel="C0ALERTS", text="x", unfurl_links=False, unfurl_media=False)
            took.append(time.perf_counter() - start)
    return took


def spread(seconds: Sequence[float]) -> str:
    """p50, p99 and the worst."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms"


def clicks(times: int, modes: Sequence[str]) -> None:
    """Two people, the same button, the same moment."""
    for mode in modes:
        share = times // len(modes)
        with tempfile.TemporaryDirectory() as folder:
            with workplace(mode, Path(folder), patience=ACK_WITHIN) as work:
                waits = race(work, share, random.Random(11))
                work.deliver()
                twice = len(work.board.up) - len(set(work.board.up))
                late, broken = work.slack.late, len(work.slack.complaints)
            # counted when every worker has come to its end
            claims, replies, beyond = counted(Path(folder))
        print(f"clicks: {share} pairs by {mode}: {claims} claims, {replies} replies")
        print(f"  claims or replies beyond the first {beyond}, sent out twice {twice}")
        print(f"  acknowledged after Slack's 3 s: {late} of {2 * share}, other rules of Slack broken {broken}")
        print(f"  both acknowledged after: {spread(waits)}")


def counted(folder: Path) -> tuple[int, int, int]:
    """(claims, replies, those beyond the first of a ticket)."""
    claims = replies = beyond = 0
    storage = Storage.open(f"sqlite:///{folder}/listener.db")
    with storage.read() as tx:
        for ticket in tx.tickets.listing(None, 100_000):
            claimed = sum(entry.action == "claimed" for entry in tx.people.history(ticket.id))
            answered = len(tx.replies.of_tickets([ticket.id]))
            beyond += max(0, claimed + answered - 1)
            claims, replies = claims + claimed, replies + answered
    storage.close()
    return claims, replies, beyond


def race(work: Workplace, times: int, chance: random.Random) -> list[float]:
    """Seconds until both were acknowledged."""
    waits = []
    for number in range(times):
        ticket, card = work.card()
        payloads = same(work, card, number, chance)
        start = time.perf_counter()
        envelopes = []
        for payload in payloads:
            envelopes.append(work.slack.push(payload))
            time.sleep(chance.choice((0.0, 0.0, 0.001, 0.005)))
        work.until(lambda envelopes=envelopes: all(one in work.slack.acks for one in envelopes))  # type: ignore[misc]
        waits.append(time.perf_counter() - start)
        work.until(lambda ticket=ticket: settled(work, ticket.id))  # type: ignore[misc]
        work.deliver()
    return waits


def same(work: Workplace, card: Message, number: int, chance: random.Random) -> list[dict[str, Any]]:
    """What two people send who want the same: a claim, or an answer."""
    pair = [work.ala, work.jan]
    chance.shuffle(pair)
    if chance.random() < 0.5:
        return [person.pressed(card, "claim") for person in pair]
    pair[0].press(card, "reply")
    form = pair[0].form("reply")
    block = next(b["block_id"] for b in form["blocks"] if b["block_id"].startswith("text."))
    # the second one sends the same form: as if it had been open before there were locks
    return [person.submission(form, **{block: f"{REPLY} ({number})"}) for person in pair]


def settled(work: Workplace, ticket_id: int) -> bool:
    """Whether one of the two has it."""
    view = work.desk.ticket(ticket_id)
    return view.ticket.assignee is not None or bool(view.replies)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=("burst", "steady", "clicks"))
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--scale", type=float, default=20.0)
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--every", type=float, default=1.3)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--mode", choices=("socket", "http"), action="append", help="both unless given")
    given = parser.parse_args()
    if given.part in (None, "burst"):
        burst(given.tickets, given.scale)
    if given.part in (None, "steady"):
        steady(given.posts, given.every)
    if given.part in (None, "clicks"):
        clicks(given.times, given.mode or ("socket", "http"))


if __name__ == "__main__":
    main()
