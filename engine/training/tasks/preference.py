"""Teaches a model that writes to prefer the kept reply to the rejected one, beside where it began.

Direct preference optimisation (Rafailov et al. 2023): no judge is trained; how far the model moves
from where it began is its judgement. Knows no talk, only pairs of examples.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from engine.errors import EngineError
from engine.training.checkpoint import read_checkpoint, write_checkpoint
from engine.training.examples.choice import Pair
from engine.training.loop.learner import ParameterGroup, StepLoss
from engine.training.loop.precision import wants_bf16
from engine.training.recipe import Recipe
from engine.training.tasks.causal.batch import grouped, plan_epoch
from engine.training.tasks.causal.decoder import CausalModel
from engine.training.tasks.causal.learner import CausalLearner, Sampler
from engine.training.tasks.causal.weights import CausalWeights

REFERENCE = "reference.safetensors"
"""In the stage's folder: what the model held of both replies before it learned."""

Floats = npt.NDArray[np.float32]


class PreferenceOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`beta` holds the model near where it began: the smaller, the farther it may go. `sft` is the
    share of plain learning of the kept reply that is added, which keeps it likely in itself."""

    beta: float = 0.1
    sft: float = 0.0

    def __post_init__(self) -> None:
        if self.beta <= 0 or self.sft < 0:
            raise ValueError("beta is above 0, and sft not below it")


def preference_options(recipe: Recipe) -> PreferenceOptions:
    """What the recipe says under `preference`. EngineError where it is wrong."""
    try:
        return msgspec.convert(recipe.options.get("preference", {}), PreferenceOptions)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The recipe cannot be read: preference: {wrong}.",
                          "Mend the recipe file.") from wrong


class PreferenceLearner:
    """A Learner over pairs. What the model holds of them before its first step is computed here,
    once, and kept in `folder`; its weights must be those it begins with."""

    def __init__(self, weights: CausalWeights, recipe: Recipe, learning: Sequence[Pair],
                 judging: Sequence[Pair], folder: Path | None = None,
                 sampler: Sampler | None = None) -> None:
        self._recipe = recipe
        self._options = preference_options(recipe)
        self._learning = learning
        self._judging = judging
        self._folder = folder
        self._causal = CausalLearner(weights, recipe, (), (), sampler)
        self._reference: tuple[Floats, Floats] | None = None

    @property
    def model(self) -> CausalModel:
        """The decoder; its parameters are what learns."""
        return self._causal.model

    def groups(self) -> Sequence[ParameterGroup]:
        """As of any decoder."""
        return self._causal.groups()

    def plan(self, epoch: int) -> Sequence[Sequence[int]]:
        """Pairs of about one length together; a step reads both replies of each."""
        loop = self._recipe.loop
        return plan_epoch(_lengths(self._learning), loop.batch_tokens, loop.seed, epoch)

    def loss(self, step: Sequence[int]) -> StepLoss:
        """Mean over the pairs of -log sigmoid(beta * margin), and what plain learning adds."""
        pairs = [self._learning[number] for number in step]
        found = self._both(pairs)
        margins = self._margins(found, self.reference()[0][list(step)])
        loss = -functional.logsigmoid(self._options.beta * margins).mean()
        if self._options.sft:
            tokens = torch.tensor([int(pair.chosen.learned.sum()) for pair in pairs])
            loss = loss - self._options.sft * (found[:, 0] / tokens.to(found.device)).mean()
        return StepLoss(loss, float(len(pairs)), len(pairs))

    def judge(self) -> Mapping[str, float]:
        """"loss" as above without plain learning; "kept reply preferred": the share of pairs whose
        kept reply gained more (half of those where neither did); "margin" in nats."""
        if not self._judging:
            return {}
        with torch.no_grad():
            found = self._held(self._judging)
        margins = self._margins(torch.from_numpy(found), self.reference()[1])
        loss = -functional.logsigmoid(self._options.beta * margins).mean()
        preferred = ((margins > 0).float() + (margins == 0).float() / 2).mean()
        return {"loss": float(loss), "kept reply preferred": float(preferred),
                "margin": float(margins.mean())}

    def samples(self) -> Sequence[str]:
        """What the sampler says with the weights of now."""
        return self._causal.samples()

    def reference(self) -> tuple[Floats, Floats]:
        """(pairs, 2) log-probabilities of the kept and the rejected replies to learn from and to
        judge by, of the model as it began."""
        if self._reference is None:
            self._reference = self._read() or self._computed()
        return self._reference

    def _margins(self, found: Tensor, before: Floats) -> Tensor:
        """(n,) how much more the kept replies gained than the rejected ones, in nats."""
        gained = found - torch.from_numpy(before).to(found.device)
        return gained[:, 0] - gained[:, 1]

    def _both(self, pairs: Sequence[Pair]) -> Tensor:
        """(n, 2) log-probabilities of both replies, in one batch."""
        examples = [each for pair in pairs for each in (pair.chosen, pair.rejected)]
        return self._causal.sequence_logprobs(examples).view(-1, 2)

    def _held(self, pairs: Sequence[Pair]) -> Floats:
        """(pairs, 2) of any number of pairs, batch by batch."""
        held = np.zeros((len(pairs), 2), np.float32)
        lengths = _lengths(pairs)
        order = sorted(range(len(pairs)), key=lambda number: lengths[number])
        for step in grouped(order, lengths, self._recipe.loop.batch_tokens):
            held[step] = self._both([pairs[number] for number in step]).cpu().numpy()
        return held

    def _computed(self) -> tuple[Floats, Floats]:
        trains = self.model.training
        self.model.eval()
        device = self.model.embedding.device.type
        bf16 = wants_bf16(self._recipe.loop.precision)
        with torch.no_grad(), torch.autocast(device, torch.bfloat16, enabled=bf16):
            found = self._held(self._learning), self._held(self._judging)
        self.model.train(trains)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_checkpoint(self._folder / REFERENCE, {
                "learning": found[0], "judging": found[1], "of": self._marks()})
        return found

    def _read(self) -> tuple[Floats, Floats] | None:
        """What was kept, where it is of just these pairs."""
        file = self._folder / REFERENCE if self._folder is not None else None
        if file is None or not file.is_file():
            return None
        arrays, _ = read_checkpoint(file)
        if not np.array_equal(arrays.get("of", np.zeros(0)), self._marks()):
            return None
        return arrays["learning"].astype(np.float32), arrays["judging"].astype(np.float32)

    def _marks(self) -> npt.NDArray[np.uint8]:
        """(32,) what these pairs are known by."""
        marks = hashlib.sha256(self._recipe.base.encode())
        for pair in (*self._learning, *self._judging):
            for example in (pair.chosen, pair.rejected):
                marks.update(example.ids.tobytes())
                marks.update(example.learned.tobytes())
        return np.frombuffer(marks.digest(), np.uint8)


def _lengths(pairs: Sequence[Pair]) -> list[int]:
    """What a pair takes of a batch: two rows as long as the longer."""
    return [2 * max(pair.chosen.length, pair.rejected.length) for pair in pairs]
