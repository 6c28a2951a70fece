"""The checkout's own Python environment, .venv, and the stamp that says what it holds.

The stamp is removed before anything changes and written last, so an environment without a
valid stamp was interrupted and is made again. Never touches a .venv that it did not make.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from installer.console import SetupError

LOCKS = Path(__file__).resolve().parent / "locks"
SETS = {
    "run": ("run.txt",),
    "train": ("train.txt", "torch.txt", "cuda.txt"),
    "dev": ("dev.txt",),
    "bench": ("bench.txt",),
}
UNFINISHED = "unfinished"


class Environment:
    """The folder .venv of a checkout; `locks` holds the files that say what belongs in it."""

    def __init__(self, root: Path, locks: Path = LOCKS) -> None:
        self.root = root
        self.locks = locks
        self.folder = root / ".venv"
        self.stamp = self.folder / "undertone-setup.json"

    @property
    def python(self) -> Path:
        place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        return self.folder / place

    def is_ready(self, sets: Iterable[str], display: str = "") -> bool:
        """Whether everything asked for was installed from the locks as they are now."""
        held = self.installed_sets()
        return (all(held.get(name) == self.lock_hash(name) for name in sets)
                and display in ("", *self.checked_displays()))

    def installed_sets(self) -> dict[str, str]:
        """The finished sets and the hash of the lock each came from; empty if none hold."""
        return dict(self._held()["sets"]) if self._is_sound() else {}

    def checked_displays(self) -> list[str]:
        return self._held().get("displays", [])

    def lock_hash(self, name: str) -> str:
        digest = hashlib.sha256()
        for lock in SETS[name]:
            digest.update((self.locks / lock).read_bytes())
        return digest.hexdigest()

    def begin(self, fresh: bool = False) -> bool:
        """Makes the folder ready to be changed; False if an empty one has to be filled.

        Raises SetupError where .venv exists and was made by something else.
        """
        self._remove_leftovers()
        keep = not fresh and self._is_sound()
        if self.folder.exists() and not keep:
            self._set_aside(fresh)
        self.folder.mkdir(exist_ok=True)
        self.stamp.write_text(UNFINISHED, "utf-8")
        return keep

    def finish(self, sets: Mapping[str, str], displays: Iterable[str]) -> None:
        """Says that the sets stand complete, each from the lock with that hash. Comes last."""
        state = {"python": python_version(), "displays": sorted(displays), "sets": dict(sets)}
        draft = self.stamp.with_suffix(".new")
        draft.write_text(json.dumps(state, indent=1), "utf-8")
        draft.replace(self.stamp)

    def site_packages(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / ("Lib" if os.name == "nt" else f"lib/{version}") / "site-packages"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other set-up works here. Children inherit the lock: one whose parent
        was killed keeps the next set-up waiting rather than sharing the folder with it."""
        file = (self.root / ".venv-lock").open("a+", encoding="utf-8")
        with file:
            if not _try_lock(file.fileno()):
                print("Another set-up is still at work in this checkout; waiting for it.",
                      flush=True)
                _wait_lock(file.fileno())
            os.set_inheritable(file.fileno(), True)
            yield

    def _is_sound(self) -> bool:
        return self._held().get("python") == python_version() and self.python.exists()

    def _held(self) -> dict:
        try:
            held = json.loads(self.stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) and {"sets", "displays"} <= held.keys() else {}

    def _set_aside(self, fresh: bool) -> None:
        if not self.stamp.exists() and any(self.folder.iterdir()) and not fresh:
            raise SetupError(
                f"There is a {self.folder} that this set-up did not make.",
                "Move it away, or say --fresh after the command to have it replaced.")
        old = self.root / f".venv-old-{os.getpid()}"
        try:
            self.folder.rename(old)
        except OSError as error:
            raise SetupError(f"{self.folder} cannot be replaced: {error.strerror}.",
                             "Close what is running from it and start again.") from error
        shutil.rmtree(old, ignore_errors=True)

    def _remove_leftovers(self) -> None:
        for old in self.root.glob(".venv-old-*"):
            shutil.rmtree(old, ignore_errors=True)


def python_version() -> str:
    """Major and minor version of the running Python, with the bits of the machine."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {sys.maxsize.bit_length() + 1}-bit"


if os.name == "nt":
    import msvcrt
    import time

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_lock(descriptor: int) -> None:
        while not _try_lock(descriptor):
            time.sleep(0.5)
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _wait_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
