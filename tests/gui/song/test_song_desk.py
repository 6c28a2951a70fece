"""The open song: what is said of its moods is stored, undone and explained."""

from dataclasses import replace

from engine.errors import EngineError
from engine.settings import CollationSettings, Settings
from engine.tagging.labels import Verdict
from tests.gui.tag_bench import CALM, SAD, SUNNY, Bench


def verdicts(bench: Bench) -> dict[str, Verdict | None]:
    return {chip.mood: chip.verdict for chip in bench.presenter.desk.chips}


def stored(bench: Bench) -> dict[str, Verdict]:
    song = bench.presenter.desk.song
    assert song and song.row.song_id
    with bench.open_services() as services:
        return services.store.labels(song.row.song_id)


def two_songs(bench: Bench) -> None:
    bench.tag(bench.write("rain.txt", SAD), bench.write("sun.txt", SUNNY))


def test_words_about_moods_are_stored_and_shown(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.accept("sadness")
    bench.presenter.add("lonely")
    bench.settle()
    said = {"sadness": Verdict.ACCEPTED, "loneliness": Verdict.ADDED}
    assert verdicts(bench) == said == stored(bench)


def test_the_same_word_again_takes_it_back(bench: Bench) -> None:
    two_songs(bench)
    for verdict in (Verdict.REJECTED, None):
        bench.presenter.reject("sadness")
        bench.settle()
        assert verdicts(bench) == {"sadness": verdict}
    assert stored(bench) == {}


def test_rejecting_what_one_added_removes_it(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.add("anger")
    bench.settle()
    bench.presenter.reject("anger")
    bench.settle()
    assert verdicts(bench) == {"sadness": None} and stored(bench) == {}


def test_adding_a_mood_that_is_there_accepts_it(bench: Bench) -> None:
    two_songs(bench)
    for _ in range(2):
        bench.presenter.add("sad")
        bench.settle()
    assert stored(bench) == {"sadness": Verdict.ACCEPTED}


def test_undo_and_redo_go_to_the_song_they_speak_of(bench: Bench) -> None:
    # GIVEN a word about one song, and another song open
    two_songs(bench)
    bench.presenter.reject("sadness")
    bench.settle()
    bench.open("sun.txt")
    # WHEN it is taken back
    bench.presenter.undo()
    bench.settle()
    # THEN its song is open and shows it
    assert bench.presenter.selected == bench.place("rain.txt")
    assert verdicts(bench) == {"sadness": None} and stored(bench) == {}
    # AND redo makes it again
    bench.presenter.redo()
    bench.settle()
    assert stored(bench) == {"sadness": Verdict.REJECTED}


def test_undo_without_history_does_nothing(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.undo()
    bench.presenter.redo()
    bench.settle()
    assert verdicts(bench) == {"sadness": None} and not bench.problems
    assert bench.presenter.way_back.told == "There is nothing more to take back or make again."


def test_a_word_said_as_the_window_closes_is_kept(bench: Bench) -> None:
    two_songs(bench)
    song = bench.presenter.desk.words.song_id
    bench.tagging.close()
    bench.presenter.desk.judge("sadness", Verdict.REJECTED)
    bench.presenter.desk.judge("anger", Verdict.ADDED)
    bench.desk.close()
    with bench.open_services() as services:
        assert services.store.labels(song) == {"sadness": Verdict.REJECTED,
                                               "anger": Verdict.ADDED}


def test_a_word_that_cannot_be_stored_is_told(bench: Bench) -> None:
    two_songs(bench)
    with bench.open_services() as services:
        services.database.execute("DELETE FROM place")
        services.database.execute("DELETE FROM song")
    bench.presenter.reject("sadness")
    bench.settle()
    assert len(bench.problems) == 1 and verdicts(bench) == {"sadness": None}


def test_taking_back_says_what(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.reject("sadness")
    bench.settle()
    bench.presenter.undo()
    bench.settle()
    told = bench.presenter.way_back.told
    assert told.startswith("Taken back: rejected Sadness in “") and told.endswith("”.")


def test_a_reason_names_the_lines_and_is_kept(bench: Bench) -> None:
    # GIVEN a song with sad and calm lines
    bench.tag(bench.write("mixed.txt", SAD, CALM))
    desk = bench.presenter.desk
    mood = desk.chips[0].mood
    # WHEN its mood is asked for
    desk.ask(mood)
    assert desk.asked == mood and desk.reason is None
    bench.settle()
    # THEN the answer names lines that are in the lyric
    assert desk.reason and desk.reason.mood == mood
    assert max(piece.change for piece in desk.reason.lines) > 0
    # AND the second time it costs nothing
    runs, answer = bench.tagger.runs, desk.reason
    desk.clear_reason()
    assert desk.asked == "" and desk.reason is None
    desk.ask(mood)
    assert desk.reason is answer and bench.tagger.runs == runs


def test_asking_again_clears_the_answer(bench: Bench) -> None:
    two_songs(bench)
    for _ in range(2):
        bench.presenter.desk.ask("sadness")
        bench.settle()
    assert bench.presenter.desk.asked == ""


def test_other_settings_ask_anew(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.load()
    bench.presenter.desk.ask("sadness")
    bench.settle()
    runs = bench.tagger.runs
    bench.presenter.use_settings(replace(Settings(), collation=CollationSettings(peak_share=1.0)))
    bench.settle()
    # The song was read anew, its question stayed open and was answered for the new settings.
    assert bench.presenter.desk.asked == "sadness" and bench.presenter.desk.reason
    assert bench.tagger.runs > runs


def test_another_song_forgets_the_question(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.desk.ask("sadness")
    bench.open("sun.txt")
    assert bench.presenter.desk.asked == "" and bench.presenter.desk.reason is None


def test_a_mood_without_a_score_has_no_reason(bench: Bench) -> None:
    two_songs(bench)
    bench.presenter.add("erotic")  # the tagger does not know it
    bench.settle()
    assert verdicts(bench) == {"sadness": None, "erotic": Verdict.ADDED}
    bench.presenter.desk.ask("erotic")
    assert bench.presenter.desk.asked == "" and not bench.tagging.busy


def test_a_reason_goes_before_a_paused_run(bench: Bench) -> None:
    # GIVEN a paused run with songs waiting
    two_songs(bench)
    bench.presenter.pause()
    bench.presenter.tag((bench.write("sea.txt", CALM),))
    bench.presenter.select(bench.place("rain.txt"))
    # WHEN a reason is asked for THEN it comes although the run stands still
    bench.presenter.desk.ask("sadness")
    bench.qtbot.waitUntil(lambda: bench.presenter.desk.reason is not None)
    assert bench.presenter.run.progress.paused
    bench.presenter.resume()
    bench.settle()


def test_a_reason_that_fails_is_told_and_cleared(bench: Bench) -> None:
    two_songs(bench)
    bench.shelf.clear()
    bench.presenter.desk.ask("sadness")
    bench.settle()
    assert [type(problem) for problem in bench.problems] == [EngineError]
    assert bench.presenter.desk.asked == ""


def test_a_file_that_was_not_read_opens_with_its_sentence_only(bench: Bench) -> None:
    bench.tag(bench.songs / "gone.txt")
    desk = bench.presenter.desk
    assert desk.row and desk.row.message and desk.song is None and desk.chips == ()
    bench.presenter.accept("sadness")
    assert not bench.desk.busy


def test_only_the_last_of_many_quick_choices_is_shown(bench: Bench) -> None:
    two_songs(bench)
    shown: list[str] = []
    bench.presenter.desk.song_changed.connect(
        lambda: shown.append(bench.presenter.desk.row.place if bench.presenter.desk.row else ""))
    for end in ("sun.txt", "rain.txt", "sun.txt"):
        bench.presenter.select(bench.place(end))
    bench.settle()
    assert shown[-1] == bench.place("sun.txt")
    assert bench.place("rain.txt") not in shown
