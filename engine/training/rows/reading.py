"""Every source of rows as one stream: files, folders, the person's own words, approved proposals.

Knows which reader serves which source; each form has its own module. What cannot be learned from
comes as a BadRow in its place, so that nothing is dropped silently.
"""

from collections.abc import Iterator

from engine.paths import AppPaths
from engine.training.rows.row import BadRow, Row
from engine.training.rows.sources import Source


def read_rows(source: Source, paths: AppPaths, seed: int = 7) -> Iterator[Row | BadRow]:
    """The rows of a source in their order; huge files are streamed.

    `paths` tells where the library lies. `seed` chooses the rows of a FileSource's `share`.
    EngineError where the source itself cannot be read.
    """
    raise NotImplementedError
