"""Asking on the command line before files are touched."""

import sys

from engine.cli.plain_text import plain
from engine.errors import EngineError

_YES = frozenset({"y", "yes"})


def agreed(question: str, yes: bool) -> bool:
    """Whether the person wants it: `yes` is --yes. EngineError where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise EngineError("Nothing was changed, because nobody was there to agree.",
                          "If the list is right, run the command again with --yes.")
    print(plain(f"{question} [y/N] "), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in _YES
