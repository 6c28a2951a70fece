"""The kit of words: an encoder learns texts by guessing hidden words, and becomes a base to learn
labels upon.

What comes of it gives vectors of sentences too, but guessing words is not what keeps like sentences
near each other: how far that has moved is measured and said.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx

from engine.errors import EngineError
from engine.evaluation.metrics import spearman
from engine.events import Note, Report
from engine.export.calibration import measure_ranges
from engine.export.encoder_from_graph import ReadEncoder, read_encoder
from engine.export.encoder_graph import EncoderShape, build_encoder_graph
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.sentence_folder import GRAPH, LEAST_COSINE, TOKENIZER
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids, Tokenizer
from engine.models.manifest import (
    SENTENCE_VECTORS,
    ModelManifest,
    describe_file,
    read_manifest,
    write_manifest,
)
from engine.training.classifier_options import words_options
from engine.training.examples.masked import MaskedMaker, Piece
from engine.training.labelled_set import Floats
from engine.training.rows.row import PlainRow, Row, TextRow
from engine.training.runs.report import Measured

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.tasks.encoder.words_learner import WordsLearner

_FIGURES = "words.json"
_GUESSED, _LOSS = "words guessed", "loss"
_PARTS = 200
_LIKE = 0.9  # of the order of likeness, below which sentences had better be compared elsewhere
_ABOUT = "Knows the words of texts it was adapted to; labels are learned upon it."


class WordsKit:
    """A StepKit (see kit)."""

    def learner(self, given: Given) -> "WordsLearner":
        import torch

        from engine.training.tasks.encoder.bert import Bert, BertShape
        from engine.training.tasks.encoder.words_learner import (
            WordsLearner,
            WordsModel,
            WordsTask,
            word_frequency,
        )

        options, encoder = words_options(given.recipe), read_encoder(given.require_base())
        maker = MaskedMaker(Tokenizer.open(encoder.tokenizer), options, given.recipe.loop.seed)
        learning, judging = (_pieces(rows, maker) for rows in (given.learning, given.judging))
        if not learning:
            raise EngineError("None of the texts is long enough to guess words from.",
                              "Choose other data.")
        given.report(Note(message=f"{len(learning)} pieces of text, {len(judging)} judge"))
        torch.manual_seed(given.recipe.loop.seed)
        bert = Bert(encoder.weights, BertShape(encoder.heads, encoder.norm_epsilon),
                    options.dropout)
        model = WordsModel(bert, word_frequency(learning, bert.vocabulary))
        return WordsLearner(model, WordsTask(learning, judging, maker, given.recipe.loop,
                                             options.still_words))

    def build(self, given: Given, learner: "Learner | None", place: Path,
              report: Report) -> ModelManifest:
        from engine.training.tasks.encoder.words_learner import WordsLearner, WordsModel

        assert isinstance(learner, WordsLearner)
        assert isinstance(learner.model, WordsModel)
        encoder = read_encoder(given.require_base())
        parts = _parts(given, encoder)
        quality = _build_graph(learner.model.encoder.plain(), encoder, parts, place, report)
        _keep(given.output / _FIGURES, learner.judge())
        recipe = given.recipe
        return write_manifest(place, ModelManifest(
            id=recipe.model_id, name=recipe.name, kind="encoder", task=SENTENCE_VECTORS,
            about=recipe.about or _ABOUT, graph=GRAPH, precision="int8",
            version=describe_file(place, place / GRAPH).sha256[:8], languages=("en",),
            window=encoder.window, licence=encoder.licence or "Apache-2.0",
            parameters=sum(int(array.size) for array in learner.model.encoder.plain().values()),
            made_from=(encoder.name,), quality=quality))

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        found: dict[str, float] = json.loads((given.output / _FIGURES).read_text("utf-8"))
        name = read_manifest(place).name
        like = _likeness(given, place)
        notes = [] if like >= _LIKE else [
            f"It orders sentences by likeness differently from before (rank correlation "
            f"{like:.2f}), so facts and lore are better looked up with the model it came from."]
        if _GUESSED not in found:
            return Judged(verdict=f"{name} has learned; there was nothing to judge it by.",
                          notes=tuple(notes))
        figures = (
            Measured(name="hidden words guessed", before=None, after=found[_GUESSED],
                     of="texts it had not seen"),
            Measured(name="perplexity of hidden words", before=None,
                     after=math.exp(min(found[_LOSS], 50)), better_high=False,
                     of="texts it had not seen"))
        return Judged(figures, verdict=(
            f"{name} guesses {found[_GUESSED]:.0%} of hidden words in texts it had not seen. "
            "Train a classifier upon it to find out whether that helps."), notes=tuple(notes),
            quality={figure.name: round(figure.after, 4) for figure in figures}
            | {"order of likeness": round(like, 4)})


def _pieces(rows: Sequence[Row], maker: MaskedMaker) -> tuple[Piece, ...]:
    return tuple(piece for row in rows if isinstance(row, TextRow | PlainRow)
                 for piece in maker.pieces(row.text))


def _parts(given: Given, encoder: ReadEncoder) -> list[Ids]:
    """Pieces of the texts to try graphs on, those that judge first."""
    maker = MaskedMaker(Tokenizer.open(encoder.tokenizer), words_options(given.recipe),
                        given.recipe.loop.seed)
    return [piece.ids for piece in _pieces((*given.judging, *given.learning)[:_PARTS], maker)][
        :_PARTS]


def _build_graph(weights: dict[str, Floats], encoder: ReadEncoder, parts: Sequence[Ids],
                 place: Path, report: Report) -> dict[str, float]:
    """Leaves the int8 graph in the folder. EngineError where its vectors point elsewhere."""
    shutil.copyfile(encoder.tokenizer, place / TOKENIZER)
    shape = EncoderShape(encoder.heads, encoder.norm_epsilon)
    exact = place / "exact.onnx"
    onnx.save(build_encoder_graph(weights, shape), exact)
    ranges = measure_ranges(weights, shape, parts, place / "probe.onnx")
    onnx.save(build_encoder_graph(weights, shape, ranges), place / GRAPH)
    cosines = (_vectors(exact, parts) * _vectors(place / GRAPH, parts)).sum(1)
    exact.unlink()
    report(Note(message=f"In int8 vectors keep a cosine of {cosines.mean():.4f} to fp32"))
    if not cosines.mean() >= LEAST_COSINE:
        raise EngineError(f"In 8 bits the vectors would keep a cosine of only "
                          f"{cosines.mean():.3f}.", "Nothing was installed.")
    return {"int8 cosine": round(float(cosines.mean()), 4)}


def _likeness(given: Given, place: Path) -> float:
    """Spearman's correlation of the cosines between texts, before and after."""
    encoder = read_encoder(given.require_base())
    parts, before = _parts(given, encoder), place / ".before.onnx"
    plain = {name: array for name, array in encoder.weights.items() if name.startswith("encoder.")}
    onnx.save(build_encoder_graph(plain, EncoderShape(encoder.heads, encoder.norm_epsilon)), before)
    upper = np.triu_indices(len(parts), 1)
    one, other = ((found @ found.T)[upper] for found in (
        _vectors(before, parts), _vectors(place / GRAPH, parts)))
    before.unlink()
    return spearman(one, other) if len(one) > 1 else 1.0


def _vectors(graph: Path, parts: Sequence[Ids]) -> Floats:
    """(n, D) of length 1."""
    found = EncoderRunner(OnnxModel.open(graph, 1), ("vector",)).run(parts)[0]
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _keep(file: Path, figures: Mapping[str, float]) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(dict(figures)), "utf-8")
    fresh.replace(file)
