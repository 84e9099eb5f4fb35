"""listener.toml: what it may say, and how its mistakes are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import settings
from listener.errors import ConfigError
from listener.model import Intent, Priority, Urgency
from listener.settings import Settings, format_duration, parse_duration

DURATION = 'must be a length of time such as "30s", "15m", "2h" or "1d"'
ZONE = 'use a name such as "Europe/Warsaw" or "UTC"'
MINIMAL = """
[listener]
database = "sqlite:///listener.db"

[[brand]]
name = "Okna Wintermann"
queries = ['Wintermann', '"okna firmy W"']

[[source]]
name = "forum"
url = "http://127.0.0.1:8099/"
allow_private = true
every = "1m"

[slack]
channel = "C0ALERTS"
bot_token = "xoxb-..."        # or SLACK_BOT_TOKEN
app_token = "xapp-..."        # or SLACK_APP_TOKEN, for Socket Mode
base_url = "http://127.0.0.1:8888/api/"   # only to point at a stand-in
"""
KINDS = ("feed", "thread")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "listener.toml"


def read(file: Path, text: str, **environ: str) -> Settings:
    file.write_text(text, encoding="utf-8")
    return settings.load(file, environ, kinds=KINDS)


def findings(file: Path, text: str, **environ: str) -> list[str]:
    """Fatal findings without the name of the file."""
    file.write_text(text, encoding="utf-8")
    inspection = settings.inspect(file, environ, kinds=KINDS)
    fatal = [str(finding).removeprefix(f"{file}: ") for finding in inspection.findings if finding.fatal]
    assert (inspection.settings is None) == bool(fatal)
    return fatal


def test_the_minimal_file_works_as_printed(file: Path) -> None:
    got = read(file, MINIMAL)
    assert got.database == f"sqlite:///{file.parent}/listener.db"
    assert [query.expression for query in got.queries] == ["Wintermann", '"okna firmy W"']
    assert got.brands[0].id == "okna-wintermann"
    source = got.sources[0]
    assert (source.name, source.kind, source.every, source.allow_private) == (
        "forum",
        "auto",
        timedelta(minutes=1),
        True,
    )
    assert got.slack is not None
    assert got.slack.bot_token.get_secret_value() == "xoxb-..."
    assert got.web.url == "http://127.0.0.1:8080"


def test_every_key_of_a_brand(file: Path) -> None:
    (file.parent / "kb").mkdir()
    got = read(
        file,
        """
        [[brand]]
        id = "wt"
        name = "Wintermann Telekom"
        aliases = ["WT Mobile"]
        sector = "telecom"
        competitor = true
        disclosure = ["odpowiadam w imieniu", "Zespół Wintermann"]
        public_contacts = ["22 555 01 00", "pomoc@example.com"]
        link_domains = ["Example.com"]
        queries = ["Wintermann"]
        [knowledge]
        folder = "kb"
        """,
    )
    brand = got.brands[0]
    assert (brand.id, brand.sector, brand.competitor, brand.link_domains) == ("wt", "telecom", True, ("example.com",))
    assert got.brand("WT") is got.brand("wintermann telekom") is brand
    assert got.brand("other") is None
    assert got.knowledge == file.parent / "kb"


def test_an_empty_file_is_a_configuration_that_does_nothing(file: Path) -> None:
    got = read(file, "")
    assert not got.sources
    assert not got.brands
    assert got.slack is None


def test_triage_sla_and_routes(file: Path) -> None:
    got = read(
        file,
        """
        [[brand]]
        name = "Żabka Łódź"
        queries = ["Żabka"]
        [triage]
        min_urgency = "critical"
        tickets_for = ["complaint", "churn"]
        [sla]
        resolution = "30d"
        [sla.first_response]
        critical = "5m"
        [[route]]
        team = "store"
        brand = "żabka łódź"
        topics = ["delivery"]
        min_priority = "high"
        """,
    )
    assert got.triage.min_urgency is Urgency.CRITICAL
    assert got.triage.tickets_for == {Intent.COMPLAINT, Intent.CHURN}
    assert got.triage.sla.first_response[Priority.CRITICAL] == timedelta(minutes=5)
    assert got.triage.sla.first_response[Priority.HIGH] == timedelta(hours=1), "the others keep their defaults"
    assert got.triage.sla.resolution == timedelta(days=30)
    assert got.rules[0].brand == "zabka-lodz", "rules name brands by id or name, the decision knows ids"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2025-07-01", datetime(2025, 6, 30, 22, tzinfo=UTC)),
        ("2025-07-01T10:00:00Z", datetime(2025, 7, 1, 10, tzinfo=UTC)),
        ("2025-07-01T10:00:00", datetime(2025, 7, 1, 8, tzinfo=UTC)),
        ('"2025-01-01"', datetime(2024, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_since_is_read_in_the_zone_of_the_source(file: Path, written: str, utc: datetime) -> None:
    got = read(file, f'[[source]]\nname = "f"\nurl = "https://example.com"\nsince = {written}\n')
    assert got.sources[0].config("feed").since == utc


# --- secrets ------------------------------------------------------------------------------------------------


def test_secrets_come_from_the_environment(file: Path) -> None:
    text = """
    [slack]
    channel = "C1"
    [[source]]
    name = "nasz dział"
    url = "https://example.com"
    username = "bot"
    """
    got = read(
        file,
        text,
        SLACK_BOT_TOKEN="xoxb-env",
        SLACK_APP_TOKEN="xapp-env\n",
        LISTENER_SOURCE_NASZ_DZIA__PASSWORD="hasło1",
        LISTENER_DATABASE="postgresql://u:pass@host/db",
    )
    assert set(got.secrets) == {"xoxb-env", "xapp-env", "hasło1", "pass"}
    assert got.sources[0].config("feed").options == {"username": "bot", "password": "hasło1"}


def test_a_key_of_the_file_wins_over_the_environment(file: Path) -> None:
    got = read(file, '[slack]\nchannel = "C1"\nbot_token = "xoxb-file"\n', SLACK_BOT_TOKEN="xoxb-env")
    assert got.secrets == ("xoxb-file",)


def test_secrets_come_from_files_beside_the_configuration(file: Path) -> None:
    (file.parent / "token").write_text("xoxb-secret\n")
    got = read(file, '[slack]\nchannel = "C1"\nbot_token_file = "token"\n', SLACK_BOT_TOKEN="xoxb-env")
    assert got.secrets == ("xoxb-secret",)


def test_secrets_never_show(file: Path) -> None:
    got = read(
        file,
        """
        [listener]
        database = "postgresql://u:hidden1@host/db"
        [web]
        secret = "hidden2"
        api_tokens = {crm = "hidden3"}
        [slack]
        channel = "C1"
        bot_token = "hidden4"
        [[source]]
        name = "f"
        url = "https://example.com"
        options = {token = "hidden5"}
        [source.reply]
        username = "bot"
        password = "hidden6"
        """,
    )
    assert "hidden" not in f"{got!r} {got}"
    assert set(got.secrets) >= {"hidden1", "hidden2", "hidden3", "hidden4", "hidden6"}


def test_the_reply_account_is_for_replies_only(file: Path) -> None:
    login = '[source.reply]\nusername = "bot"\npassword = "p"\n'
    source = read(file, f'[[source]]\nname = "f"\nurl = "https://example.com"\n{login}').sources[0]
    assert source.config("thread").options == {}
    assert source.publisher_config("thread").options == {"username": "bot", "password": "p"}


# --- mistakes -----------------------------------------------------------------------------------------------

SOURCE = '[[source]]\nname = "forum"\nurl = "https://example.com"\n'
BRAND = '[[brand]]\nname = "W"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[listener]\ndatabse = "x"', '[listener]: unknown key "databse" (did you mean "database"?)'),
        ("[slak]", 'unknown table "slak" (did you mean "slack"?)'),
        ('[slack]\nchannel = "C1"', "[slack]: bot_token: is missing"),
        ('[slack]\nchannel = "C1"\nbot_token = ""', "[slack]: bot_token: must not be empty"),
        (
            '[slack]\nchannel = "C1"\nbot_token_fil = "x"',
            '[slack]: unknown key "bot_token_fil" (did you mean "bot_token_file"?)',
        ),
        (
            '[listener]\ndatabase = "mysql://x"',
            '[listener]: database: must be "sqlite:///FILE" or "postgresql://USER@HOST/NAME"',
        ),
        ('listener = "x"', "[listener]: must be a table"),
        ('source = "x"', "[source]: must be a list"),
        ("[[source]]", "[[source]] 1: name: is missing"),
        ('[[source]]\nname = "f"\nurl = "forum.pl"', '[[source]] 1 "f": url: must begin with "http://" or "https://"'),
        ('[[source]]\nname = "f"\nurl = "http://"', '[[source]] 1 "f": url: names no host'),
        ('[[source]]\nname = "f"\nurl = "http://[1"', '[[source]] 1 "f": url: is no URL: Invalid IPv6 URL'),
        (
            '[[source]]\nname = "f"\nurl = "http://x:99999/"',
            '[[source]] 1 "f": url: is no URL: Port out of range 0-65535',
        ),
        (
            '[[source]]\nname = "f"\nurl = "http://u:p@x/"',
            '[[source]] 1 "f": url: holds a user name or password: give them as keys of their own',
        ),
        (
            SOURCE + 'every = "soon"',
            '[[source]] 1 "forum": every: ' + DURATION,
        ),
        (
            SOURCE + "every = 5",
            '[[source]] 1 "forum": every: ' + DURATION,
        ),
        (SOURCE + 'every = "0m"', '[[source]] 1 "forum": every: must be longer than nothing'),
        (
            SOURCE + 'zone = "Warsaw"',
            '[[source]] 1 "forum": zone: "Warsaw" is no time zone: ' + ZONE,
        ),
        (
            SOURCE + 'zone = "../etc"',
            '[[source]] 1 "forum": zone: "../etc" is no time zone: ' + ZONE,
        ),
        (
            SOURCE + 'kind = "fead"',
            '[[source]] 1 "forum": kind: "fead" is no kind of source (did you mean feed or thread?)',
        ),
        (
            SOURCE + 'username = "bot"',
            '[[source]] 1 "forum": password: is missing (a log-in needs username and password)',
        ),
        (
            SOURCE + 'since = "dawno"',
            '[[source]] 1 "forum": since: must be a date such as 2025-01-31 or 2025-01-31T12:00:00Z',
        ),
        (SOURCE + 'allow_private = "maybe"', '[[source]] 1 "forum": allow_private: must be true or false'),
        (
            SOURCE + SOURCE,
            '[[source]] 2 "forum": name: "forum" is already source 1 (every source needs its own name)',
        ),
        (BRAND + 'sector = "banks"', None),
        (BRAND + 'queries = ["W", "W AND ("]', None),
        (BRAND + BRAND, None),
        (BRAND + 'queries = "W"', '[[brand]] 1 "W": queries: must be a list'),
        (BRAND + 'queries = ["ok", ""]', '[[brand]] 1 "W": queries.2: must not be empty'),
        (BRAND + '[[route]]\nteam = "t"\nbrand = "V"', '[[route]] 1: brand: "v" is no brand (known: w)'),
        ('[[route]]\nteam = "t"\nsource = "V"', '[[route]] 1: source: "V" is no source (there is none)'),
        (
            '[sla.first_response]\nhigest = "1h"',
            "[sla]: first_response.higest: must be one of 'low', 'normal', 'high' or 'critical'",
        ),
        ("[web]\nport = 70000", "[web]: port: input should be less than or equal to 65535"),
        ('[web]\nhost = "0.0.0.0"', None),
        ('[knowledge]\nfolder = "nowhere"', None),
    ],
)
def test_a_mistake_is_told_with_its_place(file: Path, text: str, expected: str | None) -> None:
    found = findings(file, text)
    assert found
    assert not expected or expected in found


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    found = findings(file, '[listener]\ndatabse = "x"\n[[source]]\nname = "f"\nurl = "x"\nevery = "x"\n[slac]\n')
    assert len(found) == 4
    with pytest.raises(ConfigError, match=r"\(.*3 more: listener check --config") as caught:
        settings.load(file, {})
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[listener\n", r"not TOML: .*line 1"),
        (b'[listener]\ncontact = "\xb3"\n', "not UTF-8 at byte 22"),
        (b"a = " + b"[" * 100_000, "not TOML: nested too deeply"),
        (b"\xff\xfe[\x00", "not UTF-8 at byte 0"),
    ],
)
def test_a_file_that_is_no_toml(file: Path, content: bytes, expected: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=expected):
        settings.load(file, {})


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file \(copy config/listener\.example\.toml"):
        settings.load(tmp_path / "none.toml", {})
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        settings.load(tmp_path, {})


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "cannot be read: No such file"), (b"\xff", "not a text in UTF-8"), (b" \n", "is empty")],
)
def test_a_secret_file_that_is_of_no_use(file: Path, content: bytes | None, expected: str) -> None:
    if content is not None:
        (file.parent / "token").write_bytes(content)
    found = findings(file, '[slack]\nchannel = "C1"\nbot_token_file = "token"')
    assert len(found) == 1
    assert expected in found[0]
    assert found[0].startswith("[slack]: bot_token_file: ")


def test_a_secret_given_twice(file: Path) -> None:
    found = findings(file, '[slack]\nchannel = "C1"\nbot_token = "a"\nbot_token_file = "b"')
    assert found == ['[slack]: bot_token_file: "bot_token" is given as well: keep one of the two']


def test_a_mistake_in_a_secret_does_not_print_it(file: Path) -> None:
    assert "geheim" not in " ".join(findings(file, '[listener]\ndatabase = "geheim"\n[web]\nsecret = 5\n'))


def test_advice_is_not_fatal(file: Path) -> None:
    file.write_text(BRAND + SOURCE)
    inspection = settings.inspect(file, {})
    assert inspection.settings is not None
    assert {str(finding).removeprefix(f"{file}: ").split(": note")[0] for finding in inspection.findings} == {
        '[[brand]] 1 "W": queries',
        "[listener]: contact",
        "[slack]",
    }


def test_tokens_that_are_swapped_are_noticed(file: Path) -> None:
    file.write_text('[slack]\nchannel = "C1"\nbot_token = "xapp-1"\napp_token = "xoxb-1"\n')
    notes = [str(finding) for finding in settings.inspect(file, {}).findings]
    assert f'{file}: [slack]: bot_token: note: does not begin with "xoxb-" as tokens of Slack do' in notes
    assert any("app_token" in note for note in notes)


# --- lengths of time ----------------------------------------------------------------------------------------


@given(st.integers(min_value=1, max_value=10**8))
def test_a_length_of_time_survives_writing_and_reading(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_duration(format_duration(length)) == length


@pytest.mark.parametrize("text", ["", "5", "m", "-1m", "1.5h", "1m x", "٣m", "999999999w", None, 5, True])
def test_what_is_no_length_of_time(text: object) -> None:
    with pytest.raises(ValueError, match=r"must be|longer"):
        parse_duration(text)


SOURCE = '[[source]]\nname = "opinie"\nurl = "https://example.com/"\nkind = "feed"\n[source.options]\n'


def test_options_of_a_kind_may_lie_in_files(file: Path) -> None:
    (file.parent / "key.p8").write_text("-----BEGIN-----\nA\n", encoding="utf-8")
    got = read(file, SOURCE + 'private_key_file = "key.p8"\ntoken_store = "sub/token.json"\nkey = "x"\n')
    options = got.sources[0].options
    assert options == {
        "private_key": "-----BEGIN-----\nA", "token_store": str(file.parent / "sub/token.json"), "key": "x",
    }  # fmt: skip
    assert "BEGIN" not in repr(got)


def test_an_option_that_cannot_be_read_is_told(file: Path) -> None:
    (found,) = findings(file, SOURCE + 'private_key_file = "nowhere"\n')
    assert "cannot be read" in found
    (both,) = findings(file, SOURCE + 'key = "x"\nkey_file = "y"\n')
    assert "keep one of the two" in both
