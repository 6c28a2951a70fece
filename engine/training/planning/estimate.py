"""What a training will cost, before it starts: time, memory, disk. Rough, and said to be rough.

Works from the size of the model and the number of tokens alone. How fast this machine is comes
from runs it has done; without any, from what a core of today does. Loads nothing heavy.
"""

from dataclasses import dataclass

from engine.training.recipe import LoopOptions, Method, Recipe, Tuning

MASTER, GRADIENT, MOMENTS = 4, 4, 8
"""Bytes a weight that learns takes, as AdamW (Loshchilov and Hutter 2019) holds it."""
HALF = 2
CORE_FLOPS = 40e9
"""Multiplications and additions a second one core does in training, without any run to go by."""
HALF_GAIN = 3.0
ACTIVATION_BYTES = 220.0
"""For each token of a step, layer and unit of width 1: what backward needs, roughly."""
RUNTIME_BYTES = 450_000_000
SPREAD, KNOWN_SPREAD = 2.0, 1.4
LORA_SHARE = 0.02
BUILD_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class Size:
    """A model as it counts here: weights, layers, width; roughly is enough."""

    parameters: int
    layers: int = 12
    width: int = 384


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer: `memory` and `free_disk` are bytes that are free now, 0 unknown. `pace` is what
    earlier runs did, in multiplications and additions a second, 0 unknown; `half`: the processor
    has bf16."""

    cores: int
    memory: int
    free_disk: int
    half: bool = False
    pace: float = 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """`seconds` lie between (low, high); bytes for `memory` and `disk`. What is lacking of either
    stands in `memory_short` and `disk_short`, 0 for nothing. `steps` of the loop in all."""

    seconds: tuple[float, float]
    memory: int
    disk: int
    steps: int
    memory_short: int = 0
    disk_short: int = 0


def estimate(recipe: Recipe, size: Size, tokens: int, machine: Machine,
             threads: int = 0) -> Estimate:
    """For a training on so many tokens (all rows, once)."""
    loop = recipe.loop
    half = loop.precision == "bf16" or (loop.precision == "auto" and machine.half)
    middle = BUILD_SECONDS + work_of(recipe, size, tokens) / _pace(machine, threads, half)
    spread = SPREAD if not machine.pace else KNOWN_SPREAD
    memory, disk = _memory(recipe, size, half), _disk(recipe, size)
    return Estimate(
        (middle / spread, middle * spread), memory, disk,
        steps_of(recipe, tokens),
        max(0, memory - round(0.9 * machine.memory)) if machine.memory else 0,
        max(0, disk - machine.free_disk) if machine.free_disk else 0)


def _passes(recipe: Recipe) -> float:
    return 1.0 if recipe.method is Method.MOOD else max(recipe.loop.epochs, 0.0)


def steps_of(recipe: Recipe, tokens: int) -> int:
    """How many steps the loop takes, about."""
    return max(1, round(tokens * _passes(recipe) / max(1, recipe.loop.batch_tokens)))


def work_of(recipe: Recipe, size: Size, tokens: int) -> float:
    """Multiplications and additions of a whole training on so many tokens. Forward is 2 a weight
    and token, backward 4; less where most weights rest (Kaplan et al. 2020)."""
    seen = tokens * _passes(recipe)
    if recipe.tuning is Tuning.HEAD or recipe.method is Method.MOOD:
        # Frozen vectors are made once, then the head is quick.
        return 2.0 * size.parameters * tokens
    per_weight = 4.5 if recipe.tuning is Tuning.LORA else 6.0
    both = 2.0 if recipe.method is Method.PREFERENCE else 1.0
    return per_weight * both * size.parameters * seen


def _pace(machine: Machine, threads: int, half: bool) -> float:
    if machine.pace:
        return machine.pace
    return CORE_FLOPS * (threads or machine.cores) * (HALF_GAIN if half else 1.0)


def _memory(recipe: Recipe, size: Size, half: bool) -> int:
    learning = size.parameters * (
        1.0 if recipe.tuning is Tuning.FULL else LORA_SHARE)
    if recipe.tuning is Tuning.HEAD:
        learning = 0.01 * size.parameters
    resting = size.parameters * (HALF if half else MASTER)
    activations = ACTIVATION_BYTES * _step_tokens(recipe.loop) * size.layers * size.width / 16
    return round(RUNTIME_BYTES + resting + learning * (MASTER + GRADIENT + MOMENTS) + activations)


def _step_tokens(loop: LoopOptions) -> int:
    return loop.batch_tokens


def _disk(recipe: Recipe, size: Size) -> int:
    """A checkpoint, the best weights, the exported model before and after it is quantized."""
    full = recipe.tuning is Tuning.FULL
    learning = size.parameters if full else size.parameters * LORA_SHARE
    return round(learning * (MASTER + MOMENTS + 2 * MASTER) + size.parameters * (MASTER + 1.2))
