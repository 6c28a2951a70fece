"""The file of moods beside a recording: only its moods are written anew."""

import json

import pytest

from engine.errors import EngineError
from engine.tagging.writing.sidecar import SidecarHolder, rendered
from engine.tagging.writing.values import FileMoods


def test_what_an_export_told_besides_stays() -> None:
    # GIVEN a sidecar with all that an export tells
    told = {"format": "undertone-moods", "version": 1, "title": "Rain", "tagger": "a@1",
            "tags": [{"tag": "joy", "score": 0.5}], "labels": {"joy": "accepted"},
            "excerpts": [{"first_line": 0, "last_line": 3, "tags": []}]}
    before = json.dumps(told).encode()
    # WHEN other moods are written
    after = FileMoods(("anger",), "b@2", "anger=0.90")
    splice, = SidecarHolder(before).splices(after)
    # THEN they are there, and the rest is as it was
    written = rendered(after, before)
    assert json.loads(written) == told | {
        "tagger": "b@2", "tags": [{"tag": "anger", "score": 0.9}]}
    assert SidecarHolder(written).read() == after and splice is not None


def test_a_new_one_holds_its_moods_alone() -> None:
    moods = FileMoods(("joy", "anger"), "a@1", "joy=0.50; anger=0.40")
    assert SidecarHolder(rendered(moods)).read() == moods
    assert list(json.loads(rendered(moods))) == ["format", "version", "tagger", "tags"]


@pytest.mark.parametrize("data", [b"[]", b"{}", b"no", b'{"format": "x", "version": 1}'])
def test_what_is_none_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError, match="Another file"):
        SidecarHolder(data)
