"""Does an exported model answer like the one it came from? Greedy tokens, perplexity, classes.

Knows decoders and logits, no torch and no files. Sentences to try with are built in, plain ones of
many kinds; no text of a person and no song is among them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.decoder import Decoder, Ids, Logits
from engine.inference.tokenizer import Tokenizer

STEPS = 32
_PROMPTS = 2
_NEAR_TIE = 1e-3
_LEAST_TOKENS = 2

SENTENCES = (
    "The train leaves the station at nine and reaches the coast before noon.",
    "Put the flour in a bowl, add two eggs and stir until nothing sticks.",
    "She asked where the old library was, and nobody in the village knew.",
    "Water boils at a lower temperature when you are high in the mountains.",
    "I am so glad you came! We waited all afternoon for you to arrive.",
    "He closed the door without a word and never spoke of it again.",
    "The committee will meet on Tuesday to discuss the budget for next year.",
    "Why does the moon look larger when it is close to the horizon?",
    "This is the worst film I have seen in years; save your money.",
    "Once upon a time there lived a fisherman with three clever daughters.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A prompt (p,), an answer (n,) to it, and the reference's logits (n, V) for that answer."""

    prompt: Ids
    answer: Ids
    logits: Logits


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of another form of a model with its reference: `perplexity` as a ratio of theirs to the
    reference's, `top` the share of tokens both hold likeliest."""

    perplexity: float
    top: float


def forced_trials(tokenizer: Tokenizer, encodes: bool, window: int,
                  logits: Callable[[Ids, Ids], Logits]) -> list[Trial]:
    """Each sentence forced, token by token: read up to a third, or wholly by an encoder."""
    found: list[Trial] = []
    for ids in sentence_ids(tokenizer, window // 2 - tokenizer.special_tokens):
        whole = tokenizer.wrap(ids)
        read = len(whole) if encodes else max(1, len(whole) // 3)
        prompt, answer = whole[:read], ids if encodes else whole[read:]
        if len(answer) >= _LEAST_TOKENS:
            found.append(Trial(prompt, answer, logits(prompt, answer)))
    if not found:
        raise EngineError("The tokenizer of this model makes nothing of plain sentences.",
                          "Get the model's folder again from where it came.")
    return found


def sentence_ids(tokenizer: Tokenizer, longest: int) -> list[Ids]:
    """The built-in sentences without special tokens, each cut to `longest`."""
    return [tokenizer.encode(sentence).ids[:longest] for sentence in SENTENCES]


def greedy_trials(forced: Sequence[Trial], greedy: Callable[[Ids, int], Ids],
                  logits: Callable[[Ids, Ids], Logits], window: int) -> list[Trial]:
    """What the reference itself would say after some of the prompts."""
    found: list[Trial] = []
    for trial in forced[:_PROMPTS]:
        steps = min(STEPS, window - len(trial.prompt))
        answer = greedy(trial.prompt, steps)
        found.append(Trial(trial.prompt, answer, logits(trial.prompt, answer)))
    return found


def answered(decoder: Decoder[Any], trial: Trial) -> Logits:
    """(n, V) what a decoder expects at the place of each token of the trial's answer."""
    cache = decoder.new_cache()
    first = decoder.read(cache, trial.prompt)
    if len(trial.answer) == 1:
        return first
    rest = trial.answer[:-1]
    return np.concatenate([first, decoder.read(cache, rest, range(len(rest)))])


def said(decoder: Decoder[Any], prompt: Ids, steps: int) -> Ids:
    """The likeliest tokens after `prompt`, one at a time as when the model is used."""
    cache = decoder.new_cache()
    logits = decoder.read(cache, prompt)[-1]
    tokens: list[int] = []
    for step in range(steps):
        tokens.append(int(logits.argmax()))
        if step < steps - 1:
            logits = decoder.read(cache, np.array(tokens[-1:], np.int64))[-1]
    return np.array(tokens, np.int64)


def require_equal(decoder: Decoder[Any], greedy: Sequence[Trial], name: str) -> None:
    """EngineError where the decoder says other tokens than the reference.

    Where two tokens were as good as equal to the reference itself, either is right; what comes
    after is then no longer comparable.
    """
    for trial in greedy:
        tokens = said(decoder, trial.prompt, len(trial.answer))
        wrong = np.flatnonzero(tokens != trial.answer)
        if not len(wrong):
            continue
        at = wrong[0]
        here = trial.logits[at]
        if not here[trial.answer[at]] - here[tokens[at]] <= _NEAR_TIE * max(1.0, np.ptp(here)):
            raise EngineError(
                f"The exported form of {name} does not answer as the model itself does.",
                "Nothing was installed. Choose another variant of this model.")


def agreement(decoder: Decoder[Any], compared: Sequence[Trial]) -> Agreement:
    """How close a decoder comes to the reference over all tokens of the trials."""
    theirs, ours, same = 0.0, 0.0, 0
    count = sum(len(trial.answer) for trial in compared)
    for trial in compared:
        logits = answered(decoder, trial)
        theirs += _surprise(trial.logits, trial.answer)
        ours += _surprise(logits, trial.answer)
        same += int((logits.argmax(-1) == trial.logits.argmax(-1)).sum())
    return Agreement(float(np.exp((ours - theirs) / count)), same / count)


def probabilities(logits: npt.NDArray[np.floating], exclusive: bool) -> npt.NDArray[np.float64]:
    """(n, L) logits as scores 0..1: of labels that exclude each other, or each for itself."""
    wide = logits.astype(np.float64)
    if not exclusive:
        return 1 / (1 + np.exp(-wide))
    lifted = np.exp(wide - wide.max(-1, keepdims=True))
    return lifted / lifted.sum(-1, keepdims=True)


def _surprise(logits: Logits, answer: Ids) -> float:
    """Sum of negative log-probabilities, in nats."""
    wide = logits.astype(np.float64)
    top = wide.max(-1)
    total = top + np.log(np.exp(wide - top[:, None]).sum(-1))
    return float((total - wide[np.arange(len(answer)), answer]).sum())
