"""Which of any labels fits a text, asked of any causal model that was never taught them.

A label's score is the mean log-probability of its tokens after the prompt (or the mean of several
words for it), less what that label gets whatever the text. A person's texts and labels are data:
nothing in them changes the form.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.sampling import GREEDY
from engine.inference.text_model import TextModel, TextRequest
from engine.models.template_manners import Message
from engine.tagging.classify_prompt import ClassifyPrompt, PromptExample, one_line
from engine.tagging.results import Scores

# Tokens of a text that are read: reading a window of 8,192 three times takes minutes on two cores.
MOST_READ = 1024

Floats = npt.NDArray[np.float64]
Examples = Sequence[PromptExample]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is taken from the L labels' log-probabilities, `bias` (L,), and where it is from:
    "fitted" for this model, "batch" from a person's own texts, or "content-free"."""

    kind: str
    bias: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """One text's answer: `scores` (L,) sum to 1. `cut` says its end was too much to read."""

    labels: tuple[str, ...]
    scores: Scores
    calibration: str
    reason: str = ""
    cut: bool = False

    @property
    def best(self) -> str:
        """The label with the highest score."""
        return self.labels[int(self.scores.argmax())]


class ZeroShotClassifier:
    """Asks one model with one prompt. Keeps what it learned of each set of labels."""

    def __init__(self, model: TextModel, prompt: ClassifyPrompt) -> None:
        self._model = model
        self._prompt = prompt
        self._calibrations: dict[tuple[str, ...], Calibration] = {}
        self._lead = " " if prompt.answer else ""

    def classify(self, text: str, labels: Sequence[str]) -> Classification:
        """The calibrated answer for one text. EngineError where the prompt leaves no room."""
        kept = tuple(labels)
        calibration = self.calibration(kept)
        raw, reason, cut = self._asked(text, kept)
        scores = softmax(raw - calibration.bias).astype(np.float32)
        if self._prompt.reasoning == "after":
            reason = self._say_why(text, kept, kept[int(scores.argmax())])
        return Classification(kept, scores, calibration.kind, reason, cut)

    def scores(self, text: str, labels: Sequence[str]) -> Scores:
        """(L,) calibrated probabilities of the labels; they sum to 1."""
        kept = tuple(labels)
        return softmax(self.raw(text, kept) - self.calibration(kept).bias).astype(np.float32)

    def raw(self, text: str, labels: Sequence[str]) -> Floats:
        """(L,) mean log-probability a token of each label, nothing taken off."""
        return self._asked(text, tuple(labels))[0]

    def calibration(self, labels: Sequence[str]) -> Calibration:
        """What is in force for these labels: a batch if one was given, else what the prompt
        fitted for this model, else what texts without content show (Zhao et al. 2021)."""
        kept = tuple(labels)
        if kept not in self._calibrations:
            self._calibrations[kept] = self._fitted(kept) or Calibration(
                "content-free", self._prior(self._prompt.content_free, kept))
        return self._calibrations[kept]

    def calibrate(self, texts: Sequence[str], labels: Sequence[str]) -> Calibration:
        """Learns from unlabelled texts what each label gets on average, so that none wins by
        being a likely word (batch calibration, Zhou et al. 2024). Wants some of every label.

        EngineError where there are no texts.
        """
        if not texts:
            raise EngineError("There are no texts to calibrate with.", "Give a text a line.")
        kept = tuple(labels)
        calibration = Calibration("batch", self._prior(texts, kept))
        self._calibrations[kept] = calibration
        return calibration

    def _fitted(self, labels: tuple[str, ...]) -> Calibration | None:
        fitted = self._prompt.bias_for(self._model.id, labels)
        if fitted is None:
            return None
        folded = {label.casefold(): bias for label, bias in fitted.bias.items()}
        return Calibration("fitted", np.array([folded[label.casefold()] for label in labels]))

    def _prior(self, texts: Sequence[str], labels: tuple[str, ...]) -> Floats:
        """(L,) the mean over texts of the labels' relative log-probabilities."""
        return np.mean([log_softmax(self.raw(text, labels)) for text in texts], axis=0)

    def _asked(self, text: str, labels: tuple[str, ...]) -> tuple[Floats, str, bool]:
        """Raw scores (L,), the mean over rounds; what was thought first; whether it was cut."""
        line = self._fitting(text, labels)
        rounds = [self._asked_once(line, labels, number)
                  for number in range(len(self._prompt.rounds))]
        return np.mean([raw for raw, _ in rounds], axis=0), rounds[0][1], line != one_line(text)

    def _asked_once(self, line: str, labels: tuple[str, ...], number: int
                    ) -> tuple[Floats, str]:
        """One round. Each has a cache of its own, so that its examples are read only once."""
        prompt, reason = self._prompt_of(line, labels, self._prompt.rounds[number]), ""
        prefix = f"classify {self._prompt.name} {number}"
        if self._prompt.reasoning == "before":
            prompt, reason = self._think(prompt)
        words = [self._prompt.words_for(label) for label in labels]
        answers = [self._lead + word for group in words for word in group]
        given = iter(self._model.logprobs(prompt, answers, prefix))
        means = [[float(next(given).mean()) for _ in group] for group in words]
        return np.array([sum(group) / len(group) for group in means]), reason

    def _think(self, prompt: str) -> tuple[str, str]:
        """The prompt with a thought written out and the answer begun; the thought."""
        thought = self._written(prompt)
        return f"{prompt} {self._model.quote(thought)}\n{self._prompt.answer}", thought

    def _say_why(self, text: str, labels: tuple[str, ...], label: str) -> str:
        """Why it is this label, in the model's words."""
        prompt = self._prompt_of(self._fitting(text, labels), labels, self._prompt.rounds[0])
        return self._written(f"{prompt} {self._model.quote(label)}\n{self._prompt.thought}")

    def _written(self, prompt: str) -> str:
        request = TextRequest(self._prompt.most_thought, GREEDY, ("\n",))
        return one_line("".join(piece.text for piece in self._model.stream(prompt, request)))

    def _prompt_of(self, line: str, labels: tuple[str, ...], shown: Examples) -> str:
        """The whole prompt about one line of text, up to the label or the thought."""
        lead = self._prompt.thought if self._prompt.reasoning == "before" else self._prompt.answer
        safe = tuple(self._model.quote(one_line(label)) for label in labels)
        item = self._prompt.asked(self._model.quote(line), safe)
        if self._prompt.form == "chat":
            return self._model.render(self._messages(item, safe, shown)) + lead
        examples = [f"{self._prompt.asked(example.text, example.labels or labels)}\n"
                    f"{self._answered(example)}" for example in shown]
        return "\n\n".join(filter(None, (self._prompt.instructed(safe), *examples,
                                         f"{item}\n{lead}")))

    def _messages(self, item: str, labels: tuple[str, ...], shown: Examples) -> list[Message]:
        messages: list[Message] = []
        instruction = self._prompt.instructed(labels)
        for example in shown:
            asked = self._prompt.asked(example.text, example.labels or labels)
            messages += [Message("user", asked), Message("assistant", self._answered(example))]
        return [*([Message("system", instruction)] if instruction else []), *messages,
                Message("user", item)]

    def _answered(self, example: PromptExample) -> str:
        label = f"{self._prompt.answer} {example.label}".lstrip()
        thought = f"{self._prompt.thought} {example.reason}"
        return {"none": label, "before": f"{thought}\n{label}",
                "after": f"{label}\n{thought}"}[self._prompt.reasoning]

    def room(self, labels: Sequence[str]) -> int:
        """How many tokens of text are read at most; below 0 where the prompt is too long."""
        return min(MOST_READ, -self._over("", tuple(labels)))

    def _over(self, line: str, labels: tuple[str, ...]) -> int:
        """Tokens by which the prompt with its answer exceeds the window."""
        prompt = self._prompt
        longest = max(len(self._model.tokenize(self._lead + word))
                      for label in labels for word in prompt.words_for(label))
        if prompt.reasoning != "none":
            between = prompt.answer if prompt.reasoning == "before" else prompt.thought
            longest += len(self._model.tokenize("\n" + between)) + prompt.most_thought
        whole = max(self._model.count(self._prompt_of(line, labels, shown))
                    for shown in prompt.rounds)
        return whole + longest - self._model.window

    def _fitting(self, text: str, labels: tuple[str, ...]) -> str:
        """The text on one line, its end cut off where it is longer than what is read, or prompt
        and answer would not fit."""
        line = one_line(text)
        starts = self._model.tokenizer.encode(line).starts
        if len(starts) > MOST_READ:
            line = line[: int(starts[MOST_READ])].rstrip()
        while (over := self._over(line, labels)) > 0:
            if not line:
                raise EngineError(
                    f"The prompt “{self._prompt.name}” leaves {self._model.name} no room for a "
                    "text.", "Choose a shorter prompt, or a model with a larger window.")
            starts = self._model.tokenizer.encode(line).starts
            line = line[: int(starts[max(0, len(starts) - over)])].rstrip()
        return line


def softmax(logits: Floats) -> Floats:
    """(L,) shares that sum to 1."""
    return np.exp(log_softmax(logits))


def log_softmax(logits: Floats) -> Floats:
    """(L,) logarithms of shares that sum to 1."""
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum())
