"""Which module holds which command. Help is printed from this table; a module is imported when its command runs."""

import importlib
from collections.abc import Mapping

import click

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("service:demo", "Shows the whole service against a small living forum, without any credentials."),
    "run": ("service:run", "Runs the service: crawls, classifies, opens tickets, alerts, serves the inbox."),
    "crawl": ("fetching:crawl", "Fetches a place and prints its posts, storing nothing."),
    "parse": ("fetching:parse", "Prints the posts of one saved page or feed."),
    "detect": ("fetching:detect", "Says what kind of place a URL or a saved page is."),
    "forms": ("matching:forms", "Prints every inflected form that is matched for a brand name."),
    "match": ("matching:match", "Keeps the posts that match queries, and says why."),
    "classify": ("classifying:classify", "Names language, sentiment, intents, urgency and topics of texts."),
    "suggest": ("answering:suggest", "Drafts replies to posts."),
    "check-reply": ("answering:check_reply", "Says which rules reply drafts break."),
    "evaluate": ("classifying:evaluate", "Measures the classifier on labelled texts."),
    "train": ("classifying:train", "Trains the classifier."),
    "digest": ("reporting:digest", "Sums up any period."),
    "import": ("storing:import_posts", "Takes posts from a file through the whole pipeline."),
    "export": ("storing:export", "Prints what is stored."),
    "erase": ("storing:erase", "Forgets a person."),
    "check": ("checking:check", "Validates a configuration."),
    "source": ("sources:source", "Adds, lists, tries and pauses sources."),
    "rules": ("rules:rules", "Tries routing rules on the past, and says how right their alerts were."),
    "user": ("admin:user", "Manages who may log in to the inbox."),
    "slack": ("admin:slack", "Prints what Slack needs to know of us."),
    "db": ("admin:db", "Looks after the database."),
}


class Tree(click.Group):
    """Commands by name, imported when they are asked for. debug: whether --debug was given, anywhere."""

    debug = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table: what people need first comes first."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its module imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"listener.cli.{module}"), attribute)
        _give_debug(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest names where there is no such command."""
        if args and args[0] not in _COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            ctx.fail(f'no command "{args[0]}"' + (f', did you mean "{near[0]}"?' if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table, so that help costs no import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in _COMMANDS.items()])


def _give_debug(command: click.Command) -> None:
    """--debug is taken before and after the command's name, by every command."""
    if not any(parameter.name == "debug" for parameter in command.params):
        command.params.append(_debug_option())
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _give_debug(child)


def _debug_option() -> click.Option:
    return click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        callback=_set_debug,
        help="Log everything, and show where a failure comes from.",
    )


def _set_debug(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        cli.debug = True


def _show_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"listener {version('listener')}")
        ctx.exit()


cli = Tree(
    "listener",
    help="Listens to what people say about a brand on forums, pages and review sites, and answers them.",
    params=[
        _debug_option(),
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_show_version,
            help="Show the version.",
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
