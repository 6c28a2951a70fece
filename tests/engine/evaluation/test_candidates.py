"""Installed taggers as candidates: opened when it is their turn, with the person's settings."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.evaluation.candidates import InstalledTagger, called, open_tagger
from engine.evaluation.judged_song import JudgedSong
from engine.events import Event, Progress
from engine.models.manifest import LabelInfo, ModelManifest, write_manifest
from engine.paths import AppPaths
from engine.settings import CollationSettings, Settings, save_settings
from engine.tagging import opening as opening_room
from engine.tagging.tagger import Tagger
from tests.fakes import FakeTagger

SONGS = tuple(JudgedSong(f"s{n}", f"a{n}", "", "train", f"the {word} again\nand the {word}", {})
              for n, word in enumerate(("rain", "sun", "sea", "scream")))


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "home", tmp_path / "resources")


def install(paths: AppPaths, model_id: str, name: str, data: tuple[str, ...] = ()) -> None:
    folder = paths.models / model_id
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x")
    write_manifest(folder, ModelManifest(id=model_id, name=name, kind="encoder",
                                         task="mood-tagging", labels=(LabelInfo("sadness"),),
                                         data=data))


class Opening:
    """Stands for engine.tagging.opening; keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Settings]] = []

    def __call__(self, paths: AppPaths, tagger_id: str, settings: Settings) -> Tagger:
        self.asked.append((tagger_id, settings))
        return FakeTagger(f"{tagger_id}@7")


def no_report(event: Event) -> None:
    pass


def test_nothing_is_opened_before_it_is_its_turn(paths: AppPaths) -> None:
    install(paths, "mine", "Mine")
    opening = Opening()
    candidate = InstalledTagger(paths, "mine", opening)
    assert (candidate.key, candidate.note, opening.asked) == ("mine", "", [])


def test_scores_are_those_of_tagging_under_the_models_name(paths: AppPaths) -> None:
    # GIVEN settings that let the strongest excerpt count for half
    install(paths, "mine", "Mine")
    save_settings(paths.settings_file, Settings(collation=CollationSettings(peak_share=0.5)))
    opening, told = Opening(), list[Event]()
    table = InstalledTagger(paths, "mine", opening).scores(SONGS, None, told.append)
    assert (table.tagger, table.name, table.fold) == ("mine@7", "Mine", None)
    assert table.ids == tuple(song.id for song in SONGS)
    assert opening.asked[0][1].collation.peak_share == 0.5
    assert any(isinstance(event, Progress) and event.message == "Mine" for event in told)


def test_folds_go_with_the_songs_that_could_be_read(paths: AppPaths) -> None:
    # GIVEN a song in the middle without words
    wordless = JudgedSong("empty", "x", "", "", "la la la", {})
    songs = (SONGS[0], wordless, *SONGS[1:])
    table = InstalledTagger(paths, "mine", Opening()).scores(
        songs, np.array([0, 3, 1, 2, 0], np.int8), no_report)
    assert table.ids == ("s0", "s1", "s2", "s3")
    assert table.fold is not None and table.fold.tolist() == [0, 1, 2, 0]


def test_a_tagger_has_nothing_more_to_learn(paths: AppPaths) -> None:
    assert list(InstalledTagger(paths, "x", Opening()).learning(SONGS, None, no_report)) == []


def test_what_it_was_made_from_is_said(paths: AppPaths) -> None:
    install(paths, "mine", "Mine", ("gems9", "nju4"))
    note = InstalledTagger(paths, "mine").note
    assert note.startswith("Made from gems9, nju4.") and "better here than on new ones" in note


@pytest.mark.parametrize("chosen, expected", [("second", "second"), ("", "first")])
def test_no_name_means_the_one_of_the_settings(paths: AppPaths, chosen: str,
                                               expected: str) -> None:
    install(paths, "first", "First")
    install(paths, "second", "Second")
    save_settings(paths.settings_file, Settings(tagger=chosen))
    assert InstalledTagger(paths, "").key == expected


@pytest.mark.parametrize("asked, tagger_id, name", [
    ("mine", "mine@7", "Mine"), ("", "mine@7/64", "Mine"), ("gone", "gone@1", "gone"),
    ("generative:mine", "generative:mine@7", "Mine, writing a list"),
    ("generative-free:mine", "x", "Mine, writing freely"),
    ("zero-shot:mine", "zero-shot:mine@7", "Mine, asked mood by mood"),
    ("zero-shot:", "zero-shot:mine@7", "Mine, asked mood by mood"),
    ("zero-shot:gone", "zero-shot:gone@1", "gone, asked mood by mood")])
def test_a_tagger_is_called_by_its_model_and_its_way(paths: AppPaths, asked: str,
                                                     tagger_id: str, name: str) -> None:
    install(paths, "mine", "Mine")
    assert called(paths, asked, tagger_id) == name


def test_one_that_is_not_installed_says_so_when_it_is_its_turn(paths: AppPaths) -> None:
    with pytest.raises(EngineError, match='no model "gone"'):
        InstalledTagger(paths, "gone").scores(SONGS, None, no_report)


def test_a_device_that_never_proved_itself_is_passed_over(
        paths: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN settings that wish for a card this machine does not have
    opened = Opening()
    monkeypatch.setattr(opening_room, "open_tagger", opened)
    # WHEN a tagger is opened for measuring
    open_tagger(paths, "mine", Settings(device="cuda"))
    # THEN it runs on the processor
    assert [settings.device for _, settings in opened.asked] == ["cpu"]
