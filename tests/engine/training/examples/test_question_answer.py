"""Songs become questions and answers as tagging asks them, chosen among what was in question."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.tagging.mood_question import ask
from engine.tagging.vocabulary import Vocabulary
from engine.training.examples.example import Example
from engine.training.examples.question_answer import (
    QuestionMaker,
    QuestionOptions,
    question_options,
)
from engine.training.examples.talk_model import TalkModel
from engine.training.recipe import Method, Recipe
from engine.training.rows.row import BadRow, PlainRow, RowPlace, TextRow
from tests.tiny_decoder import write_tiny_chat_model

MOODS = Path(__file__).parents[4] / "resources" / "moods.toml"
GEMS = ("sadness", "calmness", "nostalgia", "power", "tension", "tenderness", "solemnity")


@pytest.fixture
def model(tmp_path: Path) -> TalkModel:
    return TalkModel.open(write_tiny_chat_model(tmp_path / "tiny", window=512), 320)


def maker(model: TalkModel, **options: object) -> QuestionMaker:
    return QuestionMaker(model, Vocabulary.load(MOODS), 320,
                         QuestionOptions(**options))  # type: ignore[arg-type]


def song(labels: tuple[str, ...], asked: tuple[str, ...] | None = None,
         text: str = "Rain on the wall\nand you were gone", line: int = 1) -> TextRow:
    return TextRow(text, labels, RowPlace("songs.jsonl", line), asked)


def only_one(made: QuestionMaker, row: TextRow) -> Example:
    (example,) = made.examples(row)
    assert isinstance(example, Example)
    return example


def answer_of(model: TalkModel, example: Example) -> str:
    start = int(np.flatnonzero(example.learned)[0])
    return model.tokenizer.decode(example.ids[start:])


def test_the_prompt_is_what_tagging_asks(model: TalkModel) -> None:
    example = only_one(maker(model, order="list"), song(("sadness", "calmness"), GEMS))
    start = int(np.flatnonzero(example.learned)[0])
    prompt = model.encode(ask("Rain on the wall\nand you were gone", model.quote))
    np.testing.assert_array_equal(example.ids[:start], prompt)
    assert answer_of(model, example) == " sadness, calmness"
    assert example.ids[-1] == model.ending[0] and example.length <= 320


def test_only_what_was_in_question_is_a_choice(model: TalkModel) -> None:
    """GIVEN songs asked about few moods THEN the first token is chosen among theirs alone."""
    made = maker(model)
    few = only_one(made, song(("happiness",), ("happiness", "sadness")))
    wide = only_one(made, song(("sadness",), GEMS))
    every = only_one(made, song(("sadness",)))
    assert few.choices and wide.choices and every.choices
    assert len(few.choices[0]) <= 2 < len(wide.choices[0]) <= len(GEMS) < len(every.choices[0])
    for example in (few, wide, every):
        for choice, token in zip(example.choices or (), example.ids[example.learned],
                                 strict=True):
            assert token in choice


def test_one_of_two_says_nothing_of_how_many_there_are(model: TalkModel) -> None:
    made = maker(model)
    assert not only_one(made, song(("happiness",), ("happiness", "sadness"))).learned[-1]
    assert only_one(made, song(("sadness",), GEMS)).learned[-1]


def test_where_all_that_was_asked_holds_it_is_chosen_among_all(model: TalkModel) -> None:
    accepted = only_one(maker(model), song(("nostalgia",), ("nostalgia",)))
    assert accepted.choices and len(accepted.choices[0]) > 10
    assert not accepted.learned[-1]


def test_moods_come_in_another_order_for_every_song(model: TalkModel) -> None:
    made = maker(model)
    said = {answer_of(model, only_one(made, song(GEMS[:4], GEMS, line=number)))
            for number in range(8)}
    assert len(said) > 1
    assert said == {answer_of(model, only_one(maker(model), song(GEMS[:4], GEMS, line=number)))
                    for number in range(8)}


def test_other_spellings_are_moods_and_other_words_are_none(model: TalkModel) -> None:
    made = maker(model)
    assert answer_of(model, only_one(made, song(("sad",)))).startswith(" sadness")
    bad = list(made.examples(song(("loud",))))
    bad += made.examples(song(("sad",), text="[Instrumental]"))
    bad += made.examples(PlainRow("words", RowPlace("x", 3)))
    assert len(bad) == 3 and all(isinstance(each, BadRow) for each in bad)


def test_all_words_are_learned_where_that_is_asked(model: TalkModel) -> None:
    example = only_one(maker(model, learn="all"), song(("sadness",), GEMS))
    assert example.learned[1:].all() and example.choices is None
    free = only_one(maker(model, constrained=False), song(("sadness",), GEMS))
    assert free.choices is None and not free.learned[:10].any()


def test_long_songs_give_several_examples_that_fit(model: TalkModel) -> None:
    long = song(("sadness",), GEMS, "\n".join(f"line number {n} of the song" for n in range(90)))
    assert len(list(maker(model, excerpts=0).examples(long))) > 3
    made = [each for each in maker(model, excerpts=2).examples(long) if isinstance(each, Example)]
    assert len(made) == 2 and all(each.length <= 320 for each in made)


def test_what_cannot_be_said_plainly(model: TalkModel) -> None:
    with pytest.raises(EngineError, match="no room"):
        QuestionMaker(model, Vocabulary.load(MOODS), 60)
    with pytest.raises(EngineError, match="options"):
        question_options(Recipe(name="x", model_id="x", method=Method.GENERATIVE_TAGGER,
                                options={"order": "sideways"}))


def as_right(model: TalkModel, moods: tuple[str, ...], **options: object) -> Example:
    return only_one(maker(model, **options), song(moods, GEMS))


@pytest.mark.parametrize("constrained", [True, False])
def test_whichever_mood_chance_puts_first_all_of_them_are_as_right(
        model: TalkModel, constrained: bool) -> None:
    moods = ("sadness", "calmness", "power")
    example = as_right(model, moods, constrained=constrained)
    assert example.alike is not None
    chosen = example.ids[example.learned].tolist()
    assert [token in right for token, right in zip(chosen, example.alike, strict=True)] == (
        [True] * len(chosen))
    # The first token of a mood is shared by those not said yet, the end by nothing else.
    firsts = sorted(model.tokenize(f" {mood}").tolist()[0] for mood in moods)
    branching = next(right for right in example.alike if len(right) > 1)
    if firsts[0] != firsts[-1]:
        assert sorted(branching.tolist()) == firsts
    assert example.alike[-1].tolist() == [chosen[-1]]


def test_an_order_that_means_something_is_learned_as_it_is(model: TalkModel) -> None:
    for options in ({"order": "list"}, {"alike": False}):
        assert as_right(model, ("sadness", "calmness"), **options).alike is None


def test_a_mood_alone_has_no_others(model: TalkModel) -> None:
    example = as_right(model, ("sadness",))
    assert example.alike is not None and all(len(right) == 1 for right in example.alike)


def test_a_cut_answer_keeps_its_tokens_and_the_others_together(model: TalkModel) -> None:
    example = as_right(model, GEMS, constrained=False)
    assert example.alike is not None and len(example.alike) == int(example.learned.sum())
