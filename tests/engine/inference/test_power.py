"""Battery or mains, as Linux writes it down."""

from pathlib import Path

import pytest

from engine.inference import power


def supply(place: Path, name: str, **words: str) -> None:
    (place / name).mkdir(parents=True)
    for word, value in words.items():
        (place / name / word).write_text(f"{value}\n", "ascii")


@pytest.mark.parametrize("online, status, said", [
    ("1", "Charging", False), ("0", "Discharging", True), ("1", "Discharging", False)])
def test_a_laptop_says_whether_it_is_plugged_in(tmp_path: Path, online: str, status: str,
                                                said: bool) -> None:
    supply(tmp_path, "AC", type="Mains", online=online)
    supply(tmp_path, "BAT0", type="Battery", status=status)
    assert power._by_linux(tmp_path) is said


def test_a_machine_without_supplies_does_not_know(tmp_path: Path) -> None:
    assert power._by_linux(tmp_path / "none") is None
    assert power._by_linux(tmp_path) is None


def test_the_battery_of_a_mouse_does_not_count(tmp_path: Path) -> None:
    supply(tmp_path, "mouse", type="Battery", status="Discharging", scope="Device")
    assert power._by_linux(tmp_path) is None


def test_a_battery_that_discharges_alone_settles_it(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Discharging", scope="System")
    assert power._by_linux(tmp_path) is True


def test_this_machine_can_be_asked() -> None:
    assert power.on_battery() in (True, False, None)
