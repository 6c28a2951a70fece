"""Gathers the licence texts of everything a build carries, into a folder beside the program.

Reads the packages' own metadata and, on Debian and its kin, the copyright files of system
libraries that PyInstaller took along. The window's About reads the same metadata by itself.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "resources" / "licences"
TEXT_NAME = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
# Wheels that carry no licence text, and the texts their metadata names.
BARE = {"PySide6_Essentials": ("LGPL-3.0.txt", "GPL-3.0"), "shiboken6": ("LGPL-3.0.txt", "GPL-3.0"),
        "tokenizers": ("Apache-2.0.txt",), "flatbuffers": ("Apache-2.0.txt",)}


def installed(names: Iterable[str]) -> list[Distribution]:
    """Those of the packages that are installed here; markers leave some out on each system."""
    found = []
    for name in names:
        try:
            found.append(distribution(name))
        except PackageNotFoundError:
            continue
    return found


def locked_names(lock: Path) -> list[str]:
    """The packages that a lock file pins."""
    return [line.split("==")[0] for line in lock.read_text("utf-8").splitlines()
            if line[:1].isalnum()]


def gather(packages: Iterable[Distribution], target: Path) -> list[str]:
    """Writes the texts below `target` and an index; returns the packages without any text."""
    index, without = [], []
    for package in packages:
        name = package.metadata["Name"]
        texts = [Path(str(package.locate_file(file))) for file in package.files or ()
                 if TEXT_NAME.search(file.name) and not file.suffix.startswith(".py")]
        texts += [ROOT / "LICENSE" if text == "GPL-3.0" else TEXTS / text
                  for text in BARE.get(name, ())]
        copy_texts(texts, target / f"{name}-{package.version}")
        index.append(f"{name} {package.version}: {short_name(package)}")
        without += [] if texts else [name]
    (target / "INDEX.txt").write_text("\n".join([*sorted(index, key=str.casefold), ""]), "utf-8")
    return without


def copy_texts(texts: Iterable[Path], folder: Path) -> None:
    """Copies files into one folder; equal names get a number in front."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(text for text in texts if text.is_file()):
        same = (folder / text.name).exists()
        shutil.copyfile(text, folder / (f"{number}-{text.name}" if same else text.name))


def short_name(package: Distribution) -> str:
    """The SPDX expression, else the short licence field, else the classifiers."""
    told = package.metadata
    given = told["License-Expression"] or told["License"] or ""
    classes = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or ()
               if line.startswith("License")]
    short = "\n" not in given and len(given) < 80
    return (given if short else "") or ", ".join(classes) or "see its text"


def gather_python(target: Path) -> None:
    """The licence of Python itself, which the build carries."""
    places = [Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
              Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE"]
    places += Path("/usr/share/doc").glob(f"python3.{sys.version_info.minor}*/copyright")
    copy_texts([place for place in places if place.is_file()][:1], target / "Python")


def gather_system_libraries(build: Path, target: Path) -> list[str]:
    """Copyright files of the distribution's libraries among the build's; returns their packages."""
    if not shutil.which("dpkg-query"):
        return []
    names = {file.name for file in build.rglob("lib*.so*") if file.is_file()}
    owners = subprocess.run(["dpkg-query", "--search", *(f"*/{name}" for name in sorted(names))],
                            capture_output=True, text=True, check=False).stdout
    packages = sorted({line.split(":")[0] for line in owners.splitlines() if "/lib/" in line})
    for package in packages:
        copy_texts([Path("/usr/share/doc") / package / "copyright"], target / "system" / package)
    return packages
