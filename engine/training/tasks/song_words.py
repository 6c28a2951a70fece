"""Whole songs as the mean of their words' vectors, which are learned from the same songs.

Words and vectors stay in a folder, so that the graph of the tagger is built from what its heads
were learned on. Knows no label.
"""

# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.events import Note, Report
from engine.inference.tokenizer import Tokenizer
from engine.training.checkpoint import read_checkpoint, write_checkpoint
from engine.training.dataset import Floats, LabelledSong
from engine.training.tasks.word_vectors import mean_vectors, word_vectors
from engine.training.way_options import BinaryOptions
from engine.training.word_tokenizer import TOKENIZER_FILE, word_tokenizer

VECTORS_FILE = "words.safetensors"
_MOST_WORDS = 20_000


class SongWords:
    """Song vectors (D,): the means of their excerpts' known words, weighted as when tagging."""

    def __init__(self, options: BinaryOptions, seed: int, folder: Path) -> None:
        self.options = options
        self.seed = seed
        self.folder = folder
        self._words: Tokenizer | None = None
        self._vectors = np.zeros((0, 0), np.float32)
        self._known: dict[str, Floats] = {}

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Learns words and their vectors from the songs, or takes them as they were left by an
        earlier run on the same songs. EngineError where the songs share no words."""
        texts = ["\n".join(excerpt.text for excerpt in song.excerpts) for song in songs]
        name = self._name(texts)
        kept = _kept(self.folder / VECTORS_FILE, name)
        if kept is None:
            report(Note(message=f"Learning word vectors from {len(texts)} songs"))
            self._learn(texts, name)
        else:
            self._take(kept)

    def of(self, songs: Sequence[LabelledSong]) -> Floats:
        """(S, D) the vectors of S songs; a song without a known word has zeros."""
        if self._words is None:
            raise EngineError("No words have been learned yet.", "Start the training anew.")
        words = self._words
        found = np.zeros((len(songs), self._vectors.shape[1]), np.float32)
        for row, song in enumerate(songs):
            key = repr([(excerpt.text, excerpt.weight) for excerpt in song.excerpts])
            if key not in self._known:
                self._known[key] = self._vector(words, song)
            found[row] = self._known[key]
        return found

    def encoder_weights(self) -> dict[str, Floats]:
        """words.weight (V, D), a row a word."""
        return {"words.weight": self._vectors}

    def _vector(self, words: Tokenizer, song: LabelledSong) -> Floats:
        ids = [words.encode(excerpt.text).ids for excerpt in song.excerpts]
        weights = np.array([excerpt.weight for excerpt in song.excerpts], np.float32)
        return np.average(mean_vectors(ids, self._vectors), 0, weights).astype(np.float32)

    def _learn(self, texts: Sequence[str], name: str) -> None:
        options = self.options
        cutter = word_tokenizer(texts, _MOST_WORDS, options.rarest)
        words = Tokenizer(cutter)
        ids = (words.encode(text).ids for text in texts)
        vectors = word_vectors(ids, words.size, options.vector_width, options.reach, self.seed)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / TOKENIZER_FILE).write_text(cutter.to_str(), "utf-8")
        # The vectors come last: with them a later run knows that both are there.
        arrays = {"vectors": vectors, "name": np.frombuffer(bytes.fromhex(name), np.uint8)}
        write_checkpoint(self.folder / VECTORS_FILE, arrays)
        self._take(vectors)

    def _take(self, vectors: Floats) -> None:
        self._words = Tokenizer.open(self.folder / TOKENIZER_FILE)
        self._vectors, self._known = vectors, {}

    def _name(self, texts: Sequence[str]) -> str:
        """Stands for the songs and for all that decides what is learned from them."""
        options = self.options
        decided = (options.vector_width, options.reach, options.rarest, self.seed, _MOST_WORDS)
        digest = hashlib.blake2b(repr(decided).encode(), digest_size=16)
        for text in texts:
            digest.update(hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
        return digest.hexdigest()


def _kept(file: Path, name: str) -> Floats | None:
    """The vectors of an earlier run of this name."""
    if not file.exists() or not (file.parent / TOKENIZER_FILE).exists():
        return None
    stored, _ = read_checkpoint(file)
    same = stored["name"].tobytes().hex() == name
    return stored["vectors"].astype(np.float32) if same else None
