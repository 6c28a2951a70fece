"""What ships with the program: name, version, licence and licence text of each part.

Read from the packages' own metadata when asked, in a checkout and in a frozen build alike.
"""

import platform
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

OWN_LICENCE = "GPL-3.0-or-later"
# The packages the program itself asks for; what those need is found from them.
DIRECT = ("PySide6-Essentials", "QtAwesome", "onnxruntime", "tokenizers", "numpy",
          "mutagen", "charset-normalizer", "py3langid", "platformdirs", "msgspec",
          "onnx", "gguf", "safetensors", "jinja2", "llguidance", "regex",
          "vaderSentiment")
_TEXT_NAME = re.compile(r"(^|/)(licen[cs]es?/.+|(licen[cs]e|copying|notice)[^/]*)$", re.IGNORECASE)
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the program. `text` is its licence text, empty where it brings none."""

    name: str
    version: str
    licence: str
    text: str


def own_version(program_folder: Path) -> str:
    """The version of this program: as installed, else as its checkout says; "" if neither does."""
    try:
        return distribution("undertone").version
    except PackageNotFoundError:
        pass
    try:
        project = tomllib.loads((program_folder / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])
    except (OSError, ValueError, KeyError):
        return ""


def parts() -> list[Part]:
    """Every package that ships, by name, and Python itself first."""
    python = Part("Python", platform.python_version(), "PSF-2.0", "")
    found = {found.metadata["Name"].casefold(): found for name in DIRECT
             for found in _with_needs(name, set())}
    return [python, *(_part(found[name]) for name in sorted(found))]


def _with_needs(name: str, seen: set[str]) -> Iterator[Distribution]:
    """A package and all it needs, as far as they are installed."""
    plain = re.sub(r"[-_.]+", "-", name).casefold()
    if plain in seen:
        return
    seen.add(plain)
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return
    yield package
    for need in package.requires or ():
        if "extra ==" not in need:
            yield from _with_needs(re.split(r"[^\w.-]", need, maxsplit=1)[0], seen)


def _part(package: Distribution) -> Part:
    return Part(package.metadata["Name"], package.version, _licence(package), _text(package))


def _licence(package: Distribution) -> str:
    """The licence's short name: the SPDX expression, else the field, else the classifier."""
    told = package.metadata
    for field in ("License-Expression", "License"):
        value = str(told[field]).strip() if field in told else ""
        if value and len(value) <= _LONGEST_NAME and "\n" not in value:
            return value
    kinds = [line.rsplit("::", 1)[-1].strip() for line in told.get_all("Classifier") or ()
             if line.startswith("License ::")]
    return ", ".join(kinds) or "see its text"


def _text(package: Distribution) -> str:
    texts = []
    for file in package.files or ():
        if _TEXT_NAME.search(file.as_posix()) and not file.suffix.startswith(".py"):
            path = Path(str(package.locate_file(file)))
            if path.is_file():
                texts.append(path.read_text("utf-8", errors="replace").strip())
    return "\n\n\n".join(dict.fromkeys(texts))
