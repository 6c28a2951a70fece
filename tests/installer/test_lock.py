"""The lock files: complete, by hash, and free of addresses."""

import re
import tomllib
from pathlib import Path

import pytest

from installer.lock import LOCKS, ROOT, blocks

BY_HASH = sorted(path.name for path in LOCKS.glob("*.txt") if path.name != "torch.txt")


@pytest.mark.parametrize("name", BY_HASH)
def test_every_package_is_pinned_by_hash(name: str) -> None:
    text = (LOCKS / name).read_text("utf-8")
    pins = blocks(text)
    assert pins
    for package, pin in pins.items():
        assert re.match(rf"{re.escape(package)}==\d", pin)
        assert "--hash=sha256:" in pin
        assert package != "torch"
    assert not re.search(r"://|--index|--find-links|file:|(?<!\w)/\w", text)


def test_the_locks_answer_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = {"run": project["dependencies"], **project["optional-dependencies"]}
    for name, wanted in needs.items():
        locked = "".join((LOCKS / f"{lock}.txt").read_text("utf-8")
                         for lock in {"run", name, "torch"}).lower()
        for need in wanted:
            bare = re.sub(r"\[.*\]", "", need.lower()).partition(";")[0]
            package, _, version = bare.partition("==")
            package = re.split(r"[<>=]", package)[0]
            assert f"\n{package}=={version}" in f"\n{locked}", f"{name}: {need}"


def test_a_lock_is_split_by_package(tmp_path: Path) -> None:
    text = "# head\na==1 \\\n    --hash=sha256:0\nb-c==2 ; os == 'x' \\\n    --hash=sha256:1\n"
    assert list(blocks(text)) == ["a", "b-c"]
    assert blocks(text)["a"] == "a==1 \\\n    --hash=sha256:0\n"
