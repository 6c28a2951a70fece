"""Whole songs as the means of every layer of a still encoder, side by side.

Lower layers know words, upper layers meaning; labels of songs lean on both. Knows no label.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import torch
from torch import Tensor

from engine.training.tasks.sentence_vectors import SentenceVectors


class LayerVectors(SentenceVectors):
    """Song vectors ((L + 1) * D,): token means of the embeddings, then of layers 1 to L."""

    @property
    def width(self) -> int:
        described = self.model.encoder.config
        return int(described.hidden_size * (described.num_hidden_layers + 1))

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        said = self.model.encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        weight = mask.unsqueeze(-1).float()
        number = weight.sum(1)
        return torch.cat(
            [(hidden.float() * weight).sum(1) / number for hidden in said.hidden_states], 1)
