"""Where the program starts: decides what was asked for before anything heavy is imported.

No argument opens the window, `open FILES` opens it with files in it, `screenshots DIR` draws its
pages into files, `--version` says which one this is, `--job DIR` is a job's own process, everything
else is a command line; paths alone are tagged.
"""

import importlib.util
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import EngineError
from engine.paths import AppPaths, find_paths, program_folder

KNOWN_ERROR, CANCELLED = 2, 3
NO_SCREEN = """\
There is no screen here, so no window can open: the bundled songs are tagged in this terminal.
To tag your own:  tag PATH...   To see every command:  --help
"""


def main(arguments: Sequence[str]) -> int:
    """Runs what was asked for and returns the exit code of design: 0, 1, 2 or 3."""
    _make_streams_safe()
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # before a command had begun, which answers for itself
        sys.stderr.write("Stopped.\n")
        return CANCELLED


def _run(arguments: Sequence[str]) -> int:
    paths = find_paths()
    if list(arguments[:1]) != ["--job"]:
        _settle(paths)
    match list(arguments):
        case []:
            return _open_window(paths) if _has_screen() else _tag_samples(paths)
        case ["open", *files]:
            return _open_files(paths, [Path(file).absolute() for file in files])
        case ["--job", folder]:
            from engine.jobs.child import run

            return run(Path(folder))
        case ["--version"]:
            from gui.licences import own_version  # loads nothing of Qt

            sys.stdout.write(f"Undertone {own_version(program_folder())}".rstrip() + "\n")
            return 0
        case ["screenshots", folder] if not folder.startswith("-"):
            return _take_screenshots(paths, Path(folder))
        case ["screenshots", *_]:
            sys.stderr.write("Name one folder for the pictures:  screenshots DIR\n")
            return KNOWN_ERROR
        case _:
            return _command(arguments, paths)


def _settle(paths: AppPaths) -> None:
    """Puts in its place what an import that was cut short had ready."""
    if (paths.home / "incoming").is_dir():
        from engine.library.incoming import settle

        try:
            settle(paths)
        except EngineError as problem:
            sys.stderr.write(f"{problem.message} {problem.hint}\n")


def _command(arguments: Sequence[str], paths: AppPaths) -> int:
    from engine.cli.command import Check
    from engine.cli.main import COMMANDS
    from engine.cli.main import main as run

    if arguments[0] and arguments[0] not in COMMANDS and Path(arguments[0]).exists():
        arguments = ["tag", *arguments]
    return run(arguments, paths, checks=(Check("window", _check_window),))


def _open_window(paths: AppPaths, files: Sequence[Path] = ()) -> int:
    try:
        _prepare_for_qt()
        from gui.running import run as open_window
    except ImportError as missing:
        sys.stderr.write(f"The window cannot open, because a part of it is missing: {missing}\n"
                         "Run “python3 installer/dev.py run”, which adds what is missing.\n")
        return KNOWN_ERROR
    return open_window(paths, files)


def _open_files(paths: AppPaths, files: Sequence[Path]) -> int:
    if _has_screen():
        return _open_window(paths, files)
    sys.stderr.write("There is no screen here; use “tag PATH...” or “models add FILE”.\n")
    return KNOWN_ERROR


def _take_screenshots(paths: AppPaths, folder: Path) -> int:
    _prepare_for_qt()
    from gui.screenshots import take

    return take(paths, folder)


def _tag_samples(paths: AppPaths) -> int:
    sys.stderr.write(NO_SCREEN + "\n")
    return _command(["tag", "--no-store", str(paths.samples)], paths)


def _has_screen() -> bool:
    """Only Linux runs without one; QT_QPA_PLATFORM says that Qt has been told what to do."""
    told = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in told)


def _prepare_for_qt() -> None:
    # On Windows, ONNX Runtime must load its C++ runtime before Qt brings an older one.
    if sys.platform == "win32":
        import onnxruntime  # noqa: F401 - loaded for its libraries


def _check_window(paths: AppPaths) -> str:
    """The window opens, in a home that is thrown away, and nothing of training comes with it."""
    if importlib.util.find_spec("PySide6") is None:
        return "Qt is not installed here, so there is no window to check"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _prepare_for_qt()
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as missing:
        raise EngineError(f"Qt cannot start: {missing}.",
                          "Add this library to the system, then check again.") from missing
    from gui.app import Program

    app = QApplication.instance() or QApplication(["undertone"])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as home:
        program = Program(app, replace(paths, home=Path(home)))
        program.window.show()
        app.processEvents()
        program.window.close()
        program.close()
    heavy = {"torch", "transformers", "optimum", "onnx"} & set(sys.modules)
    if heavy:
        raise EngineError(f"The window loads {', '.join(sorted(heavy))}.", "Please report this.")
    return "the window opens"


def _make_streams_safe() -> None:
    """Names and lyrics hold any letter; a program without a console has no streams at all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            sink = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
            setattr(sys, name, sink)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
