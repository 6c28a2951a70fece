"""A build as a Mac takes programs: an ad-hoc signed Undertone.app in a .dmg. Runs on macOS only.

Without an account at Apple nothing can be notarized, so the first start needs a word from the
person; what to do stands in a note within the image.
"""

import plistlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

NOTE = """\
Drag Undertone onto Applications, then open it from there.

macOS says that it cannot check Undertone, because it is not signed with an account at Apple.
Open System Settings, Privacy & Security, and press "Open Anyway"; or, in a terminal, once:

    xattr -dr com.apple.quarantine /Applications/Undertone.app

Your songs, chats, models and settings lie in
    ~/Library/Application Support/Undertone
and stay there when you delete the program.
"""


def make_image(app: Path, folder: Path, version: str) -> Path:
    """Writes Undertone-VERSION-macos-arm64.dmg of `app` into `folder`."""
    describe(app, version)
    sign(app)
    target = folder / f"Undertone-{version}-macos-arm64.dmg"
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        stage = Path(scratch)
        shutil.copytree(app, stage / app.name, symlinks=True)
        (stage / "Applications").symlink_to("/Applications")
        (stage / "Read me first.txt").write_text(NOTE, "utf-8")
        subprocess.run(["hdiutil", "create", "-volname", "Undertone", "-srcfolder", str(stage),
                        "-format", "UDZO", "-fs", "HFS+", str(target)], check=True)
    return target


def describe(app: Path, version: str) -> None:
    """Says in the app's list which files it opens and which version it is."""
    file = app / "Contents" / "Info.plist"
    told: dict[str, Any] = plistlib.loads(file.read_bytes())
    told |= {"CFBundleShortVersionString": version, "CFBundleVersion": version,
             "LSMinimumSystemVersion": "14.0", "NSHighResolutionCapable": True,
             "LSApplicationCategoryType": "public.app-category.music",
             "CFBundleDocumentTypes": [
                 document("Undertone model", "undertone", "Owner"),
                 document("Timed lyrics", "lrc", "Alternate")]}
    file.write_bytes(plistlib.dumps(told, sort_keys=True))


def document(name: str, suffix: str, rank: str) -> dict[str, Any]:
    """A kind of file; only of those of our own the app claims to be the owner."""
    return {"CFBundleTypeName": name, "CFBundleTypeExtensions": [suffix],
            "CFBundleTypeRole": "Viewer", "LSHandlerRank": rank}


def sign(app: Path) -> None:
    """Every library by itself, then the app: ad hoc, as Apple silicon asks of whatever runs."""
    inner = [file for file in sorted(app.rglob("*")) if file.is_file() and not file.is_symlink()
             and file.suffix in (".dylib", ".so")]
    for place in (*inner, app):
        subprocess.run(["codesign", "--force", "--sign", "-", "--timestamp=none", str(place)],
                       check=True)
    subprocess.run(["codesign", "--verify", "--strict", str(app)], check=True)
