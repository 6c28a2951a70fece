"""A mood of one's own from its first examples to its removal, in a real library."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.own_moods_desk import OwnMoodsDesk
from engine.library.database import Database
from engine.models.manifest import check_files
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.labels import Verdict
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import open_vocabulary, own_moods, read_own_mood
from engine.tagging.own_moods_tagger import OwnMoodsTagger, with_own_moods
from engine.tagging.requests import TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger
from engine.training.new_mood.library_songs import Examples
from tests.fakes import FakeTagger

NIGHT, DAY = "the rain is quiet and slow tonight", "we dance and we fight in the sun"
NIGHTS = 14
SONGS = 40
TAGGER = "fake@1"


class Home:
    """A library of songs about nights and days, and desks upon it."""

    def __init__(self, paths: AppPaths, folder: Path) -> None:
        self.paths = paths
        self.detector = LanguageDetector()
        self.database = Database.open(paths.library_file)
        self.store = LyricStore(self.database)
        self.folder = folder
        folder.mkdir()
        for number in range(SONGS):
            self.write(number)
        self.tag(FakeTagger(TAGGER))

    def write(self, number: int) -> None:
        line = NIGHT if number < NIGHTS else DAY
        words = "\n".join(f"{line} and number {number} in verse {verse} of the song"
                          for verse in range(6))
        (self.folder / f"Artist {number} - Song {number}.txt").write_text(words, "utf-8")

    def tag(self, tagger: Tagger, again: bool = False) -> None:
        service = TaggingService(self.store, self.detector, lambda: tagger, Settings)
        for _ in service.run(TagRequest((self.folder,), again=again)):
            pass

    def desk(self, tagger: Tagger | None = None) -> OwnMoodsDesk:
        return OwnMoodsDesk(self.paths, self.database, tagger or self.tagger())

    def tagger(self) -> Tagger:
        return with_own_moods(FakeTagger(TAGGER), own_moods(self.paths))

    def songs(self, first: int, last: int) -> tuple[int, ...]:
        """Ids of the songs of these numbers."""
        by_path = {Path(path).name: song for path, song in self.database.all(
            "SELECT path, song_id FROM place")}
        return tuple(by_path[f"Artist {number} - Song {number}.txt"]
                     for number in range(first, last))

    def shown(self, song: int) -> dict[str, float]:
        """What the taggers' scores show of a song, without the person's words."""
        found = self.store.song(song, Settings(tagger="fake"))
        assert found is not None
        assert found.moods is not None
        return dict(zip(found.moods.moods, found.moods.scores.tolist(), strict=True))

    def keep(self, name: str = "Late night") -> str:
        desk = self.desk()
        trial = desk.try_out(Examples(self.songs(0, 9), ()))
        return desk.keep(desk.new_mood(name, "When the city sleeps."), trial).mood.id


@pytest.fixture
def home(isolated_home: AppPaths, tmp_path: Path) -> Iterator[Home]:
    made = Home(isolated_home, tmp_path / "songs")
    yield made
    made.database.close()


def test_a_trial_shows_songs_before_anything_is_kept(home: Home) -> None:
    # GIVEN nine songs of the night among forty
    trial = home.desk().try_out(Examples(home.songs(0, 9), ()))
    # THEN the nights nobody named come first, with their names
    shown = (*trial.sure, *trial.unsure)
    best = sorted(shown, key=lambda song: -song.score)[:NIGHTS - 9]
    assert {song.song for song in best} == set(home.songs(9, NIGHTS))
    assert "Song" in trial.sure[0].title
    assert trial.quality.auc > 0.9
    assert trial.songs == SONGS
    # AND nothing was stored
    assert own_moods(home.paths) == ()
    assert home.store.all_labels() == {}
    assert set(home.shown(home.songs(0, 1)[0])) == set(FakeTagger().moods)


def test_a_kept_mood_shows_at_once_without_the_model_running(home: Home) -> None:
    tagger = FakeTagger(TAGGER)
    desk = home.desk(tagger)
    trial = desk.try_out(Examples(home.songs(0, 9), ()))
    # WHEN it is kept
    installed = desk.keep(desk.new_mood("Late night"), trial)
    # THEN every stored song carries its score, the tagger was not asked
    assert tagger.runs == 0
    night, day = home.songs(NIGHTS - 1, NIGHTS + 1)
    assert home.shown(night)["late_night"] > installed.threshold > home.shown(day)["late_night"]
    # AND what was stored of the tagger's own moods has not moved by a bit
    plain = home.store.read_by(home.tagger())[0].scores[:, : len(tagger.moods)]
    again = np.concatenate([FakeTagger(TAGGER).score(tagger.cut(lyric)).moods for lyric in (
        home.store.lyric(int(song)) for song in home.store.read_by(home.tagger())[0].songs)
        if lyric is not None])
    assert np.array_equal(plain, again)
    # AND it is a whole model in the list, with its examples as the person's words
    (entry,) = ModelRegistry(home.paths.shipped_models, home.paths.models).usable("mood-head")
    assert entry.manifest is not None
    check_files(entry.folder, entry.manifest)
    assert home.store.labels(home.songs(0, 1)[0]) == {"late_night": Verdict.ADDED}


def test_songs_tagged_later_carry_it_as_those_before_did(home: Home) -> None:
    home.keep()
    before = home.shown(home.songs(12, 13)[0])["late_night"]
    # WHEN everything is read again by the tagger with the mood
    home.tag(home.tagger(), again=True)
    after = home.shown(home.songs(12, 13)[0])["late_night"]
    # THEN a song says nearly the same: only the vectors are the excerpts' own now
    assert after == pytest.approx(before, abs=0.15)


def test_the_vocabulary_and_the_index_know_it(home: Home) -> None:
    home.keep()
    vocabulary = open_vocabulary(home.paths)
    assert vocabulary.canonical("late-night") == "late_night"
    mood = vocabulary.get("late_night")
    assert mood is not None
    assert mood.valence < 0 or mood.arousal < 0
    index = SongIndex.load(home.database, Settings(tagger="fake"), vocabulary, home.paths.cache)
    assert "late_night" in index.moods


def test_a_name_that_is_taken_is_refused(home: Home) -> None:
    with pytest.raises(EngineError, match="taken"):
        home.desk().new_mood("nostalgic")
    home.keep()
    with pytest.raises(EngineError, match="taken"):
        home.desk().new_mood("Late-Night")
    with pytest.raises(EngineError, match="name"):
        home.desk().new_mood(" - ")


def test_a_renamed_mood_keeps_its_id_and_its_scores(home: Home) -> None:
    mood = read_own_mood(home.paths.models / f"mood-{home.keep()}").mood
    before, tagger = home.shown(home.songs(0, 1)[0]), home.tagger().id
    home.desk().rename(type(mood)(id=mood.id, name="Small hours", valence=mood.valence))
    assert open_vocabulary(home.paths).canonical("small hours") == "late_night"
    assert home.tagger().id == tagger
    assert home.shown(home.songs(0, 1)[0]) == before


def test_more_examples_said_anywhere_are_learned_from(home: Home) -> None:
    mood = home.keep()
    for song in home.songs(NIGHTS, NIGHTS + 6):
        home.store.set_label(song, mood, Verdict.REJECTED)
    again = home.desk().learn_again(mood)
    assert again.manifest.quality["songs without it"] == 6
    assert home.shown(home.songs(NIGHTS, NIGHTS + 1)[0])[mood] < again.threshold


def test_a_removed_mood_leaves_no_trace_and_comes_back_whole(home: Home) -> None:
    mood = home.keep()
    before = {song: home.shown(song) for song in home.songs(0, SONGS)}
    labels = home.store.all_labels()
    # WHEN it is removed
    removed = home.desk().remove(mood)
    assert home.shown(home.songs(0, 1)[0]).keys() == set(FakeTagger().moods)
    assert home.store.all_labels() == {}
    assert open_vocabulary(home.paths).get(mood) is None
    # AND taken back
    home.desk().restore(removed)
    assert home.store.all_labels() == labels
    for song, scores in before.items():
        assert home.shown(song) == pytest.approx(scores)


def test_two_moods_stand_side_by_side(home: Home) -> None:
    home.keep()
    desk = home.desk()
    trial = desk.try_out(Examples(home.songs(NIGHTS, NIGHTS + 9), home.songs(0, 5)))
    desk.keep(desk.new_mood("Bright days"), trial)
    night, day = home.songs(NIGHTS - 1, NIGHTS + 1)
    assert home.shown(night)["late_night"] > home.shown(night)["bright_days"]
    assert home.shown(day)["bright_days"] > home.shown(day)["late_night"]
    tagger = home.tagger()
    assert isinstance(tagger, OwnMoodsTagger)
    assert tagger.moods[-2:] == ("bright_days", "late_night")


def test_another_tagger_learns_the_moods_from_what_was_said(home: Home) -> None:
    # GIVEN a mood made on one tagger, and another one in use
    mood = home.keep()
    other = FakeTagger("fake@2")
    assert [one.mood.id for one in home.desk(other).outdated()] == [mood]
    assert with_own_moods(other, own_moods(home.paths)) is other
    # WHEN it is learned anew
    assert home.desk(other).renew() == ()
    # THEN it is a head upon the new one, which read only the songs it needed
    renewed = with_own_moods(FakeTagger("fake@2"), own_moods(home.paths))
    assert renewed.moods[-1] == mood
    assert home.desk(renewed).outdated() == ()


def test_a_run_that_goes_on_with_the_tagger_of_before_harms_nothing(home: Home) -> None:
    # GIVEN a tagging run that began before a mood was kept
    tagger = FakeTagger(TAGGER)
    service = TaggingService(home.store, home.detector, lambda: tagger, Settings)
    run = service.run(TagRequest((home.folder,), again=True))
    for _ in range(3):
        next(run)
    # WHEN the mood is kept in between
    home.keep()
    for _ in run:
        pass
    # THEN every song can still be shown, and filling once more makes all alike
    for song in home.songs(0, SONGS):
        home.shown(song)
    home.desk().refill()
    assert all("late_night" in home.shown(song) for song in home.songs(0, SONGS))


def test_songs_without_words_are_left_out_of_the_examples(home: Home) -> None:
    gone = 10_000
    trial = home.desk().try_out(Examples((*home.songs(0, 9), gone), ()))
    assert gone not in trial.examples.yes


def test_songs_are_found_by_their_words(home: Home) -> None:
    found = home.desk().find("rain tonight")
    assert {song.song for song in found} == set(home.songs(0, NIGHTS))
    assert home.desk().find("  ") == () or len(home.desk().find("  ")) <= 100


def test_a_tagger_named_by_its_version_alone_shows_them_too(home: Home) -> None:
    home.keep()
    song = home.store.song(home.songs(0, 1)[0], Settings(tagger=TAGGER))
    assert song is not None
    assert song.moods is not None
    assert "late_night" in song.moods.moods


def test_filling_twice_changes_nothing(home: Home) -> None:
    home.keep()
    before = home.database.all("SELECT * FROM tagger"), home.database.all("SELECT * FROM excerpt")
    home.desk().refill()
    assert before == (home.database.all("SELECT * FROM tagger"),
                      home.database.all("SELECT * FROM excerpt"))
