"""The bill of materials names all that ships, and is the same each time."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from installer import bill, licences

RUN = bill.ROOT / "installer" / "locks" / "run.txt"


def written(folder: Path) -> dict[str, Any]:
    packages = licences.installed(licences.locked_names(RUN))
    target = folder / "it.cdx.json"
    bill.write_bill(bill.ROOT / "resources", packages, target, "1.2.3", ["libxcb-cursor0"])
    again = folder / "again.cdx.json"
    bill.write_bill(bill.ROOT / "resources", reversed(packages), again, "1.2.3",
                    ["libxcb-cursor0"])
    assert again.read_bytes() == target.read_bytes()
    return json.loads(target.read_text("utf-8"))


def test_all_that_ships_is_named_once(tmp_path: Path) -> None:
    told = written(tmp_path)
    parts = told["components"]
    refs = [part["bom-ref"] for part in parts]
    assert len(refs) == len(set(refs)) and told["dependencies"][0]["dependsOn"] == refs
    installed = {p.metadata["Name"] for p in licences.installed(licences.locked_names(RUN))}
    assert installed <= {part["name"] for part in parts}
    models = {p["bom-ref"] for p in parts if p["type"] == "machine-learning-model"}
    assert {"model:moods-minilm", "model:undertone-talk"} <= models
    assert any(part["bom-ref"] == "deb:libxcb-cursor0" for part in parts)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", told["serialNumber"])


def test_each_package_says_where_it_is_from_and_under_which_licence(tmp_path: Path) -> None:
    for part in written(tmp_path)["components"]:
        if part["type"] == "library" and part["bom-ref"].startswith("pypi:"):
            assert part["purl"].startswith("pkg:pypi/") and part["version"] in part["purl"]
            assert part["licenses"], part["name"]
        for inner in part.get("components", ()):
            assert re.fullmatch(r"[0-9a-f]{64}", inner["hashes"][0]["content"])


@pytest.mark.parametrize("told, expected", [
    ("MIT", [{"expression": "MIT"}]), ("Apache-2.0", [{"expression": "Apache-2.0"}]),
    ("Apache-2.0 OR BSD-2-Clause", [{"expression": "Apache-2.0 OR BSD-2-Clause"}]),
    ("BSD License, see the text", [{"license": {"name": "BSD License, see the text"}}]), ("", [])])
def test_licences_are_expressions_where_they_read_like_one(
        told: str, expected: list[dict[str, Any]]) -> None:
    assert bill.licence(told) == expected


def test_names_are_those_of_the_index() -> None:
    assert bill.of_package(distribution("PySide6_Essentials"))["purl"].startswith(
        "pkg:pypi/pyside6-essentials@")
