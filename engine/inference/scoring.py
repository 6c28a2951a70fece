"""How likely a model holds each of many continuations of one prompt.

Token ids in, log-probabilities out. What the continuations and earlier prompts have in common is
read once.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.inference.decoder import C, Decoder, Ids, Logits
from engine.inference.prefix_store import HeldCache, PrefixStore
from engine.inference.sampling import check

LogProbs = npt.NDArray[np.float32]
_GROUP_BYTES = 64 << 20  # of logits held at a time


def score_continuations(
    decoder: Decoder[C],
    prefixes: PrefixStore[C],
    prompt: Ids,
    continuations: Sequence[Ids],
    name: str = "",
) -> list[LogProbs]:
    """For each continuation (t,) of `prompt` (n,) the log-probability (t,) of each token.

    `name` is the conversation whose cache serves.

    EngineError where the logits are no numbers.
    """
    held = prefixes.take(name, prompt)
    first = _read_prompt(decoder, held, prompt)
    scores = [np.empty(len(ids), np.float32) for ids in continuations]
    start = log_softmax(first[None])[0]
    for ids, found in zip(continuations, scores, strict=True):
        found[:1] = start[ids[:1]]
    # What follows a last token does not matter, so last tokens are not read.
    longer = [place for place, ids in enumerate(continuations) if len(ids) > 1]
    for group in _groups(longer, continuations, decoder.vocabulary):
        rows = decoder.read_many(held.cache, [continuations[place][:-1] for place in group])
        for place, logits in zip(group, rows, strict=True):
            ids = continuations[place]
            scores[place][1:] = log_softmax(logits)[np.arange(len(ids) - 1), ids[1:]]
    prefixes.give_back(name, held)
    return scores


def log_softmax(logits: Logits) -> LogProbs:
    """Natural logarithms of the probabilities, by rows (t, V). EngineError for NaN."""
    tops = logits.max(axis=1, keepdims=True)
    for top in tops[:, 0].tolist():
        check(top)
    shifted = logits - tops
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _read_prompt(decoder: Decoder[C], held: HeldCache[C], prompt: Ids) -> Logits:
    """Logits (V,) after the prompt."""
    logits = np.empty((1, 0), np.float32)
    while len(held) < len(prompt):
        part = prompt[len(held) : len(held) + decoder.chunk]
        logits = decoder.read(held.cache, part)
        held.add(part)
    return logits[0]


def _groups(
    places: Sequence[int], continuations: Sequence[Ids], vocabulary: int
) -> list[list[int]]:
    """Places in groups whose logits fit the memory meant for them. Neighbours in spelling come
    together, as they share their beginnings."""
    groups: list[list[int]] = []
    used = _GROUP_BYTES
    for place in sorted(places, key=lambda at: tuple(continuations[at])):
        needed = (len(continuations[place]) - 1) * vocabulary * 4
        if used + needed > _GROUP_BYTES:
            groups.append([])
            used = 0
        groups[-1].append(place)
        used += needed
    return groups
