"""A report survives its file; a broken or later one is said so."""

import json
from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.evaluation.report import (
    DataInfo,
    EvaluationReport,
    TaggerReport,
    read_report,
    write_report,
)
from tests.engine.evaluation.sample_report import sample_report


def test_what_is_written_is_read_whole(tmp_path: Path) -> None:
    report = sample_report()
    file = tmp_path / "deep" / "report.json"
    write_report(report, file)
    assert read_report(file) == report
    assert [each.name for each in file.parent.iterdir()] == ["report.json"]
    # AND it is plain JSON without a value that JSON does not know
    assert "NaN" not in file.read_text("utf-8")
    assert json.loads(file.read_text("utf-8"))["format"] == 1


def test_taggers_and_blocks_are_found_by_name() -> None:
    report = sample_report()
    one = report.taggers[0]
    assert report.tagger(one.tagger) is one
    assert report.tagger("nobody") is None
    assert one.block(one.blocks[0].block) is one.blocks[0]
    assert one.block("nothing") is None


def test_writing_again_replaces_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    write_report(sample_report(), file)
    small = EvaluationReport(data=DataInfo(name="ü", split="all", songs=0),
                             taggers=(TaggerReport(tagger="t", name="T"),))
    write_report(small, file)
    assert read_report(file) == small


def _with(old: str, new: str) -> bytes:
    whole = msgspec.json.encode(sample_report()).decode()
    assert old in whole
    return whole.replace(old, new, 1).encode()


@pytest.mark.parametrize("content", [
    _with('"value":0.781', '"value":1e300'), _with('"counts":[[', '"counts":[[1],['),
    _with('"counts":[[', '"counts":[[-5,'), _with('"made_at":1790000000.0', '"made_at":1e18'),
    _with('"made_at":1790000000.0', '"made_at":-1e18'), _with('"value":0.781', '"value":null'),
    b'{"data": ' + b"[" * 100_000])
def test_a_report_that_nobody_could_draw_is_not_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"report report\.json cannot be read"):
        read_report(file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"data": 1}', b"\xff\xfe",
                                     b'{"data": {"name": "x", "split": "y"}, "taggers": []}'])
def test_broken_reports_are_said_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"report report\.json cannot be read"):
        read_report(file)
    with pytest.raises(EngineError, match="cannot be read"):
        read_report(tmp_path / "missing.json")


def test_a_later_report_is_not_guessed_at(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text('{"format": 2, "data": {"name": "x", "split": "y", "songs": 1}, "taggers": []}')
    with pytest.raises(EngineError, match="later Undertone"):
        read_report(file)
    # Nor where everything in it is different
    file.write_text('{"format": 3, "taggers": {"by": "name"}}')
    with pytest.raises(EngineError, match="later Undertone"):
        read_report(file)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(EngineError, match="cannot be written"):
        write_report(sample_report(), tmp_path / "taken" / "report.json")
