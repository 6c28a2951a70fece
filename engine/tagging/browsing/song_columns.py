"""The columns an index keeps of all songs: one numpy array each, with room to grow.

Every song has a slot, its place in every array. Knows how slots are given out, and nothing of where
the values come from.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.tagging.browsing.song_names import SongNames
from engine.tagging.browsing.song_query import Keys, ShelfState
from engine.tagging.song_scores import TaggerNote

STATES = tuple(ShelfState)
NOBODY = -1

Slots = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_ROOM = 256
_GROWTH = 1.25

# name -> type, how many rows (M a mood, T a tagger, 1 for a plain column), what a free slot holds
COLUMNS: dict[str, tuple[str, str, int]] = {
    "keys": ("<i8", "1", 0), "state": ("<i2", "1", 0), "language": ("<i2", "1", 0),
    "tagger": ("<i2", "1", NOBODY), "accepted": ("<i2", "1", NOBODY), "added": ("<i8", "1", 0),
    "corrected": ("|b1", "1", 0), "missing": ("|b1", "1", 0), "changed": ("|b1", "1", 0),
    "unspaced": ("|b1", "1", 0), "affect": ("<f4", "2", 0), "scores": ("<f4", "M", 0),
    "verdicts": ("|i1", "M", 0), "read_by": ("|b1", "T", 0), "vector_scale": ("<f4", "1", 0),
}


class SongColumns:
    """`moods` names the M rows of `scores` (M, S) 0..1, `verdicts` (M, S), 1 for a mood the person
    wants and -1 for one they do not, and `tags` (M, S), which the owner keeps up. `taggers` names
    the T rows of `read_by` (T, S); `tagger` (S,) is the row of the one that speaks for the song.

    A free slot has the key 0. `vectors` (S, D), in steps of `vector_scale` (S,), have the length 1,
    or 0 where there is none; D is 0 until the first is put in. A byte a number is enough: a cosine
    is off by less than a hundredth.
    """

    def __init__(self, moods: tuple[str, ...], taggers: Sequence[TaggerNote] = (),
                 room: int = _ROOM) -> None:
        self.moods = moods
        self.mood_at = {mood: at for at, mood in enumerate(moods)}
        self.taggers = tuple(taggers)
        self.languages: list[str] = [""]
        self.names = SongNames(room)
        self.keys: Keys
        self.state: npt.NDArray[np.int16]
        self.language: npt.NDArray[np.int16]
        self.tagger: npt.NDArray[np.int16]
        self.accepted: npt.NDArray[np.int16]
        self.added: npt.NDArray[np.int64]
        self.corrected: Mask
        self.missing: Mask
        self.changed: Mask
        self.unspaced: Mask
        self.affect: npt.NDArray[np.float32]
        self.scores: npt.NDArray[np.float32]
        self.verdicts: npt.NDArray[np.int8]
        self.read_by: Mask
        self.vector_scale: npt.NDArray[np.float32]
        for name in COLUMNS:
            setattr(self, name, self._blank(name, room))
        self.tags = np.zeros((len(moods), room), np.bool_)
        self.vectors = np.zeros((room, 0), np.int8)
        self._by_key: tuple[Keys, Slots] | None = None

    @property
    def alive(self) -> Mask:
        """(S,) which slots hold a song."""
        return self.keys != 0

    @property
    def room(self) -> int:
        return len(self.keys)

    def in_order(self) -> Slots:
        """The slots of all songs, by key."""
        keys, slots = self._lookup()
        return slots[keys != 0]

    def slots_of(self, keys: Sequence[int] | Keys) -> Slots:
        """(N,) the slots of these keys, -1 for one that is not known."""
        wanted = np.asarray(keys, np.int64).reshape(-1)
        known, slots = self._lookup()
        if not len(known):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where((known[at] == wanted) & (wanted != 0), slots[at], -1)

    def take(self, keys: Keys) -> Slots:
        """The slots of these keys, each once; those not known yet get a free one."""
        slots = self.slots_of(keys)
        fresh = np.flatnonzero(slots < 0)
        if len(fresh):
            free = np.flatnonzero(self.keys == 0)
            if len(free) < len(fresh):
                self._grow(len(fresh) - len(free))
                free = np.flatnonzero(self.keys == 0)
            slots[fresh] = free[:len(fresh)]
            self.keys[slots[fresh]] = keys[fresh]
            self._by_key = None
        return slots

    def drop(self, keys: Keys) -> None:
        """Frees the slots of these keys."""
        slots = self.slots_of(keys)
        slots = slots[slots >= 0]
        for name, (_, _, free) in COLUMNS.items():
            getattr(self, name)[..., slots] = free
        self.tags[:, slots] = False
        self.vectors[slots] = 0
        self.names.put(slots, [""] * len(slots), [""] * len(slots))
        self._by_key = None

    def language_at(self, code: str) -> int:
        """The number of a language in `language`; a new one is added."""
        if code not in self.languages:
            self.languages.append(code)
        return self.languages.index(code)

    def use_taggers(self, taggers: Sequence[TaggerNote]) -> None:
        """Takes on a longer list of taggers that begins with those known."""
        more = len(taggers) - len(self.taggers)
        self.read_by = np.concatenate([self.read_by, np.zeros((more, self.room), np.bool_)])
        self.taggers = tuple(taggers)

    def put_vectors(self, slots: Slots, vectors: npt.NDArray[np.float32]) -> None:
        """Stores vectors (n, D) as length 1; the first decide D, others are left out."""
        if not len(vectors):
            return
        if self.vectors.shape[1] == 0:
            self.vectors = np.zeros((self.room, vectors.shape[1]), np.int8)
        if vectors.shape[1] == self.vectors.shape[1]:
            clean = np.nan_to_num(vectors, posinf=0, neginf=0)
            units = clean / np.maximum(np.linalg.norm(clean, axis=1, keepdims=True), 1e-9)
            scales = np.abs(units).max(axis=1) / 127
            self.vectors[slots] = np.rint(units / np.maximum(scales, 1e-9)[:, None])
            self.vector_scale[slots] = scales

    def adopt(self, name: str, column: npt.NDArray[np.generic]) -> None:
        """Puts in a whole column that was kept; all must have the same room."""
        setattr(self, name, column)
        self._by_key = None

    def _lookup(self) -> tuple[Keys, Slots]:
        if self._by_key is None:
            slots = np.argsort(self.keys, kind="stable")
            self._by_key = self.keys[slots], slots
        return self._by_key

    def _grow(self, least: int) -> None:
        more = max(least, int(self.room * (_GROWTH - 1)), _ROOM)
        for name in COLUMNS:
            grown = np.concatenate([getattr(self, name), self._blank(name, more)], axis=-1)
            setattr(self, name, grown)
        self.tags = np.concatenate([self.tags, np.zeros((len(self.moods), more), np.bool_)], 1)
        wide = np.zeros((more, self.vectors.shape[1]), np.int8)
        self.vectors = np.concatenate([self.vectors, wide])
        self.names.grow(more)
        self._by_key = None

    def _blank(self, name: str, room: int) -> npt.NDArray[np.generic]:
        kind, rows, free = COLUMNS[name]
        shape = {"1": (room,), "2": (2, room), "M": (len(self.moods), room),
                 "T": (len(self.taggers), room)}[rows]
        return np.full(shape, free, np.dtype(kind))
