"""The bill of materials of a build, in CycloneDX 1.6: what is in it, of whom, under which licence.

https://cyclonedx.org/docs/1.6/json/ Reads the metadata of packages and the lists of models; the
same build gives the same bytes, so there is no time and no random number in it.
"""

import json
import platform
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from installer import licences

ROOT = Path(__file__).resolve().parent.parent
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_SHORT = ("MIT", "ISC", "Zlib", "Unlicense")
_SPACE = uuid.UUID("0c6cb2b8-5d0f-5a3f-9a5e-6f1d2f0a7b11")

Component = dict[str, Any]


def write_bill(build: Path, packages: Iterable[Distribution], target: Path, version: str,
               system: Iterable[str] = ()) -> None:
    """Writes what `build` is made of; `system` names the packages of the distribution whose
    libraries it carries."""
    parts = [*map(of_package, packages), of_python(), *of_models(build),
             *map(of_system_package, system)]
    parts.sort(key=lambda part: (part["type"], part["name"].casefold()))
    told: dict[str, Any] = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": "undertone", "name": "Undertone", "version": version,
            "licenses": licence("GPL-3.0-or-later")}},
        "components": parts,
        "dependencies": [{"ref": "undertone", "dependsOn": [part["bom-ref"] for part in parts]}]}
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps(told, sort_keys=True))}"
    target.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")


def of_package(package: Distribution) -> Component:
    """A package of the Python Package Index."""
    name, version = package.metadata["Name"], package.version
    plain = re.sub(r"[-_.]+", "-", name).lower()
    return {"type": "library", "bom-ref": f"pypi:{plain}", "name": name, "version": version,
            "purl": f"pkg:pypi/{plain}@{version}",
            "licenses": licence(licences.short_name(package))}


def of_python() -> Component:
    """The interpreter within."""
    return {"type": "platform", "bom-ref": "python", "name": "CPython",
            "version": platform.python_version(), "licenses": licence("PSF-2.0")}


def of_system_package(name: str) -> Component:
    """A package of the distribution on which was built."""
    return {"type": "library", "bom-ref": f"deb:{name}", "name": name,
            "purl": f"pkg:deb/debian/{name}"}


def of_models(build: Path) -> Iterator[Component]:
    """Every model that comes along, with the hashes of its own list."""
    for listed in sorted(build.rglob("model.json")):
        told: Mapping[str, Any] = json.loads(listed.read_text("utf-8"))
        if "files" in told and "id" in told:
            yield {"type": "machine-learning-model", "bom-ref": f"model:{told['id']}",
                   "name": told.get("name", told["id"]), "version": str(told.get("version", "1")),
                   "description": told.get("about", ""),
                   "licenses": licence(str(told.get("licence", ""))),
                   "components": [{"type": "data", "name": file["name"], "hashes": [
                       {"alg": "SHA-256", "content": file["sha256"]}]} for file in told["files"]]}


def licence(told: str) -> list[dict[str, Any]]:
    """An SPDX expression where it reads like one, else the words as they are."""
    if not told or told == "see its text":
        return []
    if _EXPRESSION.fullmatch(told) and (told in _SHORT or any(c in told for c in "-0123456789")):
        return [{"expression": told}]
    return [{"license": {"name": told}}]
