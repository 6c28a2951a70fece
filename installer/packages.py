"""Runs pip inside the environment: locked sets by hash, torch by version.

Knows pip's words; says on the console what was fetched. Refuses to build from source, but for the
one peer of the benchmarks that only comes so.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.console import Console, SetupError

SIZE = re.compile(r"^\s*Downloading (\S+) \(([\d.]+) (bytes|kB|MB|GB)\)")
MEGABYTES = {"bytes": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}
UNWANTED = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_QUIET",
            "PYTHONHOME", "PYTHONPATH")
NO_NETWORK = ("Retrying (", "Could not fetch URL", "NewConnectionError", "Name or service")


SOURCE_ONLY = ("llama-cpp-python",)


class NoMatchError(SetupError):
    """pip was answered, and has no such version for this machine."""


class Pip:
    """pip of one environment. Every failure is a SetupError that carries pip's last words."""

    def __init__(self, python: Path, console: Console) -> None:
        self._python = python
        self._console = console

    def install_lock(self, lock: Path) -> None:
        """Installs exactly the files whose hashes the lock names."""
        self._install(["--require-hashes", "--only-binary", ":all:",
                       *(f"--no-binary={name}" for name in SOURCE_ONLY), "-r", str(lock)])

    def install_version(self, requirement: str, index: str = "") -> None:
        """Installs one package by version, from an index beside the usual ones if given."""
        self._install([requirement, *(["--extra-index-url", index] if index else [])])

    def _install(self, arguments: Sequence[str]) -> None:
        command = [str(self._python), "-m", "pip", "install", "--no-deps", "--no-input",
                   "--disable-pip-version-check", "--progress-bar", "off", *arguments]
        said: list[str] = []
        megabytes = 0.0
        with child(command, self._environment()) as process:
            for line in process.stdout or ():
                said.append(line.rstrip())
                megabytes += self._show(line)
        self._console.note(f"{megabytes:.0f} MB fetched" if megabytes else "nothing to fetch")
        if process.returncode:
            raise complaint(said)

    def _show(self, line: str) -> float:
        fetched = SIZE.match(line)
        if fetched:
            name, amount, unit = fetched.groups()
            self._console.moving(f"{name.split('-')[0]} ({amount} {unit})")
            return float(amount) * MEGABYTES[unit]
        if line.startswith("Installing collected"):
            self._console.moving("unpacking")
        return 0.0

    @staticmethod
    def _environment() -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
        return kept | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


class child:  # noqa: N801 - used like subprocess.Popen, whose clean-up it completes
    """A process whose lines are read; ended, not orphaned, when the reader is interrupted."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
            close_fds=os.name == "nt")

    def __enter__(self) -> "subprocess.Popen[str]":
        return self._process

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self._process.terminate()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def complaint(said: Sequence[str]) -> SetupError:
    """What to tell the person, from pip's output. pip fetches all before it installs any."""
    last = "\n".join(f"    {line}" for line in said[-8:])
    changed = any(line.startswith("Installing collected") for line in said)
    if any(word in line for line in said for word in NO_NETWORK):
        return SetupError(f"pip could not reach a package index. Its last words:\n{last}",
                          "Check the connection (or pip's proxy settings) and start again; "
                          "what was fetched is kept in pip's cache.", changed)
    if any("No matching distribution" in line for line in said):
        return NoMatchError(
            f"There is no ready-made package for this machine. pip's last words:\n{last}",
            f"Undertone needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.", changed)
    return SetupError(f"pip stopped. Its last words:\n{last}",
                      "Start again; if it stays, the words above say what to look for.", changed)
