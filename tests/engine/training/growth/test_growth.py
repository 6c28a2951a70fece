"""Rows that grow: what is kept and why not, the person's word, and what is learned of it."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.library.database import Database
from engine.library.merging.merge import merge_library
from engine.paths import AppPaths
from engine.training.growth.growing import Grower, Grown, Proposed, Tried
from engine.training.growth.grown import (
    GrownText,
    Growth,
    GrowthKind,
    RowState,
    row_of,
    seeds_of,
)
from engine.training.growth.growth_store import GrowthStore
from engine.training.growth.likeness import Likeness, rouge_l
from engine.training.rows.reading import read_rows
from engine.training.rows.row import ChoiceRow, Line, PlainRow, Row, RowPlace, TalkRow, TextRow
from engine.training.rows.sources import GrownRows
from engine.training.rows.splitting import LEARNS
from tests.fakes import FakeSentenceEncoder, FakeTextModel

PLACE = RowPlace("rows")
SEEDS = tuple(GrownText(text, ("calm",)) for text in (
    "the lake lies still tonight", "no wind moves in the reeds", "we sit and watch the water"))
QUESTIONS = tuple(GrownText(f"What is the {n} word?", (), f"It is {n}, as you said.")
                  for n in ("first", "second", "third"))


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> GrowthStore:
    return GrowthStore(database)


@pytest.fixture
def growth(store: GrowthStore) -> Growth:
    return store.create("Calm lines", GrowthKind.LABELLED, SEEDS)


def sayings(*texts: str) -> FakeTextModel:
    """A model that says one after the other."""
    left = iter(texts)
    return FakeTextModel(lambda _: next(left, "nothing more to say about this at all"))


def grown(store: GrowthStore, growth: Growth, model: FakeTextModel, wanted: int = 3) -> Grown:
    *_, last = Grower(model, store).grow(growth.id, wanted)
    assert isinstance(last, Grown)
    return last


class TestSeeds:
    def test_rows_of_one_kind(self) -> None:
        rows: list[Row] = [TextRow(f"text {n}", ("calm",), PLACE) for n in range(3)]
        assert seeds_of(rows) == (GrowthKind.LABELLED, tuple(
            GrownText(f"text {n}", ("calm",)) for n in range(3)))
        assert seeds_of([PlainRow(f"text {n}", PLACE) for n in range(3)])[0] is GrowthKind.PLAIN

    def test_questions_with_answers_and_back(self) -> None:
        talk = TalkRow((Line("system", "Be kind."), Line("user", "Hi"),
                        Line("assistant", "Hello", learned=True)), PLACE, split=LEARNS)
        kind, seeds = seeds_of([talk, *(TalkRow((Line("user", f"{n}"), Line("assistant", "x")),
                                               PLACE) for n in range(2))])
        assert kind is GrowthKind.ANSWERED and row_of(kind, seeds[0], PLACE) == talk

    def test_too_few_are_refused(self) -> None:
        choice = ChoiceRow(TalkRow((), PLACE), "a", "b", PLACE)
        with pytest.raises(EngineError, match="3 or more"):
            seeds_of([choice, PlainRow("one", PLACE)])


class TestGrowing:
    def test_what_is_new_is_proposed_and_nothing_learned_yet(
            self, store: GrowthStore, growth: Growth, database: Database) -> None:
        model = sayings("the evening comes slowly here", "snow has fallen on the roof",
                        "a boat drifts under stars")
        assert grown(store, growth, model) == Grown(3, 3, {})
        rows = store.rows(growth.id, RowState.PROPOSED)
        assert [row.text.labels for row in rows] == [("calm",)] * 3
        assert all(0 <= row.alike < 0.7 and row.nearest for row in rows)
        # AND the model was shown some of the seeds
        assert "the lake lies still tonight" in "".join(model.prompts)

    def test_what_is_like_another_is_dropped_and_counted(
            self, store: GrowthStore, growth: Growth) -> None:
        told = grown(store, growth, sayings(
            "The lake lies so still tonight", "snow has fallen on the roof",
            "snow has fallen on a roof", "stone " * 8, "so", "word " * 90), wanted=2)
        assert told.kept == 2 and told.dropped == {
            "like another": 2, "it repeats itself": 1, "too long or too short": 1,
            "it found no end": 1}

    def test_a_model_without_ideas_ends(self, store: GrowthStore, growth: Growth) -> None:
        told = grown(store, growth, FakeTextModel("the lake lies still tonight"), wanted=2)
        assert told == Grown(8, 0, {"like another": 8})

    def test_meaning_counts_where_an_encoder_is(self, store: GrowthStore, growth: Growth) -> None:
        model = FakeTextModel("tonight still lies the lake")
        *_, last = Grower(model, store, FakeSentenceEncoder()).grow(growth.id, 1)
        assert isinstance(last, Grown) and last.kept == 0

    def test_questions_get_answers(self, store: GrowthStore) -> None:
        growth = store.create("Words", GrowthKind.ANSWERED, QUESTIONS)
        model = sayings("Who wrote down those words?", "Somebody did, I think.")
        told = grown(store, growth, model, wanted=1)
        assert told.kept == 1
        [row] = store.rows(growth.id)
        assert (row.text.text, row.text.answer) == ("Who wrote down those words?",
                                                    "Somebody did, I think.")

    def test_stopping_keeps_what_was_proposed(self, store: GrowthStore, growth: Growth) -> None:
        events = Grower(sayings("the evening comes slowly here"), store).grow(growth.id, 5)
        assert isinstance(next(events), Proposed) and isinstance(next(events), Tried)
        events.close()  # type: ignore[attr-defined]
        assert store.growth(growth.id).proposed == 1

    def test_long_examples_leave_room(self, store: GrowthStore) -> None:
        chance = random.Random(1)
        seeds = [GrownText(" ".join(f"w{chance.randrange(999)}" for _ in range(60)))
                 for _ in range(4)]
        growth = store.create("Long", GrowthKind.PLAIN, seeds)
        model = FakeTextModel(" ".join(f"v{n}" for n in range(60)), window=1200)
        assert grown(store, growth, model, 1).kept == 1


class TestJudging:
    def test_only_what_was_approved_is_learned(self, isolated_home: AppPaths) -> None:
        with closing(Database.open(isolated_home.library_file)) as database:
            store = GrowthStore(database)
            growth = store.create("Calm lines", GrowthKind.LABELLED, SEEDS)
            rows = [store.propose(growth.id, GrownText(f"new line {n}", ("calm",)), "smol", 0.1, "")
                    for n in range(3)]
            store.judge([rows[0].id], RowState.APPROVED)
            store.judge([rows[1].id], RowState.REFUSED)
            store.edit(rows[2].id, GrownText("my own line", ("calm",)))
            told = store.growth(growth.id)
            assert (told.proposed, told.approved, told.refused) == (0, 2, 1)
        found = list(read_rows(GrownRows(growth.id), isolated_home))
        assert [row.text for row in found if isinstance(row, TextRow)] == ["new line 0",
                                                                          "my own line"]

    def test_refused_rows_are_not_proposed_again(self, store: GrowthStore, growth: Growth) -> None:
        grown(store, growth, sayings("snow has fallen on the roof"), wanted=1)
        store.judge([store.rows(growth.id)[0].id], RowState.REFUSED)
        assert grown(store, growth, FakeTextModel("snow has fallen on the roof"), 1).kept == 0

    def test_what_is_gone_is_said(self, store: GrowthStore, growth: Growth) -> None:
        store.delete(growth.id)
        assert store.growths() == ()
        with pytest.raises(EngineError, match="no longer there"):
            store.growth(growth.id)
        with pytest.raises(EngineError, match="no longer there"):
            store.edit(1, GrownText("a"))


def test_sets_of_another_library_are_added_once(tmp_path: Path) -> None:
    with closing(Database.open(tmp_path / "other.sqlite3")) as other:
        store = GrowthStore(other)
        growth = store.create("Calm lines", GrowthKind.LABELLED, SEEDS)
        store.propose(growth.id, GrownText("a new line"), "smol", 0.1, "")
    with closing(Database.open(tmp_path / "own.sqlite3")) as own:
        for _ in range(2):
            merge_library(own, tmp_path / "other.sqlite3")
        assert [each.proposed for each in GrowthStore(own).growths()] == [1]


class TestLikeness:
    def test_rouge_l_is_the_longest_common_subsequence(self) -> None:
        one = ["the", "cat", "sat", "on", "the", "mat"]
        other = ["the", "cat", "is", "on", "a", "mat"]
        assert rouge_l(one, other) == pytest.approx(2 * 4 / 12)
        assert rouge_l([], one) == 0 and rouge_l(one, one) == 1

    def test_it_agrees_with_the_plain_way(self) -> None:
        chance = random.Random(3)
        for _ in range(50):
            one = [chance.choice("abcde") for _ in range(chance.randrange(1, 90))]
            other = [chance.choice("abcde") for _ in range(chance.randrange(1, 90))]
            table = [[0] * (len(other) + 1)]
            for word in one:
                row = [0]
                for at, known in enumerate(other):
                    row.append(table[-1][at] + 1 if word == known else max(table[-1][at + 1],
                                                                           row[-1]))
                table.append(row)
            assert rouge_l(one, other) == 2 * table[-1][-1] / (len(one) + len(other))

    def test_the_nearest_is_told(self) -> None:
        likeness = Likeness(["rain on the roof", "sun in the sky"])
        assert likeness.nearest("rain upon the roof")[1] == "rain on the roof"
        assert not likeness.is_new("Rain on the roof!") and likeness.is_new("a stone by the sea")
