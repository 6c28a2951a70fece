"""The real tools of a set-up: the system's package manager, Python's venv, and pip."""

import os
import sys

from installer import system
from installer.console import Console, SetupError
from installer.environment import Environment
from installer.packages import Pip, child
from installer.torch_build import has_nvidia_card, install_torch, is_reachable

TITLES = {"run": "Packages of the program", "train": "Packages for training",
          "dev": "Packages for tests and checks", "bench": "Packages for benchmarks"}


class SystemTools:
    """Works on one environment, telling the console what each step brought."""

    def __init__(self, environment: Environment, console: Console) -> None:
        self._environment = environment
        self._console = console
        self._pip = Pip(environment.python, console)

    def check_libraries(self, where: str) -> None:
        system.check_libraries(where, self._console)

    def make_environment(self) -> None:
        """A virtual environment with pip, from the Python that started us."""
        base = getattr(sys, "_base_executable", "") or sys.executable
        command = [base, "-m", "venv", str(self._environment.folder)]
        with child(command, dict(os.environ)) as process:
            said = list(process.stdout or ())
        if process.returncode:
            raise SetupError("Python could not make an environment: "
                             f"{''.join(said[-3:]).strip()}")
        self._console.note(f"made with Python {sys.version.split()[0]}")

    def install_lock(self, name: str) -> None:
        self._pip.install_lock(self._environment.locks / f"{name}.txt")

    def install_torch(self) -> None:
        install_torch(self._environment, self._pip, self._console, is_reachable,
                      has_nvidia_card(), sys.platform)

    def describe(self, name: str) -> str:
        lock = (self._environment.locks / f"{name}.txt").read_text("utf-8")
        count = sum(line[:1].isalnum() for line in lock.splitlines())
        return f"{TITLES[name]} ({count})"
