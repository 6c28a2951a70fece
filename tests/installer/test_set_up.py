"""The order of a set-up, and what an interruption or a failure leaves."""

from pathlib import Path

import pytest

from installer.console import Console, SetupError
from installer.environment import SETS, Environment
from installer.set_up import SetUp


class FakeTools:
    """Installs by writing a file into the environment; fails where it is told to."""

    def __init__(self, environment: Environment, fails: BaseException | None = None,
                 at: str = "") -> None:
        self.environment = environment
        self.fails = fails
        self.at = at
        self.did: list[str] = []

    def check_libraries(self, where: str) -> None:
        self._do(f"libraries:{where}")

    def make_environment(self) -> None:
        self._do("environment")
        self.environment.python.parent.mkdir(parents=True)
        self.environment.python.touch()

    def install_lock(self, name: str) -> None:
        (self.environment.folder / f"half-{name}").touch()
        self._do(name)

    def install_torch(self) -> None:
        self._do("torch")

    def describe(self, name: str) -> str:
        return name

    def _do(self, what: str) -> None:
        self.did.append(what)
        if what == self.at and self.fails:
            raise self.fails


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    locks = tmp_path / "locks"
    locks.mkdir()
    for lock in {lock for locks_of_set in SETS.values() for lock in locks_of_set}:
        (locks / lock).write_text(f"{lock}==1\n", "utf-8")
    return Environment(tmp_path, locks)


def set_up(environment: Environment, tools: FakeTools, *sets: str, where: str = "") -> list[str]:
    SetUp(environment, tools, Console()).run(sets, where)
    return tools.did


def test_a_first_start_does_everything_in_order(environment: Environment,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    did = set_up(environment, FakeTools(environment), "run", "train", "dev", where="x11")
    assert did == ["libraries:x11", "environment", "run", "train", "torch", "dev"]
    assert environment.is_ready(("run", "train", "dev"), "x11")
    assert "[6/6] dev" in capsys.readouterr().out


def test_more_is_added_to_what_stands(environment: Environment) -> None:
    set_up(environment, FakeTools(environment), "run", where="x11")
    did = set_up(environment, FakeTools(environment), "run", "dev", where="offscreen")
    assert did == ["libraries:offscreen", "dev"]
    assert environment.is_ready(("run", "dev"), "x11")


def test_a_new_lock_is_installed_with_all_that_stood(environment: Environment) -> None:
    set_up(environment, FakeTools(environment), "run", "dev")
    (environment.locks / "dev.txt").write_text("dev==2\n", "utf-8")
    assert set_up(environment, FakeTools(environment), "run") == ["libraries:", "dev"]


@pytest.mark.parametrize("at", ["environment", "run", "train", "torch"])
def test_an_interruption_leaves_nothing_half_made(environment: Environment, at: str) -> None:
    # GIVEN a set-up that is interrupted at any of its steps
    with pytest.raises(KeyboardInterrupt):
        set_up(environment, FakeTools(environment, KeyboardInterrupt(), at), "run", "train")
    assert not environment.is_ready(("run",))
    # WHEN it is started again THEN all is made anew, with nothing of the first left
    did = set_up(environment, FakeTools(environment), "run")
    assert did == ["libraries:", "environment", "run"]
    assert not (environment.folder / "half-train").exists()
    assert environment.is_ready(("run",))


def test_failing_before_anything_changed_keeps_what_stood(environment: Environment) -> None:
    # GIVEN a program that runs, and a second set that cannot be fetched
    set_up(environment, FakeTools(environment), "run")
    with pytest.raises(SetupError):
        set_up(environment, FakeTools(environment, SetupError("no network"), "dev"),
               "run", "dev")
    # THEN the program still starts
    assert environment.is_ready(("run",))
    assert not environment.is_ready(("dev",))


def test_failing_midway_trusts_nothing(environment: Environment) -> None:
    set_up(environment, FakeTools(environment), "run")
    with pytest.raises(SetupError):
        set_up(environment, FakeTools(environment, SetupError("disk full", changed=True), "dev"),
               "run", "dev")
    assert not environment.is_ready(("run",))


def test_missing_libraries_stop_it_before_anything_is_made(environment: Environment) -> None:
    tools = FakeTools(environment, SetupError("libEGL"), "libraries:x11")
    with pytest.raises(SetupError):
        set_up(environment, tools, "run", where="x11")
    assert not environment.folder.exists()
