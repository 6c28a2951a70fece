"""Checks the system beneath the environment before anything is downloaded, and mends what it may.

Installs system packages only as root, with --yes, or after a yes; never calls sudo unasked.
"""

import os
import shlex
import shutil
import subprocess
import sys

from installer import linux, macos, windows
from installer.console import Console, SetupError


def display() -> str:
    """Where a window would open; "native" off Linux, "" on a Linux without a screen."""
    return linux.display(os.environ) if sys.platform.startswith("linux") else "native"


def check_machine() -> None:
    """Raises SetupError where Undertone cannot run at all."""
    here = {"darwin": macos, "win32": windows}.get(sys.platform, linux)
    reason = here.refusal()
    if reason:
        raise SetupError(reason)


def check_libraries(where: str, console: Console) -> None:
    """Sees that Qt's libraries for that display are there; installs them where it may.

    Raises SetupError with the exact command where it may not, or could not.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = linux.missing(where)
    lacks_venv = linux.lacks_venv()
    if not missing and not lacks_venv:
        console.note("all there" if where else "none needed without a screen")
        return
    wanted = [library.file for library in missing] + ["Python's venv"] * lacks_venv
    commands = linux.install_commands(missing, lacks_venv)
    console.say(f"      Missing on this system: {', '.join(wanted)}")
    if commands:
        _install(commands, console)
    still = [library.file for library in linux.missing(where)]
    if still or linux.lacks_venv():
        raise SetupError(f"Still missing: {', '.join(still) or 'the Python module ensurepip'}.",
                         f"Install it with your system's package manager"
                         f"{f': {spelled(commands[0])}' if commands else ''}")
    console.note(f"{len(wanted)} installed")


def _install(commands: list[list[str]], console: Console) -> None:
    """Runs the first command, and what follows it only if it fails (old package lists)."""
    sudo = ["sudo"] if not linux.is_root() and shutil.which("sudo") else []
    command = spelled([*sudo, *commands[0]])
    asked = f"      Install with `{command}`?"
    if not linux.is_root() and not (sudo and console.agrees(asked)):
        raise SetupError("Qt needs these libraries of the system.",
                         f"Run this{'' if sudo else ' as root'}, then start again:\n    {command}")
    console.say(f"      {command}")
    said = ""
    for step in commands:
        done = subprocess.run([*sudo, *step], stdin=None if console.interactive
                              else subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                              env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
        if done.returncode == 0 and step == commands[0]:
            return
        said = done.stdout
    console.say("\n".join(f"      {line}" for line in said.splitlines()[-5:]))


def spelled(command: list[str]) -> str:
    """The command as a person would type it."""
    return shlex.join(command)
