"""Speaks with the person in the terminal while Undertone is set up.

One line a step, with what it brought and how long it took; a moving line only on a terminal.
Knows nothing of what the steps do.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 100


class SetupError(Exception):
    """The set-up cannot go on: what happened, and what can be done about it.

    `changed` says whether the environment may have been left in part.
    """

    def __init__(self, message: str, hint: str = "", changed: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.changed = changed


class Console:
    """Numbered steps on stdout and yes-or-no questions; `yes` answers every question, and
    without it nothing is asked unless `interactive`."""

    def __init__(self, yes: bool = False, interactive: bool = False) -> None:
        self._yes = yes
        self._steps = 0
        self._step = 0
        self._started = ""
        self._note = ""
        self._open = False
        self.interactive = interactive
        self._moving = is_terminal(sys.stdout)

    def expect(self, steps: int) -> None:
        """How many steps there will be."""
        self._steps = steps

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Shows `title` while the block runs, then the last note and the seconds it took."""
        self._step += 1
        self._started = f"[{self._step}/{max(self._steps, self._step)}] {title}"
        self._note = "done"
        began = time.monotonic()
        print(f"{self._started} ...", end="", flush=True)
        self._open = True
        try:
            yield
        except BaseException:
            self._end_line()
            raise
        self._conclude(f"{self._note}, {time.monotonic() - began:.1f} s")

    def note(self, text: str) -> None:
        """What the running step will be said to have brought."""
        self._note = text

    def moving(self, text: str) -> None:
        """What the running step does at this moment; shown on a terminal only."""
        if self._moving:
            print(f"\r\033[K{self._started}: {text}"[:WIDTH], end="", flush=True)
            self._open = True

    def say(self, text: str) -> None:
        """A line of its own, also in the middle of a step."""
        self._end_line()
        print(text, flush=True)

    def agrees(self, question: str) -> bool:
        """True with --yes; asks on a terminal; False where nobody can answer."""
        if self._yes:
            return True
        if not self.interactive:
            return False
        self._end_line()
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

    def _conclude(self, text: str) -> None:
        if self._moving and self._open:
            print(f"\r\033[K{self._started}: {text}", flush=True)
        elif self._open:
            print(f" {text}", flush=True)
        else:
            print(f"{self._started}: {text}", flush=True)
        self._open = False

    def _end_line(self) -> None:
        if self._open:
            print(flush=True)
        self._open = False


def can_ask() -> bool:
    """Whether somebody sits in front of the terminal."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout) and not os.environ.get("CI")


def is_terminal(stream: object) -> bool:
    """Whether the stream is a terminal; False for one that is closed or missing."""
    try:
        return bool(stream and stream.isatty())  # type: ignore[attr-defined]
    except ValueError:
        return False
