"""Judges are rules: each finds its own fault and nothing else."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.evaluation.judging import CheckCase, faults_of, longest_run, read_cases, words_of

TEXT = "The ferry was cancelled because of the wind and nobody left the island."
CASE = CheckCase("s1", TEXT, "one sentence", must=("ferry|boat", "wind|storm"),
                 must_not=("train",), words=(4, 12), run=6)


def test_an_answer_that_keeps_the_rules_passes() -> None:
    assert faults_of(CASE, "The boat stayed in harbour, the wind was too strong.") == ()


@pytest.mark.parametrize("answer, fault", [
    ("No ferry: wind.", "3 words, 4 to 12 were wanted"),
    ("", "0 words"),
    ("The ferry " * 9 + "wind", "19 words"),
    ("The ferry did not leave today.", "does not say “wind” or “storm”"),
    ("No train or ferry left, for the wind.", "says “train”"),
    ("The ferry was cancelled because of the wind.", "takes over 8 words in a row"),
])
def test_each_fault_is_said(answer: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_of(CASE, answer))


@pytest.mark.parametrize("wanted, answer, holds", [
    ("zug", "Der Zug fährt.", True), ("zug", "Der Umzug beginnt.", False),
    ("fenetre", "la fenêtre", True), ("fenêtre", "LA FENETRE", True),
    ("don't", "I don’t know", True), ("C++", "in C++ code", True), ("c", "in C++ code", True),
    ("give up", "they give up now", True), ("give up", "give it up", False),
    ("straße", "die STRASSE", True), ("n't", "isn't", False),
])
def test_words_are_found_whole_and_blind_to_case_and_accents(
        wanted: str, answer: str, holds: bool) -> None:
    case = CheckCase("x", "", "", must=(wanted,), words=(0, 99))
    assert (faults_of(case, answer) == ()) is holds


def test_runs_are_of_words_in_a_row() -> None:
    assert longest_run(words_of("a b c d"), words_of("x b, C! d y")) == 3
    assert longest_run([], ["a"]) == longest_run(["a"], []) == 0
    assert longest_run(["a", "a", "a"], ["a", "a"]) == 2


def test_without_a_limit_anything_may_be_taken_over() -> None:
    assert faults_of(CheckCase("x", TEXT, "", words=(1, 99)), TEXT) == ()


@pytest.mark.parametrize("content", [
    b"", b"{", b'{"id": "a"}', b'{"id":"a","text":"t","choice":"c","mist":1}',
    b'{"id":"a","text":"t","choice":"c"}\n{"id":"a","text":"t","choice":"c"}', b"\xff"])
def test_broken_cases_are_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"x\.jsonl"):
        read_cases(file)
    with pytest.raises(EngineError, match="cannot be read"):
        read_cases(tmp_path / "gone.jsonl")
