"""Perplexity of what people said next, by prompt format: the base line for fine-tuning.

    python -m tests.benchmarks.prompt_perplexity MODEL --data FOLDER

Validation dialogues of every source in turn; of each some turns, evenly spread, are scored after
the prompt that the format writes for them. MODEL is the folder of a built chat model, FOLDER holds
dialogues/. Personas and situations are told, and of facts the first sentences of those the speaker
had; computed keywords are not, as they were drawn from the very words to be foretold. `--formats`
takes a folder with formats of one's own.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.chat.persona import Persona
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.prompts.script import Script
from engine.chat.prompts.writing import written
from engine.chat.scene import Scene, SpokenLine
from engine.errors import EngineError
from engine.inference.benchmark import Figure
from engine.inference.language_model import LanguageModel
from engine.inference.text_model import TextModel
from engine.paths import find_paths
from tests.benchmarks.figures import as_text

NAMES = {"user1": "Alex", "user2": "Sam", "agent_1": "Alex", "agent_2": "Sam", "A": "Alex",
         "B": "Sam"}
MOST_FACTS = 4
FIRST_SCORED = 2  # before it there is hardly a talk to go on with
REPLY = 128
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


@dataclass
class Score:
    """Sums over scored turns: -log probability in nats, tokens, and bytes of UTF-8."""

    nats: float = 0.0
    tokens: int = 0
    bytes: int = 0
    prompts: list[int] = field(default_factory=list[int])

    def add(self, logprobs: np.ndarray, text: str, prompt: int) -> None:
        self.nats -= float(logprobs.astype(np.float64).sum())
        self.tokens += len(logprobs)
        self.bytes += len(text.encode())
        self.prompts.append(prompt)

    @property
    def perplexity(self) -> float:
        return float(np.exp(self.nats / max(self.tokens, 1)))

    @property
    def bits_per_byte(self) -> float:
        """Comparable between models of other tokens."""
        return self.nats / np.log(2) / max(self.bytes, 1)


def main() -> int:
    """Prints a line a format. 0, or 2 where something is missing."""
    options = _options()
    try:
        model = LanguageModel.open(options.model, options.threads)
        talks = list(dialogues(options.data, options.dialogues, options.split))
        for figure in measure(model, formats(options.formats), talks, options.turns):
            line = msgspec.json.encode(figure).decode() if options.json else as_text(figure)
            print(line, flush=True)
    except EngineError as known:
        print(known.message, known.hint, file=sys.stderr)
        return 2
    return 0


def measure(model: TextModel, written_as: Sequence[PromptFormat],
            talks: Sequence[dict[str, Any]], turns: int) -> Iterator[Figure]:
    """A figure for each format over the same turns."""
    for form in written_as:
        scores: dict[str, Score] = {}
        for talk in talks:
            for script, said in asked(talk, turns):
                score(model, form, script, said, scores.setdefault(talk["source"], Score()))
        yield told(form, scores)


def score(model: TextModel, form: PromptFormat, script: Script, said: str, into: Score) -> None:
    """How likely the model held what was said, after this format's prompt."""
    prompt = written(script, form, model, REPLY)
    reply = said if form.form == "chat" and not prompt.text.endswith(":") else f" {said}"
    found = model.logprobs(prompt.text, [reply], f"perplexity-{form.name}")[0]
    into.add(found, said, prompt.budget.prompt)


def told(form: PromptFormat, scores: dict[str, Score]) -> Figure:
    whole = Score(sum(s.nats for s in scores.values()), sum(s.tokens for s in scores.values()),
                  sum(s.bytes for s in scores.values()),
                  [length for s in scores.values() for length in s.prompts])
    each = ", ".join(f"{name.partition('(')[0]} {s.perplexity:.1f}"
                     for name, s in sorted(scores.items()))
    return Figure(
        "prompts", f"perplexity of replies, {form.name}",
        f"{whole.perplexity:.2f} a token, {whole.bits_per_byte:.3f} bits a byte; "
        f"{len(whole.prompts)} turns, {whole.tokens} tokens, prompts of "
        f"{np.mean(whole.prompts or [0]):.0f} tokens ({each})",
        values={"perplexity": whole.perplexity, "bits_per_byte": whole.bits_per_byte,
                "turns": len(whole.prompts), "tokens": whole.tokens,
                **{f"perplexity {name}": s.perplexity for name, s in scores.items()}})


def asked(talk: dict[str, Any], turns: int) -> Iterator[tuple[Script, str]]:
    """Scripts up to so many turns of a talk, evenly spread, each with what was said there."""
    lines = [SpokenLine(_name(turn["speaker"]), turn["text"].strip()) for turn in talk["turns"]]
    places = [n for n in range(FIRST_SCORED, len(lines)) if lines[n].text]
    chosen = np.linspace(0, len(places) - 1, min(turns, len(places))).round().astype(int)
    names = list(dict.fromkeys(line.speaker for line in lines))
    cast = tuple(Persona(name, description="\n".join(_persona(talk, name))) for name in names)
    scene = Scene("", scenario=talk.get("situation") or "", mood=talk.get("emotion") or "")
    for place in dict.fromkeys(places[at] for at in chosen):
        speaker = lines[place].speaker
        yield Script(cast, speaker, scene=scene, facts=tuple(_facts(talk, speaker)),
                     turns=tuple(lines[:place])), lines[place].text


def dialogues(data: Path, each: int, split: str) -> Iterator[dict[str, Any]]:
    """The first talks of every source that are long enough. EngineError without any."""
    files = sorted((data / "dialogues").glob("*.jsonl.gz"))
    if not files:
        raise EngineError(f"There are no dialogues in {data}.", "Name the folder that holds them.")
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            talks = (talk for talk in map(json.loads, lines)
                     if talk["split"] == split and len(talk["turns"]) > FIRST_SCORED)
            yield from islice(talks, each)


def formats(own: Path | None) -> list[PromptFormat]:
    """Those of the folder, or all that come with the program."""
    shipped = find_paths().dialogue_formats
    shelf = FormatShelf(own or shipped, own or shipped)
    return [shelf.read(name) for name in shelf.names()]


def _name(speaker: str) -> str:
    return NAMES.get(speaker, speaker)


def _persona(talk: dict[str, Any], name: str) -> Sequence[str]:
    return next((lines for speaker, lines in talk["persona"].items() if _name(speaker) == name),
                ())


def _facts(talk: dict[str, Any], name: str) -> Iterator[str]:
    """First sentences of the first facts the speaker had."""
    facts = talk["facts"] if isinstance(talk["facts"], dict) else {}
    held = next((each for speaker, each in facts.items() if _name(speaker) == name), ())
    for fact in held[:MOST_FACTS]:
        sentence = _SENTENCE.match(fact["text"])
        yield sentence.group() if sentence else fact["text"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("model", type=Path, help="folder of a built chat model")
    parser.add_argument("--data", type=Path, required=True, help="the folder with dialogues/")
    parser.add_argument("--formats", type=Path, help="a folder of formats; else those shipped")
    parser.add_argument("--dialogues", type=int, default=10, help="of each source")
    parser.add_argument("--turns", type=int, default=3, help="scored of each dialogue")
    parser.add_argument("--split", default="valid", choices=("train", "valid"))
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
