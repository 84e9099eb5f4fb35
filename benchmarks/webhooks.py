"""From a webhook to a ticket: 200 deliveries a second for a minute into the whole service (`listener run` as a process
of its own, SQLite on disk), then the same with a SIGKILL in the middle.

    python -m benchmarks.webhooks [--rate 200] [--seconds 60] [--apart]

Every delivery is signed, tells of one complaint that matches a query, and is sent at its moment whether the ones
before it were answered or not. They stand under 300 posts, some say much the same, and what shares a topic becomes an
incident, as in a flood; with --apart each has a post and words of its own, incidents are off, and each opens a ticket.
What is not answered with 200 is sent again, as Facebook does. A ticket counts from when another process can read it in
the database (looked at every 20 ms). Printed beside the latency: how long the bare door takes to answer, as the
alternative that reads nothing, and how many deliveries are missing in the end.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from listener.demo.servers import LocalServers
from listener.demo.standins.graph import GraphStandIn, make_graph

PAGE, TOKEN = "500100", "EAAtoken-of-the-benchmark"
THREADS = 300
SYLLABLES = ("ba", "do", "ki", "lu", "ma", "no", "pe", "ra", "sy", "to", "wi", "za", "gro", "chy", "mie", "zwo")
PHRASES = (
    "okna przepuszczają zimno",
    "skrzydło nie domyka się od dołu",
    "serwis milczy od tygodni",
    "szyba pękła zimą",
    "klamka została mi w ręku",
    "zaliczka poszła w lipcu, a okien brak",
    "parapet odstaje na dwa palce",
    "monter nie przyjechał",
    "infolinia odsyła do salonu",
    "salon odsyła do fabryki",
    "woda stoi w ramie po każdym deszczu",
    "uszczelka wyszła po miesiącu",
    "faktura jest na inne nazwisko",
    "kolor nie zgadza się z umową",
    "dzieci marzną przy tym oknie",
    "czekam na zwrot pieniędzy",
    "reklamację odrzucono bez oględzin",
    "drzwi tarasowe opadły",
    "nikt nie oddzwania",
    "termin minął w październiku",
    "rama jest porysowana",
    "żaluzja zacina się codziennie",
    "przy wietrze całość gwiżdże",
    "protokołu odbioru nie dostałam",
)
LISTENER = str(Path(sys.executable).with_name("listener"))
CONFIG = """
[listener]
database = "sqlite:///{folder}/house.db"
log_level = "error"

[web]
port = {port}

[alerts]
flood = {flood}

[[brand]]
name = "Okna Wintermann"
queries = ["Wintermann"]

[[source]]
name = "facebook"
kind = "facebook"
url = "https://www.facebook.com/okna"
every = "1h"
allow_private = true
[source.options]
page_id = "{page}"
access_token = "{token}"
app_secret = "{secret}"
verify_token = "zgoda"
api = "{api}"
"""


@dataclass
class Run:
    """What was sent and what came of it; times are monotonic seconds, by comment id."""

    rate: int
    seconds: int
    apart: bool = False
    sent: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    again: int = 0
    waiting: int = 0


def complaint(number: int, *, apart: bool = False) -> str:
    """Words that differ as those of different people do; apart: that have next to nothing in common."""
    if apart:
        chance = random.Random(number)
        words = ["".join(chance.choices(SYLLABLES, k=4)) for _ in range(14)]
        return f"Wintermann, reklamacja {number * 7919}: {' '.join(words)}, nikt nie oddzwania!"
    said = random.Random(number).sample(PHRASES, 4)
    return f"Wintermann, zamówienie {number * 7919}: {', '.join(said[:2])}. {said[2].capitalize()}, {said[3]}!"


def delivery(number: int, *, apart: bool = False) -> tuple[str, bytes]:
    """A comment id, and the body that tells of it."""
    post = 900_000 + (number if apart else number % THREADS)
    native_id, now = f"{post}_{5_000_000 + number}", int(time.time())
    value = {
        "item": "comment", "verb": "add", "comment_id": native_id, "post_id": f"{PAGE}_{post}",
        "parent_id": f"{PAGE}_{post}", "from": {"id": str(7000 + number), "name": f"Klient {number}"},
        "created_time": now,
        "message": complaint(number, apart=apart),
    }  # fmt: skip
    entry = {"id": PAGE, "time": now, "changes": [{"field": "feed", "value": value}]}
    return native_id, json.dumps({"object": "page", "entry": [entry]}).encode()


async def send(run: Run, graph: GraphStandIn, port: int, first: int, until: float) -> None:
    """All deliveries of a run, each at its moment; again until they are taken or the time is up."""
    connector = aiohttp.TCPConnector(limit=100)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=20)) as session:

        async def one(number: int, at: float) -> None:
            native_id, body = delivery(number, apart=run.apart)
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            run.sent[native_id], pause = time.monotonic(), 0.5
            while time.monotonic() < until:
                try:
                    async with session.post(
                        f"http://127.0.0.1:{port}/hooks/facebook", data=body, headers=graph.signed(body)
                    ) as answer:
                        if answer.status == 200:
                            run.answered[native_id] = time.monotonic()
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                run.again += 1
                await asyncio.sleep(pause)
                pause = min(pause * 2, 8.0)

        start = time.monotonic()
        count = run.rate * run.seconds
        await asyncio.gather(*(one(first + n, start + n / run.rate) for n in range(count)))


async def watch(run: Run, database: Path, done: asyncio.Event, first: int) -> None:
    """Notes when each comment can be read in a ticket."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM ticket_posts").fetchone()[0] if first else 0
    query = (
        "SELECT ticket_posts.rowid, posts.native_id FROM ticket_posts JOIN posts ON posts.id = post_id "
        "WHERE ticket_posts.rowid > ? ORDER BY ticket_posts.rowid"
    )
    while not (done.is_set() and len(run.seen) >= len(run.answered)):
        for row, native_id in connection.execute(query, (last,)).fetchall():
            last = row
            run.seen.setdefault(native_id, time.monotonic())
        await asyncio.sleep(0.02)
    connection.close()


@contextmanager
def service(config: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`listener run`, up and ready."""
    process = subprocess.Popen([LISTENER, "run", "--config", str(config)])
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int) -> None:
    """Until the door is open."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the service did not start")


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


async def measure(run: Run, graph: GraphStandIn, port: int, database: Path, first: int, patience: float) -> None:
    """One run to its end: everything sent, taken and in a ticket, or the patience used up."""
    done = asyncio.Event()
    until = time.monotonic() + run.seconds + patience
    watching = asyncio.create_task(watch(run, database, done, first))
    await send(run, graph, port, first, until)
    done.set()
    try:
        await asyncio.wait_for(watching, patience)
    except TimeoutError:
        print("gave up waiting for tickets")
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            run.waiting = connection.execute("SELECT count(*) FROM arrivals").fetchone()[0]


def processor_time(pid: int) -> float:
    """Seconds that a process has computed so far; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] * 1000


def report(title: str, run: Run) -> None:
    """Two lines of figures."""
    door = [run.answered[n] - run.sent[n] for n in run.answered]
    whole = [run.seen[n] - run.sent[n] for n in run.seen if n in run.sent]
    print(f"{title}: {len(run.sent)} deliveries in {run.seconds} s, {run.again} sent again")
    for name, values in (("answer of the door", door), ("ticket", whole)):
        print(f"  {name:<20} p50 {share(values, 0.5):8.0f} ms   p99 {share(values, 0.99):8.0f} ms")
    untaken = run.sent.keys() - run.answered.keys()
    print(f"  not taken when patience ended (sent again later): {len(untaken)}")
    missing = len(run.answered.keys() - run.seen.keys())
    print(f"  answered with 200 and kept, to be read yet: {run.waiting}")
    print(f"  lost, that is answered with 200 and neither kept nor in a ticket: {max(0, missing - run.waiting)}")


async def killed(
    run: Run, graph: GraphStandIn, config: Path, port: int, database: Path, first: int, process: subprocess.Popen[bytes]
) -> subprocess.Popen[bytes]:
    """The same with a SIGKILL in the middle, and a new process a second later."""

    async def kill() -> subprocess.Popen[bytes]:
        await asyncio.sleep(run.seconds / 2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        await asyncio.sleep(1)
        return subprocess.Popen([LISTENER, "run", "--config", str(config)])

    killing = asyncio.create_task(kill())
    await measure(run, graph, port, database, first, 90)
    return await killing


def main() -> None:
    parser = argparse.ArgumentParser(description="webhook to ticket")
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--apart", action="store_true", help="each delivery opens a ticket of its own")
    wanted = parser.parse_args()
    graph = GraphStandIn(lambda: datetime.now(UTC))
    graph.add_page(PAGE, "Okna", TOKEN)
    count = wanted.rate * wanted.seconds
    with tempfile.TemporaryDirectory() as name, LocalServers({"graph": make_graph(graph)}) as servers:
        folder, port = Path(name), free_port()
        config = folder / "listener.toml"
        secrets = {"token": TOKEN, "secret": graph.app_secret, "api": servers.url("graph").rstrip("/")}
        flood = 0 if wanted.apart else 10
        config.write_text(CONFIG.format(folder=folder, port=port, page=PAGE, flood=flood, **secrets))
        with service(config, port) as process:
            how = {"rate": wanted.rate, "seconds": wanted.seconds, "apart": wanted.apart}
            calm, before = Run(**how), processor_time(process.pid)
            asyncio.run(measure(calm, graph, port, folder / "house.db", 0, 60))
            report("steady", calm)
            spent = processor_time(process.pid) - before
            load = " ".join(f"{one:.1f}" for one in os.getloadavg())
            print(
                f"  the service computed {spent:.1f} s: {spent / count * 1000:.1f} ms a delivery; load average {load}"
            )
            rough = Run(**how)
            second = asyncio.run(killed(rough, graph, config, port, folder / "house.db", count, process))
            report("SIGKILL in the middle", rough)
            second.terminate()
            second.wait(30)


if __name__ == "__main__":
    main()
