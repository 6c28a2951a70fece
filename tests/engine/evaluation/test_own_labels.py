"""The person's verdicts as something taggers can be measured on."""

from collections.abc import Iterator

import pytest

from engine.errors import EngineError
from engine.evaluation.measuring import MeasureOptions, measure
from engine.evaluation.own_labels import FEWEST_VERDICTS, OwnLabels, read_own_labels
from engine.evaluation.scoring import score_songs
from engine.tagging.labels import Verdict
from tests.engine.tagging.shelf import Shelf
from tests.fakes import FakeTagger, lyric

YES, NO, ADDED = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ADDED


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    for number in range(12):
        sign = "cry goodbye in the rain" if number % 2 else "dance and smile in the sun"
        shelf.put(f"{number}.txt", lyric(f"Song number {number}", f"and we {sign}",
                                         title=f"Number {number}", artist="Ann"))
    shelf.scan()
    yield shelf
    shelf.database.close()


def label(shelf: Shelf, number: int, **verdicts: Verdict) -> None:
    for mood, verdict in verdicts.items():
        shelf.store.set_label(shelf.song_id(f"{number}.txt"), mood, verdict)


def test_verdicts_become_yes_and_no_and_everything_else_is_unknown(shelf: Shelf) -> None:
    label(shelf, 1, sadness=YES, anger=NO, calmness=ADDED)
    label(shelf, 2, happiness=YES)
    own = read_own_labels(shelf.store)
    assert own.verdicts == 4 and not own.enough
    assert own.space.sets == {"own": ("anger", "calmness", "happiness", "sadness")}
    assert own.space.kinds == {"own": "verdicts"}
    one, other = own.songs
    assert one.given == {"own": {"anger": 0, "calmness": 1, "sadness": 1}}
    assert other.given == {"own": {"happiness": 1}}
    assert (one.title, one.artist) == ("Number 1", "Ann")
    assert one.lyrics.splitlines() == ["Song number 1", "and we cry goodbye in the rain"]


def test_a_verdict_taken_back_is_none(shelf: Shelf) -> None:
    label(shelf, 1, sadness=YES)
    shelf.store.set_label(shelf.song_id("1.txt"), "sadness", None)
    assert read_own_labels(shelf.store) == read_own_labels(Shelf().store)
    assert read_own_labels(shelf.store).verdicts == 0


@pytest.mark.parametrize("verdicts, said", [(0, "so far there are none"), (1, "there is one"),
                                            (3, "there are 3")])
def test_too_few_are_said_with_the_way_to_more(shelf: Shelf, verdicts: int, said: str) -> None:
    for number in range(verdicts):
        label(shelf, number, sadness=YES)
    with pytest.raises(EngineError, match=said) as refused:
        read_own_labels(shelf.store).required()
    assert "say of its moods whether they are right" in refused.value.hint


def test_many_verdicts_on_one_song_are_not_enough(shelf: Shelf) -> None:
    label(shelf, 1, **{f"mood {n}": YES for n in range(FEWEST_VERDICTS)})
    own = read_own_labels(shelf.store)
    assert own.verdicts == FEWEST_VERDICTS and not own.enough
    with pytest.raises(EngineError, match="on two songs or more"):
        own.required()


def labelled(shelf: Shelf) -> OwnLabels:
    """Twelve songs, each with a yes and a no."""
    for number in range(12):
        sad = bool(number % 2)
        label(shelf, number, sadness=YES if sad else NO, happiness=NO if sad else ADDED)
    return read_own_labels(shelf.store).required()


def test_taggers_are_measured_on_them(shelf: Shelf) -> None:
    own = labelled(shelf)
    report = measure(score_songs(FakeTagger(), own.songs), own.songs, own.space,
                     MeasureOptions(rounds=50))
    block, = report.blocks
    assert (block.block, block.title, block.songs) == ("own", "Your own labels", 12)
    assert (block.kind, block.main) == ("verdicts", "agreement")
    assert block.figures["agreement"].value == 1
    assert [(tag.tag, tag.support, tag.asked) for tag in block.per_tag] == [
        ("happiness", 6, 12), ("sadness", 6, 12)]
    assert "favoured" in block.note


def test_a_mood_of_ones_own_is_only_asked_of_taggers_that_know_it(shelf: Shelf) -> None:
    labelled(shelf)
    label(shelf, 3, homesick=ADDED)
    own = read_own_labels(shelf.store)
    block, = measure(score_songs(FakeTagger(), own.songs), own.songs, own.space,
                     MeasureOptions(rounds=10)).blocks
    assert (block.tags_known, block.tags_all) == (2, 3)
