"""Puts Slack together from the settings: who delivers there, and the way in for clicks."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from listener.desk import Desk
from listener.digest import make_digest
from listener.protocols import Responder
from listener.settings import Settings, SlackMode, SlackSettings
from listener.slack_door.door import SlackDoor
from listener.slack_door.keeping import Keeping
from listener.slack_door.people import People
from listener.storage import Storage
from responders.slack import SlackResponder, make_client
from responders.slack.calls import SlackCalls
from responders.slack.commands import Place
from responders.slack.over_http import SlackHttp
from responders.slack.reception import Reception
from responders.slack.screen import Screen
from responders.slack.socket import SlackSocket

Clock = Callable[[], datetime]


def slack_responders(slack: SlackSettings, desk: Desk) -> tuple[Responder, ...]:
    """Cards in channels, and calls to single people."""
    client = make_client(slack.bot_token.get_secret_value(), slack.base_url)
    teams = {team.name: team.channel for team in desk.staff.teams if team.channel}
    people = People(desk=desk, named=slack.users, email=Screen(client, lang=slack.language.value).email)
    buttons = slack.way_in is not None
    cards = SlackResponder(
        slack.channel,
        client,
        lang=slack.language.value,
        buttons=buttons,
        teams=teams,
        crisis=slack.crisis_channel,
    )
    managers = {team.name: team.manager for team in desk.staff.teams if team.manager}
    calls = SlackCalls(
        client,
        people.slack_of,
        lang=slack.language.value,
        buttons=buttons,
        channels=teams,
        managers=managers,
    )
    return (cards, calls)


def slack_way_in(
    settings: Settings, desk: Desk, storage: Storage, inbox_url: Callable[[int | None], str | None], clock: Clock
) -> SlackSocket | SlackHttp | None:
    """How clicks come in; None where there is no secret for either way."""
    slack = settings.slack
    if slack is None or slack.way_in is None:
        return None
    client = make_client(slack.bot_token.get_secret_value(), slack.base_url)
    screen = Screen(client, lang=slack.language.value)
    zone = ZoneInfo(settings.web.zone)
    door = SlackDoor(
        desk=desk,
        screen=screen,
        people=People(desk=desk, named=slack.users, email=screen.email),
        brands={brand.id: brand for brand in settings.brands},
        inbox_url=inbox_url,
        clock=clock,
        card_of=lambda ticket_id: card_of(storage, ticket_id),
        digest=lambda start, end: make_digest(storage, start, end, None, zone),
        sources=frozenset(source.name for source in settings.sources),
        lang=slack.language.value,
        zone=zone,
    )
    reception = Reception(door, keeper=Keeping(storage, clock))
    if slack.way_in is SlackMode.HTTP and slack.signing_secret:
        return SlackHttp(slack.signing_secret.get_secret_value(), reception, clock)
    assert slack.app_token is not None, "the settings were checked"
    return SlackSocket(slack.app_token.get_secret_value(), client, reception)


def card_of(storage: Storage, ticket_id: int) -> Place | None:
    """Where the card of a ticket stands."""
    with storage.read() as tx:
        reference = tx.outbox.first_reference(ticket_id, SlackResponder.name)
    if reference is None:
        return None
    channel, _, ts = reference.partition(":")
    return Place(channel=channel, ts=ts)
