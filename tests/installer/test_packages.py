"""What pip says, and what the person is told."""

import sys

import pytest

from installer.console import Console, SetupError
from installer.packages import NoMatchError, child, complaint


@pytest.mark.parametrize(("line", "kind", "word"), [
    ("WARNING: Retrying (Retry(total=4)) after connection broken", SetupError, "reach"),
    ("ERROR: No matching distribution found for torch==9", NoMatchError, "this machine"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", SetupError, "HASHES"),
])
def test_failures_are_told_apart(line: str, kind: type[SetupError], word: str) -> None:
    error = complaint(["Collecting torch", line])
    assert type(error) is kind
    assert word in str(error)
    assert error.hint
    assert not error.changed


def test_no_network_is_no_verdict_on_the_package() -> None:
    """pip ends with "No matching distribution" also when nobody answered."""
    error = complaint(["WARNING: Retrying (Retry(total=0))",
                       "ERROR: No matching distribution found for torch"])
    assert not isinstance(error, NoMatchError)


def test_a_failure_while_unpacking_is_a_change() -> None:
    assert complaint(["Installing collected packages: numpy", "ERROR: disk full"]).changed


def test_an_interrupted_child_is_ended() -> None:
    with pytest.raises(KeyboardInterrupt), child(
            [sys.executable, "-c", "print('up', flush=True); input()"], {}) as process:
        assert process.stdout and process.stdout.readline() == "up\n"
        raise KeyboardInterrupt
    assert process.returncode is not None


def test_nobody_to_ask_is_a_no() -> None:
    assert not Console(interactive=False).agrees("Install 3 GB?")
    assert Console(yes=True).agrees("Install 3 GB?")
