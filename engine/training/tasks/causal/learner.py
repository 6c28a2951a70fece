"""Teaches a decoder examples: the loss on their learned tokens, in batches of about one length.

Every method that writes uses it: question and answer, talks, preferences. What is asked and
learned stands in the examples; what is done with the weights afterwards is its callers' business.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from engine.inference.free_memory import free_memory
from engine.training.examples.example import Example
from engine.training.loop.learner import ParameterGroup, StepLoss
from engine.training.loop.precision import wants_bf16
from engine.training.recipe import Recipe
from engine.training.tasks.causal.batch import Batch, grouped, make_batch, plan_epoch
from engine.training.tasks.causal.decoder import CausalModel, activation_bytes
from engine.training.tasks.causal.weights import CausalWeights

Sampler = Callable[[CausalModel], Sequence[str]]
Judging = Callable[[CausalModel], Mapping[str, float]]

WORDS_LEARN = "words_learn"
"""The option of a recipe whether the tables of words learn too: a fifth of a small model, dear to
move, and what few examples hardly touch."""
_MOST_AT_ONCE = 4096
"""Tokens; more at once are no faster, they only need memory and keep a person waiting."""
_MOST_OF_MEMORY = 0.5


class CausalLearner:
    """A Learner (see engine.training.loop.learner) over examples of a causal model.

    `sampler` says something with the model for the person to judge; `judging_more` gives further
    metrics. Subclasses may override `loss` and `judge` (preferences do).
    """

    def __init__(self, weights: CausalWeights, recipe: Recipe, learning: Sequence[Example],
                 judging: Sequence[Example], sampler: Sampler | None = None,
                 judging_more: Judging | None = None) -> None:
        self.recipe = recipe
        self.learning = learning
        self.judging = judging
        still = torch.bfloat16 if wants_bf16(recipe.loop.precision) else torch.float32
        self._model = CausalModel(weights, recipe.tuning, recipe.lora, still, recipe.loop.seed,
                                  bool(recipe.options.get(WORDS_LEARN, False)))
        widest = max((example.length for example in learning), default=0)
        self._at_once = min(max(recipe.loop.batch_tokens, widest), max(_MOST_AT_ONCE, widest))
        self._model.checkpointing = self._saves_memory(recipe.loop.checkpointing)
        self._sampler = sampler
        self._judging_more = judging_more

    @property
    def model(self) -> CausalModel:
        """The decoder; its parameters are what learns."""
        return self._model

    def groups(self) -> Sequence[ParameterGroup]:
        """Matrices decay, vectors do not."""
        parameters = [p for p in self._model.parameters() if p.requires_grad]
        matrices = tuple(p for p in parameters if p.dim() > 1)
        vectors = tuple(p for p in parameters if p.dim() <= 1)
        made = (ParameterGroup(matrices), ParameterGroup(vectors, decays=False))
        return [group for group in made if group.parameters]

    def plan(self, epoch: int) -> Sequence[Sequence[int]]:
        """Examples of about one length together, at most `batch_tokens` tokens, padding counted."""
        loop = self.recipe.loop
        lengths = [example.length for example in self.learning]
        return plan_epoch(lengths, loop.batch_tokens, loop.seed, epoch)

    def parts(self, step: Sequence[int]) -> Sequence[Sequence[int]]:
        """The step in parts that are computed at once (see Divided in loop.learner)."""
        lengths = {number: self.learning[number].length for number in step}
        order = sorted(step, key=lambda number: lengths[number])
        widths = [lengths[number] for number in order]
        return [[order[at] for at in part]
                for part in grouped(range(len(order)), widths, self._at_once)]

    def loss(self, step: Sequence[int]) -> StepLoss:
        """Mean negative log-probability (nats) of the learned tokens, by their shares."""
        batch = self.batch([self.learning[number] for number in step], spread=True)
        found = self.token_logprobs(batch)
        weight = batch.shares.sum()
        loss = -(found * batch.shares).sum() / weight.clamp(min=1e-6)
        return StepLoss(loss, float(weight), len(step))

    def judge(self) -> Mapping[str, float]:
        """"loss" per learned token of what is held out and "perplexity"; and what else is asked."""
        if not self.judging:
            return {}
        total = weight = 0.0
        with torch.no_grad():
            for step in self.judging_steps(self.judging):
                batch = self.batch([self.judging[number] for number in step])
                total -= float((self.token_logprobs(batch) * batch.shares).sum())
                weight += float(batch.shares.sum())
        loss = total / max(weight, 1e-6)
        more = self._judging_more(self._model) if self._judging_more else {}
        return {"loss": loss, "perplexity": math.exp(min(loss, 50.0)), **more}

    def samples(self) -> Sequence[str]:
        """What the sampler says with the weights of now."""
        return self._sampler(self._model) if self._sampler else ()

    def sequence_logprobs(self, examples: Sequence[Example]) -> Tensor:
        """(n,) fp32: the log-probability of each example's learned tokens together, in one batch;
        differentiable where gradients are enabled."""
        batch = self.batch(examples)
        found = self.token_logprobs(batch)
        return found.new_zeros(len(examples)).index_add(0, batch.owners, found)

    def token_logprobs(self, batch: Batch) -> Tensor:
        """(L,) fp32 log-probabilities of a batch's learned tokens, in the order of `tokens`."""
        return self._model(batch.ids, batch.rows, batch.tokens, batch.choices)

    def batch(self, examples: Sequence[Example], spread: bool = False) -> Batch:
        """The examples where the model is; `spread` as make_batch."""
        return make_batch(examples, self._model.embedding.device, spread)

    def _saves_memory(self, wanted: str) -> bool:
        """Whether values between layers are computed again on the way back: half as much again to
        compute, a fraction of the memory."""
        if wanted != "auto":
            return wanted == "on"
        free = free_memory()
        needed = activation_bytes(self._model.shape, self._at_once, self._model.still)
        return bool(free) and needed > _MOST_OF_MEMORY * free

    def judging_steps(self, examples: Sequence[Example]) -> Sequence[Sequence[int]]:
        """Their numbers by length in batches; the same every time."""
        lengths = [example.length for example in examples]
        order = sorted(range(len(examples)), key=lambda number: lengths[number])
        return grouped(order, lengths, self.recipe.loop.batch_tokens)
