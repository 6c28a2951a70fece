"""Sets a checkout up and starts it: `python3 installer/dev.py run`, or `test`, or `check`.

Standard library only. When all is there it decides within milliseconds, from the stamp in
.venv alone, and hands the process over; otherwise it prepares what is missing first.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from installer import system  # noqa: E402 - the line above makes it found
from installer.console import Console, SetupError  # noqa: E402
from installer.environment import SETS, Environment  # noqa: E402
from installer.packages import Pip, child  # noqa: E402
from installer.torch_build import install_torch  # noqa: E402

USAGE = """Usage: python3 installer/dev.py COMMAND [--yes] [--fresh] [ARGUMENTS]

  run [ARGUMENTS]     start Undertone; arguments go to it, for instance: run tag song.txt
  test [ARGUMENTS]    run the tests; arguments go to pytest
  check               run ruff and pyright
  setup [SET...]      only prepare .venv: run, train, dev, bench (run, train and dev if none)

  --yes               install system packages and large downloads without asking
  --fresh             make .venv again from nothing
"""
EVERYDAY = ("run", "train", "dev")
TITLES = {"run": "Packages of the program", "train": "Packages for training",
          "dev": "Packages for tests and checks", "bench": "Packages for benchmarks"}


@dataclass(frozen=True, slots=True)
class Request:
    """A command, our own options, and what is passed on."""

    command: str
    yes: bool
    fresh: bool
    rest: tuple[str, ...]


def understand(arguments: Sequence[str]) -> Request:
    """Our options stand before or right after the command; the rest is passed on untouched."""
    own = {"--yes": False, "--fresh": False}
    command = ""
    rest = list(arguments)
    while rest and (rest[0] in own or not command):
        word = rest.pop(0)
        if word in own:
            own[word] = True
        else:
            command = word
    return Request(command, own["--yes"], own["--fresh"], tuple(rest))


def prepare(environment: Environment, sets: Sequence[str], where: str, request: Request) -> None:
    """Brings .venv to hold the sets, if it does not yet."""
    if not request.fresh and environment.is_ready(sets, where):
        return
    system.check_machine()
    with environment.alone():
        if request.fresh or not environment.is_ready(sets, where):
            set_up(environment, sets, where, request)


def set_up(environment: Environment, sets: Sequence[str], where: str, request: Request) -> None:
    """Fills .venv: an environment with a valid stamp is added to, any other is made again."""
    done = {} if request.fresh else environment.installed_sets()
    wanted = [name for name in SETS if name in {*sets, *done}]
    pending = [name for name in wanted if done.get(name) != environment.lock_hash(name)]
    displays = {where, *([] if request.fresh else environment.checked_displays())} - {""}
    console = Console(request.yes, steps=2 + len(pending) + ("train" in pending))
    console.say("Setting Undertone up in .venv; the next start will not need to.")
    began = time.monotonic()
    with console.step("Libraries of the system"):
        system.check_libraries(where, console)
    with console.step(f"Python {sys.version.split()[0]} environment"):
        make(environment, request.fresh, console)
    try:
        for name in pending:
            install(name, environment, Pip(environment.python, console), console)
            done[name] = environment.lock_hash(name)
    except SetupError as error:
        if not error.changed:
            environment.finish(done, displays)
        raise
    environment.finish(done, displays)
    console.say(f"Ready after {time.monotonic() - began:.0f} s.\n")


def make(environment: Environment, fresh: bool, console: Console) -> None:
    """A virtual environment with pip, unless a sound one stands already."""
    if environment.begin(fresh):
        console.note("kept")
        return
    base = getattr(sys, "_base_executable", "") or sys.executable
    said: list[str] = []
    with child([base, "-m", "venv", str(environment.folder)], dict(os.environ)) as process:
        said.extend(process.stdout or ())
    if process.returncode:
        raise SetupError(f"Python could not make an environment: {''.join(said[-3:]).strip()}")
    console.note("made")


def install(name: str, environment: Environment, pip: Pip, console: Console) -> None:
    lock = environment.locks / f"{name}.txt"
    count = lock.read_text("utf-8").count("==")
    with console.step(f"{TITLES[name]} ({count})"):
        pip.install_lock(lock)
    if name == "train":
        with console.step("torch"):
            install_torch(environment, pip, console)


def hand_over(environment: Environment, arguments: Sequence[str]) -> int:
    """Becomes the environment's Python (or, on Windows, waits for it)."""
    command = [str(environment.python), *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def run(environment: Environment, request: Request) -> int:
    """The program itself. Without a screen it is left to main.py to work in the terminal."""
    prepare(environment, ("run",), system.display(), request)
    return hand_over(environment, [str(ROOT / "main.py"), *request.rest])


def test(environment: Environment, request: Request) -> int:
    """pytest from the checkout's root, without a screen unless one is asked for."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    prepare(environment, EVERYDAY, system.display(), request)
    os.chdir(ROOT)
    return hand_over(environment, ["-m", "pytest", *request.rest])


def check(environment: Environment, request: Request) -> int:
    """ruff, then pyright with the Node.js that its package brings."""
    prepare(environment, EVERYDAY, "", request)
    own_node = os.environ | {"PYRIGHT_PYTHON_GLOBAL_NODE": "0",
                             "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    checks = (["-m", "ruff", "check", "."], ["-m", "pyright"])
    codes = [subprocess.call([str(environment.python), *words], cwd=ROOT, env=own_node)
             for words in checks]
    return max(codes)


def setup(environment: Environment, request: Request) -> int:
    """Only the preparation: for continuous integration, images and benchmarks."""
    unknown = set(request.rest) - set(SETS)
    if unknown:
        raise SetupError(f"There is no set named {', '.join(sorted(unknown))}.",
                         f"The sets are {', '.join(SETS)}.")
    wanted = {"run", *(request.rest or EVERYDAY), *(["train"] if "bench" in request.rest else [])}
    prepare(environment, [name for name in SETS if name in wanted], "", request)
    return 0


COMMANDS = {"run": run, "test": test, "check": check, "setup": setup}


def main(arguments: Sequence[str]) -> int:
    """Exit codes: what the started program gives, 2 where the set-up cannot go on."""
    request = understand(arguments)
    if request.command not in COMMANDS:
        print(USAGE, file=sys.stderr)
        return 0 if request.command in ("--help", "-h", "help") else 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return COMMANDS[request.command](Environment(ROOT), request)
    except SetupError as error:
        print(f"\n{error}\n{error.hint}".rstrip(), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The next start takes it up again.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
