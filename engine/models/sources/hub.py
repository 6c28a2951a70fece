"""Fetches a model of a hub, when the person asked for it: whole, proved by hashes, resumable.

The hub's own library finds what there is (mirrors, proxies and "offline" by its usual environment
variables); files come as any other download. A secret goes to the hub alone, never over a plain
connection, and is never written down.
"""
# huggingface_hub is typed in part.
# pyright: reportUnknownMemberType=false, reportPrivateImportUsage=false

import hashlib
import http.client
import re
import stat
import sys
import time
import urllib.error
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
import huggingface_hub.errors as hub_errors
import requests
from huggingface_hub.utils import get_session

from engine.errors import EngineError
from engine.models.manifest import stays_inside
from engine.models.sources.download import (
    TIMEOUT_SECONDS,
    Progressed,
    download_patiently,
    not_fetched,
)
from engine.models.sources.hub_address import HubAddress
from engine.models.sources.hub_choice import HubFile

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_SECRET = re.compile(r"[!-~]{1,512}")
_NOT_ALLOWED = (401, 403)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_AGAIN = "Nothing was installed. Try again; if it happens twice, the hub's copy is broken."


@dataclass(frozen=True, slots=True)
class HubModel:
    """What a hub says of a model: `commit` is what its revision stands for now."""

    repository: str
    commit: str
    files: tuple[HubFile, ...]
    licence: str = ""


class Hub:
    """The hub at `endpoint` ("" for the usual one); `token` is "" for what everybody may have."""

    def __init__(self, endpoint: str = "", token: str = "",
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._endpoint = (endpoint or huggingface_hub.constants.ENDPOINT).rstrip("/")
        self._token, self._sleep = token, sleep
        parts = _checked(self._endpoint)
        if token and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise EngineError(f"Your token is not sent to {parts.hostname}: the way there is open "
                              "to all.", "Use an address that begins with https://.")

    def look_up(self, address: HubAddress) -> HubModel:
        """What there is of a model. EngineError where it is not there or not for everybody."""
        api = huggingface_hub.HfApi(self._endpoint, token=self._token or False,
                                    library_name="undertone")
        try:
            info = api.model_info(address.repository, revision=address.revision,
                                  files_metadata=True, timeout=TIMEOUT_SECONDS)
        except (hub_errors.HFValidationError, hub_errors.OfflineModeIsEnabled,
                requests.RequestException, ValueError, KeyError, TypeError,
                AttributeError) as failed:  # HfHubHTTPError among them; a hub may say anything
            # Without what led here: a traceback could hold the token.
            raise self._refused(address, failed) from None
        finally:
            get_session().close()  # the library would keep the line open
        files = tuple(HubFile(each.rfilename, each.size or 0,
                              each.lfs.sha256 if each.lfs else "", each.blob_id or "")
                      for each in info.siblings or () if stays_inside(each.rfilename))
        licence = str(getattr(info.card_data, "license", None) or "")
        if not _COMMIT.fullmatch(info.sha or ""):  # it becomes the name of a folder
            raise self._refused(address, ValueError("no commit"))
        return HubModel(address.repository, str(info.sha), files, licence)

    def fetch(self, model: HubModel, files: Sequence[HubFile], folder: Path,
              progressed: Progressed) -> None:
        """Lays `files` into `folder`; those that lie there proved are not fetched again.

        Raises EngineError where one does not come or is not what the hub says it is.
        """
        total, done = sum(file.bytes for file in files), 0
        for file in files:
            target = folder / file.name
            if not target.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                self._bring(model, file, target,
                            lambda now, _, before=done: progressed(before + now, total))
            done += file.bytes
            progressed(done, total)

    def _bring(self, model: HubModel, file: HubFile, target: Path, progressed: Progressed) -> None:
        address = huggingface_hub.hf_hub_url(model.repository, file.name, revision=model.commit,
                                             endpoint=self._endpoint)
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        part = target.with_name(f"{target.name}.part")

        def told(now: int, announced: int) -> None:
            if now > file.bytes:  # it may never end
                raise _TooLong
            progressed(now, announced)

        try:
            download_patiently(address, part, told, headers, self._sleep)
        except _TooLong:
            pass  # its size says what is wrong
        except (OSError, http.client.HTTPException) as failed:
            if isinstance(failed, urllib.error.HTTPError) and failed.code in _NOT_ALLOWED:
                raise self._gated(model.repository) from None
            raise not_fetched(file.name, failed, address) from failed
        _prove(part, file, model)
        part.replace(target)

    def _gated(self, name: str) -> EngineError:
        host = urllib.parse.urlsplit(self._endpoint).hostname
        return EngineError(f"{name} is only for those who accepted its terms.",
                           f"Accept them on its page at {host}, and give your token as HF_TOKEN.")

    def _refused(self, address: HubAddress, failed: Exception) -> EngineError:
        host, name = urllib.parse.urlsplit(self._endpoint).hostname, address.repository
        if isinstance(failed, hub_errors.OfflineModeIsEnabled):
            return EngineError("The network is switched off for models (HF_HUB_OFFLINE).",
                               "Take that variable away, or add the model from a file.")
        if isinstance(failed, hub_errors.GatedRepoError):
            return self._gated(name)
        if isinstance(failed, hub_errors.RevisionNotFoundError):
            return EngineError(f"{name} has no revision {address.revision}.", "Leave it away.")
        if isinstance(failed, hub_errors.RepositoryNotFoundError):
            return EngineError(f"{host} has no model {name}, or not for everybody.",
                               "Look at the spelling; a private one needs your token as HF_TOKEN.")
        if isinstance(failed, hub_errors.HfHubHTTPError):
            code = failed.response.status_code if failed.response is not None else "?"
            return EngineError(f"{host} answered with {code}.", "Try again later.")
        if isinstance(failed, requests.ConnectionError | requests.Timeout):
            return EngineError(f"{host} cannot be reached, so this computer may have no network "
                               "now.", "Check the connection, or add the model from a file.")
        return EngineError(f"What {host} says of {name} cannot be read.", "Try again later.")


def token_from(environment: str, file: Path) -> str:
    """The secret for a hub: `environment` where it is set, else what `file` holds; "" for none.

    EngineError where others on this machine could read the file.
    """
    if environment.strip():
        return _as_secret(environment.strip(), "HF_TOKEN")
    try:
        mode, held = file.stat().st_mode, file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    if sys.platform != "win32" and stat.S_IMODE(mode) & 0o077:
        raise EngineError(f"{file.name} holds your token, and others on this machine can read it.",
                          f"Make it yours alone: chmod 600 {file}")
    return _as_secret(held, file.name) if held else ""


def _as_secret(held: str, where: str) -> str:
    if not _SECRET.fullmatch(held):
        raise EngineError(f"{where} holds no token: one is a single word.",
                          "Copy the token again, without anything else.")
    return held


def _checked(endpoint: str) -> urllib.parse.SplitResult:
    """The parts of a hub's address. EngineError where it is none, or holds a password."""
    try:
        parts = urllib.parse.urlsplit(endpoint)
        host = parts.hostname
    except ValueError:
        parts, host = urllib.parse.urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise EngineError("That is no address of a hub.",
                          "One reads like https://huggingface.co, without a name or a password.")
    return parts


class _TooLong(Exception):  # noqa: N818 - never leaves this module
    """More came than the hub told of."""


def _prove(part: Path, file: HubFile, model: HubModel) -> None:
    """EngineError, and the file is gone, unless it is the one the hub told of."""
    size = part.stat().st_size
    if size != file.bytes:
        part.unlink()
        raise EngineError(f"{file.name} of {model.repository} has {size:,} bytes instead of "
                          f"{file.bytes:,}.", _AGAIN)
    if file.sha256:
        found, expected = _hashed(part, "sha256"), file.sha256
    else:
        # What git calls a blob: not a proof against an enemy, but one against damage.
        found = _hashed(part, "sha1", f"blob {size}\0".encode())
        expected = file.blob or "unknown"
    if found != expected:
        part.unlink()
        raise EngineError(f"{file.name} of {model.repository} is not the file the hub tells of.",
                          _AGAIN)


def _hashed(file: Path, kind: str, before: bytes = b"") -> str:
    """The digest of `before` and all that a file holds."""
    digest = hashlib.new(kind, before, usedforsecurity=kind != "sha1")
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
