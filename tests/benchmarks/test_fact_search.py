"""The benchmark of the fact search counts what it says it counts."""

import gzip
import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from tests.benchmarks.fact_search import (
    COMPETING,
    OURS,
    PERSONAS,
    TOPICAL,
    Pool,
    Talk,
    _Ways,
    found_by,
    pools,
    read_talks,
)
from tests.fakes import FakeSentenceEncoder


def talk(number: int, facts: int = 9) -> Talk:
    own = tuple(f"fact {number} {at}" for at in range(facts))
    return Talk(("a", "b"), (f"fact {number}", "yes"), {"a": own[:4], "b": own[4:]})


def test_exactly_a_thousand_different_facts_compete() -> None:
    talks = [talk(number) for number in range(150)] + [talk(3)]
    made = list(pools(talks, [f"other {at % 900}" for at in range(2_000)]))
    assert len(made) == 2 and sum(len(pool.talks) for pool in made) == 151
    for pool in made:
        assert len(pool.facts) == len(set(pool.facts)) == COMPETING
        assert all(fact in pool.facts for one in pool.talks for facts in one.facts.values()
                   for fact in facts)


def test_too_few_facts_are_told() -> None:
    with pytest.raises(EngineError, match="only 9 different facts"):
        list(pools([talk(1)], []))


def test_only_facts_of_who_speaks_next_count() -> None:
    # GIVEN a talk whose only line calls a fact of its speaker, not of the one who answers
    facts = ("the bridge is closed", "bees sleep in winter", *(f"x{at}" for at in range(9)))
    told = Talk(("a", "b", "a"), ("bridge closed?", "bridge closed!", "no"),
                {"a": facts[:1], "b": facts[1:2]})
    pool = Pool((told,), facts)
    first, second = found_by(pool, _Ways(pool, FakeSentenceEncoder(), None))
    assert second[OURS] and set(first) == set(second)


def test_sets_are_read_sentence_by_sentence_or_whole(tmp_path: Path) -> None:
    (tmp_path / "dialogues").mkdir()
    turns = [{"speaker": "a", "text": "Hi."}]
    rows = {TOPICAL: {"facts": {"a": [{"text": "It is old. It is big."}]}, "persona": {}},
            PERSONAS: {"facts": [], "persona": {"a": ["I sing.", "I sing."]}}}
    for name, row in rows.items():
        with gzip.open(tmp_path / "dialogues" / f"{name}.jsonl.gz", "wt") as file:
            for split in ("train", "valid"):
                whole = row | {"source": name, "split": split, "turns": turns}
                file.write(json.dumps(whole) + "\n")
    (passages,) = read_talks(tmp_path, TOPICAL, "passages", "train")
    assert passages.facts == {"a": ("It is old. It is big.",)} and passages.lines == ("Hi.",)
    assert read_talks(tmp_path, TOPICAL, "sentences", "valid")[0].facts["a"] == (
        "It is old.", "It is big.")
    assert read_talks(tmp_path, PERSONAS, "sentences", "train")[0].facts["a"] == ("I sing.",)
    with pytest.raises(EngineError, match="not there"):
        read_talks(tmp_path / "none", TOPICAL, "passages", "train")
