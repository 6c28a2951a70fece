"""How a training keeps out of the way: of the person who talks or tags, and of the battery.

Looks often, since a look is cheap, and lets a little time pass before it comes back at full
speed, since somebody who reads an answer will ask again. Knows no loop.
"""

import time
from collections.abc import Callable

from engine.inference.in_use import InUse
from engine.inference.power import on_battery
from engine.paths import AppPaths
from engine.training.learning_job import Manners, WhileUsed

CHATTING = "Waits while you chat or tag."
BATTERY = "Waits for mains power."
WORKING_SHARE = 0.2  # of the time, while it is to be slow
_LOOK_SECONDS = 0.05
_POWER_SECONDS = 5.0
_LINGER = {WhileUsed.PAUSE: 15.0, WhileUsed.SLOW_DOWN: 2.0, WhileUsed.GO_ON: 0.0}
_LONGEST_BREATH = 0.5
_WAIT_SECONDS = 0.25


class JobCourtesy:
    """By `manners`; `in_use` says whether the person talks or tags just now, `on_battery` whether
    mains power is missing."""

    def __init__(self, manners: Manners, in_use: Callable[[], bool],
                 on_battery: Callable[[], bool | None],
                 clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._manners = manners
        self._in_use = in_use
        self._on_battery = on_battery
        self._clock = clock
        self._sleep = sleep
        self._looked_at = self._asked_at = float("-inf")
        self._used_at = float("-inf")
        self._battery = False

    def wants_pause(self) -> str:
        """A sentence, or "" where nothing speaks against going on."""
        if not self._manners.on_battery and self._without_mains():
            return BATTERY
        if self._manners.while_used is WhileUsed.PAUSE and self._used_lately():
            return CHATTING
        return ""

    def breathe(self, worked: float) -> float:
        """After `worked` seconds: rests several times as long where it is to be slow."""
        if self._manners.while_used is not WhileUsed.SLOW_DOWN or not self._used_lately():
            return 0.0
        rest = min(_LONGEST_BREATH, worked * (1 / WORKING_SHARE - 1))
        self._sleep(rest)
        return rest

    def wait(self) -> None:
        """A moment."""
        self._sleep(_WAIT_SECONDS)

    def _used_lately(self) -> bool:
        now = self._clock()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            if self._in_use():
                self._used_at = now
        return now - self._used_at <= _LINGER[self._manners.while_used]

    def _without_mains(self) -> bool:
        now = self._clock()
        if now - self._asked_at >= _POWER_SECONDS:
            self._asked_at = now
            self._battery = bool(self._on_battery())
        return self._battery


def open_courtesy(manners: Manners, paths: AppPaths) -> JobCourtesy:
    """For a training of this person's data."""
    return JobCourtesy(manners, InUse(paths.in_use_mark).somebody, on_battery)
