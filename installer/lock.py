"""Writes the lock files from pyproject.toml: `python3 installer/lock.py [--upgrade]`.

For maintainers; needs uv (`pip install uv`). One resolution for Python 3.11 and newer on all
three systems, then one file a set, every package by hash. torch stands apart, by version; what
its CUDA build loads has a file of its own. Neither index addresses nor machine paths are written.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = Path(__file__).resolve().parent / "locks"
EXTRAS = ("train", "dev", "bench")
BENEATH = {"run": (), "train": ("run",), "dev": ("run",), "bench": ("run", "train")}
CUDA = ("nvidia-", "cuda-", "triton")
SOURCE_ONLY = ("llama-cpp-python",)  # a peer of the benchmarks
HEADER = "# Written by installer/lock.py from pyproject.toml; not to be edited.\n"
WHEEL_SYSTEMS = ("x86_64-manylinux_2_34", "aarch64-manylinux_2_39", "aarch64-apple-darwin",
                 "x86_64-pc-windows-msvc")


def main(upgrade: bool) -> None:
    """Resolves, splits and writes; exits with uv's own words where it cannot."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = {"run": project["dependencies"], **project["optional-dependencies"]}
    everything = [need for name in ("run", *EXTRAS) for need in needs[name]]
    kept = "" if upgrade else "".join(path.read_text("utf-8") for path in LOCKS.glob("*.txt"))
    pins = resolve(everything, earlier=kept)
    chosen = "".join(pins.values())
    found = {name: resolve([*needs["run"], *needs[name]], chosen) for name in ("run", *EXTRAS)}
    for name, packages in found.items():
        beneath = {"torch", *(package for other in BENEATH[name] for package in found[other])}
        write(name, {package: pin for package, pin in packages.items()
                     if package not in beneath and not package.startswith(CUDA)})
    write("cuda", {name: pin for name, pin in pins.items() if name.startswith(CUDA)})
    version = re.search(r"torch==\S+", pins["torch"])
    (LOCKS / "torch.txt").write_text(f"{HEADER}{version[0] if version else ''}\n", "utf-8")
    check_wheels(pins)


def resolve(needs: Iterable[str], pins: str = "", earlier: str = "") -> dict[str, str]:
    """Each package's name and its lines of the lock, hashes included. `pins` binds, `earlier`
    is only preferred."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, bound, out = (Path(folder) / name for name in ("in.txt", "pins.txt", "out.txt"))
        wanted.write_text("\n".join(needs), "utf-8")
        bound.write_text(pins, "utf-8")
        out.write_text(earlier, "utf-8")
        uv("pip", "compile", "--universal", "--python-version", "3.11", "--fork-strategy",
           "fewest", "--generate-hashes", "--no-annotate", "--no-header", "--quiet",
           "--constraint", str(bound), "--output-file", str(out), str(wanted))
        return blocks(out.read_text("utf-8"))


def blocks(lock: str) -> dict[str, str]:
    """A lock's text by package: the line of the pin and the indented lines that follow it."""
    parts = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE | re.IGNORECASE)
    return {re.split(r"[=\s]", part)[0]: part for part in parts if "==" in part}


def write(name: str, pins: dict[str, str]) -> None:
    text = HEADER + "".join(pins[package] for package in sorted(pins))
    (LOCKS / f"{name}.txt").write_text(text, "utf-8", newline="\n")
    print(f"{name}: {len(pins)} packages")


def check_wheels(pins: dict[str, str]) -> None:
    """Nothing but SOURCE_ONLY is built from source: all else must have a wheel everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "all.txt"
        lock.write_text("".join(pin for name, pin in pins.items() if name not in SOURCE_ONLY),
                        "utf-8")
        for system in WHEEL_SYSTEMS:
            for python in ("3.11", "3.13"):
                uv("pip", "compile", "--quiet", "--python-platform", system, "--python-version",
                   python, "--only-binary", ":all:", "--output-file",
                   str(Path(folder) / "out.txt"), str(lock),
                   environment={"MACOSX_DEPLOYMENT_TARGET": "14.0"})


def uv(*arguments: str, environment: dict[str, str] | None = None) -> None:
    program = shutil.which("uv")
    if not program:
        sys.exit("uv is not here. Install it with `pip install uv`, then start again.")
    done = subprocess.run([program, *arguments], check=False,
                          env=os.environ | (environment or {}))
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    LOCKS.mkdir(exist_ok=True)
    main("--upgrade" in sys.argv[1:])
