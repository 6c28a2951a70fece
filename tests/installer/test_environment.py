"""The stamp of .venv: what counts as ready, kept, interrupted, or somebody else's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer.console import SetupError
from installer.environment import SETS, Environment

HOLD_LOCK = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from installer.environment import Environment
with Environment(Path(sys.argv[2])).alone():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    locks = tmp_path / "locks"
    locks.mkdir()
    for lock in {lock for locks_of_set in SETS.values() for lock in locks_of_set}:
        (locks / lock).write_text(f"{lock}==1\n", "utf-8")
    return Environment(tmp_path, locks)


def stand(environment: Environment, *sets: str, displays: tuple[str, ...] = ()) -> None:
    """A finished environment, with a python that is only a file."""
    environment.begin()
    environment.python.parent.mkdir(parents=True, exist_ok=True)
    environment.python.touch()
    environment.finish({name: environment.lock_hash(name) for name in sets}, displays)


def test_nothing_is_not_ready(environment: Environment) -> None:
    assert not environment.is_ready(("run",))


def test_finished_is_ready_for_what_it_holds_only(environment: Environment) -> None:
    stand(environment, "run", displays=("x11",))
    assert environment.is_ready(("run",))
    assert environment.is_ready(("run",), "x11")
    assert not environment.is_ready(("run",), "wayland")
    assert not environment.is_ready(("run", "dev"))


@pytest.mark.parametrize("lock", ["train.txt", "torch.txt", "cuda.txt"])
def test_a_changed_lock_makes_its_set_unready(environment: Environment, lock: str) -> None:
    stand(environment, "run", "train")
    (environment.locks / lock).write_text("torch==2\n", "utf-8")
    assert environment.is_ready(("run",))
    assert not environment.is_ready(("train",))
    assert environment.begin(), "GIVEN a sound environment THEN it is kept and added to"


def test_interrupted_is_neither_ready_nor_kept(environment: Environment) -> None:
    # GIVEN a set-up that was killed between beginning and finishing
    stand(environment, "run")
    environment.begin()
    (environment.folder / "half-a-package").touch()
    # WHEN the next start looks at it
    assert not environment.is_ready(("run",))
    kept = environment.begin()
    # THEN nothing of it is left
    assert not kept
    assert not (environment.folder / "half-a-package").exists()
    assert not list(environment.root.glob(".venv-old-*"))


def test_leftovers_of_a_killed_removal_go(environment: Environment) -> None:
    (environment.root / ".venv-old-1" / "lib").mkdir(parents=True)
    environment.begin()
    assert not (environment.root / ".venv-old-1").exists()


def test_a_stamp_for_another_python_is_not_believed(environment: Environment) -> None:
    stand(environment, "run")
    text = environment.stamp.read_text("utf-8")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    environment.stamp.write_text(text.replace(version, "3.99"), "utf-8")
    assert not environment.is_ready(("run",))
    assert not environment.begin()


def test_a_python_that_is_gone_is_noticed(environment: Environment) -> None:
    stand(environment, "run")
    environment.python.unlink()
    assert not environment.is_ready(("run",))


@pytest.mark.parametrize("stamp", ["", "unfinished", "[]", "{}", '{"python": 3}', "\0"])
def test_a_broken_stamp_is_an_interrupted_one(environment: Environment, stamp: str) -> None:
    stand(environment, "run")
    environment.stamp.write_text(stamp, "utf-8")
    assert not environment.is_ready(("run",))
    assert not environment.begin()


def test_somebody_elses_environment_is_left_alone(environment: Environment) -> None:
    environment.folder.mkdir()
    (environment.folder / "pyvenv.cfg").touch()
    with pytest.raises(SetupError) as refused:
        environment.begin()
    assert "--fresh" in refused.value.hint
    assert (environment.folder / "pyvenv.cfg").exists()
    # WHEN the person says so THEN it is replaced
    assert not environment.begin(fresh=True)
    assert not (environment.folder / "pyvenv.cfg").exists()


@pytest.mark.skipif(os.name == "nt", reason="the lock of a killed parent passes on on POSIX only")
def test_one_set_up_at_a_time(environment: Environment) -> None:
    # GIVEN another process that holds the checkout's lock
    repository = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", HOLD_LOCK, str(repository),
                           str(environment.root)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == "held\n"
        import fcntl
        with (environment.root / ".venv-lock").open("a") as file, pytest.raises(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # WHEN it ends THEN the lock is to be had
        other.stdin.close()
        with environment.alone():
            assert other.wait(30) == 0
