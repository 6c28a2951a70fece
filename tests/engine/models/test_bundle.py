"""A model in one file: whole as it was, or refused, and nothing outside its folder."""

import os
import random
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from engine.errors import Cancelled, EngineError
from engine.models.bundle import listed_in, unpack_bundle, write_bundle
from engine.models.manifest import (
    FILE_NAME,
    ModelFile,
    ModelManifest,
    check_files,
    read_manifest,
    write_manifest,
)

MODEL = ModelManifest(id="tiny", name="Tiny", kind="encoder", task="mood-tagging",
                      graph="graphs/model.onnx")


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def model_in(folder: Path) -> Path:
    (folder / "graphs").mkdir(parents=True)
    (folder / "graphs" / "model.onnx").write_bytes(bytes(range(256)) * 40)
    (folder / "tokenizer.json").write_text('{"ü": 1}', "utf-8")
    write_manifest(folder, MODEL)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return model_in(tmp_path / "a model, ü")


@pytest.fixture
def bundle(model: Path, tmp_path: Path) -> Path:
    target = tmp_path / "tiny.undertone"
    write_bundle(model, target, silent)
    return target


def place_in(folder: Path) -> Path:
    place = folder / "place"
    place.mkdir()
    return place


def test_what_went_in_comes_out(model: Path, bundle: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    place = place_in(tmp_path)
    manifest = unpack_bundle(bundle, place, lambda done, total: seen.append((done, total)))
    assert manifest == read_manifest(model) == listed_in(bundle)
    check_files(place, manifest)
    assert (place / "tokenizer.json").read_text("utf-8") == '{"ü": 1}'
    assert seen[-1] == (manifest.bytes, manifest.bytes)


def test_equal_models_make_equal_bundles(bundle: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.undertone"
    size = write_bundle(model_in(tmp_path / "again"), again, silent)
    assert again.read_bytes() == bundle.read_bytes() and size == again.stat().st_size


def test_a_model_that_changed_is_not_packed(model: Path, tmp_path: Path) -> None:
    target = tmp_path / "it.undertone"
    target.write_bytes(b"an older one")
    for spoil in (lambda file: file.write_bytes(b"other"), lambda file: file.unlink()):
        spoil(model / "tokenizer.json")
        with pytest.raises(EngineError, match=r"tokenizer\.json"):
            write_bundle(model, target, silent)
    # What stood there stays, and nothing half lies beside it.
    assert target.read_bytes() == b"an older one"
    assert sorted(each.name for each in tmp_path.iterdir()) == [model.name, target.name]


def test_stopped_it_leaves_nothing(model: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_bundle(model, tmp_path / "it.undertone", stop)
    assert [each.name for each in tmp_path.iterdir()] == [model.name]


def rewritten(bundle: Path, target: Path, entries: Iterable[tuple[zipfile.ZipInfo | str, bytes]],
              without: tuple[str, ...] = ()) -> Path:
    """The bundle with entries added or taken away, as a stranger could write it."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename not in without:
                new.writestr(entry, old.read(entry))
        for name, content in entries:
            new.writestr(name, content)
    return target


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize("name", ["../up.txt", "/etc/up", "C:/up", "a\\..\\up", "graphs/../../up",
                                  "graphs//up", "extra.py"])
def test_what_the_list_does_not_name_is_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    bad = rewritten(bundle, tmp_path / "bad.undertone", [(name, b"x")])
    before = set(tmp_path.rglob("*"))
    place = place_in(tmp_path)
    with pytest.raises(EngineError, match=r"bad\.undertone"):
        unpack_bundle(bad, place, silent)
    assert set(tmp_path.rglob("*")) - before <= {place, place / FILE_NAME}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_doubles_links_and_gaps_are_refused(bundle: Path, tmp_path: Path) -> None:
    made = [rewritten(bundle, tmp_path / "1.undertone", [("tokenizer.json", b'{"\xc3\xbc": 2}')]),
            rewritten(bundle, tmp_path / "2.undertone", [(link("tokenizer.json"), b"/etc/passwd")],
                      ("tokenizer.json",)),
            rewritten(bundle, tmp_path / "3.undertone", [], ("tokenizer.json",)),
            rewritten(bundle, tmp_path / "4.undertone", [], (FILE_NAME,)),
            rewritten(bundle, tmp_path / "5.undertone", [("tokenizer.json", b"longer than it was")],
                      ("tokenizer.json",))]
    for number, file in enumerate(made):
        place = tmp_path / str(number)
        place.mkdir()
        with pytest.raises(EngineError):
            unpack_bundle(file, place, silent)
        assert not any(each.is_symlink() for each in place.rglob("*"))


def test_changed_contents_of_the_same_size_are_found(bundle: Path, tmp_path: Path) -> None:
    bad = rewritten(bundle, tmp_path / "bad.undertone", [("tokenizer.json", b'{"\xc3\xbc": 2}')],
                    ("tokenizer.json",))
    with pytest.raises(EngineError, match="is damaged"):
        unpack_bundle(bad, place_in(tmp_path), silent)


def test_a_list_that_leads_out_or_repeats_is_refused(model: Path, tmp_path: Path) -> None:
    told = read_manifest(model)
    for files, words in (((*told.files, ModelFile("../up", 1, "0" * 64)), "outside its folder"),
                         ((*told.files, told.files[0]), "twice")):
        changed = msgspec.json.encode(msgspec.structs.replace(told, files=files))
        bad = tmp_path / f"{words}.undertone"
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr(FILE_NAME, changed)
            for file in told.files:
                archive.write(model / file.name, file.name)
        place = tmp_path / words
        place.mkdir()
        with pytest.raises(EngineError, match=words):
            unpack_bundle(bad, place, silent)


def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04 but no more", b"x" * 10_000):
        file = tmp_path / "it.undertone"
        file.write_bytes(content)
        with pytest.raises(EngineError, match=r"it\.undertone"):
            listed_in(file)
    with pytest.raises(EngineError, match="There is no"):
        listed_in(tmp_path / "missing.undertone")


def test_a_password_is_refused_with_a_sentence(bundle: Path, tmp_path: Path) -> None:
    content = bytearray(bundle.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + offset] |= 1
    bad = tmp_path / "locked.undertone"
    bad.write_bytes(content)
    with pytest.raises(EngineError, match=r"locked\.undertone"):
        unpack_bundle(bad, place_in(tmp_path), silent)


def test_mutated_bundles_end_in_a_sentence_or_whole(bundle: Path, tmp_path: Path) -> None:
    chance, whole = random.Random(11), bundle.read_bytes()
    right = read_manifest(model_in(tmp_path / "right"))
    for number in range(300):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8, 40))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if number % 5 == 0:
            del content[chance.randrange(len(content)):]
        bad = tmp_path / "bad.undertone"
        bad.write_bytes(content)
        place = tmp_path / f"place {number}"
        place.mkdir()
        before = set(tmp_path.iterdir())
        try:
            check_files(place, unpack_bundle(bad, place, silent))
        except EngineError as said:
            assert said.message
        else:
            assert {file.name for file in read_manifest(place).files} == {
                file.name for file in right.files}
        assert set(tmp_path.iterdir()) == before


def test_a_file_within_a_file_is_refused(model: Path, tmp_path: Path) -> None:
    told = read_manifest(model)
    inner = ModelFile("tokenizer.json/x", 1, "0" * 64)
    bad = tmp_path / "bad.undertone"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr(FILE_NAME, msgspec.json.encode(
            msgspec.structs.replace(told, files=(*told.files, inner))))
        for file in told.files:
            archive.write(model / file.name, file.name)
        archive.writestr(inner.name, b"x")
    with pytest.raises(EngineError, match=r"bad\.undertone"):
        unpack_bundle(bad, place_in(tmp_path), silent)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_others_can_read_what_was_exported(bundle: Path) -> None:
    held = os.umask(0o022)
    os.umask(held)
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o666 & ~held
