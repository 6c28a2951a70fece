"""Numbers as a person reads them."""

import pytest

from gui.figures import count_text, megabytes_text


@pytest.mark.parametrize("number, told", [(0, "0"), (7, "7"), (1500, "1\u202f500"),
                                          (10_015, "10\u202f015"),
                                          (2_000_000, "2\u202f000\u202f000")])
def test_thousands_stand_apart(number: int, told: str) -> None:
    assert count_text(number) == told


@pytest.mark.parametrize("count, told", [
    (0, "0.0\u00a0MB"), (1_500_000, "1.5\u00a0MB"), (9_960_000, "10\u00a0MB"),
    (23_350_000, "23\u00a0MB"), (98_060_000, "98\u00a0MB"),
    (138_200_000, "138\u00a0MB"), (999_000_000, "999\u00a0MB"), (1_250_000_000, "1.2\u00a0GB"),
])
def test_sizes_have_their_unit(count: int, told: str) -> None:
    assert megabytes_text(count) == told
