"""Bad models: whatever is wrong with one, a sentence and exit code 2, and nothing half-installed.

From the command line as from a job; the work runs in this process, as it does in a job's own.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from engine.cli.command import Context
from engine.cli.main import run
from engine.events import Failed
from engine.jobs.child import KINDS, ExitCode, carry_out
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.manifest import read_manifest, write_manifest
from engine.paths import AppPaths
from tests.tiny_decoder import write_tiny_chat_model
from tests.tiny_hub import TEMPLATE, TinyShape, save_folder, save_gguf, tiny_arrays, tiny_bpe

LONG = "the quick brown fox jumps over the lazy dog. " * 3
TOO_LONG = LONG * 20
ENDLESS = ("{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
           "{% endfor %}{% endfor %}{% endfor %}")
GROWING = ("{% set ns = namespace(t='x') %}{% for a in range(60) %}{% set ns.t = ns.t ~ ns.t %}"
           "{% endfor %}{{ ns.t }}")
BAD_TEMPLATES = {
    "endless": ENDLESS, "growing": GROWING, "gigabytes": "{{ 'x' * 10 ** 10 }}",
    "raising": "{{ raise_exception('never') }}", "torn": "{% for m in", "silent": "",
    "recursive": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "curious": "{{ ''.__class__.__mro__ }}", "wide": "{{ '%0999999999d' % 1 }}",
}


def carried_out(paths: AppPaths, kind: str, **arguments: object) -> Failed | None:
    """Does a job; how it failed, None if it did not. Never a mistake of the program's."""
    folder = JobFolder.create(paths.jobs, JobSpec.ask(kind, arguments, "Trying"))
    code = carry_out(folder, KINDS, False, nullcontext())
    ending = folder.ending()
    if code == ExitCode.DONE:
        return None
    assert isinstance(ending, Failed)
    assert (code, ending.details) == (ExitCode.KNOWN_ERROR, ""), ending.details
    assert ending.message
    return ending


def refused(paths: AppPaths, source: Path, **more: object) -> str:
    """Adds what must not be added; the sentence. Nothing of it is left."""
    failed = carried_out(paths, "import-model", source=str(source), models=str(paths.models),
                         **more)
    assert failed is not None, f"{source.name} was installed"
    assert not paths.models.exists() or list(paths.models.iterdir()) == []
    return failed.message


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only to be read."""
    return save_gguf(tmp_path_factory.mktemp("source") / "tiny.gguf", TinyShape(), kind="Q4_1")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    return save_folder(tmp_path / "hub", TinyShape())


@pytest.fixture(scope="module")
def built(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is made of the GGUF: every kind of file there is. Only to be read."""
    place = tmp_path_factory.mktemp("built")
    paths = AppPaths(place / "home", place)
    assert carried_out(paths, "import-model", source=str(gguf), models=str(paths.models)) is None
    folder = paths.models / "tiny"
    assert {"model.onnx", "weights.bin", "prompt.onnx", "cache_steps.npy"} <= {
        file.name for file in folder.iterdir()}
    return folder


@pytest.fixture
def installed(isolated_home: AppPaths, built: Path) -> Path:
    """The built model, installed, to be spoilt."""
    return Path(shutil.copytree(built, isolated_home.models / "tiny"))


@pytest.fixture
def ask(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Chats with the model "tiny", which must fail in words, here and in its trial."""
    def asked(text: str = LONG, also_tried: bool = True) -> str:
        capsys.readouterr()
        code = run(["chat", "--model", "tiny", "--no-store", "--max-tokens", "2", text],
                   Context(isolated_home))
        told = capsys.readouterr().err
        assert code == 2 and told and "Traceback" not in told, told
        if also_tried:
            folder = isolated_home.models / "tiny"
            assert carried_out(isolated_home, "try-model", folder=str(folder)) is not None
        return told
    return asked


def test_a_whole_model_is_added_answers_and_proves_itself(
        isolated_home: AppPaths, installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else nothing below would show anything."""
    for text in ("Hello", LONG):
        assert run(["chat", "--model", "tiny", "--max-tokens", "2", text],
                   Context(isolated_home)) == 0
    capsys.readouterr()
    assert carried_out(isolated_home, "try-model", folder=str(installed), check=True) is None
    other = isolated_home.home / "other"
    assert carried_out(isolated_home, "import-model", source=str(installed.rename(other)),
                       models=str(isolated_home.models)) is None


@pytest.mark.parametrize("name, content", [
    ("photo.png", b"\x89PNG"), ("empty.gguf", b""), ("letter.gguf", b"Dear model, " * 99),
    ("notes/README.md", b"# A model"), ("pickle/pytorch_model.bin", b"\x80\x04."),
    ("torn/model.json", b'{"id": "tiny", '), ("list/config.json", b"[1, 2]"),
    ("strange/config.json", b'{"model_type": "teapot"}'),
])
def test_what_is_no_model(isolated_home: AppPaths, tmp_path: Path, name: str,
                          content: bytes) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    refused(isolated_home, file if "/" not in name else file.parent)


def test_an_empty_folder_and_no_folder_at_all(isolated_home: AppPaths, tmp_path: Path,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nothing").mkdir()
    refused(isolated_home, tmp_path / "nothing")
    assert "no" in refused(isolated_home, tmp_path / "absent")
    assert run(["models", "add", str(tmp_path / "absent")], Context(isolated_home)) == 2
    assert "There is no" in capsys.readouterr().err


def cuts(whole: bytes, count: int) -> Iterator[bytes]:
    """A file cut at its beginning, at its end, and at `count` places between."""
    for end in sorted({0, 1, 4, 8, len(whole) - 1,
                       *np.linspace(9, len(whole) - 2, count).astype(int).tolist()}):
        yield whole[:end]


def test_a_gguf_cut_anywhere(isolated_home: AppPaths, gguf: Path, tmp_path: Path) -> None:
    file = tmp_path / "cut.gguf"
    for content in cuts(gguf.read_bytes(), 60):
        file.write_bytes(content)
        refused(isolated_home, file)


def test_a_gguf_with_any_wrong_byte(isolated_home: AppPaths, gguf: Path, tmp_path: Path) -> None:
    """In the header, where it matters; some do no harm."""
    file, whole, chance = tmp_path / "wrong.gguf", gguf.read_bytes(), np.random.default_rng(0)
    for _ in range(80):
        content = bytearray(whole)
        for place in chance.integers(0, 7_000, chance.integers(1, 4)):
            content[place] = chance.choice([0, 1, 255, chance.integers(256)])
        file.write_bytes(content)
        carried_out(isolated_home, "import-model", source=str(file),
                    models=str(isolated_home.models))


def test_a_gguf_with_a_tensor_of_nothing(isolated_home: AppPaths, gguf: Path,
                                         tmp_path: Path) -> None:
    whole = gguf.read_bytes()
    place = whole.index(b"blk.0.ffn_down.weight") + len(b"blk.0.ffn_down.weight") + 4 + 8
    file = tmp_path / "hollow.gguf"
    file.write_bytes(whole[:place] + bytes(8) + whole[place + 8:])
    assert "damaged" in refused(isolated_home, file)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json",
                                  "tokenizer_config.json"])
def test_a_hubs_folder_with_a_file_cut_anywhere(isolated_home: AppPaths, hub: Path,
                                                name: str) -> None:
    whole = (hub / name).read_bytes()
    for content in cuts(whole, 6):
        (hub / name).write_bytes(content)
        refused(isolated_home, hub)


@pytest.mark.parametrize("field", [
    "num_attention_heads", "num_key_value_heads", "head_dim", "num_hidden_layers",
    "intermediate_size", "max_position_embeddings", "rms_norm_eps", "rope_theta"])
@pytest.mark.parametrize("value", ["x", -1, True, {"a": 1}, float("inf"), 1 << 63])
def test_a_config_that_makes_no_sense(isolated_home: AppPaths, tmp_path: Path, field: str,
                                      value: object) -> None:
    if value == 1 << 63 and field in ("rms_norm_eps", "rope_theta"):
        pytest.skip("a large number is a number")
    refused(isolated_home, save_folder(tmp_path / "hub", TinyShape(more={field: value})))


def test_a_window_too_small_to_prove_itself_in(isolated_home: AppPaths, tmp_path: Path) -> None:
    refused(isolated_home, save_folder(tmp_path / "hub", TinyShape(window=1)))


@pytest.mark.parametrize("words, tokens", [(300, 400), (2_000, 300)])
def test_vocabulary_and_model_of_different_size(isolated_home: AppPaths, tmp_path: Path,
                                                words: int, tokens: int) -> None:
    source = save_folder(tmp_path / "hub", TinyShape(vocabulary=words),
                         tokenizer=tiny_bpe(tokens))
    assert "do not belong together" in refused(isolated_home, source)


@pytest.mark.parametrize("part", ["model.embed_tokens.weight", "model.norm.weight",
                                  "model.layers.1.mlp.up_proj.weight"])
@pytest.mark.parametrize("kind", ["hub", "Q8_0"])
def test_weights_that_are_no_numbers(isolated_home: AppPaths, tmp_path: Path, part: str,
                                     kind: str) -> None:
    arrays = tiny_arrays(TinyShape())
    arrays[part].flat[5] = np.nan
    with np.errstate(invalid="ignore"):
        source = (save_folder(tmp_path / "hub", TinyShape(), arrays) if kind == "hub"
                  else save_gguf(tmp_path / "it.gguf", TinyShape(), kind, arrays))
    refused(isolated_home, source)


@pytest.mark.parametrize("which", BAD_TEMPLATES)
def test_a_bad_template_in_a_source(isolated_home: AppPaths, hub: Path, which: str) -> None:
    (hub / "chat_template.jinja").write_text(BAD_TEMPLATES[which])
    assert "template" in refused(isolated_home, hub)


@pytest.mark.parametrize("which", BAD_TEMPLATES)
def test_a_bad_template_in_an_installed_model(installed: Path, ask: Callable[..., str],
                                              which: str) -> None:
    (installed / "chat_template.jinja").write_text(BAD_TEMPLATES[which])
    assert "template" in ask(also_tried=False)


def test_a_template_that_refuses_only_later(installed: Path, ask: Callable[..., str]) -> None:
    (installed / "chat_template.jinja").write_text(
        "{% if messages|length > 9 %}{{ raise_exception('too long') }}{% endif %}" + TEMPLATE)
    assert "too long" in ask(also_tried=False)


@pytest.mark.parametrize("name", ["model.onnx", "weights.bin", "tokenizer.json", "model.json",
                                  "cache_steps.npy", "prompt.onnx"])
def test_an_installed_file_cut_anywhere(installed: Path, ask: Callable[..., str],
                                        name: str) -> None:
    whole = (installed / name).read_bytes()
    for content in cuts(whole, 4):
        (installed / name).write_bytes(content)
        # a trial says too little for the graph that reads long prompts
        ask(also_tried=name != "prompt.onnx")
    (installed / name).unlink()
    ask(also_tried=name != "prompt.onnx")


@pytest.mark.parametrize("header", [b"{'descr': '<f4', (", b"{'a': \"\"\"", b"\\", b"1" * 118])
def test_cache_steps_that_no_reader_understands(installed: Path, ask: Callable[..., str],
                                                header: bytes) -> None:
    file = installed / "cache_steps.npy"
    content = file.read_bytes()
    file.write_bytes(content[:10] + header.ljust(118)[:117] + b"\n" + content[128:])
    assert "cache_steps.npy" in ask()


@pytest.mark.parametrize("field, value", [
    ("window", 0), ("window", 1 << 50), ("window", 1_000), ("vocabulary", 301), ("layers", 3),
    ("kv_heads", 1), ("head_size", 32), ("layout", "spiral"), ("stop_ids", [300]),
    ("start_ids", [1_000_000]), ("prompt_graph", "../../secret.onnx"), ("cache", "float32"),
    ("cache_steps", "/etc/passwd"), ("prompt_graph", "model.onnx"),
])
def test_a_manifest_that_is_wrong_about_its_model(installed: Path, ask: Callable[..., str],
                                                  field: str, value: Any) -> None:
    told = json.loads((installed / "model.json").read_text())
    (told if field == "window" else told["decoder"])[field] = value
    (installed / "model.json").write_text(json.dumps(told))
    # Of a window that is too wide the model's end comes before the manifest's.
    long = value == 1_000
    ask(LONG * 2 if long else LONG, also_tried=not long and field not in ("cache", "prompt_graph"))


def test_a_broken_model_asked_for_by_name_says_why(installed: Path,
                                                   ask: Callable[..., str]) -> None:
    (installed / "model.json").write_text('{"id": ')
    assert "model.json of tiny cannot be read" in ask()


@pytest.mark.parametrize("command", [["chat"], ["classify", "--labels", "sad, glad"]])
def test_logits_that_are_no_numbers(isolated_home: AppPaths, command: list[str],
                                    capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tiny_chat_model(isolated_home.models / "tiny", window=2_048)
    graph = onnx.load(folder / "model.onnx")
    (head,) = (each for each in graph.graph.initializer if each.name == "head")
    values = numpy_helper.to_array(head).copy()
    values[:, 7] = np.nan
    head.CopyFrom(numpy_helper.from_array(values, "head"))
    onnx.save(graph, folder / "model.onnx")
    assert run([*command, "--model", "tiny", "Hello"], Context(isolated_home)) == 2
    assert "numbers that are none" in capsys.readouterr().err
    failed = carried_out(isolated_home, "try-model", folder=str(folder))
    assert failed is not None and "numbers that are none" in failed.message


@pytest.mark.parametrize("command", [["chat"], ["classify", "--labels", "sad, glad"]])
def test_a_prompt_longer_than_the_window(isolated_home: AppPaths, installed: Path,
                                         command: list[str],
                                         capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--model", "tiny", TOO_LONG], Context(isolated_home)) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_installed_file_that_was_changed(isolated_home: AppPaths, installed: Path) -> None:
    content = bytearray((installed / "weights.bin").read_bytes())
    content[1_000] ^= 1
    (installed / "weights.bin").write_bytes(content)
    failed = carried_out(isolated_home, "try-model", folder=str(installed), check=True)
    assert failed is not None and "weights.bin" in failed.message
    # AND it is not taken over from elsewhere either
    away = installed.rename(isolated_home.home / "away")
    assert "weights.bin" in refused(isolated_home, away)


@pytest.mark.parametrize("name", ["model.onnx", "weights.bin", "tokenizer.json",
                                  "chat_template.jinja"])
def test_a_folder_of_ours_whose_hashes_are_right_and_files_are_not(
        isolated_home: AppPaths, installed: Path, name: str) -> None:
    away = installed.rename(isolated_home.home / "away")
    content = (away / name).read_bytes()
    (away / name).write_bytes(content[:len(content) // 2])
    write_manifest(away, msgspec.structs.replace(read_manifest(away), files=()))
    assert "away" not in refused(isolated_home, away).split()


def test_what_is_said_of_a_file_names_the_model_and_no_folder_of_the_moment(
        isolated_home: AppPaths, hub: Path) -> None:
    (hub / "tokenizer.json").write_text("{")
    assert "tokenizer.json in hub cannot be read" in refused(isolated_home, hub)
