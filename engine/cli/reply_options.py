"""The options about how replies are made, shared by the commands that talk."""

import argparse
from collections.abc import Callable
from dataclasses import replace

from engine.chat.conversation import ReplySettings
from engine.inference.sampling import SamplingSettings
from engine.models.registry import ModelRegistry
from engine.models.voices import usual_voice
from engine.paths import AppPaths
from engine.settings import Settings


def add_reply_options(parser: argparse.ArgumentParser) -> None:
    """Which model speaks, and how freely."""
    parser.add_argument("--model", default="", metavar="ID", help="see “models list”")
    parser.add_argument("--seed", type=_number(int, 0, 2**31 - 1), metavar="N",
                        help="the same seed gives the same replies")
    parser.add_argument("--max-tokens", type=_number(int, 1, 100_000), metavar="N",
                        help="the longest reply")
    parser.add_argument("--temperature", type=_number(float, 0, 5), metavar="T",
                        help="0 always takes the likeliest word")
    parser.add_argument("--top-k", type=_number(int, 0, 1_000_000), metavar="N",
                        help="choose among so many words; 0: all")
    parser.add_argument("--top-p", type=_number(float, 0, 1), metavar="P",
                        help="choose among the likeliest that make up this share; 1: all")
    parser.add_argument("--min-p", type=_number(float, 0, 1), metavar="P",
                        help="leave out words less likely than this share of the likeliest")
    parser.add_argument("--store", action=argparse.BooleanOptionalAction, default=True,
                        help="keep the conversation in the library")
    parser.add_argument("--json", action="store_true", help="one JSON object a reply")
    parser.add_argument("--timings", action="store_true", help="how quick it was, on stderr")


def add_cast_options(parser: argparse.ArgumentParser) -> None:
    """Who speaks, and where."""
    parser.add_argument("--persona", action="append", default=[], metavar="FILE|NAME",
                        help="a character card, or a persona of the library (“personas list”); "
                             "again for another one")
    parser.add_argument("--scene", default="", metavar="FILE|NAME",
                        help="where it takes place; without --persona its cast speaks")
    parser.add_argument("--format", default="", metavar="NAME",
                        help="the prompt format: chat_template, role_play, soda, movie or your own")


def count_of(least: int, most: int) -> Callable[[str], float]:
    """Reads a whole number within limits."""
    return _number(int, least, most)


def reply_settings(options: argparse.Namespace, settings: Settings,
                   usual: SamplingSettings | None = None, most_tokens: int = 0) -> ReplySettings:
    """What the options say, else what the settings say; `usual` and `most_tokens` stand for the
    latter where given."""
    asked = {"temperature": options.temperature, "top_k": options.top_k, "top_p": options.top_p,
             "min_p": options.min_p, "seed": options.seed}
    sampling = replace(usual or SamplingSettings(temperature=settings.chat_temperature),
                       **{name: value for name, value in asked.items() if value is not None})
    return ReplySettings(options.max_tokens or most_tokens or settings.chat_max_tokens, sampling)


def _number(kind: type[int] | type[float], least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"“{text}” is no number") from None
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"must be from {least:g} to {most:g}")
        return number
    return read


def voice_of(paths: AppPaths, settings: Settings) -> Callable[[], str]:
    """What characters speak with who name no model: see usual_voice."""
    registry = ModelRegistry(paths.shipped_models, paths.models)
    return lambda: usual_voice(registry, settings.chat_model)
