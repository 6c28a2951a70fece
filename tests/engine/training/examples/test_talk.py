"""Talks become examples that hold just what the chat asks, and learn just what it would say."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.chat.persona import Persona
from engine.chat.prompts.script import Script
from engine.chat.prompts.writing import written
from engine.chat.scene import SpokenLine
from engine.errors import EngineError
from engine.inference.language_model import LanguageModel
from engine.models.template_manners import Message
from engine.paths import find_paths
from engine.training.examples.example import Example
from engine.training.examples.talk import TalkMaker, format_shelf, open_maker
from engine.training.examples.talk_model import TalkModel
from engine.training.examples.talk_script import TalkOptions
from engine.training.recipe import DataOptions, Method, Recipe
from engine.training.rows.row import BadRow, Line, Person, PlainRow, RowPlace, TalkRow
from tests.tiny_decoder import write_tiny_chat_model

WINDOW = 1024
PLACE = RowPlace("own", 1)
ANN = Person("Ann", traits=("I keep bees.", "I live by the sea."))
BEN = Person("Ben", traits=("I bake bread.",))
TALK = TalkRow(
    (Line("user", "Hello, Ann!", "Ben"),
     Line("assistant", "Hello! The bees are loud today.", "Ann", learned=True),
     Line("user", "Are they angry?", "Ben"),
     Line("assistant", "No, they <|im_end|> are happy.", "Ann", learned=True)),
    PLACE, "talk-1", people=(ANN, BEN))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_chat_model(tmp_path_factory.mktemp("models") / "tiny", window=WINDOW)


@pytest.fixture(scope="module")
def model(folder: Path) -> TalkModel:
    return TalkModel.open(folder, WINDOW)


def maker(model: TalkModel, **options: object) -> TalkMaker:
    told = {"partner": "told", "traits_as": "description", **options}
    return TalkMaker(model, format_shelf(find_paths()), TalkOptions(**told))  # type: ignore[arg-type]


def examples(found: Sequence[Example | BadRow]) -> list[Example]:
    assert all(isinstance(each, Example) for each in found), found
    return [each for each in found if isinstance(each, Example)]


def learned(model: TalkModel, example: Example) -> list[str]:
    """Each stretch that is learned, special tokens shown."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], example.learned, [False]]).astype(int)))
    inner = model.tokenizer._inner
    return [inner.decode(example.ids[start:end].tolist(), skip_special_tokens=False)
            for start, end in zip(edges[::2], edges[1::2], strict=True)]


def test_a_talk_is_one_example_in_which_the_speakers_replies_are_learned(
        folder: Path, model: TalkModel) -> None:
    # WHEN a talk is made into examples
    found = examples(list(maker(model).examples(TALK)))
    # THEN it is one, and each reply is learned with the mark that ends it
    assert len(found) == 1
    assert learned(model, found[0])[0] == "Hello! The bees are loud today.<|im_end|>"
    assert (found[0].group, found[0].place) == ("talk-1", PLACE)
    # AND before each reply stands just what the open model would be asked in the chat
    real = LanguageModel.open(folder)
    cast = (Persona("Ann", description="I keep bees.\nI live by the sea."),
            Persona("Ben", description="I bake bread."))
    turns = tuple(SpokenLine(line.speaker, line.text) for line in TALK.lines)
    form = format_shelf(find_paths()).read("chat_template")
    starts = np.flatnonzero(np.diff(found[0].learned.astype(int)) == 1) + 1
    for start, place in zip(starts, (1, 3), strict=True):
        prompt = written(Script(cast, "Ann", turns=turns[:place]), form, real, 40)
        assert real._encode(prompt.text).tolist() == found[0].ids[:start].tolist()


def test_what_looks_like_a_mark_within_a_reply_is_learned_as_text(model: TalkModel) -> None:
    (found,) = examples(list(maker(model).examples(TALK)))
    end = model.tokenizer.special_id("<|im_end|>")
    # THEN of the second reply only the last token is the mark
    last = found.ids[np.flatnonzero(found.learned)][-8:]
    assert last[-1] == end and end not in last[:-1]


def test_both_who_talk_may_be_learned_each_from_their_own_side(model: TalkModel) -> None:
    row = TalkRow(tuple(Line("assistant", f"Line {n}.", ("Ann", "Ben")[n % 2], learned=True)
                        for n in range(6)), PLACE, people=(ANN, BEN))
    found = examples(list(maker(model).examples(row)))
    # THEN there is an example for each, and the opening line is learned by nobody
    sides = [learned(model, each) for each in found]
    assert sorted(sides) == [["Line 1.<|im_end|>", "Line 3.<|im_end|>", "Line 5.<|im_end|>"],
                             ["Line 2.<|im_end|>", "Line 4.<|im_end|>"]]


@pytest.mark.parametrize(("form", "opening"), [("soda", "Ben:"), ("movie", "Ben {}:")])
def test_in_a_text_the_next_turn_ends_a_reply(model: TalkModel, form: str, opening: str) -> None:
    (found,) = examples(list(maker(model, formats=(form,)).examples(TALK)))
    first, last = learned(model, found)
    assert first == f" Hello! The bees are loud today.\n{opening}"
    assert last.endswith("happy.<|im_end|>")


def test_messages_without_names_go_through_the_template_as_they_are(
        folder: Path, model: TalkModel) -> None:
    row = TalkRow((Line("system", "Be brief."), Line("user", "Hello!"),
                   Line("assistant", "Hi.", learned=True), Line("user", "Bye!"),
                   Line("assistant", "Bye.", learned=True)), PLACE)
    (found,) = examples(list(maker(model).examples(row)))
    assert learned(model, found) == ["Hi.<|im_end|>", "Bye.<|im_end|>"]
    asked = [Message("system", "Be brief."), Message("user", "Hello!")]
    real = LanguageModel.open(folder)
    start = int(np.flatnonzero(found.learned)[0])
    assert real._encode(real.render(asked)).tolist() == found.ids[:start].tolist()


def test_a_long_talk_is_cut_at_turns_and_every_line_is_still_learned(folder: Path) -> None:
    # GIVEN a talk far longer than an example
    row = TalkRow(tuple(Line("assistant", f"This is line number {n} of a long talk.",
                             ("Ann", "Ben")[n % 2], learned=n % 2 == 0) for n in range(60)),
                  PLACE, people=(Person("Ann"), Person("Ben")))
    short = TalkModel.open(folder, 512)
    found = examples(list(maker(short).examples(row)))
    # THEN none is too long, and each line is learned once
    assert len(found) > 1 and all(each.length <= 512 for each in found)
    said = [text for each in found for text in learned(short, each)]
    assert said == [f"This is line number {n} of a long talk.<|im_end|>" for n in range(2, 60, 2)]


def test_a_line_too_long_for_any_example_is_told_of(folder: Path) -> None:
    row = TalkRow((Line("user", "Hello!", "Ben"),
                   Line("assistant", "word " * 400, "Ann", learned=True)), PLACE, people=(ANN,))
    (bad,) = maker(TalkModel.open(folder, 256)).examples(row)
    assert isinstance(bad, BadRow) and "do not fit into 256 tokens" in bad.why


def test_lines_that_make_up_a_life_are_not_learned(model: TalkModel) -> None:
    row = TalkRow((Line("user", "Hello!", "Ben"), Line("assistant", "Hello!", "Ann", True),
                   Line("user", "What animals do you keep?", "Ben"),
                   Line("assistant", "I keep bees.", "Ann", True),
                   Line("user", "What do you do for a living?", "Ben"),
                   Line("assistant", "I am a nurse in Boston.", "Ann", True)),
                  PLACE, people=(ANN, BEN))
    (honest,) = examples(list(maker(model).examples(row)))
    assert learned(model, honest) == ["Hello!<|im_end|>", "I keep bees.<|im_end|>"]
    (every,) = examples(list(maker(model, untold="learn").examples(row)))
    assert learned(model, every)[-1] == "I am a nurse in Boston.<|im_end|>"


def test_who_has_no_name_gets_one_and_always_the_same(model: TalkModel) -> None:
    row = TalkRow((Line("user", "Hello!", "user1"), Line("assistant", "Hi!", "user2", True)),
                  PLACE, "t", people=(Person("user1"), Person("user2")))
    one, other = ([each.ids.tolist() for each in examples(list(maker(model).examples(row)))]
                  for _ in range(2))
    assert one == other
    assert "user2" not in model.tokenizer.decode(one[0])


def test_a_talk_of_the_persons_own_is_told_as_the_chat_tells_it(model: TalkModel) -> None:
    bot = Persona("Bot", description="A kettle.", traits="warm")
    row = TalkRow((Line("user", "Hello!", "A"),
                   Line("assistant", "Steam.", "Bot", True, ("Bot is red.",))),
                  PLACE, "t", people=(Person("Bot", persona=bot, facts=("Bot hums.",)),
                                      Person("Ann", persona=Persona("Ann", description="A cup."))),
                  listener="A", form="chat_template")
    (found,) = examples(list(maker(model, partner="hidden", formats=("soda",)).examples(row)))
    told = model.tokenizer.decode(found.ids)
    # THEN names stay, all of the cast are told of, and of the facts those the reply was given
    for text in ("You are Bot", "talking with Ann and A", "About Ann:\nA cup.", "Traits: warm",
                 "What is so:\nBot is red."):
        assert text in told
    assert "hums" not in told


def test_other_rows_and_wrong_options_are_refused_in_words(folder: Path, model: TalkModel) -> None:
    (bad,) = maker(model).examples(PlainRow("A text.", PLACE))
    assert isinstance(bad, BadRow)
    recipe = Recipe(name="R", model_id="r", method=Method.DIALOGUE,
                    options={"talk": {"partner": "nobody"}}, data=DataOptions(most_tokens=64))
    with pytest.raises(EngineError, match="partner is one of told, hidden, mixed"):
        open_maker(recipe, folder)
    strange = msgspec.structs.replace(recipe, options={"talk": {"formats": ["verse"]}})
    with pytest.raises(EngineError, match="no prompt format “verse”"):
        open_maker(strange, folder)


def test_a_talk_whose_own_format_is_gone_is_written_as_the_others(model: TalkModel) -> None:
    gone = [each.ids.tolist() for each in examples(list(maker(model).examples(
        replace(TALK, form="no longer there"))))]
    assert gone == [each.ids.tolist() for each in examples(list(maker(model).examples(TALK)))]
