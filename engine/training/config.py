"""Everything that decides a training run, in one frozen value that can be read and replayed.

Read from a recipe (TOML), saved beside the model it made. Knows no torch.
"""

import re
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

import msgspec

from engine.errors import EngineError
from engine.training.way_options import HALF, BinaryOptions, MultiTagOptions, StackedOptions

ENCODER, MULTI_TAG = "encoder", "multi-tag"
BINARY_WORDS, BINARY_SENTENCES = "binary-words", "binary-sentences"
STACKED = "stacked"
WAYS = (ENCODER, STACKED, MULTI_TAG, BINARY_WORDS, BINARY_SENTENCES)
_SECTIONS = {"multi_tag": MultiTagOptions, "binary": BinaryOptions, "stacked": StackedOptions}
_NAME = re.compile(r"\w[\w.-]*")  # it becomes the name of a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """A training of a mood tagger.

    `way` says what learns: "encoder" is the fine-tuned encoder, and the numbers below are its own;
    the other ways read their section `stacked`, `multi_tag` or `binary`, and of the rest what they
    need.
    `label_sets` gives each label set its weight in the loss; a set left out is not learned from.
    `frame` names the label sets whose base rates set the thresholds, the first that knows a mood.
    `precision` is "auto", "bf16" or "fp32"; auto takes bf16 where the processor has it.
    `head_decay` is the L2 penalty of the head on standardised vectors, `habit_decay` that of the
    label sets' habits. Learning rates are those of AdamW; `songs_per_step` songs make a step.
    """

    name: str
    model_id: str
    base: str = ""
    window: int = 128
    epochs: int = 2
    songs_per_step: int = 16
    encoder_rate: float = 2e-5
    head_rate: float = 1e-4
    head_steps: int = 60
    head_decay: float = 0.6
    habit_decay: float = 0.01
    layer_decay: float = 0.8
    weight_decay: float = 0.01
    warmup: float = 0.1
    affect_weight: float = 0.3
    precision: str = "auto"
    seed: int = 7
    validate_every: int = 100
    label_sets: dict[str, float] = field(default_factory=dict[str, float])
    frame: tuple[str, ...] = ("gems9", "lastfm27")
    learn_from_validation: bool = False
    way: str = ENCODER
    multi_tag: MultiTagOptions = field(default_factory=MultiTagOptions)
    binary: BinaryOptions = field(default_factory=BinaryOptions)
    stacked: StackedOptions = field(default_factory=StackedOptions)

    def __post_init__(self) -> None:
        problems = [
            (32 <= self.window <= 512, "window must lie between 32 and 512 tokens"),
            (self.epochs >= 0, "epochs must not be negative"),
            (self.songs_per_step > 0, "songs_per_step must be at least 1"),
            (self.validate_every > 0, "validate_every must be at least 1"),
            (0 <= self.warmup < 1, "warmup is a share of the steps, from 0 to below 1"),
            (bool(_NAME.fullmatch(self.model_id)), "model_id is made of letters, digits and . _ -"),
            (self.precision in ("auto", "bf16", "fp32"), "precision is auto, bf16 or fp32"),
            (all(w >= 0 for w in self.label_sets.values()), "label set weights are not negative"),
            (bool(self.label_sets), "at least one label set must be named"),
            (
                bool(self.base) or self.way == BINARY_WORDS,
                "base names the model the learning begins with",
            ),
            (self.way in WAYS, f"way is one of {', '.join(WAYS)}"),
            *self.multi_tag.problems(),
            *self.binary.problems(),
            *self.stacked.problems(),
        ]
        for holds, sentence in problems:
            if not holds:
                raise EngineError(f"The recipe cannot run: {sentence}.", "Mend the recipe file.")

    @property
    def calls_at_half(self) -> bool:
        """Whether a score of 0.5 makes a tag, whatever people's habits are."""
        if self.way == MULTI_TAG:
            return self.multi_tag.thresholds == HALF
        return self.way in (BINARY_WORDS, BINARY_SENTENCES) and self.binary.thresholds == HALF

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def config_from_json(values: dict[str, Any]) -> TrainingConfig:
    """The config of a JSON object. Raises EngineError naming the field that is wrong."""
    _refuse_unknown(values, TrainingConfig)
    for name, section in _SECTIONS.items():
        within: Any = values.get(name)
        if isinstance(within, dict):
            _refuse_unknown(cast("dict[str, Any]", within), section)
    try:
        return msgspec.convert(values, TrainingConfig)
    except msgspec.ValidationError as wrong:
        sentence = f"The recipe cannot be read: {wrong}."
        raise EngineError(sentence, "Mend the recipe file.") from wrong


def _refuse_unknown(values: dict[str, Any], of: type[Any]) -> None:
    unknown = sorted(values.keys() - {known.name for known in fields(of)})
    if unknown:
        sentence = f'The recipe cannot be read: nothing is called "{unknown[0]}".'
        raise EngineError(sentence, "Mend the recipe file.")


def read_recipe(file: Path) -> TrainingConfig:
    """The config a recipe file describes."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        sentence = f"The recipe {file.name} cannot be read: {broken}."
        raise EngineError(sentence, "Mend the recipe file.") from broken
    return config_from_json(values)
