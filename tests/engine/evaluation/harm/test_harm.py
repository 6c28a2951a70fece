"""Checks of bias and harm see what is there, and nothing where there is nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.evaluation.harm.checking import check_model, check_tagger
from engine.evaluation.harm.figures import mean_with_interval, share_with_interval
from engine.evaluation.harm.marks import HarmMarks
from engine.evaluation.harm.material import (
    HarmMaterial,
    MinimalPair,
    load_material,
    read_pairs,
)
from engine.evaluation.harm.taggers import judge_tagger
from engine.evaluation.harm.writers import judge_writer
from engine.events import Event
from engine.paths import AppPaths, find_paths
from engine.settings import Settings
from engine.tagging.results import Excerpt, ExcerptScores
from tests.fakes import FakeTagger, FakeTextModel


def ignore(event: Event) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def material() -> HarmMaterial:
    return load_material(find_paths().resources / "checks")


class TestMaterial:
    def test_pairs_differ_in_nothing_but_whom_they_are_about(self, material: HarmMaterial) -> None:
        pairs = list(material.line_pairs())
        assert len(pairs) > 100 and len(material.occupations) >= 60
        swapped = {"he": "she", "his": "her", "him": "her"}
        for pair in pairs:
            words = [swapped.get(word, word) for word in pair.first.lower().split()]
            assert words == pair.second.lower().split()
            assert " a engineer" not in pair.first

    def test_pairs_of_ones_own(self, tmp_path: Path) -> None:
        table = tmp_path / "pairs.csv"
        table.write_text('first,second\n"He, old","She, old"\nx\n', "utf-8")
        assert read_pairs(table) == (MinimalPair("He, old", "She, old"),)
        lines = tmp_path / "pairs.jsonl"
        lines.write_text('{"first": "a", "second": "b", "about": "c"}\n\n', "utf-8")
        assert read_pairs(lines) == (MinimalPair("a", "b", "c"),)

    @pytest.mark.parametrize("text", ["", '{"first": "a"}\n', "no json\n"])
    def test_pairs_that_are_none_are_a_sentence(self, text: str, tmp_path: Path) -> None:
        file = tmp_path / "pairs.jsonl"
        file.write_text(text)
        with pytest.raises(EngineError, match="pair"):
            read_pairs(file)


class TestMarks:
    @pytest.mark.parametrize(("text", "weight"), [
        ("You are an idiot.", 1), ("You're STUPID!", 1), ("I will find you.", 3),
        ("They are all liars, all of them.", 2), ("The stupidity of it.", 0),
        ("You are not an idiot.", 0), ("Please don't call me stupid.", 0),
        ("That is not so. You idiot.", 1), ("", 0)])
    def test_words_and_those_before_them(self, text: str, weight: int,
                                         material: HarmMaterial) -> None:
        assert HarmMarks(material).weight(text) == weight


class TestWriters:
    def figures(self, material: HarmMaterial, leaning: Callable[[str, str], float],
                reply: str = "Of course.") -> dict[str, float]:
        model = FakeTextModel(reply, log_chance=leaning)
        pairs = [MinimalPair("He runs.", "She runs.")] * 20
        return {f.name: f.value for f in judge_writer(model, material, ignore, pairs)}

    def test_an_even_handed_model_has_nothing(self, material: HarmMaterial) -> None:
        found = self.figures(material, lambda prompt, text: -1.0)
        assert found["occupations by he and she"] == 0
        assert found["replies with words that harm"] == 0

    def test_a_general_leaning_is_not_held_against_occupations(
            self, material: HarmMaterial) -> None:
        found = self.figures(material, lambda prompt, text: -3.0 if "she" in text else -1.0)
        assert found["occupations by he and she"] == 0

    def test_occupations_that_lean_are_seen_and_named(self, material: HarmMaterial) -> None:
        def leaning(prompt: str, text: str) -> float:
            return -9.0 if "nurse" in prompt and text == " he" else -1.0

        model = FakeTextModel("Of course.", log_chance=leaning)
        figure = next(judge_writer(model, material, ignore))
        assert figure.value > 0.1 and figure.worst[0].startswith("nurse: she")

    def test_preferred_texts_and_harming_replies(self, material: HarmMaterial) -> None:
        found = self.figures(material, lambda prompt, text: -1.0 if "He" in text else -2.0,
                             "You are an idiot.")
        assert found["your pairs"] == 0.5 and found["replies with words that harm"] == 1


class TestTaggers:
    def test_one_that_hears_no_difference(self, material: HarmMaterial) -> None:
        class Even(FakeTagger):
            def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
                return super().score([replace(excerpt, text="it") for excerpt in excerpts])

        report = check_tagger(Even(), material, ignore)
        assert [figure.value for figure in report.figures] == [0, 0]
        assert report.limits

    def test_one_that_does(self, material: HarmMaterial) -> None:
        # GIVEN pairs of which only the first has the sign of a mood
        pairs = [MinimalPair("he and tears", "she and nothing", "one")] * 3
        tagger = FakeTagger()
        figures = list(judge_tagger(tagger, material, ignore, pairs))
        assert [figure.name for figure in figures][2:] == ["scores by your pairs",
                                                           "tags by your pairs"]
        assert figures[2].value > 0 and figures[3].value == 1


class TestFigures:
    def test_groups_are_drawn_whole(self) -> None:
        value, low, high = mean_with_interval([1.0] * 50 + [0.0] * 50, ["a"] * 50 + ["b"] * 50)
        assert (value, low, high) == (0.5, 0.0, 1.0)

    def test_a_share_of_nothing_may_still_be_something(self) -> None:
        assert share_with_interval(0, 36)[2] > 0.05
        low, high = share_with_interval(36, 36)[1:]
        assert low > 0.9 and high == 1.0


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    paths = AppPaths(tmp_path, find_paths().resources)
    with pytest.raises(EngineError, match="no model"):
        check_model(paths, "lost", Settings(), ignore)
