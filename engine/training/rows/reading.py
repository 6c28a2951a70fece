"""Every source of rows as one stream: files, folders, the person's own words, approved proposals.

Knows which reader serves which source; each form has its own module. What cannot be learned from
comes as a BadRow in its place, so that nothing is dropped silently.
"""

from collections.abc import Callable, Iterator
from contextlib import closing

from engine.library.database import Database
from engine.paths import AppPaths
from engine.tagging.vocabulary import Vocabulary
from engine.training.growth.growth_store import read_grown
from engine.training.rows.file_rows import read_file
from engine.training.rows.folder_rows import read_folder
from engine.training.rows.own_choices import read_own_choices
from engine.training.rows.own_moods import read_own_moods
from engine.training.rows.own_talks import read_own_talks
from engine.training.rows.row import BadRow, Row
from engine.training.rows.sources import (
    FileSource,
    FolderSource,
    GrownRows,
    OwnChoices,
    OwnMoods,
    OwnTalks,
    Source,
)

_Own = Callable[[Database], Iterator[Row | BadRow]]


def read_rows(source: Source, paths: AppPaths, seed: int = 7) -> Iterator[Row | BadRow]:
    """The rows of a source in their order; huge files are streamed.

    `paths` tells where the library lies. `seed` chooses the rows of a FileSource's `share`.
    EngineError where the source itself cannot be read.
    """
    if isinstance(source, FileSource):
        return read_file(source, seed)
    if isinstance(source, FolderSource):
        return read_folder(source.path, Vocabulary.load(paths.moods_file))
    return _from_library(paths, _own(source))


def _own(source: OwnMoods | OwnTalks | OwnChoices | GrownRows) -> _Own:
    if isinstance(source, OwnMoods):
        return read_own_moods
    if isinstance(source, OwnTalks):
        return lambda database: read_own_talks(database, source.personas, source.edited_only)
    if isinstance(source, OwnChoices):
        return lambda database: read_own_choices(database, source.personas)
    return lambda database: read_grown(database, source.id)


def _from_library(paths: AppPaths, read: _Own) -> Iterator[Row | BadRow]:
    """Opened for this alone and closed with it; a library that is not there holds nothing."""
    if not paths.library_file.is_file():
        return
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        yield from read(database)
