"""What the loop teaches where an encoder learns the words of texts: some are hidden, it guesses.

Only hidden places are computed by the head, whose words are the encoder's own word vectors (Devlin
et al. 2019; Press and Wolf 2017). The head begins as one that knows how frequent words are. Knows
no file.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.training.examples.masked import Masked, MaskedMaker, Piece
from engine.training.loop.learner import ParameterGroup, StepLoss
from engine.training.loop.precision import wants_bf16
from engine.training.recipe import LoopOptions
from engine.training.tasks.encoder.bert import Bert, grouped
from engine.training.tasks.encoder.steps import length_steps

_JUDGED_EPOCH = 1_000_003  # whose hidden words every judgement asks for
_JUDGED_TOKENS = 4096
_UNSEEN = 0.5  # of a word that the texts never use, when words are counted


class WordsModel(nn.Module):
    """The encoder with a head that guesses words: turned vectors beside the word vectors."""

    def __init__(self, encoder: Bert, often: np.ndarray) -> None:
        super().__init__()
        self.encoder = encoder
        self.turn = nn.Linear(encoder.width, encoder.width)
        self.norm = nn.LayerNorm(encoder.width)
        self.often = nn.Parameter(torch.from_numpy(often.astype(np.float32)))
        with torch.no_grad():
            self.turn.weight.copy_(torch.eye(encoder.width))
            self.turn.bias.zero_()
            self.norm.weight.fill_(1 / math.sqrt(encoder.width))

    def guess(self, hidden: Tensor) -> Tensor:
        """(n, V) fp32 logits for n hidden places (n, D)."""
        seen = self.norm(functional.gelu(self.turn(hidden)))
        words = self.encoder.words.weight
        return (seen @ words.to(seen.dtype).T).float() + self.often


@dataclass(frozen=True, slots=True, eq=False)
class WordsTask:
    """Pieces to learn from and to judge by."""

    learning: tuple[Piece, ...]
    judging: tuple[Piece, ...]
    maker: MaskedMaker
    loop: LoopOptions
    still_words: bool


class WordsLearner:
    """A Learner (see loop.learner)."""

    own_precision = True

    def __init__(self, model: WordsModel, task: WordsTask) -> None:
        self.model: nn.Module = model
        self._model = model
        self._task = task
        model.encoder.freeze(words=task.still_words)
        if wants_bf16(task.loop.precision):
            exact: list[nn.Parameter] = [model.often]  # added to fp32 logits
            if task.still_words:
                exact += model.encoder.words.parameters()
            kept = [weights.data for weights in exact]
            model.to(torch.bfloat16)
            for weights, data in zip(exact, kept, strict=True):
                weights.data = data

    def groups(self) -> Sequence[ParameterGroup]:
        model = self._model
        encoder = tuple(p for p in model.encoder.parameters() if p.requires_grad)
        head = (*model.turn.parameters(), *model.norm.parameters(), model.often)
        return (ParameterGroup(encoder), ParameterGroup(head, decays=False, is_head=True))

    def plan(self, epoch: int) -> Sequence[Sequence[int]]:
        """The numbers of pieces, and the epoch within them, so that each hides other words."""
        lengths = [len(piece.ids) for piece in self._task.learning]
        steps = length_steps(lengths, self._task.loop.batch_tokens, self._task.loop.seed, epoch)
        return [[epoch * len(lengths) + row for row in step] for step in steps]

    def loss(self, step: Sequence[int]) -> StepLoss:
        pieces = self._task.learning
        shown = [self._task.maker.masked(pieces[number % len(pieces)], number % len(pieces),
                                         number // len(pieces)) for number in step]
        logits, words = self._guessed(shown)
        return StepLoss(functional.cross_entropy(logits, words), float(len(words)), len(step))

    def judge(self) -> Mapping[str, float]:
        pieces, maker = self._task.judging, self._task.maker
        if not pieces:
            return {}
        total, right, asked = 0.0, 0, 0
        for step in length_steps([len(piece.ids) for piece in pieces], _JUDGED_TOKENS):
            shown = [maker.masked(pieces[row], row, _JUDGED_EPOCH) for row in step]
            with torch.no_grad():
                logits, words = self._guessed(shown)
            total += float(functional.cross_entropy(logits, words, reduction="sum"))
            right += int((logits.argmax(1) == words).sum())
            asked += len(words)
        return {"loss": total / asked, "words guessed": right / asked}

    def samples(self) -> Sequence[str]:
        """Nothing: what it guesses is told as a share."""
        return ()

    def _guessed(self, shown: Sequence[Masked]) -> tuple[Tensor, Tensor]:
        """(n, V) logits and (n,) words of all hidden places."""
        hidden: list[Tensor] = []
        words: list[Tensor] = []
        for group in grouped([each.seen for each in shown]):
            found = self._model.encoder(group.ids, group.real)
            for at, row in enumerate(group.rows):
                guessed = torch.from_numpy(np.flatnonzero(shown[row].guessed))
                hidden.append(found[at, guessed])
                words.append(torch.from_numpy(shown[row].ids)[guessed])
        return self._model.guess(torch.cat(hidden)), torch.cat(words)


def word_frequency(pieces: Sequence[Piece], vocabulary: int) -> np.ndarray:
    """(V,) the logarithm of each word's share of the texts."""
    times = np.full(vocabulary, _UNSEEN)
    for piece in pieces:
        np.add.at(times, piece.ids[piece.word > 0], 1.0)
    return np.log(times / times.sum()).astype(np.float32)
