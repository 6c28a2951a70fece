"""What a command writes into files: the options that all such commands share."""

import argparse

from engine.settings import Settings
from engine.tagging.writing.values import ForeignMoods, WriteOptions

_FOREIGN = tuple(kind.value for kind in ForeignMoods)


def add_write_options(parser: argparse.ArgumentParser) -> None:
    """Adds them; what is not given is as in the settings."""
    group = parser.add_argument_group("what is written")
    group.add_argument("--foreign", choices=_FOREIGN,
                       help="with moods that others wrote: add ours, replace theirs, or keep the "
                            "file as it is")
    group.add_argument("--model-field", action=argparse.BooleanOptionalAction,
                       help="which tagger said so, in a field MOOD_MODEL")
    group.add_argument("--score-field", action=argparse.BooleanOptionalAction,
                       help="how surely it said so, in a field MOOD_SCORES")
    group.add_argument("--sidecars", action=argparse.BooleanOptionalAction,
                       help="a .moods.json beside files that cannot hold moods")


def write_options(options: argparse.Namespace, settings: Settings) -> WriteOptions:
    """What was asked for, over what the settings say."""
    usual = settings.writing

    def chosen(name: str, otherwise: bool) -> bool:
        given = getattr(options, name)
        return otherwise if given is None else bool(given)

    return WriteOptions(ForeignMoods(options.foreign or usual.foreign),
                        chosen("model_field", usual.tagger), chosen("score_field", usual.scores),
                        chosen("sidecars", usual.sidecars))
