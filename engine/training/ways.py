"""Which way of learning a recipe means, and what it reads songs with.

The rooms with torch are entered only when a way is opened. Knows no job and no graph.
"""

from pathlib import Path

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace, read_label_space
from engine.inference.tokenizer import Tokenizer
from engine.training.config import BINARY_WORDS, ENCODER, MULTI_TAG, STACKED, TrainingConfig
from engine.training.heads import SongVectors
from engine.training.way import Way

WORDS_FOLDER = "words"  # where below its folder a way keeps the words it has learned


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


def open_way(
    config: TrainingConfig, space: LabelSpace, base: Path | None, folder: Path,
    data: Path | None = None,
) -> Way:
    """The way of a recipe. `folder` keeps what it computes once for all folds; recipes may share
    one, and then share what is the same for them. `data` is the folder of the songs, for a
    way that also learns from what lies beside them.

    EngineError where a base model is needed and none is there.
    """
    if config.way == ENCODER:
        from engine.training.tasks.encoder_way import EncoderWay

        return EncoderWay(config, space, _needed(base), folder / config.model_id)
    if config.way == STACKED:
        from engine.training.tasks.stacked_way import StackedWay

        texts = (data or folder) / config.stacked.feelings
        return StackedWay(config, space, _needed(base), texts, folder / config.model_id)
    vectors = open_vectors(config, base, folder)
    if config.way == MULTI_TAG:
        from engine.training.tasks.multi_tag import MultiTagWay

        return MultiTagWay(space.moods, config.multi_tag, vectors)
    from engine.training.tasks.binary_way import BinaryWay

    return BinaryWay(space.moods, config.binary, vectors, config.seed)


def open_vectors(config: TrainingConfig, base: Path | None, folder: Path) -> SongVectors:
    """What turns songs into vectors for a way that trains heads alone."""
    if config.way == BINARY_WORDS:
        from engine.training.tasks.song_words import SongWords

        return SongWords(config.binary, config.seed, folder / WORDS_FOLDER)
    from engine.training.tasks.sentence_vectors import SentenceVectors

    still = _needed(base)
    kept = folder / f"{still.name}-{config.precision}.safetensors"
    return SentenceVectors(still, config.precision, kept)


def _needed(base: Path | None) -> Path:
    if base is None:
        raise EngineError("This recipe begins with a base model.", "Name its folder.")
    return base
