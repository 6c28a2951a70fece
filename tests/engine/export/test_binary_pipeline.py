"""Binary classifiers from songs to an installed tagger, on words as on sentences."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.events import Event, Finished, Note
from engine.export.pipeline import run_training_job
from engine.models.manifest import ModelManifest, check_files, read_manifest
from engine.settings import CollationSettings
from engine.tagging.collation import collate
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.reading import lyric_from_text
from engine.training.config import (
    BINARY_SENTENCES,
    BINARY_WORDS,
    TrainingConfig,
    config_from_json,
)
from engine.training.job import TrainingJob
from engine.training.material import read_material
from engine.training.ways import open_tokenizer, open_way
from tests.engine.training.songs_to_learn import MOODS, fill_data

LEARNED = ("sadness", "happiness", "calmness", "power")
BINARY = {"vector_width": 16, "rarest": 2, "decay": 0.1}
GENTLE = {"decay": 20.0}  # a random encoder's vectors differ by little, which int8 rounds away


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_data(tmp_path_factory.mktemp("data"), 100)


def asked(way: str, data: Path, models: Path, base: Path | None = None,
          **binary: object) -> dict[str, object]:
    """What a job is asked, as it stands in spec.json."""
    config = {"name": "Mill", "model_id": "mill", "base": "tiny-bert", "way": way, "window": 64,
              "precision": "fp32", "label_sets": {"gems9": 1.0, "lastfm27": 1.0, "nju4": 1.0},
              "binary": BINARY | binary}
    return {"config": config, "data": str(data), "base": str(base) if base else None,
            "moods": [*MOODS, "never"], "models": str(models)}


def trained(arguments: dict[str, object], output: Path) -> tuple[ModelManifest, Path, list[Event]]:
    """The manifest and folder of a job's model, and what it told."""
    output.mkdir(parents=True, exist_ok=True)
    told: list[Event] = []
    ending = run_training_job(arguments, output, told.append, False)
    assert isinstance(ending, Finished) and ending.produced == ("mill",)
    folder = Path(str(arguments["models"])) / "mill"
    return read_manifest(folder), folder, told


@pytest.fixture(scope="module")
def words(data: Path, tmp_path_factory: pytest.TempPathFactory
          ) -> tuple[ModelManifest, Path, list[Event]]:
    home = tmp_path_factory.mktemp("words")
    return trained(asked(BINARY_WORDS, data, home / "models"), home / "output")


@pytest.fixture(scope="module")
def sentences(data: Path, tiny_base: Path, tmp_path_factory: pytest.TempPathFactory
              ) -> tuple[ModelManifest, Path, list[Event]]:
    home = tmp_path_factory.mktemp("sentences")
    return trained(asked(BINARY_SENTENCES, data, home / "models", tiny_base, **GENTLE),
                   home / "output")


def test_a_tagger_of_words_is_whole(words: tuple[ModelManifest, Path, list[Event]]) -> None:
    manifest, folder, told = words
    check_files(folder, manifest)
    assert {file.name for file in manifest.files} == {"model.onnx", "tokenizer.json", "README.md"}
    assert {label.id for label in manifest.labels} == set(LEARNED)
    assert (manifest.precision, manifest.made_from) == (
        "fp32", ("word vectors trained on the lyrics",))
    assert manifest.quality["mean score change"] < 1e-4
    assert next(label for label in manifest.labels if label.id == "sadness").auc > 0.8
    card = (folder / "README.md").read_text("utf-8")
    assert "word vectors trained on the lyrics" in card and "MiniLM" not in card
    notes = [event.message for event in told if isinstance(event, Note)]
    assert "Learning word vectors from 100 songs" in notes


def test_a_tagger_of_sentences_is_whole(sentences: tuple[ModelManifest, Path, list[Event]]
                                        ) -> None:
    manifest, folder, _ = sentences
    check_files(folder, manifest)
    assert {label.id for label in manifest.labels} == set(LEARNED)
    assert manifest.precision == "int8" and manifest.quality["int8 mean score change"] < 0.01


@pytest.mark.parametrize("kind", ["words", "sentences"])
def test_it_opens_as_any_encoder_tagger(kind: str, request: pytest.FixtureRequest) -> None:
    _, folder, _ = request.getfixturevalue(kind)
    tagger = EncoderTagger.open(folder, 64, threads=1)
    found = {}
    for sign in ("tears", "sun"):
        lyric = lyric_from_text("\n".join([f"the {sign} {sign} again"] * 3), "")
        excerpts = tagger.cut(lyric)
        said = tagger.score(excerpts)
        assert np.isfinite(said.moods).all() and said.vectors.shape[0] == len(excerpts)
        found[sign] = said.moods[0, tagger.moods.index("sadness")]
    if kind == "words":  # a random encoder promises nothing of two words
        assert found["tears"] > found["sun"] + 0.2


def test_a_lyric_in_words_never_seen_is_borne(words: tuple[ModelManifest, Path, list[Event]]
                                              ) -> None:
    tagger = EncoderTagger.open(words[1], 64, threads=1)
    for text in ("zzyzx qwrtp xyzzy", "\u6b4c \u8a5e"):
        assert np.isfinite(tagger.score(tagger.cut(lyric_from_text(text, ""))).moods).all()


@pytest.mark.parametrize("kind", ["words", "sentences"])
def test_tagging_says_what_the_classifiers_said(kind: str, data: Path, tiny_base: Path,
                                                tmp_path: Path,
                                                request: pytest.FixtureRequest) -> None:
    """From lyric to song scores, by the installed tagger and by scikit-learn's own numbers."""
    _, folder, _ = request.getfixturevalue(kind)
    base = tiny_base if kind == "sentences" else None
    way = BINARY_SENTENCES if base else BINARY_WORDS
    config = config_of(asked(way, data, tmp_path, **(GENTLE if base else {})))
    job = TrainingJob(config, data, tmp_path, (*MOODS, "never"), base)
    material = read_material(job, open_tokenizer(config, base))
    again = open_way(config, material.space, base, tmp_path / "way")
    again.prepare([*material.learning, *material.held_out], lambda event: None)
    learned = again.fit(material.learning, lambda event: None)
    logits, affect = learned.logits(material.held_out)
    tagger = EncoderTagger.open(folder, 64, threads=1)
    assert learned.moods == tagger.moods
    worst = 0.0
    for row, song in enumerate(material.held_out):
        lyric = lyric_from_text(_lyrics(data, song.id), "")
        excerpts = tagger.cut(lyric)
        assert [e.text for e in excerpts] == [e.text for e in song.excerpts]
        moods = _collated(tagger, excerpts)
        worst = max(worst, float(np.abs(moods.scores - 1 / (1 + np.exp(-logits[row]))).max()))
        # Places are averaged after their tanh, so over several excerpts they differ a little.
        assert abs(moods.valence - affect[row, 0]) < 0.1
    assert worst < (1e-4 if kind == "words" else 0.03)  # int8 rounds


def config_of(arguments: dict[str, object]) -> TrainingConfig:
    return config_from_json(dict(arguments["config"]))  # type: ignore[call-overload]


def _lyrics(data: Path, song_id: str) -> str:
    import gzip

    with gzip.open(data / "lyrics_moods.jsonl.gz", "rt", encoding="utf-8") as lines:
        return next(row["lyrics"] for row in map(json.loads, lines) if row["id"] == song_id)


def _collated(tagger: EncoderTagger, excerpts: object) -> object:
    from engine.tagging.collation import excerpt_moods

    found = excerpt_moods(excerpts, tagger.score(excerpts))  # type: ignore[arg-type]
    return collate(tagger.id, tagger.moods, tagger.thresholds, found, CollationSettings())


def test_learned_words_are_enough_to_finish_again(words: tuple[ModelManifest, Path, list[Event]],
                                                  data: Path, tmp_path: Path) -> None:
    # GIVEN the output of a finished job, its model lost
    _, folder, _ = words
    output = folder.parent.parent / "output"
    told: list[Event] = []
    # WHEN it is run once more
    run_training_job(asked(BINARY_WORDS, data, tmp_path / "models"), output, told.append, True)
    # THEN nothing is learned again, and the same model comes out
    notes = [event.message for event in told if isinstance(event, Note)]
    assert not [note for note in notes if note.startswith(("Learning", "A classifier"))]
    assert read_manifest(tmp_path / "models" / "mill") == read_manifest(folder)


def test_thresholds_are_half_where_the_recipe_says_so(data: Path, tmp_path: Path) -> None:
    half = asked(BINARY_WORDS, data, tmp_path / "models", thresholds="half", tags=2)
    manifest, _, _ = trained(half, tmp_path / "output")
    assert [label.threshold for label in manifest.labels] == [0.5, 0.5]


def test_everything_may_be_learned_from(data: Path, tmp_path: Path) -> None:
    arguments = asked(BINARY_WORDS, data, tmp_path / "models")
    arguments["config"] |= {"learn_from_validation": True}  # type: ignore[operator]
    manifest, folder, _ = trained(arguments, tmp_path / "output")
    # What is said of its quality was told by folds that left songs out.
    assert "5-fold cross-validation" in (folder / "README.md").read_text("utf-8")
    sadness = next(label for label in manifest.labels if label.id == "sadness")
    assert sadness.auc_low is not None and sadness.auc_low > 0.5
    assert all(0 < label.threshold < 1 for label in manifest.labels)
    # Thresholds come from songs read with the words that were learned, not from unknown ones.
    assert len({label.threshold for label in manifest.labels}) > 1


def test_a_graph_that_strays_is_not_installed(data: Path, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.errors import EngineError
    from engine.export import word_folder

    def strays(weights: dict[str, np.ndarray]) -> object:
        return build({**weights, "moods.bias": weights["moods.bias"] + 1})

    build = word_folder.build_word_graph
    monkeypatch.setattr(word_folder, "build_word_graph", strays)
    with pytest.raises(EngineError, match="Building the graph"):
        trained(asked(BINARY_WORDS, data, tmp_path / "models"), tmp_path / "output")
    assert not (tmp_path / "models" / "mill").exists()
