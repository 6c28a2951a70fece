"""What was tried is remembered, a crash above all, whatever became of the file."""

from pathlib import Path

import pytest

from engine.models.manifest import ModelFile, ModelManifest
from engine.models.trials import (
    Outcome,
    Trial,
    TrialBook,
    device_trial,
    files_stamp,
    model_trial,
)

WORKED = Trial(outcome=Outcome.WORKS, device="CPU", load_seconds=0.4, tokens_per_second=171.5,
               fallen_back=("Attention_0",), stamp="abc")


@pytest.fixture
def book(tmp_path: Path) -> TrialBook:
    return TrialBook(tmp_path / "home" / "trials")


def test_a_trial_is_found_again_by_another_book(book: TrialBook, tmp_path: Path) -> None:
    assert book.find("model smol") is None
    book.note("model smol", WORKED)
    assert TrialBook(tmp_path / "home" / "trials").find("model smol") == WORKED
    assert not book.crashed("model smol")


def test_names_that_look_alike_are_kept_apart(book: TrialBook) -> None:
    names = ["model a b", "model a/b", "model A B", "device a b", "model " + 300 * "x",
             "model " + 300 * "x" + "y", "歌", "..", ""]
    for place, name in enumerate(names):
        book.note(name, Trial(outcome=Outcome.WORKS, message=str(place)))
    found = [book.find(name) for name in names]
    assert [trial.message for trial in found if trial] == [str(n) for n in range(len(names))]
    assert model_trial("cpu") != device_trial("cpu")


def test_another_stamp_is_another_thing(book: TrialBook) -> None:
    book.note("device cuda", Trial(outcome=Outcome.CRASHED, stamp="driver 1"))
    assert book.crashed("device cuda") and book.crashed("device cuda", "driver 1")
    assert not book.crashed("device cuda", "driver 2")
    assert book.find("device cuda", "driver 2") is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"outcome": "sings"}', b"\xff\xfe", b"null"])
def test_a_broken_file_is_as_none(book: TrialBook, tmp_path: Path, text: bytes) -> None:
    book.note("model smol", WORKED)
    file, = (tmp_path / "home" / "trials").glob("*.json")
    file.write_bytes(text)
    assert book.find("model smol") is None
    book.note("model smol", WORKED)
    assert book.find("model smol") == WORKED


def test_what_ends_the_process_while_it_opens_counts_as_crashed(
        book: TrialBook, tmp_path: Path) -> None:
    # GIVEN a device that worked once
    book.note("device cuda", WORKED)
    # WHEN it is opened, and as long as that goes on
    with book.opening("device cuda"):
        # THEN whoever looks after a kill at this instant knows
        assert TrialBook(tmp_path / "home" / "trials").crashed("device cuda")
        # AND who looks from another thread meanwhile takes it for no crash
        assert book.find("device cuda") == WORKED
    # AND nothing is left of it when all went well
    assert book.find("device cuda") == WORKED


def test_an_exception_while_opening_is_no_crash(book: TrialBook) -> None:
    with pytest.raises(ValueError), book.opening("model smol"):
        raise ValueError
    assert book.find("model smol") is None


def test_forgetting_what_was_never_tried_is_fine(book: TrialBook) -> None:
    book.forget("model smol")
    book.note("model smol", WORKED)
    book.forget("model smol")
    assert book.find("model smol") is None


def test_a_model_with_other_files_has_another_stamp() -> None:
    def stamp(*hashes: str) -> str:
        return files_stamp(ModelManifest(
            id="m", name="M", kind="decoder", task="text-generation",
            files=tuple(ModelFile(f"{place}.onnx", 1, sha256)
                        for place, sha256 in enumerate(hashes))))

    assert stamp("a", "b") == stamp("a", "b")
    assert len({stamp(), stamp("a"), stamp("b"), stamp("a", "b"), stamp("b", "a")}) == 5
