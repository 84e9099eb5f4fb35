"""What Slack sends read as commands, and what comes of nonsense."""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import ParseError
from listener.model import TicketState
from responders.slack.actions import read
from responders.slack.cards import ticket_card
from responders.slack.commands import Act, Do, Form, Memo, Open
from responders.slack.envelopes import Envelope, EnvelopeKind
from responders.slack.parts import MOST_PARTS, joined, parts_of
from tests.unit.responders.alerts import alert


def interactive(payload: Mapping[str, Any]) -> Envelope:
    return Envelope(kind=EnvelopeKind.INTERACTIVE, payload=payload)


def clicked(action_id: str, value: str = "7:1", chosen: str = "") -> Envelope:
    action: dict[str, Any] = {"type": "button", "action_id": action_id, "block_id": "t7:doors", "value": value}
    if chosen:
        action["selected_option"] = {"value": chosen}
    return interactive(
        {
            "type": "block_actions",
            "user": {"id": "U1", "username": "ola"},
            "container": {"type": "message", "channel_id": "C0ALERTS", "message_ts": "1700000000.000001"},
            "trigger_id": "T1",
            "actions": [action],
        }
    )


@pytest.mark.parametrize("act", Act)
def test_buttons_and_menus_are_read_as_the_same_acts(act: Act) -> None:
    for envelope in (clicked(act.value), clicked("menu", chosen=f"{act.value}:7:1")):
        click = read(envelope)
        assert click is not None
        assert click.command == Do(act=act, ticket_id=7, version=1)
        assert (click.user_id, click.user_name, click.trigger_id) == ("U1", "ola", "T1")
        assert (click.place.channel, click.place.ts) == ("C0ALERTS", "1700000000.000001")


@pytest.mark.parametrize("form", [form for form in Form if form not in (Form.REJECT, Form.TICKET)])
def test_forms_are_asked_for(form: Form) -> None:
    click = read(clicked(form.value))
    assert click is not None
    assert click.command == Open(form=form, ticket_id=7, version=1)


def test_every_button_of_every_card_is_one_that_we_read() -> None:
    for state in TicketState:
        for who in (None, "ola"):
            for block in ticket_card(alert(state=state, assignee=who), buttons=True)["blocks"]:
                for element in block.get("elements", []):
                    values = [option["value"] for option in element.get("options", [])]
                    envelopes = [clicked(element.get("action_id", ""), chosen=value) for value in values]
                    if element.get("type") == "button" and "url" not in element:
                        envelopes.append(clicked(element["action_id"], element["value"]))
                    assert all(read(envelope) is not None for envelope in envelopes)


def test_a_card_has_few_buttons() -> None:
    for state in TicketState:
        for who in (None, "ola"):
            card = ticket_card(alert(state=state, assignee=who), buttons=True)
            (row,) = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
            assert len(row) <= 5


def test_links_and_strangers_need_no_answer() -> None:
    assert read(clicked("open_inbox")) is None
    assert read(interactive({"type": "view_closed", "view": {"callback_id": "other"}})) is None
    assert read(interactive({"type": "block_suggestion"})) is None


def test_what_is_written_in_channels_is_not_read() -> None:
    for kind in ("message", "app_mention", "reaction_added"):
        event = {"type": kind, "text": "approve 7", "user": "U1", "channel": "C1", "thread_ts": "1.1"}
        payload = {"type": "event_callback", "event_id": "Ev1", "event": event}
        assert read(Envelope(kind=EnvelopeKind.EVENT, payload=payload)) is None


@pytest.mark.parametrize("value", ["", "7", "7:x", "a:1", "7:1:2"])
def test_forged_values_are_an_error_and_no_crash(value: str) -> None:
    with pytest.raises(ParseError):
        read(clicked("claim", value))
    view = {"callback_id": "reply", "private_metadata": value}
    with pytest.raises(ParseError):
        read(interactive({"type": "view_submission", "user": {"id": "U1"}, "view": view}))


@pytest.mark.parametrize(
    "packed", ['{"ticket_id":"7"}', '{"other":1}', "[]", "null", '{"ticket_id":true}', '{"__class__":1}', "7"]
)
def test_forged_memos_are_an_error(packed: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        Memo.unpacked(packed)


_KEYS = st.sampled_from(
    [
        "type",
        "actions",
        "action_id",
        "value",
        "view",
        "user",
        "id",
        "state",
        "values",
        "private_metadata",
        "event",
        "container",
        "message",
        "channel",
        "callback_id",
        "selected_option",
        "user_id",
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _JSON, max_size=6), st.sampled_from(EnvelopeKind), st.text(max_size=12))
def test_any_payload_is_a_click_nothing_or_a_parse_error(
    payload: dict[str, Any], kind: EnvelopeKind, name: str
) -> None:
    for shaped in (payload, payload | {"type": name}, payload | {"type": "block_actions"}):
        try:
            read(Envelope(kind=kind, payload=shaped))
        except ParseError:
            continue


@given(st.builds(Memo, ticket_id=st.integers(0), lang=st.sampled_from(("pl", "en")), mark=st.text(max_size=20)))
def test_memos_come_back_as_they_went(memo: Memo) -> None:
    assert Memo.unpacked(memo.packed()) == memo
    assert len(memo.packed()) < 3000


@given(st.text(max_size=200))
def test_private_metadata_is_json_or_an_error(packed: str) -> None:
    with contextlib.suppress(ValueError, TypeError):
        json.loads(Memo.unpacked(packed).packed())


@given(st.lists(st.text(alphabet="aż \n.", max_size=4000), max_size=6))
def test_long_texts_come_in_parts_that_fit_and_lose_no_word(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    parts = parts_of(text)
    assert all(len(part) <= 3000 for part in parts)
    if len(parts) < MOST_PARTS:
        assert "".join(joined(parts).split()) == "".join(text.split())
