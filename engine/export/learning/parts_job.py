"""The job that gets the parts training needs: runs the program's own set-up, and tells its lines.

Nothing of it happens without the person's yes: whoever starts this job has asked for it. Knows no
package; what is fetched, and by which hash, the set-up says.
"""

import io
import runpy
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from engine.errors import Cancelled, EngineError
from engine.events import Finished, Note, Report
from engine.paths import program_folder
from engine.training.parts import SET_UP

_INTERRUPTED = 130
_ARGUMENTS = ("--yes", "setup", "run", "train")


def get_training_parts(arguments: dict[str, object], output: Path, report: Report,
                       resume: bool) -> Finished:
    """Sets up what is missing. EngineError with the set-up's last words where it cannot."""
    program = program_folder() / SET_UP
    if not program.is_file():
        raise EngineError("There is no set-up beside this program.",
                          "Start Undertone from its source for training.")
    lines = TellingLines(report)
    with _called(program), redirect_stdout(lines), redirect_stderr(lines):
        try:
            runpy.run_path(str(program), run_name="__main__")
            code: object = 0
        except SystemExit as ended:
            code = ended.code
    lines.close_line()
    if code == _INTERRUPTED:
        raise Cancelled
    if code:
        raise EngineError("The parts for training could not be installed.",
                          lines.last or "Check the connection, then try again.")
    return Finished("Training is ready.")


class TellingLines(io.TextIOBase):
    """A stream whose lines become notes; a moving line counts when it is overwritten."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._line = ""
        self.last = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        for letter in text:
            if letter in "\r\n":
                self.close_line()
            else:
                self._line += letter
        return len(text)

    def close_line(self) -> None:
        """Tells what was written since the last line's end."""
        said, self._line = self._line.strip(), ""
        if said and said != self.last:
            self.last = said
            self._report(Note(message=said))


@contextmanager
def _called(program: Path) -> Generator[None]:
    """As if the set-up had been called on its own."""
    before, path = sys.argv, list(sys.path)
    sys.argv = [str(program), *_ARGUMENTS]
    sys.path.insert(0, str(program.parent))
    try:
        yield
    finally:
        sys.argv, sys.path[:] = before, path
