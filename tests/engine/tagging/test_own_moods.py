"""Moods of one's own as they lie on the disk, and how they join taggers and vocabularies."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import EngineError
from engine.models.manifest import LabelInfo, ModelManifest, write_manifest
from engine.paths import AppPaths
from engine.tagging.own_moods import (
    DEFINITION_FILE,
    HEAD_FILE,
    KIND,
    TASK,
    LiveVocabulary,
    folder_name,
    open_vocabulary,
    own_moods,
    read_own_mood,
)
from engine.tagging.own_moods_tagger import (
    OwnMoodsTagger,
    plain_tagger,
    version_of,
    with_own_moods,
)
from engine.tagging.tagger import Tagger
from tests.contracts import TaggerContract
from tests.fakes import MOODS, FakeTagger, lyric

TAGGER = "fake@1"
WIDTH = 8


def save_mood(paths: AppPaths, mood: str, name: str = "", tagger: str = TAGGER,
              weights: np.ndarray | None = None, experimental: bool = False) -> Path:
    """A mood that hears sadness and nothing else."""
    folder = paths.models / folder_name(mood)
    folder.mkdir(parents=True)
    heard = np.zeros(len(MOODS) + 2 + WIDTH, np.float32)
    heard[0] = 1.0
    (folder / DEFINITION_FILE).write_text(f'{{"id": "{mood}", "name": "{name or mood}"}}', "utf-8")
    save_file({"weights": heard if weights is None else weights, "bias": np.array([0.5])},
              folder / HEAD_FILE, {"tagger": tagger, "moods": '["' + '","'.join(MOODS) + '"]'})
    write_manifest(folder, ModelManifest(
        id=folder_name(mood), name=name or mood, kind=KIND, task=TASK, graph=HEAD_FILE,
        labels=(LabelInfo(mood, 0.6, experimental=experimental),)))
    return folder


class TestOwnMoodsTagger(TaggerContract):
    @pytest.fixture
    def tagger(self, isolated_home: AppPaths) -> Tagger:
        save_mood(isolated_home, "late_night")
        return with_own_moods(FakeTagger(TAGGER), own_moods(isolated_home))


def test_its_own_scores_stay_and_those_of_the_head_come_after(isolated_home: AppPaths) -> None:
    save_mood(isolated_home, "late_night")
    plain = FakeTagger(TAGGER)
    tagger = with_own_moods(plain, own_moods(isolated_home))
    excerpts = plain.cut(lyric("tears in the rain", "goodbye and cry"))
    before, after = plain.score(excerpts), tagger.score(excerpts)
    assert np.array_equal(after.moods[:, :-1], before.moods)
    odds = before.moods[:, 0] / (1 - before.moods[:, 0]) * np.exp(0.5)
    assert after.moods[:, -1] == pytest.approx(odds / (1 + odds), rel=1e-4)
    assert tagger.score([]).moods.shape == (0, len(MOODS) + 1)


def test_its_id_names_the_moods_and_leads_back_to_the_tagger(isolated_home: AppPaths) -> None:
    save_mood(isolated_home, "late_night")
    one = with_own_moods(FakeTagger("fake@1/64"), own_moods(isolated_home))
    save_mood(isolated_home, "bright_days")
    both = with_own_moods(FakeTagger("fake@1/64"), own_moods(isolated_home))
    assert len({one.id, both.id, "fake@1/64"}) == 3
    assert {plain_tagger(each.id) for each in (one, both)} == {"fake@1/64"}
    assert version_of(both.id) == TAGGER


def test_a_mood_of_another_tagger_does_not_join(isolated_home: AppPaths) -> None:
    save_mood(isolated_home, "late_night", tagger="fake@2")
    plain = FakeTagger(TAGGER)
    assert with_own_moods(plain, own_moods(isolated_home)) is plain


def test_an_unproven_mood_is_experimental(isolated_home: AppPaths) -> None:
    save_mood(isolated_home, "late_night", experimental=True)
    tagger = with_own_moods(FakeTagger(TAGGER), own_moods(isolated_home))
    assert isinstance(tagger, OwnMoodsTagger)
    assert tagger.thresholds[-1] == float("inf")
    assert tagger.experimental == {"late_night": 0.6}


@pytest.mark.parametrize("harm", ["no head", "half a head", "nan", "no definition", "no json"])
def test_a_broken_mood_is_refused_and_hides_no_other(isolated_home: AppPaths, harm: str) -> None:
    save_mood(isolated_home, "bright_days")
    weights = {"half a head": np.ones(3, np.float32),
               "nan": np.full(len(MOODS) + 2 + WIDTH, np.nan, np.float32)}.get(harm)
    folder = save_mood(isolated_home, "late_night", weights=weights)
    if harm == "no head":
        (folder / HEAD_FILE).write_bytes(b"no head at all")
    elif harm == "no definition":
        (folder / DEFINITION_FILE).unlink()
    elif harm == "no json":
        (folder / DEFINITION_FILE).write_text("[]", "utf-8")
    with pytest.raises(EngineError):
        read_own_mood(folder)
    assert [one.mood.id for one in own_moods(isolated_home)] == ["bright_days"]


def test_a_name_that_clashes_hides_no_mood(isolated_home: AppPaths) -> None:
    # GIVEN a mood whose name became a synonym of one of the program's
    save_mood(isolated_home, "late_night", name="Nostalgic")
    save_mood(isolated_home, "bright_days", name="Bright days")
    vocabulary = open_vocabulary(isolated_home)
    assert vocabulary.canonical("nostalgic") == "nostalgia"
    assert vocabulary.canonical("late night") == "late_night"
    assert vocabulary.canonical("bright days") == "bright_days"


def test_the_vocabulary_of_a_running_program_follows(isolated_home: AppPaths) -> None:
    vocabulary = LiveVocabulary(isolated_home)
    before = vocabulary.ids
    save_mood(isolated_home, "late_night", name="Late night")
    assert vocabulary.ids == before
    vocabulary.renew()
    assert vocabulary.ids == (*before, "late_night")
    mood = vocabulary.get("late_night")
    assert mood is not None
    assert mood.name == "Late night"
    assert vocabulary.canonical("LATE NIGHT") == "late_night"
