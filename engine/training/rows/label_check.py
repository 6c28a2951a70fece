"""How often each label stands in rows, and which of them nobody can learn from so little."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from engine.tagging.vocabulary import fold
from engine.training.rows.data_report import Finding, LabelCount, Weight
from engine.training.rows.row import Row, RowPlace, TextRow

FEWEST = 8
"""Rows that have a label, and rows that do not, for it to be learned."""
_MOST_PLACES = 200
_NAMED = 8


def count_labels(rows: Sequence[TextRow], known: Collection[str] = ()) -> tuple[LabelCount, ...]:
    """Of every label that was given or asked, the most frequent first. A label that is `known` to
    the model is taken further by any word on it, and needs no number of rows."""
    present: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    everywhere = 0
    for row in rows:
        present.update(row.labels)
        if row.asked is None:
            everywhere += 1
        else:
            asked.update(row.asked)
    given = sorted(present.keys() | asked.keys(), key=lambda label: (-present[label], label))
    counts = ((label, present[label], asked[label] + everywhere) for label in given)
    return tuple(LabelCount(label=label, present=have, asked=of,
                            enough=label in known
                            or (have >= FEWEST and of - have >= FEWEST))
                 for label, have, of in counts)


def label_findings(rows: Sequence[Row], labels: Sequence[LabelCount]) -> Iterator[Finding]:
    """Labels that are rare, that nothing is without, and that are one label spelled twice."""
    yield from _spellings(labels)
    rare = [label for label in labels if label.present < FEWEST and not label.enough]
    sided = [label for label in labels
             if label.present >= FEWEST > label.asked - label.present and not label.enough]
    if labels and not any(label.enough for label in labels):
        yield Finding(kind="rare label", weight=Weight.STOPS, count=len(labels), places=(),
                      sentence=f"No label has enough rows yet: learning needs {FEWEST} that have it"
                               f" and {FEWEST} that do not.")
    elif rare:
        yield Finding(kind="rare label", weight=Weight.NOTE, count=len(rare),
                      places=_places(rows, {label.label for label in rare}),
                      sentence=f"{_labels(rare)} in fewer than {FEWEST} rows, too few to be"
                               f" learned: {_named(rare)}.")
    if sided and any(label.enough for label in labels):
        yield Finding(kind="one-sided label", weight=Weight.LOOK, count=len(sided), places=(),
                      sentence=f"Hardly any row is without: {_named(sided)}. What has it always"
                               " cannot be told from what has not.")


def _spellings(labels: Sequence[LabelCount]) -> Iterator[Finding]:
    same: dict[str, list[str]] = {}
    for label in labels:
        same.setdefault(fold(label.label), []).append(label.label)
    twice = [names for names in same.values() if len(names) > 1]
    if twice:
        told = "; ".join(" and ".join(f"“{name}”" for name in names) for names in twice[:_NAMED])
        yield Finding(kind="spelling", weight=Weight.LOOK, count=len(twice), places=(),
                      sentence=f"Labels that differ only in how they are written: {told}.")


def _places(rows: Sequence[Row], labels: set[str]) -> tuple[RowPlace, ...]:
    found = (row.place for row in rows
             if isinstance(row, TextRow) and not labels.isdisjoint(row.labels))
    return tuple(place for _, place in zip(range(_MOST_PLACES), found, strict=False))


def _labels(labels: Sequence[LabelCount]) -> str:
    return "1 label stands" if len(labels) == 1 else f"{len(labels):,} labels stand"


def _named(labels: Sequence[LabelCount]) -> str:
    told = ", ".join(label.label for label in labels[:_NAMED])
    return f"{told} and {len(labels) - _NAMED} more" if len(labels) > _NAMED else told
