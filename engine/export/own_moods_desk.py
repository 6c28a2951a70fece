"""Everything a person does with moods of their own: try one, keep it, name it, learn it again,
remove it and take that back.

Works on one library with one tagger, on the thread that opened them. What is tried changes
nothing; what is kept is installed, joins what is stored of songs, and its examples become the
person's words on those songs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.export.mood_head_folder import install_head, rename
from engine.library.database import Database
from engine.models.trash import Removed, remove_model, restore_model
from engine.paths import AppPaths
from engine.tagging.browsing.song_search import read_terms, search
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import (
    InstalledMood,
    OwnMood,
    open_vocabulary,
    own_moods,
    read_own_mood,
)
from engine.tagging.own_moods_filling import fill
from engine.tagging.own_moods_tagger import plain_tagger, version_of, with_own_moods
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Mood, Vocabulary, fold
from engine.training.new_mood.candidates import Preview, preview
from engine.training.new_mood.fitting import Learned, Marks, learn_mood
from engine.training.new_mood.kinship import Place
from engine.training.new_mood.known_songs import KnownSongs
from engine.training.new_mood.library_songs import (
    Examples,
    examples_of,
    plain,
    read_now,
    read_songs,
    unread_songs,
)
from engine.training.new_mood.naming import free_id
from engine.training.new_mood.quality import Quality, judge
from engine.training.new_mood.said_words import (
    read_said,
    said_of,
    say_again,
    unsay,
    write_said,
)

MOST_FOUND = 100
_NAME_HINT = "Choose another name."


@dataclass(frozen=True, slots=True)
class ShownSong:
    """A song of a preview. `score` is 0..1, `said` True or False where the person said so."""

    song: int
    title: str
    artist: str
    score: float
    said: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A mood learned and not kept. `examples` are those it was learned from (those without words
    are left out); `sure` songs would carry it, `unsure` lie on the border; `called` of `songs`
    would carry it in all."""

    learned: Learned
    quality: Quality
    examples: Examples
    sure: tuple[ShownSong, ...]
    unsure: tuple[ShownSong, ...]
    told: tuple[ShownSong, ...]
    called: int
    songs: int


class OwnMoodsDesk:
    """`tagger` may carry moods of one's own already; new ones never look at them. `known` is what
    an earlier desk with the same tagger knew of the library's songs."""

    def __init__(self, paths: AppPaths, database: Database, tagger: Tagger,
                 known: KnownSongs | None = None) -> None:
        self._paths = paths
        self._database = database
        self._tagger = tagger
        version = version_of(plain(tagger).id)
        self._songs = known if known is not None and known.tagger == version else None

    def moods(self) -> tuple[InstalledMood, ...]:
        """The moods of one's own that are installed."""
        return own_moods(self._paths)

    def neighbours(self) -> tuple[Mood, ...]:
        """The moods of the program by name: a new one may lie near any of them."""
        known = Vocabulary.load(self._paths.moods_file).moods
        return tuple(sorted(known, key=lambda mood: mood.name))

    def outdated(self) -> tuple[InstalledMood, ...]:
        """Those made on another tagger: they show nowhere until they are learned again."""
        version = version_of(self._tagger.id)
        return tuple(one for one in self.moods() if one.head.tagger != version)

    def songs(self) -> KnownSongs:
        """What the tagger said of the library, as far as it was read."""
        if self._songs is None:
            self._songs = read_songs(self._database, self._tagger)
        return self._songs

    def read(self, wanted: Sequence[int]) -> Iterator[int]:
        """Has the tagger read those of `wanted` it has not read yet, and as many others as it
        takes to know what is usual; yields how many are left, song by song."""
        unread = unread_songs(self.songs(), self._database, wanted)
        for left, more in read_now(self._database, self._tagger, unread):
            self._songs = self.songs().and_more(more)
            yield left

    def find(self, text: str, most: int = MOST_FOUND) -> tuple[ShownSong, ...]:
        """Songs that hold these words, in lyric, title or artist, the likeliest first."""
        hits = search(self._database, read_terms(text), True, np.zeros(0, np.int64))
        order = np.argsort(hits.weights, kind="stable") if hits.weights is not None \
            else np.arange(len(hits.songs))
        return self.shown(tuple(hits.songs[order][:most].tolist()))

    def shown(self, songs: Sequence[int]) -> tuple[ShownSong, ...]:
        """These songs with their names, those that are gone left out."""
        names = self._names(songs)
        return tuple(ShownSong(song, *names[song], 0.0) for song in songs if song in names)

    def try_out(self, examples: Examples, place: Place | None = None) -> Trial:
        """Learns from examples and shows what would come of it; changes nothing.

        EngineError for too few examples with words.
        """
        for _ in self.read((*examples.yes, *examples.no)):
            pass
        songs = self.songs()
        marks = Marks(songs.rows(examples.yes), songs.rows(examples.no))
        learned = learn_mood(songs, marks, self._places(), place)
        used = Examples(songs.named(marks.yes), songs.named(marks.no))
        seen = preview(learned, marks)
        names = self._names([songs.keys[row] for row in (*seen.sure, *seen.unsure)]
                            + [*used.yes, *used.no])
        return _trial(songs, marks, learned, used, seen, names)

    def examples(self, mood_id: str) -> Examples:
        """What the person said of a mood so far, anywhere in the program."""
        return examples_of(self._database, mood_id)

    def keep(self, mood: OwnMood, trial: Trial) -> InstalledMood:
        """Installs a mood, lets it into all that is stored, and makes its examples the person's
        words. EngineError where its name is taken."""
        self.check_name(mood.name, mood.id)
        if not mood.placed:
            valence, arousal = (round(value, 2) for value in trial.learned.place)
            mood = msgspec.structs.replace(mood, valence=valence, arousal=arousal)
        installed = install_head(self._paths.models, mood, trial.learned, trial.quality)
        self._say(mood.id, trial.examples)
        self.refill()
        return installed

    def learn_again(self, mood_id: str) -> InstalledMood:
        """Learns a mood from all the person has said of it since, on the tagger of now."""
        known = self._installed(mood_id)
        place = (known.mood.valence, known.mood.arousal) if known.mood.placed else None
        return self.keep(known.mood, self.try_out(self.examples(mood_id), place))

    def renew(self) -> tuple[EngineError, ...]:
        """Learns every mood again that was made on another tagger; why the others could not be."""
        problems: list[EngineError] = []
        for one in self.outdated():
            try:
                self.learn_again(one.mood.id)
            except EngineError as problem:
                problems.append(EngineError(f"{one.mood.name}: {problem.message}", problem.hint))
        return tuple(problems)

    def unfilled(self) -> bool:
        """Whether something stored holds other moods of one's own than are installed: one came by
        a training, or the library was put back from a backup."""
        base = plain(self._tagger)
        wanted = with_own_moods(base, self.moods()).id.removeprefix(base.id)
        version = version_of(base.id)
        return any(name.removeprefix(plain_tagger(name)) != wanted for name, in
                   self._database.all("SELECT name FROM tagger") if version_of(name) == version)

    def rename(self, mood: OwnMood) -> InstalledMood:
        """Changes name, description or place of a mood. EngineError where the name is taken."""
        self.check_name(mood.name, mood.id)
        return rename(self._installed(mood.id).folder, mood)

    def remove(self, mood_id: str) -> Removed:
        """Takes a mood out of everything, the person's words on it too. It can be had back."""
        installed = self._installed(mood_id)
        write_said(installed.folder, said_of(self._database, mood_id))
        removed = remove_model(installed.folder)
        unsay(self._database, mood_id)
        self.refill()
        return removed

    def restore(self, removed: Removed) -> None:
        """Takes a removal back."""
        restore_model(removed)
        mood = read_own_mood(removed.origin).mood
        say_again(self._database, mood.id, read_said(removed.origin))
        self.refill()

    def refill(self) -> int:
        """Makes all that is stored hold just the moods that are installed. How many songs it
        touched; safe at any time."""
        return fill(self._database, plain(self._tagger), self.moods())

    def check_name(self, name: str, mood_id: str = "") -> None:
        """EngineError where a mood cannot be called so."""
        if not name.strip() or not fold(name):
            raise EngineError("A mood needs a name of letters.", _NAME_HINT)
        vocabulary = open_vocabulary(self._paths)
        taken = vocabulary.get(vocabulary.canonical(name) or "")
        if taken is not None and taken.id != mood_id:
            raise EngineError(f"“{name}” is taken: it stands for {taken.name}.", _NAME_HINT)

    def new_mood(self, name: str, about: str = "") -> OwnMood:
        """A mood of this name with an id of its own. EngineError where it is taken."""
        plain_name = " ".join(name.split())
        self.check_name(plain_name)
        return OwnMood(id=free_id(plain_name, open_vocabulary(self._paths)), name=plain_name,
                       about=" ".join(about.split()))

    def _installed(self, mood_id: str) -> InstalledMood:
        for one in self.moods():
            if one.mood.id == mood_id:
                return one
        raise EngineError(f"There is no mood of yours called “{mood_id}”.",
                          "It may have been removed in another window.")

    def _say(self, mood_id: str, examples: Examples) -> None:
        """Stores the examples as the person's words, those that are not said already."""
        store = LyricStore(self._database)
        with self._database.transaction(durable=True):
            for songs, verdict in ((examples.yes, Verdict.ADDED), (examples.no, Verdict.REJECTED)):
                for song in songs:
                    before = store.labels(song).get(mood_id)
                    same = before is not None and (before is Verdict.REJECTED) == (
                        verdict is Verdict.REJECTED)
                    if not same:
                        store.set_label(song, mood_id, verdict)

    def _places(self) -> Mapping[str, Place]:
        known = Vocabulary.load(self._paths.moods_file)
        return {mood.id: (mood.valence, mood.arousal) for mood in known.moods}

    def _names(self, songs: Sequence[int]) -> Mapping[int, tuple[str, str]]:
        return {song: (title, artist) for song, title, artist in self._database.all(
            "SELECT song.id, coalesce(nullif(place.title, ''), song.title),"
            " coalesce(nullif(place.artist, ''), song.artist) FROM song LEFT JOIN place ON"
            " place.id = (SELECT min(id) FROM place WHERE song_id = song.id)"
            " WHERE song.id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(list(songs)).decode(),))}


def _trial(songs: KnownSongs, marks: Marks, learned: Learned, used: Examples, seen: Preview,
           names: Mapping[int, tuple[str, str]]) -> Trial:
    def shown(row: int, said: bool | None = None) -> ShownSong:
        key = songs.keys[row]
        scores = learned.scores if said is None else learned.honest
        return ShownSong(key, *names.get(key, ("", "")), float(scores[row]), said)

    told = [shown(row, True) for row in marks.yes.tolist()]
    told += [shown(row, False) for row in marks.no.tolist()]
    return Trial(learned, judge(learned, marks), used, tuple(shown(row) for row in seen.sure),
                 tuple(shown(row) for row in seen.unsure), tuple(told), seen.called, len(songs))
