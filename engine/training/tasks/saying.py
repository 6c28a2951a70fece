"""What a decoder in training says to a few prompts, for the person to hear how it comes along.

Its likeliest words, each after reading all before it again: short, so that a run is hardly held
up. Knows no talk.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence

import torch

from engine.inference.tokenizer import Ids, Tokenizer
from engine.training.tasks.causal.decoder import CausalModel

_TOKENS = 16


class Saying:
    """A Sampler over prompts, each with the line that people read it by; `stops` are the tokens
    that end a reply."""

    def __init__(self, tokenizer: Tokenizer, prompts: Sequence[tuple[str, Ids]],
                 stops: Sequence[int], most_tokens: int = _TOKENS) -> None:
        self._tokenizer = tokenizer
        self._prompts = prompts
        self._stops = frozenset(stops)
        self._most = most_tokens

    def __call__(self, model: CausalModel) -> Sequence[str]:
        """A line for each prompt: what was said, and what is answered."""
        return [f"{asked} — {self._said(model, ids)}" for asked, ids in self._prompts]

    def _said(self, model: CausalModel, ids: Ids) -> str:
        device = model.embedding.device
        held = torch.from_numpy(ids).to(device)
        found: list[int] = []
        with torch.no_grad():
            while len(found) < self._most and len(held) < model.shape.window:
                last = torch.tensor([len(held) - 1], device=device)
                token = int(model.logits(held[None], last)[0].argmax())
                if token in self._stops:
                    break
                found.append(token)
                held = torch.cat([held, last.new_tensor([token])])
        return " ".join(self._tokenizer.decode(found).split())
