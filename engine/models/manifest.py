"""What a model folder says of itself: model.json. Reading only this file lists a model.

Knows nothing of sessions; whether the files are whole is checked by their sha256.
"""

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import EngineError

FILE_NAME = "model.json"
CURRENT_FORMAT = 1
TEXT_GENERATION = "text-generation"
GENERATIVE_MOOD_TAGGING = "generative-mood-tagging"
WRITING_TASKS = (TEXT_GENERATION, GENERATIVE_MOOD_TAGGING)
TEXT_CLASSIFICATION = "text-classification"
SENTENCE_VECTORS = "sentence-vectors"

Count = Annotated[int, msgspec.Meta(ge=1, le=1 << 31)]


class ModelFile(msgspec.Struct, frozen=True):
    """One file of the folder."""

    name: str
    bytes: int
    sha256: str


class LabelInfo(msgspec.Struct, frozen=True):
    """One label the model gives: `threshold` is the score from which it counts as present.

    `auc` is its measured ROC AUC with a 95 % interval, where it was measured.
    `experimental` labels are not shown unless asked for.
    """

    id: str
    threshold: float = 0.5
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    experimental: bool = False


class DecoderInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the decode loop must know of a model that writes.

    `layout`: "shared-cache" (our graph), "past-present" (optimum) or "encoder-decoder".
    `cache`: element type of the KV cache, "float32", "float16" or "int8"; an int8 cache has its
    steps in the file `cache_steps`. `prompt_graph` fills the cache faster than the main graph.
    `stop_ids` end a reply; `start_ids` stand before every prompt (a BOS token, or nothing).
    """

    layout: str
    layers: Count
    kv_heads: Count
    head_size: Count
    vocabulary: Count
    stop_ids: tuple[int, ...]
    start_ids: tuple[int, ...] = ()
    decoder_start: int | None = None
    cache: str = "float32"
    cache_steps: str = ""
    prompt_graph: str = ""


class AdapterInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter joins: the installed model `base` with weights of the sha256 `weights`.

    `file` holds its matrices, `prompt_graph` is empty where prompts are read by the main graph.
    `rank` and `on` tell what learned, for people.
    """

    base: str
    weights: str
    file: str = "adapter.safetensors"
    prompt_graph: str = ""
    rank: Count = 8
    on: tuple[str, ...] = ()


class ModelManifest(msgspec.Struct, frozen=True, kw_only=True):
    """Identity, purpose, files, origin, measured quality and speed of one model.

    `exclusive_labels`: exactly one of the labels holds (softmax), not each for itself (sigmoid).
    `learned` names the method by which it was trained on this machine, "" for models from
    elsewhere: such a model is used where it is chosen, never because it comes first.
    """

    id: str
    name: str
    kind: str
    task: str
    about: str = ""
    version: str = "1"
    format: int = CURRENT_FORMAT
    labels: tuple[LabelInfo, ...] = ()
    exclusive_labels: bool = False
    languages: tuple[str, ...] = ()
    window: Count = 512
    graph: str = "model.onnx"
    decoder: DecoderInfo | None = None
    adapter: AdapterInfo | None = None
    precision: str = ""
    parameters: int = 0
    licence: str = ""
    made_from: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    quality: dict[str, float] = {}
    speed: dict[str, float] = {}
    learned: str = ""
    files: tuple[ModelFile, ...] = ()

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def chosen_as(model_id: str, task: str) -> str:
    """What the settings say where a model of this task is chosen: its id, for one that tags by
    writing the way before it."""
    return f"generative:{model_id}" if task == GENERATIVE_MOOD_TAGGING else model_id


class _Format(msgspec.Struct, frozen=True):
    """The one field every format of the file has."""

    name: str = "This model"
    format: int = CURRENT_FORMAT


def read_manifest(folder: Path) -> ModelManifest:
    """The manifest of a model folder. Raises EngineError saying what is wrong with it."""
    try:
        text = (folder / FILE_NAME).read_bytes()
        # Before all else: what a newer format means by its fields nobody here can know.
        made = msgspec.json.decode(text, type=_Format)
        if made.format > CURRENT_FORMAT:
            raise EngineError(
                f"{made.name} was made by a newer Undertone.", "Update Undertone to use it."
            )
        manifest = msgspec.json.decode(text, type=ModelManifest)
    except FileNotFoundError as missing:
        raise EngineError(
            f"{folder.name} holds no {FILE_NAME}, so it is not a model of ours.",
            "Add the model again from its source.",
        ) from missing
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as broken:
        raise EngineError(
            f"{FILE_NAME} of {folder.name} cannot be read: {broken}",
            "Add the model again from its source.",
        ) from broken
    _check(manifest, folder.name)
    return manifest


def _check(manifest: ModelManifest, folder: str) -> None:
    """EngineError for what would lead out of the folder, or out of the model's own tables."""
    info = manifest.decoder
    named = [manifest.graph, *(file.name for file in manifest.files)]
    tokens: list[int] = []
    if info is not None:
        named += filter(None, (info.prompt_graph, info.cache_steps))
        tokens += [*info.stop_ids, *info.start_ids, info.decoder_start or 0]
    if manifest.adapter is not None:
        named += filter(None, (manifest.adapter.file, manifest.adapter.prompt_graph))
        named.append(manifest.adapter.base)  # it becomes the name of a folder
    for name in named:
        if not stays_inside(name):
            raise EngineError(
                f'{FILE_NAME} of {folder} names a file outside its folder: "{name}".',
                "Do not use this model unless you trust where it came from.",
            )
    for token in tokens:
        if info is not None and not 0 <= token < info.vocabulary:
            raise EngineError(
                f"{FILE_NAME} of {folder} names the token {token}, which the model does not have.",
                "Add the model again from its source.",
            )


def stays_inside(name: str) -> bool:
    """Whether a file is named by its plain place below a folder, on any system."""
    parts = name.split("/")
    return "\\" not in name and ":" not in name and not {"", ".", ".."} & set(parts)


def write_manifest(folder: Path, manifest: ModelManifest) -> ModelManifest:
    """Writes model.json with every other file of the folder listed and hashed; returns it."""
    fresh = folder / f"{FILE_NAME}.new"
    files = tuple(
        describe_file(folder, file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file not in (fresh, folder / FILE_NAME)
    )
    whole = msgspec.structs.replace(manifest, files=files)
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1))
    fresh.replace(folder / FILE_NAME)
    return whole


def describe_file(folder: Path, file: Path) -> ModelFile:
    """The name below `folder`, size and sha256 of one file."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    name = file.relative_to(folder).as_posix()
    return ModelFile(name=name, bytes=file.stat().st_size, sha256=digest.hexdigest())


def check_files(folder: Path, manifest: ModelManifest) -> None:
    """Raises EngineError naming the first file that is missing or differs from its hash."""
    for file in manifest.files:
        place = folder / file.name
        if not place.is_file():
            raise EngineError(
                f"{manifest.name} lacks its file {file.name}.",
                "Add the model again from its source.",
            )
        if describe_file(folder, place) != file:
            raise EngineError(
                f"{file.name} of {manifest.name} is not the file that was installed.",
                "Add the model again from its source.",
            )
