"""Sets a checkout up and starts it: `python3 installer/dev.py run`, or `test`, `check`, `model`.

Standard library only. When all is there it decides within milliseconds, from the stamp in
.venv alone, and hands the process over; otherwise it prepares what is missing first.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this with an older one is told so
    sys.exit(f"Undertone needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
             "Start it with a newer one, for instance: python3.12 installer/dev.py run")

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    sys.path[0] = str(ROOT)

from installer import system  # noqa: E402 - the line above makes it found
from installer.chat_model import ChatModelStep  # noqa: E402
from installer.console import Console, SetupError, can_ask  # noqa: E402
from installer.environment import SETS, Environment  # noqa: E402
from installer.set_up import SetUp  # noqa: E402
from installer.tools import SystemTools  # noqa: E402

USAGE = """Usage: python3 installer/dev.py COMMAND [--yes] [--fresh] [ARGUMENTS]

  run [ARGUMENTS]     start Undertone; arguments go to it, for instance: run tag song.txt
  test [ARGUMENTS]    run the tests; arguments go to pytest
  check               run ruff and pyright
  model               fetch the small models of Chat and build them here (177 MB, once)
  build               make a build that runs without Python (slow)
  setup [SET...]      only prepare .venv: run, train, dev, bench (run, train and dev if none)

  --yes               install system packages and large downloads without asking
  --fresh             make .venv again from nothing
  --no-model          do not offer the chat model this time
"""
EVERYDAY = ("run", "train", "dev")


@dataclass(frozen=True, slots=True)
class Request:
    """A command, our own options, and what is passed on."""

    command: str
    yes: bool
    fresh: bool
    rest: tuple[str, ...]
    no_model: bool = False


def understand(arguments: Sequence[str]) -> Request:
    """Our options stand before or right after the command; the rest is passed on untouched."""
    own = {"--yes": False, "--fresh": False, "--no-model": False}
    command = ""
    rest = list(arguments)
    while rest and (rest[0] in own or not command):
        word = rest.pop(0)
        if word in own:
            own[word] = True
        else:
            command = word
    return Request(command, own["--yes"], own["--fresh"], tuple(rest), own["--no-model"])


def prepare(environment: Environment, sets: Sequence[str], where: str, request: Request) -> None:
    """Brings .venv to hold the sets, if it does not yet."""
    if not request.fresh and environment.is_ready(sets, where):
        return
    system.check_machine()
    with environment.alone():
        if request.fresh or not environment.is_ready(sets, where):
            console = Console(request.yes, can_ask())
            SetUp(environment, SystemTools(environment, console), console).run(
                sets, where, request.fresh)


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
    if not request.rest and not request.no_model:
        # Only before the window: who gives a command wants its answer and nothing else.
        ChatModelStep(environment, Console(request.yes, can_ask())).offer(request.yes)
    return hand_over(environment, [str(ROOT / "main.py"), *request.rest])


def model(environment: Environment, request: Request) -> int:
    """The models of Chat, asked for; offline once they are there."""
    prepare(environment, ("run",), "", request)
    return ChatModelStep(environment, Console(request.yes, can_ask())).get()


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


def build(environment: Environment, request: Request) -> int:
    """installer/build.py in the environment that has PyInstaller."""
    prepare(environment, ("run", "dev"), "", request)
    return hand_over(environment, [str(ROOT / "installer" / "build.py"), *request.rest])


COMMANDS = {"build": build, "run": run, "test": test, "check": check, "setup": setup,
            "model": model}


def main(arguments: Sequence[str]) -> int:
    """Exit codes: what the started program gives, 2 where the set-up cannot go on."""
    request = understand(arguments)
    if request.command not in COMMANDS:
        helped = request.command in ("--help", "-h", "help")
        print(USAGE, file=sys.stdout if helped else sys.stderr)
        return 0 if helped else 2
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
