"""model.json: what is written is read again; whatever is wrong with it is said in a sentence."""

import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.manifest import (
    FILE_NAME,
    LabelInfo,
    ModelManifest,
    check_files,
    read_manifest,
    write_manifest,
)

TOLD = ModelManifest(
    id="moods", name="Moods of songs", kind="encoder", task="mood-tagging",
    labels=(LabelInfo("sadness", 0.25, 0.8, 0.7, 0.9), LabelInfo("power", experimental=True)),
    languages=("en",), precision="int8", parameters=12, licence="Apache-2.0",
    made_from=("another",), quality={"macro AUC": 0.75})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder of two files, one below it."""
    made = tmp_path / "moods"
    (made / "more").mkdir(parents=True)
    (made / "model.onnx").write_bytes(b"graph")
    (made / "more" / "words.txt").write_bytes(b"words")
    write_manifest(made, TOLD)
    return made


def change(folder: Path, **fields: object) -> None:
    """Puts other values into model.json."""
    file = folder / FILE_NAME
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | fields), "utf-8")


def test_what_is_written_is_read_again(folder: Path) -> None:
    read = read_manifest(folder)
    assert [file.name for file in read.files] == ["model.onnx", "more/words.txt"]
    assert read.bytes == len(b"graph") + len(b"words")
    assert read.labels == TOLD.labels and read.quality == TOLD.quality
    check_files(folder, read)


def test_writing_again_lists_neither_itself_nor_a_torn_attempt(folder: Path) -> None:
    # GIVEN a model.json.new that a killed program left behind
    (folder / f"{FILE_NAME}.new").write_text("{", "utf-8")
    # WHEN the manifest is written again
    again = write_manifest(folder, TOLD)
    # THEN only the model's own files are listed, and they are there
    assert [file.name for file in again.files] == ["model.onnx", "more/words.txt"]
    check_files(folder, read_manifest(folder))


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"id": 3}', b'{"name": "\xff"}',
                                     b'{"id":"a","name":"b","kind":"c"}'],
                         ids=["missing", "empty", "torn", "no object", "wrong type", "no text",
                              "field missing"])
def test_a_manifest_that_cannot_be_read_says_so(folder: Path, content: bytes | None) -> None:
    (folder / FILE_NAME).unlink()
    if content is not None:
        (folder / FILE_NAME).write_bytes(content)
    with pytest.raises(EngineError, match=r"model\.json") as caught:
        read_manifest(folder)
    assert folder.name in caught.value.message
    assert caught.value.hint


def test_a_newer_format_is_named_whatever_its_fields_are(folder: Path) -> None:
    # GIVEN a model.json of a format to come, whose fields mean something else
    change(folder, format=2, labels={"sadness": 0.25}, name="Moods to come")
    # WHEN it is read
    with pytest.raises(EngineError, match="Moods to come was made by a newer") as caught:
        read_manifest(folder)
    # THEN the way out is an update, not another download
    assert caught.value.hint.startswith("Update")


def test_unknown_fields_of_the_same_format_are_no_trouble(folder: Path) -> None:
    change(folder, colour="blue")
    assert read_manifest(folder).id == "moods"


@pytest.mark.parametrize("name", ["../other/model.onnx", "/etc/hosts", "more/../../x", "C:/x",
                                  "..\\x", "", "./model.onnx"])
def test_no_file_outside_the_folder_is_named(folder: Path, name: str) -> None:
    change(folder, graph=name)
    with pytest.raises(EngineError, match="outside"):
        read_manifest(folder)
    change(folder, graph="model.onnx", files=[{"name": name, "bytes": 1, "sha256": ""}])
    with pytest.raises(EngineError, match="outside"):
        read_manifest(folder)


DECODER = {"layout": "shared-cache", "layers": 2, "kv_heads": 1, "head_size": 16,
           "vocabulary": 300, "stop_ids": [2], "start_ids": [0]}


@pytest.mark.parametrize("field", ["prompt_graph", "cache_steps"])
def test_a_decoder_names_no_file_outside_the_folder(folder: Path, field: str) -> None:
    change(folder, decoder=DECODER)
    assert read_manifest(folder).decoder is not None
    change(folder, decoder={**DECODER, field: "../other/steps.npy"})
    with pytest.raises(EngineError, match="outside"):
        read_manifest(folder)


@pytest.mark.parametrize("field, value", [
    ("stop_ids", [2, 300]), ("stop_ids", [-1]), ("start_ids", [10**6]), ("decoder_start", 300)])
def test_a_token_the_model_does_not_have_is_named(folder: Path, field: str,
                                                  value: object) -> None:
    """The graph would read beside its tables."""
    change(folder, decoder={**DECODER, field: value})
    with pytest.raises(EngineError, match=r"the token -?\d+, which"):
        read_manifest(folder)


@pytest.mark.parametrize("field", ["layers", "kv_heads", "head_size", "vocabulary"])
@pytest.mark.parametrize("value", [0, -1, 1 << 40])
def test_sizes_that_cannot_be_are_a_broken_manifest(folder: Path, field: str, value: int) -> None:
    change(folder, decoder={**DECODER, field: value})
    with pytest.raises(EngineError, match="cannot be read"):
        read_manifest(folder)
    change(folder, decoder=DECODER, window=value)
    with pytest.raises(EngineError, match="cannot be read"):
        read_manifest(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "more" / "words.txt").unlink()
    with pytest.raises(EngineError, match=r"lacks its file more/words\.txt"):
        check_files(folder, read_manifest(folder))


@pytest.mark.parametrize("content", [b"grapf", b"graph and more", b""])
def test_a_changed_file_is_named(folder: Path, content: bytes) -> None:
    (folder / "model.onnx").write_bytes(content)
    with pytest.raises(EngineError, match=r"model\.onnx of Moods of songs is not the file"):
        check_files(folder, read_manifest(folder))
