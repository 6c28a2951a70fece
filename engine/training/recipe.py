"""A recipe of a training that is not one of the mood taggers' ways: method, tuning, loop, result.

Read from TOML (key `method`), carried by the job, kept beside what it made. Each method reads its
own section. Knows no torch and no data.
"""

import enum
import math
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError

_NAME = re.compile(r"\w[\w.-]*")  # it becomes the name of a folder
_LONGEST_NAME = 80
_MOST_RANK = 4096
_MEND = "Mend the recipe file."

MATRICES = ("query", "key", "value", "output", "gate", "up", "down")
"""Of a layer of a decoder; LoRA changes those it names."""
MOST_EPOCHS = 10_000
"""The course of all epochs is laid out before the first step."""


class Method(enum.StrEnum):
    """What is learned."""

    CLASSIFIER = "classifier"  # an encoder with a head: moods or any labels
    MOOD = "mood"  # a new mood of one's own, a small head on frozen vectors
    GENERATIVE_TAGGER = "generative-tagger"  # Q: / A: by a model that writes
    DIALOGUE = "dialogue"  # a model that talks, in stages
    PREFERENCE = "preference"  # DPO on kept and rejected replies
    WORDS = "words"  # masked words, so that an encoder knows the texts


class Tuning(enum.StrEnum):
    """Which weights learn."""

    FULL = "full"
    LORA = "lora"
    HEAD = "head"


class Keep(enum.StrEnum):
    """In what form the result is kept."""

    MERGED = "merged"
    ADAPTER = "adapter"


class LoopOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the weights move.

    `rate` is the peak learning rate of AdamW, `head_rate` that of a new head, 0 the same.
    A step learns from about `batch_tokens` tokens (padding included). `warmup` is a share of all
    steps; the rate then falls to `last_share` of its peak, linearly or by a cosine.
    `validate_every` steps, 0: ten times an epoch. `patience`: so many judgements without a better
    one end the training, 0 never. `precision` "auto" takes bf16 where the processor has it. `keeps`
    "best" or "last": which weights; the last where what judges is not what the stage is to teach.
    """

    epochs: float = 1.0
    rate: float = 1e-4
    head_rate: float = 0.0
    batch_tokens: int = 2048
    warmup: float = 0.05
    schedule: str = "linear"
    last_share: float = 0.0
    weight_decay: float = 0.0
    clip: float = 1.0
    averaging: float = 0.0
    validate_every: int = 0
    patience: int = 4
    precision: str = "auto"
    checkpointing: str = "auto"
    keeps: str = "best"
    seed: int = 7


class LoraOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Low-rank changes (Hu et al. 2021): `rank` r, scaled by `alpha` / r, on these matrices."""

    rank: int = 8
    alpha: float = 16.0
    on: tuple[str, ...] = ("query", "key", "value", "output")
    dropout: float = 0.0


class DataOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`held_out` of the groups judge, unless the rows say themselves who does. `most_rows` 0: all.
    Longer examples than `most_tokens` are cut, or left out where they cannot be."""

    held_out: float = 0.1
    most_tokens: int = 512
    most_rows: int = 0
    split_by: str = "group"


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole recipe. `base` is the id of the installed model or of the catalogue's that learning
    begins with. `options` are the method's own; see the module that reads them."""

    name: str
    model_id: str
    method: Method
    base: str = ""
    about: str = ""
    tuning: Tuning = Tuning.FULL
    keep: Keep = Keep.MERGED
    loop: LoopOptions = LoopOptions()
    lora: LoraOptions = LoraOptions()
    data: DataOptions = DataOptions()
    options: dict[str, Any] = {}

    def __post_init__(self) -> None:
        for holds, sentence in (*_of_loop(self.loop), *_of_the_rest(self)):
            if not holds:
                raise EngineError(f"The recipe cannot run: {sentence}.", _MEND)

    def to_json(self) -> dict[str, Any]:
        """The JSON object a job carries."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        return told


def _of_loop(loop: LoopOptions) -> tuple[tuple[bool, str], ...]:
    """What must hold, and what to say where it does not; a number that is none (NaN) never does."""
    return (
        (loop.epochs >= 0, "epochs must not be negative"),
        (loop.epochs <= MOST_EPOCHS, f"epochs is at most {MOST_EPOCHS:,}"),
        (loop.rate > 0, "rate must be above 0"),
        (loop.rate < math.inf, "rate must be a number with an end"),
        (0 <= loop.head_rate < math.inf, "head_rate must not be negative"),
        (loop.batch_tokens > 0, "batch_tokens must be at least 1"),
        (0 <= loop.warmup < 1, "warmup is a share of the steps, from 0 to below 1"),
        (0 <= loop.last_share <= 1, "last_share is a share of the rate, from 0 to 1"),
        (0 <= loop.weight_decay < math.inf, "weight_decay must not be negative"),
        (0 <= loop.clip < math.inf, "clip must not be negative"),
        (0 <= loop.averaging < 1, "averaging is a share, from 0 to below 1"),
        (loop.validate_every >= 0, "validate_every must not be negative"),
        (loop.patience >= 0, "patience must not be negative"),
        (0 <= loop.seed < 1 << 32, "seed is a whole number from 0 to 4294967295"),
        (loop.precision in ("auto", "bf16", "fp32"), "precision is auto, bf16 or fp32"),
        (loop.checkpointing in ("auto", "on", "off"), "checkpointing is auto, on or off"),
        (loop.keeps in ("best", "last"), "keeps is best or last"),
        (loop.schedule in ("linear", "cosine", "constant"),
         "schedule is linear, cosine or constant"),
    )


def _of_the_rest(recipe: Recipe) -> tuple[tuple[bool, str], ...]:
    lora, data, name = recipe.lora, recipe.data, recipe.model_id
    return (
        (bool(_NAME.fullmatch(name)), "model_id is made of letters, digits and . _ -"),
        (len(name) <= _LONGEST_NAME and not name.endswith("."),
         f"model_id has at most {_LONGEST_NAME} letters and no dot at its end"),
        (0 < lora.rank <= _MOST_RANK, f"rank is at least 1 and at most {_MOST_RANK:,}"),
        (bool(lora.on) and set(lora.on) <= set(MATRICES),
         f"LoRA is laid on some of {', '.join(MATRICES)}"),
        (0 < lora.alpha < math.inf, "alpha must be above 0"),
        (0 <= lora.dropout < 1, "dropout is a share, from 0 to below 1"),
        (0 <= data.held_out < 1, "held_out is a share of the rows, from 0 to below 1"),
        (data.most_tokens > 0, "most_tokens must be at least 1"),
        (data.most_rows >= 0, "most_rows must not be negative"),
        (data.split_by in ("group", "artist", "song", "own"),
         "split_by is group, artist, song or own"),
    )


def recipe_from_json(values: dict[str, Any]) -> Recipe:
    """EngineError naming the field that is wrong."""
    try:
        return msgspec.convert(values, Recipe)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The recipe cannot be read: {wrong}.", _MEND) from wrong


def read_learning_recipe(file: Path) -> Recipe:
    """The recipe of a file. EngineError where it is broken."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        sentence = f"The recipe {file.name} cannot be read: {broken}."
        raise EngineError(sentence, _MEND) from broken
    return recipe_from_json(values)
