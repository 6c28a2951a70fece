"""What the shipped tagger says of the sample songs, held to golden numbers.

`pytest tests/engine/tagging/test_golden_scores.py --update-golden` writes them anew; the change is
then reviewed as a diff. Processors differ in how they sum, hence the tolerance.
"""

import json
from pathlib import Path

import pytest

from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.settings import CollationSettings
from engine.tagging.collation import collate, excerpt_moods
from engine.tagging.encoder_tagger import TASK, EncoderTagger
from engine.tagging.reading import AUDIO_SUFFIXES, LYRIC_SUFFIXES, read_lyric

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "sample_scores.json"
TOLERANCE = 0.03

Golden = dict[str, dict[str, object]]


@pytest.fixture
def said(isolated_home: AppPaths) -> Golden:
    """Scores and tags of every sample by the shipped tagger."""
    entry = ModelRegistry(isolated_home.shipped_models, isolated_home.models).find("", TASK)
    tagger = EncoderTagger.open(entry.folder)
    found: Golden = {}
    for file in sorted(isolated_home.samples.iterdir()):
        if file.suffix not in LYRIC_SUFFIXES | AUDIO_SUFFIXES:
            continue
        excerpts = tagger.cut(read_lyric(file))
        if excerpts:
            moods = collate(tagger.id, tagger.moods, tagger.thresholds,
                            excerpt_moods(excerpts, tagger.score(excerpts)), CollationSettings())
            found[file.name] = {
                "tags": [tag.tag for tag in moods.tags],
                "valence": round(moods.valence, 3), "arousal": round(moods.arousal, 3),
                "scores": {mood: round(float(score), 3)
                           for mood, score in zip(tagger.moods, moods.scores, strict=True)}}
    return found


def test_the_samples_score_as_they_did(said: Golden, request: pytest.FixtureRequest) -> None:
    # GIVEN what the shipped tagger said when its numbers were last reviewed
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")
    golden: Golden = json.loads(GOLDEN.read_text("utf-8"))
    # WHEN it reads the same songs THEN nothing has moved
    assert said.keys() == golden.keys()
    for song, expected in golden.items():
        assert said[song]["scores"] == pytest.approx(expected["scores"], abs=TOLERANCE), song
        assert said[song]["valence"] == pytest.approx(expected["valence"], abs=2 * TOLERANCE), song


def test_the_samples_show_what_they_were_written_for(said: Golden) -> None:
    """Not numbers but sense: a listener would nod."""
    assert {"calmness", "solemnity"} & set(said["Low Tide.lrc"]["tags"])
    assert {"happiness", "joyful_activation", "amusement"} & set(said["Kitchen Radio.txt"]["tags"])
