"""What every command shares: where it is registered and what it is given."""

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from engine.paths import AppPaths
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.inference.text_model import TextModel
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


def open_tagger(paths: AppPaths, tagger_id: str, settings: Settings) -> "Tagger":
    """As in engine.tagging.opening, which no command imports that does not tag."""
    from engine.tagging import opening

    with _usable_device(paths, settings) as usable:
        return opening.open_tagging(paths, tagger_id, usable)


def open_model(paths: AppPaths, model_id: str, settings: Settings) -> "TextModel":
    """As open_text_model in engine.inference.opening, imported once a model is wanted."""
    from engine.inference.opening import open_text_model

    with _usable_device(paths, settings) as usable:
        return open_text_model(paths, model_id, usable)


@contextmanager
def _usable_device(paths: AppPaths, settings: Settings) -> Generator[Settings]:
    """The settings with a device that proved itself, while something is opened on it: why it is
    not the one wished for goes to stderr, and if opening ends us, the next start knows."""
    if settings.device in ("", "cpu"):
        yield settings
        return
    from engine.inference.device_choice import choose_device, guarded
    from engine.models.trials import TrialBook

    book = TrialBook(paths.trials)
    choice = choose_device(settings.device, book)
    if choice.note:
        print(choice.note, file=sys.stderr)
    with guarded(choice.device, book):
        yield replace(settings, device=choice.device.name)


@dataclass(frozen=True, slots=True)
class Context:
    """What a command is given beside its options. `checks` belong to selfcheck."""

    paths: AppPaths
    checks: tuple[Check, ...] = ()
    open_tagger: "Callable[[AppPaths, str, Settings], Tagger]" = open_tagger
    open_model: "Callable[[AppPaths, str, Settings], TextModel]" = open_model
