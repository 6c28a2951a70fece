"""Fills a model folder for a tagger that averages word vectors: everything as for an encoder, but
for a graph so small that it stays in fp32, and words that were learned instead of a base model.

Knows no torch.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import onnx

from engine.events import Note, Report
from engine.export.encoder_graph import Weights
from engine.export.mood_folder import MoodFolder, Quality, song_scores
from engine.export.parity import compare, require
from engine.export.word_graph import build_word_graph
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import ModelManifest
from engine.training.config import TrainingConfig
from engine.training.dataset import Floats, LabelledSong
from engine.training.material import Material
from engine.training.word_tokenizer import TOKENIZER_FILE

_LARGEST_BUILT_CHANGE = 0.002  # of a score on average: excerpts that are all but sure are clipped
_WINDOW = 512


class WordFolder(MoodFolder):
    """`words` is the folder in which the way left its tokenizer."""

    def __init__(
        self, folder: Path, words: Path, config: TrainingConfig, material: Material, report: Report
    ) -> None:
        self.words = words / TOKENIZER_FILE
        super().__init__(folder, words, config, _in_words(material, self.words), report)

    @cached_property
    def described(self) -> dict[str, Any]:
        """What a base model's config.json would say: a mean has no longest text."""
        return {"max_position_embeddings": _WINDOW}

    def build_graphs(self, weights: Weights, reference: Floats | None) -> dict[str, float]:
        """Builds the graph and holds it against `reference`, what the learned heads said."""
        onnx.save(build_word_graph(weights), self.graph)
        shutil.copyfile(self.words, self.folder / "tokenizer.json")
        if reference is None:
            return {}
        said, _ = song_scores(self.material.judges[: len(reference)], self.graph)
        built = require(compare(reference, said), _LARGEST_BUILT_CHANGE, "Building the graph")
        self.report(Note(message=f"The graph says what was learned, to {built.mean_change:.0e}"))
        return {"mean score change": built.mean_change}

    def describe(self, quality: Quality, parameters: int) -> ModelManifest:
        made_from = ("word vectors trained on the lyrics",)
        manifest = super().describe(quality, parameters)
        return msgspec.structs.replace(manifest, precision="fp32", made_from=made_from)


def _in_words(material: Material, file: Path) -> Material:
    """The songs that judge with the ids of words: they were cut before any word was known."""
    words = Tokenizer.open(file)
    if material.held_out:
        return replace(material, held_out=_read_anew(material.held_out, words))
    return replace(material, learning=_read_anew(material.learning, words))


def _read_anew(songs: Sequence[LabelledSong], words: Tokenizer) -> tuple[LabelledSong, ...]:
    return tuple(
        replace(song, excerpts=tuple(
            replace(each, token_ids=words.wrap(words.encode(each.text).ids))
            for each in song.excerpts
        ))
        for song in songs
    )
