"""Data in, a model out that the program uses: every method's recipe, through the job, on little."""

import json
from pathlib import Path

import msgspec
import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.events import Metric
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.jobs.child import ExitCode
from engine.jobs.job_folder import JobFolder, JobState, list_jobs
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.opening import open_tagger
from engine.tagging.reading import lyric_from_text
from engine.tagging.retagging.differences import compare, outdated
from engine.tagging.retagging.proposals import Proposals
from engine.tagging.retagging.retagger import Retagger
from engine.training.adopting import adopt, candidate
from engine.training.learning_job import KIND
from engine.training.recipe import DataOptions, Method, Recipe
from tests.engine.export.learning.labelled_songs import mood_rows
from tests.engine.export.learning.test_words_kit import save_base
from tests.engine.tagging.shelf import Shelf
from tests.flows.learning_bench import QUICK, LearningBench, with_loop
from tests.tiny_encoder import save_tagger
from tests.tiny_hub import TinyShape, save_folder

MOODS = Recipe(name="My moods", model_id="my-moods", method=Method.CLASSIFIER, base="tiny",
               loop=QUICK, data=DataOptions(held_out=0.25))


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path) -> LearningBench:
    made = LearningBench(isolated_home, tmp_path / "data")
    save_tagger(isolated_home.models / "tiny")
    return made


def sadness_of(paths: AppPaths, settings: Settings, words: str) -> float:
    tagger = open_tagger(paths, "", settings)
    scores = tagger.score(tagger.cut(lyric_from_text(words)))
    return float(scores.moods[0, tagger.moods.index("sadness")])


def test_own_moods_become_the_tagger_once_the_person_uses_them(bench: LearningBench) -> None:
    settings = Settings()
    shipped = open_tagger(bench.paths, "", settings).id
    # WHEN moods are learned
    folder = bench.learn(bench.job(MOODS, bench.songs(60)))
    # THEN nothing else tags by itself, until it is said
    assert open_tagger(bench.paths, "", settings).id == shipped
    report = bench.report(folder)
    assert report.judged_rows and report.figures
    made = candidate(bench.paths, settings, report)
    assert made is not None and not made.waiting
    settings = adopt(bench.paths, settings, made)
    assert settings.tagger == "my-moods"
    sad = sadness_of(bench.paths, settings, "tears tears tears on the stone\ntears and tears")
    glad = sadness_of(bench.paths, settings, "sun sun sun on the stone\nsun and sun")
    assert sad > glad
    manifest = bench.installed("my-moods")
    assert manifest.learned == "classifier" and manifest.precision == "int8"
    assert "songs.jsonl" in (bench.paths.models / "my-moods" / "README.md").read_text("utf-8")


def test_a_second_training_waits_and_can_be_compared_before(bench: LearningBench) -> None:
    songs = bench.songs(40)
    first = bench.report(bench.learn(bench.job(MOODS, songs)))
    again = bench.report(bench.learn(bench.job(with_loop(MOODS, seed=11), songs)))
    made = candidate(bench.paths, Settings(), again)
    assert made is not None and made.waiting
    assert open_tagger(bench.paths, made.compared_as, Settings()).id == made.compared_as
    assert open_tagger(bench.paths, "my-moods", Settings()).id == f"my-moods@{first.model_version}"


def test_what_would_change_in_the_library_is_seen_before(bench: LearningBench) -> None:
    # GIVEN a library read by the first version of a trained tagger
    contrary = bench.file("contrary.jsonl", [json.dumps({
        "text": row.text, "artist": row.artist, "song_id": row.song,
        "labels": ["happiness" if "sadness" in row.labels else "sadness"]})
        for row in mood_rows(60) if row.labels])
    bench.learn(bench.job(MOODS, bench.songs(60)))
    shelf = Shelf()
    shelf.tagger = open_tagger(bench.paths, "my-moods", Settings())  # type: ignore[assignment]
    shelf.settings = Settings(tagger="my-moods")
    for word in ("tears", "sun"):
        shelf.put(word, lyric_from_text(f"{word} {word} {word}\n{word} and {word}"))
    shelf.scan()
    # WHEN a second one, taught the contrary, is waiting and reads it for comparison
    report = bench.report(bench.learn(bench.job(MOODS, contrary)))
    made = candidate(bench.paths, shelf.settings, report)
    assert made is not None and made.waiting
    new = open_tagger(bench.paths, made.compared_as, shelf.settings)
    *_, last = Retagger(shelf.database, shelf.store, new).run()
    note, = Proposals(shelf.database).taggers()
    seen = compare(shelf.database, note, shelf.settings)
    # THEN it is told song by song what would be gained and lost, and nothing shown has changed
    assert last.done == 2 and len(seen.changing) == 2
    shown = {name: {tag.tag for tag in shelf.row(name).tags} for name in ("tears", "sun")}
    # AND used and accepted, the songs show it, by the same tagger that stands in place now
    settings = adopt(bench.paths, shelf.settings, made)
    assert open_tagger(bench.paths, "", settings).id == note.id
    Proposals(shelf.database).accept(open_journal(shelf.database), note,
                                     [song.song_id for song in seen.songs])
    assert all({tag.tag for tag in shelf.row(name).tags} != shown[name] for name in shown)
    assert not outdated(shelf.database, note.id)
    shelf.database.close()


def test_labels_are_learned_upon_an_encoder_that_learned_words(bench: LearningBench) -> None:
    save_base(bench.paths.models / "base")
    words = Recipe(name="Words", model_id="my-words", method=Method.WORDS, base="base", loop=QUICK,
                   data=DataOptions(held_out=0.25))
    lines = [json.dumps({"text": row.text}) for row in mood_rows(40)]
    bench.learn(bench.job(words, bench.file("words.jsonl", lines)))
    upon = msgspec.structs.replace(MOODS, base="my-words")
    bench.learn(bench.job(upon, bench.songs(40)))
    assert any("Words" in made for made in bench.installed("my-moods").made_from)


def test_a_tagger_that_writes_is_learned_and_chosen(bench: LearningBench, tmp_path: Path) -> None:
    source = save_folder(tmp_path / "hub" / "writer", TinyShape(window=1024))
    build_folder(folder_source(source, 8), bench.paths.models, lambda event: None)
    recipe = Recipe(name="In words", model_id="in-words", method=Method.GENERATIVE_TAGGER,
                    base="writer", loop=QUICK, data=DataOptions(held_out=0.25, most_tokens=128))
    report = bench.report(bench.learn(bench.job(recipe, bench.songs(24))))
    made = candidate(bench.paths, Settings(), report)
    assert made is not None
    settings = adopt(bench.paths, Settings(), made)
    assert settings.tagger == "generative:in-words"
    tagger = open_tagger(bench.paths, "", settings)
    assert tagger.id.startswith(f"generative:in-words@{report.model_version}/")
    assert len(tagger.score(tagger.cut(lyric_from_text("tears and tears"))).moods)


def test_the_terminal_trains_through_a_kill_and_lists_what_came_of_it(
        bench: LearningBench, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a training in a process of its own that is killed in the midst of its steps
    job = bench.job(with_loop(MOODS, epochs=12.0, validate_every=20), bench.songs(40))
    folder = JobFolder.create(bench.paths.jobs, JobSpec.ask(KIND, job.as_arguments(), "Mine"))
    process = JobProcess.start(folder)
    offset = steps = 0
    while steps < 8 and process.living():
        events, offset = folder.events_since(offset)
        steps += sum(isinstance(event, Metric) and event.split == "train" for event in events)
    process.kill()
    process.wait(10)
    process.let_go()
    assert folder.state() is JobState.INTERRUPTED
    assert not (bench.paths.models / "my-moods").exists()
    # WHEN it is resumed from the terminal
    context = Context(bench.paths)
    assert run(["jobs", "resume", folder.id, "--follow", "--json"], context) == ExitCode.DONE
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told[-1]["event"] == "finished" and told[-1]["produced"] == ["my-moods"]
    # THEN no step was lost or taken twice without need, and the model is there
    assert bench.report(folder).steps == max(
        event["step"] for event in told if event["event"] == "metric")
    assert run(["models", "versions", "my-moods"], context) == ExitCode.DONE
    assert "in use" in capsys.readouterr().out


def test_a_recipe_file_trains_from_the_terminal(
        bench: LearningBench, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text('name = "Mine"\nmodel_id = "mine"\nmethod = "classifier"\nbase = "tiny"\n'
                      "[loop]\nepochs = 1\nrate = 1e-3\nbatch_tokens = 256\n", "utf-8")
    songs = bench.songs(30)
    assert run(["train", str(recipe), "--data", str(songs.path), "--eager", "--on-battery",
                "--while-used", "go-on"], Context(bench.paths)) == ExitCode.DONE
    said = capsys.readouterr()
    assert "rows learned" in said.out and "step 0: loss" in said.out
    assert bench.installed("mine")
    folder, = list_jobs(bench.paths.jobs)
    assert bench.report(folder).sources == {"songs.jsonl": 30}
