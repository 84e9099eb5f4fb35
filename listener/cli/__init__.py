"""The command line. Doors only: each command reads its arguments, calls what decides, and prints.

Exit codes: 0 done; 1 the work failed; 2 wrong usage or configuration; 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from listener.cli.tree import cli
from listener.errors import ListenerError, WrongUse

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs one command and leaves with its exit code. arguments: those of the process unless given."""
    cli.debug = False
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if "_LISTENER_COMPLETE" in os.environ:  # a shell asks how to complete what is being typed
        cli.main(prog_name="listener")
    sys.exit(_run(_own_arguments() if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> int:
    """The exit code. click's own main() is not used: it has other ideas of broken pipes and interruptions."""
    try:
        with cli.make_context("listener", list(arguments)) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # the reader has had enough: that is no failure of ours
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx else "", file=sys.stderr)
        return WrongUse.exit_code
    except click.UsageError as error:
        return _say(_usage(error), WrongUse.exit_code)
    except ListenerError as error:
        if cli.debug:
            import traceback

            traceback.print_exc()
        return _say(str(error), error.exit_code)
    return 0


def _own_arguments() -> list[str]:
    """Those of the process, read as UTF-8 where they are UTF-8, whatever the locale says."""
    return [_as_utf8(argument) for argument in sys.argv[1:]]


def _as_utf8(argument: str) -> str:
    try:
        return os.fsencode(argument).decode()
    except UnicodeError:
        return argument


def _say(message: str, code: int) -> int:
    from listener.log import escape, mask

    print(f"listener: {escape(mask(message))}", file=sys.stderr)
    return code


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "listener"
    command = path.removeprefix("listener").strip()
    return f"{command + ': ' if command else ''}{error.format_message()} (see {path} --help)"
