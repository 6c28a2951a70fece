"""From a proved build to what people download: the package of this system, and its sums.

Knows which package belongs to which system, and where version and time come from.
"""

import platform
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from installer import linux_package, mac_package, windows_package

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"


def make_packages(build: Path, folder: Path, bill: Path) -> list[Path]:
    """Writes the packages of `build` for this system into `folder`, beside them its bill of
    materials and their sums."""
    version, machine = own_version(), platform.machine()
    if sys.platform == "win32":
        made = [windows_package.make_installer(build, folder, version)]
    elif sys.platform == "darwin":
        made = [mac_package.make_image(build, folder, version)]
    else:
        parts = (build, folder, version, machine, commit_time())
        made = [linux_package.make_tarball(*parts)]
        if machine in linux_package.ARCHITECTURES:
            made.append(linux_package.make_deb(*parts))
    beside = folder / f"Undertone-{version}-{sys.platform}-{machine}.cdx.json"
    shutil.copyfile(bill, beside)
    linux_package.sha256_sums([*made, beside], folder / SUMS)
    return made


def own_version() -> str:
    """What pyproject.toml says."""
    with (ROOT / "pyproject.toml").open("rb") as opened:
        return str(tomllib.load(opened)["project"]["version"])


def commit_time() -> int:
    """When the commit that is built was made; 1980 where there is no git to ask."""
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True,
                           text=True, check=False)
    return int(asked.stdout) if asked.returncode == 0 and asked.stdout.strip() else 315_532_800
