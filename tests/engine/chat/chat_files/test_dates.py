"""Times as chat files write them."""

from typing import Any

import pytest

from engine.chat.chat_files.dates import date_of


@pytest.mark.parametrize("told, found", [
    ("2024-06-09T14:05:00Z", "2024-06-09T14:05:00+00:00"),
    ("2024-06-09T14:05:00.123456+02:00", "2024-06-09T12:05:00.123456+00:00"),
    ("2024-06-09", "2024-06-09T00:00:00+00:00"),
    ("June 9, 2024 2:05pm", "2024-06-09T14:05:00+00:00"),
    ("Jun 9, 2024 12:05AM", "2024-06-09T00:05:00+00:00"),
    ("2023-7-5 @12h 34m 56s 789ms", "2023-07-05T12:34:56.789000+00:00"),
    ("2023-7-5@12h34m56s", "2023-07-05T12:34:56+00:00"),
    (1717941900, "2024-06-09T14:05:00+00:00"), (1717941900000, "2024-06-09T14:05:00+00:00"),
    (1717941900.5, "2024-06-09T14:05:00.500000+00:00"),
    ("1717941900000", "2024-06-09T14:05:00+00:00")])
def test_a_time_is_understood(told: Any, found: str) -> None:
    assert date_of(told) == found


@pytest.mark.parametrize("told", [
    None, "", "yesterday", "June 99, 2024 2:05pm", "Juxe 9, 2024 2:05pm", True, [], {}, -5, 0,
    10**30, 1e300, float("nan"), float("inf"), "9" * 5000, "²", "0001-01-01T00:00:00+23:59",
    "2023-7-5 @99h 99m 99s", "\ud83d"])
def test_anything_else_is_no_time(told: Any) -> None:
    assert date_of(told) == ""
