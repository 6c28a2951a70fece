"""What an encoder that does not learn sees of texts: computed once, kept for the run's resuming.

Knows no labels.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.training.checkpoint import read_checkpoint, write_checkpoint
from engine.training.examples.labelled_text import LabelledText
from engine.training.labelled_set import Floats
from engine.training.loop.precision import wants_bf16
from engine.training.tasks.encoder.classifier_model import ClassifierModel
from engine.training.tasks.encoder.steps import length_steps

_BATCH_TOKENS = 8192


def still_vectors(model: ClassifierModel, texts: Sequence[LabelledText], file: Path | None,
                  report: Report, precision: str = "auto") -> Floats:
    """(S, W) what the heads of `model` see of each text, read from `file` where it was kept."""
    stamp = _stamp(texts, model)
    kept = _kept(file, stamp)
    if kept is not None:
        return kept
    model.eval()
    found = np.zeros((len(texts), model.labels.in_features), np.float32)
    done = 0
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, wants_bf16(precision)):
        for step in length_steps([text.length for text in texts], _BATCH_TOKENS):
            report(Progress(done=done, total=len(texts), message="Reading the texts once",
                            unit="texts"))
            found[step] = model.vectors([texts[row] for row in step]).numpy()
            done += len(step)
    report(Progress(done=done, total=len(texts), message="Reading the texts once", unit="texts"))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_checkpoint(file, {"vectors": found, "stamp": stamp})
    return found


def word_logits(texts: Sequence[LabelledText], rarity: Floats, weights: Floats) -> Floats:
    """(S, M) what the words of texts add to logits: tf-idf shares of each excerpt by (M, V)
    `weights`, as the tagger's graph counts them (see export.word_branch)."""
    added = np.zeros((len(texts), len(weights)), np.float32)
    for at, text in enumerate(texts):
        share = text.weights / text.weights.sum()
        for part, much in zip(text.parts, share, strict=True):
            ids, count = np.unique(part, return_counts=True)
            strength = (np.log(count) + 1) * rarity[ids]
            length = float(np.sqrt((strength**2).sum()))
            if length:
                added[at] += much * (weights[:, ids] @ (strength / length)).astype(np.float32)
    return added


def _stamp(texts: Sequence[LabelledText], model: ClassifierModel) -> Floats:
    """A few numbers that stand for the texts and the encoder they are read with."""
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        for part in text.parts:
            digest.update(part.tobytes())
        digest.update(text.weights.tobytes())
    for weights in model.encoder.parameters():
        digest.update(weights.detach().float().sum().numpy().tobytes())
    return np.frombuffer(digest.digest(), np.uint8).astype(np.float32)


def _kept(file: Path | None, stamp: Floats) -> Floats | None:
    if file is None or not file.exists():
        return None
    try:
        stored, _ = read_checkpoint(file)
    except EngineError:
        return None
    same = "stamp" in stored and np.array_equal(stored["stamp"], stamp)
    return stored["vectors"].astype(np.float32) if same else None
