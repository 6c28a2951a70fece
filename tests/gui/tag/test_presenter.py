"""What the page does, without a page: tagging, the list, restarts, settings."""

from dataclasses import replace

import pytest

from engine.settings import CollationSettings, Settings
from engine.tagging.song import SongState
from engine.tagging.unfinished import UnfinishedRun
from gui.tag.presenter import TagPresenter
from tests.gui.tag_bench import ANGRY, CALM, MIXED, SAD, SUNNY, Bench


def states(bench: Bench) -> dict[str, SongState]:
    return {row.place.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]: row.state
            for row in bench.presenter.table.rows()}


def test_files_become_rows_and_the_first_one_opens(bench: Bench) -> None:
    # WHEN two files are given
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    # THEN both are tagged, and the first is open with its moods
    assert states(bench) == {"rain.txt": SongState.TAGGED, "sun.txt": SongState.TAGGED}
    assert bench.presenter.selected == bench.place("rain.txt")
    assert bench.moods() == ["sadness"]
    assert not bench.problems


def test_the_first_song_with_moods_opens_rather_than_a_refusal(bench: Bench) -> None:
    bench.tag(bench.songs / "gone.txt", bench.write("rain.txt", SAD))
    assert bench.presenter.selected == bench.place("rain.txt")


def test_a_song_the_person_chose_stays_open(bench: Bench) -> None:
    bench.tag(bench.write("a.txt", SAD), bench.write("b.txt", CALM))
    bench.presenter.tag((bench.write("c.txt", SUNNY),))
    bench.presenter.select(bench.place("b.txt"))
    bench.settle()
    assert bench.presenter.selected == bench.place("b.txt")


def test_a_bad_file_says_why_and_stops_nothing(bench: Bench) -> None:
    bad = bench.write("picture.txt")
    bad.write_bytes(bytes(range(256)) * 8)
    bench.tag(bad, bench.songs / "gone.txt", bench.write("sun.txt", SUNNY))
    assert states(bench) == {"picture.txt": SongState.FAILED, "gone.txt": SongState.FAILED,
                             "sun.txt": SongState.TAGGED}
    refused = bench.presenter.table.row(bench.place("gone.txt"))
    assert refused and refused.message and not bench.problems


def test_pasted_words_are_a_song(bench: Bench) -> None:
    bench.presenter.tag_text(SAD, "Mine", "Me")
    bench.settle()
    row, = bench.presenter.table.rows()
    assert (row.title, row.artist, row.state) == ("Mine", "Me", SongState.TAGGED)
    assert bench.presenter.desk.row == row


def test_the_same_words_pasted_twice_are_one_row(bench: Bench) -> None:
    for _ in range(2):
        bench.presenter.tag_text(SAD)
        bench.settle()
    assert bench.presenter.table.size == 1


def test_all_is_there_again_after_a_restart(bench: Bench, vocabulary) -> None:
    # GIVEN songs tagged and labelled in an earlier run
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    bench.presenter.accept("sadness")
    bench.settle()
    runs = bench.tagger.runs
    # WHEN a new presenter loads
    again = TagPresenter(bench.open_services, bench.tagging, bench.desk, vocabulary, Settings(),
                         bench.songs, UnfinishedRun(bench.songs / "unfinished.json"))
    again.load()
    bench.settle()
    # THEN rows, the first song and its label are back, and the tagger had nothing to do
    assert list(again.table.rows()) == list(bench.presenter.table.rows())
    assert [(c.mood, c.verdict) for c in again.desk.chips] == [("sadness", "accepted")]
    assert bench.tagger.runs == runs
    again.close()


def test_a_song_that_is_known_elsewhere_is_opened_once_the_queue_is_there(
        bench: Bench, vocabulary) -> None:
    # GIVEN songs of an earlier run
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    # WHEN one is sought before the page was ever shown
    again = TagPresenter(bench.open_services, bench.tagging, bench.desk, vocabulary, Settings(),
                         bench.songs, UnfinishedRun(bench.songs / "unfinished.json"))
    again.seek(bench.place("sun.txt"))
    bench.settle()
    # THEN it is the one that is open, and so is another that is sought later
    assert again.selected == bench.place("sun.txt") and again.desk.row is not None
    again.seek(bench.place("rain.txt"))
    assert again.selected == bench.place("rain.txt")
    again.close()


def test_only_the_newest_come_back_and_an_older_one_when_it_is_asked_for(
        bench: Bench, vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN three songs in a library, of which the queue brings back two
    monkeypatch.setattr("gui.tag.presenter.MOST_ROWS", 2)
    bench.tag(*(bench.write(name, words) for name, words in (
        ("a.txt", SAD), ("b.txt", CALM), ("c.txt", SUNNY))))
    oldest = bench.place("a.txt")
    fresh = TagPresenter(bench.open_services, bench.tagging, bench.desk, vocabulary, Settings(),
                         bench.songs, UnfinishedRun(bench.songs / "unfinished.json"))
    # WHEN the program starts again
    fresh.load()
    bench.settle()
    # THEN those found last are there, and it is known that there are more
    assert [row.place[-5:] for row in fresh.table.rows()] == ["b.txt", "c.txt"]
    assert fresh.stored == 3
    # AND the oldest opens where another page asks for it, one that is unknown does not
    fresh.seek("nowhere.txt")
    fresh.seek(oldest)
    bench.settle()
    assert fresh.selected == oldest and fresh.desk.row and fresh.desk.row.place == oldest
    fresh.close()


def test_loading_does_not_hide_a_run_that_began_meanwhile(bench: Bench) -> None:
    file = bench.write("rain.txt", SAD)
    bench.tag(file)
    bench.presenter.tag((file, bench.write("new.txt", SUNNY)))
    bench.presenter.load()
    bench.settle()
    assert set(states(bench).values()) == {SongState.TAGGED}


def test_settings_collate_anew_without_the_tagger(bench: Bench) -> None:
    # GIVEN a song with two moods, opened
    bench.presenter.load()
    bench.tag(bench.write("both.txt", MIXED))
    assert len(bench.moods()) == 2
    runs = bench.tagger.runs
    # WHEN only one tag may be shown
    bench.presenter.use_settings(replace(Settings(), collation=CollationSettings(most_tags=1)))
    bench.settle()
    # THEN the chips and the row follow at once
    assert len(bench.moods()) == 1
    assert len(bench.presenter.table.rows()[0].tags) == 1
    assert bench.tagger.runs == runs


def test_settings_that_change_no_tags_read_nothing(bench: Bench) -> None:
    bench.presenter.load()
    bench.settle()
    bench.presenter.use_settings(replace(Settings(), appearance="dark"))
    assert not bench.desk.busy


def test_tagging_again_runs_the_tagger_on_current_songs(bench: Bench) -> None:
    bench.tag(bench.write("rain.txt", SAD))
    bench.presenter.tag_text(SUNNY)
    bench.settle()
    read = len(bench.tagger.read)
    bench.presenter.tag_again([row.place for row in bench.presenter.table.rows()])
    bench.settle()
    assert len(bench.tagger.read) == 2 * read
    assert set(states(bench).values()) == {SongState.TAGGED}


def test_failed_files_are_tried_again(bench: Bench) -> None:
    # GIVEN a file that was not there
    missing = bench.songs / "late.txt"
    bench.tag(missing)
    assert states(bench) == {"late.txt": SongState.FAILED}
    # WHEN it has come and the failed ones are tried again
    bench.write("late.txt", CALM)
    bench.presenter.retry_failed()
    bench.settle()
    assert states(bench) == {"late.txt": SongState.TAGGED}


def test_removed_rows_can_come_back(bench: Bench) -> None:
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    before = list(bench.presenter.table.rows())
    bench.presenter.remove([bench.place("rain.txt")])
    assert [r.place for r in bench.presenter.table.rows()] == [bench.place("sun.txt")]
    # THEN its neighbour is open
    assert bench.presenter.selected == bench.place("sun.txt")
    bench.settle()
    bench.presenter.undo()
    bench.settle()
    assert sorted(r.place for r in bench.presenter.table.rows()) == sorted(r.place for r in before)
    assert bench.presenter.selected == bench.place("rain.txt")


def stored_places(bench: Bench) -> list[str]:
    with bench.open_services() as services:
        return services.store.row_ids()


def test_the_library_forgets_removed_rows_at_once_also_when_it_closes(bench: Bench) -> None:
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    rain, sun = bench.place("rain.txt"), bench.place("sun.txt")
    bench.presenter.remove([rain])
    bench.settle()
    assert stored_places(bench) == [sun]
    bench.presenter.remove([sun])
    bench.presenter.close()
    assert stored_places(bench) == []
    bench.settle()


def test_a_removal_can_be_taken_back_and_made_again(bench: Bench) -> None:
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    bench.presenter.remove([bench.place("rain.txt"), bench.place("sun.txt")])
    for turn, left in ((bench.presenter.undo, ["rain.txt", "sun.txt"]), (bench.presenter.redo, []),
                       (bench.presenter.undo, ["rain.txt", "sun.txt"])):
        bench.settle()
        turn()
        bench.settle()
        assert sorted(states(bench)) == left
    assert bench.presenter.way_back.told == "Taken back: 2 songs removed."


def test_what_the_person_says_of_a_song_stands_in_its_rows(bench: Bench) -> None:
    # GIVEN one song in two files, and another
    bench.tag(bench.write("rain.txt", SAD), bench.write("again.txt", SAD),
              bench.write("sun.txt", SUNNY))
    bench.presenter.select(bench.place("rain.txt"))
    bench.settle()

    def tags(name: str) -> list[str]:
        row = bench.presenter.table.row(bench.place(name))
        return [tag.tag for tag in row.tags] if row else []

    sun = tags("sun.txt")
    # WHEN its mood is rejected and another one added
    bench.presenter.reject("sadness")
    bench.presenter.add("loneliness")
    bench.settle()
    # THEN both rows show that, and what is taken back is gone from them
    assert tags("rain.txt") == tags("again.txt") == ["loneliness"] and tags("sun.txt") == sun
    bench.presenter.undo()
    bench.presenter.undo()
    bench.settle()
    assert tags("rain.txt") == tags("again.txt") == ["sadness"]


def test_what_another_page_changed_is_read_when_this_one_is_seen(bench: Bench) -> None:
    bench.presenter.load()
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    with bench.open_services() as services:
        services.store.forget([bench.place("rain.txt")])
    bench.presenter.freshen()
    bench.settle()
    assert sorted(states(bench)) == ["rain.txt", "sun.txt"]
    bench.presenter.mark_stale()
    bench.presenter.freshen()
    bench.settle()
    assert sorted(states(bench)) == ["sun.txt"]
    assert bench.presenter.selected == bench.place("sun.txt")


def test_what_a_run_answers_while_rows_are_read_stays(bench: Bench) -> None:
    # GIVEN the rows of the library on their way
    bench.tag(bench.write("rain.txt", SAD))
    bench.presenter.mark_stale()
    bench.presenter.load()
    # WHEN a run answers for a file that was not stored when they were read
    row = replace(next(iter(bench.presenter.table.rows())), place="/music/fresh.txt")
    bench.presenter.table.put([row])
    bench.settle()
    # THEN its row is still there
    assert bench.presenter.table.row("/music/fresh.txt") is not None


def test_a_removed_row_does_not_return_with_changed_settings(bench: Bench) -> None:
    bench.presenter.load()
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))
    bench.presenter.remove([bench.place("rain.txt")])
    bench.presenter.use_settings(replace(Settings(), collation=CollationSettings(most_tags=1)))
    bench.settle()
    assert list(states(bench)) == ["sun.txt"]


def test_steps_go_along_the_shown_rows(bench: Bench) -> None:
    bench.tag(bench.write("a.txt", SAD), bench.write("b.txt", ANGRY), bench.write("c.txt", SUNNY))
    bench.presenter.table.search("txt happiness")
    bench.presenter.step(1)
    # The open song is hidden by the search, so the first shown one opens.
    assert bench.presenter.selected == bench.place("c.txt")
    bench.presenter.table.search("")
    bench.presenter.step(-1)
    assert bench.presenter.selected == bench.place("b.txt")
    bench.presenter.step(-5)
    assert bench.presenter.selected == bench.place("b.txt")
    bench.settle()


def test_a_tagger_that_cannot_be_had_is_told_once(bench: Bench) -> None:
    bench.shelf.clear()
    bench.tag(bench.write("rain.txt", SAD))
    assert [str(problem) for problem in bench.problems] == ["There is no tagger."]
    assert not bench.presenter.run.progress.running


@pytest.mark.parametrize("word, known", [("lonely", True), ("Sadness", True), ("SAD", True),
                                         ("nonsense", False), ("", False)])
def test_only_moods_of_the_vocabulary_are_added(bench: Bench, word: str, known: bool) -> None:
    bench.tag(bench.write("sun.txt", SUNNY))
    assert bench.presenter.add(word) is known
    bench.settle()
    assert (len(bench.moods()) == 2) is known
