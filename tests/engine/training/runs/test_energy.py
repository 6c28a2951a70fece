"""Energy by the processor's counters where it has them, else by a range that is said."""

from pathlib import Path

from engine.training.runs.energy import EnergyMeter


def counter(place: Path, name: str, joules: float, most: float = 1e6) -> None:
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "energy_uj").write_text(f"{round(joules * 1e6)}\n", "ascii")
    (folder / "max_energy_range_uj").write_text(f"{round(most * 1e6)}\n", "ascii")


def test_counters_are_believed_and_may_run_over(tmp_path: Path) -> None:
    # GIVEN two processors, one of them with a part of its own
    counter(tmp_path, "intel-rapl:0", 100_000)
    counter(tmp_path, "intel-rapl:0:0", 5)
    counter(tmp_path, "intel-rapl:1", 990_000)
    meter = EnergyMeter(joules=3600, counters=tmp_path)
    # WHEN they take ten and twenty watt-hours, the second over its end
    counter(tmp_path, "intel-rapl:0", 136_000)
    counter(tmp_path, "intel-rapl:1", 62_000)
    told = meter.read()
    # THEN all is counted, what an earlier process took within
    assert told.counted and round(told.high) == 31 and meter.joules == 3600 + 36_000 + 72_000
    assert told.sentence().startswith("About 31 watt-hours by the processor's own counter")


def test_without_counters_the_time_of_the_cores_is_told(tmp_path: Path) -> None:
    now = [50.0]
    meter = EnergyMeter(core_seconds=600.0, counters=tmp_path, processor_time=lambda: now[0])
    now[0] += 3000
    told = meter.read()
    assert not told.counted and told.core_seconds == 3600
    assert told.sentence() == ("Roughly 3.0 to 12 watt-hours: 60 min of processor time at 3 to 12 "
                               "watts a core, which is an assumption and no measurement.")


def test_next_to_nothing_is_told_as_that(tmp_path: Path) -> None:
    told = EnergyMeter(counters=tmp_path, processor_time=lambda: 1.0).read()
    assert told.sentence().startswith("Roughly less than 0.1 watt-hours: 1 min")
