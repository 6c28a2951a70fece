"""The sample songs: every one can be read, and shows what it was written to show."""

from itertools import pairwise
from pathlib import Path

import pytest

from engine.tagging.language import LanguageDetector, has_words
from engine.tagging.lyric import LineKind, Lyric, lyric_hash
from engine.tagging.reading import LYRIC_SUFFIXES, read_lyric

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "samples"
SONGS = sorted(file for file in FOLDER.iterdir() if file.suffix in LYRIC_SUFFIXES)
TIMED = [file for file in SONGS if file.suffix == ".lrc"]
WORDLESS = "Hum for an Empty Room"


def lines_of(lyric: Lyric, kind: LineKind) -> list[str]:
    return [line.text for line in lyric.lines if line.kind is kind]


def test_there_is_a_dozen_and_three_and_a_readme_that_is_no_song() -> None:
    assert len(SONGS) == 15 and len(TIMED) == 5
    assert {file.name for file in FOLDER.iterdir()} - {file.name for file in SONGS} == {"README"}
    readme = (FOLDER / "README").read_text("utf-8")
    assert "CC0" in readme
    assert [file.stem for file in SONGS if file.stem not in readme] == []


@pytest.mark.parametrize("file", SONGS, ids=lambda file: file.stem)
def test_a_sample_is_read_with_its_verses_and_title(file: Path) -> None:
    lyric = read_lyric(file)

    sung = lines_of(lyric, LineKind.WORDS)
    assert lyric.title == file.stem
    assert len(sung) >= (10 if file.stem == WORDLESS else 16)
    assert all(len(line) <= 90 for line in sung)
    assert "[" not in lyric.words and "<" not in lyric.words
    if file.stem != "The Thirteenth Stair":
        assert len(lines_of(lyric, LineKind.HEADING)) >= 4


def test_no_sample_stands_there_twice() -> None:
    hashes = [lyric_hash(read_lyric(file)) for file in SONGS]

    assert len(set(hashes)) == len(SONGS)


@pytest.mark.parametrize("file", TIMED, ids=lambda file: file.stem)
def test_the_stamps_of_a_sample_ascend_and_leave_time_to_sing(file: Path) -> None:
    lyric = read_lyric(file)

    starts = [line.start_ms for line in lyric.lines if line.kind is LineKind.WORDS]
    assert (lyric.artist, lyric.album) == ("Undertone", "Undertone Samples")
    assert lyric.timed and None not in starts
    spans = [later - sooner for sooner, later in pairwise(filter(None, starts))]
    assert len(spans) == len(starts) - 1
    assert all(900 <= span <= 30_000 for span in spans)


@pytest.mark.parametrize("file", [f for f in SONGS if f not in TIMED], ids=lambda file: file.stem)
def test_the_other_samples_are_untimed(file: Path) -> None:
    assert not read_lyric(file).timed


def test_the_enhanced_sample_has_a_stamp_on_every_word() -> None:
    file = FOLDER / "Small Hours, Small Hands.lrc"
    sung = lines_of(read_lyric(file), LineKind.WORDS)

    assert file.read_text("utf-8").count("<") == sum(len(line.split()) + 1 for line in sung)


def test_the_credits_of_a_sample_are_kept_from_the_model() -> None:
    lyric = read_lyric(FOLDER / "Stone by Stone.txt")

    for kept_back in ("Undertone", "Produced", "CC0"):
        assert kept_back not in lyric.words
    assert len(lines_of(lyric, LineKind.CREDIT)) >= 3


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.mark.parametrize("file", SONGS, ids=lambda file: file.stem)
def test_the_tagger_will_answer_for_thirteen_and_abstain_from_two(
        file: Path, detector: LanguageDetector) -> None:
    lyric = read_lyric(file)

    language = {WORDLESS: "", "Für später": "de"}.get(file.stem, "en")
    assert detector.detect(lyric).code == language
    assert has_words(lyric) == (file.stem != WORDLESS)
