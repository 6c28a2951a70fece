"""The words of the command line."""

from installer.dev import Request, understand


def test_our_options_stand_first_and_the_rest_is_passed_on() -> None:
    assert understand(["run", "--yes", "tag", "--yes", "a b.txt"]) == Request(
        "run", True, False, ("tag", "--yes", "a b.txt"))
    assert understand(["--fresh", "test", "-k", "x"]) == Request("test", False, True, ("-k", "x"))
    assert understand(["run", "--no-model", "--yes"]) == Request("run", True, False, (), True)
    assert understand([]) == Request("", False, False, ())
