"""Labelled texts as arrays a loss can use: which labels are learned, what each text says of them.

A label nobody was asked about is neither there nor not there. Knows numpy, not torch, and no file.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.tagging.vocabulary import Vocabulary
from engine.training.classifier_options import ClassifierOptions, Exclusive, LabelKind
from engine.training.examples.labelled_text import LabelledText, LabelledTextMaker
from engine.training.rows.row import BadRow, TextRow

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Labels:
    """What is learned: M `names`; `exclusive`: exactly one holds. `places` are valence and arousal
    (-1..1) of the moods that have them; empty where the labels are no moods. `said`: those the data
    ever speak of; a text judged whole says "no" to these alone. None: all."""

    names: tuple[str, ...]
    exclusive: bool = False
    moods: bool = False
    places: Mapping[str, tuple[float, float]] | None = None
    said: frozenset[str] | None = None

    @property
    def spoken_of(self) -> tuple[str, ...]:
        """The names that the data speak of."""
        return tuple(name for name in self.names if self.said is None or name in self.said)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSet:
    """S texts: `present` and `asked` (S, M) 0 or 1, `affect` (S, 2) valence and arousal as their
    moods have them, nan where no mood says."""

    texts: tuple[LabelledText, ...]
    present: Floats
    asked: Floats
    affect: Floats
    left_out: tuple[BadRow, ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def parts(self) -> int:
        """How many excerpts there are in all."""
        return sum(len(text.parts) for text in self.texts)

    def picked(self, rows: Sequence[int]) -> "LabelledSet":
        """Some of the texts, in this order."""
        at = list(rows)
        return LabelledSet(tuple(self.texts[row] for row in at), self.present[at], self.asked[at],
                           self.affect[at])

    def over(self, columns: Sequence[int]) -> "LabelledSet":
        """The same texts, told of some of the labels."""
        at = list(columns)
        return LabelledSet(self.texts, self.present[:, at], self.asked[:, at], self.affect,
                           self.left_out)

    def by_parts(self) -> "LabelledSet":
        """Every excerpt as a text of its own, with the labels of the whole."""
        owner = [at for at, text in enumerate(self.texts) for _ in text.parts]
        texts = tuple(LabelledText((part,), np.ones(1, np.float32), text.labels, text.place,
                                   text.asked, text.group)
                      for text in self.texts for part in text.parts)
        return LabelledSet(texts, self.present[owner], self.asked[owner], self.affect[owner])


def as_moods(rows: Sequence[TextRow], vocabulary: Vocabulary) -> tuple[TextRow, ...]:
    """The rows with every label in the vocabulary's spelling; words that are no mood fall out."""
    def known(words: tuple[str, ...]) -> tuple[str, ...]:
        found = (vocabulary.canonical(word) for word in words)
        return tuple(dict.fromkeys(mood for mood in found if mood))

    return tuple(replace(row, labels=known(row.labels),
                         asked=None if row.asked is None else known(row.asked)) for row in rows)


def choose_labels(rows: Sequence[TextRow], options: ClassifierOptions,
                  vocabulary: Vocabulary, already: Sequence[str] = ()) -> Labels:
    """The labels enough rows have, and before them those that are `already` known to the model.

    EngineError where nothing is left to learn. Moods stand in the vocabulary's order, other labels
    by how many rows have them.
    """
    times = Counter(label for row in rows for label in row.labels)
    frequent = [label for label, count in times.most_common() if count >= options.fewest]
    moods = options.labels is LabelKind.MOODS
    if moods:
        frequent = [mood for mood in vocabulary.ids if mood in frequent]
    exclusive = _exclusive(rows, options)
    names = (*already, *(label for label in frequent if label not in already))
    if not frequent or (exclusive and len(names) < 2):
        raise EngineError(
            "There are too few labels to learn from: "
            f"{'two labels' if exclusive else 'one label'} in at least {options.fewest} texts each "
            "are needed.", "Add texts with labels, or correct more songs.")
    if not already and not any(_says_no(row, label) for row in rows for label in frequent):
        raise EngineError("All texts have the same labels, so there is nothing to tell apart.",
                          "Add texts that do not have them.")
    places = {mood.id: (mood.valence, mood.arousal) for mood in vocabulary.moods}
    said = frozenset(times) | {label for row in rows for label in row.asked or ()}
    return Labels(names, exclusive, moods, places if moods else None, said)


def _says_no(row: TextRow, label: str) -> bool:
    return label not in row.labels and (row.asked is None or label in row.asked)


def _exclusive(rows: Sequence[TextRow], options: ClassifierOptions) -> bool:
    if options.labels is LabelKind.MOODS or options.exclusive is Exclusive.NO:
        return False
    if options.exclusive is Exclusive.YES:
        return True
    return all(len(row.labels) == 1 and row.asked is None for row in rows)


def labelled_set(rows: Sequence[TextRow], labels: Labels, maker: LabelledTextMaker) -> LabelledSet:
    """The texts that say something of these labels; what says nothing, or has no words, is told
    in `left_out`."""
    column = {label: at for at, label in enumerate(labels.names)}
    texts: list[LabelledText] = []
    out: list[BadRow] = []
    for row in rows:
        text = maker.labelled(row)
        if isinstance(text, BadRow):
            out.append(text)
        elif _says(text, labels, column):
            texts.append(text)
        else:
            out.append(BadRow(row.place, "It says nothing of the labels that are learned.",
                              row.text[:60]))
    present = np.zeros((len(texts), len(column)), np.float32)
    asked = np.zeros_like(present)
    for at, text in enumerate(texts):
        known = labels.spoken_of if text.asked is None else (*text.asked, *text.labels)
        asked[at, [column[label] for label in known if label in column]] = 1
        present[at, [column[label] for label in text.labels if label in column]] = 1
    affect = np.array([_affect(text, labels) for text in texts], np.float32).reshape(-1, 2)
    return LabelledSet(tuple(texts), present, asked, affect, tuple(out))


def _says(text: LabelledText, labels: Labels, column: Mapping[str, int]) -> bool:
    if labels.exclusive:
        return sum(label in column for label in text.labels) == 1
    return text.asked is None or any(label in column for label in (*text.asked, *text.labels))


def _affect(text: LabelledText, labels: Labels) -> tuple[float, float]:
    """The middle of the moods' places."""
    places = labels.places or {}
    found = [places[label] for label in text.labels if label in places]
    if not found:
        return np.nan, np.nan
    return (float(np.mean([valence for valence, _ in found])),
            float(np.mean([arousal for _, arousal in found])))
