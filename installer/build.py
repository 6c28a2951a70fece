"""Makes a build that runs without Python: `python3 installer/build.py [--packages]`. Slow; apart
from the tests.

PyInstaller, one folder, no compression; then the licences of all it carries, and the proof: the
built program has to pass its own selfcheck from a folder with spaces and umlauts in its name. With
--packages the proved build becomes what people download, in dist/.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    sys.path[0] = str(ROOT)

from installer import bill, licences, packaging, trimming  # noqa: E402 - the line above makes it found

NAME = "Undertone"
EXCLUDED = (
    "torch", "transformers", "optimum", "peft", "accelerate", "sklearn", "imblearn", "scipy",
    "sentence_transformers", "tkinter", "matplotlib", "pandas", "IPython",
    "pytest", "hypothesis", "PyInstaller", "setuptools", "pip",
    "numpy.f2py", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork",
    "PySide6.QtSql", "PySide6.QtTest", "PySide6.QtDesigner", "PySide6.QtHelp",
    "PySide6.QtUiTools", "PySide6.QtXml", "onnxruntime.quantization", "onnxruntime.tools",
    "onnxruntime.transformers",
)
BILL = "bill.cdx.json"
PROOF_FOLDER = "Über Stock und Stein (Undertone)"
PROOF_HOME = "a home with spaces, ü and 音"


def main() -> int:
    """Builds, gathers, proves. Exit code: that of the built program's selfcheck."""
    if not in_environment():
        return subprocess.call([sys.executable, str(ROOT / "installer" / "dev.py"), "build",
                                *sys.argv[1:]])
    began = time.monotonic()
    build = pack()
    saved = trimming.trim(build)
    without = add_licences(build)
    say(f"{build}: {trimming.size(build) / 1e6:.0f} MB after taking {saved / 1e6:.0f} MB of Qt "
        f"away; built in {time.monotonic() - began:.0f} s")
    if without:
        say(f"No licence text came with: {', '.join(without)}")
    code = 1 if without else prove(build)
    if code == 0 and "--packages" in sys.argv[1:]:
        held = next(build.rglob(BILL))
        for package in packaging.make_packages(build, ROOT / "dist", held):
            say(f"{package}: {package.stat().st_size / 1e6:.0f} MB")
    return code


def in_environment() -> bool:
    """Whether this runs in the checkout's .venv, where PyInstaller and the packages are."""
    return Path(sys.prefix) == ROOT / ".venv"


def pack() -> Path:
    """Runs PyInstaller; returns the folder of the program."""
    shutil.rmtree(ROOT / "dist" / NAME, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "PyInstaller", *options(), str(ROOT / "main.py")],
                   cwd=ROOT, check=True)
    return ROOT / "dist" / (f"{NAME}.app" if sys.platform == "darwin" else NAME)


def options() -> list[str]:
    """PyInstaller's options. On Windows a console that hides itself, so commands can answer."""
    folders = ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build"),
               "--specpath", str(ROOT / "build")]
    looks = {"darwin": ["--windowed"], "win32": ["--console", "--hide-console", "hide-early"]}
    icon = {"darwin": "undertone.icns", "win32": "undertone.ico"}.get(sys.platform)
    data = [(ROOT / "resources", "resources"), (ROOT / "LICENSE", "."),
            (ROOT / "pyproject.toml", "."), *icon_font(), *notices()]
    return ["--noconfirm", "--onedir", "--noupx", "--log-level", "WARN", "--name", NAME, *folders,
            *looks.get(sys.platform, []),
            *(["--icon", str(ROOT / "resources" / "icons" / icon)] if icon else []),
            *(f"--add-data={place}{os.pathsep}{target}" for place, target in data),
            *(f"--exclude-module={module}" for module in EXCLUDED),
            *(f"--copy-metadata={package.metadata['Name']}" for package in packages()),
            "--collect-data", "py3langid", "--collect-data", "vaderSentiment",
            "--runtime-hook", str(ROOT / "installer" / "first_import.py")]


def icon_font() -> list[tuple[Path, str]]:
    """The one font the window draws its icons with; the package's code is not needed."""
    folder = package_folder("qtawesome") / "fonts"
    return [(font, "qtawesome/fonts") for font in folder.glob("phosphor-*.ttf")]


def notices() -> list[tuple[Path, str]]:
    """ONNX Runtime keeps its licence beside its code instead of in its metadata."""
    folder = package_folder("onnxruntime")
    return [(folder / name, "onnxruntime") for name in ("LICENSE", "ThirdPartyNotices.txt")]


def package_folder(name: str) -> Path:
    """Where an installed package lies; found without importing it."""
    found = find_spec(name)
    if not found or not found.origin:
        sys.exit(f"{name} is not installed here.")
    return Path(found.origin).parent


def packages() -> list[licences.Distribution]:
    """The packages that ship."""
    return licences.installed(licences.locked_names(ROOT / "installer" / "locks" / "run.txt"))


def add_licences(build: Path) -> list[str]:
    """Puts the texts into the build; returns the names of packages that have none."""
    target = build / ("Contents/Resources/licences" if build.suffix == ".app" else "licences")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    without = licences.gather(packages(), target)
    licences.gather_python(target)
    system = licences.gather_system_libraries(build, target)
    bill.write_bill(build, packages(), target / BILL, packaging.own_version(), system)
    return without


def prove(build: Path) -> int:
    """Runs the build's selfcheck from an awkward place, with an awkward home."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / PROOF_FOLDER / build.name
        home = Path(folder) / PROOF_HOME
        home.mkdir()
        shutil.copytree(build, place, symlinks=True)
        begun = time.monotonic()
        code = ask(place, home, "--help").returncode
        start = time.monotonic() - begun
        if code == 0:
            begun = time.monotonic()
            check = ask(place, home, "selfcheck")
            code = check.returncode
            say(check.stdout.decode("utf-8", "replace").rstrip())
            say(f"answered its first command after {start:.2f} s; selfcheck took "
                f"{time.monotonic() - begun:.1f} s and ended with {code}")
    return code


def ask(build: Path, home: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    """Runs the built program, away from the checkout and from this environment's variables."""
    inside = {".app": f"Contents/MacOS/{NAME}"}.get(build.suffix, NAME)
    program = build / (f"{inside}.exe" if sys.platform == "win32" else inside)
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_", "UNDERTONE"))}
    variables = kept | {"HOME": str(home), "UNDERTONE_HOME": str(home / "Undertone"),
                        "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([str(program), *words], env=variables, cwd=home, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=300)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
