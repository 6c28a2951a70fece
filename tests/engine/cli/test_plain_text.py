"""What a terminal is shown."""

import pytest

from engine.cli.plain_text import plain, say


@pytest.mark.parametrize("text, shown", [
    ("Plain words, Größe, 小明, 👩\u200d🚀.", "Plain words, Größe, 小明, 👩\u200d🚀."),
    ("One\n\tTwo", "One\n\tTwo"),
    ("\x1b[31mred\x1b]0;title\x07\x9b2J", "[31mred]0;title2J"),
    ("a\rb\x08c\x00\x7f\x85", "abc"),
    ("half \ud83d and \u202eturned\u2066", "half  and turned"),
    ("\u2028line\u2029", "line"),
])
def test_only_words_are_shown(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert "".join(map(plain, text)) == shown


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("Ann\x1b[2J is gone.")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "Ann[2J is gone.\n")
