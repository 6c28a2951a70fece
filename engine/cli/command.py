"""What every command shares: where it is registered and what it is given."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.inference.language_model import TextModel
from engine.inference.opening import open_text_model
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.opening import open_tagger
from engine.tagging.tagger import Tagger


class Commands(Protocol):
    """Where a command adds itself, as argparse's add_subparsers gives it."""

    def add_parser(self, name: str, *,
                   help: str) -> argparse.ArgumentParser: ...  # noqa: A002 - argparse's own name


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the program proves about itself: `run` says in a few words what it found.

    It raises EngineError for a known trouble; anything else it raises counts as a failure too.
    """

    name: str
    run: Callable[[AppPaths], str]


@dataclass(frozen=True, slots=True)
class Context:
    """What a command is given beside its options. `checks` belong to selfcheck."""

    paths: AppPaths
    checks: tuple[Check, ...] = ()
    open_tagger: Callable[[AppPaths, str, Settings], Tagger] = open_tagger
    open_model: Callable[[AppPaths, str, Settings], TextModel] = open_text_model
