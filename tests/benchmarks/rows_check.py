"""How long it takes to read, divide and check rows, and how well wrong labels are found.

    python -m tests.benchmarks.rows_check [FILE] [--rows N]

Without a file N (10,000) milled songs with labels are taken; with one, its own rows, of which one
label in twenty is changed by mistake: told is how many of the most doubtful labels were among them.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from engine.training.recipe import DataOptions
from engine.training.rows.checking import check_rows
from engine.training.rows.file_rows import read_file
from engine.training.rows.row import Row, TextRow
from engine.training.rows.sources import FileSource
from engine.training.rows.splitting import split_rows
from engine.training.rows.suspects import find_suspects
from tests.benchmarks.word_mill import milled_song

Answer = TypeVar("Answer")
WRONG = 0.05
LABELS = ("joy", "calm", "anger", "sadness")


def main(file: Path | None, rows: int) -> None:
    """Prints a line for each step."""
    with tempfile.TemporaryDirectory() as scratch:
        source = file or mill(Path(scratch) / "rows.jsonl", rows)
        read = timed("read", lambda: [row for row in islice(read_file(FileSource(source)), rows)
                                      if isinstance(row, TextRow)])
    words = sum(len(row.text.split()) for row in read)
    print(f"  {len(read):,} rows, {words:,} words")
    every: list[Row] = list(read)
    timed("divide", lambda: split_rows([replace(row, split="") for row in read], DataOptions()))
    report = timed("check, with doubtful labels", lambda: check_rows(every))
    print(f"  {len(report.findings)} findings, {len(report.suspects)} doubtful labels")
    if file is not None:
        find_wrong(read)


def find_wrong(rows: list[TextRow]) -> None:
    """Changes some labels and looks for them."""
    chance = random.Random(7)
    known = sorted({label for row in rows for label in row.labels})
    wrong: set[tuple[int, str]] = set()
    changed: list[TextRow] = []
    for number, row in enumerate(rows):
        row = replace(row, place=replace(row.place, line=number))
        others = [label for label in row.asked or known if label not in row.labels]
        if row.labels and others and chance.random() < WRONG:
            lost, got = chance.choice(row.labels), chance.choice(others)
            kept = (label for label in row.labels if label != lost)
            row = replace(row, labels=(*kept, got))
            wrong |= {(number, lost), (number, got)}
        changed.append(row)
    asked = sum(len(known if row.asked is None else row.asked) for row in rows)
    found = find_suspects(changed)
    hits = [(each.place.line, each.label) in wrong for each in found]
    print(f"{len(wrong):,} of {asked:,} answers on labels were made wrong"
          f" ({len(wrong) / asked:.1%})")
    for most in (20, 50, 200):
        part = hits[:most]
        if part:
            print(f"  of the {len(part)} most doubtful {sum(part) / len(part):.0%} are among them")


def mill(file: Path, rows: int) -> Path:
    """Songs of plain words, each with a label or two."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            labels = chance.sample(LABELS, chance.randint(1, 2))
            out.write(json.dumps({"text": milled_song(number), "labels": labels,
                                  "song_id": f"s{number}"}) + "\n")
    return file


def timed(what: str, work: Callable[[], Answer]) -> Answer:
    """Says how long something took."""
    begun, busy = time.perf_counter(), time.process_time()
    answer = work()
    print(f"{what}: {time.perf_counter() - begun:.2f} s,"
          f" {time.process_time() - busy:.2f} s of the processor", flush=True)
    return answer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    given = parser.parse_args()
    main(given.file, given.rows)
