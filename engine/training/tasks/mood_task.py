"""What the mood tagger learns: encoder, head and the masked loss, in torch.

A song's logits are the weighted mean of its excerpts' logits, as at run time. Only moods that a
label set could give count. A bias per label set soaks up how freely that set hands out a mood,
so that sets of different habits can teach one head.
"""
# torch and transformers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoModel

from engine.evaluation.label_sets import LabelSpace
from engine.inference.tokenizer import Ids
from engine.training.config import TrainingConfig
from engine.training.dataset import LabelledSong
from engine.training.material import Material

_LENGTH_GROUPS = 3  # excerpts of a step are padded within groups of like length


class MoodModel(nn.Module):
    """Encoder, mean pooling, a linear head for M moods and one for valence and arousal."""

    def __init__(self, base: Path, moods: int, label_sets: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            base, add_pooling_layer=False, local_files_only=True, use_safetensors=True
        )
        width = self.encoder.config.hidden_size
        self.moods = nn.Linear(width, moods)
        self.affect = nn.Linear(width, 2)
        self.habit = nn.Embedding(label_sets, moods)
        nn.init.zeros_(self.habit.weight)

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(B, T) ids and mask -> (B, D) mean of the token vectors, fp32."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weight = mask.unsqueeze(-1).float()
        return (hidden * weight).sum(1) / weight.sum(1)


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Judgements of a step as tensors: J rows, each of one song by one label set."""

    song: Tensor
    label_set: Tensor
    present: Tensor
    asked: Tensor
    affect: Tensor
    has_affect: Tensor


class MoodTask:
    """The pieces a training loop needs: pooled vectors, song means, loss, parameter groups."""

    def __init__(
        self,
        model: MoodModel,
        config: TrainingConfig,
        space: LabelSpace,
        songs: Sequence[LabelledSong],
    ) -> None:
        self.model = model
        self.config = config
        self.space = space
        asked = sum((j.asked for song in songs for j in song.judgements), np.float32(0))
        per_song = torch.as_tensor(asked / max(1, len(songs)), dtype=torch.float32)
        self.asked_per_song = per_song.expand(len(space.moods)).clamp(min=1e-6)

    @classmethod
    def on_base(cls, base: Path, config: TrainingConfig, material: Material) -> "MoodTask":
        """The task with the encoder of folder `base` and a new head, by the config's seed."""
        torch.manual_seed(config.seed)
        space = material.space
        model = MoodModel(base, len(space.moods), len(space.set_names))
        return cls(model, config, space, material.learning)

    def targets(self, songs: Sequence[LabelledSong]) -> Targets:
        judged = [(at, j) for at, song in enumerate(songs) for j in song.judgements]
        size = len(self.space.moods)
        present = np.array([j.present for _, j in judged], np.float32).reshape(-1, size)
        asked = np.array([j.asked for _, j in judged], np.float32).reshape(-1, size)
        affect = np.array([song.affect or (0.0, 0.0) for song in songs], np.float32)
        return Targets(
            torch.tensor([at for at, _ in judged], dtype=torch.long),
            torch.tensor([j.label_set for _, j in judged], dtype=torch.long),
            torch.from_numpy(present),
            torch.from_numpy(asked),
            torch.from_numpy(affect),
            torch.tensor([song.affect is not None for song in songs]),
        )

    def song_vectors(self, songs: Sequence[LabelledSong]) -> Tensor:
        """(S, D): the weighted mean of each song's excerpt vectors."""
        excerpts = [excerpt for song in songs for excerpt in song.excerpts]
        owner = [at for at, song in enumerate(songs) for _ in song.excerpts]
        vectors = self._pooled_in_groups([excerpt.token_ids for excerpt in excerpts])
        weight = torch.tensor([excerpt.weight for excerpt in excerpts]).unsqueeze(1)
        total = torch.zeros(len(songs), 1).index_add(0, torch.tensor(owner), weight)
        summed = torch.zeros(len(songs), vectors.shape[1])
        return summed.index_add(0, torch.tensor(owner), vectors * weight) / total

    def loss(self, vectors: Tensor, targets: Targets) -> Tensor:
        """Masked cross-entropy summed over moods, each mood's mean over the songs asked about it
        (so rare label sets count), plus the weighted squared error of valence and arousal.

        `vectors` (S, D) are S songs of the training set, whose share of the whole is S / all.
        """
        logits = self.model.moods(vectors)[targets.song] + self.model.habit(targets.label_set)
        each = nn.functional.binary_cross_entropy_with_logits(
            logits, targets.present, reduction="none"
        )
        asked_of_all = self.asked_per_song * len(vectors)
        moods = ((each * targets.asked).sum(0) / asked_of_all).sum()
        error = (torch.tanh(self.model.affect(vectors)) - targets.affect).square().sum(1)
        known = targets.has_affect.float()
        affect = (error * known).sum() / known.sum().clamp(min=1)
        return moods + self.config.affect_weight * affect

    def head_penalty(self) -> Tensor:
        """Half the squared weights of the head; the label sets' habits are held more loosely."""
        firm = self.model.moods.weight.square().sum() + self.model.affect.weight.square().sum()
        loose = self.model.habit.weight.square().sum()
        return (self.config.head_decay * firm + self.config.habit_decay * loose) / 2

    def parameter_groups(self) -> list[dict[str, object]]:
        """Lower layers learn more slowly (layer-wise decay, Howard and Ruder 2018)."""
        rate, decay = self.config.encoder_rate, self.config.layer_decay
        layers = list(self.model.encoder.encoder.layer)
        groups: list[dict[str, object]] = [
            {"params": list(layer.parameters()), "lr": rate * decay ** (len(layers) - 1 - at)}
            for at, layer in enumerate(layers)
        ]
        embeddings = list(self.model.encoder.embeddings.parameters())
        groups.append({"params": embeddings, "lr": rate * decay ** len(layers)})
        head = [*self.model.moods.parameters(), *self.model.affect.parameters()]
        head += list(self.model.habit.parameters())
        return [*groups, {"params": head, "lr": self.config.head_rate}]

    def _pooled_in_groups(self, ids: Sequence[Ids]) -> Tensor:
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        size = -(-len(order) // _LENGTH_GROUPS)
        groups = [order[at : at + size] for at in range(0, len(order), size)]
        parts = [self.model.pooled(*padded([ids[at] for at in group])) for group in groups]
        back = torch.tensor(np.argsort(np.concatenate(groups)))
        return torch.cat(parts)[back]


def padded(ids: Sequence[Ids]) -> tuple[Tensor, Tensor]:
    """(B, T) tokens and mask of B sequences, filled up with 0."""
    longest = max(len(row) for row in ids)
    tokens = torch.zeros(len(ids), longest, dtype=torch.long)
    mask = torch.zeros(len(ids), longest, dtype=torch.long)
    for at, row in enumerate(ids):
        tokens[at, : len(row)] = torch.from_numpy(row)
        mask[at, : len(row)] = 1
    return tokens, mask
