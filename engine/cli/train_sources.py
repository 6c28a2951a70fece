"""Names of data on the command line, and the sources they mean. Reads no rows."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from engine.errors import EngineError
from engine.training.rows.sources import (
    FileSource,
    FolderSource,
    GrownRows,
    OwnChoices,
    OwnMoods,
    OwnTalks,
    Source,
)

GROWN = "grown:"
OWN: Mapping[str, Source] = {
    "own-moods": OwnMoods(), "own-talks": OwnTalks(), "own-edits": OwnTalks(edited_only=True),
    "own-choices": OwnChoices(),
}
SOURCES_HELP = (f"a file, a folder of lyrics, {', '.join(OWN)}, or {GROWN}ID for grown rows")


def source_of(named: str, columns: Mapping[str, str] | None = None, share: float = 1.0) -> Source:
    """The source of that name. `columns` (role -> column) and `share` are of files. EngineError
    where nothing is called so."""
    if named in OWN:
        return OWN[named]
    if named.startswith(GROWN):
        return GrownRows(named.removeprefix(GROWN))
    path = Path(named).absolute()  # a link may lead to itself
    if path.is_dir():
        return FolderSource(path)
    if not path.is_file():
        raise EngineError(f"There is no {named} to learn from.", f"Name {SOURCES_HELP}.")
    return FileSource(path, dict(columns) if columns else None, share)


def columns_of(text: str) -> dict[str, str]:
    """ "text=lyrics,labels=tags" as role -> column. ArgumentTypeError for anything else."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not sign or not column.strip() for _, sign, column in pairs):
        raise argparse.ArgumentTypeError("say which column serves as what: text=lyrics,labels=tags")
    return {role.strip(): column.strip() for role, _, column in pairs}
