"""The program on the command line: finds the command, runs it, says how it ended.

Each command is a module with `register`; a new one is a line in COMMANDS. Results go to stdout,
messages to stderr. Exit codes: 0 done, 1 bug, 2 known error (also of usage), 3 cancelled.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO, cast

from engine.cli import jobs, models, selfcheck, tag, train
from engine.cli.command import Check, Commands, Context
from engine.errors import Cancelled, EngineError
from engine.paths import AppPaths

DONE, BUG, KNOWN_ERROR, CANCELLED = 0, 1, 2, 3

COMMANDS: Mapping[str, Callable[[Commands], None]] = {
    "tag": tag.register,
    "models": models.register,
    "jobs": jobs.register,
    "train": train.register,
    "selfcheck": selfcheck.register,
}


def main(arguments: Sequence[str], paths: AppPaths, checks: Sequence[Check] = ()) -> int:
    """Runs one command line and returns its exit code. `checks` are added to selfcheck."""
    return run(arguments, Context(paths, tuple(checks)))


def run(arguments: Sequence[str], context: Context) -> int:
    """main(), with everything a command is given chosen by the caller."""
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or DONE)
    return _ended(options, context)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; without arguments the program opens its window instead."""
    parser = argparse.ArgumentParser(
        prog="undertone", description="Tags lyrics with moods, offline, on your own machine.",
        epilog="Without a command, the window opens.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for register in COMMANDS.values():
        register(commands)
    return parser


def _ended(options: argparse.Namespace, context: Context) -> int:
    command = cast(Callable[[argparse.Namespace, Context], int], options.run)
    try:
        code = command(options, context)
        sys.stdout.flush()
        return code
    except EngineError as known:
        print("\n".join(filter(None, (known.message, known.hint))), file=sys.stderr)
        return KNOWN_ERROR
    except (KeyboardInterrupt, Cancelled):
        print("Stopped. What was done until now is kept.", file=sys.stderr)
        return CANCELLED
    except BrokenPipeError:
        _silence(sys.stdout)
        return DONE
    except Exception:
        traceback.print_exc()
        print("This is a mistake in Undertone; please report the lines above.", file=sys.stderr)
        return BUG


def _silence(stream: TextIO) -> None:
    """The reader went away: what Python flushes at exit must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
