"""Parquet files as records, where pyarrow is installed. Knows no columns."""
# pyarrow ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingImports=false
# pyright: reportMissingTypeStubs=false

from collections.abc import Iterator
from pathlib import Path

from engine.errors import EngineError
from engine.training.rows.record import Record

_ROWS = 1024


def parquet_records(file: Path) -> Iterator[Record]:
    """The rows of a file, by their numbers, some at a time. EngineError where it is damaged or
    cannot be read here."""
    try:
        import pyarrow  # large, and only this needs it
        import pyarrow.parquet as parquet
    except ImportError:
        raise EngineError(f"{file.name} is a Parquet file, and what reads those is not installed.",
                          "Install it with “pip install pyarrow”, or save the data as .csv or"
                          " .jsonl.") from None
    number = 0
    try:
        with parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches(batch_size=_ROWS):
                for values in batch.to_pylist():
                    number += 1
                    yield Record(number, values)
    except (OSError, pyarrow.ArrowException) as broken:
        raise EngineError(f"{file.name} cannot be read as Parquet after row {number:,}.",
                          "Check that the file is whole.") from broken
