"""A build as Windows takes programs: an installer made by Inno Setup. Runs on Windows only."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "installer" / "files" / "undertone.iss"
USUAL = Path(os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)")) / "Inno Setup 6"


def make_installer(build: Path, folder: Path, version: str) -> Path:
    """Writes Undertone-VERSION-windows-x64.exe of the program folder `build` into `folder`."""
    subprocess.run([str(compiler()), f"/DVersion={version}", f"/DBuild={build}", f"/O{folder}",
                    "/Qp", str(SCRIPT)], check=True)
    return folder / f"Undertone-{version}-windows-x64.exe"


def compiler() -> Path:
    """Inno Setup's compiler; the program ends with a sentence where it is not installed."""
    found = shutil.which("ISCC") or next(
        (str(place) for place in (USUAL / "ISCC.exe",) if place.is_file()), "")
    if not found:
        sys.exit("Inno Setup 6 is not installed here: winget install JRSoftware.InnoSetup")
    return Path(found)
