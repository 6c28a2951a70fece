"""The model card: what a model is, from what it was made, how good it is, what it must not do."""

from pathlib import Path

from engine.models.manifest import ModelManifest
from engine.training.config import ENCODER, MULTI_TAG, STACKED, TrainingConfig

_CARD = """# {name}

{about}

- **Made from**: {made_from}, {taught} on songs labelled by people. Licence: {licence}.
- **Label sets learned from** (with their weight in the loss): {data}. Moods a set could not give
  {unsaid}. The lyrics themselves are not part of this folder and cannot be rebuilt from it.
- **Reads**: excerpts of {window} tokens; a song's score is the weighted mean of its excerpts'
  logits. Language: English only.
- **Precision**: {precision}, word embeddings too; {parameters:,} parameters.

## Measured

{judged}

{quality}

## How it was trained

{how}

## Limits

Words only: it hears no music. Labels are few and noisy, listeners disagree, and irony is lost on
it. Scores are guesses to be corrected, never facts about a person. Moods marked experimental had
too few examples and stay off until asked for.
"""


_ENCODER = """\
Epochs: {epochs}, songs a step: {songs}, encoder rate {rate}, seed {seed}. The head first learns on
still vectors (L2-penalised logistic regression per mood), then everything learns gently."""

_FEELINGS = """\
The encoder first learned feelings from short texts (GoEmotions, Apache-2.0; EmoBank, CC BY-SA 4.0;
as many steps as {epochs:g} times all of them, rate {rate:g}, seed {seed}); then its weights went
{share:.0%} of the way back to what they had been.
"""

_STACKED = """\
No label of a song ever reached the encoder: heads learned those, upon the means of all its layers
and upon the words themselves (tf-idf), then once more upon what both said of songs they had not
learned from. Scores are set to how often people give a mood, those of happiness, anger, sadness and
calmness also to where a choice between them is right; thresholds call a mood as often as people
do."""

_MULTI_TAG = """\
One classifier over every tag of every label set, on the vectors of an encoder that does not learn
(logistic regression, L2 penalty {decay:g}). What people said weighs more than what they left out,
by the power {power:g} of how many times more songs lack the tag. A tag is called {called}."""

_BINARY = """\
A logistic regression of its own for each mood (L2 penalty {decay:g}), on vectors that do not learn.
Resampling of songs with and without the mood: {resampling}. A tag is called {called}."""

HELD_OUT = "On songs of artists it has not seen:"
FOLDED = "By 5-fold cross-validation: on songs of artists that the fold had not learned from:"
NOT_JUDGED = "It learned from every song there was; how good it is on others nobody has measured."


def write_card(
    folder: Path, manifest: ModelManifest, config: TrainingConfig, judged_on: str
) -> None:
    """Writes README.md into the model folder. `judged_on` says what the figures were taken on."""
    quality = "\n".join(f"- {name}: {value}" for name, value in manifest.quality.items())
    sets = ", ".join(f"{name} ({weight:g})" for name, weight in config.label_sets.items())
    masked = _masked(config)
    text = _CARD.format(
        taught="fine-tuned" if config.way == ENCODER else "with heads taught",
        unsaid="were masked" if masked else 'counted as "no"',
        how=_how(config),
        name=manifest.name,
        about=manifest.about,
        made_from=", ".join(manifest.made_from),
        licence=manifest.licence,
        data=sets,
        window=config.window,
        precision=manifest.precision,
        parameters=manifest.parameters,
        judged=judged_on,
        quality=quality,
    )
    (folder / "README.md").write_text(text, "utf-8")


def _masked(config: TrainingConfig) -> bool:
    if config.way in (ENCODER, STACKED):
        return True
    return config.multi_tag.masked if config.way == MULTI_TAG else config.binary.masked


def _how(config: TrainingConfig) -> str:
    """How the way of this recipe learned, in a few sentences."""
    called = "from a score of 0.5" if config.calls_at_half else "as often as people gave it"
    if config.way == MULTI_TAG:
        multi = config.multi_tag
        return _MULTI_TAG.format(decay=multi.decay, power=multi.positive_weight, called=called)
    if config.way == STACKED:
        stacked = config.stacked
        felt = _FEELINGS.format(epochs=stacked.feeling_epochs, rate=stacked.feeling_rate,
                                share=stacked.base_share, seed=config.seed)
        return felt + _STACKED if stacked.feeling_epochs else _STACKED
    if config.way != ENCODER:
        binary = config.binary
        return _BINARY.format(decay=binary.decay, resampling=binary.resampling, called=called)
    return _ENCODER.format(epochs=config.epochs, songs=config.songs_per_step,
                           rate=config.encoder_rate, seed=config.seed)
