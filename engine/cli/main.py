"""The program on the command line: finds the command, runs it, says how it ended.

Each command is a module with `register`, imported only when it is asked for: a first word of a
reply shall not wait for what tagging needs. Results go to stdout, messages to stderr. Exit codes:
0 done, 1 bug, 2 known error (also of usage), 3 cancelled.
"""

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO, cast

from engine.cli.command import Check, Commands, Context
from engine.cli.plain_text import say
from engine.errors import Cancelled, EngineError
from engine.paths import AppPaths

DONE, BUG, KNOWN_ERROR, CANCELLED = 0, 1, 2, 3
FULL = (errno.ENOSPC, errno.EDQUOT)


def _tag(commands: Commands) -> None:
    from engine.cli.tag import register

    register(commands)


def _classify(commands: Commands) -> None:
    from engine.cli.classify import register

    register(commands)


def _chat(commands: Commands) -> None:
    from engine.cli.chat import register

    register(commands)


def _dialogue(commands: Commands) -> None:
    from engine.cli.dialogue import register

    register(commands)


def _personas(commands: Commands) -> None:
    from engine.cli.personas import register

    register(commands)


def _moods(commands: Commands) -> None:
    from engine.cli.moods import register

    register(commands)


def _rewrite(commands: Commands) -> None:
    from engine.cli.rewrite import register

    register(commands)


def _scene_from(commands: Commands) -> None:
    from engine.cli.scene_from import register

    register(commands)


def _library(commands: Commands) -> None:
    from engine.cli.library import register

    register(commands)


def _models(commands: Commands) -> None:
    from engine.cli.models import register

    register(commands)


def _devices(commands: Commands) -> None:
    from engine.cli.devices import register

    register(commands)


def _jobs(commands: Commands) -> None:
    from engine.cli.jobs import register

    register(commands)


def _train(commands: Commands) -> None:
    from engine.cli.train import register

    register(commands)


def _grow(commands: Commands) -> None:
    from engine.cli.grow import register

    register(commands)


def _evaluate(commands: Commands) -> None:
    from engine.cli.evaluate import register

    register(commands)


def _bench(commands: Commands) -> None:
    from engine.cli.bench import register

    register(commands)


def _selfcheck(commands: Commands) -> None:
    from engine.cli.selfcheck import register

    register(commands)


COMMANDS: Mapping[str, Callable[[Commands], None]] = {
    "tag": _tag,
    "classify": _classify,
    "chat": _chat,
    "dialogue": _dialogue,
    "personas": _personas,
    "moods": _moods,
    "rewrite": _rewrite,
    "scene-from": _scene_from,
    "library": _library,
    "models": _models,
    "devices": _devices,
    "jobs": _jobs,
    "train": _train,
    "grow": _grow,
    "evaluate": _evaluate,
    "bench": _bench,
    "selfcheck": _selfcheck,
}


def main(arguments: Sequence[str], paths: AppPaths, checks: Sequence[Check] = ()) -> int:
    """Runs one command line and returns its exit code. `checks` are added to selfcheck."""
    return run(arguments, Context(paths, tuple(checks)))


def run(arguments: Sequence[str], context: Context) -> int:
    """main(), with everything a command is given chosen by the caller."""
    try:
        options = build_parser(arguments[0] if arguments else "").parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or DONE)
    return _ended(options, context)


def build_parser(wanted: str = "") -> argparse.ArgumentParser:
    """The command line of one command, of all where `wanted` names none.

    Without arguments the program opens its window instead.
    """
    parser = argparse.ArgumentParser(
        prog="undertone", description="Tags lyrics with moods, offline, on your own machine.",
        epilog="Without a command, the window opens. “screenshots DIR” draws its pages into "
               "files; “--version” says which version this is.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, register in COMMANDS.items():
        if name == wanted or wanted not in COMMANDS:
            register(commands)
    return parser


def _ended(options: argparse.Namespace, context: Context) -> int:
    command = cast(Callable[[argparse.Namespace, Context], int], options.run)
    try:
        code = command(options, context)
        sys.stdout.flush()
        return code
    except EngineError as known:
        say("\n".join(filter(None, (known.message, known.hint))))
        return KNOWN_ERROR
    except (KeyboardInterrupt, Cancelled):
        print("Stopped. What was done until now is kept.", file=sys.stderr)
        return CANCELLED
    except BrokenPipeError:
        _silence(sys.stdout)
        return DONE
    except Exception as failure:
        if isinstance(failure, OSError) and failure.errno in FULL:
            _silence_if_full(sys.stdout)
            print("The disk is full, so not all could be written. What is in the library is kept.\n"
                  "Make room, then run the command again.", file=sys.stderr)
            return KNOWN_ERROR
        traceback.print_exc()
        print("This is a mistake in Undertone; please report the lines above.", file=sys.stderr)
        return BUG


def _silence_if_full(stream: TextIO) -> None:
    """It may have been the table, not this stream, that found no room."""
    try:
        stream.flush()
    except OSError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """The reader went away: what Python flushes at exit must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
