"""What the shipped tagger would say of songs had it never heard of a mood: for new_mood.

Its encoder never saw a label of a song, so that only its heads are learned again: from the songs
of other folds, without the mood in any label set. Where the mood is one of those that some sets
choose between, or is the choice of MIREX, those sets are left out whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from engine.evaluation.label_sets import SINGLE_LABEL, LabelSpace, read_label_space
from engine.inference.classifier import batches_by_length
from engine.inference.tokenizer import Tokenizer
from engine.paths import AppPaths
from engine.tagging.own_moods import Floats
from engine.tagging.vocabulary import Vocabulary
from engine.training.config import read_recipe
from engine.training.cross_validation import song_folds
from engine.training.dataset import LabelledSong, read_songs
from engine.training.heads import Heads
from engine.training.job import SONGS_FILE, SPACES_FILE
from engine.training.material import Material
from engine.training.tasks.joint_heads import (
    DenseFeatures,
    SparseFeatures,
    fit_joint_heads,
    joint_targets,
)
from engine.training.tasks.stacked_heads import StackFit, main_directions
from engine.training.word_shares import word_rarity, word_shares

FOLDS = 3
WINDOW, WORDS = 128, 30_522
CHOSEN = {"happiness", "anger", "sadness", "calmness", "tension", "aggressiveness",
          "cheerfulness", "confidence", "bittersweet"}
CHOICES = {*SINGLE_LABEL, "mirex_adjective", "moodylyrics_lexicon"}
_STEPS = 40
_BATCH = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Songs, their folds by artist, and what the encoder says of each: `layers` (S, 7 * D), of
    which the last D are the tagger's vector."""

    songs: tuple[LabelledSong, ...]
    space: LabelSpace
    fold: np.ndarray
    layers: Floats

    @property
    def vectors(self) -> Floats:
        return self.layers[:, -self.layers.shape[1] // 7:]


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Of all songs, by heads that never heard of the mood: `logits` (S, M - 1) of the others
    `moods`, `affect` (S, 2)."""

    moods: tuple[str, ...]
    logits: Floats
    affect: Floats


def read_known(paths: AppPaths, data: Path, most: int) -> Known:
    """The labelled songs (`most` of them, 0: all), read by the shipped tagger's encoder."""
    folder = paths.shipped_models / "moods-minilm"
    space = read_label_space(data / SPACES_FILE, Vocabulary.load(paths.moods_file).ids)
    tokenizer = Tokenizer.open(folder / "tokenizer.json")
    every = read_songs(data / SONGS_FILE, space, dict.fromkeys(space.set_names, 1.0), tokenizer,
                       WINDOW)
    songs = [song for song in every if song.judgements]
    if most:
        order = np.random.default_rng(0).permutation(len(songs))[:most]
        songs = [songs[at] for at in sorted(order.tolist())]
    fold = np.asarray(song_folds(songs, FOLDS, 11))
    return Known(tuple(songs), space, fold, _layers(folder / "model.onnx", songs))


def _layers(graph: Path, songs: Sequence[LabelledSong]) -> Floats:
    """(S, 7 * D): what the heads of the graph look at, which it does not hand out itself."""
    model = onnx.load(graph)
    seen = next(node for node in model.graph.node if node.op_type == "Gemm").input[0]
    model.graph.output.append(
        onnx.helper.make_tensor_value_info(seen, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    excerpts = [excerpt for song in songs for excerpt in song.excerpts]
    found: Floats | None = None
    for batch in batches_by_length([len(each.token_ids) for each in excerpts], _BATCH):
        ids = np.zeros((len(batch.places), batch.length), np.int64)
        mask = np.zeros_like(ids)
        for row, at in enumerate(batch.places):
            tokens = excerpts[at].token_ids
            ids[row, :len(tokens)], mask[row, :len(tokens)] = tokens, 1
        (said,) = session.run([seen], {"input_ids": ids, "attention_mask": mask})
        if found is None:
            found = np.zeros((len(excerpts), said.shape[1]), np.float32)
        found[list(batch.places)] = said
    assert found is not None
    owner = np.repeat(np.arange(len(songs)), [len(song.excerpts) for song in songs])
    weights = np.array([excerpt.weight for excerpt in excerpts], np.float32)
    summed = np.zeros((len(songs), found.shape[1]), np.float32)
    np.add.at(summed, owner, found * weights[:, None])
    return summed / np.bincount(owner, weights)[:, None]


def heads_without(known: Known, paths: AppPaths, fold: int, moods: Sequence[str]
                  ) -> Iterator[tuple[str, Said]]:
    """For each mood what heads say that were learned without it from all folds but one; "" leaves
    none out, for what all labels together can reach."""
    for chosen in (False, True):
        wanted = [mood for mood in moods if (mood in CHOSEN) == chosen]
        if wanted:
            yield from _without(known, paths, fold, wanted, CHOICES if chosen else set())


def _without(known: Known, paths: AppPaths, fold: int, moods: Sequence[str], left_out: set[str]
             ) -> Iterator[tuple[str, Said]]:
    config = read_recipe(paths.resources / "recipes" / "mood_tagger.toml")
    options, space = config.stacked, known.space
    songs = [_weighted(song, space, config.label_sets, left_out) for song in known.songs]
    learns = (known.fold != fold) & np.array([bool(song.judgements) for song in songs])
    learning = tuple(song for song, kept in zip(songs, learns, strict=True) if kept)
    rarity = word_rarity(learning, WORDS, options.rarest)
    words = word_shares(songs, rarity)
    directions = main_directions(known.layers[learns], options.components)
    layers = directions.of(known.layers)
    factor = options.word_scale / max(words.picked(learns).total_variance(), 1e-12) ** 0.5
    scaled, _ = words.scaled(factor).narrowed()
    taught = scaled.picked(learns)
    fit = StackFit(learning, space, options, config.affect_weight,
                   song_folds(learning, FOLDS, config.seed))
    on_layers, said_layers = fit._first(
        lambda kept: DenseFeatures(layers[learns][kept]), options.layer_decay)
    on_words, said_words = fit._first(
        lambda kept: SparseFeatures(taught.picked(kept)), options.word_decay)
    told = [_told(DenseFeatures(layers), on_layers), _told(SparseFeatures(scaled), on_words)]
    for mood in moods:
        kept = [at for at, one in enumerate(space.moods) if one != mood]
        columns = [*kept, len(space.moods), len(space.moods) + 1]
        seen = np.concatenate([said_layers[:, columns], said_words[:, columns]], 1)
        mean, spread = seen.mean(0), seen.std(0).clip(min=1e-6)
        names = tuple(space.moods[at] for at in kept)
        fewer = Material(space, learning, ()).over(names)
        targets = joint_targets(fewer.learning, fewer.space, options.choices)
        upon = np.concatenate([(seen - mean) / spread, options.pull * layers[learns]], 1)
        heads = fit_joint_heads(DenseFeatures(upon.astype(np.float32)), targets,
                                options.stack_decay, options.choice_weight,
                                config.affect_weight, _STEPS).heads
        everything = np.concatenate([each[:, columns] for each in told], 1)
        logits, affect = heads.say(np.concatenate(
            [(everything - mean) / spread, options.pull * layers], 1).astype(np.float32))
        yield mood, Said(names, logits.astype(np.float32), affect.astype(np.float32))


def _told(features: DenseFeatures | SparseFeatures, heads: Heads) -> Floats:
    """(S, M + 2) what first heads say of every song."""
    import torch

    weights = np.concatenate([heads.moods, heads.affect])
    bias = np.concatenate([heads.moods_bias, heads.affect_bias])
    return features.times(torch.from_numpy(weights)).numpy() + bias


def _weighted(song: LabelledSong, space: LabelSpace, weights: dict[str, float],
              left_out: set[str]) -> LabelledSong:
    """The song with each label set counting as in the recipe, and some not at all."""
    kept = [(judgement, weights.get(space.set_names[judgement.label_set], 0.0))
            for judgement in song.judgements
            if space.set_names[judgement.label_set] not in left_out]
    return replace(song, judgements=tuple(
        replace(judgement, asked=(judgement.asked > 0) * np.float32(weight))
        for judgement, weight in kept if weight))
