"""An encoder with heads for labels, in torch: tokens of excerpts in, logits of whole texts out.

A text's logits are the weighted mean of its excerpts', as in use. Heads look at the last layer's
mean or at every layer's side by side, as wide as they are. Knows no loss and no file.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.inference.tokenizer import Ids
from engine.training.examples.labelled_text import LabelledText
from engine.training.tasks.encoder.bert import Bert, grouped, mean_of

Floats = npt.NDArray[np.float32]


class ClassifierModel(nn.Module):
    """`labels` (M, W) and, for moods, `places` (2, W) upon W numbers of a text; heads are fp32."""

    def __init__(self, encoder: Bert, labels: int, width: int, moods: bool) -> None:
        super().__init__()
        self.encoder = encoder
        self.labels = nn.Linear(width, labels)
        self.places = nn.Linear(width, 2) if moods else None
        self.layers = width // encoder.width

    def vectors(self, texts: Sequence[LabelledText]) -> Tensor:
        """(S, W) fp32: the weighted means of the texts' excerpts."""
        owner = torch.tensor([at for at, text in enumerate(texts) for _ in text.parts])
        weight = torch.from_numpy(np.concatenate([text.weights for text in texts]))
        total = torch.zeros(len(texts)).index_add(0, owner, weight)
        share = (weight / total[owner])[:, None]
        parts = self.seen([part for text in texts for part in text.parts])
        return torch.zeros(len(texts), parts.shape[1]).index_add(0, owner, parts * share)

    def seen(self, parts: Sequence[Ids]) -> Tensor:
        """(P, W) fp32 what the heads see of each excerpt."""
        found: list[Tensor] = []
        rows: list[int] = []
        for group in grouped(parts):
            hidden = self.encoder.hidden(group.ids, group.real)[-self.layers :]
            found.append(torch.cat([mean_of(each, group.real) for each in hidden], 1))
            rows += group.rows
        back = torch.empty(len(rows), dtype=torch.long)
        back[rows] = torch.arange(len(rows))
        return torch.cat(found)[back]

    def logits(self, vectors: Tensor) -> tuple[Tensor, Tensor | None]:
        """(S, M) logits, and valence and arousal (S, 2) in -1..1 for moods."""
        places = None if self.places is None else torch.tanh(self.places(vectors))
        return self.labels(vectors), places

    def rounded(self) -> None:
        """The encoder's layers to bfloat16; word vectors that stay still are only looked up."""
        still = not self.encoder.words.weight.requires_grad
        words = self.encoder.words.weight.data
        self.encoder.to(torch.bfloat16)
        if still:
            self.encoder.words.weight.data = words

    def plain(self) -> dict[str, Floats]:
        """encoder.* with moods.* and affect.*, or with logits.*, for the graph builder."""
        found = self.encoder.plain()
        name = "logits" if self.places is None else "moods"
        heads = {name: self.labels} | ({} if self.places is None else {"affect": self.places})
        for title, head in heads.items():
            found[f"{title}.weight"] = np.ascontiguousarray(head.weight.detach().float().numpy())
            found[f"{title}.bias"] = np.ascontiguousarray(head.bias.detach().float().numpy())
        return found
