"""Rows that stand there twice, and what stands on both sides of a split. Says it in findings."""

from collections.abc import Iterator, Sequence
from itertools import chain

from engine.training.rows.data_report import Finding, Weight
from engine.training.rows.row import ChoiceRow, Row, RowPlace, TextRow
from engine.training.rows.splitting import Split, keys_of, text_of
from engine.training.rows.word_hashes import words_of

_MOST_PAIRS = 100
_SAME, _AGAINST, _NEAR = "same", "against", "near"
_Pairs = Sequence[tuple[int, int]]
_SIDES = {"song": "songs", "artist": "artists", "talk": "talks"}


def doubles(rows: Sequence[Row], alike: _Pairs) -> Iterator[Finding]:
    """Rows that say just the same, that say otherwise of the same words, and near doubles."""
    kinds = {kind: [pair for pair in alike if _kind(rows, *pair) == kind]
             for kind in (_SAME, _AGAINST, _NEAR)}
    same = [*_same_choices(rows), *kinds[_SAME]]
    if same:
        yield _finding("double", f"{_rows(same)} are the very same as another.", same, rows,
                       Weight.LOOK)
    if against := kinds[_AGAINST]:
        yield _finding("double", f"{_rows(against)} have the words of another, and other labels.",
                       against, rows, Weight.LOOK)
    if near := kinds[_NEAR]:
        yield _finding("near double", f"{_rows(near)} are nearly the same as another.", near, rows,
                       Weight.NOTE)


def _kind(rows: Sequence[Row], one: int, other: int) -> str:
    """What a pair of doubles is, "" for one that is none."""
    if isinstance(rows[one], ChoiceRow) or isinstance(rows[other], ChoiceRow):
        return ""  # other replies to the same words are no doubles
    if _words(rows[one]) != _words(rows[other]):
        return _NEAR
    if _labels(rows[one]) == _labels(rows[other]):
        return _SAME
    return _AGAINST if _contradict(rows[one], rows[other]) else ""


def leaks(rows: Sequence[Row], split: Split, alike: _Pairs) -> Iterator[Finding]:
    """Songs, talks, artists and doubles that are learned from and judge as well: they make a
    result look better than it is."""
    sides = {**{id(row): 0 for row in split.learning}, **{id(row): 1 for row in split.judging}}
    for kind, plural in _SIDES.items():
        pairs, names = _shared(rows, sides, kind)
        if pairs:
            yield _finding("leak", f"{names:,} {plural} stand in both parts, those that are learned"
                           " from and those that judge: the result will look better than it is.",
                           pairs, rows, Weight.LOOK, names)
    across = [(one, other) for one, other in alike
              if {sides.get(id(rows[one])), sides.get(id(rows[other]))} == {0, 1}]
    if across:
        yield _finding("leak", f"{_rows(across)} are doubles of which one is learned from and the"
                       " other judges: the result will look better than it is.", across, rows,
                       Weight.LOOK)


def _shared(rows: Sequence[Row], sides: dict[int, int],
            kind: str) -> tuple[list[tuple[int, int]], int]:
    """A pair of rows for each name that stands on both sides, and how many names do."""
    first: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for at, row in enumerate(rows):
        side = sides.get(id(row))
        for found, name in keys_of(row) if side is not None else ():
            if found == kind and side is not None:
                first[side].setdefault(name, at)
    names = first[0].keys() & first[1].keys()
    pairs = [(first[0][name], first[1][name]) for name in names]
    return sorted(pairs), len(names)


def _finding(kind: str, sentence: str, pairs: Sequence[tuple[int, int]], rows: Sequence[Row],
             weight: Weight, count: int = 0) -> Finding:
    places: tuple[RowPlace, ...] = tuple(
        chain.from_iterable((rows[one].place, rows[other].place)
                            for one, other in pairs[:_MOST_PAIRS]))
    return Finding(kind=kind, sentence=sentence, weight=weight, places=places,
                   count=count or len(set(chain.from_iterable(pairs))))


def _same_choices(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Choices with the same words before and the same replies, each with the first."""
    first: dict[tuple[str, ...], int] = {}
    pairs: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        if isinstance(row, ChoiceRow):
            key = (text_of(row), row.chosen, row.rejected)
            if first.setdefault(key, at) != at:
                pairs.append((first[key], at))
    return pairs


def _words(row: Row) -> list[str]:
    return words_of(text_of(row))


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(sorted(row.labels)) if isinstance(row, TextRow) else ()


def _contradict(one: Row, other: Row) -> bool:
    """Whether two rows with the same words disagree on a label both were asked for."""
    if not isinstance(one, TextRow) or not isinstance(other, TextRow):
        return False
    return any(_asked(one, label) and _asked(other, label)
               for label in set(one.labels) ^ set(other.labels))


def _asked(row: TextRow, label: str) -> bool:
    return row.asked is None or label in row.asked


def _rows(pairs: _Pairs) -> str:
    return f"{len(set(chain.from_iterable(pairs))):,} rows"
