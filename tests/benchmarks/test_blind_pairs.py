"""Blind pairs: every character is asked every line, and nobody can tell the models by the order."""

import pytest

from engine.chat.shipped import shipped_personas
from engine.errors import EngineError
from engine.paths import find_paths
from tests.benchmarks.blind_pairs import counted, pairs, prompts, reply
from tests.benchmarks.prompt_perplexity import formats
from tests.fakes import FakeTextModel

ASKED = prompts(list(shipped_personas(find_paths().shipped_personas).values()))


def test_there_are_sixty_prompts() -> None:
    assert len(ASKED) == len({(each.persona.called, each.line) for each in ASKED}) == 60


def test_the_order_is_shuffled_and_the_key_tells_it() -> None:
    before, after = ([f"{word} {n}" for n in range(60)] for word in ("before", "after"))
    made = list(pairs(before, after, ASKED, 1))
    assert [pair["number"] for pair, _ in made] == list(range(1, 61))
    for pair, place in made:
        assert pair[place].startswith("after") and pair["line"]
    places = [place for _, place in made]
    assert 15 < places.count("first") < 45
    assert made == list(pairs(before, after, ASKED, 1)) != list(pairs(before, after, ASKED, 2))


def test_a_reply_is_asked_with_all_the_character_knows() -> None:
    model = FakeTextModel("Good evening.", window=20_000)
    form = next(form for form in formats(None) if form.name == "chat_template")
    assert reply(model, form, ASKED[0], 1) == "Good evening."
    assert all(fact in model.prompts[0] for fact in ASKED[0].persona.facts)


def test_verdicts_are_counted_with_the_key() -> None:
    key = ["first", "second", "first", "second"]
    verdicts = [{"number": 1, "better": "first"}, {"number": 2, "better": "second"},
                {"number": 3, "better": "second"}, {"number": 4, "better": "same"}]
    assert counted(verdicts, key).startswith("preferred after: 62% of 4 pairs")
    with pytest.raises(EngineError, match="no verdicts"):
        counted([], key)
    with pytest.raises(EngineError, match="Pair 1"):
        counted([{"number": 1, "better": "left"}], key)
