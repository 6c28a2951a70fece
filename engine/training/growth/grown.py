"""Rows that grow out of a few of the person's: values, and the way from and to rows.

A set grows rows of one kind. Knows no model and no storage.
"""

import enum
from collections.abc import Iterable, Sequence

import msgspec

from engine.errors import EngineError
from engine.training.rows.row import Line, PlainRow, Row, RowPlace, TalkRow, TextRow
from engine.training.rows.splitting import LEARNS

FEWEST_SEEDS = 3


class GrowthKind(enum.StrEnum):
    """What grows."""

    LABELLED = "labelled"  # texts with labels
    ANSWERED = "answered"  # questions or tasks with an answer
    PLAIN = "plain"  # texts alone


class RowState(enum.StrEnum):
    """Where a proposal stands; only what is approved is learned."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class GrownText(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a set, given or grown. `text` is the question where there is an `answer`."""

    text: str
    labels: tuple[str, ...] = ()
    answer: str = ""
    system: str = ""

    @property
    def words(self) -> str:
        """What is compared: a question without its answer."""
        return self.text


class GrownRow(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal. `alike` is how much it is like `nearest`, the nearest of all texts of its set,
    0 to 1; `model` wrote it."""

    id: int
    text: GrownText
    state: RowState
    model: str
    alike: float
    nearest: str


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """A set: its seeds, and how many of its proposals stand where."""

    id: str
    name: str
    kind: GrowthKind
    seeds: tuple[GrownText, ...]
    made_at: str
    proposed: int = 0
    approved: int = 0
    refused: int = 0


def seeds_of(rows: Iterable[Row]) -> tuple[GrowthKind, tuple[GrownText, ...]]:
    """What can grow out of rows. EngineError where they are too few, or of several kinds."""
    kind: GrowthKind | None = None
    seeds: list[GrownText] = []
    for row in rows:
        found, seed = _seed(row)
        if seed is None or (kind is not None and found is not kind):
            continue
        kind = found
        seeds.append(seed)
    if kind is None or len(seeds) < FEWEST_SEEDS:
        raise EngineError(
            f"Rows grow out of {FEWEST_SEEDS} or more of one kind; here are {len(seeds)}.",
            "Give labelled texts, questions with answers, or texts.")
    return kind, tuple(dict.fromkeys(seeds))


def row_of(kind: GrowthKind, text: GrownText, place: RowPlace) -> Row:
    """A grown text as a row to learn from; it judges nothing, for a model wrote it."""
    if kind is GrowthKind.LABELLED:
        return TextRow(text.text, text.labels, place, split=LEARNS)
    if kind is GrowthKind.PLAIN:
        return PlainRow(text.text, place, split=LEARNS)
    system = (Line("system", text.system),) if text.system else ()
    return TalkRow((*system, Line("user", text.text), Line("assistant", text.answer, learned=True)),
                   place, split=LEARNS)


def labels_of(seeds: Sequence[GrownText]) -> tuple[tuple[str, ...], ...]:
    """The combinations of labels there are, each once."""
    return tuple(dict.fromkeys(seed.labels for seed in seeds))


def _seed(row: Row) -> tuple[GrowthKind, GrownText | None]:
    if isinstance(row, TextRow):
        return GrowthKind.LABELLED, GrownText(row.text, row.labels) if row.labels else None
    if isinstance(row, PlainRow):
        return GrowthKind.PLAIN, GrownText(row.text)
    lines = row.lines if isinstance(row, TalkRow) else ()
    said = [line for line in lines if line.role != "system"]
    system = next((line.text for line in lines if line.role == "system"), "")
    if len(said) < 2 or said[0].role != "user" or said[1].role != "assistant":
        return GrowthKind.ANSWERED, None
    return GrowthKind.ANSWERED, GrownText(said[0].text, (), said[1].text, system)
