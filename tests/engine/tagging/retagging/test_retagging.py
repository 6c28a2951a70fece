"""Another tagger reads the songs beside the one they show: compared, accepted, refused, undone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.labels import Verdict
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.retagging.differences import Comparison, Difference, compare, outdated
from engine.tagging.retagging.proposals import Proposals
from engine.tagging.retagging.retagger import Retagger, RetagProgress
from engine.tagging.vocabulary import Mood, Vocabulary
from tests.engine.tagging.shelf import Shelf
from tests.fakes import MOODS, FakeTagger, lyric

RAIN = lyric("The rain came down on the harbour wall", "and I cry goodbye to you all",
             title="Harbour", artist="The Ferrymen")
SUN = lyric("The sun is a bright brass band", "so dance with the dust in your hand",
            title="Brass", artist="Ana")
SEA = lyric("Quiet is the evening sea", "slow the boats come home to me", title="Evening")
EMPTY = lyric("", "", title="Nothing")


class Contrary(FakeTagger):
    """Says the next mood of the list wherever the other says one."""

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        said = super().score(excerpts)
        return ExcerptScores(said.moods[:, [-1, *range(len(MOODS) - 1)]], -said.affect,
                             said.vectors)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """Three songs read by one tagger, which the settings name."""
    shelf = Shelf()
    for name, song in (("a.txt", RAIN), ("b.txt", SUN), ("c.txt", SEA)):
        shelf.put(name, song)
    shelf.scan()
    yield shelf
    shelf.database.close()


def read(shelf: Shelf, tagger: FakeTagger, *songs: int) -> RetagProgress:
    *_, last = Retagger(shelf.database, shelf.store, tagger).run(songs)
    return last


def compared(shelf: Shelf) -> Comparison:
    note, = Proposals(shelf.database).taggers()
    return compare(shelf.database, note, shelf.settings)


def by_title(comparison: Comparison) -> dict[str, Difference]:
    return {song.title: song for song in comparison.songs}


def tags(shelf: Shelf, name: str) -> list[str]:
    return [tag.tag for tag in shelf.row(name).tags]


def accept(shelf: Shelf, *names: str) -> int:
    proposals = Proposals(shelf.database)
    return proposals.accept(open_journal(shelf.database), proposals.taggers()[0],
                            [shelf.song_id(name) for name in names])


@pytest.fixture
def other() -> FakeTagger:
    return Contrary("contrary@1", languages=frozenset())


def test_nothing_is_shown_before_it_is_accepted(shelf: Shelf, other: FakeTagger) -> None:
    before = shelf.store.rows(shelf.settings)
    # WHEN another tagger reads all songs
    assert read(shelf, other) == RetagProgress(3, 3)
    # THEN everything looks as before, by the settings' tagger and by "the one used most"
    assert shelf.store.rows(shelf.settings) == before
    shelf.settings = type(shelf.settings)()
    assert shelf.store.rows(shelf.settings) == before


def test_the_comparison_says_what_would_change(shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    found = compared(shelf)
    assert found.tagger == "contrary@1" and len(found.changing) == 3
    song = by_title(found)["Harbour"]
    assert (song.lost, song.gained, song.artist) == (("sadness",), ("happiness",), "The Ferrymen")
    counts = {change.mood: (change.before, change.gained, change.lost, change.after)
              for change in found.moods}
    assert counts["sadness"] == (1, 0, 1, 0) and counts["happiness"] == (1, 1, 1, 1)


def test_a_tagger_of_one_mind_changes_nothing(shelf: Shelf) -> None:
    read(shelf, FakeTagger("twin@1", languages=frozenset()))
    found = compared(shelf)
    assert found.changing == () and len(found.songs) == 3
    assert all(song.moved == 0 for song in found.songs)


def test_one_song_is_accepted_and_the_others_stay(shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    assert accept(shelf, "a.txt") == 1
    assert (tags(shelf, "a.txt"), tags(shelf, "b.txt")) == (["happiness"], ["happiness"])
    # THEN lists show the same, and the others still wait
    assert {row.title: [tag.tag for tag in row.tags] for row in shelf.store.rows(shelf.settings)
            }["Harbour"] == ["happiness"]
    assert set(by_title(compared(shelf))) == {"Brass", "Evening"}
    # AND it can be taken back and made again, also after a restart
    assert open_journal(shelf.database).undo() is not None
    assert tags(shelf, "a.txt") == ["sadness"]
    assert set(by_title(compared(shelf))) == {"Harbour", "Brass", "Evening"}
    assert open_journal(shelf.database).redo() is not None
    assert tags(shelf, "a.txt") == ["happiness"]


def test_all_are_accepted_in_one_step(shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    assert accept(shelf, "a.txt", "b.txt", "c.txt", "a.txt") == 3
    assert tags(shelf, "c.txt") == ["anger"] and Proposals(shelf.database).count() == 0
    open_journal(shelf.database).undo()
    assert [tags(shelf, name) for name in ("a.txt", "b.txt", "c.txt")] == [
        ["sadness"], ["happiness"], ["calmness"]]


def test_refused_songs_stay_and_can_be_asked_for_again(shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    proposals = Proposals(shelf.database)
    note = proposals.taggers()[0]
    assert proposals.refuse(open_journal(shelf.database), note, [shelf.song_id("a.txt")]) == 1
    assert tags(shelf, "a.txt") == ["sadness"]
    assert set(by_title(compared(shelf))) == {"Brass", "Evening"}
    open_journal(shelf.database).undo()
    assert set(by_title(compared(shelf))) == {"Harbour", "Brass", "Evening"}
    # AND one that is refused is not read again, but asked about again
    open_journal(shelf.database).redo()
    runs = other.runs
    read(shelf, other, shelf.song_id("a.txt"))
    assert other.runs == runs + 1 and "Harbour" in by_title(compared(shelf))


def test_words_of_the_person_survive_and_are_no_difference(
        shelf: Shelf, other: FakeTagger) -> None:
    song = shelf.song_id("a.txt")
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(song, "happiness", Verdict.REJECTED)
    read(shelf, other)
    found = by_title(compared(shelf))["Harbour"]
    assert found.corrected and not found.changes
    accept(shelf, "a.txt")
    assert shelf.store.labels(song) == {"sadness": Verdict.ACCEPTED,
                                        "happiness": Verdict.REJECTED}


def test_the_accepted_tagger_speaks_until_another_reads_on_the_persons_wish(
        shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    accept(shelf, "a.txt")
    shelf.tag(shelf.song_id("a.txt"))
    assert tags(shelf, "a.txt") == ["sadness"]


def test_what_a_tagger_said_before_is_not_asked_again(shelf: Shelf, other: FakeTagger) -> None:
    # GIVEN a song the other tagger has read, though its word is not shown
    song = shelf.song_id("a.txt")
    usual, shelf.tagger = shelf.tagger, other
    shelf.tag(song)
    shelf.tagger = usual
    runs = other.runs
    # WHEN it is to be compared THEN nothing is read
    read(shelf, other, song)
    assert other.runs == runs and set(by_title(compared(shelf))) == {"Harbour"}
    # AND undoing the acceptance leaves what was known of it
    accept(shelf, "a.txt")
    open_journal(shelf.database).undo()
    assert shelf.store.is_answered(song, other) and tags(shelf, "a.txt") == ["sadness"]


def test_a_newer_version_is_offered_and_shown_only_when_accepted(shelf: Shelf) -> None:
    # GIVEN songs read by the first version
    first, newer = FakeTagger("minds@1"), Contrary("minds@2")
    shelf.tagger = first
    for name in ("a.txt", "b.txt", "c.txt"):
        shelf.tag(shelf.song_id(name))
    shelf.settings = type(shelf.settings)(tagger="minds")
    assert outdated(shelf.database, "minds@1") == 0
    assert outdated(shelf.database, "minds@2") == 3
    # WHEN the second proposes THEN the first still speaks, and it is offered no more
    read(shelf, newer)
    assert tags(shelf, "a.txt") == ["sadness"] and outdated(shelf.database, "minds@2") == 0
    accept(shelf, "a.txt")
    assert (tags(shelf, "a.txt"), tags(shelf, "c.txt")) == (["happiness"], ["calmness"])


def test_a_lyric_that_changes_takes_its_proposal_along(shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    shelf.put("a.txt", lyric(*(line.text for line in RAIN.lines), "one more line", title="Harbour"))
    shelf.scan()
    assert "Harbour" not in by_title(compared(shelf))


def test_a_tagger_with_other_moods_is_compared_mood_by_mood(shelf: Shelf) -> None:
    read(shelf, FakeTagger("few@1", moods=("calmness", "rain"), languages=frozenset()))
    found = by_title(compared(shelf))
    assert (found["Harbour"].gained, found["Harbour"].lost) == (("rain",), ("sadness",))
    assert not found["Evening"].changes


def test_a_song_the_tagger_cannot_take_is_left_out(shelf: Shelf) -> None:
    last = read(shelf, Contrary("contrary@1", languages=frozenset(), refuses="brass"))
    assert (last.done, last.refused) == (3, 1) and last.problem is not None
    assert set(by_title(compared(shelf))) == {"Harbour", "Evening"}


def test_songs_in_a_language_the_tagger_does_not_know_are_only_counted(shelf: Shelf) -> None:
    german = Contrary("german@1", languages=frozenset({"de"}))
    assert read(shelf, german) == RetagProgress(3, 3, silent=3)
    assert german.runs == 0 and Proposals(shelf.database).count() == 0


def test_a_run_that_is_stopped_keeps_what_it_has(
        shelf: Shelf, other: FakeTagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.tagging.retagging.retagger.MOST_SONGS", 1)
    run = Retagger(shelf.database, shelf.store, other).run()
    assert [next(run).done, next(run).done] == [0, 1]
    run.close()
    assert Proposals(shelf.database).count() == 1
    other.runs = 0
    assert read(shelf, other) == RetagProgress(3, 3) and other.runs == 2


def test_a_wordless_song_is_passed_over(shelf: Shelf, other: FakeTagger) -> None:
    shelf.put("d.txt", EMPTY)
    shelf.scan()
    assert read(shelf, other, shelf.song_id("d.txt")) == RetagProgress(1, 1)
    assert Proposals(shelf.database).count() == 0


def test_a_step_whose_songs_are_gone_says_so(shelf: Shelf, other: FakeTagger) -> None:
    read(shelf, other)
    accept(shelf, "a.txt")
    shelf.database.execute("DELETE FROM song WHERE id = ?", (shelf.song_id("a.txt"),))
    with pytest.raises(Exception, match="gone"):
        open_journal(shelf.database).undo()


def test_the_index_of_all_songs_follows_what_was_accepted(
        shelf: Shelf, other: FakeTagger, tmp_path: Path) -> None:
    # GIVEN an index of a library in which a song is about to show another tagger's moods
    vocabulary = Vocabulary([Mood(mood, mood.capitalize(), 0.0, 0.0) for mood in MOODS])
    index = SongIndex.load(shelf.database, shelf.settings, vocabulary, tmp_path)
    song = shelf.song_id("a.txt")

    def shown() -> list[str]:
        index.refresh(shelf.database)
        row, = index.rows([song])
        return [tag.tag for tag in row.tags]

    assert shown() == ["sadness"]
    # WHEN it is proposed, accepted and taken back
    read(shelf, other)
    assert shown() == ["sadness"]
    accept(shelf, "a.txt")
    assert shown() == ["happiness"]
    open_journal(shelf.database).undo()
    # THEN the index said the same as the song each time
    assert shown() == ["sadness"]
