"""How a model is asked which label fits: a TOML file that a person can read, copy and edit.

Reads prompts from the person's own folder first, then from those the program brings, and says in
plain sentences what is wrong with one. Asks no model.
"""

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from engine.errors import EngineError
from engine.tagging.vocabulary import Vocabulary

POLARITY, ANY_LABELS, MOODS = "polarity", "few-shot", "moods"
MOST_LABELS = 64
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PRECISION = re.compile(r"([-._@](i?q|b?f|fp|int)\d.*)?")
_KNOWN = frozenset({"text", "labels"})

Text = Annotated[str, msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class PromptExample:
    """A text with its label, as the model is to answer. `labels` are what it could choose from,
    for prompts that serve any labels; `reason` is what it should think; `round` says with which
    other examples it is shown."""

    text: Text
    label: Text
    reason: str = ""
    labels: tuple[Text, ...] = ()
    round: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1


@dataclass(frozen=True, slots=True)
class FittedBias:
    """What to take from each label's log-probability with one model, and how it was found."""

    model: Text
    bias: dict[str, float]
    how: Text


@dataclass(frozen=True, slots=True)
class ClassifyPrompt:
    """One way of asking.

    `item` stands before each answer and holds {text}, perhaps {labels}; `answer` leads to the
    label. `reasoning`: "none"; "before", the model thinks aloud in a line led by `thought`, then
    answers; "after", it answers and then says why. `form` "chat" asks through the model's own
    chat template. `labels` says which labels the prompt is for; empty: any. With examples of
    several rounds the model is asked once a round, and the mean counts: what a few examples
    happen to suggest averages out. `words` are what a label may be said with, by label: all are
    asked for at once, and their mean counts, so that no single word's ways decide.
    """

    name: str
    item: Text
    answer: str
    about: str = ""
    instruction: str = ""
    form: Literal["plain", "chat"] = "plain"
    labels: tuple[Text, ...] = ()
    words: dict[str, Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]] = field(
        default_factory=dict[str, tuple[str, ...]])
    reasoning: Literal["none", "before", "after"] = "none"
    thought: str = "Reason:"
    most_thought: Annotated[int, msgspec.Meta(ge=1, le=512)] = 48
    content_free: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("N/A", "...", "[ ]")
    example: tuple[PromptExample, ...] = ()
    fitted: tuple[FittedBias, ...] = ()

    @property
    def rounds(self) -> tuple[tuple[PromptExample, ...], ...]:
        """The examples of each round; one round without any where there are none."""
        numbers = sorted({example.round for example in self.example}) or [1]
        return tuple(tuple(example for example in self.example if example.round == number)
                     for number in numbers)

    def serves(self, labels: Sequence[str]) -> bool:
        """Whether it is made for these labels, or for any."""
        known = {label.casefold() for label in self.labels}
        return not known or {label.casefold() for label in labels} <= known

    def words_for(self, label: str) -> tuple[str, ...]:
        """What stands for a label: its words, or itself."""
        known = {name.casefold(): words for name, words in self.words.items()}
        return known.get(label.casefold(), (label,))

    def bias_for(self, model: str, labels: Sequence[str]) -> FittedBias | None:
        """What was fitted for this model, at any precision ("...Q8_0") but no other size, and
        exactly these labels, in any order."""
        wanted = {label.casefold() for label in labels}
        return next((fitted for fitted in self.fitted
                     if _same_model(model.casefold(), fitted.model.casefold())
                     and {label.casefold() for label in fitted.bias} == wanted), None)

    def instructed(self, labels: Sequence[str]) -> str:
        """The instruction for these labels, "" where there is none."""
        return _filled(self.instruction, {"labels": ", ".join(labels)})

    def asked(self, text: str, labels: Sequence[str]) -> str:
        """`item` about one text. What stands in text or labels is never filled in again."""
        return _filled(self.item, {"text": text, "labels": ", ".join(labels)})



def _same_model(model: str, fitted: str) -> bool:
    """Whether a model's id is that of the fitted one, or that with a precision behind it."""
    return model.startswith(fitted) and bool(_PRECISION.fullmatch(model[len(fitted):]))

def one_line(text: str) -> str:
    """A text as a prompt may hold it: all on one line, so that it can begin no line of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def parse_labels(text: str) -> tuple[str, ...]:
    """The labels of "C++, Python", in order, each once, blind to case. EngineError for fewer
    than two, and for more than a model can weigh at once."""
    found: dict[str, str] = {}
    for part in text.replace("\n", ",").split(","):
        label = one_line(part)
        if label:
            found.setdefault(label.casefold(), label)
    if len(found) < 2:
        raise EngineError("There have to be two labels at least.",
                          "Write them with commas between: positive, negative.")
    if len(found) > MOST_LABELS:
        raise EngineError(f"There are {len(found)} labels; {MOST_LABELS} is the most.",
                          "Leave some out.")
    return tuple(found.values())


class PromptShelf:
    """The prompts there are, by the name of their file; a person's own wins over ours."""

    def __init__(self, own: Path, shipped: Path) -> None:
        self._places = (own, shipped)

    def names(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted({file.stem for place in self._places for file in _files(place)}))

    def read(self, name: str) -> ClassifyPrompt:
        """The prompt of that name. EngineError where there is none or it is broken."""
        for place in self._places:
            for file in _files(place):
                if file.stem == name:
                    return read_prompt(file)
        raise EngineError(f"There is no prompt “{name}”.", f"There are: {', '.join(self.names())}.")

    def fitting(self, labels: Sequence[str], moods: Vocabulary) -> ClassifyPrompt:
        """The prompt made for such labels: polarity, moods of the vocabulary, or any."""
        polarity = self.read(POLARITY)
        if polarity.serves(labels):
            return polarity
        all_moods = all(moods.canonical(label) for label in labels)
        return self.read(MOODS if all_moods else ANY_LABELS)


def read_prompt(file: Path) -> ClassifyPrompt:
    """Reads one file. EngineError says what is wrong with it, and where."""
    try:
        content = tomllib.loads(file.read_text("utf-8-sig"))
        prompt = msgspec.convert({**content, "name": file.stem}, ClassifyPrompt)
        unknown = set(content) - set(ClassifyPrompt.__slots__)
    except OSError as failure:
        raise _broken(file, f"it cannot be opened: {failure.strerror or failure}") from failure
    except (ValueError, msgspec.ValidationError) as wrong:
        raise _broken(file, str(wrong)) from wrong
    faults = [*(f"“{key}” means nothing here" for key in sorted(unknown)), *_faults(prompt)]
    if faults:
        raise _broken(file, "; ".join(faults))
    return prompt


def _faults(prompt: ClassifyPrompt) -> Iterator[str]:
    yield from _placeholder_faults(prompt)
    if "\n" in prompt.answer:
        yield "“answer” has to be one line"
    if not prompt.answer and (prompt.form == "plain" or prompt.reasoning != "none"):
        yield "“answer” may only be empty in a chat without reasons"
    if any(not math.isfinite(bias) for each in prompt.fitted for bias in each.bias.values()):
        yield "a fitted bias is no number"
    for label in prompt.words.keys() - set(prompt.labels):
        yield f"“words” are given for “{label}”, which is none of its labels"
    for number, example in enumerate(prompt.example, 1):
        yield from _example_faults(prompt, example, f"example {number}")


def _placeholder_faults(prompt: ClassifyPrompt) -> Iterator[str]:
    if prompt.item.count("{text}") != 1:
        yield "“item” has to hold {text} once"
    for name in ("item", "instruction", "answer"):
        for found in _PLACEHOLDER.findall(getattr(prompt, name)):
            if found not in _KNOWN:
                yield f"“{name}” holds {{{found}}}, and only {{text}} and {{labels}} are known"


def _example_faults(prompt: ClassifyPrompt, example: PromptExample, which: str) -> Iterator[str]:
    offered = example.labels or prompt.labels
    if offered and example.label not in offered:
        yield f"{which} is labelled “{example.label}”, which is none of its labels"
    if prompt.reasoning != "none" and not example.reason:
        yield f"{which} lacks its reason"


def _broken(file: Path, why: str) -> EngineError:
    return EngineError(f"The prompt {file.name} cannot be used: {why.rstrip('.')}.",
                       "Correct the file, or move it away to use the one that came with Undertone.")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _filled(template: str, values: Mapping[str, str]) -> str:
    put: Callable[[re.Match[str]], str] = lambda found: values.get(found[1], found[0])  # noqa: E731
    return _PLACEHOLDER.sub(put, template)
