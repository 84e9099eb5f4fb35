"""A process for the crash tests to kill: keeps a delivery as the door does, and reads what waits."""

import sys
from datetime import timedelta
from pathlib import Path

from listener import failpoints
from listener.arrivals import Arrivals
from listener.intake import Intake
from listener.storage import Sent, Storage
from listener.triage import TriagePolicy
from sources.facebook_hook import FacebookHook
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.graph import a_config, a_graph
from tests.integration.house.conftest import BRANDS


def main(database: str, body: Path, failpoint: str) -> None:
    """Dies at the failpoint, or does all of it."""
    clock = Clock()
    config = a_config(a_graph(clock))
    storage = Storage.open(f"sqlite:///{database}")
    intake = Intake(
        storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS, policy=TriagePolicy()
    )
    arrivals = Arrivals(storage=storage, intake=intake, hooks={"facebook": FacebookHook(config)}, clock=clock)
    failpoints.arm(failpoint)
    arrivals.keep(
        [Sent(source="facebook", headers={}, body=body.read_bytes(), received_at=clock() - timedelta(seconds=1))]
    )
    while arrivals.work():
        continue
    storage.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
