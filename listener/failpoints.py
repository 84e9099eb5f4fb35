"""Named points of the path where a test may kill the process as a power cut would.

LISTENER_FAILPOINT=name dies at the first hit of that point, LISTENER_FAILPOINT=name:3 at the third. Without the
variable a hit is one attribute look-up and a comparison. Read once, at import: a process does not change its mind.
"""

import itertools
import os
import signal

NAMES: tuple[str, ...] = (
    "crawl.claimed",
    "crawl.fetched",
    "intake.before-write",
    "intake.posts-written",
    "intake.before-commit",
    "intake.after-commit",
    "crawl.before-release",
    "dispatch.claimed",
    "dispatch.before-send",
    "dispatch.after-send",
    "dispatch.after-record",
    "desk.reply.before-commit",
    "desk.reply.after-commit",
    "publish.sending",
    "publish.after-post",
    "publish.after-record",
)
"""Every point of the path from a page to a reply, in its order; the crash tests walk this table."""

ARRIVALS: tuple[str, ...] = ("arrivals.before-commit", "arrivals.after-commit", "arrivals.read", *NAMES[3:6])
"""The points between what a place sends by itself and what is stored of it."""

CLICKS: tuple[str, ...] = ("slack.kept", "slack.done")
"""The points between what a person presses in Slack and its being done: kept, not acknowledged; done, not noted."""

_name = ""
_fatal_hit = 1
_hits = itertools.count(1)


def arm(spec: str) -> None:
    """Dies at "name", or at the third hit of it for "name:3"; at nothing for an empty spec. Counts anew."""
    global _name, _fatal_hit, _hits
    _name, _, count = spec.partition(":")
    _fatal_hit = int(count) if count.isdecimal() else 1
    _hits = itertools.count(1)


def hit(name: str) -> None:
    """Die here by SIGKILL when this is the point and the hit that was asked for."""
    if _name and name == _name and next(_hits) == _fatal_hit:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("LISTENER_FAILPOINT", ""))
