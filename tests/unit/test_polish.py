"""What the core says in English has Polish words: every reason, action and refusal that stands in its code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from listener import polish as module
from listener.desk.answering import NO_PRIVATE
from listener.errors import Conflict, ListenerError, NotFound
from listener.law import legal_clocks
from listener.model import Reach
from listener.polish import polish, refused
from listener.triage import ReachPolicy, far
from responders.slack.reasons import reason
from responders.slack.wording import said, wording
from tests.making import NOW

CORE = Path(module.__file__).parent
DESK = [*(CORE / "desk").glob("*.py"), *(CORE / "slack_door").glob("*.py")] + [
    CORE / "storage" / f"{name}.py" for name in ("colleagues", "tickets", "hidings", "customers", "work")
]
ACTORS = [*DESK, CORE / "clockwork.py", CORE / "ticketing.py", CORE / "privacy.py"]


def calls(files: list[Path], *names: str) -> Iterator[ast.Call]:
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in names:
                    yield node


def samples(node: ast.expr) -> Iterator[str]:
    """What an expression says, with 7 for what is put in; both ways of a condition; nothing for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from samples(node.body)
        yield from samples(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)


def actions() -> set[str]:
    """The action of each line of the audit log and of each change."""
    found: set[str] = set()
    for call in calls(ACTORS, "note", "_change", "_tell"):
        for argument in call.args[:4]:
            found.update(samples(argument))
    return {one for one in found if one and not one.startswith("7")}


def refusals() -> set[tuple[str, str]]:
    """(message, mend) of each error that people may see."""
    found = set()
    for call in calls(DESK, "ListenerError", "Conflict", "NotFound"):
        mends = [one for word in call.keywords if word.arg == "mend" for one in samples(word.value)]
        for message in samples(call.args[0]):
            found.add((message, mends[0] if mends else ""))
    return found


def test_every_action_of_the_audit_log_has_polish_words() -> None:
    found = actions()
    assert len(found) > 25, "the search finds what it looks for"
    assert sorted(action for action in found if polish(action) == action) == []
    words = wording("pl")
    assert sorted(action for action in found if said(action, words) == action) == []


def test_every_refusal_has_polish_words() -> None:
    found = refusals()
    assert len(found) > 40
    unknown = [
        (message, mend)
        for message, mend in found
        if refused(ListenerError(message)) == message
        or (mend and refused(ListenerError("x", mend=mend)) == f"x ({mend})")
    ]
    assert sorted(unknown) == []


def test_why_there_is_no_private_reply_has_polish_words() -> None:
    assert [said for said in NO_PRIVATE.values() if refused(ListenerError(said)) == said] == []


@pytest.mark.parametrize("sector", ["shop", "bank", "telecom"])
def test_notes_about_laws(sector: str) -> None:
    for clock in legal_clocks(sector, NOW):
        shown = polish(clock.note)
        assert shown.endswith("odpowiedź publiczna tego nie załatwia: sprawdź z prawnikiem")
        assert not any(word in shown for word in ("within", "days", "answer", "services"))


@pytest.mark.parametrize(
    ("english", "shown"),
    [
        ("urgency: high", "pilność: wysoka"),
        ("priority: high", "pilność: wysoka"),
        ("unsure: complaint 62%", "model nie jest pewien: skarga 62%"),
        ("rating 1 of 5", "ocena 1 na 5"),
        ("reach: 1240 views", "zasięg: 1\N{NO-BREAK SPACE}240 wyświetleń"),
        ("reach: 203 likes", "zasięg: 203 polubienia"),
        ("reach: 112 shares", "zasięg: 112 udostępnień"),
        ("reach: 1 replies", "zasięg: 1 odpowiedź"),
        ("urgency: low; said in 3 places", "pilność: niska; to samo w tylu miejscach: 3"),
        ("intents: complaint, churn", "zamiary: skarga, odejście"),
        ("into ticket 5", "do zgłoszenia 5"),
        ("reguła naszego zespołu", "reguła naszego zespołu"),
        ("", ""),
    ],
)
def test_what_is_known_is_said_in_polish_and_the_rest_as_it_is(english: str, shown: str) -> None:
    assert polish(english) == shown


def test_every_number_of_reach_has_a_unit() -> None:
    everything = Reach(views=5, likes=5, replies=5, shares=5, followers=5)
    reasons = far(everything, ReachPolicy(views=1, likes=1, replies=1, shares=1, followers=1))
    assert len(reasons) == 5
    assert all(polish(one).startswith("zasięg: 5 ") for one in reasons)
    assert reason(reasons[0], wording("pl")) == polish(reasons[0])


def test_a_refusal_says_where_and_what_to_do() -> None:
    error = Conflict("ola has this ticket", where="ticket 5", mend="ask them")
    assert refused(error) == "zgłoszenie 5: tym zgłoszeniem zajmuje się ola (zapytaj)"
    assert refused(NotFound("something else")) == "something else"
