"""What decides the ways of learning other than the fine-tuned encoder: a section of a recipe each.

Values only; what is wrong with them is said when the recipe is read. Knows no torch.
"""

from dataclasses import dataclass, field

HALF, BASE_RATES = "half", "base-rates"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiTagOptions:
    """One classifier over every tag of every label set.

    `masked`: a tag counts only in songs whose label sets could have given it; else what a set
    could not say counts as "no". `positive_weight` is the power of (songs without / songs with)
    by which a given tag weighs more: 0 not at all, 1 as much as all songs without it together;
    `largest_weight` bounds it. `thresholds` is "half" (a score of 0.5) or "base-rates" (a tag is
    called as often as people gave it). `decay` is the L2 penalty on standardised vectors.
    """

    masked: bool = False
    positive_weight: float = 0.0
    largest_weight: float = 100.0
    thresholds: str = HALF
    decay: float = 0.2

    def problems(self) -> list[tuple[bool, str]]:
        """What has to hold, each with the sentence for when it does not."""
        return [
            (0 <= self.positive_weight <= 1, "positive_weight lies between 0 and 1"),
            (self.largest_weight >= 1, "largest_weight is at least 1"),
            (self.thresholds in (HALF, BASE_RATES), "thresholds is half or base-rates"),
            (self.decay >= 0, "decay must not be negative"),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryOptions:
    """A classifier of its own for each of the `tags` most frequent moods.

    `masked`: a song teaches a mood only where a label set of it could have given that mood; else
    what a set could not say counts as "no". `resampling` is "none", "undersample", "smote" or
    "both": the larger side is thinned to `most_to_one` songs for each of the smaller, then SMOTE
    of `neighbours` evens them out. `correct_prior` moves the intercept back by what resampling did
    to the shares (King and Zeng 2001). `thresholds` is "half" or "base-rates", as above. `decay`
    is the L2 penalty on standardised vectors. `vector_width`, `reach` (words either side) and
    `rarest` (least songs a word stands in) are of word vectors.
    """

    tags: int = 12
    masked: bool = True
    resampling: str = "both"
    most_to_one: float = 2.0
    neighbours: int = 5
    correct_prior: bool = True
    thresholds: str = BASE_RATES
    decay: float = 0.1
    vector_width: int = 100
    reach: int = 5
    rarest: int = 5

    def problems(self) -> list[tuple[bool, str]]:
        """What has to hold, each with the sentence for when it does not."""
        kinds = ("none", "undersample", "smote", "both")
        return [
            (self.tags >= 1, "tags is at least 1"),
            (self.most_to_one >= 1, "most_to_one is at least 1"),
            (self.thresholds in (HALF, BASE_RATES), "thresholds is half or base-rates"),
            (self.resampling in kinds, "resampling is none, undersample, smote or both"),
            (self.decay > 0, "decay must be above 0"),
            (self.neighbours >= 1, "neighbours is at least 1"),
            (self.vector_width >= 2, "vector_width is at least 2"),
            (self.reach >= 1, "reach is at least 1"),
            (self.rarest >= 1, "rarest is at least 1"),
        ]


def _choices() -> dict[str, float]:
    return {
        "quadrant_lastfm": 1.0, "quadrant_allmusic": 1.0, "rasbt_binary": 1.0,
        "quadrant_mer180": 0.5, "nju4": 0.5, "moodylyrics_lexicon": 0.2,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StackedOptions:
    """Heads upon every layer of a still encoder and upon the words themselves, twice.

    The encoder first learns feelings from short texts in the folder `feelings` (relative to the
    songs'), for `feeling_epochs` at the rate `feeling_rate`; then `base_share` of its weights are
    those it began with (Wortsman et al. 2022). 0 epochs leave it as it was.

    `components` are the directions of the layers' means that heads are learned on; `layer_decay`
    and `word_decay` are L2 penalties on standardised vectors. The second heads see what the first
    said of songs they had not learned from (`inner_folds`), and the same directions `pull` times
    as large, with the penalty `stack_decay`.

    `choices` are label sets that gave one mood out of a few, with their weights: they are learned
    as a choice (softmax), `choice_weight` times. `balance` moves the moods of a choice from how
    often people hand them out (0) to where the choice is right most often (1).
    """

    feelings: str = "../emotion_text"
    feeling_epochs: float = 1.0
    feeling_rate: float = 1e-4
    base_share: float = 0.5
    components: int = 300
    layer_decay: float = 2.0
    word_decay: float = 1.0
    word_scale: float = 30.0
    rarest: int = 5
    stack_decay: float = 0.3
    pull: float = 0.15
    inner_folds: int = 3
    choices: dict[str, float] = field(default_factory=_choices)
    choice_weight: float = 3.0
    balance: float = 0.75

    def problems(self) -> list[tuple[bool, str]]:
        """What has to hold, each with the sentence for when it does not."""
        return [
            (self.feeling_epochs >= 0, "feeling_epochs must not be negative"),
            (0 <= self.base_share <= 1, "base_share lies between 0 and 1"),
            (self.components >= 2, "components is at least 2"),
            (min(self.layer_decay, self.word_decay, self.stack_decay) > 0,
             "layer_decay, word_decay and stack_decay must be above 0"),
            (self.inner_folds >= 2, "inner_folds is at least 2"),
            (self.rarest >= 1, "rarest is at least 1"),
            (0 <= self.balance <= 1, "balance lies between 0 and 1"),
            (all(weight >= 0 for weight in self.choices.values()),
             "weights of choices must not be negative"),
        ]
