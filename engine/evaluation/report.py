"""The report of an evaluation as values, and its file: JSON, UTF-8, whole or not at all.

The window, the HTML page and the command line read these structs and nothing else. Whatever could
not be told (no song with a tag, a mood the tagger does not know) is None, never nan.
"""

import os
import time
from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import EngineError

FORMAT = 1
# What a reader can draw and print; a file that says more was not made by measuring.
Figure = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Moment = Annotated[float, msgspec.Meta(ge=0, le=32_503_680_000)]


class Interval(msgspec.Struct, frozen=True):
    """A figure with the interval that holds the truth in 95 of 100 such measurements."""

    value: Figure
    low: Figure
    high: Figure


class Bin(msgspec.Struct, frozen=True):
    """Scores between `low` and `high`: how many, their mean, and the share people agreed with."""

    low: Figure
    high: Figure
    count: Count
    mean_score: Figure
    share_present: Figure


class TagFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How well one tag of a label set is told. `support` songs have it, of `asked` it could.

    `threshold` is None for a tag that is never given; `precision` for one that was not given.
    `chosen` songs were given it by the tagger.
    """

    tag: str
    support: int
    asked: int
    chosen: int = 0
    auc: Interval | None = None
    ap: Interval | None = None
    precision: Interval | None = None
    recall: Interval | None = None
    f1: Interval | None = None
    threshold: float | None = None
    ece: Interval | None = None


class Matrix(msgspec.Struct, frozen=True):
    """Counts of songs: `counts[i][j]` for `tags[i]` and `tags[j]`.

    In a confusion, i is what people said and j what the tagger chose. In a co-occurrence both
    stand in the same song, and the diagonal counts the songs with the tag.
    """

    tags: tuple[str, ...]
    counts: tuple[tuple[Count, ...], ...]

    def __post_init__(self) -> None:
        side = len(self.tags)
        if len(self.counts) != side or any(len(row) != side for row in self.counts):
            raise ValueError("a matrix has a row and a column for each tag")


class LabelSetBlock(msgspec.Struct, frozen=True, kw_only=True):
    """One tagger on one label set.

    `block` is its key ("gems9", "gems9 agreed"), `label_set` the set it comes from, `kind` "multi",
    "single" or "verdicts". `main` names the figure that is compared first. `tags_rare` of the tags
    are left out of means over tags, as too few songs have them or have them not; then the mean
    over all stands beside, under a name that ends in "_all". `by_fold`: the same figures fold by
    fold, where there are folds; None where a fold cannot tell.
    """

    block: str
    label_set: str
    title: str
    kind: str
    songs: int
    tags_known: int
    tags_all: int
    main: str
    figures: dict[str, Interval]
    tags_rare: Count = 0
    per_tag: tuple[TagFigures, ...] = ()
    reliability: tuple[Bin, ...] = ()
    confusion: Matrix | None = None
    given_together: Matrix | None = None
    chosen_together: Matrix | None = None
    by_fold: dict[str, tuple[Figure | None, ...]] = {}
    note: str = ""


class TaggerReport(msgspec.Struct, frozen=True, kw_only=True):
    """One tagger on all label sets. `affect`: "valence" and "arousal", Spearman's rank correlation.

    `experimental` are the tags whose AUC interval, over all songs of the label sets that give many
    tags a song, includes 0.5, or that too few of those songs have.
    """

    tagger: str
    name: str
    version: str = ""
    baseline: bool = False
    songs: int = 0
    seconds: float = 0.0
    songs_per_second: float | None = None
    blocks: tuple[LabelSetBlock, ...] = ()
    affect: dict[str, Interval] = {}
    affect_songs: int = 0
    experimental: tuple[str, ...] = ()
    note: str = ""

    def block(self, name: str) -> LabelSetBlock | None:
        """The block of this key, None where there is none."""
        return next((block for block in self.blocks if block.block == name), None)


class ComparedTag(msgspec.Struct, frozen=True, kw_only=True):
    """The AUC of one tag by the first tagger less that by the other.

    `p` by approximate randomisation, `p_holm` the same, corrected over the tags of the block.
    """

    tag: str
    difference: Interval
    p: float
    p_holm: float


class ComparedBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Two taggers on the songs and tags both know. `p_holm` is corrected over the blocks."""

    block: str
    title: str
    figure: str
    songs: int
    tags: int
    one: float
    other: float
    difference: Interval
    p: float
    p_holm: float
    per_tag: tuple[ComparedTag, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Tagger `one` against `other` (their ids): a difference above 0 speaks for `one`."""

    one: str
    other: str
    blocks: tuple[ComparedBlock, ...] = ()


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """What was reached with `songs` to learn from, `share` of all there are."""

    songs: int
    share: float
    figure: Interval


class LearningCurve(msgspec.Struct, frozen=True, kw_only=True):
    """How one figure of one block grows with the songs a tagger learned from."""

    tagger: str
    name: str
    block: str
    title: str
    figure: str
    points: tuple[CurvePoint, ...]


class LabelSetInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A label set in the data: how many songs it judged, how many tags it could have given."""

    label_set: str
    title: str
    kind: str
    songs: int
    tags: int
    complete: bool = False


class DataInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The songs of a measurement. `folds` is 0 where there are none."""

    name: str
    split: str
    songs: int
    artists: int = 0
    folds: int = 0
    rounds: int = 0
    left_out: int = 0


class EvaluationReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one evaluation found. `made_at` is in seconds since 1970.

    `unusable` says, a sentence each, which taggers were asked for and could not be measured.
    """

    data: DataInfo
    taggers: tuple[TaggerReport, ...]
    comparisons: tuple[Comparison, ...] = ()
    label_sets: tuple[LabelSetInfo, ...] = ()
    curves: tuple[LearningCurve, ...] = ()
    made_at: Moment = msgspec.field(default_factory=time.time)
    format: int = FORMAT
    complete: bool = True
    unusable: tuple[str, ...] = ()

    def tagger(self, tagger_id: str) -> TaggerReport | None:
        """The report of one tagger, None where it was not measured."""
        return next((each for each in self.taggers if each.tagger == tagger_id), None)


class _Version(msgspec.Struct):
    format: int = FORMAT


def write_report(report: EvaluationReport, file: Path) -> None:
    """Writes report.json, readable, whole or not at all. EngineError where it cannot be."""
    write_whole(file, msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")


def write_whole(file: Path, told: bytes) -> None:
    """A file of a report, whole or not at all. EngineError where it cannot be written."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as opened:
            opened.write(told)
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except OSError as failure:
        raise EngineError(f"{file} cannot be written: {failure.strerror}.",
                          "Choose another place for the report.") from failure


def read_report(file: Path) -> EvaluationReport:
    """The report of a file. EngineError for a broken one and for one of a later version."""
    try:
        told = file.read_bytes()
        # First of all, as a later one may be built quite differently.
        if msgspec.json.decode(told, type=_Version).format > FORMAT:
            raise EngineError(f"The report {file.name} was made by a later Undertone.",
                              "Bring Undertone up to date.")
        return msgspec.json.decode(told, type=EvaluationReport)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        why = getattr(broken, "strerror", None) or broken
        raise EngineError(f"The report {file.name} cannot be read: {why}.",
                          "Measure the taggers again.") from broken
