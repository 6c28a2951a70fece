"""What a check of rows found, as values: for the window, the terminal and the model's card."""

import enum

import msgspec

from engine.training.rows.row import BadRow, RowPlace


class Weight(enum.StrEnum):
    """How much a finding matters."""

    STOPS = "stops"  # nothing can be learned until it is mended
    LOOK = "look"  # better mended
    NOTE = "note"  # good to know


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of trouble. `kind`: "bad", "too long", "double", "near double", "leak",
    "rare label", "one-sided label", "spelling", "few rows", "mixed", "language",
    "repeated reply". `sentence` is for the person, `count` how
    many rows it concerns, `places` where the first of them are; a double's or leak's places come in
    pairs."""

    kind: str
    sentence: str
    weight: Weight
    count: int
    places: tuple[RowPlace, ...] = ()


class LabelCount(msgspec.Struct, frozen=True, kw_only=True):
    """Of a label: rows that have it, rows that were asked for it, and whether that is enough to
    learn it."""

    label: str
    present: int
    asked: int
    enough: bool


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """A label that is probably wrong. `given`: whether the row has it; `probability` is what a
    light model that never saw the row gives it; `seems` what the row seems to be instead, "" where
    only this label is in doubt. The higher the `doubt`, the likelier it is wrong."""

    place: RowPlace
    label: str
    given: bool
    probability: float
    doubt: float
    seems: str = ""
    text: str = ""


class DataReport(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` can be learned from, `learning` and `judging` are their parts; `groups` are songs or
    talks. `words` are letters between spaces. `bad` are the first bad rows of `bad_rows`."""

    rows: int
    kinds: dict[str, int] = {}
    learning: int = 0
    judging: int = 0
    groups: int = 0
    words: int = 0
    learned_words: int = 0
    split: str = ""
    labels: tuple[LabelCount, ...] = ()
    findings: tuple[Finding, ...] = ()
    bad_rows: int = 0
    bad: tuple[BadRow, ...] = ()
    suspects: tuple[Suspect, ...] = ()

    @property
    def can_start(self) -> bool:
        """Whether nothing found stops a training."""
        return all(finding.weight is not Weight.STOPS for finding in self.findings)
