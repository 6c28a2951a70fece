"""Whole numbers as a person reads them."""

import pytest

from gui.figures import count_text


@pytest.mark.parametrize("number, told", [(0, "0"), (7, "7"), (1500, "1\u202f500"),
                                          (10_015, "10\u202f015"),
                                          (2_000_000, "2\u202f000\u202f000")])
def test_thousands_stand_apart(number: int, told: str) -> None:
    assert count_text(number) == told
