"""Files of words: whose is taken, and what is said of one that cannot be used."""

from pathlib import Path

import msgspec
import pytest

from engine.chat.prompts.word_file import read_words, require_places, word_file
from engine.errors import EngineError
from engine.paths import AppPaths


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ask: str


def test_the_persons_own_file_goes_before_the_one_that_came_along(tmp_path: Path) -> None:
    paths = AppPaths(home=tmp_path / "home", resources=tmp_path / "resources")
    assert word_file(paths, "a.toml") == tmp_path / "resources" / "prompts" / "a.toml"
    paths.own_prompts.mkdir(parents=True)
    (paths.own_prompts / "a.toml").write_text("", "utf-8")
    assert word_file(paths, "a.toml") == paths.own_prompts / "a.toml"


def test_what_is_read_is_of_its_kind(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('ask = "Of {name}?"', "utf-8")
    assert read_words(file, Words) == Words("Of {name}?")


@pytest.mark.parametrize("held", [b"ask = 3", b"ask = ", b"", b"\xff", b'ask = ""\nmore = 1'])
def test_what_cannot_be_used_is_a_sentence(tmp_path: Path, held: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(held)
    with pytest.raises(EngineError, match=r"^a\.toml cannot be read"):
        read_words(file, Words)
    with pytest.raises(EngineError, match="cannot be read"):
        read_words(tmp_path / "none.toml", Words)


def test_a_place_that_is_missing_is_named() -> None:
    require_places(Path("a.toml"), "{name} {line}", ("{name}", "{line}"))
    with pytest.raises(EngineError, match=r"The prompt in a\.toml has no \{line\}\."):
        require_places(Path("a.toml"), "{name}", ("{name}", "{line}"))
