"""What Undertone needs of a Linux system: a recent glibc, and the libraries Qt's wheel does
not carry. Asks the loader itself, so it is right on every distribution; only the words for
installing differ by package manager.
"""

import ctypes
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

GLIBC = {"x86_64": (2, 34), "aarch64": (2, 39)}


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library by its file name, and the packages that bring it."""

    file: str
    debian: str
    arch: str

    @property
    def rpm(self) -> str:
        """Fedora and openSUSE find a package by the file it provides."""
        return f"{self.file}()(64bit)"


DRAWING = (
    Library("libEGL.so.1", "libegl1", "libglvnd"),
    Library("libGL.so.1", "libgl1", "libglvnd"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    Library("libfreetype.so.6", "libfreetype6", "freetype2"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Library("libX11.so.6", "libx11-6", "libx11"),
)
X11 = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    Library("libxcb-util.so.1", "libxcb-util1", "xcb-util"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb"),
    Library("libxcb-sync.so.1", "libxcb-sync1", "libxcb"),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    Library("libX11-xcb.so.1", "libx11-xcb1", "libx11"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
)
WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0", "wayland"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "wayland"),
)
NEEDS = {"": (), "offscreen": DRAWING, "x11": DRAWING + X11, "wayland": DRAWING + WAYLAND}


def display(environment: Mapping[str, str]) -> str:
    """Where a window would open: "x11", "wayland", "offscreen", or "" where there is no screen."""
    asked = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if asked:
        return {"xcb": "x11", "wayland": "wayland"}.get(asked, "offscreen")
    if environment.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "x11" if environment.get("DISPLAY") else ""


def loads(file: str) -> bool:
    """Whether the loader finds the library and everything that it needs in turn."""
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def missing(where: str, finds: Callable[[str], bool] = loads) -> list[Library]:
    """The libraries that a window on the display `where` needs and the system lacks."""
    return [library for library in NEEDS[where] if not finds(library.file)]


def lacks_venv() -> bool:
    """Debian splits Python: without python3-venv the venv module cannot install pip."""
    return importlib.util.find_spec("ensurepip") is None


def install_commands(libraries: Iterable[Library], venv: bool = False,
                     which: Callable[[str], str | None] = shutil.which) -> list[list[str]]:
    """What brings the libraries, best first: commands to run as root. Empty: no known manager."""
    libraries = list(libraries)
    if which("apt-get"):
        names = [library.debian for library in libraries]
        names += [f"python3.{sys.version_info.minor}-venv"] if venv else []
        install = ["apt-get", "install", "-y", "--no-install-recommends", *once(names)]
        return [install, ["apt-get", "update"], install]
    files = once(library.rpm for library in libraries)
    if which("dnf"):
        return [["dnf", "install", "-y", *files]]
    if which("zypper"):
        return [["zypper", "--non-interactive", "install", *files]]
    if which("pacman"):
        return [["pacman", "-S", "--needed", "--noconfirm",
                 *once(library.arch for library in libraries)]]
    return []


def once(names: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(names))


def refusal() -> str:
    """Why this system cannot run Undertone; empty if it can."""
    machine = platform.machine()
    if machine not in GLIBC:
        return f"Qt and ONNX Runtime have no ready-made build for Linux on {machine}."
    name, version = platform.libc_ver()
    least = GLIBC[machine]
    if name != "glibc":
        return "Qt's build for Linux needs glibc, and this system uses another C library."
    if tuple(int(part) for part in version.split(".")[:2]) < least:
        return (f"Qt needs glibc {least[0]}.{least[1]} or newer (Debian 12, Ubuntu 22.04, "
                f"Fedora 35 on x86-64); this system has {version}.")
    return ""


def is_root() -> bool:
    return os.geteuid() == 0
