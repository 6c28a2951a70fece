"""The order of a set-up, and what survives when it does not get to its end.

What is sound is kept and added to; what was interrupted is made again. Knows the stamp and the
sets; how things are installed is its tools' business.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from installer.console import Console, SetupError
from installer.environment import SETS, Environment


class Tools(Protocol):
    """What a set-up does to the machine. Each raises SetupError where it cannot."""

    def check_libraries(self, where: str) -> None: ...
    def make_environment(self) -> None: ...
    def install_lock(self, name: str) -> None: ...
    def install_torch(self) -> None: ...
    def describe(self, name: str) -> str: ...


class SetUp:
    """Brings an environment to hold sets, showing every step."""

    def __init__(self, environment: Environment, tools: Tools, console: Console) -> None:
        self._environment = environment
        self._tools = tools
        self._console = console

    def run(self, sets: Sequence[str], where: str, fresh: bool = False) -> None:
        """Installs what is not there yet for the sets and a window on the display `where`."""
        environment, console = self._environment, self._console
        done = {} if fresh else environment.installed_sets()
        displays = {where, *([] if fresh else environment.checked_displays())} - {""}
        wanted = [name for name in SETS if name in {*sets, *done}]
        pending = [name for name in wanted if done.get(name) != environment.lock_hash(name)]
        console.expect(2 + len(pending) + ("train" in pending))
        console.say("Setting Undertone up in .venv; the next start will not need to.")
        began = time.monotonic()
        with console.step("Libraries of the system"):
            self._tools.check_libraries(where)
        with console.step("Python environment"):
            self._make(fresh)
        self._fill(pending, done, displays)
        environment.finish(done, displays)
        console.say(f"Ready after {time.monotonic() - began:.0f} s.\n")

    def _make(self, fresh: bool) -> None:
        if self._environment.begin(fresh):
            self._console.note("kept")
        else:
            self._tools.make_environment()

    def _fill(self, pending: Sequence[str], done: dict[str, str], displays: set[str]) -> None:
        try:
            for name in pending:
                self._install(name)
                done[name] = self._environment.lock_hash(name)
        except SetupError as error:
            if not error.changed:
                self._environment.finish(done, displays)
            raise

    def _install(self, name: str) -> None:
        with self._console.step(self._tools.describe(name)):
            self._tools.install_lock(name)
        if name == "train":
            with self._console.step("torch"):
                self._tools.install_torch()
