"""Moods of the person's own: what each is, and the small head that hears it in what a tagger says.

A mood is a model folder of the kind "head": its definition, and weights upon the scores, the
affect and the vector of the one tagger it was made on. Reads them; learns nothing.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.library.database import Database
from engine.models.manifest import ModelManifest, read_manifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.tagging.vocabulary import Mood, Vocabulary

KIND = "head"
TASK = "mood-head"
DEFINITION_FILE = "mood.json"
HEAD_FILE = "head.safetensors"
_PREFIX = "mood-"
_CERTAIN = 1e-4
_REMEDY = "Remove this mood, or learn it again from its examples."

Floats = npt.NDArray[np.float32]


class OwnMood(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a mood of their own. `id` names it in scores and labels and never
    changes; `name` may. `valence` and `arousal` -1..1, its place on the circle; `placed` says
    that the person put it there, not its examples."""

    id: str
    name: str
    about: str = ""
    valence: float = 0.0
    arousal: float = 0.0
    synonyms: tuple[str, ...] = ()
    placed: bool = False

    def as_mood(self) -> Mood:
        """As the vocabulary knows moods."""
        return Mood(self.id, self.name, self.valence, self.arousal, self.synonyms, self.about)


@dataclass(frozen=True, slots=True, eq=False)
class MoodHead:
    """A head upon one tagger, `tagger` (its id with version, without window or own moods).

    `moods` (M,) are the tagger's moods it looks at, in the order of `weights`: (M + 2 + D,)
    upon the logits of the scores, valence and arousal, and the excerpt's vector of length 1.
    `bias` is added. All are of plain inputs: whatever standardised them is folded in.
    """

    tagger: str
    moods: tuple[str, ...]
    weights: Floats
    bias: float

    def logits(self, scores: Floats, affect: Floats, vectors: Floats) -> Floats:
        """(n,) of `scores` (n, M) 0..1, `affect` (n, 2) and `vectors` (n, D) of any length."""
        return said(scores, affect, vectors) @ self.weights + np.float32(self.bias)


def said(scores: Floats, affect: Floats, vectors: Floats) -> Floats:
    """(n, M + 2 + D) all that a head looks at: logits, affect, vectors of length 1."""
    sure = np.clip(scores, _CERTAIN, 1 - _CERTAIN)
    length = np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)
    return np.concatenate(
        [np.log(sure / (1 - sure)), affect, vectors / length], axis=1, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class InstalledMood:
    """A mood of one's own as it is installed: definition, manifest (threshold and measured AUC in
    its one label) and head."""

    mood: OwnMood
    manifest: ModelManifest
    head: MoodHead
    folder: Path

    @property
    def threshold(self) -> float:
        return self.manifest.labels[0].threshold


def folder_name(mood_id: str) -> str:
    """The name of the model folder, and its id in the registry."""
    return f"{_PREFIX}{mood_id}"


def read_own_mood(folder: Path) -> InstalledMood:
    """The mood of a model folder. EngineError where it is broken or no head of a mood."""
    import safetensors

    manifest = read_manifest(folder)
    if manifest.task != TASK or len(manifest.labels) != 1:
        raise EngineError(f"{manifest.name} is no mood of one's own.", "Choose another model.")
    try:
        mood = msgspec.json.decode((folder / DEFINITION_FILE).read_bytes(), type=OwnMood)
        with safetensors.safe_open(folder / HEAD_FILE, "numpy") as opened:
            told = opened.metadata() or {}
            weights = np.asarray(opened.get_tensor("weights"), np.float32)
            bias = float(np.asarray(opened.get_tensor("bias")).reshape(()))
        moods = msgspec.json.decode(told["moods"], type=tuple[str, ...])
        head = MoodHead(told["tagger"], moods, weights, bias)
    except (OSError, KeyError, ValueError, msgspec.DecodeError,
            safetensors.SafetensorError) as broken:
        raise EngineError(f"{manifest.name} cannot be read: {broken}.", _REMEDY) from broken
    if weights.ndim != 1 or len(weights) < len(moods) + 2 or not np.isfinite(weights).all():
        raise EngineError(f"{manifest.name} holds no whole head.", _REMEDY)
    return InstalledMood(mood, manifest, head, folder)


def own_moods(paths: AppPaths) -> tuple[InstalledMood, ...]:
    """All that are whole, by id. A broken one stays in the list of models, with its reason, and
    is left out here."""
    found: list[InstalledMood] = []
    for entry in ModelRegistry(paths.shipped_models, paths.models).usable(TASK):
        try:
            found.append(read_own_mood(entry.folder))
        except EngineError:
            continue
    return tuple(sorted(found, key=lambda one: one.mood.id))


def open_vocabulary(paths: AppPaths) -> Vocabulary:
    """The moods of the program with the person's own after them. One whose spelling clashes with
    a mood that came later joins by its id alone, or not at all: it never hides the others."""
    return with_own(Vocabulary.load(paths.moods_file), own_moods(paths))


class LiveVocabulary(Vocabulary):
    """The vocabulary of a program that runs: the same object with other moods after `renew`, so
    that whoever was given it shows a mood that was just made or renamed."""

    def __init__(self, paths: AppPaths) -> None:
        self._paths = paths
        super().__init__(open_vocabulary(paths).moods)

    def renew(self) -> None:
        """Reads the person's own moods anew."""
        fresh = open_vocabulary(self._paths)
        self._moods = fresh.moods
        self._by_id = {mood.id: mood for mood in fresh.moods}
        self._by_spelling = fresh.spellings


def with_own(vocabulary: Vocabulary, installed: Sequence[InstalledMood]) -> Vocabulary:
    """`vocabulary` with these after it, as `open_vocabulary` says."""
    for one in installed:
        mood = one.mood.as_mood()
        bare = Mood(mood.id, mood.id, mood.valence, mood.arousal, (), mood.about)
        for form in (mood, bare):
            try:
                vocabulary = vocabulary.with_moods([form])
                break
            except ValueError:
                continue
    return vocabulary


def any_filled(database: Database) -> bool:
    """Whether anything stored holds moods of one's own."""
    return database.first("SELECT 1 FROM tagger WHERE instr(name, '+')") is not None


def heads_stamp(installed: Sequence[InstalledMood]) -> str:
    """Eight characters that stand for these moods and their heads, "" for none."""
    if not installed:
        return ""
    told = "|".join(f"{one.mood.id}:{one.manifest.version}" for one in installed)
    return hashlib.sha256(told.encode()).hexdigest()[:8]
