"""A build as a .deb and as a tar.gz: whole, readable by all, the same bytes each time."""

import os
import shutil
import subprocess
import tarfile
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from installer import linux
from installer.linux_package import FILES, make_deb, make_tarball, needs, sha256_sums

EPOCH = 1_700_000_000
with_dpkg = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not here")


def build_in(folder: Path) -> Path:
    """A program as PyInstaller leaves it: a binary, a library and a link to it."""
    build = folder / "Undertone"
    (build / "_internal" / "ü and spaces").mkdir(parents=True)
    (build / "Undertone").write_text("#!/bin/sh\necho it runs\n")
    (build / "Undertone").chmod(0o700)
    (build / "_internal" / "lib.so.1").write_bytes(b"a library" * 1000)
    (build / "_internal" / "lib.so").symlink_to("lib.so.1")
    (build / "_internal" / "ü and spaces" / "data.json").write_text("{}")
    (build / "_internal" / "ü and spaces" / "data.json").chmod(0o600)
    return build


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return build_in(tmp_path)


def out_in(folder: Path) -> Path:
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return out


def told(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, encoding="utf-8").stdout


@with_dpkg
def test_a_deb_unpacks_to_a_program_that_runs(build: Path, tmp_path: Path) -> None:
    deb = make_deb(build, out_in(tmp_path), "1.2.3", "x86_64", EPOCH)
    assert deb.name == "undertone_1.2.3_amd64.deb"
    root = tmp_path / "root"
    told("dpkg-deb", "-x", str(deb), str(root))
    assert told(str(root / "usr/bin/undertone")) == "it runs\n"
    assert (root / "usr/lib/undertone/_internal/lib.so").is_symlink()
    for name in ("applications/undertone.desktop", "mime/packages/undertone.xml",
                 "icons/hicolor/128x128/apps/undertone.png", "doc/undertone/copyright",
                 "icons/hicolor/scalable/apps/undertone.svg"):
        assert (root / "usr/share" / name).is_file(), name
    # AND whoever built it, everybody can read it
    assert all(file.stat().st_mode & 0o044 == 0o044 for file in root.rglob("*"))
    assert {line.split()[1] for line in told("dpkg-deb", "-c", str(deb)).splitlines()} == {
        "root/root"}


@with_dpkg
def test_a_deb_says_what_it_needs_and_what_it_holds(build: Path, tmp_path: Path) -> None:
    deb = make_deb(build, out_in(tmp_path), "1.2.3", "aarch64", EPOCH)
    fields = told("dpkg-deb", "-f", str(deb))
    assert "Architecture: arm64" in fields and "libc6 (>= 2.39)" in fields
    assert "libxcb-cursor0" in fields and "Version: 1.2.3" in fields
    sums = told("dpkg-deb", "-I", str(deb), "md5sums")
    root = tmp_path / "root"
    told("dpkg-deb", "-x", str(deb), str(root))
    subprocess.run(["md5sum", "--check", "--quiet"], input=sums, cwd=root, check=True, text=True)
    said = subprocess.run(["sh", "-s", "remove"], input=told("dpkg-deb", "-I", str(deb), "postrm"),
                          check=True, capture_output=True, text=True).stdout
    assert ".local/share/Undertone" in said and "stay" in said


@with_dpkg
def test_one_build_gives_one_deb(build: Path, tmp_path: Path) -> None:
    first = make_deb(build, out_in(tmp_path), "1", "x86_64", EPOCH).read_bytes()
    other = build_in(tmp_path / "elsewhere")
    os.utime(other / "Undertone", (1, 1))
    (tmp_path / "later").mkdir()
    assert make_deb(other, tmp_path / "later", "1", "x86_64", EPOCH).read_bytes() == first


def test_a_tarball_runs_from_anywhere_and_is_the_same_each_time(
        build: Path, tmp_path: Path) -> None:
    tarball = make_tarball(build, out_in(tmp_path), "1.2.3", "x86_64", EPOCH)
    assert tarball.name == "Undertone-1.2.3-linux-x86_64.tar.gz"
    place = tmp_path / "Über Stock und Stein"
    with tarfile.open(tarball) as archive:
        assert {entry.uname for entry in archive} == {""}
        archive.extractall(place, filter="data")
    program = place / "Undertone-1.2.3-linux-x86_64" / "Undertone"
    assert told(str(program)) == "it runs\n"
    assert (program.parent / "_internal" / "lib.so").is_symlink()
    first = tarball.read_bytes()
    other = build_in(tmp_path / "elsewhere")
    assert make_tarball(other, out_in(tmp_path), "1.2.3", "x86_64", EPOCH).read_bytes() == first


def test_sums_are_those_that_sha256sum_reads(build: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        file.write_text(file.name)
    sha256_sums(reversed(files), tmp_path / "SHA256SUMS")
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)


def test_needs_are_those_that_the_set_up_looks_for() -> None:
    asked = set(needs("x86_64"))
    assert {library.debian for library in (*linux.DRAWING, *linux.X11)} < asked
    assert len(asked) == len(needs("x86_64"))


def test_the_menu_entry_opens_what_the_types_name() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign] # as ConfigParser has it done
    entry.read(FILES / "undertone.desktop", "utf-8")
    types = entry["Desktop Entry"]["MimeType"].strip(";").split(";")
    assert entry["Desktop Entry"]["Exec"] == "undertone open %F"
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    known = {node.get("type"): [glob.get("pattern") for glob in node.iter(f"{space}glob")]
             for node in ElementTree.parse(FILES / "undertone.xml").iter(f"{space}mime-type")}
    assert known == {"application/x-undertone-model": ["*.undertone"], "text/x-lrc": ["*.lrc"]}
    assert set(types) == set(known)
