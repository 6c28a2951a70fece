"""Gathers the rows of all stages from their sources and divides them, once, for the whole job.

No group judges in one stage and is learned from in another. Knows no method.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.errors import EngineError
from engine.events import Note, Progress, Report
from engine.export.learning.kept_rows import KeptRows, StageRows, Told
from engine.training.learning_job import LearningJob
from engine.training.recipe import DataOptions
from engine.training.rows.reading import read_rows
from engine.training.rows.row import BadRow, Row
from engine.training.rows.splitting import Split, groups_of, split_rows

_TOLD_EVERY = 2_000


def gather(job: LearningJob, report: Report) -> KeptRows:
    """The rows of the job. EngineError where there is nothing to learn from; what cannot be used
    is told by a note."""
    seed = job.recipe.loop.seed
    counts, bad = Counter[str](), list[BadRow]()
    stages = [tuple(_sampled(_read(job, number, counts, bad, report),
                             job.recipe.data.most_rows, seed))
              for number in range(len(job.stages))]
    _tell_bad(bad, report)
    splits = [split_rows(rows, job.recipe.data, seed) for rows in stages]
    divided = _apart(stages, splits, job.recipe.data)
    _tell_left(splits, divided, report)
    if not all(stage.learning for stage in divided):
        raise EngineError("There is nothing to learn from in this data.",
                          "Choose other data, or say more in Tag and Chat first.")
    how = " ".join(dict.fromkeys(split.how for split in splits if split.how))
    rows = KeptRows(divided, Told(dict(counts), len(bad), how))
    learning = sum(len(stage.learning) for stage in divided)
    judging = sum(len(stage.judging) for stage in divided)
    report(Note(message=f"{learning:,} rows to learn from, {judging:,} to judge by. "
                        f"{how}".rstrip()))
    return rows


def _apart(stages: Sequence[Sequence[Row]], splits: Sequence[Split],
           options: DataOptions) -> tuple[StageRows, ...]:
    """The split of every stage, without the rows whose group judges in another one."""
    if len(stages) == 1:
        return (StageRows(splits[0].learning, splits[0].judging),)
    groups = groups_of([row for rows in stages for row in rows], options.split_by)
    of_row = dict(zip((id(row) for rows in stages for row in rows), groups, strict=True))
    judged = [{of_row[id(row)] for row in split.judging} for split in splits]
    divided: list[StageRows] = []
    for number, split in enumerate(splits):
        elsewhere = set[int]().union(*judged[:number], *judged[number + 1:])
        learning = tuple(row for row in split.learning if of_row[id(row)] not in elsewhere)
        divided.append(StageRows(learning, split.judging))
    return tuple(divided)


def _tell_left(splits: Sequence[Split], divided: Sequence[StageRows], report: Report) -> None:
    left = sum(len(split.learning) - len(stage.learning)
               for split, stage in zip(splits, divided, strict=True))
    if left:
        report(Note(message=f"{left:,} rows of one stage are left out, since what belongs to them "
                            "judges in another."))


def _read(job: LearningJob, stage: int, counts: Counter[str], bad: list[BadRow],
          report: Report) -> Iterator[Row]:
    """Every row of a stage's sources, each a value of its own."""
    for source in job.stages[stage]:
        for row in read_rows(source, job.paths, job.recipe.loop.seed):
            if isinstance(row, BadRow):
                bad.append(row)
                continue
            counts[row.place.source] += 1
            if sum(counts.values()) % _TOLD_EVERY == 1:
                report(Progress(done=sum(counts.values()), message="Reading the data",
                                unit="rows"))
            # The same value may be given twice, by two sources; each has its own side.
            yield replace(row)


def _sampled(rows: Iterable[Row], most: int, seed: int) -> list[Row]:
    """`most` of the rows, in their order, each as likely as any other (Vitter 1985); all for 0."""
    if not most:
        return list(rows)
    chance, kept = random.Random(seed), list[tuple[int, Row]]()
    for number, row in enumerate(rows):
        if number < most:
            kept.append((number, row))
        elif (at := chance.randrange(number + 1)) < most:
            kept[at] = (number, row)
    return [row for _, row in sorted(kept, key=lambda pair: pair[0])]


def _tell_bad(bad: list[BadRow], report: Report) -> None:
    if bad:
        first = bad[0]
        where = f"{first.place.source}, line {first.place.line}" if first.place.line \
            else first.place.source
        report(Note(message=f"{len(bad):,} rows cannot be used. The first, {where}: {first.why}"))
