"""A build carries the licence of everything in it."""

from pathlib import Path

from installer import licences
from installer.lock import LOCKS


def test_every_package_of_the_program_has_a_text(tmp_path: Path) -> None:
    packages = licences.installed(licences.locked_names(LOCKS / "run.txt"))
    assert len(packages) > 20
    assert licences.gather(packages, tmp_path) == []
    index = (tmp_path / "INDEX.txt").read_text("utf-8")
    for package in packages:
        name = f"{package.metadata['Name']}-{package.version}"
        assert any(text.stat().st_size > 100 for text in (tmp_path / name).iterdir()), name
        assert package.metadata["Name"] in index
    assert "mutagen" in index and "GPL-2.0-or-later" in index


def test_python_itself_is_not_forgotten(tmp_path: Path) -> None:
    licences.gather_python(tmp_path)
    (text,) = (tmp_path / "Python").iterdir()
    assert "PYTHON SOFTWARE FOUNDATION" in text.read_text("utf-8").upper()


def test_equal_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "LICENSE").write_text(folder, "utf-8")
    licences.copy_texts([tmp_path / "a/LICENSE", tmp_path / "b/LICENSE", tmp_path / "none"],
                        tmp_path / "out")
    assert {text.read_text("utf-8") for text in (tmp_path / "out").iterdir()} == {"a", "b"}
