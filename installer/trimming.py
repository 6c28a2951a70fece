"""Which parts of Qt a build can do without. Undertone draws widgets only: no QML, no 3D, no web.

PyInstaller follows plugins, and plugins bring whole modules; what is listed here is taken away.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

PLUGINS = ("qmltooling", "qmllint", "virtualkeyboard", "networkinformation", "tls", "sqldrivers",
           "position", "sceneparsers", "assetimporters", "egldeviceintegrations", "generic",
           "platforminputcontexts/*virtualkeyboard*", "platforms/*eglfs*", "platforms/*linuxfb*",
           "platforms/*vnc*", "platforms/*minimal*", "platforms/*vkkhr*")
LIBRARIES = ("Qml*", "Quick*", "VirtualKeyboard*", "Pdf*", "Network*", "Sql*", "EglF*",
             "EglFSDeviceIntegration*", "ShaderTools*", "WebSockets*", "3D*")


def trim(build: Path) -> int:
    """Takes the unused parts of Qt out of a build; returns the bytes saved."""
    before = size(build)
    for plugins in build.rglob("PySide6/**/plugins"):
        for pattern in PLUGINS:
            remove(plugins.glob(pattern))
    for pattern in LIBRARIES:
        remove(build.rglob(f"libQt6{pattern}.so*"))
        remove(build.rglob(f"Qt6{pattern}.dll"))
        remove(build.rglob(f"Qt{pattern}.framework"))
    remove(build.rglob("PySide6/**/translations"))
    return before - size(build)


def remove(places: Iterable[Path]) -> None:
    """Deletes files and folders."""
    for place in list(places):
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def size(folder: Path) -> int:
    """Bytes of all files below; a link counts nothing."""
    return sum(file.stat().st_size for file in folder.rglob("*")
               if file.is_file() and not file.is_symlink())
