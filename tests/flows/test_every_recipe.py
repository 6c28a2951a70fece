"""Every recipe that comes with the program, really trained: data in, an installed model out.

The models are tiny and the data few, so that it is the way that is held here and not the result.
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.models.manifest import check_files, read_manifest
from engine.paths import AppPaths, program_folder
from engine.training.recipe import Method, Recipe, read_learning_recipe
from engine.training.rows.sources import FileSource
from tests.engine.export.learning.labelled_songs import kind_rows, mood_rows
from tests.engine.export.learning.test_words_kit import save_base
from tests.flows.learning_bench import LearningBench
from tests.tiny_encoder import save_tagger
from tests.tiny_hub import TinyShape, save_folder

RECIPES = [file for file in sorted((program_folder() / "resources" / "recipes").glob("*.toml"))
           if "\nmethod" in file.read_text("utf-8")]
ANSWER = "the rain on the kitchen radio"
BASES = {Method.CLASSIFIER: "tiny", Method.WORDS: "base"}
_FEW = {"talks": 4, "questions": 2}


def labelled(bench: LearningBench, recipe: Recipe) -> FileSource:
    if recipe.options.get("labels") == "any":
        return bench.file("kinds.jsonl", [
            json.dumps({"text": row.text, "label": row.labels[0]}) for row in kind_rows(40)])
    return bench.songs(60)


def late_night(bench: LearningBench, recipe: Recipe) -> FileSource:
    rows = mood_rows(60)
    label = recipe.options["mood"]
    return bench.file("night.jsonl", [json.dumps({
        "text": row.text, "labels": [label] if "sadness" in row.labels else ["anger"],
        "artist": row.artist}) for row in rows])


def messages(bench: LearningBench, recipe: Recipe) -> FileSource:
    return bench.file("talk.jsonl", [json.dumps({"messages": [
        {"role": "user", "content": f"Say the song number {n}."},
        {"role": "assistant", "content": ANSWER}]}) for n in range(12)])


def choices(bench: LearningBench, recipe: Recipe) -> FileSource:
    return bench.file("taste.jsonl", [json.dumps({
        "prompt": f"Say the song number {n}.", "chosen": ANSWER,
        "rejected": "tears and laughter"}) for n in range(12)])


def plain(bench: LearningBench, recipe: Recipe) -> FileSource:
    return bench.file("words.jsonl", [json.dumps({"text": row.text}) for row in mood_rows(40)])


DATA: dict[Method, Callable[[LearningBench, Recipe], FileSource]] = {
    Method.CLASSIFIER: labelled, Method.GENERATIVE_TAGGER: labelled, Method.MOOD: late_night,
    Method.DIALOGUE: messages, Method.PREFERENCE: choices, Method.WORDS: plain,
}
WRITES = (Method.DIALOGUE, Method.PREFERENCE, Method.GENERATIVE_TAGGER)


def small(recipe: Recipe) -> Recipe:
    """The recipe on a tiny base, in few steps."""
    loop = msgspec.structs.replace(recipe.loop, epochs=min(recipe.loop.epochs, 1.0),
                                   batch_tokens=512, precision="fp32", validate_every=4)
    options = dict(recipe.options)
    if "lives" in options:
        options["lives"] = {**options["lives"], **_FEW}
    base = "tiny-writer" if recipe.method in WRITES else BASES.get(recipe.method, "")
    return msgspec.structs.replace(recipe, base=base, loop=loop, options=options)


def install_base(bench: LearningBench, method: Method, place: Path) -> None:
    """The model the recipe begins with."""
    models = bench.paths.models
    if method in WRITES:
        source = save_folder(place / "hub" / "tiny-writer", TinyShape(window=1024))
        build_folder(folder_source(source, 8), models, lambda event: None)
    elif method is Method.WORDS:
        models.mkdir(parents=True)
        save_base(models / "base")
    else:
        save_tagger(models / "tiny")


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path) -> LearningBench:
    return LearningBench(isolated_home, tmp_path / "data")


@pytest.mark.parametrize("file", RECIPES, ids=lambda file: file.stem)
def test_a_recipe_makes_a_model(bench: LearningBench, file: Path, tmp_path: Path) -> None:
    recipe = small(read_learning_recipe(file))
    install_base(bench, recipe.method, tmp_path)
    folder = bench.learn(bench.job(recipe, DATA[recipe.method](bench, recipe)))
    report = bench.report(folder)
    assert report.verdict.endswith(".")
    manifest = bench.installed(recipe.model_id)
    assert manifest.learned == recipe.method
    place = bench.paths.models / recipe.model_id
    check_files(place, read_manifest(place))
    assert "## Measured" in (place / "README.md").read_text("utf-8")


def test_there_is_a_recipe_for_every_method() -> None:
    methods = {read_learning_recipe(file).method for file in RECIPES}
    assert methods == set(Method)
