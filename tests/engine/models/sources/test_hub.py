"""A model of a hub comes whole and proved, over cuts and restarts, or a sentence says why not."""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.models.sources.hub import Hub, token_from
from engine.models.sources.hub_address import HubAddress
from engine.models.sources.hub_choice import choose_files
from tests.hub_server import COMMIT, HubScript, hub_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WEIGHTS = random.Random(5).randbytes(1_500_000)
FILES = {"config.json": b"{}", "model.safetensors": WEIGHTS, "tokenizer.json": b'{"a": 1}',
         "pytorch_model.bin": b"never", "README.md": b"---\nlicense: mit\n---"}
TINY = HubAddress("someone/tiny")


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def no_sleep(seconds: float) -> None:
    assert 0 <= seconds < 60


@pytest.fixture
def script() -> HubScript:
    return HubScript(FILES, frozenset({"model.safetensors"}))


@pytest.fixture
def endpoint(script: HubScript, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in list(os.environ):
        if name.casefold().endswith("_proxy"):
            monkeypatch.delenv(name)
    with hub_of(script) as address:
        yield address


def fetched(endpoint: str, folder: Path, token: str = "") -> Path:
    hub = Hub(endpoint, token, no_sleep)
    model = hub.look_up(TINY)
    hub.fetch(model, choose_files(model.files, "someone/tiny"), folder, silent)
    return folder


def complete(folder: Path) -> None:
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == {
        name: content for name, content in FILES.items() if name != "pytorch_model.bin"}


def test_what_is_needed_comes_and_nothing_else(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    model = Hub(endpoint).look_up(TINY)
    assert (model.commit, model.licence) == (COMMIT, "mit")
    complete(fetched(endpoint, tmp_path / "it"))
    # AND asked again, nothing is fetched twice
    script.asked.clear()
    complete(fetched(endpoint, tmp_path / "it"))
    assert [path for path, _ in script.asked] == ["/api/models/someone/tiny/revision/main"]


def test_progress_ends_where_it_should(endpoint: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    hub = Hub(endpoint)
    model = hub.look_up(TINY)
    files = choose_files(model.files, "someone/tiny")
    hub.fetch(model, files, tmp_path / "it", lambda done, total: seen.append((done, total)))
    total = sum(file.bytes for file in files)
    assert seen == sorted(seen) and seen[-1] == (total, total) and len(seen) > 5


def test_a_connection_cut_in_the_middle_goes_on_by_itself(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    script.cut_after["model.safetensors"], script.cuts = 400_000, 2
    complete(fetched(endpoint, tmp_path / "it"))
    ranges = [told for path, told in script.asked if path == "/store/model.safetensors"]
    assert ranges == ["", "bytes=400000-", "bytes=800000-"]


def test_a_server_without_ranges_starts_the_file_anew(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    script.cut_after["model.safetensors"], script.no_ranges = 400_000, True
    complete(fetched(endpoint, tmp_path / "it"))


def test_a_line_that_brings_nothing_gives_up_and_keeps_what_came(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    script.cut_after["model.safetensors"], script.cuts = 0, 1_000
    with pytest.raises(EngineError, match=r"model\.safetensors could not be fetched") as caught:
        fetched(endpoint, tmp_path / "it")
    assert "kept" in caught.value.hint
    script.cuts = 0
    complete(fetched(endpoint, tmp_path / "it"))


def test_stopped_and_asked_again_it_goes_on(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done > 700_000:
            raise Cancelled

    hub = Hub(endpoint)
    model = hub.look_up(TINY)
    files = choose_files(model.files, "someone/tiny")
    with pytest.raises(Cancelled):
        hub.fetch(model, files, tmp_path / "it", stop)
    assert not (tmp_path / "it" / "model.safetensors").exists()
    script.asked.clear()
    complete(fetched(endpoint, tmp_path / "it"))
    (told,) = [told for path, told in script.asked if path == "/store/model.safetensors"]
    assert int(told.removeprefix("bytes=").rstrip("-")) > 600_000


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("spoil, words", [
    (lambda whole: whole[:-1] + b"?", "is not the file the hub tells of"),
    (lambda whole: whole[:-1], "bytes instead of"), (lambda whole: whole + b"!", "bytes instead")])
def test_another_file_than_told_is_not_kept(
        endpoint: str, script: HubScript, tmp_path: Path, name: str, spoil: object,
        words: str) -> None:
    script.changed[name] = spoil(FILES[name])  # type: ignore[operator]
    with pytest.raises(EngineError, match=words):
        fetched(endpoint, tmp_path / "it")
    assert not list((tmp_path / "it").glob(f"{name}*"))
    script.changed.clear()
    complete(fetched(endpoint, tmp_path / "it"))


def test_a_passing_fault_of_the_server_is_waited_out(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    script.refuses["config.json"] = [503, 502]
    complete(fetched(endpoint, tmp_path / "it"))
    script.refuses["config.json"] = [404]
    with pytest.raises(EngineError, match="answered with 404"):
        fetched(endpoint, tmp_path / "other")
    # AND many hubs tell everybody of a model, but hand it out to those alone who accepted its terms
    script.refuses["config.json"] = [403]
    with pytest.raises(EngineError, match="accepted its terms") as caught:
        fetched(endpoint, tmp_path / "other")
    assert "HF_TOKEN" in caught.value.hint


def test_the_token_goes_to_the_hub_alone(endpoint: str, script: HubScript, tmp_path: Path) -> None:
    script.token = "secret"
    complete(fetched(endpoint, tmp_path / "it", "secret"))
    assert not script.secrets_at_store
    assert not [each for each in tmp_path.rglob("*")
                if each.is_file() and b"secret" in each.read_bytes()]


def test_a_token_is_never_sent_in_the_open() -> None:
    with pytest.raises(EngineError, match="open"):
        Hub("http://hub.example", "secret")


@pytest.mark.parametrize("gated, words", [(True, "accepted its terms"), (False, "no model")])
def test_what_is_not_for_everybody_says_so(
        endpoint: str, script: HubScript, gated: bool, words: str) -> None:
    script.token, script.gated = "secret", gated
    with pytest.raises(EngineError, match=words) as caught:
        Hub(endpoint).look_up(TINY)
    assert "HF_TOKEN" in caught.value.hint


def test_what_is_not_there_says_so(endpoint: str) -> None:
    for address, words in ((HubAddress("someone/other"), "no model someone/other"),
                           (HubAddress("someone/tiny", "old"), "no revision old")):
        with pytest.raises(EngineError, match=words):
            Hub(endpoint).look_up(address)


def test_no_network_is_a_sentence(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="cannot be reached"):
        Hub("http://127.0.0.1:9").look_up(TINY)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    from huggingface_hub import configure_http_backend
    from huggingface_hub.utils._http import OfflineAdapter, reset_sessions
    reset_sessions()
    with pytest.raises(EngineError, match="switched off"):
        Hub(endpoint).look_up(TINY)
    monkeypatch.undo()
    reset_sessions()
    assert OfflineAdapter and configure_http_backend


def test_names_that_lead_out_are_passed_over(tmp_path: Path) -> None:
    script = HubScript({**FILES, "../up/config.json": b"no", "a/../../config.json": b"no"})
    with hub_of(script) as endpoint:
        names = {file.name for file in Hub(endpoint).look_up(TINY).files}
    assert names == set(FILES)


def test_the_token_comes_from_the_environment_or_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "hub-token"
    assert token_from(" abc\n", file) == "abc" and token_from("", file) == ""
    file.write_text("def\n")
    file.chmod(0o600)
    assert token_from("", file) == "def" and token_from("abc", file) == "abc"
    if sys.platform != "win32":
        file.chmod(0o644)
        with pytest.raises(EngineError, match="others on this machine"):
            token_from("", file)


@pytest.mark.parametrize("held", ["hf_one\nhf_two", "hf one", "hf_\x00", "ü" * 9, "x" * 600])
def test_what_is_no_token_is_never_sent(held: str, tmp_path: Path) -> None:
    file = tmp_path / "hub-token"
    file.write_text(held, "utf-8")
    file.chmod(0o600)
    for environment in (held, ""):
        with pytest.raises(EngineError, match="holds no token") as caught:
            token_from(environment, file)
        assert "hf_" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("endpoint", ["https://ann:secret@hub.example", "http://[", "hub.example",
                                      "file:///etc", "https://"])
def test_an_address_that_is_none_is_a_sentence(endpoint: str) -> None:
    with pytest.raises(EngineError, match="no address of a hub") as caught:
        Hub(endpoint)
    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("sha", ["/../../..", "../x", "", "main", "0" * 39])
def test_a_commit_that_is_none_names_no_folder(
        script: HubScript, sha: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.hub_server.COMMIT", sha)
    with hub_of(script) as endpoint, pytest.raises(EngineError, match="cannot be read"):
        Hub(endpoint).look_up(TINY)
