"""Teaches an encoder feelings from short texts, gently, and gives it back half as it was.

Labels of songs are few and noisy, so the encoder itself never sees one: what it learns here holds
for every fold. The averaged weights keep what the base knew and add what it learned (Wortsman et
al. 2022, "Robust fine-tuning of zero-shot models"). Word vectors stay still.
"""
# torch, transformers and safetensors are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoModel

from engine.events import Metric, Note, Progress, Report
from engine.inference.tokenizer import Tokenizer
from engine.training.feeling_texts import FeelingTexts, read_feeling_texts
from engine.training.loop.precision import wants_bf16
from engine.training.tasks.mood_task import padded
from engine.training.way_options import StackedOptions

_TEXTS_A_STEP = 64
_STEPS_SORTED = 32  # texts of like length share a step, within this many steps' texts
_HEAD_RATE = 2e-3
_LAYER_DECAY = 0.9
_WARMUP = 0.06
_PLACE_WEIGHT = 0.5
_REPORT_EVERY = 20
_KEPT = ("config.json", "tokenizer.json")


class FeelingTuning:
    """One tuning of the base model in the folder `base` by a recipe's options."""

    def __init__(self, base: Path, options: StackedOptions, precision: str, seed: int) -> None:
        self.base = base
        self.options = options
        self.bf16 = wants_bf16(precision)
        self.seed = seed

    def into(self, folder: Path, texts: Path, report: Report) -> Path:
        """The folder with the tuned encoder, tuned now unless it stands there whole already.

        EngineError where `texts` lacks the files to learn from.
        """
        if not self.options.feeling_epochs:
            return self.base
        done = folder / "model.safetensors"
        if not done.exists():
            read = read_feeling_texts(texts, Tokenizer.open(self.base / "tokenizer.json"))
            report(Note(message=f"Learning feelings from {len(read.ids)} short texts"))
            encoder = self._tuned(read, report)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in _KEPT:
                shutil.copyfile(self.base / name, folder / name)
            _save(encoder, done)
        return folder

    def _tuned(self, texts: FeelingTexts, report: Report) -> Any:
        torch.manual_seed(self.seed)
        encoder = _open(self.base)
        before = {name: value.clone() for name, value in encoder.state_dict().items()}
        heads = nn.ModuleDict({
            "emotions": nn.Linear(encoder.config.hidden_size, texts.emotions.shape[1]),
            "places": nn.Linear(encoder.config.hidden_size, texts.places.shape[1]),
        })
        steps = self._plan([len(ids) for ids in texts.ids])
        optimizer, peaks = _optimizer(encoder, heads, self.options.feeling_rate)
        encoder.train()
        for number, places in enumerate(steps):
            done = (number + 1) / len(steps)
            share = done / _WARMUP if done < _WARMUP else (1 - done) / (1 - _WARMUP)
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * share
            loss = self._loss(encoder, heads, texts, places)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimizer.step()
            if number % _REPORT_EVERY == 0 or number + 1 == len(steps):
                report(Metric(number + 1, "feelings loss", float(loss.detach()), "train"))
                report(Progress(number + 1, len(steps), "Learning feelings", "steps"))
        share = self.options.base_share
        mixed = {name: value.lerp(before[name], share) if value.is_floating_point() else value
                 for name, value in encoder.state_dict().items()}
        encoder.load_state_dict(mixed)
        return encoder.eval()

    def _plan(self, lengths: Sequence[int]) -> list[list[int]]:
        """Places of the texts of every step."""
        wanted = max(1, round(len(lengths) * self.options.feeling_epochs / _TEXTS_A_STEP))
        chance = random.Random(self.seed)
        steps: list[list[int]] = []
        while len(steps) < wanted:
            steps += _one_epoch(lengths, chance)
        return steps[:wanted]

    def _loss(self, encoder: nn.Module, heads: nn.ModuleDict, texts: FeelingTexts,
              places: Sequence[int]) -> Tensor:
        """Cross-entropy of the emotions and squared error of the places, a text's mean."""
        ids, mask = padded([texts.ids[at] for at in places])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        vectors = (hidden.float() * weight).sum(1) / weight.sum(1)
        named, named_known = _known(texts.emotions[list(places)])
        placed, placed_known = _known(texts.places[list(places)])
        crossed = nn.functional.binary_cross_entropy_with_logits(
            heads["emotions"](vectors), named, reduction="none")
        error = (heads["places"](vectors) - placed).square()
        total = (crossed * named_known).sum() + _PLACE_WEIGHT * (error * placed_known).sum()
        return total / len(places)


def _one_epoch(lengths: Sequence[int], chance: random.Random) -> Iterator[list[int]]:
    order = list(range(len(lengths)))
    chance.shuffle(order)
    block = _TEXTS_A_STEP * _STEPS_SORTED
    for at in range(0, len(order), block):
        alike = sorted(order[at : at + block], key=lambda place: lengths[place])
        steps = [alike[n : n + _TEXTS_A_STEP] for n in range(0, len(alike), _TEXTS_A_STEP)]
        chance.shuffle(steps)
        yield from steps


def _known(values: np.ndarray) -> tuple[Tensor, Tensor]:
    """The values with 0 for what is not known, and 1 where it is."""
    known = np.isfinite(values)
    return (torch.from_numpy(np.where(known, values, 0).astype(np.float32)),
            torch.from_numpy(known.astype(np.float32)))


def _open(folder: Path) -> Any:
    """A BERT encoder, whose parts torch's types do not know."""
    return AutoModel.from_pretrained(
        folder, add_pooling_layer=False, local_files_only=True, use_safetensors=True)


def _optimizer(
    encoder: Any, heads: nn.Module, rate: float
) -> tuple[torch.optim.Optimizer, list[float]]:
    """AdamW; lower layers learn more slowly, word and place vectors not at all."""
    for parameter in encoder.embeddings.parameters():
        parameter.requires_grad_(False)
    layers = list(encoder.encoder.layer)
    groups: list[dict[str, object]] = [
        {"params": list(layer.parameters()), "lr": rate * _LAYER_DECAY ** (len(layers) - 1 - at)}
        for at, layer in enumerate(layers)
    ]
    groups.append({"params": list(heads.parameters()), "lr": _HEAD_RATE})
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    return optimizer, [float(group["lr"]) for group in optimizer.param_groups]


def _save(encoder: nn.Module, file: Path) -> None:
    """Whole or not at all."""
    from safetensors.torch import save_file

    fresh = file.with_suffix(".new")
    tensors = {name: value.contiguous() for name, value in encoder.state_dict().items()}
    save_file(tensors, fresh, metadata={"format": "pt"})
    fresh.replace(file)
