"""A build as Linux takes programs: a .deb with its menu entry, and a folder in a tar.gz.

Knows where things lie on a Linux system and nothing of how the build was made. The same build gives
the same bytes: owners, times and orders are fixed.
"""

import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from installer import linux

ROOT = Path(__file__).resolve().parent.parent
ICONS = ROOT / "resources" / "icons"
FILES = ROOT / "installer" / "files"
PROGRAM = "Undertone"
PLACE = Path("usr/lib/undertone")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

CONTROL = """\
Package: undertone
Version: {version}
Architecture: {architecture}
Maintainer: Undertone <undertone@localhost>
Installed-Size: {kilobytes}
Depends: {needs}
Section: sound
Priority: optional
Description: tags lyrics with moods and talks with you, offline
 Undertone reads lyrics from text, LRC and audio files, says which moods they
 carry and why, keeps a library of them, and lets small language models speak
 as characters. All of it runs on this computer; nothing leaves it unasked.
"""


def make_deb(build: Path, folder: Path, version: str, machine: str, epoch: int) -> Path:
    """Writes undertone_VERSION_ARCH.deb of the program folder `build` into `folder`.

    `machine` is as uname tells it, `epoch` the time that all files get, in seconds since 1970.
    """
    architecture = ARCHITECTURES[machine]
    target = folder / f"undertone_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        root = Path(scratch) / "root"
        lay_out(build, root)
        control = root / "DEBIAN"
        control.mkdir()
        control.joinpath("control").write_text(CONTROL.format(
            version=version, architecture=architecture, needs=", ".join(needs(machine)),
            kilobytes=-(-sum(size for _, size in sizes(root)) // 1024)), "utf-8")
        shutil.copyfile(FILES / "postrm", control / "postrm")
        sums = (f"{digest(root / name)}  {name}\n" for name, _ in sizes(root)
                if not name.startswith("DEBIAN/"))
        control.joinpath("md5sums").write_text("".join(sums), "utf-8")
        control.joinpath("postrm").chmod(0o755)
        settle(root, epoch)
        subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Zxz", str(root),
                        str(target)], check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)})
    return target


def lay_out(build: Path, root: Path) -> None:
    """The files of an installed program below `root`, without those that describe the package."""
    shutil.copytree(build, root / PLACE, symlinks=True)
    link = root / "usr/bin/undertone"
    link.parent.mkdir(parents=True)
    link.symlink_to(Path("..") / PLACE.relative_to("usr") / PROGRAM)
    for name, place in (("undertone.desktop", "applications"), ("undertone.xml", "mime/packages")):
        copy(FILES / name, root / "usr/share" / place / name)
    copy(ROOT / "LICENSE", root / "usr/share/doc/undertone/copyright")
    copy(ICONS / "undertone.svg", root / "usr/share/icons/hicolor/scalable/apps/undertone.svg")
    for icon in ICONS.glob("undertone-*.png"):
        edge = icon.stem.removeprefix("undertone-")
        copy(icon, root / f"usr/share/icons/hicolor/{edge}x{edge}/apps/undertone.png")


def needs(machine: str) -> list[str]:
    """The packages that bring what the build does not carry."""
    built = tuple(int(part) for part in platform.libc_ver()[1].split(".")[:2] if part)
    # The build carries libraries of this system: they want a glibc as new as its.
    libc = ".".join(map(str, max(linux.GLIBC[machine], built)))
    return [f"libc6 (>= {libc})",
            *sorted(library.debian for library in {*linux.DRAWING, *linux.X11})]


def make_tarball(build: Path, folder: Path, version: str, machine: str, epoch: int) -> Path:
    """Writes Undertone-VERSION-linux-MACHINE.tar.gz; it runs from wherever it is unpacked."""
    name = f"{PROGRAM}-{version}-linux-{machine}"
    target = folder / f"{name}.tar.gz"
    with target.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=epoch) as packed, \
            tarfile.open(mode="w", fileobj=packed, format=tarfile.PAX_FORMAT) as archive:
        for file in sorted([build, *build.rglob("*")]):
            inside = Path(name) / file.relative_to(build)
            archive.add(file, str(inside), recursive=False,
                        filter=lambda entry: plain(entry, epoch))
    return target


def plain(entry: tarfile.TarInfo, epoch: int) -> tarfile.TarInfo:
    """The entry without what differs from one machine to the next."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = epoch
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def settle(root: Path, epoch: int) -> None:
    """Whoever builds may have any umask and any clock: all may read, programs may be run by all,
    and all is of one time."""
    for file in sorted([root, *root.rglob("*")], reverse=True):
        if not file.is_symlink():
            runs = file.is_dir() or file.stat().st_mode & 0o100
            file.chmod(0o755 if runs else 0o644)
        os.utime(file, (epoch, epoch), follow_symlinks=False)


def sizes(root: Path) -> Iterator[tuple[str, int]]:
    """Every plain file below `root`: its name and its bytes, in order."""
    for file in sorted(root.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(root).as_posix(), file.stat().st_size


def digest(file: Path) -> str:
    """What dpkg compares an installed file with."""
    with file.open("rb") as opened:
        return hashlib.file_digest(
            opened, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def sha256_sums(files: Iterable[Path], target: Path) -> None:
    """Writes what `sha256sum --check` reads."""
    lines = []
    for file in sorted(files):
        with file.open("rb") as opened:
            lines.append(f"{hashlib.file_digest(opened, 'sha256').hexdigest()}  {file.name}\n")
    target.write_text("".join(lines), "utf-8")
