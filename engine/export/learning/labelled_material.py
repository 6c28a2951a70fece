"""What a classifier's training is made of: the encoder it begins with, its labels, its texts.

The same rows give the same material, in whatever process. Knows no torch.
"""

from dataclasses import dataclass

from engine.errors import EngineError
from engine.events import Note
from engine.export.encoder_from_graph import ReadEncoder, read_encoder
from engine.export.learning.given import Given, only
from engine.inference.tokenizer import Tokenizer
from engine.tagging.vocabulary import Vocabulary
from engine.training.classifier_options import ClassifierOptions, LabelKind, classifier_options
from engine.training.examples.labelled_text import LabelledTextMaker
from engine.training.labelled_set import (
    LabelledSet,
    Labels,
    as_moods,
    choose_labels,
    labelled_set,
)
from engine.training.recipe import Tuning
from engine.training.rows.row import Row, TextRow

_TOLD = 3


@dataclass(frozen=True, slots=True, eq=False)
class LabelledMaterial:
    """`goes_on`: the heads of the base are taken further, its labels stand first."""

    encoder: ReadEncoder
    labels: Labels
    learning: LabelledSet
    judging: LabelledSet
    options: ClassifierOptions
    goes_on: bool


def labelled_material(given: Given) -> LabelledMaterial:
    """EngineError where the rows hold too few labels or the base is no encoder."""
    if given.recipe.tuning is Tuning.LORA:
        raise EngineError("An encoder learns as a whole or by its head alone, not by LoRA.",
                          "Choose full or head.")
    options = classifier_options(given.recipe)
    encoder = read_encoder(given.require_base())
    vocabulary = Vocabulary.load(given.paths.moods_file)
    learning, judging = (labelled_rows(rows, options, vocabulary)
                         for rows in (given.learning, given.judging))
    goes_on = bool(encoder.labels) and given.recipe.tuning is Tuning.HEAD and _same_kind(
        encoder, options)
    labels = choose_labels(learning, options, vocabulary, encoder.labels if goes_on else ())
    maker = LabelledTextMaker(Tokenizer.open(encoder.tokenizer), options.window,
                              options.labels is LabelKind.MOODS)
    material = LabelledMaterial(encoder, labels, labelled_set(learning, labels, maker),
                                labelled_set(judging, labels, maker), options, goes_on)
    if not len(material.learning):
        raise EngineError("None of the texts has words to learn from.", "Choose other data.")
    _tell(given, material)
    return material


def labelled_rows(rows: tuple[Row, ...], options: ClassifierOptions,
                  vocabulary: Vocabulary) -> tuple[TextRow, ...]:
    """The labelled texts among the rows, moods in their one spelling."""
    texts = only(TextRow, rows)
    return as_moods(texts, vocabulary) if options.labels is LabelKind.MOODS else texts


def _same_kind(encoder: ReadEncoder, options: ClassifierOptions) -> bool:
    return ("moods.weight" in encoder.weights) == (options.labels is LabelKind.MOODS)


def _tell(given: Given, material: LabelledMaterial) -> None:
    names, left = material.labels.names, material.learning.left_out
    told = f"{len(names)} labels in {len(material.learning)} texts, {len(material.judging)} judge"
    given.report(Note(message=told))
    for bad in left[:_TOLD]:
        given.report(Note(message=f"{bad.place.source}, line {bad.place.line}: {bad.why}"))
    if len(left) > _TOLD:
        given.report(Note(message=f"{len(left) - _TOLD} more texts were left out."))
