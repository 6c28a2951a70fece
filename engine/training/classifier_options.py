"""What decides the training of a classifier beyond every recipe's own: the section `options`.

Values only, read by the window too; knows no torch, no rows and no model.
"""

import enum
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from engine.errors import EngineError
from engine.training.recipe import Recipe

_MEND = "Mend the recipe file."


class LabelKind(enum.StrEnum):
    """What the labels are: moods make a mood tagger, any other labels a classifier of texts."""

    MOODS = "moods"
    ANY = "any"


class Exclusive(enum.StrEnum):
    """Whether exactly one label holds; auto: where every row has just one and was asked all."""

    AUTO = "auto"
    YES = "yes"
    NO = "no"


class ClassifierWay(enum.StrEnum):
    """What learns: an encoder with a head, or one of the two baselines upon still vectors."""

    ENCODER = "encoder"
    BINARY = "binary"  # a classifier of its own for each label, sides evened by SMOTE
    MULTI_TAG = "multi-tag"  # one classifier over every label


class Unit(enum.StrEnum):
    """What a step's loss is taken of: whole texts (the weighted mean of their excerpts, as in
    use), or each excerpt by itself with the labels of its text."""

    TEXT = "text"
    EXCERPT = "excerpt"


class _Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


_Kind = TypeVar("_Kind", bound=_Options)


class ClassifierOptions(_Options, frozen=True):
    """`window` tokens an excerpt has at most. A label that fewer than `fewest` rows have is not
    learned. `still_words`: word vectors do not learn (half of a small encoder's weights, hardly
    any of which a small data set touches). `layer_decay`: each layer learns at so much of the rate
    of the one above it. `head_decay` is the L2 penalty of heads on standardised vectors, `reach`
    how far, in logits, a text's score is expected to move where a tagger's own heads learn on.
    `dropout` within the encoder. `affect_weight` is that of the moods' places beside the moods
    themselves. `resampling`, `positive_weight` and `masked` are the baselines' (see way_options).
    """

    labels: LabelKind = LabelKind.MOODS
    exclusive: Exclusive = Exclusive.AUTO
    way: ClassifierWay = ClassifierWay.ENCODER
    unit: Unit = Unit.TEXT
    window: int = 128
    fewest: int = 3
    still_words: bool = True
    layer_decay: float = 0.9
    head_decay: float = 1.0
    reach: float = 1.0
    dropout: float = 0.0
    affect_weight: float = 0.3
    resampling: str = "both"
    positive_weight: float = 0.0
    masked: bool = True


class WordsOptions(_Options, frozen=True):
    """Masked words: `share` of the tokens is guessed, four fifths of them hidden behind the mask,
    a tenth behind another word, a tenth as they stand (Devlin et al. 2019); `whole_words`: all
    tokens of a word or none. `window` tokens a piece of text has at most."""

    share: float = 0.15
    whole_words: bool = True
    window: int = 128
    still_words: bool = True
    dropout: float = 0.0


def classifier_options(recipe: Recipe) -> ClassifierOptions:
    """EngineError naming the option that is wrong."""
    options = _read(recipe.options, ClassifierOptions)
    _require([
        (32 <= options.window <= 512, "window must lie between 32 and 512 tokens"),
        (options.fewest >= 1, "fewest is at least 1"),
        (0 < options.layer_decay <= 1, "layer_decay lies above 0 and at most at 1"),
        (options.head_decay > 0, "head_decay must be above 0"),
        (options.reach > 0, "reach must be above 0"),
        (0 <= options.dropout < 1, "dropout is a share, from 0 to below 1"),
        (options.affect_weight >= 0, "affect_weight must not be negative"),
        (0 <= options.positive_weight <= 1, "positive_weight lies between 0 and 1"),
        (options.resampling in ("none", "undersample", "smote", "both"),
         "resampling is none, undersample, smote or both"),
    ])
    return options


def words_options(recipe: Recipe) -> WordsOptions:
    """EngineError naming the option that is wrong."""
    options = _read(recipe.options, WordsOptions)
    _require([
        (0 < options.share < 1, "share lies between 0 and 1"),
        (32 <= options.window <= 512, "window must lie between 32 and 512 tokens"),
        (0 <= options.dropout < 1, "dropout is a share, from 0 to below 1"),
    ])
    return options


def _read(values: Mapping[str, Any], kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.convert(dict(values), kind)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The options of the recipe cannot be read: {wrong}.", _MEND) from wrong


def _require(problems: list[tuple[bool, str]]) -> None:
    for holds, sentence in problems:
        if not holds:
            raise EngineError(f"The recipe cannot run: {sentence}.", _MEND)
