"""The model card: what a model is, from what it was made, how good it is, what it must not do."""

from pathlib import Path

from engine.models.manifest import ModelManifest
from engine.training.config import TrainingConfig

_CARD = """# {name}

{about}

- **Made from**: {made_from}, fine-tuned on songs labelled by people. Licence: {licence}.
- **Label sets learned from** (with their weight in the loss): {data}. Moods a set could not give
  were masked. The lyrics themselves are not part of this folder and cannot be rebuilt from it.
- **Reads**: excerpts of {window} tokens; a song's score is the weighted mean of its excerpts'
  logits. Language: English only.
- **Precision**: {precision}, word embeddings too; {parameters:,} parameters.

## Measured

{judged}

{quality}

## How it was trained

Epochs: {epochs}, songs a step: {songs}, encoder rate {rate}, seed {seed}. The head first learns on
still vectors (L2-penalised logistic regression per mood), then everything learns gently.

## Limits

Words only: it hears no music. Labels are few and noisy, listeners disagree, and irony is lost on
it. Scores are guesses to be corrected, never facts about a person. Moods marked experimental had
too few examples and stay off until asked for.
"""


_JUDGED = "On songs of artists it has not seen:"
_NOT_JUDGED = "It learned from every song there was; how good it is on others nobody has measured."


def write_card(
    folder: Path, manifest: ModelManifest, config: TrainingConfig, held_out: bool
) -> None:
    """Writes README.md into the model folder. `held_out`: songs were kept from it to judge by."""
    quality = "\n".join(f"- {name}: {value}" for name, value in manifest.quality.items())
    sets = ", ".join(f"{name} ({weight:g})" for name, weight in config.label_sets.items())
    text = _CARD.format(
        name=manifest.name,
        about=manifest.about,
        made_from=", ".join(manifest.made_from),
        licence=manifest.licence,
        data=sets,
        window=config.window,
        precision=manifest.precision,
        parameters=manifest.parameters,
        judged=_JUDGED if held_out else _NOT_JUDGED,
        quality=quality,
        epochs=config.epochs,
        songs=config.songs_per_step,
        rate=config.encoder_rate,
        seed=config.seed,
    )
    (folder / "README.md").write_text(text, "utf-8")
