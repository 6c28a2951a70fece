"""Invented lives: what is asked is answered by what is told, or admitted not to be known."""

import re
from random import Random

import pytest

from engine.chat.persona import Persona
from engine.chat.truth.wording import content, stem, stems_of
from engine.paths import find_paths
from engine.training.examples.negatives import LifeOptions, answers_of, life_talks
from engine.training.examples.negatives_lives import LifeWords, draw_life, read_life_words
from engine.training.examples.negatives_own import own_life_talks
from engine.training.rows.row import Person

ADMITS = re.compile(
    r"(do(n't| not)|did(n't| not)|could(n't| not)|can('t|not)) (really )?(know|say|tell|remember|"
    r"recall)|no (idea|memory)|not sure|never (knew|heard)|was never told|not a clue", re.I)


@pytest.fixture(scope="module")
def words() -> LifeWords:
    return read_life_words(find_paths())


def test_the_same_seed_gives_the_same_talks(words: LifeWords) -> None:
    options = LifeOptions(talks=5, seed=3)
    assert list(life_talks(words, options)) == list(life_talks(words, options))
    other = list(life_talks(words, LifeOptions(talks=5, seed=4)))
    assert list(life_talks(words, options)) != other
    assert len({row.talk for row in other}) == 5


def test_no_slot_is_left_open(words: LifeWords) -> None:
    for row in life_talks(words, LifeOptions(talks=150)):
        persona = row.people[0].persona
        assert persona is not None
        told = [*row.people[0].facts, persona.description, *(line.text for line in row.lines)]
        assert not any("{" in text or "|" in text for text in told)
        assert all(line.learned == (line.role == "assistant") for line in row.lines)


def test_what_is_told_answers_and_what_is_not_is_admitted(words: LifeWords) -> None:
    for seed in range(120):
        chance = Random(seed)
        life = draw_life(words, chance)
        told = frozenset[str]().union(*(stems_of(f"{each.fact} {each.own}") for each in life.told))
        for answer in answers_of(words, life, chance, 6, 0.5):
            if answer.admits:
                assert ADMITS.search(answer.said) or "news to me" in answer.said or (
                    "Who told you" in answer.said), answer
            else:
                said = {stem(word) for word in content(answer.said)}
                assert not said or said & told, (answer, life.told)


def test_the_share_of_unanswerable_questions_is_as_wished(words: LifeWords) -> None:
    for wish in (0.0, 1.0):
        chance = Random(1)
        life = draw_life(words, chance)
        found = list(answers_of(words, life, chance, 5, wish))
        assert found and all(answer.admits == bool(wish) for answer in found)


def test_strange_sentences_have_no_word_of_what_is_asked(words: LifeWords) -> None:
    strangers = ["I love dogs.", "My brother is tall.", "I play the piano.", "I drive a car."]
    mixed = 0
    for row in life_talks(words, LifeOptions(talks=60, described=0), strangers):
        asked = {stem(word) for line in row.lines if line.role == "user"
                 for word in content(line.text)}
        inside = [fact for fact in row.people[0].facts if fact in strangers]
        mixed += len(inside)
        assert not any(asked & stems_of(fact) for fact in inside)
    assert mixed > 10


def test_a_characters_own_facts_are_asked_for_and_what_they_leave_out_is_admitted(
        words: LifeWords) -> None:
    facts = ("Ann keeps nine hives of bees.", "Ann lives in a lighthouse near Cardiff.",
             "Ann's brother Tom mends nets.")
    people = [Person("Ann", persona=Persona("Ann", gender="female"), facts=facts),
              Person("Ben", facts=("Ben bakes.",))]
    rows = list(own_life_talks(words, people, LifeOptions(own=12, questions=5)))
    # THEN they are about her alone, of whom enough is told
    assert len(rows) == 12 and {row.people[0].name for row in rows} == {"Ann"}
    said = {line.text for row in rows for line in row.lines if line.role == "assistant"}
    assert {"I keep nine hives of bees.", "My brother Tom mends nets."} <= said
    assert any(ADMITS.search(text) for text in said)
    # AND no question that is admitted touches what is told
    told = frozenset[str]().union(*map(stems_of, facts))
    for row in rows:
        for asked, answer in zip(row.lines[::2], row.lines[1::2], strict=True):
            if ADMITS.search(answer.text):
                assert not told & {stem(word) for word in content(asked.text)}
