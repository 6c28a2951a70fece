"""Remembers which files and folders a run was asked for, until it is done.

A small file beside the library, so that a run cut short by closing or by a crash can be offered
again at the next start. It is a convenience: a file that cannot be read or written is no error.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

_VERSION = 1


class UnfinishedRun:
    """The roots of the run that is on, kept in `file`."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def remember(self, roots: Iterable[Path]) -> None:
        """Keeps these roots in place of what was kept; with none, the file goes."""
        names = list(dict.fromkeys(str(root.absolute()) for root in roots))
        with suppress(OSError):
            if not names:
                self._file.unlink(missing_ok=True)
                return
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps({"version": _VERSION, "roots": names}), "utf-8")
            fresh.replace(self._file)

    def recall(self) -> tuple[Path, ...]:
        """What was kept; nothing where the file is missing, broken or of another version."""
        try:
            stored: Any = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return ()
        if not isinstance(stored, dict):
            return ()
        kept = cast("dict[str, Any]", stored)
        roots = kept.get("roots")
        if kept.get("version") != _VERSION or not isinstance(roots, list):
            return ()
        names = cast("list[Any]", roots)
        return tuple(Path(name) for name in names
                     if isinstance(name, str) and name and "\0" not in name)
