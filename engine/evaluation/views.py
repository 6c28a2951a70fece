"""What there is to be judged: for each label set, which songs, which tags and what people said.

A view is the ground truth of one block of the report. Knows no scores.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import (
    COMPLETE,
    MULTI,
    SINGLE,
    VERDICTS,
    WEAK,
    LabelSpace,
)
from engine.evaluation.report import LabelSetInfo

Bools = npt.NDArray[np.bool_]
# How many must have said so for it to count as agreed: annotators, or Last.fm's listeners.
AGREED = {"gems9": 2, "lastfm27": 3}
FEWEST_SONGS = 2
_NOTES = {
    MULTI: "Nobody was asked about every tag here: a tag that is missing may still be true.",
    VERDICTS: "Only tags you accepted, rejected or added count. You were shown those a tagger "
              "found, so taggers like it are favoured.",
}


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """S songs and M tags of one label set: `present` (S, M) and `asked` (S, M), whether the data
    can tell. `tags_all` counts the tags of the set, also those that are not among `tags`.
    """

    block: str
    label_set: str
    title: str
    kind: str
    ids: tuple[str, ...]
    tags: tuple[str, ...]
    tags_all: int
    present: Bools
    asked: Bools
    note: str = ""

    @property
    def single(self) -> bool:
        """Whether every song has just one of the tags."""
        return self.kind == SINGLE

    def cut(self, tags: Collection[str], ids: Sequence[str]) -> "View | None":
        """The view of these tags and songs alone; None where too little is left to judge.

        Where a song has one tag, songs whose tag is not among them are left out: nobody who does
        not know a tag could have given it.
        """
        known, scored = set(tags), set(ids)
        columns = [at for at, tag in enumerate(self.tags) if tag in known]
        rows = [row for row, song in enumerate(self.ids) if song in scored]
        if self.single:
            rows = [row for row in rows if self.present[row, columns].any()]
        if len(rows) < FEWEST_SONGS or len(columns) < (2 if self.single else 1):
            return None
        return replace(self, ids=tuple(self.ids[row] for row in rows),
                       tags=tuple(self.tags[at] for at in columns),
                       present=self.present[np.ix_(rows, columns)],
                       asked=self.asked[np.ix_(rows, columns)])


def views_of(songs: Sequence[JudgedSong], space: LabelSpace) -> tuple[View, ...]:
    """A view for every label set that judged any of the songs, and the agreed one of gems9.

    Complete sets come first: there a missing tag is a no.
    """
    return tuple(_views(songs, space))


def _views(songs: Sequence[JudgedSong], space: LabelSpace) -> Iterator[View]:
    for name in sorted(space.sets, key=lambda name: name not in COMPLETE):
        tags = space.sets[name]
        judged = [song for song in songs if name in song.given]
        if space.kinds[name] == WEAK or not tags or not judged:
            continue
        view = _view(name, tags, judged, space)
        yield view
        least = AGREED.get(name)
        if least and any(max(song.given[name].values(), default=1) >= least for song in judged):
            yield _agreed(view, judged, least)


def _view(name: str, tags: tuple[str, ...], songs: Sequence[JudgedSong],
          space: LabelSpace) -> View:
    counts = _counts(name, tags, songs)
    kind = space.kinds[name]
    asked = counts >= 0 if kind == VERDICTS else np.ones_like(counts, np.bool_)
    note = _NOTES.get(kind, "") if name not in COMPLETE else ""
    return View(name, name, space.title(name), kind, tuple(song.id for song in songs), tags,
                len(tags), counts > 0, asked, note)


def _agreed(view: View, songs: Sequence[JudgedSong], least: int) -> View:
    """Tags `least` or more gave against tags nobody gave; what fewer said is left out."""
    number = {2: "two", 3: "three"}[least]
    counts = _counts(view.label_set, view.tags, songs)
    note = f"Tags that {number} or more people gave against tags nobody gave."
    return replace(view, block=f"{view.label_set} agreed",
                   title=f"{view.title}, where {number} agree", present=counts >= least,
                   asked=view.asked & ((counts >= least) | (counts < 1)),
                   note=f"{note} {view.note}".strip())


def _counts(name: str, tags: Sequence[str], songs: Sequence[JudgedSong]) -> npt.NDArray[np.int64]:
    """(S, M) how many gave each tag; -1 where a song says nothing of it."""
    return np.array([[song.given[name].get(tag, -1) for tag in tags] for song in songs],
                    np.int64).reshape(len(songs), len(tags))


def pooled_view(songs: Sequence[JudgedSong], space: LabelSpace) -> View | None:
    """All songs of the label sets that give many tags a song, as one; None where there are none.

    A tag is asked of a song if any of its sets could have given it, and there if any gave it.
    """
    sets = [name for name, kind in space.kinds.items() if kind == MULTI and space.sets[name]]
    judged = [song for song in songs if any(name in song.given for name in sets)]
    if not judged:
        return None
    tags = tuple(dict.fromkeys(tag for name in sets for tag in space.sets[name]))
    asked = np.array([[any(name in song.given and tag in space.sets[name] for name in sets)
                       for tag in tags] for song in judged], np.bool_)
    present = np.array([[any(song.given.get(name, {}).get(tag, 0) > 0 for name in sets
                             if tag in space.sets[name]) for tag in tags] for song in judged],
                       np.bool_)
    return View("many tags", "", "", MULTI, tuple(song.id for song in judged), tags, len(tags),
                present, asked)


def describe_sets(songs: Sequence[JudgedSong], space: LabelSpace) -> tuple[LabelSetInfo, ...]:
    """The label sets that judged any of the songs, with their sizes; weak ones judge nothing."""
    sizes = {name: sum(name in song.given for song in songs)
             for name, kind in space.kinds.items() if kind != WEAK}
    return tuple(
        LabelSetInfo(label_set=name, title=space.title(name), kind=space.kinds[name],
                     songs=sizes[name], tags=len(tags), complete=name in COMPLETE)
        for name, tags in space.sets.items() if sizes.get(name))
