"""What each part of the shipped tagger's recipe is worth: the recipe and variants of it that lack
or change one thing, cross-validated by artist over the same five folds of the same songs.

    python -m tests.benchmarks.tagger_choices DATA --base FOLDER --work FOLDER [--only NAME]...

DATA holds lyrics_moods.jsonl.gz and label_spaces.json, and emotion_text lies beside it as the
recipe says; it is not part of the repository. FOLDER --base is all-MiniLM-L6-v2; --work keeps
tuned encoders and what they read, so that a second run takes some three minutes a variant.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace, read_label_space
from engine.events import Event
from engine.paths import find_paths
from engine.tagging.vocabulary import Vocabulary
from engine.training.config import TrainingConfig, read_recipe
from engine.training.cross_validation import cross_validate, song_folds
from engine.training.dataset import LabelledSong, read_songs
from engine.training.job import SONGS_FILE, SPACES_FILE
from engine.training.validation import validate
from engine.training.ways import open_tokenizer, open_way

FOLDS = 5
SHIPPED = "as it ships"
OFF = 1e-3  # so little of something that it says nothing
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    SHIPPED: {},
    "encoder as it came, no feelings": {"feeling_epochs": 0.0},
    "feelings, nothing set back": {"base_share": 0.0},
    "no words beside the encoder": {"word_scale": OFF},
    "second heads see the first alone": {"pull": OFF},
    "every set yes or no, no choice": {"choices": {}},
    "half the directions": {"components": 150},
    "twice the directions": {"components": 600},
}
FIGURES = ("gems9 macro AUC", "lastfm27 macro AUC", "quadrant_lastfm accuracy",
           "quadrant_allmusic accuracy", "rasbt_binary accuracy", "valence Spearman",
           "arousal Spearman")


def main() -> int:
    """Prints a line a variant: its figures, and what they are above those of the recipe."""
    options = _options()
    recipe = read_recipe(find_paths().resources / "recipes" / "mood_tagger.toml")
    shipped: dict[str, float] = {}
    space, songs = _songs(recipe, options)
    print("variant".ljust(34), *(name.replace(" accuracy", "").rjust(24) for name in FIGURES))
    for name, change in VARIANTS.items():
        if options.only and name not in (SHIPPED, *options.only):
            continue
        try:
            found = figures(variant(recipe, change), space, songs, options)
        except EngineError as problem:
            print(f"{problem.message} {problem.hint}", file=sys.stderr)
            return 2
        shipped = shipped or found
        cells = (f"{found[f]:.3f} ({found[f] - shipped[f]:+.3f})".rjust(24) for f in FIGURES)
        print(name.ljust(34), *cells, flush=True)
    return 0


def variant(recipe: TrainingConfig, change: Mapping[str, Any]) -> TrainingConfig:
    """The recipe with these of its stacked options changed. Encoders tuned alike share a name,
    and with it what they have read."""
    stacked = replace(recipe.stacked, **change)
    tuned = f"tuned-{stacked.feeling_epochs:g}-{stacked.base_share:g}"
    return replace(recipe, stacked=stacked, model_id=tuned)


def figures(config: TrainingConfig, space: LabelSpace, songs: Sequence[LabelledSong],
            options: argparse.Namespace) -> dict[str, float]:
    """Out-of-fold figures of a recipe over all songs."""
    way = open_way(config, space, options.base, options.work, options.data)
    said = cross_validate(way, songs, song_folds(songs, FOLDS, config.seed), _quiet)
    return validate([songs[row] for row in said.rows], said.logits, said.affect, space)


def _songs(
    config: TrainingConfig, options: argparse.Namespace
) -> tuple[LabelSpace, tuple[LabelledSong, ...]]:
    """What every variant learns from: none of them changes how songs are read."""
    moods = Vocabulary.load(find_paths().moods_file).ids
    space = read_label_space(options.data / SPACES_FILE, moods)
    tokenizer = open_tokenizer(config, options.base)
    return space, tuple(read_songs(options.data / SONGS_FILE, space, config.label_sets, tokenizer,
                                   config.window))


def _quiet(event: Event) -> None:
    """Nobody watches: it is the table that counts."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[], choices=list(VARIANTS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
