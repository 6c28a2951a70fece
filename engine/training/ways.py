"""Which way of learning a recipe means, and what it reads songs with.

The rooms with torch are entered only when a way is opened. Knows no job and no graph.
"""

from pathlib import Path

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace, read_label_space
from engine.inference.tokenizer import Tokenizer
from engine.training.config import BINARY_WORDS, MULTI_TAG, TrainingConfig
from engine.training.way import Way

VECTORS_FILE = "vectors.safetensors"


def needs_base(config: TrainingConfig) -> bool:
    """Whether the way begins with a base model; word vectors are learned from the songs alone."""
    return config.way != BINARY_WORDS


def learned_space(config: TrainingConfig, file: Path, moods: tuple[str, ...]) -> LabelSpace:
    """The label sets over what the way learns: `moods`, and for one classifier over every tag
    also, after them, whatever else the data ever gives."""
    if config.way != MULTI_TAG:
        return read_label_space(file, moods)
    sets = read_label_space(file).sets
    every = (mood for name in config.label_sets for mood in sets.get(name, ()))
    return read_label_space(file, tuple(dict.fromkeys((*moods, *every))))


def open_tokenizer(config: TrainingConfig, base: Path | None) -> Tokenizer:
    """What cuts songs into excerpts. EngineError where the base model has none."""
    if base is not None:
        return Tokenizer.open(base / "tokenizer.json")
    from engine.training.word_tokenizer import word_cutter

    return Tokenizer(word_cutter())


def open_way(config: TrainingConfig, space: LabelSpace, base: Path | None, folder: Path) -> Way:
    """The way of a recipe. `folder` keeps what it computes once for all folds.

    EngineError where the way cannot be learned this way.
    """
    if config.way == MULTI_TAG and base is not None:
        from engine.training.tasks.multi_tag import MultiTagWay
        from engine.training.tasks.sentence_vectors import SentenceVectors

        vectors = SentenceVectors(base, config.precision, folder / VECTORS_FILE)
        return MultiTagWay(space.moods, config.multi_tag, vectors)
    raise EngineError(f"The way “{config.way}” cannot be learned here.", "Mend the recipe file.")
