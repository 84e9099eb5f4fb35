"""A process for the crash tests to kill: one pass over a board, approval of what waits, and everything out.

Alerts go into the file DIARY, a line each, written and synced before they count as sent.
"""

import asyncio
import os
import sys
import traceback
from pathlib import Path

from listener import app, failpoints, serve, settings
from listener.http import HttpPolicy
from listener.model import Event, EventKind, TicketState
from listener.protocols import Alert, Receipt

REPLY = "Dzień dobry, tu Zespół Wintermann. Prosimy o kontakt: 22 555 01 00."


class Diary:
    """A Responder whose other side is a file."""

    name = "diary"

    def __init__(self, path: Path) -> None:
        self._path = path

    def handles(self, event: Event) -> bool:
        return event.kind in (EventKind.TICKET_OPENED, EventKind.REPLY_PUBLISHED)

    def deliver(self, alert: Alert, previous: Receipt | None) -> Receipt:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{alert.event.kind.value} {alert.event.ticket_id}\n")
            file.flush()
            os.fsync(file.fileno())
        return Receipt(reference=str(alert.event.id))


def approve_all(house: app.Listener) -> None:
    """What a person would do: answer every open ticket that has no reply yet."""
    for row in house.desk.inbox(state=TicketState.OPEN):
        view = house.desk.ticket(row.ticket.id)
        if not view.replies:
            house.desk.reply(
                view.ticket.id,
                post_id=view.latest.id,
                text=REPLY,
                approved_by="ala",
                version=view.ticket.version,
                now=house.clock(),
            )


def main(config: Path, diary: Path) -> int:
    """The whole path once."""
    loaded = settings.load(config, os.environ, kinds=("spirit",))
    policy = HttpPolicy(retries=0)
    house = app.make_listener(loaded, policy=policy, responders=[Diary(diary)])
    try:
        code = asyncio.run(serve.once(house))
        approve_all(house)
        return code or asyncio.run(serve.once(house))
    finally:
        house.close()


def serve_orders() -> None:
    """Reads "failpoint config diary" lines, does each in a forked child, and prints how the child ended: its exit
    code, or minus the signal that killed it. Forking saves importing everything anew for every run."""
    for line in sys.stdin:
        failpoint, config, diary = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            failpoints.arm(failpoint)
            code = 70
            try:
                code = main(Path(config), Path(diary))
            except Exception:  # noqa: BLE001 - a child must end here, whatever it met
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve_orders()
