"""Whatever a file holds, it becomes rows, bad rows or a sentence, and nothing else."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.training.rows.checking import check_rows
from engine.training.rows.columns import RowForm
from engine.training.rows.file_rows import read_file
from engine.training.rows.row import BadRow, Row
from engine.training.rows.sources import FileSource

NAMES = ("text", "lyrics", "labels", "label", "mood", "turns", "dialogue", "speakers", "speaker",
         "persona", "facts", "messages", "conversations", "system", "instruction", "input",
         "output", "history", "prompt", "chosen", "rejected", "id", "dialogue_id", "split",
         "role", "content", "from", "value", "name", "keywords", "emotion", "asked", "joy")
LEAF = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=True),
                 st.text(max_size=12), st.sampled_from(
                     ["user", "assistant", "human", "gpt", "system", "a; b", "[1]", "{}", "train",
                      "['x', 'y']", "[[[[", "{'a': 1}", "\ud800", "Human: hi", "1", "0", "x: y"]))
VALUE = st.recursive(LEAF, lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=12)
ROW = st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=6)


def read(source: FileSource) -> list[Row | BadRow]:
    """The rows of a file; none where a sentence says why."""
    found: list[Row | BadRow] = []
    with suppress(EngineError):
        found += read_file(source)
    return found


@settings(max_examples=150)
@given(rows=st.lists(ROW, min_size=1, max_size=4), ending=st.sampled_from([".jsonl", ".json"]))
def test_any_json(tmp_path_factory: pytest.TempPathFactory, rows: list[Any], ending: str) -> None:
    file = tmp_path_factory.mktemp("rows") / f"rows{ending}"
    lines = [json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) if ending == ".jsonl" else f"[{','.join(lines)}]", "utf-8")
    found = read(FileSource(file))
    msgspec.json.encode(found)  # they can be kept, and told to other programs
    msgspec.json.encode(check_rows(found))


@settings(max_examples=60)
@given(rows=st.lists(ROW, min_size=1, max_size=3), form=st.sampled_from(list(RowForm)))
def test_any_map(tmp_path_factory: pytest.TempPathFactory, rows: list[Any],
                 form: RowForm) -> None:
    file = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    (file.parent / "label_spaces.json").write_text('{"joy": {"tags": ["joy"]}}')
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    names = sorted({name for row in rows for name in row}) or ["none"]
    chosen = {role: names[at % len(names)] for at, role in enumerate((
        "text", "labels", "turns", "speakers", "messages", "instruction", "output", "chosen",
        "rejected", "talk", "asked", "history", "persona", "facts", "system"))}
    msgspec.json.encode(read(FileSource(file, {"form": form.value, **chosen})))


@settings(max_examples=80)
@given(data=st.binary(max_size=300),
       ending=st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ".txt", ".csv.gz", ".jsonl.gz"]))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, ending: str) -> None:
    file = tmp_path_factory.mktemp("rows") / f"rows{ending}"
    file.write_bytes(data)
    msgspec.json.encode(read(FileSource(file)))


@pytest.mark.parametrize("text", [
    "[" * 100_000, '{"text": ' * 50_000, '[{"text": "' + "[" * 100_000 + '"}]',
    '[{"labels": "' + "[" * 5000 + "]" * 5000 + '", "text": "so it goes on"}]'])
@pytest.mark.parametrize("ending", [".json", ".jsonl"])
def test_depth_without_end(tmp_path: Path, text: str, ending: str) -> None:
    file = tmp_path / f"rows{ending}"
    file.write_text(text)
    read(FileSource(file))
