"""Ending a job, gently first: ask, 15 s, terminate, 5 s, kill, and say so if it is still there.

Never waits by itself: whoever watches the job polls it. Knows no clock but the one it is given.
"""

import enum
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from engine.jobs.job_folder import JobFolder

ASK_SECONDS = 15.0
TERMINATE_SECONDS = 5.0
KILL_SECONDS = 5.0
POLL_SECONDS = 0.1


class Rung(enum.StrEnum):
    """How far the ladder was climbed. The last two are where it ends."""

    ASKED = "asked"
    TERMINATED = "terminated"
    KILLED = "killed"
    LINGERS = "lingers"
    GONE = "gone"


class Stoppable(Protocol):
    """What the ladder needs of a process."""

    @property
    def folder(self) -> JobFolder: ...
    def living(self) -> bool: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


_NEXT = {Rung.ASKED: Rung.TERMINATED, Rung.TERMINATED: Rung.KILLED, Rung.KILLED: Rung.LINGERS}
_PATIENCE = {Rung.ASKED: ASK_SECONDS, Rung.TERMINATED: TERMINATE_SECONDS,
             Rung.KILLED: KILL_SECONDS}


class StopLadder:
    """One attempt to end one process. Also for a job that has told its end but does not go."""

    def __init__(self, process: Stoppable, clock: Callable[[], float] = time.monotonic) -> None:
        self._process = process
        self._clock = clock
        self._rung: Rung | None = None
        self._since = 0.0
        self._ended = False

    def poll(self) -> Rung:
        """Climbs if it is time, and says where it stands. Call every 100 ms or so."""
        if not self._process.living():
            self._rung = Rung.GONE
            return self._rung
        if self._rung is None:
            return self._climb(Rung.ASKED)
        self._notice_ending()
        if self._rung in _NEXT and self._clock() - self._since >= self._patience(self._rung):
            return self._climb(_NEXT[self._rung])
        return self._rung

    def rungs(self, pause: Callable[[float], None] = time.sleep) -> Iterator[Rung]:
        """Each rung once as it is reached, ending with gone or lingers. Waits by `pause`."""
        before = None
        while before not in (Rung.GONE, Rung.LINGERS):
            rung = self.poll()
            if rung != before:
                yield rung
                before = rung
            else:
                pause(POLL_SECONDS)

    def _climb(self, rung: Rung) -> Rung:
        self._rung, self._since = rung, self._clock()
        if rung is Rung.ASKED:
            self._notice_ending()
            if not self._ended:
                self._process.folder.ask_to_stop()
        elif rung is Rung.TERMINATED:
            self._process.terminate()
        elif rung is Rung.KILLED:
            self._process.kill()
        return rung

    def _notice_ending(self) -> None:
        if not self._ended and self._process.folder.ending() is not None:
            self._ended = True
            self._since = self._clock()

    def _patience(self, rung: Rung) -> float:
        # Who has told the end has nothing left to do but to go.
        return TERMINATE_SECONDS if self._ended else _PATIENCE[rung]
