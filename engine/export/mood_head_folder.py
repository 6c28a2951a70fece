"""The model folder of a mood of one's own: its definition, its head, its card, its manifest.

A few kilobytes that no graph runs: the head joins the scores of the tagger it was made on.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false

from pathlib import Path

import msgspec
import numpy as np
from safetensors.numpy import save_file

from engine.errors import EngineError
from engine.export.model_place import taking_place
from engine.models.manifest import LabelInfo, ModelManifest, describe_file, write_manifest
from engine.tagging.own_moods import (
    DEFINITION_FILE,
    HEAD_FILE,
    KIND,
    TASK,
    InstalledMood,
    MoodHead,
    OwnMood,
    folder_name,
    read_own_mood,
)
from engine.training.new_mood.fitting import Learned
from engine.training.new_mood.quality import Quality

AUC, YES, NO = "left-out AUC", "songs with it", "songs without it"
_CARD = """# {name}

{about}

- **Learned from** {yes} songs said to carry it and {no} said not to, on this computer. Their words
  are not part of this folder.
- **Joins** {tagger}: a straight line through what that tagger says of a song. Of another tagger it
  knows nothing, and is learned anew for it.

## Measured

Each example scored by a head that knew neither it nor its artist's other songs, against
{against}: AUC {auc:.2f} (95 %: {low:.2f} to {high:.2f}). The threshold was set by these very
scores: {found} of the {yes} lie above it, and of new songs perhaps fewer.

## Limits

{doubt}It learned from few examples, and from one person's: it says what that person would likely
say, and is wrong at times. Words only: it hears no music.
"""


def fill_head_folder(folder: Path, mood: OwnMood, learned: Learned, quality: Quality
                     ) -> ModelManifest:
    """Fills an empty folder; the manifest as written."""
    head = learned.head
    arrays = {"weights": head.weights, "bias": np.array([head.bias], np.float64)}
    told = {"tagger": head.tagger, "moods": msgspec.json.encode(head.moods).decode()}
    save_file(arrays, folder / HEAD_FILE, told)
    write_definition(folder, mood)
    (folder / "README.md").write_text(_card(mood, head, quality), "utf-8")
    label = LabelInfo(mood.id, learned.threshold, *(round(value, 3) for value in (
        quality.auc, quality.low, quality.high)), experimental=not quality.proven)
    return write_manifest(folder, ModelManifest(
        id=folder_name(mood.id), name=mood.name, kind=KIND, task=TASK, about=mood.about,
        version=describe_file(folder, folder / HEAD_FILE).sha256[:8], labels=(label,),
        graph=HEAD_FILE, precision="fp32", parameters=int(head.weights.size) + 1,
        licence="yours", made_from=(head.tagger,), data=("your own words on your songs",),
        quality={AUC: round(quality.auc, 3), YES: quality.yes, NO: quality.no}))


def install_head(models: Path, mood: OwnMood, learned: Learned, quality: Quality) -> InstalledMood:
    """Puts a mood among the installed models. What it replaces lies in the trash for a week.

    EngineError where the folder cannot be written.
    """
    try:
        with taking_place(models, folder_name(mood.id)) as folder:
            fill_head_folder(folder, mood, learned, quality)
    except OSError as held:
        raise EngineError(f"{mood.name} could not be kept: {held.strerror}.",
                          "Make room on the disk, then try again.") from held
    return read_own_mood(models / folder_name(mood.id))


def rename(folder: Path, mood: OwnMood) -> InstalledMood:
    """Changes what a person says of an installed mood; its head stays."""
    installed = read_own_mood(folder)
    if installed.mood.id != mood.id:
        raise EngineError("A mood keeps its id.", "Make a new one.")
    write_definition(folder, mood)
    write_manifest(folder, msgspec.structs.replace(
        installed.manifest, name=mood.name, about=mood.about))
    return read_own_mood(folder)


def write_definition(folder: Path, mood: OwnMood) -> None:
    """Writes mood.json, whole or not at all."""
    fresh = folder / f"{DEFINITION_FILE}.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(mood), indent=1))
    fresh.replace(folder / DEFINITION_FILE)


def _card(mood: OwnMood, head: MoodHead, quality: Quality) -> str:
    against = ("the songs said not to carry it" if quality.against_noes
               else "all songs nothing was said of, some of which carry it too")
    doubt = "" if quality.proven else \
        "It could not be shown to tell this mood better than chance: experimental. "
    return _CARD.format(
        name=mood.name, about=mood.about or "A mood of one's own.", yes=quality.yes,
        no=quality.no, tagger=head.tagger, against=against, auc=quality.auc, low=quality.low,
        high=quality.high, found=quality.found, doubt=doubt)
