"""Pairs of replies before and after a training, in shuffled order, for somebody to judge blindly.

    python -m tests.benchmarks.blind_pairs write BEFORE AFTER --pairs FILE --key FILE [--seed N]
    python -m tests.benchmarks.blind_pairs count VERDICTS --key FILE

BEFORE and AFTER are folders of built chat models. The characters that come with the program are
each asked the same ten lines, sixty prompts in all, with what they know in the prompt. Of the pairs
the judge says which reply keeps the role, the facts and the sense better: VERDICTS holds lines
{"number": 7, "better": "first" | "second" | "same"}. The key, which the judge does not see, says
where the trained model's reply stands. A verdict of "same" counts half.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, cast

import numpy as np

from engine.chat.direction.manner import CHARACTER_SAMPLING
from engine.chat.persona import Persona
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.prompts.reply_cleaning import ReplyCleaner
from engine.chat.prompts.script import Script
from engine.chat.prompts.writing import written
from engine.chat.scene import SpokenLine
from engine.chat.shipped import shipped_personas
from engine.errors import EngineError
from engine.inference.language_model import LanguageModel
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextModel, TextRequest
from engine.paths import find_paths

LINES = (
    "Good evening! I don't think we have met. Who are you?",
    "What does a day of yours look like?",
    "I had an awful day. Nothing went right.",
    "Tell me something about yourself that I would never guess.",
    "What was your first teacher called?",
    "Be honest with me: are you a computer program?",
    "What are you afraid of?",
    "I quarrelled with my best friend. What should I do?",
    "Where do you spend your money?",
    "I have to go now. Will you say goodbye to me?",
)
LISTENER = "Sam"
_TOKENS = 100
_ROUNDS = 4000
_FIRST, _SECOND, _SAME = "first", "second", "same"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A line to a character."""

    persona: Persona
    line: str


def prompts(personas: Sequence[Persona]) -> list[Prompt]:
    """Every line to every character."""
    return [Prompt(persona, line) for persona in personas for line in LINES]


def reply(model: TextModel, form: PromptFormat, prompt: Prompt, seed: int) -> str:
    """What a character answers, sampled as the chat does."""
    persona = prompt.persona
    script = Script((persona,), persona.called, LISTENER, facts=persona.facts,
                    turns=(SpokenLine(LISTENER, prompt.line),))
    asked = written(script, form, model, _TOKENS)
    cleaner = ReplyCleaner(script.speaker, script.others, form)
    request = TextRequest(_TOKENS, _sampling(seed), asked.stops)
    pieces = cast("Any", model.stream(asked.text, request))
    with closing(pieces):
        said = "".join(cleaner.add(piece.text) for piece in pieces)
    return (said + cleaner.rest()).strip()


def pairs(before: Sequence[str], after: Sequence[str], asked: Sequence[Prompt],
          seed: int) -> Iterator[tuple[dict[str, Any], str]]:
    """For each prompt what the judge sees, and where the trained model's reply stands. The pairs
    are shuffled too, so that no character comes in a row."""
    chance = Random(seed)
    order = list(range(len(asked)))
    chance.shuffle(order)
    for number, at in enumerate(order, 1):
        place = chance.choice([_FIRST, _SECOND])
        first, second = (after[at], before[at]) if place == _FIRST else (before[at], after[at])
        persona = asked[at].persona
        yield {"number": number, "character": persona.called, "about": persona.description,
               "traits": persona.traits, "facts": list(persona.facts), "line": asked[at].line,
               _FIRST: first, _SECOND: second}, place


def counted(verdicts: Sequence[dict[str, Any]], key: Sequence[str]) -> str:
    """The share of pairs in which the trained model's reply is preferred, with its interval."""
    worth: list[float] = []
    for verdict in verdicts:
        better, place = verdict["better"], key[int(verdict["number"]) - 1]
        if better not in (_FIRST, _SECOND, _SAME):
            raise EngineError(f"Pair {verdict['number']} has the verdict {better!r}.",
                              "Say first, second or same.")
        worth.append(0.5 if better == _SAME else float(better == place))
    if not worth:
        raise EngineError("There are no verdicts.", "Judge some pairs first.")
    held = np.array(worth)
    chosen = np.random.default_rng(7).integers(0, len(held), (_ROUNDS, len(held)))
    low, high = np.percentile(held[chosen].mean(1), (2.5, 97.5)).tolist()
    return (f"preferred after: {held.mean():.0%} of {len(held)} pairs (95 % {low:.0%} to "
            f"{high:.0%}); the same {int((held == 0.5).sum())}")


def main() -> int:
    """0, or 2 where something is missing."""
    options = _options()
    try:
        if options.what == "count":
            lines = options.verdicts.read_text("utf-8").splitlines()
            key = json.loads(options.key.read_text("utf-8"))
            print(counted([json.loads(line) for line in lines if line.strip()], key))
        else:
            _write(options)
    except (EngineError, OSError) as known:
        print(known, file=sys.stderr)
        return 2
    return 0


def _write(options: argparse.Namespace) -> None:
    paths = find_paths()
    form = FormatShelf(paths.dialogue_formats, paths.dialogue_formats).read("chat_template")
    asked = prompts(list(shipped_personas(paths.shipped_personas).values()))
    said: list[list[str]] = []
    for folder in (options.before, options.after):
        model = LanguageModel.open(folder, options.threads)
        said.append([reply(model, form, prompt, options.seed) for prompt in asked])
    made = list(pairs(said[0], said[1], asked, options.seed))
    options.pairs.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n"
                                     for pair, _ in made), "utf-8")
    options.key.write_text(json.dumps([place for _, place in made]), "utf-8")
    print(f"{len(made)} pairs in {options.pairs}; the key is in {options.key}")


def _sampling(seed: int) -> SamplingSettings:
    return replace(CHARACTER_SAMPLING, seed=seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parts = parser.add_subparsers(dest="what", required=True)
    write = parts.add_parser("write", help="let both models reply, and shuffle")
    write.add_argument("before", type=Path, help="folder of the model before")
    write.add_argument("after", type=Path, help="folder of the trained model")
    write.add_argument("--pairs", type=Path, required=True, help="what the judge reads")
    write.add_argument("--key", type=Path, required=True, help="what the judge must not read")
    write.add_argument("--seed", type=int, default=5)
    write.add_argument("--threads", type=int, default=0)
    count = parts.add_parser("count", help="count the judge's verdicts")
    count.add_argument("verdicts", type=Path)
    count.add_argument("--key", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
