"""Is a trained model of talk better at what people said next than the one it was made from?

    python -m tests.benchmarks.dialogue_perplexity BEFORE AFTER --data FOLDER [--talks 30]
        [--turns 4] [--format chat_template] [--json]

BEFORE and AFTER are folders of built chat models, FOLDER holds dialogues/. Of the validation parts
of synthetic_persona_chat and topical_chat so many talks each, of these some turns, evenly spread,
are scored after the prompt that the format writes, the same for both models. The interval of the
difference is over talks (paired bootstrap). Prompts and turns are those of prompt_perplexity; the
end of a reply is not scored.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.errors import EngineError
from engine.export.learning.talk_judging import Surprise, compared
from engine.inference.benchmark import Figure
from engine.inference.language_model import LanguageModel
from engine.inference.text_model import TextModel
from engine.paths import find_paths
from engine.training.runs.report import Measured
from tests.benchmarks.figures import as_text
from tests.benchmarks.prompt_perplexity import Score, asked, dialogues, score

SOURCES = ("synthetic_persona_chat", "topical_chat")


def main() -> int:
    """Prints a line a source and one for both. 0, or 2 where something is missing."""
    options = _options()
    try:
        shipped = find_paths().dialogue_formats
        form = FormatShelf(shipped, shipped).read(options.format)
        talks = [talk for talk in dialogues(options.data, options.talks, "valid")
                 if talk["source"] in SOURCES]
        heard = [heard_of(LanguageModel.open(folder, options.threads), form, talks, options.turns)
                 for folder in (options.before, options.after)]
        for figure in told(talks, *heard):
            line = msgspec.json.encode(figure).decode() if options.json else as_text(figure)
            print(line, flush=True)
    except EngineError as known:
        print(known.message, known.hint, file=sys.stderr)
        return 2
    return 0


def heard_of(model: TextModel, form: PromptFormat, talks: Sequence[dict[str, Any]],
             turns: int) -> Surprise:
    """How much the turns surprise a model, talk by talk."""
    scores: list[Score] = []
    for talk in talks:
        scores.append(Score())
        for script, said in asked(talk, turns):
            score(model, form, script, said, scores[-1])
    return Surprise(np.array([each.nats for each in scores]),
                    np.array([float(each.tokens) for each in scores]))


def told(talks: Sequence[dict[str, Any]], before: Surprise, after: Surprise) -> Iterator[Figure]:
    """A figure for each source, then for both together."""
    for source in (*SOURCES, ""):
        of = np.array([source in ("", talk["source"]) for talk in talks])
        if of.any():
            yield _figure(source or "both", compared(
                Surprise(before.nats[of], before.tokens[of]),
                Surprise(after.nats[of], after.tokens[of]), f"{of.sum()} talks"))


def _figure(source: str, found: Measured) -> Figure:
    before, after = found.before or 1.0, found.after
    ends = found.difference_interval or (0.0, 0.0)
    lower = [1 - (before + end) / before for end in reversed(ends)]
    return Figure(
        "talk", f"perplexity of replies, {source}",
        f"{before:.2f} before, {after:.2f} after: {1 - after / before:.1%} lower"
        f" (95 % {lower[0]:.1%} to {lower[1]:.1%}); {found.of}",
        values={"before": before, "after": after, "lower": 1 - after / before,
                "lower from": lower[0], "lower to": lower[1]})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("before", type=Path, help="folder of the model before")
    parser.add_argument("after", type=Path, help="folder of the trained model")
    parser.add_argument("--data", type=Path, required=True, help="the folder with dialogues/")
    parser.add_argument("--talks", type=int, default=30, help="of each source")
    parser.add_argument("--turns", type=int, default=4, help="scored of each talk")
    parser.add_argument("--format", default="chat_template", help="the prompt format")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
