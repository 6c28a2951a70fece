"""A handful of what `python -m tests.benchmarks.hostile_cards` does to many."""

from pathlib import Path

import pytest

from tests.benchmarks.hostile_cards import MUTATIONS, good_cards, outcome, outcomes


@pytest.mark.parametrize("name", good_cards())
def test_the_good_ones_are_read(tmp_path: Path, name: str) -> None:
    """Otherwise the bad ones would prove nothing."""
    file = tmp_path / name
    file.write_bytes(good_cards()[name])
    assert outcome(name, file).kind == "read"


def test_no_card_made_bad_stops_the_reader(tmp_path: Path) -> None:
    found = list(outcomes(60, 7, tmp_path))
    assert [each for each in found if each.kind == "failed"] == []
    assert {each.kind for each in found} == {"read", "refused"}
    assert list(tmp_path.iterdir()) == [], "nothing is unpacked beside a card"


def test_every_way_of_making_bad_is_drawn() -> None:
    import random

    for change in MUTATIONS:
        assert isinstance(change(random.Random(3), good_cards()["both.png"]), bytes)
