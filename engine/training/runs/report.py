"""What a finished training says of itself: is it better than before, by how much, how sure.

Written beside the result, read by the window and the terminal. Values and their file only.
"""

from pathlib import Path

import msgspec

from engine.errors import EngineError

REPORT_FILE = "learning_report.json"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, before and after, with 95 % intervals (low, high) where they are known.
    `better_high`: whether more is better. `difference` is after minus before, with its interval;
    `sure` whether that interval leaves out zero. `of` says on what it was measured."""

    name: str
    before: float | None
    after: float
    before_interval: tuple[float, float] | None = None
    after_interval: tuple[float, float] | None = None
    difference: float | None = None
    difference_interval: tuple[float, float] | None = None
    sure: bool = False
    better_high: bool = True
    of: str = ""
    unit: str = ""


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What the model said to the same question before and after."""

    asked: str
    before: str
    after: str


class LearningReport(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict` is one sentence; `better` None where nothing can be told. `model_id` is the
    installed candidate, "" where nothing was installed; `replaces` the model it would stand for.
    `waiting`: a model of that id is in place already, and this version, `model_version`, waits
    beside it until it is used (see adopting). `sources` are the rows of each source."""

    verdict: str
    better: bool | None
    model_id: str = ""
    replaces: str = ""
    figures: tuple[Measured, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    notes: tuple[str, ...] = ()
    learned_rows: int = 0
    judged_rows: int = 0
    seconds: float = 0.0
    steps: int = 0
    best_step: int = 0
    energy: str = ""
    model_version: str = ""
    waiting: bool = False
    sources: dict[str, int] = {}
    bad_rows: int = 0
    version: int = 1


def write_report(folder: Path, report: LearningReport) -> Path:
    """Writes it into `folder`, whole or not at all."""
    file = folder / REPORT_FILE
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    fresh.replace(file)
    return file


def read_report(folder: Path) -> LearningReport:
    """EngineError where there is none or it is broken."""
    try:
        return msgspec.json.decode((folder / REPORT_FILE).read_bytes(), type=LearningReport)
    except (OSError, msgspec.DecodeError) as broken:
        raise EngineError("The report of this training cannot be read.",
                          "Train again to get one.") from broken
