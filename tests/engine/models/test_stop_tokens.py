"""Which tokens end a reply, whatever file of the folder says so."""

import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.folder_json import read_object, text_of, whole_numbers
from engine.models.stop_tokens import stop_ids


class Specials:
    """A tokenizer that knows a few marks."""

    def special_id(self, text: str) -> int | None:
        return {"</s>": 2, "<|im_end|>": 7, "<|eot|>": 9}.get(text)


def write(folder: Path, name: str, **fields: object) -> None:
    (folder / name).write_text(json.dumps(fields), "utf-8")


def test_an_empty_folder_stops_at_nothing(tmp_path: Path) -> None:
    assert stop_ids(tmp_path, Specials()) == ()


@pytest.mark.parametrize("name", ["config.json", "generation_config.json"])
@pytest.mark.parametrize("value, expected", [
    (5, (5,)), ([5, 6], (5, 6)), (0, (0,)), (None, ()), ([], ()), ("5", ()), (True, ()),
    (-1, ()), ([5, None, "x", -3], (5,)),
])
def test_ids_of_the_configs_are_one_or_many(
    tmp_path: Path, name: str, value: object, expected: tuple[int, ...]
) -> None:
    write(tmp_path, name, eos_token_id=value)
    assert stop_ids(tmp_path, Specials()) == expected


def test_every_source_is_heard_once_and_in_order(tmp_path: Path) -> None:
    # GIVEN all the places that may name an end, some the same
    write(tmp_path, "generation_config.json", eos_token_id=[3, 2])
    write(tmp_path, "config.json", eos_token_id=4, text_config={"eos_token_id": 5})
    write(tmp_path, "genai_config.json", model={"eos_token_id": [6, 3]})
    write(tmp_path, "tokenizer_config.json", eos_token={"content": "</s>"})
    # WHEN the template closes turns with a mark of its own, and with one nobody knows
    found = stop_ids(tmp_path, Specials(), ["<|im_end|>", "<|nowhere|>"])
    # THEN each counts once
    assert found == (3, 2, 4, 5, 6, 7)


def test_the_special_tokens_map_counts_too(tmp_path: Path) -> None:
    write(tmp_path, "special_tokens_map.json", eos_token="<|eot|>")
    assert stop_ids(tmp_path, Specials()) == (9,)


@pytest.mark.parametrize("content", ["{", "[]", "\xff", '{"a": ' * 5000])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content, "latin-1")
    with pytest.raises(EngineError, match=r"config\.json"):
        stop_ids(tmp_path, Specials())


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(b'\xef\xbb\xbf{"eos_token_id": 1}')
    assert read_object(tmp_path / "config.json") == {"eos_token_id": 1}


def test_tokens_are_texts_or_objects() -> None:
    assert text_of("<s>") == text_of({"content": "<s>", "lstrip": False}) == "<s>"
    assert text_of(None) == text_of(7) == text_of({"content": 7}) == ""


def test_numbers_are_never_truth_values() -> None:
    assert whole_numbers([True, 1, 2.0, 3]) == (1, 3)
