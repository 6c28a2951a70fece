"""The weights that move: AdamW on fp32 masters, clipped, averaged where that is wanted.

Weights a learner keeps in bfloat16 have masters in fp32 here and get the rounded values back, as
in mixed-precision training (Micikevicius et al. 2018). Knows no files and no steps.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from engine.errors import EngineError
from engine.training.loop.learner import ParameterGroup
from engine.training.recipe import LoopOptions

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


class Moved:
    """All weights that learn, by their names in the model, and what AdamW (Loshchilov and Hutter
    2019) remembers of them."""

    def __init__(self, model: nn.Module, groups: Sequence[ParameterGroup],
                 options: LoopOptions) -> None:
        self._options = options
        self._names, self.weights, self.masters = _masters(model, groups)
        place = {id(weight): at for at, weight in enumerate(self.weights)}
        settings: list[dict[str, object]] = []
        self._peaks: list[float] = []
        for group in groups:
            own = [self.masters[place[id(weight)]] for weight in group.parameters]
            decay = options.weight_decay if group.decays else 0.0
            settings.append({"params": own, "weight_decay": decay})
            rate = options.head_rate or options.rate if group.is_head else options.rate
            self._peaks.append(rate * group.share)
        self._optimizer = torch.optim.AdamW(settings, lr=options.rate, betas=_BETAS,
                                            eps=_EPSILON, fused=True)
        self._averaged = ([master.detach().clone() for master in self.masters]
                          if options.averaging else [])
        self.moves = 0

    @property
    def count(self) -> int:
        """How many numbers learn."""
        return sum(master.numel() for master in self.masters)

    @property
    def device(self) -> torch.device:
        return self.masters[0].device

    def gather(self) -> None:
        """Adds the gradients of the model's weights to those of the masters, and frees them."""
        for weight, master in zip(self.weights, self.masters, strict=True):
            if weight is master or weight.grad is None:
                continue
            if master.grad is None:
                master.grad = weight.grad.float()
            else:
                master.grad += weight.grad
            weight.grad = None

    def gradients(self) -> list[Tensor]:
        """Of the masters, those that have one."""
        return [master.grad for master in self.masters if master.grad is not None]

    def scale(self, factor: float) -> None:
        """Multiplies the gathered gradients."""
        for gradient in self.gradients():
            gradient.mul_(factor)

    def move(self, share: float) -> bool:
        """Moves along the gathered gradients at `share` of the peak rate and forgets them. False,
        and nothing moved, where they are no numbers."""
        norm = nn.utils.clip_grad_norm_(self.masters, self._options.clip or float("inf"),
                                        foreach=True)
        sound = bool(torch.isfinite(norm))
        if sound:
            for group, peak in zip(self._optimizer.param_groups, self._peaks, strict=True):
                group["lr"] = peak * share
            self._optimizer.step()
            self.moves += 1
            self._write_back()
        self.forget()
        return sound

    def forget(self) -> None:
        """Lets go of every gradient."""
        for weight, master in zip(self.weights, self.masters, strict=True):
            weight.grad = master.grad = None

    def _write_back(self) -> None:
        with torch.no_grad():
            self._round()
            for averaged, master in zip(self._averaged, self.masters, strict=False):
                averaged.lerp_(master, 1 - self._options.averaging)

    def _round(self) -> None:
        for weight, master in zip(self.weights, self.masters, strict=True):
            if weight is not master:
                weight.copy_(master)

    @property
    def averages(self) -> bool:
        """Whether there are averaged weights beside the current ones."""
        return bool(self._averaged)

    def swap(self) -> None:
        """Changes the current weights for the averaged ones where there are any (Polyak and
        Juditsky 1992); once more changes them back."""
        with torch.no_grad():
            for master, averaged in zip(self.masters, self._averaged, strict=False):
                kept = master.detach().clone()
                master.copy_(averaged)
                averaged.copy_(kept)
            self._round()

    def shown(self) -> dict[str, Tensor]:
        """What is worth keeping as the best: the averaged weights or the current ones, fp32."""
        return dict(zip(self._names, self._averaged or self.masters, strict=True))

    def state(self) -> dict[str, Tensor]:
        """Everything a later process needs to go on exactly here."""
        told = {f"weights.{n}": m for n, m in zip(self._names, self.masters, strict=True)}
        told |= {f"averaged.{n}": m for n, m in zip(self._names, self._averaged, strict=False)}
        for name, master in zip(self._names, self.masters, strict=True):
            kept = self._optimizer.state.get(master)
            if kept:
                told[f"first.{name}"] = kept["exp_avg"]
                told[f"second.{name}"] = kept["exp_avg_sq"]
                told[f"moves.{name}"] = kept["step"]
        return told

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Goes back to a `state`. EngineError where it is of other weights."""
        if {n for n in state if n.startswith("weights.")} != {f"weights.{n}" for n in self._names}:
            raise EngineError("The checkpoint is of another training.", "Start the training anew.")
        with torch.no_grad():
            for at, (name, master) in enumerate(zip(self._names, self.masters, strict=True)):
                _fill(master, state[f"weights.{name}"])
                if self._averaged:
                    kept = state.get(f"averaged.{name}", state[f"weights.{name}"])
                    _fill(self._averaged[at], kept)
                if f"first.{name}" in state:
                    self._optimizer.state[master] = {
                        "step": state[f"moves.{name}"].clone().reshape(()).to(master.device),
                        "exp_avg": state[f"first.{name}"].clone().to(master.device),
                        "exp_avg_sq": state[f"second.{name}"].clone().to(master.device)}
            self._round()

    def take(self, weights: Mapping[str, Tensor]) -> None:
        """Puts these weights into the model, by name; the moments are as they were."""
        with torch.no_grad():
            for name, master in zip(self._names, self.masters, strict=True):
                _fill(master, weights[name])
            for averaged, master in zip(self._averaged, self.masters, strict=False):
                averaged.copy_(master)
            self._round()


def _masters(model: nn.Module, groups: Sequence[ParameterGroup]
             ) -> tuple[list[str], list[nn.Parameter], list[Tensor]]:
    known = {id(weight): name for name, weight in model.named_parameters()}
    names: list[str] = []
    weights: list[nn.Parameter] = []
    for group in groups:
        for weight in group.parameters:
            names.append(known[id(weight)])
            weights.append(weight)
    if not weights or len(set(names)) != len(names):
        raise ValueError("A learner names every weight that learns once, and at least one.")
    masters = [weight if weight.dtype == torch.float32
               else weight.detach().float().clone().requires_grad_() for weight in weights]
    return names, weights, masters


def _fill(place: Tensor, value: Tensor) -> None:
    if place.shape != value.shape:
        raise EngineError("The checkpoint is of another training.", "Start the training anew.")
    place.copy_(value)
