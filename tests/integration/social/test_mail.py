"""A mailbox read over a socket, as the house reads it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from listener.crawl import Crawl, PassReport, Target
from listener.demo.standins.mail import MailStandIn
from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy, converse
from listener.intake import Intake
from listener.protocols import Probed, Request, SourceConfig
from listener.registry import probe
from listener.storage import Storage
from listener.triage import TriagePolicy
from sources.email import Email
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.integration.house.conftest import BRANDS

POLICY = HttpPolicy(retries=0)


def mail(number: int, text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ola Żak <ola@example.com>", f"Sprawa {number}"
    message["Message-ID"], message["Date"] = f"<{number}@example.com>", "Sun, 22 Nov 2026 12:00:00 +0100"
    message.set_content(text)
    return message.as_bytes()


@pytest.fixture
def box() -> Iterator[MailStandIn]:
    with MailStandIn() as server:
        yield server


class House:
    """What reads it."""

    def __init__(self, storage: Storage, box: MailStandIn, since: datetime | None = None) -> None:
        self.storage, self.clock = storage, Clock()
        options = {"username": box.username, "password": box.password}
        self.config = SourceConfig(name="place", kind="email", url=f"{box.address}/INBOX", options=options, since=since)
        with storage.begin() as tx:
            tx.sources.configure([("place", "email", self.config.url)], self.clock())

    def look(self) -> PassReport:
        """One pass."""
        self.clock.advance(minutes=5)
        intake = Intake(
            storage=self.storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS,
            policy=TriagePolicy(),
        )  # fmt: skip
        target = Target(
            name="place", url=self.config.url, every=timedelta(minutes=1),
            allow_private=True, kind="email", detect=lambda page: ("email", page.url),
            make=lambda kind, url: Email(self.config),
        )  # fmt: skip
        crawl = Crawl(
            storage=self.storage, intake=intake, targets={"place": target}, clock=self.clock, roll=lambda: 0.0
        )

        async def run() -> PassReport | None:
            async with Http(POLICY) as http:
                return await crawl.run("place", http, asyncio.Event())

        report = asyncio.run(run())
        assert report
        return report

    def cursor(self) -> dict[str, str]:
        with self.storage.read() as tx:
            return tx.sources.cursor("place")


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    made = Storage.open(f"sqlite:///{tmp_path / 'house.db'}")
    yield made
    made.close()


def test_new_mail_is_read_once_and_nothing_is_touched(storage: Storage, box: MailStandIn) -> None:
    house = House(storage, box)
    for number in range(120):
        box.put(mail(number, f"Wintermann: sprawa {number}, żółć"))
    first = house.look()
    assert (first.failure, first.tally.new, first.traffic.requests) == (None, 120, 3)
    assert (house.look().tally.seen, box.fetched) == (0, 120)
    box.put(mail(200, "Wintermann: nowa"))
    assert house.look().tally.new == 1
    assert box.fetched == 121
    assert box.touched == []
    assert house.cursor()["uid"] == "121"
    assert box.password not in str(house.cursor())


def test_a_folder_that_was_numbered_anew_gives_nothing_twice(storage: Storage, box: MailStandIn) -> None:
    house = House(storage, box)
    for number in range(3):
        box.put(mail(number, f"Wintermann {number}"))
    house.look()
    box.validity += 1
    box.messages = {uid + 100: raw for uid, raw in box.messages.items()}
    report = house.look()
    assert (report.failure, report.tally.seen, report.tally.new) == (None, 3, 0)


def test_a_first_look_goes_back_to_since(storage: Storage, box: MailStandIn) -> None:
    house = House(storage, box, since=datetime(2026, 11, 20, tzinfo=UTC))
    box.put(mail(1, "Wintermann dawno"), date(2026, 11, 1))
    box.put(mail(2, "Wintermann niedawno"))
    assert house.look().tally.new == 1


def test_nobody_looks_on_the_web_whether_a_letter_is_still_there(storage: Storage, box: MailStandIn) -> None:
    house = House(storage, box)
    webmail = box.address.replace("imap://", "http://") + "/"
    house.config = replace(house.config, options={**house.config.options, "webmail": webmail})
    box.put(mail(1, "Wintermann: reklamacja"))
    assert house.look().tally.opened == 1
    house.clock.advance(days=2)
    report = house.look()
    assert (report.failure, report.traffic.requests) == (None, 1)


def asked(url: str, *, allow_private: bool = True, login: str = "eDp5") -> FetchError:
    async def run() -> None:
        async with Http(POLICY) as http:
            await http.fetch(Request(url=url, headers={"Authorization": f"Basic {login}"}), allow_private=allow_private)

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    return caught.value


def test_a_log_in_that_is_refused_is_a_matter_of_credentials(box: MailStandIn) -> None:
    assert asked(f"{box.address}/INBOX").failure is Failure.AUTH
    assert asked(f"{box.address}/INBOX", login="?").failure is Failure.AUTH


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("imap://127.0.0.1:143/INBOX", "private"),
        ("imaps://[::1]/INBOX", "private"),
        ("imaps://10.1.2.3/INBOX", "private"),
        ("imaps://169.254.169.254/INBOX", "private"),
        ("imaps://127.0.0.1:6379/INBOX", "not a mail server's"),
        ("imap://192.0.2.1/INBOX", "private"),
        ("imaps:///INBOX", "names no host"),
        ("imaps://mail.example.com:x/INBOX", "not an address"),
    ],
)
def test_private_places_are_not_reached(url: str, says: str) -> None:
    assert says in str(asked(url, allow_private=False))


def test_open_text_is_for_ones_own_machine_only() -> None:
    error = asked("imap://8.8.8.8/INBOX", allow_private=False)
    assert (error.failure, "use imaps://" in str(error)) == (Failure.BLOCKED, True)


def test_a_server_without_tls_is_not_trusted(box: MailStandIn) -> None:
    error = asked(box.address.replace("imap://", "imaps://") + "/INBOX")
    assert error.failure in (Failure.BLOCKED, Failure.TRANSIENT)


def test_a_folder_that_is_not_there_is_told(storage: Storage, box: MailStandIn) -> None:
    house = House(storage, box)
    house.config = SourceConfig(name="place", kind="email", url=f"{box.address}/Spam", options=house.config.options)
    report = house.look()
    assert report.failure
    assert "there is no folder Spam" in report.failure[1]


def test_a_check_reads_the_first_page_of_the_mailbox(storage: Storage, box: MailStandIn) -> None:
    box.put(mail(1, "Wintermann"))
    house = House(storage, box)

    async def ask(config: SourceConfig) -> Probed:
        asking = probe(config)
        assert asking is not None
        async with Http(POLICY) as http:
            return await converse(http, asking, allow_private=True)

    assert asyncio.run(ask(house.config)).said == ("it answers: 1 posts on the first page",)
    wrong = replace(house.config, options={"username": box.username, "password": "inne"})
    assert "refused the log-in" in str(asyncio.run(ask(wrong)).wrong)
    assert "inne" not in str(asyncio.run(ask(wrong)).wrong)
