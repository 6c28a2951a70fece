"""Files as records: every ending and encoding, streamed, and what is broken told by its line."""

import csv
import gzip
import json
import sys
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.training.rows.record import Record
from engine.training.rows.records import read_records
from engine.training.rows.row import BadRow


def values(file: Path) -> list[object]:
    return [dict(each.values) if isinstance(each, Record) else each.why
            for each in read_records(file)]


def lines(file: Path) -> list[int]:
    return [each.line if isinstance(each, Record) else each.place.line
            for each in read_records(file)]


def test_a_table_keeps_line_breaks_within_quotes_and_counts_lines(tmp_path: Path) -> None:
    file = tmp_path / "songs.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["text", "labels"], ["rain\nfalls, twice", "calm"],
                                   ["sun", "joy; hope"]])
    assert values(file) == [{"text": "rain\nfalls, twice", "labels": "calm"},
                            {"text": "sun", "labels": "joy; hope"}]
    assert lines(file) == [2, 4]


@pytest.mark.parametrize("ending, sign", [(".tsv", "\t"), (".csv", ";"), (".csv", "|")])
def test_the_separator_is_found(tmp_path: Path, ending: str, sign: str) -> None:
    file = tmp_path / f"songs{ending}"
    file.write_text(sign.join(["text", "mood"]) + "\n" + sign.join(["a, b", "calm"]) + "\n")
    assert values(file) == [{"text": "a, b", "mood": "calm"}]


def test_a_table_without_a_header_numbers_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "songs.csv"
    file.write_text("1,the rain falls\n2,the sun is up\n")
    assert values(file)[0] == {"column 1": "1", "column 2": "the rain falls"}


def test_a_row_with_too_many_cells_is_told(tmp_path: Path) -> None:
    file = tmp_path / "songs.csv"
    file.write_text("text,mood\nrain, and wind, calm\nsun,joy\n")
    told = list(read_records(file))
    assert isinstance(told[0], BadRow) and "3 cells" in told[0].why
    assert told[0].place.line == 2 and isinstance(told[1], Record)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "songs.csv"
    file.write_bytes("text,mood\nDer Schnee fällt über die Dächer,ruhig\n".encode(encoding))
    assert values(file) == [{"text": "Der Schnee fällt über die Dächer", "mood": "ruhig"}]


def test_json_lines_tell_what_is_broken_and_go_on(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write('{"text": "a"}\n\n{"text": \n[1]\n{"text": "b"}\n')
    told = list(read_records(file))
    assert lines(file) == [1, 3, 4, 5]
    assert isinstance(told[1], BadRow) and told[1].why.startswith("The line is not JSON")
    assert isinstance(told[2], BadRow) and "object" in told[2].why


def test_a_pretty_array_is_named_by_lines_and_a_dense_one_by_numbers(tmp_path: Path) -> None:
    rows = [{"text": "a"}, {"text": "b"}, 7]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows, indent=1))
    assert lines(file) == [2, 5, 8]
    file.write_text(json.dumps(rows))
    assert lines(file) == [1, 2, 3]
    assert values(file)[:2] == rows[:2]


def test_an_array_larger_than_a_step_is_streamed(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    long = "word " * 300_000
    file.write_text(json.dumps([{"text": long}, {"text": long + "end"}, {"text": "c"}]))
    found = [each for each in read_records(file) if isinstance(each, Record)]
    assert [len(each.values["text"]) for each in found] == [len(long), len(long) + 3, 1]


def test_an_array_that_breaks_off_keeps_what_was_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text('[{"text": "a"}, {"text": "b"')
    told = values(file)
    assert told[0] == {"text": "a"} and "what follows it is lost" in str(told[1])
    file.write_text('[{"text": "a"},')
    assert "breaks off after row 1" in str(values(file)[1])


def test_an_object_of_columns_and_one_of_parts(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text('{"text": ["a", "b"], "label": ["x", "y"]}')
    assert values(file) == [{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]
    file.write_text('{"train": [{"text": "a"}], "validation": [{"text": "b"}]}')
    assert values(file) == [{"text": "a", "split": "train"},
                            {"text": "b", "split": "validation"}]


def test_a_text_file_is_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "songs.txt"
    file.write_text("one\ntwo\n\n\nthree\n")
    assert values(file) == [{"text": "one\ntwo"}, {"text": "three"}] and lines(file) == [1, 5]


def test_a_packed_file_that_breaks_off_keeps_what_was_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    packed = gzip.compress("".join(f'{{"text": "{n} {n * 7919}"}}\n'
                                   for n in range(40_000)).encode())
    file.write_bytes(packed[:len(packed) // 2])
    told = list(read_records(file))
    assert len(told) > 100 and isinstance(told[-1], BadRow) and "breaks off" in told[-1].why


@pytest.mark.parametrize("name, content", [
    ("rows.json", b'"text"'), ("rows.json", b'{"text": '), ("rows.jsonl.gz", b"no gzip"),
    ("rows.docx", b""), ("gone.csv", None)])
def test_what_cannot_be_read_at_all_is_a_sentence(tmp_path: Path, name: str,
                                                  content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError) as told:
        list(read_records(tmp_path / name))
    assert name in told.value.message and told.value.hint


def test_parquet_needs_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(EngineError, match="not installed"):
        list(read_records(tmp_path / "rows.parquet"))


def test_parquet_is_read_where_its_reader_is(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "rows.parquet"
    parquet.write_table(pyarrow.table({"text": ["a", "b"], "labels": [["x"], []]}), file)
    assert values(file) == [{"text": "a", "labels": ["x"]}, {"text": "b", "labels": []}]
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(EngineError, match="Parquet"):
        list(read_records(file))
